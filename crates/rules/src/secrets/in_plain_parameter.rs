//! a secret is kept in a parameter that is not encrypted
//!
//! ## What
//!
//! An SSM parameter of type `String` or `StringList` whose value is written in clear and is a secret (by its format, or by the
//! parameter's name and the value's shape), or whose value the deployment takes from a secret.
//!
//! ## Why
//!
//! `ssm:GetParameter` on everything is a common permission, and a `String` needs no `kms:Decrypt` on top: whoever lists parameters
//! reads it. The value also stands in the template.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Password:
//!     Type: AWS::SSM::Parameter
//!     Properties:
//!       Name: /orders/db-password
//!       Type: String
//!       Value: hunter2-x9 # finding
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! custom: {key: 9fX2mQ7vLk3RtY8pWz1a}
//! provider: {name: aws, runtime: nodejs24.x}
//! resources:
//!   Resources:
//!     Key:
//!       Type: AWS::SSM::Parameter
//!       Properties:
//!         Name: /partner/api-key
//!         Type: String
//!         Value: ${self:custom.key} # finding
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Table:
//!     Type: AWS::SSM::Parameter
//!     Properties: {Name: /orders/table, Type: String, Value: orders}
//!   Where:
//!     Type: AWS::SSM::Parameter
//!     Properties: {Name: /orders/db-password-arn, Type: String, Value: !Ref Secret}
//!   Later:
//!     Type: AWS::SSM::Parameter
//!     Properties: {Name: /orders/db-password, Type: String, Value: changeme}
//!   Secret:
//!     Type: AWS::SecretsManager::Secret
//!     Properties: {GenerateSecretString: {}}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_ssm_parameter" "password" {
//!   name  = "/orders/db-password"
//!   type  = "String"
//!   value = "hunter2-x9" # finding
//! }
//! ```
//!
//! ```hcl good main.tf
//! variable "password" {
//!   sensitive = true
//! }
//!
//! resource "aws_ssm_parameter" "password" {
//!   name  = "/orders/db-password"
//!   type  = "SecureString"
//!   value = var.password
//! }
//!
//! resource "aws_ssm_parameter" "table" {
//!   name  = "/orders/table"
//!   type  = "String"
//!   value = "orders"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A value that the files do not hold is no finding.
//!
//! ## How to fix
//!
//! **Rotate the secret first.** CloudFormation cannot make a `SecureString`: keep it in Secrets Manager, or create the parameter outside
//! of the template. Terraform: `type = "SecureString"`, with the value from outside of the files.

use crate::prelude::*;
use crate::secret::{Judgement, judge};

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::High,
    confidence: Confidence::Medium,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[312, 798],
        owasp_serverless: &["S3", "SAS-7"],
        checkov: &["CKV_AWS_384", "CKV2_AWS_34"],
        attack: &["T1552"],
        stride: &["I"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::SSM::Parameter") {
        if node.props.get("Type").is("SecureString").is_yes() {
            continue;
        }
        let name = node.props.get("Name").display();
        let own = name.rsplit('/').next().unwrap_or("");
        let name = if name.is_empty() { node.name.as_str() } else { own };
        let val = node.props.get("Value");
        let (holds, confidence) = match judge(name, val) {
            Judgement::Literal { what, certain } => {
                (what, if certain { Confidence::High } else { Confidence::Medium })
            }
            Judgement::Fetched => ("a secret that is fetched at deployment", Confidence::High),
            Judgement::Harmless => continue,
        };
        out.hide(val);
        let at = node.props.entry("Value").map_or(Span::NONE, |e| e.key_span);
        out.push(
            Found::new(ix, at.or(node.span), format!("{{subject}} holds {holds} and is not encrypted"))
                .confidence(confidence)
                .label("readable without any permission on a key")
                .help("rotate it, and keep it in Secrets Manager or in a `SecureString`")
                .way(val)
                .evidence(name),
        );
    }
}
