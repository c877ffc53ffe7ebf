use palisade_graph::{Piece, State, Val, Value};

use super::number::Number;
use super::text::{Out, json, pieces, text};
use super::{Call, convert};

/// Characters a value may be padded to.
const WIDTH: usize = 1 << 16;

/// A part of a format.
#[derive(Debug, Clone, PartialEq)]
enum Part {
    Text(String),
    Verb(Verb),
    /// A hole in the format itself, by its number.
    Hole(usize),
}

/// `%-08.2[3]f`
#[expect(clippy::struct_excessive_bools, reason = "the flags of the language")]
#[derive(Debug, Clone, Default, PartialEq)]
struct Verb {
    argument: usize,
    minus: bool,
    plus: bool,
    space: bool,
    zero: bool,
    sharp: bool,
    width: Option<usize>,
    precision: Option<usize>,
    letter: char,
}

/// `format(spec, values…)`
pub fn format(c: &Call<'_>) -> Val {
    let Some((parts, holes)) = parts_of(c.arg(0)) else { return c.refused() };
    let arguments = c.arguments.get(1..).unwrap_or(&[]);
    if let ([Part::Verb(verb)], [only]) = (parts.as_slice(), arguments)
        && matches!(verb.letter, 's' | 'v')
        && (only.as_list().is_some() || only.as_map().is_some())
    {
        // A document alone stays one.
        return c.passed(only);
    }
    match filled(c, &parts, &holes, arguments) {
        Ok(pieces) => c.pieces(pieces),
        Err(Fault::Refused) => c.refused(),
        Err(Fault::Unknown) => c.unknown(),
    }
}

/// `formatlist(spec, lists or values…)`: a string for each place of the lists.
pub fn formatlist(c: &Call<'_>) -> Val {
    let Some((parts, holes)) = parts_of(c.arg(0)) else { return c.refused() };
    let arguments = c.arguments.get(1..).unwrap_or(&[]);
    let mut length: Option<usize> = None;
    let mut open = false;
    for list in arguments.iter().filter_map(Val::as_list) {
        open |= list.open;
        match length {
            Some(n) if n != list.items.len() && !open => return c.refused(),
            _ => length = Some(length.map_or(list.items.len(), |n| n.min(list.items.len()))),
        }
    }
    // What is not known may be a list as well as a value.
    let unclear = arguments.iter().any(|a| matches!(a.state, State::Unknown(_)));
    if unclear && (length.is_none() || open) {
        return c.unknown();
    }
    if open && arguments.iter().filter(|a| a.as_list().is_some()).count() > 1 {
        // Which elements stand beside each other is not known.
        return c.unknown();
    }
    let mut items = Vec::new();
    for n in 0..length.unwrap_or(1) {
        if n > super::ELEMENTS {
            return c.limit("elements");
        }
        let row: Vec<Val> = arguments
            .iter()
            .map(|a| match (a.as_list(), &a.state) {
                (Some(list), _) => list.items.get(n).cloned().unwrap_or_default(),
                (None, State::Unknown(_)) => c.because(a),
                _ => a.clone(),
            })
            .collect();
        items.push(match filled(c, &parts, &holes, &row) {
            Ok(pieces) => c.pieces(pieces),
            Err(Fault::Refused) => return c.refused(),
            Err(Fault::Unknown) => c.unknown(),
        });
    }
    c.list(items, open)
}

enum Fault {
    Refused,
    Unknown,
}

/// The parts of a format, which may have holes itself.
fn parts_of(spec: &Val) -> Option<(Vec<Part>, Vec<Val>)> {
    let mut parts = Vec::new();
    let mut holes = Vec::new();
    let mut next = 0;
    for piece in pieces(spec)? {
        match piece {
            Piece::Text(t) => parse(&t, &mut next, &mut parts)?,
            Piece::Hole(v) => {
                parts.push(Part::Hole(holes.len()));
                holes.push(v);
            }
        }
    }
    Some((parts, holes))
}

