//! The command line as a library, so that man pages, completions and tests read the same definition.

mod command;
mod flags;
mod output;
mod place;
mod progress;
mod select;
mod surroundings;

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser, Subcommand};
use output::Problem;
pub use surroundings::Surroundings;

/// Exit codes of the contract.
pub mod exit {
    /// Clean.
    pub const CLEAN: u8 = 0;
    /// Findings at or above `--fail-on`.
    pub const FINDINGS: u8 = 1;
    /// Wrong usage or configuration.
    pub const USAGE: u8 = 2;
    /// Something that is ours was not read, or nothing was recognised.
    pub const INCOMPLETE: u8 = 3;
    /// Our fault.
    pub const INTERNAL: u8 = 4;
}

/// Security for serverless applications on AWS: what is wrong, who can exploit it, how to fix it.
///
/// Reads serverless.yml, SAM and CloudFormation templates, Terraform modules and CDK applications where they are;
/// nothing is deployed, executed, downloaded or sent.
#[derive(Debug, Parser)]
#[command(
    name = "palisade",
    version,
    max_term_width = 100,
    propagate_version = true,
    disable_help_subcommand = true,
    after_help = "\
`palisade` alone is `palisade scan .`; `palisade COMMAND --help` says more about a command.

Exit codes: 0 clean, 1 findings, 2 wrong usage, 3 something was not read, 4 internal error."
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Scan(command::scan::Scan),
    Fix(command::fix::Fix),
    Baseline(command::baseline::Accept),
    Graph(command::graph::Graph),
    Can(command::can::Can),
    Iam(command::iam::Iam),
    Explain(command::explain::Explain),
    Rules(command::rules::Rules),
    Completions(command::completions::Completions),
}

/// The definition of the command line, for man pages and completions.
pub fn command() -> clap::Command {
    Cli::command()
}

/// Runs the command line and answers its exit code.
pub fn run(arguments: Vec<OsString>, around: &Surroundings) -> u8 {
    let first = arguments.get(1).cloned().unwrap_or_default();
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(e) => {
            if let Some(problem) = meant_scan(&e, &first, around) {
                return problem.tell();
            }
            // Help for a closed pipe is nobody's problem.
            let _ = e.print();
            return if e.use_stderr() { exit::USAGE } else { exit::CLEAN };
        }
    };
    let command = cli.command.unwrap_or_else(|| Command::Scan(command::scan::Scan::default()));
    let done = match command {
        Command::Scan(args) => args.run(around),
        Command::Fix(args) => args.run(around),
        Command::Baseline(args) => args.run(around),
        Command::Graph(args) => args.run(around),
        Command::Can(args) => args.run(around),
        Command::Iam(args) => args.run(around),
        Command::Explain(args) => args.run(around),
        Command::Rules(args) => args.run(around),
        Command::Completions(args) => args.run(),
    };
    match done {
        Ok(code) => code,
        Err(problem) => problem.tell(),
    }
}

/// A path or a flag of `scan` where the command stands: the usual slip of who knows `palisade` alone.
fn meant_scan(error: &clap::Error, first: &OsString, around: &Surroundings) -> Option<Problem> {
    let first = first.to_str()?;
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else {
                return None;
            };
            let path = word == first && around.folder.join(word).exists();
            path.then(|| {
                Problem::usage(format!("`{word}` is not a command"))
                    .help(format!("to scan it: `palisade scan {word}`"))
            })
        }
        ErrorKind::UnknownArgument => {
            let name = first.strip_prefix("--")?.split('=').next()?;
            let scan = command();
            let known = scan.find_subcommand("scan")?.get_arguments().any(|a| a.get_long() == Some(name));
            known.then(|| {
                Problem::usage(format!("`--{name}` stands before a command"))
                    .help(format!("flags of a scan follow it: `palisade scan --{name} …`"))
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_definition_is_sound() {
        super::command().debug_assert();
    }
}
