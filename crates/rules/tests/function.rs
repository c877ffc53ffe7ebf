//! Severities, personas and settings of the rules of functions: what the examples in their headers do not
//! say.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use palisade_diag::{Finding, Persona, Severity};
use palisade_load::{Inputs, WalkOptions};
use palisade_rules::{Settings, check, find, parse_date};
use palisade_source::Limits;

fn run(rule: &str, text: &str, settings: &Settings) -> Vec<Finding> {
    let folder = tempfile::tempdir().unwrap();
    palisade_source::write_atomic(&folder.path().join("template.yaml"), text).unwrap();
    let limits = Limits::default();
    let read =
        palisade_load::read(folder.path(), &WalkOptions::default(), &Inputs::default(), &limits).unwrap();
    assert!(read.failures.is_empty(), "{:?}", read.failures);
    let mut findings: Vec<Finding> = Vec::new();
    for application in &read.applications {
        findings.extend(check(application, settings, &[find(rule).unwrap()]).findings);
    }
    findings.sort_by_key(|f| f.primary().map(|l| l.start.offset));
    findings
}

fn on(day: &str) -> Settings {
    Settings { today: parse_date(day).unwrap(), ..Settings::default() }
}

fn severities(findings: &[Finding]) -> Vec<Severity> {
    findings.iter().map(|f| f.severity).collect()
}

fn function(name: &str, runtime: &str, more: &str) -> String {
    format!(
        "  {name}:\n    Type: AWS::Lambda::Function\n    Properties:\n      Handler: a.b\n      Runtime: \
         {runtime}\n      Role: arn:aws:iam::271828182845:role/r\n      Code: {{S3Bucket: b, S3Key: \
         k}}\n{more}"
    )
}

fn permission(name: &str, function: &str, more: &str) -> String {
    format!(
        "  {name}:\n    Type: AWS::Lambda::Permission\n    Properties:\n      FunctionName: !GetAtt \
         {function}.Arn\n{more}"
    )
}

#[test]
fn a_runtime_is_high_once_aws_refuses_it() {
    let text = format!("Resources:\n{}", function("F", "python3.9", ""));
    let at = |day| severities(&run("function-runtime-deprecated", &text, &on(day)));
    // Deprecated on 2025-12-15, no new functions from 2027-02-01, no updates from 2027-03-03.
    assert_eq!(at("2025-12-14"), []);
    assert_eq!(at("2025-12-15"), [Severity::Medium]);
    assert_eq!(at("2027-01-31"), [Severity::Medium]);
    assert_eq!(at("2027-02-01"), [Severity::High]);
    let soon = |day| run("function-runtime-deprecated-soon", &text, &on(day)).len();
    assert_eq!(
        (soon("2025-06-17"), soon("2025-06-18"), soon("2025-12-14"), soon("2025-12-15")),
        (0, 1, 1, 0)
    );
}

#[test]
fn a_url_without_permission_is_medium_and_says_why() {
    let url =
        "  U:\n    Type: AWS::Lambda::Url\n    Properties: {TargetFunctionArn: !Ref F, AuthType: NONE}\n";
    let closed = format!("Resources:\n{}{url}", function("F", "nodejs24.x", ""));
    let found = run("function-url-without-auth", &closed, &on("2026-11-21"));
    assert_eq!(severities(&found), [Severity::Medium]);
    assert!(found[0].message.contains("403"));
    assert_eq!(run("function-url-without-limit", &closed, &on("2026-11-21")), []);
    let more =
        "      Action: lambda:InvokeFunctionUrl\n      FunctionUrlAuthType: NONE\n      Principal: \"*\"\n";
    let open = format!("{closed}{}", permission("P", "F", more));
    assert_eq!(severities(&run("function-url-without-auth", &open, &on("2026-11-21"))), [Severity::High]);
    assert_eq!(run("function-url-without-limit", &open, &on("2026-11-21")).len(), 1);
    // The permission belongs to the URL: one cause, one rule.
    assert_eq!(run("function-permission-public", &open, &on("2026-11-21")), []);
}

#[test]
fn credentials_make_a_wildcard_origin_regular() {
    let url = |cors: &str| {
        let f = function("F", "nodejs24.x", "");
        format!(
            "Resources:\n{f}  U:\n    Type: AWS::Lambda::Url\n    Properties:\n      TargetFunctionArn: !Ref \
             F\n      AuthType: AWS_IAM\n      Cors: {cors}\n"
        )
    };
    let plain = run("function-url-cors-wildcard", &url("{AllowOrigins: ['*']}"), &on("2026-11-21"));
    assert_eq!((plain[0].severity, plain[0].persona), (Severity::Low, Persona::Pedantic));
    let text = url("{AllowOrigins: ['*'], AllowCredentials: true}");
    let with = run("function-url-cors-wildcard", &text, &on("2026-11-21"));
    assert_eq!((with[0].severity, with[0].persona), (Severity::Medium, Persona::Regular));
}

