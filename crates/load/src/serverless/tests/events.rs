use palisade_graph::Val;

use super::{Loaded, load};

fn service(events: &str) -> Loaded {
    load(&format!(
        "service: s\nprovider: {{name: aws}}\nfunctions:\n  hello:\n    handler: a.b\n    events:\n{events}"
    ))
}

/// Permissions of the stack: id and principal.
fn permissions(got: &Loaded) -> Vec<(&str, String)> {
    got.stack()
        .of_type("AWS::Lambda::Permission")
        .map(|r| (r.id.as_str(), r.props.get("Principal").display().to_string()))
        .collect()
}

fn grants(got: &Loaded) -> Vec<String> {
    got.statements("IamRoleLambdaExecution").into_iter().skip(2).collect()
}

#[test]
fn pushing_sources_get_permissions() {
    let cases = [
        ("- schedule: rate(1 hour)", "HelloLambdaPermissionEventsRuleSchedule1", "events.amazonaws.com"),
        ("- sns: topic-a", "HelloLambdaPermissionTopicaSNS", "sns.amazonaws.com"),
        ("- s3: photos", "HelloLambdaPermissionPhotosS3", "s3.amazonaws.com"),
        (
            "- cloudwatchEvent: {event: {source: [x]}}",
            "HelloLambdaPermissionEventsRuleCloudWatchEvent1",
            "events.amazonaws.com",
        ),
        (
            "- cloudwatchLog: /g",
            "HelloLambdaPermissionLogsSubscriptionFilterCloudWatchLog",
            "logs.${AWS::Region}.amazonaws.com",
        ),
        ("- iot: {sql: 'SELECT 1'}", "HelloLambdaPermissionIotTopicRule1", "iot.amazonaws.com"),
        (
            "- iotFleetProvisioning: {provisioningRoleArn: arn:x, templateBody: {}}",
            "HelloLambdaPermissionIotProvisioningTemplate",
            "iot.amazonaws.com",
        ),
        ("- alexaSkill: amzn1.ask.skill.x", "HelloLambdaPermissionAlexaSkill1", "alexa-appkit.amazon.com"),
        (
            "- alexaSmartHome: amzn1.ask.skill.x",
            "HelloLambdaPermissionAlexaSmartHome1",
            "alexa-connectedhome.amazon.com",
        ),
        (
            "- cognitoUserPool: {pool: people, trigger: PreSignUp}",
            "HelloLambdaPermissionCognitoUserPoolPeopleTriggerSourcePreSignUp",
            "cognito-idp.amazonaws.com",
        ),
        (
            "- eventBridge: {pattern: {source: [x]}}",
            "HelloEventBridgeLambdaPermission1",
            "events.amazonaws.com",
        ),
        ("- httpApi: GET /x", "HelloLambdaPermissionHttpApi", "apigateway.amazonaws.com"),
        ("- websocket: $connect", "HelloLambdaPermissionWebsockets", "apigateway.amazonaws.com"),
        ("- http: get x", "HelloLambdaPermissionApiGateway", "apigateway.amazonaws.com"),
    ];
    for (event, id, principal) in cases {
        let got = service(&format!("      {event}\n"));
        assert_eq!(permissions(&got), [(id, principal.to_owned())], "{event}");
        let made = got.stack().get(id).unwrap();
        assert_eq!(made.implied_by.as_deref(), Some("HelloLambdaFunction"));
        // It is placed at the event's key.
        assert!(event.contains(got.store.text(made.key)), "{event}");
    }
}

