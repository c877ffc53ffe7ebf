//! How values, attributes and blocks are written.

use std::fmt::Write;

use super::{New, Value};

/// Longest list that is written on one line where several are possible.
const WIDTH: usize = 80;

/// A string in quotes.
pub fn string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    escape(text, &mut out);
    out.push('"');
    out
}

fn escape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let behind = rest.get(c.len_utf8()..).unwrap_or("");
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '$' | '%' => {
                let more = behind.trim_start_matches(c);
                if more.starts_with('{') {
                    // Readers differ on three of them in a row: those before the last are interpolated.
                    apart(c, behind.len() - more.len(), out);
                    out.push(c);
                    out.push(c);
                    rest = more;
                    continue;
                }
                out.push(c);
            }
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
        rest = behind;
    }
}

/// A run of `$` or `%` that must not touch what follows.
fn apart(c: char, count: usize, out: &mut String) {
    if count > 0 {
        let run: String = std::iter::repeat_n(c, count).collect();
        let _ = write!(out, "${{\"{run}\"}}");
    }
}

/// A key of an object: bare where it can be.
pub fn key(name: &str) -> String {
    let mut chars = name.chars();
    let start = chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    let bare = start && chars.all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-') && name != "for";
    if bare { name.to_owned() } else { string(name) }
}

/// A value on one line.
pub fn inline(value: &Value) -> String {
    match value {
        Value::Str(text) => string(text),
        Value::Bool(b) => b.to_string(),
        Value::Int(n) => n.to_string(),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(inline).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Map(entries) if entries.is_empty() => "{}".to_owned(),
        Value::Map(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(k, v)| format!("{} = {}", key(k), inline(v))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        Value::Expression(text) => text.to_string(),
        Value::Text(parts) => {
            let mut out = String::from("\"");
            let mut literal = String::new();
            text_parts(parts, &mut literal, &mut out);
            escape(&literal, &mut out);
            out.push('"');
            out
        }
    }
}

/// Writes all but the last literal, which is left in `literal`: texts that follow each other are one.
fn text_parts(parts: &[Value], literal: &mut String, out: &mut String) {
    for part in parts {
        match part {
            Value::Str(text) => literal.push_str(text),
            Value::Text(inner) => text_parts(inner, literal, out),
            other => {
                let kept = literal.trim_end_matches(['$', '%']).len();
                let signs = literal.split_off(kept);
                escape(literal, out);
                literal.clear();
                for sign in signs.chars() {
                    apart(sign, 1, out);
                }
                let _ = write!(out, "${{{}}}", inline(other));
            }
        }
    }
}

/// A value over several lines where formatters write it so; `indent` is that of the line on which it begins.
pub(super) fn spread(value: &Value, indent: &str, step: &str, newline: &str) -> String {
    let inner = format!("{indent}{step}");
    match value {
        Value::Map(entries) if !entries.is_empty() => {
            let items: Vec<New> =
                entries.iter().map(|(k, v)| New::Attribute(key(k).into(), v.clone())).collect();
            format!("{{{newline}{}{indent}}}", lines(&items, &inner, step, newline))
        }
        Value::List(items)
            if inline(value).len() > WIDTH
                || items.iter().any(|i| matches!(i, Value::Map(m) if !m.is_empty())) =>
        {
            let items: String = items.iter().fold(String::new(), |mut out, item| {
                let _ = write!(out, "{inner}{},{newline}", spread(item, &inner, step, newline));
                out
            });
            format!("[{newline}{items}{indent}]")
        }
        other => inline(other),
    }
}

/// Items of a body, each on lines of its own and with its line break.
pub(super) fn lines(items: &[New], indent: &str, step: &str, newline: &str) -> String {
    let mut out = String::new();
    // Formatters align the `=` of lines that follow each other.
    let rendered: Vec<(&New, String)> = items
        .iter()
        .map(|item| match item {
            New::Attribute(_, value) => (item, spread(value, indent, step, newline)),
            New::Block { .. } => (item, String::new()),
        })
        .collect();
    let runs = rendered.chunk_by(|a, b| single(a) && single(b));
    for (n, run) in runs.enumerate() {
        let width = run.iter().map(|(item, _)| name(item).chars().count()).max().unwrap_or(0);
        for (item, value) in run {
            match item {
                New::Attribute(name, _) => {
                    let pad = width - name.chars().count();
                    let _ = write!(out, "{indent}{name}{} = {value}{newline}", " ".repeat(pad));
                }
                New::Block { .. } => {
                    if n > 0 {
                        out.push_str(newline);
                    }
                    out.push_str(&block(item, indent, step, newline));
                }
            }
        }
    }
    out
}

fn single((item, value): &(&New, String)) -> bool {
    matches!(item, New::Attribute(..)) && !value.contains(['\n', '\r'])
}

fn name(item: &New) -> &str {
    match item {
        New::Attribute(name, _) => name,
        New::Block { kind, .. } => kind,
    }
}

/// A block with its line break.
pub(super) fn block(new: &New, indent: &str, step: &str, newline: &str) -> String {
    let New::Block { kind, labels, items } = new else {
        return lines(std::slice::from_ref(new), indent, step, newline);
    };
    let mut out = format!("{indent}{kind}");
    for label in labels {
        let _ = write!(out, " {}", string(label));
    }
    if items.is_empty() {
        let _ = write!(out, " {{}}{newline}");
        return out;
    }
    let inner = format!("{indent}{step}");
    let _ = write!(out, " {{{newline}{}{indent}}}{newline}", lines(items, &inner, step, newline));
    out
}
