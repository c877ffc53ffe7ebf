//! Values of conditions against the types of their operators and keys.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use std::cmp::Ordering;

use super::Scope;
use super::condition::Fact;
use super::finding::{Confidence, Out, Spot};
use super::pattern::{has_variable, is_wild};
use super::rules::{Rule, beyond, grammar, suggestion, warning};
use crate::catalogue::KeyType;
use crate::condition::{Base, Decimal, Instant, Range};
use crate::document::Text;

pub(super) fn check(scope: &Scope, facts: &[Fact], out: &mut Out) {
    for fact in facts {
        family(scope, fact, out);
        for text in &fact.entry.values {
            if scope.symbolic(&text.value) || has_variable(&text.value) {
                continue;
            }
            if let Some((rule, message)) = fault(fact, text) {
                let spot = Spot::condition_value(scope.statement, fact.entry, text);
                out.add(rule, Confidence::High, spot, &message);
            }
        }
        several(scope, fact, out);
    }
}

/// The types of keys that an operator is made for.
fn kind(base: Base) -> Option<KeyType> {
    Some(match base {
        Base::StringEquals | Base::StringEqualsIgnoreCase | Base::StringLike => KeyType::String,
        Base::NumericEquals
        | Base::NumericLessThan
        | Base::NumericLessThanEquals
        | Base::NumericGreaterThan
        | Base::NumericGreaterThanEquals => KeyType::Numeric,
        Base::DateEquals
        | Base::DateLessThan
        | Base::DateLessThanEquals
        | Base::DateGreaterThan
        | Base::DateGreaterThanEquals => KeyType::Date,
        Base::Bool => KeyType::Bool,
        Base::BinaryEquals => KeyType::Binary,
        Base::IpAddress => KeyType::Ip,
        Base::ArnLike => KeyType::Arn,
        Base::Null => return None,
    })
}

fn title(kind: KeyType) -> &'static str {
    match kind {
        KeyType::String => "text",
        KeyType::Numeric => "number",
        KeyType::Date => "date",
        KeyType::Bool => "boolean",
        KeyType::Ip => "IP address",
        KeyType::Arn => "ARN",
        KeyType::Binary => "binary value",
    }
}

fn advice(kind: KeyType) -> &'static str {
    match kind {
        KeyType::String => "StringEquals",
        KeyType::Numeric => "NumericEquals",
        KeyType::Date => "DateGreaterThan",
        KeyType::Bool => "Bool",
        KeyType::Ip => "IpAddress",
        KeyType::Arn => "ArnLike",
        KeyType::Binary => "BinaryEquals",
    }
}

/// Operator against the type of the key.
fn family(scope: &Scope, fact: &Fact, out: &mut Out) {
    let super::cache::KeyClass::Known(key) = fact.key.class else { return };
    let Some(used) = kind(fact.operator.base) else { return };
    if key.accepts(used) {
        return;
    }
    let right = key.key_type();
    let values = &fact.entry.values;
    let wild = values.iter().any(|v| is_wild(&v.value));
    let arns = values.iter().all(|v| v.value.starts_with("arn:") || v.value.starts_with('*'));
    let booleans = values.iter().all(|v| matches!(&*v.value, "true" | "false"));
    let rule: &'static Rule = match (right, used) {
        // A pattern of ARNs is compared as well, only without regard to segments.
        (KeyType::Arn, KeyType::String) if wild => return,
        (KeyType::Arn, KeyType::String) => &beyond::OPERATOR_USABLE_BUT_WRONG,
        (KeyType::String, KeyType::Arn) if arns => &beyond::OPERATOR_USABLE_BUT_WRONG,
        (KeyType::Bool, KeyType::String) | (KeyType::String, KeyType::Bool) if booleans => {
            &beyond::OPERATOR_USABLE_BUT_WRONG
        }
        (KeyType::String, KeyType::Numeric | KeyType::Date | KeyType::Ip) => {
            &warning::STRING_OPERATOR_EXPECTED
        }
        _ => &warning::OPERATOR_TYPE_MISMATCH,
    };
    let message = format!(
        "the value of `{}` is of type {}, for which `{}` is not made; use `{}`",
        fact.entry.key,
        title(right),
        fact.entry.operator,
        advice(right)
    );
    out.add(rule, Confidence::Medium, Spot::key(scope.statement, fact.entry), &message);
}

