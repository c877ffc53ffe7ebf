//! What starts a function without a caller that waits, and what belongs to it.

use palisade_graph::{Authorization, EdgeKind, NodeKind, Tri};

use crate::{edges, entry, graph, lone, node, triggers};

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
