//! Where a resource is declared, and in which words.

use std::rc::Rc;

use palisade_graph::{Application, Graph, Node, NodeKind, Val, Via};
use palisade_source::splice::{Content, Splice};
use palisade_source::{Kind, NodeId};
use smol_str::SmolStr;

use super::plan::Refused;
use super::table::{self, Scope, Words};
use super::texts::{Text, Texts};

/// A declaration in a file.
pub struct Declaration {
    /// Its file.
    pub text: Rc<Text>,
    /// The key of its name.
    pub key: NodeId,
    /// All below it.
    pub value: NodeId,
    /// In which words it is written.
    pub form: Form,
}

/// In which words a resource is declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// As CloudFormation deploys it.
    Raw,
    /// A SAM resource of this type, from which it is made.
    Sam(SmolStr),
    /// An API that SAM makes for events that name none: only `Globals` has words for it.
    Implicit(&'static str),
    /// A function of serverless.yml, or an event of one.
    Function,
    /// Something else in serverless.yml that makes the framework create it.
    Other,
}

/// A property to be written: where to begin, and the keys from there.
pub struct Property {
    /// The file.
    pub text: Rc<Text>,
    /// Where the keys begin.
    pub base: NodeId,
    /// Keys from there.
    pub path: Vec<SmolStr>,
    /// How the value is converted.
    pub conversion: &'static str,
    /// Whether it is a key of the framework's own, in which functions are written in their long form.
    pub native: bool,
}

/// Finds the declaration of a node, or of what a framework made it from.
pub fn declaration(
    application: &Application,
    texts: &Texts<'_>,
    graph: &Graph,
    node: &Node,
) -> Result<Declaration, Refused> {
    let found = own_declaration(application, texts, node);
    let cause = node.implied_by.as_deref().and_then(|id| graph.by_id(id).or_else(|| graph.by_logical(id)));
    let cause = cause.and_then(|ix| graph.node(ix)).filter(|c| c.id != node.id);
    match (&found, cause) {
        (Ok(d), _) if d.form != Form::Other => found,
        _ if !application.dialects.contains(&"sam") => found,
        _ => {
            let implicit = [Some(node), cause].into_iter().flatten().find_map(|n| match n.deployed_id() {
                "ServerlessRestApi" => Some("Api"),
                "ServerlessHttpApi" => Some("HttpApi"),
                _ => None,
            });
            if let (Some(section), Some(text)) = (implicit, texts.tree(node.span.file)) {
                let root = text.tree.documents.first().copied();
                let root = root.ok_or_else(|| Refused::new("the file is empty"))?;
                return Ok(Declaration { text, key: root, value: root, form: Form::Implicit(section) });
            }
            match cause {
                Some(cause) => own_declaration(application, texts, cause),
                None => found,
            }
        }
    }
}

fn own_declaration(
    application: &Application,
    texts: &Texts<'_>,
    node: &Node,
) -> Result<Declaration, Refused> {
    if application.dialects.contains(&"cdk") {
        return Err(Refused::new("the template is generated"));
    }
    let text = texts.tree(node.span.file).ok_or_else(|| Refused::new("its file is not edited as a tree"))?;
    let key = text
        .index
        .key_at(&text.tree, node.span)
        .ok_or_else(|| Refused::new("the place of its declaration is not a key"))?;
    let value =
        text.index.value_of(&text.tree, key).ok_or_else(|| Refused::new("nothing is declared there"))?;
    // A construct of Lift declares its function as `worker`.
    let worker = text.tree.get(value, "worker").filter(|w| text.tree.get(*w, "handler").is_some());
    let value = if node.kind == NodeKind::Function { worker.unwrap_or(value) } else { value };
    let above = std::iter::once(key).chain(text.index.ancestors(key));
    let loops = above
        .flat_map(|id| [Some(id), text.index.key_of(&text.tree, id)])
        .flatten()
        .any(|id| text.tree.text(id).is_some_and(|t| t.starts_with("Fn::ForEach")));
    if loops {
        return Err(Refused::new("it is declared in a loop"));
    }
    let ty = text.tree.get(value, "Type").and_then(|t| text.tree.text(t)).cloned();
    let form = match ty {
        Some(ty) if ty.starts_with("AWS::Serverless::") => Form::Sam(ty),
        Some(ty) if ty == node.ty => Form::Raw,
        _ if application.dialects.contains(&"serverless") => {
            let under = path(&text, key);
            if under.first().is_some_and(|k| k == "functions") || node.kind == NodeKind::Function {
                Form::Function
            } else {
                Form::Other
            }
        }
        _ => return Err(Refused::new("a framework makes it")),
    };
    Ok(Declaration { text, key, value, form })
}

