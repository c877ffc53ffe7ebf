//! A tree of values as a policy document is made of: JSON that keeps duplicate keys and their order.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

/// A value with the mark of who made it: an index into the maker's own table of places, or 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Element {
    /// What stands there.
    pub node: Node,
    /// Where it comes from, for whoever made the tree.
    pub mark: u32,
}

/// The kinds of values.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// `null`.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// A number, as it was written as far as the reader keeps that.
    Number(Box<str>),
    /// A text; symbols in it are single letters ([`crate::symbol`]).
    Text(Box<str>),
    /// A list.
    List(Vec<Element>),
    /// A map in the order of its source, duplicate keys kept.
    Map(Vec<(Box<str>, Element)>),
    /// A value that nobody knows before deployment, of unknown kind.
    Unknown,
}

impl Element {
    /// An element of which nobody asks where it stands.
    pub fn new(node: Node) -> Self {
        Self { node, mark: 0 }
    }

    /// Reads JSON. Nesting over 128 is an error.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text.strip_prefix('\u{FEFF}').unwrap_or(text))
    }

    /// The value under the first key of a name.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match &self.node {
            Node::Map(entries) => entries.iter().find(|(k, _)| &**k == key).map(|(_, v)| v),
            _ => None,
        }
    }

    /// A scalar as text: numbers and booleans as AWS reads them.
    pub fn scalar(&self) -> Option<&str> {
        match &self.node {
            Node::Text(text) | Node::Number(text) => Some(text),
            Node::Bool(true) => Some("true"),
            Node::Bool(false) => Some("false"),
            _ => None,
        }
    }

    /// What the value is, in a message.
    pub fn kind(&self) -> &'static str {
        match self.node {
            Node::Null => "null",
            Node::Bool(_) => "a boolean",
            Node::Number(_) => "a number",
            Node::Text(_) => "a text",
            Node::List(_) => "a list",
            Node::Map(_) => "an object",
            Node::Unknown => "an unresolved value",
        }
    }

    /// The elements of a list, or the one element itself.
    pub fn one_or_many(&self) -> &[Self] {
        match &self.node {
            Node::List(items) => items,
            _ => std::slice::from_ref(self),
        }
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Number(value.to_string().into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Number(value.to_string().into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Number(value.to_string().into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Text(value.into()))
    }

    fn visit_string<E>(self, value: String) -> Result<Node, E> {
        Ok(Node::Text(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
        let mut items = Vec::with_capacity(seq.size_hint().unwrap_or(0).min(64));
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut entries = Vec::with_capacity(map.size_hint().unwrap_or(0).min(16));
        while let Some((key, value)) = map.next_entry::<Box<str>, Element>()? {
            if entries.len() > crate::limits::ENTRIES {
                return Err(A::Error::custom("too many keys in one object"));
            }
            entries.push((key, value));
        }
        Ok(Node::Map(entries))
    }
}

impl<'de> Deserialize<'de> for Element {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader).map(Self::new)
    }
}
