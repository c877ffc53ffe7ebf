//! Condition keys: whether they exist, where they may stand, and which operators they need.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>

use smallvec::SmallVec;

use super::Scope;
use super::cache::{Cache, KeyClass, KeyFacts};
use super::finding::{Confidence, Out, Spot};
use super::pattern::starts_with_folded;
use super::problems::nearest;
use super::rules::{grammar, security, suggestion, warning};
use crate::catalogue::{self, KeyId};
use crate::condition::{Base, Operator, Quantifier};
use crate::document::{ConditionEntry, Effect, PolicyType};

/// A condition of a statement with what is known of its operator and key.
pub(super) struct Fact<'a> {
    pub entry: &'a ConditionEntry,
    pub operator: Operator,
    pub key: KeyFacts,
}

/// The conditions of a statement whose operator is known and whose key holds no reference.
pub(super) fn facts<'a>(scope: &Scope<'a>, cache: &mut Cache) -> SmallVec<[Fact<'a>; 4]> {
    let entries = scope.statement.conditions.iter();
    let named = entries.filter(|e| !scope.symbolic(&e.key));
    named
        .filter_map(|entry| {
            let operator = cache.operator(&entry.operator)?;
            Some(Fact { entry, operator, key: cache.key(&entry.key) })
        })
        .collect()
}

pub(super) fn check(scope: &Scope, facts: &[Fact], out: &mut Out) {
    for (at, fact) in facts.iter().enumerate() {
        existence(scope, fact, out);
        place(scope, fact, out);
        quantifier(scope, fact, facts, out);
        let twin = facts.iter().take(at.min(1_000)).find(|other| {
            other.entry.operator == fact.entry.operator
                && other.entry.key != fact.entry.key
                && other.entry.key.eq_ignore_ascii_case(&fact.entry.key)
        });
        if let Some(twin) = twin {
            let message = format!(
                "`{}` is the same key as `{}` in another case; put the values of both under one",
                fact.entry.key, twin.entry.key
            );
            out.add(&grammar::DUPLICATE_KEYS_BY_CASE, Confidence::High, spot(scope, fact), &message);
        }
    }
    pairs(scope, facts, out);
}

fn spot<'f>(scope: &Scope, fact: &'f Fact) -> Spot<'f> {
    Spot::key(scope.statement, fact.entry)
}

fn existence(scope: &Scope, fact: &Fact, out: &mut Out) {
    let key = &fact.entry.key;
    let date = catalogue::date();
    let (rule, confidence, message) = match fact.key.class {
        KeyClass::Known(_) | KeyClass::Claim => return,
        KeyClass::Malformed => (
            &grammar::CONDITION_KEY_MALFORMED,
            Confidence::High,
            format!("`{key}` is no condition key of the form `prefix:name`; write the prefix and the name"),
        ),
        KeyClass::TagNameMissing => (
            &grammar::TAG_KEY_MISSING,
            Confidence::High,
            format!("`{key}` lacks the name of the tag; write `{}/name`", key.trim_end_matches('/')),
        ),
        KeyClass::Deprecated => {
            let newer =
                if key.eq_ignore_ascii_case("aws:ARN") { "aws:PrincipalArn" } else { "aws:SourceAccount" };
            let attached =
                !scope.document.policy_type.has_principal() && scope.document.policy_type != PolicyType::Scp;
            if attached || newer == "aws:SourceAccount" {
                let message = format!("`{key}` is deprecated; use `{newer}`");
                (&warning::GLOBAL_KEY_DEPRECATED, Confidence::High, message)
            } else {
                let message = format!(
                    "`{key}` is not available to a {} policy; use `{newer}`",
                    scope.document.policy_type.as_str()
                );
                (&grammar::GLOBAL_KEY_NOT_IN_THIS_POLICY, Confidence::High, message)
            }
        }
        KeyClass::UnknownGlobal => {
            let names: Vec<&str> =
                catalogue::keys().map(KeyId::name).filter(|n| starts_with_folded(n, "aws:")).collect();
            let message =
                format!("the global condition key `{key}` was not known on {date}{}", hint(key, &names, out));
            (&grammar::UNKNOWN_GLOBAL_CONDITION_KEY, Confidence::High, message)
        }
        KeyClass::UnknownOfService(service) => {
            let names: Vec<&str> = catalogue::service_keys(service).map(KeyId::name).collect();
            let message =
                format!("the condition key `{key}` was not known on {date}{}", hint(key, &names, out));
            (&grammar::UNKNOWN_SERVICE_CONDITION_KEY, Confidence::Medium, message)
        }
        KeyClass::UnknownService => {
            let message = format!(
                "the prefix of the condition key `{key}` was not known on {date}; write the prefix of a service, or `aws`"
            );
            (&grammar::UNKNOWN_SERVICE_CONDITION_KEY, Confidence::Medium, message)
        }
    };
    out.add(rule, confidence, spot(scope, fact), &message);
}

