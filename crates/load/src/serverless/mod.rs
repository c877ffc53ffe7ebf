//! serverless.yml: variables, inheritance, events and the default role, as the framework packages them.

use palisade_graph::{Val, World};

use crate::{Files, Inputs, Stack};

/// The stacks of one service, one for each stage and condition world, the default one first.
///
/// `path` is the service file relative to the scan root, `document` its raw value.
pub fn load(_files: &Files<'_>, _path: &str, _document: &Val, _inputs: &Inputs) -> Vec<(World, Stack)> {
    Vec::new()
}
