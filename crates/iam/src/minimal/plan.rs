//! Lists of actions with the places where a wildcard may stand, and how long they are with some of them.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::ops::Range;

use super::known::{Bits, Resolved, Words, resolve, words};
use super::middle;
use super::sheet::{Row, Sheet, quoted};
use crate::catalogue;
use crate::trie::{self, Node};

/// A value of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub text: String,
    /// It stands for known actions that it does not spell out.
    pub wildcard: bool,
}

/// A statement, or several that differ in nothing but their actions.
#[derive(Debug)]
pub(super) struct Block<'a> {
    pub row: &'a Row,
    /// Patterns of no known action.
    kept: Vec<String>,
    groups: Vec<Group>,
    /// It lists every known action.
    everything: bool,
    star: bool,
}

/// The actions of one service.
#[derive(Debug)]
struct Group {
    words: &'static Words,
    wanted: Bits,
    nodes: Vec<Node>,
    /// One for each node.
    forms: Vec<Form>,
    /// Patterns that the policy itself has for them.
    given: Vec<String>,
    middle: Vec<String>,
    use_middle: bool,
}

/// How the names of a node are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    /// One by one.
    Names,
    /// As the whole prefix that they share.
    Tight,
    /// As the shortest prefix that no other name has.
    Short,
}

/// One step that shortens a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Move {
    stage: Stage,
    saving: usize,
    block: usize,
    group: usize,
    node: usize,
}

/// Steps of an earlier stage are taken first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// Several names become their common prefix.
    Prefix,
    /// That prefix is cut.
    Shorter,
    /// Every known action becomes `*`.
    Star,
    /// One name is cut.
    Single,
    /// Patterns of several words.
    Middle,
}

impl Group {
    fn new(words: &'static Words, wanted: Bits) -> Self {
        let nodes = trie::cover(&words.lower, |row| wanted.contains(row));
        let forms = vec![Form::Names; nodes.len()];
        Self { words, wanted, nodes, forms, given: Vec::new(), middle: Vec::new(), use_middle: false }
    }

    fn prefix(&self, node: &Node, length: usize) -> String {
        let name = self.words.names.get(node.rows.start).map_or("", |name| name);
        format!("{}:{}*", self.words.service.prefix(), name.get(..length).unwrap_or(name))
    }

    fn items(&self, out: &mut Vec<Item>) {
        if self.use_middle {
            let wildcard = |text: &String| text.contains(['*', '?']);
            out.extend(self.middle.iter().map(|text| Item { text: text.clone(), wildcard: wildcard(text) }));
            return;
        }
        for (node, form) in self.nodes.iter().zip(&self.forms) {
            match (form, node.short) {
                (Form::Tight, _) => out.push(Item { text: self.prefix(node, node.tight), wildcard: true }),
                (Form::Short, Some(short)) => {
                    out.push(Item { text: self.prefix(node, short), wildcard: true });
                }
                _ => {
                    let names = node.rows.clone().map(|row| self.words.full(row));
                    out.extend(names.map(|text| Item { text, wildcard: false }));
                }
            }
        }
    }

    /// Characters of each of its items with quotes, in their order.
    fn lengths(&self, out: &mut Vec<usize>) {
        if self.use_middle {
            out.extend(self.middle.iter().map(|text| quoted(text).chars().count()));
            return;
        }
        // a colon and two quotes; names are ASCII
        let prefix = self.words.service.prefix().len() + 3;
        for (node, form) in self.nodes.iter().zip(&self.forms) {
            match (form, node.short) {
                (Form::Tight, _) => out.push(prefix + node.tight + 1),
                (Form::Short, Some(short)) => out.push(prefix + short + 1),
                _ => {
                    let names = self.words.names.get(node.rows.clone()).unwrap_or_default();
                    out.extend(names.iter().map(|name| prefix + name.len()));
                }
            }
        }
    }

