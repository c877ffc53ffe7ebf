//! a database admits more addresses than those of the functions that use it
//!
//! ## What
//!
//! The security group of a database, cache or broker admits a range of addresses, and functions in the network use it:
//! their environment holds its address or its secret, they are in its group, or it admits a group of theirs. A range
//! that is a subnet of these functions and a single address do not count; nor does, where the subnets are of elsewhere,
//! a range that is no larger than a subnet (`/20` and narrower). The whole internet is `network-ingress-open`.
//!
//! ## Why
//!
//! Everything else in the range reaches the database too: a forgotten machine, a peered network, an office. What is
//! taken over there tries passwords and known faults of the database, and only the functions had to reach it.
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
//!       VpcConfig: {SubnetIds: [subnet-1], SecurityGroupIds: [!GetAtt Functions.GroupId]}
//!       Environment: {Variables: {DB_HOST: !GetAtt Orders.Endpoint.Address}}
//!   Functions:
//!     Type: AWS::EC2::SecurityGroup
//!     Properties: {GroupDescription: functions}
//!   Store:
//!     Type: AWS::EC2::SecurityGroup
//!     Properties:
//!       GroupDescription: database
//!       SecurityGroupIngress:
//!         - IpProtocol: tcp
//!           FromPort: 5432
//!           ToPort: 5432
//!           CidrIp: 10.0.0.0/16 # finding
//!   Orders:
//!     Type: AWS::RDS::DBInstance
//!     Properties:
//!       Engine: postgres
//!       DBInstanceClass: db.t4g.micro
//!       AllocatedStorage: "20"
//!       VPCSecurityGroups: [!GetAtt Store.GroupId]
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
//!       VpcConfig: {SubnetIds: [subnet-1], SecurityGroupIds: [!GetAtt Functions.GroupId]}
//!       Environment: {Variables: {DB_HOST: !GetAtt Orders.Endpoint.Address}}
//!   Functions:
//!     Type: AWS::EC2::SecurityGroup
//!     Properties: {GroupDescription: functions}
//!   Store:
//!     Type: AWS::EC2::SecurityGroup
//!     Properties:
//!       GroupDescription: database
//!       SecurityGroupIngress:
//!         - IpProtocol: tcp
//!           FromPort: 5432
//!           ToPort: 5432
//!           SourceSecurityGroupId: !GetAtt Functions.GroupId
//!   Orders:
//!     Type: AWS::RDS::DBInstance
//!     Properties:
//!       Engine: postgres
//!       DBInstanceClass: db.t4g.micro
//!       AllocatedStorage: "20"
//!       VPCSecurityGroups: [!GetAtt Store.GroupId]
//! ```
//!
//! By the secret that the function reads, and the range of the whole network:
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//!   vpc: {subnetIds: [!Ref Private], securityGroupIds: [sg-1]}
//!   environment: {SECRET: !Ref Secret}
//! functions:
//!   order: {handler: order.handler}
//! resources:
//!   Resources:
//!     Network: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
//!     Private: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Network, CidrBlock: 10.0.1.0/24}}
//!     Secret: {Type: AWS::SecretsManager::Secret}
//!     Of:
//!       Type: AWS::SecretsManager::SecretTargetAttachment
//!       Properties: {SecretId: !Ref Secret, TargetId: !Ref Orders, TargetType: "AWS::RDS::DBCluster"}
//!     Store: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: database, VpcId: !Ref Network}}
//!     In:
//!       Type: AWS::EC2::SecurityGroupIngress
//!       Properties:
//!         GroupId: !GetAtt Store.GroupId
//!         IpProtocol: tcp
//!         FromPort: 3306
//!         ToPort: 3306
//!         CidrIp: !GetAtt Network.CidrBlock # finding
//!     Orders:
//!       Type: AWS::RDS::DBCluster
//!       Properties: {Engine: aurora-mysql, VpcSecurityGroupIds: [!GetAtt Store.GroupId]}
//! ```
//!
//! The functions' group and subnet, and one address:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Network: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
//!   Private: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Network, CidrBlock: 10.0.1.0/24}}
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!       VpcConfig: {SubnetIds: [!Ref Private], SecurityGroupIds: [!GetAtt Functions.GroupId]}
//!       Environment: {Variables: {DB_HOST: !GetAtt Orders.Endpoint.Address}}
//!   Functions:
//!     Type: AWS::EC2::SecurityGroup
//!     Properties: {GroupDescription: functions}
//!   Store:
//!     Type: AWS::EC2::SecurityGroup
//!     Properties:
//!       GroupDescription: database
//!       SecurityGroupIngress:
//!         - {IpProtocol: tcp, FromPort: 5432, ToPort: 5432, SourceSecurityGroupId: !GetAtt Functions.GroupId}
//!         - {IpProtocol: tcp, FromPort: 5432, ToPort: 5432, CidrIp: 10.0.1.0/24}
//!         - {IpProtocol: tcp, FromPort: 5432, ToPort: 5432, CidrIp: 10.0.9.7/32}
//!   Orders:
//!     Type: AWS::RDS::DBInstance
//!     Properties:
//!       Engine: postgres
//!       DBInstanceClass: db.t4g.micro
//!       AllocatedStorage: "20"
//!       VPCSecurityGroups: [!GetAtt Store.GroupId]
//! ```
//!
//! ```hcl bad main.tf
//! variable "network" {
//!   default = "10.0.0.0/8"
//! }
//!
//! resource "aws_security_group" "functions" {
//!   name = "functions"
//! }
//!
//! resource "aws_security_group" "store" {
//!   name = "store"
//! }
//!
//! resource "aws_vpc_security_group_ingress_rule" "functions" {
//!   security_group_id            = aws_security_group.store.id
//!   ip_protocol                  = "tcp"
//!   from_port                    = 6379
//!   to_port                      = 6379
//!   referenced_security_group_id = aws_security_group.functions.id
//! }
//!
//! resource "aws_vpc_security_group_ingress_rule" "network" {
//!   security_group_id = aws_security_group.store.id
//!   ip_protocol       = "tcp"
//!   from_port         = 6379
//!   to_port           = 6379
//!   cidr_ipv4         = var.network # finding
//! }
//!
//! resource "aws_elasticache_replication_group" "carts" {
//!   replication_group_id = "carts"
//!   description          = "carts"
//!   security_group_ids   = [aws_security_group.store.id]
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
//!     security_group_ids = [aws_security_group.functions.id]
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_security_group" "functions" {
//!   name = "functions"
//! }
//!
//! resource "aws_security_group" "store" {
//!   name = "store"
//!   ingress {
//!     protocol        = "tcp"
//!     from_port       = 5432
//!     to_port         = 5432
//!     security_groups = [aws_security_group.functions.id]
//!   }
//! }
//!
//! resource "aws_db_instance" "orders" {
//!   engine                 = "postgres"
//!   instance_class         = "db.t4g.micro"
//!   allocated_storage      = 20
//!   vpc_security_group_ids = [aws_security_group.store.id]
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
//!     security_group_ids = [aws_security_group.functions.id]
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Range: {Type: String}
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!       VpcConfig: {SubnetIds: [subnet-1], SecurityGroupIds: [sg-1]}
//!       Environment: {Variables: {DB_HOST: !GetAtt Orders.Endpoint.Address}}
//!   Store:
//!     Type: AWS::EC2::SecurityGroup
//!     Properties:
//!       GroupDescription: database
//!       SecurityGroupIngress:
//!         - {IpProtocol: tcp, FromPort: 5432, ToPort: 5432, CidrIp: !Ref Range}
//!   Orders:
//!     Type: AWS::RDS::DBInstance
//!     Properties:
//!       Engine: postgres
//!       DBInstanceClass: db.t4g.micro
//!       AllocatedStorage: "20"
//!       VPCSecurityGroups: [!GetAtt Store.GroupId]
//! ```
//!
//! ## How to fix
//!
//! Admit the functions' security group instead of the range: `SourceSecurityGroupId` (Terraform: `security_groups`,
//! `referenced_security_group_id`). Administrators reach the database through Session Manager or a bastion with a
//! group of its own. Whatever else connected from the range is refused afterwards. A fix is proposed where the range
//! is written in a template's rule and all functions that use the database share a group of the application; in
//! Terraform other ranges of the same block would have to go along.

