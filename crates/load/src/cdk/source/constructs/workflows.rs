//! State machines and their tasks.

use palisade_graph::{Entry, Reason, Val};
use smol_str::format_smolstr;

use super::super::interpret::{Handle, Place, Value, concat};
use super::lambda::constant;
use super::{Library, Props, iam, partition_arn, policy, pseudo};

/// More states of a machine are not followed.
const STATES: usize = 2_000;

/// Constructs of the service; false for others.
pub fn construct(lib: &mut Library<'_>, h: Handle, class: &str) -> bool {
    let Some(object) = lib.get(h) else { return false };
    let (props, place) = (object.props.clone(), object.place);
    match class {
        "aws_stepfunctions.StateMachine" => machine(lib, h, &props, place),
        "aws_stepfunctions.Activity" => {
            let val = Props::new().from(lib, &props, "activityName", "Name").done(place.block);
            lib.resource(h, "Resource", "AWS::StepFunctions::Activity", val);
        }
        // States are parts of a machine's definition.
        _ if is_state(class) => {}
        _ => return false,
    }
    true
}

fn is_state(class: &str) -> bool {
    class.starts_with("aws_stepfunctions_tasks.")
        || matches!(
            class,
            "aws_stepfunctions.Pass"
                | "aws_stepfunctions.Choice"
                | "aws_stepfunctions.Wait"
                | "aws_stepfunctions.Succeed"
                | "aws_stepfunctions.Fail"
                | "aws_stepfunctions.Parallel"
                | "aws_stepfunctions.Map"
                | "aws_stepfunctions.DistributedMap"
                | "aws_stepfunctions.CustomState"
                | "aws_stepfunctions.Task"
        )
}

fn machine(lib: &mut Library<'_>, h: Handle, props: &Value, place: Place) {
    let span = place.key;
    let role = own_role(lib, h, props, place);
    let body = props.get("definitionBody");
    let given = body.handle().and_then(|b| lib.get(b));
    let inner = given.map(|o| if is_state(&o.class) { body.clone() } else { o.props.item(0) });
    let written = inner.unwrap_or_else(|| props.get("definition"));
    let kind = body.handle().map(|b| lib.class(b).to_owned()).unwrap_or_default();
    let (definition, states) = match written.handle() {
        Some(start) => {
            let states = reachable(lib, start);
            (definition(lib, &states, place), states)
        }
        None if kind.ends_with("fromString") => (lib.val(&written), Vec::new()),
        None => (Val::unknown(Reason::NeedsCode, "definition", span), Vec::new()),
    };
    let ty = props.get("stateMachineType");
    let express = constant(&ty) == Some("EXPRESS");
    let logs = props.get("logs");
    let logging = if logs.is_null() {
        Val::default()
    } else {
        let group = lib.arn(&logs.get("destination"));
        let group = Val::object(
            [("CloudWatchLogsLogGroup", Val::object([("LogGroupArn", group)], logs.span()))],
            logs.span(),
        );
        let level = logs.get("level");
        Props::new()
            .set("Destinations", Val::list(vec![group], logs.span()))
            .set("Level", Val::str(constant(&level).unwrap_or("ERROR"), level.span().or(logs.span())))
            .from(lib, &logs, "includeExecutionData", "IncludeExecutionData")
            .done(logs.span())
    };
    let tracing = props.get("tracingEnabled");
    let traced = if tracing.is_null() {
        Val::default()
    } else {
        Val::object([("Enabled", lib.val(&tracing))], tracing.span())
    };
    let val = Props::new()
        .from(lib, props, "stateMachineName", "StateMachineName")
        .set("StateMachineType", if express { Val::str("EXPRESS", ty.span()) } else { Val::default() })
        .set("DefinitionString", definition)
        .set("RoleArn", role)
        .set("LoggingConfiguration", logging)
        .set("TracingConfiguration", traced)
        .set("DefinitionSubstitutions", lib.val(&props.get("definitionSubstitutions")))
        .done(place.block);
    let id = lib.resource(h, "Resource", "AWS::StepFunctions::StateMachine", val);
    lib.removal(&id, props, "Delete");
    for state in states {
        for statement in statements(lib, state) {
            policy::grant(lib, &Value::Host(h), statement, place);
        }
    }
    let all = || vec![Val::str("*", span)];
    if !logs.is_null() {
        let actions = [
            "logs:CreateLogDelivery",
            "logs:GetLogDelivery",
            "logs:UpdateLogDelivery",
            "logs:DeleteLogDelivery",
            "logs:ListLogDeliveries",
            "logs:PutResourcePolicy",
            "logs:DescribeResourcePolicies",
            "logs:DescribeLogGroups",
        ];
        policy::grant(lib, &Value::Host(h), policy::allow(&actions, all(), span), place);
    }
    if tracing.as_bool() == Some(true) {
        let actions = [
            "xray:PutTraceSegments",
            "xray:PutTelemetryRecords",
            "xray:GetSamplingRules",
            "xray:GetSamplingTargets",
        ];
        policy::grant(lib, &Value::Host(h), policy::allow(&actions, all(), span), place);
    }
}

