//! The quick *yes*.
//!
//! Let w be the pattern a with every wildcard replaced by one letter that stands in no pattern. Without `?` in
//! b, every text that a matches is matched by b exactly if b matches w: b took each such letter by one of its
//! stars, and a star takes any text in its place; and w itself, with a real letter that no pattern holds, is
//! such a text. One match decides what would otherwise be a search. Whatever this does not prove is left to
//! the table.

use std::sync::Arc;

use crate::context::Context;
use crate::document::Effect;
use crate::glob::{Glob, ONE, STAR};
use crate::statement::{Compiled, Policy};
use crate::symbol::Symbols;

/// The letter that stands in no pattern: a control character.
const LETTER: u8 = 0x01;

/// Whether every text that `narrow` matches is surely matched by `wide`.
fn covers(wide: &Glob, narrow: &Glob) -> bool {
    if wide.is_any() {
        return true;
    }
    if wide.has_one() || wide.bytes().contains(&LETTER) || narrow.bytes().contains(&LETTER) {
        return false;
    }
    if narrow.is_literal() {
        return wide.matches_bytes(narrow.bytes());
    }
    let word: Vec<u8> =
        narrow.bytes().iter().map(|b| if matches!(*b, STAR | ONE) { LETTER } else { *b }).collect();
    wide.matches_bytes(&word)
}

/// A statement with what it names.
struct Apart<'a> {
    statement: &'a Compiled,
    actions: Vec<(Glob, Glob)>,
    resources: Vec<(bool, Vec<Glob>)>,
}

fn taken_apart(statement: &Compiled) -> Option<Apart<'_>> {
    if statement.is_opaque() || statement.is_open() || statement.negates() {
        return None;
    }
    let nothing = Context::new(true);
    let resources = statement
        .patterns()
        .iter()
        .map(|p| Some((p.is_any(), p.globs_in(&nothing).filter(|_| p.keys().next().is_none())?)))
        .collect::<Option<Vec<_>>>()?;
    let variables = statement.tests().iter().any(|t| !t.variables().is_empty());
    (!variables).then(|| Apart { statement, actions: statement.action_patterns(), resources })
}

/// Whether it is certain, at a glance, that `b` allows every request that `a` allows.
pub(super) fn surely_includes(a: &[Arc<Policy>], b: &[Arc<Policy>]) -> bool {
    if a.iter().chain(b).any(|p| p.document.opaque) {
        return false;
    }
    let Some(left) = statements(a, Effect::Allow).map(taken_apart).collect::<Option<Vec<_>>>() else {
        return false;
    };
    // An allow of `b` that is not understood at a glance is no help; a deny has to be.
    let right: Vec<Apart<'_>> = statements(b, Effect::Allow).filter_map(taken_apart).collect();
    let Some(denies) = statements(b, Effect::Deny).map(taken_apart).collect::<Option<Vec<_>>>() else {
        return false;
    };
    left.iter().all(|s| apart_from(s, &denies) && included(s, &right))
}

/// The statements with an effect, and those of which nobody knows it.
fn statements(policies: &[Arc<Policy>], effect: Effect) -> impl Iterator<Item = &Compiled> {
    let all = policies.iter().flat_map(|p| p.statements.iter());
    all.filter(move |s| s.effect.is_none_or(|e| e == effect))
}

/// Whether no action of a statement is denied.
fn apart_from(s: &Apart<'_>, denies: &[Apart<'_>]) -> bool {
    let symbols = Symbols::new();
    let meets = |a: &(Glob, Glob), d: &(Glob, Glob)| a.0.meets(&d.0, &symbols) && a.1.meets(&d.1, &symbols);
    !denies.iter().any(|d| s.actions.iter().any(|a| d.actions.iter().any(|b| meets(a, b))))
}

fn included(s: &Apart<'_>, right: &[Apart<'_>]) -> bool {
    s.actions.iter().all(|(service, name)| {
        let helpful: Vec<&Apart<'_>> = right
            .iter()
            .filter(|t| t.actions.iter().any(|(s2, n2)| covers(s2, service) && covers(n2, name)))
            .filter(|t| implied(s.statement, t.statement))
            .collect();
        // Without patterns the statement is about the resource that its policy is attached to.
        !s.resources.is_empty()
            && s.resources.iter().all(|(any, globs)| {
                helpful.iter().any(|t| {
                    t.resources.iter().any(|(any2, globs2)| {
                        // `*` matches also what is no ARN.
                        *any2
                            || (!any
                                && globs.len() == globs2.len()
                                && globs.iter().zip(globs2).all(|(narrow, wide)| covers(wide, narrow)))
                    })
                })
            })
    })
}

/// Whether a request that fits the principals and conditions of `s` fits those of `t`.
fn implied(s: &Compiled, t: &Compiled) -> bool {
    let who = match (s.who(), t.who()) {
        (_, None) => t.reaches_everybody(),
        (Some(a), Some(b)) => a == b || b.is_everybody(),
        (None, Some(_)) => false,
    };
    who && t.tests().iter().all(|test| s.tests().contains(test))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn what_covers_matches_all_that_the_other_matches(wide in "[ab*?]{0,5}", narrow in "[ab*?]{0,4}") {
            let (wide, narrow) = (Glob::new(&wide), Glob::new(&narrow));
            let mut words = vec![String::new()];
            let mut all = true;
            for _ in 0..6 {
                all &= words.iter().all(|w| !narrow.matches(w) || wide.matches(w));
                words = words.iter().flat_map(|w| ["a", "b", "c"].map(|l| format!("{w}{l}"))).collect();
            }
            if covers(&wide, &narrow) {
                prop_assert!(all);
            } else if !wide.has_one() {
                prop_assert!(!all, "a yes was missed");
            }
        }
    }
}
