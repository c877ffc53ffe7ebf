//! Condition keys that the actions of the statement do not carry.
//!
//! AWS lists the keys of each action and resource type:
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>

use super::Scope;
use super::cache::{ActionState, Cache, KeyClass};
use super::condition::Fact;
use super::finding::{Confidence, Out, Spot};
use super::rules::{beyond, grammar};
use crate::catalogue::{self, ActionId, KeyId};
use crate::condition::{Base, Operator, Quantifier};
use crate::document::{ConditionEntry, Effect, PolicyType, Text};

/// Whether a condition fails for a request without the key.
pub(super) fn requires_presence(operator: Operator, entry: &ConditionEntry) -> bool {
    if operator.base == Base::Null {
        return !entry.values.is_empty()
            && entry.values.iter().all(|v| v.value.eq_ignore_ascii_case("false"));
    }
    !operator.if_exists
        && match operator.quantifier {
            Quantifier::All => false,
            Quantifier::Any => true,
            Quantifier::None => !operator.negated,
        }
}

pub(super) fn check(scope: &Scope, facts: &[Fact], cache: &mut Cache, out: &mut Out) {
    let s = scope.statement;
    let Some(actions) = s.actions.as_ref().filter(|a| !a.negated && !a.open && !a.items.is_empty()) else {
        return;
    };
    for fact in facts {
        let KeyClass::Known(key) = fact.key.class else { continue };
        if fact.key.global
            || fact.key.kind.is_none()
            || starts_with_aws(&fact.entry.key)
            || super::condition::is_own(scope, &fact.entry.key)
        {
            continue;
        }
        let mut lacking: Option<&Text> = None;
        let mut without = 0_usize;
        let mut supported = false;
        let mut unknown = false;
        for text in &actions.items {
            if scope.symbolic(&text.value) {
                unknown = true;
                continue;
            }
            match supports(cache.action(&text.value), &text.value, key) {
                Some(true) => supported = true,
                Some(false) => {
                    without += 1;
                    lacking = lacking.or(Some(text));
                }
                None => unknown = true,
            }
        }
        let (Some(example), false) = (lacking, unknown && !supported) else { continue };
        let present = requires_presence(fact.operator, fact.entry);
        // Beside an action that carries the key, a condition which passes without it is meant so.
        if supported && !present {
            continue;
        }
        report(scope, fact, example, without, supported, present, out);
    }
}

fn report(
    scope: &Scope,
    fact: &Fact,
    example: &Text,
    without: usize,
    supported: bool,
    present: bool,
    out: &mut Out,
) {
    let effect = match (present, scope.statement.effect) {
        (true, Some(Effect::Deny)) => "the statement never denies it",
        (true, _) => "the statement never allows it",
        (false, _) => "the condition says nothing",
    };
    let others = match without {
        0 | 1 => String::new(),
        n => format!(" and {} more", n - 1),
    };
    let message = format!(
        "`{}` is no condition key of `{}`{others}, so that {effect}; move the action to a statement without this key",
        fact.entry.key, example.value
    );
    // Amazon S3 refuses a bucket policy whose keys fit none of its actions.
    let refused =
        scope.document.policy_type == PolicyType::Resource && scope.service == Some("s3") && !supported;
    let rule = if refused { &grammar::KEY_NOT_FOR_ACTION } else { &beyond::CONDITION_KEY_NOT_FOR_ACTION };
    let confidence = if supported { Confidence::Low } else { Confidence::Medium };
    out.add(rule, confidence, Spot::key(scope.statement, fact.entry), &message);
}

fn starts_with_aws(key: &str) -> bool {
    super::pattern::starts_with_folded(key, "aws:")
}

/// Whether an action, or one that a pattern fits, carries a key. `None` where the catalogue cannot say.
fn supports(state: ActionState, text: &str, key: KeyId) -> Option<bool> {
    match state {
        ActionState::One(action) => Some(carries(action, key)),
        ActionState::Several(service) => {
            let (_, name) = text.split_once(':')?;
            let mut found = false;
            catalogue::matching(service, name, |action| found = found || carries(action, key));
            Some(found)
        }
        _ => None,
    }
}

fn carries(action: ActionId, key: KeyId) -> bool {
    action.condition_keys().any(|k| k == key)
        || action.resource_types().any(|(kind, _)| kind.condition_keys().any(|k| k == key))
}
