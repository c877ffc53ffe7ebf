//! The `fixed` blocks in the headers of the rules: applying the rule's fixes to the `bad` block right before one
//! gives exactly its text. `RULE=name cargo test -p palisade-engine --test fixed_examples` tries those of one rule
//! or of all whose name starts so.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::path::Path;

use palisade_diag::Persona;
use palisade_engine::{Fixes, Outcome, Request, Selection, fix};
use palisade_rules::{Entry, Example, Expectation, FixKind, Settings, examples, parse_date, rules};

fn chosen() -> Vec<&'static Entry> {
    let only = std::env::vars().find(|(k, _)| k == "RULE").map(|(_, v)| v).unwrap_or_default();
    rules().iter().filter(|e| e.name.starts_with(&only)).collect()
}

fn request(root: &Path, rule: &str) -> Request {
    Request {
        root: root.to_owned(),
        settings: Settings {
            today: parse_date("2026-11-21").unwrap(),
            production_stages: vec!["prod".to_owned(), "production".to_owned()],
            ..Settings::default()
        },
        selection: Selection {
            persona: Persona::Auditor,
            select: vec![rule.to_owned()],
            ..Selection::default()
        },
        fixes: Fixes::All,
        ..Request::default()
    }
}

/// What the fixes of a rule do to an example.
fn apply(rule: &str, example: &Example) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(&example.file);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    palisade_source::write_atomic(&file, &example.text).unwrap();
    let outcome = fix(&request(folder.path(), rule)).unwrap();
    for changed in &outcome.changed {
        palisade_source::write_atomic(&folder.path().join(&changed.path), &changed.after).unwrap();
    }
    let again = fix(&request(folder.path(), rule)).unwrap();
    assert!(again.changed.is_empty(), "{rule}: a second run changes {:?}", again.changed);
    outcome
}

fn text(outcome: &Outcome, example: &Example) -> Option<String> {
    outcome.changed.iter().find(|c| c.path == example.file).map(|c| c.after.to_string())
}

fn why(outcome: &Outcome) -> String {
    let all: Vec<&str> = outcome.withheld.iter().map(|w| w.reason.as_str()).collect();
    if all.is_empty() { "nothing is proposed".to_owned() } else { all.join("; ") }
}

#[test]
fn fixes_give_the_fixed_blocks() {
    let mut problems = Vec::new();
    for entry in chosen() {
        let all = examples(entry.page);
        for (n, fixed) in all.iter().enumerate().filter(|(_, e)| e.expectation == Expectation::Fixed) {
            let Some(bad) = n
                .checked_sub(1)
                .and_then(|p| all.get(p))
                .filter(|b| b.expectation == Expectation::Bad && b.file == fixed.file)
            else {
                problems.push(format!(
                    "{} example {}: no `bad` block of that file before it",
                    entry.name,
                    n + 1
                ));
                continue;
            };
            let outcome = apply(entry.name, bad);
            match text(&outcome, bad) {
                None => problems.push(format!("{} example {}: no fix: {}", entry.name, n + 1, why(&outcome))),
                Some(text) if text != fixed.text => {
                    problems.push(format!("{} example {}: the fix gives\n{text}", entry.name, n + 1));
                }
                Some(_) => {}
            }
        }
    }
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

#[test]
fn what_is_promised_is_proposed() {
    let mut problems = Vec::new();
    // Useless ignores are found by the engine, not by a rule's own code.
    for entry in
        chosen().into_iter().filter(|e| e.rule.fix != FixKind::None && e.name != "deploy-ignore-stale")
    {
        let all = examples(entry.page);
        if !all.iter().any(|e| e.expectation == Expectation::Fixed) {
            let mut bad = all.iter().filter(|e| e.expectation == Expectation::Bad);
            let proven = bad.any(|b| text(&apply(entry.name, b), b).is_some());
            problems.push(format!("{}: no `fixed` block ({proven})", entry.name));
        }
    }
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}
