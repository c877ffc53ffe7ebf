use palisade_graph::{Entry, List, Map, Piece, State, Target, Tri, Val, Value};
use smol_str::SmolStr;

use super::number::Number;
use super::text::{Out, pieces, text};
use super::{Call, convert, format, patterns};
use crate::terraform::documents;

/// Functions over strings; `None` where the name is no such function.
pub fn call(c: &Call<'_>) -> Option<Val> {
    Some(match c.name {
        "format" => format::format(c),
        "formatlist" => format::formatlist(c),
        "join" => join(c),
        "split" => split(c),
        "replace" => replace(c),
        "regex" => patterns::regex(c),
        "regexall" => patterns::regexall(c),
        "lower" => mapped(c, str::to_lowercase),
        "upper" => mapped(c, str::to_uppercase),
        "title" => whole(c, title),
        "strrev" => whole(c, |s| s.chars().rev().collect()),
        "chomp" => trimmed(c, |s| s.trim_end_matches(['\n', '\r'])),
        "trimspace" => trimmed(c, |s| s.trim()),
        "trim" => match text(c.arg(1)) {
            Some(set) => trimmed(c, |s| s.trim_matches(|ch| set.contains(ch))),
            None => c.refused(),
        },
        "trimprefix" => affix(c, true),
        "trimsuffix" => affix(c, false),
        "startswith" => prefixed(c, true),
        "endswith" => prefixed(c, false),
        "strcontains" => contains(c),
        "substr" => substr(c),
        "indent" => indent(c),
        _ => return None,
    })
}

/// A function of each character that does the same wherever the text is cut.
fn mapped(c: &Call<'_>, f: impl Fn(&str) -> String) -> Val {
    let Some(given) = pieces(c.arg(0)) else { return c.refused() };
    let mut out = Out::default();
    for piece in given {
        match piece {
            Piece::Text(t) => out.text(&f(&t)),
            Piece::Hole(v) if digits(&v) => out.hole(v),
            Piece::Hole(v) => {
                let inner = Call { arguments: std::slice::from_ref(&v), ..*c };
                out.hole(inner.unknown());
            }
        }
    }
    c.pieces(out.finish())
}

/// The account's id, which has no case.
fn digits(val: &Val) -> bool {
    matches!(val.as_target(), Some(Target::Pseudo(name)) if name == "AWS::AccountId")
}

/// A function of the whole text.
fn whole(c: &Call<'_>, f: impl Fn(&str) -> String) -> Val {
    match text(c.arg(0)) {
        Some(t) => c.string(f(&t)),
        None => c.refused(),
    }
}

/// A function that takes something away at the ends. A value that a resource answers has no blanks or marks
/// at its ends that anybody means to keep, so it stays what it is.
fn trimmed(c: &Call<'_>, f: impl Fn(&str) -> &str) -> Val {
    match &c.arg(0).state {
        State::Ref(_) | State::Known(Value::List(_) | Value::Map(_)) => c.passed(c.arg(0)),
        State::Partial(given) => ends(c, given, &f),
        _ => match text(c.arg(0)) {
            Some(t) => c.string(f(&t)),
            None => c.refused(),
        },
    }
}

/// Takes something away from the texts at both ends; not known where all of such a text goes, because then
/// the hole behind it might be cut as well.
fn ends(c: &Call<'_>, given: &[Piece], f: &dyn Fn(&str) -> &str) -> Val {
    let mut kept = given.to_vec();
    let last = kept.len().saturating_sub(1);
    for at in [0, last] {
        let Some(piece) = kept.get_mut(at) else { return c.unknown() };
        match piece {
            Piece::Text(t) => {
                // Between two marks that nothing takes away, only the outer end can change.
                let framed = if at == 0 { format!("{t}\u{10fffd}") } else { format!("\u{10fffd}{t}") };
                let cut = f(&framed);
                let inner = cut.trim_matches('\u{10fffd}');
                if inner.is_empty() {
                    return c.unknown();
                }
                *t = inner.into();
            }
            Piece::Hole(v) if matches!(v.state, State::Ref(_)) => {}
            Piece::Hole(_) => return c.unknown(),
        }
    }
    c.pieces(kept)
}

