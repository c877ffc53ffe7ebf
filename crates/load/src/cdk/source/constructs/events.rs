//! Event buses, rules, schedules and what they call.

use palisade_graph::{Entry, Reason, Val};
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::super::interpret::{Handle, Place, Value};
use super::super::names::camel;
use super::core::seconds;
use super::given::{
    Given, admit, from_source, permit, pick, schedule, sending, service_role, structure, unique_of,
};
use super::{Library, Props, iam, lambda};

/// Constructs of the services; false for others.
pub fn construct(lib: &mut Library<'_>, h: Handle, class: &str) -> bool {
    let Some(object) = lib.get(h) else { return false };
    let (props, place) = (object.props.clone(), object.place);
    match class {
        "aws_events.Rule" => rule(lib, h, &props, place),
        "aws_events.EventBus" => {
            let name = props.get("eventBusName");
            let name = if name.is_null() && props.get("eventSourceName").is_null() {
                Val::str(lib.unique(h), place.key)
            } else if name.is_null() {
                lib.val(&props.get("eventSourceName"))
            } else {
                lib.val(&name)
            };
            let val = Props::new()
                .set("Name", name)
                .from(lib, &props, "eventSourceName", "EventSourceName")
                .from(lib, &props, "description", "Description")
                .set("KmsKeyIdentifier", lib.arn(&props.get("kmsKey")))
                .set("DeadLetterConfig", dead_letter(lib, &props))
                .done(place.block);
            lib.resource(h, "Resource", "AWS::Events::EventBus", val);
        }
        "aws_events.Archive" => {
            let bus = props.get("sourceEventBus");
            archive(lib, h, "", &bus, &props, place);
        }
        "aws_events.EventBusPolicy" => {
            let bus = lib.val(&props.get("eventBus"));
            let val = Props::new()
                .set("EventBusName", bus)
                .from(lib, &props, "statementId", "StatementId")
                .set("Statement", iam::statement(lib, &props.get("statement")))
                .done(place.block);
            lib.resource(h, "Resource", "AWS::Events::EventBusPolicy", val);
        }
        "aws_scheduler.Schedule" => scheduled(lib, h, &props, place),
        "aws_scheduler.ScheduleGroup" | "aws_scheduler.Group" => {
            let named = if class == "aws_scheduler.Group" { "groupName" } else { "scheduleGroupName" };
            let val = Props::new().from(lib, &props, named, "Name").done(place.block);
            lib.resource(h, "Resource", "AWS::Scheduler::ScheduleGroup", val);
        }
        _ => return false,
    }
    true
}

/// Methods of rules and buses.
pub fn call(
    lib: &mut Library<'_>,
    on: Handle,
    method: &str,
    arguments: &[Value],
    at: Place,
) -> Option<Value> {
    match (lib.class(on), method) {
        ("aws_events.Rule", "addTarget") => {
            target(lib, on, &pick(arguments, 0, "target"), at);
            Some(Value::null())
        }
        ("aws_events.Rule", "addEventPattern") => {
            let given = arguments.first().cloned().unwrap_or_default();
            let id = lib.get(on)?.resource.clone()?;
            for entry in pattern(lib, &given).entries() {
                lib.edit(&id, &["EventPattern", entry.key.as_str()], entry.key_span, entry.val.clone());
            }
            Some(Value::null())
        }
        ("aws_events.EventBus", "archive") => {
            let id = lib.val(&pick(arguments, 0, "id")).display();
            let options = super::given::named(arguments);
            let h = lib.child(Some(on), &id, "aws_events.Archive", options.clone(), at);
            archive(lib, h, "Archive", &Value::Host(on), &options, at);
            Some(Value::Host(h))
        }
        ("aws_events.EventBus", "addToResourcePolicy") => {
            let statement = iam::statement(lib, &pick(arguments, 0, "statement"));
            let n = lib.set(on, "policies").items().len();
            let id = format_smolstr!("cdk-policy-{n}");
            let h = lib.child(Some(on), &id, "aws_events.EventBusPolicy", Value::null(), at);
            let bus = lib.val(&Value::Host(on));
            let sid = statement.get("Sid").clone();
            let val = Props::new()
                .set("EventBusName", bus)
                .set("StatementId", if sid.is_null() { Val::str(id, at.block) } else { sid })
                .set("Statement", statement)
                .done(at.block);
            lib.resource(h, "Resource", "AWS::Events::EventBusPolicy", val);
            lib.add_to(on, "policies", &[Value::Host(h)], at.block);
            Some(Value::null())
        }
        _ => None,
    }
}

