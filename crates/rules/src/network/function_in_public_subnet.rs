//! a function in a public subnet, where it has no way to the internet
//!
//! ## What
//!
//! A subnet of the function has a route for `0.0.0.0/0` to an internet gateway, and the function does not use
//! addresses of version 6.
//!
//! ## Why
//!
//! An internet gateway serves who has a public address, and Lambda gives none: calls to the internet and to services
//! of AWS without an endpoint hang until the function times out, and who makes it fail holds everything that waits for
//! it. The way out that is found then is often to make the database public and to take the function out of the
//! network.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Network: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
//!   Gateway: {Type: AWS::EC2::InternetGateway}
//!   Public: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Network, CidrBlock: 10.0.1.0/24}}
//!   Table: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Network}}
//!   Of: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref Public, RouteTableId: !Ref Table}}
//!   Out:
//!     Type: AWS::EC2::Route
//!     Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gateway}
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!       VpcConfig:
//!         SecurityGroupIds: [sg-1]
//!         SubnetIds:
//!           - !Ref Public # finding
//! ```
//!
//! For every function:
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//!   vpc:
//!     securityGroupIds: [sg-1]
//!     subnetIds:
//!       - subnet-1
//!       - !Ref Public # finding
//! functions:
//!   order: {handler: order.handler}
//!   stock: {handler: stock.handler}
//! resources:
//!   Resources:
//!     Public: {Type: AWS::EC2::Subnet, Properties: {VpcId: vpc-1, CidrBlock: 10.0.1.0/24}}
//!     Table: {Type: AWS::EC2::RouteTable, Properties: {VpcId: vpc-1}}
//!     Of: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref Public, RouteTableId: !Ref Table}}
//!     Out:
//!       Type: AWS::EC2::Route
//!       Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, GatewayId: igw-0123456789abcdef0}
//! ```
//!
//! The default route leads to a NAT gateway, which stands in the public subnet:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Network: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
//!   Gateway: {Type: AWS::EC2::InternetGateway}
//!   Public: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Network, CidrBlock: 10.0.1.0/24}}
//!   Private: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Network, CidrBlock: 10.0.2.0/24}}
//!   Table: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Network}}
//!   Inner: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Network}}
//!   Of: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref Public, RouteTableId: !Ref Table}}
//!   OfInner: {Type: AWS::EC2::SubnetRouteTableAssociation, Properties: {SubnetId: !Ref Private, RouteTableId: !Ref Inner}}
//!   Out:
//!     Type: AWS::EC2::Route
//!     Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gateway}
//!   Nat: {Type: AWS::EC2::NatGateway, Properties: {SubnetId: !Ref Public, AllocationId: eipalloc-1}}
//!   InnerOut:
//!     Type: AWS::EC2::Route
//!     Properties: {RouteTableId: !Ref Inner, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: !Ref Nat}
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!       VpcConfig: {SecurityGroupIds: [sg-1], SubnetIds: [!Ref Private]}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_vpc" "main" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_internet_gateway" "main" {
//!   vpc_id = aws_vpc.main.id
//! }
//!
//! resource "aws_subnet" "public" {
//!   vpc_id     = aws_vpc.main.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_default_route_table" "main" {
//!   default_route_table_id = aws_vpc.main.default_route_table_id
//!   route {
//!     cidr_block = "0.0.0.0/0"
//!     gateway_id = aws_internet_gateway.main.id
//!   }
//! }
//!
//! locals {
//!   subnets = [aws_subnet.public.id] # finding
//! }
//!
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//!   vpc_config {
//!     subnet_ids         = local.subnets
//!     security_group_ids = ["sg-1"]
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_subnet" "dual" {
//!   vpc_id          = "vpc-1"
//!   cidr_block      = "10.0.1.0/24"
//!   ipv6_cidr_block = "2001:db8::/64"
//! }
//!
//! resource "aws_internet_gateway" "main" {
//!   vpc_id = "vpc-1"
//! }
//!
//! resource "aws_route_table" "out" {
//!   vpc_id = "vpc-1"
//! }
//!
//! resource "aws_route" "out" {
//!   route_table_id         = aws_route_table.out.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   gateway_id             = aws_internet_gateway.main.id
//! }
//!
//! resource "aws_route_table_association" "out" {
//!   subnet_id      = aws_subnet.dual.id
//!   route_table_id = aws_route_table.out.id
//! }
//!
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//!   vpc_config {
//!     subnet_ids                  = [aws_subnet.dual.id]
//!     security_group_ids          = ["sg-1"]
//!     ipv6_allowed_for_dual_stack = true
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
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!       VpcConfig: {SecurityGroupIds: [sg-1], SubnetIds: !Ref Subnets}
//! ```
//!
//! ## How to fix
//!
//! Put the function into subnets whose default route leads to a NAT gateway or nowhere: `vpc.subnetIds` in
//! serverless.yml, `VpcConfig.SubnetIds` in SAM and CloudFormation, `vpc_config.subnet_ids` in Terraform. Services of
//! AWS can be reached through endpoints. No fix is proposed, since which subnets are meant is not known; a function
//! that reaches nothing but its database works in either.

use crate::prelude::*;
use crate::ways::{Exit, Ways};

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References { owasp_serverless: &["SAS-3"], stride: &["D"], ..References::NONE },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let ways = Ways::new(cx);
    for (ix, node) in cx.functions() {
        let ids = node.props.lookup("VpcConfig.SubnetIds");
        let dual = node.props.lookup("VpcConfig.Ipv6AllowedForDualStack");
        if ids.is_null() || dual.as_bool() == Some(true) {
            continue;
        }
        let mut public = None;
        let mut unknown = !ids.is_known();
        for id in ids.items() {
            let Some(subnet) = cx.graph.resolve(id) else {
                unknown |= !id.is_known();
                continue;
            };
            if let Some(Exit::Internet(route)) = ways.exit(cx, subnet)
                && public.is_none()
            {
                public = Some((id, subnet, route));
            }
        }
        let Some((id, subnet, route)) = public else {
            if unknown {
                out.cannot_tell(ix, "VpcConfig.SubnetIds", ids);
            }
            continue;
        };
        let name = cx.node(subnet).map(|n| n.name.as_str()).unwrap_or_default();
        out.push(
            Found::at_value(
                ix,
                id,
                node.span,
                format!("{{subject}} is in public subnet `{name}`, where it gets no public address and so has no way to the internet"),
            )
            .label("a public subnet")
            .also(route, "the route to the internet gateway")
            .help("use subnets whose default route leads to a NAT gateway or nowhere")
            .evidence(format!("public subnet {name}")),
        );
    }
}
