//! web pages of every origin can read the answers of the function URL
//!
//! ## What
//!
//! The CORS settings of a function URL allow the origin `*`. Low and pedantic; medium and regular when
//! credentials are allowed with it.
//!
//! ## Why
//!
//! A page of an attacker that a signed-in user visits calls the URL from the user's browser and reads the
//! answer. With credentials allowed, the browser sends the user's cookies with it: the page acts and reads in
//! the user's name.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//! functions:
//!   order:
//!     handler: order.handler
//!     url:
//!       authorizer: aws_iam
//!       cors: true # finding
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Parameters:
//!   Origin: {Type: String, Default: "*"} # finding
//! Resources:
//!   Order:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       CodeUri: .
//!       FunctionUrlConfig:
//!         AuthType: AWS_IAM
//!         Cors:
//!           AllowCredentials: true
//!           AllowOrigins:
//!             - !Ref Origin
//! ```
//!
//! The wildcard stands for one label of the own domain:
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//! functions:
//!   order:
//!     handler: order.handler
//!     url:
//!       authorizer: aws_iam
//!       cors:
//!         allowedOrigins:
//!           - https://*.shop.example
//!         allowedHeaders: ["*"]
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
//!       FunctionUrlConfig:
//!         AuthType: AWS_IAM
//!         Cors: {AllowOrigins: ["https://shop.example"], AllowMethods: ["*"]}
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
//!   authorization_type = "AWS_IAM"
//!   cors {
//!     allow_origins = ["*"] # finding
//!     allow_methods = ["GET"]
//!   }
//! }
//!
//! resource "aws_cloudfront_distribution" "shop" {
//!   enabled = true
//!   aliases = ["shop.example"]
//!   origin {
//!     domain_name = "pages.example"
//!     origin_id   = "pages"
//!   }
//!   default_cache_behavior {
//!     target_origin_id       = "pages"
//!     viewer_protocol_policy = "https-only"
//!     allowed_methods        = ["GET", "HEAD"]
//!     cached_methods         = ["GET", "HEAD"]
//!   }
//! }
//! ```
//!
//! ```hcl fixed main.tf
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
//!   cors {
//!     allow_origins = ["https://shop.example"] # finding
//!     allow_methods = ["GET"]
//!   }
//! }
//!
//! resource "aws_cloudfront_distribution" "shop" {
//!   enabled = true
//!   aliases = ["shop.example"]
//!   origin {
//!     domain_name = "pages.example"
//!     origin_id   = "pages"
//!   }
//!   default_cache_behavior {
//!     target_origin_id       = "pages"
//!     viewer_protocol_policy = "https-only"
//!     allowed_methods        = ["GET", "HEAD"]
//!     cached_methods         = ["GET", "HEAD"]
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
//!   cors {
//!     allow_origins = ["https://*.shop.example"]
//!     allow_methods = ["GET"]
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Parameters:
//!   Origin: {Type: String}
//! Resources:
//!   Order:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       CodeUri: .
//!       FunctionUrlConfig:
//!         AuthType: AWS_IAM
//!         Cors: {AllowOrigins: [!Ref Origin]}
//! ```
//!
//! ## How to fix
//!
//! Name the origins: `url.cors.allowedOrigins` in serverless.yml, `Cors.AllowOrigins` in SAM and CloudFormation.
//! Pages of other origins can then no longer read the answers.

use super::{Url, advice, urls};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[942],
        owasp_serverless: &["S6", "SAS-3"],
        checkov: &["CKV2_AWS_75"],
        stride: &["I"],
        others: &["url_cors_policy"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for url in urls(cx) {
        let ix = url.subject();
        let origins = url.node.props.lookup("Cors.AllowOrigins");
        if !origins.is_known() {
            out.cannot_tell(ix, "Cors.AllowOrigins", origins);
            continue;
        }
        let Some(star) = origins.items().iter().find(|o| o.is("*").is_yes()) else {
            if let Some(open) = origins.items().iter().find(|o| o.is("*") == Tri::Unknown) {
                out.cannot_tell(ix, "Cors.AllowOrigins", open);
            }
            continue;
        };
        let credentials = url.node.props.lookup("Cors.AllowCredentials");
        let with = credentials.as_bool() == Some(true);
        let message = if with {
            "web pages of every origin can call the URL of {subject} with the user's credentials"
        } else {
            "web pages of every origin can read the answers of the URL of {subject}"
        };
        let mut found = Found::at_value(ix, star, origins.span.or(url.node.span), message)
            .label("every origin")
            .help(advice(
                cx,
                "name the origins in `url.cors.allowedOrigins`",
                "name the origins in `Cors.AllowOrigins`",
            ))
            .evidence(if with { "origin * with credentials" } else { "origin *" })
            .fixes(proposal(cx, &url, star, origins));
        if with {
            found = found
                .severity(Severity::Medium)
                .persona(Persona::Regular)
                .also(credentials.span, "credentials are allowed");
        }
        out.push(found);
    }
}

/// The origins that CloudFront serves in this application: its pages.
fn proposal(cx: &Cx<'_>, url: &Url<'_>, star: &Val, origins: &Val) -> Option<Proposal> {
    let mut hosts: Vec<String> = Vec::new();
    for (_, node) in cx.of_type("AWS::CloudFront::Distribution") {
        let aliases = node.props.lookup("DistributionConfig.Aliases").items();
        hosts.extend(aliases.iter().filter_map(|a| a.as_str()).map(|host| format!("https://{host}")));
    }
    hosts.sort();
    hosts.dedup();
    if hosts.is_empty() {
        return None;
    }
    let title = "allow only the origins of the application's pages";
    let host = |h: &String| Literal::from(h.as_str());
    // In a list of its own with nothing beside it; else in the whole of it.
    let value = Literal::List(hosts.iter().map(host).collect());
    let change = match (hosts.as_slice(), origins.items()) {
        ([one], [_]) if star.span.is_some() && star.links().next().is_none() && star.span != origins.span => {
            Change::Replace { at: star.span, value: host(one) }
        }
        _ => Change::Set { node: url.ix, path: "Cors.AllowOrigins".into(), value },
    };
    Some(Proposal::new(title, Safety::Unsafe, vec![change]))
}
