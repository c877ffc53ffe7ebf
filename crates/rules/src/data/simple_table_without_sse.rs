//! a simple table says nothing of its encryption
//!
//! ## What
//!
//! An `AWS::Serverless::SimpleTable` has no `SSESpecification` that is on.
//!
//! ## Why
//!
//! It is encrypted all the same, with a key of DynamoDB that nobody sees and no policy names. With the key that AWS manages in the account, or one of one's own,
//! its uses are in the trail.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Orders: # finding
//!     Type: AWS::Serverless::SimpleTable
//! ```
//!
//! ```yaml fixed template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Orders: # finding
//!     Type: AWS::Serverless::SimpleTable
//!     Properties:
//!       SSESpecification:
//!         SSEEnabled: true
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   SimpleTable:
//!     SSESpecification: {SSEEnabled: false} # finding
//! Resources:
//!   Orders:
//!     Type: AWS::Serverless::SimpleTable
//! ```
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Orders:
//!     Type: AWS::Serverless::SimpleTable
//!     Properties:
//!       SSESpecification: {SSEEnabled: true}
//! ```
//!
//! A table of CloudFormation is no simple table:
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Orders:
//!     Type: AWS::DynamoDB::Table
//!     Properties: {BillingMode: PAY_PER_REQUEST}
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Parameters:
//!   Encrypt:
//!     Type: String
//! Resources:
//!   Orders:
//!     Type: AWS::Serverless::SimpleTable
//!     Properties:
//!       SSESpecification: {SSEEnabled: !Ref Encrypt}
//! ```
//!
//! ## How to fix
//!
//! Set `SSESpecification.SSEEnabled` to `true`. Readers and writers notice nothing; the calls to KMS cost cents.

use crate::prelude::*;
use crate::switch;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Auditor,
    fix: FixKind::Safe,
    since: "0.1.0",
    references: References {
        cwe: &[311],
        owasp_serverless: &["S3", "SAS-3"],
        stride: &["I"],
        others: &["AWS-0121"],
        ..References::NONE
    },
    check,
};

const PATH: &str = "SSESpecification.SSEEnabled";

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::DynamoDB::Table").filter(|(_, n)| super::is_simple(n)) {
        let message = "simple {subject} uses a key of DynamoDB that nobody sees";
        if let Some(found) = switch::off(out, ix, node, PATH, message) {
            let fix = Proposal::set(ix, PATH, true, "encrypt the table with a key of the account");
            out.push(
                found
                    .help("set `SSESpecification.SSEEnabled` to `true`")
                    .fix(fix)
                    .or_where_written(node.props.lookup(PATH), true),
            );
        }
    }
}
