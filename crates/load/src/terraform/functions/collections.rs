use palisade_graph::{Entry, List, Map, Reason, State, Tri, Val, Value};
use smol_str::SmolStr;

use super::text::text;
use super::{Call, ELEMENTS, convert, equal, sets, strings};

/// Functions over lists and maps; `None` where the name is no such function.
pub fn call(c: &Call<'_>) -> Option<Val> {
    Some(match c.name {
        "alltrue" => truth(c, true),
        "anytrue" => truth(c, false),
        "chunklist" => chunklist(c),
        "coalesce" => coalesce(c),
        "coalescelist" => coalescelist(c),
        "compact" => compact(c),
        "concat" => concat(c),
        "contains" => contains(c),
        "distinct" => distinct(c),
        "element" => element(c),
        "flatten" => flatten(c),
        "index" => index(c),
        "keys" => keys(c),
        "length" => length(c),
        "list" => c.list(c.arguments.to_vec(), false),
        "lookup" => lookup(c),
        "map" => map(c),
        "matchkeys" => matchkeys(c),
        "merge" => merge(c),
        "one" => one(c),
        "reverse" => reverse(c),
        "slice" => slice(c),
        "sort" => sort(c),
        "transpose" => transpose(c),
        "values" => values(c),
        "zipmap" => zipmap(c),
        _ => return None,
    })
}

/// Keys and values of a map in the order in which Terraform goes through them.
pub fn sorted(map: &Map) -> Vec<&Entry> {
    let mut entries: Vec<&Entry> = map.entries.iter().collect();
    entries.sort_by(|a, b| a.key.cmp(&b.key));
    entries
}

fn truth(c: &Call<'_>, all: bool) -> Val {
    let Some(list) = c.arg(0).as_list() else { return c.refused() };
    let mut answer = Tri::from(all);
    for item in &list.items {
        let is = match convert::boolean(item) {
            Some(b) => Tri::from(b),
            None if item.is_null() => Tri::No,
            None => Tri::Unknown,
        };
        answer = if all { answer.and(is) } else { answer.or(is) };
    }
    if list.open {
        answer = if all { answer.and(Tri::Unknown) } else { answer.or(Tri::Unknown) };
    }
    c.tri(answer)
}

fn chunklist(c: &Call<'_>) -> Val {
    let (Some(list), Some(size)) = (c.arg(0).as_list(), strings::whole_number(c.arg(1))) else {
        return c.refused();
    };
    if list.open {
        return c.unknown();
    }
    match usize::try_from(size) {
        Ok(0) => c.list(vec![c.list(list.items.clone(), false)], false),
        Ok(size) => c.list(list.items.chunks(size).map(|p| c.list(p.to_vec(), false)).collect(), false),
        Err(_) => c.refused(),
    }
}

/// The first that is neither null nor the empty string.
fn coalesce(c: &Call<'_>) -> Val {
    for argument in c.arguments {
        match &argument.state {
            State::Known(Value::Null) => {}
            State::Known(Value::Str(s)) if s.is_empty() => {}
            State::Unknown(_) => return c.because(argument),
            _ => return c.passed(argument),
        }
    }
    c.refused()
}

fn coalescelist(c: &Call<'_>) -> Val {
    for argument in c.arguments {
        match argument.as_list() {
            Some(list) if !list.items.is_empty() => return c.passed(argument),
            Some(list) if list.open => return c.unknown(),
            Some(_) => {}
            None if argument.is_null() => {}
            None => return c.because(argument),
        }
    }
    c.refused()
}

fn compact(c: &Call<'_>) -> Val {
    let Some(list) = c.arg(0).as_list() else { return c.refused() };
    let mut open = list.open;
    let mut kept = Vec::new();
    for item in &list.items {
        match &item.state {
            State::Known(Value::Null) => {}
            State::Known(Value::Str(s)) if s.is_empty() => {}
            state => {
                // It may be empty: what stands where is not known.
                open |= matches!(state, State::Unknown(_));
                kept.push(item.clone());
            }
        }
    }
    c.list(kept, open)
}

fn concat(c: &Call<'_>) -> Val {
    let mut items = Vec::new();
    let mut open = false;
    for argument in c.arguments {
        match (argument.as_list(), &argument.state) {
            (Some(list), _) => {
                items.extend(list.items.iter().cloned());
                open |= list.open;
            }
            (None, State::Known(_)) => return c.refused(),
            (None, _) => open = true,
        }
        if items.len() > ELEMENTS {
            return c.limit("elements");
        }
    }
    if items.is_empty() && open { c.unknown() } else { c.list(items, open) }
}

fn contains(c: &Call<'_>) -> Val {
    let Some(list) = c.arg(0).as_list() else { return c.refused() };
    let mut answer = if list.open { Tri::Unknown } else { Tri::No };
    for item in &list.items {
        answer = answer.or(equal(item, c.arg(1)));
    }
    c.tri(answer)
}

