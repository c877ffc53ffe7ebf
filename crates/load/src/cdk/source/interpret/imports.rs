use std::collections::HashMap;

use palisade_code::script::{self, Import, Language};
use palisade_source::Span;
use smol_str::SmolStr;

use super::value::{ModuleId, ScopeId, Value};
use super::{Flow, Host, Interpreter, Module, paths};
use crate::cdk::source::names;
use crate::folder;

/// What a relative import of JavaScript may mean, in order.
const ENDINGS: &[&str] = &[
    "",
    ".ts",
    ".tsx",
    ".mts",
    ".cts",
    ".js",
    ".mjs",
    ".cjs",
    ".jsx",
    ".json",
    "/index.ts",
    "/index.tsx",
    "/index.mts",
    "/index.js",
    "/index.mjs",
    "/index.cjs",
];

/// Modules that one program may read.
const MODULES: usize = 2_000;

impl<H: Host> Interpreter<'_, H> {
    /// `import …`
    pub(super) fn import(&mut self, import: &Import, scope: ScopeId) {
        if self.language == Language::Python {
            self.import_python(import, scope);
            return;
        }
        let from = self.folder_of(scope);
        let module = self.resolve(&import.module, &from);
        for (name, local) in &import.names {
            let value = match (&module, self.named(&module, name)) {
                // Modules that import each other: the name has its value when it is used.
                (Value::Module(id), found) if found.is_null() => Value::Import(*id, name.clone()),
                (_, found) => found,
            };
            self.define(scope, local, value);
        }
    }

    /// The value that an import of a name binds.
    fn named(&mut self, module: &Value, name: &str) -> Value {
        match (module, name) {
            (Value::Module(id), "*") => {
                let whole = self.modules.get(id.0 as usize).and_then(|m| m.whole.clone());
                whole.unwrap_or_else(|| module.clone())
            }
            (Value::Module(id), "default") => {
                let found = self.export_of(*id, "default", Span::NONE);
                if found.is_null() { self.named(module, "*") } else { found }
            }
            (_, "*" | "default") => module.clone(),
            _ => self.member(module, name, Span::NONE),
        }
    }

    /// The folder of the module that a scope belongs to.
    pub(super) fn folder_of(&self, _scope: ScopeId) -> String {
        let path = self.files.path(self.file).unwrap_or_default();
        folder(&path).to_owned()
    }

    /// What a module's name means in a file of a folder.
    pub(super) fn resolve(&mut self, name: &str, from: &str) -> Value {
        if name.starts_with('.') {
            return self.relative(name, from).unwrap_or_else(|| Value::Native(name.into(), Span::NONE));
        }
        for (pattern, places) in self.aliases.clone() {
            let rest = match pattern.strip_suffix('*') {
                Some(prefix) => name.strip_prefix(prefix),
                None => (name == pattern).then_some(""),
            };
            let Some(rest) = rest else { continue };
            for place in places {
                let path = place.replace('*', rest);
                let app = self.app.clone();
                if let Some(found) = self.relative(&path, &app) {
                    return found;
                }
            }
        }
        let (package, inside) = split_package(name);
        if let Some(place) = self.packages.get(package).cloned() {
            let candidates = match inside {
                "" => vec!["src/index".to_owned(), "lib/index".to_owned(), "index".to_owned()],
                inside => {
                    vec![inside.to_owned(), format!("src/{inside}"), inside.replacen("dist/", "src/", 1)]
                }
            };
            for candidate in candidates {
                if let Some(found) = self.relative(&candidate, &place) {
                    return found;
                }
            }
        }
        Value::Native(names::module(name), Span::NONE)
    }

    /// Packages of the same repository, by name: the workspaces of every `package.json` above.
    pub(super) fn read_packages(&mut self) {
        let mut at = self.app.to_string();
        for _ in 0..8 {
            for pattern in self.workspaces(&at) {
                let pattern = pattern.trim_start_matches("./").trim_end_matches('/');
                let (parent, all) = match pattern.strip_suffix("/*").or_else(|| pattern.strip_suffix("/**")) {
                    Some(parent) => (parent, true),
                    None => (pattern, false),
                };
                let Ok((parent, real)) = self.files.jail.open(&at, parent) else { continue };
                let mut folders = vec![parent.clone()];
                if all && let Ok(entries) = std::fs::read_dir(real) {
                    let names =
                        entries.flatten().take(1_000).filter_map(|e| e.file_name().into_string().ok());
                    folders = names.map(|n| format!("{parent}/{n}")).collect();
                    folders.sort();
                }
                for place in folders {
                    if let Some(name) = self.manifest(&place).get("name").as_str() {
                        self.packages.entry(name.to_owned()).or_insert(place);
                    }
                }
            }
            if at.is_empty() {
                break;
            }
            at.truncate(folder(&at).len());
        }
    }

    fn manifest(&self, place: &str) -> palisade_graph::Val {
        let text = self
            .files
            .jail
            .open(place, "package.json")
            .ok()
            .and_then(|(_, real)| palisade_source::read_text(&real, self.files.limits.file_bytes).ok());
        text.and_then(|(text, _)| crate::plain_document(&text).ok()).unwrap_or_default()
    }

    fn workspaces(&self, place: &str) -> Vec<String> {
        let manifest = self.manifest(place);
        let given = manifest.get("workspaces");
        let mut out: Vec<String> = given
            .items()
            .iter()
            .chain(given.get("packages").items())
            .filter_map(|v| v.as_str().map(str::to_owned))
            .collect();
        let listed = self
            .files
            .jail
            .open(place, "pnpm-workspace.yaml")
            .ok()
            .and_then(|(_, real)| palisade_source::read_text(&real, self.files.limits.file_bytes).ok());
        if let Some(document) = listed.and_then(|(text, _)| crate::plain_document(&text).ok()) {
            out.extend(document.get("packages").items().iter().filter_map(|v| v.as_str().map(str::to_owned)));
        }
        // What is installed beside by its path.
        for kind in ["dependencies", "devDependencies"] {
            for entry in manifest.get(kind).entries() {
                let path = entry.val.as_str().and_then(|v| {
                    ["file:", "link:", "portal:"].iter().find_map(|prefix| v.strip_prefix(prefix))
                });
                out.extend(path.map(str::to_owned));
            }
        }
        out
    }

    /// A file named relative to a folder.
    fn relative(&mut self, name: &str, from: &str) -> Option<Value> {
        let mut candidates: Vec<String> = ENDINGS.iter().map(|e| format!("{name}{e}")).collect();
        // TypeScript's modules name the file that the compiler will make.
        for (made, written) in [(".js", ".ts"), (".mjs", ".mts"), (".cjs", ".cts"), (".jsx", ".tsx")] {
            if let Some(stem) = name.strip_suffix(made) {
                candidates.push(format!("{stem}{written}"));
            }
        }
        for candidate in candidates {
            let Ok((path, real)) = self.files.jail.open(from, &candidate) else { continue };
            if !real.is_file() {
                continue;
            }
            if std::path::Path::new(&path).extension().is_some_and(|e| e == "json") {
                let documents = self.files.documents("", &path, crate::Typing::Yaml12).ok()?.1;
                return documents.first().map(Self::from_val);
            }
            return self.load(&path, None, false).map(Value::Module);
        }
        None
    }

    /// `export { … }`, `export … from`.
    pub(super) fn export(&mut self, exported: &[(SmolStr, SmolStr)], from: Option<&str>, scope: ScopeId) {
        let module = match from {
            Some(from) => {
                let here = self.folder_of(scope);
                Some(self.resolve(from, &here))
            }
            None => None,
        };
        let Some(id) = self.modules.iter().position(|m| m.scope == scope) else { return };
        let Some(own) = self.modules.get_mut(id) else { return };
        for (outside, inside) in exported {
            match &module {
                None => {
                    own.exports.insert(outside.clone(), inside.clone());
                }
                Some(module) if outside == "*" => own.stars.push(module.clone()),
                Some(module) => {
                    own.again.insert(outside.clone(), (module.clone(), inside.clone()));
                }
            }
        }
    }

    /// Reads and runs a file once. `package` is the folder of a Python package.
    pub(super) fn load(&mut self, path: &str, package: Option<String>, main: bool) -> Option<ModuleId> {
        if let Some(id) = self.by_path.get(path) {
            return Some(*id);
        }
        if self.modules.len() >= MODULES
            || path.split('/').any(|p| p == "node_modules" || p == "site-packages")
        {
            return None;
        }
        let (file, text) = self.files.text("", path).ok()?;
        let name = path.rsplit('/').next().unwrap_or(path);
        let parsed = script::parse(&text, name);
        if let Some((at, words)) = parsed.errors.first() {
            let line = self.files.line(Span::new(file, *at, *at));
            self.files.fail(path, format!("not wholly read: {words}"), line);
        }
        self.steps += text.len() / 64;
        let scope = self.scope(None);
        let id = ModuleId(u32::try_from(self.modules.len()).unwrap_or(u32::MAX));
        self.modules.push(Module {
            path: path.to_owned(),
            package,
            scope,
            exports: HashMap::new(),
            again: HashMap::new(),
            stars: Vec::new(),
            whole: None,
        });
        self.by_path.insert(path.to_owned(), id);
        let (outer, language) = (self.file, self.language);
        self.file = file;
        self.language = parsed.language;
        let here = Span::new(file, 0, 0);
        let absolute = paths::join(&["/", path]);
        match parsed.language {
            Language::Python => {
                let name = if main { "__main__" } else { "module" };
                self.define(scope, &"__name__".into(), Value::str(name, here));
                self.define(scope, &"__file__".into(), Value::str(absolute, here));
            }
            Language::JavaScript => {
                self.define(scope, &"__dirname".into(), Value::str(paths::parent(&absolute), here));
                let folder = Value::str(paths::parent(&absolute), here);
                let meta = [
                    ("url", Value::str(absolute.clone(), here)),
                    ("dirname", folder),
                    ("filename", Value::str(absolute.clone(), here)),
                ];
                let meta = Value::map(meta.into_iter().map(|(k, v)| (SmolStr::new(k), (here, v))), here);
                self.define(scope, &"import.meta".into(), meta);
                self.define(scope, &"__filename".into(), Value::str(absolute, here));
                let exports = Value::map([], here);
                let module = Value::map([("exports".into(), (here, exports.clone()))], here);
                self.define(scope, &"exports".into(), exports);
                self.define(scope, &"module".into(), module);
            }
        }
        // A module whose import stands in a branch is read all the same.
        let changes = std::mem::take(&mut self.changes);
        let mut rest = parsed.body.as_slice();
        loop {
            let run = rest;
            let ends = run.iter().position(|s| matches!(s.kind, script::StmtKind::Return(_)));
            let part = ends.map_or(run, |n| run.get(..=n).unwrap_or(run));
            if let Flow::Return(value) = self.block(part, scope)
                && let Some(m) = self.modules.get_mut(id.0 as usize)
                && parsed.language == Language::JavaScript
            {
                m.whole = Some(value);
            }
            match ends.and_then(|n| run.get(n + 1..)) {
                Some(more) if !more.is_empty() => rest = more,
                _ => break,
            }
        }
        self.changes = changes;
        (self.file, self.language) = (outer, language);
        Some(id)
    }

    fn import_python(&mut self, import: &Import, scope: ScopeId) {
        let path = self.files.path(self.file).unwrap_or_default();
        let module = self.python(&import.module, &path);
        for (name, local) in &import.names {
            if local.is_empty() {
                self.import_all(&module, scope);
                continue;
            }
            let value = if name == "*" { module.clone() } else { self.member(&module, name, Span::NONE) };
            self.define(scope, local, value);
        }
    }

    /// `from m import *`
    fn import_all(&mut self, module: &Value, scope: ScopeId) {
        let Value::Module(id) = module else { return };
        let Some(inner) = self.modules.get(id.0 as usize).map(|m| m.scope) else { return };
        let Some(s) = self.scopes.get(inner.0 as usize) else { return };
        let mut all: Vec<(SmolStr, Value)> = s.vars.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
        all.retain(|(k, _)| !k.starts_with('_'));
        all.sort_by(|a, b| a.0.cmp(&b.0));
        for (name, value) in all {
            self.define(scope, &name, value);
        }
    }

    /// What a dotted name means in a file.
    fn python(&mut self, name: &str, from: &str) -> Value {
        let dots = name.bytes().take_while(|b| *b == b'.').count();
        let rest = name.get(dots..).unwrap_or("");
        let mut start = Vec::new();
        if dots > 0 {
            let mut at = folder(from).to_owned();
            for _ in 1..dots {
                at.truncate(folder(&at).len());
            }
            start.push(at);
        } else if rest.starts_with("aws_cdk") || rest == "constructs" {
            return Value::Native(names::module(rest), Span::NONE);
        } else {
            start.clone_from(&self.roots);
            // Beside the file and above: a program that changes the path of modules.
            let mut beside = folder(from).to_owned();
            for _ in 0..16 {
                if !start.contains(&beside) {
                    start.push(beside.clone());
                }
                if beside.is_empty() {
                    break;
                }
                beside.truncate(folder(&beside).len());
            }
        }
        for root in start {
            let mut at = root;
            let mut found = if dots > 0 && rest.is_empty() { self.python_package(&at) } else { None };
            for part in rest.split('.').filter(|p| !p.is_empty()) {
                found = self.python_module(&at, part);
                if found.is_none() {
                    break;
                }
                at = if at.is_empty() { part.to_owned() } else { format!("{at}/{part}") };
            }
            if let Some(id) = found {
                return Value::Module(id);
            }
        }
        Value::Native(names::module(name), Span::NONE)
    }

    /// A module of Python in a folder.
    pub(super) fn python_module(&mut self, at: &str, name: &str) -> Option<ModuleId> {
        let path = if at.is_empty() { name.to_owned() } else { format!("{at}/{name}") };
        let file = format!("{path}.py");
        if self.files.jail.real(&file).is_ok_and(|p| p.is_file()) {
            return self.load(&file, None, false);
        }
        self.python_package(&path)
    }

    fn python_package(&mut self, path: &str) -> Option<ModuleId> {
        let init = format!("{path}/__init__.py");
        let init = init.trim_start_matches('/');
        if self.files.jail.real(init).is_ok_and(|p| p.is_file()) {
            return self.load(init, Some(path.to_owned()), false);
        }
        if !self.files.jail.real(path).is_ok_and(|p| p.is_dir()) || path.is_empty() {
            return None;
        }
        // A folder without `__init__.py` is a package too.
        if let Some(id) = self.by_path.get(path) {
            return Some(*id);
        }
        let scope = self.scope(None);
        let id = ModuleId(u32::try_from(self.modules.len()).unwrap_or(u32::MAX));
        self.modules.push(Module {
            path: path.to_owned(),
            package: Some(path.to_owned()),
            scope,
            exports: HashMap::new(),
            again: HashMap::new(),
            stars: Vec::new(),
            whole: None,
        });
        self.by_path.insert(path.to_owned(), id);
        Some(id)
    }

    /// `paths` and `baseUrl` of `tsconfig.json`.
    pub(super) fn read_aliases(&mut self) {
        let Ok((_, text)) = self.files.text(&self.app, "tsconfig.json") else { return };
        let Ok(config) = crate::plain_document(&without_comments(&text)) else { return };
        let options = config.get("compilerOptions");
        let base = options.get("baseUrl").as_str().map(str::to_owned);
        let under = base.clone().unwrap_or_else(|| ".".into());
        for entry in options.get("paths").entries() {
            let places =
                entry.val.items().iter().filter_map(|p| p.as_str()).map(|p| format!("{under}/{p}")).collect();
            self.aliases.push((entry.key.to_string(), places));
        }
        if let Some(base) = base {
            self.aliases.push(("*".into(), vec![format!("{base}/*")]));
        }
    }
}

/// `@scope/name/inside` as package and path.
fn split_package(name: &str) -> (&str, &str) {
    let from = if name.starts_with('@') { name.find('/').map_or(name.len(), |n| n + 1) } else { 0 };
    match name.get(from..).and_then(|rest| rest.find('/')) {
        Some(n) => (name.get(..from + n).unwrap_or(name), name.get(from + n + 1..).unwrap_or("")),
        None => (name, ""),
    }
}

/// JSON without `//` and `/* */`.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let (mut quoted, mut escaped) = (false, false);
    while let Some(c) = chars.next() {
        if quoted {
            out.push(c);
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => quoted = false,
                _ => {}
            }
            continue;
        }
        match (c, chars.peek()) {
            ('"', _) => {
                quoted = true;
                out.push(c);
            }
            ('/', Some('/')) => {
                for c in chars.by_ref() {
                    if c == '\n' {
                        out.push(c);
                        break;
                    }
                }
            }
            ('/', Some('*')) => {
                chars.next();
                let mut last = ' ';
                for c in chars.by_ref() {
                    if last == '*' && c == '/' {
                        break;
                    }
                    last = c;
                }
            }
            ('\t', _) => out.push(' '),
            _ => out.push(c),
        }
    }
    out
}
