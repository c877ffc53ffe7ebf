//! The instances of an application by their addresses and names.

use std::cell::Cell;
use std::collections::HashMap;

use palisade_graph::{Piece, State, Target, Val};
use smol_str::SmolStr;

use crate::terraform::Instance;
use crate::terraform::table::{self, Place};

/// Instances, and which one an address or name means.
pub struct Index<'a> {
    instances: &'a [Instance],
    by_address: HashMap<&'a str, usize>,
    /// By the address without the key of its last step.
    by_block: HashMap<&'a str, Vec<usize>>,
    /// Own resources by CloudFormation type and name as it is displayed.
    by_name: HashMap<(&'static str, SmolStr), usize>,
    /// Resources that are folded into another.
    owners: HashMap<usize, usize>,
    /// Archives by the path to which they are written.
    archives: HashMap<SmolStr, usize>,
    /// Objects in buckets by their key.
    objects: HashMap<SmolStr, usize>,
    /// Folder of the root module.
    root: SmolStr,
    /// How many names of other resources may still be put into one value.
    pub left: Cell<usize>,
}

/// Deeper nesting of holes in holes is not followed.
const HOLES: u8 = 8;

impl<'a> Index<'a> {
    /// Reads the instances once; `root` is the folder of the root module, relative to the scan root.
    pub fn new(instances: &'a [Instance], root: SmolStr) -> Self {
        let mut index = Index {
            instances,
            by_address: HashMap::new(),
            by_block: HashMap::new(),
            by_name: HashMap::new(),
            owners: HashMap::new(),
            archives: HashMap::new(),
            objects: HashMap::new(),
            root,
            left: Cell::new(0),
        };
        for (n, i) in instances.iter().enumerate() {
            index.by_address.entry(i.address.as_str()).or_insert(n);
            index.by_block.entry(block_address(&i.address)).or_default().push(n);
            match i.ty.as_str() {
                "archive_file" => {
                    let path = super::code::normal(&i.body.get("output_path").display());
                    index.archives.entry(path).or_insert(n);
                }
                "aws_s3_object" | "aws_s3_bucket_object" if !i.data => {
                    index.objects.entry(i.body.get("key").display()).or_insert(n);
                }
                _ => {}
            }
            if !i.data
                && let Some(ty) = table::find(&i.ty).filter(|t| t.place == Place::Own)
            {
                let name = i.body.get(name_attribute(ty.name));
                if !name.is_null() {
                    index.by_name.entry((ty.cfn, name.display())).or_insert(n);
                }
            }
        }
        for (n, i) in instances.iter().enumerate() {
            let Some(ty) = table::find(&i.ty).filter(|_| !i.data) else { continue };
            if let Place::Into(attribute) = ty.place
                && let Some(owner) = index.owner(i.body.get(attribute), ty.cfn)
            {
                index.owners.insert(n, owner);
            }
        }
        index
    }

    /// The archive that is written to a path.
    pub fn archive(&self, path: &str) -> Option<&'a Instance> {
        self.archives.get(path).and_then(|n| self.at(*n)).filter(|_| !path.is_empty())
    }

    /// The object in a bucket that has a key.
    pub fn object(&self, key: &str) -> Option<&'a Instance> {
        self.objects.get(key).and_then(|n| self.at(*n)).filter(|_| !key.is_empty())
    }

    /// Folder of the root module, relative to the scan root.
    pub fn root(&self) -> &str {
        &self.root
    }

    /// All instances, in order.
    pub fn all(&self) -> impl Iterator<Item = (usize, &'a Instance)> + use<'a> {
        self.instances.iter().enumerate()
    }

    /// An instance by its number.
    pub fn at(&self, n: usize) -> Option<&'a Instance> {
        self.instances.get(n)
    }

    /// The resource into which an instance is folded.
    pub fn folded(&self, n: usize) -> Option<usize> {
        self.owners.get(&n).copied()
    }

    /// The instance that an address means. An address without a key, or with one that is not known, means the
    /// instances of its block; the first stands for them.
    pub fn number(&self, address: &str) -> Option<usize> {
        if let Some(n) = self.by_address.get(address) {
            return Some(*n);
        }
        let block = block_address(address);
        let list = self.by_block.get(block)?;
        let symbolic = list.iter().find(|n| self.at(**n).is_some_and(|i| i.symbolic));
        symbolic.or_else(|| list.first()).copied()
    }

    /// The instances that a value refers to, in the order in which they stand in it.
    pub fn targets(&self, val: &Val) -> Vec<usize> {
        let mut out = Vec::new();
        self.collect(val, HOLES, &mut out);
        out
    }

    fn collect(&self, val: &Val, depth: u8, out: &mut Vec<usize>) {
        match &val.state {
            State::Ref(t) => {
                if let Target::Resource { id, .. } = &**t
                    && let Some(n) = self.number(id)
                {
                    out.push(n);
                }
            }
            State::Partial(pieces) if depth > 0 => {
                for piece in pieces.iter() {
                    if let Piece::Hole(v) = piece {
                        self.collect(v, depth - 1, out);
                    }
                }
            }
            _ => {}
        }
    }

    /// The resource of a CloudFormation type that a value names: by reference, ARN or name.
    pub fn owner(&self, val: &Val, cfn: &'static str) -> Option<usize> {
        if val.is_null() {
            return None;
        }
        let val = self.deployed(val);
        let owns = |n: &usize| {
            let ty = self.at(*n).and_then(|i| table::find(&i.ty));
            ty.is_some_and(|t| t.cfn == cfn && t.place == Place::Own)
        };
        if let Some(found) = self.targets(&val).into_iter().find(owns) {
            return Some(found);
        }
        let text = val.display();
        if let Some(n) = self.by_name.get(&(cfn, text.clone())) {
            return Some(*n);
        }
        let name = text.strip_prefix("arn:")?.rsplit([':', '/']).next()?;
        self.by_name.get(&(cfn, name.into())).copied()
    }
}

/// The attribute that holds the physical name of a resource.
fn name_attribute(ty: &str) -> &'static str {
    match ty {
        "aws_lambda_function" => "function_name",
        "aws_lambda_layer_version" => "layer_name",
        "aws_s3_bucket" => "bucket",
        "aws_db_instance" | "aws_rds_cluster_instance" => "identifier",
        "aws_rds_cluster" | "aws_docdb_cluster" | "aws_neptune_cluster" => "cluster_identifier",
        "aws_opensearch_domain" | "aws_elasticsearch_domain" => "domain_name",
        "aws_codecommit_repository" => "repository_name",
        "aws_bedrockagent_agent" => "agent_name",
        _ => "name",
    }
}

/// An address without the key of its last step: `a.b["k"]` is `a.b`.
pub fn block_address(address: &str) -> &str {
    let Some(inner) = address.strip_suffix(']') else { return address };
    let at = if inner.ends_with('"') { inner.rfind("[\"") } else { inner.rfind('[') };
    at.and_then(|at| address.get(..at)).unwrap_or(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_taken_off_addresses() {
        assert_eq!(block_address("a.b"), "a.b");
        assert_eq!(block_address("a.b[0]"), "a.b");
        assert_eq!(block_address("a.b[*]"), "a.b");
        assert_eq!(block_address("module.m[\"x\"].a.b[\"k.[1]\"]"), "module.m[\"x\"].a.b");
        assert_eq!(block_address("module.m[\"x\"].a.b"), "module.m[\"x\"].a.b");
    }
}
