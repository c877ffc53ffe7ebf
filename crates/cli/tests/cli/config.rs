//! `palisade.toml`.

use crate::run::{CALM, HIGH, command, done, rules, tree};

#[test]
fn the_file_of_the_root_is_found() {
    let tree =
        tree(&[("app/serverless.yml", HIGH), ("app/palisade.toml", "[scan]\nfail-on = \"critical\"\n")]);
    tree.scan(&["app"]).quiet(0);
    // A flag wins over it.
    tree.scan(&["app", "--fail-on", "high"]).quiet(1);
    // It is that of the root, not of a folder in it.
    tree.scan(&["."]).quiet(1);
    tree.scan(&["--root", ".", "app"]).quiet(1);
}

#[test]
fn every_default_of_a_scan_can_be_set() {
    let service = &HIGH.replace("provider:", "provider:\n  tracing: {lambda: false}");
    for (key, code, rule) in [
        ("persona = \"pedantic\"", 1, "function-tracing-off"),
        ("exclude = [\"app\"]", 3, ""),
        ("min-severity = \"critical\"", 0, ""),
        ("select = [\"function-*\"]", 0, ""),
        ("ignore = [\"iam-*\"]", 0, ""),
        ("fail-on = \"never\"", 0, "iam-wildcard-action"),
    ] {
        let toml = format!("[scan]\n{key}\n");
        let tree = tree(&[("app/serverless.yml", service), ("palisade.toml", &toml)]);
        let report = tree.report(&[]);
        assert_eq!(tree.scan(&["--format", "json"]).code, code, "{key}");
        assert!(rule.is_empty() == rules(&report).is_empty(), "{key}: {report}");
        assert!(rule.is_empty() || rules(&report).contains(&rule), "{key}: {report}");
    }
}

#[test]
fn stages_are_those_of_the_configuration_unless_a_flag_says_one() {
    let text = "\
service: staged
custom:
  runtimes: {dev: nodejs24.x, test: nodejs22.x, prod: nodejs12.x}
provider:
  name: aws
  stage: ${opt:stage, 'dev'}
  runtime: ${self:custom.runtimes.${sls:stage}}
  timeout: 5
functions:
  work:
    handler: work.handler
";
    let app = |stages: &str| {
        let toml = format!("[scan]\nstages = {stages}\n");
        tree(&[("serverless.yml", text), ("palisade.toml", &toml)])
    };
    let scan = |stages: &str, arguments: &[&str]| {
        let report = app(stages).report(&[&["--select", "function-runtime-*"], arguments].concat());
        rules(&report).len()
    };
    assert_eq!(scan("[]", &[]), 1);
    assert_eq!(scan("[\"dev\", \"test\"]", &[]), 0);
    assert_eq!(scan("[\"test\", \"prod\"]", &[]), 1);
    assert_eq!(scan("[\"dev\", \"test\"]", &["--stage", "prod"]), 1);
    assert_eq!(scan("[\"prod\"]", &["--stage", "dev"]), 0);
    // The first one is the default.
    let function = app("[\"test\", \"prod\"]").function(&[]);
    assert_eq!(function["properties"]["runtime"], "nodejs22.x");
    assert_eq!(function["varies"], serde_json::json!(["runtime"]));
}

#[test]
fn another_file_can_be_named() {
    let tree = tree(&[
        ("app/serverless.yml", HIGH),
        ("app/palisade.toml", "this is not read = \n"),
        ("ci/strict.toml", "[scan]\nfail-on = \"never\"\n"),
        ("ci/stale.toml", "[[ignore]]\nrule = \"api-*\"\nreason = \"there was one\"\n"),
    ]);
    tree.scan(&["app", "--config", "ci/strict.toml"]).quiet(0);
    let report = tree.report(&["app", "--config", "ci/stale.toml"]);
    let stale =
        report["findings"].as_array().unwrap().iter().find(|f| f["rule"] == "deploy-ignore-stale").unwrap();
    assert_eq!(stale["labels"][0]["path"], "../ci/stale.toml");
    let text = tree.scan(&["app", "--config", "ci/stale.toml"]).quiet(1);
    assert!(text.out.contains("ci/stale.toml:1:1\n"), "{}", text.out);
    let err = tree.scan(&["app", "--config", "ci/none.toml"]).usage();
    assert!(err.starts_with("error: cannot read `ci/none.toml`: "), "{err}");
}

#[test]
fn faults_are_drawn_with_the_nearest_name() {
    let toml =
        "[scan]\npersna = \"regular\"\nfail-on = \"hgh\"\n\n[[ignore]]\nrule = \"iam-wildcard-acton\"\n";
    let tree = tree(&[("app/serverless.yml", CALM), ("app/palisade.toml", toml)]);
    let expected = "\
error: unknown key `persna` in `[scan]`
 --> app/palisade.toml:2:1
  |
2 | persna = \"regular\"
  | ^^^^^^
  |
  = help: did you mean `persona`?

error: `hgh` is not a severity or `never`
 --> app/palisade.toml:3:11
  |
3 | fail-on = \"hgh\"
  |           ^^^^^
  |
  = help: did you mean `high`?
";
    let err = tree.scan(&["app"]).usage();
    assert!(err.starts_with(expected), "{err}");
    assert!(err.contains("unknown rule `iam-wildcard-acton`"), "{err}");
    assert!(err.contains("did you mean `iam-wildcard-action`?"), "{err}");
    // The same from inside, and for `graph`.
    let inside = done(&mut command(&tree.path().join("app"), &["graph"])).usage();
    assert!(inside.contains(" --> palisade.toml:2:1\n"), "{inside}");
}

#[test]
fn text_that_is_not_toml_is_drawn() {
    let err = tree(&[("palisade.toml", "[scan\nx = 1\n")]).scan(&[]).usage();
    assert!(err.starts_with("error: not valid TOML: "), "{err}");
    assert!(err.contains(" --> palisade.toml:1:"), "{err}");
}

#[test]
fn an_ignore_of_the_configuration_holds() {
    let toml =
        "[[ignore]]\nrule = \"iam-wildcard-action\"\nreason = \"one table only\"\nuntil = \"2026-12-31\"\n";
    let tree = tree(&[("serverless.yml", HIGH), ("palisade.toml", toml)]);
    tree.scan(&[]).quiet(0);
    let report = tree.report(&["--no-inline-ignores"]);
    assert!(rules(&report).is_empty(), "{report}");
    assert_eq!(report["ignored"][0]["by"], "config");
    assert_eq!(report["ignored"][0]["reason"], "one table only");
}
