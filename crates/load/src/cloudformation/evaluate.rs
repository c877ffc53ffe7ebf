use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use palisade_graph::{
    Entry, External, Input, Interface, Map, NoteKind, Output, Piece, Reason, Target, Tri, Val, Value, Via,
};
use palisade_source::Span;
use smol_str::SmolStr;

use super::functions::{self, SubPart, concat};
use super::nested::Nested;
use super::{is_sam, parameters};
use crate::{Files, Inputs, Resource, Stack};

/// Truth that the planner of worlds gives to conditions which the template does not decide, and which
/// conditions those are. Shared with nested stacks, whose conditions are named `Nested/Condition`.
#[derive(Debug, Default)]
pub struct Forced {
    /// Truth of each condition that is not decided; false where none is given.
    pub truth: BTreeMap<SmolStr, bool>,
    /// Conditions that were asked and not decided.
    pub undecided: RefCell<std::collections::BTreeSet<SmolStr>>,
}

/// Evaluates one template in one world.
pub struct Evaluator<'a> {
    pub(super) files: &'a Files<'a>,
    pub(super) inputs: &'a Inputs,
    pub(super) template: &'a Val,
    /// Folder of the template relative to the scan root.
    pub(super) folder: &'a str,
    pub(super) parameters: HashMap<SmolStr, Val>,
    pub(super) forced: Rc<Forced>,
    /// Path of logical ids by which this stack is nested, empty for the root.
    pub(super) prefix: SmolStr,
    pub(super) depth: usize,
    /// Templates around this one and itself, relative to the scan root.
    pub(super) chain: Vec<SmolStr>,
    resources: HashMap<SmolStr, Span>,
    /// Whether names that are not declared may be made by the SAM transform.
    open_names: bool,
    truths: RefCell<HashMap<SmolStr, Option<Tri>>>,
    scope: RefCell<Vec<(SmolStr, Val)>>,
    pub(super) nested: RefCell<HashMap<SmolStr, Option<Rc<Nested>>>>,
    steps: Cell<usize>,
    condition_depth: Cell<usize>,
}

/// An entry of a map after loops: its key, the entry, the loop variables that hold in it.
type Instance = (SmolStr, Entry, Vec<(SmolStr, Val)>);

/// What became of a value.
enum Outcome {
    /// Nothing in it had to be evaluated.
    Same,
    /// Its value.
    New(Val),
    /// `AWS::NoValue`: the property is absent.
    Gone,
}

impl<'a> Evaluator<'a> {
    /// An evaluator of a template with the values of its parameters.
    pub fn new(
        files: &'a Files<'a>,
        inputs: &'a Inputs,
        folder: &'a str,
        template: &'a Val,
        given: &HashMap<SmolStr, Val>,
        forced: Rc<Forced>,
    ) -> Self {
        let declared = template.get("Parameters").entries();
        let parameters = declared
            .iter()
            .map(|p| (p.key.clone(), parameters::value(&p.key, &p.val, given.get(&p.key))))
            .collect();
        let resources =
            template.get("Resources").entries().iter().map(|r| (r.key.clone(), r.key_span)).collect();
        Self {
            files,
            inputs,
            template,
            folder,
            parameters,
            forced,
            prefix: SmolStr::default(),
            depth: 0,
            chain: Vec::new(),
            resources,
            open_names: is_sam(template),
            truths: RefCell::default(),
            scope: RefCell::default(),
            nested: RefCell::default(),
            steps: Cell::new(0),
            condition_depth: Cell::new(0),
        }
    }

    /// Evaluates any value of the template; the absent value where it is `AWS::NoValue`.
    pub fn value(&self, raw: &Val) -> Val {
        match self.eval(raw) {
            Outcome::Same => raw.clone(),
            Outcome::New(val) => val,
            Outcome::Gone => Val::null().clone(),
        }
    }

    /// All resources that exist in this world.
    pub fn stack(&self) -> Stack {
        let mut stack = Stack::default();
        for (key, entry, scope) in self.instances(self.template.get("Resources")) {
            let before = self.scope.borrow().len();
            self.scope.borrow_mut().extend(scope);
            self.resource(&mut stack, key, &entry);
            self.scope.borrow_mut().truncate(before);
            if stack.resources.len() > self.files.limits.resources {
                let line = self.files.line(entry.key_span);
                let path = self.files.path(entry.key_span.file).unwrap_or_default();
                self.files.fail(&path, format!("more than {} resources", self.files.limits.resources), line);
                break;
            }
        }
        stack.outputs = self.value(self.template.get("Outputs"));
        stack.interface = self.interface(&stack.outputs);
        stack
    }

