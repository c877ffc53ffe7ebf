use std::fmt::Write;

use palisade_graph::{Entry, From, Piece, Reason, State, Statement, Val, Value, Via};
use palisade_source::Span;
use smol_str::SmolStr;

use super::Lowering;
use crate::Resource;

/// Larger embedded documents are not parsed.
const SIZE: usize = 4 << 20;

/// Statements of a policy document (a map, or a JSON string with or without holes). What cannot be read
/// is one statement whose effect, actions and resources are not known.
pub fn statements(l: &Lowering<'_>, document: &Val, from: From, policy: &str) -> Vec<Statement> {
    let document = parsed(document);
    // Frameworks write an empty string to take a policy away.
    if document.is_null() || document.as_str() == Some("") {
        return Vec::new();
    }
    let Some(map) = document.as_map() else {
        return vec![statement(l, &opaque(&document), from, policy)];
    };
    let Some(list) = map.get("Statement") else {
        if map.open {
            return vec![statement(l, &opaque(&document), from, policy)];
        }
        // A single statement in place of the document.
        let single = map.get("Effect").is_some();
        return if single { vec![statement(l, &document, from, policy)] } else { Vec::new() };
    };
    let mut out: Vec<Statement> = list.items().iter().map(|s| statement(l, s, from, policy)).collect();
    if list.as_list().is_some_and(|l| l.open) {
        out.push(statement(l, &opaque(list), from, policy));
    }
    out
}

/// Where the statements of a policy resource come from, `own` unless a connector made it: its metadata
/// says so, or the transform made the policy and took its statements from a profile.
pub fn origin(r: &Resource, document: &Val, own: From) -> From {
    let said = !r.attributes.at("Metadata").get("aws:sam:connectors").is_null();
    let profile = |s: &Val| s.links().any(|k| k.word == Via::PolicyTemplate);
    let made = r.implied_by.is_some() && document.get("Statement").items().iter().any(profile);
    if said || made { From::Connector } else { own }
}

/// Whether a list says that something of it could not be read.
pub fn unread(statements: &[Statement]) -> bool {
    statements.iter().any(|s| matches!(s.effect.state, State::Unknown(_)))
}

fn opaque(val: &Val) -> Val {
    let symbol = match &val.state {
        State::Unknown(u) => {
            return Val {
                via: val.via.clone(),
                ..Val::unknown(u.reason.clone(), u.symbol.clone(), val.span)
            };
        }
        State::Ref(t) => t.display().trim_start_matches("${").trim_end_matches('}').into(),
        _ => SmolStr::new_static("policy"),
    };
    Val { via: val.via.clone(), ..Val::unknown(Reason::ExternalLookup, symbol, val.span) }
}

/// One statement.
pub fn statement(l: &Lowering<'_>, val: &Val, from: From, policy: &str) -> Statement {
    let mut implied_by = None;
    let by_connector = from == From::Connector;
    let mut from = from;
    for link in val.links().filter(|_| !by_connector) {
        match link.word {
            Via::PolicyTemplate => from = From::Template,
            Via::Implied => {
                from = From::Implied;
                implied_by = l.cause_at(link.span).or_else(|| Some(policy.into()));
            }
            _ => {}
        }
    }
    let unknown = if val.as_map().is_none() { Some(opaque(val)) } else { None };
    let get = |key: &str| val.get(key);
    let list = |key: &str| elements(get(key));
    let whole = |key: &str| match &unknown {
        Some(u) => vec![u.clone()],
        None => list(key),
    };
    Statement {
        sid: get("Sid").as_str().map(SmolStr::new),
        effect: unknown.clone().unwrap_or_else(|| get("Effect").clone()),
        actions: whole("Action"),
        not_actions: list("NotAction"),
        resources: whole("Resource"),
        not_resources: list("NotResource"),
        principal: get("Principal").clone(),
        not_principal: get("NotPrincipal").clone(),
        condition: get("Condition").clone(),
        from,
        policy: policy.into(),
        implied_by,
        span: val.span,
    }
}

/// Elements of a value that may be one or a list; an open list has one more that is not known.
pub fn elements(val: &Val) -> Vec<Val> {
    let mut items = val.items().to_vec();
    if val.as_list().is_some_and(|l| l.open) {
        items.push(Val::unknown(Reason::Condition, "more", val.span));
    }
    items
}

