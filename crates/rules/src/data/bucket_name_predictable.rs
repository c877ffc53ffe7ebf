//! a bucket with a guessable name is used but not created here
//!
//! ## What
//!
//! A function's code, or a statement of a role that allows writing, names a bucket whose name is made of public parts (service, stage,
//! region), and the application does not create the bucket. A condition on `aws:ResourceAccount` or `s3:ResourceAccount`,
//! an account id in the name, and buckets that AWS publishes are silent. A name without a region is silent too: it is the same wherever it is
//! deployed, and so taken already.
//!
//! ## Why
//!
//! Bucket names are global. Where the application is not deployed yet, in the next region or stage, anybody can take the name first.
//! The application then sends its data to the stranger's bucket, or runs the code that lies in it.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Role:
//!     Type: AWS::IAM::Role
//!     Properties:
//!       AssumeRolePolicyDocument: {Statement: []}
//!       Policies:
//!         - PolicyName: exports
//!           PolicyDocument:
//!             Statement:
//!               - Effect: Allow
//!                 Action: s3:PutObject
//!                 Resource: !Sub 'arn:aws:s3:::shop-exports-${AWS::Region}/*' # finding
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   region: eu-central-1
//!   deploymentBucket: shop-deploy-${self:provider.region} # finding
//! functions:
//!   pay: {handler: pay.main}
//! ```
//!
//! ```hcl bad main.tf
//! variable "region" {
//!   type    = string
//!   default = "eu-west-1"
//! }
//!
//! resource "aws_lambda_function" "pay" {
//!   function_name = "pay"
//!   role          = "arn:aws:iam::314159265358:role/pay"
//!   runtime       = "nodejs22.x"
//!   handler       = "pay.main"
//!   s3_bucket     = "shop-code-${var.region}" # finding
//!   s3_key        = "pay.zip"
//! }
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Exports:
//!     Type: AWS::S3::Bucket
//!     Properties:
//!       BucketName: !Sub 'shop-exports-${AWS::Region}'
//!   Role:
//!     Type: AWS::IAM::Role
//!     Properties:
//!       AssumeRolePolicyDocument: {Statement: []}
//!       Policies:
//!         - PolicyName: exports
//!           PolicyDocument:
//!             Statement:
//!               - Effect: Allow
//!                 Action: s3:PutObject
//!                 Resource: !Sub 'arn:aws:s3:::shop-exports-${AWS::Region}/*'
//! ```
//!
//! ```hcl good main.tf
//! data "aws_caller_identity" "me" {}
//! data "aws_region" "here" {}
//!
//! resource "aws_iam_role_policy" "exports" {
//!   role = "exports"
//!   policy = jsonencode({
//!     Statement = [{
//!       Effect    = "Allow"
//!       Action    = "s3:PutObject"
//!       Resource  = "arn:aws:s3:::shop-exports-${data.aws_region.here.name}/*"
//!       Condition = { StringEquals = { "s3:ResourceAccount" = data.aws_caller_identity.me.account_id } }
//!     }]
//!   })
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Another parameter may make the name a secret:
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Suffix:
//!     Type: String
//! Resources:
//!   Role:
//!     Type: AWS::IAM::Role
//!     Properties:
//!       AssumeRolePolicyDocument: {Statement: []}
//!       Policies:
//!         - PolicyName: exports
//!           PolicyDocument:
//!             Statement:
//!               - Effect: Allow
//!                 Action: s3:PutObject
//!                 Resource: !Sub 'arn:aws:s3:::shop-${AWS::Region}-${Suffix}/*'
//! ```
//!
//! ## How to fix
//!
//! Create the bucket in the application and refer to it, or put the account's id and something random into the name. Where
//! neither can be done, add a condition on `s3:ResourceAccount` to the statement, and say `ExpectedBucketOwner` in the code.

use palisade_graph::Piece;

use crate::policy;
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[340, 441],
        owasp_serverless: &["S6", "SAS-3"],
        attack: &["T1583"],
        stride: &["S", "I", "T"],
        others: &["s3_bucket_shadow_resource_vulnerability"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.functions() {
        let bucket = node.props.lookup("Code.S3Bucket");
        ask(cx, ix, bucket, "the code of {subject} is taken from", out);
    }
    for (ix, node) in cx.graph.iter() {
        let Some(role) = node.role() else { continue };
        for s in role.statements.iter().filter(|s| !policy::is_made(s) && s.allows().is_yes()) {
            // What is only read is mostly what others publish.
            let writes = policy::covers_action(s, "s3:PutObject").is_yes();
            if !writes || owner_is_checked(&s.condition) {
                continue;
            }
            for resource in &s.resources {
                ask(cx, ix, resource, "{subject} may write to", out);
            }
        }
    }
}

