use std::fs::File;
use std::io::{BufRead, BufReader, IsTerminal, Read};
use std::path::PathBuf;

use clap::{Args, Subcommand};
use palisade_iam::lines;
use rayon::prelude::*;

use crate::output::{Problem, print, say};
use crate::{Surroundings, exit};

/// The policy engine on raw policy documents: JSON lines in, JSON lines out
///
/// One object a line, one answer a line, in the same order; `id` is given back. A line that cannot be answered gives
/// `{"id", "error"}` and the rest goes on.
///
/// Exit codes: 0 every line was answered, 3 some gave an error.
#[derive(Debug, Args)]
pub struct Iam {
    #[command(subcommand)]
    question: Question,
}

#[derive(Debug, Subcommand)]
enum Question {
    /// May a principal do this? `{"request": {"principal", "action", "resource", "context"}, "identity": [document…], …}`
    ///
    /// Out: `{"decision": "allow|explicit_deny|implicit_deny|unknown", "because": [statements], "missing": [keys]}`.
    /// Further policies: `resource_policy`, `boundary`, `session`, `scp`, `rcp`, `endpoint`.
    Evaluate(Input),
    /// Does one set of policies allow what another does? `{"a": [document…], "b": [document…]}`
    ///
    /// Out: `{"result": "equal|a_in_b|b_in_a|overlap|disjoint|unknown", "only_a": request, "only_b": request}`; the
    /// requests are counterexamples in the form that `evaluate` takes.
    Compare(Input),
    /// What is wrong about a policy document? `{"policy": document, "type": "identity"}`
    ///
    /// Types: identity, resource, trust, scp, rcp, session, endpoint, boundary. Out: `{"findings": [{"rule", "severity",
    /// "message", "statement", "pointer", "value"}]}`.
    Lint(Input),
    /// Which actions do the patterns of a policy match? `{"policy": document}`
    ///
    /// Out: `{"policy": document, "unmatched": [patterns that match no known action]}`.
    Expand(Input),
    /// The same policy in less space: `{"policy": document, "limit": characters or null}`
    ///
    /// Out: `{"policies": [document…], "exact": true, "added": [], "wildcards": [patterns]}`. Without a limit no wildcard
    /// is introduced; with one, only as far as it forces them and never so that a known action is let in.
    Shrink(Input),
    /// The smallest change that turns the answer of `evaluate` into its contrary, or into `"want": "allow"|"deny"`
    Why(Input),
}

#[derive(Debug, Args)]
struct Input {
    /// File of JSON lines; standard input without it
    file: Option<PathBuf>,
}

impl Iam {
    /// Answers every line.
    pub fn run(&self, around: &Surroundings) -> Result<u8, Problem> {
        let (input, answer): (&Input, fn(&str) -> String) = match &self.question {
            Question::Evaluate(input) => (input, lines::evaluate),
            Question::Compare(input) => (input, lines::compare),
            Question::Lint(input) => (input, lines::lint),
            Question::Expand(input) => (input, lines::expand),
            Question::Shrink(input) => (input, lines::shrink),
            Question::Why(input) => (input, lines::why),
        };
        match input.file.as_deref().filter(|f| f.as_os_str() != "-") {
            Some(file) => {
                let path = around.folder.join(file);
                let open = File::open(&path)
                    .map_err(|e| Problem::usage(format!("`{}` cannot be read: {e}", file.display())))?;
                run(BufReader::with_capacity(BUFFER, open), answer, &format!("`{}`", file.display()))
            }
            None => {
                let stdin = std::io::stdin();
                if stdin.is_terminal() {
                    say("reading JSON lines from standard input; `palisade iam --help` says what they hold");
                }
                run(BufReader::with_capacity(BUFFER, stdin.lock()), answer, "standard input")
            }
        }
    }
}

/// What is read at once; the lines in it are answered in parallel.
const BUFFER: usize = 1 << 20;

/// `name` is where the lines come from, for an error.
fn run<R: Read>(mut input: BufReader<R>, answer: fn(&str) -> String, name: &str) -> Result<u8, Problem> {
    let mut code = exit::CLEAN;
    loop {
        // A batch is what has arrived, so that a program that waits for each answer gets it.
        let mut batch: Vec<Vec<u8>> = Vec::new();
        let mut ended = false;
        loop {
            match line(&mut input).map_err(|e| Problem::usage(format!("{name} cannot be read: {e}")))? {
                Some(line) => batch.push(line),
                None => {
                    ended = true;
                    break;
                }
            }
            if !input.buffer().contains(&b'\n') {
                break;
            }
        }
        let answers: Vec<String> = batch.par_iter().filter_map(|line| reply(line, answer)).collect();
        if answers.iter().any(|a| lines::failed(a)) {
            code = exit::INCOMPLETE;
        }
        if !answers.is_empty() {
            let mut text = answers.join("\n");
            text.push('\n');
            print(text.as_bytes())?;
        }
        if ended {
            return Ok(code);
        }
    }
}

fn reply(line: &[u8], answer: fn(&str) -> String) -> Option<String> {
    if line.len() > lines::LONGEST {
        return Some(lines::refuse("a line is longer than 16 MiB"));
    }
    match std::str::from_utf8(line) {
        Ok(text) if text.trim().is_empty() => None,
        Ok(text) => Some(answer(text)),
        Err(error) => Some(lines::refuse(&format!("the line is not UTF-8: {error}"))),
    }
}

/// The next line. Of one that is too long, only its beginning.
fn line<R: Read>(input: &mut BufReader<R>) -> std::io::Result<Option<Vec<u8>>> {
    let mut out = Vec::new();
    let limit = u64::try_from(lines::LONGEST).unwrap_or(u64::MAX) + 1;
    let read = input.by_ref().take(limit).read_until(b'\n', &mut out)?;
    if read == 0 {
        return Ok(None);
    }
    if out.last() != Some(&b'\n') && out.len() > lines::LONGEST {
        input.skip_until(b'\n')?;
    }
    Ok(Some(out))
}
