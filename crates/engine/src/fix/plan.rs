//! From what a rule proposes to changes of files.

use std::cell::RefCell;
use std::collections::BTreeMap;

use palisade_graph::{Application, Graph, Node, NodeIx};
use palisade_rules::{Change, Literal, Proposal};
use palisade_source::hcl::Range;
use palisade_source::hcl::edit::New;
use palisade_source::splice::{Content, Refusal, Splice, splice};
use palisade_source::{Edit, FileId, Kind, Span};
use smol_str::{SmolStr, format_smolstr};

use super::contents::Manner;
use super::place::{self, Form, Property};
use super::texts::{Texts, is_tree};
use super::{hcl, program};

/// Why a proposal is not made into edits, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused(pub String);

impl Refused {
    /// With these words.
    pub fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self(refusal.to_string())
    }
}

/// What is meant to differ once a fix is applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Intent {
    /// A property of a node, in the deployed shape.
    Property {
        /// Id of the node.
        node: SmolStr,
        /// Path of keys.
        path: SmolStr,
    },
    /// Whatever came from a place.
    Written(Span),
    /// What is added inside of a place.
    Added(Span),
    /// A new resource of this logical id.
    Declared(SmolStr),
}

/// A change of one file.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Of its tree.
    Tree(Splice),
    /// Of its bytes.
    Bytes(Edit),
    /// New attributes and blocks in a block of HCL: those of several fixes are written together.
    Body {
        /// The block.
        block: Range,
        /// What is new in it.
        items: Vec<New>,
    },
    /// A new resource behind a block of HCL: what several changes write into it is written together.
    Resource {
        /// The block.
        behind: Range,
        /// Type and name.
        labels: [SmolStr; 2],
        /// What stands in it.
        items: Vec<New>,
    },
}

/// A proposal as changes of files.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Planned {
    /// The changes.
    pub steps: Vec<(FileId, Step)>,
    /// What they are meant to change.
    pub intents: Vec<Intent>,
}

/// Names of new resources, so that two fixes that are made together never take the same one. Equal declarations
/// make the same resource.
#[derive(Default)]
pub struct Names {
    taken: RefCell<BTreeMap<SmolStr, (usize, Change)>>,
}

impl Names {
    /// Takes a name for what one world declares; false where another resource has it.
    fn take(&self, id: &SmolStr, world: usize, change: &Change) -> bool {
        let mut taken = self.taken.borrow_mut();
        let (w, c) = taken.entry(id.clone()).or_insert_with(|| (world, change.clone()));
        *w == world && c == change
    }
}

/// Makes a proposal of one world into changes of files.
pub fn plan(
    application: &Application,
    texts: &Texts<'_>,
    names: &Names,
    world: usize,
    proposal: &Proposal,
) -> Result<Planned, Refused> {
    let (_, graph) = application.worlds.get(world).ok_or_else(|| Refused::new("its world is gone"))?;
    let mut planner = Planner {
        application,
        texts,
        graph,
        declared: Vec::new(),
        folders: Vec::new(),
        types: Vec::new(),
        planned: Planned::default(),
    };
    for (n, change) in proposal.changes.iter().enumerate() {
        if let Change::Declare { after, suffix, ty, .. } = change {
            let free = |id: &SmolStr| names.take(id, world, change);
            let id = planner.new_id(*after, suffix, ty, &free)?;
            planner.declared.push((n, id));
            let beside = planner.node(*after)?.block.file;
            if let Some(file) = texts.file(beside) {
                planner.folders.push((n, palisade_load::folder(&file.path).to_owned()));
            }
            planner.types.push((n, ty.clone()));
        }
    }
    for (n, change) in proposal.changes.iter().enumerate() {
        planner.change(n, change)?;
    }
    if planner.planned.steps.is_empty() {
        return Err(Refused::new("there is nothing to change"));
    }
    Ok(planner.planned)
}

