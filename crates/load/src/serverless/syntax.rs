//! The grammar of variables: `${source(param):address, fallback}`, nested to any depth within the limit.

/// How a variable is opened and closed; `provider.variableSyntax` may change it (version 1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delimiters {
    /// What opens a variable, `${`.
    pub open: String,
    /// What closes it, `}`.
    pub close: String,
}

impl Default for Delimiters {
    fn default() -> Self {
        Self { open: "${".into(), close: "}".into() }
    }
}

impl Delimiters {
    /// The literal text before and behind the first group of a `variableSyntax` pattern.
    pub fn from_pattern(pattern: &str) -> Self {
        let unescape = |text: &str| -> String {
            let mut out = String::new();
            let mut escaped = false;
            for c in text.chars() {
                if c == '\\' && !escaped {
                    escaped = true;
                } else {
                    escaped = false;
                    out.push(c);
                }
            }
            out
        };
        let Some((before, rest)) = pattern.split_once('(') else { return Self::default() };
        let Some((_, after)) = rest.rsplit_once(')') else { return Self::default() };
        let (open, close) = (unescape(before), unescape(after));
        // Anything but plain text around the group is a pattern that cannot be followed.
        let plain = |s: &str| !s.is_empty() && !s.contains(['[', ']', '*', '+', '?', '|']);
        if plain(&open) && plain(&close) || open == "$[" { Self { open, close } } else { Self::default() }
    }
}

/// A piece of text with variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Literal text.
    Text(String),
    /// A variable: its sources in the order in which they are tried, and how it is written.
    Variable(Vec<Source>, String),
}

/// One alternative of a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A quoted string.
    Str(String),
    /// A bare literal: number, boolean, `null`.
    Literal(String),
    /// A look-up.
    Lookup {
        /// What stands before the colon, `self`.
        kind: String,
        /// What stands in parentheses behind it.
        params: Vec<Vec<Part>>,
        /// What stands behind the colon.
        address: Vec<Part>,
    },
}

/// Takes text apart; `None` where it holds no variable. Variables nested deeper than `depth` stay text.
pub fn parse(text: &str, delimiters: &Delimiters, depth: usize) -> Option<Vec<Part>> {
    if !text.contains(delimiters.open.as_str()) {
        return None;
    }
    let mut parser = Parser { text, at: 0, delimiters, broken: false };
    let parts = parser.parts(&[], depth);
    let changed = parts.iter().any(|p| matches!(p, Part::Variable(..)))
        || parts.iter().map(|p| if let Part::Text(t) = p { t.len() } else { 0 }).sum::<usize>() != text.len();
    changed.then_some(parts)
}

