//! nothing of the application limits the rate of an API
//!
//! ## What
//!
//! A stage that the internet can reach has neither throttling settings, for the stage or for a route, nor
//! a usage plan with limits. A usage plan counts only where a route asks for an API key: requests without
//! a key are under no plan. The account's own limit (10,000 requests a second for all APIs of a region)
//! is no limit of the application. Medium; low when every route has an authorizer. One finding a stage;
//! private APIs are silent.
//!
//! ## Why
//!
//! Somebody calls one route in a loop. Every request starts a function: the bill grows with each
//! (denial of wallet), and the account's share of requests and of concurrent functions, which *all* APIs
//! and functions of the region have in common, is used up. Payments and log-in fail because somebody
//! hammers the search.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: search
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//! functions:
//!   search:
//!     handler: src/search.handler
//!     events:
//!       - http:
//!           method: get
//!           path: search
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   HttpApi:
//!     AccessLogSettings:
//!       DestinationArn: arn:aws:logs:eu-west-1:123456789012:log-group:api
//! Resources:
//!   Search:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: search.handler
//!       Runtime: nodejs22.x
//!       CodeUri: src
//!       Events:
//!         Get: # finding
//!           Type: HttpApi
//!           Properties:
//!             Path: /search
//!             Method: get
//! ```
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Api:
//!     MethodSettings:
//!       - HttpMethod: '*'
//!         ResourcePath: /*
//!         ThrottlingRateLimit: 100
//!         ThrottlingBurstLimit: 50
//! Resources:
//!   Search:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: search.handler
//!       Runtime: nodejs22.x
//!       CodeUri: src
//!       Events:
//!         Get:
//!           Type: Api
//!           Properties:
//!             Path: /search
//!             Method: get
//! ```
//!
//! A usage plan, and a route that asks for its key:
//!
//! ```yaml good serverless.yml
//! service: search
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   apiGateway:
//!     apiKeys:
//!       - partner
//!     usagePlan:
//!       throttle:
//!         burstLimit: 50
//!         rateLimit: 100
//! functions:
//!   search:
//!     handler: src/search.handler
//!     events:
//!       - http:
//!           method: get
//!           path: search
//!           private: true
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_lambda_function" "orders" {
//!   function_name = "orders"
//!   role          = "arn:aws:iam::123456789012:role/orders"
//!   handler       = "orders.handler"
//!   runtime       = "nodejs22.x"
//!   filename      = "orders.zip"
//! }
//!
//! resource "aws_apigatewayv2_api" "api" {
//!   name          = "orders"
//!   protocol_type = "HTTP"
//! }
//!
//! resource "aws_apigatewayv2_integration" "orders" {
//!   api_id                 = aws_apigatewayv2_api.api.id
//!   integration_type       = "AWS_PROXY"
//!   integration_uri        = aws_lambda_function.orders.invoke_arn
//!   payload_format_version = "2.0"
//! }
//!
//! resource "aws_apigatewayv2_route" "list" {
//!   api_id    = aws_apigatewayv2_api.api.id
//!   route_key = "GET /orders"
//!   target    = "integrations/${aws_apigatewayv2_integration.orders.id}"
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
//! resource "aws_lambda_function" "orders" {
//!   function_name = "orders"
//!   role          = "arn:aws:iam::123456789012:role/orders"
//!   handler       = "orders.handler"
//!   runtime       = "nodejs22.x"
//!   filename      = "orders.zip"
//! }
//!
//! resource "aws_apigatewayv2_api" "api" {
//!   name          = "orders"
//!   protocol_type = "HTTP"
//! }
//!
//! resource "aws_apigatewayv2_integration" "orders" {
//!   api_id                 = aws_apigatewayv2_api.api.id
//!   integration_type       = "AWS_PROXY"
//!   integration_uri        = aws_lambda_function.orders.invoke_arn
//!   payload_format_version = "2.0"
//! }
//!
//! resource "aws_apigatewayv2_route" "list" {
//!   api_id    = aws_apigatewayv2_api.api.id
//!   route_key = "GET /orders"
//!   target    = "integrations/${aws_apigatewayv2_integration.orders.id}"
//! }
//!
//! resource "aws_apigatewayv2_stage" "default" { # finding
//!   api_id      = aws_apigatewayv2_api.api.id
//!   name        = "$default"
//!   auto_deploy = true
//!
//!   default_route_settings {
//!     throttling_rate_limit  = 100
//!     throttling_burst_limit = 50
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_lambda_function" "orders" {
//!   function_name = "orders"
//!   role          = "arn:aws:iam::123456789012:role/orders"
//!   handler       = "orders.handler"
//!   runtime       = "nodejs22.x"
//!   filename      = "orders.zip"
//! }
//!
//! resource "aws_apigatewayv2_api" "api" {
//!   name          = "orders"
//!   protocol_type = "HTTP"
//! }
//!
//! resource "aws_apigatewayv2_integration" "orders" {
//!   api_id                 = aws_apigatewayv2_api.api.id
//!   integration_type       = "AWS_PROXY"
//!   integration_uri        = aws_lambda_function.orders.invoke_arn
//!   payload_format_version = "2.0"
//! }
//!
//! resource "aws_apigatewayv2_route" "list" {
//!   api_id    = aws_apigatewayv2_api.api.id
//!   route_key = "GET /orders"
//!   target    = "integrations/${aws_apigatewayv2_integration.orders.id}"
//! }
//!
//! resource "aws_apigatewayv2_stage" "default" {
//!   api_id      = aws_apigatewayv2_api.api.id
//!   name        = "$default"
//!   auto_deploy = true
//!   default_route_settings {
//!     throttling_rate_limit  = 100
//!     throttling_burst_limit = 50
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Rate:
//!     Type: Number
//! Resources:
//!   Api:
//!     Type: AWS::ApiGatewayV2::Api
//!     Properties:
//!       Name: search
//!       ProtocolType: HTTP
//!   Stage:
//!     Type: AWS::ApiGatewayV2::Stage
//!     Properties:
//!       ApiId: !Ref Api
//!       StageName: $default
//!       AutoDeploy: true
//!       DefaultRouteSettings:
//!         Fn::Transform:
//!           Name: Settings
//! ```
//!
//! ## How to fix
//!
//! SAM and CloudFormation: `MethodSettings` with `ThrottlingRateLimit` and `ThrottlingBurstLimit` (REST),
//! `DefaultRouteSettings` (HTTP, WebSocket). serverless.yml: `provider.apiGateway.usagePlan` with keys, or
//! the stage's settings under `resources`. Choose limits from the traffic that was seen, with room;
//! requests above them get 429. Nothing costs extra.
//!
//! ## Differs from
//!
//! `W64` and `W68` ask for a usage plan, whatever it holds and whether any route asks for its key; here a limit
//! counts wherever it is written, and a plan only where it takes effect.

