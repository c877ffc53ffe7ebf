//! a file of the application could not be read
//!
//! ## What
//!
//! A file that belongs to the application (a template, a serverless.yml, a file that one of them refers to)
//! could not be read, is not valid, or exceeds a limit. It is shown in the list of files that were not read, not
//! among the findings: the exit code is 3 whatever `--fail-on` says, and no comment in the repository can
//! silence it.
//!
//! ## Why
//!
//! What is not read is not checked. A scan that passes over a broken template says nothing about what that
//! template deploys, and whoever wants to hide something from the scan only has to break its file for the
//! scanner and not for AWS.
//!
//! ## How to fix
//!
//! Correct the file at the line that the message names. A file that is no part of the application: exclude its
//! folder with `--exclude`, or with `exclude` in palisade.toml. A file above a limit: split the template.

use crate::prelude::*;

/// Metadata. The engine lists such files by itself.
pub const RULE: Rule = Rule {
    severity: Severity::Info,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References { cwe: &[755], ..References::NONE },
    check: |_, _| {},
};
