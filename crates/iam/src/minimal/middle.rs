//! Patterns of several words: `Get*Policy`, `*Tags*`. Weighted set cover over the names of one service.

use std::cmp::Ordering;
use std::collections::{BTreeSet, BinaryHeap};

use super::known::{Bits, Words};
use crate::trie::Node;

/// `start*middle*end`, in lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Shape<'a> {
    start: &'a str,
    middle: &'a str,
    end: &'a str,
}

impl Shape<'_> {
    fn matches(&self, name: &str) -> bool {
        let rest = name.strip_prefix(self.start).and_then(|rest| rest.strip_suffix(self.end));
        rest.is_some_and(|rest| rest.contains(self.middle))
    }
}

/// What the cover may be made of.
struct Candidate {
    text: String,
    rows: Bits,
}

/// Values that match exactly the wanted names. Greedy: at each step what costs least for each name that it
/// adds; then whatever the others cover too is dropped.
///
/// The patterns that the policy itself had are exact as well: they take part, and alone they are the answer
/// where that is shorter.
pub(super) fn cover(words: &'static Words, wanted: &Bits, nodes: &[Node], given: &[String]) -> Vec<String> {
    let mut candidates = candidates(words, wanted, nodes);
    let own = candidates.len();
    candidates.extend(given.iter().filter_map(|text| given_pattern(words, text)));
    let greedy = cheapest(words, &candidates);
    let mut rest = Bits::new(words.lower.len());
    let mut kept: Vec<&Candidate> = candidates.iter().skip(own).collect();
    for candidate in &kept {
        rest.add(&candidate.rows);
    }
    let names: Vec<Candidate> =
        wanted.rows().filter(|row| !rest.contains(*row)).map(|row| one_name(words, row)).collect();
    drop_covered(&mut kept, words.lower.len());
    kept.extend(&names);
    let total = |chosen: &[&Candidate]| chosen.iter().map(|candidate| weight(candidate)).sum::<usize>();
    let mut chosen = if total(&kept) < total(&greedy) { kept } else { greedy };
    chosen.sort_by_cached_key(|candidate| (candidate.rows.rows().next(), candidate.text.clone()));
    chosen.into_iter().map(|candidate| candidate.text.clone()).collect()
}

fn cheapest<'a>(words: &Words, candidates: &'a [Candidate]) -> Vec<&'a Candidate> {
    let mut covered = Bits::new(words.lower.len());
    let mut heap: BinaryHeap<Offer> = candidates
        .iter()
        .enumerate()
        .map(|(index, candidate)| Offer { weight: weight(candidate), gain: candidate.rows.len(), index })
        .collect();
    let mut chosen: Vec<&Candidate> = Vec::new();
    while let Some(offer) = heap.pop() {
        let Some(candidate) = candidates.get(offer.index) else { continue };
        let gain = candidate.rows.beyond(&covered);
        if gain == offer.gain {
            covered.add(&candidate.rows);
            chosen.push(candidate);
        } else if gain > 0 {
            heap.push(Offer { gain, ..offer });
        }
    }
    drop_covered(&mut chosen, words.lower.len());
    chosen
}

fn given_pattern(words: &'static Words, text: &str) -> Option<Candidate> {
    let (_, name) = text.split_once(':')?;
    let mut rows = Bits::new(words.lower.len());
    words.matching(&name.to_ascii_lowercase(), &mut |_, row| rows.insert(row));
    (rows.len() > 0).then(|| Candidate { text: text.to_owned(), rows })
}

fn one_name(words: &Words, row: usize) -> Candidate {
    let mut rows = Bits::new(words.lower.len());
    rows.insert(row);
    Candidate { text: words.full(row), rows }
}

fn weight(candidate: &Candidate) -> usize {
    candidate.text.len() + 3
}

/// The longest first: each whose names all stand under another one too.
fn drop_covered(chosen: &mut Vec<&Candidate>, names: usize) {
    let mut times = vec![0u32; names];
    for row in chosen.iter().flat_map(|candidate| candidate.rows.rows()) {
        if let Some(count) = times.get_mut(row) {
            *count += 1;
        }
    }
    chosen.sort_by_key(|candidate| std::cmp::Reverse(weight(candidate)));
    chosen.retain(|candidate| {
        let needed = candidate.rows.rows().any(|row| times.get(row).is_none_or(|count| *count < 2));
        if !needed {
            for row in candidate.rows.rows() {
                if let Some(count) = times.get_mut(row) {
                    *count -= 1;
                }
            }
        }
        needed
    });
}

#[derive(PartialEq, Eq)]
struct Offer {
    weight: usize,
    gain: usize,
    index: usize,
}

