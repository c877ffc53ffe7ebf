//! GraphQL APIs of AppSync.

use palisade_graph::{Reason, Val};
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::super::super::interpret::{Handle, Place, Value, concat};
use super::super::core::{managed_policy, seconds};
use super::super::given::{self, Given, constant, named, pick, some, structure};
use super::super::{Library, Props, logs, pseudo};
use super::{text, word};

/// Constructs; false for others.
pub fn construct(lib: &mut Library<'_>, h: Handle, class: &str) -> bool {
    let Some(object) = lib.get(h) else { return false };
    let (props, place) = (object.props.clone(), object.place);
    if class != "aws_appsync.GraphqlApi" {
        return false;
    }
    api(lib, h, &props, place);
    true
}

/// `GraphqlApi.fromGraphqlApiAttributes(scope, id, { graphqlApiId })`
pub fn static_call(lib: &mut Library<'_>, path: &str, arguments: &[Value], at: Place) -> Option<Value> {
    let (class, key) = match path {
        "aws_appsync.GraphqlApi.fromGraphqlApiAttributes" => ("aws_appsync.GraphqlApi", "graphqlApiId"),
        "aws_appsync.EventApi.fromEventApiAttributes" => ("aws_appsync.EventApi", "apiId"),
        _ => return None,
    };
    let scope = arguments.first().and_then(Value::handle)?;
    let id = text(lib, &pick(arguments, 1, "id"));
    let attributes = named(arguments);
    let given = attributes.get(key);
    let h = lib.child(Some(scope), &id, class, attributes, at);
    let value = super::super::imported(&lib.val(&given), at.key);
    if let Some(o) = lib.get_mut(h) {
        o.value = value.clone();
        o.members.insert("imported".into(), Value::Val(Val::bool(true, at.key)));
        o.members.insert("apiId".into(), Value::Val(value));
    }
    Some(Value::Host(h))
}

/// One way to be let in, as the API has it.
pub fn mode(lib: &Library<'_>, value: &Value, place: Place) -> (SmolStr, Props) {
    let given = structure(lib, value);
    let kind = given::maybe(&given, "authorizationType");
    let span = kind.span().or(place.key);
    let (name, val) = match constant(&kind).or_else(|| kind.as_str()) {
        None if given.is_null() => ("API_KEY", Val::str("API_KEY", place.key)),
        Some("IAM" | "AWS_IAM") => ("AWS_IAM", Val::str("AWS_IAM", span)),
        Some("USER_POOL" | "AMAZON_COGNITO_USER_POOLS") => {
            ("AMAZON_COGNITO_USER_POOLS", Val::str("AMAZON_COGNITO_USER_POOLS", span))
        }
        Some("OIDC" | "OPENID_CONNECT") => ("OPENID_CONNECT", Val::str("OPENID_CONNECT", span)),
        Some("LAMBDA" | "AWS_LAMBDA") => ("AWS_LAMBDA", Val::str("AWS_LAMBDA", span)),
        Some("API_KEY") => ("API_KEY", Val::str("API_KEY", span)),
        _ => ("", Val::unknown(Reason::NeedsCode, "authorizationType", span)),
    };
    let pool = given.get("userPoolConfig");
    let pool_val = Props::new()
        .set("UserPoolId", lib.val(&pool.get("userPool")))
        .set("AwsRegion", if pool.is_null() { Val::default() } else { pseudo("AWS::Region", pool.span()) })
        .set("AppIdClientRegex", lib.val(&pool.get("appIdClientRegex")))
        .set("DefaultAction", word(lib, &pool.get("defaultAction")));
    let oidc = given.get("openIdConnectConfig");
    let oidc_val = Props::new()
        .from(lib, &oidc, "oidcProvider", "Issuer")
        .from(lib, &oidc, "clientId", "ClientId")
        .from(lib, &oidc, "tokenExpiryFromAuth", "AuthTTL")
        .from(lib, &oidc, "tokenExpiryFromIssue", "IatTTL");
    let function = given.get("lambdaAuthorizerConfig");
    let function_val = Props::new()
        .set("AuthorizerUri", lib.arn(&function.get("handler")))
        .set("AuthorizerResultTtlInSeconds", seconds(lib, &function.get("resultsCacheTtl")))
        .from(lib, &function, "validationRegex", "IdentityValidationExpression");
    let props = Props::new()
        .set("AuthenticationType", val)
        .set("UserPoolConfig", some(pool_val, pool.span()))
        .set("OpenIDConnectConfig", some(oidc_val, oidc.span()))
        .set("LambdaAuthorizerConfig", some(function_val, function.span()));
    (name.into(), props)
}

