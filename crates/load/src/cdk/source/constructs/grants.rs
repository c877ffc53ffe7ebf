//! `x.grantRead(role)` and its like: what they allow, from a table that was made by synthesising each of them.

use std::collections::HashMap;
use std::sync::LazyLock;

use palisade_graph::{Reason, Val};
use palisade_source::Span;
use smol_str::SmolStr;

use super::super::interpret::{Handle, Place, Value, concat};
use super::{Library, iam, kms, policy, pseudo, resource_policy};

const TABLE: &str = include_str!("../../../../data/cdk/grants.tsv");

/// Stands for what the program hands to the method.
const GIVEN: &str = "palisade:Given";

/// A statement of a grant.
struct Row {
    when: &'static str,
    actions: Vec<&'static str>,
    resources: Vec<&'static str>,
    condition: &'static str,
}

/// Statements by class and method.
static ROWS: LazyLock<HashMap<(&str, &str), Vec<Row>>> = LazyLock::new(|| {
    let mut rows: HashMap<(&str, &str), Vec<Row>> = HashMap::new();
    for line in TABLE.lines().filter(|l| !l.starts_with('#')) {
        let mut cells = line.split('\t');
        let mut cell = || cells.next().unwrap_or_default();
        let (class, method, when) = (cell(), cell(), cell());
        let actions = cell().split(' ').collect();
        let resources = cell().split(' ').collect();
        let row = Row { when, actions, resources, condition: cell() };
        rows.entry((class, method)).or_default().push(row);
    }
    rows
});

/// The class under which the table has a construct.
fn listed(class: &str) -> &str {
    match class {
        "aws_dynamodb.TableV2" => "aws_dynamodb.Table",
        "aws_rds.DatabaseInstanceFromSnapshot" | "aws_rds.DatabaseInstanceReadReplica" => {
            "aws_rds.DatabaseInstance"
        }
        "aws_rds.DatabaseClusterFromSnapshot" => "aws_rds.DatabaseCluster",
        "aws_rds.ServerlessClusterFromSnapshot" => "aws_rds.ServerlessCluster",
        "aws_cloudfront.CloudFrontWebDistribution" => "aws_cloudfront.Distribution",
        "aws_ecr_assets.DockerImageAsset" => "aws_ecr.Repository",
        other => other,
    }
}

/// A statement whose resources depend on what the program does later: a table gets its indexes after the grant.
pub struct Late {
    /// The table.
    on: Handle,
    /// The policy, and which of its statements.
    statement: (SmolStr, usize),
    /// What is added once the table has an index.
    resource: Val,
}

/// Methods that grant.
pub fn call(
    lib: &mut Library<'_>,
    on: Handle,
    method: &str,
    arguments: &[Value],
    at: Place,
) -> Option<Value> {
    let class = lib.class(on).to_owned();
    if let Some(done) = indexes(lib, on, &class, method) {
        return Some(done);
    }
    if !method.starts_with("grant") {
        return None;
    }
    let rows = ROWS.get(&(listed(&class), method))?;
    let first = arguments.first().cloned().unwrap_or_default();
    let who = match &first {
        Value::Map(_) => {
            ["grantee", "identity"].iter().map(|n| first.get(n)).find(|v| !v.is_null()).unwrap_or_default()
        }
        other => other.clone(),
    };
    let given: Vec<Value> = arguments.iter().skip(1).flat_map(given_actions).collect();
    let principal = who.handle().and_then(|h| lib.get(h)).is_some_and(|o| !o.construct);
    let mut last = None;
    for row in rows {
        match row.when {
            "key" if kms::key_of(lib, on).is_none() => continue,
            "stream" if !has_stream(lib, on) => continue,
            _ => {}
        }
        let resources: Vec<Val> =
            row.resources.iter().map(|t| resource(lib, on, t, &given, at.block)).collect();
        if row.when == "index" {
            if let (Some(statement), Some(resource)) = (last.clone(), resources.into_iter().next()) {
                lib.late.push(Late { on, statement, resource });
            }
            continue;
        }
        let actions: Vec<Val> = row
            .actions
            .iter()
            .flat_map(|a| match *a {
                GIVEN => given.iter().map(|v| lib.val(v)).collect(),
                action => vec![Val::str(action, at.block)],
            })
            .collect();
        let mut statement = Val::object(
            [
                ("Effect", Val::str("Allow", at.block)),
                ("Action", Val::list(actions, at.block)),
                ("Resource", Val::list(resources, at.block)),
            ],
            at.block,
        );
        if let Ok(condition) = serde_json::from_str::<serde_json::Value>(row.condition) {
            super::set_at(&mut statement, &["Condition"], at.block, json(&condition, at.block));
        }
        if principal {
            let target = match row.when {
                "key" => kms::key_of(lib, on),
                _ => Some(on),
            };
            if let Some(target) = target {
                to_principal(lib, target, &who, statement, at);
            }
            continue;
        }
        last = policy::grant_at(lib, &who, statement, at);
    }
    let grant = Val::unknown(Reason::NeedsCode, "grant", at.key);
    Some(Value::Host(lib.plain("aws_iam.Grant", Value::null(), grant, at)))
}

