//! APIs of CDK programs: what the library deploys for them, and what stays unknown. Ids are those of aws-cdk-lib.

use palisade_graph::{State, Val};
use palisade_load::{Resource, Stack};
use serde_json::{Value, json};

use crate::{by_name, load};

const FUNCTION: &str = "const f = new lambda.Function(this, 'F', { runtime: lambda.Runtime.NODEJS_24_X, \
                        handler: 'a.b', code: lambda.Code.fromInline('src') });\n";

fn program(text: &str) -> String {
    let (imports, body): (Vec<&str>, Vec<&str>) = text.lines().partition(|l| l.starts_with("import "));
    format!(
        "import * as cdk from 'aws-cdk-lib';\nimport * as lambda from 'aws-cdk-lib/aws-lambda';\n\
         import * as apigw from 'aws-cdk-lib/aws-apigateway';\nimport * as appsync from 'aws-cdk-lib/aws-appsync';\n\
         import * as v2 from 'aws-cdk-lib/aws-apigatewayv2';\n\
         import {{ HttpLambdaIntegration, HttpSqsIntegration }} from 'aws-cdk-lib/aws-apigatewayv2-integrations';\n\
         import {{ HttpLambdaAuthorizer, HttpIamAuthorizer }} from 'aws-cdk-lib/aws-apigatewayv2-authorizers';\n\
         {}\nclass S extends cdk.Stack {{ constructor(scope: any, id: string) {{ super(scope, id);\n{FUNCTION}{}\n}} }}\n\
         new S(new cdk.App(), 'S');\n",
        imports.join("\n"),
        body.join("\n")
    )
}

