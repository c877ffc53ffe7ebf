//! Which services of AWS a function calls, as far as its role and its environment say.

use std::collections::BTreeMap;

use palisade_graph::From as Origin;

use crate::prelude::*;

/// A service as IAM, its endpoint and people call it. Those are left out whose rights are mostly for others that
/// act for the function (`kms`, `logs`, `xray`, `ec2`).
const SERVICES: &[(&str, &str, &str)] = &[
    ("s3", "s3", "S3"),
    ("dynamodb", "dynamodb", "DynamoDB"),
    ("sqs", "sqs", "SQS"),
    ("sns", "sns", "SNS"),
    ("secretsmanager", "secretsmanager", "Secrets Manager"),
    ("ssm", "ssm", "Systems Manager"),
    ("lambda", "lambda", "Lambda"),
    ("states", "states", "Step Functions"),
    ("events", "events", "EventBridge"),
    ("kinesis", "kinesis-streams", "Kinesis"),
    ("firehose", "kinesis-firehose", "Firehose"),
    ("sts", "sts", "STS"),
    ("athena", "athena", "Athena"),
    ("glue", "glue", "Glue"),
    ("rds-data", "rds-data", "the Data API"),
    ("cognito-idp", "cognito-idp", "Cognito"),
    ("textract", "textract", "Textract"),
    ("rekognition", "rekognition", "Rekognition"),
    ("comprehend", "comprehend", "Comprehend"),
];

/// Actions that Lambda itself does with the role of a function that it feeds.
const POLLER: &[&str] = &[
    "sqs:receivemessage",
    "sqs:deletemessage",
    "sqs:getqueueattributes",
    "sqs:changemessagevisibility",
    "kinesis:getrecords",
    "kinesis:getsharditerator",
    "kinesis:describestream",
    "kinesis:describestreamsummary",
    "kinesis:describestreamconsumer",
    "kinesis:subscribetoshard",
    "kinesis:listshards",
    "kinesis:liststreams",
    "dynamodb:getrecords",
    "dynamodb:getsharditerator",
    "dynamodb:describestream",
    "dynamodb:liststreams",
];

/// A service that is called.
pub struct Call {
    /// Ending of its endpoint's name.
    pub endpoint: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// What says so.
    pub at: Span,
}

/// The services that a function calls, in the order of the table.
pub fn of(cx: &Cx<'_>, function: NodeIx) -> Vec<Call> {
    let mut found: BTreeMap<&str, Span> = BTreeMap::new();
    for (_, node) in cx.roles(function) {
        let statements = node.role().into_iter().flat_map(|r| &r.statements);
        let written = statements.filter(|s| s.implied_by.is_none() && s.from != Origin::Implied);
        for s in written.filter(|s| s.allows().is_yes()) {
            for action in &s.actions {
                let text = action.as_str().unwrap_or_else(|| action.known_prefix()).to_ascii_lowercase();
                if POLLER.contains(&text.as_str()) {
                    continue;
                }
                if let Some((service, _)) = text.split_once(':')
                    && let Some((name, ..)) = SERVICES.iter().find(|(name, ..)| *name == service)
                {
                    found.entry(name).or_insert(action.span.or(s.span));
                }
            }
        }
    }
    for edge in cx.graph.out(function, EdgeKind::ReadsEnv) {
        let service = match cx.node(edge.to).map(|n| n.ty.as_str()) {
            Some("AWS::S3::Bucket") => "s3",
            Some("AWS::DynamoDB::Table" | "AWS::DynamoDB::GlobalTable") => "dynamodb",
            Some("AWS::SQS::Queue") => "sqs",
            Some("AWS::SNS::Topic") => "sns",
            Some("AWS::SecretsManager::Secret") => "secretsmanager",
            Some("AWS::SSM::Parameter") => "ssm",
            Some("AWS::StepFunctions::StateMachine") => "states",
            _ => continue,
        };
        found.entry(service).or_insert(edge.span);
    }
    let call = |(iam, endpoint, name): &(&str, &'static str, &'static str)| {
        Some(Call { endpoint, name, at: *found.get(iam)? })
    };
    SERVICES.iter().filter_map(call).collect()
}
