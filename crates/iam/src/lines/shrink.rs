//! `iam shrink`.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::minimal::{self, Limits, MinimalError, Sheet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'a> {
    #[serde(default)]
    id: Value,
    #[serde(borrow)]
    policy: &'a RawValue,
    #[serde(default)]
    limit: Option<usize>,
}

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a Value,
    policies: Vec<Box<RawValue>>,
    exact: bool,
    added: [&'a str; 0],
    wildcards: Vec<String>,
}

#[derive(Serialize)]
struct TooLong<'a> {
    id: &'a Value,
    error: String,
    size: usize,
}

/// Answers one line of `iam shrink`.
///
/// In: `{"id", "policy": document, "limit": characters or null}`. Out: `{"id", "policies": [document…],
/// "exact": true, "added": [], "wildcards": [pattern…]}`; `{"id", "error", "size"}` if it does not fit, `{"id",
/// "error"}` if it is no question. A result that is not exact over the catalogue is never given.
pub fn shrink(line: &str) -> String {
    let line = line.trim_start_matches('\u{FEFF}').trim();
    if line.len() > super::LONGEST {
        return super::failure("", "a line is longer than 16 MiB");
    }
    let parsed: Line<'_> = match serde_json::from_str(line) {
        Ok(parsed) => parsed,
        Err(error) => return super::failure(line, &error.to_string()),
    };
    match answer(&parsed) {
        Ok(answer) => answer,
        Err(error) => {
            let MinimalError::TooLong { size, .. } = error else {
                return super::failure(line, &error.to_string());
            };
            let out = TooLong { id: &parsed.id, error: error.to_string(), size };
            serde_json::to_string(&out).unwrap_or_default()
        }
    }
}

fn answer(line: &Line<'_>) -> Result<String, MinimalError> {
    let sheet = Sheet::read(line.policy.get())?;
    let limits = line.limit.map(|characters| Limits { characters, ..Limits::MANAGED });
    let shrunk = minimal::shrink(&sheet, limits)?;
    let policies = shrunk.documents.iter().map(|sheet| RawValue::from_string(sheet.json()));
    let out = Answer {
        id: &line.id,
        policies: policies.collect::<Result<_, _>>()?,
        exact: true,
        added: [],
        wildcards: shrunk.wildcards,
    };
    Ok(serde_json::to_string(&out)?)
}

#[cfg(test)]
mod tests {
    use super::shrink;

    #[test]
    fn without_a_limit_no_wildcard_stands_for_a_known_action() {
        let line = r#"{"id": "a", "policy": {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": ["sqs:Purge*", "sqs:nosuch*"], "Resource": "*"}}, "limit": null}"#;
        let expected = r#"{"id":"a","policies":[{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["sqs:PurgeQueue","sqs:nosuch*"],"Resource":"*"}}],"exact":true,"added":[],"wildcards":[]}"#;
        assert_eq!(shrink(line), expected);
    }

    #[test]
    fn what_cannot_fit_says_how_long_it_is() {
        let line = r#"{"id": 1, "policy": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "NotAction": "sqs:PurgeQueue", "Resource": "*"}]}, "limit": 50}"#;
        let answer: serde_json::Value = serde_json::from_str(&shrink(line)).unwrap();
        assert!(answer["error"].as_str().unwrap().contains("does not fit into 10 of 50"), "{answer}");
        // no other action of the queue service begins with P
        let least = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":"sqs:P*","Resource":"*"}]}"#;
        assert_eq!(answer["size"], least.len());
    }
}
