//! Events that a service pushes: S3, SNS, IoT, logs, Cognito, Alexa.

use std::collections::HashSet;

use palisade_graph::{Val, Via};
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::super::Transform;
use super::super::build::{At, Props, child, child_list, child_map, referred, truthy};
use super::super::cause::depend;
use super::super::function::Target;
use super::super::role::Role;
use super::{Event, permission, pull, queue_policy};
use crate::Resource;

/// What the events of a bucket add to it.
#[derive(Default)]
pub struct Notifications {
    permissions: Vec<(SmolStr, Span)>,
    configurations: Vec<Val>,
    seen: HashSet<SmolStr>,
}

impl Transform<'_> {
    /// Gives buckets their notifications, which wait for the permissions.
    pub fn finish_buckets(&mut self) {
        for (id, notifications) in std::mem::take(&mut self.buckets) {
            let Some(bucket) = self.resources.get_mut(&id).filter(|r| r.ty == "AWS::S3::Bucket") else {
                continue;
            };
            let span = notifications.permissions.first().map_or(bucket.key, |(_, span)| *span);
            depend(bucket, notifications.permissions.into_iter().map(|(id, _)| id), span);
            let at = At(span);
            let configuration = child(&mut bucket.props, "NotificationConfiguration", || at.object([]));
            if let Some(list) = configuration.and_then(|c| child_list(c, "LambdaConfigurations", span)) {
                list.items.extend(notifications.configurations);
            }
        }
    }
}

/// The permission of a bucket, and its notification.
pub fn bucket(transform: &mut Transform<'_>, event: &Event<'_>, target: &Target) -> Vec<Resource> {
    let at = event.at();
    let id = format_smolstr!("{}Permission", event.id);
    let account = at.pseudo("AWS::AccountId");
    let permission = permission(event, id, target, "s3.amazonaws.com", [("SourceAccount", account)]);

    let Some(bucket) = referred(event.props.get("Bucket")) else { return vec![permission] };
    let notifications = transform.buckets.entry(bucket.clone()).or_default();
    notifications.permissions.push((permission.id.clone(), at.0));
    for kind in event.props.get("Events").items() {
        let mut notification = Props::default();
        notification.put("Event", kind.clone());
        notification.put("Function", target.arn(at));
        notification.copy(event.props, "Filter");
        let notification = notification.finish(at.0).through(Via::Implied, at.0);
        if notifications.seen.insert(notification.display()) {
            notifications.configurations.push(notification);
        }
    }
    vec![permission]
}

/// A subscription of the function, or of a queue that the function polls.
pub fn topic(
    transform: &Transform<'_>,
    event: &Event<'_>,
    target: &Target,
    role: &mut Role,
) -> Vec<Resource> {
    let at = event.at();
    let own = event.props;
    let topic = own.get("Topic");
    let queued = own.get("SqsSubscription");
    if !truthy(queued) {
        let id = format_smolstr!("{}Permission", event.id);
        let permission = permission(event, id, target, "sns.amazonaws.com", [("SourceArn", topic.clone())]);
        return vec![permission, subscription(event, "lambda", target.arn(at))];
    }
    let mut made = Vec::new();
    let (arn, url, policy, batch) = if queued.as_map().is_some() {
        let wanted = queued.get("QueuePolicyLogicalId");
        let policy =
            if truthy(wanted) { wanted.display() } else { format_smolstr!("{}QueuePolicy", event.id) };
        (
            queued.get("QueueArn").clone(),
            queued.get("QueueUrl").clone(),
            policy,
            queued.get("BatchSize").clone(),
        )
    } else {
        let id = format_smolstr!("{}Queue", event.id);
        let fifo = referred(topic).and_then(|id| transform.resources.get(id));
        let fifo = fifo.map(|t| t.props.get("FifoTopic")).filter(|f| truthy(f)).cloned();
        let props = at.object([("FifoQueue", fifo.unwrap_or_default())]);
        made.push(event.cause.make(id.clone(), "AWS::SQS::Queue", props));
        (
            at.attribute(&id, "Arn"),
            at.reference(&id),
            format_smolstr!("{}QueuePolicy", event.id),
            Val::default(),
        )
    };
    let batch = if truthy(&batch) { batch } else { Val::int(10, at.0) };
    let props = at.object([("Queue", arn.clone()), ("BatchSize", batch), ("Enabled", at.bool(true))]);
    let poll = Event {
        id: format_smolstr!("{}EventSourceMapping", event.id),
        cause: event.cause.clone(),
        ty: "SQS",
        props: &props,
    };
    made.insert(0, pull::mapping(&poll, target, role));
    made.push(queue_policy(event, policy, at, at.text("*"), topic, &arn, &url));
    made.push(subscription(event, "sqs", arn));
    made
}

