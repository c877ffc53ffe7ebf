//! Event source mappings, and the event sources that functions are given.

use palisade_graph::{Reason, Val};
use palisade_source::Span;
use smol_str::format_smolstr;

use super::super::interpret::{Handle, Host, Place, Value};
use super::core::{managed_policy, seconds};
use super::given::{Given, constant, list, named, pick, sending, some, unique_of};
use super::{Library, Props, lambda, notifications, policy, subscriptions};

/// Constructs of this kind; false for others.
pub fn construct(lib: &mut Library<'_>, h: Handle, class: &str) -> bool {
    if class != "aws_lambda.EventSourceMapping" {
        return false;
    }
    let Some(object) = lib.get(h) else { return false };
    let (props, place) = (object.props.clone(), object.place);
    let target = props.get("target");
    mapping(lib, h, &target, &props, place);
    true
}

/// Methods of functions that add a source.
pub fn call(
    lib: &mut Library<'_>,
    on: Handle,
    method: &str,
    arguments: &[Value],
    at: Place,
) -> Option<Value> {
    if !lambda::is_function(lib, on) {
        return None;
    }
    match method {
        "addEventSource" => {
            source(lib, on, &pick(arguments, 0, "source"), at);
            Some(Value::null())
        }
        "addEventSourceMapping" => {
            let id = lib.val(&pick(arguments, 0, "id")).display();
            let options = named(arguments);
            let h = lib.child(Some(on), &id, "aws_lambda.EventSourceMapping", options.clone(), at);
            mapping(lib, h, &Value::Host(on), &options, at);
            Some(Value::Host(h))
        }
        _ => None,
    }
}

/// `FilterCriteria.filter({…})` of each filter.
fn filters(lib: &Library<'_>, options: &Value) -> Val {
    let given = options.get("filters");
    let items: Vec<Val> = given
        .items()
        .iter()
        .map(|filter| match Given::of(lib, filter) {
            Some(made) => {
                let pattern = lib.val(&made.pick(0, "filter"));
                let pattern = if pattern.is_null() { lib.val(&made.options) } else { pattern };
                Val::object([("Pattern", pattern)], made.place.block)
            }
            None => {
                let pattern = filter.get("pattern");
                if pattern.is_null() {
                    lib.val(filter)
                } else {
                    Val::object([("Pattern", lib.val(&pattern))], filter.span())
                }
            }
        })
        .collect();
    if items.is_empty() {
        return Val::default();
    }
    Val::object([("Filters", Val::list(items, given.span()))], given.span())
}

/// Where records go that failed; who sends them there may do so.
fn failure(lib: &mut Library<'_>, function: &Value, options: &Value, at: Place) -> Val {
    let given = options.get("onFailure");
    let Some(made) = Given::of(lib, &given) else {
        return if given.is_null() {
            Val::default()
        } else {
            Val::unknown(Reason::NeedsCode, "onFailure", given.span())
        };
    };
    let target = [("queue", 0), ("topic", 0), ("bucket", 0), ("topicName", 0)]
        .into_iter()
        .map(|(name, n)| made.pick(n, name))
        .find(|v| !v.is_null())
        .unwrap_or_default();
    let span = made.place.block;
    for statement in sending(lib, &target, span) {
        policy::grant(lib, function, statement, at);
    }
    let destination = Val::object([("Destination", lib.arn(&target))], span);
    Val::object([("OnFailure", destination)], span)
}

