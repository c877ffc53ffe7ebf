//! the access log of an API records credentials
//!
//! ## What
//!
//! The format of a stage's access log contains the value of an API key (`$context.identity.apiKey`), an
//! authorization header, a cookie, a token that the authorizer hands on, or a whole query string.
//!
//! ## Why
//!
//! The access log goes to a log group or a stream that many people and tools read. Somebody who may read
//! logs, or a log tool's own breach, yields keys and tokens that are still valid; with each of them the
//! reader calls the API in the name of the customer it belongs to.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties:
//!       Name: orders
//!   Stage:
//!     Type: AWS::ApiGateway::Stage
//!     Properties:
//!       RestApiId: !Ref Api
//!       DeploymentId: abc123
//!       StageName: prod
//!       AccessLogSetting:
//!         DestinationArn: arn:aws:logs:eu-west-1:123456789012:log-group:api
//!         Format: '{"id":"$context.requestId","key":"$context.identity.apiKey"}' # finding
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties:
//!       Name: orders
//!   Stage:
//!     Type: AWS::ApiGateway::Stage
//!     Properties:
//!       RestApiId: !Ref Api
//!       DeploymentId: abc123
//!       StageName: prod
//!       AccessLogSetting:
//!         DestinationArn: arn:aws:logs:eu-west-1:123456789012:log-group:api
//!         Format: '{"id":"$context.requestId","key":"$context.identity.apiKeyId"}' # finding
//! ```
//!
//! ```yaml bad serverless.yml
//! service: orders
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   logs:
//!     restApi:
//!       format: '$context.requestId $context.requestOverride.header.Authorization' # finding
//! functions:
//!   orders:
//!     handler: src/orders.handler
//!     events:
//!       - http: GET /orders
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Parameters:
//!   Format:
//!     Type: String
//!     Default: $context.requestId $context.authorizer.accessToken # finding
//! Globals:
//!   HttpApi:
//!     AccessLogSettings:
//!       DestinationArn: arn:aws:logs:eu-west-1:123456789012:log-group:api
//!       Format: !Ref Format
//! Resources:
//!   Orders:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: orders.handler
//!       Runtime: nodejs22.x
//!       CodeUri: src
//!       Events:
//!         Get:
//!           Type: HttpApi
//!           Properties:
//!             Path: /orders
//!             Method: get
//! ```
//!
//! The id of a key is not the key, and the authorizer's error no token:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties:
//!       Name: orders
//!   Stage:
//!     Type: AWS::ApiGateway::Stage
//!     Properties:
//!       RestApiId: !Ref Api
//!       DeploymentId: abc123
//!       StageName: prod
//!       AccessLogSetting:
//!         DestinationArn: arn:aws:logs:eu-west-1:123456789012:log-group:api
//!         Format: '{"key":"$context.identity.apiKeyId","error":"$context.authorizer.error","sub":"$context.authorizer.claims.sub"}'
//! ```
//!
//! ```yaml good serverless.yml
//! service: orders
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   logs:
//!     restApi: true
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
//! }
//!
//! resource "aws_api_gateway_deployment" "now" {
//!   rest_api_id = aws_api_gateway_rest_api.api.id
//! }
//!
//! resource "aws_api_gateway_stage" "prod" {
//!   rest_api_id   = aws_api_gateway_rest_api.api.id
//!   deployment_id = aws_api_gateway_deployment.now.id
//!   stage_name    = "prod"
//!   access_log_settings {
//!     destination_arn = "arn:aws:logs:eu-west-1:123456789012:log-group:api"
//!     format          = "$context.requestId $context.identity.apiKey" # finding
//!   }
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_api_gateway_rest_api" "api" {
//!   name = "orders"
//! }
//!
//! resource "aws_api_gateway_deployment" "now" {
//!   rest_api_id = aws_api_gateway_rest_api.api.id
//! }
//!
//! resource "aws_api_gateway_stage" "prod" {
//!   rest_api_id   = aws_api_gateway_rest_api.api.id
//!   deployment_id = aws_api_gateway_deployment.now.id
//!   stage_name    = "prod"
//!   access_log_settings {
//!     destination_arn = "arn:aws:logs:eu-west-1:123456789012:log-group:api"
//!     format          = "$context.requestId $context.identity.apiKeyId" # finding
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_api_gateway_rest_api" "api" {
//!   name = "orders"
//! }
//!
//! resource "aws_api_gateway_deployment" "now" {
//!   rest_api_id = aws_api_gateway_rest_api.api.id
//! }
//!
//! resource "aws_api_gateway_stage" "prod" {
//!   rest_api_id   = aws_api_gateway_rest_api.api.id
//!   deployment_id = aws_api_gateway_deployment.now.id
//!   stage_name    = "prod"
//!   access_log_settings {
//!     destination_arn = "arn:aws:logs:eu-west-1:123456789012:log-group:api"
//!     format          = jsonencode({ id = "$context.requestId", key = "$context.identity.apiKeyId" })
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Format:
//!     Type: String
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties:
//!       Name: orders
//!   Stage:
//!     Type: AWS::ApiGateway::Stage
//!     Properties:
//!       RestApiId: !Ref Api
//!       DeploymentId: abc123
//!       StageName: prod
//!       AccessLogSetting:
//!         DestinationArn: arn:aws:logs:eu-west-1:123456789012:log-group:api
//!         Format: !Ref Format
//! ```
//!
//! ## How to fix
//!
//! Take the variable out of the format; who called is told as well by `$context.identity.apiKeyId`,
//! `$context.authorizer.principalId` or `$context.authorizer.claims.sub`. Keys and tokens that were
//! logged are known to the log's readers: replace them.

