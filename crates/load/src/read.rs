use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use palisade_graph::{Application, Graph, Note, NoteKind, Val, World};
use palisade_source::{FileId, Jail, Limits, SourceFile, Tree, parse};
use rayon::prelude::*;
use smol_str::SmolStr;

use crate::discover::{Discovery, WalkOptions, discover, is_service_script};
use crate::lower::lower;
use crate::{
    Failure, FailureKind, Files, Inputs, Stack, Typing, cdk, cloudformation, folder, serverless, terraform,
};

/// What reading a tree gave.
#[derive(Debug)]
pub struct Output<R> {
    /// One answer for each application, in order of their roots.
    pub applications: Vec<R>,
    /// What was not read.
    pub failures: Vec<Failure>,
    /// Files read as ours.
    pub files: usize,
    /// Bytes read as ours.
    pub bytes: u64,
    /// Files looked at.
    pub seen: usize,
}

/// One file or folder that a frontend read.
struct Loaded<R> {
    root: SmolStr,
    answer: Option<R>,
    failures: Vec<Failure>,
    /// Paths it was read from, the main one first.
    paths: Vec<SmolStr>,
    bytes: u64,
    /// Whether another file may include it whole.
    may_be_included: bool,
    packaged: Option<Packaged>,
    /// A plan of Terraform, for the root module of its folder.
    plan: Option<Arc<SourceFile>>,
}

/// How a template names its code, to tell a packaged copy from its source.
#[derive(Debug, PartialEq, Eq)]
struct Packaged {
    folder: String,
    ids: BTreeSet<SmolStr>,
    remote: bool,
}

/// Reads all applications of a tree, each handed to `each` as soon as it is read, so that memory is
/// bounded by the largest application and not by the tree.
///
/// Errors only where the root itself cannot be opened.
pub fn read_with<R: Send>(
    root: &Path,
    options: &WalkOptions,
    inputs: &Inputs,
    limits: &Limits,
    each: impl Fn(Application) -> R + Sync,
) -> std::io::Result<Output<R>> {
    Ok(read_in(&Jail::new(root)?, options, inputs, limits, each))
}

/// Reads all applications of a tree as [`read_with`], with the texts of the jail's overlay in place of those on
/// disk.
pub fn read_in<R: Send>(
    jail: &Jail,
    options: &WalkOptions,
    inputs: &Inputs,
    limits: &Limits,
    each: impl Fn(Application) -> R + Sync,
) -> Output<R> {
    load(jail, discover(jail, options, limits), inputs, limits, &each)
}

/// Reads all applications of a tree.
pub fn read(
    root: &Path,
    options: &WalkOptions,
    inputs: &Inputs,
    limits: &Limits,
) -> std::io::Result<Output<Application>> {
    read_with(root, options, inputs, limits, |application| application)
}

/// Reads one application of a tree again, as the jail sees its files now: with the texts of an overlay in
/// place of those on disk. `None` where nothing of ours is there any more.
pub fn read_again(jail: &Jail, application: &Application, inputs: &Inputs, limits: &Limits) -> Option<Again> {
    let keep = |application: Application| application;
    let root = application.root.as_str();
    let loaded = if application.dialects.contains(&"cdk") {
        let inner = if root == "." { "cdk.out".to_owned() } else { format!("{root}/cdk.out") };
        let nested = jail.real(&inner).is_ok_and(|real| real.is_dir());
        let is_program = |path: &str| path.rsplit('.').next() != Some("json");
        if application.store.files().any(|(_, f)| is_program(&f.path)) {
            let start = if root == "." { "cdk.json".to_owned() } else { format!("{root}/cdk.json") };
            let one = one_program(jail, &start, inputs, limits, &keep)?;
            return Some(Again { application: one.answer?, failures: one.failures });
        }
        one_assembly(jail, if nested { &inner } else { root }, inputs, limits, &keep)
    } else if application.dialects.contains(&"terraform") {
        root_again(jail, application, inputs, limits)?
    } else {
        let (_, main) = application.store.files().next()?;
        // A service that shares its folder with one of the usual name is called after its file.
        let folders: BTreeSet<&str> =
            if root == main.path.as_str() { BTreeSet::from([folder(&main.path)]) } else { BTreeSet::new() };
        one_file(jail, &main.path, true, &folders, inputs, limits, &keep)?
    };
    Some(Again { application: loaded.answer?, failures: loaded.failures })
}

