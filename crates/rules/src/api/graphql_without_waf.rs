//! a public GraphQL API has no web application firewall
//!
//! ## What
//!
//! An AppSync API that the internet reaches has no web ACL associated with it. APIs with `Visibility: PRIVATE` are not asked.
//!
//! ## Why
//!
//! AppSync has no limit of requests for each caller: one client with a valid key sends costly queries until the account's quota is used up, and everybody else gets errors while functions and tables behind the fields are paid for. A rate rule of a web ACL stops that client alone.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Api: # finding
//!     Type: AWS::AppSync::GraphQLApi
//!     Properties: {Name: orders, AuthenticationType: AWS_IAM}
//! ```
//!
//! ```yaml bad serverless.yml
//! service: orders
//! provider: {name: aws, runtime: nodejs22.x}
//! plugins: [serverless-appsync-plugin]
//! appSync: # finding
//!   name: orders
//!   authentication: {type: AWS_IAM}
//! ```
//!
//! An association with something else:
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Acl:
//!     Type: AWS::WAFv2::WebACL
//!     Properties:
//!       Scope: REGIONAL
//!       DefaultAction: {Allow: {}}
//!       VisibilityConfig: {CloudWatchMetricsEnabled: true, MetricName: acl, SampledRequestsEnabled: true}
//!   Pool:
//!     Type: AWS::Cognito::UserPool
//!   Shield:
//!     Type: AWS::WAFv2::WebACLAssociation
//!     Properties: {ResourceArn: !GetAtt Pool.Arn, WebACLArn: !GetAtt Acl.Arn}
//!   Api: # finding
//!     Type: AWS::AppSync::GraphQLApi
//!     Properties: {Name: orders, AuthenticationType: AWS_IAM}
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Acl:
//!     Type: AWS::WAFv2::WebACL
//!     Properties:
//!       Scope: REGIONAL
//!       DefaultAction: {Allow: {}}
//!       VisibilityConfig: {CloudWatchMetricsEnabled: true, MetricName: acl, SampledRequestsEnabled: true}
//!   Shield:
//!     Type: AWS::WAFv2::WebACLAssociation
//!     Properties: {ResourceArn: !GetAtt Api.Arn, WebACLArn: !GetAtt Acl.Arn}
//!   Api:
//!     Type: AWS::AppSync::GraphQLApi
//!     Properties: {Name: orders, AuthenticationType: AWS_IAM}
//! ```
//!
//! Only the network of the application reaches it:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::AppSync::GraphQLApi
//!     Properties: {Name: orders, AuthenticationType: AWS_IAM, Visibility: PRIVATE}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_appsync_graphql_api" "orders" { # finding
//!   name                = "orders"
//!   authentication_type = "AWS_IAM"
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_appsync_graphql_api" "orders" {
//!   name                = "orders"
//!   authentication_type = "AWS_IAM"
//! }
//!
//! resource "aws_wafv2_web_acl_association" "orders" {
//!   resource_arn = aws_appsync_graphql_api.orders.arn
//!   web_acl_arn  = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/front/1"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Target:
//!     Type: String
//! Resources:
//!   Shield:
//!     Type: AWS::WAFv2::WebACLAssociation
//!     Properties: {ResourceArn: !Ref Target, WebACLArn: "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/front/1"}
//!   Api:
//!     Type: AWS::AppSync::GraphQLApi
//!     Properties: {Name: orders, AuthenticationType: AWS_IAM}
//! ```
//!
//! ## How to fix
//!
//! Associate a web ACL of scope REGIONAL with the API's ARN (`AWS::WAFv2::WebACLAssociation`; serverless-appsync-plugin: `appSync.waf`) and give it a rate rule. A web ACL costs 5 US dollars a month, each rule 1, a million requests 0.60.

use crate::graphql;
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[693, 770],
        owasp_serverless: &["SAS-8"],
        checkov: &["CKV2_AWS_33"],
        attack: &["T1190", "T1499"],
        stride: &["D"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in graphql::apis(cx) {
        match graphql::public(node) {
            Tri::Yes => {}
            Tri::No => continue,
            Tri::Unknown => {
                out.cannot_tell(ix, "Visibility", node.props.get("Visibility"));
                continue;
            }
        }
        match graphql::shield(cx, ix) {
            (Tri::Yes, _) => {}
            (Tri::Unknown, arn) => out.cannot_tell(ix, "ResourceArn", arn),
            (Tri::No, _) => out.push(
                Found::new(ix, node.span, "no web application firewall stands before {subject}")
                    .label("no web ACL association")
                    .help("associate an `AWS::WAFv2::WebACL` with the API (`AWS::WAFv2::WebACLAssociation`)")
                    .evidence("no web ACL"),
            ),
        }
    }
}
