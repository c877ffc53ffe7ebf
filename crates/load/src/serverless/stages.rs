//! Which stages a service is looked at in.

use palisade_graph::{NoteKind, Val};
use smol_str::SmolStr;

use super::variables::{Resolver, Scope, Seen};
use crate::{Files, Inputs};

/// The stage that holds when none is asked for.
pub fn default_stage(files: &Files<'_>, folder: &str, document: &Val, inputs: &Inputs) -> SmolStr {
    let scope = Scope { stage: "dev".into(), given: false, environment: false };
    let resolver = Resolver::new(files, folder, document, inputs, scope);
    let val = resolver.peek("provider.stage");
    match val.as_str() {
        Some(stage) if !stage.is_empty() => stage.into(),
        _ => "dev".into(),
    }
}

/// The stages beside the default one, in file order; those above the limit are named in a note.
pub fn others(resolver: &Resolver<'_>, seen: &Seen, default: &SmolStr) -> Vec<SmolStr> {
    let mut all: Vec<SmolStr> = Vec::new();
    let mut add = |name: &SmolStr| {
        let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        if plain && !name.is_empty() && name != "default" && name != default && !all.contains(name) {
            all.push(name.clone());
        }
    };
    for section in ["params", "stages"] {
        for e in resolver.peek(section).entries() {
            add(&e.key);
        }
    }
    for name in &seen.stages {
        add(name);
    }
    let room = resolver.files.limits.stages.saturating_sub(1);
    if all.len() > room {
        let rest: Vec<&str> = all.iter().skip(room).map(SmolStr::as_str).collect();
        let words = format!("stages not looked at: {}", rest.join(", "));
        resolver.files.note(NoteKind::Info, &words, vec![resolver.document.span]);
        all.truncate(room);
    }
    all
}
