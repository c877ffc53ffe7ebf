//! a delivery stream's destination is reached with a password in clear
//!
//! ## What
//!
//! The password of a Redshift destination or the HEC token of a Splunk destination is a literal, or a parameter with a default.
//! References to Secrets Manager (`SecretsManagerConfiguration`, `{{resolve:…}}`) and parameters without default are silent.
//!
//! ## Why
//!
//! Whoever reads the repository, the template or the stream's description logs in to the warehouse, or writes whatever they like into
//! the log store that is to show what they do.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Events:
//!     Type: AWS::KinesisFirehose::DeliveryStream
//!     Properties:
//!       SplunkDestinationConfiguration:
//!         HECEndpoint: https://splunk.example.com:8088
//!         HECEndpointType: Raw
//!         HECToken: 4f7a1c2e-93b5-4d1a-8e6f-0a2b3c4d5e6f # finding
//!         S3Configuration: {BucketARN: "arn:aws:s3:::backup", RoleARN: "arn:aws:iam::123456789012:role/r"}
//! ```
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Password: {Type: String, Default: q8ZrT1vXw4Ym7Lk0}
//! Resources:
//!   Events:
//!     Type: AWS::KinesisFirehose::DeliveryStream
//!     Properties:
//!       RedshiftDestinationConfiguration:
//!         ClusterJDBCURL: jdbc:redshift://c.example.com:5439/db
//!         Username: loader
//!         Password: !Ref Password # finding
//! ```
//!
//! ```yaml good template.yaml
//! Parameters:
//!   Token: {Type: String, NoEcho: true}
//! Resources:
//!   Events:
//!     Type: AWS::KinesisFirehose::DeliveryStream
//!     Properties:
//!       SplunkDestinationConfiguration:
//!         HECEndpoint: https://splunk.example.com:8088
//!         HECEndpointType: Raw
//!         HECToken: "{{resolve:secretsmanager:splunk:SecretString:token}}"
//!   Others:
//!     Type: AWS::KinesisFirehose::DeliveryStream
//!     Properties:
//!       SplunkDestinationConfiguration:
//!         HECEndpoint: https://splunk.example.com:8088
//!         HECEndpointType: Raw
//!         HECToken: !Ref Token
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_kinesis_firehose_delivery_stream" "events" {
//!   name        = "events"
//!   destination = "splunk"
//!   splunk_configuration {
//!     hec_endpoint = "https://splunk.example.com:8088"
//!     hec_token    = "4f7a1c2e-93b5-4d1a-8e6f-0a2b3c4d5e6f" # finding
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! variable "token" {
//!   sensitive = true
//! }
//!
//! resource "aws_kinesis_firehose_delivery_stream" "events" {
//!   name        = "events"
//!   destination = "splunk"
//!   splunk_configuration {
//!     hec_endpoint = "https://splunk.example.com:8088"
//!     hec_token    = var.token
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A value that is computed or looked up is not followed.
//!
//! ## How to fix
//!
//! **Rotate it first.** Keep it in Secrets Manager and name the secret in `SecretsManagerConfiguration`; the stream's role needs
//! `secretsmanager:GetSecretValue` on it.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::High,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[798],
        owasp_serverless: &["S3", "SAS-7"],
        attack: &["T1552.001"],
        stride: &["I", "T"],
        others: &["F66", "F68"],
        ..References::NONE
    },
    check,
};

const PLACES: [(&str, &str, &str); 2] = [
    ("RedshiftDestinationConfiguration", "Password", "the password of the warehouse"),
    ("SplunkDestinationConfiguration", "HECToken", "the token of the collector"),
];

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::KinesisFirehose::DeliveryStream") {
        for (destination, key, what) in PLACES {
            let Some(entry) = node.props.get(destination).entry(key) else { continue };
            let Some(text) = entry.val.as_str() else {
                if matches!(entry.val.state, State::Unknown(ref u) if u.reason != palisade_graph::Reason::ParameterWithoutDefault)
                {
                    out.cannot_tell(ix, key, &entry.val);
                }
                continue;
            };
            if text.is_empty() || crate::secret::is_placeholder(text) || text.contains("{{resolve:") {
                continue;
            }
            out.hide(&entry.val);
            out.push(
                Found::new(ix, entry.key_span.or(node.span), format!("{{subject}} holds {what} in clear"))
                    .label("anybody who reads this file has it")
                    .help("rotate it, and name a secret in `SecretsManagerConfiguration`")
                    .way(&entry.val)
                    .evidence(key),
            );
        }
    }
}
