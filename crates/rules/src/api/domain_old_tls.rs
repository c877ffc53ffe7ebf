//! a custom domain accepts TLS below 1.2
//!
//! ## What
//!
//! The security policy of a custom domain is `TLS_1_0`. Without a policy the domain has TLS 1.2; domains
//! of HTTP and WebSocket APIs accept 1.2 and later only. All enhanced policies (`SecurityPolicy_…`) known
//! today ask for 1.2 or later; one whose name says 1.0 or 1.1 is reported.
//!
//! ## Why
//!
//! TLS 1.0 and 1.1 rest on broken hashes and on block modes that have been attacked for years. Somebody
//! between client and server, on the hotel's network, makes both sides agree on the old version, which
//! they only do because the server accepts it, and works on the tokens in the traffic from there.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Domain:
//!     Type: AWS::ApiGateway::DomainName
//!     Properties:
//!       DomainName: api.example.com
//!       RegionalCertificateArn: arn:aws:acm:eu-west-1:123456789012:certificate/1
//!       SecurityPolicy: TLS_1_0 # finding
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Domain:
//!     Type: AWS::ApiGateway::DomainName
//!     Properties:
//!       DomainName: api.example.com
//!       RegionalCertificateArn: arn:aws:acm:eu-west-1:123456789012:certificate/1
//!       SecurityPolicy: TLS_1_2 # finding
//! ```
//!
//! The value comes from the default of a parameter:
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Parameters:
//!   Policy:
//!     Type: String
//!     Default: TLS_1_0 # finding
//! Resources:
//!   Api:
//!     Type: AWS::Serverless::Api
//!     Properties:
//!       StageName: prod
//!       Domain:
//!         DomainName: api.example.com
//!         CertificateArn: arn:aws:acm:eu-west-1:123456789012:certificate/1
//!         EndpointConfiguration: REGIONAL
//!         SecurityPolicy: !Ref Policy
//!   Orders:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: orders.handler
//!       Runtime: nodejs22.x
//!       CodeUri: src
//!       Events:
//!         Get:
//!           Type: Api
//!           Properties:
//!             RestApiId: !Ref Api
//!             Path: /orders
//!             Method: get
//! ```
//!
//! ```yaml bad serverless.yml
//! service: orders
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//! functions:
//!   orders:
//!     handler: src/orders.handler
//! resources:
//!   Resources:
//!     Domain:
//!       Type: AWS::ApiGateway::DomainName
//!       Properties:
//!         DomainName: api.example.com
//!         CertificateArn: arn:aws:acm:us-east-1:123456789012:certificate/1
//!         SecurityPolicy: TLS_1_0 # finding
//! ```
//!
//! ```yaml bad serverless.yml
//! service: orders
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//! plugins:
//!   - serverless-domain-manager
//! custom:
//!   customDomain:
//!     domainName: api.example.com
//!     securityPolicy: tls_1_0 # finding
//! functions:
//!   orders:
//!     handler: src/orders.handler
//!     events:
//!       - http: GET /orders
//! ```
//!
//! An old-looking name that asks for TLS 1.2, and no policy at all, which is 1.2:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Edge:
//!     Type: AWS::ApiGateway::DomainName
//!     Properties:
//!       DomainName: edge.example.com
//!       CertificateArn: arn:aws:acm:us-east-1:123456789012:certificate/1
//!       SecurityPolicy: SecurityPolicy_TLS12_2018_EDGE
//!   Domain:
//!     Type: AWS::ApiGateway::DomainName
//!     Properties:
//!       DomainName: api.example.com
//!       RegionalCertificateArn: arn:aws:acm:eu-west-1:123456789012:certificate/1
//! ```
//!
//! ```yaml good serverless.yml
//! service: orders
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//! functions:
//!   orders:
//!     handler: src/orders.handler
//! resources:
//!   Resources:
//!     Domain:
//!       Type: AWS::ApiGateway::DomainName
//!       Properties:
//!         DomainName: api.example.com
//!         CertificateArn: arn:aws:acm:us-east-1:123456789012:certificate/1
//!         SecurityPolicy: TLS_1_2
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_api_gateway_domain_name" "api" {
//!   domain_name              = "api.example.com"
//!   regional_certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
//!   security_policy          = "TLS_1_0" # finding
//!   endpoint_configuration {
//!     types = ["REGIONAL"]
//!   }
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_api_gateway_domain_name" "api" {
//!   domain_name              = "api.example.com"
//!   regional_certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
//!   security_policy          = "TLS_1_2" # finding
//!   endpoint_configuration {
//!     types = ["REGIONAL"]
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_api_gateway_domain_name" "api" {
//!   domain_name              = "api.example.com"
//!   regional_certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
//!   security_policy          = "TLS_1_2"
//!   endpoint_configuration {
//!     types = ["REGIONAL"]
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Policy:
//!     Type: String
//! Resources:
//!   Domain:
//!     Type: AWS::ApiGateway::DomainName
//!     Properties:
//!       DomainName: api.example.com
//!       SecurityPolicy: !Ref Policy
//! ```
//!
//! ## How to fix
//!
//! Set `SecurityPolicy: TLS_1_2`, or an enhanced policy (serverless.yml with the domain manager plugin:
//! `customDomain.securityPolicy: tls_1_2`). Clients that speak nothing newer than TLS 1.1 can no longer
//! connect; the access log shows whether there are any (`$context.tlsVersion`).
//!
//! ## Differs from
//!
//! `CKV_AWS_206` and `W62` also report a domain without a policy, which has TLS 1.2.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[326, 327],
        owasp_serverless: &["S3", "SAS-3"],
        checkov: &["CKV_AWS_206"],
        attack: &["T1557", "T1040"],
        stride: &["I", "T"],
        others: &["W62", "AWS-0005", "AWS-0112"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for ty in ["AWS::ApiGateway::DomainName", "AWS::ApiGateway::DomainNameV2"] {
        for (ix, node) in cx.of_type(ty) {
            ask(ix, node, node.props.get("SecurityPolicy"), out);
        }
    }
    for (ix, node) in cx.of_type("AWS::ApiGatewayV2::DomainName") {
        for configuration in node.props.get("DomainNameConfigurations").items() {
            ask(ix, node, configuration.get("SecurityPolicy"), out);
        }
    }
}

