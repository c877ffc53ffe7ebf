//! `Policies` of functions and state machines.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use palisade_graph::{NoteKind, Reason, State, Val, Value, Via};
use smol_str::{SmolStr, format_smolstr};

use super::SamContext;
use super::build::At;
use super::role::Role;

#[derive(serde::Deserialize)]
struct Template {
    #[serde(rename = "Parameters")]
    parameters: Vec<SmolStr>,
    #[serde(rename = "Statement")]
    statement: serde_json::Value,
}

fn templates() -> &'static BTreeMap<SmolStr, Template> {
    static TEMPLATES: OnceLock<BTreeMap<SmolStr, Template>> = OnceLock::new();
    TEMPLATES.get_or_init(|| {
        serde_json::from_str(include_str!("../../data/sam/policy_templates.json")).unwrap_or_default()
    })
}

/// Gives a role what an author asks for: managed policies, documents and policy templates.
pub fn add(cx: &SamContext<'_>, role: &mut Role, policies: &Val) {
    role.open |= policies.as_list().is_some_and(|l| l.open);
    for (index, entry) in policies.items().iter().enumerate() {
        match &entry.state {
            State::Known(Value::Str(name)) => role.attach(managed(name, entry)),
            State::Known(Value::Map(map)) => {
                let document =
                    if map.get("Statement").is_some() { entry.clone() } else { template(cx, entry) };
                let at = At(entry.span);
                let name = format_smolstr!("{}Policy{index}", role.id);
                let policy = at.object([("PolicyName", at.text(name)), ("PolicyDocument", document)]);
                role.add(policy);
            }
            // Absent, or nothing that the transform takes for a policy.
            State::Known(_) => {}
            _ => role.attach(entry.clone()),
        }
    }
}

/// Gives a role what `Policies` of its owner asks for; where the owner has a role of its own, `Policies` is
/// ignored.
pub fn add_unless(cx: &SamContext<'_>, role: &mut Role, own: &Val) {
    if own.get("Role").is_null() {
        add(cx, role, own.get("Policies"));
    }
}

/// ARN of a managed policy that is written by name or by ARN.
fn managed(name: &str, written: &Val) -> Val {
    let mut val = written.clone();
    if let Some(arn) = managed_arn(name) {
        val.state = State::Known(Value::Str(arn));
    }
    val
}

fn managed_arn(name: &str) -> Option<SmolStr> {
    static PATHS: OnceLock<Vec<(&'static str, &'static str)>> = OnceLock::new();
    let paths = PATHS.get_or_init(|| {
        let lines = include_str!("../../data/sam/managed_policies.txt").lines();
        lines.filter_map(|line| line.rsplit_once('/').map(|(_, name)| (name, line))).collect()
    });
    let plain = |c: char| c.is_ascii_alphanumeric() || "+=,.@_-".contains(c);
    if name.is_empty() || !name.chars().all(plain) {
        return None;
    }
    let path = paths.binary_search_by(|(known, _)| known.cmp(&name)).ok();
    let path = path.and_then(|i| paths.get(i)).map_or(name, |(_, path)| path);
    Some(format_smolstr!("arn:aws:iam::aws:policy/{path}"))
}

/// The document of a policy template with its parameters in place.
fn template(cx: &SamContext<'_>, entry: &Val) -> Val {
    let at = At(entry.span);
    let (name, values) = match entry.entries() {
        [only] => (&only.key, &only.val),
        _ => return unreadable(cx, entry, "neither a document nor a policy template"),
    };
    let Some(template) = templates().get(name) else {
        let words = format_smolstr!("`{name}` is not a policy template that the SAM transform knows");
        return unreadable(cx, entry, &words);
    };
    let names = |parameter: &str| {
        if !template.parameters.iter().any(|p| p == parameter) {
            return None;
        }
        let val = values.lookup(parameter);
        if val.is_null() {
            return Some(Val::unknown(Reason::Undeclared, parameter, entry.span));
        }
        Some(val.clone())
    };
    let statements = match &template.statement {
        serde_json::Value::Array(statements) => statements.as_slice(),
        one => std::slice::from_ref(one),
    };
    let statement = |s: &serde_json::Value| at.json(s, &names).through(Via::PolicyTemplate, entry.span);
    at.object([("Statement", at.list(statements.iter().map(statement).collect()))])
}

fn unreadable(cx: &SamContext<'_>, entry: &Val, words: &str) -> Val {
    cx.files.note(NoteKind::Info, words, vec![entry.span]);
    let name = entry.entries().first().map_or("Policies", |e| e.key.as_str());
    Val::unknown(Reason::UnsupportedFunction(name.into()), name, entry.span)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{context, val};
    use super::*;

    fn role(policies: &str) -> Role {
        let mut role = Role::new("FRole", Val::default());
        context(&val("{}"), |cx| add(cx, &mut role, &val(policies)));
        role
    }

    #[test]
    fn every_form_of_policies_is_read() {
        let role = role(
            "- AWSLambdaRole\n- AmazonDynamoDBFullAccess\n- arn:aws:iam::1:policy/x\n\
             - Statement: [{Effect: Allow, Action: 's3:*', Resource: '*'}]\n\
             - SQSPollerPolicy: {QueueName: q}\n- Nothing: {}\n- AWSLambdaRole",
        );
        let arns: Vec<&str> = role.managed().iter().filter_map(Val::as_str).collect();
        assert_eq!(
            arns,
            [
                "arn:aws:iam::aws:policy/service-role/AWSLambdaRole",
                "arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess",
                "arn:aws:iam::1:policy/x"
            ]
        );
        assert_eq!(role.policies().len(), 3);
        assert_eq!(role.policies()[0].get("PolicyName").as_str(), Some("FRolePolicy3"));
        let polled = role.policies()[1].at("PolicyDocument.Statement").items()[0].clone();
        assert_eq!(
            polled.get("Resource").display(),
            "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:q"
        );
        assert_eq!(polled.links().next().map(|l| l.word), Some(Via::PolicyTemplate));
        assert!(!role.policies()[2].get("PolicyDocument").is_known());
    }

    #[test]
    fn one_document_or_one_name_needs_no_list() {
        assert_eq!(role("AWSLambdaExecute").managed().len(), 1);
        assert_eq!(role("{Version: x, Statement: []}").policies().len(), 1);
        assert_eq!(role("{SNSPublishMessagePolicy: {TopicName: t}}").policies().len(), 1);
    }

    #[test]
    fn a_parameter_without_value_stays_a_hole() {
        let role = role("{SQSPollerPolicy: {}}");
        assert!(role.policies()[0].at("PolicyDocument.Statement").items()[0].get("Resource").any_unknown());
    }
}
