//! What buckets and log groups send when something happens in them.

use palisade_graph::{Entry, Reason, Val};
use smol_str::{SmolStr, format_smolstr};

use super::super::interpret::{Handle, Place, Value};
use super::super::names::pascal;
use super::given::{Given, admit, constant, from_source, named, permit, pick, unique_of};
use super::{Library, Props, lambda};

/// Constructs of this kind; false for others.
pub fn construct(lib: &mut Library<'_>, h: Handle, class: &str) -> bool {
    if class != "aws_logs.SubscriptionFilter" {
        return false;
    }
    let Some(object) = lib.get(h) else { return false };
    let (props, place) = (object.props.clone(), object.place);
    let group = props.get("logGroup");
    filter(lib, h, &group, &props, place);
    true
}

/// What a construct that was just made sends from the beginning.
pub fn after(lib: &mut Library<'_>, h: Handle, class: &str) {
    match class {
        "aws_s3.Bucket" => {
            let on = lib.prop(h, "eventBridgeEnabled");
            if on.as_bool() == Some(true) {
                bridge(lib, h);
            }
        }
        "aws_cognito.UserPool" => {
            for (name, _, function) in lib.prop(h, "lambdaTriggers").entries() {
                let at = lib.get(h).map(|o| o.place);
                if let Some(at) = at {
                    pool(lib, h, &name, &function, at);
                }
            }
        }
        _ => {}
    }
}

/// Methods of buckets, log groups and user pools.
pub fn call(
    lib: &mut Library<'_>,
    on: Handle,
    method: &str,
    arguments: &[Value],
    at: Place,
) -> Option<Value> {
    let this = Value::Host(on);
    match (lib.class(on), method) {
        ("aws_s3.Bucket", "addEventNotification") => {
            let event = pick(arguments, 0, "event");
            let destination = pick(arguments, 1, "dest");
            add(lib, &this, &event, &destination, rest(arguments, 2), at);
        }
        ("aws_s3.Bucket", "addObjectCreatedNotification" | "addObjectRemovedNotification") => {
            let name =
                if method == "addObjectCreatedNotification" { "OBJECT_CREATED" } else { "OBJECT_REMOVED" };
            let event = Value::Native(format_smolstr!("aws_s3.EventType.{name}"), at.block);
            let destination = pick(arguments, 0, "dest");
            add(lib, &this, &event, &destination, rest(arguments, 1), at);
        }
        ("aws_s3.Bucket", "enableEventBridgeNotification") => bridge(lib, on),
        ("aws_logs.LogGroup", "addSubscriptionFilter") => {
            let id = lib.val(&pick(arguments, 0, "id")).display();
            let options = named(arguments);
            let h = lib.child(Some(on), &id, "aws_logs.SubscriptionFilter", options.clone(), at);
            filter(lib, h, &this, &options, at);
            return Some(Value::Host(h));
        }
        ("aws_cognito.UserPool", "addTrigger") => {
            let operation = pick(arguments, 0, "operation");
            let name = match constant(&operation) {
                Some(name) => name.to_owned(),
                None => lib.val(&operation).display().to_string(),
            };
            let function = pick(arguments, 1, "fn");
            let name = match name.split_once('_') {
                Some(_) => words(&name),
                None if name.bytes().all(|b| b.is_ascii_uppercase()) => words(&name),
                None => name.into(),
            };
            pool(lib, on, &name, &function, at);
        }
        _ => return None,
    }
    Some(Value::null())
}

fn rest(arguments: &[Value], n: usize) -> &[Value] {
    arguments.get(n..).unwrap_or_default()
}

/// `PRE_SIGN_UP` → `PreSignUp`.
fn words(name: &str) -> SmolStr {
    name.split('_').map(|w| pascal(&w.to_ascii_lowercase())).collect::<Vec<_>>().concat().into()
}

