//! a function's log group is made when it first runs
//!
//! ## What
//!
//! No log group of the application belongs to a function, and `LoggingConfig.LogGroup` names none: Lambda
//! makes `/aws/lambda/<name>` at the first call. The Serverless Framework makes log groups by itself and is
//! not asked.
//!
//! ## Why
//!
//! A group that Lambda makes keeps its entries for ever, has no key, and stays when the application is
//! deleted. And the role needs `logs:CreateLogGroup`, with which a compromised function makes groups of
//! other names.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Function: {Runtime: nodejs22.x}
//! Resources:
//!   Hello: # finding
//!     Type: AWS::Serverless::Function
//!     Properties: {Handler: a.b, CodeUri: .}
//! ```
//!
//! ```yaml fixed template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Function: {Runtime: nodejs22.x}
//! Resources:
//!   Hello: # finding
//!     Type: AWS::Serverless::Function
//!     Properties: {Handler: a.b, CodeUri: .}
//!   HelloLogs:
//!     Type: AWS::Logs::LogGroup
//!     Properties:
//!       LogGroupName: !Sub /aws/lambda/${Hello}
//!       RetentionInDays: 30
//! ```
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Hello:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!   Logs:
//!     Type: AWS::Logs::LogGroup
//!     Properties:
//!       LogGroupName: !Sub '/aws/lambda/${Hello}'
//!       RetentionInDays: 30
//! ```
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Hello:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       LoggingConfig: {LogGroup: /shop/hello}
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! functions:
//!   hello: {handler: a.b}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_iam_role" "orders" {
//!   assume_role_policy = jsonencode({
//!     Version = "2012-10-17"
//!     Statement = [{
//!       Effect    = "Allow"
//!       Action    = "sts:AssumeRole"
//!       Principal = { Service = "lambda.amazonaws.com" }
//!     }]
//!   })
//! }
//!
//! resource "aws_lambda_function" "orders" { # finding
//!   function_name = "orders"
//!   role          = aws_iam_role.orders.arn
//!   handler       = "orders.handler"
//!   runtime       = "python3.13"
//!   filename      = "orders.zip"
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_iam_role" "orders" {
//!   assume_role_policy = jsonencode({
//!     Version = "2012-10-17"
//!     Statement = [{
//!       Effect    = "Allow"
//!       Action    = "sts:AssumeRole"
//!       Principal = { Service = "lambda.amazonaws.com" }
//!     }]
//!   })
//! }
//!
//! resource "aws_lambda_function" "orders" {
//!   function_name = "orders"
//!   role          = aws_iam_role.orders.arn
//!   handler       = "orders.handler"
//!   runtime       = "python3.13"
//!   filename      = "orders.zip"
//! }
//!
//! resource "aws_cloudwatch_log_group" "orders" {
//!   name              = "/aws/lambda/${aws_lambda_function.orders.function_name}"
//!   retention_in_days = 30
//! }
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_lambda_function" "hello" { # finding
//!   function_name = "hello"
//!   role          = "arn:aws:iam::123456789012:role/shop"
//!   handler       = "a.b"
//!   runtime       = "nodejs24.x"
//!   filename      = "a.zip"
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_lambda_function" "hello" { # finding
//!   function_name = "hello"
//!   role          = "arn:aws:iam::123456789012:role/shop"
//!   handler       = "a.b"
//!   runtime       = "nodejs24.x"
//!   filename      = "a.zip"
//! }
//!
//! resource "aws_cloudwatch_log_group" "hello_logs" {
//!   name              = "/aws/lambda/${aws_lambda_function.hello.id}"
//!   retention_in_days = 30
//! }
//! ```
//!
//! ## How to fix
//!
//! Declare `AWS::Logs::LogGroup` with the function's name and a retention. Where the group exists already,
//! the deployment fails until it is imported or deleted.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Info,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        owasp_serverless: &["S10", "SAS-5"],
        stride: &["R"],
        others: &["LambdaLogging"],
        ..References::NONE
    },
    check,
};

/// The group into which a function writes, declared behind it. Nothing is added to programs.
fn declared(cx: &Cx<'_>, function: NodeIx) -> Option<Proposal> {
    if cx.application.dialects.contains(&"cdk") {
        return None;
    }
    let name = Literal::Text(vec!["/aws/lambda/".into(), Literal::Of(function, None)]);
    let properties = vec![("LogGroupName".into(), name), ("RetentionInDays".into(), Literal::Int(30))];
    let (suffix, ty) = ("Logs".into(), "AWS::Logs::LogGroup".into());
    let change = Change::Declare { after: function, suffix, ty, properties };
    Some(Proposal::new("declare its log group", Safety::Unsafe, vec![change]))
}

fn check(cx: &Cx<'_>, out: &mut Findings) {
    if cx.application.dialects.contains(&"serverless") {
        return;
    }
    let groups: Vec<&Val> =
        cx.of_type("AWS::Logs::LogGroup").map(|(_, g)| g.props.get("LogGroupName")).collect();
    for (fx, node) in cx.functions() {
        if cx.graph.out(fx, EdgeKind::LogsTo).next().is_some()
            || !node.props.lookup("LoggingConfig.LogGroup").is_null()
        {
            continue;
        }
        let name = node.props.get("FunctionName");
        let expected = format!("/aws/lambda/{}", name.display());
        let named = |group: &&&Val| {
            cx.graph.resolve(group) == Some(fx) || (!name.is_null() && group.display() == expected)
        };
        if groups.iter().find(named).is_some() {
            continue;
        }
        // A group whose name is not known in full may be this one.
        if let Some(open) = groups.iter().find(|g| g.as_str().is_none() && g.any_unknown()) {
            out.cannot_tell(fx, "LogGroupName", open);
            continue;
        }
        out.push(
            Found::new(
                fx,
                node.span,
                "the log group of {subject} is made when it first runs: no retention, no key",
            )
            .label("no log group declared")
            .help("declare `AWS::Logs::LogGroup` with `LogGroupName: /aws/lambda/<function>` and a retention")
            .evidence("no log group")
            .fixes(declared(cx, fx)),
        );
    }
}
