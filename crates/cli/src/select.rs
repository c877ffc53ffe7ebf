use clap::Args;
use palisade_config::Tool;
use palisade_diag::{Confidence, Persona, Severity};
use palisade_engine::Request;

use crate::output::Problem;

/// Which findings are answered: what `scan` and `fix` have in common.
#[derive(Debug, Clone, Default, Args)]
pub struct SelectFlags {
    /// Who reads it: regular, pedantic or auditor [default: regular]
    ///
    /// `regular` gets what is worth acting on in this application; `pedantic` also hardening and hygiene that
    /// always apply; `auditor` also every box of a benchmark, and each value that could not be resolved.
    #[arg(long, value_name = "WHO", value_parser = persona)]
    pub persona: Option<Persona>,

    /// Shows only findings of this severity or worse [default: info]
    ///
    /// One of critical, high, medium, low, info.
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    pub min_severity: Option<Severity>,

    /// Shows only findings that are at least this certain [default: low]
    ///
    /// `high`: everything asked is known. `medium`: the known part decides, or it holds in some stages or
    /// conditions only. `low`: by heuristics.
    #[arg(long, value_name = "CONFIDENCE", value_parser = confidence, hide_short_help = true)]
    pub min_confidence: Option<Confidence>,

    /// Asks only these rules, a name or glob (`iam-*`); repeatable
    #[arg(long, value_name = "RULE")]
    pub select: Vec<String>,

    /// Leaves out these rules, a name or glob; repeatable
    #[arg(long, value_name = "RULE")]
    pub ignore: Vec<String>,

    /// Disregards ignore comments and metadata in the scanned files
    ///
    /// So that a reviewed repository cannot silence its reviewer. Ignores of palisade.toml still hold.
    #[arg(long)]
    pub no_inline_ignores: bool,

    /// Honours ignore marks of other tools: checkov, cfn-nag, guard, trivy, kics
    #[arg(long, value_name = "TOOLS", value_delimiter = ',', value_parser = tool, hide_short_help = true)]
    pub compat_ignores: Vec<Tool>,
}

fn known<T>(value: Option<T>, words: &str) -> Result<T, String> {
    value.ok_or_else(|| format!("expected one of {words}"))
}

fn severity(text: &str) -> Result<Severity, String> {
    known(Severity::parse(text), "critical, high, medium, low, info")
}

fn confidence(text: &str) -> Result<Confidence, String> {
    known(Confidence::parse(text), "high, medium, low")
}

fn persona(text: &str) -> Result<Persona, String> {
    known(Persona::parse(text), "regular, pedantic, auditor")
}

fn tool(text: &str) -> Result<Tool, String> {
    known(Tool::parse(text), "checkov, cfn-nag, guard, trivy, kics")
}

impl SelectFlags {
    /// Flags over configuration over defaults.
    pub fn configure(&self, request: &mut Request) -> Result<(), Problem> {
        let said = &request.config.scan;
        let selection = &mut request.selection;
        selection.persona = self.persona.or(said.persona).unwrap_or(selection.persona);
        selection.min_severity = self.min_severity.or(said.min_severity).unwrap_or(selection.min_severity);
        selection.min_confidence =
            self.min_confidence.or(said.min_confidence).unwrap_or(selection.min_confidence);
        selection.select = if self.select.is_empty() { said.select.clone() } else { self.select.clone() };
        selection.ignore = said.ignore.iter().chain(&self.ignore).cloned().collect();
        request.no_inline_ignores = self.no_inline_ignores;
        request.config.compat_ignores.extend(&self.compat_ignores);
        for pattern in self.select.iter().chain(&self.ignore) {
            unknown_rule(pattern)?;
        }
        Ok(())
    }
}

/// A pattern that names no rule is a mistake worth saying.
fn unknown_rule(pattern: &str) -> Result<(), Problem> {
    let glob = globset::Glob::new(pattern).map(|g| g.compile_matcher());
    if glob.is_ok_and(|g| palisade_rules::rules().iter().any(|e| g.is_match(e.name))) {
        return Ok(());
    }
    let problem = Problem::usage(format!("no rule matches `{pattern}`"));
    Err(match palisade_rules::nearest(pattern) {
        Some(near) => problem.help(format!("did you mean `{near}`? `palisade rules` lists all")),
        None => problem.help("`palisade rules` lists all"),
    })
}
