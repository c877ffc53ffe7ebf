//! Stages of REST APIs, and the names under which they are reached.

use palisade_graph::Val;
use smol_str::format_smolstr;

use super::super::super::interpret::{Handle, Place, Value, concat};
use super::super::core::seconds;
use super::super::given::{self, constant};
use super::super::{Library, Props, partition_arn, pseudo};
use super::{access_log, text, word};

/// Constructs; false for others.
pub fn construct(lib: &mut Library<'_>, h: Handle, class: &str) -> bool {
    let Some(object) = lib.get(h) else { return false };
    let (props, place) = (object.props.clone(), object.place);
    match class {
        "aws_apigateway.Deployment" => {
            let Some(api) = props.get("api").handle() else { return false };
            deployment(lib, h, "Resource", api, &props, place);
        }
        "aws_apigateway.Stage" => {
            let deployment = props.get("deployment").handle();
            let Some(api) = deployment.and_then(|d| lib.set(d, "api").handle()) else { return false };
            stage(lib, h, api, &lib.val(&props.get("deployment")), &props, place);
        }
        "aws_apigateway.DomainName" => domain(lib, h, None, &props, place),
        "aws_apigateway.BasePathMapping" => {
            let val = Props::new()
                .set("DomainName", lib.val(&props.get("domainName")))
                .set("RestApiId", lib.val(&props.get("restApi")))
                .from(lib, &props, "basePath", "BasePath")
                .set("Stage", lib.val(&props.get("stage")))
                .done(place.block);
            lib.resource(h, "Resource", "AWS::ApiGateway::BasePathMapping", val);
        }
        _ => return false,
    }
    true
}

fn deployment(lib: &mut Library<'_>, h: Handle, below: &str, api: Handle, props: &Value, place: Place) {
    let val = Props::new()
        .set("RestApiId", lib.val(&Value::Host(api)))
        .from(lib, props, "description", "Description")
        .done(place.block);
    lib.resource(h, below, "AWS::ApiGateway::Deployment", val);
    lib.put(h, "api", Value::Host(api));
}

/// The deployment and the stage that an API has unless it says otherwise.
pub fn deployed(lib: &mut Library<'_>, api: Handle, options: &Value, description: &Value, place: Place) {
    let made = lib.child(Some(api), "Deployment", "aws_apigateway.Deployment", Value::null(), place);
    let described = [options.get("description"), description.clone()].into_iter().find(|v| !v.is_null());
    let described =
        described.unwrap_or_else(|| Value::str("Automatically created by the RestApi construct", place.key));
    let words = Value::map([("description".into(), (place.key, described))], place.block);
    deployment(lib, made, "Resource", api, &words, place);
    let name = options.get("stageName");
    let name = if name.is_null() { "prod".into() } else { text(lib, &name) };
    let id = format_smolstr!("DeploymentStage.{name}");
    let h = lib.child(Some(api), &id, "aws_apigateway.Stage", options.clone(), place);
    stage(lib, h, api, &lib.val(&Value::Host(made)), options, place);
    lib.put(api, "deploymentStage", Value::Host(h));
    lib.put(api, "latestDeployment", Value::Host(made));
}

fn stage(lib: &mut Library<'_>, h: Handle, api: Handle, deployment: &Val, options: &Value, place: Place) {
    let name = options.entry("stageName");
    let (name_key, name) =
        name.map_or_else(|| (place.key, Val::str("prod", place.key)), |(key, v)| (key, lib.val(&v)));
    let mut settings = Vec::new();
    let caching = options.get("cachingEnabled").as_bool() == Some(true);
    if let Some(all) = method_setting(lib, "*", "/*", options, place) {
        settings.push(all);
    }
    for (key, key_span, given) in options.get("methodOptions").entries() {
        let (path, verb) = key.rsplit_once('/').unwrap_or(("", "*"));
        // Slashes inside the path as a JSON pointer has them.
        let path = match path {
            "" | "/" => "/".to_owned(),
            "/*" => "/*".to_owned(),
            path => format!("/{}", path.replace('/', "~1")),
        };
        let path = path.as_str();
        let at = Place { key: key_span, block: given.span().or(key_span) };
        settings.extend(method_setting(lib, verb, path, &given, at));
    }
    let cached = options.get("cacheClusterEnabled");
    let cached = if cached.is_null() && (caching || !options.get("cacheClusterSize").is_null()) {
        Val::bool(true, options.get("cacheClusterSize").span().or(place.key))
    } else {
        lib.val(&cached)
    };
    let size = lib.val(&options.get("cacheClusterSize"));
    let size = if size.is_null() && cached.as_bool() == Some(true) {
        Val::str("0.5", cached.span.or(place.key))
    } else {
        size
    };
    let settings_span = options.span().or(place.block);
    let val = Props::new()
        .with("StageName", name_key, name)
        .set("RestApiId", lib.val(&Value::Host(api)))
        .set("DeploymentId", deployment.clone())
        .set(
            "AccessLogSetting",
            access_log(
                lib,
                &given::maybe(options, "accessLogDestination"),
                &options.get("accessLogFormat"),
                place,
            ),
        )
        .set("MethodSettings", given::list(settings, settings_span))
        .set("CacheClusterEnabled", cached)
        .set("CacheClusterSize", size)
        .from(lib, options, "tracingEnabled", "TracingEnabled")
        .from(lib, options, "variables", "Variables")
        .from(lib, options, "description", "Description")
        .from(lib, options, "clientCertificateId", "ClientCertificateId")
        .done(place.block);
    lib.resource(h, "Resource", "AWS::ApiGateway::Stage", val);
    lib.put(h, "api", Value::Host(api));
    let own = lib.val(&Value::Host(h));
    let arn = vec![
        partition_arn(":apigateway:", place.key),
        pseudo("AWS::Region", place.key),
        Val::str("::/restapis/", place.key),
        lib.val(&Value::Host(api)),
        Val::str("/stages/", place.key),
        own.clone(),
    ];
    lib.put(h, "stageArn", Value::Val(concat(arn, place.key)));
    lib.put(h, "stageName", Value::Val(own));
    if lib.set(api, "deploymentStage").is_null() {
        lib.put(api, "deploymentStage", Value::Host(h));
    }
}

