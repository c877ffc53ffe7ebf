//! a database takes connections without TLS
//!
//! ## What
//!
//! A parameter group does not force TLS: `rds.force_ssl` (PostgreSQL, SQL Server) or `require_secure_transport` (MySQL, MariaDB) is off, or is left out where the engine's default is off. It is on by
//! default since PostgreSQL 15, Aurora PostgreSQL 17, MariaDB 11.8 and MySQL 9.
//!
//! ## Why
//!
//! Drivers speak TLS when both sides want to, and fall back without a word. An attacker on the way, or one client with an old driver, brings password and rows onto the network in the clear.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Group: # finding
//!     Type: AWS::RDS::DBParameterGroup
//!     Properties:
//!       Description: orders
//!       Family: postgres14
//!       Parameters: {log_statement: all}
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {force: '0'} # finding
//! resources:
//!   Resources:
//!     Group:
//!       Type: AWS::RDS::DBClusterParameterGroup
//!       Properties:
//!         Description: orders
//!         Family: aurora-postgresql17
//!         Parameters: {rds.force_ssl: '${self:custom.force}'}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_db_parameter_group" "orders" {
//!   family = "mysql8.0"
//!   parameter {
//!     name  = "require_secure_transport"
//!     value = "OFF" # finding
//!   }
//! }
//! ```
//!
//! PostgreSQL 15 forces TLS by itself:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Group:
//!     Type: AWS::RDS::DBParameterGroup
//!     Properties:
//!       Description: orders
//!       Family: postgres15
//!       Parameters: {log_statement: all}
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_rds_cluster_parameter_group" "orders" {
//!   family = "aurora-mysql8.0"
//!   parameter {
//!     name  = "require_secure_transport"
//!     value = "ON"
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Force:
//!     Type: String
//! Resources:
//!   Group:
//!     Type: AWS::RDS::DBParameterGroup
//!     Properties:
//!       Description: orders
//!       Family: postgres14
//!       Parameters: {rds.force_ssl: !Ref Force}
//! ```
//!
//! ## How to fix
//!
//! Set `rds.force_ssl` to `1`, or `require_secure_transport` to `ON`. Clients that do not speak TLS are refused from then on; look for them first.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[319],
        owasp_serverless: &["S3", "SAS-3"],
        checkov: &["CKV2_AWS_69"],
        attack: &["T1040"],
        stride: &["I", "S"],
        ..References::NONE
    },
    check,
};

/// Family, the parameter that forces TLS, and the first version in which it is on where nothing is written.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html>,
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/mariadb-ssl-connections.require-ssl.html>,
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/mysql-ssl-connections.require-ssl.html>
const ENGINES: &[(&str, &str, (u32, u32))] = &[
    ("aurora-postgresql", "rds.force_ssl", (17, 0)),
    ("aurora-mysql", "require_secure_transport", (u32::MAX, 0)),
    ("postgres", "rds.force_ssl", (15, 0)),
    ("sqlserver", "rds.force_ssl", (u32::MAX, 0)),
    ("mariadb", "require_secure_transport", (11, 8)),
    ("mysql", "require_secure_transport", (9, 0)),
];

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let instances = cx.of_type("AWS::RDS::DBParameterGroup").map(|(ix, n)| (ix, n, false));
    let clusters = cx.of_type("AWS::RDS::DBClusterParameterGroup").map(|(ix, n)| (ix, n, true));
    for (ix, node, cluster) in instances.chain(clusters) {
        let family = node.props.get("Family");
        let Some(text) = family.as_str() else {
            out.cannot_tell(ix, "Family", family);
            continue;
        };
        let Some((engine, parameter, since)) = ENGINES.iter().find(|(engine, ..)| text.starts_with(engine))
        else {
            continue;
        };
        // Members of an Aurora cluster cannot say it: it is a parameter of the cluster.
        if engine.starts_with("aurora") && !cluster {
            continue;
        }
        let parameters = node.props.get("Parameters");
        let val = parameters.get(parameter);
        let unread = !parameters.is_known() || parameters.as_map().is_some_and(|m| m.open);
        if val.is_null() && unread {
            out.cannot_tell(ix, "Parameters", parameters);
            continue;
        }
        if val.is_null() {
            if version(text.get(engine.len()..).unwrap_or("")) < *since {
                out.push(
                    found(ix, node, val, parameter)
                        .label(format!("`{parameter}` is off where nothing is written")),
                );
            }
            continue;
        }
        match val.as_str().map(str::to_ascii_lowercase).as_deref() {
            Some("1" | "on" | "true") => {}
            None if val.as_bool() == Some(true) => {}
            None if val.as_bool().is_none() => out.cannot_tell(ix, "Parameters", val),
            _ => out.push(found(ix, node, val, parameter).label("off")),
        }
    }
}

fn found(ix: NodeIx, node: &Node, val: &Val, parameter: &str) -> Found {
    let message = "databases with {subject} take connections without TLS";
    let value = if parameter.starts_with("rds") { "1" } else { "ON" };
    Found::at_value(ix, val, node.span, message)
        .help(format!("set the parameter `{parameter}` to `{value}`"))
        .evidence(format!("{parameter} off"))
}

/// `8.0`, `15`, `-ex-16.0`: major and minor version at the end of a family's name.
fn version(text: &str) -> (u32, u32) {
    let digits = text.trim_start_matches(|c: char| !c.is_ascii_digit());
    let mut parts = digits.split('.').map(|p| p.parse().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
}