/// The root module of an application, with the files of which it was made.
fn root_again(
    jail: &Jail,
    application: &Application,
    inputs: &Inputs,
    limits: &Limits,
) -> Option<Loaded<Application>> {
    let within = if application.root == "." { "" } else { application.root.as_str() };
    let ours = |path: &str| terraform::file_kind(path.rsplit('/').next().unwrap_or(path)).is_some();
    let found: Vec<(String, bool)> = application
        .store
        .files()
        .map(|(_, f)| f.path.to_string())
        .filter(|path| ours(path) && !path.starts_with("adapter:"))
        // Of its own folder all files are read again, whether or not they were used.
        .map(|path| (path.clone(), folder(&path) == within))
        .collect();
    let project = terraform::Project::read(jail, &found, limits);
    let modules = project.modules();
    let plan = application.store.files().map(|(_, f)| f);
    let plan = plan.filter(|f| folder(&f.path) == within && terraform::plan::is_plan(&f.text));
    let plans = plan.map(|f| (within.to_owned(), f.clone())).take(1).collect();
    let roots = terraform::roots(&project, &modules, plans);
    let root = roots.iter().find(|r| r.folder == within)?;
    Some(one_root(jail, &project, &modules, root, inputs, limits, &|application| application))
}

/// What [`read_again`] gave.
#[derive(Debug)]
pub struct Again {
    /// The application.
    pub application: Application,
    /// What of it was not read.
    pub failures: Vec<Failure>,
}

fn load<R: Send>(
    jail: &Jail,
    found: Discovery,
    inputs: &Inputs,
    limits: &Limits,
    each: &(impl Fn(Application) -> R + Sync),
) -> Output<R> {
    let folders: BTreeSet<&str> = service_folders(&found);
    let mut loaded: Vec<Loaded<R>> = found
        .files
        .par_iter()
        .flat_map_iter(|(path, named)| one_file(jail, path, *named, &folders, inputs, limits, each))
        .collect();
    let assemblies: Vec<Loaded<R>> =
        found.cdk_out.par_iter().map(|path| one_assembly(jail, path, inputs, limits, each)).collect();
    loaded.extend(assemblies);
    let programs: Vec<Loaded<R>> =
        found.cdk_apps.par_iter().filter_map(|path| one_program(jail, path, inputs, limits, each)).collect();
    loaded.extend(programs);
    let project = terraform::Project::read(jail, &found.terraform, limits);
    let modules = project.modules();
    let mut plans: BTreeMap<String, Arc<SourceFile>> = BTreeMap::new();
    for plan in loaded.iter().filter_map(|l| l.plan.as_ref()) {
        plans.entry(folder(&plan.path).to_owned()).or_insert_with(|| plan.clone());
    }
    loaded.retain(|l| l.plan.is_none());
    let roots: Vec<Loaded<R>> = terraform::roots(&project, &modules, plans)
        .par_iter()
        .map(|root| one_root(jail, &project, &modules, root, inputs, limits, each))
        .collect();
    loaded.extend(roots);
    let mut output =
        Output { applications: Vec::new(), failures: found.failures, files: 0, bytes: 0, seen: found.seen };
    let included: BTreeSet<SmolStr> = loaded.iter().flat_map(|l| l.paths.iter().skip(1).cloned()).collect();
    let copies: Vec<bool> = loaded.iter().map(|l| is_copy(l, &loaded)).collect();
    loaded = loaded
        .into_iter()
        .zip(copies)
        .filter(|(l, copy)| {
            let alone = !l.may_be_included || l.paths.first().is_none_or(|p| !included.contains(p));
            alone && !copy
        })
        .map(|(l, _)| l)
        .collect();
    loaded.sort_by(|a, b| a.root.cmp(&b.root));
    let mut counted: BTreeSet<SmolStr> = BTreeSet::new();
    for one in loaded {
        counted.extend(one.paths);
        output.bytes += one.bytes;
        output.failures.extend(one.failures);
        output.applications.extend(one.answer);
    }
    output.files = counted.len();
    output.failures.sort();
    output.failures.dedup();
    output
}

