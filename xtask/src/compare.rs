//! `cargo xtask compare [CORPUS]`: the graph of public applications against what the reference
//! implementations deploy for them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use palisade_testkit::differential::{AREAS, Area, Comparison, compare, expected, observed};
use serde_json::Value;

use self::source::{Dialect, Graph};
use crate::process::{cargo, command, output, say, target};
use crate::{Outcome, oracles};

mod source;
mod synthesised;

/// Plugins that change what is deployed; a service whose plugin could not run is not comparable.
const GRAPH_CHANGING: [&str; 5] = ["pseudo-parameters", "step-functions", "appsync", "lift", "/"];

/// What is compared.
#[derive(clap::Args)]
pub struct Arguments {
    /// Folder of applications; the reference's answers are kept in its `.oracle` folder.
    #[arg(default_value = "tests/corpus")]
    corpus: PathBuf,
    /// Asks the reference implementations again.
    #[arg(long)]
    fresh: bool,
    /// A graph that was written before, instead of running the command line.
    #[arg(long)]
    graph: Option<PathBuf>,
    /// Only applications whose root contains this.
    #[arg(long, default_value = "")]
    only: String,
    /// Deviations shown for each dialect and area; all of them go to target/compare.txt.
    #[arg(long, default_value_t = 5)]
    show: usize,
}

/// Runs the task.
pub fn run(arguments: &Arguments) -> Outcome {
    let corpus =
        arguments.corpus.canonicalize().map_err(|e| format!("{}: {e}", arguments.corpus.display()))?;
    let counted = counted(&corpus, arguments.fresh)?;
    let (graph, unread) = match &arguments.graph {
        Some(file) => (read(file)?, String::new()),
        None => {
            build()?;
            graph(&corpus, &["--exclude", ".oracle"])?
        }
    };
    let graph: Value = serde_json::from_str(&graph).map_err(|e| format!("the graph is not JSON: {e}"))?;
    let applications: Vec<&Value> = items(&graph, "applications").collect();
    let mut report = Report { show: arguments.show, ..Report::default() };
    report.seen(&counted, &applications, &arguments.only);
    let graph = Graph::new(&applications, &unread);
    report.declared(Dialect::Terraform, &terraform(&corpus, arguments.fresh)?, &graph, &arguments.only);
    let written = cdk_source(&corpus, arguments.fresh)?;
    for dialect in [Dialect::CdkScript, Dialect::CdkPython] {
        report.declared(dialect, &written, &graph, &arguments.only);
    }
    report.synthesised(&corpus, &applications, &arguments.only)?;
    for (dialect, answers) in [
        ("sam", sam(&corpus, &counted, arguments.fresh)?),
        ("serverless", services(&corpus, &counted, arguments.fresh)?),
    ] {
        report.expansion(dialect, &answers, &applications, &arguments.only);
    }
    report.print()
}

fn build() -> Outcome {
    say("building and reading the graph");
    crate::process::run(cargo().args(["build", "--quiet", "--package", "palisade"]))
}

/// The graph of a tree, as the command line writes it, and what it says of files that it could not read.
fn graph(corpus: &Path, words: &[&str]) -> Result<(String, String), String> {
    let out = command(target().join("debug/palisade"))
        .args(["graph", "--format", "json", "--stage", "dev"])
        .args(words)
        .arg(corpus)
        .current_dir(corpus)
        .output()
        .map_err(|e| format!("palisade: {e}"))?;
    // Exit code 3 only says that some file could not be read.
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok((text(&out.stdout), text(&out.stderr)))
}

