//! Distributions, and custom resources with the functions that the library makes for them.

use palisade_graph::Val;
use palisade_source::Span;

use super::super::interpret::{Handle, Place, Value};
use super::core::managed_policy;
use super::lambda::constant;
use super::{Library, Object, Props, iam, lambda, policy, resource_policy};

/// Constructs of the services; false for others.
pub fn construct(lib: &mut Library<'_>, h: Handle, class: &str) -> bool {
    let Some(object) = lib.get(h) else { return false };
    let (props, place) = (object.props.clone(), object.place);
    match class {
        "aws_cloudfront.Distribution" => distribution(lib, h, &props, place),
        "custom_resources.Provider" => provider(lib, h, &props, place),
        "custom_resources.AwsCustomResource" => sdk_call(lib, h, &props, place),
        _ => return false,
    }
    true
}

fn distribution(lib: &mut Library<'_>, h: Handle, props: &Value, place: Place) {
    let span = place.key;
    let mut origins = Vec::new();
    let mut buckets = Vec::new();
    let default = behaviour(lib, h, &props.get("defaultBehavior"), &mut origins, &mut buckets, place);
    let mut others = Vec::new();
    for (pattern, key, given) in props.get("additionalBehaviors").entries() {
        let mut val = behaviour(lib, h, &given, &mut origins, &mut buckets, place);
        super::set_at(&mut val, &["PathPattern"], key, Val::str(pattern, key));
        others.push(val);
    }
    let protocol = props.get("minimumProtocolVersion");
    let certificate = lib.arn(&props.get("certificate"));
    let viewer = if certificate.is_null() {
        Val::default()
    } else {
        let version = constant(&protocol).map(|name| Val::str(tls(name), protocol.span()));
        Props::new()
            .set("AcmCertificateArn", certificate)
            .set("MinimumProtocolVersion", version.unwrap_or_else(|| Val::str("TLSv1.2_2021", span)))
            .set("SslSupportMethod", Val::str("sni-only", span))
            .done(place.block)
    };
    let bucket = props.get("logBucket");
    let logged = !bucket.is_null() || props.get("enableLogging").as_bool() == Some(true);
    let logging = if logged {
        let name = match bucket.handle() {
            Some(b) => lib.attribute(b, "RegionalDomainName"),
            None => Val::unknown(palisade_graph::Reason::NeedsCode, "logBucket", span),
        };
        Val::object([("Bucket", name)], bucket.span().or(span))
    } else {
        Val::default()
    };
    let config = Props::new()
        .set("DefaultCacheBehavior", default)
        .set("CacheBehaviors", if others.is_empty() { Val::default() } else { Val::list(others, span) })
        .set("Enabled", Val::bool(props.get("enabled").as_bool() != Some(false), span))
        .set("Origins", Val::list(origins, span))
        .from(lib, props, "defaultRootObject", "DefaultRootObject")
        .from(lib, props, "domainNames", "Aliases")
        .set("WebACLId", lib.arn(&props.get("webAclId")))
        .set("ViewerCertificate", viewer)
        .set("Logging", logging)
        .done(place.block);
    let val = Val::object([("DistributionConfig", config)], place.block);
    lib.resource(h, "Resource", "AWS::CloudFront::Distribution", val);
    for (bucket, at) in buckets {
        let arn = lib.arn(&Value::Host(bucket));
        let all = super::concat(vec![arn, Val::str("/*", at.key)], at.key);
        let mut statement = policy::allow(&["s3:GetObject"], vec![all], at.key);
        let service = Val::object([("Service", Val::str("cloudfront.amazonaws.com", at.key))], at.key);
        super::set_at(&mut statement, &["Principal"], at.key, service);
        let own = lib.val(&Value::Host(h));
        super::set_at(&mut statement, &["Condition", "StringEquals", "AWS:SourceArn"], at.key, own);
        resource_policy::add(lib, bucket, statement, at);
    }
}