#[test]
fn pulling_sources_get_mappings_and_statements() {
    let cases = [
        (
            "- sqs: {arn: {Fn::GetAtt: [Jobs, Arn]}}",
            "HelloEventSourceMappingSQSJobs",
            "sqs:ReceiveMessage,sqs:DeleteMessage,sqs:GetQueueAttributes",
        ),
        (
            "- stream: arn:aws:dynamodb:x:1:table/t/stream/2020",
            "HelloEventSourceMappingDynamodbT",
            "dynamodb:GetRecords,dynamodb:GetShardIterator,dynamodb:DescribeStream,dynamodb:ListStreams",
        ),
        (
            "- stream: {type: kinesis, arn: {Fn::GetAtt: [S, Arn]}}",
            "HelloEventSourceMappingKinesisS",
            "kinesis:GetRecords,kinesis:GetShardIterator,kinesis:DescribeStream,kinesis:ListStreams",
        ),
        (
            "- msk: {arn: 'arn:aws:kafka:x:1:cluster/c/1', topic: t}",
            "HelloEventSourceMappingMSKCT",
            "kafka:DescribeCluster,kafka:GetBootstrapBrokers",
        ),
        (
            "- kafka: {accessConfigurations: {saslPlainAuth: [arn:s]}, bootstrapServers: [h], topic: t}",
            "HelloEventSourceMappingKafkaT",
            "secretsmanager:GetSecretValue",
        ),
        (
            "- activemq: {arn: arn:b, basicAuthArn: arn:s, queue: q}",
            "HelloEventSourceMappingActiveMQQ",
            "secretsmanager:GetSecretValue",
        ),
        (
            "- rabbitmq: {arn: arn:b, basicAuthArn: arn:s, queue: q}",
            "HelloEventSourceMappingRabbitMQQ",
            "secretsmanager:GetSecretValue",
        ),
    ];
    for (event, id, actions) in cases {
        let got = service(&format!("      {event}\n"));
        assert_eq!(got.ids("AWS::Lambda::EventSourceMapping"), [id], "{event}");
        assert!(permissions(&got).is_empty());
        assert!(grants(&got)[0].starts_with(&format!("Allow {actions} on ")), "{event}: {:?}", grants(&got));
    }
    let broker = service("      - activemq: {arn: arn:b, basicAuthArn: arn:s, queue: q}\n");
    assert_eq!(grants(&broker)[1], "Allow mq:DescribeBroker on arn:b");
    assert!(
        grants(&broker)[2].starts_with("Allow ec2:CreateNetworkInterface,")
            && grants(&broker)[2].ends_with(" on *")
    );
    let plain = service(
        "      - kafka: {accessConfigurations: {saslPlainAuth: [arn:s]}, bootstrapServers: [h], topic: t}\n",
    );
    assert_eq!(grants(&plain).len(), 1, "no network, no interfaces");
}

#[test]
fn a_consumer_and_failure_targets_of_a_stream() {
    let got = service(
        "      - stream: {arn: 'arn:aws:kinesis:x:1:stream/s', consumer: true, destinations: {onFailure: 'arn:aws:sqs:x:1:dlq'}}\n",
    );
    assert_eq!(got.ids("AWS::Kinesis::StreamConsumer"), ["HellosConsumerStreamConsumer"]);
    assert_eq!(
        got.props("HelloEventSourceMappingKinesisS").get("EventSourceArn").display(),
        "${HellosConsumerStreamConsumer}"
    );
    assert_eq!(
        grants(&got),
        [
            "Allow kinesis:GetRecords,kinesis:GetShardIterator,kinesis:DescribeStreamSummary,kinesis:ListShards on arn:aws:kinesis:x:1:stream/s",
            "Allow kinesis:SubscribeToShard on ${HellosConsumerStreamConsumer}",
            "Allow sqs:ListQueues,sqs:SendMessage on arn:aws:sqs:x:1:dlq",
        ]
    );
}

#[test]
fn the_scheduler_takes_the_role_of_the_function() {
    let got = service("      - schedule: {method: scheduler, rate: [rate(1 hour), rate(2 hours)]}\n");
    assert_eq!(got.ids("AWS::Scheduler::Schedule"), ["HelloSchedulerSchedule1", "HelloSchedulerSchedule2"]);
    assert!(permissions(&got).is_empty());
    assert!(grants(&got)[0].starts_with("Allow lambda:InvokeFunction on arn:${AWS::Partition}:lambda:"));
    let trust = got.props("IamRoleLambdaExecution").at("AssumeRolePolicyDocument.Statement").items()[0]
        .at("Principal.Service")
        .items();
    assert_eq!(trust[1].as_str(), Some("scheduler.amazonaws.com"));
}

