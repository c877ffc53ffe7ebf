use std::path::PathBuf;

use clap::{Args, ValueEnum};
use palisade_config::{FailOn, Tool};
use palisade_diag::{Confidence, Persona, Report, Severity, Unread, UnreadKind};
use palisade_report::Options;

use crate::flags::InputFlags;
use crate::output::{Problem, print, save, say};
use crate::progress::Progress;
use crate::{Surroundings, exit};

/// Said when no file of a tree is ours.
const NOTHING: &str = "nothing recognised: looked for serverless.yml, SAM and CloudFormation templates (by content, whatever their name) and cdk.out";

/// Says that there was nothing to look at. Where something of ours was not read, that is the reason.
pub fn say_nothing(empty: bool, unread: &[Unread]) {
    if empty && unread.iter().all(|u| u.kind != UnreadKind::Failed) {
        say(NOTHING);
    }
}

/// Says what is wrong, who can exploit it and how to fix it
///
/// Files are recognised by what is in them, whatever their name: serverless.yml, SAM and CloudFormation
/// templates, and cdk.out folders. `.gitignore` files are respected.
///
/// An application may be deployed in several ways: in each stage, with each value of a parameter, with each
/// outcome of a condition. Palisade looks at every such world that the files tell apart, and a finding that
/// holds only in some says in which. `--stage` and `--param` narrow them down to the one that you deploy.
#[derive(Debug, Default, Args)]
#[command(after_help = "\
Exit codes: 0 clean, 1 findings of --fail-on or worse, 2 wrong usage, 3 something was not read.")]
pub struct Scan {
    #[command(flatten)]
    input: InputFlags,

    /// Format of standard output
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// Writes a format to a file as well, `sarif=FILE`; repeatable
    #[arg(long, value_name = "FORMAT=FILE", value_parser = format_and_path)]
    output: Vec<(Format, PathBuf)>,

    /// Who reads it: regular, pedantic or auditor [default: regular]
    ///
    /// `regular` gets what is worth acting on in this application; `pedantic` also hardening and hygiene that
    /// always apply; `auditor` also every box of a benchmark, and each value that could not be resolved.
    #[arg(long, value_name = "WHO", value_parser = persona)]
    persona: Option<Persona>,

    /// Exit code 1 from this severity on, or `never` [default: high]
    ///
    /// One of critical, high, medium, low, info, never. It says nothing about what is shown; what is ignored or
    /// not shown never counts.
    #[arg(long, value_name = "SEVERITY", value_parser = fail_on)]
    fail_on: Option<FailOn>,

    /// Shows only findings of this severity or worse [default: info]
    ///
    /// One of critical, high, medium, low, info.
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    min_severity: Option<Severity>,

    /// Shows only findings that are at least this certain [default: low]
    ///
    /// `high`: everything asked is known. `medium`: the known part decides, or it holds in some stages or
    /// conditions only. `low`: by heuristics.
    #[arg(long, value_name = "CONFIDENCE", value_parser = confidence, hide_short_help = true)]
    min_confidence: Option<Confidence>,

    /// Asks only these rules, a name or glob (`iam-*`); repeatable
    #[arg(long, value_name = "RULE")]
    select: Vec<String>,

    /// Leaves out these rules, a name or glob; repeatable
    #[arg(long, value_name = "RULE")]
    ignore: Vec<String>,

    /// Disregards ignore comments and metadata in the scanned files
    ///
    /// So that a reviewed repository cannot silence its reviewer. Ignores of palisade.toml still hold.
    #[arg(long)]
    no_inline_ignores: bool,

    /// Honours ignore marks of other tools: checkov, cfn-nag, guard, trivy, kics
    #[arg(long, value_name = "TOOLS", value_delimiter = ',', value_parser = tool, hide_short_help = true)]
    compat_ignores: Vec<Tool>,
}

/// Formats of a scan.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people: source with carets, worst last
    #[default]
    Text,
    /// One line a finding
    Concise,
    /// For programs (schema palisade/scan/1)
    Json,
    /// SARIF 2.1.0, for code scanning services
    Sarif,
    /// Annotations of GitHub workflows
    Github,
    /// For comments on pull requests
    Markdown,
}

fn format_and_path(text: &str) -> Result<(Format, PathBuf), String> {
    let (format, path) = text.split_once('=').ok_or_else(|| "expected `format=file`".to_owned())?;
    Ok((Format::from_str(format, true)?, PathBuf::from(path)))
}

fn known<T>(value: Option<T>, words: &str) -> Result<T, String> {
    value.ok_or_else(|| format!("expected one of {words}"))
}

fn severity(text: &str) -> Result<Severity, String> {
    known(Severity::parse(text), "critical, high, medium, low, info")
}

