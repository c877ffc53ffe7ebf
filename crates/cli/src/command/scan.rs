use std::path::PathBuf;

use clap::{Args, ValueEnum};
use palisade_config::FailOn;
use palisade_diag::{Confidence, Persona, Report, Severity};
use palisade_report::Options;

use crate::flags::InputFlags;
use crate::output::{Problem, print, save};
use crate::progress::Progress;
use crate::{Surroundings, exit};

/// Said when no file of a tree is ours.
pub const NOTHING: &str = "nothing recognised: looked for serverless.yml, SAM and CloudFormation templates (by content, whatever their name) and cdk.out";

/// Says what is wrong, who can exploit it and how to fix it.
#[derive(Debug, Default, Args)]
pub struct Scan {
    #[command(flatten)]
    input: InputFlags,

    /// Format of standard output
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// Writes a format to a file; may be given several times
    #[arg(long, value_name = "FORMAT=FILE", value_parser = format_and_path)]
    output: Vec<(Format, PathBuf)>,

    /// Who reads it: regular, pedantic (hygiene too) or auditor (every box) [default: regular]
    #[arg(long, value_name = "WHO", value_parser = persona)]
    persona: Option<Persona>,

    /// Least severity that gives exit code 1, or `never` [default: high]
    #[arg(long, value_name = "SEVERITY", value_parser = fail_on)]
    fail_on: Option<FailOn>,

    /// Least severity that is shown
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    min_severity: Option<Severity>,

    /// Least confidence that is shown
    #[arg(long, value_name = "CONFIDENCE", value_parser = confidence, hide_short_help = true)]
    min_confidence: Option<Confidence>,

    /// Glob of rules to run (`iam-*`); may be given several times
    #[arg(long, value_name = "RULE")]
    select: Vec<String>,

    /// Glob of rules to leave out
    #[arg(long, value_name = "RULE")]
    ignore: Vec<String>,

    /// Disregards ignore comments and metadata of the files
    #[arg(long)]
    no_inline_ignores: bool,
}

/// Formats of a scan.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Source with carets, for people
    #[default]
    Text,
    /// One line a finding
    Concise,
    /// For programs
    Json,
    /// SARIF 2.1.0
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
        let progress = around.error_is_terminal.then(Progress::start);
        request.progress = progress.as_ref().map(|p| p.count.clone());
        let scanned = palisade_engine::scan(&request);
        if let Some(progress) = progress {
            progress.end();
        }
        let report = scanned.map_err(|e| Problem::usage(e.to_string()))?;
        let mut options = Options { persona: request.selection.persona, ..options(around, &place.prefix) };
        for (format, path) in &self.output {
            let plain = Options { color: false, ..options.clone() };
            save(&around.folder.join(path), &rendered(*format, &report, &plain)?)?;
        }
        options.color &= matches!(self.format, Format::Text | Format::Concise);
        print(&rendered(self.format, &report, &options)?)?;
        if report.applications.is_empty() {
            eprintln!("{NOTHING}");
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
