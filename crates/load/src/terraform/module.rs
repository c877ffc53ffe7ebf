//! What a module declares, override files merged.

use std::collections::HashMap;

use indexmap::IndexMap;
use palisade_source::hcl::{Attribute, Block, Item};

use super::project::{FileIx, FileKind, Folder, Project};

/// A block that declares something, with the blocks of override files that are merged over it.
#[derive(Debug, Clone)]
pub struct Decl<'p> {
    /// Its file.
    pub file: FileIx,
    /// The block.
    pub block: &'p Block,
    /// Merged over it, in order.
    over: Vec<(FileIx, &'p Block)>,
}

/// A resource or data source.
#[derive(Debug, Clone)]
pub struct ResourceDecl<'p> {
    /// Its block.
    pub decl: Decl<'p>,
    /// A `data` block.
    pub data: bool,
    /// `aws_lambda_function`
    pub ty: &'p str,
    /// Second label.
    pub name: &'p str,
}

/// Where a module that is called stands.
#[derive(Debug, Clone, Copy)]
pub struct Source<'p> {
    /// As written; empty where it is no literal.
    pub text: &'p str,
    /// `version`, as written.
    pub version: Option<&'p str>,
}

/// One module: a folder.
#[derive(Debug)]
pub struct Module<'p> {
    /// Its folder.
    pub folder: &'p str,
    /// Its files.
    pub files: &'p [FileIx],
    /// `variable` blocks.
    pub variables: IndexMap<&'p str, Decl<'p>>,
    /// Attributes of `locals` blocks.
    pub locals: HashMap<&'p str, (FileIx, &'p Attribute)>,
    /// `resource` and `data` blocks in order.
    pub resources: Vec<ResourceDecl<'p>>,
    managed: HashMap<(&'p str, &'p str), usize>,
    data: HashMap<(&'p str, &'p str), usize>,
    /// `module` blocks.
    pub calls: IndexMap<&'p str, Decl<'p>>,
    /// `output` blocks.
    pub outputs: IndexMap<&'p str, Decl<'p>>,
    /// `provider` blocks, and `backend` blocks, which hold credentials too.
    pub providers: Vec<Decl<'p>>,
    /// `required_providers` blocks.
    pub required: Vec<Decl<'p>>,
    /// Whether a `cloud` block says where the state is.
    pub cloud: bool,
}

/// All modules by their folders.
pub type Modules<'p> = HashMap<&'p str, Module<'p>>;

impl<'p> Decl<'p> {
    fn new(file: FileIx, block: &'p Block) -> Self {
        Self { file, block, over: Vec::new() }
    }

    /// An attribute, of the last block that has it.
    pub fn attribute(&self, name: &str) -> Option<(FileIx, &'p Attribute)> {
        let over = self.over.iter().rev().find_map(|(file, b)| b.body.attribute(name).map(|a| (*file, a)));
        over.or_else(|| self.block.body.attribute(name).map(|a| (self.file, a)))
    }

    /// A literal string.
    pub fn literal(&self, name: &str) -> Option<&'p str> {
        self.attribute(name)?.1.expr.as_str()
    }

    /// Attributes and nested blocks: those of an override stand for those of the same name or kind.
    pub fn items(&self) -> Vec<(FileIx, &'p Item)> {
        let mut out: Vec<(FileIx, &'p Item)> = self.block.body.items.iter().map(|i| (self.file, i)).collect();
        for (file, over) in &self.over {
            let names: Vec<&str> = over.body.items.iter().map(name_of).collect();
            out.retain(|(_, item)| !names.contains(&name_of(item)));
            out.extend(over.body.items.iter().map(|i| (*file, i)));
        }
        out
    }
}

/// Name of an attribute, or the kind of a block; of a dynamic block the kind that it makes.
fn name_of(item: &Item) -> &str {
    match item {
        Item::Attribute(a) => &a.name,
        Item::Block(b) if b.kind == "dynamic" => b.label(0).unwrap_or("dynamic"),
        Item::Block(b) => &b.kind,
    }
}

impl<'p> Module<'p> {
    /// Reads what the files of a folder declare.
    pub fn new(project: &'p Project, name: &'p str, folder: &'p Folder) -> Self {
        let mut module = Module {
            folder: name,
            files: &folder.modules,
            variables: IndexMap::new(),
            locals: HashMap::new(),
            resources: Vec::new(),
            managed: HashMap::new(),
            data: HashMap::new(),
            calls: IndexMap::new(),
            outputs: IndexMap::new(),
            providers: Vec::new(),
            required: Vec::new(),
            cloud: false,
        };
        for over in [false, true] {
            for ix in &folder.modules {
                if let Some(file) = project.file(*ix).filter(|f| (f.kind == FileKind::Override) == over) {
                    for block in file.document.body.blocks() {
                        module.declare(*ix, block, over);
                    }
                }
            }
        }
        module
    }

    fn declare(&mut self, file: FileIx, block: &'p Block, over: bool) {
        match (block.kind.as_str(), block.label(0), block.label(1)) {
            ("variable", Some(name), _) => put(&mut self.variables, name, file, block, over),
            ("output", Some(name), _) => put(&mut self.outputs, name, file, block, over),
            ("module", Some(name), _) => put(&mut self.calls, name, file, block, over),
            ("provider", Some(_), _) => self.providers.push(Decl::new(file, block)),
            ("terraform", ..) => {
                let backends = block.body.blocks().filter(|b| b.kind == "backend");
                self.providers.extend(backends.map(|b| Decl::new(file, b)));
                let required = block.body.blocks().filter(|b| b.kind == "required_providers");
                self.required.extend(required.map(|b| Decl::new(file, b)));
                self.cloud |= block.body.blocks().any(|b| b.kind == "cloud");
            }
            ("locals", ..) => {
                for attribute in block.body.attributes() {
                    self.locals.insert(&attribute.name, (file, attribute));
                }
            }
            ("resource" | "data", Some(ty), Some(name)) => {
                let data = block.kind == "data";
                let index = if data { &mut self.data } else { &mut self.managed };
                match index.get(&(ty, name)) {
                    Some(ix) => {
                        if let Some(found) = self.resources.get_mut(*ix).filter(|_| over) {
                            found.decl.over.push((file, block));
                        }
                    }
                    None => {
                        index.insert((ty, name), self.resources.len());
                        let decl = Decl::new(file, block);
                        self.resources.push(ResourceDecl { decl, data, ty, name });
                    }
                }
            }
            _ => {}
        }
    }

    /// A resource by type and name.
    pub fn resource(&self, data: bool, ty: &str, name: &str) -> Option<usize> {
        let index = if data { &self.data } else { &self.managed };
        index.get(&(ty, name)).copied()
    }

    /// Source of a module that is called here.
    pub fn source(call: &Decl<'p>) -> Source<'p> {
        Source { text: call.literal("source").unwrap_or(""), version: call.literal("version") }
    }
}

fn put<'p>(
    into: &mut IndexMap<&'p str, Decl<'p>>,
    name: &'p str,
    file: FileIx,
    block: &'p Block,
    over: bool,
) {
    match into.get_mut(name) {
        Some(found) if over => found.over.push((file, block)),
        Some(_) => {}
        None => {
            into.insert(name, Decl::new(file, block));
        }
    }
}
