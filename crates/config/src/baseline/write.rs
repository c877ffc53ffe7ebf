use std::fmt::Write as _;

use super::{Accepted, Baseline};

/// The text of a baseline: sorted, an entry a line, so that changes and merges are read line by line.
pub fn write_baseline(baseline: &Baseline) -> String {
    let mut entries: Vec<&Accepted> = baseline.entries.iter().collect();
    entries.sort();
    let mut out = String::from("{\n  \"schema\": \"palisade/baseline/1\",\n  \"findings\": [");
    for (n, entry) in entries.iter().enumerate() {
        out.push_str(if n == 0 { "\n" } else { ",\n" });
        let _ = write!(out, "    {{ \"rule\": {}", quoted(&entry.rule));
        for (key, value) in [
            ("place", &entry.place),
            ("application", &entry.application),
            ("evidence", &entry.evidence),
            ("fingerprint", &entry.fingerprint),
            ("since", &entry.since),
        ] {
            let _ = write!(out, ", \"{key}\": {}", quoted(value));
        }
        if entry.count > 1 {
            let _ = write!(out, ", \"count\": {}", entry.count);
        }
        out.push_str(" }");
    }
    out.push_str(if entries.is_empty() { "]\n}\n" } else { "\n  ]\n}\n" });
    out
}

/// A JSON string (RFC 8259, section 7).
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if (c as u32) < 0x20
                || ('\u{7f}'..='\u{9f}').contains(&c)
                || "\u{2028}\u{2029}\u{feff}".contains(c) =>
            {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
