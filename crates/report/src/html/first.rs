//! What to change first: few places, the worst first, one for each kind of fault.

use maud::{Markup, html as markup};
use palisade_diag::{Finding, Report, Severity};

use super::excerpt::quote;
use super::verdict::{outside, rank};
use super::{Page, badge, icon, prose, sentence};
use crate::words::{clean, count};

/// Cards that are shown.
const MOST: usize = 5;

/// A change, and what else it or its like does away with.
struct Change<'a> {
    finding: &'a Finding,
    /// Other rules that find the same place.
    also: Vec<&'a Finding>,
    /// Further places with the same fault.
    elsewhere: usize,
}

fn changes(report: &Report) -> Vec<Change<'_>> {
    let mut findings: Vec<&Finding> = report.findings.iter().collect();
    findings.sort_by_key(|f| rank(f, report));
    // Medium and worse are worth a card; where there is nothing of the kind, what there is.
    let least = findings.first().map_or(Severity::Info, |f| f.severity.min(Severity::Medium));
    let mut out: Vec<Change<'_>> = Vec::new();
    for finding in findings.into_iter().filter(|f| f.severity >= least) {
        let place = |f: &Finding| f.primary().map(|l| (l.path.clone(), l.start.line));
        if let Some(same) = out.iter_mut().find(|c| c.finding.rule == finding.rule) {
            same.elsewhere += 1;
        } else if let Some(same) =
            out.iter_mut().find(|c| place(finding).is_some() && place(c.finding) == place(finding))
        {
            same.also.push(finding);
        } else if out.len() < MOST {
            out.push(Change { finding, also: Vec::new(), elsewhere: 0 });
        }
    }
    out
}

pub(super) fn section(page: &Page<'_>) -> Markup {
    let changes = changes(page.report);
    markup! {
        @if !changes.is_empty() {
            section #first aria-labelledby="first-head" {
                div.wide {
                    h2 #first-head { "Change first" }
                    ol.cards {
                        @for change in &changes { (card(change, page)) }
                    }
                }
            }
        }
    }
}

/// What to do: the fix's title, else the first clause of the advice, else the fault.
fn what(finding: &Finding) -> String {
    if let Some(fix) = finding.fixes.first() {
        return sentence(&fix.title);
    }
    let help = finding.help.split("; ").next().unwrap_or_default();
    if help.is_empty() {
        palisade_rules::find(finding.rule).map_or_else(|| finding.rule.to_owned(), |e| sentence(e.summary))
    } else {
        sentence(help)
    }
}

fn card(change: &Change<'_>, page: &Page<'_>) -> Markup {
    let finding = change.finding;
    markup! {
        li class={ "card " (finding.severity.word()) } {
            div.over {
                (badge(finding.severity))
                @if outside(finding, page.report) { span.chip { (icon("globe")) "internet" } }
            }
            div.change {
                h3 { a href={ "#" (finding.fingerprint) } { (prose(&what(finding))) } }
                @if let Some(label) = finding.primary().filter(|l| !l.path.is_empty()) {
                    p.place { (clean(&label.path)) ":" (label.start.line) }
                    (quote(finding, page))
                }
            }
            div.effect {
                p { (prose(&sentence(&finding.message))) "." }
                @if !change.also.is_empty() || change.elsewhere > 0 {
                    p.more {
                        @if !change.also.is_empty() {
                            (count(change.also.len(), "other finding")) " at this place. "
                        }
                        @if change.elsewhere > 0 {
                            (count(change.elsewhere, "further place")) " with this fault."
                        }
                    }
                }
            }
        }
    }
}
