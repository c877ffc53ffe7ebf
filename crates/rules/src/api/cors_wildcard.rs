//! pages of every site may call the API
//!
//! ## What
//!
//! CORS answers `*` for the origin (or a scheme with `*`) on a path with a route that has an authorizer
//! or may change something. Low and pedantic; medium and regular when credentials are allowed with it, or
//! when the origin of the request is sent back. One finding an API. Public read-only paths are silent:
//! `*` is right there.
//!
//! ## Why
//!
//! The browser keeps a page from reading other sites' answers unless the other site allows its origin.
//! With the origin sent back and credentials allowed, any page that a logged-in customer opens reads
//! and changes that customer's data with the customer's cookie. With a bare `*` the browser sends no
//! cookie, but APIs inside a network and tokens kept within reach of other scripts lie open to it.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: orders
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   httpApi:
//!     cors:
//!       allowedOrigins:
//!         - https://*
//!       allowCredentials: true
//! functions:
//!   create:
//!     handler: src/create.handler
//!     events:
//!       - httpApi: POST /orders
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Api:
//!     Cors: "'*'" # finding
//! Resources:
//!   Create:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: create.handler
//!       Runtime: nodejs22.x
//!       CodeUri: src
//!       Events:
//!         Post:
//!           Type: Api
//!           Properties:
//!             Path: /orders
//!             Method: post
//! ```
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Create:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: create.handler
//!       Runtime: nodejs22.x
//!       Role: arn:aws:iam::123456789012:role/create
//!       Code: {S3Bucket: code, S3Key: create.zip}
//!   Api:
//!     Type: AWS::ApiGatewayV2::Api
//!     Properties:
//!       Name: orders
//!       ProtocolType: HTTP
//!       CorsConfiguration:
//!         AllowOrigins:
//!           - '*' # finding
//!   Integration:
//!     Type: AWS::ApiGatewayV2::Integration
//!     Properties:
//!       ApiId: !Ref Api
//!       IntegrationType: AWS_PROXY
//!       IntegrationUri: !GetAtt Create.Arn
//!       PayloadFormatVersion: '2.0'
//!   Route:
//!     Type: AWS::ApiGatewayV2::Route
//!     Properties:
//!       ApiId: !Ref Api
//!       RouteKey: POST /orders
//!       Target: !Sub integrations/${Integration}
//! ```
//!
//! Everybody may read what is public:
//!
//! ```yaml good serverless.yml
//! service: catalogue
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//! functions:
//!   list:
//!     handler: src/list.handler
//!     events:
//!       - http:
//!           method: get
//!           path: products
//!           cors: true
//! ```
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   HttpApi:
//!     CorsConfiguration:
//!       AllowOrigins:
//!         - https://shop.example.com
//!       AllowCredentials: true
//! Resources:
//!   Create:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: create.handler
//!       Runtime: nodejs22.x
//!       CodeUri: src
//!       Events:
//!         Post:
//!           Type: HttpApi
//!           Properties:
//!             Path: /orders
//!             Method: post
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
//!   cors_configuration {
//!     allow_origins     = ["https://*"] # finding
//!     allow_methods     = ["POST"]
//!     allow_credentials = true
//!   }
//! }
//!
//! resource "aws_apigatewayv2_integration" "orders" {
//!   api_id                 = aws_apigatewayv2_api.api.id
//!   integration_type       = "AWS_PROXY"
//!   integration_uri        = aws_lambda_function.orders.invoke_arn
//!   payload_format_version = "2.0"
//! }
//!
//! resource "aws_apigatewayv2_route" "create" {
//!   api_id    = aws_apigatewayv2_api.api.id
//!   route_key = "POST /orders"
//!   target    = "integrations/${aws_apigatewayv2_integration.orders.id}"
//!   authorization_type = "AWS_IAM"
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
//!   cors_configuration {
//!     allow_origins     = ["https://shop.example.com"]
//!     allow_methods     = ["POST"]
//!     allow_credentials = true
//!   }
//! }
//!
//! resource "aws_apigatewayv2_integration" "orders" {
//!   api_id                 = aws_apigatewayv2_api.api.id
//!   integration_type       = "AWS_PROXY"
//!   integration_uri        = aws_lambda_function.orders.invoke_arn
//!   payload_format_version = "2.0"
//! }
//!
//! resource "aws_apigatewayv2_route" "create" {
//!   api_id    = aws_apigatewayv2_api.api.id
//!   route_key = "POST /orders"
//!   target    = "integrations/${aws_apigatewayv2_integration.orders.id}"
//!   authorization_type = "AWS_IAM"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Parameters:
//!   Origin:
//!     Type: String
//! Globals:
//!   HttpApi:
//!     CorsConfiguration:
//!       AllowOrigins:
//!         - !Ref Origin
//! Resources:
//!   Create:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: create.handler
//!       Runtime: nodejs22.x
//!       CodeUri: src
//!       Events:
//!         Post:
//!           Type: HttpApi
//!           Properties:
//!             Path: /orders
//!             Method: post
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
//! resource "aws_cloudfront_distribution" "pages" {
//!   enabled = true
//!   aliases = ["shop.example.com"]
//! }
//!
//! resource "aws_apigatewayv2_api" "api" {
//!   name          = "orders"
//!   protocol_type = "HTTP"
//!   cors_configuration {
//!     allow_origins = ["*"] # finding
//!     allow_methods = ["POST"]
//!   }
//! }
//!
//! resource "aws_apigatewayv2_integration" "orders" {
//!   api_id           = aws_apigatewayv2_api.api.id
//!   integration_type = "AWS_PROXY"
//!   integration_uri  = aws_lambda_function.orders.invoke_arn
//! }
//!
//! resource "aws_apigatewayv2_route" "orders" {
//!   api_id             = aws_apigatewayv2_api.api.id
//!   route_key          = "POST /orders"
//!   authorization_type = "AWS_IAM"
//!   target             = "integrations/${aws_apigatewayv2_integration.orders.id}"
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
//! resource "aws_cloudfront_distribution" "pages" {
//!   enabled = true
//!   aliases = ["shop.example.com"]
//! }
//!
//! resource "aws_apigatewayv2_api" "api" {
//!   name          = "orders"
//!   protocol_type = "HTTP"
//!   cors_configuration {
//!     allow_origins = ["https://shop.example.com"] # finding
//!     allow_methods = ["POST"]
//!   }
//! }
//!
//! resource "aws_apigatewayv2_integration" "orders" {
//!   api_id           = aws_apigatewayv2_api.api.id
//!   integration_type = "AWS_PROXY"
//!   integration_uri  = aws_lambda_function.orders.invoke_arn
//! }
//!
//! resource "aws_apigatewayv2_route" "orders" {
//!   api_id             = aws_apigatewayv2_api.api.id
//!   route_key          = "POST /orders"
//!   authorization_type = "AWS_IAM"
//!   target             = "integrations/${aws_apigatewayv2_integration.orders.id}"
//! }
//! ```
//!
//! ## How to fix
//!
//! Name the origins of your own pages: serverless.yml `cors.origin` or `provider.httpApi.cors.allowedOrigins`,
//! SAM `Cors.AllowOrigin` or `CorsConfiguration.AllowOrigins`, CloudFormation the same on the API or in the
//! OPTIONS method. Pages of other sites that use the API today stop working. CORS keeps pages out, not
//! scripts: it never replaces an authorizer.

