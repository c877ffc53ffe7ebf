//! Replays certificates. Naive on purpose, and without any function of the engine: a fault would have to be
//! made twice to go unnoticed.
//!
//! It reads the documents, the words of the request and the context. References that are not resolved are
//! letters of Unicode's private use area; where one would have to be compared, the checker says that it
//! cannot tell.

use crate::certificate::{Certificate, Placed};
use crate::decide::{Gate, Verdict};
use crate::document::{ConditionEntry, Document, Effect, PolicyType, Statement, Version};
use crate::tri::Tri;

mod values;
mod who;

use values::{inside, number, time};
use who::names;

/// A request as the checker sees it: words.
#[derive(Debug, Clone)]
pub struct Facts {
    /// ARN, service name, or `anonymous`.
    pub principal: String,
    /// `service:Action`.
    pub action: String,
    /// ARN or `*`.
    pub resource: String,
    /// The account of the resource, if it is known to differ from what its ARN says.
    pub resource_account: Option<String>,
    /// Keys in lower case with their values; `None` is unknown. A key that is not here is absent.
    pub context: Vec<(String, Option<Vec<String>>)>,
    /// Keys in lower case that are known to be absent.
    pub absent: Vec<String>,
    /// A key that is in neither list is unknown instead.
    pub open: bool,
    /// The levels of guardrails, also those without a document.
    pub levels: u32,
    /// Guardrails do not apply to this account.
    pub management_account: Option<String>,
    /// The service of the action is one that resource control policies reach.
    pub rcp: bool,
    /// The policy of the resource decides also within the account: roles and KMS keys.
    pub resource_decides: bool,
    /// No policy grants the action on a resource of another account.
    pub stays: bool,
    /// The caller has a permissions boundary.
    pub bounded: bool,
    /// No policy can take the action away.
    pub always: bool,
}

/// What a replay found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replay {
    /// Everything that the certificate claims holds, and the decision follows.
    Holds,
    /// The checker cannot tell: references that only the engine knows the shapes of.
    CannotTell,
    /// A claim is wrong.
    Fails(String),
}

