//! Modules: what they declare, import and export.

use std::cell::RefCell;
use std::collections::HashMap;

use palisade_graph::{Reason, Val};
use palisade_source::{FileId, Span};

use super::Modules;
use super::evaluate::{DEPTH, Scope};
use super::tokens::{Kind, Token};

/// What a module declares and exports, evaluated.
#[derive(Debug)]
pub struct Module {
    pub(super) file: FileId,
    pub(super) exported: HashMap<String, Val>,
    pub(super) default: Option<Val>,
    /// Object literals that look like a service.
    services: Vec<Val>,
}

impl Module {
    /// Evaluates a module.
    pub fn read(modules: &Modules<'_>, file: FileId, folder: &str, tokens: &[Token]) -> Self {
        let mut scope = Scope {
            modules: Some(modules),
            file,
            folder,
            tokens,
            declared: HashMap::new(),
            imported: HashMap::new(),
            values: RefCell::default(),
            steps: std::cell::Cell::new(0),
        };
        let exports = scope.declarations();
        let mut module = Self { file, exported: HashMap::new(), default: None, services: Vec::new() };
        for export in exports {
            match export {
                Export::Default(at) => module.default = Some(scope.exported(at)),
                Export::Named(name, at) => {
                    let val = scope.expression(at, 0).0;
                    module.exported.insert(name, val);
                }
                Export::Local(local, name) => {
                    let val = scope.name(&local, 0, Span::NONE);
                    if name == "default" {
                        module.default = Some(val);
                    } else {
                        module.exported.insert(name, val);
                    }
                }
            }
        }
        if module.default.as_ref().is_none_or(|d| d.as_map().is_none()) {
            module.services = scope.services();
        }
        module
    }

    /// The default export.
    pub fn default(&self) -> Val {
        self.default.clone().unwrap_or_else(|| self.unknown("default"))
    }

    /// A named export.
    pub(super) fn named(&self, name: &str) -> Val {
        if let Some(val) = self.exported.get(name) {
            return val.clone();
        }
        // CommonJS: a member of what is exported.
        match self.default.as_ref().and_then(|d| d.entry(name)) {
            Some(e) => e.val.clone(),
            None => self.unknown(name),
        }
    }

    /// An object literal with the keys of a service.
    pub fn service(&self) -> Option<Val> {
        self.services.first().cloned()
    }

    fn unknown(&self, name: &str) -> Val {
        Val::unknown(Reason::NeedsCode, name, Span::new(self.file, 0, 0))
    }
}

enum Export {
    Default(usize),
    Named(String, usize),
    Local(String, String),
}

