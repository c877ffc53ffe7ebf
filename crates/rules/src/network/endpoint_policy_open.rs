//! an endpoint of a network lets through every request to its service
//!
//! ## What
//!
//! A VPC endpoint has no policy, which lets through everything, or a statement that allows every principal every
//! action (`*`, `s3:*`) on `*` without condition. Endpoints of Gateway Load Balancers have no policies.
//!
//! ## Why
//!
//! An attacker who runs code in a function without internet still reaches S3 through the endpoint, and writes what
//! they stole to a bucket of their own with keys of their own: the endpoint does not ask whose bucket and whose keys.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Storage: # finding
//!     Type: AWS::EC2::VPCEndpoint
//!     Properties: {VpcId: vpc-1, ServiceName: !Sub "com.amazonaws.${AWS::Region}.s3", RouteTableIds: [rtb-1]}
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs24.x}
//! custom:
//!   policy:
//!     Version: "2012-10-17"
//!     Statement:
//!       - {Effect: Allow, Principal: "*", Action: "s3:*", Resource: "*"} # finding
//! resources:
//!   Resources:
//!     Storage:
//!       Type: AWS::EC2::VPCEndpoint
//!       Properties:
//!         VpcId: vpc-1
//!         ServiceName: com.amazonaws.eu-west-1.s3
//!         RouteTableIds: [rtb-1]
//!         PolicyDocument: ${self:custom.policy}
//! ```
//!
//! Every action and resource, but of the own account:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Storage:
//!     Type: AWS::EC2::VPCEndpoint
//!     Properties:
//!       VpcId: vpc-1
//!       ServiceName: com.amazonaws.eu-west-1.s3
//!       RouteTableIds: [rtb-1]
//!       PolicyDocument:
//!         Version: "2012-10-17"
//!         Statement:
//!           - Effect: Allow
//!             Principal: "*"
//!             Action: "*"
//!             Resource: "*"
//!             Condition: {StringEquals: {aws:ResourceAccount: !Ref AWS::AccountId}}
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs24.x}
//! resources:
//!   Resources:
//!     Firewall:
//!       Type: AWS::EC2::VPCEndpoint
//!       Properties:
//!         VpcId: vpc-1
//!         VpcEndpointType: GatewayLoadBalancer
//!         ServiceName: com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0
//! ```
//!
//! ```hcl bad main.tf
//! locals {
//!   anything = "*"
//! }
//!
//! resource "aws_vpc_endpoint" "tables" {
//!   vpc_id          = "vpc-1"
//!   service_name    = "com.amazonaws.eu-west-1.dynamodb"
//!   route_table_ids = ["rtb-1"]
//!   policy = jsonencode({
//!     Version = "2012-10-17"
//!     Statement = [{ # finding
//!       Effect    = "Allow"
//!       Principal = "*"
//!       Action    = local.anything
//!       Resource  = "*"
//!     }]
//!   })
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_vpc_endpoint" "tables" {
//!   vpc_id          = "vpc-1"
//!   service_name    = "com.amazonaws.eu-west-1.dynamodb"
//!   route_table_ids = ["rtb-1"]
//! }
//!
//! resource "aws_vpc_endpoint_policy" "tables" {
//!   vpc_endpoint_id = aws_vpc_endpoint.tables.id
//!   policy = jsonencode({
//!     Version = "2012-10-17"
//!     Statement = [{
//!       Effect    = "Allow"
//!       Principal = "*"
//!       Action    = ["dynamodb:GetItem", "dynamodb:PutItem"]
//!       Resource  = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
//!     }]
//!   })
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Policy: {Type: String}
//! Resources:
//!   Storage:
//!     Type: AWS::EC2::VPCEndpoint
//!     Properties:
//!       VpcId: vpc-1
//!       ServiceName: com.amazonaws.eu-west-1.s3
//!       RouteTableIds: [rtb-1]
//!       PolicyDocument: !Ref Policy
//! ```
//!
//! ## How to fix
//!
//! Write a `PolicyDocument` (Terraform: `policy`) that names the buckets and tables that are used, or asks for
//! `aws:ResourceOrgID` or `aws:ResourceAccount`. No fix is proposed: buckets of others that the functions, their
//! images and the packages of the operating system come from have to be known first.

use crate::policy;
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[284],
        owasp_serverless: &["SAS-3"],
        attack: &["T1567"],
        stride: &["I"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let made = |n: &Node| n.implied_by.is_some();
    for (ix, node) in cx.of_type("AWS::EC2::VPCEndpoint").filter(|(_, n)| !made(n)) {
        let document = node.props.lookup("PolicyDocument");
        let of_balancer = node.props.get("VpcEndpointType").is("GatewayLoadBalancer").is_yes();
        if of_balancer {
            continue;
        }
        if document.is_null() {
            out.push(
                Found::new(ix, node.span, "{subject} has no policy and lets through every request")
                    .label("no policy")
                    .help("write a `PolicyDocument` that names what is used")
                    .evidence("no policy"),
            );
            continue;
        }
        let store = node.store();
        if !document.is_known() || store.is_none_or(|s| s.unread_policy) {
            out.cannot_tell(ix, "PolicyDocument", document);
            continue;
        }
        let all = store.map(|s| s.policy.as_slice()).unwrap_or_default();
        for s in all.iter().filter(|s| !policy::may_be_denied(all, s)) {
            let anything = policy::is_everyone(&s.principal)
                .and(any(&s.actions, is_all))
                .and(any(&s.resources, |v| v.is("*")))
                .and(s.condition.is_null().into())
                .and(s.allows());
            match anything {
                Tri::No => {}
                Tri::Unknown => out.cannot_tell(ix, "PolicyDocument", document),
                Tri::Yes => out.push(
                    Found::new(
                        ix,
                        s.span.or(node.span),
                        "the policy of {subject} lets through every request",
                    )
                    .label("everybody may do everything to everything")
                    .help(
                        "name the buckets, tables or queues that are used, or ask for `aws:ResourceAccount`",
                    )
                    .evidence(policy::evidence(s)),
                ),
            }
        }
    }
}

fn any(list: &[Val], question: impl Fn(&Val) -> Tri) -> Tri {
    list.iter().fold(Tri::No, |answer, val| answer.or(question(val)))
}

/// `*`, `*:*`, or all of one service: another does not pass there.
fn is_all(action: &Val) -> Tri {
    match action.as_str() {
        Some(text) => (text == "*" || text.ends_with(":*")).into(),
        None => Tri::Unknown,
    }
}
