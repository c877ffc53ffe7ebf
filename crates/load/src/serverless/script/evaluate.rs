//! Values of expressions: literals, constants, spreads, members of known objects.

use std::cell::RefCell;
use std::collections::HashMap;

use palisade_graph::{Entry, List, Map, Piece as Part, Reason, State, Val, Value};
use palisade_source::{FileId, Span};

use super::tokens::{Kind, Piece, Token};
use super::{Imported, Modules};

/// What a module declares and exports, evaluated.
#[derive(Debug)]
pub struct Module {
    file: FileId,
    exported: HashMap<String, Val>,
    default: Option<Val>,
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
    fn named(&self, name: &str) -> Val {
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

/// The value of a file that is one literal (`tsconfig.json`, comments and trailing commas allowed).
pub fn literal(tokens: &[Token]) -> Val {
    let scope = Scope {
        modules: None,
        file: FileId(u32::MAX),
        folder: "",
        tokens,
        declared: HashMap::new(),
        imported: HashMap::new(),
        values: RefCell::default(),
        steps: std::cell::Cell::new(0),
    };
    scope.expression(0, 0).0
}

enum Export {
    Default(usize),
    Named(String, usize),
    Local(String, String),
}

struct Scope<'m> {
    modules: Option<&'m Modules<'m>>,
    file: FileId,
    folder: &'m str,
    tokens: &'m [Token],
    /// Names and the place of their initial value.
    declared: HashMap<String, usize>,
    /// Names and where they come from: module, and name there (`*` for all of it).
    imported: HashMap<String, (String, String)>,
    values: RefCell<HashMap<String, Option<Val>>>,
    steps: std::cell::Cell<usize>,
}

const DEPTH: usize = 200;
const STEPS: usize = 1_000_000;

impl Scope<'_> {
    fn kind(&self, at: usize) -> Option<&Kind> {
        self.tokens.get(at).map(|t| &t.kind)
    }

