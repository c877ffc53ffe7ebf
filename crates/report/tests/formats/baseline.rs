//! What the formats say of a baseline.

use palisade_diag::{Comparison, Fixed, Report};
use palisade_report::{Format, Options};
use serde_json::Value;

use crate::exchange::target;
use crate::fixture::report;
use crate::{complaints, sarif_value, scan_schema, written};

fn compared() -> Report {
    let mut out = report();
    let old = out.findings.split_off(2);
    out.baseline = Some(Comparison {
        path: "palisade.baseline.json".into(),
        unchanged: old,
        fixed: vec![Fixed {
            rule: "function-url-without-auth".into(),
            place: "function:api#gone".into(),
            fingerprint: "0".repeat(32),
            since: "2026-01-31".into(),
        }],
    });
    out
}

#[test]
fn the_summary_says_new_kept_and_fixed() {
    let text = written(Format::Text, &compared(), &Options { width: 200, ..Options::default() });
    assert!(text.contains("; 2 new, 3 in the baseline, 1 fixed since; "), "{text}");
    assert!(
        text.contains(
            "note: 1 finding of the baseline fixed: function-url-without-auth at function:api#gone; `palisade baseline --prune` takes them out"
        ),
        "{text}"
    );
    let mut calm = compared();
    calm.findings.clear();
    calm.complete = true;
    let text = written(Format::Text, &calm, &Options { width: 200, ..Options::default() });
    assert!(text.lines().last().unwrap().starts_with("no new findings in 1 application"), "{text}");
}

#[test]
fn json_counts_and_lists_them() {
    let value: Value =
        serde_json::from_str(&written(Format::Json, &compared(), &Options::default())).unwrap();
    let validator = jsonschema::draft202012::new(&scan_schema()).unwrap();
    assert_eq!(complaints(&validator, &value), Vec::<String>::new());
    assert_eq!(value["statistics"]["baseline"], serde_json::json!({"new": 2, "unchanged": 3, "fixed": 1}));
    assert_eq!(value["baseline"]["path"], "palisade.baseline.json");
    assert_eq!(value["baseline"]["unchanged"].as_array().unwrap().len(), 3);
    assert_eq!(value["findings"].as_array().unwrap().len(), 2);
    let without: Value =
        serde_json::from_str(&written(Format::Json, &report(), &Options::default())).unwrap();
    assert!(without.get("baseline").is_none() && without["statistics"].get("baseline").is_none());
}

#[test]
fn sarif_has_a_state_for_every_result() {
    let schema: Value = serde_json::from_str(include_str!("../data/sarif-schema-2.1.0.json")).unwrap();
    let log = sarif_value(&compared());
    assert_eq!(complaints(&jsonschema::draft7::new(&schema).unwrap(), &log), Vec::<String>::new());
    let results = log["runs"][0]["results"].as_array().unwrap();
    let states: Vec<&str> = results.iter().map(|r| r["baselineState"].as_str().unwrap()).collect();
    // Two new, three of the baseline, one ignored, one gone.
    assert_eq!(states, ["new", "new", "unchanged", "unchanged", "unchanged", "unchanged", "absent"]);
    assert_eq!(results[6]["level"], "none");
    assert!(sarif_value(&report())["runs"][0]["results"][0].get("baselineState").is_none());
}

#[test]
fn what_is_accepted_is_no_failure_anywhere() {
    let mut only = compared();
    only.findings.clear();
    for (format, none) in [
        (Format::Concise, "severity["),
        (Format::Github, "title=high"),
        (Format::Csv, "iam-admin"),
        (Format::Asff, "iam-admin"),
        (Format::Ocsf, "iam-admin"),
        (Format::Gitlab, "iam-admin"),
        (Format::Junit, "<failure"),
    ] {
        let text = written(format, &only, &target());
        assert!(!text.contains(none), "{}: {text}", format.word());
    }
    let html = written(Format::Html, &only, &target());
    assert!(html.contains("0 new") && html.contains("3 findings") && html.contains("1 finding"), "{html}");
}
