//! What a table cannot say of buckets, streams and other stores.

use palisade_graph::{Entry, Map, State, Val, Value};
use palisade_source::Span;
use smol_str::SmolStr;

use super::Work;
use super::build::{Build, Fields};
use crate::terraform::Instance;

/// Groups of grantees.
const ALL_USERS: &str = "/global/AllUsers";
const AUTHENTICATED: &str = "/global/AuthenticatedUsers";

/// Parts that are folded into a store.
pub fn of_part(work: &Work<'_, '_>, i: &Instance, fields: &mut Fields) {
    if i.ty != "aws_s3_bucket_acl" {
        return;
    }
    for policy in work.index.deployed(i.body.get("access_control_policy")).items() {
        for grant in policy.get("grant").items() {
            for grantee in grant.get("grantee").items() {
                granted(fields, grantee.get("uri"), grant.get("permission").items());
            }
        }
    }
}

/// A grant to everybody as the canned list that gives the same.
fn granted(fields: &mut Fields, uri: &Val, permissions: &[Val]) {
    let text = uri.display();
    let write = |p: &Val| matches!(p.as_str(), Some("WRITE" | "FULL_CONTROL" | "WRITE_ACP"));
    let canned = if text.ends_with(ALL_USERS) {
        if permissions.iter().any(write) { "PublicReadWrite" } else { "PublicRead" }
    } else if text.ends_with(AUTHENTICATED) {
        "AuthenticatedRead"
    } else {
        return;
    };
    let stronger = ["AuthenticatedRead", "PublicRead", "PublicReadWrite"];
    let rank = |word: &str| stronger.iter().position(|w| *w == word);
    let old = fields.get("AccessControl");
    if old.as_str().and_then(rank) < rank(canned) {
        fields.replace("AccessControl", Val::str(canned, uri.span));
    }
}

/// Single resources.
pub fn of(work: &mut Work<'_, '_>, address: &SmolStr) {
    let index = work.index;
    let Some(draft) = work.drafts.get_mut(address).filter(|d| d.id == d.instance.address) else { return };
    let i = draft.instance;
    match i.ty.as_str() {
        "aws_s3_bucket" => {
            for grant in index.deployed(i.body.get("grant")).items() {
                granted(&mut draft.fields, grant.get("uri"), grant.get("permissions").items());
            }
        }
        "aws_lambda_layer_version_permission" => {
            // By its name, which the versions of a layer share.
            let named = draft.fields.get("LayerVersionArn");
            let layer = index.owner(i.body.get("layer_name"), "AWS::Lambda::LayerVersion");
            if let Some(layer) = layer.and_then(|n| index.at(n)) {
                draft.fields.replace("LayerVersionArn", Val::reference(layer.address.clone(), named.span));
            }
        }
        "aws_kinesis_stream" => {
            // The provider's word for a stream without encryption.
            let off = draft.fields.get("StreamEncryption");
            let word = off.get("EncryptionType");
            if word.is("NONE").is_yes() {
                draft.fields.replace("StreamEncryption", nothing(word.span));
            }
        }
        "aws_kinesis_firehose_delivery_stream" => {
            let key = "DeliveryStreamEncryptionConfigurationInput";
            let own = draft.fields.get(key);
            let on = own.get("Enabled").clone();
            match on.as_bool() {
                Some(false) => draft.fields.replace(key, nothing(on.span)),
                _ if own.as_map().is_some() && own.get("KeyType").is_null() => {
                    draft.fields.put(
                        &format!("{key}.KeyType"),
                        on.span,
                        Build::Leaf(Val::str("AWS_OWNED_CMK", on.span)),
                    );
                }
                _ => {}
            }
        }
        "aws_kms_key" => {
            // CloudFormation makes no keys in custom stores; what holds of them is that they are not KMS's own.
            let store = i.body.get("custom_key_store_id");
            if !store.is_null() {
                draft.fields.put("Origin", store.span, Build::Leaf(Val::str("AWS_CLOUDHSM", store.span)));
            }
        }
        "aws_dynamodb_table" => {
            // A view without a stream is no stream.
            let off = i.body.get("stream_enabled");
            if off.as_bool() == Some(false) {
                draft.fields.remove("StreamSpecification");
            }
        }
        "aws_opensearch_domain" | "aws_elasticsearch_domain" => {
            logs(&mut draft.fields, &index.deployed(i.body.get("log_publishing_options")));
        }
        _ => {}
    }
}

fn nothing(span: Span) -> Val {
    Val::known(Value::Null, span)
}

/// Logs of a domain by their kind.
fn logs(fields: &mut Fields, blocks: &Val) {
    let mut map = Map::default();
    for block in blocks.items() {
        let kind = block.get("log_type");
        if kind.is_null() {
            continue;
        }
        let parts = [("CloudWatchLogsLogGroupArn", "cloudwatch_log_group_arn"), ("Enabled", "enabled")];
        let entries = parts.iter().filter_map(|(key, own)| {
            let val = block.get(own);
            (!val.is_null()).then(|| Entry { key: (*key).into(), key_span: val.span, val: val.clone() })
        });
        map.set(kind.display(), kind.span, Val::map(entries.collect(), block.span));
    }
    if !blocks.is_null() {
        let val = Val::new(State::Known(Value::Map(std::sync::Arc::new(map))), blocks.span);
        fields.put("LogPublishingOptions", blocks.span, Build::Leaf(val));
    }
}
