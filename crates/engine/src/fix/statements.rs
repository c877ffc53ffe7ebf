//! Statements of policies in the words of `data "aws_iam_policy_document"`.

use palisade_rules::Literal;
use palisade_source::hcl::edit::{New, Value};
use palisade_source::hcl::{Block, Body};
use smol_str::SmolStr;

use super::plan::Refused;

/// A document written as a data source.
const DOCUMENT: &str = "aws_iam_policy_document";

/// Elements of a statement and the attributes that they are; all hold lists, but for the first two.
const ELEMENTS: &[(&str, &str)] = &[
    ("Sid", "sid"),
    ("Effect", "effect"),
    ("Action", "actions"),
    ("NotAction", "not_actions"),
    ("Resource", "resources"),
    ("NotResource", "not_resources"),
];

/// Whether a block is such a document.
pub fn is_document(block: &Block) -> bool {
    block.kind == "data" && block.label(0) == Some(DOCUMENT)
}

/// Whether a block is a statement of such a document.
pub fn is_statement(body: &Body, block: &Block) -> bool {
    let around = body.blocks().find(|b| b.at.start <= block.at.start && block.at.end <= b.at.end);
    block.kind == "statement" && around.is_some_and(is_document)
}

type Write<'w> = &'w dyn Fn(&Literal) -> Result<Value, Refused>;

/// A statement as a block.
pub fn statement(value: &Literal, write: Write<'_>) -> Result<New, Refused> {
    let Literal::Map(entries) = value else { return Err(Refused::new("no statement is added")) };
    let mut items = Vec::new();
    for (key, value) in entries {
        items.extend(element(key, value, write)?);
    }
    // Attributes stand before blocks.
    items.sort_by_key(|item| matches!(item, New::Block { .. }));
    Ok(New::Block { kind: "statement".into(), labels: Vec::new(), items })
}

/// An element of a statement as attributes and blocks.
pub fn element(key: &str, value: &Literal, write: Write<'_>) -> Result<Vec<New>, Refused> {
    let no_words = || Refused::new("Terraform has no words for it");
    if let Some((n, (_, name))) = ELEMENTS.iter().enumerate().find(|(_, (from, _))| *from == key) {
        let value = write(value)?;
        return Ok(vec![New::Attribute((*name).into(), if n < 2 { value } else { listed(value) })]);
    }
    match (key, value) {
        ("Principal", Literal::Str(all)) if all == "*" => Ok(vec![principals("*", write(value)?)]),
        ("Principal", Literal::Map(kinds)) => {
            kinds.iter().map(|(kind, who)| Ok(principals(kind, write(who)?))).collect()
        }
        ("Condition", Literal::Map(tests)) => {
            let mut blocks = Vec::new();
            for (test, keys) in tests {
                let Literal::Map(keys) = keys else { return Err(no_words()) };
                for (variable, value) in keys {
                    blocks.push(condition(test, variable, write(value)?));
                }
            }
            Ok(blocks)
        }
        _ => Err(no_words()),
    }
}

fn principals(kind: &str, who: Value) -> New {
    let items = vec![
        New::Attribute("type".into(), Value::Str(kind.into())),
        New::Attribute("identifiers".into(), listed(who)),
    ];
    New::Block { kind: "principals".into(), labels: Vec::new(), items }
}

fn condition(test: &SmolStr, variable: &SmolStr, values: Value) -> New {
    let items = vec![
        New::Attribute("test".into(), Value::Str(test.clone())),
        New::Attribute("variable".into(), Value::Str(variable.clone())),
        New::Attribute("values".into(), listed(values)),
    ];
    New::Block { kind: "condition".into(), labels: Vec::new(), items }
}

fn listed(value: Value) -> Value {
    match value {
        Value::List(_) => value,
        one => Value::List(vec![one]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(literal: &Literal) -> Result<Value, Refused> {
        match literal {
            Literal::Str(text) => Ok(Value::Str(text.clone())),
            Literal::List(items) => Ok(Value::List(items.iter().map(plain).collect::<Result<_, _>>()?)),
            _ => Err(Refused::new("not in this test")),
        }
    }

    fn list(text: &str) -> Value {
        Value::List(vec![Value::Str(text.into())])
    }

    #[test]
    fn elements_are_attributes_and_blocks() {
        let of = |key: &str, value: Literal| element(key, &value, &plain).map_err(|r| r.0);
        assert_eq!(
            of("Effect", "Deny".into()),
            Ok(vec![New::Attribute("effect".into(), Value::Str("Deny".into()))])
        );
        assert_eq!(of("Action", "s3:*".into()), Ok(vec![New::Attribute("actions".into(), list("s3:*"))]));
        let who = Literal::Map(vec![("Service".into(), "sns.amazonaws.com".into())]);
        assert_eq!(of("Principal", who), Ok(vec![principals("Service", list("sns.amazonaws.com"))]));
        assert_eq!(of("Principal", "*".into()), Ok(vec![principals("*", list("*"))]));
        assert!(of("Principal", "arn".into()).is_err());
        assert!(of("Version", "2012-10-17".into()).is_err());
    }

    #[test]
    fn attributes_stand_before_blocks() {
        let value = Literal::Map(vec![("Principal".into(), "*".into()), ("Action".into(), "s3:*".into())]);
        let Ok(New::Block { kind, items, .. }) = statement(&value, &plain) else { unreachable!() };
        assert_eq!(kind, "statement");
        assert!(matches!(items.as_slice(), [New::Attribute(..), New::Block { .. }]));
    }
}
