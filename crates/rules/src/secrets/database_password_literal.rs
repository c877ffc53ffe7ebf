//! the master password of a database is written in clear
//!
//! ## What
//!
//! The master password of an RDS, Aurora, DocumentDB, Neptune or Redshift database is a literal, or a parameter with a default:
//! any text there is the real password. A parameter without default, a generated secret and
//! `ManageMasterUserPassword` are silent.
//!
//! ## Why
//!
//! Whoever reads the template or the repository is the administrator of the database as soon as they reach its address: a
//! function in the same network is enough. The password stays in every copy of the history.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Password: {Type: String, NoEcho: true, Default: orders123}
//! Resources:
//!   Db:
//!     Type: AWS::RDS::DBInstance
//!     Properties:
//!       Engine: postgres
//!       MasterUsername: app
//!       MasterUserPassword: !Ref Password # finding
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs24.x}
//! resources:
//!   Resources:
//!     Db:
//!       Type: AWS::RDS::DBCluster
//!       Properties:
//!         Engine: aurora-postgresql
//!         MasterUsername: app
//!         MasterUserPassword: orders123 # finding
//! ```
//!
//! ```yaml good template.yaml
//! Parameters:
//!   Password: {Type: String, NoEcho: true}
//! Resources:
//!   Db:
//!     Type: AWS::RDS::DBInstance
//!     Properties:
//!       Engine: postgres
//!       MasterUsername: app
//!       MasterUserPassword: !Ref Password
//!   Other:
//!     Type: AWS::RDS::DBInstance
//!     Properties:
//!       Engine: postgres
//!       MasterUsername: app
//!       MasterUserPassword: '{{resolve:secretsmanager:db:SecretString:password}}'
//!   Managed:
//!     Type: AWS::RDS::DBInstance
//!     Properties:
//!       Engine: postgres
//!       MasterUsername: app
//!       ManageMasterUserPassword: true
//! ```
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Db:
//!     Type: AWS::RDS::DBInstance
//!     Properties:
//!       Engine: postgres
//!       MasterUserPassword: orders123 # finding
//!       MasterUsername: app
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Db:
//!     Type: AWS::RDS::DBInstance
//!     Properties:
//!       Engine: postgres
//!       ManageMasterUserPassword: true
//!       MasterUsername: app
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_db_instance" "orders" {
//!   engine            = "postgres"
//!   instance_class    = "db.t4g.micro"
//!   username          = "app"
//!   password          = "orders123" # finding
//!   storage_encrypted = true
//! }
//! ```
//!
//! ```hcl good main.tf
//! variable "password" {
//!   type      = string
//!   sensitive = true
//! }
//!
//! resource "aws_db_instance" "orders" {
//!   engine   = "postgres"
//!   username = "app"
//!   password = var.password
//! }
//!
//! resource "aws_rds_cluster" "orders" {
//!   engine                      = "aurora-postgresql"
//!   master_username             = "app"
//!   manage_master_user_password = true
//! }
//! ```
//!
//! ```hcl bad main.tf
//! variable "password" {
//!   default   = "orders123"
//!   sensitive = true
//! }
//!
//! resource "aws_db_instance" "db" {
//!   engine         = "postgres"
//!   instance_class = "db.t4g.micro"
//!   username       = "app"
//!   password       = var.password # finding
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! variable "password" {
//!   default   = "orders123"
//!   sensitive = true
//! }
//!
//! resource "aws_db_instance" "db" {
//!   engine         = "postgres"
//!   instance_class = "db.t4g.micro"
//!   username       = "app"
//!   manage_master_user_password = true
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Resources:
//!   Db:
//!     Type: AWS::RDS::DBInstance
//!     Properties:
//!       Engine: postgres
//!       MasterUsername: app
//!       MasterUserPassword:
//!         Fn::Transform: {Name: Passwords}
//! ```
//!
//! ## How to fix
//!
//! Set `ManageMasterUserPassword: true` and remove the password (RDS, Aurora): Secrets Manager makes, keeps and rotates it. Functions then
//! read that secret. Elsewhere use `{{resolve:secretsmanager:…}}` of a generated secret. Either way the old password has to be
//! changed; the change takes effect without replacing the database.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Critical,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[798, 259],
        owasp_serverless: &["S3", "SAS-7"],
        attack: &["T1552.001"],
        stride: &["I", "E"],
        others: &["F23", "F34"],
        ..References::NONE
    },
    check,
};

const PLACES: &[(&str, &str)] = &[
    ("AWS::RDS::DBInstance", "MasterUserPassword"),
    ("AWS::RDS::DBCluster", "MasterUserPassword"),
    ("AWS::DocDB::DBCluster", "MasterUserPassword"),
    ("AWS::Redshift::Cluster", "MasterUserPassword"),
];

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ty, key) in PLACES {
        for (ix, node) in cx.of_type(ty) {
            if node.props.get("ManageMasterUserPassword").as_bool() == Some(true) {
                continue;
            }
            let password = node.props.lookup(key);
            let Some(text) = password.as_str() else {
                if matches!(password.state, State::Unknown(ref u) if u.reason != palisade_graph::Reason::ParameterWithoutDefault)
                {
                    out.cannot_tell(ix, key, password);
                }
                continue;
            };
            // A default that has to be replaced is none.
            if text.is_empty() {
                continue;
            }
            out.hide(password);
            let at = node.props.entry(key).map_or(Span::NONE, |e| e.key_span);
            let mut found = Found::new(
                ix,
                at.or(node.span),
                "the master password of {subject} is written in clear",
            )
            .label("anybody who reads this file has it")
            .help("set `ManageMasterUserPassword: true`, or use a generated secret, and change the password")
            .way(password)
            .evidence(*key);
            // Only RDS manages passwords.
            if ty.starts_with("AWS::RDS::") && at.is_some() {
                let managed = Proposal::set(
                    ix,
                    "ManageMasterUserPassword",
                    true,
                    "let Secrets Manager make and rotate the password",
                );
                found = found.fix(managed.and(Change::Remove { at }).risky());
            }
            out.push(found);
        }
    }
}
