//! `cargo xtask fixes [CORPUS]`: all fixes of a corpus of public applications, written into a copy of it, and what
//! has to hold of them: what was read is read, comments stay, no finding is new, and a second run changes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use serde_json::Value;

use crate::Outcome;
use crate::process::{cargo, command, run, say, target};

/// What is fixed.
#[derive(clap::Args)]
pub struct Arguments {
    /// Folder of applications.
    #[arg(default_value = "tests/corpus")]
    corpus: PathBuf,
    /// Who reads the findings that are fixed.
    #[arg(long, default_value = "auditor")]
    persona: String,
    /// Only safe fixes.
    #[arg(long)]
    safe: bool,
    /// Builds with optimisation.
    #[arg(long)]
    release: bool,
}

/// Runs the task.
pub fn run_task(arguments: &Arguments) -> Outcome {
    let corpus =
        arguments.corpus.canonicalize().map_err(|e| format!("{}: {e}", arguments.corpus.display()))?;
    let mut build = cargo();
    build.args(["build", "--quiet", "-p", "palisade"]);
    if arguments.release {
        build.arg("--release");
    }
    run(&mut build)?;
    let profile = if arguments.release { "release" } else { "debug" };
    let program = target().join(profile).join("palisade");
    let copy = target().join("fixes");
    say(&format!("copying {}", corpus.display()));
    if copy.exists() {
        fs::remove_dir_all(&copy).map_err(|e| e.to_string())?;
    }
    // Links are enough: a fix replaces a file and does not write into it. They reach no other file system.
    let links = command("cp").args(["-al", "--"]).arg(&corpus).arg(&copy).stderr(Stdio::null()).status();
    if !links.is_ok_and(|s| s.success()) {
        run(command("cp").args(["-aT", "--"]).arg(&corpus).arg(&copy))?;
    }
    let before = scan(&program, &copy, &arguments.persona)?;
    let diff = fix(&program, &copy, arguments, false)?;
    let text = String::from_utf8_lossy(&diff.stdout).into_owned();
    say("applies to a checkout: git apply --check");
    let patch = target().join("fixes.diff");
    crate::oracles::write(&patch, &text)?;
    if !text.is_empty() {
        run(command("git").current_dir(&copy).args(["apply", "--check", "--unsafe-paths"]).arg(&patch))?;
    }
    let written = fix(&program, &copy, arguments, true)?;
    print!("{}", String::from_utf8_lossy(&written.stderr));
    let after = scan(&program, &copy, &arguments.persona)?;
    let mut problems = Vec::new();
    for entry in items(&after, "unread").filter(|e| !items(&before, "unread").any(|o| o == *e)) {
        problems.push(format!("cannot be read any more: {entry}"));
    }
    problems.extend(worse(&before, &after));
    let lost = lost_comments(&text);
    problems.extend(lost.iter().map(|l| format!("comment lost: {l}")));
    let again = fix(&program, &copy, arguments, false)?;
    if !again.stdout.is_empty() {
        let diff = String::from_utf8_lossy(&again.stdout);
        let files: Vec<&str> = diff.lines().filter_map(|l| l.strip_prefix("--- a/")).take(5).collect();
        problems.push(format!("a second run changes {}", files.join(", ")));
    }
    let count = |report: &Value| items(report, "findings").count();
    let files = text.lines().filter(|l| l.starts_with("--- ")).count();
    let hunks = text.lines().filter(|l| l.starts_with("@@ ")).count();
    println!("{files} files in {hunks} places; {} findings before, {} after", count(&before), count(&after));
    for ((persona, rule), n) in first_told(&before, &after) {
        println!("  new, about a node of which the rule said nothing before: {n} of {rule} ({persona})");
    }
    if problems.is_empty() {
        return Ok(());
    }
    Err(format!("{} problems:\n  {}", problems.len(), problems.join("\n  ")))
}

fn scan(program: &Path, folder: &Path, persona: &str) -> Result<Value, String> {
    let out = command(program)
        .args([
            "scan",
            "--persona",
            persona,
            "--format",
            "json",
            "--fail-on",
            "never",
            "--today",
            "2026-11-21",
        ])
        .arg(folder)
        .stderr(Stdio::null())
        .output()
        .map_err(|e| e.to_string())?;
    serde_json::from_slice(&out.stdout).map_err(|e| format!("the answer is not JSON: {e}"))
}

fn fix(program: &Path, folder: &Path, arguments: &Arguments, write: bool) -> Result<Output, String> {
    let mut command = command(program);
    command.args(["fix", "--persona", &arguments.persona, "--today", "2026-11-21"]).arg(folder);
    if !arguments.safe {
        command.arg("--unsafe");
    }
    if write {
        command.arg("--write");
    }
    command.output().map_err(|e| e.to_string())
}

