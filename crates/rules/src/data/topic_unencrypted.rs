//! a topic has no encryption key of its own
//!
//! ## What
//!
//! `KmsMasterKeyId` of a topic is absent. The disks of SNS are encrypted all the same: a key adds control
//! over who may read.
//!
//! ## Why
//!
//! With a key, reading needs a second permission that can be taken away, and every use is in the trail.
//! Without it, whoever gets the right to subscribe reads every message and nothing tells.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Alerts: # finding
//!     Type: AWS::SNS::Topic
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Alerts: # finding
//!     Type: AWS::SNS::Topic
//!     Properties:
//!       KmsMasterKeyId: alias/aws/sns
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {topic: {DisplayName: alerts}}
//! resources:
//!   Resources:
//!     Alerts: # finding
//!       Type: AWS::SNS::Topic
//!       Properties: ${self:custom.topic}
//! ```
//!
//! ```yaml good template.yaml
//! Parameters:
//!   Key:
//!     Type: String
//! Resources:
//!   Alerts:
//!     Type: AWS::SNS::Topic
//!     Properties:
//!       KmsMasterKeyId: !Ref Key
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Alerts:
//!       Type: AWS::SNS::Topic
//!       Properties:
//!         KmsMasterKeyId: alias/aws/sns
//! ```
//!
//! ```hcl bad main.tf
//! variable "key" {
//!   type    = string
//!   default = null
//! }
//!
//! resource "aws_sns_topic" "orders" { # finding
//!   name              = "orders"
//!   kms_master_key_id = var.key
//! }
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_sns_topic" "orders" { # finding
//!   name = "orders"
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_sns_topic" "orders" { # finding
//!   name = "orders"
//!   kms_master_key_id = "alias/aws/sns"
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_sns_topic" "orders" {
//!   name              = "orders"
//!   kms_master_key_id = "alias/aws/sns"
//! }
//! ```
//!
//! ## How to fix
//!
//! Set `KmsMasterKeyId`. With `alias/aws/sns` AWS services (alarms, buckets, rules) can no longer publish:
//! where they do, make a customer key whose policy allows them, at one dollar a month and the requests.

use crate::policy;
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::Safe,
    since: "0.1.0",
    references: References {
        cwe: &[311],
        owasp_serverless: &["S3", "SAS-3"],
        checkov: &["CKV_AWS_26"],
        aws: &["SNS.1"],
        stride: &["I"],
        others: &["W47", "AWS-0095"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let published = published_by_services(cx);
    for (ix, node) in cx.of_type("AWS::SNS::Topic") {
        let key = node.props.lookup("KmsMasterKeyId");
        if key.is_null() || key.as_str() == Some("") {
            let fix = Proposal::set(ix, "KmsMasterKeyId", "alias/aws/sns", "encrypt with the key of SNS");
            // Services and other accounts may not use the key that AWS manages.
            let fix = if published.contains(&ix) || lets_others_in(node) { fix.risky() } else { fix };
            out.push(
                Found::at_value(ix, key, node.span, "{subject} has no encryption key")
                    .label("no `KmsMasterKeyId`")
                    .help("set `KmsMasterKeyId`; a customer key where AWS services publish")
                    .evidence("no key")
                    .fix(fix),
            );
        }
    }
}

/// Types that refer to a topic and are no AWS service that publishes by itself.
const QUIET: &[&str] = &[
    "AWS::SNS::Topic",
    "AWS::SNS::Subscription",
    "AWS::SNS::TopicPolicy",
    "AWS::SNS::TopicInlinePolicy",
    "AWS::Lambda::Function",
    "AWS::Lambda::Permission",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::StepFunctions::StateMachine",
    "AWS::SSM::Parameter",
    "AWS::SQS::QueuePolicy",
    "AWS::SQS::QueueInlinePolicy",
];

/// Topics that a service publishes to: alarms, rules, notifications of buckets and the like name them.
fn published_by_services(cx: &Cx<'_>) -> Vec<NodeIx> {
    let mut found = Vec::new();
    for (_, node) in cx.graph.iter() {
        if !QUIET.contains(&node.ty.as_str()) && !node.ty.starts_with("AWS::IAM::") {
            collect(cx.graph, &node.props, 24, &mut found);
        }
    }
    found
}

fn collect(graph: &Graph, val: &Val, depth: u8, found: &mut Vec<NodeIx>) {
    let Some(less) = depth.checked_sub(1) else { return };
    if let Some(ix) = graph.resolve(val) {
        found.push(ix);
        return;
    }
    for entry in val.entries() {
        collect(graph, &entry.val, less, found);
    }
    if let Some(list) = val.as_list() {
        for item in &list.items {
            collect(graph, item, less, found);
        }
    }
}

/// Whether a policy of the topic lets services or other accounts in, or may.
fn lets_others_in(topic: &Node) -> bool {
    topic.store().is_some_and(|store| {
        store.unread_policy
            || store.policy.iter().any(|s| {
                let own = policy::principals(&s.principal, "AWS").iter().all(policy::is_own);
                let only_aws = s.principal.entries().iter().all(|e| e.key == "AWS");
                !(s.allows().is_no() || own && only_aws && !s.principal.is_null())
            })
    })
}
