use std::rc::Rc;

use palisade_graph::{Piece, Reason, State, Val, Value};
use palisade_source::hcl::{self, Expr, Part};
use palisade_source::{FileId, Span};
use smol_str::SmolStr;

use super::super::functions::Templates;
use super::expressions::{bare, reason_of, truth};
use super::{App, Names, Scope};
use crate::cloudformation::functions::concat;

impl<'p> App<'p> {
    /// A template: one interpolation alone is its value, all else is text.
    pub(super) fn template(&self, scope: Scope<'_, 'p>, parts: &[Part], span: Span) -> Val {
        match parts {
            [] => return Val::str("", span),
            [Part::Text(text, _)] => return Val::str(text.clone(), span),
            [Part::Interpolation(inner)] => return self.eval(scope, inner),
            _ => {}
        }
        let mut pieces = Vec::new();
        match self.parts(scope, parts, &mut pieces) {
            Ok(()) => self.joined(pieces, span),
            Err(failed) => failed,
        }
    }

    fn joined(&self, pieces: Vec<Piece>, span: Span) -> Val {
        let val = concat(pieces, span, self.files.limits.string_bytes);
        let size = match &val.state {
            State::Known(Value::Str(s)) => s.len(),
            _ => 0,
        };
        self.spend(size / 1024);
        val
    }

    fn parts(&self, scope: Scope<'_, 'p>, parts: &[Part], out: &mut Vec<Piece>) -> Result<(), Val> {
        for part in parts {
            match part {
                Part::Text(text, _) => out.push(Piece::Text(text.clone())),
                Part::Interpolation(inner) => {
                    let val = self.eval(scope, inner);
                    if super::super::functions::failure(&val) {
                        return Err(val);
                    }
                    out.push(Piece::Hole(val));
                }
                Part::If(condition, yes, no) => {
                    let decided = self.eval(scope, condition);
                    match truth(&decided) {
                        Some(true) => self.parts(scope, yes, out)?,
                        Some(false) => self.parts(scope, no, out)?,
                        None => {
                            let symbol = self.written(scope, condition.at);
                            let symbol = smol_str::format_smolstr!("if {symbol}");
                            let at = scope.span(condition.at);
                            out.push(Piece::Hole(Val::unknown(Reason::Condition, symbol, at)));
                        }
                    }
                }
                Part::For { key_name, value_name, collection, parts } => {
                    self.loop_parts(scope, (key_name.as_ref(), value_name), collection, parts, out)?;
                }
            }
            if out.len() > 1 << 16 || self.exhausted() {
                return Err(Val::unknown(Reason::Limit("size"), "…", Span::NONE));
            }
        }
        Ok(())
    }

    fn loop_parts(
        &self,
        scope: Scope<'_, 'p>,
        (key_name, value_name): (Option<&SmolStr>, &SmolStr),
        collection: &Expr,
        parts: &[Part],
        out: &mut Vec<Piece>,
    ) -> Result<(), Val> {
        let found = self.eval(scope, collection);
        let pairs: Vec<(Val, Val)> = match &found.state {
            State::Known(Value::List(list)) => list
                .items
                .iter()
                .enumerate()
                .map(|(n, v)| (Val::int(i64::try_from(n).unwrap_or(i64::MAX), v.span), v.clone()))
                .collect(),
            State::Known(Value::Map(map)) => {
                map.entries.iter().map(|e| (Val::str(e.key.clone(), e.key_span), e.val.clone())).collect()
            }
            _ => Vec::new(),
        };
        let open = match &found.state {
            State::Known(Value::List(list)) => list.open,
            State::Known(Value::Map(map)) => map.open,
            _ => true,
        };
        for (key, val) in &pairs {
            let value = Names { name: value_name, val, next: scope.names };
            match key_name {
                Some(name) => {
                    let names = Names { name, val: key, next: Some(&value) };
                    self.parts(Scope { names: Some(&names), ..scope }, parts, out)?;
                }
                None => self.parts(Scope { names: Some(&value), ..scope }, parts, out)?,
            }
        }
        if open {
            let symbol = smol_str::format_smolstr!("for {}", bare(&found));
            out.push(Piece::Hole(Val::unknown(reason_of(&found), symbol, found.span)));
        }
        Ok(())
    }
}

impl Templates for App<'_> {
    fn render(&self, file: FileId, text: &str, variables: &Val, span: Span) -> Val {
        // Places are those of the file only where it is the file's whole text.
        let whole = self.files.source(file).is_some_and(|f| *f.text == *text);
        let found = if whole { self.templates.borrow().get(&file).cloned() } else { None };
        let parsed = match found {
            Some(parsed) => parsed,
            None => {
                self.spend(text.len() / 256);
                let parsed = hcl::parse_template(text, self.files.limits).ok().map(Rc::new);
                if whole {
                    self.templates.borrow_mut().insert(file, parsed.clone());
                }
                parsed
            }
        };
        let Some((parsed, root)) = parsed.zip(self.inst(0)) else {
            return Val::unknown(Reason::ParseError, "template", span);
        };
        let mut scope = Scope::of(&root, if whole { file } else { Span::NONE.file });
        scope.variables = Some(variables);
        let mut pieces = Vec::new();
        let val = match self.parts(scope, &parsed, &mut pieces) {
            Ok(()) => self.joined(pieces, span),
            Err(failed) => failed,
        };
        Val { span, ..val }
    }
}
