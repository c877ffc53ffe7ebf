//! From evaluated Terraform instances to the deployed shape: CloudFormation's resources and properties.
//!
//! A table (`data/terraform/`) says what each attribute becomes; what it cannot say stands in a file of this
//! folder. Resources that only add to another are folded into it, with the places of their own values.

mod awscc;
mod build;
mod code;
mod convert;
mod defaults;
mod gateway;
mod identity;
mod index;
mod network;
mod policies;
mod references;
mod stores;

#[cfg(test)]
mod tests;

use std::collections::HashSet;

use indexmap::IndexMap;
use palisade_graph::{Val, Via};
use smol_str::SmolStr;

use self::build::Fields;
use self::convert::Convert;
use self::index::Index;
use crate::terraform::Instance;
use crate::terraform::table::{self, Place};
use crate::{Files, Resource, Stack};

/// Type of a module that is not here.
pub const MODULE: &str = "Terraform::Module";

/// The deployed shape of an application's instances.
#[expect(clippy::needless_pass_by_value, reason = "whoever evaluated them has no further use for them")]
pub fn stack(files: &Files<'_>, instances: Vec<Instance>, outputs: Val) -> Stack {
    let index = Index::new(&instances, root(files, &instances));
    let mut work = Work { files, index: &index, drafts: IndexMap::new(), given: HashSet::new() };
    work.own();
    work.folded();
    gateway::parts(&mut work);
    identity::attachments(&mut work);
    network::rules(&mut work);
    work.rest();
    let addresses: Vec<SmolStr> = work.drafts.keys().cloned().collect();
    for address in &addresses {
        code::of(&mut work, address);
        gateway::of(&mut work, address);
        identity::of(&mut work, address);
        stores::of(&mut work, address);
        network::of(&mut work, address);
        policies::of(&mut work, address);
        defaults::of(&mut work, address);
    }
    let mut stack = Stack { outputs: index.deployed(&outputs), ..Stack::default() };
    for (_, draft) in work.drafts {
        stack.add(draft.finish());
    }
    stack
}

/// Folder of the root module: it declares what came through no call, and the outermost calls.
fn root(files: &Files<'_>, instances: &[Instance]) -> SmolStr {
    if let Some(own) = instances.iter().find(|i| i.calls.is_empty()) {
        return own.folder.clone();
    }
    let file = instances.first().and_then(|i| i.calls.first()).and_then(|call| files.path(call.file));
    file.map(|path| crate::folder(&path).into()).unwrap_or_default()
}

/// A resource in the making.
struct Draft<'a> {
    instance: &'a Instance,
    id: SmolStr,
    ty: SmolStr,
    fields: Fields,
    source_root: Option<SmolStr>,
    /// The part of the block that makes it, where it is not the whole.
    block: Option<palisade_source::Span>,
    /// The resource because of which the provider makes it.
    implied_by: Option<SmolStr>,
}

impl<'a> Draft<'a> {
    fn new(instance: &'a Instance, ty: impl Into<SmolStr>, fields: Fields) -> Self {
        Self {
            instance,
            id: instance.address.clone(),
            ty: ty.into(),
            fields,
            source_root: None,
            block: None,
            implied_by: None,
        }
    }

    /// Another resource that the same block makes.
    fn beside(instance: &'a Instance, suffix: &str, ty: impl Into<SmolStr>, fields: Fields) -> Self {
        let id = smol_str::format_smolstr!("{}.{suffix}", instance.address);
        Self { id, ..Self::new(instance, ty, fields) }
    }

    fn finish(self) -> Resource {
        let i = self.instance;
        // The blocks of the modules through which it came, for who reads a finding in it.
        let kept = i
            .kept
            .map_or_else(Val::default, |at| Val::object([("DeletionPolicy", Val::str("Retain", at))], at));
        let calls = i.calls.iter().fold(kept, |val, span| val.through(Via::Inherited, *span));
        Resource {
            name: self.id.clone(),
            address: self.id.clone(),
            id: self.id,
            ty: self.ty,
            key: self.block.unwrap_or(i.header),
            block: i.block,
            props: self.fields.finish(),
            attributes: calls,
            implied_by: self.implied_by,
            source_root: self.source_root,
        }
    }
}

/// What the passes work on.
struct Work<'a, 'f> {
    files: &'a Files<'f>,
    index: &'a Index<'a>,
    /// By address, in the order of the instances; what a block makes beside its own resource stands at the end.
    drafts: IndexMap<SmolStr, Draft<'a>>,
    /// Parts that were given to the resource to which they belong.
    given: HashSet<SmolStr>,
}

impl<'a> Work<'a, '_> {
    fn convert(&self) -> Convert<'a, '_> {
        Convert { files: self.files, index: self.index }
    }

    fn add(&mut self, draft: Draft<'a>) {
        self.drafts.entry(draft.id.clone()).or_insert(draft);
    }

    /// Resources of their own.
    fn own(&mut self) {
        for (_, i) in self.index.all().filter(|(_, i)| !i.data && references::deploys(&i.ty)) {
            let draft = if i.ty == "module" {
                Draft::new(i, MODULE, raw(self.index, i))
            } else if let Some(ty) = awscc::cfn_type(&i.ty) {
                let props = awscc::properties(&ty, &self.index.deployed(&i.body));
                Draft::new(i, ty, with(i, props))
            } else {
                match table::find(&i.ty) {
                    Some(ty) if ty.place == Place::Own => {
                        Draft::new(i, ty.cfn, self.convert().properties(ty, i))
                    }
                    Some(_) => continue,
                    None => Draft::new(i, i.ty.clone(), raw(self.index, i)),
                }
            };
            self.add(draft);
        }
    }

    /// Resources that add to the one that they name.
    fn folded(&mut self) {
        for (n, i) in self.index.all().filter(|(_, i)| !i.data) {
            let Some(ty) = table::find(&i.ty) else { continue };
            if !matches!(ty.place, Place::Into(_)) {
                continue;
            }
            let Some(owner) = self.index.folded(n).and_then(|n| self.index.at(n)) else { continue };
            let mut fields = self.convert().properties(ty, i);
            stores::of_part(self, i, &mut fields);
            self.give(&owner.address, i, fields);
        }
    }

    /// Adds the properties of a part to the resource to which it belongs.
    fn give(&mut self, owner: &str, part: &Instance, fields: Fields) -> bool {
        let Some(draft) = self.drafts.get_mut(owner) else { return false };
        draft.fields.merge(fields);
        self.given.insert(part.address.clone());
        true
    }

    /// Parts whose owner is not of this application are kept as they are, so that they count.
    fn rest(&mut self) {
        for (_, i) in self.index.all().filter(|(_, i)| !i.data) {
            let part = table::find(&i.ty).is_some_and(|t| t.place != Place::Own);
            if part && !self.given.contains(&i.address) {
                let draft = Draft::new(i, i.ty.clone(), raw(self.index, i));
                self.add(draft);
            }
        }
    }
}

/// The body of a resource of which the table knows nothing.
fn raw(index: &Index<'_>, i: &Instance) -> Fields {
    with(i, index.deployed(&i.body))
}

fn with(i: &Instance, props: Val) -> Fields {
    let mut fields = Fields::at(props.span.or(i.header));
    fields.put("", i.header, build::Build::Leaf(props));
    fields
}
