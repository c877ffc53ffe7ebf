//! The dimensions of two sets of policies and the table of what one request can satisfy.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::action::Action;
use crate::arn::ArnPattern;
use crate::catalogue;
use crate::condition::Test;
use crate::context::{Context, Key, State};
use crate::document::Effect;
use crate::glob::Glob;
use crate::principal::{Caller, CallerKind};
use crate::statement::{Compiled, Policy};
use crate::symbol::Symbols;
use crate::tri::Tri;

use super::resources::{arns, star};
use super::vectors::{BUDGET, Bits, and, empty, full, has, meets, set, vectors};
use super::{Options, Table};

/// The account of resources in requests whose caller is a stranger.
pub(super) const OWNER: &str = "111122223333";

/// An account that no policy names, unless it is written for it.
const STRANGER: &str = "999988887777";

/// Statements of one comparison.
const STATEMENTS: usize = 4_096;

/// Keys of one comparison.
const KEYS: usize = 64;

/// Keys that follow from the caller.
const OF_CALLER: &[&str] = &[
    "aws:principalarn",
    "aws:principalaccount",
    "aws:principaltype",
    "aws:principalisawsservice",
    "aws:principalservicename",
    "aws:username",
];

/// Keys that every request carries.
const ALWAYS: &[&str] = &["aws:userid", "aws:resourceaccount"];

/// A request, in parts.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    pub action: String,
    pub resource: String,
    pub caller: String,
    /// The resource is in the account [`OWNER`], not in the caller's.
    pub foreign: bool,
    pub keys: Vec<(String, State)>,
}

/// What an action is decided against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Against {
    /// `*` alone: the catalogue knows no resource types of it.
    Star,
    /// Its resources.
    Arns,
    /// Nobody knows: the catalogue does not have it.
    Both,
}

pub(super) struct Universe<'a> {
    statements: Vec<(&'a Compiled, bool)>,
    options: Options,
    variables: Context,
    variable_keys: BTreeSet<String>,
    pub inexact: Option<String>,
}

impl<'a> Universe<'a> {
    pub(super) fn new(a: &'a [Arc<Policy>], b: &'a [Arc<Policy>], options: Options) -> Result<Self, String> {
        let mut statements = Vec::new();
        for (policies, first) in [(a, true), (b, false)] {
            for policy in policies {
                if policy.document.opaque {
                    return Err("a document cannot be read".to_owned());
                }
                for statement in &policy.statements {
                    if statement.is_opaque() || statement.is_open() {
                        return Err(format!("statement {} cannot be read completely", statement.index));
                    }
                    statements.push((statement, first));
                }
            }
        }
        if statements.len() > STATEMENTS {
            return Err(format!("budget: {} statements", statements.len()));
        }
        let mut universe = Self {
            statements,
            options,
            variables: Context::new(true),
            variable_keys: BTreeSet::new(),
            inexact: None,
        };
        universe.variables();
        Ok(universe)
    }

    pub(super) fn len(&self) -> usize {
        self.statements.len()
    }

    pub(super) fn effects(&self) -> impl Iterator<Item = (bool, Effect)> {
        self.statements.iter().map(|(s, first)| (*first, s.effect.unwrap_or(Effect::Deny)))
    }

    fn doubt(&mut self, reason: &str) {
        self.inexact.get_or_insert_with(|| reason.to_owned());
    }

    /// A variable is a word of its own, the same on both sides. What matches it because of that word
    /// matches for every value; what does not match might for some value, so that negations are in doubt.
    fn variables(&mut self) {
        let mut keys: BTreeSet<String> = BTreeSet::new();
        let mut negations = false;
        for (statement, _) in &self.statements {
            keys.extend(statement.patterns().iter().flat_map(|p| p.keys()).map(|k| k.as_str().to_owned()));
            keys.extend(statement.tests().iter().flat_map(Test::variables).map(|k| k.as_str().to_owned()));
            negations |= statement.effect == Some(Effect::Deny) || statement.negates();
        }
        for key in &keys {
            let value = format!("zz-{}-zz", key.replace([':', '/'], "-"));
            self.variables.insert(key, Context::known(value));
        }
        if !keys.is_empty() && negations {
            self.doubt("a policy variable stands beside a negation");
        }
        let tested =
            self.statements.iter().flat_map(|(s, _)| s.tests()).any(|t| keys.contains(t.key.as_str()));
        if tested {
            self.doubt("a condition key is a policy variable too");
        }
        self.variable_keys = keys;
    }

