//! A finding.

use maud::{Markup, html as markup};
use palisade_diag::{Confidence, Finding};

use super::excerpt::{excerpts, fix};
use super::{Page, badge, prose, sentence};
use crate::words::clean;

/// How much of a finding is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// Everything.
    Whole,
    /// What and where.
    Brief,
}

/// Nodes that are named.
const NODES: usize = 24;

/// A card. `own` says that no card before it has its fingerprint, which then is its id.
pub(super) fn card(finding: &Finding, page: &Page<'_>, depth: Depth, open: bool, own: bool) -> Markup {
    let severity = finding.severity.word();
    markup! {
        article.finding id=[own.then_some(&finding.fingerprint)] data-severity=(severity)
            data-rule=(finding.rule)
        {
            details open[open] {
                summary {
                    (badge(finding.severity))
                    span.what {
                        h4 { (prose(&sentence(&finding.message))) }
                        span.where {
                            @if let Some(label) = finding.primary().filter(|l| !l.path.is_empty()) {
                                span.path { (clean(&label.path)) ":" (label.start.line) }
                            }
                            span.rule { (finding.rule) }
                            @if !finding.fixes.is_empty() { span.has { "has a fix" } }
                        }
                    }
                }
                div.body {
                    @if depth == Depth::Whole {
                        (excerpts(finding, page))
                        @if !finding.help.is_empty() {
                            p.help { b { "How to fix: " } (prose(&finding.help)) "." }
                        }
                        @for change in &finding.fixes { (fix(change, page)) }
                    }
                    (facts(finding, depth))
                }
            }
        }
    }
}

fn facts(finding: &Finding, depth: Depth) -> Markup {
    let print = &finding.fingerprint;
    markup! {
        dl.facts {
            div {
                dt { "Rule" }
                dd { a href={ "#rule-" (finding.rule) } { (finding.rule) } }
            }
            @if finding.confidence < Confidence::High {
                div { dt { "Confidence" } dd { (finding.confidence.word()) } }
            }
            @if depth == Depth::Whole && finding.affected.len() > 1 {
                div.long {
                    dt { "Holds for" }
                    dd {
                        ul.names {
                            @for id in finding.affected.iter().take(NODES) { li { code { (name(id)) } } }
                            @if finding.affected.len() > NODES {
                                li { "and " (finding.affected.len() - NODES) " more" }
                            }
                        }
                    }
                }
            }
            @if let Some(resource) = finding.resource.as_ref().filter(|_| depth == Depth::Whole) {
                @if !resource.ty.is_empty() {
                    div {
                        dt { "Resource" }
                        dd {
                            (clean(&resource.ty)) " "
                            code {
                                (clean(if resource.address.is_empty() { &resource.logical_id } else { &resource.address }))
                            }
                        }
                    }
                }
            }
            @if depth == Depth::Whole { (references(finding)) }
            div {
                dt { "Fingerprint" }
                dd { a.print href={ "#" (print) } { (print) } }
            }
        }
    }
}

/// What people call a node: its kind and name.
pub(super) fn name(id: &str) -> String {
    let (kind, rest) = id.split_once(':').unwrap_or(("", id));
    let name = rest.split_once('#').map_or(rest, |(_, name)| name);
    clean(&format!("{kind} {name}"))
}

/// The same fault in other catalogues.
fn references(finding: &Finding) -> Markup {
    let references = &finding.references;
    let lists = [
        ("OWASP ", references.owasp_serverless),
        ("ATT&CK ", references.attack),
        ("Security Hub ", references.aws),
        ("Checkov ", references.checkov),
    ];
    let others: Vec<String> =
        lists.iter().flat_map(|(head, ids)| ids.iter().map(move |id| format!("{head}{id}"))).collect();
    markup! {
        @if !references.cwe.is_empty() || !others.is_empty() {
            div.long {
                dt { "References" }
                dd {
                    @for (n, cwe) in references.cwe.iter().enumerate() {
                        @if n > 0 { ", " }
                        a href={ "https://cwe.mitre.org/data/definitions/" (cwe) ".html" } rel="noreferrer" {
                            "CWE-" (cwe)
                        }
                    }
                    @if !references.cwe.is_empty() && !others.is_empty() { ", " }
                    (others.join(", "))
                }
            }
        }
    }
}
