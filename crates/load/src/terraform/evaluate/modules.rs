use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use palisade_graph::{ModuleCall, NoteKind};
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::super::adapters;
use super::super::module::{Decl, Module, Source};
use super::super::project::is_local;
use super::instances::{Expansion, Key, suffix};
use super::{App, MODULES, Name, Scope, Slot};

/// A module as it is called once.
pub struct ModuleInst<'p> {
    /// Its number in the application.
    pub ix: usize,
    /// What it declares.
    pub module: &'p Module<'p>,
    /// `module.a["k"].module.b.`; empty for the root.
    pub prefix: SmolStr,
    /// `a.b`: the calls without their keys.
    path: String,
    /// How deep it stands.
    depth: usize,
    /// Who calls it: module instance, block, its instances, and which.
    pub call: Option<Call<'p>>,
    /// Headers of the `module` blocks, outermost first.
    pub calls: Vec<Span>,
    /// Header and block of the `module` block whose adapter this is, or is a part of.
    pub adapted: Option<(Span, Span)>,
    /// Whether it, or what calls it, stands for any number.
    pub symbolic: bool,
    /// Values by name.
    pub slots: RefCell<HashMap<Name<'p>, Slot>>,
    /// Instances of resources.
    pub expansions: RefCell<HashMap<usize, Rc<Expansion>>>,
    children: RefCell<HashMap<&'p str, Rc<Children>>>,
}

/// A call of a module.
#[derive(Clone)]
pub struct Call<'p> {
    /// Module instance in which the block stands.
    pub parent: usize,
    /// The block.
    pub decl: &'p Decl<'p>,
    /// Its instances.
    pub expansion: Rc<Expansion>,
    /// Which of them.
    pub each: usize,
}

/// What a `module` block makes.
pub enum Children {
    /// Is being found out.
    Busy,
    /// Module instances.
    Local {
        /// How they are told apart.
        expansion: Rc<Expansion>,
        /// Their numbers.
        insts: Vec<usize>,
    },
    /// The module is not in the tree.
    Remote {
        /// How its instances are told apart.
        expansion: Rc<Expansion>,
    },
    /// A limit was reached.
    Limit(&'static str),
}

impl<'p> ModuleInst<'p> {
    /// The root module.
    pub fn root(module: &'p Module<'p>) -> Self {
        Self {
            ix: 0,
            module,
            prefix: SmolStr::default(),
            path: String::new(),
            depth: 0,
            call: None,
            calls: Vec::new(),
            adapted: None,
            symbolic: false,
            slots: RefCell::default(),
            expansions: RefCell::default(),
            children: RefCell::default(),
        }
    }
}

impl<'p> App<'p> {
    /// What a `module` block of a module makes; `None` where there is no such block.
    pub fn children(&self, module: &ModuleInst<'p>, name: &str) -> Option<Rc<Children>> {
        let (name, decl) = module.module.calls.get_key_value(name)?;
        if let Some(found) = module.children.borrow().get(name) {
            return Some(found.clone());
        }
        module.children.borrow_mut().insert(name, Rc::new(Children::Busy));
        let children = Rc::new(self.called(module, name, decl));
        module.children.borrow_mut().insert(name, children.clone());
        Some(children)
    }

    /// Notes a module that comes from elsewhere, once for each place where it is called.
    fn foreign(&self, module: &ModuleInst<'p>, name: &str, decl: &Decl<'p>, source: &Source<'_>) {
        // What a module of others calls is theirs.
        if module.module.folder.split('/').any(|f| f == ".terraform") {
            return;
        }
        let Some((file, attribute)) = decl.attribute("source") else { return };
        let at = Scope::of(module, self.file(file)).span(attribute.expr.at);
        let mut all = self.foreign.borrow_mut();
        if !all.iter().any(|c| c.at == at) {
            let version = source.version.unwrap_or_default().into();
            all.push(ModuleCall { name: name.into(), source: source.text.into(), at, version });
        }
    }

    fn called(&self, module: &ModuleInst<'p>, name: &'p str, decl: &'p Decl<'p>) -> Children {
        let source = Module::source(decl);
        let path = if module.path.is_empty() { name.to_owned() } else { format!("{}.{name}", module.path) };
        let local =
            if is_local(source.text) { self.project.local(module.module.folder, source.text) } else { None };
        let found = local.or_else(|| self.project.fetched(self.root, &path));
        let adapter = if found.is_none() { self.project.adapter(source.text, source.version) } else { None };
        let target = found.or(adapter).and_then(|folder| self.modules.get(folder));
        let (header, block) = self.places(module, decl);
        if target.is_some() && module.depth >= self.files.limits.include_depth {
            let words =
                format!("modules more than {} deep are not looked at", self.files.limits.include_depth);
            self.files.note(NoteKind::Info, &words, vec![header]);
            return Children::Limit("depth");
        }
        if !is_local(source.text) && !source.text.is_empty() && module.adapted.is_none() {
            self.foreign(module, name, decl, &source);
        }
        let expansion = Rc::new(self.expand(Scope::of(module, Span::NONE.file), decl));
        let Some(target) = target else {
            let where_from = if source.text.is_empty() { "source that is no literal" } else { source.text };
            let words = if is_local(source.text) {
                format!("module {name}: {where_from} is not in the scanned tree; what it creates is not seen")
            } else {
                format!(
                    "module {name} comes from {where_from} and is not in the scanned tree; what it creates is not seen"
                )
            };
            self.files.note(NoteKind::Info, &words, vec![header]);
            return Children::Remote { expansion };
        };
        if adapter.is_some() && adapters::find(source.text, source.version).is_some_and(|a| !a.exact) {
            let words = format!(
                "module {name}: the version of {} that is asked for is not among those that are known; it is taken \
                 for the nearest",
                source.text
            );
            self.files.note(NoteKind::Info, &words, vec![header]);
            self.guessed.borrow_mut().push(format_smolstr!("{}module.{name}", module.prefix));
        }
        self.take(target);
        let mut insts = Vec::with_capacity(expansion.each.len());
        let address = format_smolstr!("{}module.{name}", module.prefix);
        let mut calls = module.calls.clone();
        // An adapter's own calls stand in no file.
        if module.adapted.is_none() {
            calls.push(header);
        }
        for (n, each) in expansion.each.iter().enumerate() {
            let ix = self.insts.borrow().len();
            if ix >= MODULES {
                let words = format!("more than {MODULES} modules; the rest is not looked at");
                self.files.fail(if self.root.is_empty() { "." } else { self.root }, words, None);
                break;
            }
            let adapted = module.adapted.or(adapter.map(|_| (header, block)));
            let call = Call { parent: module.ix, decl, expansion: expansion.clone(), each: n };
            let inst = ModuleInst {
                ix,
                prefix: format_smolstr!("{}.", suffix(&address, &each.key)),
                path: path.clone(),
                depth: module.depth + 1,
                call: Some(call),
                calls: calls.clone(),
                adapted,
                symbolic: module.symbolic || each.key == Key::Any,
                ..ModuleInst::root(target)
            };
            self.insts.borrow_mut().push(Rc::new(inst));
            insts.push(ix);
        }
        Children::Local { expansion, insts }
    }
}
