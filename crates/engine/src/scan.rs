use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use globset::{Glob, GlobSet, GlobSetBuilder};
use palisade_config::{Applied, Ask, Config, Trail, apply, stale};
use palisade_diag::{
    ApplicationSummary, Confidence, Finding, Ignored, Persona, Report, Severity, Statistics, Unread,
    UnreadKind,
};
use palisade_graph::{Application, NodeKind, NoteKind};
use palisade_load::{Failure, FailureKind, Inputs, Output, WalkOptions};
use palisade_rules::{Entry, Settings, check, join, rules};
use palisade_source::{FileId, Jail, Limits, SourceFile, Span, read_text};

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
}

/// Scans a tree.
pub fn scan(request: &Request) -> Result<Report, EngineError> {
    let select = patterns(&request.selection.select)?;
    let ignore = patterns(&request.selection.ignore)?;
    let auditor = request.selection.persona == Persona::Auditor;
    let entries: Vec<&'static Entry> =
        rules().iter().filter(|e| auditor || e.name != "deploy-value-unresolved").collect();
    let chosen =
        |name: &str| (request.selection.select.is_empty() || select.is_match(name)) && !ignore.is_match(name);
    let ask = Ask {
        config: &request.config,
        no_inline: request.no_inline_ignores,
        today: request.settings.today,
        ran: &entries,
    };
    let output = read(request, |application| {
        let part = one(&application, request, &ask, &chosen);
        if let Some(progress) = &request.progress {
            progress.fetch_add(1, Ordering::Relaxed);
        }
        part
    })?;
    let answered = |f: &Finding| answered(f, request, &chosen);
    let mut report = report(output, &ask, &answered);
    unread_texts(&mut report, request);
    Ok(report)
}

/// The graphs of all applications of a tree, and what was not read.
pub fn graphs(request: &Request) -> Result<(Vec<Application>, Vec<Unread>), EngineError> {
    let output = read(request, |application| application)?;
    Ok((output.applications, output.failures.into_iter().map(unread).collect()))
}

fn read<R: Send>(
    request: &Request,
    each: impl Fn(Application) -> R + Sync,
) -> Result<Output<R>, EngineError> {
    palisade_load::read_with(&request.root, &request.walk, &request.inputs, &request.limits, each).map_err(
        |e| {
            let reason = match e.kind() {
                std::io::ErrorKind::NotFound => "no such file or folder".to_owned(),
                std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
                _ => e.to_string(),
            };
            EngineError::Root { path: request.root.display().to_string(), reason }
        },
    )
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

fn one(application: &Application, request: &Request, ask: &Ask<'_>, chosen: &dyn Fn(&str) -> bool) -> Part {
    let checked = check(application, &request.settings, ask.ran);
    let secret = checked.secret.clone();
    let exposures = checked.exposures.iter().map(|(k, v)| (k.to_string(), v.clone())).collect();
    let asked = |name: &str| {
        chosen(name)
            && palisade_rules::find(name).is_some_and(|e| e.rule.persona <= request.selection.persona)
    };
    let open = checked.cannot_tell.iter().filter(|(name, _)| asked(name));
    let cannot_tell = open.map(|(name, n)| (name.clone(), *n)).collect();
    let Applied { kept, ignored, trail } = apply(application, checked, ask);
    let findings: Vec<Finding> = kept.into_iter().filter(|f| answered(f, request, chosen)).collect();
    let ignored: Vec<Ignored> =
        ignored.into_iter().filter(|i| answered(&i.finding, request, chosen)).collect();
    let shown: BTreeSet<&str> = findings
        .iter()
        .chain(ignored.iter().map(|i| &i.finding))
        .flat_map(|f| f.labels.iter().map(|l| l.path.as_str()))
        .collect();
    let sources = application
        .store
        .files()
        .filter(|(_, f)| shown.contains(f.path.as_str()))
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
    }
}

/// The text that outputs may show.
fn without_secrets(id: FileId, file: &Arc<SourceFile>, secret: &BTreeSet<Span>) -> Arc<SourceFile> {
    let ranges: Vec<(u32, u32)> = secret.iter().filter(|s| s.file == id).map(|s| (s.start, s.end)).collect();
    if ranges.is_empty() { file.clone() } else { Arc::new(file.masked(&ranges)) }
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

fn report(output: Output<Part>, ask: &Ask<'_>, answered: &dyn Fn(&Finding) -> bool) -> Report {
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
        for (rule, n) in part.cannot_tell {
            *report.statistics.cannot_tell.entry(rule).or_default() += n;
        }
    }
    let stale = stale(trails, ask);
    report.findings.extend(stale.findings.into_iter().filter(|f| answered(f)));
    report.ignored.extend(stale.ignored.into_iter().filter(|i| answered(&i.finding)));
    report.sources.files.extend(stale.sources);
    report.findings.sort_by(|a, b| a.order().cmp(&b.order()));
    report.findings = join(std::mem::take(&mut report.findings));
    report.ignored.sort_by(|a, b| a.finding.order().cmp(&b.finding.order()));
    report.notes.sort();
    report.notes.dedup();
    let failed = report.unread.iter().any(|u| u.kind == UnreadKind::Failed);
    report.complete = !failed && !report.applications.is_empty();
    report
}
