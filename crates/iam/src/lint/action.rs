//! Values of `Action` and `NotAction`.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>

use super::Scope;
use super::cache::{ActionState, Cache};
use super::finding::{Confidence, Out, Spot, name_of};
use super::pattern::{has_variable, is_wild};
use super::problems::nearest;
use super::redundant;
use super::rules::{grammar, suggestion};
use crate::catalogue::{self, ServiceId};
use crate::document::{PolicyType, Text};

/// Actions of a trust policy
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_terms-and-concepts.html>).
const TRUST: [&str; 6] = [
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
    "sts:TagSession",
    "sts:SetSourceIdentity",
    "sts:SetContext",
];

pub(super) fn check(scope: &Scope, cache: &mut Cache, out: &mut Out) {
    let Some(actions) = &scope.statement.actions else { return };
    let name = name_of(actions, "Action", "NotAction");
    for text in &actions.items {
        if scope.symbolic(&text.value) || has_variable(&text.value) {
            continue;
        }
        one(scope, name, text, cache, out);
    }
    redundant::actions(scope, actions, name, out);
}

fn one(scope: &Scope, name: &str, text: &Text, cache: &mut Cache, out: &mut Out) {
    let s = scope.statement;
    let value = &*text.value;
    let state = cache.action(value);
    match state {
        ActionState::UnknownService => {
            let (prefix, _) = value.split_once(':').unwrap_or((value, ""));
            let names: Vec<&str> = catalogue::services().map(ServiceId::prefix).collect();
            let hint = nearest(prefix, &names).map_or_else(String::new, |n| format!("; did you mean `{n}`?"));
            let message =
                format!("the service prefix of `{value}` was not known on {}{hint}", catalogue::date());
            out.add(
                &grammar::UNKNOWN_SERVICE_IN_ACTION,
                Confidence::High,
                Spot::text(s, name, text),
                &message,
            );
            return;
        }
        ActionState::UnknownAction(service) => {
            let found = if out.may_hint() { nearest_action(service, value) } else { None };
            let hint = found.map_or_else(
                || "; remove it or look up its name".to_owned(),
                |n| format!("; did you mean `{}:{n}`?", service.prefix()),
            );
            let message = format!("`{value}` was not known on {}{hint}", catalogue::date());
            out.add(&grammar::UNKNOWN_ACTION, Confidence::Medium, Spot::text(s, name, text), &message);
            return;
        }
        ActionState::Malformed => return,
        ActionState::AnyService => {
            if let Some((prefix, _)) = value.split_once(':')
                && is_wild(prefix)
            {
                let message = format!(
                    "`{value}` has a wildcard in the service prefix, which fits services that nobody has in mind; name the service"
                );
                out.add(
                    &suggestion::WILDCARD_IN_SERVICE_PREFIX,
                    Confidence::High,
                    Spot::text(s, name, text),
                    &message,
                );
            }
        }
        ActionState::One(_) | ActionState::Several(_) => {}
    }
    if let Some(message) = misplaced(scope, value, state) {
        out.add(
            &grammar::ACTION_NOT_FOR_RESOURCE_POLICY,
            Confidence::High,
            Spot::text(s, name, text),
            &message,
        );
    }
    if scope.document.policy_type == PolicyType::Scp {
        let inside = value.trim_end_matches('*');
        if is_wild(inside) {
            let message = format!(
                "`{value}` has a wildcard before its end, which service control policies take in the full policy language only; list the actions"
            );
            out.add(
                &grammar::SCP_ACTION_WILDCARD_INSIDE,
                Confidence::Low,
                Spot::text(s, name, text),
                &message,
            );
        }
    }
}

/// Why an action cannot stand in a policy of this type or on this resource.
fn misplaced(scope: &Scope, value: &str, state: ActionState) -> Option<String> {
    let service = state.service()?;
    match scope.document.policy_type {
        PolicyType::Trust => {
            let fits = TRUST.iter().any(|known| super::pattern::covers(value, known, true));
            (!fits).then(|| {
                format!("`{value}` cannot stand in a trust policy; use `sts:AssumeRole` or another action that assumes the role")
            })
        }
        PolicyType::Rcp => (!service.supports_rcp()).then(|| {
            format!("`{value}` is of a service to which resource control policies do not apply; remove it")
        }),
        PolicyType::Resource => {
            let own = scope.service?;
            let resource_type = scope.options.resource_type.unwrap_or_default();
            if service.prefix() != own {
                return Some(format!(
                    "`{value}` cannot stand in the policy of `{resource_type}`; use actions of `{own}`"
                ));
            }
            let ActionState::One(action) = state else { return None };
            // Amazon S3 refuses an action that applies to no bucket or object.
            (own == "s3" && action.resource_types().next().is_none()).then(|| {
                format!("`{value}` applies to no bucket and no object; it belongs into an identity policy")
            })
        }
        _ => None,
    }
}

fn nearest_action(service: ServiceId, value: &str) -> Option<String> {
    let (_, wanted) = value.split_once(':')?;
    let mut names = Vec::new();
    catalogue::names(service, |_, name| names.push(name.to_owned()));
    let all: Vec<&str> = names.iter().map(String::as_str).collect();
    nearest(wanted, &all).map(ToOwned::to_owned)
}