#[test]
fn a_rest_api_with_paths_preflights_and_authorizers() {
    let got = load(
        "service: s
provider:
  name: aws
  logs: {restApi: true}
  tracing: {apiGateway: true}
functions:
  auth: {handler: a.b}
  hello:
    handler: a.b
    events:
      - http: {method: get, path: '/users/{id}', cors: true}
      - http: {method: post, path: users, authorizer: auth, private: true, request: {parameters: {querystrings: {q: true}}}}
      - http: {method: delete, path: users, authorizer: {type: COGNITO_USER_POOLS, name: pool, arn: {Fn::GetAtt: [P, Arn]}, scopes: [a]}}
      - http: {method: put, path: users, authorizer: aws_iam}
resources: {Resources: {P: {Type: 'AWS::Cognito::UserPool'}}}
",
    );
    assert_eq!(
        got.ids("AWS::ApiGateway::Resource"),
        ["ApiGatewayResourceUsers", "ApiGatewayResourceUsersIdVar"]
    );
    assert_eq!(
        got.props("ApiGatewayResourceUsersIdVar").get("ParentId").display(),
        "${ApiGatewayResourceUsers}"
    );
    assert_eq!(
        got.ids("AWS::ApiGateway::Method"),
        [
            "ApiGatewayMethodUsersIdVarOptions",
            "ApiGatewayMethodUsersIdVarGet",
            "ApiGatewayMethodUsersPost",
            "ApiGatewayMethodUsersDelete",
            "ApiGatewayMethodUsersPut",
        ]
    );
    let get = got.props("ApiGatewayMethodUsersIdVarGet");
    assert_eq!(get.get("AuthorizationType").as_str(), Some("NONE"));
    assert_eq!(get.at("Integration.Type").as_str(), Some("AWS_PROXY"));
    assert!(get.at("Integration.Uri").display().contains("${HelloLambdaFunction.Arn}/invocations"));
    let post = got.props("ApiGatewayMethodUsersPost");
    assert_eq!(post.get("AuthorizationType").as_str(), Some("CUSTOM"));
    assert_eq!(post.get("AuthorizerId").display(), "${AuthApiGatewayAuthorizer}");
    assert_eq!(post.get("ApiKeyRequired").as_bool(), Some(true));
    assert_eq!(post.get("RequestValidatorId").display(), "${ApiGatewaySRequestValidator}");
    let delete = got.props("ApiGatewayMethodUsersDelete");
    assert_eq!(delete.get("AuthorizationType").as_str(), Some("COGNITO_USER_POOLS"));
    assert_eq!(delete.get("AuthorizationScopes").items()[0].as_str(), Some("a"));
    assert_eq!(got.props("ApiGatewayMethodUsersPut").get("AuthorizationType").as_str(), Some("AWS_IAM"));
    assert_eq!(got.props("PoolApiGatewayAuthorizer").get("ProviderARNs").items()[0].display(), "${P.Arn}");
    let ids: Vec<_> = permissions(&got).into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, ["HelloLambdaPermissionApiGateway", "AuthLambdaPermissionApiGateway"]);
    let stage = got.props("ApiGatewayStage");
    assert_eq!(stage.get("TracingEnabled").as_bool(), Some(true));
    assert_eq!(stage.at("AccessLogSetting.DestinationArn").display(), "${ApiGatewayLogGroup.Arn}");
    assert_eq!(stage.get("MethodSettings").items()[0].get("LoggingLevel").as_str(), Some("INFO"));
    let helper = got.stack().get("CustomDashresourceDashapigwDashcwDashroleLambdaFunction").unwrap();
    assert!(helper.implied_by.is_some());
    assert!(got.statements("IamRoleCustomResourcesLambdaExecution")[0].contains("iam:PassRole"));
}

