//! GraphQL APIs of AppSync.

use palisade_graph::{Reason, Val};
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::super::super::interpret::{Handle, Host, Place, Value};
use super::super::core::{managed_policy, seconds};
use super::super::given::{self, Given, constant, named, pick, some, structure};
use super::super::{Library, Props, pseudo};
use super::{text, word};

/// Constructs; false for others.
pub fn construct(lib: &mut Library<'_>, h: Handle, class: &str) -> bool {
    let Some(object) = lib.get(h) else { return false };
    let (props, place) = (object.props.clone(), object.place);
    match class {
        "aws_appsync.GraphqlApi" => api(lib, h, &props, place),
        "aws_appsync.Resolver" => {
            let Some(api) = props.get("api").handle() else { return false };
            resolver(lib, h, api, &props.get("dataSource"), &props, place);
        }
        "aws_appsync.AppsyncFunction" => function(lib, h, &props, place),
        _ => {
            let kind = class.strip_prefix("aws_appsync.").and_then(|c| c.strip_suffix("DataSource"));
            let (Some(kind), Some(api)) = (kind, props.get("api").handle()) else { return false };
            let what = target_of(&props);
            data_source(lib, h, api, kind, &what, &props, place);
        }
    }
    true
}

/// What a data source reads, under any of its names.
fn target_of(props: &Value) -> Value {
    let names =
        ["lambdaFunction", "table", "endpoint", "eventBus", "domain", "serverlessCluster", "databaseCluster"];
    names.into_iter().map(|n| props.get(n)).find(|v| !v.is_null()).unwrap_or_default()
}

/// Methods of APIs and data sources.
pub fn call(lib: &mut Library<'_>, on: Handle, name: &str, arguments: &[Value], at: Place) -> Option<Value> {
    let class = lib.class(on).to_owned();
    let id = || pick(arguments, 0, "id");
    if class == "aws_appsync.GraphqlApi" && name == "createResolver" {
        let options = named(arguments);
        let h = lib.child(Some(on), &text(lib, &id()), "aws_appsync.Resolver", options.clone(), at);
        resolver(lib, h, on, &options.get("dataSource"), &options, at);
        return Some(Value::Host(h));
    }
    if class == "aws_appsync.GraphqlApi"
        && let Some(kind) = name.strip_prefix("add").and_then(|n| n.strip_suffix("DataSource"))
    {
        let options = named(arguments);
        let what = match arguments.get(1) {
            Some(value) if !matches!(value, Value::Map(_)) => value.clone(),
            _ => target_of(&options),
        };
        let class = format!("aws_appsync.{kind}DataSource");
        let h = lib.child(Some(on), &text(lib, &id()), &class, options.clone(), at);
        data_source(lib, h, on, kind, &what, &options, at);
        return Some(Value::Host(h));
    }
    if !class.ends_with("DataSource") {
        return None;
    }
    let api = lib.set(on, "api").handle()?;
    let options = named(arguments);
    match name {
        "createResolver" => {
            let named_id = match arguments.first() {
                Some(value) if value.as_str().is_some() => text(lib, value),
                _ => {
                    let (ty, field) = (options.get("typeName"), options.get("fieldName"));
                    format_smolstr!("{}{}Resolver", text(lib, &ty), text(lib, &field))
                }
            };
            let h = lib.child(Some(api), &named_id, "aws_appsync.Resolver", options.clone(), at);
            resolver(lib, h, api, &Value::Host(on), &options, at);
            Some(Value::Host(h))
        }
        "createFunction" => {
            let options = with_source(&options, on, at);
            let h =
                lib.child(Some(api), &text(lib, &id()), "aws_appsync.AppsyncFunction", options.clone(), at);
            function(lib, h, &options, at);
            Some(Value::Host(h))
        }
        _ => None,
    }
}

fn with_source(options: &Value, source: Handle, at: Place) -> Value {
    let mut entries: Vec<(SmolStr, (Span, Value))> =
        options.entries().into_iter().map(|(k, span, v)| (k, (span, v))).collect();
    entries.push(("dataSource".into(), (at.key, Value::Host(source))));
    Value::map(entries, options.span())
}