/// A behaviour; its origin is added to the others.
fn behaviour(
    lib: &mut Library<'_>,
    h: Handle,
    given: &Value,
    origins: &mut Vec<Val>,
    buckets: &mut Vec<(Handle, Place)>,
    place: Place,
) -> Val {
    let span = given.span().or(place.key);
    let number = origins.len().saturating_add(1);
    let id = Val::str(format!("origin{number}"), span);
    let source = given.get("origin").handle().and_then(|o| lib.get(o)).cloned();
    if let Some(source) = source {
        let mut made = origin(lib, (h, number), &source, buckets);
        super::set_at(&mut made, &["Id"], source.place.block, id.clone());
        origins.push(made);
    }
    trusted(lib, &given.get("edgeLambdas"));
    let viewer = given.get("viewerProtocolPolicy");
    let viewer = match constant(&viewer) {
        Some("REDIRECT_TO_HTTPS") => Val::str("redirect-to-https", viewer.span()),
        Some("HTTPS_ONLY") => Val::str("https-only", viewer.span()),
        _ if viewer.is_null() => Val::str("allow-all", span).through(palisade_graph::Via::Defaulted, span),
        Some("ALLOW_ALL") => Val::str("allow-all", viewer.span()),
        _ => lib.val(&viewer),
    };
    Props::new()
        .set("TargetOriginId", id)
        .set("ViewerProtocolPolicy", viewer)
        .set("ResponseHeadersPolicyId", headers(lib, &given.get("responseHeadersPolicy")))
        .set(
            "FunctionAssociations",
            associations(lib, &given.get("functionAssociations"), "function", "FunctionARN"),
        )
        .set(
            "LambdaFunctionAssociations",
            associations(lib, &given.get("edgeLambdas"), "functionVersion", "LambdaFunctionARN"),
        )
        .done(span)
}

/// An origin without its id, from the object that makes it.
fn origin(
    lib: &mut Library<'_>,
    (h, number): (Handle, usize),
    source: &Object,
    buckets: &mut Vec<(Handle, Place)>,
) -> Val {
    let (first, options, at) = (source.props.item(0), source.props.item(1), source.place.block);
    let name = source.class.rsplit_once("_origins.").map_or("", |(_, name)| name);
    if !name.starts_with("S3") {
        let custom = custom(lib, &options, at);
        return Props::new().set("DomainName", lib.val(&first)).set("CustomOriginConfig", custom).done(at);
    }
    let Some(bucket) = first.handle().filter(|b| lib.class(*b) == "aws_s3.Bucket") else {
        // One that is made elsewhere: its domain name is not in the program.
        let domain = Val::unknown(palisade_graph::Reason::ExternalLookup, "bucket", at);
        let config = Val::unknown(palisade_graph::Reason::ExternalLookup, "identity", at);
        return Props::new().set("DomainName", domain).set("S3OriginConfig", config).done(at);
    };
    let website = |key| lib.get(bucket).is_some_and(|o| !o.props.get(key).is_null());
    let is_website = website("websiteIndexDocument") || website("websiteRedirect");
    if name.contains("StaticWebsite") || (name == "S3Origin" && is_website) {
        let plain = Val::object([("OriginProtocolPolicy", Val::str("http-only", at))], at);
        let domain = lib.attribute(bucket, "WebsiteURL");
        return Props::new().set("DomainName", domain).set("CustomOriginConfig", plain).done(at);
    }
    if !name.ends_with("withBucketDefaults") {
        buckets.push((bucket, source.place));
    }
    let made = Props::new().set("DomainName", lib.attribute(bucket, "RegionalDomainName"));
    let mut identity = Val::str("", at);
    let mut control = Val::default();
    if name.ends_with("withOriginAccessControl") {
        control = guard(lib, (h, number), source, "originAccessControl");
    } else if name == "S3Origin" || name.ends_with("withOriginAccessIdentity") {
        let own = guard(lib, (h, number), source, "originAccessIdentity");
        identity = super::concat(vec![Val::str("origin-access-identity/cloudfront/", at), own], at);
    }
    let config = Val::object([("OriginAccessIdentity", identity)], at);
    made.set("OriginAccessControlId", control).set("S3OriginConfig", config).done(at)
}

