//! Elements that are missing, empty, old or named twice.

use super::finding::{Confidence, Out, Spot, name_of};
use super::pattern::has_variable;
use super::rules::{beyond, grammar, suggestion, warning};
use super::{Options, Scope};
use crate::condition::{Operator, Quantifier};
use crate::document::{Document, PolicyType, ProblemKind, Version};
use crate::element::{Element, Node};

/// Whether variables stand in a document that does not read them: then the version changes the meaning.
pub(super) fn literal_variables(document: &Document) -> bool {
    document.version == Version::Old
        && !document.problems.iter().any(|p| p.kind == ProblemKind::UnknownVersion)
        && document.statements.iter().any(|s| {
            let resources = s.resources.iter().flat_map(|r| &r.items);
            let values = s.conditions.iter().flat_map(|c| &c.values);
            resources.chain(values).any(|text| super::variable::first(&text.value).is_some())
        })
}

pub(super) fn document(document: &Document, options: Options, out: &mut Out) {
    let at = |pointer: &str| Spot { statement: None, pointer: pointer.to_owned(), value: "", mark: 0 };
    if document.opaque {
        if document.problems.is_empty() {
            let message = "the document or a part of it is a reference that only the deployment resolves; its decisions are unknown";
            out.add(&beyond::REFERENCE_UNRESOLVED, Confidence::High, at(""), message);
        }
        return;
    }
    if document.version == Version::Old && !literal_variables(document) {
        if !document.version_written {
            let message =
                "the document has no `Version`; write `2012-10-17`, without which variables are not read";
            out.add(&warning::VERSION_MISSING, Confidence::High, at(""), message);
        } else if !document.problems.iter().any(|p| p.kind == ProblemKind::UnknownVersion) {
            let spot = Spot { value: "2008-10-17", ..at("/Version") };
            let message = "`2008-10-17` is the old version of the language; write `2012-10-17`";
            out.add(&beyond::OLD_POLICY_VERSION, Confidence::High, spot, message);
        }
    }
    if let Some(statements) = options.element.and_then(|e| e.get("Statement")) {
        for (statement, element) in statements.one_or_many().iter().enumerate() {
            tree(u32::try_from(statement).unwrap_or(u32::MAX), element, out);
        }
    }
}

/// What only the tree shows: empty blocks, and the JSON types of condition values.
fn tree(statement: u32, element: &Element, out: &mut Out) {
    let prefix = format!("/Statement/{statement}");
    let spot = |pointer: String, mark| Spot { statement: Some(statement), pointer, value: "", mark };
    for name in ["Principal", "NotPrincipal"] {
        let Some(block) = element.get(name) else { continue };
        if matches!(&block.node, Node::Map(entries) if entries.is_empty()) {
            let message = format!("`{name}` is empty and names nobody; name a principal");
            let spot = spot(format!("{prefix}/{name}"), block.mark);
            out.add(&suggestion::EMPTY_PRINCIPAL_BLOCK, Confidence::High, spot, &message);
        }
        let Node::Map(entries) = &block.node else { continue };
        for (kind, list) in entries {
            if matches!(&list.node, Node::List(items) if items.is_empty()) {
                let message = format!(
                    "the list of `{kind}` principals is empty and names nobody; name one or remove it"
                );
                let spot = spot(format!("{prefix}/{name}/{kind}"), list.mark);
                out.add(&suggestion::EMPTY_PRINCIPAL_LIST, Confidence::High, spot, &message);
            }
        }
    }
    let Some(condition) = element.get("Condition") else { return };
    let Node::Map(operators) = &condition.node else { return };
    if operators.is_empty() {
        let spot = spot(format!("{prefix}/Condition"), condition.mark);
        let message = "`Condition` is empty and restricts nothing; remove it or add an operator";
        out.add(&suggestion::EMPTY_CONDITION_BLOCK, Confidence::High, spot, message);
    }
    for (operator, block) in operators {
        let Node::Map(keys) = &block.node else { continue };
        if keys.is_empty() {
            let message =
                format!("`{operator}` is empty and restricts nothing; remove it or add a condition key");
            let spot = spot(format!("{prefix}/Condition/{operator}"), block.mark);
            out.add(&suggestion::EMPTY_CONDITION_BLOCK, Confidence::High, spot, &message);
        }
        for (key, values) in keys {
            let mut kinds = values.one_or_many().iter().map(|v| std::mem::discriminant(&v.node));
            let first = kinds.next();
            if kinds.any(|kind| Some(kind) != first)
                && values.one_or_many().iter().all(|v| v.scalar().is_some())
            {
                let message =
                    format!("the values of `{key}` mix texts, numbers and booleans; write all of them alike");
                let step = key.replace('~', "~0").replace('/', "~1");
                let spot = spot(format!("{prefix}/Condition/{operator}/{step}"), values.mark);
                out.add(&grammar::CONDITION_OPERATORS_MIXED_TYPES, Confidence::High, spot, &message);
            }
        }
    }
}

