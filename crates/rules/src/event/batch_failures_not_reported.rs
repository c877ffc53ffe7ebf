//! one failed record makes a whole batch come back
//!
//! ## What
//!
//! A queue or stream gives a function batches of more than one record (10 from a queue and 100 from a
//! stream where nothing is written), and `FunctionResponseTypes` has no `ReportBatchItemFailures`.
//!
//! ## Why
//!
//! Without it one record that fails makes all of its batch come back, those already processed among them.
//! Whoever can send one malformed record makes the function repeat the others until they all end in the
//! dead-letter queue.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {batch: 5} # finding
//! functions:
//!   work:
//!     handler: a.b
//!     events:
//!       - sqs: {arn: !GetAtt Orders.Arn, batchSize: '${self:custom.batch}'}
//! resources:
//!   Resources:
//!     Orders:
//!       Type: AWS::SQS::Queue
//! ```
//!
//! ```yaml fixed serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {batch: 5} # finding
//! functions:
//!   work:
//!     handler: a.b
//!     events:
//!       - sqs: {arn: !GetAtt Orders.Arn, batchSize: '${self:custom.batch}', functionResponseType: ReportBatchItemFailures}
//! resources:
//!   Resources:
//!     Orders:
//!       Type: AWS::SQS::Queue
//! ```
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Clicks:
//!     Type: AWS::Kinesis::Stream
//!   Work:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!   Mapping: # finding
//!     Type: AWS::Lambda::EventSourceMapping
//!     Properties:
//!       FunctionName: !Ref Work
//!       EventSourceArn: !GetAtt Clicks.Arn
//!       StartingPosition: LATEST
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Clicks:
//!     Type: AWS::Kinesis::Stream
//!   Work:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!   Mapping: # finding
//!     Type: AWS::Lambda::EventSourceMapping
//!     Properties:
//!       FunctionName: !Ref Work
//!       EventSourceArn: !GetAtt Clicks.Arn
//!       StartingPosition: LATEST
//!       FunctionResponseTypes:
//!         - ReportBatchItemFailures
//! ```
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Orders:
//!     Type: AWS::SQS::Queue
//!   Work:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Events:
//!         Q:
//!           Type: SQS
//!           Properties:
//!             Queue: !GetAtt Orders.Arn
//!             FunctionResponseTypes: [ReportBatchItemFailures]
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! functions:
//!   work:
//!     handler: a.b
//!     events:
//!       - sqs: {arn: !GetAtt Orders.Arn, batchSize: 1}
//! resources:
//!   Resources:
//!     Orders:
//!       Type: AWS::SQS::Queue
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_sqs_queue" "orders" {
//!   name = "orders"
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
//!   function_name    = aws_lambda_function.work.arn
//!   event_source_arn = aws_sqs_queue.orders.arn
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_sqs_queue" "orders" {
//!   name = "orders"
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
//!   function_name    = aws_lambda_function.work.arn
//!   event_source_arn = aws_sqs_queue.orders.arn
//!   function_response_types = ["ReportBatchItemFailures"]
//! }
//! ```
//!
//! ```hcl good main.tf
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
//!   function_name           = aws_lambda_function.work.arn
//!   event_source_arn        = aws_kinesis_stream.clicks.arn
//!   starting_position       = "LATEST"
//!   function_response_types = ["ReportBatchItemFailures"]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Parameters:
//!   Size: {Type: Number}
//! Resources:
//!   Orders:
//!     Type: AWS::SQS::Queue
//!   Work:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Events:
//!         Q: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn, BatchSize: !Ref Size}}
//! ```
//!
//! ## How to fix
//!
//! Set `FunctionResponseTypes: [ReportBatchItemFailures]` and let the handler return
//! `{batchItemFailures: [{itemIdentifier: …}]}`. A handler that returns nothing then counts as having
//! processed the whole batch: change it first.

use crate::policy;
use crate::prelude::*;
use crate::repair;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References { owasp_serverless: &["SAS-10"], stride: &["D"], ..References::NONE },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (fx, _) in cx.functions() {
        for edge in cx.triggers(fx) {
            let Some(trigger) = edge.trigger.as_deref() else { continue };
            let default = match trigger.event.as_str() {
                "sqs" => 10,
                "kinesis" | "dynamodb" | "stream" => 100,
                _ => continue,
            };
            // A pipe has its own answer for what fails.
            if trigger.via != "mapping" || trigger.props.get("FunctionName").is_null() {
                continue;
            }
            let types = trigger.props.lookup("FunctionResponseTypes");
            let reports = types.items().iter().fold(Tri::No, |a, v| a.or(v.is("ReportBatchItemFailures")));
            let batch = &trigger.batch_size;
            let size = if batch.is_null() { Some(default) } else { batch.as_int() };
            match (reports, size) {
                (Tri::Yes, _) => continue,
                (_, Some(n)) if n <= 1 => continue,
                (Tri::Unknown, _) => {
                    out.cannot_tell(fx, "FunctionResponseTypes", types);
                    continue;
                }
                (Tri::No, None) => {
                    out.cannot_tell(fx, "BatchSize", batch);
                    continue;
                }
                (Tri::No, Some(_)) => {}
            }
            let from = policy::source(cx, edge);
            let size = size.unwrap_or(default);
            out.push(
                Found::at_value(
                    fx,
                    batch,
                    edge.span,
                    format!("{{subject}} does not report which of up to {size} records from {from} failed: all come back"),
                )
                .label(if batch.is_null() { format!("batches of {default}, the default") } else { "batches".to_owned() })
                .help("set `FunctionResponseTypes: [ReportBatchItemFailures]` and return `batchItemFailures`")
                .evidence(format!("batch of {}", trigger.source))
                .fix(proposal(cx, edge, &trigger.props)),
            );
        }
    }
}

fn proposal(cx: &Cx<'_>, edge: &Edge, props: &Val) -> Proposal {
    let word: Literal = "ReportBatchItemFailures".into();
    let (manner, map) = repair::mapping(cx, edge, props);
    let (key, value) = match manner {
        repair::Manner::Serverless => ("functionResponseType", word),
        _ => ("FunctionResponseTypes", Literal::List(vec![word])),
    };
    let change = Change::Insert { map, key: key.into(), value };
    Proposal::new("report which records failed", Safety::Unsafe, vec![change])
}
