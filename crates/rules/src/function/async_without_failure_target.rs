//! failed events of the function are lost
//!
//! ## What
//!
//! Something starts the function asynchronously (a bucket, a topic, an EventBridge rule, a schedule, an IoT
//! rule, a log subscription, received mail, AWS Config) and a failed event has nowhere to go: no dead-letter
//! target and no on-failure destination, neither of the function nor of a version or alias. Low when schedules
//! are all that starts it.
//!
//! ## Why
//!
//! Lambda tries an asynchronous event three times and then drops it. Whoever can make the function fail (with
//! one odd file in the bucket, one message that it cannot parse) makes events disappear without a trace: the
//! upload that is never scanned, the audit record that is never written.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//! functions:
//!   scan: # finding
//!     handler: scan.handler
//!     events:
//!       - s3: uploads
//! ```
//!
//! ```yaml fixed serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//! functions:
//!   scan: # finding
//!     handler: scan.handler
//!     events:
//!       - s3: uploads
//!     destinations:
//!       onFailure:
//!         type: sqs
//!         arn: !GetAtt ScanLambdaFunctionDeadLetters.Arn
//! resources:
//!   Resources:
//!     ScanLambdaFunctionDeadLetters:
//!       Type: AWS::SQS::Queue
//!       Properties:
//!         MessageRetentionPeriod: 1209600
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Function:
//!     Runtime: nodejs24.x
//!     CodeUri: .
//! Resources:
//!   Uploads:
//!     Type: AWS::SNS::Topic
//!   Scan: # finding
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: scan.handler
//!       Events:
//!         Upload:
//!           Type: SNS
//!           Properties: {Topic: !Ref Uploads}
//! ```
//!
//! ```yaml fixed template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Function:
//!     Runtime: nodejs24.x
//!     CodeUri: .
//! Resources:
//!   Uploads:
//!     Type: AWS::SNS::Topic
//!   Scan: # finding
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: scan.handler
//!       Events:
//!         Upload:
//!           Type: SNS
//!           Properties: {Topic: !Ref Uploads}
//!       DeadLetterQueue:
//!         Type: SQS
//!         TargetArn: !GetAtt ScanDeadLetters.Arn
//!   ScanDeadLetters:
//!     Type: AWS::SQS::Queue
//!     Properties:
//!       MessageRetentionPeriod: 1209600
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs24.x}
//! functions:
//!   nightly: # finding
//!     handler: nightly.handler
//!     events:
//!       - schedule: rate(1 day)
//! ```
//!
//! ```yaml fixed serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs24.x}
//! functions:
//!   nightly: # finding
//!     handler: nightly.handler
//!     events:
//!       - schedule: rate(1 day)
//!     destinations:
//!       onFailure:
//!         type: sqs
//!         arn: !GetAtt NightlyLambdaFunctionDeadLetters.Arn
//! resources:
//!   Resources:
//!     NightlyLambdaFunctionDeadLetters:
//!       Type: AWS::SQS::Queue
//!       Properties:
//!         MessageRetentionPeriod: 1209600
//!     NightlyLambdaFunctionDeadLettersPolicy:
//!       Type: AWS::SQS::QueuePolicy
//!       Properties:
//!         Queues:
//!           - !Ref NightlyLambdaFunctionDeadLetters
//!         PolicyDocument:
//!           Version: '2012-10-17'
//!           Statement:
//!             - Sid: DenyPlainHttp
//!               Effect: Deny
//!               Principal: '*'
//!               Action: sqs:*
//!               Resource:
//!                 - !GetAtt NightlyLambdaFunctionDeadLetters.Arn
//!               Condition:
//!                 Bool:
//!                   aws:SecureTransport: 'false'
//! ```
//!
//! A queue keeps what fails, so a function behind it needs nothing:
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Jobs:
//!     Type: AWS::SQS::Queue
//!   Failed:
//!     Type: AWS::SQS::Queue
//!   Work:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: work.handler
//!       Runtime: nodejs24.x
//!       CodeUri: .
//!       Events:
//!         Job:
//!           Type: SQS
//!           Properties: {Queue: !GetAtt Jobs.Arn}
//!   Nightly:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: nightly.handler
//!       Runtime: nodejs24.x
//!       CodeUri: .
//!       DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Failed.Arn}
//!       Events:
//!         Night:
//!           Type: Schedule
//!           Properties: {Schedule: rate(1 day)}
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//! functions:
//!   scan:
//!     handler: scan.handler
//!     destinations:
//!       onFailure: arn:aws:sqs:eu-west-1:123456789012:failed
//!     events:
//!       - s3: uploads
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_s3_bucket" "uploads" {
//!   bucket = "uploads"
//! }
//!
//! resource "aws_lambda_function" "scan" { # finding
//!   function_name = "scan"
//!   role          = aws_iam_role.scan.arn
//!   handler       = "scan.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "scan.zip"
//! }
//!
//! resource "aws_lambda_permission" "uploads" {
//!   function_name = aws_lambda_function.scan.function_name
//!   action        = "lambda:InvokeFunction"
//!   principal     = "s3.amazonaws.com"
//!   source_arn    = aws_s3_bucket.uploads.arn
//! }
//!
//! resource "aws_s3_bucket_notification" "uploads" {
//!   bucket = aws_s3_bucket.uploads.id
//!   lambda_function {
//!     lambda_function_arn = aws_lambda_function.scan.arn
//!     events              = ["s3:ObjectCreated:*"]
//!   }
//! }
//!
//! resource "aws_iam_role" "scan" {
//!   name               = "scan"
//!   assume_role_policy = file("lambda.json")
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_s3_bucket" "uploads" {
//!   bucket = "uploads"
//! }
//!
//! resource "aws_lambda_function" "scan" { # finding
//!   function_name = "scan"
//!   role          = aws_iam_role.scan.arn
//!   handler       = "scan.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "scan.zip"
//!
//!   dead_letter_config {
//!     target_arn = aws_sqs_queue.scan_dead_letters.arn
//!   }
//! }
//!
//! resource "aws_sqs_queue" "scan_dead_letters" {
//!   message_retention_seconds = 1209600
//! }
//!
//! resource "aws_lambda_permission" "uploads" {
//!   function_name = aws_lambda_function.scan.function_name
//!   action        = "lambda:InvokeFunction"
//!   principal     = "s3.amazonaws.com"
//!   source_arn    = aws_s3_bucket.uploads.arn
//! }
//!
//! resource "aws_s3_bucket_notification" "uploads" {
//!   bucket = aws_s3_bucket.uploads.id
//!   lambda_function {
//!     lambda_function_arn = aws_lambda_function.scan.arn
//!     events              = ["s3:ObjectCreated:*"]
//!   }
//! }
//!
//! resource "aws_iam_role" "scan" {
//!   name               = "scan"
//!   assume_role_policy = file("lambda.json")
//! }
//!
//! resource "aws_iam_role_policy" "scan_dead_letters" {
//!   name = "dead-letters"
//!   role = aws_iam_role.scan.id
//!   policy = jsonencode({
//!     Version   = "2012-10-17"
//!     Statement = [{
//!       Effect   = "Allow"
//!       Action   = "sqs:SendMessage"
//!       Resource = aws_sqs_queue.scan_dead_letters.arn
//!     }]
//!   })
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_lambda_function" "scan" {
//!   function_name = "scan"
//!   role          = "arn:aws:iam::123456789012:role/scan"
//!   handler       = "scan.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "scan.zip"
//! }
//!
//! resource "aws_cloudwatch_event_rule" "night" {
//!   name                = "night"
//!   schedule_expression = "rate(1 day)"
//! }
//!
//! resource "aws_cloudwatch_event_target" "night" {
//!   rule = aws_cloudwatch_event_rule.night.name
//!   arn  = aws_lambda_function.scan.arn
//! }
//!
//! resource "aws_sqs_queue" "failed" {
//!   name = "failed"
//! }
//!
//! resource "aws_lambda_function_event_invoke_config" "scan" {
//!   function_name = aws_lambda_function.scan.function_name
//!   destination_config {
//!     on_failure {
//!       destination = aws_sqs_queue.failed.arn
//!     }
//!   }
//! }
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_lambda_function" "night" { # finding
//!   function_name = "night"
//!   role          = "arn:aws:iam::123456789012:role/night"
//!   handler       = "night.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "night.zip"
//! }
//!
//! resource "aws_cloudwatch_event_rule" "night" {
//!   name                = "night"
//!   schedule_expression = "rate(1 day)"
//! }
//!
//! resource "aws_cloudwatch_event_target" "night" {
//!   rule = aws_cloudwatch_event_rule.night.name
//!   arn  = aws_lambda_function.night.arn
//! }
//!
//! resource "aws_lambda_permission" "night" {
//!   function_name = aws_lambda_function.night.function_name
//!   action        = "lambda:InvokeFunction"
//!   principal     = "events.amazonaws.com"
//!   source_arn    = aws_cloudwatch_event_rule.night.arn
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_lambda_function" "night" { # finding
//!   function_name = "night"
//!   role          = "arn:aws:iam::123456789012:role/night"
//!   handler       = "night.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "night.zip"
//!
//!   dead_letter_config {
//!     target_arn = aws_sqs_queue.night_dead_letters.arn
//!   }
//! }
//!
//! resource "aws_sqs_queue" "night_dead_letters" {
//!   message_retention_seconds = 1209600
//! }
//!
//! resource "aws_sqs_queue_policy" "night_dead_letters_policy" {
//!   queue_url = aws_sqs_queue.night_dead_letters.id
//!   policy = jsonencode({
//!     Version   = "2012-10-17"
//!     Statement = [{
//!       Sid       = "DenyPlainHttp"
//!       Effect    = "Deny"
//!       Principal = "*"
//!       Action    = "sqs:*"
//!       Resource  = [aws_sqs_queue.night_dead_letters.arn]
//!       Condition = {
//!         Bool = {
//!           "aws:SecureTransport" = "false"
//!         }
//!       }
//!     }]
//!   })
//! }
//!
//! resource "aws_cloudwatch_event_rule" "night" {
//!   name                = "night"
//!   schedule_expression = "rate(1 day)"
//! }
//!
//! resource "aws_cloudwatch_event_target" "night" {
//!   rule = aws_cloudwatch_event_rule.night.name
//!   arn  = aws_lambda_function.night.arn
//! }
//!
//! resource "aws_lambda_permission" "night" {
//!   function_name = aws_lambda_function.night.function_name
//!   action        = "lambda:InvokeFunction"
//!   principal     = "events.amazonaws.com"
//!   source_arn    = aws_cloudwatch_event_rule.night.arn
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   DeadLetter: {Type: String}
//! Resources:
//!   Nightly:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: nightly.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!       DeadLetterConfig: !Ref DeadLetter
//!   Rule:
//!     Type: AWS::Events::Rule
//!     Properties:
//!       ScheduleExpression: rate(1 day)
//!       Targets: [{Id: f, Arn: !GetAtt Nightly.Arn}]
//!   Permission:
//!     Type: AWS::Lambda::Permission
//!     Properties:
//!       FunctionName: !Ref Nightly
//!       Action: lambda:InvokeFunction
//!       Principal: events.amazonaws.com
//!       SourceArn: !GetAtt Rule.Arn
//! ```
//!
//! ## How to fix
//!
//! Name a queue or topic: `onError` or `destinations.onFailure` in serverless.yml, `DeadLetterQueue` or
//! `EventInvokeConfig.DestinationConfig.OnFailure` in SAM, `DeadLetterConfig` or `AWS::Lambda::EventInvokeConfig`
//! in CloudFormation. The role needs to send to it (SAM and Serverless see to that in most cases). A queue costs
//! per message; nothing is in it until something fails. Put an alarm on it.
//!
//! ## Differs from
//!
//! Checkov, Guard and KICS ask every function for a dead-letter target, even those that are never started
//! asynchronously; on-failure destinations do not count for them.

