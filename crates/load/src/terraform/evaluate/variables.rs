use std::collections::HashMap;

use palisade_graph::{Entry, External, Input, Interface, Output, Reason, Target, Tri, Val};
use palisade_source::Span;
use palisade_source::hcl;
use smol_str::{SmolStr, format_smolstr};

use super::super::module::Decl;
use super::super::project::{FileIx, file_kind};
use super::expressions::truth;
use super::types::{self, Type};
use super::{App, ModuleInst, Name, Scope};

/// Arguments of a `provider` block that are credentials.
const CREDENTIALS: &[&str] =
    &["access_key", "secret_key", "token", "password", "api_key", "api_token", "app_key"];

impl<'p> App<'p> {
    /// `var.name`
    pub(super) fn variable(&self, module: &ModuleInst<'p>, name: &str, span: Span) -> Val {
        let symbol = || variable_symbol(module, name);
        let Some((name, decl)) = module.module.variables.get_key_value(name) else {
            // Tools that generate declarations (Terragrunt) give them values too. The text around such a name is known.
            let given = self.given.get(name).filter(|_| module.call.is_none());
            return given.cloned().unwrap_or_else(|| Val::unknown(Reason::OutsideTree, symbol(), span));
        };
        self.slot(module, Name::Variable(name), &symbol, || {
            let ty = decl.attribute("type").map_or(Type::Any, |(_, a)| types::read(&a.expr, 0));
            let default = || {
                let (file, attribute) = decl.attribute("default")?;
                let scope = Scope::of(module, self.file(file));
                Some(self.eval(scope, &attribute.expr))
            };
            let nullable = decl.attribute("nullable").is_none_or(|(file, attribute)| {
                let scope = Scope::of(module, self.file(file));
                truth(&self.eval(scope, &attribute.expr)) != Some(false)
            });
            let given = self.value_given(module, name, decl, &ty);
            let given = if nullable { given } else { given.filter(|v| !v.is_null()) };
            match given.or_else(default) {
                Some(val) => {
                    let file = decl.attribute("type").map_or(decl.file, |(file, _)| file);
                    self.convert(Scope::of(module, self.file(file)), val, &ty)
                }
                None => {
                    let (header, _) = self.places(module, decl);
                    if self.sensitive(module, decl).is_yes() {
                        let target = Target::External { kind: External::Data, name: symbol(), secret: true };
                        return Val::target(target, header);
                    }
                    Val::unknown(Reason::ParameterWithoutDefault, symbol(), header)
                }
            }
        })
    }

    /// What the caller of a module says, or the command line and the files of values.
    fn value_given(
        &self,
        module: &ModuleInst<'p>,
        name: &str,
        decl: &Decl<'p>,
        ty: &Type<'_>,
    ) -> Option<Val> {
        let Some(call) = &module.call else {
            if let Some(val) = self.forced.get(name) {
                return Some(val.clone());
            }
            return match self.inputs.params.get(name) {
                Some(text) => Some(self.parsed_text(module, text, decl, ty)),
                None => self.given.get(name).cloned(),
            };
        };
        let (file, attribute) = call.decl.attribute(name)?;
        if matches!(name, "source" | "version" | "providers" | "count" | "for_each" | "depends_on") {
            return None;
        }
        let parent = self.inst(call.parent)?;
        let scope = Scope { each: call.expansion.each.get(call.each), ..Scope::of(&parent, self.file(file)) };
        Some(self.eval(scope, &attribute.expr))
    }

    /// A value of the command line: text, or an expression where the type is not one of plain values.
    fn parsed_text(&self, module: &ModuleInst<'p>, text: &str, decl: &Decl<'p>, ty: &Type<'_>) -> Val {
        let untyped = decl.attribute("type").is_none() || matches!(ty, Type::Any);
        let plain = matches!(ty, Type::String | Type::Number | Type::Bool)
            || untyped && !text.trim_start().starts_with(['[', '{']);
        if plain {
            return Val::str(text, Span::NONE);
        }
        // A list in a file of parameters that is not Terraform's has no brackets.
        let list = matches!(ty, Type::List(_) | Type::Set(_) | Type::Tuple(_));
        let bracketed = text.trim_start().starts_with('[');
        if list && !bracketed && !text.contains(['"', '{']) {
            let items = text.split(',').map(|t| Val::str(t.trim(), Span::NONE)).collect();
            return Val::list(items, Span::NONE);
        }
        let parsed = if list && !bracketed {
            hcl::parse_expression(&format!("[{text}]"), self.files.limits)
        } else {
            hcl::parse_expression(text, self.files.limits)
        };
        match parsed {
            Ok(expr) => self.eval(Scope::of(module, Span::NONE.file), &expr),
            Err(_) => Val::str(text, Span::NONE),
        }
    }