/// Folders in which a service file of the usual name stands: its id is the folder.
fn service_folders(found: &Discovery) -> BTreeSet<&str> {
    let usual = |p: &&(String, bool)| {
        let name = p.0.rsplit('/').next().unwrap_or("");
        name.starts_with("serverless.")
    };
    found.files.iter().filter(usual).map(|(p, _)| folder(p)).collect()
}

fn is_copy<R>(one: &Loaded<R>, all: &[Loaded<R>]) -> bool {
    let Some(own) = one.packaged.as_ref().filter(|p| p.remote) else { return false };
    all.iter()
        .filter_map(|l| l.packaged.as_ref())
        .any(|o| !o.remote && o.folder == own.folder && o.ids == own.ids)
}

fn one_file<R>(
    jail: &Jail,
    path: &str,
    named: bool,
    folders: &BTreeSet<&str>,
    inputs: &Inputs,
    limits: &Limits,
    each: &impl Fn(Application) -> R,
) -> Option<Loaded<R>> {
    let real = match jail.real(path) {
        Ok(real) => real,
        Err(e) if named => return Some(failed(path, &e.to_string(), None)),
        Err(_) => return None,
    };
    let (text, converted) = match jail.read(path, &real, limits.file_bytes) {
        Ok(read) => read,
        // Without its text only the name, or its first bytes, say whether it is ours.
        Err(e) => {
            let plan = |h: &str| h.contains("\"format_version\"") && h.contains("\"terraform_version\"");
            let ours = named || usual_name(path) || head(&real).is_some_and(|h| has_sign(&h) || plan(&h));
            return ours.then(|| failed(path, &e.to_string(), None));
        }
    };
    if is_service_script(path.rsplit('/').next().unwrap_or(path)) {
        // A file of that name without the keys of a service is a module or type of something else.
        let keyed = text.contains("provider") && (text.contains("functions") || text.contains("service"));
        if !named && !keyed {
            return None;
        }
        let source = Arc::new(SourceFile::new(path, text));
        return Some(service(jail, path, source, None, folders, inputs, limits, each));
    }
    if terraform::plan::is_plan(&text) {
        let mut one = failed(path, "", None);
        one.failures.clear();
        one.plan = Some(Arc::new(SourceFile::new(path, text)));
        return Some(one);
    }
    if !named && !could_be_ours(path, &text) {
        return None;
    }
    let mut source = SourceFile::new(path, text);
    source.converted = converted;
    let tree = match parse(FileId(0), &source, limits) {
        Ok(tree) => tree,
        Err(e) => {
            let ours = named || usual_name(path) || has_sign(&source.text);
            let reason = format!("not valid YAML or JSON: {e}");
            return ours.then(|| failed(path, &reason, Some(e.position.line)));
        }
    };
    let claim = claim(path, &tree);
    let source = Arc::new(source);
    match claim {
        Claim::Service => Some(service(jail, path, source, Some(tree), folders, inputs, limits, each)),
        Claim::Component => {
            let mut one = failed(path, "Serverless Components are not supported", None);
            one.failures.iter_mut().for_each(|f| f.kind = FailureKind::Foreign);
            Some(one)
        }
        Claim::Template => template(jail, path, &source, tree, inputs, limits, each),
        Claim::No => {
            named.then(|| failed(path, "neither a service nor a template is recognised in it", None))
        }
    }
}

/// Bytes of stack for the evaluation of a Terraform application.
const EVALUATION_STACK: usize = 64 << 20;

enum Claim {
    Service,
    Component,
    Template,
    No,
}

