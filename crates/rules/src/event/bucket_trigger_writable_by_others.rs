//! strangers may write to a bucket that starts a function
//!
//! ## What
//!
//! A bucket triggers a function, and its policy or ACL lets everybody write, without a condition that pins
//! the caller, or its policy lets an account write that is neither own nor trusted. A public-access block
//! of the bucket that stops it counts; where none is written the confidence is medium, since buckets made
//! since April 2023 have one.
//!
//! ## Why
//!
//! Event injection: an attacker uploads an object and the function runs with its name and content: a path
//! that climbs out of a folder, an archive that never ends, an image that exploits the library. Whatever
//! the function may do is done with it.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Uploads:
//!     Type: AWS::S3::Bucket
//!     Properties:
//!       AccessControl: PublicReadWrite # finding
//!       PublicAccessBlockConfiguration: {BlockPublicAcls: false, IgnorePublicAcls: false}
//!   Resize:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Events:
//!         Up: {Type: S3, Properties: {Bucket: !Ref Uploads, Events: 's3:ObjectCreated:*'}}
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {who: '*'} # finding
//! functions:
//!   resize: {handler: a.b}
//! resources:
//!   Resources:
//!     Uploads:
//!       Type: AWS::S3::Bucket
//!       Properties:
//!         PublicAccessBlockConfiguration: {BlockPublicPolicy: false, RestrictPublicBuckets: false}
//!         NotificationConfiguration:
//!           LambdaConfigurations:
//!             - {Event: 's3:ObjectCreated:*', Function: !GetAtt ResizeLambdaFunction.Arn}
//!     Policy:
//!       Type: AWS::S3::BucketPolicy
//!       Properties:
//!         Bucket: !Ref Uploads
//!         PolicyDocument:
//!           Statement:
//!             - Effect: Allow
//!               Principal: ${self:custom.who}
//!               Action: s3:PutObject
//!               Resource: !Sub '${Uploads.Arn}/*'
//! ```
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Uploads:
//!     Type: AWS::S3::Bucket
//!     Properties:
//!       AccessControl: PublicReadWrite
//!       OwnershipControls: {Rules: [{ObjectOwnership: BucketOwnerEnforced}]}
//!   Resize:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Events:
//!         Up: {Type: S3, Properties: {Bucket: !Ref Uploads, Events: 's3:ObjectCreated:*'}}
//! ```
//!
//! Everybody may read, nobody may write:
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! functions:
//!   resize: {handler: a.b}
//! resources:
//!   Resources:
//!     Uploads:
//!       Type: AWS::S3::Bucket
//!       Properties:
//!         NotificationConfiguration:
//!           LambdaConfigurations:
//!             - {Event: 's3:ObjectCreated:*', Function: !GetAtt ResizeLambdaFunction.Arn}
//!     Policy:
//!       Type: AWS::S3::BucketPolicy
//!       Properties:
//!         Bucket: !Ref Uploads
//!         PolicyDocument:
//!           Statement:
//!             - Effect: Allow
//!               Principal: '*'
//!               Action: s3:GetObject
//!               Resource: !Sub '${Uploads.Arn}/*'
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_s3_bucket" "uploads" {
//!   bucket = "uploads"
//! }
//!
//! resource "aws_s3_bucket_public_access_block" "uploads" {
//!   bucket                  = aws_s3_bucket.uploads.id
//!   block_public_policy     = false
//!   restrict_public_buckets = false
//! }
//!
//! resource "aws_s3_bucket_policy" "uploads" {
//!   bucket = aws_s3_bucket.uploads.id
//!   policy = jsonencode({
//!     Statement = [{
//!       Effect    = "Allow"
//!       Principal = "*" # finding
//!       Action    = "s3:PutObject"
//!       Resource  = "${aws_s3_bucket.uploads.arn}/*"
//!     }]
//!   })
//! }
//!
//! resource "aws_lambda_function" "scan" {
//!   function_name = "scan"
//!   role          = "arn:aws:iam::123456789012:role/scan"
//!   handler       = "scan.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "scan.zip"
//! }
//!
//! resource "aws_s3_bucket_notification" "uploads" {
//!   bucket = aws_s3_bucket.uploads.id
//!   lambda_function {
//!     lambda_function_arn = aws_lambda_function.scan.arn
//!     events              = ["s3:ObjectCreated:*"]
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_s3_bucket" "uploads" {
//!   bucket = "uploads"
//! }
//!
//! resource "aws_s3_bucket_policy" "uploads" {
//!   bucket = aws_s3_bucket.uploads.id
//!   policy = jsonencode({
//!     Statement = [{
//!       Effect    = "Allow"
//!       Principal = "*"
//!       Action    = "s3:GetObject"
//!       Resource  = "${aws_s3_bucket.uploads.arn}/*"
//!     }]
//!   })
//! }
//!
//! resource "aws_lambda_function" "scan" {
//!   function_name = "scan"
//!   role          = "arn:aws:iam::123456789012:role/scan"
//!   handler       = "scan.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "scan.zip"
//! }
//!
//! resource "aws_s3_bucket_notification" "uploads" {
//!   bucket = aws_s3_bucket.uploads.id
//!   lambda_function {
//!     lambda_function_arn = aws_lambda_function.scan.arn
//!     events              = ["s3:ObjectCreated:*"]
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Parameters:
//!   Acl: {Type: String}
//! Resources:
//!   Uploads:
//!     Type: AWS::S3::Bucket
//!     Properties: {AccessControl: !Ref Acl}
//!   Resize:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Events:
//!         Up: {Type: S3, Properties: {Bucket: !Ref Uploads, Events: 's3:ObjectCreated:*'}}
//! ```
//!
//! ## How to fix
//!
//! Let browsers upload by presigned posts that limit key, type and size, name the principals of everything
//! else, and switch on the public-access block. And validate in the handler what arrives.

