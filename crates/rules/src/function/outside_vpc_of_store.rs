//! the function cannot reach the database that it is told of
//!
//! ## What
//!
//! An environment variable of the function holds the address of a store of the application that lives only in a VPC
//! (an RDS instance that is not public, an Aurora cluster without the Data API, ElastiCache, DocumentDB, MSK), and the
//! function is in no VPC.
//!
//! ## Why
//!
//! The function cannot connect. The quick way out of that is to make the database public, and then everybody on the
//! internet can try passwords on it; it is better to see the reason before somebody does.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//!   environment:
//!     DB_HOST: !GetAtt Orders.Endpoint.Address # finding
//! functions:
//!   order:
//!     handler: order.handler
//! resources:
//!   Resources:
//!     Orders:
//!       Type: AWS::RDS::DBInstance
//!       Properties:
//!         Engine: postgres
//!         DBInstanceClass: db.t4g.micro
//!         DBSubnetGroupName: private
//!         AllocatedStorage: "20"
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
//!       Environment:
//!         Variables:
//!           DATABASE: !Sub "postgres://${Orders.Endpoint.Address}:5432/orders" # finding
//!   Orders:
//!     Type: AWS::RDS::DBInstance
//!     Properties:
//!       Engine: postgres
//!       DBInstanceClass: db.t4g.micro
//!       DBSubnetGroupName: private
//!       AllocatedStorage: "20"
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
//!       VpcConfig: {SubnetIds: [subnet-1, subnet-2], SecurityGroupIds: [sg-1]}
//!       Environment:
//!         Variables:
//!           DB_HOST: !GetAtt Orders.Endpoint.Address
//!   Orders:
//!     Type: AWS::RDS::DBInstance
//!     Properties:
//!       Engine: postgres
//!       DBInstanceClass: db.t4g.micro
//!       DBSubnetGroupName: private
//!       AllocatedStorage: "20"
//! ```
//!
//! A secret is not an address:
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
//!       Environment:
//!         Variables:
//!           DB_NAME: !Ref Orders
//!           DB_SECRET: !GetAtt Orders.MasterUserSecret.SecretArn
//!   Orders:
//!     Type: AWS::RDS::DBInstance
//!     Properties:
//!       Engine: postgres
//!       DBInstanceClass: db.t4g.micro
//!       DBSubnetGroupName: private
//!       AllocatedStorage: "20"
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_db_instance" "orders" {
//!   engine               = "postgres"
//!   instance_class       = "db.t4g.micro"
//!   allocated_storage    = 20
//!   db_subnet_group_name = "private"
//!   publicly_accessible  = false
//! }
//!
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//!
//!   environment {
//!     variables = {
//!       DB_HOST = aws_db_instance.orders.address # finding
//!     }
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_db_instance" "orders" {
//!   engine               = "postgres"
//!   instance_class       = "db.t4g.micro"
//!   allocated_storage    = 20
//!   db_subnet_group_name = "private"
//!   publicly_accessible  = true
//! }
//!
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//!
//!   environment {
//!     variables = {
//!       DB_HOST = aws_db_instance.orders.address
//!     }
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
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!       VpcConfig:
//!         Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://shared/vpc.yaml}}
//!       Environment:
//!         Variables:
//!           DB_HOST: !GetAtt Orders.Endpoint.Address
//!   Orders:
//!     Type: AWS::RDS::DBInstance
//!     Properties:
//!       Engine: postgres
//!       DBInstanceClass: db.t4g.micro
//!       DBSubnetGroupName: private
//!       AllocatedStorage: "20"
//! ```
//!
//! ## How to fix
//!
//! Put the function into subnets that reach the store: `vpc` in serverless.yml, `VpcConfig` in SAM and CloudFormation,
//! `vpc_config` in Terraform, and let the store's security group admit the function's. The function then reaches
//! the internet only through a NAT gateway. Do not make the store public instead.

use super::{advice, placed};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[1188],
        owasp_serverless: &["SAS-3"],
        stride: &["D", "I"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.functions() {
        for variable in node.props.at("Environment.Variables").entries() {
            let Some(store) = address_of(cx, &variable.val) else { continue };
            let Some(target) = cx.node(store) else { continue };
            match inside(target).and(placed(&node.props).negate()) {
                Tri::No => {}
                Tri::Unknown => out.cannot_tell(ix, "VpcConfig", node.props.get("VpcConfig")),
                Tri::Yes => {
                    let whose = cx.subject(store);
                    let message = format!(
                        "{{subject}} is given the address of {whose} and cannot reach it: that is in a VPC and the function is in none"
                    );
                    out.push(
                        Found::new(ix, variable.key_span.or(node.span), message)
                            .label("its address")
                            .also(variable.val.span, "written here")
                            .also(target.span, "in a VPC")
                            .help(advice(
                                cx,
                                "set `vpc` of the function to subnets that reach it",
                                "set `VpcConfig` of the function to subnets that reach it",
                            ))
                            .confidence(Confidence::Medium)
                            .evidence(format!("no way to {}", target.name)),
                    );
                }
            }
        }
    }
}

/// The resource whose address a value is or holds.
fn address_of(cx: &Cx<'_>, val: &Val) -> Option<NodeIx> {
    match &val.state {
        State::Ref(target) => match &**target {
            Target::Resource { attribute: Some(attribute), .. } => {
                let name = attribute.to_ascii_lowercase();
                let address = ["endpoint", "address", "bootstrap"].iter().any(|w| name.contains(w));
                if address { cx.graph.resolve(val) } else { None }
            }
            _ => None,
        },
        State::Partial(pieces) => pieces.iter().find_map(|piece| match piece {
            palisade_graph::Piece::Hole(inner) => address_of(cx, inner),
            palisade_graph::Piece::Text(_) => None,
        }),
        _ => None,
    }
}

/// Whether a store can be reached only from within a VPC.
fn inside(store: &Node) -> Tri {
    let yes = |key: &str| {
        let val = store.props.lookup(key);
        if val.is_null() { Tri::No } else { val.as_bool().map_or(Tri::Unknown, Tri::from) }
    };
    match store.ty.as_str() {
        "AWS::RDS::DBInstance" => {
            let public = store.props.get("PubliclyAccessible");
            // Without subnets it is in the default VPC, and public there.
            let default = public.is_null() && store.props.get("DBSubnetGroupName").is_null();
            let of_cluster = !store.props.get("DBClusterIdentifier").is_null();
            if default && !of_cluster { Tri::No } else { yes("PubliclyAccessible").negate() }
        }
        "AWS::RDS::DBCluster" => yes("EnableHttpEndpoint").or(yes("PubliclyAccessible")).negate(),
        "AWS::DocDB::DBCluster"
        | "AWS::ElastiCache::CacheCluster"
        | "AWS::ElastiCache::ReplicationGroup"
        | "AWS::ElastiCache::ServerlessCache"
        | "AWS::MSK::ServerlessCluster" => Tri::Yes,
        "AWS::MSK::Cluster" => {
            let access = store.props.lookup("BrokerNodeGroupInfo.ConnectivityInfo.PublicAccess.Type");
            if access.is_null() { Tri::Yes } else { access.is("DISABLED") }
        }
        _ => Tri::No,
    }
}
