use palisade_graph::{Entry, Piece, State, Val};
use palisade_source::{FileId, Jail, Limits, Span};

use super::{parse, policy, yaml};
use crate::Files;

/// A file of one text, and a value that stands at a range of it.
fn with(text: &str, f: impl FnOnce(&Files<'_>, Span, &dyn Fn(Span) -> String)) {
    let dir = tempfile::tempdir().unwrap();
    palisade_source::write_atomic(&dir.path().join("main.tf"), text).unwrap();
    let jail = Jail::new(dir.path()).unwrap();
    let limits = Limits::default();
    let files = Files::new(&jail, &limits);
    let (id, read) = files.text("", "main.tf").unwrap();
    let start = u32::try_from(text.find(['<', '"', '{']).unwrap()).unwrap();
    let span = Span::new(id, start, u32::try_from(text.trim_end().len()).unwrap());
    let shown = |s: Span| read.get(s.start as usize..s.end as usize).unwrap().to_owned();
    f(&files, span, &shown);
}

fn pieces(parts: &[&str], span: Span) -> Val {
    let pieces: Vec<Piece> = parts
        .iter()
        .map(|p| match p.strip_prefix('?') {
            Some(id) => Piece::Hole(Val::attribute(id, "arn", Span::NONE)),
            None => Piece::Text((*p).into()),
        })
        .collect();
    Val::new(State::Partial(pieces.into()), span)
}

#[test]
fn values_of_a_heredoc_stand_where_they_are_written() {
    let source = "policy = <<-EOF\n    {\n      \"Statement\": [{\n        \"Action\": [\"s3:*\", \"$${x}\"],\n        \"Resource\": \"${aws_s3_bucket.b.arn}/*\"\n      }]\n    }\n    EOF\n";
    with(source, |files, span, shown| {
        let text = "{\n  \"Statement\": [{\n    \"Action\": [\"s3:*\", \"${x}\"],\n    \"Resource\": \"";
        let val = pieces(&[text, "?B", "/*\"\n  }]\n}\n"], span);
        let read = parse(files, &val);
        let statement = &read.get("Statement").items()[0];
        assert!(shown(statement.span).starts_with("{\n        \"Action\""));
        assert!(shown(statement.span).ends_with('}'));
        assert_eq!(shown(statement.get("Action").items()[0].span), "\"s3:*\"");
        assert_eq!(shown(statement.get("Action").items()[1].span), "\"$${x}\"");
        assert_eq!(statement.get("Resource").display(), "${B.arn}/*");
        assert_eq!(shown(statement.get("Resource").span), "\"${aws_s3_bucket.b.arn}/*\"");
        assert_eq!(shown(statement.entry("Resource").unwrap().key_span), "\"Resource\"");
    });
}

#[test]
fn known_interpolations_are_walked_over() {
    let source = "x = <<EOF\n{\"A\": \"${var.a}-x\", \"B\": [%{ for n in var.l }\"${n}\",%{ endfor }], \"C\": \"end\"}\nEOF\n";
    with(source, |files, span, shown| {
        let val = Val::str("{\"A\": \"long name-x\", \"B\": [\"1\",\"2\",], \"C\": \"end\"}\n", span);
        let read = parse(files, &val);
        assert_eq!(read.get("A").as_str(), Some("long name-x"));
        assert_eq!(shown(read.get("A").span), "\"${var.a}-x\"");
        assert_eq!(read.get("B").items().len(), 2);
        assert_eq!(shown(read.get("C").span), "\"end\"");
    });
}

#[test]
fn an_interpolation_may_write_text_and_holes() {
    let source = "x = <<EOF\n{\"A\": \"${var.a}/${var.b}${var.c}\", \"B\": \"${var.a}${var.b}\", \"C\": \"end\"}\nEOF\n";
    with(source, |files, span, shown| {
        let text =
            ["{\"A\": \"arn:", "?X", "/path/known", "?Y", "\", \"B\": \"", "?X", "b\", \"C\": \"end\"}\n"];
        let read = parse(files, &pieces(&text, span));
        assert_eq!(read.get("A").display(), "arn:${X.arn}/path/known${Y.arn}");
        assert_eq!(shown(read.get("A").span), "\"${var.a}/${var.b}${var.c}\"");
        assert_eq!(shown(read.get("B").span), "\"${var.a}${var.b}\"");
        assert_eq!(shown(read.get("C").span), "\"end\"");
    });
}

#[test]
fn text_of_a_file_that_is_no_template_has_its_marks() {
    let source = "{\"A\": \"${aws:username}/x\", \"C\": \"end\"}";
    with(source, |files, span, shown| {
        let read = parse(files, &Val::str(source, span));
        assert_eq!(shown(read.get("A").span), "\"${aws:username}/x\"");
        assert_eq!(shown(read.get("C").span), "\"end\"");
    });
}

#[test]
fn a_directive_that_is_not_known_is_one_hole() {
    let source = "x = <<EOF\n{\"A\": [%{ if var.x }\"a\"%{ for y in z }, \"${y}\"%{ endfor }%{ else }\"b\"%{ endif }], \"C\": \"end\"}\nEOF\n";
    with(source, |files, span, shown| {
        let read = parse(files, &pieces(&["{\"A\": [", "?H", "], \"C\": \"end\"}\n"], span));
        assert_eq!(shown(read.get("C").span), "\"end\"");
    });
}

#[test]
fn escapes_of_quoted_strings_are_counted() {
    let source =
        "x = \"{\\\"Action\\\": \\\"s3:*\\\",\\n\\\"Sid\\\": \\\"${var.s}\\\", \\\"E\\\": \\\"Allow\\\"}\"\n";
    with(source, |files, span, shown| {
        let val = Val::str("{\"Action\": \"s3:*\",\n\"Sid\": \"one\", \"E\": \"Allow\"}", span);
        let read = parse(files, &val);
        assert_eq!(shown(read.get("Action").span), "\\\"s3:*\\\"");
        assert_eq!(shown(read.get("E").span), "\\\"Allow\\\"");
    });
}

#[test]
fn what_cannot_be_placed_stands_at_the_whole() {
    with("x = \"nothing of that\"", |files, span, _| {
        let read = parse(files, &Val::str("{\"a\": [1]}", span));
        assert_eq!(read.get("a").items()[0].span, span);
        assert_eq!(read.get("a").items()[0].as_int(), Some(1));
    });
    with("{}", |files, _, _| {
        let read = parse(files, &Val::str("{\"a\": \"\\ud83d\\ude00\\/\"}", Span::NONE));
        assert_eq!(read.get("a").as_str(), Some("😀/"));
    });
}

#[test]
fn holes_stand_for_values_elements_and_entries() {
    with("{}", |files, _, _| {
        let read = parse(files, &pieces(&["{\"R\": ", "?A", ", \"n\": 1}"], Span::NONE));
        assert!(matches!(read.get("R").state, State::Ref(_)));
        let unknown = Val::unknown(palisade_graph::Reason::KnownAfterApply, "x", Span::NONE);
        let list =
            vec![Piece::Text("[\"a\", ".into()), Piece::Hole(unknown.clone()), Piece::Text("]".into())];
        let read = parse(files, &Val::new(State::Partial(list.into()), Span::NONE));
        assert!(read.as_list().unwrap().open);
        let map = vec![Piece::Text("{\"a\": 1, ".into()), Piece::Hole(unknown), Piece::Text("}".into())];
        let read = parse(files, &Val::new(State::Partial(map.into()), Span::NONE));
        assert!(read.as_map().unwrap().open);
        assert_eq!(read.get("a").as_int(), Some(1));
        // A policy whose whole text is a hole is that hole.
        assert!(matches!(parse(files, &Val::reference("P", Span::NONE)).state, State::Ref(_)));
    });
}

#[test]
fn other_text_stays_and_broken_text_is_unknown() {
    with("{}", |files, _, _| {
        for text in ["plain", "", "arn:aws:iam::aws:policy/X"] {
            assert_eq!(parse(files, &Val::str(text, Span::NONE)).as_str(), Some(text));
        }
        for text in ["{", "{\"a\"}", "[1 2]", "{\"a\": 1} x", "{\"a\": tru}", "{\"a\": \"\\x\"}", "{'a': 1}"]
        {
            assert!(parse(files, &Val::str(text, Span::NONE)).any_unknown(), "{text}");
        }
        let deep = "[".repeat(100_000);
        assert!(parse(files, &Val::str(deep, Span::NONE)).any_unknown());
    });
}

/// Numbers that look like chance and are the same in every run.
fn numbers(seed: u32) -> impl FnMut(usize) -> usize {
    let mut state = seed;
    move |below| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % below
    }
}

