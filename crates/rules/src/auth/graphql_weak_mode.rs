//! a key that ships with the client opens a GraphQL API
//!
//! ## What
//!
//! `API_KEY` is the default mode of an AppSync API that the internet reaches. Every field whose schema names no other mode answers to the key. Fields with a resolver that are all listed in `public-routes` (`Query title`) are meant to be public: silent.
//!
//! ## Why
//!
//! The key of an AppSync API stands in the code of the page or the app that calls it, the same for everybody, for up to a year. Whoever opens the browser's tools has it, and with it all fields and mutations: it says which plan a caller has and nothing of who the caller is.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::AppSync::GraphQLApi
//!     Properties:
//!       Name: orders
//!       AuthenticationType: API_KEY # finding
//! ```
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Mode:
//!     Type: String
//!     Default: API_KEY # finding
//! Resources:
//!   Api:
//!     Type: AWS::AppSync::GraphQLApi
//!     Properties: {Name: orders, AuthenticationType: !Ref Mode}
//! ```
//!
//! ```yaml bad serverless.yml
//! service: orders
//! provider: {name: aws, runtime: nodejs22.x}
//! plugins: [serverless-appsync-plugin]
//! appSync:
//!   name: orders
//!   authentication:
//!     type: API_KEY # finding
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::AppSync::GraphQLApi
//!     Properties: {Name: orders, AuthenticationType: AWS_IAM}
//! ```
//!
//! The key beside another default opens only the fields that the schema marks with `@aws_api_key`:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Pool:
//!     Type: AWS::Cognito::UserPool
//!   Api:
//!     Type: AWS::AppSync::GraphQLApi
//!     Properties:
//!       Name: orders
//!       AuthenticationType: AMAZON_COGNITO_USER_POOLS
//!       UserPoolConfig: {UserPoolId: !Ref Pool, AwsRegion: !Ref AWS::Region, DefaultAction: ALLOW}
//!       AdditionalAuthenticationProviders:
//!         - AuthenticationType: API_KEY
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_appsync_graphql_api" "orders" {
//!   name                = "orders"
//!   authentication_type = "API_KEY" # finding
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_appsync_graphql_api" "orders" {
//!   name                = "orders"
//!   authentication_type = "AWS_IAM"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Mode:
//!     Type: String
//! Resources:
//!   Api:
//!     Type: AWS::AppSync::GraphQLApi
//!     Properties: {Name: orders, AuthenticationType: !Ref Mode}
//! ```
//!
//! ## How to fix
//!
//! Make a user pool, OpenID Connect, IAM or a Lambda authorizer the default. If some fields are for everybody, keep `API_KEY` in `AdditionalAuthenticationProviders` and mark those fields with `@aws_api_key`. Clients that have only the key are refused everywhere else.
//!
//! ## Differs from
//!
//! Checks that refuse `API_KEY` anywhere: as an additional mode it opens nothing that the schema does not mark for it.

use crate::graphql;
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[287, 798],
        owasp_serverless: &["S2", "SAS-2"],
        attack: &["T1078"],
        stride: &["S", "E"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in graphql::apis(cx) {
        let mode = node.props.get("AuthenticationType");
        match mode.is("API_KEY") {
            // Left out, the API is not valid.
            Tri::No => {}
            Tri::Unknown => out.cannot_tell(ix, "AuthenticationType", mode),
            Tri::Yes => match graphql::public(node) {
                Tri::No => {}
                Tri::Unknown => out.cannot_tell(ix, "Visibility", node.props.get("Visibility")),
                Tri::Yes if meant_to_be_public(cx, ix) => {}
                Tri::Yes => out.push(
                    Found::at_value(ix, mode, node.span, "{subject} asks callers for nothing but a key that every client carries")
                        .label("a key is no caller")
                        .help("make a user pool, OpenID Connect, IAM or a Lambda authorizer the default mode, and mark public fields with `@aws_api_key`")
                        .evidence("AuthenticationType API_KEY"),
                ),
            },
        }
    }
}

/// Whether every field of an API that has a resolver is listed as public.
fn meant_to_be_public(cx: &Cx<'_>, api: NodeIx) -> bool {
    let mut fields =
        cx.entries().filter(|(_, _, e)| e.protocol == "graphql" && e.api == Some(api)).peekable();
    fields.peek().is_some() && fields.all(|(_, _, e)| cx.settings.is_public_route(&e.method, &e.path))
}
