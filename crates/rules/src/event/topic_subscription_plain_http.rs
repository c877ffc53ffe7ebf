//! a topic delivers its messages over plain HTTP
//!
//! ## What
//!
//! A subscription of a topic has protocol `http`.
//!
//! ## Why
//!
//! Every message crosses the internet readable and changeable. Whoever sits between reads what the
//! application announces, or sends the receiver messages of their own, and the address that confirms or
//! ends the subscription with them.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Protocol:
//!     Type: String
//!     Default: http # finding
//! Resources:
//!   Alerts:
//!     Type: AWS::SNS::Topic
//!   Hook:
//!     Type: AWS::SNS::Subscription
//!     Properties:
//!       TopicArn: !Ref Alerts
//!       Protocol: !Ref Protocol
//!       Endpoint: http://hooks.example.com/alerts
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Alerts:
//!       Type: AWS::SNS::Topic
//!       Properties:
//!         Subscription:
//!           - Protocol: http # finding
//!             Endpoint: http://hooks.example.com/alerts
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Alerts:
//!     Type: AWS::SNS::Topic
//!   Hook:
//!     Type: AWS::SNS::Subscription
//!     Properties:
//!       TopicArn: !Ref Alerts
//!       Protocol: https
//!       Endpoint: https://hooks.example.com/http
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Alerts:
//!       Type: AWS::SNS::Topic
//!       Properties:
//!         Subscription:
//!           - {Protocol: email, Endpoint: ops@example.com}
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Protocol:
//!     Type: String
//! Resources:
//!   Alerts:
//!     Type: AWS::SNS::Topic
//!   Hook:
//!     Type: AWS::SNS::Subscription
//!     Properties:
//!       TopicArn: !Ref Alerts
//!       Protocol: !Ref Protocol
//!       Endpoint: ops@example.com
//! ```
//!
//! ## How to fix
//!
//! Set protocol `https` and an `https://` endpoint. The receiver must have a certificate that SNS trusts
//! and confirm the new subscription.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[319],
        owasp_serverless: &["S3", "SAS-3"],
        attack: &["T1040"],
        stride: &["I", "T"],
        others: &["sns_subscription_not_using_http_endpoints"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::SNS::Topic") {
        for subscription in node.props.get("Subscription").items() {
            one(cx, ix, node, subscription, Some(ix), out);
        }
    }
    for (ix, node) in cx.of_type("AWS::SNS::Subscription") {
        let topic = cx.graph.resolve(node.props.get("TopicArn"));
        one(cx, ix, node, &node.props, topic, out);
    }
}

fn one(cx: &Cx<'_>, ix: NodeIx, node: &Node, subscription: &Val, topic: Option<NodeIx>, out: &mut Findings) {
    let protocol = subscription.get("Protocol");
    let endpoint = subscription.get("Endpoint");
    match protocol.is("http") {
        Tri::No => {}
        Tri::Unknown => out.cannot_tell(ix, "Protocol", protocol),
        Tri::Yes => {
            let whose = topic.map_or_else(|| "a topic".to_owned(), |t| cx.subject(t));
            out.push(
                Found::at_value(
                    ix,
                    protocol,
                    node.span,
                    format!("{whose} delivers to `{}` over plain HTTP", endpoint.display()),
                )
                .label("no TLS")
                .also(endpoint.span, "where messages go")
                .help("use protocol `https` and an `https://` endpoint")
                .evidence(format!("http to {}", endpoint.display())),
            );
        }
    }
}
