//! Front doors of CDK programs: what each construct deploys, in TypeScript and Python.

use palisade_graph::Val;
use palisade_load::{Resource, Stack};
use serde_json::{Value, json};

use crate::{load, typescript};

fn python(body: &str) -> Stack {
    let head = "import aws_cdk as cdk\nfrom aws_cdk import (aws_lambda as _lambda, aws_apigateway as apigw, \
                aws_apigatewayv2 as apigwv2, aws_apigatewayv2_integrations as integrations, \
                aws_apigatewayv2_authorizers as authorizers, aws_appsync as appsync, aws_cognito as cognito, \
                aws_dynamodb as dynamodb)\nfrom constructs import Construct\n\n\nclass S(cdk.Stack):\n    \
                def __init__(self, scope: Construct, id: str, **kwargs) -> None:\n        \
                super().__init__(scope, id, **kwargs)\n";
    let body = body.lines().map(|l| format!("        {l}")).collect::<Vec<_>>().join("\n");
    let text = format!("{head}{body}\n\napp = cdk.App()\nS(app, 'S')\napp.synth()\n");
    load(&[("cdk.json", r#"{"app": "python3 app.py"}"#), ("app.py", &text)])
}

const FUNCTION_TS: &str = "const f = new lambda.Function(this, 'F', { runtime: lambda.Runtime.NODEJS_24_X, \
                           handler: 'a.b', code: lambda.Code.fromAsset('src') });\n";
const FUNCTION_PY: &str = "f = _lambda.Function(self, 'F', runtime=_lambda.Runtime.PYTHON_3_13, handler='a.b', \
                           code=_lambda.Code.from_asset('src'))\n";

/// The id of the resource that a property refers to.
fn id(props: &Val, property: &str) -> String {
    let text = props.at(property).display();
    text.trim_start_matches("${").trim_end_matches('}').to_owned()
}

/// Methods of REST APIs as `METHOD path authorization`.
fn methods(stack: &Stack) -> Vec<String> {
    let path = |resource: &str| -> String {
        let mut parts = Vec::new();
        let mut here = resource.to_owned();
        while let Some(found) = stack.resources.get(here.as_str()) {
            if found.ty != "AWS::ApiGateway::Resource" {
                break;
            }
            parts.push(found.props.at("PathPart").display().to_string());
            here = id(&found.props, "ParentId");
        }
        parts.reverse();
        format!("/{}", parts.join("/"))
    };
    let mut all: Vec<String> = stack
        .of_type("AWS::ApiGateway::Method")
        .map(|m| {
            let text = |key: &str| m.props.at(key).display();
            let on = id(&m.props, "ResourceId");
            format!("{} {} {}", text("HttpMethod"), path(&on), text("AuthorizationType"))
        })
        .collect();
    all.sort();
    all
}

fn routes(stack: &Stack) -> Vec<String> {
    let mut all: Vec<String> = stack
        .of_type("AWS::ApiGatewayV2::Route")
        .map(|r| {
            format!("{} {}", r.props.at("RouteKey").display(), r.props.at("AuthorizationType").display())
        })
        .collect();
    all.sort();
    all
}

fn one<'a>(stack: &'a Stack, ty: &'a str) -> &'a Resource {
    let all: Vec<&Resource> = stack.of_type(ty).collect();
    assert_eq!(all.len(), 1, "{ty}: {:?}", all.iter().map(|r| &r.name).collect::<Vec<_>>());
    all.first().unwrap()
}

fn property(stack: &Stack, ty: &str, path: &str) -> Value {
    one(stack, ty).props.at(path).to_json()
}

/// Sources that may invoke functions, without what stands before the API.
fn sources(stack: &Stack) -> Vec<String> {
    let mut all: Vec<String> = stack
        .of_type("AWS::Lambda::Permission")
        .map(|p| {
            let arn = p.props.at("SourceArn").display();
            arn.rsplit_once("${AWS::AccountId}:").map_or_else(|| arn.to_string(), |(_, rest)| rest.to_owned())
        })
        .collect();
    all.sort();
    all
}

const REST_TS: &str = "
import * as apigw from 'aws-cdk-lib/aws-apigateway';
const auth = new apigw.TokenAuthorizer(this, 'Auth', { handler: f });
const api = new apigw.RestApi(this, 'Api', {
  deployOptions: { stageName: 'v1', tracingEnabled: true, throttlingRateLimit: 10, throttlingBurstLimit: 5,
    loggingLevel: apigw.MethodLoggingLevel.INFO },
  defaultCorsPreflightOptions: { allowOrigins: apigw.Cors.ALL_ORIGINS },
});
const orders = api.root.addResource('orders');
orders.addMethod('get', new apigw.LambdaIntegration(f));
for (const verb of ['POST', 'DELETE']) {
  orders.addMethod(verb, new apigw.LambdaIntegration(f), { authorizer: auth });
}
const one = orders.addResource('{id}', { defaultMethodOptions: { authorizationType: apigw.AuthorizationType.IAM } });
one.addMethod('PUT', new apigw.LambdaIntegration(f));
one.addMethod('GET', undefined, { authorizationType: apigw.AuthorizationType.NONE, apiKeyRequired: true });
api.root.resourceForPath('/a/b').addMethod('ANY', new apigw.HttpIntegration('http://example.com'));
";

const REST_PY: &str = "
auth = apigw.TokenAuthorizer(self, 'Auth', handler=f)
api = apigw.RestApi(self, 'Api',
    deploy_options=apigw.StageOptions(stage_name='v1', tracing_enabled=True, throttling_rate_limit=10,
        throttling_burst_limit=5, logging_level=apigw.MethodLoggingLevel.INFO),
    default_cors_preflight_options=apigw.CorsOptions(allow_origins=apigw.Cors.ALL_ORIGINS))
orders = api.root.add_resource('orders')
orders.add_method('get', apigw.LambdaIntegration(f))
for verb in ['POST', 'DELETE']:
    orders.add_method(verb, apigw.LambdaIntegration(f), authorizer=auth)
one = orders.add_resource('{id}', default_method_options=apigw.MethodOptions(authorization_type=apigw.AuthorizationType.IAM))
one.add_method('PUT', apigw.LambdaIntegration(f))
one.add_method('GET', authorization_type=apigw.AuthorizationType.NONE, api_key_required=True)
api.root.resource_for_path('/a/b').add_method('ANY', apigw.HttpIntegration('http://example.com'))
";

fn rest_typescript(rest: &str) -> Stack {
    let (imports, body): (Vec<&str>, Vec<&str>) = rest.lines().partition(|l| l.starts_with("import "));
    let body = format!("{FUNCTION_TS}{}", body.join("\n"));
    let text = format!(
        "import * as cdk from 'aws-cdk-lib';\nimport * as lambda from 'aws-cdk-lib/aws-lambda';\n\
         import {{ Construct }} from 'constructs';\n{}\nclass S extends cdk.Stack {{ constructor(scope: Construct, \
         id: string, props?: any) {{ super(scope, id, props);\n{body}\n}} }}\nconst app = new cdk.App();\n\
         new S(app, 'S');\n",
        imports.join("\n")
    );
    load(&[("cdk.json", r#"{"app": "npx ts-node app.ts"}"#), ("app.ts", &text)])
}

#[test]
fn rest_apis() {
    for stack in [rest_typescript(REST_TS), python(&format!("{FUNCTION_PY}{REST_PY}"))] {
        assert_eq!(
            methods(&stack),
            [
                "ANY /a/b NONE",
                "DELETE /orders CUSTOM",
                "GET /orders NONE",
                "GET /orders/{id} NONE",
                "OPTIONS / NONE",
                "OPTIONS /a NONE",
                "OPTIONS /a/b NONE",
                "OPTIONS /orders NONE",
                "OPTIONS /orders/{id} NONE",
                "POST /orders CUSTOM",
                "PUT /orders/{id} AWS_IAM",
            ]
        );
        assert_eq!(property(&stack, "AWS::ApiGateway::Stage", "StageName"), "v1");
        assert_eq!(property(&stack, "AWS::ApiGateway::Stage", "TracingEnabled"), true);
        let settings = &one(&stack, "AWS::ApiGateway::Stage").props.at("MethodSettings").items()[0];
        assert_eq!(settings.at("ThrottlingRateLimit").to_json(), 10);
        assert_eq!(
            (settings.at("HttpMethod").to_json(), settings.at("ResourcePath").to_json()),
            (json!("*"), json!("/*"))
        );
        let authorizer = one(&stack, "AWS::ApiGateway::Authorizer");
        assert_eq!(authorizer.props.at("Type").to_json(), "TOKEN");
        assert_eq!(authorizer.props.at("AuthorizerResultTtlInSeconds").to_json(), 300);
        assert!(!authorizer.props.at("RestApiId").is_null(), "it belongs to the API that uses it");
        let api = &one(&stack, "AWS::ApiGateway::RestApi").id;
        let stage = &one(&stack, "AWS::ApiGateway::Stage").id;
        let all = sources(&stack);
        for expected in ["POST/orders", "DELETE/orders", "PUT/orders/*", "GET/orders"] {
            assert!(all.contains(&format!("${{{api}}}/${{{stage}}}/{expected}")), "{expected}: {all:?}");
            assert!(all.contains(&format!("${{{api}}}/test-invoke-stage/{expected}")), "{expected}: {all:?}");
        }
        assert!(all.iter().any(|s| s.starts_with(&format!("${{{api}}}/authorizers/"))), "{all:?}");
        let plain = stack
            .of_type("AWS::ApiGateway::Method")
            .find(|m| m.props.at("Integration.Type").to_json() == "HTTP_PROXY")
            .unwrap();
        assert_eq!(plain.props.at("Integration.Uri").to_json(), "http://example.com");
        let keyed = stack
            .of_type("AWS::ApiGateway::Method")
            .filter(|m| m.props.at("ApiKeyRequired").to_json() == true)
            .count();
        assert_eq!(keyed, 1);
    }
}

#[test]
fn what_a_rest_api_has_unless_it_says_otherwise() {
    let text = "import * as apigw from 'aws-cdk-lib/aws-apigateway';\nnew apigw.LambdaRestApi(this, 'Api', { handler: f });";
    let stack = rest_typescript(text);
    assert_eq!(methods(&stack), ["ANY / NONE", "ANY /{proxy+} NONE"]);
    assert_eq!(property(&stack, "AWS::ApiGateway::RestApi", "Name"), "Api");
    assert_eq!(property(&stack, "AWS::ApiGateway::Stage", "StageName"), "prod");
    assert_eq!(stack.of_type("AWS::ApiGateway::Account").count(), 1);
    assert_eq!(one(&stack, "AWS::ApiGateway::Stage").id, "ApiDeploymentStageprod3EB9684E");
    let none = "import * as apigw from 'aws-cdk-lib/aws-apigateway';\nconst api = new apigw.LambdaRestApi(this, 'Api', \
                { handler: f, proxy: false, deploy: false, cloudWatchRole: false });\napi.root.addMethod('GET');";
    let stack = rest_typescript(none);
    assert_eq!(methods(&stack), ["GET / NONE"]);
    assert_eq!(stack.of_type("AWS::ApiGateway::Stage").count(), 0);
    assert_eq!(stack.of_type("AWS::ApiGateway::Account").count(), 0);
}

#[test]
fn default_authorizers_and_those_who_opt_out() {
    let text = "
import * as apigw from 'aws-cdk-lib/aws-apigateway';
import * as cognito from 'aws-cdk-lib/aws-cognito';
const pool = new cognito.UserPool(this, 'Pool');
const authorizer = new apigw.CognitoUserPoolsAuthorizer(this, 'A', { cognitoUserPools: [pool] });
class Shop extends apigw.RestApi {
  constructor(scope: Construct, id: string) {
    super(scope, id, { defaultIntegration: new apigw.LambdaIntegration(f),
      defaultMethodOptions: { authorizer, authorizationType: apigw.AuthorizationType.COGNITO } });
  }
}
const api = new Shop(this, 'Api');
api.root.addResource('in').addMethod('POST');
api.root.addResource('out').addMethod('POST', undefined, { authorizationType: apigw.AuthorizationType.NONE });
const unknown: any = fetch('https://example.com');
api.root.addResource('either').addMethod('POST', undefined, { authorizationType: unknown, authorizer: unknown });
";
    let stack = rest_typescript(text);
    let all = methods(&stack);
    assert!(all[0].starts_with("POST /either ${"), "not known: {all:?}");
    assert_eq!(all[1..], ["POST /in COGNITO_USER_POOLS", "POST /out NONE"]);
}

#[test]
fn plans_keys_models_and_names() {
    let text = "
import * as apigw from 'aws-cdk-lib/aws-apigateway';
const api = new apigw.RestApi(this, 'Api', { endpointConfiguration: { types: [apigw.EndpointType.PRIVATE] },
  disableExecuteApiEndpoint: true, domainName: { domainName: 'a.example.com', certificate: undefined as any,
  securityPolicy: apigw.SecurityPolicy.TLS_1_0 } });
const plan = api.addUsagePlan('Plan', { throttle: { rateLimit: 3, burstLimit: 2 }, quota: { limit: 9, period: apigw.Period.DAY } });
plan.addApiStage({ stage: api.deploymentStage });
plan.addApiKey(api.addApiKey('Key'));
const model = api.addModel('M', { schema: { type: apigw.JsonSchemaType.OBJECT } });
const validator = api.addRequestValidator('V', { validateRequestBody: true });
api.root.addMethod('POST', new apigw.LambdaIntegration(f), { requestValidator: validator, requestModels: { 'application/json': model } });
";
    let stack = rest_typescript(text);
    assert_eq!(
        property(&stack, "AWS::ApiGateway::RestApi", "EndpointConfiguration.Types"),
        json!(["PRIVATE"])
    );
    assert_eq!(property(&stack, "AWS::ApiGateway::RestApi", "DisableExecuteApiEndpoint"), true);
    assert_eq!(property(&stack, "AWS::ApiGateway::DomainName", "SecurityPolicy"), "TLS_1_0");
    assert_eq!(
        property(&stack, "AWS::ApiGateway::UsagePlan", "Throttle"),
        json!({"RateLimit": 3, "BurstLimit": 2})
    );
    let stages = one(&stack, "AWS::ApiGateway::UsagePlan").props.at("ApiStages").items().len();
    assert_eq!(stages, 1);
    assert_eq!(stack.of_type("AWS::ApiGateway::UsagePlanKey").count(), 1);
    let validator = &one(&stack, "AWS::ApiGateway::RequestValidator").id;
    let method = one(&stack, "AWS::ApiGateway::Method");
    assert_eq!(&id(&method.props, "RequestValidatorId"), validator.as_str());
    assert!(!method.props.at("RequestModels").is_null());
}

const HTTP_TS: &str = "
import { HttpApi, HttpMethod, CorsHttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration, HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { HttpJwtAuthorizer, HttpLambdaAuthorizer, HttpNoneAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
const api = new HttpApi(this, 'Api', { corsPreflight: { allowOrigins: ['*'], allowMethods: [CorsHttpMethod.ANY] },
  defaultAuthorizer: new HttpJwtAuthorizer('Jwt', 'https://issuer.example.com', { jwtAudience: ['shop'] }) });
const integration = new HttpLambdaIntegration('I', f);
api.addRoutes({ path: '/orders/{id}', methods: [HttpMethod.GET, HttpMethod.POST], integration });
api.addRoutes({ path: '/open', integration, authorizer: new HttpNoneAuthorizer() });
api.addRoutes({ path: '/own', methods: [HttpMethod.PUT], integration: new HttpUrlIntegration('U', 'https://example.com'),
  authorizer: new HttpLambdaAuthorizer('L', f) });
";

const HTTP_PY: &str = "
api = apigwv2.HttpApi(self, 'Api',
    cors_preflight=apigwv2.CorsPreflightOptions(allow_origins=['*'], allow_methods=[apigwv2.CorsHttpMethod.ANY]),
    default_authorizer=authorizers.HttpJwtAuthorizer('Jwt', 'https://issuer.example.com', jwt_audience=['shop']))
integration = integrations.HttpLambdaIntegration('I', f)
api.add_routes(path='/orders/{id}', methods=[apigwv2.HttpMethod.GET, apigwv2.HttpMethod.POST], integration=integration)
api.add_routes(path='/open', integration=integration, authorizer=authorizers.HttpNoneAuthorizer())
api.add_routes(path='/own', methods=[apigwv2.HttpMethod.PUT],
    integration=integrations.HttpUrlIntegration('U', 'https://example.com'),
    authorizer=authorizers.HttpLambdaAuthorizer('L', f))
";

#[test]
fn http_apis() {
    for stack in [rest_typescript(HTTP_TS), python(&format!("{FUNCTION_PY}{HTTP_PY}"))] {
        assert_eq!(
            routes(&stack),
            ["ANY /open NONE", "GET /orders/{id} JWT", "POST /orders/{id} JWT", "PUT /own CUSTOM"]
        );
        assert_eq!(property(&stack, "AWS::ApiGatewayV2::Api", "ProtocolType"), "HTTP");
        assert_eq!(
            property(&stack, "AWS::ApiGatewayV2::Api", "CorsConfiguration"),
            json!({"AllowOrigins": ["*"], "AllowMethods": ["*"]})
        );
        assert_eq!(property(&stack, "AWS::ApiGatewayV2::Stage", "StageName"), "$default");
        // One object is one integration, whatever routes use it.
        assert_eq!(stack.of_type("AWS::ApiGatewayV2::Integration").count(), 2);
        let jwt = stack
            .of_type("AWS::ApiGatewayV2::Authorizer")
            .find(|a| a.props.at("AuthorizerType").to_json() == "JWT");
        assert_eq!(
            jwt.unwrap().props.at("JwtConfiguration").to_json(),
            json!({"Issuer": "https://issuer.example.com", "Audience": ["shop"]})
        );
        let api = &one(&stack, "AWS::ApiGatewayV2::Api").id;
        let all = sources(&stack);
        // Each route lets the API in for itself, with the parameters of its path as they are written.
        let orders = format!("${{{api}}}/*/*/orders/{{id}}");
        assert_eq!(all.iter().filter(|s| **s == orders).count(), 2, "{all:?}");
        assert!(all.contains(&format!("${{{api}}}/*/*/open")), "{all:?}");
        assert!(all.iter().any(|s| s.starts_with(&format!("${{{api}}}/authorizers/"))), "{all:?}");
    }
}

#[test]
fn web_socket_apis() {
    let text = "
import { WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { WebSocketIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
const api = new WebSocketApi(this, 'Chat', {
  connectRouteOptions: { integration: new WebSocketLambdaIntegration('C', f), authorizer: new WebSocketIamAuthorizer() },
  disconnectRouteOptions: { integration: new WebSocketLambdaIntegration('D', f) },
});
api.addRoute('send', { integration: new WebSocketLambdaIntegration('S', f) });
new WebSocketStage(this, 'Stage', { webSocketApi: api, stageName: 'live', autoDeploy: true });
api.grantManageConnections(f);
";
    let stack = rest_typescript(text);
    assert_eq!(routes(&stack), ["$connect AWS_IAM", "$disconnect NONE", "send NONE"]);
    assert_eq!(property(&stack, "AWS::ApiGatewayV2::Stage", "StageName"), "live");
    let api = &one(&stack, "AWS::ApiGatewayV2::Api").id;
    let all = sources(&stack);
    assert!(all.contains(&format!("${{{api}}}/*$connect")), "{all:?}");
    let policy = one(&stack, "AWS::IAM::Policy").props.to_json().to_string();
    assert!(policy.contains("execute-api:ManageConnections"), "{policy}");
}

const GRAPHQL_TS: &str = "
import * as appsync from 'aws-cdk-lib/aws-appsync';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
const table = new dynamodb.Table(this, 'T', { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } });
const api = new appsync.GraphqlApi(this, 'Api', { name: 'shop', definition: appsync.Definition.fromFile('schema.graphql'),
  authorizationConfig: { defaultAuthorization: { authorizationType: appsync.AuthorizationType.IAM },
    additionalAuthorizationModes: [{ authorizationType: appsync.AuthorizationType.API_KEY }] } });
const source = api.addLambdaDataSource('Functions', f);
source.createResolver('R', { typeName: 'Mutation', fieldName: 'order' });
api.addDynamoDbDataSource('Items', table).createResolver('Q', { typeName: 'Query', fieldName: 'items' });
";

const GRAPHQL_PY: &str = "
table = dynamodb.Table(self, 'T', partition_key=dynamodb.Attribute(name='id', type=dynamodb.AttributeType.STRING))
api = appsync.GraphqlApi(self, 'Api', name='shop', definition=appsync.Definition.from_file('schema.graphql'),
    authorization_config=appsync.AuthorizationConfig(
        default_authorization=appsync.AuthorizationMode(authorization_type=appsync.AuthorizationType.IAM),
        additional_authorization_modes=[appsync.AuthorizationMode(authorization_type=appsync.AuthorizationType.API_KEY)]))
source = api.add_lambda_data_source('Functions', f)
source.create_resolver('R', type_name='Mutation', field_name='order')
api.add_dynamo_db_data_source('Items', table).create_resolver('Q', type_name='Query', field_name='items')
";

#[test]
fn graphql_apis() {
    for stack in [rest_typescript(GRAPHQL_TS), python(&format!("{FUNCTION_PY}{GRAPHQL_PY}"))] {
        let ty = "AWS::AppSync::GraphQLApi";
        assert_eq!(property(&stack, ty, "AuthenticationType"), "AWS_IAM");
        assert_eq!(
            property(&stack, ty, "AdditionalAuthenticationProviders"),
            json!([{"AuthenticationType": "API_KEY"}])
        );
        assert_eq!(stack.of_type("AWS::AppSync::ApiKey").count(), 1);
        let mut resolvers: Vec<String> = stack
            .of_type("AWS::AppSync::Resolver")
            .map(|r| {
                format!(
                    "{}.{} {}",
                    r.props.at("TypeName").display(),
                    r.props.at("FieldName").display(),
                    r.props.at("DataSourceName").display()
                )
            })
            .collect();
        resolvers.sort();
        assert_eq!(resolvers, ["Mutation.order Functions", "Query.items Items"]);
        let granted: Vec<String> = stack
            .of_type("AWS::IAM::Policy")
            .map(|p| p.props.at("PolicyDocument").to_json().to_string())
            .collect();
        assert!(granted.iter().any(|p| p.contains("lambda:InvokeFunction")), "{granted:?}");
        assert!(granted.iter().any(|p| p.contains("dynamodb:PutItem")), "{granted:?}");
    }
}

#[test]
fn without_a_word_a_graphql_api_asks_for_a_key() {
    let text = "import * as appsync from 'aws-cdk-lib/aws-appsync';\nnew appsync.GraphqlApi(this, 'Api', { name: 'shop' });";
    let stack = rest_typescript(text);
    assert_eq!(property(&stack, "AWS::AppSync::GraphQLApi", "AuthenticationType"), "API_KEY");
}

#[test]
fn an_imported_api_gets_methods_too() {
    let text = "
import * as apigw from 'aws-cdk-lib/aws-apigateway';
const api = apigw.RestApi.fromRestApiAttributes(this, 'Api', { restApiId: 'abc', rootResourceId: 'root' });
api.root.addResource('x').addMethod('POST', new apigw.LambdaIntegration(f));
";
    let stack = rest_typescript(text);
    assert_eq!(methods(&stack), ["POST /x NONE"]);
    assert_eq!(property(&stack, "AWS::ApiGateway::Method", "RestApiId"), "abc");
    assert_eq!(stack.of_type("AWS::ApiGateway::RestApi").count(), 0);
}

#[test]
fn the_helper_of_the_other_tests_knows_no_api() {
    // What is not used is not there.
    assert_eq!(methods(&typescript("")), Vec::<String>::new());
}

#[test]
fn what_only_names_a_construct_is_none() {
    let text = "
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as events from 'aws-cdk-lib/aws-events';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
const queue = new sqs.Queue(this, 'Q');
f.addEventSource(new SqsEventSource(queue, { batchSize: 5 }));
new events.Rule(this, 'R', { schedule: events.Schedule.rate(cdk.Duration.hours(1)), targets: [new LambdaFunction(f)] });
new sns.Topic(this, 'T').addSubscription(new LambdaSubscription(f));
";
    let stack = rest_typescript(text);
    assert_eq!(property(&stack, "AWS::Lambda::EventSourceMapping", "BatchSize"), 5);
    assert_eq!(one(&stack, "AWS::Events::Rule").props.at("Targets").items().len(), 1);
    assert_eq!(property(&stack, "AWS::SNS::Subscription", "Protocol"), "lambda");
    let principals: Vec<String> = stack
        .of_type("AWS::Lambda::Permission")
        .map(|p| p.props.at("Principal").display().to_string())
        .collect();
    assert_eq!(principals.len(), 2, "{principals:?}");
}

#[test]
fn load_balancers_lead_to_functions() {
    let text = "
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { LambdaTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
const vpc = new ec2.Vpc(this, 'Vpc');
const balancer = new elbv2.ApplicationLoadBalancer(this, 'Lb', { vpc, internetFacing: true });
const listener = balancer.addListener('L', { port: 80 });
listener.addTargets('T', { targets: [new LambdaTarget(f)] });
listener.addTargets('Api', { priority: 5, conditions: [elbv2.ListenerCondition.pathPatterns(['/api/*'])], targets: [new LambdaTarget(f)] });
";
    let stack = rest_typescript(text);
    let ty = |name: &str| format!("AWS::ElasticLoadBalancingV2::{name}");
    assert_eq!(property(&stack, &ty("LoadBalancer"), "Scheme"), "internet-facing");
    assert_eq!(property(&stack, &ty("Listener"), "Protocol"), "HTTP");
    assert_eq!(one(&stack, &ty("Listener")).props.at("DefaultActions").items().len(), 1);
    let rule_ty = ty("ListenerRule");
    let rule = one(&stack, &rule_ty);
    assert_eq!(rule.props.at("Conditions").items()[0].at("Field").to_json(), "path-pattern");
    assert_eq!(
        stack.of_type(&ty("TargetGroup")).filter(|g| g.props.at("TargetType").to_json() == "lambda").count(),
        2
    );
    let may = stack.of_type("AWS::Lambda::Permission");
    let by = may.filter(|p| p.props.at("Principal").to_json() == "elasticloadbalancing.amazonaws.com");
    assert_eq!(by.count(), 2);
}

#[test]
fn distributions_have_functions_at_the_edge_and_read_buckets() {
    let text = "
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as origins from 'aws-cdk-lib/aws-cloudfront-origins';
import * as s3 from 'aws-cdk-lib/aws-s3';
const bucket = new s3.Bucket(this, 'B');
new cloudfront.Distribution(this, 'D', {
  defaultBehavior: { origin: origins.S3BucketOrigin.withOriginAccessControl(bucket),
    edgeLambdas: [{ functionVersion: f.currentVersion, eventType: cloudfront.LambdaEdgeEventType.VIEWER_REQUEST, includeBody: true }] },
  additionalBehaviors: { '/old/*': { origin: new origins.S3Origin(bucket) } },
});
";
    let stack = rest_typescript(text);
    let config = one(&stack, "AWS::CloudFront::Distribution").props.at("DistributionConfig");
    let association = &config.at("DefaultCacheBehavior.LambdaFunctionAssociations").items()[0];
    assert_eq!(association.at("EventType").to_json(), "viewer-request");
    assert_eq!(association.at("IncludeBody").to_json(), true);
    assert!(!config.at("Origins").items()[0].at("OriginAccessControlId").is_null());
    assert!(
        config.at("Origins").items()[1]
            .at("S3OriginConfig.OriginAccessIdentity")
            .display()
            .contains("cloudfront/")
    );
    let trust =
        stack.of_type("AWS::IAM::Role").map(|r| r.props.at("AssumeRolePolicyDocument").to_json().to_string());
    assert!(trust.into_iter().any(|t| t.contains("edgelambda.amazonaws.com")));
}
