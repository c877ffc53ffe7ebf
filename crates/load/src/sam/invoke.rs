//! `EventInvokeConfig`: retries and destinations of asynchronous calls.

use palisade_graph::Val;
use smol_str::format_smolstr;

use super::build::{At, Props, truthy};
use super::cause::{Cause, depend};
use super::function::Target;
use super::role::{self, Role};
use crate::Resource;

/// The configuration, queues and topics made for it, and the rights that the role needs.
pub fn resources(cause: &Cause, own: &Val, target: &Target, role: &mut Role) -> Vec<Resource> {
    let Some(entry) = own.entry("EventInvokeConfig").filter(|e| truthy(&e.val)) else { return Vec::new() };
    let config = &entry.val;
    let cause = cause.entry(entry);
    let at = cause.at();
    let id = format_smolstr!("{}EventInvokeConfig", cause.id);
    let mut made = Vec::new();
    let mut destinations = Props::default();
    for way in ["OnSuccess", "OnFailure"] {
        let Some(entry) = config.get("DestinationConfig").entry(way).filter(|e| !e.val.is_null()) else {
            continue;
        };
        let kind = entry.val.get("Type").as_str().unwrap_or_default();
        let name = format_smolstr!("{id}{way}");
        let cause = cause.entry(entry);
        let span = entry.val.span;
        let mut arn = entry.val.get("Destination").clone();
        if arn.is_null() {
            let (resource, made_arn) = match kind {
                "SQS" => {
                    let id = format_smolstr!("{name}Queue");
                    let arn = At(span).attribute(&id, "Arn");
                    (cause.make(id, "AWS::SQS::Queue", At(span).object([])), arn)
                }
                "SNS" => {
                    let id = format_smolstr!("{name}Topic");
                    let arn = At(span).reference(&id);
                    (cause.make(id, "AWS::SNS::Topic", At(span).object([])), arn)
                }
                _ => continue,
            };
            made.push(resource);
            arn = made_arn;
        }
        let policy = match kind {
            "SQS" => role::send_message(span, &name, &arn),
            "SNS" => role::publish(span, &name, &arn),
            "EventBridge" => role::put_events(span, &name, &arn),
            "Lambda" => role::invoke(span, &name, &arn),
            "S3Bucket" => role::put_object(span, &name, &arn),
            _ => Val::default(),
        };
        if !policy.is_null() {
            role.add(policy);
        }
        destinations.put_at(way, entry.key_span, At(span).object([("Destination", arn)]));
    }
    let mut props = Props::default();
    let span = config.get("DestinationConfig").span;
    props.put("DestinationConfig", destinations.finish(if span.is_some() { span } else { at.0 }));
    props.put("FunctionName", at.reference(&cause.id));
    props.copy_all(config, &["MaximumEventAgeInSeconds", "MaximumRetryAttempts"]);
    let qualifier = own.get("AutoPublishAlias");
    props.put("Qualifier", if truthy(qualifier) { qualifier.clone() } else { at.text("$LATEST") });
    let mut resource = cause.make(id, "AWS::Lambda::EventInvokeConfig", props.finish(config.span));
    if let Some(alias) = &target.alias {
        depend(&mut resource, [alias.clone()], at.0);
    }
    made.push(resource);
    made
}
