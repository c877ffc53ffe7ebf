//! a key policy lets everyone use the key
//!
//! ## What
//!
//! A statement of the key's policy allows principal `*` and no condition pins the caller
//! (`kms:CallerAccount`, `aws:PrincipalOrgID` and the like; `kms:ViaService` alone does not).
//!
//! ## Why
//!
//! Every AWS account may do with the key what the statement says: decrypt what it protects, or, with
//! `kms:*`, change the policy, lock the owner out and schedule the key's deletion, and with it the loss of
//! everything that is encrypted under it.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Key:
//!     Type: AWS::KMS::Key
//!     Properties:
//!       EnableKeyRotation: true
//!       KeyPolicy:
//!         Statement:
//!           - Effect: Allow
//!             Principal: {AWS: '*'} # finding
//!             Action: kms:*
//!             Resource: '*'
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Key:
//!     Type: AWS::KMS::Key
//!     Properties:
//!       EnableKeyRotation: true
//!       KeyPolicy:
//!         Statement:
//!           - Effect: Allow
//!             Principal: {AWS: !Sub 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root'} # finding
//!             Action: kms:*
//!             Resource: '*'
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {users: '*'} # finding
//! resources:
//!   Resources:
//!     Key:
//!       Type: AWS::KMS::Key
//!       Properties:
//!         EnableKeyRotation: true
//!         KeyPolicy:
//!           Statement:
//!             - Effect: Allow
//!               Principal: '${self:custom.users}'
//!               Action: kms:Decrypt
//!               Resource: '*'
//! ```
//!
//! The policy of AWS's own keys:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Key:
//!     Type: AWS::KMS::Key
//!     Properties:
//!       EnableKeyRotation: true
//!       KeyPolicy:
//!         Statement:
//!           - Effect: Allow
//!             Principal: {AWS: '*'}
//!             Action: [kms:Encrypt, kms:Decrypt]
//!             Resource: '*'
//!             Condition:
//!               StringEquals:
//!                 kms:CallerAccount: !Ref AWS::AccountId
//!                 kms:ViaService: !Sub 's3.${AWS::Region}.amazonaws.com'
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Key:
//!       Type: AWS::KMS::Key
//!       Properties:
//!         EnableKeyRotation: true
//!         KeyPolicy:
//!           Statement:
//!             - Effect: Allow
//!               Principal: {AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root'}
//!               Action: kms:*
//!               Resource: '*'
//! ```
//!
//! ```hcl bad main.tf
//! data "aws_iam_policy_document" "key" {
//!   statement {
//!     actions   = ["kms:Decrypt"]
//!     resources = ["*"]
//!     principals {
//!       type        = "AWS"
//!       identifiers = ["*"] # finding
//!     }
//!   }
//! }
//!
//! resource "aws_kms_key" "data" {
//!   policy = data.aws_iam_policy_document.key.json
//! }
//! ```
//!
//! ```hcl good main.tf
//! data "aws_caller_identity" "me" {}
//!
//! resource "aws_kms_key" "data" {}
//!
//! resource "aws_kms_key_policy" "data" {
//!   key_id = aws_kms_key.data.id
//!   policy = jsonencode({
//!     Statement = [{
//!       Effect    = "Allow"
//!       Principal = "*"
//!       Action    = "kms:Decrypt"
//!       Resource  = "*"
//!       Condition = { StringEquals = { "kms:CallerAccount" = data.aws_caller_identity.me.account_id } }
//!     }]
//!   })
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   User:
//!     Type: String
//! Resources:
//!   Key:
//!     Type: AWS::KMS::Key
//!     Properties:
//!       EnableKeyRotation: true
//!       KeyPolicy:
//!         Statement:
//!           - Effect: Allow
//!             Principal: {AWS: !Ref User}
//!             Action: kms:Decrypt
//!             Resource: '*'
//! ```
//!
//! ## How to fix
//!
//! Let in the own account (`arn:aws:iam::${AWS::AccountId}:root`) for administration and let roles decide,
//! or add `kms:CallerAccount` to the statement.

use crate::policy::{self, Outsider};
use crate::prelude::*;
use crate::repair;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Critical,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[284, 732],
        owasp_serverless: &["S5", "SAS-3"],
        checkov: &["CKV_AWS_33"],
        aws: &["KMS.5"],
        stride: &["I", "D", "E"],
        others: &["F76"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, _, store) in policy::with_policy(cx, &["AWS::KMS::Key", "AWS::KMS::ReplicaKey"], out) {
        for s in &store.policy {
            match policy::outsider(cx, &store.policy, s) {
                Outsider::Let { at, everybody: true, .. } => {
                    let what = s.actions.first().map_or_else(|| "NotAction".into(), Val::display);
                    let mut found = Found::at_value(
                        ix,
                        at,
                        s.span,
                        format!("the policy of {{subject}} lets every AWS account use it (`{what}`)"),
                    )
                    .label("every AWS account")
                    .also(s.actions.first().map_or(Span::NONE, |a| a.span), "what they may do")
                    .help("name the own account's root, or add `kms:CallerAccount`")
                    .evidence(policy::evidence(s));
                    if let Some(fix) = repair::own_account(cx, s, at) {
                        found = found.fix(fix);
                    }
                    out.push(found);
                }
                Outsider::CannotTell(val) if !policy::is_everyone(&s.principal).is_no() => {
                    out.cannot_tell(ix, "KeyPolicy", val);
                }
                _ => {}
            }
        }
    }
}
