//! Services that act for somebody: the confused deputy.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html>

use super::Scope;
use super::finding::{Confidence, Out, Spot};
use super::pattern::starts_with_folded;
use super::principal::spot;
use super::rules::{grammar, security, suggestion};
use crate::condition::{Base, Operator};
use crate::document::{ConditionEntry, Effect, PolicyType, PrincipalKind};

/// Keys that say for whom a service acts.
const SOURCE: [&str; 7] = [
    "aws:SourceArn",
    "aws:SourceAccount",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "aws:SourceOwner",
    "lambda:EventSourceToken",
    "kms:CallerAccount",
];

/// Keys of the caller's identity, which a service principal does not have
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>).
const IDENTITY: [&str; 9] = [
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalArn",
    "aws:PrincipalAccount",
    "aws:PrincipalTag/",
    "aws:username",
    "aws:FederatedProvider",
    "aws:MultiFactorAuthPresent",
    "aws:MultiFactorAuthAge",
];

fn names(entry: &ConditionEntry, key: &str) -> bool {
    if key.ends_with('/') { starts_with_folded(&entry.key, key) } else { entry.key.eq_ignore_ascii_case(key) }
}

pub(super) fn check(scope: &Scope, out: &mut Out) {
    let s = scope.statement;
    let policy_type = scope.document.policy_type;
    let Some(principals) = s.principals.as_ref().filter(|p| !p.negated) else { return };
    let service = principals.items.iter().find(|i| i.kind == PrincipalKind::Service);
    let (Some(item), Some(Effect::Allow)) = (service, s.effect) else { return };
    if !principals.open && principals.items.iter().all(|i| i.kind == PrincipalKind::Service) {
        for entry in &s.conditions {
            let present =
                Operator::parse(&entry.operator).is_some_and(|o| super::support::requires_presence(o, entry));
            if present && IDENTITY.iter().any(|key| names(entry, key)) {
                let message = format!(
                    "`{}` is never set when a service calls, so that the statement allows nothing; use `aws:SourceAccount` or `aws:SourceOrgID`",
                    entry.key
                );
                out.add(
                    &grammar::KEY_NOT_FOR_SERVICE_PRINCIPAL,
                    Confidence::High,
                    Spot::key(s, entry),
                    &message,
                );
            }
        }
    }
    // Functions have a check of their own, with the fix; a role's trust in a service is how services get roles.
    if policy_type != PolicyType::Resource || s.conditions_open || scope.service == Some("lambda") {
        return;
    }
    let restricts = |entry: &ConditionEntry| {
        let holds = Operator::parse(&entry.operator).is_some_and(|o| !o.negated && o.base != Base::Null);
        holds
            && (SOURCE.iter().any(|key| names(entry, key))
                || starts_with_folded(&entry.key, "kms:EncryptionContext:"))
    };
    if s.conditions.iter().any(restricts) {
        return;
    }
    let value = &item.text.value;
    if let Some(entry) = s.conditions.iter().find(|e| {
        ["aws:Referer", "aws:SourceVpc", "aws:SourceIp", "aws:UserAgent"].iter().any(|k| names(e, k))
    }) {
        let message = format!(
            "`{}` does not say for whom `{value}` acts; use `aws:SourceArn` or `aws:SourceAccount` instead",
            entry.key
        );
        out.add(&suggestion::RECOMMENDED_KEY_FOR_SERVICE, Confidence::Medium, Spot::key(s, entry), &message);
        return;
    }
    let message = format!(
        "`{value}` may act here for every customer of AWS; add `aws:SourceArn` or `aws:SourceAccount`"
    );
    out.add(&security::SERVICE_PRINCIPAL_UNRESTRICTED, Confidence::Medium, spot(scope, item), &message);
}
