use palisade_graph::{State, Tri, Val, Value};

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

fn tostring(c: &Call<'_>) -> Val {
    match &c.arg(0).state {
        State::Known(Value::Num(s)) => {
            Val { via: c.arg(0).via.clone(), ..Val::str(s.clone(), c.arg(0).span) }
        }
        State::Known(Value::Bool(_)) => {
            Val { via: c.arg(0).via.clone(), ..Val::str(c.arg(0).display(), c.arg(0).span) }
        }
        _ => c.arg(0).clone(),
    }
}

fn tonumber(c: &Call<'_>) -> Val {
    match &c.arg(0).state {
        State::Known(Value::Str(_)) => match number(c.arg(0)) {
            Some(n) => {
                Val { via: c.arg(0).via.clone(), ..Val::known(Value::Num(n.to_text()), c.arg(0).span) }
            }
            None => c.refused(),
        },
        State::Known(Value::Bool(_) | Value::List(_) | Value::Map(_)) => c.refused(),
        _ => c.arg(0).clone(),
    }
}

fn tobool(c: &Call<'_>) -> Val {
    match &c.arg(0).state {
        State::Known(Value::Str(_)) => match boolean(c.arg(0)) {
            Some(b) => Val { via: c.arg(0).via.clone(), ..Val::bool(b, c.arg(0).span) },
            None => c.refused(),
        },
        State::Known(Value::Num(_) | Value::List(_) | Value::Map(_)) => c.refused(),
        _ => c.arg(0).clone(),
    }
}

fn tolist(c: &Call<'_>) -> Val {
    match &c.arg(0).state {
        State::Known(Value::Str(_) | Value::Num(_) | Value::Bool(_) | Value::Map(_)) => c.refused(),
        _ => c.arg(0).clone(),
    }
}

fn tomap(c: &Call<'_>) -> Val {
    match &c.arg(0).state {
        State::Known(Value::Str(_) | Value::Num(_) | Value::Bool(_) | Value::List(_)) => c.refused(),
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
