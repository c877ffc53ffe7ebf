//! serverless-step-functions (1 to 3): state machines, the roles they run as, and what starts them.

use indexmap::IndexMap;
use palisade_graph::{Entry, List, State, Val, Value, Via};
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::super::build::{At, Cause, Made, default_bool, default_str, truthy};
use super::super::events::{http::Resources, rest_api};
use super::super::naming;
use super::super::service::{Draft, Service};
use super::{in_use, section};

/// A state machine of the service.
struct Machine<'s> {
    key: &'s SmolStr,
    id: SmolStr,
    val: &'s Val,
    cause: Cause,
}

/// What a task lets the machine's role do.
struct Permission {
    actions: &'static [&'static str],
    resources: Vec<Val>,
    span: Span,
}

pub(super) fn compile(draft: &mut Draft<'_>) {
    let service = draft.service;
    let Some((settings, key)) = section(service, "stepFunctions") else { return };
    if !in_use(service, &["serverless-step-functions"], "stepFunctions", vec![key]) {
        return;
    }
    let machines = super::super::shapes::resources(settings.get("stateMachines"));
    let mut http = Vec::new();
    for e in machines.entries() {
        let own = [e.val.get("id"), e.val.get("name")].into_iter().find(|v| truthy(v));
        let id = if let Some(name) = own {
            naming::normalized(&name.display())
        } else {
            format_smolstr!("{}StepFunctionsStateMachine", naming::normalized(&e.key))
        };
        let cause = Cause { key: e.key_span, block: e.val.span.or(e.key_span), id: id.clone() };
        let machine = Machine { key: &e.key, id, val: &e.val, cause };
        state_machine(draft, &machine);
        events(draft, &machine, &mut http);
    }
    for name in settings.get("activities").items() {
        let id = format_smolstr!("{}StepFunctionsActivity", naming::normalized(&name.display()));
        let cause = Cause { key: name.span, block: name.span, id: id.clone() };
        let mut made = Made::new("AWS::StepFunctions::Activity", &cause, [("Name", name.clone())]);
        made.implied_by = None;
        draft.template.add(id, made);
    }
    api(draft, &http);
}

fn state_machine(draft: &mut Draft<'_>, machine: &Machine<'_>) {
    let service = draft.service;
    let (val, at) = (machine.val, machine.cause.at());
    let definition = translate(service, val.get("definition"), 0);
    let own = val.get("role");
    let role_id = format_smolstr!("{}Role", machine.id);
    let role = if truthy(own) { own.clone() } else { at.get_att(role_id.clone(), "Arn") };
    let text = definition.as_map().is_none();
    let logging = val.get("loggingConfig");
    let logging = if truthy(logging) {
        let at = At(logging.span);
        let destination =
            |arn: &Val| at.obj([("CloudWatchLogsLogGroup", at.obj([("LogGroupArn", arn.clone())]))]);
        let destinations = logging.get("destinations");
        let level = logging.get("level");
        at.obj([
            ("Level", if level.is_null() { default_str("OFF", at.0) } else { level.clone() }),
            ("IncludeExecutionData", switch(logging.get("includeExecutionData"), at.0)),
            (
                "Destinations",
                if destinations.is_null() {
                    Val::null().clone()
                } else {
                    at.list(destinations.items().iter().map(destination))
                },
            ),
        ])
    } else {
        Val::null().clone()
    };
    let tracing = val.get("tracingConfig");
    let tracing = if truthy(tracing) {
        At(tracing.span).obj([("Enabled", switch(tracing.get("enabled"), tracing.span))])
    } else {
        Val::null().clone()
    };
    let encryption = val.get("encryptionConfig");
    let encryption = if truthy(encryption) {
        At(encryption.span).obj([
            ("KmsDataKeyReusePeriodSeconds", encryption.get("KmsDataKeyReusePeriodSeconds").clone()),
            ("KmsKeyId", encryption.get("KmsKeyId").clone()),
            ("Type", encryption.get("Type").clone()),
        ])
    } else {
        Val::null().clone()
    };
    let mut made = Made::new(
        "AWS::StepFunctions::StateMachine",
        &machine.cause,
        [
            (if text { "DefinitionString" } else { "Definition" }, definition.clone()),
            ("RoleArn", role),
            ("StateMachineType", val.get("type").clone()),
            ("StateMachineName", val.get("name").clone()),
            ("LoggingConfiguration", logging),
            ("TracingConfiguration", tracing),
            ("EncryptionConfiguration", encryption),
        ],
    );
    made.name = Some(machine.key.clone());
    made.implied_by = None;
    let depends = val.get("dependsOn").items().iter().filter_map(|d| d.as_str().map(SmolStr::new));
    let made = made.depends((!truthy(own)).then(|| role_id.clone())).depends(depends);
    draft.template.add(machine.id.clone(), made);
    if !truthy(own) {
        let made = role_of(service, machine, &definition);
        draft.template.add(role_id, made);
    }
    draft.template.output(&format!("{}Arn", machine.id), at, at.reference(machine.id.clone()));
}

