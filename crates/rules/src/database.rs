//! Which RDS instances and clusters have a say of their own.

use palisade_graph::{Node, NodeIx};

use crate::Cx;

/// What an instance or cluster is a copy of.
pub const REPLICATED: &[&str] = &[
    "SourceDBInstanceIdentifier",
    "SourceDBClusterIdentifier",
    "ReplicationSourceIdentifier",
    "SourceDbiResourceId",
];

/// Clusters, and instances that are no member of one: those say nothing that counts.
pub fn asked<'a>(cx: &Cx<'a>) -> impl Iterator<Item = (NodeIx, &'a Node)> + use<'a> {
    let alone = |n: &Node| n.props.get("DBClusterIdentifier").is_null();
    cx.of_type("AWS::RDS::DBCluster").chain(cx.of_type("AWS::RDS::DBInstance").filter(move |(_, n)| alone(n)))
}
