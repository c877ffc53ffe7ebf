//! an API has no access log
//!
//! ## What
//!
//! A stage of a REST, HTTP or WebSocket API has no destination for its access log.
//!
//! ## Why
//!
//! The access log is the only record of who called what, from where, and how the authorizer answered.
//! Somebody tries the ids of other customers' orders one after the other; the function's own log shows
//! ordinary requests, or none at all because the authorizer refused before it ran. Whoever looks later
//! can say neither when it began nor what was read.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::ApiGatewayV2::Api
//!     Properties:
//!       Name: orders
//!       ProtocolType: HTTP
//!   Stage: # finding
//!     Type: AWS::ApiGatewayV2::Stage
//!     Properties:
//!       ApiId: !Ref Api
//!       StageName: $default
//!       AutoDeploy: true
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::ApiGatewayV2::Api
//!     Properties:
//!       Name: orders
//!       ProtocolType: HTTP
//!   Stage: # finding
//!     Type: AWS::ApiGatewayV2::Stage
//!     Properties:
//!       ApiId: !Ref Api
//!       StageName: $default
//!       AutoDeploy: true
//!       AccessLogSettings:
//!         DestinationArn: !GetAtt StageAccessLogs.Arn
//!         Format: '{"requestId":"$context.requestId","ip":"$context.identity.sourceIp","time":"$context.requestTime","method":"$context.httpMethod","path":"$context.path","status":"$context.status","error":"$context.error.message","caller":"$context.authorizer.principalId"}'
//!   StageAccessLogs:
//!     Type: AWS::Logs::LogGroup
//!     Properties:
//!       RetentionInDays: 30
//! ```
//!
//! The globals configure something, but no log:
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Api:
//!     TracingEnabled: true
//! Resources:
//!   Orders:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: orders.handler
//!       Runtime: nodejs22.x
//!       CodeUri: src
//!       Events:
//!         Get: # finding
//!           Type: Api
//!           Properties:
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
//!     events:
//!       - httpApi: GET /orders
//! ```
//!
//! ```yaml good serverless.yml
//! service: orders
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   logs:
//!     httpApi: true
//! functions:
//!   orders:
//!     handler: src/orders.handler
//!     events:
//!       - httpApi: GET /orders
//! ```
//!
//! The setting comes from the globals:
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   HttpApi:
//!     AccessLogSettings:
//!       DestinationArn: !GetAtt Log.Arn
//!       Format: $context.requestId
//! Resources:
//!   Log:
//!     Type: AWS::Logs::LogGroup
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
//! ```hcl bad main.tf
//! resource "aws_apigatewayv2_api" "api" {
//!   name          = "orders"
//!   protocol_type = "HTTP"
//! }
//!
//! resource "aws_apigatewayv2_stage" "default" { # finding
//!   api_id      = aws_apigatewayv2_api.api.id
//!   name        = "$default"
//!   auto_deploy = true
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_apigatewayv2_api" "api" {
//!   name          = "orders"
//!   protocol_type = "HTTP"
//! }
//!
//! resource "aws_apigatewayv2_stage" "default" { # finding
//!   api_id      = aws_apigatewayv2_api.api.id
//!   name        = "$default"
//!   auto_deploy = true
//!
//!   access_log_settings {
//!     destination_arn = aws_cloudwatch_log_group.default_access_logs.arn
//!     format          = "{\"requestId\":\"$context.requestId\",\"ip\":\"$context.identity.sourceIp\",\"time\":\"$context.requestTime\",\"method\":\"$context.httpMethod\",\"path\":\"$context.path\",\"status\":\"$context.status\",\"error\":\"$context.error.message\",\"caller\":\"$context.authorizer.principalId\"}"
//!   }
//! }
//!
//! resource "aws_cloudwatch_log_group" "default_access_logs" {
//!   retention_in_days = 30
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_apigatewayv2_api" "api" {
//!   name          = "orders"
//!   protocol_type = "HTTP"
//! }
//!
//! resource "aws_apigatewayv2_stage" "default" {
//!   api_id      = aws_apigatewayv2_api.api.id
//!   name        = "$default"
//!   auto_deploy = true
//!   access_log_settings {
//!     destination_arn = "arn:aws:logs:eu-west-1:123456789012:log-group:api"
//!     format          = "$context.requestId $context.status"
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::ApiGatewayV2::Api
//!     Properties:
//!       Name: orders
//!       ProtocolType: HTTP
//!   Stage:
//!     Type: AWS::ApiGatewayV2::Stage
//!     Properties:
//!       ApiId: !Ref Api
//!       StageName: $default
//!       AccessLogSettings:
//!         Fn::Transform:
//!           Name: Logs
//! ```
//!
//! ## How to fix
//!
//! serverless.yml: `provider.logs.restApi: true`, `httpApi: true` or `websocket: true`. SAM:
//! `AccessLogSetting` (Api) or `AccessLogSettings` (HttpApi) with `DestinationArn` and `Format`.
//! CloudFormation: the same on the stage. REST and WebSocket APIs also need a role for their logs in
//! the account (`AWS::ApiGateway::Account`). Costs about 0.50 US dollars a gigabyte; set a retention.