fn items<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

/// Findings about nodes of which their rule said nothing before, whatever they weigh: how many of each persona and
/// rule. [`worse`] asks whether they are as bad as what they came with.
fn first_told(before: &Value, after: &Value) -> BTreeMap<(String, String), usize> {
    let nodes = |f: &Value| -> Vec<(String, String)> {
        let ids = items(f, "affected").filter_map(Value::as_str);
        ids.map(|id| (field(f, "rule"), id.to_owned())).collect()
    };
    let known: BTreeSet<(String, String)> = items(before, "findings").flat_map(nodes).collect();
    let mut out: BTreeMap<(String, String), usize> = BTreeMap::new();
    for finding in items(after, "findings").filter(|f| nodes(f).iter().any(|n| !known.contains(n))) {
        *out.entry((field(finding, "persona"), field(finding, "rule"))).or_default() += 1;
    }
    out
}

/// Findings of which there are more than before, and that are as bad as what is gone.
fn worse(before: &Value, after: &Value) -> Vec<String> {
    let count = |report: &Value| {
        let mut map: BTreeMap<String, usize> = BTreeMap::new();
        for finding in items(report, "findings") {
            let print = finding.get("fingerprint").map(ToString::to_string);
            *map.entry(print.unwrap_or_default()).or_default() += 1;
        }
        map
    };
    let (old, new) = (count(before), count(after));
    let print = |f: &Value| f.get("fingerprint").map(ToString::to_string).unwrap_or_default();
    // A fix may leave something less bad behind, or what only a stricter persona is told: the worst of what is
    // gone in each application.
    let mut gone: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for finding in items(before, "findings").filter(|f| new.get(&print(f)) < old.get(&print(f))) {
        for place in places(finding) {
            let (worst, loosest) = gone.entry(place).or_insert((0, usize::MAX));
            *worst = (*worst).max(severity(finding));
            *loosest = (*loosest).min(persona(finding));
        }
    }
    let as_bad = |f: &Value| {
        let excuse = |(worst, loosest): &(usize, usize)| severity(f) < *worst || persona(f) > *loosest;
        !places(f).iter().filter_map(|p| gone.get(p)).any(excuse)
    };
    let mut out: Vec<String> = items(after, "findings")
        .filter(|f| new.get(&print(f)) > old.get(&print(f)))
        .filter(|f| as_bad(f))
        .map(|f| format!("new: {}: {}", field(f, "rule"), field(f, "message")))
        .collect();
    out.sort();
    out.dedup();
    out
}

/// Roots of the applications that a finding is about, by the ids of its nodes, and the files that it shows: what is
/// read from a shared file is due to the edits of all.
fn places(finding: &Value) -> BTreeSet<String> {
    let root = |id: &Value| id.as_str()?.split_once(':')?.1.split_once('#').map(|(root, _)| root.to_owned());
    let nodes = finding.get("node").into_iter().chain(items(finding, "affected"));
    let files = items(finding, "labels").filter_map(|l| l.get("path")?.as_str().map(str::to_owned));
    nodes.filter_map(root).chain(files).collect()
}

fn severity(finding: &Value) -> usize {
    let words = ["info", "low", "medium", "high", "critical"];
    words.iter().position(|w| *w == field(finding, "severity")).unwrap_or(0)
}

fn persona(finding: &Value) -> usize {
    let words = ["regular", "pedantic", "auditor"];
    words.iter().position(|w| *w == field(finding, "persona")).unwrap_or(0)
}

fn field(finding: &Value, key: &str) -> String {
    finding.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Comments on lines that a diff takes away and that stand on none that it puts there.
fn lost_comments(diff: &str) -> Vec<String> {
    let comment = |line: &str| {
        let at = line.find(" #").map(|at| at + 1).or_else(|| line.starts_with('#').then_some(0))?;
        line.get(at..).map(|c| c.trim_end().to_owned())
    };
    let mut lost = Vec::new();
    for hunk in diff.split("\n@@ ") {
        let body = || hunk.lines().skip(1);
        let put: Vec<&str> = body().filter_map(|l| l.strip_prefix('+')).collect();
        for line in body().filter_map(|l| l.strip_prefix('-')) {
            if let Some(text) = comment(line)
                && !put.iter().any(|p| p.contains(&text))
            {
                lost.push(line.trim().to_owned());
            }
        }
    }
    lost
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_that_goes_is_seen() {
        let diff = "--- a/t\n+++ b/t\n@@ -1,3 +1,2 @@\n-a: 1 # why\n-b: 2 # gone\n+a: 3 # why\n c: 1\n";
        assert_eq!(lost_comments(diff), ["b: 2 # gone"]);
    }
}
