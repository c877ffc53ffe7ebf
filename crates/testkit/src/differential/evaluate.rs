use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::facts::UNKNOWN;

/// Evaluates a deployed template's intrinsics into plain JSON whose references are `${Id}`.
pub(super) struct Template<'a> {
    parameters: BTreeMap<&'a str, &'a Value>,
    conditions: BTreeMap<&'a str, &'a Value>,
    mappings: Option<&'a Value>,
}

const DEPTH: usize = 64;

/// What stands for a value that was taken out, so that a service could be packaged offline.
const GIVEN_UP: &str = "unresolved";

impl<'a> Template<'a> {
    pub(super) fn new(answer: &'a Value) -> Self {
        let map = |key: &str| {
            let entries = answer.get(key).and_then(Value::as_object);
            entries.into_iter().flatten().map(|(name, value)| (name.as_str(), value)).collect()
        };
        Self {
            parameters: map("parameters"),
            conditions: map("conditions"),
            mappings: answer.get("mappings"),
        }
    }

    /// The value without intrinsics; `None` where it is `AWS::NoValue`.
    pub(super) fn value(&self, value: &Value) -> Option<Value> {
        self.at(value, 0)
    }

    fn at(&self, value: &Value, depth: usize) -> Option<Value> {
        if depth > DEPTH {
            return Some(unknown());
        }
        match value {
            Value::Array(items) => {
                Some(Value::Array(items.iter().filter_map(|item| self.at(item, depth + 1)).collect()))
            }
            Value::Object(map) => match single(map) {
                Some((name, argument)) => self.intrinsic(name, argument, depth + 1),
                None => Some(self.object(map, depth)),
            },
            Value::String(text) => Some(open(text).into()),
            plain => Some(plain.clone()),
        }
    }

    fn object(&self, map: &Map<String, Value>, depth: usize) -> Value {
        let entries = map.iter().filter_map(|(key, value)| Some((key.clone(), self.at(value, depth + 1)?)));
        Value::Object(entries.collect())
    }

    fn intrinsic(&self, name: &str, argument: &Value, depth: usize) -> Option<Value> {
        Some(match name {
            "Ref" => match argument.as_str() {
                Some("AWS::NoValue") => return None,
                Some(id) => self.parameters.get(id).map_or_else(|| reference(id), |v| (*v).clone()),
                None => unknown(),
            },
            "Fn::GetAtt" => match argument {
                Value::String(path) => reference(path),
                Value::Array(parts) => {
                    let parts: Vec<String> = parts.iter().map(|part| self.text(part, depth)).collect();
                    reference(&parts.join("."))
                }
                _ => unknown(),
            },
            "Fn::Sub" => self.substitute(argument, depth),
            "Fn::Join" => self.join(argument, depth),
            "Fn::If" => {
                let condition = argument.get(0).and_then(Value::as_str);
                match condition.and_then(|name| self.condition(name, depth)) {
                    Some(true) => return self.at(argument.get(1)?, depth),
                    Some(false) => return self.at(argument.get(2)?, depth),
                    None => unknown(),
                }
            }
            "Fn::FindInMap" => {
                let part = |at: usize| argument.get(at).map(|part| self.text(part, depth));
                let found = self
                    .mappings
                    .zip(part(0))
                    .and_then(|(maps, name)| maps.get(&name)?.get(part(1)?)?.get(part(2)?));
                found.cloned().unwrap_or_else(unknown)
            }
            "Fn::Select" => {
                let at = argument
                    .get(0)
                    .map(|index| self.text(index, depth))
                    .and_then(|text| text.parse::<usize>().ok());
                let list = argument.get(1).and_then(|list| self.at(list, depth));
                at.zip(list).and_then(|(at, list)| list.get(at).cloned()).unwrap_or_else(unknown)
            }
            "Fn::Split" => {
                let (by, text) = (argument.get(0)?, argument.get(1)?);
                let (by, text) = (self.text(by, depth), self.text(text, depth));
                if text.contains(UNKNOWN) || text.contains("${") || by.is_empty() {
                    unknown()
                } else {
                    text.split(&by).map(Value::from).collect()
                }
            }
            _ => unknown(),
        })
    }

