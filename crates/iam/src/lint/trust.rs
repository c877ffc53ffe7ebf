//! Trust policies of roles.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_terms-and-concepts.html>

use super::Scope;
use super::finding::{Confidence, Out, Spot};
use super::pattern::covers;
use super::principal::spot;
use super::rules::{grammar, suggestion};
use crate::document::{Document, Effect, PolicyType, PrincipalKind, PrincipalValue, Statement, Values};

const SAML: &str = "sts:AssumeRoleWithSAML";
const WEB: &str = "sts:AssumeRoleWithWebIdentity";
const PLAIN: &str = "sts:AssumeRole";

pub(super) fn check(scope: &Scope, out: &mut Out) {
    if scope.document.policy_type != PolicyType::Trust {
        return;
    }
    let s = scope.statement;
    let Some(principals) = &s.principals else { return };
    if principals.negated {
        let message =
            "a trust policy cannot use `NotPrincipal`; name who may assume the role with `Principal`";
        let spot = Spot::element(s, "NotPrincipal", "", principals.mark);
        out.add(&grammar::TRUST_WITH_NOT_PRINCIPAL, Confidence::High, spot, message);
        return;
    }
    let Some(actions) = s.actions.as_ref().filter(|a| !a.negated && !a.open && !a.items.is_empty()) else {
        return;
    };
    if actions.items.iter().any(|t| scope.symbolic(&t.value)) {
        return;
    }
    covered(scope, &principals.items, out);
    if s.effect != Some(Effect::Allow) {
        return;
    }
    if !principals.open {
        mismatch(scope, actions, &principals.items, out);
    }
    roles_anywhere(scope, &principals.items, out);
    session_keys(scope, actions, out);
}

/// Whether one of some actions is this one.
fn lists(actions: &Values, action: &str) -> bool {
    actions.items.iter().any(|text| covers(&text.value, action, true))
}

/// Whether a principal can call an action that assumes a role.
fn can(scope: &Scope, item: &PrincipalValue, action: &str) -> bool {
    let value = &*item.text.value;
    if scope.symbolic(value) {
        return true;
    }
    match item.kind {
        PrincipalKind::Everyone => true,
        PrincipalKind::Aws => value == "*" || action == PLAIN,
        PrincipalKind::Service => action == PLAIN,
        PrincipalKind::Federated if value.contains(":saml-provider/") => action == SAML,
        PrincipalKind::Federated => action == WEB,
        PrincipalKind::CanonicalUser => false,
    }
}

fn mismatch(scope: &Scope, actions: &Values, items: &[PrincipalValue], out: &mut Out) {
    if items.is_empty() {
        return;
    }
    let fitting =
        [PLAIN, SAML, WEB].map(|action| (action, items.iter().any(|item| can(scope, item, action))));
    let mut faulty = false;
    for text in &actions.items {
        let known = fitting.iter().find(|(action, _)| text.value.eq_ignore_ascii_case(action));
        if known.is_none_or(|(_, fits)| *fits) {
            continue;
        }
        faulty = true;
        let right = items.first().map_or(PLAIN, fitting_action);
        let message =
            format!("`{}` cannot be called by the principals of the statement; use `{right}`", text.value);
        let spot = Spot::text(scope.statement, "Action", text);
        out.add(&grammar::TRUST_ACTION_MISMATCH, Confidence::High, spot, &message);
    }
    let assumes = [PLAIN, SAML, WEB].into_iter().filter(|a| lists(actions, a));
    let assumes: Vec<&str> = assumes.collect();
    if faulty || assumes.is_empty() {
        return;
    }
    for item in items.iter().filter(|item| !assumes.iter().any(|a| can(scope, item, a))) {
        let message = format!(
            "`{}` can call none of the actions of the statement; add `{}` for it in a statement of its own",
            item.text.value,
            fitting_action(item)
        );
        out.add(&grammar::TRUST_ACTION_MISMATCH, Confidence::High, spot(scope, item), &message);
    }
}

fn fitting_action(item: &PrincipalValue) -> &'static str {
    match item.kind {
        PrincipalKind::Federated if item.text.value.contains(":saml-provider/") => SAML,
        PrincipalKind::Federated => WEB,
        _ => PLAIN,
    }
}

/// IAM Roles Anywhere sets session tags and a source identity
/// (<https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html>).
fn roles_anywhere(scope: &Scope, items: &[PrincipalValue], out: &mut Out) {
    const NAME: &str = "rolesanywhere.amazonaws.com";
    let trusts = |s: &Statement| {
        s.effect == Some(Effect::Allow)
            && s.principals
                .as_ref()
                .is_some_and(|p| !p.negated && p.items.iter().any(|i| &*i.text.value == NAME))
    };
    let Some(item) = items.iter().find(|i| i.kind == PrincipalKind::Service && &*i.text.value == NAME) else {
        return;
    };
    let document: &Document = scope.document;
    if document.statements.iter().find(|s| trusts(s)).is_none_or(|s| s.index != scope.statement.index) {
        return;
    }
    let listed = |action: &str| {
        let statements = document.statements.iter().filter(|s| trusts(s));
        statements.filter_map(|s| s.actions.as_ref()).any(|a| a.open || a.negated || lists(a, action))
    };
    let missing: Vec<&str> =
        [PLAIN, "sts:SetSourceIdentity", "sts:TagSession"].into_iter().filter(|a| !listed(a)).collect();
    if !missing.is_empty() {
        let message = format!("`{NAME}` cannot assume the role without `{}`; add it", missing.join("`, `"));
        out.add(&grammar::ROLES_ANYWHERE_ACTION_MISSING, Confidence::High, spot(scope, item), &message);
    }
}

/// Keys that a caller may set only with an action of their own
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html>).
fn session_keys(scope: &Scope, actions: &Values, out: &mut Out) {
    for entry in &scope.statement.conditions {
        let key = entry.key.to_ascii_lowercase();
        let needed = match key.as_str() {
            "sts:sourceidentity" => "sts:SetSourceIdentity",
            "sts:transitivetagkeys" | "aws:tagkeys" => "sts:TagSession",
            _ if key.starts_with("aws:requesttag/") => "sts:TagSession",
            _ => continue,
        };
        if !lists(actions, needed) {
            let message =
                format!("`{}` can be set only by who may call `{needed}`; add that action", entry.key);
            let spot = Spot::key(scope.statement, entry);
            out.add(&grammar::ACTION_MISSING_FOR_KEY, Confidence::High, spot, &message);
        }
    }
}

/// An account covers its users and roles.
fn covered(scope: &Scope, items: &[PrincipalValue], out: &mut Out) {
    for (at, item) in items.iter().enumerate().take(1_000) {
        let value = &*item.text.value;
        let by = items.iter().enumerate().find(|(position, other)| {
            if *position == at || other.kind != item.kind {
                return false;
            }
            let other = &*other.text.value;
            if other == value {
                return *position < at;
            }
            let Some(account) = whole_account(other).filter(|_| item.kind == PrincipalKind::Aws) else {
                return false;
            };
            match whole_account(value) {
                Some(same) => same == account && *position < at,
                None => value.split(':').nth(4) == Some(account),
            }
        });
        if let Some((_, by)) = by {
            let message = format!("`{value}` is covered by `{}`; keep the one that is meant", by.text.value);
            out.add(&suggestion::REDUNDANT_TRUST_PRINCIPAL, Confidence::Medium, spot(scope, item), &message);
        }
    }
}

fn whole_account(value: &str) -> Option<&str> {
    if super::principal::is_account(value) {
        return Some(value);
    }
    value.strip_suffix(":root")?.rsplit(':').next()
}
