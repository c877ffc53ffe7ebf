//! One test a row of the lowering table: a small template, and what the graph says of it.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests fail by panicking")]

mod apis;
mod events;

use std::sync::Arc;

use palisade_graph::{
    Application, Authorization, Edge, EdgeKind, EntryDetail, From, Graph, Node, NodeKind, Tri,
};
use palisade_load::{Inputs, Output, WalkOptions};
use palisade_source::Limits;

const FUNCTION: &str = "
  Hello:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: hello
      Runtime: python3.12
      Handler: app.handler
      Role: !GetAtt Role.Arn
      Code: {S3Bucket: b, S3Key: k}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}
";

fn output(resources: &str) -> Output<Application> {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("AWSTemplateFormatVersion: '2010-09-09'\nResources:\n{resources}");
    palisade_source::write_atomic(&folder.path().join("t.yaml"), &text).unwrap();
    palisade_load::read(folder.path(), &WalkOptions::default(), &Inputs::default(), &Limits::default())
        .unwrap()
}

fn application(resources: &str) -> Application {
    let out = output(resources);
    assert!(out.failures.is_empty(), "{:?}", out.failures);
    out.applications.into_iter().next().unwrap()
}

fn lone(resources: &str) -> Arc<Graph> {
    application(resources).worlds[0].1.clone()
}

/// The graph of a template with the function `Hello` and its role beside `resources`.
fn graph(resources: &str) -> Arc<Graph> {
    lone(&format!("{FUNCTION}{resources}"))
}

fn node<'g>(g: &'g Graph, id: &str) -> &'g Node {
    let full = id.replacen(':', ":t.yaml#", 1);
    let ids: Vec<&str> = g.nodes.iter().map(|n| n.id.as_str()).collect();
    g.by_id(&full).and_then(|ix| g.node(ix)).unwrap_or_else(|| panic!("no {full} in {ids:#?}"))
}

fn entry<'g>(g: &'g Graph, name: &str) -> &'g EntryDetail {
    node(g, &format!("entry:{name}")).entry().unwrap()
}

/// Edges of a kind as `from -> to label`.
fn edges(g: &Graph, kind: EdgeKind) -> Vec<String> {
    let name = |ix| {
        let id = g.node(ix).unwrap().id.to_string();
        id.replacen("t.yaml#", "", 1)
    };
    let show = |e: &Edge| format!("{} -> {} {}", name(e.from), name(e.to), e.label).trim_end().to_owned();
    g.edges.iter().filter(|e| e.kind == kind).map(show).collect()
}

/// Triggers as `from -> to event/via`.
fn triggers(g: &Graph) -> Vec<String> {
    let name = |ix| g.node(ix).unwrap().id.replacen("t.yaml#", "", 1);
    let mut out = Vec::new();
    for e in &g.edges {
        if let Some(t) = &e.trigger {
            let label = if e.label.is_empty() { String::new() } else { format!(" {}", e.label) };
            out.push(format!("{} -> {} {}/{}{label}", name(e.from), name(e.to), t.event, t.via));
        }
    }
    out
}

#[test]
fn a_function_has_its_role_and_its_versions_and_aliases_are_itself() {
    let g = graph(
        "
  Version: {Type: 'AWS::Lambda::Version', Properties: {FunctionName: !Ref Hello}}
  Live:
    Type: AWS::Lambda::Alias
    Properties: {FunctionName: !Ref Hello, FunctionVersion: !GetAtt Version.Version, Name: live}
  Call:
    Type: AWS::Lambda::Permission
    Properties: {FunctionName: !Ref Live, Action: 'lambda:InvokeFunction', Principal: '123456789012'}
  Codes: {Type: 'AWS::Lambda::CodeSigningConfig', Properties: {}}
  Invoke:
    Type: AWS::Lambda::EventInvokeConfig
    Properties:
      FunctionName: !Ref Hello
      Qualifier: live
      DestinationConfig: {OnFailure: {Destination: !GetAtt Failed.Arn}}
  Failed: {Type: 'AWS::SQS::Queue'}
",
    );
    let hello = node(&g, "function:Hello");
    assert_eq!(g.by_logical("Live"), g.by_id("function:t.yaml#Hello"));
    assert_eq!(g.by_logical("Hello.Alias"), g.by_id("function:t.yaml#Hello"));
    assert_eq!(hello.function().unwrap().aliases, ["Version", "Live"]);
    assert_eq!(hello.function().unwrap().permissions.len(), 1);
    assert_eq!(g.nodes.iter().filter(|n| n.kind == NodeKind::Function).count(), 1);
    assert_eq!(edges(&g, EdgeKind::RunsAs), ["function:Hello -> role:Role"]);
    assert_eq!(edges(&g, EdgeKind::FailsTo), ["function:Hello -> store:Failed on-failure"]);
    assert_eq!(edges(&g, EdgeKind::AttachedTo), ["control:Invoke -> function:Hello"]);
    assert_eq!(triggers(&g), ["principal:123456789012 -> function:Hello invoke/permission"]);
    assert_eq!(node(&g, "control:Codes").ty, "AWS::Lambda::CodeSigningConfig");
}

