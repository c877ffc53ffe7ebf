//! The smallest change that turns an answer into its contrary.

use std::sync::Arc;

use crate::decide::{Decision, Gate, Policies, Verdict, explain};
use crate::document::{Effect, PolicyType};
use crate::request::Request;
use crate::service;
use crate::statement::Policy;
use crate::symbol::Symbols;

/// One edit of one policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// A statement is added; otherwise one is removed.
    pub adds: bool,
    /// The kind of policy.
    pub gate: Gate,
    /// Level of the organisation, for guardrails.
    pub level: u32,
    /// The document among those of the gate; one more than there are is a new one.
    pub document: u32,
    /// Removed: the statement.
    pub statement: Option<u32>,
    /// Added: the statement as JSON.
    pub value: Option<serde_json::Value>,
}

/// The fewest edits after which a request is allowed (`allow`) or not. `None`: no edit of these policies
/// does it, or the answer hangs on what is not known.
///
/// Every deny that matches has to go and every gate that is shut needs an allow, so that the edits of
/// *allow* are forced but for one choice: within an account either the caller's policies or the resource's
/// may grant, and the caller's are named.
pub fn change(request: &Request, policies: &Policies, allow: bool, symbols: &Symbols) -> Option<Vec<Change>> {
    let mut edited = policies.clone();
    let mut changes = Vec::new();
    // As many rounds as there are gates and levels; each opens at least one.
    for _ in 0..(8 + policies.scp.len() + policies.rcp.len()) {
        let decision = explain(request, &edited, symbols);
        if (decision.verdict == Verdict::Allow) == allow && decision.verdict != Verdict::Unknown {
            return Some(changes);
        }
        let step = if allow {
            open(request, &edited, &decision, symbols)?
        } else {
            vec![shut(request, &edited, &decision, symbols)?]
        };
        if step.is_empty() {
            return None;
        }
        for edit in step {
            apply(&mut edited, &edit)?;
            changes.push(edit);
        }
    }
    None
}

fn open(
    request: &Request,
    policies: &Policies,
    decision: &Decision,
    symbols: &Symbols,
) -> Option<Vec<Change>> {
    match decision.verdict {
        Verdict::ExplicitDeny => Some(
            decision
                .because
                .iter()
                .filter(|h| h.effect == Effect::Deny && h.certain)
                .map(|h| Change {
                    adds: false,
                    gate: h.gate,
                    level: h.level,
                    document: h.document,
                    statement: Some(h.statement),
                    value: None,
                })
                .collect(),
        ),
        Verdict::ImplicitDeny if service::stays_in_account(request) => None,
        Verdict::ImplicitDeny => {
            let mut out = Vec::new();
            for gate in &decision.blocked_by {
                if *gate == Gate::Scp {
                    for level in 0..policies.scp.len() {
                        let alone =
                            Policies { scp: vec![policies.scp.get(level)?.clone()], ..policies.clone() };
                        if explain(request, &alone, symbols).blocked_by.contains(&Gate::Scp) {
                            out.push(added(request, *gate, u32::try_from(level).ok()?));
                        }
                    }
                } else {
                    out.push(added(request, *gate, 0));
                }
            }
            // A gate that is open for itself may still not grant: a resource that names only the account.
            if out.is_empty() {
                let gate =
                    if service::resource_policy_decides(request) { Gate::Resource } else { Gate::Identity };
                out.push(added(request, gate, 0));
            }
            Some(out)
        }
        Verdict::Allow | Verdict::Unknown => None,
    }
}

