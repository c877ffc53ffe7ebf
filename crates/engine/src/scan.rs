use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use globset::{Glob, GlobSet, GlobSetBuilder};
use palisade_config::{Applied, Ask, Baseline, Config, Trail, apply, stale};
use palisade_diag::{
    ApplicationSummary, Confidence, Finding, Fix, FixEdit, Ignored, Persona, Report, Severity, Statistics,
    Unread, UnreadKind,
};
use palisade_graph::{Application, NodeKind, NoteKind};
use palisade_load::{Failure, FailureKind, Inputs, Output, WalkOptions};
use palisade_rules::{Checked, Entry, Settings, check, join, rules};
use palisade_source::{Edit, FileId, Jail, Limits, SourceFile, Span, apply_edits, parse, read_text};

use crate::baseline;
use crate::fix::Prover;
use crate::words::in_own_words;

/// Which findings are answered.
#[derive(Debug, Clone)]
pub struct Selection {
    /// Who reads them.
    pub persona: Persona,
    /// Least severity.
    pub min_severity: Severity,
    /// Least confidence.
    pub min_confidence: Confidence,
    /// Globs over rule names; empty for all.
    pub select: Vec<String>,
    /// Globs over rule names that are left out.
    pub ignore: Vec<String>,
}

impl Default for Selection {
    fn default() -> Self {
        Self {
            persona: Persona::Regular,
            min_severity: Severity::Info,
            min_confidence: Confidence::Low,
            select: Vec::new(),
            ignore: Vec::new(),
        }
    }
}

/// What is done about fixes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Fixes {
    /// Nothing: nobody looks at them.
    #[default]
    Off,
    /// Findings show those that are proven.
    Show,
    /// Only safe ones, of which as many as go together.
    Safe,
    /// All, of which as many as go together.
    All,
}

/// How often one application is read again in a scan to prove fixes.
const PROOFS: usize = 12;
/// And to apply them.
const PROOFS_TO_APPLY: usize = 200;

/// Everything that a scan depends on.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Folder that bounds every read, and that paths are relative to.
    pub root: PathBuf,
    /// What is walked.
    pub walk: WalkOptions,
    /// What the user says about values.
    pub inputs: Inputs,
    /// How much is read.
    pub limits: Limits,
    /// What the user configured for rules.
    pub settings: Settings,
    /// Which findings are answered.
    pub selection: Selection,
    /// `palisade.toml`, for its ignores.
    pub config: Config,
    /// Whether comments and metadata silence nothing.
    pub no_inline_ignores: bool,
    /// What is done about fixes.
    pub fixes: Fixes,
    /// The baseline and its path; none where none is used.
    pub baseline: Option<(String, Baseline)>,
    /// Counts applications as they are done, for progress.
    pub progress: Option<Arc<AtomicUsize>>,
}

/// Why there is no answer at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The root cannot be opened.
    #[error("cannot open `{path}`: {reason}")]
    Root {
        /// The root.
        path: String,
        /// Why.
        reason: String,
    },
    /// A glob of `--select` or `--ignore` is none.
    #[error("`{pattern}` is not a pattern of rule names: {reason}")]
    Pattern {
        /// The pattern.
        pattern: String,
        /// Why.
        reason: String,
    },
}

impl EngineError {
    fn root(request: &Request, e: &std::io::Error) -> Self {
        let reason = match e.kind() {
            std::io::ErrorKind::NotFound => "no such file or folder".to_owned(),
            std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
            _ => e.to_string(),
        };
        EngineError::Root { path: request.root.display().to_string(), reason }
    }
}

/// What one application adds to a report.
struct Part {
    summary: ApplicationSummary,
    findings: Vec<Finding>,
    ignored: Vec<Ignored>,
    trail: Trail,
    cannot_tell: BTreeMap<String, usize>,
    exposures: BTreeMap<String, String>,
    notes: Vec<String>,
    sources: BTreeMap<String, Arc<SourceFile>>,
    withheld: usize,
    repair: Repair,
}

