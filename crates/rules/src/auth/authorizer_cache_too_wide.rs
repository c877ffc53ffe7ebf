//! an authorizer's answers are cached too long, or for everybody
//!
//! ## What
//!
//! A Lambda authorizer that caches its answers (REST: 300 seconds unless another time is written; HTTP: not
//! unless one is) has no identity source that tells callers apart: none at all, or only values of the
//! request's context and stage; or it keeps an answer longer than 300 seconds. Whether it returns a
//! policy for all methods while caching is a question to its code and not asked here.
//!
//! ## Why
//!
//! The cache is looked up by the identity sources. Where these do not differ between callers, the first
//! caller's Allow serves everybody until it expires: a stranger calls right after a customer and is
//! let in with the customer's context. And as long as an answer is kept, so long a dismissed employee,
//! a stolen token that was revoked, and a user whose rights were taken away go on.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: orders
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//! functions:
//!   auth:
//!     handler: src/auth.handler
//!   orders:
//!     handler: src/orders.handler
//!     events:
//!       - http:
//!           method: get
//!           path: orders
//!           authorizer:
//!             name: auth
//!             resultTtlInSeconds: 3600 # finding
//! ```
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties:
//!       Name: orders
//!   Authorizer:
//!     Type: AWS::ApiGateway::Authorizer
//!     Properties:
//!       Name: auth
//!       RestApiId: !Ref Api
//!       Type: REQUEST
//!       IdentitySource: context.httpMethod,context.path # finding
//!       AuthorizerUri: arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:auth/invocations
//! ```
//!
//! The time comes from the default of a parameter:
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Ttl:
//!     Type: Number
//!     Default: 1800 # finding
//! Resources:
//!   Api:
//!     Type: AWS::ApiGatewayV2::Api
//!     Properties:
//!       Name: orders
//!       ProtocolType: HTTP
//!   Authorizer:
//!     Type: AWS::ApiGatewayV2::Authorizer
//!     Properties:
//!       Name: auth
//!       ApiId: !Ref Api
//!       AuthorizerType: REQUEST
//!       AuthorizerPayloadFormatVersion: '2.0'
//!       AuthorizerResultTtlInSeconds: !Ref Ttl
//!       IdentitySource: [$request.header.Authorization]
//!       AuthorizerUri: arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:auth/invocations
//! ```
//!
//! No identity source, but nothing is cached either:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties:
//!       Name: orders
//!   Authorizer:
//!     Type: AWS::ApiGateway::Authorizer
//!     Properties:
//!       Name: auth
//!       RestApiId: !Ref Api
//!       Type: REQUEST
//!       AuthorizerResultTtlInSeconds: 0
//!       AuthorizerUri: arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:auth/invocations
//! ```
//!
//! ```yaml good serverless.yml
//! service: orders
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//! functions:
//!   auth:
//!     handler: src/auth.handler
//!   orders:
//!     handler: src/orders.handler
//!     events:
//!       - http:
//!           method: get
//!           path: orders
//!           authorizer:
//!             name: auth
//!             resultTtlInSeconds: 300
//!             identitySource: method.request.header.Authorization
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_api_gateway_rest_api" "api" {
//!   name = "orders"
//! }
//!
//! resource "aws_api_gateway_authorizer" "check" {
//!   name                             = "check"
//!   rest_api_id                      = aws_api_gateway_rest_api.api.id
//!   type                             = "TOKEN"
//!   authorizer_uri                   = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:check/invocations"
//!   identity_source                  = "method.request.header.Authorization"
//!   authorizer_result_ttl_in_seconds = 3600 # finding
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_api_gateway_rest_api" "api" {
//!   name = "orders"
//! }
//!
//! resource "aws_api_gateway_authorizer" "check" {
//!   name                             = "check"
//!   rest_api_id                      = aws_api_gateway_rest_api.api.id
//!   type                             = "TOKEN"
//!   authorizer_uri                   = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:check/invocations"
//!   identity_source                  = "method.request.header.Authorization"
//!   authorizer_result_ttl_in_seconds = 300 # finding
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_api_gateway_rest_api" "api" {
//!   name = "orders"
//! }
//!
//! resource "aws_api_gateway_authorizer" "check" {
//!   name                             = "check"
//!   rest_api_id                      = aws_api_gateway_rest_api.api.id
//!   type                             = "TOKEN"
//!   authorizer_uri                   = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:check/invocations"
//!   identity_source                  = "method.request.header.Authorization"
//!   authorizer_result_ttl_in_seconds = 300
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Ttl:
//!     Type: Number
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties:
//!       Name: orders
//!   Authorizer:
//!     Type: AWS::ApiGateway::Authorizer
//!     Properties:
//!       Name: auth
//!       RestApiId: !Ref Api
//!       Type: TOKEN
//!       IdentitySource: method.request.header.Authorization
//!       AuthorizerResultTtlInSeconds: !Ref Ttl
//!       AuthorizerUri: arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:auth/invocations
//! ```
//!
//! ## How to fix
//!
//! Set the time to 300 seconds or less (serverless.yml `resultTtlInSeconds`, SAM `Identity.ReauthorizeEvery`,
//! CloudFormation `AuthorizerResultTtlInSeconds`), and name the header or parameter that carries the
//! credential as identity source. A shorter time costs more invocations of the authorizer and some
//! milliseconds each.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[524, 613, 863],
        owasp_serverless: &["S2", "SAS-2"],
        attack: &["T1550"],
        stride: &["S", "E"],
        ..References::NONE
    },
    check,
};