    /// The rows that satisfy at least one statement of `wanted`.
    pub(super) fn rows(&mut self, wanted: &Bits) -> Result<Table, String> {
        let mut table = self.targets(wanted)?;
        table = self.callers(&table, wanted)?;
        let mut keys: BTreeMap<Key, Vec<(usize, &Test)>> = BTreeMap::new();
        for (bit, (statement, _)) in self.statements.iter().enumerate() {
            for test in statement.tests() {
                if !OF_CALLER.contains(&test.key.as_str()) {
                    keys.entry(test.key.clone()).or_default().push((bit, test));
                }
            }
        }
        if keys.len() > KEYS {
            return Err(format!("budget: {} condition keys", keys.len()));
        }
        let mut dimensions: Vec<(Key, BTreeMap<Bits, State>)> = Vec::new();
        for (key, tests) in keys {
            let masks = self.key(&key, &tests)?;
            dimensions.push((key, masks));
        }
        dimensions.sort_by_key(|(key, masks)| (masks.len(), key.clone()));
        for (key, masks) in &dimensions {
            let mut next = Table::new();
            for (have, row) in &table {
                for (mask, state) in masks {
                    let joined = and(have, mask);
                    if !meets(&joined, wanted) {
                        continue;
                    }
                    if next.len() > BUDGET {
                        return Err(format!("budget: sets of statements at key {}", key.as_str()));
                    }
                    next.entry(joined).or_insert_with(|| {
                        let mut row = row.clone();
                        row.keys.push((key.as_str().to_owned(), state.clone()));
                        row
                    });
                }
            }
            table = next;
        }
        if !self.variable_keys.is_empty() {
            for row in table.values_mut() {
                for key in &self.variable_keys {
                    if !row.keys.iter().any(|(k, _)| k == key) {
                        row.keys.push((key.clone(), self.variables.get(&Key::new(key)).clone()));
                    }
                }
            }
        }
        Ok(table)
    }

