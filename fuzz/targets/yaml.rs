#![no_main]
//! Any text as YAML or JSON: every span of the tree is a piece of the text.

use palisade_source::{FileId, Limits, NodeId, SourceFile, parse};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let source = SourceFile::new("input.yml", text.to_owned());
    let limits = Limits { depth: 64, nodes: 100_000, ..Limits::default() };
    let Ok(tree) = parse(FileId(0), &source, &limits) else { return };
    for node in (0..tree.len() as u32).map(NodeId) {
        let span = tree.span(node);
        let (start, end) = (span.start as usize, span.end as usize);
        assert!(source.text.get(start..end).is_some(), "a node's span is not a piece of the text");
    }
});