/// The edits of some changes, by file in the order of their ids.
pub fn edits<'p>(
    texts: &Texts<'_>,
    steps: impl IntoIterator<Item = &'p (FileId, Step)>,
) -> Result<Vec<Edit>, Refused> {
    let mut trees: BTreeMap<FileId, Vec<Splice>> = BTreeMap::new();
    let mut bodies: BTreeMap<(FileId, Range), Vec<New>> = BTreeMap::new();
    let mut resources: BTreeMap<(FileId, Range, [SmolStr; 2]), Vec<New>> = BTreeMap::new();
    let mut out: Vec<Edit> = Vec::new();
    for (file, step) in steps {
        match step {
            Step::Tree(splice) => {
                let splices = trees.entry(*file).or_default();
                if !splices.contains(splice) {
                    splices.push(splice.clone());
                }
            }
            Step::Body { block, items } => {
                hcl::merge(bodies.entry((*file, *block)).or_default(), items.clone())?;
            }
            Step::Resource { behind, labels, items } => {
                let new = resources.entry((*file, *behind, labels.clone())).or_default();
                hcl::merge(new, items.clone())?;
            }
            Step::Bytes(edit) if out.contains(edit) => {}
            Step::Bytes(edit) => {
                if out.iter().any(|o| o.path == edit.path && edit.start < o.end && o.start < edit.end) {
                    return Err(Refusal::Conflict.into());
                }
                out.push(edit.clone());
            }
        }
    }
    for (file, splices) in trees {
        let text = texts.tree(file).ok_or_else(|| Refused::new("its file is not edited as a tree"))?;
        out.extend(splice(&text.file, &text.tree, &text.index, &splices)?);
    }
    for ((file, block), items) in bodies {
        out.extend(hcl::body(texts, file, block, &items)?);
    }
    for ((file, behind, labels), items) in resources {
        out.push(hcl::resource(texts, file, behind, &labels, items)?);
    }
    out.sort();
    // What is written into a block must not meet what else is changed.
    let meets = |pair: &[Edit]| matches!(pair, [a, b] if a.path == b.path && b.start < a.end);
    if out.windows(2).any(meets) {
        return Err(Refusal::Conflict.into());
    }
    Ok(out)
}

struct Planner<'a> {
    application: &'a Application,
    texts: &'a Texts<'a>,
    graph: &'a Graph,
    declared: Vec<(usize, SmolStr)>,
    folders: Vec<(usize, String)>,
    types: Vec<(usize, SmolStr)>,
    planned: Planned,
}