fn hint(key: &str, names: &[&str], out: &mut Out) -> String {
    let found = if out.may_hint() { nearest(key, names) } else { None };
    found.map_or_else(|| "; look up its name".to_owned(), |n| format!("; did you mean `{n}`?"))
}

/// Whether a key says nothing in a policy of this type: a resource is always its own.
pub(super) fn is_own(scope: &Scope, key: &str) -> bool {
    const OWN: [&str; 4] =
        ["aws:ResourceAccount", "aws:ResourceOrgID", "aws:ResourceOrgPaths", "s3:ResourceAccount"];
    matches!(scope.document.policy_type, PolicyType::Resource | PolicyType::Trust)
        && OWN.iter().any(|own| key.eq_ignore_ascii_case(own))
}

fn place(scope: &Scope, fact: &Fact, out: &mut Out) {
    if is_own(scope, &fact.entry.key) {
        let message = format!(
            "`{}` has no effect in the policy of the resource itself; use it in identity policies",
            fact.entry.key
        );
        out.add(&suggestion::IRRELEVANT_CONDITION_KEY, Confidence::High, spot(scope, fact), &message);
    }
}

fn quantifier(scope: &Scope, fact: &Fact, facts: &[Fact], out: &mut Out) {
    let Fact { entry, operator, key } = fact;
    if operator.base == Base::Null {
        if operator.quantifier != Quantifier::None {
            let result = if operator.quantifier == Quantifier::All { "true" } else { "false" };
            let message =
                format!("`{}` is always {result}; write `Null` without set operator", entry.operator);
            out.add(&suggestion::NULL_WITH_SET_OPERATOR, Confidence::High, spot(scope, fact), &message);
        }
        return;
    }
    if !matches!(key.class, KeyClass::Known(_)) {
        return;
    }
    if key.array && operator.quantifier == Quantifier::None {
        let message = format!(
            "`{}` may have several values; write `ForAnyValue:{op}` or `ForAllValues:{op}`",
            entry.key,
            op = entry.operator
        );
        out.add(&grammar::SET_OPERATOR_MISSING, Confidence::Medium, spot(scope, fact), &message);
    }
    let checked = facts.iter().any(|other| {
        other.operator.base == Base::Null
            && other.entry.key.eq_ignore_ascii_case(&entry.key)
            && other.entry.values.iter().all(|v| &*v.value == "false")
    });
    if !key.array
        && operator.quantifier == Quantifier::All
        && scope.statement.effect == Some(Effect::Allow)
        && !checked
    {
        let message = format!(
            "`{}` has one value, and `ForAllValues` is true when the request lacks it; remove the set operator",
            entry.key
        );
        out.add(&security::FOR_ALL_VALUES_ON_SINGLE_KEY, Confidence::High, spot(scope, fact), &message);
    }
}

/// Keys that are only safe with another
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-vpcsourceip>).
fn pairs(scope: &Scope, facts: &[Fact], out: &mut Out) {
    let s = scope.statement;
    if s.effect != Some(Effect::Allow) || s.conditions_open {
        return;
    }
    let has = |names: &[&str]| {
        s.conditions.iter().any(|e| names.iter().any(|name| e.key.eq_ignore_ascii_case(name)))
    };
    for fact in facts.iter().filter(|f| !f.operator.negated && f.operator.base != Base::Null) {
        let key = &fact.entry.key;
        let vpc = ["aws:SourceVpc", "aws:SourceVpce", "aws:SourceVpcArn"];
        if key.eq_ignore_ascii_case("aws:VpcSourceIp") && !has(&vpc) {
            let message = format!(
                "`{key}` fits private addresses of any network; add `aws:SourceVpc` or `aws:SourceVpce`"
            );
            out.add(&security::PAIRED_KEY_MISSING, Confidence::High, spot(scope, fact), &message);
        }
        let owners = ["aws:SourceAccount", "aws:SourceOrgID", "aws:SourceOrgPaths", "aws:SourceOwner"];
        if key.eq_ignore_ascii_case("aws:SourceArn") && !has(&owners) {
            let loose = fact.entry.values.iter().find(|v| {
                !scope.symbolic(&v.value)
                    && v.value.starts_with("arn:")
                    && v.value.split(':').nth(4) == Some("")
            });
            if let Some(value) = loose {
                let message = format!(
                    "`{}` names no account, and its name may be taken by another one; add `aws:SourceAccount`",
                    value.value
                );
                out.add(&security::PAIRED_KEY_MISSING, Confidence::Medium, spot(scope, fact), &message);
            }
        }
    }
}
