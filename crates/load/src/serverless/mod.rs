//! serverless.yml: variables, inheritance, events and the default role, as the framework packages them.

use palisade_graph::{Val, World};

use crate::{Files, Inputs, Stack};

/// The stacks of one service, one for each stage and condition world, the default one first.
///
/// `path` is the service file relative to the scan root, `document` its raw value.
pub fn load(_files: &Files<'_>, _path: &str, _document: &Val, _inputs: &Inputs) -> Vec<(World, Stack)> {
    Vec::new()
}

/// The stacks of a service written in JavaScript or TypeScript.
pub fn load_script(
    _files: &Files<'_>,
    _path: &str,
    _source: std::sync::Arc<palisade_source::SourceFile>,
    _inputs: &Inputs,
) -> Vec<(World, Stack)> {
    Vec::new()
}
