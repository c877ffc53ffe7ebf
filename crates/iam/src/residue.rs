//! Answers that depend on what is not known, as formulas over atoms.
//!
//! Evaluation is written once, over a [`Logic`]: in three values for speed, and again as a reduced
//! ordered binary decision diagram when the three values say *unknown*. The diagram knows that `x or not
//! x` holds, which three values do not.

use std::collections::{BTreeSet, HashMap};

use crate::tri::Tri;

/// Something of which nobody knows whether it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Atom {
    /// Equal identities are equal atoms.
    pub identity: String,
    /// What would have to hold, for a reader.
    pub text: String,
    /// The condition keys and references that would decide it.
    pub names: Vec<String>,
}

impl Atom {
    pub(crate) fn plain(text: String, names: Vec<String>) -> Self {
        Self { identity: text.clone(), text, names }
    }
}

/// How truth values are combined.
pub(crate) trait Logic {
    /// A truth value.
    type F: Copy;
    /// True or false.
    fn constant(&mut self, value: bool) -> Self::F;
    /// Both.
    fn and(&mut self, a: Self::F, b: Self::F) -> Self::F;
    /// At least one.
    fn or(&mut self, a: Self::F, b: Self::F) -> Self::F;
    /// The contrary.
    fn not(&mut self, a: Self::F) -> Self::F;
    /// A value that nobody knows; `make` is called only by a logic that tells atoms apart.
    fn atom(&mut self, make: &mut dyn FnMut() -> Atom) -> Self::F;
    /// What is known of a value.
    fn tri(&self, a: Self::F) -> Tri;

    /// A value in three values, `make` saying what the unknown is.
    fn lift(&mut self, value: Tri, make: &mut dyn FnMut() -> Atom) -> Self::F {
        match value {
            Tri::True => self.constant(true),
            Tri::False => self.constant(false),
            Tri::Unknown => self.atom(make),
        }
    }
}

/// Three values.
pub(crate) struct Kleene;

impl Logic for Kleene {
    type F = Tri;

    fn constant(&mut self, value: bool) -> Tri {
        value.into()
    }

    fn and(&mut self, a: Tri, b: Tri) -> Tri {
        a.and(b)
    }

    fn or(&mut self, a: Tri, b: Tri) -> Tri {
        a.or(b)
    }

    fn not(&mut self, a: Tri) -> Tri {
        a.negate()
    }

    fn atom(&mut self, _: &mut dyn FnMut() -> Atom) -> Tri {
        Tri::Unknown
    }

    fn tri(&self, a: Tri) -> Tri {
        a
    }
}

/// A node of a diagram; 0 is false, 1 is true.
pub(crate) type NodeId = u32;

const FALSE: NodeId = 0;
const TRUE: NodeId = 1;

/// Nodes beyond which a residue is not listed any more: every answer is then *unknown*.
const BUDGET: usize = 100_000;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Branch {
    atom: u32,
    low: NodeId,
    high: NodeId,
}

/// Formulas as diagrams over atoms in the order of their appearance.
#[derive(Default)]
pub(crate) struct Residues {
    branches: Vec<Branch>,
    unique: HashMap<Branch, NodeId>,
    memo: HashMap<(NodeId, NodeId, NodeId), NodeId>,
    atoms: Vec<Atom>,
    by_identity: HashMap<String, u32>,
    /// The budget is spent.
    pub spent: bool,
}

impl Residues {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    fn branch(&self, node: NodeId) -> Option<Branch> {
        self.branches.get(usize::try_from(node.checked_sub(2)?).ok()?).copied()
    }

    fn make(&mut self, atom: u32, low: NodeId, high: NodeId) -> NodeId {
        if low == high {
            return low;
        }
        let branch = Branch { atom, low, high };
        if let Some(node) = self.unique.get(&branch) {
            return *node;
        }
        if self.branches.len() >= BUDGET {
            self.spent = true;
            return FALSE;
        }
        let node = u32::try_from(self.branches.len() + 2).unwrap_or(u32::MAX);
        self.branches.push(branch);
        self.unique.insert(branch, node);
        node
    }

