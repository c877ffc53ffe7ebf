//! One pass over the text before it is parsed: recursive-descent parsers overflow the stack on hostile nesting,
//! and nothing can catch that.

use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, lexer};

/// Brackets inside each other.
const BRACKETS: usize = 256;

/// Constructs inside each other that need no bracket: `else if`, `=>`, `!`, `a ? b : c`.
const CHAIN: usize = 2_000;

/// Brackets and constructs of a text of which it is not sure what closes them. The parser of JavaScript takes below
/// 4 KB of stack for each.
const UNSURE: (usize, usize) = (5_000, 10_000);

/// A stack of open brackets, and for each how many constructs without brackets may still be open in it.
struct Nesting {
    /// Constructs of each open bracket; the first is the file.
    open: Vec<usize>,
    total: usize,
    /// Whether closing brackets are no longer believed.
    unsure: bool,
}

impl Nesting {
    fn new() -> Self {
        Self { open: vec![0], total: 0, unsure: false }
    }

    fn fits(&self) -> bool {
        let (brackets, chain) = if self.unsure { UNSURE } else { (BRACKETS, CHAIN) };
        self.open.len() <= brackets && self.total <= chain
    }

    fn enter(&mut self) {
        self.open.push(0);
    }

    fn leave(&mut self) {
        if !self.unsure
            && self.open.len() > 1
            && let Some(n) = self.open.pop()
        {
            self.total -= n;
        }
    }

    fn chain(&mut self) {
        if let Some(n) = self.open.last_mut() {
            *n += 1;
            self.total += 1;
        }
    }

    fn end(&mut self) {
        if !self.unsure
            && let Some(n) = self.open.last_mut()
        {
            self.total -= *n;
            *n = 0;
        }
    }
}

/// Whether Python's parser may read the text; otherwise where it is nested too deeply.
pub fn python(text: &str) -> Result<(), usize> {
    let mut lexer = lexer::lex(text, Mode::Module);
    let mut nesting = Nesting::new();
    // Indentation is counted apart: a line ends every construct inside it.
    let mut indents = 0_usize;
    let mut seen = 0_usize;
    loop {
        let kind = lexer.next_token();
        seen += 1;
        // A lexer that makes more tokens than there are bytes would not end.
        if seen > text.len().saturating_mul(2) + 16 {
            return Err(text.len());
        }
        match kind {
            TokenKind::EndOfFile => return Ok(()),
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => nesting.enter(),
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => nesting.leave(),
            TokenKind::Indent => indents += 1,
            TokenKind::Dedent => indents = indents.saturating_sub(1),
            TokenKind::Newline => nesting = Nesting::new(),
            TokenKind::Comma => nesting.end(),
            // Left-recursive trees are built by a loop and dropped by recursion.
            TokenKind::Not
            | TokenKind::Minus
            | TokenKind::Plus
            | TokenKind::Tilde
            | TokenKind::Lambda
            | TokenKind::If
            | TokenKind::Else
            | TokenKind::DoubleStar
            | TokenKind::Await
            | TokenKind::Dot
            | TokenKind::Star
            | TokenKind::Slash
            | TokenKind::Percent
            | TokenKind::Vbar
            | TokenKind::Amper
            | TokenKind::CircumFlex
            | TokenKind::ColonEqual
            | TokenKind::FStringStart
            | TokenKind::Yield
            | TokenKind::In => nesting.chain(),
            _ => {}
        }
        if !nesting.fits() || indents > BRACKETS {
            return Err(text.len().min(seen));
        }
    }
}

