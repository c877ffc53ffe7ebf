use palisade_graph::{State, Target, Tri, Val, Value};
use palisade_source::hcl::{BinaryOp, Expr, Range};

use super::super::functions::{self, Number};
use super::expressions::truth;
use super::{App, Scope, weight};

impl<'p> App<'p> {
    pub(super) fn binary(
        &self,
        scope: Scope<'_, 'p>,
        op: BinaryOp,
        left: &Expr,
        right: &Expr,
        at: Range,
    ) -> Val {
        let (left, right) = (self.eval(scope, left), self.eval(scope, right));
        let span = scope.span(at);
        if let Some(failed) = [&left, &right].into_iter().find(|v| functions::failure(v)) {
            return self.because(scope, failed, at);
        }
        let (left, right) = (self.dereferenced(&left), self.dereferenced(&right));
        let cause = if left.is_known() { &right } else { &left };
        let answer = |tri: Tri| match tri {
            Tri::Yes => Val::bool(true, span),
            Tri::No => Val::bool(false, span),
            Tri::Unknown => self.because(scope, cause, at),
        };
        match op {
            BinaryOp::And | BinaryOp::Or => {
                let tri = |val: &Val| truth(val).map_or(Tri::Unknown, Tri::from);
                let (a, b) = (tri(&left), tri(&right));
                answer(if op == BinaryOp::And { a.and(b) } else { a.or(b) })
            }
            BinaryOp::Equal | BinaryOp::NotEqual => {
                self.spend(weight(&left, 4096) / 16);
                let equal = match (left.is_null(), right.is_null()) {
                    (true, false) if is_there(&right) => Tri::No,
                    (false, true) if is_there(&left) => Tri::No,
                    _ => functions::equal(&left, &right),
                };
                answer(if op == BinaryOp::Equal { equal } else { equal.negate() })
            }
            _ => {
                let number = |val: &Val| match &val.state {
                    State::Known(Value::Num(text) | Value::Str(text)) => Number::read(text),
                    _ => None,
                };
                let (Some(a), Some(b)) = (number(&left), number(&right)) else {
                    return self.because(scope, cause, at);
                };
                match op {
                    BinaryOp::Less => Val::bool(a.order(b).is_lt(), span),
                    BinaryOp::LessEqual => Val::bool(a.order(b).is_le(), span),
                    BinaryOp::Greater => Val::bool(a.order(b).is_gt(), span),
                    BinaryOp::GreaterEqual => Val::bool(a.order(b).is_ge(), span),
                    _ => match arithmetic(op, a, b) {
                        Some(n) => Val::known(Value::Num(n.to_text()), span),
                        None => {
                            Val::unknown(palisade_graph::Reason::ParseError, self.written(scope, at), span)
                        }
                    },
                }
            }
        }
    }

    pub(super) fn minus(&self, scope: Scope<'_, 'p>, inner: &Expr, at: Range) -> Val {
        let val = self.eval(scope, inner);
        match &val.state {
            State::Known(Value::Num(text) | Value::Str(text)) => match Number::read(text) {
                Some(n) => {
                    let negative = arithmetic(BinaryOp::Subtract, Number::Whole(0), n);
                    let text = negative.map(Number::to_text).unwrap_or_default();
                    Val::known(Value::Num(text), scope.span(at))
                }
                None => self.because(scope, &val, at),
            },
            _ => self.because(scope, &val, at),
        }
    }
}

/// The result of an operation; `None` of a division by zero.
fn arithmetic(op: BinaryOp, a: Number, b: Number) -> Option<Number> {
    let whole = match (a, b, op) {
        (Number::Whole(a), Number::Whole(b), BinaryOp::Add) => a.checked_add(b),
        (Number::Whole(a), Number::Whole(b), BinaryOp::Subtract) => a.checked_sub(b),
        (Number::Whole(a), Number::Whole(b), BinaryOp::Multiply) => a.checked_mul(b),
        (Number::Whole(a), Number::Whole(b), BinaryOp::Modulo) => a.checked_rem(b),
        (Number::Whole(a), Number::Whole(b), BinaryOp::Divide) if b != 0 && a.checked_rem(b) == Some(0) => {
            a.checked_div(b)
        }
        _ => None,
    };
    if let Some(n) = whole {
        return Some(Number::Whole(n));
    }
    let (x, y) = (a.as_f64(), b.as_f64());
    let result = match op {
        BinaryOp::Add => x + y,
        BinaryOp::Subtract => x - y,
        BinaryOp::Multiply => x * y,
        BinaryOp::Divide => x / y,
        BinaryOp::Modulo => x % y,
        _ => return None,
    };
    result.is_finite().then(|| Number::real(result))
}

/// Whether a reference is to something that every resource of its type has, and so is never null.
fn is_there(val: &Val) -> bool {
    let State::Ref(target) = &val.state else { return false };
    let Target::Resource { attribute: Some(name), .. } = &**target else { return false };
    matches!(
        name.as_str(),
        "arn" | "id" | "name" | "bucket" | "function_name" | "key_id" | "url" | "invoke_arn"
    )
}
