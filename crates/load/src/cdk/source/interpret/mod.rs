//! Runs a program on values that may not be known. Nothing of the project is executed: every construct that the
//! program would make is told to the [`Host`].

mod builtins;
mod call;
mod class;
mod expression;
mod host;
mod imports;
mod lists;
mod member;
mod paths;
mod statement;
mod strings;
mod text;
mod value;

use std::collections::HashMap;
use std::rc::Rc;

use palisade_code::script::{Language, Range};
use palisade_graph::{Reason, Val};
use palisade_source::{FileId, Span};
use smol_str::SmolStr;

pub use host::Host;
pub use text::{concat, plain};
use value::{ClassDef, ModuleId, Object, ScopeId};
pub use value::{Handle, Place, Value};

use crate::{Files, Inputs};

/// Expressions and statements inside each other, over all calls.
const DEPTH: u32 = 1_500;

/// Calls of the project's functions inside each other.
const CALLS: u32 = 120;

/// Scopes that one program may open.
const SCOPES: usize = 400_000;

/// Elements of a list that evaluation makes.
const ELEMENTS: usize = 10_000;

/// Variables of a block, function or module.
#[derive(Default)]
struct Scope {
    vars: HashMap<SmolStr, Value>,
    parent: Option<ScopeId>,
    this: Option<Value>,
    home: Option<Rc<ClassDef>>,
}

/// A module of the project that was read.
struct Module {
    /// Path relative to the scan root; of a Python package its `__init__.py`, or the folder where it has none.
    path: String,
    /// Folder of a Python package.
    package: Option<String>,
    scope: ScopeId,
    /// Names outside → inside.
    exports: HashMap<SmolStr, SmolStr>,
    /// Names outside → (value of the other module, name in it).
    again: HashMap<SmolStr, (Value, SmolStr)>,
    /// Modules of which everything is exported.
    stars: Vec<Value>,
    /// `module.exports = …`
    whole: Option<Value>,
}

/// How a statement ends.
enum Flow {
    Normal,
    Return(Value),
    Jump,
}

/// A variable before a branch of which it is not known whether it runs.
struct Change {
    scope: ScopeId,
    name: SmolStr,
    old: Option<Value>,
}

/// The interpreter of one application.
pub struct Interpreter<'a, H> {
    /// The construct library.
    pub host: H,
    files: &'a Files<'a>,
    inputs: &'a Inputs,
    /// Folder of `cdk.json`, in which the program would run.
    app: SmolStr,
    /// `context` of `cdk.json`, then `cdk.context.json`.
    context: Vec<Val>,
    /// Where Python looks for modules.
    roots: Vec<String>,
    /// TypeScript's `paths`: pattern, places.
    aliases: Vec<(String, Vec<String>)>,
    /// Packages of the same repository: name → folder.
    packages: HashMap<String, String>,
    scopes: Vec<Scope>,
    modules: Vec<Module>,
    by_path: HashMap<String, ModuleId>,
    objects: Vec<Rc<Object>>,
    /// The file of the running code.
    file: FileId,
    language: Language,
    steps: usize,
    depth: u32,
    calls: u32,
    /// Branches around of which it is not known whether they run: what they changed.
    changes: Vec<Vec<Change>>,
    /// Values that a running function may have returned earlier.
    returned: Vec<Vec<Value>>,
}

impl<'a, H: Host> Interpreter<'a, H> {
    /// An interpreter for the application in a folder.
    pub fn new(
        files: &'a Files<'a>,
        inputs: &'a Inputs,
        app: &str,
        entry: &str,
        context: Vec<Val>,
        host: H,
    ) -> Self {
        let mut roots = vec![crate::folder(entry).to_owned()];
        if !roots.iter().any(|r| r == app) {
            roots.push(app.to_owned());
        }
        let mut interpreter = Self {
            host,
            files,
            inputs,
            app: app.into(),
            context,
            roots,
            aliases: Vec::new(),
            packages: HashMap::new(),
            scopes: Vec::new(),
            modules: Vec::new(),
            by_path: HashMap::new(),
            objects: Vec::new(),
            file: FileId(u32::MAX),
            language: Language::JavaScript,
            steps: 0,
            depth: 0,
            calls: 0,
            changes: Vec::new(),
            returned: Vec::new(),
        };
        interpreter.read_aliases();
        interpreter.read_packages();
        interpreter
    }

