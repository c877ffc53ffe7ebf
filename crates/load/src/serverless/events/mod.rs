//! Events: what the framework makes of each kind, in the order in which it does.

mod alb;
mod alexa;
mod brokers;
mod cloudfront;
mod cloudwatch;
mod cognito;
mod custom_resource;
mod event_bridge;
pub mod http;
mod http_api;
mod http_method;
mod iot;
mod kafka;
pub mod rest_api;
mod s3;
mod schedule;
mod sns;
mod sqs;
mod stream;
mod websocket;

use palisade_graph::{State, Val, Value};
use palisade_source::Span;
use smol_str::SmolStr;

use super::build::{At, Cause, Made};
use super::role;
use super::service::{Draft, Function};

/// Makes the resources of all events.
pub fn compile(draft: &mut Draft<'_>) {
    schedule::compile(draft);
    s3::compile(draft);
    http::compile(draft);
    websocket::compile(draft);
    sns::compile(draft);
    stream::compile(draft);
    kafka::compile(draft);
    brokers::compile(draft, "activemq");
    brokers::compile(draft, "rabbitmq");
    kafka::compile_managed(draft);
    alb::compile(draft);
    alexa::compile(draft);
    iot::compile(draft);
    cloudwatch::compile(draft);
    cognito::compile(draft);
    event_bridge::compile(draft);
    sqs::compile(draft);
    cloudfront::compile(draft);
    http_api::compile(draft);
}

/// A permission for a service to invoke a function.
fn permission(function: &Function, cause: &Cause, principal: Val, source: Val) -> Made {
    let at = cause.at();
    Made::new(
        "AWS::Lambda::Permission",
        cause,
        [
            ("FunctionName", function.target(at)),
            ("Action", at.str("lambda:InvokeFunction")),
            ("Principal", principal),
            ("SourceArn", source),
        ],
    )
    .depends(function.alias_id())
}

/// An event source mapping, which waits for the role that may read the source.
fn mapping<K: Into<SmolStr>>(
    draft: &Draft<'_>,
    function: &Function,
    cause: &Cause,
    props: impl IntoIterator<Item = (K, Val)>,
) -> Made {
    let mut made = Made::new("AWS::Lambda::EventSourceMapping", cause, props);
    made.prop("FunctionName", function.target(cause.at()));
    let role = role::resource_name(draft.service, function);
    made.depends(role).depends(function.alias_id())
}

/// `FilterCriteria` of the patterns in an event.
fn filters(patterns: &Val) -> Val {
    if patterns.is_null() {
        return patterns.clone();
    }
    let at = At(patterns.span);
    let json = |pattern: &Val| at.obj([("Pattern", json_text(pattern))]);
    at.obj([("Filters", at.list(patterns.items().iter().map(json)))])
}

/// A value as JSON text; what is not wholly known stays what it is.
fn json_text(val: &Val) -> Val {
    match &val.state {
        State::Known(_) => {
            Val { state: State::Known(Value::Str(val.to_json().to_string().into())), ..val.clone() }
        }
        _ => val.clone(),
    }
}

/// A list without repetitions, or a list of the single value.
pub(super) fn cors_list(val: &Val) -> Val {
    let mut items: Vec<Val> = Vec::new();
    for item in val.items() {
        if !items.iter().any(|i| i.same(item)) {
            items.push(item.clone());
        }
    }
    if val.as_list().is_none() && !val.is_known() { val.clone() } else { Val::list(items, val.span) }
}

/// What a source is called at the end of its ARN: a logical id, an import, or the last part of the text.
fn source_name(arn: &Val, separator: char) -> SmolStr {
    for intrinsic in ["Fn::GetAtt", "Fn::ImportValue", "Ref"] {
        let val = arn.get(intrinsic);
        if !val.is_null() {
            let first = val.items().first().unwrap_or(val);
            // `Fn::GetAtt` may be written as one string.
            let shown = first.display();
            return match (intrinsic, val.as_list()) {
                ("Fn::GetAtt", None) => shown.split('.').next().unwrap_or("").into(),
                _ => shown,
            };
        }
    }
    let parts = arn.get("Fn::Join").items();
    let text = match parts.get(1).and_then(|list| list.items().last()) {
        Some(last) => match last.get("Ref").as_str() {
            Some(id) => id.into(),
            None => last.display(),
        },
        None if arn.get("Fn::Sub").is_null() => arn.display(),
        None => arn.get("Fn::Sub").items().first().map(Val::display).unwrap_or_default(),
    };
    text.rsplit(separator).next().unwrap_or("").into()
}

/// The service in an ARN, `dynamodb`.
fn arn_service(arn: &Val) -> SmolStr {
    arn.display().split(':').nth(2).unwrap_or("").into()
}

/// Key of a setting of an event, else of the event.
fn setting_span(val: &Val, key: &str, event: Span) -> Span {
    val.entry(key).map_or(event, |e| e.key_span)
}
