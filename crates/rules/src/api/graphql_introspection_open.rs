//! a GraphQL API shows its schema or takes queries of any depth
//!
//! ## What
//!
//! An AppSync API that the internet reaches answers introspection queries, which is the default, or limits the depth of queries in no way. APIs with `Visibility: PRIVATE` are not asked.
//!
//! ## Why
//!
//! With one introspection query an attacker who holds any valid key has the list of all types, fields and mutations, those included that no client uses. With queries nested into each other (`orders { customer { orders { … } } }`) a single request makes thousands of reads of the functions and tables behind the fields.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Api: # finding
//!     Type: AWS::AppSync::GraphQLApi
//!     Properties: {Name: orders, AuthenticationType: AWS_IAM}
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Api: # finding
//!     Type: AWS::AppSync::GraphQLApi
//!     Properties: {Name: orders, AuthenticationType: AWS_IAM, IntrospectionConfig: DISABLED, QueryDepthLimit: 10}
//! ```
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Introspection:
//!     Type: String
//!     Default: ENABLED # finding
//! Resources:
//!   Api:
//!     Type: AWS::AppSync::GraphQLApi
//!     Properties:
//!       Name: orders
//!       AuthenticationType: AWS_IAM
//!       IntrospectionConfig: !Ref Introspection
//!       QueryDepthLimit: 5
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::AppSync::GraphQLApi
//!     Properties:
//!       Name: orders
//!       AuthenticationType: AWS_IAM
//!       IntrospectionConfig: DISABLED
//!       QueryDepthLimit: 5
//! ```
//!
//! Only the network of the application reaches it:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::AppSync::GraphQLApi
//!     Properties: {Name: orders, AuthenticationType: AWS_IAM, Visibility: PRIVATE}
//! ```
//!
//! ```yaml good serverless.yml
//! service: orders
//! provider: {name: aws, runtime: nodejs22.x}
//! plugins: [serverless-appsync-plugin]
//! appSync:
//!   name: orders
//!   authentication: {type: AWS_IAM}
//!   introspection: false
//!   queryDepthLimit: 8
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_appsync_graphql_api" "orders" {
//!   name                 = "orders"
//!   authentication_type  = "AWS_IAM"
//!   introspection_config = "DISABLED"
//!   query_depth_limit    = 0 # finding
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_appsync_graphql_api" "orders" {
//!   name                 = "orders"
//!   authentication_type  = "AWS_IAM"
//!   introspection_config = "DISABLED"
//!   query_depth_limit    = 10 # finding
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_appsync_graphql_api" "orders" {
//!   name                 = "orders"
//!   authentication_type  = "AWS_IAM"
//!   introspection_config = "DISABLED"
//!   query_depth_limit    = 10
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Depth:
//!     Type: Number
//! Resources:
//!   Api:
//!     Type: AWS::AppSync::GraphQLApi
//!     Properties: {Name: orders, AuthenticationType: AWS_IAM, IntrospectionConfig: DISABLED, QueryDepthLimit: !Ref Depth}
//! ```
//!
//! ## How to fix
//!
//! Set `IntrospectionConfig: DISABLED` and a `QueryDepthLimit` (1 to 75) as deep as the deepest query of your clients (serverless-appsync-plugin: `introspection: false`, `queryDepthLimit`). The proposed 10 is a guess: deeper queries fail from then on. Tools that read the schema from the API need the schema file instead.

use crate::graphql;
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[200, 770],
        owasp_serverless: &["SAS-8"],
        attack: &["T1595", "T1499"],
        stride: &["I", "D"],
        ..References::NONE
    },
    check,
};

/// The depth that a proposal allows.
const DEPTH: i64 = 10;

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in graphql::apis(cx) {
        match graphql::public(node) {
            Tri::Yes => ask(ix, node, out),
            Tri::No => {}
            Tri::Unknown => out.cannot_tell(ix, "Visibility", node.props.get("Visibility")),
        }
    }
}

fn ask(ix: NodeIx, node: &Node, out: &mut Findings) {
    let (introspection, depth) = (node.props.get("IntrospectionConfig"), node.props.get("QueryDepthLimit"));
    let shown = if introspection.is_null() { Tri::Yes } else { introspection.is("ENABLED") };
    let bottomless = match depth.as_int() {
        Some(limit) => (limit <= 0).into(),
        None if depth.is_null() => Tri::Yes,
        None => Tri::Unknown,
    };
    for (answer, path, val) in
        [(shown, "IntrospectionConfig", introspection), (bottomless, "QueryDepthLimit", depth)]
    {
        if answer == Tri::Unknown {
            out.cannot_tell(ix, path, val);
        }
    }
    let (at, words, label) = match (shown.is_yes(), bottomless.is_yes()) {
        (true, true) => (
            introspection,
            "shows its schema to callers and takes queries of any depth",
            "introspection on, no depth limit",
        ),
        (true, false) => (introspection, "shows its whole schema to callers", "introspection on"),
        (false, true) => (depth, "takes queries of any depth", "no depth limit"),
        (false, false) => return,
    };
    let set = |path: &str, value| Change::Set { node: ix, path: path.into(), value };
    let mut changes = Vec::new();
    if shown.is_yes() {
        changes.push(set("IntrospectionConfig", "DISABLED".into()));
    }
    if bottomless.is_yes() {
        changes.push(set("QueryDepthLimit", DEPTH.into()));
    }
    let mut found = Found::at_value(ix, at, node.span, format!("{{subject}} {words}"))
        .label(label)
        .help("set `IntrospectionConfig: DISABLED` and a `QueryDepthLimit`")
        .evidence(format!("{shown:?} {bottomless:?}"))
        .fix(Proposal::new("hide the schema, limit the depth of queries", Safety::Unsafe, changes));
    if shown.is_yes() && bottomless.is_yes() {
        found = found.also(depth.span, "no depth limit");
    }
    out.push(found);
}
