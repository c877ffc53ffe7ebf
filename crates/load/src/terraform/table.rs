//! Which CloudFormation property each attribute of a Terraform resource becomes, and the way back.

use std::collections::HashMap;
use std::sync::LazyLock;

use smol_str::SmolStr;

const TYPES: &str = include_str!("../../data/terraform/types.txt");
const ATTRIBUTES: &str = include_str!("../../data/terraform/attributes.tsv");

static TABLE: LazyLock<Table> = LazyLock::new(Table::read);

/// Names that the provider has kept for what it calls otherwise today.
const SYNONYMS: &[(&str, &str)] = &[
    ("aws_alb", "aws_lb"),
    ("aws_alb_listener", "aws_lb_listener"),
    ("aws_alb_listener_rule", "aws_lb_listener_rule"),
    ("aws_alb_target_group", "aws_lb_target_group"),
    ("aws_alb_target_group_attachment", "aws_lb_target_group_attachment"),
];

/// Attributes of `aws_s3_bucket` that are its own today; the others stand in resources of their own.
const BUCKET: &[&str] = &["bucket", "bucket_prefix", "tags", "object_lock_enabled"];

/// All types.
struct Table {
    types: HashMap<&'static str, Type>,
    /// Terraform types of each CloudFormation type, in the order of the file.
    deployed: HashMap<&'static str, Vec<&'static str>>,
}

/// A type of resource of the AWS provider.
#[derive(Debug)]
pub struct Type {
    /// `aws_lambda_function`
    pub name: &'static str,
    /// `AWS::Lambda::Function`
    pub cfn: &'static str,
    /// Whether it is a resource of its own.
    pub place: Place,
    /// Where its attributes stand in the properties; empty where they are the properties.
    pub base: &'static str,
    /// Its attributes and blocks.
    pub attributes: Vec<Attribute>,
}

/// What a Terraform resource is in the deployed shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A resource.
    Own,
    /// Properties of the resource that this attribute names.
    Into(&'static str),
    /// Properties of another resource, found by code.
    Part,
}

/// An attribute or block.
#[derive(Debug)]
pub struct Attribute {
    /// `mode`
    pub name: &'static str,
    /// `tracing_config.mode`
    pub path: &'static str,
    /// `TracingConfig.Mode`; `[]` behind a step makes an item of a list.
    pub cfn: &'static str,
    /// How it is written.
    pub form: Form,
    /// What becomes of its value.
    pub word: Word,
    /// What stands in it.
    pub children: Vec<Attribute>,
}

/// How something is written in HCL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `name = value`
    Attribute,
    /// `name { … }`, at most once.
    Block,
    /// `name { … }`, any number of times.
    Blocks,
    /// `name = { … }`
    Object,
    /// `name = [{ … }]`
    Objects,
}

/// What becomes of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// The value itself.
    Same,
    /// A JSON document.
    Json,
    /// A list of the one value.
    List,
    /// The first of a list.
    First,
    /// A map as a list of maps with these two keys.
    Pairs(&'static str, &'static str),
    /// Blocks with these two attributes as a map.
    Named(&'static str, &'static str),
    /// One word for another.
    Words(Vec<(&'static str, &'static str)>),
    /// The opposite.
    Not,
    /// The beginning of a name.
    Prefix,
    /// An item in which this key has this value too.
    Item(&'static str, &'static str),
    /// A copy of the item around it for each of a list.
    Each,
    /// This value means that nothing is set.
    Absent(&'static str),
    /// Blocks whose names are CloudFormation's in snake case.
    Pascal,
    /// By code.
    Special,
}

fn word(text: &'static str) -> Word {
    let mut parts = text.split(' ');
    let first = parts.next().unwrap_or("");
    let mut next = || parts.next().unwrap_or("");
    match first {
        "json" => Word::Json,
        "list" => Word::List,
        "first" => Word::First,
        "pairs" => Word::Pairs(next(), next()),
        "named" => Word::Named(next(), next()),
        "not" => Word::Not,
        "prefix" => Word::Prefix,
        "each" => Word::Each,
        "pascal" => Word::Pascal,
        "special" => Word::Special,
        "absent" => Word::Absent(next()),
        "item" => {
            let rest = text.strip_prefix("item ").unwrap_or("");
            let (key, value) = rest.split_once('=').unwrap_or((rest, ""));
            Word::Item(key, value)
        }
        "words" => Word::Words(parts.filter_map(|p| p.split_once('=')).collect()),
        _ => Word::Same,
    }
}

fn form(text: &'static str) -> (Form, &'static str) {
    let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
    match first {
        "block" => (Form::Block, rest),
        "blocks" => (Form::Blocks, rest),
        "object" => (Form::Object, rest),
        "objects" => (Form::Objects, rest),
        _ => (Form::Attribute, text),
    }
}

