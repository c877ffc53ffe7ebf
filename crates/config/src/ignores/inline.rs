use std::collections::{BTreeMap, BTreeSet};

use palisade_graph::{Application, Graph, Node, Val};
use palisade_source::{FileId, Kind, Limits, NodeId, Placement, SourceFile, Span, Tree, parse};
use smol_str::SmolStr;

use super::cover::{Cover, Outline, line, next_line};
use super::directive::directive;
use super::foreign::foreign;
use crate::{Pattern, Tool};

/// An ignore that stands in the scanned files.
#[derive(Debug)]
pub(crate) struct Inline {
    /// `comment` or `metadata`.
    pub by: &'static str,
    /// Where it stands.
    pub span: Span,
    /// Whether it is a comment with its line to itself.
    pub own_line: bool,
    /// As written; not understood where it is empty.
    pub rules: Vec<(String, Option<Pattern>)>,
    /// Text of the date.
    pub until: Option<String>,
    /// Why; empty where it is missing.
    pub reason: String,
    /// What it covers.
    pub cover: Cover,
    /// Another tool's mark: never reported as stale.
    pub foreign: bool,
}

impl Inline {
    pub(crate) fn new(by: &'static str, span: Span, rules: Vec<String>, cover: Cover) -> Self {
        let compiled = |text: String| {
            let pattern = Pattern::name(&text).ok();
            (text, pattern)
        };
        Self {
            by,
            span,
            own_line: false,
            rules: rules.into_iter().map(compiled).collect(),
            until: None,
            reason: String::new(),
            cover,
            foreign: false,
        }
    }
}

/// Outlines of files, read when first asked.
#[derive(Default)]
pub(crate) struct Outlines {
    of: BTreeMap<FileId, Option<Outline>>,
}

impl Outlines {
    fn get(&mut self, file: FileId, source: &SourceFile) -> Option<&Outline> {
        self.of.entry(file).or_insert_with(|| Outline::of(file, source, &Limits::default())).as_ref()
    }

    /// What a comment on its own line covers; the next line where the file has no outline.
    fn below(&mut self, file: FileId, source: &SourceFile, end: u32) -> Cover {
        match self.get(file, source) {
            Some(outline) => outline.below(file, end),
            None => next_line(file, source, end),
        }
    }

    /// The same, but above the first key too it covers what follows and not the file.
    pub(crate) fn below_block(&mut self, file: FileId, source: &SourceFile, end: u32) -> Cover {
        self.get(file, source).map_or(Cover::Nothing, |outline| outline.next(file, end))
    }
}

/// All ignores in the files of an application, in the order of the files.
pub(crate) fn inline(application: &Application, tools: &[Tool]) -> Vec<Inline> {
    let mut all = Vec::new();
    let mut outlines = Outlines::default();
    comments(application, &mut outlines, &mut all);
    foreign(application, tools, &mut outlines, &mut all);
    for (_, graph) in &application.worlds {
        for node in &graph.nodes {
            resource(graph, node, &mut all);
        }
    }
    templates(application, &mut all);
    let mut seen = BTreeSet::new();
    all.retain(|i: &Inline| seen.insert((i.span, i.by, i.foreign)));
    all.sort_by_key(|i| i.span);
    all
}

fn comments(application: &Application, outlines: &mut Outlines, all: &mut Vec<Inline>) {
    for (file, comment) in &application.comments {
        let Some(read) = directive(&comment.text) else { continue };
        let Some(source) = application.store.get(*file) else { continue };
        let cover = match comment.placement {
            Placement::EndOfLine => Cover::Line(line(*file, source, comment.start)),
            Placement::OwnLine => outlines.below(*file, source, comment.end),
        };
        let span = Span::new(*file, comment.start, comment.end);
        let mut inline = match read {
            Ok(d) => {
                let mut inline = Inline::new("comment", span, d.rules, cover);
                inline.until = d.until;
                inline.reason = d.reason;
                inline
            }
            Err(()) => Inline::new("comment", span, Vec::new(), cover),
        };
        inline.own_line = comment.placement == Placement::OwnLine;
        all.push(inline);
    }
}

