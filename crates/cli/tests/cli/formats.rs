//! Formats: all of them, several at once, the same findings in each, the same bytes every time.

use std::fmt::Write as _;

use serde_json::Value;

use crate::run::{BROKEN, FOREIGN, HIGH, TODAY, command, done, example, rules, schema, tree, valid};

const ALL: [&str; 12] = [
    "text", "concise", "json", "sarif", "github", "html", "markdown", "gitlab", "junit", "asff", "ocsf",
    "csv",
];

/// What only Security Hub needs to know.
const WHERE: (&str, &str) = ("palisade.toml", "account = \"111122223333\"\nregion = \"eu-west-1\"\n");

#[test]
fn every_format_names_the_finding() {
    let tree = tree(&[("serverless.yml", HIGH), WHERE]);
    for format in ALL {
        let done = tree.scan(&["--format", format]).quiet(1);
        assert!(done.out.contains("iam-wildcard-action"), "{format}: {}", done.out);
        assert!(done.out.ends_with('\n'), "{format}");
        assert!(!done.out.contains('\u{1b}'), "{format}");
    }
    let concise = tree.scan(&["--format", "concise"]).out;
    assert_eq!(concise.lines().count(), 1, "{concise}");
    assert!(concise.starts_with("serverless.yml:10:19: high[iam-wildcard-action] role "), "{concise}");
    let first = tree.scan(&["--format", "github"]).out;
    assert!(first.starts_with("::error "), "{first}");
}

#[test]
fn several_outputs_are_written_at_once() {
    let tree = tree(&[("serverless.yml", HIGH)]);
    let outputs = ["--output", "json=out.json", "--output", "sarif=out.sarif", "--output", "concise=out.txt"];
    let done = tree.scan(&outputs).quiet(1);
    assert_eq!(done.out, tree.scan(&[]).out);
    assert_eq!(tree.read("out.json"), tree.scan(&["--format", "json"]).out);
    assert_eq!(tree.read("out.sarif"), tree.scan(&["--format", "sarif"]).out);
    assert_eq!(tree.read("out.txt"), tree.scan(&["--format", "concise"]).out);
}

#[test]
fn an_output_that_cannot_be_written_is_wrong_usage() {
    let tree = tree(&[("serverless.yml", HIGH)]);
    let err = tree.scan(&["--output", "json=no/such/folder/x.json"]).usage();
    assert_eq!(err, "error: cannot write `no/such/folder/x.json`: its folder does not exist\n");
    let err = tree.scan(&["--output", "json=."]).usage();
    assert!(err.starts_with("error: cannot write `.`: "), "{err}");
    assert!(!err.contains(tree.path().to_str().unwrap()), "{err}");
}

#[test]
fn security_hub_needs_an_account_and_a_region() {
    let tree = tree(&[("serverless.yml", HIGH)]);
    for arguments in [&["--format", "asff"][..], &["--output", "asff=out.json"]] {
        let err = tree.scan(arguments).usage();
        assert!(err.starts_with("error: `asff` needs the account and the region: "), "{err}");
        assert!(err.contains("help: give `account = "), "{err}");
        assert!(!tree.path().join("out.json").exists());
    }
    tree.write("palisade.toml", "account = \"111122223333\"\n");
    let err = tree.scan(&["--format", "asff"]).usage();
    assert!(err.contains("needs the region") && err.contains("`--region eu-west-1`"), "{err}");
    let done = tree.scan(&["--format", "asff", "--region", "cn-north-1"]).quiet(1).json();
    assert_eq!(
        done[0]["ProductArn"],
        "arn:aws-cn:securityhub:cn-north-1:111122223333:product/111122223333/default"
    );
}

#[test]
fn the_time_is_that_of_the_day_that_is_given() {
    let tree = tree(&[("serverless.yml", HIGH), WHERE]);
    let asff = tree.scan(&["--format", "asff"]).json();
    assert_eq!(asff[0]["UpdatedAt"], format!("{TODAY}T00:00:00Z"));
    let gitlab = tree.scan(&["--format", "gitlab"]).json();
    assert_eq!(gitlab["scan"]["end_time"], format!("{TODAY}T00:00:00"));
    // Without it, the clock's.
    let now = tree.run(&["scan", "--format", "gitlab"]).json();
    assert!(now["scan"]["end_time"].as_str().unwrap() > "2026-01-01T00:00:00");
}