#[test]
fn no_text_and_no_source_makes_it_fail() {
    let words = [
        "{",
        "}",
        "[",
        "]",
        "\"",
        ":",
        ",",
        "\\",
        "\\u00",
        "${",
        "%{ if x }",
        "%{ endif }",
        "$${",
        "<<EOF\n",
        "\n",
        "ä☃",
        "a",
        " ",
        "null",
        "12",
        "-",
        "~",
        "{\"Statement\": [{\"Action\": \"s3:*\"}]}",
        "\u{feff}",
        "\u{e000}0\u{e001}",
        "- x: &a *a",
    ];
    let mut next = numbers(7);
    for _ in 0..400 {
        let mut text = || (0..next(12)).map(|_| words[next(words.len())]).collect::<String>();
        let (source, one, two) = (text(), text(), text());
        let dir = tempfile::tempdir().unwrap();
        palisade_source::write_atomic(&dir.path().join("a"), &source).unwrap();
        let jail = Jail::new(dir.path()).unwrap();
        let limits = Limits::default();
        let files = Files::new(&jail, &limits);
        let (id, read) = files.text("", "a").unwrap();
        let whole = Span::new(id, 0, u32::try_from(read.len()).unwrap());
        for span in [whole, Span::NONE] {
            for val in [Val::str(one.as_str(), span), pieces(&[&one, "?H", &two], span)] {
                for parsed in [Some(parse(&files, &val)), yaml(&files, &val)].into_iter().flatten() {
                    inside(&parsed, span, &read);
                }
            }
        }
    }
}

