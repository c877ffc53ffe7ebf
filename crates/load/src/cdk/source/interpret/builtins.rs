//! What the languages themselves and their standard libraries offer.

use palisade_code::script::Range;
use palisade_graph::{Reason, State, Val, Value as Known};
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::call::Args;
use super::expression::number;
use super::member::count;
use super::value::{Place, Value};
use super::{ELEMENTS, Host, Interpreter, paths};
use crate::Typing;

const JAVASCRIPT: &[&str] = &[
    "Array",
    "Boolean",
    "Buffer",
    "Date",
    "Error",
    "JSON",
    "Map",
    "Math",
    "Number",
    "Object",
    "Promise",
    "RegExp",
    "Set",
    "String",
    "URL",
    "console",
    "encodeURIComponent",
    "parseFloat",
    "parseInt",
    "require",
    "structuredClone",
];

const PYTHON: &[&str] = &[
    "all",
    "any",
    "bool",
    "dict",
    "enumerate",
    "filter",
    "float",
    "frozenset",
    "getattr",
    "hasattr",
    "int",
    "isinstance",
    "len",
    "list",
    "map",
    "max",
    "min",
    "open",
    "print",
    "range",
    "repr",
    "reversed",
    "set",
    "sorted",
    "str",
    "sum",
    "tuple",
    "type",
    "vars",
    "zip",
];