fn affix(c: &Call<'_>, front: bool) -> Val {
    let Some(what) = text(c.arg(1)) else { return c.refused() };
    let cut = |s: &str| {
        let rest = if front { s.strip_prefix(what.as_str()) } else { s.strip_suffix(what.as_str()) };
        rest.map(str::to_owned)
    };
    match &c.arg(0).state {
        State::Ref(_) => c.passed(c.arg(0)),
        State::Partial(given) => {
            let mut kept = given.to_vec();
            let end = if front { kept.first_mut() } else { kept.last_mut() };
            match end {
                Some(Piece::Text(t)) => match cut(t) {
                    Some(rest) => *t = rest.into(),
                    // Longer than the text up to the hole: what is in the hole would decide.
                    None if reaches(t, &what, front) => return c.unknown(),
                    None => {}
                },
                Some(Piece::Hole(v)) if matches!(v.state, State::Ref(_)) => {}
                _ => return c.unknown(),
            }
            c.pieces(kept)
        }
        _ => match text(c.arg(0)) {
            Some(t) => c.string(cut(&t).unwrap_or_else(|| t.to_string())),
            None => c.refused(),
        },
    }
}

/// Whether the affix may go on in the hole behind the text.
fn reaches(text: &str, affix: &str, front: bool) -> bool {
    if front { affix.starts_with(text) } else { affix.ends_with(text) }
}

fn prefixed(c: &Call<'_>, front: bool) -> Val {
    let Some(what) = text(c.arg(1)) else { return c.refused() };
    let whole = text(c.arg(0));
    if let Some(t) = whole {
        return c.bool(if front { t.starts_with(what.as_str()) } else { t.ends_with(what.as_str()) });
    }
    if what.is_empty() && !c.arg(0).is_null() {
        return c.bool(true);
    }
    let State::Partial(given) = &c.arg(0).state else { return c.refused() };
    let end = if front { given.first() } else { given.last() };
    let Some(Piece::Text(t)) = end else { return c.unknown() };
    let answer = if front { t.starts_with(what.as_str()) } else { t.ends_with(what.as_str()) };
    let answer = if answer {
        Tri::Yes
    } else if reaches(t, &what, front) {
        Tri::Unknown
    } else {
        Tri::No
    };
    c.tri(answer)
}

fn contains(c: &Call<'_>) -> Val {
    let Some(what) = text(c.arg(1)) else { return c.refused() };
    if let Some(t) = text(c.arg(0)) {
        return c.bool(t.contains(what.as_str()));
    }
    match &c.arg(0).state {
        State::Partial(given)
            if given.iter().any(|p| matches!(p, Piece::Text(t) if t.contains(what.as_str()))) =>
        {
            c.bool(true)
        }
        _ => c.refused(),
    }
}

/// Words begin behind anything that is no letter, digit or underscore, as in Go's `strings.Title`.
fn title(s: &str) -> String {
    let mut out = String::with_capacity(s.len());
    let mut start = true;
    for ch in s.chars() {
        if start {
            out.extend(ch.to_uppercase());
        } else {
            out.push(ch);
        }
        start = !(ch.is_alphanumeric() || ch == '_') && (ch.is_ascii() || ch.is_whitespace());
    }
    out
}

fn join(c: &Call<'_>) -> Val {
    let Some(separator) = pieces(c.arg(0)) else { return c.refused() };
    // `join("", data.aws_iam_policy_document.x[*].json)`: the only element is what it is, a document too.
    let mut lists = c.arguments.iter().skip(1).map(Val::as_list);
    if let (Some(Some(list)), None) = (lists.next(), lists.next())
        && let ([only], false) = (list.items.as_slice(), list.open)
        && (only.as_list().is_some() || only.as_map().is_some())
    {
        return c.passed(only);
    }
    let mut out = Out::default();
    let mut first = true;
    for list in c.arguments.iter().skip(1) {
        let Some(list) = list.as_list() else { return c.refused() };
        if list.open {
            return c.unknown();
        }
        for item in &list.items {
            if !first {
                for piece in &separator {
                    match piece {
                        Piece::Text(t) => out.text(t),
                        Piece::Hole(v) => out.hole(v.clone()),
                    }
                }
            }
            first = false;
            if pieces(item).is_none() {
                return c.refused();
            }
            out.val(item);
        }
    }
    c.pieces(out.finish())
}

fn split(c: &Call<'_>) -> Val {
    let Some(separator) = text(c.arg(0)) else { return c.refused() };
    match text(c.arg(1)) {
        Some(t) if separator.is_empty() => {
            c.list(t.chars().map(|ch| Val::str(ch.to_string(), c.span)).collect(), false)
        }
        Some(t) => c.list(t.split(separator.as_str()).map(|p| Val::str(p, c.span)).collect(), false),
        None => match crate::cloudformation::functions::split(&separator, c.arg(1)) {
            Some(items) => c.list(items, false),
            None => c.refused(),
        },
    }
}