    fn interface(&self, outputs: &Val) -> Interface {
        let declared = self.template.get("Parameters").entries().iter();
        let inputs = declared.map(|p| {
            let hidden = p.val.get("NoEcho");
            Input {
                name: p.key.clone(),
                span: p.key_span,
                block: Span::new(p.key_span.file, p.key_span.start, p.val.span.end.max(p.key_span.end)),
                body: p.val.span,
                default: p.val.get("Default").clone(),
                ty: p.val.get("Type").display(),
                hidden: Some(match hidden.as_bool() {
                    Some(b) => b.into(),
                    None if hidden.is_null() => Tri::No,
                    None => Tri::Unknown,
                }),
                hidden_at: hidden.clone(),
            }
        });
        let told = outputs.entries().iter().map(|o| Output {
            name: o.key.clone(),
            span: o.key_span,
            value: o.val.get("Value").clone(),
            hidden: Tri::No,
        });
        Interface { inputs: inputs.collect(), outputs: told.collect(), ..Interface::default() }
    }

    fn resource(&self, stack: &mut Stack, id: SmolStr, entry: &Entry) {
        let body = &entry.val;
        let Some(map) = body.as_map() else {
            if body.is_known() && !body.is_null() {
                self.fail(entry.key_span, format!("resource `{id}` is not a map"));
            }
            return;
        };
        if let Some(condition) = map.get("Condition").and_then(Val::as_str)
            && self.condition(condition) == Tri::No
        {
            return;
        }
        let Some(ty) = map.get("Type").map(|t| self.value(t)) else {
            self.fail(entry.key_span, format!("resource `{id}` has no Type"));
            return;
        };
        let ty = ty.display();
        let raw = map.get("Properties").unwrap_or(Val::null());
        if raw.is_known() && !raw.is_null() && raw.as_map().is_none() {
            self.fail(raw.span, format!("Properties of resource `{id}` are not a map"));
        }
        let props = self.value(raw);
        let mut attributes = Map::default();
        for e in &map.entries {
            if !matches!(e.key.as_str(), "Type" | "Properties") && !e.key.starts_with('@') {
                attributes.entries.push(Entry { val: self.value(&e.val), ..e.clone() });
            }
        }
        let text = |key: &str| map.get(key).and_then(Val::as_str).map(SmolStr::new);
        if matches!(ty.as_str(), "AWS::CloudFormation::Stack" | "AWS::Serverless::Application")
            && let Some(nested) = self.nested(&id)
        {
            for child in nested.stack.resources.values() {
                stack.add(child.clone());
            }
        }
        stack.add(Resource {
            name: text("@name").unwrap_or_else(|| id.clone()),
            implied_by: text("@implied_by"),
            source_root: text("@source_root"),
            ty,
            address: SmolStr::default(),
            key: entry.key_span,
            block: Span::new(
                entry.key_span.file,
                entry.key_span.start,
                body.span.end.max(entry.key_span.end),
            ),
            props,
            attributes: Val::known(Value::Map(std::sync::Arc::new(attributes)), body.span),
            id,
        });
    }

    fn fail(&self, span: Span, reason: String) {
        let path = self.files.path(span.file).unwrap_or_default();
        self.files.fail(&path, reason, self.files.line(span));
    }

    /// Truth of a condition by name. Undecided ones take the truth of this world.
    pub fn condition(&self, name: &str) -> Tri {
        let known = self.truths.borrow().get(name).copied();
        match known {
            Some(Some(truth)) => return truth,
            // Asked while it is being answered: a cycle, which CloudFormation refuses.
            Some(None) => return Tri::Unknown,
            None => {}
        }
        self.truths.borrow_mut().insert(name.into(), None);
        let raw = self.template.get("Conditions").get(name);
        // Conditions may name each other in a chain of any length.
        let depth = self.condition_depth.get();
        self.condition_depth.set(depth + 1);
        let deep = depth > self.files.limits.variable_depth;
        let mut truth = if raw.is_null() || deep { Tri::Unknown } else { self.truth(raw, 0) };
        self.condition_depth.set(depth);
        if truth == Tri::Unknown {
            let path = if self.prefix.is_empty() {
                SmolStr::new(name)
            } else {
                smol_str::format_smolstr!("{}/{name}", self.prefix)
            };
            truth = self.forced.truth.get(&path).copied().unwrap_or(false).into();
            self.forced.undecided.borrow_mut().insert(path);
        }
        self.truths.borrow_mut().insert(name.into(), Some(truth));
        truth
    }

