//! a file system is not encrypted
//!
//! ## What
//!
//! `Encrypted` of an EFS file system is not true.
//!
//! ## Why
//!
//! Functions share models, uploads and sessions there. Unencrypted they lie readable on the disks and in the backups of the service, and encryption cannot be switched on later.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Files: # finding
//!     Type: AWS::EFS::FileSystem
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {encrypt: false} # finding
//! resources:
//!   Resources:
//!     Files:
//!       Type: AWS::EFS::FileSystem
//!       Properties: {Encrypted: '${self:custom.encrypt}'}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_efs_file_system" "files" { # finding
//!   creation_token = "files"
//! }
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Files:
//!     Type: AWS::EFS::FileSystem
//!     Properties: {Encrypted: 'true'}
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_efs_file_system" "files" {
//!   creation_token = "files"
//!   encrypted      = true
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Encrypt:
//!     Type: String
//! Resources:
//!   Files:
//!     Type: AWS::EFS::FileSystem
//!     Properties: {Encrypted: !Ref Encrypt}
//! ```
//!
//! ## How to fix
//!
//! Set `Encrypted` to `true`. A file system that exists is replaced: copy its files first. It costs nothing with the key of EFS.

use crate::prelude::*;
use crate::switch;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[311],
        owasp_serverless: &["S3", "SAS-3"],
        checkov: &["CKV_AWS_42"],
        stride: &["I"],
        others: &["CIS-3.3.1"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::EFS::FileSystem") {
        let message = "{subject} is not encrypted";
        if let Some(found) = switch::off(out, ix, node, "Encrypted", message) {
            out.push(found.help("set `Encrypted` to `true`; a file system that exists is replaced"));
        }
    }
}
