//! a database keeps its logs to itself
//!
//! ## What
//!
//! An RDS instance or cluster has no `EnableCloudwatchLogsExports`. Members of a cluster take what the cluster says.
//!
//! ## Why
//!
//! The logs of the engine show failed logins and strange queries. On the database they are gone after days, and with the database.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Db: # finding
//!     Type: AWS::RDS::DBInstance
//!     Properties: {Engine: postgres, StorageEncrypted: true}
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {logs: []} # finding
//! resources:
//!   Resources:
//!     Db:
//!       Type: AWS::RDS::DBCluster
//!       Properties: {Engine: aurora-mysql, EnableCloudwatchLogsExports: '${self:custom.logs}'}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_db_instance" "db" { # finding
//!   engine            = "mysql"
//!   instance_class    = "db.t4g.micro"
//!   storage_encrypted = true
//! }
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Db:
//!     Type: AWS::RDS::DBInstance
//!     Properties: {Engine: postgres, EnableCloudwatchLogsExports: [postgresql]}
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_rds_cluster" "db" {
//!   engine                          = "aurora-postgresql"
//!   enabled_cloudwatch_logs_exports = ["postgresql"]
//! }
//!
//! resource "aws_rds_cluster_instance" "db" {
//!   cluster_identifier = aws_rds_cluster.db.id
//!   engine             = aws_rds_cluster.db.engine
//!   instance_class     = "db.r6g.large"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Logs:
//!     Type: CommaDelimitedList
//! Resources:
//!   Db:
//!     Type: AWS::RDS::DBInstance
//!     Properties: {Engine: postgres, EnableCloudwatchLogsExports: !Ref Logs}
//! ```
//!
//! ## How to fix
//!
//! Name the logs of the engine in `EnableCloudwatchLogsExports`: `postgresql`, or `audit`, `error` and `slowquery`. It costs the logs; give their groups a retention.

use crate::database;
use crate::prelude::*;
use crate::switch;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Auditor,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[778],
        owasp_serverless: &["S10", "SAS-5"],
        checkov: &["CKV_AWS_129", "CKV_AWS_324"],
        stride: &["R"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in database::asked(cx) {
        let logs = node.props.get("EnableCloudwatchLogsExports");
        if !logs.is_known() || logs.as_list().is_some_and(|l| l.open && l.items.is_empty()) {
            out.cannot_tell(ix, "EnableCloudwatchLogsExports", logs);
        } else if logs.items().is_empty() {
            let message = "{subject} does not export its logs";
            out.push(
                switch::absent_or(ix, node, "EnableCloudwatchLogsExports", logs, "none", message)
                    .help("name the logs of the engine in `EnableCloudwatchLogsExports`")
                    .evidence("no log exports"),
            );
        }
    }
}
