//! The Terraform files of a tree: read and parsed once, shared by all modules that use them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use palisade_source::hcl::{self, Document};
use palisade_source::{FileId, Jail, Limits, SourceFile, parse};
use rayon::prelude::*;

use super::module::{Module, Modules};
use super::{adapters, json};
use crate::folder;

/// What a file of a Terraform folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// `*.tf`, `*.tf.json`, `*.tofu`, `*.tofu.json`
    Module,
    /// The same, merged over the others.
    Override,
    /// `*.tfvars`, `*.tfvars.json`
    Values,
    /// `terragrunt.hcl`
    Terragrunt,
}

/// What a file is by its name; `None` for what Terraform does not read.
pub fn file_kind(name: &str) -> Option<FileKind> {
    if name.starts_with('.') || name.ends_with('~') || name.starts_with('#') {
        return None;
    }
    if name == "terragrunt.hcl" {
        return Some(FileKind::Terragrunt);
    }
    if name.ends_with(".tfvars") || name.ends_with(".tfvars.json") {
        return Some(FileKind::Values);
    }
    let stem = stem(name)?;
    let over = stem == "override" || stem.ends_with("_override");
    Some(if over { FileKind::Override } else { FileKind::Module })
}

/// Name of a module file without its ending.
fn stem(name: &str) -> Option<&str> {
    [".tf.json", ".tofu.json", ".tf", ".tofu"].iter().find_map(|e| name.strip_suffix(e))
}

/// One file.
#[derive(Debug)]
pub struct Parsed {
    /// Its text.
    pub source: Arc<SourceFile>,
    /// What it says; empty where it could not be read.
    pub document: Document,
    /// What it is.
    pub kind: FileKind,
    /// Why nothing of it could be read, with the line.
    pub failure: Option<(String, Option<u32>)>,
    /// Whether it is part of an adapter: its text is in no file of the user.
    pub adapter: bool,
}

/// Index of a file in [`Project::files`].
pub type FileIx = u32;

/// The files of one folder.
#[derive(Debug, Default)]
pub struct Folder {
    /// Module files in order of their names, override files last.
    pub modules: Vec<FileIx>,
    /// Files of values, in order of their names.
    pub values: Vec<FileIx>,
    /// `terragrunt.hcl`.
    pub terragrunt: Option<FileIx>,
    /// Whether the walk came here; others are read because a module names them.
    pub walked: bool,
}

/// All Terraform files of a tree.
#[derive(Debug, Default)]
pub struct Project {
    /// Files, in the order in which they were read.
    pub files: Vec<Parsed>,
    /// Folders by their path relative to the scan root, empty for itself; adapters under `adapter:…`.
    pub folders: BTreeMap<String, Folder>,
    /// Local sources: (folder, source as written) → folder.
    links: HashMap<(String, String), String>,
    /// What `terraform init` fetched: folder of the root module → path of calls (`a.b`) → folder.
    manifests: HashMap<String, BTreeMap<String, String>>,
}

/// Whether a module's source is a path.
pub fn is_local(source: &str) -> bool {
    source.starts_with("./") || source.starts_with("../") || source == "." || source == ".."
}

/// The folder under which an adapter's files stand.
pub fn adapter_folder(source: &str, version: Option<&str>) -> String {
    format!("adapter:{source}@{}", version.unwrap_or(""))
}

impl Project {
    /// Reads the Terraform files that a walk found, and what their modules name.
    pub fn read(jail: &Jail, found: &[(String, bool)], limits: &Limits) -> Self {
        let mut project = Project::default();
        let mut pending: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (path, named) in found {
            let within = folder(path).to_owned();
            let files = pending.entry(within.clone()).or_default();
            files.insert(path.clone());
            // A module is a folder: a file alone says little.
            if *named {
                files.extend(list(jail, &within));
            }
        }
        let mut walked = true;
        while !pending.is_empty() {
            let new: Vec<String> = pending.keys().cloned().collect();
            project.add(jail, &std::mem::take(&mut pending), limits, walked);
            walked = false;
            let mut wanted: BTreeSet<String> = BTreeSet::new();
            for name in &new {
                wanted.extend(project.link(jail, name));
                wanted.extend(project.manifest(jail, name));
            }
            for name in wanted {
                if !project.folders.contains_key(&name) && project.files.len() < limits.files {
                    let files = list(jail, &name);
                    if !files.is_empty() {
                        pending.insert(name, files.into_iter().collect());
                    }
                }
            }
        }
        project
    }