impl Table {
    fn read() -> Self {
        let mut table = Table { types: HashMap::new(), deployed: HashMap::new() };
        for line in TYPES.lines().filter(|l| !l.starts_with('#')) {
            let mut parts = line.split_ascii_whitespace();
            let (Some(name), Some(cfn)) = (parts.next(), parts.next()) else { continue };
            let place = match (parts.next(), parts.next()) {
                (Some("into"), Some(owner)) => Place::Into(owner),
                (Some("part"), _) => Place::Part,
                _ => Place::Own,
            };
            table.deployed.entry(cfn).or_default().push(name);
            table.types.insert(name, Type { name, cfn, place, base: "", attributes: Vec::new() });
        }
        // A row follows the row of the block in which it stands.
        let mut open: Vec<(&'static str, Attribute)> = Vec::new();
        for line in ATTRIBUTES.lines().filter(|l| !l.starts_with('#')) {
            let mut fields = line.split('\t');
            let (Some(ty), Some(path), Some(cfn)) = (fields.next(), fields.next(), fields.next()) else {
                continue;
            };
            let (form, rest) = form(fields.next().unwrap_or(""));
            if path == "." {
                if let Some(ty) = table.types.get_mut(ty) {
                    ty.base = cfn;
                }
                continue;
            }
            while open.last().is_some_and(|(t, a)| *t != ty || !inside(path, a.path)) {
                table.close(&mut open);
            }
            let name = path.rsplit_once('.').map_or(path, |(_, name)| name);
            let cfn = if cfn == "." { "" } else { cfn };
            open.push((ty, Attribute { name, path, cfn, form, word: word(rest), children: Vec::new() }));
        }
        while !open.is_empty() {
            table.close(&mut open);
        }
        table
    }

    /// Puts the innermost open row into the one around it, or into its type.
    fn close(&mut self, open: &mut Vec<(&'static str, Attribute)>) {
        let Some((ty, attribute)) = open.pop() else { return };
        match open.last_mut() {
            Some((_, parent)) => parent.children.push(attribute),
            None => {
                if let Some(ty) = self.types.get_mut(ty) {
                    ty.attributes.push(attribute);
                }
            }
        }
    }
}

fn inside(path: &str, outer: &str) -> bool {
    path.strip_prefix(outer).is_some_and(|rest| rest.starts_with('.'))
}

/// What the table says of a Terraform type.
pub fn find(terraform_type: &str) -> Option<&'static Type> {
    let synonym = SYNONYMS.iter().find(|(old, _)| *old == terraform_type);
    TABLE.types.get(synonym.map_or(terraform_type, |(_, new)| new))
}

/// CloudFormation type of a Terraform type; of a part, that of the resource to which it belongs.
pub fn cfn_type(terraform_type: &str) -> Option<&'static str> {
    find(terraform_type).map(|t| t.cfn)
}

/// Usual Terraform type of a CloudFormation type.
pub fn terraform_type(cfn_type: &str) -> Option<&'static str> {
    all(cfn_type).find(|t| t.place == Place::Own).map(|t| t.name)
}

/// CloudFormation types that the table knows.
pub fn cfn_types() -> Vec<&'static str> {
    let mut all: Vec<&'static str> = TABLE.deployed.keys().copied().collect();
    all.sort_unstable();
    all
}

/// All Terraform types that are, or add to, a CloudFormation type.
pub fn all(cfn_type: &str) -> impl Iterator<Item = &'static Type> {
    let names = TABLE.deployed.get(cfn_type).map_or(&[][..], |names| names.as_slice());
    names.iter().filter_map(|name| TABLE.types.get(name))
}

/// Path of the attribute of a Terraform type that becomes a property: (`aws_lambda_function`,
/// `TracingConfig.Mode`) is `tracing_config.mode`. Items of lists are not told apart.
pub fn attribute(terraform_type: &str, cfn_path: &str) -> Option<&'static str> {
    let ty = find(terraform_type)?;
    steps(&ty.attributes, cfn_path).and_then(|steps| steps.last().map(|a| a.path))
}

/// Where a property is written in Terraform.
#[derive(Debug, Clone)]
pub struct Written {
    /// Type of the resource in which it stands: the resource's own, or one that adds to it.
    pub terraform_type: &'static str,
    /// The attribute by which that resource names its owner; none for the resource itself.
    pub owner: Option<&'static str>,
    /// Blocks and the attribute, from the outside in.
    pub steps: Vec<&'static Attribute>,
}

impl Written {
    /// The word that Terraform has for a deployed value.
    pub fn value(&self, deployed: &str) -> SmolStr {
        match self.steps.last().map(|a| &a.word) {
            Some(Word::Words(words)) => {
                words.iter().find(|(_, to)| *to == deployed).map_or(deployed, |(from, _)| from).into()
            }
            Some(Word::Not) => match deployed {
                "true" => "false".into(),
                "false" => "true".into(),
                other => other.into(),
            },
            _ => deployed.into(),
        }
    }
}

