//! The worlds of an application: the default one, and one for each value on which a condition hangs and that
//! nothing gives.

use std::collections::BTreeMap;

use palisade_graph::{Interface, NoteKind, Val, World};
use palisade_source::Span;
use smol_str::SmolStr;

use super::evaluate::App;
use super::module::Modules;
use super::project::Project;
use super::{Instance, Root, deploy};
use crate::{Files, Inputs, Stack};

/// One application in one world, in Terraform's own words.
pub struct Evaluated {
    /// The instances of its resources, data sources and modules that are not in the tree.
    pub instances: Vec<Instance>,
    /// Outputs of the root module.
    pub outputs: Val,
    /// What stands beside the resources.
    pub interface: Interface,
    /// Root variables without value on which a condition hangs, and what they are compared to.
    pub undecided: Vec<(SmolStr, Vec<Val>)>,
}

/// Evaluates an application with some of its variables given.
pub fn evaluate(
    files: &Files<'_>,
    project: &Project,
    modules: &Modules<'_>,
    root: &str,
    inputs: &Inputs,
    forced: BTreeMap<SmolStr, Val>,
) -> Option<Evaluated> {
    let app = App::new(files, project, modules, root, inputs, forced)?;
    let (inst, _) = app.root_module()?;
    let mut instances = Vec::new();
    let mut size = 0;
    app.instances(&inst, &mut instances, &mut size);
    let outputs = app.outputs();
    let interface = app.interface();
    if app.exhausted() {
        let words =
            format!("evaluation took more than {} steps; some values are not known", files.limits.steps);
        files.note(NoteKind::Info, &words, Vec::new());
    }
    let undecided = app.undecided.take().into_iter().collect();
    Some(Evaluated { instances, outputs, interface, undecided })
}

/// Evaluates an application in all its worlds and brings each into the deployed shape.
pub fn load(
    files: &Files<'_>,
    project: &Project,
    modules: &Modules<'_>,
    root: &Root,
    inputs: &Inputs,
) -> Vec<(World, Stack)> {
    let one = |forced| evaluate(files, project, modules, &root.folder, inputs, forced);
    let stack = |evaluated: Evaluated| {
        let mut stack = deploy::stack(files, evaluated.instances, evaluated.outputs);
        stack.interface = evaluated.interface;
        for output in &mut stack.interface.outputs {
            output.value = stack.outputs.get(&output.name).clone();
        }
        stack
    };
    let Some(default) = one(BTreeMap::new()) else { return Vec::new() };
    note_terragrunt(files, project, root);
    let undecided = default.undecided.clone();
    let mut out = vec![(World::default(), stack(default))];
    let mut forced: Vec<BTreeMap<SmolStr, Val>> = Vec::new();
    for (name, values) in &undecided {
        forced.extend(values.iter().map(|v| BTreeMap::from([(name.clone(), v.clone())])));
    }
    for choice in forced {
        if out.len() >= files.limits.worlds {
            break;
        }
        let facts = choice.iter().map(|(name, val)| (name.clone(), val.display())).collect();
        if let Some(evaluated) = one(choice) {
            let world = stack(evaluated);
            // What makes no difference is no world of its own.
            if !out.iter().any(|(_, other)| other.same(&world)) {
                out.push((World { facts }, world));
            }
        }
    }
    out
}

fn note_terragrunt(files: &Files<'_>, project: &Project, root: &Root) {
    let parsed =
        project.files.iter().filter(|f| root.terragrunt.iter().any(|p| *p == f.source.path.as_str()));
    for file in parsed {
        let id = super::take(files, file);
        let words = "terragrunt.hcl is not evaluated: what it gives to the module is not known";
        files.note(NoteKind::Info, words, vec![Span::new(id, 0, 0)]);
    }
}
