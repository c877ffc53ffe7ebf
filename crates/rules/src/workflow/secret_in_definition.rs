//! the definition of the state machine holds a secret
//!
//! ## What
//!
//! A value in the definition (in `Parameters`, `Arguments`, `Result`, `Headers` …) is a secret by its name and shape, or by its
//! format alone.
//!
//! ## Why
//!
//! Everybody who may describe the state machine or read an execution sees the definition with it, and the input of the
//! task, with the secret, stands in the history and in the logs. So does everybody with the repository.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Orders:
//!     Type: AWS::StepFunctions::StateMachine
//!     Properties:
//!       RoleArn: arn:aws:iam::123456789012:role/r
//!       Definition:
//!         StartAt: Pay
//!         States:
//!           Pay:
//!             Type: Task
//!             Resource: arn:aws:states:::lambda:invoke
//!             Parameters:
//!               FunctionName: pay
//!               Payload:
//!                 apiKey: q8ZrT1vXw4Ym7Lk0Pn3Bs6Hd9Fg2Jc5V # finding
//!             End: true
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws}
//! custom:
//!   token: ghp_q8ZrT1vXw4Ym7Lk0Pn3Bs6Hd9Fg2Jc5Ve1Ua
//! resources:
//!   Resources:
//!     Orders:
//!       Type: AWS::StepFunctions::StateMachine
//!       Properties:
//!         RoleArn: arn:aws:iam::123456789012:role/r
//!         Definition:
//!           StartAt: Build
//!           States:
//!             Build: {Type: Pass, Result: {with: "${self:custom.token}"}, End: true} # finding
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
//!         States:
//!           Pay:
//!             Type: Task
//!             Resource: arn:aws:states:::http:invoke
//!             Parameters:
//!               ApiEndpoint: https://example.com
//!               Authentication: {ConnectionArn: "arn:aws:events:eu-west-1:123456789012:connection/pay/1"}
//!               RequestBody: {token.$: $.token, apiKeyName: primary}
//!             End: true
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_sfn_state_machine" "orders" {
//!   name     = "orders"
//!   role_arn = "arn:aws:iam::123456789012:role/r"
//!   definition = jsonencode({
//!     StartAt = "Pay"
//!     States = {
//!       Pay = {
//!         Type     = "Task"
//!         Resource = "arn:aws:states:::lambda:invoke"
//!         Parameters = {
//!           FunctionName = "pay"
//!           Payload      = { password = "q8ZrT1vXw4Ym7Lk0Pn3Bs6" } # finding
//!         }
//!         End = true
//!       }
//!     }
//!   })
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_sfn_state_machine" "orders" {
//!   name     = "orders"
//!   role_arn = "arn:aws:iam::123456789012:role/r"
//!   definition = jsonencode({
//!     StartAt = "Pay"
//!     States  = { Pay = { Type = "Pass", Result = { password = "{{password}}" }, End = true } }
//!   })
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Secrets with a harmless name and no known format are not seen.
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
//! **Rotate the secret first.** Let the task read it by its name, or call a host through an EventBridge connection, which keeps
//! the credential in Secrets Manager.

use super::{definition, machines};
use crate::prelude::*;
use crate::secret::{Judgement, judge};

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::High,
    confidence: Confidence::Medium,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[798],
        owasp_serverless: &["S3", "SAS-7"],
        attack: &["T1552.001"],
        stride: &["I"],
        ..References::NONE
    },
    check,
};

/// More nested values are not looked at.
const DEPTH: usize = 64;

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in machines(cx) {
        let definition = definition(node);
        if definition.as_map().is_none() && !definition.is_null() {
            out.cannot_tell(ix, "Definition", definition);
        }
        let mut open: Vec<(&Val, usize)> = vec![(definition, 0)];
        let mut found = Vec::new();
        while let Some((val, depth)) = open.pop() {
            if depth > DEPTH {
                continue;
            }
            open.extend(val.as_list().map_or(&[][..], |l| &l.items).iter().map(|v| (v, depth + 1)));
            for entry in val.entries() {
                // `token.$` takes it from the input, a JSONata expression is computed, and a task token ends with
                // its task.
                let computed = entry.key.ends_with(".$")
                    || entry.key.eq_ignore_ascii_case("taskToken")
                    || entry.val.as_str().is_some_and(|t| t.starts_with("{%") || t.starts_with("$."));
                match judge(&entry.key, &entry.val) {
                    Judgement::Literal { what, .. } if !computed => found.push((entry, what)),
                    _ => open.push((&entry.val, depth + 1)),
                }
            }
        }
        found.sort_by_key(|(entry, _)| entry.key_span.start);
        for (entry, what) in found {
            out.hide(&entry.val);
            let at = if entry.val.links().next().is_none() {
                entry.key_span
            } else {
                entry.key_span.or(node.span)
            };
            out.push(
                Found::new(
                    ix,
                    at.or(node.span),
                    format!("the definition of {{subject}} holds {what} in `{}`", entry.key),
                )
                .label("whoever reads the definition or an execution has it")
                .help("rotate it, and let the task read it by its name")
                .evidence(entry.key.as_str()),
            );
        }
    }
}
