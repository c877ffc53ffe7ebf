//! Writes names as `crates/iam/src/catalogue/names.rs` reads them: words of a dictionary, front-coded in blocks.

use std::collections::BTreeMap;

use super::container::{u16, u32};

/// Names in a block.
const BLOCK: usize = 16;
/// Ids below stand in one byte.
const SHORT: usize = 176;
/// Longest name in bytes.
const LONGEST: usize = 128;

/// The sections of names.
pub struct Names {
    pub blocks: Vec<u8>,
    pub bytes: Vec<u8>,
    pub word_ends: Vec<u8>,
    pub words: Vec<u8>,
    ids: BTreeMap<String, usize>,
}

impl Names {
    /// The dictionary of all names, frequent words first.
    pub fn new<'n>(names: impl Iterator<Item = &'n str>) -> Result<Self, String> {
        let mut counts = BTreeMap::<String, usize>::new();
        for word in names.flat_map(split) {
            *counts.entry(word).or_default() += 1;
        }
        let mut ordered: Vec<_> = counts.into_iter().collect();
        ordered.sort_by(|(left, l), (right, r)| r.cmp(l).then_with(|| left.cmp(right)));
        let (mut word_ends, mut words) = (Vec::new(), Vec::new());
        for (word, _) in &ordered {
            words.extend(word.as_bytes());
            word_ends.extend(u16(words.len())?);
        }
        let most = SHORT + ((256 - SHORT) << 8);
        if ordered.len() > most {
            return Err(format!("{} words are more than {most}", ordered.len()));
        }
        let ids = ordered.into_iter().map(|(word, _)| word).zip(0..).collect();
        Ok(Self { blocks: Vec::new(), bytes: Vec::new(), word_ends, words, ids })
    }

    /// How many blocks there are so far.
    pub fn blocks(&self) -> usize {
        self.blocks.len() / 4
    }

    /// Adds names that are sorted by their lower-case spelling, in blocks of their own.
    pub fn add<'n>(&mut self, names: impl Iterator<Item = &'n str>) -> Result<(), String> {
        let mut previous = Vec::new();
        for (index, name) in names.enumerate() {
            if name.len() > LONGEST || !name.is_ascii() {
                return Err(format!("`{name}` is longer than {LONGEST} bytes or not ASCII"));
            }
            let words = split(name);
            let kept = if index % BLOCK == 0 {
                self.blocks.extend(u32(self.bytes.len())?);
                0
            } else {
                words.iter().zip(&previous).take_while(|(word, before)| word == before).count()
            };
            let head = (kept << 4) | (words.len() - kept);
            self.bytes.push(u8::try_from(head).map_err(|e| e.to_string())?);
            for id in words.iter().skip(kept).filter_map(|word| self.ids.get(word)) {
                match id.checked_sub(SHORT) {
                    None => self.bytes.push(u8::try_from(*id).map_err(|e| e.to_string())?),
                    Some(long) => {
                        let long = u16::try_from((SHORT << 8) + long).map_err(|e| e.to_string())?;
                        self.bytes.extend(long.to_be_bytes());
                    }
                }
            }
            previous = words;
        }
        Ok(())
    }
}

/// The words of a name, 15 at most: a word begins with an upper-case letter that follows another kind of character or
/// that a lower-case letter follows.
fn split(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut words: Vec<String> = Vec::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| letters.get(before));
        let after = letters.get(at + 1);
        let begins = letter.is_ascii_uppercase()
            && (before.is_none_or(|b| !b.is_ascii_uppercase())
                || after.is_some_and(char::is_ascii_lowercase));
        match words.last_mut() {
            Some(word) if !begins => word.push(*letter),
            _ => words.push(letter.to_string()),
        }
    }
    if words.len() > 15 {
        let tail = words.split_off(14).concat();
        words.push(tail);
    }
    words
}
