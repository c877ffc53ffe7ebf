use std::io::{self, Write};

use annotate_snippets::Level;
use annotate_snippets::renderer::{AnsiColor, Effects, Style};
use palisade_diag::{Report, Severity, Unread, UnreadKind};
use palisade_source::SourceFile;

use crate::Options;
use crate::diff::diff;
use crate::draw::{Drawing, Mark, Masks, draw, finding};
use crate::group::groups;
use crate::words::{clean, count, summary, wrap};

/// Fixed findings that are named; the others are counted.
const FIXED: usize = 5;

/// Pictures for people: findings grouped by function, worst last, and one line at the very end.
pub fn text(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint { color: options.color };
    let masks = Masks::of(report);
    for group in groups(report, options) {
        let title = clean(&group.title);
        let clause = clean(&group.clause);
        let one_line = title.chars().count() + clause.chars().count() + 5 <= options.columns();
        let head = paint.bold(&title);
        match (clause.is_empty(), one_line) {
            (true, _) => writeln!(out, "── {head}\n")?,
            (false, true) => writeln!(out, "── {head}: {clause}\n")?,
            (false, false) => {
                writeln!(out, "── {head}:")?;
                for line in wrap(&clause, options.columns().saturating_sub(3)) {
                    writeln!(out, "   {line}")?;
                }
                writeln!(out)?;
            }
        }
        for f in group.findings {
            writeln!(out, "{}", finding(f, report, &masks, options))?;
            for fix in &f.fixes {
                write!(out, "{}", diff(fix, report, &masks, options))?;
            }
            writeln!(out)?;
        }
    }
    for entry in &report.unread {
        writeln!(out, "{}\n", unread(entry, report, &masks, options))?;
    }
    let mut lines = Vec::new();
    if !report.ignored.is_empty() {
        let by = crate::words::tally(report.ignored.iter().map(|i| i.finding.severity));
        lines.push(format!("{} ignored: {by}", count(report.ignored.len(), "finding")));
    }
    if let Some(baseline) = report.baseline.as_ref().filter(|b| !b.fixed.is_empty()) {
        let named: Vec<String> =
            baseline.fixed.iter().take(FIXED).map(|f| format!("{} at {}", f.rule, clean(&f.place))).collect();
        let rest = baseline.fixed.len().saturating_sub(FIXED);
        let rest = if rest > 0 { format!(" and {rest} more") } else { String::new() };
        lines.push(format!(
            "{} of the baseline fixed: {}{rest}; `palisade baseline --prune` takes them out",
            count(baseline.fixed.len(), "finding"),
            named.join(", ")
        ));
    }
    lines.extend(report.notes.iter().map(|n| clean(n)));
    for line in lines {
        let wrapped = wrap(&line, options.columns().saturating_sub(6)).join("\n      ");
        writeln!(out, "{}: {wrapped}", paint.bold("note"))?;
    }
    if let Some(worst) = report.findings.iter().max_by_key(|f| f.severity) {
        writeln!(out, "{}: `palisade explain {}` says why it matters", paint.bold("help"), worst.rule)?;
    }
    writeln!(out, "{}", paint.summary(report))
}

/// A file that was not read, drawn like a finding.
fn unread(entry: &Unread, report: &Report, masks: &Masks, options: &Options) -> String {
    let file: Option<&SourceFile> = report.sources.files.get(&entry.path).map(|f| &**f);
    let line = entry.line.unwrap_or(0);
    let start = file.and_then(|f| f.index().line_start(line)).map_or(0, |s| s as usize);
    let (level, id) = match entry.kind {
        UnreadKind::Failed => (Level::ERROR.with_name("unread"), "deploy-file-unread"),
        UnreadKind::Foreign => (Level::NOTE.with_name("other provider"), ""),
    };
    let text = file.map_or("", |f| &f.text);
    let rest = text.get(start..).and_then(|t| t.lines().next()).unwrap_or("");
    let indent = rest.len() - rest.trim_start().len();
    let mark = Mark {
        start: start + indent,
        end: start + rest.trim_end().len().max(indent),
        line,
        column: if line > 0 { u32::try_from(indent + 1).unwrap_or(1) } else { 1 },
        text: "",
        primary: true,
    };
    let file = file.filter(|_| line > 0);
    let drawing = Drawing {
        level,
        id,
        message: &entry.reason,
        places: vec![(&entry.path, file, vec![mark])],
        notes: Vec::new(),
    };
    draw(&drawing, masks, options)
}

/// Escape sequences, or none.
pub(crate) struct Paint {
    pub color: bool,
}

impl Paint {
    fn style(&self, style: Style, text: &str) -> String {
        if self.color { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    pub(crate) fn bold(&self, text: &str) -> String {
        self.style(Style::new().effects(Effects::BOLD), text)
    }

    pub(crate) fn dim(&self, text: &str) -> String {
        self.style(Style::new().effects(Effects::DIMMED), text)
    }

    pub(crate) fn code(&self, text: &str) -> String {
        self.style(AnsiColor::Cyan.on_default(), text)
    }

    /// A line of a diff.
    pub(crate) fn change(&self, sign: char, text: &str) -> String {
        let color = if sign == '+' { AnsiColor::Green } else { AnsiColor::Red };
        self.style(color.on_default(), text)
    }

    /// A severity's word in its colour.
    pub(crate) fn severity(&self, severity: Severity, text: &str) -> String {
        let color = match severity {
            Severity::Critical | Severity::High => AnsiColor::BrightRed,
            Severity::Medium => AnsiColor::Yellow,
            Severity::Low => AnsiColor::BrightBlue,
            Severity::Info => AnsiColor::BrightGreen,
        };
        self.style(color.on_default().effects(Effects::BOLD), text)
    }

    fn summary(&self, report: &Report) -> String {
        let line = summary(report);
        match report.findings.iter().map(|f| f.severity).max() {
            Some(worst) => self.severity(worst, &line),
            None if report.complete => {
                self.style(AnsiColor::Green.on_default().effects(Effects::BOLD), &line)
            }
            None => self.bold(&line),
        }
    }
}
