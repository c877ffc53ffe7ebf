//! How long a document is, counted as AWS counts it: without white space.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>

use super::Options;
use super::finding::{Confidence, Out, Spot};
use super::rules::{Rule, grammar, warning};
use crate::document::{Document, PolicyType};
use crate::element::{Element, Node};

pub(super) fn check(document: &Document, options: Options, out: &mut Out) {
    let Some(size) = options.size.or_else(|| options.element.map(characters)) else { return };
    let Some((rule, limit, what)) = limit(document.policy_type, options.resource_type) else { return };
    if size > limit {
        let spot = Spot { statement: None, pointer: String::new(), value: "", mark: 0 };
        let message = format!(
            "{size} characters are more than the {limit} that AWS takes for {what}; split the policy or shorten its lists"
        );
        out.add(rule, Confidence::High, spot, &message);
    }
}

/// The limit that cannot be raised; where a document may be inline or managed, the larger one.
fn limit(
    policy_type: PolicyType,
    resource_type: Option<&str>,
) -> Option<(&'static Rule, usize, &'static str)> {
    let identity = &warning::POLICY_TOO_LARGE;
    let resource = &warning::RESOURCE_POLICY_TOO_LARGE;
    Some(match policy_type {
        PolicyType::Identity => match resource_type.unwrap_or_default() {
            "AWS::IAM::ManagedPolicy" => (identity, 6_144, "a managed policy"),
            "AWS::IAM::UserPolicy" | "AWS::IAM::User" => (identity, 2_048, "the inline policies of a user"),
            "AWS::IAM::GroupPolicy" | "AWS::IAM::Group" => {
                (identity, 5_120, "the inline policies of a group")
            }
            _ => (identity, 10_240, "the inline policies of a role"),
        },
        PolicyType::Boundary => (identity, 6_144, "a permissions boundary"),
        PolicyType::Session => (identity, 2_048, "a session policy"),
        PolicyType::Trust => {
            (&warning::TRUST_POLICY_TOO_LARGE, 2_048, "a trust policy unless the quota is raised")
        }
        PolicyType::Scp => (&grammar::SCP_TOO_LARGE, 5_120, "a service control policy"),
        PolicyType::Rcp => (&grammar::SCP_TOO_LARGE, 5_120, "a resource control policy"),
        PolicyType::Endpoint => (resource, 20_480, "an endpoint policy"),
        PolicyType::Resource => {
            let mut parts = resource_type.unwrap_or_default().split("::").skip(1);
            match parts.next().unwrap_or_default() {
                "S3" => (resource, 20_480, "a bucket policy"),
                "SQS" => (resource, 8_192, "a queue policy"),
                "SNS" => (resource, 30_720, "a topic policy"),
                "KMS" => (resource, 32_768, "a key policy"),
                "Lambda" => (resource, 20_480, "a function policy"),
                "ECR" => (resource, 10_240, "a repository policy"),
                "SecretsManager" => (resource, 20_480, "the policy of a secret"),
                "Events" => (resource, 10_240, "the policy of an event bus"),
                "ApiGateway" => (resource, 8_192, "the policy of an API"),
                "DynamoDB" => (resource, 20_480, "the policy of a table"),
                _ => return None,
            }
        }
    })
}

/// Characters of the compact JSON, white space inside texts not counted. A reference counts as one, so that the true
/// size is never smaller.
fn characters(element: &Element) -> usize {
    match &element.node {
        Node::Null | Node::Bool(true) => 4,
        Node::Bool(false) => 5,
        Node::Unknown => 1,
        Node::Number(text) => text.len(),
        Node::Text(text) => quoted(text),
        Node::List(items) => {
            let inner: usize = items.iter().map(characters).sum();
            inner + items.len().saturating_sub(1) + 2
        }
        Node::Map(entries) => {
            let inner: usize = entries.iter().map(|(key, value)| quoted(key) + 1 + characters(value)).sum();
            inner + entries.len().saturating_sub(1) + 2
        }
    }
}

fn quoted(text: &str) -> usize {
    if text.is_ascii() {
        let skip = text.bytes().filter(u8::is_ascii_whitespace).count();
        let escaped = text.bytes().filter(|b| matches!(b, b'"' | b'\\')).count();
        return text.len() - skip + escaped + 2;
    }
    text.chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| if matches!(c, '"' | '\\') { 2 } else { 1 })
        .sum::<usize>()
        + 2
}