/// Every span is one of characters, inside of the source.
fn inside(val: &Val, span: Span, text: &str) {
    if val.span.is_some() {
        assert!(span.contains(val.span), "{:?} {:?}", val.span, span);
        assert!(text.get(val.span.start as usize..val.span.end as usize).is_some());
    }
    val.entries().iter().for_each(|e| inside(&e.val, span, text));
    if let Some(list) = val.as_list() {
        list.items.iter().for_each(|i| inside(i, span, text));
    }
}

#[test]
fn yaml_has_places_too() {
    let source = "<<EOF\nlist:\n  - one\n  - ${two}x\nEOF\n";
    with(source, |files, span, shown| {
        let val = pieces(&["list:\n  - one\n  - ", "?T", "x\n"], span);
        let read = yaml(files, &val).unwrap();
        let items = read.get("list").items();
        assert_eq!(shown(items[0].span), "one");
        assert_eq!(items[1].display(), "${T.arn}x");
        assert_eq!(shown(items[1].span), "${two}x");
    });
}

fn block(entries: &[(&str, Val)]) -> Val {
    let entry = |(k, v): &(&str, Val)| Entry { key: (*k).into(), key_span: Span::NONE, val: v.clone() };
    Val::map(entries.iter().map(entry).collect(), Span::new(FileId(0), 1, 2))
}

fn words(items: &[&str]) -> Val {
    Val::list(items.iter().map(|i| Val::str(*i, Span::NONE)).collect(), Span::NONE)
}