/// The mapping of a source to a function, with options in the library's words.
fn mapping(lib: &mut Library<'_>, h: Handle, function: &Value, options: &Value, at: Place) {
    let span = at.block;
    let failure = failure(lib, function, options, at);
    let reports = options.get("reportBatchItemFailures");
    let reports = match reports.as_bool() {
        Some(true) => Val::list(vec![Val::str("ReportBatchItemFailures", reports.span())], reports.span()),
        Some(false) => Val::default(),
        None if reports.is_null() => Val::default(),
        None => Val::unknown(Reason::NeedsCode, "reportBatchItemFailures", reports.span()),
    };
    let position = options.get("startingPosition");
    let position = constant(&position).map(|p| Val::str(p, position.span())).unwrap_or_default();
    let concurrency = options.get("maxConcurrency");
    let scaling =
        some(Props::new().set("MaximumConcurrency", lib.val(&concurrency)), concurrency.span().or(span));
    let topic = options.get("kafkaTopic");
    let servers = options.get("kafkaBootstrapServers");
    let own = if servers.is_null() {
        Val::default()
    } else {
        let endpoints = Val::object([("KafkaBootstrapServers", lib.val(&servers))], servers.span());
        Val::object([("Endpoints", endpoints)], servers.span())
    };
    let group = options.get("kafkaConsumerGroupId");
    let group = some(Props::new().set("ConsumerGroupId", lib.val(&group)), group.span());
    let access = options.get("sourceAccessConfigurations");
    let access_list: Vec<Val> = access
        .items()
        .iter()
        .map(|a| {
            let kind = a.get("type");
            let kind = match constant(&kind) {
                Some("CLIENT_CERTIFICATE_TLS_AUTH") => Val::str("CLIENT_CERTIFICATE_TLS_AUTH", kind.span()),
                Some(name) => Val::str(name, kind.span()),
                None => lib.val(&kind),
            };
            Val::object([("Type", kind), ("URI", lib.arn(&a.get("uri")))], a.span())
        })
        .collect();
    let group_key = if own.is_null() {
        "AmazonManagedKafkaEventSourceConfig"
    } else {
        "SelfManagedKafkaEventSourceConfig"
    };
    let topics =
        if topic.is_null() { Val::default() } else { Val::list(vec![lib.val(&topic)], topic.span()) };
    let val = Props::new()
        .set("FunctionName", lib.val(function))
        .from(lib, options, "eventSourceArn", "EventSourceArn")
        .from(lib, options, "batchSize", "BatchSize")
        .from(lib, options, "enabled", "Enabled")
        .set("MaximumBatchingWindowInSeconds", seconds(lib, &options.get("maxBatchingWindow")))
        .from(lib, options, "bisectBatchOnError", "BisectBatchOnFunctionError")
        .set("MaximumRecordAgeInSeconds", seconds(lib, &options.get("maxRecordAge")))
        .from(lib, options, "retryAttempts", "MaximumRetryAttempts")
        .from(lib, options, "parallelizationFactor", "ParallelizationFactor")
        .set("TumblingWindowInSeconds", seconds(lib, &options.get("tumblingWindow")))
        .set("StartingPosition", position)
        .set("FunctionResponseTypes", reports)
        .set("FilterCriteria", filters(lib, options))
        .set("KmsKeyArn", lib.arn(&options.get("filterEncryption")))
        .set("ScalingConfig", scaling)
        .set("Topics", topics)
        .set("SelfManagedEventSource", own)
        .set(group_key, group)
        .set("SourceAccessConfigurations", list(access_list, access.span()))
        .set("DestinationConfig", failure)
        .done(span);
    lib.resource(h, "Resource", "AWS::Lambda::EventSourceMapping", val);
}

/// Options of a source with more of them.
fn more(options: &Value, added: Vec<(&str, Value)>, span: Span) -> Value {
    let mut entries: Vec<_> = options.entries().into_iter().map(|(k, s, v)| (k, (s, v))).collect();
    for (name, value) in added {
        if !entries.iter().any(|(k, _)| k == name) {
            entries.push((name.into(), (span, value)));
        }
    }
    let made = Value::map(entries, options.span().or(span));
    if let Value::Map(map) = &made {
        map.open.set(options.is_open() && !options.is_null());
    }
    made
}

