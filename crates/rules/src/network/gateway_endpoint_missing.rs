//! functions in a network reach S3 or DynamoDB without a gateway endpoint
//!
//! ## What
//!
//! A function is in a VPC of the application, its role or its environment says that it uses S3 or DynamoDB, and the
//! VPC has no endpoint of that service.
//!
//! ## Why
//!
//! What the function stores leaves the network through a NAT gateway, and so a way to the whole internet has to be
//! open: whoever takes the function over sends data anywhere. An endpoint is a way to the one service, its policy can
//! name the buckets, and bucket policies can ask for it. Of these two services it is free; a NAT gateway charges for
//! each byte.
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
//!   Orders: {Type: AWS::S3::Bucket}
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!       VpcConfig: {SubnetIds: [!Ref Private], SecurityGroupIds: [sg-1]}
//!       Environment: {Variables: {BUCKET: !Ref Orders}}
//! ```
//!
//! By the role of all functions, and with an endpoint of the other service:
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
//!         - {Effect: Allow, Action: "dynamodb:PutItem", Resource: "arn:aws:dynamodb:eu-west-1:123456789012:table/o"}
//! functions:
//!   order: {handler: order.handler}
//!   stock: {handler: stock.handler}
//! resources:
//!   Resources:
//!     Network: # finding
//!       Type: AWS::EC2::VPC
//!       Properties: {CidrBlock: 10.0.0.0/16}
//!     Private:
//!       Type: AWS::EC2::Subnet
//!       Properties: {VpcId: !Ref Network, CidrBlock: 10.0.1.0/24}
//!     Storage:
//!       Type: AWS::EC2::VPCEndpoint
//!       Properties: {VpcId: !Ref Network, ServiceName: !Sub "com.amazonaws.${AWS::Region}.s3", RouteTableIds: [rtb-1]}
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
//!   Storage:
//!     Type: AWS::EC2::VPCEndpoint
//!     Properties: {VpcId: !Ref Network, ServiceName: !Sub "com.amazonaws.${AWS::Region}.s3", RouteTableIds: [rtb-1]}
//!   Orders: {Type: AWS::S3::Bucket}
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!       VpcConfig: {SubnetIds: [!Ref Private], SecurityGroupIds: [sg-1]}
//!       Environment: {Variables: {BUCKET: !Ref Orders}}
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
//!   Order:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       CodeUri: .
//!       VpcConfig: {SubnetIds: [!Ref Private], SecurityGroupIds: [sg-1]}
//!       Policies:
//!         - Statement:
//!             - {Effect: Allow, Action: [dynamodb:GetRecords, dynamodb:GetShardIterator], Resource: "arn:aws:dynamodb:eu-west-1:123456789012:table/o/stream/*"}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_vpc" "main" { # finding
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "private" {
//!   count      = 2
//!   vpc_id     = aws_vpc.main.id
//!   cidr_block = cidrsubnet(aws_vpc.main.cidr_block, 8, count.index)
//! }
//!
//! resource "aws_dynamodb_table" "orders" {
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
//!     subnet_ids         = aws_subnet.private[*].id
//!     security_group_ids = ["sg-1"]
//!   }
//!   environment {
//!     variables = { TABLE = aws_dynamodb_table.orders.name }
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! data "aws_region" "current" {}
//!
//! resource "aws_vpc" "main" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "private" {
//!   vpc_id     = aws_vpc.main.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_vpc_endpoint" "tables" {
//!   vpc_id          = aws_vpc.main.id
//!   service_name    = "com.amazonaws.${data.aws_region.current.name}.dynamodb"
//!   route_table_ids = ["rtb-1"]
//! }
//!
//! resource "aws_dynamodb_table" "orders" {
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
//!     variables = { TABLE = aws_dynamodb_table.orders.name }
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
//!   Orders: {Type: AWS::S3::Bucket}
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!       VpcConfig: {SubnetIds: !Ref Subnets, SecurityGroupIds: [sg-1]}
//!       Environment: {Variables: {BUCKET: !Ref Orders}}
//! ```
//!
//! ## How to fix
//!
//! Declare an `AWS::EC2::VPCEndpoint` (Terraform: `aws_vpc_endpoint`; serverless.yml: under `resources`) of type
//! Gateway with the route tables of the functions' subnets and a policy that names what is used. It costs nothing. No
//! fix is proposed: connections that are open break when the routes change, and bucket policies that ask for the
//! address of the NAT gateway refuse afterwards.

use crate::prelude::*;
use crate::{calls, ways};

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::None,
    since: "0.1.0",
    references: References { owasp_serverless: &["SAS-3"], stride: &["I"], ..References::NONE },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let placed = ways::placed(cx, out);
    for (vpc, list) in placed {
        let Some(network) = cx.node(vpc) else { continue };
        for service in ["s3", "dynamodb"] {
            let users: Vec<_> = list
                .iter()
                .filter_map(|p| {
                    let call = calls::of(cx, p.function).into_iter().find(|c| c.endpoint == service)?;
                    Some((p.function, call))
                })
                .collect();
            let Some((_, first)) = users.first() else { continue };
            match ways::endpoints(cx, vpc) {
                Err(val) => out.cannot_tell(vpc, "ServiceName", val),
                Ok(all) if ways::serves(&all, service) => {}
                Ok(_) => {
                    let functions: Vec<NodeIx> = users.iter().map(|(f, _)| *f).collect();
                    let verb = if functions.len() == 1 { "uses" } else { "use" };
                    let message = format!(
                        "{{subject}} has no gateway endpoint for {}, which {} {verb}",
                        first.name,
                        super::functions(cx, &functions)
                    );
                    let found = Found::new(vpc, network.span, message)
                        .label(format!("no endpoint for {}", first.name))
                        .also(first.at, format!("{} is used", first.name))
                        .help("declare a gateway endpoint with the route tables of the functions' subnets")
                        .evidence(format!("no {service} endpoint"));
                    out.push(super::with_functions(cx, found, &functions));
                }
            }
        }
    }
}
