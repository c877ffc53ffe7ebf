use palisade_graph::{Authorization, EntryDetail, NodeIx, Tri, Val, Via};
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
/// it, or where it was computed: the stage may be in it.
pub fn source_name(val: &Val) -> Option<SmolStr> {
    if val.links().any(|k| matches!(k.word, Via::Evaluated | Via::Parameter)) && val.as_target().is_none() {
        return None;
    }
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
pub fn event_name(l: &mut Lowering<'_>, r: &Resource, function: NodeIx, event: &str) -> SmolStr {
    if r.name != r.id {
        return r.name.clone();
    }
    let Some(id) = l.graph.node(function).map(|n| n.logical_id.clone()) else { return r.id.clone() };
    if r.implied_by.is_none() {
        return r.id.clone();
    }
    // SAM puts the function's id before the event's name.
    if let Some(rest) = r.id.strip_prefix(id.as_str()).filter(|rest| !rest.is_empty()) {
        return rest.into();
    }
    // serverless.yml numbers its events, and names some resources after physical names, in which the
    // stage stands.
    if !id.ends_with("LambdaFunction") {
        return r.id.clone();
    }
    let rest = r.id.strip_suffix("EventBridgeRule").unwrap_or(&r.id);
    let number = rest.trim_start_matches(|c: char| !c.is_ascii_digit());
    if (rest.len() < r.id.len() || rest.contains("EventsRule")) && number.parse::<u32>().is_ok() {
        return number.into();
    }
    smol_str::format_smolstr!("{}", l.ordinal(function, event))
}
