//! a network keeps no flow log
//!
//! ## What
//!
//! No `AWS::EC2::FlowLog` of the application is of the VPC or of all of its subnets.
//!
//! ## Why
//!
//! After an incident nobody can say which address a compromised function sent data to, or who tried the ports of a
//! database: the network wrote nothing down.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Network: # finding
//!     Type: AWS::EC2::VPC
//!     Properties: {CidrBlock: 10.0.0.0/16}
//! ```
//!
//! A flow log of another network:
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs24.x}
//! resources:
//!   Resources:
//!     Main: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
//!     Side: # finding
//!       Type: AWS::EC2::VPC
//!       Properties: {CidrBlock: 10.1.0.0/16}
//!     Log:
//!       Type: AWS::EC2::FlowLog
//!       Properties:
//!         ResourceId: !Ref Main
//!         ResourceType: VPC
//!         TrafficType: ALL
//!         LogDestinationType: s3
//!         LogDestination: arn:aws:s3:::flow-logs
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Network:
//!     Type: AWS::EC2::VPC
//!     Properties: {CidrBlock: 10.0.0.0/16}
//!   Log:
//!     Type: AWS::EC2::FlowLog
//!     Properties:
//!       ResourceId: !Ref Network
//!       ResourceType: VPC
//!       TrafficType: REJECT
//!       LogDestinationType: s3
//!       LogDestination: arn:aws:s3:::flow-logs
//! ```
//!
//! Each subnet has one:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Network:
//!     Type: AWS::EC2::VPC
//!     Properties: {CidrBlock: 10.0.0.0/16}
//!   Private:
//!     Type: AWS::EC2::Subnet
//!     Properties: {VpcId: !Ref Network, CidrBlock: 10.0.1.0/24}
//!   Log:
//!     Type: AWS::EC2::FlowLog
//!     Properties:
//!       ResourceId: !Ref Private
//!       ResourceType: Subnet
//!       TrafficType: ALL
//!       LogDestinationType: s3
//!       LogDestination: arn:aws:s3:::flow-logs
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_vpc" "main" { # finding
//!   cidr_block = "10.0.0.0/16"
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_vpc" "main" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_flow_log" "main" {
//!   vpc_id               = aws_vpc.main.id
//!   traffic_type         = "ALL"
//!   log_destination_type = "s3"
//!   log_destination      = "arn:aws:s3:::flow-logs"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Resources:
//!   Network:
//!     Type: AWS::EC2::VPC
//!     Properties: {CidrBlock: 10.0.0.0/16}
//!   Log:
//!     Type: AWS::EC2::FlowLog
//!     Properties:
//!       ResourceId:
//!         Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://shared/id.yaml}}
//!       ResourceType: VPC
//!       TrafficType: ALL
//!       LogDestinationType: s3
//!       LogDestination: arn:aws:s3:::flow-logs
//! ```
//!
//! ## How to fix
//!
//! Declare an `AWS::EC2::FlowLog` (Terraform: `aws_flow_log`; serverless.yml: under `resources`) with `ResourceId` of
//! the network. No fix is proposed, because the log needs a place of yours, a bucket or a log group with a role, and
//! is billed by what is written. A log in a bucket costs least.

use std::collections::BTreeSet;

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Auditor,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[778],
        owasp_serverless: &["S10", "SAS-5"],
        checkov: &["CKV2_AWS_11"],
        aws: &["EC2.6"],
        stride: &["R"],
        others: &["CIS-4.7"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let of = || cx.of_type("AWS::EC2::FlowLog").map(|(_, n)| n.props.lookup("ResourceId"));
    let logged: BTreeSet<NodeIx> = of().filter_map(|v| cx.graph.resolve(v)).collect();
    // A parameter names a network of elsewhere; what cannot be read may be of this one.
    let unread = of().find(|v| {
        cx.graph.resolve(v).is_none()
            && matches!(&v.state, State::Unknown(u) if u.reason != palisade_graph::Reason::ParameterWithoutDefault)
    });
    for (ix, node) in cx.of_type("AWS::EC2::VPC") {
        let mut subnets = super::subnets_of(cx, ix).peekable();
        if logged.contains(&ix) || (subnets.peek().is_some() && subnets.all(|s| logged.contains(&s))) {
            continue;
        }
        if let Some(val) = unread {
            out.cannot_tell(ix, "ResourceId", val);
            continue;
        }
        out.push(
            Found::new(ix, node.span, "{subject} keeps no flow log")
                .label("no flow log")
                .help("declare an `AWS::EC2::FlowLog` for it")
                .evidence("no flow log"),
        );
    }
}
