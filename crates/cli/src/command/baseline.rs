use std::path::{Path, PathBuf};

use clap::Args;
use palisade_config::{BASELINE, Baseline, read_baseline, write_baseline};
use palisade_diag::UnreadKind;
use palisade_engine::Fixes;

use super::scan::{error_options, say_nothing};
use crate::flags::{InputFlags, text_of};
use crate::output::{Problem, print, save, say};
use crate::place::Place;
use crate::select::SelectFlags;
use crate::{Surroundings, exit};

/// Accepts today's findings: later scans show only what is new
///
/// Writes `palisade.baseline.json` into the root of the scan, where `palisade scan` finds it. It tells findings
/// apart by rule, node and evidence, never by line: reformatting a file changes nothing, and an application that
/// moves to another folder keeps its entries. Give the flags that your scans have.
///
/// Where there is a baseline already, entries whose findings are still there stay as they are, new findings are
/// added, and entries of fixed ones are taken out. Found secrets are never accepted.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 written, 2 wrong usage, 3 something was not read: its entries stay as they were.")]
pub struct Accept {
    #[command(flatten)]
    input: InputFlags,

    /// File to read and write [default: palisade.baseline.json in the root]
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Only takes out what is fixed; accepts nothing
    #[arg(long)]
    prune: bool,

    #[command(flatten)]
    select: SelectFlags,
}

/// The baseline that stands in a root.
pub fn standing(place: &Place) -> Option<PathBuf> {
    let path = place.root.join(BASELINE);
    path.is_file().then_some(path)
}

/// Reads a baseline; its path is answered as the report calls it.
pub fn read(around: &Surroundings, place: &Place, file: &Path) -> Result<(String, Baseline), Problem> {
    let path = around.folder.join(file);
    let shown = if path == place.root.join(BASELINE) {
        format!("{}{BASELINE}", place.prefix)
    } else {
        file.display().to_string()
    };
    let text = text_of(around, &path, &shown)?;
    let baseline = read_baseline(&shown, &text).map_err(|errors| {
        let options = error_options(around);
        let draw = |e: &palisade_config::BaselineError| {
            let message = e.to_string();
            let problem = palisade_report::Problem {
                path: &shown,
                text: &text,
                span: Some(e.place().span.clone()),
                message: &message,
                help: e.help(),
            };
            palisade_report::problem(&problem, &options)
        };
        // A file that is broken in many places is broken once.
        let drawn: Vec<String> = errors.iter().take(5).map(draw).collect();
        Problem { code: exit::USAGE, message: drawn.join("\n"), help: None, drawn: true }
    })?;
    Ok((place.name(&path), baseline))
}

impl Accept {
    /// Scans and writes.
    pub fn run(&self, around: &Surroundings) -> Result<u8, Problem> {
        let (place, mut request) = self.input.request(around)?;
        self.select.configure(&mut request)?;
        // Nobody sees fixes here.
        request.fixes = Fixes::Off;
        let file = match &self.output {
            Some(file) => around.folder.join(file),
            None => place.root.join(BASELINE),
        };
        let shown = match &self.output {
            Some(file) => file.display().to_string(),
            None => format!("{}{BASELINE}", place.prefix),
        };
        if file.is_file() {
            request.baseline = Some(read(around, &place, &file)?);
        } else if self.prune {
            let problem = Problem::usage(format!("there is no baseline `{shown}` to prune"));
            return Err(problem.help("`palisade baseline` writes one"));
        }
        let done =
            palisade_engine::accept(&request, self.prune).map_err(|e| Problem::usage(e.to_string()))?;
        for entry in &done.report.unread {
            let line = entry.line.map(|l| format!(":{l}")).unwrap_or_default();
            let word = if entry.kind == UnreadKind::Failed { "unread" } else { "foreign" };
            say(&format!("{}{}{line}: {word}: {}", place.prefix, entry.path, entry.reason));
        }
        for finding in &done.refused {
            let at = finding
                .primary()
                .map_or_else(String::new, |l| format!("{}{}:{}: ", place.prefix, l.path, l.start.line));
            say(&format!("{at}{}: a secret cannot be accepted; it stays a finding", finding.rule));
        }
        say_nothing(done.report.applications.is_empty(), &done.report.unread);
        if done.report.applications.is_empty() && request.baseline.is_none() {
            return Ok(exit::INCOMPLETE);
        }
        save(&file, Path::new(&shown), write_baseline(&done.baseline).as_bytes())?;
        let total = done.added + done.kept;
        let findings = if total == 1 { "finding" } else { "findings" };
        let words = format!(
            "{shown}: {total} {findings} accepted, {} of them new; {} fixed and taken out\n",
            done.added,
            done.fixed.len()
        );
        print(words.as_bytes())?;
        Ok(if done.report.complete { exit::CLEAN } else { exit::INCOMPLETE })
    }
}
