//! Every certificate replays: complete contexts give definite proofs, and none is refuted.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests fail by panicking"
)]
#![expect(dead_code, reason = "the generator serves several tests")]

#[path = "generate/mod.rs"]
mod generate;

use generate::{For, line};
use palisade_iam::checker::Replay;
use palisade_iam::lines::{evaluate, replay};

#[test]
fn every_certificate_replays() {
    let cases = 20_000_u64;
    let (mut held, mut open) = (0, 0);
    let mut refuted = Vec::new();
    for seed in 1..=cases {
        let mut line = line(seed, For::Reference);
        if seed % 4 == 0 {
            line["context_complete"] = false.into();
        }
        let text = line.to_string();
        match replay(&text) {
            Some(Replay::Holds) => held += 1,
            Some(Replay::CannotTell) => open += 1,
            Some(Replay::Fails(why)) => refuted.push(format!("{why}\n{text}\n{}", evaluate(&text))),
            None => {}
        }
    }
    assert!(refuted.is_empty(), "{} refuted, the first:\n{}", refuted.len(), refuted.first().unwrap());
    assert!(held * 10 > cases * 9, "{held} of {cases} held, {open} open");
}
