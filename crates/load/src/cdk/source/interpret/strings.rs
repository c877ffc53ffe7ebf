use palisade_graph::{Piece, Reason, State, Val, Value as Known};
use smol_str::SmolStr;

use super::call::Args;
use super::expression::number;
use super::member::count;
use super::value::{Place, Value};
use super::{Host, Interpreter, concat, paths};

impl<H: Host> Interpreter<'_, H> {
    /// A method of a string or another scalar.
    pub(super) fn string_method(&mut self, v: &Val, name: &str, args: &Args, at: Place) -> Value {
        let first = args.at(0);
        if let Some(change) = case_change(name) {
            return Value::Val(changed(v, &change));
        }
        match name {
            "toString" | "toJSON" | "valueOf" | "trim" | "strip" | "absolute" | "resolve" | "as_posix"
            | "expanduser" | "encode" | "decode" | "__str__" | "toFixed" | "lstrip" | "rstrip"
            | "trimEnd" | "trimStart"
                if first.is_null() || name != "strip" =>
            {
                return match &v.state {
                    State::Known(Known::Num(n)) => Value::str(n.clone(), v.span),
                    State::Known(Known::Bool(b)) => Value::str(b.to_string(), v.span),
                    State::Known(Known::Str(s)) if name.contains("trim") || name.contains("strip") => {
                        Value::str(s.trim(), v.span)
                    }
                    State::Known(Known::Str(s)) if name == "resolve" || name == "absolute" => {
                        let whole =
                            if s.starts_with('/') { s.clone() } else { paths::join(&["/", &self.app, s]) };
                        Value::str(whole, v.span)
                    }
                    _ => Value::Val(v.clone()),
                };
            }
            "concat" => {
                let mut parts = vec![v.clone()];
                for more in &args.positional {
                    parts.push(self.val(more));
                }
                return Value::Val(concat(parts, at.block));
            }
            "format" => return self.formatted(v, args, at),
            "replace" | "replaceAll" => {
                let second = args.at(1);
                let (Some(from), Some(to)) = (first.as_str(), second.as_str()) else {
                    return Self::part_of(&if first.as_str().is_none() { first } else { second });
                };
                if from.is_empty() {
                    return Value::Val(v.clone());
                }
                let once = name == "replace" && self.language == palisade_code::script::Language::JavaScript;
                // Text that replaces itself by more of itself grows without end.
                let longest = v.display().len().saturating_mul(to.len().max(1) / from.len() + 1);
                if longest > self.files.limits.string_bytes {
                    return Value::unknown(Reason::Limit("size"), "", v.span);
                }
                let change = |t: &str| if once { t.replacen(from, to, 1) } else { t.replace(from, to) };
                return Value::Val(changed(v, &change));
            }
            _ => {}
        }
        let State::Known(Known::Str(s)) = &v.state else {
            self.symbolic(args, at);
            return Value::unknown(Reason::NeedsCode, "", v.span);
        };
        let text = |t: &str| Value::str(t, v.span);
        let truth = |b: bool| Value::Val(Val::bool(b, at.key));
        match name {
            "split" => match first.as_str() {
                Some("") | None if !first.is_null() => Self::part_of(&first),
                Some(separator) => Value::list(s.split(separator).take(1_000).map(text).collect(), v.span),
                None => Value::list(s.split_whitespace().take(1_000).map(text).collect(), v.span),
            },
            "startsWith" | "startswith" => {
                first.as_str().map_or_else(|| Self::part_of(&first), |p| truth(s.starts_with(p)))
            }
            "endsWith" | "endswith" => {
                first.as_str().map_or_else(|| Self::part_of(&first), |p| truth(s.ends_with(p)))
            }
            "includes" => first.as_str().map_or_else(|| Self::part_of(&first), |p| truth(s.contains(p))),
            "exists" | "is_file" | "is_dir" => truth(self.project_path(s).is_some()),
            "slice" | "substring" | "substr" => {
                let length = s.chars().count();
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "bounded by the length"
                )]
                let bound = |v: &Value, default: usize| match v.as_number() {
                    Some(n) if n < 0.0 => length.saturating_sub((-n) as usize),
                    Some(n) => (n as usize).min(length),
                    None => default,
                };
                let from = bound(&first, 0);
                let second = args.at(1);
                let to = if name == "substr" {
                    from.saturating_add(bound(&second, length))
                } else {
                    bound(&second, length)
                };
                let part: String = s.chars().skip(from).take(to.saturating_sub(from)).collect();
                text(&part)
            }
            "charAt" => self.index(&Value::Val(v.clone()), &first),
            "indexOf" | "find" => match first.as_str() {
                Some(p) => number(s.find(p).map_or(-1.0, count), at.key),
                None => Self::part_of(&first),
            },
            "join" => {
                let (items, open) = Self::elements(&first);
                self.joined_text(&items, s, open, at)
            }
            "joinpath" => {
                let mut parts = vec![Value::Val(v.clone())];
                parts.extend(args.positional.iter().cloned());
                Self::joined(&parts, true, at.block)
            }
            "read_text" | "read_bytes" => {
                let args = Args::of(vec![Value::Val(v.clone())]);
                self.builtin("fs.readFileSync", &args, at).unwrap_or_default()
            }
            "open" => Value::File(s.clone()),
            "iterdir" => {
                let args = Args::of(vec![Value::Val(v.clone())]);
                let names = self.builtin("os.listdir", &args, at).unwrap_or_default();
                let paths = names
                    .items()
                    .iter()
                    .map(|n| text(&paths::join(&[s, n.as_str().unwrap_or("")])))
                    .collect();
                Value::list(paths, v.span)
            }
            "with_suffix" | "relative_to" | "padStart" | "repeat" | "match" | "search" => {
                Value::unknown(Reason::NeedsCode, "", v.span)
            }
            _ => {
                self.symbolic(args, at);
                Value::unknown(Reason::NeedsCode, "", v.span)
            }
        }
    }

    /// `"{}-{name}".format(…)`
    fn formatted(&mut self, v: &Val, args: &Args, at: Place) -> Value {
        let Some(text) = v.as_str().map(str::to_owned) else { return Value::Val(v.clone()) };
        let mut parts = Vec::new();
        let mut next = 0_usize;
        let mut rest = text.as_str();
        while let Some(open) = rest.find(['{', '}']) {
            let (before, after) = rest.split_at(open);
            parts.push(Val::str(before, at.block));
            if let Some(escaped) = after.strip_prefix("{{").or_else(|| after.strip_prefix("}}")) {
                let brace = after.get(..1).unwrap_or("");
                parts.push(Val::str(brace, at.block));
                rest = escaped;
                continue;
            }
            let Some((name, tail)) = after.strip_prefix('{').and_then(|a| a.split_once('}')) else {
                rest = after.get(1..).unwrap_or("");
                continue;
            };
            let name = name.split([':', '!']).next().unwrap_or("");
            let value = if name.is_empty() {
                next += 1;
                args.at(next - 1)
            } else if let Ok(n) = name.parse::<usize>() {
                args.at(n)
            } else {
                let found = args.named.iter().find(|(k, ..)| k == name);
                found.map_or_else(|| Value::unknown(Reason::NeedsCode, name, at.key), |(_, _, v)| v.clone())
            };
            parts.push(self.val(&value));
            rest = tail;
        }
        parts.push(Val::str(rest, at.block));
        Value::Val(concat(parts, at.block))
    }
}

