//! What the unit tests of the transform share, and whole transforms.

use palisade_graph::Val;
use palisade_source::{FileId, Jail, Limits, SourceFile, Span};

use super::*;
use crate::Typing;

/// A value from YAML; `!Ref` and the like are left in their long form.
pub fn val(text: &str) -> Val {
    let tree = palisade_source::parse(FileId(0), &SourceFile::new("t", text), &Limits::default()).unwrap();
    crate::raw::read(&tree, tree.documents[0], Typing::Yaml11, 1000)
}

/// A declared resource.
pub fn resource(id: &str, ty: &str, props: &str) -> Resource {
    Resource::new(id, ty, Span::new(FileId(0), 7, 9), val(props))
}

/// Runs something with a context over an empty folder.
pub fn context<R>(globals: &Val, run: impl FnOnce(&SamContext<'_>) -> R) -> R {
    let folder = tempfile::tempdir().unwrap();
    let jail = Jail::new(folder.path()).unwrap();
    let limits = Limits::default();
    let files = Files::new(&jail, &limits);
    run(&SamContext { files: &files, folder: "", globals, inputs: &Inputs::default() })
}
