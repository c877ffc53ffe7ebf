//! a database does not take IAM for its passwords
//!
//! ## What
//!
//! An RDS instance or cluster of an engine that can (MySQL, MariaDB, PostgreSQL, Aurora) has no
//! `EnableIAMDatabaseAuthentication`. Members of a cluster take what the cluster says.
//!
//! ## Why
//!
//! A password works for whoever has it, from anywhere the database answers, until somebody changes it. A token of IAM lasts fifteen minutes and is made by the role of the
//! function: nothing to leak, nothing to rotate.
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
//! custom: {iam: false} # finding
//! resources:
//!   Resources:
//!     Db:
//!       Type: AWS::RDS::DBCluster
//!       Properties: {Engine: aurora-mysql, EnableIAMDatabaseAuthentication: '${self:custom.iam}'}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_db_instance" "db" {
//!   engine                              = "mysql"
//!   instance_class                      = "db.t4g.micro"
//!   storage_encrypted                   = true
//!   iam_database_authentication_enabled = false # finding
//! }
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Db:
//!     Type: AWS::RDS::DBInstance
//!     Properties: {Engine: oracle-se2, StorageEncrypted: true}
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_rds_cluster" "db" {
//!   engine                              = "aurora-postgresql"
//!   storage_encrypted                   = true
//!   iam_database_authentication_enabled = true
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
//!   Iam:
//!     Type: String
//! Resources:
//!   Db:
//!     Type: AWS::RDS::DBInstance
//!     Properties: {Engine: postgres, EnableIAMDatabaseAuthentication: !Ref Iam}
//! ```
//!
//! ## How to fix
//!
//! Set `EnableIAMDatabaseAuthentication` to `true`, make a database user for IAM, and let the function ask for a token. Passwords go on working. New connections are
//! slower: behind many short-lived functions put a proxy.

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
        cwe: &[287],
        owasp_serverless: &["S2", "SAS-2"],
        checkov: &["CKV_AWS_161", "CKV_AWS_162"],
        aws: &["RDS.10", "RDS.12"],
        attack: &["T1078"],
        stride: &["S"],
        ..References::NONE
    },
    check,
};

const PATH: &str = "EnableIAMDatabaseAuthentication";

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in database::asked(cx) {
        let engine = node.props.get("Engine");
        // Version 1 of Aurora Serverless cannot.
        let old = node.props.get("EngineMode").as_str() == Some("serverless");
        let able = ["mysql", "mariadb", "postgres", "aurora"]
            .iter()
            .fold(Tri::No, |a, e| a.or(database::is_engine(node, e)));
        match able {
            Tri::No => {}
            Tri::Unknown => out.cannot_tell(ix, "Engine", engine),
            Tri::Yes if old => {}
            Tri::Yes => {
                let message = "{subject} takes passwords only, no tokens of IAM";
                if let Some(found) = switch::off(out, ix, node, PATH, message) {
                    out.push(found.help("set `EnableIAMDatabaseAuthentication` to `true` and let functions connect with tokens"));
                }
            }
        }
    }
}
