//! Properties that switch something on: nothing is wrong where they are true, and left out they are off.

use palisade_graph::{Node, NodeIx, Tri, Val};

use crate::{Findings, Found};

/// Whether a value switches something on; left out it does not.
pub fn on(val: &Val) -> Tri {
    match val.as_bool() {
        Some(on) => on.into(),
        None if val.is_null() => Tri::No,
        None => Tri::Unknown,
    }
}

/// A finding where the property behind a path is not true; files that it cannot be told where its value is
/// not known.
pub fn off(
    out: &mut Findings,
    ix: NodeIx,
    node: &Node,
    path: &str,
    message: impl Into<String>,
) -> Option<Found> {
    let val = node.props.lookup(path);
    match on(val) {
        Tri::Yes => None,
        Tri::Unknown => {
            out.cannot_tell(ix, path, val);
            None
        }
        Tri::No => Some(absent_or(ix, node, path, val, "off", message)),
    }
}

/// A finding at a value that does not do, or at the node where nothing is written.
pub fn absent_or(
    ix: NodeIx,
    node: &Node,
    path: &str,
    val: &Val,
    label: &str,
    message: impl Into<String>,
) -> Found {
    let written = val.span.is_some();
    Found::at_value(ix, val, node.span, message)
        .label(if written { label.to_owned() } else { format!("no `{path}`") })
        .evidence(format!("{path} {}", val.display()))
}