use super::advice;
use crate::prelude::*;
use crate::{repair, transport};

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[755, 778],
        owasp_serverless: &["S10", "SAS-5"],
        checkov: &["CKV_AWS_116"],
        stride: &["R", "D"],
        others: &["no_dead_letter_queue", "LAMBDA_DLQ_CHECK", "LambdaDLQ", "LambdaAsyncFailureDestination"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.functions() {
        let triggers: Vec<(&Edge, String, bool)> =
            cx.triggers(ix).filter_map(|e| asynchronous(cx, e)).collect();
        let Some((_, first, _)) = triggers.first() else { continue };
        match failure_target(cx, ix, node) {
            Target::Set => continue,
            Target::Unknown(val) => {
                out.cannot_tell(ix, "DeadLetterConfig", val);
                continue;
            }
            Target::Missing => {}
        }
        let only_schedules = triggers.iter().all(|(_, _, schedule)| *schedule);
        // What the run adds on who starts a function need not be said twice.
        let named = cx.exposure(ix).starts_with("started by") && !only_schedules;
        let cause = if named { String::new() } else { format!("; {first} starts it asynchronously") };
        let mut found = Found::new(
            ix,
            node.span,
            format!("failed events of {{subject}} are lost: nothing keeps what fails{cause}"),
        )
        .label("no dead-letter target and no on-failure destination")
        .help(advice(
            cx,
            "set `onError` or `destinations.onFailure` to a queue",
            "set `DeadLetterConfig` (SAM: `DeadLetterQueue`) or an on-failure destination to a queue",
        ))
        .severity(if only_schedules { Severity::Low } else { Severity::Medium })
        .evidence("no failure target")
        // A fix of something low may add nothing low, and a queue that answers without TLS is that.
        .fix(if only_schedules {
            guarded(ix, proposal(cx, ix, node))
        } else {
            proposal(cx, ix, node)
        });
        for (edge, _, _) in triggers.iter().take(3) {
            found = found.also(edge.span, "starts it asynchronously");
        }
        out.push(found);
    }
}