fn word(text: &str) -> Val {
    Val::str(text, Span::NONE)
}

fn rendered(body: &Val) -> serde_json::Value {
    let dir = tempfile::tempdir().unwrap();
    let jail = Jail::new(dir.path()).unwrap();
    let limits = Limits::default();
    policy(&Files::new(&jail, &limits), body, Span::NONE).to_json()
}

#[test]
fn statements_take_iam_names_and_defaults() {
    let condition = |value: &str| {
        block(&[("test", word("StringLike")), ("variable", word("aws:x")), ("values", words(&[value]))])
    };
    let principal = |ty: &str, id: &str| block(&[("type", word(ty)), ("identifiers", words(&[id]))]);
    let body = block(&[(
        "statement",
        Val::list(
            vec![
                block(&[
                    ("sid", word("One")),
                    ("actions", words(&["s3:GetObject"])),
                    ("resources", words(&["arn:aws:s3:::b/&{aws:username}/*"])),
                    ("condition", Val::list(vec![condition("a"), condition("b")], Span::NONE)),
                    (
                        "principals",
                        Val::list(
                            vec![principal("AWS", "1"), principal("Service", "x"), principal("AWS", "2")],
                            Span::NONE,
                        ),
                    ),
                ]),
                block(&[
                    ("sid", word("")),
                    ("effect", word("Deny")),
                    ("not_actions", words(&["iam:*"])),
                    ("not_resources", words(&["*"])),
                    ("not_principals", Val::list(vec![principal("*", "*")], Span::NONE)),
                ]),
            ],
            Span::NONE,
        ),
    )]);
    assert_eq!(
        rendered(&body),
        serde_json::json!({
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "One",
                    "Effect": "Allow",
                    "Action": ["s3:GetObject"],
                    "Resource": ["arn:aws:s3:::b/${aws:username}/*"],
                    "Principal": {"AWS": ["1", "2"], "Service": ["x"]},
                    "Condition": {"StringLike": {"aws:x": ["a", "b"]}},
                },
                {"Effect": "Deny", "NotAction": ["iam:*"], "NotResource": ["*"], "NotPrincipal": "*"},
            ]
        })
    );
}

#[test]
fn documents_are_merged_by_sid() {
    let document = |sid: &str, action: &str| {
        Val::str(
            format!(
                "{{\"Version\":\"2008-10-17\",\"Statement\":{{\"Sid\":\"{sid}\",\"Action\":\"{action}\"}}}}"
            ),
            Span::NONE,
        )
    };
    let own = block(&[("sid", word("B")), ("actions", words(&["own"]))]);
    let body = block(&[
        ("statement", Val::list(vec![own], Span::NONE)),
        (
            "source_policy_documents",
            Val::list(vec![document("A", "a"), document("B", "b"), document("", "c")], Span::NONE),
        ),
        ("override_policy_documents", Val::list(vec![document("A", "over"), document("", "d")], Span::NONE)),
    ]);
    let actions: Vec<String> =
        rendered(&body)["Statement"].as_array().unwrap().iter().map(|s| s["Action"].to_string()).collect();
    assert_eq!(actions, ["\"over\"", "[\"own\"]", "\"c\"", "\"d\""]);
}

#[test]
fn a_document_that_is_not_known_leaves_the_policy_open() {
    let dir = tempfile::tempdir().unwrap();
    let jail = Jail::new(dir.path()).unwrap();
    let limits = Limits::default();
    let unknown = Val::unknown(palisade_graph::Reason::ParameterWithoutDefault, "var.p", Span::NONE);
    let body = block(&[
        ("statement", Val::list(vec![block(&[("actions", words(&["a"]))])], Span::NONE)),
        ("source_policy_documents", Val::list(vec![unknown], Span::NONE)),
    ]);
    let out = policy(&Files::new(&jail, &limits), &body, Span::NONE);
    let list = out.get("Statement").as_list().unwrap();
    assert!(list.open);
    assert_eq!(list.items.len(), 1);
}
