//! From a tree to a document. Whatever is wrong is kept as a problem and the rest is read on.

use std::sync::Arc;

use super::{
    ConditionEntry, Document, Effect, PolicyType, PrincipalKind, PrincipalValue, Principals, Problem,
    ProblemKind, Statement, Text, Values, Version,
};
use crate::condition::Operator;
use crate::element::{Element, Node};
use crate::limits;
use crate::symbol::is_letter;

/// Which scalars are at home in a list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scalars {
    /// Texts; numbers and booleans are read as such and said.
    Texts,
    /// Numbers and booleans too: in conditions.
    Any,
}

struct Reader {
    policy_type: PolicyType,
    problems: Vec<Problem>,
    statement: Option<u32>,
    /// A limit was passed or a key stands twice: no part of the statement can be relied on.
    spoilt: bool,
}

pub(super) fn document(element: &Element, policy_type: PolicyType) -> Document {
    let mut reader = Reader { policy_type, problems: Vec::new(), statement: None, spoilt: false };
    let mut document = Document {
        policy_type,
        version: Version::Old,
        version_written: false,
        statements: Vec::new(),
        problems: Vec::new(),
        opaque: false,
    };
    if too_deep(element) {
        reader.problem(ProblemKind::Limit, "", "nesting", element.mark);
        document.opaque = true;
        document.problems = reader.problems;
        return document;
    }
    match &element.node {
        Node::Map(entries) => reader.top(entries, &mut document),
        Node::Unknown => document.opaque = true,
        _ => {
            reader.problem(ProblemKind::WrongType, "", element.kind(), element.mark);
            document.opaque = true;
        }
    }
    document.opaque |= reader.spoilt;
    document.problems = reader.problems;
    document
}

/// A recursion of at most [`limits::DEPTH`] steps.
fn too_deep(element: &Element) -> bool {
    fn walk(element: &Element, left: usize) -> bool {
        if left == 0 {
            return true;
        }
        match &element.node {
            Node::List(items) => items.iter().any(|e| walk(e, left - 1)),
            Node::Map(entries) => entries.iter().any(|(_, e)| walk(e, left - 1)),
            _ => false,
        }
    }
    walk(element, limits::DEPTH)
}

fn short(value: &str) -> String {
    value.chars().take(200).collect()
}

impl Reader {
    fn problem(&mut self, kind: ProblemKind, pointer: &str, value: &str, mark: u32) {
        // A document of a million faults is told by its first thousand.
        if self.problems.len() < 1_000 {
            let prefix = self.statement.map_or(String::new(), |n| format!("/Statement/{n}"));
            self.problems.push(Problem {
                kind,
                statement: self.statement,
                pointer: format!("{prefix}{pointer}"),
                value: short(value),
                mark,
            });
        }
    }

    fn top(&mut self, entries: &[(Box<str>, Element)], document: &mut Document) {
        self.duplicates(entries, "");
        for (key, value) in entries {
            match &**key {
                "Version" => self.version(value, document),
                "Id" => {
                    if !matches!(value.node, Node::Text(_) | Node::Unknown) {
                        self.problem(ProblemKind::WrongType, "/Id", value.kind(), value.mark);
                    }
                }
                "Statement" => {
                    let alone = matches!(value.node, Node::Map(_));
                    if let Node::Unknown = value.node {
                        document.opaque = true;
                        continue;
                    }
                    let items = value.one_or_many();
                    if items.len() > limits::STATEMENTS {
                        self.problem(ProblemKind::Limit, "/Statement", &items.len().to_string(), value.mark);
                        document.opaque = true;
                        continue;
                    }
                    for (index, item) in items.iter().enumerate() {
                        let index = u32::try_from(index).unwrap_or(u32::MAX);
                        self.statement = Some(index);
                        match &item.node {
                            Node::Map(entries) => {
                                let statement = self.statement(index, item.mark, entries);
                                document.statements.push(statement);
                            }
                            Node::Unknown => document.statements.push(opaque(index, item.mark)),
                            // An empty text in the place of the list is what a template leaves behind.
                            _ => {
                                self.problem(ProblemKind::WrongType, "", item.kind(), item.mark);
                                if alone || matches!(item.node, Node::Null) {
                                    continue;
                                }
                            }
                        }
                        self.statement = None;
                    }
                    self.statement = None;
                }
                _ => self.problem(ProblemKind::UnknownElement, &format!("/{key}"), key, value.mark),
            }
        }
        if !entries.iter().any(|(k, _)| &**k == "Statement") {
            self.problem(ProblemKind::StatementMissing, "", "", 0);
        }
        self.sids(&document.statements);
    }

    fn sids(&mut self, statements: &[Statement]) {
        let mut seen = std::collections::HashSet::new();
        for statement in statements {
            if let Some(sid) = statement.sid.as_deref()
                && !sid.is_empty()
                && !seen.insert(sid)
            {
                self.statement = Some(statement.index);
                self.problem(ProblemKind::DuplicateSid, "/Sid", sid, statement.mark);
            }
        }
        self.statement = None;
    }