/// What lets a distribution alone read a bucket: given, or made for the origin.
fn guard(lib: &mut Library<'_>, (h, number): (Handle, usize), source: &Object, key: &str) -> Val {
    let place = source.place;
    let given = source.props.item(1).get(key);
    if !given.is_null() {
        let val = lib.val(&given);
        let known = !matches!(val.state, palisade_graph::State::Known(_));
        let reason = palisade_graph::Reason::ExternalLookup;
        return if known { val } else { Val::unknown(reason, key, given.span().or(place.block)) };
    }
    let (child, ty, attribute) = if key == "originAccessControl" {
        ("S3OriginAccessControl", "AWS::CloudFront::OriginAccessControl", Some("Id"))
    } else {
        ("S3Origin", "AWS::CloudFront::CloudFrontOriginAccessIdentity", None)
    };
    let class = "aws_cloudfront_origins.Guard";
    let above = lib.child(Some(h), &format!("Origin{number}"), class, Value::null(), place);
    let below = lib.child(Some(above), child, class, Value::null(), place);
    let props = if attribute.is_some() {
        let words = [
            ("OriginAccessControlOriginType", "s3"),
            ("SigningBehavior", "always"),
            ("SigningProtocol", "sigv4"),
        ];
        let config = words.map(|(key, word)| (key, Val::str(word, place.key)));
        Val::object([("OriginAccessControlConfig", Val::object(config, place.key))], place.block)
    } else {
        Val::object([("CloudFrontOriginAccessIdentityConfig", Val::map(Vec::new(), place.key))], place.block)
    };
    let id = lib.resource(below, "Resource", ty, props);
    match attribute {
        Some(attribute) => Val::attribute(id, attribute, place.key),
        None => Val::reference(id, place.key),
    }
}

/// How an origin is called that is no bucket.
fn custom(lib: &Library<'_>, options: &Value, at: Span) -> Val {
    let policy = options.get("protocolPolicy");
    let name = match constant(&policy) {
        Some("HTTP_ONLY") => "http-only",
        Some("MATCH_VIEWER") => "match-viewer",
        _ => "https-only",
    };
    let given = options.get("originSslProtocols");
    let version = |v: &Value| match constant(v) {
        Some(name) => Val::str(tls(name), v.span()),
        None => lib.val(v),
    };
    let mut versions: Vec<Val> = given.items().iter().map(version).collect();
    if versions.is_empty() {
        versions.push(Val::str("TLSv1.2", at));
    }
    Props::new()
        .set("OriginProtocolPolicy", Val::str(name, policy.span().or(at)))
        .set("OriginSSLProtocols", Val::list(versions, given.span().or(at)))
        .done(at)
}

/// A TLS version from the library's name of it.
fn tls(name: &str) -> String {
    let dotted = name.replace("TLS_V1_2", "TLSv1.2").replace("TLS_V1_1", "TLSv1.1");
    dotted.replace("TLS_V1", "TLSv1").replace("SSL_V3", "SSLv3")
}

/// Ids of the policies for response headers that AWS manages, by the library's names.
const HEADERS: &[(&str, &str)] = &[
    ("CORS_ALLOW_ALL_ORIGINS", "60669652-455b-4ae9-85a4-c4c02393f86c"),
    ("CORS_ALLOW_ALL_ORIGINS_WITH_PREFLIGHT", "5cc3b908-e619-4b99-88e5-2cf7f45965bd"),
    ("SECURITY_HEADERS", "67f7725c-6f97-4210-82d7-5512b31e9d03"),
    ("CORS_ALLOW_ALL_ORIGINS_AND_SECURITY_HEADERS", "e61eb60c-9c35-4d20-a928-2b84e02af89c"),
    ("CORS_ALLOW_ALL_ORIGINS_WITH_PREFLIGHT_AND_SECURITY_HEADERS", "eaab4381-ed33-4a86-88ca-d9558dc6cd63"),
];