/// A value that its operator cannot compare.
fn fault(fact: &Fact, text: &Text) -> Option<(&'static Rule, String)> {
    let value = &*text.value;
    let operator = &fact.entry.operator;
    match kind(fact.operator.base) {
        Some(KeyType::Bool) => (!value.eq_ignore_ascii_case("true") && !value.eq_ignore_ascii_case("false"))
            .then(|| {
                let message = format!("`{operator}` compares `{value}`; write `true` or `false`");
                (&warning::BOOLEAN_VALUE_EXPECTED, message)
            }),
        None => (!value.eq_ignore_ascii_case("true") && !value.eq_ignore_ascii_case("false")).then(|| {
            let message = format!("`Null` compares `{value}`; write `true` (the key is absent) or `false`");
            (&warning::BOOLEAN_VALUE_EXPECTED, message)
        }),
        Some(KeyType::Numeric) => Decimal::parse(value).is_none().then(|| {
            let message = format!("`{operator}` compares `{value}`; write a number");
            (&warning::NUMBER_VALUE_EXPECTED, message)
        }),
        Some(KeyType::Ip) => Range::parse(value).is_none().then(|| {
            let message = format!(
                "`{operator}` compares `{value}`; write an address or a range such as `203.0.113.0/24`"
            );
            (&warning::IP_RANGE_EXPECTED, message)
        }),
        Some(KeyType::Date) => date(operator, value),
        Some(KeyType::String) => {
            let exact = fact.operator.base != Base::StringLike;
            (exact && is_wild(value)).then(|| {
                let like = if fact.operator.negated { "StringNotLike" } else { "StringLike" };
                let message = format!(
                    "`{operator}` takes the wildcard in `{value}` as a plain character; use `{like}`"
                );
                (&warning::WILDCARD_WITHOUT_LIKE, message)
            })
        }
        Some(KeyType::Arn | KeyType::Binary) => None,
    }
}

fn date(operator: &str, value: &str) -> Option<(&'static Rule, String)> {
    if Instant::parse(value).is_some() {
        return None;
    }
    let mut bytes = value.bytes();
    let year = bytes.by_ref().take(4).filter(u8::is_ascii_digit).count() == 4;
    if year && bytes.next().is_none_or(|b| matches!(b, b'-' | b'/')) {
        let message =
            format!("`{value}` is no date that exists or no ISO 8601; write it as `2030-12-31T23:59:59Z`");
        return Some((&warning::DATE_VALUE_INVALID, message));
    }
    let message = format!("`{operator}` compares `{value}`; write a date such as `2030-12-31T23:59:59Z`");
    Some((&warning::DATE_VALUE_EXPECTED, message))
}

/// Lists of which one value decides.
fn several(scope: &Scope, fact: &Fact, out: &mut Out) {
    let values = &fact.entry.values;
    if values.len() < 2 || values.iter().any(|v| scope.symbolic(&v.value)) {
        return;
    }
    let wanted = match fact.operator.base {
        Base::Bool => {
            let message =
                format!("`{}` lists several booleans, of which AWS takes one; write one", fact.entry.key);
            let spot = Spot::key(scope.statement, fact.entry);
            out.add(&grammar::CONDITION_SEVERAL_BOOLEANS, Confidence::High, spot, &message);
            return;
        }
        Base::NumericLessThan | Base::NumericLessThanEquals => Ordering::Greater,
        Base::NumericGreaterThan | Base::NumericGreaterThanEquals => Ordering::Less,
        _ => return,
    };
    let numbers: Option<Vec<Decimal>> = values.iter().map(|v| Decimal::parse(&v.value)).collect();
    let Some(numbers) = numbers else { return };
    let mut best: Option<(&Decimal, &Text)> = None;
    for (number, text) in numbers.iter().zip(values) {
        if best.is_none_or(|(b, _)| number.cmp(b) == wanted) {
            best = Some((number, text));
        }
    }
    if let Some((_, text)) = best {
        let message =
            format!("of the values of `{}` only `{}` decides; remove the others", fact.entry.key, text.value);
        let spot = Spot::key(scope.statement, fact.entry);
        out.add(&suggestion::REDUNDANT_NUMBER_VALUE, Confidence::High, spot, &message);
    }
}
