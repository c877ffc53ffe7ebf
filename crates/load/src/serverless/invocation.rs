//! What is made for a function besides events: versions and aliases, its URL, asynchronous invocation.

use palisade_graph::{Reason, State, Val, Value, Via};
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::build::{At, Cause, Made, default_str, truthy};
use super::events::cors_list;
use super::role;
use super::service::{Draft, Function, Service};

/// Logical id of a function's version. The framework ends it with a hash of the code.
pub fn version_id(function: &Function) -> SmolStr {
    format_smolstr!("{}LambdaVersion", function.normalized())
}

pub fn versions(draft: &mut Draft<'_>, function: &Function, edge: bool) {
    let service = draft.service;
    let own = function.get("versionFunction");
    let shared = service.provider.get("versionFunctions");
    let versioned = edge
        || truthy(function.get("durableConfig"))
        || if own.is_null() { shared.is_null() || truthy(shared) } else { truthy(own) };
    if !versioned && function.alias.is_none() {
        return;
    }
    let cause = function.cause();
    let at = cause.at();
    let id = version_id(function);
    let mut version = Made::new(
        "AWS::Lambda::Version",
        &cause,
        [
            ("FunctionName", at.reference(function.id.clone())),
            ("CodeSha256", Val::unknown(Reason::KnownAfterApply, "code", at.0)),
            ("Description", function.get("description").clone()),
        ],
    );
    if versioned {
        version.attribute("DeletionPolicy", at.str("Retain"));
    }
    version.attribute("Condition", function.get("condition").clone());
    draft.template.add(id.clone(), version);
    draft.template.output(&format!("{}QualifiedArn", function.id), at, at.reference(id.clone()));
    let Some((name, alias)) = &function.alias else { return };
    let concurrency = function.get("provisionedConcurrency");
    let mut made = Made::new(
        "AWS::Lambda::Alias",
        &cause,
        [
            ("FunctionName", at.reference(function.id.clone())),
            ("FunctionVersion", at.get_att(id, "Version")),
            ("Name", at.str(*name)),
        ],
    );
    if truthy(concurrency) {
        let at = At(concurrency.span);
        let config = at.obj([("ProvisionedConcurrentExecutions", concurrency.clone())]);
        made.prop("ProvisionedConcurrencyConfig", config);
    }
    made.attribute("Condition", function.get("condition").clone());
    draft.template.add(alias.clone(), made.depends([function.id.clone()]));
}

pub fn url(draft: &mut Draft<'_>, function: &Function) {
    let Some(e) = function.val.entry("url").filter(|e| truthy(&e.val)) else { return };
    let cause = Cause { key: e.key_span, block: e.val.span.or(e.key_span), id: function.id.clone() };
    let at = cause.at();
    let authorizer = e.val.get("authorizer");
    let auth = match &authorizer.state {
        State::Known(Value::Str(text)) if text == "aws_iam" => {
            Val { state: State::Known(Value::Str("AWS_IAM".into())), ..authorizer.clone() }
        }
        State::Known(_) => default_str("NONE", e.key_span),
        _ => authorizer.clone(),
    };
    let public = auth.as_str() == Some("NONE");
    let condition = function.get("condition");
    let mut made = Made::new(
        "AWS::Lambda::Url",
        &cause,
        [("AuthType", auth.clone()), ("TargetFunctionArn", function.target(at))],
    );
    let cors = e.val.get("cors");
    if truthy(cors) {
        made.prop("Cors", url_cors(cors));
    }
    if e.val.get("invokeMode").as_str() == Some("RESPONSE_STREAM") {
        made.prop("InvokeMode", e.val.get("invokeMode").clone());
    }
    made.attribute("Condition", condition.clone());
    let id = format_smolstr!("{}LambdaFunctionUrl", function.normalized());
    draft.template.output(&id, at, at.get_att(id.clone(), "FunctionUrl"));
    draft.template.add(id, made.depends(function.alias_id()));
    if !public {
        return;
    }
    let permission = |action: &str, extra: (&'static str, Val)| {
        let mut made = Made::new(
            "AWS::Lambda::Permission",
            &cause,
            [
                ("FunctionName", function.target(at)),
                ("Action", at.str(action)),
                ("Principal", at.str("*")),
                extra,
            ],
        );
        made.attribute("Condition", condition.clone());
        made.depends(function.alias_id())
    };
    let by_url = permission("lambda:InvokeFunctionUrl", ("FunctionUrlAuthType", at.str("NONE")));
    let by_call = permission("lambda:InvokeFunction", ("InvokedViaFunctionUrl", at.bool(true)));
    draft.template.add(format_smolstr!("{}LambdaPermissionFnUrl", function.normalized()), by_url);
    draft.template.add(format_smolstr!("{}LambdaPermissionFn", function.normalized()), by_call);
}

