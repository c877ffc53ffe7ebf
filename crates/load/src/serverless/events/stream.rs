//! DynamoDB and Kinesis streams that a function reads.

use palisade_graph::Val;
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::super::build::{At, Made, default_bool, default_int, default_str, truthy};
use super::super::naming;
use super::super::service::{Draft, Event, Function};
use super::sqs::response_types;
use super::{arn_service, filters, mapping, source_name};

type Resources = Vec<(Val, Span)>;

/// Resources of the statements that one function's streams add, with the place of the first cause.
#[derive(Default)]
struct Statements {
    dynamodb: Resources,
    kinesis: Resources,
    shared: Resources,
    consumer: Resources,
    topics: Resources,
    queues: Resources,
}

pub(super) fn compile(draft: &mut Draft<'_>) {
    let service = draft.service;
    for function in &service.functions {
        let mut statements = Statements::default();
        for event in function.events_of("stream") {
            stream(draft, function, event, &mut statements);
        }
        let all: [(&Resources, &[&str]); 6] = [
            (
                &statements.dynamodb,
                &[
                    "dynamodb:GetRecords",
                    "dynamodb:GetShardIterator",
                    "dynamodb:DescribeStream",
                    "dynamodb:ListStreams",
                ],
            ),
            (
                &statements.kinesis,
                &[
                    "kinesis:GetRecords",
                    "kinesis:GetShardIterator",
                    "kinesis:DescribeStream",
                    "kinesis:ListStreams",
                ],
            ),
            (
                &statements.shared,
                &[
                    "kinesis:GetRecords",
                    "kinesis:GetShardIterator",
                    "kinesis:DescribeStreamSummary",
                    "kinesis:ListShards",
                ],
            ),
            (&statements.consumer, &["kinesis:SubscribeToShard"]),
            (&statements.topics, &["sns:Publish"]),
            (&statements.queues, &["sqs:ListQueues", "sqs:SendMessage"]),
        ];
        for (resources, actions) in all {
            if let Some((_, span)) = resources.first() {
                let list = At(*span).list(resources.iter().map(|(r, _)| r.clone()));
                draft.grant(actions, list, *span);
            }
        }
    }
}

fn stream(draft: &mut Draft<'_>, function: &Function, event: &Event, statements: &mut Statements) {
    let cause = function.caused(event);
    let (val, span, at) = (&event.val, event.key_span, event.at());
    let arn = if val.get("arn").is_null() { val } else { val.get("arn") };
    let kind: SmolStr = match val.get("type").as_str() {
        Some(kind) => kind.into(),
        None => arn_service(arn),
    };
    let name = stream_name(arn);
    let or = |key: &str, default: Val| if truthy(val.get(key)) { val.get(key).clone() } else { default };
    let enabled = val.get("enabled");
    let mut made = mapping(
        draft,
        function,
        &cause,
        [
            ("BatchSize", or("batchSize", default_int(10, span))),
            ("Enabled", if enabled.is_null() { default_bool(true, span) } else { enabled.clone() }),
            ("EventSourceArn", arn.clone()),
            ("ParallelizationFactor", val.get("parallelizationFactor").clone()),
            ("StartingPosition", or("startingPosition", default_str("TRIM_HORIZON", span))),
            ("MaximumBatchingWindowInSeconds", val.get("batchWindow").clone()),
            ("MaximumRetryAttempts", val.get("maximumRetryAttempts").clone()),
            ("BisectBatchOnFunctionError", val.get("bisectBatchOnFunctionError").clone()),
            ("MaximumRecordAgeInSeconds", val.get("maximumRecordAgeInSeconds").clone()),
            ("TumblingWindowInSeconds", val.get("tumblingWindowInSeconds").clone()),
            ("FilterCriteria", filters(val.get("filterPatterns"))),
        ],
    );
    response_types(val, &mut made);
    let consumer = val.get("consumer");
    if kind == "dynamodb" {
        statements.dynamodb.push((arn.clone(), span));
    } else if truthy(consumer) {
        statements.shared.push((arn.clone(), span));
    } else {
        statements.kinesis.push((arn.clone(), span));
    }
    let failure = val.at("destinations.onFailure");
    if truthy(failure) {
        let target = if failure.get("arn").is_null() { failure } else { failure.get("arn") };
        let service = failure.get("type").as_str().map_or_else(|| arn_service(target), SmolStr::new);
        let place = super::setting_span(val, "destinations", span);
        let statement = if service == "sns" { &mut statements.topics } else { &mut statements.queues };
        statement.push((target.clone(), place));
        let at = At(place);
        let config = at.obj([("OnFailure", at.obj([("Destination", target.clone())]))]);
        made.prop("DestinationConfig", config);
    }
    if truthy(consumer) && kind == "kinesis" {
        if consumer.as_bool() == Some(true) {
            let mode = draft.service.provider.at("kinesis.consumerNamingMode");
            let mut full = vec![at.str(function.key.clone()), at.str(name.clone())];
            if truthy(mode) {
                full.extend([draft.service.name.clone(), draft.service.stage.clone()]);
            }
            full.push(at.str("Consumer"));
            let full = at.concat(full);
            let id = format_smolstr!("{}StreamConsumer", naming::normalized(&full.display()));
            let resource = Made::new(
                "AWS::Kinesis::StreamConsumer",
                &cause,
                [("StreamARN", arn.clone()), ("ConsumerName", full)],
            );
            draft.template.add(id.clone(), resource);
            let reference = at.reference(id.clone());
            made.prop("EventSourceArn", reference.clone());
            made = made.depends([id]);
            statements.consumer.push((reference, span));
        } else {
            made.prop("EventSourceArn", consumer.clone());
            statements.consumer.push((consumer.clone(), span));
        }
        made.prop("StartingPositionTimestamp", val.get("startingPositionTimestamp").clone());
    }
    let id = format_smolstr!(
        "{}EventSourceMapping{}{}",
        function.normalized(),
        naming::upper_first(&kind),
        naming::alphanumeric(&name)
    );
    draft.template.add(id, made);
}

/// Name of the stream: the segment behind the first slash of an ARN.
fn stream_name(arn: &Val) -> SmolStr {
    if arn.as_map().is_some() {
        return source_name(arn, '/');
    }
    arn.display().split('/').nth(1).unwrap_or("").into()
}
