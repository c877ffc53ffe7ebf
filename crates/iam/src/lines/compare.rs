//! `iam compare`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::input::{Documents, checked};
use crate::context::State;
use crate::document::PolicyType;
use crate::include::{Options, Relation, compare as compare_sets};
use crate::request::Request;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'a> {
    #[serde(default)]
    id: Value,
    #[serde(borrow)]
    a: Documents<'a>,
    #[serde(borrow)]
    b: Documents<'a>,
    #[serde(default)]
    existing_actions: Option<bool>,
    #[serde(default)]
    mode: Option<String>,
}

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a Value,
    result: &'static str,
    only_a: Option<Value>,
    only_b: Option<Value>,
    residue: Vec<String>,
}

/// Answers one line of `iam compare`.
///
/// In: `{"id", "a": [document…], "b": [document…], "existing_actions"}`. Out: `{"id", "result":
/// "equal|a_in_b|b_in_a|overlap|disjoint|unknown", "only_a": request or null, "only_b": request or null,
/// "residue"}`, or `{"id", "error"}`.
pub fn compare(line: &str) -> String {
    let line = line.trim_start_matches('\u{FEFF}').trim();
    if line.len() > super::LONGEST {
        return super::failure("", "a line is longer than 16 MiB");
    }
    let parsed: Line<'_> = match serde_json::from_str(line) {
        Ok(parsed) => parsed,
        Err(error) => return super::failure(line, &error.to_string()),
    };
    match answer(&parsed) {
        Ok(text) => text,
        Err(error) => super::failure(line, &error),
    }
}

fn answer(line: &Line<'_>) -> Result<String, String> {
    let strict = match line.mode.as_deref() {
        None | Some("strict") => true,
        Some("lenient") => false,
        Some(other) => return Err(format!("mode `{other}` is neither `strict` nor `lenient`")),
    };
    let all = || line.a.0.iter().chain(&line.b.0);
    let principal = |raw: &str| {
        crate::element::Element::from_json(raw).is_ok_and(|e| {
            let statements = e.get("Statement").map(crate::element::Element::one_or_many).unwrap_or_default();
            statements.iter().any(|s| s.get("Principal").is_some() || s.get("NotPrincipal").is_some())
        })
    };
    let named = all().filter(|raw| principal(raw.get())).count();
    let empty = |raw: &str| {
        crate::element::Element::from_json(raw)
            .is_ok_and(|e| e.get("Statement").is_none_or(|s| s.one_or_many().is_empty()))
    };
    if named != 0 && all().any(|raw| !principal(raw.get()) && !empty(raw.get())) {
        return Err("documents with `Principal` and documents without it are not comparable".to_owned());
    }
    let kind = if named == 0 { PolicyType::Identity } else { PolicyType::Resource };
    let read = |documents: &Documents<'_>| {
        documents.0.iter().map(|raw| checked(raw.get(), kind, strict)).collect::<Result<Vec<_>, _>>()
    };
    let (a, b) = (read(&line.a)?, read(&line.b)?);
    let options = Options { existing_actions: line.existing_actions.unwrap_or(false) };
    let found = compare_sets(&a, &b, options);
    let relation = found.relation();
    let (show_a, show_b) = match relation {
        Relation::Equal | Relation::Unknown => (false, false),
        Relation::AInB => (false, true),
        Relation::BInA => (true, false),
        Relation::Overlap | Relation::Disjoint => (true, true),
    };
    let out = Answer {
        id: &line.id,
        result: relation.as_str(),
        only_a: found.only_a.as_ref().filter(|_| show_a).map(request),
        only_b: found.only_b.as_ref().filter(|_| show_b).map(request),
        residue: found.inexact.filter(|_| relation == Relation::Unknown).into_iter().collect(),
    };
    serde_json::to_string(&out).map_err(|e| e.to_string())
}

/// A request in the form of `iam evaluate`.
pub(super) fn request(request: &Request) -> Value {
    let mut context = serde_json::Map::new();
    for (key, state) in request.context.iter() {
        if let State::Known(values) = state {
            let values = values.iter().map(|v| Value::from(&**v)).collect();
            context.insert(crate::context::spelling(key.as_str()), Value::Array(values));
        }
    }
    serde_json::json!({
        "principal": request.caller.as_str(),
        "action": request.action.as_str(),
        "resource": request.resource.as_str(),
        "resource_account": request.resource_account.as_deref(),
        "context": context,
    })
}
