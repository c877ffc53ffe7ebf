//! serverless-iam-roles-per-function (1 to 3): a function with `iamRoleStatements` gets a role of its own.

use palisade_graph::{Val, Via};
use palisade_source::Span;
use smol_str::format_smolstr;

use super::super::build::{At, Cause, truthy};
use super::super::role::{self, DEFAULT, RoleDraft, log_group_arn, statement, vpc_policy};
use super::super::service::{Draft, Function, Service};
use super::{custom, in_use};

const NAME: &str = "serverless-iam-roles-per-function";
const KEYS: [&str; 4] =
    ["iamRoleStatements", "iamRoleStatementsInherit", "iamRoleStatementsName", "iamPermissionsBoundary"];

pub(super) fn compile(draft: &mut Draft<'_>) {
    let service = draft.service;
    let spans: Vec<Span> = service
        .functions
        .iter()
        .filter_map(|f| KEYS.iter().find_map(|k| f.val.entry(k)).map(|e| e.key_span))
        .collect();
    let names = [NAME, "serverless-iam-roles-per-function-v4"];
    if !in_use(service, &names, "iamRoleStatements", spans) {
        return;
    }
    let settings = custom(service, NAME).map(|(val, _)| val).unwrap_or_default();
    for function in &service.functions {
        let Some(e) = function.val.entry("iamRoleStatements") else { continue };
        if role::custom(service, function).is_some() || draft.role.is_none() {
            continue;
        }
        let role = own_role(service, function, e.key_span, &e.val, &settings);
        let id = format_smolstr!("{}{DEFAULT}", function.normalized());
        draft.template.add(id.clone(), role.finish());
        let at = At(e.key_span);
        if let Some(made) = draft.template.resources.get_mut(&function.id) {
            made.prop("Role", at.get_att(id.clone(), "Arn"));
            *made = made.clone().depends([id.clone()]);
        }
        for made in draft.template.resources.values_mut() {
            let theirs = made.implied_by.as_deref() == Some(function.id.as_str());
            if theirs && made.props.get("EventSourceArn").is_some() {
                made.attribute("DependsOn", at.list([at.str(id.clone())]));
            }
        }
    }
}

fn own_role(
    service: &Service<'_>,
    function: &Function,
    key: Span,
    written: &Val,
    settings: &Val,
) -> RoleDraft {
    let cause = Cause { key, block: written.span.or(key), id: function.id.clone() };
    let at = cause.at();
    let provider = &service.provider;
    let path = provider.at("iam.role.path");
    let mut props = vec![("Path", if truthy(path) { path.clone() } else { at.str("/") })];
    let name = function.get("iamRoleStatementsName");
    props.push(("RoleName", if truthy(name) { name.clone() } else { role_name(service, function, at) }));
    let boundaries = [
        function.get("iamPermissionsBoundary"),
        settings.get("iamGlobalPermissionsBoundary"),
        provider.at("iam.role.permissionsBoundary"),
        provider.at("iam.role.permissionBoundary"),
        provider.get("rolePermissionsBoundary"),
    ];
    if let Some(boundary) = boundaries.into_iter().find(|b| truthy(b)) {
        props.push(("PermissionsBoundary", boundary.clone()));
    }
    let mut role = RoleDraft {
        trust: vec![at.str("lambda.amazonaws.com")],
        statements: Vec::new(),
        managed: Vec::new(),
        open: (false, false),
        props,
        policy_name: at.join("-", [service.name.clone(), service.stage.clone(), at.str("lambda")]),
        cause,
    };
    let actions = ["logs:CreateLogStream", "logs:CreateLogGroup", "logs:PutLogEvents"];
    let groups = At(function.key_span).list([log_group_arn(at, function.name.clone(), ":*:*")]);
    role.statements.push(statement("Allow", &actions, groups, function.key_span));
    let vpc = function.val.entry("vpc").filter(|e| truthy(&e.val));
    if let Some(e) = vpc.or_else(|| provider.entry("vpc").filter(|e| truthy(&e.val))) {
        role.managed.push(vpc_policy(e.key_span));
    }
    implied(function, &mut role);
    let default = truthy(settings.get("defaultInherit"));
    let inherit = function.get("iamRoleStatementsInherit");
    let inherits = truthy(inherit) || (default && inherit.as_bool() != Some(false));
    if inherits {
        let shared = if provider.get("iam").is_null() {
            provider.get("iamRoleStatements")
        } else {
            provider.at("iam.role.statements")
        };
        let (statements, open) = role::items(shared);
        role.statements.extend(statements.into_iter().map(|s| s.through(Via::Inherited, function.key_span)));
        role.open.0 |= open;
    }
    let (statements, open) = role::items(written);
    role.statements.extend(statements);
    role.open.0 |= open;
    role
}

/// `<service>-<stage>-<function>-<region>-lambdaRole`, without the last word where that is too long.
fn role_name(service: &Service<'_>, function: &Function, at: At) -> Val {
    let mut parts =
        vec![service.name.clone(), service.stage.clone(), at.str(function.key.clone()), at.pseudo("Region")];
    let length = |parts: &[Val]| -> usize {
        let own: usize = parts
            .iter()
            .map(|p| if p.as_map().is_some() { service.region.display().len() } else { p.display().len() })
            .sum();
        own + parts.len().saturating_sub(1)
    };
    parts.push(at.str("lambdaRole"));
    if length(&parts) > 64 {
        parts.pop();
    }
    at.join("-", parts)
}

/// What the plugin adds for the function's own events.
fn implied(function: &Function, role: &mut RoleDraft) {
    let (mut tables, mut streams) = (Vec::new(), Vec::new());
    let (mut first_table, mut first_stream) = (None, None);
    for event in function.events_of("stream") {
        let arn = if event.get("arn").is_null() { &event.val } else { event.get("arn") };
        let kind = event.get("type").as_str().map(str::to_owned);
        let kind = kind.unwrap_or_else(|| arn.display().split(':').nth(2).unwrap_or("").to_owned());
        if kind == "dynamodb" {
            tables.push(arn.clone());
            first_table = first_table.or(Some(event.key_span));
        } else {
            streams.push(arn.clone());
            first_stream = first_stream.or(Some(event.key_span));
        }
    }
    if let Some(span) = first_table {
        let actions = [
            "dynamodb:GetRecords",
            "dynamodb:GetShardIterator",
            "dynamodb:DescribeStream",
            "dynamodb:ListStreams",
        ];
        role.grant(&actions, At(span).list(tables), span);
    }
    if let Some(span) = first_stream {
        let actions = [
            "kinesis:GetRecords",
            "kinesis:GetShardIterator",
            "kinesis:DescribeStream",
            "kinesis:ListStreams",
        ];
        role.grant(&actions, At(span).list(streams), span);
    }
    let queues: Vec<_> = function.events_of("sqs").collect();
    if let Some(first) = queues.first() {
        let arns =
            queues.iter().map(|e| if e.get("arn").is_null() { e.val.clone() } else { e.get("arn").clone() });
        let actions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
        role.grant(&actions, first.at().list(arns), first.key_span);
    }
    if let Some(e) = function.val.entry("onError").filter(|e| truthy(&e.val)) {
        role.grant(&["sns:Publish"], e.val.clone(), e.key_span);
    }
}
