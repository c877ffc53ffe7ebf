//! The structure of a file: attributes and blocks.

use std::borrow::Cow;

use smol_str::SmolStr;

use super::lexical::{offset, range};
use super::{Attribute, Block, Body, Document, Expr, ExprKind, Item, Label, Part, Range, SyntaxError};
use crate::Limits;
use crate::tree::Comment;

/// Why something is not HCL.
#[derive(Debug)]
pub(super) struct Fail {
    pub message: Cow<'static, str>,
    pub at: usize,
}

pub(super) type Result<T> = std::result::Result<T, Fail>;

/// An expression and the height of its tree, which is bounded: trees are walked and dropped by recursion.
pub(super) struct Built {
    pub expr: Expr,
    pub height: usize,
}

pub(super) struct Parser<'a> {
    pub text: &'a str,
    pub bytes: &'a [u8],
    pub pos: usize,
    /// Offset of the first byte behind a byte-order mark.
    pub first: usize,
    /// Whether a line end means something where the reader is.
    pub newlines: bool,
    pub depth: usize,
    pub max_depth: usize,
    nodes: usize,
    /// Bytes that may still be looked at a second time; keeps recovery linear.
    pub fuel: usize,
    pub comments: Vec<Comment>,
    pub errors: Vec<SyntaxError>,
    pub unclosed_comment: Option<usize>,
}

/// Reads a file of HCL. What cannot be read is in [`Document::errors`]; the rest is in the tree.
pub fn parse(text: &str, limits: &Limits) -> Document {
    let mut parser = match Parser::new(text, limits) {
        Ok(parser) => parser,
        Err(error) => return Document { errors: vec![error], ..Document::default() },
    };
    let body = parser.file();
    Document { body, errors: parser.errors, comments: parser.comments }
}

/// Reads a text as one expression.
pub fn parse_expression(text: &str, limits: &Limits) -> std::result::Result<Expr, SyntaxError> {
    let mut parser = Parser::new(text, limits)?;
    parser.newlines = false;
    let built = parser.expression().and_then(|built| {
        parser.space();
        if parser.eof() { Ok(built) } else { Err(parser.fail("expected the end of the expression")) }
    });
    match built {
        Ok(built) => Ok(built.expr),
        Err(fail) => Err(fail.losing(range(0, text.len()))),
    }
}

/// Reads a text as a template, as `templatefile` reads a file: quotes and backslashes are ordinary characters.
pub fn parse_template(text: &str, limits: &Limits) -> std::result::Result<Vec<Part>, SyntaxError> {
    let mut parser = Parser::new(text, limits)?;
    parser.pos = 0;
    parser.bare_template().map_err(|fail| fail.losing(range(0, text.len())))
}

