use palisade_code::script::Language;
use palisade_graph::{Reason, State, Val, Value as Known};
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::call::Args;
use super::expression::number;
use super::value::{ClassDef, Handle, ModuleId, Place, Value};
use super::{Host, Interpreter};
use crate::cdk::source::names;

impl<H: Host> Interpreter<'_, H> {
    /// `base.name`
    pub(super) fn member(&mut self, base: &Value, name: &str, at: Span) -> Value {
        match base {
            Value::Object(object) => {
                if let Some(v) = object.fields.borrow().get(name) {
                    return v.clone();
                }
                if let Some((home, n)) = Self::find_method(&object.class, name)
                    && let Some((function, getter)) = Self::bound(&home, n, base.clone())
                {
                    return if getter {
                        self.run_function(&function, None, Args::default(), Place { key: at, block: at })
                    } else {
                        Value::Function(function)
                    };
                }
                if let Some(v) = Self::static_of(&object.class, name) {
                    return v;
                }
                match object.handle.get() {
                    Some(h) => self.host_member(h, name, at),
                    None if name == "__class__" || name == "constructor" => {
                        Value::Class(object.class.clone())
                    }
                    None => Value::null(),
                }
            }
            Value::Host(h) => self.host_member(*h, name, at),
            Value::Class(class) => self.class_member(class, name, at),
            Value::Map(m) => match m.entries.borrow().get(name) {
                Some((_, v)) => v.clone(),
                // Methods are called, hardly ever taken: a name that is not there is nothing.
                None if m.open.get() => Self::part_of(base),
                None => Value::null(),
            },
            Value::List(l) => {
                let length = l.items.borrow().len();
                match name {
                    "length" | "size" if !l.open.get() => number(count(length), at),
                    "length" | "size" => Value::unknown(Reason::NeedsCode, "", at),
                    _ => Value::Method(Box::new(base.clone()), name.into()),
                }
            }
            Value::Module(id) => self.export_of(*id, name, at),
            Value::Native(path, _) => self.native_member(&path.clone(), name, at),
            Value::Node(h) => self.host.member(*h, &format_smolstr!("node.{}", names::camel(name)), at),
            Value::Val(v) => match &v.state {
                State::Unknown(u) => {
                    let symbol = match u.symbol.as_str() {
                        "" => SmolStr::default(),
                        outer if outer.len() < 64 => format_smolstr!("{outer}.{name}"),
                        outer => outer.into(),
                    };
                    Value::unknown(u.reason.clone(), symbol, v.span)
                }
                State::Known(Known::Str(s)) => match name {
                    "length" => number(count(s.chars().count()), at),
                    // A member of an enumeration.
                    "value" | "name" if self.language == Language::Python && !s.contains('/') => base.clone(),
                    "parent" => Value::str(super::paths::parent(s), v.span),
                    "parents" => {
                        let mut all = Vec::new();
                        let mut at = super::paths::parent(s);
                        while !at.is_empty() && at != "/" && all.len() < 16 {
                            all.push(Value::str(at.clone(), v.span));
                            at = super::paths::parent(&at);
                        }
                        Value::list(all, v.span)
                    }
                    "stem" => {
                        let last = s.rsplit('/').next().unwrap_or(s);
                        Value::str(last.rsplit_once('.').map_or(last, |(stem, _)| stem), v.span)
                    }
                    _ => Value::Method(Box::new(base.clone()), name.into()),
                },
                State::Known(Known::Null) => Value::null(),
                State::Known(_) if name == "value" => base.clone(),
                _ => Value::Method(Box::new(base.clone()), name.into()),
            },
            _ => Value::Method(Box::new(base.clone()), name.into()),
        }
    }

    fn host_member(&mut self, h: Handle, name: &str, at: Span) -> Value {
        if name == "node" {
            return Value::Node(h);
        }
        self.host.member(h, &names::camel(name), at)
    }

    fn class_member(&mut self, class: &std::rc::Rc<ClassDef>, name: &str, at: Span) -> Value {
        if let Some(v) = Self::static_of(class, name) {
            return v;
        }
        if let Some((home, n)) = Self::find_method(class, name)
            && let Some((function, getter)) = Self::bound(&home, n, Value::Class(class.clone()))
        {
            return if getter {
                self.run_function(&function, None, Args::default(), Place { key: at, block: at })
            } else {
                Value::Function(function)
            };
        }
        match (name, Self::native_base(class)) {
            ("name" | "__name__", _) => Value::str(class.name.clone(), at),
            (_, Some(base)) => self.native_member(&base, name, at),
            _ => Value::null(),
        }
    }

    /// A member of a name of a library.
    pub(super) fn native_member(&mut self, path: &str, name: &str, at: Span) -> Value {
        if let Some(v) = self.builtin_member(path, name, at) {
            return v;
        }
        let module = path == "core" && names::is_module(name);
        let name =
            if self.language == Language::Python && !module { names::camel(name) } else { name.into() };
        let path = names::member(path, &name);
        if super::call::is_library(&path) && path.contains('.') {
            return self.host.static_member(&path, at);
        }
        Value::Native(path, at)
    }

    /// `base[key]`
    pub(super) fn index(&mut self, base: &Value, key: &Value) -> Value {
        if let (Value::List(l), Some(n)) = (base, key.as_number()) {
            let length = l.items.borrow().len();
            let n = if n < 0.0 { n + count(length) } else { n };
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
            let found = if n >= 0.0 && n < count(length) && n.fract() == 0.0 {
                l.items.borrow().get(n as usize).cloned()
            } else {
                None
            };
            return match found {
                Some(v) => v,
                None if l.open.get() => Self::part_of(base),
                None => Value::null(),
            };
        }
        if let (
            Value::Map(_) | Value::Object(_) | Value::Module(_) | Value::Native(..) | Value::Class(_),
            Some(key_text),
        ) = (base, self.key(key))
        {
            let found = self.member(base, &key_text, key.span());
            return found;
        }
        match (base, key) {
            (Value::Map(m), _) if key.is_unknown() => {
                // One of its values: if all are the same kind of thing the first stands for them.
                let values: Vec<Value> = m.entries.borrow().values().map(|(_, v)| v.clone()).collect();
                let scalar = |v: &Value| matches!(v, Value::Val(_));
                match values.first() {
                    Some(first) if !values.iter().any(scalar) => first.clone(),
                    _ => Self::part_of(key),
                }
            }
            (Value::Val(v), _) if matches!(v.state, State::Known(Known::Str(_))) => {
                match (v.as_str(), key.as_number()) {
                    (Some(text), Some(n)) => {
                        #[expect(
                            clippy::cast_possible_truncation,
                            clippy::cast_sign_loss,
                            reason = "negative ones are told apart"
                        )]
                        let c = if n < 0.0 {
                            text.chars().rev().nth((-n) as usize - 1)
                        } else {
                            text.chars().nth(n as usize)
                        };
                        c.map_or_else(Value::null, |c| Value::str(SmolStr::from_iter([c]), v.span))
                    }
                    _ => Self::part_of(base),
                }
            }
            _ => Self::part_of(base),
        }
    }

    /// `base.name = value`
    pub(super) fn set_member(&mut self, base: &Value, name: &str, value: Value) {
        match base {
            Value::Object(object) => {
                object.fields.borrow_mut().insert(name.into(), value.clone());
                if let Some(h) = object.handle.get() {
                    let at = value.span();
                    self.host.assign(h, &names::camel(name), &value, at);
                }
            }
            Value::Host(h) => {
                let at = value.span();
                self.host.assign(*h, &names::camel(name), &value, at);
            }
            Value::Map(m) => {
                let span = value.span();
                m.entries.borrow_mut().insert(name.into(), (span, value));
            }
            Value::Class(class) => {
                class.statics.borrow_mut().insert(name.into(), value);
            }
            _ => {}
        }
    }

    /// `base[key] = value`
    pub(super) fn set_index(&mut self, base: &Value, key: &Value, value: Value) {
        match base {
            Value::Map(m) => match self.key(key) {
                Some(k) => {
                    m.entries.borrow_mut().insert(k, (key.span(), value));
                }
                None => m.open.set(true),
            },
            Value::List(l) => {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a place in a list"
                )]
                let n = key.as_number().map(|n| n as usize);
                let mut items = l.items.borrow_mut();
                match n {
                    Some(n) if n < items.len() => {
                        if let Some(old) = items.get_mut(n) {
                            *old = value;
                        }
                    }
                    Some(n) if n == items.len() && n < super::ELEMENTS => items.push(value),
                    _ => l.open.set(true),
                }
            }
            other => {
                if let Some(k) = self.key(key) {
                    self.set_member(other, &k, value);
                }
            }
        }
    }

    /// `base.name(…)`
    pub(super) fn call_method(&mut self, base: &Value, name: &str, args: Args, at: Place) -> Value {
        match base {
            Value::Object(object) => {
                let field = object.fields.borrow().get(name).cloned();
                if let Some(field) = field {
                    return self.call_value(&field, args, false, at);
                }
                if let Some((home, n)) = Self::find_method(&object.class, name)
                    && let Some((function, getter)) = Self::bound(&home, n, base.clone())
                {
                    let value = self.run_function(
                        &function,
                        None,
                        if getter { Args::default() } else { args.clone() },
                        at,
                    );
                    return if getter { self.call_value(&value, args, false, at) } else { value };
                }
                match object.handle.get() {
                    Some(h) => self.host_call(h, name, args, at),
                    None => self.symbolic(&args, at),
                }
            }
            Value::Host(h) => self.host_call(*h, name, args, at),
            Value::Node(h) => self.node_call(*h, name, &args, at),
            Value::Map(m) => {
                let entry = m.entries.borrow().get(name).map(|(_, v)| v.clone());
                match entry {
                    Some(v) if !matches!(v, Value::Val(_) | Value::List(_) | Value::Map(_)) => {
                        self.call_value(&v, args, false, at)
                    }
                    _ => self.map_method(base, m, name, &args, at),
                }
            }
            Value::List(l) => self.list_method(base, l, name, &args, at),
            Value::Val(v) => match &v.state {
                State::Unknown(_) => {
                    self.symbolic(&args, at);
                    Self::part_of(base)
                }
                _ => self.string_method(v, name, &args, at),
            },
            Value::Function(f) => match name {
                "bind" => base.clone(),
                "call" => {
                    let rest = args.positional.into_iter().skip(1).collect();
                    self.run_function(f, None, Args::of(rest), at)
                }
                "apply" => {
                    let rest = args.at(1).items();
                    self.run_function(f, None, Args::of(rest), at)
                }
                _ => self.symbolic(&args, at),
            },
            Value::File(path) => self.file_method(path, name, at),
            Value::Method(..) | Value::Import(..) => self.symbolic(&args, at),
            Value::Native(path, _) => {
                let (path, known) = (path.clone(), self.builtin_path(path, name));
                if let Some(v) = self.builtin(&known, &args, at) {
                    return v;
                }
                let member = self.native_member(&path, name, at.key);
                match member {
                    // A method of an enumeration's member, or of a name that the library does not tell.
                    Value::Native(..) => self.call_value(&member, args, false, at),
                    Value::Method(..) | Value::Function(_) | Value::Class(_) => {
                        self.call_value(&member, args, false, at)
                    }
                    other => other,
                }
            }
            Value::Class(_) | Value::Module(_) => {
                let member = self.member(base, name, at.key);
                self.call_value(&member, args, false, at)
            }
        }
    }

    fn node_call(&mut self, h: Handle, name: &str, args: &Args, at: Place) -> Value {
        match names::camel(name).as_str() {
            "tryGetContext" | "getContext" => {
                let key = args.named_or("key", 0);
                match self.key(&key) {
                    Some(key) => self.context_value(&key, at.key),
                    None => Value::unknown(Reason::NeedsCode, "", at.key),
                }
            }
            "setContext" => {
                let key = args.named_or("key", 0);
                if let Some(key) = self.key(&key) {
                    let value = args.named_or("value", 1);
                    let val = self.val(&value);
                    let first = Val::object([(key, val)], at.key);
                    self.context.insert(0, first);
                }
                Value::null()
            }
            method => self.host.call(h, &format_smolstr!("node.{method}"), &args.positional, at),
        }
    }

    /// `tryGetContext(key)`: what the user says, then `cdk.json`, then `cdk.context.json`.
    pub(super) fn context_value(&mut self, key: &str, at: Span) -> Value {
        if let Some(given) = self.inputs.params.get(key) {
            return Value::str(given.as_str(), at);
        }
        let found = self.context.iter().find_map(|c| c.entry(key).map(|e| e.val.clone()));
        found.map(|v| Self::from_val(&v)).unwrap_or_default()
    }

    /// A property's value as one of the program.
    pub(super) fn from_val(val: &Val) -> Value {
        match &val.state {
            State::Known(Known::List(l)) => {
                let list = Value::list(l.items.iter().map(Self::from_val).collect(), val.span);
                if let Value::List(made) = &list {
                    made.open.set(l.open);
                }
                list
            }
            State::Known(Known::Map(m)) => {
                let map = Value::map(
                    m.entries.iter().map(|e| (e.key.clone(), (e.key_span, Self::from_val(&e.val)))),
                    val.span,
                );
                if let Value::Map(made) = &map {
                    made.open.set(m.open);
                }
                map
            }
            _ => Value::Val(val.clone()),
        }
    }

    /// A member of one of the project's modules.
    pub(super) fn export_of(&mut self, id: ModuleId, name: &str, at: Span) -> Value {
        self.export_deep(id, name, at, 0).unwrap_or_default()
    }

    fn export_deep(&mut self, id: ModuleId, name: &str, at: Span, depth: u32) -> Option<Value> {
        if depth > 16 || !self.step() {
            return None;
        }
        let module = self.modules.get(id.0 as usize)?;
        let scope = module.scope;
        if let Some(whole) = module.whole.clone() {
            if name == "default" {
                return Some(whole);
            }
            let found = self.member(&whole, name, at);
            if !found.is_null() && !matches!(found, Value::Method(..)) {
                return Some(found);
            }
        }
        let module = self.modules.get(id.0 as usize)?;
        if let Some(inner) = module.exports.get(name) {
            let inner = inner.clone();
            return self.lookup(&inner, scope);
        }
        if let Some((from, inner)) = module.again.get(name).cloned() {
            return Some(if inner == "*" { from } else { self.member(&from, &inner, at) });
        }
        let stars = module.stars.clone();
        let package = module.package.clone();
        let python =
            package.is_some() || std::path::Path::new(&module.path).extension().is_some_and(|e| e == "py");
        for star in stars {
            let found = match &star {
                Value::Module(other) => self.export_deep(*other, name, at, depth + 1),
                other => Some(self.member(other, name, at)),
            };
            if found.as_ref().is_some_and(|v| !v.is_null()) {
                return found;
            }
        }
        // `exports.x = …`
        if let Some(Value::Map(map)) = self.scopes.get(scope.0 as usize).and_then(|s| s.vars.get("exports"))
            && let Some((_, v)) = map.entries.borrow().get(name)
        {
            return Some(v.clone());
        }
        if python {
            if let Some(v) = self.scopes.get(scope.0 as usize).and_then(|s| s.vars.get(name)) {
                return Some(v.clone());
            }
            let package = package?;
            return self.python_module(&package, name).map(Value::Module);
        }
        None
    }
}

/// A length as a number of the program.
#[expect(clippy::cast_precision_loss, reason = "lists are short")]
pub(super) fn count(n: usize) -> f64 {
    n as f64
}
