//! What is written at a place.

use crate::hcl::{Attribute, Block, Body, Expr, ExprKind, Item, Part, Range};

/// What can be removed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Found<'a> {
    /// An attribute or block of a body, and the block around it.
    Item(Option<&'a Block>, &'a Item),
    /// An item of a list.
    Element(&'a Expr, usize),
    /// An entry of an object.
    Entry(&'a Expr, usize),
}

fn holds(outer: Range, inner: Range) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

pub(super) fn is_block(block: &Block, at: Range) -> bool {
    let braces = Range::new(block.open, block.close + 1);
    at == block.at || at == block.header || at == block.kind_at || at == braces
}

pub(super) fn is_attribute(attribute: &Attribute, at: Range) -> bool {
    at == attribute.name_at || at == attribute.range() || is_expr(&attribute.expr, at)
}

/// Whether an expression, or the one that it only wraps, is at a place.
fn is_expr(expr: &Expr, at: Range) -> bool {
    expr.at == at
        || match &expr.kind {
            ExprKind::Parens(inner) => is_expr(inner, at),
            ExprKind::Template(parts) => match parts.as_slice() {
                [Part::Interpolation(inner)] => is_expr(inner, at),
                _ => false,
            },
            _ => false,
        }
}

/// The innermost block of a place, by its whole, header, kind or braces.
pub(super) fn block(body: &Body, at: Range) -> Option<&Block> {
    body.blocks()
        .filter(|b| holds(b.at, at))
        .find_map(|b| if is_block(b, at) { Some(b) } else { block(&b.body, at) })
}

/// The item of a body whose range holds a place.
fn item_around(body: &Body, at: Range) -> Option<&Item> {
    body.items.iter().find(|item| match item {
        Item::Attribute(a) => holds(a.range(), at),
        Item::Block(b) => holds(b.at, at),
    })
}

pub(super) fn expr(body: &Body, at: Range) -> Option<&Expr> {
    match item_around(body, at)? {
        Item::Attribute(a) if at == a.name_at || at == a.range() => Some(&a.expr),
        Item::Attribute(a) => expr_in(&a.expr, at),
        Item::Block(b) => expr(&b.body, at),
    }
}

fn expr_in(outer: &Expr, at: Range) -> Option<&Expr> {
    if outer.at == at {
        return Some(outer);
    }
    if let ExprKind::Object(entries) = &outer.kind {
        let named = entries.iter().find(|(key, _)| key.at == at);
        if let Some((_, value)) = named {
            return Some(value);
        }
    }
    let mut found = None;
    each_inner(outer, &mut |inner| {
        if found.is_none() && holds(inner.at, at) {
            found = expr_in(inner, at);
        }
    });
    found
}

pub(super) fn removable<'a>(around: Option<&'a Block>, body: &'a Body, at: Range) -> Option<Found<'a>> {
    let item = item_around(body, at)?;
    match item {
        Item::Attribute(a) if is_attribute(a, at) => Some(Found::Item(around, item)),
        Item::Attribute(a) => removable_in(&a.expr, at),
        Item::Block(b) if is_block(b, at) => Some(Found::Item(around, item)),
        Item::Block(b) => removable(Some(b), &b.body, at),
    }
}

fn removable_in(outer: &Expr, at: Range) -> Option<Found<'_>> {
    match &outer.kind {
        ExprKind::List(items) => {
            if let Some(n) = items.iter().position(|i| is_expr(i, at)) {
                return Some(Found::Element(outer, n));
            }
        }
        ExprKind::Object(entries) => {
            let here = |(key, value): &(Expr, Expr)| {
                key.at == at || is_expr(value, at) || Range::new(key.at.start, value.at.end) == at
            };
            if let Some(n) = entries.iter().position(here) {
                return Some(Found::Entry(outer, n));
            }
        }
        _ => {}
    }
    let mut found = None;
    each_inner(outer, &mut |inner| {
        if found.is_none() && holds(inner.at, at) {
            found = removable_in(inner, at);
        }
    });
    found
}

/// The expressions directly inside one.
fn each_inner<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a Expr)) {
    match &expr.kind {
        ExprKind::Null
        | ExprKind::Bool(_)
        | ExprKind::Number(_)
        | ExprKind::Variable(_)
        | ExprKind::Error => {}
        ExprKind::Template(parts) => each_in_parts(parts, visit),
        ExprKind::Attr(a, _, _) | ExprKind::Not(a) | ExprKind::Minus(a) | ExprKind::Parens(a) => visit(a),
        ExprKind::Index(a, b) | ExprKind::Binary(_, a, b) | ExprKind::Splat { base: a, each: b, .. } => {
            visit(a);
            visit(b);
        }
        ExprKind::Call { arguments: all, .. } | ExprKind::List(all) => {
            for inner in all {
                visit(inner);
            }
        }
        ExprKind::Object(entries) => {
            for (key, value) in entries {
                visit(key);
                visit(value);
            }
        }
        ExprKind::For(parts) => {
            visit(&parts.collection);
            visit(&parts.value);
            for inner in parts.key.iter().chain(&parts.condition) {
                visit(inner);
            }
        }
        ExprKind::Conditional(a, b, c) => {
            visit(a);
            visit(b);
            visit(c);
        }
    }
}

fn each_in_parts<'a>(parts: &'a [Part], visit: &mut dyn FnMut(&'a Expr)) {
    for part in parts {
        match part {
            Part::Text(..) => {}
            Part::Interpolation(expr) => visit(expr),
            Part::If(condition, yes, no) => {
                visit(condition);
                each_in_parts(yes, visit);
                each_in_parts(no, visit);
            }
            Part::For { collection, parts, .. } => {
                visit(collection);
                each_in_parts(parts, visit);
            }
        }
    }
}
