//! Functions: what each takes over from the provider.

use palisade_graph::{Entry, Reason, State, Val, Value, Via};
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::build::{At, Made, default_bool, default_int, default_str, entry, or, truthy};
use super::invocation;
use super::role::{self, DEFAULT};
use super::service::{Draft, Function, Service};

/// A provider's value as the function takes it over.
pub fn inherited(val: &Val, function: &Function) -> Val {
    if val.is_null() { val.clone() } else { val.clone().through(Via::Inherited, function.key_span) }
}

/// A setting of the function, else of the provider.
pub fn setting(service: &Service<'_>, function: &Function, key: &str) -> Val {
    let own = function.get(key);
    if truthy(own) {
        return own.clone();
    }
    let provider = service.provider.get(key);
    if truthy(provider) { inherited(provider, function) } else { Val::null().clone() }
}

/// Makes all functions.
pub fn compile(draft: &mut Draft<'_>) {
    let service = draft.service;
    for function in &service.functions {
        compile_function(draft, function);
    }
}

fn compile_function(draft: &mut Draft<'_>, function: &Function) {
    let service = draft.service;
    let provider = &service.provider;
    let cause = function.cause();
    let at = cause.at();
    let edge = function.events_of("cloudFront").next().is_some();
    let mut made = Made::new::<&str>("AWS::Lambda::Function", &cause, []);
    made.name = Some(function.key.clone());
    made.implied_by = None;
    made.source_root = Some(source_root(service, function));
    made.props.open = service.open || function.val.as_map().is_none_or(|m| m.open);

    if truthy(function.get("image")) {
        image(service, function, &mut made);
    } else {
        let bucket = provider.get("deploymentBucket");
        let bucket = match bucket.as_map() {
            Some(_) => bucket.get("name"),
            None => bucket,
        };
        let bucket = if truthy(bucket) { bucket.clone() } else { at.reference("ServerlessDeploymentBucket") };
        let key = Val::unknown(Reason::KnownAfterApply, "artifact", at.0);
        made.prop("Code", at.obj([("S3Bucket", bucket), ("S3Key", key)]));
        made.prop("Handler", function.get("handler").clone());
        made.prop("Runtime", runtime(service, function));
        let management = or(function.get("runtimeManagement"), provider.get("runtimeManagement"));
        made.prop("RuntimeManagementConfig", runtime_management(management, at));
    }
    made.prop("FunctionName", function.name.clone());
    let memory = setting(service, function, "memorySize");
    let default = if edge { 128 } else { 1024 };
    made.prop("MemorySize", if memory.is_null() { default_int(default, cause.key) } else { memory });
    let timeout = setting(service, function, "timeout");
    let default = if edge { 5 } else { 6 };
    made.prop("Timeout", if timeout.is_null() { default_int(default, cause.key) } else { timeout });
    let architecture = setting(service, function, "architecture");
    if !architecture.is_null() {
        made.prop("Architectures", At(architecture.span).list([architecture]));
    }
    made.prop("Description", function.get("description").clone());
    if truthy(function.get("snapStart")) {
        let at = At(function.get("snapStart").span);
        made.prop("SnapStart", at.obj([("ApplyOn", at.str("PublishedVersions"))]));
    }
    made.attribute("Condition", function.get("condition").clone());
    tags(service, function, &mut made);
    let size = function.get("ephemeralStorageSize");
    if truthy(size) {
        made.prop("EphemeralStorage", At(size.span).obj([("Size", size.clone())]));
    }
    made.prop("RecursiveLoop", function.get("recursiveLoop").clone());
    dead_letters(draft, function, &mut made);
    key(draft, function, &mut made);
    tracing(draft, function, &mut made);
    if !edge {
        environment(service, function, &mut made);
    }
    let role_id = run_as(service, function, &mut made);
    if !edge {
        vpc(service, function, &mut made);
    }
    file_system(draft, function, &mut made);
    let reserved = function.get("reservedConcurrency");
    made.prop("ReservedConcurrentExecutions", reserved.clone());
    let layers = function.get("layers");
    let shared = provider.get("layers");
    if truthy(layers) {
        made.prop("Layers", layers.clone());
    } else if truthy(shared) {
        made.prop("Layers", inherited(shared, function));
    }
    durable(function, &mut made);
    logging(service, function, &mut made);

    let mut depends: Vec<SmolStr> = Vec::new();
    if !truthy(function.get("disableLogs")) {
        depends.push(format_smolstr!("{}LogGroup", function.normalized()));
    }
    depends.extend(function.get("dependsOn").items().iter().filter_map(|d| d.as_str().map(SmolStr::new)));
    depends.extend(role_id);
    let mut made = made.depends(depends);
    if edge {
        made.attribute("DeletionPolicy", at.str("Retain"));
    }
    draft.template.add(function.id.clone(), made);
    invocation::versions(draft, function, edge);
    invocation::url(draft, function);
    invocation::invoke_config(draft, function);
}

