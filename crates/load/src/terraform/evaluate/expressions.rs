use palisade_graph::{List, Reason, State, Val, Value, Via};
use palisade_source::Span;
use palisade_source::hcl::{BinaryOp, ELEMENT, Expr, ExprKind, For, Range};
use smol_str::SmolStr;

use super::super::functions;
use super::{App, MapBuilder, Names, Scope, either};

/// Bytes of a symbol that is an expression as written.
const SYMBOL: usize = 120;

/// A step of a traversal.
#[derive(Clone, Copy)]
pub enum Step<'e> {
    /// `.name`
    Attr(&'e str),
    /// `[key]`
    Index(&'e Expr),
}

impl<'p> App<'p> {
    /// Evaluates an expression.
    pub fn eval(&self, scope: Scope<'_, 'p>, expr: &Expr) -> Val {
        self.deeper(scope.span(expr.at), || self.kind(scope, expr))
    }

    fn kind(&self, scope: Scope<'_, 'p>, expr: &Expr) -> Val {
        let span = scope.span(expr.at);
        match &expr.kind {
            ExprKind::Null => Val::known(Value::Null, span),
            ExprKind::Bool(b) => Val::bool(*b, span),
            ExprKind::Number(text) => Val::known(Value::Num(text.clone()), span),
            ExprKind::Template(parts) => self.template(scope, parts, span),
            ExprKind::Variable(_) | ExprKind::Attr(..) | ExprKind::Index(..) => self.traversal(scope, expr),
            ExprKind::Splat { base, each, .. } => self.splat(scope, base, each, span),
            ExprKind::Call { name, arguments, expand, .. } => {
                self.call(scope, name, arguments, *expand, span)
            }
            ExprKind::List(items) => Val::list(items.iter().map(|i| self.eval(scope, i)).collect(), span),
            ExprKind::Object(entries) => self.object(scope, entries, span),
            ExprKind::For(inner) => self.for_expression(scope, inner, span),
            ExprKind::Conditional(condition, yes, no) => self.conditional(scope, condition, yes, no, expr.at),
            ExprKind::Binary(op, left, right) => self.binary(scope, *op, left, right, expr.at),
            ExprKind::Not(inner) => {
                let val = self.eval(scope, inner);
                match truth(&val) {
                    Some(b) => Val::bool(!b, span),
                    None => self.because(scope, &val, expr.at),
                }
            }
            ExprKind::Minus(inner) => self.minus(scope, inner, expr.at),
            ExprKind::Parens(inner) => self.eval(scope, inner),
            ExprKind::Error => Val::unknown(Reason::ParseError, "…", span),
        }
    }

    /// The text of a range as a symbol, on one line.
    pub fn written(&self, scope: Scope<'_, 'p>, at: Range) -> SmolStr {
        let text = self.files.slice(scope.span(at));
        let words: Vec<&str> = text.split_whitespace().collect();
        let line = words.join(" ");
        if line.is_empty() || line.len() > SYMBOL || line.contains("${") {
            // Two that are not told are told apart by their place.
            return smol_str::format_smolstr!("…@{}:{}", scope.file.0, at.start);
        }
        line.into()
    }

    /// Not known because of a value; a failure stays one.
    pub fn because(&self, scope: Scope<'_, 'p>, val: &Val, at: Range) -> Val {
        let span = scope.span(at);
        let reason = reason_of(val);
        Val { via: val.via.clone(), ..Val::unknown(reason, self.written(scope, at), span) }
    }

    fn object(&self, scope: Scope<'_, 'p>, entries: &[(Expr, Expr)], span: Span) -> Val {
        let mut map = MapBuilder::default();
        for (key_expr, expr) in entries {
            let key = match key_expr.as_str() {
                Some(text) => Val::str(text, scope.span(key_expr.at)),
                None => self.eval(scope, key_expr),
            };
            let key = self.dereferenced(&key);
            let val = self.eval(scope, expr);
            match key_text(&key) {
                Some(text) => map.set(text, scope.span(key_expr.at), val),
                None => {
                    // Told as a string with holes is: enough to see what it is about.
                    map.open();
                    if !key.is_null() {
                        map.set(key.display(), scope.span(key_expr.at), val);
                    }
                }
            }
        }
        map.finish(span)
    }

    fn conditional(&self, scope: Scope<'_, 'p>, condition: &Expr, yes: &Expr, no: &Expr, at: Range) -> Val {
        let decided = self.eval(scope, condition);
        match truth(&decided) {
            Some(true) => self.eval(scope, yes),
            Some(false) => self.eval(scope, no),
            None if functions::failure(&decided) => self.because(scope, &decided, at),
            None => {
                self.undecided(scope, condition, &decided);
                let (yes, no) = (self.eval(scope, yes), self.eval(scope, no));
                let symbol = self.written(scope, at);
                let span = scope.span(at);
                either(&yes, &no, &|| Val::unknown(Reason::Condition, symbol.clone(), span))
            }
        }
    }

    /// Remembers the root variable on which a condition hangs.
    fn undecided(&self, scope: Scope<'_, 'p>, condition: &Expr, decided: &Val) {
        let add = |symbol: &SmolStr, val: Val| {
            let Some(name) = symbol.strip_prefix("var.") else { return };
            if !name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-') {
                return;
            }
            let mut undecided = self.undecided.borrow_mut();
            if undecided.len() >= self.files.limits.worlds && !undecided.contains_key(name) {
                return;
            }
            let values = undecided.entry(name.into()).or_default();
            if values.len() < self.files.limits.worlds && !values.iter().any(|v| v.same(&val)) {
                values.push(val);
            }
        };
        let without = |val: &Val| match &val.state {
            State::Unknown(u) if u.reason == Reason::ParameterWithoutDefault => Some(u.symbol.clone()),
            _ => None,
        };
        if let Some(symbol) =
            without(decided).filter(|_| !matches!(condition.kind, ExprKind::Not(_) | ExprKind::Binary(..)))
        {
            add(&symbol, Val::bool(true, Span::NONE));
            add(&symbol, Val::bool(false, Span::NONE));
            return;
        }
        match &condition.kind {
            ExprKind::Parens(inner) | ExprKind::Not(inner) => {
                let inner_val = self.eval(scope, inner);
                self.undecided(scope, inner, &inner_val);
            }
            ExprKind::Binary(BinaryOp::Equal | BinaryOp::NotEqual, left, right) => {
                let (left, right) = (self.eval(scope, left), self.eval(scope, right));
                for (one, other) in [(&left, &right), (&right, &left)] {
                    let plain =
                        matches!(&other.state, State::Known(Value::Str(_) | Value::Bool(_) | Value::Num(_)));
                    if let Some(symbol) = without(one).filter(|_| plain) {
                        add(&symbol, Val { span: Span::NONE, via: None, ..other.clone() });
                    }
                }
            }
            ExprKind::Binary(BinaryOp::And | BinaryOp::Or, left, right) => {
                for side in [left, right] {
                    let val = self.eval(scope, side);
                    if truth(&val).is_none() {
                        self.undecided(scope, side, &val);
                    }
                }
            }
            _ => {}
        }
    }

    /// `name.a.b[c]`: names are resolved as far as they need steps, the rest is taken of their value.
    fn traversal(&self, scope: Scope<'_, 'p>, expr: &Expr) -> Val {
        let mut steps: Vec<Step<'_>> = Vec::new();
        let mut at = expr;
        loop {
            match &at.kind {
                ExprKind::Attr(base, name, _) => {
                    steps.push(Step::Attr(name));
                    at = base;
                }
                ExprKind::Index(base, key) => {
                    steps.push(Step::Index(key));
                    at = base;
                }
                _ => break,
            }
        }
        steps.reverse();
        let span = scope.span(expr.at);
        let (mut val, taken, word) = match &at.kind {
            ExprKind::Variable(name) => self.name(scope, name, &steps, expr.at),
            _ => (self.eval(scope, at), 0, Via::Evaluated),
        };
        for step in steps.iter().skip(taken) {
            val = match step {
                Step::Attr(name) => self.attr(&val, name, span),
                Step::Index(key) => {
                    let key = self.eval(scope, key);
                    self.index(&val, &key, span)
                }
            };
        }
        let own = matches!(&at.kind, ExprKind::Variable(name) if name == ELEMENT);
        if val.span == span || own || !span.is_some() { val } else { val.through(word, span) }
    }

    fn splat(&self, scope: Scope<'_, 'p>, base: &Expr, each: &Expr, span: Span) -> Val {
        let base = self.eval(scope, base);
        let one = |val: &Val| {
            let names = Names { name: ELEMENT, val, next: scope.names };
            self.eval(Scope { names: Some(&names), ..scope }, each)
        };
        match &base.state {
            State::Known(Value::Null) => Val::list(Vec::new(), span),
            State::Known(Value::List(list)) => {
                let items = list.items.iter().map(one).collect();
                Val::known(Value::List(List { items, open: list.open }.into()), span)
            }
            State::Unknown(u) if functions::failure(&base) => {
                Val::unknown(u.reason.clone(), u.symbol.clone(), span)
            }
            State::Unknown(_) => {
                let val = one(&base);
                Val::unknown(reason_of(&base), smol_str::format_smolstr!("{}[*]", bare(&val)), span)
            }
            _ => Val::list(vec![one(&base)], span),
        }
    }

    fn for_expression(&self, scope: Scope<'_, 'p>, expr: &For, span: Span) -> Val {
        let collection = self.eval(scope, &expr.collection);
        let mut pairs: Vec<(Val, Val)> = Vec::new();
        let mut open;
        match &collection.state {
            State::Known(Value::List(list)) => {
                open = list.open;
                for (n, item) in list.items.iter().enumerate() {
                    let n = i64::try_from(n).unwrap_or(i64::MAX);
                    pairs.push((Val::int(n, item.span), item.clone()));
                }
            }
            State::Known(Value::Map(map)) => {
                open = map.open;
                for entry in &map.entries {
                    pairs.push((Val::str(entry.key.clone(), entry.key_span), entry.val.clone()));
                }
            }
            State::Known(_) => {
                return Val::unknown(Reason::Undeclared, self.written(scope, expr.collection.at), span);
            }
            _ if functions::failure(&collection) => {
                return self.because(scope, &collection, expr.collection.at);
            }
            // What all have in common is worth more than to know nothing of them.
            _ => {
                open = true;
                let symbol = |name: &str| smol_str::format_smolstr!("{}.{name}", bare(&collection));
                let reason = reason_of(&collection);
                let unknown = |name| Val::unknown(reason.clone(), symbol(name), collection.span);
                pairs.push((unknown("key"), unknown("value")));
            }
        }
        match &expr.key {
            Some(key) => self.for_object(scope, expr, key, &pairs, open, span),
            None => {
                let mut items = Vec::new();
                for pair in &pairs {
                    with_pair(scope, expr, pair, |inner| match self.kept(inner, expr) {
                        Some(true) => items.push(self.eval(inner, &expr.value)),
                        Some(false) => {}
                        None => open = true,
                    });
                    if self.exhausted() {
                        return Val::unknown(Reason::Limit("steps"), "…", span);
                    }
                }
                Val::known(Value::List(List { items, open }.into()), span)
            }
        }
    }

    fn for_object(
        &self,
        scope: Scope<'_, 'p>,
        expr: &For,
        key: &Expr,
        pairs: &[(Val, Val)],
        open: bool,
        span: Span,
    ) -> Val {
        let mut map = MapBuilder::default();
        let mut groups: Vec<(SmolStr, Span, Vec<Val>)> = Vec::new();
        let mut group_of: std::collections::HashMap<SmolStr, usize> = std::collections::HashMap::new();
        if open {
            map.open();
        }
        for pair in pairs {
            with_pair(scope, expr, pair, |inner| {
                match self.kept(inner, expr) {
                    Some(true) => {}
                    Some(false) => return,
                    None => return map.open(),
                }
                let found = self.eval(inner, key);
                let found = self.dereferenced(&found);
                let Some(text) = key_text(&found) else { return map.open() };
                let val = self.eval(inner, &expr.value);
                let at = found.span.or(inner.span(key.at));
                if !expr.group {
                    return map.set(text, at, val);
                }
                let ix = *group_of.entry(text.clone()).or_insert_with(|| {
                    groups.push((text, at, Vec::new()));
                    groups.len() - 1
                });
                if let Some((_, _, items)) = groups.get_mut(ix) {
                    items.push(val);
                }
            });
            if self.exhausted() {
                return Val::unknown(Reason::Limit("steps"), "…", span);
            }
        }
        for (text, at, items) in groups {
            map.set(text, at, Val::list(items, span));
        }
        map.finish(span)
    }

    fn kept(&self, scope: Scope<'_, 'p>, expr: &For) -> Option<bool> {
        match &expr.condition {
            Some(condition) => truth(&self.eval(scope, condition)),
            None => Some(true),
        }
    }
}

