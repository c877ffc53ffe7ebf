use palisade_graph::{NoteKind, Via};

use super::{Loaded, load, load_all};
use crate::Inputs;

fn missing(got: &Loaded) -> Vec<&str> {
    got.notes.iter().filter(|n| n.kind == NoteKind::PluginMissing).map(|n| n.name.as_str()).collect()
}

const OWN: &str = "provider:
  name: aws
  iamRoleStatements: [{Effect: Allow, Action: 'shared:*', Resource: '*'}]
functions:
  one:
    handler: a.b
    iamRoleStatements: [{Effect: Allow, Action: 's3:GetObject', Resource: 'arn:b'}]
    iamRoleStatementsInherit: true
    events: [{sqs: 'arn:aws:sqs:x:1:q'}]
  two: {handler: a.b}
";

#[test]
fn a_role_for_each_function_with_the_plugin() {
    let got = load(&format!("service: s\nplugins: [serverless-iam-roles-per-function]\n{OWN}"));
    let own = got.statements("OneIamRoleLambdaExecution");
    assert!(own[0].contains("/aws/lambda/s-dev-one:*:*"));
    assert_eq!(
        own[1..],
        [
            "Allow sqs:ReceiveMessage,sqs:DeleteMessage,sqs:GetQueueAttributes on arn:aws:sqs:x:1:q",
            "Allow shared:* on *",
            "Allow s3:GetObject on arn:b",
        ]
    );
    assert_eq!(got.props("OneLambdaFunction").get("Role").display(), "${OneIamRoleLambdaExecution.Arn}");
    assert_eq!(got.props("TwoLambdaFunction").get("Role").display(), "${IamRoleLambdaExecution.Arn}");
    assert!(missing(&got).is_empty());
}

#[test]
fn without_the_plugin_the_keys_do_nothing() {
    let got = load(&format!("service: s\n{OWN}"));
    assert!(got.stack().get("OneIamRoleLambdaExecution").is_none());
    assert_eq!(got.props("OneLambdaFunction").get("Role").display(), "${IamRoleLambdaExecution.Arn}");
    assert_eq!(missing(&got), ["iamRoleStatements"]);
    let all = load(
        "service: s\nprovider: {name: aws}\nstepFunctions: {stateMachines: {}}\nconstructs: {q: {type: queue}}\nappSync: {name: x}\ncustom: {customDomain: {domainName: x}, associateWaf: {name: y}}",
    );
    let mut names = missing(&all);
    names.sort_unstable();
    assert_eq!(names, ["appSync", "associateWaf", "constructs", "customDomain", "stepFunctions"]);
}

#[test]
fn a_setting_that_services_share_is_for_those_with_the_plugin() {
    let service = |common: &str| {
        let text = format!("service: s\nprovider: {{name: aws}}\ncustom: ${{file({common}):custom}}\n");
        let shared = "custom:\n  customDomain: {domainName: x}\n";
        load_all(
            &[("a/serverless.yml", text.as_str()), ("common.yml", shared), ("a/common.yml", shared)],
            &Inputs::default(),
        )
    };
    assert!(missing(&service("../common.yml")).is_empty());
    assert_eq!(missing(&service("./common.yml")), ["customDomain"]);
}

#[test]
fn machines_and_what_their_tasks_need() {
    let got = load(
        "service: s
provider: {name: aws}
plugins: {modules: [serverless-step-functions]}
functions: {work: {handler: a.b}}
stepFunctions:
  stateMachines:
    flow:
      events:
        - schedule: rate(1 day)
        - http: {method: post, path: start}
      definition:
        StartAt: A
        States:
          A: {Type: Task, Resource: {Fn::GetAtt: [work, Arn]}, Next: B}
          B:
            Type: Parallel
            Branches:
              - States: {C: {Type: Task, Resource: 'arn:aws:states:::dynamodb:putItem', Parameters: {TableName: t}}}
              - States: {D: {Type: Task, Resource: 'arn:aws:states:::sns:publish', Parameters: {TopicArn.$: $.x}}}
",
    );
    let machine = got.stack().get("FlowStepFunctionsStateMachine").unwrap();
    assert_eq!(machine.name, "flow");
    let first = machine.props.at("Definition.States.A.Resource");
    assert_eq!(first.display(), "${WorkLambdaFunction.Arn}");
    let function = "${WorkLambdaFunction.Arn}";
    assert_eq!(
        got.statements("FlowStepFunctionsStateMachineRole"),
        [
            format!("Allow lambda:InvokeFunction on {function},{function}:*"),
            "Allow dynamodb:PutItem on arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/t".into(),
            "Allow sns:Publish on *".into(),
        ]
    );
    assert_eq!(got.ids("AWS::Events::Rule"), ["FlowStepFunctionsEventsRuleSchedule1"]);
    assert_eq!(
        got.statements("FlowScheduleToStepFunctionsRole"),
        ["Allow states:StartExecution on ${FlowStepFunctionsStateMachine}"]
    );
    let method = got.props("ApiGatewayMethodStartPost");
    assert!(method.at("Integration.Uri").display().ends_with(":states:action/StartExecution"));
    assert_eq!(got.statements("ApigatewayToStepFunctionsRole"), ["Allow states:StartExecution on *"]);
}