/// Folder of the function's code. Some packagers take a folder of its own for each function.
fn source_root(service: &Service<'_>, function: &Function) -> SmolStr {
    let image = function.get("image");
    let own = match image.get("path").as_str() {
        Some(path) => Some(path),
        None if service.plugins.has("serverless-python-requirements") => function.get("module").as_str(),
        None => None,
    };
    match own.and_then(|path| service.files.exists(service.folder, path)) {
        Some(folder) => folder.into(),
        None => service.folder.into(),
    }
}

fn image(service: &Service<'_>, function: &Function, made: &mut Made) {
    let image = function.get("image");
    let at = At(image.span);
    let images = service.provider.at("ecr.images");
    let named = |name: &Val| -> Val {
        let found = name.as_str().map_or(Val::null(), |n| images.get(n));
        let uri = if found.as_map().is_some() { found.get("uri") } else { found };
        if uri.is_null() { Val::null().clone() } else { inherited(uri, function) }
    };
    let built = || Val::unknown(Reason::KnownAfterApply, "image", at.0);
    let uri = match &image.state {
        State::Known(Value::Map(_)) if truthy(image.get("uri")) => image.get("uri").clone(),
        State::Known(Value::Map(_)) => match named(image.get("name")) {
            uri if uri.is_null() => built(),
            uri => uri,
        },
        State::Known(Value::Str(text)) => match named(image) {
            uri if !uri.is_null() => uri,
            _ if text.contains('/') || text.contains('@') => image.clone(),
            _ => built(),
        },
        _ => image.clone(),
    };
    made.prop("Code", at.obj([("ImageUri", uri)]));
    made.prop("PackageType", at.str("Image"));
    let config = at.obj([
        ("Command", image.get("command").clone()),
        ("EntryPoint", image.get("entryPoint").clone()),
        ("WorkingDirectory", image.get("workingDirectory").clone()),
    ]);
    if !config.entries().is_empty() {
        made.prop("ImageConfig", config);
    }
}

fn runtime(service: &Service<'_>, function: &Function) -> Val {
    let own = setting(service, function, "runtime");
    if !own.is_null() {
        return own;
    }
    let default = match service.version {
        Some(1 | 2) => "nodejs12.x",
        Some(3) => "nodejs14.x",
        Some(_) => "nodejs24.x",
        None => {
            let val = Val::unknown(Reason::ExternalLookup, "runtime of the framework", Span::NONE);
            return val.through(Via::Defaulted, function.key_span);
        }
    };
    default_str(default, function.key_span)
}

fn runtime_management(management: &Val, at: At) -> Val {
    let mode = if management.as_map().is_some() { management.get("mode") } else { management };
    let on = match mode.as_str() {
        Some("onFunctionUpdate") => "FunctionUpdate",
        Some("manual") => "Manual",
        _ => return Val::null().clone(),
    };
    at.obj([("UpdateRuntimeOn", at.str(on)), ("RuntimeVersionArn", management.get("arn").clone())])
}

