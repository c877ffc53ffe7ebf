//! `iam expand`.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::minimal::{MinimalError, Sheet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'a> {
    #[serde(default)]
    id: Value,
    #[serde(borrow)]
    policy: &'a RawValue,
}

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a Value,
    policy: Box<RawValue>,
    unmatched: Vec<String>,
}

/// Answers one line of `iam expand`.
///
/// In: `{"id", "policy": document}`. Out: `{"id", "policy", "unmatched": [pattern…]}`, or `{"id", "error"}`.
pub fn expand(line: &str) -> String {
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
        Err(error) => super::failure(line, &error.to_string()),
    }
}

fn answer(line: &Line<'_>) -> Result<String, MinimalError> {
    let (sheet, unmatched) = Sheet::read(line.policy.get())?.expand()?;
    let policy = RawValue::from_string(sheet.json())?;
    Ok(serde_json::to_string(&Answer { id: &line.id, policy, unmatched })?)
}

#[cfg(test)]
mod tests {
    use super::expand;

    #[test]
    fn spells_out_actions_and_leaves_the_rest() {
        let line = r#"{"id": 7, "policy": {"Statement": [{"Resource": "*", "NotAction": ["SQS:Purge*", "nosuch:Thing*", "sqs:purgequeue"], "Effect": "Deny", "Sid": "a"}, {"Effect": "Allow", "Action": "s3:getobject", "Resource": "arn:aws:s3:::b/*"}], "Version": "2012-10-17"}}"#;
        let expected = r#"{"id":7,"policy":{"Statement":[{"Resource":"*","NotAction":["sqs:PurgeQueue","nosuch:Thing*"],"Effect":"Deny","Sid":"a"},{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}],"Version":"2012-10-17"},"unmatched":["nosuch:Thing*"]}"#;
        assert_eq!(expand(line), expected);
    }

    #[test]
    fn a_line_that_is_no_question_gives_an_error_with_its_id() {
        assert!(expand(r#"{"id": "x", "policy": []}"#).starts_with(r#"{"id":"x","error":"#));
        assert!(expand("{").starts_with(r#"{"id":null,"error":"#));
        assert!(expand(r#"{"id": 1}"#).starts_with(r#"{"id":1,"error":"#));
    }
}
