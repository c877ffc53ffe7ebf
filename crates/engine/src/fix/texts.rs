use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use palisade_source::hcl::{self, Document};
use palisade_source::splice::Index;
use palisade_source::{FileId, Limits, SourceFile, Store, Tree, parse};

/// A file that can be edited as a tree.
pub struct Text {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Its tree.
    pub tree: Tree,
    /// What changes need to know of the tree.
    pub index: Index,
}

/// A file of Terraform.
pub struct Hcl {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Its tree.
    pub document: Document,
}

/// The trees of an application's files, each read when it is first asked for.
pub struct Texts<'a> {
    store: &'a Store,
    limits: &'a Limits,
    read: RefCell<BTreeMap<FileId, Option<Rc<Text>>>>,
    hcl: RefCell<BTreeMap<FileId, Option<Rc<Hcl>>>>,
}

impl<'a> Texts<'a> {
    /// Nothing read yet.
    pub fn new(store: &'a Store, limits: &'a Limits) -> Self {
        Self { store, limits, read: RefCell::default(), hcl: RefCell::default() }
    }

    /// The file, if it is known.
    pub fn file(&self, file: FileId) -> Option<&'a Arc<SourceFile>> {
        self.store.get(file)
    }

    /// The tree of a YAML or JSON file.
    pub fn tree(&self, file: FileId) -> Option<Rc<Text>> {
        if let Some(found) = self.read.borrow().get(&file) {
            return found.clone();
        }
        let read = self.store.get(file).filter(|f| !f.converted && is_tree(&f.path)).and_then(|source| {
            let tree = parse(file, source, self.limits).ok()?;
            let index = Index::new(source, &tree);
            Some(Rc::new(Text { file: source.clone(), tree, index }))
        });
        self.read.borrow_mut().insert(file, read.clone());
        read
    }

    /// The tree of a file of Terraform that somebody wrote.
    pub fn hcl(&self, file: FileId) -> Option<Rc<Hcl>> {
        if let Some(found) = self.hcl.borrow().get(&file) {
            return found.clone();
        }
        let written = |f: &&Arc<SourceFile>| !f.converted && !f.path.starts_with("adapter:");
        let read = self.store.get(file).filter(written).map(|source| {
            let document = hcl::parse(&source.text, self.limits);
            Rc::new(Hcl { file: source.clone(), document })
        });
        self.hcl.borrow_mut().insert(file, read.clone());
        read
    }

    /// All files.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &'a Arc<SourceFile>)> + use<'a> {
        self.store.files()
    }
}

/// Whether a file is YAML or JSON: whatever is neither HCL nor a program.
pub fn is_tree(path: &str) -> bool {
    let ending = path.rsplit_once('.').map_or("", |(_, e)| e);
    !matches!(
        ending,
        "tf" | "tofu"
            | "hcl"
            | "tfvars"
            | "ts"
            | "mts"
            | "cts"
            | "tsx"
            | "js"
            | "mjs"
            | "cjs"
            | "jsx"
            | "py"
            | "java"
            | "go"
            | "cs"
    )
}
