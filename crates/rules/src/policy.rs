//! Questions of policy statements that literal text and references decide. The policy engine replaces
//! them; until then a Deny, a NotX element or a condition that could change an answer makes it
//! *cannot tell*.

use palisade_graph::{Graph, Node, NodeIx, Piece, Role, State, Statement, Target, Tri, Val, Value};

pub use crate::settings::glob;

/// Condition keys that pin the caller to an account, organisation, network or source resource.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
const PINNING: &[&str] = &[
    "aws:principalaccount",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principalarn",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceowner",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:sourceip",
    "aws:userid",
    "aws:username",
    "kms:calleraccount",
    "kms:viaservice",
    "s3:dataaccesspointaccount",
    "s3:dataaccesspointarn",
    "sns:endpoint",
    "lambda:eventsourcetoken",
    "elasticfilesystem:accesspointarn",
];

/// Whether a principal element admits everybody: `*`, or `AWS: *`.
pub fn is_everyone(principal: &Val) -> Tri {
    match &principal.state {
        State::Known(Value::Null) => Tri::No,
        State::Known(Value::Map(map)) => {
            let mut answer = if map.open { Tri::Unknown } else { Tri::No };
            for entry in &map.entries {
                // `Federated: *` and `Service: *` are no principals that AWS accepts for everybody.
                if entry.key == "AWS" || entry.key == "*" {
                    answer = answer.or(any_star(&entry.val));
                }
            }
            answer
        }
        _ => any_star(principal),
    }
}

fn any_star(val: &Val) -> Tri {
    val.items().iter().fold(Tri::No, |answer, item| answer.or(item.is("*")))
}

/// The values under one kind of principal (`AWS`, `Service`, `Federated`), `*` alone not among them.
pub fn principals<'a>(principal: &'a Val, kind: &str) -> &'a [Val] {
    principal.get(kind).items()
}

/// The account that a principal value of kind `AWS` names literally: an id, or the account of an ARN.
pub fn account_of(val: &Val) -> Option<&str> {
    let text = val.as_str()?;
    let id = if text.starts_with("arn:") { text.split(':').nth(4)? } else { text };
    (id.len() == 12 && id.bytes().all(|b| b.is_ascii_digit())).then_some(id)
}

/// Whether a `Condition` pins the caller: a positive operator on a key that an outsider cannot choose,
/// with a value that is not all wildcard.
pub fn pins_caller(condition: &Val) -> Tri {
    if condition.is_null() {
        return Tri::No;
    }
    let Some(map) = condition.as_map() else { return Tri::Unknown };
    let mut answer = if map.open { Tri::Unknown } else { Tri::No };
    for operator in &map.entries {
        let name = operator.key.to_ascii_lowercase();
        let base = name.rsplit(':').next().unwrap_or(&name).to_owned();
        let if_exists = base.ends_with("ifexists");
        let positive = matches!(
            base.trim_end_matches("ifexists"),
            "stringequals" | "stringequalsignorecase" | "stringlike" | "arnequals" | "arnlike" | "ipaddress"
        );
        // A key that may be absent pins nobody who can leave it out, and `Null: false` only asks for it.
        if !positive || if_exists || name.starts_with("forallvalues:") {
            continue;
        }
        let Some(keys) = operator.val.as_map() else {
            answer = answer.or(Tri::Unknown);
            continue;
        };
        for key in &keys.entries {
            let lower = key.key.to_ascii_lowercase();
            if PINNING.contains(&lower.as_str()) || lower.starts_with("aws:principaltag/") {
                answer = answer.or(narrow(&key.val, lower == "aws:sourceip"));
            }
        }
    }
    answer
}

/// Whether every value of a condition key leaves somebody out.
fn narrow(val: &Val, address: bool) -> Tri {
    let mut answer = Tri::Yes;
    for item in val.items() {
        let one = match item.as_str() {
            Some(text) if address => (!wide_range(text)).into(),
            Some(text) => (!all_wildcard(text)).into(),
            // References to own accounts, resources and parameters name somebody.
            None => match &item.state {
                State::Ref(_) | State::Partial(_) | State::Unknown(_) => Tri::Yes,
                State::Known(_) => Tri::Unknown,
            },
        };
        answer = answer.and(one);
    }
    answer
}

fn all_wildcard(text: &str) -> bool {
    // `arn:aws:sns:*:*:*` has only wildcards where an account or a name could stand.
    let mut fields = text.split(':');
    if fields.next() == Some("arn") {
        return text.splitn(6, ':').skip(3).all(|f| f.chars().all(|c| c == '*' || c == '/' || c == ':'));
    }
    !text.is_empty() && text.chars().all(|c| c == '*' || c == '?')
}

fn wide_range(text: &str) -> bool {
    let (address, bits) = text.split_once('/').unwrap_or((text, ""));
    let bits: u32 = bits.parse().unwrap_or(if address.contains(':') { 128 } else { 32 });
    if address.contains(':') { bits < 32 } else { bits < 8 }
}

/// Whether an Allow statement admits anybody at all: principal `*` and nothing that pins the caller.
pub fn is_public(statement: &Statement) -> Tri {
    if !statement.not_principal.is_null() {
        return statement.allows().and(pins_caller(&statement.condition).negate());
    }
    statement.allows().and(is_everyone(&statement.principal)).and(pins_caller(&statement.condition).negate())
}

/// Whether an action pattern covers an action; letter case does not matter.
pub fn action_matches(pattern: &Val, action: &str) -> Tri {
    match pattern.as_str() {
        Some(text) => glob(&text.to_ascii_lowercase(), &action.to_ascii_lowercase()).into(),
        None => Tri::Unknown,
    }
}

