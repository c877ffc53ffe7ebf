use std::io::{self, Write};

use palisade_diag::{Report, UnreadKind};

use crate::Options;
use crate::words::clean;

/// One line a finding, in the order of the report: `path:line:column: severity[rule] message`.
pub fn concise(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    for finding in &report.findings {
        let severity = finding.severity.word();
        let message = clean(&finding.message);
        match finding.primary().filter(|l| !l.path.is_empty()) {
            Some(label) => {
                let path = options.path(&label.path);
                let (line, column) = (label.start.line, label.start.column);
                writeln!(out, "{path}:{line}:{column}: {severity}[{}] {message}", finding.rule)?;
            }
            None => writeln!(out, "{severity}[{}] {message}", finding.rule)?,
        }
    }
    for entry in &report.unread {
        let path = options.path(&entry.path);
        let place = entry.line.map_or_else(String::new, |l| format!(":{l}:1"));
        let what = match entry.kind {
            UnreadKind::Failed => "unread[deploy-file-unread]",
            UnreadKind::Foreign => "foreign",
        };
        writeln!(out, "{path}{place}: {what} {}", clean(&entry.reason))?;
    }
    Ok(())
}
