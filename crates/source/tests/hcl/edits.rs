//! Splices: by example, and laws for any file.

use palisade_source::hcl::edit::{Editor, New, Refusal, Value, Within};
use palisade_source::hcl::{Block, Document, Expr, Range};
use palisade_source::{Edit, SourceFile, apply_edits};

use crate::dump::{body, expr, read};

struct File {
    source: SourceFile,
    document: Document,
}

impl File {
    fn new(text: &str) -> Self {
        let document = read(text);
        assert!(document.errors.is_empty(), "{text}\n{:?}", document.errors);
        Self { source: SourceFile::new("main.tf", text), document }
    }

    fn editor(&self) -> Editor<'_> {
        Editor::new(&self.source, &self.document)
    }

    fn block(&self) -> &Block {
        self.document.body.blocks().next().unwrap()
    }

    fn value(&self, name: &str) -> &Expr {
        let found = self.document.body.attribute(name).or_else(|| self.block().body.attribute(name));
        &found.unwrap().expr
    }

    /// Range of the first occurrence of a text.
    fn find(&self, what: &str) -> Range {
        let at = self.source.text.find(what).unwrap();
        Range::new(u32::try_from(at).unwrap(), u32::try_from(at + what.len()).unwrap())
    }

    fn apply(&self, edits: &[Edit]) -> String {
        let text = apply_edits(&self.source.text, edits).unwrap();
        let document = read(&text);
        assert!(document.errors.is_empty(), "{text}\n{:?}", document.errors);
        text
    }
}

fn map(entries: &[(&str, Value)]) -> Value {
    Value::Map(entries.iter().map(|(k, v)| ((*k).into(), v.clone())).collect())
}

fn attribute(name: &str, value: Value) -> New {
    New::Attribute(name.into(), value)
}

fn block(kind: &str, items: Vec<New>) -> New {
    New::Block { kind: kind.into(), labels: Vec::new(), items }
}

fn text(value: &str) -> Value {
    Value::Str(value.into())
}

fn inserted(text: &str, items: &[New]) -> String {
    let file = File::new(text);
    file.apply(&file.editor().insert(Within::Block(file.block()), items))
}

fn removed(text: &str, what: &str) -> String {
    let file = File::new(text);
    file.apply(&[file.editor().remove(file.find(what)).unwrap()])
}

fn appended(text: &str, item: Value) -> String {
    let file = File::new(text);
    file.apply(&file.editor().append(file.value("a"), &item).unwrap())
}

fn entered(text: &str, name: &str, value: Value) -> String {
    let file = File::new(text);
    file.apply(&[file.editor().insert_entry(file.value("a"), name, &value).unwrap()])
}

#[test]
fn values_are_replaced() {
    let replaced = |source: &str, value: Value| {
        let file = File::new(source);
        file.apply(&[file.editor().replace(file.value("a"), &value)])
    };
    assert_eq!(replaced("x {\n  a = 1 # c\n}\n", Value::Bool(true)), "x {\n  a = true # c\n}\n");
    assert_eq!(
        replaced("x { a = [1] }\n", Value::List(vec![text("b"), Value::Int(-2)])),
        "x { a = [\"b\", -2] }\n"
    );
    assert_eq!(replaced("x { a = 1 }\n", map(&[("k", Value::Int(1))])), "x { a = { k = 1 } }\n");
    assert_eq!(
        replaced("x {\r\n\ta = <<E\r\nq\r\nE\r\n}\r\n", map(&[("k", Value::Int(1)), ("long", map(&[]))])),
        "x {\r\n\ta = {\r\n\t\tk    = 1\r\n\t\tlong = {}\r\n\t}\r\n}\r\n"
    );
    assert_eq!(
        replaced("a = 1", Value::Text(vec![text("p/"), Value::Expression("b.c".into()), text("/*")])),
        "a = \"p/${b.c}/*\""
    );
}

#[test]
fn strings_read_back_as_they_were() {
    for value in
        ["", "a\"b\\c\nd\te\r\u{1}é😀", "${x}", "%{ if }", "$$", "$${x}", "$$$%%{{", "50%", "$", "%%${"]
    {
        let file = File::new("a = 1\n");
        let edited = file.apply(&[file.editor().replace(file.value("a"), &text(value))]);
        let again = File::new(&edited);
        // `${"$"}` is a template of its own: compare what it evaluates to.
        let shown = expr(again.value("a")).replace("${\"$\"}", "").replace("${\"%\"}", "");
        if again.value("a").as_str().is_some() {
            assert_eq!(again.value("a").as_str(), Some(value));
        } else {
            assert!(value.contains("$$") || value.contains("%%"), "{shown}");
        }
    }
    let file = File::new("a = 1\n");
    let parts =
        Value::Text(vec![text("$"), text("{x"), text("}$"), Value::Expression("b".into()), text("%")]);
    assert_eq!(file.apply(&[file.editor().replace(file.value("a"), &parts)]), "a = \"$${x}${\"$\"}${b}%\"\n");
}

