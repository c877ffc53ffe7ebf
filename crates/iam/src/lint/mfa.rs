//! Conditions on multi-factor authentication that long-term keys pass.
//!
//! `aws:MultiFactorAuthPresent` is absent from requests that are signed with the access key of a user
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent>).

use super::Scope;
use super::condition::Fact;
use super::finding::{Confidence, Out, Spot};
use super::rules::beyond;
use crate::condition::{Base, Operator};
use crate::document::Effect;

const KEY: &str = "aws:MultiFactorAuthPresent";

pub(super) fn check(scope: &Scope, facts: &[Fact], out: &mut Out) {
    let s = scope.statement;
    for fact in facts.iter().filter(|f| f.entry.key.eq_ignore_ascii_case(KEY)) {
        let is = |wanted: &str| fact.entry.values.iter().any(|v| v.value.eq_ignore_ascii_case(wanted));
        let Operator { base, negated, if_exists, .. } = fact.operator;
        let compares =
            matches!(base, Base::Bool | Base::StringEquals | Base::StringEqualsIgnoreCase) && !negated;
        let message = match s.effect {
            Some(Effect::Deny) if compares && is("false") && !if_exists && !absence_denied(scope) => {
                "requests with an access key lack `aws:MultiFactorAuthPresent` and are not denied; use `BoolIfExists`"
            }
            Some(Effect::Allow) if compares && is("true") && if_exists => {
                "requests with an access key lack `aws:MultiFactorAuthPresent` and are allowed; use `Bool`"
            }
            Some(Effect::Allow) if base == Base::Null && is("false") && facts.len() == 1 => {
                "`Null` asks whether `aws:MultiFactorAuthPresent` is there, not whether it is true; use `Bool`"
            }
            _ => continue,
        };
        out.add(&beyond::MFA_CONDITION_INEFFECTIVE, Confidence::High, Spot::key(s, fact.entry), message);
    }
}

/// Whether another statement denies requests that lack the key.
fn absence_denied(scope: &Scope) -> bool {
    scope.document.statements.iter().filter(|s| s.effect == Some(Effect::Deny)).any(|s| {
        s.conditions.iter().any(|entry| {
            entry.key.eq_ignore_ascii_case(KEY)
                && entry.values.iter().any(|v| v.value.eq_ignore_ascii_case("true"))
                && Operator::parse(&entry.operator).is_some_and(|o| o.base == Base::Null)
        })
    })
}
