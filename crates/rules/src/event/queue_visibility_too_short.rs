//! a queue hands messages out again while its consumer still works
//!
//! ## What
//!
//! The visibility timeout of a queue (30 s where none is written) is below six times the timeout of a
//! function that consumes it, plus the batching window. Below the timeout itself: medium, since Lambda
//! refuses the mapping; else low. A queue that a framework makes for an event is pedantic.
//!
//! ## Why
//!
//! A message that becomes visible again while a throttled or slow function still holds it is processed
//! twice: an order charged twice, a mail sent twice. Whoever can send slow messages makes it happen at
//! will, and messages reach the dead-letter queue although they would have succeeded.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   timeout: 20
//! functions:
//!   work:
//!     handler: a.b
//!     events:
//!       - sqs: !GetAtt Orders.Arn
//! resources:
//!   Resources:
//!     Orders:
//!       Type: AWS::SQS::Queue
//!       Properties:
//!         VisibilityTimeout: 60 # finding
//! ```
//!
//! ```yaml fixed serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   timeout: 20
//! functions:
//!   work:
//!     handler: a.b
//!     events:
//!       - sqs: !GetAtt Orders.Arn
//! resources:
//!   Resources:
//!     Orders:
//!       Type: AWS::SQS::Queue
//!       Properties:
//!         VisibilityTimeout: 120 # finding
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Function: {Timeout: 60, Runtime: nodejs22.x}
//! Resources:
//!   Orders: # finding
//!     Type: AWS::SQS::Queue
//!   Work:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       CodeUri: .
//!       Events:
//!         Q: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn}}
//! ```
//!
//! ```yaml fixed template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Function: {Timeout: 60, Runtime: nodejs22.x}
//! Resources:
//!   Orders: # finding
//!     Type: AWS::SQS::Queue
//!     Properties:
//!       VisibilityTimeout: 360
//!   Work:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       CodeUri: .
//!       Events:
//!         Q: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn}}
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
//!       Timeout: 5
//!       Events:
//!         Q: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn}}
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! functions:
//!   work:
//!     handler: a.b
//!     timeout: 10
//!     events:
//!       - sqs: {arn: !GetAtt Orders.Arn, maximumBatchingWindow: 30}
//! resources:
//!   Resources:
//!     Orders:
//!       Type: AWS::SQS::Queue
//!       Properties: {VisibilityTimeout: 90}
//! ```
//!
//! ```hcl bad main.tf
//! variable "visibility" {
//!   type    = number
//!   default = 60 # finding
//! }
//!
//! resource "aws_sqs_queue" "orders" {
//!   name                       = "orders"
//!   visibility_timeout_seconds = var.visibility
//! }
//!
//! resource "aws_lambda_function" "work" {
//!   function_name = "work"
//!   role          = "arn:aws:iam::123456789012:role/work"
//!   handler       = "work.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "work.zip"
//!   timeout       = 30
//! }
//!
//! resource "aws_lambda_event_source_mapping" "work" {
//!   function_name    = aws_lambda_function.work.arn
//!   event_source_arn = aws_sqs_queue.orders.arn
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! variable "visibility" {
//!   type    = number
//!   default = 180 # finding
//! }
//!
//! resource "aws_sqs_queue" "orders" {
//!   name                       = "orders"
//!   visibility_timeout_seconds = var.visibility
//! }
//!
//! resource "aws_lambda_function" "work" {
//!   function_name = "work"
//!   role          = "arn:aws:iam::123456789012:role/work"
//!   handler       = "work.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "work.zip"
//!   timeout       = 30
//! }
//!
//! resource "aws_lambda_event_source_mapping" "work" {
//!   function_name    = aws_lambda_function.work.arn
//!   event_source_arn = aws_sqs_queue.orders.arn
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_sqs_queue" "orders" {
//!   name                       = "orders"
//!   visibility_timeout_seconds = 200
//! }
//!
//! resource "aws_lambda_function" "work" {
//!   function_name = "work"
//!   role          = "arn:aws:iam::123456789012:role/work"
//!   handler       = "work.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "work.zip"
//!   timeout       = 30
//! }
//!
//! resource "aws_lambda_event_source_mapping" "work" {
//!   function_name                      = aws_lambda_function.work.arn
//!   event_source_arn                   = aws_sqs_queue.orders.arn
//!   maximum_batching_window_in_seconds = 20
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Parameters:
//!   Seconds: {Type: Number}
//! Resources:
//!   Orders:
//!     Type: AWS::SQS::Queue
//!     Properties: {VisibilityTimeout: !Ref Seconds}
//!   Work:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Timeout: 5
//!       Events:
//!         Q: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn}}
//! ```
//!
//! ## How to fix
//!
//! Set `VisibilityTimeout` to six times the function's timeout plus the batching window, or shorten the
//! function's timeout. A failed message then waits that long for its next attempt.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        owasp_serverless: &["SAS-8", "SAS-10"],
        stride: &["D"],
        others: &["LambdaEventSourceSQSVisibilityTimeout"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (fx, function) in cx.functions() {
        for edge in cx.triggers(fx) {
            let (Some(queue), Some(trigger)) = (cx.node(edge.from), edge.trigger.as_deref()) else {
                continue;
            };
            if queue.ty != "AWS::SQS::Queue" || trigger.enabled.as_bool() == Some(false) {
                continue;
            }
            let visibility = queue.props.lookup("VisibilityTimeout");
            let timeout = function.props.lookup("Timeout");
            let window = trigger.props.lookup("MaximumBatchingWindowInSeconds");
            let Some(seconds) = or_default(visibility, 30) else {
                out.cannot_tell(edge.from, "VisibilityTimeout", visibility);
                continue;
            };
            let (Some(runs), Some(waits)) = (or_default(timeout, 3), or_default(window, 0)) else {
                out.cannot_tell(edge.from, "Timeout", if timeout.is_known() { window } else { timeout });
                continue;
            };
            let needed = runs.saturating_mul(6).saturating_add(waits);
            if seconds >= needed {
                continue;
            }
            let name = &function.name;
            let short = seconds < runs;
            let message = if short {
                format!(
                    "{{subject}} shows messages again after {seconds} s, function `{name}` may run {runs} s: Lambda refuses this"
                )
            } else {
                format!(
                    "{{subject}} shows messages again after {seconds} s; function `{name}`, which may run {runs} s, needs {needed} s"
                )
            };
            let mut found = Found::at_value(edge.from, visibility, queue.span, message)
                .label(if visibility.is_null() { "30 s, the default" } else { "too short" })
                .also(timeout.span.or(function.span), format!("may run {runs} s"))
                .help(format!(
                    "set `VisibilityTimeout` to {needed} or more, or shorten the function's timeout"
                ))
                .severity(if short { Severity::Medium } else { Severity::Low })
                .evidence(format!("{seconds} < {needed} for {name}"));
            if queue.implied_by.is_some() {
                found = found.persona(Persona::Pedantic);
            }
            let enough = enough(cx, edge.from);
            if (needed..=LONGEST).contains(&enough) {
                let title = format!("hide messages for {enough} s");
                let change = Proposal::set(edge.from, "VisibilityTimeout", enough, title).risky();
                found = found.fix(change).or_where_written(visibility, enough);
            }
            out.push(found);
        }
    }
}

/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html>
const LONGEST: i64 = 43_200;

/// What all functions that consume a queue need.
fn enough(cx: &Cx<'_>, queue: NodeIx) -> i64 {
    let needs = cx.graph.out(queue, EdgeKind::Triggers).filter_map(|edge| {
        let timeout = or_default(cx.node(edge.to)?.props.lookup("Timeout"), 3)?;
        let window = or_default(edge.trigger.as_deref()?.props.lookup("MaximumBatchingWindowInSeconds"), 0)?;
        Some(timeout.saturating_mul(6).saturating_add(window))
    });
    needs.max().unwrap_or(0)
}

fn or_default(val: &Val, default: i64) -> Option<i64> {
    if val.is_null() { Some(default) } else { val.as_int() }
}