fn parse(spec: &str, next: &mut usize, parts: &mut Vec<Part>) -> Option<()> {
    let mut chars = spec.chars().peekable();
    let mut literal = String::new();
    while let Some(ch) = chars.next() {
        if ch != '%' {
            literal.push(ch);
            continue;
        }
        if chars.peek() == Some(&'%') {
            chars.next();
            literal.push('%');
            continue;
        }
        let mut verb = Verb { argument: *next, ..Verb::default() };
        while let Some(flag) = chars.next_if(|c| matches!(c, '-' | '+' | ' ' | '0' | '#')) {
            match flag {
                '-' => verb.minus = true,
                '+' => verb.plus = true,
                ' ' => verb.space = true,
                '0' => verb.zero = true,
                _ => verb.sharp = true,
            }
        }
        verb.width = digits(&mut chars)?;
        if chars.next_if_eq(&'.').is_some() {
            verb.precision = Some(digits(&mut chars)?.unwrap_or(0));
        }
        if chars.next_if_eq(&'[').is_some() {
            verb.argument = digits(&mut chars)??.checked_sub(1)?;
            chars.next_if_eq(&']')?;
        }
        verb.letter = chars.next()?;
        *next = verb.argument + 1;
        if !literal.is_empty() {
            parts.push(Part::Text(std::mem::take(&mut literal)));
        }
        parts.push(Part::Verb(verb));
    }
    if !literal.is_empty() {
        parts.push(Part::Text(literal));
    }
    Some(())
}

