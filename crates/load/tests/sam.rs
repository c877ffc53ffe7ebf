//! The SAM transform over whole templates.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "what a test expects is there"
)]

use palisade_graph::{NoteKind, Target, Via};
use palisade_load::{Files, Finished, Inputs, Stack, Typing, cloudformation};
use palisade_source::{Jail, Limits, Span};
use serde_json::json;

struct Expanded {
    stack: Stack,
    text: String,
    finished: Finished,
}

impl Expanded {
    /// What stands at a place of the template.
    fn at(&self, span: Span) -> &str {
        &self.text[span.start as usize..span.end as usize]
    }

    fn json(&self, id: &str, path: &str) -> serde_json::Value {
        self.stack.get(id).unwrap_or_else(|| panic!("no {id}")).props.at(path).to_json()
    }

    fn managed(&self, role: &str) -> Vec<String> {
        let arns = self.stack.get(role).unwrap().props.get("ManagedPolicyArns").clone();
        arns.items()
            .iter()
            .map(|a| a.display().trim_start_matches("arn:aws:iam::aws:policy/").into())
            .collect()
    }

    fn ids(&self) -> Vec<&str> {
        let mut ids: Vec<&str> = self.stack.resources.keys().map(smol_str::SmolStr::as_str).collect();
        ids.sort_unstable();
        ids
    }
}

fn with_files(template: &str, others: &[(&str, &str)]) -> Expanded {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in others.iter().chain(&[("template.yaml", template)]) {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        palisade_source::write_atomic(&path, text).unwrap();
    }
    let jail = Jail::new(folder.path()).unwrap();
    let limits = Limits::default();
    let files = Files::new(&jail, &limits);
    let (path, documents) = files.documents("", "template.yaml", Typing::Yaml11).unwrap();
    let worlds = cloudformation::expand(&files, &path, &documents[0], &Inputs::default());
    let stack = worlds.into_iter().next().unwrap().1;
    Expanded { stack, text: template.to_owned(), finished: files.finish() }
}

fn expand(resources: &str) -> Expanded {
    with_files(&format!("Transform: AWS::Serverless-2016-10-31\n{resources}"), &[])
}

#[test]
fn a_function_gets_its_role() {
    let e = with_files(
        "Transform: AWS::Serverless-2016-10-31
Globals:
  Function: {Runtime: nodejs20.x, Tracing: Active}
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      Handler: index.handler
      CodeUri: src/
      VpcConfig: {SubnetIds: [a]}
      DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Q.Arn}
  Q: {Type: AWS::SQS::Queue}
",
        &[("src/index.js", "")],
    );
    let function = e.stack.get("Hello").unwrap();
    assert_eq!(function.ty, "AWS::Lambda::Function");
    assert_eq!(function.implied_by, None);
    assert_eq!(function.source_root.as_deref(), Some("src"));
    assert_eq!(e.json("Hello", "Runtime"), "nodejs20.x");
    assert_eq!(e.json("Hello", "TracingConfig"), json!({"Mode": "Active"}));
    assert_eq!(e.json("Hello", "DeadLetterConfig.TargetArn"), "${Q.Arn}");
    assert_eq!(e.json("Hello", "Role"), "${HelloRole.Arn}");
    let runtime = function.props.get("Runtime");
    assert_eq!(e.at(runtime.span), "nodejs20.x");
    assert_eq!(runtime.links().next().map(|l| (l.word, e.at(l.span))), Some((Via::Inherited, "Hello")));

    let role = e.stack.get("HelloRole").unwrap();
    assert_eq!(role.implied_by.as_deref(), Some("Hello"));
    assert_eq!(e.at(role.key), "Hello");
    assert_eq!(
        e.managed("HelloRole"),
        [
            "service-role/AWSLambdaBasicExecutionRole",
            "AWSXrayWriteOnlyAccess",
            "service-role/AWSLambdaVPCAccessExecutionRole"
        ]
    );
    assert_eq!(
        e.json("HelloRole", "Policies"),
        json!([{
            "PolicyName": "DeadLetterQueuePolicy",
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [{"Action": "sqs:SendMessage", "Effect": "Allow", "Resource": "${Q.Arn}"}]
            }
        }])
    );
}

