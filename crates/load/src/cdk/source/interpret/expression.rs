use std::cell::{Cell, RefCell};
use std::rc::Rc;

use indexmap::IndexMap;
use palisade_code::script::{
    Argument, Binary, Entry, Expr, ExprKind, Language, Logical, Pattern, Piece, Range,
};
use palisade_graph::{Reason, State, Val, Value as Known};
use smol_str::{SmolStr, format_smolstr};

use super::value::{List, Map, ScopeId, Value};
use super::{DEPTH, ELEMENTS, Host, Interpreter, concat, either};

impl<H: Host> Interpreter<'_, H> {
    /// The value of an expression.
    pub(super) fn eval(&mut self, e: &Expr, scope: ScopeId) -> Value {
        if !self.step() {
            return Value::unknown(Reason::Limit("steps"), "", self.span(e.at));
        }
        if self.depth >= DEPTH {
            return Value::unknown(Reason::Limit("depth"), "", self.span(e.at));
        }
        self.depth += 1;
        let value = self.eval_inner(e, scope);
        self.depth -= 1;
        value
    }

    fn eval_inner(&mut self, e: &Expr, scope: ScopeId) -> Value {
        let span = self.span(e.at);
        match &e.kind {
            ExprKind::Null => Value::Val(Val::known(Known::Null, span)),
            ExprKind::Bool(b) => Value::Val(Val::bool(*b, span)),
            ExprKind::Num(n) => Value::Val(Val::known(Known::Num(n.clone()), span)),
            ExprKind::Str(s) => Value::str(s.clone(), span),
            ExprKind::Template(pieces) => self.template(pieces, e.at, scope),
            ExprKind::Name(name) => self.name(name, e.at, scope),
            ExprKind::This => self.this(scope).unwrap_or_else(|| self.unknown(e.at, "this")),
            ExprKind::Super => Value::null(),
            ExprKind::Member(base, name, at) => {
                if matches!(base.kind, ExprKind::Super) {
                    return self.super_member(name, scope).unwrap_or_default();
                }
                let base = self.eval(base, scope);
                let span = self.span(*at);
                self.member(&base, name, span)
            }
            ExprKind::Index(base, key) => {
                let base = self.eval(base, scope);
                let key = self.eval(key, scope);
                self.index(&base, &key)
            }
            ExprKind::Call { callee, arguments, new } => self.call(callee, arguments, *new, e.at, scope),
            ExprKind::List(items) => self.list(items, e.at, scope),
            ExprKind::Map(entries) => self.map(entries, e.at, scope),
            ExprKind::Function(function) => self.closure(function, scope),
            ExprKind::Class(class) => self.class("", class, scope),
            ExprKind::Conditional(test, then, other) => {
                let test = self.eval(test, scope);
                match self.truth(&test) {
                    Some(true) => self.eval(then, scope),
                    Some(false) => self.eval(other, scope),
                    None => {
                        let a = self.perhaps(|i| i.eval(then, scope));
                        let b = self.perhaps(|i| i.eval(other, scope));
                        self.join(a.1, b.1);
                        either(a.0, b.0)
                    }
                }
            }
            ExprKind::Logical(operator, left, right) => self.logical(*operator, left, right, scope),
            ExprKind::Binary(operator, left, right) => {
                let left = self.eval(left, scope);
                let right = self.eval(right, scope);
                self.binary(*operator, &left, &right, e.at)
            }
            ExprKind::Not(inner) => {
                let value = self.eval(inner, scope);
                match self.truth(&value) {
                    Some(b) => Value::Val(Val::bool(!b, span)),
                    None => Self::part_of(&value),
                }
            }
            ExprKind::Minus(inner) => {
                let value = self.eval(inner, scope);
                match value.as_number() {
                    Some(n) => number(-n, span),
                    None => self.unknown(e.at, ""),
                }
            }
            ExprKind::Assign(pattern, value) => {
                let value = self.eval(value, scope);
                let declares = self.language == Language::Python;
                self.bind(pattern, value.clone(), scope, declares);
                value
            }
            ExprKind::Comprehension(element, pattern, values, condition) => {
                self.comprehension(element, pattern, values, condition.as_deref(), e.at, scope)
            }
            ExprKind::Other => self.unknown(e.at, ""),
        }
    }

    fn name(&mut self, name: &SmolStr, at: Range, scope: ScopeId) -> Value {
        match self.lookup(name, scope) {
            Some(Value::Import(module, name)) => self.export_of(module, &name, self.span(at)),
            Some(value) => value,
            None => self.global(name, at),
        }
    }

    fn template(&mut self, pieces: &[Piece], at: Range, scope: ScopeId) -> Value {
        let span = self.span(at);
        let mut parts = Vec::with_capacity(pieces.len());
        for piece in pieces {
            match piece {
                Piece::Text(t) => parts.push(Val::str(t.clone(), span)),
                Piece::Expr(e) => {
                    let value = self.eval(e, scope);
                    let mut val = self.val(&value);
                    if let State::Unknown(u) = &mut val.state
                        && u.symbol.is_empty()
                    {
                        u.symbol = Self::symbol(e);
                    }
                    parts.push(val);
                }
            }
        }
        Value::Val(concat(parts, span))
    }

    fn list(&mut self, items: &[Argument], at: Range, scope: ScopeId) -> Value {
        let mut out = Vec::with_capacity(items.len());
        let mut open = false;
        for item in items {
            let value = self.eval(&item.value, scope);
            if item.spread {
                let (more, rest) = Self::elements(&value);
                open |= rest;
                out.extend(more);
            } else {
                out.push(value);
            }
            if out.len() > ELEMENTS {
                out.truncate(ELEMENTS);
                open = true;
                break;
            }
        }
        self.steps += out.len() / 8;
        let span = self.span(at);
        Value::List(Rc::new(List { items: RefCell::new(out), open: Cell::new(open), span: Cell::new(span) }))
    }

    fn map(&mut self, entries: &[Entry], at: Range, scope: ScopeId) -> Value {
        let mut out: IndexMap<SmolStr, (palisade_source::Span, Value)> =
            IndexMap::with_capacity(entries.len());
        let mut open = false;
        for entry in entries {
            match entry {
                Entry::Pair(key, at, value) => {
                    let value = self.eval(value, scope);
                    out.insert(key.clone(), (self.span(*at), value));
                }
                Entry::Computed(key, value) => {
                    let at = self.span(key.at);
                    let key = self.eval(key, scope);
                    let value = self.eval(value, scope);
                    match self.key(&key) {
                        Some(key) => {
                            out.insert(key, (at, value));
                        }
                        None => open = true,
                    }
                }
                Entry::Spread(value) => {
                    let value = self.eval(value, scope);
                    open |= value.is_open();
                    let more = value.entries();
                    self.steps += more.len() / 8;
                    for (key, span, value) in more {
                        out.insert(key, (span, value));
                    }
                }
            }
            if out.len() > ELEMENTS {
                open = true;
                break;
            }
        }
        let span = self.span(at);
        Value::Map(Rc::new(Map { entries: RefCell::new(out), open: Cell::new(open), span: Cell::new(span) }))
    }

    /// The text by which a map is asked for a value.
    pub(super) fn key(&mut self, key: &Value) -> Option<SmolStr> {
        match self.val(key).state {
            State::Known(Known::Str(s) | Known::Num(s)) => Some(s),
            State::Known(Known::Bool(b)) => Some(if b { "true".into() } else { "false".into() }),
            State::Partial(_) => Some(self.val(key).display()),
            _ => key.native().map(SmolStr::new),
        }
    }

    fn logical(&mut self, operator: Logical, left: &Expr, right: &Expr, scope: ScopeId) -> Value {
        let value = self.eval(left, scope);
        let decided = match operator {
            Logical::Or => self.truth(&value),
            Logical::And => self.truth(&value).map(|b| !b),
            Logical::Nullish => {
                if value.is_unknown() {
                    None
                } else {
                    Some(!value.is_null())
                }
            }
        };
        match decided {
            Some(true) => value,
            Some(false) => self.eval(right, scope),
            None => {
                let other = self.perhaps(|i| i.eval(right, scope));
                self.join(other.1, Vec::new());
                match operator {
                    // A value that is not known, else a default: what the default is made of is still better.
                    Logical::Or | Logical::Nullish => either(value, other.0),
                    Logical::And => match other.0 {
                        Value::Val(v) => either(value, Value::Val(v)),
                        known => known,
                    },
                }
            }
        }
    }

    /// A binary operation.
    pub(super) fn binary(&mut self, operator: Binary, left: &Value, right: &Value, at: Range) -> Value {
        let span = self.span(at);
        let unknown = |v: &Value| match v {
            Value::Val(Val { state: State::Unknown(u), .. }) => Some((u.reason.clone(), u.symbol.clone())),
            _ => None,
        };
        match operator {
            Binary::Add => match (left, right) {
                (Value::List(_), Value::List(_)) => {
                    let mut items = left.items();
                    items.extend(right.items());
                    items.truncate(ELEMENTS);
                    self.steps += items.len() / 8;
                    let list = Value::list(items, span);
                    if let Value::List(l) = &list {
                        l.open.set(left.is_open() || right.is_open());
                    }
                    list
                }
                _ => match (left.as_number(), right.as_number()) {
                    (Some(a), Some(b)) => number(a + b, span),
                    _ => {
                        let parts = vec![self.val(left), self.val(right)];
                        if parts
                            .iter()
                            .all(|p| matches!(p.state, State::Unknown(_) | State::Known(Known::Num(_))))
                        {
                            let (reason, symbol) =
                                unknown(left).or_else(|| unknown(right)).unwrap_or_default_reason();
                            return Value::unknown(reason, symbol, span);
                        }
                        Value::Val(concat(parts, span))
                    }
                },
            },
            Binary::Divide if left.as_str().is_some() && left.as_number().is_none() => {
                // A path of Python.
                match right.as_str() {
                    Some(right) => {
                        let joined = super::paths::join(&[left.as_str().unwrap_or(""), right]);
                        Value::str(joined, span)
                    }
                    None => Self::part_of(right),
                }
            }
            Binary::Modulo if left.as_str().is_some() && left.as_number().is_none() => {
                self.percent(left, right, at)
            }
            Binary::Subtract | Binary::Multiply | Binary::Divide | Binary::Modulo => {
                match (left.as_number(), right.as_number()) {
                    (Some(a), Some(b)) => {
                        let n = match operator {
                            Binary::Subtract => a - b,
                            Binary::Multiply => a * b,
                            Binary::Divide => a / b,
                            _ => a % b,
                        };
                        number(n, span)
                    }
                    _ => {
                        let (reason, symbol) =
                            unknown(left).or_else(|| unknown(right)).unwrap_or_default_reason();
                        Value::unknown(reason, symbol, span)
                    }
                }
            }
            Binary::Equal | Binary::NotEqual => match Self::equal(left, right) {
                Some(same) => Value::Val(Val::bool(same == (operator == Binary::Equal), span)),
                None => {
                    let (reason, symbol) =
                        unknown(left).or_else(|| unknown(right)).unwrap_or_default_reason();
                    Value::unknown(reason, symbol, span)
                }
            },
            Binary::Less | Binary::LessEqual | Binary::Greater | Binary::GreaterEqual => {
                match (left.as_number(), right.as_number()) {
                    (Some(a), Some(b)) => {
                        let holds = match operator {
                            Binary::Less => a < b,
                            Binary::LessEqual => a <= b,
                            Binary::Greater => a > b,
                            _ => a >= b,
                        };
                        Value::Val(Val::bool(holds, span))
                    }
                    _ => Value::unknown(Reason::Condition, "", span),
                }
            }
            Binary::In => {
                let found = match (right, left.as_str()) {
                    (Value::List(l), _) => {
                        let items = l.items.borrow().clone();
                        let all: Vec<Option<bool>> = items.iter().map(|i| Self::equal(left, i)).collect();
                        let any = if all.contains(&Some(true)) {
                            Some(true)
                        } else if all.contains(&None) {
                            None
                        } else {
                            Some(false)
                        };
                        if any == Some(false) && l.open.get() { None } else { any }
                    }
                    (Value::Map(m), Some(key)) => {
                        let has = m.entries.borrow().contains_key(key);
                        if has || !m.open.get() { Some(has) } else { None }
                    }
                    (Value::Val(v), Some(part)) => v.as_str().map(|t| t.contains(part)),
                    // `process.env`, `os.environ`
                    _ => None,
                };
                match found {
                    Some(b) => Value::Val(Val::bool(b, span)),
                    None => Value::unknown(Reason::Condition, "", span),
                }
            }
            Binary::Other => Value::unknown(Reason::NeedsCode, "", span),
        }
    }

    /// Whether two values are the same, if that is known.
    pub(super) fn equal(a: &Value, b: &Value) -> Option<bool> {
        match (a, b) {
            (Value::Host(x), Value::Host(y)) => Some(x == y),
            (Value::Native(x, _), Value::Native(y, _)) => Some(x == y),
            (Value::Object(x), Value::Object(y)) => Some(Rc::ptr_eq(x, y)),
            (Value::Val(x), Value::Val(y)) => match (&x.state, &y.state) {
                (State::Unknown(_) | State::Partial(_) | State::Ref(_), _)
                | (_, State::Unknown(_) | State::Partial(_) | State::Ref(_)) => {
                    // A token is something: it is never absent or empty.
                    let nothing = |v: &Val| v.is_null() || v.as_str() == Some("");
                    let token = |v: &Val| matches!(v.state, State::Partial(_) | State::Ref(_));
                    if token(x) && nothing(y) || token(y) && nothing(x) { Some(false) } else { None }
                }
                _ => Some(x.same(y) || x.as_str().is_some() && x.as_str() == y.as_str()),
            },
            // An object is never nothing.
            (Value::Val(v), other) | (other, Value::Val(v)) if v.is_null() => {
                let _ = other;
                Some(false)
            }
            _ => None,
        }
    }

    fn comprehension(
        &mut self,
        element: &Expr,
        pattern: &Pattern,
        values: &Expr,
        condition: Option<&Expr>,
        at: Range,
        scope: ScopeId,
    ) -> Value {
        let values = self.eval(values, scope);
        let (items, mut open) = Self::elements(&values);
        let cap = self.files.limits.instances;
        open |= items.len() > cap;
        let mut out = Vec::new();
        let mut turn = |i: &mut Self, item: Value, open: &mut bool| {
            let inner = i.scope(Some(scope));
            i.bind(pattern, item, inner, true);
            if let Some(condition) = condition {
                let holds = i.eval(condition, inner);
                match i.truth(&holds) {
                    Some(true) => {}
                    Some(false) => return,
                    None => *open = true,
                }
            }
            out.push(i.eval(element, inner));
        };
        for item in items.into_iter().take(cap) {
            turn(self, item, &mut open);
        }
        if open && condition.is_none() {
            let item = Value::unknown(Reason::NeedsCode, "each", values.span());
            turn(self, item, &mut open);
        }
        let list = Value::list(out, self.span(at));
        if let Value::List(l) = &list {
            l.open.set(open);
        }
        list
    }

    /// `"%s-%s" % (a, b)`
    fn percent(&mut self, left: &Value, right: &Value, at: Range) -> Value {
        let span = self.span(at);
        let text = SmolStr::new(left.as_str().unwrap_or(""));
        let mut values = right.items().into_iter();
        let mut parts = Vec::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once('%') {
            parts.push(Val::str(before, span));
            let mut chars = after.chars();
            match chars.next() {
                Some('s' | 'd' | 'i' | 'r') => {
                    let value = values.next().unwrap_or_default();
                    parts.push(self.val(&value));
                }
                Some('%') => parts.push(Val::str("%", span)),
                _ => return self.unknown(at, ""),
            }
            rest = chars.as_str();
        }
        parts.push(Val::str(rest, span));
        Value::Val(concat(parts, span))
    }
}

/// A number in its usual text.
pub(super) fn number(n: f64, span: palisade_source::Span) -> Value {
    if n.is_finite() {
        Value::Val(Val::known(Known::Num(format_smolstr!("{n}")), span))
    } else {
        Value::unknown(Reason::NeedsCode, "", span)
    }
}

trait OrReason {
    fn unwrap_or_default_reason(self) -> (Reason, SmolStr);
}

impl OrReason for Option<(Reason, SmolStr)> {
    fn unwrap_or_default_reason(self) -> (Reason, SmolStr) {
        self.unwrap_or((Reason::NeedsCode, SmolStr::default()))
    }
}