    fn truth(&self, raw: &Val, depth: usize) -> Tri {
        if depth > 64 {
            return Tri::Unknown;
        }
        let Some(entry) = single(raw) else {
            return raw.as_bool().map_or(Tri::Unknown, Tri::from);
        };
        let list = || entry.val.items().iter().map(|v| self.truth(v, depth + 1));
        match entry.key.as_str() {
            "Fn::And" => list().fold(Tri::Yes, Tri::and),
            "Fn::Or" => list().fold(Tri::No, Tri::or),
            "Fn::Not" => list().next().unwrap_or(Tri::Unknown).negate(),
            "Condition" => entry.val.as_str().map_or(Tri::Unknown, |n| self.decided(n)),
            "Fn::Equals" => match entry.val.items() {
                [a, b] => functions::equal(&self.value(a), &self.value(b)),
                _ => Tri::Unknown,
            },
            _ => self.value(raw).as_bool().map_or(Tri::Unknown, Tri::from),
        }
    }

    /// A condition inside another: not forced, so that only the outermost undecided one splits worlds.
    fn decided(&self, name: &str) -> Tri {
        self.condition(name)
    }

    /// `Fn::ForEach` entries of a map as their instances, other entries as they are, each with the loop
    /// variables that hold in it.
    fn instances(&self, map: &Val) -> Vec<Instance> {
        let mut out = Vec::new();
        for entry in map.entries() {
            self.unroll(entry, &mut out, &mut Vec::new(), 0);
        }
        out
    }

    fn unroll(&self, entry: &Entry, out: &mut Vec<Instance>, scope: &mut Vec<(SmolStr, Val)>, depth: usize) {
        if !entry.key.starts_with("Fn::ForEach::") {
            let key = self.substituted(&entry.key, scope);
            out.push((key, entry.clone(), scope.clone()));
            return;
        }
        let [variable, collection, body] = entry.val.items() else {
            self.fail(entry.key_span, format!("`{}` needs a variable, a list and a map", entry.key));
            return;
        };
        let Some(variable) = variable.as_str() else { return };
        if depth > 5 {
            self.fail(entry.key_span, "loops nested deeper than 5".to_owned());
            return;
        }
        let before = self.scope.borrow().len();
        self.scope.borrow_mut().extend(scope.iter().cloned());
        let values = self.value(collection);
        self.scope.borrow_mut().truncate(before);
        let Some(list) = values.as_list() else {
            self.files.note(NoteKind::Info, "a loop over a list that is not known", vec![entry.key_span]);
            let symbol = Val::unknown(Reason::ParameterWithoutDefault, variable, collection.span);
            self.loop_body(body, (variable, &symbol), out, scope, depth);
            return;
        };
        let limit = self.files.limits.instances;
        if list.items.len() > limit {
            self.fail(
                entry.key_span,
                format!("a loop of more than {limit} instances; the first {limit} are read"),
            );
        }
        for item in list.items.iter().take(limit) {
            if out.len() > self.files.limits.resources {
                return;
            }
            self.loop_body(body, (variable, item), out, scope, depth);
        }
    }

    fn loop_body(
        &self,
        body: &Val,
        (variable, item): (&str, &Val),
        out: &mut Vec<Instance>,
        scope: &mut Vec<(SmolStr, Val)>,
        depth: usize,
    ) {
        scope.push((variable.into(), item.clone()));
        for inner in body.entries() {
            self.unroll(inner, out, scope, depth + 1);
        }
        scope.pop();
    }

    /// A key with loop variables replaced: `${X}` as they are, `&{X}` without what ids may not hold.
    fn substituted(&self, key: &SmolStr, scope: &[(SmolStr, Val)]) -> SmolStr {
        if !key.contains('{') {
            return key.clone();
        }
        let mut text = key.to_string();
        for (name, val) in scope.iter().rev().chain(self.scope.borrow().iter().rev()) {
            let value = val.display();
            let plain: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
            text = text.replace(&format!("${{{name}}}"), &value).replace(&format!("&{{{name}}}"), &plain);
        }
        text.into()
    }

