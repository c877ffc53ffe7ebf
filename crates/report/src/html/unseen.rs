//! What could not be seen: it stands before the findings, since they hold only for the rest.

use maud::{Markup, html as markup};
use palisade_diag::{Unread, UnreadKind};

use super::findings::Listed;
use super::{Page, prose, sentence};
use crate::words::{clean, count};

pub(super) fn section(page: &Page<'_>, listed: &Listed<'_>) -> Markup {
    let report = page.report;
    let unread: Vec<&Unread> = report.unread.iter().filter(|u| u.kind == UnreadKind::Failed).collect();
    let foreign: Vec<&Unread> = report.unread.iter().filter(|u| u.kind == UnreadKind::Foreign).collect();
    let open: usize = report.statistics.cannot_tell.values().sum();
    let rules = report.statistics.cannot_tell.len();
    let nothing = unread.is_empty()
        && foreign.is_empty()
        && open == 0
        && report.notes.is_empty()
        && report.statistics.withheld_fixes == 0
        && listed.nothing_cut();
    markup! {
        section #unseen aria-labelledby="unseen-head" {
            div.wide {
                h2 #unseen-head { "What could not be seen" }
                @if nothing {
                    p.quiet { "Everything that was recognised was read, and every question had an answer." }
                }
                @if !unread.is_empty() {
                    details.limit.failed open {
                        summary { (sentence(&count(unread.len(), "place"))) " of yours could not be read" }
                        (list(&unread))
                    }
                }
                @if open > 0 {
                    details.limit {
                        summary {
                            (count(open, "question")) " without an answer, of " (count(rules, "rule"))
                        }
                        p { "A value that is known only at deployment is neither a fault nor a pass. "
                            code { "palisade scan --persona auditor" } " lists every one." }
                        ul.counts {
                            @for (rule, n) in &report.statistics.cannot_tell {
                                li { code { (rule) } " " span { (n) } }
                            }
                        }
                    }
                }
                @if !foreign.is_empty() {
                    details.limit {
                        summary { (sentence(&count(foreign.len(), "file"))) " of other providers" }
                        (list(&foreign))
                    }
                }
                @if !report.notes.is_empty() {
                    details.limit {
                        summary { (sentence(&count(report.notes.len(), "note"))) }
                        ul.plain { @for note in &report.notes { li { (prose(note)) } } }
                    }
                }
                @if report.statistics.withheld_fixes > 0 {
                    p.limit { (count(report.statistics.withheld_fixes, "fix")
                        .replace("fixs", "fixes")) " withheld, since no proof of them succeeded." }
                }
                (listed.cut())
            }
        }
    }
}

fn list(entries: &[&Unread]) -> Markup {
    markup! {
        ul.plain {
            @for entry in entries {
                li {
                    code {
                        (clean(&entry.path))
                        @if let Some(line) = entry.line { ":" (line) }
                    }
                    ": " (prose(&entry.reason))
                }
            }
        }
    }
}
