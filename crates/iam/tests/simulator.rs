//! The engine against an independent simulator, run as a program, on random lines.
//!
//! Needs `PALISADE_ORACLES`, which `cargo xtask test` sets; without it the test says so and passes. `IAM_SIM_CASES`
//! says how many lines (5,000 if not set), `IAM_SEED` with which seed they start.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "tests fail by panicking"
)]

#[path = "generate/mod.rs"]
#[expect(dead_code, reason = "the other test uses the rest")]
mod generate;
#[path = "reference/mod.rs"]
mod reference;
#[path = "simulator/settled.rs"]
mod settled;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

use generate::{For, line, minimal::candidates};
use palisade_iam::lines::evaluate;
use reference::decide;
use serde_json::Value;

#[test]
fn engine_decides_as_the_simulator() {
    let Some(oracles) = oracles() else { return };
    let (cases, start) = (number("IAM_SIM_CASES", 5_000), number("IAM_SEED", 1));
    let lines: Vec<Value> = (start..start + cases).map(|seed| line(seed, For::Simulator)).collect();
    let mut simulator = Simulator::start(&oracles);
    let answers = simulator.answers(&lines);
    let mut skipped: BTreeMap<String, u64> = BTreeMap::new();
    let mut settled: BTreeMap<&str, u64> = BTreeMap::new();
    let mut different = Vec::new();
    for (line, answer) in lines.iter().zip(&answers) {
        let (ours, theirs) = (engine(line), word(answer));
        if theirs == "skip" {
            *skipped.entry(answer["reason"].to_string()).or_default() += 1;
        } else if ours != theirs {
            let small = simulator.minimal(line, &ours, theirs);
            match settled::kind(&small) {
                // settled for the engine as the reference reads the guide, and for no other answer
                Some(kind) if decide(&small).word() == ours => *settled.entry(kind).or_default() += 1,
                _ => different.push(format!("engine {ours}, simulator {theirs}:\n{small}")),
            }
        }
    }
    eprintln!("{cases} lines from seed {start}; settled: {settled:?}; skipped: {skipped:?}");
    assert!(skipped.values().sum::<u64>() * 20 < cases, "the simulator refuses too many lines");
    assert!(different.is_empty(), "{} lines differ:\n{}", different.len(), different.join("\n"));
}

/// The simulator, which answers line by line.
struct Simulator {
    child: Child,
}

impl Simulator {
    fn start(oracles: &Path) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../xtask/oracles/iam/simulate.mjs");
        let child = Command::new("node")
            .arg(script)
            .env("PALISADE_ORACLES", oracles)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node starts");
        Self { child }
    }

    fn answers(&mut self, lines: &[Value]) -> Vec<Value> {
        let mut input = self.child.stdin.take().unwrap();
        let text: Vec<String> = lines.iter().map(Value::to_string).collect();
        let text = text.join("\n") + if text.is_empty() { "" } else { "\n" };
        // written beside, as neither side waits for a pipe that is full
        let writer = thread::spawn(move || {
            input.write_all(text.as_bytes()).unwrap();
            input.flush().unwrap();
            input
        });
        let output = self.child.stdout.as_mut().unwrap();
        let mut reader = BufReader::new(output);
        let mut answers = Vec::with_capacity(lines.len());
        for line in lines {
            let mut text = String::new();
            reader.read_line(&mut text).unwrap();
            let answer: Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
            assert_eq!(answer["id"], line["id"]);
            answers.push(answer);
        }
        self.child.stdin = Some(writer.join().unwrap());
        answers
    }

    /// The smallest line on which both still differ in the same way.
    fn minimal(&mut self, line: &Value, ours: &str, theirs: &str) -> Value {
        let mut line = line.clone();
        loop {
            let smaller: Vec<Value> =
                candidates(&line).into_iter().filter(|candidate| engine(candidate) == ours).collect();
            let answers = self.answers(&smaller);
            let found = smaller.into_iter().zip(answers).find(|(_, answer)| word(answer) == theirs);
            match found {
                Some((smaller, _)) => line = smaller,
                None => return line,
            }
        }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

fn word(answer: &Value) -> &str {
    answer["decision"].as_str().unwrap()
}

fn engine(line: &Value) -> String {
    let answer: Value = serde_json::from_str(&evaluate(&line.to_string())).unwrap();
    answer["decision"].as_str().unwrap_or("error").to_owned()
}

fn oracles() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "where the task runner installed them")]
    let folder = std::env::var_os("PALISADE_ORACLES");
    if folder.is_none() {
        eprintln!("left out: PALISADE_ORACLES is not set (`cargo xtask test` sets it)");
    }
    folder.map(PathBuf::from)
}

fn number(name: &str, default: u64) -> u64 {
    #[expect(clippy::disallowed_methods, reason = "how many cases is the runner's choice")]
    let value = std::env::var(name);
    value.ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}
