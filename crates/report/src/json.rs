use std::collections::BTreeMap;
use std::io::{self, Write};

use palisade_diag::{ApplicationSummary, Comparison, Finding, Ignored, Report, Unread};
use serde::Serialize;

use crate::Options;

/// The keys of the contract, in its order.
#[derive(Serialize)]
struct Scan<'a> {
    schema: &'static str,
    version: &'static str,
    complete: bool,
    applications: &'a [ApplicationSummary],
    findings: &'a [Finding],
    ignored: &'a [Ignored],
    /// Only where a baseline was used; all of `findings` are then new.
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<&'a Comparison>,
    unread: &'a [Unread],
    statistics: Statistics<'a>,
}

#[derive(Serialize)]
struct Statistics<'a> {
    files: usize,
    bytes: u64,
    cannot_tell: &'a BTreeMap<String, usize>,
    withheld_fixes: usize,
    /// The advisory file that was used; none until a scan reads one.
    advisories: Option<()>,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<Counts>,
}

#[derive(Serialize)]
struct Counts {
    new: usize,
    unchanged: usize,
    fixed: usize,
}

/// The contract's JSON, schema `palisade/scan/1`. Paths are relative to the scan root whatever the
/// options say.
pub fn json(report: &Report, _options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let scan = Scan {
        schema: "palisade/scan/1",
        version: env!("CARGO_PKG_VERSION"),
        complete: report.complete,
        applications: &report.applications,
        findings: &report.findings,
        ignored: &report.ignored,
        baseline: report.baseline.as_ref(),
        unread: &report.unread,
        statistics: Statistics {
            files: report.statistics.files,
            bytes: report.statistics.bytes,
            cannot_tell: &report.statistics.cannot_tell,
            withheld_fixes: report.statistics.withheld_fixes,
            advisories: None,
            baseline: report.baseline.as_ref().map(|b| Counts {
                new: report.findings.len(),
                unchanged: b.unchanged.len(),
                fixed: b.fixed.len(),
            }),
        },
    };
    serde_json::to_writer_pretty(&mut *out, &scan).map_err(io::Error::from)?;
    writeln!(out)
}