impl<H: Host> Interpreter<'_, H> {
    /// A name that no scope binds.
    pub(super) fn global(&mut self, name: &str, at: Range) -> Value {
        let span = self.span(at);
        match name {
            "process" => Value::Native("process".into(), span),
            "globalThis" | "window" => Value::Native("js".into(), span),
            "NotImplemented" | "Ellipsis" => Value::null(),
            _ if JAVASCRIPT.contains(&name) => Value::Native(format_smolstr!("js.{name}"), span),
            _ if PYTHON.contains(&name) => Value::Native(format_smolstr!("py.{name}"), span),
            _ => Value::unknown(Reason::NeedsCode, name, span),
        }
    }

    /// The path of a member of a native name, as [`Self::builtin`] knows it.
    #[expect(clippy::unused_self, reason = "called beside methods that need it")]
    pub(super) fn builtin_path(&self, path: &str, name: &str) -> SmolStr {
        format_smolstr!("{path}.{name}")
    }

    /// An environment variable: only what the user says is known.
    fn environment(&self, name: &str, at: Span) -> Value {
        match self.inputs.env.get(name) {
            Some(value) => Value::str(value.as_str(), at),
            None => Value::unknown(Reason::Environment, name, at),
        }
    }

    /// A member of a module or object of the language.
    pub(super) fn builtin_member(&mut self, path: &str, name: &str, at: Span) -> Option<Value> {
        Some(match (path, name) {
            ("process" | "js.process", "env") | ("os", "environ") => Value::Native("process.env".into(), at),
            ("process.env", "get" | "items" | "keys" | "copy" | "setdefault") => return None,
            ("process.env", name) => self.environment(name, at),
            ("path" | "os" | "os.path", "sep") => Value::str("/", at),
            ("path", "posix" | "default" | "win32") => Value::Native("path".into(), at),
            ("process", "argv" | "platform") | ("sys", "argv" | "version_info") => {
                Value::unknown(Reason::NeedsCode, format_smolstr!("{path}.{name}"), at)
            }
            ("js" | "js.globalThis", name) => Value::Native(format_smolstr!("js.{name}"), at),
            ("fs" | "fs/promises", "promises") => Value::Native("fs".into(), at),
            _ => return None,
        })
    }

    /// `new` of a class of the language.
    pub(super) fn builtin_new(&mut self, path: &str, args: &Args, at: Place) -> Option<Value> {
        let span = at.block;
        Some(match path {
            "js.Map" => {
                let pairs = args.at(0);
                self.pairs(&pairs, span)
            }
            "js.Set" | "js.Array" => {
                let first = args.at(0);
                if first.as_number().is_some() {
                    Value::list(Vec::new(), span)
                } else {
                    Self::copied(&first, span)
                }
            }
            "pathlib.Path" | "pathlib.PurePath" | "pathlib.PosixPath" => {
                Self::joined(&args.positional, false, span)
            }
            "js.URL" => args.at(0),
            "js.Promise" | "js.Date" | "js.Error" => {
                Value::unknown(Reason::NeedsCode, path.trim_start_matches("js."), span)
            }
            "collections.OrderedDict" => self.builtin("py.dict", args, at)?,
            _ => return None,
        })
    }

    /// A call of a function of the language.
    pub(super) fn builtin(&mut self, path: &str, args: &Args, at: Place) -> Option<Value> {
        let span = at.block;
        let first = args.at(0);
        Some(match path {
            "js.require" => {
                let name = SmolStr::new(first.as_str()?);
                let here = crate::folder(&self.files.path(self.file).unwrap_or_default()).to_owned();
                let module = self.resolve(&name, &here);
                match &module {
                    Value::Module(id) => {
                        let whole = self.modules.get(id.0 as usize).and_then(|m| m.whole.clone());
                        whole.unwrap_or(module)
                    }
                    _ => module,
                }
            }
            "js.Object.keys" => {
                let keys = first.entries().into_iter().map(|(k, span, _)| Value::str(k, span)).collect();
                Self::opened(Value::list(keys, span), first.is_open())
            }
            "js.Object.values" => {
                let values = first.entries().into_iter().map(|(_, _, v)| v).collect();
                Self::opened(Value::list(values, span), first.is_open())
            }
            "js.Object.entries" => {
                let pairs = first.entries().into_iter();
                let pairs = pairs.map(|(k, at, v)| Value::list(vec![Value::str(k, at), v], at)).collect();
                Self::opened(Value::list(pairs, span), first.is_open())
            }
            "js.Object.fromEntries" => self.pairs(&first, span),
            "js.Object.assign" => {
                if let Value::Map(target) = &first {
                    for more in args.positional.iter().skip(1) {
                        for (k, at, v) in more.entries() {
                            target.entries.borrow_mut().insert(k, (at, v));
                        }
                        target.open.set(target.open.get() || more.is_open());
                    }
                }
                first
            }
            "js.Object.freeze" | "js.structuredClone" | "js.Promise.all" | "js.Promise.resolve"
            | "copy.deepcopy" | "copy.copy" | "py.frozenset" | "url.fileURLToPath" | "js.Object.seal"
            | "py.repr" | "typing.cast" => {
                if path == "typing.cast" {
                    args.at(1)
                } else {
                    first
                }
            }
            "js.JSON.parse" | "json.loads" => Self::parsed(&first, span),
            "json.load" | "yaml.safe_load" | "yaml.load" | "js-yaml.load" | "yaml.parse" | "YAML.parse" => {
                match &first {
                    Value::File(path) => self.document(&path.clone(), span),
                    other => Self::parsed(other, span),
                }
            }
            "js.JSON.stringify" | "json.dumps" => first,
            "js.Array.isArray" => Value::Val(Val::bool(matches!(first, Value::List(_)), span)),
            "js.Array.from" | "py.list" | "py.tuple" | "py.set" | "js.Array.of" | "js.Set" => {
                let list = Self::copied(&first, span);
                match args.at(1) {
                    Value::Function(f) if path == "js.Array.from" => {
                        let items = list.items();
                        let mapped = items.into_iter().take(self.files.limits.instances);
                        let mapped: Vec<Value> =
                            mapped.map(|v| self.run_function(&f, None, Args::of(vec![v]), at)).collect();
                        Value::list(mapped, span)
                    }
                    _ => list,
                }
            }
            "js.String" | "py.str" => {
                let val = self.val(&first);
                match &val.state {
                    State::Known(Known::Num(n)) => Value::str(n.clone(), val.span),
                    State::Known(Known::Bool(b)) => Value::str(b.to_string(), val.span),
                    _ => Value::Val(val),
                }
            }
            "js.Number" | "js.parseInt" | "js.parseFloat" | "py.int" | "py.float" => {
                match first.as_str().and_then(|t| t.trim().parse::<f64>().ok()) {
                    Some(n) => number(
                        if matches!(path, "js.parseInt" | "py.int") { n.trunc() } else { n },
                        first.span(),
                    ),
                    None => Self::part_of(&first),
                }
            }
            "js.Boolean" | "py.bool" => match self.truth(&first) {
                Some(b) => Value::Val(Val::bool(b, span)),
                None => Self::part_of(&first),
            },
            "js.Math.min" | "js.Math.max" | "py.min" | "py.max" => {
                let values = if args.positional.len() == 1 { first.items() } else { args.positional.clone() };
                let numbers: Option<Vec<f64>> = values.iter().map(Value::as_number).collect();
                let pick = |a: f64, b: f64| if path.ends_with("min") { a.min(b) } else { a.max(b) };
                number(numbers?.into_iter().reduce(pick)?, span)
            }
            "js.Math.floor" | "math.floor" => number(first.as_number()?.floor(), span),
            "js.Math.ceil" | "math.ceil" => number(first.as_number()?.ceil(), span),
            "js.Math.round" | "py.round" => number(first.as_number()?.round(), span),
            "path.join" | "posixpath.join" | "upath.join" => Self::joined(&args.positional, false, span),
            "os.path.join" => Self::joined(&args.positional, true, span),
            "path.resolve" => {
                let mut parts = vec![Value::str(self.working(), span)];
                parts.extend(args.positional.iter().cloned());
                Self::joined(&parts, true, span)
            }
            "os.path.abspath" | "os.path.realpath" | "path.normalize" | "os.path.normpath" => {
                let text = first.as_str()?;
                let working = self.working();
                let whole =
                    if path.contains("norm") { paths::join(&[text]) } else { paths::join(&[&working, text]) };
                Value::str(whole, span)
            }
            "path.dirname" | "os.path.dirname" => Value::str(paths::parent(first.as_str()?), span),
            "path.basename" | "os.path.basename" => {
                let text = first.as_str()?;
                let last = text.trim_end_matches('/').rsplit('/').next().unwrap_or(text);
                let second = args.at(1);
                let last = second.as_str().and_then(|ending| last.strip_suffix(ending)).unwrap_or(last);
                Value::str(last, span)
            }
            "path.extname" => {
                let last = first.as_str()?.rsplit('/').next().unwrap_or("").to_owned();
                Value::str(last.rfind('.').and_then(|n| last.get(n..)).unwrap_or(""), span)
            }
            "process.cwd" | "os.getcwd" | "pathlib.Path.cwd" => Value::str(self.working(), span),
            "os.getenv" | "process.env.get" | "os.environ.get" => {
                let name = SmolStr::new(first.as_str()?);
                self.environment(&name, span)
            }
            "fs.existsSync" | "os.path.exists" | "os.path.isfile" | "os.path.isdir" => {
                let path = self.project_path(first.as_str()?);
                Value::Val(Val::bool(path.is_some(), span))
            }
            "fs.readFileSync" | "fs.readFile" => {
                let text = first.as_str()?.to_owned();
                self.file_text(&text, span)
            }
            "fs.readdirSync" | "os.listdir" => {
                let text = first.as_str()?.to_owned();
                self.listed(&text, span)
            }
            "py.open" => Value::File(first.as_str()?.into()),
            "py.len" => match &first {
                v if v.is_open() => Value::unknown(Reason::NeedsCode, "", span),
                Value::List(l) => number(count(l.items.borrow().len()), span),
                Value::Map(m) => number(count(m.entries.borrow().len()), span),
                v => number(count(v.as_str()?.chars().count()), span),
            },
            "py.range" => {
                let numbers: Option<Vec<f64>> = args.positional.iter().map(Value::as_number).collect();
                let Some(numbers) = numbers else {
                    return Some(Self::opened(Value::list(Vec::new(), span), true));
                };
                let (start, end, step) = match numbers.as_slice() {
                    [end] => (0.0, *end, 1.0),
                    [start, end] => (*start, *end, 1.0),
                    [start, end, step, ..] => (*start, *end, *step),
                    [] => return None,
                };
                let mut out = Vec::new();
                let mut n = start;
                while step != 0.0 && (step > 0.0 && n < end || step < 0.0 && n > end) && out.len() < ELEMENTS
                {
                    out.push(number(n, span));
                    n += step;
                }
                Value::list(out, span)
            }
            "py.enumerate" => {
                let (items, open) = Self::elements(&first);
                let start = args.named_or("start", 1).as_number().unwrap_or(0.0);
                let pairs = items.into_iter().enumerate();
                let pairs =
                    pairs.map(|(n, v)| Value::list(vec![number(count(n) + start, span), v], span)).collect();
                Self::opened(Value::list(pairs, span), open)
            }
            "py.zip" => {
                let lists: Vec<(Vec<Value>, bool)> =
                    args.positional.iter().map(|v| Self::elements(v)).collect();
                let length = lists.iter().map(|(l, _)| l.len()).min().unwrap_or(0);
                let rows = (0..length)
                    .map(|n| Value::list(lists.iter().filter_map(|(l, _)| l.get(n).cloned()).collect(), span))
                    .collect();
                Self::opened(Value::list(rows, span), lists.iter().any(|(_, open)| *open))
            }
            "py.sorted" | "py.reversed" => {
                let (mut items, open) = Self::elements(&first);
                if path == "py.reversed" {
                    items.reverse();
                } else if items.iter().all(|v| v.as_str().is_some()) {
                    items.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
                }
                Self::opened(Value::list(items, span), open)
            }
            "py.dict" => {
                let made = match &first {
                    Value::List(_) => self.pairs(&first, span),
                    other => Self::opened(
                        Value::map(other.entries().into_iter().map(|(k, s, v)| (k, (s, v))), span),
                        !other.is_null() && other.is_open(),
                    ),
                };
                if let Value::Map(m) = &made {
                    for (k, at, v) in &args.named {
                        m.entries.borrow_mut().insert(k.clone(), (*at, v.clone()));
                    }
                    m.open.set(m.open.get() || args.open);
                }
                made
            }
            "py.map" => {
                let (items, open) = Self::elements(&args.at(1));
                let mut out = Vec::new();
                for item in items.into_iter().take(self.files.limits.instances) {
                    out.push(self.call_value(&first, Args::of(vec![item]), false, at));
                }
                Self::opened(Value::list(out, span), open)
            }
            "py.getattr" => {
                let name = args.at(1);
                let found = match self.key(&name) {
                    Some(name) => self.member(&first, &name, span),
                    None => Self::part_of(&name),
                };
                if found.is_null() { args.at(2) } else { found }
            }
            "py.hasattr" | "py.isinstance" | "py.any" | "py.all" | "py.type" => {
                Value::unknown(Reason::NeedsCode, "", span)
            }
            "py.print" | "sys.exit" | "process.exit" | "dotenv.config" | "dotenv.load_dotenv" => {
                Value::null()
            }
            _ if path.starts_with("js.console.") || path.starts_with("logging.") => Value::null(),
            "typing.NamedTuple" | "dataclasses.field" => args.named_or("default", 9),
            _ => return None,
        })
    }

    fn opened(value: Value, open: bool) -> Value {
        match &value {
            Value::List(l) => l.open.set(l.open.get() || open),
            Value::Map(m) => m.open.set(m.open.get() || open),
            _ => {}
        }
        value
    }

    /// A new list with the elements of another.
    fn copied(value: &Value, span: Span) -> Value {
        let items = match value {
            Value::List(l) => l.items.borrow().clone(),
            Value::Map(m) => {
                m.entries.borrow().iter().map(|(k, (at, _))| Value::str(k.clone(), *at)).collect()
            }
            _ => Vec::new(),
        };
        Self::opened(Value::list(items, span), value.is_open())
    }

    fn pairs(&mut self, pairs: &Value, span: Span) -> Value {
        let mut entries = Vec::new();
        let mut open = pairs.is_open();
        for pair in pairs.items() {
            let key = pair.item(0);
            match self.key(&key) {
                Some(k) => entries.push((k, (key.span(), pair.item(1)))),
                None => open |= !pairs.is_null(),
            }
        }
        Self::opened(Value::map(entries, span), open)
    }

    /// The folder in which the program would run.
    fn working(&self) -> SmolStr {
        paths::join(&["/", &self.app])
    }

    /// Joins the parts of a path.
    pub(super) fn joined(parts: &[Value], anew: bool, span: Span) -> Value {
        let texts: Option<Vec<&str>> = parts.iter().map(Value::as_str).collect();
        let Some(texts) = texts else {
            let unknown = parts.iter().find(|p| p.as_str().is_none()).cloned().unwrap_or_default();
            return Self::part_of(&unknown);
        };
        let joined = if anew {
            paths::join(&texts)
        } else {
            // Only the first part may begin at the root.
            let rest: Vec<&str> = texts
                .iter()
                .enumerate()
                .map(|(n, t)| if n == 0 { *t } else { t.trim_start_matches('/') })
                .collect();
            paths::join(&rest)
        };
        Value::str(joined, span)
    }

    /// A path of the program relative to the scan root, if there is such a file or folder.
    pub(super) fn project_path(&self, path: &str) -> Option<String> {
        match path.strip_prefix('/') {
            Some(rest) => self.files.exists("", rest),
            None => self.files.exists(&self.app, path),
        }
    }

    fn file_text(&mut self, path: &str, span: Span) -> Value {
        let text = match path.strip_prefix('/') {
            Some(rest) => self.files.text("", rest),
            None => self.files.text(&self.app, path),
        };
        match text {
            Ok((_, text)) if text.len() <= self.files.limits.string_bytes => Value::str(&*text, span),
            Ok(_) => Value::unknown(Reason::Limit("size"), path, span),
            Err(reason) => Value::unknown(reason, path, span),
        }
    }

    fn listed(&mut self, path: &str, span: Span) -> Value {
        let real = self.project_path(path).and_then(|p| self.files.jail.real(&p).ok());
        let Some(entries) = real.and_then(|r| std::fs::read_dir(r).ok()) else {
            return Self::opened(Value::list(Vec::new(), span), true);
        };
        let mut names: Vec<String> =
            entries.flatten().take(1_000).filter_map(|e| e.file_name().into_string().ok()).collect();
        names.sort();
        Value::list(names.into_iter().map(|n| Value::str(n, span)).collect(), span)
    }

    /// A JSON or YAML file as a value.
    fn document(&mut self, path: &str, span: Span) -> Value {
        let found = match path.strip_prefix('/') {
            Some(rest) => self.files.documents("", rest, Typing::Yaml12),
            None => self.files.documents(&self.app, path, Typing::Yaml12),
        };
        match found {
            Ok((_, documents)) => documents.first().map(Self::from_val).unwrap_or_default(),
            Err(reason) => Value::unknown(reason, path, span),
        }
    }

    /// JSON or YAML text as a value; what was made text from a value is that value.
    fn parsed(value: &Value, span: Span) -> Value {
        match value {
            Value::Map(_) | Value::List(_) => value.clone(),
            Value::Val(v) => match v.as_str() {
                Some(text) => match crate::plain_document(text) {
                    Ok(val) => Self::placed(&val, span),
                    Err(_) => Self::part_of(value),
                },
                None => Self::part_of(value),
            },
            _ => Value::unknown(Reason::NeedsCode, "", span),
        }
    }

    /// A value all of whose parts stand at one place.
    fn placed(val: &Val, span: Span) -> Value {
        match &val.state {
            State::Known(Known::List(l)) => {
                Value::list(l.items.iter().map(|v| Self::placed(v, span)).collect(), span)
            }
            State::Known(Known::Map(m)) => Value::map(
                m.entries.iter().map(|e| (e.key.clone(), (span, Self::placed(&e.val, span)))),
                span,
            ),
            _ => Value::Val(Val { state: val.state.clone(), span, via: None }),
        }
    }

    /// A method of an open file.
    pub(super) fn file_method(&mut self, path: &str, name: &str, at: Place) -> Value {
        match name {
            "read" => self.file_text(path, at.block),
            "__enter__" => Value::File(path.into()),
            _ => Value::unknown(Reason::NeedsCode, "", at.key),
        }
    }
}
