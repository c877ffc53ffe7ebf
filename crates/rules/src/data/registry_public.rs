//! everybody may use a private image repository
//!
//! ## What
//!
//! A statement of the policy of an ECR repository allows `*` and nothing in it pins the caller.
//!
//! ## Why
//!
//! Every AWS account pulls the images, with the code, the configuration and the forgotten secrets in their layers. Where the statement allows pushing, they put an image of their own where functions
//! are deployed from.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Images:
//!     Type: AWS::ECR::Repository
//!     Properties:
//!       RepositoryPolicyText:
//!         Statement:
//!           - Effect: Allow
//!             Principal: '*' # finding
//!             Action: [ecr:BatchGetImage, ecr:GetDownloadUrlForLayer]
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {who: {AWS: '*'}} # finding
//! resources:
//!   Resources:
//!     Images:
//!       Type: AWS::ECR::Repository
//!       Properties:
//!         RepositoryPolicyText:
//!           Statement: [{Effect: Allow, Principal: '${self:custom.who}', Action: ecr:*}]
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_ecr_repository" "images" {
//!   name = "shop"
//! }
//!
//! resource "aws_ecr_repository_policy" "images" {
//!   repository = aws_ecr_repository.images.name
//!   policy = jsonencode({
//!     Statement = [{
//!       Effect    = "Allow"
//!       Principal = "*" # finding
//!       Action    = "ecr:BatchGetImage"
//!     }]
//!   })
//! }
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Images:
//!     Type: AWS::ECR::Repository
//!     Properties:
//!       RepositoryPolicyText:
//!         Statement:
//!           - Effect: Allow
//!             Principal: '*'
//!             Action: ecr:BatchGetImage
//!             Condition: {StringEquals: {'aws:PrincipalOrgID': o-a1b2c3d4e5}}
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_ecr_repository" "images" {
//!   name = "shop"
//! }
//!
//! resource "aws_ecr_repository_policy" "images" {
//!   repository = aws_ecr_repository.images.name
//!   policy     = <<-JSON
//!     {
//!       "Statement": [{
//!         "Effect": "Allow",
//!         "Principal": {"Service": "lambda.amazonaws.com"},
//!         "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
//!       }]
//!     }
//!   JSON
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Who:
//!     Type: String
//! Resources:
//!   Images:
//!     Type: AWS::ECR::Repository
//!     Properties:
//!       RepositoryPolicyText:
//!         Statement: [{Effect: Allow, Principal: !Ref Who, Action: ecr:BatchGetImage}]
//! ```
//!
//! ## How to fix
//!
//! Name the accounts that pull, or pin the caller by `aws:PrincipalOrgID`. Lambda needs the service `lambda.amazonaws.com` with `aws:SourceArn` for functions of other accounts only.

use crate::policy::{self, Outsider};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::High,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[284, 732],
        owasp_serverless: &["S5", "SAS-3"],
        checkov: &["CKV_AWS_32"],
        attack: &["T1525"],
        stride: &["I", "T"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, _, store) in policy::with_policy(cx, &["AWS::ECR::Repository"], out) {
        for s in &store.policy {
            match policy::outsider(cx, &store.policy, s) {
                Outsider::Let { at, everybody: true, .. } => {
                    let what = s.actions.first().map_or_else(|| "NotAction".into(), Val::display);
                    let message = format!("every AWS account may use {{subject}} (`{what}`)");
                    out.push(
                        Found::at_value(ix, at, s.span, message)
                            .label("everybody, without a condition on who")
                            .also(s.actions.first().map_or(Span::NONE, |a| a.span), "what they may do")
                            .help("name the accounts that pull, or pin the caller by `aws:PrincipalOrgID`")
                            .evidence(policy::evidence(s)),
                    );
                }
                Outsider::CannotTell(val) if !policy::is_everyone(&s.principal).is_no() => {
                    out.cannot_tell(ix, "RepositoryPolicyText", val);
                }
                _ => {}
            }
        }
    }
}
