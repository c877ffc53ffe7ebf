use palisade_graph::{Reason, State, Via};

use super::{load, load_all};
use crate::Inputs;

#[test]
fn the_function_wins_over_the_provider() {
    let got = load(
        "service: s
frameworkVersion: '3'
provider:
  name: aws
  memorySize: 512
  timeout: 20
  tracing: {lambda: true}
  environment: {A: p, B: p, C: p}
  layers: [arn:p]
  vpc: {securityGroupIds: [sg-p], subnetIds: [sn-p]}
functions:
  one: {handler: a.b, timeout: 3, environment: {A: f, C: null}, layers: [arn:f], vpc: {subnetIds: [sn-f]}}
  two: {handler: a.b, vpc: false, tracing: PassThrough}
",
    );
    let one = got.props("OneLambdaFunction");
    assert_eq!(one.get("Timeout").as_int(), Some(3));
    let memory = one.get("MemorySize");
    assert_eq!(memory.as_int(), Some(512));
    assert_eq!(memory.links().next().unwrap().word, Via::Inherited);
    assert_eq!(got.text(memory), "512");
    let variables = one.at("Environment.Variables");
    assert_eq!(variables.get("A").as_str(), Some("f"));
    assert_eq!(variables.get("B").as_str(), Some("p"));
    assert!(variables.entry("C").is_none());
    assert_eq!(one.get("Layers").items()[0].as_str(), Some("arn:f"));
    assert_eq!(one.at("VpcConfig.SecurityGroupIds").items()[0].as_str(), Some("sg-p"));
    assert_eq!(one.at("VpcConfig.SubnetIds").items()[0].as_str(), Some("sn-f"));
    assert_eq!(one.at("TracingConfig.Mode").as_str(), Some("Active"));
    assert_eq!(one.get("Runtime").as_str(), Some("nodejs14.x"));
    let two = got.props("TwoLambdaFunction");
    assert!(two.get("VpcConfig").is_null());
    assert_eq!(two.at("TracingConfig.Mode").as_str(), Some("PassThrough"));
    assert_eq!(two.get("Layers").items()[0].as_str(), Some("arn:p"));
}

#[test]
fn defaults_of_the_framework() {
    let got = load("service: s\nprovider: aws\nfunctions: {my-fn_1: {handler: a.b, reservedConcurrency: 0}}");
    let f = got.stack().get("MyDashfnUnderscore1LambdaFunction").unwrap();
    assert_eq!((f.name.as_str(), f.implied_by.as_ref()), ("my-fn_1", None));
    assert_eq!(f.source_root.as_deref(), Some(""));
    assert_eq!(f.props.get("Timeout").as_int(), Some(6));
    assert_eq!(f.props.get("MemorySize").as_int(), Some(1024));
    assert_eq!(f.props.get("ReservedConcurrentExecutions").as_int(), Some(0));
    assert!(matches!(&f.props.get("Runtime").state, State::Unknown(u) if u.reason == Reason::ExternalLookup));
    assert_eq!(f.props.get("FunctionName").as_str(), Some("s-dev-my-fn_1"));
    assert_eq!(f.props.get("Role").display(), "${IamRoleLambdaExecution.Arn}");
    let log = got.stack().get("MyDashfnUnderscore1LogGroup").unwrap();
    assert_eq!(log.props.get("LogGroupName").as_str(), Some("/aws/lambda/s-dev-my-fn_1"));
    assert_eq!(log.implied_by.as_deref(), Some("MyDashfnUnderscore1LambdaFunction"));
    assert_eq!(got.store.text(log.key), "my-fn_1");
}

#[test]
fn functions_in_a_list_and_in_files() {
    let text =
        "service: s\nprovider: {name: aws}\nfunctions:\n  - ${file(a.yml)}\n  - two: ${file(b.yml):fn}";
    let got = load_all(
        &[("x/serverless.yml", text), ("x/a.yml", "one: {handler: a.b}"), ("x/b.yml", "fn: {handler: c.d}")],
        &Inputs::default(),
    );
    assert_eq!(got.ids("AWS::Lambda::Function"), ["OneLambdaFunction", "TwoLambdaFunction"]);
    let one = got.stack().get("OneLambdaFunction").unwrap();
    assert_eq!(one.source_root.as_deref(), Some("x"));
    assert_eq!(got.store.get(one.key.file).unwrap().path, "x/a.yml");
}

