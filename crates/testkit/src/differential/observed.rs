use std::collections::BTreeMap;

use serde_json::Value;

use super::expected::{mapping, permission, policy_name, scalar, statement};
use super::facts::{Facts, Role};

/// What the published graph of one application says.
pub fn observed(application: &Value) -> Facts {
    let mut facts = Facts::default();
    let mut functions: BTreeMap<&str, &str> = BTreeMap::new();
    for node in items(application, "nodes") {
        let text = |key: &str| node.get(key).and_then(Value::as_str).unwrap_or_default();
        let (kind, id) = (text("kind"), text("logical_id"));
        // Of a nested template: the reference leaves that to the deployment.
        let name = text("id").split_once('#').map_or("", |(_, name)| name);
        if name.contains('/') && matches!(kind, "function" | "role") {
            continue;
        }
        let properties = node.get("properties").unwrap_or(&Value::Null);
        match kind {
            "function" if !id.is_empty() => {
                functions.insert(text("id"), id);
                facts.functions.insert(id.to_owned());
                let permissions = items(properties, "permissions").map(|p| permission(id, p));
                facts.permissions.extend(permissions);
            }
            "role" if !id.is_empty() => {
                let statements = |key: &str| items(properties, key).map(statement).collect();
                let managed = items(properties, "managed_policies").filter_map(|name| scalar(Some(name)));
                let role = Role {
                    statements: statements("statements"),
                    managed: managed.map(|name| policy_name(&name)).collect(),
                    trust: statements("trust"),
                };
                facts.roles.insert(id.to_owned(), role);
            }
            _ => {}
        }
    }
    for edge in items(application, "edges") {
        let text = |key: &str| edge.get(key).and_then(Value::as_str).unwrap_or_default();
        if text("kind") == "triggers" && text("via") == "mapping" && !text("logical_id").contains('/') {
            let function = functions.get(text("to")).copied().unwrap_or(text("to"));
            facts.mappings.push(mapping(text("logical_id"), text("source"), function));
        }
    }
    facts
}

fn items<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}
