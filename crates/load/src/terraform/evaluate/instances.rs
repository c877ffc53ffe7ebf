use std::rc::Rc;

use palisade_graph::{Entry, List, Map, Reason, State, Val, Value};
use palisade_source::Span;
use palisade_source::hcl::{Attribute, Block, Expr, ExprKind, Item};
use smol_str::{SmolStr, format_smolstr};

use super::super::functions::Number;
use super::super::instance::Instance;
use super::super::module::{Decl, Module};
use super::super::project::FileIx;
use super::expressions::{bare, key_text, reason_of};
use super::modules::Children;
use super::{App, MapBuilder, ModuleInst, Name, Names, Scope, either, weight};

/// What tells an instance of a block from the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// There is only one.
    One,
    /// `count`
    Index(usize),
    /// `for_each`
    Name(SmolStr),
    /// Any number of instances whose keys are not known.
    Any,
}

/// One instance of a block.
#[derive(Debug, Clone)]
pub struct Each {
    /// Its key.
    pub key: Key,
    /// `each.key` or `count.index`.
    pub name: Option<Val>,
    /// `each.value`
    pub value: Option<Val>,
}

/// How instances are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Neither `count` nor `for_each`.
    One,
    /// `count`
    List,
    /// `for_each`
    Map,
}

/// The instances of a block.
#[derive(Debug)]
pub struct Expansion {
    /// How they are told apart.
    pub shape: Shape,
    /// The instances; a symbolic one stands last.
    pub each: Vec<Each>,
    /// Whether the last stands for any number.
    pub open: bool,
}

/// Arguments that are Terraform's and not the resource's.
const META: &[&str] =
    &["count", "for_each", "provider", "depends_on", "lifecycle", "connection", "provisioner"];

/// The same of a `module` block.
const META_CALL: &[&str] = &["count", "for_each", "providers", "depends_on"];

/// Values of all bodies of an application.
const BODIES: usize = 5_000_000;

/// An address with the key of an instance.
pub fn suffix(address: &str, key: &Key) -> SmolStr {
    match key {
        Key::One => address.into(),
        Key::Index(n) => format_smolstr!("{address}[{n}]"),
        Key::Name(name) => {
            format_smolstr!("{address}[{}]", serde_json::Value::String(name.to_string()))
        }
        Key::Any => format_smolstr!("{address}[*]"),
    }
}

impl Expansion {
    /// One instance without a key.
    pub fn one() -> Self {
        let each = Each { key: Key::One, name: None, value: None };
        Self { shape: Shape::One, each: vec![each], open: false }
    }
}

impl<'p> App<'p> {
    /// The instances of a block by its `count` or `for_each`.
    pub(super) fn expand(&self, scope: Scope<'_, 'p>, decl: &Decl<'p>) -> Expansion {
        let scoped = |(file, attribute): (FileIx, &'p Attribute)| {
            (Scope { file: self.file(file), ..scope }, &attribute.expr)
        };
        if let Some((scope, expr)) = decl.attribute("for_each").map(scoped) {
            let val = self.eval(scope, expr);
            return self.for_each(&val, "each", scope.span(expr.at));
        }
        if let Some((scope, expr)) = decl.attribute("count").map(scoped) {
            let val = self.eval(scope, expr);
            let val = self.dereferenced(&val);
            return self.count(&val, scope.span(expr.at));
        }
        Expansion::one()
    }

    fn count(&self, val: &Val, span: Span) -> Expansion {
        let known = match &val.state {
            State::Known(Value::Num(text) | Value::Str(text)) => Number::read(text).and_then(Number::whole),
            _ => None,
        };
        let mut each = Vec::new();
        let mut open = false;
        let symbolic = |reason| Each {
            key: Key::Any,
            name: Some(Val::unknown(reason, "count.index", span)),
            value: None,
        };
        match known {
            Some(n) => {
                let limit = self.files.limits.instances;
                let shown = usize::try_from(n.max(0)).unwrap_or(usize::MAX);
                for i in 0..shown.min(limit) {
                    let name = Val::int(i64::try_from(i).unwrap_or(0), span);
                    each.push(Each { key: Key::Index(i), name: Some(name), value: None });
                }
                if shown > limit {
                    self.capped(span);
                    open = true;
                    each.push(symbolic(Reason::Limit("instances")));
                }
            }
            None => {
                open = true;
                each.push(symbolic(reason_of(val)));
            }
        }
        Expansion { shape: Shape::List, each, open }
    }