    fn key(&mut self, key: &Key, tests: &[(usize, &Test)]) -> Result<BTreeMap<Bits, State>, String> {
        let only: Vec<&Test> = tests.iter().map(|(_, t)| *t).collect();
        let absent = !ALWAYS.contains(&key.as_str()) && !self.variable_keys.contains(key.as_str());
        let candidates = super::keys::candidates(&only, absent, &self.variables)
            .ok_or_else(|| format!("budget: values of key {}", key.as_str()))?;
        if !candidates.exact {
            self.doubt(&format!("values of key {} were not all looked at", key.as_str()));
        }
        let symbols = Symbols::new();
        let mut states = candidates.states;
        if self.variable_keys.contains(key.as_str()) {
            states = vec![self.variables.get(key).clone()];
        }
        let mut masks = BTreeMap::new();
        'states: for state in states {
            let mut context = self.variables.clone();
            context.set(key.as_str(), state.clone());
            let mut mask = full(self.len());
            for (bit, test) in tests {
                match test.evaluate(&mut crate::residue::Kleene, &context, &symbols) {
                    Tri::True => {}
                    Tri::False => clear(&mut mask, *bit),
                    // AWS does not say what such a request does; it proves nothing either way.
                    Tri::Unknown => continue 'states,
                }
            }
            masks.entry(mask).or_insert(state);
        }
        Ok(masks)
    }

    /// Actions with resources.
    fn targets(&mut self, wanted: &Bits) -> Result<Table, String> {
        let actions = self.actions()?;
        let mut patterns: Vec<&ArnPattern> = Vec::new();
        for (statement, _) in &self.statements {
            for pattern in statement.patterns() {
                if !patterns.contains(&pattern) {
                    patterns.push(pattern);
                }
            }
        }
        let found = arns(&patterns, &self.variables).ok_or("budget: resources")?;
        if !found.exact {
            self.doubt("resources were not all looked at");
        }
        let by_statement = |mask: &Bits| {
            let mut out = empty(self.len());
            for (bit, (statement, _)) in self.statements.iter().enumerate() {
                let listed = statement
                    .patterns()
                    .iter()
                    .any(|p| patterns.iter().position(|q| *q == p).is_some_and(|at| has(mask, at)));
                if statement.resource_matches(listed) {
                    set(&mut out, bit);
                }
            }
            out
        };
        let mut resources: BTreeMap<(bool, Bits), String> = BTreeMap::new();
        for vector in found.all {
            resources.entry((false, by_statement(&vector.mask))).or_insert(vector.word);
        }
        let star = star(&patterns);
        resources.insert((true, by_statement(&star.mask)), star.word);
        let mut table = Table::new();
        for ((against, mask), word) in &actions {
            for ((is_star, other), resource) in &resources {
                let fits = match against {
                    Against::Star => *is_star,
                    Against::Arns => !*is_star,
                    Against::Both => true,
                };
                let joined = and(mask, other);
                if !fits || !meets(&joined, wanted) {
                    continue;
                }
                if table.len() > BUDGET {
                    return Err("budget: actions and resources".to_owned());
                }
                table.entry(joined).or_insert_with(|| Row {
                    action: word.clone(),
                    resource: resource.clone(),
                    ..Row::default()
                });
            }
        }
        Ok(table)
    }

    fn actions(&self) -> Result<BTreeMap<(Against, Bits), String>, String> {
        // Distinct patterns and the statements that hold them.
        let mut patterns: Vec<(Glob, Glob)> = Vec::new();
        let mut index: BTreeMap<(Vec<u8>, Vec<u8>), usize> = BTreeMap::new();
        let mut holders: Vec<Vec<usize>> = Vec::new();
        for (bit, (statement, _)) in self.statements.iter().enumerate() {
            for (service, name) in statement.action_patterns() {
                let key = (service.bytes().to_vec(), name.bytes().to_vec());
                let at = *index.entry(key).or_insert_with(|| {
                    patterns.push((service, name));
                    holders.push(Vec::new());
                    patterns.len() - 1
                });
                if let Some(list) = holders.get_mut(at) {
                    list.push(bit);
                }
            }
        }
        let mut services: Vec<&Glob> = Vec::new();
        for (service, _) in &patterns {
            if !services.iter().any(|s| s.bytes() == service.bytes()) {
                services.push(service);
            }
        }
        let negated: Vec<usize> = self
            .statements
            .iter()
            .enumerate()
            .filter(|(_, (s, _))| s.negates_action())
            .map(|(bit, _)| bit)
            .collect();
        let by_statement = |listed: &dyn Fn(usize) -> bool| {
            let mut out = empty(self.len());
            for (at, bits) in holders.iter().enumerate() {
                if listed(at) {
                    for bit in bits {
                        set(&mut out, *bit);
                    }
                }
            }
            for bit in &negated {
                if has(&out, *bit) {
                    clear(&mut out, *bit);
                } else {
                    set(&mut out, *bit);
                }
            }
            out
        };
        let mut out: BTreeMap<(Against, Bits), String> = BTreeMap::new();
        let found = vectors(&services, "z").ok_or("budget: services")?;
        let mut words: Vec<String> =
            found.into_iter().map(|v| v.word).filter(|w| !w.is_empty() && !w.contains(':')).collect();
        if self.options.existing_actions || services.iter().any(|s| !s.is_literal() && !s.is_any()) {
            words.extend(catalogue::services().map(|s| s.prefix().to_owned()));
        } else if services.iter().any(|s| s.is_any()) || !negated.is_empty() {
            // Actions without resource types of a service that nobody names.
            words.extend(catalogue::services().map(|s| s.prefix().to_owned()).find(|p| !words.contains(p)));
        }
        words.sort();
        words.dedup();
        for service in words {
            let active: Vec<usize> = patterns
                .iter()
                .enumerate()
                .filter(|(_, (s, _))| s.matches(&service))
                .map(|(at, _)| at)
                .collect();
            let names: Vec<&Glob> =
                active.iter().filter_map(|at| patterns.get(*at)).map(|(_, name)| name).collect();
            let mut add = |name: &str| {
                let Some(action) = Action::parse(&format!("{service}:{name}")) else { return };
                let against = match action.id() {
                    Some(id) if id.is_retired() => Against::Both,
                    Some(_) if action.is_without_resources() => Against::Star,
                    Some(_) => Against::Arns,
                    None => Against::Both,
                };
                let mask = by_statement(&|at| {
                    active.contains(&at)
                        && patterns.get(at).is_some_and(|(_, glob)| glob.matches(action.name()))
                });
                let word = action.id().map_or_else(|| action.as_str().to_owned(), catalogue::ActionId::full);
                out.entry((against, mask)).or_insert(word);
            };
            if !self.options.existing_actions {
                // A name is at least one character; no action holds an underscore at its end.
                let found = vectors(&names, "_z").ok_or("budget: actions")?;
                for vector in found {
                    if vector.word.is_empty() { add("_") } else { add(&vector.word) }
                }
            }
            if let Some(id) = catalogue::service(&service) {
                let all = self.options.existing_actions;
                catalogue::names(id, |action, name| {
                    if all || action.resource_types().next().is_none() {
                        add(name);
                    }
                });
            }
        }
        Ok(out)
    }

    /// Rows with the callers that make a difference, and the keys that follow from them.
    fn callers(&mut self, table: &Table, wanted: &Bits) -> Result<Table, String> {
        let named = self.statements.iter().any(|(s, _)| s.who().is_some());
        let mut texts: BTreeSet<String> = BTreeSet::new();
        let mut tests: Vec<(usize, &Test)> = Vec::new();
        for (bit, (statement, _)) in self.statements.iter().enumerate() {
            texts.extend(statement.who().into_iter().flat_map(crate::principal::Who::callers));
            tests.extend(
                statement.tests().iter().filter(|t| OF_CALLER.contains(&t.key.as_str())).map(|t| (bit, t)),
            );
        }
        for key in OF_CALLER {
            let of_key: Vec<&Test> =
                tests.iter().map(|(_, t)| *t).filter(|t| t.key.as_str() == *key).collect();
            if of_key.is_empty() {
                continue;
            }
            let found =
                super::keys::candidates(&of_key, false, &self.variables).ok_or("budget: principals")?;
            for state in found.states {
                let State::Known(values) = state else { continue };
                let Some(value) = values.first() else { continue };
                match *key {
                    "aws:principalarn" => {
                        texts.insert(value.to_string());
                    }
                    "aws:principalaccount"
                        if value.len() == 12 && value.bytes().all(|b| b.is_ascii_digit()) =>
                    {
                        texts.insert(format!("arn:aws:iam::{value}:user/zz"));
                        texts.insert(format!("arn:aws:iam::{value}:role/zz"));
                    }
                    "aws:principalservicename" => {
                        texts.insert(value.to_string());
                    }
                    "aws:username" if !value.is_empty() && !value.contains([':', '/']) => {
                        texts.insert(format!("arn:aws:iam::{OWNER}:user/{value}"));
                    }
                    _ => {}
                }
            }
        }
        texts.insert(format!("arn:aws:sts::{OWNER}:assumed-role/zz/zz"));
        texts.insert(format!("arn:aws:iam::{OWNER}:role/zz"));
        texts.insert(format!("arn:aws:iam::{OWNER}:user/zz"));
        if named || !tests.is_empty() {
            texts.insert(format!("arn:aws:iam::{STRANGER}:user/zz"));
            texts.insert(format!("arn:aws:sts::{STRANGER}:assumed-role/zz/zz"));
            texts.insert(format!("arn:aws:iam::{STRANGER}:role/zz"));
            texts.insert(format!("arn:aws:iam::{STRANGER}:root"));
            texts.insert("zz.amazonaws.com".to_owned());
            texts.insert("anonymous".to_owned());
        }
        let symbols = Symbols::new();
        let mut doubtful = false;
        let mut masks: BTreeMap<Bits, (String, bool)> = BTreeMap::new();
        'callers: for text in texts {
            let Some(caller) = Caller::parse(&text) else { continue };
            let person = matches!(
                caller.kind(),
                CallerKind::User | CallerKind::Role | CallerKind::FederatedUser | CallerKind::Root
            );
            if !named && (!person || caller.kind() == CallerKind::Root) {
                continue;
            }
            let mut context = self.variables.clone();
            crate::request::derive(&mut context, &caller, Some(OWNER));
            let mut mask = full(self.len());
            for (bit, (statement, _)) in self.statements.iter().enumerate() {
                let fits = match statement.who() {
                    Some(who) => {
                        let deny = statement.effect == Some(Effect::Deny);
                        let ways = who.names(&mut crate::residue::Kleene, &caller, deny, false, &symbols);
                        ways.into_iter().fold(Tri::False, Tri::or)
                    }
                    None => Tri::from(statement.reaches_everybody()),
                };
                match fits {
                    Tri::True => {}
                    Tri::False => clear(&mut mask, bit),
                    // Another form of the same caller tells more; a canonical user id has none.
                    Tri::Unknown => {
                        doubtful |= statement.who().is_some_and(crate::principal::Who::has_canonical);
                        continue 'callers;
                    }
                }
            }
            for (bit, test) in &tests {
                match test.evaluate(&mut crate::residue::Kleene, &context, &symbols) {
                    Tri::True => {}
                    Tri::False => clear(&mut mask, *bit),
                    Tri::Unknown => continue 'callers,
                }
            }
            let foreign = caller.account() != Some(OWNER);
            masks.entry(mask).or_insert((text, foreign && named));
        }
        if doubtful {
            self.doubt("a principal cannot be compared");
        }
        let mut next = Table::new();
        for (have, row) in table {
            for (mask, (caller, foreign)) in &masks {
                let joined = and(have, mask);
                if !meets(&joined, wanted) {
                    continue;
                }
                if next.len() > BUDGET {
                    return Err("budget: principals".to_owned());
                }
                next.entry(joined).or_insert_with(|| Row {
                    caller: caller.clone(),
                    foreign: *foreign,
                    ..row.clone()
                });
            }
        }
        Ok(next)
    }
}

fn clear(bits: &mut Bits, bit: usize) {
    if let Some(word) = bits.get_mut(bit / 64) {
        *word &= !(1 << (bit % 64));
    }
}
