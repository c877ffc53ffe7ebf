//! the resource policy of an API admits everybody
//!
//! ## What
//!
//! High: a private API whose policy allows `*` with nothing that pins the caller (`aws:SourceVpce`,
//! `aws:SourceVpc`, an account, an organisation, addresses), and no Deny that does. Medium: a policy that
//! allows somebody under a restricting condition and also allows `*` the same without one, so that the
//! condition restricts nothing. A bare Allow of `*` on a public API says what no policy says: silent. A
//! Deny wins over the Allow beside it: a policy with a Deny that has a condition is not reported.
//!
//! ## Why
//!
//! A private API is reachable from every VPC endpoint of every AWS account whose policy lets it through.
//! An outsider makes such an endpoint in an own account and calls the API that its owners take for
//! internal and have therefore given no authorizer. With the second kind somebody reads the list of
//! office addresses in the policy and believes it; the statement below it opens the API to the internet.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties:
//!       Name: internal
//!       EndpointConfiguration:
//!         Types: [PRIVATE]
//!       Policy:
//!         Version: '2012-10-17'
//!         Statement:
//!           - Effect: Allow
//!             Principal: '*' # finding
//!             Action: execute-api:Invoke
//!             Resource: execute-api:/*
//! ```
//!
//! ```yaml bad serverless.yml
//! service: internal
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   endpointType: PRIVATE
//!   apiGateway:
//!     resourcePolicy:
//!       - Effect: Allow
//!         Principal: '*' # finding
//!         Action: execute-api:Invoke
//!         Resource: execute-api:/*
//! functions:
//!   orders:
//!     handler: src/orders.handler
//!     events:
//!       - http: GET /orders
//! ```
//!
//! The addresses restrict nothing:
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Everybody:
//!     Type: String
//!     Default: '*' # finding
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties:
//!       Name: office
//!       Policy:
//!         Version: '2012-10-17'
//!         Statement:
//!           - Effect: Allow
//!             Principal: '*'
//!             Action: execute-api:Invoke
//!             Resource: execute-api:/*
//!             Condition:
//!               IpAddress:
//!                 aws:SourceIp: 192.0.2.0/24
//!           - Effect: Allow
//!             Principal: !Ref Everybody
//!             Action: execute-api:Invoke
//!             Resource: execute-api:/*
//! ```
//!
//! Everybody, but a Deny for whoever does not come from the endpoint:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties:
//!       Name: internal
//!       EndpointConfiguration:
//!         Types: [PRIVATE]
//!       Policy:
//!         Version: '2012-10-17'
//!         Statement:
//!           - Effect: Allow
//!             Principal: '*'
//!             Action: execute-api:Invoke
//!             Resource: execute-api:/*
//!           - Effect: Deny
//!             Principal: '*'
//!             Action: execute-api:Invoke
//!             Resource: execute-api:/*
//!             Condition:
//!               StringNotEquals:
//!                 aws:SourceVpce: vpce-0123456789abcdef0
//! ```
//!
//! ```yaml good serverless.yml
//! service: internal
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   endpointType: PRIVATE
//!   apiGateway:
//!     resourcePolicy:
//!       - Effect: Allow
//!         Principal: '*'
//!         Action: execute-api:Invoke
//!         Resource: execute-api:/*
//!         Condition:
//!           StringEquals:
//!             aws:SourceVpce: vpce-0123456789abcdef0
//! functions:
//!   orders:
//!     handler: src/orders.handler
//!     events:
//!       - http: GET /orders
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_api_gateway_rest_api" "api" {
//!   name = "orders"
//!   endpoint_configuration {
//!     types = ["PRIVATE"]
//!   }
//! }
//!
//! resource "aws_api_gateway_rest_api_policy" "api" {
//!   rest_api_id = aws_api_gateway_rest_api.api.id
//!   policy = jsonencode({
//!     Version = "2012-10-17"
//!     Statement = [{
//!       Effect    = "Allow"
//!       Principal = "*" # finding
//!       Action    = "execute-api:Invoke"
//!       Resource  = "execute-api:/*"
//!     }]
//!   })
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_api_gateway_rest_api" "api" {
//!   name = "orders"
//!   endpoint_configuration {
//!     types = ["PRIVATE"]
//!   }
//! }
//!
//! resource "aws_api_gateway_rest_api_policy" "api" {
//!   rest_api_id = aws_api_gateway_rest_api.api.id
//!   policy = jsonencode({
//!     Version = "2012-10-17"
//!     Statement = [{
//!       Effect    = "Allow"
//!       Principal = "*"
//!       Action    = "execute-api:Invoke"
//!       Resource  = "execute-api:/*"
//!       Condition = { StringEquals = { "aws:SourceVpce" = "vpce-0123456789abcdef0" } }
//!     }]
//!   })
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Who:
//!     Type: String
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties:
//!       Name: internal
//!       EndpointConfiguration:
//!         Types: [PRIVATE]
//!       Policy:
//!         Version: '2012-10-17'
//!         Statement:
//!           - Effect: Allow
//!             Principal: !Ref Who
//!             Action: execute-api:Invoke
//!             Resource: execute-api:/*
//! ```
//!
//! ## How to fix
//!
//! Add a condition on `aws:SourceVpce` (or `aws:SourceVpc`) to the Allow, or remove the Allow of `*` that
//! stands beside the restricted one. Callers from other endpoints are refused; deploy the API again, or
//! the old policy stays in force.
//!
//! ## Differs from
//!
//! `CKV_AWS_283` reports every Allow of `*`, also on a public API, where it changes nothing.

