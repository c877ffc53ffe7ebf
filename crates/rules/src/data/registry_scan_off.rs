//! images are not scanned when they are pushed
//!
//! ## What
//!
//! An ECR repository has no `ImageScanningConfiguration.ScanOnPush`, and the application sets up no scanning of the whole registry.
//!
//! ## Why
//!
//! The image of a function holds an operating system. Known faults in it are found for nothing at the push, or by an attacker later.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Images: # finding
//!     Type: AWS::ECR::Repository
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Images: # finding
//!     Type: AWS::ECR::Repository
//!     Properties:
//!       ImageScanningConfiguration:
//!         ScanOnPush: true
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {scan: {ScanOnPush: false}} # finding
//! resources:
//!   Resources:
//!     Images:
//!       Type: AWS::ECR::Repository
//!       Properties: {ImageScanningConfiguration: '${self:custom.scan}'}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_ecr_repository" "images" {
//!   name = "shop"
//!   image_scanning_configuration {
//!     scan_on_push = false # finding
//!   }
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_ecr_repository" "images" {
//!   name = "shop"
//!   image_scanning_configuration {
//!     scan_on_push = true # finding
//!   }
//! }
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Images:
//!     Type: AWS::ECR::Repository
//!     Properties:
//!       ImageScanningConfiguration: {ScanOnPush: true}
//! ```
//!
//! The whole registry is scanned:
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Images:
//!       Type: AWS::ECR::Repository
//!     Scanning:
//!       Type: AWS::ECR::RegistryScanningConfiguration
//!       Properties:
//!         ScanType: ENHANCED
//!         Rules: [{ScanFrequency: CONTINUOUS_SCAN, RepositoryFilters: [{Filter: '*', FilterType: WILDCARD}]}]
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_ecr_repository" "images" {
//!   name = "shop"
//!   image_scanning_configuration {
//!     scan_on_push = true
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Scan:
//!     Type: String
//! Resources:
//!   Images:
//!     Type: AWS::ECR::Repository
//!     Properties:
//!       ImageScanningConfiguration: {ScanOnPush: !Ref Scan}
//! ```
//!
//! ## How to fix
//!
//! Set `ImageScanningConfiguration.ScanOnPush` to `true`. It costs nothing and delays no push.

use crate::prelude::*;
use crate::switch;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::Safe,
    since: "0.1.0",
    references: References {
        cwe: &[1395],
        owasp_serverless: &["S9", "SAS-6"],
        checkov: &["CKV_AWS_163"],
        aws: &["ECR.1"],
        stride: &["T"],
        others: &["W79"],
        ..References::NONE
    },
    check,
};

const PATH: &str = "ImageScanningConfiguration.ScanOnPush";

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let whole = cx
        .of_type("AWS::ECR::RegistryScanningConfiguration")
        .chain(cx.of_type("aws_ecr_registry_scanning_configuration"))
        .next()
        .is_some();
    if whole {
        return;
    }
    for (ix, node) in cx.of_type("AWS::ECR::Repository") {
        let message = "images in {subject} are not scanned when they are pushed";
        if let Some(found) = switch::off(out, ix, node, PATH, message) {
            let fix = Proposal::set(ix, PATH, true, "scan images when they are pushed");
            out.push(
                found
                    .help("set `ImageScanningConfiguration.ScanOnPush` to `true`")
                    .fix(fix)
                    .or_where_written(node.props.lookup(PATH), true),
            );
        }
    }
}