#[test]
fn paths_of_somebody_elses_api() {
    let got = load(
        "service: s
provider:
  name: aws
  apiGateway: {restApiId: abc, restApiRootResourceId: root, restApiResources: {/a: ra}}
functions: {hello: {handler: a.b, events: [{http: GET a/b}, {http: GET c}]}}
",
    );
    assert!(got.ids("AWS::ApiGateway::RestApi").is_empty());
    assert!(got.stack().get("ApiGatewayStage").is_none());
    assert_eq!(got.ids("AWS::ApiGateway::Resource"), ["ApiGatewayResourceAB", "ApiGatewayResourceC"]);
    assert_eq!(got.props("ApiGatewayResourceAB").get("ParentId").as_str(), Some("ra"));
    assert_eq!(got.props("ApiGatewayResourceC").get("ParentId").as_str(), Some("root"));
}

#[test]
fn an_http_api_with_authorizers_and_cors() {
    let got = load(
        "service: s
provider:
  name: aws
  httpApi:
    cors: true
    authorizers:
      jwt: {issuerUrl: https://i, audience: a, identitySource: $request.header.Authorization}
      own: {type: request, functionName: auth}
functions:
  auth: {handler: a.b}
  hello:
    handler: a.b
    events:
      - httpApi: {method: get, path: '/users/{id}', authorizer: {name: jwt, scopes: [x]}}
      - httpApi: {method: POST, path: /users, authorizer: own}
      - httpApi: {method: PUT, path: /users, authorizer: {type: aws_iam}}
      - httpApi: '*'
",
    );
    let route = |id: &str| -> (String, String) {
        let p = got.props(id);
        (p.get("RouteKey").display().to_string(), p.get("AuthorizationType").display().to_string())
    };
    assert_eq!(route("HttpApiRouteGetUsersIdVar"), ("GET /users/{id}".into(), "JWT".into()));
    assert_eq!(route("HttpApiRoutePostUsers"), ("POST /users".into(), "CUSTOM".into()));
    assert_eq!(route("HttpApiRoutePutUsers"), ("PUT /users".into(), "AWS_IAM".into()));
    assert_eq!(route("HttpApiRouteDefault"), ("$default".into(), String::new()));
    assert_eq!(
        got.props("HttpApiAuthorizerJwt").at("JwtConfiguration.Audience").items()[0].as_str(),
        Some("a")
    );
    assert!(got.stack().get("OwnLambdaAuthorizerPermissionHttpApi").is_some());
    let cors = got.props("HttpApi").get("CorsConfiguration");
    assert_eq!(cors.get("AllowOrigins").items()[0].as_str(), Some("*"));
    assert_eq!(cors.get("AllowMethods").items().len(), 7);
    assert_eq!(got.ids("AWS::ApiGatewayV2::Integration"), ["HttpApiIntegrationHello"]);
}

#[test]
fn a_websocket_api_lets_every_function_reach_every_connection() {
    let got = service(
        "      - websocket: {route: $connect, authorizer: {arn: 'arn:aws:lambda:x:1:function:gate', identitySource: [a]}}\n      - websocket: send\n",
    );
    assert_eq!(
        got.ids("AWS::ApiGatewayV2::Route"),
        ["SconnectWebsocketsRoute", "SendWebsocketsRoute"].map(|s| if s == "SendWebsocketsRoute" {
            "sendWebsocketsRoute"
        } else {
            s
        })
    );
    assert_eq!(got.props("SconnectWebsocketsRoute").get("AuthorizationType").as_str(), Some("CUSTOM"));
    assert_eq!(got.props("sendWebsocketsRoute").get("AuthorizationType").as_str(), Some("NONE"));
    assert!(got.stack().get("GateLambdaPermissionWebsockets").is_some());
    assert_eq!(
        grants(&got),
        ["Allow execute-api:ManageConnections on arn:${AWS::Partition}:execute-api:*:*:*/@connections/*"]
    );
}

#[test]
fn existing_buckets_and_pools_come_with_helpers() {
    let got = service(
        "      - s3: {bucket: b, existing: true, rules: [{prefix: x/}]}\n      - cognitoUserPool: {pool: p, trigger: CustomEmailSender, existing: true, kmsKeyId: arn:k}\n",
    );
    assert!(permissions(&got).is_empty());
    assert_eq!(got.props("HelloCustomS31").get("BucketName").as_str(), Some("b"));
    let rules = got.props("HelloCustomS31").get("BucketConfigs").items()[0].get("Rules").items();
    assert_eq!(rules[0].get("Prefix").as_str(), Some("x/"));
    let statements = got.statements("IamRoleCustomResourcesLambdaExecution");
    assert!(statements[0].starts_with("Allow s3:PutBucketNotification,s3:GetBucketNotification on "));
    assert!(statements.iter().any(|s| s == "Allow kms:CreateGrant on arn:k"));
    for id in [
        "CustomDashresourceDashexistingDashs3LambdaFunction",
        "CustomDashresourceDashexistingDashcupLambdaFunction",
    ] {
        assert!(got.stack().get(id).unwrap().implied_by.is_some());
    }
}

#[test]
fn topics_by_arn_name_and_with_a_dead_letter_queue() {
    let got = service(
        "      - sns: {arn: {Ref: T}, topicName: t, redrivePolicy: {deadLetterTargetRef: D}}\n      - sns: plain\n",
    );
    assert_eq!(got.props("HelloSnsSubscriptionT").get("TopicArn").display(), "${T}");
    let policy = got.props("TToHelloDLQPolicy").at("PolicyDocument.Statement").items()[0].clone();
    assert_eq!(policy.at("Condition.ArnEquals").entries()[0].val.display(), "${T}");
    assert_eq!(got.props("SNSTopicPlain").get("Subscription").items().len(), 1);
}

#[test]
fn functions_at_the_edge_have_no_environment() {
    let got = load(
        "service: s\nprovider: {name: aws, environment: {A: b}, versionFunctions: false}\nfunctions: {hello: {handler: a.b, events: [{cloudFront: {eventType: viewer-request, origin: 's3://b.s3.amazonaws.com/x'}}]}}",
    );
    let function = got.props("HelloLambdaFunction");
    assert!(function.get("Environment").is_null());
    assert_eq!(function.get("Timeout").as_int(), Some(5));
    let config = got.props("CloudFrontDistribution").get("DistributionConfig");
    let association = config.at("DefaultCacheBehavior.LambdaFunctionAssociations").items()[0].clone();
    assert_eq!(association.get("LambdaFunctionARN").display(), "${HelloLambdaVersion}");
    assert_eq!(config.get("Origins").items()[0].get("Id").as_str(), Some("s3/b.s3.amazonaws.com/x"));
    assert_eq!(
        permissions(&got),
        [("HelloLambdaFunctionInvokePermission", "edgelambda.amazonaws.com".to_owned())]
    );
    assert!(grants(&got)[0].ends_with("on arn:${AWS::Partition}:logs:*:*:*"));
}

#[test]
fn a_load_balancer_may_authenticate() {
    let got = load(
        "service: s
provider: {name: aws, alb: {authorizers: {c: {type: cognito, userPoolArn: arn:p, userPoolClientId: i, userPoolDomain: d}}}}
functions: {hello: {handler: a.b, events: [{alb: {listenerArn: 'arn:aws:elasticloadbalancing:x:1:listener/app/lb/12/34', priority: 7, conditions: {path: /x}, authorizer: c}}]}}
",
    );
    let actions = got.props("HelloAlbListenerRule7").get("Actions").items();
    assert_eq!(actions[0].get("Type").as_str(), Some("authenticate-cognito"));
    assert_eq!(actions[1].get("TargetGroupArn").display(), "${HelloAlbTargetGroup12}");
    assert_eq!(got.props("HelloLambdaPermissionAlb").get("SourceArn").display(), "${HelloAlbTargetGroup12}");
    assert!(got.props("HelloLambdaPermissionRegisterTarget").get("SourceArn").is_null());
}

#[test]
fn an_alexa_skill_without_an_id_is_anyones() {
    let got = service("      - alexaSkill\n");
    let token: &Val = got.props("HelloLambdaPermissionAlexaSkill1").get("EventSourceToken");
    assert!(token.is_null());
}