fn url_cors(cors: &Val) -> Val {
    let at = At(cors.span);
    let list = |key: &str, default: &[&str]| -> Val {
        match cors.entry(key) {
            Some(e) if truthy(&e.val) => cors_list(&e.val),
            // An explicit `null` takes the default away.
            Some(_) => Val::null().clone(),
            None => at.strs(default).through(Via::Defaulted, cors.span),
        }
    };
    let headers = [
        "Content-Type",
        "X-Amz-Date",
        "Authorization",
        "X-Api-Key",
        "X-Amz-Security-Token",
        "X-Amzn-Trace-Id",
    ];
    let exposed = cors.get("exposedResponseHeaders");
    let credentials = cors.get("allowCredentials");
    at.obj([
        ("AllowCredentials", if truthy(credentials) { credentials.clone() } else { Val::null().clone() }),
        ("AllowHeaders", list("allowedHeaders", &headers)),
        ("AllowMethods", list("allowedMethods", &["*"])),
        ("AllowOrigins", list("allowedOrigins", &["*"])),
        ("ExposeHeaders", if truthy(exposed) { cors_list(exposed) } else { Val::null().clone() }),
        ("MaxAge", cors.get("maxAge").clone()),
    ])
}

pub fn invoke_config(draft: &mut Draft<'_>, function: &Function) {
    let service = draft.service;
    let destinations = function.get("destinations");
    let age = function.get("maximumEventAge");
    let retries = function.get("maximumRetryAttempts");
    if !truthy(destinations) && !truthy(age) && retries.is_null() {
        return;
    }
    let settings = ["destinations", "maximumEventAge", "maximumRetryAttempts"];
    let e = settings.into_iter().find_map(|k| function.val.entry(k));
    let key = e.map_or(function.key_span, |e| e.key_span);
    let cause = Cause { key, block: e.map_or(function.block, |e| e.val.span), id: function.id.clone() };
    let at = cause.at();
    let mut config = Vec::new();
    let shared_role = role::custom(service, function).is_none();
    for (name, property) in [("onSuccess", "OnSuccess"), ("onFailure", "OnFailure")] {
        let Some(e) = destinations.entry(name).filter(|e| truthy(&e.val)) else { continue };
        let target = destination(service, &e.val);
        config.push((property, at.obj([("Destination", target)])));
        if shared_role {
            grant_destination(draft, &e.val, e.key_span);
        }
    }
    let qualifier = function.alias.as_ref().map_or("$LATEST", |(name, _)| name);
    let mut made = Made::new(
        "AWS::Lambda::EventInvokeConfig",
        &cause,
        [
            ("FunctionName", at.reference(function.id.clone())),
            ("DestinationConfig", at.obj(config)),
            ("Qualifier", at.str(qualifier)),
            ("MaximumEventAgeInSeconds", age.clone()),
            ("MaximumRetryAttempts", retries.clone()),
        ],
    );
    made.attribute("Condition", function.get("condition").clone());
    draft
        .template
        .add(format_smolstr!("{}LambdaEvConf", function.normalized()), made.depends(function.alias_id()));
}

/// The ARN that a destination stands for: an ARN, a function of the service, or an object with one.
fn destination(service: &Service<'_>, val: &Val) -> Val {
    if val.as_map().is_some() {
        return val.get("arn").clone();
    }
    match val.as_str().filter(|s| !s.starts_with("arn:")).and_then(|s| service.function(s)) {
        Some(function) => function.target(At(val.span)),
        None => val.clone(),
    }
}

fn grant_destination(draft: &mut Draft<'_>, val: &Val, span: Span) {
    let at = At(span);
    let service = draft.service;
    let (action, resource) = if val.as_map().is_some() {
        let action = match val.get("type").as_str() {
            Some("function") => "lambda:InvokeFunction",
            Some("sqs") => "sqs:SendMessage",
            Some("sns") => "sns:Publish",
            Some("eventBus") => "events:PutEvents",
            _ => return,
        };
        (action, val.get("arn").clone())
    } else {
        let shown = val.display();
        let action = if !shown.starts_with("arn:") || shown.contains(":function:") {
            "lambda:InvokeFunction"
        } else if shown.contains(":sqs:") {
            "sqs:SendMessage"
        } else if shown.contains(":sns:") {
            "sns:Publish"
        } else if shown.contains(":event-bus/") {
            "events:PutEvents"
        } else {
            return;
        };
        let resource = match val.as_str().and_then(|s| service.function(s)) {
            Some(target) => {
                let prefix = "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:";
                let alias = target.alias.as_ref().map_or_else(String::new, |(name, _)| format!(":{name}"));
                at.sub(at.concat([at.str(prefix), target.name.clone(), at.str(alias)]))
            }
            None => val.clone(),
        };
        (action, resource)
    };
    if let Some(role) = &mut draft.role {
        let statement = at
            .obj([("Effect", at.str("Allow")), ("Action", at.str(action)), ("Resource", resource)])
            .through(Via::Implied, span);
        if !role.statements.iter().any(|s| s.via.is_some() && s.same(&statement)) {
            role.statements.push(statement);
        }
    }
}
