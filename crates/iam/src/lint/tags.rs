//! Conditions on tags for services that do not send them.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html>

use super::Scope;
use super::cache::{Cache, KeyClass};
use super::condition::Fact;
use super::finding::{Confidence, Out, Spot};
use super::pattern::starts_with_folded;
use super::rules::{Rule, security, suggestion};
use crate::document::Effect;

pub(super) fn check(scope: &Scope, facts: &[Fact], cache: &mut Cache, out: &mut Out) {
    let s = scope.statement;
    let (Some(actions), Some(effect)) = (&s.actions, s.effect) else { return };
    for fact in facts {
        let KeyClass::Known(key) = fact.key.class else { continue };
        let tag = starts_with_folded(&fact.entry.key, "aws:ResourceTag/")
            || starts_with_folded(&fact.entry.key, "aws:RequestTag/")
            || fact.entry.key.eq_ignore_ascii_case("aws:TagKeys");
        if !tag || !super::support::requires_presence(fact.operator, fact.entry) {
            continue;
        }
        if actions.negated {
            let (rule, what): (&'static Rule, &str) = match effect {
                Effect::Deny => (&security::DENY_NOT_ACTION_BY_UNSUPPORTED_TAG, "denied"),
                Effect::Allow => (&suggestion::ALLOW_NOT_ACTION_BY_UNSUPPORTED_TAG, "allowed"),
            };
            let message = format!(
                "`NotAction` covers services that do not send `{}`, whose actions are not {what}; list the actions",
                fact.entry.key
            );
            out.add(rule, Confidence::Medium, Spot::key(s, fact.entry), &message);
            continue;
        }
        let mut services: Vec<&str> = Vec::new();
        for text in actions.items.iter().filter(|t| !scope.symbolic(&t.value)) {
            let Some(service) = cache.action(&text.value).service() else { continue };
            if !cache.service_has_key(service, key) && !services.contains(&service.prefix()) {
                services.push(service.prefix());
            }
        }
        if services.is_empty() {
            continue;
        }
        let (rule, what): (&'static Rule, &str) = match effect {
            Effect::Deny => (&security::DENY_BY_UNSUPPORTED_TAG_KEY, "denied"),
            Effect::Allow => (&suggestion::ALLOW_BY_UNSUPPORTED_TAG_KEY, "allowed"),
        };
        let message = format!(
            "`{}` do not send `{}`, so that their actions are never {what}; move them to a statement without this key",
            services.join("`, `"),
            fact.entry.key
        );
        out.add(rule, Confidence::Medium, Spot::key(s, fact.entry), &message);
    }
}
