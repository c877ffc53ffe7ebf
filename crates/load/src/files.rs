use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use palisade_graph::{Note, NoteKind, Reason, Val};
use palisade_source::{FileId, Jail, JailError, Limits, SourceFile, Span, Store, Tree, parse};

use crate::raw::{self, Typing};
use crate::{Failure, FailureKind};

/// The files of one application while it is read. Every read goes through the jail, and what was read
/// is kept for labels.
pub struct Files<'a> {
    /// The scanned tree.
    pub jail: &'a Jail,
    /// How much is read.
    pub limits: &'a Limits,
    store: RefCell<Store>,
    documents: RefCell<HashMap<String, Result<Vec<Val>, Reason>>>,
    failures: RefCell<Vec<Failure>>,
    notes: RefCell<Vec<Note>>,
    comments: RefCell<Vec<(FileId, palisade_source::Comment)>>,
    included: RefCell<BTreeSet<String>>,
}

/// What [`Files::finish`] gives back.
pub struct Finished {
    /// The files.
    pub store: Store,
    /// What could not be read.
    pub failures: Vec<Failure>,
    /// Facts about the files.
    pub notes: Vec<Note>,
    /// All comments.
    pub comments: Vec<(FileId, palisade_source::Comment)>,
    /// Paths that another file of the application includes as a whole (nested templates).
    pub included: BTreeSet<String>,
}

impl<'a> Files<'a> {
    /// No files yet.
    pub fn new(jail: &'a Jail, limits: &'a Limits) -> Self {
        Self {
            jail,
            limits,
            store: RefCell::default(),
            documents: RefCell::default(),
            failures: RefCell::default(),
            notes: RefCell::default(),
            comments: RefCell::default(),
            included: RefCell::default(),
        }
    }

    /// What was gathered.
    pub fn finish(self) -> Finished {
        Finished {
            store: self.store.into_inner(),
            failures: self.failures.into_inner(),
            notes: self.notes.into_inner(),
            comments: self.comments.into_inner(),
            included: self.included.into_inner(),
        }
    }

    /// Notes a fact.
    pub fn note(&self, kind: NoteKind, name: &str, spans: Vec<Span>) {
        let mut notes = self.notes.borrow_mut();
        if !notes.iter().any(|n| n.kind == kind && n.name == name && n.spans == spans) {
            notes.push(Note { kind, spans, name: name.into() });
        }
    }

    /// Notes that something ours could not be read.
    pub fn fail(&self, path: &str, reason: impl Into<String>, line: Option<u32>) {
        let failure =
            Failure { path: path.to_owned(), kind: FailureKind::Failed, reason: reason.into(), line };
        let mut failures = self.failures.borrow_mut();
        if !failures.contains(&failure) {
            failures.push(failure);
        }
    }

    /// Notes that a file belongs to the application and is not one of its own.
    pub fn include(&self, path: &str) {
        self.included.borrow_mut().insert(path.to_owned());
    }

    /// Notes that something belongs to another provider.
    pub fn foreign(&self, path: &str, reason: impl Into<String>) {
        let failure =
            Failure { path: path.to_owned(), kind: FailureKind::Foreign, reason: reason.into(), line: None };
        let mut failures = self.failures.borrow_mut();
        if !failures.contains(&failure) {
            failures.push(failure);
        }
    }

    /// Line of a span, for failures.
    pub fn line(&self, span: Span) -> Option<u32> {
        self.store.borrow().get(span.file).map(|f| f.position(span.start).line)
    }

    /// Path of a file.
    pub fn path(&self, file: FileId) -> Option<smol_str::SmolStr> {
        self.store.borrow().get(file).map(|f| f.path.clone())
    }

    /// Adds a file that was read and parsed already, with its comments.
    pub fn add(&self, source: &Arc<SourceFile>, comments: &[palisade_source::Comment]) -> FileId {
        if let Some(file) = self.store.borrow().find(&source.path) {
            return file;
        }
        let file = self.store.borrow_mut().add(source.clone());
        self.comments.borrow_mut().extend(comments.iter().map(|c| (file, c.clone())));
        file
    }

    /// The text that a span covers.
    pub fn slice(&self, span: Span) -> String {
        self.store.borrow().text(span).to_owned()
    }

    /// A file that was read.
    pub fn source(&self, file: FileId) -> Option<Arc<SourceFile>> {
        self.store.borrow().get(file).cloned()
    }

    /// Adds a file that was read and parsed already.
    pub fn adopt(&self, source: &Arc<SourceFile>, tree: Option<Tree>, typing: Typing) -> Vec<Val> {
        let path = source.path.to_string();
        let file = self.store.borrow_mut().add(source.clone());
        let tree = match tree {
            Some(mut tree) if tree.file == file => {
                tree.file = file;
                Ok(tree)
            }
            _ => parse(file, source, self.limits),
        };
        let result = match tree {
            Ok(tree) => Ok(self.documents_of(&tree, typing)),
            Err(e) => {
                self.fail(&path, format!("not valid YAML or JSON: {e}"), Some(e.position.line));
                Err(Reason::ParseError)
            }
        };
        self.documents.borrow_mut().insert(path, result.clone());
        result.unwrap_or_default()
    }