#[test]
fn what_a_function_refers_to_becomes_edges() {
    let g = lone(
        "
  F:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs20.x
      Handler: index.handler
      Code: {ImageUri: !Sub '${Images.RepositoryUri}:latest'}
      Role: arn:aws:iam::123456789012:role/outside
      KmsKeyArn: !GetAtt Key.Arn
      Layers: [!Ref Layer]
      DeadLetterConfig: {TargetArn: !GetAtt Dead.Arn}
      VpcConfig: {SubnetIds: [!Ref Net], SecurityGroupIds: [!GetAtt Group.GroupId]}
      LoggingConfig: {LogGroup: !Ref Logs}
      FileSystemConfigs: [{Arn: !GetAtt Mount.Arn, LocalMountPath: /mnt/x}]
      Environment:
        Variables:
          TABLE: !Ref Orders
          BUCKET: photos
          QUEUE: !Sub 'https://sqs.${AWS::Region}.amazonaws.com/${AWS::AccountId}/jobs'
          PLAIN: hello
  Images: {Type: 'AWS::ECR::Repository'}
  Key: {Type: 'AWS::KMS::Key', Properties: {KeyPolicy: {Statement: []}}}
  Layer: {Type: 'AWS::Lambda::LayerVersion', Properties: {Content: {S3Bucket: b, S3Key: k}}}
  Dead: {Type: 'AWS::SQS::Queue', Properties: {QueueName: jobs}}
  Net: {Type: 'AWS::EC2::Subnet', Properties: {VpcId: vpc-1}}
  Group: {Type: 'AWS::EC2::SecurityGroup', Properties: {GroupDescription: x}}
  Logs: {Type: 'AWS::Logs::LogGroup', Properties: {LogGroupName: /my/logs}}
  Mount: {Type: 'AWS::EFS::AccessPoint', Properties: {FileSystemId: !Ref Files}}
  Files: {Type: 'AWS::EFS::FileSystem'}
  Orders: {Type: 'AWS::DynamoDB::Table', Properties: {TableName: orders}}
  Photos: {Type: 'AWS::S3::Bucket', Properties: {BucketName: photos}}
",
    );
    assert!(edges(&g, EdgeKind::RunsAs).is_empty());
    assert_eq!(
        edges(&g, EdgeKind::ReadsEnv),
        [
            "function:F -> store:Dead QUEUE",
            "function:F -> store:Orders TABLE",
            "function:F -> store:Photos BUCKET"
        ]
    );
    assert_eq!(
        edges(&g, EdgeKind::DependsOn),
        [
            "function:F -> package:Images image",
            "function:F -> package:Layer layer",
            "function:F -> store:Mount file-system"
        ]
    );
    assert_eq!(edges(&g, EdgeKind::Encrypts), ["store:Key -> function:F"]);
    assert_eq!(edges(&g, EdgeKind::FailsTo), ["function:F -> store:Dead dead-letter"]);
    assert_eq!(edges(&g, EdgeKind::LogsTo), ["function:F -> store:Logs"]);
    assert_eq!(edges(&g, EdgeKind::RoutesTo), ["function:F -> network:Net subnet"]);
    assert_eq!(
        edges(&g, EdgeKind::AttachedTo),
        ["network:Group -> function:F security-group", "store:Mount -> store:Files file-system"]
    );
}

