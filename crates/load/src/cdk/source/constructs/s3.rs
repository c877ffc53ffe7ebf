//! Buckets.

use palisade_graph::Val;
use palisade_source::Span;

use super::super::interpret::{Handle, Value};
use super::{Library, Props, RETAIN};

/// Constructs of the service; false for others.
pub fn construct(lib: &mut Library<'_>, h: Handle, class: &str) -> bool {
    if class != "aws_s3.Bucket" {
        return false;
    }
    let Some(object) = lib.get(h) else { return false };
    let (props, place) = (object.props.clone(), object.place);
    let versioned = props.get("versioned");
    let versioning = match versioned.as_bool() {
        Some(true) => Val::object([("Status", Val::str("Enabled", versioned.span()))], versioned.span()),
        Some(false) => Val::default(),
        None if versioned.is_null() => Val::default(),
        None => lib.val(&versioned),
    };
    let website = props.get("websiteIndexDocument");
    let website = if website.is_null() {
        Val::default()
    } else {
        Val::object([("IndexDocument", lib.val(&website))], website.span())
    };
    let public = props.get("publicReadAccess");
    let own = matches!(constant(&props.get("encryption")), Some("KMS" | "DSSE"));
    if own && props.get("encryptionKey").is_null() {
        super::kms::own_key(lib, h, place);
    }
    let val = Props::new()
        .from(lib, &props, "bucketName", "BucketName")
        .set("VersioningConfiguration", versioning)
        .set("BucketEncryption", encryption(lib, h, &props))
        .set("PublicAccessBlockConfiguration", block(lib, &props))
        .set("WebsiteConfiguration", website)
        .set("AccessControl", access(&props.get("accessControl")))
        .set("CorsConfiguration", cors(lib, &props.get("cors")))
        .set("LoggingConfiguration", access_log(lib, &props))
        .done(place.block);
    let id = lib.resource(h, "Resource", "AWS::S3::Bucket", val);
    lib.removal(&id, &props, RETAIN);
    if public.as_bool() == Some(true) {
        statement_for_all(lib, h, public.span());
    }
    let tls = props.get("enforceSSL");
    if tls.as_bool() == Some(true) {
        deny_plain_http(lib, h, tls.span());
    }
    true
}

fn constant(value: &Value) -> Option<&str> {
    value.native().and_then(|p| p.rsplit('.').next())
}

fn encryption(lib: &Library<'_>, h: Handle, props: &Value) -> Val {
    let given = props.get("encryption");
    let key = props.get("encryptionKey");
    let key = if key.is_null() { lib.set(h, "encryptionKey") } else { key };
    let span = given.span();
    let algorithm = match constant(&given) {
        Some("S3_MANAGED") => "AES256",
        Some("KMS" | "KMS_MANAGED" | "DSSE" | "DSSE_MANAGED") => "aws:kms",
        None if !key.is_null() => "aws:kms",
        _ => return Val::default(),
    };
    let rule = Props::new()
        .with("SSEAlgorithm", span, Val::str(algorithm, span))
        .set("KMSMasterKeyID", lib.arn(&key))
        .done(span);
    let rule = Val::object([("ServerSideEncryptionByDefault", rule)], span);
    Val::object([("ServerSideEncryptionConfiguration", Val::list(vec![rule], span))], span)
}

fn block(lib: &Library<'_>, props: &Value) -> Val {
    let given = props.get("blockPublicAccess");
    let span = given.span();
    let all = |b: bool| Val::bool(b, span);
    match constant(&given) {
        Some("BLOCK_ALL") => Val::object(
            [
                ("BlockPublicAcls", all(true)),
                ("BlockPublicPolicy", all(true)),
                ("IgnorePublicAcls", all(true)),
                ("RestrictPublicBuckets", all(true)),
            ],
            span,
        ),
        Some("BLOCK_ACLS" | "BLOCK_ACLS_ONLY") => {
            Val::object([("BlockPublicAcls", all(true)), ("IgnorePublicAcls", all(true))], span)
        }
        _ => {
            // `new BlockPublicAccess({ blockPublicAcls: … })`
            let Some(h) = given.handle() else { return Val::default() };
            let options = lib.set(h, "props");
            let at = lib.get(h).map_or(span, |o| o.place.block);
            Props::new()
                .from(lib, &options, "blockPublicAcls", "BlockPublicAcls")
                .from(lib, &options, "blockPublicPolicy", "BlockPublicPolicy")
                .from(lib, &options, "ignorePublicAcls", "IgnorePublicAcls")
                .from(lib, &options, "restrictPublicBuckets", "RestrictPublicBuckets")
                .done(at)
        }
    }
}

