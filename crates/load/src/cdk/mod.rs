//! Synthesised CDK applications: the templates of a `cdk.out` folder, with construct paths as names and
//! assets as code folders.

pub mod source;

use std::collections::{BTreeMap, HashMap, HashSet};

use palisade_graph::{External, State, Target, Val, World};
use smol_str::SmolStr;

use crate::cloudformation::{self, renamed};
use crate::{Files, Inputs, Resource, Stack, Typing};

/// One template of an assembly.
struct Artifact {
    /// Template file relative to the scan root.
    path: String,
    /// Folder of its assembly.
    folder: String,
    /// Name of its stack.
    name: SmolStr,
}

/// The stacks of one assembly, the default world first.
///
/// <https://github.com/aws/aws-cdk/tree/main/packages/aws-cdk-lib/cloud-assembly-schema>
pub fn load(files: &Files<'_>, folder: &str, inputs: &Inputs) -> Vec<(World, Stack)> {
    let mut artifacts = Vec::new();
    assembly(files, folder, &mut artifacts, 0);
    let mut expanded: Vec<(SmolStr, Vec<(World, Stack)>)> = Vec::new();
    for artifact in artifacts {
        let name = artifact.path.rsplit('/').next().unwrap_or(&artifact.path).to_owned();
        let Ok((path, documents)) = files.documents(&artifact.folder, &name, Typing::Yaml11) else {
            files.fail(&artifact.path, "the template that the manifest names could not be read", None);
            continue;
        };
        let Some(template) = documents.first().filter(|d| cloudformation::is_template(d)) else { continue };
        let mut worlds = cloudformation::expand(files, &path, template, inputs);
        for (_, stack) in &mut worlds {
            named(files, &artifact, stack);
        }
        expanded.push((artifact.name, worlds));
    }
    combined(&expanded, files.limits.worlds)
}

fn assembly(files: &Files<'_>, folder: &str, out: &mut Vec<Artifact>, depth: usize) {
    if depth >= files.limits.include_depth {
        return;
    }
    let manifest = match files.documents(folder, "manifest.json", Typing::Yaml12) {
        Ok((_, documents)) => documents.into_iter().next().unwrap_or_default(),
        Err(reason) => {
            files.fail(&format!("{folder}/manifest.json"), format!("could not be read: {reason}"), None);
            return;
        }
    };
    for artifact in manifest.get("artifacts").entries() {
        let props = artifact.val.get("properties");
        match artifact.val.get("type").as_str() {
            Some("aws:cloudformation:stack") => {
                if let Some(file) = props.get("templateFile").as_str() {
                    let name = props.get("stackName").as_str().unwrap_or(&artifact.key);
                    out.push(Artifact {
                        path: format!("{folder}/{file}").trim_start_matches('/').to_owned(),
                        folder: folder.to_owned(),
                        name: name.into(),
                    });
                }
            }
            Some("cdk:cloud-assembly") => {
                if let Some(inner) = props.get("directoryName").as_str() {
                    assembly(files, format!("{folder}/{inner}").trim_start_matches('/'), out, depth + 1);
                }
            }
            _ => {}
        }
    }
}

/// Gives resources their construct paths as names, and functions the folder of their asset.
fn named(files: &Files<'_>, artifact: &Artifact, stack: &mut Stack) {
    let mut taken: HashSet<SmolStr> = HashSet::new();
    for resource in stack.resources.values_mut() {
        let metadata = resource.attributes.get("Metadata");
        let path = metadata.get("aws:cdk:path").as_str().map(SmolStr::new);
        let asset = metadata.get("aws:asset:path").as_str().map(str::to_owned);
        if let Some(path) = path {
            let short = path.strip_suffix("/Resource").unwrap_or(&path);
            if is_helper(short) {
                resource.implied_by = Some(artifact.name.clone());
            }
            if taken.insert(short.into()) {
                resource.name = short.into();
            } else {
                resource.name = path;
            }
        } else {
            resource.name = smol_str::format_smolstr!("{}/{}", artifact.name, resource.name);
        }
        if let Some(asset) = asset.filter(|_| resource.ty.starts_with("AWS::Lambda::")) {
            resource.source_root = files.exists(&artifact.folder, &asset).map(SmolStr::from);
        }
    }
}

