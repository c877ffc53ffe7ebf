//! a device may do everything, or act on every topic
//!
//! ## What
//!
//! A statement of an IoT policy allows the action `iot:*` or `*`, or allows the resource `*`, without a condition.
//!
//! ## Why
//!
//! Devices are in other people's hands, and the certificate of one can be read out of it. With `*` whoever has it
//! connects as any client, reads the topics of all other devices and publishes on them: false measurements, commands to
//! machines, and events for every function that an IoT rule starts.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Devices:
//!     Type: AWS::IoT::Policy
//!     Properties:
//!       PolicyDocument:
//!         Version: '2012-10-17'
//!         Statement:
//!           - Effect: Allow
//!             Action: iot:* # finding
//!             Resource: !Sub arn:aws:iot:${AWS::Region}:${AWS::AccountId}:topic/shop
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {topics: '*'} # finding
//! resources:
//!   Resources:
//!     Devices:
//!       Type: AWS::IoT::Policy
//!       Properties:
//!         PolicyDocument:
//!           Statement: {Effect: Allow, Action: [iot:Publish], Resource: '${self:custom.topics}'}
//! ```
//!
//! ```hcl bad main.tf
//! data "aws_iam_policy_document" "devices" {
//!   statement {
//!     actions   = ["iot:Connect", "iot:Publish"]
//!     resources = ["*"] # finding
//!   }
//! }
//!
//! resource "aws_iot_policy" "devices" {
//!   name   = "devices"
//!   policy = data.aws_iam_policy_document.devices.json
//! }
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Devices:
//!     Type: AWS::IoT::Policy
//!     Properties:
//!       PolicyDocument:
//!         Version: '2012-10-17'
//!         Statement:
//!           - Effect: Deny
//!             Action: iot:*
//!             Resource: '*'
//!           - Effect: Allow
//!             Action: iot:Connect
//!             Resource: '*'
//!             Condition: {Bool: {'iot:Connection.Thing.IsAttached': 'true'}}
//! ```
//!
//! The name of the device is part of what it may do:
//!
//! ```hcl good main.tf
//! data "aws_iam_policy_document" "devices" {
//!   statement {
//!     actions   = ["iot:Publish"]
//!     resources = ["arn:aws:iot:eu-west-1:123456789012:topic/$${iot:Connection.Thing.ThingName}/*"]
//!   }
//! }
//!
//! resource "aws_iot_policy" "devices" {
//!   name   = "devices"
//!   policy = data.aws_iam_policy_document.devices.json
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Topic: {Type: String}
//! Resources:
//!   Devices:
//!     Type: AWS::IoT::Policy
//!     Properties:
//!       PolicyDocument:
//!         Version: '2012-10-17'
//!         Statement:
//!           - Effect: Allow
//!             Action: iot:Publish
//!             Resource: !Ref Topic
//! ```
//!
//! ## How to fix
//!
//! Name the actions, and put the device into the resource by a policy variable:
//! `topic/${iot:Connection.Thing.ThingName}/*`, `client/${iot:Connection.Thing.ThingName}`. Devices that use other topics
//! than their own lose them.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::High,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[250, 732],
        owasp_serverless: &["S5", "SAS-4"],
        stride: &["S", "T", "E"],
        others: &["W38", "W39"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::IoT::Policy") {
        let document = node.props.lookup("PolicyDocument");
        let statements = document.lookup("Statement");
        if document.as_map().is_none() {
            out.cannot_tell(ix, "PolicyDocument", document);
        }
        for s in statements.items().iter().filter(|s| s.get("Effect").is("Allow").is_yes()) {
            one(ix, node, s, out);
        }
    }
}

fn one(ix: NodeIx, node: &Node, s: &Val, out: &mut Findings) {
    let star = |val: &Val| val.is("*").or(val.is("iot:*"));
    let find = |key: &str, wanted: Tri| s.get(key).items().iter().find(|v| star(v) == wanted);
    let (action, resource) = (find("Action", Tri::Yes), find("Resource", Tri::Yes));
    let pinned = !s.get("Condition").is_null();
    let (at, message, label) = match (action, resource) {
        (Some(at), Some(_)) => (at, "lets a device do everything, everywhere", "every action"),
        (Some(at), None) => (at, "lets a device use every action of IoT", "every action"),
        (None, Some(at)) if !pinned => {
            (at, "lets a device act as every client and on every topic", "everything")
        }
        _ => {
            if let Some(open) = find("Action", Tri::Unknown).or(find("Resource", Tri::Unknown)) {
                out.cannot_tell(ix, "PolicyDocument", open);
            }
            return;
        }
    };
    out.push(
        Found::at_value(ix, at, s.span.or(node.span), format!("{{subject}} {message}"))
            .label(label)
            .help("name the actions, and the device by `${iot:Connection.Thing.ThingName}` in `Resource`")
            .evidence(format!("{} on {}", s.get("Action").display(), s.get("Resource").display())),
    );
}
