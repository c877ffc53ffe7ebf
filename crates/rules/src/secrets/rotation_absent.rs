//! a secret is never rotated
//!
//! ## What
//!
//! A secret of Secrets Manager has no rotation schedule in the application. Silent: secrets whose tags say that an outside
//! service owns them (a tag that names `external`, `third-party`, `vendor` or `manual`), and those that a service manages
//! itself (names that begin with `rds!`).
//!
//! ## Why
//!
//! A secret that leaked once (a log, a laptop, a former colleague) opens the door for good. Rotation ends that, and shows
//! early whether everything really reads the secret by its name.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Db: # finding
//!     Type: AWS::SecretsManager::Secret
//!     Properties:
//!       GenerateSecretString: {PasswordLength: 32}
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs24.x}
//! resources:
//!   Resources:
//!     Db: # finding
//!       Type: AWS::SecretsManager::Secret
//!       Properties:
//!         GenerateSecretString: {PasswordLength: 32}
//!     Other:
//!       Type: AWS::SecretsManager::Secret
//!       Properties: {GenerateSecretString: {}}
//!     Rotation:
//!       Type: AWS::SecretsManager::RotationSchedule
//!       Properties:
//!         SecretId: !Ref Other
//!         RotationRules: {AutomaticallyAfterDays: 30}
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Partner:
//!     Type: AWS::SecretsManager::Secret
//!     Properties:
//!       Name: partner-key
//!       Tags: [{Key: owner, Value: third-party}]
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_secretsmanager_secret" "db" { # finding
//!   name = "orders/db"
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_secretsmanager_secret" "db" {
//!   name = "orders/db"
//! }
//!
//! resource "aws_secretsmanager_secret_rotation" "db" {
//!   secret_id           = aws_secretsmanager_secret.db.id
//!   rotation_lambda_arn = "arn:aws:lambda:eu-west-1:123456789012:function:rotate"
//!   rotation_rules {
//!     automatically_after_days = 30
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A schedule that is set outside of the application is not seen.
//!
//! ## How to fix
//!
//! Add `AWS::SecretsManager::RotationSchedule` with a rotation function (AWS publishes one for each database), or let the
//! database manage its password. Clients must read the secret at use, not at start.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[324],
        owasp_serverless: &["S3", "SAS-7"],
        checkov: &["CKV_AWS_304", "CKV2_AWS_57"],
        aws: &["SecretsManager.1", "SecretsManager.4"],
        stride: &["I"],
        ..References::NONE
    },
    check,
};

const OUTSIDE: &[&str] = &["external", "third-party", "thirdparty", "third_party", "vendor", "manual"];

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let schedules: Vec<&Val> =
        cx.of_type("AWS::SecretsManager::RotationSchedule").map(|(_, n)| n.props.get("SecretId")).collect();
    for (ix, node) in cx.of_type("AWS::SecretsManager::Secret") {
        let name = node.props.get("Name");
        if name.known_prefix().starts_with("rds!") || owned_outside(node.props.get("Tags")) {
            continue;
        }
        if !node.props.get("RotationRules").is_null() {
            continue;
        }
        let named = !name.is_null();
        let scheduled = schedules.iter().any(|of| {
            cx.graph.resolve(of) == Some(ix) || named && of.is_known() && of.display() == name.display()
        });
        if scheduled {
            continue;
        }
        out.push(
            Found::new(ix, node.span, "{subject} is never rotated")
                .label("no rotation schedule")
                .help("add a rotation schedule, or tag it if an outside service owns it")
                .evidence("rotation"),
        );
    }
}

fn owned_outside(tags: &Val) -> bool {
    let says = |text: &str| OUTSIDE.iter().any(|w| text.to_ascii_lowercase().contains(w));
    let list = tags.as_list().is_some_and(|l| {
        l.items.iter().any(|t| says(&t.get("Key").display()) || says(&t.get("Value").display()))
    });
    list || tags.entries().iter().any(|e| says(&e.key) || says(&e.val.display()))
}
