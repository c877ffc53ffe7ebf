//! Which folders are applications: root modules, which no other module of the tree calls.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use palisade_source::SourceFile;

use super::module::{Module, Modules};
use super::project::{Project, is_local};

/// A root module.
#[derive(Debug, Clone)]
pub struct Root {
    /// Its folder, empty for the scan root.
    pub folder: String,
    /// Whose it is.
    pub kind: RootKind,
    /// `terragrunt.hcl` files that deploy it.
    pub terragrunt: Vec<String>,
    /// A plan of it, which wins over what its files say.
    pub plan: Option<Arc<SourceFile>>,
}

/// Whose a root module is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RootKind {
    /// It has something of AWS, or a module that may.
    Ours,
    /// It has only resources of other providers, named here; with a file in which one stands.
    Foreign(BTreeSet<String>, String),
}

/// Providers that make nothing in any cloud.
const NEUTRAL: &[&str] = &[
    "null",
    "random",
    "local",
    "archive",
    "template",
    "time",
    "tls",
    "http",
    "external",
    "terraform",
    "cloudinit",
    "dns",
    "assert",
    "utils",
    "corefunc",
    "label",
];

/// The root modules of a tree in order of their folders. A folder with a plan is one in any case.
pub fn roots(
    project: &Project,
    modules: &Modules<'_>,
    mut plans: BTreeMap<String, Arc<SourceFile>>,
) -> Vec<Root> {
    let walked: Vec<&str> = project
        .folders
        .iter()
        .filter(|(_, f)| f.walked && !f.modules.is_empty())
        .map(|(name, _)| name.as_str())
        .collect();
    let mut called: BTreeSet<&str> = BTreeSet::new();
    for name in &walked {
        called.extend(callees(project, modules, name).filter(|callee| callee != name));
    }
    let mut terragrunt: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (name, folder) in &project.folders {
        let Some(file) = folder.terragrunt.and_then(|ix| project.file(ix)) else { continue };
        for block in file.document.body.blocks_of("terraform") {
            let source = block.body.attribute("source").and_then(|a| a.expr.as_str()).filter(|s| is_local(s));
            let target = source.and_then(|s| project.local(name, s));
            if let Some(target) = target {
                terragrunt.entry(target).or_default().push(file.source.path.to_string());
            }
        }
    }
    let mut found: BTreeSet<&str> = walked.iter().copied().filter(|name| !called.contains(name)).collect();
    found.extend(terragrunt.keys());
    // Modules that only call each other have no root: the first of them stands for all.
    let mut reached: BTreeSet<&str> = BTreeSet::new();
    for name in &found {
        reach(project, modules, name, &mut reached);
    }
    for name in walked {
        if !reached.contains(name) {
            found.insert(name);
            reach(project, modules, name, &mut reached);
        }
    }
    let mut out: Vec<Root> = Vec::new();
    for name in found {
        let plan = plans.remove(name);
        let Some(kind) = plan.as_ref().map(|_| RootKind::Ours).or_else(|| kind(project, modules, name))
        else {
            continue;
        };
        let terragrunt = terragrunt.get(name).cloned().unwrap_or_default();
        out.push(Root { folder: name.to_owned(), kind, terragrunt, plan });
    }
    for (folder, plan) in plans {
        out.push(Root { folder, kind: RootKind::Ours, terragrunt: Vec::new(), plan: Some(plan) });
    }
    out.sort_by(|a, b| a.folder.cmp(&b.folder));
    out
}

fn callees<'p>(
    project: &'p Project,
    modules: &Modules<'p>,
    name: &str,
) -> impl Iterator<Item = &'p str> + use<'p> {
    let module = modules.get(name);
    let sources: Vec<&'p str> = module
        .into_iter()
        .flat_map(|m| m.calls.values().map(|call| Module::source(call).text).map(|s| (m.folder, s)))
        .filter_map(|(folder, source)| if is_local(source) { project.local(folder, source) } else { None })
        .collect();
    sources.into_iter()
}

fn reach<'p>(project: &'p Project, modules: &Modules<'p>, name: &str, reached: &mut BTreeSet<&'p str>) {
    let Some(module) = modules.get(name) else { return };
    let mut open = vec![module.folder];
    while let Some(name) = open.pop() {
        if reached.insert(name) {
            open.extend(callees(project, modules, name));
        }
    }
}

/// Whose a root is; `None` where it makes nothing.
fn kind(project: &Project, modules: &Modules<'_>, name: &str) -> Option<RootKind> {
    let mut below = BTreeSet::new();
    reach(project, modules, name, &mut below);
    let mut others: BTreeSet<String> = BTreeSet::new();
    let mut first = None;
    let (mut ours, mut remote) = (false, false);
    for module in below.iter().filter_map(|name| modules.get(name)) {
        for resource in &module.resources {
            let provider = resource.ty.split('_').next().unwrap_or("");
            if matches!(provider, "aws" | "awscc") {
                return Some(RootKind::Ours);
            }
            if !NEUTRAL.contains(&provider) && !resource.data {
                others.insert(provider.to_owned());
                let file = || project.file(resource.decl.file).map(|f| f.source.path.to_string());
                first = first.or_else(file);
            }
        }
        for call in module.calls.values() {
            let source = Module::source(call).text;
            if is_local(source) {
                // What is not there may be anything.
                remote |= project.local(module.folder, source).is_none();
                continue;
            }
            match registry_provider(source) {
                Some("aws" | "awscc") => ours = true,
                Some(provider) if NEUTRAL.contains(&provider) => {}
                Some(provider) => {
                    others.insert(provider.to_owned());
                    let file = || project.file(call.file).map(|f| f.source.path.to_string());
                    first = first.or_else(file);
                }
                None => remote = true,
            }
        }
    }
    match first {
        _ if ours => Some(RootKind::Ours),
        Some(file) => Some(RootKind::Foreign(others, file)),
        None if remote => Some(RootKind::Ours),
        None => None,
    }
}

/// The provider in a source of the registry, `namespace/name/provider`, with or without its host.
fn registry_provider(source: &str) -> Option<&str> {
    if source.contains("::") || source.contains("://") || source.contains('@') || source.contains('?') {
        return None;
    }
    let path = source.split("//").next().unwrap_or(source);
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        [namespace, _, provider] if !namespace.contains('.') => Some(provider),
        [host, _, _, provider] if host.contains('.') && *host != "github.com" => Some(provider),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn providers_of_registry_sources() {
        assert_eq!(registry_provider("terraform-aws-modules/lambda/aws"), Some("aws"));
        assert_eq!(registry_provider("terraform-aws-modules/iam/aws//modules/iam-role"), Some("aws"));
        assert_eq!(registry_provider("app.terraform.io/acme/net/azurerm"), Some("azurerm"));
        assert_eq!(registry_provider("github.com/acme/x"), None);
        assert_eq!(registry_provider("git::https://example.com/x.git"), None);
        assert_eq!(registry_provider("git@github.com:acme/x.git"), None);
    }
}
