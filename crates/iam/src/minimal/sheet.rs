//! A document as text around its lists of actions: whatever else stands in it is handed on as it is.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::MinimalError;
use super::known;
use crate::limits;

/// Actions of a document, spelled out: what stands in a line that can be read back.
const MOST: usize = 400_000;

/// Patterns with wildcards in a document. Each is compared with the names of its service.
const PATTERNS: usize = 10_000;

/// A policy document of which only the lists of actions are taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Members with their values as compact JSON; the statements stand where `None` stands.
    members: Vec<(String, Option<String>)>,
    /// `Statement` is one object and no list.
    alone: bool,
    pub(super) statements: Vec<Row>,
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// Members with their values as compact JSON; the actions stand where `None` stands.
    members: Vec<(String, Option<String>)>,
    /// Values of `Action` or `NotAction`.
    pub actions: Vec<String>,
    /// The element is one text and no list.
    scalar: bool,
}

/// The members of an object in their order, duplicates kept.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut out: Vec<(String, &'de RawValue)> = Vec::new();
                while let Some((key, value)) = map.next_entry::<String, &'de RawValue>()? {
                    if out.iter().any(|(other, _)| *other == key) {
                        return Err(serde::de::Error::custom(format!("`{key}` stands twice in one object")));
                    }
                    if out.len() >= 64 {
                        return Err(serde::de::Error::custom("too many keys in one object"));
                    }
                    out.push((key, value));
                }
                Ok(Members(out))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

impl Sheet {
    /// Takes a document of JSON apart. Refused is what cannot be read in one way only: no object, keys that
    /// stand twice, no statements, `Action` beside `NotAction`, actions that are no texts.
    pub fn read(json: &str) -> Result<Self, MinimalError> {
        let top: Members<'_> = serde_json::from_str(json.strip_prefix('\u{FEFF}').unwrap_or(json))?;
        let (mut members, mut statements, mut alone) = (Vec::new(), None, false);
        for (key, value) in top.0 {
            if key != "Statement" {
                members.push((key, Some(compact(value.get()))));
                continue;
            }
            alone = !value.get().starts_with('[');
            let rows: Vec<Members<'_>> = if alone {
                vec![serde_json::from_str(value.get())?]
            } else {
                serde_json::from_str(value.get())?
            };
            statements = Some(rows.into_iter().map(Row::read).collect::<Result<Vec<_>, _>>()?);
            members.push((key, None));
        }
        let Some(statements) = statements else {
            return Err(MinimalError::Json("the document has no `Statement`".to_owned()));
        };
        let values = || statements.iter().flat_map(|row| &row.actions);
        if statements.len() > limits::STATEMENTS
            || statements.iter().any(|row| row.actions.len() > limits::VALUES)
            || values().filter(|pattern| pattern.contains(['*', '?'])).count() > PATTERNS
            || values().any(|pattern| pattern.len() > limits::VALUE)
        {
            return Err(MinimalError::Json(
                "the document is larger than anything that AWS accepts".to_owned(),
            ));
        }
        Ok(Self { members, alone, statements })
    }

    /// The document with every pattern of `Action` and `NotAction` replaced by the known actions that it
    /// matches, and the patterns that match none, which stay.
    ///
    /// An error if that is more than 400,000 actions.
    pub fn expand(&self) -> Result<(Self, Vec<String>), MinimalError> {
        let mut out = self.clone();
        let (mut unmatched, mut seen, mut total) = (Vec::new(), BTreeSet::new(), 0);
        for row in &mut out.statements {
            let (actions, unknown) = known::spell_out(row.actions.iter().map(String::as_str));
            total += actions.len();
            if total > MOST {
                return Err(MinimalError::Json(format!(
                    "the policy has more than {MOST} actions, spelled out"
                )));
            }
            row.actions = actions;
            unmatched.extend(unknown.into_iter().filter(|pattern| seen.insert(pattern.clone())));
        }
        Ok((out, unmatched))
    }

    /// Compact JSON.
    pub fn json(&self) -> String {
        let statements: Vec<String> = self.statements.iter().map(Row::json).collect();
        let list = statements.join(",");
        let list = if self.alone && statements.len() == 1 { list } else { format!("[{list}]") };
        object(&self.members, &list)
    }

    /// The same document with other statements.
    pub(super) fn with(&self, statements: Vec<Row>) -> Self {
        Self { members: self.members.clone(), alone: self.alone && statements.len() == 1, statements }
    }

    /// Whether it stands at a resource, which has one document only.
    pub(super) fn names_principals(&self) -> bool {
        self.statements.iter().any(|row| row.has("Principal") || row.has("NotPrincipal"))
    }

    /// Characters of the document beside its statements and what stands between them.
    pub(super) fn frame(&self) -> usize {
        let brackets = if self.alone && self.statements.len() == 1 { "" } else { "[]" };
        object(&self.members, brackets).chars().count()
    }

    /// As [`Self::frame`] for a list of statements.
    pub(super) fn frame_of_list(&self) -> usize {
        object(&self.members, "[]").chars().count()
    }
}

