use std::collections::HashMap;

use palisade_graph::{
    Authorization, EdgeKind, Entry, EntryDetail, From, Node, NodeIx, NodeKind, State, Tri, Val, Via,
};
use palisade_source::Span;
use smol_str::SmolStr;

use super::document::{parsed, statements};
use super::reach::Reach;
use super::rest::{authorizer_call, blank_rest, is_event, protect};
use super::{Lowering, stores, trigger};
use crate::Resource;

const METHODS: &[&str] =
    &["get", "put", "post", "delete", "options", "head", "patch", "trace", "x-amazon-apigateway-any-method"];

/// The document of an API, as a map.
fn body(r: &Resource) -> Val {
    parsed(r.props.get("Body"))
}

/// The resource policy that a document carries.
pub fn policy(l: &mut Lowering<'_>, r: &Resource) {
    let Some(ix) = l.ix(r) else { return };
    let list = statements(l, body(r).get("x-amazon-apigateway-policy"), From::Inline, &r.id);
    if !list.is_empty() {
        stores::give(l, ix, list);
    }
}

/// How callers of a scheme are known.
struct Scheme {
    authorization: Authorization,
    node: Option<NodeIx>,
}

struct Document<'d> {
    r: &'d Resource,
    api: NodeIx,
    body: &'d Val,
    schemes: HashMap<SmolStr, Scheme>,
    http: bool,
}

/// The operations of a REST API's document.
pub fn rest(l: &mut Lowering<'_>, r: &Resource, reach: &Reach) {
    operations(l, r, reach, false);
}

/// The operations of an HTTP API's document.
pub fn http(l: &mut Lowering<'_>, r: &Resource, reach: &Reach) {
    operations(l, r, reach, true);
}

fn operations(l: &mut Lowering<'_>, r: &Resource, reach: &Reach, http: bool) {
    let Some(api) = l.ix(r) else { return };
    let body = body(r);
    let paths = parsed(body.get("paths"));
    if paths.as_map().is_none() {
        return;
    }
    let schemes = schemes(l, r, &body, http);
    let document = Document { r, api, body: &body, schemes, http };
    for path in paths.entries() {
        if let Some(next) = path.val.as_map() {
            for operation in &next.entries {
                let key = operation.key.to_ascii_lowercase();
                if METHODS.contains(&key.as_str()) {
                    let method = if key.starts_with("x-") { "ANY".into() } else { key.to_ascii_uppercase() };
                    one(l, &document, reach, path, operation, &method);
                }
            }
        }
    }
}

fn one(l: &mut Lowering<'_>, d: &Document<'_>, reach: &Reach, path: &Entry, operation: &Entry, method: &str) {
    let op = &operation.val;
    let integration = resolved(d.body, op.get("x-amazon-apigateway-integration"));
    let kind = integration.get("type").display().to_ascii_lowercase();
    // Without an integration nothing is deployed, and a mock enters nothing.
    if integration.is_null() || kind == "mock" {
        return;
    }
    let mut entry = blank_rest(d.api, method, &path.key);
    if d.http {
        entry.protocol = "http".into();
        if path.key == "/$default" || path.key == "$default" {
            entry.path = "$default".into();
        }
    }
    secure(d, op, &mut entry);
    entry.validator = validator(d.body, op);
    entry.from_openapi = !made(l, op, operation.key_span);
    entry.props = deployed(d, op, &integration, &entry);
    reach.apply(l, &mut entry);
    let name = format!("{} {method} {}", d.r.id, entry.path);
    let authorizer = entry.authorizer;
    let ty = if d.http { "AWS::ApiGatewayV2::Route" } else { "AWS::ApiGateway::Method" };
    let span = operation.key_span.or(op.span).or(path.key_span);
    let props = entry.props.clone();
    let implied = l.cause_at(span);
    let ix = l.add_part(d.r, ty, &name, span, entry);
    if let Some(node) = l.graph.node_mut(ix) {
        node.block = Span { end: op.span.end.max(span.end), ..span };
        if op.span.file != span.file || op.span.end < span.start {
            node.block = span;
        }
        // An entry is what the author wrote, whatever made its API; one made from an event says so.
        node.implied_by = implied.filter(|_| !node.entry().is_some_and(|e| e.from_openapi));
    }
    protect(l, authorizer, ix, span);
    let uri = integration.get("uri");
    if let Some(function) = l.function(uri) {
        let mut t = trigger(if d.http { "apigateway-v2" } else { "apigateway-v1" }, "route", &props);
        t.logical_id = d.r.id.clone();
        t.source = smol_str::format_smolstr!("${{{}}}", d.r.id);
        t.asynchronous = is_event(&integration);
        l.trigger(ix, function, span, t);
    }
}

/// Whether an operation came from an event of a function, not from a document that somebody wrote.
fn made(l: &Lowering<'_>, op: &Val, key: Span) -> bool {
    op.links().any(|k| k.word == Via::Implied)
        || !key.or(op.span).is_some()
        || l.cause_at(key.or(op.span)).is_some()
}