impl Scope<'_> {
    /// Declarations, imports and exports, at any depth: a constant inside a function counts as well.
    fn declarations(&mut self) -> Vec<Export> {
        let mut exports = Vec::new();
        for at in 0..self.tokens.len() {
            let member = at > 0 && self.punct(at - 1, ".");
            match self.word(at) {
                Some("const" | "let" | "var") => self.declare(at + 1, &mut exports),
                Some("import") if !member => self.import(at),
                Some("export") if self.word(at + 1) == Some("default") => {
                    exports.push(Export::Default(at + 2));
                }
                Some("export") if self.punct(at + 1, "=") => exports.push(Export::Default(at + 2)),
                Some("export") if self.punct(at + 1, "{") => {
                    for (local, name) in self.names(at + 2, "as") {
                        exports.push(Export::Local(local, name));
                    }
                }
                Some("module") if !member && self.word(at + 2) == Some("exports") => {
                    if self.punct(at + 3, "=") {
                        exports.push(Export::Default(at + 4));
                    } else if let (true, Some(name), true) =
                        (self.punct(at + 3, "."), self.word(at + 4), self.punct(at + 5, "="))
                    {
                        exports.push(Export::Named(name.to_owned(), at + 6));
                    }
                }
                Some("exports") if !member && self.punct(at + 1, ".") && self.punct(at + 3, "=") => {
                    if let Some(name) = self.word(at + 2) {
                        exports.push(Export::Named(name.to_owned(), at + 4));
                    }
                }
                _ => {}
            }
        }
        exports
    }

    fn declare(&mut self, at: usize, exports: &mut Vec<Export>) {
        let exported = at >= 2 && self.word(at - 2) == Some("export");
        // `const { a, b: c } = require('./x')`
        if self.punct(at, "{") {
            let names = self.names(at + 1, ":");
            let mut end = at + 1;
            while end < self.tokens.len() && !self.punct(end, "}") {
                end += 1;
            }
            if self.word(end + 2) == Some("require")
                && let Some(module) = self.text(end + 4).map(str::to_owned)
            {
                for (name, local) in names {
                    self.imported.entry(local).or_insert((module.clone(), name));
                }
            }
            return;
        }
        let Some(name) = self.word(at).map(str::to_owned) else { return };
        let mut value = at + 1;
        if self.punct(value, ":") {
            value = self.skip_type(value + 1);
        }
        if self.punct(value, "=") {
            self.declared.entry(name.clone()).or_insert(value + 1);
            if exported {
                exports.push(Export::Local(name.clone(), name));
            }
        }
    }

    fn import(&mut self, at: usize) {
        let mut from = at + 1;
        while from < self.tokens.len() && from < at + 400 && self.word(from) != Some("from") {
            if self.punct(from, ";") || self.punct(from, "(") {
                return;
            }
            from += 1;
        }
        let Some(module) = self.text(from + 1).map(str::to_owned) else { return };
        let mut i = at + 1;
        if self.word(i) == Some("type") {
            return;
        }
        while i < from {
            if self.punct(i, "{") {
                for (name, local) in self.names(i + 1, "as") {
                    self.imported.insert(local, (module.clone(), name));
                }
                return;
            }
            if matches!(self.kind(i), Some(Kind::Other)) && self.word(i + 1) == Some("as") {
                if let Some(local) = self.word(i + 2).map(str::to_owned) {
                    self.imported.insert(local, (module.clone(), "*".into()));
                }
                return;
            }
            if let Some(local) = self.word(i).map(str::to_owned) {
                self.imported.insert(local, (module.clone(), "default".into()));
            }
            i += 1;
        }
    }

    /// `a, b as c` up to the closing brace: names there and here.
    fn names(&self, mut at: usize, between: &str) -> Vec<(String, String)> {
        let mut out = Vec::new();
        while at < self.tokens.len() && !self.punct(at, "}") {
            if let Some(name) = self.word(at) {
                let renamed = self.word(at + 1) == Some(between) || self.punct(at + 1, between);
                match self.word(at + 2).filter(|_| renamed) {
                    Some(local) => {
                        out.push((name.to_owned(), local.to_owned()));
                        at += 2;
                    }
                    None => out.push((name.to_owned(), name.to_owned())),
                }
            }
            at += 1;
        }
        out
    }

    /// An export: an expression, or what a function returns.
    fn exported(&self, at: usize) -> Val {
        let (val, end) = self.expression(at, 0);
        if val.as_map().is_some() {
            return val;
        }
        // `() => ({ … })` and `() => { …; return { … } }`
        for i in at..end.min(self.tokens.len()) {
            let literal = (self.punct(i, "=>") && self.punct(i + 1, "(") && self.punct(i + 2, "{"))
                .then_some(i + 2)
                .or_else(|| (self.word(i) == Some("return")).then_some(i + 1));
            if let Some(start) = literal {
                let found = self.expression(start, 0).0;
                if found.entry("provider").is_some() || found.entry("service").is_some() {
                    return found;
                }
            }
        }
        val
    }

    /// Object literals that have the keys of a service.
    fn services(&self) -> Vec<Val> {
        let mut out = Vec::new();
        let key = |at: usize| self.word(at).or_else(|| self.text(at)) == Some("service");
        let mut opened: Vec<usize> = Vec::new();
        for at in 0..self.tokens.len() {
            if self.punct(at, "{") {
                opened.push(at);
            } else if self.punct(at, "}") {
                opened.pop();
            } else if key(at)
                && (self.punct(at + 1, ":") || self.punct(at + 1, ","))
                && let Some(start) = opened.last()
            {
                let val = self.expression(*start, 0).0;
                if val.entry("provider").is_some() {
                    out.push(val);
                    return out;
                }
                if out.len() + opened.len() > DEPTH {
                    return out;
                }
            }
        }
        out
    }
}