#[test]
fn constructs_of_lift() {
    let got = load(
        "service: s
provider: {name: aws}
plugins: [serverless-lift]
constructs:
  jobs: {type: queue, worker: {handler: w.x, timeout: 10}}
  files: {type: storage}
  hook: {type: webhook, path: /h, insecure: true}
functions:
  send: {handler: a.b, environment: {Q: '${construct:jobs.queueUrl}', B: '${construct:files.bucketName}'}}
",
    );
    assert_eq!(got.ids("AWS::Lambda::Function"), ["SendLambdaFunction", "JobsWorkerLambdaFunction"]);
    assert_eq!(got.ids("AWS::Lambda::EventSourceMapping"), ["JobsWorkerEventSourceMappingSQSJobsQueue"]);
    assert_eq!(got.props("jobsQueue").get("VisibilityTimeout").as_int(), Some(60));
    assert_eq!(got.props("jobsQueue").at("RedrivePolicy.deadLetterTargetArn").display(), "${jobsDlq.Arn}");
    let env = got.props("SendLambdaFunction").at("Environment.Variables");
    assert_eq!(
        (env.get("Q").display().as_str(), env.get("B").display().as_str()),
        ("${jobsQueue}", "${filesBucket}")
    );
    let statements = got.statements("IamRoleLambdaExecution");
    assert_eq!(statements[2], "Allow sqs:SendMessage,sqs:ChangeMessageVisibility on ${jobsQueue.Arn}");
    let role = got.props("IamRoleLambdaExecution");
    let implied = &role.get("Policies").items()[0].at("PolicyDocument.Statement").items()[2];
    assert_eq!(implied.links().next().unwrap().word, Via::Implied);
    assert_eq!(got.props("hookRoute").get("AuthorizationType").as_str(), Some("NONE"));
    assert_eq!(
        got.props("filesBucket").at("PublicAccessBlockConfiguration.BlockPublicPolicy").as_bool(),
        Some(true)
    );
}

#[test]
fn graphql_apis_with_their_sources() {
    let got = load(
        "service: s
provider: {name: aws}
plugins: [serverless-appsync-plugin]
functions: {resolve: {handler: a.b}}
appSync:
  name: api
  authentication: {type: AMAZON_COGNITO_USER_POOLS, config: {userPoolId: p}}
  dataSources:
    fn: {type: AWS_LAMBDA, config: {functionName: resolve}}
    table: {type: AMAZON_DYNAMODB, config: {tableName: t}}
  resolvers:
    Query.user: {dataSource: fn, kind: UNIT}
",
    );
    let api = got.props("GraphQlApi");
    assert_eq!(api.get("AuthenticationType").as_str(), Some("AMAZON_COGNITO_USER_POOLS"));
    assert_eq!(api.at("UserPoolConfig.UserPoolId").as_str(), Some("p"));
    assert!(got.ids("AWS::AppSync::ApiKey").is_empty());
    assert_eq!(
        got.props("GraphQlDsFn").at("LambdaConfig.LambdaFunctionArn").display(),
        "${ResolveLambdaFunction.Arn}"
    );
    assert_eq!(
        got.statements("GraphQlDsFnRole"),
        ["Allow lambda:invokeFunction on ${ResolveLambdaFunction.Arn},${ResolveLambdaFunction.Arn}:*"]
    );
    let resolver = got.props("GraphQlResolverQueryUser");
    assert_eq!(resolver.get("DataSourceName").display(), "${GraphQlDsFn.Name}");
}