/// Whether the parser of JavaScript may read the text; otherwise where it is nested too deeply. `markup` says whether
/// the dialect has JSX.
///
/// Strings, templates, comments and regular expressions are told apart as far as that needs no parser. Where a slash
/// could begin a regular expression that holds quotes, and where text of JSX may hold some, nothing is believed to
/// close a bracket or to be a string.
pub fn javascript(text: &str, markup: bool) -> Result<(), usize> {
    let bytes = text.as_bytes();
    let get = |i: usize| bytes.get(i).copied().unwrap_or(0);
    let mut nesting = Nesting::new();
    nesting.unsure = markup && (text.contains("</") || text.contains("/>"));
    // Depths at which a template's `${` was opened.
    let mut templates: Vec<usize> = Vec::new();
    let mut at = 0;
    // The last byte that is no white space, and whether it ended a word that an operand may follow.
    let (mut last, mut keyword) = (b';', false);
    while at < bytes.len() {
        let byte = get(at);
        let sure = !nesting.unsure;
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => {
                at += 1;
                continue;
            }
            b'/' if sure && get(at + 1) == b'/' => {
                at += 2;
                while at < bytes.len() && !matches!(get(at), b'\n' | b'\r') {
                    at += 1;
                }
                continue;
            }
            b'/' if sure && get(at + 1) == b'*' => {
                at += 2;
                while at < bytes.len() && !(get(at) == b'*' && get(at + 1) == b'/') {
                    at += 1;
                }
                at += 2;
                continue;
            }
            b'/' if sure => {
                let operand = is_word(last) && !keyword || matches!(last, b'"' | b'\'' | b'`' | b']');
                let unclear = matches!(last, b')' | b'}' | b'>');
                let end = regex_end(bytes, at);
                if let (Some(end), false) = (end, operand) {
                    let body = bytes.get(at..end).unwrap_or_default();
                    if !unclear {
                        at = end;
                        (last, keyword) = (b'/', false);
                        // What is a regular expression here is followed by an operator.
                        last = if last == b'/' { b']' } else { last };
                        continue;
                    }
                    if body.iter().any(|b| matches!(b, b'"' | b'\'' | b'`' | b'(' | b'[' | b'{')) {
                        nesting.unsure = true;
                    }
                }
                at += 1;
            }
            b'"' | b'\'' if sure => at = quoted(bytes, at),
            b'`' if sure => {
                at = template(bytes, at + 1, &mut nesting, &mut templates);
            }
            b'(' | b'[' | b'{' => {
                nesting.enter();
                at += 1;
            }
            b')' | b']' => {
                nesting.leave();
                at += 1;
            }
            b'}' => {
                nesting.leave();
                at += 1;
                if sure && templates.last() == Some(&nesting.open.len()) {
                    templates.pop();
                    at = template(bytes, at, &mut nesting, &mut templates);
                    (last, keyword) = (b'`', false);
                    continue;
                }
                if ends_statement(bytes, at) {
                    nesting.end();
                }
            }
            b';' | b',' => {
                nesting.end();
                at += 1;
            }
            b'!' | b'~' | b'-' | b'+' | b'?' | b'=' | b':' | b'*' | b'<' | b'|' | b'&' => {
                // Runs of one operator are one token, but for `!` and `~`.
                // The parser tries `<` as the begin of types first, which takes the longer the more there are.
                for _ in 0..if byte == b'<' { 4 } else { 1 } {
                    nesting.chain();
                }
                at += 1;
                while byte != b'!' && byte != b'~' && get(at) == byte {
                    at += 1;
                    if byte == b'<' {
                        nesting.chain();
                    }
                }
            }
            _ if is_word(byte) || byte >= 0x80 => {
                let start = at;
                while at < bytes.len() && (is_word(get(at)) || get(at) >= 0x80) {
                    at += 1;
                }
                let word = bytes.get(start..at).unwrap_or_default();
                keyword = is_keyword(word);
                if keyword {
                    nesting.chain();
                }
                last = b'a';
                if !nesting.fits() {
                    return Err(start);
                }
                continue;
            }
            _ => at += 1,
        }
        (last, keyword) = (byte, false);
        if !nesting.fits() {
            return Err(at);
        }
    }
    Ok(())
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$'
}

/// Words before an operand or statement that stands inside what they begin.
fn is_keyword(word: &[u8]) -> bool {
    matches!(
        word,
        b"if"
            | b"else"
            | b"for"
            | b"while"
            | b"do"
            | b"with"
            | b"typeof"
            | b"void"
            | b"delete"
            | b"await"
            | b"new"
            | b"yield"
            | b"async"
            | b"return"
            | b"throw"
            | b"case"
            | b"in"
            | b"of"
            | b"instanceof"
            | b"keyof"
            | b"readonly"
            | b"unique"
            | b"infer"
            | b"extends"
            | b"asserts"
            | b"abstract"
            | b"declare"
            | b"namespace"
            | b"module"
            | b"function"
            | b"class"
            | b"as"
            | b"satisfies"
    )
}

