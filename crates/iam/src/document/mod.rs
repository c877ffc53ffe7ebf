//! Policy documents: what stands in them, with everything that is wrong about it.
//!
//! Grammar: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>

mod problem;
mod read;

pub use problem::{Problem, ProblemKind};

use std::sync::Arc;

use crate::element::Element;

/// Where a document stands, which decides what its elements mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PolicyType {
    /// Attached to a user, group or role.
    Identity,
    /// Attached to a resource.
    Resource,
    /// A role's trust policy.
    Trust,
    /// A service control policy.
    Scp,
    /// A resource control policy.
    Rcp,
    /// Given when a session is made.
    Session,
    /// Of a VPC endpoint.
    Endpoint,
    /// A permissions boundary.
    Boundary,
}

impl PolicyType {
    /// Its name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Resource => "resource",
            Self::Trust => "trust",
            Self::Scp => "scp",
            Self::Rcp => "rcp",
            Self::Session => "session",
            Self::Endpoint => "endpoint",
            Self::Boundary => "boundary",
        }
    }

    /// The type of a name in JSON.
    pub fn parse(name: &str) -> Option<Self> {
        [
            Self::Identity,
            Self::Resource,
            Self::Trust,
            Self::Scp,
            Self::Rcp,
            Self::Session,
            Self::Endpoint,
            Self::Boundary,
        ]
        .into_iter()
        .find(|t| t.as_str() == name)
    }

    /// Whether its statements name principals.
    pub fn has_principal(self) -> bool {
        matches!(self, Self::Resource | Self::Trust | Self::Rcp | Self::Endpoint)
    }
}

/// The two versions of the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// 2008-10-17, also where none is written: `${…}` is literal.
    Old,
    /// 2012-10-17.
    New,
}

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Effect {
    /// It allows.
    Allow,
    /// It denies.
    Deny,
}

/// A text of a document, with its place as a JSON pointer's last steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// The value.
    pub value: Arc<str>,
    /// Its place in a list, if it stands in one.
    pub index: Option<u32>,
    /// The maker's mark of its place.
    pub mark: u32,
}

/// A list of values under an element or its Not form.
#[derive(Debug, Clone, PartialEq)]
pub struct Values {
    /// The values.
    pub items: Vec<Text>,
    /// `NotAction`, `NotResource`.
    pub negated: bool,
    /// Part of the list is not known before deployment.
    pub open: bool,
    /// The maker's mark of the element.
    pub mark: u32,
}

/// The kinds of principals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PrincipalKind {
    /// `*` alone.
    Everyone,
    /// Accounts, users, roles, sessions.
    Aws,
    /// `lambda.amazonaws.com`.
    Service,
    /// Identity providers.
    Federated,
    /// S3 canonical user ids.
    CanonicalUser,
}

/// One principal of a statement.
#[derive(Debug, Clone, PartialEq)]
pub struct PrincipalValue {
    /// Its kind.
    pub kind: PrincipalKind,
    /// The value.
    pub text: Text,
}

/// `Principal` or `NotPrincipal`.
#[derive(Debug, Clone, PartialEq)]
pub struct Principals {
    /// Those named.
    pub items: Vec<PrincipalValue>,
    /// `NotPrincipal`.
    pub negated: bool,
    /// Part of it is not known before deployment.
    pub open: bool,
    /// The maker's mark of the element.
    pub mark: u32,
}

/// One key of one operator block.
#[derive(Debug, Clone, PartialEq)]
pub struct ConditionEntry {
    /// The operator as written: `ForAnyValue:StringLikeIfExists`.
    pub operator: Arc<str>,
    /// The key as written.
    pub key: Arc<str>,
    /// The values, numbers and booleans as text.
    pub values: Vec<Text>,
    /// Part of the values is not known before deployment.
    pub open: bool,
    /// The maker's mark of the key's value.
    pub mark: u32,
}

/// One statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// Its place in the document.
    pub index: u32,
    /// Its `Sid`.
    pub sid: Option<Arc<str>>,
    /// What it does; `None` when AWS would refuse what is written.
    pub effect: Option<Effect>,
    /// Who.
    pub principals: Option<Principals>,
    /// What.
    pub actions: Option<Values>,
    /// On what.
    pub resources: Option<Values>,
    /// When: all of these.
    pub conditions: Vec<ConditionEntry>,
    /// Part of the condition is not known before deployment or is not understood.
    pub conditions_open: bool,
    /// It is not evaluated: it may allow, deny or do nothing.
    pub opaque: bool,
    /// The maker's mark of the statement.
    pub mark: u32,
}

/// One document.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Where it stands.
    pub policy_type: PolicyType,
    /// Its version.
    pub version: Version,
    /// Whether a version is written.
    pub version_written: bool,
    /// Its statements.
    pub statements: Vec<Statement>,
    /// What is wrong about it.
    pub problems: Vec<Problem>,
    /// It is not evaluated at all: every answer that it could change is *cannot tell*.
    pub opaque: bool,
}

impl Document {
    /// Reads a document from a tree.
    pub fn read(element: &Element, policy_type: PolicyType) -> Self {
        read::document(element, policy_type)
    }

    /// The first thing for which AWS refuses the document.
    pub fn refusal(&self) -> Option<&Problem> {
        self.problems.iter().find(|p| p.kind.is_refused(self.policy_type))
    }
}
