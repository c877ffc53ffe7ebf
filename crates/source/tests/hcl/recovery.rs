//! What is lost by an error, and what is not.

use palisade_source::hcl::Document;

use crate::dump::{at, body, read};

/// The tree and what is lost.
fn broken(text: &str) -> (String, Vec<(String, String)>) {
    let document = read(text);
    let lost = document.errors.iter().map(|e| (e.message.clone(), at(text, e.lost).to_owned())).collect();
    (body(&document.body), lost)
}

fn lost(text: &str) -> Vec<String> {
    broken(text).1.into_iter().map(|(_, lost)| lost).collect()
}

fn messages(document: &Document) -> Vec<&str> {
    document.errors.iter().map(|e| e.message.as_str()).collect()
}

#[test]
fn a_bad_expression_loses_its_attribute_only() {
    for bad in [
        "",
        "1 +",
        "[1 2]",
        "[1, 2",
        "(1",
        "f(1",
        "f(1 2)",
        "\"x",
        "\"x${\"",
        "\"x${y",
        "\"\\q\"",
        "\"%{ if x }\"",
        "\"%{ endif }\"",
        "\"%{ nothing }\"",
        "1 2",
        "a.",
        "a.*.b.*.c",
        "a[",
        "[for x y : z]",
        "[for x in y z]",
        "{for x in y : z}",
        "x ? y",
        "@",
        "'x'",
        "a b c",
        "\u{201c}x\u{201d}",
        "provider::",
        "{ a 1 }",
        "{ a = 1 b = 2 }",
        "[\n 1,\n 2",
        "f(\n x",
        "1\u{0}2",
        "<<",
        "<<E x",
        "[1, 2))",
    ] {
        let text = format!("x {{\n  a = {bad}\n  b = 2 # kept\n}}\ny {{}}\n");
        let (tree, lost) = broken(&text);
        assert_eq!(tree, "x{a=error; b=2}; y{}", "{text}");
        assert_eq!(lost.len(), 1, "{text}: {lost:?}");
        assert_eq!(lost[0].1.trim_end(), format!("a = {bad}").trim_end(), "{text}");
        assert_eq!(read(&text).comments.len(), 1, "{text}");
    }
}

#[test]
fn a_bad_expression_may_have_lines() {
    let text = "x {\n a = {\n  k = 1 1\n  l = [\n   2\n  ]\n }\n b = 2\n}\n";
    assert_eq!(broken(text).0, "x{a=error; b=2}");
    assert_eq!(lost(text), ["a = {\n  k = 1 1\n  l = [\n   2\n  ]\n }"]);
    let text = "x {\n a = f(<<E\n }\n\"\nE\n 1)\n b = 2\n}\n";
    assert_eq!(broken(text).0, "x{a=error; b=2}");
    let text = "x {\n a = [ 1 2 # ]\n /* ] */ ]\n b = 2\n}\n";
    assert_eq!(broken(text).0, "x{a=error; b=2}");
    let comments: Vec<String> = read(text).comments.into_iter().map(|c| c.text).collect();
    assert_eq!(comments, [" ]", " ] "]);
}

#[test]
fn a_bad_expression_on_one_line_with_its_block() {
    assert_eq!(broken("x { a = ] }\ny {}\n").0, "x{a=error}; y{}");
    assert_eq!(broken("x { a = [ }\ny {}\n").0, "x{a=error}; y{}");
    assert_eq!(broken("a = [\nb = 1\n").0, "a=error; b=1");
}

#[test]
fn a_bad_block_is_left_out() {
    let text = "a {}\nx \"y\" {\n  ??\n  k = 1\n}\nb {}\n";
    let (tree, errors) = broken(text);
    assert_eq!(tree, "a{}; b{}");
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].0, "expected an argument or a block");
    assert_eq!(errors[0].1, "x \"y\" {\n  ??\n  k = 1\n}");
    for bad in
        ["x \"y {\n}\n", "x y\n", "x\n", "x = = {\n}\n", "?\n", "}\n", "x \"${y}\" {\n}\n", "x y = 1\n"]
    {
        let text = format!("a {{}}\n{bad}b {{}}\n");
        let (tree, lost) = broken(&text);
        assert!(tree.starts_with("a{}") && tree.ends_with("b{}"), "{text}: {tree}");
        assert!(!lost.is_empty(), "{text}");
    }
}

