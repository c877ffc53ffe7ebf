//! Policies of resources: `addToResourcePolicy`, and grants to principals that have no policy of their own.

use palisade_graph::Val;
use palisade_source::Span;

use super::super::interpret::{Handle, Place, Value};
use super::{Library, iam, s3};

/// Adds a statement to a resource's policy, making it where there is none.
pub fn add(lib: &mut Library<'_>, on: Handle, mut statement: Val, at: Place) {
    let Some(object) = lib.get(on) else { return };
    let Some(id) = object.resource.clone() else { return };
    let (class, value) = (object.class.clone(), object.value.clone());
    let (ty, target, document) = match class.as_str() {
        "aws_s3.Bucket" => return s3::add_statement(lib, on, statement),
        "aws_kms.Key" => {
            super::set_at(&mut statement, &["Resource"], at.block, Val::str("*", at.block));
            lib.append(&id, &["KeyPolicy", "Statement"], statement);
            return;
        }
        "aws_ecr.Repository" => {
            if lib.property(&id, "RepositoryPolicyText").is_null() {
                let document = iam::document(Vec::new(), Span::NONE);
                lib.edit(&id, &["RepositoryPolicyText"], at.block, document);
            }
            lib.append(&id, &["RepositoryPolicyText", "Statement"], statement);
            return;
        }
        "aws_sqs.Queue" => ("AWS::SQS::QueuePolicy", "Queues", "PolicyDocument"),
        "aws_sns.Topic" => ("AWS::SNS::TopicPolicy", "Topics", "PolicyDocument"),
        "aws_secretsmanager.Secret" | "aws_rds.DatabaseSecret" => {
            ("AWS::SecretsManager::ResourcePolicy", "SecretId", "ResourcePolicy")
        }
        _ => return,
    };
    let policy = match lib.set(on, "policy").handle() {
        Some(policy) => policy,
        None => {
            let class = ty.rsplit("::").next().unwrap_or(ty);
            let service = lib.class(on).split('.').next().unwrap_or_default().to_owned();
            let policy = lib.child(Some(on), "Policy", &format!("{service}.{class}"), Value::null(), at);
            let target_val = if target == "SecretId" { value } else { Val::list(vec![value], at.block) };
            let made = iam::document(Vec::new(), at.block);
            let props = Val::object([(target, target_val), (document, made)], at.block);
            lib.resource(policy, "Resource", ty, props);
            lib.put(on, "policy", Value::Host(policy));
            policy
        }
    };
    if let Some(id) = lib.get(policy).and_then(|o| o.resource.clone()) {
        lib.append(&id, &[document, "Statement"], statement);
    }
}

/// `addToResourcePolicy(statement)`
pub fn call(
    lib: &mut Library<'_>,
    on: Handle,
    method: &str,
    arguments: &[Value],
    at: Place,
) -> Option<Value> {
    if method != "addToResourcePolicy" {
        return None;
    }
    let known = matches!(
        lib.class(on),
        "aws_s3.Bucket"
            | "aws_kms.Key"
            | "aws_ecr.Repository"
            | "aws_sqs.Queue"
            | "aws_sns.Topic"
            | "aws_secretsmanager.Secret"
            | "aws_rds.DatabaseSecret"
    );
    if !known {
        return None;
    }
    let statement = iam::statement(lib, arguments.first().unwrap_or(&Value::default()));
    add(lib, on, statement, at);
    Some(Value::null())
}
