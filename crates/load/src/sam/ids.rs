//! Logical ids of what the transform generates.

use std::fmt::Write;

use palisade_graph::Val;
use sha1::{Digest, Sha1};
use smol_str::{SmolStr, format_smolstr};

use super::build::literal;

/// The ten digits by which the transform tells apart what it makes of different values.
pub fn digest(text: &str) -> String {
    let hash = Sha1::digest(text.as_bytes());
    hash.iter().take(5).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// `prefix` with a stage name behind it: as it is where it is alphanumeric, else its digest; nothing for
/// a name that only the deployment knows.
pub fn with_stage(prefix: &str, stage: &Val, suffix: &str) -> SmolStr {
    match literal(stage) {
        Some(name) if alphanumeric(name) => format_smolstr!("{prefix}{name}{suffix}"),
        Some(name) => format_smolstr!("{prefix}{suffix}{}", digest(name)),
        None => format_smolstr!("{prefix}{suffix}"),
    }
}

/// Whether a text consists of letters and digits, and is not empty.
pub fn alphanumeric(text: &str) -> bool {
    !text.is_empty() && text.chars().all(char::is_alphanumeric)
}

/// Only the letters and digits of a text.
pub fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}
