use std::ops::Range;

/// Where in a configuration file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The file, as the caller named it.
    pub path: String,
    /// Bytes of its text.
    pub span: Range<usize>,
}

/// Something wrong in `palisade.toml`. The display is one line; [`ConfigError::help`] is the advice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// Not TOML.
    #[error("not valid TOML: {message}")]
    Syntax {
        /// Where.
        place: Place,
        /// What the parser says.
        message: String,
    },
    /// A key that nothing reads.
    #[error("unknown key `{key}`{section}")]
    UnknownKey {
        /// Where.
        place: Place,
        /// The key.
        key: String,
        /// Where: ` in` and the section in backticks, empty at the top.
        section: String,
        /// The nearest known key.
        nearest: Option<String>,
        /// All known keys there.
        known: Vec<&'static str>,
    },
    /// A value of another type.
    #[error("`{key}` is {found}, expected {expected}")]
    WrongType {
        /// Where.
        place: Place,
        /// The key.
        key: String,
        /// What it must be, with an article.
        expected: &'static str,
        /// What it is, with an article.
        found: &'static str,
    },
    /// A value of the right type that is not allowed.
    #[error("`{value}` is not {expected}")]
    BadValue {
        /// Where.
        place: Place,
        /// The value.
        value: String,
        /// What it must be.
        expected: &'static str,
        /// The nearest allowed value.
        nearest: Option<String>,
        /// All allowed values; empty where they cannot be listed.
        known: Vec<&'static str>,
    },
    /// A key that must be there.
    #[error("an ignore without `{key}`")]
    Missing {
        /// Where.
        place: Place,
        /// The key.
        key: &'static str,
    },
    /// A rule, or a pattern of rules, that names none.
    #[error("{}", if *.pattern { format!("no rule matches `{rule}`") } else { format!("unknown rule `{rule}`") })]
    UnknownRule {
        /// Where.
        place: Place,
        /// The name or pattern.
        rule: String,
        /// Whether it is a pattern.
        pattern: bool,
        /// The nearest known rule.
        nearest: Option<String>,
    },
    /// A rule that nothing may silence.
    #[error("`{rule}` cannot be ignored")]
    NotIgnorable {
        /// Where.
        place: Place,
        /// The rule.
        rule: String,
    },
    /// Not a date.
    #[error("`{text}` is not a date")]
    BadDate {
        /// Where.
        place: Place,
        /// What stands there.
        text: String,
    },
    /// Not a glob.
    #[error("`{pattern}` is not a pattern: {reason}")]
    BadPattern {
        /// Where.
        place: Place,
        /// What stands there.
        pattern: String,
        /// Why.
        reason: String,
    },
}

impl ConfigError {
    /// Where it stands.
    pub fn place(&self) -> &Place {
        match self {
            ConfigError::Syntax { place, .. }
            | ConfigError::UnknownKey { place, .. }
            | ConfigError::WrongType { place, .. }
            | ConfigError::BadValue { place, .. }
            | ConfigError::Missing { place, .. }
            | ConfigError::UnknownRule { place, .. }
            | ConfigError::NotIgnorable { place, .. }
            | ConfigError::BadDate { place, .. }
            | ConfigError::BadPattern { place, .. } => place,
        }
    }

    /// Advice, one line; empty where there is none.
    pub fn help(&self) -> String {
        match self {
            ConfigError::UnknownKey { nearest: Some(near), .. }
            | ConfigError::BadValue { nearest: Some(near), .. }
            | ConfigError::UnknownRule { nearest: Some(near), .. } => format!("did you mean `{near}`?"),
            ConfigError::UnknownKey { known, .. } | ConfigError::BadValue { known, .. }
                if !known.is_empty() =>
            {
                let list: Vec<String> = known.iter().map(|k| format!("`{k}`")).collect();
                format!("known are {}", list.join(", "))
            }
            ConfigError::UnknownRule { .. } => "`palisade rules` lists all rules".to_owned(),
            ConfigError::Missing { key: "reason", .. } => {
                "say why it is accepted, for whoever reads it next: `reason = \"…\"`".to_owned()
            }
            ConfigError::Missing { key: "rule", .. } => {
                "name the rules it silences: `rule = \"iam-wildcard-action\"`, a list, or a pattern"
                    .to_owned()
            }
            ConfigError::NotIgnorable { .. } => {
                "leave the file out of the scan with `exclude`, or make it readable".to_owned()
            }
            ConfigError::BadDate { .. } => "write the last day on which it holds as `2027-01-31`".to_owned(),
            ConfigError::WrongType { expected: "an account id in quotes", .. } => {
                "zeros at its beginning count, so it is text and not a number".to_owned()
            }
            _ => String::new(),
        }
    }
}
