use palisade_diag::{Confidence, Persona, Severity};
use palisade_graph::{NodeIx, Reason, State, Val, Via};
use palisade_source::Span;

use crate::{Change, Literal, Proposal};

/// Something wrong, as a rule files it; places are spans until the report is made.
#[derive(Debug, Clone)]
pub struct Found {
    /// The node; none for a finding about a file.
    pub node: Option<NodeIx>,
    /// Further nodes it holds for.
    pub affected: Vec<NodeIx>,
    /// The narrowest place that a user would edit.
    pub at: Span,
    /// Words at that place.
    pub label: String,
    /// One line. `{subject}` stands for the node (`function `hello``) and becomes `3 functions` when one
    /// written value holds for several.
    pub message: String,
    /// How to fix it, in the imperative.
    pub help: String,
    /// Where the rule's own severity does not hold.
    pub severity: Option<Severity>,
    /// Where the rule's own confidence does not hold.
    pub confidence: Option<Confidence>,
    /// Where the rule's own persona does not hold.
    pub persona: Option<Persona>,
    /// Further places with their words, in the order in which they are read.
    pub related: Vec<(Span, String)>,
    /// Indexes into [at, related…] in attack order.
    pub steps: Vec<usize>,
    /// What of the node is wrong, normalised: no line, no layout. Two causes at one node differ in it.
    pub evidence: String,
    /// How it could be mended; the first that can be proven is shown.
    pub proposals: Vec<Proposal>,
}

impl Found {
    /// A finding about a node, at a place.
    pub fn new(node: NodeIx, at: Span, message: impl Into<String>) -> Self {
        Self {
            node: Some(node),
            affected: Vec::new(),
            at,
            label: String::new(),
            message: message.into(),
            help: String::new(),
            severity: None,
            confidence: None,
            persona: None,
            related: Vec::new(),
            steps: Vec::new(),
            evidence: String::new(),
            proposals: Vec::new(),
        }
    }

    /// A finding about a file.
    pub fn of_file(at: Span, message: impl Into<String>) -> Self {
        let mut found = Self::new(NodeIx(0), at, message);
        found.node = None;
        found
    }

    /// A finding at a value; the way the value took gives the related places.
    pub fn at_value(node: NodeIx, val: &Val, fallback: Span, message: impl Into<String>) -> Self {
        Self::new(node, val.span.or(fallback), message).way(val)
    }

    /// A nearer place, if there is one.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.at = span.or(self.at);
        self
    }

    /// Words at the primary place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.label = text.into();
        self
    }

    /// How to fix it.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = text.into();
        self
    }

    /// A severity of this case.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// A confidence of this case.
    #[must_use]
    pub fn confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = Some(confidence);
        self
    }

    /// A persona of this case.
    #[must_use]
    pub fn persona(mut self, persona: Persona) -> Self {
        self.persona = Some(persona);
        self
    }

    /// A further place.
    #[must_use]
    pub fn also(mut self, at: Span, text: impl Into<String>) -> Self {
        if at.is_some() && at != self.at {
            self.related.push((at, text.into()));
        }
        self
    }

    /// A further node it holds for.
    #[must_use]
    pub fn affects(mut self, node: NodeIx) -> Self {
        self.affected.push(node);
        self
    }

    /// The normalised evidence.
    #[must_use]
    pub fn evidence(mut self, text: impl Into<String>) -> Self {
        self.evidence = text.into();
        self
    }

    /// A change that would mend it.
    #[must_use]
    pub fn fix(mut self, proposal: Proposal) -> Self {
        self.proposals.push(proposal);
        self
    }

    /// A change that would mend it, where there is one.
    #[must_use]
    pub fn fixes(mut self, proposal: Option<Proposal>) -> Self {
        self.proposals.extend(proposal);
        self
    }

    /// The last change again, made where the value stands, for one that came from elsewhere: the default of a
    /// parameter or variable.
    #[must_use]
    pub fn or_where_written(self, val: &Val, value: impl Into<Literal>) -> Self {
        let Some(last) = self.proposals.last() else { return self };
        if val.span.is_some() && !val.is_null() && val.links().next().is_some() {
            let change = Change::Replace { at: val.span, value: value.into() };
            let proposal = Proposal::new(last.title.clone(), last.safety, vec![change]);
            return self.fix(proposal);
        }
        self
    }

    /// Adds the places on the way of a value.
    #[must_use]
    pub fn way(mut self, val: &Val) -> Self {
        for link in val.links() {
            let words = match link.word {
                Via::Inherited => "inherited here",
                Via::Merged => "merged here",
                Via::Parameter => "value of this parameter",
                Via::PolicyTemplate => "expanded by this policy template",
                Via::Implied => "implied by this",
                Via::Evaluated => "used here",
                Via::Defaulted | Via::Inferred => continue,
            };
            self = self.also(link.span, words);
        }
        self
    }
}

/// What the rules of one world filed.
#[derive(Debug, Default)]
pub struct Findings {
    /// What is wrong.
    pub found: Vec<Found>,
    /// What could not be told: node, property, reason.
    pub unknown: Vec<(NodeIx, String, String, Span)>,
    /// Values that no output may show.
    pub secret: Vec<Span>,
}

impl Findings {
    /// Files a finding.
    pub fn push(&mut self, found: Found) {
        self.found.push(found);
    }

    /// Keeps a value out of every output, also where another finding shows its line.
    pub fn hide(&mut self, val: &Val) {
        if val.span.is_some() {
            self.secret.push(val.span);
        }
    }

    /// Files that a value is not known, so that the rule answers *cannot tell* for a node.
    pub fn cannot_tell(&mut self, node: NodeIx, property: &str, val: &Val) {
        let reason = why(val).map_or_else(|| "not known".to_owned(), |r| r.to_string());
        self.unknown.push((node, property.to_owned(), reason, val.span));
    }
}

/// The first reason for which a value, or something in it, is not known.
fn why(val: &Val) -> Option<Reason> {
    match &val.state {
        State::Unknown(u) => Some(u.reason.clone()),
        State::Partial(pieces) => pieces.iter().find_map(|p| match p {
            palisade_graph::Piece::Hole(v) => why(v),
            palisade_graph::Piece::Text(_) => None,
        }),
        State::Known(_) => val
            .items()
            .iter()
            .filter(|v| !std::ptr::eq(*v, val))
            .chain(val.entries().iter().map(|e| &e.val))
            .find_map(why),
        State::Ref(_) => Some(Reason::ExternalLookup),
    }
}
