//! Service files in JavaScript and TypeScript.
use std::sync::Arc;
use palisade_graph::Val;
use palisade_source::SourceFile;
use crate::Files;
/// x
pub fn read(_files: &Files<'_>, _path: &str, _source: Arc<SourceFile>) -> Option<Val> { None }