/// What mends one application.
#[derive(Debug, Default)]
pub(crate) struct Repair {
    /// Root of the application.
    pub root: String,
    /// Edits of all fixes that go together.
    pub edits: Vec<Edit>,
    /// The findings that they mend.
    pub mended: Vec<Finding>,
    /// Findings whose fix is not proven, and why.
    pub withheld: Vec<(Finding, String)>,
    /// Findings for which nothing could be made of what was proposed, and why.
    pub refused: Vec<(Finding, String)>,
    /// The files of the application, as they were read.
    pub files: Vec<Arc<SourceFile>>,
}

/// Scans a tree.
pub fn scan(request: &Request) -> Result<Report, EngineError> {
    Ok(pass(request, &jail(request)?, &BTreeSet::new())?.0)
}

/// The folder that bounds every read.
pub(crate) fn jail(request: &Request) -> Result<Jail, EngineError> {
    Jail::new(&request.root).map_err(|e| EngineError::root(request, &e))
}

/// Scans a tree as a jail has it: its answer, and what would mend each application.
pub(crate) fn pass(
    request: &Request,
    jail: &Jail,
    barred: &BTreeSet<String>,
) -> Result<(Report, Vec<Repair>), EngineError> {
    let mut choice = Choice::of(request)?;
    choice.barred.clone_from(barred);
    let (mut report, repairs) = gather(request, jail, &choice);
    if let Some((path, accepted)) = &request.baseline {
        baseline::apply(&mut report, path, accepted, jail, &choice);
    }
    let unchanged = report.baseline.iter_mut().map(|b| &mut b.unchanged);
    for list in unchanged.chain([&mut report.findings]) {
        list.retain(|f| choice.answers(f));
        *list = join(std::mem::take(list));
    }
    report.ignored.retain(|i| choice.answers(&i.finding));
    unread_texts(&mut report, request);
    Ok((report, repairs))
}

/// Which rules run, and which findings are answered.
pub(crate) struct Choice<'a> {
    pub request: &'a Request,
    select: GlobSet,
    ignore: GlobSet,
    entries: Vec<&'static Entry>,
    /// Files that no fix may change.
    barred: BTreeSet<String>,
}

impl<'a> Choice<'a> {
    pub fn of(request: &'a Request) -> Result<Self, EngineError> {
        let auditor = request.selection.persona == Persona::Auditor;
        let entries = rules().iter().filter(|e| auditor || e.name != "deploy-value-unresolved").collect();
        let select = patterns(&request.selection.select)?;
        let ignore = patterns(&request.selection.ignore)?;
        Ok(Self { request, select, ignore, entries, barred: BTreeSet::new() })
    }

    fn chosen(&self, name: &str) -> bool {
        let all = self.request.selection.select.is_empty();
        (all || self.select.is_match(name)) && !self.ignore.is_match(name)
    }

    pub fn answers(&self, finding: &Finding) -> bool {
        answered(finding, self.request, &|name| self.chosen(name))
    }

    /// Whether a rule ran; all do, whatever is chosen.
    pub fn ran(&self, name: &str) -> bool {
        let inline = name == "deploy-ignore-stale" && self.request.no_inline_ignores;
        !inline && self.entries.iter().any(|e| e.name == name) || palisade_rules::find(name).is_none()
    }
}

/// What all applications add up to, before equal causes of several are joined. Where there is a baseline,
/// with the findings that are not answered: they are not fixed.
pub(crate) fn gather(request: &Request, jail: &Jail, choice: &Choice<'_>) -> (Report, Vec<Repair>) {
    let chosen = |name: &str| choice.chosen(name);
    let ask = Ask {
        config: &request.config,
        no_inline: request.no_inline_ignores,
        today: request.settings.today,
        ran: &choice.entries,
    };
    let mut output =
        palisade_load::read_in(jail, &request.walk, &request.inputs, &request.limits, |application| {
            let part = one(&application, choice, jail, &ask, &chosen);
            if let Some(progress) = &request.progress {
                progress.fetch_add(1, Ordering::Relaxed);
            }
            part
        });
    let mut repairs: Vec<Repair> =
        output.applications.iter_mut().map(|part| std::mem::take(&mut part.repair)).collect();
    let (report, useless) = report(output, &ask, choice);
    repairs.push(useless);
    (report, repairs)
}

