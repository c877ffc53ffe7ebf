//! The REST API that all `http` events of a service share: the API itself, its deployment, stage, keys,
//! usage plans, validator and models.

use indexmap::IndexMap;
use palisade_graph::{Entry, Val, Via};
use smol_str::{SmolStr, format_smolstr};

use super::super::build::{At, Cause, Made, default_bool, default_str, entry, or, truthy};
use super::super::inherit::switch;
use super::super::naming;
use super::super::service::{Draft, Service};
use super::custom_resource;

/// Logical id of the API.
pub const API: &str = "ApiGatewayRestApi";
/// Logical id of its deployment. The framework ends it with the time.
pub const DEPLOYMENT: &str = "ApiGatewayDeployment";

/// The format of the access log where the service names none.
const ACCESS_LOG: &str = "requestId: $context.requestId, ip: $context.identity.sourceIp, \
                          caller: $context.identity.caller, user: $context.identity.user, \
                          requestTime: $context.requestTime, httpMethod: $context.httpMethod, \
                          resourcePath: $context.resourcePath, status: $context.status, \
                          protocol: $context.protocol, responseLength: $context.responseLength";

/// A setting below `provider.apiGateway`, or where older versions had it.
pub fn setting<'s>(service: &'s Service<'_>, key: &str) -> &'s Val {
    or(service.provider.get("apiGateway").get(key), service.provider.get(key))
}

/// The API's id.
pub fn api_id(service: &Service<'_>, at: At) -> Val {
    let given = service.provider.at("apiGateway.restApiId");
    if truthy(given) { given.clone() } else { at.reference(API) }
}

/// Whether the API belongs to somebody else.
pub fn external(service: &Service<'_>) -> bool {
    truthy(service.provider.at("apiGateway.restApiId"))
}

/// The URI by which API Gateway calls a function.
pub fn lambda_uri(at: At, function: Val) -> Val {
    at.join(
        "",
        [
            at.str("arn:"),
            at.pseudo("Partition"),
            at.str(":apigateway:"),
            at.pseudo("Region"),
            at.str(":lambda:path/2015-03-31/functions/"),
            function,
            at.str("/invocations"),
        ],
    )
}

/// ARN of the calls of an API.
pub(super) fn execute_arn(at: At, api: Val, suffix: &str) -> Val {
    at.arn("execute-api", [at.str(":"), api, at.str(suffix)])
}

/// A log group of an API.
pub(super) fn log_group(service: &Service<'_>, cause: &Cause, name: Val) -> Made {
    Made::new(
        "AWS::Logs::LogGroup",
        cause,
        [
            ("LogGroupName", name),
            ("RetentionInDays", service.provider.get("logRetentionInDays").clone()),
            ("DataProtectionPolicy", service.provider.get("logDataProtectionPolicy").clone()),
        ],
    )
}

/// The account setting that lets API Gateway write logs, which a helper function makes.
pub(super) fn logs_role(draft: &mut Draft<'_>, cause: &Cause) {
    const HELPER: &str = "custom-resource-apigw-cw-role";
    const ID: &str = "CustomApiGatewayAccountCloudWatchRole";
    let rest = draft.service.provider.at("logs.restApi");
    if truthy(rest.get("roleManagedExternally")) || draft.template.resources.contains_key(ID) {
        return;
    }
    let at = cause.at();
    let made = Made::new(
        "Custom::ApiGatewayAccountRole",
        cause,
        [
            ("ServiceToken", at.get_att(custom_resource::helper_id(HELPER), "Arn")),
            ("RoleArn", rest.get("role").clone()),
        ],
    );
    draft.template.add(ID, made);
    let roles = at.join(
        ":",
        [at.str("arn"), at.pseudo("Partition"), at.str("iam:"), at.pseudo("AccountId"), at.str("role/*")],
    );
    let account = at.join(":", [at.str("arn"), at.pseudo("Partition"), at.str("apigateway:*::/account")]);
    let actions = ["iam:AttachRolePolicy", "iam:CreateRole", "iam:ListAttachedRolePolicies", "iam:PassRole"];
    let statements = vec![
        custom_resource::statement(&actions, roles, None, at),
        custom_resource::statement(&["apigateway:GET", "apigateway:PATCH"], account, None, at),
    ];
    custom_resource::add(draft, HELPER, "api-gateway-cloud-watch-role/handler.handler", statements, cause);
}