#[test]
fn a_function_that_needs_code_is_open() {
    let text = "service: s\nprovider: {name: aws}\nfunctions:\n  one: ${file(a.js)}";
    let got = load_all(&[("serverless.yml", text), ("a.js", "")], &Inputs::default());
    assert!(got.props("OneLambdaFunction").as_map().unwrap().open);
}

#[test]
fn the_default_role_in_the_order_of_the_framework() {
    let got = load(
        "service: s
provider:
  name: aws
  iamRoleStatements:
    - {Effect: Allow, Action: 'old:*', Resource: '*'}
  iam:
    role:
      managedPolicies: [arn:aws:iam::aws:policy/X]
      permissionsBoundary: arn:b
      statements:
        - {Effect: Allow, Action: 'dynamodb:*', Resource: '*'}
functions:
  one:
    handler: a.b
    tracing: Active
    events:
      - sqs: arn:aws:sqs:eu-west-1:1:q
  two: {handler: a.b, tracing: Active, disableLogs: true}
  three: {handler: a.b, name: special}
  four: {handler: a.b, role: arn:aws:iam::1:role/own}
",
    );
    let logs = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda";
    assert_eq!(
        got.statements("IamRoleLambdaExecution"),
        [
            format!(
                "Allow logs:CreateLogStream,logs:CreateLogGroup,logs:TagResource on {logs}/special:*,{logs}/s-dev*:*"
            ),
            format!("Allow logs:PutLogEvents on {logs}/special:*:*,{logs}/s-dev*:*:*"),
            format!("Deny logs:PutLogEvents on {logs}/s-dev-two:*"),
            "Allow dynamodb:* on *".into(),
            "Allow xray:PutTraceSegments,xray:PutTelemetryRecords on *".into(),
            "Allow sqs:ReceiveMessage,sqs:DeleteMessage,sqs:GetQueueAttributes on arn:aws:sqs:eu-west-1:1:q"
                .into(),
        ]
    );
    let role = got.props("IamRoleLambdaExecution");
    assert_eq!(role.get("PermissionsBoundary").as_str(), Some("arn:b"));
    assert_eq!(role.get("ManagedPolicyArns").items().len(), 1);
    let statements = role.get("Policies").items()[0].at("PolicyDocument.Statement").items();
    assert!(statements[3].via.is_none(), "a statement of the author");
    let queue = statements[5].links().next().unwrap();
    assert_eq!((queue.word, got.store.text(queue.span)), (Via::Implied, "sqs"));
    assert_eq!(got.props("FourLambdaFunction").get("Role").as_str(), Some("arn:aws:iam::1:role/own"));
}

#[test]
fn no_default_role_where_nothing_uses_it() {
    for (provider, functions) in [
        ("{name: aws, iam: {role: 'arn:aws:iam::1:role/r'}}", "{one: {handler: a.b}}"),
        ("{name: aws, role: MyRole}", "{one: {handler: a.b}}"),
        ("{name: aws}", "{one: {handler: a.b, role: MyRole}}"),
    ] {
        let got = load(&format!(
            "service: s\nprovider: {provider}\nfunctions: {functions}\nresources: {{Resources: {{MyRole: {{Type: 'AWS::IAM::Role'}}}}}}"
        ));
        assert!(got.stack().get("IamRoleLambdaExecution").is_none(), "{provider}");
        let role = got.props("OneLambdaFunction").get("Role").display();
        assert!(role == "arn:aws:iam::1:role/r" || role == "${MyRole.Arn}", "{role}");
    }
}

#[test]
fn a_url_without_authorizer_lets_everyone_in() {
    let got = load(
        "service: s\nprovider: {name: aws}\nfunctions: {one: {handler: a.b, url: true}, two: {handler: a.b, url: {authorizer: aws_iam, cors: {allowedOrigins: [x]}}}}",
    );
    assert_eq!(got.props("OneLambdaFunctionUrl").get("AuthType").as_str(), Some("NONE"));
    let public = got.props("OneLambdaPermissionFnUrl");
    assert_eq!(public.get("Principal").as_str(), Some("*"));
    assert_eq!(got.props("OneLambdaPermissionFn").get("InvokedViaFunctionUrl").as_bool(), Some(true));
    let two = got.props("TwoLambdaFunctionUrl");
    assert_eq!(two.get("AuthType").as_str(), Some("AWS_IAM"));
    assert_eq!(two.at("Cors.AllowOrigins").items()[0].as_str(), Some("x"));
    assert_eq!(two.at("Cors.AllowMethods").items()[0].as_str(), Some("*"));
    assert!(got.stack().get("TwoLambdaPermissionFn").is_none());
}