use palisade_graph::StoreDetail;

use crate::policy;
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::High,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[284, 732],
        owasp_serverless: &["S5", "SAS-3"],
        checkov: &["CKV_AWS_283"],
        attack: &["T1190"],
        stride: &["E"],
        others: &["apigateway_restapi_public"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::ApiGateway::RestApi") {
        let document = node.props.get("Policy");
        let Some(store) = node.store() else {
            if !document.is_known() {
                out.cannot_tell(ix, "Policy", document);
            }
            continue;
        };
        let types = node.props.at("EndpointConfiguration.Types");
        let private = types.items().iter().fold(Tri::No, |a, t| a.or(t.is("PRIVATE")));
        if store.unread_policy {
            out.cannot_tell(ix, "Policy", document);
            continue;
        }
        judge(ix, node, store, private, out);
    }
}

fn judge(ix: NodeIx, node: &Node, store: &StoreDetail, private: Tri, out: &mut Findings) {
    // A Deny wins; one that always holds denies everybody, and one with a condition is the restriction.
    if store.policy.iter().any(|s| !s.allows().is_yes() && !s.effect.is("Deny").is_no()) {
        return;
    }
    let restricted =
        store.policy.iter().find(|s| s.allows().is_yes() && policy::pins_caller(&s.condition).is_yes());
    for statement in &store.policy {
        let why = match (private, restricted) {
            (Tri::Yes, _) => None,
            (Tri::No, Some(other)) if overlap(statement, other) => Some(other),
            _ => continue,
        };
        match policy::is_public(statement) {
            Tri::No => {}
            Tri::Unknown => {
                let unknown =
                    if statement.principal.is_known() { &statement.condition } else { &statement.principal };
                out.cannot_tell(ix, "Principal", unknown);
            }
            Tri::Yes => out.push(finding(ix, node, statement, why)),
        }
    }
}

/// Whether two statements speak of the same calls, as far as their text says.
fn overlap(a: &Statement, b: &Statement) -> bool {
    let same = |x: &[Val], y: &[Val]| {
        x.iter()
            .any(|v| y.iter().any(|w| v.same(w) || v.display().ends_with('*') || w.display().ends_with('*')))
    };
    same(&a.actions, &b.actions) && same(&a.resources, &b.resources)
}

fn finding(ix: NodeIx, node: &Node, statement: &Statement, other: Option<&Statement>) -> Found {
    let principal =
        if statement.principal.is_null() { &statement.not_principal } else { &statement.principal };
    let inner = principal.get("AWS");
    let at = if inner.is_null() { principal } else { inner };
    let place = statement.span.or(node.span);
    match other {
        None => Found::at_value(
            ix,
            at,
            place,
            "the policy of the private {subject} admits every VPC endpoint of every AWS account",
        )
        .label("everybody, without a condition on the endpoint")
        .help("add a condition on `aws:SourceVpce` or `aws:SourceVpc`"),
        Some(other) => Found::at_value(
            ix,
            at,
            place,
            "the policy of {subject} restricts callers and admits everybody beside it",
        )
        .severity(Severity::Medium)
        .label("everybody, without a condition")
        .also(other.condition.span.or(other.span), "this condition restricts nothing")
        .help("remove the statement that allows `*` without a condition"),
    }
    .evidence(format!(
        "{} {}",
        statement.actions.iter().map(|a| a.display().to_string()).collect::<Vec<_>>().join(","),
        statement.resources.iter().map(|r| r.display().to_string()).collect::<Vec<_>>().join(",")
    ))
}
