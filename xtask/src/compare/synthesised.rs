//! The graph of CDK source against the graph of what the same source synthesises.
//!
//! `.oracle/cdk/<name>/` holds the `cdk.out` of an application and its `app.json`, whose `path` is the
//! folder of the application in the corpus. Both graphs name things by construct path.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{items, text};

/// What is counted apart.
const AREAS: [&str; 8] = [
    "applications",
    "functions",
    "grants",
    "action sets",
    "role grants",
    "entries",
    "triggers",
    "permissions",
];

/// What an application gives to whom.
#[derive(Debug, Default, PartialEq, Eq)]
struct Facts {
    /// Actions and managed policies by function.
    functions: BTreeMap<String, BTreeSet<String>>,
    /// The same for roles that no function has.
    roles: BTreeMap<String, BTreeSet<String>>,
    /// Routes and other entries with how callers are authorized.
    entries: BTreeSet<String>,
    /// What starts what, and how.
    triggers: BTreeSet<String>,
    /// Who may call a function by its own policy.
    permissions: BTreeSet<String>,
}

/// One row of the table and its lists.
#[derive(Default)]
pub(super) struct Row {
    pub(super) what: &'static str,
    pub(super) same: usize,
    pub(super) missing: Vec<String>,
    pub(super) extra: Vec<String>,
}

impl Row {
    /// Facts of both sides together.
    pub(super) fn total(&self) -> usize {
        self.same + self.missing.len().max(self.extra.len())
    }

    fn add(&mut self, root: &str, wanted: &BTreeSet<String>, found: &BTreeSet<String>) {
        self.same += wanted.intersection(found).count();
        self.missing.extend(wanted.difference(found).map(|fact| format!("{root}: {fact}")));
        self.extra.extend(found.difference(wanted).map(|fact| format!("{root}: {fact}")));
    }
}

/// The folders of the corpus that have been synthesised, by the name of their folder in `.oracle/cdk`.
pub(super) fn applications(folder: &Path) -> BTreeMap<String, String> {
    let Ok(entries) = fs::read_dir(folder) else { return BTreeMap::new() };
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let known = names.filter_map(|name| {
        let read = fs::read_to_string(folder.join(&name).join("app.json")).ok()?;
        let about: Value = serde_json::from_str(&read).ok()?;
        Some((name, text(&about, "path").to_owned()))
    });
    known.collect()
}

/// Every synthesised application (`reference`, by its folder's name) against the one of the corpus.
pub(super) fn compare(
    known: &BTreeMap<String, String>,
    reference: &[&Value],
    corpus: &[&Value],
    only: &str,
) -> Vec<Row> {
    let mut rows = AREAS.map(|what| Row { what, ..Row::default() });
    let [found_rows, functions, grants, sets, roles, entries, triggers, permissions] = &mut rows;
    for wanted in reference {
        let root = text(wanted, "root");
        let name = root.split('/').next().unwrap_or(root);
        let Some(path) = known.get(name).filter(|path| path.contains(only)) else { continue };
        let own = corpus.iter().find(|application| {
            text(application, "root") == path
                && items(application, "dialects").any(|dialect| dialect == "cdk")
        });
        match own {
            Some(_) => found_rows.same += 1,
            None => found_rows.missing.push(path.clone()),
        }
        let wanted = facts(wanted);
        let own = own.map(|application| facts(application)).unwrap_or_default();
        let keys = |map: &BTreeMap<String, BTreeSet<String>>| map.keys().cloned().collect();
        functions.add(path, &keys(&wanted.functions), &keys(&own.functions));
        for (name, actions) in &wanted.functions {
            let given = own.functions.get(name);
            if given == Some(actions) {
                sets.same += 1;
            } else {
                sets.missing.push(format!("{path}: {name}"));
            }
        }
        grants.add(
            path,
            &lines(&wanted.functions, &wanted.functions),
            &lines(&own.functions, &wanted.functions),
        );
        roles.add(path, &lines(&wanted.roles, &wanted.roles), &lines(&own.roles, &wanted.roles));
        entries.add(path, &wanted.entries, &own.entries);
        triggers.add(path, &wanted.triggers, &own.triggers);
        permissions.add(path, &wanted.permissions, &own.permissions);
    }
    rows.into()
}

