use std::collections::{BTreeMap, BTreeSet};

use palisade_diag::{Finding, Ignored};
use palisade_graph::Application;
use palisade_rules::Checked;
use palisade_source::Span;
use smol_str::SmolStr;

use super::inline::{Inline, inline};
use super::names::renamed;
use super::stale::{note_inline, note_open};
use super::{Applied, Ask, Trail};
use crate::{Day, IgnoreEntry, Pattern};

/// Silences findings of one application. Give all findings that the rules made, before any selection by
/// persona, severity or name: an ignore whose finding is merely not shown is not useless.
pub fn apply(application: &Application, checked: Checked, ask: &Ask<'_>) -> Applied {
    let mut trail = Trail::default();
    note_open(&checked, &mut trail);
    let inline = if ask.no_inline { Vec::new() } else { inline(application, &ask.config.compat_ignores) };
    let mut used: BTreeSet<(usize, usize)> = BTreeSet::new();
    let nodes = Nodes { blocks: &checked.blocks, application, logical: logical_ids(application) };
    let (mut kept, mut ignored) = (Vec::new(), Vec::new());
    let mut whole: Vec<Option<usize>> = Vec::new();
    let spans = checked.spans.iter().copied().chain(std::iter::repeat(Span::NONE));
    for (n, (finding, at)) in checked.findings.into_iter().zip(spans).enumerate() {
        let by = silenced(&finding, at, &inline, ask, &nodes, &mut used, &mut trail);
        split(finding, &by, application, &mut kept, &mut ignored);
        whole.resize(kept.len(), by.iter().all(Option::is_none).then_some(n));
    }
    for (n, ignore) in inline.iter().enumerate().filter(|(_, i)| !i.foreign) {
        note_inline(application, ignore, ask, |pattern| used.contains(&(n, pattern)), &mut trail);
    }
    Applied { kept, whole, ignored, trail }
}

/// What silences a node, or a whole finding.
#[derive(Clone, PartialEq)]
struct Silence {
    by: &'static str,
    reason: String,
    until: Option<String>,
}

/// What the nodes of findings are.
struct Nodes<'a> {
    blocks: &'a BTreeMap<SmolStr, Vec<Span>>,
    application: &'a Application,
    logical: BTreeMap<SmolStr, SmolStr>,
}

impl Nodes<'_> {
    fn blocks(&self, id: &str) -> &[Span] {
        self.blocks.get(id).map_or(&[], Vec::as_slice)
    }

    /// Paths of the files that declare a node.
    fn paths<'s>(&'s self, id: &str) -> impl Iterator<Item = &'s str> {
        self.blocks(id).iter().filter_map(|b| self.application.store.get(b.file)).map(|f| f.path.as_str())
    }
}

fn logical_ids(application: &Application) -> BTreeMap<SmolStr, SmolStr> {
    let nodes = application.worlds.iter().flat_map(|(_, g)| &g.nodes);
    nodes.filter(|n| !n.logical_id.is_empty()).map(|n| (n.id.clone(), n.deployed_id().into())).collect()
}

/// For each node of a finding (for the finding itself where it has none) what silences it, the first ignore
/// in the order comment and metadata by place, then configuration. All that would are marked as used.
fn silenced(
    finding: &Finding,
    at: Span,
    inline: &[Inline],
    ask: &Ask<'_>,
    nodes: &Nodes<'_>,
    used: &mut BTreeSet<(usize, usize)>,
    trail: &mut Trail,
) -> Vec<Option<Silence>> {
    let count = finding.affected.len().max(1);
    let mut by: Vec<Option<Silence>> = vec![None; count];
    for (n, ignore) in inline.iter().enumerate() {
        let Some(pattern) = matching(ignore.rules.iter().map(|(_, p)| p.as_ref()), finding.rule) else {
            continue;
        };
        let until = ignore.until.as_deref().map(Day::parse);
        let expired = matches!(until, Some(None)) || matches!(&until, Some(Some(d)) if d.days < ask.today);
        let whole = ignore.cover.label(at);
        let covers =
            |id: Option<&String>| whole || id.is_some_and(|id| ignore.cover.node(id, nodes.blocks(id)));
        let silence =
            Silence { by: ignore.by, reason: ignore.reason.clone(), until: until.flatten().map(|d| d.text) };
        let holds = !expired && !ignore.reason.is_empty();
        if mark(&mut by, finding, covers, holds.then_some(&silence)) {
            used.insert((n, pattern));
        }
    }
    for (n, entry) in ask.config.ignores.iter().enumerate() {
        let Some(pattern) = matching(entry.rules.iter().map(Some), finding.rule) else { continue };
        let holds = entry.until.as_ref().is_none_or(|d| d.days >= ask.today);
        let silence = Silence {
            by: "config",
            reason: entry.reason.clone(),
            until: entry.until.as_ref().map(|d| d.text.clone()),
        };
        let covers = |id: Option<&String>| covered(entry, finding, id, nodes);
        if mark(&mut by, finding, covers, holds.then_some(&silence)) {
            trail.used.insert((n, pattern));
        }
    }
    by
}