/// Replays a certificate over the documents of a request.
pub fn check(certificate: &Certificate, documents: &[Placed<'_>], facts: &Facts) -> Replay {
    if facts.always {
        return if certificate.verdict == Verdict::Allow {
            Replay::Holds
        } else {
            Replay::Fails("is always allowed".to_owned())
        };
    }
    let mut unsure = false;
    for place in &certificate.matching {
        let found = documents
            .iter()
            .find(|d| d.gate == place.gate && d.level == place.level && d.document == place.document)
            .and_then(|d| d.content.statements.iter().find(|s| s.index == place.statement).map(|s| (d, s)));
        let Some((document, statement)) = found else {
            return Replay::Fails(format!("{place:?} is not there"));
        };
        match matches(statement, document.content, facts).0 {
            Tri::True => {}
            Tri::Unknown => unsure = true,
            Tri::False => return Replay::Fails(format!("{place:?} does not match")),
        }
    }
    // Absence is claimed of everything else: every statement of every gate is matched anew.
    let (grant, deny) = table(documents, facts);
    let verdict = match (deny, grant) {
        (Tri::True, _) => Verdict::ExplicitDeny,
        (_, Tri::False) => Verdict::ImplicitDeny,
        (Tri::False, Tri::True) => Verdict::Allow,
        _ => Verdict::Unknown,
    };
    if verdict == certificate.verdict && !(unsure && verdict != Verdict::Unknown) {
        Replay::Holds
    } else if verdict == Verdict::Unknown || unsure {
        // Three values do not see that `x or not x` holds, nor what a reference cannot be.
        Replay::CannotTell
    } else {
        Replay::Fails(format!("replayed as {}, not {}", verdict.as_str(), certificate.verdict.as_str()))
    }
}

/// The truth table of the gates.
fn table(documents: &[Placed<'_>], facts: &Facts) -> (Tri, Tri) {
    let account = facts.principal.split(':').nth(4).unwrap_or("").to_owned();
    let account =
        if account.is_empty() && facts.principal.len() == 12 { facts.principal.clone() } else { account };
    let owner = facts
        .resource_account
        .clone()
        .or_else(|| facts.resource.splitn(6, ':').nth(4).map(ToOwned::to_owned).filter(|a| !a.is_empty()));
    let person = ["arn:"].iter().any(|p| facts.principal.starts_with(p))
        && !facts.principal.contains("-provider/")
        || facts.principal.len() == 12;
    let root = facts.principal.ends_with(":root") || facts.principal.len() == 12;
    let linked = facts.principal.contains(":role/aws-service-role/");
    let managed = |a: &str| facts.management_account.as_deref() == Some(a);
    // Allowed as account, as role or everybody, as itself; and denied.
    let said = |gate: Gate, level: u32| {
        let mut out = [Tri::False; 4];
        for document in documents.iter().filter(|d| d.gate == gate && d.level == level) {
            for statement in &document.content.statements {
                let (holds, way) = matches(statement, document.content, facts);
                if document.content.opaque || statement.opaque || statement.effect.is_none() {
                    out = out.map(|o| o.or(Tri::Unknown));
                    continue;
                }
                let at = if statement.effect == Some(Effect::Deny) { 3 } else { way };
                if let Some(cell) = out.get_mut(at) {
                    *cell = cell.or(holds);
                }
            }
            if document.content.opaque {
                out = out.map(|o| o.or(Tri::Unknown));
            }
        }
        out
    };
    let any = |[a, b, c, _]: [Tri; 4]| a.or(b).or(c);
    let denied = |[_, _, _, d]: [Tri; 4]| d;
    let there = |gate: Gate| documents.iter().any(|d| d.gate == gate);
    let mut deny = Tri::False;
    let mut pass = Tri::True;
    for level in 0..facts.levels {
        if person && !linked && !managed(&account) {
            let scp = said(Gate::Scp, level);
            pass = pass.and(any(scp));
            deny = deny.or(denied(scp));
        }
    }
    if facts.rcp && !linked && !managed(owner.as_deref().unwrap_or(&account)) {
        for document in documents.iter().filter(|d| d.gate == Gate::Rcp) {
            let [.., denied] = said(Gate::Rcp, document.level);
            deny = deny.or(denied);
        }
    }
    if there(Gate::Endpoint) {
        let endpoint = said(Gate::Endpoint, 0);
        pass = pass.and(any(endpoint));
        deny = deny.or(denied(endpoint));
    }
    let resource = said(Gate::Resource, 0);
    deny = deny.or(denied(resource));
    if !person {
        return (pass.and(any(resource)), deny);
    }
    let mut own = Tri::True;
    let mut limits = Tri::True;
    if !root {
        let identity = said(Gate::Identity, 0);
        own = any(identity);
        deny = deny.or(denied(identity));
    }
    for gate in [Gate::Boundary, Gate::Session] {
        if there(gate) && !(root && gate == Gate::Boundary) {
            let limit = said(gate, 0);
            limits = limits.and(any(limit));
            deny = deny.or(denied(limit));
        }
    }
    own = own.and(limits);
    let same = match owner.as_deref() {
        None => Tri::True,
        Some(owner) if owner == account => Tri::True,
        Some(owner) if symbolic(owner) || symbolic(&account) => Tri::Unknown,
        Some(_) => Tri::False,
    };
    let [by_account, by_role, by_itself, _] = resource;
    let named = by_role.and(limits).or(by_itself);
    let inside = if facts.resource_decides { named.or(by_account.and(own)) } else { named.or(own) };
    let across = if facts.stays { Tri::False } else { own.and(any(resource)) };
    (pass.and(same.and(inside).or(same.negate().and(across))), deny)
}

/// Whether a statement matches, and the way in which it names the caller: 0 as its account, 1 as its role
/// or everybody, 2 as itself.
fn matches(statement: &Statement, document: &Document, facts: &Facts) -> (Tri, usize) {
    let old = document.version == Version::Old;
    let action = statement.actions.as_ref().map_or(Tri::False, |list| {
        let open = if list.open { Tri::Unknown } else { Tri::False };
        let hit = list.items.iter().fold(open, |t, item| {
            let (pattern, action) = (item.value.to_lowercase(), facts.action.to_lowercase());
            let both = match (pattern.split_once(':'), action.split_once(':')) {
                (Some((p, q)), Some((s, n))) => like(p, s).and(like(q, n)),
                _ => Tri::from(!pattern.is_empty() && pattern.chars().all(|c| c == '*')),
            };
            t.or(if symbolic(&pattern) && both == Tri::False { Tri::Unknown } else { both })
        });
        if list.negated { hit.negate() } else { hit }
    });
    let completes = !matches!(
        document.policy_type,
        PolicyType::Resource | PolicyType::Trust | PolicyType::Rcp | PolicyType::Endpoint
    );
    let attached = matches!(document.policy_type, PolicyType::Resource | PolicyType::Trust);
    let resource = statement.resources.as_ref().map_or(Tri::from(attached), |list| {
        let open = if list.open { Tri::Unknown } else { Tri::False };
        let hit = list.items.iter().fold(open, |t, item| {
            t.or(fill(&item.value, old, facts).map_or(Tri::False, |p| match p {
                Some(pattern) => arn(&pattern, &facts.resource, completes, true),
                None => Tri::Unknown,
            }))
        });
        if list.negated { hit.negate() } else { hit }
    });
    let mut condition = if statement.conditions_open { Tri::Unknown } else { Tri::True };
    for entry in &statement.conditions {
        condition = condition.and(holds(entry, old, facts));
    }
    let (who, way) = names(statement, document, facts);
    (action.and(resource).and(condition).and(who), way)
}

fn symbolic(text: &str) -> bool {
    text.chars().any(|c| ('\u{F0000}'..='\u{FFFFD}').contains(&c))
}

/// A pattern over letters; `\u{1}` stands for a literal `*`, `\u{2}` for a literal `?`.
fn like(pattern: &str, text: &str) -> Tri {
    let p: Vec<char> = pattern.chars().collect();
    let t: Vec<char> = text.chars().collect();
    // reach[j]: the pattern so far matches the first j letters.
    let mut reach = vec![false; t.len() + 1];
    if let Some(first) = reach.first_mut() {
        *first = true;
    }
    for c in p {
        let mut next = vec![false; t.len() + 1];
        for j in 0..=t.len() {
            let here = reach.get(j).copied().unwrap_or(false);
            let before = j.checked_sub(1);
            let value = if c == '*' {
                here || before.and_then(|b| next.get(b)).copied().unwrap_or(false)
            } else {
                let letter = before.and_then(|b| t.get(b)).copied();
                let fits = letter.is_some_and(|l| match c {
                    '?' => true,
                    '\u{1}' => l == '*',
                    '\u{2}' => l == '?',
                    _ => l == c,
                });
                fits && before.and_then(|b| reach.get(b)).copied().unwrap_or(false)
            };
            if let Some(cell) = next.get_mut(j) {
                *cell = value;
            }
        }
        reach = next;
    }
    let found = reach.last().copied().unwrap_or(false);
    let unsure = (symbolic(pattern) || symbolic(text)) && (!found || pattern.contains('?'));
    if unsure { Tri::Unknown } else { found.into() }
}

/// An ARN pattern against an ARN, segment by segment.
fn arn(pattern: &str, text: &str, completes: bool, fold: bool) -> Tri {
    if !pattern.is_empty() && pattern.chars().all(|c| c == '*') {
        return Tri::True;
    }
    let mut p: Vec<&str> = pattern.splitn(6, ':').collect();
    let t: Vec<&str> = text.splitn(6, ':').collect();
    while completes && p.len() < 6 {
        p.push("*");
    }
    if p.len() < 6 || t.len() < 6 {
        return if symbolic(pattern) || symbolic(text) { Tri::Unknown } else { Tri::False };
    }
    let mut all = Tri::True;
    for (n, (a, b)) in p.iter().zip(&t).enumerate() {
        let one = if n < 5 && fold { like(&a.to_lowercase(), &b.to_lowercase()) } else { like(a, b) };
        all = all.and(one);
    }
    all
}

fn known<'f>(key: &str, facts: &'f Facts) -> Option<Option<&'f Vec<String>>> {
    match facts.context.iter().find(|(k, _)| *k == key.to_lowercase()) {
        Some((_, Some(values))) => Some(Some(values)),
        Some((_, None)) => None,
        None if facts.absent.contains(&key.to_lowercase()) => Some(None),
        None if facts.open => None,
        None => Some(None),
    }
}

