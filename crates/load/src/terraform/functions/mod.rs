//! Terraform's functions over values that may not be known.
//!
//! What Terraform would refuse (an index outside of a list, text that does not match) is a *failure*,
//! [`failure`]: `try` and `can` go on behind it. What hangs on a value that is not known is unknown for that
//! value's reason, and keeps as much as is certain: a joined string keeps its text, a merged map its keys.
//!
//! Semantics: <https://developer.hashicorp.com/terraform/language/functions>

mod collections;
mod convert;
mod encoding;
mod files;
mod format;
mod network;
mod number;
mod numbers;
mod patterns;
mod sets;
mod strings;
mod text;

use palisade_graph::{List, Map, Piece, Reason, State, Target, Tri, Val, Value, Via};
use palisade_source::{FileId, Span};
use smol_str::SmolStr;

use crate::Files;

pub use number::Number;

/// Where a function is called.
pub struct Context<'a> {
    /// The files of the application.
    pub files: &'a Files<'a>,
    /// Folder of the module, relative to the scan root.
    pub module: &'a str,
    /// Folder of the root module: relative paths start there, as Terraform runs there.
    pub root: &'a str,
    /// Renders templates.
    pub templates: &'a dyn Templates,
}

/// Renders text as an HCL template.
pub trait Templates {
    /// The text of a file with `variables` (a map) put in.
    fn render(&self, file: FileId, text: &str, variables: &Val, span: Span) -> Val;
}

/// Elements a list made by a function may have.
const ELEMENTS: usize = 10_000;

/// Bytes of a symbol before it is only told by its place.
const SYMBOL: usize = 200;

/// Calls a function other than `try` and `can`. `span` is the call.
#[expect(clippy::needless_pass_by_value, reason = "callers have no use for them afterwards")]
pub fn call(cx: &Context<'_>, name: &str, arguments: Vec<Val>, span: Span) -> Val {
    let name = name.strip_prefix("core::").unwrap_or(name);
    let call = Call { cx, name, arguments: &arguments, span };
    strings::call(&call)
        .or_else(|| collections::call(&call))
        .or_else(|| sets::call(&call))
        .or_else(|| numbers::call(&call))
        .or_else(|| convert::call(&call))
        .or_else(|| encoding::call(&call))
        .or_else(|| files::call(&call))
        .or_else(|| network::call(&call))
        .unwrap_or_else(|| unsupported(&call))
}

fn unsupported(call: &Call<'_>) -> Val {
    let reason = match call.name {
        "timestamp" | "plantimestamp" | "uuid" | "bcrypt" => Reason::KnownAfterApply,
        other => Reason::UnsupportedFunction(other.into()),
    };
    Val::unknown(reason, call.symbol(), call.span)
}

/// Whether a value is what Terraform would refuse: `try` takes its next argument, `can` is false.
pub fn failure(val: &Val) -> bool {
    matches!(&val.state, State::Unknown(u) if matches!(u.reason, Reason::Undeclared | Reason::ParseError))
}

/// Whether two values are equal, as far as can be known.
pub fn equal(a: &Val, b: &Val) -> Tri {
    match (&a.state, &b.state) {
        (State::Known(x), State::Known(y)) => match (x, y) {
            (Value::List(x), Value::List(y)) => lists_equal(x, y),
            (Value::Map(x), Value::Map(y)) => maps_equal(x, y),
            (Value::Null, Value::Null) => Tri::Yes,
            (Value::Bool(x), Value::Bool(y)) => (x == y).into(),
            (Value::Str(x), Value::Str(y)) => (x == y).into(),
            (Value::Num(x), Value::Num(y)) => (x == y || Number::read(x) == Number::read(y)).into(),
            _ => Tri::No,
        },
        (State::Known(Value::Str(s)), _) => b.is(s),
        (_, State::Known(Value::Str(s))) => a.is(s),
        // What has text of its own is a string, and what a resource answers is there.
        (State::Partial(_), State::Known(_)) | (State::Known(_), State::Partial(_)) => Tri::No,
        // What is configured is a value; what is still a reference is what the provider answers, and is there.
        (State::Ref(t), State::Known(Value::Null)) | (State::Known(Value::Null), State::Ref(t))
            if matches!(**t, Target::Pseudo(_) | Target::Resource { .. }) =>
        {
            Tri::No
        }
        (State::Known(_), _) | (_, State::Known(_)) => Tri::Unknown,
        _ if a.display() == b.display() => Tri::Yes,
        _ => Tri::Unknown,
    }
}

fn lists_equal(a: &List, b: &List) -> Tri {
    if a.open || b.open {
        return Tri::Unknown;
    }
    if a.items.len() != b.items.len() {
        return Tri::No;
    }
    a.items.iter().zip(&b.items).fold(Tri::Yes, |all, (x, y)| all.and(equal(x, y)))
}

fn maps_equal(a: &Map, b: &Map) -> Tri {
    if a.open || b.open {
        return Tri::Unknown;
    }
    if a.entries.len() != b.entries.len() {
        return Tri::No;
    }
    a.entries.iter().fold(Tri::Yes, |all, e| match b.get(&e.key) {
        Some(other) => all.and(equal(&e.val, other)),
        None => Tri::No,
    })
}

/// One call of a function.
struct Call<'a> {
    cx: &'a Context<'a>,
    name: &'a str,
    arguments: &'a [Val],
    span: Span,
}

