//! What a deployment of a service fetches from others, and from where it is deployed.

use palisade_graph::{Fetched, FetchedKind, Val};
use palisade_source::{FileId, Span};

use super::service;
use crate::{Files, folder as parent};

/// Files that say which version of a package is installed.
const LOCKS: &[&str] = &[
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "bun.lockb",
    "deno.lock",
];

/// The bucket that the provider names, absent where the framework makes one.
pub fn bucket(provider: &Val) -> Val {
    let setting = provider.get("deploymentBucket");
    if setting.as_map().is_some() { setting.get("name").clone() } else { setting.clone() }
}

/// The plugins that come from a registry, with the version that a `package.json` of the folder or one above asks for.
pub fn plugins(files: &Files<'_>, folder: &str, section: &Val) -> Vec<Fetched> {
    let plugins = service::plugins(section);
    let mut manifests = Vec::new();
    let mut locked = false;
    let mut at = folder.trim_end_matches('/');
    if plugins.names.is_empty() {
        return Vec::new();
    }
    loop {
        locked |= LOCKS.iter().any(|name| files.exists(at, name).is_some());
        if let Ok((file, text)) = files.text(at, "package.json")
            && let Ok(manifest) = crate::plain_document(&text)
        {
            manifests.push((file, text, manifest));
        }
        if at.is_empty() || at == "." {
            break;
        }
        at = parent(at);
    }
    // Without any, what is installed is decided elsewhere.
    if manifests.is_empty() {
        return Vec::new();
    }
    let kinds = ["devDependencies", "dependencies", "optionalDependencies", "peerDependencies"];
    let version = |name: &str| {
        let mut all = manifests.iter().flat_map(|m| kinds.map(|k| (m, m.2.get(k).get(name))));
        let found = all.find_map(|((file, text, _), val)| {
            let version = val.as_str()?;
            Some(Val::str(version, place(*file, text, name, version)))
        });
        found.unwrap_or_default()
    };
    // Where the framework looks for plugins before it looks among what is installed.
    let local = section.get("localPath").as_str().unwrap_or(".serverless_plugins");
    let own = |name: &str| {
        let file = [".js", ".cjs", ".mjs", ".ts"].iter().any(|end| name.ends_with(end));
        file || name.starts_with(['.', '/']) || files.exists(folder, &format!("{local}/{name}")).is_some()
    };
    let asked = plugins.names.iter().filter(|(name, _)| !own(name));
    let fetched = asked.map(|(name, span)| Fetched {
        kind: FetchedKind::Plugin,
        name: name.clone(),
        span: *span,
        version: version(name),
        locked,
    });
    fetched.collect()
}

/// Where the version of a package stands in a manifest.
fn place(file: FileId, text: &str, name: &str, version: &str) -> Span {
    let key = format!("\"{name}\"");
    let value = format!("\"{version}\"");
    let found = text.match_indices(&key).find_map(|(at, _)| {
        let start = at + key.len();
        let rest = text.get(start..)?.trim_start().strip_prefix(':')?.trim_start();
        rest.starts_with(&value).then(|| text.len() - rest.len())
    });
    let place = |at: usize| Some((u32::try_from(at).ok()?, u32::try_from(at + value.len()).ok()?));
    found.and_then(place).map_or(Span::NONE, |(start, end)| Span::new(file, start, end))
}
