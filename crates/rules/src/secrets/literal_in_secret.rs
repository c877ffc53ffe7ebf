//! a secret of Secrets Manager is written in clear in the template
//!
//! ## What
//!
//! `SecretString` is a literal, or a parameter with a default, and holds a secret: a plain text that is no placeholder, or a JSON object in
//! which a value is one by its name and shape. User names, hosts and placeholders are silent.
//!
//! ## Why
//!
//! The vault is locked and the key lies on the door mat: whoever reads the template, the stack or the repository has the
//! secret without any permission on it, no read is logged, and every deployment writes the old value over a rotated one.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Db:
//!     Type: AWS::SecretsManager::Secret
//!     Properties:
//!       SecretString: '{"username": "app", "password": "hunter2-x9"}' # finding
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Db:
//!     Type: AWS::SecretsManager::Secret
//!     Properties:
//!       GenerateSecretString:
//!         SecretStringTemplate: '{"username": "app"}'
//!         GenerateStringKey: password
//!         PasswordLength: 32
//!         ExcludePunctuation: true
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! custom: {key: 9fX2mQ7vLk3RtY8pWz1a}
//! provider: {name: aws, runtime: nodejs24.x}
//! resources:
//!   Resources:
//!     Partner:
//!       Type: AWS::SecretsManager::Secret
//!       Properties:
//!         Name: partner-api-key
//!         SecretString: ${self:custom.key} # finding
//! ```
//!
//! ```yaml good template.yaml
//! Parameters:
//!   Key: {Type: String, NoEcho: true}
//! Resources:
//!   Db:
//!     Type: AWS::SecretsManager::Secret
//!     Properties:
//!       SecretString: '{"username": "app", "host": "db.internal"}'
//!   Later:
//!     Type: AWS::SecretsManager::Secret
//!     Properties: {SecretString: CHANGE_ME}
//!   Given:
//!     Type: AWS::SecretsManager::Secret
//!     Properties: {SecretString: !Ref Key}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_secretsmanager_secret" "db" {
//!   name = "orders/db"
//! }
//!
//! resource "aws_secretsmanager_secret_version" "db" {
//!   secret_id = aws_secretsmanager_secret.db.id
//!   secret_string = jsonencode({ # finding
//!     username = "app"
//!     password = "hunter2-x9"
//!   })
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_secretsmanager_secret" "db" {
//!   name = "orders/db"
//! }
//!
//! resource "random_password" "db" {
//!   length = 32
//! }
//!
//! resource "aws_secretsmanager_secret_version" "db" {
//!   secret_id     = aws_secretsmanager_secret.db.id
//!   secret_string = random_password.db.result
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A value that the files do not hold is no finding.
//!
//! ## How to fix
//!
//! **Rotate the secret first.** What can be random: `GenerateSecretString`. What an outside service issues: create the secret
//! empty and put the value in by hand or by a pipeline, not through the template.

use crate::prelude::*;
use crate::secret::{Judgement, is_placeholder, judge_text, known_format};

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Critical,
    confidence: Confidence::Medium,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[798],
        owasp_serverless: &["S3", "SAS-7"],
        attack: &["T1552.001"],
        stride: &["I"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::SecretsManager::Secret") {
        let val = node.props.get("SecretString");
        let name = node.props.get("Name").display();
        let Some(what) = in_clear(&name, val) else { continue };
        out.hide(val);
        let at = node.props.entry("SecretString").map_or(Span::NONE, |e| e.key_span);
        out.push(
            Found::new(ix, at.or(node.span), format!("{{subject}} is written in clear: it holds {what}"))
                .label("anybody who reads this file has it")
                .help("rotate it, and use `GenerateSecretString` or put the value in outside of the template")
                .way(val)
                .evidence("SecretString")
                .fixes(generated(cx, ix, val, at)),
        );
    }
}

