use palisade_graph::Val;

use super::number::Number;
use super::text::text;
use super::{Call, convert};

/// Functions over numbers; `None` where the name is no such function.
pub fn call(c: &Call<'_>) -> Option<Val> {
    Some(match c.name {
        "abs" => one(c, |n| match n {
            Number::Whole(n) => Number::Whole(n.saturating_abs()),
            Number::Real(f) => Number::Real(f.abs()),
        }),
        "ceil" => one(c, |n| rounded(n, f64::ceil)),
        "floor" => one(c, |n| rounded(n, f64::floor)),
        "signum" => one(c, |n| {
            Number::Whole(match n.order(Number::Whole(0)) {
                std::cmp::Ordering::Less => -1,
                std::cmp::Ordering::Equal => 0,
                std::cmp::Ordering::Greater => 1,
            })
        }),
        "max" => extreme(c, true),
        "min" => extreme(c, false),
        "pow" => two(c, pow),
        "log" => two(c, |n, base| finite(n.as_f64().ln() / base.as_f64().ln())),
        "parseint" => parseint(c),
        "sum" => sum(c),
        "range" => range(c),
        _ => return None,
    })
}

fn one(c: &Call<'_>, f: impl Fn(Number) -> Number) -> Val {
    match convert::number(c.arg(0)) {
        Some(n) => c.number(f(n)),
        None => c.refused(),
    }
}

fn two(c: &Call<'_>, f: impl Fn(Number, Number) -> Option<Number>) -> Val {
    match (convert::number(c.arg(0)), convert::number(c.arg(1))) {
        (Some(a), Some(b)) => f(a, b).map_or_else(|| c.refused(), |n| c.number(n)),
        _ => c.refused(),
    }
}

fn rounded(n: Number, f: impl Fn(f64) -> f64) -> Number {
    match n {
        Number::Whole(_) => n,
        Number::Real(r) => Number::real(f(r)),
    }
}

fn finite(f: f64) -> Option<Number> {
    f.is_finite().then(|| Number::real(f))
}

fn pow(n: Number, to: Number) -> Option<Number> {
    if let (Number::Whole(base), Number::Whole(exponent)) = (n, to)
        && let Ok(exponent) = u32::try_from(exponent)
        && let Some(exact) = base.checked_pow(exponent)
    {
        return Some(Number::Whole(exact));
    }
    finite(n.as_f64().powf(to.as_f64()))
}

/// Numbers as arguments, or one list behind `...`, which the caller has spread.
fn extreme(c: &Call<'_>, largest: bool) -> Val {
    let mut best: Option<Number> = None;
    for argument in c.arguments {
        let Some(n) = convert::number(argument) else { return c.refused() };
        let better = best.is_none_or(|b| if largest { n.order(b).is_gt() } else { n.order(b).is_lt() });
        if better {
            best = Some(n);
        }
    }
    best.map_or_else(|| c.refused(), |n| c.number(n))
}

fn parseint(c: &Call<'_>) -> Val {
    let (Some(digits), Some(base)) = (text(c.arg(0)), convert::number(c.arg(1)).and_then(Number::whole))
    else {
        return c.refused();
    };
    let Ok(base @ 2..=62) = u32::try_from(base) else { return c.refused() };
    let (negative, digits) = match digits.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, digits.strip_prefix('+').unwrap_or(&digits)),
    };
    if digits.is_empty() {
        return c.refused();
    }
    let mut total: i128 = 0;
    for ch in digits.chars() {
        // Up to 36 the case does not matter; above, small letters come first.
        let digit = match ch {
            '0'..='9' => ch as u32 - '0' as u32,
            'a'..='z' => ch as u32 - 'a' as u32 + 10,
            'A'..='Z' if base <= 36 => ch as u32 - 'A' as u32 + 10,
            'A'..='Z' => ch as u32 - 'A' as u32 + 36,
            _ => return c.refused(),
        };
        if digit >= base {
            return c.refused();
        }
        let next = total.checked_mul(i128::from(base)).and_then(|t| t.checked_add(i128::from(digit)));
        let Some(next) = next else { return c.limit("size") };
        total = next;
    }
    c.number(Number::Whole(if negative { -total } else { total }))
}

fn sum(c: &Call<'_>) -> Val {
    let Some(list) = c.arg(0).as_list() else { return c.refused() };
    if list.open {
        return c.unknown();
    }
    if list.items.is_empty() {
        return c.refused();
    }
    let mut total = Number::Whole(0);
    for item in &list.items {
        match convert::number(item) {
            Some(n) => total = total.plus(n),
            None => return c.refused(),
        }
    }
    c.number(total)
}

/// Numbers that `range` makes at most.
const RANGE: usize = 1024;

fn range(c: &Call<'_>) -> Val {
    let mut numbers = Vec::new();
    for argument in c.arguments {
        match convert::number(argument) {
            Some(n) => numbers.push(n),
            None => return c.refused(),
        }
    }
    let zero = Number::Whole(0);
    let towards =
        |start: Number, limit: Number| Number::Whole(if limit.order(start).is_lt() { -1 } else { 1 });
    let (start, limit, step) = match numbers.as_slice() {
        [limit] => (zero, *limit, towards(zero, *limit)),
        [start, limit] => (*start, *limit, towards(*start, *limit)),
        [start, limit, step] => (*start, *limit, *step),
        _ => return c.refused(),
    };
    let up = step.order(zero).is_gt();
    // A step away from the limit, or none at all, never arrives.
    let never = match step.order(zero) {
        std::cmp::Ordering::Equal => true,
        std::cmp::Ordering::Greater => limit.order(start).is_lt(),
        std::cmp::Ordering::Less => limit.order(start).is_gt(),
    };
    if never {
        return c.refused();
    }
    let mut items = Vec::new();
    let mut at = start;
    while if up { at.order(limit).is_lt() } else { at.order(limit).is_gt() } {
        if items.len() >= RANGE {
            return c.limit("elements");
        }
        items.push(c.number(at));
        at = at.plus(step);
    }
    c.list(items, false)
}
