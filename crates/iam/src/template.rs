//! Texts with policy variables: `arn:aws:s3:::home/${aws:username}/*`.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>

use std::borrow::Cow;

use crate::context::{Context, Key, State};
use crate::document::Version;
use crate::glob::{Glob, ONE, STAR};

/// How the letters of a text are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reading {
    /// `*` and `?` are wildcards.
    pub wild: bool,
    /// Case does not matter.
    pub fold: bool,
    /// `${…}` is a variable.
    pub variables: bool,
}

impl Reading {
    pub(crate) fn new(version: Version, wild: bool, fold: bool) -> Self {
        Self { wild, fold, variables: version == Version::New }
    }
}

/// A text, compiled.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Template {
    /// It holds no variable.
    Fixed(Glob),
    /// It is known once the request is.
    Variable(Box<[Part]>, bool),
}

/// A piece of a text with variables.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Part {
    /// Bytes, wildcards as in [`Glob`].
    Bytes(Box<[u8]>),
    /// A variable with what stands in its place when the request lacks the key.
    Variable { key: Key, default: Option<Box<str>> },
}

/// A text for one request.
pub(crate) enum Resolved<'a> {
    /// It is this.
    Glob(Cow<'a, Glob>),
    /// A variable has no value: the text matches nothing.
    Nothing,
    /// A variable's value is unknown.
    Unknown,
}

impl Template {
    pub(crate) fn new(text: &str, reading: Reading) -> Self {
        let text = if reading.fold { Cow::Owned(text.to_lowercase()) } else { Cow::Borrowed(text) };
        if !reading.variables || !text.contains("${") {
            return Self::Fixed(Glob::from_bytes(text.bytes().map(|b| wildcard(b, reading.wild))));
        }
        let mut parts: Vec<Part> = Vec::new();
        let mut bytes: Vec<u8> = Vec::new();
        let mut rest = &*text;
        while let Some((before, after)) = rest.split_once("${") {
            bytes.extend(before.bytes().map(|b| wildcard(b, reading.wild)));
            let Some((inner, behind)) = after.split_once('}') else {
                // Without a closing brace the text is literal.
                bytes.extend(b"${");
                rest = after;
                continue;
            };
            rest = behind;
            match inner {
                "*" | "?" | "$" => bytes.extend(inner.bytes()),
                _ => {
                    if !bytes.is_empty() {
                        parts.push(Part::Bytes(std::mem::take(&mut bytes).into()));
                    }
                    let (name, default) = match inner.split_once(',') {
                        Some((name, default)) => (name, Some(unquoted(default).into())),
                        None => (inner, None),
                    };
                    parts.push(Part::Variable { key: Key::new(name.trim()), default });
                }
            }
        }
        bytes.extend(rest.bytes().map(|b| wildcard(b, reading.wild)));
        if parts.is_empty() {
            return Self::Fixed(Glob::from_bytes(bytes.into_iter()));
        }
        if !bytes.is_empty() {
            parts.push(Part::Bytes(bytes.into()));
        }
        Self::Variable(parts.into(), reading.fold)
    }

    /// The keys that it reads.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &Key> {
        let parts: &[Part] = match self {
            Self::Fixed(_) => &[],
            Self::Variable(parts, _) => parts,
        };
        parts.iter().filter_map(|part| match part {
            Part::Variable { key, .. } => Some(key),
            Part::Bytes(_) => None,
        })
    }

    pub(crate) fn fixed(&self) -> Option<&Glob> {
        match self {
            Self::Fixed(glob) => Some(glob),
            Self::Variable(..) => None,
        }
    }

    pub(crate) fn resolve(&self, context: &Context) -> Resolved<'_> {
        let (parts, fold) = match self {
            Self::Fixed(glob) => return Resolved::Glob(Cow::Borrowed(glob)),
            Self::Variable(parts, fold) => (parts, *fold),
        };
        let mut bytes: Vec<u8> = Vec::new();
        let mut unknown = false;
        for part in parts {
            match part {
                Part::Bytes(run) => bytes.extend(&**run),
                Part::Variable { key, default } => match (context.get(key), default) {
                    (State::Known(values), _) if values.len() == 1 => {
                        let value = values.first().map_or("", |v| v);
                        // A value of which part is not known.
                        unknown |= value.chars().any(crate::symbol::is_letter);
                        if fold {
                            bytes.extend(value.to_lowercase().bytes());
                        } else {
                            bytes.extend(value.bytes());
                        }
                    }
                    // A list has no one text that could stand here; AWS allows no such key in a variable.
                    (State::Known(_) | State::Unknown, _) => unknown = true,
                    (State::Absent, Some(default)) => bytes.extend(default.bytes()),
                    (State::Absent, None) => return Resolved::Nothing,
                },
            }
        }
        if unknown {
            Resolved::Unknown
        } else {
            Resolved::Glob(Cow::Owned(Glob::from_bytes(bytes.into_iter())))
        }
    }
}

fn wildcard(byte: u8, wild: bool) -> u8 {
    match byte {
        b'*' if wild => STAR,
        b'?' if wild => ONE,
        other => other,
    }
}

fn unquoted(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix('\'').and_then(|t| t.strip_suffix('\'')).unwrap_or(text)
}

/// The ends of the first five segments of an ARN pattern: a colon inside `${…}` ends none.
pub(crate) fn segments(text: &str, variables: bool) -> Vec<&str> {
    let mut out = Vec::with_capacity(6);
    let mut rest = text;
    let mut from = 0;
    while out.len() < 5 {
        let Some(found) = rest.get(from..).and_then(|tail| tail.find([':', '$'])) else { break };
        let at = from + found;
        if rest.as_bytes().get(at) == Some(&b'$') {
            let closes =
                rest.get(at..).filter(|t| variables && t.starts_with("${")).and_then(|t| t.find('}'));
            from = closes.map_or(at + 1, |n| at + n + 1);
            continue;
        }
        let (Some(segment), Some(after)) = (rest.get(..at), rest.get(at + 1..)) else { break };
        out.push(segment);
        rest = after;
        from = 0;
    }
    out.push(rest);
    out
}
