//! The smallest exact cover of a set of names by names and prefixes.
//!
//! In the trie of all known names a prefix is exact when every name below its node is wanted. Of two exact
//! nodes the higher one has the shorter prefix and covers more, so the cheapest cover is made of the highest
//! exact nodes, and of the names that no exact node of two or more holds.

use std::ops::Range;

/// Neighbouring names that are all wanted, while the names around them that share their prefix are not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    /// The names, as places in the sorted list.
    pub rows: Range<usize>,
    /// Bytes of the prefix that the names have in common.
    pub tight: usize,
    /// Bytes of the shortest prefix that only these names have; `None` for a name that is itself the prefix
    /// of one that is not wanted.
    pub short: Option<usize>,
}

/// The highest exact nodes of the trie of `names`, which are sorted by bytes and distinct.
///
/// Linear in the bytes of all names.
pub(crate) fn cover(names: &[Box<str>], wanted: impl Fn(usize) -> bool) -> Vec<Node> {
    let mut before = Vec::with_capacity(names.len() + 1);
    let mut count = 0usize;
    before.push(count);
    for row in 0..names.len() {
        count += usize::from(wanted(row));
        before.push(count);
    }
    let mut trie = Trie { names, before, nodes: Vec::new() };
    trie.walk(0..names.len(), 0);
    trie.nodes
}

struct Trie<'a> {
    names: &'a [Box<str>],
    /// How many names before each place are wanted.
    before: Vec<usize>,
    nodes: Vec<Node>,
}

impl Trie<'_> {
    fn bytes(&self, row: usize) -> &[u8] {
        self.names.get(row).map(|name| name.as_bytes()).unwrap_or_default()
    }

    fn wanted(&self, rows: &Range<usize>) -> usize {
        let at = |place: usize| self.before.get(place).copied().unwrap_or_default();
        at(rows.end).saturating_sub(at(rows.start))
    }

    /// `rows` are all names that begin with their first `depth` bytes. Each step goes at least one byte
    /// deeper, so that the recursion is bounded by the longest name.
    fn walk(&mut self, rows: Range<usize>, depth: usize) {
        let wanted = self.wanted(&rows);
        if wanted == 0 {
            return;
        }
        let common = self.common(&rows);
        if wanted == rows.len() {
            self.nodes.push(Node { rows, tight: common, short: Some(depth) });
            return;
        }
        let mut start = rows.start;
        if self.bytes(start).len() == common {
            // the prefix itself is a name, and something below it is not wanted
            let own = start..start + 1;
            if self.wanted(&own) == 1 {
                self.nodes.push(Node { rows: own, tight: common, short: None });
            }
            start += 1;
        }
        while start < rows.end {
            let letter = self.bytes(start).get(common).copied();
            let same = (start..rows.end).take_while(|row| self.bytes(*row).get(common).copied() == letter);
            let end = start + same.count().max(1);
            self.walk(start..end, common + 1);
            start = end;
        }
    }

    /// Sorted names have in common what the first and the last have.
    fn common(&self, rows: &Range<usize>) -> usize {
        let (first, last) = (self.bytes(rows.start), self.bytes(rows.end.saturating_sub(1)));
        first.iter().zip(last).take_while(|(a, b)| a == b).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn boxed(names: &BTreeSet<String>) -> Vec<Box<str>> {
        names.iter().map(|name| name.as_str().into()).collect()
    }

    /// The cost of a node by the definition, letter by letter: a pattern of it, or the costs below.
    fn cheapest(names: &[Box<str>], wanted: &[bool], prefix: &str) -> usize {
        let below: Vec<usize> = (0..names.len()).filter(|row| names[*row].starts_with(prefix)).collect();
        if below.iter().all(|row| !wanted[*row]) {
            return 0;
        }
        let mut apart = 0;
        for row in &below {
            if *names[*row] == *prefix && wanted[*row] {
                apart += prefix.len() + 3;
            }
        }
        for letter in "abc".chars() {
            apart += cheapest_below(names, wanted, &format!("{prefix}{letter}"));
        }
        if below.iter().all(|row| wanted[*row]) { apart.min(prefix.len() + 1 + 3) } else { apart }
    }

    fn cheapest_below(names: &[Box<str>], wanted: &[bool], prefix: &str) -> usize {
        if names.iter().any(|name| name.starts_with(prefix)) { cheapest(names, wanted, prefix) } else { 0 }
    }

    fn cost(names: &[Box<str>], nodes: &[Node]) -> usize {
        let each = nodes.iter().map(|node| {
            let first = names[node.rows.start].len();
            let short = node.short.map_or(usize::MAX, |short| short + 1);
            3 + if node.rows.len() == 1 { first.min(short) } else { short }
        });
        each.sum()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn is_the_cheapest_cover_and_exact(
            all in prop::collection::btree_set("[abc]{1,6}", 1..24),
            choice in any::<u32>(),
        ) {
            let names = boxed(&all);
            let wanted: Vec<bool> = (0..names.len()).map(|row| choice >> (row % 32) & 1 == 1).collect();
            let nodes = cover(&names, |row| wanted[row]);
            prop_assert_eq!(cost(&names, &nodes), cheapest(&names, &wanted, ""));
            let mut covered = vec![false; names.len()];
            for node in &nodes {
                for row in node.rows.clone() {
                    covered[row] = true;
                }
                let first = &*names[node.rows.start];
                let mut lengths = vec![node.tight];
                lengths.extend(node.short);
                if node.short.is_some() {
                    for length in lengths {
                        let matched: Vec<usize> =
                            (0..names.len()).filter(|r| names[*r].starts_with(first.get(..length).unwrap())).collect();
                        prop_assert_eq!(matched, node.rows.clone().collect::<Vec<_>>());
                    }
                }
            }
            prop_assert_eq!(covered, wanted);
        }
    }

    #[test]
    fn a_name_that_begins_an_unwanted_one_stays_whole() {
        let names: Vec<Box<str>> = ["get", "getobject", "getobjects", "put"].map(Into::into).into();
        let nodes = cover(&names, |row| row != 3 && row != 2);
        assert_eq!(
            nodes,
            [Node { rows: 0..1, tight: 3, short: None }, Node { rows: 1..2, tight: 9, short: None },]
        );
        let all = cover(&names, |_| true);
        assert_eq!(all, [Node { rows: 0..4, tight: 0, short: Some(0) }]);
    }
}
