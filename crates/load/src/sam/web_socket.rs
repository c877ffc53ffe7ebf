//! `AWS::Serverless::WebSocketApi`.

use palisade_graph::{Entry, Val};
use smol_str::{SmolStr, format_smolstr};

use super::Transform;
use super::api::permission_of_authorizer;
use super::build::{Props, literal, map_mut, truthy};
use super::cause::{Cause, depend};
use crate::Resource;

const TAG: &str = "websocketapi:createdBy";

impl Transform<'_> {
    /// The API with its routes, integrations, permissions, authorizer and stage.
    pub fn web_socket_api(&mut self, resource: &Resource) -> Vec<Resource> {
        let own = &resource.props;
        let cause = Cause { attributes: Val::default(), ..Cause::of(resource) };
        let at = cause.at();

        let mut props = Props::default();
        props.copy_all(
            own,
            &[
                "ApiKeySelectionExpression",
                "Description",
                "DisableExecuteApiEndpoint",
                "DisableSchemaValidation",
                "IpAddressType",
            ],
        );
        let name = own.get("Name");
        props.put("Name", if name.is_null() { at.text(cause.id.clone()) } else { name.clone() });
        props.put("ProtocolType", at.text("WEBSOCKET"));
        props.copy(own, "RouteSelectionExpression");
        let given = all_tags(&cause, own);
        props.put("Tags", given.clone());
        let mut api = resource.clone();
        api.ty = SmolStr::new_static("AWS::ApiGatewayV2::Api");
        api.props = props.finish(own.span.or(resource.key));
        let mut made = vec![api];

        let stage_name = own.get("StageName");
        let stage_name = if stage_name.is_null() { at.text("default") } else { stage_name.clone() };
        let auth = own.get("Auth");
        let mut routes = Vec::new();
        for entry in own.get("Routes").entries() {
            let parts = route(&cause, entry, auth, &stage_name);
            routes.extend(parts.first().map(|r| r.id.clone()));
            made.extend(parts);
        }
        made.extend(self.v2_domain(&cause, own.get("Domain"), Some(TAG)));
        let mut stage = stage(&cause, own, &stage_name);
        if truthy(own.get("RouteSettings")) && !routes.is_empty() {
            depend(&mut stage, routes, at.0);
        }
        made.push(stage);
        made.extend(authorizer(&cause, own));
        self.refer(
            &resource.id,
            &made,
            &[("Stage", "AWS::ApiGatewayV2::Stage"), ("DomainName", "AWS::ApiGatewayV2::DomainName")],
        );
        if truthy(own.get("PropagateTags")) && truthy(own.get("Tags")) {
            for resource in &mut made {
                let tagged = matches!(
                    resource.ty.as_str(),
                    "AWS::ApiGatewayV2::Stage" | "AWS::ApiGatewayV2::DomainName"
                );
                if let Some(map) = map_mut(&mut resource.props).filter(|_| tagged) {
                    map.set("Tags", given.span, given.clone());
                }
            }
        }
        made
    }
}

fn all_tags(cause: &Cause, own: &Val) -> Val {
    let at = cause.at();
    let mut tags = own.get("Tags").clone();
    if tags.is_null() {
        tags = at.object([]);
    }
    if let Some(map) = map_mut(&mut tags) {
        map.set(TAG, at.0, at.text("SAM"));
    }
    tags
}

