use std::path::PathBuf;

use clap::{Args, ValueEnum};
use palisade_config::FailOn;
use palisade_diag::{Persona, Report, Severity, Unread, UnreadKind};
use palisade_engine::Fixes;
use palisade_report::Options;

use crate::flags::InputFlags;
use crate::output::{Problem, print, save, say};
use crate::progress::Progress;
use crate::select::SelectFlags;
use crate::{Surroundings, exit};

/// Said when no file of a tree is ours.
const NOTHING: &str = "nothing recognised: looked for serverless.yml, SAM and CloudFormation templates (by content, whatever their name), Terraform modules, CDK programs and cdk.out";

/// Says that there was nothing to look at. Where something of ours was not read, that is the reason.
pub fn say_nothing(empty: bool, unread: &[Unread]) {
    if empty && unread.iter().all(|u| u.kind != UnreadKind::Failed) {
        say(NOTHING);
    }
}

/// Says what is wrong, who can exploit it and how to fix it
///
/// Files are recognised by what is in them, whatever their name: serverless.yml, SAM and CloudFormation
/// templates, Terraform modules, CDK programs and cdk.out folders. `.gitignore` files are respected.
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

    #[command(flatten)]
    select: SelectFlags,

    /// Exit code 1 from this severity on, or `never` [default: high]
    ///
    /// One of critical, high, medium, low, info, never. It says nothing about what is shown; what is ignored or
    /// not shown never counts.
    #[arg(long, value_name = "SEVERITY", value_parser = fail_on)]
    fail_on: Option<FailOn>,

    /// Baseline to compare with [default: palisade.baseline.json in the root]
    ///
    /// What it accepts is neither shown nor counted for the exit code; `palisade baseline` writes it.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// Shows what the baseline accepts as well
    #[arg(long, conflicts_with = "baseline")]
    no_baseline: bool,
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
    /// A page in one file, for people
    Html,
    /// For comments on pull requests
    Markdown,
    /// GitLab's SAST report
    Gitlab,
    /// JUnit's XML, for test reports of CI systems
    Junit,
    /// AWS Security Finding Format, for Security Hub; needs account and region
    Asff,
    /// OCSF Detection Findings, a line each
    Ocsf,
    /// For spreadsheets
    Csv,
}

impl Format {
    fn of_report(self) -> palisade_report::Format {
        match self {
            Format::Text => palisade_report::Format::Text,
            Format::Concise => palisade_report::Format::Concise,
            Format::Json => palisade_report::Format::Json,
            Format::Sarif => palisade_report::Format::Sarif,
            Format::Github => palisade_report::Format::Github,
            Format::Html => palisade_report::Format::Html,
            Format::Markdown => palisade_report::Format::Markdown,
            Format::Gitlab => palisade_report::Format::Gitlab,
            Format::Junit => palisade_report::Format::Junit,
            Format::Asff => palisade_report::Format::Asff,
            Format::Ocsf => palisade_report::Format::Ocsf,
            Format::Csv => palisade_report::Format::Csv,
        }
    }
}

fn format_and_path(text: &str) -> Result<(Format, PathBuf), String> {
    let (format, path) = text.split_once('=').ok_or_else(|| "expected `format=file`".to_owned())?;
    Ok((Format::from_str(format, true)?, PathBuf::from(path)))
}

fn fail_on(text: &str) -> Result<FailOn, String> {
    let words = "critical, high, medium, low, info, never";
    FailOn::parse(text).ok_or_else(|| format!("expected one of {words}"))
}

/// How formats for people are drawn here.
pub fn options(around: &Surroundings, prefix: &str) -> Options {
    Options {
        color: around.color(around.output_is_terminal),
        width: around.columns(),
        prefix: prefix.to_owned(),
        persona: Persona::Regular,
        ..Options::default()
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
        self.select.configure(&mut request)?;
        let fail_on = self.fail_on.or(request.config.scan.fail_on).unwrap_or(FailOn::At(Severity::High));
        // Where nobody sees fixes none is proven.
        let seen = std::iter::once(self.format).chain(self.output.iter().map(|(f, _)| *f));
        request.fixes = if seen
            .into_iter()
            .all(|f| matches!(f, Format::Concise | Format::Junit | Format::Asff | Format::Ocsf))
        {
            Fixes::Off
        } else {
            Fixes::Show
        };
        if !self.no_baseline {
            let file = self.baseline.clone().or_else(|| super::baseline::standing(&place));
            request.baseline = file.map(|file| super::baseline::read(around, &place, &file)).transpose()?;
        }
        let mut options = Options {
            persona: request.selection.persona,
            time: self.input.today.map_or(around.now, |day| day.saturating_mul(86_400)),
            account: request.inputs.account.clone(),
            region: request.inputs.region.clone(),
            ..options(around, &place.prefix)
        };
        for format in self.output.iter().map(|(f, _)| *f).chain([self.format]) {
            format.of_report().ready(&options).map_err(|n| Problem::usage(n.message).help(n.help))?;
        }
        let progress = around.progress().then(Progress::start);
        request.progress = progress.as_ref().map(|p| p.count.clone());
        let scanned = palisade_engine::scan(&request);
        if let Some(progress) = progress {
            progress.end();
        }
        let report = scanned.map_err(|e| Problem::usage(e.to_string()))?;
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
}

fn rendered(format: Format, report: &Report, options: &Options) -> Result<Vec<u8>, Problem> {
    let mut out = Vec::new();
    let done = format.of_report().write(report, options, &mut out);
    done.map_err(|e| Problem { code: exit::INTERNAL, message: e.to_string(), help: None, drawn: false })?;
    Ok(out)
}