type Change = dyn Fn(&str) -> String;

fn case_change(name: &str) -> Option<Box<Change>> {
    Some(match name {
        "toLowerCase" | "lower" | "toLocaleLowerCase" | "casefold" => Box::new(|t: &str| t.to_lowercase()),
        "toUpperCase" | "upper" | "toLocaleUpperCase" => Box::new(|t: &str| t.to_uppercase()),
        "capitalize" => Box::new(|t: &str| {
            let mut chars = t.chars();
            let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
            first + &chars.as_str().to_lowercase()
        }),
        "title" => Box::new(|t: &str| {
            let mut out = String::with_capacity(t.len());
            let mut start = true;
            for c in t.chars() {
                if start {
                    out.extend(c.to_uppercase());
                } else {
                    out.extend(c.to_lowercase());
                }
                start = !c.is_alphanumeric();
            }
            out
        }),
        _ => return None,
    })
}

/// A string with its known text changed; holes stay.
fn changed(v: &Val, change: &dyn Fn(&str) -> String) -> Val {
    let state = match &v.state {
        State::Known(Known::Str(s)) => State::Known(Known::Str(SmolStr::from(change(s)))),
        State::Partial(pieces) => State::Partial(
            pieces
                .iter()
                .map(|p| match p {
                    Piece::Text(t) => Piece::Text(SmolStr::from(change(t))),
                    Piece::Hole(h) => Piece::Hole(h.clone()),
                })
                .collect(),
        ),
        _ => return v.clone(),
    };
    Val { state, span: v.span, via: v.via.clone() }
}