#[test]
fn schedules_alone_are_low() {
    let rule = |name: &str, when: &str| {
        format!(
            "  {name}:\n    Type: AWS::Events::Rule\n    Properties:\n      {when}\n      Targets: [{{Id: f, \
             Arn: !GetAtt F.Arn}}]\n"
        )
    };
    let may = "      Action: lambda:InvokeFunction\n      Principal: events.amazonaws.com\n";
    let base = format!("Resources:\n{}{}", function("F", "nodejs24.x", ""), permission("P", "F", may));
    let schedule = format!("{base}{}", rule("S", "ScheduleExpression: rate(1 day)"));
    let found = run("function-async-without-failure-target", &schedule, &on("2026-11-21"));
    assert_eq!(severities(&found), [Severity::Low]);
    let both = format!("{schedule}{}", rule("E", "EventPattern: {source: [shop]}"));
    let found = run("function-async-without-failure-target", &both, &on("2026-11-21"));
    assert_eq!(severities(&found), [Severity::Medium]);
    // A destination of the invoke configuration is a target like any other.
    let config = "  C:\n    Type: AWS::Lambda::EventInvokeConfig\n    Properties:\n      FunctionName: !Ref F\n      Qualifier: $LATEST\n      DestinationConfig: {OnFailure: {Destination: !ImportValue queue}}\n";
    assert_eq!(
        run("function-async-without-failure-target", &format!("{both}{config}"), &on("2026-11-21")),
        []
    );
}

#[test]
fn trusted_and_configured_accounts_are_own() {
    let may = "      Action: lambda:InvokeFunction\n      Principal: \"314159265358\"\n";
    let text = format!("Resources:\n{}{}", function("F", "nodejs24.x", ""), permission("P", "F", may));
    let count = |settings: &Settings| run("function-permission-foreign-account", &text, settings).len();
    assert_eq!(count(&on("2026-11-21")), 1);
    let trusted = Settings { trusted_accounts: vec!["314159265358".into()], ..on("2026-11-21") };
    assert_eq!(count(&trusted), 0);
    let own = Settings { account: Some("314159265358".into()), ..on("2026-11-21") };
    assert_eq!(count(&own), 0);
}

#[test]
fn wide_actions_are_high_for_others_only() {
    let grant = |principal: &str| {
        let may = format!("      Action: lambda:*\n      Principal: {principal}\n");
        let text = format!("Resources:\n{}{}", function("F", "nodejs24.x", ""), permission("P", "F", &may));
        severities(&run("function-permission-wide-action", &text, &on("2026-11-21")))
    };
    assert_eq!(grant("!Ref AWS::AccountId"), [Severity::Medium]);
    assert_eq!(grant("events.amazonaws.com"), [Severity::Medium]);
    assert_eq!(grant("\"*\""), [Severity::High]);
    assert_eq!(grant("\"314159265358\""), [Severity::High]);
}

#[test]
fn permissions_for_everybody() {
    let grant = |more: &str| {
        let may = format!("      Action: lambda:InvokeFunction\n      Principal: \"*\"\n{more}");
        let text = format!("Resources:\n{}{}", function("F", "nodejs24.x", ""), permission("P", "F", &may));
        severities(&run("function-permission-public", &text, &on("2026-11-21")))
    };
    assert_eq!(grant(""), [Severity::Critical]);
    assert_eq!(grant("      FunctionUrlAuthType: AWS_IAM\n"), [Severity::High]);
    assert_eq!(grant("      SourceArn: \"*\"\n"), [Severity::Critical]);
    assert_eq!(grant("      SourceArn: arn:aws:events:eu-west-1:271828182845:rule/r\n"), []);
    assert_eq!(grant("      SourceAccount: !Ref AWS::AccountId\n"), []);
    assert_eq!(grant("      InvokedViaFunctionUrl: true\n"), []);
}

#[test]
fn layers_of_publishers_and_of_strangers() {
    let layers = "      Layers:\n        - arn:aws:lambda:eu-west-1:464622532012:layer:Datadog-Extension:65\n        - arn:aws:lambda:eu-west-1:314159265358:layer:hook:1\n        - arn:aws:lambda:eu-west-1:580247275435:layer:LambdaInsightsExtension:53\n      Environment: {Variables: {AWS_LAMBDA_EXEC_WRAPPER: /opt/hook}}\n";
    let text = format!("Resources:\n{}", function("F", "nodejs24.x", layers));
    let found = run("function-layer-foreign-account", &text, &on("2026-11-21"));
    assert_eq!(severities(&found), [Severity::Info, Severity::Medium]);
    // The stranger's layer has the script that starts the runtime.
    assert_eq!(run("function-env-dangerous", &text, &on("2026-11-21")).len(), 1);
    let trusted = Settings { trusted_accounts: vec!["314159265358".into()], ..on("2026-11-21") };
    assert_eq!(run("function-env-dangerous", &text, &trusted), []);
}

#[test]
fn one_value_that_differs_between_environments_is_one_finding() {
    let text = "\
Parameters:
  Stage: {Type: String, Default: dev, AllowedValues: [dev, prod]}
Mappings:
  Keys:
    dev: {Arn: 'arn:aws:kms:eu-west-1:271828182845:key/d'}
    prod: {Arn: 'arn:aws:kms:eu-west-1:271828182845:key/p'}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
  Policy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - Effect: Allow
            Action: kms:*
            Resource: !If [IsProd, !FindInMap [Keys, prod, Arn], !FindInMap [Keys, dev, Arn]]
";
    let all = run("iam-wildcard-action", text, &Settings::default());
    let messages: Vec<&str> = all.iter().map(|f| f.message.as_str()).collect();
    let [message] = messages.as_slice() else { panic!("{messages:#?}") };
    assert!(message.ends_with("(and its like in other environments)"), "{message}");
}
