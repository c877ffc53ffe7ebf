//! Values of expressions: literals, constants, spreads, members of known objects.

use std::cell::RefCell;
use std::collections::HashMap;

use indexmap::IndexMap;
use palisade_graph::{Entry, List, Map, Piece as Part, Reason, State, Val, Value};
use palisade_source::{FileId, Span};
use smol_str::SmolStr;

use super::tokens::{Kind, Piece, Token};
use super::{Imported, Modules};

/// What an expression is evaluated in: the tokens of a module and the names that it declares.
pub(super) struct Scope<'m> {
    pub(super) modules: Option<&'m Modules<'m>>,
    pub(super) file: FileId,
    pub(super) folder: &'m str,
    pub(super) tokens: &'m [Token],
    /// Names and the place of their initial value.
    pub(super) declared: HashMap<String, usize>,
    /// Names and where they come from: module, and name there (`*` for all of it).
    pub(super) imported: HashMap<String, (String, String)>,
    pub(super) values: RefCell<HashMap<String, Option<Val>>>,
    pub(super) steps: std::cell::Cell<usize>,
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

/// Expressions nested deeper than this are not followed.
pub(super) const DEPTH: usize = 200;
const STEPS: usize = 1_000_000;

impl Scope<'_> {
    pub(super) fn kind(&self, at: usize) -> Option<&Kind> {
        self.tokens.get(at).map(|t| &t.kind)
    }

    pub(super) fn word(&self, at: usize) -> Option<&str> {
        match self.kind(at)? {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }

    pub(super) fn punct(&self, at: usize, what: &str) -> bool {
        matches!(self.kind(at), Some(Kind::Punct(p)) if *p == what)
    }

    pub(super) fn text(&self, at: usize) -> Option<&str> {
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

    /// Position behind a type, before `=`, `,`, `)`, `}` or `;`.
    pub(super) fn skip_type(&self, mut at: usize) -> usize {
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

    /// The value of an expression and the position behind it.
    pub(super) fn expression(&self, at: usize, depth: usize) -> (Val, usize) {
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
                let mut merged = Object::default();
                let mut i = at + 4;
                while !self.punct(i, ")") && i < self.tokens.len() {
                    let (val, end) = self.expression(i, depth + 1);
                    merged.spread(&val);
                    i = if self.punct(end, ",") { end + 1 } else { end.max(i + 1) };
                }
                (merged.finish(self.span(at, i + 1)), i + 1)
            }
            "async" | "function" | "class" | "new" | "await" | "typeof" | "void" => self.rest(at),
            _ if self.punct(at + 1, "=>") => self.rest(at),
            _ => (self.name(word, depth, span), at + 1),
        }
    }

    /// The value of a name.
    pub(super) fn name(&self, name: &str, depth: usize, span: Span) -> Val {
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
        let mut map = Object::default();
        let mut i = at + 1;
        while i < self.tokens.len() && !self.punct(i, "}") {
            let before = i;
            if self.punct(i, ",") {
                i += 1;
                continue;
            }
            if self.punct(i, "...") {
                let (val, end) = self.expression(i + 1, depth + 1);
                map.spread(&val);
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
                Some(name) => map.set(Entry { key: name.into(), key_span, val }),
                None => map.open = true,
            }
            i = end.max(before + 1);
        }
        let end = (i + 1).min(self.tokens.len());
        (map.finish(self.span(at, end)), end)
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

/// An object while it is built; a key keeps its first place and its last value.
#[derive(Default)]
struct Object {
    entries: IndexMap<SmolStr, Entry>,
    open: bool,
}

impl Object {
    fn set(&mut self, entry: Entry) {
        self.entries.insert(entry.key.clone(), entry);
    }

    fn spread(&mut self, val: &Val) {
        match &val.state {
            State::Known(Value::Map(inner)) => {
                self.open |= inner.open;
                for e in &inner.entries {
                    self.set(e.clone());
                }
            }
            State::Known(_) => {}
            _ => self.open = true,
        }
    }

    fn finish(self, span: Span) -> Val {
        let map = Map { entries: self.entries.into_values().collect(), open: self.open };
        Val::known(Value::Map(map.into()), span)
    }
}
