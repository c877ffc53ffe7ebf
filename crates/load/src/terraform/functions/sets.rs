use palisade_graph::{Tri, Val};

use super::{Call, ELEMENTS, convert, equal};

/// Functions over sets; `None` where the name is no such function.
pub fn call(c: &Call<'_>) -> Option<Val> {
    Some(match c.name {
        "setunion" => union(c),
        "setintersection" => intersection(c),
        "setsubtract" => subtract(c),
        "setproduct" => product(c),
        _ => return None,
    })
}

fn union(c: &Call<'_>) -> Val {
    let mut items = Vec::new();
    let mut open = false;
    for argument in c.arguments {
        match argument.as_list() {
            Some(list) => {
                items.extend(list.items.iter().cloned());
                open |= list.open;
            }
            None if argument.is_known() => return c.refused(),
            None => open = true,
        }
        if items.len() > ELEMENTS {
            return c.limit("elements");
        }
    }
    if items.is_empty() && open { c.unknown() } else { c.list(convert::set(items), open) }
}

/// Whether a value is among others.
fn among(item: &Val, others: &[Val]) -> Tri {
    others.iter().fold(Tri::No, |found, o| found.or(equal(item, o)))
}

/// More comparisons than that are not made.
pub const COMPARISONS: usize = 1_000_000;

fn intersection(c: &Call<'_>) -> Val {
    let Some((first, others)) = c.arguments.split_first() else { return c.refused() };
    let Some(list) = first.as_list() else { return c.refused() };
    let mut open = list.open;
    let mut kept = list.items.clone();
    for other in others {
        let Some(other) = other.as_list() else { return c.refused() };
        if kept.len().saturating_mul(other.items.len()) > COMPARISONS {
            return c.limit("elements");
        }
        open |= other.open && !kept.is_empty();
        kept.retain(|item| match among(item, &other.items) {
            Tri::Yes => true,
            Tri::No => false,
            Tri::Unknown => {
                open = true;
                false
            }
        });
    }
    c.list(convert::set(kept), open)
}

fn subtract(c: &Call<'_>) -> Val {
    let (Some(list), Some(other)) = (c.arg(0).as_list(), c.arg(1).as_list()) else { return c.refused() };
    if list.items.len().saturating_mul(other.items.len()) > COMPARISONS {
        return c.limit("elements");
    }
    let mut open = list.open;
    let mut kept = list.items.clone();
    kept.retain(|item| match (among(item, &other.items), other.open) {
        (Tri::No, false) => true,
        (Tri::Yes, _) => false,
        // It may be taken away.
        _ => {
            open = true;
            false
        }
    });
    c.list(convert::set(kept), open)
}

fn product(c: &Call<'_>) -> Val {
    let mut rows: Vec<Vec<Val>> = vec![Vec::new()];
    let mut open = false;
    for argument in c.arguments {
        let Some(list) = argument.as_list() else { return c.refused() };
        open |= list.open;
        if rows.len().saturating_mul(list.items.len()) > ELEMENTS {
            return c.limit("elements");
        }
        rows = rows
            .iter()
            .flat_map(|row| {
                list.items.iter().map(move |item| {
                    let mut next = row.clone();
                    next.push(item.clone());
                    next
                })
            })
            .collect();
    }
    if c.arguments.len() < 2 {
        return c.refused();
    }
    c.list(rows.into_iter().map(|row| c.list(row, false)).collect(), open)
}
