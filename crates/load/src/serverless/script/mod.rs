//! Service files in JavaScript and TypeScript, read without running them: the exported object literal,
//! with constants of the same file and of relative imports followed. What is no literal is unknown.

mod evaluate;
mod module;
mod tokens;

use palisade_graph::Val;
use palisade_source::SourceFile;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::{Files, Typing, folder};
use module::Module;

/// The document that a script exports. Where none is found, the file is left unread if it looks like a
/// service; other programs go by the same names.
pub fn read(files: &Files<'_>, path: &str, source: &SourceFile) -> Option<Val> {
    let found = document(files, path);
    let says =
        |key: &str| source.text.contains(&format!("{key}:")) || source.text.contains(&format!("{key}'"));
    // A file of types exports no value.
    let exports = ["module.exports", "exports.", "export default", "export =", "export {", "export const"]
        .iter()
        .any(|word| source.text.contains(word));
    let service = says("service") && says("provider") || source.text.contains("@serverless/typescript");
    let service = service && exports;
    if found.is_none() && service {
        files.fail(path, "no object literal with the service found; it needs code to run", None);
    }
    found
}

fn document(files: &Files<'_>, path: &str) -> Option<Val> {
    let modules = Modules::new(files, path);
    let module = modules.load("", path)?;
    let exported = module.default();
    let service = |val: &Val| ["service", "provider", "functions"].iter().any(|k| val.entry(k).is_some());
    // Behind a helper or a function, the object that looks like a service.
    if service(&exported) { Some(exported) } else { module.service() }
}

/// The modules of one service, read once each.
pub(super) struct Modules<'a> {
    files: &'a Files<'a>,
    /// Folder of the service, for names that `tsconfig` maps.
    root: &'a str,
    loaded: RefCell<HashMap<String, Option<Rc<Module>>>>,
    aliases: RefCell<Option<Vec<(String, String)>>>,
    depth: std::cell::Cell<usize>,
}

impl<'a> Modules<'a> {
    fn new(files: &'a Files<'a>, path: &'a str) -> Self {
        Self {
            files,
            root: folder(path),
            loaded: RefCell::default(),
            aliases: RefCell::default(),
            depth: std::cell::Cell::new(0),
        }
    }

    fn load(&self, from: &str, path: &str) -> Option<Rc<Module>> {
        let relative = self.files.exists(from, path)?;
        if let Some(found) = self.loaded.borrow().get(&relative) {
            return found.clone();
        }
        // A module that imports itself finds nothing.
        self.loaded.borrow_mut().insert(relative.clone(), None);
        if self.depth.get() >= self.files.limits.include_depth {
            return None;
        }
        let (file, text) = self.files.text("", &relative).ok()?;
        let tokens = tokens::tokenize(&text, self.files.limits.nodes.min(2_000_000))?;
        self.depth.set(self.depth.get() + 1);
        let module = Rc::new(Module::read(self, file, folder(&relative), &tokens));
        self.depth.set(self.depth.get() - 1);
        self.loaded.borrow_mut().insert(relative, Some(module.clone()));
        Some(module)
    }

    /// The module or data that an import names.
    pub(super) fn import(&self, from: &str, name: &str) -> Option<Imported> {
        let (from, name) = if name.starts_with('.') {
            (from.to_owned(), name.to_owned())
        } else {
            (self.root.to_owned(), self.alias(name)?)
        };
        let extension = name.rsplit('.').next().unwrap_or("");
        if matches!(extension, "json" | "yml" | "yaml") {
            let (_, documents) = self.files.documents(&from, &name, Typing::Yaml12).ok()?;
            return documents.into_iter().next().map(Imported::Data);
        }
        let endings = ["", ".ts", ".js", ".mjs", ".cjs", "/index.ts", "/index.js"];
        for ending in endings {
            let path = format!("{name}{ending}");
            let Some(relative) = self.files.exists(&from, &path) else { continue };
            let script = [".ts", ".js", ".mjs", ".cjs"].iter().any(|e| relative.ends_with(e));
            if script {
                return self.load(&from, &path).map(Imported::Module);
            }
        }
        None
    }

    /// A name that `compilerOptions.paths` maps into the service.
    fn alias(&self, name: &str) -> Option<String> {
        let mut aliases = self.aliases.borrow_mut();
        let aliases = aliases.get_or_insert_with(|| {
            let mut out = Vec::new();
            for file in ["tsconfig.json", "tsconfig.paths.json"] {
                if self.files.exists(self.root, file).is_none() {
                    continue;
                }
                let Ok((_, text)) = self.files.text(self.root, file) else { continue };
                let Some(tokens) = tokens::tokenize(&text, 100_000) else { continue };
                let val = evaluate::literal(&tokens);
                let options = val.get("compilerOptions");
                let base = options.get("baseUrl").as_str().unwrap_or(".").to_owned();
                for e in options.get("paths").entries() {
                    if let Some(target) = e.val.items().first().and_then(Val::as_str) {
                        out.push((e.key.to_string(), format!("{base}/{target}")));
                    }
                }
            }
            out
        });
        aliases.iter().find_map(|(pattern, target)| match pattern.split_once('*') {
            Some((before, after)) => {
                let middle = name.strip_prefix(before)?.strip_suffix(after)?;
                Some(target.replacen('*', middle, 1))
            }
            None => (pattern == name).then(|| target.clone()),
        })
    }
}

