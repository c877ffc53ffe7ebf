use std::io::{self, Write};

use palisade_diag::{Report, Severity, UnreadKind};

use crate::Options;
use crate::words::clean;

/// Workflow commands that GitHub shows as annotations of a pull request. It shows ten of a level a step:
/// the worst stand first.
pub fn github(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut findings: Vec<_> = report.findings.iter().collect();
    findings.sort_by_key(|f| std::cmp::Reverse(f.severity));
    for finding in findings {
        let command = match finding.severity {
            Severity::Critical | Severity::High => "error",
            Severity::Medium => "warning",
            Severity::Low | Severity::Info => "notice",
        };
        let mut properties = Vec::new();
        if let Some(label) = finding.primary().filter(|l| !l.path.is_empty()) {
            properties.push(("file", options.path(&label.path)));
            properties.push(("line", label.start.line.to_string()));
            // Columns hold only for places within one line.
            if label.start.line == label.end.line {
                properties.push(("endLine", label.end.line.to_string()));
                properties.push(("col", label.start.column.to_string()));
                properties.push(("endColumn", label.end.column.max(label.start.column).to_string()));
            } else {
                properties.push(("endLine", label.end.line.to_string()));
            }
        }
        properties.push(("title", format!("{}: {}", finding.severity.word(), finding.rule)));
        let mut message = clean(&finding.message);
        if !finding.help.is_empty() {
            message.push_str("\nhelp: ");
            message.push_str(&clean(&finding.help));
        }
        if let Some(fix) = finding.fixes.first() {
            message.push_str("\n`palisade fix` can do it: ");
            message.push_str(&clean(&fix.title));
        }
        write(out, command, &properties, &message)?;
    }
    for entry in &report.unread {
        let command = if entry.kind == UnreadKind::Failed { "error" } else { "notice" };
        let mut properties = vec![("file", options.path(&entry.path))];
        properties.extend(entry.line.map(|l| ("line", l.to_string())));
        let title = match entry.kind {
            UnreadKind::Failed => "unread: deploy-file-unread",
            UnreadKind::Foreign => "another provider's",
        };
        properties.push(("title", title.to_owned()));
        write(out, command, &properties, &clean(&entry.reason))?;
    }
    Ok(())
}

fn write(out: &mut dyn Write, command: &str, properties: &[(&str, String)], message: &str) -> io::Result<()> {
    let list: Vec<String> = properties.iter().map(|(k, v)| format!("{k}={}", property(v))).collect();
    writeln!(out, "::{command} {}::{}", list.join(","), data(message))
}

/// Escapes a message, as the runner's toolkit does.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property's value.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_command_is_escaped() {
        assert_eq!(data("50%\nmore: a,b"), "50%25%0Amore: a,b");
        assert_eq!(property("a,b:c%\r"), "a%2Cb%3Ac%25%0D");
    }
}
