//! The providers that a deployment fetches, and where it keeps its state.

use palisade_graph::{Fetched, FetchedKind, Interface};
use palisade_source::Span;

use super::{App, ModuleInst, Scope};

impl<'p> App<'p> {
    /// Providers, and a state file beside the module; the backend is known already.
    pub(super) fn supply(&self, root: &ModuleInst<'p>, interface: &mut Interface) {
        let folder = root.module.folder;
        let locked = self.files.exists(folder, ".terraform.lock.hcl").is_some();
        for decl in &root.module.required {
            let scope = Scope::of(root, self.file(decl.file));
            for attribute in decl.block.body.attributes() {
                let val = self.eval(scope, &attribute.expr);
                let plain = val.as_map().is_none();
                interface.fetched.push(Fetched {
                    kind: FetchedKind::Provider,
                    name: attribute.name.clone(),
                    span: scope.span(attribute.name_at),
                    version: if plain { val } else { val.get("version").clone() },
                    locked,
                });
            }
        }
        let backend = interface.backend.as_ref();
        let remote = backend.is_some_and(|(kind, ..)| kind != "local");
        if !remote && !root.module.cloud {
            let path = backend.and_then(|(_, _, settings)| settings.get("path").as_str());
            interface.state_file = self.state_file(folder, path.unwrap_or("terraform.tfstate"));
        }
    }

    /// The start of a state file that the tree holds and no `.gitignore` in it names.
    fn state_file(&self, folder: &str, path: &str) -> Option<Span> {
        let relative = self.files.exists(folder, path)?;
        if self.files.is_ignored(&relative) {
            return None;
        }
        let (file, _) = self.files.text(folder, path).ok()?;
        Some(Span::new(file, 0, 1))
    }
}