impl Call<'_> {
    /// An argument; `null` where there is none.
    fn arg(&self, n: usize) -> &Val {
        self.arguments.get(n).unwrap_or_else(|| Val::null())
    }

    /// How the call is written in one string, told by its arguments so that equal calls are equal.
    fn symbol(&self) -> SmolStr {
        let mut out = String::from(self.name);
        out.push('(');
        for (n, argument) in self.arguments.iter().enumerate() {
            if n > 0 {
                out.push_str(", ");
            }
            match &argument.state {
                State::Known(Value::List(_)) => out.push_str("[…]"),
                State::Known(Value::Map(_)) => out.push_str("{…}"),
                State::Known(Value::Str(s)) => {
                    out.push('"');
                    out.push_str(s);
                    out.push('"');
                }
                _ => {
                    let shown = argument.display();
                    let bare = shown.strip_prefix("${").and_then(|s| s.strip_suffix('}'));
                    out.push_str(bare.filter(|b| !b.contains("${")).unwrap_or(&shown));
                }
            }
            if out.len() > SYMBOL {
                break;
            }
        }
        let told = !out.contains('…') && out.len() <= SYMBOL;
        if !told {
            // Two calls of which not everything is told are told apart by their place.
            return smol_str::format_smolstr!("{}(…)@{}:{}", self.name, self.span.file.0, self.span.start);
        }
        out.push(')');
        out.into()
    }

    /// Not known because of a value.
    fn because(&self, val: &Val) -> Val {
        let reason = reason(val).unwrap_or(Reason::KnownAfterApply);
        Val { via: val.via.clone(), ..Val::unknown(reason, self.symbol(), self.span) }
    }

    /// Not known because of the first argument that is not.
    fn unknown(&self) -> Val {
        let cause = self.arguments.iter().find(|a| reason(a).is_some());
        self.because(cause.unwrap_or_else(|| self.arg(0)))
    }

    /// What Terraform would refuse; or unknown, where that hangs on an argument that is not known.
    fn refused(&self) -> Val {
        if self.arguments.iter().any(|a| reason(a).is_some()) {
            return self.unknown();
        }
        Val::unknown(Reason::ParseError, self.symbol(), self.span)
    }

    /// What Terraform would refuse whatever is not known in it.
    fn failed(&self) -> Val {
        Val::unknown(Reason::ParseError, self.symbol(), self.span)
    }

    /// A limit was reached.
    fn limit(&self, which: &'static str) -> Val {
        Val::unknown(Reason::Limit(which), self.symbol(), self.span)
    }

    /// A string that was computed.
    fn string(&self, text: impl Into<SmolStr>) -> Val {
        let text = text.into();
        if text.len() > self.cx.files.limits.string_bytes {
            return self.limit("size");
        }
        Val::str(text, self.span)
    }

    /// A string that was computed from pieces.
    fn pieces(&self, pieces: Vec<Piece>) -> Val {
        let limit = self.cx.files.limits.string_bytes;
        match crate::cloudformation::functions::concat(pieces, self.span, limit) {
            Val { state: State::Unknown(u), .. } if u.symbol == "string" => self.limit("size"),
            val => val,
        }
    }

    /// A list that was computed; `open`: there may be more, and what stands where is not known.
    fn list(&self, items: Vec<Val>, open: bool) -> Val {
        if items.len() > ELEMENTS {
            return self.limit("elements");
        }
        Val::known(Value::List(List { items, open }.into()), self.span)
    }

    /// A map that was computed.
    fn map(&self, map: Map) -> Val {
        Val::known(Value::Map(map.into()), self.span)
    }

    /// A number that was computed.
    fn number(&self, number: Number) -> Val {
        Val::known(Value::Num(number.to_text()), self.span)
    }

    /// A boolean that was computed.
    fn bool(&self, b: bool) -> Val {
        Val::bool(b, self.span)
    }

    /// Yes, no, or not known because of an argument.
    fn tri(&self, answer: Tri) -> Val {
        match answer {
            Tri::Yes => self.bool(true),
            Tri::No => self.bool(false),
            Tri::Unknown => self.unknown(),
        }
    }

    /// A value that the function only passes on.
    fn passed(&self, val: &Val) -> Val {
        val.clone().through(Via::Evaluated, self.span)
    }
}

/// Why a value, or something in it, is not known; `None` where all of it is.
fn reason(val: &Val) -> Option<Reason> {
    match &val.state {
        State::Unknown(u) => Some(u.reason.clone()),
        State::Ref(t) => Some(match **t {
            Target::External { .. } => Reason::ExternalLookup,
            _ => Reason::KnownAfterApply,
        }),
        State::Partial(pieces) => {
            let hole = pieces.iter().find_map(|p| match p {
                Piece::Hole(v) => reason(v),
                Piece::Text(_) => None,
            });
            Some(hole.unwrap_or(Reason::KnownAfterApply))
        }
        State::Known(Value::List(l)) => {
            l.items.iter().find_map(reason).or(l.open.then_some(Reason::KnownAfterApply))
        }
        State::Known(Value::Map(m)) => {
            m.entries.iter().find_map(|e| reason(&e.val)).or(m.open.then_some(Reason::KnownAfterApply))
        }
        State::Known(_) => None,
    }
}

#[cfg(test)]
mod tests;
