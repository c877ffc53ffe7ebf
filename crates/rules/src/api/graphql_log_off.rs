//! a GraphQL API keeps no log of its fields
//!
//! ## What
//!
//! An AppSync API has no log configuration, or its field log level is `NONE`.
//!
//! ## Why
//!
//! All requests of a GraphQL API go to one path: without a log of its fields nothing tells a customer who reads the own order from one who walks through everybody's. After an incident nobody can say what was read, and a field that fails for everybody shows nowhere.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Api: # finding
//!     Type: AWS::AppSync::GraphQLApi
//!     Properties: {Name: orders, AuthenticationType: AWS_IAM}
//! ```
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Level:
//!     Type: String
//!     Default: NONE # finding
//! Resources:
//!   Api:
//!     Type: AWS::AppSync::GraphQLApi
//!     Properties:
//!       Name: orders
//!       AuthenticationType: AWS_IAM
//!       LogConfig:
//!         CloudWatchLogsRoleArn: arn:aws:iam::123456789012:role/logs
//!         FieldLogLevel: !Ref Level
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::AppSync::GraphQLApi
//!     Properties:
//!       Name: orders
//!       AuthenticationType: AWS_IAM
//!       LogConfig:
//!         CloudWatchLogsRoleArn: arn:aws:iam::123456789012:role/logs
//!         FieldLogLevel: ERROR
//! ```
//!
//! ```yaml good serverless.yml
//! service: orders
//! provider: {name: aws, runtime: nodejs22.x}
//! plugins: [serverless-appsync-plugin]
//! appSync:
//!   name: orders
//!   authentication: {type: AWS_IAM}
//!   logging: {level: ALL}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_appsync_graphql_api" "orders" { # finding
//!   name                = "orders"
//!   authentication_type = "AWS_IAM"
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_appsync_graphql_api" "orders" {
//!   name                = "orders"
//!   authentication_type = "AWS_IAM"
//!   log_config {
//!     cloudwatch_logs_role_arn = "arn:aws:iam::123456789012:role/logs"
//!     field_log_level          = "ERROR"
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Level:
//!     Type: String
//! Resources:
//!   Api:
//!     Type: AWS::AppSync::GraphQLApi
//!     Properties:
//!       Name: orders
//!       AuthenticationType: AWS_IAM
//!       LogConfig:
//!         CloudWatchLogsRoleArn: arn:aws:iam::123456789012:role/logs
//!         FieldLogLevel: !Ref Level
//! ```
//!
//! ## How to fix
//!
//! Give the API a role that may write logs and a level: `LogConfig` with `FieldLogLevel: ERROR` (serverless-appsync-plugin: `appSync.logging`). `ALL` logs every field of every request, which costs as much as it writes; with `ExcludeVerboseContent: true` headers and results stay out.

use crate::graphql;
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[778],
        owasp_serverless: &["S10", "SAS-5"],
        checkov: &["CKV_AWS_193", "CKV_AWS_194"],
        aws: &["AppSync.2"],
        stride: &["R"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in graphql::apis(cx) {
        let level = node.props.lookup("LogConfig.FieldLogLevel");
        match level.as_str() {
            Some(text) if text != "NONE" => {}
            None if !level.is_null() => out.cannot_tell(ix, "LogConfig.FieldLogLevel", level),
            _ => out.push(
                Found::at_value(ix, level, node.span, "{subject} does not log which fields are read")
                    .label(if level.is_null() { "no `LogConfig`" } else { "logs nothing" })
                    .help("set `LogConfig` with `FieldLogLevel: ERROR` and a role that may write logs")
                    .evidence("FieldLogLevel"),
            ),
        }
    }
}