/// What a grant has in the way of actions: a text, or texts in a list or under their name.
fn given_actions(argument: &Value) -> Vec<Value> {
    match argument {
        Value::Map(_) => argument.get("actions").items(),
        other => other.items(),
    }
}

/// A principal that is no construct of the application gets its statement in the resource's own policy.
fn to_principal(lib: &mut Library<'_>, on: Handle, who: &Value, mut statement: Val, at: Place) {
    let principal = iam::principal_val(lib, who);
    super::set_at(&mut statement, &["Principal"], at.block, principal);
    if let Some(conditions) = who.handle().map(|h| lib.set(h, "conditions"))
        && !conditions.is_null()
    {
        let conditions = lib.val(&conditions);
        super::set_at(&mut statement, &["Condition"], at.block, conditions);
    }
    resource_policy::add(lib, on, statement, at);
}

/// Methods by which a table gets an index.
fn indexes(lib: &mut Library<'_>, on: Handle, class: &str, method: &str) -> Option<Value> {
    let table = matches!(class, "aws_dynamodb.Table" | "aws_dynamodb.TableV2");
    if !table || !matches!(method, "addGlobalSecondaryIndex" | "addLocalSecondaryIndex") {
        return None;
    }
    lib.put(on, "hasIndex", Value::Val(Val::bool(true, Span::NONE)));
    Some(Value::null())
}

fn has_index(lib: &Library<'_>, on: Handle) -> bool {
    let given = [
        "globalSecondaryIndexes",
        "localSecondaryIndexes",
        "globalIndexes",
        "localIndexes",
        "grantIndexPermissions",
    ];
    !lib.set(on, "hasIndex").is_null() || given.iter().any(|n| !lib.prop(on, n).items().is_empty())
}

fn has_stream(lib: &Library<'_>, on: Handle) -> bool {
    ["stream", "dynamoStream", "tableStreamArn", "kinesisStream"].iter().any(|n| !lib.prop(on, n).is_null())
}

/// Statements get the resources that are known only when the program has ended.
pub fn finish(lib: &mut Library<'_>) {
    for late in std::mem::take(&mut lib.late) {
        if has_index(lib, late.on) {
            let (policy, n) = late.statement;
            lib.extend_statement(&policy, n, late.resource);
        }
    }
}

