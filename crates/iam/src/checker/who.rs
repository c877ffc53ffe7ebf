//! Whom a statement names, naively.

use super::{Facts, like, symbolic};
use crate::document::{Document, Effect, PolicyType, PrincipalKind, PrincipalValue, Statement};
use crate::tri::Tri;

/// What the caller is called by: role ARN or user ARN, session ARN, account.
struct Caller<'f> {
    text: &'f str,
    account: &'f str,
    /// `user`, `role`, `session`, `federated`, `root`, `service`, `provider`, `anonymous`.
    kind: &'static str,
    role: &'f str,
}

fn caller(text: &str) -> Caller<'_> {
    let account = text.split(':').nth(4).unwrap_or("");
    let tail = text.splitn(6, ':').nth(5).unwrap_or("");
    let kind = if text == "anonymous" || text == "*" {
        "anonymous"
    } else if text.len() == 12 && text.chars().all(|c| c.is_ascii_digit()) {
        return Caller { text, account: text, kind: "root", role: "" };
    } else if !text.starts_with("arn:") {
        if text.contains(".amazonaws.com") { "service" } else { "provider" }
    } else if tail == "root" {
        "root"
    } else if tail.starts_with("user/") {
        "user"
    } else if tail.starts_with("role/") {
        "role"
    } else if tail.starts_with("assumed-role/") {
        "session"
    } else if tail.starts_with("federated-user/") {
        "federated"
    } else {
        "provider"
    };
    let role = match kind {
        "role" => tail.rsplit('/').next().unwrap_or(""),
        "session" => tail.split('/').nth(1).unwrap_or(""),
        _ => "",
    };
    Caller { text, account, kind, role }
}

fn same(a: &str, b: &str) -> Tri {
    if symbolic(a) || symbolic(b) { if a == b { Tri::True } else { like(a, b) } } else { (a == b).into() }
}

/// Whether a principal names a caller, and how: 0 by its account, 1 by its role or as everybody, 2 itself.
fn one(item: &PrincipalValue, caller: &Caller<'_>) -> (Tri, usize) {
    let text = &*item.text.value;
    let person = ["root", "user", "role", "session", "federated"].contains(&caller.kind);
    match item.kind {
        PrincipalKind::Everyone => (Tri::True, 1),
        PrincipalKind::Service => (Tri::from(caller.kind == "service").and(same(text, caller.text)), 2),
        PrincipalKind::Federated => {
            (Tri::from(["service", "provider"].contains(&caller.kind)).and(same(text, caller.text)), 2)
        }
        PrincipalKind::CanonicalUser if !person => (Tri::False, 2),
        PrincipalKind::CanonicalUser => (if text == caller.text { Tri::True } else { Tri::Unknown }, 2),
        PrincipalKind::Aws if text == "*" => (Tri::True, 1),
        PrincipalKind::Aws => {
            let account = text.split(':').nth(4).unwrap_or("");
            let tail = text.splitn(6, ':').nth(5).unwrap_or("");
            let number = text.len() == 12 && text.chars().all(|c| c.is_ascii_digit());
            if number || (tail == "root" && text.contains(":iam:")) {
                let account = if number { text } else { account };
                return (Tri::from(person).and(same(account, caller.account)), 0);
            }
            if symbolic(text) && !text.starts_with("arn:") {
                return (if caller.kind == "anonymous" { Tri::False } else { Tri::Unknown }, 1);
            }
            match caller.kind {
                "federated" if tail.starts_with("user/") => {
                    (same(account, caller.account).and(Tri::Unknown), 1)
                }
                "user" | "federated" | "root" => (same(text, caller.text), 2),
                "role" if tail.starts_with("assumed-role/") => {
                    let role = tail.split('/').nth(1).unwrap_or("");
                    (same(account, caller.account).and(same(role, caller.role)).and(Tri::Unknown), 2)
                }
                "role" => (same(text, caller.text), 1),
                "session" if tail.starts_with("assumed-role/") => (same(text, caller.text), 2),
                "session" if tail.starts_with("role/") && text.contains(":iam:") => {
                    let role = tail.rsplit('/').next().unwrap_or("");
                    (same(account, caller.account).and(same(role, caller.role)), 1)
                }
                _ => (Tri::False, 2),
            }
        }
    }
}

/// Whether a statement names the caller, and how.
pub(super) fn names(statement: &Statement, document: &Document, facts: &Facts) -> (Tri, usize) {
    let has_to = matches!(document.policy_type, PolicyType::Resource | PolicyType::Trust | PolicyType::Rcp);
    let may = has_to || document.policy_type == PolicyType::Endpoint;
    let Some(principals) = statement.principals.as_ref().filter(|_| may) else {
        return (Tri::from(!has_to), 1);
    };
    let caller = caller(&facts.principal);
    let open = if principals.open { Tri::Unknown } else { Tri::False };
    if principals.negated {
        let listed = |wanted: &dyn Fn(&PrincipalValue) -> Tri| {
            principals.items.iter().fold(open, |t, item| t.or(wanted(item)))
        };
        let everybody = principals.items.iter().any(|i| &*i.text.value == "*");
        let found = if statement.effect == Some(Effect::Deny) && facts.bounded {
            Tri::False
        } else if everybody {
            Tri::True
        } else if statement.effect == Some(Effect::Deny) {
            let account = listed(&|i| match one(i, &caller) {
                (t, 0) => t,
                _ => Tri::False,
            });
            let itself = listed(&|i| match one(i, &caller) {
                (t, 2) => t,
                _ => Tri::False,
            });
            let role = listed(&|i| match one(i, &caller) {
                (t, 1) => t,
                _ => Tri::False,
            });
            match caller.kind {
                "root" => account,
                "user" | "federated" => account.and(itself),
                "role" | "session" => account.and(itself).and(role),
                _ => itself,
            }
        } else {
            listed(&|i| one(i, &caller).0)
        };
        return (found.negate(), 1);
    }
    // Of several ways the strongest that is certain counts.
    let mut best = (open, 1);
    for item in &principals.items {
        let (holds, way) = one(item, &caller);
        let better = holds > best.0 || (holds == best.0 && holds != Tri::False && way > best.1);
        if better {
            best = (holds, way);
        }
    }
    best
}