fn switch(val: &Val, span: Span) -> Val {
    if val.is_null() { default_bool(false, span) } else { val.clone() }
}

/// Functions of the service may be named by their keys in `Ref` and `Fn::GetAtt`; `#{…}` stands for
/// `Fn::Sub`.
fn translate(service: &Service<'_>, val: &Val, depth: usize) -> Val {
    if depth > 200 {
        return val.clone();
    }
    match &val.state {
        State::Known(Value::Map(map)) => {
            let id = |name: &Val| match name.as_str().and_then(|n| service.function(n)) {
                Some(function) => At(name.span).str(function.id.clone()),
                None => name.clone(),
            };
            let inner = |e: &Entry| {
                let new = match e.key.as_str() {
                    "Ref" => id(&e.val),
                    "Fn::GetAtt" => {
                        let mut items = match e.val.as_str().and_then(|t| t.split_once('.')) {
                            Some((id, attribute)) => {
                                vec![Val::str(id, e.val.span), Val::str(attribute, e.val.span)]
                            }
                            None => e.val.items().to_vec(),
                        };
                        if let Some(first) = items.first_mut() {
                            *first = id(first);
                        }
                        Val::list(items, e.val.span)
                    }
                    _ => translate(service, &e.val, depth + 1),
                };
                Entry { val: new, ..e.clone() }
            };
            Val { via: val.via.clone(), ..Val::map(map.entries.iter().map(inner).collect(), val.span) }
        }
        State::Known(Value::List(list)) => {
            let items = list.items.iter().map(|v| translate(service, v, depth + 1)).collect();
            let list = List { items, open: list.open };
            Val { state: State::Known(Value::List(list.into())), ..val.clone() }
        }
        State::Known(Value::Str(text)) if text.contains("#{") => {
            At(val.span).sub(At(val.span).str(text.replace("#{", "${")))
        }
        _ => val.clone(),
    }
}

