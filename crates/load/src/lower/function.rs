use palisade_graph::{Detail, EdgeKind, Function, NodeIx, NodeKind, Val};
use smol_str::SmolStr;

use super::Lowering;
use super::kinds::FUNCTION;
use crate::Resource;

/// Lets versions and aliases mean their function.
pub fn names(l: &mut Lowering<'_>) {
    for r in l.of(FUNCTION) {
        let Some(ix) = l.ix(r) else { continue };
        // SAM's names for what AutoPublishAlias makes.
        for suffix in ["Version", "Alias"] {
            let id = smol_str::format_smolstr!("{}.{suffix}", r.id);
            if !l.stack.resources.contains_key(&id) {
                l.graph.alias(id, ix);
            }
        }
    }
    for ty in ["AWS::Lambda::Version", "AWS::Lambda::Alias"] {
        for r in l.of(ty) {
            if let Some(ix) = l.function(r.props.get("FunctionName")) {
                l.graph.alias(r.id.clone(), ix);
            }
        }
    }
}

/// Lets `alias/name` mean its key.
pub fn key_aliases(l: &mut Lowering<'_>) {
    for r in l.of("AWS::KMS::Alias") {
        if let Some(key) = l.any(r.props.get("TargetKeyId")) {
            l.graph.alias(r.id.clone(), key);
            l.names.entry(("key", r.props.get("AliasName").display())).or_insert(key);
        }
    }
}

/// Functions: their details and what they refer to.
pub fn lower(l: &mut Lowering<'_>) {
    let mut aliases: std::collections::HashMap<NodeIx, Vec<SmolStr>> = std::collections::HashMap::new();
    for ty in ["AWS::Lambda::Version", "AWS::Lambda::Alias"] {
        for r in l.of(ty) {
            if let Some(ix) = l.ix(r).filter(|ix| l.kind(*ix) == Some(NodeKind::Function)) {
                aliases.entry(ix).or_default().push(r.id.clone());
            }
        }
    }
    for r in l.of(FUNCTION) {
        let Some(ix) = l.ix(r) else { continue };
        let source_root = r.source_root.clone().or_else(|| local_code(l, r));
        let handler_file = source_root.as_deref().and_then(|root| handler_file(l, r, root));
        let detail = Function {
            permissions: Vec::new(),
            source_root,
            handler_file,
            aliases: aliases.remove(&ix).unwrap_or_default(),
        };
        if let Some(node) = l.graph.node_mut(ix) {
            node.detail = Detail::Function(Box::new(detail));
        }
        edges(l, r, ix);
    }
    for r in l.of("AWS::Lambda::EventInvokeConfig") {
        invoke_config(l, r);
    }
    for r in l.of("AWS::Lambda::LayerVersionPermission") {
        if let (Some(ix), Some(layer)) = (l.ix(r), l.any(r.props.get("LayerVersionArn"))) {
            l.connect(ix, layer, EdgeKind::AttachedTo, r.key, "");
        }
    }
}

fn edges(l: &mut Lowering<'_>, r: &Resource, ix: NodeIx) {
    let props = &r.props;
    let role = props.get("Role");
    if let Some(to) = l.find(role, "role").filter(|to| l.kind(*to) == Some(NodeKind::Role)) {
        l.connect(ix, to, EdgeKind::RunsAs, role.span.or(r.key), "");
    }
    for layer in props.get("Layers").items() {
        if let Some(to) = l.targets(layer).first().copied() {
            l.connect(ix, to, EdgeKind::DependsOn, layer.span.or(r.key), "layer");
        }
    }
    let image = props.at("Code.ImageUri");
    if let Some(to) = l.targets(image).first().copied() {
        l.connect(ix, to, EdgeKind::DependsOn, image.span.or(r.key), "image");
    }
    for (key, label) in [("SubnetIds", "subnet"), ("SecurityGroupIds", "security-group")] {
        for item in props.at("VpcConfig").get(key).items() {
            for to in l.targets(item) {
                if label == "subnet" {
                    l.connect(ix, to, EdgeKind::RoutesTo, item.span.or(r.key), label);
                } else {
                    l.connect(to, ix, EdgeKind::AttachedTo, item.span.or(r.key), label);
                }
            }
        }
    }
    let dead = props.at("DeadLetterConfig.TargetArn");
    if let Some(to) = l.any(dead) {
        l.connect(ix, to, EdgeKind::FailsTo, dead.span.or(r.key), "dead-letter");
    }
    let key = props.get("KmsKeyArn");
    if let Some(from) = l.any(key) {
        l.connect(from, ix, EdgeKind::Encrypts, key.span.or(r.key), "");
    }
    let signing = props.get("CodeSigningConfigArn");
    if let Some(from) = l.any(signing) {
        l.connect(from, ix, EdgeKind::Protects, signing.span.or(r.key), "code-signing");
    }
    for config in props.get("FileSystemConfigs").items() {
        let arn = config.get("Arn");
        for to in l.targets(arn) {
            l.connect(ix, to, EdgeKind::DependsOn, arn.span.or(r.key), "file-system");
        }
    }
    let variables = props.at("Environment.Variables");
    for variable in variables.entries() {
        for to in named_by(l, &variable.val) {
            if to != ix {
                l.connect(ix, to, EdgeKind::ReadsEnv, variable.val.span.or(variable.key_span), &variable.key);
            }
        }
    }
}

