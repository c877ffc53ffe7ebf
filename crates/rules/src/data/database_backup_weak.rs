//! a database has no backups, or can be deleted by one call
//!
//! ## What
//!
//! `BackupRetentionPeriod` of an RDS instance or cluster is 0, or `DeletionProtection` is not on and neither `DeletionPolicy: Retain` nor `prevent_destroy` keeps it. Members of a
//! cluster and read replicas take what their source has.
//!
//! ## Why
//!
//! Ransom begins with deleting backups. Without any, one `DROP` in an injected query is final; without protection one call, a renamed resource or a wrong stage
//! deletes the database.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Db:
//!     Type: AWS::RDS::DBInstance
//!     Properties:
//!       Engine: postgres
//!       StorageEncrypted: true
//!       DeletionProtection: true
//!       BackupRetentionPeriod: 0 # finding
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {protect: false} # finding
//! resources:
//!   Resources:
//!     Db:
//!       Type: AWS::RDS::DBCluster
//!       Properties: {Engine: aurora-mysql, DeletionProtection: '${self:custom.protect}'}
//! ```
//!
//! An instance that says nothing has no backups in Terraform:
//!
//! ```hcl bad main.tf
//! resource "aws_db_instance" "db" { # finding
//!   engine              = "postgres"
//!   instance_class      = "db.t4g.micro"
//!   storage_encrypted   = true
//!   deletion_protection = true
//! }
//! ```
//!
//! CloudFormation keeps backups for a day where nothing is written:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Db:
//!     Type: AWS::RDS::DBInstance
//!     Properties: {Engine: postgres, StorageEncrypted: true, DeletionProtection: true}
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_db_instance" "db" {
//!   engine                  = "postgres"
//!   instance_class          = "db.t4g.micro"
//!   storage_encrypted       = true
//!   backup_retention_period = 7
//!   lifecycle {
//!     prevent_destroy = true
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Days:
//!     Type: Number
//! Resources:
//!   Db:
//!     Type: AWS::RDS::DBInstance
//!     Properties: {Engine: postgres, DeletionProtection: true, BackupRetentionPeriod: !Ref Days}
//! ```
//!
//! ## How to fix
//!
//! Set `BackupRetentionPeriod` to 7 or more and `DeletionProtection` to `true`. Backups as large as the database are free; going from 0 to more restarts the instance.

use crate::database;
use crate::prelude::*;
use crate::switch;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        checkov: &["CKV_AWS_133", "CKV_AWS_139", "CKV_AWS_293"],
        attack: &["T1485", "T1490"],
        stride: &["D", "T"],
        others: &["W75", "F80"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in database::asked(cx) {
        let days = node.props.get("BackupRetentionPeriod");
        // What is restored or replicated takes its days from there where nothing is written.
        let replica = database::REPLICATED.iter().any(|s| !node.props.get(s).is_null());
        let restored = database::RESTORED.iter().any(|s| !node.props.get(s).is_null());
        let replica = replica || restored && !days.span.is_some();
        match days.as_int() {
            Some(0) if !replica => out.push(
                switch::absent_or(
                    ix,
                    node,
                    "BackupRetentionPeriod",
                    days,
                    "none are kept",
                    "{subject} has no backups",
                )
                .help("set `BackupRetentionPeriod` to 7 or more")
                .evidence("no backups"),
            ),
            None if !days.is_null() => out.cannot_tell(ix, "BackupRetentionPeriod", days),
            _ => {}
        }
        if super::is_retained(node) {
            continue;
        }
        let message = "{subject} can be deleted by one call";
        if let Some(found) = switch::off(out, ix, node, "DeletionProtection", message) {
            out.push(found.help("set `DeletionProtection` to `true`"));
        }
    }
}
