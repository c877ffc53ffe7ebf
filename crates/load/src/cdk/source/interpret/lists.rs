use std::rc::Rc;

use palisade_graph::{Reason, Val};
use smol_str::SmolStr;

use super::call::Args;
use super::expression::number;
use super::member::count;
use super::value::{List, Map, Place, Value};
use super::{ELEMENTS, Host, Interpreter, concat};

impl<H: Host> Interpreter<'_, H> {
    /// Calls a function with each element, and once more where there may be others.
    fn each(&mut self, l: &Rc<List>, f: &Value, at: Place) -> Vec<(Value, Value)> {
        let items = l.items.borrow().clone();
        let cap = self.files.limits.instances;
        let more = l.open.get() || items.len() > cap;
        let mut out = Vec::with_capacity(items.len());
        for (n, item) in items.into_iter().take(cap).enumerate() {
            let args = Args::of(vec![item.clone(), number(count(n), at.key)]);
            let made = self.call_value(f, args, false, at);
            out.push((item, made));
        }
        if more {
            let item = Value::unknown(Reason::NeedsCode, "each", l.span.get());
            let index = Value::unknown(Reason::NeedsCode, "index", l.span.get());
            self.call_value(f, Args::of(vec![item, index]), false, at);
        }
        out
    }

    fn like(l: &Rc<List>, items: Vec<Value>) -> Value {
        let value = Value::list(items, l.span.get());
        if let Value::List(made) = &value {
            made.open.set(l.open.get());
        }
        value
    }

    fn add(&mut self, l: &Rc<List>, more: Vec<Value>) {
        self.steps += more.len() / 8;
        let mut items = l.items.borrow_mut();
        for value in more {
            if items.len() >= ELEMENTS {
                l.open.set(true);
                break;
            }
            items.push(value);
        }
    }

    /// A method of a list.
    pub(super) fn list_method(
        &mut self,
        base: &Value,
        l: &Rc<List>,
        name: &str,
        args: &Args,
        at: Place,
    ) -> Value {
        let first = args.at(0);
        match name {
            "forEach" => {
                self.each(l, &first, at);
                Value::null()
            }
            "map" => {
                let made = self.each(l, &first, at);
                Self::like(l, made.into_iter().map(|(_, v)| v).collect())
            }
            "flatMap" => {
                let made = self.each(l, &first, at);
                Self::like(l, made.iter().flat_map(|(_, v)| v.items()).take(ELEMENTS).collect())
            }
            "filter" => {
                let made = self.each(l, &first, at);
                let mut open = l.open.get();
                let mut kept = Vec::new();
                for (item, holds) in made {
                    match self.truth(&holds) {
                        Some(true) => kept.push(item),
                        Some(false) => {}
                        None => {
                            // It may be in: the list holds it and is open.
                            kept.push(item);
                            open = true;
                        }
                    }
                }
                let value = Value::list(kept, l.span.get());
                if let Value::List(made) = &value {
                    made.open.set(open);
                }
                value
            }
            "find" => {
                let made = self.each(l, &first, at);
                for (item, holds) in made {
                    // What may be it is taken for it.
                    if self.truth(&holds) != Some(false) {
                        return item;
                    }
                }
                if l.open.get() { Self::part_of(base) } else { Value::null() }
            }
            "some" | "every" => {
                let made = self.each(l, &first, at);
                let truths: Vec<Option<bool>> = made.iter().map(|(_, v)| self.truth(v)).collect();
                let stop = name == "some";
                let answer = if truths.contains(&Some(stop)) {
                    Some(stop)
                } else if truths.contains(&None) || l.open.get() {
                    None
                } else {
                    Some(!stop)
                };
                match answer {
                    Some(b) => Value::Val(Val::bool(b, at.key)),
                    None => Value::unknown(Reason::NeedsCode, "", at.key),
                }
            }
            "reduce" => {
                let items = l.items.borrow().clone();
                let mut items = items.into_iter().take(self.files.limits.instances);
                let mut sum =
                    if args.positional.len() > 1 { args.at(1) } else { items.next().unwrap_or_default() };
                for item in items {
                    sum = self.call_value(&first, Args::of(vec![sum, item]), false, at);
                }
                sum
            }
            "push" | "append" | "add" => {
                let more = args.positional.clone();
                self.add(l, more);
                l.open.set(l.open.get() || args.open);
                Value::null()
            }
            "unshift" => {
                l.items.borrow_mut().splice(0..0, args.positional.iter().cloned());
                Value::null()
            }
            "insert" => {
                let value = args.at(1);
                let mut items = l.items.borrow_mut();
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a place in a list"
                )]
                let n = first.as_number().map_or(0, |n| n.max(0.0) as usize).min(items.len());
                items.insert(n, value);
                Value::null()
            }
            "extend" | "update" => {
                let (more, open) = Self::elements(&first);
                self.add(l, more);
                l.open.set(l.open.get() || open);
                Value::null()
            }
            "concat" => {
                let mut items = l.items.borrow().clone();
                let mut open = l.open.get();
                for more in &args.positional {
                    open |= more.is_open();
                    items.extend(more.items());
                }
                items.truncate(ELEMENTS);
                self.steps += items.len() / 8;
                let value = Value::list(items, l.span.get());
                if let Value::List(made) = &value {
                    made.open.set(open);
                }
                value
            }
            "join" => {
                let separator = first.as_str().unwrap_or(",").to_owned();
                let items = l.items.borrow().clone();
                self.joined_text(&items, &separator, l.open.get(), at)
            }
            "includes" | "has" => {
                let items = l.items.borrow().clone();
                let found: Vec<Option<bool>> = items.iter().map(|i| Self::equal(&first, i)).collect();
                if found.contains(&Some(true)) {
                    Value::Val(Val::bool(true, at.key))
                } else if found.contains(&None) || l.open.get() {
                    Value::unknown(Reason::NeedsCode, "", at.key)
                } else {
                    Value::Val(Val::bool(false, at.key))
                }
            }
            "slice" => {
                let items = l.items.borrow();
                let length = items.len();
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "bounded by the length"
                )]
                let bound = |v: &Value, default: usize| match v.as_number() {
                    Some(n) if n < 0.0 => length.saturating_sub((-n) as usize),
                    Some(n) => (n as usize).min(length),
                    None => default,
                };
                let (from, to) = (bound(&first, 0), bound(&args.at(1), length));
                let part = items.get(from..to.max(from)).unwrap_or_default().to_vec();
                drop(items);
                Self::like(l, part)
            }
            "flat" => {
                let items = l.items.borrow().clone();
                Self::like(l, items.iter().flat_map(Value::items).take(ELEMENTS).collect())
            }
            "reverse" => {
                l.items.borrow_mut().reverse();
                base.clone()
            }
            "entries" => {
                let items = l.items.borrow();
                let pairs = items.iter().enumerate();
                let pairs: Vec<Value> = pairs
                    .map(|(n, v)| Value::list(vec![number(count(n), at.key), v.clone()], at.key))
                    .collect();
                drop(items);
                Self::like(l, pairs)
            }
            "keys" => {
                let n = l.items.borrow().len();
                Self::like(l, (0..n).map(|n| number(count(n), at.key)).collect())
            }
            "pop" => l.items.borrow_mut().pop().unwrap_or_default(),
            "shift" => {
                let mut items = l.items.borrow_mut();
                if items.is_empty() { Value::null() } else { items.remove(0) }
            }
            "at" => self.index(base, &first),
            "copy" | "values" | "sort" | "toString" | "toSorted" => base.clone(),
            _ => {
                self.symbolic(args, at);
                Value::unknown(Reason::NeedsCode, "", at.key)
            }
        }
    }

    /// Elements as text with a separator between them.
    pub(super) fn joined_text(&mut self, items: &[Value], separator: &str, open: bool, at: Place) -> Value {
        let mut parts = Vec::new();
        for (n, item) in items.iter().enumerate() {
            if n > 0 {
                parts.push(Val::str(separator, at.block));
            }
            parts.push(self.val(item));
        }
        if open {
            parts.push(Val::unknown(Reason::NeedsCode, "", at.block));
        }
        Value::Val(concat(parts, at.block))
    }

    /// A method of a map.
    pub(super) fn map_method(
        &mut self,
        base: &Value,
        m: &Rc<Map>,
        name: &str,
        args: &Args,
        at: Place,
    ) -> Value {
        let first = args.at(0);
        let listed = |values: Vec<Value>| {
            let list = Value::list(values, m.span.get());
            if let Value::List(l) = &list {
                l.open.set(m.open.get());
            }
            list
        };
        match name {
            "get" | "pop" => {
                let found = match self.key(&first) {
                    Some(key) => {
                        let mut entries = m.entries.borrow_mut();
                        let found = entries.get(&key).map(|(_, v)| v.clone());
                        if name == "pop" {
                            entries.shift_remove(&key);
                        }
                        found
                    }
                    None => return Self::part_of(&first),
                };
                match found {
                    Some(v) => v,
                    None if m.open.get() => Self::part_of(base),
                    None => args.at(1),
                }
            }
            "set" | "setdefault" => {
                let value = args.at(1);
                match self.key(&first) {
                    Some(key) => {
                        let span = first.span();
                        let mut entries = m.entries.borrow_mut();
                        if name == "set" || !entries.contains_key(&key) {
                            entries.insert(key.clone(), (span, value));
                        }
                        if name == "setdefault" {
                            return entries.get(&key).map(|(_, v)| v.clone()).unwrap_or_default();
                        }
                    }
                    None => m.open.set(true),
                }
                base.clone()
            }
            "has" | "hasOwnProperty" => match self.key(&first) {
                Some(key) => {
                    let has = m.entries.borrow().contains_key(&key);
                    if has || !m.open.get() {
                        Value::Val(Val::bool(has, at.key))
                    } else {
                        Value::unknown(Reason::NeedsCode, "", at.key)
                    }
                }
                None => Value::unknown(Reason::NeedsCode, "", at.key),
            },
            "keys" => {
                listed(m.entries.borrow().iter().map(|(k, (s, _))| Value::str(k.clone(), *s)).collect())
            }
            "values" => listed(m.entries.borrow().values().map(|(_, v)| v.clone()).collect()),
            "items" | "entries" => listed(
                m.entries
                    .borrow()
                    .iter()
                    .map(|(k, (s, v))| Value::list(vec![Value::str(k.clone(), *s), v.clone()], *s))
                    .collect(),
            ),
            "forEach" => {
                let entries: Vec<(SmolStr, Value)> =
                    m.entries.borrow().iter().map(|(k, (_, v))| (k.clone(), v.clone())).collect();
                for (key, value) in entries.into_iter().take(self.files.limits.instances) {
                    let key = Value::str(key, at.key);
                    self.call_value(&first, Args::of(vec![value, key]), false, at);
                }
                Value::null()
            }
            "update" => {
                let mut entries = m.entries.borrow_mut();
                for (k, span, v) in first.entries() {
                    entries.insert(k, (span, v));
                }
                for (k, span, v) in &args.named {
                    entries.insert(k.clone(), (*span, v.clone()));
                }
                m.open.set(m.open.get() || first.is_open() && !first.is_null());
                Value::null()
            }
            "copy" => {
                let copy = Value::map(m.entries.borrow().clone(), m.span.get());
                if let Value::Map(made) = &copy {
                    made.open.set(m.open.get());
                }
                copy
            }
            "delete" => {
                if let Some(key) = self.key(&first) {
                    m.entries.borrow_mut().shift_remove(&key);
                }
                Value::null()
            }
            _ => {
                self.symbolic(args, at);
                if m.open.get() { Self::part_of(base) } else { Value::unknown(Reason::NeedsCode, "", at.key) }
            }
        }
    }
}
