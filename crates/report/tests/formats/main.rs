//! Every format on one hand-made report: whole outputs are compared with files of `tests/expected`, which
//! were checked by hand; JSON and SARIF are validated against their schemas.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails panics")]

use std::sync::Arc;

mod baseline;
mod exchange;
mod fixture;
mod html;

use palisade_diag::{Report, Severity, SourceText};
use palisade_report::{Format, Options};
use palisade_source::SourceFile;
use serde_json::Value;

use crate::fixture::{finding, label, report};

/// A report in a format.
pub(crate) fn written(format: Format, report: &Report, options: &Options) -> String {
    let mut out = Vec::new();
    format.write(report, options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Compares with a file that was checked by hand.
#[track_caller]
pub(crate) fn expect(name: &str, actual: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expected").join(name);
    if std::env::vars().any(|(k, _)| k == "UPDATE_EXPECTED") {
        palisade_source::write_atomic(&path, actual).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        actual, expected,
        "{name}; UPDATE_EXPECTED=1 writes it anew, to be read before it is committed"
    );
}

#[test]
fn text() {
    let options = Options { width: 80, ..Options::default() };
    expect("text.txt", &written(Format::Text, &report(), &options));
}

#[test]
fn text_on_a_narrow_terminal_below_another_folder() {
    let options = Options { width: 50, prefix: "services/".into(), ..Options::default() };
    expect("narrow.txt", &written(Format::Text, &report(), &options));
}

#[test]
fn colour_adds_escapes_and_nothing_else() {
    let plain = written(Format::Text, &report(), &Options { width: 80, ..Options::default() });
    let colour = written(Format::Text, &report(), &Options { width: 80, color: true, ..Options::default() });
    assert!(!plain.contains('\u{1b}'));
    let mut stripped = String::new();
    let mut escape = false;
    for c in colour.chars() {
        match c {
            '\u{1b}' => escape = true,
            'm' if escape => escape = false,
            _ if escape => {}
            c => stripped.push(c),
        }
    }
    assert!(colour.contains('\u{1b}'));
    assert_eq!(stripped, plain);
}

#[test]
fn concise() {
    let options = Options { prefix: "services/".into(), ..Options::default() };
    expect("concise.txt", &written(Format::Concise, &report(), &options));
}

#[test]
fn github() {
    expect("github.txt", &written(Format::Github, &report(), &Options::default()));
}

#[test]
fn markdown() {
    expect("markdown.md", &written(Format::Markdown, &report(), &Options::default()));
}

#[test]
fn a_comment_stays_below_what_github_takes() {
    let mut many = report();
    let one = many.findings[0].clone();
    for n in 0..2000 {
        let mut next = one.clone();
        next.affected = vec![format!("function:api#f{n}")];
        many.findings.push(next);
    }
    let text = written(Format::Markdown, &many, &Options::default());
    assert!(text.len() < 65_536);
    assert!(text.contains("more did not fit into this comment"), "{}", text.len());
}

#[test]
fn json() {
    let text =
        written(Format::Json, &report(), &Options { prefix: "services/".into(), ..Options::default() });
    expect("scan.json", &text.replace(env!("CARGO_PKG_VERSION"), "VERSION"));
}

/// The published schema of JSON.
pub(crate) fn scan_schema() -> Value {
    serde_json::from_str(include_str!("../../../../schemas/scan.schema.json")).unwrap()
}

/// What a schema has against a document.
pub(crate) fn complaints(validator: &jsonschema::Validator, value: &Value) -> Vec<String> {
    validator.iter_errors(value).map(|e| format!("{}: {e}", e.instance_path)).collect()
}

#[test]
fn json_fits_its_schema_and_the_schema_is_strict() {
    let validator = jsonschema::draft202012::new(&scan_schema()).unwrap();
    for report in [report(), Report::default()] {
        let value: Value =
            serde_json::from_str(&written(Format::Json, &report, &Options::default())).unwrap();
        assert_eq!(complaints(&validator, &value), Vec::<String>::new());
    }
    let good: Value = serde_json::from_str(&written(Format::Json, &report(), &Options::default())).unwrap();
    let breaks: [(&str, Value); 6] = [
        ("/findings/0/severity", "severe".into()),
        ("/findings/0/fingerprint", "short".into()),
        ("/findings/0/labels/0/start/line", 0.into()),
        ("/ignored/0/by", "somebody".into()),
        ("/unread/0/kind", "other".into()),
        ("/schema", "palisade/scan/2".into()),
    ];
    for (pointer, value) in breaks {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).unwrap() = value;
        assert!(!validator.is_valid(&bad), "{pointer}");
    }
    for pointer in ["/findings/0", "/ignored/0", "/statistics", ""] {
        let mut bad = good.clone();
        bad.pointer_mut(pointer).unwrap().as_object_mut().unwrap().insert("extra".into(), 1.into());
        assert!(!validator.is_valid(&bad), "{pointer}");
    }
}

#[test]
fn the_keys_of_json_stand_in_the_order_of_the_contract() {
    let value: Value = serde_json::from_str(&written(Format::Json, &report(), &Options::default())).unwrap();
    let keys = |v: &Value| v.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(keys(&value), "schema version complete applications findings ignored unread statistics");
    assert_eq!(
        keys(&value["findings"][0]),
        "rule severity confidence persona message help node affected resource labels steps fixes references fingerprint"
    );
    assert_eq!(keys(&value["statistics"]), "files bytes cannot_tell withheld_fixes advisories");
}

#[test]
fn the_schema_of_the_graph_accepts_the_contract_s_example() {
    let schema: Value = serde_json::from_str(include_str!("../../../../schemas/graph.schema.json")).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let statement = serde_json::json!({
        "sid": null, "effect": "Allow", "actions": ["s3:GetObject"], "not_actions": [], "resources": ["*"],
        "not_resources": [], "principals": null, "conditions": {"Bool": {"aws:SecureTransport": ["true"]}},
        "from": "inline", "policy": "p", "location": {"path": "serverless.yml", "line": 4}
    });
    let graph = serde_json::json!({ "schema": "palisade/graph/1", "applications": [{
        "root": ".",
        "nodes": [
            { "id": "function:.#convert", "kind": "function", "name": "convert", "type": "AWS::Lambda::Function",
              "location": { "path": "serverless.yml", "line": 20 },
              "properties": { "runtime": "nodejs20.x", "timeout": 6, "memory": 1024,
                "environment": { "TABLE": { "kind": "reference", "target": "store:.#Orders" } } },
              "unknown": ["role"] },
            { "id": "role:.#r", "kind": "role", "name": "r", "type": "AWS::IAM::Role", "location": {},
              "properties": { "statements": [statement], "managed_policies": [] }, "unknown": [] }
        ],
        "edges": [{ "from": "entry:.#e", "to": "function:.#convert", "kind": "triggers",
                    "event": "apigateway-v1", "via": "route", "location": {} }]
    }] });
    assert_eq!(complaints(&validator, &graph), Vec::<String>::new());
    let mut bad = graph.clone();
    bad["applications"][0]["nodes"][1]["properties"]["statements"][0]["from"] = "nowhere".into();
    assert!(!validator.is_valid(&bad));
    let mut bad = graph;
    bad["applications"][0]["edges"][0].as_object_mut().unwrap().remove("event");
    assert!(!validator.is_valid(&bad));
}

/// SARIF, read again.
pub(crate) fn sarif_value(report: &Report) -> Value {
    let options = Options { prefix: "services/".into(), ..Options::default() };
    serde_json::from_str(&written(Format::Sarif, report, &options)).unwrap()
}

#[test]
fn sarif_fits_the_official_schema() {
    let schema: Value = serde_json::from_str(include_str!("../data/sarif-schema-2.1.0.json")).unwrap();
    let validator = jsonschema::draft7::new(&schema).unwrap();
    for report in [report(), Report::default()] {
        assert_eq!(complaints(&validator, &sarif_value(&report)), Vec::<String>::new());
    }
    let mut bad = sarif_value(&report());
    bad["runs"][0]["results"][0]["level"] = "severe".into();
    assert!(!validator.is_valid(&bad));
}

#[test]
fn sarif_says_what_code_scanning_reads() {
    let log = sarif_value(&report());
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 6);
    let admin = results.iter().find(|r| r["ruleId"] == "iam-admin").unwrap();
    assert_eq!(admin["level"], "error");
    assert_eq!(admin["properties"]["security-severity"], "9.5");
    let physical = &admin["locations"][0]["physicalLocation"];
    assert_eq!(physical["artifactLocation"]["uri"], "services/api/roles.yml");
    assert_eq!(physical["region"]["startLine"], 7);
    assert_eq!(physical["region"]["startColumn"], 40);
    assert_eq!(physical["region"]["snippet"]["text"], "Action: '*'");
    assert_eq!(admin["relatedLocations"].as_array().unwrap().len(), 2);
    assert_eq!(admin["codeFlows"][0]["threadFlows"][0]["locations"].as_array().unwrap().len(), 3);
    assert_eq!(admin["partialFingerprints"]["palisade/v1"].as_str().unwrap().len(), 32);
    let rule =
        &run["tool"]["driver"]["rules"][usize::try_from(admin["ruleIndex"].as_u64().unwrap()).unwrap()];
    assert_eq!(rule["id"], "iam-admin");
    let runtime = results.iter().find(|r| r["ruleId"] == "function-runtime-deprecated").unwrap();
    let replaced = &runtime["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(replaced["insertedContent"]["text"], "nodejs24.x");
    assert_eq!(replaced["deletedRegion"]["startLine"], 4);
    let silenced =
        results.iter().find(|r| r["suppressions"].as_array().is_some_and(|s| !s.is_empty())).unwrap();
    assert_eq!(silenced["suppressions"][0]["kind"], "inSource");
    assert_eq!(silenced["suppressions"][0]["justification"], "the public site");
    let invocation = &run["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let notifications = invocation["toolExecutionNotifications"].as_array().unwrap();
    assert_eq!(notifications[0]["level"], "error");
    assert_eq!(notifications[0]["associatedRule"]["id"], "deploy-file-unread");
    assert_eq!(notifications[1]["level"], "note");
    assert_eq!(run["columnKind"], "unicodeCodePoints");
}

#[test]
fn a_rule_of_the_table_brings_its_page() {
    let mut one = report();
    one.findings[0].rule = "deploy-value-unresolved";
    let log = sarif_value(&one);
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    let rule = rules.iter().find(|r| r["id"] == "deploy-value-unresolved").unwrap();
    assert_eq!(rule["name"], "DeployValueUnresolved");
    assert!(rule["help"]["markdown"].as_str().unwrap().contains("## How to fix"));
    assert!(!rule["help"]["markdown"].as_str().unwrap().contains("```yaml bad"));
}

#[test]
fn secrets_are_in_no_format() {
    let text = "environment:\n  TOKEN: hunter2hunter2\n  OTHER: x\n";
    let mut sources = SourceText::default();
    sources.files.insert("a.yml".into(), Arc::new(SourceFile::new("a.yml", text)));
    let secret = finding(
        "secrets-in-environment",
        Severity::High,
        "variable `TOKEN` holds a token",
        &["function:.#a"],
        vec![label(&sources, "a.yml", "hunter2hunter2", "", true)],
    );
    let whole = finding(
        "function-env-without-customer-key",
        Severity::Low,
        "environment without key",
        &["function:.#a"],
        vec![label(&sources, "a.yml", "TOKEN: hunter2hunter2", "", true)],
    );
    let report = Report { findings: vec![secret, whole], sources, ..Report::default() };
    for format in Format::ALL {
        let out = written(format, &report, &exchange::target());
        assert!(!out.contains("hunter2"), "{out}");
        assert!(out.contains("secrets-in-environment"), "{}", format.word());
    }
}

#[test]
fn nothing_wrong_is_one_line() {
    let mut clean = Report { complete: true, ..Report::default() };
    assert_eq!(
        written(Format::Text, &clean, &Options::default()),
        "nothing recognised: no serverless.yml, template, Terraform module or CDK application\n"
    );
    clean.applications = report().applications;
    assert_eq!(
        written(Format::Text, &clean, &Options::default()),
        "no findings in 1 application (2 functions)\n"
    );
    assert_eq!(written(Format::Concise, &clean, &Options::default()), "");
    assert_eq!(written(Format::Github, &clean, &Options::default()), "");
}

#[test]
fn same_report_same_bytes() {
    for format in Format::ALL {
        let once = written(format, &report(), &exchange::target());
        assert_eq!(once, written(format, &report(), &exchange::target()));
        assert_eq!(Format::parse(format.word()), Some(format));
    }
}

#[test]
fn pages_and_table_of_rules() {
    let entry = palisade_rules::find("deploy-ignore-stale").unwrap();
    let page = palisade_report::explain(entry, &Options { width: 80, ..Options::default() });
    expect("explain.txt", &page);
    let table = palisade_report::rules(&Options { width: 100, ..Options::default() });
    for entry in palisade_rules::rules() {
        let row = table.lines().find(|l| l.split_whitespace().next() == Some(entry.name)).unwrap();
        assert!(row.contains(entry.rule.severity.word()) && row.contains(entry.rule.persona.word()), "{row}");
    }
    let narrow = palisade_report::rules(&Options { width: 60, ..Options::default() });
    assert!(narrow.lines().all(|l| l.chars().count() <= 70), "{narrow}");
}