fn own_role(lib: &mut Library<'_>, h: Handle, props: &Value, place: Place) -> Val {
    let given = props.get("role");
    if !given.is_null() {
        let val = lib.arn(&given);
        lib.put(h, "role", given);
        return val;
    }
    let id = service_role(lib, h, "Role", "states.amazonaws.com", place);
    Val::attribute(id, "Arn", place.key)
}

/// The role that the library makes for what a service runs; gives its logical id.
pub fn service_role(
    lib: &mut Library<'_>,
    h: Handle,
    id: &str,
    service: &str,
    place: Place,
) -> smol_str::SmolStr {
    let span = place.key;
    let role = lib.child(Some(h), id, "aws_iam.Role", Value::null(), place);
    let statement = Val::object(
        [
            ("Action", Val::str("sts:AssumeRole", span)),
            ("Effect", Val::str("Allow", span)),
            ("Principal", Val::object([("Service", Val::str(service, span))], span)),
        ],
        span,
    );
    let val = Val::object([("AssumeRolePolicyDocument", iam::document(vec![statement], span))], place.block);
    let id = lib.resource(role, "Resource", "AWS::IAM::Role", val);
    lib.put(role, "role", Value::Host(role));
    lib.put(h, "role", Value::Host(role));
    id
}

/// The states that are reached from one, in the order in which they are linked.
fn reachable(lib: &Library<'_>, start: Handle) -> Vec<Handle> {
    let mut seen = std::collections::HashSet::from([start]);
    let mut order = vec![start];
    let mut n = 0;
    while let Some(state) = order.get(n).copied() {
        n += 1;
        for next in lib.set(state, "links").items() {
            if let Some(next) = next.handle()
                && order.len() < STATES
                && seen.insert(next)
            {
                order.push(next);
            }
        }
    }
    order
}

/// The definition as far as it says what is called. The order of the states is not in it.
fn definition(lib: &Library<'_>, states: &[Handle], place: Place) -> Val {
    let mut entries = Vec::new();
    for state in states {
        let Some(object) = lib.get(*state) else { continue };
        let at = object.place;
        if object.class != "aws_stepfunctions_tasks.LambdaInvoke" && object.class != "aws_stepfunctions.Task"
        {
            continue;
        }
        let function = lib.arn(&object.props.get("lambdaFunction"));
        let val = Val::object(
            [
                ("Type", Val::str("Task", at.key)),
                ("Resource", partition_arn(":states:::lambda:invoke", at.key)),
                ("Parameters", Val::object([("FunctionName", function)], at.block)),
            ],
            at.block,
        );
        entries.push(Entry { key: object.id.clone(), key_span: at.key, val });
    }
    Val::object([("States", Val::map(entries, place.block))], place.block)
}

