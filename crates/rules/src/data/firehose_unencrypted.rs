//! a Firehose stream is not encrypted
//!
//! ## What
//!
//! A Firehose stream that others put records into has no `DeliveryStreamEncryptionConfigurationInput`. One that is fed by a Kinesis stream or Kafka
//! takes its encryption from there and is silent.
//!
//! ## Why
//!
//! Records wait in the stream for minutes before they are delivered. Orders, clicks and logs lie there in the clear meanwhile.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Clicks: # finding
//!     Type: AWS::KinesisFirehose::DeliveryStream
//!     Properties:
//!       DeliveryStreamType: DirectPut
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {type: DirectPut}
//! resources:
//!   Resources:
//!     Clicks: # finding
//!       Type: AWS::KinesisFirehose::DeliveryStream
//!       Properties:
//!         DeliveryStreamType: ${self:custom.type}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_kinesis_firehose_delivery_stream" "clicks" {
//!   name        = "clicks"
//!   destination = "extended_s3"
//!   server_side_encryption {
//!     enabled = false # finding
//!   }
//!   extended_s3_configuration {
//!     role_arn   = "arn:aws:iam::314159265358:role/firehose"
//!     bucket_arn = "arn:aws:s3:::clicks"
//!   }
//! }
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Clicks:
//!     Type: AWS::KinesisFirehose::DeliveryStream
//!     Properties:
//!       DeliveryStreamType: DirectPut
//!       DeliveryStreamEncryptionConfigurationInput: {KeyType: AWS_OWNED_CMK}
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_kinesis_firehose_delivery_stream" "clicks" {
//!   name        = "clicks"
//!   destination = "extended_s3"
//!   kinesis_source_configuration {
//!     kinesis_stream_arn = "arn:aws:kinesis:eu-west-1:314159265358:stream/clicks"
//!     role_arn           = "arn:aws:iam::314159265358:role/firehose"
//!   }
//!   extended_s3_configuration {
//!     role_arn   = "arn:aws:iam::314159265358:role/firehose"
//!     bucket_arn = "arn:aws:s3:::clicks"
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Encryption:
//!     Type: String
//! Resources:
//!   Clicks:
//!     Type: AWS::KinesisFirehose::DeliveryStream
//!     Properties:
//!       DeliveryStreamEncryptionConfigurationInput: !Ref Encryption
//! ```
//!
//! ## How to fix
//!
//! Set `DeliveryStreamEncryptionConfigurationInput` to `KeyType: AWS_OWNED_CMK`, or to `CUSTOMER_MANAGED_CMK` with a key. Who puts records notices nothing; a customer key asks
//! for a grant that Firehose makes itself.

use crate::prelude::*;

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
        checkov: &["CKV_AWS_240", "CKV_AWS_241"],
        stride: &["I"],
        others: &["W88"],
        ..References::NONE
    },
    check,
};

/// Where a stream's records come from, if nobody puts them there.
const SOURCES: &[&str] =
    &["KinesisStreamSourceConfiguration", "MSKSourceConfiguration", "DatabaseSourceConfiguration"];

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::KinesisFirehose::DeliveryStream") {
        let ty = node.props.get("DeliveryStreamType");
        let direct = if ty.is_null() { Tri::Yes } else { ty.is("DirectPut") };
        if direct.is_no() || SOURCES.iter().any(|s| !node.props.get(s).is_null()) {
            continue;
        }
        let encryption = node.props.get("DeliveryStreamEncryptionConfigurationInput");
        if encryption.as_map().is_some() {
            continue;
        }
        if !encryption.is_known() {
            out.cannot_tell(ix, "DeliveryStreamEncryptionConfigurationInput", encryption);
        } else if direct == Tri::Unknown {
            out.cannot_tell(ix, "DeliveryStreamType", ty);
        } else {
            let message = "records wait unencrypted in {subject}";
            out.push(
                Found::at_value(ix, encryption, node.span, message)
                    .label(if encryption.span.is_some() {
                        "off"
                    } else {
                        "no `DeliveryStreamEncryptionConfigurationInput`"
                    })
                    .help("set `DeliveryStreamEncryptionConfigurationInput` to `KeyType: AWS_OWNED_CMK` or to a key of your own")
                    .evidence("no encryption"),
            );
        }
    }
}