/// Keys from the root to a key.
fn path(text: &Text, key: NodeId) -> Vec<String> {
    text.tree.key_path(text.tree.node(key).start)
}

impl Declaration {
    /// Where a deployed property of a node is written, or would be.
    pub fn property(
        &self,
        application: &Application,
        texts: &Texts<'_>,
        graph: &Graph,
        node: &Node,
        path: &str,
    ) -> Result<Property, Refused> {
        let current = node.props.lookup(path);
        let inside = self.text.tree.span(self.value).contains(current.span);
        let shared = |key: &str| {
            let root = self.text.tree.documents.first();
            let section = root.and_then(|root| self.text.tree.get(*root, key));
            section.is_some_and(|s| self.text.tree.span(s).contains(current.span))
        };
        let inherited = current.span.is_some()
            && !current.is_null()
            && !inside
            && (shared("Globals") || shared("provider") || current.links().any(|l| l.word == Via::Inherited));
        match &self.form {
            Form::Raw => {
                let keys = std::iter::once("Properties").chain(path.split('.'));
                Ok(self.here(keys.map(SmolStr::new).collect()))
            }
            Form::Sam(ty) => self.sam(ty, node, path, inherited),
            Form::Implicit(section) => self.sam(&format!("AWS::Serverless::{section}"), node, path, true),
            Form::Function | Form::Other => self.serverless(application, texts, graph, node, path, inherited),
        }
    }

    fn here(&self, path: Vec<SmolStr>) -> Property {
        Property { text: self.text.clone(), base: self.value, path, conversion: "", native: false }
    }

    fn sam(&self, ty: &str, node: &Node, path: &str, inherited: bool) -> Result<Property, Refused> {
        let words = table::sam(ty, &node.ty, path).ok_or_else(|| Refused::new("SAM has no words for it"))?;
        let mut property = if inherited {
            let section = ty.strip_prefix("AWS::Serverless::").unwrap_or(ty);
            let keys = ["Globals", section].into_iter().map(SmolStr::new).chain(words.path);
            let root = self.text.tree.documents.first().copied().unwrap_or(self.value);
            Property { base: root, path: keys.collect(), ..self.here(Vec::new()) }
        } else {
            self.here(std::iter::once(SmolStr::new_static("Properties")).chain(words.path).collect())
        };
        property.conversion = words.conversion;
        Ok(property)
    }

    fn serverless(
        &self,
        application: &Application,
        texts: &Texts<'_>,
        graph: &Graph,
        node: &Node,
        path: &str,
        inherited: bool,
    ) -> Result<Property, Refused> {
        let native = |text: Rc<Text>, base: NodeId, words: Words| Property {
            text,
            base,
            path: words.path,
            conversion: words.conversion,
            native: true,
        };
        let of_function = self.form == Form::Function && !inherited;
        if of_function && let Some(words) = table::serverless(&node.ty, path, Scope::Function) {
            let base = self.function(graph, node).unwrap_or(self.value);
            return Ok(native(self.text.clone(), base, words));
        }
        let main = application.store.files().next().map(|(id, _)| id);
        let text = main
            .and_then(|id| texts.tree(id))
            .ok_or_else(|| Refused::new("its file is not edited as a tree"))?;
        let root = text.tree.documents.first().copied().ok_or_else(|| Refused::new("the file is empty"))?;
        if let Some(mut words) = table::serverless(&node.ty, path, Scope::Provider)
            && !(node.ty == "AWS::S3::Bucket" && node.deployed_id() != "ServerlessDeploymentBucket")
        {
            words.path.insert(0, SmolStr::new_static("provider"));
            return Ok(native(text, root, words));
        }
        if inherited {
            return Err(Refused::new("the place it is inherited from has no words for it"));
        }
        // What the framework generates can be extended.
        let keys =
            ["resources", "extensions", node.deployed_id(), "Properties"].into_iter().chain(path.split('.'));
        Ok(Property {
            text,
            base: root,
            path: keys.map(SmolStr::new).collect(),
            conversion: "",
            native: false,
        })
    }

