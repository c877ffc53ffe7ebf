//! The SAM transform: from evaluated `AWS::Serverless::*` resources to what the transform deploys.

use palisade_graph::Val;

use crate::{Files, Stack};

/// What the transform needs to know beside the stack.
pub struct SamContext<'a> {
    /// Files of the application, for `DefinitionUri`, `CodeUri` and notes.
    pub files: &'a Files<'a>,
    /// Folder of the template relative to the scan root, empty for the root.
    pub folder: &'a str,
    /// Evaluated `Globals` of the template.
    pub globals: &'a Val,
}

/// Replaces the `AWS::Serverless::*` resources of a stack by what the transform makes of them.
pub fn transform(_cx: &SamContext<'_>, _stack: &mut Stack) {}