#[test]
fn json_and_sarif_hold_the_same_findings() {
    let arguments =
        ["scan", "--today", TODAY, "--persona", "auditor", "--output", "json=a", "--output", "sarif=b"];
    let tree = tree(&[]);
    for name in ["serverless", "sam"] {
        let path = example(name);
        let mut command = tree.command(&arguments);
        let run = done(command.arg(&path));
        assert_eq!(run.code, 1, "{run:?}");
        let json: Value = serde_json::from_str(&tree.read("a")).unwrap();
        let sarif: Value = serde_json::from_str(&tree.read("b")).unwrap();
        let of_json: Vec<(&str, &str, u64)> = json["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| {
                let labels = f["labels"].as_array().unwrap();
                let primary = labels.iter().find(|l| l["primary"] == true).unwrap();
                let line = primary["start"]["line"].as_u64().unwrap();
                (f["rule"].as_str().unwrap(), f["fingerprint"].as_str().unwrap(), line)
            })
            .collect();
        let results = sarif["runs"][0]["results"].as_array().unwrap();
        let of_sarif: Vec<(&str, &str, u64)> = results
            .iter()
            .map(|r| {
                let prints = r["partialFingerprints"].as_object().unwrap();
                let print = prints.values().next().unwrap().as_str().unwrap();
                let line = r["locations"][0]["physicalLocation"]["region"]["startLine"].as_u64().unwrap();
                (r["ruleId"].as_str().unwrap(), print, line)
            })
            .collect();
        assert!(of_json.len() > 10, "{of_json:?}");
        assert_eq!(of_json, of_sarif);
    }
}

#[test]
fn scan_json_is_valid_against_its_schema() {
    let schema = schema("scan.schema.json");
    for name in ["serverless", "sam"] {
        for persona in ["regular", "pedantic", "auditor"] {
            let arguments = ["scan", "--format", "json", "--today", TODAY, "--persona", persona];
            let run = done(&mut command(&example(name), &arguments)).quiet(1);
            valid(&schema, &run.json());
        }
    }
    let ignored = HIGH
        .replace("dynamodb:*", "dynamodb:* # palisade: ignore[iam-wildcard-action] until=2030-01-01 known");
    let tree = tree(&[
        ("a/serverless.yml", &ignored),
        ("b/serverless.yml", BROKEN),
        ("c/serverless.yml", FOREIGN),
        ("palisade.toml", "[[ignore]]\nrule = \"iam-*\"\nreason = \"nothing left\"\npath = \"zzz\"\n"),
    ]);
    let report = tree.report(&[]);
    assert_eq!(report["ignored"].as_array().unwrap().len(), 1);
    assert_eq!(report["unread"].as_array().unwrap().len(), 2);
    assert_eq!(rules(&report), ["deploy-ignore-stale"]);
    valid(&schema, &report);
    valid(&schema, &crate::run::tree(&[]).report(&[]));
}

#[test]
fn graph_json_is_valid_against_its_schema() {
    let schema = schema("graph.schema.json");
    for name in ["serverless", "sam"] {
        let run = done(&mut command(&example(name), &["graph", "--format", "json"])).quiet(0);
        let graph = run.json();
        valid(&schema, &graph);
        let nodes = graph["applications"][0]["nodes"].as_array().unwrap();
        let mut functions: Vec<String> = nodes
            .iter()
            .filter(|n| n["kind"] == "function")
            .map(|n| n["name"].as_str().unwrap().to_lowercase())
            .collect();
        functions.sort();
        assert_eq!(functions, ["adminreport", "createorder", "getorder", "nightlyexport", "processorder"]);
    }
    valid(&schema, &tree(&[]).run(&["graph"]).json());
    // A caller that is no resource has no type.
    let template = "\
AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Work:
    Type: AWS::Lambda::Function
    Properties: {Handler: a.b, Runtime: nodejs24.x, Role: 'arn:aws:iam::111111111111:role/r', Code: {ZipFile: x}}
  Call:
    Type: AWS::Lambda::Permission
    Properties: {Action: 'lambda:InvokeFunction', FunctionName: !Ref Work, Principal: elasticache.amazonaws.com}
";
    let graph = tree(&[("t.yaml", template)]).run(&["graph"]).quiet(0).json();
    let nodes = graph["applications"][0]["nodes"].as_array().unwrap();
    let caller = nodes.iter().find(|n| n["kind"] == "principal").unwrap();
    assert_eq!(caller["type"], "");
    valid(&schema, &graph);
}

