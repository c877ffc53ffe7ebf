use std::collections::BTreeMap;

use clap::Args;
use palisade_diag::{Safety, UnreadKind};
use palisade_engine::{Changed, Fixed, Fixes, Outcome, Request, Withheld};
use palisade_report::unified;
use palisade_source::{Jail, read_text, write_atomic};

use super::scan::say_nothing;
use crate::flags::InputFlags;
use crate::output::{Problem, print, say};
use crate::progress::Progress;
use crate::select::SelectFlags;
use crate::{Surroundings, exit};

/// Prints the fixes as one diff, or writes them
///
/// The diff goes to standard output, and `git apply` takes it in the scanned folder; what is fixed, withheld and
/// left is said on standard error. A fix is shown only if it was proven: with it the application is read again,
/// differs in what the fix is meant to change and nothing else, has lost the finding and gained none as bad.
///
/// Safe fixes change nothing that callers or the code notice. `--unsafe` includes those that somebody should look
/// at. `--persona pedantic` fixes hardening too.
#[derive(Debug, Default, Args)]
#[command(after_help = "\
Exit codes: 0 nothing to fix or all written, 1 fixes were only printed, 2 wrong usage, 3 something was
not read or not written.")]
pub struct Fix {
    #[command(flatten)]
    input: InputFlags,

    /// Writes the fixes into the files
    ///
    /// Each file is replaced in one step and keeps its mode. A file that changed since it was read, or that is a
    /// symbolic link, is left alone.
    #[arg(long)]
    write: bool,

    /// Includes fixes that somebody should look at
    #[arg(long = "unsafe")]
    risky: bool,

    /// Says why fixes are withheld, and what was fixed one by one
    #[arg(long, short)]
    verbose: bool,

    #[command(flatten)]
    select: SelectFlags,
}

impl Fix {
    /// Finds out what fixes do, and prints or writes it.
    pub fn run(&self, around: &Surroundings) -> Result<u8, Problem> {
        let (place, mut request) = self.input.request(around)?;
        self.select.configure(&mut request)?;
        request.fixes = if self.risky { Fixes::All } else { Fixes::Safe };
        let progress = around.progress().then(Progress::start);
        request.progress = progress.as_ref().map(|p| p.count.clone());
        let outcome = palisade_engine::fix(&request);
        if let Some(progress) = progress {
            progress.end();
        }
        let outcome = outcome.map_err(|e| Problem::usage(e.to_string()))?;
        let shown = |path: &str| format!("{}{path}", place.prefix);
        let mut failed = false;
        if self.write {
            let (written, problems) = write(&request, &outcome.changed);
            for (path, reason) in &problems {
                say(&format!("error: `{}` is not written: {reason}", shown(path)));
            }
            failed = !problems.is_empty();
            self.summary(&outcome, &written, &shown);
            Self::rescan(&request, &outcome)?;
        } else {
            let all: String = outcome.changed.iter().map(|c| unified(&c.path, &c.before, &c.after)).collect();
            print(all.as_bytes())?;
            let paths: Vec<&str> = outcome.changed.iter().map(|c| c.path.as_str()).collect();
            self.summary(&outcome, &paths, &shown);
            say(&remaining(outcome.after.findings.len()));
        }
        say_nothing(outcome.before.applications.is_empty(), &outcome.before.unread);
        Ok(if !self.write && !outcome.changed.is_empty() {
            exit::FINDINGS
        } else if failed || !outcome.before.complete {
            exit::INCOMPLETE
        } else {
            exit::CLEAN
        })
    }