/// Two maps of which the second wins; `null` removes. Unknown parts leave the result open.
fn shallow(provider: &Val, own: &Val, function: &Function) -> Val {
    if provider.is_null() && own.is_null() {
        return Val::null().clone();
    }
    let known = |v: &Val| v.is_null() || v.as_map().is_some();
    if own.is_null() && !known(provider) {
        return inherited(provider, function);
    }
    if provider.is_null() && !known(own) {
        return own.clone();
    }
    let mut map = palisade_graph::Map { entries: Vec::new(), open: !known(provider) || !known(own) };
    map.open |= [provider, own].into_iter().any(|v| v.as_map().is_some_and(|m| m.open));
    let at: std::collections::HashMap<&str, usize> =
        provider.entries().iter().enumerate().map(|(i, e)| (e.key.as_str(), i)).collect();
    for e in provider.entries() {
        map.entries.push(Entry { val: inherited(&e.val, function), ..e.clone() });
    }
    for e in own.entries() {
        match at.get(e.key.as_str()).and_then(|i| map.entries.get_mut(*i)) {
            Some(old) => *old = e.clone(),
            None => map.entries.push(e.clone()),
        }
    }
    map.entries.retain(|e| !e.val.is_null());
    let span = if own.is_null() { provider.span } else { own.span };
    let val = Val::known(Value::Map(std::sync::Arc::new(map)), span);
    match (provider.is_null(), own.is_null()) {
        (false, true) => val.through(Via::Inherited, function.key_span),
        (false, false) => val.through(Via::Merged, provider.span),
        _ => val,
    }
}

/// Environment of a function: the provider's, with its own on top.
fn environment(service: &Service<'_>, function: &Function, made: &mut Made) {
    let provider = service.provider.get("environment");
    let own = function.get("environment");
    if provider.is_null() && own.is_null() {
        return;
    }
    let variables = shallow(provider, own, function);
    let span = variables.span;
    made.prop("Environment", At(span).obj([("Variables", variables)]));
}

fn tags(service: &Service<'_>, function: &Function, made: &mut Made) {
    let merged = shallow(service.provider.get("tags"), function.get("tags"), function);
    match merged.as_map() {
        Some(_) => {
            let pair = |e: &Entry| {
                Val::map(
                    vec![entry("Key", Val::str(e.key.clone(), e.key_span)), entry("Value", e.val.clone())],
                    e.val.span,
                )
            };
            made.prop("Tags", At(merged.span).list(merged.entries().iter().map(pair)));
        }
        None => made.prop("Tags", merged),
    }
}

fn dead_letters(draft: &mut Draft<'_>, function: &Function, made: &mut Made) {
    let target = function.get("onError");
    if !truthy(target) {
        return;
    }
    made.prop("DeadLetterConfig", At(target.span).obj([("TargetArn", target.clone())]));
    // Only a plain ARN is granted, and only as a topic.
    if target.as_map().is_none() {
        let span = function.val.entry("onError").map_or(function.key_span, |e| e.key_span);
        draft.grant(&["sns:Publish"], At(span).list([target.clone()]), span);
    }
}

fn key(draft: &mut Draft<'_>, function: &Function, made: &mut Made) {
    let service = draft.service;
    let (val, span) = if truthy(function.get("kmsKeyArn")) {
        let span = function.val.entry("kmsKeyArn").map_or(function.key_span, |e| e.key_span);
        (function.get("kmsKeyArn").clone(), span)
    } else if truthy(function.get("awsKmsKeyArn")) {
        (function.get("awsKmsKeyArn").clone(), function.key_span)
    } else if truthy(service.provider.get("kmsKeyArn")) {
        (inherited(service.provider.get("kmsKeyArn"), function), service.provider_span("kmsKeyArn"))
    } else {
        return;
    };
    if val.as_map().is_none() {
        draft.grant(&["kms:Decrypt"], At(span).list([val.clone()]), span);
    }
    made.prop("KmsKeyArn", val);
}

fn tracing(draft: &mut Draft<'_>, function: &Function, made: &mut Made) {
    let service = draft.service;
    let own = function.get("tracing");
    let shared = service.provider.at("tracing.lambda");
    let (val, span) = if truthy(own) {
        (own.clone(), function.val.entry("tracing").map_or(function.key_span, |e| e.key_span))
    } else if truthy(shared) {
        (inherited(shared, function), service.provider_span("tracing"))
    } else {
        return;
    };
    let mode = match val.as_bool() {
        Some(true) => Val { state: State::Known(Value::Str("Active".into())), ..val },
        _ => val,
    };
    made.prop("TracingConfig", At(mode.span).obj([("Mode", mode)]));
    let actions = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"];
    draft.grant(&actions, At(span).strs(&["*"]), span);
}

