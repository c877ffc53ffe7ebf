//! Values of `Principal` and `NotPrincipal`.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

use super::Scope;
use super::finding::{Confidence, Out, Spot};
use super::pattern::{has_variable, is_wild};
use super::rules::{Rule, grammar, security, warning};
use crate::document::{Effect, PolicyType, PrincipalKind, PrincipalValue};

/// The key of a kind in `Principal`.
pub(super) fn kind_name(kind: PrincipalKind) -> &'static str {
    match kind {
        PrincipalKind::Everyone | PrincipalKind::Aws => "AWS",
        PrincipalKind::Service => "Service",
        PrincipalKind::Federated => "Federated",
        PrincipalKind::CanonicalUser => "CanonicalUser",
    }
}

/// Where a principal stands.
pub(super) fn spot<'a>(scope: &'a Scope, item: &'a PrincipalValue) -> Spot<'a> {
    let negated = scope.statement.principals.as_ref().is_some_and(|p| p.negated);
    let name = if negated { "NotPrincipal" } else { "Principal" };
    if item.kind == PrincipalKind::Everyone {
        return Spot::element(scope.statement, name, &item.text.value, item.text.mark);
    }
    Spot::text(scope.statement, &format!("{name}/{}", kind_name(item.kind)), &item.text)
}

pub(super) fn check(scope: &Scope, out: &mut Out) {
    let s = scope.statement;
    let Some(principals) = &s.principals else { return };
    let policy_type = scope.document.policy_type;
    if !policy_type.has_principal() {
        return;
    }
    if principals.negated && s.effect == Some(Effect::Allow) && policy_type != PolicyType::Trust {
        let message = "`NotPrincipal` with `Allow` allows everybody else, anonymous callers among them; name the principals with `Principal`";
        let spot = Spot::element(s, "NotPrincipal", "", principals.mark);
        out.add(&security::ALLOW_WITH_NOT_PRINCIPAL, Confidence::High, spot, message);
    }
    for item in &principals.items {
        if scope.symbolic(&item.text.value) || has_variable(&item.text.value) {
            continue;
        }
        if let Some((rule, message)) = fault(scope, item) {
            out.add(rule, Confidence::High, spot(scope, item), &message);
        }
    }
}

fn fault(scope: &Scope, item: &PrincipalValue) -> Option<(&'static Rule, String)> {
    let value = &*item.text.value;
    let policy_type = scope.document.policy_type;
    let everyone = item.kind == PrincipalKind::Everyone || (item.kind == PrincipalKind::Aws && value == "*");
    if policy_type == PolicyType::Rcp && !everyone {
        let message = format!(
            "`{value}` cannot stand in a resource control policy; write `*` and use `aws:PrincipalArn`"
        );
        return Some((&grammar::PRINCIPAL_TYPE_NOT_SUPPORTED, message));
    }
    if everyone {
        return None;
    }
    if item.kind == PrincipalKind::Federated && policy_type != PolicyType::Trust {
        let message = format!(
            "`{value}` is an identity provider, which only trust policies may name; name the role instead"
        );
        return Some((&grammar::FEDERATED_PRINCIPAL_NOT_SUPPORTED, message));
    }
    if item.kind == PrincipalKind::CanonicalUser {
        let elsewhere = policy_type == PolicyType::Trust
            || (policy_type == PolicyType::Resource && scope.service.is_some_and(|s| s != "s3"));
        if elsewhere {
            let message = format!(
                "`{value}` is a canonical user, which only policies of Amazon S3 may name; name its account"
            );
            return Some((&grammar::PRINCIPAL_TYPE_NOT_SUPPORTED, message));
        }
    }
    if is_wild(value) {
        let message = format!(
            "`{value}` has a wildcard, which a principal is not matched by; name each one, or `*` with `aws:PrincipalArn`"
        );
        let rule = if policy_type == PolicyType::Trust {
            &grammar::TRUST_PRINCIPAL_WILDCARD_INSIDE
        } else {
            &grammar::WILDCARD_INSIDE_PRINCIPAL
        };
        return Some((rule, message));
    }
    match item.kind {
        PrincipalKind::Service => (!is_service(value)).then(|| {
            let message = format!("`{value}` is no service principal; write `name.amazonaws.com` in lower case");
            (&grammar::SERVICE_PRINCIPAL_MALFORMED, message)
        }),
        PrincipalKind::Federated => (!is_provider(value)).then(|| {
            let message = format!("`{value}` is no known provider and no ARN of one; name the provider of the account by its ARN");
            (&grammar::TRUST_FEDERATED_MALFORMED, message)
        }),
        PrincipalKind::CanonicalUser => {
            let fine = value.len() == 64 && value.bytes().all(|b| b.is_ascii_hexdigit());
            (!fine).then(|| {
                let message = format!("`{value}` is no canonical user id; those have 64 hexadecimal digits");
                (&grammar::PRINCIPAL_MALFORMED, message)
            })
        }
        PrincipalKind::Aws => aws(value),
        PrincipalKind::Everyone => None,
    }
}

