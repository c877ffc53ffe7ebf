//! `cargo xtask bench --terraform [CORPUS]`: the Terraform of public applications, and generated trees.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Arguments, against, ask_peer, fresh, generate, head, instructions, least, row};
use crate::process::{command, say, target};
use crate::{Outcome, oracles};

/// Files in the generated tree, 4 MB together.
const FILES: usize = 2_000;
/// Instances of the one block of the generated root.
const INSTANCES: usize = 10_000;
/// What a module may read beside its own files.
const READ: [&str; 9] = ["tf", "tofu", "tfvars", "json", "tpl", "tftpl", "yaml", "yml", "tmpl"];
const SKIPPED: [&str; 5] = [".git", "node_modules", ".terraform", ".oracle", "cdk.out"];

/// Measures both programs on each tree.
pub(super) fn run(arguments: &Arguments, corpus: &Path, palisade: &str) -> Outcome {
    let folder = |name: &str| target().join("bench").join(name);
    let (public, tree, repeated) = (folder("terraform"), folder("tree"), folder("repeated"));
    let count = gather(corpus, &public, arguments.files)?;
    fresh(&tree)?;
    let size = generate::tree(&tree, FILES)?;
    fresh(&repeated)?;
    generate::repeated(&repeated, INSTANCES)?;
    let trees = [
        (format!("{count} Terraform files of {}", corpus.display()), &public),
        (format!("{FILES} generated files, {size} bytes"), &tree),
        (format!("one root with {INSTANCES} instances of a function"), &repeated),
    ];
    if !arguments.no_peer {
        oracles::install_peer()?;
    }
    for (title, tree) in &trees {
        println!("\n{title}");
        head();
        let own = least(arguments.runs, &[palisade, "scan", &tree.display().to_string()])?;
        row("palisade", &own);
        println!("{} functions in the graph", functions(palisade, tree)?);
        if !arguments.no_peer {
            let other = ask_peer(tree, &["terraform"], arguments.limit)?;
            row("checkov", &other);
            println!("{}", against(&own, &other));
        }
    }
    for (_, tree) in &trees {
        instructions(palisade, tree)?;
    }
    Ok(())
}

/// What the measured program sees: a fast run that sees nothing is no success.
fn functions(palisade: &str, tree: &Path) -> Result<usize, String> {
    let mut graph = command(palisade);
    // Exit code 3 only says that some file could not be read.
    let out =
        graph.args(["graph", "--format", "json"]).arg(tree).output().map_err(|e| format!("palisade: {e}"))?;
    let graph: Value =
        serde_json::from_slice(&out.stdout).map_err(|e| format!("the graph is not JSON: {e}"))?;
    let applications = graph.get("applications").and_then(Value::as_array).into_iter().flatten();
    let nodes = applications.filter_map(|application| application.get("nodes")?.as_array()).flatten();
    Ok(nodes.filter(|node| node.get("kind").is_some_and(|kind| kind == "function")).count())
}

/// Copies whole repositories with Terraform, the smallest first, up to so many Terraform files.
fn gather(corpus: &Path, into: &Path, most: usize) -> Result<usize, String> {
    fresh(into)?;
    let mut repositories: Vec<(usize, PathBuf, Vec<PathBuf>)> = Vec::new();
    for folder in entries(corpus)?.into_iter().filter(|path| path.is_dir() && !skipped(path)) {
        let mut files = Vec::new();
        walk(&folder, &mut files)?;
        let count = files.iter().filter(|file| is_terraform(file)).count();
        if count > 0 {
            repositories.push((count, folder, files));
        }
    }
    repositories.sort();
    let (mut total, mut left) = (0, 0);
    for (count, _, files) in repositories {
        if total + count > most && total > 0 {
            left += 1;
            continue;
        }
        total += count;
        for file in files {
            let to = into.join(file.strip_prefix(corpus).unwrap_or(&file));
            let above = to.parent().unwrap_or(into);
            fs::create_dir_all(above).map_err(|e| format!("{}: {e}", above.display()))?;
            fs::copy(&file, &to).map_err(|e| format!("{}: {e}", file.display()))?;
        }
    }
    if left > 0 {
        say(&format!("{left} larger repositories are not measured: see --files"));
    }
    Ok(total)
}

/// What Terraform may read, of the folders that hold a module and those below them.
fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> Outcome {
    let mut pending = vec![(folder.to_path_buf(), false)];
    while let Some((folder, inside)) = pending.pop() {
        let all = entries(&folder)?;
        let inside = inside || all.iter().any(|path| is_terraform(path));
        for path in all {
            if path.is_symlink() || skipped(&path) {
                continue;
            }
            if path.is_dir() {
                pending.push((path, inside));
            } else if inside && READ.iter().any(|ending| path.extension().is_some_and(|e| e == *ending)) {
                found.push(path);
            }
        }
    }
    Ok(())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let read = fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut all: Vec<PathBuf> = read.flatten().map(|entry| entry.path()).collect();
    all.sort();
    Ok(all)
}

fn is_terraform(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "tf" || ending == "tofu")
}

fn skipped(path: &Path) -> bool {
    path.file_name().is_some_and(|name| SKIPPED.iter().any(|skipped| name == *skipped))
}