fn headers(lib: &Library<'_>, given: &Value) -> Val {
    if given.is_null() {
        return Val::default();
    }
    let known = constant(given).and_then(|name| HEADERS.iter().find(|(known, _)| *known == name));
    match known {
        Some((_, id)) => Val::str(*id, given.span()),
        None => {
            let val = lib.val(given);
            let reason = palisade_graph::Reason::NeedsCode;
            if val.is_known() { Val::unknown(reason, "responseHeadersPolicy", given.span()) } else { val }
        }
    }
}

/// Who runs at the edge is assumed by the service of the edge.
fn trusted(lib: &mut Library<'_>, given: &Value) {
    for one in given.items() {
        let version = one.get("functionVersion").handle();
        let role = version.and_then(|v| lib.set(v, "role").handle());
        let Some(role) = role.and_then(|r| lib.get(r)).and_then(|o| o.resource.clone()) else { continue };
        let span = one.span();
        let statement = Val::object(
            [
                ("Action", Val::str("sts:AssumeRole", span)),
                ("Effect", Val::str("Allow", span)),
                ("Principal", Val::object([("Service", Val::str("edgelambda.amazonaws.com", span))], span)),
            ],
            span,
        );
        lib.append(&role, &["AssumeRolePolicyDocument", "Statement"], statement);
    }
}

/// Functions that see requests or answers.
fn associations(lib: &Library<'_>, given: &Value, function: &str, key: &str) -> Val {
    let association = |item: &Value| {
        let event = item.get("eventType");
        let event = match constant(&event) {
            Some(name) => Val::str(name.to_lowercase().replace('_', "-"), event.span()),
            None => lib.val(&event),
        };
        let body = item.get("includeBody");
        let body = if body.is_null() { Val::default() } else { lib.val(&body) };
        let arn = lib.arn(&item.get(function));
        Props::new().set("EventType", event).set(key, arn).set("IncludeBody", body).done(item.span())
    };
    let items: Vec<Val> = given.items().iter().map(association).collect();
    if items.is_empty() { Val::default() } else { Val::list(items, given.span()) }
}

/// A function that the library makes, with its role.
fn framework(
    lib: &mut Library<'_>,
    scope: Handle,
    id: &str,
    handler: &str,
    owner: &str,
    place: Place,
) -> Handle {
    let span = place.key;
    let function = lib.child(Some(scope), id, "aws_lambda.Function", Value::null(), place);
    let role = lib.child(Some(function), "ServiceRole", "aws_iam.Role", Value::null(), place);
    let statement = Val::object(
        [
            ("Action", Val::str("sts:AssumeRole", span)),
            ("Effect", Val::str("Allow", span)),
            ("Principal", Val::object([("Service", Val::str("lambda.amazonaws.com", span))], span)),
        ],
        span,
    );
    let managed = managed_policy(&Val::str("service-role/AWSLambdaBasicExecutionRole", span), span);
    let val = Val::object(
        [
            ("AssumeRolePolicyDocument", iam::document(vec![statement], span)),
            ("ManagedPolicyArns", Val::list(vec![managed], span)),
        ],
        place.block,
    );
    let role_id = lib.resource(role, "Resource", "AWS::IAM::Role", val);
    lib.put(role, "role", Value::Host(role));
    lib.put(function, "role", Value::Host(role));
    let val = Props::new()
        .set("Handler", Val::str(handler, span))
        .set("Role", Val::attribute(role_id.clone(), "Arn", span))
        .set("Timeout", Val::int(900, span))
        .done(place.block);
    let made = lib.resource(function, "Resource", "AWS::Lambda::Function", val);
    for id in [made, role_id] {
        if let Some(resource) = lib.resource_mut(&id) {
            resource.implied_by = Some(owner.into());
        }
    }
    function
}

