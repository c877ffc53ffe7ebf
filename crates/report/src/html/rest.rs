//! What stands behind the findings: the baseline, what is ignored, the rules.

use std::collections::BTreeSet;

use maud::{Markup, html as markup};
use palisade_diag::{Finding, Report};

use super::{Page, badge, prose, sentence};
use crate::words::{clean, count};

/// Findings of a list that are shown here.
const MOST: usize = 2_000;

pub(super) fn baseline<'a>(page: &Page<'a>, seen: &mut BTreeSet<&'a str>) -> Markup {
    let report: &'a Report = page.report;
    let Some(baseline) = &report.baseline else { return Markup::default() };
    markup! {
        section #baseline aria-labelledby="baseline-head" {
            div.wide {
                h2 #baseline-head { "Baseline" }
                details.rest {
                    summary { (sentence(&count(baseline.unchanged.len(), "finding"))) " accepted and still there" }
                    ul.plain.rows {
                        @for finding in baseline.unchanged.iter().take(MOST) { (row(finding, seen, &Markup::default())) }
                    }
                    (more(baseline.unchanged.len()))
                }
                @if !baseline.fixed.is_empty() {
                    details.rest {
                        summary { (sentence(&count(baseline.fixed.len(), "finding"))) " fixed since" }
                        p { code { "palisade baseline --prune" } " takes them out of the baseline." }
                        ul.plain.rows {
                            @for fixed in baseline.fixed.iter().take(MOST) {
                                li { code { (clean(&fixed.rule)) } " at " (clean(&fixed.place)) ", accepted on " (clean(&fixed.since)) }
                            }
                        }
                        (more(baseline.fixed.len()))
                    }
                }
            }
        }
    }
}

pub(super) fn ignored<'a>(page: &Page<'a>, seen: &mut BTreeSet<&'a str>) -> Markup {
    let report: &'a Report = page.report;
    let ignored = &report.ignored;
    markup! {
        @if !ignored.is_empty() {
            section #ignored aria-labelledby="ignored-head" {
                div.wide {
                    h2 #ignored-head { "Ignored" }
                    details.rest {
                        summary { (sentence(&count(ignored.len(), "finding"))) " silenced, each with a reason" }
                        ul.plain.rows {
                            @for entry in ignored.iter().take(MOST) {
                                (row(&entry.finding, seen, &markup! {
                                    p.reason {
                                        "Ignored in " (source(&entry.by)) ": " (prose(&entry.reason))
                                        @if let Some(until) = &entry.until { " (until " (clean(until)) ")" }
                                    }
                                }))
                            }
                        }
                        (more(ignored.len()))
                    }
                }
            }
        }
    }
}

fn source(by: &str) -> &str {
    match by {
        "comment" => "a comment",
        "config" => "palisade.toml",
        other => other,
    }
}

fn more(n: usize) -> Markup {
    markup! { @if n > MOST { p.quiet { (n - MOST) " more did not fit." } } }
}

/// One line. Its fingerprint is its id, unless a finding above has it: an ignore may silence only some of
/// the nodes of a finding.
fn row<'a>(finding: &'a Finding, seen: &mut BTreeSet<&'a str>, beside: &Markup) -> Markup {
    let own = seen.insert(&finding.fingerprint);
    markup! {
        li id=[own.then_some(&finding.fingerprint)] {
            (badge(finding.severity)) " " (prose(&sentence(&finding.message))) ". "
            @if let Some(label) = finding.primary().filter(|l| !l.path.is_empty()) {
                span.path { (clean(&label.path)) ":" (label.start.line) } " "
            }
            a.rule href={ "#rule-" (finding.rule) } { (finding.rule) }
            (beside)
        }
    }
}

/// The rules that found something, with why it matters.
pub(super) fn rules(page: &Page<'_>) -> Markup {
    let report = page.report;
    let mut names: BTreeSet<&str> = report.findings.iter().map(|f| f.rule).collect();
    names.extend(report.ignored.iter().map(|i| i.finding.rule));
    names.extend(report.baseline.iter().flat_map(|b| &b.unchanged).map(|f| f.rule));
    markup! {
        @if !names.is_empty() {
            section #rules aria-labelledby="rules-head" {
                div.wide {
                    h2 #rules-head { "Rules" }
                    p.quiet { "Why each of them matters. The same pages are in " code { "palisade explain RULE" } "." }
                    @for name in names { (rule(name)) }
                }
            }
        }
    }
}

fn rule(name: &str) -> Markup {
    let entry = palisade_rules::find(name);
    markup! {
        details.rest.page id={ "rule-" (name) } {
            summary {
                code { (name) }
                @if let Some(entry) = entry { " " span.summary { (prose(&sentence(entry.summary))) } }
            }
            @if let Some(entry) = entry {
                p { (badge(entry.rule.severity)) " " span.chip { (entry.rule.persona.word()) } }
                @for title in ["What", "Why", "How to fix"] {
                    @if let Some(text) = palisade_rules::section(entry.page, title) {
                        h3 { (title) }
                        (blocks(text))
                    }
                }
            }
        }
    }
}

/// Paragraphs and lists of a rule's page.
fn blocks(text: &str) -> Markup {
    let paragraphs = text.split("\n\n").map(str::trim).filter(|p| !p.is_empty() && !p.starts_with("```"));
    markup! {
        @for paragraph in paragraphs {
            @if paragraph.starts_with("- ") {
                ul { @for item in paragraph.split("\n- ") { li { (prose(item.trim_start_matches("- "))) } } }
            } @else {
                p { (prose(paragraph)) }
            }
        }
    }
}
