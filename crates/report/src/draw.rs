use std::collections::BTreeMap;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use palisade_diag::{Finding, Label, Report, Severity};
use palisade_source::SourceFile;

use crate::Options;
use crate::words::{clean, visible, wrap};

/// A line with more bytes is cut around what is marked in it.
const LONG_LINE: usize = 500;
/// Characters kept before and behind what is marked in a long line.
const AROUND: usize = 80;
/// Marks of more lines are drawn at their first line only: the whole block says nothing more.
const TALL: u32 = 6;
/// Marks of one file that stand further apart are drawn in pictures of their own.
const APART: u32 = 40;

/// Something marked in a file, by bytes.
#[derive(Clone, Copy)]
pub(crate) struct Mark<'a> {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Line of `start`, from 1.
    pub line: u32,
    /// Column of `start`, from 1.
    pub column: u32,
    /// Words at it.
    pub text: &'a str,
    /// Whether it is the place to edit.
    pub primary: bool,
}

/// A message with the places it is about.
pub(crate) struct Drawing<'a> {
    /// How it looks and is called.
    pub level: Level<'a>,
    /// Name in brackets.
    pub id: &'a str,
    /// One line.
    pub message: &'a str,
    /// Marks by file, in the order in which the files are shown; no file where there is no text.
    pub places: Vec<(&'a str, Option<&'a SourceFile>, Vec<Mark<'a>>)>,
    /// Lines below the picture: level and words.
    pub notes: Vec<(Level<'a>, String)>,
}

/// Byte ranges of files that hold secrets: no picture shows them.
#[derive(Default)]
pub(crate) struct Masks {
    ranges: BTreeMap<String, Vec<Range<usize>>>,
}

impl Masks {
    /// The places that findings about secrets point at, silenced findings included.
    pub(crate) fn of(report: &Report) -> Self {
        let mut ranges: BTreeMap<String, Vec<Range<usize>>> = BTreeMap::new();
        let all = report.findings.iter().chain(report.ignored.iter().map(|i| &i.finding));
        let all = all.chain(report.baseline.iter().flat_map(|b| &b.unchanged));
        for finding in all.filter(|f| about_secret(f.rule)) {
            let file = |path: &String| report.sources.files.get(path);
            for label in finding.labels.iter().filter(|l| l.primary) {
                // Rules point at the key, and the value is not in the text any more; whoever points at a value
                // shows none.
                let rest = file(&label.path).and_then(|f| f.text.get(label.end.offset as usize..));
                if rest.is_some_and(|r| r.trim_start_matches(['"', '\'', ' ']).starts_with([':', '='])) {
                    continue;
                }
                let range = label.start.offset as usize..label.end.offset as usize;
                ranges.entry(label.path.clone()).or_default().push(range);
            }
        }
        Self { ranges }
    }

    pub(crate) fn file(&self, path: &str) -> &[Range<usize>] {
        self.ranges.get(path).map_or(&[], Vec::as_slice)
    }
}

/// Whether a rule finds secrets: what it points at may be the value of one. Other rules of the category point at
/// names and settings.
pub(crate) fn about_secret(rule: &str) -> bool {
    rule.starts_with("secrets-in-") || rule.contains("literal")
}

/// The level that draws a severity. The word says which; colour only repeats it.
pub(crate) fn level(severity: Severity) -> Level<'static> {
    let base = match severity {
        Severity::Critical | Severity::High => Level::ERROR,
        Severity::Medium => Level::WARNING,
        Severity::Low => Level::INFO,
        Severity::Info => Level::NOTE,
    };
    base.with_name(severity.word())
}

/// The words at each label, numbered where labels are steps.
pub(crate) fn words(finding: &Finding) -> Vec<String> {
    let number = |(n, label): (usize, &Label)| match finding.steps.iter().position(|s| *s == n) {
        Some(step) => format!("{}. {}", step + 1, label.text),
        None => label.text.clone(),
    };
    finding.labels.iter().enumerate().map(number).collect()
}

