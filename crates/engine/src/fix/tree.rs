//! Fixes of a whole tree, in memory: as many rounds as it takes until nothing changes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use palisade_diag::{Finding, Report, Safety};
use palisade_source::{Edit, Jail, SourceFile, apply_edits};

use crate::scan::{EngineError, Fixes, Repair, Request, jail, pass};

/// A file that fixes change.
#[derive(Debug, Clone)]
pub struct Changed {
    /// Path relative to the root.
    pub path: String,
    /// Its text when it was read.
    pub before: Arc<str>,
    /// Its text with the fixes.
    pub after: Arc<str>,
}

/// A finding that a fix mends.
#[derive(Debug, Clone)]
pub struct Fixed {
    /// The finding.
    pub finding: Finding,
    /// What the fix does.
    pub title: String,
    /// How far it can be trusted.
    pub safety: Safety,
}

/// A finding for which something was proposed, and nothing is done.
#[derive(Debug, Clone)]
pub struct Withheld {
    /// The finding.
    pub finding: Finding,
    /// Why.
    pub reason: String,
    /// Whether edits were made and their proof failed; otherwise no edit could be made.
    pub proof: bool,
}

/// What fixes do to a tree.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Files in order of their paths.
    pub changed: Vec<Changed>,
    /// Findings that are gone, in the order of the contract.
    pub fixed: Vec<Fixed>,
    /// Findings whose fix is withheld.
    pub withheld: Vec<Withheld>,
    /// The answer before.
    pub before: Report,
    /// The answer of the tree with the fixes.
    pub after: Report,
}

/// Rounds until overlapping fixes have all had their turn.
const ROUNDS: usize = 10;

/// Finds out what fixes do to a tree. Nothing is written. `request.fixes` says which are made.
pub fn fix(request: &Request) -> Result<Outcome, EngineError> {
    fix_in(request, &jail(request)?)
}

/// Finds out what fixes do to a tree as a jail has it, with the texts of its overlay.
pub fn fix_in(request: &Request, root: &Jail) -> Result<Outcome, EngineError> {
    let mut jail = root.clone();
    let mut outcome = Outcome::default();
    let mut originals: BTreeMap<String, Arc<str>> = BTreeMap::new();
    // Edits that made another application worse, by file.
    let mut barred: BTreeSet<String> = BTreeSet::new();
    for round in 0..=ROUNDS {
        let (report, repairs) = pass(request, &jail)?;
        if round == 0 {
            outcome.before = report.clone();
        }
        outcome.withheld = withheld(&repairs);
        let step = Step::new(&repairs, &barred);
        if step.texts.is_empty() || round == ROUNDS {
            outcome.after = report;
            break;
        }
        let mut overlay = jail.overlay().clone();
        overlay.extend(step.texts.iter().map(|(path, (_, after))| (path.clone(), after.clone())));
        let next = root.with_overlay(overlay);
        // A file that several applications are read from was proven in one of them.
        let shared = shared(&repairs, &step.texts);
        if !shared.is_empty() {
            let quiet = Request { fixes: Fixes::Off, ..request.clone() };
            let (then, _) = pass(&quiet, &next)?;
            if is_worse(&report, &then) {
                barred.extend(shared);
                continue;
            }
        }
        for (path, (before, _)) in &step.texts {
            originals.entry(path.clone()).or_insert_with(|| before.clone());
        }
        outcome.fixed.extend(step.fixed);
        jail = next;
    }
    for (path, before) in originals {
        let after = jail.overlay().get(&path).cloned().unwrap_or_else(|| before.clone());
        if after != before {
            outcome.changed.push(Changed { path, before, after });
        }
    }
    outcome.fixed.sort_by(|a, b| a.finding.order().cmp(&b.finding.order()));
    Ok(outcome)
}

/// The edits of one round that go together.
#[derive(Default)]
struct Step {
    /// Text before and after, by path.
    texts: BTreeMap<String, (Arc<str>, Arc<str>)>,
    fixed: Vec<Fixed>,
}

impl Step {
    fn new(repairs: &[Repair], barred: &BTreeSet<String>) -> Self {
        let mut files: BTreeMap<&str, &Arc<SourceFile>> = BTreeMap::new();
        let mut edits: BTreeMap<&str, Vec<Edit>> = BTreeMap::new();
        let mut step = Step::default();
        for repair in repairs {
            files.extend(repair.files.iter().map(|f| (f.path.as_str(), f)));
            let clear = repair.edits.iter().all(|e| {
                let others = edits.get(e.path.as_str()).map_or(&[][..], Vec::as_slice);
                !barred.contains(&e.path) && others.iter().all(|o| o == e || apart(o, e))
            });
            if !clear || repair.edits.is_empty() {
                continue;
            }
            for edit in &repair.edits {
                let list = edits.entry(edit.path.as_str()).or_default();
                if !list.contains(edit) {
                    list.push(edit.clone());
                }
            }
            let fixed = |f: &Finding| {
                let fix = f.fixes.first()?;
                Some(Fixed { finding: f.clone(), title: fix.title.clone(), safety: fix.safety })
            };
            step.fixed.extend(repair.mended.iter().filter_map(fixed));
        }
        for (path, list) in edits {
            let Some(file) = files.get(path) else { continue };
            if let Ok(text) = apply_edits(&file.text, &list) {
                step.texts.insert(path.to_owned(), (file.text.clone(), text.into()));
            }
        }
        step
    }
}

/// Whether two edits do not touch.
fn apart(a: &Edit, b: &Edit) -> bool {
    a.path != b.path || a.end < b.start || b.end < a.start
}

fn withheld(repairs: &[Repair]) -> Vec<Withheld> {
    let told = |(finding, reason): &(Finding, String), proof: bool| Withheld {
        finding: finding.clone(),
        reason: reason.clone(),
        proof,
    };
    let mut all: Vec<Withheld> = repairs
        .iter()
        .flat_map(|r| {
            let proof = r.withheld.iter().map(|w| told(w, true));
            proof.chain(r.refused.iter().map(|w| told(w, false)))
        })
        .collect();
    all.sort_by(|a, b| a.finding.order().cmp(&b.finding.order()));
    all
}

/// Edited files of which more than one application is read.
fn shared(repairs: &[Repair], texts: &BTreeMap<String, (Arc<str>, Arc<str>)>) -> Vec<String> {
    let reads = |r: &&Repair, path: &str| r.files.iter().any(|f| f.path == path);
    let readers = |path: &str| repairs.iter().filter(|r| !r.files.is_empty() && reads(r, path)).count();
    texts.keys().filter(|path| readers(path) > 1).cloned().collect()
}

/// Whether a tree says something new.
fn is_worse(before: &Report, after: &Report) -> bool {
    let known: BTreeSet<(&str, &[String], &str)> =
        before.findings.iter().map(|f| (f.rule, f.affected.as_slice(), f.message.as_str())).collect();
    let prints: BTreeSet<&str> = before.findings.iter().map(|f| f.fingerprint.as_str()).collect();
    after.unread.len() > before.unread.len()
        || after.findings.iter().any(|f| {
            !prints.contains(f.fingerprint.as_str())
                && !known.contains(&(f.rule, f.affected.as_slice(), f.message.as_str()))
        })
}