/// The value itself, or what a string of JSON holds. Holes stay holes.
pub fn parsed(val: &Val) -> Val {
    let (text, holes) = match &val.state {
        State::Known(Value::Str(s)) => (s.to_string(), Vec::new()),
        State::Partial(pieces) => marked(pieces),
        _ => return val.clone(),
    };
    if text.len() > SIZE || !text.trim_start().starts_with(['{', '[']) {
        return val.clone();
    }
    match serde_json::from_str::<serde_json::Value>(&text) {
        Ok(json) => from_json(json, val.span, &holes),
        Err(_) => Val::unknown(Reason::ParseError, "document", val.span),
    }
}

/// The text of a partial string with `\u{E000}n\u{E001}` for its nth hole, in quotes where the hole
/// stands for a whole value.
fn marked(pieces: &[Piece]) -> (String, Vec<Val>) {
    let mut text = String::new();
    let mut holes = Vec::new();
    let mut inside = false;
    for piece in pieces {
        match piece {
            Piece::Text(t) => {
                let mut escaped = false;
                for c in t.chars() {
                    match c {
                        '\\' if inside => escaped = !escaped,
                        '"' if !escaped => inside = !inside,
                        _ => escaped = false,
                    }
                }
                text.push_str(t);
            }
            Piece::Hole(v) => {
                let quote = if inside { "" } else { "\"" };
                let _ = write!(text, "{quote}\u{e000}{}\u{e001}{quote}", holes.len());
                holes.push(v.clone());
            }
        }
    }
    (text, holes)
}

fn from_json(json: serde_json::Value, span: Span, holes: &[Val]) -> Val {
    use serde_json::Value as J;
    match json {
        J::Null => Val::known(Value::Null, span),
        J::Bool(b) => Val::bool(b, span),
        J::Number(n) => Val::known(Value::Num(smol_str::format_smolstr!("{n}")), span),
        J::String(s) => filled(&s, span, holes),
        J::Array(items) => Val::list(items.into_iter().map(|i| from_json(i, span, holes)).collect(), span),
        J::Object(entries) => {
            let entry = |(key, val): (String, J)| {
                let key = filled(&key, span, holes).display();
                Entry { key, key_span: span, val: from_json(val, span, holes) }
            };
            Val::map(entries.into_iter().map(entry).collect(), span)
        }
    }
}

fn filled(text: &str, span: Span, holes: &[Val]) -> Val {
    if holes.is_empty() || !text.contains('\u{e000}') {
        return Val::str(text, span);
    }
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\u{e000}') {
        let Some((number, tail)) = after.split_once('\u{e001}') else { break };
        if !before.is_empty() {
            pieces.push(Piece::Text(before.into()));
        }
        if let Some(hole) = number.parse::<usize>().ok().and_then(|n| holes.get(n)) {
            pieces.push(Piece::Hole(hole.clone()));
        }
        rest = tail;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.into()));
    }
    match pieces.as_slice() {
        [Piece::Hole(v)] => v.clone(),
        _ => Val::new(State::Partial(pieces.into()), span),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_of_json_keeps_its_holes() {
        let pieces = vec![
            Piece::Text(r#"{"Resource": "arn:aws:s3:::"#.into()),
            Piece::Hole(Val::reference("Photos", Span::NONE)),
            Piece::Text(r#"/*", "Action": "#.into()),
            Piece::Hole(Val::reference("Actions", Span::NONE)),
            Piece::Text("}".into()),
        ];
        let val = parsed(&Val::new(State::Partial(pieces.into()), Span::NONE));
        assert_eq!(val.get("Resource").display(), "arn:aws:s3:::${Photos}/*");
        assert_eq!(val.get("Action").display(), "${Actions}");
        assert!(matches!(val.get("Action").state, State::Ref(_)));
    }

    #[test]
    fn text_that_is_no_json_is_unknown_and_other_text_stays() {
        assert!(matches!(parsed(&Val::str("{nope", Span::NONE)).state, State::Unknown(_)));
        assert_eq!(parsed(&Val::str("plain", Span::NONE)).as_str(), Some("plain"));
    }
}
