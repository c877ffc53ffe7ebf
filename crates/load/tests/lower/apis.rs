//! What opens a function to callers: APIs, URLs.

use std::sync::Arc;

use palisade_graph::{Authorization, EdgeKind, Graph, NodeKind, Tri};

use crate::{edges, entry, graph, node, triggers};

const REST: &str = "
  Api:
    Type: AWS::ApiGateway::RestApi
    Properties: {Name: api}
  Users: {Type: 'AWS::ApiGateway::Resource', Properties: {RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: users}}
  User: {Type: 'AWS::ApiGateway::Resource', Properties: {RestApiId: !Ref Api, ParentId: !Ref Users, PathPart: '{id}'}}
  Invoke: {Type: 'AWS::Lambda::Permission', Properties: {FunctionName: !Ref Hello, Action: 'lambda:InvokeFunction', Principal: apigateway.amazonaws.com}}
";

fn rest(method: &str, more: &str) -> Arc<Graph> {
    let uri =
        "!Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Hello.Arn}/invocations'";
    graph(&format!(
        "{REST}{more}
  M:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref User
      HttpMethod: get
      Integration: {{Type: AWS_PROXY, Uri: {uri}}}
{method}"
    ))
}

#[test]
fn a_rest_method_is_an_entry_of_its_api() {
    let g = rest("      AuthorizationType: NONE", "");
    let e = entry(&g, "Api GET /users/{id}");
    assert_eq!((e.protocol.as_str(), e.method.as_str(), e.path.as_str()), ("rest", "GET", "/users/{id}"));
    assert_eq!(
        (e.authorization, e.public, e.throttled, e.waf),
        (Authorization::None, Tri::Yes, Tri::No, Tri::No)
    );
    assert_eq!(e.api, g.by_id("control:t.yaml#Api"));
    assert_eq!(triggers(&g), ["entry:Api GET /users/{id} -> function:Hello apigateway-v1/route"]);
}

#[test]
fn the_authorization_of_a_rest_method_is_what_decides() {
    for (written, expected) in [
        ("      AuthorizationType: AWS_IAM", Authorization::Iam),
        ("      AuthorizationType: COGNITO_USER_POOLS", Authorization::Cognito),
        ("      AuthorizationType: NONE\n      ApiKeyRequired: true", Authorization::Key),
        ("      AuthorizationType: AWS_IAM\n      ApiKeyRequired: true", Authorization::Iam),
        ("      ApiKeyRequired: 'false'", Authorization::None),
        ("      AuthorizationType: !ImportValue x", Authorization::Unknown),
    ] {
        let g = rest(written, "");
        assert_eq!(entry(&g, "Api GET /users/{id}").authorization, expected, "{written}");
    }
}

#[test]
fn a_lambda_authorizer_protects_and_is_called() {
    let g = rest(
        "      AuthorizationType: CUSTOM\n      AuthorizerId: !Ref Auth",
        "
  Auth:
    Type: AWS::ApiGateway::Authorizer
    Properties:
      RestApiId: !Ref Api
      Type: TOKEN
      AuthorizerUri: !Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Check.Arn}/invocations'
  Check: {Type: 'AWS::Lambda::Function', Properties: {Runtime: python3.12, Handler: a.b, Role: r, Code: {}}}
",
    );
    let e = entry(&g, "Api GET /users/{id}");
    assert_eq!((e.authorization, e.authorizer), (Authorization::Custom, g.by_id("control:t.yaml#Auth")));
    assert_eq!(
        edges(&g, EdgeKind::Protects),
        [
            "control:Auth -> entry:Api GET /users/{id} authorizer",
            "function:Check -> entry:Api GET /users/{id} authorizer"
        ]
    );
    assert_eq!(triggers(&g)[0], "control:Auth -> function:Check authorizer/route blocked");
}

