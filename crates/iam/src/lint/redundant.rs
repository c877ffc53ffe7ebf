//! Values that another value of the same list covers.

use smallvec::SmallVec;

use super::Scope;
use super::finding::{Confidence, Out, Spot};
use super::pattern::{covers, has_variable, is_any, is_wild};
use super::rules::{Rule, suggestion};
use crate::document::{Text, Values};

/// Lists that are longer are searched for equal values only.
const LONGEST: usize = 4_096;

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
        let equal =
            if fold { one.value.eq_ignore_ascii_case(&other.value) } else { one.value == other.value };
        if a == b && equal {
            same.push(*second);
            add(other, &one.value);
        }
    }
    if items.len() > LONGEST {
        return;
    }
    // Most patterns differ before their first wildcard, and most of those in eight of its bytes.
    let from = |text: &Text| if fold { 0 } else { service_at(&text.value) };
    let words: SmallVec<[u64; 24]> = items.iter().map(|text| word(&text.value, from(text), fold)).collect();
    for (at, (outer, outer_word)) in items.iter().zip(&words).enumerate() {
        if !is_wild(&outer.value) || same.contains(&at) {
            continue;
        }
        let wild = |from: usize| outer.value.bytes().skip(from).position(|b| matches!(b, b'*' | b'?'));
        let head = wild(0).unwrap_or(0);
        let fixed = if from(outer) < outer.value.len() { wild(from(outer)).unwrap_or(8) } else { 0 };
        let known = fixed.min(8);
        // As many leading bytes of the word as stand before the wildcard.
        let mask = u64::MAX.checked_shl(u32::try_from(64 - known * 8).unwrap_or(64)).unwrap_or(0);
        let head = outer.value.as_bytes().get(..head).unwrap_or_default();
        for (position, (inner, inner_word)) in items.iter().zip(&words).enumerate() {
            if (inner_word ^ outer_word) & mask != 0 || position == at {
                continue;
            }
            let fits = inner
                .value
                .as_bytes()
                .get(..head.len())
                .is_some_and(|start| if fold { start.eq_ignore_ascii_case(head) } else { start == head });
            if !fits || same.contains(&position) || !covers(&outer.value, &inner.value) {
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

/// Where the service of an ARN begins; the end of a text that is none.
fn service_at(text: &str) -> usize {
    let mut colons = text.bytes().enumerate().filter(|(_, b)| *b == b':').map(|(at, _)| at + 1);
    colons.nth(1).unwrap_or(text.len())
}

/// The bit that is set in lower-case letters, for eight bytes.
const LOWER: u64 = 0x2020_2020_2020_2020;

/// Eight bytes of a text, the first one highest, zero behind its end.
fn word(text: &str, from: usize, fold: bool) -> u64 {
    let bytes = text.as_bytes().get(from..).unwrap_or_default();
    let word = bytes.first_chunk::<8>().map_or_else(
        || {
            bytes
                .iter()
                .zip((0..8).rev())
                .fold(0, |word, (byte, place)| word | (u64::from(*byte) << (place * 8)))
        },
        |chunk| u64::from_be_bytes(*chunk),
    );
    if fold { word | LOWER } else { word }
}

/// Whether a pattern of resources covers another: segment by segment, as AWS compares them.
pub(super) fn arn_covers(scope: &Scope, outer: &str, inner: &str) -> bool {
    if is_any(outer) {
        return true;
    }
    if has_variable(outer) || (scope.symbolic(inner) && outer.contains('?')) {
        return false;
    }
    // Most fail as plain texts already, which takes no taking apart.
    if !covers(outer, inner, true) {
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

/// Equal for equal texts, and for texts that differ in case if that does not matter.
fn hash(text: &str, fold: bool) -> u64 {
    let case = if fold { LOWER } else { 0 };
    let mix =
        |hash: u64, word: u64| (hash.rotate_left(5) ^ (word | case)).wrapping_mul(0x517c_c1b7_2722_0a95);
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let hash = words.iter().fold(0, |hash, word| mix(hash, u64::from_le_bytes(*word)));
    mix(hash, rest.iter().fold(0, |word, byte| (word << 8) | u64::from(*byte)))
}
