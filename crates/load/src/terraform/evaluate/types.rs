use palisade_graph::{Entry, List, Map, Reason, State, Val, Value};
use palisade_source::hcl::{Expr, ExprKind};
use smol_str::SmolStr;

use super::super::functions::Number;
use super::{App, Scope};

/// A type constraint of a variable.
///
/// <https://developer.hashicorp.com/terraform/language/expressions/type-constraints>
#[derive(Debug)]
pub enum Type<'e> {
    /// `any`, or one that cannot be read.
    Any,
    /// `string`
    String,
    /// `number`
    Number,
    /// `bool`
    Bool,
    /// `list(…)`
    List(Box<Type<'e>>),
    /// `set(…)`
    Set(Box<Type<'e>>),
    /// `map(…)`
    Map(Box<Type<'e>>),
    /// `object({…})`
    Object(Vec<Field<'e>>),
    /// `tuple([…])`
    Tuple(Vec<Type<'e>>),
}

/// An attribute of an object type.
#[derive(Debug)]
pub struct Field<'e> {
    name: SmolStr,
    ty: Type<'e>,
    /// Whether it may be left out.
    optional: bool,
    /// What it is then.
    default: Option<&'e Expr>,
}

/// Types inside each other.
const DEPTH: usize = 32;

/// Reads a type constraint.
pub fn read(expr: &Expr, depth: usize) -> Type<'_> {
    if depth > DEPTH {
        return Type::Any;
    }
    let word = match &expr.kind {
        ExprKind::Parens(inner) => return read(inner, depth + 1),
        ExprKind::Variable(name) => name.as_str(),
        ExprKind::Call { name, arguments, .. } => {
            let first = arguments.first();
            let inner = || Box::new(first.map_or(Type::Any, |a| read(a, depth + 1)));
            return match (name.as_str(), first.map(|a| &a.kind)) {
                ("list", _) => Type::List(inner()),
                ("set", _) => Type::Set(inner()),
                ("map", _) => Type::Map(inner()),
                ("object", Some(ExprKind::Object(entries))) => {
                    Type::Object(entries.iter().filter_map(|(k, v)| field(k, v, depth)).collect())
                }
                ("tuple", Some(ExprKind::List(items))) => {
                    Type::Tuple(items.iter().map(|i| read(i, depth + 1)).collect())
                }
                _ => Type::Any,
            };
        }
        // Types were strings once, and are in JSON.
        _ => expr.as_str().unwrap_or(""),
    };
    match word {
        "string" => Type::String,
        "number" => Type::Number,
        "bool" => Type::Bool,
        "list" => Type::List(Box::new(Type::Any)),
        "set" => Type::Set(Box::new(Type::Any)),
        "map" => Type::Map(Box::new(Type::Any)),
        _ => Type::Any,
    }
}

fn field<'e>(key: &'e Expr, expr: &'e Expr, depth: usize) -> Option<Field<'e>> {
    let name = match &key.kind {
        ExprKind::Variable(name) => name.clone(),
        _ => key.as_str()?.into(),
    };
    match &expr.kind {
        ExprKind::Call { name: word, arguments, .. } if word == "optional" => {
            let ty = arguments.first().map_or(Type::Any, |a| read(a, depth + 1));
            Some(Field { name, ty, optional: true, default: arguments.get(1) })
        }
        _ => Some(Field { name, ty: read(expr, depth + 1), optional: false, default: None }),
    }
}

impl<'p> App<'p> {
    /// A value as a type has it. What cannot be of the type stays what it is.
    pub(super) fn convert(&self, scope: Scope<'_, 'p>, val: Val, ty: &Type<'_>) -> Val {
        let span = val.span;
        let with = |state: State| Val { state, span, via: val.via.clone() };
        match (&val.state, ty) {
            (State::Known(Value::Bool(b)), Type::String) => {
                with(State::Known(Value::Str(if *b { "true" } else { "false" }.into())))
            }
            (State::Known(Value::Num(n)), Type::String) => with(State::Known(Value::Str(n.clone()))),
            (State::Known(Value::Str(s)), Type::Number) => match Number::read(s) {
                Some(n) => with(State::Known(Value::Num(n.to_text()))),
                None => val,
            },
            (State::Known(Value::Str(s)), Type::Bool) => match s.as_str() {
                "true" | "1" => with(State::Known(Value::Bool(true))),
                "false" | "0" => with(State::Known(Value::Bool(false))),
                _ => val,
            },
            (State::Known(Value::List(list)), Type::List(inner)) => {
                let items = list.items.iter().map(|v| self.convert(scope, v.clone(), inner)).collect();
                with(State::Known(Value::List(List { items, open: list.open }.into())))
            }
            (State::Known(Value::List(list)), Type::Set(inner)) => {
                let mut seen = std::collections::HashSet::new();
                let mut items: Vec<Val> = Vec::with_capacity(list.items.len());
                for item in &list.items {
                    let item = self.convert(scope, item.clone(), inner);
                    let told = !matches!(item.state, State::Known(Value::Str(_) | Value::Num(_)));
                    if told || seen.insert(item.display()) {
                        items.push(item);
                    }
                }
                with(State::Known(Value::List(List { items, open: list.open }.into())))
            }
            (State::Known(Value::List(list)), Type::Tuple(types)) => {
                let one = |(v, ty): (&Val, &Type<'_>)| self.convert(scope, v.clone(), ty);
                let items = list.items.iter().zip(types).map(one).collect();
                with(State::Known(Value::List(List { items, open: list.open }.into())))
            }
            (State::Known(Value::Map(map)), Type::Map(inner)) => {
                let entry = |e: &Entry| Entry { val: self.convert(scope, e.val.clone(), inner), ..e.clone() };
                let entries = map.entries.iter().map(entry).collect();
                with(State::Known(Value::Map(Map { entries, open: map.open }.into())))
            }
            (State::Known(Value::Map(map)), Type::Object(fields)) => {
                with(State::Known(Value::Map(self.object_of(scope, map, fields).into())))
            }
            _ => val,
        }
    }

    fn object_of(&self, scope: Scope<'_, 'p>, map: &Map, fields: &[Field<'_>]) -> Map {
        let mut out = Map { entries: Vec::with_capacity(fields.len()), open: false };
        for entry in &map.entries {
            if let Some(field) = fields.iter().find(|f| f.name == entry.key)
                && !(field.optional && field.default.is_some() && entry.val.is_null())
            {
                let val = self.convert(scope, entry.val.clone(), &field.ty);
                out.entries.push(Entry { val, ..entry.clone() });
            }
        }
        for field in fields {
            if out.get(&field.name).is_some() {
                continue;
            }
            let val = match field.default {
                _ if map.open => {
                    Val::unknown(Reason::KnownAfterApply, field.name.clone(), palisade_source::Span::NONE)
                }
                Some(expr) => {
                    let val = self.eval(scope, expr);
                    self.convert(scope, val, &field.ty)
                }
                None if field.optional => Val::null().clone(),
                None => continue,
            };
            out.entries.push(Entry { key: field.name.clone(), key_span: val.span, val });
        }
        out
    }
}