/// Key and value pairs of a map, as `Tags`.
fn pairs(tags: &Val) -> Val {
    if tags.as_map().is_none() {
        return tags.clone();
    }
    let pair = |e: &Entry| {
        Val::map(
            vec![entry("Key", Val::str(e.key.clone(), e.key_span)), entry("Value", e.val.clone())],
            e.val.span,
        )
    };
    At(tags.span).list(tags.entries().iter().map(pair))
}

/// Upper case, where it is known.
fn upper(val: &Val) -> Val {
    match val.as_str() {
        Some(text) => At(val.span).str(text.to_uppercase()),
        None => val.clone(),
    }
}

/// The API.
pub fn api(draft: &mut Draft<'_>, cause: &Cause) {
    let service = draft.service;
    if external(service) {
        return;
    }
    let provider = &service.provider;
    let at = cause.at();
    let own = provider.get("apiGateway");
    let name = if truthy(provider.get("apiName")) {
        provider.get("apiName").clone()
    } else if truthy(own.get("shouldStartNameWithService")) {
        service.prefix(at)
    } else {
        at.concat([service.stage.clone(), at.str("-"), service.name.clone()])
    };
    let kind = provider.get("endpointType");
    let kind = if truthy(kind) { upper(kind) } else { default_str("EDGE", cause.key) };
    let endpoint = At(kind.span.or(cause.key))
        .obj([("Types", at.list([kind])), ("VpcEndpointIds", provider.get("vpcEndpointIds").clone())]);
    let policy = setting(service, "resourcePolicy");
    let policy = if truthy(policy) {
        let at = At(policy.span);
        at.obj([("Version", at.str("2012-10-17")), ("Statement", policy.clone())])
    } else {
        Val::null().clone()
    };
    let made = Made::new(
        "AWS::ApiGateway::RestApi",
        cause,
        [
            ("Name", name),
            ("BinaryMediaTypes", own.get("binaryMediaTypes").clone()),
            ("DisableExecuteApiEndpoint", own.get("disableDefaultEndpoint").clone()),
            ("EndpointConfiguration", endpoint),
            ("SecurityPolicy", own.at("endpoint.securityPolicy").clone()),
            ("EndpointAccessMode", upper(own.at("endpoint.accessMode"))),
            ("Tags", pairs(provider.get("tags"))),
            ("Policy", policy),
            ("ApiKeySourceType", upper(own.get("apiKeySourceType"))),
            ("MinimumCompressionSize", own.get("minimumCompressionSize").clone()),
            ("Description", own.get("description").clone()),
        ],
    );
    draft.template.add(API, made);
}

/// Name of the API's stage.
fn stage_name(service: &Service<'_>) -> Val {
    let own = service.provider.at("apiGateway.stage");
    if truthy(own) { own.clone() } else { service.stage.clone() }
}

/// Deployment and stage. The framework configures the stage after the deployment by calls; here it is the
/// resource that these calls amount to.
pub fn deploy(draft: &mut Draft<'_>, cause: &Cause, methods: &[SmolStr]) {
    let service = draft.service;
    let at = cause.at();
    let provider = &service.provider;
    let theirs = external(service);
    let made = Made::new(
        "AWS::ApiGateway::Deployment",
        cause,
        [
            ("RestApiId", api_id(service, at)),
            ("Description", provider.at("apiGateway.description").clone()),
            ("StageName", if theirs { stage_name(service) } else { Val::null().clone() }),
        ],
    );
    draft.template.add(DEPLOYMENT, made.depends(methods.iter().cloned()));
    let url = at.join(
        "",
        [
            at.str("https://"),
            api_id(service, at),
            at.str(".execute-api."),
            at.pseudo("Region"),
            at.str("."),
            at.pseudo("URLSuffix"),
            at.concat([at.str("/"), service.stage.clone()]),
        ],
    );
    draft.template.output("ServiceEndpoint", at, url);
    if theirs {
        return;
    }
    let tracing = provider.at("tracing.apiGateway");
    let mut made = Made::new(
        "AWS::ApiGateway::Stage",
        cause,
        [
            ("RestApiId", at.reference(API)),
            ("DeploymentId", at.reference(DEPLOYMENT)),
            ("StageName", stage_name(service)),
            ("TracingEnabled", switch(tracing, false, cause.key)),
        ],
    );
    let tags = super::super::build::merge(provider.get("stackTags").clone(), provider.get("tags"));
    let tags = if provider.get("tags").is_null() { provider.get("stackTags").clone() } else { tags };
    if truthy(&tags) {
        made.prop("Tags", pairs(&tags));
    }
    let mut settings: Vec<(&str, Val)> = Vec::new();
    let metrics = provider.at("apiGateway.metrics");
    let logs_entry = provider.get("logs").entry("restApi").filter(|e| truthy(&e.val));
    let mut group = None;
    if let Some(e) = logs_entry {
        let (logs, at) = (&e.val, At(e.key_span));
        let level = match logs.get("level") {
            _ if logs.get("executionLogging").as_bool() == Some(false) => at.str("OFF"),
            level if truthy(level) => level.clone(),
            _ => default_str("INFO", e.key_span),
        };
        settings.push(("DataTraceEnabled", switch(logs.get("fullExecutionData"), true, e.key_span)));
        settings.push(("LoggingLevel", level));
        if logs.get("accessLogging").as_bool() != Some(false) {
            let format = logs.get("format");
            let format = if truthy(format) { format.clone() } else { default_str(ACCESS_LOG, e.key_span) };
            let access =
                at.obj([("DestinationArn", at.get_att("ApiGatewayLogGroup", "Arn")), ("Format", format)]);
            made.prop("AccessLogSetting", access);
            group = Some(Cause { key: e.key_span, block: logs.span, id: API.into() });
        }
    }
    if !metrics.is_null() {
        settings.push(("MetricsEnabled", metrics.clone()));
    }
    if !settings.is_empty() {
        let place = logs_entry.map_or(metrics.span, |e| e.key_span);
        let at = At(place);
        settings.push(("HttpMethod", at.str("*")));
        settings.push(("ResourcePath", at.str("/*")));
        made.prop("MethodSettings", at.list([at.obj(settings)]));
    }
    draft.template.add("ApiGatewayStage", made);
    if let Some(cause) = group {
        let at = cause.at();
        let name = at.concat([at.str("/aws/api-gateway/"), service.prefix(at)]);
        let made = log_group(service, &cause, name);
        draft.template.add("ApiGatewayLogGroup", made);
        logs_role(draft, &cause);
    }
}

