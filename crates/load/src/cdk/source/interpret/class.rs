use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use indexmap::IndexMap;
use palisade_code::script::{self, Language, Pattern};
use palisade_graph::Reason;
use smol_str::SmolStr;

use super::call::Args;
use super::value::{ClassDef, Func, Object, Place, ScopeId, Value};
use super::{Host, Interpreter};
use crate::cdk::source::names;

/// Longest chain of own classes that extend each other.
const BASES: u32 = 16;

impl<H: Host> Interpreter<'_, H> {
    /// A class where it is declared.
    pub(super) fn class(&mut self, name: &str, class: &Arc<script::Class>, scope: ScopeId) -> Value {
        let base = class.base.as_ref().map(|b| self.eval(b, scope)).unwrap_or_default();
        let base = self.class_of(base);
        let depth = match &base {
            Value::Class(b) => b.depth + 1,
            _ => 0,
        };
        let base = if depth > BASES { Value::null() } else { base };
        let inner = self.scope(Some(scope));
        let def = Rc::new(ClassDef {
            name: name.into(),
            class: class.clone(),
            base,
            scope: inner,
            file: self.file,
            statics: RefCell::default(),
            depth: depth.min(BASES),
        });
        let value = Value::Class(def.clone());
        if let Some(s) = self.scope_mut(inner) {
            s.this = Some(value.clone());
            s.home = Some(def.clone());
            if !name.is_empty() {
                s.vars.insert(name.into(), value.clone());
            }
        }
        for (field, written, is_static) in &class.fields {
            if *is_static && let Some(e) = written {
                let v = self.eval(e, inner);
                // Members of a Python class see each other by name while it is made.
                if self.language == Language::Python {
                    self.define(inner, field, v.clone());
                }
                def.statics.borrow_mut().insert(field.clone(), v);
            }
        }
        if self.language == Language::Python
            && let Some(s) = self.scope_mut(inner)
        {
            s.vars.retain(|k, _| k == name);
        }
        value
    }

    /// The class that a module of one class is.
    fn class_of(&self, value: Value) -> Value {
        match &value {
            Value::Module(id) => match self.modules.get(id.0 as usize).and_then(|m| m.whole.clone()) {
                Some(whole) => whole,
                None => value,
            },
            _ => value,
        }
    }

    /// `new Class(…)` of the project.
    pub(super) fn instantiate(&mut self, def: &Rc<ClassDef>, args: Args, at: Place) -> Value {
        if self.calls >= super::CALLS || !self.step() {
            return Value::unknown(Reason::Limit("depth"), def.name.clone(), at.key);
        }
        let object = Rc::new(Object {
            class: def.clone(),
            fields: RefCell::new(IndexMap::new()),
            handle: Cell::new(None),
            place: at,
        });
        self.objects.push(object.clone());
        self.calls += 1;
        let made = self.initialise(def, &object, args, at);
        self.calls -= 1;
        // A constructor may give back something else.
        match made {
            Value::Class(_) | Value::Function(_) | Value::Host(_) | Value::Map(_) => made,
            _ => Value::Object(object),
        }
    }

    /// Runs the constructor of a class on an object.
    fn initialise(&mut self, def: &Rc<ClassDef>, object: &Rc<Object>, args: Args, at: Place) -> Value {
        if !matches!(def.base, Value::Class(_) | Value::Native(..)) {
            self.fields(def, object);
        }
        let Some(function) = &def.class.constructor else {
            if self.is_record(def) {
                Self::record(def, object, args);
            } else {
                self.construct_base(def, object, args, at);
            }
            return Value::null();
        };
        let this = Value::Object(object.clone());
        let function = Func {
            function: function.clone(),
            scope: def.scope,
            file: def.file,
            this: Some(this.clone()),
            home: Some(def.clone()),
        };
        let members = function.function.parameters.iter().any(|p| p.member);
        if members {
            // `constructor(private readonly x: T)` sets the member before the body reads it.
            let named = function.function.parameters.iter().enumerate().filter(|(_, p)| p.member);
            for (n, p) in named {
                if let Pattern::Name(name) = &p.pattern {
                    let value = args.positional.get(n).cloned().unwrap_or_default();
                    object.fields.borrow_mut().insert(name.clone(), value);
                }
            }
        }
        self.run_function(&Rc::new(function), Some(this), args, at)
    }

    /// `super(…)` in a constructor.
    pub(super) fn super_call(&mut self, args: Args, at: Place, scope: ScopeId) -> Value {
        let (Some(home), Some(Value::Object(object))) = (self.home(scope), self.this(scope)) else {
            return Value::null();
        };
        self.construct_base(&home, &object, args, at);
        Value::Object(object)
    }

    fn construct_base(&mut self, def: &Rc<ClassDef>, object: &Rc<Object>, args: Args, at: Place) {
        match &def.base {
            Value::Class(base) => {
                let base = base.clone();
                self.initialise(&base, object, args, at);
            }
            Value::Native(path, _) => {
                let path = path.clone();
                let made = self.native_new(&path, args, object.place);
                if let Some(h) = made.handle() {
                    object.handle.set(Some(h));
                } else if let Value::Map(map) = made {
                    for (key, (_, value)) in map.entries.borrow().iter() {
                        object.fields.borrow_mut().insert(key.clone(), value.clone());
                    }
                }
            }
            _ => return,
        }
        self.fields(def, object);
    }

    /// Fields with initial values.
    fn fields(&mut self, def: &Rc<ClassDef>, object: &Rc<Object>) {
        let class = def.class.clone();
        let scope = self.scope(Some(def.scope));
        if let Some(s) = self.scope_mut(scope) {
            s.this = Some(Value::Object(object.clone()));
            s.home = Some(def.clone());
        }
        let (file, language) = (self.file, self.language);
        self.enter(def.file);
        for (name, value, is_static) in &class.fields {
            if *is_static {
                continue;
            }
            if let Some(e) = value {
                let v = self.eval(e, scope);
                object.fields.borrow_mut().insert(name.clone(), v);
            }
        }
        (self.file, self.language) = (file, language);
    }

    /// Whether a Python class has members and no constructor: a data class.
    fn is_record(&self, def: &Rc<ClassDef>) -> bool {
        self.language == Language::Python
            && !def.class.fields.is_empty()
            && !matches!(&def.base, Value::Class(_))
            && !def.base.native().is_some_and(|p| {
                p.starts_with("aws_") || p.starts_with("core") || p.starts_with("constructs")
            })
    }

    fn record(def: &Rc<ClassDef>, object: &Rc<Object>, args: Args) {
        let mut positional = args.positional.into_iter();
        let mut fields = object.fields.borrow_mut();
        for (name, ..) in &def.class.fields {
            let given = args.named.iter().find(|(k, ..)| k == name).map(|(_, _, v)| v.clone());
            let default = || def.statics.borrow().get(name).cloned().unwrap_or_default();
            let value = given.or_else(|| positional.next()).unwrap_or_else(default);
            fields.insert(name.clone(), value);
        }
    }

    /// A method or getter of a class, with the class that it is written in.
    pub(super) fn find_method(def: &Rc<ClassDef>, name: &str) -> Option<(Rc<ClassDef>, usize)> {
        let mut at = def.clone();
        for _ in 0..=BASES {
            if let Some(n) = at.class.methods.iter().position(|(k, _)| k == name) {
                return Some((at, n));
            }
            match &at.base {
                Value::Class(base) => {
                    let base = base.clone();
                    at = base;
                }
                _ => return None,
            }
        }
        None
    }

    /// The library class at the end of a chain of own ones.
    pub(super) fn native_base(def: &Rc<ClassDef>) -> Option<SmolStr> {
        let mut at = def.clone();
        for _ in 0..=BASES {
            match &at.base {
                Value::Class(base) => {
                    let base = base.clone();
                    at = base;
                }
                Value::Native(path, _) => return Some(path.clone()),
                _ => return None,
            }
        }
        None
    }

    /// A static member of a class or of those that it extends.
    pub(super) fn static_of(def: &Rc<ClassDef>, name: &str) -> Option<Value> {
        let mut at = def.clone();
        for _ in 0..=BASES {
            if let Some(v) = at.statics.borrow().get(name) {
                return Some(v.clone());
            }
            match &at.base {
                Value::Class(base) => {
                    let base = base.clone();
                    at = base;
                }
                _ => return None,
            }
        }
        None
    }

    /// A method as a function, bound to what it is called on.
    pub(super) fn bound(home: &Rc<ClassDef>, n: usize, this: Value) -> Option<(Rc<Func>, bool)> {
        let (_, member) = home.class.methods.get(n)?;
        let this = if member.is_static { Value::Class(home.clone()) } else { this };
        let function = Func {
            function: member.function.clone(),
            scope: home.scope,
            file: home.file,
            this: Some(this),
            home: Some(home.clone()),
        };
        Some((Rc::new(function), member.getter))
    }

    /// `super.name`
    pub(super) fn super_member(&mut self, name: &str, scope: ScopeId) -> Option<Value> {
        let home = self.home(scope)?;
        let this = self.this(scope)?;
        if let Value::Class(base) = &home.base
            && let Some((owner, n)) = Self::find_method(base, name)
        {
            let (function, getter) = Self::bound(&owner, n, this)?;
            return Some(if getter {
                let at = palisade_source::Span::NONE;
                self.run_function(&function, None, Args::default(), Place { key: at, block: at })
            } else {
                Value::Function(function)
            });
        }
        let h = this.handle()?;
        Some(Value::Method(Box::new(Value::Host(h)), names::camel(name)))
    }
}