    /// The instances for a map or set; `word` is what names the element.
    fn for_each(&self, val: &Val, word: &str, span: Span) -> Expansion {
        let mut each = Vec::new();
        let mut open = false;
        let mut rest: Option<Val> = None;
        let limit = self.files.limits.instances;
        let shared = |rest: &mut Option<Val>, val: &Val| {
            let unknown = || Val::unknown(Reason::Limit("instances"), format_smolstr!("{word}.value"), span);
            *rest = Some(match rest.take() {
                Some(known) => either(&known, val, &unknown),
                None => val.clone(),
            });
        };
        let mut add = |key: Option<SmolStr>, name: Val, value: &Val, rest: &mut Option<Val>| match key {
            Some(key) if each.len() < limit => {
                each.push(Each { key: Key::Name(key), name: Some(name), value: Some(value.clone()) });
                true
            }
            _ => {
                shared(rest, value);
                false
            }
        };
        let mut capped = false;
        let mut reason = reason_of(val);
        match &val.state {
            State::Known(Value::Map(map)) => {
                for entry in &map.entries {
                    let name = Val::str(entry.key.clone(), entry.key_span);
                    capped |= !add(Some(entry.key.clone()), name, &entry.val, &mut rest);
                }
                open = map.open;
            }
            State::Known(Value::List(list)) => {
                let mut seen = std::collections::HashSet::new();
                for item in &list.items {
                    let plain = self.dereferenced(item);
                    let key = key_text(&plain);
                    match key {
                        Some(key) if seen.insert(key.clone()) => {
                            capped |= !add(Some(key), plain, item, &mut rest);
                        }
                        Some(_) => {}
                        None => {
                            reason = reason_of(item);
                            add(None, plain, item, &mut rest);
                            open = true;
                        }
                    }
                }
                open |= list.open;
            }
            State::Known(Value::Null) => {}
            _ => open = true,
        }
        if capped {
            self.capped(span);
            reason = Reason::Limit("instances");
            open = true;
        }
        if open {
            let unknown = |what: &str| match bare(val) {
                symbol if !val.is_known() && word != "each" => format_smolstr!("{symbol}.{what}"),
                _ => format_smolstr!("{word}.{what}"),
            };
            let at = if val.span.is_some() { val.span } else { span };
            let name = Val::unknown(reason.clone(), unknown("key"), at);
            let value = rest.unwrap_or_else(|| Val::unknown(reason, unknown("value"), at));
            each.push(Each { key: Key::Any, name: Some(name), value: Some(value) });
        }
        Expansion { shape: Shape::Map, each, open }
    }

    fn capped(&self, span: Span) {
        let limit = self.files.limits.instances;
        let words = format!("more than {limit} instances: the others are looked at as one");
        self.files.note(palisade_graph::NoteKind::Info, &words, vec![span]);
    }

    /// The instances of a resource or data source.
    pub(super) fn expansion(&self, module: &ModuleInst<'p>, decl: usize) -> Rc<Expansion> {
        if let Some(found) = module.expansions.borrow().get(&decl) {
            return found.clone();
        }
        // Whoever asks meanwhile needs what it makes.
        let busy = Each { key: Key::Any, name: None, value: None };
        let busy = Expansion { shape: Shape::List, each: vec![busy], open: true };
        module.expansions.borrow_mut().insert(decl, Rc::new(busy));
        let expansion = match module.module.resources.get(decl) {
            Some(resource) => self.expand(Scope::of(module, Span::NONE.file), &resource.decl),
            None => Expansion::one(),
        };
        let expansion = Rc::new(expansion);
        module.expansions.borrow_mut().insert(decl, expansion.clone());
        expansion
    }

    /// An attribute or nested blocks as they are written in a resource; `None` where they are not, or null.
    pub(super) fn configured(&self, ix: usize, decl: usize, each: usize, name: &str) -> Option<Val> {
        let module = self.inst(ix)?;
        let resource = module.module.resources.get(decl)?;
        if META.contains(&name) {
            return None;
        }
        let expansion = self.expansion(&module, decl);
        let of = expansion.each.get(each)?;
        let val = match resource.decl.attribute(name) {
            Some((file, attribute)) => self.body_attribute(&module, (decl, each), of, file, attribute),
            None => {
                let blocks = |item: &Item| match item {
                    Item::Block(b) => b.kind == name || b.kind == "dynamic" && b.label(0) == Some(name),
                    Item::Attribute(_) => false,
                };
                let items: Vec<_> = resource.decl.items().into_iter().filter(|(_, i)| blocks(i)).collect();
                if items.is_empty() {
                    return None;
                }
                let symbol = || format_smolstr!("{}.{}.{name}", resource.ty, resource.name);
                self.slot(&module, Name::Attribute(decl, each, name.into()), &symbol, || {
                    let scope = Scope { each: Some(of), ..Scope::of(&module, Span::NONE.file) };
                    let body = self.body(scope, &items, &[], &mut |_, _| None);
                    body.get(name).clone()
                })
            }
        };
        (!val.is_null()).then_some(val)
    }