#[test]
fn the_handler_file_is_found_by_runtime() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    for (file, text) in [
        ("template.yaml", TEMPLATE),
        ("py/pkg/app.py", ""),
        ("js/src/index.mts", ""),
        ("java/src/main/java/com/example/App.java", ""),
        ("go/main.go", ""),
        ("net/Function.cs", ""),
        ("rb/handler.rb", ""),
    ] {
        std::fs::create_dir_all(root.join(file).parent().unwrap()).unwrap();
        palisade_source::write_atomic(&root.join(file), text).unwrap();
    }
    let out =
        palisade_load::read(root, &WalkOptions::default(), &Inputs::default(), &Limits::default()).unwrap();
    let g = &out.applications[0].worlds[0].1;
    let mut found: Vec<(&str, Option<&str>)> = Vec::new();
    for n in &g.nodes {
        if let Some(f) = n.function() {
            found.push((&n.name, f.handler_file.as_deref()));
        }
    }
    assert_eq!(
        found,
        [
            ("Absent", None),
            ("Go", Some("go/main.go")),
            ("Java", Some("java/src/main/java/com/example/App.java")),
            ("Net", Some("net/Function.cs")),
            ("Node", Some("js/src/index.mts")),
            ("Python", Some("py/pkg/app.py")),
            ("Ruby", Some("rb/handler.rb")),
        ]
    );
}

const TEMPLATE: &str = "
AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Python: {Type: 'AWS::Lambda::Function', Properties: {Runtime: python3.12, Handler: pkg.app.handler, Code: py}}
  Node: {Type: 'AWS::Lambda::Function', Properties: {Runtime: nodejs20.x, Handler: src/index.a.b, Code: js}}
  Java: {Type: 'AWS::Lambda::Function', Properties: {Runtime: java21, Handler: 'com.example.App::handle', Code: java}}
  Go: {Type: 'AWS::Lambda::Function', Properties: {Runtime: provided.al2023, Handler: bootstrap, Code: go}}
  Net: {Type: 'AWS::Lambda::Function', Properties: {Runtime: dotnet8, Handler: 'App::App.Function::Run', Code: net}}
  Ruby: {Type: 'AWS::Lambda::Function', Properties: {Runtime: ruby3.3, Handler: handler.H.process, Code: rb}}
  Absent: {Type: 'AWS::Lambda::Function', Properties: {Runtime: python3.12, Handler: other.handler, Code: py}}
";