/// The role of a machine: what its tasks need, and the statements of the author.
fn role_of(service: &Service<'_>, machine: &Machine<'_>, definition: &Val) -> Made {
    let val = machine.val;
    let at = machine.cause.at();
    let mut permissions = Vec::new();
    let mut open = definition.as_map().is_none();
    tasks(service, definition.get("States"), &mut permissions, &mut open, 0);
    let extra: [(&str, &'static [&'static str]); 2] = [
        (
            "loggingConfig",
            &[
                "logs:CreateLogDelivery",
                "logs:GetLogDelivery",
                "logs:UpdateLogDelivery",
                "logs:DeleteLogDelivery",
                "logs:ListLogDeliveries",
                "logs:PutResourcePolicy",
                "logs:DescribeResourcePolicies",
                "logs:DescribeLogGroups",
            ],
        ),
        (
            "tracingConfig",
            &[
                "xray:PutTraceSegments",
                "xray:PutTelemetryRecords",
                "xray:GetSamplingRules",
                "xray:GetSamplingTargets",
            ],
        ),
    ];
    for (key, actions) in extra {
        if let Some(e) = val.entry(key).filter(|e| truthy(&e.val)) {
            permissions.push(Permission {
                actions,
                resources: vec![At(e.key_span).str("*")],
                span: e.key_span,
            });
        }
    }
    let keys = val.get("kmsKeyArns");
    if truthy(keys) {
        permissions.push(Permission {
            actions: &[
                "kms:Decrypt",
                "kms:Encrypt",
                "kms:ReEncrypt*",
                "kms:GenerateDataKey*",
                "kms:DescribeKey",
            ],
            resources: keys.items().to_vec(),
            span: keys.span,
        });
    }
    let own = val.get("iamRoleStatements");
    let mut statements = consolidated(permissions);
    if statements.is_empty() && own.items().is_empty() && !open {
        let deny = at.obj([("Effect", at.str("Deny")), ("Action", at.str("*")), ("Resource", at.str("*"))]);
        statements.push(deny.through(Via::Implied, machine.cause.key));
    }
    let (written, more) = super::super::role::items(own);
    statements.extend(written);
    let list = Val::known(Value::List(List { items: statements, open: open || more }.into()), at.0);
    let document = at.obj([("Version", at.str("2012-10-17")), ("Statement", list)]);
    let name = at.concat([service.stage.clone(), at.str("-"), service.name.clone(), at.str("-statemachine")]);
    let policy = at.obj([("PolicyName", name), ("PolicyDocument", document)]);
    let principal = at.sub(at.str("states.${AWS::Region}.amazonaws.com"));
    let mut made = Made::new(
        "AWS::IAM::Role",
        &machine.cause,
        [("AssumeRolePolicyDocument", trust(at, principal)), ("Policies", at.list([policy]))],
    );
    made.prop("PermissionsBoundary", service.provider.get("rolePermissionsBoundary").clone());
    made.prop("Path", service.provider.at("iam.role.path").clone());
    made
}

fn trust(at: At, principal: Val) -> Val {
    let statement = at.obj([
        ("Effect", at.str("Allow")),
        ("Principal", at.obj([("Service", principal)])),
        ("Action", at.str("sts:AssumeRole")),
    ]);
    at.obj([("Version", at.str("2012-10-17")), ("Statement", at.list([statement]))])
}

/// One statement for all permissions of the same actions.
fn consolidated(permissions: Vec<Permission>) -> Vec<Val> {
    let mut by_actions: IndexMap<&[&str], (Vec<Val>, Span)> = IndexMap::new();
    for permission in permissions {
        let (resources, _) =
            by_actions.entry(permission.actions).or_insert_with(|| (Vec::new(), permission.span));
        for resource in permission.resources {
            if !resources.iter().any(|r| r.same(&resource)) {
                resources.push(resource);
            }
        }
    }
    let mut out = Vec::new();
    for (actions, (resources, span)) in by_actions {
        let at = At(span);
        let all = resources.iter().find(|r| r.as_str() == Some("*")).cloned();
        let resource = all.unwrap_or_else(|| at.list(resources));
        out.push(
            at.obj([("Effect", at.str("Allow")), ("Action", at.strs(actions)), ("Resource", resource)])
                .through(Via::Implied, span),
        );
    }
    out
}

/// Collects what the tasks of a machine need; `open` where a task is not understood.
fn tasks(service: &Service<'_>, states: &Val, out: &mut Vec<Permission>, open: &mut bool, depth: usize) {
    if depth > 64 {
        *open = true;
        return;
    }
    *open |= !states.is_null() && states.as_map().is_none();
    for e in states.entries() {
        let state = &e.val;
        match state.get("Type").as_str() {
            Some("Task") => task(service, state, out, open),
            Some("Parallel") => {
                for branch in state.get("Branches").items() {
                    tasks(service, branch.get("States"), out, open, depth + 1);
                }
            }
            Some("Map") => {
                let inner = state.get("ItemProcessor");
                let inner = if inner.is_null() { state.get("Iterator") } else { inner };
                tasks(service, inner.get("States"), out, open, depth + 1);
                *open |= !state.get("ItemReader").is_null() || !state.get("ResultWriter").is_null();
            }
            _ => {}
        }
    }
}