/// `fn.addEventSource(new …EventSource(…))`
/// Adds a source to a function.
pub fn source(lib: &mut Library<'_>, on: Handle, source: &Value, at: Place) {
    let Some(given) = Given::of(lib, source) else { return };
    let function = Value::Host(on);
    let span = given.place.block;
    let options = given.options.clone();
    let allow = |lib: &mut Library<'_>, actions: &[&str], on: Val| {
        policy::grant(lib, &function, policy::allow(actions, vec![on], span), at);
    };
    let decrypt = |lib: &mut Library<'_>, of: &Value, name: &str| {
        let key = of.handle().map(|h| lib.prop(h, name)).unwrap_or_default();
        if key.handle().is_some() {
            let arn = lib.arn(&key);
            allow(lib, &["kms:Decrypt"], arn);
        }
    };
    let (what, options) = match given.class.as_str() {
        "SqsEventSource" => {
            let queue = given.pick(0, "queue");
            let arn = lib.arn(&queue);
            decrypt(lib, &queue, "encryptionMasterKey");
            allow(
                lib,
                &[
                    "sqs:ReceiveMessage",
                    "sqs:ChangeMessageVisibility",
                    "sqs:GetQueueUrl",
                    "sqs:DeleteMessage",
                    "sqs:GetQueueAttributes",
                ],
                arn.clone(),
            );
            (queue, more(&options, vec![("eventSourceArn", Value::Val(arn))], span))
        }
        "DynamoEventSource" => {
            let table = given.pick(0, "table");
            let arn = match table.handle() {
                Some(t) if lib.get(t).is_some_and(|o| o.resource.is_some()) => lib.attribute(t, "StreamArn"),
                Some(t) => lib.val(&lib.prop(t, "tableStreamArn")),
                None => lib.val(&table),
            };
            allow(lib, &["dynamodb:ListStreams"], Val::str("*", span));
            allow(
                lib,
                &["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
                arn.clone(),
            );
            decrypt(lib, &table, "encryptionKey");
            let size = Value::Val(Val::int(100, span));
            (table, more(&options, vec![("eventSourceArn", Value::Val(arn)), ("batchSize", size)], span))
        }
        "KinesisEventSource" | "KinesisConsumerEventSource" => {
            let stream = given.pick(0, "stream");
            let arn = lib.arn(&stream);
            allow(
                lib,
                &[
                    "kinesis:DescribeStreamSummary",
                    "kinesis:GetRecords",
                    "kinesis:GetShardIterator",
                    "kinesis:ListShards",
                    "kinesis:SubscribeToShard",
                    "kinesis:DescribeStream",
                    "kinesis:ListStreams",
                    "kinesis:DescribeStreamConsumer",
                ],
                arn.clone(),
            );
            decrypt(lib, &stream, "encryptionKey");
            let size = Value::Val(Val::int(100, span));
            (stream, more(&options, vec![("eventSourceArn", Value::Val(arn)), ("batchSize", size)], span))
        }
        "ManagedKafkaEventSource" | "SelfManagedKafkaEventSource" => {
            return kafka(lib, on, &given, at);
        }
        "S3EventSource" | "S3EventSourceV2" => {
            let bucket = given.pick(0, "bucket");
            let filters = options.get("filters").items();
            for event in options.get("events").items() {
                notifications::add(lib, &bucket, &event, &function, &filters, given.place);
            }
            return;
        }
        "SnsEventSource" => {
            let topic = given.pick(0, "topic");
            subscriptions::function(lib, &topic, &function, &options, given.place);
            return;
        }
        "ApiEventSource" => return api(lib, on, &given, at),
        // A source of the application's own says itself what it binds.
        _ => return,
    };
    let name = if given.class == "DynamoEventSource" { "DynamoDBEventSource" } else { &given.class };
    let id = format_smolstr!("{name}:{}", unique_of(lib, &what));
    let h = lib.child(Some(on), &id, "aws_lambda.EventSourceMapping", options.clone(), given.place);
    mapping(lib, h, &function, &options, given.place);
}