#[test]
fn policies_beside_a_role_are_ignored_and_named() {
    let e = expand(
        "Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Role: arn:aws:iam::1:role/r
      Policies: [AdministratorAccess]
      Events: {Q: {Type: SQS, Properties: {Queue: q}}}
",
    );
    assert_eq!(e.ids(), ["F", "FQ"]);
    assert_eq!(e.json("F", "Role"), "arn:aws:iam::1:role/r");
    let note = e.finished.notes.iter().find(|n| n.kind == NoteKind::Info).unwrap();
    assert_eq!(note.spans.iter().map(|s| e.at(*s)).collect::<Vec<_>>(), ["Policies", "Role"]);
}

#[test]
fn events_of_an_implicit_api_become_its_routes() {
    let e = expand(
        "Globals:
  Api:
    Auth:
      DefaultAuthorizer: Pool
      Authorizers: {Pool: {UserPoolArn: arn:pool}}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Events:
        Open: {Type: Api, Properties: {Path: '/open/{id}', Method: get, Auth: {Authorizer: NONE}}}
        Closed: {Type: Api, Properties: {Path: /closed, Method: ANY}}
",
    );
    let api = e.stack.get("ServerlessRestApi").unwrap();
    assert_eq!(api.ty, "AWS::ApiGateway::RestApi");
    assert_eq!(api.implied_by.as_deref(), Some("F"));
    assert_eq!(e.at(api.key), "Open");
    assert_eq!(
        e.ids(),
        [
            "F",
            "FClosedPermissionProd",
            "FOpenPermissionProd",
            "FRole",
            "ServerlessRestApi",
            "ServerlessRestApiDeployment",
            "ServerlessRestApiProdStage"
        ]
    );
    assert_eq!(
        e.json("FOpenPermissionProd", "SourceArn"),
        "arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${ServerlessRestApi}/*/GET/open/*"
    );
    let paths = api.props.at("Body.paths");
    let open = paths.get("/open/{id}");
    let closed = paths.get("/closed").get("x-amazon-apigateway-any-method");
    assert_eq!(open.get("get").get("security").to_json(), json!([{"NONE": []}]));
    assert_eq!(closed.get("security").to_json(), json!([{"Pool": []}]));
    assert_eq!(
        closed.at("x-amazon-apigateway-integration.uri").display(),
        "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations"
    );
    // Findings point at the event, at the `NONE` in it, and at the default authorizer.
    assert_eq!(e.at(paths.entry("/open/{id}").unwrap().key_span), "Open");
    assert_eq!(open.get("get").links().next().map(|l| (l.word, e.at(l.span))), Some((Via::Implied, "Open")));
    assert_eq!(e.at(open.get("get").get("security").items()[0].span), "NONE");
    assert_eq!(e.at(closed.get("security").span), "Pool");
    assert_eq!(
        api.props.at("Body.securityDefinitions.Pool.x-amazon-apigateway-authtype").as_str(),
        Some("cognito_user_pools")
    );
}

#[test]
fn a_written_definition_keeps_its_places() {
    let template = "Transform: AWS::Serverless-2016-10-31
Resources:
  Own:
    Type: AWS::Serverless::Api
    Properties: {StageName: v1, DefinitionUri: api.yaml, Auth: {ApiKeyRequired: true}}
  Far:
    Type: AWS::Serverless::Api
    Properties: {StageName: v1, DefinitionUri: 's3://b/k'}
  F:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Events:
        Own: {Type: Api, Properties: {Path: /a, Method: get, RestApiId: !Ref Own}}
        Far: {Type: Api, Properties: {Path: /b, Method: get, RestApiId: !Ref Far}}
";
    let file =
        "swagger: '2.0'\npaths:\n  /a:\n    get: {x-amazon-apigateway-integration: {type: aws_proxy}}\n";
    let e = with_files(template, &[("api.yaml", file)]);
    let own = e.stack.get("Own").unwrap().props.at("Body.paths").clone();
    let span = own.entry("/a").unwrap().key_span;
    assert_eq!(&file[span.start as usize..span.end as usize], "/a");
    assert_eq!(own.get("/a").get("get").get("security").to_json(), json!([{"api_key": []}]));
    // What stands elsewhere is not known: the route of the event is, who may call it is not.
    assert_eq!(e.json("Far", "BodyS3Location"), json!({"Bucket": "b", "Key": "k"}));
    let far = e.stack.get("Far").unwrap().props.at("Body.paths").clone();
    assert!(far.as_map().unwrap().open);
    assert!(!far.get("/b").get("get").get("security").is_known());
}

