//! The findings, grouped by what they are about, the worst group first, with what filters them.

use std::collections::BTreeSet;

use maud::{Markup, PreEscaped, html as markup};
use palisade_diag::{Finding, Severity};

use super::card::{Depth, card};
use super::{Page, badge, icon, prose, sentence};
use crate::Options;
use crate::group::groups;
use crate::words::{clean, count};

/// Bytes of cards up to which each has its excerpt, advice and fix; the rest only say what is wrong and
/// where, so that a browser stays quick.
const WHOLE: usize = 3_000_000;
/// Bytes of cards up to which there are cards at all.
const MOST: usize = 12_000_000;
/// Findings above which a browser lays out only the groups that are seen.
const MANY: usize = 300;
/// Cards that stand open.
const OPEN: usize = 60;

/// A group with its cards.
pub(super) struct Listed<'a> {
    groups: Vec<Listing<'a>>,
    brief: usize,
    left_out: usize,
    /// Fingerprints that are ids by now.
    pub seen: BTreeSet<&'a str>,
}

struct Listing<'a> {
    title: String,
    clause: String,
    worst: Severity,
    total: usize,
    cards: Vec<Markup>,
    first: &'a str,
}

/// Everything that is listed, within the bounds of the page.
pub(super) fn listed<'a>(page: &Page<'a>) -> Listed<'a> {
    let mut out = Listed { groups: Vec::new(), brief: 0, left_out: 0, seen: BTreeSet::new() };
    let (mut bytes, mut shown) = (0, 0);
    for group in groups(page.report, &Options::default()).into_iter().rev() {
        let mut cards = Vec::new();
        let first = group.findings.last().map_or("", |f: &&Finding| f.fingerprint.as_str());
        for finding in group.findings.iter().rev() {
            if bytes > MOST {
                out.left_out += 1;
                continue;
            }
            let depth = if bytes > WHOLE { Depth::Brief } else { Depth::Whole };
            out.brief += usize::from(depth == Depth::Brief);
            let open = shown < OPEN && depth == Depth::Whole;
            let card = card(finding, page, depth, open, out.seen.insert(&finding.fingerprint));
            bytes += card.0.len();
            shown += 1;
            cards.push(card);
        }
        if cards.is_empty() {
            continue;
        }
        out.groups.push(Listing {
            worst: group.worst(),
            total: group.findings.len(),
            title: group.title,
            clause: group.clause,
            cards,
            first,
        });
    }
    out
}

impl Listed<'_> {
    pub(super) fn nothing_cut(&self) -> bool {
        self.brief == 0 && self.left_out == 0
    }

    /// What is not on this page.
    pub(super) fn cut(&self) -> Markup {
        markup! {
            @if self.brief > 0 {
                p.limit { (sentence(&count(self.brief, "finding"))) " stand here without source, advice and fix, to keep
                    this page small. " code { "palisade scan --format json" } " has everything." }
            }
            @if self.left_out > 0 {
                p.limit { (sentence(&count(self.left_out, "finding"))) " did not fit. "
                    code { "palisade scan --format json" } " has everything." }
            }
        }
    }
}

pub(super) fn section(page: &Page<'_>, listed: &Listed<'_>) -> Markup {
    markup! {
        section #findings aria-labelledby="findings-head" {
            div.wide {
                h2 #findings-head { "Findings" }
                @if page.report.findings.is_empty() {
                    p.quiet { "None." }
                } @else {
                    div.columns {
                        (side(page, listed))
                        div.groups.many[page.report.findings.len() > MANY] {
                            p #none hidden { "No finding fits the filter." }
                            @for (n, group) in listed.groups.iter().enumerate() { (one(n, group)) }
                        }
                    }
                }
            }
        }
    }
}

/// "Function `x`", but a path as it is written.
fn title(text: &str) -> String {
    if text.contains('`') { sentence(text) } else { text.to_owned() }
}

fn one(n: usize, group: &Listing<'_>) -> Markup {
    markup! {
        section.group id={ "g" (n) } aria-labelledby={ "h" (n) } {
            h3 id={ "h" (n) } {
                (prose(&title(&group.title)))
                " " span.count { (count(group.total, "finding")) }
            }
            @if !group.clause.is_empty() {
                p.clause {
                    @if group.clause.contains("on the internet") { (icon("globe")) }
                    span { (prose(&sentence(&group.clause))) "." }
                }
            }
            @for card in &group.cards { (PreEscaped(&card.0)) }
            @if group.cards.len() < group.total {
                p.quiet { (count(group.total - group.cards.len(), "finding")) " more did not fit." }
            }
        }
    }
}

/// The filter, which needs the script, and the list of groups, which does not.
fn side(page: &Page<'_>, listed: &Listed<'_>) -> Markup {
    let findings = &page.report.findings;
    let rules: BTreeSet<&str> = findings.iter().map(|f| f.rule).collect();
    markup! {
        aside.side aria-label="Filter and contents" {
            div #filter role="search" aria-label="Filter the findings" hidden {
                label for="words" { "Search" }
                input #words type="search" placeholder="Text, file, rule…" autocomplete="off" spellcheck="false";
                fieldset {
                    legend { "Severity" }
                    @for severity in Severity::ALL {
                        @let n = findings.iter().filter(|f| f.severity == severity).count();
                        @if n > 0 {
                            label.check {
                                input type="checkbox" name="severity" value=(severity.word()) checked;
                                (badge(severity)) span.n { (n) }
                            }
                        }
                    }
                }
                label for="group" { "Function or place" }
                select #group {
                    option value="" { "All" }
                    @for (n, group) in listed.groups.iter().enumerate() {
                        option value={ "g" (n) } { (clean(&group.title).replace('`', "")) }
                    }
                }
                label for="rule" { "Rule" }
                select #rule {
                    option value="" { "All" }
                    @for rule in rules { option value=(rule) { (rule) } }
                }
                div.buttons {
                    button #clear type="button" { "Clear" }
                    button #unfold type="button" { "Open all" }
                }
                p #shown role="status" { (count(findings.len(), "finding")) }
            }
            nav.contents aria-label="Findings by place" {
                ul {
                    @for (n, group) in listed.groups.iter().enumerate() {
                        li data-group={ "g" (n) } {
                            a href={ "#g" (n) } title={ (group.worst.word()) " and less: " (clean(&group.title).replace('`', "")) }
                                data-first=(group.first)
                            {
                                span class={ "dot " (group.worst.word()) } { (icon(group.worst.word())) }
                                span.name { (clean(&group.title).replace('`', "")) }
                                span.n { (group.total) }
                            }
                        }
                    }
                }
            }
        }
    }
}