    fn sides(&self, node: NodeId, atom: u32) -> (NodeId, NodeId) {
        match self.branch(node) {
            Some(b) if b.atom == atom => (b.low, b.high),
            _ => (node, node),
        }
    }

    /// If-then-else. Recursion is as deep as there are atoms, which the caller's documents bound.
    fn ite(&mut self, test: NodeId, then: NodeId, other: NodeId) -> NodeId {
        match (test, then, other) {
            (TRUE, _, _) => return then,
            (FALSE, _, _) => return other,
            (_, TRUE, FALSE) => return test,
            _ if then == other => return then,
            _ => {}
        }
        if self.spent {
            return FALSE;
        }
        if let Some(found) = self.memo.get(&(test, then, other)) {
            return *found;
        }
        let top =
            [test, then, other].iter().filter_map(|n| self.branch(*n)).map(|b| b.atom).min().unwrap_or(0);
        let (test_low, test_high) = self.sides(test, top);
        let (then_low, then_high) = self.sides(then, top);
        let (other_low, other_high) = self.sides(other, top);
        let low = self.ite(test_low, then_low, other_low);
        let high = self.ite(test_high, then_high, other_high);
        let node = self.make(top, low, high);
        self.memo.insert((test, then, other), node);
        node
    }

    /// The names of the keys and references that a formula hangs on, sorted.
    pub(crate) fn names(&self, node: NodeId) -> BTreeSet<String> {
        let mut out = BTreeSet::new();
        for atom in self.support(node) {
            if let Some(atom) = usize::try_from(atom).ok().and_then(|a| self.atoms.get(a)) {
                out.extend(atom.names.iter().cloned());
            }
        }
        out
    }

    /// The atoms that a formula hangs on.
    pub(crate) fn support(&self, node: NodeId) -> BTreeSet<u32> {
        let mut seen = BTreeSet::new();
        let mut atoms = BTreeSet::new();
        let mut queue = vec![node];
        while let Some(next) = queue.pop() {
            if let Some(branch) = self.branch(next)
                && seen.insert(next)
            {
                atoms.insert(branch.atom);
                queue.push(branch.low);
                queue.push(branch.high);
            }
        }
        atoms
    }

    /// The truth of a formula under a valuation of its atoms.
    #[cfg(test)]
    fn value(&self, mut node: NodeId, holds: &dyn Fn(u32) -> bool) -> bool {
        while let Some(branch) = self.branch(node) {
            node = if holds(branch.atom) { branch.high } else { branch.low };
        }
        node == TRUE
    }

    /// A formula with one atom decided.
    fn restrict(&mut self, node: NodeId, atom: u32, value: bool) -> NodeId {
        let Some(branch) = self.branch(node) else { return node };
        if branch.atom > atom {
            return node;
        }
        if branch.atom == atom {
            return if value { branch.high } else { branch.low };
        }
        let low = self.restrict(branch.low, atom, value);
        let high = self.restrict(branch.high, atom, value);
        self.make(branch.atom, low, high)
    }

    /// The alternatives under which a formula holds, each a conjunction, without literals that are not
    /// needed. At most `limit` of them.
    pub(crate) fn alternatives(&mut self, node: NodeId, limit: usize) -> Vec<Vec<(u32, bool)>> {
        let mut out: Vec<Vec<(u32, bool)>> = Vec::new();
        let mut rest = node;
        while rest != FALSE && out.len() < limit && !self.spent {
            // One path to true …
            let mut cube = Vec::new();
            let mut at = rest;
            while let Some(branch) = self.branch(at) {
                let value = branch.high != FALSE;
                cube.push((branch.atom, value));
                at = if value { branch.high } else { branch.low };
            }
            // … of which every literal goes that the formula holds without.
            let mut kept = cube.clone();
            for literal in &cube {
                let without: Vec<(u32, bool)> = kept.iter().copied().filter(|l| l != literal).collect();
                let under = without.iter().fold(node, |f, (atom, value)| self.restrict(f, *atom, *value));
                if under == TRUE {
                    kept = without;
                }
            }
            let mut covered = TRUE;
            for (atom, value) in &kept {
                let (low, high) = if *value { (FALSE, TRUE) } else { (TRUE, FALSE) };
                let literal = self.make(*atom, low, high);
                covered = self.ite(covered, literal, FALSE);
            }
            let missed = self.not(covered);
            rest = self.ite(rest, missed, FALSE);
            out.push(kept);
        }
        out
    }

