//! What grants write, and defaults of the library.

use palisade_graph::Val;
use palisade_load::Stack;

use crate::{by_name, load, typescript};

/// Actions and resources of every statement of the roles of an application, `action resource`, by the policy's name.
fn allowed(stack: &Stack) -> Vec<String> {
    let mut all = Vec::new();
    for policy in stack.of_type("AWS::IAM::Policy") {
        for statement in policy.props.at("PolicyDocument.Statement").items() {
            for action in statement.get("Action").items() {
                for resource in statement.get("Resource").items() {
                    all.push(format!("{} {}", action.display(), resource.display()));
                }
            }
        }
    }
    all.sort();
    all
}

const GRANTS_TS: &str = r"
    const fn = new lambda.Function(this, 'Fn', {
      runtime: lambda.Runtime.NODEJS_20_X, handler: 'index.handler', code: lambda.Code.fromAsset('src'),
    });
    const key = new kms.Key(this, 'Key');
    const table = new dynamodb.Table(this, 'Table', { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } });
    table.grantWriteData(fn);
    table.addGlobalSecondaryIndex({ indexName: 'i', partitionKey: { name: 'a', type: dynamodb.AttributeType.STRING } });
    const queue = new sqs.Queue(this, 'Queue', { encryptionMasterKey: key });
    queue.grantConsumeMessages(fn);
    queue.grant(fn, 'sqs:ListQueueTags');
    new s3.Bucket(this, 'Bucket').grantDelete(fn, 'tmp/*');
    secretsmanager.Secret.fromSecretNameV2(this, 'Imported', 'db').grantWrite(fn);
    ssm.StringParameter.fromStringParameterName(this, 'Path', '/app/name').grantWrite(fn);
";

const GRANTS_PY: &str = r#"
import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_, aws_kms as kms, aws_dynamodb as dynamodb, aws_sqs as sqs, aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager, aws_ssm as ssm

class S(cdk.Stack):
    def __init__(self, scope, id, **kwargs):
        super().__init__(scope, id, **kwargs)
        fn = lambda_.Function(self, "Fn", runtime=lambda_.Runtime.PYTHON_3_12, handler="app.handler",
                              code=lambda_.Code.from_asset("src"))
        key = kms.Key(self, "Key")
        attribute = dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING)
        table = dynamodb.Table(self, "Table", partition_key=attribute)
        table.grant_write_data(fn)
        table.add_global_secondary_index(index_name="i", partition_key=attribute)
        queue = sqs.Queue(self, "Queue", encryption_master_key=key)
        queue.grant_consume_messages(fn)
        queue.grant(fn, "sqs:ListQueueTags")
        s3.Bucket(self, "Bucket").grant_delete(fn, "tmp/*")
        secretsmanager.Secret.from_secret_name_v2(self, "Imported", "db").grant_write(fn)
        ssm.StringParameter.from_string_parameter_name(self, "Path", "/app/name").grant_write(fn)

app = cdk.App()
S(app, "S")
"#;

const SERVICES_TS: &str = "import { aws_kms as kms, aws_dynamodb as dynamodb, aws_sqs as sqs, aws_s3 as s3, \
    aws_secretsmanager as secretsmanager, aws_ssm as ssm, aws_iam as iam, aws_ec2 as ec2, aws_rds as rds, \
    aws_cognito as cognito, aws_kinesis as kinesis, aws_stepfunctions as sfn, aws_stepfunctions_tasks as tasks, \
    aws_sns as sns, custom_resources as cr } from 'aws-cdk-lib';\n";

