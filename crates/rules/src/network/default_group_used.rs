//! a default security group is used, or lets its members talk
//!
//! ## What
//!
//! Something names the default security group of a VPC as its own. In Terraform, where the group can be written, also
//! an `aws_default_security_group` with rules, and an `aws_vpc` without one: AWS makes the group with rules that admit
//! all members and let out everything.
//!
//! ## Why
//!
//! Whatever was created without a group lands in the default one, and every member reaches every other on every port.
//! One forgotten machine that is taken over then reaches the functions' database.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Network: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!       VpcConfig:
//!         SubnetIds: [subnet-1]
//!         SecurityGroupIds:
//!           - !GetAtt Network.DefaultSecurityGroup # finding
//! ```
//!
//! The group of every function:
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//!   vpc:
//!     subnetIds: [subnet-1]
//!     securityGroupIds:
//!       - !GetAtt Network.DefaultSecurityGroup # finding
//! functions:
//!   order: {handler: order.handler}
//! resources:
//!   Resources:
//!     Network: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
//! ```
//!
//! A group of its own; and a template cannot say anything of the default group, so nothing is asked of the network:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Network: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
//!   default:
//!     Type: AWS::EC2::SecurityGroup
//!     Properties: {GroupDescription: default group of the functions, VpcId: !Ref Network}
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!       VpcConfig: {SubnetIds: [subnet-1], SecurityGroupIds: [!Ref default]}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_vpc" "main" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_default_security_group" "main" {
//!   vpc_id = aws_vpc.main.id
//!   ingress { # finding
//!     protocol  = "-1"
//!     from_port = 0
//!     to_port   = 0
//!     self      = true
//!   }
//! }
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_vpc" "main" { # finding
//!   cidr_block = "10.0.0.0/16"
//! }
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_default_security_group" "main" {
//!   vpc_id = "vpc-1"
//! }
//!
//! locals {
//!   groups = [aws_default_security_group.main.id] # finding
//! }
//!
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//!   vpc_config {
//!     subnet_ids         = ["subnet-1"]
//!     security_group_ids = local.groups
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_vpc" "main" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_default_security_group" "main" {
//!   vpc_id = aws_vpc.main.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```hcl unknown main.tf
//! variable "rules" {
//!   type = list(any)
//! }
//!
//! resource "aws_default_security_group" "main" {
//!   vpc_id  = "vpc-1"
//!   ingress = var.rules
//! }
//! ```
//!
//! ## How to fix
//!
//! Give each thing a group of its own: `vpc.securityGroupIds` in serverless.yml, `VpcConfig.SecurityGroupIds` in SAM and
//! CloudFormation, `vpc_config.security_group_ids` in Terraform. Write an `aws_default_security_group` without rules
//! for each network. No fix is proposed: what else is in the group, also outside of the application, loses its
//! connections.
//!
//! ## Differs from
//!
//! `CKV2_AWS_12` asks every network of a template as well, where nothing can be written about the group.

use std::collections::BTreeSet;

use crate::ingress;
use crate::prelude::*;
use crate::ways::is_of;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[1188],
        owasp_serverless: &["SAS-3"],
        checkov: &["CKV2_AWS_12"],
        aws: &["EC2.2"],
        stride: &["E"],
        others: &["CIS-6.5"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.graph.iter() {
        let default = |list: &Val| list.items().iter().find(|v| is_default(cx, v)).cloned();
        if let Some((list, group)) = ingress::lists_of(node).find_map(|l| Some((l, default(l)?))) {
            let at = list.span.or(node.span);
            out.push(
                Found::at_value(ix, &group, at, "{subject} is in the default security group")
                    .label("the default group")
                    .help("give it a security group of its own")
                    .evidence("default group"),
            );
        }
    }
    let mut written = BTreeSet::new();
    for (ix, node) in cx.of_type("AWS::EC2::SecurityGroup").filter(|(_, n)| is_written_default(n)) {
        written.extend(cx.graph.resolve(node.props.get("VpcId")));
        for key in ["SecurityGroupIngress", "SecurityGroupEgress"] {
            let rules = node.props.lookup(key);
            let Some(list) = rules.as_list() else {
                if !rules.is_null() {
                    out.cannot_tell(ix, key, rules);
                }
                continue;
            };
            let Some(first) = list.items.first() else {
                if list.open {
                    out.cannot_tell(ix, key, rules);
                }
                continue;
            };
            let at = node.props.entry(key).map_or(first.span, |e| e.key_span);
            out.push(
                Found::new(ix, at.or(node.span), "the default security group is left with rules")
                    .label("rules of the default group")
                    .help("write it without `ingress` and `egress`")
                    .evidence(format!("default group with {key}")),
            );
            break;
        }
    }
    let vpcs = cx.of_type("AWS::EC2::VPC").filter(|(ix, _)| !written.contains(ix));
    for (ix, node) in vpcs.filter(|(_, n)| is_of(n, "aws_vpc")) {
        out.push(
            Found::new(
                ix,
                node.span,
                "the default security group of {subject} keeps the rules that AWS gave it",
            )
            .label("no `aws_default_security_group`")
            .help("write an `aws_default_security_group` without rules for it")
            .evidence("no default group"),
        );
    }
}

fn is_written_default(node: &Node) -> bool {
    is_of(node, "aws_default_security_group")
}

/// Whether a value names a default security group.
fn is_default(cx: &Cx<'_>, val: &Val) -> bool {
    match val.as_target() {
        Some(Target::Resource { attribute: Some(name), .. }) if name == "DefaultSecurityGroup" => true,
        _ if val.as_str() == Some("default") => true,
        _ => cx.graph.resolve(val).and_then(|ix| cx.node(ix)).is_some_and(is_written_default),
    }
}
