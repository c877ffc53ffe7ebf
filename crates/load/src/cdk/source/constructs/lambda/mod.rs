//! Functions in all their forms, layers, versions, aliases, function URLs.

mod access;
mod code;

use palisade_graph::{Reason, Val};
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use access::{grant_invoke, permission, url};
use code::{asset, code_of, default_runtime, entry_of, prefixed, python_module};
pub use code::{runtime, static_call};

use super::super::interpret::{Handle, Host, Place, Value, concat};
use super::core::{managed_policy, seconds};
use super::{Library, Props, iam, logs, policy};

/// How a construct says what its function runs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `Function`, `SingletonFunction`, `EdgeFunction`.
    Plain,
    /// `NodejsFunction`
    Node,
    /// `PythonFunction`
    Python,
    /// `DockerImageFunction`
    Image,
    /// `GoFunction`, `RustFunction`: compiled, for a runtime that only starts them.
    Compiled,
}

/// The form of a class, none if it is no function.
fn form(class: &str) -> Option<Form> {
    let (module, name) = class.rsplit_once('.')?;
    Some(match (module, name) {
        (
            "aws_lambda" | "triggers" | "aws_cloudfront.experimental" | "aws_cloudfront",
            "Function" | "SingletonFunction" | "TriggerFunction" | "EdgeFunction",
        ) if class != "aws_cloudfront.Function" => Form::Plain,
        (_, "NodejsFunction" | "NodeJsFunction" | "TypescriptFunction" | "TypeScriptFunction") => Form::Node,
        (_, "PythonFunction") => Form::Python,
        (_, "DockerImageFunction") => Form::Image,
        (_, "GoFunction" | "RustFunction" | "GolangFunction") => Form::Compiled,
        _ => return None,
    })
}

/// The last part of a name of the library: `NODEJS_20_X`.
pub fn constant(value: &Value) -> Option<&str> {
    value.native().and_then(|p| p.rsplit('.').next())
}

/// An argument by its place, or by its name where Python gives it so.
pub fn argument(arguments: &[Value], n: usize, name: &str) -> Value {
    let named = arguments.last().filter(|last| matches!(last, Value::Map(_))).map(|last| last.get(name));
    match named {
        Some(v) if !v.is_null() => v,
        _ => arguments.get(n).cloned().unwrap_or_default(),
    }
}

/// Constructs of the service; false for others.
pub fn construct(lib: &mut Library<'_>, h: Handle, class: &str) -> bool {
    let Some(object) = lib.get(h) else { return false };
    let (props, place) = (object.props.clone(), object.place);
    if let Some(form) = form(class) {
        function(lib, h, class, form, &props, place);
        return true;
    }
    match class {
        "aws_lambda.LayerVersion" | "aws_lambda_python.PythonLayerVersion" => {
            let runtimes = props.get("compatibleRuntimes");
            let list: Vec<Val> = runtimes.items().iter().map(|r| runtime(lib, r)).collect();
            let val = Props::new()
                .from(lib, &props, "layerVersionName", "LayerName")
                .from(lib, &props, "description", "Description")
                .set(
                    "CompatibleRuntimes",
                    if list.is_empty() { Val::default() } else { Val::list(list, runtimes.span()) },
                )
                .set("Content", asset(place.block))
                .done(place.block);
            lib.resource(h, "Resource", "AWS::Lambda::LayerVersion", val);
        }
        "aws_lambda.Version" => {
            let function = props.get("lambda");
            let val = Val::object([("FunctionName", lib.val(&function))], place.block);
            lib.resource(h, "Resource", "AWS::Lambda::Version", val);
            stand_in(lib, h, &function);
        }
        "aws_lambda.Alias" => {
            let version = props.get("version");
            let function = match version.handle().map(|v| lib.set(v, "lambda")) {
                Some(v) if !v.is_null() => v,
                _ => version,
            };
            let val = Props::new()
                .set("FunctionName", lib.val(&function))
                .from(lib, &props, "aliasName", "Name")
                .done(place.block);
            lib.resource(h, "Resource", "AWS::Lambda::Alias", val);
            stand_in(lib, h, &function);
        }
        "aws_lambda.EventInvokeConfig" => {
            let function = props.get("function");
            invoke_config(lib, h, "Resource", &function, &props, place);
        }
        "aws_lambda.FunctionUrl" => {
            let function = props.get("function");
            url(lib, h, &function, &props, place);
        }
        "aws_lambda.CodeSigningConfig" => {
            lib.resource(h, "", "AWS::Lambda::CodeSigningConfig", Val::object::<SmolStr>([], place.block));
        }
        _ => return false,
    }
    true
}

