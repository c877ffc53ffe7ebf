//! Trust in OpenID Connect providers: whose tokens, for whom.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html>

use super::Scope;
use super::finding::{Confidence, Out, Spot};
use super::pattern::starts_with_folded;
use super::principal::spot;
use super::rules::{security, suggestion, warning};
use crate::condition::{Base, Operator, Quantifier};
use crate::document::{ConditionEntry, Effect, PolicyType, PrincipalKind};

const GITHUB: &str = "token.actions.githubusercontent.com";
const COGNITO: &str = "cognito-identity.amazonaws.com";

/// Claims that say for whom or to whom a token was given.
const CLAIMS: [&str; 8] = ["aud", "sub", "oaud", "azp", "app_id", "user_id", "id", "email"];

/// Issuers that serve all their customers: an audience alone tells none of them apart.
const SHARED: [&str; 3] = ["gitlab.com", "app.terraform.io", "agent.buildkite.com"];

/// Issuers whose tokens carry one audience.
const ONE_AUDIENCE: [&str; 5] =
    [GITHUB, COGNITO, "accounts.google.com", "graph.facebook.com", "www.amazon.com"];

pub(super) fn check(scope: &Scope, out: &mut Out) {
    let s = scope.statement;
    if scope.document.policy_type != PolicyType::Trust || s.effect != Some(Effect::Allow) || s.conditions_open
    {
        return;
    }
    let Some(principals) = s.principals.as_ref().filter(|p| !p.negated) else { return };
    for item in principals.items.iter().filter(|i| i.kind == PrincipalKind::Federated) {
        let value = &*item.text.value;
        let Some(issuer) = issuer(value).filter(|issuer| !scope.symbolic(issuer)) else { continue };
        if issuer == GITHUB {
            github(scope, spot(scope, item), out);
            continue;
        }
        let shared = SHARED.contains(&issuer);
        let restricts = |entry: &&ConditionEntry| {
            claim(entry, issuer).is_some_and(|c| {
                CLAIMS.iter().any(|known| c.eq_ignore_ascii_case(known))
                    && !(shared && c.eq_ignore_ascii_case("aud"))
            }) && positive(entry)
        };
        if s.conditions.iter().any(|entry| restricts(&entry) && !any(entry)) {
            continue;
        }
        let wanted = if shared { "sub" } else { "aud` or `sub" };
        let message = format!(
            "everybody with a token of `{issuer}` can assume the role; compare its `{wanted}` claim with `StringEquals`"
        );
        out.add(&security::OIDC_TRUST_WITHOUT_SUBJECT, Confidence::High, spot(scope, item), &message);
    }
    audience(scope, out);
}

/// The issuer of a provider, `None` for SAML.
fn issuer(value: &str) -> Option<&str> {
    if value.contains(":saml-provider/") {
        return None;
    }
    match value.split_once(":oidc-provider/") {
        Some((_, issuer)) => Some(issuer),
        None if value.contains(':') => None,
        None => Some(value),
    }
}

/// The claim that a key of an issuer is about.
fn claim<'e>(entry: &'e ConditionEntry, issuer: &str) -> Option<&'e str> {
    starts_with_folded(&entry.key, issuer).then(|| entry.key.get(issuer.len()..)?.strip_prefix(':')).flatten()
}

/// Whether a condition fails for a token without the claim.
fn positive(entry: &ConditionEntry) -> bool {
    Operator::parse(&entry.operator).is_some_and(|o| {
        !o.negated && !o.if_exists && o.quantifier != Quantifier::All && o.base != Base::Null
    })
}

/// Whether a condition fits every value.
fn any(entry: &ConditionEntry) -> bool {
    let like = Operator::parse(&entry.operator).is_some_and(|o| o.base == Base::StringLike);
    like && entry.values.iter().any(|v| super::pattern::is_any(&v.value))
}

/// What a `sub` of GitHub names.
#[derive(PartialEq, Eq)]
enum Subject {
    Nothing,
    Repository,
    Ref,
}