#[test]
fn a_role_has_trust_inline_attached_and_managed_policies() {
    let g = lone(
        "
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: worker
      PermissionsBoundary: arn:aws:iam::aws:policy/PowerUserAccess
      AssumeRolePolicyDocument:
        Statement: {Effect: Allow, Principal: {Service: [lambda.amazonaws.com]}, Action: 'sts:AssumeRole'}
      ManagedPolicyArns:
        - arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole
        - !Ref Shared
      Policies:
        - PolicyName: inline
          PolicyDocument:
            Statement:
              - {Sid: A, Effect: Allow, Action: 's3:*', Resource: '*'}
              - {Effect: Deny, NotAction: ['s3:GetObject'], NotResource: 'x'}
  Shared:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument: {Statement: [{Effect: Allow, Action: ['sqs:SendMessage'], Resource: '*'}]}
  Extra:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: extra
      Roles: [!Ref Role]
      PolicyDocument: {Statement: [{Effect: Allow, Action: 'sns:Publish', Resource: !Ref Topic}]}
  ByName:
    Type: AWS::IAM::RolePolicy
    Properties:
      RoleName: worker
      PolicyName: by-name
      PolicyDocument: '{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"kms:Decrypt\", \"Resource\": \"*\"}]}'
  Alone:
    Type: AWS::IAM::ManagedPolicy
    Properties: {PolicyDocument: {Statement: [{Effect: Allow, Action: 'iam:*', Resource: '*'}]}}
  Unread:
    Type: AWS::IAM::Policy
    Properties: {PolicyName: u, Roles: [!Ref Role], PolicyDocument: !ImportValue document}
  Topic: {Type: 'AWS::SNS::Topic'}
",
    );
    let role = node(&g, "role:Role").role().unwrap();
    assert_eq!(role.trust.len(), 1);
    assert_eq!(role.trust[0].principal.get("Service").items()[0].as_str(), Some("lambda.amazonaws.com"));
    let shown: Vec<(String, &str, From)> = role
        .statements
        .iter()
        .map(|s| {
            let actions: Vec<String> = s.actions.iter().map(|a| a.display().to_string()).collect();
            (actions.join(","), s.policy.as_str(), s.from)
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("s3:*".into(), "inline", From::Inline),
            (String::new(), "inline", From::Inline),
            ("sqs:SendMessage".into(), "Shared", From::Managed),
            ("sns:Publish".into(), "Extra", From::Managed),
            ("kms:Decrypt".into(), "ByName", From::Managed),
            ("${document}".into(), "Unread", From::Managed),
        ]
    );
    assert_eq!(role.statements[0].sid.as_deref(), Some("A"));
    assert_eq!(role.statements[1].not_actions.len(), 1);
    assert_eq!(role.statements[5].allows(), Tri::Unknown);
    let managed: Vec<_> = role.managed.iter().map(|m| m.value.display()).collect();
    assert_eq!(managed, ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]);
    assert_eq!(role.boundary.as_ref().unwrap().as_str(), Some("arn:aws:iam::aws:policy/PowerUserAccess"));
    // A policy that nothing carries is judged by itself.
    assert_eq!(node(&g, "policy:Alone").role().unwrap().statements.len(), 1);
    assert!(node(&g, "policy:Shared").role().is_none());
}

#[test]
fn stores_have_the_statements_of_their_resource_policies() {
    let g = lone(
        "
  Photos: {Type: 'AWS::S3::Bucket', Properties: {BucketName: photos, BucketEncryption: {ServerSideEncryptionConfiguration: [{ServerSideEncryptionByDefault: {SSEAlgorithm: 'aws:kms', KMSMasterKeyID: alias/photos}}]}}}
  PhotosPolicy:
    Type: AWS::S3::BucketPolicy
    Properties: {Bucket: photos, PolicyDocument: {Statement: [{Effect: Allow, Principal: '*', Action: 's3:GetObject', Resource: '*'}]}}
  Jobs: {Type: 'AWS::SQS::Queue', Properties: {RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3}}}
  Dead: {Type: 'AWS::SQS::Queue', Properties: {KmsMasterKeyId: !Ref Key}}
  JobsPolicy:
    Type: AWS::SQS::QueuePolicy
    Properties: {Queues: [!Ref Jobs, !Ref Dead], PolicyDocument: {Statement: {Effect: Allow, Principal: '*', Action: 'sqs:*'}}}
  News: {Type: 'AWS::SNS::Topic'}
  NewsPolicy:
    Type: AWS::SNS::TopicPolicy
    Properties: {Topics: [!Ref News], PolicyDocument: {Statement: [{Effect: Allow, Principal: '*', Action: 'sns:Publish'}]}}
  Key:
    Type: AWS::KMS::Key
    Properties: {KeyPolicy: {Statement: [{Effect: Allow, Principal: {AWS: '*'}, Action: 'kms:*', Resource: '*'}]}}
  Alias: {Type: 'AWS::KMS::Alias', Properties: {AliasName: alias/photos, TargetKeyId: !Ref Key}}
  Secret: {Type: 'AWS::SecretsManager::Secret'}
  SecretPolicy:
    Type: AWS::SecretsManager::ResourcePolicy
    Properties: {SecretId: !Ref Secret, ResourcePolicy: {Statement: [{Effect: Allow, Principal: '*', Action: '*'}]}}
  Bus: {Type: 'AWS::Events::EventBus', Properties: {Name: bus}}
  BusPolicy:
    Type: AWS::Events::EventBusPolicy
    Properties: {EventBusName: bus, StatementId: s, Action: 'events:PutEvents', Principal: '*', Condition: {Type: StringEquals, Key: 'aws:PrincipalOrgID', Value: o-1}}
  DefaultBusPolicy:
    Type: AWS::Events::EventBusPolicy
    Properties: {StatementId: s, Statement: {Effect: Allow, Principal: {AWS: '111122223333'}, Action: 'events:PutEvents', Resource: '*'}}
  Table:
    Type: AWS::DynamoDB::Table
    Properties: {ResourcePolicy: {PolicyDocument: {Statement: [{Effect: Allow, Principal: '*', Action: 'dynamodb:*', Resource: '*'}]}}}
  LogsPolicy:
    Type: AWS::Logs::ResourcePolicy
    Properties: {PolicyName: l, PolicyDocument: !Sub '{\"Statement\": [{\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"logs:*\", \"Resource\": \"arn:aws:logs:${AWS::Region}:*:*\"}]}'}
  Plain: {Type: 'AWS::S3::Bucket'}
",
    );
    let policy = |id: &str| node(&g, id).store().unwrap().policy.clone();
    for id in ["store:Photos", "store:Jobs", "store:Dead", "store:News", "store:Key", "store:Secret"] {
        assert_eq!(policy(id).len(), 1, "{id}");
    }
    assert_eq!(policy("store:Table").len(), 1);
    assert!(policy("store:Plain").is_empty());
    let bus = policy("store:Bus");
    assert_eq!(bus[0].condition.at("StringEquals").get("aws:PrincipalOrgID").as_str(), Some("o-1"));
    assert_eq!(bus[0].principal.as_str(), Some("*"));
    assert_eq!(policy("policy:DefaultBusPolicy")[0].principal.get("AWS").as_str(), Some("111122223333"));
    assert_eq!(policy("policy:LogsPolicy")[0].resources[0].display(), "arn:aws:logs:${AWS::Region}:*:*");
    assert_eq!(edges(&g, EdgeKind::Encrypts), ["store:Key -> store:Dead", "store:Key -> store:Photos"]);
    assert_eq!(edges(&g, EdgeKind::FailsTo), ["store:Jobs -> store:Dead redrive"]);
}

