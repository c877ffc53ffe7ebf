//! Conditions: absent keys, set operators, and one comparison of two values.

use super::{Request, text, value};

/// What is compared, without negation.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Compare {
    Equals,
    EqualsIgnoreCase,
    Like,
    Arn,
    Number(Order),
    Date(Order),
    Bool,
    Binary,
    Ip,
}

/// How two values of an ordered type must stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// Whether one key of one operator holds.
pub fn holds(request: &Request, operator: &str, key: &str, values: &[String], variables: bool) -> bool {
    let given = request.context.get(&key.to_ascii_lowercase());
    if operator == "Null" {
        return values.iter().any(|value| (value == "true") == given.is_none());
    }
    let (set, rest) = match operator.split_once(':') {
        Some((set, rest)) => (set, rest),
        None => ("", operator),
    };
    let (rest, if_exists) = match rest.strip_suffix("IfExists") {
        Some(rest) => (rest, true),
        None => (rest, false),
    };
    let (compare, negated) = base(rest);
    // a value of the request passes if it equals one of the policy's values; negated, none of them
    let passes = |given: &String| {
        values.iter().any(|wanted| one(request, compare, given, wanted, variables)) != negated
    };
    match (set, given) {
        ("ForAllValues", None) => true,
        ("ForAllValues", Some(given)) => given.iter().all(passes),
        ("ForAnyValue", None) => false,
        ("ForAnyValue", Some(given)) => given.iter().any(passes),
        (_, None) => if_exists || negated,
        (_, Some(given)) => {
            assert_eq!(given.len(), 1, "several values without a set operator are not decided");
            given.iter().all(passes)
        }
    }
}

fn base(name: &str) -> (Compare, bool) {
    let negated = name.contains("Not");
    let compare = match name.replace("Not", "").as_str() {
        "StringEquals" => Compare::Equals,
        "StringEqualsIgnoreCase" => Compare::EqualsIgnoreCase,
        "StringLike" => Compare::Like,
        "ArnEquals" | "ArnLike" => Compare::Arn,
        "Bool" => Compare::Bool,
        "BinaryEquals" => Compare::Binary,
        "IpAddress" => Compare::Ip,
        other => ordered(other),
    };
    (compare, negated)
}

fn ordered(name: &str) -> Compare {
    let order = |rest: &str| match rest {
        "Equals" => Order::Equal,
        "LessThan" => Order::Less,
        "LessThanEquals" => Order::LessOrEqual,
        "GreaterThan" => Order::Greater,
        "GreaterThanEquals" => Order::GreaterOrEqual,
        other => panic!("{other} is no operator"),
    };
    match (name.strip_prefix("Numeric"), name.strip_prefix("Date")) {
        (Some(rest), _) => Compare::Number(order(rest)),
        (_, Some(rest)) => Compare::Date(order(rest)),
        _ => panic!("{name} is no operator"),
    }
}

/// Whether one value of the request equals, resembles or precedes one value of the policy.
fn one(request: &Request, compare: Compare, given: &str, wanted: &str, variables: bool) -> bool {
    let letters: Vec<char> = given.chars().collect();
    let pattern = |wildcards| text::letters(request, wanted, variables, wildcards);
    match compare {
        Compare::Equals => pattern(false).is_some_and(|p| text::matches(&p, &letters, false)),
        Compare::EqualsIgnoreCase => pattern(false).is_some_and(|p| text::matches(&p, &letters, true)),
        Compare::Like => pattern(true).is_some_and(|p| text::matches(&p, &letters, false)),
        Compare::Arn => pattern(true).is_some_and(|p| text::arn(&p, given, false)),
        Compare::Bool => {
            let word = wanted.to_ascii_lowercase();
            ["true", "false"].contains(&word.as_str()) && given.eq_ignore_ascii_case(&word)
        }
        Compare::Number(order) => stands(order, value::number(given), value::number(wanted)),
        Compare::Date(order) => stands(order, value::date(given), value::date(wanted)),
        Compare::Binary => match (value::base64(given), value::base64(wanted)) {
            (Some(given), Some(wanted)) => given == wanted,
            _ => false,
        },
        Compare::Ip => value::in_range(given, wanted),
    }
}

fn stands(order: Order, given: Option<i128>, wanted: Option<i128>) -> bool {
    let (Some(given), Some(wanted)) = (given, wanted) else { return false };
    match order {
        Order::Equal => given == wanted,
        Order::Less => given < wanted,
        Order::LessOrEqual => given <= wanted,
        Order::Greater => given > wanted,
        Order::GreaterOrEqual => given >= wanted,
    }
}
