use crate::Place;

/// Why a baseline cannot be used. The display is one line; [`BaselineError::help`] is the remedy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BaselineError {
    /// Marks of a merge that nobody finished.
    #[error("a merge conflict")]
    Conflict {
        /// Where.
        place: Place,
    },
    /// Not JSON.
    #[error("not valid JSON: {message}")]
    Syntax {
        /// Where.
        place: Place,
        /// What the parser says.
        message: String,
    },
    /// Another file, or one of a later version.
    #[error("{}", if .found.is_empty() { "not a baseline: `schema` is missing".to_owned() } else { format!("schema `{found}` is not known") })]
    Version {
        /// Where.
        place: Place,
        /// What stands there.
        found: String,
    },
    /// A key that nothing reads.
    #[error("unknown key `{key}`")]
    UnknownKey {
        /// Where.
        place: Place,
        /// The key.
        key: String,
    },
    /// A key that must be there.
    #[error("an entry without `{key}`")]
    Missing {
        /// Where.
        place: Place,
        /// The key.
        key: &'static str,
    },
    /// A value that no baseline has.
    #[error("`{key}` is not {expected}")]
    Value {
        /// Where.
        place: Place,
        /// The key.
        key: &'static str,
        /// What it must be.
        expected: &'static str,
    },
    /// A rule whose findings nobody may accept.
    #[error("findings of `{rule}` cannot be in a baseline")]
    NotBaselinable {
        /// Where.
        place: Place,
        /// The rule.
        rule: String,
    },
}

impl BaselineError {
    /// Where it stands.
    pub fn place(&self) -> &Place {
        match self {
            BaselineError::Conflict { place }
            | BaselineError::Syntax { place, .. }
            | BaselineError::Version { place, .. }
            | BaselineError::UnknownKey { place, .. }
            | BaselineError::Missing { place, .. }
            | BaselineError::Value { place, .. }
            | BaselineError::NotBaselinable { place, .. } => place,
        }
    }

    /// What to do, one line.
    pub fn help(&self) -> &'static str {
        match self {
            BaselineError::Conflict { .. } => {
                "keep the entries of both sides and take the marks out; `palisade baseline --prune` then drops what is fixed"
            }
            BaselineError::Syntax { .. } => {
                "mend it there, or delete the file and run `palisade baseline` to accept today's findings"
            }
            BaselineError::Version { .. } => {
                "use the version of Palisade that wrote it, or delete it and run `palisade baseline`"
            }
            BaselineError::UnknownKey { .. }
            | BaselineError::Missing { .. }
            | BaselineError::Value { .. } => {
                "entries are not written by hand: take this one out, and run `palisade baseline` to accept the finding"
            }
            BaselineError::NotBaselinable { .. } => "take the entry out, and the secret out of the file",
        }
    }
}