    fn version(&mut self, value: &Element, document: &mut Document) {
        document.version_written = true;
        match &value.node {
            Node::Text(text) if &**text == "2012-10-17" => document.version = Version::New,
            Node::Text(text) if &**text == "2008-10-17" => {}
            Node::Unknown => document.version = Version::New,
            _ => {
                let shown = value.scalar().unwrap_or(value.kind());
                self.problem(ProblemKind::UnknownVersion, "/Version", shown, value.mark);
            }
        }
    }

    fn duplicates(&mut self, entries: &[(Box<str>, Element)], pointer: &str) {
        if entries.len() < 2 {
            return;
        }
        let mut seen = std::collections::HashSet::new();
        for (key, value) in entries {
            if !seen.insert(&**key) {
                self.problem(ProblemKind::DuplicateKey, &format!("{pointer}/{key}"), key, value.mark);
                self.spoilt = true;
            }
        }
    }

    fn statement(&mut self, index: u32, mark: u32, entries: &[(Box<str>, Element)]) -> Statement {
        let outer = std::mem::take(&mut self.spoilt);
        let mut s = opaque(index, mark);
        s.opaque = false;
        self.duplicates(entries, "");
        let mut effect_written = false;
        for (key, value) in entries {
            match &**key {
                "Sid" => match &value.node {
                    Node::Text(text) | Node::Number(text) => s.sid = Some(Arc::from(&**text)),
                    Node::Unknown => {}
                    _ => self.problem(ProblemKind::WrongType, "/Sid", value.kind(), value.mark),
                },
                "Effect" => {
                    effect_written = true;
                    match value.scalar() {
                        Some("Allow") => s.effect = Some(Effect::Allow),
                        Some("Deny") => s.effect = Some(Effect::Deny),
                        Some(other) => self.problem(ProblemKind::EffectInvalid, "/Effect", other, value.mark),
                        None if matches!(value.node, Node::Unknown) => {}
                        None => self.problem(ProblemKind::WrongType, "/Effect", value.kind(), value.mark),
                    }
                }
                "Action" | "NotAction" => {
                    let negated = &**key == "NotAction";
                    let pointer = format!("/{key}");
                    if s.actions.is_some() {
                        self.problem(ProblemKind::ExcludesEachOther, &pointer, key, value.mark);
                        self.spoilt = true;
                        continue;
                    }
                    s.actions = Some(self.values(value, &pointer, negated, Scalars::Texts));
                    self.actions(s.actions.as_ref(), &pointer);
                }
                "Resource" | "NotResource" => {
                    let negated = &**key == "NotResource";
                    let pointer = format!("/{key}");
                    if s.resources.is_some() {
                        self.problem(ProblemKind::ExcludesEachOther, &pointer, key, value.mark);
                        self.spoilt = true;
                        continue;
                    }
                    s.resources = Some(self.values(value, &pointer, negated, Scalars::Texts));
                    self.resources(s.resources.as_ref(), &pointer);
                }
                "Principal" | "NotPrincipal" => {
                    let pointer = format!("/{key}");
                    if s.principals.is_some() {
                        self.problem(ProblemKind::ExcludesEachOther, &pointer, key, value.mark);
                        self.spoilt = true;
                        continue;
                    }
                    if !self.policy_type.has_principal() {
                        self.problem(ProblemKind::PrincipalNotAllowed, &pointer, key, value.mark);
                    }
                    s.principals = Some(self.principals(value, &pointer, &**key == "NotPrincipal"));
                }
                "Condition" => self.condition(value, &mut s),
                _ => self.problem(ProblemKind::UnknownElement, &format!("/{key}"), key, value.mark),
            }
        }
        if !effect_written {
            self.problem(ProblemKind::EffectMissing, "", "", mark);
        }
        if s.actions.is_none() {
            self.problem(ProblemKind::ActionMissing, "", "", mark);
        }
        if s.resources.is_none() {
            self.problem(ProblemKind::ResourceMissing, "", "", mark);
        }
        let needs_principal =
            matches!(self.policy_type, PolicyType::Resource | PolicyType::Trust | PolicyType::Rcp);
        if s.principals.is_none() && needs_principal {
            self.problem(ProblemKind::PrincipalMissing, "", "", mark);
        }
        s.opaque |= self.spoilt;
        self.spoilt = outer;
        s
    }

    fn actions(&mut self, values: Option<&Values>, pointer: &str) {
        let Some(values) = values else { return };
        for text in &values.items {
            let value = &*text.value;
            let symbolic = value.chars().any(is_letter);
            if !symbolic && !value.contains(':') && value.bytes().any(|b| b != b'*') {
                self.problem(ProblemKind::ActionMalformed, &place(pointer, text), value, text.mark);
            }
        }
    }

    fn resources(&mut self, values: Option<&Values>, pointer: &str) {
        let Some(values) = values else { return };
        for text in &values.items {
            let value = &*text.value;
            let first = value.chars().next();
            let fine = value.bytes().all(|b| b == b'*')
                || value.starts_with("arn:")
                || first.is_some_and(|c| matches!(c, '*' | '?' | '$') || is_letter(c))
                || value.starts_with("a*");
            if !fine || value.is_empty() {
                self.problem(ProblemKind::ResourceMalformed, &place(pointer, text), value, text.mark);
            }
        }
    }

