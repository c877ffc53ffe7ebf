//! Who may call routes of HTTP and WebSocket APIs.

use palisade_graph::{Reason, Val};
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::super::super::interpret::{Handle, Place, Value, concat};
use super::super::core::seconds;
use super::super::given::{self, Given, constant, some};
use super::super::{Library, Props, pseudo};
use super::{execute_arn, invocations, word};

/// `JwtConfiguration` of an authorizer.
pub fn jwt(lib: &Library<'_>, issuer: &Value, audience: Val, span: Span) -> Val {
    let props = Props::new().set("Issuer", lib.val(issuer)).set("Audience", audience);
    some(props, span)
}

/// How a route is authorized, and the authorizer, made once for each API.
pub fn authorized(lib: &mut Library<'_>, api: Handle, given: &Value, place: Place) -> (Val, Val) {
    if given.is_null() {
        return (Val::str("NONE", place.key), Val::default());
    }
    let Some(authorizer) = Given::of(lib, given) else {
        // A construct of its own: its type tells how.
        let Some(h) = given.handle().filter(|h| lib.class(*h) == "aws_apigatewayv2.HttpAuthorizer") else {
            let span = given.span().or(place.key);
            return (Val::unknown(Reason::NeedsCode, "authorizer", span), Val::default());
        };
        let kind = word(lib, &lib.prop(h, "type"));
        let kind = match kind.as_str() {
            Some("LAMBDA" | "REQUEST") => Val::str("CUSTOM", kind.span),
            _ => kind,
        };
        return (kind, lib.val(given));
    };
    let span = authorizer.place.block;
    let class = authorizer.class.as_str();
    let socket = lib.class(api).ends_with("WebSocketApi");
    let header = if socket { "route.request.header.Authorization" } else { "$request.header.Authorization" };
    let options = authorizer.options.clone();
    let named = |fallback: SmolStr| authorizer.pick(0, "id").as_str().map_or(fallback, SmolStr::new);
    let (kind, base) = match class {
        "HttpIamAuthorizer" | "WebSocketIamAuthorizer" => return (Val::str("AWS_IAM", span), Val::default()),
        "HttpNoneAuthorizer" | "WebSocketNoneAuthorizer" => return (Val::str("NONE", span), Val::default()),
        "HttpJwtAuthorizer" => {
            let issuer = authorizer.pick(1, "jwtIssuer");
            let audience = lib.val(&options.get("jwtAudience"));
            ("JWT", Props::new().set("JwtConfiguration", jwt(lib, &issuer, audience, span)))
        }
        "HttpUserPoolAuthorizer" => {
            let pool =
                [authorizer.pick(1, "pool"), options.get("userPool")].into_iter().find(|v| !v.is_null());
            let pool = pool.unwrap_or_default();
            let clients = [options.get("userPoolClients"), options.get("userPoolClient")]
                .into_iter()
                .find(|v| !v.is_null())
                .unwrap_or_default();
            let audience: Vec<Val> = clients.items().iter().map(|c| lib.val(c)).collect();
            let audience = if clients.is_null() {
                // The library makes a client for the pool.
                Val::list(vec![Val::unknown(Reason::NeedsCode, "UserPoolAuthorizerClient", span)], span)
            } else {
                Val::list(audience, clients.span().or(span))
            };
            let region = lib.val(&options.get("userPoolRegion"));
            let region = if region.is_null() { pseudo("AWS::Region", span) } else { region };
            let issuer = concat(
                vec![
                    Val::str("https://cognito-idp.", span),
                    region,
                    Val::str(".amazonaws.com/", span),
                    lib.val(&pool),
                ],
                span,
            );
            let configuration = Val::object([("Audience", audience), ("Issuer", issuer)], span);
            ("JWT", Props::new().set("JwtConfiguration", configuration))
        }
        "HttpLambdaAuthorizer" | "WebSocketLambdaAuthorizer" => {
            let function = authorizer.pick(1, "handler");
            let arn = lib.arn(&function);
            let kept = options.entry("resultsCacheTtl");
            let kept = match kept {
                Some((_, v)) => seconds(lib, &v),
                None if socket => Val::default(),
                None => Val::int(300, span),
            };
            let simple = options.get("responseTypes").items().iter().any(|t| constant(t) == Some("SIMPLE"));
            let version = if simple { "2.0" } else { "1.0" };
            let mut props = Props::new()
                .set("AuthorizerUri", invocations(arn, span))
                .set("AuthorizerResultTtlInSeconds", kept);
            if !socket {
                props = props.set("AuthorizerPayloadFormatVersion", Val::str(version, span));
            }
            if simple {
                let at = options.get("responseTypes").span().or(span);
                props = props.set("EnableSimpleResponses", Val::bool(true, at));
            }
            let props = props.set("AuthorizerCredentialsArn", lib.arn(&options.get("role")));
            ("CUSTOM", props)
        }
        name => return (Val::unknown(Reason::NeedsCode, name, span), Val::default()),
    };
    let function = if kind == "CUSTOM" { authorizer.pick(1, "handler") } else { Value::null() };
    let own = given.handle().unwrap_or(api);
    let known = format!("of {}", api.0);
    if let Some(made) = lib.set(own, &known).handle() {
        let id = lib.val(&Value::Host(made));
        return (Val::str(kind, place.key), id);
    }
    let name = named(super::numbered(lib, api, "Authorizer"));
    let sources = options.get("identitySource");
    let sources =
        if sources.is_null() { Val::list(vec![Val::str(header, span)], span) } else { lib.val(&sources) };
    let authorizer_type = if kind == "JWT" { "JWT" } else { "REQUEST" };
    let shown = lib.val(&options.get("authorizerName"));
    let made = lib.child(Some(api), &name, "aws_apigatewayv2.CfnAuthorizer", Value::null(), authorizer.place);
    let val = Props::new()
        .set("ApiId", lib.val(&Value::Host(api)))
        .set("AuthorizerType", Val::str(authorizer_type, span))
        .set("Name", if shown.is_null() { Val::str(name.clone(), span) } else { shown })
        .set("IdentitySource", sources)
        .merge(base)
        .done(span);
    let id = lib.resource(made, "Resource", "AWS::ApiGatewayV2::Authorizer", val);
    lib.put(own, &known, Value::Host(made));
    if !function.is_null() && options.get("role").is_null() {
        let rest = vec![Val::str("/authorizers/", span), Val::reference(id, span)];
        let source = execute_arn(lib, api, rest, span);
        let permission = format_smolstr!("{}-Permission", lib.unique(made));
        given::permit(
            lib,
            &function,
            (api, &permission),
            "apigateway.amazonaws.com",
            source,
            authorizer.place,
        );
    }
    let id = lib.val(&Value::Host(made));
    (Val::str(kind, place.key), id)
}
