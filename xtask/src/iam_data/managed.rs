//! Writes the managed policies as a pack.
//!
//! Policies that have much in common stand in one frame, so that a frame is small and few of them are decoded to answer
//! for one policy.
//!
//! | section | content |
//! | --- | --- |
//! | 0 | day of the newest policy |
//! | 1 | policies by lower-case name: path, frame, where in the frame, length |
//! | 2 | paths |
//! | 3 | frames, first the dictionary that the others are written with: where, length, length when decoded, lower half of the FNV-1a hash |
//! | 4 | frames |
//! | 5, 6, 7, 8 | names: blocks, names, where each word ends, words |
//! | 9 | texts |

use std::collections::{BTreeMap, BTreeSet};

use super::container::{Texts, fnv, pack, u32};
use super::names::Names;
use super::read::Policy;

/// A frame holds this much text, or one policy that is longer.
const FRAME: usize = 64 << 10;
/// Size of the dictionary.
const DICTIONARY: usize = 112 << 10;
const LEVEL: i32 = 22;
/// What so many policies say is no sign that two belong together.
const COMMON: usize = 400;

/// Writes the policies as a pack.
pub fn encode(policies: &BTreeMap<String, Policy>, date: &str) -> Result<Vec<u8>, String> {
    let mut texts = Texts::default();
    let paths: BTreeSet<&str> = policies.values().map(|policy| policy.path.as_str()).collect();
    let mut path_rows = Vec::new();
    for path in &paths {
        path_rows.extend(texts.add(path)?);
    }
    let samples: Vec<&str> = policies.values().map(|policy| policy.json.as_str()).collect();
    let dictionary = zstd::dict::from_samples(&samples, DICTIONARY).map_err(|e| e.to_string())?;
    let mut frames = Frames::default();
    frames.add(&dictionary, &zstd::bulk::compress(&dictionary, LEVEL).map_err(|e| e.to_string())?)?;
    let mut with = zstd::bulk::Compressor::with_dictionary(LEVEL, &dictionary).map_err(|e| e.to_string())?;
    let mut places = BTreeMap::new();
    for (number, names) in groups(policies).iter().enumerate() {
        let mut text = String::new();
        for name in names {
            let Some(policy) = policies.get(*name) else { continue };
            places.insert(*name, (number, text.len()));
            text.push_str(&policy.json);
        }
        frames.add(text.as_bytes(), &with.compress(text.as_bytes()).map_err(|e| e.to_string())?)?;
    }
    let mut sorted: Vec<&String> = policies.keys().collect();
    sorted.sort_by_key(|name| name.to_ascii_lowercase());
    let mut names = Names::new(sorted.iter().map(|name| name.as_str()))?;
    names.add(sorted.iter().map(|name| name.as_str()))?;
    let mut rows = Vec::new();
    for name in sorted {
        let Some((policy, (frame, start))) = policies.get(name).zip(places.get(name.as_str())) else {
            continue;
        };
        let path = paths.iter().position(|path| *path == policy.path).unwrap_or_default();
        rows.push(u8::try_from(path).map_err(|e| e.to_string())?);
        rows.push(u8::try_from(*frame).map_err(|e| e.to_string())?);
        rows.extend(u24(*start)?);
        rows.extend(u24(policy.json.len())?);
    }
    let date = date.as_bytes().to_vec();
    pack(&[
        date,
        rows,
        path_rows,
        frames.rows,
        frames.data,
        names.blocks,
        names.bytes,
        names.word_ends,
        names.words,
        texts.bytes,
    ])
}

#[derive(Default)]
struct Frames {
    rows: Vec<u8>,
    data: Vec<u8>,
}

impl Frames {
    fn add(&mut self, text: &[u8], frame: &[u8]) -> Result<(), String> {
        self.rows.extend(u32(self.data.len())?);
        self.rows.extend(u32(frame.len())?);
        self.rows.extend(u32(text.len())?);
        self.rows.extend(fnv(frame).to_le_bytes().iter().take(4));
        self.data.extend(frame);
        Ok(())
    }
}

fn u24(number: usize) -> Result<[u8; 3], String> {
    match u32(number)? {
        [low, middle, high, 0] => Ok([low, middle, high]),
        _ => Err(format!("{number} does not fit in 24 bits")),
    }
}

/// What a policy says that few others say: number and length of each text.
type Said = Vec<(usize, usize)>;

/// Which policies stand together: the longest that is left, then always the one that shares most with those before it.
fn groups(policies: &BTreeMap<String, Policy>) -> Vec<Vec<&str>> {
    let mut users = BTreeMap::<&str, usize>::new();
    let said: BTreeMap<&str, BTreeSet<&str>> = policies
        .iter()
        .map(|(name, policy)| (name.as_str(), policy.json.split('"').filter(|text| text.len() > 1).collect()))
        .collect();
    for text in said.values().flatten() {
        *users.entry(text).or_default() += 1;
    }
    let numbers: BTreeMap<&str, usize> = users.keys().copied().zip(0..).collect();
    let mut left: Vec<(&str, usize, Said)> = policies
        .iter()
        .map(|(name, policy)| {
            let rare = said.get(name.as_str()).into_iter().flatten();
            let rare = rare.filter(|text| users.get(**text).is_some_and(|users| (2..COMMON).contains(users)));
            let rare = rare.filter_map(|text| numbers.get(*text).map(|number| (*number, text.len() + 3)));
            (name.as_str(), policy.json.len(), rare.collect())
        })
        .collect();
    left.sort_by_key(|(name, length, _)| (std::cmp::Reverse(*length), *name));
    let mut groups = Vec::new();
    while !left.is_empty() {
        let (name, mut size, texts) = left.remove(0);
        let mut group = vec![name];
        let mut seen = vec![false; numbers.len()];
        mark(&mut seen, &texts);
        loop {
            let shared = |texts: &[(usize, usize)]| -> usize {
                texts
                    .iter()
                    .filter(|(text, _)| seen.get(*text) == Some(&true))
                    .map(|(_, length)| length)
                    .sum()
            };
            let fitting = left.iter().enumerate().filter(|(_, (_, length, _))| size + length <= FRAME);
            let best = fitting.max_by_key(|(at, (_, length, texts))| {
                (shared(texts) * 1_000_000 / (*length).max(1), std::cmp::Reverse(*at))
            });
            let Some((at, _)) = best else { break };
            let (name, length, texts) = left.remove(at);
            group.push(name);
            size += length;
            mark(&mut seen, &texts);
        }
        groups.push(group);
    }
    groups
}

fn mark(seen: &mut [bool], texts: &[(usize, usize)]) {
    for (text, _) in texts {
        if let Some(seen) = seen.get_mut(*text) {
            *seen = true;
        }
    }
}
