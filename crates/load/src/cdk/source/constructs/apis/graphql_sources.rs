//! Data sources of AppSync, and the resolvers and functions that use them.

use palisade_graph::{Reason, Val};
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::super::super::interpret::{Handle, Host, Place, Value};
use super::super::given::{self, Given, constant, named, pick, structure};
use super::super::{Library, Props, policy, pseudo};
use super::text;

/// Constructs; false for others.
pub fn construct(lib: &mut Library<'_>, h: Handle, class: &str) -> bool {
    let Some(object) = lib.get(h) else { return false };
    let (props, place) = (object.props.clone(), object.place);
    match class {
        "aws_appsync.Resolver" => {
            let Some(api) = props.get("api").handle() else { return false };
            resolver(lib, h, api, &props.get("dataSource"), &props, place);
        }
        "aws_appsync.AppsyncFunction" => function(lib, h, &props, place),
        _ => {
            let kind = class.strip_prefix("aws_appsync.").and_then(|c| c.strip_suffix("DataSource"));
            let (Some(kind), Some(api)) = (kind, props.get("api").handle()) else { return false };
            let kind = kind.strip_prefix("AppSync").unwrap_or(kind);
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
    if matches!(class.as_str(), "aws_appsync.GraphqlApi" | "aws_appsync.EventApi")
        && let Some(kind) = name.strip_prefix("add").and_then(|n| n.strip_suffix("DataSource"))
    {
        let options = named(arguments);
        let what = match arguments.get(1) {
            Some(value) if !matches!(value, Value::Map(_)) => value.clone(),
            _ => target_of(&options),
        };
        // Secret and database of a cluster may stand by their place.
        let secret = arguments.get(2).filter(|v| v.handle().is_some());
        let options = match secret {
            Some(secret) => with(&options, "secretStore", secret.clone(), at),
            None => options,
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
            let options = with(&options, "dataSource", Value::Host(on), at);
            let h =
                lib.child(Some(api), &text(lib, &id()), "aws_appsync.AppsyncFunction", options.clone(), at);
            function(lib, h, &options, at);
            Some(Value::Host(h))
        }
        _ => None,
    }
}

/// A map with one more entry.
fn with(map: &Value, key: &str, value: Value, at: Place) -> Value {
    let mut entries: Vec<(SmolStr, (Span, Value))> =
        map.entries().into_iter().map(|(k, span, v)| (k, (span, v))).collect();
    entries.push((key.into(), (at.key, value)));
    Value::map(entries, map.span())
}

/// A data source with the role that it reads by.
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
    // The service takes letters, digits and underscores.
    let name = match name.as_str() {
        Some(text) => {
            let plain: String = text.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            Val::str(plain, name.span)
        }
        None => name,
    };
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
            let signing = structure(lib, &options.get("authorizationConfig"));
            let signed = if signing.is_null() {
                Val::default()
            } else {
                let own = Props::new()
                    .from(lib, &signing, "signingRegion", "SigningRegion")
                    .from(lib, &signing, "signingServiceName", "SigningServiceName")
                    .done(signing.span());
                let iam = Val::str("AWS_IAM", signing.span());
                Val::object([("AuthorizationType", iam), ("AwsIamConfig", own)], signing.span())
            };
            let config =
                Props::new().set("Endpoint", lib.val(what)).set("AuthorizationConfig", signed).done(span);
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
            if kind.starts_with("Rds") {
                let cluster = what.handle().map(|c| lib.attribute(c, "DBClusterArn")).unwrap_or_default();
                let statement = policy::allow(&DATA_API, vec![cluster], span);
                policy::grant(lib, &Value::Host(made), statement, at);
            }
            lib.attribute(made, "Arn")
        }
    };
    let (key, config) = config;
    let mut props = Props::new()
        .set("ApiId", api_id(lib, api))
        .set("Name", name.clone())
        .from(lib, options, "description", "Description")
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
        .set("ApiId", api_id(lib, api))
        .from(lib, options, "typeName", "TypeName")
        .from(lib, options, "fieldName", "FieldName")
        .set("Kind", Val::str(kind, at.key))
        .set("DataSourceName", name)
        .set("PipelineConfig", pipeline)
        .merge(logic(lib, options))
        .done(at.block);
    lib.resource(h, "Resource", "AWS::AppSync::Resolver", val);
}

fn function(lib: &mut Library<'_>, h: Handle, props: &Value, place: Place) {
    let source = props.get("dataSource");
    let api = props.get("api").handle().or_else(|| source.handle().and_then(|s| lib.set(s, "api").handle()));
    let Some(api) = api else { return };
    let name = source.handle().map(|s| lib.val(&lib.set(s, "name"))).unwrap_or_default();
    let val = Props::new()
        .set("ApiId", api_id(lib, api))
        .from(lib, props, "name", "Name")
        .from(lib, props, "description", "Description")
        .set("DataSourceName", name)
        .set("FunctionVersion", Val::str("2018-05-29", place.key))
        .merge(logic(lib, props))
        .done(place.block);
    lib.resource(h, "Resource", "AWS::AppSync::FunctionConfiguration", val);
}

/// The id of an API, also of one that is imported.
fn api_id(lib: &Library<'_>, api: Handle) -> Val {
    let given = lib.set(api, "apiId");
    if given.is_null() { lib.attribute(api, "ApiId") } else { lib.val(&given) }
}

/// What a resolver or function does: code for a runtime, or templates. Only what stands in the program is read.
fn logic(lib: &Library<'_>, options: &Value) -> Props {
    let inline = |name: &str| {
        let value = options.get(name);
        match Given::of(lib, &value) {
            Some(given) => match given.class.rsplit('.').next().unwrap_or_default() {
                "fromInline" => lib.val(&given.pick(0, "code")),
                "fromString" => lib.val(&given.pick(0, "template")),
                other => Val::unknown(Reason::NeedsCode, other, given.place.block),
            },
            None => lib.val(&value),
        }
    };
    let runtime = options.get("runtime");
    let version = constant(&runtime).and_then(|r| r.strip_prefix("JS_")).map(|v| v.replace('_', "."));
    let runtime = match version {
        Some(version) => {
            let span = runtime.span();
            let name = ("Name", Val::str("APPSYNC_JS", span));
            Val::object([name, ("RuntimeVersion", Val::str(version, span))], span)
        }
        None => Val::default(),
    };
    Props::new()
        .set("Runtime", runtime)
        .set("Code", inline("code"))
        .set("RequestMappingTemplate", inline("requestMappingTemplate"))
        .set("ResponseMappingTemplate", inline("responseMappingTemplate"))
}

/// What the library adds for databases, beside their own grant.
const DATA_API: [&str; 5] = [
    "rds-data:DeleteItems",
    "rds-data:ExecuteSql",
    "rds-data:GetItems",
    "rds-data:InsertItems",
    "rds-data:UpdateItems",
];
