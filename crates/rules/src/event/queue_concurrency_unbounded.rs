//! a full queue opens more connections than the database takes
//!
//! ## What
//!
//! A queue starts a function, the function's environment names a database that takes a limited number of connections (RDS,
//! Aurora without the Data API, DocumentDB, Neptune), and neither the mapping nor the function limits how many run at once.
//! A proxy in front of the database is no such database.
//!
//! ## Why
//!
//! Lambda runs up to 1,000 instances for a queue that fills up, and each opens a connection. Whoever can put many messages
//! into the queue (through the public form in front of it) makes the database refuse everybody else.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Orders:
//!     Type: AWS::SQS::Queue
//!   Database:
//!     Type: AWS::RDS::DBInstance
//!     Properties: {DBInstanceClass: db.t4g.micro, Engine: postgres, AllocatedStorage: '20'}
//!   Work:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Environment: {Variables: {HOST: !GetAtt Database.Endpoint.Address}}
//!       Events:
//!         Q: # finding
//!           Type: SQS
//!           Properties:
//!             Queue: !GetAtt Orders.Arn
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_sqs_queue" "orders" {
//!   name = "orders"
//! }
//!
//! resource "aws_db_instance" "shop" {
//!   instance_class    = "db.t4g.micro"
//!   engine            = "postgres"
//!   allocated_storage = 20
//! }
//!
//! resource "aws_lambda_function" "work" {
//!   function_name = "work"
//!   role          = "arn:aws:iam::123456789012:role/work"
//!   handler       = "work.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "work.zip"
//!   environment {
//!     variables = {
//!       HOST = aws_db_instance.shop.address
//!     }
//!   }
//! }
//!
//! resource "aws_lambda_event_source_mapping" "work" { # finding
//!   function_name    = aws_lambda_function.work.arn
//!   event_source_arn = aws_sqs_queue.orders.arn
//! }
//! ```
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Orders:
//!     Type: AWS::SQS::Queue
//!   Database:
//!     Type: AWS::RDS::DBInstance
//!     Properties: {DBInstanceClass: db.t4g.micro, Engine: postgres, AllocatedStorage: '20'}
//!   Work:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Environment: {Variables: {HOST: !GetAtt Database.Endpoint.Address}}
//!       Events:
//!         Q:
//!           Type: SQS
//!           Properties:
//!             Queue: !GetAtt Orders.Arn
//!             ScalingConfig: {MaximumConcurrency: 5}
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_sqs_queue" "orders" {
//!   name = "orders"
//! }
//!
//! resource "aws_db_instance" "shop" {
//!   instance_class    = "db.t4g.micro"
//!   engine            = "postgres"
//!   allocated_storage = 20
//! }
//!
//! resource "aws_lambda_function" "work" {
//!   function_name = "work"
//!   role          = "arn:aws:iam::123456789012:role/work"
//!   handler       = "work.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "work.zip"
//!   environment {
//!     variables = {
//!       HOST = aws_db_instance.shop.address
//!     }
//!   }
//! }
//!
//! resource "aws_lambda_event_source_mapping" "work" {
//!   function_name    = aws_lambda_function.work.arn
//!   event_source_arn = aws_sqs_queue.orders.arn
//!   scaling_config {
//!     maximum_concurrency = 5
//!   }
//! }
//! ```
//!
//! Messages wait where the function reserves concurrency, too:
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Orders:
//!     Type: AWS::SQS::Queue
//!   Database:
//!     Type: AWS::RDS::DBInstance
//!     Properties: {DBInstanceClass: db.t4g.micro, Engine: postgres, AllocatedStorage: '20'}
//!   Work:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       ReservedConcurrentExecutions: 5
//!       Environment: {Variables: {HOST: !GetAtt Database.Endpoint.Address}}
//!       Events:
//!         Q:
//!           Type: SQS
//!           Properties:
//!             Queue: !GetAtt Orders.Arn
//!             BatchSize: 5
//! ```
//!
//! ## How to fix
//!
//! Set `ScalingConfig.MaximumConcurrency` of the mapping (`maximumConcurrency` of the event in serverless.yml) to what the
//! database can serve, or put RDS Proxy in between. Messages then wait in the queue for longer.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Info,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[770],
        owasp_serverless: &["SAS-8"],
        attack: &["T1499"],
        stride: &["D"],
        ..References::NONE
    },
    check,
};

/// Databases that take a limited number of connections.
const LIMITED: &[&str] = &[
    "AWS::RDS::DBInstance",
    "AWS::RDS::DBCluster",
    "AWS::DocDB::DBCluster",
    "AWS::DocDB::DBInstance",
    "AWS::Neptune::DBCluster",
    "AWS::Neptune::DBInstance",
];

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (fx, function) in cx.functions() {
        if !function.props.lookup("ReservedConcurrentExecutions").is_null() {
            continue;
        }
        let Some(database) = database(cx, fx) else { continue };
        for edge in cx.triggers(fx) {
            let Some(trigger) = edge.trigger.as_deref() else { continue };
            let from_queue = trigger.event == "sqs" && trigger.via == "mapping";
            let named = !trigger.props.get("FunctionName").is_null();
            if !from_queue || !named || !trigger.props.lookup("ScalingConfig.MaximumConcurrency").is_null() {
                continue;
            }
            let (from, to) = (crate::policy::source(cx, edge), cx.subject(database));
            let message =
                format!("{from} starts as many of {{subject}} as it likes, and each connects to {to}");
            out.push(
                Found::new(fx, edge.span.or(function.span), message)
                    .label("no limit of what runs at once")
                    .help("set `ScalingConfig.MaximumConcurrency` to what the database can serve")
                    .evidence(format!("no limit for {}", trigger.source)),
            );
        }
    }
}

/// A database that the environment of a function names.
fn database(cx: &Cx<'_>, function: NodeIx) -> Option<NodeIx> {
    let limited = |node: &Node| {
        // The Data API takes requests, not connections.
        LIMITED.contains(&node.ty.as_str()) && node.props.lookup("EnableHttpEndpoint").as_bool() != Some(true)
    };
    let mut named = cx.graph.out(function, EdgeKind::ReadsEnv).map(|e| e.to);
    named.find(|ix| cx.node(*ix).is_some_and(limited))
}
