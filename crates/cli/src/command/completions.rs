use clap::Args;
use clap_complete::Shell;

use crate::output::{Problem, print};
use crate::{command, exit};

/// Prints a completion script for a shell.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    /// Prints it.
    pub fn run(&self) -> Result<u8, Problem> {
        let mut text = Vec::new();
        clap_complete::generate(self.shell, &mut command(), "palisade", &mut text);
        print(&text)?;
        Ok(exit::CLEAN)
    }
}
