use std::collections::HashMap;

use palisade_graph::{EdgeKind, Map, NodeIx, State, Val, Value};

use super::Lowering;
use crate::Resource;

/// Networks: rules of security groups folded in, and what lies in what.
pub fn lower(l: &mut Lowering<'_>) {
    group_rules(l);
    for (ty, key, label) in [
        ("AWS::EC2::Subnet", "VpcId", "vpc"),
        ("AWS::EC2::SecurityGroup", "VpcId", "vpc"),
        ("AWS::EC2::RouteTable", "VpcId", "vpc"),
        ("AWS::EC2::VPCEndpoint", "VpcId", "vpc"),
        ("AWS::EC2::NetworkAcl", "VpcId", "vpc"),
        ("AWS::EC2::NatGateway", "SubnetId", "subnet"),
        ("AWS::EC2::Route", "RouteTableId", "route-table"),
        ("AWS::EC2::FlowLog", "ResourceId", "flow-log"),
        ("AWS::EFS::MountTarget", "SubnetId", "subnet"),
        ("AWS::EFS::MountTarget", "FileSystemId", "file-system"),
        ("AWS::EFS::AccessPoint", "FileSystemId", "file-system"),
    ] {
        for r in l.of(ty) {
            let val = r.props.get(key);
            if let (Some(ix), Some(to)) = (l.ix(r), l.any(val)) {
                l.connect(ix, to, EdgeKind::AttachedTo, val.span.or(r.key), label);
            }
        }
    }
    for r in l.of("AWS::EC2::Route") {
        for key in ["GatewayId", "NatGatewayId", "EgressOnlyInternetGatewayId", "VpcPeeringConnectionId"] {
            let val = r.props.get(key);
            if let (Some(from), Some(to)) = (l.any(r.props.get("RouteTableId")), l.any(val)) {
                let label = r.props.get("DestinationCidrBlock").display();
                l.connect(from, to, EdgeKind::RoutesTo, val.span.or(r.key), &label);
            }
        }
    }
    for r in l.of("AWS::EC2::SubnetRouteTableAssociation") {
        let table = r.props.get("RouteTableId");
        if let (Some(from), Some(to)) = (l.any(r.props.get("SubnetId")), l.any(table)) {
            l.connect(from, to, EdgeKind::RoutesTo, table.span.or(r.key), "route-table");
            l.folded.insert(r.id.clone());
        }
    }
    members(l);
}

/// Security groups of stores that live in a network, and their subnets.
fn members(l: &mut Lowering<'_>) {
    let placed: Vec<(NodeIx, Val)> = l
        .graph
        .iter()
        .filter(|(_, n)| n.kind == palisade_graph::NodeKind::Store)
        .map(|(ix, n)| (ix, n.props.clone()))
        .collect();
    for (ix, props) in placed {
        for key in ["VPCSecurityGroups", "VpcSecurityGroupIds", "SecurityGroupIds", "SecurityGroups"] {
            for item in props.get(key).items() {
                for from in l.targets(item) {
                    if from != ix {
                        l.connect(from, ix, EdgeKind::AttachedTo, item.span, "security-group");
                    }
                }
            }
        }
    }
}

/// Rules written as resources of their own belong to their group.
fn group_rules(l: &mut Lowering<'_>) {
    let mut added: HashMap<NodeIx, Vec<(&'static str, Val)>> = HashMap::new();
    for (ty, key) in [
        ("AWS::EC2::SecurityGroupIngress", "SecurityGroupIngress"),
        ("AWS::EC2::SecurityGroupEgress", "SecurityGroupEgress"),
    ] {
        for r in l.of(ty) {
            let Some(group) = l.targets(r.props.get("GroupId")).first().copied() else { continue };
            l.folded.insert(r.id.clone());
            added.entry(group).or_default().push((key, placed(r)));
        }
    }
    let mut groups: Vec<NodeIx> = added.keys().copied().collect();
    groups.sort();
    for ix in groups {
        let (Some(node), Some(rules)) = (l.graph.node_mut(ix), added.remove(&ix)) else { continue };
        for key in ["SecurityGroupIngress", "SecurityGroupEgress"] {
            let new: Vec<Val> = rules.iter().filter(|(k, _)| *k == key).map(|(_, v)| v.clone()).collect();
            node.props = with_items(&node.props, key, new);
        }
    }
}

/// The properties of a rule, at the place of its resource where they have none.
fn placed(r: &Resource) -> Val {
    let mut val = r.props.clone();
    val.span = val.span.or(r.key);
    val
}

/// Properties with more items in a list.
fn with_items(props: &Val, key: &str, new: Vec<Val>) -> Val {
    let Some(first) = new.first() else { return props.clone() };
    let mut map = match &props.state {
        State::Known(Value::Map(map)) => (**map).clone(),
        State::Known(_) => Map::default(),
        _ => return props.clone(),
    };
    let old = map.get(key).cloned().unwrap_or_default();
    let span = old.span.or(first.span);
    let mut items = old.items().to_vec();
    items.extend(new);
    map.set(key, span, Val::list(items, span));
    let mut out = props.clone();
    out.state = State::Known(Value::Map(std::sync::Arc::new(map)));
    out
}
