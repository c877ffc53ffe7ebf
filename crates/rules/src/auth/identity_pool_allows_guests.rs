//! an identity pool gives AWS credentials to guests
//!
//! ## What
//!
//! A Cognito identity pool allows unauthenticated identities. Low where the role for guests is in the
//! application and grants nothing but what guests are made for (`rum:PutRumEvents`, `mobileanalytics:PutEvents`,
//! `mobiletargeting:PutEvents`, `cognito-sync:*`), or where the roles of the pool name none for guests.
//!
//! ## Why
//!
//! The id of the pool is in the JavaScript of the page. Anybody who has it gets AWS credentials of the
//! guest role with two unauthenticated calls, and then speaks to AWS directly: no API, no validation, no
//! rate limit of the application in between. What that role may read, everybody may read; guest roles
//! that could list buckets or invoke functions have leaked the data of many applications.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Identities:
//!     Type: AWS::Cognito::IdentityPool
//!     Properties:
//!       AllowUnauthenticatedIdentities: true # finding
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Identities:
//!     Type: AWS::Cognito::IdentityPool
//!     Properties:
//!       AllowUnauthenticatedIdentities: false # finding
//! ```
//!
//! ```yaml bad serverless.yml
//! service: photos
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//! custom:
//!   guests: true
//! functions:
//!   list:
//!     handler: src/list.handler
//! resources:
//!   Resources:
//!     Identities:
//!       Type: AWS::Cognito::IdentityPool
//!       Properties:
//!         AllowUnauthenticatedIdentities: ${self:custom.guests}
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Identities:
//!     Type: AWS::Cognito::IdentityPool
//!     Properties:
//!       AllowUnauthenticatedIdentities: false
//! ```
//!
//! A role for guests is attached, but there are none:
//!
//! ```yaml good serverless.yml
//! service: photos
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//! functions:
//!   list:
//!     handler: src/list.handler
//! resources:
//!   Resources:
//!     Identities:
//!       Type: AWS::Cognito::IdentityPool
//!       Properties:
//!         AllowUnauthenticatedIdentities: false
//!     Roles:
//!       Type: AWS::Cognito::IdentityPoolRoleAttachment
//!       Properties:
//!         IdentityPoolId: !Ref Identities
//!         Roles:
//!           unauthenticated: arn:aws:iam::123456789012:role/guest
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_cognito_identity_pool" "visitors" {
//!   identity_pool_name               = "visitors"
//!   allow_unauthenticated_identities = true # finding
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_cognito_identity_pool" "visitors" {
//!   identity_pool_name               = "visitors"
//!   allow_unauthenticated_identities = false # finding
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_cognito_identity_pool" "visitors" {
//!   identity_pool_name               = "visitors"
//!   allow_unauthenticated_identities = false
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Guests:
//!     Type: String
//! Resources:
//!   Identities:
//!     Type: AWS::Cognito::IdentityPool
//!     Properties:
//!       AllowUnauthenticatedIdentities: !Ref Guests
//! ```
//!
//! ## How to fix
//!
//! Set `AllowUnauthenticatedIdentities: false` and let visitors use an API instead of credentials. Pages
//! that work without log-in stop if they used the guest role. Where guests are wanted, let their role
//! allow single actions on single resources.
//!
//! ## Differs from
//!
//! `CKV_AWS_366` and `W57` do not look at what the guest role grants.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::High,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[284, 306],
        owasp_serverless: &["S2", "S5", "SAS-4"],
        checkov: &["CKV_AWS_366"],
        attack: &["T1078.004"],
        stride: &["E", "I"],
        others: &["W57"],
        ..References::NONE
    },
    check,
};

/// What guests are made for: telemetry, and data of their own identity.
const HARMLESS: &[&str] = &["rum:putrumevents", "mobileanalytics:putevents", "mobiletargeting:putevents"];

/// What the guest role grants.
enum Grants<'a> {
    /// The pool names no role for guests.
    NoRole,
    /// Nothing but what guests are made for.
    Harmless(&'a Node),
    /// More than that.
    Something(&'a Node),
    /// The role, or the roles of the pool, are not in the application.
    NotHere,
}

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::Cognito::IdentityPool") {
        let guests = node.props.get("AllowUnauthenticatedIdentities");
        match guests.as_bool() {
            Some(false) => {}
            None if guests.is_null() => {}
            None => out.cannot_tell(ix, "AllowUnauthenticatedIdentities", guests),
            Some(true) => out.push(finding(ix, node, guests, &grants(cx, ix))),
        }
    }
}

fn finding(ix: NodeIx, node: &Node, guests: &Val, grants: &Grants<'_>) -> Found {
    let message = match grants {
        Grants::NoRole => "{subject} allows guests, though it names no role for them",
        Grants::Harmless(_) => "{subject} allows guests, whose role grants next to nothing today",
        _ => "anybody on the internet gets AWS credentials from {subject}",
    };
    let found = Found::at_value(ix, guests, node.span, message)
        .label("credentials without log-in")
        .help("set `AllowUnauthenticatedIdentities: false`")
        .evidence("guests")
        .fix(Proposal::set(ix, "AllowUnauthenticatedIdentities", false, "refuse guests").risky())
        .or_where_written(guests, false);
    match grants {
        Grants::NoRole => found.severity(Severity::Low),
        Grants::Harmless(role) => found.severity(Severity::Low).also(role.span, "the role of guests"),
        Grants::Something(role) => found.also(role.span, "the role of guests"),
        Grants::NotHere => found,
    }
}

fn grants<'a>(cx: &Cx<'a>, pool: NodeIx) -> Grants<'a> {
    let mut answer = Grants::NotHere;
    for (_, attachment) in cx.of_type("AWS::Cognito::IdentityPoolRoleAttachment") {
        if cx.graph.resolve(attachment.props.get("IdentityPoolId")) != Some(pool) {
            continue;
        }
        let roles = attachment.props.get("Roles");
        let guest = roles.get("unauthenticated");
        if guest.is_null() {
            if roles.as_map().is_some_and(|m| !m.open) {
                answer = Grants::NoRole;
            }
            continue;
        }
        let Some((node, role)) =
            cx.graph.resolve(guest).and_then(|ix| cx.node(ix)).and_then(|n| Some((n, n.role()?)))
        else {
            return Grants::NotHere;
        };
        let harmless = role.managed.is_empty()
            && role.statements.iter().all(|s| {
                s.allows().is_no() || (s.not_actions.is_empty() && s.actions.iter().all(is_harmless))
            });
        answer = if harmless { Grants::Harmless(node) } else { Grants::Something(node) };
    }
    answer
}

fn is_harmless(action: &Val) -> bool {
    action.as_str().is_some_and(|text| {
        let text = text.to_ascii_lowercase();
        HARMLESS.contains(&text.as_str()) || text.starts_with("cognito-sync:")
    })
}
