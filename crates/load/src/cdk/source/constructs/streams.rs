//! Streams of data, and repositories of images and files.

use palisade_graph::Val;

use super::super::interpret::{Handle, Value};
use super::core::seconds;
use super::lambda::constant;
use super::{Library, Props, RETAIN, grants, kms, workflows};

/// Constructs of the services; false for others.
pub fn construct(lib: &mut Library<'_>, h: Handle, class: &str) -> bool {
    let Some(object) = lib.get(h) else { return false };
    let (props, place) = (object.props.clone(), object.place);
    match class {
        "aws_kinesis.Stream" => {
            let given = props.get("encryption");
            let span = given.span().or(place.key);
            if constant(&given) == Some("KMS") && props.get("encryptionKey").is_null() {
                kms::own_key(lib, h, place);
            }
            let key = match (constant(&given), kms::key_of(lib, h)) {
                (Some("UNENCRYPTED"), _) => Val::default(),
                (_, Some(key)) => lib.arn(&Value::Host(key)),
                _ => Val::str("alias/aws/kinesis", span),
            };
            let encryption = if key.is_null() {
                Val::default()
            } else {
                Val::object([("EncryptionType", Val::str("KMS", span)), ("KeyId", key)], span)
            };
            let hours = seconds(lib, &props.get("retentionPeriod"));
            let hours =
                hours.as_int().map_or_else(|| Val::int(24, place.key), |s| Val::int(s / 3_600, hours.span));
            let mode = props.get("streamMode");
            let mode = constant(&mode)
                .map(|m| Val::object([("StreamMode", Val::str(m, mode.span()))], mode.span()))
                .unwrap_or_default();
            let shards = lib.val(&props.get("shardCount"));
            let shards = if shards.is_null() && mode.is_null() { Val::int(1, place.key) } else { shards };
            let val = Props::new()
                .from(lib, &props, "streamName", "Name")
                .set("RetentionPeriodHours", hours)
                .set("ShardCount", shards)
                .set("StreamModeDetails", mode)
                .set("StreamEncryption", encryption)
                .done(place.block);
            let id = lib.resource(h, "Resource", "AWS::Kinesis::Stream", val);
            lib.removal(&id, &props, RETAIN);
        }
        "aws_kinesisfirehose.DeliveryStream" => {
            let destination = props.get("destination");
            let destination =
                if destination.is_null() { props.get("destinations").item(0) } else { destination };
            let bucket = destination.handle().and_then(|d| lib.get(d)).map(|o| o.props.item(0));
            let bucket = bucket.filter(|b| b.handle().is_some_and(|b| lib.class(b) == "aws_s3.Bucket"));
            let target = match &bucket {
                Some(bucket) => {
                    let role = workflows::service_role(
                        lib,
                        h,
                        "S3 Destination Role",
                        "firehose.amazonaws.com",
                        place,
                    );
                    let arn = lib.arn(bucket);
                    Val::object(
                        [("BucketARN", arn), ("RoleARN", Val::attribute(role, "Arn", place.key))],
                        place.block,
                    )
                }
                None => Val::default(),
            };
            let source = props.get("source").handle().and_then(|s| lib.get(s)).map(|o| o.props.item(0));
            let source_arn = source.map(|s| lib.arn(&s)).unwrap_or_default();
            let from_stream = !source_arn.is_null();
            let source = if from_stream {
                Val::object([("KinesisStreamARN", source_arn)], place.block)
            } else {
                Val::default()
            };
            let kind = if from_stream { "KinesisStreamAsSource" } else { "DirectPut" };
            let encryption = props.get("encryption");
            let encryption = match encryption.native().or_else(|| encryption.handle().map(|h| lib.class(h))) {
                Some(path) if path.contains("customerManaged") || path.ends_with("CUSTOMER_MANAGED") => {
                    Val::object([("KeyType", Val::str("CUSTOMER_MANAGED_CMK", place.key))], place.key)
                }
                Some(path) if path.contains("wsOwned") || path.ends_with("AWS_OWNED") => {
                    Val::object([("KeyType", Val::str("AWS_OWNED_CMK", place.key))], place.key)
                }
                _ => Val::default(),
            };
            let val = Props::new()
                .from(lib, &props, "deliveryStreamName", "DeliveryStreamName")
                .set("DeliveryStreamType", Val::str(kind, place.key))
                .set("KinesisStreamSourceConfiguration", source)
                .set("ExtendedS3DestinationConfiguration", target)
                .set("DeliveryStreamEncryptionConfigurationInput", encryption)
                .done(place.block);
            lib.resource(h, "Resource", "AWS::KinesisFirehose::DeliveryStream", val);
            if let Some(bucket) = bucket.as_ref().and_then(Value::handle) {
                grants::call(lib, bucket, "grantReadWrite", &[Value::Host(h)], place);
            }
        }
        "aws_ecr.Repository" => {
            let mutability = props.get("imageTagMutability");
            let mutability =
                constant(&mutability).map(|m| Val::str(m, mutability.span())).unwrap_or_default();
            let scan = props.get("imageScanOnPush");
            let scan = if scan.is_null() {
                Val::default()
            } else {
                Val::object([("ScanOnPush", lib.val(&scan))], scan.span())
            };
            let val = Props::new()
                .from(lib, &props, "repositoryName", "RepositoryName")
                .set("ImageTagMutability", mutability)
                .set("ImageScanningConfiguration", scan)
                .done(place.block);
            let id = lib.resource(h, "Resource", "AWS::ECR::Repository", val);
            lib.removal(&id, &props, RETAIN);
        }
        "aws_efs.FileSystem" => {
            let encrypted = lib.val(&props.get("encrypted"));
            let encrypted = if encrypted.is_null() { Val::bool(true, place.key) } else { encrypted };
            let val = Props::new()
                .set("Encrypted", encrypted)
                .set("KmsKeyId", lib.arn(&props.get("kmsKey")))
                .done(place.block);
            let id = lib.resource(h, "Resource", "AWS::EFS::FileSystem", val);
            lib.removal(&id, &props, RETAIN);
        }
        _ => return false,
    }
    true
}
