//! Prints what is known of Terraform applications: one JSON line an instance, with its evaluated body.
//!
//! `terraform_dump ROOT [--why]`: with `--why`, only how often something is not known, and why.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use palisade_graph::{Piece, State, Val, Value};
use palisade_load::terraform::{self, Instance, Project, RootKind};
use palisade_load::{Files, Inputs, WalkOptions, discover};
use palisade_source::{Jail, Limits};
use serde_json::json;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let root = args.next().ok_or("no root")?;
    let why = args.any(|a| a == "--why");
    std::thread::Builder::new()
        .stack_size(256 << 20)
        .spawn(move || run(&root, why).map_err(|e| e.to_string()))?
        .join()
        .map_err(|_| "panicked")??;
    Ok(())
}

fn run(root: &str, why: bool) -> Result<(), Box<dyn std::error::Error>> {
    let jail = Jail::new(Path::new(&root))?;
    let limits = Limits::default();
    let found = discover(&jail, &WalkOptions::default(), &limits);
    let project = Project::read(&jail, &found.terraform, &limits);
    let modules = project.modules();
    let mut out = std::io::stdout().lock();
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    let (mut total, mut count) = (0, 0);
    for root in terraform::roots(&project, &modules, BTreeMap::new()) {
        if let RootKind::Foreign(providers, _) = &root.kind {
            writeln!(out, "{}", json!({"root": root.folder, "foreign": providers}))?;
            continue;
        }
        let files = Files::new(&jail, &limits);
        let inputs = Inputs::default();
        let evaluated =
            terraform::evaluate(&files, &project, &modules, &root.folder, &inputs, BTreeMap::new());
        let Some(evaluated) = evaluated else { continue };
        for Instance { address, ty, body, symbolic, header, .. } in &evaluated.instances {
            count += 1;
            let place = files.path(header.file).zip(files.line(*header));
            let place = place.map(|(path, line)| format!("{path}:{line}")).unwrap_or_default();
            causes(body, &mut total, &mut |reason, symbol| {
                *reasons.entry(format!("{reason}: {}", general(symbol))).or_default() += 1;
            });
            if !why {
                let line = json!({
                    "root": root.folder, "address": address.as_str(), "ty": ty.as_str(), "at": place,
                    "symbolic": symbolic, "body": body.to_json(),
                });
                writeln!(out, "{line}")?;
            }
        }
        let finished = files.finish();
        for failure in &finished.failures {
            writeln!(out, "{}", json!({"root": root.folder, "failure": format!("{failure:?}")}))?;
        }
        for note in finished.notes.iter().filter(|_| !why) {
            writeln!(out, "{}", json!({"root": root.folder, "note": note.name.as_str()}))?;
        }
        if !evaluated.undecided.is_empty() && !why {
            let names: Vec<&str> = evaluated.undecided.iter().map(|(n, _)| n.as_str()).collect();
            writeln!(out, "{}", json!({"root": root.folder, "undecided": names}))?;
        }
    }
    if why {
        let mut reasons: Vec<(String, usize)> = reasons.into_iter().collect();
        reasons.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        writeln!(out, "{count} instances, {total} values")?;
        for (reason, n) in reasons.iter().take(150) {
            writeln!(out, "{n:6} {reason}")?;
        }
    }
    Ok(())
}

fn causes(val: &Val, total: &mut usize, each: &mut impl FnMut(&str, &str)) {
    *total += 1;
    match &val.state {
        State::Unknown(u) => each(&u.reason.to_string(), &u.symbol),
        State::Known(Value::List(list)) => list.items.iter().for_each(|v| causes(v, total, each)),
        State::Known(Value::Map(map)) => map.entries.iter().for_each(|e| causes(&e.val, total, each)),
        State::Partial(pieces) => pieces.iter().for_each(|p| {
            if let Piece::Hole(val) = p {
                causes(val, total, each);
            }
        }),
        _ => {}
    }
}

/// A symbol without what differs from place to place.
fn general(symbol: &str) -> String {
    if symbol.starts_with("var.") || symbol.contains(".var.") {
        return "var".to_owned();
    }
    symbol.chars().take(60).collect()
}