/// Decides by top-level keys; the name only breaks a tie.
fn claim(path: &str, tree: &Tree) -> Claim {
    let name = path.rsplit('/').next().unwrap_or(path);
    for document in &tree.documents {
        let has = |key: &str| tree.get(*document, key).is_some();
        let usual = name.starts_with("serverless.");
        if has("Resources") && !usual {
            return Claim::Template;
        }
        if has("service") && has("provider") {
            return Claim::Service;
        }
        if usual && has("component") && !has("provider") {
            return Claim::Component;
        }
        if usual && (has("service") || has("provider") || has("functions")) && !has("services") {
            return Claim::Service;
        }
        if has("Resources") {
            return Claim::Template;
        }
    }
    Claim::No
}

#[expect(clippy::too_many_arguments, reason = "what one file needs of a walk")]
fn service<R>(
    jail: &Jail,
    path: &str,
    source: Arc<SourceFile>,
    tree: Option<Tree>,
    folders: &BTreeSet<&str>,
    inputs: &Inputs,
    limits: &Limits,
    each: &impl Fn(Application) -> R,
) -> Loaded<R> {
    let files = Files::new(jail, limits);
    let worlds = match tree {
        Some(tree) => {
            let documents = files.adopt(&source, Some(tree), Typing::Yaml12);
            documents.first().map(|d| serverless::load(&files, path, d, inputs)).unwrap_or_default()
        }
        None => serverless::load_script(&files, path, source, inputs),
    };
    let within = folder(path);
    let usual = path.rsplit('/').next().is_some_and(|n| n.starts_with("serverless."));
    let root = if usual || !folders.contains(within) && path.ends_with("/serverless") {
        if within.is_empty() { SmolStr::new(".") } else { SmolStr::new(within) }
    } else {
        SmolStr::new(path)
    };
    // The framework reads no other name by itself: what another service takes values from is a part of it.
    let name = path.rsplit('/').next().unwrap_or(path);
    let own =
        name.split_once('.').is_some_and(|(stem, ending)| stem == "serverless" && !ending.contains('.'));
    finish(files, root, "serverless", worlds, !own, each)
}

fn template<R>(
    jail: &Jail,
    path: &str,
    source: &Arc<SourceFile>,
    tree: Tree,
    inputs: &Inputs,
    limits: &Limits,
    each: &impl Fn(Application) -> R,
) -> Option<Loaded<R>> {
    let files = Files::new(jail, limits);
    let documents = files.adopt(source, Some(tree), Typing::Yaml11);
    let document = documents.iter().find(|d| cloudformation::is_template(d))?;
    let sam = cloudformation::is_sam(document);
    for name in cloudformation::transforms(document) {
        if !name.starts_with("AWS::") {
            let span = document.get("Transform").span;
            files.note(NoteKind::Macro, name, vec![span]);
        }
    }
    let packaged = packaged(path, document);
    let worlds = cloudformation::expand(&files, path, document, inputs);
    let dialect = if sam { "sam" } else { "cloudformation" };
    let mut one = finish(files, SmolStr::new(path), dialect, worlds, true, each);
    one.packaged = packaged;
    Some(one)
}

fn one_assembly<R>(
    jail: &Jail,
    path: &str,
    inputs: &Inputs,
    limits: &Limits,
    each: &impl Fn(Application) -> R,
) -> Loaded<R> {
    let files = Files::new(jail, limits);
    let worlds = cdk::load(&files, path, inputs);
    let within = if path == "cdk.out" || path.ends_with("/cdk.out") { folder(path) } else { path };
    let root = if within.is_empty() { SmolStr::new(".") } else { SmolStr::new(within) };
    finish(files, root, "cdk", worlds, false, each)
}

