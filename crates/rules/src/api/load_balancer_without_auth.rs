//! a public load balancer sends everybody's requests to a function
//!
//! ## What
//!
//! An application load balancer on the internet forwards to a function without an action that asks who the caller is (OpenID Connect, Cognito, JWT), without client certificates, without a condition on the caller's address or on a header, and no web ACL stands before it. The rules of one listener that reach one function are one finding. Paths listed in `public-routes` are silent.
//!
//! ## Why
//!
//! The load balancer is the function's only front door: no authorizer, no quota and no key stand behind it, as they would at API Gateway. What the function's own code forgets to check, anybody on the internet may do, as often as the account's concurrency allows.
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
//!       Port: 443
//!       Protocol: HTTPS
//!       Certificates: [{CertificateArn: "arn:aws:acm:eu-west-1:123456789012:certificate/1"}]
//!       DefaultActions: [{Type: forward, TargetGroupArn: !Ref Group}] # finding
//! ```
//!
//! The load balancer is public because nothing says that it is not:
//!
//! ```yaml bad serverless.yml
//! service: orders
//! provider: {name: aws, runtime: nodejs22.x}
//! functions:
//!   orders:
//!     handler: src/orders.handler
//!     events:
//!       - alb: # finding
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
//!         Port: 443
//!         Protocol: HTTPS
//!         Certificates: [{CertificateArn: "arn:aws:acm:eu-west-1:123456789012:certificate/1"}]
//!         DefaultActions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: "404"}}]
//! ```
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
//!   Listener:
//!     Type: AWS::ElasticLoadBalancingV2::Listener
//!     Properties:
//!       LoadBalancerArn: !Ref Balancer
//!       Port: 443
//!       Protocol: HTTPS
//!       Certificates: [{CertificateArn: "arn:aws:acm:eu-west-1:123456789012:certificate/1"}]
//!       DefaultActions:
//!         - Type: authenticate-oidc
//!           Order: 1
//!           AuthenticateOidcConfig:
//!             Issuer: https://id.example.com
//!             AuthorizationEndpoint: https://id.example.com/authorize
//!             TokenEndpoint: https://id.example.com/token
//!             UserInfoEndpoint: https://id.example.com/userinfo
//!             ClientId: orders
//!             UseExistingClientSecret: true
//!         - {Type: forward, Order: 2, TargetGroupArn: !Ref Group}
//! ```
//!
//! A firewall stands before it:
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
//!   Listener:
//!     Type: AWS::ElasticLoadBalancingV2::Listener
//!     Properties:
//!       LoadBalancerArn: !Ref Balancer
//!       Port: 443
//!       Protocol: HTTPS
//!       Certificates: [{CertificateArn: "arn:aws:acm:eu-west-1:123456789012:certificate/1"}]
//!       DefaultActions: [{Type: forward, TargetGroupArn: !Ref Group}]
//!   Shield:
//!     Type: AWS::WAFv2::WebACLAssociation
//!     Properties: {ResourceArn: !Ref Balancer, WebACLArn: "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/front/1"}
//! ```
//!
//! Only who knows the header, such as a distribution, comes through:
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
//!   Listener:
//!     Type: AWS::ElasticLoadBalancingV2::Listener
//!     Properties:
//!       LoadBalancerArn: !Ref Balancer
//!       Port: 443
//!       Protocol: HTTPS
//!       Certificates: [{CertificateArn: "arn:aws:acm:eu-west-1:123456789012:certificate/1"}]
//!       DefaultActions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: "403"}}]
//!   Rule:
//!     Type: AWS::ElasticLoadBalancingV2::ListenerRule
//!     Properties:
//!       ListenerArn: !Ref Listener
//!       Priority: 1
//!       Conditions:
//!         - {Field: http-header, HttpHeaderConfig: {HttpHeaderName: X-Origin, Values: ["{{resolve:secretsmanager:origin}}"]}}
//!       Actions: [{Type: forward, TargetGroupArn: !Ref Group}]
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
//!   port              = 443
//!   protocol          = "HTTPS"
//!   certificate_arn   = "arn:aws:acm:eu-west-1:123456789012:certificate/1"
//!   default_action { # finding
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
//!   internal           = true
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
//!   Scheme:
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
//!     Properties: {Scheme: !Ref Scheme, Subnets: [subnet-1, subnet-2]}
//!   Group:
//!     Type: AWS::ElasticLoadBalancingV2::TargetGroup
//!     Properties: {TargetType: lambda, Targets: [{Id: !GetAtt Orders.Arn}]}
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
//! ## How to fix
//!
//! Put an `authenticate-oidc` or `authenticate-cognito` action before `forward` (serverless.yml: `provider.alb.authorizers` and `authorizer` of the event); it sends browsers to sign in, so callers that are programs need `jwt-validation` or client certificates (`MutualAuthentication`). Make a load balancer that only your network needs `internal`. Where everybody is meant to call, associate a web ACL with a rate rule, and list the paths in `public-routes`.

