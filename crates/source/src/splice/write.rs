//! How a value is written.

use super::Content;
use crate::tree::Style;

/// How values at one place are written.
#[derive(Debug, Clone)]
pub(super) struct Manner {
    /// JSON: everything in double quotes.
    pub json: bool,
    /// Inside brackets or braces.
    pub flow: bool,
    /// Quotes of strings that need none.
    pub quotes: Style,
    /// Quotes of keys that need none.
    pub key_quotes: Style,
    /// Between key and value in brackets.
    pub colon: String,
    /// Line break.
    pub newline: &'static str,
    /// One step deeper.
    pub step: String,
    /// Columns by which lists stand deeper than their key.
    pub list_step: usize,
}

impl Manner {
    /// A key.
    pub fn key(&self, key: &str) -> String {
        string(key, if self.json { Style::Double } else { self.key_quotes }, self.flow, self.json)
    }

    /// A value on one line.
    pub fn inline(&self, content: &Content) -> String {
        match content {
            Content::Str(text) => {
                string(text, if self.json { Style::Double } else { self.quotes }, self.flow, self.json)
            }
            Content::Bool(b) => b.to_string(),
            Content::Int(n) => n.to_string(),
            Content::List(items) => {
                let manner = Self { flow: true, ..self.clone() };
                let items: Vec<String> = items.iter().map(|i| manner.inline(i)).collect();
                format!("[{}]", items.join(", "))
            }
            Content::Map(entries) => {
                let manner = Self { flow: true, ..self.clone() };
                let entry = |(k, v): &(smol_str::SmolStr, Content)| {
                    format!("{}{}{}", manner.key(k), manner.colon, manner.inline(v))
                };
                let entries: Vec<String> = entries.iter().map(entry).collect();
                format!("{{{}}}", entries.join(", "))
            }
            Content::Tagged(tag, value) => format!("{tag} {}", self.inline(value)),
        }
    }

    /// A value in brackets over several lines, as formatters write it; `indent` is that of the line on which
    /// it begins.
    pub fn spread(&self, content: &Content, indent: &str) -> String {
        let inner = format!("{indent}{}", self.step);
        let (open, close, parts): (char, char, Vec<String>) = match content {
            Content::Map(entries) if !entries.is_empty() => {
                let entry = |(k, v): &(smol_str::SmolStr, Content)| {
                    format!("{}{}{}", self.key(k), self.colon, self.spread(v, &inner))
                };
                ('{', '}', entries.iter().map(entry).collect())
            }
            Content::List(items) if !items.is_empty() => {
                ('[', ']', items.iter().map(|i| self.spread(i, &inner)).collect())
            }
            other => return self.inline(other),
        };
        let between = format!(",{}{inner}", self.newline);
        let nl = self.newline;
        format!("{open}{nl}{inner}{}{nl}{indent}{close}", parts.join(&between))
    }

    /// What stands behind the colon of a block entry whose key has this indentation: ` value`, or further
    /// lines.
    pub fn block(&self, content: &Content, indent: &str) -> String {
        match content {
            Content::Map(entries) if !entries.is_empty() => {
                let inner = format!("{indent}{}", self.step);
                let entry = |(k, v): &(smol_str::SmolStr, Content)| {
                    format!("{}{inner}{}:{}", self.newline, self.key(k), self.block(v, &inner))
                };
                entries.iter().map(entry).collect()
            }
            Content::List(items) if !items.is_empty() => {
                let inner = format!("{indent}{}", " ".repeat(self.list_step));
                let item = |i: &Content| format!("{}{inner}- {}", self.newline, self.item(i, &inner));
                items.iter().map(item).collect()
            }
            other => format!(" {}", self.inline(other)),
        }
    }

    /// What stands behind the dash of an item whose dash has this indentation.
    pub fn item(&self, content: &Content, indent: &str) -> String {
        match content {
            Content::Map(entries) if !entries.is_empty() => {
                let inner = format!("{indent}  ");
                let entry = |(k, v): &(smol_str::SmolStr, Content)| {
                    format!("{}:{}", self.key(k), self.block(v, &inner))
                };
                let entries: Vec<String> = entries.iter().map(entry).collect();
                entries.join(&format!("{}{inner}", self.newline))
            }
            other => self.inline(other),
        }
    }
}

/// Text of a string in given quotes, or in others where it needs them.
fn string(text: &str, style: Style, flow: bool, json: bool) -> String {
    match style {
        _ if json => double(text),
        Style::Double => double(text),
        Style::Single if text.chars().all(|c| !c.is_control()) => single(text),
        _ if is_plain(text, flow) => text.to_owned(),
        _ if text.chars().all(|c| !c.is_control()) => single(text),
        _ => double(text),
    }
}

fn single(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn double(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Whether every reader of YAML 1.1 and 1.2 takes the bare text for this very string.
pub(super) fn is_plain(text: &str, flow: bool) -> bool {
    let Some(first) = text.chars().next() else { return false };
    if text.trim() != text || text.chars().any(|c| c.is_control() || c == '\u{feff}') {
        return false;
    }
    let second = text.chars().nth(1);
    let leading = match first {
        '-' | '?' | ':' => second.is_none_or(|c| c == ' ' || flow),
        ',' | '[' | ']' | '{' | '}' | '#' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`'
        | '=' => true,
        _ => false,
    };
    if leading || text.contains(": ") || text.contains(" #") || text.ends_with(':') {
        return false;
    }
    if flow && text.contains([',', '[', ']', '{', '}']) {
        return false;
    }
    // `a::b` is one string everywhere but in front of a flow indicator; numbers with colons are base 60.
    let words = [
        "y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "nan", ".nan", ".inf", "-.inf",
        "+.inf",
    ];
    if words.iter().any(|w| text.eq_ignore_ascii_case(w))
        || text.starts_with("---")
        || text.starts_with("...")
    {
        return false;
    }
    !looks_numeric(text)
}

/// Numbers, dates, times, and what some reader takes for one.
fn looks_numeric(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let Some(first) = unsigned.chars().next() else { return false };
    if !(first.is_ascii_digit() || first == '.') {
        return false;
    }
    unsigned
        .chars()
        .all(|c| c.is_ascii_hexdigit() || matches!(c, '.' | '_' | '-' | '+' | ':' | 'x' | 'o' | 'T' | 'Z'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_reader_could_mistake_is_quoted() {
        for text in [
            "",
            "yes",
            "No",
            "on",
            "~",
            "null",
            "1",
            "0123",
            "1e3",
            "0x1f",
            "2012-10-17",
            "1:30",
            "12:34:56",
            ".5",
            "+1",
            "-1",
            "a: b",
            "a #b",
            "a:",
            " a",
            "a ",
            "*",
            "*.js",
            "!x",
            "@a",
            "`a",
            "%a",
            "- a",
            "-",
            "?",
            "{a",
            "[a",
            "#a",
            "&a",
            "|",
            ">",
            "'a",
            "\"a",
            "a\nb",
            "true",
            "=",
            "1_000",
            "NaN",
        ] {
            assert!(!is_plain(text, false), "{text:?}");
        }
        for text in [
            "a",
            "AWS_IAM",
            "-a",
            "a-b",
            "arn:aws:s3:::b/*",
            "a*",
            "s3:Get*",
            "1a-z",
            "${x}",
            "nodejs20.x",
            "a, b",
            "x[0]",
            "é",
            "lambda:InvokeFunction",
            "AWS::Region",
        ] {
            assert!(is_plain(text, false), "{text:?}");
        }
        for text in ["a,b", "${x}", "x[0]"] {
            assert!(!is_plain(text, true), "{text:?}");
        }
    }
}
