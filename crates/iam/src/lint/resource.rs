//! Values of `Resource` and `NotResource`.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>

use super::Scope;
use super::cache::Cache;
use super::finding::{Confidence, Out, Spot, name_of};
use super::pattern::{has_variable, is_wild};
use super::redundant;
use super::rules::grammar;
use crate::document::{PolicyType, Text};

/// The prefix of the service to which a resource type of CloudFormation belongs, where a policy can be attached to it.
pub(super) fn service_of_type(resource_type: Option<&str>) -> Option<&'static str> {
    let mut parts = resource_type?.strip_prefix("AWS::")?.split("::");
    let group = parts.next()?;
    Some(match group {
        "S3" => "s3",
        "SQS" => "sqs",
        "SNS" => "sns",
        "KMS" => "kms",
        "Lambda" => "lambda",
        "SecretsManager" => "secretsmanager",
        "ECR" => "ecr",
        "DynamoDB" => "dynamodb",
        "Kinesis" => "kinesis",
        "Events" => "events",
        "ApiGateway" => "execute-api",
        "OpenSearchService" | "Elasticsearch" => "es",
        "EFS" => "elasticfilesystem",
        "Logs" => "logs",
        "Backup" => "backup",
        "Glue" => "glue",
        "CodeArtifact" => "codeartifact",
        _ => return None,
    })
}

pub(super) fn check(scope: &Scope, cache: &mut Cache, out: &mut Out) {
    let s = scope.statement;
    let Some(resources) = &s.resources else { return };
    let name = name_of(resources, "Resource", "NotResource");
    if scope.document.policy_type == PolicyType::Trust {
        let message = format!("a trust policy has no `{name}`: it is about the role itself; remove it");
        out.add(
            &grammar::TRUST_WITH_RESOURCE,
            Confidence::High,
            Spot::element(s, name, "", resources.mark),
            &message,
        );
        return;
    }
    for text in &resources.items {
        one(scope, name, text, cache, out);
    }
    redundant::resources(scope, resources, name, out);
}

fn one(scope: &Scope, name: &str, text: &Text, cache: &mut Cache, out: &mut Out) {
    if scope.service.is_some() {
        foreign(scope, name, text, out);
    }
    // The segments of a value with variables depend on the version: those are few, and not kept.
    let kept = !has_variable(&text.value);
    if kept && cache.fine.contains(&*text.value) {
        return;
    }
    let faults = super::arn::faults(&text.value, scope.document.version, scope.symbols);
    if faults.is_empty() && kept {
        cache.fine.insert((&*text.value).into());
    }
    for (rule, message) in faults {
        out.add(rule, Confidence::Medium, Spot::text(scope.statement, name, text), &message);
    }
}

/// A resource policy is about its own resource.
fn foreign(scope: &Scope, name: &str, text: &Text, out: &mut Out) {
    let Some(own) = scope.service.filter(|_| scope.document.policy_type == PolicyType::Resource) else {
        return;
    };
    let mut parts = text.value.splitn(6, ':');
    let (Some("arn"), Some(_), Some(service)) = (parts.next(), parts.next(), parts.next()) else { return };
    if is_wild(service)
        || has_variable(service)
        || scope.symbolic(service)
        || service.eq_ignore_ascii_case(own)
    {
        return;
    }
    let resource_type = scope.options.resource_type.unwrap_or_default();
    let message =
        format!("`{}` cannot stand in the policy of `{resource_type}`; name the resource itself", text.value);
    out.add(
        &grammar::RESOURCE_NOT_IN_THIS_POLICY,
        Confidence::High,
        Spot::text(scope.statement, name, text),
        &message,
    );
}