/// The same with a policy of the queue that refuses requests without TLS.
fn guarded(ix: NodeIx, mut plain: Proposal) -> Proposal {
    let queue = |attribute: Option<&str>| Literal::Declared(0, attribute.map(Into::into));
    let of = ("AWS::SQS::QueuePolicy", ("Queues", Literal::List(vec![queue(None)])));
    let mut policy = transport::declare(ix, "sqs:*", vec![queue(Some("Arn"))], of).changes;
    for change in &mut policy {
        if let Change::Declare { suffix, .. } = change {
            *suffix = "DeadLettersPolicy".into();
        }
    }
    plain.changes.extend(policy);
    plain
}

/// An edge by which nobody waits for the function's answer, with words for its source and whether that is
/// a schedule.
fn asynchronous<'a>(cx: &Cx<'a>, edge: &'a Edge) -> Option<(&'a Edge, String, bool)> {
    let trigger = edge.trigger.as_deref().filter(|t| t.asynchronous)?;
    if edge.label == "blocked" || trigger.enabled.as_bool() == Some(false) {
        return None;
    }
    let schedule = trigger.event == "schedule";
    let words = match trigger.event.as_str() {
        "schedule" => "a schedule".to_owned(),
        "eventbridge" => "an EventBridge rule".to_owned(),
        "iot" => "an IoT rule".to_owned(),
        "logs" => "a log subscription".to_owned(),
        "ses" => "received mail".to_owned(),
        "config" => "AWS Config".to_owned(),
        _ => {
            let node = cx.node(edge.from)?;
            // An entry's name begins with its function's.
            let name = node.name.rsplit('/').next().unwrap_or(&node.name);
            match (trigger.event.as_str(), node.entry()) {
                ("s3", _) => format!("bucket `{name}`"),
                ("sns", _) => format!("topic `{name}`"),
                (_, Some(entry)) if !entry.path.is_empty() => format!("`{} {}`", entry.method, entry.path),
                (other, _) => format!("{other} `{name}`"),
            }
        }
    };
    Some((edge, words, schedule))
}