/// Why a value is not known, as far as it says.
pub fn reason_of(val: &Val) -> Reason {
    match &val.state {
        State::Unknown(u) => u.reason.clone(),
        State::Ref(target) if matches!(**target, palisade_graph::Target::External { .. }) => {
            Reason::ExternalLookup
        }
        State::Partial(pieces) => pieces
            .iter()
            .find_map(|p| match p {
                palisade_graph::Piece::Hole(val) => Some(reason_of(val)),
                palisade_graph::Piece::Text(_) => None,
            })
            .unwrap_or(Reason::KnownAfterApply),
        State::Known(_) | State::Ref(_) => Reason::KnownAfterApply,
    }
}

/// How a value that is not known is called, without `${` and `}`.
pub fn bare(val: &Val) -> SmolStr {
    match &val.state {
        State::Unknown(u) => u.symbol.clone(),
        _ => {
            let shown = val.display();
            match shown.strip_prefix("${").and_then(|s| s.strip_suffix('}')) {
                Some(inner) => inner.into(),
                None => shown,
            }
        }
    }
}

/// Text of a key of a map.
pub fn key_text(val: &Val) -> Option<SmolStr> {
    match &val.state {
        State::Known(Value::Str(s) | Value::Num(s)) => Some(s.clone()),
        State::Known(Value::Bool(b)) => Some(SmolStr::new_static(if *b { "true" } else { "false" })),
        _ => None,
    }
}

/// A boolean, or text that Terraform takes for one.
pub fn truth(val: &Val) -> Option<bool> {
    match &val.state {
        State::Known(Value::Str(s)) => match s.as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        },
        _ => val.as_bool(),
    }
}

fn with_pair<'p>(
    scope: Scope<'_, 'p>,
    expr: &For,
    (key, val): &(Val, Val),
    f: impl for<'t> FnOnce(Scope<'t, 'p>),
) {
    let value = Names { name: &expr.value_name, val, next: scope.names };
    match &expr.key_name {
        Some(name) => {
            let names = Names { name, val: key, next: Some(&value) };
            f(Scope { names: Some(&names), ..scope });
        }
        None => f(Scope { names: Some(&value), ..scope }),
    }
}
