//! A page for people: one file that asks nobody for anything. Everything is readable without its script,
//! which only filters, opens, closes and changes the theme.

mod card;
mod excerpt;
mod findings;
mod first;
mod rest;
mod unseen;
mod verdict;

use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html as markup};
use palisade_diag::{Report, Severity};
use sha2::{Digest, Sha256};

use crate::Options;
use crate::draw::Masks;
use crate::time::stamp;
use crate::words::{clean, count};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// What every part of the page is made from.
struct Page<'a> {
    report: &'a Report,
    masks: Masks,
    time: String,
}

/// One page with everything, of bounded size: what is cut is said.
pub fn html(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let page = Page { report, masks: Masks::of(report), time: stamp(options.time) };
    let verdict = verdict::verdict(report);
    let listed = findings::listed(&page);
    let mut seen = listed.seen.clone();
    let document = markup! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                meta name="generator" content=(concat!("Palisade ", env!("CARGO_PKG_VERSION")));
                title { "Palisade: " (verdict.sentence) }
                // An empty icon, so that no browser asks a server for one.
                link rel="icon" href="data:,";
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#findings" { "Skip to the findings" }
                (symbols())
                (page.head())
                main {
                    (verdict::section(&page, &verdict))
                    (first::section(&page))
                    (unseen::section(&page, &listed))
                    (findings::section(&page, &listed))
                    (rest::baseline(&page, &mut seen))
                    (rest::ignored(&page, &mut seen))
                    (rest::rules(&page))
                }
                (page.foot())
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    out.write_all(document.0.as_bytes())?;
    writeln!(out)
}

/// Nothing may be loaded; the one style and the one script are named by their hashes.
fn policy() -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; img-src data:; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

impl Page<'_> {
    fn head(&self) -> Markup {
        let day = self.time.split('T').next().unwrap_or_default();
        markup! {
            header.top {
                div.wide {
                    span.brand { (icon("mark")) "Palisade" }
                    span.about {
                        span {
                            (count(self.report.applications.len(), "application")) " · "
                            (count(self.report.statistics.files, "file")) " · "
                        }
                        time datetime=(day) { (day) }
                    }
                    button #theme type="button" hidden { "Theme: auto" }
                }
            }
        }
    }

    fn foot(&self) -> Markup {
        markup! {
            footer.wide {
                p {
                    "Written by Palisade " (env!("CARGO_PKG_VERSION")) " at "
                    time datetime={ (self.time) "Z" } { (self.time.replace('T', " ")) " UTC" }
                    ". This page is one file and loads nothing."
                }
            }
        }
    }
}

/// Text in which the parts in backticks are code. Nothing of a stranger's is markup.
fn prose(text: &str) -> Markup {
    let text = clean(text);
    let closed = text.matches('`').count().is_multiple_of(2);
    let last = text.split('`').count() - 1;
    markup! {
        @for (n, part) in text.split('`').enumerate() {
            @if n % 2 == 1 && (closed || n < last) {
                code { (part) }
            } @else if n % 2 == 1 {
                "`" (part)
            } @else {
                (part)
            }
        }
    }
}

/// A severity: its shape and its word.
fn badge(severity: Severity) -> Markup {
    let word = severity.word();
    markup! { span class={ "badge " (word) } { (icon(word)) (word) } }
}

fn icon(name: &str) -> Markup {
    markup! { svg.icon aria-hidden="true" { use href={ "#i-" (name) } {} } }
}

/// The first letter as a capital, for sentences that are lower case elsewhere. What stands in backticks
/// stays as it is.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// The shapes, defined once. They differ without colour.
fn symbols() -> Markup {
    PreEscaped(
        concat!(
            r#"<svg width="0" height="0" class="symbols" aria-hidden="true">"#,
            r#"<symbol id="i-mark" viewBox="0 0 20 20"><path d="M2 19V6l2.5-4L7 6v13zM7.75 19V4.5L10 1l2.25 3.5V19zM13 19V6l2.500-4L18 6v13z"/></symbol>"#,
            r#"<symbol id="i-critical" viewBox="0 0 16 16"><path fill-rule="evenodd" d="M5 1h6l4 4v6l-4 4H5l-4-4V5zm2 3v5h2V4zm0 6.500v2h2v-2z"/></symbol>"#,
            r#"<symbol id="i-high" viewBox="0 0 16 16"><path fill-rule="evenodd" d="M8 1l7.500 14H.5zM7 6v4h2V6zm0 5.500v2h2v-2z"/></symbol>"#,
            r#"<symbol id="i-medium" viewBox="0 0 16 16"><path d="M8 .5L15.500 8 8 15.500.5 8z"/></symbol>"#,
            r#"<symbol id="i-low" viewBox="0 0 16 16"><path d="M1 4h14L8 14z"/></symbol>"#,
            r#"<symbol id="i-info" viewBox="0 0 16 16"><path fill-rule="evenodd" d="M8 1a7 7 0 100 14A7 7 0 008 1zM7 4h2v2H7zm0 3h2v5H7z"/></symbol>"#,
            r#"<symbol id="i-globe" viewBox="0 0 16 16"><path fill="none" stroke="currentColor" stroke-width="1.4" d="M8 1.500a6.500 6.500 0 100 13 6.500 6.500 0 000-13zM1.500 8h13M8 1.500c-4.500 4-4.500 9 0 13 4.500-4 4.500-9 0-13z"/></symbol>"#,
            r"</svg>"
        )
        .to_owned(),
    )
}