enum Target<'a> {
    Set,
    Missing,
    Unknown(&'a Val),
}

fn failure_target<'a>(cx: &Cx<'a>, ix: NodeIx, node: &'a Node) -> Target<'a> {
    if cx.graph.out(ix, EdgeKind::FailsTo).next().is_some() {
        return Target::Set;
    }
    let configs = cx
        .graph
        .into(ix, EdgeKind::AttachedTo)
        .filter_map(|e| cx.node(e.from))
        .filter(|n| n.ty == "AWS::Lambda::EventInvokeConfig")
        .map(|n| (&n.props, "DestinationConfig.OnFailure.Destination"));
    let mut unknown = None;
    for (props, path) in std::iter::once((&node.props, "DeadLetterConfig.TargetArn")).chain(configs) {
        let val = props.lookup(path);
        if val.is_null() {
            continue;
        }
        // An ARN that a parameter gives is a target whatever it is; a block that is not known may be empty.
        if !props.at(path).is_null() {
            return Target::Set;
        }
        unknown = Some(val);
    }
    match unknown {
        Some(val) => Target::Unknown(val),
        None if super::written(&node.props, "DeadLetterConfig") == Tri::Unknown => {
            Target::Unknown(&node.props)
        }
        None => Target::Missing,
    }
}

/// A queue for what fails, and the right to send to it: Lambda refuses a target that the role may not reach.
fn proposal(cx: &Cx<'_>, ix: NodeIx, node: &Node) -> Proposal {
    let arn = Literal::Declared(0, Some("Arn".into()));
    let mut changes = vec![repair::dead_letters(ix, false)];
    let destinations = cx.application.dialects.contains(&"serverless")
        && node.address.is_empty()
        && !cx
            .graph
            .into(ix, EdgeKind::AttachedTo)
            .any(|e| cx.node(e.from).is_some_and(|n| n.ty == "AWS::Lambda::EventInvokeConfig"));
    if destinations {
        // The framework gives its role the right for a destination, and not for a dead-letter target.
        let target = Literal::Map(vec![("type".into(), "sqs".into()), ("arn".into(), arn)]);
        let value = Literal::Map(vec![("onFailure".into(), target)]);
        changes.push(Change::Insert { map: node.span, key: "destinations".into(), value });
    } else {
        changes.push(Change::Set { node: ix, path: "DeadLetterConfig.TargetArn".into(), value: arn });
        changes.extend(repair::may_send(cx, ix));
    }
    Proposal::new("keep failed events in a queue", Safety::Unsafe, changes)
}
