//! What Palisade says: findings with labels, fixes, severities and fingerprints.

mod finding;
mod report;

pub use finding::{
    Confidence, Finding, Fix, FixEdit, Identity, Label, Persona, References, Resource, Safety, Severity,
    fingerprint,
};
pub use report::{
    ApplicationSummary, Comparison, Fixed, Ignored, Report, SourceText, Statistics, Unread, UnreadKind,
};
