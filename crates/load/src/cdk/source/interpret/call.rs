use std::rc::Rc;

use palisade_code::script::{Argument, Expr, ExprKind, Language, Parameter, Pattern, Range};
use palisade_graph::Reason;
use palisade_source::{FileId, Span};
use smol_str::SmolStr;

use super::value::{Func, Place, ScopeId, Value};
use super::{CALLS, Flow, Host, Interpreter, either};
use crate::cdk::source::names;

/// Arguments of a call.
#[derive(Debug, Clone, Default)]
pub(super) struct Args {
    /// By position.
    pub positional: Vec<Value>,
    /// By name: name, where it stands, value.
    pub named: Vec<(SmolStr, Span, Value)>,
    /// Whether there may be more.
    pub open: bool,
}

impl Args {
    /// Arguments by position.
    pub fn of(positional: Vec<Value>) -> Self {
        Self { positional, named: Vec::new(), open: false }
    }

    /// The argument at a position.
    pub fn at(&self, n: usize) -> Value {
        self.positional.get(n).cloned().unwrap_or_default()
    }

    /// An argument by name or position.
    pub fn named_or(&self, name: &str, n: usize) -> Value {
        let named = self.named.iter().find(|(k, ..)| k == name).map(|(_, _, v)| v.clone());
        named.unwrap_or_else(|| self.at(n))
    }
}

