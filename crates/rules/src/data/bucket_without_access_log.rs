//! who reads a bucket is not logged
//!
//! ## What
//!
//! A bucket has no server access log, and no trail of the application records the requests for its objects. Buckets
//! that receive logs are silent.
//!
//! ## Why
//!
//! When data has leaked, somebody asks which objects, when and by whom. S3 keeps no record of reads unless it is told to,
//! and the answer then has to be "all of them".
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Uploads: # finding
//!     Type: AWS::S3::Bucket
//! ```
//!
//! The trail records management events only:
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Uploads: # finding
//!       Type: AWS::S3::Bucket
//!     Trail:
//!       Type: AWS::CloudTrail::Trail
//!       Properties: {IsLogging: true, S3BucketName: audit-archive}
//! ```
//!
//! ```hcl bad main.tf
//! variable "logged" {
//!   type    = bool
//!   default = false
//! }
//!
//! resource "aws_s3_bucket" "uploads" { # finding
//!   bucket = "uploads"
//! }
//!
//! resource "aws_s3_bucket_logging" "uploads" {
//!   count         = var.logged ? 1 : 0
//!   bucket        = aws_s3_bucket.uploads.id
//!   target_bucket = "central-logs"
//!   target_prefix = "uploads/"
//! }
//! ```
//!
//! The log bucket itself is silent:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Logs:
//!     Type: AWS::S3::Bucket
//!   Uploads:
//!     Type: AWS::S3::Bucket
//!     Properties:
//!       LoggingConfiguration: {DestinationBucketName: !Ref Logs}
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_s3_bucket" "uploads" {
//!   bucket = "uploads"
//! }
//!
//! resource "aws_cloudtrail" "data" {
//!   name           = "data"
//!   s3_bucket_name = "audit-archive"
//!   event_selector {
//!     data_resource {
//!       type   = "AWS::S3::Object"
//!       values = ["arn:aws:s3"]
//!     }
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Logging:
//!     Type: String
//! Resources:
//!   Uploads:
//!     Type: AWS::S3::Bucket
//!     Properties:
//!       LoggingConfiguration: !Ref Logging
//! ```
//!
//! ## How to fix
//!
//! Set `LoggingConfiguration` to a bucket that is kept for logs and lets `logging.s3.amazonaws.com` write, or record data
//! events of S3 in a trail. The former costs the storage of the logs, the latter a dollar for a million events.

use crate::bucket;
use crate::policy;
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[778],
        owasp_serverless: &["S10", "SAS-5"],
        checkov: &["CKV_AWS_18"],
        aws: &["S3.9"],
        stride: &["R"],
        others: &["W35", "AWS-0089"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in bucket::written(cx) {
        let logging = node.props.get("LoggingConfiguration");
        if logging.as_map().is_some() || bucket::receives_logs(cx, ix, node) {
            continue;
        }
        let recorded = recorded(cx, ix);
        if recorded.is_yes() {
            continue;
        }
        if !logging.is_null() {
            out.cannot_tell(ix, "LoggingConfiguration", logging);
        } else if recorded == Tri::Unknown {
            out.cannot_tell(ix, "EventSelectors", logging);
        } else {
            out.push(
                Found::new(ix, node.span, "nothing records who reads and writes {subject}")
                    .label("no access log, and no trail records its objects")
                    .help("let S3 log access into a bucket kept for logs, or record data events of S3 in a trail")
                    .evidence("no log"),
            );
        }
    }
}

/// Whether a trail of the application records requests for the objects of a bucket.
fn recorded(cx: &Cx<'_>, bucket: NodeIx) -> Tri {
    let mut answer = Tri::No;
    for (_, trail) in cx.of_type("AWS::CloudTrail::Trail") {
        for resource in
            trail.props.get("EventSelectors").items().iter().flat_map(|s| s.get("DataResources").items())
        {
            let objects = resource.get("Type").is("AWS::S3::Object");
            answer = answer.or(objects.and(named(cx, resource.get("Values").items(), bucket)));
        }
        for selector in trail.props.get("AdvancedEventSelectors").items() {
            let fields = selector.get("FieldSelectors").items();
            let field = |name: &str| fields.iter().find(|f| f.get("Field").as_str() == Some(name));
            let Some(ty) = field("resources.type") else { continue };
            let objects = ty.get("Equals").items().iter().fold(Tri::No, |a, v| a.or(v.is("AWS::S3::Object")));
            let these = match field("resources.ARN") {
                None => Tri::Yes,
                Some(f) => ["StartsWith", "Equals"]
                    .iter()
                    .fold(Tri::No, |a, k| a.or(named(cx, f.get(k).items(), bucket))),
            };
            answer = answer.or(objects.and(these));
        }
    }
    answer
}

/// Whether one of some ARNs, or beginnings of them, is of a bucket.
fn named(cx: &Cx<'_>, values: &[Val], bucket: NodeIx) -> Tri {
    values.iter().fold(Tri::No, |answer, v| {
        let text = v.display();
        let all = text.rsplit(':').next().is_some_and(|rest| matches!(rest, "s3" | "" | "/"));
        answer.or(if all { Tri::Yes } else { policy::resource_covers(cx.graph, v, bucket) })
    })
}
