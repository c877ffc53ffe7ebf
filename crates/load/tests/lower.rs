//! One test a row of the lowering table: a small template, and what the graph says of it.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests fail by panicking")]

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

#[test]
fn schedules_rules_and_what_services_call() {
    let g = graph(
        "
  Nightly:
    Type: AWS::Events::Rule
    Properties: {ScheduleExpression: rate(1 day), State: DISABLED, Targets: [{Id: a, Arn: !GetAtt Hello.Arn}]}
  Orders:
    Type: AWS::Events::Rule
    Properties: {EventBusName: !Ref Bus, EventPattern: {source: [orders]}, Targets: [{Id: a, Arn: !GetAtt Hello.Arn, DeadLetterConfig: {Arn: !GetAtt Dead.Arn}}]}
  Elsewhere:
    Type: AWS::Events::Rule
    Properties: {EventPattern: {source: [x]}, Targets: [{Id: a, Arn: !GetAtt Dead.Arn}]}
  Bus: {Type: 'AWS::Events::EventBus', Properties: {Name: b}}
  Dead: {Type: 'AWS::SQS::Queue'}
  Hourly:
    Type: AWS::Scheduler::Schedule
    Properties: {ScheduleExpression: rate(1 hour), FlexibleTimeWindow: {Mode: 'OFF'}, Target: {Arn: !GetAtt Hello.Arn, RoleArn: !GetAtt Role.Arn}}
  Device:
    Type: AWS::IoT::TopicRule
    Properties: {TopicRulePayload: {Sql: select, RuleDisabled: false, Actions: [{Lambda: {FunctionArn: !GetAtt Hello.Arn}}]}}
  Mail:
    Type: AWS::SES::ReceiptRule
    Properties: {RuleSetName: r, Rule: {Enabled: true, Recipients: [a@example.com], Actions: [{LambdaAction: {FunctionArn: !GetAtt Hello.Arn}}]}}
  Pool:
    Type: AWS::Cognito::UserPool
    Properties: {LambdaConfig: {PreSignUp: !GetAtt Hello.Arn, CustomEmailSender: {LambdaArn: !GetAtt Hello.Arn, LambdaVersion: V1_0}}}
  Secret: {Type: 'AWS::SecretsManager::Secret'}
  Turn: {Type: 'AWS::SecretsManager::RotationSchedule', Properties: {SecretId: !Ref Secret, RotationLambdaARN: !GetAtt Hello.Arn}}
",
    );
    assert_eq!(
        triggers(&g),
        [
            "entry:Hello/cognito/CustomEmailSender -> function:Hello cognito/rule blocked",
            "entry:Hello/cognito/PreSignUp -> function:Hello cognito/rule blocked",
            "entry:Hello/eventbridge/Orders -> function:Hello eventbridge/rule blocked",
            "entry:Hello/iot/Device -> function:Hello iot/rule blocked",
            "entry:Hello/schedule/Hourly -> function:Hello schedule/rule",
            "entry:Hello/schedule/Nightly -> function:Hello schedule/rule blocked",
            "entry:Hello/ses/Mail -> function:Hello ses/rule blocked",
            "store:Secret -> function:Hello secretsmanager/rule blocked"
        ]
    );
    let nightly =
        g.edges.iter().filter_map(|e| e.trigger.as_deref()).find(|t| t.logical_id == "Nightly").unwrap();
    assert_eq!((nightly.enabled.as_bool(), nightly.asynchronous), (Some(false), true));
    assert_eq!(entry(&g, "Hello/ses/Mail").public, Tri::Yes);
    assert_eq!(entry(&g, "Hello/schedule/Nightly").public, Tri::No);
    assert_eq!(edges(&g, EdgeKind::FailsTo), ["entry:Hello/eventbridge/Orders -> store:Dead dead-letter"]);
    assert_eq!(node(&g, "control:Elsewhere").ty, "AWS::Events::Rule");
}

