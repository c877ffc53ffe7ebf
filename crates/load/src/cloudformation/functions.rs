use std::net::{Ipv4Addr, Ipv6Addr};

use palisade_graph::{External, Piece, Reason, State, Target, Val, Value};
use palisade_source::Span;
use smol_str::SmolStr;

/// Pieces of one string with holes.
const PIECES: usize = 4096;

/// A string from pieces: known scalars become text, neighbours are joined; without a hole it is known.
pub fn concat(pieces: Vec<Piece>, span: Span, limit: usize) -> Val {
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
    let mut text = String::new();
    let mut size = 0;
    for piece in pieces {
        match piece {
            Piece::Text(t) => text.push_str(&t),
            Piece::Hole(val) => match val.state {
                State::Known(Value::Str(ref s) | Value::Num(ref s)) => text.push_str(s),
                State::Known(Value::Bool(b)) => text.push_str(if b { "true" } else { "false" }),
                State::Known(Value::Null) => {}
                State::Partial(ref inner) => {
                    for piece in inner.iter() {
                        match piece {
                            Piece::Text(t) => text.push_str(t),
                            Piece::Hole(v) => {
                                flush(&mut out, &mut text, &mut size);
                                out.push(Piece::Hole(v.clone()));
                            }
                        }
                    }
                }
                _ => {
                    flush(&mut out, &mut text, &mut size);
                    out.push(Piece::Hole(val));
                }
            },
        }
        if size + text.len() > limit || out.len() > PIECES {
            return Val::unknown(Reason::Limit("size"), "string", span);
        }
    }
    if out.is_empty() {
        return Val::str(text, span);
    }
    flush(&mut out, &mut text, &mut size);
    match out.as_slice() {
        // `!Sub "${X}"` is X itself, written here.
        [Piece::Hole(only)] => Val { state: only.state.clone(), span, via: only.via.clone() },
        _ => Val::new(State::Partial(out.into()), span),
    }
}

fn flush(out: &mut Vec<Piece>, text: &mut String, size: &mut usize) {
    if !text.is_empty() {
        *size += text.len();
        out.push(Piece::Text(std::mem::take(text).into()));
    }
}

/// A string with `{{resolve:service:reference}}` in it; `None` without any.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html>
pub fn dynamic(text: &str, span: Span, limit: usize) -> Option<Val> {
    if !text.contains("{{resolve:") {
        return None;
    }
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{resolve:") {
        let Some((body, next)) = after.split_once("}}") else { break };
        pieces.push(Piece::Text(before.into()));
        let kind = match body.split(':').next() {
            Some("secretsmanager") => External::Secret,
            Some("ssm" | "ssm-secure") => External::Parameter,
            _ => External::Data,
        };
        let secret = matches!(body.split(':').next(), Some("secretsmanager" | "ssm-secure"));
        let name = smol_str::format_smolstr!("resolve:{body}");
        pieces.push(Piece::Hole(Val::target(Target::External { kind, name, secret }, span)));
        rest = next;
    }
    pieces.push(Piece::Text(rest.into()));
    Some(concat(pieces, span, limit))
}

/// A part of a `Fn::Sub` text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubPart<'t> {
    /// Text as it stands.
    Text(&'t str),
    /// The name in `${name}`.
    Name(&'t str),
}

/// Splits a `Fn::Sub` text; `${!name}` is the text `${name}`.
pub fn sub_parts(text: &str) -> Vec<SubPart<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, next)) = after.split_once('}') else { break };
        if !before.is_empty() {
            parts.push(SubPart::Text(before));
        }
        match name.strip_prefix('!') {
            Some(literal) => {
                parts.push(SubPart::Text("${"));
                parts.push(SubPart::Text(literal));
                parts.push(SubPart::Text("}"));
            }
            None => parts.push(SubPart::Name(name.trim())),
        }
        rest = next;
    }
    if !rest.is_empty() {
        parts.push(SubPart::Text(rest));
    }
    parts
}

/// `Fn::Split` of a value whose holes contain no delimiter that could be seen.
pub fn split(delimiter: &str, val: &Val) -> Option<Vec<Val>> {
    if delimiter.is_empty() {
        return None;
    }
    match &val.state {
        State::Known(Value::Str(s) | Value::Num(s)) => {
            Some(s.split(delimiter).map(|t| Val::str(t, val.span)).collect())
        }
        State::Partial(pieces) => {
            let mut items: Vec<Vec<Piece>> = vec![Vec::new()];
            for piece in pieces.iter() {
                match piece {
                    Piece::Text(t) => {
                        for (n, part) in t.split(delimiter).enumerate() {
                            if n > 0 {
                                items.push(Vec::new());
                            }
                            if let Some(last) = items.last_mut() {
                                last.push(Piece::Text(part.into()));
                            }
                        }
                    }
                    // An attribute may hold the delimiter itself (an ARN its colons).
                    Piece::Hole(v) if matches!(&v.state, State::Ref(t) if matches!(**t, Target::Pseudo(_))) => {
                        if let Some(last) = items.last_mut() {
                            last.push(piece.clone());
                        }
                    }
                    Piece::Hole(_) => return None,
                }
            }
            Some(items.into_iter().map(|p| concat(p, val.span, usize::MAX)).collect())
        }
        State::Ref(target) => split_address(delimiter, val, target),
        _ => None,
    }
}