fn added(request: &Request, gate: Gate, level: u32) -> Change {
    let mut statement = serde_json::json!({
        "Effect": "Allow",
        "Action": request.action.as_str(),
        "Resource": request.resource.as_str(),
    });
    if matches!(gate, Gate::Resource | Gate::Endpoint)
        && let Some(map) = statement.as_object_mut()
    {
        let caller = request.caller.principal_arn().filter(|a| !a.contains(crate::symbol::ROLE_PATH));
        let text = caller.unwrap_or_else(|| request.caller.as_str().to_owned());
        let principal = match request.caller.kind() {
            crate::principal::CallerKind::Anonymous => serde_json::json!("*"),
            crate::principal::CallerKind::Service => serde_json::json!({ "Service": text }),
            crate::principal::CallerKind::Provider => serde_json::json!({ "Federated": text }),
            _ => serde_json::json!({ "AWS": text }),
        };
        map.insert("Principal".to_owned(), principal);
        if service::takes_role(request) {
            map.remove("Resource");
        }
    }
    Change { adds: true, gate, level, document: 0, statement: None, value: Some(statement) }
}

/// Removing the one statement that allows is the smallest change; where several do, a deny is.
fn shut(request: &Request, policies: &Policies, decision: &Decision, symbols: &Symbols) -> Option<Change> {
    if service::always_allowed(request) || decision.verdict != Verdict::Allow {
        return None;
    }
    let narrow = decision.because.iter().filter(|h| matches!(h.gate, Gate::Identity | Gate::Resource));
    for hit in narrow {
        let edit = Change {
            adds: false,
            gate: hit.gate,
            level: hit.level,
            document: hit.document,
            statement: Some(hit.statement),
            value: None,
        };
        let mut edited = policies.clone();
        apply(&mut edited, &edit)?;
        if explain(request, &edited, symbols).verdict != Verdict::Allow {
            return Some(edit);
        }
    }
    let person = request.caller.account().is_some();
    let mut edit = added(request, if person { Gate::Identity } else { Gate::Resource }, 0);
    if let Some(map) = edit.value.as_mut().and_then(serde_json::Value::as_object_mut) {
        map.insert("Effect".to_owned(), "Deny".into());
    }
    Some(edit)
}

fn apply(policies: &mut Policies, edit: &Change) -> Option<()> {
    let level = usize::try_from(edit.level).ok()?;
    let at = usize::try_from(edit.document).ok()?;
    let trust = edit.value.as_ref().is_some_and(|v| v.get("Resource").is_none());
    let kind = match edit.gate {
        Gate::Scp => PolicyType::Scp,
        Gate::Rcp => PolicyType::Rcp,
        Gate::Endpoint => PolicyType::Endpoint,
        Gate::Session => PolicyType::Session,
        Gate::Boundary => PolicyType::Boundary,
        Gate::Identity => PolicyType::Identity,
        Gate::Resource if trust => PolicyType::Trust,
        Gate::Resource => PolicyType::Resource,
    };
    let mut single = policies.resource.iter().cloned().collect::<Vec<_>>();
    let list = match edit.gate {
        Gate::Scp => policies.scp.get_mut(level)?,
        Gate::Rcp => policies.rcp.get_mut(level)?,
        Gate::Endpoint => &mut policies.endpoint,
        Gate::Session => &mut policies.session,
        Gate::Boundary => &mut policies.boundary,
        Gate::Identity => &mut policies.identity,
        Gate::Resource => &mut single,
    };
    match &edit.value {
        Some(value) => {
            let text = serde_json::json!({ "Version": "2012-10-17", "Statement": [value] }).to_string();
            let new = Policy::from_json(&text, kind).ok()?;
            match list.get(at) {
                Some(old) => {
                    let mut document = old.document.clone();
                    for mut statement in new.document.statements {
                        statement.index = u32::try_from(document.statements.len()).ok()?;
                        document.statements.push(statement);
                    }
                    *list.get_mut(at)? = Arc::new(Policy::new(document, &Symbols::new()));
                }
                None => list.push(Arc::new(new)),
            }
        }
        None => {
            let old = list.get(at)?;
            let mut document = old.document.clone();
            document.statements.retain(|s| Some(s.index) != edit.statement);
            *list.get_mut(at)? = Arc::new(Policy::new(document, &Symbols::new()));
        }
    }
    if edit.gate == Gate::Resource {
        policies.resource = single.pop();
    }
    Some(())
}