use std::collections::{BTreeMap, BTreeSet};

use palisade_graph::Via;

use crate::ingress::{self, Ingress};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[284],
        owasp_serverless: &["S6", "SAS-3"],
        stride: &["I", "E"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let users = ingress::users(cx);
    let told = told_of(cx);
    let none = BTreeSet::new();
    for (group, who) in users.iter().filter(|(_, u)| !u.stores.is_empty()) {
        let Some(node) = cx.node(*group).filter(|n| n.ty == "AWS::EC2::SecurityGroup") else { continue };
        let mut functions: BTreeSet<NodeIx> = who.functions.iter().copied().collect();
        functions.extend(who.stores.iter().flat_map(|s| told.get(s).unwrap_or(&none)));
        for rule in node.props.get("SecurityGroupIngress").items() {
            let source = cx.graph.resolve(rule.get("SourceSecurityGroupId"));
            functions.extend(source.and_then(|s| users.get(&s)).iter().flat_map(|u| &u.functions));
        }
        functions.retain(|f| cx.node(*f).is_some_and(|n| !n.props.lookup("VpcConfig.SubnetIds").is_null()));
        let Some(store) = who.stores.first().copied() else { continue };
        if functions.is_empty() {
            continue;
        }
        let home = Home::of(cx, &functions);
        for rule in ingress::rules_of(cx, *group) {
            if !matches!(rule.ports(), Ok(Some(_))) || rule.world().is_yes() {
                continue;
            }
            match home.is_wide(cx, rule.cidr) {
                Tri::No => {}
                Tri::Unknown => out.cannot_tell(*group, "SecurityGroupIngress", rule.cidr),
                Tri::Yes => {
                    let list: Vec<NodeIx> = functions.iter().copied().collect();
                    let verb = if list.len() == 1 { "uses" } else { "use" };
                    let message = format!(
                        "{{subject}} admits all of {} to {}, which only {} {verb} in this application",
                        range(cx, rule.cidr),
                        cx.subject(store),
                        super::functions(cx, &list)
                    );
                    let place = cx.node(store).map_or(Span::NONE, |n| n.span);
                    // Where the group uses the range: who edits the variable behind it resizes the network.
                    let used = rule
                        .cidr
                        .links()
                        .filter(|l| matches!(l.word, Via::Parameter | Via::Evaluated))
                        .last();
                    let found = match used {
                        Some(link) => Found::new(*group, link.span.or(rule.at), message)
                            .also(rule.cidr.span, "the range is written here"),
                        None => Found::at_value(*group, rule.cidr, rule.at, message),
                    };
                    out.push(
                        found
                            .label("more than the functions")
                            .also(place, "what it protects")
                            .help("admit the security group of the functions instead")
                            .evidence(format!("admits {}", rule.cidr.display()))
                            .fixes(group_only(cx, node, &rule, &functions)),
                    );
                }
            }
        }
    }
}

