//! What can be wrong about a document.

use super::PolicyType;

/// One fault with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// What it is.
    pub kind: ProblemKind,
    /// The statement that it stands in.
    pub statement: Option<u32>,
    /// JSON pointer from the document: `/Statement/0/Action/1`.
    pub pointer: String,
    /// The value in question, shortened to 200 characters.
    pub value: String,
    /// The maker's mark of the place.
    pub mark: u32,
}

/// The kinds of faults that reading finds. What needs the catalogue is found by `lint`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProblemKind {
    /// A value of a JSON type that the grammar does not allow there.
    WrongType,
    /// A key stands twice in one object.
    DuplicateKey,
    /// An element that the grammar does not know.
    UnknownElement,
    /// `Version` is neither 2012-10-17 nor 2008-10-17.
    UnknownVersion,
    /// No `Statement`.
    StatementMissing,
    /// No `Effect`.
    EffectMissing,
    /// `Effect` is not exactly `Allow` or `Deny`.
    EffectInvalid,
    /// Neither `Action` nor `NotAction`.
    ActionMissing,
    /// Neither `Resource` nor `NotResource`.
    ResourceMissing,
    /// Neither `Principal` nor `NotPrincipal` where one is needed.
    PrincipalMissing,
    /// `Principal` in a policy that is attached to its principal.
    PrincipalNotAllowed,
    /// An element with its Not form.
    ExcludesEachOther,
    /// A key of `Principal` is not `AWS`, `Service`, `Federated` or `CanonicalUser`.
    PrincipalKindUnknown,
    /// An operator that AWS does not know.
    OperatorUnknown,
    /// An action without a colon that is not `*`.
    ActionMalformed,
    /// A resource that is neither `*` nor an ARN.
    ResourceMalformed,
    /// Two statements with one `Sid`.
    DuplicateSid,
    /// Larger, deeper or longer than what is evaluated.
    Limit,
}

impl ProblemKind {
    /// Whether AWS refuses a document of this type for it.
    pub fn is_refused(self, policy_type: PolicyType) -> bool {
        match self {
            // An S3 bucket policy may leave Sids to repeat; IAM refuses them.
            Self::DuplicateSid => !matches!(policy_type, PolicyType::Resource | PolicyType::Endpoint),
            Self::ResourceMissing => !matches!(policy_type, PolicyType::Trust | PolicyType::Resource),
            // Resource policies of some services name their resource without an ARN.
            Self::ResourceMalformed => !matches!(policy_type, PolicyType::Resource | PolicyType::Endpoint),
            // A statement of a resource policy without principal matches nobody.
            Self::PrincipalMissing => policy_type != PolicyType::Endpoint,
            _ => true,
        }
    }

    /// What is wrong, without the place.
    pub fn text(self) -> &'static str {
        match self {
            Self::WrongType => "has a type that the policy grammar does not allow here",
            Self::DuplicateKey => "stands twice in one object",
            Self::UnknownElement => "is no element of the policy grammar",
            Self::UnknownVersion => "is no version of the policy language (2012-10-17, 2008-10-17)",
            Self::StatementMissing => "has no `Statement`",
            Self::EffectMissing => "has no `Effect`",
            Self::EffectInvalid => "is neither `Allow` nor `Deny`",
            Self::ActionMissing => "has neither `Action` nor `NotAction`",
            Self::ResourceMissing => "has neither `Resource` nor `NotResource`",
            Self::PrincipalMissing => "has neither `Principal` nor `NotPrincipal`",
            Self::PrincipalNotAllowed => "may not stand in a policy of this type",
            Self::ExcludesEachOther => "stands beside its Not form",
            Self::PrincipalKindUnknown => {
                "is no kind of principal (`AWS`, `Service`, `Federated`, `CanonicalUser`)"
            }
            Self::OperatorUnknown => "is no condition operator",
            Self::ActionMalformed => "is no action of the form `service:Action`",
            Self::ResourceMalformed => "is neither `*` nor an ARN",
            Self::DuplicateSid => "is the `Sid` of another statement too",
            Self::Limit => "is larger than anything that AWS accepts",
        }
    }
}
