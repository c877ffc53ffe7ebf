//! Event APIs of AppSync: channels that are published to and subscribed to.

use palisade_graph::Val;
use palisade_source::Span;

use super::super::super::interpret::{Handle, Place, Value};
use super::super::given::{self, list, named, pick, some, structure};
use super::super::{Library, Props, policy};
use super::{access, graphql, text, word};

/// Constructs; false for others.
pub fn construct(lib: &mut Library<'_>, h: Handle, class: &str) -> bool {
    let Some(object) = lib.get(h) else { return false };
    let (props, place) = (object.props.clone(), object.place);
    match class {
        "aws_appsync.EventApi" => api(lib, h, &props, place),
        "aws_appsync.ChannelNamespace" => {
            let Some(api) = props.get("api").handle() else { return false };
            namespace(lib, h, api, &props, place);
        }
        _ => return false,
    }
    true
}

/// Methods of event APIs and their channels.
pub fn call(lib: &mut Library<'_>, on: Handle, name: &str, arguments: &[Value], at: Place) -> Option<Value> {
    let class = lib.class(on).to_owned();
    if (class.as_str(), name) == ("aws_appsync.EventApi", "addChannelNamespace") {
        let options = named(arguments);
        let id = text(lib, &pick(arguments, 0, "id"));
        let h = lib.child(Some(on), &id, "aws_appsync.ChannelNamespace", options.clone(), at);
        namespace(lib, h, on, &options, at);
        return Some(Value::Host(h));
    }
    let span = at.block;
    let (api, place) = match class.as_str() {
        "aws_appsync.EventApi" => (on, "/channelNamespace/*".to_owned()),
        "aws_appsync.ChannelNamespace" => {
            (lib.set(on, "api").handle()?, format!("/channelNamespace/{}", text(lib, &lib.set(on, "name"))))
        }
        _ => return None,
    };
    let (actions, path): (&[&str], &str) = match name {
        "grantPublish" => (&["appsync:EventPublish"], &place),
        "grantSubscribe" => (&["appsync:EventSubscribe"], &place),
        "grantPublishAndSubscribe" => (&["appsync:EventPublish", "appsync:EventSubscribe"], &place),
        "grantConnect" => (&["appsync:EventConnect"], ""),
        _ => return None,
    };
    let rest = if path.is_empty() { Vec::new() } else { vec![Val::str(path, span)] };
    let arn = access::graphql_arn(lib, api, rest, span);
    let statement = policy::allow(actions, vec![arn], span);
    policy::grant(lib, &pick(arguments, 0, "grantee"), statement, at);
    Some(Value::null())
}

/// `AuthType` of each of some modes.
fn types(modes: &[Val], span: Span) -> Val {
    list(modes.iter().map(|m| Val::object([("AuthType", m.clone())], span)).collect(), span)
}

/// Modes that are given by their names, else all those of the API.
fn named_modes(lib: &Library<'_>, given: &Value, all: &[Val], span: Span) -> Val {
    if given.is_null() {
        return types(all, span);
    }
    let modes: Vec<Val> = given.items().iter().map(|m| kind(word(lib, m))).collect();
    types(&modes, given.span().or(span))
}

/// A mode as the service calls it.
fn kind(word: Val) -> Val {
    let name = match word.as_str() {
        Some("IAM") => "AWS_IAM",
        Some("USER_POOL") => "AMAZON_COGNITO_USER_POOLS",
        Some("OIDC") => "OPENID_CONNECT",
        Some("LAMBDA") => "AWS_LAMBDA",
        _ => return word,
    };
    Val::str(name, word.span)
}