use super::{Kind, Settings, Stage, advice, stages};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[770, 799],
        owasp_serverless: &["SAS-8"],
        attack: &["T1499", "T1496"],
        stride: &["D"],
        others: &["W64", "W68", "APIGWDefaultThrottling"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for stage in stages(cx) {
        if !stage.public(cx).is_yes() || stage.settings().iter().any(limits) {
            continue;
        }
        if let Some((key, val)) = stage.unknown_settings() {
            out.cannot_tell(stage.ix, key, val);
            continue;
        }
        let routes = stage.routes(cx);
        match planned(cx, &stage) {
            Tri::Yes => continue,
            Tri::Unknown => {
                out.cannot_tell(stage.ix, "ApiStages", Val::null());
                continue;
            }
            Tri::No => {}
        }
        let guarded = !routes.is_empty()
            && routes.iter().filter(|r| r.entry.method != "OPTIONS").all(|r| {
                !matches!(
                    r.entry.authorization,
                    Authorization::None | Authorization::Key | Authorization::Unknown
                )
            });
        let settings = if stage.kind == Kind::Rest { "MethodSettings" } else { "DefaultRouteSettings" };
        let found = stage.found(
            cx,
            Val::null(),
            "nothing of the application limits how often {subject} can be called",
        );
        out.push(
            found
                .severity(if guarded { Severity::Low } else { Severity::Medium })
                .label("no throttling settings and no usage plan with limits")
                .help(match stage.kind {
                    Kind::Rest if cx.application.dialects.contains(&"terraform") => {
                        "add an `aws_api_gateway_method_settings` for `*/*` with `throttling_rate_limit` and \
                         `throttling_burst_limit`"
                            .into()
                    }
                    Kind::Rest => advice(
                        cx,
                        "add `provider.apiGateway.usagePlan` with `throttle` and require its key, or set `MethodSettings` of the stage",
                        "set `MethodSettings` with `ThrottlingRateLimit` and `ThrottlingBurstLimit`",
                        "set `MethodSettings` with `ThrottlingRateLimit` and `ThrottlingBurstLimit`",
                    ),
                    _ => "set `DefaultRouteSettings` with `ThrottlingRateLimit` and `ThrottlingBurstLimit`".into(),
                })
                .evidence(settings)
                .fix(proposal(&stage)),
        );
    }
}

