//! Authorizers of REST APIs.

use palisade_graph::{Reason, Val};
use smol_str::format_smolstr;

use super::super::super::interpret::{Handle, Place, Value, concat};
use super::super::core::seconds;
use super::super::given::{self, constant};
use super::super::{Library, Props, iam, policy};
use super::{execute_arn, invocations};

/// Seconds that answers of authorizers are kept where nothing is said.
const KEPT: i64 = 300;

/// Constructs; false for others.
pub fn construct(lib: &mut Library<'_>, h: Handle, class: &str) -> bool {
    let Some(object) = lib.get(h) else { return false };
    let (props, place) = (object.props.clone(), object.place);
    let id = lib.unique(h);
    let kind = match class {
        "aws_apigateway.TokenAuthorizer" => "TOKEN",
        "aws_apigateway.RequestAuthorizer" => "REQUEST",
        "aws_apigateway.CognitoUserPoolsAuthorizer" => "COGNITO_USER_POOLS",
        _ => return false,
    };
    let span = place.key;
    let name = props.entry("authorizerName");
    let name = name.map_or_else(|| Val::str(id, span), |(_, v)| lib.val(&v));
    let kept = props.entry("resultsCacheTtl");
    let (kept_key, kept) = match kept {
        Some((key, v)) => (key, seconds(lib, &v)),
        // The service's own default is the same; the library writes it for functions only.
        None if kind == "COGNITO_USER_POOLS" => (span, Val::default()),
        None => (span, Val::int(KEPT, span)),
    };
    let header = "method.request.header.Authorization";
    let function = props.get("handler");
    let mut made = Props::new().set("Name", name).set("Type", Val::str(kind, span));
    if kind == "COGNITO_USER_POOLS" {
        let pools = props.get("cognitoUserPools");
        let arns: Vec<Val> = pools.items().iter().map(|p| lib.arn(p)).collect();
        made = made.set("ProviderARNs", Val::list(arns, pools.span().or(place.block)));
    } else {
        let arn = lib.arn(&function);
        made = made
            .set("AuthorizerUri", invocations(arn, place.block))
            .set("AuthorizerCredentials", lib.arn(&props.get("assumeRole")))
            .from(lib, &props, "validationRegex", "IdentityValidationExpression");
    }
    let source = match (kind, props.entry("identitySource").or_else(|| props.entry("identitySources"))) {
        (_, Some((_, list @ Value::List(_)))) => sources(lib, &list),
        (_, Some((_, one))) => source(lib, &one),
        ("REQUEST", None) => Val::default(),
        (_, None) => Val::str(header, span),
    };
    let val = made
        .set("IdentitySource", source)
        .with("AuthorizerResultTtlInSeconds", kept_key, kept)
        .done(place.block);
    lib.resource(h, "Resource", "AWS::ApiGateway::Authorizer", val);
    true
}

/// `IdentitySource.header('Authorization')`, or its text.
pub(super) fn source(lib: &Library<'_>, value: &Value) -> Val {
    let Some(given) = given::Given::of(lib, value) else { return lib.val(value) };
    let span = given.place.block;
    let first = lib.val(&given.pick(0, "name"));
    let kind = match given.class.rsplit('.').next().unwrap_or_default() {
        "header" => "method.request.header",
        "queryString" => "method.request.querystring",
        "stageVariable" => "stageVariables",
        "context" => "context",
        name => return Val::unknown(Reason::NeedsCode, name, span),
    };
    Val::str(format_smolstr!("{kind}.{}", first.display()), span)
}

/// Several sources as one text.
fn sources(lib: &Library<'_>, list: &Value) -> Val {
    let all: Vec<String> = list.items().iter().map(|v| source(lib, v).display().to_string()).collect();
    if all.is_empty() { Val::default() } else { Val::str(all.join(","), list.span()) }
}