/// `repo:organisation/repository:ref:refs/heads/main`
/// (<https://docs.github.com/en/actions/reference/security/oidc>).
fn subject(value: &str, like: bool) -> Subject {
    let wild = |text: &str| like && super::pattern::is_wild(text);
    let bare = |text: &str| text.is_empty() || text.bytes().all(|b| matches!(b, b'*' | b'?'));
    let Some(rest) = value.strip_prefix("repo:") else {
        // Subjects that an organisation has chosen: `repository_id:42:ref:…`.
        return match value.split_once(':') {
            Some((name, claim)) if !wild(name) && !bare(claim) => Subject::Ref,
            None if !wild(value) && !value.is_empty() => Subject::Ref,
            _ => Subject::Nothing,
        };
    };
    let Some((organisation, rest)) = rest.split_once('/') else { return Subject::Nothing };
    let (repository, what) = match rest.split_once(':') {
        Some((repository, what)) => (repository, Some(what)),
        None => (rest, None),
    };
    if wild(organisation) || organisation.is_empty() || bare(repository) {
        return Subject::Nothing;
    }
    match what {
        None => {
            if wild(repository) {
                Subject::Repository
            } else {
                Subject::Ref
            }
        }
        Some("ref:*" | "ref:refs/*" | "ref:refs/heads/*") if like => Subject::Repository,
        Some(what) if like && bare(what) => Subject::Repository,
        Some(_) => Subject::Ref,
    }
}

fn github(scope: &Scope, principal: Spot<'_>, out: &mut Out) {
    let s = scope.statement;
    let mut named = false;
    let mut vague = None;
    for entry in s.conditions.iter().filter(|e| positive(e)) {
        let Some(name) = claim(entry, GITHUB) else { continue };
        if entry.open || entry.values.iter().any(|v| scope.symbolic(&v.value)) {
            return;
        }
        let like = Operator::parse(&entry.operator).is_some_and(|o| o.base == Base::StringLike);
        let lower = name.to_ascii_lowercase();
        if ["repository", "repository_id", "job_workflow_ref"].contains(&lower.as_str()) && !any(entry) {
            return;
        }
        if lower != "sub" {
            continue;
        }
        named = true;
        for value in &entry.values {
            let spot = || Spot::condition_value(s, entry, value);
            match subject(&value.value, like) {
                Subject::Nothing => {
                    let message = format!(
                        "`{}` names no organisation and repository, so that workflows of others can assume the role; write `repo:organisation/repository:ref:refs/heads/branch`",
                        value.value
                    );
                    out.add(&security::GITHUB_REPOSITORY_MISSING, Confidence::High, spot(), &message);
                }
                Subject::Repository => vague = vague.or(Some((entry, value))),
                Subject::Ref => {}
            }
        }
    }
    if !named {
        let message = format!(
            "workflows of every repository can assume the role; compare `{GITHUB}:sub` with `repo:organisation/repository:ref:refs/heads/branch`"
        );
        out.add(&security::GITHUB_REPOSITORY_MISSING, Confidence::High, principal, &message);
    }
    if let Some((entry, value)) = vague {
        let message = format!(
            "`{}` fits every branch, tag and pull request of the repository; name the branch or the environment",
            value.value
        );
        out.add(
            &warning::GITHUB_BRANCH_MISSING,
            Confidence::High,
            Spot::condition_value(s, entry, value),
            &message,
        );
    }
}

/// A token may carry a list of audiences, which an operator without set operator does not compare.
fn audience(scope: &Scope, out: &mut Out) {
    for entry in &scope.statement.conditions {
        let Some((issuer, name)) = entry.key.rsplit_once(':') else { continue };
        if !name.eq_ignore_ascii_case("aud") || !issuer.contains('.') || scope.symbolic(issuer) {
            continue;
        }
        let known = ONE_AUDIENCE.contains(&issuer) || issuer.starts_with("oidc.eks.");
        let plain = Operator::parse(&entry.operator)
            .is_some_and(|o| o.quantifier == Quantifier::None && o.base != Base::Null);
        if plain && !known {
            let message = format!(
                "`{}` is compared as one text; if tokens of `{issuer}` carry a list of audiences, write `ForAnyValue:{}`",
                entry.key, entry.operator
            );
            let spot = Spot::key(scope.statement, entry);
            out.add(&suggestion::AUDIENCE_CLAIM_TYPE, Confidence::Low, spot, &message);
        }
    }
}