/// An answer may be kept so long, in seconds: the default of REST APIs.
const LONGEST: i64 = 300;

const TTL: &str = "AuthorizerResultTtlInSeconds";

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::ApiGateway::Authorizer") {
        match node.props.get("Type").as_str() {
            Some("TOKEN") => lambda(ix, node, Some(LONGEST), false, out),
            Some("REQUEST") => lambda(ix, node, Some(LONGEST), true, out),
            _ => {}
        }
    }
    for (ix, node) in cx.of_type("AWS::ApiGatewayV2::Authorizer") {
        if node.props.get("AuthorizerType").is("REQUEST").is_yes() {
            lambda(ix, node, None, true, out);
        }
    }
}

fn lambda(ix: NodeIx, node: &Node, default: Option<i64>, sources: bool, out: &mut Findings) {
    let ttl = node.props.get("AuthorizerResultTtlInSeconds");
    let seconds = if ttl.is_null() { default.unwrap_or(0) } else { ttl.as_int().unwrap_or(-1) };
    if seconds < 0 {
        out.cannot_tell(ix, "AuthorizerResultTtlInSeconds", ttl);
        return;
    }
    if seconds > LONGEST {
        out.push(
            Found::at_value(
                ix,
                ttl,
                node.span,
                format!(
                    "answers of {{subject}} stay valid for {seconds} seconds after rights were taken away"
                ),
            )
            .label("kept longer than 300 seconds")
            .help("keep answers for at most 300 seconds")
            .evidence(format!("ttl {seconds}"))
            .fix(Proposal::set(ix, TTL, LONGEST, "keep answers for 300 seconds").risky())
            .or_where_written(ttl, LONGEST),
        );
    }
    if seconds == 0 || !sources {
        return;
    }
    let source = node.props.get("IdentitySource");
    match tells_apart(source) {
        Tri::Yes => {}
        Tri::Unknown => out.cannot_tell(ix, "IdentitySource", source),
        Tri::No => out.push(
            Found::at_value(
                ix,
                source,
                node.span,
                format!("{{subject}} gives one caller's answer to all others for {seconds} seconds"),
            )
            .label("nothing here tells callers apart")
            .help("name the header or parameter with the credential as identity source, or set the time to 0")
            .evidence(format!("identity source {}", source.display()))
            .fix(Proposal::set(ix, TTL, 0, "keep no answers").risky()),
        ),
    }
}

/// Whether an identity source differs between callers. REST writes a list with commas, HTTP a list.
fn tells_apart(source: &Val) -> Tri {
    if source.as_list().is_some_and(|l| l.open) {
        return Tri::Unknown;
    }
    let mut answer = Tri::No;
    for item in source.items() {
        answer = answer.or(match item.as_str() {
            Some(text) => text.split(',').any(|one| names_caller(one.trim())).into(),
            None => Tri::Unknown,
        });
    }
    answer
}

fn names_caller(source: &str) -> bool {
    let source = source.trim_start_matches('$').to_ascii_lowercase();
    if source.is_empty() || source.starts_with("stagevariables") {
        return false;
    }
    // `context.identity.sourceIp` is shared behind one address, yet differs between strangers.
    !source.starts_with("context.") || source.starts_with("context.identity.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_that_differ_between_callers() {
        let of = |text: &str| tells_apart(&Val::str(text, Span::NONE));
        assert_eq!(of("method.request.header.Authorization"), Tri::Yes);
        assert_eq!(of("context.path, method.request.querystring.key"), Tri::Yes);
        assert_eq!(of("$request.header.Authorization"), Tri::Yes);
        assert_eq!(of("context.path,stageVariables.x"), Tri::No);
        assert_eq!(of("$context.routeKey"), Tri::No);
        assert_eq!(tells_apart(Val::null()), Tri::No);
    }
}