/// A random value instead, where the text is written here and not put together from parameters that others use: for a plain text, or for the one secret of an object. What an outside service issues,
/// known by its format, cannot be made up, and Terraform has no word for it.
fn generated(cx: &Cx<'_>, ix: NodeIx, val: &Val, at: Span) -> Option<Proposal> {
    let text = val.as_str()?.trim();
    let elsewhere = val.links().next().is_some() || cx.application.store.text(val.span).contains("${");
    if cx.application.dialects.contains(&"terraform") || at == Span::NONE || elsewhere {
        return None;
    }
    if known_format(text).is_some() {
        return None;
    }
    let mut generate =
        vec![("PasswordLength".into(), Literal::Int(32)), ("ExcludePunctuation".into(), Literal::Bool(true))];
    if text.starts_with('{') {
        let entries = members(text)?;
        let (secret, plain): (Vec<_>, Vec<_>) =
            entries.into_iter().partition(|(key, value)| of(key, value.as_str()).is_some());
        let [(key, _)] = secret.as_slice() else { return None };
        let quoted: Option<Vec<String>> =
            plain.iter().map(|(k, v)| Some(format!("{}: {}", quoted(k)?, quoted(v)?))).collect();
        let template = format!("{{{}}}", quoted?.join(", "));
        generate.insert(0, ("SecretStringTemplate".into(), template.as_str().into()));
        generate.insert(1, ("GenerateStringKey".into(), key.as_str().into()));
    }
    let change = Change::Set { node: ix, path: "GenerateSecretString".into(), value: Literal::Map(generate) };
    let title = "let Secrets Manager make a random value";
    Some(Proposal::new(title, Safety::Unsafe, vec![Change::Remove { at }, change]))
}

/// A text as JSON writes it, if that takes no escapes.
fn quoted(text: &str) -> Option<String> {
    let plain = !text.contains(['"', '\\']) && !text.contains(char::is_control);
    plain.then(|| format!("\"{text}\""))
}

/// Keys and texts of a JSON object that holds nothing else.
fn members(text: &str) -> Option<Vec<(String, String)>> {
    let object = parsed(text)?;
    let root = object.documents.first().copied()?;
    let members =
        object.entries(root).map(|(k, v)| Some((object.text(k)?.to_string(), object.text(v)?.to_string())));
    members.collect()
}

fn parsed(text: &str) -> Option<palisade_source::Tree> {
    palisade_source::parse(
        palisade_source::FileId(0),
        &palisade_source::SourceFile::new("", text),
        &palisade_source::Limits::default(),
    )
    .ok()
}

/// What a literal secret string holds.
fn in_clear(name: &str, val: &Val) -> Option<&'static str> {
    // An object that is evaluated already (`jsonencode`).
    if !val.entries().is_empty() {
        return val.entries().iter().find_map(|e| of(&e.key, e.val.as_str()?));
    }
    let text = val.as_str()?.trim();
    if text.starts_with('{') {
        let object = parsed(text)?;
        let root = object.documents.first().copied()?;
        let mut entries = object.entries(root);
        return entries.find_map(|(k, v)| of(object.text(k)?, object.text(v)?.as_str()));
    }
    if text.chars().count() < 4 || is_placeholder(text) || text.starts_with("arn:") || text.contains("${") {
        return None;
    }
    known_format(text).or_else(|| of("secret", Some(text)).or(plain(name, text)))
}

fn of<'a>(key: &str, text: impl Into<Option<&'a str>>) -> Option<&'static str> {
    match judge_text(key, text.into()?) {
        Judgement::Literal { what, .. } => Some(what),
        _ => None,
    }
}

/// A plain text in a secret is the secret, unless the secret's own name says otherwise.
fn plain(name: &str, text: &str) -> Option<&'static str> {
    let other = ["user", "username", "host", "url", "endpoint", "name", "config"];
    let lower = name.to_ascii_lowercase();
    (!other.iter().any(|w| lower.ends_with(w)) && !text.contains(' ')).then_some("a plain text")
}
