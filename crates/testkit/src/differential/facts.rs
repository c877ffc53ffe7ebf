use std::collections::{BTreeMap, BTreeSet};

/// What a value that nobody can know offline is written as.
pub(super) const UNKNOWN: &str = "\u{fffd}";

/// What is compared of an application, in canonical text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// Logical ids of functions.
    pub functions: BTreeSet<String>,
    /// Event source mappings: `id: source -> function`.
    pub mappings: Vec<String>,
    /// Resource-based permissions of functions.
    pub permissions: Vec<String>,
    /// Roles by logical id.
    pub roles: BTreeMap<String, Role>,
    /// Logical ids of what is declared but, with the parameters in force, not deployed: the graph may
    /// have it from another world.
    pub absent: BTreeSet<String>,
}

/// What is compared of a role.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Role {
    /// Statements of its identity policies, each once: a second one grants nothing.
    pub statements: BTreeSet<String>,
    /// Names of AWS managed policies.
    pub managed: BTreeSet<String>,
    /// Statements of its trust policy.
    pub trust: BTreeSet<String>,
}

/// What is counted apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Area {
    /// Functions.
    Functions,
    /// Event source mappings.
    Mappings,
    /// Permissions of functions.
    Permissions,
    /// Roles, by logical id.
    Roles,
    /// Statements and managed policies of roles.
    Statements,
    /// Trust statements of roles.
    Trust,
}

/// Every area, in the order of a report.
pub const AREAS: [Area; 6] =
    [Area::Functions, Area::Mappings, Area::Permissions, Area::Roles, Area::Statements, Area::Trust];

impl Area {
    /// Its name in a report.
    pub fn word(self) -> &'static str {
        match self {
            Area::Functions => "functions",
            Area::Mappings => "mappings",
            Area::Permissions => "permissions",
            Area::Roles => "roles",
            Area::Statements => "statements",
            Area::Trust => "trust",
        }
    }
}

/// How one area compares.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// How many facts are the same on both sides.
    pub same: usize,
    /// What the reference has and the graph has not.
    pub missing: Vec<String>,
    /// What the graph has and the reference has not.
    pub extra: Vec<String>,
}

impl Comparison {
    /// Facts of both sides together.
    pub fn total(&self) -> usize {
        self.same + self.missing.len().max(self.extra.len())
    }

    /// Whether both sides agree.
    pub fn agrees(&self) -> bool {
        self.missing.is_empty() && self.extra.is_empty()
    }

    /// Adds another application's answer.
    pub fn add(&mut self, other: &Comparison) {
        self.same += other.same;
        self.missing.extend(other.missing.iter().cloned());
        self.extra.extend(other.extra.iter().cloned());
    }
}

/// Compares what the reference deploys with what the graph says, area by area.
pub fn compare(expected: &Facts, observed: &Facts) -> BTreeMap<Area, Comparison> {
    let observed = &present(observed, &expected.absent);
    let mut answer = BTreeMap::new();
    let functions = |facts: &Facts| facts.functions.iter().cloned().collect::<Vec<_>>();
    answer.insert(Area::Functions, sets(functions(expected), functions(observed)));
    answer.insert(Area::Mappings, sets(expected.mappings.clone(), observed.mappings.clone()));
    answer.insert(Area::Permissions, sets(expected.permissions.clone(), observed.permissions.clone()));
    let roles = |facts: &Facts| facts.roles.keys().cloned().collect::<Vec<_>>();
    answer.insert(Area::Roles, sets(roles(expected), roles(observed)));
    let both = expected.roles.iter().filter_map(|(id, role)| Some((id, role, observed.roles.get(id)?)));
    let mut statements = Comparison::default();
    let mut trust = Comparison::default();
    for (id, wanted, found) in both {
        let label =
            |facts: &BTreeSet<String>| facts.iter().map(|fact| format!("{id}: {fact}")).collect::<Vec<_>>();
        statements.add(&sets(label(&wanted.statements), label(&found.statements)));
        statements.add(&sets(label(&wanted.managed), label(&found.managed)));
        trust.add(&sets(label(&wanted.trust), label(&found.trust)));
    }
    answer.insert(Area::Statements, statements);
    answer.insert(Area::Trust, trust);
    answer
}

/// The facts without those of what is absent; every line begins with the logical id that it is about.
fn present(facts: &Facts, absent: &BTreeSet<String>) -> Facts {
    let about = |line: &String| line.split_once(':').is_some_and(|(id, _)| absent.contains(id));
    let mut facts = facts.clone();
    facts.functions.retain(|id| !absent.contains(id));
    facts.mappings.retain(|line| !about(line));
    facts.permissions.retain(|line| !about(line));
    facts.roles.retain(|id, _| !absent.contains(id));
    facts
}

/// Compares two multisets; a fact with an unknown part agrees with any that fits it.
fn sets(mut expected: Vec<String>, mut observed: Vec<String>) -> Comparison {
    let mut answer = Comparison::default();
    for fits in [(|a: &str, b: &str| a == b) as fn(&str, &str) -> bool, fits] {
        expected.retain(|wanted| {
            let Some(at) = observed.iter().position(|found| fits(wanted, found)) else { return true };
            observed.swap_remove(at);
            answer.same += 1;
            false
        });
    }
    observed.sort();
    answer.missing = expected;
    answer.extra = observed;
    answer
}

/// Whether the text fits a pattern whose unknown parts stand for any text.
fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split(UNKNOWN);
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_parts_fit_any_text() {
        assert!(fits("a\u{fffd}c", "abc"));
        assert!(fits("\u{fffd}", "anything"));
        assert!(fits("a\u{fffd}b\u{fffd}", "a1b2"));
        assert!(!fits("a\u{fffd}c", "abd"));
        assert!(!fits("abc", "abcd"));
        assert!(!fits("ab\u{fffd}", "a"));
    }

    #[test]
    fn what_is_on_one_side_only_is_named() {
        let wanted = Facts { functions: ["A", "B"].map(String::from).into(), ..Facts::default() };
        let found = Facts { functions: ["B", "C"].map(String::from).into(), ..Facts::default() };
        let answer = compare(&wanted, &found);
        let functions = &answer[&Area::Functions];
        assert_eq!((functions.same, functions.total()), (1, 2));
        assert_eq!(functions.missing, ["A"]);
        assert_eq!(functions.extra, ["C"]);
        assert!(answer[&Area::Roles].agrees());
    }
}