/// One line an action; of what the reference has not, only the name is worth a line.
fn lines(
    given: &BTreeMap<String, BTreeSet<String>>,
    known: &BTreeMap<String, BTreeSet<String>>,
) -> BTreeSet<String> {
    let known = given.iter().filter(|(name, _)| known.contains_key(*name));
    known.flat_map(|(name, actions)| actions.iter().map(move |action| format!("{name}: {action}"))).collect()
}

fn facts(application: &Value) -> Facts {
    let mut facts = Facts::default();
    let mut roles: BTreeMap<&str, (&str, BTreeSet<String>)> = BTreeMap::new();
    let mut functions: BTreeMap<&str, &str> = BTreeMap::new();
    // What the framework adds for itself has no counterpart in the source.
    let own = items(application, "nodes").filter(|node| text(node, "implied_by").is_empty());
    for node in own {
        match text(node, "kind") {
            "function" => {
                functions.insert(text(node, "id"), text(node, "name"));
                facts.functions.entry(text(node, "name").to_owned()).or_default();
                let properties = node.get("properties").unwrap_or(&Value::Null);
                let permissions = items(properties, "permissions");
                facts.permissions.extend(permissions.map(|p| permission(text(node, "name"), p)));
            }
            "role" => {
                let given = given(node.get("properties").unwrap_or(&Value::Null));
                roles.insert(text(node, "id"), (text(node, "name"), given));
            }
            "entry" => {
                let properties = node.get("properties").unwrap_or(&Value::Null);
                let entry = format!("{} {}", text(node, "name"), text(properties, "authorization"));
                facts.entries.insert(entry);
            }
            _ => {}
        }
    }
    let names: BTreeMap<&str, &str> =
        items(application, "nodes").map(|node| (text(node, "id"), text(node, "name"))).collect();
    let name = |id: &str| names.get(id).map_or_else(|| id.to_owned(), |name| (*name).to_owned());
    for edge in items(application, "edges").filter(|edge| text(edge, "kind") == "triggers") {
        if functions.contains_key(text(edge, "to")) {
            let (from, to) = (name(text(edge, "from")), name(text(edge, "to")));
            facts.triggers.insert(format!("{to} by {from} ({})", text(edge, "via")));
        }
    }
    let mut taken = BTreeSet::new();
    for edge in items(application, "edges").filter(|edge| text(edge, "kind") == "runs_as") {
        if let (Some(function), Some((_, given))) =
            (functions.get(text(edge, "from")), roles.get(text(edge, "to")))
        {
            taken.insert(text(edge, "to"));
            facts.functions.entry((*function).to_owned()).or_default().extend(given.iter().cloned());
        }
    }
    for (_, (name, given)) in roles.into_iter().filter(|(id, _)| !taken.contains(id)) {
        facts.roles.insert(name.to_owned(), given);
    }
    facts
}

/// A permission by its function, who may do what, and the form of the source: names and places in it do not count.
fn permission(function: &str, permission: &Value) -> String {
    let source = text(permission, "source_arn");
    let mut form = String::new();
    let mut rest = source;
    while let Some((before, after)) = rest.split_once("${") {
        form.push_str(before);
        form.push_str("${}");
        rest = after.split_once('}').map_or("", |(_, tail)| tail);
    }
    form.push_str(rest);
    // Region, account and partition stand where the program or only the stack knows them.
    let fields: Vec<&str> = form.splitn(6, ':').collect();
    let form = match fields.as_slice() {
        ["arn", _, service, _, _, resource] => format!("{service} {resource}"),
        _ => form,
    };
    format!("{function}: {} {} {form}", text(permission, "principal"), text(permission, "action"))
}

