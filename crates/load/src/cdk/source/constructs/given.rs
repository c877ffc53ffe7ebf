//! What objects that are no constructs were made with, and the pieces that several services share.

use palisade_graph::{Reason, Val};
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::super::interpret::{Handle, Place, Value, concat};
use super::{Library, Props, iam, policy, pseudo};

/// An object that is no construct, such as an event source or an integration.
pub struct Given {
    /// Its class without the module, for what a static function made with the function: `Schedule.rate`.
    pub class: SmolStr,
    /// Arguments by their place.
    arguments: Vec<Value>,
    /// Arguments by their name.
    pub options: Value,
    /// Where it is made.
    pub place: Place,
}

impl Given {
    /// What a value was made with; none for constructs and what is no object of the library.
    pub fn of(lib: &Library<'_>, value: &Value) -> Option<Self> {
        let handle = value.handle()?;
        let object = lib.get(handle).filter(|o| !o.construct)?;
        let class = object.class.split_once('.').map_or(object.class.as_str(), |(_, class)| class);
        let arguments = object.props.items();
        let options = named(&arguments);
        Some(Self { class: class.into(), arguments, options, place: object.place })
    }

    /// An argument by its place or its name.
    pub fn pick(&self, n: usize, name: &str) -> Value {
        pick(&self.arguments, n, name)
    }
}

/// The last argument, where it is a map of names.
pub fn named(arguments: &[Value]) -> Value {
    arguments.last().filter(|last| matches!(last, Value::Map(_))).cloned().unwrap_or_default()
}

/// Options: the argument of names, else what stands at their place and is not known.
pub fn options(lib: &Library<'_>, arguments: &[Value], n: usize) -> Value {
    let named = named(arguments);
    if !named.is_null() {
        return named;
    }
    structure(lib, &arguments.get(n).cloned().unwrap_or_default())
}

/// What a map has under a name; unknown where it is absent from what is not wholly known.
pub fn maybe(map: &Value, name: &str) -> Value {
    let value = map.get(name);
    if value.is_null() && !map.is_null() && map.is_open() {
        return Value::unknown(Reason::NeedsCode, name, map.span());
    }
    value
}

/// An argument by its place, or by its name where there is only the map of names.
pub fn pick(arguments: &[Value], n: usize, name: &str) -> Value {
    match arguments.get(n) {
        Some(value) if !matches!(value, Value::Map(_)) && !value.is_null() => value.clone(),
        _ => named(arguments).get(name),
    }
}

/// A structure: the map itself, or what a structure of Python was made with.
pub fn structure(lib: &Library<'_>, value: &Value) -> Value {
    match value {
        Value::Host(h) if !lib.get(*h).is_some_and(|o| o.construct) => lib.set(*h, "props"),
        other => other.clone(),
    }
}

/// The last part of a name of the library.
pub fn constant(value: &Value) -> Option<&str> {
    value.native().and_then(|p| p.rsplit('.').next())
}

/// A list, nothing where it is empty.
pub fn list(items: Vec<Val>, span: Span) -> Val {
    if items.is_empty() { Val::default() } else { Val::list(items, span) }
}

/// Properties, nothing where there are none.
pub fn some(props: Props, span: Span) -> Val {
    let val = props.done(span);
    if val.entries().is_empty() { Val::default() } else { val }
}

/// A name for a construct that is made for another: the other's id.
pub fn id_of(lib: &Library<'_>, value: &Value) -> SmolStr {
    value.handle().and_then(|h| lib.get(h)).map(|o| o.id.clone()).unwrap_or_default()
}

/// The name that tells another construct from all others, in the id of what is made for it.
pub fn unique_of(lib: &Library<'_>, value: &Value) -> SmolStr {
    value.handle().map(|h| lib.unique(h)).unwrap_or_default()
}

/// Lets a service invoke a function. An imported function is not changed.
pub fn permit(
    lib: &mut Library<'_>,
    function: &Value,
    (scope, id): (Handle, &str),
    principal: &str,
    source: Val,
    at: Place,
) {
    let Some(f) = function.handle() else { return };
    if lib.get(f).is_none_or(|o| o.resource.is_none()) {
        return;
    }
    let span = at.block;
    let account = if principal == "s3.amazonaws.com" || principal == "logs.amazonaws.com" {
        pseudo("AWS::AccountId", span)
    } else {
        Val::default()
    };
    let child = lib.child(Some(scope), id, "aws_lambda.CfnPermission", Value::null(), at);
    let val = Props::new()
        .set("Action", Val::str("lambda:InvokeFunction", span))
        .set("FunctionName", lib.arn(function))
        .set("Principal", Val::str(principal, span))
        .set("SourceAccount", account)
        .set("SourceArn", source)
        .done(span);
    lib.resource(child, "", "AWS::Lambda::Permission", val);
}

/// Lets a service send to a queue or topic, by the policy of that.
pub fn admit(lib: &mut Library<'_>, target: &Value, action: &str, service: &str, condition: Val, at: Place) {
    let Some(h) = target.handle() else { return };
    let Some(object) = lib.get(h).filter(|o| o.resource.is_some()) else { return };
    let (ty, key, reference) = match object.class.as_str() {
        "aws_sqs.Queue" => ("AWS::SQS::QueuePolicy", "Queues", object.value.clone()),
        "aws_sns.Topic" => ("AWS::SNS::TopicPolicy", "Topics", object.value.clone()),
        _ => return,
    };
    let class = if key == "Queues" { "aws_sqs.QueuePolicy" } else { "aws_sns.TopicPolicy" };
    let span = at.block;
    let statement = Props::new()
        .set("Effect", Val::str("Allow", span))
        .set("Principal", Val::object([("Service", Val::str(service, span))], span))
        .set("Action", Val::str(action, span))
        .set("Resource", lib.arn(target))
        .set("Condition", condition)
        .done(span);
    let policy = match lib.set(h, "policy").handle() {
        Some(policy) => policy,
        None => {
            let policy = lib.child(Some(h), "Policy", class, Value::null(), at);
            let document = iam::document(Vec::new(), span);
            let props =
                Val::object([(key, Val::list(vec![reference], span)), ("PolicyDocument", document)], span);
            lib.resource(policy, "Resource", ty, props);
            lib.put(h, "policy", Value::Host(policy));
            policy
        }
    };
    if let Some(id) = lib.get(policy).and_then(|o| o.resource.clone()) {
        lib.append(&id, &["PolicyDocument", "Statement"], statement);
    }
}

