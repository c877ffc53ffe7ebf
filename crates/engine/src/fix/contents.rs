use palisade_graph::{Graph, Node, NodeIx};
use palisade_rules::Literal;
use palisade_source::splice::{Content, Index};
use smol_str::SmolStr;

use super::plan::Refused;

/// How references are written at a place.
pub struct Manner<'a> {
    /// The graph in which the literal's nodes are.
    pub graph: &'a Graph,
    /// Logical id of the resource that is edited: references stay inside its stack.
    pub of: &'a str,
    /// Whether `!Ref` may stand there.
    pub short: bool,
    /// Logical ids of what the same proposal declares, by its place in the list of changes.
    pub declared: &'a [(usize, SmolStr)],
}

impl<'a> Manner<'a> {
    /// As the functions of a file are written.
    pub fn new(graph: &'a Graph, of: &'a str, index: &Index, declared: &'a [(usize, SmolStr)]) -> Self {
        Self { graph, of, short: index.short_tags && !index.json, declared }
    }

    /// A literal as it is written.
    pub fn content(&self, literal: &Literal) -> Result<Content, Refused> {
        Ok(match literal {
            Literal::Str(text) => Content::Str(text.clone()),
            Literal::Bool(b) => Content::Bool(*b),
            Literal::Int(n) => Content::Int(*n),
            Literal::List(items) => {
                Content::List(items.iter().map(|i| self.content(i)).collect::<Result<_, _>>()?)
            }
            Literal::Map(entries) => {
                let entry = |(k, v): &(SmolStr, Literal)| Ok((k.clone(), self.content(v)?));
                Content::Map(entries.iter().map(entry).collect::<Result<_, Refused>>()?)
            }
            Literal::Of(ix, attribute) => self.reference(&self.id(*ix)?, attribute.as_deref()),
            Literal::Declared(n, attribute) => {
                let found = self.declared.iter().find(|(place, _)| place == n);
                let (_, id) =
                    found.ok_or_else(|| Refused::new("it refers to a resource that is not made"))?;
                self.reference(id, attribute.as_deref())
            }
            Literal::Text(parts) => self.text(parts)?,
        })
    }

    fn id(&self, ix: NodeIx) -> Result<SmolStr, Refused> {
        let node: &Node =
            self.graph.node(ix).ok_or_else(|| Refused::new("it refers to a node that is gone"))?;
        let stack = |id: &str| id.rsplit_once('/').map(|(stack, _)| stack.to_owned());
        if node.logical_id.is_empty() || stack(&node.logical_id) != stack(self.of) {
            return Err(Refused::new("it refers to a resource of another stack"));
        }
        Ok(node.deployed_id().into())
    }

    fn reference(&self, id: &str, attribute: Option<&str>) -> Content {
        let text = |t: &str| Content::Str(t.into());
        match (attribute, self.short) {
            (None, true) => Content::Tagged("!Ref".into(), Box::new(text(id))),
            (None, false) => Content::Map(vec![("Ref".into(), text(id))]),
            (Some(a), true) => Content::Tagged("!GetAtt".into(), Box::new(text(&format!("{id}.{a}")))),
            (Some(a), false) => {
                Content::Map(vec![("Fn::GetAtt".into(), Content::List(vec![text(id), text(a)]))])
            }
        }
    }

    fn text(&self, parts: &[Literal]) -> Result<Content, Refused> {
        // `${AWS::AccountId}` alone is a reference.
        if let [Literal::Str(one)] = parts
            && let Some(name) = one.strip_prefix("${AWS::").and_then(|n| n.strip_suffix('}'))
            && name.bytes().all(|b| b.is_ascii_alphabetic())
        {
            return Ok(self.reference(&format!("AWS::{name}"), None));
        }
        let mut out = String::new();
        let mut computed = false;
        for part in parts {
            match part {
                Literal::Str(text) => {
                    computed |= text.contains("${AWS::");
                    out.push_str(text);
                }
                Literal::Int(n) => out.push_str(&n.to_string()),
                Literal::Of(ix, attribute) => {
                    computed = true;
                    let id = self.id(*ix)?;
                    hole(&mut out, &id, attribute.as_deref());
                }
                Literal::Declared(n, attribute) => {
                    computed = true;
                    let found = self.declared.iter().find(|(place, _)| place == n);
                    let (_, id) =
                        found.ok_or_else(|| Refused::new("it refers to a resource that is not made"))?;
                    hole(&mut out, id, attribute.as_deref());
                }
                _ => return Err(Refused::new("text cannot hold a list or a map")),
            }
        }
        let text = Content::Str(out.into());
        Ok(match (computed, self.short) {
            (false, _) => text,
            (true, true) => Content::Tagged("!Sub".into(), Box::new(text)),
            (true, false) => Content::Map(vec![("Fn::Sub".into(), text)]),
        })
    }
}

fn hole(out: &mut String, id: &str, attribute: Option<&str>) {
    out.push_str("${");
    out.push_str(id);
    if let Some(attribute) = attribute {
        out.push('.');
        out.push_str(attribute);
    }
    out.push('}');
}
