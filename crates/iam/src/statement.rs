//! Documents, compiled: what a request is matched against.

use crate::action::Actions;
use crate::arn::ArnPattern;
use crate::condition::Test;
use crate::document::{Document, Effect, PolicyType, Statement, Values};
use crate::principal::Who;
use crate::request::Request;
use crate::residue::{Atom, Logic};
use crate::symbol::Symbols;
use crate::tri::Tri;

/// A document with its statements compiled.
#[derive(Debug, Clone)]
pub struct Policy {
    /// What was read.
    pub document: Document,
    pub(crate) statements: Box<[Compiled]>,
}

/// One statement, compiled.
#[derive(Debug, Clone)]
pub(crate) struct Compiled {
    pub effect: Option<Effect>,
    pub index: u32,
    opaque: bool,
    who: Whom,
    actions: Option<Actions>,
    resources: What,
    tests: Box<[Test]>,
    conditions_open: bool,
}

#[derive(Debug, Clone)]
enum Whom {
    /// The policy is attached to its principal, or reaches everybody.
    Everybody,
    /// A policy that has to name somebody and does not.
    Nobody,
    Named(Who),
}

#[derive(Debug, Clone)]
enum What {
    /// The resource that the policy is attached to.
    Own,
    /// Nothing is named where something has to be.
    Nothing,
    Listed {
        patterns: Box<[ArnPattern]>,
        negated: bool,
        open: bool,
    },
}

impl Policy {
    /// Compiles a document.
    pub fn new(document: Document, symbols: &Symbols) -> Self {
        let statements = document.statements.iter().map(|s| Compiled::new(s, &document, symbols)).collect();
        Self { document, statements }
    }

    /// Reads and compiles a document of JSON. Problems are in the document; the error is the reader's.
    pub fn from_json(text: &str, policy_type: PolicyType) -> Result<Self, serde_json::Error> {
        let element = crate::element::Element::from_json(text)?;
        Ok(Self::new(Document::read(&element, policy_type), &Symbols::new()))
    }
}

impl Compiled {
    fn new(s: &Statement, document: &Document, symbols: &Symbols) -> Self {
        let needs_name =
            matches!(document.policy_type, PolicyType::Resource | PolicyType::Trust | PolicyType::Rcp);
        let who = match &s.principals {
            Some(principals) if document.policy_type.has_principal() => {
                Whom::Named(Who::new(principals, symbols))
            }
            None if needs_name => Whom::Nobody,
            _ => Whom::Everybody,
        };
        let attached = matches!(document.policy_type, PolicyType::Resource | PolicyType::Trust);
        let resources = match &s.resources {
            Some(values) => resources(values, document, symbols),
            None if attached => What::Own,
            None => What::Nothing,
        };
        Self {
            effect: s.effect,
            index: s.index,
            opaque: s.opaque,
            who,
            actions: s.actions.as_ref().map(|a| Actions::new(a, symbols)),
            resources,
            tests: s.conditions.iter().filter_map(|c| Test::new(c, document.version, symbols)).collect(),
            conditions_open: s.conditions_open,
        }
    }

    /// Nobody can say what it does.
    pub(crate) fn is_opaque(&self) -> bool {
        self.opaque || self.effect.is_none()
    }

    /// Part of it is not known before deployment.
    pub(crate) fn is_open(&self) -> bool {
        self.conditions_open
            || self.tests.iter().any(|t| t.open)
            || self.actions.as_ref().is_some_and(Actions::is_open)
            || matches!(&self.resources, What::Listed { open: true, .. })
            || matches!(&self.resources, What::Listed { patterns, .. } if patterns.iter().any(ArnPattern::is_symbolic))
            || matches!(&self.who, Whom::Named(who) if who.is_open())
    }

    /// The patterns of `Resource` or `NotResource`.
    pub(crate) fn patterns(&self) -> &[ArnPattern] {
        match &self.resources {
            What::Listed { patterns, .. } => patterns,
            What::Own | What::Nothing => &[],
        }
    }

    /// Whether a resource matches that is, or is not, among the patterns.
    pub(crate) fn resource_matches(&self, listed: bool) -> bool {
        match &self.resources {
            What::Own => true,
            What::Nothing => false,
            What::Listed { negated, .. } => listed != *negated,
        }
    }