impl Fail {
    fn losing(self, lost: Range) -> SyntaxError {
        SyntaxError { message: self.message.into_owned(), at: offset(self.at), lost }
    }
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, limits: &Limits) -> std::result::Result<Self, SyntaxError> {
        if u32::try_from(text.len()).is_err() {
            return Err(SyntaxError {
                message: "larger than 4 GiB".to_owned(),
                at: 0,
                lost: Range::new(0, u32::MAX),
            });
        }
        let first = if text.starts_with('\u{feff}') { 3 } else { 0 };
        Ok(Self {
            text,
            bytes: text.as_bytes(),
            pos: first,
            first,
            newlines: true,
            depth: 0,
            max_depth: limits.hcl_depth,
            // a node of this tree is four times as large as one of YAML's
            nodes: limits.nodes / 4,
            fuel: text.len().saturating_mul(8).saturating_add(1 << 16),
            comments: Vec::new(),
            errors: Vec::new(),
            unclosed_comment: None,
        })
    }

    pub(super) fn fail(&self, message: &'static str) -> Fail {
        self.fail_at(message, self.pos)
    }

    #[expect(clippy::unused_self, reason = "reads as fail does")]
    pub(super) fn fail_at(&self, message: &'static str, at: usize) -> Fail {
        Fail { message: Cow::Borrowed(message), at }
    }

    /// Goes one level deeper. Levels are not given back on failure: whoever recovers restores its own.
    pub(super) fn enter(&mut self) -> Result<()> {
        self.depth += 1;
        if self.depth > self.max_depth {
            return Err(Fail {
                message: format!("nested deeper than {} levels", self.max_depth).into(),
                at: self.pos,
            });
        }
        Ok(())
    }

    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// Counts one node of the tree.
    pub(super) fn count(&mut self) -> Result<()> {
        match self.nodes.checked_sub(1) {
            Some(left) => {
                self.nodes = left;
                Ok(())
            }
            None => Err(self.fail("more nodes than the limit of a file")),
        }
    }

    /// Makes an expression from its start to the reading position.
    pub(super) fn built(&mut self, kind: ExprKind, start: usize, height: usize) -> Result<Built> {
        self.count()?;
        if height > self.max_depth.saturating_mul(4) {
            return Err(self.fail_at("expression of too many steps", start));
        }
        Ok(Built { expr: Expr { kind, at: self.range(start) }, height })
    }

    fn file(&mut self) -> Body {
        let mut items = Vec::new();
        // Number of errors behind the last, if nothing has been read since.
        let mut junk = None;
        loop {
            self.blank();
            if self.eof() {
                break;
            }
            let start = self.pos;
            let comments = self.comments.len();
            let errors = self.errors.len();
            match self.item(false) {
                Ok(item) => {
                    junk = None;
                    items.push(item);
                }
                Err(fail) => {
                    let read = self.pos.max(fail.at).saturating_sub(start);
                    self.depth = 0;
                    self.newlines = true;
                    self.comments.truncate(comments);
                    self.errors.truncate(errors);
                    self.pos = start;
                    let able = self.spend(read) && self.nodes > 0;
                    if !(able && self.skip_block()) {
                        self.pos = self.bytes.len();
                    }
                    let lost = self.range(start);
                    match self.errors.last_mut() {
                        // Lines of junk one after another are one loss.
                        Some(last) if junk == Some(errors) && fail.at == start => last.lost.end = lost.end,
                        _ => self.errors.push(fail.losing(lost)),
                    }
                    junk = Some(self.errors.len());
                }
            }
        }
        if let Some(start) = self.unclosed_comment {
            let lost = self.range(start);
            self.errors.push(self.fail_at("the comment is not closed", start).losing(lost));
        }
        let body = Body { items };
        self.repeated(&body);
        body
    }

    /// Pays for bytes that are read again; false where nothing is left.
    pub(super) fn spend(&mut self, bytes: usize) -> bool {
        self.fuel = self.fuel.saturating_sub(bytes);
        self.fuel > 0
    }

    /// Reads one attribute or block and the end of its line.
    fn item(&mut self, one_line: bool) -> Result<Item> {
        let start = self.pos;
        self.count()?;
        if self.peek() == b'"' {
            return self.quoted_attribute(one_line);
        }
        let Some((name, name_at)) = self.name() else {
            return Err(self.fail("expected an argument or a block"));
        };
        self.space();
        match self.peek() {
            b'=' if self.byte(self.pos + 1) != b'=' => self.attribute(name.into(), name_at, one_line),
            b'{' | b'"' => self.block(name, name_at, one_line),
            _ if self.name_end(self.pos) > self.pos => self.block(name, name_at, one_line),
            _ => Err(self.fail_at("expected `=`, a label or `{`", start)),
        }
    }

    /// `"name" = …`, which the language refuses and people write.
    fn quoted_attribute(&mut self, one_line: bool) -> Result<Item> {
        let label = self.quoted_label()?;
        self.space();
        if self.peek() != b'=' {
            return Err(self.fail_at("expected an argument or a block", label.at.start as usize));
        }
        let error = self.fail_at("argument names must not be quoted", label.at.start as usize);
        self.errors.push(error.losing(label.at));
        self.attribute(label.text, label.at, one_line)
    }

    fn attribute(&mut self, name: SmolStr, name_at: Range, one_line: bool) -> Result<Item> {
        self.pos += 1;
        self.space();
        let start = self.pos;
        let depth = self.depth;
        let comments = self.comments.len();
        let fail = match self.expression() {
            Ok(built) => {
                self.newlines = true;
                match self.item_end(name_at.start, one_line) {
                    Ok(()) => return Ok(Item::Attribute(Attribute { name, name_at, expr: built.expr })),
                    Err(fail) => fail,
                }
            }
            Err(fail) => fail,
        };
        if self.nodes == 0 {
            return Err(fail);
        }
        let read = self.pos.max(fail.at).saturating_sub(start);
        self.depth = depth;
        self.newlines = true;
        self.comments.truncate(comments);
        self.pos = start;
        if !self.spend(read) || !self.skip_attribute() {
            return Err(fail);
        }
        let end = self.trimmed(start, self.pos);
        let lost = Range::new(name_at.start, offset(end));
        self.errors.push(fail.losing(lost));
        let expr = Expr { kind: ExprKind::Error, at: range(start, end) };
        Ok(Item::Attribute(Attribute { name, name_at, expr }))
    }

    /// End of a stretch of text without the spaces before it.
    fn trimmed(&self, start: usize, mut end: usize) -> usize {
        while end > start && matches!(self.byte(end - 1), b' ' | b'\t' | b'\n' | b'\r') {
            end -= 1;
        }
        end
    }

    /// An item ends with its line; `}` may follow in a body of one line.
    fn item_end(&mut self, start: u32, one_line: bool) -> Result<()> {
        let end = self.pos;
        self.space();
        if self.eof() || self.line_end(self.pos) > 0 || (one_line && self.peek() == b'}') {
            return Ok(());
        }
        let comma = self.peek() == b',';
        let next = comma || (one_line && self.name_end(self.pos) > self.pos) || self.peek() == b'}';
        let fail = self.fail("expected the end of the line");
        if !next {
            return Err(fail);
        }
        self.pos += usize::from(comma);
        self.errors.push(fail.losing(Range::new(start, offset(end))));
        Ok(())
    }

    fn block(&mut self, kind: &str, kind_at: Range, one_line: bool) -> Result<Item> {
        let mut labels = Vec::new();
        let mut header = kind_at;
        loop {
            self.space();
            match self.peek() {
                b'{' => break,
                b'"' => labels.push(self.quoted_label()?),
                _ => match self.name() {
                    Some((text, at)) => labels.push(Label { text: text.into(), at }),
                    None => return Err(self.fail("expected a label or `{`")),
                },
            }
            self.count()?;
            header.end = offset(self.pos);
        }
        let open = offset(self.pos);
        self.pos += 1;
        self.enter()?;
        let body = self.body(kind_at)?;
        self.leave();
        let close = offset(self.pos);
        self.pos += 1;
        let at = Range::new(kind_at.start, offset(self.pos));
        self.repeated(&body);
        if self.item_end(kind_at.start, one_line).is_err() {
            // Whatever follows the brace is read as the next item.
            let error = self.fail("expected the end of the line behind a block");
            self.errors.push(error.losing(at));
        }
        Ok(Item::Block(Block { kind: kind.into(), kind_at, labels, body, at, header, open, close }))
    }

    /// Reads up to the closing brace.
    fn body(&mut self, kind_at: Range) -> Result<Body> {
        self.space();
        let one_line = self.line_end(self.pos) == 0;
        let mut items = Vec::new();
        loop {
            self.blank();
            if self.peek() == b'}' {
                return Ok(Body { items });
            }
            if self.eof() {
                return Err(self.fail_at("the block is not closed", kind_at.start as usize));
            }
            items.push(self.item(one_line)?);
        }
    }

    fn quoted_label(&mut self) -> Result<Label> {
        let start = self.pos;
        let text = self.plain_string()?;
        Ok(Label { text: SmolStr::new(text), at: self.range(start) })
    }

    /// Says which attributes stand more than once in a body.
    fn repeated(&mut self, body: &Body) {
        let mut names: Vec<(&SmolStr, Range)> = body.attributes().map(|a| (&a.name, a.range())).collect();
        names.sort();
        let twice = names.windows(2).filter_map(|pair| match pair {
            [(a, first), (b, second)] if a == b => Some((*a, *first, *second)),
            _ => None,
        });
        let found: Vec<SyntaxError> = twice
            .map(|(name, first, second)| SyntaxError {
                message: format!("argument `{name}` is set twice"),
                at: second.start,
                lost: first,
            })
            .collect();
        self.errors.extend(found);
    }
}