/// A version or alias acts as its function.
fn stand_in(lib: &mut Library<'_>, h: Handle, function: &Value) {
    lib.put(h, "lambda", function.clone());
    if let Some(f) = function.handle() {
        let role = lib.set(f, "role");
        lib.put(h, "role", role);
    }
}

fn function(lib: &mut Library<'_>, h: Handle, class: &str, form: Form, props: &Value, place: Place) {
    let helper = class == "aws_lambda.SingletonFunction" && singleton(lib, h, props);
    let role = own_role(lib, h, class, props, place);
    let code = props.get("code");
    let (code_val, source, inline_image) = code_of(lib, &code, form, place);
    let (runtime_val, runtime_key) = match props.entry("runtime") {
        Some((key, v)) => (runtime(lib, &v), key),
        None => (default_runtime(form, props, place), place.key),
    };
    let entry = source.or_else(|| entry_of(lib, h, form, props, place));
    let handler = match (form, props.entry("handler")) {
        (Form::Image, _) => Val::default(),
        (Form::Node, Some((_, v))) => prefixed(lib.val(&v), "index."),
        (Form::Python, Some((_, v))) => prefixed(lib.val(&v), &python_module(lib, props)),
        (Form::Node, None) => Val::str("index.handler", place.key),
        (Form::Python, None) => Val::str(format_smolstr!("{}handler", python_module(lib, props)), place.key),
        (Form::Compiled, None) => Val::str("bootstrap", place.key),
        (_, Some((_, v))) if constant(&v) == Some("FROM_IMAGE") => Val::default(),
        (_, Some((_, v))) => lib.val(&v),
        (Form::Plain, None) => {
            if props.is_open() && !props.is_null() {
                Val::unknown(Reason::NeedsCode, "handler", place.key)
            } else {
                Val::default()
            }
        }
    };
    let is_image = form == Form::Image || inline_image;
    let runtime_val = if is_image { Val::default() } else { runtime_val };
    let variables = props.get("environment");
    let environment = if variables.is_null() {
        Val::default()
    } else {
        Val::object([("Variables", lib.val(&variables))], variables.span().or(place.block))
    };
    let architecture = props.get("architecture");
    let architectures = match constant(&architecture) {
        Some("ARM_64") => Val::list(vec![Val::str("arm64", architecture.span())], architecture.span()),
        Some("X86_64") => Val::list(vec![Val::str("x86_64", architecture.span())], architecture.span()),
        _ => Val::default(),
    };
    let layers = props.get("layers");
    let layer_list: Vec<Val> = layers.items().iter().map(|l| lib.val(l)).collect();
    let layer_list = if layers.is_null() { Val::default() } else { Val::list(layer_list, layers.span()) };
    let tracing = props.entry("tracing");
    let tracing_val = match tracing.as_ref().and_then(|(_, v)| constant(v)) {
        Some(mode @ ("ACTIVE" | "PASS_THROUGH")) => {
            let span = tracing.as_ref().map_or(place.key, |(_, v)| v.span());
            let mode = if mode == "ACTIVE" { "Active" } else { "PassThrough" };
            Val::object([("Mode", Val::str(mode, span))], span)
        }
        Some("DISABLED") | None => match &tracing {
            Some((_, v)) if v.native().is_none() && !v.is_null() => {
                Val::object([("Mode", Val::unknown(Reason::NeedsCode, "tracing", v.span()))], v.span())
            }
            _ => Val::default(),
        },
        Some(_) => Val::default(),
    };
    let storage = props.get("ephemeralStorageSize");
    let storage = if storage.is_null() {
        Val::default()
    } else {
        Val::object([("Size", lib.val(&storage))], storage.span().or(place.block))
    };
    let timeout = props.entry("timeout");
    let timeout_val = timeout.as_ref().map(|(_, v)| seconds(lib, v)).unwrap_or_default();
    let mut made = Props::new()
        .from(lib, props, "functionName", "FunctionName")
        .from(lib, props, "description", "Description")
        .with("Runtime", runtime_key, runtime_val)
        .set("Handler", handler)
        .set("Code", code_val)
        .set("PackageType", if is_image { Val::str("Image", place.key) } else { Val::default() })
        .set("Role", role)
        .with("Timeout", timeout.as_ref().map_or(place.key, |(k, _)| *k), timeout_val)
        .from(lib, props, "memorySize", "MemorySize")
        .set("Environment", environment)
        .with("TracingConfig", tracing.as_ref().map_or(place.key, |(k, _)| *k), tracing_val)
        .set("Architectures", architectures)
        .set("Layers", layer_list)
        .set("VpcConfig", vpc(lib, props, place))
        .from(lib, props, "reservedConcurrentExecutions", "ReservedConcurrentExecutions")
        .set("EphemeralStorage", storage)
        .set("KmsKeyArn", lib.arn(&props.get("environmentEncryption")))
        .set("DeadLetterConfig", dead_letter(lib, h, props, place));
    let signing = props.get("codeSigningConfig");
    if !signing.is_null() {
        made = made.set("CodeSigningConfigArn", lib.val(&signing));
    }
    let group = props.get("logGroup");
    if !group.is_null() {
        let name = lib.val(&group);
        made = made.set("LoggingConfig", Val::object([("LogGroup", name)], group.span().or(place.block)));
    }
    let mut val = made.done(place.block);
    if props.is_open()
        && !props.is_null()
        && let palisade_graph::State::Known(palisade_graph::Value::Map(map)) = &mut val.state
    {
        std::sync::Arc::make_mut(map).open = true;
    }
    let id = lib.resource(h, "Resource", "AWS::Lambda::Function", val);
    if let Some(resource) = lib.resource_mut(&id) {
        resource.source_root = entry;
        if helper {
            resource.implied_by = resource.name.split('/').next().map(SmolStr::from);
        }
    }
    retention(lib, h, props, place);
    if ["onFailure", "onSuccess", "retryAttempts", "maxEventAge"].iter().any(|k| !props.get(k).is_null()) {
        let config =
            lib.child(Some(h), "EventInvokeConfig", "aws_lambda.EventInvokeConfig", props.clone(), place);
        invoke_config(lib, config, "Resource", &Value::Host(h), props, place);
    }
    for source in props.get("events").items() {
        super::sources::source(lib, h, &source, place);
    }
    for statement in props.get("initialPolicy").items() {
        let val = iam::statement(lib, &statement);
        policy::grant(lib, &Value::Host(h), val, place);
    }
    let traced = tracing.as_ref().and_then(|(_, v)| constant(v)).is_some_and(|m| m != "DISABLED");
    if traced {
        let span = tracing.map_or(place.key, |(_, v)| v.span());
        let statement = policy::allow(
            &["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
            vec![Val::str("*", span)],
            span,
        );
        policy::grant(lib, &Value::Host(h), statement, place);
    }
}

/// A singleton stands in its stack under the name of its purpose.
fn singleton(lib: &mut Library<'_>, h: Handle, props: &Value) -> bool {
    let uuid = lib.val(&props.get("uuid")).display().replace('-', "");
    let purpose = props.get("lambdaPurpose");
    let purpose = purpose.as_str().unwrap_or("SingletonLambda").to_owned();
    let stack = lib.stack_of(h);
    let above = stack.and_then(|s| lib.get(s)).map(|o| o.path.clone()).unwrap_or_default();
    if let Some(o) = lib.get_mut(h) {
        o.path = format_smolstr!("{above}/{purpose}{uuid}");
    }
    // Without a purpose of its own it serves the stack's other constructs, as in a synthesised template.
    purpose == "SingletonLambda"
}

/// The role that is given, else the one that the library makes.
fn own_role(lib: &mut Library<'_>, h: Handle, class: &str, props: &Value, place: Place) -> Val {
    let given = props.get("role");
    if !given.is_null() {
        let val = lib.arn(&given);
        lib.put(h, "role", given);
        return val;
    }
    let role = lib.child(Some(h), "ServiceRole", "aws_iam.Role", Value::null(), place);
    let span = place.key;
    let mut services = vec![Val::str("lambda.amazonaws.com", span)];
    if class.ends_with("EdgeFunction") {
        services.push(Val::str("edgelambda.amazonaws.com", span));
    }
    let statements = services
        .into_iter()
        .map(|service| {
            Val::object(
                [
                    ("Action", Val::str("sts:AssumeRole", span)),
                    ("Effect", Val::str("Allow", span)),
                    ("Principal", Val::object([("Service", service)], span)),
                ],
                span,
            )
        })
        .collect();
    let mut managed = vec![managed_policy(&Val::str("service-role/AWSLambdaBasicExecutionRole", span), span)];
    if !props.get("vpc").is_null() {
        managed.push(managed_policy(&Val::str("service-role/AWSLambdaVPCAccessExecutionRole", span), span));
    }
    let val = Val::object(
        [
            ("AssumeRolePolicyDocument", iam::document(statements, span)),
            ("ManagedPolicyArns", Val::list(managed, span)),
        ],
        place.block,
    );
    let id = lib.resource(role, "Resource", "AWS::IAM::Role", val);
    lib.put(role, "role", Value::Host(role));
    lib.put(h, "role", Value::Host(role));
    Val::attribute(id, "Arn", span)
}

fn vpc(lib: &Library<'_>, props: &Value, place: Place) -> Val {
    let vpc = props.get("vpc");
    if vpc.is_null() {
        return Val::default();
    }
    let span = vpc.span().or(place.key);
    let groups = props.get("securityGroups");
    let groups: Vec<Val> = groups.items().iter().map(|g| lib.val(g)).collect();
    let groups = if groups.is_empty() {
        Val::unknown(Reason::NeedsCode, "securityGroups", span)
    } else {
        Val::list(groups, span)
    };
    let subnets = match vpc.handle().map(|v| lib.set(v, "privateSubnets")) {
        Some(v) if !v.is_null() => lib.val(&v),
        _ => Val::unknown(Reason::NeedsCode, "subnets", span),
    };
    Val::object([("SecurityGroupIds", groups), ("SubnetIds", subnets)], span)
}

fn dead_letter(lib: &mut Library<'_>, h: Handle, props: &Value, place: Place) -> Val {
    let queue = props.get("deadLetterQueue");
    let topic = props.get("deadLetterTopic");
    let span = [&queue, &topic].iter().map(|v| v.span()).find(|s| s.is_some()).unwrap_or(place.key);
    let (arn, action) = if !topic.is_null() {
        (lib.arn(&topic), "sns:Publish")
    } else if !queue.is_null() {
        (lib.arn(&queue), "sqs:SendMessage")
    } else if props.get("deadLetterQueueEnabled").as_bool() == Some(true) {
        let queue = lib.child(Some(h), "DeadLetterQueue", "aws_sqs.Queue", Value::null(), place);
        let days = Val::int(1_209_600, place.key);
        let props = Val::object([("MessageRetentionPeriod", days)], place.block);
        lib.resource(queue, "Resource", "AWS::SQS::Queue", props);
        lib.put(h, "deadLetterQueue", Value::Host(queue));
        (lib.attribute(queue, "Arn"), "sqs:SendMessage")
    } else {
        return Val::default();
    };
    let statement = policy::allow(&[action], vec![arn.clone()], span);
    policy::grant(lib, &Value::Host(h), statement, place);
    Val::object([("TargetArn", arn)], span)
}

/// `logRetention`: the library sets it by a resource of its own.
fn retention(lib: &mut Library<'_>, h: Handle, props: &Value, place: Place) {
    let Some(function) = lib.get(h).and_then(|o| o.resource.clone()) else { return };
    let Some((key, days)) = props.entry("logRetention") else {
        if props.get("logGroup").is_null() && lib.flag("@aws-cdk/aws-lambda:useCdkManagedLogGroup") {
            logs::of_function(lib, h, &function, place);
        }
        return;
    };
    let span = days.span().or(key);
    let val = logs::retention(lib, props, "logRetention", span);
    if val.is_null() {
        return;
    }
    let name = concat(vec![Val::str("/aws/lambda/", span), Val::reference(function.clone(), span)], span);
    let group = lib.child(Some(h), "LogRetention", "aws_logs.LogRetention", Value::null(), place);
    let props = Val::object([("LogGroupName", name), ("RetentionInDays", val)], span);
    let id = lib.resource(group, "Resource", "Custom::LogRetention", props);
    if let Some(resource) = lib.resource_mut(&id) {
        resource.implied_by = Some(function);
    }
}

fn invoke_config(
    lib: &mut Library<'_>,
    h: Handle,
    below: &str,
    function: &Value,
    props: &Value,
    place: Place,
) {
    let destination = |lib: &Library<'_>, name: &str| {
        let value = props.get(name);
        let Some(object) = value.handle().and_then(|h| lib.get(h)) else { return Val::default() };
        let arn = lib.arn(&object.props.item(0));
        Val::object([("Destination", arn)], object.place.block)
    };
    let failure = destination(lib, "onFailure");
    let success = destination(lib, "onSuccess");
    let targets = Props::new().set("OnFailure", failure).set("OnSuccess", success).done(place.block);
    let targets = if targets.entries().is_empty() { Val::default() } else { targets };
    let val = Props::new()
        .set("FunctionName", lib.val(function))
        .set("Qualifier", Val::str("$LATEST", place.key))
        .set("DestinationConfig", targets)
        .from(lib, props, "retryAttempts", "MaximumRetryAttempts")
        .set("MaximumEventAgeInSeconds", seconds(lib, &props.get("maxEventAge")))
        .done(place.block);
    lib.resource(h, below, "AWS::Lambda::EventInvokeConfig", val);
}

