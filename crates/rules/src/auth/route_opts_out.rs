//! a route that changes something switches off the API's authorizer
//!
//! ## What
//!
//! A POST, PUT, PATCH, DELETE or ANY route has no authorizer where others have one: it says `NONE` although
//! the API has a default authorizer (SAM), or more than half of the API's routes have an authorizer and
//! this one has none. Routes of one API that start one function are one finding; the paths in
//! `public-routes` are silent.
//!
//! ## Why
//!
//! Where most routes ask who is calling, the code behind them takes for granted that somebody was asked:
//! it reads the user's id from the authorizer's context and trusts it. On the one open route that id
//! is missing or can be sent by the caller. This is what a switch for a test on the developer's machine
//! looks like after it was deployed, and an attacker who has the list of routes tries exactly this.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Api:
//!     Auth:
//!       DefaultAuthorizer: AWS_IAM
//! Resources:
//!   Orders:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: orders.handler
//!       Runtime: nodejs22.x
//!       CodeUri: src
//!       Events:
//!         List:
//!           Type: Api
//!           Properties:
//!             Path: /orders
//!             Method: get
//!         Delete:
//!           Type: Api
//!           Properties:
//!             Path: /orders/{id}
//!             Method: delete
//!             Auth:
//!               Authorizer: NONE # finding
//! ```
//!
//! ```yaml bad serverless.yml
//! service: orders
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//! functions:
//!   list:
//!     handler: src/list.handler
//!     events:
//!       - http: {method: get, path: orders, authorizer: aws_iam}
//!   create:
//!     handler: src/create.handler
//!     events:
//!       - http: {method: post, path: orders, authorizer: aws_iam}
//!   remove:
//!     handler: src/remove.handler
//!     events:
//!       - http: # finding
//!           method: delete
//!           path: orders/{id}
//! ```
//!
//! A route for signing in, by its name, is reported with low confidence: there is no token yet.
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
//!       - http: {method: get, path: orders, authorizer: aws_iam}
//!       - http: {method: post, path: orders, authorizer: aws_iam}
//!   login:
//!     handler: src/login.handler
//!     events:
//!       - http: POST /login # finding
//! ```
//!
//! The value comes from the default of a parameter:
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Authorization:
//!     Type: String
//!     Default: NONE # finding
//! Resources:
//!   Orders:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: orders.handler
//!       Runtime: nodejs22.x
//!       Role: arn:aws:iam::123456789012:role/orders
//!       Code: {S3Bucket: code, S3Key: orders.zip}
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties:
//!       Name: orders
//!   Get:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !GetAtt Api.RootResourceId
//!       HttpMethod: GET
//!       AuthorizationType: AWS_IAM
//!       Integration:
//!         Type: AWS_PROXY
//!         IntegrationHttpMethod: POST
//!         Uri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Orders.Arn}/invocations
//!   Put:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !GetAtt Api.RootResourceId
//!       HttpMethod: PUT
//!       AuthorizationType: AWS_IAM
//!       Integration:
//!         Type: AWS_PROXY
//!         IntegrationHttpMethod: POST
//!         Uri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Orders.Arn}/invocations
//!   Delete:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !GetAtt Api.RootResourceId
//!       HttpMethod: DELETE
//!       AuthorizationType: !Ref Authorization
//!       Integration:
//!         Type: AWS_PROXY
//!         IntegrationHttpMethod: POST
//!         Uri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Orders.Arn}/invocations
//! ```
//!
//! Reading may be public beside guarded routes (api-route-without-authorizer says so, at medium):
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Api:
//!     Auth:
//!       DefaultAuthorizer: AWS_IAM
//! Resources:
//!   Orders:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: orders.handler
//!       Runtime: nodejs22.x
//!       CodeUri: src
//!       Events:
//!         Create:
//!           Type: Api
//!           Properties:
//!             Path: /orders
//!             Method: post
//!         Health:
//!           Type: Api
//!           Properties:
//!             Path: /health
//!             Method: get
//!             Auth:
//!               Authorizer: NONE
//! ```
//!
//! ```yaml good serverless.yml
//! service: orders
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//! functions:
//!   create:
//!     handler: src/create.handler
//!     events:
//!       - http: {method: post, path: orders, authorizer: aws_iam}
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
//! resource "aws_api_gateway_rest_api" "api" {
//!   name = "orders"
//! }
//!
//! resource "aws_api_gateway_resource" "orders" {
//!   rest_api_id = aws_api_gateway_rest_api.api.id
//!   parent_id   = aws_api_gateway_rest_api.api.root_resource_id
//!   path_part   = "orders"
//! }
//!
//! resource "aws_api_gateway_method" "get" {
//!   rest_api_id   = aws_api_gateway_rest_api.api.id
//!   resource_id   = aws_api_gateway_resource.orders.id
//!   http_method   = "GET"
//!   authorization = "AWS_IAM"
//! }
//!
//! resource "aws_api_gateway_integration" "get" {
//!   rest_api_id             = aws_api_gateway_rest_api.api.id
//!   resource_id             = aws_api_gateway_resource.orders.id
//!   http_method             = aws_api_gateway_method.get.http_method
//!   integration_http_method = "POST"
//!   type                    = "AWS_PROXY"
//!   uri                     = aws_lambda_function.orders.invoke_arn
//! }
//!
//! resource "aws_api_gateway_method" "put" {
//!   rest_api_id   = aws_api_gateway_rest_api.api.id
//!   resource_id   = aws_api_gateway_resource.orders.id
//!   http_method   = "PUT"
//!   authorization = "AWS_IAM"
//! }
//!
//! resource "aws_api_gateway_integration" "put" {
//!   rest_api_id             = aws_api_gateway_rest_api.api.id
//!   resource_id             = aws_api_gateway_resource.orders.id
//!   http_method             = aws_api_gateway_method.put.http_method
//!   integration_http_method = "POST"
//!   type                    = "AWS_PROXY"
//!   uri                     = aws_lambda_function.orders.invoke_arn
//! }
//!
//! resource "aws_api_gateway_method" "delete" {
//!   rest_api_id   = aws_api_gateway_rest_api.api.id
//!   resource_id   = aws_api_gateway_resource.orders.id
//!   http_method   = "DELETE"
//!   authorization = "NONE" # finding
//! }
//!
//! resource "aws_api_gateway_integration" "delete" {
//!   rest_api_id             = aws_api_gateway_rest_api.api.id
//!   resource_id             = aws_api_gateway_resource.orders.id
//!   http_method             = aws_api_gateway_method.delete.http_method
//!   integration_http_method = "POST"
//!   type                    = "AWS_PROXY"
//!   uri                     = aws_lambda_function.orders.invoke_arn
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
//! resource "aws_api_gateway_rest_api" "api" {
//!   name = "orders"
//! }
//!
//! resource "aws_api_gateway_resource" "orders" {
//!   rest_api_id = aws_api_gateway_rest_api.api.id
//!   parent_id   = aws_api_gateway_rest_api.api.root_resource_id
//!   path_part   = "orders"
//! }
//!
//! resource "aws_api_gateway_method" "get" {
//!   rest_api_id   = aws_api_gateway_rest_api.api.id
//!   resource_id   = aws_api_gateway_resource.orders.id
//!   http_method   = "GET"
//!   authorization = "AWS_IAM"
//! }
//!
//! resource "aws_api_gateway_integration" "get" {
//!   rest_api_id             = aws_api_gateway_rest_api.api.id
//!   resource_id             = aws_api_gateway_resource.orders.id
//!   http_method             = aws_api_gateway_method.get.http_method
//!   integration_http_method = "POST"
//!   type                    = "AWS_PROXY"
//!   uri                     = aws_lambda_function.orders.invoke_arn
//! }
//!
//! resource "aws_api_gateway_method" "put" {
//!   rest_api_id   = aws_api_gateway_rest_api.api.id
//!   resource_id   = aws_api_gateway_resource.orders.id
//!   http_method   = "PUT"
//!   authorization = "AWS_IAM"
//! }
//!
//! resource "aws_api_gateway_integration" "put" {
//!   rest_api_id             = aws_api_gateway_rest_api.api.id
//!   resource_id             = aws_api_gateway_resource.orders.id
//!   http_method             = aws_api_gateway_method.put.http_method
//!   integration_http_method = "POST"
//!   type                    = "AWS_PROXY"
//!   uri                     = aws_lambda_function.orders.invoke_arn
//! }
//!
//! resource "aws_api_gateway_method" "delete" {
//!   rest_api_id   = aws_api_gateway_rest_api.api.id
//!   resource_id   = aws_api_gateway_resource.orders.id
//!   http_method   = "DELETE"
//!   authorization = "AWS_IAM" # finding
//! }
//!
//! resource "aws_api_gateway_integration" "delete" {
//!   rest_api_id             = aws_api_gateway_rest_api.api.id
//!   resource_id             = aws_api_gateway_resource.orders.id
//!   http_method             = aws_api_gateway_method.delete.http_method
//!   integration_http_method = "POST"
//!   type                    = "AWS_PROXY"
//!   uri                     = aws_lambda_function.orders.invoke_arn
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
//! resource "aws_api_gateway_rest_api" "api" {
//!   name = "orders"
//! }
//!
//! resource "aws_api_gateway_resource" "orders" {
//!   rest_api_id = aws_api_gateway_rest_api.api.id
//!   parent_id   = aws_api_gateway_rest_api.api.root_resource_id
//!   path_part   = "orders"
//! }
//!
//! resource "aws_api_gateway_method" "get" {
//!   rest_api_id   = aws_api_gateway_rest_api.api.id
//!   resource_id   = aws_api_gateway_resource.orders.id
//!   http_method   = "GET"
//!   authorization = "AWS_IAM"
//! }
//!
//! resource "aws_api_gateway_integration" "get" {
//!   rest_api_id             = aws_api_gateway_rest_api.api.id
//!   resource_id             = aws_api_gateway_resource.orders.id
//!   http_method             = aws_api_gateway_method.get.http_method
//!   integration_http_method = "POST"
//!   type                    = "AWS_PROXY"
//!   uri                     = aws_lambda_function.orders.invoke_arn
//! }
//!
//! resource "aws_api_gateway_method" "put" {
//!   rest_api_id   = aws_api_gateway_rest_api.api.id
//!   resource_id   = aws_api_gateway_resource.orders.id
//!   http_method   = "PUT"
//!   authorization = "AWS_IAM"
//! }
//!
//! resource "aws_api_gateway_integration" "put" {
//!   rest_api_id             = aws_api_gateway_rest_api.api.id
//!   resource_id             = aws_api_gateway_resource.orders.id
//!   http_method             = aws_api_gateway_method.put.http_method
//!   integration_http_method = "POST"
//!   type                    = "AWS_PROXY"
//!   uri                     = aws_lambda_function.orders.invoke_arn
//! }
//!
//! resource "aws_api_gateway_method" "delete" {
//!   rest_api_id   = aws_api_gateway_rest_api.api.id
//!   resource_id   = aws_api_gateway_resource.orders.id
//!   http_method   = "DELETE"
//!   authorization = "AWS_IAM"
//! }
//!
//! resource "aws_api_gateway_integration" "delete" {
//!   rest_api_id             = aws_api_gateway_rest_api.api.id
//!   resource_id             = aws_api_gateway_resource.orders.id
//!   http_method             = aws_api_gateway_method.delete.http_method
//!   integration_http_method = "POST"
//!   type                    = "AWS_PROXY"
//!   uri                     = aws_lambda_function.orders.invoke_arn
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Authorization:
//!     Type: String
//! Resources:
//!   Orders:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: orders.handler
//!       Runtime: nodejs22.x
//!       Role: arn:aws:iam::123456789012:role/orders
//!       Code: {S3Bucket: code, S3Key: orders.zip}
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties:
//!       Name: orders
//!   Get:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !GetAtt Api.RootResourceId
//!       HttpMethod: GET
//!       AuthorizationType: AWS_IAM
//!       Integration:
//!         Type: AWS_PROXY
//!         IntegrationHttpMethod: POST
//!         Uri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Orders.Arn}/invocations
//!   Delete:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !GetAtt Api.RootResourceId
//!       HttpMethod: DELETE
//!       AuthorizationType: !Ref Authorization
//!       Integration:
//!         Type: AWS_PROXY
//!         IntegrationHttpMethod: POST
//!         Uri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Orders.Arn}/invocations
//! ```
//!
//! ## How to fix
//!
//! Remove `Authorizer: NONE` (SAM), set `authorizer` on the event (serverless.yml) or
//! `AuthorizationType` on the method (CloudFormation). If the route must be open (a log-in, a webhook
//! that checks a signature), list it in `public-routes` of palisade.toml, so that this stays a decision.