/// One root module of Terraform.
fn one_root<R>(
    jail: &Jail,
    project: &terraform::Project,
    modules: &terraform::Modules<'_>,
    root: &terraform::Root,
    inputs: &Inputs,
    limits: &Limits,
    each: &impl Fn(Application) -> R,
) -> Loaded<R> {
    let id = if root.folder.is_empty() { "." } else { root.folder.as_str() };
    if let terraform::RootKind::Foreign(providers, file) = &root.kind {
        let names: Vec<&str> = providers.iter().map(String::as_str).collect();
        let word = if names.len() == 1 { "provider" } else { "providers" };
        let verb = if names.len() == 1 { "is" } else { "are" };
        let mut one = failed(file, &format!("{word} {} {verb} not supported", names.join(", ")), None);
        one.root = id.into();
        one.failures.iter_mut().for_each(|f| f.kind = FailureKind::Foreign);
        return one;
    }
    // Names may need each other through many modules: deeper than the stack of a worker allows.
    let evaluated = std::thread::scope(|scope| {
        let run = || {
            let files = Files::new(jail, limits);
            let worlds = match &root.plan {
                Some(plan) => terraform::plan::load(&files, project, modules, &root.folder, plan, inputs),
                None => terraform::load(&files, project, modules, root, inputs),
            };
            (files, worlds)
        };
        let thread = std::thread::Builder::new().stack_size(EVALUATION_STACK).spawn_scoped(scope, run);
        thread.ok().and_then(|t| t.join().ok())
    });
    match evaluated {
        Some((files, worlds)) => finish(files, id.into(), "terraform", worlds, false, each),
        None => failed(id, "no memory to evaluate it", None),
    }
}

/// A CDK application that is read from its program.
fn one_program<R: Send>(
    jail: &Jail,
    path: &str,
    inputs: &Inputs,
    limits: &Limits,
    each: &(impl Fn(Application) -> R + Sync),
) -> Option<Loaded<R>> {
    let read = || {
        let files = Files::new(jail, limits);
        let worlds = cdk::source::load(&files, path, inputs);
        let within = folder(path);
        let root = if within.is_empty() { SmolStr::new(".") } else { SmolStr::new(within) };
        finish(files, root, "cdk", worlds, false, each)
    };
    // Following a program recurses on how its calls and expressions stand inside each other.
    let loaded = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(cdk::source::STACK).spawn_scoped(scope, read);
        thread.ok().and_then(|t| t.join().ok())
    });
    match loaded {
        Some(one) => (one.answer.is_some() || !one.failures.is_empty()).then_some(one),
        None => Some(failed(path, "the program could not be followed", None)),
    }
}

fn finish<R>(
    files: Files<'_>,
    root: SmolStr,
    dialect: &'static str,
    worlds: Vec<(World, Stack)>,
    may_be_included: bool,
    each: &impl Fn(Application) -> R,
) -> Loaded<R> {
    let graphs = graphs(&files, &root, worlds);
    let finished = files.finish();
    let paths: Vec<SmolStr> = finished.store.files().map(|(_, f)| f.path.clone()).collect();
    let bytes = finished.store.files().map(|(_, f)| f.text.len() as u64).sum();
    let answer = (!graphs.is_empty()).then(|| {
        let mut notes: Vec<Note> = finished.notes;
        notes.sort_by(|a, b| (a.kind, &a.spans, &a.name).cmp(&(b.kind, &b.spans, &b.name)));
        each(Application {
            root: root.clone(),
            dialects: vec![dialect],
            worlds: graphs,
            store: finished.store,
            notes,
            comments: finished.comments,
        })
    });
    Loaded {
        root,
        answer,
        failures: finished.failures,
        paths,
        bytes,
        may_be_included,
        packaged: None,
        plan: None,
    }
}

/// Lowers each world; worlds that deploy the same share one graph.
fn graphs(files: &Files<'_>, root: &str, worlds: Vec<(World, Stack)>) -> Vec<(World, Arc<Graph>)> {
    let mut done: Vec<(Stack, Arc<Graph>)> = Vec::new();
    let mut out = Vec::with_capacity(worlds.len());
    for (world, stack) in worlds {
        let found = done.iter().find(|(s, _)| s.same(&stack)).map(|(_, g)| g.clone());
        let graph = match found {
            Some(graph) => graph,
            None => {
                let graph = Arc::new(lower(files, root, &stack));
                done.push((stack, graph.clone()));
                graph
            }
        };
        out.push((world, graph));
    }
    out
}