    /// Runs the program that begins in a file.
    pub fn run(&mut self, entry: &str) {
        self.load(entry, None, true);
        if self.exhausted() {
            self.files.fail(entry, "the program takes more steps than the limit; its rest is not read", None);
        }
        // Objects hold each other.
        for object in self.objects.drain(..) {
            object.fields.borrow_mut().clear();
        }
        self.scopes.clear();
    }

    fn exhausted(&self) -> bool {
        self.steps > self.files.limits.steps
    }

    /// Counts a step; false where there may be no more.
    fn step(&mut self) -> bool {
        self.steps += 1;
        !self.exhausted()
    }

    fn span(&self, at: Range) -> Span {
        Span::new(self.file, at.start, at.end)
    }

    fn unknown(&self, at: Range, symbol: &str) -> Value {
        Value::unknown(Reason::NeedsCode, symbol, self.span(at))
    }

    /// Opens a scope.
    fn scope(&mut self, parent: Option<ScopeId>) -> ScopeId {
        if self.scopes.len() >= SCOPES {
            self.steps = self.files.limits.steps + 1;
        }
        let id = ScopeId(u32::try_from(self.scopes.len()).unwrap_or(u32::MAX));
        self.scopes.push(Scope { parent, ..Scope::default() });
        id
    }

    fn scope_mut(&mut self, id: ScopeId) -> Option<&mut Scope> {
        self.scopes.get_mut(id.0 as usize)
    }

    /// The scopes from the inside out.
    fn chain(&self, from: ScopeId) -> impl Iterator<Item = (ScopeId, &Scope)> {
        let first = self.scopes.get(from.0 as usize).map(|s| (from, s));
        std::iter::successors(first, |(_, s)| {
            s.parent.and_then(|p| self.scopes.get(p.0 as usize).map(|s| (p, s)))
        })
    }

    fn lookup(&self, name: &str, scope: ScopeId) -> Option<Value> {
        self.chain(scope).find_map(|(_, s)| s.vars.get(name).cloned())
    }

    fn this(&self, scope: ScopeId) -> Option<Value> {
        self.chain(scope).find_map(|(_, s)| s.this.clone())
    }

    fn home(&self, scope: ScopeId) -> Option<Rc<ClassDef>> {
        self.chain(scope).find_map(|(_, s)| s.home.clone())
    }

    /// Binds a name in a scope.
    fn define(&mut self, scope: ScopeId, name: &SmolStr, value: Value) {
        let Some(s) = self.scopes.get_mut(scope.0 as usize) else { return };
        let old = s.vars.insert(name.clone(), value);
        if let Some(changes) = self.changes.last_mut() {
            changes.push(Change { scope, name: name.clone(), old });
        }
    }

    /// Gives a new value to the nearest variable of that name.
    fn set(&mut self, scope: ScopeId, name: &SmolStr, value: Value) {
        let found = self.chain(scope).find(|(_, s)| s.vars.contains_key(name)).map(|(id, _)| id);
        self.define(found.unwrap_or(scope), name, value);
    }

    /// A value as a property holds it.
    fn val(&mut self, value: &Value) -> Val {
        let host = &self.host;
        let mut budget = 100_000;
        let val = plain(value, &|h, span| host.reference(h, span), &mut budget);
        self.steps += (100_000 - budget) / 16;
        val
    }
}

/// Either of two values, where it is not known which.
fn either(a: Value, b: Value) -> Value {
    match (&a, &b) {
        (Value::Val(x), Value::Val(y)) => {
            if x.same(y) {
                return a;
            }
            let reason = [x, y].iter().find_map(|v| match &v.state {
                palisade_graph::State::Unknown(u) => Some((u.reason.clone(), u.symbol.clone())),
                _ => None,
            });
            let (reason, symbol) = reason.unwrap_or((Reason::Condition, SmolStr::default()));
            Value::Val(Val::unknown(reason, symbol, x.span.or(y.span)))
        }
        // A map or construct says more than its absence.
        (Value::Val(x), _) if x.is_null() || a.is_unknown() => b,
        _ => a,
    }
}
