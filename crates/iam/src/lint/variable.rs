//! Policy variables: where they are read and how they are written.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>

use super::Scope;
use super::finding::{Confidence, Out, Spot, name_of};
use super::pattern::has_variable;
use super::rules::{Rule, grammar};
use crate::condition::{Base, Operator};
use crate::document::{ProblemKind, Version};

/// What stands between the first `${` of a text and its `}`, if that is a variable.
pub(super) fn first(text: &str) -> Option<&str> {
    let (_, after) = text.split_once("${")?;
    let (inner, _) = after.split_once('}')?;
    Some(inner)
}

pub(super) fn check(scope: &Scope, out: &mut Out) {
    let s = scope.statement;
    let old = scope.document.version == Version::Old;
    if old && scope.document.problems.iter().any(|p| p.kind == ProblemKind::UnknownVersion) {
        return;
    }
    if let Some(actions) = &s.actions {
        let name = name_of(actions, "Action", "NotAction");
        for text in actions.items.iter().filter(|t| has_variable(&t.value)) {
            wrong_element(Spot::text(s, name, text), out);
        }
    }
    if let Some(principals) = &s.principals {
        let name = if principals.negated { "NotPrincipal" } else { "Principal" };
        for item in principals.items.iter().filter(|i| has_variable(&i.text.value)) {
            let path = format!("{name}/{}", super::principal::kind_name(item.kind));
            wrong_element(Spot::text(s, &path, &item.text), out);
        }
    }
    if let Some(resources) = &s.resources {
        let name = name_of(resources, "Resource", "NotResource");
        for text in resources.items.iter().filter(|t| has_variable(&t.value)) {
            report(&text.value, old, || Spot::text(s, name, text), out);
        }
    }
    for entry in &s.conditions {
        for text in entry.values.iter().filter(|t| has_variable(&t.value)) {
            let spot = || Spot::condition_value(s, entry, text);
            report(&text.value, old, spot, out);
            // AWS reads variables for texts, ARNs and booleans.
            let base = Operator::parse(&entry.operator).map(|o| o.base);
            let read = matches!(
                base,
                Some(
                    Base::StringEquals
                        | Base::StringEqualsIgnoreCase
                        | Base::StringLike
                        | Base::ArnLike
                        | Base::Bool
                ) | None
            );
            if !read && !old {
                let message =
                    format!("`{}` does not read variables; compare with a fixed value", entry.operator);
                out.add(&grammar::VARIABLE_WITH_WRONG_OPERATOR, Confidence::High, spot(), &message);
            }
        }
    }
}

fn wrong_element(spot: Spot<'_>, out: &mut Out) {
    let message =
        format!("`{}` holds a variable, which is read in `Resource` and `Condition` only", spot.value);
    out.add(&grammar::VARIABLE_IN_WRONG_ELEMENT, Confidence::High, spot, &message);
}

fn report<'t>(text: &'t str, old: bool, spot: impl Fn() -> Spot<'t>, out: &mut Out) {
    if old {
        if first(text).is_some() {
            let message = format!(
                "the variable in `{text}` is plain text without `\"Version\": \"2012-10-17\"`; write that version"
            );
            out.add(&grammar::VARIABLE_WITH_OLD_VERSION, Confidence::High, spot(), &message);
        }
        return;
    }
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("${") {
        let Some((inner, behind)) = after.split_once('}') else {
            let message = format!("`{text}` opens a variable with `${{` and does not close it; add `}}`");
            out.add(&grammar::VARIABLE_UNCLOSED, Confidence::High, spot(), &message);
            return;
        };
        rest = behind;
        if let Some((rule, fault)) = fault(inner) {
            out.add(rule, Confidence::High, spot(), &format!("the variable `${{{inner}}}` {fault}"));
        }
    }
}

fn fault(inner: &str) -> Option<(&'static Rule, &'static str)> {
    let (name, default) = match inner.split_once(',') {
        Some((name, default)) => (name, Some(default.trim())),
        None => (inner, None),
    };
    if name.is_empty() {
        return Some((&grammar::VARIABLE_EMPTY, "has no name; write a condition key"));
    }
    // The name of a tag may hold spaces.
    let key = name.split('/').next().unwrap_or(name);
    if key.contains(char::is_whitespace) || (!name.contains('/') && name.trim() != name) {
        return Some((&grammar::VARIABLE_WITH_SPACE, "holds a space; remove it"));
    }
    let quoted = default.is_none_or(|d| d.len() >= 2 && d.starts_with('\'') && d.ends_with('\''));
    (!quoted)
        .then_some((&grammar::VARIABLE_DEFAULT_UNQUOTED, "has a default without single quotes; quote it"))
}