use super::{Kind, Stage, advice, stages};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[778],
        owasp_serverless: &["S10", "SAS-5"],
        checkov: &["CKV_AWS_76", "CKV_AWS_95"],
        aws: &["APIGateway.9"],
        attack: &[],
        stride: &["R"],
        others: &["W45", "W46", "W69", "AWS-0001", "AWS-0113", "AWS-0116"],
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for stage in stages(cx) {
        let key = if stage.kind == Kind::Rest { "AccessLogSetting" } else { "AccessLogSettings" };
        let setting = stage.props.lookup(key);
        let destination = stage.props.lookup(&format!("{key}.DestinationArn"));
        if destination.is_null() || destination.is("").is_yes() {
            out.push(
                stage
                    .found(cx, setting, "nobody can see who called {subject}: it has no access log")
                    .label("no access log")
                    .help(match stage.kind {
                        Kind::Rest => advice(
                            cx,
                            "set `provider.logs.restApi: true`",
                            "set `AccessLogSetting` with `DestinationArn` and `Format`",
                            "set `AccessLogSetting` with `DestinationArn` and `Format`",
                        ),
                        Kind::Http => advice(
                            cx,
                            "set `provider.logs.httpApi: true`",
                            "set `AccessLogSettings` with `DestinationArn` and `Format`",
                            "set `AccessLogSettings` with `DestinationArn` and `Format`",
                        ),
                        Kind::WebSocket => advice(
                            cx,
                            "set `provider.logs.websocket: true`",
                            "set `AccessLogSettings` with `DestinationArn` and `Format`",
                            "set `AccessLogSettings` with `DestinationArn` and `Format`",
                        ),
                    })
                    .evidence(key)
                    .fixes(proposal(cx, &stage, key, setting)),
            );
        } else if matches!(setting.state, State::Unknown(_)) {
            // A destination from a parameter is a destination.
            out.cannot_tell(stage.ix, key, setting);
        }
    }
}

/// Who called what, how it ended, and who the authorizer says it was.
const FORMAT: &str = concat!(
    r#"{"requestId":"$context.requestId","ip":"$context.identity.sourceIp","time":"$context.requestTime","#,
    r#""method":"$context.httpMethod","path":"$context.path","status":"$context.status","#,
    r#""error":"$context.error.message","caller":"$context.authorizer.principalId"}"#
);

/// A log group and the setting. API Gateway must be allowed to write logs in the account, which nobody can see here.
fn proposal(cx: &Cx<'_>, stage: &Stage<'_>, key: &str, setting: &Val) -> Option<Proposal> {
    if stage.node.implied_by.is_some() || !setting.is_null() || stage.node.ty == "AWS::ApiGateway::Deployment"
    {
        return None;
    }
    let declare = Change::Declare {
        after: stage.ix,
        suffix: "AccessLogs".into(),
        ty: "AWS::Logs::LogGroup".into(),
        properties: vec![("RetentionInDays".into(), 30.into())],
    };
    let values = [("DestinationArn", Literal::Declared(0, Some("Arn".into()))), ("Format", FORMAT.into())];
    let set = |path: String, value| Change::Set { node: stage.ix, path: path.into(), value };
    let mut changes = vec![declare];
    if cx.application.dialects.contains(&"terraform") {
        changes.extend(values.into_iter().map(|(name, value)| set(format!("{key}.{name}"), value)));
    } else {
        let whole = values.into_iter().map(|(name, value)| (name.into(), value)).collect();
        changes.push(set(key.to_owned(), Literal::Map(whole)));
    }
    Some(Proposal::new("keep an access log", Safety::Unsafe, changes))
}