#[test]
fn diagrams_name_every_function() {
    for (format, start) in [("mermaid", "flowchart "), ("dot", "digraph ")] {
        let run = done(&mut command(&example("serverless"), &["graph", "--format", format])).quiet(0);
        assert!(run.out.starts_with(start), "{}", run.out);
        for function in ["adminReport", "createOrder", "getOrder", "nightlyExport", "processOrder"] {
            assert!(run.out.contains(function), "{format}: {function}");
        }
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let mut files = Vec::new();
    for n in 0..12 {
        let text = HIGH.replace("service: shop", &format!("service: shop-{n}"));
        files.push((format!("s{n}/serverless.yml"), text));
        let path = example("sam").join("template.yaml");
        files.push((format!("t{n}/template.yaml"), std::fs::read_to_string(path).unwrap()));
    }
    files.push(("x/serverless.yml".to_owned(), BROKEN.to_owned()));
    files.push(("y/serverless.yml".to_owned(), BROKEN.to_owned()));
    files.push((WHERE.0.to_owned(), WHERE.1.to_owned()));
    let listed: Vec<(&str, &str)> = files.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
    let tree = tree(&listed);
    let mut runs: Vec<Vec<&str>> = vec![vec!["graph"], vec!["graph", "--format", "mermaid"]];
    runs.extend(ALL.map(|f| vec!["scan", "--today", TODAY, "--persona", "auditor", "--format", f]));
    for arguments in runs {
        let first = done(tree.command(&arguments).env("RAYON_NUM_THREADS", "1"));
        assert!(first.out.len() > 1000, "{arguments:?}");
        for threads in ["1", "2", "5"] {
            let again = done(tree.command(&arguments).env("RAYON_NUM_THREADS", threads));
            assert!(first.out == again.out && first.err == again.err, "{arguments:?} with {threads} threads");
        }
    }
}

#[test]
fn findings_are_sorted_by_path_offset_rule() {
    let run = done(&mut command(
        example("serverless").parent().unwrap(),
        &["scan", "--format", "json", "--today", TODAY, "--persona", "auditor"],
    ));
    let report = run.json();
    let mut keys: Vec<(String, u64, String)> = Vec::new();
    for f in report["findings"].as_array().unwrap() {
        let labels = f["labels"].as_array().unwrap();
        let primary = labels.iter().find(|l| l["primary"] == true).unwrap();
        let text = |v: &Value| v.as_str().unwrap().to_owned();
        keys.push((text(&primary["path"]), primary["start"]["offset"].as_u64().unwrap(), text(&f["rule"])));
    }
    assert!(keys.len() > 20);
    let mut sorted = keys.clone();
    sorted.sort();
    assert_eq!(keys, sorted);
}

#[test]
fn offsets_and_columns_count_as_promised() {
    // Two bytes a letter before the value: the column counts characters, the offset bytes.
    let text = HIGH.replace("Action: dynamodb:*", "\"Action\": \"dynamodb:*\" # ä").replace("shop", "läden");
    let report = tree(&[("serverless.yml", &text)]).report(&[]);
    let label = &report["findings"][0]["labels"][0];
    let at = text.find("\"dynamodb").unwrap();
    assert_eq!(label["start"]["offset"], at);
    assert_eq!(label["start"]["line"], 10);
    assert_eq!(label["start"]["column"], 21);
}

/// Many findings, so that the output is larger than what a pipe holds.
pub fn many() -> String {
    let mut text = HIGH.to_owned();
    for n in 0..400 {
        let _ = write!(
            text,
            "  f{n}:\n    handler: a.b\n    environment:\n      NODE_TLS_REJECT_UNAUTHORIZED: \"0\"\n"
        );
    }
    text
}