#[test]
fn attributes_are_inserted_behind_the_others() {
    let yes = || attribute("b", Value::Bool(true));
    assert_eq!(inserted("x {}\n", &[yes()]), "x {\n  b = true\n}\n");
    assert_eq!(inserted("x \"l\" {\n}\n", &[yes()]), "x \"l\" {\n  b = true\n}\n");
    assert_eq!(inserted("x {\n  # only\n}\n", &[yes()]), "x {\n  # only\n  b = true\n}\n");
    assert_eq!(inserted("x { a = 1 }\n", &[yes()]), "x {\n  a = 1\n  b = true\n}\n");
    assert_eq!(inserted("x {\n    a = 1 # c\n}\n", &[yes()]), "x {\n    a = 1 # c\n    b = true\n}\n");
    assert_eq!(
        inserted("x {\n  name   = 1\n  length = 2\n\n  y {\n  }\n}\n", &[yes()]),
        "x {\n  name   = 1\n  length = 2\n  b      = true\n\n  y {\n  }\n}\n"
    );
    assert_eq!(
        inserted("x {\n  a = 1\n}\n", &[attribute("longer", Value::Int(2)), yes()]),
        "x {\n  a = 1\n  longer = 2\n  b      = true\n}\n"
    );
    assert_eq!(inserted("x {\n  y {\n  }\n}\n", &[yes()]), "x {\n  b = true\n\n  y {\n  }\n}\n");
    assert_eq!(inserted("x {\r\n\ta = 1\r\n}", &[yes()]), "x {\r\n\ta = 1\r\n\tb = true\r\n}");
    assert_eq!(
        inserted("x {\n  a = [\n    1\n  ]\n}\n", &[yes()]),
        "x {\n  a = [\n    1\n  ]\n  b = true\n}\n"
    );
    let file = File::new("a = 1");
    assert_eq!(file.apply(&file.editor().insert(Within::File, &[yes()])), "a = 1\nb = true");
}

#[test]
fn what_is_inserted_stays_in_its_block_whatever_shares_the_line() {
    let new = || [attribute("b", Value::Bool(true)), block("k", Vec::new())];
    assert_eq!(
        inserted("x { y {\n  z = 1\n} }\n", &new()),
        "x {\n  b = true\n\n  y {\n  z = 1\n}\n\n  k {}\n}\n"
    );
    assert_eq!(
        inserted("x { y { n = [\n] } }\nz {}\n", &new()[..1]),
        "x {\n  b = true\n\n  y { n = [\n] }\n}\nz {}\n"
    );
    assert_eq!(inserted("x { a = [\n] }\n", &new()), "x {\n  a = [\n]\n  b = true\n\n  k {}\n}\n");
}

#[test]
fn blocks_are_inserted_at_the_end() {
    let new = || block("y", vec![attribute("mode", text("Active")), attribute("n", Value::Int(1))]);
    let written = "  y {\n    mode = \"Active\"\n    n    = 1\n  }\n";
    assert_eq!(inserted("x {}\n", &[new()]), format!("x {{\n{written}}}\n"));
    assert_eq!(inserted("x {\n}\n", &[new()]), format!("x {{\n{written}}}\n"));
    assert_eq!(inserted("x { a = 1 }\n", &[new()]), format!("x {{\n  a = 1\n\n{written}}}\n"));
    assert_eq!(inserted("x {\n  a = 1\n}\n", &[new()]), format!("x {{\n  a = 1\n\n{written}}}\n"));
    assert_eq!(
        inserted("x {\n  a = 1\n\n  z {\n  } # c\n}\n", &[attribute("b", Value::Int(2)), new()]),
        format!("x {{\n  a = 1\n  b = 2\n\n  z {{\n  }} # c\n\n{written}}}\n")
    );
    assert_eq!(
        inserted("x {}\n", &[attribute("b", Value::Int(2)), block("y", vec![block("z", vec![])])]),
        "x {\n  b = 2\n\n  y {\n    z {}\n  }\n}\n"
    );
    assert_eq!(
        inserted(
            "x {\n    y {\n        a = 1\n    }\n}\n",
            &[block("z", vec![attribute("b", Value::Int(2))])]
        ),
        "x {\n    y {\n        a = 1\n    }\n\n    z {\n        b = 2\n    }\n}\n"
    );
}