/// The resource that sets what a bucket sends.
fn configuration(lib: &mut Library<'_>, bucket: Handle, at: Place) -> Option<SmolStr> {
    if let Some(made) = lib.set(bucket, "notifications").handle() {
        return lib.get(made)?.resource.clone();
    }
    let name = lib.val(&Value::Host(bucket));
    let h = lib.child(Some(bucket), "Notifications", "aws_s3.BucketNotifications", Value::null(), at);
    let props = Val::object(
        [
            ("BucketName", name),
            ("NotificationConfiguration", Val::object::<SmolStr>([], at.block)),
            ("Managed", Val::bool(true, at.block)),
        ],
        at.block,
    );
    lib.put(bucket, "notifications", Value::Host(h));
    Some(lib.resource(h, "Resource", "Custom::S3BucketNotifications", props))
}

fn bridge(lib: &mut Library<'_>, bucket: Handle) {
    let Some(at) = lib.get(bucket).map(|o| o.place) else { return };
    if let Some(id) = configuration(lib, bucket, at) {
        let none = Val::object::<SmolStr>([], at.block);
        lib.edit(&id, &["NotificationConfiguration", "EventBridgeConfiguration"], at.block, none);
    }
}

/// `EventType.OBJECT_CREATED_PUT` → `s3:ObjectCreated:Put`.
fn event(lib: &Library<'_>, value: &Value) -> Val {
    let Some(name) = constant(value) else { return lib.val(value) };
    let text = match name {
        "OBJECT_CREATED_COMPLETE_MULTIPART_UPLOAD" => "s3:ObjectCreated:CompleteMultipartUpload".into(),
        "OBJECT_REMOVED_DELETE_MARKER_CREATED" => "s3:ObjectRemoved:DeleteMarkerCreated".into(),
        "REDUCED_REDUNDANCY_LOST_OBJECT" => "s3:ReducedRedundancyLostObject".into(),
        "LIFECYCLE_TRANSITION" => "s3:LifecycleTransition".into(),
        "INTELLIGENT_TIERING" => "s3:IntelligentTiering".into(),
        _ => {
            let families = [
                "OBJECT_CREATED",
                "OBJECT_REMOVED",
                "OBJECT_RESTORE",
                "REPLICATION",
                "LIFECYCLE_EXPIRATION",
                "OBJECT_TAGGING",
                "OBJECT_ACL",
            ];
            let family = families.into_iter().find(|f| name.starts_with(f));
            let Some(family) = family else {
                return Val::unknown(Reason::NeedsCode, name, value.span());
            };
            let tail = name.get(family.len()..).unwrap_or_default().trim_start_matches('_');
            let tail = if tail.is_empty() { SmolStr::new_static("*") } else { words(tail) };
            if family == "REPLICATION" {
                format!("s3:Replication:{}", words(name).replacen("Replication", "", 1))
            } else {
                format!("s3:{}:{tail}", words(family))
            }
        }
    };
    Val::str(text, value.span())
}

/// Sends an event of a bucket to a function, queue or topic.
pub fn add(
    lib: &mut Library<'_>,
    bucket: &Value,
    kind: &Value,
    destination: &Value,
    filters: &[Value],
    at: Place,
) {
    let Some(b) = bucket.handle() else { return };
    let given = Given::of(lib, destination);
    let target = match &given {
        Some(given) => ["fn", "queue", "topic"]
            .into_iter()
            .map(|name| given.pick(0, name))
            .find(|v| !v.is_null())
            .unwrap_or_default(),
        None => destination.clone(),
    };
    let span = at.block;
    let mut rules: Vec<Val> = Vec::new();
    for one in filters {
        for name in ["prefix", "suffix"] {
            let Some((key_span, value)) = one.entry(name) else { continue };
            let value = lib.val(&value);
            if !value.is_null() {
                let entry = [("Name", Val::str(name, key_span)), ("Value", value)];
                rules.push(Val::object(entry, key_span));
            }
        }
    }
    let filter = if rules.is_empty() {
        Val::default()
    } else {
        let key = Val::object([("FilterRules", Val::list(rules, span))], span);
        Val::object([("Key", key)], span)
    };
    let class = target.handle().map(|h| lib.class(h).to_owned()).unwrap_or_default();
    let (list, key) = match class.as_str() {
        "aws_sqs.Queue" => ("QueueConfigurations", "QueueArn"),
        "aws_sns.Topic" => ("TopicConfigurations", "TopicArn"),
        _ if target.handle().is_some_and(|h| lambda::is_function(lib, h))
            || given.as_ref().is_some_and(|g| g.class == "LambdaDestination") =>
        {
            ("LambdaFunctionConfigurations", "LambdaFunctionArn")
        }
        _ => return,
    };
    let source = lib.arn(bucket);
    let place = given.map_or(at, |g| g.place);
    match list {
        "QueueConfigurations" => {
            admit(lib, &target, "sqs:SendMessage", "s3.amazonaws.com", like(source, span), at);
        }
        "TopicConfigurations" => {
            admit(lib, &target, "sns:Publish", "s3.amazonaws.com", from_source(source, span), at);
        }
        _ => {
            let id = format_smolstr!("AllowBucketNotificationsTo{}", unique_of(lib, &target));
            // One permission is enough for all events of a bucket.
            let known = format_smolstr!("notified:{}", target.handle().map_or(u32::MAX, |h| h.0));
            if lib.set(b, &known).is_null() {
                lib.put(b, &known, Value::Val(Val::bool(true, span)));
                permit(lib, &target, (b, &id), "s3.amazonaws.com", source, place);
            }
        }
    }
    let events = Val::list(vec![event(lib, kind)], kind.span().or(span));
    let entry =
        Props::new().set("Events", events).set("Filter", filter).set(key, lib.arn(&target)).done(span);
    if let Some(id) = configuration(lib, b, at) {
        lib.append(&id, &["NotificationConfiguration", list], entry);
    }
}

