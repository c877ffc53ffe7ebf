//! Roles, users and groups: policies that are attached to them by resources of their own.

use palisade_graph::{Entry, Map, State, Val, Value};
use smol_str::SmolStr;

use super::Work;
use super::build::{Build, Fields};
use crate::terraform::Instance;
use crate::terraform::table;

const ROLE: &str = "AWS::IAM::Role";
const USER: &str = "AWS::IAM::User";
const GROUP: &str = "AWS::IAM::Group";

/// Gives attached policies to whom they are attached.
pub fn attachments(work: &mut Work<'_, '_>) {
    for (_, i) in work.index.all().filter(|(_, i)| !i.data) {
        let to: &[(&str, &'static str)] = match i.ty.as_str() {
            "aws_iam_role_policy_attachment" => &[("role", ROLE)],
            "aws_iam_role_policy_attachments_exclusive" => &[("role_name", ROLE)],
            "aws_iam_user_policy_attachment" => &[("user", USER)],
            "aws_iam_group_policy_attachment" => &[("group", GROUP)],
            "aws_iam_policy_attachment" => &[("roles", ROLE), ("users", USER), ("groups", GROUP)],
            _ => continue,
        };
        for (attribute, cfn) in to {
            for named in i.body.get(attribute).items() {
                let owner = work.index.owner(named, cfn).and_then(|n| work.index.at(n));
                if let (Some(owner), Some(ty)) = (owner, table::find(&i.ty)) {
                    let fields = work.convert().properties(ty, i);
                    attach(work, owner, i, fields);
                }
            }
        }
    }
}

/// One policy is attached once, however often that is written.
fn attach(work: &mut Work<'_, '_>, owner: &Instance, i: &Instance, mut fields: Fields) {
    let new = fields.remove("ManagedPolicyArns").unwrap_or_default();
    let Some(draft) = work.drafts.get(&owner.address) else { return };
    let old = draft.fields.get("ManagedPolicyArns");
    let mut out = Fields::at(i.header);
    if new.as_list().is_none() {
        out.put("ManagedPolicyArns", new.span, Build::Leaf(new));
    } else {
        for arn in new.items() {
            if !old.items().iter().any(|o| o.same(arn)) {
                out.put("ManagedPolicyArns[]", arn.span, Build::Leaf(arn.clone()));
            }
        }
        if new.as_list().is_some_and(|l| l.open) {
            out.open_at("ManagedPolicyArns[]", new.span);
        }
    }
    work.give(&owner.address, i, out);
}

/// What a table cannot say of single resources.
pub fn of(work: &mut Work<'_, '_>, address: &SmolStr) {
    let index = work.index;
    let Some(draft) = work.drafts.get_mut(address) else { return };
    if draft.instance.ty != "aws_cognito_identity_pool_roles_attachment" {
        return;
    }
    let mappings = index.deployed(draft.instance.body.get("role_mapping"));
    let mut map = Map::default();
    for mapping in mappings.items() {
        let name = mapping.get("identity_provider");
        let mut one = Fields::at(mapping.span);
        one.put("IdentityProvider", name.span, Build::Leaf(name.clone()));
        for (key, own) in [("Type", "type"), ("AmbiguousRoleResolution", "ambiguous_role_resolution")] {
            let val = mapping.get(own);
            if !val.is_null() {
                one.put(key, val.span, Build::Leaf(val.clone()));
            }
        }
        for rule in mapping.get("mapping_rule").items() {
            let entries = [
                ("Claim", "claim"),
                ("MatchType", "match_type"),
                ("RoleARN", "role_arn"),
                ("Value", "value"),
            ];
            let entries = entries.iter().map(|(key, own)| {
                let val = rule.get(own).clone();
                Entry { key: (*key).into(), key_span: val.span, val }
            });
            let rule = Val::map(entries.collect(), rule.span);
            one.put("RulesConfiguration.Rules[]", rule.span, Build::Leaf(rule));
        }
        map.set(name.display(), name.span, one.finish());
    }
    if !mappings.is_null() {
        let val = Val::new(State::Known(Value::Map(std::sync::Arc::new(map))), mappings.span);
        draft.fields.put("RoleMappings", mappings.span, Build::Leaf(val));
    }
}