/// Whether a condition says whose the bucket must be.
fn owner_is_checked(condition: &Val) -> bool {
    condition.entries().iter().flat_map(|op| op.val.entries()).any(|key| {
        let name = key.key.to_ascii_lowercase();
        matches!(name.as_str(), "aws:resourceaccount" | "s3:resourceaccount" | "aws:resourceorgid")
    })
}

fn ask(cx: &Cx<'_>, ix: NodeIx, val: &Val, how: &str, out: &mut Findings) {
    let Some((name, guessable)) = name(val) else { return };
    if is_created(cx, &name) || is_of_aws(&name) {
        return;
    }
    match guessable {
        Tri::No => {}
        Tri::Unknown => out.cannot_tell(ix, "bucket name", val),
        Tri::Yes => out.push(
            Found::at_value(
                ix,
                val,
                cx.node(ix).map_or(Span::NONE, |n| n.span),
                format!("{how} bucket `{name}`, whose name anybody can guess and take first"),
            )
            .label("made of public parts, and the application does not create it")
            .help("create the bucket here and refer to it, or put the account's id into its name")
            .evidence(name),
        ),
    }
}

/// The name of the bucket that a name or an ARN of S3 means, and whether it holds a region and nothing that only
/// the account knows.
fn name(val: &Val) -> Option<(String, Tri)> {
    let pieces = match &val.state {
        State::Known(Value::Str(text)) => vec![Piece::Text(text.clone())],
        State::Partial(pieces) => pieces.to_vec(),
        _ => return None,
    };
    let mut text = String::new();
    let (mut region, mut unknown) = (false, false);
    for piece in &pieces {
        match piece {
            Piece::Text(t) => text.push_str(t),
            Piece::Hole(hole) => {
                let shown = hole.display();
                match hole.as_target() {
                    Some(Target::Pseudo(name)) if name == "AWS::AccountId" || name == "AWS::StackId" => {
                        return None;
                    }
                    // A reference to a resource is the bucket itself, or made by the account.
                    Some(Target::Resource { .. }) => return None,
                    Some(_) => {}
                    None => unknown |= !is_stage(&shown),
                }
                region |= shown == "${AWS::Region}";
                text.push_str(&shown);
            }
        }
    }
    let name = match text.split_once(":s3:::") {
        Some((before, rest)) if before.starts_with("arn:") => rest.split('/').next().unwrap_or(rest),
        _ if text.starts_with("arn:") || text.contains([':', '/', ' ', '*']) && !text.contains("${AWS::") => {
            return None;
        }
        _ => &text,
    };
    if name.is_empty() || name.contains('*') || name.bytes().filter(u8::is_ascii_digit).count() >= 8 {
        return None;
    }
    let region = region && name.contains("${AWS::Region}") || has_region(name);
    let guessable = if !region {
        Tri::No
    } else if unknown {
        Tri::Unknown
    } else {
        Tri::Yes
    };
    Some((name.to_owned(), guessable))
}

/// Whether a hole stands for a stage or region: `${Stage}`, `${var.environment}`.
fn is_stage(shown: &str) -> bool {
    let name = shown.trim_start_matches("${").trim_end_matches('}');
    let name = name.rsplit(['.', ':']).next().unwrap_or(name).to_ascii_lowercase();
    matches!(
        name.replace(['_', '-'], "").as_str(),
        "stage" | "stagename" | "env" | "environment" | "environmentname" | "region" | "awsregion"
    )
}

/// Whether a name holds the name of a region: `eu-central-1`.
fn has_region(name: &str) -> bool {
    const AREAS: &[&str] = &["us", "eu", "ap", "sa", "ca", "me", "af", "il", "cn", "mx"];
    const PARTS: &[&str] =
        &["north", "south", "east", "west", "central", "northeast", "northwest", "southeast", "southwest"];
    let words: Vec<&str> = name.split(['-', '.']).collect();
    words.windows(3).any(|w| match w {
        [area, part, number] => {
            AREAS.contains(area)
                && PARTS.contains(part)
                && number.len() == 1
                && number.bytes().all(|b| b.is_ascii_digit())
        }
        _ => false,
    })
}

/// Whether the application creates a bucket of this name.
fn is_created(cx: &Cx<'_>, name: &str) -> bool {
    cx.of_type("AWS::S3::Bucket").any(|(_, b)| b.props.get("BucketName").display() == name)
}

/// Buckets that AWS publishes things in, one a region.
fn is_of_aws(name: &str) -> bool {
    const STARTS: &[&str] = &[
        "aws-",
        "amazon",
        "solution",
        "prod-",
        "patch-baseline-",
        "awsserverlessrepo-",
        "cloudformation-",
        "appstream-",
        "elasticbeanstalk-",
    ];
    STARTS.iter().any(|s| name.starts_with(s))
        || ["amazonaws", "birdwatcher", "elasticmapreduce"].iter().any(|part| name.contains(part))
}