#[test]
fn policies_and_endpoints_decide_who_reaches_a_rest_api() {
    let with = |props: &str| {
        let text = REST.replace("{Name: api}", props);
        let g = graph(&format!(
            "{text}  M: {{Type: 'AWS::ApiGateway::Method', Properties: {{RestApiId: !Ref Api, ResourceId: !GetAtt Api.RootResourceId, HttpMethod: ANY, AuthorizationType: NONE}}}}\n"
        ));
        entry(&g, "Api ANY /").public
    };
    let allow = "{Effect: Allow, Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*'}";
    let policy = |list: &str| format!("{{Policy: {{Statement: [{list}]}}}}");
    assert_eq!(with("{EndpointConfiguration: {Types: [PRIVATE]}}"), Tri::No);
    assert_eq!(with("{EndpointConfiguration: {Types: [REGIONAL]}}"), Tri::Yes);
    assert_eq!(with("{EndpointConfiguration: {Types: [!ImportValue x]}}"), Tri::Unknown);
    assert_eq!(with(&policy(allow)), Tri::Yes);
    assert_eq!(with("{Policy: ''}"), Tri::Yes);
    let own = "{Effect: Allow, Principal: {AWS: '111122223333'}, Action: '*', Resource: '*'}";
    assert_eq!(with(&policy(own)), Tri::No);
    let from = "{Effect: Allow, Principal: '*', Action: '*', Resource: '*', Condition: {IpAddress: {'aws:SourceIp': 10.0.0.0/8}}}";
    assert_eq!(with(&policy(from)), Tri::No);
    let deny = "{Effect: Deny, Principal: '*', Action: '*', Resource: 'execute-api:/*', Condition: {NotIpAddress: {'aws:SourceIp': 10.0.0.0/8}}}";
    assert_eq!(with(&policy(&format!("{allow}, {deny}"))), Tri::No);
    let part = deny.replace("execute-api:/*", "execute-api:/*/GET/x");
    assert_eq!(with(&policy(&format!("{allow}, {part}"))), Tri::Unknown);
    assert_eq!(with("{Policy: !ImportValue p}"), Tri::Unknown);
}

#[test]
fn stages_plans_and_firewalls_hold_for_the_routes_of_their_api() {
    let limited = |more: &str| {
        let g = rest("      AuthorizationType: NONE", more);
        let e = entry(&g, "Api GET /users/{id}");
        (e.throttled, e.waf)
    };
    let stage = |settings: &str| {
        format!(
            "\n  Stage: {{Type: 'AWS::ApiGateway::Stage', Properties: {{RestApiId: !Ref Api, StageName: prod, MethodSettings: [{settings}]}}}}\n"
        )
    };
    assert_eq!(limited(&stage("{ResourcePath: '/*', HttpMethod: '*', ThrottlingRateLimit: 10}")).0, Tri::Yes);
    assert_eq!(limited(&stage("{ResourcePath: '/*', HttpMethod: '*', MetricsEnabled: true}")).0, Tri::No);
    assert_eq!(
        limited(&stage("{ResourcePath: '/~1users~1{id}', HttpMethod: GET, ThrottlingBurstLimit: 1}")).0,
        Tri::Yes
    );
    assert_eq!(
        limited(&stage("{ResourcePath: /users, HttpMethod: GET, ThrottlingBurstLimit: 1}")).0,
        Tri::No
    );
    let plan = "
  Plan:
    Type: AWS::ApiGateway::UsagePlan
    Properties: {Throttle: {RateLimit: 5}, ApiStages: [{ApiId: !Ref Api, Stage: prod}]}
";
    // A plan limits those who send its key; others pass it by.
    assert_eq!(limited(plan).0, Tri::No);
    let keyed = |asked: &str| {
        let g = rest(&format!("      AuthorizationType: NONE\n      ApiKeyRequired: {asked}"), plan);
        entry(&g, "Api GET /users/{id}").throttled
    };
    assert_eq!(keyed("true"), Tri::Yes);
    assert_eq!(keyed("false"), Tri::No);
    assert_eq!(keyed("!ImportValue asked"), Tri::Unknown);
    let waf = "
  Acl: {Type: 'AWS::WAFv2::WebACL', Properties: {Scope: REGIONAL}}
  Join:
    Type: AWS::WAFv2::WebACLAssociation
    Properties: {WebACLArn: !GetAtt Acl.Arn, ResourceArn: !Sub 'arn:aws:apigateway:${AWS::Region}::/restapis/${Api}/stages/prod'}
";
    assert_eq!(limited(waf).1, Tri::Yes);
}