    fn documents_of(&self, tree: &Tree, typing: Typing) -> Vec<Val> {
        for d in &tree.duplicates {
            self.note(NoteKind::DuplicateKey, &d.key, d.spans.clone());
        }
        for span in &tree.under_indented {
            self.note(NoteKind::UnderIndented, "", vec![*span]);
        }
        let mut comments = self.comments.borrow_mut();
        comments.extend(tree.comments.iter().map(|c| (tree.file, c.clone())));
        let read = |d: &palisade_source::NodeId| raw::read(tree, *d, typing, self.limits.alias_nodes);
        tree.documents.iter().map(read).collect()
    }

    /// The documents of a YAML or JSON file named in a file of the folder `from`.
    pub fn documents(&self, from: &str, path: &str, typing: Typing) -> Result<(String, Vec<Val>), Reason> {
        let (relative, real) = self.jail.open(from, path).map_err(|e| reason(&e))?;
        if let Some(found) = self.documents.borrow().get(&relative) {
            return found.clone().map(|d| (relative, d));
        }
        let source = match self.jail.read(&relative, &real, self.limits.file_bytes) {
            Ok((text, _)) => Arc::new(SourceFile::new(relative.as_str(), text)),
            Err(e) => {
                if real.is_file() {
                    self.fail(&relative, e.to_string(), None);
                }
                return Err(Reason::ParseError);
            }
        };
        self.adopt(&source, None, typing);
        match self.documents.borrow().get(&relative) {
            Some(found) => found.clone().map(|d| (relative, d)),
            None => Err(Reason::ParseError),
        }
    }

    /// The documents of a file in which `${name}` may stand where only its deployment puts a value, as in the
    /// definition of a state machine. Such a hole is read as a string in its place.
    pub fn substituted(&self, from: &str, path: &str, typing: Typing) -> Result<(String, Vec<Val>), Reason> {
        let (relative, real) = self.jail.open(from, path).map_err(|e| reason(&e))?;
        if !self.documents.borrow().contains_key(&relative)
            && let Ok((text, _)) = self.jail.read(&relative, &real, self.limits.file_bytes)
            && let Some(filled) = holes_as_strings(&text)
        {
            let source = Arc::new(SourceFile::new(relative.as_str(), text));
            let file = self.store.borrow_mut().add(source.clone());
            // Byte for byte of the same length: places stay right.
            let tree = parse(file, &SourceFile::new(relative.as_str(), filled), self.limits);
            self.adopt(&source, tree.ok(), typing);
        }
        self.documents(from, path, typing)
    }

    /// The text of a file named in a file of the folder `from`.
    pub fn text(&self, from: &str, path: &str) -> Result<(FileId, Arc<str>), Reason> {
        let (relative, real) = self.jail.open(from, path).map_err(|e| reason(&e))?;
        if let Some(id) = self.store.borrow().find(&relative) {
            let text = self.store.borrow().get(id).map(|f| f.text.clone());
            return text.map(|t| (id, t)).ok_or(Reason::ParseError);
        }
        let (text, _) =
            self.jail.read(&relative, &real, self.limits.file_bytes).map_err(|_| Reason::ParseError)?;
        let source = Arc::new(SourceFile::new(relative.as_str(), text.clone()));
        Ok((self.store.borrow_mut().add(source), text))
    }

    /// Whether a path names a file or folder inside the jail; answers it relative to the root.
    pub fn exists(&self, from: &str, path: &str) -> Option<String> {
        self.jail.open(from, path).ok().map(|(relative, _)| relative)
    }

    /// Whether a `.gitignore` inside the jail names a file, so that it is not committed.
    pub fn is_ignored(&self, relative: &str) -> bool {
        let real = self.jail.root().join(relative);
        let mut at = folder(relative);
        loop {
            let real_folder = self.jail.root().join(at);
            let (rules, _) = ignore::gitignore::Gitignore::new(real_folder.join(".gitignore"));
            let told = rules.matched_path_or_any_parents(&real, false);
            // The nearest file that speaks of it decides.
            if !told.is_none() {
                return told.is_ignore();
            }
            if at.is_empty() {
                return false;
            }
            at = folder(at);
        }
    }
}

/// JSON text with each `${name}` outside of strings made a string of the same length; `None` without one.
fn holes_as_strings(text: &str) -> Option<String> {
    if !text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let (mut quoted, mut escaped, mut open, mut any) = (false, false, false, false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let mut kept = c;
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '$' if !quoted && chars.peek() == Some(&'{') => {
                (open, any) = (true, true);
                kept = '"';
            }
            '}' if open => {
                open = false;
                kept = '"';
            }
            _ => {}
        }
        out.push(kept);
    }
    any.then_some(out)
}

/// Why a path yields nothing.
pub fn reason(e: &JailError) -> Reason {
    match e {
        JailError::Missing => Reason::Undeclared,
        _ => Reason::OutsideTree,
    }
}

/// The folder of a path relative to the root, empty for the root.
pub fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(f, _)| f)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_holes_become_strings_of_the_same_length() {
        let text = r#"{"A": ${Limit}, "B": "x${Y}\" ${Z}", "C": {"D": 1}}"#;
        let filled = holes_as_strings(text).unwrap();
        assert_eq!(filled, r#"{"A": "{Limit", "B": "x${Y}\" ${Z}", "C": {"D": 1}}"#);
        assert_eq!(holes_as_strings(r#"{"A": "${B}"}"#), None);
        assert_eq!(holes_as_strings("a: ${b}"), None);
    }
}
