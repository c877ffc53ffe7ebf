//! Source with marks, and fixes as diffs.

use std::ops::Range;

use maud::{Markup, html as markup};
use palisade_diag::{Finding, Fix, Safety};
use palisade_source::SourceFile;

use super::{Page, prose, sentence};
use crate::Options;
use crate::diff::rows;
use crate::draw::{Mark, Picture, pictures, places, words};
use crate::words::{clean, count};

/// Lines shown before and behind what is marked.
const AROUND: u32 = 2;
/// Lines of a fix that are shown.
const DIFF: usize = 40;

/// The pictures of a finding, the place to edit first.
pub(super) fn excerpts(finding: &Finding, page: &Page<'_>) -> Markup {
    let words = words(finding);
    markup! {
        @for (path, marks) in places(finding, &words) {
            @let file = page.report.sources.files.get(path);
            @let drawn = file.map_or_else(Vec::new, |f: &std::sync::Arc<SourceFile>| {
                pictures(f, &marks, page.masks.file(path), AROUND)
            });
            @if drawn.is_empty() {
                @for mark in &marks {
                    p.unshown {
                        span.path { (clean(path)) @if mark.line > 0 { ":" (mark.line) ":" (mark.column) } }
                        @if !mark.text.is_empty() { " " (prose(mark.text)) }
                    }
                }
            }
            @for picture in &drawn { (excerpt(path, picture)) }
        }
    }
}

/// The line to edit, alone.
pub(super) fn quote(finding: &Finding, page: &Page<'_>) -> Markup {
    let words = words(finding);
    let all = places(finding, &words);
    let Some((path, marks)) = all.first() else { return Markup::default() };
    let Some(file) = page.report.sources.files.get(*path) else { return Markup::default() };
    let only: Vec<&Mark<'_>> = marks.iter().filter(|m| m.primary).collect();
    let Some(mark) = only.first() else { return Markup::default() };
    let mark = Mark { text: "", ..**mark };
    let drawn = pictures(file, &[mark], page.masks.file(path), 0);
    let Some(picture) = drawn.first() else { return Markup::default() };
    let Some((_, start, text)) = lines(picture).into_iter().next() else { return Markup::default() };
    let marks: Vec<&(Range<usize>, String, bool)> = picture.marks.iter().collect();
    let trimmed = text.trim_start();
    let indent = text.len() - trimmed.len();
    markup! {
        pre.quote { (marked(trimmed.trim_end(), start + indent, &marks, comment_of(path))) }
    }
}

/// A row of an excerpt.
enum Row<'p> {
    /// Lines that are left out.
    Gap,
    /// Number, first byte, text.
    Line(u32, usize, &'p str),
}