/// Functions and roles that the construct library adds for its own custom resources.
fn is_helper(path: &str) -> bool {
    path.split('/').any(|part| {
        part.starts_with("Custom::")
            || part.starts_with("LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8a")
            || part.starts_with("BucketNotificationsHandler050a0587b7544547bf325f094a3db834")
            || part.starts_with("AWS679f53fac002430cb0da5b7982bd2287")
            || part.starts_with("SingletonLambda")
            || part.starts_with("framework-on")
            || part.starts_with("framework-is")
            || part.starts_with("waiter-state-machine")
            || part == "CDKMetadata"
    })
}

/// All templates of an application as one stack: each in its default world, then each in its others
/// beside the defaults of the rest.
fn combined(expanded: &[(SmolStr, Vec<(World, Stack)>)], limit: usize) -> Vec<(World, Stack)> {
    let mut owners: BTreeMap<SmolStr, usize> = BTreeMap::new();
    for (_, worlds) in expanded {
        let ids: HashSet<&SmolStr> = worlds.iter().flat_map(|(_, s)| s.resources.keys()).collect();
        let mut ids: Vec<&SmolStr> = ids.into_iter().collect();
        ids.sort();
        for id in ids {
            *owners.entry(id.clone()).or_default() += 1;
        }
    }
    let merge = |chosen: &dyn Fn(usize) -> usize| -> (World, Stack) {
        let mut world = World::default();
        let mut all = Stack::default();
        let mut exports: HashMap<SmolStr, Val> = HashMap::new();
        for (n, (name, worlds)) in expanded.iter().enumerate() {
            let Some((facts, stack)) = worlds.get(chosen(n)) else { continue };
            world.facts.extend(
                facts.facts.iter().map(|(k, v)| (smol_str::format_smolstr!("{name}/{k}"), v.clone())),
            );
            // The same construct may be deployed by several stacks: then its ids are told apart.
            let rename = |id: &str| {
                let shared = owners.get(id).is_some_and(|c| *c > 1);
                if shared { smol_str::format_smolstr!("{name}/{id}") } else { SmolStr::new(id) }
            };
            for output in stack.outputs.entries() {
                let export = output.val.at("Export.Name");
                if !export.is_null() {
                    exports.insert(export.display(), renamed(output.val.get("Value"), &rename));
                }
            }
            for resource in stack.resources.values() {
                let mut resource: Resource = resource.clone();
                resource.id = rename(&resource.id);
                resource.props = renamed(&resource.props, &rename);
                resource.attributes = renamed(&resource.attributes, &rename);
                all.add(resource);
            }
        }
        for resource in all.resources.values_mut() {
            resource.props = imported(&resource.props, &exports);
        }
        (world, all)
    };
    let mut out = vec![merge(&|_| 0)];
    for (n, (_, worlds)) in expanded.iter().enumerate() {
        for k in 1..worlds.len() {
            if out.len() < limit {
                out.push(merge(&|m| if m == n { k } else { 0 }));
            }
        }
    }
    out
}

/// `Fn::ImportValue` of what another stack of the application exports.
fn imported(val: &Val, exports: &HashMap<SmolStr, Val>) -> Val {
    if exports.is_empty() {
        return val.clone();
    }
    cloudformation::mapped(val, &|v| match &v.state {
        State::Ref(t) => match &**t {
            Target::External { kind: External::Export, name, .. } => exports.get(name).map(|found| Val {
                state: found.state.clone(),
                span: v.span,
                via: found.via.clone(),
            }),
            _ => None,
        },
        _ => None,
    })
}
