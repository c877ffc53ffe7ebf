//! What proves a decision: the statements that match and those that do not.
//!
//! A certificate names statements only; [`crate::checker`], which shares no code with the engine, matches
//! them anew.

use crate::decide::{Decision, Gate, Hit, Policies, Verdict, explain};
use crate::document::Document;
use crate::request::Request;
use crate::symbol::Symbols;

/// A statement by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The kind of its policy.
    pub gate: Gate,
    /// Level of the organisation, for guardrails.
    pub level: u32,
    /// The document among those of the gate.
    pub document: u32,
    /// The statement in it.
    pub statement: u32,
}

/// The proof of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// What is proved.
    pub verdict: Verdict,
    /// Statements that match; what each does is read from its document. All others that would change the
    /// answer do not.
    pub matching: Vec<Place>,
}

/// One document with its place.
pub struct Placed<'a> {
    /// The kind of policy.
    pub gate: Gate,
    /// Level of the organisation, for guardrails.
    pub level: u32,
    /// Its place among those of the gate.
    pub document: u32,
    /// What stands in it.
    pub content: &'a Document,
}

/// Decides a request and proves the answer.
pub fn prove(request: &Request, policies: &Policies, symbols: &Symbols) -> (Decision, Certificate) {
    let decision = explain(request, policies, symbols);
    let place = |hit: &Hit| Place {
        gate: hit.gate,
        level: hit.level,
        document: hit.document,
        statement: hit.statement,
    };
    let certificate = Certificate {
        verdict: decision.verdict,
        matching: decision.because.iter().filter(|h| h.certain).map(place).collect(),
    };
    (decision, certificate)
}

/// Every document of a request with its place.
pub fn documents(policies: &Policies) -> Vec<Placed<'_>> {
    let mut out = Vec::new();
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let lists = [
        (Gate::Identity, &policies.identity),
        (Gate::Boundary, &policies.boundary),
        (Gate::Session, &policies.session),
        (Gate::Endpoint, &policies.endpoint),
    ];
    for (gate, list) in lists {
        for (n, policy) in list.iter().enumerate() {
            out.push(Placed { gate, level: 0, document: number(n), content: &policy.document });
        }
    }
    for (gate, levels) in [(Gate::Scp, &policies.scp), (Gate::Rcp, &policies.rcp)] {
        for (level, list) in levels.iter().enumerate() {
            for (n, policy) in list.iter().enumerate() {
                out.push(Placed {
                    gate,
                    level: number(level),
                    document: number(n),
                    content: &policy.document,
                });
            }
        }
    }
    if let Some(policy) = &policies.resource {
        out.push(Placed { gate: Gate::Resource, level: 0, document: 0, content: &policy.document });
    }
    out
}

/// The words of a request, for the checker.
pub fn facts(request: &Request, policies: &Policies) -> crate::checker::Facts {
    use crate::context::State;
    let context = request.context.iter().map(|(key, state)| {
        let values = match state {
            State::Known(values) => Some(values.iter().map(ToString::to_string).collect()),
            State::Unknown | State::Absent => None,
        };
        (key.as_str().to_owned(), values, matches!(state, State::Absent))
    });
    let mut known = Vec::new();
    let mut absent = Vec::new();
    for (key, values, is_absent) in context {
        if is_absent { absent.push(key) } else { known.push((key, values)) }
    }
    crate::checker::Facts {
        principal: request.caller.as_str().to_owned(),
        action: request.action.as_str().to_owned(),
        resource: request.resource.as_str().to_owned(),
        resource_account: request.resource_account.as_deref().map(ToOwned::to_owned),
        context: known,
        absent,
        open: !request.context.is_complete(),
        levels: u32::try_from(policies.scp.len()).unwrap_or(u32::MAX),
        management_account: policies.management_account.as_deref().map(ToOwned::to_owned),
        rcp: request.action.supports_rcp(),
        resource_decides: crate::service::resource_policy_decides(request),
        stays: crate::service::stays_in_account(request),
        bounded: !policies.boundary.is_empty(),
        always: crate::service::always_allowed(request),
    }
}

/// Proves the answer to a request and replays the proof.
pub fn verify(
    request: &Request,
    policies: &Policies,
    symbols: &Symbols,
) -> (Decision, crate::checker::Replay) {
    let (decision, certificate) = prove(request, policies, symbols);
    let replay = crate::checker::check(&certificate, &documents(policies), &facts(request, policies));
    (decision, replay)
}
