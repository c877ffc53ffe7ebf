use clap::Args;

use crate::output::{Problem, print};
use crate::{Surroundings, exit};

/// Prints the page of a rule: what it asks, why it matters, examples, how to fix it
#[derive(Debug, Args)]
pub struct Explain {
    /// Name of the rule, as findings show it: `iam-wildcard-action`
    rule: String,
}

impl Explain {
    /// Prints it.
    pub fn run(&self, around: &Surroundings) -> Result<u8, Problem> {
        let Some(entry) = palisade_rules::find(&self.rule) else {
            let problem = Problem::usage(format!("unknown rule `{}`", self.rule));
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
