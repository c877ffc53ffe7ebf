//! Terraform, evaluated: expectations are by hand from Terraform's documentation.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod adapters;
mod caps;
mod deployed;
mod evaluation;
mod inputs;
mod instances;
mod json_syntax;
mod modules;
mod plan;
mod references;
mod roots;

use std::collections::BTreeMap;

use palisade_graph::{Note, State, Val};
use palisade_load::terraform::{self, Instance, Project};
use palisade_load::{Failure, Files, Inputs, WalkOptions, discover};
use palisade_source::{Jail, Limits, Store};

/// An evaluated root module.
struct Seen {
    instances: Vec<Instance>,
    outputs: Val,
    store: Store,
    failures: Vec<Failure>,
    notes: Vec<Note>,
    undecided: Vec<String>,
    interface: palisade_graph::Interface,
}

fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        palisade_source::write_atomic(&path, text).unwrap();
    }
    folder
}

/// On a thread with the stack that an application is given.
fn with(files: &[(&str, &str)], root: &str, inputs: &Inputs, forced: &[(&str, Val)]) -> Seen {
    let folder = tree(files);
    std::thread::scope(|scope| {
        let run = || evaluated(&folder, root, inputs, forced);
        std::thread::Builder::new().stack_size(64 << 20).spawn_scoped(scope, run).unwrap().join().unwrap()
    })
}

fn evaluated(folder: &tempfile::TempDir, root: &str, inputs: &Inputs, forced: &[(&str, Val)]) -> Seen {
    let jail = Jail::new(folder.path()).unwrap();
    let limits = Limits::default();
    let found = discover(&jail, &WalkOptions::default(), &limits);
    let project = Project::read(&jail, &found.terraform, &limits);
    let modules = project.modules();
    let files = Files::new(&jail, &limits);
    let forced: BTreeMap<_, _> = forced.iter().map(|(k, v)| ((*k).into(), v.clone())).collect();
    let seen = terraform::evaluate(&files, &project, &modules, root, inputs, forced).unwrap();
    let finished = files.finish();
    Seen {
        instances: seen.instances,
        outputs: seen.outputs,
        store: finished.store,
        failures: finished.failures,
        notes: finished.notes,
        interface: seen.interface,
        undecided: seen.undecided.iter().map(|(name, _)| name.to_string()).collect(),
    }
}

/// The root module in the scan root.
fn look(files: &[(&str, &str)]) -> Seen {
    with(files, "", &Inputs::default(), &[])
}

/// Outputs of one file, as JSON by name.
fn outputs(text: &str) -> serde_json::Value {
    look(&[("main.tf", text)]).outputs.to_json()
}

/// The value of `expr`.
fn value(expr: &str) -> Val {
    let seen = look(&[("main.tf", &format!("output \"o\" {{\n  value = {expr}\n}}\n"))]);
    assert_eq!(seen.failures, []);
    seen.outputs.get("o").clone()
}

/// Text of the reason why a value is not known.
fn why(val: &Val) -> String {
    match &val.state {
        State::Unknown(u) => u.reason.to_string(),
        other => format!("{other:?}"),
    }
}

impl Seen {
    fn addresses(&self) -> Vec<&str> {
        self.instances.iter().map(|i| i.address.as_str()).collect()
    }

    fn at(&self, address: &str) -> &Instance {
        match self.instances.iter().find(|i| i.address == address) {
            Some(instance) => instance,
            None => panic!("no {address} in {:?}", self.addresses()),
        }
    }

    /// An attribute of an instance as JSON.
    fn json(&self, address: &str, path: &str) -> serde_json::Value {
        self.at(address).body.at(path).to_json()
    }

    /// The text where a value stands, with its file.
    fn written(&self, val: &Val) -> (&str, &str) {
        let path = self.store.get(val.span.file).map_or("", |f| f.path.as_str());
        (path, self.store.text(val.span))
    }
}
