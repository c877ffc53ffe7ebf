//! the token of a permission is written into the files
//!
//! ## What
//!
//! `EventSourceToken` of a permission is a literal. In serverless.yml that is the skill id of an `alexaSkill` event:
//! pedantic, since the framework has no other way than a variable.
//!
//! ## Why
//!
//! The token is all that tells the own Alexa skill from everybody else's: the service calls for whoever knows it.
//! In the files it is known to all who read the repository, and to all who read the template in the console.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//! functions:
//!   order:
//!     handler: order.handler
//!     events:
//!       - alexaSkill: amzn1.ask.skill.11111111-2222-3333-4444-555555555555 # finding
//! ```
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Token: {Type: String, Default: amzn1.ask.skill.1} # finding
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!   Skill:
//!     Type: AWS::Lambda::Permission
//!     Properties:
//!       FunctionName: !Ref Order
//!       Action: lambda:InvokeFunction
//!       Principal: alexa-appkit.amazon.com
//!       EventSourceToken: !Ref Token
//! ```
//!
//! ```yaml good template.yaml
//! Parameters:
//!   Token: {Type: String, NoEcho: true}
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!   Skill:
//!     Type: AWS::Lambda::Permission
//!     Properties:
//!       FunctionName: !Ref Order
//!       Action: lambda:InvokeFunction
//!       Principal: alexa-appkit.amazon.com
//!       EventSourceToken: !Ref Token
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//! functions:
//!   order:
//!     handler: order.handler
//!     events:
//!       - alexaSkill: ${env:SKILL_ID}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//! }
//!
//! resource "aws_lambda_permission" "skill" {
//!   function_name      = aws_lambda_function.order.function_name
//!   action             = "lambda:InvokeFunction"
//!   principal          = "alexa-appkit.amazon.com"
//!   event_source_token = "amzn1.ask.skill.1" # finding
//! }
//! ```
//!
//! ```hcl good main.tf
//! variable "skill" {
//!   type      = string
//!   sensitive = true
//! }
//!
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//! }
//!
//! resource "aws_lambda_permission" "skill" {
//!   function_name      = aws_lambda_function.order.function_name
//!   action             = "lambda:InvokeFunction"
//!   principal          = "alexa-appkit.amazon.com"
//!   event_source_token = var.skill
//! }
//! ```
//!
//! ## How to fix
//!
//! Take the token from a parameter without a default, or from a store of parameters. Nothing changes for the skill.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[798],
        owasp_serverless: &["S6", "SAS-7"],
        stride: &["S"],
        others: &["F45"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.nodes(NodeKind::Function) {
        for permission in node.function().map_or(&[][..], |f| &f.permissions) {
            let token = permission.props.get("EventSourceToken");
            one(ix, token, permission.span, permission.implied_by.is_some(), out);
        }
    }
    let loose = cx.of_type("AWS::Lambda::Permission").filter(|(_, n)| n.kind != NodeKind::Entry);
    for (ix, node) in loose {
        one(ix, node.props.get("EventSourceToken"), node.span, node.implied_by.is_some(), out);
    }
}

fn one(ix: NodeIx, token: &Val, span: Span, made: bool, out: &mut Findings) {
    if token.as_str().is_none_or(str::is_empty) {
        return;
    }
    let mut found = Found::at_value(
        ix,
        token,
        span,
        "the token that tells the own caller of {subject} from others is written into the files",
    )
    .label("known to whoever reads this")
    .help("take the token from a parameter without a default")
    .evidence("token literal");
    if made {
        found = found.persona(Persona::Pedantic);
    }
    out.push(found);
}