fn distinct(c: &Call<'_>) -> Val {
    let Some(list) = c.arg(0).as_list() else { return c.refused() };
    // What is not known may be equal to another: what stands where is not known.
    let unclear = list.items.len() > 1 && list.items.iter().any(|i| matches!(i.state, State::Unknown(_)));
    c.list(convert::distinct(list.items.clone()), list.open || unclear)
}

fn element(c: &Call<'_>) -> Val {
    let (Some(list), Some(at)) = (c.arg(0).as_list(), strings::whole_number(c.arg(1))) else {
        return c.refused();
    };
    if list.open {
        return c.unknown();
    }
    let Ok(length) = i128::try_from(list.items.len()) else { return c.refused() };
    let at = at.checked_rem_euclid(length).and_then(|n| usize::try_from(n).ok());
    match at.and_then(|n| list.items.get(n)) {
        Some(item) => c.passed(item),
        None => c.refused(),
    }
}

fn flatten(c: &Call<'_>) -> Val {
    let Some(list) = c.arg(0).as_list() else { return c.refused() };
    let mut items = Vec::new();
    let mut open = list.open;
    let mut stack: Vec<std::slice::Iter<'_, Val>> = vec![list.items.iter()];
    while let Some(top) = stack.last_mut() {
        match top.next() {
            None => {
                stack.pop();
            }
            Some(item) => match (item.as_list(), &item.state) {
                (Some(inner), _) => {
                    open |= inner.open;
                    stack.push(inner.items.iter());
                }
                // It may be a list.
                (None, State::Unknown(_)) => {
                    open = true;
                    items.push(item.clone());
                }
                _ => items.push(item.clone()),
            },
        }
        if items.len() > ELEMENTS {
            return c.limit("elements");
        }
    }
    c.list(items, open)
}

fn index(c: &Call<'_>) -> Val {
    let Some(list) = c.arg(0).as_list() else { return c.refused() };
    if list.open {
        return c.unknown();
    }
    for (n, item) in list.items.iter().enumerate() {
        match equal(item, c.arg(1)) {
            Tri::Yes => return Val::int(i64::try_from(n).unwrap_or(i64::MAX), c.span),
            Tri::Unknown => return c.unknown(),
            Tri::No => {}
        }
    }
    c.refused()
}

fn keys(c: &Call<'_>) -> Val {
    let Some(map) = c.arg(0).as_map() else { return c.refused() };
    c.list(sorted(map).iter().map(|e| Val::str(e.key.clone(), e.key_span)).collect(), map.open)
}

fn values(c: &Call<'_>) -> Val {
    let Some(map) = c.arg(0).as_map() else { return c.refused() };
    c.list(sorted(map).iter().map(|e| e.val.clone()).collect(), map.open)
}

fn length(c: &Call<'_>) -> Val {
    let count = match &c.arg(0).state {
        State::Known(Value::List(l)) if !l.open => l.items.len(),
        State::Known(Value::Map(m)) if !m.open => m.entries.len(),
        State::Known(Value::Str(s)) => s.chars().count(),
        State::Known(Value::List(_) | Value::Map(_)) => return c.unknown(),
        _ => return c.refused(),
    };
    Val::int(i64::try_from(count).unwrap_or(i64::MAX), c.span)
}

fn lookup(c: &Call<'_>) -> Val {
    let (Some(map), Some(key)) = (c.arg(0).as_map(), text(c.arg(1))) else {
        // An index into a list is no map's key; both are written.
        return c.refused();
    };
    match map.get(&key) {
        Some(val) => c.passed(val),
        None if map.open => c.unknown(),
        None if c.arguments.len() > 2 => c.passed(c.arg(2)),
        None => Val::unknown(Reason::Undeclared, c.symbol(), c.span),
    }
}

/// `map("a", 1, "b", 2)` of old configurations.
fn map(c: &Call<'_>) -> Val {
    let mut out = Map::default();
    for pair in c.arguments.chunks(2) {
        let [key, val] = pair else { return c.refused() };
        match text(key) {
            Some(name) => out.set(name, key.span, val.clone()),
            None => out.open = true,
        }
    }
    c.map(out)
}

fn matchkeys(c: &Call<'_>) -> Val {
    let (Some(values), Some(keys), Some(wanted)) =
        (c.arg(0).as_list(), c.arg(1).as_list(), c.arg(2).as_list())
    else {
        return c.refused();
    };
    if values.open || keys.open || wanted.open {
        return c.unknown();
    }
    if keys.items.len().saturating_mul(wanted.items.len()) > sets::COMPARISONS {
        return c.limit("elements");
    }
    let mut kept = Vec::new();
    for (val, key) in values.items.iter().zip(&keys.items) {
        match wanted.items.iter().fold(Tri::No, |found, w| found.or(equal(key, w))) {
            Tri::Yes => kept.push(val.clone()),
            Tri::No => {}
            Tri::Unknown => return c.unknown(),
        }
    }
    c.list(kept, false)
}