    fn eval(&self, raw: &Val) -> Outcome {
        let Some(value) = known(raw) else { return Outcome::Same };
        match value {
            Value::Str(text) => functions::dynamic(text, raw.span, self.files.limits.string_bytes)
                .map_or(Outcome::Same, |v| Outcome::New(with_via(v, raw))),
            Value::List(list) => self.list(raw, list),
            Value::Map(map) => {
                let steps = self.steps.get() + 1;
                self.steps.set(steps);
                if steps > self.files.limits.steps {
                    return Outcome::New(Val::unknown(Reason::Limit("steps"), "", raw.span));
                }
                match single(raw) {
                    Some(entry) if entry.key == "Ref" || entry.key.starts_with("Fn::") => {
                        self.intrinsic(entry, raw)
                    }
                    _ => self.map(raw, map),
                }
            }
            _ => Outcome::Same,
        }
    }

    fn list(&self, raw: &Val, list: &palisade_graph::List) -> Outcome {
        let outcomes: Vec<Outcome> = list.items.iter().map(|v| self.eval(v)).collect();
        if outcomes.iter().all(|o| matches!(o, Outcome::Same)) {
            return Outcome::Same;
        }
        let mut out = palisade_graph::List { items: Vec::with_capacity(outcomes.len()), open: list.open };
        for (outcome, item) in outcomes.into_iter().zip(&list.items) {
            match outcome {
                Outcome::Same => out.items.push(item.clone()),
                Outcome::New(val) => out.items.push(val),
                Outcome::Gone => {}
            }
        }
        Outcome::New(Val {
            state: palisade_graph::State::Known(Value::List(out.into())),
            span: raw.span,
            via: raw.via.clone(),
        })
    }

    fn map(&self, raw: &Val, map: &Map) -> Outcome {
        if map.entries.iter().any(|e| e.key.starts_with("Fn::ForEach::") || e.key == "Fn::Transform") {
            return self.looped(raw, map);
        }
        let outcomes: Vec<Outcome> = map.entries.iter().map(|e| self.eval(&e.val)).collect();
        if outcomes.iter().all(|o| matches!(o, Outcome::Same))
            && !map.entries.iter().any(|e| e.key.contains('{'))
        {
            return Outcome::Same;
        }
        let mut out = Map { entries: Vec::with_capacity(outcomes.len()), open: map.open };
        for (outcome, entry) in outcomes.into_iter().zip(&map.entries) {
            let val = match outcome {
                Outcome::Same => entry.val.clone(),
                Outcome::New(val) => val,
                Outcome::Gone => continue,
            };
            let key = if self.scope.borrow().is_empty() {
                entry.key.clone()
            } else {
                self.substituted(&entry.key, &[])
            };
            out.entries.push(Entry { key, key_span: entry.key_span, val });
        }
        Outcome::New(Val {
            state: palisade_graph::State::Known(Value::Map(out.into())),
            span: raw.span,
            via: raw.via.clone(),
        })
    }

    /// A map with loops or includes among its entries.
    fn looped(&self, raw: &Val, map: &Map) -> Outcome {
        let mut out = Map { entries: Vec::new(), open: map.open };
        for entry in &map.entries {
            if entry.key == "Fn::Transform" {
                match self.included(&entry.val) {
                    Some(val) => {
                        for e in self.value(&val).entries() {
                            if out.get(&e.key).is_none() {
                                out.set(e.key.clone(), e.key_span, e.val.clone());
                            }
                        }
                    }
                    None => out.open = true,
                }
                continue;
            }
            let mut instances = Vec::new();
            self.unroll(entry, &mut instances, &mut Vec::new(), 0);
            for (key, inner, scope) in instances {
                let before = self.scope.borrow().len();
                self.scope.borrow_mut().extend(scope);
                if let outcome @ (Outcome::Same | Outcome::New(_)) = self.eval(&inner.val) {
                    let val = if let Outcome::New(val) = outcome { val } else { inner.val.clone() };
                    out.set(key, inner.key_span, val);
                }
                self.scope.borrow_mut().truncate(before);
            }
        }
        Outcome::New(Val::known(Value::Map(out.into()), raw.span))
    }

