//! Functions in all their forms, layers, versions, aliases, function URLs.

use palisade_graph::{Reason, Val};
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::super::interpret::{Handle, Host, Place, Value, concat};
use super::core::{managed_policy, seconds};
use super::{Library, Props, iam, policy, pseudo};

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

/// The identifier of a runtime: `nodejs20.x` of `Runtime.NODEJS_20_X`.
pub fn runtime(lib: &Library<'_>, value: &Value) -> Val {
    let span = value.span();
    if let Some(name) = constant(value) {
        return match runtime_id(name) {
            Some(id) => Val::str(id, span),
            None => Val::unknown(Reason::NeedsCode, name, span),
        };
    }
    match value.handle().and_then(|h| lib.get(h)) {
        // `new Runtime('nodejs20.x', …)`
        Some(o) => lib.val(&o.props.item(0)),
        None => lib.val(value),
    }
}

fn runtime_id(name: &str) -> Option<SmolStr> {
    let lower = name.to_ascii_lowercase();
    Some(match name {
        "JAVA_8_CORRETTO" => "java8.al2".into(),
        "PROVIDED_AL2" => "provided.al2".into(),
        "PROVIDED_AL2023" => "provided.al2023".into(),
        "NODEJS" | "PROVIDED" => lower.into(),
        // What these mean depends on the library's version and on the region.
        "NODEJS_LATEST" | "FROM_IMAGE" => return None,
        _ => {
            let (language, version) = lower.split_once('_')?;
            let (language, version) = match version.strip_prefix("core_") {
                Some(rest) => (format!("{language}core"), rest),
                None => (language.to_owned(), version),
            };
            if !version.starts_with(|c: char| c.is_ascii_digit()) {
                return None;
            }
            format_smolstr!("{language}{}", version.replace('_', "."))
        }
    })
}

/// Where the library puts what it uploads.
fn asset(span: Span) -> Val {
    let bucket = concat(
        vec![
            Val::str("cdk-hnb659fds-assets-", span),
            pseudo("AWS::AccountId", span),
            Val::str("-", span),
            pseudo("AWS::Region", span),
        ],
        span,
    );
    Val::object([("S3Bucket", bucket), ("S3Key", Val::unknown(Reason::NeedsCode, "asset", span))], span)
}

fn image(span: Span) -> Val {
    let uri = concat(
        vec![
            pseudo("AWS::AccountId", span),
            Val::str(".dkr.ecr.", span),
            pseudo("AWS::Region", span),
            Val::str(".", span),
            pseudo("AWS::URLSuffix", span),
            Val::str("/cdk-hnb659fds-container-assets-", span),
            pseudo("AWS::AccountId", span),
            Val::str("-", span),
            pseudo("AWS::Region", span),
            Val::str(":", span),
            Val::unknown(Reason::NeedsCode, "asset", span),
        ],
        span,
    );
    Val::object([("ImageUri", uri)], span)
}

