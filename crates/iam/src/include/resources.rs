//! Which sets of ARN patterns one resource can match at once.

use std::collections::BTreeMap;

use crate::arn::ArnPattern;
use crate::context::Context;
use crate::glob::Glob;

use super::vectors::{BUDGET, Bits, Vector, and, empty, has, set, vectors};

/// Letters of witnesses in the segments of an ARN.
const LETTERS: [&str; 6] = ["z", "z", "z", "z", "9", "z"];

/// ARNs with what they match.
pub(super) struct Arns {
    pub all: Vec<Vector>,
    /// Every pattern was looked at.
    pub exact: bool,
}

/// Every membership vector of a list of ARN patterns, with an ARN. Segments are walked alone and joined.
/// `None`: over budget.
pub(super) fn arns(patterns: &[&ArnPattern], variables: &Context) -> Option<Arns> {
    let mut exact = true;
    let mut segments: Vec<Vec<Glob>> = vec![Vec::new(); 6];
    // Pattern → its six rows, or nothing where it matches nothing.
    let mut rows: Vec<Option<[usize; 6]>> = Vec::with_capacity(patterns.len());
    let mut known: Vec<BTreeMap<Vec<u8>, usize>> = vec![BTreeMap::new(); 6];
    for pattern in patterns {
        let Some(globs) = pattern.globs_in(variables) else {
            exact = false;
            rows.push(None);
            continue;
        };
        if globs.len() != 6 {
            rows.push(None);
            continue;
        }
        let mut row = [0; 6];
        for (((glob, cell), list), index) in
            globs.into_iter().zip(&mut row).zip(&mut segments).zip(&mut known)
        {
            *cell = *index.entry(glob.bytes().to_vec()).or_insert_with(|| {
                list.push(glob);
                list.len() - 1
            });
        }
        rows.push(Some(row));
    }
    let mut current: BTreeMap<Bits, String> = BTreeMap::new();
    let mut start = empty(patterns.len());
    for (bit, row) in rows.iter().enumerate() {
        if row.is_some() {
            set(&mut start, bit);
        }
    }
    current.insert(start, String::new());
    for (number, (globs, letters)) in segments.iter().zip(LETTERS).enumerate() {
        let refs: Vec<&Glob> = globs.iter().collect();
        let found = vectors(&refs, letters)?;
        let mut masks: BTreeMap<Bits, String> = BTreeMap::new();
        for mut vector in found {
            // Only the tail of an ARN holds colons.
            if number < 5 && vector.word.contains(':') {
                continue;
            }
            // Every ARN begins alike.
            if number == 0 {
                "arn".clone_into(&mut vector.word);
                vector.mask = empty(globs.len());
                for (bit, glob) in globs.iter().enumerate() {
                    if glob.matches("arn") {
                        set(&mut vector.mask, bit);
                    }
                }
            }
            let mut mask = empty(patterns.len());
            for (bit, row) in rows.iter().enumerate() {
                if row.and_then(|r| r.get(number).copied()).is_some_and(|g| has(&vector.mask, g)) {
                    set(&mut mask, bit);
                }
            }
            masks.entry(mask).or_insert(vector.word);
        }
        let mut next: BTreeMap<Bits, String> = BTreeMap::new();
        for (have, text) in &current {
            for (mask, word) in &masks {
                if next.len() > BUDGET {
                    return None;
                }
                next.entry(and(have, mask))
                    .or_insert_with(|| if number == 0 { word.clone() } else { format!("{text}:{word}") });
            }
        }
        current = next;
    }
    let all = current.into_iter().map(|(mask, word)| Vector { mask, word }).collect();
    Some(Arns { all, exact })
}

/// The vector of the resource `*`, which actions without resource types are decided against.
pub(super) fn star(patterns: &[&ArnPattern]) -> Vector {
    let mut mask = empty(patterns.len());
    for (bit, pattern) in patterns.iter().enumerate() {
        if pattern.is_any() {
            set(&mut mask, bit);
        }
    }
    Vector { mask, word: "*".to_owned() }
}