/// The text of a resource in the table, for a construct.
fn resource(lib: &Library<'_>, on: Handle, template: &str, given: &[Value], span: Span) -> Val {
    let pattern = given.first().filter(|_| lib.class(on) == "aws_s3.Bucket");
    if let (Some(pattern), Some(before)) = (pattern, template.strip_suffix("/*")) {
        let parts = vec![resource(lib, on, before, &[], span), Val::str("/", span), lib.val(pattern)];
        return concat(parts, span);
    }
    let mut parts: Vec<Val> = Vec::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, tail) = after.split_once('}').unwrap_or((after, ""));
        let val = attribute(lib, on, name, span);
        // The name of a parameter with a path begins with the slash that the ARN has.
        let slash = before.ends_with(":parameter/") && val.display().starts_with('/');
        parts.push(Val::str(if slash { before.trim_end_matches('/') } else { before }, span));
        parts.push(val);
        rest = tail;
    }
    match rest.split_once(GIVEN) {
        Some((before, after)) => {
            parts.push(Val::str(before, span));
            parts.push(match given.first() {
                Some(value) => lib.val(value),
                None => Val::unknown(Reason::NeedsCode, "user", span),
            });
            parts.push(Val::str(after, span));
        }
        None => parts.push(Val::str(rest, span)),
    }
    parts.retain(|p| p.as_str() != Some(""));
    match parts.as_slice() {
        [only] => {
            let mut only = only.clone();
            only.span = span;
            only
        }
        _ => concat(parts, span),
    }
}

/// `Arn`, `Ref`, `key.Arn`, `AWS::Region`.
fn attribute(lib: &Library<'_>, on: Handle, name: &str, span: Span) -> Val {
    if name.starts_with("AWS::") {
        return pseudo(name, span);
    }
    let (target, name) = match name.split_once('.') {
        Some(("key", name)) => (kms::key_of(lib, on), name),
        Some(("secret", name)) => (lib.set(on, "secret").handle(), name),
        Some((_, name)) => (lib.prop(on, "webSocketApi").handle(), name),
        None => (Some(on), name),
    };
    let Some(target) = target else { return Val::unknown(Reason::NeedsCode, name, span) };
    match name {
        "Arn" => lib.arn(&Value::Host(target)),
        "Ref" if super::arn_is_ref(lib.class(target)) => lib.arn(&Value::Host(target)),
        "Ref" => lib.get(target).map(|o| o.value.clone()).unwrap_or_default(),
        "StreamArn" => {
            let given = lib.prop(target, "tableStreamArn");
            if given.is_null() { lib.attribute(target, "StreamArn") } else { lib.val(&given) }
        }
        other => lib.attribute(target, other),
    }
}

fn json(value: &serde_json::Value, span: Span) -> Val {
    match value {
        serde_json::Value::Object(map) => {
            Val::object(map.iter().map(|(k, v)| (k.as_str(), json(v, span))), span)
        }
        serde_json::Value::Bool(b) => Val::bool(*b, span),
        other => Val::str(other.as_str().unwrap_or_default(), span),
    }
}

/// Static functions that grant.
pub fn static_call(lib: &mut Library<'_>, path: &str, arguments: &[Value], at: Place) -> Option<Value> {
    let first = arguments.first().cloned().unwrap_or_default();
    let who = if matches!(first, Value::Map(_)) { first.get("grantee") } else { first.clone() };
    let (actions, resources): (Vec<Val>, Vec<Val>) = match path {
        "aws_cloudwatch.Metric.grantPutMetricData" => one("cloudwatch:PutMetricData", at),
        "aws_events.EventBus.grantAllPutEvents" | "aws_events.EventBus.grantPutEvents" => {
            one("events:PutEvents", at)
        }
        "aws_dynamodb.Table.grantListStreams" => one("dynamodb:ListStreams", at),
        "aws_iam.Grant.addToPrincipal" | "aws_iam.Grant.addToPrincipalOrResource" => (
            first.get("actions").items().iter().map(|v| lib.val(v)).collect(),
            first.get("resourceArns").items().iter().map(|v| lib.arn(v)).collect(),
        ),
        _ => return None,
    };
    let statement = Val::object(
        [
            ("Effect", Val::str("Allow", at.block)),
            ("Action", Val::list(actions, at.block)),
            ("Resource", Val::list(resources, at.block)),
        ],
        at.block,
    );
    policy::grant(lib, &who, statement, at);
    let grant = Val::unknown(Reason::NeedsCode, "grant", at.key);
    Some(Value::Host(lib.plain("aws_iam.Grant", Value::null(), grant, at)))
}

fn one(action: &str, at: Place) -> (Vec<Val>, Vec<Val>) {
    (vec![Val::str(action, at.block)], vec![Val::str("*", at.block)])
}