    /// The document of an `AWS::Include` of a local file.
    fn included(&self, transform: &Val) -> Option<Val> {
        let name = self.value(transform.get("Name"));
        if name.as_str() != Some("AWS::Include") || self.depth >= self.files.limits.include_depth {
            return None;
        }
        let location = self.value(transform.at("Parameters.Location"));
        let (_, mut documents) =
            self.files.documents(self.folder, location.as_str()?, crate::Typing::Yaml11).ok()?;
        (!documents.is_empty()).then(|| documents.swap_remove(0))
    }

    fn intrinsic(&self, entry: &Entry, raw: &Val) -> Outcome {
        let arg = &entry.val;
        let span = raw.span;
        let val = match entry.key.as_str() {
            "Ref" => match self.value(arg).as_str() {
                Some("AWS::NoValue") => return Outcome::Gone,
                Some(name) => self.reference(name, span),
                None => Val::unknown(Reason::Undeclared, arg.display(), span),
            },
            "Fn::GetAtt" => self.attribute(arg, span),
            "Fn::Sub" => computed(self.sub(arg, span), span),
            "Fn::If" => match arg.items() {
                [condition, yes, no] => {
                    let truth =
                        condition.as_str().map_or_else(|| self.truth(condition, 0), |n| self.condition(n));
                    let chosen = if truth.is_yes() { yes } else { no };
                    return match self.eval(chosen) {
                        Outcome::Same => Outcome::New(chosen.clone().through(Via::Evaluated, span)),
                        Outcome::New(val) => Outcome::New(val.through(Via::Evaluated, span)),
                        Outcome::Gone => Outcome::Gone,
                    };
                }
                _ => Val::unknown(Reason::Condition, "Fn::If", span),
            },
            "Fn::Join" => computed(self.join(arg, span), span),
            "Fn::Select" => self.select(arg, span),
            "Fn::Split" => match arg.items() {
                [delimiter, source] => {
                    let source = self.value(source);
                    let delimiter = self.value(delimiter);
                    match delimiter.as_str().and_then(|d| functions::split(d, &source)) {
                        Some(items) => Val::list(items, span),
                        None => Val::unknown(
                            Reason::KnownAfterApply,
                            format!("Fn::Split {}", source.display()),
                            span,
                        ),
                    }
                }
                _ => Val::unknown(Reason::UnsupportedFunction("Fn::Split".into()), "Fn::Split", span),
            },
            "Fn::FindInMap" => self.find_in_map(arg, span),
            "Fn::Base64" => {
                let inner = self.value(arg);
                match inner.as_str() {
                    Some(text) => Val::str(functions::base64(text), inner.span),
                    None => Val::unknown(Reason::KnownAfterApply, "Fn::Base64", span),
                }
            }
            "Fn::ImportValue" => {
                let name = self.value(arg).display();
                Val::target(Target::External { kind: External::Export, name, secret: false }, span)
            }
            "Fn::GetStackOutput" => {
                let name = self.value(arg).display();
                Val::target(Target::External { kind: External::StackOutput, name, secret: false }, span)
            }
            "Fn::Length" => match self.value(arg).as_list() {
                Some(list) if !list.open => {
                    Val::int(i64::try_from(list.items.len()).unwrap_or(i64::MAX), span)
                }
                _ => Val::unknown(Reason::KnownAfterApply, "Fn::Length", span),
            },
            "Fn::ToJsonString" => {
                let inner = self.value(arg);
                // The value itself says more than its text: readers of policies accept both.
                if inner.any_unknown() { inner } else { Val::str(inner.to_json().to_string(), span) }
            }
            "Fn::GetAZs" => {
                let zone = |n: &str| {
                    let pieces =
                        vec![Piece::Hole(self.reference("AWS::Region", span)), Piece::Text(n.into())];
                    concat(pieces, span, self.files.limits.string_bytes)
                };
                let items = ["a", "b", "c"].map(zone).to_vec();
                Val::known(Value::List(palisade_graph::List { items, open: true }.into()), span)
            }
            "Fn::Cidr" => self.cidr(arg, span),
            "Fn::Transform" => match self.included(arg) {
                Some(document) => self.value(&document),
                None => Val::unknown(Reason::Macro, "Fn::Transform", span),
            },
            "Fn::And" | "Fn::Or" | "Fn::Not" | "Fn::Equals" => match self.truth(raw, 0) {
                Tri::Unknown => Val::unknown(Reason::Condition, entry.key.clone(), span),
                truth => Val::bool(truth.is_yes(), span),
            },
            other => Val::unknown(Reason::UnsupportedFunction(other.into()), other, span),
        };
        Outcome::New(with_via(val, raw))
    }

