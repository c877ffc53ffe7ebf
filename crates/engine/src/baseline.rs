use std::collections::{BTreeMap, BTreeSet};

use palisade_config::{Accepted, Baseline, Compared, Looked, compare, is_baselinable};
use palisade_diag::{Comparison, Finding, Fixed, Report, UnreadKind};
use palisade_rules::date;
use palisade_source::Jail;

use crate::scan::{Choice, EngineError, Request, gather, jail};

/// A baseline written anew.
#[derive(Debug, Clone, Default)]
pub struct Rebased {
    /// The new one.
    pub baseline: Baseline,
    /// Findings that it accepts and the old one does not.
    pub added: usize,
    /// Findings that both accept.
    pub kept: usize,
    /// Findings of the old one that are gone, and so are their entries.
    pub fixed: Vec<Fixed>,
    /// Findings that nobody may accept.
    pub refused: Vec<Finding>,
    /// What was scanned, without its findings.
    pub report: Report,
}

/// Accepts the findings of a scan: those that [`crate::scan()`] would answer. Entries of `request.baseline`
/// stay, with their dates, as long as their findings are there or were not looked at. With `prune` nothing
/// is added.
pub fn accept(request: &Request, prune: bool) -> Result<Rebased, EngineError> {
    let choice = Choice::of(request)?;
    let jail = jail(request)?;
    let mut report = gather(request, &jail, &choice).0;
    let old = request.baseline.as_ref().map(|(_, b)| b.clone()).unwrap_or_default();
    let compared = against(&mut report, &old, &jail, &choice);
    let mut out = Rebased { fixed: compared.fixed, ..Rebased::default() };
    let mut entries: BTreeMap<(String, String), Accepted> = BTreeMap::new();
    for entry in compared.kept {
        out.kept += entry.count;
        entries.insert((entry.rule.clone(), entry.fingerprint.clone()), entry);
    }
    let today = date(request.settings.today);
    for finding in compared.new.into_iter().filter(|f| !prune && choice.answers(f)) {
        if !is_baselinable(finding.rule) {
            out.refused.push(finding);
            continue;
        }
        out.added += 1;
        let accepted = Accepted::of(&finding, &today);
        entries
            .entry((accepted.rule.clone(), accepted.fingerprint.clone()))
            .and_modify(|same| same.count += 1)
            .or_insert(accepted);
    }
    out.baseline.entries = entries.into_values().collect();
    out.report = report;
    Ok(out)
}

/// Takes what a baseline accepts out of the findings of a report.
pub(crate) fn apply(report: &mut Report, path: &str, baseline: &Baseline, jail: &Jail, choice: &Choice<'_>) {
    let compared = against(report, baseline, jail, choice);
    report.findings = compared.new;
    report.baseline =
        Some(Comparison { path: path.to_owned(), unchanged: compared.unchanged, fixed: compared.fixed });
}

fn against(report: &mut Report, baseline: &Baseline, jail: &Jail, choice: &Choice<'_>) -> Compared {
    let request = choice.request;
    let failed: Vec<&str> =
        report.unread.iter().filter(|u| u.kind == UnreadKind::Failed).map(|u| u.path.as_str()).collect();
    let whole = failed.is_empty() && request.walk.paths.is_empty() && request.walk.exclude.is_empty();
    let read = |root: &str| !failed.iter().any(|path| is_below(path, root));
    let roots: BTreeSet<String> =
        report.applications.iter().map(|a| a.root.clone()).filter(|r| read(r)).collect();
    let exists = |path: &str| jail.real(path).is_ok();
    let looked = Looked { roots: &roots, whole, exists: &exists, ran: &|rule| choice.ran(rule) };
    compare(baseline, std::mem::take(&mut report.findings), &report.ignored, looked)
}

/// Whether a path is a root or lies in it.
fn is_below(path: &str, root: &str) -> bool {
    root == "." || path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