/// Number of the first pattern that covers a rule.
fn matching<'p>(mut patterns: impl Iterator<Item = Option<&'p Pattern>>, rule: &str) -> Option<usize> {
    patterns.position(|p| p.is_some_and(|p| p.is_match(rule)))
}

/// Lets an ignore silence what it covers; whether it covers anything.
fn mark(
    by: &mut [Option<Silence>],
    finding: &Finding,
    covers: impl Fn(Option<&String>) -> bool,
    silence: Option<&Silence>,
) -> bool {
    let mut any = false;
    for (n, slot) in by.iter_mut().enumerate() {
        if covers(finding.affected.get(n)) {
            any = true;
            if slot.is_none() {
                *slot = silence.cloned();
            }
        }
    }
    any
}

/// Whether `[[ignore]]` covers a node: each criterion that is given holds.
fn covered(entry: &IgnoreEntry, finding: &Finding, id: Option<&String>, nodes: &Nodes<'_>) -> bool {
    let any = |patterns: &[Pattern], text: &str| patterns.iter().any(|p| p.is_match(text));
    let path = entry.paths.is_empty()
        || finding.primary().is_some_and(|l| any(&entry.paths, &l.path))
        || id.is_some_and(|id| nodes.paths(id).any(|path| any(&entry.paths, path)));
    let node = entry.nodes.is_empty() || id.is_some_and(|id| any(&entry.nodes, id));
    let logical = entry.logical_ids.is_empty()
        || id.and_then(|id| nodes.logical.get(id.as_str())).is_some_and(|l| any(&entry.logical_ids, l));
    path && node && logical
}

/// Takes the silenced nodes out of a finding.
fn split(
    finding: Finding,
    by: &[Option<Silence>],
    application: &Application,
    kept: &mut Vec<Finding>,
    ignored: &mut Vec<Ignored>,
) {
    if by.iter().all(Option::is_none) {
        kept.push(finding);
        return;
    }
    let mut reasons: Vec<Silence> = Vec::new();
    for silence in by.iter().flatten() {
        if !reasons.contains(silence) {
            reasons.push(silence.clone());
        }
    }
    let only = |wanted: Option<&Silence>| -> Vec<String> {
        let pairs = finding.affected.iter().zip(by);
        pairs.filter(|(_, s)| s.as_ref() == wanted).map(|(id, _)| id.clone()).collect()
    };
    if by.iter().any(Option::is_none) {
        kept.push(narrowed(&finding, only(None), application));
    }
    for silence in reasons {
        let nodes = only(Some(&silence));
        ignored.push(Ignored {
            finding: narrowed(&finding, nodes, application),
            reason: silence.reason,
            by: silence.by.to_owned(),
            until: silence.until,
        });
    }
}

/// The finding for some of its nodes. The fingerprint stays: silencing one function of a shared value must
/// not make the others look new.
fn narrowed(finding: &Finding, nodes: Vec<String>, application: &Application) -> Finding {
    let mut out = finding.clone();
    if nodes == finding.affected {
        return out;
    }
    out.message = renamed(&finding.message, &finding.affected, &nodes);
    if nodes.first() != finding.affected.first() {
        out.node = nodes.first().cloned();
        out.resource = nodes.first().and_then(|id| {
            let (_, graph) = application.worlds.iter().find(|(_, g)| g.by_id(id).is_some())?;
            let node = graph.node(graph.by_id(id)?)?;
            Some(palisade_diag::Resource {
                logical_id: node.deployed_id().to_owned(),
                ty: node.ty.to_string(),
                address: String::new(),
            })
        });
    }
    out.affected = nodes;
    out
}
