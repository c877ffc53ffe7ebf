//! Queues.

use palisade_graph::Val;

use super::super::interpret::{Handle, Value};
use super::core::seconds;
use super::{Library, Props};

/// Constructs of the service; false for others.
pub fn construct(lib: &mut Library<'_>, h: Handle, class: &str) -> bool {
    if class != "aws_sqs.Queue" {
        return false;
    }
    let Some(object) = lib.get(h) else { return false };
    let (props, place) = (object.props.clone(), object.place);
    let dead = props.get("deadLetterQueue");
    let redrive = if dead.is_null() {
        Val::default()
    } else {
        let arn = lib.arn(&dead.get("queue"));
        let count = lib.val(&dead.get("maxReceiveCount"));
        Val::object([("deadLetterTargetArn", arn), ("maxReceiveCount", count)], dead.span().or(place.block))
    };
    let encryption = props.get("encryption");
    let (master, managed) = match encryption.native().and_then(|p| p.rsplit('.').next()) {
        Some("KMS_MANAGED") => (Val::str("alias/aws/sqs", encryption.span()), Val::default()),
        Some("SQS_MANAGED") => (Val::default(), Val::bool(true, encryption.span())),
        Some("UNENCRYPTED") => (Val::default(), Val::bool(false, encryption.span())),
        Some("KMS") if props.get("encryptionMasterKey").is_null() => {
            let key = super::kms::own_key(lib, h, place);
            (lib.attribute(key, "Arn"), Val::default())
        }
        _ => (lib.arn(&props.get("encryptionMasterKey")), Val::default()),
    };
    let val = Props::new()
        .from(lib, &props, "queueName", "QueueName")
        .from(lib, &props, "fifo", "FifoQueue")
        .from(lib, &props, "contentBasedDeduplication", "ContentBasedDeduplication")
        .set("VisibilityTimeout", seconds(lib, &props.get("visibilityTimeout")))
        .set("MessageRetentionPeriod", seconds(lib, &props.get("retentionPeriod")))
        .set("DelaySeconds", seconds(lib, &props.get("deliveryDelay")))
        .set("ReceiveMessageWaitTimeSeconds", seconds(lib, &props.get("receiveMessageWaitTime")))
        .set("RedrivePolicy", redrive)
        .set("KmsMasterKeyId", master)
        .set("SqsManagedSseEnabled", managed)
        .done(place.block);
    lib.resource(h, "Resource", "AWS::SQS::Queue", val);
    if !dead.is_null() {
        lib.put(
            h,
            "deadLetterQueue",
            Value::map([("queue".into(), (dead.span(), dead.get("queue")))], dead.span()),
        );
    }
    true
}