/// The operation in the deployed shape, so that rules read documents and resources alike.
fn deployed(d: &Document<'_>, op: &Val, integration: &Val, entry: &EntryDetail) -> Val {
    let span = op.span;
    let word = match entry.authorization {
        Authorization::None | Authorization::Key => Val::str("NONE", entry.authorization_at.span),
        Authorization::Iam => Val::str("AWS_IAM", entry.authorization_at.span),
        Authorization::Jwt => Val::str("JWT", entry.authorization_at.span),
        Authorization::Cognito => Val::str("COGNITO_USER_POOLS", entry.authorization_at.span),
        Authorization::Custom => Val::str("CUSTOM", entry.authorization_at.span),
        Authorization::Unknown => entry.authorization_at.clone(),
    };
    // `connectionType` is `ConnectionType` there, and so on.
    let inner = integration.entries().iter().map(|e| {
        let mut chars = e.key.chars();
        let first = chars.next().map(|c| c.to_ascii_uppercase());
        let key: String = first.into_iter().chain(chars).collect();
        let val = if key == "Type" {
            Val::str(e.val.display().to_ascii_uppercase(), e.val.span)
        } else {
            e.val.clone()
        };
        Entry { key: key.into(), key_span: e.key_span, val }
    });
    let inner = Val::map(inner.collect(), integration.span);
    let api = Val::reference(d.r.id.clone(), span);
    let mut parts = if d.http {
        vec![
            ("ApiId", api),
            (
                "RouteKey",
                Val::str(
                    if entry.path == "$default" {
                        "$default".into()
                    } else {
                        format!("{} {}", entry.method, entry.path)
                    },
                    span,
                ),
            ),
        ]
    } else {
        vec![
            ("RestApiId", api),
            ("HttpMethod", Val::str(entry.method.clone(), span)),
            ("ApiKeyRequired", Val::bool(entry.api_key.is_yes(), entry.authorization_at.span)),
        ]
    };
    parts.push(("AuthorizationType", word));
    parts.push(("Integration", inner));
    parts.push(("Operation", op.clone()));
    Val::object(parts, span)
}

/// Follows a `$ref` within the document once.
fn resolved(body: &Val, val: &Val) -> Val {
    let Some(path) = val.get("$ref").as_str().and_then(|p| p.strip_prefix("#/")) else { return val.clone() };
    let mut at = body;
    for step in path.split('/').take(16) {
        at = at.get(&step.replace("~1", "/").replace("~0", "~"));
    }
    at.clone()
}

/// The security schemes of a document; authorizers become nodes.
fn schemes(l: &mut Lowering<'_>, r: &Resource, body: &Val, http: bool) -> HashMap<SmolStr, Scheme> {
    let mut out = HashMap::new();
    for path in ["securityDefinitions", "components.securitySchemes"] {
        for scheme in body.at(path).entries() {
            let (authorization, authorizer) = read(&scheme.val);
            let node = (!authorizer.is_null()).then(|| node(l, r, scheme, authorizer, authorization, http));
            out.insert(scheme.key.clone(), Scheme { authorization, node });
        }
    }
    out
}

fn read(scheme: &Val) -> (Authorization, &Val) {
    let authorizer = scheme.get("x-amazon-apigateway-authorizer");
    let kind = scheme.get("x-amazon-apigateway-authtype").display().to_ascii_lowercase();
    let by_authorizer = match authorizer.get("type").as_str() {
        Some("cognito_user_pools") => Some(Authorization::Cognito),
        Some("jwt") => Some(Authorization::Jwt),
        Some("token" | "request") => Some(Authorization::Custom),
        _ if !authorizer.get("jwtConfiguration").is_null() => Some(Authorization::Jwt),
        _ if !authorizer.get("providerARNs").is_null() => Some(Authorization::Cognito),
        _ if !authorizer.get("authorizerUri").is_null() => Some(Authorization::Custom),
        _ => None,
    };
    let authorization = match (by_authorizer, kind.as_str()) {
        (_, "awssigv4") => Authorization::Iam,
        (Some(found), _) => found,
        (None, "cognito_user_pools") => Authorization::Cognito,
        (None, "custom" | "oauth2") => Authorization::Custom,
        _ if scheme.get("type").is("apiKey").is_yes()
            && scheme.get("name").display().eq_ignore_ascii_case("x-api-key") =>
        {
            Authorization::Key
        }
        // API Gateway takes other schemes as words for people.
        _ if scheme.as_map().is_some() => Authorization::None,
        _ => Authorization::Unknown,
    };
    (authorization, authorizer)
}