/// Route, integration and permission of one route key.
fn route(cause: &Cause, entry: &Entry, auth: &Val, stage: &Val) -> Vec<Resource> {
    let api = cause.id.clone();
    let cause = cause.entry(entry);
    let at = cause.at();
    let own = &entry.val;
    let key = entry.key.as_str();
    let mut letters = super::ids::letters(key).chars().map(|c| c.to_ascii_lowercase()).collect::<String>();
    if let Some(first) = letters.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let base = format!("{api}{letters}");
    let integration_id = format_smolstr!("{base}Integration");

    let mut props = Props::default();
    props.put("ApiId", at.reference(&api));
    props.copy(own, "ApiKeyRequired");
    if key == "$connect" {
        let kind = auth.get("AuthType");
        match kind.as_str() {
            Some("CUSTOM") => {
                props.put("AuthorizationType", kind.clone());
                props.put("AuthorizerId", at.reference(&format!("{api}ConnectAuthorizer")));
            }
            Some("AWS_IAM") => props.put("AuthorizationType", kind.clone()),
            Some(_) => props.put("AuthorizationType", Val::str("NONE", kind.span)),
            None if truthy(auth) => props.put("AuthorizationType", kind.clone()),
            None => {}
        }
    }
    props.copy_all(own, &["ModelSelectionExpression", "OperationName", "RequestModels", "RequestParameters"]);
    props.put("RouteKey", at.text(entry.key.clone()));
    props.copy(own, "RouteResponseSelectionExpression");
    let integration = at.reference(&integration_id);
    props.put("Target", at.sub("integrations/${id}", &[("id", &integration)]));
    let route = cause.make(format_smolstr!("{base}Route"), "AWS::ApiGatewayV2::Route", props.finish(at.0));

    let function = own.get("FunctionArn");
    let uri =
        "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${f}/invocations";
    let props = at.object([
        ("ApiId", at.reference(&api)),
        ("IntegrationType", at.text("AWS_PROXY")),
        ("IntegrationUri", at.sub(uri, &[("f", function)])),
        ("TimeoutInMillis", own.get("IntegrationTimeout").clone()),
    ]);
    let integration = cause.make(integration_id, "AWS::ApiGatewayV2::Integration", props);

    let api_id = at.attribute(&api, "ApiId");
    let arn = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${api}/${stage}/${key}";
    let vars = [("api", &api_id), ("stage", stage), ("key", &at.text(entry.key.clone()))];
    let props = at.object([
        ("Action", at.text("lambda:InvokeFunction")),
        ("FunctionName", function.clone()),
        ("Principal", at.text("apigateway.amazonaws.com")),
        ("SourceArn", at.sub(arn, &vars)),
    ]);
    let permission = cause.make(format_smolstr!("{base}Permission"), "AWS::Lambda::Permission", props);
    vec![route, integration, permission]
}

fn stage(cause: &Cause, own: &Val, name: &Val) -> Resource {
    let at = cause.at();
    let id = match literal(name) {
        Some("default") => format_smolstr!("{}DefaultStage", cause.id),
        Some(name) => format_smolstr!("{}{name}Stage", cause.id),
        None => format_smolstr!("{}Stage", cause.id),
    };
    let mut props = Props::default();
    props.put("ApiId", at.reference(&cause.id));
    props.put("StageName", name.clone());
    props.copy_all(own, &["StageVariables", "AccessLogSettings", "DefaultRouteSettings", "RouteSettings"]);
    props.put("Tags", at.object([(TAG, at.text("SAM"))]));
    props.put("AutoDeploy", at.bool(true));
    cause.make(id, "AWS::ApiGatewayV2::Stage", props.finish(at.0))
}

/// The authorizer of `$connect`, and API Gateway's permission to call it.
fn authorizer(cause: &Cause, own: &Val) -> Vec<Resource> {
    let Some(entry) = own.entry("Auth").filter(|e| e.val.get("AuthType").as_str() == Some("CUSTOM")) else {
        return Vec::new();
    };
    if own.get("Routes").entry("$connect").is_none() {
        return Vec::new();
    }
    let cause = cause.entry(entry);
    let at = cause.at();
    let auth = &entry.val;
    let id = format_smolstr!("{}ConnectAuthorizer", cause.id);
    let function = auth.get("AuthArn");
    let uri =
        "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${f}/invocations";
    let mut props = Props::default();
    props.put("ApiId", at.reference(&cause.id));
    props.rename(auth, "InvokeRole", "AuthorizerCredentialsArn");
    props.put("AuthorizerType", at.text("REQUEST"));
    props.put("AuthorizerUri", at.sub(uri, &[("f", function)]));
    props.copy(auth, "IdentitySource");
    let name = auth.get("Name");
    props.put("Name", if truthy(name) { name.clone() } else { at.text(id.clone()) });
    let mut made = vec![cause.make(id, "AWS::ApiGatewayV2::Authorizer", props.finish(auth.span))];
    if !truthy(auth.get("InvokeRole")) && truthy(function) {
        let id = format_smolstr!("{}AuthorizerPermission", cause.id);
        made.push(permission_of_authorizer(&cause, id, function, "${AWS::Partition}"));
    }
    made
}