    fn word(&self, at: usize) -> Option<&str> {
        match self.kind(at)? {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }

    fn punct(&self, at: usize, what: &str) -> bool {
        matches!(self.kind(at), Some(Kind::Punct(p)) if *p == what)
    }

    fn text(&self, at: usize) -> Option<&str> {
        match self.kind(at)? {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    fn span(&self, from: usize, to: usize) -> Span {
        let start = self.tokens.get(from).map_or(0, |t| t.start);
        let end = self.tokens.get(to.saturating_sub(1)).map_or(start, |t| t.end);
        if self.modules.is_none() { Span::NONE } else { Span::new(self.file, start, end.max(start)) }
    }

    fn unknown(&self, from: usize, to: usize) -> Val {
        let symbol = self.word(from).unwrap_or("expression").to_owned();
        Val::unknown(Reason::NeedsCode, symbol, self.span(from, to))
    }

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

    /// Position behind a type, before `=`, `,`, `)`, `}` or `;`.
    fn skip_type(&self, mut at: usize) -> usize {
        let mut open = 0i32;
        while let Some(kind) = self.kind(at) {
            if let Kind::Punct(p) = kind {
                match *p {
                    "{" | "[" | "(" | "<" => open += 1,
                    "}" | "]" | ")" | ">" if open > 0 => open -= 1,
                    "}" | "]" | ")" | "," | ";" | "=" if open == 0 => return at,
                    _ => {}
                }
            }
            at += 1;
        }
        at
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

    /// The value of an expression and the position behind it.
    fn expression(&self, at: usize, depth: usize) -> (Val, usize) {
        let steps = self.steps.get() + 1;
        self.steps.set(steps);
        if depth > DEPTH || steps > STEPS {
            let end = self.skip(at);
            return (Val::unknown(Reason::Limit("depth"), "", self.span(at, end)), end);
        }
        let (mut val, mut end) = self.operand(at, depth);
        loop {
            if self.punct(end, "+") {
                let (right, next) = self.operand(end + 1, depth + 1);
                val = self.joined(val, right, at, next);
                end = next;
            } else if self.punct(end, "||") || self.punct(end, "??") {
                let (right, next) = self.operand(end + 1, depth + 1);
                val = either(val, right);
                end = next;
            } else {
                break;
            }
        }
        if self.ends(end) {
            return (val, end);
        }
        // A ternary, a comparison, a call of what is not known.
        let end = self.skip(end);
        (self.unknown(at, end), end)
    }

    /// Whether an expression may end here.
    fn ends(&self, at: usize) -> bool {
        match self.tokens.get(at) {
            None => true,
            Some(token) => match &token.kind {
                Kind::Punct("," | "}" | "]" | ")" | ";" | ":") => true,
                Kind::Word(_) => token.line,
                _ => false,
            },
        }
    }

    /// Position at which the expression that goes on here ends.
    fn skip(&self, mut at: usize) -> usize {
        let mut open = 0i32;
        while let Some(token) = self.tokens.get(at) {
            match &token.kind {
                Kind::Punct("{" | "[" | "(") => open += 1,
                Kind::Punct("}" | "]" | ")") => {
                    if open == 0 {
                        return at;
                    }
                    open -= 1;
                }
                Kind::Punct("," | ";") if open == 0 => return at,
                Kind::Word(word)
                    if open == 0
                        && token.line
                        && matches!(
                            word.as_str(),
                            "const" | "let" | "var" | "export" | "import" | "module" | "function" | "class"
                        ) =>
                {
                    return at;
                }
                _ => {}
            }
            at += 1;
        }
        at
    }

    fn operand(&self, at: usize, depth: usize) -> (Val, usize) {
        if depth > DEPTH {
            let end = self.skip(at);
            return (Val::unknown(Reason::Limit("depth"), "", self.span(at, end)), end);
        }
        let (mut val, mut end) = match self.kind(at) {
            Some(Kind::Punct("{")) => self.object(at, depth + 1),
            Some(Kind::Punct("[")) => self.array(at, depth + 1),
            Some(Kind::Punct("(")) => {
                let (val, end) = self.expression(at + 1, depth + 1);
                if self.punct(end, ")") && !self.punct(end + 1, "=>") && !self.punct(end + 1, ":") {
                    (val, end + 1)
                } else {
                    let end = self.skip(at);
                    (self.unknown(at, end), end)
                }
            }
            Some(Kind::Text(text)) => (Val::str(text.as_str(), self.span(at, at + 1)), at + 1),
            Some(Kind::Template(pieces)) => (self.template(pieces, at, depth + 1), at + 1),
            Some(Kind::Number(text)) => {
                (Val::known(Value::Num(text.as_str().into()), self.span(at, at + 1)), at + 1)
            }
            Some(Kind::Punct("-")) => match self.kind(at + 1) {
                Some(Kind::Number(text)) => {
                    (Val::known(Value::Num(format!("-{text}").into()), self.span(at, at + 2)), at + 2)
                }
                _ => self.rest(at),
            },
            // `<const>{ … }`
            Some(Kind::Punct("<")) => {
                let close = self.skip_type(at);
                if close > at { self.operand(close, depth + 1) } else { self.rest(at) }
            }
            Some(Kind::Word(word)) => self.named(word, at, depth),
            _ => self.rest(at),
        };
        loop {
            if self.punct(end, ".") {
                let Some(name) = self.word(end + 1) else { break };
                val = member(&val, name, self.span(at, end + 2));
                end += 2;
            } else if self.punct(end, "[") && !self.tokens.get(end).is_some_and(|t| t.line) {
                let (key, close) = self.expression(end + 1, depth + 1);
                if !self.punct(close, "]") {
                    break;
                }
                end = close + 1;
                val = match key.as_str() {
                    Some(name) => member(&val, name, self.span(at, end)),
                    None => self.unknown(at, end),
                };
            } else if self.punct(end, "(") {
                end = self.close(end);
                val = self.unknown(at, end);
            } else if self.punct(end, "!") {
                end += 1;
            } else if matches!(self.word(end), Some("as" | "satisfies")) {
                end = self.cast(end + 1);
            } else {
                break;
            }
        }
        (val, end)
    }

    fn rest(&self, at: usize) -> (Val, usize) {
        let end = self.skip(at);
        (self.unknown(at, end), end)
    }

    /// Position behind the bracket that closes the one here.
    fn close(&self, mut at: usize) -> usize {
        let mut open = 0i32;
        while let Some(kind) = self.kind(at) {
            match kind {
                Kind::Punct("{" | "[" | "(") => open += 1,
                Kind::Punct("}" | "]" | ")") => {
                    open -= 1;
                    if open <= 0 {
                        return at + 1;
                    }
                }
                _ => {}
            }
            at += 1;
        }
        at
    }

    /// Position behind a type in a cast: names, members, arguments, brackets, unions.
    fn cast(&self, mut at: usize) -> usize {
        let mut open = 0i32;
        while let Some(kind) = self.kind(at) {
            match kind {
                Kind::Punct("<" | "[" | "{" | "(") => open += 1,
                Kind::Punct(">" | "]" | "}" | ")") if open > 0 => open -= 1,
                Kind::Punct("." | "|" | "&" | ",") if open > 0 || !self.punct(at, ",") => {}
                Kind::Word(_) if open > 0 => {}
                Kind::Word(_)
                    if matches!(self.kind(at.wrapping_sub(1)), Some(Kind::Word(w)) if w == "as" || w == "satisfies")
                        || matches!(self.kind(at.wrapping_sub(1)), Some(Kind::Punct("." | "|" | "&"))) => {}
                _ if open > 0 => {}
                _ => return at,
            }
            at += 1;
        }
        at
    }

    fn named(&self, word: &str, at: usize, depth: usize) -> (Val, usize) {
        let span = self.span(at, at + 1);
        match word {
            "true" => (Val::bool(true, span), at + 1),
            "false" => (Val::bool(false, span), at + 1),
            "null" | "undefined" => (Val::known(Value::Null, span), at + 1),
            // The environment, in the framework's own words.
            "process" if self.word(at + 2) == Some("env") && self.punct(at + 3, ".") => {
                match self.word(at + 4) {
                    Some(name) => {
                        let mut end = at + 5;
                        if self.punct(end, "!") {
                            end += 1;
                        }
                        (Val::str(format!("${{env:{name}}}"), self.span(at, end)), end)
                    }
                    None => self.rest(at),
                }
            }
            "require" if self.punct(at + 1, "(") => match self.text(at + 2) {
                Some(module) if self.punct(at + 3, ")") => (self.from(module, "*", span), at + 4),
                _ => self.rest(at),
            },
            "Object" if matches!(self.word(at + 2), Some("freeze" | "assign")) && self.punct(at + 3, "(") => {
                let mut merged = Map::default();
                let mut i = at + 4;
                while !self.punct(i, ")") && i < self.tokens.len() {
                    let (val, end) = self.expression(i, depth + 1);
                    spread(&mut merged, &val);
                    i = if self.punct(end, ",") { end + 1 } else { end.max(i + 1) };
                }
                (Val::known(Value::Map(merged.into()), self.span(at, i + 1)), i + 1)
            }
            "async" | "function" | "class" | "new" | "await" | "typeof" | "void" => self.rest(at),
            _ if self.punct(at + 1, "=>") => self.rest(at),
            _ => (self.name(word, depth, span), at + 1),
        }
    }

    /// The value of a name.
    fn name(&self, name: &str, depth: usize, span: Span) -> Val {
        if let Some(found) = self.values.borrow().get(name) {
            return match found {
                Some(val) => val.clone(),
                None => Val::unknown(Reason::Cycle, name, span),
            };
        }
        self.values.borrow_mut().insert(name.to_owned(), None);
        let val = if let Some(at) = self.declared.get(name) {
            self.expression(*at, depth + 1).0
        } else if let Some((module, there)) = self.imported.get(name) {
            self.from(module, there, span)
        } else {
            Val::unknown(Reason::NeedsCode, name, span)
        };
        self.values.borrow_mut().insert(name.to_owned(), Some(val.clone()));
        val
    }

    fn from(&self, module: &str, name: &str, span: Span) -> Val {
        let imported = self.modules.and_then(|m| m.import(self.folder, module));
        match (imported, name) {
            (Some(Imported::Data(val)), "*" | "default") => val,
            (Some(Imported::Data(val)), _) => member(&val, name, span),
            (Some(Imported::Module(module)), "default") => module.default(),
            (Some(Imported::Module(module)), "*") => {
                if let Some(val) = &module.default {
                    val.clone()
                } else {
                    let mut names: Vec<&String> = module.exported.keys().collect();
                    names.sort();
                    let entry =
                        |n: &String| Entry { key: n.as_str().into(), key_span: span, val: module.named(n) };
                    Val::map(names.into_iter().map(entry).collect(), span)
                }
            }
            (Some(Imported::Module(module)), name) => module.named(name),
            (None, _) => Val::unknown(Reason::NeedsCode, module, span),
        }
    }

    fn object(&self, at: usize, depth: usize) -> (Val, usize) {
        let mut map = Map::default();
        let mut index: HashMap<String, usize> = HashMap::new();
        let mut i = at + 1;
        while i < self.tokens.len() && !self.punct(i, "}") {
            let before = i;
            if self.punct(i, ",") {
                i += 1;
                continue;
            }
            if self.punct(i, "...") {
                let (val, end) = self.expression(i + 1, depth + 1);
                for e in val.entries() {
                    index.remove(e.key.as_str());
                }
                spread(&mut map, &val);
                index = map.entries.iter().enumerate().map(|(i, e)| (e.key.to_string(), i)).collect();
                i = end.max(before + 1);
                continue;
            }
            let (key, key_end) = match self.kind(i) {
                Some(Kind::Word(word)) => (Some(word.clone()), i + 1),
                Some(Kind::Text(text)) => (Some(text.clone()), i + 1),
                Some(Kind::Number(number)) => (Some(number.clone()), i + 1),
                Some(Kind::Punct("[")) => {
                    let (val, end) = self.expression(i + 1, depth + 1);
                    (val.as_str().map(str::to_owned), if self.punct(end, "]") { end + 1 } else { end })
                }
                _ => (None, i + 1),
            };
            let key_span = self.span(i, key_end);
            let (val, end) = if self.punct(key_end, ":") {
                self.expression(key_end + 1, depth + 1)
            } else if self.punct(key_end, ",") || self.punct(key_end, "}") {
                match &key {
                    Some(name) => (self.name(name, depth + 1, key_span), key_end),
                    None => self.rest(i),
                }
            } else {
                // A method or an accessor.
                let end = self.skip(key_end);
                (self.unknown(i, end), end)
            };
            match key {
                Some(name) => {
                    if let Some(old) = index.get(&name).and_then(|n| map.entries.get_mut(*n)) {
                        *old = Entry { key: name.into(), key_span, val }
                    } else {
                        index.insert(name.clone(), map.entries.len());
                        map.entries.push(Entry { key: name.into(), key_span, val });
                    }
                }
                None => map.open = true,
            }
            i = end.max(before + 1);
        }
        let end = (i + 1).min(self.tokens.len());
        // What is undefined is not there.
        map.entries.retain(|e| !e.val.is_null() || e.val.span.is_some());
        (Val::known(Value::Map(map.into()), self.span(at, end)), end)
    }

    fn array(&self, at: usize, depth: usize) -> (Val, usize) {
        let mut list = List::default();
        let mut i = at + 1;
        while i < self.tokens.len() && !self.punct(i, "]") {
            let before = i;
            if self.punct(i, ",") {
                i += 1;
                continue;
            }
            let spread = self.punct(i, "...");
            let (val, end) = self.expression(if spread { i + 1 } else { i }, depth + 1);
            match (spread, val.as_list()) {
                (false, _) => list.items.push(val),
                (true, Some(inner)) => {
                    list.items.extend(inner.items.iter().cloned());
                    list.open |= inner.open;
                }
                (true, None) => list.open = true,
            }
            i = end.max(before + 1);
        }
        let end = (i + 1).min(self.tokens.len());
        (Val::known(Value::List(list.into()), self.span(at, end)), end)
    }

    fn template(&self, pieces: &[Piece], at: usize, depth: usize) -> Val {
        let span = self.span(at, at + 1);
        let mut parts: Vec<Part> = Vec::new();
        let mut text = String::new();
        for piece in pieces {
            match piece {
                Piece::Text(t) => text.push_str(t),
                Piece::Expression(tokens) => {
                    let val = self.inner(tokens, depth);
                    match &val.state {
                        State::Known(Value::Str(s) | Value::Num(s)) => text.push_str(s),
                        State::Known(Value::Bool(b)) => text.push_str(if *b { "true" } else { "false" }),
                        State::Partial(inner) => {
                            for part in inner.iter() {
                                match part {
                                    Part::Text(t) => text.push_str(t),
                                    Part::Hole(_) => {
                                        parts.push(Part::Text(std::mem::take(&mut text).into()));
                                        parts.push(part.clone());
                                    }
                                }
                            }
                        }
                        _ => {
                            parts.push(Part::Text(std::mem::take(&mut text).into()));
                            let unknown = Val::unknown(Reason::NeedsCode, "expression", span);
                            parts.push(Part::Hole(if val.is_known() { unknown } else { val }));
                        }
                    }
                }
            }
        }
        if parts.is_empty() {
            return Val::str(text, span);
        }
        parts.push(Part::Text(text.into()));
        parts.retain(|p| !matches!(p, Part::Text(t) if t.is_empty()));
        Val::new(State::Partial(parts.into()), span)
    }

    /// An expression inside a template literal, in the same scope.
    fn inner(&self, tokens: &[Token], depth: usize) -> Val {
        let scope = Scope {
            modules: self.modules,
            file: self.file,
            folder: self.folder,
            tokens,
            declared: HashMap::new(),
            imported: HashMap::new(),
            values: RefCell::default(),
            steps: self.steps.clone(),
        };
        // A plain name is a constant of the file; anything else is evaluated by itself.
        if let [Token { kind: Kind::Word(word), .. }] = tokens
            && !matches!(word.as_str(), "true" | "false" | "null" | "undefined")
        {
            return self.name(word, depth + 1, Span::NONE);
        }
        if let Some(Kind::Word(word)) = scope.kind(0)
            && scope.punct(1, ".")
            && word != "process"
        {
            let mut val = self.name(word, depth + 1, Span::NONE);
            let mut at = 1;
            while scope.punct(at, ".") {
                let Some(name) = scope.word(at + 1) else { break };
                val = member(&val, name, Span::NONE);
                at += 2;
            }
            return if at == tokens.len() {
                val
            } else {
                Val::unknown(Reason::NeedsCode, word.as_str(), Span::NONE)
            };
        }
        scope.expression(0, depth + 1).0
    }

    fn joined(&self, left: Val, right: Val, from: usize, to: usize) -> Val {
        let span = self.span(from, to);
        if let (Some(a), Some(b)) = (left.as_str(), right.as_str()) {
            Val::str(format!("{a}{b}"), span)
        } else {
            let piece = |v: Val| match v.as_str() {
                Some(text) => Part::Text(text.into()),
                None => Part::Hole(v),
            };
            if left.as_map().is_some() || right.as_map().is_some() {
                return self.unknown(from, to);
            }
            Val::new(State::Partial(vec![piece(left), piece(right)].into()), span)
        }
    }
}

/// `a || b`: the environment with a fallback, a known value, else unknown.
fn either(left: Val, right: Val) -> Val {
    if let (Some(text), Some(fallback)) = (left.as_str(), right.as_str())
        && let Some(inner) = text.strip_prefix("${env:").and_then(|t| t.strip_suffix('}'))
    {
        let fallback = match fallback.strip_prefix("${").and_then(|t| t.strip_suffix('}')) {
            Some(variable) => variable.to_owned(),
            None => format!("'{}'", fallback.replace('\'', "\\'")),
        };
        return Val { ..Val::str(format!("${{env:{inner}, {fallback}}}"), left.span) };
    }
    match &left.state {
        State::Known(Value::Null | Value::Bool(false)) => right,
        State::Known(Value::Str(s)) if s.is_empty() => right,
        _ => left,
    }
}

fn member(val: &Val, name: &str, span: Span) -> Val {
    match &val.state {
        State::Known(Value::Map(map)) => match map.get(name) {
            Some(found) => found.clone(),
            None => Val::unknown(Reason::NeedsCode, name, span),
        },
        State::Known(Value::List(list)) => match name.parse::<usize>().ok().and_then(|n| list.items.get(n)) {
            Some(found) => found.clone(),
            None => Val::unknown(Reason::NeedsCode, name, span),
        },
        _ => Val::unknown(Reason::NeedsCode, name, span),
    }
}

fn spread(map: &mut Map, val: &Val) {
    match &val.state {
        State::Known(Value::Map(inner)) => {
            map.open |= inner.open;
            let index: HashMap<String, usize> =
                map.entries.iter().enumerate().map(|(i, e)| (e.key.to_string(), i)).collect();
            for e in &inner.entries {
                match index.get(e.key.as_str()).and_then(|n| map.entries.get_mut(*n)) {
                    Some(old) => *old = e.clone(),
                    None => map.entries.push(e.clone()),
                }
            }
        }
        State::Known(_) => {}
        _ => map.open = true,
    }
}
