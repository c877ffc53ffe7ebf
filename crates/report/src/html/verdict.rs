//! The first lines: how bad it is, in one sentence, and what is worst.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use maud::{Markup, html as markup};
use palisade_diag::{Finding, Report, Severity};

use super::{Page, icon, prose, sentence};
use crate::words::{clean, count};

/// The sentence, and what stands behind it.
pub(super) struct Verdict<'a> {
    pub sentence: String,
    pub worst: Option<&'a Finding>,
}

pub(super) fn verdict(report: &Report) -> Verdict<'_> {
    let worst = report.findings.iter().min_by_key(|f| rank(f, report));
    Verdict { sentence: words(report), worst }
}

/// The order in which findings matter: severity, whether outsiders start what it is about, certainty, how
/// much it holds for. The least is the worst.
pub(super) fn rank(finding: &Finding, report: &Report) -> impl Ord + use<> {
    (
        Reverse(finding.severity),
        !outside(finding, report),
        Reverse(finding.confidence),
        Reverse(finding.affected.len()),
    )
}

/// Whether anybody on the internet can start something that it is about.
pub(super) fn outside(finding: &Finding, report: &Report) -> bool {
    let words = "anybody on the internet";
    finding.message.contains(words)
        || finding.affected.iter().any(|id| report.exposures.get(id).is_some_and(|e| e.contains(words)))
}

fn words(report: &Report) -> String {
    let all = count(report.applications.len(), "application");
    if report.findings.is_empty() {
        let new = if report.baseline.is_some() { "new " } else { "" };
        return match (report.applications.is_empty(), report.complete) {
            (true, _) => "Nothing was recognised".to_owned(),
            (_, true) => format!("No {new}findings in {all}"),
            (_, false) => format!("No {new}findings in {all}, of which not everything could be read"),
        };
    }
    let of = |s: Severity| report.findings.iter().filter(|f| f.severity == s).count();
    let (critical, high) = (of(Severity::Critical), of(Severity::High));
    let new = if report.baseline.is_some() { "new finding" } else { "finding" };
    let (what, least) = match (critical, high) {
        (0, 0) => {
            let worst = report.findings.iter().map(|f| f.severity).max().unwrap_or(Severity::Info);
            (format!("{} of {} severity", count(of(worst), new), worst.word()), worst)
        }
        (0, n) => (format!("{} of high severity", count(n, new)), Severity::High),
        (n, 0) => (format!("{} of critical severity", count(n, new)), Severity::Critical),
        (c, h) => (format!("{} of critical and {h} of high severity", count(c, new)), Severity::High),
    };
    let holding: BTreeSet<&str> = report
        .findings
        .iter()
        .filter(|f| f.severity >= least && !f.identity.application.is_empty())
        .map(|f| f.identity.application.as_str())
        .collect();
    let place = if holding.is_empty() { all } else { count(holding.len(), "application") };
    format!("{what} in {place}")
}

pub(super) fn section(page: &Page<'_>, verdict: &Verdict<'_>) -> Markup {
    let report = page.report;
    let total = report.findings.len();
    markup! {
        section.verdict aria-labelledby="verdict" {
            div.wide {
                div.summary {
                    h1 #verdict { (verdict.sentence) "." }
                    @if let Some(worst) = verdict.worst {
                        p.lead {
                            "The worst: " a href={ "#" (worst.fingerprint) } { (prose(&worst.message)) } "."
                        }
                    }
                    @if let Some(baseline) = &report.baseline {
                        p.compared {
                            "Compared with " code { (clean(&baseline.path)) } ": "
                            strong { (report.findings.len()) " new" } ", "
                            (baseline.unchanged.len()) " in the baseline, "
                            (baseline.fixed.len()) " fixed since."
                        }
                    }
                    @if total > 0 {
                        (bar(report))
                        ul.tally {
                            @for severity in Severity::ALL {
                                @let n = report.findings.iter().filter(|f| f.severity == severity).count();
                                li class={ (severity.word()) @if n == 0 { " none" } } {
                                    (icon(severity.word())) b { (n) } " " (severity.word())
                                }
                            }
                        }
                    }
                }
                (applications(page))
            }
        }
    }
}

/// The shares of the severities. The list below it says the same in words.
fn bar(report: &Report) -> Markup {
    let mut x = 0;
    let mut parts = Vec::new();
    for severity in Severity::ALL {
        let n = report.findings.iter().filter(|f| f.severity == severity).count();
        if n > 0 {
            parts.push((severity.word(), x, n));
        }
        x += n;
    }
    markup! {
        svg.bar viewBox={ "0 0 " (x) " 1" } preserveAspectRatio="none" aria-hidden="true" {
            @for (word, x, n) in parts {
                rect class=(word) x=(x) y="0" width=(n) height="1" {}
            }
        }
    }
}

fn applications(page: &Page<'_>) -> Markup {
    let report = page.report;
    let open = report.applications.len() <= 6;
    markup! {
        @if !report.applications.is_empty() {
            details.applications open[open] {
                summary { (sentence(&count(report.applications.len(), "application"))) }
                table {
                    thead {
                        tr {
                            th scope="col" { "Application" }
                            th scope="col" { "Written in" }
                            th.n scope="col" { "Functions" }
                            th.n scope="col" { "Entries" }
                            th.n scope="col" { "Stores" }
                            th.n scope="col" { "Findings" }
                        }
                    }
                    tbody {
                        @for app in &report.applications {
                            @let n = report.findings.iter()
                                .filter(|f| f.identity.application == app.root).count();
                            tr {
                                th scope="row" {
                                    @if app.root == "." { "the scanned folder" } @else { code { (clean(&app.root)) } }
                                }
                                td data-head="Written in" { (clean(&app.dialects.join(", "))) }
                                td.n data-head="Functions" { (app.functions) }
                                td.n data-head="Entries" { (app.entries) }
                                td.n data-head="Stores" { (app.stores) }
                                td.n data-head="Findings" { (n) }
                            }
                        }
                    }
                }
            }
        }
    }
}