    /// What `Ref` of a name means.
    fn reference(&self, name: &str, span: Span) -> Val {
        if let Some((_, val)) = self.scope.borrow().iter().rev().find(|(n, _)| n == name) {
            return val.clone().through(Via::Evaluated, span);
        }
        if let Some(val) = self.parameters.get(name) {
            return val.clone().through(Via::Parameter, span);
        }
        match name {
            "AWS::Region" if self.inputs.region.is_some() => {
                return Val::str(self.inputs.region.as_deref().unwrap_or_default(), span);
            }
            "AWS::AccountId" if self.inputs.account.is_some() => {
                return Val::str(self.inputs.account.as_deref().unwrap_or_default(), span);
            }
            _ if name.starts_with("AWS::") => return Val::target(Target::Pseudo(name.into()), span),
            _ => {}
        }
        if self.declares(name) {
            return Val::reference(name, span);
        }
        Val::unknown(Reason::Undeclared, name, span)
    }

    fn declares(&self, name: &str) -> bool {
        self.open_names
            || self.resources.contains_key(name)
            || self.template.get("Resources").entries().iter().any(|e| e.key.starts_with("Fn::ForEach"))
    }

    fn attribute(&self, arg: &Val, span: Span) -> Val {
        let (id, attribute) = match arg.items() {
            [only] => match only.as_str().and_then(|t| t.split_once('.')) {
                Some((id, attribute)) => (SmolStr::new(id), SmolStr::new(attribute)),
                None => return Val::unknown(Reason::Undeclared, arg.display(), span),
            },
            [id, attribute] => (self.value(id).display(), self.value(attribute).display()),
            _ => return Val::unknown(Reason::Undeclared, "Fn::GetAtt", span),
        };
        self.attribute_of(id, attribute, span)
    }

    fn attribute_of(&self, id: SmolStr, attribute: SmolStr, span: Span) -> Val {
        if !self.declares(&id) {
            return Val::unknown(Reason::Undeclared, smol_str::format_smolstr!("{id}.{attribute}"), span);
        }
        if let Some(output) = attribute.strip_prefix("Outputs.")
            && let Some(nested) = self.nested(&id)
        {
            let val = nested.outputs.get(output).get("Value").clone();
            if !val.is_null() {
                return val.through(Via::Evaluated, span);
            }
        }
        Val::attribute(id, attribute, span)
    }

    fn sub(&self, arg: &Val, span: Span) -> Val {
        let (text, variables) = match arg.items() {
            [text] => (text, Val::null()),
            [text, variables] => (text, variables),
            _ => return Val::unknown(Reason::UnsupportedFunction("Fn::Sub".into()), "Fn::Sub", span),
        };
        let Some(source) = text.as_str() else {
            return if text.is_known() {
                Val::unknown(Reason::UnsupportedFunction("Fn::Sub".into()), "Fn::Sub", span)
            } else {
                text.clone()
            };
        };
        let mut pieces = Vec::new();
        for part in functions::sub_parts(source) {
            pieces.push(match part {
                SubPart::Text(t) => Piece::Text(t.into()),
                SubPart::Name(name) => Piece::Hole(match variables.as_map().and_then(|m| m.get(name)) {
                    Some(val) => self.value(val),
                    None => match name.split_once('.') {
                        Some((id, attribute)) => self.attribute_of(id.into(), attribute.into(), text.span),
                        None => self.reference(name, text.span),
                    },
                }),
            });
        }
        let limit = self.files.limits.string_bytes;
        let out = concat(pieces, text.span, limit);
        match out.as_str() {
            // A dynamic reference may be put together by the substitution.
            Some(t) if t.contains("{{resolve:") => functions::dynamic(t, out.span, limit).unwrap_or(out),
            _ => out,
        }
    }