/// `10.0.0.0/16`, or the network or subnet whose range it is.
fn range(cx: &Cx<'_>, cidr: &Val) -> String {
    match cx.graph.resolve(cidr) {
        Some(ix) => cx.subject(ix),
        None => format!("`{}`", cidr.display()),
    }
}

/// The functions whose environment holds the address, name or secret of a store.
fn told_of(cx: &Cx<'_>) -> BTreeMap<NodeIx, BTreeSet<NodeIx>> {
    let attached = cx.of_type("AWS::SecretsManager::SecretTargetAttachment").filter_map(|(_, n)| {
        let secret = cx.graph.resolve(n.props.get("SecretId"))?;
        Some((secret, cx.graph.resolve(n.props.get("TargetId"))?))
    });
    let secrets: BTreeMap<NodeIx, NodeIx> = attached.collect();
    let mut all: BTreeMap<NodeIx, BTreeSet<NodeIx>> = BTreeMap::new();
    for (function, _) in cx.functions() {
        for edge in cx.graph.out(function, EdgeKind::ReadsEnv) {
            let store = secrets.get(&edge.to).copied().unwrap_or(edge.to);
            all.entry(store).or_default().insert(function);
        }
    }
    all
}

/// Where functions are.
struct Home {
    subnets: BTreeSet<NodeIx>,
    ranges: BTreeSet<String>,
    /// Whether the ranges of all their subnets are known.
    whole: bool,
}

