//! The engine against a naive interpreter on random lines.
//!
//! `IAM_CASES` says how many (20,000 if not set), `IAM_SEED` with which seed they start.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "tests fail by panicking"
)]

#[path = "generate/mod.rs"]
mod generate;
#[path = "reference/mod.rs"]
mod reference;

use generate::{For, line, minimal::minimal};
use palisade_iam::lines::evaluate;
use reference::decide;
use serde_json::Value;

#[test]
fn engine_decides_as_the_reference() {
    let (cases, start) = (number("IAM_CASES", 20_000), number("IAM_SEED", 1));
    let mut counts = [0_u64; 3];
    let mut different = Vec::new();
    for seed in start..start + cases {
        let line = line(seed, For::Reference);
        let expected = decide(&line);
        counts[expected as usize] += 1;
        if engine(&line) != expected.word() && different.len() < 2000 {
            different.push(line);
        }
    }
    eprintln!("{cases} lines from seed {start}: allow, explicit, implicit {counts:?}");
    // a generator whose lines are all denied tests nothing
    assert!(counts.iter().all(|count| *count * 10 > cases), "one-sided: {counts:?}");
    let shown: Vec<String> = different.iter().map(show).collect();
    assert!(shown.is_empty(), "{} lines are decided differently:\n{}", shown.len(), shown.join("\n"));
}

/// What is not known never makes an answer that what is known would take back.
#[test]
fn unknown_keys_are_never_decided_wrongly() {
    let (cases, start) = (number("IAM_CASES", 20_000), number("IAM_SEED", 1));
    let (mut open, mut wrong) = (0, Vec::new());
    for seed in start..start + cases {
        let line = line(seed, For::Reference);
        let keys = line["request"]["context"].as_object().unwrap();
        let keys: Vec<String> = keys.keys().cloned().collect();
        // every third key, from another one each time; said to be unknown, or not said in an incomplete context
        let hidden = keys.iter().skip(usize::try_from(seed % 3).unwrap()).step_by(3);
        let mut partial = line.clone();
        for key in hidden {
            if seed % 2 == 0 {
                partial["request"]["context"][key] = Value::Null;
            } else {
                partial["request"]["context"].as_object_mut().unwrap().remove(key);
                partial["context_complete"] = false.into();
            }
        }
        let answer: Value = serde_json::from_str(&evaluate(&partial.to_string())).unwrap();
        let known = engine(&line);
        let explicit = answer["may_be_explicit"] == true && known == "explicit_deny";
        match answer["decision"].as_str() {
            Some("unknown") => open += 1,
            Some("implicit_deny") if explicit => {}
            Some(word) if word == known => {}
            _ => wrong.push(format!("{answer}, known {known}:\n{partial}\n{line}")),
        }
    }
    eprintln!("{open} of {cases} lines are open");
    assert!(open * 50 > cases && open * 2 < cases, "{open} lines are open");
    assert!(wrong.is_empty(), "{} lines are decided wrongly:\n{}", wrong.len(), wrong.join("\n"));
}

/// The smallest line on which both still differ in the same way, and both answers.
fn show(line: &Value) -> String {
    let (ours, theirs) = (engine(line), decide(line));
    let small = if ours == "error" {
        line.clone()
    } else {
        minimal(line, |line| engine(line) == ours && decide(line) == theirs)
    };
    format!("engine {ours}, reference {}:\n{small}\n{}", theirs.word(), evaluate(&small.to_string()))
}

fn engine(line: &Value) -> String {
    let answer: Value = serde_json::from_str(&evaluate(&line.to_string())).unwrap();
    answer["decision"].as_str().unwrap_or("error").to_owned()
}

fn number(name: &str, default: u64) -> u64 {
    #[expect(clippy::disallowed_methods, reason = "how many cases is the runner's choice")]
    let value = std::env::var(name);
    value.ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}
