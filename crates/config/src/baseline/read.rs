use std::collections::BTreeMap;
use std::ops::Range;

use palisade_source::{FileId, Kind, Limits, NodeId, SourceFile, Tree, parse};

use super::{Accepted, Baseline, BaselineError, is_baselinable};
use crate::{Day, Place};

const SCHEMA: &str = "palisade/baseline/1";

/// Reads a baseline. `path` is how errors call it. All that is wrong is answered, in the order of the text.
pub fn read_baseline(path: &str, text: &str) -> Result<Baseline, Vec<BaselineError>> {
    if let Some(span) = conflict(text) {
        return Err(vec![BaselineError::Conflict { place: Place { path: path.to_owned(), span } }]);
    }
    let file = SourceFile::new(path, text);
    let syntax = |start: u32, message: String| {
        let at = start as usize;
        let place = Place { path: path.to_owned(), span: at..at + 1 };
        vec![BaselineError::Syntax { place, message }]
    };
    let tree = parse(FileId(0), &file, &Limits::default())
        .map_err(|e| syntax(e.position.offset, e.message.clone()))?;
    let Some(root) = tree.documents.first().copied().filter(|_| text.trim_start().starts_with('{')) else {
        return Err(syntax(0, "expected `{`".to_owned()));
    };
    let mut reader = Reader { path, tree: &tree, errors: Vec::new() };
    let baseline = reader.document(root);
    if reader.errors.is_empty() { Ok(baseline) } else { Err(reader.errors) }
}

/// The first line that is a mark of a merge.
fn conflict(text: &str) -> Option<Range<usize>> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end();
        let mark = ["<<<<<<<", "|||||||", ">>>>>>>"].iter().any(|m| bare.starts_with(m)) || bare == "=======";
        if mark {
            return Some(start..start + bare.len());
        }
        start += line.len();
    }
    None
}

struct Reader<'a> {
    path: &'a str,
    tree: &'a Tree,
    errors: Vec<BaselineError>,
}

impl Reader<'_> {
    fn place(&self, id: NodeId) -> Place {
        let node = self.tree.node(id);
        Place { path: self.path.to_owned(), span: node.start as usize..node.end as usize }
    }

    /// The place of an entry: its first byte, since it may be long.
    fn start(&self, id: NodeId) -> Place {
        let start = self.tree.node(id).start as usize;
        Place { path: self.path.to_owned(), span: start..start + 1 }
    }

    fn document(&mut self, root: NodeId) -> Baseline {
        let tree = self.tree;
        let schema = tree.get(root, "schema");
        let found = schema.and_then(|s| tree.text(s)).map(ToString::to_string).unwrap_or_default();
        if found != SCHEMA {
            // What a later version means cannot be guessed.
            let place = schema.map_or_else(|| self.start(root), |s| self.place(s));
            self.errors.push(BaselineError::Version { place, found });
            return Baseline::default();
        }
        for (key, _) in tree.entries(root) {
            let name = tree.text(key).map_or("", |t| t.as_str());
            if !matches!(name, "schema" | "findings") {
                let place = self.place(key);
                self.errors.push(BaselineError::UnknownKey { place, key: name.to_owned() });
            }
        }
        let Some(list) = tree.get(root, "findings") else {
            let place = self.start(root);
            self.errors.push(BaselineError::Missing { place, key: "findings" });
            return Baseline::default();
        };
        if !matches!(tree.node(list).kind, Kind::Seq { .. }) {
            let place = self.place(list);
            self.errors.push(BaselineError::Value { place, key: "findings", expected: "a list" });
            return Baseline::default();
        }
        // Both sides of a merge may have accepted the same finding.
        let mut merged: BTreeMap<(String, String), usize> = BTreeMap::new();
        let mut entries: Vec<Accepted> = Vec::new();
        for child in tree.children(list) {
            let Some(entry) = self.entry(child) else { continue };
            let key = (entry.rule.clone(), entry.fingerprint.clone());
            match merged.get(&key).and_then(|n| entries.get_mut(*n)) {
                Some(same) => same.count = same.count.max(entry.count),
                None => {
                    merged.insert(key, entries.len());
                    entries.push(entry);
                }
            }
        }
        Baseline { entries }
    }

    fn entry(&mut self, id: NodeId) -> Option<Accepted> {
        const KEYS: [&str; 7] = ["rule", "place", "application", "evidence", "fingerprint", "since", "count"];
        let tree = self.tree;
        if !matches!(tree.node(id).kind, Kind::Map { .. }) {
            let place = self.place(id);
            self.errors.push(BaselineError::Value { place, key: "findings", expected: "a list of entries" });
            return None;
        }
        for (key, _) in tree.entries(id) {
            let name = tree.text(key).map_or("", |t| t.as_str());
            if !KEYS.contains(&name) {
                let place = self.place(key);
                self.errors.push(BaselineError::UnknownKey { place, key: name.to_owned() });
            }
        }
        let hex = |n: usize| {
            move |t: &str| t.len() == n && t.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        };
        let before = self.errors.len();
        let rule = self.text(id, "rule", "the name of a rule", |t| !t.is_empty());
        let place = self.text(id, "place", "a place", |t| !t.is_empty());
        let application = self.text(id, "application", "a text", |_| true);
        let evidence = self.text(id, "evidence", "a hash of 16 digits", hex(16));
        let fingerprint = self.text(id, "fingerprint", "a fingerprint of 32 digits", hex(32));
        let since = self.text(id, "since", "a date as `2027-01-31`", |t| Day::parse(t).is_some());
        let mut count = 1;
        if let Some(value) = tree.get(id, "count") {
            match tree.text(value).and_then(|t| t.parse().ok()).filter(|n| *n > 0) {
                Some(n) => count = n,
                None => {
                    let place = self.place(value);
                    self.errors.push(BaselineError::Value {
                        place,
                        key: "count",
                        expected: "a number from 1",
                    });
                }
            }
        }
        if let Some(rule) = rule.as_ref().filter(|r| !is_baselinable(r)) {
            let at = tree.get(id, "rule").map_or_else(|| self.start(id), |v| self.place(v));
            self.errors.push(BaselineError::NotBaselinable { place: at, rule: rule.clone() });
        }
        if self.errors.len() > before {
            return None;
        }
        Some(Accepted {
            application: application?,
            place: place?,
            rule: rule?,
            evidence: evidence?,
            fingerprint: fingerprint?,
            since: since?,
            count,
        })
    }

    fn text(
        &mut self,
        id: NodeId,
        key: &'static str,
        expected: &'static str,
        fits: impl Fn(&str) -> bool,
    ) -> Option<String> {
        let Some(value) = self.tree.get(id, key) else {
            let place = self.start(id);
            self.errors.push(BaselineError::Missing { place, key });
            return None;
        };
        match self.tree.text(value).filter(|t| fits(t)) {
            Some(text) => Some(text.to_string()),
            None => {
                let place = self.place(value);
                self.errors.push(BaselineError::Value { place, key, expected });
                None
            }
        }
    }
}
