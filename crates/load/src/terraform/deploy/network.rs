//! Security groups and routes: blocks of several ranges become a rule for each.

use palisade_graph::{Val, Value};
use smol_str::SmolStr;

use super::build::{Build, Fields};
use super::{Draft, Work};
use crate::terraform::Instance;
use crate::terraform::table;

const GROUP: &str = "AWS::EC2::SecurityGroup";

/// Ranges that one block may name: attribute, property of an incoming rule, of an outgoing one.
const PEERS: &[(&str, &str, &str)] = &[
    ("cidr_blocks", "CidrIp", "CidrIp"),
    ("ipv6_cidr_blocks", "CidrIpv6", "CidrIpv6"),
    ("prefix_list_ids", "SourcePrefixListId", "DestinationPrefixListId"),
    ("security_groups", "SourceSecurityGroupId", "DestinationSecurityGroupId"),
    ("source_security_group_id", "SourceSecurityGroupId", "DestinationSecurityGroupId"),
];

/// Rules written as `aws_security_group_rule` go into their group.
pub fn rules(work: &mut Work<'_, '_>) {
    for (_, i) in work.index.all().filter(|(_, i)| !i.data && i.ty == "aws_security_group_rule") {
        let kind = i.body.get("type");
        let incoming = !kind.is("egress").is_yes();
        let key = if incoming { "SecurityGroupIngress" } else { "SecurityGroupEgress" };
        let group = i.body.get("security_group_id");
        let own = work.index.deployed(group);
        let body = work.index.deployed(&i.body);
        let list = split(&body, incoming, &own);
        let owner = work.index.owner(group, GROUP).and_then(|n| work.index.at(n));
        if let Some(owner) = owner {
            let mut fields = Fields::at(i.header);
            for mut rule in list {
                rule.span = i.header;
                fields.put(&format!("{key}[]"), i.header, Build::Map(rule));
            }
            work.give(&owner.address, i, fields);
            continue;
        }
        // A group of elsewhere.
        let ty = if incoming { "AWS::EC2::SecurityGroupIngress" } else { "AWS::EC2::SecurityGroupEgress" };
        for (n, mut rule) in list.into_iter().enumerate() {
            rule.put("GroupId", group.span, Build::Leaf(own.clone()));
            let mut draft = Draft::new(i, ty, rule);
            if n > 0 {
                draft.id = smol_str::format_smolstr!("{}.{n}", i.address);
            }
            work.given.insert(i.address.clone());
            work.add(draft);
        }
    }
}

/// A rule for each range that a block names.
fn split(block: &Val, incoming: bool, own: &Val) -> Vec<Fields> {
    let mut common = Fields::at(block.span);
    for (key, attribute) in [
        ("IpProtocol", "protocol"),
        ("FromPort", "from_port"),
        ("ToPort", "to_port"),
        ("Description", "description"),
    ] {
        let val = block.get(attribute);
        if !val.is_null() {
            common.put(key, val.span, Build::Leaf(protocol(key, val)));
        }
    }
    let mut out = Vec::new();
    let mut one = |key: &str, val: &Val| {
        let mut rule = common.clone();
        rule.put(key, val.span, Build::Leaf(val.clone()));
        out.push(rule);
    };
    for (attribute, source, destination) in PEERS {
        let key = if incoming { source } else { destination };
        let val = block.get(attribute);
        for item in val.items().iter().filter(|v| !v.is_null()) {
            one(key, item);
        }
        if let Some(list) = val.as_list().filter(|l| l.open) {
            let name = list.items.first().map(Val::display).unwrap_or_default();
            one(key, &Val::unknown(palisade_graph::Reason::Condition, name, val.span));
        }
    }
    if block.get("self").as_bool() == Some(true) {
        let key = if incoming { "SourceSecurityGroupId" } else { "DestinationSecurityGroupId" };
        one(key, &Val { span: block.get("self").span, ..own.clone() });
    }
    out
}

/// `all` is another word for -1.
fn protocol(key: &str, val: &Val) -> Val {
    match val.as_str() {
        Some("all") if key == "IpProtocol" => {
            Val { state: palisade_graph::State::Known(Value::Str("-1".into())), ..val.clone() }
        }
        _ => val.clone(),
    }
}

/// Rules and routes written in the resource itself.
pub fn of(work: &mut Work<'_, '_>, address: &SmolStr) {
    let Some(draft) = work.drafts.get(address).filter(|d| d.id == d.instance.address) else { return };
    let i = draft.instance;
    match i.ty.as_str() {
        "aws_security_group" | "aws_default_security_group" => group(work, i),
        "aws_route_table" | "aws_default_route_table" => routes(work, i),
        _ => {}
    }
}

fn group(work: &mut Work<'_, '_>, i: &Instance) {
    let own = Val::attribute(i.address.clone(), "GroupId", i.header);
    for (attribute, key, incoming) in
        [("ingress", "SecurityGroupIngress", true), ("egress", "SecurityGroupEgress", false)]
    {
        let blocks = i.body.get(attribute);
        if blocks.is_null() {
            continue;
        }
        let deployed = work.index.deployed(blocks);
        let Some(draft) = work.drafts.get_mut(&i.address) else { continue };
        if deployed.as_list().is_none() && deployed.as_map().is_none() {
            draft.fields.put(key, blocks.span, Build::Leaf(deployed));
            continue;
        }
        let span = i.body.entry(attribute).map_or(i.header, |e| e.key_span);
        // Also a list without rules says that there are none.
        draft.fields.put(key, span, Build::Leaf(Val::list(Vec::new(), blocks.span)));
        for block in deployed.items() {
            if block.as_map().is_none() {
                draft.fields.put(&format!("{key}[]"), span, Build::Leaf(block.clone()));
            }
            for rule in split(block, incoming, &own) {
                draft.fields.put(&format!("{key}[]"), span, Build::Map(rule));
            }
        }
        if deployed.as_list().is_some_and(|l| l.open) {
            draft.fields.open_at(&format!("{key}[]"), span);
        }
    }
}

/// Routes of a table are resources of their own.
fn routes<'a>(work: &mut Work<'a, '_>, i: &'a Instance) {
    let Some(ty) = table::find("aws_route") else { return };
    for (n, route) in i.body.get("route").items().iter().enumerate() {
        if route.as_map().is_none() {
            continue;
        }
        let mut body = route.clone();
        // Inline routes say `cidr_block`, `aws_route` says `destination_cidr_block`.
        if let palisade_graph::State::Known(Value::Map(map)) = &route.state {
            let mut map = (**map).clone();
            for entry in &mut map.entries {
                if matches!(entry.key.as_str(), "cidr_block" | "ipv6_cidr_block") {
                    entry.key = smol_str::format_smolstr!("destination_{}", entry.key);
                }
            }
            map.entries.retain(|e| e.val.as_str() != Some(""));
            body.state = palisade_graph::State::Known(Value::Map(std::sync::Arc::new(map)));
        }
        let one = Instance { body, ..i.clone() };
        let mut fields = work.convert().properties(ty, &one);
        fields.put("RouteTableId", route.span, Build::Leaf(Val::reference(i.address.clone(), route.span)));
        let draft = Draft::beside(i, &format!("route.{n}"), ty.cfn, fields);
        work.add(draft);
    }
}
