use palisade_graph::{Entry, Piece, State, Target, Val, Value};
use smol_str::SmolStr;

use super::Call;
use super::text::{Out, json, pieces, text};
use crate::terraform::documents;

/// Encodings; `None` where the name is no such function.
pub fn call(c: &Call<'_>) -> Option<Val> {
    Some(match c.name {
        "jsonencode" => jsonencode(c),
        "jsondecode" => jsondecode(c),
        // A document's structure survives; YAML can be written as JSON.
        "yamlencode" => structure(c).unwrap_or_else(|| jsonencode(c)),
        "yamldecode" => yamldecode(c),
        "base64encode" => base64encode(c),
        "base64decode" => base64decode(c),
        "urlencode" => urlencode(c),
        "csvdecode" => csvdecode(c),
        _ => return None,
    })
}

fn structure(c: &Call<'_>) -> Option<Val> {
    matches!(c.arg(0).state, State::Known(Value::List(_) | Value::Map(_)) | State::Ref(_) | State::Unknown(_))
        .then(|| c.passed(c.arg(0)))
}

/// JSON of a map or list is that map or list, so that its parts keep their places.
fn jsonencode(c: &Call<'_>) -> Val {
    structure(c).unwrap_or_else(|| {
        let mut out = Out::default();
        json(c.arg(0), &mut out);
        c.pieces(out.finish())
    })
}

fn jsondecode(c: &Call<'_>) -> Val {
    match &c.arg(0).state {
        State::Known(Value::List(_) | Value::Map(_) | Value::Num(_) | Value::Bool(_)) => c.passed(c.arg(0)),
        State::Known(Value::Str(_)) | State::Partial(_) => match documents::json(c.cx.files, c.arg(0)) {
            Some(val) => val.through(palisade_graph::Via::Evaluated, c.span),
            None => c.refused(),
        },
        // What is decoded from a secret is a part of it.
        State::Ref(target) if matches!(**target, Target::External { .. }) => c.passed(c.arg(0)),
        _ => c.refused(),
    }
}

fn yamldecode(c: &Call<'_>) -> Val {
    match &c.arg(0).state {
        State::Known(Value::List(_) | Value::Map(_)) => c.passed(c.arg(0)),
        State::Known(Value::Str(_)) | State::Partial(_) => match documents::yaml(c.cx.files, c.arg(0)) {
            Some(val) => val.through(palisade_graph::Via::Evaluated, c.span),
            None => c.refused(),
        },
        _ => c.refused(),
    }
}

fn base64encode(c: &Call<'_>) -> Val {
    match text(c.arg(0)) {
        Some(t) => c.string(crate::cloudformation::functions::base64(&t)),
        None => c.refused(),
    }
}

fn base64decode(c: &Call<'_>) -> Val {
    let Some(t) = text(c.arg(0)) else { return c.refused() };
    match decoded(&t).and_then(|bytes| String::from_utf8(bytes).ok()) {
        Some(t) => c.string(t),
        None => c.refused(),
    }
}

/// Bytes of standard Base64 (RFC 4648, section 4) with its padding; line ends are skipped.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count, mut padding, mut length) = (0u32, 0u32, 0usize, 0usize);
    for byte in text.bytes().filter(|b| !matches!(b, b'\n' | b'\r')) {
        length += 1;
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' if padding < 2 => {
                padding += 1;
                continue;
            }
            _ => return None,
        };
        if padding > 0 {
            return None;
        }
        bits = (bits << 6 | u32::from(value)) & 0x00ff_ffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from((bits >> count) & 0xff).ok()?);
        }
    }
    (length % 4 == 0).then_some(out)
}

/// As Go's `url.QueryEscape`: a blank is `+`.
fn urlencode(c: &Call<'_>) -> Val {
    let Some(given) = pieces(c.arg(0)) else { return c.refused() };
    let mut out = Out::default();
    for piece in given {
        match piece {
            Piece::Text(t) => {
                let mut escaped = String::with_capacity(t.len());
                for byte in t.bytes() {
                    match byte {
                        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                            escaped.push(char::from(byte));
                        }
                        b' ' => escaped.push('+'),
                        _ => escaped.push_str(&format!("%{byte:02X}")),
                    }
                }
                out.text(&escaped);
            }
            Piece::Hole(v) => {
                let inner = Call { arguments: std::slice::from_ref(&v), ..*c };
                out.hole(inner.unknown());
            }
        }
    }
    c.pieces(out.finish())
}

/// A list of maps from column names to strings.
fn csvdecode(c: &Call<'_>) -> Val {
    let Some(t) = text(c.arg(0)) else { return c.refused() };
    let mut reader = csv::Reader::from_reader(t.as_bytes());
    let Ok(header) = reader.headers().cloned() else { return c.refused() };
    let mut rows = Vec::new();
    for record in reader.records() {
        let Ok(record) = record else { return c.refused() };
        if rows.len() > super::ELEMENTS {
            return c.limit("elements");
        }
        let mut entries: Vec<Entry> = Vec::with_capacity(header.len());
        for (name, field) in header.iter().zip(record.iter()) {
            let entry = Entry {
                key: SmolStr::new(name),
                key_span: c.arg(0).span,
                val: Val::str(field, c.arg(0).span),
            };
            if !entries.iter().any(|e| e.key == entry.key) {
                entries.push(entry);
            }
        }
        rows.push(Val::map(entries, c.arg(0).span));
    }
    c.list(rows, false)
}
