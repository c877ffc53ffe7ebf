//! Plugins that change what is deployed, one file each; and keys that only a plugin reads, where the
//! plugin is missing.

mod appsync;
mod associate_waf;
mod domain_manager;
mod iam_roles;
pub mod lift;
mod pseudo_parameters;
mod step_functions;

use palisade_graph::{NoteKind, Val};
use palisade_source::Span;

use super::build::truthy;
use super::service::{Draft, Service};

/// Names of plugins that are expanded here or have no effect on what is deployed.
static KNOWN: &str = include_str!("../../../data/serverless/plugins.txt");

/// Applies the plugins in use, and notes keys whose plugin is missing.
pub fn compile(draft: &mut Draft<'_>) {
    others(draft.service);
    iam_roles::compile(draft);
    step_functions::compile(draft);
    lift::compile(draft);
    appsync::compile(draft);
    domain_manager::compile(draft);
    associate_waf::compile(draft);
}

/// Names the plugins that may add resources which nobody sees here.
fn others(service: &Service<'_>) {
    let known = |name: &str| KNOWN.lines().any(|line| line == name);
    let rest = service.plugins.names.iter().filter(|(name, _)| !known(name));
    let (names, spans): (Vec<&str>, Vec<Span>) = rest.map(|(name, span)| (name.as_str(), *span)).unzip();
    if !names.is_empty() {
        let words = format!("plugins that are not followed and may add resources: {}", names.join(", "));
        service.files.note(NoteKind::Info, &words, spans);
    }
}

/// Changes that plugins make to the whole template.
pub fn rewrite(service: &Service<'_>, template: Val) -> Val {
    pseudo_parameters::rewrite(service, template)
}

/// Whether one of the plugins is in use where its key is present; notes the key otherwise.
fn in_use(service: &Service<'_>, names: &[&str], key: &str, mut spans: Vec<Span>) -> bool {
    if spans.is_empty() {
        return false;
    }
    let used = names.iter().any(|n| service.plugins.has(n));
    // A file above the service is shared by several: what it sets is for those that have the plugin.
    spans.retain(|s| service.files.path(s.file).is_none_or(|path| is_below(&path, service.folder)));
    if !used && !spans.is_empty() {
        service.files.note(NoteKind::PluginMissing, key, spans);
    }
    used
}

/// Whether a file stands in a folder or below it.
fn is_below(path: &str, folder: &str) -> bool {
    let folder = folder.trim_end_matches('/');
    matches!(folder, "" | ".") || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// A section of the document with the place of its key; none where it is absent.
fn section(service: &Service<'_>, key: &str) -> Option<(Val, Span)> {
    let val = service.resolver.section(key);
    if !truthy(&val) {
        return None;
    }
    let span = service.resolver.document.entry(key).map_or(val.span, |e| e.key_span);
    Some((val, span))
}

/// A resolved setting below `custom`, with the place of its key.
fn custom(service: &Service<'_>, key: &str) -> Option<(Val, Span)> {
    let section = service.resolver.peek("custom");
    let e = section.entry(key)?;
    let val = service.resolver.resolve(&e.val);
    truthy(&val).then_some((val, e.key_span))
}