    /// A value as the one string that it is in the graph.
    pub(super) fn text(&self, value: &Value, depth: usize) -> String {
        match self.at(value, depth + 1) {
            Some(Value::String(text)) => text,
            Some(Value::Bool(truth)) => truth.to_string(),
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::Array(items)) => {
                let items: Vec<String> = items.iter().map(|item| self.text(item, depth + 1)).collect();
                items.join(",")
            }
            _ => UNKNOWN.to_owned(),
        }
    }

    fn join(&self, argument: &Value, depth: usize) -> Value {
        let by = argument.get(0).and_then(Value::as_str).unwrap_or_default();
        match argument.get(1).and_then(|list| self.at(list, depth)) {
            Some(Value::Array(items)) => {
                let items: Vec<String> = items.iter().map(|item| self.text(item, depth)).collect();
                items.join(by).into()
            }
            _ => unknown(),
        }
    }

    fn substitute(&self, argument: &Value, depth: usize) -> Value {
        let (text, own) = match argument {
            Value::String(text) => (text.as_str(), None),
            Value::Array(parts) => match parts.first().and_then(Value::as_str) {
                Some(text) => (text, parts.get(1)),
                None => return unknown(),
            },
            _ => return unknown(),
        };
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            out.push_str(before);
            let Some((name, tail)) = after.split_once('}') else {
                out.push_str("${");
                rest = after;
                continue;
            };
            rest = tail;
            let name = name.trim();
            if let Some(literal) = name.strip_prefix('!') {
                let _ = write!(out, "${{{literal}}}");
            } else if let Some(value) = own.and_then(|own| own.get(name)) {
                out.push_str(&self.text(value, depth));
            } else if let Some(value) = self.parameters.get(name) {
                out.push_str(&self.text(value, depth));
            } else {
                let _ = write!(out, "${{{name}}}");
            }
        }
        out.push_str(rest);
        open(&out).into()
    }

    /// Whether a resource is certainly not deployed with the parameters in force.
    pub(super) fn is_absent(&self, resource: &Value) -> bool {
        let condition = resource.get("Condition").and_then(Value::as_str);
        condition.and_then(|name| self.condition(name, 0)) == Some(false)
    }

    fn condition(&self, name: &str, depth: usize) -> Option<bool> {
        self.truth(self.conditions.get(name)?, depth + 1)
    }

    fn truth(&self, value: &Value, depth: usize) -> Option<bool> {
        let (name, argument) = value.as_object().and_then(single).filter(|_| depth < DEPTH)?;
        let each = || argument.as_array().into_iter().flatten().map(|entry| self.truth(entry, depth + 1));
        match name {
            "Condition" => self.condition(argument.as_str()?, depth),
            "Fn::Not" => each().next()?.map(|truth| !truth),
            "Fn::And" => each().try_fold(true, |all, truth| Some(all && truth?)),
            "Fn::Or" => each().try_fold(false, |any, truth| Some(any || truth?)),
            "Fn::Equals" => {
                let (a, b) = (self.text(argument.get(0)?, depth), self.text(argument.get(1)?, depth));
                let open = |text: &str| text.contains("${") || text.contains(UNKNOWN);
                (!open(&a) && !open(&b)).then(|| a == b)
            }
            _ => None,
        }
    }
}

fn single(map: &Map<String, Value>) -> Option<(&str, &Value)> {
    let mut entries = map.iter();
    let (name, argument) = entries.next()?;
    let intrinsic = name == "Ref" || name == "Condition" || name.starts_with("Fn::");
    // A policy statement has a key `Condition` too, but its value is a map.
    let is = intrinsic && entries.next().is_none() && (name != "Condition" || argument.is_string());
    is.then_some((name, argument))
}

/// A text whose dynamic references and values that were taken out are unknown.
fn open(text: &str) -> String {
    let mut text = text.replace(GIVEN_UP, UNKNOWN);
    while let Some(start) = text.find("{{resolve:") {
        let Some(length) = text.get(start..).and_then(|rest| rest.find("}}")) else { break };
        text.replace_range(start..start + length + 2, UNKNOWN);
    }
    text
}

fn reference(path: &str) -> Value {
    Value::from(format!("${{{path}}}"))
}

fn unknown() -> Value {
    Value::from(UNKNOWN)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_become_one_string() {
        let answer = json!({
            "parameters": {"Stage": "dev"},
            "conditions": {"IsDev": {"Fn::Equals": [{"Ref": "Stage"}, "dev"]}},
        });
        let template = Template::new(&answer);
        let text = |value: Value| template.text(&value, 0);
        assert_eq!(
            text(json!({"Fn::Sub": "arn:${AWS::Partition}:s3:::${Bucket}/${Stage}/${!x}"})),
            "arn:${AWS::Partition}:s3:::${Bucket}/dev/${x}"
        );
        assert_eq!(
            text(json!({"Fn::Join": [":", ["a", {"Ref": "B"}, {"Fn::GetAtt": ["C", "Arn"]}]]})),
            "a:${B}:${C.Arn}"
        );
        assert_eq!(text(json!({"Fn::If": ["IsDev", "yes", "no"]})), "yes");
        assert_eq!(text(json!({"Fn::Sub": ["${x}-${Y}", {"x": {"Ref": "Stage"}}]})), "dev-${Y}");
        assert_eq!(text(json!({"Fn::ImportValue": "other"})), UNKNOWN);
        assert_eq!(text(json!("a-{{resolve:ssm:/x:1}}-unresolved")), format!("a-{UNKNOWN}-{UNKNOWN}"));
        assert_eq!(template.value(&json!([1, {"Ref": "AWS::NoValue"}])), Some(json!([1])));
    }
}
