//! what a function writes starts it again
//!
//! ## What
//!
//! A function may write to a queue, topic, stream, table or bucket, or invoke a function, that leads back
//! to it through the triggers of this application, and no filter breaks the circle. Medium; high where
//! `RecursiveLoop: Allow` switches off Lambda's own detection. Where the role serves several functions or
//! the statement is on `*`, the permission may be there for something else: low confidence, pedantic.
//! `RecursiveLoop: Allow` without a circle: info. A bucket that a function itself writes to is
//! `event-output-into-trigger-bucket`.
//!
//! ## Why
//!
//! One event starts the next without end: it costs money and uses up the account's concurrency until
//! somebody notices. Whoever can send one event starts it. Lambda stops loops over SQS, SNS and S3 after
//! about 16 rounds; over tables and streams it does not.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
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
//!       Policies:
//!         - Statement:
//!             - Effect: Allow
//!               Action: sqs:SendMessage # finding
//!               Resource: !GetAtt Orders.Arn
//!       Events:
//!         Q: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn}}
//! ```
//!
//! Over a topic, with the action from a variable:
//!
//! ```yaml bad serverless.yml
//! service: shop
//! custom: {may: 'sns:Pub*'} # finding
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   iam:
//!     role:
//!       statements:
//!         - Effect: Allow
//!           Action: ['${self:custom.may}']
//!           Resource: !Ref Alerts
//! functions:
//!   work:
//!     handler: a.b
//!     events:
//!       - sns: {arn: !Ref Alerts, topicName: alerts}
//! resources:
//!   Resources:
//!     Alerts:
//!       Type: AWS::SNS::Topic
//! ```
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   In:
//!     Type: AWS::SQS::Queue
//!   Out:
//!     Type: AWS::SQS::Queue
//!   Work:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Policies:
//!         - SQSSendMessagePolicy: {QueueName: !GetAtt Out.QueueName}
//!       Events:
//!         Q: {Type: SQS, Properties: {Queue: !GetAtt In.Arn}}
//! ```
//!
//! A filter stands between:
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   iam:
//!     role:
//!       statements:
//!         - {Effect: Allow, Action: 'sns:Publish', Resource: !Ref Alerts}
//! functions:
//!   work:
//!     handler: a.b
//!     events:
//!       - sns: {arn: !Ref Alerts, topicName: alerts, filterPolicy: {kind: [new]}}
//! resources:
//!   Resources:
//!     Alerts:
//!       Type: AWS::SNS::Topic
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_sqs_queue" "orders" {
//!   name = "orders"
//! }
//!
//! resource "aws_iam_role" "work" {
//!   name = "work"
//!   assume_role_policy = jsonencode({
//!     Statement = [{
//!       Effect    = "Allow"
//!       Principal = { Service = "lambda.amazonaws.com" }
//!       Action    = "sts:AssumeRole"
//!     }]
//!   })
//! }
//!
//! resource "aws_iam_role_policy" "work" {
//!   role = aws_iam_role.work.id
//!   policy = jsonencode({
//!     Statement = [{
//!       Effect   = "Allow"
//!       Action   = "sqs:SendMessage" # finding
//!       Resource = aws_sqs_queue.orders.arn
//!     }]
//!   })
//! }
//!
//! resource "aws_lambda_function" "work" {
//!   function_name = "work"
//!   role          = aws_iam_role.work.arn
//!   handler       = "work.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "work.zip"
//! }
//!
//! resource "aws_lambda_event_source_mapping" "work" {
//!   function_name    = aws_lambda_function.work.arn
//!   event_source_arn = aws_sqs_queue.orders.arn
//! }
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_lambda_function" "work" {
//!   function_name = "work"
//!   role          = "arn:aws:iam::123456789012:role/work"
//!   handler       = "work.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "work.zip"
//! }
//!
//! resource "aws_lambda_function_recursion_config" "work" {
//!   function_name  = aws_lambda_function.work.function_name
//!   recursive_loop = "Allow" # finding
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_sqs_queue" "orders" {
//!   name = "orders"
//! }
//!
//! resource "aws_sqs_queue" "done" {
//!   name = "done"
//! }
//!
//! resource "aws_iam_role" "work" {
//!   name = "work"
//!   assume_role_policy = jsonencode({
//!     Statement = [{
//!       Effect    = "Allow"
//!       Principal = { Service = "lambda.amazonaws.com" }
//!       Action    = "sts:AssumeRole"
//!     }]
//!   })
//! }
//!
//! resource "aws_iam_role_policy" "work" {
//!   role = aws_iam_role.work.id
//!   policy = jsonencode({
//!     Statement = [{
//!       Effect   = "Allow"
//!       Action   = "sqs:SendMessage"
//!       Resource = aws_sqs_queue.done.arn
//!     }]
//!   })
//! }
//!
//! resource "aws_lambda_function" "work" {
//!   function_name = "work"
//!   role          = aws_iam_role.work.arn
//!   handler       = "work.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "work.zip"
//! }
//!
//! resource "aws_lambda_event_source_mapping" "work" {
//!   function_name    = aws_lambda_function.work.arn
//!   event_source_arn = aws_sqs_queue.orders.arn
//! }
//! ```
//!
//! ## How to fix
//!
//! Write to another queue or topic, or give the trigger a filter that what the function writes does not
//! pass. Keep `RecursiveLoop` at `Terminate`.

