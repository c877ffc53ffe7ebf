//! Networks and security groups.

use palisade_graph::Val;
use palisade_source::Span;
use smol_str::SmolStr;

use super::super::interpret::{Handle, Place, Value};
use super::lambda::{argument, constant};
use super::{Library, Props, endpoints};

/// Constructs of the service; false for others.
pub fn construct(lib: &mut Library<'_>, h: Handle, class: &str) -> bool {
    let Some(object) = lib.get(h) else { return false };
    let (props, place) = (object.props.clone(), object.place);
    match class {
        "aws_ec2.Vpc" => vpc(lib, h, &props, place),
        "aws_ec2.FlowLog" => {
            // `FlowLogResourceType.fromVpc(vpc)` looks like an import into the network.
            let given = props.get("resourceType");
            let scope = given.handle().and_then(|o| lib.get(o)).and_then(|o| o.scope);
            let ty = if scope.is_some_and(|s| lib.class(s).contains("Subnet")) { "Subnet" } else { "VPC" };
            let of = scope.map_or(given, Value::Host);
            flow_log(lib, h, &of, ty, place);
        }
        "aws_ec2.SecurityGroup" => {
            let given = props.get("allowAllOutbound");
            let egress = match given.as_bool() {
                Some(false) => Val::default(),
                _ => everywhere(given.span().or(place.key)),
            };
            let description = lib.val(&props.get("description"));
            let description = if description.is_null() {
                Val::str(lib.get(h).map(|o| o.path.clone()).unwrap_or_default(), place.key)
            } else {
                description
            };
            let val = Props::new()
                .set("GroupDescription", description)
                .from(lib, &props, "securityGroupName", "GroupName")
                .set("SecurityGroupEgress", egress)
                .set("VpcId", lib.val(&props.get("vpc")))
                .done(place.block);
            lib.resource(h, "Resource", "AWS::EC2::SecurityGroup", val);
        }
        _ => return false,
    }
    true
}

fn everywhere(span: Span) -> Val {
    let rule =
        Val::object([("CidrIp", Val::str("0.0.0.0/0", span)), ("IpProtocol", Val::str("-1", span))], span);
    Val::list(vec![rule], span)
}

/// The security group that the library makes for a construct in a network.
pub fn own_group(lib: &mut Library<'_>, h: Handle, vpc: &Value, words: &str, place: Place) -> Val {
    let group = lib.child(Some(h), "SecurityGroup", "aws_ec2.SecurityGroup", Value::null(), place);
    let val = Props::new()
        .set("GroupDescription", Val::str(words, place.key))
        .set("SecurityGroupEgress", everywhere(place.key))
        .set("VpcId", lib.val(vpc))
        .done(place.block);
    let id = lib.resource(group, "Resource", "AWS::EC2::SecurityGroup", val);
    lib.put(h, "securityGroup", Value::Host(group));
    Val::attribute(id, "GroupId", place.key)
}