/// `Allow s3:GetObject*`, with ` on *` where every resource is meant; names of resources do not count.
fn given(role: &Value) -> BTreeSet<String> {
    let mut given = BTreeSet::new();
    for statement in items(role, "statements") {
        let all = items(statement, "resources").any(|resource| resource == "*");
        let place = if all { " on *" } else { "" };
        for (key, word) in [("actions", ""), ("not_actions", "all but ")] {
            for action in items(statement, key).filter_map(Value::as_str) {
                given.insert(format!("{} {word}{action}{place}", text(statement, "effect")));
            }
        }
    }
    let managed = items(role, "managed_policies").filter_map(Value::as_str);
    given.extend(managed.map(|arn| format!("policy {}", arn.rsplit('/').next().unwrap_or(arn))));
    given
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn application(root: &str, actions: &[&str], resource: &str) -> Value {
        json!({
            "root": root,
            "dialects": ["cdk"],
            "nodes": [
                {"id": "f", "kind": "function", "name": "S/F", "properties": {"permissions": [{
                    "principal": "apigateway.amazonaws.com", "action": "lambda:InvokeFunction",
                    "source_arn": format!("arn:aws:execute-api:${{AWS::Region}}:123456789012:{resource}/*/GET/"),
                }]}},
                {"id": "g", "kind": "function", "name": "S/G", "implied_by": "S"},
                {"id": "e", "kind": "entry", "name": "Api GET /", "properties": {"authorization": "iam"}},
                {"id": "r", "kind": "role", "name": "S/F/ServiceRole", "properties": {
                    "statements": [{"effect": "Allow", "actions": actions, "resources": [resource]}],
                    "managed_policies": ["arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],
                }},
                {"id": "q", "kind": "role", "name": "S/Q", "properties": {
                    "statements": [{"effect": "Deny", "not_actions": ["sts:*"], "resources": ["*"]}],
                }},
            ],
            "edges": [
                {"kind": "runs_as", "from": "f", "to": "r"},
                {"kind": "triggers", "from": "e", "to": "f", "via": "route"},
            ],
        })
    }

    #[test]
    fn facts_are_those_of_what_the_user_wrote() {
        let facts = facts(&application("a", &["sqs:SendMessage"], "${Queue.Arn}"));
        let given: Vec<&str> = facts.functions["S/F"].iter().map(String::as_str).collect();
        assert_eq!(given, ["Allow sqs:SendMessage", "policy AWSLambdaBasicExecutionRole"]);
        assert_eq!(facts.functions.len(), 1);
        assert_eq!(facts.entries, BTreeSet::from(["Api GET / iam".to_owned()]));
        assert_eq!(facts.triggers, BTreeSet::from(["S/F by Api GET / (route)".to_owned()]));
        let permission = "S/F: apigateway.amazonaws.com lambda:InvokeFunction execute-api ${}/*/GET/";
        assert_eq!(facts.permissions, BTreeSet::from([permission.to_owned()]));
        assert_eq!(facts.roles["S/Q"], BTreeSet::from(["Deny all but sts:* on *".to_owned()]));
    }

    #[test]
    fn what_is_on_one_side_only_is_counted() {
        let known = BTreeMap::from([("a__b".to_owned(), "a/b".to_owned()), ("c".to_owned(), "c".to_owned())]);
        let wanted = application("a__b", &["sqs:SendMessage", "sqs:GetQueueUrl"], "${Queue.Arn}");
        let other = application("c", &[], "*");
        let found = application("a/b", &["sqs:SendMessage", "sqs:*"], "${OtherName.Arn}");
        let rows = compare(&known, &[&wanted, &other], &[&found], "");
        let counts: Vec<(usize, usize, usize)> =
            rows.iter().map(|row| (row.same, row.missing.len(), row.extra.len())).collect();
        // As in the table.
        assert_eq!(
            counts,
            [(1, 1, 0), (1, 1, 0), (2, 2, 1), (0, 2, 0), (1, 1, 0), (1, 1, 0), (1, 1, 0), (1, 1, 0)]
        );
        assert_eq!(rows[2].missing[0], "a/b: S/F: Allow sqs:GetQueueUrl");
        assert_eq!(rows[2].extra, ["a/b: S/F: Allow sqs:*"]);
    }
}
