//! a security group admits the whole internet
//!
//! ## What
//!
//! An ingress rule of a security group admits `0.0.0.0/0` or `::/0` to all ports or to another one than 80
//! and 443; on the group of a database or cache 80 and 443 count as well. A group that only functions use
//! is info: a function accepts no connections.
//!
//! ## Why
//!
//! Robots find an open port within minutes and try passwords and known faults on what listens there: a
//! shell, an administration page, a database. What they take over then stands inside the network.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Admins:
//!     Type: String
//!     Default: 0.0.0.0/0 # finding
//! Resources:
//!   Bastion:
//!     Type: AWS::EC2::SecurityGroup
//!     Properties:
//!       GroupDescription: shell
//!       SecurityGroupIngress:
//!         - {IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: !Ref Admins}
//! ```
//!
//! ```yaml fixed template.yaml
//! Parameters:
//!   Admins:
//!     Type: String
//!     Default: 10.0.0.0/8 # finding
//! Resources:
//!   Bastion:
//!     Type: AWS::EC2::SecurityGroup
//!     Properties:
//!       GroupDescription: shell
//!       SecurityGroupIngress:
//!         - {IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: !Ref Admins}
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Group:
//!       Type: AWS::EC2::SecurityGroup
//!       Properties: {GroupDescription: cache}
//!     Open:
//!       Type: AWS::EC2::SecurityGroupIngress
//!       Properties:
//!         GroupId: !GetAtt Group.GroupId
//!         IpProtocol: -1
//!         CidrIpv6: ::/0 # finding
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Web:
//!     Type: AWS::EC2::SecurityGroup
//!     Properties:
//!       GroupDescription: web
//!       SecurityGroupIngress:
//!         - {IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}
//!         - {IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 10.0.0.0/8}
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Group:
//!       Type: AWS::EC2::SecurityGroup
//!       Properties:
//!         GroupDescription: out
//!         SecurityGroupEgress:
//!           - {IpProtocol: -1, CidrIp: 0.0.0.0/0}
//! ```
//!
//! ```hcl bad main.tf
//! variable "anywhere" {
//!   default = ["0.0.0.0/0"] # finding
//! }
//!
//! resource "aws_security_group" "db" {
//!   vpc_id = "vpc-1"
//!   ingress {
//!     from_port   = 5432
//!     to_port     = 5432
//!     protocol    = "tcp"
//!     cidr_blocks = var.anywhere
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_security_group" "web" {
//!   vpc_id = "vpc-1"
//! }
//!
//! resource "aws_vpc_security_group_ingress_rule" "https" {
//!   security_group_id = aws_security_group.web.id
//!   from_port         = 443
//!   to_port           = 443
//!   ip_protocol       = "tcp"
//!   cidr_ipv4         = "0.0.0.0/0"
//! }
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_vpc" "main" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_security_group" "bastion" {
//!   vpc_id = aws_vpc.main.id
//!   ingress {
//!     protocol    = "tcp"
//!     from_port   = 22
//!     to_port     = 22
//!     cidr_blocks = ["0.0.0.0/0"] # finding
//!   }
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_vpc" "main" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_security_group" "bastion" {
//!   vpc_id = aws_vpc.main.id
//!   ingress {
//!     protocol    = "tcp"
//!     from_port   = 22
//!     to_port     = 22
//!     cidr_blocks = [aws_vpc.main.cidr_block] # finding
//!   }
//! }
//! ```
//!
//! ```hcl bad main.tf
//! variable "ports" {
//!   default = [443, 5432]
//! }
//!
//! resource "aws_security_group" "store" {
//!   name = "store"
//! }
//!
//! resource "aws_vpc_security_group_ingress_rule" "store" {
//!   for_each          = toset([for port in var.ports : tostring(port)])
//!   security_group_id = aws_security_group.store.id
//!   ip_protocol       = "tcp"
//!   from_port         = each.value
//!   to_port           = each.value
//!   cidr_ipv4         = "0.0.0.0/0" # finding
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Admins: {Type: String}
//! Resources:
//!   Bastion:
//!     Type: AWS::EC2::SecurityGroup
//!     Properties:
//!       GroupDescription: shell
//!       SecurityGroupIngress:
//!         - {IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: !Ref Admins}
//! ```
//!
//! ## How to fix
//!
//! Name the security group of who connects (`SourceSecurityGroupId`) or the addresses. For administration
//! use Session Manager, which needs no open port. Who connected from elsewhere is refused afterwards.

use crate::ingress::{self, Ingress, Users};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::High,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[284],
        owasp_serverless: &["S6", "SAS-3"],
        checkov: &["CKV_AWS_24", "CKV_AWS_25", "CKV_AWS_260", "CKV_AWS_277"],
        attack: &["T1190", "T1133"],
        stride: &["I", "E"],
        others: &["W2", "AWS-0107", "CIS-6.3"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let users = ingress::users(cx);
    let nobody = Users::default();
    for (ix, _) in cx.of_type("AWS::EC2::SecurityGroup") {
        for rule in &ingress::rules_of(cx, ix) {
            judge(cx, ix, rule, users.get(&ix).unwrap_or(&nobody), out);
        }
    }
    // Rules for groups that are not of the application.
    for (ix, node) in cx.of_type("AWS::EC2::SecurityGroupIngress") {
        let names = ["GroupId", "GroupName"].map(|k| node.props.get(k));
        if names.iter().any(|v| cx.graph.resolve(v).is_some()) {
            continue;
        }
        for key in ["CidrIp", "CidrIpv6"] {
            let cidr = node.props.get(key);
            if !cidr.is_null() {
                let rule = Ingress { cidr, rule: &node.props, at: node.span };
                judge(cx, ix, &rule, &nobody, out);
            }
        }
    }
}

fn judge(cx: &Cx<'_>, ix: NodeIx, rule: &Ingress<'_>, users: &Users, out: &mut Findings) {
    match rule.world() {
        Tri::No => return,
        Tri::Unknown => {
            // The web's ports may be open anyway.
            if !matches!(rule.ports(), Ok(Some(p)) if is_web(p)) || !users.stores.is_empty() {
                out.cannot_tell(ix, "SecurityGroupIngress", rule.cidr);
            }
            return;
        }
        Tri::Yes => {}
    }
    let ports = match rule.ports() {
        Ok(Some(ports)) => ports,
        Ok(None) => return,
        Err(val) => {
            out.cannot_tell(ix, "SecurityGroupIngress", val);
            return;
        }
    };
    if is_web(ports) && users.stores.is_empty() {
        return;
    }
    let what = match ports {
        (0 | 1, 65_535) => "every port".to_owned(),
        (from, to) if from == to => format!("port {from}"),
        (from, to) => format!("ports {from} to {to}"),
    };
    let only_functions = !users.functions.is_empty() && users.stores.is_empty() && users.others.is_empty();
    let mut found =
        Found::at_value(ix, rule.cidr, rule.at, format!("{{subject}} admits the whole internet to {what}"))
            .label("the whole internet")
            .help("name the security group or the addresses of who connects")
            .evidence(format!("{} to {what}", rule.cidr.display()));
    for proposal in proposals(cx, ix, rule.cidr) {
        found = found.fix(proposal);
    }
    if only_functions {
        found = found.severity(Severity::Info);
        found.message.push_str("; only functions use it, and they accept no connections");
    }
    out.push(found);
}

/// The network of the group instead of the internet. Addresses of version 6 are public inside as well: nothing
/// is proposed for them.
fn proposals(cx: &Cx<'_>, group: NodeIx, cidr: &Val) -> Vec<Proposal> {
    if cidr.as_str().is_none_or(|text| text.contains(':')) {
        return Vec::new();
    }
    let replace = |value: Literal, title: &str| {
        Proposal::new(title, Safety::Unsafe, vec![Change::Replace { at: cidr.span, value }])
    };
    let network = cx.node(group).and_then(|n| cx.graph.resolve(n.props.get("VpcId")));
    let network = network.filter(|ix| cx.node(*ix).is_some_and(|n| n.ty == "AWS::EC2::VPC"));
    let own = network.map(|vpc| {
        replace(Literal::Of(vpc, Some("CidrBlock".into())), "admit the network of the group only")
    });
    own.into_iter().chain([replace("10.0.0.0/8".into(), "admit private addresses only")]).collect()
}

fn is_web((from, to): (i64, i64)) -> bool {
    from == to && matches!(from, 80 | 443)
}
