//! code of others is deployed in whatever version there is that day
//!
//! ## What
//!
//! A Terraform module comes from a registry without `version`, or from a repository without `ref`, or with one that names
//! a branch. An application of the Serverless Application Repository has no `SemanticVersion`. A nested stack is read from a
//! URL of a bucket that the application does not make, without `versionId` or a hash in its name.
//!
//! A version of a registry that has no upper bound (`>= 5.0`) is pedantic. The lock file of Terraform is for
//! providers: it holds no version of a module.
//!
//! ## Why
//!
//! Whoever publishes the module, or takes over the account of who does, decides what the next deployment creates, with
//! the rights of the pipeline: roles, keys, functions. Nothing in the repository changes, so no review sees it.
//!
//! ## Example
//!
//! ```hcl bad main.tf
//! module "api" {
//!   source = "terraform-aws-modules/apigateway-v2/aws" # finding
//! }
//! ```
//!
//! ```hcl bad main.tf
//! module "api" {
//!   source = "git::https://git.example.com/modules/api.git?ref=main" # finding
//! }
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Parameters:
//!   Nested: {Type: String, Default: 'https://s3.amazonaws.com/shared-templates/network.yaml'} # finding
//! Resources:
//!   Network:
//!     Type: AWS::Serverless::Application
//!     Properties: {Location: !Ref Nested}
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Rotation:
//!     Type: AWS::Serverless::Application
//!     Properties:
//!       Location:
//!         ApplicationId: arn:aws:serverlessrepo:us-east-1:297356227824:applications/SecretsManagerRotationTemplate # finding
//! ```
//!
//! ```hcl good main.tf
//! module "api" {
//!   source  = "terraform-aws-modules/apigateway-v2/aws"
//!   version = "~> 5.2"
//! }
//!
//! module "queue" {
//!   source = "git::https://git.example.com/modules/queue.git?ref=v1.4.0"
//! }
//!
//! module "own" {
//!   source = "./modules/own"
//! }
//! ```
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Rotation:
//!     Type: AWS::Serverless::Application
//!     Properties:
//!       Location:
//!         ApplicationId: arn:aws:serverlessrepo:us-east-1:297356227824:applications/SecretsManagerRotationTemplate
//!         SemanticVersion: 1.1.225
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Bucket: {Type: String}
//! Resources:
//!   Network:
//!     Type: AWS::CloudFormation::Stack
//!     Properties: {TemplateURL: !Sub 'https://${Bucket}.s3.amazonaws.com/network.yaml'}
//! ```
//!
//! ## How to fix
//!
//! Say which version: `version = "~> 5.2"` for a registry, `?ref=` with a tag or, surer, a commit for a repository,
//! `SemanticVersion` for an application. Which one is in use now `terraform init` has written to
//! `.terraform/modules/modules.json`. Copy templates of others into the repository.
//!
//! ## Differs from
//!
//! `CKV_TF_1` asks for a commit and reports each module of a registry. A tag can be moved, but not without a trace.

use crate::prelude::*;
use palisade_graph::ModuleCall;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[494, 829],
        owasp_serverless: &["S9", "SAS-6"],
        checkov: &["CKV_TF_1", "CKV_TF_2"],
        attack: &["T1195"],
        stride: &["T", "E"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for module in &cx.graph.interface.modules {
        terraform(module, out);
    }
    for (ix, node) in cx.of_type("AWS::Serverless::Application") {
        let location = node.props.get("Location");
        match location.get("ApplicationId") {
            id if id.is_null() => template(cx, ix, node, "Location", location, out),
            id => {
                let version = location.get("SemanticVersion");
                if version.is_null() && location.as_map().is_some_and(|m| !m.open) {
                    let message = format!("application `{}` is deployed in its newest version", id.display());
                    out.push(
                        Found::at_value(ix, id, node.span, message)
                            .label("no `SemanticVersion`")
                            .help("add `SemanticVersion`")
                            .evidence("no version"),
                    );
                }
            }
        }
    }
    for (ix, node) in cx.of_type("AWS::CloudFormation::Stack") {
        template(cx, ix, node, "TemplateURL", node.props.get("TemplateURL"), out);
    }
}

/// A nested stack whose template somebody else may change.
fn template(cx: &Cx<'_>, ix: NodeIx, node: &Node, property: &str, url: &Val, out: &mut Findings) {
    if node.implied_by.is_some() || cx.graph.resolve(url).is_some() {
        return;
    }
    let text = url.display();
    let Some(rest) = text.strip_prefix("https://") else { return };
    let mut parts = rest.splitn(3, '/');
    let host = parts.next().unwrap_or("");
    let bucket = if host.starts_with("s3") { parts.next().unwrap_or("") } else { host };
    if bucket.contains("${") {
        out.cannot_tell(ix, property, url);
        return;
    }
    if text.contains("versionId=") || text.split(|c: char| !c.is_ascii_hexdigit()).any(|w| w.len() >= 32) {
        return;
    }
    out.push(
        Found::at_value(
            ix,
            url,
            node.span,
            format!("the template of nested stack `{}` is read from a bucket at each deployment", node.name),
        )
        .label("whoever may write there decides what is deployed")
        .help("copy the template into the repository, or add `versionId`")
        // Whose the bucket is, is not known.
        .confidence(Confidence::Medium)
        .evidence(text.to_string()),
    );
}

