//! a bucket answers requests without TLS
//!
//! ## What
//!
//! No statement of the bucket's policy denies everybody what comes with `aws:SecureTransport` false.
//!
//! ## Why
//!
//! S3 answers on plain HTTP. A client, script or old SDK that is configured so sends objects and presigned
//! URLs readable for everybody on the way, and whoever sits there reads or replaces them.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Uploads: # finding
//!     Type: AWS::S3::Bucket
//! ```
//!
//! The condition is there, but asks the wrong way round:
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom:
//!   secure: 'true'
//! resources:
//!   Resources:
//!     Uploads: # finding
//!       Type: AWS::S3::Bucket
//!     Policy:
//!       Type: AWS::S3::BucketPolicy
//!       Properties:
//!         Bucket: !Ref Uploads
//!         PolicyDocument:
//!           Statement:
//!             - Effect: Deny
//!               Principal: '*'
//!               Action: s3:*
//!               Resource: !Sub '${Uploads.Arn}/*'
//!               Condition: {Bool: {'aws:SecureTransport': '${self:custom.secure}'}}
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Uploads:
//!     Type: AWS::S3::Bucket
//!   Policy:
//!     Type: AWS::S3::BucketPolicy
//!     Properties:
//!       Bucket: !Ref Uploads
//!       PolicyDocument:
//!         Statement:
//!           - Effect: Deny
//!             Principal: {AWS: '*'}
//!             Action: s3:*
//!             Resource: [!GetAtt Uploads.Arn, !Sub '${Uploads.Arn}/*']
//!             Condition: {Bool: {'aws:SecureTransport': false}}
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Uploads:
//!       Type: AWS::S3::Bucket
//!     Policy:
//!       Type: AWS::S3::BucketPolicy
//!       Properties:
//!         Bucket: !Ref Uploads
//!         PolicyDocument:
//!           Statement:
//!             - Effect: Deny
//!               Principal: '*'
//!               Action: ['s3:GetObject', 's3:PutObject']
//!               Resource: !Sub '${Uploads.Arn}/*'
//!               Condition: {BoolIfExists: {'aws:SecureTransport': 'false'}}
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Statements:
//!     Type: String
//! Resources:
//!   Uploads:
//!     Type: AWS::S3::Bucket
//!   Policy:
//!     Type: AWS::S3::BucketPolicy
//!     Properties:
//!       Bucket: !Ref Uploads
//!       PolicyDocument: !Ref Statements
//! ```
//!
//! ## How to fix
//!
//! Add a bucket policy with a Deny for `*` on `s3:*`, on the bucket and its objects, under
//! `Bool: {aws:SecureTransport: false}`. Clients on plain HTTP are refused afterwards; there is no cost.

use crate::policy;
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[319],
        owasp_serverless: &["S3", "SAS-3"],
        checkov: &["CKV_AWS_379"],
        aws: &["S3.5"],
        attack: &["T1040"],
        stride: &["I", "T"],
        others: &["CIS-3.1.1"],
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::S3::Bucket") {
        if node.logical_id == "ServerlessDeploymentBucket" {
            continue;
        }
        let statements = node.store().map_or(&[][..], |s| &s.policy);
        let mut answer = Tri::No;
        for s in statements {
            let deny = s.effect.is("Deny");
            let everyone = policy::is_everyone(&s.principal);
            let reads = policy::covers_action(s, "s3:GetObject");
            answer = answer.or(deny.and(everyone).and(reads).and(insecure(&s.condition)));
        }
        if node.store().is_some_and(|s| s.unread_policy) {
            answer = answer.or(Tri::Unknown);
        }
        match answer {
            Tri::Yes => {}
            Tri::Unknown => {
                let nothing = Val::default();
                out.cannot_tell(ix, "Policy", statements.first().map_or(&nothing, |s| &s.effect));
            }
            Tri::No => out.push(
                Found::new(ix, node.span, "{subject} answers requests without TLS")
                    .label("no policy denies plain HTTP")
                    .help("add a bucket policy that denies `s3:*` to `*` when `aws:SecureTransport` is false")
                    .evidence("no deny of plain HTTP"),
            ),
        }
    }
}

/// Whether a condition holds for plain HTTP.
fn insecure(condition: &Val) -> Tri {
    if condition.is_null() {
        return Tri::No;
    }
    let Some(map) = condition.as_map() else { return Tri::Unknown };
    let mut answer = if map.open { Tri::Unknown } else { Tri::No };
    for operator in &map.entries {
        for key in operator.val.entries().iter().filter(|k| k.key.eq_ignore_ascii_case("aws:SecureTransport"))
        {
            let off = |v: &Val| v.as_bool().map_or_else(|| v.is("false"), |b| (!b).into());
            answer = answer.or(key.val.items().iter().fold(Tri::No, |a, v| a.or(off(v))));
        }
    }
    answer
}
