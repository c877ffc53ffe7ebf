use palisade_graph::{Entry, Val};
use regex::{Captures, Regex, RegexBuilder};
use smol_str::SmolStr;

use super::Call;
use super::text::text;

/// Bytes a compiled pattern may take.
const SIZE: usize = 1 << 20;

/// A pattern in RE2's syntax, in which the library agrees with Go's but for a few escapes.
pub fn compile(pattern: &str) -> Option<Regex> {
    let build = |p: &str| RegexBuilder::new(p).size_limit(SIZE).dfa_size_limit(SIZE).build().ok();
    // `\C` and `\Q…\E` are Go's alone; the latter is written out.
    build(pattern).or_else(|| pattern.contains("\\Q").then(|| build(&quoted(pattern)))?)
}

/// `\Q…\E` written out.
fn quoted(pattern: &str) -> String {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once("\\Q") {
        out.push_str(before);
        let (literal, next) = after.split_once("\\E").unwrap_or((after, ""));
        out.push_str(&regex::escape(literal));
        rest = next;
    }
    out.push_str(rest);
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