/// Families whose literal names in an environment are joined with a resource of the application.
const BY_NAME: &[&str] =
    &["table", "bucket", "queue", "topic", "stream", "bus", "machine", "function", "secret", "parameter"];

/// Nodes that the value of an environment variable names.
fn named_by(l: &Lowering<'_>, val: &Val) -> Vec<NodeIx> {
    let found = l.targets(val);
    if !found.is_empty() {
        return found;
    }
    let text = val.display();
    if text.len() < 3 {
        return found;
    }
    if let Some(ix) = l.any(val) {
        return vec![ix];
    }
    let name = match text.strip_prefix("https://sqs.") {
        Some(address) => {
            SmolStr::new(super::arn::split(address, '/', usize::MAX).last().copied().unwrap_or(""))
        }
        None => text,
    };
    BY_NAME.iter().find_map(|family| l.names.get(&(*family, name.clone()))).copied().into_iter().collect()
}

fn invoke_config(l: &mut Lowering<'_>, r: &Resource) {
    let Some(function) = l.function(r.props.get("FunctionName")) else { return };
    if let Some(ix) = l.ix(r) {
        l.connect(ix, function, EdgeKind::AttachedTo, r.key, "");
    }
    let target = r.props.at("DestinationConfig.OnFailure.Destination");
    if let Some(to) = l.any(target) {
        l.connect(function, to, EdgeKind::FailsTo, target.span.or(r.key), "on-failure");
    }
}

/// A folder or file that `Code` names before packaging, relative to the template.
fn local_code(l: &Lowering<'_>, r: &Resource) -> Option<SmolStr> {
    let code = r.props.get("Code");
    let path = code.as_str().filter(|p| !p.contains("://"))?;
    let template = l.files.path(code.span.file).or_else(|| l.files.path(r.key.file))?;
    l.files.exists(crate::folder(&template), path).map(SmolStr::from)
}

/// The file of the handler inside the folder of the function's code, if it is there.
fn handler_file(l: &Lowering<'_>, r: &Resource, root: &str) -> Option<SmolStr> {
    let runtime = r.props.get("Runtime").display();
    let handler = r.props.get("Handler").as_str().unwrap_or("");
    let endings = endings(&runtime);
    let (folder, file) = match root.rsplit_once('.') {
        // The code is one file.
        Some((_, ending)) if endings.iter().any(|e| e.trim_start_matches('.') == ending) => {
            return l.files.exists("", root).map(SmolStr::from);
        }
        _ => (root, handler),
    };
    let exists = |path: &str| l.files.exists(folder, path).map(SmolStr::from);
    // esbuild bundles from the entry point that the metadata names.
    let points = r.attributes.at("Metadata.BuildProperties.EntryPoints");
    for point in points.items() {
        if let Some(found) = point.as_str().and_then(exists) {
            return Some(found);
        }
    }
    let candidates: Vec<String> = if runtime.starts_with("java") {
        let class = split_at_colons(file).replace('.', "/");
        ["src/main/java/", "src/main/kotlin/", ""]
            .iter()
            .flat_map(|base| [".java", ".kt"].map(|ending| format!("{base}{class}{ending}")))
            .collect()
    } else if runtime.starts_with("go") || runtime.starts_with("provided") {
        let stem = file.rsplit('/').next().unwrap_or(file);
        vec!["main.go".into(), format!("{file}.go"), format!("{stem}/main.go"), "src/main.rs".into()]
    } else if runtime.starts_with("dotnet") {
        // Assembly::Namespace.Class::Method
        let class = file.split("::").nth(1).unwrap_or(file);
        let name = class.rsplit('.').next().unwrap_or(class);
        vec![format!("{name}.cs"), format!("src/{name}.cs"), format!("{name}.fs"), format!("{name}.vb")]
    } else if runtime.starts_with("python") {
        // The module is what stands before the last dot; dots in it are folders.
        let module = file.rsplit_once('.').map_or(file, |(m, _)| m).replace('.', "/");
        endings.iter().map(|e| format!("{module}{e}")).collect()
    } else {
        // The function's name begins at the first dot of the last part.
        let (folders, name) = file.rsplit_once('/').map_or(("", file), |(f, n)| (f, n));
        let stem = name.split('.').next().unwrap_or(name);
        let stem = if folders.is_empty() { stem.to_owned() } else { format!("{folders}/{stem}") };
        endings.iter().map(|e| format!("{stem}{e}")).collect()
    };
    candidates.iter().filter(|c| !c.starts_with('.')).find_map(|c| exists(c))
}

fn split_at_colons(handler: &str) -> &str {
    handler.split("::").next().unwrap_or(handler)
}

/// Endings of handler files by runtime, the usual one first; all of them where the runtime is not known.
fn endings(runtime: &str) -> &'static [&'static str] {
    let known: &[(&str, &[&str])] = &[
        ("python", &[".py"]),
        ("nodejs", &[".js", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts", ".jsx"]),
        ("ruby", &[".rb"]),
        ("java", &[".java", ".kt"]),
        ("go", &[".go"]),
        ("dotnet", &[".cs", ".fs", ".vb"]),
    ];
    let found = known.iter().find(|(prefix, _)| runtime.starts_with(prefix));
    found.map_or(&[".py", ".js", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".rb", ".go"], |(_, e)| e)
}
