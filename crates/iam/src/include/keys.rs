//! Values of one condition key that tell every set of tests on it apart.

use std::net::IpAddr;

use crate::arn::ArnPattern;
use crate::condition::{Base, Decimal, Instant, Quantifier, Range, Test, TestValues};
use crate::context::{Context, ContextValues, State};
use crate::glob::Glob;
use crate::template::Resolved;

use super::resources::arns;
use super::vectors::vectors;

/// Candidate states of a key, and whether they are all that matter.
pub(super) struct Candidates {
    pub states: Vec<State>,
    pub exact: bool,
}

/// Distinct single values beyond which their sets are not listed.
const SETS: usize = 12;

pub(super) fn candidates(tests: &[&Test], may_be_absent: bool, variables: &Context) -> Option<Candidates> {
    let mut exact = true;
    let mut singles: Vec<String> = Vec::new();
    let mut globs: Vec<Glob> = Vec::new();
    let mut sensitive = false;
    let mut folded = false;
    let mut arn_patterns: Vec<&ArnPattern> = Vec::new();
    let mut numbers: Vec<&Decimal> = Vec::new();
    for test in tests {
        if test.open {
            exact = false;
        }
        match &test.values {
            TestValues::Text(templates) => {
                let fold = test.operator.base == Base::StringEqualsIgnoreCase;
                folded |= fold;
                sensitive |= !fold;
                for template in templates {
                    match template.resolve(variables) {
                        Resolved::Glob(glob) => globs.push(glob.into_owned()),
                        Resolved::Nothing => {}
                        Resolved::Unknown => exact = false,
                    }
                }
            }
            TestValues::Arn(patterns) => arn_patterns.extend(patterns),
            TestValues::Number(values) => numbers.extend(values),
            TestValues::Date(values) => singles.extend(values.iter().flat_map(|v| around(*v))),
            TestValues::Bool(_) => singles.extend(["true".to_owned(), "false".to_owned()]),
            TestValues::Ip(ranges) => singles.extend(ranges.iter().flat_map(edges)),
            TestValues::Binary(values) => {
                use base64::Engine as _;
                let code = base64::engine::general_purpose::STANDARD;
                singles.extend(values.iter().map(|v| code.encode(v)));
                singles.push(code.encode(b"palisade"));
            }
            TestValues::Null(_) => {}
        }
    }
    singles.extend(decimals(&numbers));
    let typed = |t: &Test| {
        matches!(
            t.values,
            TestValues::Number(_) | TestValues::Date(_) | TestValues::Bool(_) | TestValues::Ip(_)
        )
    };
    if tests.iter().any(|t| matches!(t.values, TestValues::Ip(_))) {
        singles.extend(["203.0.113.77".to_owned(), "2001:db8::77".to_owned()]);
    }
    // A key of which every test compares numbers holds numbers.
    if !tests.iter().all(|t| typed(t)) || singles.is_empty() {
        singles.push("zz".to_owned());
    }
    if !globs.is_empty() {
        let refs: Vec<&Glob> = globs.iter().collect();
        let found = vectors(&refs, "z")?;
        for v in found {
            if sensitive && folded {
                singles.push(v.word.to_uppercase());
                singles.push(v.word.to_lowercase());
            }
            singles.push(v.word);
        }
        // A pattern and a test without regard to case on one key: variants of letters in between are not listed.
        if sensitive && folded && globs.iter().any(|g| !g.is_literal()) {
            exact = false;
        }
    }
    if !arn_patterns.is_empty() {
        let found = arns(&arn_patterns, variables)?;
        exact &= found.exact;
        singles.extend(found.all.into_iter().map(|v| v.word));
    }
    singles.sort();
    singles.dedup();

    let single = |text: &str| State::Known(ContextValues::from_iter([text.into()]));
    let mut states: Vec<State> = singles.iter().map(|s| single(s)).collect();
    let sets = tests.iter().any(|t| t.operator.quantifier != Quantifier::None);
    if sets {
        // Only which single vectors occur matters to a set operator.
        let symbols = crate::symbol::Symbols::new();
        let mut distinct: Vec<(Vec<crate::tri::Tri>, &String)> = Vec::new();
        for value in &singles {
            let vector: Vec<_> = tests.iter().map(|t| t.one(value, variables, &symbols)).collect();
            if !distinct.iter().any(|(v, _)| *v == vector) {
                distinct.push((vector, value));
            }
        }
        states.push(State::Known(ContextValues::new()));
        if distinct.len() > SETS {
            exact = false;
            distinct.truncate(SETS);
        }
        for subset in 1_u32..1 << distinct.len() {
            if subset.count_ones() > 1 {
                let chosen = distinct.iter().enumerate().filter(|(n, _)| subset >> n & 1 == 1);
                states.push(State::Known(chosen.map(|(_, (_, value))| value.as_str().into()).collect()));
            }
        }
    }
    if may_be_absent {
        states.insert(0, State::Absent);
    }
    Some(Candidates { states, exact })
}

fn around(instant: Instant) -> Vec<String> {
    let second = instant.0.div_euclid(1_000_000_000);
    // Four digits would be a year.
    [second - 1, second, second + 1].iter().filter(|s| s.abs() > 9_999).map(ToString::to_string).collect()
}

fn edges(range: &Range) -> Vec<String> {
    let step = |address: IpAddr, up: bool| match address {
        IpAddr::V4(a) => {
            let n = u32::from(a);
            let next = if up { n.checked_add(1) } else { n.checked_sub(1) };
            next.map(|n| IpAddr::from(n.to_be_bytes()))
        }
        IpAddr::V6(a) => {
            let n = u128::from(a);
            let next = if up { n.checked_add(1) } else { n.checked_sub(1) };
            next.map(|n| IpAddr::from(n.to_be_bytes()))
        }
    };
    let (first, last) = (range.first, range.last());
    [Some(first), Some(last), step(first, false), step(last, true)]
        .into_iter()
        .flatten()
        .map(|a| a.to_string())
        .collect()
}

/// Each number, one between every two, one below and one above all.
fn decimals(numbers: &[&Decimal]) -> Vec<String> {
    if numbers.is_empty() {
        return Vec::new();
    }
    let mut sorted: Vec<&Decimal> = numbers.to_vec();
    sorted.sort();
    sorted.dedup();
    let scale = sorted.iter().map(|d| d.fraction().len()).max().unwrap_or(0);
    let width = sorted.iter().map(|d| d.whole().len()).max().unwrap_or(0);
    // A digit behind the longest fraction moves a number away from zero by less than any distance.
    let beyond = |d: &Decimal| {
        let sign = if d.is_negative() { "-" } else { "" };
        format!("{sign}{}.{:0<scale$}5", if d.whole().is_empty() { "0" } else { d.whole() }, d.fraction())
    };
    let mut out: Vec<String> = Vec::new();
    for (n, d) in sorted.iter().enumerate() {
        out.push(d.to_string());
        match sorted.get(n + 1) {
            Some(_) if !d.is_negative() => out.push(beyond(d)),
            Some(next) if next.is_negative() => out.push(beyond(next)),
            Some(_) => out.push(format!("-0.{:0<scale$}5", "")),
            None => {}
        }
    }
    out.push(format!("1{:0<width$}", ""));
    out.push(format!("-1{:0<width$}", ""));
    out
}
