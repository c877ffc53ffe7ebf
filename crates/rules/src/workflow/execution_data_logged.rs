//! the log of the state machine holds what executions are given
//!
//! ## What
//!
//! `IncludeExecutionData` is true at a level other than `OFF`, and a task of the definition reads a secret (Secrets Manager, or
//! Parameter Store with decryption): its result is written to the log. Whether data of callers is personal is not asked.
//!
//! ## Why
//!
//! What a task answers is data of the execution, and with this switch it is in the log, in clear, for everybody who may read logs, and
//! as long as the group keeps them. An attacker with `logs:FilterLogEvents` needs no right on the secret.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Log: {Type: AWS::Logs::LogGroup}
//!   Orders:
//!     Type: AWS::StepFunctions::StateMachine
//!     Properties:
//!       RoleArn: arn:aws:iam::123456789012:role/r
//!       Definition:
//!         StartAt: Key
//!         States:
//!           Key:
//!             Type: Task
//!             Resource: arn:aws:states:::aws-sdk:secretsmanager:getSecretValue
//!             Parameters: {SecretId: payments}
//!             End: true
//!       LoggingConfiguration:
//!         Level: ALL
//!         IncludeExecutionData: true # finding
//!         Destinations:
//!           - CloudWatchLogsLogGroup: {LogGroupArn: !GetAtt Log.Arn}
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Log: {Type: AWS::Logs::LogGroup}
//!   Orders:
//!     Type: AWS::StepFunctions::StateMachine
//!     Properties:
//!       RoleArn: arn:aws:iam::123456789012:role/r
//!       Definition:
//!         StartAt: Key
//!         States:
//!           Key:
//!             Type: Task
//!             Resource: arn:aws:states:::aws-sdk:secretsmanager:getSecretValue
//!             Parameters: {SecretId: payments}
//!             End: true
//!       LoggingConfiguration:
//!         Level: ALL
//!         IncludeExecutionData: false # finding
//!         Destinations:
//!           - CloudWatchLogsLogGroup: {LogGroupArn: !GetAtt Log.Arn}
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Log: {Type: AWS::Logs::LogGroup}
//!   Orders:
//!     Type: AWS::StepFunctions::StateMachine
//!     Properties:
//!       RoleArn: arn:aws:iam::123456789012:role/r
//!       Definition: {StartAt: A, States: {A: {Type: Pass, End: true}}}
//!       LoggingConfiguration:
//!         Level: ALL
//!         IncludeExecutionData: true
//!         Destinations:
//!           - CloudWatchLogsLogGroup: {LogGroupArn: !GetAtt Log.Arn}
//! ```
//!
//! ```hcl bad main.tf
//! variable "with_data" {
//!   default = true # finding
//! }
//!
//! resource "aws_cloudwatch_log_group" "orders" {}
//!
//! resource "aws_sfn_state_machine" "orders" {
//!   name     = "orders"
//!   role_arn = "arn:aws:iam::123456789012:role/r"
//!   definition = jsonencode({
//!     StartAt = "Key"
//!     States = {
//!       Key = {
//!         Type       = "Task"
//!         Resource   = "arn:aws:states:::aws-sdk:ssm:getParameter"
//!         Parameters = { Name = "/payments/key", WithDecryption = true }
//!         End        = true
//!       }
//!     }
//!   })
//!   logging_configuration {
//!     level                  = "ERROR"
//!     include_execution_data = var.with_data
//!     log_destination        = "${aws_cloudwatch_log_group.orders.arn}:*"
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_cloudwatch_log_group" "orders" {}
//!
//! resource "aws_sfn_state_machine" "orders" {
//!   name     = "orders"
//!   role_arn = "arn:aws:iam::123456789012:role/r"
//!   definition = jsonencode({
//!     StartAt = "Read"
//!     States = {
//!       Read = {
//!         Type       = "Task"
//!         Resource   = "arn:aws:states:::aws-sdk:ssm:getParameter"
//!         Parameters = { Name = "/limits/orders" }
//!         End        = true
//!       }
//!     }
//!   })
//!   logging_configuration {
//!     level                  = "ERROR"
//!     include_execution_data = true
//!     log_destination        = "${aws_cloudwatch_log_group.orders.arn}:*"
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Whether functions that the machine calls answer with secrets is not seen.
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Definition: {Type: String}
//! Resources:
//!   Orders:
//!     Type: AWS::StepFunctions::StateMachine
//!     Properties:
//!       RoleArn: arn:aws:iam::123456789012:role/r
//!       DefinitionString: !Ref Definition
//!       LoggingConfiguration: {Level: ALL, IncludeExecutionData: true}
//! ```
//!
//! ## How to fix
//!
//! `IncludeExecutionData: false`; the history of a STANDARD execution shows the data to who may read executions. Or read the secret in
//! the function that needs it.

use super::{definition, machines, states};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[532],
        owasp_serverless: &["S3", "SAS-7"],
        stride: &["I"],
        ..References::NONE
    },
    check,
};

const DATA: &str = "LoggingConfiguration.IncludeExecutionData";

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in machines(cx) {
        let data = node.props.lookup(DATA);
        let level = node.props.lookup("LoggingConfiguration.Level");
        let off = level.as_str() == Some("OFF") || level.as_bool() == Some(false);
        if data.is_null() || data.as_bool() == Some(false) || off {
            continue;
        }
        let definition = definition(node);
        let all = states(definition);
        let Some(secret) = all.iter().find(|s| reads_secret(s.body)) else {
            if definition.as_map().is_none() && !definition.is_null() && data.as_bool() == Some(true) {
                out.cannot_tell(ix, "Definition", definition);
            }
            continue;
        };
        if data.as_bool() != Some(true) {
            out.cannot_tell(ix, DATA, data);
            continue;
        }
        out.push(
            Found::at_value(
                ix,
                data,
                node.span,
                format!("the log of {{subject}} holds the secret that `{}` reads", secret.name),
            )
            .label("what tasks answer is logged")
            .also(secret.key, "its answer is a secret")
            .help("set `IncludeExecutionData: false`, or read the secret where it is used")
            .evidence("execution data")
            .fix(Proposal::set(ix, DATA, false, "leave the data of executions out of the log").risky())
            .or_where_written(data, false),
        );
    }
}

/// Whether a task answers with a secret.
fn reads_secret(state: &Val) -> bool {
    let resource = state.get("Resource").display().to_ascii_lowercase();
    let decrypts = ["Parameters", "Arguments"]
        .iter()
        .any(|k| state.get(k).get("WithDecryption").as_bool() == Some(true));
    resource.contains(":aws-sdk:secretsmanager:getsecretvalue")
        || resource.contains(":aws-sdk:secretsmanager:batchgetsecretvalue")
        || resource.contains(":aws-sdk:ssm:getparameter") && decrypts
}
