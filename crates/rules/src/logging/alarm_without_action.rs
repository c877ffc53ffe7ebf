//! the alarm tells nobody
//!
//! ## What
//!
//! An alarm has no `AlarmActions`, or `ActionsEnabled` is false. Alarms that a composite alarm or a deployment's rollback uses are silent, all are
//! where a rule of EventBridge handles `CloudWatch Alarm State Change`, and so are those
//! that only tell when it is over (`OKActions`) or when data is missing: they have no alarm action.
//!
//! ## Why
//!
//! It turns red on a page that nobody has open. The errors, the throttles, the flood of requests that it watches for are seen when a customer calls.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Errors: # finding
//!     Type: AWS::CloudWatch::Alarm
//!     Properties:
//!       Namespace: AWS/Lambda
//!       MetricName: Errors
//!       Threshold: 1
//! ```
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Tell: {Type: String, Default: "false"} # finding
//! Resources:
//!   Errors:
//!     Type: AWS::CloudWatch::Alarm
//!     Properties:
//!       Namespace: AWS/Lambda
//!       MetricName: Errors
//!       Threshold: 1
//!       ActionsEnabled: !Ref Tell
//!       AlarmActions: ["arn:aws:sns:eu-west-1:123456789012:oncall"]
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Errors:
//!     Type: AWS::CloudWatch::Alarm
//!     Properties: {AlarmName: errors, Namespace: AWS/Lambda, MetricName: Errors, Threshold: 1}
//!   Throttles:
//!     Type: AWS::CloudWatch::Alarm
//!     Properties: {Namespace: AWS/Lambda, MetricName: Throttles, Threshold: 1}
//!   Any:
//!     Type: AWS::CloudWatch::CompositeAlarm
//!     Properties:
//!       AlarmRule: !Sub 'ALARM("errors") OR ALARM("${Throttles}")'
//!       AlarmActions: ["arn:aws:sns:eu-west-1:123456789012:oncall"]
//! ```
//!
//! ```hcl bad main.tf
//! locals {
//!   actions = [] # finding
//! }
//!
//! resource "aws_cloudwatch_metric_alarm" "errors" {
//!   alarm_name          = "errors"
//!   namespace           = "AWS/Lambda"
//!   metric_name         = "Errors"
//!   comparison_operator = "GreaterThanThreshold"
//!   evaluation_periods  = 1
//!   alarm_actions       = local.actions
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_sns_topic" "oncall" {}
//!
//! resource "aws_cloudwatch_metric_alarm" "errors" {
//!   alarm_name          = "errors"
//!   namespace           = "AWS/Lambda"
//!   metric_name         = "Errors"
//!   comparison_operator = "GreaterThanThreshold"
//!   evaluation_periods  = 1
//!   alarm_actions       = [aws_sns_topic.oncall.arn]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Actions: {Type: CommaDelimitedList}
//! Resources:
//!   Errors:
//!     Type: AWS::CloudWatch::Alarm
//!     Properties:
//!       Namespace: AWS/Lambda
//!       MetricName: Errors
//!       Threshold: 1
//!       AlarmActions: !Ref Actions
//! ```
//!
//! ## How to fix
//!
//! `AlarmActions` with a topic that reaches somebody, or a function that acts.

use crate::prelude::*;
use crate::switch::absent_or;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[778],
        owasp_serverless: &["S10", "SAS-5"],
        checkov: &["CKV_AWS_319"],
        stride: &["R"],
        ..References::NONE
    },
    check,
};

/// More nested values are not looked at.
const DEPTH: usize = 16;

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let used = used(cx);
    for (ix, node) in
        cx.of_type("AWS::CloudWatch::Alarm").chain(cx.of_type("AWS::CloudWatch::CompositeAlarm"))
    {
        let name = node.props.get("AlarmName").display();
        if used.handled || used.nodes.contains(&ix) || !name.is_empty() && used.text.contains(name.as_str()) {
            continue;
        }
        let (enabled, actions) = (node.props.get("ActionsEnabled"), node.props.get("AlarmActions"));
        let open = actions.as_list().is_some_and(|l| l.open) || !actions.is_known() && !actions.is_null();
        let off = enabled.as_bool() == Some(false) || enabled.as_str() == Some("false");
        if off {
            out.push(found(ix, node, "ActionsEnabled", enabled));
        } else if !enabled.is_known() && !enabled.is_null() {
            out.cannot_tell(ix, "ActionsEnabled", enabled);
        } else if open {
            out.cannot_tell(ix, "AlarmActions", actions);
        } else if actions.items().iter().all(Val::is_null) {
            out.push(found(ix, node, "AlarmActions", actions));
        }
    }
}

fn found(ix: NodeIx, node: &Node, key: &str, val: &Val) -> Found {
    let label = if key == "AlarmActions" { "nobody" } else { "switched off" };
    absent_or(ix, node, key, val, label, "{subject} tells nobody")
        .help("set `AlarmActions` to a topic that reaches somebody")
        .evidence(key)
}

/// What other resources use alarms for.
#[derive(Default)]
struct Used {
    nodes: Vec<NodeIx>,
    text: String,
    /// A rule of EventBridge hears of every change of an alarm's state.
    handled: bool,
}

/// Alarms that composite alarms, deployments and autoscaling use.
fn used(cx: &Cx<'_>) -> Used {
    let mut used = Used::default();
    for (_, node) in cx.of_type("AWS::CloudWatch::CompositeAlarm") {
        let rule = node.props.get("AlarmRule");
        used.text.push_str(&rule.display());
        refer(cx, rule, 0, &mut used.nodes);
    }
    for (_, node) in cx.of_type("AWS::Events::Rule") {
        let kinds = node.props.lookup("EventPattern.detail-type").items();
        used.handled |= kinds.iter().any(|k| k.is("CloudWatch Alarm State Change").is_yes());
    }
    for ty in ["AWS::CodeDeploy::DeploymentGroup", "AWS::AppConfig::Environment", "AWS::ECS::Service"] {
        for (_, node) in cx.of_type(ty) {
            used.text.push_str(&node.props.get("AlarmConfiguration").display());
            refer(cx, &node.props, 0, &mut used.nodes);
        }
    }
    used
}

/// Nodes that a value refers to.
fn refer(cx: &Cx<'_>, val: &Val, depth: usize, out: &mut Vec<NodeIx>) {
    out.extend(cx.graph.resolve(val));
    if depth > DEPTH {
        return;
    }
    match &val.state {
        State::Partial(pieces) => {
            for piece in pieces.iter() {
                if let palisade_graph::Piece::Hole(hole) = piece {
                    refer(cx, hole, depth + 1, out);
                }
            }
        }
        State::Known(Value::List(list)) => list.items.iter().for_each(|v| refer(cx, v, depth + 1, out)),
        State::Known(Value::Map(map)) => map.entries.iter().for_each(|e| refer(cx, &e.val, depth + 1, out)),
        _ => {}
    }
}
