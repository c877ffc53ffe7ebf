//! serverless.yml: variables, inheritance, events and the default role, as the framework packages them.
//!
//! A service is expanded once for each stage. Its variables are resolved, the template that the framework
//! would package is built as a raw value, and the CloudFormation evaluator turns that into stacks.

mod build;
mod events;
mod inherit;
mod invocation;
mod naming;
mod plugins;
mod role;
mod script;
mod service;
mod shapes;
mod sources;
mod stages;
mod supply;
mod syntax;
#[cfg(test)]
mod tests;
mod variables;

use std::sync::Arc;

use palisade_graph::{Input, Interface, State, Val, World};
use palisade_source::{SourceFile, Span};
use smol_str::SmolStr;

use crate::{Files, Inputs, Stack, cloudformation, folder};
use build::{At, Template};
use service::{Draft, Service};
use variables::{Resolver, Scope, Seen};

/// The stacks of one service, one for each stage and condition world, the default one first.
///
/// `path` is the service file relative to the scan root, `document` its raw value.
pub fn load(files: &Files<'_>, path: &str, document: &Val, inputs: &Inputs) -> Vec<(World, Stack)> {
    let within = folder(path);
    let asked: Vec<SmolStr> = inputs.asked_stages().into_iter().map(SmolStr::new).collect();
    let given = !asked.is_empty();
    let default = match asked.first() {
        Some(stage) => stage.clone(),
        None => stages::default_stage(files, within, document, inputs),
    };
    let world =
        |stage: &SmolStr, given: bool, environment: bool| Scope { stage: stage.clone(), given, environment };
    let resolver = Resolver::new(files, within, document, inputs, world(&default, given, false));
    if foreign(files, path, &resolver) {
        return Vec::new();
    }
    let mut groups: Vec<Vec<(World, Stack)>> = Vec::new();
    let (first, seen) = expand(&resolver, files, path, inputs);
    let others = if given {
        asked.into_iter().skip(1).take(files.limits.stages.saturating_sub(1)).collect()
    } else {
        stages::others(&resolver, &seen, &default)
    };
    add_environment(&mut groups, first, &seen, |scope| {
        let resolver = Resolver::new(files, within, document, inputs, world(&default, given, scope));
        expand(&resolver, files, path, inputs).0
    });
    for stage in &others {
        let resolver = Resolver::new(files, within, document, inputs, world(stage, true, false));
        let (worlds, seen) = expand(&resolver, files, path, inputs);
        add_environment(&mut groups, worlds, &seen, |scope| {
            let resolver = Resolver::new(files, within, document, inputs, world(stage, true, scope));
            expand(&resolver, files, path, inputs).0
        });
    }
    limited(groups, files.limits.worlds)
}

/// The raw template that the framework would package for the stage that holds when none is asked for.
pub fn template(files: &Files<'_>, path: &str, document: &Val, inputs: &Inputs) -> Val {
    let within = folder(path);
    let asked = inputs.asked_stages();
    let stage = match asked.first() {
        Some(stage) => SmolStr::new(stage),
        None => stages::default_stage(files, within, document, inputs),
    };
    let scope = Scope { stage, given: !asked.is_empty(), environment: false };
    package(&Resolver::new(files, within, document, inputs, scope), files)
}

/// The stacks of a service written in JavaScript or TypeScript.
#[expect(clippy::needless_pass_by_value, reason = "the caller hands the file over")]
pub fn load_script(
    files: &Files<'_>,
    path: &str,
    source: Arc<SourceFile>,
    inputs: &Inputs,
) -> Vec<(World, Stack)> {
    match script::read(files, path, &source) {
        Some(document) => load(files, path, &document, inputs),
        None => Vec::new(),
    }
}

/// The document that a service file in JavaScript or TypeScript exports.
pub fn script_document(files: &Files<'_>, path: &str, source: &SourceFile) -> Option<Val> {
    script::read(files, path, source)
}

/// Adds the worlds of one stage. Where environment variables with a fallback occur there are two: one in
/// which they are set and one in which the fallback holds.
fn add_environment(
    groups: &mut Vec<Vec<(World, Stack)>>,
    fallback: Vec<(World, Stack)>,
    seen: &Seen,
    mut environment: impl FnMut(bool) -> Vec<(World, Stack)>,
) {
    if !seen.environment {
        groups.push(fallback);
        return;
    }
    let named = |worlds: Vec<(World, Stack)>, value: &str| -> Vec<(World, Stack)> {
        let fact = |(mut world, stack): (World, Stack)| {
            world.facts.insert(1.min(world.facts.len()), ("environment-variables".into(), value.into()));
            (world, stack)
        };
        worlds.into_iter().map(fact).collect()
    };
    let set = named(environment(true), "set");
    let unset = named(fallback, "fallback");
    if seen.environment_given {
        groups.extend([set, unset]);
    } else {
        groups.extend([unset, set]);
    }
}

/// Every stage keeps its first world; further ones as far as the limit allows.
fn limited(groups: Vec<Vec<(World, Stack)>>, limit: usize) -> Vec<(World, Stack)> {
    let total: usize = groups.iter().map(Vec::len).sum();
    if total <= limit {
        return groups.into_iter().flatten().collect();
    }
    let mut out = Vec::new();
    let mut rest = Vec::new();
    for group in groups {
        let mut worlds = group.into_iter();
        out.extend(worlds.next());
        rest.extend(worlds);
    }
    out.extend(rest);
    out.truncate(limit);
    out
}

