//! Subscriptions of topics.

use palisade_graph::{Reason, Val};
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::super::interpret::{Handle, Place, Value};
use super::given::{Given, admit, constant, from_source, id_of, list, permit, pick, some, unique_of};
use super::{Library, Props};

/// Constructs of this kind; false for others.
pub fn construct(lib: &mut Library<'_>, h: Handle, class: &str) -> bool {
    if class != "aws_sns.Subscription" {
        return false;
    }
    let Some(object) = lib.get(h) else { return false };
    let (props, place) = (object.props.clone(), object.place);
    let protocol = props.get("protocol");
    let protocol = match constant(&protocol) {
        Some(name) => Val::str(name.to_ascii_lowercase().replace('_', "-"), protocol.span()),
        None => lib.val(&protocol),
    };
    let endpoint = lib.val(&props.get("endpoint"));
    let topic = props.get("topic");
    resource(lib, h, &topic, (protocol, endpoint), &props, place);
    true
}

/// `topic.addSubscription(new …Subscription(…))`
pub fn call(
    lib: &mut Library<'_>,
    on: Handle,
    method: &str,
    arguments: &[Value],
    at: Place,
) -> Option<Value> {
    if lib.class(on) != "aws_sns.Topic" || method != "addSubscription" {
        return None;
    }
    let topic = Value::Host(on);
    let Some(given) = Given::of(lib, &pick(arguments, 0, "topicSubscription")) else {
        return Some(Value::null());
    };
    let options = given.options.clone();
    let place = given.place;
    let span = place.block;
    let (protocol, value) = match given.class.as_str() {
        "LambdaSubscription" => {
            let target = given.pick(0, "fn");
            function(lib, &topic, &target, &options, place);
            return Some(Value::null());
        }
        "SqsSubscription" => {
            let queue = given.pick(0, "queue");
            let arn = lib.arn(&topic);
            admit(lib, &queue, "sqs:SendMessage", "sns.amazonaws.com", from_source(arn, span), at);
            let scope = queue.handle().filter(|q| lib.get(*q).is_some_and(|o| o.resource.is_some()));
            let scope = scope.unwrap_or(on);
            let id = unique_of(lib, &topic);
            let h = lib.child(Some(scope), &id, "aws_sns.Subscription", options.clone(), place);
            let endpoint = lib.arn(&queue);
            resource(lib, h, &topic, (Val::str("sqs", span), endpoint), &options, place);
            return Some(Value::Host(h));
        }
        "UrlSubscription" => {
            let url = given.pick(0, "url");
            let protocol = options.get("protocol");
            let protocol = match constant(&protocol) {
                Some(name) => Val::str(name.to_ascii_lowercase(), protocol.span()),
                None => match lib.val(&url).known_prefix().split_once("://") {
                    Some((scheme, _)) => Val::str(scheme, url.span().or(span)),
                    None => Val::unknown(Reason::NeedsCode, "protocol", span),
                },
            };
            (protocol, url)
        }
        "EmailSubscription" => {
            let json = options.get("json").as_bool() == Some(true);
            (Val::str(if json { "email-json" } else { "email" }, span), given.pick(0, "emailAddress"))
        }
        "SmsSubscription" => (Val::str("sms", span), given.pick(0, "phoneNumber")),
        "FirehoseSubscription" => (Val::str("firehose", span), given.pick(0, "deliveryStream")),
        _ => return Some(Value::null()),
    };
    let endpoint = lib.arn(&value);
    let id = value.as_str().map_or_else(|| SmolStr::new_static("TokenSubscription"), SmolStr::from);
    let h = lib.child(Some(on), &id, "aws_sns.Subscription", options.clone(), place);
    resource(lib, h, &topic, (protocol, endpoint), &options, place);
    Some(Value::Host(h))
}

