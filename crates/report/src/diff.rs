use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

use palisade_diag::{Fix, FixEdit, Report, Safety};
use palisade_source::SourceFile;

use crate::Options;
use crate::draw::Masks;
use crate::text::Paint;
use crate::words::{clean, visible};

/// Lines of a fix that are shown; of a longer one the rest is counted.
const LINES: usize = 24;

/// A fix as the lines it takes away and the lines it puts there; edits that lie apart are hunks of their
/// own. Ends with a line break.
pub(crate) fn diff(fix: &Fix, report: &Report, masks: &Masks, options: &Options) -> String {
    let paint = Paint { color: options.color };
    let safety = match fix.safety {
        Safety::Safe => "safe",
        Safety::Unsafe => "unsafe: look before you apply it",
    };
    let mut out = format!("{}: {} ({safety})\n", paint.bold("fix"), clean(&fix.title));
    let lines = rows(fix, report, masks, options);
    let number = lines.iter().map(|(_, n, _)| *n).max().unwrap_or(0).to_string().len();
    let width = options.columns();
    for (sign, line, text) in lines.iter().take(LINES) {
        let text = cut(text, width.saturating_sub(number + 5));
        let row = match sign {
            '@' => format!("{:>number$} {text}", ""),
            _ => paint.change(*sign, &format!("{line:>number$} {sign} {text}")),
        };
        let _ = writeln!(out, "  {}", row.trim_end());
    }
    if lines.len() > LINES {
        let _ = writeln!(out, "  … {} more lines", lines.len() - LINES);
    }
    out
}

/// The lines of a fix: `-`, `+` or, before the hunks of a file that must be named, `@`; the number of the
/// line; its text.
pub(crate) fn rows(fix: &Fix, report: &Report, masks: &Masks, options: &Options) -> Vec<(char, u32, String)> {
    let mut by_file: BTreeMap<&str, Vec<&FixEdit>> = BTreeMap::new();
    for edit in &fix.edits {
        by_file.entry(&edit.path).or_default().push(edit);
    }
    let mut lines: Vec<(char, u32, String)> = Vec::new();
    for (path, mut edits) in by_file {
        let Some(file) = report.sources.files.get(path) else { continue };
        edits.sort_by_key(|e| (e.start, e.end));
        if fix.edits.iter().any(|e| e.path != *path) || report.sources.files.len() > 1 {
            lines.push(('@', 0, options.path(path)));
        }
        for hunk in hunks(file, &edits) {
            hunk.lines(file, masks.file(path), &mut lines);
        }
    }
    lines
}

fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars().take(width.saturating_sub(1)).chain(['…']).collect()
}

/// Whole lines of a file with the edits in them.
struct Hunk<'a> {
    first: u32,
    start: usize,
    end: usize,
    edits: Vec<&'a FixEdit>,
}

/// Edits that touch the same or neighbouring lines stand in one hunk. Edits outside the text are left out.
fn hunks<'a>(file: &SourceFile, edits: &[&'a FixEdit]) -> Vec<Hunk<'a>> {
    let mut out: Vec<Hunk<'a>> = Vec::new();
    for edit in edits {
        if file.text.get(edit.start as usize..edit.end as usize).is_none() {
            continue;
        }
        let first = file.position(edit.start).line;
        let start = file.index().line_start(first).unwrap_or(0) as usize;
        let rest = file.text.get(edit.end as usize..).unwrap_or("");
        // An edit that takes away whole lines ends where the next line starts.
        let whole = edit.end > edit.start
            && file.position(edit.end).column == 1
            && (edit.replacement.is_empty() || edit.replacement.ends_with('\n'));
        let end = if whole {
            edit.end as usize
        } else {
            edit.end as usize + rest.find('\n').map_or(rest.len(), |n| n + 1)
        };
        match out.last_mut() {
            Some(last) if start < last.end && edit.start >= last.edits.last().map_or(0, |e| e.end) => {
                last.end = last.end.max(end);
                last.edits.push(edit);
            }
            _ => out.push(Hunk { first, start, end, edits: vec![edit] }),
        }
    }
    out
}