/// What an import yields.
pub(super) enum Imported {
    /// Another script.
    Module(Rc<Module>),
    /// A data file.
    Data(Val),
}

#[cfg(test)]
mod tests {
    use palisade_source::{Jail, Limits};

    use super::*;

    fn service(files: &[(&str, &str)]) -> Option<Val> {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            palisade_source::write_atomic(&path, text).unwrap();
        }
        let jail = Jail::new(folder.path()).unwrap();
        let limits = Limits::default();
        let all = Files::new(&jail, &limits);
        read(&all, files[0].0, &SourceFile::new(files[0].0, files[0].1))
    }

    #[test]
    fn an_exported_object_with_constants_and_spreads() {
        let text = r"
            import type { AWS } from '@serverless/typescript';
            // a comment with { braces
            const stage = 'dev';
            const shared = { A: '1', B: `x-${stage}` } as const;
            const config: AWS = {
              service: 'svc', frameworkVersion: '3',
              provider: { name: 'aws', environment: { ...shared, C: '${self:service}', D: process.env.D || 'd' } },
              functions: {
                hello: { handler: 'h.main', events: [{ http: { method: 'get', path: '/x' } }], timeout: 5 },
                ...makeMore(),
              },
            };
            module.exports = config;
        ";
        let val = service(&[("serverless.ts", text)]).unwrap();
        assert_eq!(val.at("provider.environment.B").as_str(), Some("x-dev"));
        assert_eq!(val.at("provider.environment.C").as_str(), Some("${self:service}"));
        assert_eq!(val.at("provider.environment.D").as_str(), Some("${env:D, 'd'}"));
        assert_eq!(val.at("functions.hello.timeout").as_int(), Some(5));
        assert!(val.get("functions").as_map().unwrap().open);
    }

    #[test]
    fn relative_and_mapped_imports_are_followed() {
        let val = service(&[
            (
                "serverless.ts",
                "import hello from '@functions/hello'; import { world as w } from './src/world';
                 const c = { service: 's', provider: { name: 'aws' }, functions: { hello, w } };
                 export default c;",
            ),
            ("tsconfig.json", "{ // paths\n \"compilerOptions\": { \"baseUrl\": \".\", \"paths\": { \"@functions/*\": [\"src/functions/*\"], } } }"),
            ("src/functions/hello/index.ts", "export default { handler: `${path(__dirname)}/handler.main` };"),
            ("src/world.ts", "export const world = { handler: 'w.main' }"),
        ])
        .unwrap();
        assert_eq!(val.at("functions.w.handler").as_str(), Some("w.main"));
        assert!(val.at("functions.hello.handler").any_unknown());
    }

    #[test]
    fn functions_and_helpers_around_the_object() {
        let wrapped = "module.exports = defineConfig({ service: 'a', provider: { name: 'aws' } })";
        assert_eq!(service(&[("serverless.js", wrapped)]).unwrap().get("service").as_str(), Some("a"));
        let called = "module.exports = async () => { const x = 'b'; return { service: x, provider: {} } }";
        assert_eq!(service(&[("serverless.js", called)]).unwrap().get("service").as_str(), Some("b"));
        assert!(service(&[("serverless.js", "module.exports = require('./nothing')()")]).is_none());
    }

    #[test]
    fn types_are_no_service() {
        let folder = tempfile::tempdir().unwrap();
        let failures = |text: &str| {
            palisade_source::write_atomic(&folder.path().join("serverless.ts"), text).unwrap();
            let jail = Jail::new(folder.path()).unwrap();
            let limits = Limits::default();
            let all = Files::new(&jail, &limits);
            assert!(read(&all, "serverless.ts", &SourceFile::new("serverless.ts", text)).is_none());
            all.finish().failures.len()
        };
        let types = "import type { AWS } from '@serverless/typescript';\nexport type Serverless = { service: string; provider: AWS['provider'] };";
        assert_eq!(failures(types), 0);
        assert_eq!(failures("import { make } from '@serverless/typescript';\nexport default make();"), 1);
    }

    #[test]
    fn nothing_panics_or_hangs() {
        for text in
            ["const a = a; module.exports = { a, ...a }", "module.exports = {", "`${", "'", "a = {[}", ""]
        {
            let _ = service(&[("serverless.js", text)]);
        }
        let _ = service(&[("serverless.js", &format!("module.exports = {}", "[".repeat(100_000)))]);
    }
}
