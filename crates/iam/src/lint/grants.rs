//! Grants of `iam:PassRole` and `iam:CreateServiceLinkedRole` on everything.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>

use super::Scope;
use super::finding::{Confidence, Out, Spot, name_of};
use super::pattern::{covers, is_any, is_wild};
use super::rules::{Rule, security, warning};
use crate::condition::{Base, Operator};
use crate::document::{Effect, PolicyType, Text};

struct Grant {
    action: &'static str,
    /// The key that restricts it as well as a resource would.
    key: &'static str,
    /// The tail of the ARN that stands for all resources.
    all: &'static str,
    /// Rules by how the action is named (literal, wildcard, NotAction): with NotResource, on everything.
    not_resource: [&'static Rule; 3],
    everything: [&'static Rule; 3],
}

static GRANTS: [Grant; 2] = [
    Grant {
        action: "iam:PassRole",
        key: "iam:PassedToService",
        all: "role/*",
        not_resource: [
            &security::PASS_ROLE_WITH_NOT_RESOURCE,
            &security::PASS_ROLE_STAR_AND_NOT_RESOURCE,
            &security::PASS_ROLE_NOT_ACTION_NOT_RESOURCE,
        ],
        everything: [
            &security::PASS_ROLE_WILDCARD,
            &security::PASS_ROLE_STAR_ON_STAR,
            &security::PASS_ROLE_NOT_ACTION_ON_STAR,
        ],
    },
    Grant {
        action: "iam:CreateServiceLinkedRole",
        key: "iam:AWSServiceName",
        all: "role/aws-service-role/*",
        not_resource: [
            &warning::CREATE_SLR_WITH_NOT_RESOURCE,
            &warning::CREATE_SLR_STAR_AND_NOT_RESOURCE,
            &warning::CREATE_SLR_NOT_ACTION_NOT_RESOURCE,
        ],
        everything: [
            &warning::CREATE_SLR_ON_STAR,
            &warning::CREATE_SLR_STAR_ON_STAR,
            &warning::CREATE_SLR_NOT_ACTION_ON_STAR,
        ],
    },
];

pub(super) fn check(scope: &Scope, out: &mut Out) {
    let s = scope.statement;
    let grants = matches!(scope.document.policy_type, PolicyType::Identity | PolicyType::Session);
    if !grants || s.effect != Some(Effect::Allow) || s.opaque {
        return;
    }
    let (Some(actions), Some(resources)) = (&s.actions, &s.resources) else { return };
    for grant in &GRANTS {
        let mut named = actions.items.iter().filter(|t| covers(&t.value, grant.action, true)).peekable();
        let how = match (actions.negated, named.peek().is_some()) {
            (true, true) | (false, false) => continue,
            (true, false) if actions.open || actions.items.iter().any(|t| scope.symbolic(&t.value)) => {
                continue;
            }
            (true, false) => 2,
            (false, true) => usize::from(named.all(|t| is_wild(&t.value))),
        };
        let restricted = s.conditions.iter().any(|entry| {
            entry.key.eq_ignore_ascii_case(grant.key)
                && Operator::parse(&entry.operator).is_some_and(|o| !o.negated && o.base != Base::Null)
        });
        if restricted {
            continue;
        }
        let (rules, spot, on) = if resources.negated {
            (
                &grant.not_resource,
                Spot::element(s, "NotResource", "", resources.mark),
                "all resources but those listed",
            )
        } else {
            let Some(all) = resources.items.iter().find(|t| is_all(t, grant.all)) else { continue };
            let name = name_of(resources, "Resource", "NotResource");
            (&grant.everything, Spot::text(s, name, all), "every role")
        };
        let Some(rule) = rules.get(how) else { continue };
        let message = format!(
            "the statement allows `{}` on {on}; name the roles, or add the condition key `{}`",
            grant.action, grant.key
        );
        out.add(rule, Confidence::High, spot, &message);
    }
}

/// Whether a value covers all roles, of every account or of one.
fn is_all(text: &Text, all: &str) -> bool {
    if is_any(&text.value) {
        return true;
    }
    let mut parts = text.value.splitn(6, ':');
    let (Some("arn"), service) = (parts.next(), parts.nth(1)) else { return false };
    let service = service.is_none_or(|s| covers(s, "iam", true));
    service && parts.nth(2).is_none_or(|tail| covers(tail, all, false))
}
