use std::io::{self, Write};

use palisade_diag::Report;

use crate::Options;
use crate::words::clean;

const HEAD: [&str; 19] = [
    "severity",
    "rule",
    "message",
    "path",
    "line",
    "column",
    "end_line",
    "end_column",
    "node",
    "resource_type",
    "logical_id",
    "address",
    "affected",
    "confidence",
    "persona",
    "help",
    "cwe",
    "fix",
    "fingerprint",
];

/// RFC 4180: a head and a line a finding, in the order of the report, lines ending in CR LF. A cell that a
/// spreadsheet would take for a formula stands behind an apostrophe (OWASP, *CSV Injection*).
pub fn csv(report: &Report, _options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(out);
    writer.write_record(HEAD).map_err(io::Error::from)?;
    for finding in &report.findings {
        let label = finding.primary().filter(|l| !l.path.is_empty());
        let number =
            |of: fn(&palisade_diag::Label) -> u32| label.map_or(String::new(), |l| of(l).to_string());
        let resource = finding.resource.as_ref();
        let cwe: Vec<String> = finding.references.cwe.iter().map(|n| format!("CWE-{n}")).collect();
        let row = [
            finding.severity.word().to_owned(),
            finding.rule.to_owned(),
            finding.message.clone(),
            label.map_or(String::new(), |l| l.path.clone()),
            number(|l| l.start.line),
            number(|l| l.start.column),
            number(|l| l.end.line),
            number(|l| l.end.column),
            finding.node.clone().unwrap_or_default(),
            resource.map_or(String::new(), |r| r.ty.clone()),
            resource.map_or(String::new(), |r| r.logical_id.clone()),
            resource.map_or(String::new(), |r| r.address.clone()),
            finding.affected.join(" "),
            finding.confidence.word().to_owned(),
            finding.persona.word().to_owned(),
            finding.help.clone(),
            cwe.join(" "),
            finding.fixes.first().map_or(String::new(), |f| f.title.clone()),
            finding.fingerprint.clone(),
        ];
        writer.write_record(row.iter().map(|c| cell(c))).map_err(io::Error::from)?;
    }
    writer.flush()
}

/// A cell that no spreadsheet computes: control characters are gone, and what would start a formula, also
/// behind white space or as a full-width form, stands behind an apostrophe.
fn cell(text: &str) -> String {
    let text = clean(text);
    let first = text.trim_start().chars().next();
    let formula = first.is_some_and(|c| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠'));
    if formula { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!(cell("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        for start in ["+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"] {
            assert!(cell(start).starts_with('\''), "{start:?}");
        }
        assert_eq!(cell("a=b, c"), "a=b, c");
        assert_eq!(cell(""), "");
    }
}