impl Hunk<'_> {
    fn lines(&self, file: &SourceFile, masks: &[Range<usize>], lines: &mut Vec<(char, u32, String)>) {
        let shown = |range: Range<usize>| -> String {
            let text = file.text.get(range.clone()).unwrap_or("");
            let hide = |(at, c): (usize, char)| {
                let at = range.start + at;
                if c != '\n' && c != '\r' && masks.iter().any(|m| m.contains(&at)) { '*' } else { c }
            };
            text.char_indices().map(hide).collect()
        };
        let before = shown(self.start..self.end);
        let mut after = String::new();
        let mut at = self.start;
        for edit in &self.edits {
            after.push_str(&shown(at..(edit.start as usize).max(at)));
            after.push_str(&edit.replacement);
            at = edit.end as usize;
        }
        after.push_str(&shown(at..self.end.max(at)));
        // Lines that only stand beside a change say nothing.
        let (mut old, mut new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
        let same = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
        old.drain(..same);
        new.drain(..same);
        while old.last().is_some() && old.last() == new.last() {
            old.pop();
            new.pop();
        }
        let first = self.first.saturating_add(u32::try_from(same).unwrap_or(u32::MAX));
        for (sign, list) in [('-', old), ('+', new)] {
            for (number, line) in (first..).zip(list) {
                let line = line.chars().map(|c| if c == '\t' { ' ' } else { visible(c) }).collect();
                lines.push((sign, number, line));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn drawn(text: &str, edits: &[(&str, &str)]) -> String {
        let mut report = Report::default();
        report.sources.files.insert("a.yml".into(), Arc::new(SourceFile::new("a.yml", text)));
        let edit = |(what, replacement): &(&str, &str)| {
            let start = u32::try_from(text.find(what).unwrap()).unwrap();
            let end = start + u32::try_from(what.len()).unwrap();
            FixEdit { path: "a.yml".into(), start, end, replacement: (*replacement).to_owned() }
        };
        let edits = edits.iter().map(edit).collect();
        let fix = Fix { title: "change it".into(), safety: Safety::Safe, edits };
        diff(&fix, &report, &Masks::default(), &Options::default())
    }

    #[test]
    fn lines_before_and_after() {
        let text = "a: 1\nb: old # c\nd: 2\n";
        assert_eq!(
            drawn(text, &[("old", "new")]),
            "fix: change it (safe)\n  2 - b: old # c\n  2 + b: new # c\n"
        );
        assert_eq!(drawn(text, &[(" # c", "")]), "fix: change it (safe)\n  2 - b: old # c\n  2 + b: old\n");
        assert_eq!(drawn(text, &[("b: old # c\n", "")]), "fix: change it (safe)\n  2 - b: old # c\n");
        assert_eq!(drawn(text, &[("\nd", "\ne: 3\nd")]), "fix: change it (safe)\n  3 + e: 3\n");
    }

    #[test]
    fn edits_that_lie_apart_are_hunks() {
        let text = "a: 1\nb: 2\nc: 3\n";
        assert_eq!(
            drawn(text, &[("1", "x"), ("3", "y")]),
            "fix: change it (safe)\n  1 - a: 1\n  1 + a: x\n  3 - c: 3\n  3 + c: y\n"
        );
        assert_eq!(drawn(text, &[("1", "x"), ("a", "z")]), "fix: change it (safe)\n  1 - a: 1\n  1 + z: x\n");
    }

    #[test]
    fn an_edit_outside_the_text_is_left_out() {
        let mut report = Report::default();
        report.sources.files.insert("a.yml".into(), Arc::new(SourceFile::new("a.yml", "ä")));
        for (start, end) in [(0, 99), (1, 2), (5, 3)] {
            let edit = FixEdit { path: "a.yml".into(), start, end, replacement: "x".into() };
            let fix = Fix { title: "t".into(), safety: Safety::Unsafe, edits: vec![edit] };
            let out = diff(&fix, &report, &Masks::default(), &Options::default());
            assert_eq!(out, "fix: t (unsafe: look before you apply it)\n");
        }
    }
}
