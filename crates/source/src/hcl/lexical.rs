//! Spaces, comments, names and numbers.

use smol_str::SmolStr;

use super::Range;
use super::parser::Parser;
use crate::tree::{Comment, Placement};

/// Digits that a number may have when its exponent is written out.
const EXPANDED: i64 = 64;

impl<'a> Parser<'a> {
    /// The byte at the reading position; 0 at the end, where [`Parser::eof`] is true.
    pub(super) fn peek(&self) -> u8 {
        self.byte(self.pos)
    }

    /// The byte at any offset; 0 behind the end.
    pub(super) fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    pub(super) fn eof(&self) -> bool {
        self.pos >= self.bytes.len()
    }

    pub(super) fn starts_with(&self, at: usize, what: &str) -> bool {
        self.bytes.get(at..).is_some_and(|rest| rest.starts_with(what.as_bytes()))
    }

    pub(super) fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or("")
    }

    pub(super) fn range(&self, start: usize) -> Range {
        range(start, self.pos)
    }

    /// Length of the line end at an offset: 0 where there is none.
    pub(super) fn line_end(&self, at: usize) -> usize {
        match self.byte(at) {
            b'\r' if self.byte(at + 1) == b'\n' => 2,
            b'\n' | b'\r' => 1,
            _ => 0,
        }
    }

    /// Offset behind spaces and tabs.
    pub(super) fn behind_spaces(&self, mut at: usize) -> usize {
        while matches!(self.byte(at), b' ' | b'\t') {
            at += 1;
        }
        at
    }

    /// Passes spaces, comments and, where they mean nothing, line ends.
    pub(super) fn space(&mut self) {
        loop {
            match self.peek() {
                b' ' | b'\t' => self.pos += 1,
                b'\n' | b'\r' if !self.newlines => self.pos += 1,
                b'#' => self.line_comment(1),
                b'/' if self.byte(self.pos + 1) == b'/' => self.line_comment(2),
                b'/' if self.byte(self.pos + 1) == b'*' => self.block_comment(),
                _ => return,
            }
        }
    }

    /// Passes spaces, comments and line ends.
    pub(super) fn blank(&mut self) {
        let saved = std::mem::replace(&mut self.newlines, false);
        self.space();
        self.newlines = saved;
    }

    pub(super) fn line_comment(&mut self, mark: usize) {
        let start = self.pos;
        let rest = self.bytes.get(start..).unwrap_or(&[]);
        let length = rest.iter().position(|b| matches!(b, b'\n' | b'\r')).unwrap_or(rest.len());
        self.pos += length;
        self.comment(start, start + mark, self.pos);
    }

    pub(super) fn block_comment(&mut self) {
        let start = self.pos;
        let inside = self.slice(start + 2, self.bytes.len());
        let Some(length) = inside.find("*/") else {
            let end = self.bytes.len();
            self.comment(start, start + 2, end);
            self.pos = end;
            self.unclosed_comment = Some(start);
            return;
        };
        self.pos = start + 2 + length + 2;
        self.comment(start, start + 2, start + 2 + length);
    }

    fn comment(&mut self, start: usize, text_start: usize, text_end: usize) {
        let mut before = start;
        while before > 0 && matches!(self.byte(before - 1), b' ' | b'\t') {
            before -= 1;
        }
        let own = before == self.first || matches!(self.byte(before.wrapping_sub(1)), b'\n' | b'\r');
        self.comments.push(Comment {
            text: self.slice(text_start, text_end).to_owned(),
            start: offset(start),
            end: offset(self.pos),
            placement: if own { Placement::OwnLine } else { Placement::EndOfLine },
        });
    }

    /// End of the name that starts at an offset; the offset itself where none does.
    pub(super) fn name_end(&self, start: usize) -> usize {
        let mut at = start;
        loop {
            let byte = self.byte(at);
            let taken = match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'_' => 1,
                b'0'..=b'9' | b'-' if at > start => 1,
                0x80.. => match self.text.get(at..).and_then(|t| t.chars().next()) {
                    Some(c) if c.is_alphabetic() || (at > start && continues(c)) => c.len_utf8(),
                    _ => 0,
                },
                _ => 0,
            };
            if taken == 0 {
                return at;
            }
            at += taken;
        }
    }

    /// Reads a name.
    pub(super) fn name(&mut self) -> Option<(&'a str, Range)> {
        let start = self.pos;
        let end = self.name_end(start);
        if end == start {
            return None;
        }
        self.pos = end;
        Some((self.slice(start, end), range(start, end)))
    }

    /// Reads a number whose first digit is at the reading position.
    pub(super) fn number(&mut self) -> SmolStr {
        let start = self.pos;
        self.digits();
        if self.peek() == b'.' && self.byte(self.pos + 1).is_ascii_digit() {
            self.pos += 1;
            self.digits();
        }
        if matches!(self.peek(), b'e' | b'E') {
            let sign = usize::from(matches!(self.byte(self.pos + 1), b'+' | b'-'));
            if self.byte(self.pos + 1 + sign).is_ascii_digit() {
                self.pos += 1 + sign;
                self.digits();
            }
        }
        canonical(self.slice(start, self.pos))
    }

    pub(super) fn digits(&mut self) {
        while self.peek().is_ascii_digit() {
            self.pos += 1;
        }
    }
}

/// Marks that may stand inside a name and are no letters.
fn continues(c: char) -> bool {
    c.is_alphanumeric()
        || matches!(c, '\u{300}'..='\u{36f}' | '\u{203f}' | '\u{2040}' | '\u{20d0}'..='\u{20f0}')
}

/// A byte offset as the tree keeps it; texts of more than 4 GiB are refused before reading.
pub(super) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

pub(super) fn range(start: usize, end: usize) -> Range {
    Range::new(offset(start), offset(end))
}

/// `007` is `7`, `1.50` is `1.5`, `1e3` is `1000`. An exponent that would write more than 64 zeros stays one.
fn canonical(text: &str) -> SmolStr {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && (text.len() == 1 || !text.starts_with('0'));
    if plain {
        return SmolStr::new(text);
    }
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_start_matches('0').trim_end_matches('0');
    if significant.is_empty() {
        return SmolStr::new_static("0");
    }
    let Ok(exponent) = exponent.parse::<i64>() else { return SmolStr::new(text) };
    let leading = digits.len() - digits.trim_start_matches('0').len();
    let size = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    // how many digits stand before the point
    let point = (size(whole.len()) - size(leading)).saturating_add(exponent);
    let length = size(significant.len());
    if point > EXPANDED.max(length) || point < -EXPANDED {
        let (first, rest) = significant.split_at(1);
        let dot = if rest.is_empty() { "" } else { "." };
        return SmolStr::new(format!("{first}{dot}{rest}e{}", point.saturating_sub(1)));
    }
    let zeros = |n: i64| "0".repeat(usize::try_from(n).unwrap_or(0));
    SmolStr::new(if point <= 0 {
        format!("0.{}{significant}", zeros(-point))
    } else if point >= length {
        format!("{significant}{}", zeros(point - length))
    } else {
        let (before, behind) = significant.split_at(usize::try_from(point).unwrap_or(0));
        format!("{before}.{behind}")
    })
}
