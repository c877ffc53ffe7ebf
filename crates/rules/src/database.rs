//! Which RDS instances and clusters have a say of their own.

use palisade_graph::{Node, NodeIx, Tri};

use crate::Cx;

/// What an instance or cluster is a copy of.
pub const REPLICATED: &[&str] = &[
    "SourceDBInstanceIdentifier",
    "SourceDBClusterIdentifier",
    "ReplicationSourceIdentifier",
    "SourceDbiResourceId",
];

/// What an instance or cluster was restored from.
pub const RESTORED: &[&str] = &[
    "DBSnapshotIdentifier",
    "DBClusterSnapshotIdentifier",
    "SnapshotIdentifier",
    "SourceDBInstanceAutomatedBackupsArn",
];

/// Clusters, and instances that are no member of one: those say nothing that counts.
pub fn asked<'a>(cx: &Cx<'a>) -> impl Iterator<Item = (NodeIx, &'a Node)> + use<'a> {
    let alone = |n: &Node| n.props.get("DBClusterIdentifier").is_null();
    cx.of_type("AWS::RDS::DBCluster").chain(cx.of_type("AWS::RDS::DBInstance").filter(move |(_, n)| alone(n)))
}

/// Whether the engine's name begins so. A cluster that names none is one of Aurora: Terraform's provider makes
/// those.
pub fn is_engine(node: &Node, name: &str) -> Tri {
    let engine = node.props.get("Engine");
    if engine.is_null() && node.ty == "AWS::RDS::DBCluster" {
        return "aurora".starts_with(name).into();
    }
    engine.starts_with(name)
}
