use palisade_source::Span;

use super::Text;
use crate::Files;

/// Where the bytes of a text are written: a heredoc, a quoted string or a file, in which interpolations,
/// directives, escapes and indentation stand that the text has not.
///
/// The two are walked side by side. What an interpolation wrote has no place of its own; behind it the walk
/// goes on where the source's next words stand in the text.
#[derive(Debug, Default)]
pub struct Places {
    file: Option<palisade_source::FileId>,
    runs: Vec<Run>,
    /// Start and end of the interpolation of each hole, in order.
    holes: Vec<(usize, usize)>,
}

/// Text that is written as it is, or an escape.
#[derive(Debug, Clone, Copy)]
struct Run {
    text: usize,
    source: usize,
    length: usize,
    /// Bytes in the source: as many, unless it is an escape.
    written: usize,
}

/// Characters of the source that are looked for behind an interpolation.
const WORDS: usize = 40;

impl Places {
    /// Aligns a text with what is written at a span.
    pub fn new(files: &Files<'_>, span: Span, text: &Text) -> Places {
        let Some(source) = files.source(span.file) else { return Places::default() };
        let written = source.slice(span.start, span.end);
        let start = span.start as usize;
        let (skip, quoted) = if written.starts_with("<<") {
            (written.find('\n').map_or(written.len(), |n| n + 1), false)
        } else if written.starts_with('"') && !text.text.starts_with('"') {
            (1, true)
        } else {
            (0, false)
        };
        let body = written.get(skip..).unwrap_or("");
        // The closing quote is no part of the text.
        let body = if quoted { body.strip_suffix('"').unwrap_or(body) } else { body };
        let mut walk =
            Walk { source: body, text, quoted, s: 0, t: 0, hole: 0, runs: Vec::new(), holes: Vec::new() };
        walk.run();
        let base = start + skip;
        let runs = walk.runs.into_iter().map(|r| Run { source: r.source + base, ..r }).collect();
        let holes = walk.holes.into_iter().map(|(s, e)| (s + base, e + base)).collect();
        Places { file: Some(span.file), runs, holes }
    }

    fn run(&self, at: usize) -> Option<Run> {
        let n = self.runs.partition_point(|r| r.text <= at).checked_sub(1)?;
        self.runs.get(n).copied().filter(|r| at < r.text + r.length)
    }

    /// Where a byte of the text starts in the source.
    pub fn start(&self, at: usize) -> Option<usize> {
        self.run(at).map(|r| r.source + if r.length == r.written { at - r.text } else { 0 })
    }

    /// Where what stands before a byte of the text ends in the source.
    pub fn end(&self, at: usize) -> Option<usize> {
        let before = at.checked_sub(1)?;
        self.run(before).map(|r| r.source + if r.length == r.written { at - r.text } else { r.written })
    }

    /// Where the interpolation of a hole starts and ends.
    pub fn hole(&self, n: usize) -> Option<(usize, usize)> {
        self.holes.get(n).copied()
    }

    /// The span of a range of the text; `otherwise` where its ends have no places.
    pub fn span(&self, start: usize, end: usize, otherwise: Span) -> Span {
        self.between(self.start(start), self.end(end), otherwise)
    }

    /// The span of a range of the source.
    pub fn between(&self, start: Option<usize>, end: Option<usize>, otherwise: Span) -> Span {
        let place = || {
            let (from, to) = (u32::try_from(start?).ok()?, u32::try_from(end?).ok()?);
            (from <= to).then_some(Span::new(self.file?, from, to))
        };
        place().unwrap_or(otherwise)
    }
}

struct Walk<'a> {
    source: &'a str,
    text: &'a Text,
    quoted: bool,
    /// Place in the source.
    s: usize,
    /// Place in the text.
    t: usize,
    /// Next hole.
    hole: usize,
    runs: Vec<Run>,
    holes: Vec<(usize, usize)>,
}