    fn add(
        &mut self,
        jail: &Jail,
        folders: &BTreeMap<String, BTreeSet<String>>,
        limits: &Limits,
        walked: bool,
    ) {
        let paths: Vec<&String> =
            folders.values().flat_map(|files| files.iter().filter(|f| !replaced(f, files))).collect();
        let parsed: Vec<Parsed> = paths.par_iter().filter_map(|path| read_one(jail, path, limits)).collect();
        for name in folders.keys() {
            self.folders.entry(name.clone()).or_default().walked |= walked;
        }
        for one in parsed {
            self.put(one);
        }
    }

    fn put(&mut self, one: Parsed) {
        let ix = FileIx::try_from(self.files.len()).unwrap_or(FileIx::MAX);
        let within = self.folders.entry(folder(&one.source.path).to_owned()).or_default();
        match one.kind {
            FileKind::Module | FileKind::Override => within.modules.push(ix),
            FileKind::Values => within.values.push(ix),
            FileKind::Terragrunt => within.terragrunt = Some(ix),
        }
        self.files.push(one);
    }

    /// Local folders and adapters that the modules of a folder call; the former are answered.
    fn link(&mut self, jail: &Jail, name: &str) -> Vec<String> {
        let mut wanted = Vec::new();
        let mut adapted = Vec::new();
        let Some(within) = self.folders.get(name) else { return wanted };
        let mut links = Vec::new();
        let files = within.modules.iter().chain(within.terragrunt.as_ref());
        for file in files.filter_map(|ix| self.files.get(*ix as usize)) {
            let kind = if file.kind == FileKind::Terragrunt { "terraform" } else { "module" };
            for block in file.document.body.blocks_of(kind) {
                let literal = |key| block.body.attribute(key).and_then(|a| a.expr.as_str());
                let Some(source) = literal("source") else { continue };
                if is_local(source) {
                    if let Ok((target, _)) = jail.open(name, &source.replace("//", "/")) {
                        links.push((source.to_owned(), target.clone()));
                        wanted.push(target);
                    }
                } else if file.kind != FileKind::Terragrunt
                    && let Some(texts) = adapters::find(source, literal("version"))
                {
                    adapted.push((adapter_folder(source, literal("version")), texts));
                }
            }
        }
        for (source, target) in links {
            self.links.insert((name.to_owned(), source), target);
        }
        for (folder, texts) in adapted {
            if !self.folders.contains_key(&folder) {
                for (file, text) in texts {
                    let source = Arc::new(SourceFile::new(format!("{folder}/{file}"), *text));
                    let document = hcl::parse(text, &Limits::default());
                    let kind = FileKind::Module;
                    self.put_in(&folder, Parsed { source, document, kind, failure: None, adapter: true });
                }
            }
        }
        wanted
    }

    fn put_in(&mut self, name: &str, one: Parsed) {
        let ix = FileIx::try_from(self.files.len()).unwrap_or(FileIx::MAX);
        self.folders.entry(name.to_owned()).or_default().modules.push(ix);
        self.files.push(one);
    }

    /// Folders that `terraform init` fetched for the root module in a folder.
    fn manifest(&mut self, jail: &Jail, name: &str) -> Vec<String> {
        let Ok((relative, real)) = jail.open(name, ".terraform/modules/modules.json") else {
            return Vec::new();
        };
        let Ok((text, _)) = jail.read(&relative, &real, 1 << 20) else { return Vec::new() };
        let Ok(json) = serde_json::from_str::<serde_json::Value>(&text) else { return Vec::new() };
        let mut fetched = BTreeMap::new();
        for entry in json.get("Modules").and_then(|m| m.as_array()).into_iter().flatten() {
            let word = |key| entry.get(key).and_then(|v| v.as_str());
            let (Some(key), Some(dir)) = (word("Key"), word("Dir")) else { continue };
            if key.is_empty() {
                continue;
            }
            if let Ok((target, _)) = jail.open(name, dir) {
                fetched.insert(key.to_owned(), target);
            }
        }
        let wanted = fetched.values().cloned().collect();
        self.manifests.insert(name.to_owned(), fetched);
        wanted
    }

    /// The folder behind a local source written in a module of `from`.
    pub fn local(&self, from: &str, source: &str) -> Option<&str> {
        let target = self.links.get(&(from.to_owned(), source.to_owned()))?;
        let (name, found) = self.folders.get_key_value(target)?;
        (!found.modules.is_empty()).then_some(name.as_str())
    }