fn services(body: &str) -> Stack {
    let text = format!(
        "import * as cdk from 'aws-cdk-lib';\nimport * as lambda from 'aws-cdk-lib/aws-lambda';\n{SERVICES_TS}\
         class S extends cdk.Stack {{ constructor(scope: any, id: string) {{ super(scope, id);\n{body}\n}} }}\n\
         new S(new cdk.App(), 'S');\n"
    );
    load(&[("cdk.json", r#"{"app": "npx ts-node bin/app.ts"}"#), ("bin/app.ts", &text)])
}

#[test]
fn grants_are_what_the_library_writes() {
    let table = "${TableCD117FA1.Arn}";
    let mut expected: Vec<String> = Vec::new();
    for action in ["BatchWriteItem", "PutItem", "UpdateItem", "DeleteItem", "DescribeTable"] {
        expected.push(format!("dynamodb:{action} {table}"));
        expected.push(format!("dynamodb:{action} {table}/index/*"));
    }
    let queue = "${Queue4A7E3555.Arn}";
    let read = [
        "ReceiveMessage",
        "ChangeMessageVisibility",
        "GetQueueUrl",
        "DeleteMessage",
        "GetQueueAttributes",
        "ListQueueTags",
    ];
    expected.extend(read.map(|a| format!("sqs:{a} {queue}")));
    expected.push("kms:Decrypt ${Key961B73FD.Arn}".into());
    expected.push("s3:DeleteObject* ${Bucket83908E77.Arn}/tmp/*".into());
    let own = "${AWS::Region}:${AWS::AccountId}";
    for action in ["PutSecretValue", "UpdateSecret", "UpdateSecretVersionStage"] {
        let arn = format!("arn:${{AWS::Partition}}:secretsmanager:{own}:secret:db-??????");
        expected.push(format!("secretsmanager:{action} {arn}"));
    }
    expected.push(format!("ssm:PutParameter arn:${{AWS::Partition}}:ssm:{own}:parameter/app/name"));
    expected.sort();
    assert_eq!(allowed(&services(GRANTS_TS)), expected, "TypeScript");
    let python = load(&[("cdk.json", r#"{"app": "python3 app.py"}"#), ("app.py", GRANTS_PY)]);
    assert_eq!(allowed(&python), expected, "Python");
}

#[test]
fn a_grant_to_a_service_is_in_the_policy_of_the_resource() {
    let stack = services(
        "const service = new iam.ServicePrincipal('events.amazonaws.com');\n\
         new sqs.Queue(this, 'Queue').grantSendMessages(service);\n\
         new kms.Key(this, 'Key').grantDecrypt(service);",
    );
    let queue = by_name(&stack, "S/Queue/Policy");
    assert_eq!(queue.ty, "AWS::SQS::QueuePolicy");
    let statement = queue.props.at("PolicyDocument.Statement").items().first().unwrap();
    assert_eq!(statement.at("Principal.Service").display(), "events.amazonaws.com");
    assert_eq!(statement.get("Action").items().len(), 3);
    let statements = by_name(&stack, "S/Key").props.at("KeyPolicy.Statement").items().to_vec();
    assert_eq!(statements.len(), 2);
    assert_eq!(statements.last().unwrap().get("Resource").as_str(), Some("*"));
    assert_eq!(allowed(&stack), Vec::<String>::new());
}

#[test]
fn a_machine_may_call_what_its_states_call() {
    let stack = services(
        "const fn = new lambda.Function(this, 'Fn', { runtime: lambda.Runtime.NODEJS_20_X, handler: 'a.b',\n\
           code: lambda.Code.fromAsset('src') });\n\
         const topic = new sns.Topic(this, 'Topic');\n\
         const last = new tasks.SnsPublish(this, 'Tell', { topic, message: sfn.TaskInput.fromText('x') });\n\
         const unused = new tasks.LambdaInvoke(this, 'Unused', { lambdaFunction: fn });\n\
         const first = new sfn.Choice(this, 'Which')\n\
           .when(sfn.Condition.isPresent('$.a'), new tasks.LambdaInvoke(this, 'Do', { lambdaFunction: fn }).next(last))\n\
           .otherwise(new sfn.Pass(this, 'Skip'));\n\
         new sfn.StateMachine(this, 'Machine', { definitionBody: sfn.DefinitionBody.fromChainable(first) });",
    );
    let expected = [
        "lambda:InvokeFunction ${Fn9270CBC0.Arn}",
        "lambda:InvokeFunction ${Fn9270CBC0.Arn}:*",
        "sns:Publish ${TopicBFC7AF6E}",
    ];
    assert_eq!(allowed(&stack), expected);
    let states = by_name(&stack, "S/Machine").props.at("DefinitionString.States").clone();
    let names: Vec<&str> = states.entries().iter().map(|e| e.key.as_str()).collect();
    assert_eq!(names, ["Do"]);
}

#[test]
fn defaults_of_the_library_are_deployed() {
    let stack = services(
        "const vpc = new ec2.Vpc(this, 'Vpc');\n\
         const sg = new ec2.SecurityGroup(this, 'Group', { vpc });\n\
         sg.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(22));\n\
         const db = new rds.DatabaseInstance(this, 'DB', { engine: rds.DatabaseInstanceEngine.POSTGRES, vpc });\n\
         db.connections.allowFromAnyIpv4(ec2.Port.tcp(5432));\n\
         new cognito.UserPool(this, 'Users', { selfSignUpEnabled: true }).addClient('web');\n\
         new kinesis.Stream(this, 'Stream');\n\
         new secretsmanager.Secret(this, 'Secret');\n\
         const fn = new lambda.Function(this, 'Fn', { runtime: lambda.Runtime.NODEJS_20_X, handler: 'a.b',\n\
           code: lambda.Code.fromAsset('src') });\n\
         new cr.Provider(this, 'Provider', { onEventHandler: fn });",
    );
    let at = |name: &str, path: &str| by_name(&stack, name).props.at(path).display().to_string();
    let group = by_name(&stack, "S/Group");
    let rule = |list: &str, key: &str| group.props.get(list).items()[0].get(key).display().to_string();
    assert_eq!(rule("SecurityGroupEgress", "CidrIp"), "0.0.0.0/0");
    assert_eq!(rule("SecurityGroupIngress", "CidrIp"), "0.0.0.0/0");
    assert_eq!(rule("SecurityGroupIngress", "FromPort"), "22");
    let own = by_name(&stack, "S/DB/SecurityGroup").props.get("SecurityGroupIngress").items().to_vec();
    assert_eq!(own[0].get("ToPort").display(), "5432");
    assert_eq!(
        at("S/DB", "MasterUserPassword"),
        "{{resolve:secretsmanager:${DBSecretB8D1B379}:SecretString:password::}}"
    );
    assert!(by_name(&stack, "S/DB").props.get("StorageEncrypted").is_null());
    assert_eq!(at("S/Users", "AdminCreateUserConfig.AllowAdminCreateUserOnly"), "false");
    assert_eq!(by_name(&stack, "S/Users/web").props.get("AllowedOAuthFlows").items().len(), 2);
    assert_eq!(at("S/Stream", "StreamEncryption.KeyId"), "alias/aws/kinesis");
    assert!(by_name(&stack, "S/Secret").props.get("GenerateSecretString").as_map().is_some());
    let framework = by_name(&stack, "S/Provider/framework-onEvent");
    assert_eq!(framework.implied_by.as_deref(), Some("S/Provider"));
    assert_eq!(stack.of_type("AWS::EC2::Subnet").count(), 4);
    assert_eq!(stack.of_type("AWS::EC2::NatGateway").count(), 2);
}

#[test]
fn distributions_say_what_stands_behind_and_around_them() {
    let stack = typescript(
        "const cf = require('aws-cdk-lib/aws-cloudfront');\n\
         const origins = require('aws-cdk-lib/aws-cloudfront-origins');\n\
         const bucket = new cdk.aws_s3.Bucket(this, 'B');\n\
         const web = new cdk.aws_s3.Bucket(this, 'W', {websiteIndexDocument: 'index.html'});\n\
         const f = new lambda.Function(this, 'F', {runtime: lambda.Runtime.NODEJS_22_X, handler: 'a.b', code: lambda.Code.fromInline('x')});\n\
         const make = (id, behaviour) => new cf.Distribution(this, id, {defaultBehavior: behaviour});\n\
         make('Control', {origin: origins.S3BucketOrigin.withOriginAccessControl(bucket),\n\
           edgeLambdas: [{functionVersion: f.currentVersion, eventType: cf.LambdaEdgeEventType.ORIGIN_REQUEST, includeBody: true}],\n\
           functionAssociations: [{function: new cf.Function(this, 'C', {}), eventType: cf.FunctionEventType.VIEWER_RESPONSE}],\n\
           responseHeadersPolicy: cf.ResponseHeadersPolicy.SECURITY_HEADERS});\n\
         make('Identity', {origin: new origins.S3Origin(bucket)});\n\
         make('Website', {origin: new origins.S3Origin(web)});\n\
         make('Open', {origin: origins.S3BucketOrigin.withBucketDefaults(bucket)});\n\
         make('Http', {origin: new origins.HttpOrigin('a.example.com', {protocolPolicy: cf.OriginProtocolPolicy.HTTP_ONLY,\n\
           originSslProtocols: [cf.OriginSslPolicy.TLS_V1]})});",
    );
    let config = |name: &str| by_name(&stack, name).props.get("DistributionConfig");
    let behaviour = |name: &str, path: &str| config(name).get("DefaultCacheBehavior").at(path).clone();
    let origin =
        |name: &str, path: &str| config(name).get("Origins").items().first().unwrap().at(path).display();
    let only = |list: Val| list.items().first().unwrap().to_json();
    let lambda = only(behaviour("S/Control", "LambdaFunctionAssociations"));
    assert_eq!((&lambda["EventType"], &lambda["IncludeBody"]), (&"origin-request".into(), &true.into()));
    assert_eq!(lambda["LambdaFunctionARN"], "${FC4345940.Arn}");
    assert_eq!(only(behaviour("S/Control", "FunctionAssociations"))["EventType"], "viewer-response");
    let headers = behaviour("S/Control", "ResponseHeadersPolicyId");
    assert_eq!(headers.as_str(), Some("67f7725c-6f97-4210-82d7-5512b31e9d03"));
    let control = stack.resources.values().find(|r| r.ty == "AWS::CloudFront::OriginAccessControl").unwrap();
    assert_eq!(origin("S/Control", "OriginAccessControlId"), format!("${{{}.Id}}", control.id));
    assert_eq!(origin("S/Control", "S3OriginConfig.OriginAccessIdentity"), "");
    let identity = origin("S/Identity", "S3OriginConfig.OriginAccessIdentity");
    assert!(identity.starts_with("origin-access-identity/cloudfront/${"), "{identity}");
    assert!(origin("S/Website", "DomainName").ends_with(".WebsiteURL}"));
    assert_eq!(origin("S/Website", "CustomOriginConfig.OriginProtocolPolicy"), "http-only");
    assert_eq!(origin("S/Open", "OriginAccessControlId"), "");
    assert_eq!(origin("S/Open", "S3OriginConfig.OriginAccessIdentity"), "");
    assert_eq!(origin("S/Http", "CustomOriginConfig.OriginProtocolPolicy"), "http-only");
    let versions =
        config("S/Http").get("Origins").items().first().unwrap().at("CustomOriginConfig.OriginSSLProtocols");
    assert_eq!(versions.to_json(), serde_json::json!(["TLSv1"]));
}

#[test]
fn networks_have_flow_logs() {
    let stack = services(
        "new ec2.Vpc(this, 'Inner', { flowLogs: { 'Denied': { trafficType: ec2.FlowLogTrafficType.REJECT } } });\n\
         const vpc = new ec2.Vpc(this, 'Outer');\n\
         new ec2.FlowLog(this, 'Log', { resourceType: ec2.FlowLogResourceType.fromVpc(vpc) });",
    );
    for (log, network) in [("S/Inner/Denied/FlowLog", "S/Inner"), ("S/Log/FlowLog", "S/Outer")] {
        let id = by_name(&stack, network).id.clone();
        let log = by_name(&stack, log);
        assert_eq!(log.ty, "AWS::EC2::FlowLog");
        assert_eq!(log.props.get("ResourceId").display(), format!("${{{id}}}"));
    }
}

#[test]
fn networks_have_endpoints() {
    let stack = services(
        "const vpc = new ec2.Vpc(this, 'Vpc', { gatewayEndpoints: { Storage: {\n\
           service: ec2.GatewayVpcEndpointAwsService.S3 } } });\n\
         vpc.addInterfaceEndpoint('Secrets', { service: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER });\n\
         const tables = new ec2.GatewayVpcEndpoint(this, 'Tables', { vpc,\n\
           service: ec2.GatewayVpcEndpointAwsService.DYNAMODB });\n\
         tables.addToPolicy(new iam.PolicyStatement({ actions: ['dynamodb:GetItem'], resources: ['*'],\n\
           principals: [new iam.AnyPrincipal()] }));\n\
         new ec2.InterfaceVpcEndpoint(this, 'Own', { vpc,\n\
           service: new ec2.InterfaceVpcEndpointService('com.example.own', 443) });",
    );
    let at = |name: &str, path: &str| by_name(&stack, name).props.at(path).display().to_string();
    let vpc = by_name(&stack, "S/Vpc").id.clone();
    for (name, service, ty) in [
        ("S/Vpc/Storage", "com.amazonaws.${AWS::Region}.s3", "Gateway"),
        ("S/Vpc/Secrets", "com.amazonaws.${AWS::Region}.secretsmanager", "Interface"),
        ("S/Tables", "com.amazonaws.${AWS::Region}.dynamodb", "Gateway"),
        ("S/Own", "com.example.own", "Interface"),
    ] {
        assert_eq!(at(name, "ServiceName"), service);
        assert_eq!(at(name, "VpcEndpointType"), ty);
        assert_eq!(at(name, "VpcId"), format!("${{{vpc}}}"));
    }
    let statements = by_name(&stack, "S/Tables").props.at("PolicyDocument.Statement").items().to_vec();
    assert_eq!(statements.len(), 1);
    assert_eq!(
        statements.first().unwrap().get("Action").items().first().unwrap().display(),
        "dynamodb:GetItem"
    );
    assert!(by_name(&stack, "S/Own").props.get("PolicyDocument").is_null());
}
