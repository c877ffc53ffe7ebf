//! the function is in no VPC
//!
//! ## What
//!
//! The function has no VPC configuration. Silent where function-outside-vpc-of-store reports the same function.
//!
//! ## Why
//!
//! In a VPC, routes and security groups decide what the function may connect to, and flow logs record it. A function
//! with no private store gains little by that and pays for it with a NAT gateway; the blanket question is here for
//! those whose benchmark asks it.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//! functions:
//!   order: # finding
//!     handler: order.handler
//! ```
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Order: # finding
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!       VpcConfig: {SubnetIds: [], SecurityGroupIds: []}
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//!   vpc: {subnetIds: [subnet-1, subnet-2], securityGroupIds: [sg-1]}
//! functions:
//!   order:
//!     handler: order.handler
//! ```
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Parameters:
//!   Subnets: {Type: List<AWS::EC2::Subnet::Id>}
//! Globals:
//!   Function:
//!     VpcConfig: {SubnetIds: !Ref Subnets, SecurityGroupIds: [sg-1]}
//! Resources:
//!   Order:
//!     Type: AWS::Serverless::Function
//!     Properties: {Handler: order.handler, Runtime: nodejs24.x, CodeUri: .}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_lambda_function" "order" { # finding
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//! }
//! ```
//!
//! ```hcl good main.tf
//! variable "subnets" {
//!   type = list(string)
//! }
//!
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//!
//!   vpc_config {
//!     subnet_ids         = var.subnets
//!     security_group_ids = ["sg-1"]
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Fn::Transform:
//!         Name: AWS::Include
//!         Parameters: {Location: s3://shared/function.yaml}
//! ```
//!
//! ## How to fix
//!
//! `vpc` in serverless.yml, `VpcConfig` in SAM and CloudFormation, `vpc_config` in Terraform. Calls of AWS services
//! then need VPC endpoints or a NAT gateway, which cost by the hour.
//!
//! ## Differs from
//!
//! Checkov, Security Hub and cfn-nag ask the same of every function; here the functions that use something in a VPC
//! have a rule of their own.

use super::{advice, fires, outside_vpc_of_store, placed};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Auditor,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        owasp_serverless: &["SAS-3"],
        checkov: &["CKV_AWS_117"],
        aws: &["Lambda.3"],
        others: &["W89"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let told = fires(cx, &[&outside_vpc_of_store::RULE]);
    for (ix, node) in cx.functions().filter(|(ix, _)| !told.contains(ix)) {
        match placed(&node.props) {
            Tri::Yes => {}
            Tri::Unknown => {
                let config = node.props.get("VpcConfig");
                out.cannot_tell(ix, "VpcConfig", if config.is_null() { &node.props } else { config });
            }
            Tri::No => out.push(
                Found::new(ix, node.span, "{subject} is in no VPC")
                    .label("no VPC here or above")
                    .help(advice(cx, "set `vpc`", "set `VpcConfig`"))
                    .evidence("no VPC"),
            ),
        }
    }
}
