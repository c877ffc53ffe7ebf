//! Evaluation of one application in one world.
//!
//! Everything is evaluated when it is first asked for and kept in a slot of its module, so that names may be
//! declared in any order and a name that needs itself is noticed. What cannot be known is a value too.

mod calls;
mod collections;
mod data;
mod expressions;
mod instances;
mod modules;
mod operators;
mod references;
mod supply;
mod template;
mod types;
mod variables;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use indexmap::IndexMap;
use palisade_graph::{List, Map, ModuleCall, Reason, State, Val, Value};
use palisade_source::hcl::{Part, Range};
use palisade_source::{FileId, Span};
use smol_str::SmolStr;

use super::module::{Module, Modules};
use super::project::{FileIx, Project};
use crate::{Files, Inputs};

pub use instances::{Each, Expansion};
pub use modules::ModuleInst;

/// Expressions and names inside each other. Real modules stay below 100.
const DEPTH: usize = 400;

/// Values below each other in one slot, shared ones counted each time.
const WEIGHT: usize = 1_000_000;

/// Module instances of one application.
const MODULES: usize = 10_000;

/// One application while it is evaluated.
pub struct App<'p> {
    /// Its files.
    pub files: &'p Files<'p>,
    /// All files of the tree.
    pub project: &'p Project,
    /// All modules of the tree.
    pub modules: &'p Modules<'p>,
    /// Folder of the root module.
    pub root: &'p str,
    /// What the command line says.
    pub inputs: &'p Inputs,
    /// Values of root variables in this world, before all others.
    pub forced: BTreeMap<SmolStr, Val>,
    /// Values of root variables from files of values.
    given: HashMap<SmolStr, Val>,
    /// Instances of modules; the root is the first.
    insts: RefCell<Vec<Rc<ModuleInst<'p>>>>,
    /// Calls of modules that are not of the project.
    foreign: RefCell<Vec<ModuleCall>>,
    /// Addresses of modules for which one of another version stands in.
    guessed: RefCell<Vec<SmolStr>>,
    /// What stands behind an address.
    addresses: RefCell<HashMap<SmolStr, Located>>,
    /// Root variables without value on which a condition hangs, and what they are compared to.
    pub undecided: RefCell<IndexMap<SmolStr, Vec<Val>>>,
    templates: RefCell<HashMap<FileId, Option<Rc<Vec<Part>>>>>,
    ids: RefCell<HashMap<FileIx, FileId>>,
    steps: Cell<usize>,
    depth: Cell<usize>,
    deepest: Cell<usize>,
}

/// What stands behind the address in a reference.
#[derive(Debug, Clone, Copy)]
pub enum Located {
    /// An instance of a resource or data source: module instance, declaration, instance of it.
    Resource(usize, usize, usize),
    /// An instance of a module.
    Module(usize),
    /// A module that is not in the tree.
    Remote,
}

/// What is evaluated once in a module instance.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Name<'p> {
    /// A variable.
    Variable(&'p str),
    /// A local.
    Local(&'p str),
    /// An output.
    Output(&'p str),
    /// Declaration, its instance, attribute.
    Attribute(usize, usize, SmolStr),
}

/// A value that was evaluated, or is.
#[derive(Debug, Clone)]
pub enum Slot {
    /// Is being evaluated.
    Busy,
    /// The value, and how deep its evaluation went.
    Done(Val, usize),
}

/// Where an expression stands, and which names hold there.
#[derive(Clone, Copy)]
pub struct Scope<'s, 'p> {
    /// Module instance.
    pub module: &'s ModuleInst<'p>,
    /// File of the expression; none of adapters and of what the command line says.
    pub file: FileId,
    /// `each` and `count`.
    pub each: Option<&'s Each>,
    /// Names of `for`, splats, dynamic blocks and templates.
    pub names: Option<&'s Names<'s>>,
    /// The variables of a template file, in which nothing else holds.
    pub variables: Option<&'s Val>,
}

/// A name that holds in a part of an expression.
pub struct Names<'s> {
    /// The name.
    pub name: &'s str,
    /// Its value.
    pub val: &'s Val,
    /// The names around it.
    pub next: Option<&'s Names<'s>>,
}

impl<'s, 'p> Scope<'s, 'p> {
    /// The scope of a module's own expressions in a file.
    pub fn of(module: &'s ModuleInst<'p>, file: FileId) -> Self {
        Self { module, file, each: None, names: None, variables: None }
    }

    /// Span of a range.
    pub fn span(&self, at: Range) -> Span {
        if self.file == Span::NONE.file {
            return Span::NONE;
        }
        Span::new(self.file, at.start, at.end)
    }

    /// A name of this scope.
    pub fn named(&self, name: &str) -> Option<&'s Val> {
        let mut at = self.names;
        while let Some(names) = at {
            if names.name == name {
                return Some(names.val);
            }
            at = names.next;
        }
        None
    }
}