/// The marks of a finding by file, the place to edit first.
pub(crate) fn places<'a>(finding: &'a Finding, words: &'a [String]) -> Vec<(&'a str, Vec<Mark<'a>>)> {
    let mut places: Vec<(&str, Vec<Mark<'_>>)> = Vec::new();
    let primary = finding.labels.iter().position(|l| l.primary).unwrap_or(0);
    let order = std::iter::once(primary).chain((0..finding.labels.len()).filter(|n| *n != primary));
    for n in order {
        let (Some(label), Some(text)) = (finding.labels.get(n), words.get(n)) else { continue };
        if label.path.is_empty() {
            continue;
        }
        let mark = Mark {
            start: label.start.offset as usize,
            end: label.end.offset as usize,
            line: label.start.line,
            column: label.start.column,
            text,
            primary: n == primary,
        };
        match places.iter_mut().find(|(path, _)| *path == label.path) {
            Some((_, marks)) => marks.push(mark),
            None => places.push((&label.path, vec![mark])),
        }
    }
    places
}

/// Draws a finding.
pub(crate) fn finding(finding: &Finding, report: &Report, masks: &Masks, options: &Options) -> String {
    let words = words(finding);
    let places = places(finding, &words)
        .into_iter()
        .map(|(path, marks)| (path, report.sources.files.get(path).map(|f| &**f), marks))
        .collect();
    let mut notes = Vec::new();
    if !finding.help.is_empty() {
        notes.push((Level::HELP, finding.help.clone()));
    }
    if finding.confidence < palisade_diag::Confidence::High {
        notes.push((Level::NOTE, format!("{} confidence", finding.confidence.word())));
    }
    let drawing = Drawing {
        level: level(finding.severity),
        id: finding.rule,
        message: &finding.message,
        places,
        notes,
    };
    draw(&drawing, masks, options)
}

/// Draws a message with its places, without a line break at the end.
pub(crate) fn draw(drawing: &Drawing<'_>, masks: &Masks, options: &Options) -> String {
    let title = drawing.level.clone().primary_title(clean(drawing.message));
    let title = if drawing.id.is_empty() { title } else { title.id(clean(drawing.id)) };
    let mut group = Group::with_title(title);
    let mut columns: Vec<(String, String)> = Vec::new();
    for (path, file, marks) in &drawing.places {
        let shown = options.path(path);
        let pictures = file.map_or_else(Vec::new, |f| pictures(f, marks, masks.file(path), 0));
        if pictures.is_empty() {
            for mark in marks {
                let origin = Origin::path(shown.clone());
                group = group.element(if mark.line > 0 {
                    origin.line(mark.line as usize).char_column(mark.column as usize)
                } else {
                    origin
                });
            }
        }
        for picture in pictures {
            if let Some((line, drawn, real)) = picture.moved {
                columns.push((format!("{shown}:{line}:{drawn}"), format!("{shown}:{line}:{real}")));
            }
            let annotations = picture.marks.into_iter().map(|(range, text, primary)| {
                let kind = if primary { AnnotationKind::Primary } else { AnnotationKind::Context };
                kind.span(range).label((!text.is_empty()).then_some(text))
            });
            let snippet = Snippet::source(picture.text)
                .line_start(picture.line as usize)
                .path(shown.clone())
                .annotations(annotations);
            group = group.element(snippet);
        }
    }
    let width = options.columns();
    for (level, words) in &drawing.notes {
        let lines = wrap(&clean(words), width.saturating_sub(16).max(24));
        group = group.element(level.clone().message(lines.join("\n")));
    }
    let renderer = if options.color { Renderer::styled() } else { Renderer::plain() };
    let mut drawn = renderer.term_width(width).render(&[group]);
    for (wrong, right) in columns {
        // The picture counts columns in the cut line; people and editors count in the file.
        drawn = replace_column(&drawn, &wrong, &right);
    }
    drawn
}

/// Replaces the first `path:line:column` that is not the beginning of a longer number.
fn replace_column(text: &str, wrong: &str, right: &str) -> String {
    for (at, _) in text.match_indices(wrong) {
        let (before, rest) = (text.get(..at).unwrap_or(""), text.get(at + wrong.len()..).unwrap_or(""));
        if !rest.starts_with(|c: char| c.is_ascii_digit()) {
            return format!("{before}{right}{rest}");
        }
    }
    text.to_owned()
}

