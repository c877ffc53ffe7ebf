//! What reading has found, by the name of its check.

use super::finding::{Confidence, Out, Spot};
use super::pattern::has_variable;
use super::rules::{Rule, beyond, grammar, warning};
use crate::document::{Document, PolicyType, Problem, ProblemKind};

pub(super) fn check(document: &Document, out: &mut Out) {
    for problem in &document.problems {
        let Some(rule) = rule(document, problem) else { continue };
        let message = message(document, problem, rule);
        let spot = Spot {
            statement: problem.statement,
            pointer: problem.pointer.clone(),
            value: &problem.value,
            mark: problem.mark,
        };
        out.add(rule, Confidence::High, spot, &message);
    }
}

fn rule(document: &Document, problem: &Problem) -> Option<&'static Rule> {
    let variable = has_variable(&problem.value);
    Some(match problem.kind {
        ProblemKind::WrongType => &grammar::ELEMENT_WRONG_TYPE,
        ProblemKind::DuplicateKey => &grammar::JSON_SYNTAX_ERROR,
        ProblemKind::UnknownElement => &grammar::UNKNOWN_ELEMENT,
        ProblemKind::UnknownVersion | ProblemKind::EffectInvalid if variable => {
            &grammar::VARIABLE_IN_WRONG_ELEMENT
        }
        ProblemKind::UnknownVersion => &grammar::VERSION_INVALID,
        ProblemKind::EffectInvalid => &grammar::EFFECT_INVALID,
        ProblemKind::StatementMissing => &grammar::STATEMENT_MISSING,
        ProblemKind::EffectMissing => &grammar::EFFECT_MISSING,
        ProblemKind::ActionMissing => &grammar::ACTION_MISSING,
        ProblemKind::ResourceMissing => {
            // A trust policy has none, and some resource policies leave it out.
            if matches!(document.policy_type, PolicyType::Trust | PolicyType::Resource) {
                return None;
            }
            &grammar::RESOURCE_MISSING
        }
        ProblemKind::PrincipalMissing => &grammar::PRINCIPAL_MISSING,
        ProblemKind::PrincipalNotAllowed if document.policy_type == PolicyType::Scp => {
            &grammar::SCP_WITH_PRINCIPAL
        }
        ProblemKind::PrincipalNotAllowed => &grammar::PRINCIPAL_TYPE_NOT_SUPPORTED,
        ProblemKind::ExcludesEachOther => &grammar::ELEMENTS_EXCLUDE_EACH_OTHER,
        ProblemKind::PrincipalKindUnknown => &grammar::PRINCIPAL_TYPE_UNKNOWN,
        ProblemKind::OperatorUnknown if is_null_if_exists(&problem.value) => &grammar::NULL_WITH_IF_EXISTS,
        ProblemKind::OperatorUnknown => &grammar::UNKNOWN_CONDITION_OPERATOR,
        ProblemKind::ActionMalformed if variable => return None,
        ProblemKind::ActionMalformed => &grammar::UNKNOWN_ACTION,
        // API Gateway takes the short form in its resource policies.
        ProblemKind::ResourceMalformed if problem.value.starts_with("execute-api:/") => return None,
        ProblemKind::ResourceMalformed => &grammar::ARN_PREFIX_INVALID,
        ProblemKind::DuplicateSid if problem.kind.is_refused(document.policy_type) => &grammar::DUPLICATE_SID,
        ProblemKind::DuplicateSid => &warning::SID_NOT_UNIQUE,
        ProblemKind::Limit => &beyond::DOCUMENT_LIMIT,
    })
}

fn is_null_if_exists(operator: &str) -> bool {
    let name = operator.rsplit(':').next().unwrap_or(operator);
    name.eq_ignore_ascii_case("NullIfExists")
}

