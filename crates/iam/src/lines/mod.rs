//! JSON lines: one question a line, one answer a line, in the same order.

mod compare;
mod evaluate;
mod expand;
mod input;
mod lint;
mod shrink;

pub use compare::compare;
pub use evaluate::{evaluate, replay, why};
pub use expand::expand;
pub use lint::lint;
pub use shrink::shrink;

use serde::Serialize;
use serde_json::Value;

/// An answer that could not be given, with the id of its question as far as that could be read.
fn failure(line: &str, error: &str) -> String {
    #[derive(Serialize)]
    struct Failure<'a> {
        id: Value,
        error: &'a str,
    }
    #[derive(serde::Deserialize)]
    struct Id {
        #[serde(default)]
        id: Value,
    }
    let id = serde_json::from_str::<Id>(line).map_or(Value::Null, |i| i.id);
    serde_json::to_string(&Failure { id, error })
        .unwrap_or_else(|_| r#"{"id":null,"error":"internal"}"#.to_owned())
}

/// Lines longer than this are refused: 16 MiB.
pub const LONGEST: usize = 16 << 20;

/// Whether an answer is an error.
pub fn failed(answer: &str) -> bool {
    #[derive(serde::Deserialize)]
    struct Answer {
        error: Option<serde::de::IgnoredAny>,
    }
    answer.contains("\"error\":")
        && serde_json::from_str::<Answer>(answer).is_ok_and(|answer| answer.error.is_some())
}

/// Answers a line that is not UTF-8 or too long.
pub fn refuse(reason: &str) -> String {
    failure("", reason)
}
