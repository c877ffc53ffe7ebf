//! Which statements match: action, resource, principal, condition.

use serde_json::Value;

use super::principal::{self, How};
use super::{Kind, Request, condition, list, text, texts};

/// How a statement matches a request, if it does; whom it names only matters in resource policies.
pub fn matches(request: &Request, statement: &Value, kind: Kind, variables: bool) -> Option<How> {
    let how = match kind {
        Kind::Caller => How::Itself,
        Kind::Resource => principal::matches(request, statement)?,
    };
    let action = present(statement, "Action")
        .map(|patterns| patterns.iter().any(|pattern| action(request, pattern)))
        .or_else(|| {
            let patterns = present(statement, "NotAction")?;
            Some(!patterns.iter().any(|pattern| action(request, pattern)))
        })?;
    let here = |pattern: &String| resource(request, pattern, variables);
    let resource = match (present(statement, "Resource"), present(statement, "NotResource")) {
        (Some(patterns), _) => patterns.iter().any(here),
        (None, Some(patterns)) => !patterns.iter().any(here),
        // trust policies have none
        (None, None) => true,
    };
    let conditions = statement["Condition"].as_object().into_iter().flatten().all(|(operator, keys)| {
        keys.as_object().into_iter().flatten().all(|(key, values)| {
            condition::holds(request, operator, key, &texts(&Value::Array(list(values))), variables)
        })
    });
    (action && resource && conditions).then_some(how)
}

fn present(statement: &Value, element: &str) -> Option<Vec<String>> {
    statement.get(element).map(texts)
}

/// Case never counts; what stands before the colon never reaches behind it.
fn action(request: &Request, pattern: &str) -> bool {
    if pattern == "*" {
        return true;
    }
    match (pattern.split_once(':'), request.action.split_once(':')) {
        (Some((service, name)), Some((wanted, called))) => {
            text::plain(service, wanted, true) && text::plain(name, called, true)
        }
        _ => false,
    }
}

/// Segment by segment; case counts in the last one only.
fn resource(request: &Request, pattern: &str, variables: bool) -> bool {
    if pattern == "*" {
        return true;
    }
    text::letters(request, pattern, variables, true)
        .is_some_and(|letters| text::arn(&letters, &request.resource, true))
}