    /// The function in whose declaration an event stands.
    fn function(&self, graph: &Graph, node: &Node) -> Option<NodeId> {
        if node.kind == NodeKind::Function {
            return Some(self.value);
        }
        let cause =
            node.implied_by.as_deref().and_then(|id| graph.by_id(id).or_else(|| graph.by_logical(id)))?;
        let cause = graph.node(cause).filter(|n| n.kind == NodeKind::Function)?;
        let key = self.text.index.key_at(&self.text.tree, cause.span)?;
        self.text.index.value_of(&self.text.tree, key)
    }
}

/// The change that writes a value below a node, behind a path of keys. `current` is what is deployed now.
pub fn write(property: &Property, current: &Val, value: Content) -> Result<Splice, Refused> {
    let text = &property.text;
    let mut at = property.base;
    let mut keys = property.path.iter();
    while let Some(key) = keys.next() {
        let rest: Vec<&SmolStr> = keys.clone().collect();
        let node = text.tree.node(at);
        match &node.kind {
            Kind::Map { .. } => {
                computed(text, at)?;
                match text.tree.get(at, key) {
                    Some(next) if rest.is_empty() => return replace(text, next, current, value),
                    Some(next) => at = next,
                    None if !current.is_null() && text.tree.get(at, "<<").is_some() => {
                        return Err(Refused::new("its value comes from a merged map"));
                    }
                    None => {
                        let value = nested(&rest, value);
                        let after =
                            if at == property.base && key == "Globals" { behind(text, at) } else { None };
                        return Ok(Splice::Insert { map: at, after, key: key.clone(), value });
                    }
                }
            }
            Kind::Scalar { text: written, .. } => {
                let nothing = node.start == node.end || written == "null" || written == "~";
                if node.tag.is_some() || written.contains("${") {
                    return Err(Refused::new("its value is computed"));
                }
                if nothing {
                    return Ok(Splice::Insert {
                        map: at,
                        after: None,
                        key: key.clone(),
                        value: nested(&rest, value),
                    });
                }
                // `url: true` is short for a map.
                let here: Vec<&SmolStr> = std::iter::once(key).chain(rest).collect();
                return Ok(Splice::Replace { value: at, with: nested(&here, value) });
            }
            Kind::Alias(_) => return Err(Refused::new("its value comes through an alias")),
            Kind::Seq { .. } => return Err(Refused::new("a list stands on the way")),
        }
    }
    Err(Refused::new("there is no place for it"))
}

/// The key of a template's head behind which sections are added.
fn behind(text: &Text, root: NodeId) -> Option<NodeId> {
    text.tree
        .entries(root)
        .filter(|(k, _)| text.tree.text(*k).is_some_and(|t| t == "Transform"))
        .map(|(k, _)| k)
        .next()
}

fn nested(keys: &[&SmolStr], value: Content) -> Content {
    keys.iter().rev().fold(value, |inner, key| Content::Map(vec![((*key).clone(), inner)]))
}

/// Refuses a map that is a function.
fn computed(text: &Text, id: NodeId) -> Result<(), Refused> {
    if text.tree.node(id).tag.as_ref().is_some_and(|t| !t.starts_with("!!")) {
        return Err(Refused::new("its value is computed"));
    }
    let function = |k: NodeId| {
        text.tree.text(k).is_some_and(|t| t == "Ref" || t == "Condition" || t.starts_with("Fn::"))
    };
    if text.tree.entries(id).any(|(k, _)| function(k)) {
        return Err(Refused::new("its value is computed"));
    }
    Ok(())
}

/// Replaces a value that is written; inside of a choice (`!If`), the one that is deployed.
fn replace(text: &Text, value: NodeId, current: &Val, with: Content) -> Result<Splice, Refused> {
    let node = text.tree.node(value);
    let scalar = match &node.kind {
        Kind::Scalar { text, .. } => text.contains("${"),
        Kind::Alias(_) => return Err(Refused::new("its value comes through an alias")),
        Kind::Map { .. } | Kind::Seq { .. } => false,
    };
    let function = scalar || node.tag.is_some() || computed(text, value).is_err();
    if !function {
        return Ok(Splice::Replace { value, with });
    }
    if current.span.file == text.tree.file
        && let Some(chosen) = text.index.value_at(&text.tree, current.span)
        && text.index.ancestors(chosen).any(|a| a == value)
        && matches!(&text.tree.node(chosen).kind, Kind::Scalar { text, .. } if !text.contains("${"))
        && current.as_str().is_some_and(|c| text.tree.text(chosen).is_some_and(|t| t == c))
    {
        return Ok(Splice::Replace { value: chosen, with });
    }
    Err(Refused::new("its value is computed"))
}