/// How a method is authorized: its type of authorization and the reference to its authorizer, which becomes one of
/// the API.
pub fn of_method(
    lib: &mut Library<'_>,
    api: Handle,
    authorizer: &Value,
    kind: &Value,
    place: Place,
) -> (Val, Val) {
    let Some(h) = authorizer.handle() else {
        if !authorizer.is_null() && !matches!(authorizer, Value::Map(_)) {
            let span = authorizer.span().or(place.key);
            // A type that is said holds whatever the authorizer is.
            let said = constant(kind).is_some();
            return (
                if said {
                    kind_of(lib, kind, place)
                } else {
                    Val::unknown(Reason::NeedsCode, "authorizationType", span)
                },
                Val::unknown(Reason::NeedsCode, "authorizer", span),
            );
        }
        // `{ authorizerId, authorizationType }`
        let id = lib.val(&authorizer.get("authorizerId"));
        let own = authorizer.get("authorizationType");
        return (kind_of(lib, if own.is_null() { kind } else { &own }, place), id);
    };
    let id = lib.get(h).and_then(|o| o.resource.clone());
    let word = match lib.class(h) {
        "aws_apigateway.CognitoUserPoolsAuthorizer" => "COGNITO_USER_POOLS",
        "aws_apigateway.TokenAuthorizer" | "aws_apigateway.RequestAuthorizer" => "CUSTOM",
        // An authorizer of another kind says its type itself, unless it stands beside it.
        _ if kind.is_null() => {
            return (Val::unknown(Reason::NeedsCode, "authorizationType", place.key), lib.val(authorizer));
        }
        _ => return (kind_of(lib, kind, place), lib.val(authorizer)),
    };
    if let Some(id) = id {
        attach(lib, h, &id, api);
    }
    let reference = lib.val(authorizer);
    let span = reference.span;
    (Val::str(word, span.or(place.key)), reference)
}

fn kind_of(lib: &Library<'_>, kind: &Value, place: Place) -> Val {
    let span = kind.span().or(place.key);
    match constant(kind) {
        Some("IAM") => Val::str("AWS_IAM", span),
        Some("COGNITO") => Val::str("COGNITO_USER_POOLS", span),
        Some(name) => Val::str(name, span),
        None if kind.is_null() => Val::str("NONE", place.key),
        None => lib.val(kind),
    }
}

/// The first method that uses an authorizer says whose it is.
fn attach(lib: &mut Library<'_>, h: Handle, id: &str, api: Handle) {
    if !lib.property(id, "RestApiId").is_null() {
        return;
    }
    let Some(object) = lib.get(h) else { return };
    let (place, function) = (object.place, object.props.get("handler"));
    let own = lib.val(&Value::Host(api));
    lib.edit(id, &["RestApiId"], place.key, own);
    if function.is_null() {
        return;
    }
    let role = lib.prop(h, "assumeRole");
    if !role.is_null() {
        // Called with a role, which may do so.
        let arn = lib.arn(&function);
        let all = concat(vec![arn.clone(), Val::str(":*", place.key)], place.key);
        let statement = policy::allow(&["lambda:InvokeFunction"], vec![arn, all], place.key);
        let made = lib.child(Some(h), "authorizerInvokePolicy", "aws_iam.Policy", Value::null(), place);
        let val = Props::new()
            .set("PolicyDocument", iam::document(vec![statement], place.key))
            .set("Roles", Val::list(vec![lib.val(&role)], place.key))
            .done(place.block);
        if role.handle().and_then(|r| lib.get(r)).is_some_and(|r| r.resource.is_some()) {
            lib.resource(made, "Resource", "AWS::IAM::Policy", val);
        }
        return;
    }
    let rest = vec![Val::str("/authorizers/", place.key), Val::reference(id, place.key)];
    let source = execute_arn(lib, api, rest, place.block);
    let name = format_smolstr!("{}:Permissions", lib.unique(h));
    let scope = function.handle().unwrap_or(h);
    given::permit(lib, &function, (scope, &name), "apigateway.amazonaws.com", source, place);
}
