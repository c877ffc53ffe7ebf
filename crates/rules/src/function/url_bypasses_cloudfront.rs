//! callers can go around CloudFront to the function URL
//!
//! ## What
//!
//! A CloudFront distribution has the URL of a function as an origin, and the URL has the authorization type `NONE`: it
//! answers everybody and not only the distribution.
//!
//! ## Why
//!
//! The firewall, the rate limits, the signed cookies and the log of the distribution hold only for those who use it.
//! An attacker calls the URL itself, whose name leaks in errors, old links and DNS data, and passes all of them.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Function:
//!     FunctionUrlConfig:
//!       AuthType: NONE # finding
//! Resources:
//!   Order:
//!     Type: AWS::Serverless::Function
//!     Properties: {Handler: order.handler, Runtime: nodejs24.x, CodeUri: .}
//!   Site:
//!     Type: AWS::CloudFront::Distribution
//!     Properties:
//!       DistributionConfig:
//!         Enabled: true
//!         DefaultCacheBehavior: {TargetOriginId: url, ViewerProtocolPolicy: https-only}
//!         Origins:
//!           - Id: url
//!             DomainName: !Select [2, !Split ["/", !GetAtt OrderUrl.FunctionUrl]]
//!             CustomOriginConfig: {OriginProtocolPolicy: https-only}
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//! functions:
//!   order:
//!     handler: order.handler
//!     url: true # finding
//! resources:
//!   Resources:
//!     Site:
//!       Type: AWS::CloudFront::Distribution
//!       Properties:
//!         DistributionConfig:
//!           Enabled: true
//!           DefaultCacheBehavior: {TargetOriginId: url, ViewerProtocolPolicy: https-only}
//!           Origins:
//!             - Id: url
//!               DomainName: !Select [2, !Split ["/", !GetAtt OrderLambdaFunctionUrl.FunctionUrl]]
//!               CustomOriginConfig: {OriginProtocolPolicy: https-only}
//! ```
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Order:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       CodeUri: .
//!       FunctionUrlConfig: {AuthType: AWS_IAM}
//!   Site:
//!     Type: AWS::CloudFront::Distribution
//!     Properties:
//!       DistributionConfig:
//!         Enabled: true
//!         DefaultCacheBehavior: {TargetOriginId: url, ViewerProtocolPolicy: https-only}
//!         Origins:
//!           - Id: url
//!             DomainName: !Select [2, !Split ["/", !GetAtt OrderUrl.FunctionUrl]]
//!             CustomOriginConfig: {OriginProtocolPolicy: https-only}
//! ```
//!
//! No distribution stands in front (this is `function-url-without-auth`):
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//! functions:
//!   order:
//!     handler: order.handler
//!     url: true
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//! }
//!
//! resource "aws_lambda_function_url" "order" {
//!   function_name      = aws_lambda_function.order.function_name
//!   authorization_type = "NONE" # finding
//! }
//!
//! resource "aws_cloudfront_distribution" "site" {
//!   enabled = true
//!
//!   origin {
//!     origin_id   = "url"
//!     domain_name = "${aws_lambda_function_url.order.url_id}.lambda-url.eu-west-1.on.aws"
//!
//!     custom_origin_config {
//!       http_port              = 80
//!       https_port             = 443
//!       origin_protocol_policy = "https-only"
//!       origin_ssl_protocols   = ["TLSv1.2"]
//!     }
//!   }
//!
//!   default_cache_behavior {
//!     target_origin_id       = "url"
//!     viewer_protocol_policy = "https-only"
//!     allowed_methods        = ["GET", "HEAD"]
//!     cached_methods         = ["GET", "HEAD"]
//!   }
//!
//!   restrictions {
//!     geo_restriction {
//!       restriction_type = "none"
//!     }
//!   }
//!
//!   viewer_certificate {
//!     cloudfront_default_certificate = true
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//! }
//!
//! resource "aws_lambda_function_url" "order" {
//!   function_name      = aws_lambda_function.order.function_name
//!   authorization_type = "AWS_IAM"
//! }
//!
//! resource "aws_cloudfront_distribution" "site" {
//!   enabled = true
//!
//!   origin {
//!     origin_id   = "url"
//!     domain_name = "${aws_lambda_function_url.order.url_id}.lambda-url.eu-west-1.on.aws"
//!
//!     custom_origin_config {
//!       http_port              = 80
//!       https_port             = 443
//!       origin_protocol_policy = "https-only"
//!       origin_ssl_protocols   = ["TLSv1.2"]
//!     }
//!   }
//!
//!   default_cache_behavior {
//!     target_origin_id       = "url"
//!     viewer_protocol_policy = "https-only"
//!     allowed_methods        = ["GET", "HEAD"]
//!     cached_methods         = ["GET", "HEAD"]
//!   }
//!
//!   restrictions {
//!     geo_restriction {
//!       restriction_type = "none"
//!     }
//!   }
//!
//!   viewer_certificate {
//!     cloudfront_default_certificate = true
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Parameters:
//!   Auth: {Type: String}
//! Resources:
//!   Order:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       CodeUri: .
//!       FunctionUrlConfig: {AuthType: !Ref Auth}
//!   Site:
//!     Type: AWS::CloudFront::Distribution
//!     Properties:
//!       DistributionConfig:
//!         Enabled: true
//!         DefaultCacheBehavior: {TargetOriginId: url, ViewerProtocolPolicy: https-only}
//!         Origins:
//!           - Id: url
//!             DomainName: !Select [2, !Split ["/", !GetAtt OrderUrl.FunctionUrl]]
//!             CustomOriginConfig: {OriginProtocolPolicy: https-only}
//! ```
//!
//! ## How to fix
//!
//! Set `AuthType` to `AWS_IAM`, give the distribution an origin access control of type `lambda`, and let
//! `cloudfront.amazonaws.com` with the distribution as `SourceArn` invoke the URL. Requests with a body then need its
//! hash in `x-amz-content-sha256`.

use super::urls;
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[288, 693],
        owasp_serverless: &["S2", "SAS-2"],
        attack: &["T1190"],
        stride: &["S", "D"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for url in urls(cx) {
        let mut origins = cx.graph.into(url.ix, EdgeKind::RoutesTo).filter(|e| e.label == "origin");
        let Some(origin) = origins.next() else { continue };
        let ix = url.subject();
        match url.auth.is("NONE") {
            Tri::No => {}
            Tri::Unknown => out.cannot_tell(ix, "AuthType", url.auth),
            Tri::Yes => {
                let front = cx.node(origin.from).map_or("", |n| n.name.as_str());
                let message =
                    format!("callers can go around distribution `{front}` to the URL of {{subject}}");
                out.push(
                    Found::at_value(ix, url.auth, url.node.span, message)
                        .label("answers everybody, not only CloudFront")
                        .also(origin.span, "the origin")
                        .help(
                            "set `AuthType` to `AWS_IAM` and give the distribution an origin access control",
                        )
                        .evidence("URL behind CloudFront answers everybody"),
                );
            }
        }
    }
}