#[test]
fn mappings_are_one_edge_each() {
    let g = graph(
        "
  Jobs: {Type: 'AWS::SQS::Queue'}
  ByQueue:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      FunctionName: !Ref Hello
      EventSourceArn: !GetAtt Jobs.Arn
      BatchSize: 5
      Enabled: false
      FilterCriteria: {Filters: [{Pattern: '{}'}]}
  Outside:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: hello, EventSourceArn: 'arn:aws:kinesis:us-east-1:111122223333:stream/clicks', StartingPosition: LATEST}
  Kafka:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: !GetAtt Hello.Arn, Topics: [t], SelfManagedEventSource: {Endpoints: {}}}
  Piped:
    Type: AWS::Pipes::Pipe
    Properties: {Source: !GetAtt Jobs.Arn, Target: !GetAtt Hello.Arn, RoleArn: r}
",
    );
    assert_eq!(
        triggers(&g),
        [
            "entry:Hello/kafka/Kafka -> function:Hello kafka/mapping",
            "entry:Hello/kinesis/clicks -> function:Hello kinesis/mapping",
            "store:Jobs -> function:Hello sqs/mapping",
            "store:Jobs -> function:Hello sqs/subscription"
        ]
    );
    let t = g.edges.iter().filter_map(|e| e.trigger.as_deref()).find(|t| t.logical_id == "ByQueue").unwrap();
    assert_eq!(t.batch_size.as_int(), Some(5));
    assert_eq!(t.enabled.as_bool(), Some(false));
    assert_eq!(t.source, "${Jobs.Arn}");
    assert!(!t.filter.is_null() && !t.asynchronous);
    let kafka =
        g.edges.iter().filter_map(|e| e.trigger.as_deref()).find(|t| t.logical_id == "Kafka").unwrap();
    assert_eq!(kafka.source, "");
}