/// Whether what follows a closing brace begins a new statement.
fn ends_statement(bytes: &[u8], mut at: usize) -> bool {
    while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
        at += 1;
    }
    let start = at;
    while bytes.get(at).is_some_and(|b| is_word(*b)) {
        at += 1;
    }
    match bytes.get(start..at).unwrap_or_default() {
        b"" => matches!(bytes.get(at), None | Some(b'}' | b'@')),
        word => !matches!(
            word,
            b"else"
                | b"in"
                | b"instanceof"
                | b"of"
                | b"as"
                | b"satisfies"
                | b"is"
                | b"extends"
                | b"while"
                | b"from"
        ),
    }
}

/// End of a string; a line break ends it too.
fn quoted(bytes: &[u8], start: usize) -> usize {
    let quote = bytes.get(start).copied().unwrap_or(b'"');
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'\n' | b'\r' => return at,
            b if *b == quote => return at + 1,
            _ => at += 1,
        }
    }
    at
}

/// Goes through a template's text to its end or to its next hole.
fn template(bytes: &[u8], mut at: usize, nesting: &mut Nesting, templates: &mut Vec<usize>) -> usize {
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'`' => return at + 1,
            b'$' if bytes.get(at + 1) == Some(&b'{') => {
                templates.push(nesting.open.len());
                nesting.enter();
                return at + 2;
            }
            _ => at += 1,
        }
    }
    at
}

/// The end of a regular expression that begins here, if one can.
fn regex_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    let mut class = false;
    loop {
        match bytes.get(at)? {
            b'\\' => at += 2,
            b'\n' | b'\r' => return None,
            b'[' => {
                class = true;
                at += 1;
            }
            b']' => {
                class = false;
                at += 1;
            }
            b'/' if !class => return Some(at + 1),
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deep_nesting_is_refused_in_every_form() {
        let deep = |unit: &str, n: usize| unit.repeat(n);
        for unit in
            ["(", "[", "{", "`${", "!", "- -", "a=>", "a?b:", "a=", "if(a)", "if(a){}else ", "new ", "<a>"]
        {
            assert!(javascript(&deep(unit, 12_000), true).is_err(), "{unit}");
        }
        for unit in ["(", "[", "{", "`${", "!", "a=>", "a=", "if(a)", "new "] {
            assert!(javascript(&deep(unit, 3_000), false).is_err(), "{unit}");
        }
        for unit in ["(", "[", "{", "not ", "-", "lambda:", "a if b else ", "f'{", "a**", "a."] {
            assert!(python(&deep(unit, 3_000)).is_err(), "{unit}");
        }
        let indented: Vec<String> = (0..300).map(|n| format!("{}if a:", " ".repeat(n))).collect();
        let indented = indented.join("\n");
        assert!(python(&indented).is_err());
    }

    #[test]
    fn long_flat_files_are_read() {
        let js = "const a = b ? { c: [1, !2] } : `x${y}`;\nfoo(/['\"`(]/.test(x), 1);\n".repeat(5_000);
        assert_eq!(javascript(&js, false), Ok(()));
        let js = "export const a = `)`\nif (a) { b() } else if (c) { d() }\n".repeat(3_000);
        assert_eq!(javascript(&js, false), Ok(()));
        let py = "a = b.c(d)[1] if not x else f'{y}'\nif a:\n  b()\n".repeat(5_000);
        assert_eq!(python(&py), Ok(()));
    }

    #[test]
    fn quotes_in_markup_hide_nothing() {
        assert!(javascript(&"<p>'{(\")\"".repeat(6_000), true).is_err());
        assert!(javascript(&"<b>don't</b>;\n".repeat(1_000), true).is_ok());
    }

    #[test]
    fn quotes_in_a_doubtful_regular_expression_hide_nothing() {
        let text = format!("if (a) /`/.test(b)\n{}", "(".repeat(6_000));
        assert!(javascript(&text, false).is_err());
    }
}
