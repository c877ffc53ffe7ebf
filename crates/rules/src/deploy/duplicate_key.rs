//! a key is written twice, and the first one does not count
//!
//! ## What
//!
//! A mapping has the same key twice. CloudFormation, SAM and Serverless take the last one; the first one is what
//! a reader sees. The finding stands at the one that is lost.
//!
//! ## Why
//!
//! A security setting is written, reviewed and never deployed: the second `Policies`, `Environment` or
//! `AuthType` further down takes its place, from a merge of two branches or on purpose. Who reviews a change
//! sees the harmless one at the top.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//! functions:
//!   order:
//!     handler: order.handler
//!     timeout: 10 # finding
//!     memorySize: 256
//!     timeout: 20
//! ```
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!       KmsKeyArn: arn:aws:kms:eu-west-1:123456789012:key/1 # finding
//!       KmsKeyArn: !Ref AWS::NoValue
//! ```
//!
//! The same key in two mappings:
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//!   timeout: 10
//! functions:
//!   order:
//!     handler: order.handler
//!     timeout: 20
//!   cancel:
//!     handler: cancel.handler
//!     timeout: 20
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//! ```
//!
//! ## How to fix
//!
//! Keep one of the two, and join their contents where both are meant. What is deployed changes only if it is
//! the last one that goes.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References { cwe: &[694], owasp_serverless: &["SAS-3"], stride: &["T"], ..References::NONE },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for note in cx.application.notes.iter().filter(|n| n.kind == palisade_graph::NoteKind::DuplicateKey) {
        let [lost @ .., last] = note.spans.as_slice() else { continue };
        let Some((first, others)) = lost.split_first() else { continue };
        let times =
            if others.is_empty() { "twice".to_owned() } else { format!("{} times", note.spans.len()) };
        let mut found = Found::of_file(
            *first,
            format!("key `{}` is written {times} in one mapping: only the last one is deployed", note.name),
        )
        .label("does not count")
        .help("keep one of them")
        .evidence(note.name.as_str());
        for other in others {
            found = found.also(*other, "does not count either");
        }
        out.push(found.also(*last, "this one is deployed"));
    }
}