fn task(service: &Service<'_>, state: &Val, out: &mut Vec<Permission>, open: &mut bool) {
    let resource = state.get("Resource");
    let at = At(resource.span);
    let shown = resource.display();
    let parameters = state.get(if state.get("Arguments").is_null() { "Parameters" } else { "Arguments" });
    // A parameter whose name ends in `.$`, or a JSONata expression, is only known when the machine runs.
    let parameter = |name: &str| -> Option<Val> {
        if !parameters.get(&format!("{name}.$")).is_null() {
            return Some(at.str("*"));
        }
        let val = parameters.get(name);
        if val.as_str().is_some_and(|t| t.starts_with("{%")) {
            return Some(at.str("*"));
        }
        (!val.is_null()).then(|| val.clone())
    };
    let mut push = |actions: &'static [&'static str], resources: Vec<Val>| {
        out.push(Permission { actions, resources, span: resource.span });
    };
    let action = shown.split(":::").nth(1).map(|a| a.split('.').next().unwrap_or(a));
    match action {
        Some("lambda:invoke") => match parameter("FunctionName") {
            Some(name) if name.as_str() == Some("*") => push(&["lambda:InvokeFunction"], vec![name]),
            Some(name) => push(&["lambda:InvokeFunction"], invoked(service, &name)),
            None => *open = true,
        },
        Some("sqs:sendMessage") => match parameter("QueueUrl") {
            Some(url) => push(&["sqs:SendMessage"], vec![queue(at, &url)]),
            None => *open = true,
        },
        Some("sns:publish") => match parameter("TopicArn") {
            Some(arn) => push(&["sns:Publish"], vec![arn]),
            None => *open = true,
        },
        Some("states:startExecution") => match parameter("StateMachineArn") {
            Some(arn) => push(&["states:StartExecution"], vec![arn]),
            None => *open = true,
        },
        Some("events:putEvents") => {
            let bus = |entry: &Val| {
                let name = entry.get("EventBusName");
                let name = if name.is_null() { at.str("default") } else { name.clone() };
                at.arn("events", [at.str(":event-bus/"), name])
            };
            push(&["events:PutEvents"], parameters.get("Entries").items().iter().map(bus).collect());
        }
        Some(other) => match table_action(other) {
            Some(actions) => match parameter("TableName") {
                Some(name) if name.as_str() == Some("*") => push(actions, vec![name]),
                Some(name) => push(actions, vec![at.arn("dynamodb", [at.str(":table/"), name])]),
                None => *open = true,
            },
            None => *open = true,
        },
        // The function itself, by its ARN.
        None if resource.as_map().is_some() || shown.contains(":lambda:") => {
            push(&["lambda:InvokeFunction"], invoked(service, resource));
        }
        None => *open = true,
    }
}

fn table_action(action: &str) -> Option<&'static [&'static str]> {
    Some(match action.trim_start_matches("aws-sdk:") {
        "dynamodb:updateItem" => &["dynamodb:UpdateItem"],
        "dynamodb:putItem" => &["dynamodb:PutItem"],
        "dynamodb:getItem" => &["dynamodb:GetItem"],
        "dynamodb:deleteItem" => &["dynamodb:DeleteItem"],
        "dynamodb:updateTable" => &["dynamodb:UpdateTable"],
        "dynamodb:query" => &["dynamodb:Query"],
        "dynamodb:scan" => &["dynamodb:Scan"],
        _ => return None,
    })
}

