//! The known actions that patterns stand for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{LazyLock, OnceLock};

use crate::catalogue::{self, ServiceId};
use crate::glob::Glob;

/// The names of a service.
#[derive(Debug)]
pub(super) struct Words {
    pub service: ServiceId,
    /// As AWS spells them, in the order of the catalogue.
    pub names: Box<[Box<str>]>,
    /// The same in lower case, which is the order that they are sorted by.
    pub lower: Box<[Box<str>]>,
}

static WORDS: LazyLock<Box<[OnceLock<Words>]>> =
    LazyLock::new(|| catalogue::services().map(|_| OnceLock::new()).collect());

static NONE: LazyLock<Words> =
    LazyLock::new(|| Words { service: ServiceId(0), names: Box::default(), lower: Box::default() });

/// The names of a service, decoded once.
pub(super) fn words(service: ServiceId) -> &'static Words {
    let Some(cell) = WORDS.get(usize::from(service.0)) else { return &NONE };
    cell.get_or_init(|| {
        let mut names: Vec<Box<str>> = Vec::new();
        catalogue::names(service, |_, name| names.push(name.into()));
        let lower = names.iter().map(|name| name.to_ascii_lowercase().into()).collect();
        Words { service, names: names.into(), lower }
    })
}

impl Words {
    /// An action with its prefix, by its place in the service.
    pub(super) fn full(&self, row: usize) -> String {
        let name = self.names.get(row).map_or("", |name| name);
        format!("{}:{name}", self.service.prefix())
    }

    /// Calls `act` with the place of each name that a pattern in lower case matches.
    pub(super) fn matching(&'static self, pattern: &str, act: &mut impl FnMut(&'static Self, usize)) {
        let Some(at) = pattern.find(['*', '?']) else {
            if let Ok(row) = self.lower.binary_search_by(|name| (**name).cmp(pattern)) {
                act(self, row);
            }
            return;
        };
        let (head, tail) = pattern.split_at_checked(at).unwrap_or(("", pattern));
        let any = tail.bytes().all(|byte| byte == b'*');
        let glob = Glob::new(tail);
        let first = self.lower.partition_point(|name| **name < *head);
        for (row, name) in self.lower.iter().enumerate().skip(first) {
            let Some(rest) = name.strip_prefix(head) else { break };
            if any || glob.matches(rest) {
                act(self, row);
            }
        }
    }
}

/// A set of the names of one service.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    pub(super) fn new(length: usize) -> Self {
        Self(vec![0; length.div_ceil(64)])
    }

    pub(super) fn insert(&mut self, row: usize) {
        if let Some(word) = self.0.get_mut(row / 64) {
            *word |= 1 << (row % 64);
        }
    }

    pub(super) fn contains(&self, row: usize) -> bool {
        self.0.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1)
    }

    pub(super) fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().enumerate().flat_map(|(place, word)| {
            (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| place * 64 + bit)
        })
    }

    /// How many it holds that `other` does not.
    pub(super) fn beyond(&self, other: &Self) -> usize {
        self.0.iter().zip(&other.0).map(|(a, b)| (a & !b).count_ones() as usize).sum()
    }

    pub(super) fn add(&mut self, other: &Self) {
        for (a, b) in self.0.iter_mut().zip(&other.0) {
            *a |= b;
        }
    }
}

/// A set of known actions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Set(pub BTreeMap<ServiceId, Bits>);

impl Set {
    /// Whether it was not in the set before.
    pub(super) fn insert(&mut self, words: &Words, row: usize) -> bool {
        let bits = self.0.entry(words.service).or_insert_with(|| Bits::new(words.lower.len()));
        let new = !bits.contains(row);
        bits.insert(row);
        new
    }

    pub(super) fn add(&mut self, other: &Self) {
        for (service, bits) in &other.0 {
            self.0.entry(*service).or_insert_with(|| Bits::new(service.actions().len())).add(bits);
        }
    }
}

/// Calls `act` with each known action that a pattern matches, by its place in its service; false if there is
/// none. Case does not matter, as in AWS.
pub(super) fn matching(pattern: &str, mut act: impl FnMut(&'static Words, usize)) -> bool {
    let mut any = false;
    let mut found = |words, row| {
        any = true;
        act(words, row);
    };
    if !pattern.is_empty() && pattern.bytes().all(|byte| byte == b'*') {
        for service in catalogue::services() {
            words(service).matching("*", &mut found);
        }
    } else if let Some((prefix, name)) = pattern.split_once(':') {
        let name = name.to_ascii_lowercase();
        if prefix.contains(['*', '?']) {
            let glob = Glob::new(&prefix.to_ascii_lowercase());
            for service in catalogue::services().filter(|s| glob.matches(&s.prefix().to_ascii_lowercase())) {
                words(service).matching(&name, &mut found);
            }
        } else if let Some(service) = catalogue::service(prefix) {
            words(service).matching(&name, &mut found);
        }
    }
    any
}

/// A list of patterns, taken apart.
#[derive(Debug, Clone, Default)]
pub(super) struct Resolved {
    /// The known actions.
    pub set: Set,
    /// What matches no known action, each once.
    pub unmatched: Vec<String>,
}

pub(super) fn resolve<'a>(patterns: impl IntoIterator<Item = &'a str>) -> Resolved {
    let mut out = Resolved::default();
    let mut seen = BTreeSet::new();
    for pattern in patterns {
        let known = matching(pattern, |words, row| {
            out.set.insert(words, row);
        });
        if !known && seen.insert(pattern.to_ascii_lowercase()) {
            out.unmatched.push(pattern.to_owned());
        }
    }
    out
}

/// The list with every pattern replaced by the actions that it matches, each once and in the order of the
/// patterns; what matches none stays and is returned apart too.
pub(super) fn spell_out<'a>(patterns: impl IntoIterator<Item = &'a str>) -> (Vec<String>, Vec<String>) {
    let (mut items, mut unmatched) = (Vec::new(), Vec::new());
    let (mut seen, mut seen_unmatched) = (Set::default(), BTreeSet::new());
    for pattern in patterns {
        let known = matching(pattern, |words, row| {
            if seen.insert(words, row) {
                items.push(words.full(row));
            }
        });
        if !known && seen_unmatched.insert(pattern.to_ascii_lowercase()) {
            items.push(pattern.to_owned());
            unmatched.push(pattern.to_owned());
        }
    }
    (items, unmatched)
}