impl<'a> Walk<'a> {
    fn source(&self) -> &'a str {
        self.source.get(self.s..).unwrap_or("")
    }

    fn rest(&self) -> &'a str {
        self.text.text.get(self.t..).unwrap_or("")
    }

    fn at_hole(&self) -> bool {
        self.text.holes.get(self.hole).is_some_and(|(at, _)| *at == self.t)
    }

    fn run(&mut self) {
        while let Some(written) = self.source().chars().next() {
            let hole = self.at_hole();
            if !hole && self.escaped() {
                continue;
            }
            // In a file that is no template an interpolation is text.
            let literal = !hole && self.source().get(..2).is_some_and(|two| self.rest().starts_with(two));
            if opens(self.source()) && !literal {
                let start = self.s;
                self.s += if hole { region(self.source()) } else { interpolation(self.source()) };
                if !self.again(start) {
                    return;
                }
            } else if hole {
                if written.is_whitespace() {
                    // What a `~` takes away.
                    self.s += written.len_utf8();
                } else {
                    self.holes.push((self.s, self.s));
                    self.hole += 1;
                }
            } else {
                let Some(meant) = self.rest().chars().next() else { return };
                if written == meant {
                    self.matched(written.len_utf8(), written.len_utf8());
                } else if written.is_whitespace() {
                    // Indentation that a heredoc loses.
                    self.s += written.len_utf8();
                } else if meant.is_whitespace() {
                    self.t += meant.len_utf8();
                } else {
                    return;
                }
            }
        }
    }

    /// A character of the text and how it is written.
    fn matched(&mut self, text: usize, source: usize) {
        match self.runs.last_mut() {
            Some(r)
                if r.length == r.written
                    && text == source
                    && r.text + r.length == self.t
                    && r.source + r.written == self.s =>
            {
                r.length += text;
                r.written += source;
            }
            _ => self.runs.push(Run { text: self.t, source: self.s, length: text, written: source }),
        }
        self.t += text;
        self.s += source;
    }

    /// Escapes: `$${` and `%%{` of templates, and those of quoted strings.
    fn escaped(&mut self) -> bool {
        let source = self.source();
        for (long, short) in [("$${", "${"), ("%%{", "%{")] {
            if source.starts_with(long) && self.rest().starts_with(short) {
                self.matched(1, 2);
                return true;
            }
        }
        if !self.quoted || !source.starts_with('\\') {
            return false;
        }
        let mut chars = source.chars().skip(1);
        let (decoded, length) = match chars.next() {
            Some('n') => (Some('\n'), 2),
            Some('r') => (Some('\r'), 2),
            Some('t') => (Some('\t'), 2),
            Some('u') => (code(source.get(2..6)), 6),
            Some('U') => (code(source.get(2..10)), 10),
            Some(c) => (Some(c), 1 + c.len_utf8()),
            None => (None, 1),
        };
        match decoded {
            Some(c) if self.rest().starts_with(c) => {
                self.matched(c.len_utf8(), length);
                true
            }
            _ => false,
        }
    }

    /// Finds where the text goes on behind what the interpolation that starts at `start` wrote: text, holes or
    /// both.
    fn again(&mut self, start: usize) -> bool {
        let place = (start, self.s);
        if opens(self.source()) || self.source().is_empty() {
            // Two beside each other: what is no hole here is looked for behind the second.
            if self.at_hole() {
                self.holes.push(place);
                self.hole += 1;
            }
            return true;
        }
        let words = words(self.source());
        let needle = if self.quoted { unescaped(words) } else { words.to_owned() };
        if needle.is_empty() {
            return true;
        }
        let Some(found) = self.rest().find(needle.as_str()) else { return false };
        self.t += found;
        while self.text.holes.get(self.hole).is_some_and(|(at, _)| *at <= self.t) {
            self.holes.push(place);
            self.hole += 1;
        }
        true
    }
}

/// Words of the source up to the next interpolation, escape or line.
fn words(source: &str) -> &str {
    let mut end = 0;
    for (n, (at, c)) in source.char_indices().enumerate() {
        let rest = source.get(at..).unwrap_or("");
        if n >= WORDS || opens(rest) || rest.starts_with("$${") || rest.starts_with("%%{") {
            break;
        }
        end = at + c.len_utf8();
        if c == '\n' {
            break;
        }
    }
    source.get(..end).unwrap_or("")
}

fn unescaped(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    let mut chars = words.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('r') => out.push('\r'),
                // What is cut in the middle, or long, ends the needle.
                Some('u' | 'U') | None => break,
                Some(other) => out.push(other),
            },
            other => out.push(other),
        }
    }
    out
}

fn code(digits: Option<&str>) -> Option<char> {
    u32::from_str_radix(digits?, 16).ok().and_then(char::from_u32)
}

/// Bytes of what a hole stands for: an interpolation, or a directive up to its end.
fn region(source: &str) -> usize {
    let word = |at: &str| {
        let inner = at.strip_prefix("%{").unwrap_or("").trim_start_matches('~').trim_start();
        let end = inner.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(inner.len());
        inner.get(..end).unwrap_or("").to_owned()
    };
    let mut at = interpolation(source);
    let mut depth = usize::from(matches!(word(source).as_str(), "if" | "for"));
    while depth > 0 {
        let rest = source.get(at..).unwrap_or("");
        let Some(next) = rest.find("%{") else { return source.len() };
        let directive = rest.get(next..).unwrap_or("");
        match word(directive).as_str() {
            "if" | "for" => depth += 1,
            "endif" | "endfor" => depth -= 1,
            _ => {}
        }
        at += next + interpolation(directive);
    }
    at
}

/// Whether an interpolation or directive starts here.
fn opens(source: &str) -> bool {
    source.starts_with("${") || source.starts_with("%{")
}

/// Bytes of the interpolation or directive that starts here, nested strings and braces included.
fn interpolation(source: &str) -> usize {
    let mut stack = vec!['}'];
    let mut chars = source.char_indices().skip(2).peekable();
    while let Some((at, c)) = chars.next() {
        let string = stack.last() == Some(&'"');
        match c {
            '\\' if string => {
                chars.next();
            }
            '"' if string => {
                stack.pop();
            }
            '"' => stack.push('"'),
            '$' | '%' if string && chars.peek().is_some_and(|(_, c)| *c == '{') => {
                chars.next();
                stack.push('}');
            }
            '{' if !string => stack.push('}'),
            '}' if !string => {
                stack.pop();
                if stack.is_empty() {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    source.len()
}