    /// Characters of all its items with quotes and commas.
    fn length(&self) -> usize {
        let mut lengths = Vec::new();
        self.lengths(&mut lengths);
        lengths.iter().map(|length| length + 1).sum()
    }

    /// The steps that the trie offers, each with what it saves.
    fn moves(&self) -> Vec<(Stage, usize, usize)> {
        let mut out = Vec::new();
        let prefix = self.words.service.prefix().len() + 1;
        for (place, node) in self.nodes.iter().enumerate() {
            let Some(short) = node.short else { continue };
            let lengths = node.rows.clone().map(|row| self.words.names.get(row).map_or(0, |name| name.len()));
            let spelled: usize = lengths.map(|length| prefix + length + 3).sum();
            let (tight, cut) = (prefix + node.tight + 4, prefix + short + 4);
            if node.rows.len() > 1 {
                out.push((Stage::Prefix, spelled.saturating_sub(tight), place));
                if cut < tight {
                    out.push((Stage::Shorter, tight - cut, place));
                }
            } else if cut < spelled {
                out.push((Stage::Single, spelled - cut, place));
            }
        }
        out
    }

    fn reset(&mut self) {
        self.use_middle = false;
        self.forms.fill(Form::Names);
    }
}

impl Block<'_> {
    fn add(&mut self, found: Resolved, patterns: &[String]) {
        let wild = patterns.iter().filter(|text| text.contains(['*', '?']));
        let wild: Vec<(&str, &String)> =
            wild.filter_map(|text| Some((text.split_once(':')?.0, text))).collect();
        for (service, bits) in found.set.0 {
            let same = self.groups.iter().position(|group| group.words.service == service);
            let mut group = Group::new(words(service), bits);
            if let Some(other) = same.map(|place| self.groups.swap_remove(place)) {
                group.wanted.add(&other.wanted);
                group = Group { given: other.given, ..Group::new(group.words, group.wanted) };
            }
            let own = wild.iter().filter(|(prefix, _)| prefix.eq_ignore_ascii_case(service.prefix()));
            group.given.extend(own.map(|(_, text)| (*text).clone()));
            self.groups.push(group);
        }
        self.groups.sort_by_key(|group| group.words.service);
        let mut seen: BTreeSet<String> = self.kept.iter().map(|text| text.to_ascii_lowercase()).collect();
        let new = found.unmatched.into_iter().filter(|text| seen.insert(text.to_ascii_lowercase()));
        self.kept.extend(new);
    }

    /// Whether a part of its list in one document and the rest in another mean the whole.
    pub(super) fn divides(&self) -> bool {
        self.row.element() == Some("Action")
    }

    pub(super) fn items(&self) -> Vec<Item> {
        let mut out = Vec::new();
        if self.star {
            out.push(Item { text: "*".to_owned(), wildcard: true });
        } else {
            for group in &self.groups {
                group.items(&mut out);
            }
        }
        out.extend(self.kept.iter().map(|text| Item { text: text.clone(), wildcard: false }));
        out
    }

    /// Characters of each item with quotes, in their order.
    pub(super) fn lengths(&self) -> Vec<usize> {
        let mut out = Vec::new();
        if self.star {
            out.push(3);
        } else {
            for group in &self.groups {
                group.lengths(&mut out);
            }
        }
        out.extend(self.kept.iter().map(|text| quoted(text).chars().count()));
        out
    }

    pub(super) fn size(&self) -> usize {
        self.size_of(&self.lengths())
    }

    /// Characters of the statement with values of these lengths.
    pub(super) fn size_of(&self, lengths: &[usize]) -> usize {
        let commas = lengths.len().saturating_sub(1);
        self.row.frame(lengths.len()) + lengths.iter().sum::<usize>() + commas
    }
}

/// All statements of a document.
pub(super) struct Plan<'a> {
    pub blocks: Vec<Block<'a>>,
    moves: Vec<Move>,
    applied: usize,
}

