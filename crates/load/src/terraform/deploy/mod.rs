//! Instances in the deployed shape.
use super::Instance;
use crate::{Files, Resource, Stack};
use palisade_graph::Val;

/// The stack.
pub fn stack(_files: &Files<'_>, instances: Vec<Instance>, outputs: Val) -> Stack {
    let mut stack = Stack { outputs, ..Stack::default() };
    for i in instances {
        let mut r = Resource::new(i.address.clone(), i.ty, i.header, i.body);
        r.address = i.address;
        r.block = i.block;
        stack.add(r);
    }
    stack
}