/// `Metadata: palisade: {ignore: […]}` of one resource covers its node, what the framework made because
/// of it, and what is declared inside it.
fn resource(graph: &Graph, node: &Node, all: &mut Vec<Inline>) {
    let list = node.attributes.at("Metadata.palisade.ignore");
    if list.is_null() {
        return;
    }
    let ids = family(graph, node);
    for item in list.items() {
        all.push(of_value(item, &node.span, Cover::Nodes(ids.clone())));
    }
}

/// A node, what the framework made because of it, and what is declared inside it.
pub(crate) fn family(graph: &Graph, node: &Node) -> BTreeSet<SmolStr> {
    let mut ids: BTreeSet<SmolStr> = BTreeSet::from([node.id.clone()]);
    let mut names: BTreeSet<SmolStr> = BTreeSet::from([node.id.clone(), node.logical_id.clone()]);
    // What is made because of something that was itself made: two steps are all that frameworks take.
    for _ in 0..2 {
        for other in &graph.nodes {
            let made = other.implied_by.as_ref().is_some_and(|by| !by.is_empty() && names.contains(by));
            let inside = node.block.is_some() && node.block.contains(other.block);
            if made || inside {
                ids.insert(other.id.clone());
                names.extend([other.id.clone(), other.logical_id.clone()]);
            }
        }
    }
    ids
}

fn of_value(item: &Val, fallback: &Span, cover: Cover) -> Inline {
    let word = |key: &str| item.get(key).as_str().unwrap_or("").trim().to_owned();
    let rules: Vec<String> =
        item.get("rule").items().iter().filter_map(|v| v.as_str().map(str::to_owned)).collect();
    let mut inline = Inline::new("metadata", item.span.or(*fallback), rules, cover);
    inline.reason = word("reason");
    inline.until = Some(word("until")).filter(|u| !u.is_empty());
    inline
}

/// The same at the top of a template, for all of it. The graph has only resources, so the file is read.
fn templates(application: &Application, all: &mut Vec<Inline>) {
    for (file, source) in application.store.files() {
        if !source.text.contains("palisade") || !source.text.contains("Metadata") {
            continue;
        }
        let Ok(tree) = parse(file, source, &Limits::default()) else { continue };
        let Some(root) = tree.documents.first().copied() else { continue };
        let places = [
            (tree.get(root, "Metadata"), Cover::File(file)),
            match tree.get(root, "resources") {
                Some(below) => (tree.get(below, "Metadata"), Cover::Block(tree.span(below))),
                None => (None, Cover::Nothing),
            },
        ];
        for (metadata, cover) in places {
            let list = metadata.and_then(|m| tree.get(m, "palisade")).and_then(|p| tree.get(p, "ignore"));
            let Some(list) = list else { continue };
            // One ignore may stand for a list of one.
            let items: Vec<NodeId> = match tree.node(list).kind {
                Kind::Map { .. } => vec![list],
                _ => tree.children(list).collect(),
            };
            all.extend(items.into_iter().map(|item| of_tree(&tree, item, cover.clone())));
        }
    }
}

fn of_tree(tree: &Tree, item: NodeId, cover: Cover) -> Inline {
    let word = |key: &str| {
        let text = tree.get(item, key).and_then(|id| tree.text(id));
        text.map_or_else(String::new, |t| t.trim().to_owned())
    };
    let mut rules = Vec::new();
    if let Some(rule) = tree.get(item, "rule") {
        match tree.text(rule) {
            Some(text) => rules.push(text.to_string()),
            None => rules.extend(tree.children(rule).filter_map(|id| tree.text(id)).map(ToString::to_string)),
        }
    }
    let mut inline = Inline::new("metadata", tree.span(item), rules, cover);
    inline.reason = word("reason");
    inline.until = Some(word("until")).filter(|u| !u.is_empty());
    inline
}
