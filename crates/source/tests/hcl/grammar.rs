//! Every rule of the grammar, with trees made by hand.

use palisade_source::hcl::{ExprKind, Item, Part, parse_expression, parse_template};
use palisade_source::{Limits, Placement};

use crate::dump::{at, expr, parts, parts_apart, read, tree, value};

#[test]
fn attributes_and_blocks() {
    assert_eq!(tree(""), "");
    assert_eq!(tree("a = 1"), "a=1");
    assert_eq!(tree("a=1\nb =  2\r\nc\t= 3\rd = 4"), "a=1; b=2; c=3; d=4");
    assert_eq!(tree("x {\n}\n"), "x{}");
    assert_eq!(tree("x \"a\" b \"c d\" {\n  k = 1\n  y {\n  }\n}"), "x \"a\" \"b\" \"c d\"{k=1; y{}}");
    assert_eq!(tree("x {}"), "x{}");
    assert_eq!(tree("x { a = 1 }\ny { b = \"}\" }"), "x{a=1}; y{b=\"}\"}");
    assert_eq!(tree("x \"q\\\"\\u00e9\" {}"), "x \"q\\\"é\"{}");
    assert_eq!(tree("é-1_x = 1"), "é-1_x=1");
    assert_eq!(tree("\u{feff}a = 1"), "a=1");
}

#[test]
fn ranges_are_those_of_the_text() {
    let text = "\u{feff}# c\nresource \"a\" b {\r\n  name = \"x${ y.z }\" # tail\r\n}\n";
    let document = read(text);
    let Item::Block(block) = &document.body.items[0] else { panic!() };
    assert_eq!(at(text, block.header), "resource \"a\" b");
    assert_eq!(at(text, block.kind_at), "resource");
    assert_eq!(at(text, block.labels[0].at), "\"a\"");
    assert_eq!(at(text, block.labels[1].at), "b");
    assert!(at(text, block.at).starts_with("resource") && at(text, block.at).ends_with('}'));
    assert_eq!(text.as_bytes()[block.open as usize], b'{');
    assert_eq!(text.as_bytes()[block.close as usize], b'}');
    let attribute = block.body.attribute("name").unwrap();
    assert_eq!(at(text, attribute.range()), "name = \"x${ y.z }\"");
    let ExprKind::Template(parts) = &attribute.expr.kind else { panic!() };
    let (Part::Text(_, first), Part::Interpolation(second)) = (&parts[0], &parts[1]) else { panic!() };
    assert_eq!(at(text, *first), "x");
    assert_eq!(at(text, second.at), "y.z");
    let ExprKind::Attr(base, _, name) = &second.kind else { panic!() };
    assert_eq!((at(text, base.at), at(text, *name)), ("y", "z"));
}

#[test]
fn ranges_of_compound_expressions_end_where_they_end() {
    for text in [
        "a + b",
        "a ? b : c",
        "!a",
        "-a",
        "a.b[*].c",
        "a.*.b",
        "a[0]",
        "f(x, y...)",
        "[1, 2]",
        "{ a = 1 }",
        "[for x in y : x]",
        "(a)",
        "a.0.b",
        "1.5e3",
        "\"q\"",
        "a ? b : c ? d : e",
        "a * b + c",
        "p::q(1)",
    ] {
        let source = format!("v = {text}  # c\n");
        let document = read(&source);
        assert!(document.errors.is_empty(), "{text}: {:?}", document.errors);
        assert_eq!(at(&source, document.body.attribute("v").unwrap().expr.at), text);
        assert_eq!(document.comments.len(), 1, "{text}");
    }
}

#[test]
fn comments_of_three_kinds() {
    let text = "# one\n  // two\na = 1 # three\n/* four\n five */ b = /* six */ 2\nx { # seven\n}\n";
    let document = read(text);
    assert!(document.errors.is_empty(), "{:?}", document.errors);
    let found: Vec<(&str, Placement, &str)> = document
        .comments
        .iter()
        .map(|c| (c.text.as_str(), c.placement, &text[c.start as usize..c.end as usize]))
        .collect();
    assert_eq!(
        found,
        [
            (" one", Placement::OwnLine, "# one"),
            (" two", Placement::OwnLine, "// two"),
            (" three", Placement::EndOfLine, "# three"),
            (" four\n five ", Placement::OwnLine, "/* four\n five */"),
            (" six ", Placement::EndOfLine, "/* six */"),
            (" seven", Placement::EndOfLine, "# seven"),
        ]
    );
    assert_eq!(tree("a = [ # x\n 1, // y\n /* z */ 2 # w\n]"), "a=[1 2]");
    assert_eq!(tree("a = \"# no // comment /* here\""), "a=\"# no // comment /* here\"");
    assert_eq!(read("a = \"#\"\n").comments.len(), 0);
    assert_eq!(tree("/**/a = 1"), "a=1");
    assert_eq!(tree("a = 1#"), "a=1");
}

