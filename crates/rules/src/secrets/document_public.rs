//! everybody can read the SSM document
//!
//! ## What
//!
//! A Systems Manager document is shared with every account (`permissions` with `account_ids = "All"`). CloudFormation cannot share documents.
//!
//! ## Why
//!
//! Documents hold commands, host names, paths and, all too often, credentials of the machines they run on. Any AWS account lists public documents
//! and reads them.
//!
//! ## Example
//!
//! ```hcl bad main.tf
//! resource "aws_ssm_document" "deploy" {
//!   name          = "deploy"
//!   document_type = "Command"
//!   content       = jsonencode({ schemaVersion = "2.2", mainSteps = [] })
//!   permissions = {
//!     type        = "Share"
//!     account_ids = "All" # finding
//!   }
//! }
//! ```
//!
//! ```hcl bad main.tf
//! variable "readers" {
//!   default = "all" # finding
//! }
//!
//! resource "aws_ssm_document" "deploy" {
//!   name          = "deploy"
//!   document_type = "Command"
//!   content       = jsonencode({ schemaVersion = "2.2", mainSteps = [] })
//!   permissions = {
//!     type        = "Share"
//!     account_ids = var.readers
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_ssm_document" "deploy" {
//!   name          = "deploy"
//!   document_type = "Command"
//!   content       = jsonencode({ schemaVersion = "2.2", mainSteps = [] })
//!   permissions = {
//!     type        = "Share"
//!     account_ids = "123456789012,210987654321"
//!   }
//! }
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Deploy:
//!     Type: AWS::SSM::Document
//!     Properties: {DocumentType: Command, Content: {schemaVersion: "2.2", mainSteps: []}}
//! ```
//!
//! ## Cannot tell
//!
//! ```hcl unknown main.tf
//! variable "readers" {}
//!
//! resource "aws_ssm_document" "deploy" {
//!   name          = "deploy"
//!   document_type = "Command"
//!   content       = jsonencode({ schemaVersion = "2.2", mainSteps = [] })
//!   permissions = {
//!     type        = "Share"
//!     account_ids = var.readers
//!   }
//! }
//! ```
//!
//! ## How to fix
//!
//! Name the accounts that run it.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::High,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[200],
        owasp_serverless: &["S3", "SAS-7"],
        checkov: &["CKV_AWS_303"],
        aws: &["SSM.4"],
        stride: &["I"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::SSM::Document") {
        let readers = node.props.at("Permissions.account_ids");
        match readers.as_str() {
            Some(text) if text.split(',').any(|a| a.trim().eq_ignore_ascii_case("all")) => out.push(
                Found::at_value(ix, readers, node.span, "every AWS account can read {subject}")
                    .label("every account")
                    .help("name the accounts that run it")
                    .evidence("all accounts"),
            ),
            None if !readers.is_null() => out.cannot_tell(ix, "Permissions", readers),
            _ => {}
        }
    }
}
