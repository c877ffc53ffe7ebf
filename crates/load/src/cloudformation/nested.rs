use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use palisade_graph::{Entry, List, Map, NoteKind, Piece, State, Target, Val, Value};
use smol_str::SmolStr;

use super::{Evaluator, is_sam};
use crate::sam::{SamContext, transform};
use crate::{Stack, folder};

/// A nested stack whose template is in the tree, its ids prefixed.
#[derive(Debug)]
pub struct Nested {
    /// Its resources.
    pub stack: Stack,
    /// Its outputs, as the parent sees them.
    pub outputs: Val,
}

/// Marks a logical id of the parent in values handed to a nested stack.
const PARENT: &str = "../";

impl Evaluator<'_> {
    /// The nested stack of a resource, expanded once; `None` where its template is not a local file.
    pub(super) fn nested(&self, id: &str) -> Option<Rc<Nested>> {
        if let Some(found) = self.nested.borrow().get(id) {
            return found.clone();
        }
        // An answer of none while it is being expanded ends cycles of outputs.
        self.nested.borrow_mut().insert(id.into(), None);
        let expanded = self.expand_nested(id).map(Rc::new);
        self.nested.borrow_mut().insert(id.into(), expanded.clone());
        expanded
    }

    fn expand_nested(&self, id: &str) -> Option<Nested> {
        let declared = self.template.get("Resources").get(id);
        let (location, given) = match declared.get("Type").as_str()? {
            "AWS::CloudFormation::Stack" => ("TemplateURL", "Parameters"),
            "AWS::Serverless::Application" => ("Location", "Parameters"),
            _ => return None,
        };
        let props = declared.get("Properties");
        let place = self.value(props.get(location));
        // A synthesised template names its nested ones as assets.
        let asset = declared.get("Metadata").get("aws:asset:path").as_str();
        let path = asset.or(place.as_str())?;
        if path.contains("://") {
            self.files.note(
                NoteKind::Info,
                "a nested stack whose template is not in the tree",
                vec![place.span],
            );
            return None;
        }
        if self.depth + 1 >= self.files.limits.include_depth {
            self.files.note(NoteKind::Info, "nested stacks deeper than the limit", vec![place.span]);
            return None;
        }
        let Ok((relative, documents)) = self.files.documents(self.folder, path, crate::Typing::Yaml11) else {
            self.files.note(
                NoteKind::Info,
                "a nested stack whose template is not in the tree",
                vec![place.span],
            );
            return None;
        };
        if self.chain.iter().any(|t| *t == relative) {
            self.files.note(NoteKind::Info, "a nested stack that contains itself", vec![place.span]);
            return None;
        }
        let template = documents.into_iter().find(super::is_template)?;
        self.files.include(&relative);
        let given: HashMap<SmolStr, Val> = self
            .value(props.get(given))
            .entries()
            .iter()
            .map(|e| (e.key.clone(), renamed(&e.val, &|id| smol_str::format_smolstr!("{PARENT}{id}"))))
            .collect();
        let prefix = if self.prefix.is_empty() {
            SmolStr::new(id)
        } else {
            smol_str::format_smolstr!("{}/{id}", self.prefix)
        };
        let inner = folder(&relative).to_owned();
        let mut child =
            Evaluator::new(self.files, self.inputs, &inner, &template, &given, self.forced.clone());
        child.prefix = prefix;
        child.depth = self.depth + 1;
        child.chain = self.chain.iter().cloned().chain([SmolStr::new(&relative)]).collect();
        let mut stack = child.stack();
        if is_sam(&template) {
            let globals = child.value(template.get("Globals"));
            transform(
                &SamContext { files: self.files, folder: &inner, globals: &globals, inputs: self.inputs },
                &mut stack,
            );
        }
        let name = |inner: &str| match inner.strip_prefix(PARENT) {
            Some(own) => SmolStr::new(own),
            None => smol_str::format_smolstr!("{id}/{inner}"),
        };
        let outputs = renamed(&stack.outputs, &name);
        let mut prefixed = Stack::default();
        for (_, mut resource) in std::mem::take(&mut stack.resources) {
            // The author's name of a nested function stays readable: `Nested/Function`.
            resource.name = name(&resource.name);
            resource.id = name(&resource.id);
            resource.implied_by = resource.implied_by.map(|c| name(&c));
            resource.props = renamed(&resource.props, &name);
            resource.attributes = renamed(&resource.attributes, &name);
            prefixed.add(resource);
        }
        Some(Nested { stack: prefixed, outputs })
    }
}

/// A value with the logical ids in its references renamed.
pub fn renamed(val: &Val, name: &dyn Fn(&str) -> SmolStr) -> Val {
    mapped(val, &|v| match &v.state {
        State::Ref(target) => match &**target {
            Target::Resource { id, attribute } => {
                let target = Target::Resource { id: name(id), attribute: attribute.clone() };
                Some(Val { state: State::Ref(Arc::new(target)), span: v.span, via: v.via.clone() })
            }
            _ => None,
        },
        _ => None,
    })
}

/// A value in which `change` replaced what it answers for; what has no reference in it is shared.
pub fn mapped(val: &Val, change: &dyn Fn(&Val) -> Option<Val>) -> Val {
    if let Some(new) = change(val) {
        return new;
    }
    let state = match &val.state {
        State::Known(Value::List(list)) if !list.items.is_empty() => {
            State::Known(Value::List(Arc::new(List {
                items: list.items.iter().map(|v| mapped(v, change)).collect(),
                open: list.open,
            })))
        }
        State::Known(Value::Map(map)) if !map.entries.is_empty() => {
            let entry =
                |e: &Entry| Entry { key: e.key.clone(), key_span: e.key_span, val: mapped(&e.val, change) };
            let entries = map.entries.iter().map(entry).collect();
            State::Known(Value::Map(Arc::new(Map { entries, open: map.open })))
        }
        State::Partial(pieces) => {
            let piece = |p: &Piece| match p {
                Piece::Text(t) => Piece::Text(t.clone()),
                Piece::Hole(v) => Piece::Hole(mapped(v, change)),
            };
            State::Partial(pieces.iter().map(piece).collect())
        }
        _ => return val.clone(),
    };
    Val { state, span: val.span, via: val.via.clone() }
}