/// A text with its variables replaced: nothing if one has no value, `Some(None)` if that is unknown.
fn fill(text: &str, old: bool, facts: &Facts) -> Option<Option<String>> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${").filter(|_| !old) {
        out.push_str(before);
        let Some((inner, behind)) = after.split_once('}') else {
            out.push_str("${");
            rest = after;
            continue;
        };
        rest = behind;
        let (name, default) = match inner.split_once(',') {
            Some((name, default)) => (name.trim(), Some(default.trim().trim_matches('\''))),
            None => (inner.trim(), None),
        };
        let value = match (inner, known(name, facts)) {
            ("*", _) => "\u{1}".to_owned(),
            ("?", _) => "\u{2}".to_owned(),
            ("$", _) => "$".to_owned(),
            (_, None) => return Some(None),
            (_, Some(None)) => default?.replace('*', "\u{1}").replace('?', "\u{2}"),
            (_, Some(Some(values))) => match values.as_slice() {
                [one] => one.replace('*', "\u{1}").replace('?', "\u{2}"),
                _ => return Some(None),
            },
        };
        out.push_str(&value);
    }
    out.push_str(rest);
    Some(Some(out))
}

fn holds(entry: &ConditionEntry, old: bool, facts: &Facts) -> Tri {
    let operator = entry.operator.to_lowercase();
    let (set, name) = operator.split_once(':').unwrap_or(("", &operator));
    let (name, if_exists) = name.strip_suffix("ifexists").map_or((name, false), |n| (n, true));
    let negated = name.contains("not");
    let Some(state) = known(&entry.key, facts) else { return Tri::Unknown };
    if name == "null" {
        let absent = if state.is_none() { "true" } else { "false" };
        return entry.values.iter().any(|v| v.value.eq_ignore_ascii_case(absent)).into();
    }
    let Some(values) = state else {
        return Tri::from(set == "forallvalues" || (set.is_empty() && (negated || if_exists)));
    };
    let one = |value: &String| {
        let start = if entry.open { Tri::Unknown } else { Tri::False };
        let hit = entry.values.iter().fold(start, |t, v| t.or(compares(name, value, &v.value, old, facts)));
        if negated { hit.negate() } else { hit }
    };
    match (set, values.as_slice()) {
        ("forallvalues", all) => all.iter().fold(Tri::True, |t, v| t.and(one(v))),
        ("foranyvalue", all) => all.iter().fold(Tri::False, |t, v| t.or(one(v))),
        (_, []) => negated.into(),
        (_, [value]) => one(value),
        _ => Tri::Unknown,
    }
}