    /// Says what is fixed in which files, and what is withheld.
    fn summary(&self, outcome: &Outcome, paths: &[&str], shown: &dyn Fn(&str) -> String) {
        let verb = if self.write { "fixed" } else { "would fix" };
        let inside = |f: &&Fixed| {
            f.finding.primary().is_none_or(|l| {
                // A fix may stand in another file than its finding.
                paths.contains(&l.path.as_str()) || outcome.changed.len() == paths.len()
            })
        };
        let fixed: Vec<&Fixed> = outcome.fixed.iter().filter(inside).collect();
        if paths.is_empty() {
            say("nothing to fix");
        } else {
            let files = if paths.len() == 1 { "1 file".to_owned() } else { format!("{} files", paths.len()) };
            say(&format!("{verb} {} in {files}", findings(fixed.len())));
        }
        let mut rules: BTreeMap<(&str, bool), usize> = BTreeMap::new();
        for one in &fixed {
            *rules.entry((one.finding.rule, one.safety == Safety::Unsafe)).or_default() += 1;
        }
        for ((rule, risky), n) in rules {
            let note = if risky { " (unsafe: look at it)" } else { "" };
            say(&format!("  {rule}: {n}{note}"));
        }
        if self.verbose {
            for one in &fixed {
                let at = one
                    .finding
                    .primary()
                    .map_or(String::new(), |l| format!("{}:{}: ", shown(&l.path), l.start.line));
                say(&format!("  {at}{}: {}", one.finding.rule, one.title));
            }
        }
        self.withheld(&outcome.withheld, shown);
    }

    fn withheld(&self, withheld: &[Withheld], shown: &dyn Fn(&str) -> String) {
        let failed = withheld.iter().filter(|w| w.proof).count();
        let refused = withheld.len() - failed;
        let hint = if self.verbose { "" } else { "; `--verbose` says why" };
        if failed > 0 {
            say(&format!("{} withheld because the proof failed{hint}", fixes(failed)));
        }
        if refused > 0 {
            say(&format!("{} without a place where a fix can be written{hint}", findings(refused)));
        }
        if self.verbose {
            for one in withheld {
                let at = one
                    .finding
                    .primary()
                    .map_or(String::new(), |l| format!("{}:{}: ", shown(&l.path), l.start.line));
                say(&format!("  {at}{}: {}", one.finding.rule, one.reason));
            }
        }
    }

    /// Looks at the files as they are now.
    fn rescan(request: &Request, outcome: &Outcome) -> Result<(), Problem> {
        let quiet = Request { fixes: Fixes::Off, progress: None, ..request.clone() };
        let report = palisade_engine::scan(&quiet).map_err(|e| Problem::usage(e.to_string()))?;
        let gone = outcome.before.findings.len().saturating_sub(report.findings.len());
        if !outcome.changed.is_empty() {
            say(&format!("{} gone when scanned again", findings(gone)));
        }
        say(&remaining(report.findings.len()));
        let new = report
            .unread
            .iter()
            .filter(|u| u.kind == UnreadKind::Failed && !outcome.before.unread.contains(u));
        for unread in new {
            say(&format!("error: `{}` cannot be read any more: {}", unread.path, unread.reason));
        }
        Ok(())
    }
}

/// Writes files that are still what was read; answers which were written, and why others were not.
fn write<'o>(request: &Request, changed: &'o [Changed]) -> (Vec<&'o str>, Vec<(&'o str, String)>) {
    let (mut written, mut problems) = (Vec::new(), Vec::new());
    let jail = match Jail::new(&request.root) {
        Ok(jail) => jail,
        Err(e) => return (written, vec![("", e.kind().to_string())]),
    };
    for file in changed {
        let one = || -> Result<(), String> {
            let real = jail.real(&file.path).map_err(|e| e.to_string())?;
            let path = jail.root().join(&file.path);
            if path.is_symlink() || real != path {
                return Err("it is reached through a symbolic link".to_owned());
            }
            let (now, converted) = read_text(&real, request.limits.file_bytes).map_err(|e| e.to_string())?;
            if converted || now != file.before {
                return Err("it changed since it was read".to_owned());
            }
            write_atomic(&real, &file.after).map_err(|e| match e.kind() {
                std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
                kind => kind.to_string(),
            })
        };
        match one() {
            Ok(()) => written.push(file.path.as_str()),
            Err(reason) => problems.push((file.path.as_str(), reason)),
        }
    }
    (written, problems)
}

fn findings(n: usize) -> String {
    if n == 1 { "1 finding".to_owned() } else { format!("{n} findings") }
}

fn fixes(n: usize) -> String {
    if n == 1 { "1 fix is".to_owned() } else { format!("{n} fixes are") }
}

fn remaining(n: usize) -> String {
    match n {
        0 => "no findings remain".to_owned(),
        1 => "1 finding remains".to_owned(),
        n => format!("{n} findings remain"),
    }
}