/// Settings of the methods of a path; nothing where none is said.
fn method_setting(lib: &Library<'_>, verb: &str, path: &str, options: &Value, place: Place) -> Option<Val> {
    let level = given::maybe(options, "loggingLevel");
    let open = options.is_open() && !options.is_null();
    let cache = seconds(lib, &options.get("cacheTtl"));
    let said = Props::new()
        .set("LoggingLevel", word(lib, &level))
        .from(lib, options, "dataTraceEnabled", "DataTraceEnabled")
        .from(lib, options, "metricsEnabled", "MetricsEnabled")
        .from(lib, options, "throttlingRateLimit", "ThrottlingRateLimit")
        .from(lib, options, "throttlingBurstLimit", "ThrottlingBurstLimit")
        .from(lib, options, "cachingEnabled", "CachingEnabled")
        .from(lib, options, "cacheDataEncrypted", "CacheDataEncrypted")
        .set("CacheTtlInSeconds", cache)
        .done(options.span().or(place.block));
    if said.entries().is_empty() && !open {
        return None;
    }
    let span = said.span;
    let mut whole = said;
    if whole.get("DataTraceEnabled").is_null() {
        super::super::set_at(&mut whole, &["DataTraceEnabled"], span, Val::bool(false, place.key));
    }
    super::super::set_at(&mut whole, &["HttpMethod"], span, Val::str(verb, place.key));
    super::super::set_at(&mut whole, &["ResourcePath"], span, Val::str(path, place.key));
    Some(whole)
}

/// A domain name of its own, and what it leads to.
pub fn domain(lib: &mut Library<'_>, h: Handle, api: Option<Handle>, props: &Value, place: Place) {
    let policy = given::maybe(props, "securityPolicy");
    let security = match constant(&policy) {
        Some(name) => Val::str(name, policy.span()),
        None if policy.is_null() => Val::default(),
        None => lib.val(&policy),
    };
    let regional = constant(&props.get("endpointType")) != Some("EDGE");
    let certificate = lib.arn(&props.get("certificate"));
    let types = Val::list(vec![Val::str(if regional { "REGIONAL" } else { "EDGE" }, place.key)], place.key);
    let mtls = props.get("mtls");
    let mtls = if mtls.is_null() {
        Val::default()
    } else {
        let bucket = lib.val(&mtls.get("bucket"));
        let key = lib.val(&mtls.get("key"));
        let parts = vec![Val::str("s3://", mtls.span()), bucket, Val::str("/", mtls.span()), key];
        let uri = concat(parts, mtls.span());
        Val::object([("TruststoreUri", uri)], mtls.span())
    };
    let val = Props::new()
        .from(lib, props, "domainName", "DomainName")
        .set("EndpointConfiguration", Val::object([("Types", types)], place.key))
        .set(if regional { "RegionalCertificateArn" } else { "CertificateArn" }, certificate)
        .set("SecurityPolicy", security)
        .set("MutualTlsAuthentication", mtls)
        .done(place.block);
    lib.resource(h, "Resource", "AWS::ApiGateway::DomainName", val);
    let mapped = api.or_else(|| props.get("mapping").handle());
    if let Some(api) = mapped {
        let path =
            if props.get("basePath").is_null() { "/".into() } else { text(lib, &props.get("basePath")) };
        mapping(lib, h, api, &path, props, place);
    }
}

/// `domain.addBasePathMapping(api, { basePath, stage })`
pub fn mapping(lib: &mut Library<'_>, h: Handle, api: Handle, path: &str, options: &Value, place: Place) {
    let id = format_smolstr!("Map:{path}=>{}", lib.unique(api));
    let made =
        lib.child(Some(h), &id.replace('/', "--"), "aws_apigateway.BasePathMapping", options.clone(), place);
    let stage = options.get("stage");
    let stage = if stage.is_null() { lib.set(api, "deploymentStage") } else { stage };
    let val = Props::new()
        .set("DomainName", lib.val(&Value::Host(h)))
        .set("RestApiId", lib.val(&Value::Host(api)))
        .from(lib, options, "basePath", "BasePath")
        .set("Stage", lib.val(&stage))
        .done(place.block);
    lib.resource(made, "Resource", "AWS::ApiGateway::BasePathMapping", val);
}
