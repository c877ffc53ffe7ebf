use std::fmt::Write as _;
use std::io::{self, Write};

use palisade_diag::{Finding, Fix, Report, Safety, Severity, UnreadKind};

use crate::Options;
use crate::diff::rows;
use crate::draw::Masks;
use crate::group::{Group, groups};
use crate::words::{clean, count, summary};

/// GitHub refuses comments of more than 65,536 characters; what is left out is counted.
const LIMIT: usize = 60_000;

/// Lines of a fix that a comment still shows.
const CHANGED_LINES: usize = 12;

/// A comment for a pull request: a table of counts, then the findings, grouped, the worst group first and
/// open, since a comment is read from its top.
pub fn markdown(report: &Report, _options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::from("## Palisade\n\n");
    let _ = writeln!(text, "{}.\n", escape(&summary(report)));
    if !report.findings.is_empty() {
        table(report, &mut text);
    }
    let mut left_out = 0;
    let masks = Masks::of(report);
    for (n, group) in groups(report, &Options::default()).iter().rev().enumerate() {
        let block = block(group, n == 0, report, &masks);
        if text.len() + block.len() > LIMIT {
            left_out += group.findings.len();
        } else {
            text.push_str(&block);
        }
    }
    if left_out > 0 {
        let _ = writeln!(text, "{} more did not fit into this comment.\n", count(left_out, "finding"));
    }
    unread(report, &mut text);
    for note in &report.notes {
        let _ = writeln!(text, "> {}\n", escape(note));
    }
    out.write_all(text.trim_end().as_bytes())?;
    writeln!(out)
}

fn table(report: &Report, text: &mut String) {
    let present: Vec<Severity> =
        Severity::ALL.into_iter().filter(|s| report.findings.iter().any(|f| f.severity == *s)).collect();
    let heads: Vec<&str> = present.iter().map(|s| s.word()).collect();
    let number = |s: &Severity| report.findings.iter().filter(|f| f.severity == *s).count().to_string();
    let numbers: Vec<String> = present.iter().map(number).collect();
    let _ = writeln!(text, "| {} |", heads.join(" | "));
    let _ = writeln!(text, "|{}", " ---: |".repeat(heads.len()));
    let _ = writeln!(text, "| {} |\n", numbers.join(" | "));
}

fn block(group: &Group<'_>, open: bool, report: &Report, masks: &Masks) -> String {
    let mut text = String::new();
    let worst = group.worst().word();
    let title = html(&group.title);
    let clause = if group.clause.is_empty() { String::new() } else { format!(": {}", html(&group.clause)) };
    let number = count(group.findings.len(), "finding");
    let state = if open { " open" } else { "" };
    let _ = writeln!(text, "<details{state}>");
    let _ = writeln!(text, "<summary><b>{title}</b>{clause} ({number}, worst {worst})</summary>\n");
    for finding in group.findings.iter().rev() {
        item(finding, report, masks, &mut text);
    }
    text.push_str("\n</details>\n\n");
    text
}

fn item(finding: &Finding, report: &Report, masks: &Masks, text: &mut String) {
    let place = match finding.primary().filter(|l| !l.path.is_empty()) {
        Some(l) => format!(" {}", code(&format!("{}:{}", l.path, l.start.line))),
        None => String::new(),
    };
    let severity = finding.severity.word();
    let _ = writeln!(text, "- **{severity}** `{}`{place}<br>{}", finding.rule, escape(&finding.message));
    if !finding.help.is_empty() {
        let _ = writeln!(text, "  <br>*Fix:* {}", escape(&finding.help));
    }
    for fix in &finding.fixes {
        change(fix, report, masks, text);
    }
}

/// A fix as a block of changed lines, inside the item of its finding.
fn change(fix: &Fix, report: &Report, masks: &Masks, text: &mut String) {
    let rows = rows(fix, report, masks, &Options::default());
    if rows.is_empty() || rows.len() > CHANGED_LINES {
        return;
    }
    let longest = rows.iter().flat_map(|(.., t)| t.split(|c| c != '`').map(str::len)).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let safety = match fix.safety {
        Safety::Safe => "safe",
        Safety::Unsafe => "unsafe: look before you apply it",
    };
    let _ = writeln!(text, "  <br>`palisade fix`: {} ({safety})\n\n  {fence}diff", escape(&fix.title));
    for (sign, _, row) in rows {
        // Marks of files stand behind a sign of their own.
        let sign = if sign == '@' { "@@ " } else { &format!("{sign} ") };
        let _ = writeln!(text, "  {}", format!("{sign}{}", clean(&row)).trim_end());
    }
    let _ = writeln!(text, "  {fence}");
}

fn unread(report: &Report, text: &mut String) {
    if report.unread.is_empty() {
        return;
    }
    text.push_str("<details>\n<summary>Not read</summary>\n\n");
    for entry in &report.unread {
        let line = entry.line.map_or_else(String::new, |l| format!(":{l}"));
        let kind = match entry.kind {
            UnreadKind::Failed => "",
            UnreadKind::Foreign => " (another provider's)",
        };
        let place = code(&format!("{}{line}", entry.path));
        let _ = writeln!(text, "- {place}{kind}: {}", escape(&entry.reason));
    }
    text.push_str("\n</details>\n\n");
}

/// Prose in which the parts in backticks stay code and nothing else is markup, a mention or a link.
pub(crate) fn escape(text: &str) -> String {
    let text = clean(text);
    let mut out = String::with_capacity(text.len());
    let parts: Vec<&str> = text.split('`').collect();
    let closed = parts.len() % 2 == 1;
    for (n, part) in parts.iter().enumerate() {
        if n % 2 == 1 && (closed || n + 1 < parts.len()) {
            out.push_str(&code(part));
        } else {
            if n % 2 == 1 {
                out.push_str("\\`");
            }
            plain(part, &mut out);
        }
    }
    out
}

fn plain(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '\\' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '`' => {
                out.push('\\');
                out.push(c);
            }
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            // A zero-width entity keeps a name from being notified.
            '@' => out.push_str("@&#8203;"),
            c => out.push(c),
        }
    }
}

/// Code whose fence is longer than any in it.
fn code(text: &str) -> String {
    let text = clean(text);
    let (mut longest, mut run) = (0, 0);
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    if longest > 0 || text.is_empty() { format!("{fence} {text} {fence}") } else { format!("`{text}`") }
}

/// Text inside HTML, backticks as code.
fn html(text: &str) -> String {
    let escaped = clean(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let mut out = String::new();
    for (n, part) in escaped.split('`').enumerate() {
        match n {
            0 => {}
            n if n % 2 == 1 => out.push_str("<code>"),
            _ => out.push_str("</code>"),
        }
        out.push_str(part);
    }
    if escaped.matches('`').count() % 2 == 1 {
        out.push_str("</code>");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_strangers_are_no_markup() {
        assert_eq!(escape("`a|b` <img> @me [x](y)"), "`a|b` &lt;img&gt; @&#8203;me \\[x\\](y)");
        assert_eq!(escape("open ` tick"), "open \\` tick");
        assert_eq!(code("a`b"), "`` a`b ``");
        assert_eq!(html("function `<x>`"), "function <code>&lt;x&gt;</code>");
    }
}
