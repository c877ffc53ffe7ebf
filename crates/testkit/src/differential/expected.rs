use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::evaluate::Template;
use super::facts::{Facts, Role, UNKNOWN};

/// What the reference deploys: an object with `resources`, and where it has them `parameters` (in
/// force), `conditions` and `mappings`.
pub fn expected(answer: &Value) -> Facts {
    let template = Template::new(answer);
    let resources: BTreeMap<&str, Resource> = answer
        .get("resources")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter_map(|(id, resource)| Some((id.as_str(), Resource::read(&template, resource)?)))
        .collect();
    let mut facts = Facts::default();
    for (id, resource) in &resources {
        if resource.absent {
            facts.absent.insert((*id).to_owned());
            continue;
        }
        match resource.kind {
            "AWS::Lambda::Function" => {
                facts.functions.insert((*id).to_owned());
            }
            "AWS::Lambda::EventSourceMapping" => {
                let function = resource.text("FunctionName");
                let function = function_of(&resources, &function, 0).unwrap_or(function);
                // Where the source was taken out, so was its name in the id.
                let id = id.replace("Unresolved", UNKNOWN);
                facts.mappings.push(mapping(&id, &resource.text("EventSourceArn"), &function));
            }
            "AWS::Lambda::Permission" => {
                if let Some(function) = function_of(&resources, &resource.text("FunctionName"), 0) {
                    facts.permissions.push(permission(&function, &resource.permission()));
                }
            }
            "AWS::IAM::Role" => {
                facts.roles.insert((*id).to_owned(), role(&resources, id, resource));
            }
            _ => {}
        }
    }
    facts
}

struct Resource<'a> {
    kind: &'a str,
    properties: Value,
    absent: bool,
}

impl<'a> Resource<'a> {
    fn read(template: &Template<'_>, resource: &'a Value) -> Option<Self> {
        let kind = resource.get("Type")?.as_str()?;
        let properties = resource.get("Properties").and_then(|properties| template.value(properties));
        let absent = template.is_absent(resource);
        Some(Self { kind, properties: properties.unwrap_or_default(), absent })
    }

    fn text(&self, property: &str) -> String {
        scalar(self.properties.get(property)).unwrap_or_default()
    }

    fn permission(&self) -> Value {
        let field = |name: &str| self.properties.get(name).cloned().unwrap_or_default();
        json!({
            "principal": field("Principal"),
            "action": field("Action"),
            "source_arn": field("SourceArn"),
            "source_account": field("SourceAccount"),
            "url_auth_type": field("FunctionUrlAuthType"),
            "via_url": field("InvokedViaFunctionUrl"),
        })
    }
}

/// The logical id in `${Id}` or `${Id.Attribute}`.
fn referred(text: &str) -> Option<&str> {
    let inner = text.rsplit_once("${")?.1.split_once('}')?.0;
    Some(inner.split_once('.').map_or(inner, |(id, _)| id))
}

/// The function that a name, ARN, alias or version stands for.
fn function_of(resources: &BTreeMap<&str, Resource<'_>>, text: &str, depth: usize) -> Option<String> {
    let named = || {
        let found = resources.iter().find(|(_, resource)| {
            resource.kind == "AWS::Lambda::Function"
                && !text.is_empty()
                && resource.text("FunctionName") == text
        });
        found.map(|(id, _)| (*id).to_owned())
    };
    // An ARN may name its own account and region first and the function last.
    let Some(id) = referred(text).filter(|_| depth < 4) else { return named() };
    match resources.get(id) {
        Some(resource) if resource.kind == "AWS::Lambda::Function" => Some(id.to_owned()),
        Some(resource) if matches!(resource.kind, "AWS::Lambda::Alias" | "AWS::Lambda::Version") => {
            function_of(resources, &resource.text("FunctionName"), depth + 1)
        }
        _ => named(),
    }
}

fn role(resources: &BTreeMap<&str, Resource<'_>>, id: &str, resource: &Resource<'_>) -> Role {
    let mut found = Role::default();
    for policy in list(resource.properties.get("Policies")) {
        found.statements.extend(document(policy.get("PolicyDocument")));
    }
    found.trust.extend(document(resource.properties.get("AssumeRolePolicyDocument")));
    for policy in list(resource.properties.get("ManagedPolicyArns")) {
        let Some(arn) = scalar(Some(policy)) else { continue };
        match referred(&arn).and_then(|id| resources.get(id)) {
            Some(own) if own.kind == "AWS::IAM::ManagedPolicy" => {
                found.statements.extend(document(own.properties.get("PolicyDocument")));
            }
            _ => {
                found.managed.insert(policy_name(&arn));
            }
        }
    }
    for other in resources.values() {
        let attached = match other.kind {
            "AWS::IAM::Policy" | "AWS::IAM::ManagedPolicy" => list(other.properties.get("Roles")),
            "AWS::IAM::RolePolicy" => list(other.properties.get("RoleName")),
            _ => continue,
        };
        if attached.iter().any(|role| role.as_str().and_then(referred) == Some(id)) {
            found.statements.extend(document(other.properties.get("PolicyDocument")));
        }
    }
    found
}