    /// A scalar or a list of scalars.
    fn values(&mut self, value: &Element, pointer: &str, negated: bool, scalars: Scalars) -> Values {
        let mut out = Values { items: Vec::new(), negated, open: false, mark: value.mark };
        let many = matches!(value.node, Node::List(_));
        let items = value.one_or_many();
        if items.len() > limits::VALUES {
            self.problem(ProblemKind::Limit, pointer, &items.len().to_string(), value.mark);
            self.spoilt = true;
            return out;
        }
        for (index, item) in items.iter().enumerate() {
            let index = many.then(|| u32::try_from(index).unwrap_or(u32::MAX));
            match item.scalar() {
                Some(text) if text.len() <= limits::VALUE => {
                    if scalars == Scalars::Texts && !matches!(item.node, Node::Text(_)) {
                        // Read as text all the same: an account id, `true`.
                        self.problem(ProblemKind::WrongType, &step(pointer, index), item.kind(), item.mark);
                    }
                    out.items.push(Text { value: text.into(), index, mark: item.mark });
                }
                Some(text) => {
                    self.problem(ProblemKind::Limit, &step(pointer, index), text, item.mark);
                    self.spoilt = true;
                }
                None if matches!(item.node, Node::Unknown) => out.open = true,
                None => self.problem(ProblemKind::WrongType, &step(pointer, index), item.kind(), item.mark),
            }
        }
        out
    }

    fn principals(&mut self, value: &Element, pointer: &str, negated: bool) -> Principals {
        let mut out = Principals { items: Vec::new(), negated, open: false, mark: value.mark };
        match &value.node {
            Node::Text(text) if &**text == "*" => out.items.push(PrincipalValue {
                kind: PrincipalKind::Everyone,
                text: Text { value: "*".into(), index: None, mark: value.mark },
            }),
            Node::Unknown => out.open = true,
            Node::Text(text) if text.chars().any(is_letter) => out.open = true,
            Node::Map(entries) => {
                self.duplicates(entries, pointer);
                for (key, value) in entries {
                    let here = format!("{pointer}/{key}");
                    let kind = match &**key {
                        "AWS" => PrincipalKind::Aws,
                        "Service" => PrincipalKind::Service,
                        "Federated" => PrincipalKind::Federated,
                        "CanonicalUser" => PrincipalKind::CanonicalUser,
                        _ => {
                            self.problem(ProblemKind::PrincipalKindUnknown, &here, key, value.mark);
                            continue;
                        }
                    };
                    let values = self.values(value, &here, negated, Scalars::Texts);
                    out.open |= values.open;
                    out.items.extend(values.items.into_iter().map(|text| PrincipalValue { kind, text }));
                }
            }
            _ => self.problem(
                ProblemKind::WrongType,
                pointer,
                value.scalar().unwrap_or(value.kind()),
                value.mark,
            ),
        }
        out
    }

    fn condition(&mut self, value: &Element, s: &mut Statement) {
        let Node::Map(operators) = &value.node else {
            if !matches!(value.node, Node::Unknown) {
                self.problem(ProblemKind::WrongType, "/Condition", value.kind(), value.mark);
            }
            s.conditions_open = true;
            return;
        };
        self.duplicates(operators, "/Condition");
        for (operator, block) in operators {
            let here = format!("/Condition/{operator}");
            if Operator::parse(operator).is_none() {
                self.problem(ProblemKind::OperatorUnknown, &here, operator, block.mark);
                s.conditions_open = true;
                continue;
            }
            let Node::Map(keys) = &block.node else {
                if !matches!(block.node, Node::Unknown) {
                    self.problem(ProblemKind::WrongType, &here, block.kind(), block.mark);
                }
                s.conditions_open = true;
                continue;
            };
            self.duplicates(keys, &here);
            for (key, values) in keys {
                let pointer = format!("{here}/{}", key.replace('~', "~0").replace('/', "~1"));
                let many = values.one_or_many().len();
                if many > limits::CONDITION_VALUES {
                    self.problem(ProblemKind::Limit, &pointer, &many.to_string(), values.mark);
                    self.spoilt = true;
                    continue;
                }
                let read = self.values(values, &pointer, false, Scalars::Any);
                s.conditions.push(ConditionEntry {
                    operator: Arc::from(&**operator),
                    key: Arc::from(&**key),
                    values: read.items,
                    open: read.open,
                    mark: values.mark,
                });
            }
        }
    }
}

fn opaque(index: u32, mark: u32) -> Statement {
    Statement {
        index,
        sid: None,
        effect: None,
        principals: None,
        actions: None,
        resources: None,
        conditions: Vec::new(),
        conditions_open: false,
        opaque: true,
        mark,
    }
}

fn step(pointer: &str, index: Option<u32>) -> String {
    index.map_or_else(|| pointer.to_owned(), |n| format!("{pointer}/{n}"))
}

fn place(pointer: &str, text: &Text) -> String {
    step(pointer, text.index)
}
