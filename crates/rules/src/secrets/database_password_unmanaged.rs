//! nobody rotates the master password of the database
//!
//! ## What
//!
//! An RDS database has a master password that is given (by reference or parameter) and `ManageMasterUserPassword` is not on. A
//! literal is the business of secrets-database-password-literal; one of a secret is silent where the application has a rotation schedule. Databases of a cluster or a snapshot have none of their own.
//!
//! ## Why
//!
//! A password that a person or pipeline keeps is seldom changed and known in more than one place: the state file, the pipeline, a chat.
//! Who finds it is master of the data for years. Secrets Manager makes one that nobody sees and changes it every week.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Password: {Type: String, NoEcho: true}
//! Resources:
//!   Orders:
//!     Type: AWS::RDS::DBInstance
//!     Properties:
//!       Engine: postgres
//!       MasterUsername: root
//!       MasterUserPassword: !Ref Password # finding
//! ```
//!
//! ```yaml fixed template.yaml
//! Parameters:
//!   Password: {Type: String, NoEcho: true}
//! Resources:
//!   Orders:
//!     Type: AWS::RDS::DBInstance
//!     Properties:
//!       Engine: postgres
//!       MasterUsername: root
//!       ManageMasterUserPassword: true
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws}
//! resources:
//!   Resources:
//!     Orders:
//!       Type: AWS::RDS::DBCluster
//!       Properties:
//!         Engine: aurora-postgresql
//!         MasterUsername: root
//!         MasterUserPassword: ${ssm:/orders/password} # finding
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Orders:
//!     Type: AWS::RDS::DBCluster
//!     Properties:
//!       Engine: aurora-postgresql
//!       MasterUsername: root
//!       ManageMasterUserPassword: true
//!   One:
//!     Type: AWS::RDS::DBInstance
//!     Properties: {Engine: aurora-postgresql, DBClusterIdentifier: !Ref Orders}
//! ```
//!
//! ```hcl bad main.tf
//! variable "password" {
//!   sensitive = true
//! }
//!
//! resource "aws_db_instance" "orders" {
//!   engine         = "postgres"
//!   instance_class = "db.t4g.micro"
//!   username       = "root"
//!   password       = var.password # finding
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! variable "password" {
//!   sensitive = true
//! }
//!
//! resource "aws_db_instance" "orders" {
//!   engine         = "postgres"
//!   instance_class = "db.t4g.micro"
//!   username       = "root"
//!   manage_master_user_password = true
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_db_instance" "orders" {
//!   engine                      = "postgres"
//!   instance_class              = "db.t4g.micro"
//!   username                    = "root"
//!   manage_master_user_password = true
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Whether a rotation function outside the application changes the password is not seen.
//!
//! ## How to fix
//!
//! `ManageMasterUserPassword: true` in place of the password (Terraform: `manage_master_user_password`). The password changes at the next
//! deployment: what connects reads it from the secret that RDS makes.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[262, 324],
        owasp_serverless: &["S3", "SAS-7"],
        stride: &["I"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let rotates = cx.of_type("AWS::SecretsManager::RotationSchedule").next().is_some();
    for ty in ["AWS::RDS::DBInstance", "AWS::RDS::DBCluster"] {
        for (ix, node) in cx.of_type(ty) {
            let Some(entry) = node.props.entry("MasterUserPassword") else { continue };
            let managed = node.props.get("ManageMasterUserPassword");
            // A secret that is rotated changes the password too.
            if rotates && entry.val.display().contains("{{resolve:secretsmanager:") {
                continue;
            }
            if managed.as_bool() == Some(true) || entry.val.is_null() || entry.val.as_str().is_some() {
                continue;
            }
            if !managed.is_null() && managed.as_bool().is_none() {
                out.cannot_tell(ix, "ManageMasterUserPassword", managed);
                continue;
            }
            let manage = Proposal::set(
                ix,
                "ManageMasterUserPassword",
                true,
                "let Secrets Manager make and rotate the password",
            );
            out.push(
                Found::new(
                    ix,
                    entry.key_span.or(node.span),
                    "nobody rotates the master password of {subject}",
                )
                .label("given from outside, and kept there")
                .help("set `ManageMasterUserPassword: true` in its place")
                .evidence("password")
                .fix(manage.and(Change::Remove { at: entry.key_span }).risky()),
            );
        }
    }
}