use super::{Kind, stages};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[532],
        owasp_serverless: &["S3", "SAS-5"],
        attack: &["T1552"],
        stride: &["I"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for stage in stages(cx) {
        let path =
            if stage.kind == Kind::Rest { "AccessLogSetting.Format" } else { "AccessLogSettings.Format" };
        let format = stage.props.lookup(path);
        // What stands in the literal part decides, whatever the holes hold.
        let leaks = leaks(&format.display());
        if leaks.is_empty() {
            if format.any_unknown() {
                out.cannot_tell(stage.ix, "Format", format);
            }
            continue;
        }
        let names = leaks.iter().map(|l| format!("`{l}`")).collect::<Vec<_>>().join(", ");
        out.push(
            stage
                .found(cx, format, &format!("the access log of {{subject}} records credentials: {names}"))
                .confidence(if format.is_known() { Confidence::High } else { Confidence::Medium })
                .label("a credential in every line of the log")
                .help("take the variable out of the format, and log `$context.identity.apiKeyId` or `$context.authorizer.principalId` instead")
                .evidence(leaks.join(" "))
                .fixes(proposal(format, &leaks)),
        );
    }
}

/// The id of a key says as much as the key; what should stand for other credentials is the author's choice.
fn proposal(format: &Val, leaks: &[String]) -> Option<Proposal> {
    let text = format.as_str().filter(|_| format.span.is_some())?;
    if leaks != ["$context.identity.apiKey"] {
        return None;
    }
    let text =
        text.replace("identity.apiKeyId", "identity.apiKey").replace("identity.apiKey", "identity.apiKeyId");
    let change = Change::Replace { at: format.span, value: text.as_str().into() };
    Some(Proposal::new("log the id of the key instead", Safety::Unsafe, vec![change]))
}

/// The variables of a format whose values are credentials.
///
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html>
fn leaks(format: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for part in format.split('$').skip(1) {
        let part = part.strip_prefix('{').unwrap_or(part);
        // `input.params('Authorization')` has its name in parentheses.
        let called = part.starts_with("input.") || part.starts_with("util.");
        let end = part
            .find(|c: char| {
                !(c.is_ascii_alphanumeric() || "._-".contains(c) || (called && "()'\"".contains(c)))
            })
            .unwrap_or(part.len());
        let name = part.get(..end).unwrap_or(part).trim_end_matches('.');
        if is_credential(name) && !all.iter().any(|l| l.strip_prefix('$') == Some(name)) {
            all.push(format!("${name}"));
        }
    }
    all
}

fn is_credential(variable: &str) -> bool {
    let name = variable.to_ascii_lowercase();
    if name == "context.identity.apikey" {
        return true;
    }
    let header = name.contains("header") || name.starts_with("input.params");
    if header && ["authorization", "cookie", "x-api-key", "token"].iter().any(|h| name.contains(h)) {
        return true;
    }
    if let Some(handed) = name.strip_prefix("context.authorizer.") {
        let last = handed.rsplit('.').next().unwrap_or(handed);
        return ["token", "jwt", "accesstoken", "idtoken", "refreshtoken", "secret", "password", "apikey"]
            .iter()
            .any(|word| last.replace(['_', '-'], "") == *word);
    }
    matches!(
        name.as_str(),
        "context.requestoverride.querystring" | "context.querystring" | "request.querystring"
    )
}

#[cfg(test)]
mod tests {
    use super::leaks;

    #[test]
    fn credentials_in_formats() {
        assert_eq!(leaks("$context.identity.apiKey,x"), ["$context.identity.apiKey"]);
        assert_eq!(leaks("${context.authorizer.id_token}"), ["$context.authorizer.id_token"]);
        assert_eq!(leaks("$input.params('Cookie') $input.params('q')"), ["$input.params('Cookie')"]);
        assert!(leaks("$context.identity.apiKeyId $context.authorizer.principalId").is_empty());
        assert!(leaks("$context.identity.cognitoAuthenticationType $context.authorizer.tokenUse").is_empty());
    }
}
