//! Events of functions and state machines.

mod http;
mod pull;
mod push;
mod rest;
mod rule;
mod schedule;

pub use push::Notifications;

use palisade_graph::{Entry, Val};
use smol_str::{SmolStr, format_smolstr};

use super::Transform;
use super::build::{At, Props, truthy};
use super::cause::Cause;
use super::function::Target;
use super::role::Role;
use crate::Resource;

/// An event of a function or state machine.
pub struct Event<'e> {
    /// Logical id that its resources start with: the owner's and the event's key.
    pub id: SmolStr,
    /// The event's place.
    pub cause: Cause,
    /// `Type`.
    pub ty: &'e str,
    /// `Properties`.
    pub props: &'e Val,
}

impl<'e> Event<'e> {
    fn new(owner: &Cause, entry: &'e Entry) -> Option<Self> {
        let ty = entry.val.get("Type").as_str()?;
        let id = format_smolstr!("{}{}", owner.id, entry.key);
        Some(Self { id, cause: owner.entry(entry), ty, props: entry.val.get("Properties") })
    }

    fn at(&self) -> At {
        self.cause.at()
    }
}

/// What the events of a function need; pull events give its role rights.
pub fn of_function(
    transform: &mut Transform<'_>,
    owner: &Cause,
    own: &Val,
    target: &Target,
    role: &mut Role,
) -> Vec<Resource> {
    let mut made = Vec::new();
    let entries = own.get("Events").entries();
    let defaults = http::default_routes(entries);
    for entry in entries {
        let Some(event) = Event::new(owner, entry) else { continue };
        match event.ty {
            "Api" => made.extend(rest::of_function(transform, &event, target)),
            "HttpApi" => made.extend(http::of_function(transform, &event, &defaults, target)),
            "S3" => made.extend(push::bucket(transform, &event, target)),
            "SNS" => made.extend(push::topic(transform, &event, target, role)),
            "AlexaSkill" => made.push(push::alexa(&event, target)),
            "IoTRule" => made.extend(push::iot(&event, target)),
            "CloudWatchLogs" => made.extend(push::logs(&event, target)),
            "Cognito" => made.extend(push::user_pool(transform, &event, target)),
            "Schedule" => made.extend(rule::of_function(&event, target, true)),
            "CloudWatchEvent" | "EventBridgeRule" => made.extend(rule::of_function(&event, target, false)),
            "ScheduleV2" => made.extend(schedule::of_function(&event, target)),
            "SQS" | "Kinesis" | "DynamoDB" | "MSK" | "MQ" | "SelfManagedKafka" | "DocumentDB" => {
                made.push(pull::mapping(&event, target, role));
            }
            _ => {}
        }
    }
    made
}

/// What the events of a state machine need.
pub fn of_state_machine(
    transform: &mut Transform<'_>,
    owner: &Cause,
    own: &Val,
    target: &str,
) -> Vec<Resource> {
    let mut made = Vec::new();
    let boundary = own.get("PermissionsBoundary");
    for entry in own.get("Events").entries() {
        let Some(event) = Event::new(owner, entry) else { continue };
        match event.ty {
            "Api" => made.extend(rest::of_state_machine(transform, &event, target, boundary)),
            "Schedule" => made.extend(rule::of_state_machine(&event, target, boundary, true)),
            "CloudWatchEvent" | "EventBridgeRule" => {
                made.extend(rule::of_state_machine(&event, target, boundary, false));
            }
            "ScheduleV2" => made.extend(schedule::of_state_machine(&event, target)),
            _ => {}
        }
    }
    made
}

/// The permission of a service to call the function.
fn permission<const N: usize>(
    event: &Event<'_>,
    id: SmolStr,
    target: &Target,
    principal: &'static str,
    from: [(&'static str, Val); N],
) -> Resource {
    let at = event.at();
    let mut props = Props::default();
    props.put("Action", at.text("lambda:InvokeFunction"));
    props.put("FunctionName", target.name(at));
    props.put("Principal", at.text(principal));
    for (key, val) in from {
        props.put(key, val);
    }
    event.cause.make(id, "AWS::Lambda::Permission", props.finish(at.0))
}

/// `DeadLetterConfig` of a rule or schedule: the ARN of the queue, and the queue where the transform makes
/// it. `source` is who may send to it; none where a role does.
fn dead_letters(event: &Event<'_>, source: Option<&Val>) -> (Val, Vec<Resource>) {
    let config = event.props.get("DeadLetterConfig");
    if config.is_null() {
        return (Val::default(), Vec::new());
    }
    let arn = config.get("Arn");
    if !arn.is_null() {
        return (arn.clone(), Vec::new());
    }
    let at = At(config.span);
    let wanted = config.get("QueueLogicalId");
    let id = if truthy(wanted) { wanted.display() } else { format_smolstr!("{}Queue", event.id) };
    let arn = at.attribute(&id, "Arn");
    let mut made = vec![event.cause.make(id.clone(), "AWS::SQS::Queue", at.object([]))];
    if let Some(source) = source {
        let principal = at.object([("Service", at.text("events.amazonaws.com"))]);
        let policy = format_smolstr!("{}QueuePolicy", event.id);
        made.push(queue_policy(event, policy, at, principal, source, &arn, &at.reference(&id)));
    }
    (arn, made)
}

/// A queue policy that lets one source send.
fn queue_policy(
    event: &Event<'_>,
    id: SmolStr,
    at: At,
    principal: Val,
    source: &Val,
    queue_arn: &Val,
    queue_url: &Val,
) -> Resource {
    let statement = at
        .object([
            ("Action", at.text("sqs:SendMessage")),
            ("Effect", at.text("Allow")),
            ("Principal", principal),
            ("Resource", queue_arn.clone()),
            ("Condition", at.object([("ArnEquals", at.object([("aws:SourceArn", source.clone())]))])),
        ])
        .through(palisade_graph::Via::Implied, event.cause.key);
    let document = at.object([("Version", at.text("2012-10-17")), ("Statement", at.list(vec![statement]))]);
    let props = at.object([("PolicyDocument", document), ("Queues", at.list(vec![queue_url.clone()]))]);
    event.cause.make(id, "AWS::SQS::QueuePolicy", props)
}
