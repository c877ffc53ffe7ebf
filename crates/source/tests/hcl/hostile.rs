//! Input made to break readers: no crash, and time in proportion to size.

use std::time::{Duration, Instant};

use palisade_source::Limits;
use palisade_source::hcl::{Document, parse};

use crate::dump::read;

/// Reads on a thread with the stack that worker threads have.
fn on_small_stack(text: String) -> Document {
    let run = move || read(&text);
    std::thread::Builder::new().stack_size(2 << 20).spawn(run).unwrap().join().unwrap()
}

#[test]
fn forty_thousand_levels() {
    let n = 40_000;
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{a=", "}"),
        ("!", ""),
        ("-", ""),
        ("\"${", "}\""),
        ("f(", ")"),
        ("a[", "]"),
        ("[for x in ", ": x]"),
        ("{for x in ", ": x => x}"),
        ("\"%{ if ", "}%{ endif }\""),
        ("1 + (", ")"),
        ("a ? ", ": b"),
        ("x ? (", ") : y"),
        ("<<E\n${", "}\nE\n"),
    ] {
        let text = format!("before = 1\nx {{\n  a = {}1{}\n  b = 2\n}}\n", open.repeat(n), close.repeat(n));
        let start = Instant::now();
        let document = on_small_stack(text);
        assert!(start.elapsed() < Duration::from_secs(2), "{open}: {:?}", start.elapsed());
        // Behind a heredoc whose closing word stands in itself, the rest of the lines is junk.
        assert!(document.errors.len() <= if open.starts_with('<') { 3 } else { 1 }, "{open}");
        assert!(document.errors[0].message.starts_with("nested deeper"), "{:?}", document.errors);
        assert!(document.body.attribute("before").is_some());
    }
}

#[test]
fn long_chains_are_not_deep_trees() {
    let n = 40_000;
    for (first, step) in [
        ("a", ".b"),
        ("a", "[0]"),
        ("a", " + a"),
        ("a", ".*.b[0]"),
        ("a", "[*]"),
        ("a", " ? b : c"),
        ("a", " || a && a"),
        ("a", "[*].b[0]"),
    ] {
        let text = format!("x {{\n  a = {first}{}\n  b = 2\n}}\n", step.repeat(n));
        let document = on_small_stack(text);
        assert_eq!(document.errors.len(), 1, "{step}");
        assert!(document.body.items.len() == 1, "{step}");
    }
    // What people write is far below.
    let text = format!("a = x{}\nb = {}y\n", " || x".repeat(200), "x ? y : ".repeat(200));
    assert!(read(&text).errors.is_empty(), "{:?}", read(&text).errors);
}

#[test]
fn nested_blocks_lose_their_block_only() {
    let n = 40_000;
    for (open, close) in [("a {\n", "}\n"), ("a{", "}")] {
        let text = format!("x {{}}\n{}{}\ny {{}}\n", open.repeat(n), close.repeat(n));
        let document = on_small_stack(text);
        assert!(!document.errors.is_empty());
        let kinds: Vec<&str> = document.body.blocks().map(|b| b.kind.as_str()).collect();
        assert_eq!((kinds.first(), kinds.last()), (Some(&"x"), Some(&"y")), "{open}");
    }
    // Blocks of the language start over and over; what is given up is said.
    let text = format!("x {{}}\n{}{}\n", "resource a b {\n".repeat(n), "}\n".repeat(n));
    let document = on_small_stack(text.clone());
    assert!(document.errors.len() < 10_000, "{}", document.errors.len());
    assert_eq!(document.errors.last().unwrap().lost.end as usize, text.len());
    let text = format!("{}k = 1{}", "a {\n".repeat(63), "\n}".repeat(63));
    assert!(read(&text).errors.is_empty());
}

/// What this thread has used of the processor, where the system tells.
fn processor() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    told.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

/// Four times the size must not take sixteen times as long; small times are noise.
#[test]
fn time_grows_with_size() {
    let units = [
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "\"",
        "\\",
        "${",
        "%{",
        "\"${",
        "#",
        "/*",
        "*/",
        "//",
        "<<E\n",
        "<<-E\n ",
        "a = <<E\n",
        "a = [\n",
        "a = {\n",
        "a = \"\n",
        "a {\n",
        "a { b = [\n",
        "locals {\n",
        "a = ",
        "a\n",
        "=",
        "\n",
        "\r",
        "\0",
        "\u{feff}",
        "é",
        ".",
        "-",
        "!",
        "a.b\n",
        "a = 1 2\n",
        "a = /*\n",
        "resource \"a\" \"b\" {\n a = [\n",
        "a = <<E\n${",
        "locals {\n a = <<E\n",
        "a = \"${\n",
        "a = \"%{ if x }\n",
        "\"a\" = ",
        "a \"b\" ",
        "[}",
        "(}",
        "{(",
        "a = 1\n",
        "a = <<E\n$${ %{ E\n",
        "/**/",
        "a=1,",
        "a{}",
        "x = \"\\u\n",
        "a = [for x in\n",
        "1",
        "a\"",
        "<<",
        "locals {\n a = {\n",
        "/**/ ",
        "a = /**/ [\n",
        "}\nlocals {\n",
        "a = (\n b = (\n",
        "a = f(<<E\n",
    ];
    let limits = Limits::default();
    let time = |text: &str| {
        let once = || {
            let start = (Instant::now(), processor());
            drop(parse(text, &limits));
            let used = processor().zip(start.1).and_then(|(now, then)| now.checked_sub(then));
            used.unwrap_or_else(|| start.0.elapsed())
        };
        // The machine has other work: the best of several is the nearest to the truth.
        let first = once();
        if first < Duration::from_millis(50) { first } else { first.min(once()).min(once()) }
    };
    for unit in units {
        for prefix in ["", "a = ", "a = \"", "x {\n a = ", "a = <<E\n"] {
            let make = |size: usize| format!("{prefix}{}", unit.repeat(size / unit.len()));
            let (small, large) = (make(25_000), make(100_000));
            let (first, second) = (time(&small), time(&large));
            assert!(
                second < Duration::from_millis(150).max(first * 8),
                "{prefix:?} + {unit:?}: {first:?}, four times that: {second:?}"
            );
        }
    }
}

#[test]
fn any_prefix_of_a_file_is_read() {
    let text = "\u{feff}# é\nresource \"a\" \"b\" {\n  x = <<-E\n    ${y ? [1] : {for k, v in z : k => v...}}\n    %{ if a ~}é%{ else }$${%{ endif }\n  E\n  /* c */ n { m = \"\\u00e9\\n${f(g.*.h...)}\" }\n}\n";
    assert!(read(text).errors.is_empty(), "{:?}", read(text).errors);
    for (end, _) in text.char_indices() {
        let document = read(&text[..end]);
        for error in &document.errors {
            assert!(error.lost.end as usize <= end && error.at as usize <= end, "{end}: {error:?}");
        }
        // without each character
        let rest: String = text[..end].chars().chain(text[end..].chars().skip(1)).collect();
        drop(read(&rest));
    }
}

#[test]
fn the_number_of_nodes_is_limited() {
    let limits = Limits { nodes: 4000, ..Limits::default() };
    let document = parse(&format!("a = [{}]\nb = 1\n", "1,".repeat(5000)), &limits);
    assert!(document.errors[0].message.contains("limit"));
}