fn fail_on(text: &str) -> Result<FailOn, String> {
    known(FailOn::parse(text), "critical, high, medium, low, info, never")
}

fn confidence(text: &str) -> Result<Confidence, String> {
    known(Confidence::parse(text), "high, medium, low")
}

fn persona(text: &str) -> Result<Persona, String> {
    known(Persona::parse(text), "regular, pedantic, auditor")
}

fn tool(text: &str) -> Result<Tool, String> {
    known(Tool::parse(text), "checkov, cfn-nag, guard, trivy, kics")
}

/// How formats for people are drawn here.
pub fn options(around: &Surroundings, prefix: &str) -> Options {
    Options {
        color: around.color(around.output_is_terminal),
        width: around.columns(),
        prefix: prefix.to_owned(),
        persona: Persona::Regular,
    }
}

/// How errors are drawn here.
pub fn error_options(around: &Surroundings) -> Options {
    Options { color: around.color(around.error_is_terminal), ..options(around, "") }
}

impl Scan {
    /// Scans and prints.
    pub fn run(&self, around: &Surroundings) -> Result<u8, Problem> {
        let (place, mut request) = self.input.request(around)?;
        let fail_on = self.configure(&mut request)?;
        let progress = around.progress().then(Progress::start);
        request.progress = progress.as_ref().map(|p| p.count.clone());
        let scanned = palisade_engine::scan(&request);
        if let Some(progress) = progress {
            progress.end();
        }
        let report = scanned.map_err(|e| Problem::usage(e.to_string()))?;
        let mut options = Options { persona: request.selection.persona, ..options(around, &place.prefix) };
        for (format, path) in &self.output {
            let plain = Options { color: false, ..options.clone() };
            save(&around.folder.join(path), path, &rendered(*format, &report, &plain)?)?;
        }
        options.color &= matches!(self.format, Format::Text | Format::Concise);
        print(&rendered(self.format, &report, &options)?)?;
        // The text says so itself, at its end.
        if self.format != Format::Text {
            say_nothing(report.applications.is_empty(), &report.unread);
        }
        let failing = |s: Severity| match fail_on {
            FailOn::At(least) => s >= least,
            FailOn::Never => false,
        };
        Ok(if report.findings.iter().any(|f| failing(f.severity)) {
            exit::FINDINGS
        } else if report.complete {
            exit::CLEAN
        } else {
            exit::INCOMPLETE
        })
    }

    /// Flags over configuration over defaults.
    fn configure(&self, request: &mut palisade_engine::Request) -> Result<FailOn, Problem> {
        let said = &request.config.scan;
        let least = said.fail_on.unwrap_or(FailOn::At(Severity::High));
        let selection = &mut request.selection;
        selection.persona = self.persona.or(said.persona).unwrap_or(selection.persona);
        selection.min_severity = self.min_severity.or(said.min_severity).unwrap_or(selection.min_severity);
        selection.min_confidence =
            self.min_confidence.or(said.min_confidence).unwrap_or(selection.min_confidence);
        selection.select = if self.select.is_empty() { said.select.clone() } else { self.select.clone() };
        selection.ignore = said.ignore.iter().chain(&self.ignore).cloned().collect();
        request.no_inline_ignores = self.no_inline_ignores;
        request.config.compat_ignores.extend(&self.compat_ignores);
        for pattern in self.select.iter().chain(&self.ignore) {
            unknown_rule(pattern)?;
        }
        Ok(self.fail_on.unwrap_or(least))
    }
}

/// A pattern that names no rule is a mistake worth saying.
fn unknown_rule(pattern: &str) -> Result<(), Problem> {
    let glob = globset::Glob::new(pattern).map(|g| g.compile_matcher());
    if glob.is_ok_and(|g| palisade_rules::rules().iter().any(|e| g.is_match(e.name))) {
        return Ok(());
    }
    let problem = Problem::usage(format!("no rule matches `{pattern}`"));
    Err(match palisade_rules::nearest(pattern) {
        Some(near) => problem.help(format!("did you mean `{near}`? `palisade rules` lists all")),
        None => problem.help("`palisade rules` lists all"),
    })
}

fn rendered(format: Format, report: &Report, options: &Options) -> Result<Vec<u8>, Problem> {
    let mut out = Vec::new();
    let done = match format {
        Format::Text => palisade_report::text(report, options, &mut out),
        Format::Concise => palisade_report::concise(report, options, &mut out),
        Format::Json => palisade_report::json(report, options, &mut out),
        Format::Sarif => palisade_report::sarif(report, options, &mut out),
        Format::Github => palisade_report::github(report, options, &mut out),
        Format::Markdown => palisade_report::markdown(report, options, &mut out),
    };
    done.map_err(|e| Problem { code: exit::INTERNAL, message: e.to_string(), help: None, drawn: false })?;
    Ok(out)
}
