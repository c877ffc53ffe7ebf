//! `cargo xtask fences`: which crate may depend on which, and which dependency stays where.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::Value;

use crate::Outcome;
use crate::process::{cargo, output};

/// The crates from the ground up: each may use only those before it.
const LAYERS: [&str; 23] = [
    "palisade-source",
    "palisade-diag",
    "palisade-graph",
    "palisade-iam",
    "palisade-secrets",
    "palisade-deps",
    "palisade-code",
    "palisade-load",
    "palisade-analyze",
    "palisade-rules",
    "palisade-config",
    "palisade-report",
    "palisade-engine",
    "palisade-guard",
    "palisade-guard-extension",
    "palisade-guard-preload",
    "palisade-watch",
    "palisade-respond",
    "palisade-aws",
    "palisade-lsp",
    "palisade-mcp",
    "palisade-console",
    "palisade",
];

/// What nothing may bring in, because the scan never opens a connection and each has a better stead.
const NOWHERE: [&str; 6] = ["openssl", "openssl-sys", "native-tls", "chrono", "serde_yaml", "git2"];

/// What only the named crates may bring in.
const ONLY_BEHIND: [(&str, &[&str]); 5] = [
    ("aws-sdk-", &["palisade-aws"]),
    (
        "tokio",
        &[
            "palisade-aws",
            "palisade-guard-extension",
            "palisade-watch",
            "palisade-respond",
            "palisade-console",
            "palisade-lsp",
            "palisade-mcp",
        ],
    ),
    ("hyper", &["palisade-aws", "palisade-guard-extension", "palisade-console"]),
    ("reqwest", &[]),
    ("tree-sitter", &["palisade-code"]),
];

/// Runs the task.
pub fn run() -> Outcome {
    let metadata = output(cargo().args(["metadata", "--format-version", "1", "--locked"]))?;
    let metadata: Value = serde_json::from_str(&metadata).map_err(|e| format!("cargo metadata: {e}"))?;
    let broken = check(&metadata);
    if broken.is_empty() { Ok(()) } else { Err(format!("fences are broken:\n  {}", broken.join("\n  "))) }
}

/// What breaks a fence, a line each.
fn check(metadata: &Value) -> Vec<String> {
    let names: BTreeMap<&str, &str> = items(metadata, "packages")
        .filter_map(|package| Some((package.get("id")?.as_str()?, package.get("name")?.as_str()?)))
        .collect();
    let uses: BTreeMap<&str, BTreeSet<&str>> = metadata
        .get("resolve")
        .into_iter()
        .flat_map(|resolve| items(resolve, "nodes"))
        .filter_map(|node| Some((node.get("id")?.as_str()?, shipped(node))))
        .collect();
    let mut broken = Vec::new();
    for (id, name) in &names {
        let Some(layer) = LAYERS.iter().position(|layer| layer == name) else { continue };
        for used in uses.get(id).into_iter().flatten().filter_map(|id| names.get(id)) {
            if LAYERS.iter().position(|layer| layer == used).is_some_and(|other| other >= layer) {
                broken.push(format!("`{name}` uses `{used}`, which stands above it"));
            }
        }
        for outside in reached(id, &uses, &names) {
            if NOWHERE.contains(&outside) {
                broken.push(format!("`{name}` brings in `{outside}`, which nothing may"));
            }
            let fence = ONLY_BEHIND.iter().find(|(fenced, _)| is_fenced(outside, fenced));
            if fence.is_some_and(|(_, behind)| !behind.contains(name)) {
                broken.push(format!("`{name}` brings in `{outside}`, which stays behind its fence"));
            }
        }
    }
    broken
}

/// `tokio` and `tokio-util`, but not `tokiota`.
fn is_fenced(name: &str, fenced: &str) -> bool {
    name.strip_prefix(fenced)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('-') || fenced.ends_with('-'))
}

/// Everything that a crate brings in, other crates of ours left out: they answer for themselves.
fn reached<'a>(
    from: &'a str,
    uses: &BTreeMap<&'a str, BTreeSet<&'a str>>,
    names: &BTreeMap<&'a str, &'a str>,
) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::new();
    let mut found = BTreeSet::new();
    let mut queue = VecDeque::from([from]);
    while let Some(id) = queue.pop_front() {
        for used in uses.get(id).into_iter().flatten() {
            let name = names.get(used).copied().unwrap_or_default();
            if !LAYERS.contains(&name) && seen.insert(*used) {
                found.insert(name);
                queue.push_back(used);
            }
        }
    }
    found
}

/// Dependencies that are part of what is shipped: no tests, no build scripts.
fn shipped(node: &Value) -> BTreeSet<&str> {
    items(node, "deps")
        .filter(|used| items(used, "dep_kinds").any(|kind| kind.get("kind").is_none_or(Value::is_null)))
        .filter_map(|used| used.get("pkg")?.as_str())
        .collect()
}

fn items<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn metadata(edges: &[(&str, &str, Option<&str>)]) -> Value {
        let names: BTreeSet<&str> = edges.iter().flat_map(|(from, to, _)| [*from, *to]).collect();
        let packages: Vec<Value> = names.iter().map(|name| json!({"id": name, "name": name})).collect();
        let nodes: Vec<Value> = names
            .iter()
            .map(|name| {
                let used = edges.iter().filter(|(from, ..)| from == name);
                let deps: Vec<Value> =
                    used.map(|(_, to, kind)| json!({"pkg": to, "dep_kinds": [{"kind": kind}]})).collect();
                json!({"id": name, "deps": deps})
            })
            .collect();
        json!({"packages": packages, "resolve": {"nodes": nodes}})
    }

    #[test]
    fn what_stands_above_or_behind_a_fence_is_named() {
        let upward = check(&metadata(&[("palisade-graph", "palisade-engine", None)]));
        assert_eq!(upward, ["`palisade-graph` uses `palisade-engine`, which stands above it"]);
        let deep = check(&metadata(&[("palisade-load", "a", None), ("a", "tokio-util", None)]));
        assert_eq!(deep, ["`palisade-load` brings in `tokio-util`, which stays behind its fence"]);
        assert!(check(&metadata(&[("palisade-aws", "aws-sdk-s3", None)])).is_empty());
        assert!(check(&metadata(&[("palisade-load", "tokio", Some("dev"))])).is_empty());
        assert_eq!(check(&metadata(&[("palisade", "chrono", None)])).len(), 1);
    }
}
