use std::collections::{BTreeMap, BTreeSet};

use palisade_diag::{Finding, Fixed, Ignored};

use super::{Accepted, Baseline, hash, is_baselinable};

/// What a scan looked at.
#[derive(Clone, Copy)]
pub struct Looked<'a> {
    /// Roots of the applications that were wholly read.
    pub roots: &'a BTreeSet<String>,
    /// Whether everything in the root of the scan was read.
    pub whole: bool,
    /// Whether a path relative to the root of the scan is there.
    pub exists: &'a dyn Fn(&str) -> bool,
    /// Whether a rule ran.
    pub ran: &'a dyn Fn(&str) -> bool,
}

/// Findings against a baseline.
#[derive(Debug, Default)]
pub struct Compared {
    /// Not accepted.
    pub new: Vec<Finding>,
    /// Accepted.
    pub unchanged: Vec<Finding>,
    /// Accepted and gone.
    pub fixed: Vec<Fixed>,
    /// The entries without those of fixed findings. Those of findings that moved say where they are now.
    pub kept: Vec<Accepted>,
}

/// An entry and how many findings it still stands for.
struct Slot<'a> {
    entry: &'a Accepted,
    left: usize,
    /// Where it stands now, if it moved.
    moved: Option<Accepted>,
    /// Whether anything of it was seen, be it ignored.
    seen: bool,
}

/// Compares findings with a baseline. Give all findings, before any selection by persona, severity or
/// name: what is merely not shown is not fixed. `ignored` are there too, but need no acceptance.
pub fn compare(
    baseline: &Baseline,
    findings: Vec<Finding>,
    ignored: &[Ignored],
    looked: Looked<'_>,
) -> Compared {
    let mut slots: Vec<Slot<'_>> = baseline
        .entries
        .iter()
        .map(|entry| Slot { entry, left: entry.count, moved: None, seen: false })
        .collect();
    let index: BTreeMap<(&str, &str), usize> = baseline
        .entries
        .iter()
        .enumerate()
        .map(|(n, e)| ((e.rule.as_str(), e.fingerprint.as_str()), n))
        .collect();
    let mut accepted = vec![false; findings.len()];
    for (finding, accepted) in findings.iter().zip(&mut accepted) {
        let slot = index.get(&(finding.rule, finding.fingerprint.as_str())).and_then(|n| slots.get_mut(*n));
        if let Some(slot) = slot.filter(|s| s.left > 0 && is_baselinable(finding.rule)) {
            slot.left -= 1;
            slot.seen = true;
            *accepted = true;
        }
    }
    for entry in ignored {
        let finding = &entry.finding;
        if let Some(slot) =
            index.get(&(finding.rule, finding.fingerprint.as_str())).and_then(|n| slots.get_mut(*n))
        {
            slot.seen = true;
        }
    }
    moved(&findings, &mut accepted, &mut slots, looked);
    let mut out = Compared::default();
    for (finding, accepted) in findings.into_iter().zip(accepted) {
        if accepted { out.unchanged.push(finding) } else { out.new.push(finding) }
    }
    for slot in slots {
        let entry = slot.entry;
        let gone = !slot.seen && slot.moved.is_none() && is_looked_at(entry, looked);
        // Of several equal findings some may be gone.
        let left = if slot.seen && slot.left < entry.count { slot.left } else { 0 };
        let fixed = if gone { entry.count } else { left };
        for _ in 0..fixed {
            out.fixed.push(Fixed {
                rule: entry.rule.clone(),
                place: entry.place.clone(),
                fingerprint: entry.fingerprint.clone(),
                since: entry.since.clone(),
            });
        }
        if fixed < entry.count {
            let mut kept = slot.moved.unwrap_or_else(|| entry.clone());
            kept.count = entry.count - fixed;
            out.kept.push(kept);
        }
    }
    out
}

/// Folders of a root that are compared, from its end.
const FOLDERS: usize = 6;

