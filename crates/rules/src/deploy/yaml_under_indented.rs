//! a continued line is indented less than YAML 1.2 allows
//!
//! ## What
//!
//! A quoted scalar goes on in a line that is not indented deeper than the key that it belongs to. The readers
//! of AWS and Serverless accept that, YAML 1.2 does not; Palisade reads the file as they do and says so.
//!
//! ## Why
//!
//! Tools that read YAML strictly refuse the whole file: a scanner, a linter or a policy check in the pipeline
//! skips it, and what stands in it is deployed unseen. Nobody notices until somebody asks why a file never had
//! a finding.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Order:
//!     Type: AWS::SNS::Topic
//!     Properties:
//!       DisplayName: "one
//!       two" # finding
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Order:
//!     Type: AWS::SNS::Topic
//!     Properties:
//!       DisplayName: "one two" # finding
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//! functions:
//!   order:
//!     handler: order.handler
//!     description: "takes
//!     orders" # finding
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Order:
//!     Type: AWS::SNS::Topic
//!     Properties:
//!       DisplayName: "one
//!         two"
//! ```
//!
//! A literal block ends with its indentation:
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//! functions:
//!   order:
//!     handler: order.handler
//!     description: |
//!       takes
//!       orders
//! ```
//!
//! ## How to fix
//!
//! Indent the line deeper than its key. The value stays the same: YAML folds the line break and what stands
//! before the text into one space.

use palisade_source::{Limits, NodeId};

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Info,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::Safe,
    since: "0.1.0",
    references: References { cwe: &[436], ..References::NONE },
    check,
};

/// The value in one line, where that is a plain text of a length that somebody reads.
fn unfolded(cx: &Cx<'_>, at: Span) -> Option<Proposal> {
    let source = cx.application.store.get(at.file)?;
    let tree = palisade_source::parse(at.file, source, &Limits::default()).ok()?;
    let mut open: Vec<NodeId> = tree.documents.clone();
    while let Some(id) = open.pop() {
        let span = tree.span(id);
        match tree.text(id) {
            Some(text) if span.start < at.start && at.start < span.end => {
                if tree.node(id).tag.is_some() || text.contains("${") || text.len() > 200 {
                    return None;
                }
                let change = Change::Replace { at: span, value: text.as_str().into() };
                return Some(Proposal::new("write the value in one line", Safety::Safe, vec![change]));
            }
            Some(_) => {}
            None => open
                .extend(tree.children(id).filter(|c| tree.span(*c).contains(Span { end: at.start, ..at }))),
        }
    }
    None
}

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for note in cx.application.notes.iter().filter(|n| n.kind == palisade_graph::NoteKind::UnderIndented) {
        let Some(at) = note.spans.first() else { continue };
        let message =
            "continued line is indented too little: AWS reads it, strict YAML readers refuse the file";
        out.push(
            Found::of_file(*at, message)
                .label("not deeper than its key")
                .help("indent the line deeper than its key")
                .evidence("under-indented")
                .fixes(unfolded(cx, *at)),
        );
    }
}
