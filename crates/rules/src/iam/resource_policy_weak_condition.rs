//! everybody is let in under a condition that everybody can meet
//!
//! ## What
//!
//! A resource policy allows principal `*` and its condition looks like a guard but leaves nobody out:
//! `aws:Referer`, `aws:UserAgent`, a source address that is the whole internet, a value of `*` for who
//! calls or from where, or such a key under `…IfExists`, which a request without the key meets.
//!
//! ## Why
//!
//! An attacker sends the header, or leaves the key out, and is in: they read or write what the policy is
//! for, while everybody who reads it believes that it is guarded.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Photos:
//!     Type: AWS::S3::Bucket
//!     Properties:
//!       PublicAccessBlockConfiguration: {BlockPublicPolicy: false}
//!   Policy:
//!     Type: AWS::S3::BucketPolicy
//!     Properties:
//!       Bucket: !Ref Photos
//!       PolicyDocument:
//!         Statement:
//!           - Effect: Allow
//!             Principal: '*'
//!             Action: s3:GetObject
//!             Resource: !Sub '${Photos.Arn}/*'
//!             Condition: {StringLike: {'aws:Referer': 'https://shop.example.com/*'}} # finding
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {office: 0.0.0.0/0} # finding
//! resources:
//!   Resources:
//!     Orders:
//!       Type: AWS::SQS::Queue
//!     Policy:
//!       Type: AWS::SQS::QueuePolicy
//!       Properties:
//!         Queues: [!Ref Orders]
//!         PolicyDocument:
//!           Statement:
//!             - Effect: Allow
//!               Principal: {AWS: '*'}
//!               Action: sqs:SendMessage
//!               Resource: !GetAtt Orders.Arn
//!               Condition: {IpAddress: {'aws:SourceIp': '${self:custom.office}'}}
//! ```
//!
//! A header beside a condition that does pin the caller:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Photos:
//!     Type: AWS::S3::Bucket
//!   Policy:
//!     Type: AWS::S3::BucketPolicy
//!     Properties:
//!       Bucket: !Ref Photos
//!       PolicyDocument:
//!         Statement:
//!           - Effect: Allow
//!             Principal: '*'
//!             Action: s3:GetObject
//!             Resource: !Sub '${Photos.Arn}/*'
//!             Condition:
//!               StringLike: {'aws:Referer': 'https://shop.example.com/*'}
//!               StringEquals: {'aws:SourceVpce': vpce-0123456789abcdef0}
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Orders:
//!       Type: AWS::SQS::Queue
//!     Policy:
//!       Type: AWS::SQS::QueuePolicy
//!       Properties:
//!         Queues: [!Ref Orders]
//!         PolicyDocument:
//!           Statement:
//!             - Effect: Allow
//!               Principal: {AWS: '*'}
//!               Action: sqs:SendMessage
//!               Resource: !GetAtt Orders.Arn
//!               Condition: {IpAddress: {'aws:SourceIp': [198.51.100.0/24]}}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_s3_bucket" "site" {
//!   bucket = "shop-site"
//! }
//!
//! data "aws_iam_policy_document" "site" {
//!   statement {
//!     actions   = ["s3:GetObject"]
//!     resources = ["${aws_s3_bucket.site.arn}/*"]
//!     principals {
//!       type        = "*"
//!       identifiers = ["*"]
//!     }
//!     condition {
//!       test     = "StringLike"
//!       variable = "aws:Referer"
//!       values   = ["https://shop.example.com/*"] # finding
//!     }
//!   }
//! }
//!
//! resource "aws_s3_bucket_policy" "site" {
//!   bucket = aws_s3_bucket.site.id
//!   policy = data.aws_iam_policy_document.site.json
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_s3_bucket" "site" {
//!   bucket = "shop-site"
//! }
//!
//! data "aws_iam_policy_document" "site" {
//!   statement {
//!     actions   = ["s3:GetObject"]
//!     resources = ["${aws_s3_bucket.site.arn}/*"]
//!     principals {
//!       type        = "*"
//!       identifiers = ["*"]
//!     }
//!     condition {
//!       test     = "IpAddress"
//!       variable = "aws:SourceIp"
//!       values   = ["192.0.2.0/24"]
//!     }
//!   }
//! }
//!
//! resource "aws_s3_bucket_policy" "site" {
//!   bucket = aws_s3_bucket.site.id
//!   policy = data.aws_iam_policy_document.site.json
//! }
//! ```
//!
//! ## How to fix
//!
//! Pin the caller by what they cannot choose: `aws:SourceArn`, `aws:SourceAccount`, `aws:PrincipalOrgID`,
//! `aws:SourceVpce`, or the addresses that are really yours. Files for one's own pages go through
//! CloudFront with signed cookies.
//!
//! No change is proposed: who is meant to be let in stands nowhere in the files.
//!
//! No change is proposed: who is meant to be let in stands nowhere in the files.

use crate::policy;
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::High,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[284, 290],
        owasp_serverless: &["S5", "SAS-3"],
        stride: &["S", "I"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.graph.iter() {
        let Some(store) = node.store() else { continue };
        if node.ty == "AWS::S3::Bucket" && crate::bucket::stops_policy(node).is_yes() {
            continue;
        }
        for s in &store.policy {
            let open = policy::is_public(s).is_yes() && !policy::is_made(s) && s.not_principal.is_null();
            let Some((key, val, why)) = policy::weak_guard(&s.condition).filter(|_| open) else { continue };
            if policy::may_be_denied(&store.policy, s) {
                out.cannot_tell(ix, "Policy", &s.effect);
                continue;
            }
            let first = val.items().first().unwrap_or(val);
            let what = s.actions.first().map_or_else(|| "NotAction".into(), Val::display);
            out.push(
                Found::at_value(
                    ix,
                    first,
                    s.span,
                    format!("`{key}` keeps nobody from {{subject}} (`{what}`): {why}"),
                )
                .label(why)
                .also(s.principal.span, "for everybody")
                .help("pin the caller by `aws:SourceArn`, `aws:SourceAccount`, `aws:PrincipalOrgID` or `aws:SourceVpce`")
                .evidence(format!("{key} {}", policy::evidence(s))),
            );
        }
    }
}