/// Whether text opens a variable nested deeper than `depth`.
pub fn deeper_than(text: &str, delimiters: &Delimiters, depth: usize) -> bool {
    let (mut open, mut rest) = (0usize, text);
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix(delimiters.open.as_str()) {
            open += 1;
            if open > depth {
                return true;
            }
            rest = after;
        } else if let Some(after) = rest.strip_prefix(delimiters.close.as_str()) {
            open = open.saturating_sub(1);
            rest = after;
        } else {
            rest = rest.get(c.len_utf8()..).unwrap_or("");
        }
    }
    false
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    delimiters: &'a Delimiters,
    /// A variable was begun and did not end as one. What follows is text: trying again from every inner
    /// opening would take exponential time.
    broken: bool,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn eat(&mut self, prefix: &str) -> bool {
        let yes = self.rest().starts_with(prefix);
        if yes {
            self.at += prefix.len();
        }
        yes
    }

    fn spaces(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    /// Text and variables up to one of the stops, which is left in place.
    fn parts(&mut self, stops: &[&str], depth: usize) -> Vec<Part> {
        let mut out = Vec::new();
        let mut text = String::new();
        while let Some(c) = self.rest().chars().next() {
            if stops.iter().any(|s| self.rest().starts_with(s)) {
                break;
            }
            // `\${` is the text `${`.
            if c == '\\' && self.rest().get(1..).is_some_and(|r| r.starts_with(&self.delimiters.open)) {
                self.at += 1 + self.delimiters.open.len();
                text.push_str(&self.delimiters.open);
                continue;
            }
            if !self.broken && depth > 0 && self.rest().starts_with(self.delimiters.open.as_str()) {
                let start = self.at;
                match self.variable(depth - 1) {
                    Some(sources) => {
                        if !text.is_empty() {
                            out.push(Part::Text(std::mem::take(&mut text)));
                        }
                        let written = self.text.get(start..self.at).unwrap_or("").to_owned();
                        out.push(Part::Variable(sources, written));
                        continue;
                    }
                    None => self.at = start,
                }
                // CloudFormation's own `${Name}`, or no variable at all.
                text.push_str(&self.delimiters.open);
                self.at += self.delimiters.open.len();
                continue;
            }
            text.push(c);
            self.at += c.len_utf8();
        }
        if !text.is_empty() {
            out.push(Part::Text(text));
        }
        out
    }

    /// A variable from its opening to its end; none where what stands there is something else.
    fn variable(&mut self, depth: usize) -> Option<Vec<Source>> {
        if !self.eat(&self.delimiters.open) {
            return None;
        }
        let mut sources = Vec::new();
        loop {
            self.spaces();
            if let Some(source) = self.source(depth, sources.is_empty()) {
                sources.push(source);
            } else {
                self.broken |= !sources.is_empty();
                return None;
            }
            self.spaces();
            if self.eat(&self.delimiters.close) {
                return Some(sources);
            }
            if !self.eat(",") {
                self.broken = true;
                return None;
            }
        }
    }

    fn source(&mut self, depth: usize, first: bool) -> Option<Source> {
        if let Some(quote) = self.rest().chars().next().filter(|c| matches!(c, '\'' | '"')) {
            return self.quoted(quote).map(Source::Str);
        }
        if self.rest().starts_with(self.delimiters.open.as_str()) {
            // A variable as an alternative of its own, as version 1 allowed.
            let inner = self.parts(&[",", self.delimiters.close.as_str()], depth);
            return Some(Source::Lookup { kind: String::new(), params: Vec::new(), address: inner });
        }
        let word: String = self
            .rest()
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
            .collect();
        self.at += word.len();
        let named = word.starts_with(|c: char| c.is_ascii_alphabetic());
        if named && self.rest().starts_with('(') {
            self.at += 1;
            let params = self.params(depth)?;
            let address = if self.eat(":") { self.address(depth) } else { Vec::new() };
            return Some(Source::Lookup { kind: word, params, address });
        }
        if named && self.rest().starts_with(':') && !self.rest().starts_with("::") {
            self.at += 1;
            return Some(Source::Lookup { kind: word, params: Vec::new(), address: self.address(depth) });
        }
        if first || word.is_empty() {
            return None;
        }
        Some(Source::Literal(word))
    }

    fn params(&mut self, depth: usize) -> Option<Vec<Vec<Part>>> {
        let mut params = Vec::new();
        loop {
            self.spaces();
            let quote = self.rest().chars().next().filter(|c| matches!(c, '\'' | '"'));
            let mut param = match quote {
                Some(quote) => vec![Part::Text(self.quoted(quote)?)],
                None => self.parts(&[",", ")", "\n"], depth),
            };
            if let Some(Part::Text(last)) = param.last_mut() {
                last.truncate(last.trim_end().len());
            }
            params.push(param);
            self.spaces();
            if self.eat(")") {
                return Some(params);
            }
            if !self.eat(",") {
                self.broken = true;
                return None;
            }
        }
    }

    fn address(&mut self, depth: usize) -> Vec<Part> {
        self.spaces();
        if let Some(quote) = self.rest().chars().next().filter(|c| matches!(c, '\'' | '"')) {
            let start = self.at;
            match self.quoted(quote) {
                Some(text) => return vec![Part::Text(text)],
                None => self.at = start,
            }
        }
        let mut parts = self.parts(&[",", self.delimiters.close.as_str()], depth);
        if let Some(Part::Text(last)) = parts.last_mut() {
            last.truncate(last.trim_end().len());
        }
        parts
    }

    fn quoted(&mut self, quote: char) -> Option<String> {
        self.at += quote.len_utf8();
        let mut out = String::new();
        let mut escaped = false;
        for (i, c) in self.rest().char_indices() {
            if escaped {
                if !(c == quote || c == '\\') {
                    out.push('\\');
                }
                out.push(c);
                escaped = false;
            } else if c == '\\' {
                escaped = true;
            } else if c == quote {
                self.at += i + c.len_utf8();
                return Some(out);
            } else {
                out.push(c);
            }
        }
        self.broken = true;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Vec<Source> {
        match parse(text, &Delimiters::default(), 64).unwrap().remove(0) {
            Part::Variable(sources, _) => sources,
            Part::Text(t) => panic!("text {t}"),
        }
    }

    fn lookup(kind: &str, address: &str) -> Source {
        let address = if address.is_empty() { Vec::new() } else { vec![Part::Text(address.into())] };
        Source::Lookup { kind: kind.into(), params: Vec::new(), address }
    }

    #[test]
    fn sources_fallbacks_and_literals() {
        assert_eq!(
            one("${opt:stage, self:provider.stage , 'a, }b', 3, null}"),
            [
                lookup("opt", "stage"),
                lookup("self", "provider.stage"),
                Source::Str("a, }b".into()),
                Source::Literal("3".into()),
                Source::Literal("null".into())
            ]
        );
        assert_eq!(one("${self:}"), [lookup("self", "")]);
        assert_eq!(one("${ssm:/a/b~true}"), [lookup("ssm", "/a/b~true")]);
        assert_eq!(one("${cf.eu-west-1:stack.Out}"), [lookup("cf.eu-west-1", "stack.Out")]);
    }

    #[test]
    fn parameters_and_nesting() {
        let Source::Lookup { kind, params, address } =
            one("${file(./x.${opt:stage, 'dev'}.yml):a.${self:b}.c}").remove(0)
        else {
            panic!()
        };
        assert_eq!(kind, "file");
        assert!(
            matches!(&params[0][..], [Part::Text(_), Part::Variable(..), Part::Text(end)] if end == ".yml")
        );
        assert!(matches!(&address[..], [Part::Text(_), Part::Variable(..), Part::Text(end)] if end == ".c"));
    }

    #[test]
    fn cloudformation_text_stays() {
        for text in ["${AWS::Region}-x", "${Table}", "${Table.Arn}", "$x {y}", "${"] {
            assert_eq!(parse(text, &Delimiters::default(), 64), None, "{text}");
        }
        let parts = parse("\\${self:x}", &Delimiters::default(), 64).unwrap();
        assert_eq!(parts, [Part::Text("${self:x}".into())]);
    }

    #[test]
    fn own_syntax_of_version_one() {
        let own = Delimiters::from_pattern(r#"\${{([ ~:a-zA-Z0-9._\'\",\-\/\(\)]+?)}}"#);
        assert_eq!((own.open.as_str(), own.close.as_str()), ("${{", "}}"));
        assert!(matches!(parse("${{self:a}}", &own, 64).as_deref(), Some([Part::Variable(..)])));
        assert_eq!(parse("${self:a}", &own, 64), None);
    }

    #[test]
    fn endless_nesting_ends() {
        let text = "${self:".repeat(5000);
        assert!(deeper_than(&text, &Delimiters::default(), 64));
        parse(&text, &Delimiters::default(), 64);
    }
}
