//! Conditions near the context of the request.

use serde_json::{Map, Value, json};

use super::Make;
use super::context::{KEYS, Type};
use super::statement::{flip, wild};

impl Make<'_> {
    /// One or two operators, each with one or two keys.
    pub(super) fn condition(&mut self) -> Value {
        let mut condition = Map::new();
        for _ in 0..=self.draw.below(2) {
            let (operator, key, values) = self.test();
            let entry = condition.entry(operator).or_insert_with(|| json!({}));
            entry[key] = values;
        }
        condition.into()
    }

    fn test(&mut self) -> (String, String, Value) {
        let absent = self.context.absent.len();
        let (name, kind, own) = if absent > 0 && self.draw.chance(20) {
            let key = self.context.absent[self.draw.below(absent)];
            (key.name, key.kind, key.values.iter().map(|value| (*value).to_owned()).collect())
        } else {
            let at = self.draw.below(self.context.given.len());
            self.context.given[at].clone()
        };
        let mut key = name.to_owned();
        if self.draw.chance(10) {
            key = key.to_ascii_lowercase();
        }
        // whether an empty list is absent is not said
        if !own.is_empty() && self.draw.chance(10) {
            let values = json!([self.draw.pick(&["true", "false"])]);
            return ("Null".to_owned(), key, self.shape(values));
        }
        let mut operator = self.operator(kind).to_owned();
        let count = 1 + usize::from(self.draw.chance(40));
        let mut values: Vec<Value> = Vec::new();
        for _ in 0..count {
            let value = self.value(name, kind, &own, &operator);
            if !values.contains(&value) {
                values.push(value);
            }
        }
        if self.draw.chance(20) {
            operator.push_str("IfExists");
        }
        if kind == Type::Texts || self.draw.chance(6) {
            operator = format!("{}{operator}", self.draw.pick(&["ForAllValues:", "ForAnyValue:"]));
        }
        (operator, key, self.shape(values.into()))
    }

    fn operator(&mut self, kind: Type) -> &'static str {
        const TEXT: [&str; 6] = [
            "StringEquals",
            "StringNotEquals",
            "StringEqualsIgnoreCase",
            "StringNotEqualsIgnoreCase",
            "StringLike",
            "StringNotLike",
        ];
        let operators: &[&str] = match kind {
            Type::Text | Type::Texts => &TEXT,
            Type::Arn => &[
                "ArnEquals",
                "ArnLike",
                "ArnNotEquals",
                "ArnNotLike",
                "StringLike",
                "StringNotLike",
                "StringEquals",
            ],
            Type::Number => &[
                "NumericEquals",
                "NumericNotEquals",
                "NumericLessThan",
                "NumericLessThanEquals",
                "NumericGreaterThan",
                "NumericGreaterThanEquals",
            ],
            Type::Date => &[
                "DateEquals",
                "DateNotEquals",
                "DateLessThan",
                "DateLessThanEquals",
                "DateGreaterThan",
                "DateGreaterThanEquals",
            ],
            Type::Bool => &["Bool", "Bool", "StringEquals"],
            Type::Ip => &["IpAddress", "NotIpAddress"],
            Type::Bytes => &["BinaryEquals"],
        };
        self.draw.pick(operators)
    }

    /// A value that the request has, or one near it.
    fn value(&mut self, name: &str, kind: Type, own: &[String], operator: &str) -> Value {
        let known = KEYS.iter().find(|key| key.name == name);
        let at = self.draw.below(own.len().max(1));
        let mut value = own.get(at).filter(|value| *value != "none").cloned().unwrap_or_default();
        if let Some(key) = known.filter(|_| value.is_empty() || self.draw.chance(35)) {
            self.draw.pick(key.values).clone_into(&mut value);
        }
        match kind {
            Type::Text | Type::Texts | Type::Arn => self.text(value, operator).into(),
            Type::Number => self.number(&value),
            Type::Bool if operator == "Bool" && self.draw.chance(40) => json!(value == "true"),
            Type::Bool if operator == "Bool" && self.draw.chance(20) => flip(&value).into(),
            Type::Ip => self.range(value).into(),
            Type::Date | Type::Bool | Type::Bytes => value.into(),
        }
    }

    fn text(&mut self, value: String, operator: &str) -> String {
        let like = operator.contains("Like") || operator.starts_with("Arn");
        match self.draw.below(10) {
            0 => match value.rfind([':', '/']) {
                Some(at) if at + 1 < value.len() => format!("{}{}", &value[..=at], flip(&value[at + 1..])),
                _ => flip(&value),
            },
            1 | 2 if operator.starts_with("Arn") => {
                // AWS does not say what a pattern of fewer than six parts matches
                let mut parts: Vec<String> = value.splitn(6, ':').map(str::to_owned).collect();
                let at = 1 + self.draw.below(parts.len() - 1);
                parts[at] = if parts[at].is_empty() { "*".to_owned() } else { wild(self.draw, &parts[at]) };
                parts.join(":")
            }
            1 | 2 if like => wild(self.draw, &value),
            // a wildcard is a letter where the operator has none
            3 if !like => format!("{}*", value.chars().take(2).collect::<String>()),
            4 => value.replacen("red", "${aws:PrincipalTag/team}", 1),
            5 => value.replacen("red", "${aws:principaltag/TEAM, 'red'}", 1),
            6 => self.variable(&value),
            7 if value.contains('*') => value.replace('*', "${*}"),
            _ => value,
        }
    }

    fn number(&mut self, value: &str) -> Value {
        match self.draw.below(4) {
            0 if !value.contains('.') => json!(value.parse::<u64>().unwrap()),
            1 if !value.contains('.') => format!("{value}.0").into(),
            _ => value.into(),
        }
    }

    fn range(&mut self, address: String) -> String {
        let wide = if address.contains('.') { ["8", "24", "32", "0"] } else { ["32", "64", "128", "0"] };
        if self.draw.chance(70) { format!("{address}/{}", self.draw.pick(&wide)) } else { address }
    }

    /// A list, or its only member.
    pub(super) fn shape(&mut self, values: Value) -> Value {
        match values {
            Value::Array(mut values) if values.len() == 1 && self.draw.chance(60) => values.remove(0),
            values => values,
        }
    }
}