#[test]
fn a_block_of_the_top_level_behind_another() {
    let new = New::Block {
        kind: "resource".into(),
        labels: vec!["aws_sqs_queue".into(), "dead".into()],
        items: vec![attribute("name", Value::Expression("var.n".into()))],
    };
    let written = "resource \"aws_sqs_queue\" \"dead\" {\n  name = var.n\n}";
    let file = File::new("x {\n} # c\n\ny {}\n");
    let edited = file.apply(&[file.editor().insert_after(file.block(), &new)]);
    assert_eq!(edited, format!("x {{\n}} # c\n\n{written}\n\ny {{}}\n"));
    let file = File::new("x {}");
    assert_eq!(file.apply(&[file.editor().insert_after(file.block(), &new)]), format!("x {{}}\n\n{written}"));
}

#[test]
fn items_are_appended() {
    let b = || text("b");
    assert_eq!(appended("a = []\n", b()), "a = [\"b\"]\n");
    assert_eq!(appended("a = [1]\n", b()), "a = [1, \"b\"]\n");
    assert_eq!(appended("a = [1, ]\n", b()), "a = [1, \"b\", ]\n");
    assert_eq!(appended("a = [ 1 /* c */ ]\n", b()), "a = [ 1, \"b\" /* c */ ]\n");
    assert_eq!(appended("a = [\n  1\n]\n", b()), "a = [\n  1,\n  \"b\"\n]\n");
    assert_eq!(appended("a = [\n  1, # c\n]\n", b()), "a = [\n  1, # c\n  \"b\",\n]\n");
    assert_eq!(appended("a = [\n  1 # c\n]\n", b()), "a = [\n  1, # c\n  \"b\"\n]\n");
    assert_eq!(appended("a = [\n  1,\n  # last\n]\n", b()), "a = [\n  1,\n  \"b\",\n  # last\n]\n");
    assert_eq!(appended("a = [\n  # none\n]\n", b()), "a = [\n  # none\n  \"b\",\n]\n");
    assert_eq!(appended("a = [{\n  k = 1\n}]\n", b()), "a = [{\n  k = 1\n}, \"b\"]\n");
    assert_eq!(
        appended("a = [\n  {\n    k = 1\n  },\n]\n", map(&[("k", Value::Int(2))])),
        "a = [\n  {\n    k = 1\n  },\n  {\n    k = 2\n  },\n]\n"
    );
    assert_eq!(appended("a = [\n  <<E\nx\nE\n]\n", b()), "a = [\n  <<E\nx\nE\n  , \"b\"\n]\n");
    assert_eq!(appended("a = [\n  <<E\nx\nE\n  ,\n]\n", b()), "a = [\n  <<E\nx\nE\n  ,\n  \"b\",\n]\n");
    let file = File::new("a = 1\n");
    assert_eq!(file.editor().append(file.value("a"), &b()), Err(Refusal::Nothing));
}

#[test]
fn entries_are_added_to_objects() {
    let n = || Value::Int(2);
    assert_eq!(entered("a = {}\n", "k", n()), "a = {\n  k = 2\n}\n");
    assert_eq!(entered("x { a = {} }\n", "k", n()), "x { a = { k = 2 } }\n");
    assert_eq!(entered("a = { b = 1 }\n", "k", n()), "a = { b = 1, k = 2 }\n");
    assert_eq!(entered("a = {b:1}\n", "k", n()), "a = {b:1, k: 2}\n");
    assert_eq!(entered("a = { b = 1, }\n", "k", n()), "a = { b = 1, k = 2, }\n");
    assert_eq!(entered("a = {\n  bcd = 1 # c\n}\n", "k", n()), "a = {\n  bcd = 1 # c\n  k   = 2\n}\n");
    assert_eq!(entered("a = {\n  b = 1,\n}\n", "x.y", n()), "a = {\n  b = 1,\n  \"x.y\" = 2,\n}\n");
    assert_eq!(entered("a = {\n  \"b\": 1\n}\n", "k", n()), "a = {\n  \"b\": 1\n  \"k\": 2\n}\n");
    assert_eq!(entered("a = {\n  # c\n}\n", "k", n()), "a = {\n  # c\n  k = 2\n}\n");
    assert_eq!(
        entered(
            "a = f({\n  b = 1\n})\n".replace("f(", "").replace("})", "}").as_str(),
            "k",
            map(&[("l", n())])
        ),
        "a = {\n  b = 1\n  k = {\n    l = 2\n  }\n}\n"
    );
    assert_eq!(entered("a = {\n  b = <<E\nx\nE\n}\n", "k", n()), "a = {\n  b = <<E\nx\nE\n  k = 2\n}\n");
}

