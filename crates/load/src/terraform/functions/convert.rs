use palisade_graph::{State, Target, Tri, Val, Value};

use super::number::Number;
use super::text::text;
use super::{Call, equal};

/// Conversions of types; `None` where the name is no such function.
pub fn call(c: &Call<'_>) -> Option<Val> {
    Some(match c.name {
        "tostring" => tostring(c),
        "tonumber" => tonumber(c),
        "tobool" => tobool(c),
        "tolist" => tolist(c),
        "toset" => toset(c),
        "tomap" => tomap(c),
        "sensitive" | "nonsensitive" | "ephemeralasnull" => c.passed(c.arg(0)),
        _ => return None,
    })
}

/// Number of a value that converts to one.
pub fn number(val: &Val) -> Option<Number> {
    match &val.state {
        State::Known(Value::Num(s) | Value::Str(s)) => Number::read(s),
        _ => None,
    }
}

/// Boolean of a value that converts to one.
pub fn boolean(val: &Val) -> Option<bool> {
    match &val.state {
        State::Known(Value::Bool(b)) => Some(*b),
        State::Known(Value::Str(s)) if s == "true" => Some(true),
        State::Known(Value::Str(s)) if s == "false" => Some(false),
        _ => None,
    }
}

/// A value of another type, at the same place.
fn converted(val: &Val, value: Value) -> Val {
    Val { via: val.via.clone(), ..Val::known(value, val.span) }
}

/// A list or map is refused, whatever is in it: modules tell strings from other things so.
fn tostring(c: &Call<'_>) -> Val {
    let val = c.arg(0);
    match &val.state {
        State::Known(Value::Num(s)) => converted(val, Value::Str(s.clone())),
        State::Known(Value::Bool(_)) => converted(val, Value::Str(val.display())),
        State::Known(Value::List(_) | Value::Map(_)) => c.failed(),
        _ => val.clone(),
    }
}

fn tonumber(c: &Call<'_>) -> Val {
    let val = c.arg(0);
    match &val.state {
        State::Known(Value::Str(_)) => match number(val) {
            Some(n) => converted(val, Value::Num(n.to_text())),
            None => c.failed(),
        },
        State::Known(Value::Bool(_) | Value::List(_) | Value::Map(_)) => c.failed(),
        State::Ref(t) if identifies(t) => c.failed(),
        _ => val.clone(),
    }
}

fn tobool(c: &Call<'_>) -> Val {
    let val = c.arg(0);
    match &val.state {
        State::Known(Value::Str(_)) => match boolean(val) {
            Some(b) => converted(val, Value::Bool(b)),
            None => c.failed(),
        },
        State::Known(Value::Num(_) | Value::List(_) | Value::Map(_)) => c.failed(),
        State::Ref(t) if identifies(t) => c.failed(),
        _ => val.clone(),
    }
}

/// Whether a reference is to a name of the resource: a string that is no number and no boolean.
fn identifies(target: &Target) -> bool {
    match target {
        Target::Resource { attribute: Some(a), .. } => {
            let last = a.rsplit('.').next().unwrap_or(a);
            matches!(last, "arn" | "id" | "url") || last.ends_with("_arn") || last.ends_with("_url")
        }
        _ => false,
    }
}

fn tolist(c: &Call<'_>) -> Val {
    match &c.arg(0).state {
        State::Known(Value::Str(_) | Value::Num(_) | Value::Bool(_) | Value::Map(_)) => c.failed(),
        _ => c.arg(0).clone(),
    }
}

fn tomap(c: &Call<'_>) -> Val {
    match &c.arg(0).state {
        State::Known(Value::Str(_) | Value::Num(_) | Value::Bool(_) | Value::List(_)) => c.failed(),
        _ => c.arg(0).clone(),
    }
}

fn toset(c: &Call<'_>) -> Val {
    let Some(list) = c.arg(0).as_list() else {
        return tolist(c);
    };
    let kept = set(list.items.clone());
    Val { via: c.arg(0).via.clone(), span: c.arg(0).span, ..c.list(kept, list.open) }
}

/// The elements of a set: each once, in the order in which Terraform goes through them, as far as it is
/// known: numbers by size, strings by their bytes.
pub fn set(items: Vec<Val>) -> Vec<Val> {
    let mut kept = distinct(items);
    if kept.iter().all(|v| matches!(v.state, State::Known(Value::Num(_)))) {
        let order = |v: &Val| number(v).unwrap_or(Number::Whole(0));
        kept.sort_by(|a, b| order(a).order(order(b)));
    } else if kept
        .iter()
        .all(|v| matches!(v.state, State::Known(Value::Str(_) | Value::Num(_) | Value::Bool(_))))
    {
        kept.sort_by_key(text);
    }
    kept
}

/// Each element once, the first of equal ones.
pub fn distinct(items: Vec<Val>) -> Vec<Val> {
    let mut seen = std::collections::HashSet::new();
    let mut others: Vec<Val> = Vec::new();
    let mut kept = Vec::with_capacity(items.len());
    for item in items {
        let new = match &item.state {
            State::Known(Value::Str(s)) => seen.insert(s.clone()),
            // Few of them: collections and references.
            _ if others.len() < 256 => {
                let new = !others.iter().any(|o| equal(o, &item) == Tri::Yes);
                if new {
                    others.push(item.clone());
                }
                new
            }
            _ => true,
        };
        if new {
            kept.push(item);
        }
    }
    kept
}