fn node(
    l: &mut Lowering<'_>,
    r: &Resource,
    scheme: &Entry,
    authorizer: &Val,
    authorization: Authorization,
    http: bool,
) -> NodeIx {
    let span = scheme.key_span.or(r.key);
    let ty = if http { "AWS::ApiGatewayV2::Authorizer" } else { "AWS::ApiGateway::Authorizer" };
    let word = |key: &str| authorizer.get(key).clone();
    let kind = match authorization {
        Authorization::Cognito => Val::str("COGNITO_USER_POOLS", word("type").span),
        Authorization::Jwt => Val::str("JWT", word("type").span),
        _ => Val::str(word("type").display().to_ascii_uppercase(), word("type").span),
    };
    let source = if http { Val::default() } else { identity_source(scheme, authorizer) };
    let names = [
        ("Name", Val::str(scheme.key.clone(), scheme.key_span)),
        (if http { "AuthorizerType" } else { "Type" }, kind),
        ("AuthorizerUri", word("authorizerUri")),
        (
            if http { "AuthorizerCredentialsArn" } else { "AuthorizerCredentials" },
            word("authorizerCredentials"),
        ),
        ("AuthorizerResultTtlInSeconds", word("authorizerResultTtlInSeconds")),
        ("IdentitySource", if http { word("identitySource") } else { source }),
        ("IdentityValidationExpression", word("identityValidationExpression")),
        ("ProviderARNs", word("providerARNs")),
        ("JwtConfiguration", word("jwtConfiguration")),
        ("AuthorizerPayloadFormatVersion", word("authorizerPayloadFormatVersion")),
        ("EnableSimpleResponses", word("enableSimpleResponses")),
    ];
    let props = Val::object(names.into_iter().filter(|(_, v)| !v.is_null()), scheme.val.span);
    let name = format!("{}/{}", r.id, scheme.key);
    let mut node = Node::new(NodeKind::Control, l.root, &name, ty, span, props.clone());
    node.name = scheme.key.clone();
    node.block = scheme.val.span.or(span);
    let ix = l.graph.add(node);
    if let Some(api) = l.ix(r) {
        l.connect(ix, api, EdgeKind::AttachedTo, span, "");
    }
    authorizer_call(l, ix, &props, span, &r.id);
    ix
}

/// A TOKEN authorizer reads the header that its scheme names.
fn identity_source(scheme: &Entry, authorizer: &Val) -> Val {
    let written = authorizer.get("identitySource");
    if !written.is_null() {
        return written.clone();
    }
    let header = scheme.val.get("name");
    match header.as_str() {
        Some(name) if !authorizer.get("type").is("request").is_yes() => {
            Val::str(format!("method.request.header.{name}"), header.span)
        }
        _ => Val::default(),
    }
}

/// Who may call an operation: its own `security`, else the document's.
fn secure(d: &Document<'_>, op: &Val, entry: &mut EntryDetail) {
    let own = op.get("security");
    let written = if op.entry("security").is_some() { own } else { d.body.get("security") };
    entry.authorization_at = written.clone();
    let forced = [op, d.body].map(|v| v.at("x-amazon-apigateway-auth.type").clone());
    if let Some(kind) = forced.iter().find(|k| !k.is_null()) {
        entry.authorization_at = kind.clone();
        entry.authorization = super::reach::authorization(kind, Tri::No);
        return;
    }
    if let State::Unknown(_) | State::Ref(_) | State::Partial(_) = written.state {
        entry.authorization = Authorization::Unknown;
        return;
    }
    // API Gateway takes the authorizer of the list, and the key beside it.
    entry.authorization = Authorization::None;
    for requirement in written.items() {
        if requirement.as_map().is_none() {
            entry.authorization = Authorization::Unknown;
            continue;
        }
        for name in requirement.entries() {
            let Some(scheme) = d.schemes.get(&name.key) else {
                // `NONE` is SAM's word for no authorizer; another name that is declared nowhere does nothing.
                continue;
            };
            match scheme.authorization {
                Authorization::Key => entry.api_key = Tri::Yes,
                Authorization::None => continue,
                found => {
                    entry.authorization = found;
                    entry.authorizer = scheme.node;
                }
            }
            entry.authorization_at = Val { span: name.key_span.or(written.span), ..name.val.clone() };
        }
    }
    if entry.authorization == Authorization::None && entry.api_key.is_yes() {
        entry.authorization = Authorization::Key;
    }
}

/// Whether a validator of the document checks the body of an operation against a model.
fn validator(body: &Val, op: &Val) -> Tri {
    let key = "x-amazon-apigateway-request-validator";
    let own = op.get(key);
    let name = if own.is_null() { body.get(key) } else { own };
    if name.is_null() {
        return Tri::No;
    }
    let Some(name) = name.as_str() else { return Tri::Unknown };
    let checks = body.get("x-amazon-apigateway-request-validators").get(name).get("validateRequestBody");
    let parameters = op.get("parameters").items().iter();
    let in_body = parameters.filter(|p| p.get("in").is("body").is_yes());
    let model = !op.get("requestBody").is_null() || in_body.count() > 0;
    if model { super::reach::flag(checks) } else { Tri::No }
}
