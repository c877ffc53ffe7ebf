//! a message broker is public or keeps no record of its users
//!
//! ## What
//!
//! A broker of Amazon MQ has public addresses (high), or is an ActiveMQ broker without audit log (low). RabbitMQ has no
//! audit log.
//!
//! ## Why
//!
//! The brokers' consoles and ports are then reached from everywhere, and one guessed password is enough to read the
//! queues and to send messages that start functions. Without an audit log nobody can say afterwards who did it.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Broker:
//!     Type: AWS::AmazonMQ::Broker
//!     Properties:
//!       BrokerName: shop
//!       EngineType: ACTIVEMQ
//!       DeploymentMode: SINGLE_INSTANCE
//!       HostInstanceType: mq.m5.large
//!       Users: [{Username: shop, Password: '{{resolve:secretsmanager:mq:SecretString:password}}'}]
//!       Logs: {Audit: true}
//!       PubliclyAccessible: true # finding
//! ```
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Broker: # finding
//!     Type: AWS::AmazonMQ::Broker
//!     Properties:
//!       BrokerName: shop
//!       EngineType: ACTIVEMQ
//!       DeploymentMode: SINGLE_INSTANCE
//!       HostInstanceType: mq.m5.large
//!       Users: [{Username: shop, Password: '{{resolve:secretsmanager:mq:SecretString:password}}'}]
//!       PubliclyAccessible: false
//! ```
//!
//! ```hcl bad main.tf
//! variable "public" {
//!   type    = bool
//!   default = true # finding
//! }
//!
//! resource "aws_mq_broker" "shop" {
//!   broker_name         = "shop"
//!   engine_type         = "RabbitMQ"
//!   host_instance_type  = "mq.m5.large"
//!   security_groups     = ["sg-1"]
//!   publicly_accessible = var.public
//! }
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Broker:
//!     Type: AWS::AmazonMQ::Broker
//!     Properties:
//!       BrokerName: shop
//!       EngineType: ACTIVEMQ
//!       DeploymentMode: SINGLE_INSTANCE
//!       HostInstanceType: mq.m5.large
//!       Users: [{Username: shop, Password: '{{resolve:secretsmanager:mq:SecretString:password}}'}]
//!       PubliclyAccessible: false
//!       Logs: {Audit: true, General: true}
//! ```
//!
//! RabbitMQ has no audit log:
//!
//! ```hcl good main.tf
//! resource "aws_mq_broker" "shop" {
//!   broker_name         = "shop"
//!   engine_type         = "RabbitMQ"
//!   host_instance_type  = "mq.m5.large"
//!   security_groups     = ["sg-1"]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Public: {Type: String}
//! Resources:
//!   Broker:
//!     Type: AWS::AmazonMQ::Broker
//!     Properties:
//!       BrokerName: shop
//!       EngineType: ACTIVEMQ
//!       DeploymentMode: SINGLE_INSTANCE
//!       HostInstanceType: mq.m5.large
//!       Users: [{Username: shop, Password: '{{resolve:secretsmanager:mq:SecretString:password}}'}]
//!       Logs: {Audit: true}
//!       PubliclyAccessible: !Ref Public
//! ```
//!
//! ## How to fix
//!
//! Set `PubliclyAccessible` to `false` (the broker is replaced) and reach it from functions in its VPC. Set `Logs.Audit` to
//! `true`; CloudWatch Logs is paid by volume.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::High,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[668, 778],
        owasp_serverless: &["S5", "S10", "SAS-3"],
        checkov: &["CKV_AWS_69", "CKV_AWS_48", "CKV_AWS_197"],
        stride: &["I", "R"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::AmazonMQ::Broker") {
        let public = node.props.lookup("PubliclyAccessible");
        match public.as_bool() {
            Some(true) => out.push(
                Found::at_value(ix, public, node.span, "{subject} can be reached from the internet")
                    .label("public addresses")
                    .help("set `PubliclyAccessible` to `false`")
                    .evidence("PubliclyAccessible true"),
            ),
            Some(false) => {}
            None if public.is_null() => {}
            None => out.cannot_tell(ix, "PubliclyAccessible", public),
        }
        let engine = node.props.get("EngineType").display().to_ascii_lowercase();
        let audit = node.props.lookup("Logs.Audit");
        match audit.as_bool() {
            _ if engine != "activemq" => {}
            Some(true) => {}
            None if !audit.is_null() => out.cannot_tell(ix, "Logs.Audit", audit),
            _ => out.push(
                Found::at_value(ix, audit, node.span, "{subject} keeps no record of what its users do")
                    .label("no audit log")
                    .help("set `Logs.Audit` to `true`")
                    .severity(Severity::Low)
                    .evidence("no audit log"),
            ),
        }
    }
}