fn replace(c: &Call<'_>) -> Val {
    let Some(what) = text(c.arg(1)) else { return c.refused() };
    let pattern = what.strip_prefix('/').and_then(|p| p.strip_suffix('/')).filter(|_| what.len() > 1);
    if let Some(pattern) = pattern {
        let (Some(t), Some(with), Some(regex)) = (text(c.arg(0)), text(c.arg(2)), patterns::compile(pattern))
        else {
            return c.refused();
        };
        return patterns::replace_all(c, &regex, &t, &with);
    }
    let Some(with) = pieces(c.arg(2)) else { return c.refused() };
    let inside = Inside { what: &what, with: &with };
    // The text of a document with marks in it: its parts keep their places.
    if placeholder(&what)
        && c.arg(0).known_prefix().trim_start().starts_with('{')
        && let Some(document) = documents::json(c.cx.files, c.arg(0))
        && let Some(val) = inside.replace(&document, c)
    {
        return val;
    }
    if let (Some(t), Some(with)) = (plain(c.arg(0)), text(c.arg(2))) {
        return replaced(c, &t, &what, &with);
    }
    match inside.replace(c.arg(0), c) {
        Some(val) => val,
        // JSON as text.
        None => match (text(c.arg(0)), text(c.arg(2))) {
            (Some(t), Some(with)) => replaced(c, &t, &what, &with),
            _ => c.refused(),
        },
    }
}

/// Text of what is no structure.
fn plain(val: &Val) -> Option<SmolStr> {
    if val.as_list().is_some() || val.as_map().is_some() { None } else { text(val) }
}

/// Replacement of literal text by text that may have holes, also in the strings of a document, which stays a
/// document: what is replaced and what replaces it have no part of JSON's own syntax.
struct Inside<'a> {
    what: &'a str,
    with: &'a [Piece],
}

impl Inside<'_> {
    /// `None` where the outcome is not certain.
    fn replace(&self, val: &Val, c: &Call<'_>) -> Option<Val> {
        match &val.state {
            State::Known(Value::List(_) | Value::Map(_)) => {
                let syntax =
                    |t: &str| t.contains(['"', '\\', '{', '}', '[', ']', ',', ':']) && !placeholder(t);
                let escaped = |p: &Piece| matches!(p, Piece::Text(t) if t.contains(['"', '\\']) || t.contains(char::is_control));
                if syntax(self.what) || self.with.iter().any(escaped) {
                    return None;
                }
                self.within(val, c, 0)
            }
            _ => self.string(val, c),
        }
    }

    fn within(&self, val: &Val, c: &Call<'_>, depth: usize) -> Option<Val> {
        if depth > c.cx.files.limits.depth {
            return None;
        }
        let state = match &val.state {
            State::Known(Value::List(l)) => {
                let items = l.items.iter().map(|i| self.within(i, c, depth + 1)).collect::<Option<_>>()?;
                State::Known(Value::List(List { items, open: l.open }.into()))
            }
            State::Known(Value::Map(m)) => {
                let mut entries = Vec::with_capacity(m.entries.len());
                for e in &m.entries {
                    // A key is text.
                    let key = self.string(&Val::str(e.key.clone(), e.key_span), c)?;
                    let key = text(&key)?;
                    entries.push(Entry {
                        key,
                        key_span: e.key_span,
                        val: self.within(&e.val, c, depth + 1)?,
                    });
                }
                State::Known(Value::Map(Map { entries, open: m.open }.into()))
            }
            State::Known(Value::Str(_)) | State::Partial(_) => {
                let replaced = self.string(val, c)?;
                return Some(Val { span: val.span, via: val.via.clone(), ..replaced });
            }
            State::Known(_) if placeholder(self.what) => return Some(val.clone()),
            State::Ref(_) if self.untouched(val) => return Some(val.clone()),
            // Not known before, not known after.
            State::Unknown(_) => return Some(val.clone()),
            _ => return None,
        };
        Some(Val { state, span: val.span, via: val.via.clone() })
    }

    fn string(&self, val: &Val, c: &Call<'_>) -> Option<Val> {
        let given = match &val.state {
            State::Known(Value::Str(s)) if !s.contains(self.what) => return Some(val.clone()),
            State::Known(Value::Str(s)) => vec![Piece::Text(s.clone())],
            State::Partial(given) => given.to_vec(),
            _ => return None,
        };
        if self.what.is_empty() {
            return None;
        }
        let mut out = Out::default();
        for piece in given {
            match piece {
                Piece::Text(t) => {
                    for (n, part) in t.split(self.what).enumerate() {
                        if n > 0 {
                            for piece in self.with {
                                match piece {
                                    Piece::Text(t) => out.text(t),
                                    Piece::Hole(v) => out.hole(v.clone()),
                                }
                            }
                        }
                        out.text(part);
                    }
                }
                Piece::Hole(v) if self.untouched(&v) => out.hole(v),
                Piece::Hole(_) => return None,
            }
        }
        Some(c.pieces(out.finish()))
    }

    /// Whether what is replaced certainly does not stand in a hole, nor begins or ends in one.
    fn untouched(&self, hole: &Val) -> bool {
        if placeholder(self.what) {
            return true;
        }
        let Some(target) = hole.as_target() else { return false };
        let mut chars = self.what.chars();
        let (Some(only), None) = (chars.next(), chars.next()) else { return false };
        match target {
            // The account's id is digits; a region and a partition are small letters, digits and hyphens.
            Target::Pseudo(name) if name == "AWS::AccountId" => !only.is_ascii_digit(),
            Target::Pseudo(name) if name == "AWS::Region" || name == "AWS::Partition" => {
                !(only.is_ascii_digit() || only.is_ascii_lowercase() || only == '-')
            }
            _ => false,
        }
    }
}

