//! Proposals as edits, in every dialect and through every row of the tables.

use std::collections::BTreeMap;

use palisade_graph::{Application, Graph, NodeIx};
use palisade_load::{Inputs, WalkOptions};
use palisade_rules::{Change, Literal, Proposal, Safety};
use palisade_source::{Jail, Limits, apply_edits};

use super::plan::{Intent, Names, edits, plan};
use super::same::{Allowed, unexpected};
use super::texts::Texts;

fn read(files: &[(&str, &str)]) -> (tempfile::TempDir, Application) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        palisade_source::write_atomic(&path, text).unwrap();
    }
    let all =
        palisade_load::read(folder.path(), &WalkOptions::default(), &Inputs::default(), &Limits::default());
    let mut all = all.unwrap();
    assert_eq!(all.applications.len(), 1, "{:?}", all.failures);
    (folder, all.applications.remove(0))
}

fn node(graph: &Graph, logical_id: &str) -> NodeIx {
    graph.by_logical(logical_id).unwrap_or_else(|| {
        let all: Vec<&str> = graph.nodes.iter().map(|n| n.logical_id.as_str()).collect();
        panic!("no {logical_id} in {all:?}")
    })
}

/// The text of the first file after a proposal; it must read as meant.
fn apply(files: &[(&str, &str)], make: impl Fn(&Graph) -> Proposal) -> Result<String, String> {
    let (folder, application) = read(files);
    let limits = Limits::default();
    let texts = Texts::new(&application.store, &limits);
    let graph = &application.worlds.first().unwrap().1;
    let planned = plan(&application, &texts, &Names::default(), 0, &make(graph)).map_err(|r| r.0)?;
    let all = edits(&texts, &planned.steps).map_err(|r| r.0)?;
    let mut overlay: BTreeMap<String, std::sync::Arc<str>> = BTreeMap::new();
    for (name, text) in files {
        let own: Vec<_> = all.iter().filter(|e| e.path == *name).cloned().collect();
        overlay.insert((*name).to_owned(), apply_edits(text, &own).unwrap().into());
    }
    let jail = Jail::new(folder.path()).unwrap().with_overlay(overlay.clone());
    let again = palisade_load::read_again(&jail, &application, &Inputs::default(), &limits).unwrap();
    let intents: Vec<&Intent> = planned.intents.iter().collect();
    let allowed = Allowed { intents, affected: std::collections::BTreeSet::new() };
    unexpected(&application, &again.application, &allowed)?;
    for intent in &planned.intents {
        if let Intent::Property { node, path } = intent {
            let graph = &again.application.worlds.first().unwrap().1;
            let found = graph.by_id(node).and_then(|ix| graph.node(ix)).unwrap();
            assert!(!found.props.lookup(path).is_null(), "{node} {path} is absent:\n{overlay:?}");
        }
    }
    Ok(overlay.get(files[0].0).unwrap().to_string())
}

fn set(files: &[(&str, &str)], id: &str, path: &str, value: impl Into<Literal>) -> Result<String, String> {
    let value = value.into();
    apply(files, |graph| {
        let change = Change::Set { node: node(graph, id), path: path.into(), value: value.clone() };
        Proposal::new("t", Safety::Safe, vec![change])
    })
}

const SAM: &str = "\
Transform: AWS::Serverless-2016-10-31
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Runtime: nodejs22.x
      CodeUri: .
";

#[test]
fn a_property_is_said_in_the_words_of_sam() {
    for (path, value, expected) in [
        ("TracingConfig.Mode", Literal::from("Active"), "      Tracing: Active\n"),
        ("Timeout", 3.into(), "      Timeout: 3\n"),
        ("Environment.KMS", "x".into(), ""),
        ("ReservedConcurrentExecutions", 5.into(), "      ReservedConcurrentExecutions: 5\n"),
        (
            "VpcConfig.SubnetIds",
            Literal::List(vec!["a".into()]),
            "      VpcConfig:\n        SubnetIds:\n          - a\n",
        ),
    ] {
        let result = set(&[("template.yaml", SAM)], "Fn", path, value);
        if !expected.is_empty() {
            assert_eq!(result.unwrap(), format!("{SAM}{expected}"));
        }
    }
}

