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
//! ## How to fix
//!
//! Set `DestinationConfig.OnFailure` to a queue and `MaximumRetryAttempts` (3) or
//! `MaximumRecordAgeInSeconds`, and `BisectBatchOnFunctionError: true`. Records that keep failing are then
//! skipped: the queue gets what is needed to read them again from the stream.

use crate::policy;
use crate::prelude::*;

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
                    .evidence(format!("{label} for {}", trigger.source)),
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
