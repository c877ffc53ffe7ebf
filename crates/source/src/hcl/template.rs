//! Templates: quoted strings, heredocs, and whole files for `templatefile`.
//!
//! A template is first read as a flat list of pieces, on which strip marks and the indentation of `<<-` are
//! applied as the reference implementation does, and then nested by its directives.

use std::borrow::Cow;

use smol_str::SmolStr;

use super::lexical::offset;
use super::parser::{Built, Parser, Result};
use super::{Expr, ExprKind, Part, Range};

/// Expressions are boxed: a long heredoc has many pieces, and nearly all of them are text.
enum Piece<'a> {
    Text(Text<'a>),
    Value(Box<Built>),
    If(Box<Built>),
    Else,
    EndIf,
    For(Box<Loop>),
    EndFor,
}

struct Loop {
    key_name: Option<SmolStr>,
    value_name: SmolStr,
    collection: Built,
}

/// Literal text; in heredocs one piece holds no more than one line.
struct Text<'a> {
    content: Cow<'a, str>,
    /// The text as written; follows what is cut off.
    at: Range,
    /// Whether it stands at the start of a line.
    fresh: bool,
    /// Whether something was cut off.
    cut: bool,
}

/// What ends a template.
#[derive(Clone, Copy)]
enum End<'a> {
    Quote,
    Word(&'a str),
    Text,
}

/// What a directive has opened.
enum Open {
    If { condition: Expr, yes: Option<Vec<Part>>, at: u32 },
    For { key_name: Option<SmolStr>, value_name: SmolStr, collection: Expr, at: u32 },
}

impl<'a> Parser<'a> {
    /// `"…"`
    pub(super) fn quoted(&mut self) -> Result<Built> {
        let start = self.pos;
        self.pos += 1;
        self.enter()?;
        let pieces = self.pieces(End::Quote)?;
        self.leave();
        self.pos += 1;
        let (parts, height) = self.nest(pieces)?;
        self.built(ExprKind::Template(parts), start, height + 1)
    }

    /// `<<WORD`, `<<-WORD`
    pub(super) fn heredoc(&mut self) -> Result<Built> {
        let start = self.pos;
        let Some((word, body, flush)) = self.heredoc_word(start) else {
            return Err(self.fail("expected a word and a line end behind `<<`"));
        };
        self.pos = body;
        self.enter()?;
        let mut pieces = self.pieces(End::Word(word))?;
        self.leave();
        self.pos = self.behind_spaces(self.pos) + word.len();
        if flush {
            remove_indentation(&mut pieces);
        }
        let (parts, height) = self.nest(pieces)?;
        self.built(ExprKind::Template(parts), start, height + 1)
    }

    /// The whole text.
    pub(super) fn bare_template(&mut self) -> Result<Vec<Part>> {
        let pieces = self.pieces(End::Text)?;
        self.nest(pieces).map(|(parts, _)| parts)
    }

    /// The closing word of the heredoc that starts at an offset, where its text starts, and whether its
    /// indentation is taken away.
    pub(super) fn heredoc_word(&self, start: usize) -> Option<(&'a str, usize, bool)> {
        let flush = self.byte(start + 2) == b'-';
        let from = start + 2 + usize::from(flush);
        let end = self.name_end(from);
        let line = self.behind_spaces(end);
        let length = self.line_end(line);
        (end > from && length > 0).then(|| (self.slice(from, end), line + length, flush))
    }

    /// Whether the line at an offset is the closing word of a heredoc.
    pub(super) fn at_word(&self, start: usize, word: &str) -> bool {
        let from = self.behind_spaces(start);
        let end = from + word.len();
        if !self.starts_with(from, word) {
            return false;
        }
        let behind = self.behind_spaces(end);
        behind >= self.bytes.len() || self.line_end(behind) > 0
    }

