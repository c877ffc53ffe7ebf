//! Rules of category `network`.

pub mod aws_api_via_nat;
pub mod database_group_too_wide;
pub mod default_group_used;
pub mod egress_implicit;
pub mod egress_open;
pub mod endpoint_policy_open;
pub mod flow_log_off;
pub mod function_in_public_subnet;
pub mod gateway_endpoint_missing;
pub mod ingress_open;

use crate::ingress;
use crate::prelude::*;

/// Whether a database, cache or broker of the application is in a network: functions reach it on a port of its own.
fn stores_in_networks(cx: &Cx<'_>) -> bool {
    cx.nodes(NodeKind::Store).any(|(_, n)| ingress::groups_of(n).next().is_some())
}

/// `function `a``, `function `a` and 2 more`: what people call some functions.
fn functions(cx: &Cx<'_>, list: &[NodeIx]) -> String {
    let Some(first) = list.first() else { return String::new() };
    let name = cx.subject(*first);
    match list.len() {
        1 => name,
        n => format!("{name} and {} more", n - 1),
    }
}

/// The subnets of a network.
fn subnets_of<'a>(cx: &Cx<'a>, vpc: NodeIx) -> impl Iterator<Item = NodeIx> + use<'a> {
    let graph = cx.graph;
    cx.of_type("AWS::EC2::Subnet")
        .filter(move |(_, n)| graph.resolve(n.props.get("VpcId")) == Some(vpc))
        .map(|(ix, _)| ix)
}

/// The places of a few of the functions that a finding is about.
fn with_functions(cx: &Cx<'_>, found: Found, functions: &[NodeIx]) -> Found {
    let places = functions.iter().take(3).filter_map(|f| cx.node(*f)).map(|n| n.span);
    places.fold(found, |found, at| found.also(at, "a function in it"))
}