/// Whether settings limit something; a limit whose number is not known is a limit.
fn limits(settings: &Settings<'_>) -> bool {
    ["ThrottlingRateLimit", "ThrottlingBurstLimit"].iter().any(|key| {
        let val = settings.val.get(key);
        // -1 takes a limit away.
        !val.is_null() && val.as_int() != Some(-1)
    })
}

/// Whether a usage plan with limits holds for the stage's API and a route asks for its key.
fn planned(cx: &Cx<'_>, stage: &Stage<'_>) -> Tri {
    let Some(api) = stage.api else { return Tri::Unknown };
    let routes = stage.routes(cx);
    let mut answer = Tri::No;
    for (_, plan) in cx.of_type("AWS::ApiGateway::UsagePlan") {
        let whole = !plan.props.get("Throttle").is_null() || !plan.props.get("Quota").is_null();
        let stages = plan.props.get("ApiStages");
        if !stages.is_known() {
            answer = answer.or(Tri::Unknown);
        }
        for of in stages.items() {
            let same = cx.graph.resolve(of.get("ApiId")) == Some(api);
            if same && (whole || !of.get("Throttle").is_null()) {
                answer = Tri::Yes;
            }
        }
    }
    let keyed = routes.iter().fold(Tri::No, |a, r| a.or(r.entry.api_key));
    if routes.is_empty() { answer } else { answer.and(keyed) }
}

/// Limits to start from; the right ones come from the traffic that was seen.
fn proposal(stage: &Stage<'_>) -> Proposal {
    const LIMITS: [(&str, i64); 2] = [("ThrottlingRateLimit", 100), ("ThrottlingBurstLimit", 50)];
    let changes = if stage.kind == Kind::Rest {
        let mut one: Vec<(_, Literal)> =
            vec![("HttpMethod".into(), "*".into()), ("ResourcePath".into(), "/*".into())];
        one.extend(LIMITS.iter().map(|(key, n)| ((*key).into(), (*n).into())));
        let value = Literal::Map(one);
        match stage.props.get("MethodSettings") {
            list if list.span.is_some() && !list.items().is_empty() => {
                vec![Change::Append { list: list.span, value }]
            }
            _ => vec![Change::Set {
                node: stage.ix,
                path: stage.path("MethodSettings").into(),
                value: Literal::List(vec![value]),
            }],
        }
    } else {
        let set = |(key, n): &(&str, i64)| Change::Set {
            node: stage.ix,
            path: format!("DefaultRouteSettings.{key}").into(),
            value: (*n).into(),
        };
        LIMITS.iter().map(set).collect()
    };
    Proposal::new("limit how often the stage can be called", Safety::Unsafe, changes)
}