/// One way to be let in, as the API has it.
fn mode(lib: &Library<'_>, given: &Value, place: Place) -> (SmolStr, Props) {
    let given = structure(lib, given);
    let kind = given.get("authorizationType");
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
    let oidc_val =
        Props::new().from(lib, &oidc, "oidcProvider", "Issuer").from(lib, &oidc, "clientId", "ClientId");
    let function = given.get("lambdaAuthorizerConfig");
    let function_val = Props::new()
        .set("AuthorizerUri", lib.arn(&function.get("handler")))
        .set("AuthorizerResultTtlInSeconds", seconds(lib, &function.get("resultsCacheTtl")));
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
    let config = structure(lib, &props.get("authorizationConfig"));
    let (first, default) = mode(lib, &config.get("defaultAuthorization"), place);
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
    let log = log_config(lib, h, &props.get("logConfig"), place);
    let introspection = word(lib, &props.get("introspectionConfig"));
    let val = Props::new()
        .set("Name", name)
        .merge(default)
        .set("AdditionalAuthenticationProviders", given::list(others, others_span))
        .set("LogConfig", log)
        .from(lib, props, "xrayEnabled", "XrayEnabled")
        .set("Visibility", word(lib, &props.get("visibility")))
        .set("IntrospectionConfig", introspection)
        .from(lib, props, "queryDepthLimit", "QueryDepthLimit")
        .from(lib, props, "resolverCountLimit", "ResolverCountLimit")
        .done(place.block);
    lib.resource(h, "Resource", "AWS::AppSync::GraphQLApi", val);
    let own = lib.attribute(h, "ApiId");
    lib.put(h, "apiId", Value::Val(own.clone()));
    let arn = lib.attribute(h, "Arn");
    lib.put(h, "arn", Value::Val(arn.clone()));
    let schema = lib.child(Some(h), "Schema", "aws_appsync.CfnGraphQLSchema", Value::null(), place);
    let definition = schema_of(lib, props, place);
    let val = Props::new().set("ApiId", own.clone()).set("Definition", definition).done(place.block);
    lib.resource(schema, "", "AWS::AppSync::GraphQLSchema", val);
    if modes.iter().any(|m| m == "API_KEY") {
        let key = lib.child(Some(h), "DefaultApiKey", "aws_appsync.CfnApiKey", Value::null(), place);
        let val = Val::object([("ApiId", own)], place.block);
        lib.resource(key, "", "AWS::AppSync::ApiKey", val);
    }
    let default = structure(lib, &config.get("defaultAuthorization"));
    let all = [default].into_iter().chain(config.get("additionalAuthorizationModes").items());
    let functions: Vec<Value> = all
        .map(|m| structure(lib, &m).get("lambdaAuthorizerConfig").get("handler"))
        .filter(|v| !v.is_null())
        .collect();
    for function in functions {
        let id = format_smolstr!("{}-appsync", given::id_of(lib, &Value::Host(h)));
        let scope = function.handle().unwrap_or(h);
        given::permit(lib, &function, (scope, &id), "appsync.amazonaws.com", arn.clone(), place);
    }
}