#[test]
fn a_trigger_without_permission_is_blocked_and_a_mock_is_no_entry() {
    let g = graph(
        "
  Api: {Type: 'AWS::ApiGateway::RestApi', Properties: {Name: a}}
  M:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !GetAtt Api.RootResourceId
      HttpMethod: POST
      AuthorizationType: NONE
      Integration: {Type: AWS_PROXY, Uri: !Sub 'arn:aws:apigateway:r:lambda:path/2015-03-31/functions/${Hello.Arn}/invocations'}
  Options:
    Type: AWS::ApiGateway::Method
    Properties: {RestApiId: !Ref Api, ResourceId: !GetAtt Api.RootResourceId, HttpMethod: OPTIONS, Integration: {Type: MOCK}}
",
    );
    assert_eq!(triggers(&g), ["entry:Api POST / -> function:Hello apigateway-v1/route blocked"]);
    assert_eq!(g.nodes.iter().filter(|n| n.kind == NodeKind::Entry).count(), 1);
    assert_eq!(node(&g, "control:Options").ty, "AWS::ApiGateway::Method");
}

#[test]
fn operations_of_a_document_are_entries() {
    let g = graph(
        "
  Api:
    Type: AWS::ApiGateway::RestApi
    Properties:
      Body:
        swagger: '2.0'
        securityDefinitions:
          pool: {type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: cognito_user_pools, x-amazon-apigateway-authorizer: {type: cognito_user_pools, providerARNs: [!GetAtt Pool.Arn]}}
          api_key: {type: apiKey, name: x-api-key, in: header}
          AWS_IAM: {type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: awsSigv4}
        security: [{pool: []}]
        x-amazon-apigateway-request-validators: {all: {validateRequestBody: true}}
        paths:
          /a:
            get: &op {x-amazon-apigateway-integration: {type: aws_proxy, httpMethod: POST, uri: !Sub 'arn:aws:apigateway:r:lambda:path/2015-03-31/functions/${Hello.Arn}/invocations'}}
            post: {<<: *op, security: [{api_key: []}], x-amazon-apigateway-request-validator: all, parameters: [{in: body, name: b}]}
            put: {<<: *op, security: [{AWS_IAM: [], api_key: []}]}
            delete: {<<: *op, security: []}
            options: {x-amazon-apigateway-integration: {type: mock}}
          /queue:
            x-amazon-apigateway-any-method: {security: [], x-amazon-apigateway-integration: {type: aws, uri: 'arn:aws:apigateway:r:sqs:path/1/q'}}
  Pool: {Type: 'AWS::Cognito::UserPool'}
",
    );
    let auth = |name: &str| {
        let e = entry(&g, name);
        (e.authorization, e.api_key, e.validator)
    };
    assert_eq!(auth("Api GET /a"), (Authorization::Cognito, Tri::No, Tri::No));
    assert_eq!(auth("Api POST /a"), (Authorization::Key, Tri::Yes, Tri::Yes));
    assert_eq!(auth("Api PUT /a"), (Authorization::Iam, Tri::Yes, Tri::No));
    assert_eq!(auth("Api DELETE /a"), (Authorization::None, Tri::No, Tri::No));
    assert_eq!(auth("Api ANY /queue").0, Authorization::None);
    assert!(entry(&g, "Api GET /a").from_openapi);
    assert_eq!(entry(&g, "Api GET /a").authorizer, g.by_id("control:t.yaml#Api/pool"));
    assert_eq!(node(&g, "entry:Api DELETE /a").props.get("AuthorizationType").as_str(), Some("NONE"));
    assert_eq!(g.nodes.iter().filter(|n| n.kind == NodeKind::Entry).count(), 5);
    assert_eq!(triggers(&g).len(), 4);
}