    /// A quoted string without `${`: a label.
    pub(super) fn plain_string(&mut self) -> Result<Cow<'a, str>> {
        let start = self.pos;
        self.pos += 1;
        self.depth += 1;
        let mut pieces = self.pieces(End::Quote)?;
        self.depth -= 1;
        self.pos += 1;
        match (pieces.pop(), pieces.is_empty()) {
            (None, _) => Ok(Cow::Borrowed("")),
            (Some(Piece::Text(text)), true) => Ok(text.content),
            _ => Err(self.fail_at("a label must not have `${` in it", start)),
        }
    }

    /// Reads pieces up to what ends the template, which is not passed.
    fn pieces(&mut self, end: End<'a>) -> Result<Vec<Piece<'a>>> {
        let mut pieces = Vec::new();
        let start = self.pos;
        let mut fresh = true;
        let mut trim = false;
        loop {
            let done = match end {
                End::Quote => self.peek() == b'"',
                End::Word(word) => fresh && self.at_word(self.pos, word),
                End::Text => self.eof(),
            };
            if done {
                return Ok(pieces);
            }
            if self.eof() {
                let message = match end {
                    End::Quote => "the string is not closed",
                    End::Word(_) | End::Text => "the heredoc is not closed",
                };
                return Err(self.fail_at(message, start.saturating_sub(1)));
            }
            let mark = self.peek();
            if matches!(mark, b'$' | b'%') && self.byte(self.pos + 1) == b'{' {
                let strip = self.byte(self.pos + 2) == b'~';
                if let (true, Some(Piece::Text(before))) = (strip, pieces.last_mut()) {
                    before.trim_end();
                }
                self.pos += 2 + usize::from(strip);
                let saved = std::mem::replace(&mut self.newlines, false);
                let piece =
                    if mark == b'$' { Piece::Value(Box::new(self.expression()?)) } else { self.directive()? };
                self.space();
                trim = self.peek() == b'~';
                self.pos += usize::from(trim);
                self.expect(b'}', "expected `}` at the end of the template sequence")?;
                self.newlines = saved;
                self.count()?;
                pieces.push(piece);
                fresh = false;
            } else {
                let mut text = self.literal(end)?;
                text.fresh = fresh;
                fresh = text.content.ends_with(['\n', '\r']);
                if trim {
                    text.trim_start();
                }
                trim = false;
                self.count()?;
                pieces.push(Piece::Text(text));
            }
        }
    }

    /// Literal text: up to the quote, a sequence, or the end of the line, which belongs to it.
    fn literal(&mut self, end: End<'a>) -> Result<Text<'a>> {
        let quoted = matches!(end, End::Quote);
        let start = self.pos;
        // What is decoded so far, and from where on the text stands for itself.
        let mut decoded = String::new();
        let mut from = start;
        loop {
            let byte = self.peek();
            match byte {
                b'"' if quoted => break,
                b'\\' if quoted => {
                    decoded.push_str(self.slice(from, self.pos));
                    decoded.push(self.escape()?);
                    from = self.pos;
                }
                b'\n' | b'\r' if quoted => {
                    return Err(self.fail_at("the string is not closed on its line", start));
                }
                b'\n' => {
                    self.pos += 1;
                    break;
                }
                b'\r' => {
                    self.pos += self.line_end(self.pos);
                    break;
                }
                b'$' | b'%' => {
                    let escaped = self.byte(self.pos + 1) == byte && self.byte(self.pos + 2) == b'{';
                    if escaped {
                        decoded.push_str(self.slice(from, self.pos + 1));
                        decoded.push('{');
                        self.pos += 3;
                        from = self.pos;
                    } else if self.byte(self.pos + 1) == b'{' {
                        break;
                    } else {
                        self.pos += 1;
                    }
                }
                0 if self.eof() => break,
                _ => self.pos += 1,
            }
        }
        let rest = self.slice(from, self.pos);
        let content = if from == start {
            Cow::Borrowed(rest)
        } else {
            decoded.push_str(rest);
            Cow::Owned(decoded)
        };
        Ok(Text { content, at: self.range(start), fresh: false, cut: false })
    }

    /// An escape sequence of a quoted string.
    fn escape(&mut self) -> Result<char> {
        let start = self.pos;
        let length = match self.byte(start + 1) {
            b'u' => 4,
            b'U' => 8,
            _ => 0,
        };
        let end = start + 2 + length;
        let plain = match self.byte(start + 1) {
            b'n' => Some('\n'),
            b'r' => Some('\r'),
            b't' => Some('\t'),
            b'"' => Some('"'),
            b'\\' => Some('\\'),
            b'u' | b'U' => {
                let digits = self.slice(start + 2, end);
                let hex = digits.len() == length && digits.bytes().all(|b| b.is_ascii_hexdigit());
                // Half of a surrogate pair is a replacement character, as for the reference implementation.
                let code = if hex { u32::from_str_radix(digits, 16).ok() } else { None };
                code.map(|c| char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER))
            }
            _ => None,
        };
        let plain = plain.ok_or_else(|| self.fail_at("invalid escape sequence", start))?;
        self.pos = end;
        Ok(plain)
    }

    /// What stands between `%{` and `}`.
    fn directive(&mut self) -> Result<Piece<'a>> {
        self.space();
        let Some((word, _)) = self.name() else { return Err(self.fail("expected a directive behind `%{`")) };
        Ok(match word {
            "if" => Piece::If(Box::new(self.expression()?)),
            "else" => Piece::Else,
            "endif" => Piece::EndIf,
            "for" => {
                let (key_name, value_name) = self.for_names()?;
                let collection = self.expression()?;
                Piece::For(Box::new(Loop { key_name, value_name, collection }))
            }
            "endfor" => Piece::EndFor,
            _ => {
                return Err(
                    self.fail_at("expected `if`, `else`, `endif`, `for` or `endfor`", self.pos - word.len())
                );
            }
        })
    }

    /// Nests the pieces by their directives; also the height of what comes out.
    fn nest(&self, pieces: Vec<Piece<'a>>) -> Result<(Vec<Part>, usize)> {
        let mut open: Vec<(Open, Vec<Part>)> = Vec::new();
        let mut parts = Vec::new();
        let (mut height, mut deepest) = (0, 0);
        let mut pieces = pieces.into_iter().peekable();
        while let Some(piece) = pieces.next() {
            let opened = match piece {
                Piece::Text(text) => {
                    let joined = self.joined(text, &mut pieces);
                    parts.extend(joined);
                    continue;
                }
                Piece::Value(built) => {
                    height = height.max(built.height);
                    parts.push(Part::Interpolation(built.expr));
                    continue;
                }
                Piece::If(built) => {
                    height = height.max(built.height);
                    let at = built.expr.at.start;
                    Open::If { condition: built.expr, yes: None, at }
                }
                Piece::For(parts) => {
                    let Loop { key_name, value_name, collection } = *parts;
                    height = height.max(collection.height);
                    let at = collection.expr.at.start;
                    Open::For { key_name, value_name, collection: collection.expr, at }
                }
                Piece::Else => match open.last_mut() {
                    Some((Open::If { yes: yes @ None, .. }, _)) => {
                        *yes = Some(std::mem::take(&mut parts));
                        continue;
                    }
                    _ => return Err(self.fail("`else` without `if`")),
                },
                Piece::EndIf => match open.pop() {
                    Some((Open::If { condition, yes, .. }, outer)) => {
                        let last = std::mem::replace(&mut parts, outer);
                        let (yes, no) = match yes {
                            Some(yes) => (yes, last),
                            None => (last, Vec::new()),
                        };
                        parts.push(Part::If(condition, yes, no));
                        continue;
                    }
                    _ => return Err(self.fail("`endif` without `if`")),
                },
                Piece::EndFor => match open.pop() {
                    Some((Open::For { key_name, value_name, collection, .. }, outer)) => {
                        let inner = std::mem::replace(&mut parts, outer);
                        parts.push(Part::For { key_name, value_name, collection, parts: inner });
                        continue;
                    }
                    _ => return Err(self.fail("`endfor` without `for`")),
                },
            };
            open.push((opened, std::mem::take(&mut parts)));
            deepest = deepest.max(open.len());
            if self.depth + deepest > self.max_depth {
                return Err(self.fail("directives nested too deep"));
            }
        }
        match open.pop() {
            None => Ok((parts, height + deepest)),
            Some((Open::If { at, .. }, _)) => Err(self.fail_at("`if` without `endif`", at as usize)),
            Some((Open::For { at, .. }, _)) => Err(self.fail_at("`for` without `endfor`", at as usize)),
        }
    }

    /// Joins a text with those that follow it without a gap.
    fn joined(
        &self,
        first: Text<'a>,
        pieces: &mut std::iter::Peekable<std::vec::IntoIter<Piece<'a>>>,
    ) -> Option<Part> {
        let mut at = first.at;
        let mut text = first.content;
        let mut more = false;
        // Borrowed texts that touch are one stretch of the source.
        let mut plain = matches!(text, Cow::Borrowed(_)) && !first.cut;
        let mut gap = first.cut;
        loop {
            let next = pieces.next_if(|p| match p {
                Piece::Text(t) => !gap && t.at.start == at.end,
                _ => false,
            });
            let Some(Piece::Text(next)) = next else { break };
            if plain && matches!(next.content, Cow::Borrowed(_)) {
                more = true;
            } else {
                if more {
                    text = Cow::Borrowed(self.slice(at.start as usize, at.end as usize));
                    more = false;
                }
                text.to_mut().push_str(&next.content);
                plain = false;
            }
            gap = next.cut;
            at.end = next.at.end;
        }
        if more {
            text = Cow::Borrowed(self.slice(at.start as usize, at.end as usize));
        }
        (!text.is_empty()).then(|| Part::Text(SmolStr::new(text), at))
    }
}

