//! What the request tells about itself.

use serde_json::{Map, Value, json};

use super::Draw;
use super::request::{Kind, Request};

/// What a key holds, which decides the operators that are tried on it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Type {
    Text,
    Arn,
    Number,
    Date,
    Bool,
    Ip,
    Bytes,
    /// Several texts.
    Texts,
}

/// A key of the world: name, type, the values that requests and policies use.
pub struct Key {
    pub name: &'static str,
    pub kind: Type,
    pub values: &'static [&'static str],
}

const fn key(name: &'static str, kind: Type, values: &'static [&'static str]) -> Key {
    Key { name, kind, values }
}

const TEAMS: &[&str] = &["red", "blue", "Red", "r*d", "red/x"];
const MOMENTS: &[&str] = &[
    "2026-01-01T00:00:00Z",
    "2026-01-01",
    "2025-12-31T23:59:59Z",
    "2026-02-28T12:00:00Z",
    "2024-02-29T00:00:00Z",
    "1767225600",
];

/// Keys that a request may hold or not.
pub const KEYS: &[Key] = &[
    key("aws:PrincipalTag/team", Type::Text, TEAMS),
    key("aws:ResourceTag/team", Type::Text, TEAMS),
    key("aws:RequestTag/team", Type::Text, TEAMS),
    key("aws:SourceVpce", Type::Text, &["vpce-1", "vpce-12", "vpce-2"]),
    key("aws:PrincipalOrgID", Type::Text, &["o-red", "o-blue"]),
    key("aws:SourceAccount", Type::Text, &["111111111111", "222222222222"]),
    key("aws:TagKeys", Type::Texts, &["team", "Team", "cost", "team-x"]),
    key("aws:CalledVia", Type::Texts, &["athena.amazonaws.com", "kms.amazonaws.com"]),
    key("aws:PrincipalOrgPaths", Type::Texts, &["o-red/r-1/ou-1/", "o-red/r-1/ou-2/", "o-red/r-1/"]),
    key("aws:SecureTransport", Type::Bool, &["true", "false"]),
    key("aws:MultiFactorAuthPresent", Type::Bool, &["true", "false"]),
    key("aws:MultiFactorAuthAge", Type::Number, &["0", "300", "3600", "300.5"]),
    key("aws:CurrentTime", Type::Date, MOMENTS),
    key("aws:TokenIssueTime", Type::Date, MOMENTS),
    key("aws:SourceIp", Type::Ip, &["10.0.0.1", "10.0.1.255", "192.168.7.9", "2001:db8::1", "2001:db8:1::1"]),
    key(
        "aws:SourceArn",
        Type::Arn,
        &[
            "arn:aws:s3:::data",
            "arn:aws:sns:us-east-1:111111111111:news",
            "arn:aws:sns:us-east-1:222222222222:news",
            "arn:aws:execute-api:us-east-1:111111111111:api1/prod/GET/red",
        ],
    ),
];

/// A key that the simulator does not know, with bytes.
const BLOB: Key = key("saml:blob", Type::Bytes, &["AQID", "AQIDBA==", "cmVk"]);

/// The keys of a request with their values.
pub struct Context {
    /// Key, type and the values of the request.
    pub given: Vec<(&'static str, Type, Vec<String>)>,
    /// Keys that are absent, with values that a policy may name.
    pub absent: Vec<&'static Key>,
}

impl Context {
    pub fn draw(draw: &mut Draw, request: &Request) -> Self {
        let mut context = Self { given: Vec::new(), absent: Vec::new() };
        let mut add = |name, kind, value: &str| context.given.push((name, kind, vec![value.to_owned()]));
        if let Some(arn) = &request.arn {
            add("aws:PrincipalArn", Type::Arn, arn);
            add("aws:PrincipalAccount", Type::Text, request.own);
        }
        if let Some(name) = request.user {
            add("aws:username", Type::Text, name);
        }
        let service = if request.kind == Kind::Service { "true" } else { "false" };
        add("aws:PrincipalIsAWSService", Type::Bool, service);
        add("aws:ResourceAccount", Type::Text, &request.account);
        add("aws:RequestedRegion", Type::Text, "us-east-1");
        for key in KEYS.iter().chain((!draw.simulated()).then_some(&BLOB)) {
            if draw.chance(35) {
                context.absent.push(key);
                continue;
            }
            let count = if key.kind == Type::Texts { 1 + draw.below(2) } else { 1 };
            let mut values: Vec<String> = Vec::new();
            for _ in 0..count {
                let value = draw.pick(key.values).to_owned();
                if !values.contains(&value) {
                    values.push(value);
                }
            }
            if !draw.simulated() && draw.chance(4) {
                match key.kind {
                    Type::Texts => values.clear(),
                    Type::Number | Type::Date | Type::Ip => values = vec!["none".to_owned()],
                    _ => {}
                }
            }
            context.given.push((key.name, key.kind, values));
        }
        context
    }

    /// As the contract writes it.
    pub fn values(&self) -> Value {
        self.given
            .iter()
            .map(|(key, _, values)| ((*key).to_owned(), json!(values)))
            .collect::<Map<_, _>>()
            .into()
    }

    /// Single-valued keys and their values, for variables.
    pub fn single(&self) -> Vec<(&'static str, &str)> {
        let texts = self.given.iter().filter(|(_, kind, _)| matches!(kind, Type::Text | Type::Arn));
        texts.map(|(key, _, values)| (*key, values[0].as_str())).collect()
    }
}
