use palisade_graph::{Entry, Val};
use regex::{Captures, Regex, RegexBuilder};
use smol_str::SmolStr;

use super::Call;
use super::text::text;

/// Bytes a compiled pattern may take.
const SIZE: usize = 1 << 18;

/// Bytes a pattern may have.
const LENGTH: usize = 4096;

/// A pattern in RE2's syntax.
pub fn compile(pattern: &str) -> Option<Regex> {
    if pattern.len() > LENGTH {
        return None;
    }
    RegexBuilder::new(&translated(pattern)).size_limit(SIZE).dfa_size_limit(SIZE).build().ok()
}

/// RE2's syntax in the library's, where they differ: `\w`, `\d`, `\s` and `\b` are those of ASCII, `\Q…\E` is
/// literal, and a class has no classes and no operators in it.
fn translated(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut class = false;
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or("");
        rest = after;
        match c {
            '\\' => {
                let Some(escaped) = after.chars().next() else {
                    out.push('\\');
                    break;
                };
                rest = after.get(escaped.len_utf8()..).unwrap_or("");
                match escaped {
                    'w' => out.push_str("[0-9A-Za-z_]"),
                    'W' => out.push_str("[^0-9A-Za-z_]"),
                    'd' => out.push_str("[0-9]"),
                    'D' => out.push_str("[^0-9]"),
                    's' => out.push_str("[\\t\\n\\f\\r ]"),
                    'S' => out.push_str("[^\\t\\n\\f\\r ]"),
                    'b' if !class => out.push_str("(?-u:\\b)"),
                    'Q' if !class => {
                        let (literal, next) = rest.split_once("\\E").unwrap_or((rest, ""));
                        out.push_str(&regex::escape(literal));
                        rest = next;
                    }
                    // Any other mark stands for itself, as it does without the backslash.
                    _ if !escaped.is_ascii_alphanumeric() => {
                        out.push_str(&regex::escape(&escaped.to_string()));
                    }
                    _ => {
                        out.push('\\');
                        out.push(escaped);
                    }
                }
            }
            '[' if class && !rest.starts_with(':') => out.push_str("\\["),
            '[' if class => match rest.split_once(":]") {
                Some((name, next)) => {
                    out.push('[');
                    out.push_str(name);
                    out.push_str(":]");
                    rest = next;
                }
                None => out.push('['),
            },
            '[' => {
                class = true;
                out.push('[');
                for first in ["^", "]"] {
                    if let Some(next) = rest.strip_prefix(first) {
                        out.push_str(if first == "]" { "\\]" } else { first });
                        rest = next;
                    }
                }
            }
            ']' if class => {
                class = false;
                out.push(']');
            }
            '&' | '~' if class => {
                out.push('\\');
                out.push(c);
            }
            '-' if class && rest.starts_with('-') => out.push_str("\\-"),
            _ => out.push(c),
        }
    }
    out
}

/// `regex(pattern, string)`
pub fn regex(c: &Call<'_>) -> Val {
    let (Some(pattern), Some(t)) = (text(c.arg(0)), text(c.arg(1))) else { return c.refused() };
    let Some(regex) = compile(&pattern) else { return c.refused() };
    match regex.captures(&t) {
        Some(found) => captured(c, &regex, &found),
        None => c.refused(),
    }
}

/// `regexall(pattern, string)`
pub fn regexall(c: &Call<'_>) -> Val {
    let (Some(pattern), Some(t)) = (text(c.arg(0)), text(c.arg(1))) else { return c.refused() };
    let Some(regex) = compile(&pattern) else { return c.refused() };
    let found = regex.captures_iter(&t).take(super::ELEMENTS + 1);
    c.list(found.map(|f| captured(c, &regex, &f)).collect(), false)
}

/// The whole match, or its groups: a map where they have names, a list where they have not.
fn captured(c: &Call<'_>, regex: &Regex, found: &Captures<'_>) -> Val {
    let group = |n: usize| match found.get(n) {
        Some(m) => Val::str(m.as_str(), c.span),
        None => Val { span: c.span, ..Val::null().clone() },
    };
    let names: Vec<Option<&str>> = regex.capture_names().skip(1).collect();
    if names.is_empty() {
        return group(0);
    }
    if names.iter().any(Option::is_some) {
        let named = names.iter().enumerate().filter_map(|(n, name)| {
            Some(Entry { key: SmolStr::new((*name)?), key_span: c.span, val: group(n + 1) })
        });
        return Val::map(named.collect(), c.span);
    }
    Val::list((1..=names.len()).map(group).collect(), c.span)
}

/// Replaces every match; `$1` and `${name}` in `with` are its groups.
pub fn replace_all(c: &Call<'_>, regex: &Regex, text: &str, with: &str) -> Val {
    let limit = c.cx.files.limits.string_bytes;
    let mut out = String::new();
    let mut from = 0;
    for found in regex.captures_iter(text) {
        let Some(whole) = found.get(0) else { continue };
        out.push_str(text.get(from..whole.start()).unwrap_or(""));
        found.expand(with, &mut out);
        from = whole.end();
        if out.len() > limit {
            return c.limit("size");
        }
    }
    out.push_str(text.get(from..).unwrap_or(""));
    c.string(out)
}

#[cfg(test)]
mod tests {
    use super::compile;

    #[test]
    fn patterns_mean_what_they_mean_in_re2() {
        for (pattern, text, matches) in [
            (r"^\w+$", "abc_1", true),
            (r"^\w+$", "ä", false),
            (r"^[\w-]+$", "a-b", true),
            (r"^\d$", "٣", false),
            (r"^[^\s]+$", "a\u{a0}b", true),
            (r"\bfoo\b", "a foo b", true),
            (r"^\Qa.b\E$", "a.b", true),
            (r"^\Qa.b\E$", "axb", false),
            (r"^[[]$", "[", true),
            (r"^[[:alpha:]]+$", "abc", true),
            (r"^[^[:alnum:]-]$", "-", false),
            (r"^[]a]+$", "]a", true),
            (r"^[a&&b]+$", "&b", true),
            (r"^[a--z]$", "-", true),
            (r"^\/\-\_\@$", "/-_@", true),
            (r"^(?i)ABC$", "abc", true),
            (r"^.$", "☃", true),
            (r"(?P<x>a)", "a", true),
            (r"(?<x>a)", "a", true),
        ] {
            let regex = compile(pattern).unwrap_or_else(|| panic!("{pattern}"));
            assert_eq!(regex.is_match(text), matches, "{pattern} {text}");
        }
        for pattern in ["(", "[a", r"(a)\1", "(?=a)", "a{1000000}", "(a{100}){1000}"] {
            assert!(compile(pattern).is_none(), "{pattern}");
        }
        assert!(compile(&"a".repeat(5000)).is_none());
    }
}
