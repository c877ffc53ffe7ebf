//! code signing only warns
//!
//! ## What
//!
//! A code-signing configuration has `UntrustedArtifactOnDeployment: Warn`, or says nothing, which is the same.
//!
//! ## Why
//!
//! A package that nobody has signed is deployed all the same, and a line in a metric is all that tells of it. An
//! attacker who can update the function runs what he likes, although the application looks as if that were
//! prevented.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Policy: {Type: String, Default: Warn} # finding
//! Resources:
//!   Signing:
//!     Type: AWS::Lambda::CodeSigningConfig
//!     Properties:
//!       AllowedPublishers:
//!         SigningProfileVersionArns: ["arn:aws:signer:eu-west-1:123456789012:/signing-profiles/own/abcdefghij"]
//!       CodeSigningPolicies:
//!         UntrustedArtifactOnDeployment: !Ref Policy
//! ```
//!
//! ```yaml fixed template.yaml
//! Parameters:
//!   Policy: {Type: String, Default: Enforce} # finding
//! Resources:
//!   Signing:
//!     Type: AWS::Lambda::CodeSigningConfig
//!     Properties:
//!       AllowedPublishers:
//!         SigningProfileVersionArns: ["arn:aws:signer:eu-west-1:123456789012:/signing-profiles/own/abcdefghij"]
//!       CodeSigningPolicies:
//!         UntrustedArtifactOnDeployment: !Ref Policy
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//! resources:
//!   Resources:
//!     Signing: # finding
//!       Type: AWS::Lambda::CodeSigningConfig
//!       Properties:
//!         AllowedPublishers:
//!           SigningProfileVersionArns: ["arn:aws:signer:eu-west-1:123456789012:/signing-profiles/own/abcdefghij"]
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Signing:
//!     Type: AWS::Lambda::CodeSigningConfig
//!     Properties:
//!       AllowedPublishers:
//!         SigningProfileVersionArns: ["arn:aws:signer:eu-west-1:123456789012:/signing-profiles/own/abcdefghij"]
//!       CodeSigningPolicies: {UntrustedArtifactOnDeployment: Enforce}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_lambda_code_signing_config" "own" {
//!   allowed_publishers {
//!     signing_profile_version_arns = ["arn:aws:signer:eu-west-1:123456789012:/signing-profiles/own/abcdefghij"]
//!   }
//!
//!   policies {
//!     untrusted_artifact_on_deployment = "Warn" # finding
//!   }
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_lambda_code_signing_config" "own" {
//!   allowed_publishers {
//!     signing_profile_version_arns = ["arn:aws:signer:eu-west-1:123456789012:/signing-profiles/own/abcdefghij"]
//!   }
//!
//!   policies {
//!     untrusted_artifact_on_deployment = "Enforce" # finding
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_lambda_code_signing_config" "own" {
//!   allowed_publishers {
//!     signing_profile_version_arns = ["arn:aws:signer:eu-west-1:123456789012:/signing-profiles/own/abcdefghij"]
//!   }
//!
//!   policies {
//!     untrusted_artifact_on_deployment = "Enforce"
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Policy: {Type: String}
//! Resources:
//!   Signing:
//!     Type: AWS::Lambda::CodeSigningConfig
//!     Properties:
//!       AllowedPublishers:
//!         SigningProfileVersionArns: ["arn:aws:signer:eu-west-1:123456789012:/signing-profiles/own/abcdefghij"]
//!       CodeSigningPolicies:
//!         UntrustedArtifactOnDeployment: !Ref Policy
//! ```
//!
//! ## How to fix
//!
//! Set `CodeSigningPolicies.UntrustedArtifactOnDeployment` to `Enforce`. Packages that are not signed, or whose
//! signature has expired, are refused from then on: sign all of them first.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[345, 347],
        owasp_serverless: &["SAS-6"],
        stride: &["T"],
        ..References::NONE
    },
    check,
};

const PATH: &str = "CodeSigningPolicies.UntrustedArtifactOnDeployment";

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::Lambda::CodeSigningConfig") {
        let policy = node.props.lookup(PATH);
        let warns = if policy.is_null() { Tri::Yes } else { policy.is("Warn") };
        match warns {
            Tri::No => {}
            Tri::Unknown => out.cannot_tell(ix, PATH, policy),
            Tri::Yes => out.push(
                Found::at_value(
                    ix,
                    policy,
                    node.span,
                    "code that nobody has signed is deployed with a warning only",
                )
                .label(if policy.is_null() { "warns, the default" } else { "warns" })
                .help(format!("set `{PATH}` to `Enforce`"))
                .evidence("warns only")
                .fix(Proposal::set(ix, PATH, "Enforce", "refuse code that is not signed").risky())
                .or_where_written(policy, "Enforce"),
            ),
        }
    }
}