fn message(document: &Document, problem: &Problem, rule: &Rule) -> String {
    let value = &problem.value;
    let what = if value.is_empty() {
        let place = if problem.statement.is_some() { "the statement" } else { "the document" };
        format!("{place} {}", problem.kind.text())
    } else {
        format!("`{value}` {}", problem.kind.text())
    };
    let advice = match problem.kind {
        ProblemKind::WrongType => "write a text, or what the grammar asks for".to_owned(),
        ProblemKind::DuplicateKey => "remove one of them: AWS refuses the document".to_owned(),
        ProblemKind::UnknownElement => nearest(value, &ELEMENTS)
            .map_or_else(|| "remove it".to_owned(), |name| format!("did you mean `{name}`?")),
        _ if rule.name == grammar::VARIABLE_IN_WRONG_ELEMENT.name => {
            "variables are read in `Resource` and `Condition` only".to_owned()
        }
        ProblemKind::UnknownVersion => "write `2012-10-17`".to_owned(),
        ProblemKind::StatementMissing => "add a `Statement`".to_owned(),
        ProblemKind::EffectMissing => "write `Allow` or `Deny`".to_owned(),
        ProblemKind::EffectInvalid => nearest(value, &["Allow", "Deny"])
            .map_or_else(|| "write `Allow` or `Deny`".to_owned(), |name| format!("did you mean `{name}`?")),
        ProblemKind::ActionMissing => "list the actions that it is about".to_owned(),
        ProblemKind::ResourceMissing => "name the resources, or `*`".to_owned(),
        ProblemKind::PrincipalMissing => "name the principals that it is about".to_owned(),
        ProblemKind::PrincipalNotAllowed => match document.policy_type {
            PolicyType::Scp => "use the condition key `aws:PrincipalArn`".to_owned(),
            _ => "remove it: the policy is attached to its principal".to_owned(),
        },
        ProblemKind::ExcludesEachOther => "split the statement in two".to_owned(),
        ProblemKind::PrincipalKindUnknown => {
            nearest(value, &["AWS", "Service", "Federated", "CanonicalUser"])
                .map_or_else(|| "use one of these".to_owned(), |name| format!("did you mean `{name}`?"))
        }
        ProblemKind::OperatorUnknown if rule.name == grammar::NULL_WITH_IF_EXISTS.name => {
            "use `Null`, which asks for presence itself".to_owned()
        }
        ProblemKind::OperatorUnknown => nearest(value, &OPERATORS).map_or_else(
            || "use an operator of AWS's list".to_owned(),
            |name| format!("did you mean `{name}`?"),
        ),
        ProblemKind::ActionMalformed => "put the service's prefix before a colon".to_owned(),
        ProblemKind::ResourceMalformed => "write a whole ARN that starts with `arn:`".to_owned(),
        ProblemKind::DuplicateSid => "give each statement a name of its own".to_owned(),
        ProblemKind::Limit => "it is not evaluated: make it smaller".to_owned(),
    };
    format!("{what}; {advice}")
}

const ELEMENTS: [&str; 12] = [
    "Version",
    "Id",
    "Statement",
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

const OPERATORS: [&str; 28] = [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
    "ArnEquals",
    "ArnLike",
    "ArnNotEquals",
    "ArnNotLike",
    "Null",
    "StringEqualsIfExists",
];

/// The name that is most alike, if one is alike at all. The first or the second letter has to be right, which spares
/// the comparison with most names.
pub(super) fn nearest<'n>(wanted: &str, names: &[&'n str]) -> Option<&'n str> {
    if wanted.len() > 128 {
        return None;
    }
    let wanted = wanted.to_lowercase();
    let letter = |text: &str, at: usize| text.as_bytes().get(at).map(u8::to_ascii_lowercase);
    let (first, second) = (letter(&wanted, 0), letter(&wanted, 1));
    let near = names.iter().filter(|name| {
        (letter(name, 0) == first || letter(name, 1) == second) && name.len().abs_diff(wanted.len()) < 10
    });
    let rated = near.map(|name| (strsim::jaro_winkler(&wanted, &name.to_lowercase()), *name));
    rated.filter(|(rate, _)| *rate > 0.8).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name)| name)
}
