//! a database has a public address
//!
//! ## What
//!
//! `PubliclyAccessible` of an RDS instance or cluster is true (high), and a security group of it admits the
//! whole internet (critical).
//!
//! ## Why
//!
//! The database answers on the internet: attackers try passwords and known faults of the engine against it,
//! and one leaked connection string is enough from anywhere.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Group:
//!       Type: AWS::EC2::SecurityGroup
//!       Properties:
//!         GroupDescription: db
//!         SecurityGroupIngress:
//!           - {IpProtocol: tcp, FromPort: 5432, ToPort: 5432, CidrIp: 0.0.0.0/0}
//!     Db:
//!       Type: AWS::RDS::DBInstance
//!       Properties:
//!         Engine: postgres
//!         StorageEncrypted: true
//!         PubliclyAccessible: true # finding
//!         VPCSecurityGroups: [!GetAtt Group.GroupId]
//! ```
//!
//! ```yaml fixed serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Group:
//!       Type: AWS::EC2::SecurityGroup
//!       Properties:
//!         GroupDescription: db
//!         SecurityGroupIngress:
//!           - {IpProtocol: tcp, FromPort: 5432, ToPort: 5432, CidrIp: 0.0.0.0/0}
//!     Db:
//!       Type: AWS::RDS::DBInstance
//!       Properties:
//!         Engine: postgres
//!         StorageEncrypted: true
//!         PubliclyAccessible: false # finding
//!         VPCSecurityGroups: [!GetAtt Group.GroupId]
//! ```
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Public:
//!     Type: String
//!     Default: 'true' # finding
//! Resources:
//!   Db:
//!     Type: AWS::RDS::DBInstance
//!     Properties:
//!       Engine: postgres
//!       StorageEncrypted: true
//!       PubliclyAccessible: !Ref Public
//! ```
//!
//! The groups of an Aurora instance stand on its cluster:
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Group:
//!     Type: AWS::EC2::SecurityGroup
//!     Properties:
//!       GroupDescription: db
//!       SecurityGroupIngress:
//!         - {IpProtocol: tcp, FromPort: 3306, ToPort: 3306, CidrIp: 0.0.0.0/0}
//!   Cluster:
//!     Type: AWS::RDS::DBCluster
//!     Properties: {Engine: aurora-mysql, VpcSecurityGroupIds: [!Ref Group]}
//!   Db:
//!     Type: AWS::RDS::DBInstance
//!     Properties:
//!       Engine: aurora-mysql
//!       DBClusterIdentifier: !Ref Cluster
//!       PubliclyAccessible: true # finding
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Db:
//!     Type: AWS::RDS::DBInstance
//!     Properties:
//!       Engine: postgres
//!       StorageEncrypted: true
//!       PubliclyAccessible: 'false'
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Db:
//!       Type: AWS::RDS::DBInstance
//!       Properties:
//!         Engine: postgres
//!         StorageEncrypted: true
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_security_group" "db" {
//!   name = "db"
//!   ingress {
//!     from_port   = 5432
//!     to_port     = 5432
//!     protocol    = "tcp"
//!     cidr_blocks = ["0.0.0.0/0"]
//!   }
//! }
//!
//! resource "aws_rds_cluster" "db" {
//!   engine                 = "aurora-postgresql"
//!   vpc_security_group_ids = [aws_security_group.db.id]
//! }
//!
//! resource "aws_rds_cluster_instance" "db" {
//!   count               = 2
//!   cluster_identifier  = aws_rds_cluster.db.id
//!   engine              = aws_rds_cluster.db.engine
//!   instance_class      = "db.r6g.large"
//!   publicly_accessible = true # finding
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_security_group" "db" {
//!   name = "db"
//!   ingress {
//!     from_port   = 5432
//!     to_port     = 5432
//!     protocol    = "tcp"
//!     cidr_blocks = ["0.0.0.0/0"]
//!   }
//! }
//!
//! resource "aws_rds_cluster" "db" {
//!   engine                 = "aurora-postgresql"
//!   vpc_security_group_ids = [aws_security_group.db.id]
//! }
//!
//! resource "aws_rds_cluster_instance" "db" {
//!   count               = 2
//!   cluster_identifier  = aws_rds_cluster.db.id
//!   engine              = aws_rds_cluster.db.engine
//!   instance_class      = "db.r6g.large"
//!   publicly_accessible = false # finding
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_db_instance" "db" {
//!   engine            = "postgres"
//!   instance_class    = "db.t4g.micro"
//!   storage_encrypted = true
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Public:
//!     Type: String
//! Resources:
//!   Db:
//!     Type: AWS::RDS::DBInstance
//!     Properties:
//!       Engine: postgres
//!       StorageEncrypted: true
//!       PubliclyAccessible: !Ref Public
//! ```
//!
//! ## How to fix
//!
//! Set `PubliclyAccessible: false` and put the functions into the same VPC. Who connects from outside then
//! needs a bastion or VPN. Functions in a VPC reach the internet only through a NAT gateway, which costs.

use crate::ingress;
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
        checkov: &["CKV_AWS_17"],
        aws: &["RDS.2"],
        attack: &["T1190"],
        stride: &["I", "T", "D"],
        others: &["F22", "CIS-3.2.3"],
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::RDS::DBInstance").chain(cx.of_type("AWS::RDS::DBCluster")) {
        let public = node.props.lookup("PubliclyAccessible");
        match public.as_bool() {
            Some(true) => {}
            None if !public.is_null() => {
                out.cannot_tell(ix, "PubliclyAccessible", public);
                continue;
            }
            _ => continue,
        }
        // The groups of an Aurora instance are those of its cluster.
        let cluster = cx.graph.resolve(node.props.get("DBClusterIdentifier")).and_then(|c| cx.node(c));
        let named = [Some(node), cluster].into_iter().flatten();
        let open = named
            .flat_map(|n| ["VPCSecurityGroups", "VpcSecurityGroupIds"].map(|k| n.props.get(k)))
            .flat_map(palisade_graph::Val::items)
            .filter_map(|g| cx.graph.resolve(g))
            .find_map(|group| ingress::rules_of(cx, group).into_iter().find(ingress::Ingress::is_world));
        let found = match &open {
            Some(rule) => Found::at_value(
                ix,
                public,
                node.span,
                "{subject} has a public address and its security group admits the whole internet",
            )
            .severity(Severity::Critical)
            .also(rule.cidr.span, "the whole internet"),
            None => Found::at_value(ix, public, node.span, "{subject} has a public address"),
        };
        out.push(
            found
                .label("reachable from the internet")
                .help("set `PubliclyAccessible: false` and reach it from functions in its VPC")
                .evidence("public")
                .fix(Proposal::set(ix, "PubliclyAccessible", false, "take the public address away").risky())
                .or_where_written(public, false),
        );
    }
}