impl<'a> Plan<'a> {
    /// Statements that differ in nothing but the actions that they list become one.
    pub(super) fn new(sheet: &'a Sheet, wildcards: bool) -> Self {
        let mut blocks: Vec<Block<'a>> = Vec::new();
        let mut meanings: Vec<String> = Vec::new();
        for row in &sheet.statements {
            let found = resolve(row.actions.iter().map(String::as_str));
            let meaning = row.meaning();
            let same = meanings.iter().position(|other| *other == meaning);
            let same = same.filter(|_| row.element() == Some("Action"));
            if let Some(block) = same.and_then(|place| blocks.get_mut(place)) {
                block.add(found, &row.actions);
                continue;
            }
            let mut block =
                Block { row, kept: Vec::new(), groups: Vec::new(), everything: false, star: false };
            block.add(found, &row.actions);
            blocks.push(block);
            meanings.push(meaning);
        }
        let all = catalogue::counts().actions;
        for block in &mut blocks {
            block.everything = block.groups.iter().map(|group| group.wanted.len()).sum::<usize>() == all;
        }
        let mut plan = Self { blocks, moves: Vec::new(), applied: 0 };
        if wildcards {
            plan.offer_prefixes();
        }
        plan
    }

    pub(super) fn moves(&self) -> usize {
        self.moves.len()
    }

    /// How many steps the stages up to this one have.
    #[cfg(test)]
    pub(super) fn moves_until(&self, stage: Stage) -> usize {
        self.moves.iter().filter(|step| step.stage <= stage).count()
    }

    fn offer_prefixes(&mut self) {
        for (block, b) in self.blocks.iter().enumerate() {
            for (group, g) in b.groups.iter().enumerate() {
                let moves = g.moves().into_iter();
                self.moves.extend(moves.map(|(stage, saving, node)| Move {
                    stage,
                    saving,
                    block,
                    group,
                    node,
                }));
            }
            if b.everything {
                self.moves.push(Move { stage: Stage::Star, saving: 0, block, group: 0, node: 0 });
            }
        }
        // the most characters first: the fewest wildcards
        self.moves.sort_by_key(|m| (m.stage, Reverse(m.saving), m.block, m.group, m.node));
    }

    /// Offers patterns of several words where they are shorter than prefixes. The prefixes must have been
    /// applied in full.
    pub(super) fn offer_middles(&mut self) {
        self.apply(self.moves.len());
        let mut found = Vec::new();
        for (block, b) in self.blocks.iter_mut().enumerate().filter(|(_, b)| !b.star) {
            for (group, g) in b.groups.iter_mut().enumerate().filter(|(_, g)| g.nodes.len() > 1) {
                g.middle = middle::cover(g.words, &g.wanted, &g.nodes, &g.given);
                let before = g.length();
                let after: usize = g.middle.iter().map(|text| text.len() + 3).sum();
                if after < before {
                    let saving = before - after;
                    found.push(Move { stage: Stage::Middle, saving, block, group, node: 0 });
                }
            }
        }
        found.sort_by_key(|m| (Reverse(m.saving), m.block, m.group));
        self.moves.extend(found);
    }

    /// Takes the first so many steps, and no others.
    pub(super) fn apply(&mut self, count: usize) {
        let steps: Range<usize> = if count < self.applied {
            for block in &mut self.blocks {
                block.star = false;
                block.groups.iter_mut().for_each(Group::reset);
            }
            0..count
        } else {
            self.applied..count
        };
        self.applied = count;
        for step in self.moves.get(steps).unwrap_or_default() {
            let Some(block) = self.blocks.get_mut(step.block) else { continue };
            if step.stage == Stage::Star {
                block.star = true;
                continue;
            }
            let Some(group) = block.groups.get_mut(step.group) else { continue };
            if step.stage == Stage::Middle {
                group.use_middle = true;
            } else if let Some(form) = group.forms.get_mut(step.node) {
                *form = if step.stage == Stage::Prefix { Form::Tight } else { Form::Short };
            }
        }
    }
}
