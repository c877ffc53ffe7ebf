//! `iam evaluate`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::input::{Documents, Keys, checked};
use crate::action::Action;
use crate::context::State;
use crate::decide::{Decision, Gate, Policies, Verdict, explain};
use crate::document::{Effect, PolicyType};
use crate::principal::Caller;
use crate::request::Request;
use crate::service;
use crate::statement::Policy;
use crate::symbol::Symbols;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RequestLine {
    pub principal: String,
    pub action: String,
    #[serde(default)]
    pub resource: Option<String>,
    #[serde(default)]
    pub resource_account: Option<String>,
    #[serde(default)]
    pub context: Keys,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line<'a> {
    #[serde(default)]
    pub id: Value,
    pub request: RequestLine,
    #[serde(default, borrow)]
    pub identity: Documents<'a>,
    #[serde(default, borrow)]
    pub resource_policy: Documents<'a>,
    #[serde(default, borrow)]
    pub boundary: Documents<'a>,
    #[serde(default, borrow)]
    pub session: Documents<'a>,
    #[serde(default, borrow)]
    pub scp: Option<Vec<Documents<'a>>>,
    #[serde(default, borrow)]
    pub rcp: Option<Vec<Documents<'a>>>,
    #[serde(default, borrow)]
    pub endpoint: Documents<'a>,
    #[serde(default = "complete", deserialize_with = "complete_unless_null")]
    pub context_complete: bool,
    #[serde(default)]
    pub mode: Option<String>,
    #[serde(default)]
    pub management_account: Option<String>,
    #[serde(default)]
    pub want: Option<String>,
}

fn complete() -> bool {
    true
}

fn complete_unless_null<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Option::<bool>::deserialize(deserializer).map(|c| c.unwrap_or(false))
}

/// A question, ready to be decided.
pub(super) struct Question {
    pub request: Request,
    pub policies: Policies,
}

#[derive(Serialize)]
struct Because<'a> {
    policy: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<u32>,
    index: u32,
    statement: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<&'a str>,
    effect: &'static str,
}

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a Value,
    decision: &'static str,
    because: Vec<Because<'a>>,
    missing: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    blocked_by: Vec<&'static str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    residue: &'a [String],
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    may_be_explicit: bool,
    #[serde(skip_serializing_if = "<[&str]>::is_empty")]
    assumptions: &'a [&'static str],
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<Value>,
}

#[derive(Serialize)]
struct Changed {
    #[serde(rename = "do")]
    verb: &'static str,
    policy: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<u32>,
    index: u32,
    statement: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Value>,
}

/// Answers one line of `iam evaluate`.
///
/// In: `{"id", "request": {"principal", "action", "resource", "resource_account", "context"}, "identity":
/// [document…], "resource_policy": document, "boundary", "session", "endpoint": [document…], "scp", "rcp":
/// [[document…]…], "context_complete", "mode", "management_account"}`. Out: `{"id", "decision", "because",
/// "missing", "blocked_by", "residue"}`, or `{"id", "error"}`.
pub fn evaluate(line: &str) -> String {
    let line = line.trim_start_matches('\u{FEFF}').trim();
    if line.len() > super::LONGEST {
        return super::failure("", "a line is longer than 16 MiB");
    }
    let parsed: Line<'_> = match serde_json::from_str(line) {
        Ok(parsed) => parsed,
        Err(error) => return super::failure(line, &error.to_string()),
    };
    match question(&parsed) {
        Ok(question) => {
            let decision = explain(&question.request, &question.policies, &Symbols::new());
            answer(&parsed.id, &decision, &question.policies, None)
        }
        Err(error) => super::failure(line, &error),
    }
}

/// Answers one line of `iam why`: as [`evaluate`], and `change`, the fewest edits that turn the answer into
/// `want` (`allow` or `deny`; the contrary of the decision without it), or null if none do.
pub fn why(line: &str) -> String {
    let line = line.trim_start_matches('\u{FEFF}').trim();
    if line.len() > super::LONGEST {
        return super::failure("", "a line is longer than 16 MiB");
    }
    let parsed: Line<'_> = match serde_json::from_str(line) {
        Ok(parsed) => parsed,
        Err(error) => return super::failure(line, &error.to_string()),
    };
    let question = match question(&parsed) {
        Ok(question) => question,
        Err(error) => return super::failure(line, &error),
    };
    let symbols = Symbols::new();
    let decision = explain(&question.request, &question.policies, &symbols);
    let allow = match parsed.want.as_deref() {
        None => decision.verdict != Verdict::Allow,
        Some("allow") => true,
        Some("deny") => false,
        Some(other) => return super::failure(line, &format!("want `{other}` is neither `allow` nor `deny`")),
    };
    let changes = crate::why::change(&question.request, &question.policies, allow, &symbols);
    let changes = changes.map(|all| {
        let shown = all.into_iter().map(|c| Changed {
            verb: if c.adds { "add" } else { "remove" },
            policy: c.gate.as_str(),
            level: matches!(c.gate, Gate::Scp | Gate::Rcp).then_some(c.level),
            index: c.document,
            statement: c.statement,
            value: c.value,
        });
        shown.collect::<Vec<_>>()
    });
    let changes = serde_json::to_value(changes).unwrap_or_default();
    answer(&parsed.id, &decision, &question.policies, Some(changes))
}