/// The graphs of all applications of a tree, and what was not read.
pub fn graphs(request: &Request) -> Result<(Vec<Application>, Vec<Unread>), EngineError> {
    let output = palisade_load::read_in(
        &jail(request)?,
        &request.walk,
        &request.inputs,
        &request.limits,
        |application| application,
    );
    Ok((output.applications, output.failures.into_iter().map(unread).collect()))
}

fn patterns(list: &[String]) -> Result<GlobSet, EngineError> {
    let mut set = GlobSetBuilder::new();
    let wrong = |pattern: &str, e: &globset::Error| EngineError::Pattern {
        pattern: pattern.to_owned(),
        reason: e.kind().to_string(),
    };
    for pattern in list {
        set.add(Glob::new(pattern).map_err(|e| wrong(pattern, &e))?);
    }
    set.build().map_err(|e| wrong("", &e))
}

fn answered(finding: &Finding, request: &Request, chosen: &dyn Fn(&str) -> bool) -> bool {
    finding.persona <= request.selection.persona
        && finding.severity >= request.selection.min_severity
        && finding.confidence >= request.selection.min_confidence
        && chosen(finding.rule)
}

fn one(
    application: &Application,
    choice: &Choice<'_>,
    jail: &Jail,
    ask: &Ask<'_>,
    chosen: &dyn Fn(&str) -> bool,
) -> Part {
    let request = choice.request;
    let checked = check(application, &request.settings, ask.ran);
    let secret = checked.secret.clone();
    let exposures = checked.exposures.iter().map(|(k, v)| (k.to_string(), v.clone())).collect();
    let asked = |name: &str| {
        chosen(name)
            && palisade_rules::find(name).is_some_and(|e| e.rule.persona <= request.selection.persona)
    };
    let open = checked.cannot_tell.iter().filter(|(name, _)| asked(name));
    let cannot_tell = open.map(|(name, n)| (name.clone(), *n)).collect();
    let proposed = |(n, f): (usize, &Finding)| {
        answered(f, request, chosen) && checked.proposals.get(n).is_some_and(|(_, p)| !p.is_empty())
    };
    let fixable = request.fixes != Fixes::Off && checked.findings.iter().enumerate().any(proposed);
    let full = fixable.then(|| checked.clone());
    let Applied { kept, whole, ignored, trail } = apply(application, checked, ask);
    let (mut findings, rest): (Vec<(Option<usize>, Finding)>, Vec<_>) =
        whole.into_iter().zip(kept).partition(|(_, f)| answered(f, request, chosen));
    let (mut repair, withheld) = match &full {
        Some(checked) => repair(application, choice, jail, ask, checked, &mut findings),
        None => (Repair::default(), 0),
    };
    if matches!(request.fixes, Fixes::Safe | Fixes::All) {
        repair.root = application.root.to_string();
        repair.files = application.store.files().map(|(_, f)| f.clone()).collect();
    }
    // What is not answered matters to a baseline only.
    let compared = request.baseline.is_some();
    let rest = rest.into_iter().filter(|_| compared);
    let mut findings: Vec<Finding> = findings.into_iter().chain(rest).map(|(_, f)| f).collect();
    let mut ignored: Vec<Ignored> =
        ignored.into_iter().filter(|i| compared || answered(&i.finding, request, chosen)).collect();
    findings
        .iter_mut()
        .chain(ignored.iter_mut().map(|i| &mut i.finding))
        .for_each(|f| in_own_words(application, f));
    let shown: BTreeSet<&str> = findings
        .iter()
        .chain(ignored.iter().map(|i| &i.finding))
        .filter(|f| answered(f, request, chosen))
        .flat_map(|f| {
            let edits = f.fixes.iter().flat_map(|fix| fix.edits.iter().map(|e| e.path.as_str()));
            f.labels.iter().map(|l| l.path.as_str()).chain(edits)
        })
        .collect();
    let sources = application
        .store
        .files()
        // What holds secrets is kept masked even if only an ignore in it is shown in the end.
        .filter(|(id, f)| shown.contains(f.path.as_str()) || secret.iter().any(|s| s.file == *id))
        .map(|(id, f)| (f.path.to_string(), without_secrets(id, f, &secret)))
        .collect();
    Part {
        summary: summary(application),
        findings,
        ignored,
        trail,
        cannot_tell,
        exposures,
        notes: notes(application),
        sources,
        withheld,
        repair,
    }
}