    fn body_attribute(
        &self,
        module: &ModuleInst<'p>,
        (decl, ix): (usize, usize),
        each: &Each,
        file: FileIx,
        attribute: &'p Attribute,
    ) -> Val {
        let symbol = || match module.module.resources.get(decl) {
            Some(r) => format_smolstr!("{}.{}.{}", r.ty, r.name, attribute.name),
            None => attribute.name.clone(),
        };
        self.slot(module, Name::Attribute(decl, ix, attribute.name.clone()), &symbol, || {
            let scope = Scope { each: Some(each), ..Scope::of(module, self.file(file)) };
            self.eval(scope, &attribute.expr)
        })
    }

    /// A body: attributes, and lists of nested blocks under their kinds. `known` may answer an attribute.
    pub(super) fn body(
        &self,
        scope: Scope<'_, 'p>,
        items: &[(FileIx, &'p Item)],
        meta: &[&str],
        known: &mut dyn FnMut(FileIx, &'p Attribute) -> Option<Val>,
    ) -> Val {
        let mut map = MapBuilder::default();
        let mut blocks: Vec<(SmolStr, Span, List)> = Vec::new();
        for (file, item) in items {
            let scope = Scope { file: self.file(*file), ..scope };
            match item {
                Item::Attribute(attribute) if meta.contains(&attribute.name.as_str()) => {}
                Item::Attribute(attribute) if attribute.name == "dynamic" => {
                    self.dynamic_attribute(scope, &attribute.expr, &mut blocks);
                }
                Item::Attribute(attribute) => {
                    let val = known(*file, attribute).unwrap_or_else(|| self.eval(scope, &attribute.expr));
                    map.set(attribute.name.clone(), scope.span(attribute.name_at), val);
                }
                Item::Block(block) if meta.contains(&block.kind.as_str()) => {}
                Item::Block(block) => self.nested(scope, *file, block, &mut blocks),
            }
        }
        for (kind, span, list) in blocks {
            let at = list.items.first().map_or(span, |b| b.span);
            map.set(kind, span, Val::known(Value::List(list.into()), at));
        }
        map.finish(Span::NONE)
    }

    fn nested(
        &self,
        scope: Scope<'_, 'p>,
        file: FileIx,
        block: &'p Block,
        blocks: &mut Vec<(SmolStr, Span, List)>,
    ) {
        if block.kind != "dynamic" {
            let val = self.nested_body(scope, file, block, scope.span(block.at));
            return push(blocks, &block.kind, scope.span(block.kind_at), Some(val), false);
        }
        let Some(label) = block.labels.first() else { return };
        let span = scope.span(label.at);
        let Some(content) = block.body.blocks_of("content").next() else { return };
        let at = scope.span(block.at);
        let iterator = match block.body.attribute("iterator").map(|a| &a.expr) {
            Some(Expr { kind: ExprKind::Variable(name), .. }) => name.clone(),
            Some(expr) => expr.as_str().map_or_else(|| label.text.clone(), SmolStr::new),
            None => label.text.clone(),
        };
        let val = match block.body.attribute("for_each") {
            Some(attribute) => self.eval(scope, &attribute.expr),
            None => return,
        };
        let made = self.elements(&val, &iterator, span, |element| {
            let names = Names { name: &iterator, val: element, next: scope.names };
            self.nested_body(Scope { names: Some(&names), ..scope }, file, content, at)
        });
        extend(blocks, &label.text, span, made);
    }

    fn nested_body(&self, scope: Scope<'_, 'p>, file: FileIx, block: &'p Block, at: Span) -> Val {
        self.deeper(at, || {
            let items: Vec<(FileIx, &'p Item)> = block.body.items.iter().map(|i| (file, i)).collect();
            Val { span: at, ..self.body(scope, &items, &[], &mut |_, _| None) }
        })
    }

    /// What a dynamic block makes of each element.
    fn elements(&self, val: &Val, word: &str, span: Span, mut one: impl FnMut(&Val) -> Val) -> List {
        // A list is not a set here: its elements need not be strings, and may be equal.
        let expansion = match &val.state {
            State::Known(Value::List(list)) => {
                let limit = self.files.limits.instances;
                let mut each: Vec<Each> = Vec::new();
                for (n, item) in list.items.iter().take(limit).enumerate() {
                    let n = Val::int(i64::try_from(n).unwrap_or(0), item.span);
                    each.push(Each { key: Key::Any, name: Some(n), value: Some(item.clone()) });
                }
                let mut open = list.open;
                if list.items.len() > limit {
                    self.capped(span);
                    open = true;
                }
                if open {
                    let reason = if list.open { Reason::KnownAfterApply } else { Reason::Limit("instances") };
                    let unknown = |what| Val::unknown(reason.clone(), format_smolstr!("{word}.{what}"), span);
                    // An open list tells an element that all are like, where it can.
                    if each.is_empty() || list.items.len() > limit {
                        each.push(Each {
                            key: Key::Any,
                            name: Some(unknown("key")),
                            value: Some(unknown("value")),
                        });
                    }
                }
                Expansion { shape: Shape::List, each, open }
            }
            _ => self.for_each(val, word, span),
        };
        let mut out = List { items: Vec::new(), open: expansion.open };
        for each in expansion.each {
            let name = each.name.unwrap_or_default();
            let value = each.value.unwrap_or_default();
            let element = Val::object([("key", name), ("value", value)], span);
            out.items.push(one(&element));
        }
        out
    }

    /// `dynamic` in JSON: a map from kinds to one or several of what the block holds.
    fn dynamic_attribute(&self, scope: Scope<'_, 'p>, expr: &Expr, blocks: &mut Vec<(SmolStr, Span, List)>) {
        let ExprKind::Object(kinds) = &expr.kind else { return };
        for (kind_expr, inner) in kinds {
            let Some(kind) = kind_expr.as_str().map(SmolStr::new) else { continue };
            let span = scope.span(kind_expr.at);
            let several = match &inner.kind {
                ExprKind::List(items) => items.as_slice(),
                _ => std::slice::from_ref(inner),
            };
            for one in several {
                let ExprKind::Object(entries) = &one.kind else { continue };
                let part = |name: &str| {
                    entries.iter().find(|(k, _)| k.as_str() == Some(name)).map(|(_, value)| value)
                };
                let (Some(for_each), Some(content)) = (part("for_each"), part("content")) else { continue };
                let iterator =
                    part("iterator").and_then(Expr::as_str).map_or_else(|| kind.clone(), SmolStr::new);
                let val = self.eval(scope, for_each);
                let made = self.elements(&val, &iterator, span, |element| {
                    let names = Names { name: &iterator, val: element, next: scope.names };
                    self.eval(Scope { names: Some(&names), ..scope }, content)
                });
                extend(blocks, &kind, span, made);
            }
        }
    }

    /// All instances below a module instance.
    pub fn instances(&self, module: &Rc<ModuleInst<'p>>, out: &mut Vec<Instance>, size: &mut usize) {
        for (decl, resource) in module.module.resources.iter().enumerate() {
            let expansion = self.expansion(module, decl);
            let items = resource.decl.items();
            let kind = if resource.data { "data." } else { "" };
            let address = format_smolstr!("{}{kind}{}.{}", module.prefix, resource.ty, resource.name);
            for (n, each) in expansion.each.iter().enumerate() {
                if self.full(out, *size) {
                    return;
                }
                let scope = Scope { each: Some(each), ..Scope::of(module, Span::NONE.file) };
                let mut body = self.body(scope, &items, META, &mut |file, attribute| {
                    Some(self.body_attribute(module, (decl, n), each, file, attribute))
                });
                *size += bound(&mut body);
                let (header, block) = self.places(module, &resource.decl);
                body.span = block;
                out.push(Instance {
                    address: suffix(&address, &each.key),
                    ty: resource.ty.into(),
                    name: resource.name.into(),
                    data: resource.data,
                    body,
                    header,
                    block,
                    calls: module.calls.clone(),
                    folder: module.module.folder.into(),
                    symbolic: module.symbolic || each.key == Key::Any,
                    kept: self.never_destroyed(scope, &items),
                    adapted: module.adapted.is_some(),
                });
            }
        }
        for (name, decl) in &module.module.calls {
            let Some(children) = self.children(module, name) else { continue };
            match &*children {
                Children::Local { insts, .. } => {
                    for ix in insts {
                        if self.full(out, *size) {
                            return;
                        }
                        if let Some(inner) = self.inst(*ix) {
                            self.instances(&inner, out, size);
                        }
                    }
                }
                Children::Remote { expansion } => self.remote(module, name, decl, expansion, out, size),
                Children::Busy | Children::Limit(_) => {}
            }
        }
    }

    /// A module that is not in the tree: what it is given is all that is known of it.
    fn remote(
        &self,
        module: &Rc<ModuleInst<'p>>,
        name: &str,
        decl: &Decl<'p>,
        expansion: &Expansion,
        out: &mut Vec<Instance>,
        size: &mut usize,
    ) {
        let address = format_smolstr!("{}module.{name}", module.prefix);
        let items = decl.items();
        for each in &expansion.each {
            if self.full(out, *size) {
                return;
            }
            let scope = Scope { each: Some(each), ..Scope::of(module, Span::NONE.file) };
            let mut body = self.body(scope, &items, META_CALL, &mut |_, _| None);
            *size += bound(&mut body);
            let (header, block) = self.places(module, decl);
            body.span = block;
            out.push(Instance {
                address: suffix(&address, &each.key),
                ty: "module".into(),
                name: name.into(),
                data: false,
                body,
                header,
                block,
                calls: module.calls.clone(),
                folder: module.module.folder.into(),
                symbolic: module.symbolic || each.key == Key::Any,
                kept: None,
                adapted: module.adapted.is_some(),
            });
        }
    }

    /// Where a resource says that it must not be destroyed.
    fn never_destroyed(&self, scope: Scope<'_, 'p>, items: &[(FileIx, &'p Item)]) -> Option<Span> {
        items.iter().find_map(|(file, item)| {
            let Item::Block(block) = item else { return None };
            let attribute = block.body.attribute("prevent_destroy").filter(|_| block.kind == "lifecycle")?;
            let scope = Scope { file: self.file(*file), ..scope };
            (self.eval(scope, &attribute.expr).as_bool() == Some(true)).then(|| scope.span(attribute.range()))
        })
    }

    /// Header and block of a declaration; of an adapter's those of the call.
    pub(super) fn places(&self, module: &ModuleInst<'p>, decl: &Decl<'p>) -> (Span, Span) {
        if let Some(places) = module.adapted {
            return places;
        }
        let file = self.file(decl.file);
        let span = |at: palisade_source::hcl::Range| Span::new(file, at.start, at.end);
        (span(decl.block.header), span(decl.block.at))
    }

    fn full(&self, out: &[Instance], size: usize) -> bool {
        let limit = self.files.limits.resources;
        let reason = if out.len() >= limit {
            format!("more than {limit} resources; the rest is not looked at")
        } else if size > BODIES {
            format!("more than {BODIES} values in its resources; the rest is not looked at")
        } else {
            return false;
        };
        self.files.fail(if self.root.is_empty() { "." } else { self.root }, reason, None);
        true
    }

    /// What a module's blocks say of the provider's credentials, and what else stands beside its resources.
    pub fn root_module(&self) -> Option<(Rc<ModuleInst<'p>>, &'p Module<'p>)> {
        let root = self.inst(0)?;
        let module = root.module;
        Some((root, module))
    }
}

fn push(blocks: &mut Vec<(SmolStr, Span, List)>, kind: &SmolStr, span: Span, val: Option<Val>, open: bool) {
    match blocks.iter_mut().find(|(k, ..)| k == kind) {
        Some((_, _, list)) => {
            list.items.extend(val);
            list.open |= open;
        }
        None => blocks.push((kind.clone(), span, List { items: val.into_iter().collect(), open })),
    }
}

fn extend(blocks: &mut Vec<(SmolStr, Span, List)>, kind: &SmolStr, span: Span, made: List) {
    if made.items.is_empty() && !made.open {
        return;
    }
    push(blocks, kind, span, None, made.open);
    if let Some((_, _, list)) = blocks.iter_mut().find(|(k, ..)| k == kind) {
        list.items.extend(made.items);
    }
}

/// Number of values in a body, and leaves out what is beyond the limit of one.
fn bound(body: &mut Val) -> usize {
    let total = weight(body, super::WEIGHT);
    if total < super::WEIGHT {
        return total;
    }
    let State::Known(Value::Map(map)) = &mut body.state else { return total };
    let mut left = super::WEIGHT;
    let mut out = Map { entries: Vec::with_capacity(map.entries.len()), open: map.open };
    for entry in &map.entries {
        let own = weight(&entry.val, left);
        if own < left {
            left -= own;
            out.entries.push(entry.clone());
        } else {
            let val = Val::unknown(Reason::Limit("size"), entry.key.clone(), entry.val.span);
            out.entries.push(Entry { val, ..entry.clone() });
        }
    }
    *map = out.into();
    super::WEIGHT - left
}
