//! records of a stream that keep failing stop the stream
//!
//! ## What
//!
//! A Kinesis or DynamoDB stream triggers a function, and the mapping has no on-failure destination, or it
//! has neither a limit of attempts nor one of age (`MaximumRetryAttempts`, `MaximumRecordAgeInSeconds`), so
//! that a failing record is tried until it expires.
//!
//! ## Why
//!
//! A shard is read in order: one record that the function cannot process holds up everything behind it for
//! a day or longer, at the cost of an invocation each time. Whoever can write one malformed record stops
//! the application; without a destination the record is lost in the end, and with it the evidence.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom:
//!   stream: {type: dynamodb, arn: !GetAtt Orders.StreamArn}
//! functions:
//!   work:
//!     handler: a.b
//!     events:
//!       - stream: ${self:custom.stream} # finding
//! resources:
//!   Resources:
//!     Orders:
//!       Type: AWS::DynamoDB::Table
//!       Properties: {StreamSpecification: {StreamViewType: NEW_IMAGE}}
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Failed:
//!     Type: AWS::SQS::Queue
//!   Clicks:
//!     Type: AWS::Kinesis::Stream
//!   Work:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Events:
//!         S: # finding
//!           Type: Kinesis
//!           Properties:
//!             Stream: !GetAtt Clicks.Arn
//!             StartingPosition: LATEST
//!             DestinationConfig: {OnFailure: {Destination: !GetAtt Failed.Arn}}
//! ```
//!
//! ```yaml fixed template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Failed:
//!     Type: AWS::SQS::Queue
//!   Clicks:
//!     Type: AWS::Kinesis::Stream
//!   Work:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Events:
//!         S: # finding
//!           Type: Kinesis
//!           Properties:
//!             Stream: !GetAtt Clicks.Arn
//!             StartingPosition: LATEST
//!             DestinationConfig: {OnFailure: {Destination: !GetAtt Failed.Arn}}
//!             MaximumRetryAttempts: 3
//! ```
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Failed:
//!     Type: AWS::SQS::Queue
//!   Clicks:
//!     Type: AWS::Kinesis::Stream
//!   Work:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Events:
//!         S:
//!           Type: Kinesis
//!           Properties:
//!             Stream: !GetAtt Clicks.Arn
//!             StartingPosition: LATEST
//!             MaximumRetryAttempts: 3
//!             DestinationConfig: {OnFailure: {Destination: !GetAtt Failed.Arn}}
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! functions:
//!   work:
//!     handler: a.b
//!     events:
//!       - stream:
//!           type: kinesis
//!           arn: !GetAtt Clicks.Arn
//!           maximumRecordAgeInSeconds: 3600
//!           destinations: {onFailure: {arn: !GetAtt Failed.Arn, type: sqs}}
//! resources:
//!   Resources:
//!     Failed:
//!       Type: AWS::SQS::Queue
//!     Clicks:
//!       Type: AWS::Kinesis::Stream
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_kinesis_stream" "clicks" {
//!   name        = "clicks"
//!   shard_count = 1
//! }
//!
//! resource "aws_lambda_function" "work" {
//!   function_name = "work"
//!   role          = "arn:aws:iam::123456789012:role/work"
//!   handler       = "work.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "work.zip"
//! }
//!
//! resource "aws_lambda_event_source_mapping" "work" { # finding
//!   function_name     = aws_lambda_function.work.arn
//!   event_source_arn  = aws_kinesis_stream.clicks.arn
//!   starting_position = "LATEST"
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_kinesis_stream" "clicks" {
//!   name        = "clicks"
//!   shard_count = 1
//! }
//!
//! resource "aws_lambda_function" "work" {
//!   function_name = "work"
//!   role          = "arn:aws:iam::123456789012:role/work"
//!   handler       = "work.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "work.zip"
//! }
//!
//! resource "aws_sqs_queue" "work_dead_letters" {
//!   message_retention_seconds = 1209600
//! }
//!
//! resource "aws_lambda_event_source_mapping" "work" { # finding
//!   function_name     = aws_lambda_function.work.arn
//!   event_source_arn  = aws_kinesis_stream.clicks.arn
//!   starting_position = "LATEST"
//!   maximum_retry_attempts = 3
//!
//!   destination_config {
//!     on_failure {
//!       destination_arn = aws_sqs_queue.work_dead_letters.arn
//!     }
//!   }
//! }
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_sqs_queue" "failed" {
//!   name = "failed"
//! }
//!
//! resource "aws_kinesis_stream" "clicks" {
//!   name        = "clicks"
//!   shard_count = 1
//! }
//!
//! resource "aws_lambda_function" "work" {
//!   function_name = "work"
//!   role          = "arn:aws:iam::123456789012:role/work"
//!   handler       = "work.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "work.zip"
//! }
//!
//! resource "aws_lambda_event_source_mapping" "work" { # finding
//!   function_name     = aws_lambda_function.work.arn
//!   event_source_arn  = aws_kinesis_stream.clicks.arn
//!   starting_position = "LATEST"
//!   destination_config {
//!     on_failure {
//!       destination_arn = aws_sqs_queue.failed.arn
//!     }
//!   }
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_sqs_queue" "failed" {
//!   name = "failed"
//! }
//!
//! resource "aws_kinesis_stream" "clicks" {
//!   name        = "clicks"
//!   shard_count = 1
//! }
//!
//! resource "aws_lambda_function" "work" {
//!   function_name = "work"
//!   role          = "arn:aws:iam::123456789012:role/work"
//!   handler       = "work.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "work.zip"
//! }
//!
//! resource "aws_lambda_event_source_mapping" "work" { # finding
//!   function_name     = aws_lambda_function.work.arn
//!   event_source_arn  = aws_kinesis_stream.clicks.arn
//!   starting_position = "LATEST"
//!   maximum_retry_attempts = 3
//!   destination_config {
//!     on_failure {
//!       destination_arn = aws_sqs_queue.failed.arn
//!     }
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_sqs_queue" "failed" {
//!   name = "failed"
//! }
//!
//! resource "aws_kinesis_stream" "clicks" {
//!   name        = "clicks"
//!   shard_count = 1
//! }
//!
//! resource "aws_lambda_function" "work" {
//!   function_name = "work"
//!   role          = "arn:aws:iam::123456789012:role/work"
//!   handler       = "work.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "work.zip"
//! }
//!
//! resource "aws_lambda_event_source_mapping" "work" {
//!   function_name                 = aws_lambda_function.work.arn
//!   event_source_arn              = aws_kinesis_stream.clicks.arn
//!   starting_position             = "LATEST"
//!   maximum_record_age_in_seconds = 3600
//!   destination_config {
//!     on_failure {
//!       destination_arn = aws_sqs_queue.failed.arn
//!     }
//!   }
//! }
//! ```
//!
//! ## How to fix
//!
//! Set `DestinationConfig.OnFailure` to a queue and `MaximumRetryAttempts` (3) or
//! `MaximumRecordAgeInSeconds`, and `BisectBatchOnFunctionError: true`. Records that keep failing are then
//! skipped: the queue gets what is needed to read them again from the stream.