fn packaged(path: &str, document: &Val) -> Option<Packaged> {
    let resources = document.get("Resources").entries();
    let mut remote = None;
    for resource in resources {
        let props = resource.val.get("Properties");
        let code = match resource.val.get("Type").as_str() {
            Some("AWS::Serverless::Function") => props.get("CodeUri"),
            Some("AWS::Lambda::Function") => props.get("Code"),
            _ => continue,
        };
        let in_bucket = code.as_str().is_some_and(|t| t.starts_with("s3://"))
            || code.get("S3Bucket").as_str().is_some()
            || code.get("Bucket").as_str().is_some();
        remote = Some(remote.unwrap_or(true) && in_bucket);
    }
    let ids = resources.iter().map(|r| r.key.clone()).collect();
    Some(Packaged { folder: folder(path).to_owned(), ids, remote: remote? })
}

fn failed<R>(path: &str, reason: &str, line: Option<u32>) -> Loaded<R> {
    Loaded {
        root: path.into(),
        answer: None,
        failures: vec![Failure {
            path: path.to_owned(),
            kind: FailureKind::Failed,
            reason: reason.to_owned(),
            line,
        }],
        paths: vec![path.into()],
        bytes: 0,
        may_be_included: false,
        packaged: None,
        plan: None,
    }
}

/// Whether a file may hold a service or template at all; most files of a tree are told apart here, before
/// they are parsed.
fn could_be_ours(path: &str, text: &str) -> bool {
    if path.rsplit('/').next().is_some_and(|name| name.starts_with("serverless.")) {
        return true;
    }
    let flow = text.trim_start_matches('\u{feff}').trim_start().starts_with('{');
    let resources = text.contains("Resources");
    if usual_name(path) || text.contains("AWSTemplateFormatVersion") {
        return true;
    }
    if flow {
        return (resources && (has_type(text) || text.contains("Fn::ForEach::")))
            || (text.contains("service") && text.contains("provider") && text.contains("functions"));
    }
    if resources && ["AWS::", "Alexa::", "Custom::"].iter().any(|t| text.contains(t)) {
        return true;
    }
    text.contains("provider")
        && text.contains("service")
        && starts_line(text, "service")
        && starts_line(text, "provider")
}

/// Whether JSON text says `"Type": "AWS::…` somewhere.
fn has_type(text: &str) -> bool {
    text.match_indices("\"Type\"").any(|(at, key)| {
        let rest = text.get(at + key.len()..).unwrap_or("").trim_start();
        let value = rest.strip_prefix(':').map(str::trim_start).and_then(|r| r.strip_prefix('"'));
        value.is_some_and(|v| ["AWS::", "Alexa::", "Custom::"].iter().any(|t| v.starts_with(t)))
    })
}

/// Whether a line of block YAML starts with a key, plain or quoted.
fn starts_line(text: &str, key: &str) -> bool {
    text.lines().any(|line| line.trim_start_matches(['"', '\'', '\u{feff}']).starts_with(key))
}

/// Whether the name alone says that a file is ours.
pub(crate) fn usual_name(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    matches!(
        name,
        "serverless.yml"
            | "serverless.yaml"
            | "serverless.json"
            | "template.yaml"
            | "template.yml"
            | "template.json"
    )
}

/// Whether a text that does not parse shows that it was meant to be ours.
pub(crate) fn has_sign(text: &str) -> bool {
    text.contains("AWSTemplateFormatVersion")
        || text.contains("AWS::Serverless")
        || text.contains("Type: AWS::")
        || text.contains("Type: \"AWS::")
        || text.contains("\"Type\": \"AWS::")
        || (text.lines().any(|l| l.starts_with("service:"))
            && text.lines().any(|l| l.starts_with("provider:")))
}

pub(crate) fn head(path: &Path) -> Option<String> {
    use std::io::Read;
    let meta = std::fs::metadata(path).ok()?;
    if !meta.is_file() {
        return None;
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path).ok()?.take(64 << 10).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
