#![no_main]
//! Any text as an application with all its fixes made: what they leave is read, and needs no more of them.

use palisade_engine::{Fixes, Request, Selection, fix, fix_in};
use palisade_source::Jail;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((first, text)) = bytes.split_first() else { return };
    // Proofs read an application many times: what is large is left to the other targets.
    if text.len() > 4096 {
        return;
    }
    let name = match first % 3 {
        0 => "main.tf",
        1 => "template.yaml",
        _ => "serverless.yml",
    };
    let folder = palisade_fuzz::folder(name, text);
    let request = Request {
        root: folder.clone(),
        selection: Selection { persona: palisade_diag::Persona::Pedantic, ..Selection::default() },
        fixes: Fixes::All,
        ..Request::default()
    };
    let outcome = fix(&request).expect("the folder is there");
    if outcome.changed.is_empty() {
        return;
    }
    let unread = |report: &palisade_diag::Report| report.unread.len();
    assert!(unread(&outcome.after) <= unread(&outcome.before), "fixes made a file unreadable");
    let overlay = outcome.changed.iter().map(|c| (c.path.clone(), c.after.clone())).collect();
    let jail = Jail::new(&folder).expect("the folder is there").with_overlay(overlay);
    let again = fix_in(&request, &jail).expect("the folder is there");
    let more: Vec<&str> = again.fixed.iter().map(|f| f.finding.rule).collect();
    assert!(again.changed.is_empty(), "a second run changes more: {more:?}");
});
