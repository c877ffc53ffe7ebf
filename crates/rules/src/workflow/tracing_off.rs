//! the state machine is not traced
//!
//! ## What
//!
//! `TracingConfiguration.Enabled` is false or absent.
//!
//! ## Why
//!
//! A trace ties the request of an attacker to every function, table and host that its execution reached. Without it
//! each service tells its own part, and nobody can say which execution made which call.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Orders: # finding
//!     Type: AWS::Serverless::StateMachine
//!     Properties:
//!       Definition: {StartAt: A, States: {A: {Type: Pass, End: true}}}
//! ```
//!
//! ```yaml fixed template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Orders: # finding
//!     Type: AWS::Serverless::StateMachine
//!     Properties:
//!       Definition: {StartAt: A, States: {A: {Type: Pass, End: true}}}
//!       Tracing:
//!         Enabled: true
//! ```
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Trace: {Type: String, Default: "false"}
//! Resources:
//!   Orders:
//!     Type: AWS::StepFunctions::StateMachine
//!     Properties:
//!       RoleArn: arn:aws:iam::123456789012:role/r
//!       DefinitionString: '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'
//!       TracingConfiguration: {Enabled: false} # finding
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Orders:
//!     Type: AWS::StepFunctions::StateMachine
//!     Properties:
//!       RoleArn: arn:aws:iam::123456789012:role/r
//!       DefinitionString: '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'
//!       TracingConfiguration: {Enabled: true}
//! ```
//!
//! ```hcl bad main.tf
//! locals {
//!   trace = false # finding
//! }
//!
//! resource "aws_sfn_state_machine" "orders" {
//!   name       = "orders"
//!   role_arn   = "arn:aws:iam::123456789012:role/r"
//!   definition = jsonencode({ StartAt = "A", States = { A = { Type = "Pass", End = true } } })
//!   tracing_configuration {
//!     enabled = local.trace
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_sfn_state_machine" "orders" {
//!   name       = "orders"
//!   role_arn   = "arn:aws:iam::123456789012:role/r"
//!   definition = jsonencode({ StartAt = "A", States = { A = { Type = "Pass", End = true } } })
//!   tracing_configuration {
//!     enabled = true
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Trace: {Type: String}
//! Resources:
//!   Orders:
//!     Type: AWS::StepFunctions::StateMachine
//!     Properties:
//!       RoleArn: arn:aws:iam::123456789012:role/r
//!       DefinitionString: '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'
//!       TracingConfiguration: {Enabled: !Ref Trace}
//! ```
//!
//! ## How to fix
//!
//! `TracingConfiguration: {Enabled: true}` (serverless.yml: `tracingConfig.enabled`; SAM: `Tracing.Enabled`; Terraform:
//! `tracing_configuration`). The role needs `xray:PutTraceSegments` and its like; SAM adds them to roles that it makes.

use super::machines;
use crate::prelude::*;
use crate::switch;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::Safe,
    since: "0.1.0",
    references: References {
        cwe: &[778],
        owasp_serverless: &["S10", "SAS-5"],
        checkov: &["CKV_AWS_284"],
        stride: &["R"],
        others: &["AWS-0117"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in machines(cx) {
        let Some(found) =
            switch::off(out, ix, node, "TracingConfiguration.Enabled", "tracing of {subject} is off")
        else {
            continue;
        };
        let trace = Proposal::set(ix, "TracingConfiguration.Enabled", true, "trace executions");
        let mut roles = cx.roles(ix).peekable();
        let made = roles.peek().is_some() && roles.all(|(_, role)| role.implied_by.is_some());
        out.push(
            found.help("set `TracingConfiguration: {Enabled: true}`").evidence("tracing").fix(if made {
                trace
            } else {
                trace.risky()
            }),
        );
    }
}
