//! Passing over what could not be read, by brackets, strings, heredocs and comments alone.

use super::parser::Parser;

/// What is open where the passing is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Round,
    Square,
    Curly,
    Quote,
    /// `${` or `%{` in a string.
    Sequence,
}

/// Blocks of the Terraform language and how many labels they have.
const TOP_LEVEL: &[(&str, usize)] = &[
    ("resource", 2),
    ("data", 2),
    ("ephemeral", 2),
    ("action", 2),
    ("module", 1),
    ("variable", 1),
    ("output", 1),
    ("provider", 1),
    ("check", 1),
    ("locals", 0),
    ("terraform", 0),
    ("moved", 0),
    ("import", 0),
    ("removed", 0),
];

struct Stack {
    open: Vec<Open>,
    /// How many of them `}` closes.
    braces: usize,
}

impl Stack {
    fn push(&mut self, open: Open) {
        self.braces += usize::from(matches!(open, Open::Curly | Open::Sequence));
        self.open.push(open);
    }

    fn pop_if(&mut self, open: Open) {
        if self.open.last() == Some(&open) {
            self.open.pop();
        }
    }

    /// Closes what `}` closes; false where there is nothing.
    fn close_brace(&mut self) -> bool {
        if self.braces == 0 {
            return false;
        }
        while let Some(open) = self.open.pop() {
            if matches!(open, Open::Curly | Open::Sequence) {
                break;
            }
        }
        self.braces -= 1;
        true
    }

    /// Closes what a line `name =` cannot stand in: brackets and strings that were left open.
    fn close_to_curly(&mut self) {
        while let Some(open) = self.open.last() {
            match open {
                Open::Curly => return,
                Open::Sequence => self.braces -= 1,
                Open::Round | Open::Square | Open::Quote => {}
            }
            self.open.pop();
        }
    }
}

impl Parser<'_> {
    /// From the start of an expression to the end of its attribute. False where no such end can be told: a
    /// brace is left open, and the whole block is lost.
    pub(super) fn skip_attribute(&mut self) -> bool {
        self.pass(true)
    }

    /// From the start of a block of the top level to its end, or to the start of the next. False where the
    /// rest of the text has to be given up.
    pub(super) fn skip_block(&mut self) -> bool {
        self.pass(false)
    }

    fn pass(&mut self, attribute: bool) -> bool {
        let start = self.pos;
        let mut stack = Stack { open: Vec::new(), braces: 0 };
        let done = loop {
            if self.eof() {
                break !attribute || stack.open.is_empty();
            }
            if stack.open.last() == Some(&Open::Quote) {
                self.pass_text(&mut stack);
                continue;
            }
            let length = self.line_end(self.pos);
            if length > 0 {
                if stack.open.is_empty() {
                    break true;
                }
                self.pos += length;
                if self.at_top_level() {
                    break !attribute;
                }
                if attribute && self.at_attribute() {
                    let line = self.pos;
                    stack.close_to_curly();
                    if stack.open.is_empty() {
                        self.pos = line;
                        break true;
                    }
                }
                continue;
            }
            match self.peek() {
                b'#' => {
                    self.line_comment(1);
                    continue;
                }
                b'/' if self.byte(self.pos + 1) == b'/' => {
                    self.line_comment(2);
                    continue;
                }
                b'/' if self.byte(self.pos + 1) == b'*' => {
                    self.block_comment();
                    continue;
                }
                b'<' if self.byte(self.pos + 1) == b'<' && self.pass_heredoc() => continue,
                b'(' => stack.push(Open::Round),
                b'[' => stack.push(Open::Square),
                b'{' => stack.push(Open::Curly),
                b'"' => stack.push(Open::Quote),
                b')' => stack.pop_if(Open::Round),
                b']' => stack.pop_if(Open::Square),
                b'}' => {
                    if !stack.close_brace() && attribute {
                        break true;
                    }
                    if !attribute && stack.open.is_empty() {
                        self.pos += 1;
                        break true;
                    }
                }
                _ => {}
            }
            self.pos += 1;
        };
        self.pos = self.pos.min(self.bytes.len());
        let passed = self.pos - start;
        self.spend(passed) && done
    }

    /// One step inside a string.
    fn pass_text(&mut self, stack: &mut Stack) {
        let byte = self.peek();
        let next = self.byte(self.pos + 1);
        match byte {
            b'\\' if self.line_end(self.pos + 1) == 0 => self.pos += 2,
            b'$' | b'%' if next == byte && self.byte(self.pos + 2) == b'{' => self.pos += 3,
            b'$' | b'%' if next == b'{' => {
                stack.push(Open::Sequence);
                self.pos += 2;
            }
            b'"' => {
                stack.pop_if(Open::Quote);
                self.pos += 1;
            }
            // A string ends with its line at the latest.
            b'\n' | b'\r' => stack.pop_if(Open::Quote),
            _ => self.pos += 1,
        }
    }

    /// Passes a heredoc, if its closing word is found.
    fn pass_heredoc(&mut self) -> bool {
        let Some((word, body, _)) = self.heredoc_word(self.pos) else { return false };
        let mut at = body;
        loop {
            if self.at_word(at, word) {
                self.pos = self.behind_spaces(at) + word.len();
                return true;
            }
            let rest = self.bytes.get(at..).unwrap_or(&[]);
            let Some(length) = rest.iter().position(|b| matches!(b, b'\n' | b'\r')) else {
                self.spend(at - body + rest.len());
                return false;
            };
            at += length;
            at += self.line_end(at);
            if self.fuel < at - body {
                self.fuel = 0;
                return false;
            }
        }
    }

    /// Whether a line starts here with `name =`.
    fn at_attribute(&self) -> bool {
        let start = self.behind_spaces(self.pos);
        let end = self.name_end(start);
        let sign = self.behind_spaces(end);
        end > start && self.byte(sign) == b'=' && !matches!(self.byte(sign + 1), b'=' | b'>')
    }

    /// Whether a block of the Terraform language starts here, at the start of a line.
    fn at_top_level(&self) -> bool {
        let mut at = self.name_end(self.pos);
        let kind = self.slice(self.pos, at);
        let Some((_, labels)) = TOP_LEVEL.iter().find(|(name, _)| *name == kind) else { return false };
        for _ in 0..*labels {
            at = self.behind_spaces(at);
            if self.byte(at) == b'"' {
                let rest = self.bytes.get(at + 1..).unwrap_or(&[]);
                match rest.iter().position(|b| matches!(b, b'"' | b'\n' | b'\r')) {
                    Some(length) if rest.get(length) == Some(&b'"') => at += length + 2,
                    _ => return false,
                }
            } else {
                let end = self.name_end(at);
                if end == at {
                    return false;
                }
                at = end;
            }
        }
        self.byte(self.behind_spaces(at)) == b'{'
    }
}