fn api(lib: &mut Library<'_>, h: Handle, props: &Value, place: Place) {
    let id = lib.get(h).map(|o| o.id.clone()).unwrap_or_default();
    let name = lib.val(&props.get("name"));
    let name = if name.is_null() { Val::str(id, place.key) } else { name };
    let config = structure(lib, &given::maybe(props, "authorizationConfig"));
    let (first, default) = mode(lib, &given::maybe(&config, "defaultAuthorization"), place);
    let mut default = default.done(config.span().or(place.block));
    if first == "AMAZON_COGNITO_USER_POOLS" && default.at("UserPoolConfig.DefaultAction").is_null() {
        let allow = Val::str("ALLOW", place.key);
        super::super::set_at(&mut default, &["UserPoolConfig", "DefaultAction"], place.key, allow);
    }
    let mut modes = vec![first];
    let others: Vec<Val> = config
        .get("additionalAuthorizationModes")
        .items()
        .iter()
        .map(|given| {
            let (name, props) = mode(lib, given, place);
            modes.push(name);
            props.done(given.span().or(place.block))
        })
        .collect();
    let others_span = config.get("additionalAuthorizationModes").span();
    let log = log_config(lib, h, &given::maybe(props, "logConfig"), place);
    let introspection = word(lib, &given::maybe(props, "introspectionConfig"));
    let mut made = Props::new().set("Name", name);
    for entry in default.entries() {
        made = made.with(&entry.key, entry.key_span, entry.val.clone());
    }
    let val = made
        .set("AdditionalAuthenticationProviders", given::list(others, others_span))
        .set("LogConfig", log)
        .from(lib, props, "xrayEnabled", "XrayEnabled")
        .set("Visibility", word(lib, &given::maybe(props, "visibility")))
        .set("IntrospectionConfig", introspection)
        .from(lib, props, "queryDepthLimit", "QueryDepthLimit")
        .from(lib, props, "resolverCountLimit", "ResolverCountLimit")
        .done(place.block);
    lib.resource(h, "Resource", "AWS::AppSync::GraphQLApi", val);
    let own = lib.attribute(h, "ApiId");
    lib.put(h, "apiId", Value::Val(own.clone()));
    let arn = lib.attribute(h, "Arn");
    lib.put(h, "arn", Value::Val(arn.clone()));
    let log = structure(lib, &props.get("logConfig"));
    if !log.is_null() {
        retention(lib, h, &log, log.span().or(place.block));
    }
    let schema = lib.child(Some(h), "Schema", "aws_appsync.CfnGraphQLSchema", Value::null(), place);
    let definition = schema_of(lib, props, place);
    let val = Props::new().set("ApiId", own.clone()).set("Definition", definition).done(place.block);
    lib.resource(schema, "", "AWS::AppSync::GraphQLSchema", val);
    let default = structure(lib, &config.get("defaultAuthorization"));
    let all = [default].into_iter().chain(config.get("additionalAuthorizationModes").items());
    let all: Vec<Value> = all.map(|m| structure(lib, &m)).collect();
    if let Some(n) = modes.iter().position(|m| m == "API_KEY") {
        let given = all.get(n).map(|m| m.get("apiKeyConfig")).unwrap_or_default();
        key(lib, h, own, &given, place);
    }
    for function in all.into_iter().map(|m| m.get("lambdaAuthorizerConfig").get("handler")) {
        let id = format_smolstr!("{}-appsync", given::id_of(lib, &Value::Host(h)));
        let scope = function.handle().unwrap_or(h);
        // Any API of the account may call, unless the application asks for less.
        let scoped = lib.flag("@aws-cdk/aws-appsync:appSyncGraphQLAPIScopeLambdaPermission");
        let source = if scoped { arn.clone() } else { Val::default() };
        given::permit(lib, &function, (scope, &id), "appsync.amazonaws.com", source, place);
    }
}