impl Text<'_> {
    fn trim_start(&mut self) {
        let kept = self.content.trim_start().len();
        self.cut_start(self.content.len() - kept);
    }

    fn trim_end(&mut self) {
        let kept = self.content.trim_end().len();
        let length = self.content.len() - kept;
        if length > 0 {
            // White space that was written as an escape is longer in the source; the place is then less exact.
            self.at.end = self.at.end.saturating_sub(offset(length)).max(self.at.start);
            match &mut self.content {
                Cow::Borrowed(text) => *text = text.get(..kept).unwrap_or(""),
                Cow::Owned(text) => text.truncate(kept),
            }
        }
    }

    fn cut_start(&mut self, length: usize) {
        if length > 0 {
            self.at.start = (self.at.start + offset(length)).min(self.at.end);
            match &mut self.content {
                Cow::Borrowed(text) => *text = text.get(length..).unwrap_or(""),
                Cow::Owned(text) => drop(text.drain(..length)),
            }
        }
    }
}

/// Takes from every line the indentation that all of them have. Blank lines do not count and stay as they are.
fn remove_indentation(pieces: &mut [Piece<'_>]) {
    let mut least = usize::MAX;
    let mut fresh = true;
    for piece in pieces.iter() {
        match piece {
            Piece::Text(text) if text.fresh => least = least.min(indentation(text).unwrap_or(usize::MAX)),
            Piece::Text(_) => {}
            _ if fresh => least = 0,
            _ => {}
        }
        fresh = matches!(piece, Piece::Text(t) if t.content.ends_with(['\n', '\r']));
    }
    if least == 0 || least == usize::MAX {
        return;
    }
    for piece in pieces {
        let Piece::Text(text) = piece else { continue };
        if text.fresh && indentation(text).is_some() {
            let length: usize = text.content.chars().take(least).map(char::len_utf8).sum();
            text.cut_start(length);
        }
    }
}

/// Number of spaces at the start of a line; none for a blank line.
fn indentation(text: &Text<'_>) -> Option<usize> {
    let rest = text.content.trim_start();
    let blank = rest.is_empty() && text.content.ends_with(['\n', '\r']);
    let spaces = text.content.len() - rest.len();
    (!blank).then(|| text.content.get(..spaces).unwrap_or("").chars().count())
}