fn archive(lib: &mut Library<'_>, h: Handle, below: &str, bus: &Value, options: &Value, at: Place) {
    let days = seconds(lib, &options.get("retention"));
    let days = days.as_int().map(|n| Val::int(n / 86_400, days.span)).unwrap_or_default();
    let val = Props::new()
        .set("SourceArn", lib.arn(bus))
        .from(lib, options, "archiveName", "ArchiveName")
        .set("EventPattern", pattern(lib, &options.get("eventPattern")))
        .set("RetentionDays", days)
        .done(at.block);
    lib.resource(h, below, "AWS::Events::Archive", val);
}

/// Keys of an event pattern as events have them.
fn pattern(lib: &Library<'_>, value: &Value) -> Val {
    let value = structure(lib, value);
    if value.is_null() {
        return Val::default();
    }
    if !matches!(value, Value::Map(_)) {
        return lib.val(&value);
    }
    let entries = value
        .entries()
        .into_iter()
        .map(|(key, key_span, v)| {
            let key = match camel(&key).as_str() {
                "detailType" => SmolStr::new_static("detail-type"),
                other => SmolStr::new(other),
            };
            Entry { key, key_span, val: matched(lib, &v, 0) }
        })
        .filter(|e| !e.val.is_null())
        .collect();
    let mut val = Val::map(entries, value.span());
    if value.is_open()
        && let palisade_graph::State::Known(palisade_graph::Value::Map(map)) = &mut val.state
    {
        std::sync::Arc::make_mut(map).open = true;
    }
    val
}

/// `Match.prefix(…)` and its like inside a pattern.
fn matched(lib: &Library<'_>, value: &Value, depth: u32) -> Val {
    if depth > 32 {
        return Val::unknown(Reason::Limit("depth"), "", value.span());
    }
    if let Some(given) = Given::of(lib, value).filter(|g| g.class.starts_with("Match.")) {
        let span = given.place.block;
        let first = || lib.val(&given.pick(0, "value"));
        let one = |key: &str, val: Val| Val::list(vec![Val::object([(key, val)], span)], span);
        return match given.class.strip_prefix("Match.").unwrap_or_default() {
            "prefix" => one("prefix", first()),
            "suffix" => one("suffix", first()),
            "wildcard" => one("wildcard", first()),
            "equalsIgnoreCase" => one("equals-ignore-case", first()),
            "cidr" => one("cidr", first()),
            "exists" => one("exists", Val::bool(true, span)),
            "doesNotExist" => one("exists", Val::bool(false, span)),
            "exactString" => Val::list(vec![first()], span),
            "anythingBut" => one("anything-but", first()),
            name => Val::unknown(Reason::NeedsCode, name, span),
        };
    }
    match value {
        Value::Map(_) => {
            let entries = value.entries().into_iter();
            let made =
                entries.map(|(key, key_span, v)| Entry { key, key_span, val: matched(lib, &v, depth + 1) });
            Val::map(made.collect(), value.span())
        }
        other => lib.val(other),
    }
}

fn rule(lib: &mut Library<'_>, h: Handle, props: &Value, place: Place) {
    let (expression, _) = match props.entry("schedule") {
        Some((_, value)) => schedule(lib, &value),
        None => (Val::default(), Val::default()),
    };
    let enabled = props.get("enabled");
    let state = match enabled.as_bool() {
        Some(false) => Val::str("DISABLED", enabled.span()),
        _ if !enabled.is_null() && enabled.as_bool().is_none() => lib.val(&enabled),
        _ => Val::str("ENABLED", enabled.span().or(place.key)),
    };
    let bus = props.get("eventBus");
    let val = Props::new()
        .from(lib, props, "ruleName", "Name")
        .from(lib, props, "description", "Description")
        .set("EventBusName", lib.val(&bus))
        .set("ScheduleExpression", expression)
        .set("EventPattern", pattern(lib, &props.get("eventPattern")))
        .set("State", state)
        .done(place.block);
    lib.resource(h, "Resource", "AWS::Events::Rule", val);
    for one in props.get("targets").items() {
        target(lib, h, &one, place);
    }
}