/// A function and its versions, as a resource of the role.
fn invoked(service: &Service<'_>, function: &Val) -> Vec<Val> {
    let at = At(function.span);
    let prefix = "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:";
    // A name is not what a policy takes; an ARN is.
    let known = function.get("Ref").as_str().and_then(|id| service.functions.iter().find(|f| f.id == id));
    let name = match (known, function.as_str()) {
        (Some(f), _) => f.name.clone(),
        (None, Some(text)) if text.starts_with("arn:") => {
            return vec![function.clone(), at.str(format!("{text}:*"))];
        }
        (None, Some(_)) => function.clone(),
        (None, None) => {
            let variables = at.obj([("functionArn", function.clone())]);
            let versions = at.obj([("Fn::Sub", at.list([at.str("${functionArn}:*"), variables]))]);
            return vec![function.clone(), versions];
        }
    };
    let all = at.concat([at.str(prefix), name.clone(), at.str(":*")]);
    vec![at.sub(at.concat([at.str(prefix), name])), at.sub(all)]
}

/// ARN of the queue behind a URL.
fn queue(at: At, url: &Val) -> Val {
    if let Some(id) = url.get("Ref").as_str() {
        return at.get_att(id, "Arn");
    }
    let Some(text) = url.as_str().filter(|t| *t != "*") else { return at.str("*") };
    let mut parts = text.trim_start_matches("https://").split('/');
    let (host, account, name) = (parts.next(), parts.next(), parts.next());
    match (host.and_then(|h| h.split('.').nth(1)), account, name) {
        (Some(region), Some(account), Some(name)) => at.str(format!("arn:aws:sqs:{region}:{account}:{name}")),
        _ => at.str("*"),
    }
}

/// What starts a machine beside calls of its API; `http` events are gathered.
fn events(draft: &mut Draft<'_>, machine: &Machine<'_>, http: &mut Vec<(SmolStr, Entry)>) {
    let (mut schedules, mut rules) = (0, 0);
    for item in machine.val.get("events").items() {
        for e in item.entries().iter().filter(|e| truthy(&e.val)) {
            match e.key.as_str() {
                "schedule" => {
                    schedules += 1;
                    schedule(draft, machine, e, schedules);
                }
                "cloudwatchEvent" | "eventBridge" => {
                    rules += 1;
                    rule(draft, machine, e, rules);
                }
                "http" => http.push((machine.id.clone(), e.clone())),
                _ => {}
            }
        }
    }
}

/// A role that lets a service start the machine.
fn starter(
    draft: &mut Draft<'_>,
    machine: &Machine<'_>,
    cause: &Cause,
    id: SmolStr,
    principal: &str,
    word: &str,
) {
    let at = cause.at();
    let service = draft.service;
    let statement = at
        .obj([
            ("Effect", at.str("Allow")),
            ("Action", at.strs(&["states:StartExecution"])),
            ("Resource", at.reference(machine.id.clone())),
        ])
        .through(Via::Implied, cause.key);
    let name = at.concat([
        service.stage.clone(),
        at.str("-"),
        service.region.clone(),
        at.str("-"),
        service.name.clone(),
        at.str(format!("-{}-{word}", machine.key)),
    ]);
    let document = at.obj([("Version", at.str("2012-10-17")), ("Statement", at.list([statement]))]);
    let policy = at.obj([("PolicyName", name), ("PolicyDocument", document)]);
    let mut made = Made::new(
        "AWS::IAM::Role",
        cause,
        [("AssumeRolePolicyDocument", trust(at, at.str(principal))), ("Policies", at.list([policy]))],
    );
    made.prop("PermissionsBoundary", service.provider.get("rolePermissionsBoundary").clone());
    made.prop("Path", service.provider.at("iam.role.path").clone());
    draft.template.add(id, made);
}

fn caused(machine: &Machine<'_>, e: &Entry) -> Cause {
    Cause { key: e.key_span, block: e.val.span.or(e.key_span), id: machine.id.clone() }
}

fn state_of(val: &Val, span: Span) -> Val {
    match val.get("enabled").as_bool() {
        Some(false) => At(val.get("enabled").span).str("DISABLED"),
        _ => default_str("ENABLED", span),
    }
}