fn typescript(text: &str) -> Stack {
    load(&[("cdk.json", r#"{"app": "npx ts-node app.ts"}"#), ("app.ts", &program(text))])
}

fn python(body: &str) -> Stack {
    let head = "import aws_cdk as cdk\nfrom aws_cdk import aws_apigateway as apigw, aws_appsync as appsync, \
                aws_cognito as cognito\n\n\nclass S(cdk.Stack):\n    \
                def __init__(self, scope, id, **kwargs):\n        super().__init__(scope, id, **kwargs)\n";
    let body: String = body.lines().flat_map(|line| ["        ", line, "\n"]).collect();
    let text = format!("{head}{body}\n\napp = cdk.App()\nS(app, 'S')\napp.synth()\n");
    load(&[("cdk.json", r#"{"app": "python3 app.py"}"#), ("app.py", &text)])
}

fn ids<'a>(stack: &'a Stack, ty: &'a str) -> Vec<&'a str> {
    let mut all: Vec<&str> = stack.of_type(ty).map(|r| r.id.as_str()).collect();
    all.sort_unstable();
    all
}

fn at<'a>(stack: &'a Stack, name: &str, path: &str) -> &'a Val {
    by_name(stack, name).props.at(path)
}

fn json_at(stack: &Stack, name: &str, path: &str) -> Value {
    at(stack, name, path).to_json()
}

fn unknown(val: &Val) -> bool {
    matches!(val.state, State::Unknown(_))
}

#[test]
fn ids_are_those_of_the_library() {
    let stack = typescript(
        "
import * as sqs from 'aws-cdk-lib/aws-sqs';
const auth = new apigw.TokenAuthorizer(this, 'Auth', { handler: f });
const rest = new apigw.RestApi(this, 'Rest');
rest.root.addResource('orders').addResource('{id}').addMethod('GET', new apigw.LambdaIntegration(f), { authorizer: auth });
rest.addUsagePlan('Plan').addApiKey(rest.addApiKey('Key'));
const http = new v2.HttpApi(this, 'Http');
http.addRoutes({ path: '/orders/{id}', methods: [v2.HttpMethod.GET], integration: new HttpLambdaIntegration('I', f),
  authorizer: new HttpLambdaAuthorizer('L', f) });
http.addRoutes({ path: '/jobs', methods: [v2.HttpMethod.POST],
  integration: new HttpSqsIntegration('Q', { queue: new sqs.Queue(this, 'Jobs') }) });
",
    );
    assert_eq!(
        ids(&stack, "AWS::Lambda::Permission"),
        [
            "FSAuthF105757CPermissionsC6FC2D7C",
            "HttpGETordersidIPermission161E2981",
            "HttpSHttpL93BB9AC1PermissionDF3CFDF4",
            "RestordersidGETApiPermissionSRest602BF277GETordersid4F9AAEA2",
            "RestordersidGETApiPermissionTestSRest602BF277GETordersid141DA8C0",
        ]
    );
    assert_eq!(
        ids(&stack, "AWS::ApiGateway::UsagePlanKey"),
        ["RestPlanUsagePlanKeyResourceSRestKey3E7B3274F1010561"]
    );
    assert_eq!(
        ids(&stack, "AWS::IAM::Role"),
        ["FServiceRole3AC82EE1", "HttpPOSTjobsInvokeRole8DFA3321", "RestCloudWatchRoleB5EE8243"]
    );
    // A service is called with a role of the route, which may do just that.
    assert_eq!(ids(&stack, "AWS::IAM::Policy"), ["HttpPOSTjobsInvokeRoleDefaultPolicy00B9DFC0"]);
    let policy = stack.of_type("AWS::IAM::Policy").next().unwrap();
    let statement = policy.props.at("PolicyDocument.Statement").items().first().unwrap();
    assert_eq!(statement.at("Action").to_json(), json!(["sqs:SendMessage"]));
}

#[test]
fn an_id_leaves_out_what_only_repeats_an_end() {
    let stack = typescript(
        "const rest = new apigw.RestApi(this, 'Lra'); rest.root.addResource('a').addMethod('GET');",
    );
    let id = &by_name(&stack, "S/Lra/Default/a").id;
    assert!(id.starts_with("Lra") && !id.starts_with("Lraa"), "{id}");
}

#[test]
fn what_is_not_known_of_who_may_call_stays_unknown() {
    let stack = typescript(
        "
const cfg: any = JSON.parse(process.env.CONFIGURATION);
const defaults = new apigw.RestApi(this, 'Defaults', { defaultMethodOptions: cfg.options });
defaults.root.addMethod('GET', new apigw.LambdaIntegration(f));
const rest = new apigw.RestApi(this, 'Rest');
rest.root.addMethod('GET', new apigw.LambdaIntegration(f), cfg.options);
rest.root.addMethod('PUT', new apigw.LambdaIntegration(f), { ...cfg.options, apiKeyRequired: true });
rest.root.addMethod('POST', new apigw.LambdaIntegration(f), { ...cfg.options, authorizationType: apigw.AuthorizationType.IAM });
rest.root.addMethod('HEAD', new apigw.LambdaIntegration(f));
const http = new v2.HttpApi(this, 'Http', { ...cfg.http });
http.addRoutes({ path: '/x', methods: [v2.HttpMethod.GET], integration: new HttpLambdaIntegration('I', f) });
http.addRoutes({ path: '/y', methods: cfg.methods, integration: new HttpLambdaIntegration('J', f), authorizer: new HttpIamAuthorizer() });
new appsync.GraphqlApi(this, 'G', { name: 'g', authorizationConfig: cfg.auth });
new appsync.GraphqlApi(this, 'H', cfg.graphql);
new appsync.GraphqlApi(this, 'I', { name: 'i' });
",
    );
    let kind = |name: &str| at(&stack, name, "AuthorizationType").clone();
    assert!(unknown(&kind("S/Defaults/Default/GET")));
    assert!(unknown(&kind("S/Rest/Default/GET")));
    assert!(unknown(&kind("S/Rest/Default/PUT")));
    assert_eq!(at(&stack, "S/Rest/Default/PUT", "ApiKeyRequired").as_bool(), Some(true));
    assert_eq!(kind("S/Rest/Default/POST").as_str(), Some("AWS_IAM"));
    assert_eq!(kind("S/Rest/Default/HEAD").as_str(), Some("NONE"));
    assert!(unknown(&kind("S/Http/GET--x")));
    let routes: Vec<&Resource> = stack.of_type("AWS::ApiGatewayV2::Route").collect();
    let open = routes.iter().find(|r| r.props.at("AuthorizationType").as_str() == Some("AWS_IAM")).unwrap();
    assert_eq!(open.props.at("RouteKey").as_str(), None);
    for (name, known) in [("S/G", None), ("S/H", None), ("S/I", Some("API_KEY"))] {
        assert_eq!(at(&stack, name, "AuthenticationType").as_str(), known, "{name}");
    }
    // No key is made for an API of which it is not known that it takes one.
    assert_eq!(stack.of_type("AWS::AppSync::ApiKey").count(), 1);
}

#[test]
fn what_is_not_known_of_an_api_is_not_taken_for_absent() {
    let stack = typescript(
        "
const cfg: any = JSON.parse(process.env.CONFIGURATION);
new apigw.RestApi(this, 'Rest', cfg.rest).root.addMethod('GET', new apigw.LambdaIntegration(f));
new apigw.RestApi(this, 'Other', { deployOptions: { ...cfg.stage, stageName: 'live' } });
new v2.HttpApi(this, 'Http', cfg.http);
",
    );
    assert!(unknown(at(&stack, "S/Rest", "Policy")));
    for stage in ["S/Rest/DeploymentStage.prod", "S/Other/DeploymentStage.live"] {
        for path in ["AccessLogSetting", "TracingEnabled"] {
            assert!(unknown(at(&stack, stage, path)), "{stage} {path}");
        }
        let settings = at(&stack, stage, "MethodSettings").items();
        assert!(unknown(settings.first().unwrap().at("LoggingLevel")), "{stage}");
    }
    assert!(unknown(at(&stack, "S/Http", "CorsConfiguration")));
}

#[test]
fn stages_say_what_the_library_says() {
    let stack = typescript(
        "
import * as logs from 'aws-cdk-lib/aws-logs';
new apigw.RestApi(this, 'Rest', { description: 'orders', deployOptions: {
  cachingEnabled: true, methodOptions: { '/orders/{id}/GET': { throttlingRateLimit: 3 }, '/*/*': { throttlingBurstLimit: 7 } },
  accessLogDestination: new apigw.LogGroupLogDestination(new logs.LogGroup(this, 'Log')),
} });
",
    );
    let stage = "S/Rest/DeploymentStage.prod";
    assert_eq!(json_at(&stack, stage, "CacheClusterEnabled"), json!(true));
    assert_eq!(json_at(&stack, stage, "CacheClusterSize"), json!("0.5"));
    let settings = at(&stack, stage, "MethodSettings").items();
    let paths: Vec<(Value, Value)> =
        settings.iter().map(|s| (s.at("ResourcePath").to_json(), s.at("HttpMethod").to_json())).collect();
    assert_eq!(
        paths,
        [(json!("/*"), json!("*")), (json!("/~1orders~1{id}"), json!("GET")), (json!("/*"), json!("*")),]
    );
    assert_eq!(json_at(&stack, "S/Rest/Deployment", "Description"), json!("orders"));
    assert!(json_at(&stack, stage, "AccessLogSetting.DestinationArn").to_string().contains("Log"));
}

#[test]
fn a_preflight_says_who_may_ask() {
    let stack = typescript(
        "
const rest = new apigw.RestApi(this, 'Rest');
rest.root.addResource('all').addCorsPreflight({ allowOrigins: apigw.Cors.ALL_ORIGINS, allowCredentials: true, maxAge: cdk.Duration.hours(1) });
rest.root.addResource('one').addCorsPreflight({ allowOrigins: ['https://a.example.com'], allowMethods: ['GET', 'PUT'] });
",
    );
    let headers = |resource: &str| {
        let responses =
            at(&stack, &format!("S/Rest/Default/{resource}/OPTIONS"), "Integration.IntegrationResponses");
        let headers = responses.items().first().unwrap().get("ResponseParameters").clone();
        move |name: &str| headers.get(&format!("method.response.header.{name}")).display().to_string()
    };
    let all = headers("all");
    assert_eq!(all("Access-Control-Allow-Origin"), "'*'");
    assert_eq!(all("Access-Control-Allow-Credentials"), "'true'");
    assert_eq!(all("Access-Control-Max-Age"), "'3600'");
    let one = headers("one");
    assert_eq!(one("Access-Control-Allow-Origin"), "'https://a.example.com'");
    assert_eq!(one("Access-Control-Allow-Methods"), "'GET,PUT'");
    assert_eq!(one("Vary"), "'Origin'");
    assert_eq!(one("Access-Control-Allow-Credentials"), "");
}

#[test]
fn a_definition_is_read_from_its_file() {
    let text = program(
        "new apigw.SpecRestApi(this, 'Spec', { apiDefinition: apigw.ApiDefinition.fromAsset('api.yaml') });",
    );
    let definition = "openapi: 3.0.1\npaths:\n  /orders:\n    get: {}\n";
    let stack = load(&[
        ("cdk.json", r#"{"app": "npx ts-node app.ts"}"#),
        ("app.ts", &text),
        ("api.yaml", definition),
    ]);
    assert_eq!(json_at(&stack, "S/Spec", "Body.paths"), json!({"/orders": {"get": {}}}));
    // A file that is not there says nothing.
    let stack = typescript(
        "new apigw.SpecRestApi(this, 'Spec', { apiDefinition: apigw.ApiDefinition.fromAsset('gone.yaml') });",
    );
    assert!(unknown(at(&stack, "S/Spec", "Body")));
}

#[test]
fn the_lower_level_is_changed_through_its_construct() {
    let stack = typescript(
        "
const rest = new apigw.RestApi(this, 'Rest');
const m = rest.root.addMethod('GET', new apigw.LambdaIntegration(f));
const stage = rest.deploymentStage.node.defaultChild as apigw.CfnStage;
stage.accessLogSetting = { destinationArn: 'arn:aws:logs:eu-west-1:111122223333:log-group:a', format: 'f' };
(rest.node.defaultChild as apigw.CfnRestApi).addPropertyOverride('DisableExecuteApiEndpoint', true);
(m.node.findChild('Resource') as apigw.CfnMethod).authorizationType = 'AWS_IAM';
rest.methods.forEach((one) => (one.node.defaultChild as apigw.CfnMethod).addPropertyOverride('OperationName', one.httpMethod));
",
    );
    assert_eq!(json_at(&stack, "S/Rest/DeploymentStage.prod", "AccessLogSetting.Format"), json!("f"));
    assert_eq!(json_at(&stack, "S/Rest", "DisableExecuteApiEndpoint"), json!(true));
    assert_eq!(json_at(&stack, "S/Rest/Default/GET", "AuthorizationType"), json!("AWS_IAM"));
    assert_eq!(json_at(&stack, "S/Rest/Default/GET", "OperationName"), json!("GET"));
}

#[test]
fn names_of_the_lower_level_are_cloudformations() {
    let stack = typescript(
        "
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
const auth = new apigw.CfnAuthorizer(this, 'Auth', { restApiId: 'r', type: 'COGNITO_USER_POOLS', providerArns: ['arn:pool'] });
new dynamodb.CfnTable(this, 'Table', { keySchema: [], sseSpecification: { sseEnabled: true } });
new appsync.CfnDataSource(this, 'Data', { apiId: 'a', name: auth.type, type: 'NONE', dynamoDbConfig: { tableName: 't', awsRegion: 'r' } });
",
    );
    assert_eq!(json_at(&stack, "S/Auth", "ProviderARNs"), json!(["arn:pool"]));
    assert_eq!(json_at(&stack, "S/Table", "SSESpecification"), json!({"SSEEnabled": true}));
    assert_eq!(json_at(&stack, "S/Data", "DynamoDBConfig.TableName"), json!("t"));
    // A property gives back what it was made with.
    assert_eq!(json_at(&stack, "S/Data", "Name"), json!("COGNITO_USER_POOLS"));
}

#[test]
fn structures_of_python_are_read_at_every_depth() {
    let stack = python(
        "
pool = cognito.UserPool(self, 'Pool')
apigw.RestApi(self, 'Rest', endpoint_configuration=apigw.EndpointConfiguration(types=[apigw.EndpointType.PRIVATE]))
appsync.GraphqlApi(self, 'G', name='g', authorization_config=appsync.AuthorizationConfig(
    default_authorization=appsync.AuthorizationMode(
        authorization_type=appsync.AuthorizationType.USER_POOL,
        user_pool_config=appsync.UserPoolConfig(user_pool=pool)),
    additional_authorization_modes=[appsync.AuthorizationMode(authorization_type=appsync.AuthorizationType.IAM)]))
",
    );
    assert_eq!(json_at(&stack, "S/Rest", "EndpointConfiguration.Types"), json!(["PRIVATE"]));
    let pool = &by_name(&stack, "S/Pool").id;
    assert_eq!(at(&stack, "S/G", "UserPoolConfig.UserPoolId").display(), format!("${{{pool}}}"));
    assert_eq!(json_at(&stack, "S/G", "UserPoolConfig.DefaultAction"), json!("ALLOW"));
    let others = json_at(&stack, "S/G", "AdditionalAuthenticationProviders");
    assert_eq!(others, json!([{"AuthenticationType": "AWS_IAM"}]));
}

#[test]
fn fields_channels_and_sources_of_appsync() {
    let stack = typescript(
        "
const g = new appsync.GraphqlApi(this, 'G', { name: 'g', authorizationConfig: { defaultAuthorization: {
  authorizationType: appsync.AuthorizationType.LAMBDA, lambdaAuthorizerConfig: { handler: f } } } });
g.grantQuery(f, 'orders');
g.addHttpDataSource('States', 'https://states.amazonaws.com', { authorizationConfig: { signingRegion: 'eu-west-1', signingServiceName: 'states' } });
const e = new appsync.EventApi(this, 'E', { apiName: 'e' });
e.addChannelNamespace('chat').grantPublish(f);
",
    );
    let policy =
        stack.of_type("AWS::IAM::Policy").next().unwrap().props.at("PolicyDocument.Statement").clone();
    let resources: Vec<String> = policy
        .items()
        .iter()
        .map(|s| s.at("Resource").items().first().unwrap().display().to_string())
        .collect();
    assert!(resources.iter().any(|r| r.ends_with("/types/Query/fields/orders")), "{resources:?}");
    assert!(resources.iter().any(|r| r.ends_with("/channelNamespace/chat")), "{resources:?}");
    assert!(!resources.iter().any(|r| r.ends_with("/types/Query/*")), "{resources:?}");
    // Without the newer setting any API may ask the authorizer.
    let permission = stack.of_type("AWS::Lambda::Permission").next().unwrap();
    assert_eq!(permission.props.at("Principal").as_str(), Some("appsync.amazonaws.com"));
    assert!(permission.props.at("SourceArn").is_null());
    let signing = json_at(&stack, "S/G/States", "HttpConfig.AuthorizationConfig");
    let own = json!({"SigningRegion": "eu-west-1", "SigningServiceName": "states"});
    assert_eq!(signing, json!({"AuthorizationType": "AWS_IAM", "AwsIamConfig": own}));
    assert_eq!(json_at(&stack, "S/E", "EventConfig.AuthProviders"), json!([{"AuthType": "API_KEY"}]));
    assert_eq!(json_at(&stack, "S/E/chat", "Name"), json!("chat"));
    assert_eq!(ids(&stack, "AWS::AppSync::ApiKey").len(), 1);
}

#[test]
fn one_permission_for_each_route_and_its_url() {
    let stack = typescript(
        "
import * as iam from 'aws-cdk-lib/aws-iam';
f.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.NONE });
f.grantInvoke(new iam.ServicePrincipal('s3.amazonaws.com').withConditions({ ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::b' } }));
const i = new HttpLambdaIntegration('I', f);
const http = new v2.HttpApi(this, 'Http');
['/a', '/b'].forEach((path) => http.addRoutes({ path, integration: i }));
",
    );
    let all: Vec<&Val> = stack.of_type("AWS::Lambda::Permission").map(|r| &r.props).collect();
    let of = |principal: &str| {
        all.iter().filter(|p| p.get("Principal").as_str() == Some(principal)).copied().collect::<Vec<_>>()
    };
    assert_eq!(of("apigateway.amazonaws.com").len(), 2);
    assert_eq!(stack.of_type("AWS::ApiGatewayV2::Integration").count(), 1);
    let public = of("*");
    assert_eq!(public.len(), 2);
    assert!(public.iter().any(|p| p.get("InvokedViaFunctionUrl").as_bool() == Some(true)));
    assert_eq!(of("s3.amazonaws.com").first().unwrap().get("SourceArn").as_str(), Some("arn:aws:s3:::b"));
}

#[test]
fn what_is_imported_by_names_alone_is_known() {
    let stack = python(
        "
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_apigatewayv2 as v2
from aws_cdk.aws_apigatewayv2_integrations import HttpLambdaIntegration
arn = 'arn:aws:lambda:eu-west-1:111122223333:function:orders'
f = lambda_.Function.from_function_arn(self, id='Orders', function_arn=arn)
api = apigw.RestApi.from_rest_api_attributes(self, 'Api', rest_api_id='r1', root_resource_id='root')
api.root.add_resource('orders').add_method('GET', apigw.LambdaIntegration(f))
http = v2.HttpApi.from_http_api_attributes(self, 'Http', http_api_id='h1')
v2.HttpRoute(self, 'Route', http_api=http, route_key=v2.HttpRouteKey.with_('/orders', v2.HttpMethod.GET),
    integration=HttpLambdaIntegration('I', f))
",
    );
    let method = "S/Api/Default/orders/GET";
    assert_eq!(json_at(&stack, method, "RestApiId"), json!("r1"));
    assert_eq!(json_at(&stack, "S/Api/Default/orders", "ParentId"), json!("root"));
    let uri = at(&stack, method, "Integration.Uri").display();
    assert!(uri.ends_with(":function:orders/invocations"), "{uri}");
    assert_eq!(json_at(&stack, "S/Route", "ApiId"), json!("h1"));
    assert_eq!(json_at(&stack, "S/Route", "RouteKey"), json!("GET /orders"));
    // A function of another place is not changed.
    assert_eq!(stack.of_type("AWS::Lambda::Permission").count(), 0);
}

#[test]
fn networks_and_roles_of_apis() {
    let stack = typescript(
        "
import * as iam from 'aws-cdk-lib/aws-iam';
import { HttpAlbIntegration, HttpEventBridgeIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as events from 'aws-cdk-lib/aws-events';
const listener = elb.ApplicationListener.fromLookup(this, 'Listener', {});
const http = new v2.HttpApi(this, 'Http');
http.addRoutes({ path: '/a', integration: new HttpAlbIntegration('A', listener) });
http.addRoutes({ path: '/b', integration: new HttpAlbIntegration('B', listener) });
const bus = new events.EventBus(this, 'Bus');
http.addRoutes({ path: '/bus', methods: [v2.HttpMethod.POST], integration: new HttpEventBridgeIntegration('E', { eventBusRef: bus.eventBusRef }) });
const all = new HttpLambdaIntegration('All', f, { scopePermissionToRoute: false });
['/c', '/d'].forEach((path) => http.addRoutes({ path, integration: all }));
const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('apigateway.amazonaws.com') });
const auth = new apigw.TokenAuthorizer(this, 'Auth', { handler: f, assumeRole: role });
const rest = new apigw.RestApi(this, 'Rest');
const method = rest.root.addMethod('GET', new apigw.MockIntegration(), { authorizer: auth });
method.addMethodResponse({ statusCode: '200' });
method.grantExecute(f);
",
    );
    // One link for all integrations that need one, one permission for all routes.
    assert_eq!(ids(&stack, "AWS::ApiGatewayV2::VpcLink").len(), 1);
    let sources: Vec<String> = stack
        .of_type("AWS::Lambda::Permission")
        .map(|p| p.props.at("SourceArn").display().rsplit_once('}').unwrap().1.to_owned())
        .collect();
    assert_eq!(sources, ["/*/*/*"]);
    let allowed: Vec<String> = stack
        .of_type("AWS::IAM::Policy")
        .flat_map(|p| p.props.at("PolicyDocument.Statement").items().to_vec())
        .map(|s| s.at("Action").display().to_string())
        .collect();
    for action in ["events:PutEvents", "lambda:InvokeFunction", "execute-api:Invoke"] {
        assert!(allowed.iter().any(|a| a.contains(action)), "{action} in {allowed:?}");
    }
    // An authorizer with a role needs no permission; its method is open to those whom it lets in.
    assert_eq!(json_at(&stack, "S/Rest/Default/GET", "AuthorizationType"), json!("CUSTOM"));
    assert_eq!(json_at(&stack, "S/Rest/Default/GET", "MethodResponses"), json!([{"StatusCode": "200"}]));
}

#[test]
fn a_path_without_end_is_cut() {
    let stack = typescript(
        "
const rest = new apigw.RestApi(this, 'Rest');
let here: any = rest.root;
const ten = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
for (const a of ten) { for (const b of ten) { here = here.addResource('part'); } }
here.addMethod('GET');
rest.root.resourceForPath(ten.map((n) => ten.map((m) => `${n}${m}`).join('/')).join('/'));
",
    );
    assert!(stack.of_type("AWS::ApiGateway::Resource").count() < 200);
    assert_eq!(stack.of_type("AWS::ApiGateway::Method").count(), 1);
}
