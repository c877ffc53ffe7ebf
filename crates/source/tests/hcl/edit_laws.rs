//! What holds for every splice of any file: it reads again, with the change and no other, and the comments stay.

use palisade_source::hcl::edit::{Editor, New, Value, Within};
use palisade_source::hcl::{Body, Document, Expr, ExprKind, Item, Part, Range};
use palisade_source::{Edit, SourceFile, apply_edits};

use crate::dump::{body, read};

/// Tries every splice at every `stride`th place of a file; what is wrong with the first that is wrong.
pub fn check(text: &str, stride: usize) -> Result<usize, String> {
    let document = read(text);
    if !document.errors.is_empty() {
        return Ok(0);
    }
    let source = SourceFile::new("main.tf", text);
    let checker = Checker { source: &source, document: &document, editor: Editor::new(&source, &document) };
    let mut places = Vec::new();
    gather(&document.body, &mut places);
    let mut done = 0;
    for (n, place) in places.into_iter().enumerate().filter(|(n, _)| n % stride == 0) {
        checker.place(place, n)?;
        done += 1;
    }
    Ok(done)
}

#[derive(Clone, Copy)]
enum Place<'a> {
    Item(&'a Item),
    List(&'a Expr),
    Object(&'a Expr),
}

fn gather<'a>(body: &'a Body, places: &mut Vec<Place<'a>>) {
    for item in &body.items {
        places.push(Place::Item(item));
        match item {
            Item::Attribute(a) => gather_expr(&a.expr, places),
            Item::Block(b) => gather(&b.body, places),
        }
    }
}

/// Lists and objects that are reached without templates.
fn gather_expr<'a>(expr: &'a Expr, places: &mut Vec<Place<'a>>) {
    match &expr.kind {
        ExprKind::List(items) => {
            places.push(Place::List(expr));
            for item in items {
                gather_expr(item, places);
            }
        }
        ExprKind::Object(entries) => {
            places.push(Place::Object(expr));
            for (_, value) in entries {
                gather_expr(value, places);
            }
        }
        ExprKind::Call { arguments, .. } => {
            for argument in arguments {
                gather_expr(argument, places);
            }
        }
        ExprKind::Parens(inner) => gather_expr(inner, places),
        _ => {}
    }
}

struct Checker<'a> {
    source: &'a SourceFile,
    document: &'a Document,
    editor: Editor<'a>,
}

impl Checker<'_> {
    fn place(&self, place: Place<'_>, n: usize) -> Result<(), String> {
        let value = if n.is_multiple_of(2) {
            Value::Bool(true)
        } else {
            Value::Map(vec![
                ("k".into(), Value::Str("${q}".into())),
                ("l".into(), Value::List(vec![Value::Int(1)])),
            ])
        };
        match place {
            Place::Item(Item::Attribute(a)) => {
                if let Ok(edit) = self.editor.remove(a.range()) {
                    self.same("remove", &[edit], true, &|t| without(t, a.range()))?;
                }
                let edit = self.editor.replace(&a.expr, &value);
                self.same("replace", &[edit], false, &|t| with_expr(t, a.expr.at, &mut |e| *e = made(&value)))
            }
            Place::Item(Item::Block(b)) => {
                if let Ok(edit) = self.editor.remove(b.at) {
                    self.same("remove", &[edit], true, &|t| without(t, b.at))?;
                }
                let new = New::Block {
                    kind: "new".into(),
                    labels: vec!["l".into()],
                    items: vec![New::Attribute("k".into(), Value::Bool(true))],
                };
                let items = [New::Attribute("brand_new".into(), value.clone()), new.clone()];
                self.same("insert", &self.editor.insert(Within::Block(b), &items), false, &|t| {
                    let at = b.at;
                    with_body(t, at, &mut |body| {
                        let run = body.items.iter().take_while(|i| matches!(i, Item::Attribute(_))).count();
                        let made = read_items(&format!(
                            "brand_new = {}\nnew \"l\" {{\nk = true\n}}\n",
                            shown(&value)
                        ));
                        let mut made = made.into_iter();
                        body.items.splice(run..run, made.next());
                        body.items.extend(made);
                    });
                })?;
                let edit = self.editor.insert_after(b, &new);
                self.same("insert after", &[edit], false, &|t| {
                    behind(t, b.at, &mut |items, n| {
                        items.insert(n + 1, read_items("new \"l\" {\nk = true\n}\n").remove(0));
                    });
                })
            }
            Place::List(list) => {
                if let Ok(edits) = self.editor.append(list, &value) {
                    self.same("append", &edits, false, &|t| {
                        with_expr(t, list.at, &mut |e| {
                            if let ExprKind::List(items) = &mut e.kind {
                                items.push(made(&value));
                            }
                        });
                    })?;
                }
                let ExprKind::List(items) = &list.kind else { return Ok(()) };
                for (n, item) in items.iter().enumerate() {
                    if let Ok(edit) = self.editor.remove(item.at) {
                        self.same("remove item", &[edit], true, &|t| {
                            with_expr(t, list.at, &mut |e| {
                                if let ExprKind::List(items) = &mut e.kind {
                                    items.remove(n);
                                }
                            });
                        })?;
                    }
                }
                Ok(())
            }
            Place::Object(object) => {
                if let Ok(edit) = self.editor.insert_entry(object, "brand_new", &value) {
                    self.same("insert entry", &[edit], false, &|t| {
                        with_expr(t, object.at, &mut |e| {
                            if let ExprKind::Object(entries) = &mut e.kind {
                                entries.push((made(&Value::Str("brand_new".into())), made(&value)));
                            }
                        });
                    })?;
                }
                let ExprKind::Object(entries) = &object.kind else { return Ok(()) };
                for (n, (key, _)) in entries.iter().enumerate() {
                    if let Ok(edit) = self.editor.remove(key.at) {
                        self.same("remove entry", &[edit], true, &|t| {
                            with_expr(t, object.at, &mut |e| {
                                if let ExprKind::Object(entries) = &mut e.kind {
                                    entries.remove(n);
                                }
                            });
                        })?;
                    }
                }
                Ok(())
            }
        }
    }

    /// That edits have the effect on the text that a change has on the tree.
    fn same(
        &self,
        what: &str,
        edits: &[Edit],
        removes: bool,
        change: &dyn Fn(&mut Body),
    ) -> Result<(), String> {
        let text = apply_edits(&self.source.text, edits).map_err(|e| format!("{what}: {e}"))?;
        let after = read(&text);
        let mut expected = self.document.body.clone();
        change(&mut expected);
        let tell = |problem: String| {
            let near = edits.first().map_or(0, |e| e.start as usize);
            let start = (0..=near.saturating_sub(60)).rev().find(|n| text.is_char_boundary(*n)).unwrap_or(0);
            let shown: String =
                text.chars().skip(text.get(..start).map_or(0, |t| t.chars().count())).take(240).collect();
            Err(format!("{what} {edits:?}: {problem}\n--- now\n{shown}"))
        };
        if let Some(error) = after.errors.first() {
            return tell(format!("{error:?}"));
        }
        let (found, wanted) = (body(&after.body), body(&expected));
        if found != wanted {
            return tell(format!("\n  found  {found}\n  wanted {wanted}"));
        }
        // Comments inside what is cut, at its end of line and right above it are its own.
        let gone = |at: u32| removes && edits.iter().any(|e| e.start <= at && at < e.end);
        let replaced = |at: u32| edits.iter().any(|e| e.start < at && at < e.end);
        let before: Vec<&str> = self
            .document
            .comments
            .iter()
            .filter(|c| !gone(c.start) && (what != "replace" || !replaced(c.start)))
            .map(|c| c.text.as_str())
            .collect();
        let now: Vec<&str> = after.comments.iter().map(|c| c.text.as_str()).collect();
        if before != now {
            return tell(format!("comments {before:?} became {now:?}"));
        }
        let breaks = |t: &str| (t.contains("\r\n"), t.replace("\r\n", "").contains('\n'));
        let (had, has) = (breaks(&self.source.text), breaks(&text));
        if had == (true, false) && has.1 {
            return tell("line breaks are mixed".to_owned());
        }
        Ok(())
    }
}