fn ask(ix: NodeIx, node: &Node, policy: &Val, out: &mut Findings) {
    match policy.as_str() {
        Some(text) if old(text) => {
            let domain = node.props.get("DomainName").display();
            out.push(
                Found::at_value(
                    ix,
                    policy,
                    node.span,
                    format!("the domain `{domain}` accepts connections with TLS below 1.2"),
                )
                .label("admits TLS 1.0")
                .help("set the security policy to `TLS_1_2`")
                .evidence(text.to_ascii_uppercase())
                .fixes(proposal(policy, text)),
            );
        }
        None if !policy.is_null() => out.cannot_tell(ix, "SecurityPolicy", policy),
        _ => {}
    }
}

/// Clients that speak older versions only can no longer connect. The enhanced policies have no plain successor.
fn proposal(policy: &Val, text: &str) -> Option<Proposal> {
    let plain = text.to_ascii_uppercase().starts_with("TLS_");
    let change = Change::Replace { at: policy.span, value: "TLS_1_2".into() };
    (plain && policy.span.is_some()).then(|| Proposal::new("ask for TLS 1.2", Safety::Unsafe, vec![change]))
}

/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-custom-domain-tls-version.html>
fn old(policy: &str) -> bool {
    let policy = policy.to_ascii_uppercase();
    match policy.strip_prefix("SECURITYPOLICY_") {
        // `TLS13_1_2_2021_06`: the newest version, the oldest, the year.
        Some(name) => {
            let oldest = name.split_once('_').map_or("", |(_, rest)| rest);
            name.starts_with("TLS10")
                || name.starts_with("TLS11")
                || oldest.starts_with("1_0_")
                || oldest.starts_with("1_1_")
        }
        None => matches!(policy.as_str(), "TLS_1_0" | "TLS_1_1"),
    }
}

#[cfg(test)]
mod tests {
    use super::old;

    #[test]
    fn names_of_policies() {
        assert!(old("TLS_1_0"));
        assert!(old("tls_1_0"));
        assert!(old("SecurityPolicy_TLS13_1_0_2030_01"));
        for fine in [
            "TLS_1_2",
            "SecurityPolicy_TLS13_1_3_2025_09",
            "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09",
            "SecurityPolicy_TLS13_1_2_2021_06",
            "SecurityPolicy_TLS13_2025_EDGE",
            "SecurityPolicy_TLS12_2018_EDGE",
        ] {
            assert!(!old(fine), "{fine}");
        }
    }
}
