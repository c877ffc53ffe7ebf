//! a load balancer takes requests for a function without TLS
//!
//! ## What
//!
//! A listener of an application load balancer speaks HTTP and forwards to a function, by its default or by one of its rules. A listener that only redirects to HTTPS forwards nothing.
//!
//! ## Why
//!
//! Whoever stands between the caller and the load balancer reads and changes what is sent: tokens, orders, answers. On the internet that is every network on the way; inside a VPC it is whatever else runs there.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Orders:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: orders.handler
//!       Runtime: nodejs22.x
//!       Role: arn:aws:iam::123456789012:role/orders
//!       Code: {S3Bucket: code, S3Key: orders.zip}
//!   Balancer:
//!     Type: AWS::ElasticLoadBalancingV2::LoadBalancer
//!     Properties: {Scheme: internet-facing, Subnets: [subnet-1, subnet-2]}
//!   Group:
//!     Type: AWS::ElasticLoadBalancingV2::TargetGroup
//!     Properties: {TargetType: lambda, Targets: [{Id: !GetAtt Orders.Arn}]}
//!   Listener:
//!     Type: AWS::ElasticLoadBalancingV2::Listener
//!     Properties:
//!       LoadBalancerArn: !Ref Balancer
//!       Port: 80
//!       Protocol: HTTP # finding
//!       DefaultActions: [{Type: forward, TargetGroupArn: !Ref Group}]
//! ```
//!
//! A rule of the listener reaches the function, and the protocol is a parameter:
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Protocol:
//!     Type: String
//!     Default: HTTP # finding
//! Resources:
//!   Orders:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: orders.handler
//!       Runtime: nodejs22.x
//!       Role: arn:aws:iam::123456789012:role/orders
//!       Code: {S3Bucket: code, S3Key: orders.zip}
//!   Balancer:
//!     Type: AWS::ElasticLoadBalancingV2::LoadBalancer
//!     Properties: {Scheme: internet-facing, Subnets: [subnet-1, subnet-2]}
//!   Group:
//!     Type: AWS::ElasticLoadBalancingV2::TargetGroup
//!     Properties: {TargetType: lambda, Targets: [{Id: !GetAtt Orders.Arn}]}
//!   Listener:
//!     Type: AWS::ElasticLoadBalancingV2::Listener
//!     Properties:
//!       LoadBalancerArn: !Ref Balancer
//!       Port: 80
//!       Protocol: !Ref Protocol
//!       DefaultActions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: "404"}}]
//!   Rule:
//!     Type: AWS::ElasticLoadBalancingV2::ListenerRule
//!     Properties:
//!       ListenerArn: !Ref Listener
//!       Priority: 1
//!       Conditions: [{Field: path-pattern, Values: [/orders]}]
//!       Actions: [{Type: forward, TargetGroupArn: !Ref Group}]
//! ```
//!
//! ```yaml bad serverless.yml
//! service: orders
//! provider: {name: aws, runtime: nodejs22.x}
//! functions:
//!   orders:
//!     handler: src/orders.handler
//!     events:
//!       - alb:
//!           listenerArn: {Ref: Listener}
//!           priority: 1
//!           conditions: {path: /orders}
//! resources:
//!   Resources:
//!     Balancer:
//!       Type: AWS::ElasticLoadBalancingV2::LoadBalancer
//!       Properties: {Subnets: [subnet-1, subnet-2]}
//!     Listener:
//!       Type: AWS::ElasticLoadBalancingV2::Listener
//!       Properties:
//!         LoadBalancerArn: {Ref: Balancer}
//!         Port: 80
//!         Protocol: HTTP # finding
//!         DefaultActions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: "404"}}]
//! ```
//!
//! HTTP that sends callers to HTTPS:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Orders:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: orders.handler
//!       Runtime: nodejs22.x
//!       Role: arn:aws:iam::123456789012:role/orders
//!       Code: {S3Bucket: code, S3Key: orders.zip}
//!   Balancer:
//!     Type: AWS::ElasticLoadBalancingV2::LoadBalancer
//!     Properties: {Scheme: internet-facing, Subnets: [subnet-1, subnet-2]}
//!   Group:
//!     Type: AWS::ElasticLoadBalancingV2::TargetGroup
//!     Properties: {TargetType: lambda, Targets: [{Id: !GetAtt Orders.Arn}]}
//!   Plain:
//!     Type: AWS::ElasticLoadBalancingV2::Listener
//!     Properties:
//!       LoadBalancerArn: !Ref Balancer
//!       Port: 80
//!       Protocol: HTTP
//!       DefaultActions: [{Type: redirect, RedirectConfig: {Protocol: HTTPS, Port: "443", StatusCode: HTTP_301}}]
//!   Listener:
//!     Type: AWS::ElasticLoadBalancingV2::Listener
//!     Properties:
//!       LoadBalancerArn: !Ref Balancer
//!       Port: 443
//!       Protocol: HTTPS
//!       Certificates: [{CertificateArn: "arn:aws:acm:eu-west-1:123456789012:certificate/1"}]
//!       DefaultActions: [{Type: forward, TargetGroupArn: !Ref Group}]
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_lambda_function" "orders" {
//!   function_name = "orders"
//!   handler       = "orders.handler"
//!   runtime       = "nodejs22.x"
//!   role          = "arn:aws:iam::123456789012:role/orders"
//!   filename      = "orders.zip"
//! }
//!
//! resource "aws_lb" "front" {
//!   name               = "front"
//!   load_balancer_type = "application"
//!   subnets            = ["subnet-1", "subnet-2"]
//! }
//!
//! resource "aws_lb_target_group" "orders" {
//!   name        = "orders"
//!   target_type = "lambda"
//! }
//!
//! resource "aws_lb_target_group_attachment" "orders" {
//!   target_group_arn = aws_lb_target_group.orders.arn
//!   target_id        = aws_lambda_function.orders.arn
//! }
//!
//! resource "aws_lb_listener" "front" {
//!   load_balancer_arn = aws_lb.front.arn
//!   port              = 80
//!   protocol          = "HTTP" # finding
//!   default_action {
//!     type             = "forward"
//!     target_group_arn = aws_lb_target_group.orders.arn
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_lambda_function" "orders" {
//!   function_name = "orders"
//!   handler       = "orders.handler"
//!   runtime       = "nodejs22.x"
//!   role          = "arn:aws:iam::123456789012:role/orders"
//!   filename      = "orders.zip"
//! }
//!
//! resource "aws_lb" "front" {
//!   name               = "front"
//!   load_balancer_type = "application"
//!   subnets            = ["subnet-1", "subnet-2"]
//! }
//!
//! resource "aws_lb_target_group" "orders" {
//!   name        = "orders"
//!   target_type = "lambda"
//! }
//!
//! resource "aws_lb_target_group_attachment" "orders" {
//!   target_group_arn = aws_lb_target_group.orders.arn
//!   target_id        = aws_lambda_function.orders.arn
//! }
//!
//! resource "aws_lb_listener" "front" {
//!   load_balancer_arn = aws_lb.front.arn
//!   port              = 443
//!   protocol          = "HTTPS"
//!   certificate_arn   = "arn:aws:acm:eu-west-1:123456789012:certificate/1"
//!   default_action {
//!     type             = "forward"
//!     target_group_arn = aws_lb_target_group.orders.arn
//!   }
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
//!   Orders:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: orders.handler
//!       Runtime: nodejs22.x
//!       Role: arn:aws:iam::123456789012:role/orders
//!       Code: {S3Bucket: code, S3Key: orders.zip}
//!   Balancer:
//!     Type: AWS::ElasticLoadBalancingV2::LoadBalancer
//!     Properties: {Scheme: internet-facing, Subnets: [subnet-1, subnet-2]}
//!   Group:
//!     Type: AWS::ElasticLoadBalancingV2::TargetGroup
//!     Properties: {TargetType: lambda, Targets: [{Id: !GetAtt Orders.Arn}]}
//!   Listener:
//!     Type: AWS::ElasticLoadBalancingV2::Listener
//!     Properties:
//!       LoadBalancerArn: !Ref Balancer
//!       Port: 80
//!       Protocol: !Ref Protocol
//!       DefaultActions: [{Type: forward, TargetGroupArn: !Ref Group}]
//! ```
//!
//! ## How to fix
//!
//! Add a listener with `Protocol: HTTPS` on port 443 and a certificate of ACM, which costs nothing, forward there, and let the listener on port 80 redirect: `{Type: redirect, RedirectConfig: {Protocol: HTTPS, Port: "443", StatusCode: HTTP_301}}`.

