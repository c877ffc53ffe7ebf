//! anybody may become a role
//!
//! ## What
//!
//! The trust policy of a role allows principal `*` (or `AWS: '*'`) and no condition pins the caller
//! (`aws:PrincipalOrgID`, `aws:PrincipalAccount`, `aws:PrincipalArn` and the like; an external id does not,
//! since it is no secret).
//!
//! ## Why
//!
//! Every AWS account in the world assumes the role and has all that it may do. Names of roles are guessed,
//! and answers of AWS tell which exist.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Who: {Type: String, Default: '*'} # finding
//! Resources:
//!   Partner:
//!     Type: AWS::IAM::Role
//!     Properties:
//!       AssumeRolePolicyDocument:
//!         Statement:
//!           - Effect: Allow
//!             Principal: {AWS: !Ref Who}
//!             Action: sts:AssumeRole
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Partner:
//!       Type: AWS::IAM::Role
//!       Properties:
//!         AssumeRolePolicyDocument:
//!           Statement:
//!             - Effect: Allow
//!               Principal: '*' # finding
//!               Action: sts:AssumeRole
//!               Condition: {StringEquals: {'sts:ExternalId': shop}}
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Partner:
//!     Type: AWS::IAM::Role
//!     Properties:
//!       AssumeRolePolicyDocument:
//!         Statement:
//!           - Effect: Allow
//!             Principal: {AWS: '*'}
//!             Action: sts:AssumeRole
//!             Condition: {StringEquals: {'aws:PrincipalOrgID': o-abcdefghij}}
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Work:
//!       Type: AWS::IAM::Role
//!       Properties:
//!         AssumeRolePolicyDocument:
//!           Statement:
//!             - Effect: Allow
//!               Principal: {Service: lambda.amazonaws.com}
//!               Action: sts:AssumeRole
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_iam_role" "orders" {
//!   assume_role_policy = jsonencode({
//!     Version = "2012-10-17"
//!     Statement = [{
//!       Effect    = "Allow"
//!       Action    = "sts:AssumeRole"
//!       Principal = { AWS = "*" } # finding
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
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Who: {Type: String}
//! Resources:
//!   Partner:
//!     Type: AWS::IAM::Role
//!     Properties:
//!       AssumeRolePolicyDocument:
//!         Statement:
//!           - Effect: Allow
//!             Principal: {AWS: !Ref Who}
//!             Action: sts:AssumeRole
//! ```
//!
//! ## How to fix
//!
//! Name the account or, better, the role that may become it; for accounts of the organisation add
//! `aws:PrincipalOrgID`. A role of a function trusts `Service: lambda.amazonaws.com` and nobody else.
//!
//! No change is proposed: who is meant to become the role stands nowhere in the files.

use crate::policy;
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Critical,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[284, 287],
        owasp_serverless: &["S5", "SAS-4"],
        checkov: &["CKV_AWS_60"],
        attack: &["T1078.004", "T1199"],
        stride: &["S", "E"],
        others: &["F2", "F6"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.graph.iter() {
        let Some(role) = node.role() else { continue };
        for s in &role.trust {
            if !s.not_principal.is_null() || policy::is_made(s) {
                continue;
            }
            match policy::is_public(s) {
                Tri::No => {}
                Tri::Yes if !policy::may_be_denied(&role.trust, s) => {
                    let at = everyone(&s.principal);
                    if let Some(found) =
                        crate::grants::found(cx, &[ix], at, s.span, "every AWS account may become {subject}")
                    {
                        out.push(
                            found
                                .label("everybody, without a condition on who")
                                .help("name the account or role that may become it")
                                .evidence(policy::evidence(s)),
                        );
                    }
                }
                _ => {
                    let open = if policy::is_everyone(&s.principal).is_yes() {
                        &s.condition
                    } else {
                        everyone(&s.principal)
                    };
                    // A reference to something of the application or of its account is somebody.
                    if !policy::is_own(open) {
                        out.cannot_tell(ix, "AssumeRolePolicyDocument", open);
                    }
                }
            }
        }
    }
}

/// The value that says everybody, or may.
fn everyone(principal: &Val) -> &Val {
    let list = if principal.as_map().is_some() { principal.get("AWS") } else { principal };
    let star = list.items().iter().find(|v| v.is("*").is_yes());
    star.or_else(|| list.items().iter().find(|v| !v.is("*").is_no())).unwrap_or(principal)
}