#[test]
fn http_routes_and_websocket_routes() {
    let g = graph(
        "
  Web: {Type: 'AWS::ApiGatewayV2::Api', Properties: {Name: w, ProtocolType: HTTP}}
  To: {Type: 'AWS::ApiGatewayV2::Integration', Properties: {ApiId: !Ref Web, IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt Hello.Arn, PayloadFormatVersion: '2.0'}}
  Jwt: {Type: 'AWS::ApiGatewayV2::Authorizer', Properties: {ApiId: !Ref Web, AuthorizerType: JWT}}
  Get: {Type: 'AWS::ApiGatewayV2::Route', Properties: {ApiId: !Ref Web, RouteKey: 'GET /a', AuthorizationType: JWT, AuthorizerId: !Ref Jwt, Target: !Sub 'integrations/${To}'}}
  Rest: {Type: 'AWS::ApiGatewayV2::Route', Properties: {ApiId: !Ref Web, RouteKey: $default, Target: !Join ['/', [integrations, !Ref To]]}}
  Stage: {Type: 'AWS::ApiGatewayV2::Stage', Properties: {ApiId: !Ref Web, StageName: $default, RouteSettings: {GET /a: {ThrottlingRateLimit: 5}}}}
  Socket: {Type: 'AWS::ApiGatewayV2::Api', Properties: {Name: s, ProtocolType: WEBSOCKET, RouteSelectionExpression: x}}
  SocketTo: {Type: 'AWS::ApiGatewayV2::Integration', Properties: {ApiId: !Ref Socket, IntegrationType: AWS_PROXY, IntegrationUri: !Sub 'arn:aws:apigateway:r:lambda:path/2015-03-31/functions/${Hello.Arn}/invocations'}}
  Connect: {Type: 'AWS::ApiGatewayV2::Route', Properties: {ApiId: !Ref Socket, RouteKey: $connect, AuthorizationType: AWS_IAM, Target: !Sub 'integrations/${SocketTo}'}}
  Send: {Type: 'AWS::ApiGatewayV2::Route', Properties: {ApiId: !Ref Socket, RouteKey: send, Target: !Sub 'integrations/${SocketTo}'}}
",
    );
    let web = entry(&g, "Web GET /a");
    assert_eq!((web.authorization, web.throttled, web.public), (Authorization::Jwt, Tri::Yes, Tri::Yes));
    assert_eq!(web.authorizer, g.by_id("control:t.yaml#Jwt"));
    let rest = entry(&g, "Web ANY $default");
    assert_eq!(
        (rest.authorization, rest.throttled, rest.protocol.as_str()),
        (Authorization::None, Tri::No, "http")
    );
    // Who may connect decides for the messages.
    assert_eq!(entry(&g, "Socket send").authorization, Authorization::Iam);
    assert_eq!(entry(&g, "Socket $connect").protocol, "websocket");
    assert_eq!(
        triggers(&g),
        [
            "entry:Socket $connect -> function:Hello websocket/route blocked",
            "entry:Socket send -> function:Hello websocket/route blocked",
            "entry:Web ANY $default -> function:Hello apigateway-v2/route blocked",
            "entry:Web GET /a -> function:Hello apigateway-v2/route blocked"
        ]
    );
}

#[test]
fn a_function_url_is_an_entry() {
    let with = |auth: &str, more: &str| {
        graph(&format!(
            "\n  Link: {{Type: 'AWS::Lambda::Url', Properties: {{TargetFunctionArn: !Ref Hello, AuthType: {auth}}}}}\n{more}"
        ))
    };
    let open = with(
        "NONE",
        "  P: {Type: 'AWS::Lambda::Permission', Properties: {FunctionName: !Ref Hello, Action: 'lambda:InvokeFunctionUrl', Principal: '*', FunctionUrlAuthType: NONE}}",
    );
    assert_eq!(entry(&open, "Hello/url/1").authorization, Authorization::None);
    assert_eq!(triggers(&open), ["entry:Hello/url/1 -> function:Hello url/url"]);
    assert_eq!(entry(&with("AWS_IAM", ""), "Hello/url/1").authorization, Authorization::Iam);
    assert_eq!(triggers(&with("NONE", "")), ["entry:Hello/url/1 -> function:Hello url/url blocked"]);
}
