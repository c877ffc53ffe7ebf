//! functions in a network reach services of AWS through a NAT gateway, or not at all
//!
//! ## What
//!
//! A function is in a VPC of the application, its role or its environment says that it calls services of AWS other
//! than S3 and DynamoDB, and the VPC has no endpoint of them. What it calls goes through a NAT gateway, or has no way
//! out where the routes of its subnets lead nowhere or straight to an internet gateway.
//!
//! ## Why
//!
//! A function that needs a NAT gateway for AWS alone can be kept from the internet altogether by endpoints, and code
//! that got into it then reaches nothing of the attacker's. Without a way out each call hangs until the function
//! times out.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Network: # finding
//!     Type: AWS::EC2::VPC
//!     Properties: {CidrBlock: 10.0.0.0/16}
//!   Private:
//!     Type: AWS::EC2::Subnet
//!     Properties: {VpcId: !Ref Network, CidrBlock: 10.0.1.0/24}
//!   Key: {Type: AWS::SecretsManager::Secret}
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!       VpcConfig: {SubnetIds: [!Ref Private], SecurityGroupIds: [sg-1]}
//!       Environment: {Variables: {KEY: !Ref Key}}
//! ```
//!
//! By the role of all functions:
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//!   vpc:
//!     subnetIds: [!Ref Private]
//!     securityGroupIds: [sg-1]
//!   iam:
//!     role:
//!       statements:
//!         - {Effect: Allow, Action: "sqs:SendMessage", Resource: "arn:aws:sqs:eu-west-1:123456789012:orders"}
//! functions:
//!   order: {handler: order.handler}
//! resources:
//!   Resources:
//!     Network: # finding
//!       Type: AWS::EC2::VPC
//!       Properties: {CidrBlock: 10.0.0.0/16}
//!     Private:
//!       Type: AWS::EC2::Subnet
//!       Properties: {VpcId: !Ref Network, CidrBlock: 10.0.1.0/24}
//!     Table: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Network}}
//!     Of: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref Private, RouteTableId: !Ref Table}}
//!     Out:
//!       Type: AWS::EC2::Route
//!       Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: nat-0123456789abcdef0}
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Network:
//!     Type: AWS::EC2::VPC
//!     Properties: {CidrBlock: 10.0.0.0/16}
//!   Private:
//!     Type: AWS::EC2::Subnet
//!     Properties: {VpcId: !Ref Network, CidrBlock: 10.0.1.0/24}
//!   Secrets:
//!     Type: AWS::EC2::VPCEndpoint
//!     Properties:
//!       VpcId: !Ref Network
//!       VpcEndpointType: Interface
//!       ServiceName: !Sub "com.amazonaws.${AWS::Region}.secretsmanager"
//!       SubnetIds: [!Ref Private]
//!   Key: {Type: AWS::SecretsManager::Secret}
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!       VpcConfig: {SubnetIds: [!Ref Private], SecurityGroupIds: [sg-1]}
//!       Environment: {Variables: {KEY: !Ref Key}}
//! ```
//!
//! What Lambda reads for the function goes not through the network:
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Network:
//!     Type: AWS::EC2::VPC
//!     Properties: {CidrBlock: 10.0.0.0/16}
//!   Private:
//!     Type: AWS::EC2::Subnet
//!     Properties: {VpcId: !Ref Network, CidrBlock: 10.0.1.0/24}
//!   Orders: {Type: AWS::SQS::Queue}
//!   Order:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       CodeUri: .
//!       VpcConfig: {SubnetIds: [!Ref Private], SecurityGroupIds: [sg-1]}
//!       Events:
//!         Orders: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn}}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_vpc" "main" { # finding
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "private" {
//!   vpc_id     = aws_vpc.main.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_sns_topic" "orders" {
//!   name = "orders"
//! }
//!
//! locals {
//!   topic = aws_sns_topic.orders.arn
//! }
//!
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//!   vpc_config {
//!     subnet_ids         = [aws_subnet.private.id]
//!     security_group_ids = ["sg-1"]
//!   }
//!   environment {
//!     variables = { TOPIC = local.topic }
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_vpc" "main" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "private" {
//!   vpc_id     = aws_vpc.main.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_vpc_endpoint" "topics" {
//!   vpc_id            = aws_vpc.main.id
//!   vpc_endpoint_type = "Interface"
//!   service_name      = "com.amazonaws.eu-west-1.sns"
//!   subnet_ids        = [aws_subnet.private.id]
//! }
//!
//! resource "aws_sns_topic" "orders" {
//!   name = "orders"
//! }
//!
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//!   vpc_config {
//!     subnet_ids         = [aws_subnet.private.id]
//!     security_group_ids = ["sg-1"]
//!   }
//!   environment {
//!     variables = { TOPIC = aws_sns_topic.orders.arn }
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Subnets: {Type: "List<AWS::EC2::Subnet::Id>"}
//! Resources:
//!   Key: {Type: AWS::SecretsManager::Secret}
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!       VpcConfig: {SubnetIds: !Ref Subnets, SecurityGroupIds: [sg-1]}
//!       Environment: {Variables: {KEY: !Ref Key}}
//! ```
//!
//! ## How to fix
//!
//! Declare an `AWS::EC2::VPCEndpoint` (Terraform: `aws_vpc_endpoint`; serverless.yml: under `resources`) of type
//! Interface for each service, with the functions' subnets and a security group that admits the functions on 443. Each
//! costs by the hour and zone; a NAT gateway that serves AWS alone can go. No fix is proposed: it costs, and what the
//! code really calls is to be looked up.

use crate::calls;
use crate::prelude::*;
use crate::ways::{self, Exit, Ways};

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Info,
    confidence: Confidence::Medium,
    persona: Persona::Pedantic,
    fix: FixKind::None,
    since: "0.1.0",
    references: References { owasp_serverless: &["SAS-3"], stride: &["I", "D"], ..References::NONE },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let placed = ways::placed(cx, out);
    let routes = Ways::new(cx);
    for (vpc, list) in placed {
        let Some(network) = cx.node(vpc) else { continue };
        let endpoints = ways::endpoints(cx, vpc);
        let mut functions = Vec::new();
        let mut names: Vec<&str> = Vec::new();
        let mut at = Span::NONE;
        let mut exits: Vec<Option<Exit>> = Vec::new();
        for one in &list {
            let mut calls = calls::of(cx, one.function);
            calls.retain(|c| !matches!(c.endpoint, "s3" | "dynamodb"));
            let all = match &endpoints {
                Ok(all) => all,
                Err(val) => {
                    if !calls.is_empty() {
                        out.cannot_tell(vpc, "ServiceName", val);
                    }
                    continue;
                }
            };
            calls.retain(|c| !ways::serves(all, c.endpoint));
            if let Some(first) = calls.first() {
                at = at.or(first.at);
                functions.push(one.function);
                exits.extend(one.subnets.iter().map(|s| routes.exit(cx, *s)));
            }
            names.extend(calls.iter().map(|c| c.name));
        }
        names.sort_unstable();
        names.dedup();
        let Some((last, rest)) = names.split_last() else { continue };
        let services =
            if rest.is_empty() { (*last).to_owned() } else { format!("{} and {last}", rest.join(", ")) };
        let who = super::functions(cx, &functions);
        let verb = if functions.len() == 1 { "reaches" } else { "reach" };
        let nothing = |e: &Option<Exit>| matches!(e, Some(Exit::Nowhere | Exit::Internet(_)));
        let way = if exits.iter().all(nothing) {
            format!("{who} cannot reach {services}")
        } else if exits.contains(&Some(Exit::Translated)) {
            format!("{who} {verb} {services} through a NAT gateway only")
        } else {
            format!("{who} {verb} {services} through a NAT gateway only, if at all")
        };
        let found =
            Found::new(vpc, network.span, format!("{way}: {{subject}} has no endpoint of {}", which(&names)))
                .label(format!("no endpoint of {services}"))
                .also(at, "called by this right or name")
                .help("declare an interface endpoint for each service that is called")
                .evidence(format!("no endpoint of {}", names.join(",")));
        out.push(super::with_functions(cx, found, &functions));
    }
}

fn which(names: &[&str]) -> &'static str {
    if names.len() == 1 { "it" } else { "them" }
}
