//! Rules of category `network`.

pub mod egress_open;
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