/// Subscribes a function.
pub fn function(lib: &mut Library<'_>, topic: &Value, function: &Value, options: &Value, at: Place) {
    let Some(f) = function.handle() else { return };
    let name = id_of(lib, topic);
    let source = lib.arn(topic);
    let id = format_smolstr!("AllowInvoke:{}", unique_of(lib, topic));
    permit(lib, function, (f, &id), "sns.amazonaws.com", source, at);
    let h = lib.child(Some(f), &name, "aws_sns.Subscription", options.clone(), at);
    let endpoint = lib.arn(function);
    resource(lib, h, topic, (Val::str("lambda", at.block), endpoint), options, at);
}

fn resource(
    lib: &mut Library<'_>,
    h: Handle,
    topic: &Value,
    (protocol, endpoint): (Val, Val),
    options: &Value,
    at: Place,
) {
    let span = at.block;
    let dead = options.get("deadLetterQueue");
    let redrive = if dead.is_null() {
        Val::default()
    } else {
        let source = lib.arn(topic);
        admit(lib, &dead, "sqs:SendMessage", "sns.amazonaws.com", from_source(source, span), at);
        Val::object([("deadLetterTargetArn", lib.arn(&dead))], dead.span().or(span))
    };
    let (attributes, body) = (options.get("filterPolicy"), options.get("filterPolicyWithMessageBody"));
    let scope = if body.is_null() { Val::default() } else { Val::str("MessageBody", body.span().or(span)) };
    let policy = if body.is_null() { filter(lib, &attributes, 0) } else { filter(lib, &body, 0) };
    let role = options.get("subscriptionRoleArn");
    let val = Props::new()
        .set("Protocol", protocol)
        .set("TopicArn", lib.arn(topic))
        .set("Endpoint", endpoint)
        .set("FilterPolicy", policy)
        .set("FilterPolicyScope", scope)
        .from(lib, options, "rawMessageDelivery", "RawMessageDelivery")
        .set("RedrivePolicy", redrive)
        .set("SubscriptionRoleArn", lib.val(&role))
        .done(span);
    lib.resource(h, "Resource", "AWS::SNS::Subscription", val);
}

/// `SubscriptionFilter.stringFilter({…})` of each attribute, `FilterOrPolicy` of each member of a body.
fn filter(lib: &Library<'_>, value: &Value, depth: u32) -> Val {
    if value.is_null() || depth > 32 {
        return Val::default();
    }
    if let Some(given) = Given::of(lib, value) {
        let span = given.place.block;
        let name = given.class.rsplit('.').next().unwrap_or_default().to_owned();
        return match name.as_str() {
            "policy" => filter(lib, &given.options, depth + 1),
            "filter" => filter(lib, &given.pick(0, "filter"), depth + 1),
            "existsFilter" => Val::list(vec![Val::object([("exists", Val::bool(true, span))], span)], span),
            "notExistsFilter" => {
                Val::list(vec![Val::object([("exists", Val::bool(false, span))], span)], span)
            }
            "stringFilter" | "numericFilter" => conditions(lib, &given.options, span),
            _ => Val::unknown(Reason::NeedsCode, "filterPolicy", span),
        };
    }
    let entries = value.entries();
    if entries.is_empty() {
        return lib.val(value);
    }
    let made = entries.into_iter().map(|(key, _, v)| (key, filter(lib, &v, depth + 1))).collect::<Vec<_>>();
    Val::object(made, value.span())
}

fn conditions(lib: &Library<'_>, options: &Value, span: Span) -> Val {
    let mut out: Vec<Val> = Vec::new();
    for (name, _, value) in options.entries() {
        let items = value.items();
        let items = items.iter().map(|v| lib.val(v));
        match super::super::names::camel(&name).as_str() {
            "allowlist" | "whitelist" => out.extend(items),
            "denylist" | "blacklist" => {
                let all = list(items.collect(), value.span());
                out.push(some(Props::new().set("anything-but", all), span));
            }
            "matchPrefixes" => out.extend(items.map(|v| Val::object([("prefix", v)], span))),
            "matchSuffixes" => out.extend(items.map(|v| Val::object([("suffix", v)], span))),
            _ => out.push(Val::unknown(Reason::NeedsCode, name, span)),
        }
    }
    Val::list(out, span)
}
