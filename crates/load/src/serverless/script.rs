//! Service files in JavaScript and TypeScript.
use crate::Files;
use palisade_graph::Val;
use palisade_source::SourceFile;
use std::sync::Arc;
/// x
pub fn read(_files: &Files<'_>, _path: &str, _source: Arc<SourceFile>) -> Option<Val> {
    None
}