    /// The patterns of `Action` or `NotAction`: service and name.
    pub(crate) fn action_patterns(&self) -> Vec<(crate::glob::Glob, crate::glob::Glob)> {
        self.actions.as_ref().map(Actions::patterns).unwrap_or_default()
    }

    /// Whether `NotAction` stands there.
    pub(crate) fn negates_action(&self) -> bool {
        self.actions.as_ref().is_some_and(Actions::is_negated)
    }

    /// Whether something stands in it that matches by not matching.
    pub(crate) fn negates(&self) -> bool {
        self.negates_action()
            || matches!(&self.resources, What::Listed { negated: true, .. })
            || self.tests.iter().any(|t| t.operator.negated)
            || matches!(&self.who, Whom::Named(who) if who.is_negated())
    }

    /// Whom it names, if it has to name somebody.
    pub(crate) fn who(&self) -> Option<&Who> {
        match &self.who {
            Whom::Named(who) => Some(who),
            _ => None,
        }
    }

    /// Whether it reaches whoever its policy is attached to.
    pub(crate) fn reaches_everybody(&self) -> bool {
        matches!(self.who, Whom::Everybody)
    }

    pub(crate) fn tests(&self) -> &[Test] {
        &self.tests
    }

    /// Whether action and resource match.
    pub(crate) fn target(&self, request: &Request, symbols: &Symbols) -> Tri {
        let action = self.actions.as_ref().map_or(Tri::False, |a| a.matches(&request.action, symbols));
        if action == Tri::False {
            return Tri::False;
        }
        action.and(match &self.resources {
            What::Own => Tri::True,
            What::Nothing => Tri::False,
            What::Listed { patterns, negated, open } => {
                let start = if *open { Tri::Unknown } else { Tri::False };
                let mut listed = start;
                for pattern in patterns {
                    listed = listed.or(pattern.matches(&request.resource, &request.context, symbols));
                    if listed == Tri::True {
                        break;
                    }
                }
                if *negated { listed.negate() } else { listed }
            }
        })
    }

    /// Whether the statement matches, for each way in which it may name the caller. `place` names the
    /// statement in the atoms of what cannot be told.
    pub(crate) fn matches<L: Logic>(
        &self,
        logic: &mut L,
        request: &Request,
        bounded: bool,
        symbols: &Symbols,
        place: &dyn Fn() -> String,
    ) -> [L::F; 3] {
        let no = logic.constant(false);
        let target = self.target(request, symbols);
        if target == Tri::False {
            return [no; 3];
        }
        let mut matched = logic.from_tri(target, &mut || {
            Atom::plain(
                format!(
                    "{} matches {} on {}",
                    place(),
                    request.action.as_str(),
                    symbols.show(request.resource.as_str())
                ),
                self.references(symbols),
            )
        });
        for test in &self.tests {
            let holds = test.evaluate(logic, &request.context, symbols);
            matched = logic.and(matched, holds);
            if logic.tri(matched) == Tri::False {
                return [no; 3];
            }
        }
        if self.conditions_open {
            let hole = logic.atom(&mut || {
                Atom::plain(format!("the condition of {} holds", place()), vec!["Condition".to_owned()])
            });
            matched = logic.and(matched, hole);
        }
        match &self.who {
            Whom::Everybody => [no, matched, no],
            Whom::Nobody => [no; 3],
            Whom::Named(who) => {
                let deny = self.effect == Some(Effect::Deny);
                who.names(logic, &request.caller, deny, bounded, symbols)
                    .map(|named| logic.and(named, matched))
            }
        }
    }

    /// The references and variables that an unknown match hangs on.
    fn references(&self, symbols: &Symbols) -> Vec<String> {
        let mut out = Vec::new();
        if let What::Listed { patterns, .. } = &self.resources {
            for pattern in patterns {
                out.extend(pattern.keys().map(|k| k.as_str().to_owned()));
                out.extend(pattern.symbols(symbols));
            }
        }
        out
    }
}

fn resources(values: &Values, document: &Document, symbols: &Symbols) -> What {
    // A short ARN is completed by wildcards where the policy is attached to its principal.
    let completes = !document.policy_type.has_principal();
    What::Listed {
        patterns: values
            .items
            .iter()
            .map(|t| ArnPattern::resource(&t.value, document.version, completes, symbols))
            .collect(),
        negated: values.negated,
        open: values.open,
    }
}
