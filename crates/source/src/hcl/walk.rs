//! Changing every place of an expression: text that was read out of another text.

use super::{Expr, ExprKind, Part, Range};

/// Replaces every range in an expression, itself included. Used where a template was read from decoded text (a
/// string of JSON) and its places have to be those of the file.
pub fn move_ranges(expr: &mut Expr, to: &dyn Fn(Range) -> Range) {
    expr.at = to(expr.at);
    match &mut expr.kind {
        ExprKind::Null
        | ExprKind::Bool(_)
        | ExprKind::Number(_)
        | ExprKind::Variable(_)
        | ExprKind::Error => {}
        ExprKind::Template(parts) => move_parts(parts, to),
        ExprKind::Attr(base, _, name_at) => {
            *name_at = to(*name_at);
            move_ranges(base, to);
        }
        ExprKind::Index(a, b) | ExprKind::Binary(_, a, b) | ExprKind::Splat { base: a, each: b, .. } => {
            move_ranges(a, to);
            move_ranges(b, to);
        }
        ExprKind::Call { name_at, arguments, .. } => {
            *name_at = to(*name_at);
            for argument in arguments {
                move_ranges(argument, to);
            }
        }
        ExprKind::List(items) => {
            for item in items {
                move_ranges(item, to);
            }
        }
        ExprKind::Object(entries) => {
            for (key, value) in entries {
                move_ranges(key, to);
                move_ranges(value, to);
            }
        }
        ExprKind::For(parts) => {
            move_ranges(&mut parts.collection, to);
            move_ranges(&mut parts.value, to);
            for inner in parts.key.iter_mut().chain(&mut parts.condition) {
                move_ranges(inner, to);
            }
        }
        ExprKind::Conditional(a, b, c) => {
            move_ranges(a, to);
            move_ranges(b, to);
            move_ranges(c, to);
        }
        ExprKind::Not(inner) | ExprKind::Minus(inner) | ExprKind::Parens(inner) => move_ranges(inner, to),
    }
}

/// The same for the parts of a template.
pub fn move_parts(parts: &mut [Part], to: &dyn Fn(Range) -> Range) {
    for part in parts {
        match part {
            Part::Text(_, at) => *at = to(*at),
            Part::Interpolation(expr) => move_ranges(expr, to),
            Part::If(condition, yes, no) => {
                move_ranges(condition, to);
                move_parts(yes, to);
                move_parts(no, to);
            }
            Part::For { collection, parts, .. } => {
                move_ranges(collection, to);
                move_parts(parts, to);
            }
        }
    }
}
