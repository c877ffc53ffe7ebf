//! a role may pass every role to a service
//!
//! ## What
//!
//! An Allow statement names `iam:PassRole` on a resource that covers all roles (`*`,
//! `arn:aws:iam::123456789012:role/*`), and no condition on `iam:PassedToService` limits to whom.
//!
//! ## Why
//!
//! With the right to make a function, a task or an instance, an attacker in this function starts one of
//! theirs with the strongest role of the account and lets it do the work: the usual way from one function
//! to administrator.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! custom: {roles: '*'} # finding
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   iam:
//!     role:
//!       statements:
//!         - Effect: Allow
//!           Action: ['ecs:RunTask', 'iam:PassRole']
//!           Resource: ${self:custom.roles}
//! functions:
//!   hello: {handler: a.b}
//! ```
//!
//! ```yaml bad template.yaml
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
//!               Action: iam:PassRole
//!               Resource: !Sub 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/*' # finding
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
//!               Action: iam:PassRole
//!               Resource: '*'
//!               Condition: {StringEquals: {'iam:PassedToService': ecs-tasks.amazonaws.com}}
//! ```
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
//!           Action: iam:PassRole
//!           Resource: arn:aws:iam::123456789012:role/shop-task
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
//! resource "aws_iam_role_policy" "orders" {
//!   role = aws_iam_role.orders.id
//!   policy = jsonencode({
//!     Version = "2012-10-17"
//!     Statement = [{
//!       Effect   = "Allow"
//!       Action   = ["iam:PassRole"]
//!       Resource = "*" # finding
//!     }]
//!   })
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
//!       Action   = ["iam:PassRole"]
//!       Resource = "arn:aws:iam::123456789012:role/worker"
//!     }]
//!   })
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Parameters:
//!   Roles: {Type: String}
//! Resources:
//!   Hello:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Policies:
//!         - Statement: {Effect: Allow, Action: 'iam:PassRole', Resource: !Ref Roles}
//! ```
//!
//! ## How to fix
//!
//! Name the role that is passed, and add `StringEquals: {iam:PassedToService: <service>}`.
//!
//! No change is proposed: which role is passed stands in the code.

use crate::grants;
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::High,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[250, 269],
        owasp_serverless: &["S5", "SAS-4"],
        attack: &["T1098"],
        stride: &["E"],
        others: &["F38", "F39", "F40", "AWS-0342", "PASS_ROLE_WITH_STAR_IN_RESOURCE"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for grant in grants::written(cx) {
        let s = grant.statement;
        let names = |a: &&Val| a.as_str().is_some_and(|t| t.eq_ignore_ascii_case("iam:PassRole"));
        let Some(action) = s.actions.iter().find(names) else { continue };
        if grants::wide(s).is_some_and(|(w, _)| matches!(w, grants::Wide::Admin | grants::Wide::Iam)) {
            continue;
        }
        match limits_service(&s.condition) {
            Tri::Yes => continue,
            Tri::Unknown => {
                if let Some(holder) = grant.holders.first() {
                    out.cannot_tell(*holder, "Condition", &s.condition);
                }
                continue;
            }
            Tri::No => {}
        }
        let Some(at) = s.resources.iter().find(|r| grants::is_every_role(r)) else {
            let open = s.resources.iter().find(|r| matches!(r.state, State::Unknown(_)));
            if let (Some(open), Some(holder)) = (open, grant.holders.first()) {
                out.cannot_tell(*holder, "Resource", open);
            }
            continue;
        };
        let message = "{subject} may pass every role of the account to a service";
        if let Some(found) = grants::found(cx, &grant.holders, at, s.span, message) {
            out.push(
                found
                    .label("every role")
                    .also(action.span, "may be passed")
                    .help("name the role, and add a condition on `iam:PassedToService`")
                    .evidence(grants::evidence(s, "iam:PassRole")),
            );
        }
    }
}

/// Whether a condition says to which service the role may be passed.
fn limits_service(condition: &Val) -> Tri {
    if condition.is_null() {
        return Tri::No;
    }
    let Some(map) = condition.as_map() else { return Tri::Unknown };
    let mut answer = if map.open { Tri::Unknown } else { Tri::No };
    for operator in &map.entries {
        let positive = operator.key.to_ascii_lowercase();
        let positive = positive.contains("stringequals") || positive.contains("stringlike");
        for key in operator.val.entries().iter().filter(|k| k.key.eq_ignore_ascii_case("iam:PassedToService"))
        {
            let all = key.val.items().iter().any(|v| v.as_str() == Some("*"));
            answer = answer.or((positive && !all).into());
        }
    }
    answer
}
