//! Prints what is read of each CDK application in a tree, one JSON line each, to be compared with what the library
//! synthesises.
//!
//! Usage: `cdk_dump ROOT [--all] [PATH...]`; `--all` prints every resource with its properties.

use std::io::Write;

use palisade_load::{Inputs, WalkOptions, discover, folder};
use palisade_source::{Jail, Limits};

fn main() -> std::io::Result<()> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let all = arguments.iter().any(|a| a == "--all");
    arguments.retain(|a| a != "--all");
    let root = if arguments.is_empty() { ".".to_owned() } else { arguments.remove(0) };
    let jail = Jail::new(std::path::Path::new(&root))?;
    let limits = Limits::default();
    let options = WalkOptions { paths: arguments, no_cdk_out: true, ..WalkOptions::default() };
    let mut out = std::io::stdout().lock();
    for path in discover(&jail, &options, &limits).cdk_apps {
        let line = std::thread::scope(|scope| {
            let read = || line(&jail, &limits, &path, all);
            let thread = std::thread::Builder::new()
                .stack_size(palisade_load::cdk::source::STACK)
                .spawn_scoped(scope, read);
            thread.ok().and_then(|t| t.join().ok())
        });
        let line = line.unwrap_or_else(|| serde_json::json!({ "app": folder(&path), "panicked": true }));
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn line(jail: &Jail, limits: &Limits, path: &str, all: bool) -> serde_json::Value {
    let files = palisade_load::Files::new(jail, limits);
    let start = std::time::Instant::now();
    let worlds = palisade_load::cdk::source::load(&files, path, &Inputs::default());
    let took = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    let resources: Vec<serde_json::Value> = worlds
        .iter()
        .flat_map(|(_, stack)| stack.resources.values())
        .filter(|r| all || r.ty == "AWS::Lambda::Function")
        .map(|r| {
            let mut line = serde_json::json!({
                "id": r.id.as_str(), "name": r.name.as_str(), "type": r.ty.as_str(),
                "runtime": r.props.get("Runtime").display().as_str(),
                "handler": r.props.get("Handler").display().as_str(),
                "source": r.source_root.as_deref(),
                "file": files.path(r.key.file).as_deref(), "line": files.line(r.key),
            });
            if let (true, Some(line)) = (all, line.as_object_mut()) {
                line.insert("props".into(), r.props.to_json());
            }
            line
        })
        .collect();
    let done = files.finish();
    let failures: Vec<String> = done.failures.iter().map(|f| format!("{}: {}", f.path, f.reason)).collect();
    serde_json::json!({ "app": folder(path), "ms": took, "resources": resources, "failures": failures })
}