use crate::policy;
use crate::prelude::*;
use crate::repair;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        owasp_serverless: &["SAS-8", "SAS-10"],
        stride: &["D"],
        others: &["LambdaEventSourceMappingDestination"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (fx, function) in cx.functions() {
        for edge in cx.triggers(fx) {
            let Some(trigger) = edge.trigger.as_deref() else { continue };
            let stream = matches!(trigger.event.as_str(), "kinesis" | "dynamodb" | "stream");
            if !stream || trigger.via != "mapping" || trigger.props.get("FunctionName").is_null() {
                continue;
            }
            let target = trigger.props.lookup("DestinationConfig.OnFailure.Destination");
            let attempts = trigger.props.lookup("MaximumRetryAttempts");
            let age = trigger.props.lookup("MaximumRecordAgeInSeconds");
            let from = policy::source(cx, edge);
            let endless = unlimited(attempts).and(unlimited(age));
            let (message, label) = if target.is_null() {
                (
                    format!("records from {from} that {{subject}} cannot process have nowhere to go"),
                    "no on-failure destination",
                )
            } else {
                match endless {
                    Tri::No => continue,
                    Tri::Unknown => {
                        let open = if unlimited(attempts).is_yes() { age } else { attempts };
                        out.cannot_tell(fx, "MaximumRetryAttempts", open);
                        continue;
                    }
                    Tri::Yes => (
                        format!(
                            "a record from {from} that {{subject}} cannot process is tried until it expires and stops its shard"
                        ),
                        "neither attempts nor age are limited",
                    ),
                }
            };
            out.push(
                Found::new(fx, edge.span.or(function.span), message)
                    .label(label)
                    .help("set `DestinationConfig.OnFailure` and `MaximumRetryAttempts` or `MaximumRecordAgeInSeconds`")
                    .evidence(format!("{label} for {}", trigger.source))
                    .fix(proposal(cx, fx, edge, target.is_null(), endless)),
            );
        }
    }
}

/// Whether a limit is absent or -1.
fn unlimited(val: &Val) -> Tri {
    match val.as_int() {
        Some(n) => (n < 0).into(),
        None if val.is_null() => Tri::Yes,
        None => Tri::Unknown,
    }
}

/// A queue for what fails, and three attempts.
fn proposal(cx: &Cx<'_>, fx: NodeIx, edge: &Edge, lost: bool, endless: Tri) -> Proposal {
    let nothing = Val::default();
    let props = edge.trigger.as_deref().map_or(&nothing, |t| &t.props);
    let (manner, map) = repair::mapping(cx, edge, props);
    let serverless = manner == repair::Manner::Serverless;
    let mut changes = Vec::new();
    if lost {
        let arn = Literal::Declared(0, Some("Arn".into()));
        let (key, value) = if serverless {
            let target = Literal::Map(vec![("arn".into(), arn), ("type".into(), "sqs".into())]);
            ("destinations", Literal::Map(vec![("onFailure".into(), target)]))
        } else {
            let mut target = vec![("Destination".into(), arn)];
            if manner == repair::Manner::Sam {
                // Where it is said, SAM gives its role the right to send.
                target.insert(0, ("Type".into(), "SQS".into()));
            }
            let target = Literal::Map(target);
            ("DestinationConfig", Literal::Map(vec![("OnFailure".into(), target)]))
        };
        changes.push(repair::dead_letters(fx, false));
        changes.push(Change::Insert { map, key: key.into(), value });
        changes.extend(repair::may_send(cx, fx));
    }
    if endless.is_yes() {
        let key = if serverless { "maximumRetryAttempts" } else { "MaximumRetryAttempts" };
        changes.push(Change::Insert { map, key: key.into(), value: Literal::Int(3) });
    }
    let title = if lost { "keep what fails in a queue" } else { "stop after three attempts" };
    Proposal::new(title, Safety::Unsafe, changes)
}