    /// The folder of a fetched module by the path of calls below a root.
    pub fn fetched(&self, root: &str, calls: &str) -> Option<&str> {
        let target = self.manifests.get(root)?.get(calls)?;
        let (name, found) = self.folders.get_key_value(target)?;
        (!found.modules.is_empty()).then_some(name.as_str())
    }

    /// The folder of an adapter.
    pub fn adapter(&self, source: &str, version: Option<&str>) -> Option<&str> {
        self.folders.get_key_value(&adapter_folder(source, version)).map(|(name, _)| name.as_str())
    }

    /// What each folder declares.
    pub fn modules(&self) -> Modules<'_> {
        let modules: Vec<(&str, Module<'_>)> = self
            .folders
            .par_iter()
            .filter(|(_, folder)| !folder.modules.is_empty())
            .map(|(name, folder)| (name.as_str(), Module::new(self, name, folder)))
            .collect();
        modules.into_iter().collect()
    }

    /// A file by index.
    pub fn file(&self, ix: FileIx) -> Option<&Parsed> {
        self.files.get(ix as usize)
    }
}

/// OpenTofu reads `x.tofu` instead of `x.tf`.
fn replaced(path: &str, files: &BTreeSet<String>) -> bool {
    let other = if let Some(stem) = path.strip_suffix(".tf") {
        format!("{stem}.tofu")
    } else if let Some(stem) = path.strip_suffix(".tf.json") {
        format!("{stem}.tofu.json")
    } else {
        return false;
    };
    files.contains(&other)
}

/// Terraform files of a folder by their paths relative to the scan root.
fn list(jail: &Jail, name: &str) -> Vec<String> {
    let Ok(real) = jail.real(name) else { return Vec::new() };
    let Ok(entries) = std::fs::read_dir(Path::new(&real)) else { return Vec::new() };
    let mut out: Vec<String> = entries
        .filter_map(|e| e.ok()?.file_name().into_string().ok())
        .filter(|file| file_kind(file).is_some())
        .map(|file| if name.is_empty() { file } else { format!("{name}/{file}") })
        .collect();
    out.sort();
    out
}

fn read_one(jail: &Jail, path: &str, limits: &Limits) -> Option<Parsed> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let kind = file_kind(name)?;
    let real = jail.real(path).ok()?;
    let (text, converted) = match jail.read(path, &real, limits.file_bytes) {
        Ok(read) => read,
        Err(e) => {
            let source = Arc::new(SourceFile::new(path, ""));
            let failure = Some((e.to_string(), None));
            return Some(Parsed { source, document: Document::default(), kind, failure, adapter: false });
        }
    };
    let mut source = SourceFile::new(path, text);
    source.converted = converted;
    let json = Path::new(name).extension().is_some_and(|e| e == "json");
    let (document, failure) = if json {
        match parse(FileId(0), &source, limits) {
            Ok(tree) => {
                let values = kind == FileKind::Values;
                let read = if values { json::values } else { json::document };
                (read(&tree, &source, limits), None)
            }
            Err(e) => (Document::default(), Some((format!("not valid JSON: {e}"), Some(e.position.line)))),
        }
    } else {
        (hcl::parse(&source.text, limits), None)
    };
    Some(Parsed { source: Arc::new(source), document, kind, failure, adapter: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_by_their_names() {
        assert_eq!(file_kind("main.tf"), Some(FileKind::Module));
        assert_eq!(file_kind("cdk.tf.json"), Some(FileKind::Module));
        assert_eq!(file_kind("main.tofu"), Some(FileKind::Module));
        assert_eq!(file_kind("override.tf"), Some(FileKind::Override));
        assert_eq!(file_kind("a_override.tf.json"), Some(FileKind::Override));
        assert_eq!(file_kind("prod.auto.tfvars"), Some(FileKind::Values));
        assert_eq!(file_kind("terraform.tfvars.json"), Some(FileKind::Values));
        assert_eq!(file_kind("main.tftest.hcl"), None);
        assert_eq!(file_kind(".main.tf"), None);
        assert_eq!(file_kind("main.tf~"), None);
        assert_eq!(file_kind("main.json"), None);
    }

    #[test]
    fn tofu_stands_for_tf() {
        let files: BTreeSet<String> =
            ["a/x.tf", "a/x.tofu", "a/y.tf", "a/z.tf.json"].map(ToOwned::to_owned).into();
        assert!(replaced("a/x.tf", &files));
        assert!(!replaced("a/x.tofu", &files));
        assert!(!replaced("a/y.tf", &files));
        assert!(!replaced("a/z.tf.json", &files));
    }
}