#[test]
fn http_api_routes_and_their_permissions() {
    let e = expand(
        "Resources:
  Api:
    Type: AWS::Serverless::HttpApi
    Properties:
      StageName: v-1
      CorsConfiguration: true
      Auth:
        DefaultAuthorizer: J
        Authorizers:
          J: {JwtConfiguration: {issuer: i, audience: [a]}, IdentitySource: h}
          L: {FunctionArn: !GetAtt F.Arn, AuthorizerPayloadFormatVersion: 2.0, EnableFunctionDefaultPermissions: true}
  F:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Events:
        All: {Type: HttpApi, Properties: {ApiId: !Ref Api}}
        One: {Type: HttpApi, Properties: {ApiId: !Ref Api, Path: /one, Method: post, Auth: {Authorizer: L}}}
  G:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Events: {Two: {Type: HttpApi, Properties: {ApiId: !Ref Api, Path: '/{x}', Method: any, Auth: {Authorizer: NONE}}}}
",
    );
    // The permission of the default route covers the function's other routes.
    assert_eq!(
        e.ids(),
        [
            "Api",
            "ApiLAuthorizerPermission",
            "ApiStage065afdce56",
            "F",
            "FAllPermission",
            "FRole",
            "G",
            "GRole",
            "GTwoPermission"
        ]
    );
    assert!(e.json("FAllPermission", "SourceArn").as_str().unwrap().ends_with("${Api}/*/*"));
    assert!(e.json("GTwoPermission", "SourceArn").as_str().unwrap().ends_with("${Api}/*/*/*"));
    let body = e.stack.get("Api").unwrap().props.get("Body").clone();
    assert_eq!(body.get("x-amazon-apigateway-cors").to_json(), json!({"allowOrigins": ["*"]}));
    let security =
        |path: &str, method: &str| body.get("paths").get(path).get(method).get("security").to_json();
    assert_eq!(security("$default", "x-amazon-apigateway-any-method"), json!([{"J": []}]));
    assert_eq!(security("/one", "post"), json!([{"L": []}]));
    assert_eq!(security("/{x}", "x-amazon-apigateway-any-method"), json!([{"NONE": []}]));
}

#[test]
fn stage_names_that_no_id_may_hold_are_digested() {
    // SHA-1 of `v-1` begins with these digits.
    let e = expand(
        "Resources:
  Api: {Type: AWS::Serverless::Api, Properties: {StageName: v-1}}
  Ref: {Type: AWS::Serverless::Api, Properties: {StageName: !Ref S}}
Parameters: {S: {Type: String, Default: prod}}
",
    );
    let stages: Vec<&str> = e.stack.of_type("AWS::ApiGateway::Stage").map(|r| r.id.as_str()).collect();
    assert_eq!(stages, ["ApiStage065afdce56", "RefStage"]);
}

#[test]
fn an_open_url_lets_everybody_in() {
    let e = expand(
        "Parameters: {A: {Type: String, Default: NONE}}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties: {Handler: a.b, AutoPublishAlias: live, FunctionUrlConfig: {AuthType: NONE}}
  G:
    Type: AWS::Serverless::Function
    Properties: {Handler: a.b, FunctionUrlConfig: {AuthType: !Ref A}}
Outputs:
  U: {Value: !GetAtt F.Alias.Arn}
  V: {Value: !Ref F.Version}
",
    );
    assert_eq!(e.json("FUrl", "TargetFunctionArn"), "${FAliaslive}");
    assert_eq!(e.json("FUrlPublicPermissions", "Principal"), "*");
    assert_eq!(e.json("FUrlPublicPermissions", "FunctionUrlAuthType"), "NONE");
    assert_eq!(e.json("FURLInvokeAllowPublicAccess", "InvokedViaFunctionUrl"), true);
    assert_eq!(e.at(e.stack.get("FUrl").unwrap().props.get("AuthType").span), "NONE");
    assert_eq!(e.json("GUrl", "AuthType"), "NONE");
    assert!(e.stack.get("GUrlPublicPermissions").is_none(), "only a literal NONE is seen");
    assert_eq!(e.stack.outputs.at("U.Value").display(), "${FAliaslive.Arn}");
    assert_eq!(e.stack.outputs.at("V.Value").display(), "${FVersion}");
    assert_eq!(e.json("FAliaslive", "FunctionVersion"), "${FVersion.Version}");
}

