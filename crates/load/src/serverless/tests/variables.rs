use std::fmt::Write;

use palisade_graph::{External, NoteKind, Reason, State, Target, Val, Via};

use super::{load, load_all};
use crate::Inputs;

fn reason(val: &Val) -> Reason {
    match &val.state {
        State::Unknown(u) => u.reason.clone(),
        other => panic!("known: {other:?}"),
    }
}

const HELLO: &str = "functions: {hello: {handler: h.x, environment: {A: \"${A}\", B: \"${B}\"}}}";

/// A service whose function has two variables in its environment.
fn with(a: &str, b: &str, rest: &str) -> String {
    let hello = HELLO.replace("${A}", a).replace("${B}", b);
    format!("service: svc\nprovider: {{name: aws}}\n{rest}\n{hello}\n")
}

#[test]
fn a_value_keeps_its_own_place_and_says_where_it_was_used() {
    let text =
        with("${self:custom.deep.name}", "x-${self:custom.deep.name}", "custom: {deep: {name: table}}");
    let got = load(&text);
    let a = got.env("A");
    assert_eq!((a.as_str(), got.text(a)), (Some("table"), "table"));
    let link = a.links().next().unwrap();
    assert_eq!(link.word, Via::Evaluated);
    assert_eq!(got.store.text(link.span), "\"${self:custom.deep.name}\"");
    assert_eq!(got.env("B").as_str(), Some("x-table"));
}

#[test]
fn the_first_fulfilled_source_wins() {
    let text =
        with("${opt:x, self:custom.none, self:custom.n, 'z'}", "${opt:x, null, 'its'}", "custom: {n: 5}");
    let got = load(&text);
    assert_eq!(got.env("A").as_int(), Some(5));
    assert_eq!(got.env("B").as_str(), Some("its"));
    let mut inputs = Inputs::default();
    inputs.opts.insert("x".into(), "given".into());
    let got = load_all(&[("serverless.yml", &text)], &inputs);
    assert_eq!(got.env("A").as_str(), Some("given"));
}

#[test]
fn stage_and_region_have_defaults_of_the_framework() {
    let got = load(&with("${opt:stage}", "${sls:stage}-${self:provider.stage}-${self:provider.region}", ""));
    assert_eq!(got.env("A").as_str(), Some("dev"));
    assert_eq!(got.env("A").links().last().unwrap().word, Via::Defaulted);
    assert_eq!(got.env("B").as_str(), Some("dev-dev-us-east-1"));
    let inputs = Inputs { stage: Some("qa".into()), region: Some("eu-west-1".into()), ..Inputs::default() };
    let text = with("${opt:stage, 'local'}", "${opt:region, 'x'}", "");
    let got = load_all(&[("serverless.yml", &text)], &inputs);
    assert_eq!((got.env("A").as_str(), got.env("B").as_str()), (Some("qa"), Some("eu-west-1")));
    assert_eq!(got.worlds.len(), 1);
}

#[test]
fn files_are_read_inside_the_tree_only() {
    let text = with("${file(./conf.yml):a.b}", "${file(../../etc/passwd), 'no'}", "");
    let got = load_all(
        &[("app/serverless.yml", &text), ("app/conf.yml", "a: {b: '${self:service}-v'}")],
        &Inputs::default(),
    );
    assert_eq!(got.env("A").as_str(), Some("svc-v"));
    assert_eq!(reason(got.env("B")), Reason::OutsideTree);
    // A file that is not there is not fulfilled; code does not run.
    let text = with("${file(./none.yml):a, 'else'}", "${file(./code.js):a, 'else'}", "");
    let got = load_all(&[("serverless.yml", &text), ("code.js", "")], &Inputs::default());
    assert_eq!(got.env("A").as_str(), Some("else"));
    assert_eq!(reason(got.env("B")), Reason::NeedsCode);
}