/// Proves what was proposed for the findings that are answered.
fn repair(
    application: &Application,
    choice: &Choice<'_>,
    jail: &Jail,
    ask: &Ask<'_>,
    checked: &Checked,
    findings: &mut [(Option<usize>, Finding)],
) -> (Repair, usize) {
    let request = choice.request;
    let apply = request.fixes != Fixes::Show;
    let prover = Prover {
        jail,
        inputs: &request.inputs,
        limits: &request.limits,
        settings: &request.settings,
        ran: ask.ran,
        barred: &choice.barred,
        budget: if apply { PROOFS_TO_APPLY } else { PROOFS },
    };
    let asked: Vec<usize> = findings.iter().filter_map(|(n, _)| *n).collect();
    let proof = prover.prove(application, checked, &asked, request.fixes != Fixes::Safe);
    let mut repair = Repair { edits: proof.together.0, ..Repair::default() };
    for (n, finding) in findings.iter_mut().filter_map(|(n, f)| Some(((*n)?, f))) {
        finding.fixes.extend(proof.fixes.get(&n).cloned());
        if apply {
            let told = |reason: &String| (finding.clone(), reason.clone());
            repair.withheld.extend(proof.withheld.get(&n).map(told));
            repair.refused.extend(proof.refused.get(&n).map(told));
            if proof.together.1.contains(&n) {
                repair.mended.push(finding.clone());
            }
        }
    }
    (repair, proof.withheld.len())
}

/// The text that outputs may show.
fn without_secrets(id: FileId, file: &Arc<SourceFile>, secret: &BTreeSet<Span>) -> Arc<SourceFile> {
    let ranges: Vec<(u32, u32)> = secret.iter().filter(|s| s.file == id).map(|s| (s.start, s.end)).collect();
    if ranges.is_empty() { file.clone() } else { Arc::new(file.masked(&ranges)) }
}

/// An edit of a fix, to be applied.
pub(crate) fn bytes(edit: &FixEdit) -> Edit {
    Edit { path: edit.path.clone(), start: edit.start, end: edit.end, replacement: edit.replacement.clone() }
}

/// Whether a fix takes away nothing but comments: without them, what is read of the file is the same.
fn only_comments(fix: &Fix, sources: &BTreeMap<String, Arc<SourceFile>>) -> bool {
    let limits = Limits::default();
    fix.edits.iter().all(|edit| {
        let Some(file) = sources.get(&edit.path).filter(|f| !f.converted) else { return false };
        let Ok(text) = apply_edits(&file.text, &[bytes(edit)]) else { return false };
        let edited = SourceFile::new(edit.path.as_str(), text);
        let comments = |file: &SourceFile| {
            let tree = parse(FileId(0), file, &limits).ok()?;
            let all = (0..u32::try_from(tree.len()).ok()?)
                .map(|n| tree.node(palisade_source::NodeId(n)).kind.clone());
            Some((all.collect::<Vec<_>>(), tree.comments.len()))
        };
        match (comments(file), comments(&edited)) {
            (Some((a, n)), Some((b, m))) => a == b && n == m + 1,
            // No tree: a comment of a program, whose place the reader of ignores knows.
            (None, None) => edit.replacement.is_empty(),
            _ => false,
        }
    })
}

/// Bytes of an unread file up to which its line is shown.
const SHOWN_BYTES: u64 = 1 << 20;

/// Files that could not be read belong to no application, so their texts are read again to draw the lines.
fn unread_texts(report: &mut Report, request: &Request) {
    let Ok(jail) = Jail::new(&request.root) else { return };
    let limit = request.limits.file_bytes.min(SHOWN_BYTES);
    for entry in report.unread.iter().filter(|u| u.line.is_some()) {
        if report.sources.files.contains_key(&entry.path) {
            continue;
        }
        let Ok(real) = jail.real(&entry.path) else { continue };
        if let Ok((text, converted)) = read_text(&real, limit) {
            let mut file = SourceFile::new(entry.path.as_str(), text);
            file.converted = converted;
            report.sources.files.insert(entry.path.clone(), Arc::new(file));
        }
    }
}