/// Where a property of a resource of this Terraform type is written: in the resource itself, or in another
/// resource that adds to it (`aws_s3_bucket` with `VersioningConfiguration.Status`: in
/// `aws_s3_bucket_versioning`).
pub fn written(terraform_type: &str, cfn_path: &str) -> Option<Written> {
    let own = find(terraform_type)?;
    let here = |ty: &'static Type| {
        let steps = steps(&ty.attributes, cfn_path)?;
        let owner = match ty.place {
            Place::Into(attribute) => Some(attribute),
            Place::Own | Place::Part => None,
        };
        Some(Written { terraform_type: ty.name, owner, steps })
    };
    let stale = own.name == "aws_s3_bucket";
    let in_itself = here(own).filter(|w| !stale || w.steps.first().is_some_and(|a| BUCKET.contains(&a.name)));
    in_itself.or_else(|| all(own.cfn).filter(|t| t.place != Place::Own).find_map(here))
}

/// Attributes from the outermost to the one whose property has this path.
fn steps(attributes: &'static [Attribute], cfn_path: &str) -> Option<Vec<&'static Attribute>> {
    let mut found: Option<Vec<&'static Attribute>> = None;
    for attribute in attributes {
        if matches!(attribute.word, Word::Special | Word::Prefix) {
            continue;
        }
        let way = if attribute.children.is_empty() || same_path(attribute.cfn, cfn_path) {
            same_path(attribute.cfn, cfn_path).then(Vec::new)
        } else {
            steps(&attribute.children, cfn_path)
        };
        if let Some(way) = way {
            let mut all = vec![attribute];
            all.extend(way);
            // A flattened block has the path of what stands around it: the innermost attribute is meant.
            if found.as_ref().is_none_or(|old| all.len() < old.len()) {
                found = Some(all);
            }
        }
    }
    found
}

/// Whether two paths are the same but for the marks of items.
fn same_path(a: &str, b: &str) -> bool {
    let bare = |path: &'_ str| path.replace("[]", "");
    a == b || bare(a) == bare(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_found_by_their_properties() {
        assert_eq!(attribute("aws_lambda_function", "TracingConfig.Mode"), Some("tracing_config.mode"));
        assert_eq!(attribute("aws_lambda_function", "Environment.Variables"), Some("environment.variables"));
        assert_eq!(attribute("aws_lambda_function", "Code.ImageUri"), Some("image_uri"));
        assert_eq!(attribute("aws_sqs_queue", "VisibilityTimeout"), Some("visibility_timeout_seconds"));
        assert_eq!(attribute("aws_lambda_function", "Nothing"), None);
        assert_eq!(attribute("aws_nothing", "Name"), None);
    }

    #[test]
    fn types_are_found_both_ways() {
        assert_eq!(terraform_type("AWS::SQS::Queue"), Some("aws_sqs_queue"));
        assert_eq!(terraform_type("AWS::S3::Bucket"), Some("aws_s3_bucket"));
        assert_eq!(cfn_type("aws_s3_bucket_versioning"), Some("AWS::S3::Bucket"));
        assert_eq!(cfn_type("aws_alb_listener"), Some("AWS::ElasticLoadBalancingV2::Listener"));
        assert_eq!(cfn_type("random_id"), None);
    }

    #[test]
    fn a_property_is_written_in_the_resource_or_in_one_that_adds_to_it() {
        let mode = written("aws_lambda_function", "TracingConfig.Mode").unwrap();
        assert_eq!(mode.terraform_type, "aws_lambda_function");
        assert_eq!(mode.owner, None);
        let forms: Vec<(&str, Form)> = mode.steps.iter().map(|a| (a.name, a.form)).collect();
        assert_eq!(forms, [("tracing_config", Form::Block), ("mode", Form::Attribute)]);

        let status = written("aws_s3_bucket", "VersioningConfiguration.Status").unwrap();
        assert_eq!(status.terraform_type, "aws_s3_bucket_versioning");
        assert_eq!(status.owner, Some("bucket"));
        assert_eq!(status.steps.last().unwrap().path, "versioning_configuration.status");

        let block = written("aws_s3_bucket", "PublicAccessBlockConfiguration.BlockPublicAcls").unwrap();
        assert_eq!(block.terraform_type, "aws_s3_bucket_public_access_block");
        assert_eq!(block.steps.last().unwrap().path, "block_public_acls");

        let scheme = written("aws_lb", "Scheme").unwrap();
        assert_eq!(scheme.value("internal"), "true");
    }

    #[test]
    fn every_row_belongs_to_a_type_and_stands_inside_its_block() {
        let mut rows = 0;
        for line in ATTRIBUTES.lines().filter(|l| !l.starts_with('#')) {
            let mut fields = line.split('\t');
            let (ty, path, cfn) = (fields.next().unwrap(), fields.next().unwrap(), fields.next().unwrap());
            let found = find(ty).unwrap_or_else(|| panic!("{ty} is in types.txt"));
            if path == "." {
                assert_eq!(found.base, cfn);
                continue;
            }
            let mut level = &found.attributes;
            let mut at = None;
            for step in path.split('.') {
                at = level.iter().find(|a| a.name == step);
                level = &at.unwrap_or_else(|| panic!("{ty} {path}")).children;
            }
            assert_eq!(at.unwrap().path, path);
            rows += 1;
        }
        assert!(rows > 4000, "{rows}");
    }
}
