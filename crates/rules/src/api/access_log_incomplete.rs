//! the access log of an API leaves out what an investigation needs
//!
//! ## What
//!
//! The format of a stage's access log is not JSON, or has no variable for the id of the request, the address of the caller, the status, the message of an error or, where a route has an authorizer, for who the caller is.
//!
//! ## Why
//!
//! After an attack somebody asks which requests came from one address, which of them succeeded and in whose name. A line without the address or the caller answers none of it, and one without the id finds no line of the function's own log. Text that is no JSON is searched by hand: the attacker has the day that it takes.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties: {Name: orders}
//!   Stage:
//!     Type: AWS::ApiGateway::Stage
//!     Properties:
//!       RestApiId: !Ref Api
//!       DeploymentId: abc123
//!       StageName: prod
//!       AccessLogSetting:
//!         DestinationArn: arn:aws:logs:eu-west-1:123456789012:log-group:api
//!         Format: '{"id":"$context.requestId","ip":"$context.identity.sourceIp","status":"$context.status"}' # finding
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties: {Name: orders}
//!   Stage:
//!     Type: AWS::ApiGateway::Stage
//!     Properties:
//!       RestApiId: !Ref Api
//!       DeploymentId: abc123
//!       StageName: prod
//!       AccessLogSetting:
//!         DestinationArn: arn:aws:logs:eu-west-1:123456789012:log-group:api
//!         Format: '{"id":"$context.requestId","ip":"$context.identity.sourceIp","status":"$context.status","error":"$context.error.message"}' # finding
//! ```
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties: {Name: orders}
//!   Stage:
//!     Type: AWS::ApiGateway::Stage
//!     Properties:
//!       RestApiId: !Ref Api
//!       DeploymentId: abc123
//!       StageName: prod
//!       AccessLogSetting:
//!         DestinationArn: arn:aws:logs:eu-west-1:123456789012:log-group:api
//!         Format: $context.requestId $context.identity.sourceIp $context.status $context.error.message # finding
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties: {Name: orders}
//!   Stage:
//!     Type: AWS::ApiGateway::Stage
//!     Properties:
//!       RestApiId: !Ref Api
//!       DeploymentId: abc123
//!       StageName: prod
//!       AccessLogSetting:
//!         DestinationArn: arn:aws:logs:eu-west-1:123456789012:log-group:api
//!         Format: '{"requestId":"$context.requestId","sourceIp":"$context.identity.sourceIp","status":"$context.status","message":"$context.error.message"}' # finding
//! ```
//!
//! The format is the default of a parameter:
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Parameters:
//!   Format:
//!     Type: String
//!     Default: '{"id":"$context.requestId"}' # finding
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
//!         Get: {Type: HttpApi, Properties: {Path: /orders, Method: get}}
//! ```
//!
//! The framework's own format is no JSON:
//!
//! ```yaml bad serverless.yml
//! service: orders
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   logs:
//!     restApi: true # finding
//! functions:
//!   orders:
//!     handler: src/orders.handler
//!     events:
//!       - http: GET /orders
//! ```
//!
//! No route has an authorizer, so nobody knows a caller to write down; a number needs no quotes:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties: {Name: orders}
//!   Stage:
//!     Type: AWS::ApiGateway::Stage
//!     Properties:
//!       RestApiId: !Ref Api
//!       DeploymentId: abc123
//!       StageName: prod
//!       AccessLogSetting:
//!         DestinationArn: arn:aws:logs:eu-west-1:123456789012:log-group:api
//!         Format: '{"id":"$context.requestId","ip":"$context.identity.sourceIp","status":$context.status,"error":$context.error.messageString}'
//! ```
//!
//! ```yaml good serverless.yml
//! service: orders
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   logs:
//!     restApi:
//!       format: '{"id":"$context.requestId","ip":"$context.identity.sourceIp","status":"$context.status","error":"$context.error.message","caller":"$context.identity.userArn"}'
//! functions:
//!   orders:
//!     handler: src/orders.handler
//!     events:
//!       - http: {method: get, path: /orders, authorizer: aws_iam}
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
//!     format          = jsonencode({ id = "$context.requestId", ip = "$context.identity.sourceIp", error = "$context.error.message" }) # finding
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
//!     format          = jsonencode({
//!       id     = "$context.requestId"
//!       ip     = "$context.identity.sourceIp"
//!       status = "$context.status"
//!       error  = "$context.error.message"
//!     })
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
//!     Properties: {Name: orders}
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
//! Write one line of JSON with `$context.requestId`, `$context.identity.sourceIp`, `$context.status`, `$context.error.message` and, for the caller, `$context.authorizer.principalId`, `$context.authorizer.claims.sub` or `$context.identity.userArn`: serverless.yml `provider.logs.restApi.format`, elsewhere `Format`. Who reads the old format by machine has to follow. Keys, tokens and whole query strings do not belong there.