fn access(value: &Value) -> Val {
    match constant(value) {
        Some(name) => {
            let words: Vec<String> = name
                .split('_')
                .map(|w| {
                    let mut chars = w.chars();
                    let first: String = chars.next().into_iter().collect();
                    first + &chars.as_str().to_lowercase()
                })
                .collect();
            Val::str(words.concat(), value.span())
        }
        None => Val::default(),
    }
}

fn cors(lib: &Library<'_>, rules: &Value) -> Val {
    if rules.is_null() {
        return Val::default();
    }
    let rules_val = rules
        .items()
        .iter()
        .map(|rule| {
            let methods = rule.get("allowedMethods");
            let names = methods.items();
            let list = names.iter().map(|m| match constant(m) {
                Some(name) => Val::str(name, m.span()),
                None => lib.val(m),
            });
            let list = Val::list(list.collect(), methods.span());
            Props::new()
                .from(lib, rule, "allowedOrigins", "AllowedOrigins")
                .from(lib, rule, "allowedHeaders", "AllowedHeaders")
                .from(lib, rule, "exposedHeaders", "ExposedHeaders")
                .set("AllowedMethods", list)
                .done(rule.span())
        })
        .collect();
    Val::object([("CorsRules", Val::list(rules_val, rules.span()))], rules.span())
}

fn access_log(lib: &Library<'_>, props: &Value) -> Val {
    let (bucket, prefix) = (props.get("serverAccessLogsBucket"), props.get("serverAccessLogsPrefix"));
    if bucket.is_null() && prefix.is_null() {
        return Val::default();
    }
    Props::new()
        .set("DestinationBucketName", lib.val(&bucket))
        .set("LogFilePrefix", lib.val(&prefix))
        .done(bucket.span().or(prefix.span()))
}

/// The policy that refuses what is not encrypted on its way.
fn deny_plain_http(lib: &mut Library<'_>, h: Handle, span: Span) {
    let arn = lib.attribute(h, "Arn");
    let objects = super::concat(vec![arn.clone(), Val::str("/*", span)], span);
    let secure = Val::object([("aws:SecureTransport", Val::str("false", span))], span);
    let statement = Val::object(
        [
            ("Effect", Val::str("Deny", span)),
            ("Principal", Val::object([("AWS", Val::str("*", span))], span)),
            ("Action", Val::str("s3:*", span)),
            ("Resource", Val::list(vec![arn, objects], span)),
            ("Condition", Val::object([("Bool", secure)], span)),
        ],
        span,
    );
    add_statement(lib, h, statement);
}

/// Adds a statement to the policy of a bucket.
pub fn add_statement(lib: &mut Library<'_>, h: Handle, statement: Val) {
    let Some(object) = lib.get(h) else { return };
    let (place, bucket) = (object.place, object.value.clone());
    let span = statement.span;
    let policy = match lib.set(h, "policy").handle() {
        Some(policy) => policy,
        None => {
            let policy = lib.child(Some(h), "Policy", "aws_s3.BucketPolicy", Value::null(), place);
            let document = super::iam::document(Vec::new(), span);
            let props = Val::object([("Bucket", bucket), ("PolicyDocument", document)], span);
            lib.resource(policy, "Resource", "AWS::S3::BucketPolicy", props);
            lib.put(h, "policy", Value::Host(policy));
            policy
        }
    };
    if let Some(id) = lib.get(policy).and_then(|o| o.resource.clone()) {
        lib.append(&id, &["PolicyDocument", "Statement"], statement);
    }
}

/// The policy that lets everybody read a bucket.
fn statement_for_all(lib: &mut Library<'_>, h: Handle, span: Span) {
    let arn = lib.attribute(h, "Arn");
    let objects = super::concat(vec![arn, Val::str("/*", span)], span);
    let statement = Val::object(
        [
            ("Effect", Val::str("Allow", span)),
            ("Principal", Val::object([("AWS", Val::str("*", span))], span)),
            ("Action", Val::list(vec![Val::str("s3:GetObject", span)], span)),
            ("Resource", Val::list(vec![objects], span)),
        ],
        span,
    );
    add_statement(lib, h, statement);
}
