#![no_main]
//! Any text as HCL: every range of the tree is a piece of the text, and what is removed from a text without errors
//! leaves one without errors.

use palisade_source::hcl::edit::{Editor, New, Value, Within};
use palisade_source::hcl::{Body, Item, Range, move_ranges, parse, parse_template};
use palisade_source::{Edit, Limits, SourceFile, apply_edits};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let source = SourceFile::new("main.tf", text.to_owned());
    let limits = Limits { nodes: 400_000, ..Limits::default() };
    let document = parse(text, &limits);
    let piece = |r: Range| {
        assert!(text.get(r.start as usize..r.end as usize).is_some(), "{r:?} is not a piece of the text");
        r
    };
    for error in &document.errors {
        piece(error.lost);
    }
    for comment in &document.comments {
        piece(Range::new(comment.start, comment.end));
    }
    check(&document.body, &piece);
    let _ = parse_template(text, &limits);
    if !document.errors.is_empty() || text.len() > 4096 {
        return;
    }
    let editor = Editor::new(&source, &document);
    let apply = |edits: &[Edit]| {
        let edited = apply_edits(text, edits).expect("edits of one change do not overlap");
        let again = parse(&edited, &limits);
        assert!(again.errors.is_empty(), "{edits:?} broke the file: {:?}", again.errors);
        again.body.items.len()
    };
    for item in &document.body.items {
        match item {
            Item::Attribute(a) => {
                if let Ok(edit) = editor.remove(a.range()) {
                    apply(&[edit]);
                }
                apply(&[editor.replace(&a.expr, &Value::Map(vec![("k".into(), Value::Str("${x}".into()))]))]);
                if let Ok(edits) = editor.append(&a.expr, &Value::Bool(true)) {
                    apply(&edits);
                }
            }
            Item::Block(b) => {
                if let Ok(edit) = editor.remove(b.at) {
                    apply(&[edit]);
                }
                let all = document.body.items.len();
                let block = New::Block { kind: "k".into(), labels: Vec::new(), items: Vec::new() };
                let new = [New::Attribute("fresh".into(), Value::Int(1)), block];
                let inserted = apply(&editor.insert(Within::Block(b), &new));
                assert_eq!(inserted, all, "what is inserted into a block left it");
            }
        }
    }
});

fn check(body: &Body, piece: &dyn Fn(Range) -> Range) {
    for item in &body.items {
        match item {
            Item::Attribute(a) => {
                piece(a.name_at);
                piece(a.range());
                move_ranges(&mut a.expr.clone(), piece);
            }
            Item::Block(b) => {
                piece(b.at);
                piece(b.header);
                check(&b.body, piece);
            }
        }
    }
}