fn document(document: Option<&Value>) -> Vec<String> {
    let statements = list(document.and_then(|document| document.get("Statement")));
    let read = |statement: &Value| {
        let field = |name: &str| statement.get(name).cloned().unwrap_or_default();
        json!({
            "effect": field("Effect"),
            "actions": field("Action"),
            "not_actions": field("NotAction"),
            "resources": field("Resource"),
            "not_resources": field("NotResource"),
            "principals": statement.get("Principal").or(statement.get("NotPrincipal")).cloned().unwrap_or_default(),
            "conditions": field("Condition"),
        })
    };
    statements.iter().map(|s| read(s)).map(|s| statement(&s)).collect()
}

fn list(value: Option<&Value>) -> Vec<&Value> {
    match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(items)) => items.iter().collect(),
        Some(one) => vec![one],
    }
}

/// `AWSLambdaBasicExecutionRole`, of a name or an ARN with any path.
pub(super) fn policy_name(arn: &str) -> String {
    let arn = plain(arn);
    match arn.split_once(":policy/") {
        Some((before, path)) if before.ends_with(":aws") => {
            path.rsplit('/').next().unwrap_or(path).to_owned()
        }
        _ => arn,
    }
}

/// One line for a mapping.
pub(super) fn mapping(id: &str, source: &str, function: &str) -> String {
    format!("{id}: {} -> {function}", plain(source))
}

/// One line for a permission in the form of the graph.
pub(super) fn permission(function: &str, permission: &Value) -> String {
    let names = ["principal", "action", "source_arn", "source_account", "url_auth_type", "via_url"];
    let fields = names.map(|name| scalar(permission.get(name)).unwrap_or_default());
    format!("{function}: {}", fields.map(|field| plain(&field)).join(" "))
}

/// One line for a statement in the form of the graph; order within its lists does not count.
pub(super) fn statement(statement: &Value) -> String {
    let many = |name: &str| {
        let mut texts: Vec<String> = list(statement.get(name))
            .into_iter()
            .filter_map(|v| scalar(Some(v)))
            .map(|t| plain(&t))
            .collect();
        texts.sort();
        texts.dedup();
        texts
    };
    let mut line = scalar(statement.get("effect")).unwrap_or_default();
    for name in ["actions", "not_actions", "resources", "not_resources"] {
        let texts = many(name);
        if !texts.is_empty() {
            let _ = write!(line, " {name}={}", texts.join(","));
        }
    }
    let principals = principals(statement.get("principals"));
    if !principals.is_empty() {
        let _ = write!(line, " principals={}", principals.join(","));
    }
    let conditions = conditions(statement.get("conditions"));
    if !conditions.is_empty() {
        let _ = write!(line, " conditions={}", conditions.join(" & "));
    }
    line
}

fn principals(value: Option<&Value>) -> Vec<String> {
    let mut found = Vec::new();
    match value {
        Some(Value::Object(kinds)) => {
            for (kind, names) in kinds {
                found.extend(
                    list(Some(names))
                        .into_iter()
                        .filter_map(|n| scalar(Some(n)))
                        .map(|n| format!("{kind}:{}", plain(&n))),
                );
            }
        }
        other => found.extend(list(other).into_iter().filter_map(|n| scalar(Some(n))).map(|n| plain(&n))),
    }
    found.sort();
    found
}

fn conditions(value: Option<&Value>) -> Vec<String> {
    let mut found = Vec::new();
    for (operator, keys) in value.and_then(Value::as_object).into_iter().flatten() {
        for (key, values) in keys.as_object().into_iter().flatten() {
            let mut values: Vec<String> =
                list(Some(values)).into_iter().filter_map(|v| scalar(Some(v))).map(|v| plain(&v)).collect();
            values.sort();
            found.push(format!("{operator} {key} {}", values.join(",")));
        }
    }
    found.sort();
    found
}

pub(super) fn scalar(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.clone()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The reference writes some pseudo parameters out and leaves others: both mean the same.
pub(super) fn plain(text: &str) -> String {
    text.replace("${AWS::Partition}", "aws")
        .replace("${AWS::Region}", "us-east-1")
        .replace("${AWS::URLSuffix}", "amazonaws.com")
}