impl<'p> App<'p> {
    /// An application whose root module stands in `root`.
    pub fn new(
        files: &'p Files<'p>,
        project: &'p Project,
        modules: &'p Modules<'p>,
        root: &'p str,
        inputs: &'p Inputs,
        forced: BTreeMap<SmolStr, Val>,
    ) -> Option<Self> {
        let module = modules.get(root)?;
        let mut app = Self {
            files,
            project,
            modules,
            root,
            inputs,
            forced,
            given: HashMap::new(),
            insts: RefCell::default(),
            foreign: RefCell::default(),
            guessed: RefCell::default(),
            addresses: RefCell::default(),
            undecided: RefCell::default(),
            templates: RefCell::default(),
            ids: RefCell::default(),
            steps: Cell::new(files.limits.steps),
            depth: Cell::new(0),
            deepest: Cell::new(0),
        };
        app.take(module);
        app.insts.borrow_mut().push(Rc::new(ModuleInst::root(module)));
        app.given = app.read_values();
        Some(app)
    }

    /// Makes the files of a module files of the application.
    fn take(&self, module: &Module<'p>) {
        for ix in module.files {
            self.file(*ix);
        }
    }

    /// Id of a file in this application; none of an adapter's.
    pub fn file(&self, ix: FileIx) -> FileId {
        if let Some(id) = self.ids.borrow().get(&ix) {
            return *id;
        }
        let id = match self.project.file(ix) {
            Some(file) if !file.adapter => super::take(self.files, file),
            _ => Span::NONE.file,
        };
        self.ids.borrow_mut().insert(ix, id);
        id
    }

    /// A module instance.
    pub fn inst(&self, ix: usize) -> Option<Rc<ModuleInst<'p>>> {
        self.insts.borrow().get(ix).cloned()
    }

    /// Takes steps of the budget; `false` where it is used up.
    pub fn spend(&self, steps: usize) -> bool {
        match self.steps.get().checked_sub(steps) {
            Some(left) => {
                self.steps.set(left);
                true
            }
            None => {
                self.steps.set(0);
                false
            }
        }
    }

    /// Whether the budget is used up.
    pub fn exhausted(&self) -> bool {
        self.steps.get() == 0
    }

    /// Evaluates something one level deeper.
    pub fn deeper(&self, span: Span, f: impl FnOnce() -> Val) -> Val {
        let depth = self.depth.get() + 1;
        if depth > DEPTH {
            return Val::unknown(Reason::Limit("depth"), "…", span);
        }
        if !self.spend(1) {
            return Val::unknown(Reason::Limit("steps"), "…", span);
        }
        self.depth.set(depth);
        self.deepest.set(self.deepest.get().max(depth));
        let val = f();
        self.depth.set(depth - 1);
        val
    }

    /// The value of a name, evaluated when it is first asked for.
    ///
    /// A value is as deep and as heavy whether it was evaluated now or before, so that no answer hangs on
    /// the order of evaluation.
    pub fn slot(
        &self,
        module: &ModuleInst<'p>,
        name: Name<'p>,
        symbol: &dyn Fn() -> SmolStr,
        f: impl FnOnce() -> Val,
    ) -> Val {
        let found = module.slots.borrow().get(&name).cloned();
        match found {
            Some(Slot::Busy) => return Val::unknown(Reason::Cycle, symbol(), Span::NONE),
            Some(Slot::Done(val, height)) => {
                let depth = self.depth.get() + height;
                if depth > DEPTH {
                    return Val::unknown(Reason::Limit("depth"), symbol(), val.span);
                }
                self.deepest.set(self.deepest.get().max(depth));
                return val;
            }
            None => {}
        }
        module.slots.borrow_mut().insert(name.clone(), Slot::Busy);
        let outer = self.deepest.replace(self.depth.get());
        let mut val = f();
        let height = self.deepest.get() - self.depth.get();
        self.deepest.set(outer.max(self.deepest.get()));
        let weight = weight(&val, WEIGHT);
        self.spend(weight / 32);
        if weight >= WEIGHT {
            val = Val::unknown(Reason::Limit("size"), symbol(), val.span);
        }
        module.slots.borrow_mut().insert(name, Slot::Done(val.clone(), height));
        val
    }
}