fn terraform(module: &ModuleCall, out: &mut Findings) {
    let source = module.source.as_str();
    if source.starts_with('/') {
        return;
    }
    let found = |why: String, label: &str, help: &str| {
        Found::of_file(module.at, format!("module `{}` {why}", module.name))
            .label(label)
            .help(help)
            .evidence(format!("{} {source}", module.name))
    };
    if !is_registry(source) {
        let why = match unpinned(source) {
            None => return,
            Some(Moving::Branch(branch)) => format!("is taken from `{branch}`, whatever stands there"),
            Some(Moving::Newest) => "is taken from where it comes in its newest state".to_owned(),
        };
        out.push(found(why, "no tag or commit", "name a tag or commit: `?ref=<commit>`"));
        return;
    }
    if module.version.is_empty() {
        let why = "is taken from its registry in the newest version".to_owned();
        out.push(found(why, "no `version`", "add `version`"));
    } else if open_ended(&module.version) {
        let why = "is taken from its registry in the newest version, the next major one too".to_owned();
        out.push(
            found(why, "", "add an upper bound: `~> <version>`")
                .label("no upper bound")
                .persona(Persona::Pedantic),
        );
    }
}

/// `namespace/name/provider`, with a host before it or not, and a folder behind it or not.
fn is_registry(source: &str) -> bool {
    if source.contains("::") || source.contains("://") || source.contains('@') || source.contains('?') {
        return false;
    }
    let path = source.split("//").next().unwrap_or(source);
    let parts: Vec<&str> = path.split('/').collect();
    let host = parts.first().is_some_and(|p| p.contains('.'));
    // `github.com/owner/name` is a repository.
    let forge = matches!(parts.first(), Some(&("github.com" | "bitbucket.org" | "gitlab.com")));
    !forge && parts.len() == if host { 4 } else { 3 }
}

/// What stands behind an address that may change.
#[derive(Debug, PartialEq, Eq)]
enum Moving<'a> {
    /// What a branch holds.
    Branch(&'a str),
    /// Whatever is newest.
    Newest,
}

/// What of an address may change without it.
fn unpinned(source: &str) -> Option<Moving<'_>> {
    let (address, query) = source.split_once('?').unwrap_or((source, ""));
    let query = |key: &str| query.split('&').find_map(|q| q.strip_prefix(key)?.strip_prefix('='));
    if query("checksum").is_some() || query("versionId").is_some() || query("archive").is_some() {
        return None;
    }
    let archive =
        [".zip", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz", ".tar"].iter().any(|e| address.contains(e));
    let git = address.starts_with("git")
        || address.starts_with("hg::")
        || address.contains(".git")
        || query("ref").is_some();
    match query("ref").or_else(|| query("rev")) {
        // A tag or commit has digits; branches hardly ever do.
        Some(name) => (!name.bytes().any(|b| b.is_ascii_digit())).then_some(Moving::Branch(name)),
        None if git || address.starts_with("bitbucket.org") => Some(Moving::Newest),
        // An archive of one version says so in its name.
        None if archive => (!address.bytes().any(|b| b.is_ascii_digit())).then_some(Moving::Newest),
        None => None,
    }
}

/// A constraint that every later version meets.
pub(super) fn open_ended(constraint: &str) -> bool {
    let parts = || constraint.split(',').map(str::trim);
    constraint.trim().is_empty() || parts().all(|p| p.starts_with('>') || p.starts_with("!="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources() {
        assert!(is_registry("terraform-aws-modules/lambda/aws"));
        assert!(is_registry("terraform-aws-modules/lambda/aws//modules/alias"));
        assert!(is_registry("registry.example.com/shop/lambda/aws"));
        assert!(!is_registry("github.com/shop/modules"));
        assert!(!is_registry("git@github.com:shop/modules.git"));
        assert_eq!(unpinned("github.com/shop/modules"), Some(Moving::Newest));
        assert_eq!(unpinned("git::https://example.com/x.git?ref=main"), Some(Moving::Branch("main")));
        assert_eq!(unpinned("git::https://example.com/x.git?depth=1&ref=v1.0"), None);
        assert_eq!(unpinned("git::ssh://git@example.com/x.git//a?ref=deadbee5"), None);
        assert_eq!(unpinned("https://example.com/x-1.2.zip"), None);
        assert_eq!(unpinned("https://example.com/x.zip"), Some(Moving::Newest));
        assert_eq!(unpinned("https://example.com/x.zip?checksum=md5:00"), None);
        assert!(open_ended(">= 1.0") && open_ended(">= 1.0, != 1.2"));
        assert!(!open_ended(">= 1.0, < 2.0") && !open_ended("~> 1.0") && !open_ended("1.0.0"));
    }
}