#[test]
fn the_order_of_resources_does_not_matter() {
    let parts: Vec<&str> = vec![
        "  A: {Type: 'AWS::SQS::Queue'}\n",
        "  B: {Type: 'AWS::SQS::Queue', Properties: {RedrivePolicy: {deadLetterTargetArn: !GetAtt A.Arn}}}\n",
        "  F: {Type: 'AWS::Lambda::Function', Properties: {Role: !GetAtt R.Arn, Handler: a.b, Runtime: python3.12, Environment: {Variables: {Q: !Ref A}}}}\n",
        "  R: {Type: 'AWS::IAM::Role', Properties: {AssumeRolePolicyDocument: {Statement: []}}}\n",
        "  M: {Type: 'AWS::Lambda::EventSourceMapping', Properties: {FunctionName: !Ref F, EventSourceArn: !GetAtt A.Arn}}\n",
        "  N: {Type: 'AWS::Lambda::EventSourceMapping', Properties: {FunctionName: !Ref F, EventSourceArn: !GetAtt B.Arn}}\n",
        "  K1: {Type: 'AWS::Lambda::Permission', Properties: {FunctionName: !Ref F, Action: 'lambda:InvokeFunction', Principal: alexa-appkit.amazonaws.com}}\n",
        "  K2: {Type: 'AWS::Lambda::Permission', Properties: {FunctionName: !Ref F, Action: 'lambda:InvokeFunction', Principal: alexa-appkit.amazon.com, EventSourceToken: x}}\n",
    ];
    let shape = |parts: &[&str]| {
        let g = lone(&parts.concat());
        let ids: Vec<String> = g.nodes.iter().map(|n| n.id.to_string()).collect();
        let all: Vec<String> = triggers(&g).into_iter().chain(edges(&g, EdgeKind::FailsTo)).collect();
        (ids, all)
    };
    let expected = shape(&parts);
    let mut turned = parts.clone();
    for _ in 0..parts.len() {
        turned.rotate_left(1);
        assert_eq!(shape(&turned), expected);
    }
    turned.reverse();
    assert_eq!(shape(&turned), expected);
}

#[test]
fn a_connector_and_a_policy_template_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let text = "
Transform: AWS::Serverless-2016-10-31
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      Handler: app.handler
      InlineCode: x
      Policies:
        - SQSSendMessagePolicy: {QueueName: !GetAtt Jobs.QueueName}
        - Statement: [{Effect: Allow, Action: 's3:*', Resource: '*'}]
      Events:
        Pull: {Type: DynamoDB, Properties: {Stream: !GetAtt Orders.StreamArn, StartingPosition: LATEST}}
        Get: {Type: Api, Properties: {Path: /a, Method: get}}
        Tick: {Type: Schedule, Properties: {Schedule: rate(1 hour)}}
  Jobs: {Type: 'AWS::SQS::Queue'}
  Orders: {Type: 'AWS::DynamoDB::Table', Properties: {StreamSpecification: {StreamViewType: KEYS_ONLY}}}
  Link:
    Type: AWS::Serverless::Connector
    Properties: {Source: {Id: Hello}, Destination: {Id: Orders}, Permissions: [Read]}
";
    palisade_source::write_atomic(&folder.path().join("t.yaml"), text).unwrap();
    let out =
        palisade_load::read(folder.path(), &WalkOptions::default(), &Inputs::default(), &Limits::default())
            .unwrap();
    let g = out.applications[0].worlds[0].1.clone();
    let role = node(&g, "role:HelloRole").role().unwrap();
    let mut from: Vec<&str> = role.statements.iter().map(|s| s.from.word()).collect();
    from.dedup();
    assert_eq!(from, ["template", "inline", "connector"]);
    assert_eq!(node(&g, "role:HelloRole").implied_by.as_deref(), Some("function:t.yaml#Hello"));
    assert!(node(&g, "function:Hello").implied_by.is_none());
    assert_eq!(
        triggers(&g),
        [
            "entry:Hello/schedule/Tick -> function:Hello schedule/rule",
            "entry:ServerlessRestApi GET /a -> function:Hello apigateway-v1/route",
            "store:Orders -> function:Hello dynamodb/mapping"
        ]
    );
    // The route came from an event, not from a document that somebody wrote.
    assert!(!entry(&g, "ServerlessRestApi GET /a").from_openapi);
}

