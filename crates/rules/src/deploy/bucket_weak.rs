//! others may get at the bucket that code is deployed from
//!
//! ## What
//!
//! The bucket of the application from which a function or layer takes its code switches a part of its public-access block off or has
//! an ACL that lets everybody in; or `provider.deploymentBucket` of serverless.yml names the same bucket in each stage.
//!
//! ## Why
//!
//! Who may write to that bucket exchanges the code between packaging and deployment, and it then runs with the role of the
//! function; who may read it has the source. Where stages share it, whoever may deploy to `dev` has the code of `prod` in reach.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   stage: ${opt:stage, 'dev'}
//!   deploymentBucket: shop-deployments # finding
//! custom:
//!   memory: {dev: 128, prod: 512}
//! params:
//!   dev: {memory: 128}
//!   prod: {memory: 512}
//! functions:
//!   hello: {handler: a.b, memorySize: '${param:memory}'}
//! ```
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Block: {Type: String, Default: 'false'} # finding
//! Resources:
//!   Code:
//!     Type: AWS::S3::Bucket
//!     Properties:
//!       PublicAccessBlockConfiguration:
//!         BlockPublicAcls: !Ref Block
//!         BlockPublicPolicy: true
//!         IgnorePublicAcls: true
//!         RestrictPublicBuckets: true
//!   Hello:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: !Ref Code, S3Key: a.zip}
//! ```
//!
//! One bucket a stage:
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   deploymentBucket: shop-deployments-${sls:stage}
//! params:
//!   dev: {memory: 128}
//!   prod: {memory: 512}
//! functions:
//!   hello: {handler: a.b, memorySize: '${param:memory}'}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_s3_bucket" "code" {
//!   bucket = "shop-code"
//! }
//!
//! resource "aws_s3_bucket_public_access_block" "code" {
//!   bucket                  = aws_s3_bucket.code.id
//!   block_public_acls       = true
//!   block_public_policy     = false # finding
//!   ignore_public_acls      = true
//!   restrict_public_buckets = true
//! }
//!
//! resource "aws_lambda_function" "hello" {
//!   function_name = "hello"
//!   role          = "arn:aws:iam::123456789012:role/shop"
//!   handler       = "a.b"
//!   runtime       = "nodejs24.x"
//!   s3_bucket     = aws_s3_bucket.code.id
//!   s3_key        = "a.zip"
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_s3_bucket" "code" {
//!   bucket = "shop-code"
//! }
//!
//! resource "aws_s3_bucket_public_access_block" "code" {
//!   bucket                  = aws_s3_bucket.code.id
//!   block_public_acls       = true
//!   block_public_policy     = true # finding
//!   ignore_public_acls      = true
//!   restrict_public_buckets = true
//! }
//!
//! resource "aws_lambda_function" "hello" {
//!   function_name = "hello"
//!   role          = "arn:aws:iam::123456789012:role/shop"
//!   handler       = "a.b"
//!   runtime       = "nodejs24.x"
//!   s3_bucket     = aws_s3_bucket.code.id
//!   s3_key        = "a.zip"
//! }
//! ```
//!
//! Nothing is switched off, and S3 blocks public access by default:
//!
//! ```hcl good main.tf
//! resource "aws_s3_bucket" "code" {
//!   bucket = "shop-code"
//! }
//!
//! resource "aws_lambda_function" "hello" {
//!   function_name = "hello"
//!   role          = "arn:aws:iam::123456789012:role/shop"
//!   handler       = "a.b"
//!   runtime       = "nodejs24.x"
//!   s3_bucket     = aws_s3_bucket.code.id
//!   s3_key        = "a.zip"
//! }
//! ```
//!
//! ## How to fix
//!
//! Set all four settings of the public-access block; whoever fetched code from the bucket without credentials is refused then. Use
//! one bucket a stage, best in an account of its own: `deploymentBucket: shop-deployments-${sls:stage}`. It has to be made first.

use crate::bucket;
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[284, 668],
        owasp_serverless: &["S6", "SAS-3"],
        stride: &["T", "I"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    shared(cx, out);
    let mut seen: Vec<NodeIx> = Vec::new();
    let layers = cx.of_type("AWS::Lambda::LayerVersion").map(|(_, n)| n.props.lookup("Content.S3Bucket"));
    let functions = cx.nodes(NodeKind::Function).map(|(_, n)| n.props.lookup("Code.S3Bucket"));
    for ix in functions.chain(layers).filter_map(|b| cx.graph.resolve(b)) {
        let Some(node) = cx.node(ix).filter(|n| n.ty == "AWS::S3::Bucket") else { continue };
        if !seen.contains(&ix) {
            seen.push(ix);
            public(ix, node, out);
        }
    }
}

fn public(ix: NodeIx, node: &Node, out: &mut Findings) {
    let block = bucket::block(node);
    let settings = bucket::SETTINGS.into_iter();
    let off: Vec<&str> = settings.filter(|s| block.get(s).as_bool() == Some(false)).collect();
    let acl = node.props.get("AccessControl");
    let open = acl.as_str().is_some_and(|a| a.starts_with("Public") || a == "AuthenticatedRead");
    let at = match off.first() {
        Some(setting) => block.get(setting),
        None if open && !bucket::stops_acl(node).is_yes() => acl,
        None => return,
    };
    let set = |key: &str| Change::Set {
        node: ix,
        path: format!("PublicAccessBlockConfiguration.{key}").into(),
        value: true.into(),
    };
    let settings = bucket::SETTINGS.into_iter().filter(|s| !bucket::is_on(block, s).is_yes());
    let fix = Proposal::new("block public access", Safety::Unsafe, settings.map(set).collect());
    out.push(
        Found::at_value(
            ix,
            at,
            node.span,
            "{subject}, from which functions take their code, may be made public",
        )
        .label(if off.is_empty() { "lets everybody in" } else { "off" })
        .help("set all four settings of the public-access block to true")
        .evidence(format!("{} {}", off.join(","), acl.display()))
        .fix(fix),
    );
}

/// A bucket that is named the same in each stage.
fn shared(cx: &Cx<'_>, out: &mut Findings) {
    let bucket = &cx.graph.interface.deployment_bucket;
    let Some(name) = bucket.as_str().filter(|n| !n.is_empty()) else { return };
    let mut stages: Vec<&str> = Vec::new();
    for (world, graph) in &cx.application.worlds {
        if graph.interface.deployment_bucket.as_str() != Some(name) {
            return;
        }
        let stage = world.facts.iter().find(|(key, _)| key == "stage");
        stages.extend(stage.map(|(_, stage)| stage.as_str()).filter(|s| !stages.contains(s)));
    }
    if stages.len() < 2 {
        return;
    }
    let message = format!("stages {} are deployed from the same bucket, `{name}`", stages.join(", "));
    out.push(
        Found::of_file(bucket.span, message)
            .way(bucket)
            .label("the same in each stage")
            .help("use one bucket a stage: `<name>-${sls:stage}`")
            .evidence("shared"),
    );
}