/// Finds what moved with its application or its file: where the old place is gone, the one finding of the
/// same rule, name and evidence takes its entry. Of several, the one whose application still has the name of
/// its folder, or of as many folders as tell them apart; where these do not either, each is new.
fn moved(findings: &[Finding], accepted: &mut [bool], slots: &mut [Slot<'_>], looked: Looked<'_>) {
    type Key<'k> = (&'k str, String, String);
    // Those that were and those that are, by what is alike.
    type Groups<'g> = BTreeMap<(&'g Key<'g>, &'g str), (Vec<usize>, Vec<usize>)>;
    let mut old: Vec<(Key<'_>, &str, usize)> = Vec::new();
    for (n, slot) in slots.iter().enumerate() {
        let entry = slot.entry;
        if !slot.seen && entry.count == 1 && is_gone(entry, looked) {
            let name = name(&entry.application, &entry.place);
            old.push(((&entry.rule, name, entry.evidence.clone()), &entry.application, n));
        }
    }
    if old.is_empty() {
        return;
    }
    let mut new: Vec<(Key<'_>, &str, usize)> = Vec::new();
    for (n, finding) in findings.iter().enumerate() {
        if accepted.get(n) == Some(&false) && is_baselinable(finding.rule) {
            let identity = &finding.identity;
            let name = name(&identity.application, &identity.place);
            new.push(((finding.rule, name, hash(&identity.evidence)), &identity.application, n));
        }
    }
    let mut pairs: BTreeMap<usize, usize> = BTreeMap::new();
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    for folders in (0..=FOLDERS).rev() {
        let mut groups: Groups<'_> = BTreeMap::new();
        // Without the names of folders, what these have told apart counts too: one of two copies is not the
        // other because the first has been found.
        for (key, root, n) in old.iter().filter(|(.., n)| folders == 0 || !pairs.contains_key(n)) {
            if let Some(end) = end_of(root, folders) {
                groups.entry((key, end)).or_default().0.push(*n);
            }
        }
        for (key, root, n) in new.iter().filter(|(.., n)| folders == 0 || !taken.contains(n)) {
            if let Some(end) = end_of(root, folders) {
                groups.entry((key, end)).or_default().1.push(*n);
            }
        }
        for (entries, candidates) in groups.into_values() {
            if let ([entry], [finding]) = (entries.as_slice(), candidates.as_slice())
                && taken.insert(*finding)
            {
                pairs.entry(*entry).or_insert(*finding);
            }
        }
    }
    for (entry, finding) in pairs {
        let (Some(slot), Some(found), Some(accepted)) =
            (slots.get_mut(entry), findings.get(finding), accepted.get_mut(finding))
        else {
            continue;
        };
        slot.moved = Some(Accepted::of(found, &slot.entry.since));
        slot.left = slot.left.saturating_sub(1);
        *accepted = true;
    }
}

/// The last folders of a root, and the file where the root is one; none where it has not so many.
fn end_of(root: &str, folders: usize) -> Option<&str> {
    if folders == 0 {
        return Some("");
    }
    let is_file = root.rsplit('/').next().is_some_and(|last| last.contains('.'));
    let parts = folders + usize::from(is_file);
    match root.rmatch_indices('/').nth(parts - 1) {
        Some((at, _)) => root.get(at + 1..),
        None => (root.split('/').count() == parts && root != ".").then_some(root),
    }
}

/// What of a place stays when its application or its file moves: kind and name of a node, the keys in a
/// file.
fn name(application: &str, place: &str) -> String {
    let place = match place.split_once(&format!("{application}#")) {
        Some((kind, rest)) => format!("{kind}#{rest}"),
        None => place.to_owned(),
    };
    match (place.strip_prefix('#'), file(application, &place)) {
        // `#path:keys` and `#path`: the name of the file may change with the format.
        (Some(rest), Some(path)) => format!("#{}", rest.strip_prefix(path).unwrap_or(rest)),
        _ => place,
    }
}

/// The file that a place names, if it names one: in `root#path:keys` and `root#path`, not in
/// `function:root#name`.
fn file<'a>(application: &str, place: &'a str) -> Option<&'a str> {
    let rest = place.strip_prefix(application).unwrap_or(place).strip_prefix('#')?;
    // Keys have no slash, and the path has none behind its last colon.
    Some(match rest.rsplit_once(':') {
        Some((path, keys)) if !keys.contains('/') => path,
        _ => rest,
    })
}

/// Whether the place of an entry is there no more.
fn is_gone(entry: &Accepted, looked: Looked<'_>) -> bool {
    let root = &entry.application;
    let there = root.is_empty() || looked.roots.contains(root) || !looked.whole && (looked.exists)(root);
    !there || file(root, &entry.place).is_some_and(|path| !path.is_empty() && !(looked.exists)(path))
}

/// Whether this scan would have seen the finding: its application was read, or is there no more.
fn is_looked_at(entry: &Accepted, looked: Looked<'_>) -> bool {
    let root = &entry.application;
    let read = if root.is_empty() { looked.whole } else { looked.roots.contains(root) };
    (looked.ran)(&entry.rule) && (read || is_gone(entry, looked))
}
