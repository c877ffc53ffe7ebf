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
const ROUNDS: usize = 40;

/// Finds out what fixes do to a tree. Nothing is written. `request.fixes` says which are made.
pub fn fix(request: &Request) -> Result<Outcome, EngineError> {
    fix_in(request, &jail(request)?)
}

/// Finds out what fixes do to a tree as a jail has it, with the texts of its overlay.
pub fn fix_in(request: &Request, root: &Jail) -> Result<Outcome, EngineError> {
    let mut jail = root.clone();
    let mut outcome = Outcome::default();
    let mut originals: BTreeMap<String, Arc<str>> = BTreeMap::new();
    // Files that another application is read from, which an edit made worse.
    let mut barred: BTreeSet<String> = BTreeSet::new();
    // Applications whose own fixes wait until those of shared files are made: what is new then is due to these.
    let mut waiting: BTreeSet<String> = BTreeSet::new();
    // Files that wait too: which of several made it worse is found out by halves.
    let mut suspended: BTreeSet<String> = BTreeSet::new();
    for round in 0..=ROUNDS {
        let shut: BTreeSet<String> = barred.union(&suspended).cloned().collect();
        let (report, repairs) = pass(request, &jail, &shut)?;
        if round == 0 {
            outcome.before = report.clone();
        }
        outcome.withheld = withheld(&repairs);
        let step = Step::new(&repairs, &waiting);
        let done = suspended.is_empty() && waiting.is_empty();
        if step.texts.is_empty() && !done && round < ROUNDS {
            suspended.clear();
            waiting.clear();
            continue;
        }
        if step.texts.is_empty() || round == ROUNDS {
            outcome.after = report;
            break;
        }
        let mut overlay = jail.overlay().clone();
        overlay.extend(step.texts.iter().map(|(path, (_, after))| (path.clone(), after.clone())));
        let next = root.with_overlay(overlay);
        // A fix was proven in the application that it is of; others may be read from the same file.
        let others = others(&repairs, &step.texts);
        if !others.is_empty() {
            let quiet = Request { fixes: Fixes::Off, ..request.clone() };
            let (then, _) = pass(&quiet, &next, &shut)?;
            let worse = worse(&report, &then, &repairs, &step, &others);
            if !worse.is_empty() {
                let own = |root: &str| step.roots.contains(root);
                let unclear: Vec<&str> = worse.keys().copied().filter(|root| own(root)).collect();
                if unclear.is_empty() {
                    for paths in worse.into_values() {
                        let half = paths.iter().take(paths.len() / 2).map(|p| (*p).to_owned());
                        match paths.as_slice() {
                            [guilty] => barred.extend([(*guilty).to_owned()]),
                            _ => suspended.extend(half),
                        }
                    }
                } else {
                    waiting.extend(unclear.into_iter().map(str::to_owned));
                }
                continue;
            }
        }
        waiting.clear();
        suspended.clear();
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
    /// The applications that they are of.
    roots: BTreeSet<String>,
}

impl Step {
    fn new(repairs: &[Repair], waiting: &BTreeSet<String>) -> Self {
        let mut files: BTreeMap<&str, &Arc<SourceFile>> = BTreeMap::new();
        let mut edits: BTreeMap<&str, Vec<Edit>> = BTreeMap::new();
        let mut step = Step::default();
        for repair in repairs {
            files.extend(repair.files.iter().map(|f| (f.path.as_str(), f)));
            let clear = repair.edits.iter().all(|e| {
                let others = edits.get(e.path.as_str()).map_or(&[][..], Vec::as_slice);
                others.iter().all(|o| o == e || apart(o, e))
            });
            if !clear || repair.edits.is_empty() || waiting.contains(&repair.root) {
                continue;
            }
            step.roots.insert(repair.root.clone());
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
    let of = |r: &Repair| -> Vec<Withheld> {
        let proof = r.withheld.iter().map(|w| told(w, true));
        proof.chain(r.refused.iter().map(|w| told(w, false))).collect()
    };
    let mut all: Vec<Withheld> = repairs.iter().flat_map(of).collect();
    all.sort_by(|a, b| a.finding.order().cmp(&b.finding.order()));
    all
}

/// Applications that are read from edited files and whose own fixes did not make the edits, by root.
fn others<'r>(
    repairs: &'r [Repair],
    texts: &'r BTreeMap<String, (Arc<str>, Arc<str>)>,
) -> BTreeMap<&'r str, Vec<&'r str>> {
    let mut out: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for repair in repairs.iter().filter(|r| !r.root.is_empty()) {
        let edits = |path: &str| repair.edits.iter().any(|e| e.path == path);
        let edited = repair.files.iter().map(|f| f.path.as_str());
        let foreign: Vec<&str> = edited.filter(|p| texts.contains_key(*p) && !edits(p)).collect();
        if !foreign.is_empty() {
            out.insert(repair.root.as_str(), foreign);
        }
    }
    out
}

/// The applications among them that say something new.
fn worse<'r>(
    before: &Report,
    after: &Report,
    repairs: &[Repair],
    step: &Step,
    others: &BTreeMap<&'r str, Vec<&'r str>>,
) -> BTreeMap<&'r str, Vec<&'r str>> {
    // What is said of the same nodes is not new: the words of a finding of several applications change as one
    // after the other is mended.
    let mut known: BTreeSet<(&str, &str)> = BTreeSet::new();
    for finding in &before.findings {
        known.extend(finding.affected.iter().map(|id| (finding.rule, id.as_str())));
    }
    let prints: BTreeSet<&str> = before.findings.iter().map(|f| f.fingerprint.as_str()).collect();
    let new = after.findings.iter().filter(|f| {
        !prints.contains(f.fingerprint.as_str())
            && !f.affected.iter().all(|id| known.contains(&(f.rule, id.as_str())))
    });
    // `function:services/orders#convert` is of `services/orders`.
    let root = |id: &str| Some(id.split_once(':')?.1.split_once('#')?.0.to_owned());
    let mut bad: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
    for finding in new {
        for root in finding.affected.iter().filter_map(|id| root(id)).collect::<BTreeSet<_>>() {
            bad.entry(root).or_default().push(finding);
        }
    }
    // What is found in a file that was edited is due to that edit.
    let blamed = |finding: &Finding, paths: &[&'r str]| -> Vec<&'r str> {
        let shown = |path: &str| finding.labels.iter().any(|l| l.path == path);
        let inside = step.texts.keys().any(|path| shown(path));
        paths.iter().copied().filter(|path| !inside || shown(path)).collect()
    };
    // As in an application's own proof: what is less bad, or told to fewer, may be the price of a fix.
    let counts = |finding: &Finding, paths: &[&str]| {
        let makes = |r: &&Repair| r.edits.iter().any(|e| paths.contains(&e.path.as_str()));
        let mended = || repairs.iter().filter(makes).flat_map(|r| &r.mended);
        mended().map(|f| f.severity).min().is_none_or(|least| finding.severity >= least)
            && mended().map(|f| f.persona).min().is_none_or(|least| finding.persona <= least)
    };
    let unread = after.unread.len() > before.unread.len();
    let mut out: BTreeMap<&'r str, Vec<&'r str>> = BTreeMap::new();
    for (root, paths) in others {
        let findings = bad.get(*root).map_or(&[][..], Vec::as_slice).iter();
        let mut guilty: BTreeSet<&'r str> = findings
            .map(|f| (f, blamed(f, paths)))
            .filter(|(f, paths)| counts(f, paths))
            .flat_map(|(_, paths)| paths)
            .collect();
        if unread {
            guilty.extend(paths);
        }
        if !guilty.is_empty() {
            out.insert(root, guilty.into_iter().collect());
        }
    }
    out
}
