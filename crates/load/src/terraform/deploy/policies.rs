//! Resource policies written in their resource, where CloudFormation has a resource for them.

use palisade_graph::Val;
use smol_str::SmolStr;

use super::build::{Build, Fields};
use super::convert::document;
use super::{Draft, Work};
use crate::terraform::Instance;

/// Terraform type, CloudFormation type of the policy, property that names the resource, property of the document.
const POLICIES: &[(&str, &str, &str, &str)] = &[
    ("aws_s3_bucket", "AWS::S3::BucketPolicy", "Bucket", "PolicyDocument"),
    ("aws_sqs_queue", "AWS::SQS::QueueInlinePolicy", "Queue", "PolicyDocument"),
    ("aws_sns_topic", "AWS::SNS::TopicInlinePolicy", "TopicArn", "PolicyDocument"),
    ("aws_secretsmanager_secret", "AWS::SecretsManager::ResourcePolicy", "SecretId", "ResourcePolicy"),
];

/// Makes the policy of a resource a resource.
pub fn of(work: &mut Work<'_, '_>, address: &SmolStr) {
    let Some(draft) = work.drafts.get(address).filter(|d| d.id == d.instance.address) else { return };
    let i = draft.instance;
    if i.ty == "aws_lambda_function_url" {
        return open_url(work, i);
    }
    let Some((_, ty, named, key)) = POLICIES.iter().find(|(t, ..)| *t == i.ty) else { return };
    let policy = i.body.get("policy");
    if policy.is_null() || policy.as_str() == Some("") {
        return;
    }
    let mut fields = Fields::at(policy.span.or(i.header));
    fields.put(named, i.header, Build::Leaf(Val::reference(i.address.clone(), i.header)));
    let document = work.index.deployed(&document(work.files, policy));
    fields.put(key, policy.span, Build::Leaf(document));
    let mut draft = Draft::beside(i, "policy", *ty, fields);
    draft.block = i.body.entry("policy").map(|e| e.key_span);
    work.add(draft);
}

/// The provider itself lets everybody call a URL that asks for no authorization.
fn open_url<'a>(work: &mut Work<'a, '_>, i: &'a Instance) {
    let auth = i.body.get("authorization_type");
    if !auth.is("NONE").is_yes() {
        return;
    }
    let mut fields = Fields::at(auth.span);
    let function = work.index.deployed(i.body.get("function_name"));
    for (key, val) in [
        ("Action", Val::str("lambda:InvokeFunctionUrl", auth.span)),
        ("FunctionName", function),
        ("Principal", Val::str("*", auth.span)),
        ("FunctionUrlAuthType", auth.clone()),
    ] {
        fields.put(key, auth.span, Build::Leaf(val));
    }
    let mut draft = Draft::beside(i, "permission", "AWS::Lambda::Permission", fields);
    draft.implied_by = Some(i.address.clone());
    work.add(draft);
}
