//! How packets of functions leave their network.

use std::collections::BTreeMap;

use crate::prelude::*;

/// Where a table of routes sends what is for the internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// To an internet gateway, by the route at this place.
    Internet(Span),
    /// Through a NAT gateway, a firewall, another network: something that has addresses of its own.
    Translated,
    /// Nowhere, as far as the application says.
    Nowhere,
}

/// The tables of routes of an application.
pub struct Ways {
    exits: BTreeMap<NodeIx, Exit>,
    of_subnet: BTreeMap<NodeIx, NodeIx>,
    main: BTreeMap<NodeIx, NodeIx>,
}

/// Where the default route for addresses of version 4 goes.
fn exit(cx: &Cx<'_>, route: &Node) -> Exit {
    let gateway = route.props.get("GatewayId");
    let known = cx.graph.resolve(gateway).and_then(|ix| cx.node(ix));
    let internet = known.is_some_and(|n| n.ty == "AWS::EC2::InternetGateway")
        || gateway.as_str().is_some_and(|id| id.starts_with("igw-"));
    if internet { Exit::Internet(gateway.span.or(route.span)) } else { Exit::Translated }
}

impl Ways {
    /// Reads the routes.
    pub fn new(cx: &Cx<'_>) -> Self {
        let mut exits = BTreeMap::new();
        let mut main = BTreeMap::new();
        for (ix, table) in cx.of_type("AWS::EC2::RouteTable") {
            exits.insert(ix, Exit::Nowhere);
            if is_of(table, "aws_default_route_table")
                && let Some(vpc) = cx.graph.resolve(table.props.get("VpcId"))
            {
                main.insert(vpc, ix);
            }
        }
        for (_, route) in cx.of_type("AWS::EC2::Route") {
            let default = route.props.get("DestinationCidrBlock").is("0.0.0.0/0");
            if let Some(table) = cx.graph.resolve(route.props.get("RouteTableId"))
                && default.is_yes()
            {
                exits.insert(table, exit(cx, route));
            }
        }
        let mut of_subnet = BTreeMap::new();
        for (subnet, _) in cx.of_type("AWS::EC2::Subnet") {
            let edges = cx.graph.out(subnet, EdgeKind::RoutesTo);
            of_subnet.extend(edges.filter(|e| e.label == "route-table").map(|e| (subnet, e.to)));
        }
        Self { exits, of_subnet, main }
    }

    /// Where packets of a subnet leave; `None` where no table of the application is known to be its own.
    pub fn exit(&self, cx: &Cx<'_>, subnet: NodeIx) -> Option<Exit> {
        let main = || {
            let vpc = cx.graph.resolve(cx.node(subnet)?.props.get("VpcId"))?;
            self.main.get(&vpc)
        };
        let table = self.of_subnet.get(&subnet).or_else(main)?;
        self.exits.get(table).copied()
    }
}

/// Functions in a network of the application.
pub struct Placed {
    /// The function.
    pub function: NodeIx,
    /// Its subnets.
    pub subnets: Vec<NodeIx>,
}

/// The functions of each network that is declared in the application and that no framework made; of a function
/// in subnets of elsewhere it is filed that nothing can be told.
pub fn placed(cx: &Cx<'_>, out: &mut Findings) -> BTreeMap<NodeIx, Vec<Placed>> {
    let mut all: BTreeMap<NodeIx, Vec<Placed>> = BTreeMap::new();
    for (function, node) in cx.functions() {
        let ids = node.props.lookup("VpcConfig.SubnetIds");
        if ids.is_null() {
            continue;
        }
        let subnets: Vec<NodeIx> = ids.items().iter().filter_map(|v| cx.graph.resolve(v)).collect();
        let vpc = subnets
            .iter()
            .filter_map(|s| cx.node(*s))
            .find_map(|n| cx.graph.resolve(n.props.get("VpcId")))
            .and_then(|ix| Some((ix, cx.node(ix)?)))
            .filter(|(_, n)| n.ty == "AWS::EC2::VPC");
        match vpc {
            Some((_, n)) if n.implied_by.is_some() => {}
            Some((ix, _)) => all.entry(ix).or_default().push(Placed { function, subnets }),
            None if ids.as_list().is_some_and(|l| l.items.is_empty() && !l.open) => {}
            None => out.cannot_tell(function, "VpcConfig.SubnetIds", ids),
        }
    }
    all
}

/// Endings of the services that the endpoints of a network are of; the name that is not known as an error.
pub fn endpoints<'a>(cx: &Cx<'a>, vpc: NodeIx) -> Result<Vec<String>, &'a Val> {
    let mut all = Vec::new();
    for (_, node) in cx.of_type("AWS::EC2::VPCEndpoint") {
        if cx.graph.resolve(node.props.get("VpcId")) != Some(vpc) {
            continue;
        }
        let name = node.props.lookup("ServiceName");
        if name.is_null() {
            continue;
        }
        let tail = match &name.state {
            State::Known(_) => name.as_str().map(str::to_owned),
            State::Partial(pieces) => match pieces.last() {
                Some(palisade_graph::Piece::Text(text)) => Some(text.to_string()),
                _ => None,
            },
            _ => None,
        };
        all.push(tail.ok_or(name)?);
    }
    Ok(all)
}

/// Whether one of the endpoints is of a service (`s3`, `kinesis-streams`).
pub fn serves(endpoints: &[String], service: &str) -> bool {
    endpoints.iter().any(|name| name.strip_suffix(service).is_some_and(|head| head.ends_with('.')))
}

/// Whether a node is an instance of a Terraform type.
pub fn is_of(node: &Node, ty: &str) -> bool {
    let (head, name) = node.address.rsplit_once(ty).unwrap_or_default();
    name.starts_with('.') && (head.is_empty() || head.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_of_an_address() {
        let of = |address: &str| {
            let mut node = Node::new(NodeKind::Network, "", "n", "AWS::EC2::VPC", Span::NONE, Val::default());
            node.address = address.into();
            is_of(&node, "aws_vpc")
        };
        for yes in ["aws_vpc.main", "aws_vpc.main[0]", "module.net[\"a.b\"].aws_vpc.this[\"c.d\"]"] {
            assert!(of(yes), "{yes}");
        }
        for no in ["", "aws_default_vpc.main", "aws_vpc_endpoint.s3", "module.aws_vpc_x.aws_subnet.a", "Vpc"]
        {
            assert!(!of(no), "{no}");
        }
    }
}
