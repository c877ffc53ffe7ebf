use clap::Args;

use crate::output::{Problem, print};
use crate::{Surroundings, exit};

/// Lists all rules with severity and persona
#[derive(Debug, Args)]
pub struct Rules {}

impl Rules {
    /// Prints them.
    #[expect(clippy::unused_self, reason = "all commands run alike")]
    pub fn run(&self, around: &Surroundings) -> Result<u8, Problem> {
        let options = crate::command::scan::options(around, "");
        print(palisade_report::rules(&options).as_bytes())?;
        Ok(exit::CLEAN)
    }
}