pub(super) fn statement(scope: &Scope, out: &mut Out) {
    let s = scope.statement;
    sid(scope, out);
    if s.opaque {
        if !scope.document.problems.iter().any(|p| p.statement == Some(s.index)) {
            let spot = Spot::element(s, "", "", s.mark);
            let message =
                "the statement is a reference that only the deployment resolves; its decisions are unknown";
            out.add(&beyond::REFERENCE_UNRESOLVED, Confidence::High, spot, message);
        }
        return;
    }
    if let Some(actions) = &s.actions
        && actions.items.is_empty()
        && !actions.open
        && !spoilt(scope, "/Action")
    {
        let name = name_of(actions, "Action", "NotAction");
        let message = format!("`{name}` is an empty list; name an action or remove the statement");
        let spot = Spot::element(s, name, "", actions.mark);
        out.add(&suggestion::EMPTY_ACTION_LIST, Confidence::High, spot, &message);
    }
    if let Some(resources) = &s.resources
        && resources.items.is_empty()
        && !resources.open
        && !spoilt(scope, "/Resource")
    {
        let name = name_of(resources, "Resource", "NotResource");
        let message = format!("`{name}` is an empty list; name a resource or remove the statement");
        let spot = Spot::element(s, name, "", resources.mark);
        out.add(&suggestion::EMPTY_RESOURCE_LIST, Confidence::High, spot, &message);
    }
    for entry in &s.conditions {
        if !entry.values.is_empty() || entry.open {
            continue;
        }
        let Some(operator) = Operator::parse(&entry.operator) else { continue };
        let (rule, effect) = match operator.quantifier {
            Quantifier::All => {
                (&suggestion::EMPTY_VALUES_FOR_ALL, "holds only when the request lacks the key")
            }
            Quantifier::Any => (&suggestion::EMPTY_VALUES_FOR_ANY, "never holds"),
            Quantifier::None if operator.if_exists => {
                (&suggestion::EMPTY_VALUES_IF_EXISTS, "holds only when the request lacks the key")
            }
            Quantifier::None => (&suggestion::EMPTY_CONDITION_VALUES, "compares with nothing"),
        };
        let message = format!("`{}` has no value and {effect}; add a value or remove the key", entry.key);
        out.add(rule, Confidence::High, Spot::key(s, entry), &message);
    }
    references(scope, out);
}

/// Whether reading has found a fault in an element, which explains that it looks empty.
fn spoilt(scope: &Scope, element: &str) -> bool {
    let s = Some(scope.statement.index);
    let not = element.replace('/', "/Not");
    scope
        .document
        .problems
        .iter()
        .any(|p| p.statement == s && (p.pointer.contains(element) || p.pointer.contains(&not)))
}

fn sid(scope: &Scope, out: &mut Out) {
    let s = scope.statement;
    let Some(sid) = s.sid.as_deref() else { return };
    let spot = Spot::element(s, "Sid", sid, s.mark);
    if sid.is_empty() {
        out.add(
            &suggestion::EMPTY_SID,
            Confidence::High,
            spot,
            "`Sid` is empty; give the statement a name or remove it",
        );
    } else if has_variable(sid) && scope.document.version == Version::New {
        let message = format!("`{sid}` holds a variable, which `Sid` does not read; write plain text");
        out.add(&grammar::VARIABLE_IN_WRONG_ELEMENT, Confidence::High, spot, &message);
    } else if matches!(
        scope.document.policy_type,
        PolicyType::Identity | PolicyType::Boundary | PolicyType::Session
    ) && !sid.bytes().all(|b| b.is_ascii_alphanumeric())
        && !scope.symbolic(sid)
    {
        let message = format!("`{sid}` may hold letters A to Z, a to z and digits only in this policy");
        out.add(&grammar::SID_CHARACTERS, Confidence::High, spot, &message);
    }
}

/// References of which nothing is known, in the elements that decide whom and what a statement is about.
fn references(scope: &Scope, out: &mut Out) {
    let s = scope.statement;
    let blind = |text: &str| {
        text.chars().any(|c| scope.symbols.get(c).is_some_and(|s| s.shape == crate::symbol::Shape::Text))
    };
    let mut add = |spot: Spot<'_>, what: &str| {
        let message =
            format!("{what} is a reference that only the deployment resolves; decisions on it are unknown");
        out.add(&beyond::REFERENCE_UNRESOLVED, Confidence::High, spot, &message);
    };
    if let Some(actions) = &s.actions {
        let name = name_of(actions, "Action", "NotAction");
        if actions.open {
            add(Spot::element(s, name, "", actions.mark), "part of the list");
        }
        if !scope.symbols.is_empty() {
            for text in actions.items.iter().filter(|t| scope.symbolic(&t.value)) {
                add(Spot::text(s, name, text), &format!("`{}`", text.value));
            }
        }
    }
    if let Some(resources) = &s.resources {
        let name = name_of(resources, "Resource", "NotResource");
        if resources.open {
            add(Spot::element(s, name, "", resources.mark), "part of the list");
        }
        if !scope.symbols.is_empty() {
            for text in resources.items.iter().filter(|t| blind(&t.value)) {
                add(Spot::text(s, name, text), &format!("`{}`", text.value));
            }
        }
    }
    if let Some(principals) = &s.principals {
        let name = if principals.negated { "NotPrincipal" } else { "Principal" };
        if principals.open {
            add(Spot::element(s, name, "", principals.mark), "part of the list");
        }
        for item in principals.items.iter().filter(|i| blind(&i.text.value)) {
            let path = format!("{name}/{}", super::principal::kind_name(item.kind));
            add(Spot::text(s, &path, &item.text), &format!("`{}`", item.text.value));
        }
    }
}
