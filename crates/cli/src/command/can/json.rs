//! The answer for programs, schema `palisade/can/1`.

use palisade_analyze::can::{Answer, Said};
use palisade_graph::{Application, Node};
use palisade_iam::decide::Verdict;
use palisade_iam::document::Effect;
use palisade_source::Span;
use serde_json::{Map, Value, json};

use super::{Asked, Can, overall};

pub(super) fn written(
    can: &Can,
    application: &Application,
    function: &Node,
    first: &Asked<'_>,
    others: &[Asked<'_>],
    verdict: Verdict,
) -> String {
    let mut out = Map::new();
    out.insert("schema".to_owned(), json!("palisade/can/1"));
    out.insert("function".to_owned(), json!(function.id));
    out.insert("action".to_owned(), json!(can.action.as_str()));
    if let [only] = first.answers.as_slice() {
        part(&mut out, application, only);
    } else {
        out.insert("resource".to_owned(), Value::Null);
        out.insert("decision".to_owned(), json!(verdict.as_str()));
        let best = first.answers.iter().filter(|a| a.decision.verdict == verdict && !a.target.any);
        let mut because: Vec<Value> = Vec::new();
        let mut missing: Vec<String> = Vec::new();
        for answer in best {
            for said in statements(application, answer) {
                if !because.contains(&said) {
                    because.push(said);
                }
            }
            missing.extend(answer.decision.missing.iter().cloned());
        }
        missing.sort();
        missing.dedup();
        out.insert("because".to_owned(), Value::Array(because));
        out.insert("missing".to_owned(), json!(missing));
        out.insert("residue".to_owned(), json!([]));
        let answers = first.answers.iter().map(|a| {
            let mut one = Map::new();
            part(&mut one, application, a);
            Value::Object(one)
        });
        out.insert("answers".to_owned(), answers.collect());
    }
    let different: Vec<Value> = others
        .iter()
        .filter(|o| overall(&o.answers) != verdict)
        .map(|o| {
            let facts: Map<String, Value> =
                o.world.facts.iter().map(|(k, v)| (k.to_string(), json!(v))).collect();
            json!({ "world": facts, "decision": overall(&o.answers).as_str() })
        })
        .collect();
    if !different.is_empty() {
        out.insert("varies".to_owned(), Value::Array(different));
    }
    format!("{}\n", serde_json::to_string_pretty(&out).unwrap_or_default())
}

fn part(out: &mut Map<String, Value>, application: &Application, answer: &Answer) {
    let decision = &answer.decision;
    out.insert("resource".to_owned(), json!(answer.resource));
    out.insert("decision".to_owned(), json!(decision.verdict.as_str()));
    out.insert("because".to_owned(), Value::Array(statements(application, answer)));
    out.insert("missing".to_owned(), json!(decision.missing));
    out.insert("residue".to_owned(), json!(decision.residue));
    if !decision.blocked_by.is_empty() {
        let gates: Vec<&str> = decision.blocked_by.iter().map(|g| g.as_str()).collect();
        out.insert("blocked_by".to_owned(), json!(gates));
    }
    if decision.may_be_explicit {
        out.insert("may_be_explicit".to_owned(), json!(true));
    }
    if !decision.assumptions.is_empty() {
        out.insert("assumptions".to_owned(), json!(decision.assumptions));
    }
    if !answer.notes.is_empty() {
        out.insert("notes".to_owned(), json!(answer.notes));
    }
}

fn statements(application: &Application, answer: &Answer) -> Vec<Value> {
    answer.statements.iter().map(|s| statement(application, s)).collect()
}

fn statement(application: &Application, said: &Said) -> Value {
    json!({
        "policy": said.hit.gate.as_str(),
        "index": said.hit.document,
        "name": said.name,
        "statement": said.hit.statement,
        "sid": said.sid.as_deref(),
        "effect": if said.hit.effect == Effect::Allow { "Allow" } else { "Deny" },
        "certain": said.hit.certain,
        "location": location(application, said.span),
    })
}

fn location(application: &Application, span: Span) -> Value {
    let Some(file) = application.store.get(span.file).filter(|_| span.is_some()) else { return Value::Null };
    let at = |offset: u32| {
        let at = file.position(offset);
        json!({ "line": at.line, "column": at.column, "offset": offset })
    };
    json!({ "path": file.path, "start": at(span.start), "end": at(span.end) })
}