/// Lines of JSON that are made once and then kept beside the corpus.
fn kept(
    corpus: &Path,
    name: &str,
    fresh: bool,
    make: impl FnOnce() -> Result<String, String>,
) -> Result<Vec<Value>, String> {
    let file = corpus.join(".oracle").join(name);
    if fresh || !file.exists() {
        say(&format!("asking for {name}"));
        let text = make()?;
        fs::create_dir_all(corpus.join(".oracle")).map_err(|e| format!("{}: {e}", file.display()))?;
        oracles::write(&file, &text)?;
    }
    Ok(read(&file)?.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
}

fn counted(corpus: &Path, fresh: bool) -> Result<Vec<Value>, String> {
    kept(corpus, "functions.jsonl", fresh, || {
        oracles::install()?;
        output(command(oracles::python()).arg(oracles::scripts().join("count_functions.py")).arg(corpus))
    })
}

fn terraform(corpus: &Path, fresh: bool) -> Result<Vec<Value>, String> {
    kept(corpus, "terraform.jsonl", fresh, || {
        oracles::install_counters()?;
        output(command(oracles::hcl()).arg(oracles::scripts().join("count_terraform.py")).arg(corpus))
    })
}

fn cdk_source(corpus: &Path, fresh: bool) -> Result<Vec<Value>, String> {
    kept(corpus, "cdk-source.jsonl", fresh, || {
        oracles::install_counters()?;
        let scripts = oracles::scripts();
        let script = output(
            command("node")
                .arg(scripts.join("count_cdk.mjs"))
                .arg(corpus)
                .env("PALISADE_ORACLES", oracles::folder()),
        )?;
        let python = output(command(oracles::hcl()).arg(scripts.join("count_cdk.py")).arg(corpus))?;
        Ok(script + &python)
    })
}

fn paths<'a>(counted: &'a [Value], dialect: &'a str) -> impl Iterator<Item = &'a str> {
    counted.iter().filter(move |file| text(file, "dialect") == dialect).map(|file| text(file, "path"))
}

fn sam(corpus: &Path, counted: &[Value], fresh: bool) -> Result<Vec<Value>, String> {
    kept(corpus, "sam.jsonl", fresh, || {
        oracles::install()?;
        let script = oracles::scripts().join("sam_expand.py");
        output(command(oracles::python()).arg(script).args(paths(counted, "sam")).current_dir(corpus))
    })
}

fn services(corpus: &Path, counted: &[Value], fresh: bool) -> Result<Vec<Value>, String> {
    kept(corpus, "sls.jsonl", fresh, || {
        oracles::install()?;
        let mut repositories: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for path in paths(counted, "serverless") {
            repositories.entry(path.split('/').next().unwrap_or(path)).or_default().push(path);
        }
        let mut lines = String::new();
        for (repository, paths) in repositories {
            let script = oracles::scripts().join("sls_expand.mjs");
            let root = if corpus.join(repository).is_dir() { repository } else { "." };
            lines.push_str(&output(
                command("node")
                    .arg(script)
                    .args(["--root", root])
                    .args(paths)
                    .env("PALISADE_ORACLES", oracles::folder())
                    .current_dir(corpus),
            )?);
        }
        Ok(lines)
    })
}

#[derive(Default)]
struct Report {
    show: usize,
    rows: Vec<(String, String, usize, usize)>,
    deviations: Vec<(String, Vec<String>)>,
}

impl Report {
    /// Whether every function that is declared has a node, placed in the file that declares it.
    fn seen(&mut self, counted: &[Value], applications: &[&Value], only: &str) {
        let mut nodes: BTreeSet<(&str, &str)> = BTreeSet::new();
        for node in applications.iter().flat_map(|application| items(application, "nodes")) {
            if text(node, "kind") == "function" {
                let path = node.get("location").map(|location| text(location, "path")).unwrap_or_default();
                for name in [text(node, "name"), text(node, "logical_id")] {
                    // A nested template's ids have its own before them.
                    nodes.insert((path, name.rsplit('/').next().unwrap_or(name)));
                }
            }
        }
        for dialect in ["sam", "cloudformation", "serverless"] {
            let (mut same, mut total, mut missing) = (0, 0, Vec::new());
            for file in counted.iter().filter(|file| text(file, "dialect") == dialect) {
                let path = text(file, "path");
                for function in items(file, "functions").filter(|_| path.contains(only)) {
                    let name = text(function, "name");
                    total += 1;
                    if nodes.contains(&(path, name)) || nodes.contains(&(text(function, "file"), name)) {
                        same += 1;
                    } else {
                        missing.push(format!("{path}: {name}"));
                    }
                }
            }
            self.rows.push((dialect.to_owned(), "functions seen".to_owned(), same, total));
            self.deviations.push((format!("{dialect}, functions not seen"), missing));
        }
    }

    /// Whether every function that Terraform or CDK source declares has a node; a miss has its reason.
    fn declared(&mut self, dialect: Dialect, counted: &[Value], graph: &Graph<'_>, only: &str) {
        let answer = source::compare(dialect, counted, graph, only);
        let word = dialect.word();
        self.rows.push((word.to_owned(), "functions seen".to_owned(), answer.same, answer.total));
        self.deviations
            .extend(answer.lists.into_iter().map(|(title, lines)| (format!("{word}, {title}"), lines)));
    }

    /// The graph of CDK source against that of what it synthesises.
    fn synthesised(&mut self, corpus: &Path, applications: &[&Value], only: &str) -> Outcome {
        let folder = corpus.join(".oracle/cdk");
        let known = synthesised::applications(&folder);
        if known.is_empty() {
            return Ok(());
        }
        build()?;
        let (reference, _) = graph(&folder, &[])?;
        let reference: Value =
            serde_json::from_str(&reference).map_err(|e| format!("the graph is not JSON: {e}"))?;
        let reference: Vec<&Value> = items(&reference, "applications").collect();
        for row in synthesised::compare(&known, &reference, applications, only) {
            self.rows.push(("cdk synthesised".to_owned(), row.what.to_owned(), row.same, row.total()));
            self.deviations.push((format!("cdk synthesised, {} missing", row.what), row.missing));
            self.deviations.push((format!("cdk synthesised, {} too many", row.what), row.extra));
        }
        Ok(())
    }

    /// What a reference deploys against the graph, application by application.
    fn expansion(&mut self, dialect: &str, answers: &[Value], applications: &[&Value], only: &str) {
        // A service and a program in one folder are two applications of one root.
        let mut roots: BTreeMap<&str, Vec<&&Value>> = BTreeMap::new();
        for application in applications {
            roots.entry(text(application, "root")).or_default().push(application);
        }
        let mut totals: BTreeMap<Area, Comparison> = BTreeMap::new();
        let (mut found, mut total, mut lost) = (0, 0, Vec::new());
        let places: BTreeSet<&str> = applications
            .iter()
            .flat_map(|application| items(application, "nodes"))
            .filter_map(|node| node.get("location").map(|location| text(location, "path")))
            .collect();
        for answer in answers.iter().filter(|answer| answer.get("error").is_none() && comparable(answer)) {
            let path = text(answer, "path");
            if !path.contains(only) {
                continue;
            }
            total += 1;
            let folder = path.rsplit_once('/').map_or(".", |(folder, _)| folder);
            let of_file = |application: &&&&Value| {
                items(application, "nodes")
                    .any(|node| node.get("location").is_some_and(|at| text(at, "path") == path))
            };
            let all = roots.get(path).or_else(|| roots.get(folder));
            let Some(application) = all.and_then(|all| all.iter().find(of_file).or(all.first())) else {
                // A nested template is part of its parent's application.
                if places.contains(path) {
                    found += 1;
                } else {
                    lost.push(path.to_owned());
                }
                continue;
            };
            found += 1;
            for (area, comparison) in compare(&expected(answer), &observed(application)) {
                let sum = totals.entry(area).or_default();
                sum.same += comparison.same;
                sum.missing.extend(comparison.missing.iter().map(|fact| format!("{path}: {fact}")));
                sum.extra.extend(comparison.extra.iter().map(|fact| format!("{path}: {fact}")));
            }
        }
        self.rows.push((dialect.to_owned(), "applications".to_owned(), found, total));
        self.deviations.push((format!("{dialect}, applications not in the graph"), lost));
        for area in AREAS {
            let sum = totals.remove(&area).unwrap_or_default();
            self.rows.push((dialect.to_owned(), area.word().to_owned(), sum.same, sum.total()));
            self.deviations.push((format!("{dialect}, {} missing", area.word()), sum.missing));
            self.deviations.push((format!("{dialect}, {} too many", area.word()), sum.extra));
        }
    }

    fn print(&self) -> Outcome {
        let mut all = String::new();
        for (title, lines) in self.deviations.iter().filter(|(_, lines)| !lines.is_empty()) {
            let _ = write!(all, "# {title} ({})\n{}\n\n", lines.len(), lines.join("\n"));
            println!("\n{title} ({}):", lines.len());
            for line in lines.iter().take(self.show) {
                println!("  {line}");
            }
        }
        println!("\n{:<16}{:<18}{:>8}{:>8}{:>9}", "dialect", "what", "same", "of", "percent");
        for (dialect, what, same, total) in &self.rows {
            println!("{dialect:<16}{what:<18}{same:>8}{total:>8}{:>9}", percent(*same, *total));
        }
        oracles::write(&target().join("compare.txt"), &all)
    }
}

fn comparable(answer: &Value) -> bool {
    let removed = items(answer, "plugins").filter_map(Value::as_str);
    removed.into_iter().all(|plugin| !GRAPH_CHANGING.iter().any(|known| plugin.contains(known)))
}

/// Hundredths of a percent, rounded down: 100.00 means all of them.
fn percent(same: usize, total: usize) -> String {
    let hundredths = (same * 10_000).checked_div(total).unwrap_or(10_000);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn read(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn items<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}
