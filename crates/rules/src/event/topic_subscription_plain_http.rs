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
//! ```yaml fixed template.yaml
//! Parameters:
//!   Protocol:
//!     Type: String
//!     Default: https # finding
//! Resources:
//!   Alerts:
//!     Type: AWS::SNS::Topic
//!   Hook:
//!     Type: AWS::SNS::Subscription
//!     Properties:
//!       TopicArn: !Ref Alerts
//!       Protocol: !Ref Protocol
//!       Endpoint: https://hooks.example.com/alerts
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
//! ```yaml fixed serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Alerts:
//!       Type: AWS::SNS::Topic
//!       Properties:
//!         Subscription:
//!           - Protocol: https # finding
//!             Endpoint: https://hooks.example.com/alerts
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
//! ```hcl bad main.tf
//! resource "aws_sns_topic" "alerts" {
//!   name = "alerts"
//! }
//!
//! resource "aws_sns_topic_subscription" "hook" {
//!   topic_arn = aws_sns_topic.alerts.arn
//!   protocol  = "http" # finding
//!   endpoint  = "http://hooks.example.com/alerts"
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_sns_topic" "alerts" {
//!   name = "alerts"
//! }
//!
//! resource "aws_sns_topic_subscription" "hook" {
//!   topic_arn = aws_sns_topic.alerts.arn
//!   protocol  = "https" # finding
//!   endpoint  = "https://hooks.example.com/alerts"
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_sns_topic" "alerts" {
//!   name = "alerts"
//! }
//!
//! resource "aws_sns_topic_subscription" "hook" {
//!   topic_arn = aws_sns_topic.alerts.arn
//!   protocol  = "https"
//!   endpoint  = "https://hooks.example.com/http"
//! }
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
                .evidence(format!("http to {}", endpoint.display()))
                .fix(proposal(protocol, endpoint)),
            );
        }
    }
}

/// Protocol and address, each where it is written.
fn proposal(protocol: &Val, endpoint: &Val) -> Proposal {
    let mut changes = vec![Change::Replace { at: protocol.span, value: "https".into() }];
    if let Some(rest) = endpoint.as_str().and_then(|e| e.strip_prefix("http://")) {
        let value = format!("https://{rest}").as_str().into();
        changes.push(Change::Replace { at: endpoint.span, value });
    }
    Proposal::new("deliver over HTTPS", Safety::Unsafe, changes)
}