#[test]
fn pull_events_give_the_role_rights() {
    let e = expand(
        "Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Events:
        A: {Type: SQS, Properties: {Queue: !GetAtt Q.Arn, BatchSize: 5}}
        B: {Type: SQS, Properties: {Queue: arn:b}}
        C:
          Type: Kinesis
          Properties:
            Stream: arn:s
            StartingPosition: LATEST
            DestinationConfig: {OnFailure: {Type: SNS, Destination: !Ref T}}
        M:
          Type: MQ
          Properties:
            Broker: arn:m
            Queues: [q]
            SourceAccessConfigurations: [{Type: BASIC_AUTH, URI: arn:secret}]
  Q: {Type: AWS::SQS::Queue}
  T: {Type: AWS::SNS::Topic}
",
    );
    assert_eq!(
        e.managed("FRole"),
        [
            "service-role/AWSLambdaBasicExecutionRole",
            "service-role/AWSLambdaSQSQueueExecutionRole",
            "service-role/AWSLambdaKinesisExecutionRole"
        ]
    );
    let arns = e.stack.get("FRole").unwrap().props.get("ManagedPolicyArns").clone();
    assert_eq!(arns.items()[1].links().next().map(|l| (l.word, e.at(l.span))), Some((Via::Implied, "A")));
    let statements: Vec<serde_json::Value> = e
        .stack
        .get("FRole")
        .unwrap()
        .props
        .get("Policies")
        .items()
        .iter()
        .flat_map(|p| p.at("PolicyDocument.Statement").items().to_vec())
        .map(|s| s.to_json())
        .collect();
    assert_eq!(
        statements,
        [
            json!({"Action": "sns:publish", "Effect": "Allow", "Resource": "${T}"}),
            json!({"Action": ["secretsmanager:GetSecretValue"], "Effect": "Allow", "Resource": "arn:secret"}),
            json!({"Action": ["mq:DescribeBroker"], "Effect": "Allow", "Resource": "arn:m"}),
        ]
    );
    assert_eq!(e.json("FA", "EventSourceArn"), "${Q.Arn}");
    assert_eq!(e.json("FC", "DestinationConfig"), json!({"OnFailure": {"Destination": "${T}"}}));
    assert_eq!(e.stack.get("FA").unwrap().implied_by.as_deref(), Some("F"));
    assert_eq!(
        e.at(e.stack.get("FA").unwrap().block),
        "A: {Type: SQS, Properties: {Queue: !GetAtt Q.Arn, BatchSize: 5}}"
    );
}

#[test]
fn push_events_make_permissions_and_change_their_sources() {
    let e = expand(
        "Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Events:
        Up: {Type: S3, Properties: {Bucket: !Ref B, Events: ['s3:ObjectCreated:*']}}
        Top: {Type: SNS, Properties: {Topic: !Ref T, SqsSubscription: true}}
        In: {Type: Cognito, Properties: {UserPool: !Ref P, Trigger: PreSignUp}}
        Tick: {Type: Schedule, Properties: {Schedule: rate(1 day), Enabled: false, DeadLetterConfig: {Type: SQS}}}
        Tock: {Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 day)}}
        Skill: {Type: AlexaSkill}
        Log: {Type: CloudWatchLogs, Properties: {LogGroupName: g, FilterPattern: ''}}
        Thing: {Type: IoTRule, Properties: {Sql: s}}
  B: {Type: AWS::S3::Bucket}
  T: {Type: AWS::SNS::Topic}
  P: {Type: AWS::Cognito::UserPool}
