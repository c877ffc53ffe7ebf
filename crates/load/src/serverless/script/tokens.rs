//! Tokens of JavaScript and TypeScript, as far as object literals need them.

/// A token with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// Whether a line break stands before it.
    pub line: bool,
}

/// Kinds of tokens.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// A name or keyword.
    Word(String),
    /// A string.
    Text(String),
    /// A template literal: text, and the tokens of each expression in it.
    Template(Vec<Piece>),
    /// A number as written.
    Number(String),
    /// A regular expression, of which nothing is kept.
    Regex,
    /// Punctuation: one character, or one of `=>`, `...`, `??`, `||`, `&&`.
    Punct(&'static str),
    /// Punctuation that means nothing here.
    Other,
}

/// A piece of a template literal.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// Text.
    Text(String),
    /// An expression.
    Expression(Vec<Token>),
}

const PUNCTUATION: [&str; 24] = [
    "=>", "...", "??", "||", "&&", "{", "}", "[", "]", "(", ")", ",", ":", ";", ".", "=", "+", "-", "!", "?",
    "<", ">", "|", "&",
];

/// Takes text apart; `None` where it holds more tokens than allowed.
pub fn tokenize(text: &str, limit: usize) -> Option<Vec<Token>> {
    let mut lexer = Lexer { text, at: 0, left: limit };
    lexer.until_end(0, false)
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    left: usize,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Blanks and comments; answers whether a line ended.
    fn blanks(&mut self) -> bool {
        let mut line = false;
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            let skipped = rest.len() - trimmed.len();
            line |= rest.get(..skipped).is_some_and(|s| s.contains('\n'));
            self.at += skipped;
            if trimmed.starts_with("//") || trimmed.starts_with("#!") {
                self.at += trimmed.find('\n').unwrap_or(trimmed.len());
            } else if let Some(inner) = trimmed.strip_prefix("/*") {
                let length = inner.find("*/").map_or(inner.len(), |n| n + 2);
                line |= inner.get(..length).is_some_and(|s| s.contains('\n'));
                self.at += 2 + length;
            } else {
                return line;
            }
        }
    }

    /// Tokens to the end of the text, or of the braces that a template opened.
    fn until_end(&mut self, nesting: usize, braces: bool) -> Option<Vec<Token>> {
        let mut out: Vec<Token> = Vec::new();
        let mut open = 0usize;
        loop {
            let line = self.blanks();
            let Some(c) = self.peek() else { return Some(out) };
            if braces && c == '}' && open == 0 {
                self.at += 1;
                return Some(out);
            }
            self.left = self.left.checked_sub(1)?;
            let start = self.at;
            let kind = self.token(c, out.last(), nesting)?;
            match kind {
                Kind::Punct("{") => open += 1,
                Kind::Punct("}") => open = open.saturating_sub(1),
                _ => {}
            }
            let place = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            out.push(Token { kind, start: place(start), end: place(self.at), line });
        }
    }

    fn token(&mut self, c: char, before: Option<&Token>, nesting: usize) -> Option<Kind> {
        if c == '\'' || c == '"' {
            return Some(Kind::Text(self.string(c)));
        }
        if c == '`' {
            self.at += 1;
            return self.template(nesting);
        }
        if c.is_alphabetic() || matches!(c, '_' | '$' | '@') {
            let word: String = self
                .rest()
                .chars()
                .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '@'))
                .collect();
            self.at += word.len();
            return Some(Kind::Word(word));
        }
        if c.is_ascii_digit() {
            let number: String = self
                .rest()
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_'))
                .collect();
            self.at += number.len();
            return Some(Kind::Number(number.replace('_', "")));
        }
        if c == '/' && regex_may_start(before) {
            self.regex();
            return Some(Kind::Regex);
        }
        for punct in PUNCTUATION {
            if self.rest().starts_with(punct) {
                self.at += punct.len();
                return Some(Kind::Punct(punct));
            }
        }
        self.at += c.len_utf8();
        Some(Kind::Other)
    }

    fn string(&mut self, quote: char) -> String {
        self.at += 1;
        let mut out = String::new();
        while let Some(c) = self.peek() {
            self.at += c.len_utf8();
            match c {
                '\\' => self.escape(&mut out),
                '\n' => break,
                _ if c == quote => break,
                _ => out.push(c),
            }
        }
        out
    }

    fn escape(&mut self, out: &mut String) {
        let Some(c) = self.peek() else { return };
        self.at += c.len_utf8();
        match c {
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' => out.push('\r'),
            '\n' => {}
            'u' | 'x' => {
                let digits = if c == 'x' { 2 } else { 4 };
                let hex = self.rest().get(..digits).unwrap_or("");
                if let Some(found) = u32::from_str_radix(hex, 16).ok().and_then(char::from_u32) {
                    out.push(found);
                    self.at += digits;
                }
            }
            _ => out.push(c),
        }
    }

    fn template(&mut self, nesting: usize) -> Option<Kind> {
        let mut pieces = Vec::new();
        let mut text = String::new();
        while let Some(c) = self.peek() {
            if self.rest().starts_with("${") {
                self.at += 2;
                if !text.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut text)));
                }
                // Templates in templates in templates: nobody writes more.
                if nesting > 16 {
                    return None;
                }
                pieces.push(Piece::Expression(self.until_end(nesting + 1, true)?));
                continue;
            }
            self.at += c.len_utf8();
            match c {
                '`' => break,
                '\\' => self.escape(&mut text),
                _ => text.push(c),
            }
        }
        if !text.is_empty() {
            pieces.push(Piece::Text(text));
        }
        Some(Kind::Template(pieces))
    }

    fn regex(&mut self) {
        self.at += 1;
        let (mut class, mut escaped) = (false, false);
        while let Some(c) = self.peek() {
            if c == '\n' {
                return;
            }
            self.at += c.len_utf8();
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '[' => class = true,
                ']' => class = false,
                '/' if !class => break,
                _ => {}
            }
        }
        while self.peek().is_some_and(|c| c.is_ascii_alphabetic()) {
            self.at += 1;
        }
    }
}

/// A slash begins a regular expression where no value stands before it.
fn regex_may_start(before: Option<&Token>) -> bool {
    match before.map(|t| &t.kind) {
        None => true,
        Some(Kind::Word(word)) => matches!(word.as_str(), "return" | "typeof" | "case" | "in" | "of"),
        Some(Kind::Punct(p)) => !matches!(*p, ")" | "]" | "}"),
        _ => false,
    }
}
