use clap::Args;
use clap_complete::Shell;

use crate::output::{Problem, print};
use crate::{command, exit};

/// Prints a completion script for a shell
///
/// For example: `palisade completions bash > ~/.local/share/bash-completion/completions/palisade`,
/// `palisade completions zsh > ~/.zfunc/_palisade`,
/// `palisade completions fish > ~/.config/fish/completions/palisade.fish`.
#[derive(Debug, Args)]
pub struct Completions {
    /// Shell to complete in
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
