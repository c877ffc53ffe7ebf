//! Edits of Terraform files.

use palisade_graph::{Graph, Node};
use palisade_rules::Change;
use palisade_source::{Edit, SourceFile};

use super::plan::Refused;

/// Whether a file is Terraform's.
pub fn is_hcl(path: &str) -> bool {
    [".tf", ".tofu", ".tfvars", ".hcl"].iter().any(|ending| path.ends_with(ending))
}

/// The edits of one change in a Terraform file. `node` is the resource that the change is about, where it names
/// one.
pub fn edits(
    _file: &SourceFile,
    _graph: &Graph,
    _node: Option<&Node>,
    _change: &Change,
) -> Result<Vec<Edit>, Refused> {
    Err(Refused::new("the file is written in HCL"))
}