impl<H: Host> Interpreter<'_, H> {
    /// A call.
    pub(super) fn call(
        &mut self,
        callee: &Expr,
        arguments: &[Argument],
        new: bool,
        at: Range,
        scope: ScopeId,
    ) -> Value {
        let place = Place { key: self.span(callee.at), block: self.span(at) };
        match &callee.kind {
            ExprKind::Super => {
                let args = self.arguments(arguments, scope);
                self.super_call(args, place, scope)
            }
            ExprKind::Member(base, name, name_at) if !new => {
                if matches!(base.kind, ExprKind::Super) {
                    let method = self.super_member(name, scope).unwrap_or_default();
                    let args = self.arguments(arguments, scope);
                    return self.call_value(&method, args, false, place);
                }
                let base = self.eval(base, scope);
                let args = self.arguments(arguments, scope);
                let key = self.span(*name_at);
                self.call_method(&base, name, args, Place { key, block: place.block })
            }
            _ => {
                let function = self.eval(callee, scope);
                let args = self.arguments(arguments, scope);
                self.call_value(&function, args, new, place)
            }
        }
    }

    pub(super) fn arguments(&mut self, arguments: &[Argument], scope: ScopeId) -> Args {
        let mut args = Args::default();
        for argument in arguments {
            let value = self.eval(&argument.value, scope);
            match (&argument.name, argument.spread) {
                (Some(_), true) => {
                    args.open |= value.is_open();
                    for (key, span, value) in value.entries() {
                        args.named.push((key, span, value));
                    }
                }
                (Some(name), false) => {
                    let at = argument.value.at.start;
                    // The name stands before its value and an equals sign.
                    let length = u32::try_from(name.len()).unwrap_or(0);
                    let start = at.saturating_sub(length + 1);
                    let span = Span::new(self.file, start, start + length);
                    args.named.push((name.clone(), span, value));
                }
                (None, true) => {
                    let (items, open) = Self::elements(&value);
                    args.open |= open;
                    args.positional.extend(items);
                }
                (None, false) => args.positional.push(value),
            }
        }
        args
    }

    /// Calls a value.
    pub(super) fn call_value(&mut self, function: &Value, args: Args, new: bool, at: Place) -> Value {
        match function {
            Value::Function(f) => self.run_function(f, None, args, at),
            Value::Class(class) => {
                let class = class.clone();
                self.instantiate(&class, args, at)
            }
            Value::Native(path, _) => {
                let last = path.rsplit('.').next().unwrap_or(path);
                let class = last.starts_with(|c: char| c.is_ascii_uppercase());
                let path = path.clone();
                if new || class && !path.starts_with("js.") {
                    self.native_new(&path, args, at)
                } else {
                    self.native_call(&path, args, at)
                }
            }
            Value::Method(base, name) => {
                let (base, name) = ((**base).clone(), name.clone());
                self.call_method(&base, &name, args, at)
            }
            Value::Module(id) => {
                let whole = self.modules.get(id.0 as usize).and_then(|m| m.whole.clone());
                match whole {
                    Some(whole) => self.call_value(&whole, args, new, at),
                    None => self.symbolic(&args, at),
                }
            }
            _ => self.symbolic(&args, at),
        }
    }

    /// A call of something that is not known: functions among its arguments may be called.
    pub(super) fn symbolic(&mut self, args: &Args, at: Place) -> Value {
        for value in &args.positional {
            if let Value::Function(f) = value {
                let count = f.function.parameters.len().min(8);
                let unknown = Value::unknown(Reason::NeedsCode, "each", at.key);
                let f = f.clone();
                self.run_function(&f, None, Args::of(vec![unknown; count]), at);
            }
        }
        Value::unknown(Reason::NeedsCode, "", at.key)
    }

    /// Makes a file the one whose code runs.
    pub(super) fn enter(&mut self, file: FileId) {
        self.file = file;
        let python = self.files.path(file).is_some_and(|p| p.ends_with(".py"));
        self.language = if python { Language::Python } else { Language::JavaScript };
    }

    /// Runs one of the project's functions.
    pub(super) fn run_function(&mut self, f: &Rc<Func>, this: Option<Value>, args: Args, at: Place) -> Value {
        if self.calls >= CALLS || !self.step() {
            return Value::unknown(Reason::Limit("depth"), "", at.key);
        }
        let scope = self.scope(Some(f.scope));
        let this = this.or_else(|| f.this.clone());
        if let Some(s) = self.scope_mut(scope) {
            s.this = this;
            s.home.clone_from(&f.home);
        }
        let (file, language) = (self.file, self.language);
        self.enter(f.file);
        self.calls += 1;
        self.returned.push(Vec::new());
        let function = f.function.clone();
        self.parameters(&function.parameters, args, scope);
        let flow = self.block(&function.body, scope);
        let mut value = match flow {
            Flow::Return(v) => v,
            _ => Value::null(),
        };
        for earlier in self.returned.pop().unwrap_or_default().into_iter().rev() {
            value = either(earlier, value);
        }
        self.calls -= 1;
        (self.file, self.language) = (file, language);
        value
    }

    fn parameters(&mut self, parameters: &[Parameter], args: Args, scope: ScopeId) {
        let Args { positional, mut named, open } = args;
        let mut positional = positional.into_iter();
        let missing = |at: Span| Value::unknown(Reason::NeedsCode, "", at);
        for p in parameters {
            if p.keywords {
                let span = named.first().map_or(Span::NONE, |(_, span, _)| *span);
                let rest = Value::map(named.drain(..).map(|(k, at, v)| (k, (at, v))), span);
                if let Value::Map(m) = &rest {
                    m.open.set(open);
                }
                self.bind(&p.pattern, rest, scope, true);
                continue;
            }
            if p.rest {
                let rest = Value::list(positional.by_ref().collect(), Span::NONE);
                if let Value::List(l) = &rest {
                    l.open.set(open);
                }
                self.bind(&p.pattern, rest, scope, true);
                continue;
            }
            let by_name = match &p.pattern {
                Pattern::Name(name) => named.iter().position(|(k, ..)| k == name),
                _ => None,
            };
            let given = match by_name {
                Some(n) => Some(named.remove(n).2),
                None => positional.next(),
            };
            let value = match (given, &p.default) {
                (Some(v), Some(default)) if v.is_null() && self.language == Language::JavaScript => {
                    self.eval(default, scope)
                }
                (Some(v), _) => v,
                (None, Some(default)) => self.eval(default, scope),
                (None, None) if open => missing(Span::NONE),
                (None, None) => Value::null(),
            };
            self.bind(&p.pattern, value, scope, true);
        }
    }

    /// Arguments as the library takes them: Python's names are the last argument, as a map of names in camel case.
    fn normal(&self, args: Args) -> Vec<Value> {
        let Args { mut positional, named, open } = args;
        if !named.is_empty() || open && self.language == Language::Python {
            let start = named.first().map_or(Span::NONE, |(_, span, _)| *span);
            let end =
                named.last().map_or(start, |(_, span, v)| if v.span().is_some() { v.span() } else { *span });
            let span = if start.is_some() && start.file == end.file && start.start <= end.end {
                Span::new(start.file, start.start, end.end)
            } else {
                start
            };
            let map = Value::map(named.into_iter().map(|(k, at, v)| (names::camel(&k), (at, v))), span);
            if let Value::Map(m) = &map {
                m.open.set(open);
            }
            positional.push(map);
        }
        positional
    }

    /// `new` of a class of a library.
    pub(super) fn native_new(&mut self, path: &str, args: Args, at: Place) -> Value {
        if let Some(made) = self.builtin_new(path, &args, at) {
            return made;
        }
        if path == "core.App" {
            let args = self.normal(args);
            let props = args.last().cloned().unwrap_or_default();
            return self.host.construct(path, None, &Value::null(), &props, at);
        }
        let mut args = args;
        let take = |args: &mut Args, names: &[&str]| {
            let n = args.named.iter().position(|(k, ..)| names.contains(&k.as_str()))?;
            Some(args.named.remove(n).2)
        };
        let first = args.positional.first().cloned();
        let by_name = if first.is_none() { take(&mut args, &["scope"]) } else { None };
        let named_scope = by_name.is_some();
        let scope = first.clone().or(by_name);
        let scoped = scope.as_ref().and_then(Value::handle).filter(|h| self.host.is_construct(*h));
        // A scope that is not known, with what can only be an id behind it.
        let lost = scope.as_ref().is_some_and(|s| s.is_unknown() || s.is_null())
            && args.positional.get(1).is_some_and(|id| id.as_str().is_some())
            && is_construct_library(path);
        let second = usize::from(!named_scope);
        // What only names a construct (`new SqsEventSource(queue, { … })`) is none: a construct has an id.
        let names = ["id", "construct_id", "id_"];
        let has_id = match args.positional.get(second) {
            Some(id) => matches!(id, Value::Val(v) if !v.is_null()),
            None => args.named.iter().any(|(k, ..)| names.contains(&k.as_str())),
        };
        if scoped.is_some() && (has_id || named_scope) || lost {
            let id = match args.positional.get(second) {
                Some(id) => id.clone(),
                None => take(&mut args, &names).unwrap_or_default(),
            };
            let rest = self.normal(Args {
                positional: args.positional.into_iter().skip(second + 1).collect(),
                named: args.named,
                open: args.open,
            });
            let props = rest.into_iter().next().unwrap_or_default();
            return self.host.construct(path, scoped, &id, &props, at);
        }
        let args = self.normal(args);
        if is_library(path) {
            return self.host.object(path, &args, at);
        }
        self.symbolic(&Args::of(args), at)
    }

    /// A call of a function of a library.
    pub(super) fn native_call(&mut self, path: &str, args: Args, at: Place) -> Value {
        if let Some(made) = self.builtin(path, &args, at) {
            return made;
        }
        if is_library(path) {
            let args = self.normal(args);
            return self.host.static_call(path, &args, at);
        }
        self.symbolic(&args, at)
    }

    /// A call of a method of a construct.
    pub(super) fn host_call(&mut self, on: super::Handle, name: &str, args: Args, at: Place) -> Value {
        let args = self.normal(args);
        self.host.call(on, &names::camel(name), &args, at)
    }
}

/// Whether a name belongs to a library of constructs.
pub(super) fn is_library(path: &str) -> bool {
    is_construct_library(path) || path.starts_with('@') || path.contains("cdk")
}

fn is_construct_library(path: &str) -> bool {
    path.starts_with("aws_")
        || path.starts_with("core.")
        || path.starts_with("constructs.")
        || path.starts_with("custom_resources.")
        || path.starts_with("alexa_")
        || path.starts_with("cloudformation_include.")
        || path.starts_with("pipelines.")
        || path.starts_with("triggers.")
        || path.starts_with("lambda_layer_")
        || path.starts_with('@')
        || path.contains("cdk")
}