    /// [`Self::alternatives`] for a reader: `A and not B`.
    pub(crate) fn words(&mut self, node: NodeId) -> Vec<String> {
        let alternatives = self.alternatives(node, 64);
        alternatives
            .iter()
            .map(|cube| {
                let literals: Vec<String> = cube
                    .iter()
                    .map(|(atom, value)| {
                        let text = usize::try_from(*atom)
                            .ok()
                            .and_then(|a| self.atoms.get(a))
                            .map_or("", |a| &a.text);
                        if *value { text.to_owned() } else { format!("not ({text})") }
                    })
                    .collect();
                literals.join(" and ")
            })
            .collect()
    }
}

impl Logic for Residues {
    type F = NodeId;

    fn constant(&mut self, value: bool) -> NodeId {
        if value { TRUE } else { FALSE }
    }

    fn and(&mut self, a: NodeId, b: NodeId) -> NodeId {
        self.ite(a, b, FALSE)
    }

    fn or(&mut self, a: NodeId, b: NodeId) -> NodeId {
        self.ite(a, TRUE, b)
    }

    fn not(&mut self, a: NodeId) -> NodeId {
        self.ite(a, FALSE, TRUE)
    }

    fn atom(&mut self, make: &mut dyn FnMut() -> Atom) -> NodeId {
        let atom = make();
        let id = match self.by_identity.get(&atom.identity) {
            Some(id) => *id,
            None => {
                let id = u32::try_from(self.atoms.len()).unwrap_or(u32::MAX);
                // Deeper diagrams than this are of no use to a reader, and recursion follows depth.
                if id >= 1_000 {
                    self.spent = true;
                    return FALSE;
                }
                self.by_identity.insert(atom.identity.clone(), id);
                self.atoms.push(atom);
                id
            }
        };
        self.make(id, FALSE, TRUE)
    }

    fn tri(&self, a: NodeId) -> Tri {
        match a {
            _ if self.spent => Tri::Unknown,
            FALSE => Tri::False,
            TRUE => Tri::True,
            _ => Tri::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn atom(residues: &mut Residues, name: &str) -> NodeId {
        residues.atom(&mut || Atom::plain(name.to_owned(), vec![name.to_owned()]))
    }

    #[test]
    fn excluded_middle_is_known() {
        let mut r = Residues::new();
        let x = atom(&mut r, "x");
        let not_x = r.not(x);
        let either = r.or(x, not_x);
        let both = r.and(x, not_x);
        assert_eq!((r.tri(either), r.tri(both), r.tri(x)), (Tri::True, Tri::False, Tri::Unknown));
    }

    #[test]
    fn alternatives_cover_the_formula_and_nothing_else() {
        let mut r = Residues::new();
        let names = ["a", "b", "c", "d"];
        let v: Vec<NodeId> = names.iter().map(|n| atom(&mut r, n)).collect();
        let ab = r.and(v[0], v[1]);
        let not_c = r.not(v[2]);
        let cd = r.and(not_c, v[3]);
        let f = r.or(ab, cd);
        let alternatives = r.alternatives(f, 64);
        for bits in 0..16_u32 {
            let holds = |a: u32| bits >> a & 1 == 1;
            let listed = alternatives.iter().any(|cube| cube.iter().all(|(a, v)| holds(*a) == *v));
            assert_eq!(listed, r.value(f, &holds), "{bits:04b}");
        }
        assert_eq!(r.words(ab), ["a and b"]);
    }
}
