//! Sets of policies compared exactly: is every request that one allows allowed by the other?
//!
//! Requests have dimensions: action, resource, principal, each condition key. In each one finitely many
//! *membership vectors* exist: which statements a value satisfies. They are found with a value each, joined
//! dimension by dimension, and what is left is a finite table: which sets of statements one request can
//! satisfy, and a request for each. The answer is read from it, and a *no* comes with its request.

mod generic;
mod keys;
mod resources;
mod universe;
pub(crate) mod vectors;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::action::Action;
use crate::context::{Context, State};
use crate::decide;
use crate::document::Effect;
use crate::principal::Caller;
use crate::request::Request;
use crate::statement::Policy;
use crate::symbol::Symbols;
use crate::tri::Tri;

use universe::{Row, Universe};
use vectors::{Bits, empty, meets, set};

/// Limits of a comparison and what counts as an action.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Only actions of the catalogue exist; otherwise every word is one.
    pub existing_actions: bool,
}

/// What a comparison found. A request stands for all that are like it.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// Allowed by the first, not by the second.
    pub only_a: Option<Request>,
    /// Allowed by the second, not by the first.
    pub only_b: Option<Request>,
    /// Allowed by both.
    pub both: Option<Request>,
    /// Why an absence is no proof; `None` if it is one.
    pub inexact: Option<String>,
}

/// The relation of two sets of policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// Each allows what the other does.
    Equal,
    /// The second allows all that the first does, and more.
    AInB,
    /// The first allows all that the second does, and more.
    BInA,
    /// Each allows what the other does not, and some requests are allowed by both.
    Overlap,
    /// No request is allowed by both.
    Disjoint,
    /// It cannot be told.
    Unknown,
}

impl Relation {
    /// Its name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::AInB => "a_in_b",
            Self::BInA => "b_in_a",
            Self::Overlap => "overlap",
            Self::Disjoint => "disjoint",
            Self::Unknown => "unknown",
        }
    }
}

impl Comparison {
    /// The relation that the requests prove.
    pub fn relation(&self) -> Relation {
        let exact = self.inexact.is_none();
        match (&self.only_a, &self.only_b, &self.both) {
            (Some(_), Some(_), Some(_)) => Relation::Overlap,
            _ if !exact => Relation::Unknown,
            (None, None, _) => Relation::Equal,
            (None, Some(_), _) => Relation::AInB,
            (Some(_), None, _) => Relation::BInA,
            (Some(_), Some(_), None) => Relation::Disjoint,
        }
    }
}

/// The answer to `includes`.
#[derive(Debug, Clone)]
pub enum Included {
    /// Every request that the first allows is allowed by the second.
    Yes,
    /// This one is not.
    No(Box<Request>),
    /// It cannot be told, and why.
    Unknown(String),
}

/// Whether a set of policies allows a request: some statement does and none denies.
pub fn set_allows(policies: &[Arc<Policy>], request: &Request, symbols: &Symbols) -> Tri {
    decide::set_allows(policies, request, symbols)
}

/// Is every request that `a` allows allowed by `b`?
pub fn includes(a: &[Arc<Policy>], b: &[Arc<Policy>], options: Options) -> Included {
    if generic::surely_includes(a, b) {
        return Included::Yes;
    }
    let found = compare_directed(a, b, options, false);
    match (found.only_a, found.inexact) {
        (Some(request), _) => Included::No(Box::new(request)),
        (None, None) => Included::Yes,
        (None, Some(reason)) => Included::Unknown(reason),
    }
}

/// Compares two sets of policies of one type.
pub fn compare(a: &[Arc<Policy>], b: &[Arc<Policy>], options: Options) -> Comparison {
    compare_directed(a, b, options, true)
}

fn unknown(reason: &str) -> Comparison {
    Comparison { only_a: None, only_b: None, both: None, inexact: Some(reason.to_owned()) }
}

fn compare_directed(a: &[Arc<Policy>], b: &[Arc<Policy>], options: Options, both_ways: bool) -> Comparison {
    let mut universe = match Universe::new(a, b, options) {
        Ok(universe) => universe,
        Err(reason) => return unknown(&reason),
    };
    let size = universe.len();
    let (mut allow_a, mut deny_a) = (empty(size), empty(size));
    let (mut allow_b, mut deny_b) = (empty(size), empty(size));
    for (bit, (first, effect)) in universe.effects().enumerate() {
        match (first, effect) {
            (true, Effect::Allow) => set(&mut allow_a, bit),
            (true, Effect::Deny) => set(&mut deny_a, bit),
            (false, Effect::Allow) => set(&mut allow_b, bit),
            (false, Effect::Deny) => set(&mut deny_b, bit),
        }
    }
    let mut wanted = allow_a.clone();
    if both_ways {
        for (w, b) in wanted.iter_mut().zip(&allow_b) {
            *w |= b;
        }
    }
    let rows = match universe.rows(&wanted) {
        Ok(rows) => rows,
        Err(reason) => return unknown(&reason),
    };
    let mut found = Comparison { only_a: None, only_b: None, both: None, inexact: universe.inexact.clone() };
    for (mask, row) in &rows {
        let by_a = meets(mask, &allow_a) && !meets(mask, &deny_a);
        let by_b = meets(mask, &allow_b) && !meets(mask, &deny_b);
        let slot = match (by_a, by_b) {
            (true, false) => &mut found.only_a,
            (false, true) => &mut found.only_b,
            (true, true) => &mut found.both,
            (false, false) => continue,
        };
        if slot.is_some() {
            continue;
        }
        // What is said is replayed by the decision itself; the table alone proves nothing.
        match replay(row, a, b, (by_a, by_b)) {
            Some(request) => *slot = Some(request),
            None => {
                found
                    .inexact
                    .get_or_insert_with(|| format!("a request on {} could not be replayed", row.resource));
            }
        }
    }
    found
}

fn replay(row: &Row, a: &[Arc<Policy>], b: &[Arc<Policy>], expected: (bool, bool)) -> Option<Request> {
    let symbols = Symbols::new();
    let mut context = Context::new(true);
    for (key, state) in &row.keys {
        // A key that is not in the context is absent.
        if *state != State::Absent {
            context.insert(key, state.clone());
        }
    }
    let account = Caller::parse(&row.caller)?.account().map(ToOwned::to_owned);
    let request = Request::new(
        Caller::parse(&row.caller)?,
        Action::parse(&row.action)?,
        &row.resource,
        account.as_deref().filter(|_| !row.foreign).or(row.foreign.then_some(universe::OWNER)),
        context,
        &symbols,
    );
    let says = |policies, wanted| decide::set_allows(policies, &request, &symbols) == Tri::from(wanted);
    (says(a, expected.0) && says(b, expected.1)).then_some(request)
}

/// A table of rows by which statements they satisfy.
type Table = BTreeMap<Bits, Row>;