/// `deadLetterQueue` as a target or schedule has it.
fn dead_letter(lib: &Library<'_>, options: &Value) -> Val {
    let queue = options.get("deadLetterQueue");
    if queue.is_null() {
        return Val::default();
    }
    Val::object([("Arn", lib.arn(&queue))], queue.span())
}

fn retries(lib: &Library<'_>, options: &Value, span: Span) -> Val {
    let age = options.get("maxEventAge");
    let props = Props::new()
        .from(lib, options, "retryAttempts", "MaximumRetryAttempts")
        .set("MaximumEventAgeInSeconds", seconds(lib, &age));
    super::given::some(props, span)
}

/// What a target is sent in place of the event.
fn input(lib: &Library<'_>, value: &Value) -> Val {
    let Some(given) = Given::of(lib, value) else { return Val::default() };
    let span = given.place.block;
    match given.class.rsplit('.').next().unwrap_or_default() {
        "fromObject" => {
            let object = given.pick(0, "obj");
            if object.is_null() { lib.val(&given.options) } else { lib.val(&object) }
        }
        "fromText" => lib.val(&given.pick(0, "text")),
        name => Val::unknown(Reason::NeedsCode, name, span),
    }
}

/// What a target calls: its first argument, under any of its names.
fn called(given: &Given) -> Value {
    let names = [
        "handler",
        "func",
        "queue",
        "topic",
        "machine",
        "stateMachine",
        "eventBus",
        "stream",
        "logGroup",
        "project",
        "pipeline",
        "lambdaFunction",
    ];
    names.into_iter().map(|name| given.pick(0, name)).find(|v| !v.is_null()).unwrap_or_default()
}

/// `rule.addTarget(new targets.…(…))`
fn target(lib: &mut Library<'_>, on: Handle, value: &Value, at: Place) {
    let Some(id) = lib.get(on).and_then(|o| o.resource.clone()) else { return };
    let Some(given) = Given::of(lib, value) else { return };
    let what = called(&given);
    let place = given.place;
    let span = place.block;
    let n = lib.property(&id, "Targets").items().len();
    let source = lib.attribute(on, "Arn");
    let mut role = lib.arn(&given.options.get("role"));
    let mut more = Props::new();
    let class = given.class.as_str();
    match class {
        "LambdaFunction" => {
            let id = format_smolstr!("AllowEventRule{}", unique_of(lib, &what));
            permit(lib, &what, (on, &id), "events.amazonaws.com", source, place);
        }
        "SqsQueue" => {
            admit(lib, &what, "sqs:SendMessage", "events.amazonaws.com", from_source(source, span), at);
            let group = lib.val(&given.options.get("messageGroupId"));
            if !group.is_null() {
                more = more.set("SqsParameters", Val::object([("MessageGroupId", group)], span));
            }
        }
        "SnsTopic" => admit(lib, &what, "sns:Publish", "events.amazonaws.com", Val::default(), at),
        "SfnStateMachine" | "EventBus" | "KinesisStream" if role.is_null() => {
            let statements = sending(lib, &what, span);
            let scope = what.handle().filter(|h| lib.get(*h).is_some_and(|o| o.resource.is_some()));
            let scope = scope.unwrap_or(on);
            let made = match lib.set(scope, "eventsRole").handle() {
                Some(made) => made,
                None => {
                    let made =
                        service_role(lib, scope, "EventsRole", "events.amazonaws.com", statements, place);
                    lib.put(scope, "eventsRole", Value::Host(made));
                    made
                }
            };
            role = lib.attribute(made, "Arn");
        }
        _ => {}
    }
    let arn = if what.is_null() {
        Val::unknown(Reason::NeedsCode, given.class.clone(), span)
    } else {
        lib.arn(&what)
    };
    let name = if class == "SfnStateMachine" { "input" } else { "event" };
    let named = match class {
        "SnsTopic" | "SqsQueue" => "message",
        _ => name,
    };
    let dead = given.options.get("deadLetterQueue");
    if !dead.is_null() {
        let source = lib.attribute(on, "Arn");
        admit(lib, &dead, "sqs:SendMessage", "events.amazonaws.com", from_source(source, span), at);
    }
    let val = Props::new()
        .set("Arn", arn)
        .set("Id", Val::str(format_smolstr!("Target{n}"), span))
        .set("RoleArn", role)
        .set("Input", input(lib, &given.options.get(named)))
        .set("DeadLetterConfig", dead_letter(lib, &given.options))
        .set("RetryPolicy", retries(lib, &given.options, span))
        .merge(more)
        .done(span);
    lib.append(&id, &["Targets"], val);
}

