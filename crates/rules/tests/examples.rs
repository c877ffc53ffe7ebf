//! The examples in the headers of the rules are their tests. `RULE=name cargo test -p palisade-rules
//! --test examples` runs those of one rule or of all whose name starts so.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::collections::BTreeSet;

use palisade_load::{Inputs, WalkOptions};
use palisade_rules::{Entry, Example, Expectation, Settings, check, examples, parse_date, rules};
use palisade_source::Limits;

fn settings() -> Settings {
    Settings {
        today: parse_date("2026-11-21").unwrap(),
        production_stages: vec!["prod".to_owned(), "production".to_owned()],
        ..Settings::default()
    }
}

fn wrong(entry: &'static Entry, n: usize, example: &Example) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(&example.file);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    palisade_source::write_atomic(&file, &example.text).unwrap();
    let read =
        palisade_load::read(folder.path(), &WalkOptions::default(), &Inputs::default(), &Limits::default())
            .unwrap();
    let name = format!("{} example {} ({})", entry.name, n + 1, example.file);
    if !read.failures.is_empty() || read.applications.is_empty() {
        return Some(format!("{name}: not read: {:?}", read.failures));
    }
    let all: Vec<&'static Entry> = rules().iter().collect();
    let one = [entry];
    let entries: &[&'static Entry] = if entry.name == "deploy-value-unresolved" { &all } else { &one };
    let mut findings = Vec::new();
    let mut unknown = 0;
    for application in &read.applications {
        let checked = check(application, &settings(), entries);
        findings.extend(checked.findings.into_iter().filter(|f| f.rule == entry.name));
        unknown += checked.cannot_tell.get(entry.name).copied().unwrap_or(0);
    }
    let lines: BTreeSet<u32> = findings.iter().filter_map(|f| f.primary().map(|l| l.start.line)).collect();
    let words: Vec<String> = findings
        .iter()
        .map(|f| {
            format!("line {}: [{}] {}", f.primary().map_or(0, |l| l.start.line), f.severity.word(), f.message)
        })
        .collect();
    match example.expectation {
        Expectation::Good | Expectation::Unknown | Expectation::Fixed if !findings.is_empty() => {
            Some(format!("{name}: found {words:?}"))
        }
        Expectation::Unknown if unknown == 0 => Some(format!("{name}: cannot-tell expected")),
        Expectation::Bad if findings.is_empty() => {
            Some(format!("{name}: nothing found ({unknown} cannot tell)"))
        }
        Expectation::Bad => {
            let marked = |l: &str| ["# finding", "// finding"].iter().any(|m| l.trim_end().ends_with(m));
            let numbered = example.text.lines().zip(1u32..);
            let expected: BTreeSet<u32> = numbered.filter(|(l, _)| marked(l)).map(|(_, n)| n).collect();
            (!expected.is_empty() && expected != lines)
                .then(|| format!("{name}: expected on lines {expected:?}, found {words:?}"))
        }
        _ => None,
    }
}

#[test]
fn headers_hold() {
    let only = std::env::vars().find(|(k, _)| k == "RULE").map(|(_, v)| v).unwrap_or_default();
    let mut problems = Vec::new();
    for entry in rules().iter().filter(|e| e.name.starts_with(&only)) {
        let all = examples(entry.page);
        for kind in [Expectation::Bad, Expectation::Good] {
            if !all.iter().any(|e| e.expectation == kind)
                && !entry.name.ends_with("-unread")
                && entry.name != "deploy-ignore-stale"
            {
                problems.push(format!("{}: no {kind:?} example", entry.name));
            }
        }
        problems.extend(all.iter().enumerate().filter_map(|(n, e)| wrong(entry, n, e)));
    }
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

#[test]
fn headers_are_complete() {
    let mut problems = Vec::new();
    for entry in rules() {
        if entry.summary.is_empty() || entry.summary.len() > 90 || entry.summary.ends_with('.') {
            problems.push(format!("{}: summary `{}`", entry.name, entry.summary));
        }
        for title in ["What", "Why", "How to fix"] {
            if palisade_rules::section(entry.page, title).is_none_or(str::is_empty) {
                problems.push(format!("{}: no section `{title}`", entry.name));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