#[test]
fn things_are_removed_with_what_is_theirs() {
    assert_eq!(removed("x {\n  a = 1\n  b = 2 # c\n}\n", "b = 2"), "x {\n  a = 1\n}\n");
    assert_eq!(removed("x {\n  # about a\n  // more\n  a = 1\n  b = 2\n}\n", "a = 1"), "x {\n  b = 2\n}\n");
    assert_eq!(removed("x {\n  # heading\n\n  # about a\n  a = 1\n}\n", "a = 1"), "x {\n  # heading\n}\n");
    assert_eq!(removed("x { a = 1 }\n", "1"), "x {}\n");
    assert_eq!(removed("x {\n  a = <<E\nq\nE\n  b = 2\n}\n", "a = <<E\nq\nE"), "x {\n  b = 2\n}\n");
    assert_eq!(
        removed("x {\n  a = 1\n\n  y {\n  }\n\n  z {}\n}\n", "y {\n  }"),
        "x {\n  a = 1\n\n  z {}\n}\n"
    );
    assert_eq!(removed("x {\n  a = 1\n\n  y {\n  }\n}\n", "y"), "x {\n  a = 1\n}\n");
    assert_eq!(removed("x {\n  y {\n  }\n\n  z {}\n}\n", "y"), "x {\n  z {}\n}\n");
    assert_eq!(removed("# of x\nx {}\n\ny {}\n", "x {}"), "y {}\n");
    assert_eq!(removed("w {}\r\n\r\nx {}\r\n\r\ny {}\r\n", "x {}"), "w {}\r\n\r\ny {}\r\n");
    assert_eq!(removed("w {}\n\nx {}", "x {}"), "w {}\n");
    assert_eq!(removed("a = [1, 2, 3]\n", "1"), "a = [2, 3]\n");
    assert_eq!(removed("a = [1, 2, 3]\n", "2"), "a = [1, 3]\n");
    assert_eq!(removed("a = [1, 2, 3]\n", "3"), "a = [1, 2]\n");
    assert_eq!(removed("a = [ 1, ]\n", "1"), "a = []\n");
    assert_eq!(removed("a = [\n  1, # one\n  # two\n  2,\n  3\n]\n", "2"), "a = [\n  1, # one\n  3\n]\n");
    assert_eq!(removed("a = [\n  1,\n  3\n]\n", "3"), "a = [\n  1,\n]\n");
    assert_eq!(removed("a = [<<E\nx\nE\n, 2]\n", "2"), "a = [<<E\nx\nE\n]\n");
    assert_eq!(removed("a = { b = 1, c = 2 }\n", "b"), "a = { c = 2 }\n");
    assert_eq!(removed("a = { b = 1, c = 2 }\n", "2"), "a = { b = 1 }\n");
    assert_eq!(removed("a = { b = 1 }\n", "b = 1"), "a = {}\n");
    assert_eq!(removed("a = {\n  b = 1\n  c = \"${d}\"\n}\n", "d"), "a = {\n  b = 1\n}\n");
    assert_eq!(
        removed("a = jsonencode({\n  S = [{\n    A = \"x\"\n    B = [\"y\", \"*\"]\n  }]\n})\n", "\"*\""),
        "a = jsonencode({\n  S = [{\n    A = \"x\"\n    B = [\"y\"]\n  }]\n})\n"
    );
    let refused = |text: &str, what: &str| {
        let file = File::new(text);
        file.editor().remove(file.find(what)).unwrap_err()
    };
    assert_eq!(refused("a = [1 /* c */, 2]\n", "1"), Refusal::Comment);
    assert_eq!(refused("a = b + c\n", "c"), Refusal::Nothing);
}

#[test]
fn places_are_found() {
    let file = File::new("x \"l\" {\n  a = f([1])\n  y {\n    b = { c = 2 }\n  }\n}\n");
    let editor = file.editor();
    let kind = |what: &str| editor.block(file.find(what)).map(|b| b.kind.to_string());
    assert_eq!(kind("x"), Some("x".into()));
    assert_eq!(kind("x \"l\""), Some("x".into()));
    assert_eq!(kind("y"), Some("y".into()));
    assert_eq!(kind("y {\n    b = { c = 2 }\n  }"), Some("y".into()));
    assert_eq!(kind("{\n    b = { c = 2 }\n  }"), Some("y".into()));
    assert_eq!(kind("a"), None);
    let value = |what: &str| editor.expr(file.find(what)).map(expr);
    assert_eq!(value("[1]"), Some("[1]".into()));
    assert_eq!(value("a"), Some("f([1])".into()));
    assert_eq!(value("c"), Some("2".into()));
    assert_eq!(value("{ c = 2 }"), Some("{\"c\":2}".into()));
    assert_eq!(value("l"), None);
    assert_eq!(body(&file.document.body), "x \"l\"{a=f([1]); y{b={\"c\":2}}}");
}
