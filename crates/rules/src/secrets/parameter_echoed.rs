//! a parameter for a secret shows its value
//!
//! ## What
//!
//! A template parameter whose name says that it takes a secret lacks `NoEcho: true`; a Terraform variable of such a name lacks
//! `sensitive = true`. Parameters that take a name, an ARN, a path or an address are silent, and so is serverless.yml, which has no word for
//! it.
//!
//! ## Why
//!
//! Whoever may call `cloudformation:DescribeStacks` reads the value in clear, also in the console and in the history of
//! deployments; Terraform prints it in every plan, which ends up in the logs of the pipeline.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   DbPassword: # finding
//!     Type: String
//! Resources:
//!   Db:
//!     Type: AWS::RDS::DBInstance
//!     Properties:
//!       Engine: postgres
//!       MasterUsername: app
//!       MasterUserPassword: !Ref DbPassword
//! ```
//!
//! ```yaml fixed template.yaml
//! Parameters:
//!   DbPassword: # finding
//!     Type: String
//!     NoEcho: true
//! Resources:
//!   Db:
//!     Type: AWS::RDS::DBInstance
//!     Properties:
//!       Engine: postgres
//!       MasterUsername: app
//!       MasterUserPassword: !Ref DbPassword
//! ```
//!
//! ```yaml bad sam.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Parameters:
//!   PartnerApiKey:
//!     Type: String
//!     NoEcho: false # finding
//! Resources:
//!   F:
//!     Type: AWS::Serverless::Function
//!     Properties: {Handler: a.b, Runtime: python3.13, CodeUri: .}
//! ```
//!
//! ```yaml good template.yaml
//! Parameters:
//!   DbPassword: {Type: String, NoEcho: true}
//!   DbPasswordParameter: {Type: String}
//!   DbSecretArn: {Type: String}
//!   ApiKeyPath: {Type: 'AWS::SSM::Parameter::Value<String>'}
//!   PublicKey: {Type: String}
//! Resources:
//!   Topic: {Type: AWS::SNS::Topic}
//! ```
//!
//! ```hcl bad main.tf
//! variable "db_password" { # finding
//!   type = string
//! }
//!
//! resource "aws_sns_topic" "orders" {
//!   name = "orders"
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! variable "db_password" { # finding
//!   type = string
//!   sensitive = true
//! }
//!
//! resource "aws_sns_topic" "orders" {
//!   name = "orders"
//! }
//! ```
//!
//! ```hcl good main.tf
//! variable "db_password" {
//!   type      = string
//!   sensitive = true
//! }
//!
//! variable "ssh_private_key" {
//!   default = "../keys/id_ed25519"
//! }
//!
//! variable "db_password_arn" {
//!   type = string
//! }
//!
//! resource "aws_sns_topic" "orders" {
//!   name = "orders"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A parameter whose name says nothing of a secret is not asked.
//!
//! ## How to fix
//!
//! CloudFormation, SAM: `NoEcho: true`. Terraform: `sensitive = true`. Nothing that is deployed changes; outputs that show the value have to
//! be marked too.

use crate::prelude::*;
use crate::secret::says_secret;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    persona: Persona::Regular,
    fix: FixKind::Safe,
    since: "0.1.0",
    references: References {
        cwe: &[200, 532],
        owasp_serverless: &["S3", "SAS-7"],
        attack: &["T1552"],
        stride: &["I"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for input in &cx.graph.interface.inputs {
        let Some(hidden) = input.hidden else { continue };
        let textual = input.ty.is_empty() || input.ty.eq_ignore_ascii_case("string") || input.ty == "any";
        let Some(kind) = says_secret(&input.name).filter(|_| textual && hidden.is_no()) else { continue };
        // It takes the path of a file, an address or an ARN, whatever its name says.
        if input.default.as_str().is_some_and(super::in_template_parameter::names_something) {
            continue;
        }
        let terraform = cx.application.dialects.contains(&"terraform");
        let (word, what) =
            if terraform { ("sensitive = true", "variable") } else { ("NoEcho: true", "parameter") };
        let proposal = if input.hidden_at.is_null() {
            let (key, map) = if terraform { ("sensitive", input.body) } else { ("NoEcho", input.body) };
            Change::Insert { map, key: key.into(), value: Literal::Bool(true) }
        } else {
            Change::Replace { at: input.hidden_at.span, value: Literal::Bool(true) }
        };
        out.push(
            Found::of_file(
                input.hidden_at.span.or(input.span),
                format!(
                    "{what} `{}` takes {} and shows it to whoever may read the deployment",
                    input.name,
                    kind.words()
                ),
            )
            .label("its value is shown in clear")
            .help(format!("add `{word}`"))
            .evidence(input.name.as_str())
            .fix(Proposal::new(format!("hide `{}`", input.name), Safety::Safe, vec![proposal])),
        );
    }
}
