//! Why the transform makes a resource.

use std::collections::HashSet;

use palisade_graph::{Entry, Val};
use palisade_source::Span;
use smol_str::SmolStr;

use super::build::{At, Props, cover};
use crate::Resource;

/// What made the transform create resources: a declaration, or an event in it.
#[derive(Debug, Clone)]
pub struct Cause {
    /// Logical id of the declaration.
    pub id: SmolStr,
    /// The key: of the declaration or of the event.
    pub key: Span,
    /// All of it.
    pub block: Span,
    /// The attributes that what is made of it inherits.
    pub attributes: Val,
}

impl Cause {
    /// A declaration.
    pub fn of(resource: &Resource) -> Self {
        let mut attributes = Props::default();
        attributes.copy_all(&resource.attributes, &["DeletionPolicy", "UpdateReplacePolicy"]);
        let attributes = if attributes.0.entries.is_empty() {
            Val::default()
        } else {
            attributes.finish(resource.attributes.span)
        };
        Self { id: resource.id.clone(), key: resource.key, block: resource.block, attributes }
    }

    /// An entry of the declaration.
    #[must_use]
    pub fn entry(&self, entry: &Entry) -> Self {
        let key = entry.key_span.or(self.key);
        Self { key, block: cover(key, entry.val.span), ..self.clone() }
    }

    /// Where generated values stand.
    pub fn at(&self) -> At {
        At(self.key)
    }

    /// A resource made because of this.
    pub fn make(&self, id: impl Into<SmolStr>, ty: &'static str, props: Val) -> Resource {
        let mut resource =
            Resource::new(id, SmolStr::new_static(ty), self.key, props).implied(self.id.clone());
        resource.block = self.block;
        resource.attributes = self.attributes.clone();
        resource
    }
}

/// Sets `DependsOn` of a resource, keeping what it depends on already.
pub fn depend(resource: &mut Resource, on: impl IntoIterator<Item = SmolStr>, span: Span) {
    let old = resource.attributes.get("DependsOn");
    let mut items: Vec<Val> = old.items().to_vec();
    let mut known: HashSet<SmolStr> = items.iter().filter_map(|i| i.as_str().map(Into::into)).collect();
    items.extend(on.into_iter().filter(|id| known.insert(id.clone())).map(|id| Val::str(id, span)));
    let list = Val::list(items, old.span.or(span));
    let mut attributes = resource.attributes.clone();
    if attributes.is_null() {
        attributes = Val::map(Vec::new(), span);
    }
    if let Some(map) = super::build::map_mut(&mut attributes) {
        map.set("DependsOn", span, list);
    }
    resource.attributes = attributes;
}