fn schedule(draft: &mut Draft<'_>, machine: &Machine<'_>, e: &Entry, number: usize) {
    let cause = caused(machine, e);
    let (val, at) = (&e.val, cause.at());
    let name = naming::normalized(machine.key);
    let scheduler = val.get("method").as_str() == Some("scheduler");
    let role_id = format_smolstr!("{name}ScheduleToStepFunctionsRole");
    let own = val.get("role");
    let role = if truthy(own) { own.clone() } else { at.get_att(role_id.clone(), "Arn") };
    let rate = if val.as_map().is_some() && !val.get("rate").is_null() { val.get("rate") } else { val };
    let mut target = vec![
        ("Arn", at.reference(machine.id.clone())),
        ("RoleArn", role),
        ("Input", val.get("input").clone()),
    ];
    let mut props = vec![
        ("ScheduleExpression", rate.clone()),
        ("State", state_of(val, cause.key)),
        ("Name", val.get("name").clone()),
        ("Description", val.get("description").clone()),
    ];
    let (ty, id) = if scheduler {
        props.push(("Target", at.obj(target)));
        props.push(("FlexibleTimeWindow", at.obj([("Mode", at.str("OFF"))])));
        ("AWS::Scheduler::Schedule", format_smolstr!("{name}StepFunctionsSchedulerSchedule{number}"))
    } else {
        target.push(("Id", at.str(format_smolstr!("{}StepFunctionsSchedule", machine.key))));
        props.push(("Targets", at.list([at.obj(target)])));
        ("AWS::Events::Rule", format_smolstr!("{name}StepFunctionsEventsRuleSchedule{number}"))
    };
    draft.template.add(id, Made::new(ty, &cause, props));
    if !truthy(own) {
        let principal = if scheduler { "scheduler.amazonaws.com" } else { "events.amazonaws.com" };
        starter(draft, machine, &cause, role_id, principal, "schedule");
    }
}

fn rule(draft: &mut Draft<'_>, machine: &Machine<'_>, e: &Entry, number: usize) {
    let cause = caused(machine, e);
    let (val, at) = (&e.val, cause.at());
    let name = naming::normalized(machine.key);
    let role_id = format_smolstr!("{name}EventToStepFunctionsRole");
    let own = val.get("iamRole");
    let role = if truthy(own) { own.clone() } else { at.get_att(role_id.clone(), "Arn") };
    let queue = val.get("deadLetterConfig");
    let queue = if truthy(queue) { At(queue.span).obj([("Arn", queue.clone())]) } else { queue.clone() };
    let target = at.obj([
        ("Arn", at.reference(machine.id.clone())),
        ("Id", at.str(format_smolstr!("{}CloudWatchEvent", machine.key))),
        ("RoleArn", role),
        ("Input", val.get("input").clone()),
        ("InputPath", val.get("inputPath").clone()),
        ("DeadLetterConfig", queue),
    ]);
    let made = Made::new(
        "AWS::Events::Rule",
        &cause,
        [
            ("EventBusName", val.get("eventBusName").clone()),
            ("EventPattern", val.get("event").clone()),
            ("State", state_of(val, cause.key)),
            ("Description", val.get("description").clone()),
            ("Name", val.get("name").clone()),
            ("Targets", at.list([target])),
        ],
    );
    draft.template.add(format_smolstr!("{name}EventsRuleCloudWatchEvent{number}"), made);
    if !truthy(own) {
        starter(draft, machine, &cause, role_id, "events.amazonaws.com", "event");
    }
}