    fn join(&self, arg: &Val, span: Span) -> Val {
        let [delimiter, list] = arg.items() else {
            return Val::unknown(Reason::UnsupportedFunction("Fn::Join".into()), "Fn::Join", span);
        };
        let delimiter = self.value(delimiter);
        let list = self.value(list);
        let (Some(delimiter), Some(items)) = (delimiter.as_str(), list.as_list()) else {
            return match list.as_list() {
                None if !list.is_known() => Val { span, ..list },
                _ => Val::unknown(Reason::KnownAfterApply, "Fn::Join", span),
            };
        };
        let mut pieces = Vec::with_capacity(items.items.len() * 2);
        for (n, item) in items.items.iter().enumerate() {
            if n > 0 {
                pieces.push(Piece::Text(delimiter.into()));
            }
            pieces.push(Piece::Hole(item.clone()));
        }
        if items.open {
            pieces.push(Piece::Hole(Val::unknown(Reason::KnownAfterApply, "Fn::Join", span)));
        }
        let limit = self.files.limits.string_bytes;
        let out = concat(pieces, span, limit);
        match out.as_str() {
            Some(t) if t.contains("{{resolve:") => functions::dynamic(t, out.span, limit).unwrap_or(out),
            _ => out,
        }
    }

    fn select(&self, arg: &Val, span: Span) -> Val {
        let [index, list] = arg.items() else {
            return Val::unknown(Reason::UnsupportedFunction("Fn::Select".into()), "Fn::Select", span);
        };
        let index = self.value(index).as_int().and_then(|n| usize::try_from(n).ok());
        let list = self.value(list);
        match (index, list.as_list()) {
            (Some(n), Some(items)) => match items.items.get(n) {
                Some(item) => item.clone().through(Via::Evaluated, span),
                None if items.open => Val::unknown(Reason::KnownAfterApply, "Fn::Select", span),
                None => Val::unknown(Reason::Undeclared, "Fn::Select", span),
            },
            _ => Val::unknown(Reason::KnownAfterApply, format!("Fn::Select {}", list.display()), span),
        }
    }

    fn find_in_map(&self, arg: &Val, span: Span) -> Val {
        let items = arg.items();
        let [map, top, second, rest @ ..] = items else {
            return Val::unknown(Reason::UnsupportedFunction("Fn::FindInMap".into()), "Fn::FindInMap", span);
        };
        let (map, top, second) = (self.value(map), self.value(top), self.value(second));
        let (Some(m), Some(t), Some(s)) = (map.as_str(), top.as_str(), second.as_str()) else {
            return Val::unknown(Reason::ParameterWithoutDefault, "Fn::FindInMap", span);
        };
        let found = self.template.get("Mappings").get(m).get(t).get(s);
        if !found.is_null() {
            return found.clone().through(Via::Evaluated, span);
        }
        match rest.first().and_then(|d| d.as_map()).and_then(|d| d.get("DefaultValue")) {
            Some(default) => self.value(default),
            None => Val::unknown(Reason::Undeclared, format!("{m}.{t}.{s}"), span),
        }
    }

    fn cidr(&self, arg: &Val, span: Span) -> Val {
        let [block, count, rest @ ..] = arg.items() else {
            return Val::unknown(Reason::UnsupportedFunction("Fn::Cidr".into()), "Fn::Cidr", span);
        };
        let block = self.value(block);
        let number = |v: &Val| self.value(v).as_int().and_then(|n| u32::try_from(n).ok());
        let bits = rest.first().map_or(Some(8), number);
        let blocks = match (block.as_str(), number(count), bits) {
            (Some(b), Some(n), Some(bits)) => functions::cidr(b, n, bits),
            _ => None,
        };
        match blocks {
            Some(blocks) => Val::list(blocks.into_iter().map(|b| Val::str(b, span)).collect(), span),
            None => Val::unknown(Reason::KnownAfterApply, "Fn::Cidr", span),
        }
    }
}

/// A text that a function yields is not written where it stands.
fn computed(val: Val, span: Span) -> Val {
    if val.is_known() { val.through(Via::Evaluated, span) } else { val }
}

/// The entry of a map with exactly one.
fn single(val: &Val) -> Option<&Entry> {
    match val.entries() {
        [only] => Some(only),
        _ => None,
    }
}

fn known(val: &Val) -> Option<&Value> {
    match &val.state {
        palisade_graph::State::Known(value) => Some(value),
        _ => None,
    }
}

/// Keeps the way that the raw value already had behind the one that evaluation gave.
fn with_via(mut val: Val, raw: &Val) -> Val {
    if val.via.is_none() {
        val.via.clone_from(&raw.via);
    }
    val
}
