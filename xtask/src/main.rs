//! Development tasks: `cargo xtask <task>`.
#![expect(clippy::print_stdout, reason = "a task talks to the person who ran it")]

mod bench;
mod ci;
mod compare;
mod deny;
mod fences;
mod fixes;
mod fuzz;
mod iam_data;
mod new_rule;
mod oracles;
mod pages;
mod process;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Development tasks.
#[derive(Parser)]
#[command(name = "cargo xtask", version)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Installs the pinned oracles and runs every test.
    Test(test::Arguments),
    /// Compares the graph of a corpus with the reference implementations.
    Compare(compare::Arguments),
    /// Measures processor time and memory against the leading peer.
    Bench(bench::Arguments),
    /// Applies all fixes to a copy of a corpus and checks what has to hold of them.
    Fixes(fixes::Arguments),
    /// Runs each fuzz target for a while.
    Fuzz(fuzz::Arguments),
    /// Packs the services, actions and managed policies of AWS from packages unpacked in a folder.
    IamData(iam_data::Arguments),
    /// Writes a new rule from the template and registers it.
    NewRule(new_rule::Arguments),
    /// Writes the manual pages.
    Man(pages::Arguments),
    /// Writes the shell completions.
    Completions(pages::Arguments),
    /// Checks that dependencies stay behind their fences.
    Fences,
    /// Checks licences, bans and sources of dependencies.
    Deny,
    /// Everything that has to be clean before a change lands.
    Ci(ci::Arguments),
}

/// What a task answers: nothing, or one line that says what went wrong.
type Outcome = Result<(), String>;

fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
        Task::Test(arguments) => test::run(&arguments),
        Task::Compare(arguments) => compare::run(&arguments),
        Task::Bench(arguments) => bench::run(&arguments),
        Task::Fixes(arguments) => fixes::run_task(&arguments),
        Task::Fuzz(arguments) => fuzz::run(&arguments),
        Task::IamData(arguments) => iam_data::run(&arguments),
        Task::NewRule(arguments) => new_rule::run(&arguments),
        Task::Man(arguments) => pages::man(&arguments),
        Task::Completions(arguments) => pages::completions(&arguments),
        Task::Fences => fences::run(),
        Task::Deny => deny::run(),
        Task::Ci(arguments) => ci::run(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}