/// Name of a plan or key in a list whose items are `name: …` maps.
fn named(item: &Val) -> Option<&Entry> {
    item.entries().first()
}

/// Keys, usage plans and which key is in which plan.
pub(super) fn keys(draft: &mut Draft<'_>) {
    let service = draft.service;
    let keys = setting(service, "apiKeys");
    let plans = setting(service, "usagePlan");
    if !truthy(keys) && !truthy(plans) {
        return;
    }
    let named_plans: IndexMap<SmolStr, &Entry> = match plans.as_list() {
        Some(_) => plans.items().iter().filter_map(named).map(|e| (e.key.clone(), e)).collect(),
        None => IndexMap::new(),
    };
    let cause_of = |val: &Val| Cause { key: val.span, block: val.span, id: API.into() };
    // A key counts from 1 in its plan; keys without one count on.
    let mut number = 0;
    let mut links = Vec::new();
    for item in keys.items() {
        let plan = named(item).filter(|e| named_plans.contains_key(&e.key));
        let list: Vec<&Val> = match plan {
            Some(e) => {
                number = 0;
                e.val.items().iter().collect()
            }
            None => vec![item],
        };
        for key in list {
            number += 1;
            let cause = cause_of(key);
            let at = cause.at();
            let map = key.as_map().is_some();
            let stage = at.obj([("RestApiId", api_id(service, at)), ("StageName", service.stage.clone())]);
            let made = Made::new(
                "AWS::ApiGateway::ApiKey",
                &cause,
                [
                    ("Enabled", switch(key.get("enabled"), true, cause.key)),
                    ("Name", if map { key.get("name").clone() } else { key.clone() }),
                    ("Value", key.get("value").clone()),
                    ("Description", key.get("description").clone()),
                    ("CustomerId", key.get("customerId").clone()),
                    ("StageKeys", at.list([stage])),
                ],
            );
            let word = plan.map_or_else(String::new, |e| naming::upper_first(&e.key));
            let id = format_smolstr!("ApiGatewayApiKey{word}{number}");
            draft.template.add(id.clone(), made.depends([DEPLOYMENT]));
            links.push((format_smolstr!("ApiGatewayUsagePlanKey{word}{number}"), id, word, cause));
        }
    }
    let mut plan = |name: Option<&Entry>, settings: &Val, cause: &Cause| {
        let at = cause.at();
        let (suffix, full) = match name {
            Some(e) => (
                naming::upper_first(&e.key),
                vec![service.name.clone(), at.str(format!("-{}-", e.key)), service.stage.clone()],
            ),
            None => (String::new(), vec![service.prefix(at)]),
        };
        let quota = settings.get("quota");
        let throttle = settings.get("throttle");
        let quota_val = At(quota.span).obj([
            ("Limit", quota.get("limit").clone()),
            ("Offset", quota.get("offset").clone()),
            ("Period", quota.get("period").clone()),
        ]);
        let throttle_val = At(throttle.span).obj([
            ("BurstLimit", throttle.get("burstLimit").clone()),
            ("RateLimit", throttle.get("rateLimit").clone()),
        ]);
        let stages = at.obj([("ApiId", api_id(service, at)), ("Stage", service.stage.clone())]);
        let made = Made::new(
            "AWS::ApiGateway::UsagePlan",
            cause,
            [
                ("ApiStages", at.list([stages])),
                ("UsagePlanName", at.concat(full)),
                ("Quota", if truthy(quota) { quota_val } else { Val::null().clone() }),
                ("Throttle", if truthy(throttle) { throttle_val } else { Val::null().clone() }),
            ],
        );
        draft.template.add(
            format_smolstr!("ApiGatewayUsagePlan{suffix}"),
            made.depends([DEPLOYMENT, "ApiGatewayStage"]),
        );
    };
    if plans.as_list().is_some() {
        for e in named_plans.values() {
            let cause = Cause { key: e.key_span, block: e.val.span.or(e.key_span), id: API.into() };
            plan(Some(e), &e.val, &cause);
        }
    } else {
        let settings = if truthy(plans) { plans } else { keys };
        plan(None, plans, &cause_of(settings));
    }
    for (id, key, word, cause) in links {
        let at = cause.at();
        let made = Made::new(
            "AWS::ApiGateway::UsagePlanKey",
            &cause,
            [
                ("KeyId", at.reference(key)),
                ("KeyType", at.str("API_KEY")),
                ("UsagePlanId", at.reference(format_smolstr!("ApiGatewayUsagePlan{word}"))),
            ],
        );
        draft.template.add(id, made);
    }
}