#[test]
fn literals() {
    assert_eq!(value("true"), "true");
    assert_eq!(value("false"), "false");
    assert_eq!(value("null"), "null");
    assert_eq!(value("truer"), "truer");
    for (written, read) in [
        ("0", "0"),
        ("00", "0"),
        ("007", "7"),
        ("12", "12"),
        ("1.50", "1.5"),
        ("0.10", "0.1"),
        ("1e3", "1000"),
        ("1.5E+2", "150"),
        ("25e-1", "2.5"),
        ("5e-3", "0.005"),
        ("1.0", "1"),
        ("0.0e9", "0"),
        ("100.001", "100.001"),
        ("1e999", "1e999"),
        ("12e-999", "1.2e-998"),
        ("99999999999999999999999999", "99999999999999999999999999"),
        ("1e99999999999999999999999999", "1e99999999999999999999999999"),
    ] {
        assert_eq!(value(written), read, "{written}");
    }
}

#[test]
fn strings_and_escapes() {
    assert_eq!(value(r#""""#), r#""""#);
    assert_eq!(value(r#""a\n\r\t\"\\b""#), r#""a\n\r\t\"\\b""#);
    assert_eq!(value(r#""\u00e9\U0001F600""#), "\"é😀\"");
    assert_eq!(value(r#""\ud83d""#), "\"\u{fffd}\"");
    assert_eq!(value(r#""$${a} %%{b} $a %b $$ %% $""#), r#""${a} %{b} $a %b $$ %% $""#);
    assert_eq!(value(r#""$$${a}""#), r#""$${a}""#);
    assert_eq!(value("\"a\u{0}b\u{202e}\""), "\"a\\0b\\u{202e}\"");
    assert_eq!(value("\"tab\there\""), "\"tab\\there\"");
}

#[test]
fn templates() {
    assert_eq!(value(r#""${a}""#), "`${a}`");
    assert_eq!(value(r#""x${a}y${b.c}""#), "`\"x\" ${a} \"y\" ${b.c}`");
    assert_eq!(value(r#""${"${"x"}"}""#), "`${`${\"x\"}`}`");
    assert_eq!(value(r#""${f("}")}""#), "`${f(\"}\")}`");
    assert_eq!(value("\"${\n  a\n  +\n  b\n}\""), "`${(a + b)}`");
    assert_eq!(value(r#""${ { a = 1 } }""#), "`${{\"a\":1}}`");
    assert_eq!(value(r#""a  ${~ b ~}  c""#), "`\"a\" ${b} \"c\"`");
    assert_eq!(value(r#""  ${~ b ~}  ""#), "`${b}`");
    assert_eq!(value(r#""%{ if a }x%{ else }y%{ endif }z""#), "`%if(a \"x\" \"y\") \"z\"`");
    assert_eq!(value(r#""%{if a}x%{endif}""#), "`%if(a \"x\" \"\")`");
    assert_eq!(value(r#""%{ for k, v in m ~} ${k} %{~ endfor }""#), "`%for(k,v in m `${k}`)`");
    assert_eq!(
        value(r#""%{ for v in m }%{ if v }${v}%{ endif }%{ endfor }""#),
        "`%for(v in m `%if(v `${v}` \"\")`)`"
    );
}

#[test]
fn heredocs() {
    assert_eq!(value("<<EOT\nfoo\n  bar\nEOT"), "\"foo\\n  bar\\n\"");
    assert_eq!(value("<<EOT\nEOT\nb = 1"), "\"\"; b=1");
    assert_eq!(value("<<E\r\nx\r\n  E\r\nb = 1"), "\"x\\r\\n\"; b=1");
    assert_eq!(value("<<E\nE x\nEE\n x E\n\tE \nb = 1"), "\"E x\\nEE\\n x E\\n\"; b=1");
    assert_eq!(
        value("<<E\na\\n\"b\" $${c} ${d}\n${e}E\nE"),
        "`\"a\\\\n\\\"b\\\" ${c} \" ${d} \"\\n\" ${e} \"E\\n\"`"
    );
    assert_eq!(value("[<<A\nx\nA\n, <<B\ny\nB\n]"), "[\"x\\n\" \"y\\n\"]");
    assert_eq!(value("{\n k = <<A\nx\nA\n l = 1\n}"), "{\"k\":\"x\\n\" \"l\":1}");
    assert_eq!(value("f(<<A\n${<<B\nin\nB\n}\nA\n)"), "f(`${\"in\\n\"} \"\\n\"`)");
    assert_eq!(
        value("<<E\n%{ for x in y ~}\n- ${x}\n%{ endfor ~}\nE"),
        "`%for(x in y `\"- \" ${x} \"\\n\"`)`"
    );
}

#[test]
fn indented_heredocs_have_one_part_a_line() {
    let text = "a = <<-E\n    one\n\n      two ${x}\n    three\n  E\n";
    let document = read(text);
    assert!(document.errors.is_empty());
    let attribute = document.body.attribute("a").unwrap();
    let ExprKind::Template(parts) = &attribute.expr.kind else { panic!() };
    assert_eq!(parts_apart(parts), "`\"one\\n\\n\" \"  two \" ${x} \"\\n\" \"three\\n\"`");
    assert_eq!(at(text, attribute.expr.at), text.trim_start_matches("a = ").trim_end());
    let places: Vec<&str> = parts
        .iter()
        .filter_map(|p| match p {
            Part::Text(_, range) => Some(at(text, *range)),
            _ => None,
        })
        .collect();
    assert_eq!(places, ["one\n\n", "  two ", "\n", "three\n"]);
    assert_eq!(value("<<-E\n  a\n b\nE"), "\" a\\nb\\n\"");
    assert_eq!(value("<<-E\n\\${a}\n  \nE"), "`\"\\\\\" ${a} \"\\n  \\n\"`");
    assert_eq!(value("<<-E\n${a}\n  b\nE"), "`${a} \"\\n  b\\n\"`");
    assert_eq!(value("<<-E\n  a\nb\nE"), "\"  a\\nb\\n\"");
    assert_eq!(value("<<-E\n\t\ta\n\tb\n   \nE"), "\"\\ta\\nb\\n   \\n\"");
}

#[test]
fn traversals_and_splats() {
    assert_eq!(value("a.b.c"), "a.b.c");
    assert_eq!(value("a . b [ 0 ] [\"k\"]"), "a.b[0][\"k\"]");
    assert_eq!(value("a.0.b.1.2"), "a.0.b.1.2");
    assert_eq!(value("a[b.c].d"), "a[b.c].d");
    assert_eq!(value("a[*].b[0].c"), "splat[](a *.b[0].c)");
    assert_eq!(value("a.*.b.c"), "splat(a *.b.c)");
    assert_eq!(value("a.*.b[0].c"), "splat(a *.b)[0].c");
    assert_eq!(value("a.*.0.b"), "splat(a *.0.b)");
    assert_eq!(value("a[*].b[*].c"), "splat[](a splat[](*.b *.c))");
    assert_eq!(value("a.*"), "splat(a *)");
    assert_eq!(value("a[*]"), "splat[](a *)");
    assert_eq!(value("f(x).y[0]"), "f(x).y[0]");
    assert_eq!(value("[1][0]"), "[1][0]");
    assert_eq!(value("{a=1}.a"), "{\"a\":1}.a");
    assert_eq!(value("\"x\".y"), "\"x\".y");
    assert_eq!(value("(a\n  .b\n  [0]\n)"), "<a.b[0]>");
    assert_eq!(tree("a = b\nc = [0]"), "a=b; c=[0]");
}

#[test]
fn operators() {
    assert_eq!(value("a || b && c == d"), "(a || (b && (c == d)))");
    assert_eq!(value("a + b * c - d"), "((a + (b * c)) - d)");
    assert_eq!(value("a - b - c"), "((a - b) - c)");
    assert_eq!(value("a / b % c * d"), "(((a / b) % c) * d)");
    assert_eq!(value("a < b != c >= d"), "((a < b) != (c >= d))");
    assert_eq!(value("a <= b == (c > d)"), "((a <= b) == <(c > d)>)");
    assert_eq!(value("-a.b + !c[0]"), "(-a.b + !c[0])");
    assert_eq!(value("!!a"), "!!a");
    assert_eq!(value("- -1"), "--1");
    assert_eq!(value("-46+5"), "(-46 + 5)");
    assert_eq!(value("a-b"), "a-b");
    assert_eq!(value("1-2"), "(1 - 2)");
    assert_eq!(value("a ? b : c ? d : e"), "(a ? b : (c ? d : e))");
    assert_eq!(value("a ? b ? c : d : e"), "(a ? (b ? c : d) : e)");
    assert_eq!(value("a == b ? c || d : e + f"), "((a == b) ? (c || d) : (e + f))");
    assert_eq!(value("(\na\n?\nb\n:\nc\n)"), "<(a ? b : c)>");
}

#[test]
fn calls() {
    assert_eq!(value("f()"), "f()");
    assert_eq!(value("f(a, b,)"), "f(a b)");
    assert_eq!(value("f(a, b...)"), "f(a b...)");
    assert_eq!(value("f (\n a,\n b...\n)"), "f(a b...)");
    assert_eq!(value("provider::aws::arn_parse(x)"), "provider::aws::arn_parse(x)");
}

#[test]
fn collections() {
    assert_eq!(value("[]"), "[]");
    assert_eq!(value("[\n1\n,\n2,\n]"), "[1 2]");
    assert_eq!(value("{}"), "{}");
    assert_eq!(value("{\n\n}"), "{}");
    assert_eq!(
        value("{ a = 1, b : 2, \"c\" = 3, (d) = 4, 5 = 6, true = 7 }"),
        "{\"a\":1 \"b\":2 \"c\":3 <d>:4 5:6 \"true\":7}"
    );
    assert_eq!(
        value("{\n a = 1\n\n # c\n b = 2,\n\n \"${x}-y\" = 3\n}"),
        "{\"a\":1 \"b\":2 `${x} \"-y\"`:3}"
    );
    assert_eq!(value("({\n a = 1\n b = 2\n})"), "<{\"a\":1 \"b\":2}>");
    assert_eq!(value("[{\n a = [\n1\n]\n}, {}]"), "[{\"a\":[1]} {}]");
    assert_eq!(value("{ for = 1, if = 2, in : 3 }"), "{\"for\":1 \"if\":2 \"in\":3}");
    assert_eq!(value("[form, forest.x]"), "[form forest.x]");
}

#[test]
fn for_expressions() {
    assert_eq!(value("[for x in y : x.z]"), "for(x in y: x.z)");
    assert_eq!(value("[for k, v in y : v if k != 1]"), "for(k,v in y: v if (k != 1))");
    assert_eq!(value("{for k, v in y : k => v...}"), "for(k,v in y: k=>v...)");
    assert_eq!(value("{\n for s in y :\n s.a => s\n if s.b\n}"), "for(s in y: s.a=>s if s.b)");
    assert_eq!(value("{ for k in y : k\n => cond\n ? a\n : b\n}"), "for(k in y: k=>(cond ? a : b))");
    assert_eq!(value("[\n# c\nfor x in [for y in z : y] : x]"), "for(x in for(y in z: y): x)");
    assert_eq!(value("{for x in y : x => {\n a = 1\n b = 2\n}}"), "for(x in y: x=>{\"a\":1 \"b\":2})");
}

#[test]
fn one_expression_and_whole_templates() {
    let limits = Limits::default();
    assert_eq!(expr(&parse_expression(" a +\n b ", &limits).unwrap()), "(a + b)");
    assert!(parse_expression("a b", &limits).is_err());
    assert!(parse_expression("", &limits).is_err());
    let text = "\"quoted\" \\n ${a}\n%{ if b ~}\nx\n%{ endif ~}\n";
    assert_eq!(
        parts(&parse_template(text, &limits).unwrap()),
        "`\"\\\"quoted\\\" \\\\n \" ${a} \"\\n\" %if(b \"x\\n\" \"\")`"
    );
    assert!(parse_template("a ${", &limits).is_err());
    assert_eq!(parts(&parse_template("", &limits).unwrap()), "\"\"");
}