fn compares(name: &str, value: &str, wanted: &str, old: bool, facts: &Facts) -> Tri {
    let text = |star: bool| match fill(wanted, old, facts) {
        None => Err(Tri::False),
        Some(None) => Err(Tri::Unknown),
        Some(Some(text)) if star => Ok(text),
        // Outside Like, wildcards are letters.
        Some(Some(text)) => Ok(text.replace('*', "\u{1}").replace('?', "\u{2}")),
    };
    if name.starts_with("arn") {
        return text(true).map_or_else(|t| t, |p| arn(&p, value, false, false));
    }
    if name.starts_with("string") {
        let star = name.ends_with("like");
        return text(star).map_or_else(
            |t| t,
            |p| {
                if name.ends_with("ignorecase") {
                    like(&p.to_lowercase(), &value.to_lowercase())
                } else {
                    like(&p, value)
                }
            },
        );
    }
    if symbolic(value) || symbolic(wanted) {
        return Tri::Unknown;
    }
    let ordered = |order: Option<std::cmp::Ordering>| {
        Tri::from(order.is_some_and(
            |o| match name.trim_start_matches("numeric").trim_start_matches("date") {
                "lessthan" => o.is_lt(),
                "lessthanequals" => o.is_le(),
                "greaterthan" => o.is_gt(),
                "greaterthanequals" => o.is_ge(),
                _ => o.is_eq(),
            },
        ))
    };
    match name {
        "bool" => {
            let flag = |s: &str| ["true", "false"].iter().any(|b| s.eq_ignore_ascii_case(b));
            (flag(value) && value.eq_ignore_ascii_case(wanted)).into()
        }
        "binaryequals" => {
            use base64::Engine as _;
            let bytes = |s: &str| base64::engine::general_purpose::STANDARD.decode(s.trim()).ok();
            (bytes(value).is_some() && bytes(value) == bytes(wanted)).into()
        }
        "ipaddress" | "notipaddress" => inside(value, wanted).into(),
        _ if name.starts_with("numeric") => {
            ordered(number(value).zip(number(wanted)).map(|(a, b)| a.cmp(&b)))
        }
        _ if name.starts_with("date") => ordered(time(value).zip(time(wanted)).map(|(a, b)| a.cmp(&b))),
        _ => Tri::Unknown,
    }
}
