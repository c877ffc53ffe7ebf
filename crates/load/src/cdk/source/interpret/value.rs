use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use indexmap::IndexMap;
use palisade_code::script;
use palisade_graph::{Reason, State, Val, Value as Known};
use palisade_source::{FileId, Span};
use smol_str::SmolStr;

use super::super::names;

/// An object of the construct library, by its place in the host's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Handle(pub u32);

/// A scope of variables, by its place in the interpreter's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScopeId(pub u32);

/// A module of the project, by its place in the interpreter's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModuleId(pub u32);

/// Where something is declared: what a person points at, and all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The name of what is called.
    pub key: Span,
    /// The whole expression.
    pub block: Span,
}

/// What an expression of the program is, as far as can be known.
#[derive(Debug, Clone)]
pub enum Value {
    /// A scalar, a reference, or something unknown.
    Val(Val),
    /// A list, shared by all who hold it.
    List(Rc<List>),
    /// A map, shared by all who hold it.
    Map(Rc<Map>),
    /// An instance of one of the project's classes.
    Object(Rc<Object>),
    /// A construct, or another object of the construct library.
    Host(Handle),
    /// One of the project's classes.
    Class(Rc<ClassDef>),
    /// A function with what it closes over.
    Function(Rc<Func>),
    /// A method that was taken from its object.
    Method(Box<Value>, SmolStr),
    /// A module of the project.
    Module(ModuleId),
    /// A name of a library: `aws_lambda.Runtime`.
    Native(SmolStr, Span),
    /// `construct.node`
    Node(Handle),
    /// An open file.
    File(SmolStr),
    /// A name of a module that was not yet made when it was imported.
    Import(ModuleId, SmolStr),
}

/// Elements of a list.
#[derive(Debug)]
pub struct List {
    /// What is known to be in it.
    pub items: RefCell<Vec<Value>>,
    /// Whether there may be more.
    pub open: Cell<bool>,
    /// Where it was written.
    pub span: Cell<Span>,
}

/// Entries of a map.
#[derive(Debug)]
pub struct Map {
    /// Key → where the key stands, value.
    pub entries: RefCell<IndexMap<SmolStr, (Span, Value)>>,
    /// Whether there may be more.
    pub open: Cell<bool>,
    /// Where it was written.
    pub span: Cell<Span>,
}

/// An instance of a project's class.
#[derive(Debug)]
pub struct Object {
    /// Its class.
    pub class: Rc<ClassDef>,
    /// Its members.
    pub fields: RefCell<IndexMap<SmolStr, Value>>,
    /// What it is to the construct library, once its constructor has called that of a library class.
    pub handle: Cell<Option<Handle>>,
    /// Where it is made: that is where a construct of an own class stands.
    pub place: Place,
}

/// A class of the project.
#[derive(Debug)]
pub struct ClassDef {
    /// Its name.
    pub name: SmolStr,
    /// What is written.
    pub class: Arc<script::Class>,
    /// What it extends, null for nothing.
    pub base: Value,
    /// Where it was declared.
    pub scope: ScopeId,
    /// Its file.
    pub file: FileId,
    /// Static members.
    pub statics: RefCell<IndexMap<SmolStr, Value>>,
    /// Classes below it in the chain of bases.
    pub depth: u32,
}

/// A function with its surroundings.
#[derive(Debug)]
pub struct Func {
    /// What is written.
    pub function: Arc<script::Function>,
    /// Where it was made.
    pub scope: ScopeId,
    /// Its file.
    pub file: FileId,
    /// What `this` is in it, where it is a method.
    pub this: Option<Value>,
    /// The class that it is written in.
    pub home: Option<Rc<ClassDef>>,
}

impl Default for Value {
    fn default() -> Self {
        Value::Val(Val::null().clone())
    }
}

impl Value {
    /// Nothing.
    pub fn null() -> Self {
        Self::default()
    }

    /// Something not known.
    pub fn unknown(reason: Reason, symbol: impl Into<SmolStr>, span: Span) -> Self {
        Value::Val(Val::unknown(reason, symbol, span))
    }