    /// Values of root variables: `terraform.tfvars`, then `*.auto.tfvars` in the order of their names.
    pub(super) fn read_values(&self) -> HashMap<SmolStr, Val> {
        let mut out = HashMap::new();
        let (Some(folder), Some(root)) = (self.project.folders.get(self.root), self.inst(0)) else {
            return out;
        };
        let name_of = |ix: &FileIx| {
            let file = self.project.file(*ix)?;
            let name = file.source.path.rsplit('/').next()?.to_owned();
            file_kind(&name)?;
            let rank = match name.as_str() {
                "terraform.tfvars" => 0,
                "terraform.tfvars.json" => 1,
                _ if name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json") => 2,
                _ => return None,
            };
            Some((rank, name, *ix))
        };
        let mut files: Vec<(u8, String, FileIx)> = folder.values.iter().filter_map(name_of).collect();
        files.sort();
        for (_, _, ix) in files {
            let scope = Scope::of(&root, self.file(ix));
            let Some(file) = self.project.file(ix) else { continue };
            for attribute in file.document.body.attributes() {
                out.insert(attribute.name.clone(), self.eval(scope, &attribute.expr));
            }
        }
        out
    }

    fn sensitive(&self, module: &ModuleInst<'p>, decl: &Decl<'p>) -> Tri {
        match decl.attribute("sensitive").or_else(|| decl.attribute("ephemeral")) {
            Some((file, attribute)) => {
                let val = self.eval(Scope::of(module, self.file(file)), &attribute.expr);
                truth(&val).map_or(Tri::Unknown, Tri::from)
            }
            None => Tri::No,
        }
    }

    /// What stands beside the resources of the root module.
    pub fn interface(&self) -> Interface {
        let mut interface = Interface {
            guessed: self.guessed.borrow().clone(),
            modules: self.foreign.borrow().clone(),
            ..Interface::default()
        };
        let Some(root) = self.inst(0) else { return interface };
        let module = root.module;
        for (name, decl) in &module.variables {
            let (_, block) = self.places(&root, decl);
            let at = |attribute: &str| {
                let (file, attribute) = decl.attribute(attribute)?;
                Some(self.eval(Scope::of(&root, self.file(file)), &attribute.expr))
            };
            let ty = decl.attribute("type").map(|(file, attribute)| {
                let span = Scope::of(&root, self.file(file)).span(attribute.expr.at);
                SmolStr::new(self.files.slice(span).trim_matches('"'))
            });
            interface.inputs.push(Input {
                name: (*name).into(),
                span: self.label(decl),
                block,
                body: block,
                default: at("default").unwrap_or_default(),
                ty: ty.unwrap_or_default(),
                hidden: Some(self.sensitive(&root, decl)),
                hidden_at: at("sensitive").unwrap_or_default(),
            });
        }
        for (name, decl) in &module.outputs {
            interface.outputs.push(Output {
                name: (*name).into(),
                span: self.label(decl),
                value: self.output(&root, name, Span::NONE),
                hidden: self.sensitive(&root, decl),
            });
        }
        for decl in &module.providers {
            if decl.block.kind == "backend" {
                let scope = Scope::of(&root, self.file(decl.file));
                let mut arguments = super::MapBuilder::default();
                for attribute in decl.block.body.attributes() {
                    let val = self.eval(scope, &attribute.expr);
                    arguments.set((*attribute.name).into(), scope.span(attribute.name_at), val);
                }
                let kind = decl.block.label(0).unwrap_or_default().into();
                let at = scope.span(decl.block.header);
                interface.backend = Some((kind, at, arguments.finish(at)));
            }
            for key in CREDENTIALS {
                if let Some((file, attribute)) = decl.attribute(key) {
                    let scope = Scope::of(&root, self.file(file));
                    let val = self.eval(scope, &attribute.expr);
                    let key_span = scope.span(attribute.name_at);
                    interface.credentials.push(Entry { key: (*key).into(), key_span, val });
                }
            }
        }
        // With a second provider nobody knows here which resources are made in which region.
        let mut aws = module
            .providers
            .iter()
            .filter(|d| d.block.kind == "provider" && d.block.label(0).is_some_and(|l| l == "aws"));
        if let (Some(decl), None) = (aws.next(), aws.next())
            && let Some((file, attribute)) = decl.attribute("region")
        {
            let val = self.eval(Scope::of(&root, self.file(file)), &attribute.expr);
            interface.region = val.as_str().map(SmolStr::new);
        }
        self.supply(&root, &mut interface);
        interface
    }

    /// Place of the first label of a block.
    fn label(&self, decl: &Decl<'p>) -> Span {
        let file = self.file(decl.file);
        let at = decl.block.labels.first().map_or(decl.block.header, |l| l.at);
        Span::new(file, at.start, at.end)
    }

    /// Outputs of the root module as a map of their values.
    pub fn outputs(&self) -> Val {
        let Some(root) = self.inst(0) else { return Val::null().clone() };
        let mut map = super::MapBuilder::default();
        for (name, decl) in &root.module.outputs {
            let val = self.output(&root, name, Span::NONE);
            map.set((*name).into(), self.label(decl), val);
        }
        map.finish(Span::NONE)
    }
}

/// How a variable without value is called; of a module that is called, with the call.
fn variable_symbol(module: &ModuleInst<'_>, name: &str) -> SmolStr {
    format_smolstr!("{}var.{name}", module.prefix)
}
