use palisade_graph::{Piece, Reason, State, Val, Value};
use palisade_source::Span;
use palisade_source::hcl::Expr;

use super::super::functions::{self, Context};
use super::{App, Scope, weight};

/// Functions that look at the text of a name and not only pass it on.
const TEXTUAL: &[&str] = &[
    "replace",
    "substr",
    "split",
    "lower",
    "upper",
    "title",
    "trim",
    "trimprefix",
    "trimsuffix",
    "trimspace",
    "regex",
    "regexall",
    "startswith",
    "endswith",
    "strcontains",
    "length",
    "chomp",
    "strrev",
    "indent",
    "basename",
    "dirname",
    "contains",
    "lookup",
    "zipmap",
    "setproduct",
    "setintersection",
    "setsubtract",
    "index",
    "file",
    "fileexists",
    "fileset",
    "templatefile",
];

/// Functions that only pass on what is in their arguments, or look at their first level.
const SHALLOW: &[&str] = &[
    "merge",
    "concat",
    "lookup",
    "keys",
    "values",
    "length",
    "element",
    "coalesce",
    "coalescelist",
    "zipmap",
    "tolist",
    "toset",
    "tomap",
    "jsonencode",
    "yamlencode",
    "one",
    "slice",
    "reverse",
    "sensitive",
    "nonsensitive",
    "try",
    "can",
    "compact",
];

impl<'p> App<'p> {
    /// Calls a function. `try` and `can` evaluate their arguments one after the other.
    pub(super) fn call(
        &self,
        scope: Scope<'_, 'p>,
        name: &str,
        arguments: &[Expr],
        expand: bool,
        span: Span,
    ) -> Val {
        let name = name.strip_prefix("core::").unwrap_or(name);
        match name {
            "try" => {
                let mut last = Val::unknown(Reason::ParseError, "try()", span);
                for argument in arguments {
                    last = self.eval(scope, argument);
                    if !self.fails(&last) {
                        return last;
                    }
                }
                return last;
            }
            "can" => {
                let val = arguments.first().map(|a| self.eval(scope, a)).unwrap_or_default();
                if self.fails(&val) {
                    return Val::bool(false, span);
                }
                return match &val.state {
                    State::Unknown(u) => {
                        Val::unknown(u.reason.clone(), smol_str::format_smolstr!("can({})", u.symbol), span)
                    }
                    _ => Val::bool(true, span),
                };
            }
            _ => {}
        }
        let mut values: Vec<Val> = Vec::with_capacity(arguments.len());
        for (n, argument) in arguments.iter().enumerate() {
            let val = self.eval(scope, argument);
            if expand && n + 1 == arguments.len() {
                match &val.state {
                    State::Known(Value::List(list)) => {
                        values.extend(list.items.iter().cloned());
                        if list.open {
                            values.push(Val::unknown(Reason::KnownAfterApply, "…", val.span));
                        }
                    }
                    _ => values.push(val),
                }
            } else {
                values.push(val);
            }
        }
        // What fails inside of a call fails the call.
        if let Some(failed) = values.iter().find(|v| functions::failure(v)) {
            return Val { span, ..failed.clone() };
        }
        if TEXTUAL.contains(&name) {
            for val in &mut values {
                *val = self.plain(val);
            }
        }
        let cost: usize = values
            .iter()
            .map(|v| if SHALLOW.contains(&name) { first_level(v) } else { weight(v, 1 << 16) + text_size(v) })
            .sum();
        if !self.spend(cost / 8) {
            return Val::unknown(Reason::Limit("steps"), "…", span);
        }
        let cx = Context {
            files: self.files,
            module: scope.module.module.folder,
            root: self.root,
            templates: self,
        };
        let val = functions::call(&cx, name, values, span);
        self.spend(first_level(&val) / 4 + text_size(&val) / 4);
        val
    }

    /// Names of resources as text, in lists and maps too.
    fn plain(&self, val: &Val) -> Val {
        match &val.state {
            State::Known(Value::List(list)) if list.items.iter().any(|v| !v.is_known()) => {
                let items = list.items.iter().map(|v| self.dereferenced(v)).collect();
                let list = palisade_graph::List { items, open: list.open };
                Val { state: State::Known(Value::List(list.into())), ..val.clone() }
            }
            _ => self.dereferenced(val),
        }
    }

    /// Whether Terraform would refuse a value or something in it.
    fn fails(&self, val: &Val) -> bool {
        let mut open = vec![val];
        let mut seen = 0;
        while let Some(val) = open.pop() {
            seen += 1;
            if functions::failure(val) {
                return true;
            }
            if seen > 10_000 {
                break;
            }
            match &val.state {
                State::Known(Value::List(list)) => open.extend(&list.items),
                State::Known(Value::Map(map)) => open.extend(map.entries.iter().map(|e| &e.val)),
                State::Partial(pieces) => open.extend(pieces.iter().filter_map(|p| match p {
                    Piece::Hole(val) => Some(val),
                    Piece::Text(_) => None,
                })),
                _ => {}
            }
        }
        self.spend(seen / 16);
        false
    }
}

fn first_level(val: &Val) -> usize {
    match &val.state {
        State::Known(Value::List(list)) => list.items.len(),
        State::Known(Value::Map(map)) => map.entries.len(),
        _ => 1,
    }
}

/// Text in units that cost as much as a value.
fn text_size(val: &Val) -> usize {
    match &val.state {
        State::Known(Value::Str(s)) => s.len() / 256,
        State::Partial(pieces) => {
            let text = |p: &Piece| if let Piece::Text(t) = p { t.len() / 256 } else { 1 };
            pieces.iter().map(text).sum()
        }
        _ => 0,
    }
}