use std::collections::BTreeSet;

use palisade_graph::Via;

use super::{Kind, Stage, stages};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[778, 223],
        owasp_serverless: &["S10", "SAS-5"],
        stride: &["R"],
        others: &["APIGWStructuredLogging"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for stage in stages(cx) {
        let key = if stage.kind == Kind::Rest { "AccessLogSetting" } else { "AccessLogSettings" };
        let format = stage.props.lookup(&format!("{key}.Format"));
        // Without a destination there is no log: `api-access-log-off`.
        if format.is_null() || stage.props.lookup(&format!("{key}.DestinationArn")).is_null() {
            continue;
        }
        let text = format.display();
        let json = is_json(&text);
        let lacks = lacking(&text, stage.routes(cx).iter().any(|r| guarded(r.entry.authorization)));
        if json && lacks.is_empty() {
            continue;
        }
        // What is not known may hold the rest.
        if format.any_unknown() || matches!(format.state, State::Ref(_)) {
            out.cannot_tell(stage.ix, "Format", format);
            continue;
        }
        out.push(found(cx, &stage, format, json, &lacks));
    }
}

fn found(cx: &Cx<'_>, stage: &Stage<'_>, format: &Val, json: bool, lacks: &[&Part]) -> Found {
    let words: Vec<&str> = lacks.iter().map(|p| p.words).collect();
    let words = match words.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    };
    let wrong = match (json, lacks.is_empty()) {
        (true, _) => format!("lacks {words}"),
        (false, true) => "is not JSON".to_owned(),
        (false, false) => format!("is not JSON and lacks {words}"),
    };
    let default = format.links().find(|l| l.word == Via::Defaulted).map_or(Span::NONE, |l| l.span);
    let at = format.span.or(default);
    let variables: Vec<&str> = lacks.iter().map(|p| p.variable).collect();
    stage
        .found(cx, format, &format!("the access log of {{subject}} {wrong}"))
        .at(at)
        .label(if lacks.is_empty() { "not JSON".to_owned() } else { format!("no {}", variables.join(", ")) })
        .help("write one line of JSON with the request's id, address, status, error and caller")
        .evidence(format!("{json} {}", variables.join(" ")))
        .fixes(proposal(format, json, lacks))
}

/// Something that every line should hold.
struct Part {
    words: &'static str,
    key: &'static str,
    /// The variable that a proposal writes.
    variable: &'static str,
    /// Beginnings of variables that do.
    any: &'static [&'static str],
}

const PARTS: &[Part] = &[
    Part {
        words: "the request's id",
        key: "requestId",
        variable: "$context.requestId",
        any: &["requestId", "extendedRequestId"],
    },
    Part {
        words: "the caller's address",
        key: "ip",
        variable: "$context.identity.sourceIp",
        any: &["identity.sourceIp"],
    },
    Part { words: "the status", key: "status", variable: "$context.status", any: &["status"] },
    Part {
        words: "the error",
        key: "error",
        variable: "$context.error.message",
        any: &[
            "error.",
            "integrationErrorMessage",
            "integration.error",
            "authorizer.error",
            "authorize.error",
        ],
    },
];

const CALLER: Part = Part {
    words: "who the caller is",
    key: "caller",
    variable: "$context.authorizer.principalId",
    any: &["identity.caller", "identity.user", "identity.accountId", "identity.cognito", "identity.apiKeyId"],
};

/// What the authorizer says of itself, not of the caller.
const OF_AUTHORIZER: &[&str] =
    &["error", "status", "latency", "requestId", "integrationLatency", "integrationStatus"];

fn lacking(format: &str, with_caller: bool) -> Vec<&'static Part> {
    let all = variables(format);
    let has = |part: &Part| all.iter().any(|v| part.any.iter().any(|a| v.starts_with(a)));
    let mut lacks: Vec<&Part> = PARTS.iter().filter(|p| !has(p)).collect();
    let told = |v: &&str| v.strip_prefix("authorizer.").is_some_and(|rest| !OF_AUTHORIZER.contains(&rest));
    if with_caller && !has(&CALLER) && !all.iter().any(told) {
        lacks.push(&CALLER);
    }
    lacks
}

