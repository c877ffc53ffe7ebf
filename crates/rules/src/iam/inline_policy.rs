//! the policy is written into the role
//!
//! ## What
//!
//! A role has a policy inside of it (`Policies`, `AWS::IAM::Policy`, `aws_iam_role_policy`) instead of a managed policy. What a framework makes is
//! silent. A benchmark's question: an inline policy is not weaker.
//!
//! ## Why
//!
//! A policy that lives in one role is seen by nobody who reviews the policies of the account, has no versions to go back to, and is written again,
//! a little wider, for the next role.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Role: # finding
//!     Type: AWS::IAM::Role
//!     Properties:
//!       AssumeRolePolicyDocument:
//!         Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]
//!       Policies:
//!         - PolicyName: read
//!           PolicyDocument:
//!             Statement: [{Effect: Allow, Action: s3:GetObject, Resource: "arn:aws:s3:::orders/*"}]
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Read:
//!     Type: AWS::IAM::ManagedPolicy
//!     Properties:
//!       PolicyDocument:
//!         Statement: [{Effect: Allow, Action: s3:GetObject, Resource: "arn:aws:s3:::orders/*"}]
//!   Role:
//!     Type: AWS::IAM::Role
//!     Properties:
//!       AssumeRolePolicyDocument:
//!         Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]
//!       ManagedPolicyArns: [!Ref Read]
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_iam_role" "orders" {
//!   assume_role_policy = jsonencode({
//!     Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
//!   })
//! }
//!
//! resource "aws_iam_role_policy" "read" { # finding
//!   role   = aws_iam_role.orders.id
//!   policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::orders/*" }] })
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_iam_role" "orders" {
//!   assume_role_policy = jsonencode({
//!     Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
//!   })
//! }
//!
//! resource "aws_iam_policy" "read" {
//!   policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::orders/*" }] })
//! }
//!
//! resource "aws_iam_role_policy_attachment" "read" {
//!   role       = aws_iam_role.orders.name
//!   policy_arn = aws_iam_policy.read.arn
//! }
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs24.x}
//! functions:
//!   f: {handler: a.b}
//! ```
//!
//! ## Cannot tell
//!
//! Policies that other stacks write into the role are not seen.
//!
//! ## How to fix
//!
//! A managed policy of your own, attached to the roles that need it.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Info,
    confidence: Confidence::High,
    persona: Persona::Auditor,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        owasp_serverless: &["S6", "SAS-4"],
        stride: &["E"],
        others: &["IAMNoInlinePolicy"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for ty in ["AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group"] {
        for (ix, node) in cx.of_type(ty).filter(|(_, n)| n.implied_by.is_none()) {
            let policies = node.props.get("Policies");
            if !policies.items().is_empty() {
                out.push(inline(ix, node));
            }
        }
    }
    for ty in ["AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::IAM::UserPolicy", "AWS::IAM::GroupPolicy"] {
        for (ix, node) in cx.of_type(ty).filter(|(_, n)| n.implied_by.is_none()) {
            out.push(inline(ix, node));
        }
    }
}

fn inline(ix: NodeIx, node: &Node) -> Found {
    let message = if node.ty == "AWS::IAM::Role" {
        "{subject} has a policy that no other role can have"
    } else {
        "{subject} belongs to one role and is in no list of policies"
    };
    Found::new(ix, node.span, message)
        .label("inline")
        .help("attach a managed policy instead")
        .evidence("inline policy")
}