/// Some lines of a file with marks, as they are drawn.
pub(crate) struct Picture {
    /// The lines.
    pub text: String,
    /// Number of the first.
    pub line: u32,
    /// Ranges of the text with their words, and whether it is the place to edit.
    pub marks: Vec<(Range<usize>, String, bool)>,
    /// Line, column in the picture and column in the file of what the picture's header names, where a long
    /// line was cut.
    moved: Option<(u32, usize, u32)>,
}

/// A mark whose range is inside the text, with its lines.
struct Placed<'m> {
    mark: &'m Mark<'m>,
    start: usize,
    end: usize,
    first: u32,
    last: u32,
}

/// The pictures of some marks of a file, with up to `around` lines before and behind what is marked.
pub(crate) fn pictures(
    file: &SourceFile,
    marks: &[Mark<'_>],
    masks: &[Range<usize>],
    around: u32,
) -> Vec<Picture> {
    let mut placed: Vec<Placed<'_>> = marks.iter().filter_map(|m| place(file, m)).collect();
    placed.sort_by_key(|p| p.first);
    let mut clusters: Vec<Vec<Placed<'_>>> = Vec::new();
    let mut reach = 0;
    for mark in placed {
        match clusters.last_mut() {
            Some(cluster) if mark.first <= reach + APART => {
                reach = reach.max(mark.last);
                cluster.push(mark);
            }
            _ => {
                reach = mark.last;
                clusters.push(vec![mark]);
            }
        }
    }
    // The picture with the place to edit stands first; the others follow in the order of the file.
    clusters.sort_by_key(|c| !c.iter().any(|p| p.mark.primary));
    clusters.iter().filter_map(|c| picture(file, c, masks, around)).collect()
}

fn place<'m>(file: &SourceFile, mark: &'m Mark<'m>) -> Option<Placed<'m>> {
    let text: &str = &file.text;
    if mark.start > text.len() || mark.end < mark.start {
        return None;
    }
    let start = floor(text, mark.start);
    let mut end = floor(text, mark.end.min(text.len())).max(start);
    let first = line_of(file, start);
    // The break behind the last line belongs to that line.
    let behind = text.get(start..end).map_or(end, |t| start + t.trim_end_matches(['\r', '\n']).len());
    let mut last = line_of(file, behind);
    if last.saturating_sub(first) >= TALL {
        let line = text_of(file, first);
        end = (line.start + line.text.trim_end().len()).max(start);
        last = first;
    } else {
        end = behind;
    }
    Some(Placed { mark, start, end, first, last })
}

fn picture(file: &SourceFile, marks: &[Placed<'_>], masks: &[Range<usize>], around: u32) -> Option<Picture> {
    let lines = u32::try_from(file.index().lines()).unwrap_or(u32::MAX);
    let marked = marks.iter().map(|p| p.last).max()?;
    let first = marks.iter().map(|p| p.first).min()?.saturating_sub(around).max(1);
    let last = marked.saturating_add(around).min(lines.max(marked));
    let mut drawn: Vec<(Option<usize>, Option<usize>)> = vec![(None, None); marks.len()];
    let mut text = String::new();
    let mut cut_first = 0;
    let header = marks.iter().find(|p| p.mark.primary).or(marks.first())?;
    let mut header_line_start = 0;
    let bounds =
        text_of(file, first).start..file.index().line_start(last + 1).map_or(file.text.len(), |n| n as usize);
    let near = |m: &&Range<usize>| m.start < bounds.end && bounds.start < m.end;
    let masks: Vec<&Range<usize>> = masks.iter().filter(near).collect();
    for number in first..=last {
        let line = text_of(file, number);
        if number == header.first {
            header_line_start = text.len();
        }
        let kept = kept(&line, marks);
        if kept.start > line.start {
            text.push('…');
        }
        if number == header.first {
            cut_first = kept.start - line.start;
        }
        for (at, c) in line.text.char_indices().map(|(i, c)| (line.start + i, c)) {
            if at < kept.start {
                continue;
            }
            if at >= kept.end {
                break;
            }
            note_offsets(&mut drawn, marks, at, text.len());
            let hidden = masks.iter().any(|m| m.contains(&at));
            text.push(match c {
                _ if hidden => '*',
                '\t' => '\t',
                c => visible(c),
            });
        }
        let line_end = line.start + line.text.len();
        note_offsets(&mut drawn, marks, kept.end.min(line_end), text.len());
        if kept.end < line_end {
            text.push('…');
        }
        note_offsets(&mut drawn, marks, line_end, text.len());
        if number < last {
            text.push('\n');
        }
    }
    let size = text.len();
    let mut out = Vec::with_capacity(marks.len());
    let mut header_at = None;
    for (placed, (start, end)) in marks.iter().zip(drawn) {
        let start = start.unwrap_or(size);
        let range = start..end.unwrap_or(size).max(start);
        if std::ptr::eq(placed, header) {
            header_at = Some(start);
        }
        out.push((range, clean(placed.mark.text), placed.mark.primary));
    }
    let moved = (cut_first > 0).then(|| {
        let at = header_at.unwrap_or(header_line_start).max(header_line_start);
        let column = text.get(header_line_start..at).map_or(0, |t| t.chars().count()) + 1;
        (header.first, column, header.mark.column)
    });
    Some(Picture { text, line: first, marks: out, moved })
}

/// Notes where the ends of marks at or before byte `at` of the file stand in the drawn text.
fn note_offsets(drawn: &mut [(Option<usize>, Option<usize>)], marks: &[Placed<'_>], at: usize, here: usize) {
    for ((start, end), mark) in drawn.iter_mut().zip(marks) {
        if start.is_none() && mark.start <= at {
            *start = Some(here);
        }
        if end.is_none() && mark.end <= at {
            *end = Some(here);
        }
    }
}

struct Line<'a> {
    start: usize,
    /// Without its break.
    text: &'a str,
}

/// Which bytes of a line are drawn.
fn kept(line: &Line<'_>, marks: &[Placed<'_>]) -> Range<usize> {
    let end = line.start + line.text.len();
    if line.text.len() <= LONG_LINE {
        return line.start..end;
    }
    let here = marks.iter().filter(|p| p.start <= end && p.end >= line.start);
    let (mut from, mut to) = (end, line.start);
    for mark in here {
        from = from.min(mark.start.max(line.start));
        to = to.max(mark.end.min(end));
    }
    let from = if from >= end && to <= line.start { line.start } else { from };
    let to = to.max(from).min(from + LONG_LINE);
    let back = floor(line.text, (from - line.start).saturating_sub(AROUND));
    let ahead = floor(line.text, (to - line.start + AROUND).min(line.text.len()));
    line.start + back..line.start + ahead.max(back)
}

fn text_of(file: &SourceFile, number: u32) -> Line<'_> {
    let start = file.index().line_start(number).unwrap_or(0) as usize;
    let next = file.index().line_start(number + 1).map_or(file.text.len(), |n| n as usize);
    let text = file.text.get(start..next).unwrap_or("").trim_end_matches(['\r', '\n']);
    Line { start, text }
}