fn shown(value: &Value) -> &'static str {
    match value {
        Value::Bool(_) => "true",
        Value::Str(_) => "\"brand_new\"",
        _ => "{ k = \"$${q}\", l = [1] }",
    }
}

fn made(value: &Value) -> Expr {
    match read_items(&format!("a = {}\n", shown(value))).remove(0) {
        Item::Attribute(a) => a.expr,
        Item::Block(_) => unreachable!("an attribute was written"),
    }
}

fn read_items(text: &str) -> Vec<Item> {
    read(text).body.items
}

fn range(item: &Item) -> Range {
    match item {
        Item::Attribute(a) => a.range(),
        Item::Block(b) => b.at,
    }
}

fn behind(body: &mut Body, at: Range, change: &mut dyn FnMut(&mut Vec<Item>, usize)) {
    if let Some(n) = body.items.iter().position(|i| range(i) == at) {
        change(&mut body.items, n);
        return;
    }
    for item in &mut body.items {
        if let Item::Block(b) = item {
            behind(&mut b.body, at, change);
        }
    }
}

fn without(body: &mut Body, at: Range) {
    behind(body, at, &mut |items, n| drop(items.remove(n)));
}

fn with_body(body: &mut Body, at: Range, change: &mut dyn FnMut(&mut Body)) {
    for item in &mut body.items {
        if let Item::Block(b) = item {
            if b.at == at { change(&mut b.body) } else { with_body(&mut b.body, at, change) }
        }
    }
}

fn with_expr(body: &mut Body, at: Range, change: &mut dyn FnMut(&mut Expr)) {
    for item in &mut body.items {
        match item {
            Item::Attribute(a) => in_expr(&mut a.expr, at, change),
            Item::Block(b) => with_expr(&mut b.body, at, change),
        }
    }
}

fn in_expr(expr: &mut Expr, at: Range, change: &mut dyn FnMut(&mut Expr)) {
    if expr.at == at {
        change(expr);
        return;
    }
    match &mut expr.kind {
        ExprKind::List(items) | ExprKind::Call { arguments: items, .. } => {
            for item in items {
                in_expr(item, at, change);
            }
        }
        ExprKind::Object(entries) => {
            for (_, value) in entries {
                in_expr(value, at, change);
            }
        }
        ExprKind::Parens(inner) => in_expr(inner, at, change),
        ExprKind::Template(parts) => {
            for part in parts {
                if let Part::Interpolation(inner) = part {
                    in_expr(inner, at, change);
                }
            }
        }
        _ => {}
    }
}