#[test]
fn domains_firewalls_and_pseudo_parameters() {
    let got = load(
        "service: s
provider: {name: aws, iamRoleStatements: [{Effect: Allow, Action: 'x:Y', Resource: 'arn:aws:x:#{AWS::Region}:#{AWS::AccountId}:z'}]}
plugins: [serverless-domain-manager, serverless-associate-waf, serverless-pseudo-parameters]
custom:
  customDomain: {domainName: api.example.com, securityPolicy: tls_1_0, endpointType: regional}
  associateWaf: {name: acl, version: V2}
functions: {hello: {handler: a.b, events: [{http: GET x}]}}
",
    );
    let domain = got.props("CustomDomainApiexamplecom");
    assert_eq!(domain.get("SecurityPolicy").as_str(), Some("TLS_1_0"));
    assert_eq!(domain.at("EndpointConfiguration.Types").items()[0].as_str(), Some("REGIONAL"));
    assert_eq!(got.ids("AWS::WAFv2::WebACLAssociation"), ["ApiGatewayWebAclAssociation"]);
    assert_eq!(
        got.statements("IamRoleLambdaExecution")[2],
        "Allow x:Y on arn:aws:x:${AWS::Region}:${AWS::AccountId}:z"
    );
}

#[test]
fn websites_of_lift_are_read_as_the_construct_says() {
    let got = load(
        "service: s
provider: {name: aws}
plugins: [serverless-lift]
constructs:
  site: {type: static-website, path: dist}
  app: {type: single-page-app, path: dist}
  back: {type: server-side-website, assets: {'/js/*': public/js}}
",
    );
    let origin = |id: &str, n: usize| got.props(id).at("DistributionConfig.Origins").items()[n].clone();
    let site = origin("siteCDN", 0);
    assert_eq!(site.at("CustomOriginConfig.OriginProtocolPolicy").as_str(), Some("http-only"));
    assert_eq!(site.get("DomainName").display(), "${siteBucket.WebsiteURL}");
    assert_eq!(
        origin("appCDN", 0).at("S3OriginConfig.OriginAccessIdentity").display(),
        "origin-access-identity/cloudfront/${appCDNOrigin1S3Origin}"
    );
    assert_eq!(
        origin("backCDN", 1).get("OriginAccessControlId").display(),
        "${backS3OriginAccessControl.Id}"
    );
    let config = got.props("appCDN").get("DistributionConfig");
    assert_eq!(config.get("DefaultRootObject").as_str(), Some("index.html"));
    let functions = config.at("DefaultCacheBehavior.FunctionAssociations");
    assert_eq!(functions.items()[0].get("EventType").as_str(), Some("viewer-response"));
}

#[test]
fn plugins_that_may_add_resources_are_named_once() {
    let got = load(
        "service: s\nprovider: {name: aws}\nplugins: [serverless-offline, my-plugin, ./local]\nparams: {prod: {a: 1}}",
    );
    assert_eq!(got.worlds.len(), 2);
    let words: Vec<_> =
        got.notes.iter().filter(|n| n.kind == NoteKind::Info).map(|n| n.name.as_str()).collect();
    assert_eq!(words, ["plugins that are not followed and may add resources: my-plugin, ./local"]);
}

#[test]
fn plugins_are_fetched_in_the_version_of_the_manifest() {
    let service = "service: shop\nprovider: {name: aws, deploymentBucket: {name: shop-code}}\nplugins:\n  - serverless-a\n  - ./own\n  - '@x/b'\n";
    let manifest = r#"{"name": "serverless-a", "devDependencies": {"serverless-a": "^1.2.3"}}"#;
    let files = [("serverless.yml", service), ("package.json", manifest)];
    let got = load_all(&files, &Inputs::default());
    let interface = &got.stack().interface;
    assert_eq!(interface.deployment_bucket.as_str(), Some("shop-code"));
    let [a, b] = interface.fetched.as_slice() else { panic!("two plugins") };
    assert_eq!((a.name.as_str(), a.version.as_str(), a.locked), ("serverless-a", Some("^1.2.3"), false));
    assert_eq!(got.text(&a.version), r#""^1.2.3""#);
    assert_eq!((b.name.as_str(), b.version.is_null()), ("@x/b", true));
    let locked = load_all(&[files[0], files[1], ("yarn.lock", "")], &Inputs::default());
    assert!(locked.stack().interface.fetched[0].locked);
}
