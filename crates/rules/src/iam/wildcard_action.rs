//! a role may do every action of a service
//!
//! ## What
//!
//! An Allow statement has an action pattern that covers all of a service (`s3:*`). `iam:*` is
//! `iam-all-iam-actions`, every action on everything `iam-admin-statement`; roles that only state machines run
//! as are asked by `workflow-role-wildcard`.
//!
//! ## Why
//!
//! A handler calls three or four actions. The others are what an attacker calls who got into it: delete
//! the table, change the bucket's policy, read every secret. And each action that AWS adds to the service
//! is granted on the day it appears.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   iam:
//!     role:
//!       statements:
//!         - Effect: Allow
//!           Action:
//!             - dynamodb:* # finding
//!           Resource: !GetAtt Orders.Arn
//! functions:
//!   hello: {handler: a.b}
//! resources:
//!   Resources:
//!     Orders:
//!       Type: AWS::DynamoDB::Table
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Parameters:
//!   Actions: {Type: String, Default: 's3:*'} # finding
//! Resources:
//!   Hello:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Policies:
//!         - Statement: {Effect: Allow, Action: !Ref Actions, Resource: 'arn:aws:s3:::shop/*'}
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
//!       Policies:
//!         - Statement: {Effect: Allow, Action: ['s3:Get*', 's3:List*'], Resource: 'arn:aws:s3:::shop/*'}
//! ```
//!
//! A boundary limits what is granted elsewhere, and grants nothing:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Limit:
//!     Type: AWS::IAM::ManagedPolicy
//!     Properties:
//!       PolicyDocument: {Statement: {Effect: Allow, Action: ['s3:*', 'sqs:*'], Resource: '*'}}
//!   Role:
//!     Type: AWS::IAM::Role
//!     Properties:
//!       AssumeRolePolicyDocument: {Statement: {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}}
//!       PermissionsBoundary: !Ref Limit
//! ```
//!
//! What the agent of Systems Manager on an instance needs, all of it:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Instance:
//!     Type: AWS::IAM::Role
//!     Properties:
//!       AssumeRolePolicyDocument: {Statement: {Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: sts:AssumeRole}}
//!       Policies:
//!         - PolicyName: agent
//!           PolicyDocument: {Statement: {Effect: Allow, Action: ['ssmmessages:*', 'ec2messages:*'], Resource: '*'}}
//! ```
//!
//! Told by `workflow-role-wildcard`:
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Orders:
//!     Type: AWS::Serverless::StateMachine
//!     Properties:
//!       Definition: {StartAt: A, States: {A: {Type: Pass, End: true}}}
//!       Policies:
//!         - Statement: {Effect: Allow, Action: 'dynamodb:*', Resource: '*'}
//! ```
//!
//! Actions on a resource of another service allow nothing:
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
//!       Policies:
//!         - Statement: {Effect: Allow, Action: 'dynamodb:*', Resource: !Sub 'arn:aws:iam::${AWS::AccountId}:role/shop-*'}
//! ```
//!
//! A managed policy of the template that nobody is denied by:
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   iam:
//!     role:
//!       statements:
//!         - Effect: Deny
//!           Action: s3:*
//!           Resource: '*'
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
//! resource "aws_lambda_function" "orders" {
//!   function_name = "orders"
//!   role          = aws_iam_role.orders.arn
//!   handler       = "orders.handler"
//!   runtime       = "python3.13"
//!   filename      = "orders.zip"
//! }
//!
//! data "aws_iam_policy_document" "orders" {
//!   statement {
//!     actions   = ["dynamodb:*"] # finding
//!     resources = ["*"]
//!   }
//! }
//!
//! resource "aws_iam_policy" "orders" {
//!   policy = data.aws_iam_policy_document.orders.json
//! }
//!
//! resource "aws_iam_role_policy_attachment" "orders" {
//!   role       = aws_iam_role.orders.name
//!   policy_arn = aws_iam_policy.orders.arn
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
//! resource "aws_iam_role_policy" "orders" {
//!   role = aws_iam_role.orders.id
//!   policy = jsonencode({
//!     Version = "2012-10-17"
//!     Statement = [{
//!       Effect   = "Allow"
//!       Action   = ["dynamodb:GetItem"]
//!       Resource = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
//!     }]
//!   })
//! }
//! ```
//!
//! ```hcl bad main.tf
//! locals {
//!   table = ["dynamodb:*"] # finding
//! }
//!
//! resource "aws_iam_role" "hello" {
//!   name = "hello"
//!   assume_role_policy = jsonencode({
//!     Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
//!   })
//! }
//!
//! data "aws_iam_policy_document" "hello" {
//!   statement {
//!     actions   = local.table
//!     resources = ["arn:aws:dynamodb:eu-west-1:123456789012:table/orders"]
//!   }
//! }
//!
//! resource "aws_iam_role_policy" "hello" {
//!   role   = aws_iam_role.hello.id
//!   policy = data.aws_iam_policy_document.hello.json
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Parameters:
//!   Actions: {Type: String}
//! Resources:
//!   Hello:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Policies:
//!         - Statement: {Effect: Allow, Action: !Ref Actions, Resource: 'arn:aws:s3:::shop/*'}
//! ```
//!
//! ## How to fix
//!
//! Name the actions that the handler calls. What is left out fails with `AccessDenied` at run time: try it
//! in a test stage.
//!
//! No change is proposed: what the code calls, and on what, is not told by the statement.

