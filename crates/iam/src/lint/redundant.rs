//! Values that another value of the same list covers.

use smallvec::SmallVec;

use super::Scope;
use super::finding::{Confidence, Out, Spot};
use super::pattern::{has_variable, covers, is_any, is_wild};
use super::rules::{Rule, suggestion};
use crate::document::{Text, Values};

pub(super) fn actions(scope: &Scope, actions: &Values, name: &'static str, out: &mut Out) {
    let rule = &suggestion::REDUNDANT_ACTION;
    list(scope, actions, name, rule, true, &|outer, inner| covers(outer, inner, true), out);
}

pub(super) fn resources(scope: &Scope, resources: &Values, name: &'static str, out: &mut Out) {
    let rule = &suggestion::REDUNDANT_RESOURCE;
    list(scope, resources, name, rule, false, &|outer, inner| arn_covers(scope, outer, inner), out);
}

fn list(
    scope: &Scope,
    values: &Values,
    name: &'static str,
    rule: &'static Rule,
    fold: bool,
    covers: &dyn Fn(&str, &str) -> bool,
    out: &mut Out,
) {
    let items = &values.items;
    if items.len() < 2 {
        return;
    }
    let mut add = |inner: &Text, outer: &str| {
        let message = format!("`{}` is covered by `{outer}` of the same list; remove it", inner.value);
        out.add(rule, Confidence::High, Spot::text(scope.statement, name, inner), &message);
    };
    // A hash for each text: equal texts are found without comparing all pairs.
    let mut hashes: SmallVec<[(u64, usize); 24]> =
        items.iter().enumerate().map(|(at, text)| (hash(&text.value, fold), at)).collect();
    hashes.sort_unstable();
    let mut same: SmallVec<[usize; 8]> = SmallVec::new();
    for pair in hashes.windows(2) {
        let [(a, first), (b, second)] = pair else { continue };
        let (Some(one), Some(other)) = (items.get(*first), items.get(*second)) else { continue };
        let equal = if fold { one.value.eq_ignore_ascii_case(&other.value) } else { one.value == other.value };
        if a == b && equal {
            same.push(*second);
            add(other, &one.value);
        }
    }
    for (at, outer) in items.iter().enumerate() {
        if !is_wild(&outer.value) || same.contains(&at) {
            continue;
        }
        // Most patterns differ before their first wildcard.
        let head = outer.value.bytes().position(|b| matches!(b, b'*' | b'?')).unwrap_or(0);
        let head = outer.value.as_bytes().get(..head).unwrap_or_default();
        for (position, inner) in items.iter().enumerate() {
            let fits = inner.value.as_bytes().get(..head.len()).is_some_and(|start| {
                if fold { start.eq_ignore_ascii_case(head) } else { start == head || head.len() < 40 }
            });
            if !fits || position == at || same.contains(&position) || !covers(&outer.value, &inner.value) {
                continue;
            }
            // Two spellings of one pattern: the later one is too much.
            if is_wild(&inner.value) && position < at && covers(&inner.value, &outer.value) {
                continue;
            }
            add(inner, &outer.value);
        }
    }
}

/// Whether a pattern of resources covers another: segment by segment, as AWS compares them.
pub(super) fn arn_covers(scope: &Scope, outer: &str, inner: &str) -> bool {
    if is_any(outer) {
        return true;
    }
    if has_variable(outer) || (scope.symbolic(inner) && outer.contains('?')) {
        return false;
    }
    let (mut a, mut b) = (outer.splitn(6, ':'), inner.splitn(6, ':'));
    let mut segments = 0;
    loop {
        match (a.next(), b.next()) {
            (Some(x), Some(y)) => {
                if !covers(x, y, segments < 5) {
                    return false;
                }
                segments += 1;
            }
            (None, None) => return segments == 6,
            _ => return false,
        }
    }
}

/// FNV-1a, in lower case if case does not matter.
fn hash(text: &str, fold: bool) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| {
        let b = if fold { b.to_ascii_lowercase() } else { b };
        (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3)
    })
}
