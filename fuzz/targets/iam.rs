#![no_main]
//! Any text as a line of every `iam` command: the answer is JSON, and no certificate is refuted.

use palisade_iam::checker::Replay;
use palisade_iam::lines;

libfuzzer_sys::fuzz_target!(|text: &str| {
    for answer in [lines::evaluate, lines::compare, lines::lint, lines::expand, lines::shrink, lines::why] {
        let out = answer(text);
        assert!(out.starts_with("{\"id\":") && out.ends_with('}') && !out.contains('\n'), "{out}");
    }
    if let Some(Replay::Fails(why)) = lines::replay(text) {
        panic!("{why}");
    }
});