use crate::grants::{self, Wide};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::High,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[250, 732],
        owasp_serverless: &["S5", "SAS-4"],
        attack: &["T1078.004"],
        stride: &["E"],
        others: &["LambdaStarPermissions", "AWS-0345"],
        ..References::NONE
    },
    check,
};

/// Channels between an instance and Systems Manager: their few actions are what its agent needs, all of them,
/// and know no resources.
///
/// <https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-setting-up-messageAPIs.html>
const CHANNELS: &[&str] = &["ec2messages", "ssmmessages"];

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for grant in grants::written(cx) {
        let s = grant.statement;
        let Some((Wide::Service, _)) = grants::wide(s) else {
            if grants::wide(s).is_none()
                && let Some(open) = s.actions.iter().find(|a| !a.is_known() && !grants::is_pseudo(a))
                && let Some(holder) = grant.holders.first()
            {
                out.cannot_tell(*holder, "Action", open);
            }
            continue;
        };
        let whole: Vec<(&Val, String)> =
            s.actions.iter().filter_map(|a| grants::whole_service(a).map(|n| (a, n))).collect();
        let whole: Vec<(&Val, String)> = whole
            .into_iter()
            .filter(|(_, n)| grants::can_apply(n, s) && !CHANNELS.contains(&n.as_str()))
            .collect();
        let Some((at, _)) = whole.first() else { continue };
        let mut names: Vec<String> = whole.iter().map(|(_, n)| format!("`{n}:*`")).collect();
        names.sort();
        names.dedup();
        let shown = names.iter().take(4).cloned().collect::<Vec<_>>().join(", ");
        let rest = if names.len() > 4 { format!(" and {} more", names.len() - 4) } else { String::new() };
        let message = format!("{{subject}} may do {shown}{rest} on {}", grants::on(s));
        // Of roles that only state machines run as, workflow-role-wildcard tells.
        let holders: Vec<NodeIx> =
            grant.holders.iter().copied().filter(|role| !cx.is_of_machines(*role)).collect();
        if let Some(mut found) = grants::found(cx, &holders, at, s.span, &message) {
            found = found.label("every action of the service");
            for (val, _) in whole.iter().skip(1).take(4) {
                found = found.also(val.span, "and every action of this one");
            }
            out.push(
                found
                    .help("name the actions that the code calls")
                    .evidence(grants::evidence(s, &names.join(","))),
            );
        }
    }
}
