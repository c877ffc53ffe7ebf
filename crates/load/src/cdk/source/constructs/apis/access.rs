//! Grants on APIs.

use palisade_graph::Val;
use palisade_source::Span;

use super::super::super::interpret::{Handle, Place, Value, concat};
use super::super::given::pick;
use super::super::{Library, partition_arn, policy, pseudo};
use super::{execute_arn, word};

/// Methods that grant; none for others.
pub fn call(lib: &mut Library<'_>, on: Handle, name: &str, arguments: &[Value], at: Place) -> Option<Value> {
    let span = at.block;
    let class = lib.class(on).to_owned();
    let slash = |text: &str| Val::str(text, span);
    let (actions, resources): (Vec<Val>, Vec<Val>) = match (class.as_str(), name) {
        ("aws_apigateway.Method", "grantExecute") => {
            let api = lib.set(on, "api").handle()?;
            let verb = lib.val(&lib.set(on, "verb"));
            let verb = if verb.as_str() == Some("ANY") { Val::str("*", span) } else { verb };
            let path = Val::str(super::wild(&super::text(lib, &lib.set(on, "path"))), span);
            let stage = lib.val(&lib.set(api, "deploymentStage"));
            let stage = if stage.is_null() { Val::str("*", span) } else { stage };
            let arn = execute_arn(lib, api, vec![slash("/"), stage, slash("/"), verb, path], span);
            (vec![Val::str("execute-api:Invoke", span)], vec![arn])
        }
        ("aws_apigatewayv2.HttpRoute", "grantInvoke") => {
            let api = lib.set(on, "api").handle()?;
            let methods = pick(arguments, 1, "httpMethods");
            let methods: Vec<Val> = methods.items().iter().map(|m| word(lib, m)).collect();
            // Without any it is the route's own.
            let methods = if methods.is_empty() { vec![lib.val(&lib.set(on, "verb"))] } else { methods };
            let every = |m: Val| if m.as_str() == Some("ANY") { Val::str("*", span) } else { m };
            let methods: Vec<Val> = methods.into_iter().map(every).collect();
            let path = super::text(lib, &lib.set(on, "path"));
            let path =
                path.split_once('{').map_or_else(|| path.to_string(), |(start, _)| format!("{start}*"));
            let path = Val::str(path, span);
            let arns = methods
                .into_iter()
                .map(|m| execute_arn(lib, api, vec![slash("/*/"), m, path.clone()], span))
                .collect();
            (vec![Val::str("execute-api:Invoke", span)], arns)
        }
        (
            "aws_apigatewayv2.WebSocketApi" | "aws_apigatewayv2.WebSocketStage",
            "grantManageConnections" | "grantManagementApiAccess",
        ) => {
            let (api, stage) = match lib.set(on, "api").handle() {
                Some(api) => (api, lib.val(&lib.prop(on, "stageName"))),
                None => (on, Val::str("*", span)),
            };
            let arn = execute_arn(lib, api, vec![slash("/"), stage, slash("/*/@connections/*")], span);
            (vec![Val::str("execute-api:ManageConnections", span)], vec![arn])
        }
        ("aws_appsync.GraphqlApi", "grant") => {
            let resources = pick(arguments, 1, "resources");
            let actions = arguments.iter().skip(2).map(|a| lib.val(a)).collect();
            (actions, fields_of(lib, on, &resources, span))
        }
        ("aws_appsync.GraphqlApi", "grantQuery" | "grantMutation" | "grantSubscription") => {
            let ty = name.strip_prefix("grant").unwrap_or_default();
            let fields: Vec<Val> = arguments.iter().skip(1).map(|f| lib.val(f)).collect();
            let arns = if fields.is_empty() {
                vec![graphql_arn(lib, on, vec![Val::str(format!("/types/{ty}/*"), span)], span)]
            } else {
                let prefix = format!("/types/{ty}/fields/");
                fields
                    .into_iter()
                    .map(|f| graphql_arn(lib, on, vec![Val::str(prefix.clone(), span), f], span))
                    .collect()
            };
            (vec![Val::str("appsync:GraphQL", span)], arns)
        }
        _ => return None,
    };
    let statement = Val::object(
        [
            ("Effect", Val::str("Allow", span)),
            ("Action", Val::list(actions, span)),
            ("Resource", Val::list(resources, span)),
        ],
        span,
    );
    policy::grant(lib, &pick(arguments, 0, "grantee"), statement, at);
    Some(Value::null())
}

/// `arn:…:appsync:region:account:apis/id` and what follows.
pub fn graphql_arn(lib: &Library<'_>, api: Handle, rest: Vec<Val>, span: Span) -> Val {
    let mut parts = vec![
        partition_arn(":appsync:", span),
        pseudo("AWS::Region", span),
        Val::str(":", span),
        pseudo("AWS::AccountId", span),
        Val::str(":apis/", span),
        match lib.set(api, "apiId") {
            own if own.is_null() => lib.attribute(api, "ApiId"),
            own => lib.val(&own),
        },
    ];
    parts.extend(rest);
    concat(parts, span)
}

/// `IamResource.all()`, `.ofType('Query', 'f')`, `.custom('types/…')`
fn fields_of(lib: &Library<'_>, api: Handle, resources: &Value, span: Span) -> Vec<Val> {
    let all = || vec![graphql_arn(lib, api, vec![Val::str("/*", span)], span)];
    let Some(given) = super::given::Given::of(lib, resources) else { return all() };
    let arguments = lib.get(resources.handle().unwrap_or(api)).map(|o| o.props.items()).unwrap_or_default();
    match given.class.rsplit('.').next().unwrap_or_default() {
        "ofType" => {
            let ty = super::text(lib, &given.pick(0, "type"));
            let fields: Vec<&Value> = arguments.iter().skip(1).collect();
            if fields.is_empty() {
                return vec![graphql_arn(lib, api, vec![Val::str(format!("/types/{ty}/*"), span)], span)];
            }
            let prefix = format!("/types/{ty}/fields/");
            let arn =
                |f: &Value| graphql_arn(lib, api, vec![Val::str(prefix.clone(), span), lib.val(f)], span);
            fields.into_iter().map(arn).collect()
        }
        "custom" => {
            let arn = |f: &Value| graphql_arn(lib, api, vec![Val::str("/", span), lib.val(f)], span);
            arguments.iter().map(arn).collect()
        }
        _ => all(),
    }
}
