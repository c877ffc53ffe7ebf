//! Whole applications, and everything that is wrong with them: `scenarios/*.md`.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::collections::BTreeSet;
use std::path::Path;

use palisade_engine::{Request, scan};
use palisade_testkit::scenario::{Finding, Scenario, read_all};

#[test]
fn every_scenario_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios");
    let scenarios = read_all(&folder).unwrap();
    assert!(!scenarios.is_empty());
    let differences: String = scenarios.iter().map(difference).collect();
    assert!(differences.is_empty(), "\n{differences}");
}

fn difference(scenario: &Scenario) -> String {
    let folder = scenario.lay_out().unwrap();
    let request = Request { root: folder.path().to_path_buf(), ..Request::default() };
    let report = scan(&request).unwrap();
    assert!(report.unread.is_empty(), "{}: {:?}", scenario.name, report.unread);
    let seen: BTreeSet<Finding> = report
        .findings
        .iter()
        .map(|finding| {
            let label = finding.primary().unwrap();
            let line = label.start.line;
            Finding { path: label.path.clone(), line, rule: finding.rule.to_owned() }
        })
        .collect();
    scenario.difference(&seen)
}