#[test]
fn a_file_may_refer_to_its_own_siblings() {
    let text = with("${self:custom.url}", "x", "custom: ${file(custom.yml)}");
    let files =
        [("serverless.yml", text.as_str()), ("custom.yml", "host: h\nurl: https://${self:custom.host}")];
    assert_eq!(load_all(&files, &Inputs::default()).env("A").as_str(), Some("https://h"));
}

#[test]
fn cycles_and_bombs_end_in_unknown() {
    let got = load(&with(
        "${self:custom.a}",
        "${self:custom}",
        "custom: {a: '${self:custom.b}', b: '${self:custom.a}'}",
    ));
    assert_eq!(reason(got.env("A")), Reason::Cycle);
    let mut custom = String::from("custom:\n  a0: [x,x,x,x,x,x,x,x,x,x]\n");
    for i in 1..12 {
        let item = format!("'${{self:custom.a{}}}'", i - 1);
        writeln!(custom, "  a{i}: [{}]", vec![item; 10].join(",")).unwrap();
    }
    let got = load(&with("${self:custom.a11}", "x", &custom));
    assert!(got.env("A").any_unknown());
    let deep = format!("{}x{}", "${self:custom.".repeat(80), "}".repeat(80));
    assert_eq!(reason(load(&with(&deep, "x", "")).env("A")), Reason::Limit("depth"));
    let mut chain = String::from("custom:\n  c0: end\n");
    for i in 1..500 {
        writeln!(chain, "  c{i}: '${{self:custom.c{}}}'", i - 1).unwrap();
    }
    assert_eq!(reason(load(&with("${self:custom.c499}", "x", &chain)).env("A")), Reason::Limit("depth"));
}

#[test]
fn the_environment_is_not_read_and_a_fallback_is_no_fact() {
    let text = with("${env:SECRET}", "${env:MODE, 'quiet'}", "");
    let got = load(&text);
    assert_eq!(reason(got.env("A")), Reason::Environment);
    assert_eq!(got.worlds.len(), 2);
    assert_eq!(got.env("B").as_str(), Some("quiet"));
    let other = &got.worlds[1].1.get("HelloLambdaFunction").unwrap().props;
    assert_eq!(reason(other.at("Environment.Variables.B")), Reason::Environment);
    let mut inputs = Inputs::default();
    inputs.env.insert("MODE".into(), "loud".into());
    let got = load_all(&[("serverless.yml", &text)], &inputs);
    assert_eq!(got.env("B").as_str(), Some("loud"));
    let facts: Vec<_> = got.worlds.iter().map(|(w, _)| w.facts[1].1.as_str()).collect();
    assert_eq!(facts, ["set", "fallback"]);
}

#[test]
fn what_a_developer_keeps_in_dotenv_is_never_shown() {
    let text = with("${env:TOKEN}", "${env:NONE}", "useDotenv: true");
    let got =
        load_all(&[("serverless.yml", &text), (".env", "# x\nexport TOKEN=hunter2\n")], &Inputs::default());
    match got.env("A").as_target() {
        Some(Target::External { secret: true, name, .. }) => assert_eq!(name, "env:TOKEN"),
        other => panic!("{other:?}"),
    }
    assert!(!got.env("A").display().contains("hunter2"));
    assert_eq!(reason(got.env("B")), Reason::Environment);
}