/// `{ ArnEquals: { "aws:SourceArn": … } }`
pub fn from_source(arn: Val, span: Span) -> Val {
    Val::object([("ArnEquals", Val::object([("aws:SourceArn", arn)], span))], span)
}

/// A role for a service, with statements of its own.
pub fn service_role(
    lib: &mut Library<'_>,
    scope: Handle,
    id: &str,
    service: &str,
    statements: Vec<Val>,
    at: Place,
) -> Handle {
    let role = lib.child(Some(scope), id, "aws_iam.Role", Value::null(), at);
    let span = at.block;
    let trust = Val::object(
        [
            ("Action", Val::str("sts:AssumeRole", span)),
            ("Effect", Val::str("Allow", span)),
            ("Principal", Val::object([("Service", Val::str(service, span))], span)),
        ],
        span,
    );
    let val = Val::object([("AssumeRolePolicyDocument", iam::document(vec![trust], span))], span);
    lib.resource(role, "Resource", "AWS::IAM::Role", val);
    lib.put(role, "role", Value::Host(role));
    for statement in statements {
        policy::grant(lib, &Value::Host(role), statement, at);
    }
    role
}

/// The statements that let a principal send to a target: a queue, topic, function, bus, stream, state machine.
pub fn sending(lib: &Library<'_>, target: &Value, span: Span) -> Vec<Val> {
    let class = target.handle().map(|h| lib.class(h)).unwrap_or_default();
    let arn = lib.arn(target);
    let actions: &[&str] = match class {
        "aws_sqs.Queue" => &["sqs:SendMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl"],
        "aws_sns.Topic" => &["sns:Publish"],
        "aws_events.EventBus" => &["events:PutEvents"],
        "aws_kinesis.Stream" => &["kinesis:PutRecord", "kinesis:PutRecords"],
        "aws_stepfunctions.StateMachine" => &["states:StartExecution"],
        "aws_s3.Bucket" => {
            let objects = concat(vec![arn, Val::str("/*", span)], span);
            return vec![policy::allow(&["s3:PutObject"], vec![objects], span)];
        }
        _ if target.handle().is_some_and(|h| super::lambda::is_function(lib, h)) => {
            let all = concat(vec![arn.clone(), Val::str(":*", span)], span);
            return vec![policy::allow(&["lambda:InvokeFunction"], vec![arn, all], span)];
        }
        _ => return Vec::new(),
    };
    vec![policy::allow(actions, vec![arn], span)]
}

/// A number of seconds as `5 minutes`.
fn rate(seconds: i64) -> SmolStr {
    let (n, unit) = match seconds {
        s if s > 0 && s % 86_400 == 0 => (s / 86_400, "day"),
        s if s > 0 && s % 3_600 == 0 => (s / 3_600, "hour"),
        s => (s / 60, "minute"),
    };
    format_smolstr!("rate({n} {unit}{})", if n == 1 { "" } else { "s" })
}

/// `Schedule.rate(…)`, `.cron(…)`, `.expression(…)`, `.at(…)` as the expression and its time zone.
pub fn schedule(lib: &Library<'_>, value: &Value) -> (Val, Val) {
    let Some(given) = Given::of(lib, value) else { return (lib.val(value), Val::default()) };
    let span = given.place.block;
    let unknown = || Val::unknown(Reason::NeedsCode, "schedule", span);
    let zone = given.options.get("timeZone");
    let zone = match Given::of(lib, &zone) {
        Some(zone) => lib.val(&zone.pick(0, "timezoneName")),
        None => zone
            .native()
            .and_then(|p| p.rsplit('.').next())
            .map_or_else(|| lib.val(&zone), |name| Val::unknown(Reason::NeedsCode, name, span)),
    };
    let expression = match given.class.rsplit('.').next().unwrap_or_default() {
        "rate" => {
            let seconds = super::core::seconds(lib, &given.pick(0, "duration"));
            seconds.as_int().map_or_else(unknown, |n| Val::str(rate(n), span))
        }
        "expression" => lib.val(&given.pick(0, "expression")),
        "cron" => {
            let field = |name: &str, default: &str| {
                let val = lib.val(&given.options.get(name));
                if val.is_null() { Val::str(default, span) } else { val }
            };
            let day = if given.options.get("weekDay").is_null() { "*" } else { "?" };
            let mut parts = vec![Val::str("cron(", span)];
            let fields = [
                ("minute", "*"),
                ("hour", "*"),
                ("day", day),
                ("month", "*"),
                ("weekDay", "?"),
                ("year", "*"),
            ];
            for (n, (name, default)) in fields.into_iter().enumerate() {
                if n > 0 {
                    parts.push(Val::str(" ", span));
                }
                parts.push(field(name, default));
            }
            parts.push(Val::str(")", span));
            concat(parts, span)
        }
        _ => unknown(),
    };
    (expression, zone)
}
