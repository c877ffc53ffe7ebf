//! What security groups let in and out, from their own list and from rules that stand alone, and who is in them.

use std::collections::{BTreeMap, BTreeSet};

use palisade_graph::{Node, NodeIx, NodeKind, Tri, Val};
use palisade_source::Span;

use crate::Cx;

/// Who is in a group.
#[derive(Default)]
pub struct Users {
    /// Functions.
    pub functions: Vec<NodeIx>,
    /// Databases, caches, brokers.
    pub stores: Vec<NodeIx>,
    /// Anything else.
    pub others: Vec<NodeIx>,
}

/// Properties that name the security groups of a resource.
const GROUPS: &[&str] = &[
    "VpcConfig.SecurityGroupIds",
    "VPCSecurityGroups",
    "VpcSecurityGroupIds",
    "SecurityGroupIds",
    "SecurityGroups",
    "VPCOptions.SecurityGroupIds",
    "NetworkConfiguration.AwsvpcConfiguration.SecurityGroups",
    "BrokerNodeGroupInfo.SecurityGroups",
    "LaunchTemplateData.SecurityGroupIds",
];

/// The lists in which a resource names its security groups.
pub fn lists_of(node: &Node) -> impl Iterator<Item = &Val> {
    GROUPS.iter().map(|path| node.props.at(path))
}

/// The values by which a resource names its security groups.
pub fn groups_of(node: &Node) -> impl Iterator<Item = &Val> {
    lists_of(node).flat_map(Val::items)
}

/// Who is in the groups of the application.
pub fn users(cx: &Cx<'_>) -> BTreeMap<NodeIx, Users> {
    let mut all: BTreeMap<NodeIx, Users> = BTreeMap::new();
    for (ix, node) in cx.graph.iter() {
        let groups: BTreeSet<NodeIx> = groups_of(node).filter_map(|v| cx.graph.resolve(v)).collect();
        for group in groups {
            let users = all.entry(group).or_default();
            match node.kind {
                NodeKind::Function => users.functions.push(ix),
                NodeKind::Store => users.stores.push(ix),
                _ => users.others.push(ix),
            }
        }
    }
    all
}

/// One rule for a range of addresses.
pub struct Ingress<'a> {
    /// The range, as written.
    pub cidr: &'a Val,
    /// The rule.
    pub rule: &'a Val,
    /// Where the rule stands.
    pub at: Span,
}

/// The ingress rules of a security group that name a range of addresses.
pub fn rules_of<'a>(cx: &Cx<'a>, group: NodeIx) -> Vec<Ingress<'a>> {
    let mut all = Vec::new();
    if let Some(node) = cx.node(group) {
        for rule in node.props.get("SecurityGroupIngress").items() {
            push(&mut all, rule, rule.span.or(node.span));
        }
    }
    let alone = |n: &&'a Node| {
        ["GroupId", "GroupName"].iter().any(|k| cx.graph.resolve(n.props.get(k)) == Some(group))
    };
    for (_, node) in cx.of_type("AWS::EC2::SecurityGroupIngress").filter(|(_, n)| alone(n)) {
        push(&mut all, &node.props, node.span);
    }
    all
}

/// The rules by which a security group lets out to a range of addresses: its own, in which those that stand alone
/// are folded.
pub fn outward<'a>(cx: &Cx<'a>, group: NodeIx) -> Vec<Ingress<'a>> {
    let mut all = Vec::new();
    if let Some(node) = cx.node(group) {
        for rule in node.props.get("SecurityGroupEgress").items() {
            push(&mut all, rule, rule.span.or(node.span));
        }
    }
    all
}

fn push<'a>(all: &mut Vec<Ingress<'a>>, rule: &'a Val, at: Span) {
    for key in ["CidrIp", "CidrIpv6"] {
        let cidr = rule.get(key);
        if !cidr.is_null() {
            all.push(Ingress { cidr, rule, at });
        }
    }
}

impl Ingress<'_> {
    /// Whether it is for the whole internet.
    pub fn is_world(&self) -> bool {
        self.world().is_yes()
    }

    /// Whether it is for the whole internet; unknown where the range is.
    pub fn world(&self) -> Tri {
        match self.cidr.as_str() {
            Some(text) => {
                let text = text.trim();
                text.split_once('/')
                    .is_some_and(|(a, bits)| bits == "0" && (a.contains(':') || a.contains('.')))
                    .into()
            }
            None => self.cidr.is("0.0.0.0/0").or(self.cidr.is("::/0")),
        }
    }

    /// First and last port; `None` where the protocol has no ports, all ports as (0, 65535), the value that
    /// is not known as an error.
    ///
    /// # Errors
    ///
    /// A port or the protocol is not known.
    pub fn ports(&self) -> Result<Option<(i64, i64)>, &Val> {
        let protocol = self.rule.get("IpProtocol");
        let Some(name) = protocol.as_str() else { return Err(protocol) };
        match name.to_ascii_lowercase().as_str() {
            "-1" | "all" => return Ok(Some((0, 65_535))),
            "tcp" | "udp" | "6" | "17" => {}
            _ => return Ok(None),
        }
        let (from, to) = (self.rule.get("FromPort"), self.rule.get("ToPort"));
        let from_port = match from.as_int() {
            Some(n) => n,
            None if from.is_null() => return Ok(Some((0, 65_535))),
            None => return Err(from),
        };
        let to_port = match to.as_int() {
            Some(n) => n,
            None if to.is_null() => from_port,
            None => return Err(to),
        };
        Ok(Some(if from_port < 0 { (0, 65_535) } else { (from_port, to_port.max(from_port)) }))
    }
}