#[test]
fn a_queue_or_topic_for_failures_is_named_with_its_kind() {
    let text = format!("{SAM}  Dead:\n    Type: AWS::SQS::Queue\n");
    let result = apply(&[("template.yaml", &text)], |graph| {
        let value = Literal::Of(node(graph, "Dead"), Some("Arn".into()));
        Proposal::set(node(graph, "Fn"), "DeadLetterConfig.TargetArn", value, "t")
    });
    let expected = "      CodeUri: .\n      DeadLetterQueue:\n        Type: SQS\n        TargetArn: !GetAtt Dead.Arn\n  Dead:";
    assert!(result.as_ref().unwrap().contains(expected), "{result:?}");
}

#[test]
fn what_is_inherited_is_written_where_it_is_inherited_from() {
    let text =
        SAM.replace("Resources:", "Globals:\n  Function:\n    Tracing: PassThrough # shared\nResources:");
    let result = set(&[("template.yaml", &text)], "Fn", "TracingConfig.Mode", "Active").unwrap();
    assert_eq!(result, text.replace("PassThrough", "Active"));
    let service = "service: s\nprovider:\n  name: aws\n  runtime: nodejs22.x\n  timeout: 5\nfunctions:\n  a: {handler: a.b}\n  b: {handler: a.b}\n";
    let result = set(&[("serverless.yml", service)], "ALambdaFunction", "Timeout", 9).unwrap();
    assert_eq!(result, service.replace("timeout: 5", "timeout: 9"));
}

#[test]
fn what_is_computed_stays() {
    let refused = |text: &str, path: &str, value: Literal| {
        set(&[("template.yaml", text)], "Fn", path, value).unwrap_err()
    };
    let parameter = format!("{SAM}      Timeout: !Ref T\nParameters:\n  T: {{Type: Number, Default: 3}}\n");
    assert_eq!(refused(&parameter, "Timeout", 9.into()), "its value is computed");
    let long = parameter.replace("!Ref T", "{Ref: T}");
    assert_eq!(refused(&long, "Timeout", 9.into()), "its value is computed");
    let alias = format!("{SAM}      Timeout: *t\nMetadata:\n  T: &t 3\n");
    assert!(set(&[("template.yaml", &alias)], "Fn", "Timeout", 9).is_err());
    let merged = "Metadata:\n  Shared: &s {Timeout: 3}\n".to_owned() + SAM + "      <<: *s\n";
    assert_eq!(refused(&merged, "Timeout", 9.into()), "its value comes from a merged map");
    let service = "service: s\ncustom: {t: 5}\nprovider: {name: aws, runtime: nodejs22.x}\nfunctions:\n  a: {handler: a.b, timeout: '${self:custom.t}'}\n";
    assert_eq!(
        set(&[("serverless.yml", service)], "ALambdaFunction", "Timeout", 9).unwrap_err(),
        "its value is computed"
    );
}

#[test]
fn the_deployed_outcome_of_a_choice_is_replaced() {
    let text = format!(
        "{SAM}      Timeout: !If [Long, 60, 3]\nParameters:\n  Stage: {{Type: String, Default: dev}}\nConditions:\n  Long: !Equals [!Ref Stage, prod]\n"
    );
    let result = set(&[("template.yaml", &text)], "Fn", "Timeout", 9).unwrap();
    assert_eq!(result, text.replace("60, 3", "60, 9"));
}

#[test]
fn json_with_tabs_and_windows_line_breaks_are_kept() {
    let json =
        "{\r\n\t\"Resources\": {\r\n\t\t\"Q\": {\r\n\t\t\t\"Type\": \"AWS::SQS::Queue\"\r\n\t\t}\r\n\t}\r\n}";
    let result = set(&[("template.json", json)], "Q", "SqsManagedSseEnabled", true).unwrap();
    let expected = json.replace(
        "\"AWS::SQS::Queue\"",
        "\"AWS::SQS::Queue\",\r\n\t\t\t\"Properties\": {\r\n\t\t\t\t\"SqsManagedSseEnabled\": true\r\n\t\t\t}",
    );
    assert_eq!(result, expected);
}