/// Logical id of the validator, which is made on first use.
fn validator(draft: &mut Draft<'_>, cause: &Cause) -> SmolStr {
    let service = draft.service;
    let at = cause.at();
    let id = format_smolstr!("ApiGateway{}RequestValidator", naming::alphanumeric(&service.name.display()));
    if !draft.template.resources.contains_key(&id) {
        let name =
            at.concat([service.prefix(at), at.str(" | Validate request body and querystring parameters")]);
        let made = Made::new(
            "AWS::ApiGateway::RequestValidator",
            cause,
            [
                ("RestApiId", api_id(service, at)),
                ("ValidateRequestBody", default_bool(true, cause.key)),
                ("ValidateRequestParameters", default_bool(true, cause.key)),
                ("Name", name),
            ],
        );
        draft.template.add(id.clone(), made);
    }
    id
}

/// What a method validates: sets the validator and models of its resource.
pub(super) fn validate(
    draft: &mut Draft<'_>,
    cause: &Cause,
    method_id: &SmolStr,
    request: &Val,
    required: bool,
) {
    let schemas = or(request.get("schemas"), request.get("schema"));
    if !required && !truthy(schemas) {
        return;
    }
    let service = draft.service;
    let id = validator(draft, cause);
    let mut models = Vec::new();
    for e in schemas.entries() {
        let at = At(e.key_span);
        let shared = e.val.as_str().and_then(|name| {
            let found = service.provider.at("apiGateway.request.schemas").get(name);
            truthy(found).then_some((name, found))
        });
        let (model_id, definition) = match shared {
            Some((name, found)) => (format_smolstr!("ApiGateway{}Model", naming::pascal_case(name)), found),
            None => (format_smolstr!("{method_id}{}Model", naming::start_case(&e.key)), &e.val),
        };
        let inner = definition.get("schema");
        let (schema, named) = if truthy(inner) { (inner, definition) } else { (definition, Val::null()) };
        let content = if shared.is_some() { "application/json" } else { e.key.as_str() };
        let made = Made::new(
            "AWS::ApiGateway::Model",
            &Cause { key: e.key_span, block: e.val.span.or(e.key_span), id: cause.id.clone() },
            [
                ("RestApiId", api_id(service, at)),
                ("ContentType", at.str(content)),
                ("Schema", schema.clone()),
                ("Name", named.get("name").clone()),
                ("Description", named.get("description").clone()),
            ],
        );
        draft.template.add(model_id.clone(), made);
        models.push((e.key.clone(), at.reference(model_id)));
    }
    let at = cause.at();
    if let Some(method) = draft.template.resources.get_mut(method_id) {
        method.prop("RequestValidatorId", at.reference(id).through(Via::Implied, cause.key));
        if !models.is_empty() {
            method.prop("RequestModels", At(schemas.span).obj(models));
        }
    }
}