fn like(arn: Val, span: palisade_source::Span) -> Val {
    Val::object([("ArnLike", Val::object([("aws:SourceArn", arn)], span))], span)
}

/// What a subscription of a log group lets through.
fn pattern(lib: &Library<'_>, value: &Value) -> Val {
    let Some(given) = Given::of(lib, value) else {
        return if value.is_null() { Val::default() } else { lib.val(value) };
    };
    let span = given.place.block;
    match given.class.rsplit('.').next().unwrap_or_default() {
        "allEvents" => Val::str("", span),
        "literal" => lib.val(&given.pick(0, "logPatternString")),
        _ => Val::unknown(Reason::NeedsCode, "filterPattern", span),
    }
}

fn filter(lib: &mut Library<'_>, h: Handle, group: &Value, options: &Value, at: Place) {
    let given = Given::of(lib, &options.get("destination"));
    let target = given
        .as_ref()
        .map(|g| {
            let names = ["fn", "stream"].into_iter();
            names.map(|name| g.pick(0, name)).find(|v| !v.is_null()).unwrap_or_default()
        })
        .unwrap_or_default();
    let val = Props::new()
        .set("DestinationArn", lib.arn(&target))
        .set("FilterPattern", pattern(lib, &options.get("filterPattern")))
        .set("LogGroupName", lib.val(group))
        .from(lib, options, "filterName", "FilterName")
        .done(at.block);
    lib.resource(h, "Resource", "AWS::Logs::SubscriptionFilter", val);
    if target.handle().is_some_and(|f| lambda::is_function(lib, f)) {
        let arn = lib.arn(group);
        permit(lib, &target, (h, "CanInvokeLambda"), "logs.amazonaws.com", arn, at);
    }
}

/// The names of the triggers of a user pool, in CloudFormation's words.
fn pool(lib: &mut Library<'_>, h: Handle, operation: &str, function: &Value, at: Place) {
    let Some(id) = lib.get(h).and_then(|o| o.resource.clone()) else { return };
    let key = pascal(operation);
    let arn = lib.arn(function);
    let versioned = matches!(key.as_str(), "CustomEmailSender" | "CustomSmsSender");
    let val = if versioned {
        Val::map(
            vec![
                Entry { key: "LambdaArn".into(), key_span: at.block, val: arn },
                Entry { key: "LambdaVersion".into(), key_span: at.block, val: Val::str("V1_0", at.block) },
            ],
            at.block,
        )
    } else {
        arn
    };
    lib.edit(&id, &["LambdaConfig", key.as_str()], at.block, val);
    let source = lib.attribute(h, "Arn");
    let name = format_smolstr!("{key}Cognito");
    permit(lib, function, (h, &name), "cognito-idp.amazonaws.com", source, at);
}
