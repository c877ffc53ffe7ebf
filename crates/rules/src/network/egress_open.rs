//! a security group lets a function out to everywhere
//!
//! ## What
//!
//! An egress rule of a security group that functions are in lets out to `0.0.0.0/0` or `::/0` on every port.
//!
//! ## Why
//!
//! Code that got into a function through a dependency or an injection sends what it stole to a server of its own, or
//! opens a shell on any port. Functions need few ways out: HTTPS to AWS and partners, the port of a database.
//!
//! ## Example
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
//!       VpcConfig: {SubnetIds: [subnet-1, subnet-2], SecurityGroupIds: [!GetAtt Group.GroupId]}
//!   Group:
//!     Type: AWS::EC2::SecurityGroup
//!     Properties:
//!       GroupDescription: order
//!       SecurityGroupEgress:
//!         - IpProtocol: "-1"
//!           CidrIp: 0.0.0.0/0 # finding
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!       VpcConfig: {SubnetIds: [subnet-1, subnet-2], SecurityGroupIds: [!GetAtt Group.GroupId]}
//!   Group:
//!     Type: AWS::EC2::SecurityGroup
//!     Properties:
//!       GroupDescription: order
//!       SecurityGroupEgress:
//!         - IpProtocol: "tcp"
//!           CidrIp: 0.0.0.0/0 # finding
//!           FromPort: 443
//!           ToPort: 443
//! ```
//!
//! The group of every function, with a rule that stands alone:
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//!   vpc:
//!     subnetIds: [subnet-1, subnet-2]
//!     securityGroupIds: [!Ref Group]
//! functions:
//!   order:
//!     handler: order.handler
//! resources:
//!   Resources:
//!     Group:
//!       Type: AWS::EC2::SecurityGroup
//!       Properties: {GroupDescription: order}
//!     Out:
//!       Type: AWS::EC2::SecurityGroupEgress
//!       Properties:
//!         GroupId: !GetAtt Group.GroupId
//!         IpProtocol: tcp
//!         FromPort: 0
//!         ToPort: 65535
//!         CidrIpv6: ::/0 # finding
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!       VpcConfig: {SubnetIds: [subnet-1, subnet-2], SecurityGroupIds: [!GetAtt Group.GroupId]}
//!   Group:
//!     Type: AWS::EC2::SecurityGroup
//!     Properties:
//!       GroupDescription: order
//!       SecurityGroupEgress:
//!         - {IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}
//!         - {IpProtocol: "-1", CidrIp: 10.0.0.0/16}
//! ```
//!
//! A group in which there is no function:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Group:
//!     Type: AWS::EC2::SecurityGroup
//!     Properties:
//!       GroupDescription: bastion
//!       SecurityGroupEgress:
//!         - {IpProtocol: "-1", CidrIp: 0.0.0.0/0}
//! ```
//!
//! ```hcl bad main.tf
//! variable "everywhere" {
//!   default = ["0.0.0.0/0"] # finding
//! }
//!
//! resource "aws_security_group" "order" {
//!   egress {
//!     protocol    = "-1"
//!     from_port   = 0
//!     to_port     = 0
//!     cidr_blocks = var.everywhere
//!   }
//! }
//!
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//!   vpc_config {
//!     subnet_ids         = ["subnet-1", "subnet-2"]
//!     security_group_ids = [aws_security_group.order.id]
//!   }
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! variable "everywhere" {
//!   default = ["0.0.0.0/0"] # finding
//! }
//!
//! resource "aws_security_group" "order" {
//!   egress {
//!     protocol    = "tcp"
//!     from_port   = 443
//!     to_port     = 443
//!     cidr_blocks = var.everywhere
//!   }
//! }
//!
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//!   vpc_config {
//!     subnet_ids         = ["subnet-1", "subnet-2"]
//!     security_group_ids = [aws_security_group.order.id]
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_security_group" "order" {
//!   name = "order"
//! }
//!
//! resource "aws_vpc_security_group_egress_rule" "https" {
//!   security_group_id = aws_security_group.order.id
//!   ip_protocol       = "tcp"
//!   from_port         = 443
//!   to_port           = 443
//!   cidr_ipv4         = "0.0.0.0/0"
//! }
//!
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//!   vpc_config {
//!     subnet_ids         = ["subnet-1", "subnet-2"]
//!     security_group_ids = [aws_security_group.order.id]
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Partner: {Type: String}
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!       VpcConfig: {SubnetIds: [subnet-1, subnet-2], SecurityGroupIds: [!GetAtt Group.GroupId]}
//!   Group:
//!     Type: AWS::EC2::SecurityGroup
//!     Properties:
//!       GroupDescription: order
//!       SecurityGroupEgress:
//!         - {IpProtocol: "-1", CidrIp: !Ref Partner}
//! ```
//!
//! ## How to fix
//!
//! Name the ports, and the addresses or groups where they are known: 443 for AWS and partners, the database's port to
//! the database's group. The fix leaves HTTPS; what the function does on another port (SMTP, a broker, a database
//! elsewhere) is refused afterwards. Where a database or cache of the application lives in a network, nothing is
//! proposed: its port is needed as well. DNS of the network is not filtered.
//!
//! ## Differs from
//!
//! `CKV_AWS_382` asks every security group, this rule those of functions.

use std::collections::BTreeSet;

use crate::ingress::{self, Ingress};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[284],
        owasp_serverless: &["SAS-3"],
        checkov: &["CKV_AWS_382"],
        attack: &["T1048", "T1571"],
        stride: &["I"],
        others: &["W5", "W40", "AWS-0104"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let stores = super::stores_in_networks(cx);
    for (ix, users) in ingress::users(cx) {
        let Some(group) = cx.node(ix).filter(|n| n.ty == "AWS::EC2::SecurityGroup") else { continue };
        if users.functions.is_empty() {
            continue;
        }
        let egress = group.props.get("SecurityGroupEgress");
        if !egress.is_null() && egress.as_list().is_none_or(|l| l.open) {
            out.cannot_tell(ix, "SecurityGroupEgress", egress);
        }
        // One block that names both kinds of addresses is one cause.
        let mut told = BTreeSet::new();
        for rule in ingress::outward(cx, ix) {
            let ports = match rule.ports() {
                Ok(Some((0 | 1, 65_535))) => Tri::Yes,
                Ok(_) => Tri::No,
                Err(_) => Tri::Unknown,
            };
            match rule.world().and(ports) {
                Tri::No => continue,
                Tri::Unknown => {
                    let asked = if rule.world() == Tri::Unknown { rule.cidr } else { rule.rule };
                    out.cannot_tell(ix, "SecurityGroupEgress", asked);
                    continue;
                }
                Tri::Yes => {}
            }
            if !told.insert((rule.rule.get("IpProtocol").span, rule.rule.span)) {
                continue;
            }
            let found = Found::at_value(
                ix,
                rule.cidr,
                rule.at,
                format!(
                    "{{subject}} lets {} out to the whole internet on every port",
                    super::functions(cx, &users.functions)
                ),
            )
            .label("everywhere, on every port")
            .help("name the ports, and the addresses where they are known")
            .evidence(format!("every port to {}", rule.cidr.display()))
            .fixes(if stores { None } else { https(group, &rule) });
            out.push(super::with_functions(cx, found, &users.functions));
        }
    }
}

/// HTTPS only.
fn https(group: &Node, rule: &Ingress<'_>) -> Option<Proposal> {
    let protocol = rule.rule.get("IpProtocol").span;
    let terraform = !group.address.is_empty();
    let mut changes = vec![Change::Replace { at: protocol, value: "tcp".into() }];
    for (key, hcl) in [("FromPort", "from_port"), ("ToPort", "to_port")] {
        let port = rule.rule.get(key);
        let value = Literal::Int(443);
        changes.push(if port.span.is_some() {
            Change::Replace { at: port.span, value }
        } else {
            let key = if terraform { hcl } else { key };
            Change::Insert { map: rule.rule.span, key: key.into(), value }
        });
    }
    let known = protocol.is_some() && rule.rule.span.is_some();
    known.then(|| Proposal::new("let out HTTPS only", Safety::Unsafe, changes))
}
