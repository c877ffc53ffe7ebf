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
//! ## How to fix
//!
//! Add a second queue and `RedrivePolicy: {deadLetterTargetArn: …, maxReceiveCount: 5}`, with an alarm on
//! its depth. Messages that fail five times move there; an empty queue costs nothing.

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
        }
        out.push(found);
    }
}