/// Later maps win. Behind an argument that is not known every key before it may be another value.
fn merge(c: &Call<'_>) -> Val {
    let mut out: indexmap::IndexMap<SmolStr, Entry> = indexmap::IndexMap::new();
    let mut open = false;
    for argument in c.arguments {
        match &argument.state {
            State::Known(Value::Null) => {}
            State::Known(Value::Map(m)) => {
                if m.open {
                    open = true;
                    cover(c, &mut out, argument);
                }
                for entry in &m.entries {
                    out.insert(entry.key.clone(), entry.clone());
                }
            }
            State::Known(_) => return c.refused(),
            _ => {
                open = true;
                cover(c, &mut out, argument);
            }
        }
        if out.len() > ELEMENTS {
            return c.limit("elements");
        }
    }
    if out.is_empty() && open {
        return c.unknown();
    }
    c.map(Map { entries: out.into_values().collect(), open })
}

/// Values that an unknown map may override: unknown, at the place where the certain part is written.
fn cover(c: &Call<'_>, entries: &mut indexmap::IndexMap<SmolStr, Entry>, by: &Val) {
    let reason = super::reason(by).unwrap_or(Reason::KnownAfterApply);
    for entry in entries.values_mut() {
        let symbol = smol_str::format_smolstr!("{}.{}", c.symbol(), entry.key);
        entry.val =
            Val { via: entry.val.via.clone(), ..Val::unknown(reason.clone(), symbol, entry.val.span) };
    }
}

fn one(c: &Call<'_>) -> Val {
    let Some(list) = c.arg(0).as_list() else {
        return if c.arg(0).is_null() { c.passed(c.arg(0)) } else { c.refused() };
    };
    match list.items.as_slice() {
        // It can have one element only.
        [only] => c.passed(only),
        [] if list.open => c.unknown(),
        [] => Val { span: c.span, ..Val::null().clone() },
        _ => c.refused(),
    }
}

fn reverse(c: &Call<'_>) -> Val {
    let Some(list) = c.arg(0).as_list() else { return c.refused() };
    c.list(list.items.iter().rev().cloned().collect(), list.open)
}

fn slice(c: &Call<'_>) -> Val {
    let (Some(list), Some(start), Some(end)) =
        (c.arg(0).as_list(), strings::whole_number(c.arg(1)), strings::whole_number(c.arg(2)))
    else {
        return c.refused();
    };
    if list.open {
        return c.unknown();
    }
    let (Ok(start), Ok(end)) = (usize::try_from(start), usize::try_from(end)) else { return c.refused() };
    match list.items.get(start..end) {
        Some(items) => c.list(items.to_vec(), false),
        None => c.refused(),
    }
}

fn sort(c: &Call<'_>) -> Val {
    let Some(list) = c.arg(0).as_list() else { return c.refused() };
    let mut items = list.items.clone();
    let known = items.iter().all(|i| text(i).is_some());
    items.sort_by_cached_key(|i| (text(i).is_none(), text(i)));
    // Where what is not known would stand is not known.
    c.list(items, list.open || (!known && list.items.len() > 1))
}

/// A map of lists of strings turned round.
fn transpose(c: &Call<'_>) -> Val {
    let Some(map) = c.arg(0).as_map() else { return c.refused() };
    let mut open = map.open;
    let mut out: std::collections::BTreeMap<SmolStr, Vec<Val>> = std::collections::BTreeMap::new();
    for entry in sorted(map) {
        let Some(list) = entry.val.as_list() else {
            open = true;
            continue;
        };
        open |= list.open;
        for item in &list.items {
            match text(item) {
                Some(key) => out.entry(key).or_default().push(Val::str(entry.key.clone(), entry.key_span)),
                None => open = true,
            }
        }
    }
    let entries = out.into_iter().map(|(key, items)| {
        let val = Val::known(Value::List(List { items, open }.into()), c.span);
        Entry { key, key_span: c.span, val }
    });
    c.map(Map { entries: entries.collect(), open })
}

fn zipmap(c: &Call<'_>) -> Val {
    let (Some(keys), Some(values)) = (c.arg(0).as_list(), c.arg(1).as_list()) else {
        // Keys that are known stay known.
        let keys = c.arg(0).as_list().filter(|k| !k.open && !matches!(c.arg(1).state, State::Known(_)));
        let Some(keys) = keys else { return c.refused() };
        let mut out: indexmap::IndexMap<SmolStr, Entry> = indexmap::IndexMap::new();
        let mut open = false;
        for key in &keys.items {
            match text(key) {
                Some(name) => {
                    let val = c.because(c.arg(1));
                    out.insert(name.clone(), Entry { key: name, key_span: key.span, val });
                }
                None => open = true,
            }
        }
        return c.map(Map { entries: out.into_values().collect(), open });
    };
    if keys.open || values.open {
        return c.unknown();
    }
    if keys.items.len() != values.items.len() {
        return c.refused();
    }
    let mut out: indexmap::IndexMap<SmolStr, Entry> = indexmap::IndexMap::new();
    let mut open = false;
    for (key, val) in keys.items.iter().zip(&values.items) {
        match text(key) {
            Some(name) => {
                out.insert(name.clone(), Entry { key: name, key_span: key.span, val: val.clone() });
            }
            None => open = true,
        }
    }
    c.map(Map { entries: out.into_values().collect(), open })
}