fn summary(application: &Application) -> ApplicationSummary {
    let mut ids: BTreeMap<NodeKind, BTreeSet<&str>> = BTreeMap::new();
    for (_, graph) in &application.worlds {
        for node in graph.nodes.iter().filter(|n| n.kind != NodeKind::Function || n.implied_by.is_none()) {
            ids.entry(node.kind).or_default().insert(&node.id);
        }
    }
    let count = |kind| ids.get(&kind).map_or(0, BTreeSet::len);
    ApplicationSummary {
        root: application.root.to_string(),
        dialects: application.dialects.iter().map(|d| (*d).to_owned()).collect(),
        functions: count(NodeKind::Function),
        entries: count(NodeKind::Entry),
        stores: count(NodeKind::Store),
        roles: count(NodeKind::Role),
    }
}

fn notes(application: &Application) -> Vec<String> {
    let mut out = Vec::new();
    for note in &application.notes {
        let words = match note.kind {
            NoteKind::Info => note.name.to_string(),
            NoteKind::Macro => format!("the macro `{}` may change anything at deployment", note.name),
            _ => continue,
        };
        let span = note.spans.first().copied().unwrap_or(palisade_source::Span::NONE);
        let place = application
            .store
            .get(span.file)
            .map(|f| format!("{}:{}: ", f.path, f.position(span.start).line))
            .unwrap_or_default();
        out.push(format!("{place}{words}"));
    }
    out
}

fn unread(failure: Failure) -> Unread {
    Unread {
        path: failure.path,
        kind: match failure.kind {
            FailureKind::Failed => UnreadKind::Failed,
            FailureKind::Foreign => UnreadKind::Foreign,
        },
        reason: failure.reason,
        line: failure.line,
    }
}

/// The answer, and what takes away ignores that silence nothing: they are known once all applications are.
fn report(output: Output<Part>, ask: &Ask<'_>, choice: &Choice<'_>) -> (Report, Repair) {
    let mut trails = Vec::new();
    let mut report = Report {
        statistics: Statistics { files: output.files, bytes: output.bytes, ..Statistics::default() },
        unread: output.failures.into_iter().map(unread).collect(),
        ..Report::default()
    };
    for part in output.applications {
        report.applications.push(part.summary);
        report.findings.extend(part.findings);
        report.ignored.extend(part.ignored);
        trails.push(part.trail);
        report.notes.extend(part.notes);
        report.exposures.extend(part.exposures);
        report.sources.files.extend(part.sources);
        report.statistics.withheld_fixes += part.withheld;
        for (rule, n) in part.cannot_tell {
            *report.statistics.cannot_tell.entry(rule).or_default() += n;
        }
    }
    let stale = stale(trails, ask);
    let (mut useless, rest): (Vec<Finding>, Vec<Finding>) =
        stale.findings.into_iter().partition(|f| choice.answers(f));
    let compared = choice.request.baseline.is_some();
    report.findings.extend(rest.into_iter().filter(|_| compared));
    for finding in &mut useless {
        let before = finding.fixes.len();
        finding.fixes.retain(|fix| only_comments(fix, &stale.sources));
        report.statistics.withheld_fixes += before - finding.fixes.len();
    }
    let mut repair = Repair::default();
    for finding in useless.iter().filter(|f| !f.fixes.is_empty()) {
        repair.edits.extend(finding.fixes.iter().take(1).flat_map(|f| &f.edits).map(bytes));
        repair.mended.push(finding.clone());
    }
    repair.files = stale.sources.values().cloned().collect();
    report.findings.extend(useless);
    let ignored = stale.ignored.into_iter();
    report.ignored.extend(ignored.filter(|i| compared || choice.answers(&i.finding)));
    for (path, file) in stale.sources {
        report.sources.files.entry(path).or_insert(file);
    }
    report.findings.sort_by(|a, b| a.order().cmp(&b.order()));
    report.ignored.sort_by(|a, b| a.finding.order().cmp(&b.finding.order()));
    report.notes.sort();
    report.notes.dedup();
    let failed = report.unread.iter().any(|u| u.kind == UnreadKind::Failed);
    report.complete = !failed && !report.applications.is_empty();
    (report, repair)
}
