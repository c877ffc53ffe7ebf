//! a stream is not encrypted
//!
//! ## What
//!
//! A Kinesis stream has no `StreamEncryption`.
//!
//! ## Why
//!
//! Records of up to a year lie on disks of the service in the clear. With a key, reading needs a second
//! permission that can be taken away, and every use is in the trail.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Clicks: # finding
//!     Type: AWS::Kinesis::Stream
//!     Properties:
//!       ShardCount: 1
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {stream: {ShardCount: 1}}
//! resources:
//!   Resources:
//!     Clicks: # finding
//!       Type: AWS::Kinesis::Stream
//!       Properties: ${self:custom.stream}
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Clicks:
//!     Type: AWS::Kinesis::Stream
//!     Properties:
//!       ShardCount: 1
//!       StreamEncryption: {EncryptionType: KMS, KeyId: alias/aws/kinesis}
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {key: alias/aws/kinesis}
//! resources:
//!   Resources:
//!     Clicks:
//!       Type: AWS::Kinesis::Stream
//!       Properties:
//!         ShardCount: 1
//!         StreamEncryption: {EncryptionType: KMS, KeyId: '${self:custom.key}'}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_kinesis_stream" "clicks" {
//!   name            = "clicks"
//!   shard_count     = 1
//!   encryption_type = "NONE" # finding
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_kinesis_stream" "clicks" {
//!   name            = "clicks"
//!   shard_count     = 1
//!   encryption_type = "KMS"
//!   kms_key_id      = "alias/aws/kinesis"
//! }
//! ```
//!
//! ## How to fix
//!
//! Set `StreamEncryption: {EncryptionType: KMS, KeyId: alias/aws/kinesis}`. Producers and consumers with a
//! customer key need `kms:GenerateDataKey` and `kms:Decrypt`; with the key of Kinesis they notice nothing.

use crate::prelude::*;
use crate::switch;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[311],
        owasp_serverless: &["S3", "SAS-3"],
        checkov: &["CKV_AWS_43", "CKV_AWS_185"],
        aws: &["Kinesis.1"],
        stride: &["I"],
        others: &["W49", "AWS-0064"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::Kinesis::Stream") {
        let encryption = node.props.lookup("StreamEncryption");
        if encryption.is_null() {
            out.push(
                switch::absent_or(
                    ix,
                    node,
                    "StreamEncryption",
                    encryption,
                    "off",
                    "{subject} is not encrypted",
                )
                .help("set `StreamEncryption.EncryptionType` to `KMS` and `StreamEncryption.KeyId` to `alias/aws/kinesis`")
                .evidence("no encryption"),
            );
        } else if !encryption.is_known() {
            out.cannot_tell(ix, "StreamEncryption", encryption);
        }
    }
}
