//! Tables.

use palisade_graph::Val;

use super::super::interpret::{Handle, Value};
use super::{Library, Props, RETAIN};

/// Constructs of the service; false for others.
pub fn construct(lib: &mut Library<'_>, h: Handle, class: &str) -> bool {
    if !matches!(class, "aws_dynamodb.Table" | "aws_dynamodb.TableV2") {
        return false;
    }
    let Some(object) = lib.get(h) else { return false };
    let (props, place) = (object.props.clone(), object.place);
    let mut keys = Vec::new();
    let mut attributes = Vec::new();
    for (name, role) in [("partitionKey", "HASH"), ("sortKey", "RANGE")] {
        let key = props.get(name);
        if key.is_null() {
            continue;
        }
        let span = key.span();
        let named = lib.val(&key.get("name"));
        let ty = match constant(&key.get("type")) {
            Some("NUMBER") => "N",
            Some("BINARY") => "B",
            _ => "S",
        };
        keys.push(Val::object([("AttributeName", named.clone()), ("KeyType", Val::str(role, span))], span));
        attributes.push(Val::object([("AttributeName", named), ("AttributeType", Val::str(ty, span))], span));
    }
    let recovery = props.get("pointInTimeRecovery");
    let recovery = if recovery.is_null() {
        props.get("pointInTimeRecoverySpecification").get("pointInTimeRecoveryEnabled")
    } else {
        recovery
    };
    let recovery = if recovery.is_null() {
        Val::default()
    } else {
        Val::object([("PointInTimeRecoveryEnabled", lib.val(&recovery))], recovery.span())
    };
    let stream = props.get("stream");
    let stream = match constant(&stream) {
        Some(view) => Val::object([("StreamViewType", Val::str(view, stream.span()))], stream.span()),
        None => Val::default(),
    };
    let billing = props.get("billingMode");
    let billing = constant(&billing).map(|mode| Val::str(mode, billing.span())).unwrap_or_default();
    let encryption = props.get("encryption");
    if constant(&encryption) == Some("CUSTOMER_MANAGED") && props.get("encryptionKey").is_null() {
        super::kms::own_key(lib, h, place);
    }
    let key = super::kms::key_of(lib, h).map(|k| lib.arn(&Value::Host(k))).unwrap_or_default();
    let sse = match constant(&encryption) {
        Some("AWS_MANAGED" | "CUSTOMER_MANAGED") => {
            let span = encryption.span();
            Props::new().with("SSEEnabled", span, Val::bool(true, span)).set("KMSMasterKeyId", key).done(span)
        }
        _ => Val::default(),
    };
    let ttl = props.get("timeToLiveAttribute");
    let ttl = if ttl.is_null() {
        Val::default()
    } else {
        Val::object([("AttributeName", lib.val(&ttl)), ("Enabled", Val::bool(true, ttl.span()))], ttl.span())
    };
    let val = Props::new()
        .from(lib, &props, "tableName", "TableName")
        .set("KeySchema", Val::list(keys, place.block))
        .set("AttributeDefinitions", Val::list(attributes, place.block))
        .set("BillingMode", billing)
        .set("PointInTimeRecoverySpecification", recovery)
        .set("StreamSpecification", stream)
        .set("SSESpecification", sse)
        .set("TimeToLiveSpecification", ttl)
        .from(lib, &props, "deletionProtection", "DeletionProtectionEnabled")
        .done(place.block);
    let (below, ty) = if class == "aws_dynamodb.Table" {
        ("Resource", "AWS::DynamoDB::Table")
    } else {
        ("Resource", "AWS::DynamoDB::GlobalTable")
    };
    let id = lib.resource(h, below, ty, val);
    lib.removal(&id, &props, RETAIN);
    true
}

fn constant(value: &Value) -> Option<&str> {
    value.native().and_then(|p| p.rsplit('.').next())
}
