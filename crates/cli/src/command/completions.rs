use clap::Args;
use clap_complete::Shell;

use crate::output::{Problem, print};
use crate::{command, exit};

/// Prints a completion script for a shell
#[derive(Debug, Args)]
#[command(after_help = "\
Where the script belongs:
  bash  palisade completions bash > ~/.local/share/bash-completion/completions/palisade
  zsh   palisade completions zsh > ~/.zfunc/_palisade      (a folder of your fpath)
  fish  palisade completions fish > ~/.config/fish/completions/palisade.fish")]
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