use crate::bucket;
use crate::policy::{self, Outsider};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Critical,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[284, 345],
        owasp_serverless: &["S1", "SAS-1"],
        stride: &["S", "T", "E"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node, store) in policy::with_policy(cx, &["AWS::S3::Bucket"], out) {
        let Some(started) = policy::started_by(cx, ix) else { continue };
        by_acl(ix, node, &started, out);
        let stopped = bucket::stops_policy(node);
        for s in &store.policy {
            let Some((action, name)) = bucket::writing(s) else { continue };
            match policy::outsider(cx, &store.policy, s) {
                Outsider::Let { everybody: true, .. } if stopped.is_yes() => {}
                Outsider::Let { everybody: true, .. } if stopped == Tri::Unknown => {
                    out.cannot_tell(ix, "PublicAccessBlockConfiguration", bucket::block(node));
                }
                Outsider::Let { at, who, everybody } => {
                    let mut found = Found::at_value(
                        ix,
                        at,
                        s.span,
                        format!("{who} may write to {{subject}} (`{name}`), which starts {started}"),
                    )
                    .label("no condition says who")
                    .also(action.span, "what they may do")
                    .help("name the principals, give uploads presigned posts, and block public access")
                    .evidence(policy::evidence(s));
                    if everybody && bucket::block(node).is_null() {
                        found = found.confidence(Confidence::Medium);
                    }
                    out.push(found);
                }
                Outsider::CannotTell(val) => out.cannot_tell(ix, "Policy", val),
                Outsider::Nobody => {}
            }
        }
    }
}

fn by_acl(ix: NodeIx, node: &Node, started: &str, out: &mut Findings) {
    let acl = node.props.get("AccessControl");
    match acl.is("PublicReadWrite").and(bucket::stops_acl(node).negate()) {
        Tri::No => {}
        Tri::Unknown => out.cannot_tell(ix, "AccessControl", acl),
        Tri::Yes => {
            let message = format!("the ACL of {{subject}}, which starts {started}, lets everybody write");
            let mut found = Found::at_value(ix, acl, node.span, message)
                .label("everybody may write")
                .help("remove `AccessControl` and block public access")
                .evidence("PublicReadWrite");
            if bucket::block(node).is_null() {
                found = found.confidence(Confidence::Medium);
            }
            out.push(found);
        }
    }
}