fn excerpt(path: &str, picture: &Picture) -> Markup {
    let lines: Vec<(u32, usize, &str)> = lines(picture);
    let of = |range: &Range<usize>| {
        lines.iter().rev().find(|(_, start, _)| *start <= range.start).map_or(picture.line, |(n, ..)| *n)
    };
    let head = picture.marks.iter().find(|m| m.2).or(picture.marks.first());
    let line = head.map_or(picture.line, |(range, ..)| of(range));
    let comment = comment_of(path);
    // What all lines are indented by says nothing, and narrow screens have no room for it.
    let shown = || lines.iter().filter(|(n, _, text)| !text.trim().is_empty() && near(*n, &lines, picture));
    let indent = |text: &str| text.len() - text.trim_start_matches(' ').len();
    let common = shown().map(|(.., text)| indent(text)).min().unwrap_or(0);
    let mut rows: Vec<Row<'_>> = Vec::new();
    for (number, start, text) in &lines {
        let dropped = common.min(indent(text));
        let (start, text) = (start + dropped, text.get(dropped..).unwrap_or(""));
        if near(*number, &lines, picture) {
            rows.push(Row::Line(*number, start, text));
        } else if !matches!(rows.last(), Some(Row::Gap)) {
            rows.push(Row::Gap);
        }
    }
    markup! {
        figure.source {
            figcaption { span.path { (clean(path)) ":" (line) } }
            pre {
                @for row in &rows {
                    @match row {
                        Row::Gap => i.gap { "⋯" },
                        Row::Line(number, start, text) => {
                            @let here: Vec<&(Range<usize>, String, bool)> = picture.marks.iter()
                                .filter(|(r, ..)| touches(r, *start, start + text.len())).collect();
                            span class=[(!here.is_empty()).then_some("hit")] {
                                b { (number) }
                                span { (marked(text, *start, &here, comment)) }
                            }
                            @for (range, words, primary) in picture.marks.iter()
                                .filter(|(r, words, _)| !words.is_empty() && of(r) == *number)
                            {
                                (note(words, *primary, text, range.start.saturating_sub(*start)))
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Words below a line, where the mark begins.
fn note(words: &str, primary: bool, line: &str, at: usize) -> Markup {
    let column = line.get(..at).map_or(0, |before| before.chars().count()).min(48);
    markup! {
        span class=(if primary { "note primary" } else { "note" }) {
            b {}
            span { s aria-hidden="true" { (" ".repeat(column)) } "↑ " (prose(words)) }
        }
    }
}

/// Number, first byte and text of each line of a picture.
fn lines(picture: &Picture) -> Vec<(u32, usize, &str)> {
    let mut out = Vec::new();
    let mut start = 0;
    for (number, text) in (picture.line..).zip(picture.text.split('\n')) {
        out.push((number, start, text));
        start += text.len() + 1;
    }
    out
}

/// Whether a mark has something to show in a line. An empty mark stands between two characters.
fn touches(mark: &Range<usize>, start: usize, end: usize) -> bool {
    mark.start <= end && (mark.end > start || mark.start >= start)
}

/// Whether a line is close to a marked one.
fn near(number: u32, lines: &[(u32, usize, &str)], picture: &Picture) -> bool {
    lines
        .iter()
        .filter(|(n, ..)| n.abs_diff(number) <= AROUND)
        .any(|(_, start, text)| picture.marks.iter().any(|(r, ..)| touches(r, *start, start + text.len())))
}

/// A line with what is marked in it, and its comments, keys and strings told apart.
fn marked(text: &str, start: usize, marks: &[&(Range<usize>, String, bool)], comment: &str) -> Markup {
    let tints = tints(text, comment);
    let mut cuts: Vec<usize> = vec![0, text.len()];
    for (range, ..) in marks {
        cuts.extend([range.start.saturating_sub(start), range.end.saturating_sub(start)]);
    }
    for (range, _) in &tints {
        cuts.extend([range.start, range.end]);
    }
    cuts.retain(|c| text.is_char_boundary(*c));
    cuts.sort_unstable();
    cuts.dedup();
    let pieces: Vec<(&str, &str, Option<bool>)> = cuts
        .windows(2)
        .filter_map(|pair| {
            let (from, to) = (*pair.first()?, *pair.last()?);
            let tint = tints.iter().find(|(r, _)| r.start <= from && to <= r.end).map_or("", |(_, c)| c);
            let covering = marks.iter().filter(|(r, ..)| r.start <= start + from && start + to <= r.end);
            let mark = covering.map(|(.., primary)| *primary).max();
            Some((text.get(from..to)?, tint, mark))
        })
        .collect();
    let piece = |(text, tint, _): &(&str, &str, Option<bool>)| {
        markup! { @if tint.is_empty() { (text) } @else { i class=(tint) { (text) } } }
    };
    markup! {
        @for same in pieces.chunk_by(|a, b| a.2 == b.2) {
            @match same.first().and_then(|p| p.2) {
                Some(primary) => mark class=[(!primary).then_some("other")] { @for p in same { (piece(p)) } },
                None => @for p in same { (piece(p)) },
            }
        }
    }
}

/// What starts a comment in a file of this name; empty where nothing does.
fn comment_of(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("ts" | "js" | "mjs" | "cjs" | "tsx" | "go" | "java") => "//",
        Some("json") => "",
        _ => "#",
    }
}

/// Comments (`c`), keys (`k`) and strings (`s`) of a line, told by their look alone.
fn tints(text: &str, comment: &str) -> Vec<(Range<usize>, &'static str)> {
    let mut out = Vec::new();
    let mut open: Option<(char, usize)> = None;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        match open {
            Some((quote, from)) if c == quote && before != '\\' => {
                out.push((from..at + c.len_utf8(), "s"));
                open = None;
            }
            None if !comment.is_empty()
                && before.is_whitespace()
                && text.get(at..).is_some_and(|rest| rest.starts_with(comment)) =>
            {
                out.push((at..text.len(), "c"));
                break;
            }
            None if (c == '"' || c == '\'') && !before.is_alphanumeric() => open = Some((c, at)),
            Some(_) | None => {}
        }
        before = c;
    }
    let indent = text.len() - text.trim_start_matches([' ', '\t', '-']).len();
    let rest = text.get(indent..).unwrap_or("");
    let word = rest.find(|c: char| !(c.is_alphanumeric() || "\"'_.-:/$!".contains(c))).unwrap_or(rest.len());
    let word = rest.get(..word).unwrap_or("");
    let key = word.split_inclusive(':').next().unwrap_or("");
    let assigned = rest.get(key.len()..).unwrap_or("").trim_start();
    let end = if key.ends_with(':') {
        indent + key.len() - 1
    } else if assigned.starts_with("= ") || assigned.starts_with('{') {
        indent + key.len()
    } else {
        indent
    };
    if end > indent {
        out.retain(|(r, _)| r.start >= end);
        out.insert(0, (indent..end, "k"));
    }
    out
}

/// A fix: its title, whether it is safe, and the lines it takes and puts.
pub(super) fn fix(fix: &Fix, page: &Page<'_>) -> Markup {
    let rows = rows(fix, page.report, &page.masks, &Options::default());
    let (class, words) = match fix.safety {
        Safety::Safe => ("safe", "safe"),
        Safety::Unsafe => ("unsafe", "look before you apply it"),
    };
    markup! {
        div.fix {
            p { b { "Fix: " } (prose(&sentence(&fix.title))) " " span class={ "chip " (class) } { (words) } }
            @if !rows.is_empty() {
                pre.diff {
                    @for (sign, number, text) in rows.iter().take(DIFF) {
                        @match sign {
                            '@' => i.gap { (text) },
                            '-' => del { b { (number) } span { "- " (text) } },
                            _ => ins { b { (number) } span { "+ " (text) } },
                        }
                    }
                    @if rows.len() > DIFF { i.gap { "… " (count(rows.len() - DIFF, "more line")) } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tinted(text: &str, comment: &str) -> Vec<(String, &'static str)> {
        tints(text, comment).into_iter().map(|(r, c)| (text.get(r).unwrap().to_owned(), c)).collect()
    }

    #[test]
    fn keys_strings_and_comments_are_told_apart() {
        assert_eq!(
            tinted("  - Action: 's3:*' # all", "#"),
            [("Action".into(), "k"), ("'s3:*'".into(), "s"), ("# all".into(), "c")]
        );
        assert_eq!(tinted("\"a\": \"b\"", ""), [("\"a\"".into(), "k"), ("\"b\"".into(), "s")]);
        assert_eq!(tinted("runtime = \"x\"", "#")[0], ("runtime".into(), "k"));
        assert_eq!(tinted("it's", "#"), []);
        assert_eq!(tinted("", "#"), []);
    }

    #[test]
    fn marks_and_tints_overlap() {
        let marks = (7..10, String::new(), true);
        let out = marked("a: 'b' # <c", 4, &[&marks], "#").0;
        assert_eq!(
            out,
            "<i class=\"k\">a</i>: <mark><i class=\"s\">'b'</i></mark> <i class=\"c\"># &lt;c</i>"
        );
        let inside = (5..6, String::new(), false);
        assert_eq!(marked("ab", 4, &[&inside], "#").0, "a<mark class=\"other\">b</mark>");
    }
}