/// Number of values in a value, shared ones counted each time; counting ends at `limit`.
pub fn weight(val: &Val, limit: usize) -> usize {
    let mut seen = 0;
    let mut open = vec![val];
    while let Some(val) = open.pop() {
        seen += 1;
        if seen >= limit {
            return limit;
        }
        match &val.state {
            State::Known(Value::List(list)) => open.extend(&list.items),
            State::Known(Value::Map(map)) => open.extend(map.entries.iter().map(|e| &e.val)),
            State::Partial(pieces) => {
                for piece in pieces.iter() {
                    if let palisade_graph::Piece::Hole(val) = piece {
                        open.push(val);
                    }
                }
            }
            _ => {}
        }
    }
    seen
}

/// What is known of a value that is one of two.
pub fn either(a: &Val, b: &Val, unknown: &dyn Fn() -> Val) -> Val {
    if a.same(b) {
        return a.clone();
    }
    match (&a.state, &b.state) {
        (State::Known(Value::Map(x)), State::Known(Value::Map(y))) => {
            let mut out = Map { entries: Vec::new(), open: x.open || y.open };
            out.open |= y.entries.iter().any(|e| x.get(&e.key).is_none());
            for entry in &x.entries {
                match y.get(&entry.key) {
                    Some(other) => {
                        let val = either(&entry.val, other, unknown);
                        out.entries.push(palisade_graph::Entry { val, ..entry.clone() });
                    }
                    None => out.open = true,
                }
            }
            Val { via: a.via.clone(), ..Val::known(Value::Map(out.into()), a.span) }
        }
        (State::Known(Value::List(x)), State::Known(Value::List(y))) => {
            let mut out = List { items: Vec::new(), open: true };
            if x.items.len() == y.items.len() {
                out.open = x.open || y.open;
                out.items = x.items.iter().zip(&y.items).map(|(a, b)| either(a, b, unknown)).collect();
            } else {
                out.items =
                    x.items.iter().zip(&y.items).map_while(|(a, b)| a.same(b).then(|| a.clone())).collect();
            }
            Val { via: a.via.clone(), ..Val::known(Value::List(out.into()), a.span) }
        }
        _ => unknown(),
    }
}

/// A map while it is built: setting a key does not look through all of them.
#[derive(Default)]
pub struct MapBuilder {
    map: Map,
    index: HashMap<SmolStr, usize>,
}

impl MapBuilder {
    /// Sets a key, keeping its place if it is there.
    pub fn set(&mut self, key: SmolStr, key_span: Span, val: Val) {
        match self.index.get(&key).and_then(|ix| self.map.entries.get_mut(*ix)) {
            Some(entry) => {
                entry.key_span = key_span;
                entry.val = val;
            }
            None => {
                self.index.insert(key.clone(), self.map.entries.len());
                self.map.entries.push(palisade_graph::Entry { key, key_span, val });
            }
        }
    }

    /// There may be more.
    pub fn open(&mut self) {
        self.map.open = true;
    }

    /// The map.
    pub fn finish(self, span: Span) -> Val {
        Val::known(Value::Map(self.map.into()), span)
    }
}