impl Row {
    fn read(members: Members<'_>) -> Result<Self, MinimalError> {
        let mut row = Self { members: Vec::new(), actions: Vec::new(), scalar: false };
        for (key, value) in members.0 {
            if key != "Action" && key != "NotAction" {
                row.members.push((key, Some(compact(value.get()))));
                continue;
            }
            if row.element().is_some() {
                return Err(MinimalError::Json("`Action` stands beside `NotAction`".to_owned()));
            }
            row.scalar = !value.get().starts_with('[');
            let read = if row.scalar {
                serde_json::from_str(value.get()).map(|one| vec![one])
            } else {
                serde_json::from_str(value.get())
            };
            row.actions = read
                .map_err(|_| MinimalError::Json(format!("`{key}` is neither a text nor a list of texts")))?;
            row.members.push((key, None));
        }
        Ok(row)
    }

    /// `Action` or `NotAction`.
    pub(super) fn element(&self) -> Option<&str> {
        self.members.iter().find(|(_, value)| value.is_none()).map(|(key, _)| key.as_str())
    }

    fn has(&self, key: &str) -> bool {
        self.members.iter().any(|(other, _)| other == key)
    }

    /// The same statement with other actions.
    pub(super) fn with(&self, actions: Vec<String>) -> Self {
        Self { members: self.members.clone(), actions, scalar: self.scalar }
    }

    fn json(&self) -> String {
        let texts: Vec<String> = self.actions.iter().map(|action| quoted(action)).collect();
        let list = texts.join(",");
        let list = if self.scalar && texts.len() == 1 { list } else { format!("[{list}]") };
        object(&self.members, &list)
    }

    /// Characters of the statement around a list of so many values and the commas between them.
    pub(super) fn frame(&self, values: usize) -> usize {
        let brackets = if self.scalar && values == 1 { "" } else { "[]" };
        object(&self.members, brackets).chars().count()
    }

    /// What decides together with the actions what the statement means.
    pub(super) fn meaning(&self) -> String {
        let mut members: Vec<String> = Vec::new();
        for (key, value) in &self.members {
            match value {
                Some(value) if key != "Sid" => members.push(format!("{}:{value}", quoted(key))),
                Some(_) => {}
                None => members.push(quoted(key)),
            }
        }
        members.sort();
        members.join(",")
    }

    /// The value of a member as JSON.
    pub(super) fn member(&self, name: &str) -> Option<&str> {
        self.members.iter().find(|(key, _)| key == name).and_then(|(_, value)| value.as_deref())
    }

    /// The name in a message.
    pub(super) fn sid(&self) -> Option<&str> {
        self.member("Sid").map(|sid| sid.trim_matches('"'))
    }
}

fn object(members: &[(String, Option<String>)], hole: &str) -> String {
    let members: Vec<String> = members
        .iter()
        .map(|(key, value)| format!("{}:{}", quoted(key), value.as_deref().unwrap_or(hole)))
        .collect();
    format!("{{{}}}", members.join(","))
}

/// A text as JSON.
pub(super) fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// Valid JSON without the white space between its tokens.
fn compact(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let (mut inside, mut escaped) = (false, false);
    for letter in json.chars() {
        if inside {
            inside = escaped || letter != '"';
            escaped = !escaped && letter == '\\';
        } else if letter.is_ascii_whitespace() {
            continue;
        } else {
            inside = letter == '"';
        }
        out.push(letter);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_no_action_stays_as_it_is() {
        let json = r#"{"Id": "a \" b", "Statement": {"Resource": ["*"], "Action": "s3:GetObject", "Condition":
            {"NumericLessThan": {"s3:max-keys": 1e1}}, "Effect": "Allow"}, "Version": "2012-10-17"}"#;
        let expected = r#"{"Id":"a \" b","Statement":{"Resource":["*"],"Action":"s3:GetObject","Condition":{"NumericLessThan":{"s3:max-keys":1e1}},"Effect":"Allow"},"Version":"2012-10-17"}"#;
        let sheet = Sheet::read(json).unwrap();
        assert_eq!(sheet.json(), expected);
        assert_eq!(sheet.frame() + sheet.statements[0].frame(1) + "s3:GetObject".len() + 2, expected.len());
    }

    #[test]
    fn what_would_fill_the_memory_is_refused() {
        let row = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
        let many = |count: usize| format!(r#"{{"Statement":[{}]}}"#, vec![row; count].join(","));
        assert!(Sheet::read(&many(10_001)).is_err());
        assert!(Sheet::read(&many(40)).unwrap().expand().is_err());
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_refused() {
        for json in [
            "[]",
            "{}",
            r#"{"Statement":[1]}"#,
            r#"{"Statement":[{"Action":1}]}"#,
            r#"{"Statement":[{"Action":{"a":"b"}}]}"#,
            r#"{"Statement":[{"Action":"s3:GetObject","Action":"s3:PutObject"}]}"#,
            r#"{"Statement":[{"Action":"s3:GetObject","NotAction":"s3:PutObject"}]}"#,
        ] {
            assert!(Sheet::read(json).is_err(), "{json}");
        }
    }
}
