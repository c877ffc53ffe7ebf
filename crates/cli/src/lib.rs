//! The command line as a library, so that man pages, completions and tests read the same definition.

mod command;
mod flags;
mod output;
mod place;
mod progress;
mod surroundings;

use std::ffi::OsString;

use clap::{CommandFactory, Parser, Subcommand};
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

/// Security for serverless applications: what is wrong, who can exploit it, how to fix it.
#[derive(Debug, Parser)]
#[command(
    name = "palisade",
    version,
    max_term_width = 100,
    propagate_version = true,
    disable_help_subcommand = true,
    after_help = "`palisade` alone scans the current folder. Exit codes: 0 clean, 1 findings, 2 usage, 3 incomplete, 4 internal error."
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Says what is wrong, who can exploit it and how to fix it
    Scan(command::scan::Scan),
    /// Prints the application graph
    Graph(command::graph::Graph),
    /// Prints the page of a rule
    Explain(command::explain::Explain),
    /// Lists all rules
    Rules(command::rules::Rules),
    /// Prints a completion script for a shell
    Completions(command::completions::Completions),
}

/// The definition of the command line, for man pages and completions.
pub fn command() -> clap::Command {
    Cli::command()
}

/// Runs the command line and answers its exit code.
pub fn run(arguments: Vec<OsString>, around: &Surroundings) -> u8 {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(e) => {
            let code = if e.use_stderr() { exit::USAGE } else { exit::CLEAN };
            // Help for a closed pipe is nobody's problem.
            let _ = e.print();
            return code;
        }
    };
    let command = cli.command.unwrap_or_else(|| Command::Scan(command::scan::Scan::default()));
    let done = match command {
        Command::Scan(args) => args.run(around),
        Command::Graph(args) => args.run(around),
        Command::Explain(args) => args.run(around),
        Command::Rules(args) => args.run(around),
        Command::Completions(args) => args.run(),
    };
    match done {
        Ok(code) => code,
        Err(problem) => problem.tell(),
    }
}