fn function(lib: &mut Library<'_>, h: Handle, class: &str, form: Form, props: &Value, place: Place) {
    if class == "aws_lambda.SingletonFunction" {
        singleton(lib, h, props);
    }
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
    }
    retention(lib, h, props, place);
    if ["onFailure", "onSuccess", "retryAttempts", "maxEventAge"].iter().any(|k| !props.get(k).is_null()) {
        let config =
            lib.child(Some(h), "EventInvokeConfig", "aws_lambda.EventInvokeConfig", props.clone(), place);
        invoke_config(lib, config, "Resource", &Value::Host(h), props, place);
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
fn singleton(lib: &mut Library<'_>, h: Handle, props: &Value) {
    let uuid = lib.val(&props.get("uuid")).display().replace('-', "");
    let purpose = props.get("lambdaPurpose");
    let purpose = purpose.as_str().unwrap_or("SingletonLambda").to_owned();
    let stack = lib.stack_of(h);
    let above = stack.and_then(|s| lib.get(s)).map(|o| o.path.clone()).unwrap_or_default();
    if let Some(o) = lib.get_mut(h) {
        o.path = format_smolstr!("{above}/{purpose}{uuid}");
    }
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

/// `Code` of a function, its folder or file in the project, and whether it is an image.
fn code_of(lib: &Library<'_>, code: &Value, form: Form, place: Place) -> (Val, Option<SmolStr>, bool) {
    let Some(object) = code.handle().and_then(|h| lib.get(h)) else {
        let unknown = !code.is_null() && form == Form::Plain;
        let val = match form {
            Form::Image => image(place.block),
            _ if unknown && code.native().is_none() => lib.val(code),
            _ => asset(place.block),
        };
        return (val, None, false);
    };
    let path = lib.set(code.handle().unwrap_or(Handle(u32::MAX)), "path");
    let source = path.as_str().and_then(|p| lib.project_path(p));
    let is_image = lib.set(code.handle().unwrap_or(Handle(u32::MAX)), "image").as_bool() == Some(true);
    (object.value.clone(), source, is_image)
}

fn default_runtime(form: Form, props: &Value, place: Place) -> Val {
    let open = props.is_open() && !props.is_null();
    // What the library takes without one depends on its version.
    if open || matches!(form, Form::Node | Form::Compiled) {
        return Val::unknown(Reason::NeedsCode, "runtime", place.key);
    }
    Val::default()
}

fn prefixed(handler: Val, module: &str) -> Val {
    match handler.as_str() {
        Some(name) if !name.contains('.') => {
            let span = handler.span;
            Val::str(format_smolstr!("{module}{name}"), span)
        }
        _ => handler,
    }
}

/// `index.` or the module that a Python function names.
fn python_module(lib: &Library<'_>, props: &Value) -> String {
    let index = lib.val(&props.get("index"));
    let file = index.as_str().unwrap_or("index.py");
    let stem = file.strip_suffix(".py").unwrap_or(file);
    format!("{}.", stem.replace('/', "."))
}

/// The file or folder from which a function is built.
fn entry_of(lib: &Library<'_>, h: Handle, form: Form, props: &Value, place: Place) -> Option<SmolStr> {
    let given = ["entry", "manifestPath"].iter().map(|k| props.get(k)).find(|v| !v.is_null());
    if let Some(given) = given {
        let path = lib.val(&given);
        return path.as_str().and_then(|p| lib.project_path(p));
    }
    if form != Form::Node {
        return None;
    }
    // Beside the file that defines it: `<file>.<id>.ts`.
    let object = lib.get(h)?;
    let file = lib.files.path(place.key.file)?;
    let stem = file.rsplit_once('.').map_or(file.as_str(), |(stem, _)| stem);
    ["ts", "js", "mjs", "mts", "cts", "cjs"]
        .iter()
        .find_map(|ending| lib.files.exists("", &format!("{stem}.{}.{ending}", object.id)))
        .map(SmolStr::from)
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
    let Some((key, days)) = props.entry("logRetention") else { return };
    let span = days.span().or(key);
    let val = match constant(&days) {
        Some("INFINITE") => return,
        Some(name) => retention_days(name)
            .map_or_else(|| Val::unknown(Reason::NeedsCode, name, span), |n| Val::int(n, span)),
        None => lib.val(&days),
    };
    let Some(function) = lib.get(h).and_then(|o| o.resource.clone()) else { return };
    let name = concat(vec![Val::str("/aws/lambda/", span), Val::reference(function.clone(), span)], span);
    let group = lib.child(Some(h), "LogRetention", "aws_logs.LogRetention", Value::null(), place);
    let props = Val::object([("LogGroupName", name), ("RetentionInDays", val)], span);
    let id = lib.resource(group, "Resource", "Custom::LogRetention", props);
    if let Some(resource) = lib.resource_mut(&id) {
        resource.implied_by = Some(function);
    }
}

/// Days of `RetentionDays.ONE_WEEK`.
pub fn retention_days(name: &str) -> Option<i64> {
    Some(match name {
        "ONE_DAY" => 1,
        "THREE_DAYS" => 3,
        "FIVE_DAYS" => 5,
        "ONE_WEEK" => 7,
        "TWO_WEEKS" => 14,
        "ONE_MONTH" => 30,
        "TWO_MONTHS" => 60,
        "THREE_MONTHS" => 90,
        "FOUR_MONTHS" => 120,
        "FIVE_MONTHS" => 150,
        "SIX_MONTHS" => 180,
        "ONE_YEAR" => 365,
        "THIRTEEN_MONTHS" => 400,
        "EIGHTEEN_MONTHS" => 545,
        "TWO_YEARS" => 731,
        "THREE_YEARS" => 1_096,
        "FIVE_YEARS" => 1_827,
        "SIX_YEARS" => 2_192,
        "SEVEN_YEARS" => 2_557,
        "EIGHT_YEARS" => 2_922,
        "NINE_YEARS" => 3_288,
        "TEN_YEARS" => 3_653,
        _ => return None,
    })
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

/// A function URL and, where everybody may call it, the permission.
fn url(lib: &mut Library<'_>, h: Handle, function: &Value, options: &Value, place: Place) {
    let auth = options.get("authType");
    let auth_val = match constant(&auth) {
        Some("NONE") => Val::str("NONE", auth.span()),
        Some(_) => Val::str("AWS_IAM", auth.span()),
        None if auth.is_null() => Val::str("AWS_IAM", place.key),
        None => lib.val(&auth),
    };
    let cors = options.get("cors");
    let cors_val = if cors.is_null() {
        Val::default()
    } else {
        let methods = cors.get("allowedMethods");
        let list: Vec<Val> = methods
            .items()
            .iter()
            .map(|m| match constant(m) {
                Some("ALL") => Val::str("*", m.span()),
                Some(name) => Val::str(name, m.span()),
                None => lib.val(m),
            })
            .collect();
        Props::new()
            .from(lib, &cors, "allowedOrigins", "AllowOrigins")
            .from(lib, &cors, "allowedHeaders", "AllowHeaders")
            .from(lib, &cors, "allowCredentials", "AllowCredentials")
            .set(
                "AllowMethods",
                if list.is_empty() { Val::default() } else { Val::list(list, methods.span()) },
            )
            .done(cors.span())
    };
    let arn = lib.arn(function);
    let public = auth_val.as_str() == Some("NONE");
    let val = Props::new()
        .set("AuthType", auth_val)
        .set("TargetFunctionArn", arn.clone())
        .set("Cors", cors_val)
        .done(place.block);
    lib.resource(h, "Resource", "AWS::Lambda::Url", val);
    if public && let Some(f) = function.handle() {
        let permission =
            lib.child(Some(f), "invoke-function-url", "aws_lambda.CfnPermission", Value::null(), place);
        let span = place.key;
        let val = Val::object(
            [
                ("Action", Val::str("lambda:InvokeFunctionUrl", span)),
                ("FunctionName", arn),
                ("Principal", Val::str("*", span)),
                ("FunctionUrlAuthType", Val::str("NONE", span)),
            ],
            place.block,
        );
        lib.resource(permission, "", "AWS::Lambda::Permission", val);
    }
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

fn grant_invoke(lib: &mut Library<'_>, on: Handle, who: &Value, url: bool, at: Place) {
    let arn = lib.arn(&Value::Host(on));
    let action = if url { "lambda:InvokeFunctionUrl" } else { "lambda:InvokeFunction" };
    let is_principal = who.handle().and_then(|h| lib.get(h)).is_some_and(|o| !o.construct);
    if is_principal {
        let options = Value::map([("principal".into(), (at.block, who.clone()))], at.block);
        permission(lib, on, &[Value::str("Invoke", at.block), options], at);
        return;
    }
    let span = at.block;
    let all = concat(vec![arn.clone(), Val::str(":*", span)], span);
    let statement = policy::allow(&[action], vec![arn, all], span);
    policy::grant(lib, who, statement, at);
}

/// `addPermission(id, { principal, action, sourceArn, … })`
fn permission(lib: &mut Library<'_>, on: Handle, arguments: &[Value], at: Place) {
    let id = lib.val(&argument(arguments, 0, "id")).display();
    let options = arguments.last().cloned().unwrap_or_default();
    let who = options.get("principal");
    let principal = iam::principal_val(lib, &who);
    let principal = match principal.entries() {
        [only] => only.val.clone(),
        _ => principal,
    };
    let action = options.get("action");
    let action = if action.is_null() { Val::str("lambda:InvokeFunction", at.key) } else { lib.val(&action) };
    let auth = options.get("functionUrlAuthType");
    let auth = constant(&auth).map(|a| Val::str(if a == "NONE" { "NONE" } else { "AWS_IAM" }, auth.span()));
    let child = lib.child(Some(on), &id, "aws_lambda.CfnPermission", options.clone(), at);
    let val = Props::new()
        .set("Action", action)
        .set("FunctionName", lib.arn(&Value::Host(on)))
        .set("Principal", principal)
        .from(lib, &options, "sourceArn", "SourceArn")
        .from(lib, &options, "sourceAccount", "SourceAccount")
        .from(lib, &options, "eventSourceToken", "EventSourceToken")
        .from(lib, &options, "organizationId", "PrincipalOrgID")
        .set("FunctionUrlAuthType", auth.unwrap_or_default())
        .done(at.block);
    lib.resource(child, "", "AWS::Lambda::Permission", val);
}

/// Members of functions.
pub fn member(lib: &mut Library<'_>, on: Handle, name: &str, at: Span) -> Option<Value> {
    if !is_function(lib, on) {
        return None;
    }
    match name {
        "currentVersion" | "latestVersion" | "lambda" => Some(Value::Host(on)),
        "functionName" => Some(Value::Val(lib.reference(on, at))),
        "functionArn" | "edgeArn" => Some(Value::Val(lib.arn(&Value::Host(on)))),
        _ => None,
    }
}

/// Static functions of the service: where code comes from.
pub fn static_call(lib: &mut Library<'_>, path: &str, arguments: &[Value], at: Place) -> Option<Value> {
    let (class, method) = path.rsplit_once('.')?;
    let span = at.block;
    let make = |lib: &mut Library<'_>, val: Val| lib.plain("aws_lambda.Code", Value::null(), val, at);
    match (class, method) {
        (
            "aws_lambda.Code" | "aws_lambda.AssetCode",
            "fromAsset" | "asset" | "fromDockerBuild" | "fromCustomCommand",
        ) => {
            let h = make(lib, asset(span));
            let name = if method == "fromCustomCommand" { "output" } else { "path" };
            lib.put(h, "path", argument(arguments, 0, name));
            Some(Value::Host(h))
        }
        ("aws_lambda.Code" | "aws_lambda.InlineCode", "fromInline" | "inline") => {
            let text = lib.val(&argument(arguments, 0, "code"));
            let val = Val::object([("ZipFile", text.clone())], text.span.or(span));
            Some(Value::Host(make(lib, val)))
        }
        ("aws_lambda.Code", "fromBucket" | "bucket" | "fromBucketV2") => {
            let bucket = lib.val(&argument(arguments, 0, "bucket"));
            let key = lib.val(&argument(arguments, 1, "key"));
            let val = Val::object([("S3Bucket", bucket), ("S3Key", key)], span);
            Some(Value::Host(make(lib, val)))
        }
        (
            "aws_lambda.DockerImageCode"
            | "aws_lambda.Code"
            | "aws_lambda.EcrImageCode"
            | "aws_lambda.AssetImageCode",
            "fromImageAsset" | "fromAssetImage" | "fromEcr" | "fromEcrImage",
        ) => {
            let ecr = method.contains("Ecr");
            let val = if ecr {
                let repository = lib.val(&argument(arguments, 0, "repository"));
                Val::object([("ImageUri", concat(vec![repository, Val::str(":latest", span)], span))], span)
            } else {
                image(span)
            };
            let h = make(lib, val);
            lib.put(h, "image", Value::Val(Val::bool(true, span)));
            if !ecr {
                lib.put(h, "path", argument(arguments, 0, "directory"));
            }
            Some(Value::Host(h))
        }
        ("aws_lambda.Code", "fromCfnParameters" | "cfnParameters") => {
            let val = Val::unknown(Reason::ParameterWithoutDefault, "code", span);
            Some(Value::Host(make(lib, val)))
        }
        _ => None,
    }
}