fn provider(lib: &mut Library<'_>, h: Handle, props: &Value, place: Place) {
    let owner = lib.get(h).map(|o| o.path.clone()).unwrap_or_default();
    let event = props.get("onEventHandler");
    let complete = props.get("isCompleteHandler");
    let mut first = None;
    for (id, handler, given) in [
        ("framework-onEvent", "framework.onEvent", &event),
        ("framework-isComplete", "framework.isComplete", &complete),
        ("framework-onTimeout", "framework.onTimeout", &complete),
    ] {
        if given.is_null() {
            continue;
        }
        let function = framework(lib, h, id, handler, &owner, place);
        first = first.or(Some(function));
        for called in [&event, &complete] {
            if let Some(called) = called.handle() {
                lambda::call(lib, called, "grantInvoke", &[Value::Host(function)], place);
                let arn = lib.arn(&Value::Host(called));
                let statement = policy::allow(&["lambda:GetFunction"], vec![arn], place.key);
                policy::grant(lib, &Value::Host(function), statement, place);
            }
        }
    }
    if let Some(function) = first {
        let arn = lib.arn(&Value::Host(function));
        lib.put(h, "serviceToken", Value::Val(arn));
    }
}

/// Calls of an API by the one function that a stack has for them.
fn sdk_call(lib: &mut Library<'_>, h: Handle, props: &Value, place: Place) {
    let Some(stack) = lib.stack_of(h) else { return };
    let owner = lib.get(h).map(|o| o.path.clone()).unwrap_or_default();
    let function = match lib.set(stack, "sdkCalls").handle() {
        Some(function) => function,
        None => {
            let id = "AWS679f53fac002430cb0da5b7982bd2287";
            let function = framework(lib, stack, id, "index.handler", &owner, place);
            lib.put(stack, "sdkCalls", Value::Host(function));
            function
        }
    };
    let token = lib.arn(&Value::Host(function));
    let val = Val::object([("ServiceToken", token)], place.block);
    lib.resource(h, "Resource/Default", "Custom::AWS", val);
    let allowed = props.get("policy");
    let Some(object) = allowed.handle().and_then(|p| lib.get(p)).cloned() else { return };
    let span = object.place.block;
    let mut statements: Vec<Val> = Vec::new();
    if object.class.ends_with("fromStatements") {
        statements = object.props.item(0).items().iter().map(|s| iam::statement(lib, s)).collect();
    } else if object.class.ends_with("fromSdkCalls") {
        let resources = object.props.item(0).get("resources");
        let native = constant(&resources) == Some("ANY_RESOURCE");
        let resources: Vec<Val> = if native {
            vec![Val::str("*", resources.span())]
        } else {
            resources.items().iter().map(|v| lib.arn(v)).collect()
        };
        let mut seen = Vec::new();
        let create = props.get("onCreate");
        let update = props.get("onUpdate");
        for call in [create, update, props.get("onDelete")] {
            let service = lib.val(&call.get("service"));
            let action = lib.val(&call.get("action"));
            let (Some(service), Some(action)) = (service.as_str(), action.as_str()) else { continue };
            let name = format!("{}:{}", service.to_lowercase(), super::super::names::pascal(action));
            if !seen.contains(&name) {
                statements.push(policy::allow(&[&name], resources.clone(), span));
                seen.push(name);
            }
        }
    }
    if statements.is_empty() {
        return;
    }
    let role = lib.set(function, "role");
    let attached = Val::list(vec![lib.val(&role)], span);
    let val = Val::object([("PolicyDocument", iam::document(statements, span)), ("Roles", attached)], span);
    let policy = lib.child(Some(h), "CustomResourcePolicy", "aws_iam.Policy", Value::null(), place);
    lib.resource(policy, "Resource", "AWS::IAM::Policy", val);
}

/// Members of the services' constructs.
pub fn member(lib: &Library<'_>, on: Handle, name: &str, at: Span) -> Option<Value> {
    if lib.class(on) != "aws_cloudfront.Distribution" {
        return None;
    }
    let id = lib.get(on)?.resource.clone()?;
    match name {
        "domainName" | "distributionDomainName" => Some(Value::Val(Val::attribute(id, "DomainName", at))),
        _ => None,
    }
}
