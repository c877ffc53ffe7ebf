use std::collections::BTreeMap;
use std::sync::Arc;

use palisade_diag::{Finding, Fix, FixEdit, Identity, Ignored, Label, Safety};
use palisade_graph::Application;
use palisade_rules::Checked;
use palisade_source::SourceFile;

use super::inline::Inline;
use super::{Ask, Met, Stale, Trail};
use crate::read::NOT_IGNORABLE;
use crate::{Day, Pattern};

/// The rule that reports ignores.
const RULE: &str = "deploy-ignore-stale";

/// Notes the rules that could not tell for some node: an ignore of theirs may be needed once values are
/// known.
pub(super) fn note_open(checked: &Checked, trail: &mut Trail) {
    trail.open.extend(checked.cannot_tell.keys().cloned());
}

/// Notes what is wrong with an ignore of the files, and what it silenced.
pub(super) fn note_inline(
    application: &Application,
    ignore: &Inline,
    ask: &Ask<'_>,
    used: impl Fn(usize) -> bool,
    trail: &mut Trail,
) {
    let Some(file) = application.store.get(ignore.span.file) else { return };
    let about = About { file, ignore };
    trail.sources.insert(file.path.to_string(), file.clone());
    let written = ignore.rules.iter().map(|(text, _)| format!("`{text}`")).collect::<Vec<_>>().join(", ");
    if ignore.rules.is_empty() {
        let form = if ignore.by == "comment" {
            "write `palisade: ignore[rule] until=2027-01-31 reason`; the date may be left out"
        } else {
            "write `ignore: [{rule: …, reason: …, until: …}]`; `until` may be left out"
        };
        trail.certain.push(about.finding("this ignore names no rule and is not understood", form, "form"));
        return;
    }
    for (n, (text, pattern)) in ignore.rules.iter().enumerate() {
        let known = pattern.as_ref().is_some_and(|p| p.rules().next().is_some());
        if text == NOT_IGNORABLE {
            let message = format!("`{text}` cannot be ignored: what was not read must be seen");
            trail.certain.push(about.finding(&message, "remove it, or make the file readable", text));
        } else if !known {
            let message = format!("this ignore names an unknown rule, `{text}`");
            let plain = pattern.as_ref().is_some_and(Pattern::is_plain);
            let help = match palisade_rules::nearest(text).filter(|_| plain) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`palisade rules` lists all rules".to_owned(),
            };
            trail.certain.push(about.finding(&message, &help, text));
        } else if let Some(pattern) = pattern {
            let rules = pattern.rules().map(|e| e.name).collect();
            let message = format!("this ignore of `{text}` silences nothing");
            let mut useless = about.finding(&message, "remove it, or move it to what it is meant for", text);
            if ignore.rules.len() == 1 {
                useless.fixes.extend(about.removal());
            }
            trail
                .inline
                .insert((file.path.to_string(), ignore.span.start, n), Met { used: used(n), rules, useless });
        }
    }
    if ignore.reason.is_empty() {
        let message = format!("this ignore of {written} has no reason and silences nothing");
        trail.certain.push(about.finding(
            &message,
            "say why it is accepted, for whoever reads it next",
            "reason",
        ));
    }
    match ignore.until.as_deref().map(|text| (text, Day::parse(text))) {
        Some((text, None)) => {
            let message = format!("`{text}` is not a date, so this ignore of {written} silences nothing");
            let help = "write the last day on which it holds as `until=2027-01-31`";
            trail.certain.push(about.finding(&message, help, "date"));
        }
        Some((text, Some(day))) if day.days < ask.today => {
            let message = format!("this ignore of {written} expired on {text}");
            let mut finding = about.finding(&message, EXPIRED, "expired");
            finding.fixes.extend(about.removal());
            trail.certain.push(finding);
        }
        _ => {}
    }
}

const EXPIRED: &str = "fix what it silenced and remove it, or decide again and give it a new date";

/// What is wrong with the ignores of all applications and of the configuration. Call it once, with what
/// [`super::apply()`] left of each application.
pub fn stale(trails: impl IntoIterator<Item = Trail>, ask: &Ask<'_>) -> Stale {
    let mut all = Trail::default();
    for trail in trails {
        all.certain.extend(trail.certain);
        all.used.extend(trail.used);
        all.open.extend(trail.open);
        all.sources.extend(trail.sources);
        for (place, met) in trail.inline {
            // A file that several applications include is met in each.
            all.inline.entry(place).and_modify(|m| m.used |= met.used).or_insert(met);
        }
    }
    let mut sources = std::mem::take(&mut all.sources);
    let mut findings = std::mem::take(&mut all.certain);
    let mut faults: Vec<(String, u32)> = findings.iter().filter_map(place).collect();
    faults.sort();
    for ((path, start, _), met) in &all.inline {
        // One fault is enough: what is expired or without reason silences nothing anyway.
        let reported = faults.binary_search(&(path.clone(), *start)).is_ok();
        if !met.used && !reported && decided(&met.rules, &all, ask) {
            findings.push(met.useless.clone());
        }
    }
    configured(&all, ask, &mut findings, &mut sources);
    findings.sort_by(|a, b| a.order().cmp(&b.order()));
    findings.dedup_by(|a, b| a.order() == b.order());
    let shown: std::collections::BTreeSet<String> =
        findings.iter().filter_map(|f| f.primary().map(|l| l.path.clone())).collect();
    sources.retain(|path, _| shown.contains(path));
    let mut out = Stale { sources, ..Stale::default() };
    for finding in findings {
        match silence(&finding, ask) {
            Some((reason, until)) => {
                out.ignored.push(Ignored { finding, reason, by: "config".to_owned(), until });
            }
            None => out.findings.push(finding),
        }
    }
    out
}

