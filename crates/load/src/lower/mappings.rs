use palisade_graph::{EdgeKind, NodeIx, Trigger, Val};
use palisade_source::Span;

use super::entries::{blank, event_name, source_name};
use super::{Lowering, arn, trigger};
use crate::Resource;

/// Triggers that Lambda or Pipes pull from a source.
pub fn lower(l: &mut Lowering<'_>) {
    for r in l.of("AWS::Kinesis::StreamConsumer") {
        // Reading through a consumer is reading the stream.
        if let Some(stream) = l.any(r.props.get("StreamARN")) {
            l.graph.alias(r.id.clone(), stream);
        }
    }
    for r in l.of("AWS::Lambda::EventSourceMapping") {
        mapping(l, r);
    }
    for r in l.of("AWS::Pipes::Pipe") {
        pipe(l, r);
    }
}

fn mapping(l: &mut Lowering<'_>, r: &Resource) {
    let props = &r.props;
    let Some(function) = l.function(props.get("FunctionName")) else { return };
    let arn = props.get("EventSourceArn");
    let event = match event(l, arn, props) {
        // The Serverless Framework says which stream it is where the ARN does not.
        "stream" if r.id.contains("EventSourceMappingDynamodb") => "dynamodb",
        "stream" if r.id.contains("EventSourceMappingKinesis") => "kinesis",
        found => found,
    };
    let mut t = trigger(event, "mapping", props);
    let enabled = props.get("Enabled");
    if !enabled.is_null() {
        t.enabled = enabled.as_bool().map_or_else(|| enabled.clone(), |b| Val::bool(b, enabled.span));
    }
    t.batch_size = props.get("BatchSize").clone();
    t.filter = props.get("FilterCriteria").clone();
    t.logical_id.clone_from(&r.id);
    t.source = arn.display();
    l.folded.insert(r.id.clone());
    let failure = props.at("DestinationConfig.OnFailure.Destination");
    if let Some(to) = l.any(failure) {
        l.connect(function, to, EdgeKind::FailsTo, failure.span.or(r.key), &r.id);
    }
    pull(l, r, function, arn, t);
}

/// Connects a source, or an entry that stands for one outside the application, with a function.
fn pull(l: &mut Lowering<'_>, r: &Resource, function: NodeIx, source: &Val, t: Trigger) {
    let from = match l.any(source) {
        Some(ix) if ix != function => ix,
        _ => {
            let mut entry = blank(&t.event);
            entry.props = r.props.clone();
            entry.authorization_at = source.clone();
            entry.public = palisade_graph::Tri::No;
            let name = source_name(source).unwrap_or_else(|| event_name(l, r, function, &t.event));
            let name = format!("{}/{}/{name}", l.name(function), t.event);
            match l.graph.by_id(&format!("entry:{}#{name}", l.root)) {
                Some(ix) => ix,
                None => l.add_part(r, &r.ty, &name, Span::NONE, entry),
            }
        }
    };
    l.trigger(from, function, r.key, t);
}

/// Kind of event of a source.
fn event(l: &Lowering<'_>, source: &Val, props: &Val) -> &'static str {
    if let Some(node) = l.any(source).and_then(|ix| l.graph.node(ix)) {
        let found = match node.ty.as_str() {
            "AWS::SQS::Queue" => "sqs",
            "AWS::Kinesis::Stream" => "kinesis",
            "AWS::DynamoDB::Table" | "AWS::DynamoDB::GlobalTable" => "dynamodb",
            "AWS::MSK::Cluster" | "AWS::MSK::ServerlessCluster" => "kafka",
            "AWS::AmazonMQ::Broker" => "mq",
            "AWS::DocDB::DBCluster" => "documentdb",
            _ => "",
        };
        if !found.is_empty() {
            return found;
        }
    }
    let text = source.display();
    match arn::split(&text, ':', 4).get(2).copied() {
        Some("sqs") => return "sqs",
        Some("kinesis") => return "kinesis",
        Some("dynamodb") => return "dynamodb",
        Some("kafka") => return "kafka",
        Some("mq") => return "mq",
        Some("rds") => return "documentdb",
        _ => {}
    }
    let has = |key: &str| !props.get(key).is_null();
    let kafka = [
        "SelfManagedEventSource",
        "SelfManagedKafkaEventSourceConfig",
        "AmazonManagedKafkaEventSourceConfig",
        "Topics",
    ];
    if kafka.into_iter().any(has) {
        "kafka"
    } else if has("Queues") {
        "mq"
    } else if has("DocumentDBEventSourceConfig") {
        "documentdb"
    } else if has("StartingPosition") {
        "stream"
    } else {
        "sqs"
    }
}

fn pipe(l: &mut Lowering<'_>, r: &Resource) {
    let source = r.props.get("Source");
    for key in ["Enrichment", "Target"] {
        let Some(function) = l.function(r.props.get(key)) else { continue };
        let event = event(l, source, &r.props.at("SourceParameters").clone());
        // A pipe is no event source mapping: it polls the source itself, and subscribes its target to it.
        let mut t = trigger(event, "subscription", &r.props);
        t.logical_id.clone_from(&r.id);
        t.source = source.display();
        t.filter = r.props.at("SourceParameters.FilterCriteria").clone();
        t.enabled = super::events::enabled(r.props.get("DesiredState"), "STOPPED");
        t.asynchronous = key == "Target"
            && r.props.at("TargetParameters.LambdaFunctionParameters.InvocationType").as_str()
                == Some("FIRE_AND_FORGET");
        pull(l, r, function, source, t);
    }
}
