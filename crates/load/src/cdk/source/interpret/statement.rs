use std::collections::HashSet;
use std::rc::Rc;

use palisade_code::script::{Binary, Expr, ExprKind, Language, Pattern, Stmt, StmtKind};
use palisade_graph::{Reason, Val};
use smol_str::SmolStr;

use super::value::{Func, ScopeId, Value};
use super::{Change, DEPTH, Flow, Host, Interpreter, either};

impl<H: Host> Interpreter<'_, H> {
    /// Runs statements in order.
    pub(super) fn block(&mut self, body: &[Stmt], scope: ScopeId) -> Flow {
        // Functions may be called above where they stand.
        for s in body {
            if let StmtKind::Function(name, function) = &s.kind {
                let value = self.closure(function, scope);
                self.define(scope, name, value);
            }
        }
        for s in body {
            match self.statement(s, scope) {
                Flow::Normal => {}
                other => return other,
            }
        }
        Flow::Normal
    }

    /// Runs statements in a scope of their own, where the language gives them one.
    fn inner(&mut self, body: &[Stmt], scope: ScopeId) -> Flow {
        match self.language {
            Language::Python => self.block(body, scope),
            Language::JavaScript => {
                let inner = self.scope(Some(scope));
                self.block(body, inner)
            }
        }
    }

    pub(super) fn closure(
        &mut self,
        function: &std::sync::Arc<palisade_code::script::Function>,
        scope: ScopeId,
    ) -> Value {
        Value::Function(Rc::new(Func {
            function: function.clone(),
            scope,
            file: self.file,
            this: None,
            home: None,
        }))
    }

    fn statement(&mut self, s: &Stmt, scope: ScopeId) -> Flow {
        if !self.step() || self.depth >= DEPTH {
            return Flow::Normal;
        }
        self.depth += 1;
        let flow = self.statement_inner(s, scope);
        self.depth -= 1;
        flow
    }

    fn statement_inner(&mut self, s: &Stmt, scope: ScopeId) -> Flow {
        match &s.kind {
            StmtKind::Import(import) => self.import(import, scope),
            StmtKind::Export { names, from } => self.export(names, from.as_deref(), scope),
            StmtKind::Assign { target, value, operator, declares } => {
                let value = match value {
                    Some(e) => self.eval(e, scope),
                    // Declared and not yet known to hold anything.
                    None => Value::null(),
                };
                let value = match operator {
                    Some(operator) => {
                        let old = self.read(target, scope);
                        self.augmented(*operator, old, &value, s)
                    }
                    None => value,
                };
                self.bind(target, value, scope, *declares);
            }
            StmtKind::Expr(e) => {
                self.eval(e, scope);
            }
            StmtKind::If(test, then, other) => return self.branch(test, then, other, scope),
            StmtKind::ForOf(pattern, values, body) => return self.for_of(pattern, values, body, scope),
            StmtKind::For { before, test, step, body } => {
                let outer = self.scope(Some(scope));
                self.block(before, outer);
                return self.counted(test.as_ref(), step, body, outer);
            }
            StmtKind::Loop(body) => {
                if let Flow::Return(v) = self.inner(body, scope) {
                    return Flow::Return(v);
                }
            }
            StmtKind::Return(value) => {
                let value = value.as_ref().map(|e| self.eval(e, scope)).unwrap_or_default();
                return Flow::Return(value);
            }
            // What would stop the program here may be decided by what is not known.
            StmtKind::Throw | StmtKind::Other | StmtKind::Function(..) => {}
            StmtKind::Jump => return Flow::Jump,
            StmtKind::Class(name, class) => {
                let value = self.class(name, class, scope);
                self.define(scope, name, value);
            }
            StmtKind::Block(body) => return self.inner(body, scope),
        }
        Flow::Normal
    }

    /// `+=` on a list adds to it; on others it makes a new value.
    fn augmented(&mut self, operator: Binary, old: Value, value: &Value, s: &Stmt) -> Value {
        if let (Binary::Add, Value::List(list), Language::Python) = (operator, &old, self.language) {
            let mut more = value.items();
            more.truncate(super::ELEMENTS);
            let mut items = list.items.borrow_mut();
            if items.len() < super::ELEMENTS {
                items.extend(more);
            }
            drop(items);
            return old;
        }
        self.binary(operator, &old, value, s.at)
    }

    /// The value of what is assigned to, before.
    fn read(&mut self, target: &Pattern, scope: ScopeId) -> Value {
        match target {
            Pattern::Name(name) => self.lookup(name, scope).unwrap_or_default(),
            Pattern::Member(base, name) => {
                let base = self.eval(base, scope);
                let span = base.span();
                self.member(&base, name, span)
            }
            Pattern::Index(base, key) => {
                let base = self.eval(base, scope);
                let key = self.eval(key, scope);
                self.index(&base, &key)
            }
            _ => Value::null(),
        }
    }

    /// Binds a value to names.
    pub(super) fn bind(&mut self, pattern: &Pattern, value: Value, scope: ScopeId, declares: bool) {
        if !self.step() {
            return;
        }
        match pattern {
            Pattern::Name(name) => {
                if declares {
                    self.define(scope, name, value);
                } else {
                    self.set(scope, name, value);
                }
            }
            Pattern::Member(base, name) => {
                let base = self.eval(base, scope);
                self.set_member(&base, name, value);
            }
            Pattern::Index(base, key) => {
                let base = self.eval(base, scope);
                let key = self.eval(key, scope);
                self.set_index(&base, &key, value);
            }
            Pattern::Default(inner, default) => {
                let value = if value.is_null() { self.eval(default, scope) } else { value };
                self.bind(inner, value, scope, declares);
            }
            Pattern::Rest(inner) => self.bind(inner, value, scope, declares),
            Pattern::List(items) => {
                for (n, item) in items.iter().enumerate() {
                    let Some(item) = item else { continue };
                    let part = match (&value, item) {
                        (Value::List(l), Pattern::Rest(_)) => {
                            let rest = l.items.borrow().iter().skip(n).cloned().collect();
                            Value::list(rest, l.span.get())
                        }
                        (Value::List(l), _) if n < l.items.borrow().len() || !l.open.get() => value.item(n),
                        _ => Self::part_of(&value),
                    };
                    self.bind(item, part, scope, declares);
                }
            }
            Pattern::Map(entries) => {
                let taken: HashSet<&SmolStr> = entries.iter().map(|(k, ..)| k).collect();
                for (key, inner, default) in entries {
                    if key == "..." {
                        let rest = value.entries().into_iter().filter(|(k, ..)| !taken.contains(k));
                        let rest = Value::map(rest.map(|(k, span, v)| (k, (span, v))), value.span());
                        self.bind(inner, rest, scope, declares);
                        continue;
                    }
                    let span = value.span();
                    let mut part = self.member(&value, key, span);
                    if part.is_null()
                        && let Some(default) = default
                    {
                        part = self.eval(default, scope);
                    }
                    self.bind(inner, part, scope, declares);
                }
            }
            Pattern::Other => {}
        }
    }

    /// Something that stands inside a value which is not known well enough.
    pub(super) fn part_of(value: &Value) -> Value {
        match value {
            Value::Val(v) => match &v.state {
                palisade_graph::State::Unknown(u) => {
                    Value::Val(Val::unknown(u.reason.clone(), u.symbol.clone(), v.span))
                }
                _ if v.is_null() => Value::null(),
                _ => Value::unknown(Reason::NeedsCode, "", v.span),
            },
            other => Value::unknown(Reason::NeedsCode, "", other.span()),
        }
    }

    fn branch(&mut self, test: &Expr, then: &[Stmt], other: &[Stmt], scope: ScopeId) -> Flow {
        let value = self.eval(test, scope);
        match self.truth(&value) {
            Some(true) => self.inner(then, scope),
            Some(false) => self.inner(other, scope),
            None => {
                let first = self.perhaps(|i| i.inner(then, scope));
                let second = self.perhaps(|i| i.inner(other, scope));
                self.join(first.1, second.1);
                match (first.0, second.0) {
                    (Flow::Return(a), Flow::Return(b)) => Flow::Return(either(a, b)),
                    (Flow::Return(v), _) | (_, Flow::Return(v)) => {
                        if let Some(returned) = self.returned.last_mut()
                            && returned.len() < 16
                        {
                            returned.push(v);
                        }
                        Flow::Normal
                    }
                    (Flow::Jump, Flow::Jump) => Flow::Jump,
                    _ => Flow::Normal,
                }
            }
        }
    }

    /// Runs what may not run. Variables have their old values afterwards; the answer holds those that they got.
    pub(super) fn perhaps<T>(
        &mut self,
        run: impl FnOnce(&mut Self) -> T,
    ) -> (T, Vec<(Change, Option<Value>)>) {
        self.changes.push(Vec::new());
        let out = run(self);
        let changes = self.changes.pop().unwrap_or_default();
        let mut seen: HashSet<(u32, SmolStr)> = HashSet::new();
        let mut after = Vec::new();
        for change in changes {
            // The first change of a variable knows what it was before.
            if !seen.insert((change.scope.0, change.name.clone())) {
                continue;
            }
            let now =
                self.scopes.get(change.scope.0 as usize).and_then(|s| s.vars.get(&change.name)).cloned();
            after.push((change, now));
        }
        for (change, _) in &after {
            if let Some(s) = self.scopes.get_mut(change.scope.0 as usize) {
                match &change.old {
                    Some(old) => s.vars.insert(change.name.clone(), old.clone()),
                    None => s.vars.remove(&change.name),
                };
            }
        }
        (out, after)
    }

    /// Gives variables the value of either branch.
    pub(super) fn join(&mut self, first: Vec<(Change, Option<Value>)>, second: Vec<(Change, Option<Value>)>) {
        let mut merged: indexmap::IndexMap<(u32, SmolStr), (Value, Value)> = indexmap::IndexMap::new();
        for (change, now) in first {
            let old = change.old.unwrap_or_default();
            merged.insert((change.scope.0, change.name), (now.unwrap_or_default(), old));
        }
        for (change, now) in second {
            let now = now.unwrap_or_default();
            let old = change.old.unwrap_or_default();
            merged
                .entry((change.scope.0, change.name))
                .and_modify(|e| e.1 = now.clone())
                .or_insert((now, old));
        }
        for ((scope, name), (a, b)) in merged {
            self.define(ScopeId(scope), &name, either(a, b));
        }
    }

    fn for_of(&mut self, pattern: &Pattern, values: &Expr, body: &[Stmt], scope: ScopeId) -> Flow {
        let values = self.eval(values, scope);
        let (items, open) = Self::elements(&values);
        let cap = self.files.limits.instances;
        let more = open || items.len() > cap;
        for item in items.into_iter().take(cap) {
            if let Flow::Return(v) = self.turn(pattern, item, body, scope) {
                return Flow::Return(v);
            }
        }
        if more {
            let item = Value::unknown(Reason::NeedsCode, "each", values.span());
            self.turn(pattern, item, body, scope);
        }
        Flow::Normal
    }

    fn turn(&mut self, pattern: &Pattern, item: Value, body: &[Stmt], scope: ScopeId) -> Flow {
        let inner = match self.language {
            Language::Python => scope,
            Language::JavaScript => self.scope(Some(scope)),
        };
        self.bind(pattern, item, inner, true);
        self.block(body, inner)
    }

    /// A loop whose condition is looked at before each turn.
    fn counted(&mut self, test: Option<&Expr>, step: &[Stmt], body: &[Stmt], scope: ScopeId) -> Flow {
        for turn in 0..=self.files.limits.instances {
            let holds = test.map(|t| self.eval(t, scope));
            match holds.as_ref().and_then(|v| self.truth(v)) {
                Some(true) => {}
                // Once with whatever the variables are; a loop without condition ends by a break.
                None if turn == 0 => {}
                Some(false) | None => return Flow::Normal,
            }
            if turn == self.files.limits.instances {
                for s in step {
                    if let StmtKind::Assign { target: Pattern::Name(name), .. } = &s.kind {
                        let value = self.unknown(s.at, "each");
                        self.set(scope, name, value);
                    }
                }
            }
            if let Flow::Return(v) = self.inner(body, scope) {
                return Flow::Return(v);
            }
            self.block(step, scope);
        }
        Flow::Normal
    }

    /// What a loop goes through, and whether there may be more.
    pub(super) fn elements(values: &Value) -> (Vec<Value>, bool) {
        match values {
            Value::List(l) => (l.items.borrow().clone(), l.open.get()),
            Value::Map(m) => {
                let keys = m.entries.borrow();
                (keys.iter().map(|(k, (span, _))| Value::str(k.clone(), *span)).collect(), m.open.get())
            }
            Value::Class(class) => {
                // An enumeration of Python: its members in order.
                let statics = class.statics.borrow();
                (statics.values().cloned().collect(), false)
            }
            v if v.is_null() => (Vec::new(), false),
            Value::Val(v) => match v.as_str() {
                Some(text) if text.len() <= 256 => {
                    (text.chars().map(|c| Value::str(SmolStr::from_iter([c]), v.span)).collect(), false)
                }
                _ => (Vec::new(), true),
            },
            _ => (Vec::new(), true),
        }
    }

    /// Whether a condition holds, if that is known.
    pub(super) fn truth(&self, value: &Value) -> Option<bool> {
        use palisade_graph::{State, Value as Known};
        match value {
            Value::Val(v) => match &v.state {
                State::Known(Known::Null) => Some(false),
                State::Known(Known::Bool(b)) => Some(*b),
                State::Known(Known::Num(n)) => Some(n.parse::<f64>().is_ok_and(|n| n != 0.0)),
                State::Known(Known::Str(s)) => Some(!s.is_empty()),
                State::Known(_) | State::Partial(_) | State::Ref(_) => Some(true),
                State::Unknown(_) => None,
            },
            Value::List(l) if self.language == Language::Python => {
                if l.open.get() && l.items.borrow().is_empty() {
                    None
                } else {
                    Some(!l.items.borrow().is_empty())
                }
            }
            Value::Map(m) if self.language == Language::Python => {
                if m.open.get() && m.entries.borrow().is_empty() {
                    None
                } else {
                    Some(!m.entries.borrow().is_empty())
                }
            }
            Value::Native(path, _) if !path.starts_with("aws_") && !path.starts_with("core") => None,
            _ => Some(true),
        }
    }

    /// Whether an expression names something that is not bound, for messages.
    pub(super) fn symbol(e: &Expr) -> SmolStr {
        match &e.kind {
            ExprKind::Name(n) => n.clone(),
            ExprKind::Member(base, name, _) => match Self::symbol(base).as_str() {
                "" => name.clone(),
                base => smol_str::format_smolstr!("{base}.{name}"),
            },
            ExprKind::Call { callee, .. } => Self::symbol(callee),
            _ => SmolStr::default(),
        }
    }
}