/// Whether a statement's action elements cover an action.
pub fn covers_action(statement: &Statement, action: &str) -> Tri {
    if !statement.not_actions.is_empty() {
        let named = statement.not_actions.iter().fold(Tri::No, |a, p| a.or(action_matches(p, action)));
        return named.negate();
    }
    statement.actions.iter().fold(Tri::No, |a, p| a.or(action_matches(p, action)))
}

/// Whether a statement's resource elements cover a node, or something in it.
pub fn covers_node(graph: &Graph, statement: &Statement, ix: NodeIx) -> Tri {
    if !statement.not_resources.is_empty() {
        return Tri::Unknown;
    }
    statement.resources.iter().fold(Tri::No, |a, r| a.or(resource_covers(graph, r, ix)))
}

fn resource_covers(graph: &Graph, resource: &Val, ix: NodeIx) -> Tri {
    if let Some(found) = graph.resolve(resource) {
        return (found == ix).into();
    }
    let Some(node) = graph.node(ix) else { return Tri::Unknown };
    match &resource.state {
        State::Known(Value::Str(text)) => text_covers(text, node),
        State::Partial(pieces) => {
            // Account, region and partition of the own stack fit; anything else is not known.
            let mut text = String::new();
            for piece in pieces.iter() {
                match piece {
                    Piece::Text(t) => text.push_str(t),
                    Piece::Hole(v) => match &v.state {
                        State::Ref(t) if matches!(**t, Target::Pseudo(_)) => text.push('*'),
                        _ => {
                            text.push_str("${}");
                        }
                    },
                }
            }
            if text.contains("${}") { possible(&text, node) } else { text_covers(&text, node) }
        }
        State::Ref(t) if matches!(**t, Target::Resource { .. }) => Tri::No,
        _ => Tri::Unknown,
    }
}

/// ARN parts of a node: service and what stands before its name.
fn arn_parts(node: &Node) -> Option<(&'static str, &'static str, &'static str)> {
    Some(match node.ty.as_str() {
        "AWS::S3::Bucket" => ("s3", "", "BucketName"),
        "AWS::SQS::Queue" => ("sqs", "", "QueueName"),
        "AWS::SNS::Topic" => ("sns", "", "TopicName"),
        "AWS::DynamoDB::Table" | "AWS::DynamoDB::GlobalTable" => ("dynamodb", "table/", "TableName"),
        "AWS::Lambda::Function" => ("lambda", "function:", "FunctionName"),
        "AWS::Kinesis::Stream" => ("kinesis", "stream/", "Name"),
        "AWS::Events::EventBus" => ("events", "event-bus/", "Name"),
        "AWS::StepFunctions::StateMachine" => ("states", "stateMachine:", "StateMachineName"),
        "AWS::SecretsManager::Secret" => ("secretsmanager", "secret:", "Name"),
        "AWS::KMS::Key" => ("kms", "key/", "KeyId"),
        "AWS::IAM::Role" => ("iam", "role/", "RoleName"),
        _ => return None,
    })
}

fn text_covers(text: &str, node: &Node) -> Tri {
    if text == "*" {
        return Tri::Yes;
    }
    let Some((service, before, key)) = arn_parts(node) else { return Tri::Unknown };
    let mut fields = text.splitn(6, ':');
    let (arn, _, named) = (fields.next(), fields.next(), fields.next().unwrap_or("*"));
    if arn != Some("arn") || !glob(named, service) {
        return Tri::No;
    }
    let tail = fields.nth(2).unwrap_or("*");
    if tail.chars().all(|c| c == '*') {
        return Tri::Yes;
    }
    let Some(rest) = tail.strip_prefix(before) else { return glob(tail, &format!("{before}x")).into() };
    let name = rest.split(if service == "s3" { '/' } else { '\n' }).next().unwrap_or(rest);
    if name.chars().all(|c| c == '*') {
        return Tri::Yes;
    }
    match node.props.get(key).as_str() {
        // A sub-resource (`table/orders/index/*`, `function:f:live`) is part of it.
        Some(own) => {
            (glob(name, own) || glob(name, &format!("{own}/x")) || name.starts_with(&format!("{own}/")))
                .into()
        }
        None => Tri::Unknown,
    }
}

fn possible(text: &str, node: &Node) -> Tri {
    let Some((service, _, _)) = arn_parts(node) else { return Tri::Unknown };
    match text.split(':').nth(2) {
        Some(named) if !named.contains("${}") && !glob(named, service) => Tri::No,
        _ => Tri::Unknown,
    }
}

/// Whether a role's statements let it do an action on a node. A Deny or a managed policy that could
/// change the answer makes it unknown; AWS managed policies are not looked into here.
pub fn may_do(graph: &Graph, role: &Role, action: &str, ix: NodeIx) -> Tri {
    let mut allowed = Tri::No;
    for s in &role.statements {
        let hits = covers_action(s, action).and(covers_node(graph, s, ix));
        match s.allows() {
            Tri::Yes => {
                let sure = if s.condition.is_null() { hits } else { hits.and(Tri::Unknown) };
                allowed = allowed.or(sure);
            }
            Tri::No if !hits.is_no() => {
                return if hits.is_yes() && s.condition.is_null() { Tri::No } else { Tri::Unknown };
            }
            _ => allowed = allowed.or(hits.and(Tri::Unknown)),
        }
    }
    if allowed.is_no() && role.managed.iter().any(|m| m.implied_by.is_none()) {
        Tri::Unknown
    } else {
        allowed
    }
}

/// The statement that lets a role do an action on a node, for labels.
pub fn allowing<'a>(graph: &Graph, role: &'a Role, action: &str, ix: NodeIx) -> Option<&'a Statement> {
    role.statements.iter().find(|s| {
        s.allows().is_yes() && covers_action(s, action).is_yes() && covers_node(graph, s, ix).is_yes()
    })
}