/// A network with its subnets. Where no number of zones is known, there are two, as in a template for any account.
fn vpc(lib: &mut Library<'_>, h: Handle, props: &Value, place: Place) {
    let span = place.key;
    let cidr = ["cidr", "ipAddresses"].iter().find_map(|n| {
        let value = props.get(n);
        let value = value.handle().and_then(|a| lib.get(a)).map_or(value, |o| o.props.item(0));
        value.as_str().is_some().then(|| lib.val(&value))
    });
    let val = Props::new()
        .set("CidrBlock", cidr.unwrap_or_else(|| Val::str("10.0.0.0/16", span)))
        .set("EnableDnsHostnames", Val::bool(true, span))
        .set("EnableDnsSupport", Val::bool(true, span))
        .done(place.block);
    let id = lib.resource(h, "Resource", "AWS::EC2::VPC", val);
    let network = Val::reference(id, span);
    let zones = lib.val(&props.get("maxAzs")).as_int().map_or(2, |n| n.clamp(1, 2));
    let gateways = lib.val(&props.get("natGateways")).as_int().unwrap_or(zones);
    let configured = props.get("subnetConfiguration");
    let mut kinds: Vec<(SmolStr, &str)> = Vec::new();
    for subnet in configured.items().iter().take(8) {
        let ty = subnet.get("subnetType");
        let kind = match constant(&ty) {
            Some("PUBLIC") => "public",
            Some("PRIVATE_ISOLATED" | "ISOLATED") => "isolated",
            _ => "private",
        };
        kinds.push((lib.val(&subnet.get("name")).display(), kind));
    }
    if kinds.is_empty() {
        let second = if gateways == 0 {
            (SmolStr::new("Isolated"), "isolated")
        } else {
            ("Private".into(), "private")
        };
        kinds = vec![("Public".into(), "public"), second];
    }
    let public = kinds.iter().any(|(_, kind)| *kind == "public");
    let internet = if public {
        let made = lib.child(Some(h), "IGW", "aws_ec2.CfnInternetGateway", Value::null(), place);
        let internet =
            lib.resource(made, "", "AWS::EC2::InternetGateway", Val::object::<&str>([], place.block));
        let attached = lib.child(Some(h), "VPCGW", "aws_ec2.CfnVPCGatewayAttachment", Value::null(), place);
        let val = Val::object(
            [("InternetGatewayId", Val::reference(internet.clone(), span)), ("VpcId", network.clone())],
            place.block,
        );
        lib.resource(attached, "", "AWS::EC2::VPCGatewayAttachment", val);
        Some(Val::reference(internet, span))
    } else {
        None
    };
    let mut of_kind: [Vec<Value>; 3] = Default::default();
    let mut nats: Vec<Val> = Vec::new();
    kinds.sort_by_key(|(_, kind)| *kind != "public");
    for (name, kind) in &kinds {
        for zone in 1..=zones {
            let subnet =
                lib.child(Some(h), &format!("{name}Subnet{zone}"), "aws_ec2.Subnet", Value::null(), place);
            let val = Val::object(
                [("MapPublicIpOnLaunch", Val::bool(*kind == "public", span)), ("VpcId", network.clone())],
                place.block,
            );
            let id = lib.resource(subnet, "Subnet", "AWS::EC2::Subnet", val);
            let own = Val::reference(id, span);
            let table = lib.resource(
                subnet,
                "RouteTable",
                "AWS::EC2::RouteTable",
                Val::object([("VpcId", network.clone())], place.block),
            );
            let table = Val::reference(table, span);
            let association =
                Val::object([("RouteTableId", table.clone()), ("SubnetId", own.clone())], place.block);
            lib.resource(
                subnet,
                "RouteTableAssociation",
                "AWS::EC2::SubnetRouteTableAssociation",
                association,
            );
            let through = match *kind {
                "public" => internet.clone().map(|to| ("GatewayId", to)),
                "private" => {
                    let n = usize::try_from(zone - 1).unwrap_or_default();
                    nats.get(n).or(nats.first()).cloned().map(|to| ("NatGatewayId", to))
                }
                _ => None,
            };
            if let Some((key, to)) = through {
                let val = Props::new()
                    .set("DestinationCidrBlock", Val::str("0.0.0.0/0", span))
                    .set(key, to)
                    .set("RouteTableId", table)
                    .done(place.block);
                lib.resource(subnet, "DefaultRoute", "AWS::EC2::Route", val);
            }
            if *kind == "public" && zone <= gateways {
                let val = Val::object([("SubnetId", own)], place.block);
                let id = lib.resource(subnet, "NATGateway", "AWS::EC2::NatGateway", val);
                nats.push(Val::reference(id, span));
            }
            let list = match *kind {
                "public" => 0,
                "private" => 1,
                _ => 2,
            };
            if let Some(list) = of_kind.get_mut(list) {
                list.push(Value::Host(subnet));
            }
        }
    }
    let [public, private, isolated] = of_kind;
    let private = if private.is_empty() { isolated.clone() } else { private };
    for (name, list) in
        [("publicSubnets", public), ("privateSubnets", private), ("isolatedSubnets", isolated)]
    {
        lib.put(h, name, Value::list(list, span));
    }
    endpoints::of_vpc(lib, h, props, place);
    let logs: Vec<String> =
        lib.val(&props.get("flowLogs")).entries().iter().map(|e| e.key.to_string()).collect();
    for name in logs {
        let made = lib.child(Some(h), &name, "aws_ec2.FlowLog", Value::null(), place);
        flow_log(lib, made, &Value::Host(h), "VPC", place);
    }
}

/// The log of what a network or subnet carries.
fn flow_log(lib: &mut Library<'_>, made: Handle, of: &Value, ty: &str, at: Place) {
    let val = Val::object(
        [
            ("ResourceId", lib.val(of)),
            ("ResourceType", Val::str(ty, at.key)),
            ("TrafficType", Val::str("ALL", at.key)),
        ],
        at.block,
    );
    lib.resource(made, "FlowLog", "AWS::EC2::FlowLog", val);
}

