//! a user pool does not act on suspicious sign-ins
//!
//! ## What
//!
//! The threat protection (advanced security) of a Cognito user pool is not `ENFORCED`: absent, off, or `AUDIT`, which writes down what it sees and lets it pass.
//!
//! ## Why
//!
//! An attacker tries pairs of address and password that leaked elsewhere, from thousands of addresses, slowly enough for no counter. Threat protection knows leaked passwords and unusual devices and asks for a second factor or refuses. Without it every pair that fits opens an account.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Pool: # finding
//!     Type: AWS::Cognito::UserPool
//!     Properties: {UserPoolName: customers}
//! ```
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Mode:
//!     Type: String
//!     Default: AUDIT # finding
//! Resources:
//!   Pool:
//!     Type: AWS::Cognito::UserPool
//!     Properties:
//!       UserPoolName: customers
//!       UserPoolAddOns: {AdvancedSecurityMode: !Ref Mode}
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Pool:
//!       Type: AWS::Cognito::UserPool
//!       Properties:
//!         UserPoolAddOns:
//!           AdvancedSecurityMode: "OFF" # finding
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Pool:
//!     Type: AWS::Cognito::UserPool
//!     Properties:
//!       UserPoolName: customers
//!       UserPoolTier: PLUS
//!       UserPoolAddOns: {AdvancedSecurityMode: ENFORCED}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_cognito_user_pool" "customers" {
//!   name = "customers"
//!   user_pool_add_ons {
//!     advanced_security_mode = "AUDIT" # finding
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_cognito_user_pool" "customers" {
//!   name           = "customers"
//!   user_pool_tier = "PLUS"
//!   user_pool_add_ons {
//!     advanced_security_mode = "ENFORCED"
//!   }
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
//!   Pool:
//!     Type: AWS::Cognito::UserPool
//!     Properties:
//!       UserPoolAddOns: {AdvancedSecurityMode: !Ref Mode}
//! ```
//!
//! ## How to fix
//!
//! Set `UserPoolTier: PLUS` and `UserPoolAddOns: {AdvancedSecurityMode: ENFORCED}`. The tier costs 0.02 US dollars for each user who signs in in a month, so somebody has to decide; start with `AUDIT` for a week to see how many users would be asked.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[307],
        owasp_serverless: &["S2", "SAS-2"],
        aws: &["Cognito.1"],
        attack: &["T1110.004"],
        stride: &["S"],
        others: &["CognitoUserPoolPlusTier"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::Cognito::UserPool") {
        let mode = node.props.lookup("UserPoolAddOns.AdvancedSecurityMode");
        match mode.is("ENFORCED") {
            Tri::Yes => {}
            Tri::Unknown => out.cannot_tell(ix, "UserPoolAddOns.AdvancedSecurityMode", mode),
            Tri::No => {
                let audit = mode.is("AUDIT").is_yes();
                let words = if audit {
                    "only writes down suspicious sign-ins"
                } else {
                    "does not act on suspicious sign-ins"
                };
                let label = match (audit, mode.span.is_some()) {
                    (true, _) => "lets them pass",
                    (false, true) => "off",
                    (false, false) => "no `AdvancedSecurityMode`",
                };
                out.push(
                    Found::at_value(ix, mode, node.span, format!("{{subject}} {words}"))
                        .label(label)
                        .help("set `UserPoolTier: PLUS` and `AdvancedSecurityMode: ENFORCED`")
                        .evidence(format!("AdvancedSecurityMode {}", mode.display())),
                );
            }
        }
    }
}