#[test]
fn look_ups_in_the_account_are_external() {
    let got = load(&with("${ssm:/db/password~true}", "${cf:other-dev.Url, 'x'}/v1", ""));
    match got.env("A").as_target() {
        Some(Target::External { kind: External::Parameter, secret: true, name }) => {
            assert_eq!(name, "ssm:/db/password");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(got.env("B").display(), "${cf:other-dev.Url}/v1");
    let got = load(&with("${aws:accountId}", "${what:ever}", ""));
    assert_eq!(got.env("A").display(), "${AWS::AccountId}");
    assert_eq!(reason(got.env("B")), Reason::ExternalLookup);
}

#[test]
fn params_by_stage_and_given() {
    let rest = "params: {default: {x: d, y: d}, prod: {x: p}}\nstages: {default: {params: {z: s}}}";
    let text = with("${param:x}-${param:y}-${param:z}", "${param:none}", rest);
    let got = load(&text);
    assert_eq!(got.env("A").as_str(), Some("d-d-s"));
    assert_eq!(reason(got.env("B")), Reason::ParameterWithoutDefault);
    assert_eq!(got.worlds.len(), 2);
    let prod = &got.worlds[1];
    assert_eq!(prod.0.facts[0], ("stage".into(), "prod".into()));
    assert_eq!(
        prod.1.get("HelloLambdaFunction").unwrap().props.at("Environment.Variables.A").as_str(),
        Some("p-d-s")
    );
    let mut inputs = Inputs::default();
    inputs.params.insert("x".into(), "cli".into());
    assert_eq!(load_all(&[("serverless.yml", &text)], &inputs).env("A").as_str(), Some("cli-d-s"));
}

#[test]
fn stages_are_the_keys_of_maps_that_the_stage_indexes() {
    let rest = "custom:\n  stage: ${opt:stage, self:provider.stage}\n  size: {dev: 1, prod: 9, default: 3}\n  other: {a: 1}";
    let text = with("${self:custom.size.${self:custom.stage}, self:custom.size.default}", "x", rest);
    let got = load(&text);
    let stages: Vec<_> = got.worlds.iter().map(|(w, _)| w.facts[0].1.as_str()).collect();
    assert_eq!(stages, ["dev", "prod"]);
    let many: Vec<String> = (0..20).map(|i| format!("s{i}: {{x: 1}}")).collect();
    let got = load(&with("x", "x", &format!("params: {{{}}}", many.join(", "))));
    assert_eq!(got.worlds.len(), 12);
    assert!(got.notes.iter().any(|n| n.kind == NoteKind::Info && n.name.contains("s11, s12")));
}

#[test]
fn the_stage_of_the_file_is_the_default() {
    let text = "service: s\nprovider: {name: aws, stage: '${opt:stage, ''test''}'}\nfunctions: {hello: {handler: h.x}}";
    let got = load(text);
    assert_eq!(got.props("HelloLambdaFunction").get("FunctionName").as_str(), Some("s-test-hello"));
    assert_eq!(got.worlds[0].0.facts[0], ("stage".into(), "test".into()));
}

#[test]
fn names_of_cloudformation_stay_and_are_evaluated_behind_holes() {
    let rest = "resources:\n  Resources:\n    Q: {Type: 'AWS::SQS::Queue', Properties: {QueueName: !Sub 'q-${env:X}-${AWS::Region}-${self:service}'}}";
    let got = load(&with("${AWS::Region}", "${Name}", rest));
    assert_eq!(got.env("A").as_str(), Some("${AWS::Region}"));
    let name = got.props("Q").get("QueueName");
    assert_eq!(name.display(), "q-${env:X}-${AWS::Region}-svc");
    assert!(matches!(&name.state, State::Partial(p) if p.len() == 5));
}

#[test]
fn version_one_may_change_the_syntax() {
    let text = "service: svc\nprovider: {name: aws, variableSyntax: '\\${{([ ~:a-zA-Z0-9._]+?)}}'}\nfunctions: {hello: {handler: h.x, environment: {A: '${{self:service}}', B: '${self:service}'}}}";
    let got = load(text);
    assert_eq!(got.env("A").as_str(), Some("svc"));
    assert_eq!(got.env("B").as_str(), Some("${self:service}"));
}

#[test]
fn another_provider_is_foreign() {
    let got = load("service: s\nprovider: {name: google}\nfunctions: {a: {handler: x}, b: {handler: y}}");
    assert!(got.worlds.is_empty());
    assert_eq!(got.failures[0].kind, crate::FailureKind::Foreign);
    assert_eq!(got.failures[0].reason, "provider google is not supported: functions a, b");
}
