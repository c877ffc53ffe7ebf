//! Ignores of other tools, where the configuration honours them. A foreign id means every rule whose
//! references name it; an id that no rule names silences nothing and is no fault.

use std::collections::BTreeSet;

use palisade_graph::{Application, Graph, Node, Val};
use palisade_rules::{Entry, rules};
use palisade_source::{Comment, FileId, Placement, SourceFile, Span};

use super::cover::{Cover, line, next_line};
use super::inline::{Inline, Outlines, family};
use crate::Tool;

/// The marks of the given tools in an application.
pub(super) fn foreign(
    application: &Application,
    tools: &[Tool],
    outlines: &mut Outlines,
    all: &mut Vec<Inline>,
) {
    if tools.is_empty() {
        return;
    }
    for (file, comment) in &application.comments {
        let Some(source) = application.store.get(*file) else { continue };
        for tool in tools {
            all.extend(marked(application, *tool, *file, source, comment, outlines));
        }
    }
    for (_, graph) in &application.worlds {
        for node in graph.nodes.iter().filter(|n| !n.attributes.get("Metadata").is_null()) {
            for tool in tools {
                metadata(*tool, graph, node, all);
            }
        }
    }
}

fn metadata(tool: Tool, graph: &Graph, node: &Node, all: &mut Vec<Inline>) {
    let metadata = node.attributes.get("Metadata");
    let (list, id, reason) = match tool {
        Tool::Checkov => (metadata.at("checkov.skip"), "id", "comment"),
        Tool::CfnNag => (metadata.at("cfn_nag.rules_to_suppress"), "id", "reason"),
        Tool::Guard => (metadata.at("guard.SuppressedRules"), "", ""),
        Tool::Trivy | Tool::Kics => return,
    };
    if list.is_null() {
        return;
    }
    let nodes = family(graph, node);
    for item in list.items() {
        let word = |key: &str| if key.is_empty() { item.as_str() } else { item.get(key).as_str() };
        let Some(id) = word(id) else { continue };
        let why = if reason.is_empty() { "" } else { item.get(reason).as_str().unwrap_or("") };
        all.extend(silence(tool, "metadata", &[id], why, place(item, node), Cover::Nodes(nodes.clone())));
    }
}

fn place(item: &Val, node: &Node) -> Span {
    item.span.or(node.span)
}

/// What a comment says to a tool.
fn marked(
    application: &Application,
    tool: Tool,
    file: FileId,
    source: &SourceFile,
    comment: &Comment,
    outlines: &mut Outlines,
) -> Option<Inline> {
    let text = comment.text.trim_start_matches(|c: char| c.is_whitespace() || c == '#').trim();
    let span = Span::new(file, comment.start, comment.end);
    let mut below = || match comment.placement {
        Placement::EndOfLine => Cover::Line(line(file, source, comment.start)),
        Placement::OwnLine => match outlines.below_block(file, source, comment.end) {
            Cover::Nothing => next_line(file, source, comment.end),
            cover => cover,
        },
    };
    match tool {
        Tool::Checkov => {
            let rest = behind(text, &["checkov:skip="])?;
            let (id, reason) = rest.split_once(':').unwrap_or((rest, ""));
            let ids: Vec<&str> = id.split(',').map(str::trim).collect();
            silence(tool, "comment", &ids, reason.trim(), span, Cover::Nodes(around(application, span)))
        }
        Tool::Trivy => {
            let rest = behind(text, &["trivy:ignore:", "tfsec:ignore:"])?;
            let mut words = rest.split_whitespace();
            let mut id = words.next()?;
            let mut until = None;
            // The date stands behind the id, with a colon or a blank between them.
            if let Some((name, date)) = id.split_once(":exp:") {
                (id, until) = (name, Some(date.to_owned()));
            }
            let words: Vec<&str> = words.collect();
            if let Some(date) = words.first().and_then(|w| w.strip_prefix("exp:")) {
                until = Some(date.to_owned());
            }
            let mut inline = silence(tool, "comment", &[id], "", span, below())?;
            inline.until = until;
            Some(inline)
        }
        Tool::Kics => {
            let rest = text.strip_prefix("kics-scan ")?.trim();
            let (ids, cover) = match rest {
                "ignore" => (vec!["*"], Cover::File(file)),
                "ignore-line" => (vec!["*"], next_line(file, source, comment.end)),
                "ignore-block" => (vec!["*"], below()),
                _ => {
                    let list = rest.strip_prefix("disable=")?;
                    (list.split(',').map(str::trim).collect(), Cover::File(file))
                }
            };
            silence(tool, "comment", &ids, "", span, cover)
        }
        Tool::CfnNag | Tool::Guard => None,
    }
}

fn behind<'t>(text: &'t str, marks: &[&str]) -> Option<&'t str> {
    marks.iter().find_map(|m| text.strip_prefix(m))
}

/// The nodes of the smallest resource around a place, in each world.
fn around(application: &Application, at: Span) -> BTreeSet<smol_str::SmolStr> {
    let mut out = BTreeSet::new();
    for (_, graph) in &application.worlds {
        let holding = graph.nodes.iter().filter(|n| n.implied_by.is_none() && n.block.contains(at));
        if let Some(node) = holding.min_by_key(|n| n.block.end - n.block.start) {
            out.extend(family(graph, node));
        }
    }
    out
}

fn silence(
    tool: Tool,
    by: &'static str,
    ids: &[&str],
    reason: &str,
    span: Span,
    cover: Cover,
) -> Option<Inline> {
    let named = |entry: &&Entry| ids.iter().any(|id| *id == "*" || names(entry, tool, id));
    let names: Vec<String> = rules().iter().filter(named).map(|e| e.name.to_owned()).collect();
    if names.is_empty() {
        return None;
    }
    let mut inline = Inline::new(by, span, names, cover);
    inline.foreign = true;
    inline.reason =
        if reason.is_empty() { format!("imported from {}", tool.word()) } else { reason.to_owned() };
    Some(inline)
}

/// Whether a rule's references name an id of a tool.
fn names(entry: &Entry, tool: Tool, id: &str) -> bool {
    let references = &entry.rule.references;
    let list = if tool == Tool::Checkov { references.checkov } else { references.others };
    let bare = |id: &str| id.strip_prefix("AVD-").unwrap_or(id).to_ascii_uppercase();
    list.iter().any(|known| bare(known) == bare(id))
}