#[test]
fn references_are_written_as_the_file_writes_them() {
    let files = |text: &str| {
        apply(&[("template.json", text)], |graph| {
            let key = Literal::Of(node(graph, "K"), Some("Arn".into()));
            Proposal::set(node(graph, "Q"), "KmsMasterKeyId", key, "t")
        })
    };
    let json = r#"{"Resources": {"K": {"Type": "AWS::KMS::Key"}, "Q": {"Type": "AWS::SQS::Queue"}}}"#;
    let result = files(json).unwrap();
    assert!(result.contains(r#""KmsMasterKeyId": {"Fn::GetAtt": ["K", "Arn"]}"#), "{result}");
    let yaml = "Resources:\n  K:\n    Type: AWS::KMS::Key\n  Q:\n    Type: AWS::SQS::Queue\n";
    let result = files(yaml).unwrap();
    assert!(result.ends_with("    Properties:\n      KmsMasterKeyId: !GetAtt K.Arn\n"), "{result}");
}

#[test]
fn a_resource_is_declared_and_referred_to() {
    let declare = |files: &[(&str, &str)], id: &str| {
        apply(files, |graph| {
            let queue = node(graph, id);
            let new = Change::Declare {
                after: queue,
                suffix: "Dead".into(),
                ty: "AWS::SQS::Queue".into(),
                properties: vec![("SqsManagedSseEnabled".into(), true.into())],
            };
            let policy = Literal::Map(vec![
                ("deadLetterTargetArn".into(), Literal::Declared(1, Some("Arn".into()))),
                ("maxReceiveCount".into(), 5.into()),
            ]);
            let set = Change::Set { node: queue, path: "RedrivePolicy".into(), value: policy };
            Proposal::new("t", Safety::Unsafe, vec![set, new])
        })
    };
    let yaml = "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n\n  Z:\n    Type: AWS::SNS::Topic\n";
    let expected = "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n    Properties:\n      RedrivePolicy:\n        deadLetterTargetArn: !GetAtt QDead.Arn\n        maxReceiveCount: 5\n\n  QDead:\n    Type: AWS::SQS::Queue\n    Properties:\n      SqsManagedSseEnabled: true\n\n  Z:\n    Type: AWS::SNS::Topic\n";
    assert_eq!(declare(&[("template.yaml", yaml)], "Q").unwrap(), expected);
    let hcl = "resource \"aws_sqs_queue\" \"q\" {\n  name = \"q\"\n}\n";
    let result = declare(&[("main.tf", hcl)], "aws_sqs_queue.q").unwrap();
    assert!(
        result.contains("resource \"aws_sqs_queue\" \"q_dead\" {\n  sqs_managed_sse_enabled = true\n}\n"),
        "{result}"
    );
    assert!(result.contains("deadLetterTargetArn = aws_sqs_queue.q_dead.arn\n"), "{result}");
}

#[test]
fn what_the_framework_generates_is_extended() {
    let service =
        "service: s\nprovider: {name: aws, runtime: nodejs22.x}\nfunctions:\n  a:\n    handler: a.b\n";
    let result =
        set(&[("serverless.yml", service)], "ALambdaFunction", "RecursiveLoop", "Terminate").unwrap();
    let expected = "resources:\n  extensions:\n    ALambdaFunction:\n      Properties:\n        RecursiveLoop: Terminate\n";
    assert_eq!(result, format!("{service}{expected}"));
    let result = set(&[("serverless.yml", service)], "ALogGroup", "RetentionInDays", 30).unwrap();
    assert_eq!(result, format!("{service}    logRetentionInDays: 30\n"));
}

#[test]
fn functions_in_a_file_of_their_own_are_edited_there() {
    let service =
        "service: s\nprovider: {name: aws, runtime: nodejs22.x}\nfunctions: ${file(functions.yml)}\n";
    let functions = "a:\n  handler: a.b\n";
    let (_folder, application) = read(&[("serverless.yml", service), ("functions.yml", functions)]);
    let limits = Limits::default();
    let texts = Texts::new(&application.store, &limits);
    let graph = &application.worlds.first().unwrap().1;
    let proposal = Proposal::set(node(graph, "ALambdaFunction"), "Timeout", 9, "t");
    let planned = plan(&application, &texts, &Names::default(), 0, &proposal).unwrap();
    let all = edits(&texts, &planned.steps).unwrap();
    assert_eq!(all.iter().map(|e| e.path.as_str()).collect::<Vec<_>>(), ["functions.yml"]);
    assert_eq!(apply_edits(functions, &all).unwrap(), "a:\n  handler: a.b\n  timeout: 9\n");
}

#[test]
fn generated_templates_and_loops_are_left_alone() {
    let assembly = r#"{"version": "36.0.0", "artifacts": {"S": {"type": "aws:cloudformation:stack", "environment": "aws://unknown-account/unknown-region", "properties": {"templateFile": "S.template.json"}}}}"#;
    let template = r#"{"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}"#;
    let files = [("cdk.out/S.template.json", template), ("cdk.out/manifest.json", assembly)];
    assert_eq!(set(&files, "Q", "SqsManagedSseEnabled", true).unwrap_err(), "the template is generated");
    let looped = "Transform: AWS::LanguageExtensions\nResources:\n  Fn::ForEach::Qs:\n    - N\n    - [A, B]\n    - Q${N}:\n        Type: AWS::SQS::Queue\n";
    assert_eq!(
        set(&[("template.yaml", looped)], "QA", "SqsManagedSseEnabled", true).unwrap_err(),
        "it is declared in a loop"
    );
}

#[test]
fn entries_are_removed_and_items_appended_at_their_place() {
    let text = "Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Environment:\n        Variables:\n          # own\n          AWS_REGION: x # own too\n      Layers:\n        - a\n      Role: r\n";
    let remove = apply(&[("template.yaml", text)], |graph| {
        let props = &graph.node(node(graph, "F")).unwrap().props;
        let at = props.at("Environment.Variables").entry("AWS_REGION").unwrap().key_span;
        Proposal::new("t", Safety::Safe, vec![Change::Remove { at }])
    });
    assert_eq!(
        remove.unwrap(),
        "Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Layers:\n        - a\n      Role: r\n"
    );
    let append = apply(&[("template.yaml", text)], |graph| {
        let list = graph.node(node(graph, "F")).unwrap().props.get("Layers").span;
        Proposal::new("t", Safety::Safe, vec![Change::Append { list, value: "b".into() }])
    });
    assert_eq!(append.unwrap(), text.replace("        - a\n", "        - a\n        - b\n"));
}

#[test]
fn an_edit_that_means_more_than_it_says_is_seen() {
    let text = "Resources:\n  A:\n    Type: AWS::SQS::Queue\n    Properties: {DelaySeconds: 0}\n  B:\n    Type: AWS::SQS::Queue\n    Properties: {DelaySeconds: 1}\n";
    let (folder, application) = read(&[("template.yaml", text)]);
    let after =
        text.replace("DelaySeconds: 1", "DelaySeconds: 2").replace("DelaySeconds: 0", "DelaySeconds: 3");
    let jail = Jail::new(folder.path()).unwrap();
    let jail = jail.with_overlay(BTreeMap::from([("template.yaml".to_owned(), after.into())]));
    let again =
        palisade_load::read_again(&jail, &application, &Inputs::default(), &Limits::default()).unwrap();
    let id = |name: &str| {
        let graph = &application.worlds.first().unwrap().1;
        graph.node(node(graph, name)).unwrap().id.clone()
    };
    let meant = |names: &[&str]| -> Result<(), String> {
        let intents: Vec<Intent> =
            names.iter().map(|n| Intent::Property { node: id(n), path: "DelaySeconds".into() }).collect();
        let allowed =
            Allowed { intents: intents.iter().collect(), affected: std::collections::BTreeSet::new() };
        unexpected(&application, &again.application, &allowed)
    };
    assert_eq!(meant(&["A", "B"]), Ok(()));
    assert_eq!(meant(&["A"]).unwrap_err(), "`B` differs in `DelaySeconds`");
    assert_eq!(meant(&["B"]).unwrap_err(), "`A` differs in `DelaySeconds`");
}

/// A resource of each SAM type, for the rows of the table: type, properties, node, path, value.
fn sam_cases() -> Vec<(&'static str, &'static str, &'static str, &'static str, Literal)> {
    let function = "      Handler: a.b\n      Runtime: nodejs22.x\n      CodeUri: .\n";
    let inline = "      Handler: a.b\n      Runtime: nodejs22.x\n      InlineCode: x\n";
    let image = "      PackageType: Image\n      ImageUri: a\n";
    let url = "      Handler: a.b\n      Runtime: nodejs22.x\n      CodeUri: .\n      FunctionUrlConfig:\n        AuthType: NONE\n";
    let invoke = "      Handler: a.b\n      Runtime: nodejs22.x\n      CodeUri: .\n      EventInvokeConfig:\n        MaximumRetryAttempts: 1\n";
    let rest = "      StageName: prod\n      DefinitionBody: {swagger: '2.0', paths: {}}\n";
    let http = "      DefinitionBody: {openapi: '3.0.1', paths: {}}\n";
    let socket = "      RouteSelectionExpression: $request.body.action\n      Routes: {}\n";
    let machine = "      Definition: {StartAt: A, States: {A: {Type: Succeed}}}\n";
    let graph = "      SchemaInline: 'type Query { a: String }'\n      Auth: {Type: AWS_IAM}\n";
    vec![
        ("Function", function, "X", "TracingConfig.Mode", "Active".into()),
        ("Function", inline, "X", "Code.ZipFile", "y".into()),
        ("Function", image, "X", "Code.ImageUri", "b".into()),
        ("Function", function, "X", "Timeout", 9.into()),
        ("Function", url, "XUrl", "AuthType", "AWS_IAM".into()),
        ("Function", invoke, "XEventInvokeConfig", "MaximumEventAgeInSeconds", 60.into()),
        ("Function", function, "XRole", "PermissionsBoundary", "arn:aws:iam::123456789012:policy/b".into()),
        ("Api", rest, "XprodStage", "TracingEnabled", true.into()),
        ("Api", rest, "X", "DisableExecuteApiEndpoint", true.into()),
        ("Api", rest, "X", "SecurityPolicy", "TLS_1_2".into()),
        ("Api", rest, "X", "EndpointAccessMode", "STRICT".into()),
        ("Api", rest, "X", "ApiKeySourceType", "HEADER".into()),
        ("Api", rest, "X", "Name", "n".into()),
        ("HttpApi", http, "XApiGatewayDefaultStage", "AccessLogSettings.Format", "f".into()),
        ("HttpApi", http, "XApiGatewayDefaultStage", "DefaultRouteSettings.ThrottlingBurstLimit", 9.into()),
        ("HttpApi", http, "XApiGatewayDefaultStage", "RouteSettings.a.ThrottlingBurstLimit", 9.into()),
        ("HttpApi", http, "X", "DisableExecuteApiEndpoint", true.into()),
        ("WebSocketApi", socket, "XDefaultStage", "AccessLogSettings.Format", "f".into()),
        ("WebSocketApi", socket, "XDefaultStage", "DefaultRouteSettings.ThrottlingBurstLimit", 9.into()),
        ("WebSocketApi", socket, "X", "DisableExecuteApiEndpoint", true.into()),
        ("SimpleTable", "      {}\n", "X", "SSESpecification.SSEEnabled", true.into()),
        (
            "SimpleTable",
            "      {}\n",
            "X",
            "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled",
            true.into(),
        ),
        ("SimpleTable", "      {}\n", "X", "TableName", "t".into()),
        ("StateMachine", machine, "X", "LoggingConfiguration.Level", "ALL".into()),
        ("StateMachine", machine, "X", "TracingConfiguration.Enabled", true.into()),
        (
            "StateMachine",
            machine,
            "XRole",
            "PermissionsBoundary",
            "arn:aws:iam::123456789012:policy/b".into(),
        ),
        ("GraphQLApi", graph, "X", "XrayEnabled", true.into()),
        ("LayerVersion", "      ContentUri: .\n", "X", "LicenseInfo", "MIT".into()),
    ]
}

#[test]
fn every_row_for_sam_leads_to_its_property() {
    let mut problems = Vec::new();
    for (kind, body, id, path, value) in sam_cases() {
        let properties = if body.trim() == "{}" { String::new() } else { format!("    Properties:\n{body}") };
        let text = format!(
            "Transform: AWS::Serverless-2016-10-31\nResources:\n  X:\n    Type: AWS::Serverless::{kind}\n{properties}"
        );
        let result = std::panic::catch_unwind(|| set(&[("template.yaml", &text)], id, path, value.clone()));
        match result {
            Ok(Ok(_)) => {}
            Ok(Err(reason)) => problems.push(format!("{kind} {id} {path}: {reason}")),
            Err(_) => problems.push(format!("{kind} {id} {path}: is not what was meant")),
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

const SERVICE: &str = "\
service: s
provider:
  name: aws
  runtime: nodejs22.x
functions:
  a:
    handler: a.b
    url: true
    events:
      - http: GET /a
      - httpApi: GET /b
      - websocket: $connect
";

#[test]
fn every_row_for_serverless_leads_to_its_property() {
    let mut problems = Vec::new();
    let list = || Literal::List(vec!["x".into()]);
    for (id, path, value) in [
        ("ALambdaFunction", "Timeout", Literal::Int(9)),
        ("ALambdaFunction", "MemorySize", 512.into()),
        ("ALambdaFunction", "Runtime", "nodejs24.x".into()),
        ("ALambdaFunction", "TracingConfig.Mode", "Active".into()),
        ("ALambdaFunction", "KmsKeyArn", "arn:aws:kms:eu-west-1:123456789012:key/k".into()),
        ("ALambdaFunction", "ReservedConcurrentExecutions", 5.into()),
        ("ALambdaFunction", "EphemeralStorage.Size", 1024.into()),
        ("ALambdaFunction", "Description", "d".into()),
        ("ALambdaFunction", "VpcConfig.SubnetIds", list()),
        ("ALambdaFunction", "VpcConfig.SecurityGroupIds", list()),
        ("ALambdaFunctionUrl", "AuthType", "AWS_IAM".into()),
        ("ALambdaFunctionUrl", "InvokeMode", "RESPONSE_STREAM".into()),
        ("ALambdaFunctionUrl", "Cors.AllowOrigins", list()),
        ("ALambdaFunctionUrl", "Cors.AllowCredentials", true.into()),
        ("ALogGroup", "RetentionInDays", 30.into()),
        ("ApiGatewayRestApi", "DisableExecuteApiEndpoint", true.into()),
        ("HttpApi", "DisableExecuteApiEndpoint", true.into()),
        ("IamRoleLambdaExecution", "PermissionsBoundary", "arn:aws:iam::123456789012:policy/b".into()),
        ("ServerlessDeploymentBucket", "VersioningConfiguration.Status", "Enabled".into()),
        ("HttpApiStage", "AccessLogSettings", true.into()),
    ] {
        // The framework takes a network only whole.
        let network = if path.starts_with("VpcConfig") {
            "    vpc: {subnetIds: [s], securityGroupIds: [g]}\n"
        } else {
            ""
        };
        let text = format!("{SERVICE}{network}");
        let run = || set(&[("serverless.yml", &text)], id, path, value.clone());
        match std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)) {
            Ok(Ok(text)) if text.contains("extensions:") => problems.push(format!("{id} {path}: extended")),
            Ok(Ok(_)) => {}
            Ok(Err(reason)) => problems.push(format!("{id} {path}: {reason}")),
            Err(_) => problems.push(format!("{id} {path}: is not what was meant")),
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn a_nested_template_that_is_used_twice_changes_in_both_places() {
    let root = "Resources:\n  A:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: inner.yaml}\n  B:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: inner.yaml}\n";
    let inner = "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n";
    let files = [("inner.yaml", inner), ("template.yaml", root)];
    let result = set(&files, "A/Q", "SqsManagedSseEnabled", true).unwrap();
    assert_eq!(result, format!("{inner}    Properties:\n      SqsManagedSseEnabled: true\n"));
}

#[test]
fn what_takes_the_place_of_a_fix_that_fails_is_applied_too() {
    let text = format!(
        "{SAM}  Table:\n    Type: AWS::DynamoDB::Table\n    Properties:\n      TableName: t\n      DeletionProtectionEnabled: false\n"
    );
    let (folder, application) = read(&[("template.yaml", &text)]);
    let limits = Limits::default();
    let settings = palisade_rules::Settings::default();
    let ran: Vec<&'static palisade_rules::Entry> = palisade_rules::rules()
        .iter()
        .filter(|e| ["data-table-deletion-unprotected", "function-tracing-off"].contains(&e.name))
        .collect();
    let mut checked = palisade_rules::check(&application, &settings, &ran);
    let graph = &application.worlds.first().unwrap().1;
    let table = node(graph, "Table");
    let of_table = |f: &palisade_diag::Finding| f.rule == "data-table-deletion-unprotected";
    let n = checked.findings.iter().position(of_table).expect("the table is found");
    let set = |path: &str, value: Literal| {
        Proposal::new(path, Safety::Safe, vec![Change::Set { node: table, path: path.into(), value }])
    };
    checked.proposals.get_mut(n).unwrap().1 =
        vec![set("TableClass", "STANDARD".into()), set("DeletionProtectionEnabled", true.into())];
    let jail = Jail::new(folder.path()).unwrap();
    let inputs = Inputs::default();
    let prover = super::Prover {
        jail: &jail,
        inputs: &inputs,
        limits: &limits,
        settings: &settings,
        ran: &ran,
        barred: &std::collections::BTreeSet::new(),
        budget: 20,
    };
    let all: Vec<usize> = (0..checked.findings.len()).collect();
    let proof = prover.prove(&application, &checked, &all, true);
    assert!(proof.fixes.len() == all.len() && all.len() == 2, "{:?} {:?}", proof.withheld, proof.refused);
    let (edits, mut mended) = proof.together;
    mended.sort_unstable();
    assert_eq!(mended, all, "one at the first attempt, one at the second");
    let fixed = apply_edits(&text, &edits).unwrap();
    assert!(fixed.contains("DeletionProtectionEnabled: true") && !fixed.contains("TableClass"), "{fixed}");
}
