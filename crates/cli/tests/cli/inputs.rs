//! What the user says about values, and what is not read unless it is said.

use crate::run::{CALM, TODAY, done, rules, tree};

const TEMPLATE: &str = "\
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Parameters:
  Runtime:
    Type: String
  Handler:
    Type: String
    Default: a.from_default
Resources:
  Work:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: !Ref Runtime
      Handler: !Ref Handler
      CodeUri: src
";

#[test]
fn parameters_replace_defaults_and_fill_what_has_none() {
    let tree = tree(&[("template.yaml", TEMPLATE)]);
    let plain = tree.function(&[]);
    assert_eq!(plain["properties"]["handler"], "a.from_default");
    assert_eq!(plain["unknown"], serde_json::json!(["runtime"]));
    let given = tree.function(&["--param", "Runtime=nodejs22.x", "--param", "Handler=a.from_flag=x"]);
    assert_eq!(given["properties"]["runtime"], "nodejs22.x");
    assert_eq!(given["properties"]["handler"], "a.from_flag=x");
}

#[test]
fn parameters_change_what_a_scan_finds() {
    let tree = tree(&[("template.yaml", TEMPLATE)]);
    let old = tree.report(&["--param", "Runtime=nodejs12.x", "--select", "function-runtime-*"]);
    assert_eq!(rules(&old), ["function-runtime-deprecated"]);
    let new = tree.report(&["--param", "Runtime=nodejs24.x", "--select", "function-runtime-*"]);
    assert!(rules(&new).is_empty(), "{new}");
}

#[test]
fn parameter_files_have_three_shapes_and_flags_win() {
    let tree = tree(&[
        ("template.yaml", TEMPLATE),
        ("p/list.json", r#"[{"ParameterKey": "Handler", "ParameterValue": "a.list"}]"#),
        ("p/map.json", r#"{"Parameters": {"Handler": "a.map"}}"#),
        ("p/flat.yml", "Handler: a.flat\nRuntime: nodejs22.x\n"),
        ("p/bad.json", "[1, 2]"),
    ]);
    for (file, expected) in [("p/list.json", "a.list"), ("p/map.json", "a.map"), ("p/flat.yml", "a.flat")] {
        let function = tree.function(&["template.yaml", "--param-file", file]);
        assert_eq!(function["properties"]["handler"], expected);
    }
    let both = ["template.yaml", "--param", "Handler=a.flag", "--param-file", "p/flat.yml"];
    assert_eq!(tree.function(&both)["properties"]["handler"], "a.flag");
    assert_eq!(tree.function(&both)["properties"]["runtime"], "nodejs22.x");
    let later = ["template.yaml", "--param-file", "p/flat.yml", "--param-file", "p/map.json"];
    assert_eq!(tree.function(&later)["properties"]["handler"], "a.map");
    let err = tree.scan(&["--param-file", "p/bad.json"]).usage();
    assert!(err.starts_with("error: `p/bad.json`: neither a list of `ParameterKey`"), "{err}");
    let err = tree.scan(&["--param-file", "p/none.json"]).usage();
    assert!(err.starts_with("error: cannot read `p/none.json`: "), "{err}");
}

#[test]
fn the_stage_narrows_what_holds() {
    let text = "\
service: staged
custom:
  runtimes: {dev: nodejs24.x, prod: nodejs12.x}
provider:
  name: aws
  stage: ${opt:stage, 'dev'}
  runtime: ${self:custom.runtimes.${sls:stage}}
  timeout: 5
functions:
  work:
    handler: work.handler
";
    let tree = tree(&[("serverless.yml", text)]);
    let all = tree.scan(&[]).quiet(1);
    assert!(all.out.contains("in stage `prod`"), "{}", all.out);
    let prod = tree.scan(&["--stage", "prod"]).quiet(1);
    assert!(prod.out.contains("high[function-runtime-deprecated]"), "{}", prod.out);
    tree.scan(&["--stage", "dev", "--fail-on", "info"]).quiet(0);
    assert_eq!(tree.function(&["--stage", "prod"])["properties"]["runtime"], "nodejs12.x");
    assert_eq!(tree.function(&[])["properties"]["runtime"], "nodejs24.x");
}

#[test]
fn options_and_params_of_the_serverless_framework() {
    let text = CALM.replace("work.handler", "${opt:file}.${param:export}");
    let tree = tree(&[("serverless.yml", &text)]);
    assert_eq!(tree.function(&[])["unknown"], serde_json::json!(["handler"]));
    let given = tree.function(&["--opt", "file=main", "--param", "export=run"]);
    assert_eq!(given["properties"]["handler"], "main.run");
}

#[test]
fn the_region_is_a_pseudo_parameter() {
    let template = TEMPLATE.replace("!Ref Handler", "!Sub 'a.${AWS::Region}'");
    let tree = tree(&[("template.yaml", &template)]);
    assert_eq!(tree.function(&[])["properties"]["handler"], "a.${AWS::Region}");
    let given = tree.function(&["--region", "eu-west-1"]);
    assert_eq!(given["properties"]["handler"], "a.eu-west-1");
}

#[test]
fn the_environment_is_read_only_where_it_is_asked_for() {
    let text = CALM.replace("work.handler", "work.${env:PALISADE_TEST_HANDLER}");
    let tree =
        tree(&[("serverless.yml", &text), ("vars.env", "# names\nexport PALISADE_TEST_HANDLER=\"file\"\n")]);
    let handler = |arguments: &[&str]| {
        let arguments = [&["graph", "."], arguments].concat();
        let run = done(tree.command(&arguments).env("PALISADE_TEST_HANDLER", "process")).quiet(0);
        let graph = run.json();
        let nodes = graph["applications"][0]["nodes"].as_array().unwrap().clone();
        nodes.into_iter().find(|n| n["kind"] == "function").unwrap()
    };
    let unasked = handler(&[]);
    assert_eq!(unasked["unknown"], serde_json::json!(["handler"]));
    assert!(!unasked.to_string().contains("process"));
    assert_eq!(handler(&["--env", "PALISADE_TEST_HANDLER"])["properties"]["handler"], "work.process");
    assert_eq!(handler(&["--env-file", "vars.env"])["properties"]["handler"], "work.file");
    let both = handler(&["--env-file", "vars.env", "--env", "PALISADE_TEST_HANDLER"]);
    assert_eq!(both["properties"]["handler"], "work.process");
}

#[test]
fn a_variable_that_is_not_set_is_said() {
    let tree = tree(&[("serverless.yml", CALM), ("bad.env", "A=1\nnonsense\n")]);
    let done = tree.run(&["scan", "--today", TODAY, "--env", "PALISADE_TEST_NONE"]);
    assert_eq!(done.code, 0);
    assert_eq!(done.err, "warning: `--env PALISADE_TEST_NONE`: there is no such variable\n");
    assert_eq!(tree.scan(&["--env-file", "bad.env"]).usage(), "error: `bad.env`: line 2: not `NAME=value`\n");
}
