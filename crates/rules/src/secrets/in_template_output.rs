//! an output of the deployment shows a secret
//!
//! ## What
//!
//! The value of an output is a secret in clear: a literal with the format or name of one, a secret that the deployment fetches, a hidden
//! parameter (`NoEcho`), or the secret key of an IAM access key. ARNs and names of secrets are silent; so are Terraform outputs
//! that are marked `sensitive`.
//!
//! ## Why
//!
//! Outputs are made to be read: whoever may call `cloudformation:DescribeStacks` (often every developer and every pipeline) sees
//! them, they stand in the logs of each deployment, and other stacks import them.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   DbPassword: {Type: String, NoEcho: true}
//! Resources:
//!   User: {Type: AWS::IAM::User}
//!   Key:
//!     Type: AWS::IAM::AccessKey
//!     Properties: {UserName: !Ref User}
//! Outputs:
//!   Secret: # finding
//!     Value: !GetAtt Key.SecretAccessKey
//!   Connection: # finding
//!     Value: !Sub 'postgres://app:${DbPassword}@db.internal/app'
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs24.x}
//! functions:
//!   f: {handler: a.b}
//! resources:
//!   Outputs:
//!     ApiToken: # finding
//!       Value: 9fX2mQ7vLk3RtY8pWz1a
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Secret:
//!     Type: AWS::SecretsManager::Secret
//!     Properties: {GenerateSecretString: {}}
//! Outputs:
//!   SecretArn: {Value: !Ref Secret}
//!   Password: {Value: !Ref Secret}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_iam_user" "ci" {
//!   name = "ci"
//! }
//!
//! resource "aws_iam_access_key" "ci" {
//!   user = aws_iam_user.ci.name
//! }
//!
//! output "secret" { # finding
//!   value = aws_iam_access_key.ci.secret
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_iam_access_key" "ci" {
//!   user = "ci"
//! }
//!
//! output "secret" {
//!   value     = aws_iam_access_key.ci.secret
//!   sensitive = true
//! }
//!
//! output "key_id" {
//!   value = aws_iam_access_key.ci.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A value that the files do not hold and that no name gives away is no finding.
//!
//! ## How to fix
//!
//! Remove the output, and give readers the ARN of a secret instead. Terraform: `sensitive = true` hides it from the plan; it still
//! stands in the state.

use crate::prelude::*;
use crate::secret::{Judgement, judge};
use palisade_graph::Piece;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[200],
        owasp_serverless: &["S3", "SAS-7"],
        attack: &["T1552"],
        stride: &["I"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for output in &cx.graph.interface.outputs {
        if output.hidden.is_yes() {
            continue;
        }
        let shows = match judge(&output.name, &output.value) {
            Judgement::Literal { what, .. } => {
                out.hide(&output.value);
                what
            }
            Judgement::Fetched => "a secret that is fetched at deployment",
            Judgement::Harmless => match hidden(cx, &output.value) {
                Some(what) => what,
                None => continue,
            },
        };
        out.push(
            Found::of_file(output.span, format!("output `{}` shows {shows}", output.name))
                .label("readable by whoever may read the deployment")
                .help("remove the output, or give the ARN of a secret instead")
                .evidence(output.name.as_str()),
        );
    }
}

/// What is hidden elsewhere and shown here.
fn hidden(cx: &Cx<'_>, val: &Val) -> Option<&'static str> {
    match &val.state {
        State::Partial(pieces) => pieces.iter().find_map(|p| match p {
            Piece::Hole(v) => hidden(cx, v),
            Piece::Text(_) => None,
        }),
        State::Ref(target) => match &**target {
            Target::External { secret: true, kind, .. } => Some(match kind {
                palisade_graph::External::Data => "a hidden parameter",
                _ => "a secret that is fetched at deployment",
            }),
            Target::Resource { attribute: Some(attribute), .. }
                if attribute == "SecretAccessKey"
                    && cx
                        .graph
                        .resolve(val)
                        .and_then(|ix| cx.node(ix))
                        .is_some_and(|n| n.ty == "AWS::IAM::AccessKey") =>
            {
                Some("the secret key of an access key")
            }
            _ => None,
        },
        _ => None,
    }
}