use std::collections::BTreeMap;

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[319],
        owasp_serverless: &["S3", "SAS-3"],
        checkov: &["CKV_AWS_2", "CKV_AWS_103", "CKV_AWS_378"],
        attack: &["T1557", "T1040"],
        stride: &["I", "T"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let mut listeners: BTreeMap<NodeIx, Vec<(NodeIx, NodeIx)>> = BTreeMap::new();
    for (ix, _, entry) in cx.entries().filter(|(_, _, e)| e.protocol == "alb") {
        let Some(listener) = entry.api else { continue };
        let functions = cx.graph.out(ix, EdgeKind::Triggers).map(|e| (ix, e.to));
        listeners.entry(listener).or_default().extend(functions);
    }
    for (ix, behind) in listeners {
        if let Some(node) = cx.node(ix) {
            ask(cx, ix, node, &behind, out);
        }
    }
}

fn ask(cx: &Cx<'_>, ix: NodeIx, node: &Node, behind: &[(NodeIx, NodeIx)], out: &mut Findings) {
    let protocol = node.props.get("Protocol");
    // Left out, which Terraform takes, it is HTTP.
    let plain = if protocol.is_null() { Tri::Yes } else { protocol.is("HTTP") };
    match plain {
        Tri::No => {}
        Tri::Unknown => out.cannot_tell(ix, "Protocol", protocol),
        Tri::Yes => {
            let mut functions: Vec<NodeIx> = behind.iter().map(|(_, f)| *f).collect();
            functions.sort();
            functions.dedup();
            let what = match functions.as_slice() {
                [one] => cx.subject(*one),
                many => format!("{} functions", many.len()),
            };
            let mut found = Found::at_value(
                ix,
                protocol,
                node.span,
                format!("{{subject}} takes requests for {what} without TLS"),
            )
            .label(if protocol.is_null() { "no `Protocol`: HTTP" } else { "without TLS" })
            .help("forward from an HTTPS listener and let this one redirect to it")
            .evidence("Protocol HTTP");
            for (entry, _) in behind {
                if let Some(rule) = cx.node(*entry).filter(|n| n.span != node.span) {
                    found = found.also(rule.span, "forwards to a function");
                }
            }
            out.push(functions.into_iter().fold(found, Found::affects));
        }
    }
}
