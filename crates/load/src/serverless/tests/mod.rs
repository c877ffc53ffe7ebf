mod events;
mod functions;
mod plugins;
mod variables;

use std::sync::Arc;

use palisade_graph::{Note, Val, World};
use palisade_source::{Jail, Limits, SourceFile, Store};

use crate::{Failure, Files, Inputs, Stack, Typing};

/// What loading a service gave.
pub struct Loaded {
    pub worlds: Vec<(World, Stack)>,
    pub store: Store,
    pub notes: Vec<Note>,
    pub failures: Vec<Failure>,
}

/// Loads `serverless.yml` and the files beside it.
pub fn load_all(files: &[(&str, &str)], inputs: &Inputs) -> Loaded {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        palisade_source::write_atomic(&path, text).unwrap();
    }
    let jail = Jail::new(folder.path()).unwrap();
    let limits = Limits::default();
    let all = Files::new(&jail, &limits);
    let (path, text) = files[0];
    let documents = all.adopt(&Arc::new(SourceFile::new(path, text)), None, Typing::Yaml12);
    let worlds = super::load(&all, path, &documents[0], inputs);
    let done = all.finish();
    Loaded { worlds, store: done.store, notes: done.notes, failures: done.failures }
}

pub fn load(text: &str) -> Loaded {
    load_all(&[("serverless.yml", text)], &Inputs::default())
}

impl Loaded {
    pub fn stack(&self) -> &Stack {
        &self.worlds[0].1
    }

    pub fn props(&self, id: &str) -> &Val {
        &self.stack().get(id).unwrap_or_else(|| panic!("no {id}")).props
    }

    /// Environment of the function `hello`.
    pub fn env(&self, name: &str) -> &Val {
        self.props("HelloLambdaFunction").at("Environment.Variables").get(name)
    }

    pub fn text(&self, val: &Val) -> &str {
        self.store.text(val.span)
    }

    /// Statements of a role as `Effect actions on resources`.
    pub fn statements(&self, role: &str) -> Vec<String> {
        let policies = self.props(role).get("Policies").items();
        let statements = policies.iter().flat_map(|p| p.at("PolicyDocument.Statement").items());
        statements.map(shown).collect()
    }

    pub fn ids<'a>(&'a self, ty: &'a str) -> Vec<&'a str> {
        self.stack().of_type(ty).map(|r| r.id.as_str()).collect()
    }
}

pub fn shown(statement: &Val) -> String {
    let list = |key: &str| -> String {
        statement.get(key).items().iter().map(|v| v.display().to_string()).collect::<Vec<_>>().join(",")
    };
    format!("{} {} on {}", statement.get("Effect").display(), list("Action"), list("Resource"))
}
