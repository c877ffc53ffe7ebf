use palisade_graph::{EdgeKind, NodeIx, NodeKind, Tri, Val};
use palisade_source::Span;

use super::document::parsed;
use super::entries::{blank, event_name, source_name};
use super::{Lowering, trigger};
use crate::Resource;

/// Buckets, topics and log groups that push to functions.
pub fn lower(l: &mut Lowering<'_>) {
    for r in l.of("AWS::S3::Bucket") {
        let Some(ix) = l.ix(r) else { continue };
        for config in r.props.at("NotificationConfiguration.LambdaConfigurations").items() {
            bucket(l, r, Some(ix), config.get("Function"), config, "");
        }
    }
    for r in l.of("Custom::S3BucketNotifications") {
        let name = r.props.get("BucketName");
        let ix = l.find(name, "bucket");
        for config in r.props.at("NotificationConfiguration.LambdaFunctionConfigurations").items() {
            bucket(l, r, ix, config.get("LambdaFunctionArn"), config, &name.display());
        }
    }
    for r in l.of("Custom::S3") {
        let name = r.props.get("BucketName");
        let ix = l.find(name, "bucket");
        for config in r.props.get("BucketConfigs").items() {
            bucket(l, r, ix, r.props.get("FunctionName"), config, &name.display());
        }
    }
    for r in l.of("AWS::SNS::Topic") {
        let Some(ix) = l.ix(r) else { continue };
        for subscription in r.props.get("Subscription").items() {
            topic(l, r, subscription, &Val::reference(r.id.clone(), Span::NONE), Some(ix));
        }
    }
    for r in l.of("AWS::SNS::Subscription") {
        let arn = r.props.get("TopicArn");
        let ix = l.find(arn, "topic");
        topic(l, r, &r.props, arn, ix);
    }
    for r in l.of("AWS::Logs::SubscriptionFilter") {
        logs(l, r);
    }
}

/// The node a push comes from: the source, or an entry of the function that stands for it.
fn origin(
    l: &mut Lowering<'_>,
    r: &Resource,
    function: NodeIx,
    event: &str,
    source: &Val,
    props: &Val,
) -> NodeIx {
    let mut entry = blank(event);
    entry.props = props.clone();
    entry.authorization_at = source.clone();
    entry.public = Tri::No;
    let name = source_name(source).unwrap_or_else(|| event_name(l, r, function, event));
    let name = format!("{}/{event}/{name}", l.name(function));
    match l.graph.by_id(&format!("entry:{}#{name}", l.root)) {
        Some(ix) => ix,
        None => l.add_part(r, &r.ty, &name, Span::NONE, entry),
    }
}

fn bucket(
    l: &mut Lowering<'_>,
    r: &Resource,
    from: Option<NodeIx>,
    function: &Val,
    config: &Val,
    source: &str,
) {
    let Some(function) = l.function(function) else { return };
    let mut t = trigger("s3", "notification", config);
    let filters = ["Filter", "Rules"].map(|key| config.get(key).clone());
    t.filter = filters.into_iter().find(|f| !f.is_null()).unwrap_or_default();
    t.logical_id.clone_from(&r.id);
    t.source = if source.is_empty() { smol_str::format_smolstr!("${{{}.Arn}}", r.id) } else { source.into() };
    let from = match from {
        Some(from) => from,
        None => origin(l, r, function, "s3", r.props.get("BucketName"), config),
    };
    l.trigger(from, function, config.span.or(r.key), t);
}

fn topic(l: &mut Lowering<'_>, r: &Resource, subscription: &Val, arn: &Val, from: Option<NodeIx>) {
    let redrive = parsed(subscription.get("RedrivePolicy"));
    let dead = redrive.get("deadLetterTargetArn");
    if subscription.get("Protocol").is("lambda").is_no() {
        if let (Some(from), Some(to)) = (from, l.any(dead)) {
            l.connect(from, to, EdgeKind::FailsTo, dead.span.or(r.key), "redrive");
        }
        return;
    }
    let Some(function) = l.function(subscription.get("Endpoint")) else { return };
    let mut t = trigger("sns", "subscription", subscription);
    t.filter = subscription.get("FilterPolicy").clone();
    t.logical_id.clone_from(&r.id);
    t.source = arn.display();
    if r.ty == "AWS::SNS::Subscription" {
        l.folded.insert(r.id.clone());
    }
    let from = match from {
        Some(from) => from,
        None => origin(l, r, function, "sns", arn, subscription),
    };
    if let Some(to) = l.any(dead) {
        l.connect(from, to, EdgeKind::FailsTo, dead.span.or(r.key), "redrive");
    }
    l.trigger(from, function, subscription.span.or(r.key), t);
}

fn logs(l: &mut Lowering<'_>, r: &Resource) {
    let Some(function) = l.function(r.props.get("DestinationArn")) else { return };
    let group = r.props.get("LogGroupName");
    let mut t = trigger("logs", "subscription", &r.props);
    t.filter = r.props.get("FilterPattern").clone();
    t.logical_id.clone_from(&r.id);
    t.source = group.display();
    let is_group = |ix: &NodeIx| l.kind(*ix) == Some(NodeKind::Store);
    let from = match l.find(group, "logs").filter(is_group) {
        Some(ix) => ix,
        None => origin(l, r, function, "logs", group, &r.props),
    };
    l.folded.insert(r.id.clone());
    l.trigger(from, function, r.key, t);
}