fn log_config(lib: &mut Library<'_>, h: Handle, given: &Value, place: Place) -> Val {
    let given = structure(lib, given);
    if given.is_null() {
        return Val::default();
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

fn data_source(
    lib: &mut Library<'_>,
    h: Handle,
    api: Handle,
    kind: &str,
    what: &Value,
    options: &Value,
    at: Place,
) {
    let span = at.block;
    let id = lib.get(h).map(|o| o.id.clone()).unwrap_or_default();
    let given_name = lib.val(&options.get("name"));
    let name = if given_name.is_null() { Val::str(id, at.key) } else { given_name };
    let (ty, grant, config) = match kind {
        "Lambda" => {
            let arn = lib.arn(what);
            let config = Val::object([("LambdaFunctionArn", arn)], span);
            ("AWS_LAMBDA", "grantInvoke", ("LambdaConfig", config))
        }
        "DynamoDb" => {
            let table = lib.val(what);
            let config =
                Val::object([("TableName", table), ("AwsRegion", pseudo("AWS::Region", span))], span);
            let read = options.get("readOnlyAccess").as_bool() == Some(true);
            let grant = if read { "grantReadData" } else { "grantReadWriteData" };
            ("AMAZON_DYNAMODB", grant, ("DynamoDBConfig", config))
        }
        "Http" => {
            let config = Val::object([("Endpoint", lib.val(what))], span);
            ("HTTP", "", ("HttpConfig", config))
        }
        "EventBridge" => {
            let arn = lib.arn(what);
            (
                "AMAZON_EVENTBRIDGE",
                "grantPutEventsTo",
                ("EventBridgeConfig", Val::object([("EventBusArn", arn)], span)),
            )
        }
        "OpenSearch" | "Elasticsearch" => {
            let endpoint = Val::unknown(Reason::NeedsCode, "endpoint", span);
            (
                "AMAZON_OPENSEARCH_SERVICE",
                "grantReadWrite",
                ("OpenSearchServiceConfig", Val::object([("Endpoint", endpoint)], span)),
            )
        }
        "Rds" | "RdsV2" => {
            let config =
                Val::object([("RelationalDatabaseSourceType", Val::str("RDS_HTTP_ENDPOINT", span))], span);
            ("RELATIONAL_DATABASE", "grantDataApiAccess", ("RelationalDatabaseConfig", config))
        }
        _ => ("NONE", "", ("", Val::default())),
    };
    let role = options.get("serviceRole");
    let role = match (ty, role.is_null()) {
        ("NONE", _) => Val::default(),
        (_, false) => lib.arn(&role),
        _ => {
            let made = given::service_role(lib, h, "ServiceRole", "appsync.amazonaws.com", Vec::new(), at);
            lib.put(h, "role", Value::Host(made));
            if let Some(on) = what.handle().filter(|_| !grant.is_empty()) {
                lib.call(on, grant, &[Value::Host(made)], at);
            }
            let secret = options.get("secretStore").handle().or_else(|| {
                let plain = kind.starts_with("Rds");
                if plain { lib.set(h, "secret").handle() } else { None }
            });
            if let Some(secret) = secret {
                lib.call(secret, "grantRead", &[Value::Host(made)], at);
            }
            lib.attribute(made, "Arn")
        }
    };
    let (key, config) = config;
    let mut props = Props::new()
        .set("ApiId", lib.attribute(api, "ApiId"))
        .set("Name", name.clone())
        .set("Type", Val::str(ty, at.key))
        .set("ServiceRoleArn", role);
    if !key.is_empty() {
        props = props.set(key, config);
    }
    lib.resource(h, "Resource", "AWS::AppSync::DataSource", props.done(span));
    lib.put(h, "api", Value::Host(api));
    lib.put(h, "name", Value::Val(name));
}

fn resolver(lib: &mut Library<'_>, h: Handle, api: Handle, source: &Value, options: &Value, at: Place) {
    let functions = options.get("pipelineConfig");
    let list: Vec<Val> =
        functions.items().iter().filter_map(Value::handle).map(|f| lib.attribute(f, "FunctionId")).collect();
    let kind = if functions.is_null() { "UNIT" } else { "PIPELINE" };
    let pipeline = if functions.is_null() {
        Val::default()
    } else {
        Val::object([("Functions", Val::list(list, functions.span()))], functions.span())
    };
    let name = source.handle().map(|s| lib.val(&lib.set(s, "name"))).unwrap_or_default();
    let name = if name.is_null() && !source.is_null() {
        Val::unknown(Reason::NeedsCode, "dataSource", source.span().or(at.key))
    } else {
        name
    };
    let val = Props::new()
        .set("ApiId", lib.attribute(api, "ApiId"))
        .from(lib, options, "typeName", "TypeName")
        .from(lib, options, "fieldName", "FieldName")
        .set("Kind", Val::str(kind, at.key))
        .set("DataSourceName", name)
        .set("PipelineConfig", pipeline)
        .done(at.block);
    lib.resource(h, "Resource", "AWS::AppSync::Resolver", val);
}

fn function(lib: &mut Library<'_>, h: Handle, props: &Value, place: Place) {
    let source = props.get("dataSource");
    let api = props.get("api").handle().or_else(|| source.handle().and_then(|s| lib.set(s, "api").handle()));
    let Some(api) = api else { return };
    let name = source.handle().map(|s| lib.val(&lib.set(s, "name"))).unwrap_or_default();
    let val = Props::new()
        .set("ApiId", lib.attribute(api, "ApiId"))
        .from(lib, props, "name", "Name")
        .set("DataSourceName", name)
        .done(place.block);
    lib.resource(h, "Resource", "AWS::AppSync::FunctionConfiguration", val);
}
