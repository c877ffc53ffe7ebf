//! Tags of generated resources.

use palisade_graph::{Val, Value};
use palisade_source::Span;

use super::build::{At, map_mut, truthy};
use crate::Resource;

/// A map of tags as a list of keys and values; anything else as it is.
pub fn list(tags: &Val) -> Val {
    if tags.as_map().is_none() {
        return tags.clone();
    }
    Val::list(items(tags), tags.span)
}

/// The tags that the transform gives, and those that are written.
pub fn with_own(span: Span, key: &'static str, tags: &Val) -> Val {
    let at = At(span);
    let mut all = vec![at.object([("Key", at.text(key)), ("Value", at.text("SAM"))])];
    all.extend(items(tags));
    at.list(all)
}

fn items(tags: &Val) -> Vec<Val> {
    let item = |e: &palisade_graph::Entry| {
        let value = if e.val.is_null() { Val::str("", e.key_span) } else { e.val.clone() };
        At(e.key_span).object([("Key", Val::str(e.key.clone(), e.key_span)), ("Value", value)])
    };
    tags.entries().iter().map(item).collect()
}

/// Types that the transform passes tags on to.
const TAGGED: [&str; 13] = [
    "AWS::ApiGateway::ApiKey",
    "AWS::ApiGateway::DomainName",
    "AWS::ApiGateway::DomainNameAccessAssociation",
    "AWS::ApiGateway::DomainNameV2",
    "AWS::ApiGateway::RestApi",
    "AWS::ApiGateway::Stage",
    "AWS::ApiGateway::UsagePlan",
    "AWS::IAM::Role",
    "AWS::IoT::TopicRule",
    "AWS::Lambda::Function",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::StepFunctions::StateMachine",
];

/// Passes the tags of a declaration on to what it generates, if it says so.
pub fn propagate(made: &mut [Resource], own: &Val) {
    let tags = own.get("Tags");
    if !truthy(own.get("PropagateTags")) || !truthy(tags) {
        return;
    }
    let tags = list(tags);
    for resource in made.iter_mut().filter(|r| TAGGED.contains(&r.ty.as_str())) {
        let span = tags.span;
        if let Some(map) = map_mut(&mut resource.props) {
            map.set("Tags", span, tags.clone());
        }
    }
}

/// Passes tags on beside those that a resource has already.
pub fn combine(made: &mut [Resource], own: &Val) {
    let tags = own.get("Tags");
    if !truthy(own.get("PropagateTags")) || !truthy(tags) {
        return;
    }
    for resource in made {
        let Some(map) = map_mut(&mut resource.props) else { continue };
        let mut all: Vec<Val> = map.get("Tags").map(|t| t.items().to_vec()).unwrap_or_default();
        for tag in items(tags) {
            match all.iter_mut().find(|t| t.get("Key").same(tag.get("Key"))) {
                Some(old) => *old = tag,
                None => all.push(tag),
            }
        }
        let span = tags.span;
        map.set(
            "Tags",
            span,
            Val::known(
                Value::List(std::sync::Arc::new(palisade_graph::List { items: all, open: false })),
                span,
            ),
        );
    }
}
