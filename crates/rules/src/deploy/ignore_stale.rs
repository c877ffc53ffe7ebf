//! an ignore is expired, names an unknown rule, or ignores nothing
//!
//! ## What
//!
//! An ignore (a comment `palisade: ignore[rule] until=2027-01-31 reason`, `Metadata: palisade:` of a
//! resource or template, `[[ignore]]` in `palisade.toml`) that
//!
//! - is past its last day, `until`: what it silenced is reported again;
//! - names a rule that does not exist, with the nearest name that does;
//! - has no reason, or a date that is none: it silences nothing;
//! - covers no finding of its rule, although the rule ran and could tell everywhere;
//! - names `deploy-file-unread`, which nothing may silence;
//! - cannot be understood.
//!
//! ## Why
//!
//! Ignores outlive their reason. A table was public for a demonstration, the ignore stayed, and two
//! years later it hides that the same block now holds customer data: an attacker reads it, and the scan
//! was green. A misspelled rule is the opposite trap: somebody believes that a risk was accepted, and
//! nobody ever decided.
//!
//! ## Example
//!
//! ```yaml
//! functions:
//!   # palisade: ignore[function-runtime-deprecated] until=2026-03-31 migration is planned
//!   report:
//!     handler: report.handler
//!     runtime: nodejs16.x
//! ```
//!
//! ```toml
//! [[ignore]]
//! rule = "data-bucket-public"
//! logical_id = "Website"
//! reason = "serves the public site"
//! until = 2027-01-31
//! ```
//!
//! ## How to fix
//!
//! Remove what silences nothing. What is expired is a decision to take again: fix the cause, or give a
//! new date and say why. Removing an ignore changes nothing at run time.

use crate::prelude::*;

/// Metadata. The findings are made where ignores are applied, once all findings are known.
pub const RULE: Rule = Rule {
    severity: Severity::Info,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Safe,
    since: "0.1.0",
    references: References::NONE,
    check: |_, _| {},
};