fn api(lib: &mut Library<'_>, h: Handle, props: &Value, place: Place) {
    let span = place.block;
    let config = structure(lib, &given::maybe(props, "authorizationConfig"));
    let given = given::maybe(&config, "authProviders");
    let providers: Vec<Value> = match given.items() {
        none if none.is_empty() => vec![Value::null()],
        some => some.iter().map(|p| structure(lib, p)).collect(),
    };
    let (mut modes, mut all) = (Vec::new(), Vec::new());
    for provider in &providers {
        let (_, props) = graphql::mode(lib, provider, place);
        let made = props.done(provider.span().or(span));
        let own = made.get("AuthenticationType").clone();
        let mut entries = made.entries().to_vec();
        for entry in &mut entries {
            match entry.key.as_str() {
                "AuthenticationType" => entry.key = "AuthType".into(),
                "UserPoolConfig" => entry.key = "CognitoConfig".into(),
                _ => {}
            }
        }
        all.push(Val::map(entries, made.span));
        modes.push(own);
    }
    let log = structure(lib, &props.get("logConfig"));
    let logs = graphql::log_config(lib, h, &log, place);
    let logs = Props::new()
        .set("CloudWatchLogsRoleArn", logs.get("CloudWatchLogsRoleArn").clone())
        .set("LogLevel", logs.get("FieldLogLevel").clone());
    let event = Props::new()
        .set("AuthProviders", list(all, given.span().or(span)))
        .set("ConnectionAuthModes", named_modes(lib, &config.get("connectionAuthModeTypes"), &modes, span))
        .set(
            "DefaultPublishAuthModes",
            named_modes(lib, &config.get("defaultPublishAuthModeTypes"), &modes, span),
        )
        .set(
            "DefaultSubscribeAuthModes",
            named_modes(lib, &config.get("defaultSubscribeAuthModeTypes"), &modes, span),
        )
        .set("LogConfig", some(logs, log.span().or(span)));
    let name = lib.val(&props.get("apiName"));
    let name = if name.is_null() { Val::str(lib.unique(h), place.key) } else { name };
    let val = Props::new()
        .set("Name", name)
        .from(lib, props, "ownerContact", "OwnerContact")
        .set("EventConfig", event.done(config.span().or(span)))
        .done(span);
    lib.resource(h, "Resource", "AWS::AppSync::Api", val);
    let own = lib.attribute(h, "ApiId");
    lib.put(h, "apiId", Value::Val(own.clone()));
    let arn = lib.attribute(h, "ApiArn");
    lib.put(h, "apiArn", Value::Val(arn.clone()));
    lib.put(h, "arn", Value::Val(arn.clone()));
    for (provider, mode) in providers.iter().zip(&modes) {
        match mode.as_str() {
            Some("API_KEY") => graphql::key(lib, h, own.clone(), &provider.get("apiKeyConfig"), place),
            Some("AWS_LAMBDA") => {
                let function = provider.get("lambdaAuthorizerConfig").get("handler");
                let id = format!("{}-appsync", given::id_of(lib, &Value::Host(h)));
                let scope = function.handle().unwrap_or(h);
                given::permit(lib, &function, (scope, &id), "appsync.amazonaws.com", arn.clone(), place);
            }
            _ => {}
        }
    }
    if !log.is_null() {
        graphql::retention(lib, h, &log, log.span().or(span));
    }
}

fn namespace(lib: &mut Library<'_>, h: Handle, api: Handle, options: &Value, at: Place) {
    let id = lib.get(h).map(|o| o.id.clone()).unwrap_or_default();
    let name = lib.val(&options.get("channelNamespaceName"));
    let name = if name.is_null() { Val::str(id, at.key) } else { name };
    let config = structure(lib, &options.get("authorizationConfig"));
    let modes = |name: &str| {
        let given = config.get(name);
        if given.is_null() { Val::default() } else { named_modes(lib, &given, &[], at.block) }
    };
    let handler = |name: &str| {
        let given = structure(lib, &options.get(name));
        if given.is_null() {
            return Val::default();
        }
        let span = given.span().or(at.block);
        let direct = given.get("direct").as_bool() == Some(true);
        let source = given.get("dataSource").handle().map(|s| lib.val(&lib.set(s, "name")));
        let lambda = if direct {
            let way = word(lib, &given.get("lambdaInvokeType"));
            let way = if way.is_null() { Val::str("REQUEST_RESPONSE", span) } else { way };
            Val::object([("InvokeType", way)], span)
        } else {
            Val::default()
        };
        let integration =
            Props::new().set("DataSourceName", source.unwrap_or_default()).set("LambdaConfig", lambda);
        let behaviour = Val::str(if direct { "DIRECT" } else { "CODE" }, span);
        Val::object([("Behavior", behaviour), ("Integration", integration.done(span))], span)
    };
    let handlers = Props::new()
        .set("OnPublish", handler("publishHandlerConfig"))
        .set("OnSubscribe", handler("subscribeHandlerConfig"));
    let val = Props::new()
        .set("ApiId", lib.val(&lib.set(api, "apiId")))
        .set("Name", name.clone())
        .set("PublishAuthModes", modes("publishAuthModeTypes"))
        .set("SubscribeAuthModes", modes("subscribeAuthModeTypes"))
        .set("HandlerConfigs", some(handlers, at.block))
        .done(at.block);
    lib.resource(h, "Resource", "AWS::AppSync::ChannelNamespace", val);
    lib.put(h, "api", Value::Host(api));
    lib.put(h, "name", Value::Val(name));
}