/// Whether an object is a function, a version or an alias of one.
pub fn is_function(lib: &Library<'_>, h: Handle) -> bool {
    let class = lib.class(h);
    form(class).is_some() || matches!(class, "aws_lambda.Alias" | "aws_lambda.Version")
}

/// Methods of functions.
pub fn call(
    lib: &mut Library<'_>,
    on: Handle,
    method: &str,
    arguments: &[Value],
    at: Place,
) -> Option<Value> {
    if !is_function(lib, on) {
        return super::l1::overridden(lib, on, method, arguments, at.block);
    }
    let id = lib.get(on).and_then(|o| o.resource.clone()).unwrap_or_default();
    match method {
        "addEnvironment" => {
            let name = lib.val(&argument(arguments, 0, "key"));
            let value = lib.val(&argument(arguments, 1, "value"));
            if let Some(name) = name.as_str() {
                lib.edit(&id, &["Environment", "Variables", name], at.block, value);
            }
            Some(Value::Host(on))
        }
        "addLayers" => {
            for layer in arguments.iter().flat_map(Value::items) {
                let val = lib.val(&layer);
                lib.append(&id, &["Layers"], val);
            }
            Some(Value::null())
        }
        "addPermission" => {
            permission(lib, on, arguments, at);
            Some(Value::null())
        }
        "addFunctionUrl" => {
            let options = arguments.first().cloned().unwrap_or_default();
            let url_at = lib.child(Some(on), "FunctionUrl", "aws_lambda.FunctionUrl", options.clone(), at);
            url(lib, url_at, &Value::Host(on), &options, at);
            Some(Value::Host(url_at))
        }
        "configureAsyncInvoke" => {
            let options = arguments.first().cloned().unwrap_or_default();
            let config =
                lib.child(Some(on), "EventInvokeConfig", "aws_lambda.EventInvokeConfig", options.clone(), at);
            invoke_config(lib, config, "Resource", &Value::Host(on), &options, at);
            Some(Value::null())
        }
        "addAlias" => {
            let name = argument(arguments, 0, "aliasName");
            let text = lib.val(&name).display();
            let alias = lib.child(Some(on), &format!("Alias{text}"), "aws_lambda.Alias", Value::null(), at);
            let val = Val::object(
                [("FunctionName", lib.val(&Value::Host(on))), ("Name", lib.val(&name))],
                at.block,
            );
            lib.resource(alias, "Resource", "AWS::Lambda::Alias", val);
            stand_in(lib, alias, &Value::Host(on));
            lib.put(alias, "aliasName", name);
            Some(Value::Host(alias))
        }
        "addVersion" => Some(Value::Host(on)),
        "grantInvoke" | "grantInvokeUrl" | "grantInvokeLatestVersion" => {
            let who = arguments.first().cloned().unwrap_or_default();
            grant_invoke(lib, on, &who, method == "grantInvokeUrl", at);
            Some(Value::null())
        }
        _ => None,
    }
}

/// Members of functions.
pub fn member(lib: &mut Library<'_>, on: Handle, name: &str, at: Span) -> Option<Value> {
    if !is_function(lib, on) {
        return None;
    }
    match name {
        "currentVersion" | "latestVersion" | "lambda" => Some(Value::Host(on)),
        "functionName" => Some(Value::Val(lib.reference(on, at))),
        // What `Ref` of an alias gives is its ARN.
        "aliasName" => Some(lib.prop(on, "aliasName")).filter(|name| !name.is_null()),
        "functionArn" | "edgeArn" => Some(Value::Val(lib.arn(&Value::Host(on)))),
        _ => None,
    }
}
