//! The kinds of line on which the simulator and we differ, each settled from AWS's guide.
use serde_json::Value;

/// The kind of a smallest line, if it is settled.
pub fn kind(_line: &Value) -> Option<&'static str> {
    None
}
