//! Output formats, a file each: a function from the report to bytes. Same report, same bytes.

mod asff;
mod concise;
mod csv;
mod diff;
mod draw;
mod explain;
mod github;
mod gitlab;
mod group;
mod html;
mod json;
mod junit;
mod markdown;
mod ocsf;
mod place;
mod problem;
mod quote;
mod rules;
mod sarif;
mod text;
mod time;
mod unified;
mod words;

use std::io::{self, Write};

use palisade_diag::{Persona, Report};

pub use asff::asff;
pub use concise::concise;
pub use csv::csv;
pub use explain::explain;
pub use github::github;
pub use gitlab::gitlab;
pub use html::html;
pub use json::json;
pub use junit::junit;
pub use markdown::markdown;
pub use ocsf::ocsf;
pub use problem::{Problem, problem};
pub use quote::{Quote, Quoted, quote};
pub use rules::rules;
pub use sarif::sarif;
pub use text::text;
pub use unified::unified;

/// How to write.
#[derive(Debug, Clone)]
pub struct Options {
    /// Whether escape sequences for colour are written.
    pub color: bool,
    /// Columns of the terminal; 0 where there is none.
    pub width: usize,
    /// What stands before the report's paths so that they hold from the current folder: empty or `a/b/`.
    /// Only text, concise, github, gitlab and sarif have it.
    pub prefix: String,
    /// The persona that was asked for.
    pub persona: Persona,
    /// When the scan was made, in seconds since 1970-01-01 UTC.
    pub time: i64,
    /// The account that is deployed to.
    pub account: Option<String>,
    /// The region that is deployed to.
    pub region: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            color: false,
            width: 0,
            prefix: String::new(),
            persona: Persona::Regular,
            time: 0,
            account: None,
            region: None,
        }
    }
}

impl Options {
    /// Columns to write within: no fewer than what pictures need, 100 where there is no terminal.
    pub(crate) fn columns(&self) -> usize {
        if self.width == 0 { 100 } else { self.width.max(40) }
    }

    /// A path as people see it.
    pub(crate) fn path(&self, path: &str) -> String {
        words::clean(&format!("{}{path}", self.prefix))
    }
}

/// The formats of `scan`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Pictures for people.
    Text,
    /// One line a finding.
    Concise,
    /// The contract's JSON.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// Workflow commands of GitHub.
    Github,
    /// A page for people, in one file.
    Html,
    /// A comment for a pull request.
    Markdown,
    /// GitLab's SAST report.
    Gitlab,
    /// JUnit's XML.
    Junit,
    /// AWS Security Finding Format.
    Asff,
    /// OCSF Detection Findings, a line each.
    Ocsf,
    /// Comma-separated values.
    Csv,
}

/// Why a format cannot be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needs {
    /// What is missing, one line.
    pub message: String,
    /// How to give it.
    pub help: String,
}

impl Format {
    /// All, as the contract lists them.
    pub const ALL: [Format; 12] = [
        Format::Text,
        Format::Concise,
        Format::Json,
        Format::Sarif,
        Format::Html,
        Format::Markdown,
        Format::Github,
        Format::Gitlab,
        Format::Junit,
        Format::Asff,
        Format::Ocsf,
        Format::Csv,
    ];

    /// The word on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Concise => "concise",
            Format::Json => "json",
            Format::Sarif => "sarif",
            Format::Github => "github",
            Format::Html => "html",
            Format::Markdown => "markdown",
            Format::Gitlab => "gitlab",
            Format::Junit => "junit",
            Format::Asff => "asff",
            Format::Ocsf => "ocsf",
            Format::Csv => "csv",
        }
    }

    /// From its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.word() == word)
    }

    /// Whether the options say what the format needs. Ask before the scan, which may take a while.
    pub fn ready(self, options: &Options) -> Result<(), Needs> {
        match self {
            Format::Asff => asff::needs(options),
            _ => Ok(()),
        }
    }

    /// Writes a report in this format. Fails only where `out` does, or where the format is not [`ready`].
    ///
    /// [`ready`]: Format::ready
    pub fn write(self, report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Format::Text => text(report, options, out),
            Format::Concise => concise(report, options, out),
            Format::Json => json(report, options, out),
            Format::Sarif => sarif(report, options, out),
            Format::Github => github(report, options, out),
            Format::Html => html(report, options, out),
            Format::Markdown => markdown(report, options, out),
            Format::Gitlab => gitlab(report, options, out),
            Format::Junit => junit(report, options, out),
            Format::Asff => asff(report, options, out),
            Format::Ocsf => ocsf(report, options, out),
            Format::Csv => csv(report, options, out),
        }
    }
}
