//! Which sets of patterns one word can match at once.
//!
//! For patterns p1…pk the *membership vector* of a word says which of them it matches. Here every vector
//! that some word has is found, each with a word: the patterns are walked together as automata, letter by
//! letter, breadth first, so that words are short. Letters are those that some pattern could consume and
//! one fresh letter that stands for all others.

use std::collections::{BTreeMap, HashSet, VecDeque};

use smallvec::SmallVec;

use crate::glob::{Glob, ONE, STAR};

/// A set of small numbers.
pub(crate) type Bits = SmallVec<[u64; 2]>;

/// States beyond which the search ends without an answer.
pub(crate) const BUDGET: usize = 200_000;

/// Words of states that are computed before the search ends without an answer: work, not time, so that the
/// answer is the same everywhere.
const WORK: usize = 32_000_000;

/// A word with the patterns that it matches.
#[derive(Debug, Clone)]
pub(crate) struct Vector {
    /// Bit i: pattern i matches.
    pub mask: Bits,
    /// The word.
    pub word: String,
}

pub(crate) fn empty(bits: usize) -> Bits {
    SmallVec::from_elem(0, bits.div_ceil(64))
}

pub(crate) fn full(bits: usize) -> Bits {
    let mut out = empty(bits);
    for bit in 0..bits {
        set(&mut out, bit);
    }
    out
}

pub(crate) fn set(bits: &mut Bits, bit: usize) {
    if let Some(word) = bits.get_mut(bit / 64) {
        *word |= 1 << (bit % 64);
    }
}

pub(crate) fn has(bits: &Bits, bit: usize) -> bool {
    bits.get(bit / 64).is_some_and(|word| word >> (bit % 64) & 1 == 1)
}

pub(crate) fn and(a: &Bits, b: &Bits) -> Bits {
    a.iter().zip(b).map(|(x, y)| x & y).collect()
}

pub(crate) fn meets(a: &Bits, b: &Bits) -> bool {
    a.iter().zip(b).any(|(x, y)| x & y != 0)
}

/// The letter that no pattern holds; it is written as it stands in witnesses.
fn fresh(globs: &[&Glob], wanted: &str) -> u8 {
    let used = |b: u8| globs.iter().any(|g| g.bytes().contains(&b));
    wanted
        .bytes()
        .chain(b'0'..=b'9')
        .chain(b'a'..=b'z')
        .chain(b'A'..=b'Z')
        .find(|b| !used(*b))
        .unwrap_or(b'\x7f')
}

/// The patterns with wildcards, walked together.
struct Machine<'a> {
    globs: Vec<&'a Glob>,
    /// Where the positions of each pattern begin in a state, in words.
    offsets: Vec<usize>,
    words: usize,
}

type State = Box<[u64]>;

impl<'a> Machine<'a> {
    fn new(globs: Vec<&'a Glob>) -> Self {
        let mut offsets = Vec::with_capacity(globs.len());
        let mut words = 0;
        for glob in &globs {
            offsets.push(words);
            words += glob.bytes().len() / 64 + 1;
        }
        Self { globs, offsets, words }
    }

    fn each(&self) -> impl Iterator<Item = (&'a Glob, usize)> {
        self.globs.iter().copied().zip(self.offsets.iter().copied())
    }

    /// Adds a position and those behind the stars that follow.
    fn add(state: &mut [u64], offset: usize, glob: &Glob, mut position: usize) {
        loop {
            if let Some(word) = state.get_mut(offset + position / 64) {
                *word |= 1 << (position % 64);
            }
            if glob.bytes().get(position) != Some(&STAR) {
                return;
            }
            position += 1;
        }
    }

    fn start(&self) -> State {
        let mut state = vec![0; self.words].into_boxed_slice();
        for (glob, offset) in self.each() {
            Self::add(&mut state, offset, glob, 0);
        }
        state
    }

    fn positions(state: &[u64], offset: usize, length: usize) -> impl Iterator<Item = usize> {
        (0..=length / 64).flat_map(move |w| {
            let mut word = state.get(offset + w).copied().unwrap_or(0);
            std::iter::from_fn(move || {
                if word == 0 {
                    return None;
                }
                let bit = word.trailing_zeros() as usize;
                word &= word - 1;
                Some(w * 64 + bit)
            })
        })
    }

    fn step(&self, state: &[u64], letter: u8) -> State {
        let mut next = vec![0; self.words].into_boxed_slice();
        for (glob, offset) in self.each() {
            for position in Self::positions(state, offset, glob.bytes().len()) {
                match glob.bytes().get(position) {
                    Some(&STAR) => Self::add(&mut next, offset, glob, position),
                    Some(&ONE) => Self::add(&mut next, offset, glob, position + 1),
                    Some(byte) if *byte == letter => Self::add(&mut next, offset, glob, position + 1),
                    _ => {}
                }
            }
        }
        next
    }

    /// The letters that make a difference in a state.
    fn letters(&self, state: &[u64]) -> Vec<u8> {
        let mut out: Vec<u8> = self
            .each()
            .flat_map(|(glob, offset)| {
                Self::positions(state, offset, glob.bytes().len())
                    .filter_map(|p| glob.bytes().get(p).copied())
            })
            .filter(|b| *b < ONE)
            .collect();
        out.sort_unstable();
        out.dedup();
        out
    }

    /// The patterns that the word of a state matches.
    fn accepts(&self, state: &[u64]) -> Bits {
        let mut mask = empty(self.globs.len());
        for (bit, (glob, offset)) in self.each().enumerate() {
            let end = glob.bytes().len();
            if state.get(offset + end / 64).is_some_and(|w| w >> (end % 64) & 1 == 1) {
                set(&mut mask, bit);
            }
        }
        mask
    }