/// What a task's machine has to be allowed.
fn statements(lib: &Library<'_>, state: Handle) -> Vec<Val> {
    let Some(object) = lib.get(state) else { return Vec::new() };
    let (props, span) = (&object.props, object.place.block);
    let arn = |name: &str| lib.arn(&props.get(name));
    let Some(task) = object.class.strip_prefix("aws_stepfunctions_tasks.") else { return Vec::new() };
    let table = || {
        let name = lib.val(&props.get("table"));
        concat(
            vec![
                partition_arn(":dynamodb:", span),
                pseudo("AWS::Region", span),
                Val::str(":", span),
                pseudo("AWS::AccountId", span),
                Val::str(":table/", span),
                name,
            ],
            span,
        )
    };
    let made = match task {
        "LambdaInvoke" => {
            let function = arn("lambdaFunction");
            let all = concat(vec![function.clone(), Val::str(":*", span)], span);
            policy::allow(&["lambda:InvokeFunction"], vec![function, all], span)
        }
        "CallAwsService" => {
            let given = props.get("iamAction");
            let action = if given.is_null() {
                let service = lib.val(&props.get("service")).display().to_lowercase();
                let service = match service.as_str() {
                    "sfn" => "states",
                    "cloudwatchlogs" => "logs",
                    "eventbridge" => "events",
                    other => other,
                };
                format_smolstr!("{service}:{}", lib.val(&props.get("action")).display())
            } else {
                lib.val(&given).display()
            };
            let resources = props.get("iamResources").items().iter().map(|v| lib.arn(v)).collect();
            let mut all: Vec<Val> =
                props.get("additionalIamStatements").items().iter().map(|s| iam::statement(lib, s)).collect();
            all.insert(0, policy::allow(&[&action], resources, span));
            return all;
        }
        "DynamoGetItem" => policy::allow(&["dynamodb:GetItem"], vec![table()], span),
        "DynamoPutItem" => policy::allow(&["dynamodb:PutItem"], vec![table()], span),
        "DynamoUpdateItem" => policy::allow(&["dynamodb:UpdateItem"], vec![table()], span),
        "DynamoDeleteItem" => policy::allow(&["dynamodb:DeleteItem"], vec![table()], span),
        "SqsSendMessage" => policy::allow(&["sqs:SendMessage"], vec![arn("queue")], span),
        "SnsPublish" => policy::allow(&["sns:Publish"], vec![arn("topic")], span),
        "EventBridgePutEvents" => {
            let buses: Vec<Val> = props
                .get("entries")
                .items()
                .iter()
                .map(|e| e.get("eventBus"))
                .filter(|b| !b.is_null())
                .map(|b| lib.arn(&b))
                .collect();
            if buses.is_empty() {
                return Vec::new();
            }
            policy::allow(&["events:PutEvents"], buses, span)
        }
        "StepFunctionsStartExecution" => {
            policy::allow(&["states:StartExecution"], vec![arn("stateMachine")], span)
        }
        _ => return Vec::new(),
    };
    vec![made]
}

/// Methods by which states are linked.
pub fn call(
    lib: &mut Library<'_>,
    on: Handle,
    method: &str,
    arguments: &[Value],
    _at: Place,
) -> Option<Value> {
    if !is_state(lib.class(on)) {
        return None;
    }
    if matches!(
        method,
        "next"
            | "branch"
            | "iterator"
            | "itemProcessor"
            | "when"
            | "otherwise"
            | "addCatch"
            | "toSingleState"
    ) {
        let mut links = lib.set(on, "links").items();
        for argument in arguments {
            // A fragment of the project's own begins with its first state.
            let fragment = match argument {
                Value::Object(o) => o.fields.borrow().get("startState").cloned().unwrap_or_default(),
                _ => Value::null(),
            };
            links.extend(fragment.handle().is_some_and(|h| is_state(lib.class(h))).then_some(fragment));
            let named = ["next", "handler", "processor", "iterator", "branches"].map(|n| argument.get(n));
            for value in named.iter().chain([argument]).flat_map(Value::items) {
                if value.handle().is_some_and(|h| is_state(lib.class(h))) {
                    links.push(value);
                }
            }
        }
        lib.put(on, "links", Value::list(links, palisade_source::Span::NONE));
    }
    Some(Value::Host(on))
}

/// Static functions of the service.
pub fn static_call(path: &str, arguments: &[Value]) -> Option<Value> {
    match path {
        "aws_stepfunctions.Chain.start"
        | "aws_stepfunctions.Chain.sequence"
        | "aws_stepfunctions.DefinitionBody.fromChainable" => {
            arguments.first().filter(|v| v.handle().is_some()).cloned()
        }
        _ => None,
    }
}