use crate::api::{Gap, Group, Route, advice, api_of, gaps, routes, siblings};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::High,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[306, 862],
        owasp_serverless: &["S2", "S5", "SAS-2"],
        attack: &["T1190"],
        stride: &["S", "E"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let siblings = siblings(cx);
    for group in gaps(cx, Gap::OptsOut, out) {
        let guarded = siblings.get(&group.api).map_or(0, |s| s.guarded);
        let beside = match guarded {
            0 => "the API's default authorizer is switched off".to_owned(),
            1 => "the other route there has an authorizer".to_owned(),
            n => format!("{n} other routes there have an authorizer"),
        };
        let target = group.target(cx);
        let message =
            format!("anybody on the internet can reach {target} through {}: {beside}", group.words(cx));
        let Some(mut found) = group.found(cx, message, "no authorizer") else { continue };
        if group.routes.iter().all(|r| signs_in(&r.entry.path)) {
            // Who signs in has nothing to show yet.
            found = found.confidence(Confidence::Low);
            found.message.push_str("; by its name it is for signing in: then list it in `public-routes`");
        }
        out.push(
            found
                .help(advice(
                    cx,
                    "set `authorizer` on the event as on the others, or list the path in `public-routes`",
                    "remove `Authorizer: NONE`, or list the path in `public-routes`",
                    "set `AuthorizationType` as on the other methods, or list the path in `public-routes`",
                ))
                .fixes(proposal(cx, &group)),
        );
    }
}

