//! tasks of the state machine wait without end, or give up at the first error
//!
//! ## What
//!
//! A `Task` state has neither `TimeoutSeconds` (or a path for it) nor `HeartbeatSeconds`, or neither `Retry` nor `Catch`. One finding for
//! each machine names the states. `TimeoutSeconds` of the whole machine limits all of its tasks; executions of an EXPRESS machine end after
//! five minutes in any case.
//!
//! ## Why
//!
//! Without a limit a task waits up to a year (99,999,999 seconds): whoever can keep one from answering, with a callback that is never
//! sent, keeps the execution open and its data with it, and pays nothing for it. Without `Retry` and `Catch` one throttled call ends
//! the order half way.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Orders:
//!     Type: AWS::Serverless::StateMachine
//!     Properties:
//!       Definition:
//!         StartAt: Pay
//!         States:
//!           Pay: # finding
//!             Type: Task
//!             Resource: arn:aws:states:::sqs:sendMessage.waitForTaskToken
//!             Retry: [{ErrorEquals: [States.ALL]}]
//!             End: true
//! ```
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Orders:
//!     Type: AWS::StepFunctions::StateMachine
//!     Properties:
//!       RoleArn: arn:aws:iam::123456789012:role/r
//!       Definition:
//!         StartAt: All
//!         States:
//!           All:
//!             Type: Parallel
//!             Branches:
//!               - StartAt: Pay
//!                 States:
//!                   Pay: # finding
//!                     Type: Task
//!                     Resource: arn:aws:states:::lambda:invoke
//!                     TimeoutSeconds: 30
//!                     End: true
//!             End: true
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Orders:
//!     Type: AWS::StepFunctions::StateMachine
//!     Properties:
//!       StateMachineType: EXPRESS
//!       RoleArn: arn:aws:iam::123456789012:role/r
//!       Definition:
//!         StartAt: Pay
//!         States:
//!           Pay:
//!             Type: Task
//!             Resource: arn:aws:states:::lambda:invoke
//!             Retry: [{ErrorEquals: [Lambda.TooManyRequestsException]}]
//!             End: true
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Orders:
//!     Type: AWS::StepFunctions::StateMachine
//!     Properties:
//!       RoleArn: arn:aws:iam::123456789012:role/r
//!       Definition:
//!         StartAt: Pay
//!         TimeoutSeconds: 300
//!         States:
//!           Pay:
//!             Type: Task
//!             Resource: arn:aws:states:::lambda:invoke
//!             Catch: [{ErrorEquals: [States.ALL], Next: Undo}]
//!             End: true
//!           Undo: {Type: Fail}
//! ```
//!
//! ```hcl bad main.tf
//! locals {
//!   pay = { Type = "Task", Resource = "arn:aws:states:::lambda:invoke", End = true }
//! }
//!
//! resource "aws_sfn_state_machine" "orders" {
//!   name       = "orders"
//!   role_arn   = "arn:aws:iam::123456789012:role/r"
//!   definition = jsonencode({ StartAt = "Pay", States = { Pay = local.pay } }) # finding
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_sfn_state_machine" "orders" {
//!   name     = "orders"
//!   role_arn = "arn:aws:iam::123456789012:role/r"
//!   definition = jsonencode({
//!     StartAt = "Pay"
//!     States = {
//!       Pay = {
//!         Type           = "Task"
//!         Resource       = "arn:aws:states:::lambda:invoke"
//!         TimeoutSeconds = 30
//!         Retry          = [{ ErrorEquals = ["States.ALL"] }]
//!         End            = true
//!       }
//!     }
//!   })
//! }
//! ```
//!
//! ## Cannot tell
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
//! ```
//!
//! ## How to fix
//!
//! `TimeoutSeconds` a little above what the task takes, and `Retry` for what may pass (`Lambda.TooManyRequestsException`), `Catch` for what
//! has to be undone.

use super::{definition, machines, states};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[400, 755],
        owasp_serverless: &["S9", "SAS-8"],
        stride: &["D"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in machines(cx) {
        let definition = definition(node);
        if definition.as_map().is_none() {
            if !definition.is_null() {
                out.cannot_tell(ix, "Definition", definition);
            }
            continue;
        }
        // Executions of EXPRESS machines end after five minutes
        // (https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html).
        let express = node.props.get("StateMachineType").is("EXPRESS").is_yes();
        let limited = express || !definition.get("TimeoutSeconds").is_null();
        let mut wrong: Vec<(Span, &str, &str)> = Vec::new();
        for state in states(definition) {
            if !state.body.get("Type").is("Task").is_yes() {
                continue;
            }
            let has = |keys: &[&str]| keys.iter().any(|k| !state.body.get(k).is_null());
            let endless = !limited
                && !has(&[
                    "TimeoutSeconds",
                    "TimeoutSecondsPath",
                    "HeartbeatSeconds",
                    "HeartbeatSecondsPath",
                ]);
            let brittle = !has(&["Retry", "Catch"]);
            let words = match (endless, brittle) {
                (true, true) => "no timeout, and neither `Retry` nor `Catch`",
                (true, false) => "no timeout",
                (false, true) => "neither `Retry` nor `Catch`",
                (false, false) => continue,
            };
            wrong.push((state.body.span.or(state.key), state.name, words));
        }
        let Some((first, name, words)) = wrong.first() else { continue };
        let key = |at: &Span, name: &str| {
            let state = states(definition).into_iter().find(|s| s.name == name).map(|s| s.key);
            state.filter(|k| k.is_some()).unwrap_or(*at)
        };
        let message = match wrong.len() {
            1 => format!("task `{name}` of {{subject}} has {words}"),
            n if limited => format!("{n} tasks of {{subject}} give up at the first error"),
            n => format!("{n} tasks of {{subject}} wait without end or give up at the first error"),
        };
        let mut found = Found::new(ix, key(first, name).or(node.span), message)
            .label(*words)
            .help("set `TimeoutSeconds` and `Retry` or `Catch` of each task")
            .evidence("tasks");
        for (at, name, words) in wrong.iter().skip(1).take(5) {
            found = found.also(key(at, name), *words);
        }
        out.push(found);
    }
}
