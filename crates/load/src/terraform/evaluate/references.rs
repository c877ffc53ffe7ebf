use palisade_graph::{Reason, Val, Via};
use palisade_source::Span;
use palisade_source::hcl::Range;
use smol_str::{SmolStr, format_smolstr};

use super::data::ephemeral;
use super::expressions::{Step, key_text};
use super::instances::{Key, Shape, suffix};
use super::modules::Children;
use super::{App, Expansion, Located, ModuleInst, Name, Scope};

impl<'p> App<'p> {
    /// What a name and the steps behind it refer to: the value, the number of steps that it took, and the word
    /// for the way from there.
    pub(super) fn name(
        &self,
        scope: Scope<'_, 'p>,
        name: &str,
        steps: &[Step<'_>],
        at: Range,
    ) -> (Val, usize, Via) {
        let span = scope.span(at);
        if let Some(val) = scope.named(name) {
            return (val.clone(), 0, Via::Evaluated);
        }
        let undeclared = |symbol: SmolStr| Val::unknown(Reason::Undeclared, symbol, span);
        if let Some(variables) = scope.variables {
            let val = self.attr(variables, name, span);
            return (val, 0, Via::Parameter);
        }
        let step = |n: usize| match steps.get(n) {
            Some(Step::Attr(name)) => Some(SmolStr::new(name)),
            Some(Step::Index(key)) => key_text(&self.eval(scope, key)),
            None => None,
        };
        let Some(first) = step(0) else {
            return (undeclared(name.into()), steps.len(), Via::Evaluated);
        };
        match name {
            "var" => (self.variable(scope.module, &first, span), 1, Via::Parameter),
            "local" => (self.local(scope.module, &first, span), 1, Via::Evaluated),
            "each" | "count" => {
                let val = match (scope.each, name, first.as_str()) {
                    (Some(each), "each", "key") | (Some(each), "count", "index") => each.name.clone(),
                    (Some(each), "each", "value") => each.value.clone(),
                    _ => None,
                };
                let val = val.unwrap_or_else(|| undeclared(format_smolstr!("{name}.{first}")));
                (val, 1, Via::Evaluated)
            }
            "path" => {
                let text = match first.as_str() {
                    "module" => self.path(scope.module.module.folder),
                    _ => ".".into(),
                };
                (Val::str(text, span), 1, Via::Evaluated)
            }
            "terraform" | "tofu" => {
                let val = match first.as_str() {
                    "workspace" => Val::str(self.inputs.workspace.as_deref().unwrap_or("default"), span),
                    _ => Val::unknown(Reason::KnownAfterApply, format_smolstr!("{name}.{first}"), span),
                };
                (val, 1, Via::Evaluated)
            }
            "self" => {
                let symbol = format_smolstr!("self.{first}");
                (Val::unknown(Reason::KnownAfterApply, symbol, span), 1, Via::Evaluated)
            }
            "module" => {
                let (val, taken) = self.module_named(scope, &first, steps, span);
                (val, taken, Via::Evaluated)
            }
            "data" | "ephemeral" => match step(1) {
                Some(second) => {
                    let data = name == "data";
                    match scope.module.module.resource(true, &first, &second) {
                        Some(decl) if data => {
                            let (val, taken) =
                                self.resource_named(scope, decl, steps.get(2..).unwrap_or(&[]), span);
                            (val, taken + 2, Via::Evaluated)
                        }
                        _ if !data => (ephemeral(&first, &second, span), 2, Via::Evaluated),
                        _ => (undeclared(format_smolstr!("data.{first}.{second}")), 2, Via::Evaluated),
                    }
                }
                None => (undeclared(format_smolstr!("{name}.{first}")), steps.len(), Via::Evaluated),
            },
            _ => match scope.module.module.resource(false, name, &first) {
                Some(decl) => {
                    let (val, taken) = self.resource_named(scope, decl, steps.get(1..).unwrap_or(&[]), span);
                    (val, taken + 1, Via::Evaluated)
                }
                None => (undeclared(format_smolstr!("{name}.{first}")), 1, Via::Evaluated),
            },
        }
    }

    /// Path of a folder as Terraform tells it: from the folder of the root module.
    fn path(&self, folder: &str) -> SmolStr {
        if folder == self.root {
            return SmolStr::new_static(".");
        }
        let (from, to) = (parts(self.root), parts(folder));
        let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
        let up = from.len() - shared;
        let mut out: Vec<&str> = vec![".."; up];
        out.extend(to.iter().skip(shared));
        out.join("/").into()
    }

    /// `local.name`
    fn local(&self, module: &ModuleInst<'p>, name: &str, span: Span) -> Val {
        let symbol = || format_smolstr!("local.{name}");
        let Some((name, (file, attribute))) = module.module.locals.get_key_value(name) else {
            return Val::unknown(Reason::OutsideTree, symbol(), span);
        };
        self.slot(module, Name::Local(name), &symbol, || {
            self.eval(Scope::of(module, self.file(*file)), &attribute.expr)
        })
    }

    /// `module.name` and what is behind it.
    fn module_named(&self, scope: Scope<'_, 'p>, name: &str, steps: &[Step<'_>], span: Span) -> (Val, usize) {
        let Some(children) = self.children(scope.module, name) else {
            let symbol = format_smolstr!("module.{name}");
            return (Val::unknown(Reason::Undeclared, symbol, span), 1);
        };
        match &*children {
            Children::Local { expansion, insts } => {
                let located = |n: usize| insts.get(n).map(|ix| Located::Module(*ix));
                let address = format_smolstr!("{}module.{name}", scope.module.prefix);
                let (val, taken) =
                    self.expanded(scope, expansion, &address, &located, steps.get(1..).unwrap_or(&[]), span);
                (val, taken + 1)
            }
            Children::Remote { expansion } => {
                let address = format_smolstr!("{}module.{name}", scope.module.prefix);
                let located = |_| Some(Located::Remote);
                let (val, taken) =
                    self.expanded(scope, expansion, &address, &located, steps.get(1..).unwrap_or(&[]), span);
                (val, taken + 1)
            }
            Children::Busy => {
                (Val::unknown(Reason::Cycle, format_smolstr!("module.{name}"), span), steps.len())
            }
            Children::Limit(which) => {
                let symbol = format_smolstr!("module.{name}");
                (Val::unknown(Reason::Limit(which), symbol, span), steps.len())
            }
        }
    }

    /// A resource or data source and what is behind it.
    fn resource_named(
        &self,
        scope: Scope<'_, 'p>,
        decl: usize,
        steps: &[Step<'_>],
        span: Span,
    ) -> (Val, usize) {
        let module = scope.module;
        let Some(resource) = module.module.resources.get(decl) else { return (Val::null().clone(), 0) };
        let kind = if resource.data { "data." } else { "" };
        let address = format_smolstr!("{}{kind}{}.{}", module.prefix, resource.ty, resource.name);
        let expansion = self.expansion(module, decl);
        let located = |n: usize| Some(Located::Resource(module.ix, decl, n));
        self.expanded(scope, &expansion, &address, &located, steps, span)
    }

    /// One of the instances behind an address where the first step tells it, else all of them.
    fn expanded(
        &self,
        scope: Scope<'_, 'p>,
        expansion: &Expansion,
        address: &SmolStr,
        located: &dyn Fn(usize) -> Option<Located>,
        steps: &[Step<'_>],
        span: Span,
    ) -> (Val, usize) {
        let one = |n: usize| {
            let each = expansion.each.get(n)?;
            Some(self.address(suffix(address, &each.key), located(n)?, span))
        };
        if matches!(expansion.shape, Shape::One) {
            return (one(0).unwrap_or_default(), 0);
        }
        if let Some(Step::Index(key)) = steps.first() {
            let key = self.eval(scope, key);
            let key = self.dereferenced(&key);
            let text = key_text(&key);
            let found = expansion.each.iter().position(|each| match (&each.key, &text) {
                (Key::Index(n), Some(text)) => text.parse() == Ok(*n),
                (Key::Name(name), Some(text)) => name == text,
                _ => false,
            });
            // A key that is not known, or one beyond those that are told apart.
            let any = || expansion.each.iter().position(|each| each.key == Key::Any);
            let found = found.or_else(any).and_then(one);
            if let Some(val) = found {
                return (val, 1);
            }
            if text.is_some() {
                let symbol = format_smolstr!("{address}[{}]", key.display());
                return (Val::unknown(Reason::Undeclared, symbol, span), 1);
            }
        }
        let all = (0..expansion.each.len()).filter_map(one);
        let val = match expansion.shape {
            Shape::Map => {
                let mut map = super::MapBuilder::default();
                for (val, each) in all.zip(&expansion.each) {
                    let key = match &each.key {
                        Key::Name(name) => name.clone(),
                        _ => SmolStr::new_static("*"),
                    };
                    map.set(key, each.name.as_ref().map_or(span, |n| n.span), val);
                }
                if expansion.open {
                    map.open();
                }
                map.finish(span)
            }
            _ => {
                let list = palisade_graph::List { items: all.collect(), open: expansion.open };
                Val::known(palisade_graph::Value::List(list.into()), span)
            }
        };
        (val, 0)
    }

    /// An attribute of what stands behind an address.
    pub(super) fn attribute_of(&self, address: &str, name: &str, span: Span) -> Val {
        match self.located(address) {
            Some(Located::Resource(module, decl, each)) => {
                self.resource_attribute(address, (module, decl, each), name, span)
            }
            Some(Located::Module(ix)) => match self.inst(ix) {
                Some(module) => self.output(&module, name, span),
                None => Val::attribute(address, name, span),
            },
            Some(Located::Remote) => {
                Val::unknown(Reason::RemoteModule, format_smolstr!("{address}.{name}"), span)
            }
            None => Val::attribute(address, name, span),
        }
    }

    /// `module.x.name` of an instance.
    pub(super) fn output(&self, module: &ModuleInst<'p>, name: &str, span: Span) -> Val {
        let symbol = || format_smolstr!("{}{name}", module.prefix);
        let Some((name, decl)) = module.module.outputs.get_key_value(name) else {
            return Val::unknown(Reason::Undeclared, symbol(), span);
        };
        self.slot(module, Name::Output(name), &symbol, || match decl.attribute("value") {
            Some((file, attribute)) => self.eval(Scope::of(module, self.file(file)), &attribute.expr),
            None => Val::null().clone(),
        })
    }

    fn resource_attribute(
        &self,
        address: &str,
        (ix, decl, each): (usize, usize, usize),
        name: &str,
        span: Span,
    ) -> Val {
        let reference = || Val::attribute(address, name, span);
        let Some(module) = self.inst(ix) else { return reference() };
        let Some(resource) = module.module.resources.get(decl) else { return reference() };
        if resource.data {
            return self.data_attribute(address, &module, (decl, each), name, span);
        }
        if identifies(resource.ty, name) {
            return reference();
        }
        if resource.ty == "terraform_data" && name == "output" {
            return self.configured(ix, decl, each, "input").unwrap_or_else(reference);
        }
        self.configured(ix, decl, each, name).unwrap_or_else(reference)
    }
}

/// Whether an attribute tells which resource it is: it stays a reference though its text is written.
fn identifies(ty: &str, name: &str) -> bool {
    match name {
        "arn" | "id" => true,
        "name" => ty.starts_with("aws_"),
        "bucket" => ty == "aws_s3_bucket",
        "function_name" => ty == "aws_lambda_function",
        "key_id" => ty == "aws_kms_key",
        "cluster_identifier" => ty == "aws_rds_cluster",
        _ => false,
    }
}

fn parts(path: &str) -> Vec<&str> {
    path.split('/').filter(|p| !p.is_empty()).collect()
}
