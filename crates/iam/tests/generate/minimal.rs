//! Makes a line small while something stays true of it.

use serde_json::Value;

/// What may not go: without it a line or a document is another one, or none, and some keys follow from the request.
const KEPT: [&str; 15] = [
    "id",
    "request",
    "principal",
    "action",
    "resource",
    "resource_account",
    "context",
    "Effect",
    "Statement",
    "aws:PrincipalArn",
    "aws:PrincipalAccount",
    "aws:username",
    "aws:PrincipalIsAWSService",
    "aws:ResourceAccount",
    "aws:RequestedRegion",
];

/// The smallest line found that still holds.
pub fn minimal(line: &Value, mut holds: impl FnMut(&Value) -> bool) -> Value {
    let mut line = line.clone();
    loop {
        let smaller = candidates(&line).into_iter().find(|candidate| holds(candidate));
        match smaller {
            Some(smaller) => line = smaller,
            None => return line,
        }
    }
}

/// The value with one member less, or one list replaced by its only member, anywhere.
pub fn candidates(value: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    match value {
        Value::Object(members) => {
            for key in members.keys() {
                let element = ["Action", "Resource", "Principal"].iter().any(|name| key.ends_with(name));
                // an empty object means something else again
                let last = members.len() == 1;
                if !KEPT.contains(&key.as_str()) && !element && !last && key != "Version" {
                    let mut less = members.clone();
                    less.remove(key);
                    found.push(less.into());
                }
            }
            for (key, inner) in members {
                for candidate in candidates(inner) {
                    let mut less = members.clone();
                    less[key] = candidate;
                    found.push(less.into());
                }
            }
        }
        Value::Array(items) => {
            // an empty list of texts means something else again
            let least = usize::from(items.iter().all(Value::is_string));
            for at in 0..if items.len() > least { items.len() } else { 0 } {
                let mut less = items.clone();
                less.remove(at);
                found.push(less.into());
            }
            for (at, inner) in items.iter().enumerate() {
                for candidate in candidates(inner) {
                    let mut less = items.clone();
                    less[at] = candidate;
                    found.push(less.into());
                }
            }
        }
        _ => {}
    }
    found
}