/// The names of the `$context` variables of a format, in their order.
fn variables(format: &str) -> Vec<&str> {
    let names = format.split("$context.").skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"._-".contains(c)).unwrap_or(rest.len());
        rest.get(..end).unwrap_or("").trim_end_matches(['.', '-'])
    });
    names.filter(|n| !n.is_empty()).collect()
}

fn is_json(format: &str) -> bool {
    let text = format.trim();
    text.starts_with('{') && text.ends_with('}')
}

fn guarded(authorization: Authorization) -> bool {
    !matches!(authorization, Authorization::None | Authorization::Key | Authorization::Unknown)
}

/// What is missing is added to a line of JSON; a line that is none becomes one with the same variables.
fn proposal(format: &Val, json: bool, lacks: &[&Part]) -> Option<Proposal> {
    if !format.span.is_some() {
        return None;
    }
    let title = "write down what an investigation needs";
    if let Some(map) = format.as_map() {
        let free = lacks.iter().all(|p| map.get(p.key).is_none());
        let insert =
            |p: &&Part| Change::Insert { map: format.span, key: p.key.into(), value: p.variable.into() };
        return free.then(|| Proposal::new(title, Safety::Unsafe, lacks.iter().map(insert).collect()));
    }
    let text = format.as_str()?;
    let line = if json { longer(text, lacks)? } else { converted(text, lacks) };
    let change = Change::Replace { at: format.span, value: line.as_str().into() };
    Some(Proposal::new(title, Safety::Unsafe, vec![change]))
}

/// A line of JSON with more at its end.
fn longer(text: &str, lacks: &[&Part]) -> Option<String> {
    let body = text.trim().strip_suffix('}')?.trim_end();
    // An own key of that name with something else in it would be written twice.
    if text.trim().contains('\n') || lacks.iter().any(|p| body.contains(&format!("\"{}\"", p.key))) {
        return None;
    }
    let mut line = body.to_owned();
    for part in lacks {
        let comma = if line.ends_with('{') { "" } else { "," };
        line.push_str(&format!("{comma}\"{}\":\"{}\"", part.key, part.variable));
    }
    line.push('}');
    Some(line)
}

/// A line of JSON with the variables of a line that is none.
fn converted(text: &str, lacks: &[&Part]) -> String {
    let mut keys: BTreeSet<String> = BTreeSet::new();
    let mut pairs: Vec<String> = Vec::new();
    let own = variables(text)
        .into_iter()
        .map(|name| (name.rsplit('.').next().unwrap_or(name).to_owned(), format!("$context.{name}")));
    let more = lacks.iter().map(|p| (p.key.to_owned(), p.variable.to_owned()));
    for (short, variable) in own.chain(more) {
        let whole = || variable.trim_start_matches("$context.").replace('.', "_");
        let key = if keys.contains(&short) { whole() } else { short };
        if keys.insert(key.clone()) {
            pairs.push(format!("\"{key}\":\"{variable}\""));
        }
    }
    format!("{{{}}}", pairs.join(","))
}

#[cfg(test)]
mod tests {
    use super::{converted, lacking, longer, variables};

    #[test]
    fn names_of_variables() {
        assert_eq!(
            variables("$context.requestId: [$context.identity.sourceIp] $context.status."),
            ["requestId", "identity.sourceIp", "status"]
        );
        assert!(variables("$contextual $context.").is_empty());
    }

    #[test]
    fn what_an_authorizer_says_of_itself_is_no_caller() {
        let line = "$context.requestId $context.identity.sourceIp $context.status $context.error.message";
        assert!(lacking(line, false).is_empty());
        assert_eq!(lacking(&format!("{line} $context.authorizer.latency"), true).len(), 1);
        assert!(lacking(&format!("{line} $context.authorizer.claims.sub"), true).is_empty());
    }

    #[test]
    fn lines_that_are_made() {
        let lacks = lacking("$context.requestId $context.identity.sourceIp $context.error.message", false);
        assert_eq!(longer("{}", &lacks).as_deref(), Some("{\"status\":\"$context.status\"}"));
        assert_eq!(longer("{\"status\":\"up\"}", &lacks), None);
        assert_eq!(
            converted("$context.error.message $context.authorizer.error.message", &lacks),
            "{\"message\":\"$context.error.message\",\"authorizer_error_message\":\"$context.authorizer.error.message\",\"status\":\"$context.status\"}"
        );
    }
}