fn kafka(lib: &mut Library<'_>, on: Handle, given: &Given, at: Place) {
    let function = Value::Host(on);
    let span = given.place.block;
    let options = &given.options;
    let mut added =
        vec![("kafkaTopic", options.get("topic")), ("batchSize", Value::Val(Val::int(100, span)))];
    let group = options.get("consumerGroupId");
    if !group.is_null() {
        added.push(("kafkaConsumerGroupId", group));
    }
    let secret = options.get("secret");
    let authentication = options.get("authenticationMethod");
    let managed = given.class == "ManagedKafkaEventSource";
    let kind = match constant(&authentication) {
        Some("SASL_SCRAM_256_AUTH") => "SASL_SCRAM_256_AUTH",
        Some("BASIC_AUTH") => "BASIC_AUTH",
        Some("CLIENT_CERTIFICATE_TLS_AUTH") => "CLIENT_CERTIFICATE_TLS_AUTH",
        _ => "SASL_SCRAM_512_AUTH",
    };
    let entry = |kind: &str, uri: Value| {
        Value::map([("type".into(), (span, Value::str(kind, span))), ("uri".into(), (span, uri))], span)
    };
    let mut access = Vec::new();
    if !secret.is_null() {
        let arn = lib.arn(&secret);
        let statement = policy::allow(
            &["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
            vec![arn],
            span,
        );
        policy::grant(lib, &function, statement, at);
        access.push(entry(kind, secret));
    }
    let authority = options.get("rootCACertificate");
    if !authority.is_null() {
        access.push(entry("SERVER_ROOT_CA_CERTIFICATE", authority));
    }
    if !access.is_empty() {
        added.push(("sourceAccessConfigurations", Value::list(access, span)));
    }
    let name = if managed {
        let cluster = options.get("clusterArn");
        let arn = lib.arn(&cluster);
        let actions = ["kafka:DescribeCluster", "kafka:GetBootstrapBrokers", "kafka:ListScramSecrets"];
        policy::grant(lib, &function, policy::allow(&actions, vec![arn], span), at);
        let name = Val::str("service-role/AWSLambdaMSKExecutionRole", span);
        let role = policy::role_of(lib, on).and_then(|r| lib.get(r)).and_then(|o| o.resource.clone());
        if let Some(role) = role {
            lib.append(&role, &["ManagedPolicyArns"], managed_policy(&name, span));
        }
        added.push(("eventSourceArn", cluster));
        "KafkaEventSource"
    } else {
        added.push(("kafkaBootstrapServers", options.get("bootstrapServers")));
        "SelfManagedKafkaEventSource"
    };
    let options = more(options, added, span);
    let id = format_smolstr!("{name}:{}", lib.val(&options.get("topic")).display());
    let h = lib.child(Some(on), &id, "aws_lambda.EventSourceMapping", options.clone(), given.place);
    mapping(lib, h, &function, &options, given.place);
}

/// `ApiEventSource(method, path, options)`: one API for each function.
fn api(lib: &mut Library<'_>, on: Handle, given: &Given, at: Place) {
    let Some(stack) = lib.stack_of(on) else { return };
    let api = match lib.set(on, "apiEventSource").handle() {
        Some(api) => api,
        None => {
            let id = format_smolstr!("{}:ApiEventSourceA7A86A4F", lib.unique(on));
            let span = given.place.block;
            let integration = Value::list(vec![Value::Host(on)], span);
            let value = Val::unknown(Reason::NeedsCode, "integration", span);
            let integration = lib.plain("aws_apigateway.LambdaIntegration", integration, value, given.place);
            let props = Value::map([("defaultIntegration".into(), (span, Value::Host(integration)))], span);
            let made = lib.construct(
                "aws_apigateway.RestApi",
                Some(stack),
                &Value::str(id, span),
                &props,
                given.place,
            );
            lib.put(on, "apiEventSource", made.clone());
            let Some(api) = made.handle() else { return };
            api
        }
    };
    let root = lib.set(api, "root");
    let Some(root) = root.handle() else { return };
    let path = given.pick(1, "path");
    let resource = lib.call(root, "resourceForPath", &[path], at);
    if let Some(resource) = resource.handle() {
        let arguments = [given.pick(0, "method"), Value::null(), given.options.clone()];
        lib.call(resource, "addMethod", &arguments, at);
    }
}