    /// A string.
    pub fn str(text: impl Into<SmolStr>, span: Span) -> Self {
        Value::Val(Val::str(text, span))
    }

    /// A list.
    pub fn list(items: Vec<Value>, span: Span) -> Self {
        Value::List(Rc::new(List {
            items: RefCell::new(items),
            open: Cell::new(false),
            span: Cell::new(span),
        }))
    }

    /// A map.
    pub fn map(entries: impl IntoIterator<Item = (SmolStr, (Span, Value))>, span: Span) -> Self {
        Value::Map(Rc::new(Map {
            entries: RefCell::new(entries.into_iter().collect()),
            open: Cell::new(false),
            span: Cell::new(span),
        }))
    }

    /// Absent or `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Val(v) if v.is_null())
    }

    /// Whether nothing is known of it.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Value::Val(Val { state: State::Unknown(_), .. }))
    }

    /// Text of a known string or number.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Val(v) => v.as_str(),
            _ => None,
        }
    }

    /// A known boolean.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Val(v) => v.as_bool(),
            _ => None,
        }
    }

    /// A known number.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Value::Val(Val { state: State::Known(Known::Num(n)), .. }) => n.parse().ok(),
            _ => None,
        }
    }

    /// Where it was written.
    pub fn span(&self) -> Span {
        match self {
            Value::Val(v) => v.span,
            Value::List(l) => l.span.get(),
            Value::Map(m) => m.span.get(),
            Value::Native(_, span) => *span,
            _ => Span::NONE,
        }
    }

    /// What it is to the construct library.
    pub fn handle(&self) -> Option<Handle> {
        match self {
            Value::Host(h) => Some(*h),
            Value::Object(o) => o.handle.get(),
            _ => None,
        }
    }

    /// The path of a name of a library.
    pub fn native(&self) -> Option<&str> {
        match self {
            Value::Native(path, _) => Some(path),
            _ => None,
        }
    }

    /// The elements of a list, or of one value the value; of nothing none.
    pub fn items(&self) -> Vec<Value> {
        match self {
            Value::List(l) => l.items.borrow().clone(),
            v if v.is_null() => Vec::new(),
            v => vec![v.clone()],
        }
    }

    /// An element of a list.
    pub fn item(&self, n: usize) -> Value {
        match self {
            Value::List(l) => l.items.borrow().get(n).cloned().unwrap_or_default(),
            _ => Value::null(),
        }
    }

    /// Keys with their places and values.
    pub fn entries(&self) -> Vec<(SmolStr, Span, Value)> {
        match self {
            Value::Map(m) => {
                m.entries.borrow().iter().map(|(k, (span, v))| (k.clone(), *span, v.clone())).collect()
            }
            Value::Object(o) if o.handle.get().is_none() => {
                o.fields.borrow().iter().map(|(k, v)| (k.clone(), v.span(), v.clone())).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The value of a key, null where it is absent. Keys are camelCase; Python's structures may hold them in snake
    /// case.
    pub fn get(&self, key: &str) -> Value {
        self.entry(key).map(|(_, v)| v).unwrap_or_default()
    }

    /// Where a key stands, and its value.
    pub fn entry(&self, key: &str) -> Option<(Span, Value)> {
        match self {
            Value::Map(m) => {
                let entries = m.entries.borrow();
                if let Some(found) = entries.get(key) {
                    return Some(found.clone());
                }
                let snake = names::snake(key);
                entries.get(snake.as_str()).cloned()
            }
            Value::Object(o) if o.handle.get().is_none() => {
                let fields = o.fields.borrow();
                let found = fields.get(key).or_else(|| fields.get(names::snake(key).as_str()));
                found.map(|v| (v.span(), v.clone()))
            }
            _ => None,
        }
    }

    /// Whether there may be more entries or elements than are known.
    pub fn is_open(&self) -> bool {
        match self {
            Value::List(l) => l.open.get(),
            Value::Map(m) => m.open.get(),
            Value::Val(v) => matches!(v.state, State::Unknown(_)),
            _ => false,
        }
    }
}
