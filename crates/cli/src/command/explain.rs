use clap::Args;

use crate::output::{Problem, print};
use crate::{Surroundings, exit};

/// Prints the page of a rule.
#[derive(Debug, Args)]
pub struct Explain {
    /// Name of the rule, as findings show it
    rule: String,
}

impl Explain {
    /// Prints it.
    pub fn run(&self, around: &Surroundings) -> Result<u8, Problem> {
        let Some(entry) = palisade_rules::find(&self.rule) else {
            let problem = Problem::usage(format!("there is no rule `{}`", self.rule));
            return Err(match palisade_rules::nearest(&self.rule) {
                Some(near) => problem.help(format!("did you mean `{near}`? `palisade rules` lists all")),
                None => problem.help("`palisade rules` lists all"),
            });
        };
        let options = crate::command::scan::options(around, "");
        print(palisade_report::explain(entry, &options).as_bytes())?;
        Ok(exit::CLEAN)
    }
}
