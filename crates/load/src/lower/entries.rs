use palisade_graph::{Authorization, EntryDetail, NodeIx, Tri, Val};
use smol_str::SmolStr;

use super::{Lowering, arn};
use crate::Resource;

/// An entry of which only the protocol is known.
pub fn blank(protocol: &str) -> EntryDetail {
    EntryDetail {
        protocol: protocol.into(),
        method: SmolStr::default(),
        path: SmolStr::default(),
        authorization: Authorization::Unknown,
        authorization_at: Val::default(),
        authorizer: None,
        api: None,
        validator: Tri::No,
        throttled: Tri::No,
        waf: Tri::No,
        public: Tri::Unknown,
        props: Val::default(),
        api_key: Tri::No,
        from_openapi: false,
    }
}

/// Name of the thing that an ARN, reference or name means; none where an account or a star would be in
/// it.
pub fn source_name(val: &Val) -> Option<SmolStr> {
    let text = val.display();
    let name = if let Some(arn) = arn::parse(&text) {
        arn.name
    } else {
        let fields = arn::split(&text, ':', 6);
        let rest = if fields.first() == Some(&"arn") { fields.get(5).copied() } else { Some(&*text) };
        SmolStr::new(arn::split(rest?, '/', usize::MAX).last().copied()?)
    };
    let bare = name.trim_start_matches("${").trim_end_matches('}');
    let bare = if bare.contains("${") { name.as_str() } else { bare };
    let bare = bare.strip_suffix(".Arn").unwrap_or(bare);
    (!bare.is_empty() && bare != "*" && !bare.contains('#')).then(|| SmolStr::new(bare))
}

/// What an entry of a function is called by its cause: the event's name where a framework made the
/// resource from an event, else the resource's own name.
pub fn event_name(l: &Lowering<'_>, r: &Resource, function: NodeIx) -> SmolStr {
    if r.name != r.id {
        return r.name.clone();
    }
    let Some(id) = l.graph.node(function).map(|n| n.logical_id.clone()) else { return r.id.clone() };
    if r.implied_by.is_none() {
        return r.id.clone();
    }
    // SAM puts the function's id before the event's name, serverless.yml its name and a number.
    let whole = r.id.strip_prefix(id.as_str()).filter(|rest| !rest.is_empty());
    let stem = id.strip_suffix("LambdaFunction").and_then(|stem| r.id.strip_prefix(stem));
    // It names rules of EventBridge after the physical name, in which the stage stands.
    let Some(rest) = whole.or(stem).or_else(|| r.id.strip_suffix("EventBridgeRule")) else {
        return r.id.clone();
    };
    if whole.is_none() {
        let digits = rest.len() - rest.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        if let Some(number) = rest.get(rest.len() - digits..).filter(|n| !n.is_empty()) {
            return number.into();
        }
    }
    if rest.is_empty() { r.id.clone() } else { rest.into() }
}