/// A number written in digits, if there is one; `None` for one that nobody means.
#[expect(clippy::option_option, reason = "absent and too large are two things")]
fn digits(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<Option<usize>> {
    let mut n = None;
    while let Some(d) = chars.next_if(char::is_ascii_digit) {
        n = Some(n.unwrap_or(0usize) * 10 + d.to_digit(10)? as usize);
        if n? > WIDTH {
            return None;
        }
    }
    Some(n)
}

fn filled(c: &Call<'_>, parts: &[Part], holes: &[Val], arguments: &[Val]) -> Result<Vec<Piece>, Fault> {
    let mut out = Out::default();
    let mut used = 0;
    for part in parts {
        match part {
            Part::Text(t) => out.text(t),
            Part::Hole(n) => out.hole(holes.get(*n).cloned().unwrap_or_default()),
            Part::Verb(verb) => {
                used = used.max(verb.argument + 1);
                let argument = arguments.get(verb.argument).ok_or(Fault::Refused)?;
                one(c, verb, argument, &mut out)?;
            }
        }
    }
    // What stands in a hole of the format may use the rest.
    if used < arguments.len() && holes.is_empty() { Err(Fault::Refused) } else { Ok(out.finish()) }
}

fn one(c: &Call<'_>, verb: &Verb, val: &Val, out: &mut Out) -> Result<(), Fault> {
    let refused = || if super::reason(val).is_some() { Fault::Unknown } else { Fault::Refused };
    let plain = verb.width.is_none() && verb.precision.is_none();
    match verb.letter {
        'v' => match &val.state {
            State::Known(Value::Num(_)) => {
                let n = convert::number(val).ok_or(Fault::Refused)?;
                out.text(&padded(verb, &signed(verb, &n.to_text()), true));
                Ok(())
            }
            State::Known(Value::Null) => {
                out.text(&padded(verb, "null", false));
                Ok(())
            }
            State::Known(Value::List(_) | Value::Map(_)) => {
                json(val, out);
                Ok(())
            }
            State::Known(Value::Str(s)) if verb.sharp => {
                out.text(&padded(verb, &quoted(s), false));
                Ok(())
            }
            _ => string(verb, val, plain, out).ok_or_else(refused),
        },
        's' => string(verb, val, plain, out).ok_or_else(refused),
        'q' => match text(val) {
            Some(t) => {
                out.text(&padded(verb, &quoted(&t), false));
                Ok(())
            }
            None if plain && !val.is_null() => {
                out.text("\"");
                out.val(val);
                out.text("\"");
                Ok(())
            }
            None => Err(refused()),
        },
        't' => match convert::boolean(val) {
            Some(b) => {
                out.text(&padded(verb, if b { "true" } else { "false" }, false));
                Ok(())
            }
            None => hole(c, verb, val, plain, out),
        },
        'd' | 'b' | 'o' | 'x' | 'X' => match convert::number(val) {
            Some(n) => {
                let n = n.truncate();
                let (magnitude, sign) = (n.unsigned_abs(), if n < 0 { "-" } else { "" });
                let digits = match verb.letter {
                    'd' => format!("{magnitude}"),
                    'b' => format!("{magnitude:b}"),
                    'o' => format!("{magnitude:o}"),
                    'x' => format!("{magnitude:x}"),
                    _ => format!("{magnitude:X}"),
                };
                out.text(&padded(verb, &signed(verb, &format!("{sign}{digits}")), true));
                Ok(())
            }
            None => hole(c, verb, val, plain, out),
        },
        'e' | 'E' | 'f' | 'g' | 'G' => match convert::number(val) {
            Some(n) => {
                out.text(&padded(verb, &signed(verb, &real(verb, n)), true));
                Ok(())
            }
            None => hole(c, verb, val, plain, out),
        },
        _ => Err(Fault::Refused),
    }
}

/// The text of a value, with its holes where it is not padded.
fn string(verb: &Verb, val: &Val, plain: bool, out: &mut Out) -> Option<()> {
    match text(val) {
        Some(t) => {
            let t = match verb.precision {
                Some(n) => t.chars().take(n).collect(),
                None => t.to_string(),
            };
            out.text(&padded(verb, &t, false));
            Some(())
        }
        None if plain && !val.is_null() => {
            out.val(val);
            Some(())
        }
        None => None,
    }
}

/// A hole whose text depends on the verb only where it is padded.
fn hole(c: &Call<'_>, verb: &Verb, val: &Val, plain: bool, out: &mut Out) -> Result<(), Fault> {
    match &val.state {
        State::Unknown(_) | State::Ref(_) if plain && verb.letter != 'x' && verb.letter != 'X' => {
            out.hole(val.clone());
            Ok(())
        }
        State::Unknown(_) | State::Ref(_) => {
            out.hole(c.because(val));
            Ok(())
        }
        _ => Err(if super::reason(val).is_some() { Fault::Unknown } else { Fault::Refused }),
    }
}

fn signed(verb: &Verb, text: &str) -> String {
    match (text.starts_with('-'), verb.plus, verb.space) {
        (false, true, _) => format!("+{text}"),
        (false, false, true) => format!(" {text}"),
        _ => text.to_owned(),
    }
}

fn padded(verb: &Verb, text: &str, numeric: bool) -> String {
    let missing = verb.width.unwrap_or(0).saturating_sub(text.chars().count());
    if missing == 0 {
        return text.to_owned();
    }
    if verb.minus {
        return format!("{text}{}", " ".repeat(missing));
    }
    if verb.zero {
        // Zeros stand behind a number's sign.
        let (sign, rest) = match text.chars().next() {
            Some(s @ ('-' | '+' | ' ')) if numeric => (s.to_string(), text.get(1..).unwrap_or("")),
            _ => (String::new(), text),
        };
        return format!("{sign}{}{rest}", "0".repeat(missing));
    }
    format!("{}{text}", " ".repeat(missing))
}

fn real(verb: &Verb, n: Number) -> String {
    let f = n.as_f64();
    match verb.letter {
        'f' => format!("{f:.*}", verb.precision.unwrap_or(6)),
        'e' | 'E' => exponent(f, verb.precision.unwrap_or(6), verb.letter),
        _ => {
            // As C's: the shorter form, without zeros at the end.
            #[expect(clippy::cast_possible_truncation, reason = "an exponent is small")]
            let exp = if f == 0.0 { 0 } else { f.abs().log10().floor() as i64 };
            let precision = verb.precision.map(|p| i64::try_from(p.max(1)).unwrap_or(i64::MAX));
            if exp < -4 || exp >= precision.unwrap_or(21) {
                let letter = if verb.letter == 'G' { 'E' } else { 'e' };
                return match verb.precision {
                    Some(p) => exponent(f, p.saturating_sub(1), letter),
                    None => shortest(f, letter),
                };
            }
            match precision {
                Some(p) => {
                    let decimals = usize::try_from(p - 1 - exp).unwrap_or(0);
                    let fixed = format!("{f:.decimals$}");
                    let short = if fixed.contains('.') {
                        fixed.trim_end_matches('0').trim_end_matches('.')
                    } else {
                        &fixed
                    };
                    short.to_owned()
                }
                None => n.to_text().to_string(),
            }
        }
    }
}

/// `1.500000e+06`
fn exponent(f: f64, precision: usize, letter: char) -> String {
    signed_exponent(&format!("{f:.precision$e}"), letter)
}

fn shortest(f: f64, letter: char) -> String {
    signed_exponent(&format!("{f:e}"), letter)
}

/// Rust writes `1.5e6`, C and Go `1.5e+06`.
fn signed_exponent(text: &str, letter: char) -> String {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |d| ('-', d));
    format!("{mantissa}{letter}{sign}{digits:0>2}")
}

/// A string in quotes, as JSON.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
