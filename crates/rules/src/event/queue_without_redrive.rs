//! a queue that starts a function has nowhere for what keeps failing
//!
//! ## What
//!
//! A queue triggers a function and has no redrive policy. A queue that is itself the dead-letter queue of
//! something is silent; one that a framework makes for an event is pedantic.
//!
//! ## Why
//!
//! A message that the function cannot process comes back until it expires: it costs an invocation each
//! time, holds up a FIFO queue, and after four days it is gone without a trace. One malformed message,
//! sent on purpose, is enough.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom:
//!   queue: {VisibilityTimeout: 60}
//! functions:
//!   work:
//!     handler: a.b
//!     events:
//!       - sqs: {arn: !GetAtt Orders.Arn}
//! resources:
//!   Resources:
//!     Orders: # finding
//!       Type: AWS::SQS::Queue
//!       Properties: ${self:custom.queue}
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Orders: # finding
//!     Type: AWS::SQS::Queue
//!   Work:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Events:
//!         Q: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn}}
//! ```
//!
//! ```yaml fixed template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Orders: # finding
//!     Type: AWS::SQS::Queue
//!     Properties:
//!       RedrivePolicy:
//!         deadLetterTargetArn: !GetAtt OrdersDeadLetters.Arn
//!         maxReceiveCount: 5
//!   OrdersDeadLetters:
//!     Type: AWS::SQS::Queue
//!     Properties:
//!       MessageRetentionPeriod: 1209600
//!   Work:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Events:
//!         Q: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn}}
//! ```
//!
//! Also a function on the dead-letter queue:
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Failed:
//!     Type: AWS::SQS::Queue
//!   Orders:
//!     Type: AWS::SQS::Queue
//!     Properties:
//!       RedrivePolicy: {deadLetterTargetArn: !GetAtt Failed.Arn, maxReceiveCount: 5}
//!   Work:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Events:
//!         Q: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn}}
//!   Repair:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.c
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Events:
//!         Q: {Type: SQS, Properties: {Queue: !GetAtt Failed.Arn}}
//! ```
//!
//! Nothing here is started by this queue:
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! functions:
//!   work: {handler: a.b}
//! resources:
//!   Resources:
//!     Orders:
//!       Type: AWS::SQS::Queue
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_sqs_queue" "orders" { # finding
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
//! resource "aws_lambda_event_source_mapping" "work" {
//!   function_name    = aws_lambda_function.work.arn
//!   event_source_arn = aws_sqs_queue.orders.arn
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_sqs_queue" "orders" { # finding
//!   name = "orders"
//!   redrive_policy = jsonencode({
//!     deadLetterTargetArn = aws_sqs_queue.orders_dead_letters.arn
//!     maxReceiveCount     = 5
//!   })
//! }
//!
//! resource "aws_sqs_queue" "orders_dead_letters" {
//!   message_retention_seconds = 1209600
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
//!   function_name    = aws_lambda_function.work.arn
//!   event_source_arn = aws_sqs_queue.orders.arn
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_sqs_queue" "orders" {
//!   name = "orders"
//! }
//!
//! resource "aws_sqs_queue" "dead" {
//!   name = "dead"
//! }
//!
//! resource "aws_sqs_queue_redrive_policy" "orders" {
//!   queue_url = aws_sqs_queue.orders.id
//!   redrive_policy = jsonencode({
//!     deadLetterTargetArn = aws_sqs_queue.dead.arn
//!     maxReceiveCount     = 5
//!   })
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
//!   function_name    = aws_lambda_function.work.arn
//!   event_source_arn = aws_sqs_queue.orders.arn
//! }
//! ```
//!
//! ## How to fix
//!
//! Add a second queue and `RedrivePolicy: {deadLetterTargetArn: …, maxReceiveCount: 5}`, with an alarm on
//! its depth. Messages that fail five times move there; an empty queue costs nothing.

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
        others: &["SQSRedrivePolicy"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::SQS::Queue") {
        let functions: Vec<&str> = cx
            .graph
            .out(ix, EdgeKind::Triggers)
            .filter_map(|e| cx.node(e.to).filter(|n| n.kind == NodeKind::Function))
            .map(|n| n.name.as_str())
            .collect();
        let Some(first) = functions.first() else { continue };
        let redrive = node.props.lookup("RedrivePolicy");
        let is_dead_letter = cx.graph.into(ix, EdgeKind::FailsTo).next().is_some();
        if !redrive.is_null() || is_dead_letter {
            continue;
        }
        let mut found = Found::new(
                ix,
                node.span,
                format!("{{subject}} has no dead-letter queue: a message that function `{first}` cannot process comes back until it expires"),
            )
            .label("no `RedrivePolicy`")
            .help("add a dead-letter queue and `RedrivePolicy: {deadLetterTargetArn: …, maxReceiveCount: 5}`")
            .evidence("no redrive policy");
        // A queue that a framework makes takes no redrive policy from the user.
        if node.implied_by.is_some() {
            found = found.persona(Persona::Pedantic);
        } else {
            found = found.fix(proposal(ix, node));
        }
        out.push(found);
    }
}

/// A queue of the same kind for what failed five times.
fn proposal(ix: NodeIx, node: &Node) -> Proposal {
    let fifo = node.props.get("FifoQueue").as_bool() == Some(true);
    let target = Literal::Declared(0, Some("Arn".into()));
    let value = Literal::Map(vec![
        ("deadLetterTargetArn".into(), target),
        ("maxReceiveCount".into(), Literal::Int(5)),
    ]);
    let set = Change::Set { node: ix, path: "RedrivePolicy".into(), value };
    let changes = vec![repair::dead_letters(ix, fifo), set];
    Proposal::new("move what fails five times to a queue of its own", Safety::Unsafe, changes)
}