use std::collections::BTreeMap;

use palisade_graph::EntryDetail;

use super::{Route, advice, api_of, routes};
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
        owasp_serverless: &["S6"],
        attack: &["T1189"],
        stride: &["I", "E"],
        ..References::NONE
    },
    check,
};

/// What CORS says of one path.
struct Cors<'a> {
    origin: &'a Val,
    /// Whether cookies may come with the request.
    credentials: Tri,
    /// `*`, a pattern for every site, or the request's own origin.
    wide: Tri,
    reflected: bool,
    /// Place of what says it.
    fallback: Span,
    words: String,
}

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let mut sensitive: BTreeMap<Option<NodeIx>, Vec<Route<'_>>> = BTreeMap::new();
    for route in routes(cx).into_iter().filter(|r| r.mutating() || guarded(r.entry)) {
        sensitive.entry(api_of(cx, route.entry)).or_default().push(route);
    }
    for (api, routes) in sensitive {
        let Some((ix, node)) = api.and_then(|ix| Some((ix, cx.node(ix)?))) else { continue };
        let mut all: Vec<Cors<'_>> = Vec::new();
        let configuration = node.props.get("CorsConfiguration");
        all.extend(of_http_api(configuration, ["AllowOrigins", "AllowCredentials"], node.span));
        let document = node.props.at("Body.x-amazon-apigateway-cors");
        all.extend(of_http_api(document, ["allowOrigins", "allowCredentials"], node.span));
        all.extend(of_methods(cx, ix, &routes));
        all.extend(of_document(node, &routes));
        for cors in all.iter().filter(|c| c.wide == Tri::Unknown) {
            out.cannot_tell(ix, "AllowOrigins", cors.origin);
        }
        report(cx, ix, all.iter().filter(|c| c.wide == Tri::Yes).collect(), out);
    }
}

