//! a role's resource pattern covers all resources of a type
//!
//! ## What
//!
//! An Allow statement without condition has a resource such as `arn:*`, `arn:aws:s3:::*`,
//! `arn:aws:dynamodb:*:*:table/*` or `arn:aws:sqs:eu-central-1:123456789012:*`: whatever region and account
//! it names, it leaves out nothing of the type. `*` itself, wildcard actions, `iam:PassRole`, log entries
//! and network interfaces are other rules'; actions that are on no single resource (`sns:ListTopics`) are
//! silent.
//!
//! ## Why
//!
//! It looks limited and is not. The function reaches the tables, queues and buckets of every other
//! application in the account, and so does who gets into it.
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
//!           Action: ['dynamodb:GetItem', 'dynamodb:PutItem']
//!           Resource: arn:aws:dynamodb:${aws:region}:*:table/* # finding
//! functions:
//!   hello: {handler: a.b}
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Parameters:
//!   Buckets: {Type: String, Default: 'arn:aws:s3:::*'} # finding
//! Resources:
//!   Hello:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Policies:
//!         - Statement: {Effect: Allow, Action: 's3:GetObject', Resource: !Ref Buckets}
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
//!         - Statement:
//!             - Effect: Allow
//!               Action: dynamodb:GetItem
//!               Resource: !Sub 'arn:aws:dynamodb:${AWS::Region}:*:table/shop-*'
//!             - Effect: Allow
//!               Action: s3:GetObject
//!               Resource: arn:aws:s3:::shop/*
//! ```
//!
//! Writing log entries:
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   iam:
//!     role:
//!       statements:
//!         - Effect: Allow
//!           Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']
//!           Resource: arn:aws:logs:*:*:*
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
//!     actions   = ["s3:GetObject"]
//!     resources = ["arn:aws:s3:::*"] # finding
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
//! data "aws_iam_policy_document" "orders" {
//!   statement {
//!     actions   = ["s3:GetObject"]
//!     resources = ["arn:aws:s3:::orders/*"]
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
//! ## How to fix
//!
//! Refer to the resources: `!GetAtt Orders.Arn`, or name them with the prefix that all of the application's
//! have.
//!
//! No change is proposed: what the code calls, and on what, is not told by the statement.

use crate::grants;
use crate::policy;
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[732],
        owasp_serverless: &["S5", "SAS-4"],
        stride: &["E", "I"],
        others: &["RESOURCE_EFFECTIVELY_STAR"],
        ..References::NONE
    },
    check,
};

/// Actions that are not about one resource of a type, so that a wider pattern gives nothing, and those
/// that every function has (log entries, its network interfaces): `iam-logs-too-broad` and
/// `iam-network-interface-too-broad` ask about these.
///
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
const OF_THE_ACCOUNT: &[&str] = &[
    "logs:createloggroup",
    "logs:createlogstream",
    "logs:putlogevents",
    "logs:tagresource",
    "logs:describeloggroups",
    "logs:describelogstreams",
    "ec2:createnetworkinterface",
    "ec2:deletenetworkinterface",
    "ec2:describenetworkinterfaces",
    "ec2:assignprivateipaddresses",
    "ec2:unassignprivateipaddresses",
    "ec2:describesubnets",
    "ec2:describesecuritygroups",
    "ec2:describevpcs",
    "kinesis:liststreams",
    "kinesis:describelimits",
    "sns:listtopics",
    "sns:listsubscriptions",
    "sqs:listqueues",
    "dynamodb:listtables",
    "dynamodb:describelimits",
    "s3:listallmybuckets",
    "lambda:listfunctions",
    "lambda:getaccountsettings",
    "events:listrules",
    "events:listeventbuses",
    "secretsmanager:listsecrets",
    "secretsmanager:getrandompassword",
    "ssm:describeparameters",
    "kms:listkeys",
    "kms:listaliases",
    "kms:generaterandom",
    "kms:createkey",
    "cognito-idp:listuserpools",
    "states:liststatemachines",
    "states:listactivities",
    "ecr:getauthorizationtoken",
];

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for grant in grants::written(cx) {
        let s = grant.statement;
        if grants::wide(s).is_some()
            || !s.condition.is_null()
            || !s.not_actions.is_empty()
            || s.resources.iter().any(grants::is_every_star)
            || s.actions.iter().any(|a| policy::action_matches(a, "iam:PassRole").is_yes())
        {
            continue;
        }
        let wide = s.resources.iter().find_map(|r| {
            let what = grants::every_of_type(r)?;
            let given: Vec<&Val> = s.actions.iter().filter(|a| is_given(a, &what)).collect();
            (!given.is_empty()).then_some((r, what, given))
        });
        let Some((at, what, given)) = wide else { continue };
        let actions =
            given.iter().take(3).map(|a| format!("`{}`", a.display())).collect::<Vec<_>>().join(", ");
        let more = given.len().saturating_sub(3);
        let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
        let message = format!("{{subject}} may do {actions}{rest} on {what}");
        if let Some(found) = grants::found(cx, &grant.holders, at, s.span, &message) {
            out.push(
                found
                    .label(what)
                    .help("refer to the resources, or name them by the prefix that the application's have")
                    .evidence(format!("{actions} on {}", at.display())),
            );
        }
    }
}

/// Whether an action is of the service that a pattern covers (`every s3 resource`) and about its resources.
fn is_given(action: &Val, what: &str) -> bool {
    let Some(text) = action.as_str().map(str::to_ascii_lowercase) else { return false };
    if OF_THE_ACCOUNT.contains(&text.as_str()) {
        return false;
    }
    let service = what.split(' ').nth(1).unwrap_or("");
    // `kafka-cluster:Connect` is on resources of `kafka`.
    what.starts_with("every resource") || text.starts_with(service)
}