/// Sets the role; answers the logical id that the function must wait for.
fn run_as(service: &Service<'_>, function: &Function, made: &mut Made) -> Option<SmolStr> {
    let Some((role, shared)) = role::custom(service, function) else {
        let val = At(function.key_span).get_att(DEFAULT, "Arn").through(Via::Defaulted, function.key_span);
        made.prop("Role", val);
        return None;
    };
    let at = At(role.span);
    let through = |val: Val| if shared { val.through(Via::Inherited, function.key_span) } else { val };
    match &role.state {
        State::Known(Value::Str(text)) if !text.starts_with("arn:") => {
            made.prop("Role", through(at.get_att(text.clone(), "Arn")));
            (text != DEFAULT).then(|| text.clone())
        }
        State::Known(Value::Map(_)) => {
            made.prop("Role", through(role.clone()));
            role.get("Fn::GetAtt").items().first().and_then(|id| id.as_str().map(SmolStr::new))
        }
        _ => {
            made.prop("Role", through(role.clone()));
            None
        }
    }
}

fn vpc(service: &Service<'_>, function: &Function, made: &mut Made) {
    let own = function.get("vpc");
    // `vpc: false` or `null` on the function keeps it out of the provider's network.
    if function.val.entry("vpc").is_some() && !truthy(own) {
        return;
    }
    let shared = service.provider.get("vpc");
    if own.as_map().is_none() && !own.is_null() {
        made.prop("VpcConfig", own.clone());
        return;
    }
    if own.is_null() && shared.as_map().is_none() {
        if truthy(shared) {
            made.prop("VpcConfig", inherited(shared, function));
        }
        return;
    }
    let pick = |key: &str| {
        let val = own.get(key);
        if truthy(val) { val.clone() } else { inherited(shared.get(key), function) }
    };
    let (groups, subnets) = (pick("securityGroupIds"), pick("subnetIds"));
    if !truthy(&groups) || !truthy(&subnets) {
        return;
    }
    let at = At(own.span.or(shared.span));
    made.prop(
        "VpcConfig",
        at.obj([
            ("Ipv6AllowedForDualStack", pick("ipv6AllowedForDualStack")),
            ("SecurityGroupIds", groups),
            ("SubnetIds", subnets),
        ]),
    );
}

fn file_system(draft: &mut Draft<'_>, function: &Function, made: &mut Made) {
    let Some(e) = function.val.entry("fileSystemConfig").filter(|e| truthy(&e.val)) else { return };
    let (arn, at) = (e.val.get("arn").clone(), At(e.val.span));
    let config = at.obj([("Arn", arn.clone()), ("LocalMountPath", e.val.get("localMountPath").clone())]);
    made.prop("FileSystemConfigs", at.list([config]));
    let actions = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"];
    draft.grant(&actions, At(e.key_span).list([arn]), e.key_span);
}

fn durable(function: &Function, made: &mut Made) {
    let config = function.get("durableConfig");
    if truthy(config) {
        let at = At(config.span);
        let config = at.obj([
            ("ExecutionTimeout", config.get("executionTimeout").clone()),
            ("RetentionPeriodInDays", config.get("retentionPeriodInDays").clone()),
        ]);
        made.prop("DurableConfig", config);
    }
}

fn logging(service: &Service<'_>, function: &Function, made: &mut Made) {
    let own = function.get("logs");
    let shared = service.provider.at("logs.lambda");
    let logs = if truthy(own) { own.clone() } else { inherited(shared, function) };
    let at = At(logs.span);
    let config = at.obj([
        ("ApplicationLogLevel", logs.get("applicationLogLevel").clone()),
        ("LogFormat", logs.get("logFormat").clone()),
        ("LogGroup", logs.get("logGroup").clone()),
        ("SystemLogLevel", logs.get("systemLogLevel").clone()),
    ]);
    if !config.entries().is_empty() {
        let config = if truthy(own) { config } else { config.through(Via::Inherited, function.key_span) };
        made.prop("LoggingConfig", config);
    }
}

/// A switch with a default of the framework.
pub fn switch(val: &Val, default: bool, cause: Span) -> Val {
    if val.is_null() { default_bool(default, cause) } else { val.clone() }
}
