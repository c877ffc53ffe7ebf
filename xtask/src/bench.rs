//! `cargo xtask bench [CORPUS]`: processor time and memory against the leading peer, on the same files.
//!
//! What gates a change is the count of instructions; seconds are for people.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::process::{answers, cargo, command, output, say, target};
use crate::{Outcome, oracles};

mod generate;
mod terraform;

/// What is measured.
#[derive(clap::Args)]
pub struct Arguments {
    /// Folder of applications.
    #[arg(default_value = "tests/corpus")]
    corpus: PathBuf,
    /// At most so many files.
    #[arg(long, default_value_t = 600)]
    files: usize,
    /// Measures Palisade alone.
    #[arg(long)]
    no_peer: bool,
    /// Measures Terraform: that of the corpus, and generated trees.
    #[arg(long)]
    terraform: bool,
    /// Seconds after which a run of the peer is ended.
    #[arg(long, default_value_t = 600)]
    limit: u32,
    /// Runs of Palisade; the least one counts.
    #[arg(long, default_value_t = 5)]
    runs: usize,
}

/// A template that is as small as a useful one gets.
const SMALL: &str = "\
Transform: AWS::Serverless-2016-10-31
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      Handler: index.handler
      Runtime: nodejs22.x
      CodeUri: .
      Events:
        Get:
          Type: Api
          Properties: {Path: /, Method: get}
";

struct Cost {
    cpu: f64,
    wall: f64,
    rss: f64,
    /// The limit ended the run.
    ended: bool,
}

/// Runs the task.
pub fn run(arguments: &Arguments) -> Outcome {
    let corpus =
        arguments.corpus.canonicalize().map_err(|e| format!("{}: {e}", arguments.corpus.display()))?;
    if !arguments.terraform {
        oracles::install()?;
    }
    say("building");
    crate::process::run(cargo().args(["build", "--quiet", "--release", "--package", "palisade"]))?;
    let palisade = target().join("release/palisade").display().to_string();
    if arguments.terraform {
        return terraform::run(arguments, &corpus, &palisade);
    }
    let many = target().join("bench/many");
    let one = target().join("bench/one");
    let count = gather(&corpus, &many, arguments.files)?;
    fresh(&one)?;
    oracles::write(&one.join("template.yaml"), SMALL)?;
    println!("\n{count} files of {}", corpus.display());
    head();
    let own = least(arguments.runs, &[&palisade, "scan", &many.display().to_string()])?;
    row("palisade, all files", &own);
    row("palisade, one template", &least(arguments.runs, &[&palisade, "scan", &one.display().to_string()])?);
    if !arguments.no_peer {
        oracles::install_peer()?;
        let frameworks = ["cloudformation", "serverless"];
        let other = ask_peer(&many, &frameworks, arguments.limit)?;
        row("checkov, all files", &other);
        row("checkov, one template", &ask_peer(&one, &frameworks, arguments.limit)?);
        println!("\n{}", against(&own, &other));
    }
    instructions(&palisade, &many)?;
    instructions(&palisade, &one)
}

fn instructions(palisade: &str, folder: &Path) -> Outcome {
    if !answers("valgrind", &["--version"]) {
        say("valgrind is not installed: instructions are not counted");
        return Ok(());
    }
    let out = target().join("bench/callgrind.out");
    let status = command("valgrind")
        .args(["--quiet", "--tool=callgrind"])
        .arg(format!("--callgrind-out-file={}", out.display()))
        .args([palisade, "scan"])
        .arg(folder)
        .env("RAYON_NUM_THREADS", "1")
        .stdout(std::process::Stdio::null())
        .status()
        .map_err(|e| format!("valgrind: {e}"))?;
    let written = fs::read_to_string(&out).map_err(|e| format!("valgrind ({status}): {e}"))?;
    let total =
        written.lines().find_map(|line| line.strip_prefix("summary:").or(line.strip_prefix("totals:")));
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    println!("instructions, {name}: {}", total.unwrap_or("unknown").trim());
    Ok(())
}

/// Copies templates and services of the corpus, with a folder of its own for each.
fn gather(corpus: &Path, into: &Path, most: usize) -> Result<usize, String> {
    fresh(into)?;
    let script = oracles::scripts().join("count_functions.py");
    let said = output(command(oracles::python()).arg(script).arg(corpus))?;
    let found: Vec<Value> = said.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let ours = ["sam", "cloudformation", "serverless"];
    let paths: Vec<&str> = found
        .iter()
        .filter(|file| {
            file.get("dialect").and_then(Value::as_str).is_some_and(|dialect| ours.contains(&dialect))
        })
        .filter_map(|file| file.get("path")?.as_str())
        .collect();
    // Evenly over the corpus, so that no repository crowds out the others.
    let step = paths.len().div_ceil(most.max(1)).max(1);
    let mut count = 0;
    for path in paths.iter().step_by(step) {
        let folder = into.join(format!("{count:04}"));
        let name = Path::new(path).file_name().unwrap_or_default();
        fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        fs::copy(corpus.join(path), folder.join(name)).map_err(|e| format!("{path}: {e}"))?;
        count += 1;
    }
    Ok(count)
}

fn fresh(folder: &Path) -> Outcome {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))
}

/// A scan of the peer, without its network.
fn ask_peer(folder: &Path, frameworks: &[&str], limit: u32) -> Result<Cost, String> {
    let peer = oracles::peer().with_file_name("checkov").display().to_string();
    let folder = folder.display().to_string();
    let limit = limit.to_string();
    let mut words = vec!["--limit", &limit, &peer, "-d", &folder, "--framework"];
    words.extend(frameworks);
    words.extend(["--compact", "--quiet", "--skip-download", "--download-external-modules", "false"]);
    measure(&words)
}

fn against(own: &Cost, other: &Cost) -> String {
    format!(
        "{:.0} times less processor time, {:.1} times less memory",
        other.cpu / own.cpu,
        other.rss / own.rss
    )
}

fn least(runs: usize, words: &[&str]) -> Result<Cost, String> {
    let mut best = measure(words)?;
    for _ in 1..runs {
        let next = measure(words)?;
        if next.cpu < best.cpu {
            best = next;
        }
    }
    Ok(best)
}

fn measure(words: &[&str]) -> Result<Cost, String> {
    let said = output(command("python3").arg(oracles::scripts().join("measure.py")).args(words))?;
    let cost: Value = serde_json::from_str(&said).map_err(|e| format!("measure: {e}"))?;
    let number = |key: &str| cost.get(key).and_then(Value::as_f64).unwrap_or_default();
    let ended = number("status") < 0.0;
    Ok(Cost { cpu: number("cpu"), wall: number("wall"), rss: number("rss"), ended })
}

fn head() {
    println!("{:<34}{:>10}{:>10}{:>12}", "", "cpu s", "wall s", "memory MB");
}

fn row(name: &str, cost: &Cost) {
    let ended = if cost.ended { "  ended" } else { "" };
    println!("{name:<34}{:>10.3}{:>10.3}{:>12.1}{ended}", cost.cpu, cost.wall, cost.rss / 1e6);
}