/// Every type that has a row, so that none of them trusts the shape of what it reads.
const TYPES: &[&str] = &[
    "AWS::Lambda::Function",
    "AWS::Lambda::Version",
    "AWS::Lambda::Alias",
    "AWS::Lambda::Permission",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Url",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::LayerVersionPermission",
    "AWS::IAM::Role",
    "AWS::IAM::Policy",
    "AWS::IAM::ManagedPolicy",
    "AWS::S3::Bucket",
    "AWS::S3::BucketPolicy",
    "AWS::SQS::Queue",
    "AWS::SQS::QueuePolicy",
    "AWS::SNS::Topic",
    "AWS::SNS::Subscription",
    "AWS::KMS::Key",
    "AWS::KMS::Alias",
    "AWS::Events::Rule",
    "AWS::Events::EventBus",
    "AWS::Events::EventBusPolicy",
    "AWS::Scheduler::Schedule",
    "AWS::IoT::TopicRule",
    "AWS::SES::ReceiptRule",
    "AWS::Cognito::UserPool",
    "AWS::Pipes::Pipe",
    "AWS::Kinesis::StreamConsumer",
    "AWS::ApiGateway::RestApi",
    "AWS::ApiGateway::Resource",
    "AWS::ApiGateway::Method",
    "AWS::ApiGateway::Stage",
    "AWS::ApiGateway::UsagePlan",
    "AWS::ApiGateway::Authorizer",
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGatewayV2::Route",
    "AWS::ApiGatewayV2::Integration",
    "AWS::ApiGatewayV2::Stage",
    "AWS::AppSync::GraphQLApi",
    "AWS::AppSync::DataSource",
    "AWS::AppSync::Resolver",
    "AWS::CloudFront::Distribution",
    "AWS::ElasticLoadBalancingV2::Listener",
    "AWS::ElasticLoadBalancingV2::ListenerRule",
    "AWS::ElasticLoadBalancingV2::TargetGroup",
    "AWS::StepFunctions::StateMachine",
    "Custom::Thing",
    "AWS::EC2::SecurityGroup",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::WAFv2::WebACLAssociation",
    "AWS::Logs::LogGroup",
    "AWS::Logs::SubscriptionFilter",
    "AWS::CloudWatch::Alarm",
];

#[test]
fn no_shape_of_properties_breaks_the_lowering() {
    let shapes = [
        "text",
        "[a, {b: c}]",
        "12",
        "!Ref R0",
        "!ImportValue x",
        "{FunctionName: [1], Role: {a: b}, Policies: x, PolicyDocument: '{', Statement: 3, Targets: {a: b}, LambdaConfig: [1]}",
        "{RestApiId: !Ref R3, ParentId: !Ref R3, ApiId: !Ref R3, PathPart: {a: 1}, Body: {paths: [1]}, Definition: [[]], Integration: x}",
        "{FunctionName: !GetAtt R0.Arn, Function: !GetAtt R0.Arn, ServiceToken: !GetAtt R0.Arn, Principal: {x: y}, Body: {paths: {/a: {get: x}}, securityDefinitions: [1]}}",
    ];
    for shape in shapes {
        let resources: Vec<String> = TYPES
            .iter()
            .enumerate()
            .map(|(n, ty)| format!("  R{n}: {{Type: '{ty}', Properties: {shape}}}\n"))
            .collect();
        let out = output(&resources.concat());
        let g = &out.applications[0].worlds[0].1;
        assert!(g.nodes.len() > 20, "{shape}: {}", g.nodes.len());
        assert!(g.by_logical("R0").is_some());
    }
}

#[test]
fn a_cycle_of_path_parts_ends() {
    let g = graph(
        "
  Api: {Type: 'AWS::ApiGateway::RestApi', Properties: {Name: a}}
  A: {Type: 'AWS::ApiGateway::Resource', Properties: {RestApiId: !Ref Api, ParentId: !Ref B, PathPart: a}}
  B: {Type: 'AWS::ApiGateway::Resource', Properties: {RestApiId: !Ref Api, ParentId: !Ref A, PathPart: b}}
  M: {Type: 'AWS::ApiGateway::Method', Properties: {RestApiId: !Ref Api, ResourceId: !Ref B, HttpMethod: GET}}
",
    );
    assert_eq!(entry(&g, "Api GET /b").authorization, Authorization::None);
}