/// `new Schedule(this, id, { schedule, target: new LambdaInvoke(fn) })`
fn scheduled(lib: &mut Library<'_>, h: Handle, props: &Value, place: Place) {
    let (expression, zone) = schedule(lib, &props.get("schedule"));
    let given = Given::of(lib, &props.get("target"));
    let span = given.as_ref().map_or(place.block, |g| g.place.block);
    let target = match &given {
        Some(given) => {
            let mut what = called(given);
            let class = given.class.as_str();
            if what.is_null() && class == "Universal" {
                let (service, action) = (given.options.get("service"), given.options.get("action"));
                let name = format_smolstr!(
                    "arn:aws:scheduler:::aws-sdk:{}:{}",
                    lib.val(&service).display(),
                    lib.val(&action).display()
                );
                what = Value::str(name, span);
            }
            let role = given.options.get("role");
            let role = if role.is_null() {
                let statements = sending(lib, &what, span);
                // The library shares a role among the schedules that call the same.
                let scope = what.handle().filter(|w| lib.get(*w).is_some_and(|o| o.resource.is_some()));
                let scope = scope.unwrap_or(h);
                let made = match lib.set(scope, "schedulerRole").handle() {
                    Some(made) => made,
                    None => {
                        let made = service_role(
                            lib,
                            scope,
                            "SchedulerRole",
                            "scheduler.amazonaws.com",
                            statements,
                            given.place,
                        );
                        lib.put(scope, "schedulerRole", Value::Host(made));
                        made
                    }
                };
                lib.attribute(made, "Arn")
            } else {
                lib.arn(&role)
            };
            let is_function = what.handle().is_some_and(|w| lambda::is_function(lib, w));
            let arn = if what.is_null() && !is_function {
                Val::unknown(Reason::NeedsCode, given.class.clone(), span)
            } else {
                lib.arn(&what)
            };
            Props::new()
                .set("Arn", arn)
                .set("RoleArn", role)
                .set("Input", input(lib, &given.options.get("input")))
                .set("DeadLetterConfig", dead_letter(lib, &given.options))
                .set("RetryPolicy", retries(lib, &given.options, span))
                .done(span)
        }
        None => Val::unknown(Reason::NeedsCode, "target", place.key),
    };
    let enabled = props.get("enabled");
    let state = match enabled.as_bool() {
        Some(false) => Val::str("DISABLED", enabled.span()),
        _ => Val::str("ENABLED", enabled.span().or(place.key)),
    };
    let group = ["scheduleGroup", "group"].into_iter().map(|n| props.get(n)).find(|g| !g.is_null());
    let window = Val::object([("Mode", Val::str("OFF", place.key))], place.key);
    let val = Props::new()
        .from(lib, props, "scheduleName", "Name")
        .from(lib, props, "description", "Description")
        .set("ScheduleExpression", expression)
        .set("ScheduleExpressionTimezone", zone)
        .set("FlexibleTimeWindow", window)
        .set("State", state)
        .set("GroupName", group.map(|g| lib.val(&g)).unwrap_or_default())
        .set("KmsKeyArn", lib.arn(&props.get("key")))
        .set("Target", target)
        .done(place.block);
    lib.resource(h, "Resource", "AWS::Scheduler::Schedule", val);
}