#[test]
fn destinations_versions_and_aliases() {
    let got = load(
        "service: s\nprovider: {name: aws, versionFunctions: false}\nfunctions: {one: {handler: a.b, destinations: {onFailure: two}, maximumRetryAttempts: 0}, two: {handler: a.b, provisionedConcurrency: 2, events: [{sqs: 'arn:aws:sqs:a:1:q'}]}}",
    );
    let config = got.props("OneLambdaEvConf");
    assert_eq!(config.get("MaximumRetryAttempts").as_int(), Some(0));
    assert_eq!(
        config.at("DestinationConfig.OnFailure.Destination").display(),
        "${TwoLambdaFunction.Arn}:provisioned"
    );
    assert!(got.statements("IamRoleLambdaExecution").iter().any(|s| s
        == "Allow lambda:InvokeFunction on arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:s-dev-two:provisioned"));
    assert_eq!(got.ids("AWS::Lambda::Version"), ["TwoLambdaVersion"]);
    assert_eq!(got.ids("AWS::Lambda::Alias"), ["TwoProvConcLambdaAlias"]);
    let mapping = got.props("TwoEventSourceMappingSQSQ");
    assert_eq!(mapping.get("FunctionName").display(), "${TwoLambdaFunction.Arn}:provisioned");
}

#[test]
fn resources_are_merged_and_extensions_override() {
    let got = load(
        "service: s
provider: {name: aws}
functions: {one: {handler: a.b}}
resources:
  - Resources:
      T: {Type: 'AWS::DynamoDB::Table', Properties: {TableName: a}}
  - Resources:
      T: {Properties: {BillingMode: PAY_PER_REQUEST}}
      OneLogGroup: {Properties: {RetentionInDays: 7}}
    extensions:
      OneLambdaFunction: {Properties: {Timeout: 9}}
    Outputs:
      X: {Value: !Ref T}
",
    );
    let table = got.props("T");
    assert_eq!(
        (table.get("TableName").as_str(), table.get("BillingMode").as_str()),
        (Some("a"), Some("PAY_PER_REQUEST"))
    );
    assert_eq!(got.props("OneLogGroup").get("RetentionInDays").as_int(), Some(7));
    assert_eq!(got.props("OneLogGroup").get("LogGroupName").as_str(), Some("/aws/lambda/s-dev-one"));
    assert_eq!(got.props("OneLambdaFunction").get("Timeout").as_int(), Some(9));
    assert_eq!(got.stack().outputs.at("X.Value").display(), "${T}");
}

#[test]
fn odd_documents_do_not_panic() {
    for text in [
        "service: s\nprovider: {name: aws}\nfunctions: [1, null, {a: 5}, {b: {events: x}}, {c: {events: [1, {http: 3}, {sqs: {}}, {schedule: {}}, {stream: 1}, {s3: {}}, {sns: {}}, {alb: {}}, {websocket: {}}, {kafka: {}}, {msk: {}}, {cloudFront: {}}, {eventBridge: {}}, {iot: {}}, {cognitoUserPool: {}}, {cloudwatchLog: {}}, {httpApi: {}}, {activemq: {}}]}}]",
        "service: {name: 5}\nprovider: []\nfunctions: {'': {}, é: {handler: x, events: [{http: 'GET é/{x}'}]}}\nresources: x\nlayers: 3\nplugins: {modules: 1}",
        "service: s\nprovider: {name: aws, iam: 3, vpc: 1, apiGateway: x, httpApi: [], environment: 5, tags: x, s3: 1}\nfunctions: {a: {handler: x, url: 1, destinations: 5, events: [{http: {path: '', method: x, cors: 1, authorizer: 1}}]}}\nstepFunctions: 1\nconstructs: {a: 1}\nplugins: [serverless-lift, serverless-step-functions, serverless-appsync-plugin]\nappSync: [1, {}]\ncustom: 3",
        "provider: aws",
        "service: s\nprovider: {name: aws, stage: {a: 1}, region: [1]}",
    ] {
        load(text);
    }
}