    fn dead(state: &[u64]) -> bool {
        state.iter().all(|w| *w == 0)
    }
}

/// Every vector of a list of patterns, in the order of the list. `letters` are those that a fresh letter
/// is taken from first. `None`: over budget.
pub(crate) fn vectors(globs: &[&Glob], letters: &str) -> Option<Vec<Vector>> {
    let mut found: BTreeMap<Bits, Vector> = BTreeMap::new();
    let mut keep = |word: String| {
        let mut mask = empty(globs.len());
        for (bit, glob) in globs.iter().enumerate() {
            if glob.matches(&word) {
                set(&mut mask, bit);
            }
        }
        found.entry(mask.clone()).or_insert(Vector { mask, word });
    };
    let fresh = fresh(globs, letters);
    let mut literals: Vec<String> = globs.iter().filter(|g| g.is_literal()).map(|g| g.text()).collect();
    literals.sort();
    literals.dedup();
    let mut wild: Vec<&Glob> = globs.iter().copied().filter(|g| !g.is_literal() && !g.is_any()).collect();
    wild.sort_by(|a, b| a.bytes().cmp(b.bytes()));
    wild.dedup();
    // Names are looked at one by one, and patterns walked without them: much less to walk.
    let accepted = walk(wild, fresh)?;
    if accepted.iter().all(|(word, has_fresh)| *has_fresh || literals.binary_search(word).is_err()) {
        literals.into_iter().chain(accepted.into_iter().map(|(word, _)| word)).for_each(&mut keep);
    } else {
        // Patterns that only words without a fresh letter match together: one of these may be a name and
        // another none, so that names have to be walked too.
        let mut all: Vec<&Glob> = globs.iter().copied().filter(|g| !g.is_any()).collect();
        all.sort_by(|a, b| a.bytes().cmp(b.bytes()));
        all.dedup();
        walk(all, fresh)?.into_iter().map(|(word, _)| word).for_each(&mut keep);
    }
    Some(found.into_values().collect())
}

/// A word for every set of patterns that some word matches, with whether it holds the fresh letter, which
/// is preferred: only such a word is surely none of the names.
fn walk(globs: Vec<&Glob>, fresh: u8) -> Option<Vec<(String, bool)>> {
    let machine = Machine::new(globs);
    let start = machine.start();
    // Words are chains of letters, so that a long one is not copied at each step.
    let mut letters_of: Vec<(u32, u8)> = vec![(0, 0)];
    let word = |letters: &[(u32, u8)], mut at: u32| {
        let mut out = Vec::new();
        while at != 0 {
            let Some((before, letter)) = usize::try_from(at).ok().and_then(|n| letters.get(n)) else { break };
            out.push(*letter);
            at = *before;
        }
        out.reverse();
        String::from_utf8(out).ok()
    };
    let mut seen: HashSet<(State, bool)> = HashSet::new();
    let mut queue: VecDeque<(State, u32, bool)> = VecDeque::new();
    let mut work = 0_usize;
    seen.insert((start.clone(), false));
    queue.push_back((start, 0, false));
    let mut accepted: BTreeMap<Bits, (String, bool)> = BTreeMap::new();
    while let Some((state, at, has_fresh)) = queue.pop_front() {
        let mask = machine.accepts(&state);
        if accepted.get(&mask).is_none_or(|(_, fresh)| !fresh && has_fresh)
            && let Some(text) = word(&letters_of, at)
        {
            accepted.insert(mask, (text, has_fresh));
        }
        if Machine::dead(&state) && has_fresh {
            continue;
        }
        let mut letters = machine.letters(&state);
        letters.push(fresh);
        for letter in letters {
            let next_fresh = has_fresh || letter == fresh;
            let key = (machine.step(&state, letter), next_fresh);
            work += machine.words + 1;
            if work > WORK {
                return None;
            }
            if seen.contains(&key) {
                continue;
            }
            if seen.len() >= BUDGET || seen.len() * machine.words > WORK / 8 {
                return None;
            }
            letters_of.push((at, letter));
            let here = u32::try_from(letters_of.len() - 1).ok()?;
            queue.push_back((key.0.clone(), here, next_fresh));
            seen.insert(key);
        }
    }
    Some(accepted.into_values().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn every_vector_of_a_short_word_is_found(patterns in prop::collection::vec("[ab*?]{0,4}", 1..5)) {
            let globs: Vec<Glob> = patterns.iter().map(|p| Glob::new(p)).collect();
            let refs: Vec<&Glob> = globs.iter().collect();
            let found = vectors(&refs, "z").unwrap();
            let listed: BTreeSet<Bits> = found.iter().map(|v| v.mask.clone()).collect();
            for v in &found {
                for (bit, glob) in globs.iter().enumerate() {
                    prop_assert_eq!(has(&v.mask, bit), glob.matches(&v.word));
                }
            }
            let mut words = vec![String::new()];
            for _ in 0..6 {
                for word in &words {
                    let mut mask = empty(globs.len());
                    for (bit, glob) in globs.iter().enumerate() {
                        if glob.matches(word) { set(&mut mask, bit); }
                    }
                    prop_assert!(listed.contains(&mask), "{word} {patterns:?}");
                }
                words = words.iter().flat_map(|w| ["a", "b", "c"].map(|l| format!("{w}{l}"))).collect();
            }
        }
    }
}