/// The key of an API that lets in who has one.
pub fn key(lib: &mut Library<'_>, api: Handle, id: Val, given: &Value, place: Place) {
    let given = structure(lib, given);
    let name = given.get("name");
    let name = if name.is_null() { "Default".into() } else { text(lib, &name) };
    let child = format_smolstr!("{name}ApiKey");
    let key = lib.child(Some(api), &child, "aws_appsync.CfnApiKey", Value::null(), place);
    let val = Props::new()
        .set("ApiId", id)
        .from(lib, &given, "description", "Description")
        .from(lib, &given, "expires", "Expires")
        .done(given.span().or(place.block));
    let made = lib.resource(key, "", "AWS::AppSync::ApiKey", val);
    lib.put(api, "apiKey", Value::Val(Val::attribute(made, "ApiKey", place.key)));
}

/// `LogConfig` of an API, with the role that writes.
pub fn log_config(lib: &mut Library<'_>, h: Handle, given: &Value, place: Place) -> Val {
    let given = structure(lib, given);
    if given.is_null() {
        return Val::default();
    }
    if given.is_unknown() {
        return lib.val(&given);
    }
    let span = given.span().or(place.block);
    let role = given.get("role");
    let role = if role.is_null() {
        let made = given::service_role(lib, h, "ApiLogsRole", "appsync.amazonaws.com", Vec::new(), place);
        if let Some(id) = lib.get(made).and_then(|o| o.resource.clone()) {
            let name = Val::str("service-role/AWSAppSyncPushToCloudWatchLogs", place.key);
            let managed = Val::list(vec![managed_policy(&name, place.key)], place.key);
            lib.edit(&id, &["ManagedPolicyArns"], place.key, managed);
        }
        lib.attribute(made, "Arn")
    } else {
        lib.arn(&role)
    };
    let level = given.get("fieldLogLevel");
    let level = if level.is_null() { Val::str("NONE", span) } else { word(lib, &level) };
    Props::new()
        .set("CloudWatchLogsRoleArn", role)
        .set("FieldLogLevel", level)
        .from(lib, &given, "excludeVerboseContent", "ExcludeVerboseContent")
        .done(span)
}

/// How long the API's logs are kept: the library sets it by a resource of its own.
pub fn retention(lib: &mut Library<'_>, api: Handle, given: &Value, span: Span) {
    let Some(id) = lib.get(api).map(|o| o.id.clone()) else { return };
    let days = if given.get("retention").is_null() {
        Val::default()
    } else {
        logs::retention(lib, given, "retention", span)
    };
    let own = lib.get(api).and_then(|o| o.resource.clone());
    let own = own.map_or_else(
        || Val::unknown(Reason::NeedsCode, id.clone(), span),
        |id| Val::attribute(id, "ApiId", span),
    );
    let name = concat(vec![Val::str("/aws/appsync/apis/", span), own], span);
    let place = Place { key: span, block: span };
    let made = lib.child(Some(api), "LogRetention", "aws_logs.LogRetention", Value::null(), place);
    let props = Props::new().set("LogGroupName", name).set("RetentionInDays", days).done(span);
    let made = lib.resource(made, "Resource", "Custom::LogRetention", props);
    if let Some(resource) = lib.resource_mut(&made) {
        resource.implied_by = Some(id);
    }
}

/// The text of the schema, where its file is in the project.
fn schema_of(lib: &Library<'_>, props: &Value, place: Place) -> Val {
    let given = ["definition", "schema"].into_iter().map(|n| props.get(n)).find(|v| !v.is_null());
    let Some(given) = given.and_then(|v| Given::of(lib, &v)) else { return Val::default() };
    // `Definition.fromSchema(SchemaFile.fromAsset(…))`
    let inner = Given::of(lib, &given.pick(0, "schema"));
    let path = inner.as_ref().unwrap_or(&given).pick(0, "filePath");
    let name = text(lib, &path);
    let found = lib.project_path(&name).and_then(|path| lib.files.text("", &path).ok());
    match found {
        Some((_, text)) => Val::str(text, place.key),
        None => Val::unknown(Reason::OutsideTree, name, place.key),
    }
}