impl Home {
    fn of(cx: &Cx<'_>, functions: &BTreeSet<NodeIx>) -> Self {
        let mut home = Self { subnets: BTreeSet::new(), ranges: BTreeSet::new(), whole: true };
        for node in functions.iter().filter_map(|f| cx.node(*f)) {
            let ids = node.props.lookup("VpcConfig.SubnetIds");
            home.whole &= ids.as_list().is_some_and(|l| !l.open);
            for id in ids.items() {
                let subnet = cx.graph.resolve(id);
                home.subnets.extend(subnet);
                let range = subnet.and_then(|s| cx.node(s)).map(|n| n.props.get("CidrBlock"));
                match range.and_then(Val::as_str) {
                    Some(text) => {
                        home.ranges.insert(text.trim().to_owned());
                    }
                    None => home.whole = false,
                }
            }
        }
        home
    }

    /// Whether a range holds more than the subnets of the functions.
    fn is_wide(&self, cx: &Cx<'_>, cidr: &Val) -> Tri {
        if let Some(ix) = cx.graph.resolve(cidr) {
            return match cx.node(ix).map(|n| n.ty.as_str()) {
                Some("AWS::EC2::VPC") => Tri::Yes,
                Some("AWS::EC2::Subnet") if self.subnets.contains(&ix) => Tri::No,
                Some("AWS::EC2::Subnet") if self.whole => Tri::Yes,
                _ => Tri::Unknown,
            };
        }
        let Some(text) = cidr.as_str() else { return Tri::Unknown };
        let text = text.trim();
        let Some((address, bits)) = text.split_once('/') else { return Tri::No };
        let Ok(bits) = bits.parse::<u8>() else { return Tri::Unknown };
        // One address, the largest subnet in use.
        let (one, subnet) = if address.contains(':') { (128, 64) } else { (32, 20) };
        if bits >= one || self.ranges.contains(text) {
            Tri::No
        } else if bits < subnet || self.whole {
            Tri::Yes
        } else {
            Tri::No
        }
    }
}

/// The group that all functions share instead of a range that is written in the rule itself.
fn group_only(
    cx: &Cx<'_>,
    node: &Node,
    rule: &Ingress<'_>,
    functions: &BTreeSet<NodeIx>,
) -> Option<Proposal> {
    let written = rule.rule.span.contains(rule.cidr.span) && rule.cidr.span.is_some();
    if !written || !node.address.is_empty() {
        return None;
    }
    let mut groups = functions.iter().map(|f| {
        let node = cx.node(*f)?;
        let mut own = ingress::groups_of(node).map(|v| cx.graph.resolve(v));
        let first = own.next()??;
        own.all(|g| g == Some(first)).then_some(first)
    });
    let first = groups.next()??;
    if !groups.all(|g| g == Some(first)) {
        return None;
    }
    // What a framework made has no name in the file.
    cx.node(first).filter(|n| n.implied_by.is_none() && n.ty == "AWS::EC2::SecurityGroup")?;
    let value = Literal::Of(first, Some("GroupId".into()));
    let changes = vec![
        Change::Remove { at: rule.cidr.span },
        Change::Insert { map: rule.rule.span, key: "SourceSecurityGroupId".into(), value },
    ];
    Some(Proposal::new("admit the group of the functions only", Safety::Unsafe, changes))
}