fn guarded(entry: &EntryDetail) -> bool {
    !matches!(entry.authorization, Authorization::None | Authorization::Unknown)
}

/// The configuration of an HTTP API, as a property or in its document.
fn of_http_api<'a>(configuration: &'a Val, keys: [&str; 2], fallback: Span) -> Vec<Cors<'a>> {
    let [origins, credentials] = keys.map(|key| configuration.lookup(key));
    let one = |origin| Cors {
        origin,
        credentials: truth(credentials),
        wide: is_wide(origin),
        reflected: false,
        fallback,
        words: "every origin is allowed".to_owned(),
    };
    origins.items().iter().map(one).collect()
}

/// OPTIONS methods on the resources of these routes.
fn of_methods<'a>(cx: &Cx<'a>, api: NodeIx, routes: &[Route<'a>]) -> Vec<Cors<'a>> {
    let mut paths: BTreeMap<String, &str> = BTreeMap::new();
    for route in routes {
        let resource = route.entry.props.get("ResourceId");
        if !resource.is_null() {
            paths.insert(resource.display().to_string(), &route.entry.path);
        }
    }
    let mut all = Vec::new();
    for (_, node) in cx.of_type("AWS::ApiGateway::Method") {
        let props = &node.props;
        if !props.get("HttpMethod").is("OPTIONS").is_yes()
            || cx.graph.resolve(props.get("RestApiId")) != Some(api)
        {
            continue;
        }
        let Some(path) = paths.get(props.get("ResourceId").display().as_str()) else { continue };
        let answers = props.at("Integration.IntegrationResponses").items();
        all.extend(of_answers(answers.iter().map(|r| r.get("ResponseParameters")), node.span, path));
    }
    all
}

/// OPTIONS operations of the API's document on the paths of these routes.
fn of_document<'a>(api: &'a Node, routes: &[Route<'a>]) -> Vec<Cors<'a>> {
    let mut all = Vec::new();
    for path in api.props.at("Body.paths").entries() {
        let options = path.val.get("options").at("x-amazon-apigateway-integration.responses");
        if routes.iter().any(|r| r.entry.path == path.key) {
            let answers = options.entries().iter().map(|e| e.val.get("responseParameters"));
            all.extend(of_answers(answers, path.key_span, &path.key));
        }
    }
    all
}

/// CORS headers among the parameters of an integration's responses.
fn of_answers<'a>(answers: impl Iterator<Item = &'a Val>, fallback: Span, path: &str) -> Option<Cors<'a>> {
    let mut origin = None;
    let mut credentials = Tri::No;
    for parameter in answers.flat_map(Val::entries) {
        let name = parameter.key.to_ascii_lowercase();
        if name.ends_with(".access-control-allow-origin") {
            origin = origin.or(Some(&parameter.val));
        } else if name.ends_with(".access-control-allow-credentials") {
            credentials = credentials.or(truth(&parameter.val));
        }
    }
    let origin = origin?;
    let reflected =
        origin.as_str().is_some_and(|t| t.to_ascii_lowercase().starts_with("method.request.header.origin"));
    Some(Cors {
        origin,
        credentials,
        wide: if reflected { Tri::Yes } else { is_wide(origin) },
        reflected,
        fallback,
        words: format!("`{path}`: every origin is allowed"),
    })
}