#[test]
fn buckets_topics_and_log_groups_push() {
    let g = graph(
        "
  Photos:
    Type: AWS::S3::Bucket
    Properties: {NotificationConfiguration: {LambdaConfigurations: [{Event: 's3:ObjectCreated:*', Function: !GetAtt Hello.Arn}]}}
  MayPhotos:
    Type: AWS::Lambda::Permission
    Properties: {FunctionName: !GetAtt Hello.Arn, Action: 'lambda:InvokeFunction', Principal: s3.amazonaws.com, SourceAccount: !Ref AWS::AccountId}
  News: {Type: 'AWS::SNS::Topic', Properties: {Subscription: [{Protocol: lambda, Endpoint: !GetAtt Hello.Arn}]}}
  Sub:
    Type: AWS::SNS::Subscription
    Properties: {TopicArn: 'arn:aws:sns:us-east-1:111122223333:outside', Protocol: lambda, Endpoint: !GetAtt Hello.Arn, FilterPolicy: {a: [b]}}
  Group: {Type: 'AWS::Logs::LogGroup', Properties: {LogGroupName: /aws/lambda/other}}
  Filter:
    Type: AWS::Logs::SubscriptionFilter
    Properties: {LogGroupName: !Ref Group, FilterPattern: '', DestinationArn: !GetAtt Hello.Arn}
",
    );
    assert_eq!(
        triggers(&g),
        [
            "entry:Hello/sns/outside -> function:Hello sns/subscription blocked",
            "store:Group -> function:Hello logs/subscription blocked",
            "store:News -> function:Hello sns/subscription blocked",
            "store:Photos -> function:Hello s3/notification"
        ]
    );
}

#[test]
fn a_permission_whose_source_is_declared_nowhere_gives_an_entry() {
    let g = graph(
        "
  Skill: {Type: 'AWS::Lambda::Permission', Properties: {FunctionName: !Ref Hello, Action: 'lambda:InvokeFunction', Principal: alexa-appkit.amazonaws.com}}
  Skill2: {Type: 'AWS::Lambda::Permission', Properties: {FunctionName: !Ref Hello, Action: 'lambda:InvokeFunction', Principal: alexa-appkit.amazon.com, EventSourceToken: amzn1.ask.skill.x}}
  Gate: {Type: 'AWS::Lambda::Permission', Properties: {FunctionName: !Ref Hello, Action: 'lambda:InvokeFunction', Principal: apigateway.amazonaws.com, SourceArn: !Sub 'arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:abc123/*/GET/users'}}
  Photos: {Type: 'AWS::S3::Bucket', Properties: {BucketName: photos}}
  FromPhotos: {Type: 'AWS::Lambda::Permission', Properties: {FunctionName: !Ref Hello, Action: 'lambda:InvokeFunction', Principal: s3.amazonaws.com, SourceArn: !GetAtt Photos.Arn}}
  Everybody: {Type: 'AWS::Lambda::Permission', Properties: {FunctionName: !Ref Hello, Action: 'lambda:*', Principal: '*'}}
",
    );
    assert_eq!(
        triggers(&g),
        [
            "entry:Hello/alexaSkill/1 -> function:Hello alexaSkill/permission",
            "entry:Hello/alexaSkill/2 -> function:Hello alexaSkill/permission",
            "entry:Hello/apigateway-v1/1 -> function:Hello apigateway-v1/permission",
            "principal:* -> function:Hello invoke/permission",
            "store:Photos -> function:Hello s3/permission"
        ]
    );
    let gate = entry(&g, "Hello/apigateway-v1/1");
    assert_eq!((gate.method.as_str(), gate.path.as_str()), ("GET", "/users"));
    assert_eq!((gate.authorization, gate.public), (Authorization::Unknown, Tri::Unknown));
    assert_eq!(entry(&g, "Hello/alexaSkill/1").authorization, Authorization::None);
    assert_eq!(entry(&g, "Hello/alexaSkill/2").authorization, Authorization::Custom);
}