/// Where all other routes ask for signed requests, these can too: what is written as `NONE` becomes IAM.
fn proposal(cx: &Cx<'_>, group: &Group<'_>) -> Option<Proposal> {
    let mut guarded = routes(cx).into_iter().filter(|r| {
        api_of(cx, r.entry) == group.api
            && !matches!(r.entry.authorization, Authorization::None | Authorization::Key)
    });
    let first = guarded.next()?;
    if !guarded.chain([first]).all(|r| r.entry.authorization == Authorization::Iam) {
        return None;
    }
    let change = |route: &Route<'_>| {
        let at = &route.entry.authorization_at;
        let written = at.as_str() == Some("NONE") && at.span.is_some();
        written.then(|| Change::Replace { at: at.span, value: "AWS_IAM".into() })
    };
    let changes: Option<Vec<Change>> = group.routes.iter().map(change).collect();
    Some(Proposal::new("ask for signed requests like the other routes", Safety::Unsafe, changes?))
}

/// Whether a path is named after what is done before there is a token.
fn signs_in(path: &str) -> bool {
    const WORDS: &[&str] = &[
        "callback", "confirm", "forgot", "idtoken", "idtokens", "login", "logon", "oauth", "oauth2",
        "register", "signin", "signup", "token", "tokens", "verify",
    ];
    path.split('/').filter(|part| !part.starts_with('{')).any(|part| {
        let word: String = part.chars().filter(char::is_ascii_alphanumeric).collect();
        WORDS.contains(&word.to_ascii_lowercase().as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::signs_in;

    #[test]
    fn sign_in_routes() {
        for path in
            ["/login/twitter", "/api/authentication/id-tokens", "/tokens", "/auth/sign-up", "/oauth/token"]
        {
            assert!(signs_in(path), "{path}");
        }
        for path in ["/orders", "/tokens-of-others", "/{token}/orders", "/publicgraph", "/logins/admin"] {
            assert!(!signs_in(path), "{path}");
        }
    }
}