",
    );
    assert_eq!(
        e.json("B", "NotificationConfiguration.LambdaConfigurations"),
        json!([{"Event": "s3:ObjectCreated:*", "Function": "${F.Arn}"}])
    );
    assert_eq!(e.stack.get("B").unwrap().attributes.get("DependsOn").to_json(), json!(["FUpPermission"]));
    assert_eq!(e.json("FUpPermission", "SourceAccount"), "${AWS::AccountId}");
    assert_eq!(e.json("FTopEventSourceMapping", "EventSourceArn"), "${FTopQueue.Arn}");
    assert_eq!(e.json("FTop", "Protocol"), "sqs");
    assert_eq!(
        e.json("FTopQueuePolicy", "PolicyDocument.Statement")[0]["Condition"],
        json!({"ArnEquals": {"aws:SourceArn": "${T}"}})
    );
    assert!(e.managed("FRole").contains(&"service-role/AWSLambdaSQSQueueExecutionRole".to_owned()));
    assert_eq!(e.json("P", "LambdaConfig"), json!({"PreSignUp": "${F.Arn}"}));
    assert_eq!(e.json("FCognitoPermission", "SourceArn"), "${P.Arn}");
    assert_eq!(e.json("FTick", "State"), "DISABLED");
    assert_eq!(e.json("FTick", "Targets")[0]["DeadLetterConfig"]["Arn"], "${FTickQueue.Arn}");
    assert_eq!(e.json("FTickPermission", "SourceArn"), "${FTick.Arn}");
    assert_eq!(e.json("FTock", "Target.RoleArn"), "${FTockRole.Arn}");
    assert_eq!(e.json("FTockRole", "Policies")[0]["PolicyDocument"]["Statement"][0]["Resource"], "${F.Arn}");
    assert_eq!(e.json("FSkillPermission", "Principal"), "alexa-appkit.amazon.com");
    assert_eq!(
        e.json("FLogPermission", "SourceArn"),
        "arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:g:*"
    );
    assert_eq!(
        e.json("FThingPermission", "SourceArn"),
        "arn:aws:iot:${AWS::Region}:${AWS::AccountId}:rule/${FThing}"
    );
}

#[test]
fn auth_of_rest_apis_reaches_every_route() {
    let e = expand(
        "Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: Prod
      Cors: \"'*'\"
      Auth:
        DefaultAuthorizer: AWS_IAM
        AddDefaultAuthorizerToCorsPreflight: false
        ApiKeyRequired: true
        AddApiKeyRequiredToCorsPreflight: false
        Authorizers: {L: {FunctionArn: !GetAtt A.Arn, FunctionPayloadType: REQUEST, Identity: {Headers: [X]}}}
        UsagePlan: {CreateUsagePlan: PER_API}
        ResourcePolicy: {IpRangeWhitelist: [10.0.0.0/8]}
  A: {Type: AWS::Serverless::Function, Properties: {Handler: a.b}}
  F:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Events:
        I: {Type: Api, Properties: {Path: /i, Method: get, RestApiId: !Ref Api}}
        L: {Type: Api, Properties: {Path: /l, Method: get, RestApiId: !Ref Api, Auth: {Authorizer: L, ApiKeyRequired: false}}}
",
    );
    let body = e.stack.get("Api").unwrap().props.get("Body").clone();
    let get = |path: &str, method: &str| body.get("paths").get(path).get(method).clone();
    assert_eq!(get("/i", "get").get("security").to_json(), json!([{"AWS_IAM": []}, {"api_key": []}]));
    assert_eq!(
        get("/i", "get").at("x-amazon-apigateway-integration.credentials").as_str(),
        Some("arn:aws:iam::*:user/*")
    );
    assert_eq!(get("/l", "get").get("security").to_json(), json!([{"L": []}]));
    assert_eq!(get("/l", "options").at("x-amazon-apigateway-integration.type").as_str(), Some("mock"));
    assert!(get("/l", "options").get("security").items().is_empty());
    assert_eq!(
        body.at("securityDefinitions.L.x-amazon-apigateway-authorizer.identitySource").as_str(),
        Some("method.request.header.X")
    );
    assert_eq!(e.json("ApiLAuthorizerPermission", "FunctionName"), "${A.Arn}");
    let policy = body.at("x-amazon-apigateway-policy.Statement").to_json();
    assert_eq!(policy.as_array().unwrap().len(), 4, "two statements a path");
    assert_eq!(policy[1]["Effect"], "Deny");
    assert_eq!(policy[1]["Condition"], json!({"NotIpAddress": {"aws:SourceIp": ["10.0.0.0/8"]}}));
    assert_eq!(policy[1]["Resource"], json!(["execute-api:/Prod/GET/i", "execute-api:/Prod/OPTIONS/i"]));
    assert_eq!(e.json("ApiUsagePlanKey", "KeyId"), "${ApiApiKey}");
}

