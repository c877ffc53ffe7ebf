//! Output formats, a file each: a function from the report to bytes. Same report, same bytes.

mod concise;
mod diff;
mod draw;
mod explain;
mod github;
mod group;
mod json;
mod markdown;
mod place;
mod problem;
mod rules;
mod sarif;
mod text;
mod unified;
mod words;

use std::io::{self, Write};

use palisade_diag::{Persona, Report};

pub use concise::concise;
pub use explain::explain;
pub use github::github;
pub use json::json;
pub use markdown::markdown;
pub use problem::{Problem, problem};
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
    /// JSON and Markdown never have it.
    pub prefix: String,
    /// The persona that was asked for.
    pub persona: Persona,
}

impl Default for Options {
    fn default() -> Self {
        Self { color: false, width: 0, prefix: String::new(), persona: Persona::Regular }
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
    /// A comment for a pull request.
    Markdown,
}

impl Format {
    /// All.
    pub const ALL: [Format; 6] =
        [Format::Text, Format::Concise, Format::Json, Format::Sarif, Format::Github, Format::Markdown];

    /// The word on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Concise => "concise",
            Format::Json => "json",
            Format::Sarif => "sarif",
            Format::Github => "github",
            Format::Markdown => "markdown",
        }
    }

    /// From its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.word() == word)
    }

    /// Writes a report in this format. Fails only where `out` does.
    pub fn write(self, report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Format::Text => text(report, options, out),
            Format::Concise => concise(report, options, out),
            Format::Json => json(report, options, out),
            Format::Sarif => sarif(report, options, out),
            Format::Github => github(report, options, out),
            Format::Markdown => markdown(report, options, out),
        }
    }
}