fn aws(value: &str) -> Option<(&'static Rule, String)> {
    if is_account(value) {
        return None;
    }
    let id = |head: &str| {
        value.len() >= 16
            && value.starts_with(head)
            && value.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    };
    if id("AROA") {
        let message =
            format!("`{value}` is the id of a role, shown where the role is gone; name a role by its ARN");
        return Some((&warning::ROLE_REFERENCE_BY_ID, message));
    }
    if id("AIDA") {
        let message =
            format!("`{value}` is the id of a user, shown where the user is gone; name a user by its ARN");
        return Some((&warning::USER_REFERENCE_BY_ID, message));
    }
    let parts: Vec<&str> = value.splitn(6, ':').collect();
    let fine = match parts.as_slice() {
        ["arn", partition, service, "", account, tail] => {
            // Origin access identities of CloudFront stand in the place of an account.
            let account = is_account(account) || *account == "cloudfront";
            let tail = match *service {
                "iam" => *tail == "root" || named(tail, &["user/", "role/"]),
                "sts" => *tail == "self" || named(tail, &["assumed-role/", "federated-user/"]),
                _ => false,
            };
            account && tail && super::region::PARTITIONS.contains(partition)
        }
        _ => false,
    };
    (!fine).then(|| {
        let message =
            format!("`{value}` is no account, user, role or session; write twelve digits or the ARN");
        (&grammar::PRINCIPAL_MALFORMED, message)
    })
}

fn named(tail: &str, heads: &[&str]) -> bool {
    heads.iter().any(|head| tail.strip_prefix(head).is_some_and(|name| !name.is_empty()))
}

pub(super) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

/// `lambda.amazonaws.com`, `s3.eu-south-1.amazonaws.com.cn`, `alexa-appkit.amazon.com`.
pub(super) fn is_service(text: &str) -> bool {
    const ENDS: [&str; 6] = [
        ".amazonaws.com",
        ".amazonaws.com.cn",
        ".amazon.com",
        ".aws.internal",
        ".c2s.ic.gov",
        ".sc2s.sgov.gov",
    ];
    let name = ENDS.iter().find_map(|end| text.strip_suffix(end));
    name.is_some_and(|name| {
        let letters = name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.' | b'_'));
        letters && !name.is_empty() && name.split('.').all(|part| !part.is_empty())
    })
}

/// A provider that AWS knows by name, or the ARN of one that an account has created.
fn is_provider(text: &str) -> bool {
    const KNOWN: [&str; 4] =
        ["accounts.google.com", "graph.facebook.com", "www.amazon.com", "cognito-identity.amazonaws.com"];
    if KNOWN.contains(&text) || (text.starts_with("cognito-identity") && is_service(text)) {
        return true;
    }
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", partition, "iam", "", account, tail] => {
            super::region::PARTITIONS.contains(partition)
                && is_account(account)
                && named(tail, &["saml-provider/", "oidc-provider/"])
        }
        _ => false,
    }
}
