//! the function runs in one availability zone only
//!
//! ## What
//!
//! The function is in a VPC with one subnet, or all of its subnets lie in the same availability zone.
//!
//! ## Why
//!
//! When that zone fails, or its addresses are used up, the function cannot start any more. Whoever makes it start
//! often enough uses up the addresses of a small subnet.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//!   vpc: {subnetIds: [subnet-1], securityGroupIds: [sg-1]} # finding
//! functions:
//!   order:
//!     handler: order.handler
//! ```
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!       VpcConfig:
//!         SubnetIds: [!Ref One, !Ref Two] # finding
//!         SecurityGroupIds: [sg-1]
//!   One:
//!     Type: AWS::EC2::Subnet
//!     Properties: {VpcId: vpc-1, CidrBlock: 10.0.1.0/24, AvailabilityZone: eu-west-1a}
//!   Two:
//!     Type: AWS::EC2::Subnet
//!     Properties: {VpcId: vpc-1, CidrBlock: 10.0.2.0/24, AvailabilityZone: eu-west-1a}
//! ```
//!
//! ```yaml good template.yaml
//! Parameters:
//!   Subnets: {Type: List<AWS::EC2::Subnet::Id>, Default: "subnet-1,subnet-2"}
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!       VpcConfig: {SubnetIds: !Ref Subnets, SecurityGroupIds: [sg-1]}
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//! functions:
//!   order:
//!     handler: order.handler
//! ```
//!
//! ```hcl bad main.tf
//! variable "subnets" {
//!   type    = list(string)
//!   default = ["subnet-1"] # finding
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
//! ```hcl good main.tf
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//!
//!   vpc_config {
//!     subnet_ids         = ["subnet-1", "subnet-2"]
//!     security_group_ids = ["sg-1"]
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Subnets: {Type: List<AWS::EC2::Subnet::Id>}
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!       VpcConfig: {SubnetIds: !Ref Subnets, SecurityGroupIds: [sg-1]}
//! ```
//!
//! ## How to fix
//!
//! Name subnets of at least two zones in `VpcConfig.SubnetIds` (`vpc.subnetIds` in serverless.yml). Each needs the
//! routes and endpoints that the function uses.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        owasp_serverless: &["SAS-8"],
        aws: &["Lambda.5"],
        stride: &["D"],
        others: &["vpc_multi_az"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.functions() {
        let subnets = node.props.lookup("VpcConfig.SubnetIds");
        if subnets.is_null() {
            continue;
        }
        let Some(list) = subnets.as_list().filter(|l| !l.open) else {
            out.cannot_tell(ix, "VpcConfig.SubnetIds", subnets);
            continue;
        };
        let words = match list.items.as_slice() {
            [] => continue,
            // A parameter in a list may be one subnet or, joined, several.
            [one] if matches!(one.state, State::Unknown(_)) => {
                out.cannot_tell(ix, "VpcConfig.SubnetIds", one);
                continue;
            }
            [_] => "one subnet".to_owned(),
            several => match same_zone(cx, several) {
                Some(zone) => format!("subnets of zone `{zone}` only"),
                None => continue,
            },
        };
        out.push(
            Found::at_value(ix, subnets, node.span, format!("{{subject}} has {words}"))
                .label("one availability zone")
                .help("name subnets of at least two zones in `VpcConfig.SubnetIds`")
                .evidence("one zone"),
        );
    }
}

/// The zone in which all subnets of the application lie.
fn same_zone(cx: &Cx<'_>, subnets: &[Val]) -> Option<String> {
    let zone = |val: &Val| {
        let subnet = cx.node(cx.graph.resolve(val)?)?;
        let zone = subnet.props.get("AvailabilityZone");
        (!zone.is_null() && !matches!(zone.state, State::Unknown(_))).then(|| zone.display().to_string())
    };
    let mut zones = subnets.iter().map(zone);
    let first = zones.next()??;
    zones.all(|z| z.as_deref() == Some(first.as_str())).then_some(first)
}
