//! the storage of a database is not encrypted
//!
//! ## What
//!
//! `StorageEncrypted` of an RDS instance or cluster is false or absent. A new Aurora cluster is always
//! encrypted since 18 February 2026: for Aurora only a written `false` is a finding. Members of a cluster,
//! read replicas and what is restored from a snapshot take it from there.
//!
//! ## Why
//!
//! A snapshot of an unencrypted database can be shared with any account or made public by one call, and is
//! readable there at once. A key makes such a snapshot worthless to others.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Db: # finding
//!     Type: AWS::RDS::DBInstance
//!     Properties:
//!       Engine: postgres
//!       DBInstanceClass: db.t4g.micro
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Db: # finding
//!     Type: AWS::RDS::DBInstance
//!     Properties:
//!       Engine: postgres
//!       DBInstanceClass: db.t4g.micro
//!       StorageEncrypted: true
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {encrypt: false} # finding
//! resources:
//!   Resources:
//!     Db:
//!       Type: AWS::RDS::DBCluster
//!       Properties:
//!         Engine: aurora-postgresql
//!         StorageEncrypted: ${self:custom.encrypt}
//! ```
//!
//! Aurora by itself, and an instance that belongs to it:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Db:
//!     Type: AWS::RDS::DBCluster
//!     Properties:
//!       Engine: aurora-mysql
//!   One:
//!     Type: AWS::RDS::DBInstance
//!     Properties:
//!       Engine: aurora-mysql
//!       DBClusterIdentifier: !Ref Db
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Db:
//!       Type: AWS::RDS::DBInstance
//!       Properties:
//!         Engine: mysql
//!         StorageEncrypted: 'true'
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_db_instance" "db" { # finding
//!   engine         = "postgres"
//!   instance_class = "db.t4g.micro"
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_db_instance" "db" { # finding
//!   engine         = "postgres"
//!   instance_class = "db.t4g.micro"
//!   storage_encrypted = true
//! }
//! ```
//!
//! New clusters of Aurora are encrypted where nothing is written:
//!
//! ```hcl good main.tf
//! resource "aws_rds_cluster" "db" {
//!   engine = "aurora-postgresql"
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
//!   Encrypt:
//!     Type: String
//! Resources:
//!   Db:
//!     Type: AWS::RDS::DBInstance
//!     Properties:
//!       Engine: postgres
//!       StorageEncrypted: !Ref Encrypt
//! ```
//!
//! ## How to fix
//!
//! Set `StorageEncrypted: true` before the database holds anything: the change replaces it. A database with
//! data is moved by an encrypted copy of a snapshot. The key of RDS costs nothing.

use crate::database;
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[311],
        owasp_serverless: &["S3", "SAS-3"],
        checkov: &["CKV_AWS_16", "CKV_AWS_96", "CKV_AWS_327"],
        aws: &["RDS.3"],
        stride: &["I"],
        others: &["F26", "F27", "CIS-3.2.1"],
        ..References::NONE
    },
    check,
};

/// What a database takes its encryption from instead of its own property.
const SOURCES: &[&str] = &[
    "DBClusterIdentifier",
    "SourceDBInstanceIdentifier",
    "SourceDBClusterIdentifier",
    "DBSnapshotIdentifier",
    "DBClusterSnapshotIdentifier",
    "SnapshotIdentifier",
    "SourceDBInstanceAutomatedBackupsArn",
    "SourceDbiResourceId",
    "GlobalClusterIdentifier",
];

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let clusters = cx.of_type("AWS::RDS::DBCluster").map(|(ix, n)| (ix, n, true));
    let instances = cx.of_type("AWS::RDS::DBInstance").map(|(ix, n)| (ix, n, false));
    for (ix, node, cluster) in clusters.chain(instances) {
        let encrypted = node.props.lookup("StorageEncrypted");
        // The identifier of a cluster is its own name.
        let from_elsewhere = SOURCES
            .iter()
            .filter(|s| !(cluster && **s == "DBClusterIdentifier"))
            .any(|s| !node.props.get(s).is_null());
        let aurora = database::is_engine(node, "aurora");
        // What a member of a cluster says is not listened to.
        let member = !cluster && !node.props.get("DBClusterIdentifier").is_null();
        match encrypted.as_bool() {
            Some(false) if !member => {}
            None if !encrypted.is_null() && !member => {
                out.cannot_tell(ix, "StorageEncrypted", encrypted);
                continue;
            }
            None if !from_elsewhere && aurora.is_no() => {}
            None if !from_elsewhere && aurora == Tri::Unknown => {
                out.cannot_tell(ix, "Engine", node.props.get("Engine"));
                continue;
            }
            _ => continue,
        }
        out.push(
            Found::at_value(ix, encrypted, node.span, "the storage of {subject} is not encrypted")
                .label(if encrypted.is_null() { "no `StorageEncrypted`" } else { "off" })
                .help("set `StorageEncrypted: true`; it replaces a database that exists")
                .evidence("StorageEncrypted off")
                .fix(Proposal::set(ix, "StorageEncrypted", true, "encrypt the storage").risky())
                .or_where_written(encrypted, true),
        );
    }
}
