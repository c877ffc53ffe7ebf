//! a user pool has no second factor
//!
//! ## What
//!
//! Multi-factor authentication of a Cognito user pool is `OFF`, which is the default. `OPTIONAL` passes:
//! users may switch it on.
//!
//! ## Why
//!
//! People use one password in many places. Somebody takes a list of addresses and passwords from another
//! site's breach, tries it against the pool, one guess an account and from many addresses, so that no
//! lock triggers, and gets into those accounts where it fits. With a second factor the list is
//! worthless.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Users:
//!     Type: AWS::Cognito::UserPool
//!     Properties:
//!       MfaConfiguration: 'OFF' # finding
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Users:
//!     Type: AWS::Cognito::UserPool
//!     Properties:
//!       MfaConfiguration: 'OPTIONAL' # finding
//!       EnabledMfas:
//!         - SOFTWARE_TOKEN_MFA
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
//! resources:
//!   Resources:
//!     Users: # finding
//!       Type: AWS::Cognito::UserPool
//!       Properties:
//!         UserPoolName: users
//! ```
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Mfa:
//!     Type: String
//!     Default: 'OFF' # finding
//! Resources:
//!   Users:
//!     Type: AWS::Cognito::UserPool
//!     Properties:
//!       MfaConfiguration: !Ref Mfa
//! ```
//!
//! Users may choose:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Users:
//!     Type: AWS::Cognito::UserPool
//!     Properties:
//!       MfaConfiguration: OPTIONAL
//!       EnabledMfas: [SOFTWARE_TOKEN_MFA]
//! ```
//!
//! ```yaml good serverless.yml
//! service: orders
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//! functions:
//!   orders:
//!     handler: src/orders.handler
//! resources:
//!   Resources:
//!     Users:
//!       Type: AWS::Cognito::UserPool
//!       Properties:
//!         MfaConfiguration: 'ON'
//!         EnabledMfas: [SOFTWARE_TOKEN_MFA]
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_cognito_user_pool" "users" {
//!   name              = "users"
//!   mfa_configuration = "OFF" # finding
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_cognito_user_pool" "users" {
//!   name              = "users"
//!   mfa_configuration = "OPTIONAL" # finding
//!
//!   software_token_mfa_configuration {
//!     enabled = true
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_cognito_user_pool" "users" {
//!   name              = "users"
//!   mfa_configuration = "OPTIONAL"
//!   software_token_mfa_configuration {
//!     enabled = true
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Mfa:
//!     Type: String
//! Resources:
//!   Users:
//!     Type: AWS::Cognito::UserPool
//!     Properties:
//!       MfaConfiguration: !Ref Mfa
//! ```
//!
//! ## How to fix
//!
//! Set `MfaConfiguration: OPTIONAL` with `EnabledMfas: [SOFTWARE_TOKEN_MFA]`; `ON` asks every user at the
//! next log-in. Codes by SMS cost what each message costs; codes from an app cost nothing.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[308],
        owasp_serverless: &["S2", "SAS-2"],
        attack: &["T1110.004", "T1078.004"],
        stride: &["S"],
        others: &["F78"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::Cognito::UserPool") {
        let mfa = node.props.get("MfaConfiguration");
        match mfa.as_str() {
            Some("ON" | "OPTIONAL") => {}
            // YAML 1.1 reads a bare `ON` as a boolean, and CloudFormation turns that into `true`.
            None if mfa.as_bool() == Some(true) => {}
            None if !mfa.is_known() => out.cannot_tell(ix, "MfaConfiguration", mfa),
            _ => out.push(
                Found::at_value(ix, mfa, node.span, "{subject} lets nobody use a second factor")
                    .label("no multi-factor authentication")
                    .help("set `MfaConfiguration: OPTIONAL` and `EnabledMfas: [SOFTWARE_TOKEN_MFA]`")
                    .evidence("MfaConfiguration")
                    .fix(proposal(ix, node)),
            ),
        }
    }
}

fn proposal(ix: NodeIx, node: &Node) -> Proposal {
    let fix = Proposal::set(ix, "MfaConfiguration", "OPTIONAL", "let users have a second factor").risky();
    if !node.props.get("EnabledMfas").items().is_empty() {
        return fix;
    }
    let value = Literal::List(vec!["SOFTWARE_TOKEN_MFA".into()]);
    fix.and(Change::Set { node: ix, path: "EnabledMfas".into(), value })
}