#[test]
fn load_balancers_cloudfront_and_graphql() {
    let g = graph(
        "
  Balancer: {Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', Properties: {Scheme: internal}}
  Listener: {Type: 'AWS::ElasticLoadBalancingV2::Listener', Properties: {LoadBalancerArn: !Ref Balancer, Protocol: HTTP, DefaultActions: [{Type: fixed-response}]}}
  ListenerRule:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Listener
      Conditions: [{Field: path-pattern, Values: [/api/*]}]
      Actions: [{Type: authenticate-oidc}, {Type: forward, TargetGroupArn: !Ref Group}]
  Group: {Type: 'AWS::ElasticLoadBalancingV2::TargetGroup', Properties: {TargetType: lambda, Targets: [{Id: !GetAtt Hello.Arn}]}}
  HelloVersion: {Type: 'AWS::Lambda::Version', Properties: {FunctionName: !Ref Hello}}
  Site:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Origins: [{Id: o, DomainName: !GetAtt Photos.DomainName}]
        DefaultCacheBehavior: {LambdaFunctionAssociations: [{EventType: viewer-request, LambdaFunctionARN: !Ref HelloVersion}]}
  Photos: {Type: 'AWS::S3::Bucket'}
  Graph: {Type: 'AWS::AppSync::GraphQLApi', Properties: {AuthenticationType: API_KEY, Name: g}}
  Source: {Type: 'AWS::AppSync::DataSource', Properties: {ApiId: !GetAtt Graph.ApiId, Name: src, Type: AWS_LAMBDA, LambdaConfig: {LambdaFunctionArn: !GetAtt Hello.Arn}}}
  Field: {Type: 'AWS::AppSync::Resolver', Properties: {ApiId: !GetAtt Graph.ApiId, TypeName: Query, FieldName: users, DataSourceName: !GetAtt Source.Name}}
  Step: {Type: 'AWS::AppSync::FunctionConfiguration', Properties: {ApiId: !GetAtt Graph.ApiId, Name: f, DataSourceName: src}}
  Piped: {Type: 'AWS::AppSync::Resolver', Properties: {ApiId: !GetAtt Graph.ApiId, TypeName: Mutation, FieldName: add, PipelineConfig: {Functions: [!GetAtt Step.FunctionId]}}}
",
    );
    assert_eq!(
        triggers(&g),
        [
            "entry:Graph Mutation add -> function:Hello appsync/route",
            "entry:Graph Query users -> function:Hello appsync/route",
            "entry:Hello/alb/ListenerRule -> function:Hello alb/route blocked",
            "entry:Hello/cloudfront/viewer-request -> function:Hello cloudfront/route"
        ]
    );
    let alb = entry(&g, "Hello/alb/ListenerRule");
    assert_eq!((alb.path.as_str(), alb.authorization, alb.public), ("/api/*", Authorization::Jwt, Tri::No));
    assert_eq!(entry(&g, "Graph Query users").authorization, Authorization::Key);
    assert_eq!(edges(&g, EdgeKind::RoutesTo), ["control:Site -> store:Photos origin"]);
}

#[test]
fn state_machines_and_custom_resources_invoke() {
    let g = graph(
        "
  Starts: {Type: 'AWS::IAM::Role', Properties: {AssumeRolePolicyDocument: {Statement: []}}}
  Flow:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: !GetAtt Starts.Arn
      DefinitionString: !Sub '{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Task\", \"Resource\": \"${Hello.Arn}\", \"End\": true}}}'
  Other:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: r
      DefinitionSubstitutions: {Fn: !GetAtt Hello.Arn}
      Definition:
        States:
          P: {Type: Parallel, Branches: [{States: {B: {Type: Task, Resource: 'arn:aws:states:::lambda:invoke', Parameters: {FunctionName: '${Fn}:$LATEST'}}}}]}
  Setup: {Type: 'Custom::Setup', Properties: {ServiceToken: !GetAtt Hello.Arn}}
",
    );
    assert_eq!(
        triggers(&g),
        [
            "other:Setup -> function:Hello custom-resource/rule",
            "store:Flow -> function:Hello states/rule",
            "store:Other -> function:Hello states/rule"
        ]
    );
    assert!(edges(&g, EdgeKind::RunsAs).contains(&"store:Flow -> role:Starts".to_owned()));
}

#[test]
fn boundaries_grant_nothing() {
    let g = lone(
        "
  Limit: {Type: 'AWS::IAM::ManagedPolicy', Properties: {PolicyDocument: {Statement: [{Effect: Allow, Action: 's3:*', Resource: '*'}]}}}
  Asked: {Type: 'AWS::IAM::ManagedPolicy', Properties: {PolicyDocument: {Statement: [{Effect: Allow, Action: 's3:*', Resource: '*'}]}}}
  Refused: {Type: 'AWS::IAM::ManagedPolicy', Properties: {PolicyDocument: {Statement: [{Effect: Allow, Action: 's3:*', Resource: '*'}]}}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      PermissionsBoundary: !Ref Limit
      AssumeRolePolicyDocument: {Statement: []}
      Policies:
        - PolicyName: p
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: 'iam:CreateRole', Resource: '*', Condition: {StringEquals: {'iam:PermissionsBoundary': !Ref Asked}}}
              - {Effect: Deny, Action: 'iam:CreateRole', Resource: '*', Condition: {StringNotEquals: {'iam:PermissionsBoundary': !Ref Refused}}}
",
    );
    let judged = |id: &str| node(&g, id).role().is_some();
    assert!(!judged("policy:Limit") && !judged("policy:Asked"));
    assert!(judged("policy:Refused") && judged("role:Role"));
}

#[test]
fn a_macro_is_one_trigger() {
    let g = graph(
        "
  Macro: {Type: 'AWS::CloudFormation::Macro', Properties: {Name: m, FunctionName: !GetAtt Hello.Arn}}
  Call: {Type: 'AWS::Lambda::Permission', Properties: {FunctionName: !Ref Hello, Action: 'lambda:InvokeFunction', Principal: cloudformation.amazonaws.com}}
",
    );
    assert_eq!(triggers(&g), ["entry:Hello/macro/Macro -> function:Hello macro/rule"]);
}

#[test]
fn rules_of_security_groups_are_folded_in_and_logs_are_joined_by_name() {
    let g = graph(
        "
  Net: {Type: 'AWS::EC2::VPC', Properties: {CidrBlock: 10.0.0.0/16}}
  Group: {Type: 'AWS::EC2::SecurityGroup', Properties: {GroupDescription: g, VpcId: !Ref Net, SecurityGroupIngress: [{IpProtocol: tcp, CidrIp: 10.0.0.0/8}]}}
  Open: {Type: 'AWS::EC2::SecurityGroupIngress', Properties: {GroupId: !GetAtt Group.GroupId, IpProtocol: tcp, CidrIp: 0.0.0.0/0}}
  ByName: {Type: 'AWS::Logs::LogGroup', Properties: {LogGroupName: /aws/lambda/hello}}
  Alarm: {Type: 'AWS::CloudWatch::Alarm', Properties: {Namespace: AWS/Lambda, Dimensions: [{Name: FunctionName, Value: !Ref Hello}]}}
  Unnamed: {Type: 'AWS::Route53::HostedZone', Properties: {Name: example.com}}
",
    );
    let ingress = node(&g, "network:Group").props.get("SecurityGroupIngress").items().len();
    assert_eq!(ingress, 2);
    assert!(g.by_logical("Open").is_none());
    assert_eq!(edges(&g, EdgeKind::LogsTo), ["function:Hello -> store:ByName"]);
    assert_eq!(
        edges(&g, EdgeKind::AttachedTo),
        ["control:Alarm -> function:Hello alarm", "network:Group -> network:Net vpc"]
    );
    assert_eq!(node(&g, "other:Unnamed").kind, NodeKind::Other);
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