use crate::loops::{self, Step};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[674, 835],
        owasp_serverless: &["SAS-8"],
        attack: &["T1496"],
        stride: &["D"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let mut on_a_loop: Vec<NodeIx> = Vec::new();
    for steps in loops::loops(cx) {
        on_a_loop.extend(steps.iter().map(|s| s.from));
        if let [only] = steps.as_slice()
            && only.through.and_then(|t| cx.node(t)).is_some_and(|n| n.ty == "AWS::S3::Bucket")
        {
            continue;
        }
        circle(cx, &steps, out);
    }
    for (fx, node) in cx.functions() {
        let setting = node.props.lookup("RecursiveLoop");
        if setting.is("Allow").is_yes() && !on_a_loop.contains(&fx) {
            out.push(
                Found::at_value(
                    fx,
                    setting,
                    node.span,
                    "Lambda does not stop {subject} when it starts itself again",
                )
                .label("loop detection is off")
                .help("remove `RecursiveLoop: Allow` unless the loop is meant and ends")
                .severity(Severity::Info)
                .evidence("RecursiveLoop Allow"),
            );
        }
    }
}

fn circle(cx: &Cx<'_>, steps: &[Step<'_>], out: &mut Findings) {
    let Some(first) = steps.first() else { return };
    let allowed = steps.iter().any(|s| loops::is_allowed(cx, s.from).is_yes());
    let meant = steps.iter().all(|s| s.way.meant);
    let way = words(cx, steps);
    let message = if steps.len() == 1 {
        match first.through {
            Some(through) => {
                format!("{{subject}} may write to {}, which starts it again", cx.subject(through))
            }
            None => "{subject} may invoke itself".to_owned(),
        }
    } else {
        format!("{} functions start each other without end: {way}", steps.len())
    };
    let mut found = Found::at_value(first.from, first.way.at(), first.way.statement.span, message)
        .label("this lets it write")
        .help("write elsewhere, or give the trigger a filter that what is written does not pass")
        .severity(if allowed { Severity::High } else { Severity::Medium })
        .evidence(way);
    for step in steps.iter().skip(1) {
        found = found.also(step.way.at().span, "and this the next").affects(step.from);
    }
    for step in steps {
        let edge = step.through.and_then(|t| cx.graph.out(t, EdgeKind::Triggers).find(|e| e.to == step.to));
        if let Some(edge) = edge {
            found = found.also(edge.span, "starts the function");
        }
    }
    if !meant {
        found = found.confidence(Confidence::Low).persona(Persona::Pedantic);
    }
    out.push(found);
}

fn words(cx: &Cx<'_>, steps: &[Step<'_>]) -> String {
    let name = |ix: NodeIx| cx.node(ix).map_or_else(String::new, |n| format!("`{}`", n.name));
    let mut text = String::new();
    for step in steps {
        text.push_str(&name(step.from));
        text.push_str(" → ");
        if let Some(through) = step.through {
            text.push_str(&cx.subject(through));
            text.push_str(" → ");
        }
    }
    text.push_str(&steps.first().map_or_else(String::new, |s| name(s.from)));
    text
}