#[test]
fn state_machines_get_roles_for_themselves_and_their_events() {
    let e = with_files(
        "Transform: AWS::Serverless-2016-10-31
Resources:
  M:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: m.asl.json
      Tracing: {Enabled: true}
      Policies: [LambdaInvokePolicy: {FunctionName: !Ref F}]
      Events:
        Tick: {Type: Schedule, Properties: {Schedule: rate(1 day)}}
        Web: {Type: Api, Properties: {Path: /go, Method: post}}
  F: {Type: AWS::Serverless::Function, Properties: {InlineCode: x, Handler: a.b}}
",
        &[("m.asl.json", "{\"StartAt\": \"A\"}")],
    );
    assert_eq!(e.json("M", "Definition"), json!({"StartAt": "A"}));
    assert_eq!(e.json("M", "RoleArn"), "${MRole.Arn}");
    assert_eq!(e.managed("MRole"), ["AWSXrayWriteOnlyAccess"]);
    let statement = e.stack.get("MRole").unwrap().props.get("Policies").items()[0]
        .at("PolicyDocument.Statement")
        .items()[0]
        .clone();
    assert_eq!(statement.get("Action").to_json(), json!(["lambda:InvokeFunction"]));
    assert_eq!(
        statement.get("Resource").display(),
        "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${F}*"
    );
    assert_eq!(
        statement.links().next().map(|l| (l.word, e.at(l.span))),
        Some((Via::PolicyTemplate, "LambdaInvokePolicy: {FunctionName: !Ref F}"))
    );
    assert_eq!(e.json("MTick", "Targets")[0]["RoleArn"], "${MTickRole.Arn}");
    let post = e.stack.get("ServerlessRestApi").unwrap().props.at("Body.paths./go.post").clone();
    assert_eq!(post.at("x-amazon-apigateway-integration.credentials").display(), "${MWebRole.Arn}");
    assert_eq!(
        e.stack.get("F").unwrap().props.at("Code.ZipFile").as_str(),
        Some("x"),
        "inline code stays in the function"
    );
}

#[test]
fn connectors_grant_what_their_profile_says() {
    let e = expand(
        "Resources:
  F:
    Type: AWS::Serverless::Function
    Connectors:
      Table: {Properties: {Destination: {Id: T}, Permissions: [Read]}}
    Properties: {Handler: a.b}
  T: {Type: AWS::Serverless::SimpleTable}
  R:
    Type: AWS::Events::Rule
    Properties: {}
  Wire:
    Type: AWS::Serverless::Connector
    Properties: {Source: {Id: R}, Destination: [{Id: F}], Permissions: [Write]}
  Odd:
    Type: AWS::Serverless::Connector
    Properties: {Source: {Id: T}, Destination: {Id: R}, Permissions: [Write]}
",
    );
    assert_eq!(e.json("FTablePolicy", "Roles"), json!(["${FRole}"]));
    let statement = &e.json("FTablePolicy", "PolicyDocument.Statement")[0];
    assert_eq!(statement["Resource"], json!(["${T.Arn}", "${T.Arn}/index/*"]));
    assert_eq!(e.stack.get("FTablePolicy").unwrap().implied_by.as_deref(), Some("F"));
    assert_eq!(e.json("WireWriteLambdaPermissionDestination0", "SourceArn"), "${R.Arn}");
    assert_eq!(e.json("WireWriteLambdaPermissionDestination0", "FunctionName"), "${F.Arn}");
    assert!(e.stack.get("Wire").is_none());
    assert!(e.finished.notes.iter().any(|n| n.name.contains("`Odd`")));
    assert_eq!(e.stack.get("T").unwrap().ty, "AWS::DynamoDB::Table");
}

