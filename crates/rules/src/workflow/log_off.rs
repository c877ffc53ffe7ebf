//! the state machine writes no log
//!
//! ## What
//!
//! The state machine has no `LoggingConfiguration`, or its level is `OFF`. EXPRESS machines keep no history
//! without it; STANDARD ones keep theirs for 90 days.
//!
//! ## Why
//!
//! An attacker who starts executions with an input of their own leaves nothing behind: which tasks ran, with what,
//! and who was answered cannot be found out afterwards. An EXPRESS machine without log leaves no trace at all.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Orders: # finding
//!     Type: AWS::Serverless::StateMachine
//!     Properties:
//!       Type: EXPRESS
//!       Definition: {StartAt: A, States: {A: {Type: Pass, End: true}}}
//! ```
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Log: {Type: AWS::Logs::LogGroup}
//!   Orders:
//!     Type: AWS::StepFunctions::StateMachine
//!     Properties:
//!       RoleArn: arn:aws:iam::123456789012:role/r
//!       DefinitionString: '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'
//!       LoggingConfiguration:
//!         Level: "OFF" # finding
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
//!       DefinitionString: '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'
//!       LoggingConfiguration:
//!         Level: "ERROR" # finding
//!         Destinations:
//!           - CloudWatchLogsLogGroup: {LogGroupArn: !GetAtt Log.Arn}
//! ```
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Orders:
//!     Type: AWS::StepFunctions::StateMachine
//!     Properties:
//!       RoleArn: arn:aws:iam::123456789012:role/r
//!       DefinitionString: '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'
//!       LoggingConfiguration: {Level: OFF} # finding
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Log: {Type: AWS::Logs::LogGroup}
//!   Orders:
//!     Type: AWS::StepFunctions::StateMachine
//!     Properties:
//!       RoleArn: arn:aws:iam::123456789012:role/r
//!       DefinitionString: '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'
//!       LoggingConfiguration:
//!         Level: FATAL
//!         Destinations:
//!           - CloudWatchLogsLogGroup: {LogGroupArn: !GetAtt Log.Arn}
//! ```
//!
//! ```hcl bad main.tf
//! variable "level" {
//!   default = "OFF" # finding
//! }
//!
//! resource "aws_cloudwatch_log_group" "orders" {}
//!
//! resource "aws_sfn_state_machine" "orders" {
//!   name       = "orders"
//!   role_arn   = "arn:aws:iam::123456789012:role/r"
//!   definition = jsonencode({ StartAt = "A", States = { A = { Type = "Pass", End = true } } })
//!   logging_configuration {
//!     level           = var.level
//!     log_destination = "${aws_cloudwatch_log_group.orders.arn}:*"
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_cloudwatch_log_group" "orders" {}
//!
//! resource "aws_sfn_state_machine" "orders" {
//!   name       = "orders"
//!   role_arn   = "arn:aws:iam::123456789012:role/r"
//!   definition = jsonencode({ StartAt = "A", States = { A = { Type = "Pass", End = true } } })
//!   logging_configuration {
//!     level           = "ERROR"
//!     log_destination = "${aws_cloudwatch_log_group.orders.arn}:*"
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Level: {Type: String}
//! Resources:
//!   Orders:
//!     Type: AWS::StepFunctions::StateMachine
//!     Properties:
//!       RoleArn: arn:aws:iam::123456789012:role/r
//!       DefinitionString: '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'
//!       LoggingConfiguration: {Level: !Ref Level}
//! ```
//!
//! ## How to fix
//!
//! `LoggingConfiguration` (serverless.yml: `loggingConfig`; SAM: `Logging`; Terraform: `logging_configuration`) with a
//! level and a log group; the role needs the `logs:*LogDelivery` actions, `logs:PutResourcePolicy` and
//! `logs:DescribeLogGroups`. Log groups are billed by what is written.

use super::machines;
use crate::prelude::*;
use crate::switch::absent_or;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[778],
        owasp_serverless: &["S10", "SAS-5"],
        checkov: &["CKV_AWS_285"],
        aws: &["StepFunctions.1"],
        stride: &["R"],
        others: &["AWS-0119"],
        ..References::NONE
    },
    check,
};

const LEVEL: &str = "LoggingConfiguration.Level";

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in machines(cx) {
        let level = node.props.lookup(LEVEL);
        // Without quotes YAML 1.1 reads `OFF` as a boolean.
        let off = level.as_str() == Some("OFF") || level.as_bool() == Some(false);
        if !level.is_null() && !off {
            if !level.is_known() {
                out.cannot_tell(ix, LEVEL, level);
            }
            continue;
        }
        let somewhere = !node.props.lookup("LoggingConfiguration.Destinations").is_null();
        let express = node.props.get("StateMachineType").is("EXPRESS").is_yes();
        let words = if express { ", and nothing else keeps its history" } else { "" };
        let proposal = somewhere.then(|| {
            // What is logged is billed, and may hold what was passed on.
            Proposal::set(ix, LEVEL, "ERROR", "log failed executions").risky()
        });
        out.push(
            absent_or(ix, node, LEVEL, level, "off", format!("{{subject}} writes no log{words}"))
                .help("set `LoggingConfiguration` with a level and a log group")
                .evidence("no log")
                .fixes(proposal),
        );
    }
}
