//! Prints what the SAM transform makes of templates beside what another expansion of them holds, evaluated
//! by the same evaluator, for a comparison of both.
//!
//! `sam_dump ROOT EXPANSION...`: each expansion is a JSON file with the `path` of its template below the
//! root, `resources` and `conditions`. One JSON line a template.

use std::io::Write;
use std::path::Path;

use palisade_graph::Val;
use palisade_load::{Files, Inputs, Stack, Typing, cloudformation};
use palisade_source::{FileId, Jail, Limits, SourceFile, Span};
use serde_json::{Map, Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let root = args.next().ok_or("no root")?;
    let jail = Jail::new(Path::new(&root))?;
    let limits = Limits::default();
    let mut out = std::io::stdout().lock();
    for name in args {
        let expansion: Value = serde_json::from_str(&std::fs::read_to_string(&name)?)?;
        let path = expansion.get("path").and_then(Value::as_str).unwrap_or_default();
        let files = Files::new(&jail, &limits);
        let documents = files.documents("", path, Typing::Yaml11);
        let Some(template) = documents.ok().and_then(|(_, d)| d.into_iter().next()) else {
            writeln!(out, "{}", json!({"path": path, "unread": true}))?;
            continue;
        };
        let ours = worlds(&files, path, &template);
        let text = json!({
            "Resources": expansion.get("resources"),
            "Conditions": expansion.get("conditions"),
        });
        let source = SourceFile::new("expansion", text.to_string());
        let expanded = files.adopt(&source.into(), None, Typing::Yaml11).swap_remove(0);
        let other = Val::object(
            [
                ("Parameters", template.get("Parameters").clone()),
                ("Mappings", template.get("Mappings").clone()),
                ("Conditions", expanded.get("Conditions").clone()),
                ("Resources", expanded.get("Resources").clone()),
            ],
            Span::new(FileId(0), 0, 0),
        );
        let theirs = worlds(&files, path, &other);
        for (world, stack) in &ours {
            // A world that only one of both tells apart cannot be compared; the first is the default.
            let first = ours.first().is_some_and(|(w, _)| w == world);
            let same = if first { theirs.first() } else { theirs.iter().find(|(w, _)| w == world) };
            let Some((_, theirs)) = same else { continue };
            let line = json!({
                "path": path, "world": world, "error": expansion.get("error"),
                "ours": stack, "theirs": theirs,
            });
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

fn worlds(files: &Files<'_>, path: &str, template: &Val) -> Vec<(String, Value)> {
    let inputs = Inputs { region: Some("us-east-1".into()), ..Inputs::default() };
    let worlds = cloudformation::expand(files, path, template, &inputs);
    let shown = |(world, stack): (palisade_graph::World, Stack)| {
        let fact = |(name, value): &(_, _)| format!("{name}={value}");
        let facts: Vec<String> = world.facts.iter().map(fact).collect();
        (facts.join(" "), resources(&stack))
    };
    worlds.into_iter().map(shown).collect()
}

fn resources(stack: &Stack) -> Value {
    let resource = |r: &palisade_load::Resource| {
        let value = json!({
            "Type": r.ty.as_str(),
            "Properties": r.props.to_json(),
            "DependsOn": r.attributes.get("DependsOn").to_json(),
        });
        (r.id.to_string(), value)
    };
    Value::Object(stack.resources.values().map(resource).collect::<Map<_, _>>())
}