/// Whether a text is a mark that somebody put into a document to be replaced, such as `__TABLE_ARN__`,
/// `<bucket>` or `$account`: no name, ARN or id of AWS has it in it.
fn placeholder(what: &str) -> bool {
    let marks = |c: char| {
        !(c.is_ascii_alphanumeric() || c.is_whitespace() || matches!(c, '-' | '/' | ':' | '.' | '*' | ','))
    };
    what.len() > 3 && what.starts_with(marks) && !what.contains(['"', '\\'])
}

fn replaced(c: &Call<'_>, text: &str, what: &str, with: &str) -> Val {
    let count = if what.is_empty() { text.chars().count() + 1 } else { text.matches(what).count() };
    if text.len().saturating_add(count.saturating_mul(with.len())) > c.cx.files.limits.string_bytes {
        return c.limit("size");
    }
    c.string(text.replace(what, with))
}

fn substr(c: &Call<'_>) -> Val {
    let (Some(offset), Some(length)) = (whole_number(c.arg(1)), whole_number(c.arg(2))) else {
        return c.refused();
    };
    match text(c.arg(0)) {
        Some(t) => c.string(cut(&t, offset, length)),
        // Inside of the text before the first hole.
        None => match &c.arg(0).state {
            State::Partial(given) if offset >= 0 && length >= 0 => match given.first() {
                Some(Piece::Text(t)) if (t.chars().count() as i128) >= offset.saturating_add(length) => {
                    c.string(cut(t, offset, length))
                }
                _ => c.unknown(),
            },
            _ => c.refused(),
        },
    }
}

fn cut(text: &str, offset: i128, length: i128) -> String {
    let total = text.chars().count() as i128;
    let start = if offset < 0 { (total + offset).max(0) } else { offset };
    let skip = usize::try_from(start).unwrap_or(usize::MAX);
    let rest = text.chars().skip(skip);
    if length < 0 {
        rest.collect()
    } else {
        rest.take(usize::try_from(length).unwrap_or(usize::MAX)).collect()
    }
}

fn indent(c: &Call<'_>) -> Val {
    let Some(n) = whole_number(c.arg(0)).and_then(|n| usize::try_from(n).ok()) else { return c.refused() };
    if n > c.cx.files.limits.string_bytes {
        return c.limit("size");
    }
    let pad: SmolStr = format!("\n{}", " ".repeat(n)).into();
    let Some(given) = pieces(c.arg(1)) else { return c.refused() };
    let mut kept = Vec::with_capacity(given.len());
    for piece in given {
        match piece {
            Piece::Text(t) => match replaced(c, &t, "\n", &pad) {
                Val { state: State::Known(Value::Str(t)), .. } => kept.push(Piece::Text(t)),
                limit => return limit,
            },
            // Lines inside of a hole would be indented too, which changes no document.
            hole @ Piece::Hole(_) => kept.push(hole),
        }
    }
    c.pieces(kept)
}

/// A whole number that an argument is.
pub fn whole_number(val: &Val) -> Option<i128> {
    convert::number(val).and_then(Number::whole)
}
