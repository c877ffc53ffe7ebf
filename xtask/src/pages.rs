//! `cargo xtask man` and `cargo xtask completions`: pages made from the command line's own definition.
//!
//! The command line is only built into this task with the feature `pages`; without it, the task
//! starts itself again with the feature, so that every other task stays quick to build.

use std::path::PathBuf;

use crate::Outcome;

/// Where the pages go.
#[derive(clap::Args)]
pub struct Arguments {
    /// Folder to write to.
    #[arg(long, default_value = "target/pages")]
    out: PathBuf,
}

/// Writes the manual pages.
pub fn man(arguments: &Arguments) -> Outcome {
    made::man(&arguments.out)
}

/// Writes the completions of every shell.
pub fn completions(arguments: &Arguments) -> Outcome {
    made::completions(&arguments.out)
}

#[cfg(feature = "pages")]
mod made {
    use std::fs;
    use std::path::Path;

    use clap_complete::Shell;

    use crate::Outcome;
    use crate::process::say;

    pub fn man(out: &Path) -> Outcome {
        make(out)?;
        clap_mangen::generate_to(palisade::command(), out).map_err(|e| format!("{}: {e}", out.display()))?;
        say(&format!("manual pages in {}", out.display()));
        Ok(())
    }

    pub fn completions(out: &Path) -> Outcome {
        make(out)?;
        for shell in [Shell::Bash, Shell::Elvish, Shell::Fish, Shell::PowerShell, Shell::Zsh] {
            clap_complete::generate_to(shell, &mut palisade::command(), "palisade", out)
                .map_err(|e| format!("{}: {e}", out.display()))?;
        }
        say(&format!("completions in {}", out.display()));
        Ok(())
    }

    fn make(out: &Path) -> Outcome {
        fs::create_dir_all(out).map_err(|e| format!("{}: {e}", out.display()))
    }
}

#[cfg(not(feature = "pages"))]
mod made {
    use std::path::Path;

    use crate::Outcome;
    use crate::process::{cargo, run};

    pub fn man(out: &Path) -> Outcome {
        again("man", out)
    }

    pub fn completions(out: &Path) -> Outcome {
        again("completions", out)
    }

    fn again(task: &str, out: &Path) -> Outcome {
        run(cargo()
            .args(["run", "--quiet", "--package", "xtask", "--features", "pages", "--", task, "--out"])
            .arg(out))
    }
}