/// Line of a byte. Not [`SourceFile::position`], which counts columns.
fn line_of(file: &SourceFile, at: usize) -> u32 {
    let lines = u32::try_from(file.index().lines()).unwrap_or(u32::MAX);
    let (mut low, mut high) = (1, lines.max(1));
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        match file.index().line_start(middle) {
            Some(start) if start as usize <= at => low = middle,
            _ => high = middle - 1,
        }
    }
    low
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plain(text: &str, marks: Vec<Mark<'_>>, width: usize) -> String {
        let file = SourceFile::new("a.yml", text);
        let drawing = Drawing {
            level: level(Severity::High),
            id: "rule",
            message: "message",
            places: vec![("a.yml", Some(&file), marks)],
            notes: vec![(Level::HELP, "help".into())],
        };
        draw(&drawing, &Masks::default(), &Options { width, ..Options::default() })
    }

    fn mark<'a>(text: &str, start: usize, end: usize, words: &'a str, primary: bool) -> Mark<'a> {
        let at = SourceFile::new("x", text).position(u32::try_from(start).unwrap());
        Mark { start, end, line: at.line, column: at.column, text: words, primary }
    }

    fn find<'a>(text: &str, what: &str, words: &'a str, primary: bool) -> Mark<'a> {
        let start = text.find(what).unwrap();
        mark(text, start, start + what.len(), words, primary)
    }

    #[test]
    fn tabs_breaks_and_wide_characters_keep_columns() {
        let text = "a: 1\r\n\tgröße: \u{202e}wert\r\nb: 2\r\n";
        let drawn = plain(text, vec![find(text, "wert", "here", true)], 80);
        let expected = "\
high[rule]: message
 --> a.yml:2:10
  |
2 |     größe: �wert
  |             ^^^^ here
  |
  = help: help";
        assert_eq!(drawn, expected);
    }

    #[test]
    fn a_long_line_is_cut_and_its_column_is_the_file_s() {
        let text =
            format!("{{\"a\": \"{}\", \"b\": 1, \"c\": \"{}\"}}\n", "x".repeat(5000), "y".repeat(5000));
        let drawn = plain(&text, vec![find(&text, "\"b\"", "here", true)], 80);
        assert!(drawn.contains("--> a.yml:1:5011\n"), "{drawn}");
        assert!(drawn.lines().all(|l| l.chars().count() <= 90), "{drawn}");
        let source = drawn.lines().nth(3).unwrap();
        let carets = drawn.lines().nth(4).unwrap();
        let at = carets.find('^').unwrap();
        let chars: String = source.chars().skip(at).take(3).collect();
        assert_eq!(chars, "\"b\"");
    }

    #[test]
    fn far_places_of_one_file_are_pictures_of_their_own() {
        let text = format!("first: 1\n{}last: 2\n", "x: 0\n".repeat(500));
        let marks = vec![find(&text, "first", "from here", false), find(&text, "last", "here", true)];
        let drawn = plain(&text, marks, 80);
        let expected = "\
high[rule]: message
   --> a.yml:502:1
    |
502 | last: 2
    | ^^^^ here
    |
   ::: a.yml:1:1
    |
  1 | first: 1
    | ----- from here
    |
    = help: help";
        assert_eq!(drawn, expected);
    }

    #[test]
    fn a_tall_mark_is_drawn_at_its_first_line() {
        let text = "a:\n  b: 1\n  c: 1\n  d: 1\n  e: 1\n  f: 1\n  g: 1\n  h: 1\n";
        let drawn = plain(text, vec![mark(text, 0, text.len(), "block", true)], 80);
        assert!(drawn.contains("1 | a:\n  | ^^ block"), "{drawn}");
        assert!(!drawn.contains("b: 1"), "{drawn}");
    }

    #[test]
    fn secrets_are_not_drawn() {
        let text = "password: hunter2-ö\n";
        let file = SourceFile::new("a.yml", text);
        let start = text.find("hunter").unwrap();
        let mut masks = Masks::default();
        masks.ranges.insert("a.yml".into(), std::iter::once(start..text.len() - 1).collect());
        let drawing = Drawing {
            level: level(Severity::High),
            id: "other-rule",
            message: "message",
            places: vec![("a.yml", Some(&file), vec![mark(text, 0, 8, "key", true)])],
            notes: Vec::new(),
        };
        let drawn = draw(&drawing, &masks, &Options::default());
        assert!(drawn.contains("password: *********\n"), "{drawn}");
        assert!(!drawn.contains("hunter"), "{drawn}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        /// Whatever stands in a file and wherever a mark points, drawing never panics.
        #[test]
        fn drawing_never_panics(
            text in "([a-zäß🦀\u{200d}\u{301}\t \r\n\u{202e}\u{0}\"']|x{600}|\n\n){0,40}",
            ranges in prop::collection::vec((0usize..1500, 0usize..1500, any::<bool>()), 1..5),
            width in 0usize..200,
        ) {
            let marks = ranges.iter().map(|(start, size, primary)| {
                Mark { start: *start, end: start + size, line: 1, column: 1, text: "w", primary: *primary }
            }).collect();
            let drawn = plain(&text, marks, width);
            prop_assert!(drawn.contains("message"));
            let raw = drawn.chars().any(|c| c == '\u{202e}' || c == '\0');
            prop_assert!(!raw);
        }
    }
}
