//! a user pool accepts weak passwords
//!
//! ## What
//!
//! The password policy of a Cognito user pool asks for less than 8 characters, or for less than 12 with
//! fewer than three of the four classes lower case, upper case, digits and symbols. A class that a
//! written policy leaves out is not asked for. Without a policy the pool has the default of 8 characters
//! and all four classes.
//!
//! ## Why
//!
//! Somebody tries the few thousand passwords that people like best against every account that the
//! sign-up form confirms to exist. What a policy admits, part of the users choose: with six lower-case
//! letters `qwerty` is among them, and the account behind it opens in the first minutes.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Users:
//!     Type: AWS::Cognito::UserPool
//!     Properties:
//!       Policies:
//!         PasswordPolicy:
//!           MinimumLength: 6 # finding
//!           RequireLowercase: true
//!           RequireUppercase: true
//!           RequireNumbers: true
//!           RequireSymbols: true
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Users:
//!     Type: AWS::Cognito::UserPool
//!     Properties:
//!       Policies:
//!         PasswordPolicy:
//!           MinimumLength: 12 # finding
//!           RequireLowercase: true
//!           RequireUppercase: true
//!           RequireNumbers: true
//!           RequireSymbols: true
//! ```
//!
//! ```yaml bad serverless.yml
//! service: orders
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//! custom:
//!   length: 8
//! functions:
//!   orders:
//!     handler: src/orders.handler
//! resources:
//!   Resources:
//!     Users:
//!       Type: AWS::Cognito::UserPool
//!       Properties:
//!         Policies:
//!           PasswordPolicy:
//!             MinimumLength: ${self:custom.length}
//!             RequireLowercase: true
//! ```
//!
//! Long enough to need no classes:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Users:
//!     Type: AWS::Cognito::UserPool
//!     Properties:
//!       Policies:
//!         PasswordPolicy:
//!           MinimumLength: 12
//!   Default:
//!     Type: AWS::Cognito::UserPool
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
//!         Policies:
//!           PasswordPolicy:
//!             MinimumLength: 8
//!             RequireLowercase: true
//!             RequireUppercase: true
//!             RequireNumbers: true
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_cognito_user_pool" "users" {
//!   name = "users"
//!   password_policy {
//!     minimum_length    = 8 # finding
//!     require_lowercase = true
//!     require_numbers   = true
//!   }
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_cognito_user_pool" "users" {
//!   name = "users"
//!   password_policy {
//!     minimum_length    = 12 # finding
//!     require_lowercase = true
//!     require_numbers   = true
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_cognito_user_pool" "users" {
//!   name = "users"
//!   password_policy {
//!     minimum_length    = 12
//!     require_lowercase = true
//!     require_numbers   = true
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Length:
//!     Type: Number
//! Resources:
//!   Users:
//!     Type: AWS::Cognito::UserPool
//!     Properties:
//!       Policies:
//!         PasswordPolicy:
//!           MinimumLength: !Ref Length
//! ```
//!
//! ## How to fix
//!
//! Set `MinimumLength: 12` (length helps more than classes), or keep 8 and require three classes. The
//! policy holds for passwords that are set from then on; existing ones stay.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[521],
        owasp_serverless: &["S2", "SAS-2"],
        attack: &["T1110.001", "T1110.003"],
        stride: &["S"],
        ..References::NONE
    },
    check,
};

const LENGTH: &str = "Policies.PasswordPolicy.MinimumLength";

/// A policy that leaves the length out gets the service's default.
const DEFAULT_LENGTH: i64 = 8;

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::Cognito::UserPool") {
        let policy = node.props.lookup("Policies.PasswordPolicy");
        if policy.is_null() {
            continue;
        }
        if !policy.is_known() {
            out.cannot_tell(ix, "PasswordPolicy", policy);
            continue;
        }
        judge(ix, node, policy, out);
    }
}

fn judge(ix: NodeIx, node: &Node, policy: &Val, out: &mut Findings) {
    let length = policy.get("MinimumLength");
    let mut asked = 0;
    let mut open = None;
    for class in ["RequireLowercase", "RequireUppercase", "RequireNumbers", "RequireSymbols"] {
        let val = policy.get(class);
        match val.as_bool() {
            Some(true) => asked += 1,
            None if !val.is_known() => open = Some((class, val)),
            _ => {}
        }
    }
    let least = if length.is_null() { Some(DEFAULT_LENGTH) } else { length.as_int() };
    let Some(least) = least else {
        out.cannot_tell(ix, "MinimumLength", length);
        return;
    };
    let what = if least < 8 {
        format!("passwords of {least} characters")
    } else if least < 12 && asked < 3 {
        if let Some((class, val)) = open {
            out.cannot_tell(ix, class, val);
            return;
        }
        let classes = match asked {
            0 => "of any kind".to_owned(),
            1 => "with one class of characters".to_owned(),
            n => format!("with {n} classes of characters"),
        };
        format!("passwords of {least} characters {classes}")
    } else {
        return;
    };
    let at = if length.is_null() { policy } else { length };
    out.push(
        Found::at_value(ix, at, node.span, format!("{{subject}} accepts {what}"))
            .label("too weak")
            .help("set `MinimumLength: 12`, or 8 with at least three classes required")
            .evidence(format!("length {least} classes {asked}"))
            .fix(Proposal::set(ix, LENGTH, 12, "ask for at least 12 characters").risky())
            .or_where_written(length, 12),
    );
}