#[test]
fn an_open_block_ends_where_the_next_of_the_language_starts() {
    let text = "locals {\n  a = 1\n\nresource \"b\" \"c\" {\n  d = 2\n}\n\nvariable x {}\n";
    let (tree, errors) = broken(text);
    assert_eq!(tree, "resource \"b\" \"c\"{d=2}; variable \"x\"{}");
    assert_eq!(errors, [("the block is not closed".to_owned(), "locals {\n  a = 1\n\n".to_owned())]);
    let text = "locals {\n  a = {\n   b = 1\n\n\nmodule \"c\" {\n  d = 2\n}\n";
    assert_eq!(broken(text).0, "module \"c\"{d=2}");
    let text = "resource \"a\" \"b\" {\n  x = <<EOT\n  y\n}\n\nmodule \"c\" {\n  d = 2\n}\n";
    assert_eq!(broken(text).0, "module \"c\"{d=2}");
    assert_eq!(broken("a {").0, "");
    assert_eq!(broken("a {\n b = 1").0, "");
}

#[test]
fn what_is_refused_and_clear_is_read_and_said() {
    let text = "variable x { type = string default = 1 }\n";
    assert_eq!(
        broken(text),
        (
            "variable \"x\"{type=string; default=1}".to_owned(),
            vec![("expected the end of the line".to_owned(), "type = string ".to_owned())]
        )
    );
    assert_eq!(broken("x { a = 1, b = 2 }\n").0, "x{a=1; b=2}");
    assert_eq!(broken("x {\n a = 1,\n b = 2,\n}\n").0, "x{a=1; b=2}");
    assert_eq!(broken("x { y { a = 1 } }\n").0, "x{y{a=1}}");
    assert_eq!(broken("x {} y {}\n").0, "x{}; y{}");
    assert_eq!(broken("\"a\" = 1\n").0, "a=1");
    assert_eq!(broken("x {\n \"a\" = 1\n}\n").1[0].0, "argument names must not be quoted");
}

#[test]
fn repeated_attributes_are_all_kept() {
    let text = "x {\n a = 1\n b = 2\n a = 3\n y {\n  a = 4\n }\n}\n";
    let document = read(text);
    assert_eq!(body(&document.body), "x{a=1; b=2; a=3; y{a=4}}");
    assert_eq!(messages(&document), ["argument `a` is set twice"]);
    assert_eq!(at(text, document.errors[0].lost), "a = 1");
    assert_eq!(document.errors[0].at as usize, text.find("a = 3").unwrap());
}

#[test]
fn a_comment_without_an_end_is_said_once() {
    let (tree, errors) = broken("a = 1\nx {}\n/* b = 2\ny {}\n");
    assert_eq!(tree, "a=1; x{}");
    assert_eq!(errors, [("the comment is not closed".to_owned(), "/* b = 2\ny {}\n".to_owned())]);
    let (tree, errors) = broken("a = 1\nx {\n b = 1 /* b = 2\n}\ny {}\n");
    assert_eq!(tree, "a=1");
    assert_eq!(errors.last().unwrap().0, "the comment is not closed");
}

#[test]
fn odd_bytes() {
    assert_eq!(broken("a = 1\r\rb = 2\r\nc {\r d = 1\r}\r").0, "a=1; b=2; c{d=1}");
    // It ends a string too, or an edit on "its line" would be one inside of the string.
    assert_eq!(broken("a = \"x\ry\"\rb = 2\r").0, "a=error; b=2");
    assert_eq!(broken("a = 1\n\u{0}\nb = 2\n").0, "a=1; b=2");
    assert_eq!(broken("a = 1\n\u{feff}b = 2\nc = 3\n").0, "a=1; c=3");
    assert_eq!(broken("a\u{a0}= 1\nb = 2\n").0, "b=2");
    assert_eq!(broken("a = \"\u{202e}\u{0}\"\n").0, "a=\"\\u{202e}\\0\"");
}
