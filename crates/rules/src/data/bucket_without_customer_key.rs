//! a bucket is not encrypted with a customer key
//!
//! ## What
//!
//! The default encryption of a bucket is not a KMS key of the customer: nothing is written, `AES256`, or `aws:kms`
//! without a key or with the key of S3. Buckets that receive server access logs are silent: S3 cannot write
//! them under a KMS key.
//!
//! ## Why
//!
//! Everything in S3 is encrypted, by default with a key that S3 uses for whoever may read the object. With a key
//! of one's own a second permission stands between a stolen policy and the data, each use of it is in the trail, and
//! disabling the key takes the data away from everybody at once.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Uploads: # finding
//!     Type: AWS::S3::Bucket
//! ```
//!
//! The algorithm alone takes the key that AWS manages, which every principal of the account may use through S3:
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {algorithm: 'aws:kms'} # finding
//! resources:
//!   Resources:
//!     Uploads:
//!       Type: AWS::S3::Bucket
//!       Properties:
//!         BucketEncryption:
//!           ServerSideEncryptionConfiguration:
//!             - ServerSideEncryptionByDefault: {SSEAlgorithm: '${self:custom.algorithm}'}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_s3_bucket" "uploads" {
//!   bucket = "uploads"
//! }
//!
//! resource "aws_s3_bucket_server_side_encryption_configuration" "uploads" {
//!   bucket = aws_s3_bucket.uploads.id
//!   rule {
//!     apply_server_side_encryption_by_default {
//!       sse_algorithm = "AES256" # finding
//!     }
//!   }
//! }
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Key:
//!     Type: AWS::KMS::Key
//!   Uploads:
//!     Type: AWS::S3::Bucket
//!     Properties:
//!       BucketEncryption:
//!         ServerSideEncryptionConfiguration:
//!           - ServerSideEncryptionByDefault: {SSEAlgorithm: 'aws:kms', KMSMasterKeyID: !GetAtt Key.Arn}
//! ```
//!
//! A bucket for access logs cannot have one:
//!
//! ```hcl good main.tf
//! resource "aws_kms_key" "data" {}
//!
//! resource "aws_s3_bucket" "logs" {
//!   bucket = "logs"
//! }
//!
//! resource "aws_s3_bucket" "uploads" {
//!   bucket = "uploads"
//! }
//!
//! resource "aws_s3_bucket_logging" "uploads" {
//!   bucket        = aws_s3_bucket.uploads.id
//!   target_bucket = aws_s3_bucket.logs.id
//!   target_prefix = "uploads/"
//! }
//!
//! resource "aws_s3_bucket_server_side_encryption_configuration" "uploads" {
//!   bucket = aws_s3_bucket.uploads.id
//!   rule {
//!     apply_server_side_encryption_by_default {
//!       sse_algorithm     = "aws:kms"
//!       kms_master_key_id = aws_kms_key.data.arn
//!     }
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   KeyId:
//!     Type: String
//! Resources:
//!   Uploads:
//!     Type: AWS::S3::Bucket
//!     Properties:
//!       BucketEncryption:
//!         ServerSideEncryptionConfiguration:
//!           - ServerSideEncryptionByDefault: {SSEAlgorithm: !Ref KeyId}
//! ```
//!
//! ## How to fix
//!
//! Set `SSEAlgorithm` to `aws:kms`, name a key and switch on `BucketKeyEnabled`, which keeps the number of calls to
//! KMS low. Who reads then needs `kms:Decrypt` on the key, who writes `kms:GenerateDataKey`. A key costs one dollar a month.
//!
//! ## Differs from
//!
//! CKV_AWS_145 takes `aws:kms` without a key; that is the key of AWS, and no customer key. CKV_AWS_19 asks for any encryption,
//! which no bucket is without since January 2023.

use crate::bucket;
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Auditor,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[311],
        owasp_serverless: &["S3", "SAS-3"],
        checkov: &["CKV_AWS_145", "CKV_AWS_19"],
        aws: &["S3.17"],
        stride: &["I"],
        others: &["W41", "AWS-0088", "AWS-0132"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in bucket::written(cx) {
        if bucket::receives_access_logs(cx, ix, node) {
            continue;
        }
        let rules = node.props.lookup("BucketEncryption.ServerSideEncryptionConfiguration");
        if !rules.is_known() || rules.as_list().is_some_and(|l| l.open) {
            out.cannot_tell(ix, "BucketEncryption", rules);
            continue;
        }
        let mut by_default = rules.items().iter().map(|r| r.lookup("ServerSideEncryptionByDefault"));
        let own = by_default.next_back().unwrap_or(Val::null());
        let (algorithm, key) = (own.lookup("SSEAlgorithm"), own.lookup("KMSMasterKeyID"));
        let kms = algorithm.is("aws:kms").or(algorithm.is("aws:kms:dsse"));
        let of_aws = key.display().ends_with("alias/aws/s3");
        let (at, label) = match kms {
            Tri::Yes if !key.is_null() && !of_aws => continue,
            Tri::Yes if of_aws => (key, "the key of AWS"),
            Tri::Yes => (algorithm, "no key is named: the key of AWS"),
            Tri::No => (algorithm, "a key of S3"),
            Tri::Unknown => {
                out.cannot_tell(ix, "BucketEncryption", algorithm);
                continue;
            }
        };
        out.push(
            Found::at_value(ix, at, node.span, "{subject} is not encrypted with a customer key")
                .label(if at.is_null() { "no `BucketEncryption`" } else { label })
                .help("set `SSEAlgorithm` to `aws:kms` and name a key of your own in `KMSMasterKeyID`")
                .evidence(algorithm.display()),
        );
    }
}