fn place(finding: &Finding) -> Option<(String, u32)> {
    finding.primary().map(|l| (l.path.clone(), l.start.offset))
}

/// Whether it is certain that the rules have nothing to say: all ran, and each could tell everywhere.
fn decided(rules: &[&str], all: &Trail, ask: &Ask<'_>) -> bool {
    rules.iter().all(|rule| {
        // This rule itself, and the list of open values, are answered elsewhere.
        let ran = ask.ran.iter().any(|e| e.name == *rule);
        ran && *rule != RULE && !all.open.contains(*rule)
    })
}

/// The ignores of `palisade.toml`.
fn configured(
    all: &Trail,
    ask: &Ask<'_>,
    findings: &mut Vec<Finding>,
    sources: &mut BTreeMap<String, Arc<SourceFile>>,
) {
    let Some(file) = &ask.config.file else { return };
    sources.insert(file.path.to_string(), file.clone());
    for (n, entry) in ask.config.ignores.iter().enumerate() {
        let written: Vec<String> = entry.rules.iter().map(|p| format!("`{}`", p.text())).collect();
        if let Some(day) = entry.until.as_ref().filter(|d| d.days < ask.today) {
            let message = format!("this ignore of {} expired on {}", written.join(", "), day.text);
            findings.push(finding(file, &entry.span, &message, EXPIRED, "expired"));
            continue;
        }
        for (p, pattern) in entry.rules.iter().enumerate() {
            let rules: Vec<&str> = pattern.rules().map(|e| e.name).collect();
            if !all.used.contains(&(n, p)) && decided(&rules, all, ask) {
                let message = format!("this ignore of `{}` silences nothing", pattern.text());
                let help = "remove it, or correct what it is meant for";
                findings.push(finding(file, &entry.span, &message, help, pattern.text()));
            }
        }
    }
}

/// An ignore of the configuration that names this very rule, by path at most.
fn silence(finding: &Finding, ask: &Ask<'_>) -> Option<(String, Option<String>)> {
    let path = &finding.primary()?.path;
    let entry = ask.config.ignores.iter().find(|entry| {
        entry.rules.iter().any(|p| p.is_match(RULE))
            && entry.until.as_ref().is_none_or(|d| d.days >= ask.today)
            && entry.nodes.is_empty()
            && entry.logical_ids.is_empty()
            && (entry.paths.is_empty() || entry.paths.iter().any(|p| p.is_match(path)))
    })?;
    Some((entry.reason.clone(), entry.until.as_ref().map(|d| d.text.clone())))
}

struct About<'a> {
    file: &'a Arc<SourceFile>,
    ignore: &'a Inline,
}

impl About<'_> {
    fn finding(&self, message: &str, help: &str, evidence: &str) -> Finding {
        let span = self.ignore.span.start as usize..self.ignore.span.end as usize;
        finding(self.file, &span, message, help, evidence)
    }

    /// Takes a comment out, with its line where it has one to itself. Metadata is left to people: what is
    /// around it may have to go too.
    fn removal(&self) -> Option<Fix> {
        if self.ignore.by != "comment" {
            return None;
        }
        let (mut start, mut end) = (self.ignore.span.start, self.ignore.span.end);
        let line = self.file.position(start).line;
        let line_start = self.file.index().line_start(line)?;
        if self.ignore.own_line {
            start = line_start;
            end = self.file.index().line_start(line + 1).unwrap_or(end);
        } else {
            let before = self.file.slice(line_start, start);
            start -= u32::try_from(before.len() - before.trim_end().len()).ok()?;
        }
        let edit = FixEdit { path: self.file.path.to_string(), start, end, replacement: String::new() };
        Some(Fix { title: "remove the ignore".to_owned(), safety: Safety::Safe, edits: vec![edit] })
    }
}

fn finding(
    file: &SourceFile,
    span: &std::ops::Range<usize>,
    message: &str,
    help: &str,
    evidence: &str,
) -> Finding {
    let rule = &palisade_rules::deploy::ignore_stale::RULE;
    let offset = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let label = Label {
        path: file.path.to_string(),
        start: file.position(offset(span.start)),
        end: file.position(offset(span.end)),
        text: String::new(),
        primary: true,
    };
    let identity = Identity {
        application: String::new(),
        place: file.path.to_string(),
        evidence: format!("{evidence}: {message}"),
    };
    Finding {
        rule: RULE,
        severity: rule.severity,
        confidence: rule.confidence,
        persona: rule.persona,
        message: message.to_owned(),
        help: help.to_owned(),
        node: None,
        affected: Vec::new(),
        resource: None,
        labels: vec![label],
        steps: Vec::new(),
        fixes: Vec::new(),
        references: rule.references,
        fingerprint: identity.fingerprint(RULE),
        identity,
        pattern: String::new(),
    }
}