impl Ord for Offer {
    /// The greatest has the least weight for each name.
    fn cmp(&self, other: &Self) -> Ordering {
        let (own, theirs) = (self.weight * other.gain, other.weight * self.gain);
        theirs.cmp(&own).then_with(|| other.index.cmp(&self.index))
    }
}

impl PartialOrd for Offer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn candidates(words: &Words, wanted: &Bits, nodes: &[Node]) -> Vec<Candidate> {
    let prefix = words.service.prefix();
    let mut out = Vec::new();
    for node in nodes {
        let name = words.names.get(node.rows.start).map_or("", |name| name);
        let mut rows = Bits::new(words.lower.len());
        for row in node.rows.clone() {
            rows.insert(row);
        }
        if let Some(short) = node.short.filter(|short| node.rows.len() > 1 || short + 1 < name.len()) {
            out.push(Candidate { text: format!("{prefix}:{}*", name.get(..short).unwrap_or(name)), rows });
        } else {
            out.push(Candidate { text: words.full(node.rows.start), rows });
        }
    }
    let mut seen = BTreeSet::new();
    for row in wanted.rows() {
        let (Some(name), Some(lower)) = (words.names.get(row), words.lower.get(row)) else { continue };
        each_shape(name, lower, |shape, spelled| {
            if seen.insert(shape)
                && let Some(rows) = exact(words, wanted, shape)
                && rows.len() > 1
            {
                out.push(Candidate { text: format!("{prefix}:{spelled}"), rows });
            }
        });
    }
    out
}

/// The names that a shape matches, if all of them are wanted.
fn exact(words: &Words, wanted: &Bits, shape: Shape<'_>) -> Option<Bits> {
    let mut rows = Bits::new(words.lower.len());
    let first = words.lower.partition_point(|name| **name < *shape.start);
    let names = words.lower.iter().enumerate().skip(first);
    for (row, name) in names.take_while(|(_, name)| name.starts_with(shape.start)) {
        if shape.matches(name) {
            if !wanted.contains(row) {
                return None;
            }
            rows.insert(row);
        }
    }
    Some(rows)
}

/// All shapes of a name at its word borders, each with its spelling: `start*end`, `*middle*` and
/// `Verb*middle*`.
fn each_shape<'a>(name: &'a str, lower: &'a str, mut act: impl FnMut(Shape<'a>, String)) {
    let borders = borders(name);
    let part = |text: &'a str, from: usize, to: usize| text.get(from..to).unwrap_or_default();
    let length = name.len();
    for (place, from) in borders.iter().enumerate() {
        for to in borders.iter().skip(place) {
            let (from, to) = (*from, *to);
            if (from > 0 || to < length) && from < to {
                let shape = Shape { start: part(lower, 0, from), middle: "", end: part(lower, to, length) };
                act(shape, format!("{}*{}", part(name, 0, from), part(name, to, length)));
            }
            if from > 0 && to < length && from < to {
                let middle = part(name, from, to);
                act(Shape { start: "", middle: part(lower, from, to), end: "" }, format!("*{middle}*"));
                let verb = borders.get(1).copied().unwrap_or_default();
                let shape = Shape { start: part(lower, 0, verb), middle: part(lower, from, to), end: "" };
                act(shape, format!("{}*{middle}*", part(name, 0, verb)));
            }
        }
    }
}

/// Where words of a name begin, and its end.
fn borders(name: &str) -> Vec<usize> {
    let bytes = name.as_bytes();
    let mut out = vec![0];
    for (place, pair) in bytes.windows(2).enumerate() {
        let [before, here] = pair else { continue };
        let after = bytes.get(place + 2);
        let turns = here.is_ascii_uppercase()
            && (!before.is_ascii_uppercase() || after.is_some_and(u8::is_ascii_lowercase));
        if turns || matches!(before, b'-' | b'_') {
            out.push(place + 1);
        }
    }
    out.push(name.len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_begin_at_capitals() {
        let parts = |name: &str| {
            let borders = borders(name);
            borders.windows(2).map(|pair| name.get(pair[0]..pair[1]).unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(parts("DescribeVpcEndpoints"), ["Describe", "Vpc", "Endpoints"]);
        assert_eq!(parts("GetSAMLProvider"), ["Get", "SAML", "Provider"]);
        assert_eq!(parts("CreateDBCluster"), ["Create", "DB", "Cluster"]);
        assert_eq!(parts("GET"), ["GET"]);
    }

    #[test]
    fn a_shape_does_not_let_its_ends_overlap() {
        let shape = Shape { start: "getbucket", middle: "", end: "bucket" };
        assert!(!shape.matches("getbucket"));
        assert!(shape.matches("getbucketbucket"));
        let shape = Shape { start: "get", middle: "tag", end: "" };
        assert!(shape.matches("getobjecttagging"));
        assert!(!shape.matches("puttag"));
    }
}
