//! The graph of our own templates and services against what the reference implementations deploy.
//!
//! Needs `PALISADE_ORACLES`, which `cargo xtask test` sets; without it the tests say so and pass.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

use std::path::{Path, PathBuf};
use std::process::Command;

use palisade_engine::{Request, graphs};
use palisade_graph::graph_json;
use palisade_load::Inputs;
use palisade_testkit::differential::{compare, expected, observed};
use serde_json::Value;

#[test]
fn sam_expands_as_the_transform_does() {
    let Some(oracles) = oracles() else { return };
    let folder = data().join("sam");
    let paths = files(&folder, |path| path.extension().is_some_and(|suffix| suffix == "yaml"));
    let script = scripts().join("sam_expand.py");
    let answers =
        answers(Command::new(oracles.join("venv/bin/python")).arg(script).args(&paths).current_dir(&folder));
    assert_eq!(answers.len(), paths.len());
    agree(&folder, &answers);
}

#[test]
fn services_expand_as_the_framework_does() {
    let Some(oracles) = oracles() else { return };
    let folder = data().join("serverless");
    let paths: Vec<String> =
        files(&folder, Path::is_dir).into_iter().map(|name| format!("{name}/serverless.yml")).collect();
    let script = scripts().join("sls_expand.mjs");
    let answers = answers(
        Command::new("node")
            .arg(script)
            .args(["--root", "."])
            .args(&paths)
            .current_dir(&folder)
            .env("PALISADE_ORACLES", &oracles),
    );
    assert_eq!(answers.len(), paths.len());
    agree(&folder, &answers);
}

/// Every fact of every application is the same on both sides.
fn agree(folder: &Path, answers: &[Value]) {
    let inputs = Inputs { stage: Some("dev".to_owned()), ..Inputs::default() };
    let request = Request { root: folder.to_path_buf(), inputs, ..Request::default() };
    let (applications, unread) = graphs(&request).unwrap();
    assert!(unread.is_empty(), "not read: {unread:?}");
    let graph = graph_json(&applications);
    let applications = graph["applications"].as_array().unwrap();
    let mut deviations = Vec::new();
    for answer in answers {
        let path = answer["path"].as_str().unwrap();
        assert_eq!(answer.get("error"), None, "the reference refuses {path}");
        let root = path.strip_suffix("/serverless.yml").unwrap_or(path);
        let Some(application) = applications.iter().find(|application| application["root"] == root) else {
            deviations.push(format!("{path}: no application"));
            continue;
        };
        for (area, comparison) in compare(&expected(answer), &observed(application)) {
            let missing = comparison.missing.iter().map(|fact| format!("missing {fact}"));
            let extra = comparison.extra.iter().map(|fact| format!("too many {fact}"));
            deviations.extend(missing.chain(extra).map(|line| format!("{path}, {}: {line}", area.word())));
        }
    }
    assert!(deviations.is_empty(), "{} deviations:\n{}", deviations.len(), deviations.join("\n"));
}

fn answers(command: &mut Command) -> Vec<Value> {
    let out = command.output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let text = String::from_utf8(out.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn oracles() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "where the task runner installed them")]
    let folder = std::env::var_os("PALISADE_ORACLES");
    if folder.is_none() {
        eprintln!("left out: PALISADE_ORACLES is not set (`cargo xtask test` sets it)");
    }
    folder.map(PathBuf::from)
}

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracles")
}

fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../xtask/oracles")
}

/// Names in a folder, sorted.
fn files(folder: &Path, wanted: impl Fn(&Path) -> bool) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| wanted(&entry.path()))
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert!(!names.is_empty(), "{} is empty", folder.display());
    names
}