use std::collections::BTreeMap;

use palisade_graph::EntryDetail;

use super::advice;
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[306],
        owasp_serverless: &["S2", "SAS-2"],
        checkov: &["CKV2_AWS_28"],
        attack: &["T1190"],
        stride: &["S", "E"],
        ..References::NONE
    },
    check,
};

/// A rule of a listener and the function behind it.
struct Door<'a> {
    ix: NodeIx,
    node: &'a Node,
    entry: &'a EntryDetail,
}

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let mut groups: BTreeMap<(Option<NodeIx>, NodeIx), Vec<Door<'_>>> = BTreeMap::new();
    for (ix, node, entry) in cx.entries().filter(|(_, _, e)| e.protocol == "alb") {
        let function = cx.graph.out(ix, EdgeKind::Triggers).map(|e| e.to).next();
        let Some(function) = function else { continue };
        if cx.settings.is_public_route(&entry.method, &entry.path) {
            continue;
        }
        let door = Door { ix, node, entry };
        match door.open(cx) {
            Ok(false) => {}
            Ok(true) => groups.entry((entry.api, function)).or_default().push(door),
            Err((property, val)) => out.cannot_tell(ix, property, val),
        }
    }
    for ((_, function), doors) in groups {
        if let Some(found) = found(cx, function, &doors) {
            out.push(found);
        }
    }
}

impl<'a> Door<'a> {
    /// Whether anybody on the internet comes through, else what is not known.
    fn open(&self, cx: &Cx<'a>) -> Result<bool, (&'static str, &'a Val)> {
        let entry = self.entry;
        let listener = entry.api.and_then(|ix| cx.node(ix));
        let mutual = listener.map_or(Val::null(), |n| n.props.lookup("MutualAuthentication.Mode"));
        if entry.public.is_no()
            || entry.waf.is_yes()
            || !matches!(entry.authorization, Authorization::None | Authorization::Unknown)
            || self.narrow()
            || mutual.is("verify").is_yes()
        {
            return Ok(false);
        }
        if entry.authorization == Authorization::Unknown {
            return Err(("Actions", &entry.authorization_at));
        }
        if !mutual.is_null() && !mutual.is_known() {
            return Err(("MutualAuthentication.Mode", mutual));
        }
        if !entry.public.is_yes() || !entry.waf.is_no() {
            let balancer = listener.and_then(|n| cx.node(cx.graph.resolve(n.props.get("LoadBalancerArn"))?));
            return Err(("Scheme", balancer.map_or(Val::null(), |n| n.props.get("Scheme"))));
        }
        Ok(true)
    }

    /// Whether a condition asks for an address, or for a header that only some know.
    fn narrow(&self) -> bool {
        let conditions = self.entry.props.get("Conditions").items();
        conditions.iter().any(|c| match c.get("Field").as_str() {
            Some("source-ip") => {
                !c.at("SourceIpConfig.Values").items().iter().any(|v| v.is("0.0.0.0/0").is_yes())
            }
            Some("http-header") => true,
            _ => false,
        })
    }
}

fn found(cx: &Cx<'_>, function: NodeIx, doors: &[Door<'_>]) -> Option<Found> {
    let first = doors.first()?;
    let words = |d: &Door<'_>| format!("`{} {}`", d.entry.method, d.entry.path);
    let more = match doors.len() {
        1 => String::new(),
        2 => " and 1 more rule".to_owned(),
        n => format!(" and {} more rules", n - 1),
    };
    let message = format!(
        "anybody on the internet can start {{subject}} through {}{more} of a load balancer",
        words(first)
    );
    let place = |d: &Door<'_>| d.entry.authorization_at.span.or(d.node.span);
    let mut found = Found::new(function, place(first), message)
        .label(format!("{}: nothing asks who calls", words(first)))
        .help(advice(
            cx,
            "set `authorizer` on the event, or associate a web ACL with the load balancer",
            "add an `authenticate-oidc` action before `forward`, or associate a web ACL with the load balancer",
            "add an `authenticate-oidc` action before `forward`, or associate a web ACL with the load balancer",
        ))
        .evidence(doors.iter().map(words).collect::<Vec<_>>().join(", "));
    for door in doors {
        found = found.also(place(door), format!("{}: nothing asks who calls", words(door))).affects(door.ix);
    }
    Some(found)
}