/// Whether the service is for another provider; then it is listed, with its functions.
fn foreign(files: &Files<'_>, path: &str, resolver: &Resolver<'_>) -> bool {
    let provider = resolver.peek("provider");
    let name = if provider.as_map().is_some() { resolver.peek("provider.name") } else { provider };
    let Some(name) = name.as_str().filter(|n| *n != "aws") else { return false };
    let section = resolver.peek("functions");
    let keys: Vec<&str> = match section.as_list() {
        Some(_) => {
            section.items().iter().flat_map(palisade_graph::Val::entries).map(|e| e.key.as_str()).collect()
        }
        None => section.entries().iter().map(|e| e.key.as_str()).collect(),
    };
    let mut reason = format!("provider {name} is not supported");
    if !keys.is_empty() {
        reason.push_str(": functions ");
        reason.push_str(&keys.join(", "));
    }
    files.foreign(path, reason);
    true
}

/// The worlds of one stage, and what resolution noticed.
fn expand(
    resolver: &Resolver<'_>,
    files: &Files<'_>,
    path: &str,
    inputs: &Inputs,
) -> (Vec<(World, Stack)>, Seen) {
    let template = package(resolver, files);
    let stage = resolver.scope.stage.clone();
    let fetched = supply::plugins(files, resolver.folder, &resolver.section("plugins"));
    let bucket = supply::bucket(&resolver.section("provider"));
    let region = resolver.region(palisade_source::Span::NONE).as_str().map(smol_str::SmolStr::new);
    let worlds = cloudformation::expand(files, path, &template, inputs)
        .into_iter()
        .map(|(mut world, mut stack)| {
            world.facts.insert(0, ("stage".into(), stage.clone()));
            said(resolver.document, &stage, &mut stack.interface);
            stack.interface.fetched.clone_from(&fetched);
            stack.interface.deployment_bucket = bucket.clone();
            stack.interface.region.clone_from(&region);
            (world, stack)
        })
        .collect();
    let seen = resolver.seen.take();
    for (source, span) in &seen.plugins {
        files.note(palisade_graph::NoteKind::PluginMissing, source, vec![*span]);
    }
    (worlds, seen)
}

/// Parameters of the stage and credentials, as the service's own file says them.
fn said(document: &Val, stage: &str, interface: &mut Interface) {
    for place in [format!("params.{stage}"), format!("stages.{stage}.params"), "params.default".into()] {
        for entry in document.at(&place).entries() {
            if interface.inputs.iter().any(|i| i.name == entry.key) {
                continue;
            }
            interface.inputs.push(Input {
                name: entry.key.clone(),
                span: entry.key_span,
                block: Span::new(entry.key_span.file, entry.key_span.start, entry.val.span.end),
                body: entry.val.span,
                default: entry.val.clone(),
                ty: SmolStr::default(),
                hidden: None,
                hidden_at: Val::default(),
            });
        }
    }
    interface.credentials.extend_from_slice(document.at("provider.credentials").entries());
}

/// The template that the framework would package.
fn package(resolver: &Resolver<'_>, files: &Files<'_>) -> Val {
    let document = resolver.document;
    let span = document.span;
    let provider_entry = document.entry("provider");
    let provider_key = provider_entry.map_or(span, |e| e.key_span);
    let named = resolver.section("service");
    let name = if named.as_map().is_some() { named.get("name").clone() } else { named };
    let name = if name.is_null() { At(span).str("service") } else { name };
    let mut provider = resolver.section("provider");
    let plugins = service::plugins(&resolver.section("plugins"));
    let stage = resolver.stage(provider_key);
    let mut section = resolver.section("functions");
    plugins::lift::prepare(resolver, plugins.has("serverless-lift"), &mut section, &mut provider);
    if !section.is_known() {
        let line = files.line(section.span);
        let at = files.path(section.span.file).unwrap_or_default();
        let why = match &section.state {
            State::Unknown(u) => u.reason.to_string(),
            _ => "not known".to_owned(),
        };
        files.fail(&at, format!("functions are not read: {why}"), line);
    }
    let service = Service {
        files,
        folder: resolver.folder,
        resolver,
        functions: service::functions(&section, &name, &stage),
        name,
        stage,
        region: resolver.region(provider_key),
        open: provider.as_str().is_none() && provider.as_map().is_none_or(|m| m.open),
        provider,
        provider_key,
        plugins,
        version: version(document),
    };
    unknown_events(&service);
    let mut draft = Draft { service: &service, template: Template::default(), role: role::draft(&service) };
    shapes::deployment_bucket(&mut draft);
    role::log_groups(&mut draft);
    if let Some(role) = draft.role.clone() {
        // Its place; statements follow.
        draft.template.add(role::DEFAULT, role.finish());
    }
    shapes::layers(&mut draft, &resolver.section("layers"));
    inherit::compile(&mut draft);
    events::compile(&mut draft);
    if let Some(role) = draft.role.clone() {
        draft.template.add(role::DEFAULT, role.finish());
    }
    plugins::compile(&mut draft);
    let written = shapes::resources(&resolver.section("resources"));
    plugins::rewrite(&service, shapes::finish(draft.template, &service, &written))
}

/// Names functions whose events need code to run.
fn unknown_events(service: &Service<'_>) {
    for function in &service.functions {
        let unknown = |val: &&Val| matches!(val.state, State::Unknown(_));
        if let Some(val) = function.get("events").items().iter().find(unknown) {
            let words = format!("events of `{}` that are not known", function.key);
            service.files.note(palisade_graph::NoteKind::Info, &words, vec![val.span.or(function.key_span)]);
        }
    }
}

/// Major version that `frameworkVersion` asks for.
fn version(document: &Val) -> Option<u8> {
    let text = document.get("frameworkVersion").as_str()?;
    let digits: String =
        text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}