/// `Fn::Split` of an attribute that is a web address without a path (`!GetAtt Url.FunctionUrl`): its host stands
/// for the resource as the address does.
fn split_address(delimiter: &str, val: &Val, target: &Target) -> Option<Vec<Val>> {
    let Target::Resource { attribute: Some(name), .. } = target else { return None };
    // A function URL ends in a slash, the others do not.
    let (scheme, end) = match name.as_str() {
        "FunctionUrl" => ("https", vec![Val::str("", val.span)]),
        "ApiEndpoint" => ("https", Vec::new()),
        "WebsiteURL" => ("http", Vec::new()),
        _ => return None,
    };
    let text = |t: &str| Val::str(t, val.span);
    let (head, end) = match delimiter {
        "/" => (vec![text(&format!("{scheme}:")), text("")], end),
        "//" => (vec![text(&format!("{scheme}:"))], Vec::new()),
        "://" => (vec![text(scheme)], Vec::new()),
        _ => return None,
    };
    Some(head.into_iter().chain([val.clone()]).chain(end).collect())
}

/// `Fn::Base64` of a known text.
pub fn base64(text: &str) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(text.len().div_ceil(3) * 4);
    for chunk in text.as_bytes().chunks(3) {
        let byte = |i: usize| u32::from(chunk.get(i).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for i in 0..4 {
            if i > chunk.len() {
                out.push('=');
            } else {
                let at = (bits >> (18 - 6 * i)) & 63;
                out.push(char::from(ALPHABET.get(at as usize).copied().unwrap_or(b'=')));
            }
        }
    }
    out
}

/// `Fn::Cidr`: `count` blocks of `bits` host bits from `block`; `None` where AWS would refuse.
pub fn cidr(block: &str, count: u32, bits: u32) -> Option<Vec<String>> {
    let (address, prefix) = block.split_once('/')?;
    let prefix: u32 = prefix.parse().ok()?;
    if count == 0 || count > 256 {
        return None;
    }
    if let Ok(v4) = address.parse::<Ipv4Addr>() {
        let size = 32u32.checked_sub(bits)?;
        if size < prefix {
            return None;
        }
        let start = u64::from(u32::from(v4)) & !((1u64 << (32 - prefix.min(32))) - 1);
        let block =
            |n: u64| u32::try_from(start + (n << bits)).ok().map(|a| format!("{}/{size}", Ipv4Addr::from(a)));
        return (0..u64::from(count)).map(block).collect();
    }
    let v6 = address.parse::<Ipv6Addr>().ok()?;
    let size = 128u32.checked_sub(bits)?;
    if size < prefix || bits > 127 {
        return None;
    }
    let start = u128::from(v6);
    (0..u128::from(count))
        .map(|n| start.checked_add(n << bits).map(|a| format!("{}/{size}", Ipv6Addr::from(a))))
        .collect()
}

/// Whether two values are equal as `Fn::Equals` sees them: as text.
pub fn equal(a: &Val, b: &Val) -> palisade_graph::Tri {
    use palisade_graph::Tri;
    let text = |v: &Val| -> Option<SmolStr> {
        match &v.state {
            State::Known(Value::Str(s) | Value::Num(s)) => Some(s.clone()),
            State::Known(Value::Bool(b)) => Some(SmolStr::new_static(if *b { "true" } else { "false" })),
            State::Known(Value::Null) => Some(SmolStr::default()),
            State::Known(Value::List(_)) if !v.any_unknown() => Some(v.display()),
            _ => None,
        }
    };
    match (text(a), text(b)) {
        (Some(x), Some(y)) => (x == y).into(),
        (Some(x), None) if b.is(&x).is_no() => Tri::No,
        (None, Some(y)) if a.is(&y).is_no() => Tri::No,
        (None, None) if a.display() == b.display() => Tri::Yes,
        _ => Tri::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_rfc_4648() {
        for (text, encoded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(text), encoded);
        }
    }

    #[test]
    fn cidr_blocks_follow_each_other() {
        assert_eq!(cidr("10.0.0.0/16", 3, 8).unwrap(), ["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"]);
        assert_eq!(cidr("10.0.0.0/24", 1, 16), None);
        assert_eq!(cidr("2001:db8::/56", 2, 64).unwrap()[1], "2001:db8:0:1::/64");
    }

    #[test]
    fn addresses_are_split_into_scheme_and_host() {
        let attribute = |name: &str| {
            let target = Target::Resource { id: "X".into(), attribute: Some(name.into()) };
            Val::target(target, palisade_source::Span::NONE)
        };
        let words = |delimiter: &str, name: &str| {
            let items = split(delimiter, &attribute(name));
            items.map(|items| items.iter().map(|v| v.display().to_string()).collect::<Vec<_>>())
        };
        assert_eq!(words("/", "FunctionUrl").unwrap(), ["https:", "", "${X.FunctionUrl}", ""]);
        assert_eq!(words("://", "ApiEndpoint").unwrap(), ["https", "${X.ApiEndpoint}"]);
        assert_eq!(words("//", "WebsiteURL").unwrap(), ["http:", "${X.WebsiteURL}"]);
        assert_eq!(words(":", "Arn"), None);
        assert_eq!(words(".", "FunctionUrl"), None);
    }

    #[test]
    fn sub_texts_split() {
        assert_eq!(
            sub_parts("a${ X }b${!Y}${"),
            [
                SubPart::Text("a"),
                SubPart::Name("X"),
                SubPart::Text("b"),
                SubPart::Text("${"),
                SubPart::Text("Y"),
                SubPart::Text("}"),
                SubPart::Text("${"),
            ]
        );
    }
}