impl<'a> Planner<'a> {
    fn node(&self, ix: NodeIx) -> Result<&'a Node, Refused> {
        self.graph.node(ix).ok_or_else(|| Refused::new("its node is gone"))
    }

    fn step(&mut self, file: FileId, step: Step) {
        self.planned.steps.push((file, step));
    }

    /// Lets the reader of the file's language make the edits where it is no tree.
    fn elsewhere(
        &mut self,
        at: Span,
        node: Option<&Node>,
        change: &Change,
        id: Option<&SmolStr>,
    ) -> Result<bool, Refused> {
        let file = self.texts.file(at.file).ok_or_else(|| Refused::new("it is written in no file"))?;
        if is_tree(&file.path) {
            if file.converted {
                return Err(Refused::new("its file is not UTF-8"));
            }
            return Ok(false);
        }
        if hcl::is_hcl(&file.path) {
            let writer = hcl::Writer {
                texts: self.texts,
                file: at.file,
                graph: self.graph,
                of: node,
                declared: &self.declared,
                folders: &self.folders,
            };
            self.planned.steps.extend(writer.steps(at, change, id)?);
            if let Some(node) = node {
                self.twins(node, change, id);
            }
            return Ok(true);
        }
        let edit = match change {
            Change::Replace { at, value } => program::replace(file, *at, value)?,
            Change::Set { path, value, .. } => {
                let current = node.map(|n| n.props.lookup(path)).filter(|v| v.span.file == at.file);
                let current = current.ok_or_else(|| Refused::new("nothing is added to a program"))?;
                program::replace(file, current.span, value)?
            }
            _ => return Err(Refused::new("nothing is added to a program")),
        };
        self.step(at.file, Step::Bytes(edit));
        Ok(true)
    }

    /// What a block makes several times (`count`, a module or nested template used twice) changes alike.
    fn twins(&mut self, node: &Node, change: &Change, id: Option<&SmolStr>) {
        let worlds = self.application.worlds.iter().flat_map(|(_, g)| &g.nodes);
        let twins = worlds.filter(|n| n.block == node.block && n.ty == node.ty);
        let intents: Vec<Intent> = twins
            .filter_map(|twin| match (change, id) {
                (Change::Set { path, .. }, _) => {
                    Some(Intent::Property { node: twin.id.clone(), path: path.clone() })
                }
                (Change::Declare { .. }, Some(id)) => Some(Intent::Declared(hcl::address(twin, id))),
                _ => None,
            })
            .collect();
        self.planned.intents.extend(intents);
    }

    fn change(&mut self, n: usize, change: &Change) -> Result<(), Refused> {
        match change {
            Change::Set { node, path, value } => self.set(*node, path, value, change),
            Change::Replace { at, value } => self.replace(*at, value, change),
            Change::Remove { at } => self.remove(*at, change),
            Change::Append { list, value } => self.append(*list, value, change),
            Change::Insert { map, key, value } => self.insert(*map, key, value, change),
            Change::Declare { after, ty, properties, .. } => self.declare(n, *after, ty, properties, change),
        }
    }

    fn set(&mut self, ix: NodeIx, path: &str, value: &Literal, change: &Change) -> Result<(), Refused> {
        let node = self.node(ix)?;
        let current = node.props.lookup(path);
        // What nobody wrote (a default) is as good as absent.
        let nothing = palisade_graph::Val::default();
        let current = if current.span.is_some() { current } else { &nothing };
        if !current.is_known() {
            return Err(Refused::new("its value is not known"));
        }
        self.planned.intents.push(Intent::Property { node: node.id.clone(), path: path.into() });
        if current.span.is_some() && !current.is_null() {
            self.planned.intents.push(Intent::Written(current.span));
        }
        if self.elsewhere(node.span, Some(node), change, None)? {
            return Ok(());
        }
        self.twins(node, change, None);
        let declaration = place::declaration(self.application, self.texts, self.graph, node)?;
        let property = declaration.property(self.application, self.texts, self.graph, node, path)?;
        let content = self.content(&property, node, value)?;
        let splice = place::write(&property, current, content)?;
        let (Splice::Replace { value: at, .. } | Splice::Insert { map: at, .. }) = &splice else {
            return Ok(());
        };
        let written = matches!(splice, Splice::Replace { .. });
        let span = property.text.tree.span(*at);
        if written {
            self.planned.intents.push(Intent::Written(span));
        } else if property.native {
            self.planned.intents.push(Intent::Added(span));
        }
        self.step(property.text.tree.file, Step::Tree(splice));
        Ok(())
    }

    /// A value in the words of the place where it is written.
    fn content(&self, property: &Property, node: &Node, value: &Literal) -> Result<Content, Refused> {
        let mut manner = Manner::new(self.graph, &node.logical_id, &property.text.index, &self.declared);
        manner.short &= !property.native;
        let lower = |text: &SmolStr| Literal::Str(text.to_lowercase().into());
        let converted = match (property.conversion, value) {
            ("", value) => value.clone(),
            ("lower", Literal::Str(text)) => lower(text),
            ("enabled", Literal::Str(text)) => Literal::Bool(text == "Enabled"),
            ("true", _) => Literal::Bool(true),
            ("dead-letter", value) => {
                let ty = match value {
                    Literal::Of(ix, _) => self.node(*ix)?.ty.clone(),
                    Literal::Declared(n, _) => self.declared_type(*n),
                    _ => SmolStr::default(),
                };
                let kind = match ty.as_str() {
                    "AWS::SQS::Queue" => "SQS",
                    "AWS::SNS::Topic" => "SNS",
                    _ => return Err(Refused::new("neither a queue nor a topic is its target")),
                };
                Literal::Map(vec![("Type".into(), kind.into()), ("TargetArn".into(), value.clone())])
            }
            _ => return Err(Refused::new("the value has no words in this dialect")),
        };
        manner.content(&converted)
    }

    fn declared_type(&self, n: usize) -> SmolStr {
        self.types.iter().find(|(place, _)| *place == n).map(|(_, ty)| ty.clone()).unwrap_or_default()
    }

    fn replace(&mut self, at: Span, value: &Literal, change: &Change) -> Result<(), Refused> {
        self.planned.intents.push(Intent::Written(at));
        if self.elsewhere(at, None, change, None)? {
            return Ok(());
        }
        let text = self.generated(at)?;
        let node =
            text.index.value_at(&text.tree, at).ok_or_else(|| Refused::new("no value stands there"))?;
        let content = Manner::new(self.graph, "", &text.index, &self.declared).content(value)?;
        if matches!(&text.tree.node(node).kind, Kind::Scalar { text, .. } if text.contains("${")) {
            return Err(Refused::new("its value is computed"));
        }
        let computed = matches!(content, Content::Tagged(..) | Content::Map(_));
        let keys = text.tree.key_path(text.tree.node(node).start);
        if computed && keys.first().is_some_and(|k| k == "Parameters") {
            return Err(Refused::new("the default of a parameter is no expression"));
        }
        self.step(at.file, Step::Tree(Splice::Replace { value: node, with: content }));
        Ok(())
    }

    fn remove(&mut self, at: Span, change: &Change) -> Result<(), Refused> {
        if self.elsewhere(at, None, change, None)? {
            self.planned.intents.push(Intent::Written(at));
            return Ok(());
        }
        let text = self.generated(at)?;
        let entry =
            text.index.entry_at(&text.tree, at).ok_or_else(|| Refused::new("no entry stands there"))?;
        let end = text
            .index
            .value_of(&text.tree, entry)
            .map_or(text.tree.node(entry).end, |v| text.tree.node(v).end);
        let start = text.tree.node(entry).start;
        self.planned.intents.push(Intent::Written(Span::new(
            at.file,
            start,
            end.max(text.tree.node(entry).end),
        )));
        let within = keeper(&text.tree, &text.index, entry);
        self.step(at.file, Step::Tree(Splice::Remove { entry, within }));
        Ok(())
    }

    fn append(&mut self, list: Span, value: &Literal, change: &Change) -> Result<(), Refused> {
        self.planned.intents.push(Intent::Added(list));
        if self.elsewhere(list, None, change, None)? {
            return Ok(());
        }
        let text = self.generated(list)?;
        let node =
            text.index.value_at(&text.tree, list).ok_or_else(|| Refused::new("no list stands there"))?;
        let item = Manner::new(self.graph, "", &text.index, &self.declared).content(value)?;
        self.step(list.file, Step::Tree(Splice::Append { list: node, item }));
        Ok(())
    }

    fn insert(&mut self, map: Span, key: &SmolStr, value: &Literal, change: &Change) -> Result<(), Refused> {
        self.planned.intents.push(Intent::Added(map));
        if self.elsewhere(map, None, change, None)? {
            return Ok(());
        }
        let text = self.generated(map)?;
        let mut node = text.index.value_at(&text.tree, map);
        if node.is_none() {
            // The key of a declaration, or all of it, stands for what is below the key.
            node = text.index.entry_at(&text.tree, map).and_then(|k| text.index.value_of(&text.tree, k));
        }
        let node = node.ok_or_else(|| Refused::new("no map stands there"))?;
        let content = Manner::new(self.graph, "", &text.index, &self.declared).content(value)?;
        let splice = match text.tree.get(node, key) {
            Some(old) => {
                self.planned.intents.push(Intent::Written(text.tree.span(old)));
                Splice::Replace { value: old, with: content }
            }
            None => Splice::Insert { map: node, after: None, key: key.clone(), value: content },
        };
        self.step(map.file, Step::Tree(splice));
        Ok(())
    }

    fn declare(
        &mut self,
        n: usize,
        after: NodeIx,
        ty: &SmolStr,
        properties: &[(SmolStr, Literal)],
        change: &Change,
    ) -> Result<(), Refused> {
        let node = self.node(after)?;
        let id = self.declared.iter().find(|(place, _)| *place == n).map(|(_, id)| id.clone());
        let id = id.ok_or_else(|| Refused::new("the new resource has no name"))?;
        if self.elsewhere(node.span, Some(node), change, Some(&id))? {
            return Ok(());
        }
        let declaration = place::declaration(self.application, self.texts, self.graph, node)?;
        let text = declaration.text.clone();
        let manner = Manner::new(self.graph, &node.logical_id, &text.index, &self.declared);
        let mut entries = vec![("Type".into(), Content::Str(ty.clone()))];
        if !properties.is_empty() {
            let written = Literal::Map(properties.to_vec());
            entries.push(("Properties".into(), manner.content(&written)?));
        }
        self.planned.intents.push(Intent::Declared(id.clone()));
        let content = Content::Map(entries);
        let splice = match declaration.form {
            Form::Raw | Form::Sam(_) => {
                let map = text.index.parent(declaration.key);
                let map = map.ok_or_else(|| Refused::new("no map of resources stands there"))?;
                Splice::Insert { map, after: Some(declaration.key), key: id, value: content }
            }
            Form::Implicit(_) => return Err(Refused::new("a framework makes it")),
            Form::Function | Form::Other => return self.declare_in_service(&id, content),
        };
        self.step(text.tree.file, Step::Tree(splice));
        Ok(())
    }

    /// Adds a resource to `resources` of serverless.yml.
    fn declare_in_service(&mut self, id: &SmolStr, content: Content) -> Result<(), Refused> {
        let main = self.application.store.files().next().map(|(id, _)| id);
        let text = main.and_then(|id| self.texts.tree(id));
        let text = text.ok_or_else(|| Refused::new("its file is not edited as a tree"))?;
        let root = text.tree.documents.first().copied().ok_or_else(|| Refused::new("the file is empty"))?;
        let path = ["resources", "Resources", id.as_str()].into_iter().map(SmolStr::new).collect();
        let property = Property { text: text.clone(), base: root, path, conversion: "", native: false };
        let splice = place::write(&property, &palisade_graph::Val::default(), content)?;
        self.step(text.tree.file, Step::Tree(splice));
        Ok(())
    }

    /// The tree of a file that somebody wrote.
    fn generated(&self, at: Span) -> Result<std::rc::Rc<super::texts::Text>, Refused> {
        if self.application.dialects.contains(&"cdk") {
            return Err(Refused::new("the template is generated"));
        }
        self.texts.tree(at.file).ok_or_else(|| Refused::new("its file is not edited as a tree"))
    }

    /// A logical id that nothing has: the name of a resource and an ending.
    fn new_id(
        &self,
        after: NodeIx,
        suffix: &str,
        ty: &str,
        free: &dyn Fn(&SmolStr) -> bool,
    ) -> Result<SmolStr, Refused> {
        let node = self.node(after)?;
        if !node.address.is_empty() {
            return hcl::new_id(self.application, self.texts, node, suffix, ty, free);
        }
        let base = node.deployed_id();
        let taken = |id: &str| {
            let in_graphs = self.application.worlds.iter().any(|(_, g)| g.by_logical(id).is_some());
            in_graphs || self.texts.file(node.span.file).is_some_and(|f| f.text.contains(id))
        };
        let mut candidates = std::iter::once(format_smolstr!("{base}{suffix}"))
            .chain((2..100).map(|n| format_smolstr!("{base}{suffix}{n}")));
        candidates.find(|id| !taken(id) && free(id)).ok_or_else(|| Refused::new("no name is free"))
    }
}

/// The collection around an entry that stays although it gets empty: the one whose key says that something
/// is declared in it.
fn keeper(
    tree: &palisade_source::Tree,
    index: &palisade_source::splice::Index,
    entry: palisade_source::NodeId,
) -> Option<palisade_source::NodeId> {
    const SECTIONS: [&str; 8] =
        ["Properties", "Resources", "functions", "provider", "Outputs", "resources", "Globals", "custom"];
    index.ancestors(entry).find(|map| {
        let key = index.key_of(tree, *map).and_then(|k| tree.text(k));
        let declared = tree.get(*map, "Type").is_some() || tree.get(*map, "handler").is_some();
        declared || key.is_some_and(|k| SECTIONS.contains(&k.as_str())) || index.parent(*map).is_none()
    })
}