/// Methods of networks and groups.
pub fn call(
    lib: &mut Library<'_>,
    on: Handle,
    method: &str,
    arguments: &[Value],
    at: Place,
) -> Option<Value> {
    let class = lib.class(on).to_owned();
    if class == "aws_ec2.Vpc" && method == "addFlowLog" {
        let id = lib.val(&argument(arguments, 0, "id")).display();
        let made = lib.child(Some(on), &id, "aws_ec2.FlowLog", Value::null(), at);
        flow_log(lib, made, &Value::Host(on), "VPC", at);
        return Some(Value::Host(made));
    }
    let group =
        if class == "aws_ec2.SecurityGroup" { Some(on) } else { lib.set(on, "securityGroup").handle() };
    let id = lib.get(group?)?.resource.clone()?;
    let (list, peer) = match method {
        "addIngressRule"
        | "allowFrom"
        | "allowDefaultPortFrom"
        | "allowFromAnyIpv4"
        | "allowDefaultPortFromAnyIpv4" => ("SecurityGroupIngress", "SourceSecurityGroupId"),
        "addEgressRule" | "allowTo" | "allowToAnyIpv4" => {
            ("SecurityGroupEgress", "DestinationSecurityGroupId")
        }
        "allowInternally" | "allowToDefaultPort" | "addSecurityGroup" => return Some(Value::null()),
        _ => return None,
    };
    let (who, port) = if method.ends_with("AnyIpv4") {
        (Value::null(), argument(arguments, 0, "portRange"))
    } else {
        let who =
            ["peer", "other"].iter().map(|n| argument(arguments, 0, n)).find(|v| !matches!(v, Value::Map(_)));
        let named = ["connection", "portRange"].iter().map(|n| argument(arguments, 1, n));
        let mut named = named.filter(|v| !matches!(v, Value::Map(_)));
        (who.unwrap_or_default(), named.next().unwrap_or_default())
    };
    let (key, source) = match peer_of(lib, &who, at.block) {
        Some((key, val)) => (key, val),
        None => (peer, lib.val(&who)),
    };
    let mut rule = Props::new().set(key, source);
    for (key, val) in ports(lib, &port, at.block) {
        rule = rule.set(key, val);
    }
    lib.append(&id, &[list], rule.done(at.block));
    Some(Value::null())
}

/// Who is named by an address.
fn peer_of(lib: &Library<'_>, who: &Value, span: Span) -> Option<(&'static str, Val)> {
    if who.is_null() {
        return Some(("CidrIp", Val::str("0.0.0.0/0", span)));
    }
    let h = who.handle()?;
    let object = lib.get(h)?;
    let first = object.props.item(0);
    let at = object.place.block;
    match object.class.as_str() {
        "aws_ec2.Peer.anyIpv4" => Some(("CidrIp", Val::str("0.0.0.0/0", at))),
        "aws_ec2.Peer.anyIpv6" => Some(("CidrIpv6", Val::str("::/0", at))),
        "aws_ec2.Peer.ipv4" => Some(("CidrIp", lib.val(&first))),
        "aws_ec2.Peer.ipv6" => Some(("CidrIpv6", lib.val(&first))),
        "aws_ec2.Peer.prefixList" => Some(("SourcePrefixListId", lib.val(&first))),
        "aws_ec2.SecurityGroup" => Some(("SourceSecurityGroupId", lib.attribute(h, "GroupId"))),
        _ => {
            let group = lib.set(h, "securityGroup").handle()?;
            Some(("SourceSecurityGroupId", lib.attribute(group, "GroupId")))
        }
    }
}

/// Protocol and ports.
fn ports(lib: &Library<'_>, port: &Value, span: Span) -> Vec<(&'static str, Val)> {
    let protocol = |name: &str| ("IpProtocol", Val::str(name, span));
    let Some(object) = port.handle().and_then(|h| lib.get(h)) else { return vec![protocol("-1")] };
    let (first, second) = (lib.val(&object.props.item(0)), lib.val(&object.props.item(1)));
    let method = object.class.rsplit('.').next().unwrap_or_default();
    let name = if method.starts_with("udp") { "udp" } else { "tcp" };
    match method {
        "tcp" | "udp" => vec![protocol(name), ("FromPort", first.clone()), ("ToPort", first)],
        "tcpRange" | "udpRange" => vec![protocol(name), ("FromPort", first), ("ToPort", second)],
        "allTcp" | "allUdp" => {
            vec![protocol(name), ("FromPort", Val::int(0, span)), ("ToPort", Val::int(65_535, span))]
        }
        _ => vec![protocol("-1")],
    }
}

/// Members of networks and groups.
pub fn member(lib: &mut Library<'_>, on: Handle, name: &str, at: Span) -> Option<Value> {
    let class = lib.class(on).to_owned();
    let grouped = class == "aws_ec2.SecurityGroup" || !lib.set(on, "securityGroup").is_null();
    match (class.as_str(), name) {
        (_, "connections") if grouped => Some(Value::Host(on)),
        ("aws_ec2.SecurityGroup", "securityGroupId") if lib.get(on)?.resource.is_some() => {
            Some(Value::Val(lib.attribute(on, "GroupId")))
        }
        ("aws_ec2.Vpc", "vpcCidrBlock") => {
            let id = lib.get(on)?.resource.clone()?;
            Some(Value::Val(Val::attribute(id, "CidrBlock", at)))
        }
        _ => None,
    }
}