fn truth(val: &Val) -> Tri {
    match &val.state {
        State::Known(Value::Bool(b)) => (*b).into(),
        State::Known(Value::Str(s)) => s.trim_matches('\'').eq_ignore_ascii_case("true").into(),
        State::Known(_) => Tri::No,
        _ => Tri::Unknown,
    }
}

/// Whether an origin means every site; in integration responses it stands in quotes.
fn is_wide(origin: &Val) -> Tri {
    match origin.as_str() {
        Some(text) => {
            let text = text.trim_matches('\'').trim();
            text.split(',').any(|o| matches!(o.trim(), "*" | "https://*" | "http://*")).into()
        }
        None if origin.is_known() => Tri::No,
        // `'https://${Domain}'` names a host.
        None if !matches!(origin.known_prefix().trim_matches('\''), "" | "https://" | "http://") => Tri::No,
        None if matches!(origin.state, State::Ref(_)) => Tri::No,
        None => Tri::Unknown,
    }
}

fn report(cx: &Cx<'_>, ix: NodeIx, mut wide: Vec<&Cors<'_>>, out: &mut Findings) {
    let strong = |c: &Cors<'_>| c.reflected || c.credentials.is_yes();
    wide.sort_by_key(|c| !strong(c));
    let Some(first) = wide.first() else { return };
    let (severity, persona, what) = match (strong(first), first.reflected) {
        (true, true) => (Severity::Medium, Persona::Regular, "sends every origin back to the browser"),
        (true, false) => (Severity::Medium, Persona::Regular, "allows every origin, with credentials"),
        _ => (Severity::Low, Persona::Pedantic, "allows pages of every site to call it"),
    };
    let mut found = Found::at_value(ix, first.origin, first.fallback, format!("{{subject}} {what}"))
        .severity(severity)
        .persona(persona)
        .label(first.words.clone())
        .help(advice(
            cx,
            "name the origins of your own pages in `cors`",
            "name the origins of your own pages in `Cors` or `CorsConfiguration`",
            "name the origins of your own pages",
        ))
        .evidence(what)
        .fixes(proposal(cx, &wide));
    for cors in wide.iter().skip(1) {
        found = found.also(cors.origin.span.or(cors.fallback), cors.words.clone());
    }
    out.push(found);
}

/// The page of the application in place of every origin, where it has exactly one: the name of its distribution.
fn proposal(cx: &Cx<'_>, wide: &[&Cors<'_>]) -> Option<Proposal> {
    let distributions = cx.of_type("AWS::CloudFront::Distribution");
    let mut hosts: Vec<&str> = distributions
        .flat_map(|(_, node)| node.props.lookup("DistributionConfig.Aliases").items())
        .filter_map(Val::as_str)
        .collect();
    hosts.sort_unstable();
    hosts.dedup();
    let [host] = hosts.as_slice() else { return None };
    let mut changes: Vec<Change> = Vec::new();
    for origin in wide.iter().map(|c| c.origin) {
        // In a mapping of responses the value is a literal in quotes of its own.
        let value = match origin.as_str()? {
            "*" => format!("https://{host}"),
            "'*'" => format!("'https://{host}'"),
            _ => return None,
        };
        if !origin.span.is_some() {
            return None;
        }
        let change = Change::Replace { at: origin.span, value: value.as_str().into() };
        if !changes.contains(&change) {
            changes.push(change);
        }
    }
    Some(Proposal::new("allow only the page of the application", Safety::Unsafe, changes))
}