/// Proves the answer to a line and replays the proof; `None` where the line gives an error.
pub fn replay(line: &str) -> Option<crate::checker::Replay> {
    let parsed: Line<'_> = serde_json::from_str(line.trim()).ok()?;
    let question = question(&parsed).ok()?;
    let (_, replay) = crate::certificate::verify(&question.request, &question.policies, &Symbols::new());
    Some(replay)
}

fn answer(id: &Value, decision: &Decision, policies: &Policies, change: Option<Value>) -> String {
    let because = decision.because.iter().map(|hit| {
        let policy = find(policies, hit.gate, hit.level, hit.document);
        let statement = policy.and_then(|p| p.document.statements.iter().find(|s| s.index == hit.statement));
        Because {
            policy: hit.gate.as_str(),
            level: matches!(hit.gate, Gate::Scp | Gate::Rcp).then_some(hit.level),
            index: hit.document,
            statement: hit.statement,
            sid: statement.and_then(|s| s.sid.as_deref()),
            effect: if hit.effect == Effect::Allow { "Allow" } else { "Deny" },
        }
    });
    let out = Answer {
        id,
        decision: decision.verdict.as_str(),
        because: because.collect(),
        missing: &decision.missing,
        blocked_by: decision.blocked_by.iter().map(|g| g.as_str()).collect(),
        residue: &decision.residue,
        may_be_explicit: decision.verdict == Verdict::ImplicitDeny && decision.may_be_explicit,
        assumptions: &decision.assumptions,
        change,
    };
    serde_json::to_string(&out).unwrap_or_default()
}

fn find(policies: &Policies, gate: Gate, level: u32, document: u32) -> Option<&Arc<Policy>> {
    let level = usize::try_from(level).ok()?;
    let at = usize::try_from(document).ok()?;
    match gate {
        Gate::Identity => policies.identity.get(at),
        Gate::Resource => policies.resource.as_ref(),
        Gate::Boundary => policies.boundary.get(at),
        Gate::Session => policies.session.get(at),
        Gate::Endpoint => policies.endpoint.get(at),
        Gate::Scp => policies.scp.get(level)?.get(at),
        Gate::Rcp => policies.rcp.get(level)?.get(at),
    }
}

pub(super) fn question(line: &Line<'_>) -> Result<Question, String> {
    let strict = match line.mode.as_deref() {
        None | Some("strict") => true,
        Some("lenient") => false,
        Some(other) => return Err(format!("mode `{other}` is neither `strict` nor `lenient`")),
    };
    let asked = &line.request;
    let long = |text: &str| text.len() > crate::limits::VALUE;
    let values = asked.context.0.iter().filter_map(|(_, state)| match state {
        State::Known(values) => Some(values),
        _ => None,
    });
    let texts = [&asked.principal, &asked.action].into_iter().chain(&asked.resource);
    if texts.into_iter().any(|t| long(t)) || values.flatten().any(|v| long(v)) {
        return Err(format!("a text of the request is longer than {} bytes", crate::limits::VALUE));
    }
    let caller = Caller::parse(&asked.principal).ok_or_else(|| {
        format!("principal `{}` is no ARN of a principal, no service and not `anonymous`", asked.principal)
    })?;
    let action = Action::parse(&asked.action)
        .ok_or_else(|| format!("action `{}` has not the form `service:Action`", asked.action))?;
    let resource = asked.resource.as_deref().unwrap_or("*");
    if let Some(account) = &asked.resource_account
        && !(account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit()))
    {
        return Err(format!("resource_account `{account}` is no account number of twelve digits"));
    }
    let context = asked.context.context(line.context_complete);
    let symbols = Symbols::new();
    let request =
        Request::new(caller, action, resource, asked.resource_account.as_deref(), context, &symbols);

    let read = |documents: &Documents<'_>, policy_type| {
        documents.0.iter().map(|raw| checked(raw.get(), policy_type, strict)).collect::<Result<Vec<_>, _>>()
    };
    let levels = |levels: &Option<Vec<Documents<'_>>>, policy_type| {
        levels.iter().flatten().map(|level| read(level, policy_type)).collect::<Result<Vec<_>, _>>()
    };
    let kind = if service::takes_role(&request) { PolicyType::Trust } else { PolicyType::Resource };
    let mut resource = read(&line.resource_policy, kind)?;
    if resource.len() > 1 {
        return Err("`resource_policy` is one document".to_owned());
    }
    let policies = Policies {
        identity: read(&line.identity, PolicyType::Identity)?,
        resource: resource.pop(),
        boundary: read(&line.boundary, PolicyType::Boundary)?,
        session: read(&line.session, PolicyType::Session)?,
        scp: levels(&line.scp, PolicyType::Scp)?,
        rcp: levels(&line.rcp, PolicyType::Rcp)?,
        endpoint: read(&line.endpoint, PolicyType::Endpoint)?,
        management_account: line.management_account.as_deref().map(Into::into),
    };
    Ok(Question { request, policies })
}