/// Methods of the service's API that start machines.
fn api(draft: &mut Draft<'_>, events: &[(SmolStr, Entry)]) {
    const ROLE: &str = "ApigatewayToStepFunctionsRole";
    let service = draft.service;
    let Some((id, first)) = events.first() else { return };
    let cause = Cause { key: first.key_span, block: first.val.span, id: id.clone() };
    if !draft.template.resources.contains_key(rest_api::API) {
        rest_api::api(draft, &cause);
    }
    let mut resources = Resources::given(service, cause.at());
    let mut methods = Vec::new();
    let mut actions: Vec<SmolStr> = vec!["states:StartExecution".into()];
    let mut shared = None;
    for (id, e) in events {
        let cause = Cause { key: e.key_span, block: e.val.span.or(e.key_span), id: id.clone() };
        let (val, at) = (&e.val, cause.at());
        let shown = val.display();
        let (method, path): (Val, String) =
            if let Some((method, path)) = val.as_str().and_then(|_| shown.split_once(' ')) {
                (at.str(method.to_uppercase()), path.trim().to_owned())
            } else {
                let method = val.get("method");
                let upper = method.as_str().map(|m| At(method.span).str(m.to_uppercase()));
                (upper.unwrap_or_else(|| method.clone()), val.get("path").display().to_string())
            };
        let path = path.trim_matches('/').to_owned();
        resources.ensure(draft, &path, &cause);
        let (resource, name) = resources.of(&path);
        let action = val.get("action");
        let action = action.as_str().unwrap_or("StartExecution");
        let full = format_smolstr!("states:{action}");
        if !actions.contains(&full) {
            actions.push(full);
        }
        let own = val.get("iamRole");
        let role = if truthy(own) { own.clone() } else { at.get_att(ROLE, "Arn") };
        if !truthy(own) {
            shared = shared.or(Some(cause.clone()));
        }
        let uri = at.join(
            "",
            [
                at.str("arn:"),
                at.pseudo("Partition"),
                at.str(":apigateway:"),
                at.pseudo("Region"),
                at.str(format!(":states:action/{action}")),
            ],
        );
        let integration = at.obj([
            ("IntegrationHttpMethod", at.str("POST")),
            ("Type", at.str("AWS")),
            ("Credentials", role),
            ("Uri", uri),
            ("PassthroughBehavior", at.str("NEVER")),
            ("RequestTemplates", val.at("request.template").clone()),
        ]);
        let authorizer = val.get("authorizer");
        let kind = authorizer.as_str().unwrap_or_else(|| authorizer.get("type").as_str().unwrap_or(""));
        let authorization = if !truthy(authorizer) {
            default_str("NONE", cause.key)
        } else if kind.eq_ignore_ascii_case("aws_iam") {
            At(authorizer.span).str("AWS_IAM")
        } else if kind.eq_ignore_ascii_case("cognito_user_pools")
            || authorizer.get("arn").display().contains("cognito")
        {
            At(authorizer.span).str("COGNITO_USER_POOLS")
        } else {
            At(authorizer.span).str("CUSTOM")
        };
        let private = val.get("private");
        let made = Made::new(
            "AWS::ApiGateway::Method",
            &cause,
            [
                ("HttpMethod", method.clone()),
                ("AuthorizationType", authorization),
                ("AuthorizerId", authorizer.get("authorizerId").clone()),
                (
                    "ApiKeyRequired",
                    if private.is_null() { default_bool(false, cause.key) } else { private.clone() },
                ),
                ("ResourceId", resource),
                ("RestApiId", rest_api::api_id(service, at)),
                ("Integration", integration),
            ],
        );
        let id = format_smolstr!(
            "ApiGatewayMethod{name}{}",
            naming::upper_first(&method.display().to_lowercase())
        );
        draft.template.add(id.clone(), made);
        methods.push(id);
    }
    if let Some(cause) = shared {
        let at = cause.at();
        let statement = at
            .obj([
                ("Effect", at.str("Allow")),
                ("Action", at.list(actions.iter().map(|a| at.str(a.clone())))),
                ("Resource", at.str("*")),
            ])
            .through(Via::Implied, cause.key);
        let document = at.obj([("Version", at.str("2012-10-17")), ("Statement", at.list([statement]))]);
        let policy =
            at.obj([("PolicyName", at.str("apigatewaytostepfunctions")), ("PolicyDocument", document)]);
        let trusted = trust(at, at.str("apigateway.amazonaws.com"));
        let made = Made::new(
            "AWS::IAM::Role",
            &cause,
            [("AssumeRolePolicyDocument", trusted), ("Policies", at.list([policy]))],
        );
        draft.template.add(ROLE, made);
    }
    if !draft.template.resources.contains_key(rest_api::DEPLOYMENT) {
        rest_api::deploy(draft, &cause, &methods);
    }
}
