//! the policy of a secret gives it to everybody or to a foreign account
//!
//! ## What
//!
//! The resource policy of a secret allows an action to everybody without a condition on who, or to an account that is neither
//! the own nor trusted (`trusted-accounts`).
//!
//! ## Why
//!
//! A resource policy of Secrets Manager works across accounts: whoever it names reads the secret with the credentials of their
//! own account, and the key policy is the only thing that still stands in the way.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Db:
//!     Type: AWS::SecretsManager::Secret
//!     Properties: {GenerateSecretString: {}}
//!   Policy:
//!     Type: AWS::SecretsManager::ResourcePolicy
//!     Properties:
//!       SecretId: !Ref Db
//!       ResourcePolicy:
//!         Version: '2012-10-17'
//!         Statement:
//!           - Effect: Allow
//!             Principal: '*' # finding
//!             Action: secretsmanager:GetSecretValue
//!             Resource: '*'
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs24.x}
//! resources:
//!   Resources:
//!     Db:
//!       Type: AWS::SecretsManager::Secret
//!       Properties: {GenerateSecretString: {}}
//!     Policy:
//!       Type: AWS::SecretsManager::ResourcePolicy
//!       Properties:
//!         SecretId: !Ref Db
//!         ResourcePolicy:
//!           Statement:
//!             - Effect: Allow
//!               Principal: {AWS: '*'} # finding
//!               Action: secretsmanager:*
//!               Resource: '*'
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Db:
//!     Type: AWS::SecretsManager::Secret
//!     Properties: {GenerateSecretString: {}}
//!   Policy:
//!     Type: AWS::SecretsManager::ResourcePolicy
//!     Properties:
//!       SecretId: !Ref Db
//!       ResourcePolicy:
//!         Statement:
//!           - Effect: Allow
//!             Principal: {AWS: '*'}
//!             Action: secretsmanager:GetSecretValue
//!             Resource: '*'
//!             Condition: {StringEquals: {'aws:PrincipalOrgID': o-abcdefghij}}
//!           - Effect: Deny
//!             Principal: '*'
//!             Action: secretsmanager:DeleteSecret
//!             Resource: '*'
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_secretsmanager_secret" "db" {
//!   name = "orders/db"
//! }
//!
//! resource "aws_secretsmanager_secret_policy" "db" {
//!   secret_arn = aws_secretsmanager_secret.db.arn
//!   policy = jsonencode({
//!     Statement = [{
//!       Effect    = "Allow"
//!       Principal = "*" # finding
//!       Action    = "secretsmanager:GetSecretValue"
//!       Resource  = "*"
//!     }]
//!   })
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_secretsmanager_secret" "db" {
//!   name = "orders/db"
//! }
//!
//! data "aws_caller_identity" "me" {}
//!
//! resource "aws_secretsmanager_secret_policy" "db" {
//!   secret_arn = aws_secretsmanager_secret.db.arn
//!   policy = jsonencode({
//!     Statement = [{
//!       Effect    = "Allow"
//!       Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:role/orders" }
//!       Action    = "secretsmanager:GetSecretValue"
//!       Resource  = "*"
//!     }]
//!   })
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Organisation: {Type: String}
//! Resources:
//!   Db:
//!     Type: AWS::SecretsManager::Secret
//!     Properties: {GenerateSecretString: {}}
//!   Policy:
//!     Type: AWS::SecretsManager::ResourcePolicy
//!     Properties:
//!       SecretId: !Ref Db
//!       ResourcePolicy:
//!         Statement:
//!           - Effect: Allow
//!             Principal: {AWS: '*'}
//!             Action: secretsmanager:GetSecretValue
//!             Resource: '*'
//!             Condition: {StringEquals: {'aws:PrincipalOrgID': !Ref Organisation}}
//! ```
//!
//! ## How to fix
//!
//! Name the roles that need it, or remove the policy: roles of the own account need none. `BlockPublicPolicy: true` makes the service
//! refuse such a policy.

use crate::policy::{self, Outsider};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::High,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[284, 732],
        owasp_serverless: &["S5", "SAS-3"],
        attack: &["T1555.006"],
        stride: &["I"],
        ..References::NONE
    },
    check,
};

const SECRETS: &[&str] = &["AWS::SecretsManager::Secret", "AWS::SecretsManager::ResourcePolicy"];

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node, store) in policy::with_policy(cx, SECRETS, out) {
        for s in &store.policy {
            match policy::outsider(cx, &store.policy, s) {
                Outsider::Let { at, everybody, .. } => {
                    let who = if everybody { "everybody" } else { "a foreign account" };
                    out.push(
                        Found::at_value(ix, at, s.span, format!("{} gives it to {who}", policy::whose(node)))
                            .label(if everybody {
                                "everybody, without a condition on who"
                            } else {
                                "neither own nor trusted"
                            })
                            .also(s.actions.first().map_or(Span::NONE, |a| a.span), "what they may do")
                            .help("name the roles that need it; roles of the own account need no policy")
                            .evidence(policy::evidence(s)),
                    );
                }
                Outsider::CannotTell(val) if !policy::is_everyone(&s.principal).is_no() => {
                    out.cannot_tell(ix, "ResourcePolicy", val);
                }
                _ => {}
            }
        }
    }
}
