//! Distributions, and custom resources with the functions that the library makes for them.

use palisade_graph::Val;
use palisade_source::Span;

use super::super::interpret::{Handle, Place, Value};
use super::core::managed_policy;
use super::lambda::constant;
use super::{Library, Props, iam, lambda, policy, resource_policy};

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
        let version = constant(&protocol).map(|v| {
            let v =
                v.replace("TLS_V1_2", "TLSv1.2").replace("TLS_V1_1", "TLSv1.1").replace("TLS_V1", "TLSv1");
            Val::str(v.replace("SSL_V3", "SSLv3"), protocol.span())
        });
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
    let origin = given.get("origin");
    let id = Val::str(format!("origin{}", origins.len() + 1), span);
    if let Some(object) = origin.handle().and_then(|o| lib.get(o)).cloned() {
        let first = object.props.item(0);
        let at = object.place.block;
        let bucket = first.handle().filter(|b| lib.class(*b) == "aws_s3.Bucket");
        let made = match bucket {
            Some(bucket) => {
                let website = object.class.contains("StaticWebsite");
                if !website {
                    buckets.push((bucket, object.place));
                }
                let (identity, control) = access(lib, h, origins.len() + 1, &object.class, object.place);
                Props::new()
                    .set("DomainName", lib.attribute(bucket, "RegionalDomainName"))
                    .set("Id", id.clone())
                    .set("S3OriginConfig", Val::object([("OriginAccessIdentity", identity)], at))
                    .set("OriginAccessControlId", control)
                    .done(at)
            }
            None => {
                let policy = object.props.item(1).get("protocolPolicy");
                let name = match constant(&policy) {
                    Some("HTTP_ONLY") => "http-only",
                    Some("MATCH_VIEWER") => "match-viewer",
                    _ => "https-only",
                };
                let custom =
                    Val::object([("OriginProtocolPolicy", Val::str(name, policy.span().or(at)))], at);
                Props::new()
                    .set("DomainName", lib.val(&first))
                    .set("Id", id.clone())
                    .set("CustomOriginConfig", custom)
                    .done(at)
            }
        };
        origins.push(made);
    }
    let viewer = given.get("viewerProtocolPolicy");
    let viewer = match constant(&viewer) {
        Some("REDIRECT_TO_HTTPS") => Val::str("redirect-to-https", viewer.span()),
        Some("HTTPS_ONLY") => Val::str("https-only", viewer.span()),
        _ => Val::str("allow-all", viewer.span().or(span)),
    };
    Props::new()
        .set("TargetOriginId", id)
        .set("ViewerProtocolPolicy", viewer)
        .set("ResponseHeadersPolicyId", headers(lib, &given.get("responseHeadersPolicy")))
        .set("LambdaFunctionAssociations", associations(lib, &given.get("edgeLambdas")))
        .done(span)
}

/// By what a distribution reads a bucket: an access identity or an access control that the library makes.
fn access(lib: &mut Library<'_>, h: Handle, n: usize, class: &str, at: Place) -> (Val, Val) {
    let none = Val::str("", at.block);
    let origin = lib.child(Some(h), &format!("Origin{n}"), "constructs.Construct", Value::null(), at);
    if class.ends_with("withOriginAccessControl") {
        let made = lib.child(
            Some(origin),
            "S3OriginAccessControl",
            "aws_cloudfront.S3OriginAccessControl",
            Value::null(),
            at,
        );
        let config = Val::object(
            [
                ("OriginAccessControlOriginType", Val::str("s3", at.key)),
                ("SigningBehavior", Val::str("always", at.key)),
                ("SigningProtocol", Val::str("sigv4", at.key)),
            ],
            at.block,
        );
        let val = Val::object([("OriginAccessControlConfig", config)], at.block);
        let id = lib.resource(made, "Resource", "AWS::CloudFront::OriginAccessControl", val);
        return (none, Val::reference(id, at.block));
    }
    if class.ends_with("S3Origin") || class.ends_with("withOriginAccessIdentity") {
        let made =
            lib.child(Some(origin), "S3Origin", "aws_cloudfront.OriginAccessIdentity", Value::null(), at);
        let id = lib.resource(
            made,
            "Resource",
            "AWS::CloudFront::CloudFrontOriginAccessIdentity",
            Val::object::<&str>([], at.block),
        );
        let parts = vec![Val::str("origin-access-identity/cloudfront/", at.key), Val::reference(id, at.key)];
        return (super::concat(parts, at.block), Val::default());
    }
    (none, Val::default())
}

/// A policy of the response's headers; one that AWS keeps has a name of the library.
fn headers(lib: &Library<'_>, given: &Value) -> Val {
    match constant(given) {
        Some(name) => Val::str(name, given.span()),
        None => lib.val(given),
    }
}

/// Functions at the edge.
fn associations(lib: &mut Library<'_>, given: &Value) -> Val {
    let mut all = Vec::new();
    for one in given.items() {
        let kind = one.get("eventType");
        let kind = match constant(&kind) {
            Some(name) => Val::str(name.to_lowercase().replace('_', "-"), kind.span()),
            None => lib.val(&kind),
        };
        let version = one.get("functionVersion");
        let made = Props::new()
            .set("LambdaFunctionARN", lib.arn(&version))
            .set("EventType", kind)
            .from(lib, &one, "includeBody", "IncludeBody")
            .done(one.span());
        all.push(made);
        // Who runs at the edge is let in by the service of the edge.
        let function = version.handle().map(|v| lib.set(v, "role"));
        let role =
            function.and_then(|r| r.handle()).and_then(|r| lib.get(r)).and_then(|o| o.resource.clone());
        if let Some(role) = role {
            let span = one.span();
            let service = Val::object([("Service", Val::str("edgelambda.amazonaws.com", span))], span);
            let statement = Val::object(
                [
                    ("Action", Val::str("sts:AssumeRole", span)),
                    ("Effect", Val::str("Allow", span)),
                    ("Principal", service),
                ],
                span,
            );
            lib.append(&role, &["AssumeRolePolicyDocument", "Statement"], statement);
        }
    }
    if all.is_empty() { Val::default() } else { Val::list(all, given.span()) }
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