#[test]
fn destinations_are_made_and_may_be_reached() {
    let e = expand(
        "Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      EventInvokeConfig:
        MaximumRetryAttempts: 1
        DestinationConfig:
          OnFailure: {Type: SQS}
          OnSuccess: {Type: Lambda, Destination: arn:l}
Outputs: {Q: {Value: !Ref F.DestinationQueue}}
",
    );
    assert_eq!(
        e.json("FEventInvokeConfig", "DestinationConfig"),
        json!({
            "OnSuccess": {"Destination": "arn:l"},
            "OnFailure": {"Destination": "${FEventInvokeConfigOnFailureQueue.Arn}"}
        })
    );
    let actions: Vec<serde_json::Value> = e
        .json("FRole", "Policies")
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["PolicyDocument"]["Statement"][0]["Action"].clone())
        .collect();
    assert_eq!(actions, ["lambda:InvokeFunction", "sqs:SendMessage"]);
    assert_eq!(
        e.stack.outputs.at("Q.Value").as_target(),
        Some(&Target::Resource { id: "FEventInvokeConfigOnFailureQueue".into(), attribute: None })
    );
}

#[test]
fn gradual_deployments_have_their_application() {
    let e = expand(
        "Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      AutoPublishAlias: live
      DeploymentPreference: {Type: Canary10Percent5Minutes}
",
    );
    assert_eq!(
        e.json("FDeploymentGroup", "DeploymentConfigName"),
        "CodeDeployDefault.LambdaCanary10Percent5Minutes"
    );
    assert_eq!(e.managed("CodeDeployServiceRole"), ["service-role/AWSCodeDeployRoleForLambda"]);
    assert!(e.stack.get("ServerlessDeploymentApplication").is_some());
}

#[test]
fn nonsense_is_expanded_as_far_as_it_goes() {
    for props in [
        "null",
        "[]",
        "{Events: []}",
        "{Events: {A: null, B: 1, C: {Type: [x]}, D: {Type: Api}, E: {Type: S3, Properties: x}}}",
        "{Events: {A: {Type: HttpApi}, B: {Type: SNS, Properties: {SqsSubscription: {}}}}}",
        "{Policies: [1, null, [], {A: 1, B: 2}], Layers: 1, Tags: []}",
        "{FunctionUrlConfig: NONE, EventInvokeConfig: 1, DeploymentPreference: x, AutoPublishAlias: [1]}",
        "{Events: !Ref Nothing, Policies: !Ref Nothing, CodeUri: !Ref Nothing}",
    ] {
        let e = expand(&format!(
            "Resources:
  F: {{Type: AWS::Serverless::Function, Properties: {props}}}
  A: {{Type: AWS::Serverless::Api, Properties: {props}}}
  H: {{Type: AWS::Serverless::HttpApi, Properties: {props}}}
  W: {{Type: AWS::Serverless::WebSocketApi, Properties: {props}}}
  M: {{Type: AWS::Serverless::StateMachine, Properties: {props}}}
  G: {{Type: AWS::Serverless::GraphQLApi, Properties: {props}}}
  C: {{Type: AWS::Serverless::Connector, Properties: {props}}}
  N: {{Type: AWS::Serverless::Application, Properties: {props}}}
  X: {{Type: AWS::Serverless::Unheard, Properties: {props}}}
"
        ));
        assert_eq!(e.stack.get("F").map(|r| r.ty.as_str()), Some("AWS::Lambda::Function"), "{props}");
        assert!(e.stack.get("FRole").is_some() || props == "[]", "{props}");
        assert_eq!(e.stack.get("X").map(|r| r.ty.as_str()), Some("AWS::Serverless::Unheard"));
    }
}
