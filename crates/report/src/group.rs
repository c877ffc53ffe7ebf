use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use palisade_diag::{Finding, Report, Severity};

use crate::Options;
use crate::place::Places;
use crate::words::count;

/// Findings that people read together.
pub(crate) struct Group<'a> {
    /// What they are about: "function `convert`", "serverless.yml: provider.runtime".
    pub title: String,
    /// One clause on who can reach it, empty where nothing is known.
    pub clause: String,
    /// The findings, worst last.
    pub findings: Vec<&'a Finding>,
}

impl Group<'_> {
    /// The worst severity in it.
    pub(crate) fn worst(&self) -> Severity {
        self.findings.iter().map(|f| f.severity).max().unwrap_or(Severity::Info)
    }
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    /// A node by id.
    Node(String),
    /// A named place in a file.
    Place(String, String),
    /// A file.
    File(String),
}

/// The findings grouped by function, by other node, by the place that sets a value for several nodes, or
/// by file. The worst group stands last; among equals, those whose function outsiders can start stand
/// behind the others, and then the order of the report holds.
pub(crate) fn groups<'a>(report: &'a Report, options: &Options) -> Vec<Group<'a>> {
    let mut places = Places::new(&report.sources);
    let mut at: BTreeMap<Key, usize> = BTreeMap::new();
    let mut all: Vec<Group<'_>> = Vec::new();
    let mut holds: Vec<BTreeSet<&str>> = Vec::new();
    for finding in &report.findings {
        let key = key(finding, &mut places);
        let index = *at.entry(key).or_insert_with_key(|key| {
            let (title, clause) = head(key, finding, report, options);
            all.push(Group { title, clause, findings: Vec::new() });
            holds.push(BTreeSet::new());
            all.len() - 1
        });
        if let (Some(group), Some(nodes)) = (all.get_mut(index), holds.get_mut(index)) {
            group.findings.push(finding);
            nodes.extend(functions(finding));
        }
    }
    for key in at {
        if let (Key::Place(..), index) = key
            && let (Some(group), Some(nodes)) = (all.get_mut(index), holds.get(index))
            && !nodes.is_empty()
        {
            let _ = write!(group.title, " ({})", count(nodes.len(), "function"));
        }
    }
    for group in &mut all {
        group.findings.sort_by_key(|f| f.severity);
    }
    all.sort_by_key(|g| (g.worst(), g.clause.contains("anybody on the internet")));
    all
}

fn functions(finding: &Finding) -> impl Iterator<Item = &str> {
    finding.affected.iter().map(String::as_str).filter(|id| id.starts_with("function:"))
}

fn key(finding: &Finding, places: &mut Places<'_>) -> Key {
    let mut of = functions(finding);
    match (of.next(), of.next()) {
        // What belongs to one function, its route or role included, is read with that function.
        (Some(only), None) => return Key::Node(only.to_owned()),
        (None, _) if finding.affected.len() <= 1 => {
            if let Some(node) = finding.affected.first().or(finding.node.as_ref()) {
                return Key::Node(node.clone());
            }
        }
        _ => {
            if let Some(label) = finding.primary() {
                let name = places.name(&label.path, label.start.offset);
                return Key::Place(label.path.clone(), name);
            }
        }
    }
    if finding.affected.is_empty() {
        return Key::File(finding.primary().map_or_else(String::new, |l| l.path.clone()));
    }
    let (path, offset) = finding.primary().map_or(("", 0), |l| (l.path.as_str(), l.start.offset));
    Key::Place(path.to_owned(), places.name(path, offset))
}

fn head(key: &Key, finding: &Finding, report: &Report, options: &Options) -> (String, String) {
    match key {
        Key::Node(id) => {
            let (kind, rest) = id.split_once(':').unwrap_or(("", id));
            let (root, name) = rest.split_once('#').unwrap_or(("", rest));
            let noun = noun(kind, finding);
            let mut title = format!("{noun} `{name}`");
            if report.applications.len() > 1 && !root.is_empty() {
                let _ = write!(title, " in {root}");
            }
            (title, report.exposures.get(id).cloned().unwrap_or_default())
        }
        Key::Place(path, name) if name.is_empty() => (options.path(path), String::new()),
        Key::Place(path, name) => (format!("{}: {name}", options.path(path)), String::new()),
        Key::File(path) => (options.path(path), String::new()),
    }
}

/// What people call it: the last part of its type, else the kind of node.
fn noun(kind: &str, finding: &Finding) -> String {
    let ty = finding.resource.as_ref().map_or("", |r| r.ty.as_str());
    let last = ty.rsplit("::").next().unwrap_or("");
    if kind == "function" || kind == "entry" || kind == "role" || !ty.contains("::") {
        return kind.to_owned();
    }
    let mut out = String::new();
    let mut before = ' ';
    for c in last.chars() {
        if c.is_uppercase() && before.is_lowercase() {
            out.push(' ');
        }
        before = c;
        out.extend(c.to_lowercase());
    }
    out
}
