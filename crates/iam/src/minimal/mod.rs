//! The smallest policy that still means the same: lists of actions spelled out, shortened only where a limit
//! forces it, and generated from what is needed.
//!
//! A wildcard grants whatever AWS adds under it later. So the lists are spelled out, and a wildcard stands
//! only where a document would be too long without it; it never matches a known action that is not in the
//! list. Whatever is returned was read back and compared; what fails that is an error.

mod check;
mod expand;
mod fit;
mod known;
mod middle;
mod needed;
mod place;
mod plan;
mod sheet;
#[cfg(test)]
mod tests;

pub use expand::{Expanded, expand};
pub use needed::{Generated, Need, NeedCondition, NeededSet, minimal};
pub use sheet::Sheet;

/// What a policy may be at most. Sizes are characters without white space between the tokens.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>,
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Characters of one document.
    pub characters: usize,
    /// How many documents may stand in its place.
    pub documents: usize,
    /// Whether wildcards may stand for known actions.
    pub wildcards: bool,
}

impl Limits {
    /// Managed policies of one role; the quota of 10 may be raised to 20.
    pub const MANAGED: Self = Self::of(6_144, 10);
    /// All inline policies of a role together.
    pub const INLINE_ROLE: Self = Self::of(10_240, 1);
    /// All inline policies of a user together.
    pub const INLINE_USER: Self = Self::of(2_048, 1);
    /// All inline policies of a group together.
    pub const INLINE_GROUP: Self = Self::of(5_120, 1);
    /// The trust policy of a role; the quota may be raised to 4,096.
    pub const TRUST: Self = Self::of(2_048, 1);
    /// The policy that is given when a session is made.
    pub const SESSION: Self = Self::of(2_048, 1);
    /// A service control policy; five may be attached at one place.
    pub const SCP: Self = Self::of(5_120, 5);
    /// A resource control policy; five may be attached at one place, one of which AWS holds.
    pub const RCP: Self = Self::of(5_120, 4);

    const fn of(characters: usize, documents: usize) -> Self {
        Self { characters, documents, wildcards: true }
    }

    /// The same without wildcards.
    #[must_use]
    pub const fn spelled_out(self) -> Self {
        Self { wildcards: false, ..self }
    }
}

/// A policy that means over the catalogue what another one means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shrunk {
    /// The documents; together they mean what the one did.
    pub documents: Vec<Sheet>,
    /// The patterns that were put in the place of known actions, sorted: what they let in later is the slack.
    pub wildcards: Vec<String>,
}

/// What can go wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MinimalError {
    /// No policy document, or one that can be read in several ways.
    #[error("{0}")]
    Json(String),
    /// It does not fit.
    #[error(
        "the policy has {size} characters in one document at the least, and does not fit into {documents} of {limit}{}",
        named(.largest)
    )]
    TooLong {
        /// Characters of one document that holds everything, shortened as far as possible.
        size: usize,
        /// Characters that a document may have.
        limit: usize,
        /// How many documents there may be.
        documents: usize,
        /// The largest statements with their characters, largest first.
        largest: Vec<(String, usize)>,
    },
    /// The result is not what was asked for. A fault of this program; the result is withheld.
    #[error("internal: the shortened policy could not be proved equal")]
    Unproved,
}

fn named(groups: &[(String, usize)]) -> String {
    let each: Vec<String> = groups.iter().map(|(name, size)| format!("{name} has {size}")).collect();
    if each.is_empty() { String::new() } else { format!(": {}", each.join(", ")) }
}

impl From<serde_json::Error> for MinimalError {
    fn from(error: serde_json::Error) -> Self {
        Self::Json(error.to_string())
    }
}

/// Spells out the lists of actions; with limits, puts wildcards where they force it, then more documents.
///
/// Exact over the catalogue in any case: no wildcard lets a known action in.
pub fn shrink(policy: &Sheet, limits: Option<Limits>) -> Result<Shrunk, MinimalError> {
    let (plain, _) = policy.expand()?;
    let fits = limits.is_none_or(|limits| plain.json().chars().count() <= limits.characters);
    let shrunk = match limits.filter(|_| !fits) {
        None => Shrunk { documents: vec![plain], wildcards: Vec::new() },
        Some(limits) => fit::fit(policy, limits)?,
    };
    let small = |sheet: &Sheet| limits.is_none_or(|l| sheet.json().chars().count() <= l.characters);
    if check::equal(policy, &shrunk.documents) && shrunk.documents.iter().all(small) {
        Ok(shrunk)
    } else {
        Err(MinimalError::Unproved)
    }
}
