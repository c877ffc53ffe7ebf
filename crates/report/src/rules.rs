use crate::Options;
use crate::text::Paint;
use crate::words::{count, wrap};
use std::fmt::Write as _;

/// The table of rules: name, severity, persona, summary; the summary is wrapped to the width.
pub fn rules(options: &Options) -> String {
    let entries = palisade_rules::rules();
    let paint = Paint { color: options.color };
    let name = entries.iter().map(|e| e.name.len()).max().unwrap_or(0);
    let before = name + 2 + 8 + 2 + 8 + 2;
    // On narrow terminals the summary stands below its rule.
    let beside = options.columns().saturating_sub(before);
    let mut out = String::new();
    for entry in entries {
        let severity = format!("{:<8}", entry.rule.severity.word());
        let severity = paint.severity(entry.rule.severity, &severity);
        let persona = entry.rule.persona.word();
        let head = format!("{:<name$}  {severity}  {persona:<8}", entry.name);
        if beside >= 40 {
            for (n, part) in wrap(entry.summary, beside).iter().enumerate() {
                let head = if n == 0 { head.clone() } else { " ".repeat(before - 2) };
                let _ = writeln!(out, "{head}  {part}");
            }
        } else {
            out.push_str(head.trim_end());
            out.push('\n');
            for part in wrap(entry.summary, options.columns().saturating_sub(4)) {
                let _ = writeln!(out, "    {part}");
            }
        }
    }
    let _ = writeln!(out, "\n{}; `palisade explain RULE` shows a page", count(entries.len(), "rule"));
    out
}
