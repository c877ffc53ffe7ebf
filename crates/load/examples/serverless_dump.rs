//! Prints the template that we would package for each service named on the command line, one JSON line
//! each, to be compared with what the framework packages.
//!
//! Usage: `serverless_dump ROOT [--stage NAME] [--worlds] PATH...`, paths relative to ROOT.

use std::io::Write;
use std::sync::Arc;

use palisade_load::{Files, Inputs, Typing, serverless};
use palisade_source::{Jail, Limits, SourceFile, read_text};

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let root = arguments.next().unwrap_or_else(|| ".".into());
    let mut inputs = Inputs::default();
    let (mut paths, mut worlds) = (Vec::new(), false);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--stage" => inputs.stage = arguments.next(),
            "--worlds" => worlds = true,
            _ => paths.push(argument),
        }
    }
    let jail = Jail::new(std::path::Path::new(&root))?;
    let limits = Limits::default();
    let mut out = std::io::stdout().lock();
    for path in paths {
        let files = Files::new(&jail, &limits);
        let Ok(real) = jail.real(&path) else { continue };
        let Ok((text, _)) = read_text(&real, limits.file_bytes) else { continue };
        let source = Arc::new(SourceFile::new(path.as_str(), text));
        let script = [".ts", ".js", ".cjs", ".mjs"].iter().any(|e| path.ends_with(e));
        let document = if script {
            serverless::script_document(&files, &path, &source)
        } else {
            files.adopt(&source, None, Typing::Yaml12).into_iter().next()
        };
        let mut line = serde_json::Map::new();
        line.insert("path".into(), path.clone().into());
        if let Some(document) = &document {
            if worlds {
                let all: Vec<serde_json::Value> = serverless::load(&files, &path, document, &inputs)
                    .into_iter()
                    .map(|(world, stack)| {
                        let facts: Vec<String> =
                            world.facts.iter().map(|(k, v)| format!("{k}={v}")).collect();
                        serde_json::json!({ "facts": facts, "resources": stack.resources.len() })
                    })
                    .collect();
                line.insert("worlds".into(), all.into());
            } else {
                let template = serverless::template(&files, &path, document, &inputs);
                line.insert("resources".into(), template.get("Resources").to_json());
            }
        }
        let done = files.finish();
        let failures: Vec<String> = done.failures.iter().map(|f| f.reason.clone()).collect();
        let notes: Vec<String> = done.notes.iter().map(|n| format!("{:?} {}", n.kind, n.name)).collect();
        line.insert("failures".into(), failures.into());
        line.insert("notes".into(), notes.into());
        writeln!(out, "{}", serde_json::Value::Object(line))?;
    }
    Ok(())
}