fn subscription(event: &Event<'_>, protocol: &'static str, endpoint: Val) -> Resource {
    let at = event.at();
    let mut props = Props::default();
    props.put("Endpoint", endpoint);
    props.put("Protocol", at.text(protocol));
    props.rename(event.props, "Topic", "TopicArn");
    props.copy_all(event.props, &["Region", "FilterPolicy", "FilterPolicyScope", "RedrivePolicy"]);
    event.cause.make(event.id.clone(), "AWS::SNS::Subscription", props.finish(at.0))
}

/// The permission of an Alexa skill.
pub fn alexa(event: &Event<'_>, target: &Target) -> Resource {
    let id = format_smolstr!("{}Permission", event.id);
    let skill = event.props.get("SkillId").clone();
    permission(event, id, target, "alexa-appkit.amazon.com", [("EventSourceToken", skill)])
}

/// An IoT rule and its permission.
pub fn iot(event: &Event<'_>, target: &Target) -> Vec<Resource> {
    let at = event.at();
    let rule = at.reference(&event.id);
    let source =
        at.sub("arn:aws:iot:${AWS::Region}:${AWS::AccountId}:rule/${RuleName}", &[("RuleName", &rule)]);
    let from = [("SourceArn", source), ("SourceAccount", at.pseudo("AWS::AccountId"))];
    let id = format_smolstr!("{}Permission", event.id);
    let permission = permission(event, id, target, "iot.amazonaws.com", from);

    let action = at.object([("Lambda", at.object([("FunctionArn", target.arn(at))]))]);
    let mut payload = Props::default();
    payload.copy(event.props, "Sql");
    payload.put("RuleDisabled", at.bool(false));
    payload.put("Actions", at.list(vec![action.through(Via::Implied, at.0)]));
    payload.copy_set(event.props, &["AwsIotSqlVersion"]);
    let props = at.object([("TopicRulePayload", payload.finish(at.0))]);
    vec![permission, event.cause.make(event.id.clone(), "AWS::IoT::TopicRule", props)]
}

/// A subscription filter of a log group and its permission.
pub fn logs(event: &Event<'_>, target: &Target) -> Vec<Resource> {
    let at = event.at();
    let group = event.props.get("LogGroupName");
    let arn = "arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:${group}:*";
    let source = at.sub(arn, &[("group", group)]);
    let id = format_smolstr!("{}Permission", event.id);
    let permission = permission(event, id, target, "logs.amazonaws.com", [("SourceArn", source)]);

    let mut props = Props::default();
    props.copy_all(event.props, &["LogGroupName", "FilterPattern"]);
    props.put("DestinationArn", target.arn(at));
    let mut filter = event.cause.make(event.id.clone(), "AWS::Logs::SubscriptionFilter", props.finish(at.0));
    depend(&mut filter, [permission.id.clone()], at.0);
    vec![permission, filter]
}

/// A trigger of a user pool and its permission.
pub fn user_pool(transform: &mut Transform<'_>, event: &Event<'_>, target: &Target) -> Vec<Resource> {
    let at = event.at();
    let Some(pool_id) = referred(event.props.get("UserPool")) else { return Vec::new() };
    let source = at.attribute(pool_id, "Arn");
    let id = format_smolstr!("{}CognitoPermission", target.id());
    let permission = permission(event, id, target, "cognito-idp.amazonaws.com", [("SourceArn", source)]);
    if let Some(pool) = transform.resources.get_mut(pool_id).filter(|r| r.ty == "AWS::Cognito::UserPool") {
        for trigger in event.props.get("Trigger").items() {
            let Some(name) = trigger.as_str() else { continue };
            if let Some(map) = child_map(&mut pool.props, "LambdaConfig", at.0)
                && map.get(name).is_none()
            {
                map.set(name, At(trigger.span).0, target.arn(at).through(Via::Implied, at.0));
            }
        }
    }
    vec![permission]
}
