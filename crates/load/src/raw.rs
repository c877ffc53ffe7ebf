//! From the lossless tree to values: scalars typed as the dialect types them, short-form tags in their
//! long form, aliases followed under a budget, merge keys merged, the last of a repeated key.

use std::collections::HashMap;

use palisade_graph::{Entry, Reason, Val, Value};
use palisade_source::{Kind, NodeId, Span, Style, Tree};
use smol_str::SmolStr;

/// How plain scalars are typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typing {
    /// As PyYAML does for CloudFormation and SAM: `yes`, `on` and their like are booleans.
    Yaml11,
    /// As YAML 1.2's core schema, for serverless.yml.
    Yaml12,
}

/// Reads one document of a tree.
pub fn read(tree: &Tree, document: NodeId, typing: Typing, alias_budget: usize) -> Val {
    let mut reader = Reader { tree, typing, budget: alias_budget, cache: HashMap::new(), open: Vec::new() };
    reader.value(document, 0).0
}

struct Reader<'a> {
    tree: &'a Tree,
    typing: Typing,
    budget: usize,
    /// Values of anchored nodes that were followed, with the number of nodes in them.
    cache: HashMap<NodeId, (Val, usize)>,
    open: Vec<NodeId>,
}

/// Deeper values than this arise only through chains of aliases.
const DEPTH: usize = 256;

impl Reader<'_> {
    fn value(&mut self, id: NodeId, depth: usize) -> (Val, usize) {
        let node = self.tree.node(id);
        let span = self.tree.span(id);
        if depth > DEPTH {
            return (Val::unknown(Reason::Limit("depth"), "", span), 1);
        }
        let (val, size) = match &node.kind {
            Kind::Scalar { style, text } => (scalar(text, *style, self.typing, span), 1),
            Kind::Alias(None) => (Val::unknown(Reason::Undeclared, "alias", span), 1),
            Kind::Alias(Some(target)) => return self.alias(*target, span, depth),
            Kind::Seq { .. } => {
                self.open.push(id);
                let mut size = 1;
                let mut items = Vec::new();
                for child in self.tree.children(id) {
                    let (val, n) = self.value(child, depth + 1);
                    size += n;
                    items.push(val);
                }
                self.open.pop();
                (Val::list(items, span), size)
            }
            Kind::Map { .. } => {
                self.open.push(id);
                let out = self.map(id, span, depth);
                self.open.pop();
                out
            }
        };
        match &node.tag {
            Some(tag) => (tagged(tag, val, Span::new(span.file, node.tag_start, span.end)), size + 1),
            None => (val, size),
        }
    }

    fn alias(&mut self, target: NodeId, span: Span, depth: usize) -> (Val, usize) {
        if self.open.contains(&target) {
            return (Val::unknown(Reason::Cycle, "alias", span), 1);
        }
        let (val, size) = match self.cache.get(&target) {
            Some(found) => found.clone(),
            None => self.value(target, depth + 1),
        };
        if size > self.budget {
            self.budget = 0;
            let unknown = (Val::unknown(Reason::Limit("aliases"), "alias", span), 1);
            // Remembered too: to find it out again for each alias would itself be the explosion.
            self.cache.insert(target, unknown.clone());
            return unknown;
        }
        self.budget -= size;
        self.cache.insert(target, (val.clone(), size));
        (val, size)
    }

    fn map(&mut self, id: NodeId, span: Span, depth: usize) -> (Val, usize) {
        let mut entries: Vec<Entry> = Vec::new();
        let mut at: HashMap<SmolStr, usize> = HashMap::new();
        let mut merged: Vec<Val> = Vec::new();
        let mut size = 1;
        for (key_id, value_id) in self.tree.entries(id) {
            let (val, n) = self.value(value_id, depth + 1);
            size += n + 1;
            let key = match self.tree.text(key_id) {
                Some(text) => text.clone(),
                None => self.value(key_id, depth + 1).0.display(),
            };
            if key == "<<" {
                merged.extend(val.items().iter().cloned());
                continue;
            }
            let entry = Entry { key: key.clone(), key_span: self.tree.span(key_id), val };
            // Few keys: looking through them beats hashing.
            let known = if entries.len() < 16 {
                entries.iter().position(|e| e.key == key)
            } else {
                if at.is_empty() {
                    at.extend(entries.iter().enumerate().map(|(i, e)| (e.key.clone(), i)));
                }
                at.get(&key).copied()
            };
            match known.and_then(|i| entries.get_mut(i)) {
                Some(old) => *old = entry,
                None => {
                    if !at.is_empty() {
                        at.insert(key, entries.len());
                    }
                    entries.push(entry);
                }
            }
        }
        for map in merged {
            for entry in map.entries() {
                if !entries.iter().any(|e| e.key == entry.key) {
                    entries.push(entry.clone());
                }
            }
        }
        (Val::map(entries, span), size)
    }
}

/// A short-form tag in its long form; `tag_span` covers tag and value.
fn tagged(tag: &str, val: Val, tag_span: Span) -> Val {
    let name = tag.trim_start_matches('!');
    let long: SmolStr = match name {
        "Ref" => SmolStr::new_static("Ref"),
        "Condition" => SmolStr::new_static("Condition"),
        "GetAtt" => {
            let parts = match val.as_str() {
                Some(text) => {
                    let (id, attribute) = text.split_once('.').unwrap_or((text, ""));
                    Val::list(vec![Val::str(id, val.span), Val::str(attribute, val.span)], val.span)
                }
                None => val,
            };
            return Val::object([("Fn::GetAtt", parts)], tag_span);
        }
        "And" | "Base64" | "Cidr" | "Equals" | "FindInMap" | "GetAZs" | "If" | "ImportValue" | "Join"
        | "Length" | "Not" | "Or" | "Select" | "Split" | "Sub" | "ToJsonString" | "Transform"
        | "GetStackOutput" => smol_str::format_smolstr!("Fn::{name}"),
        // YAML's own types and local types that only type the value.
        "str" | "tag:yaml.org,2002:str" => return Val::str(val.display(), val.span),
        "" | "int" | "float" | "bool" | "null" | "map" | "seq" | "set" | "omap" | "binary" => return val,
        _ if tag.starts_with("!!") || name.starts_with("tag:yaml.org") => return val,
        _ => return Val::unknown(Reason::UnknownTag, tag, tag_span),
    };
    Val::object([(long, val)], tag_span)
}

fn scalar(text: &SmolStr, style: Style, typing: Typing, span: Span) -> Val {
    if style != Style::Plain {
        return Val::str(text.clone(), span);
    }
    Val::known(plain(text, typing), span)
}

/// The value of a plain scalar.
pub fn plain(text: &SmolStr, typing: Typing) -> Value {
    match text.as_str() {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    if typing == Typing::Yaml11 {
        match text.as_str() {
            "yes" | "Yes" | "YES" | "on" | "On" | "ON" => return Value::Bool(true),
            "no" | "No" | "NO" | "off" | "Off" | "OFF" => return Value::Bool(false),
            _ => {}
        }
    }
    match number(text) {
        Some(canonical) => Value::Num(canonical),
        None => Value::Str(text.clone()),
    }
}

/// Canonical decimal text of an integer or float. Digits with leading zeros stay text: they are account
/// ids and the like, whatever YAML 1.1 makes of them.
fn number(text: &str) -> Option<SmolStr> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let first = unsigned.bytes().next()?;
    if !(first.is_ascii_digit() || first == b'.') || unsigned.len() > 40 {
        return None;
    }
    if let Some(hex) = unsigned.strip_prefix("0x") {
        let n = i64::from_str_radix(hex, 16).ok()?;
        return Some(smol_str::format_smolstr!("{}", if text.starts_with('-') { -n } else { n }));
    }
    if let Some(octal) = unsigned.strip_prefix("0o") {
        return i64::from_str_radix(octal, 8).ok().map(|n| smol_str::format_smolstr!("{n}"));
    }
    if unsigned.bytes().all(|b| b.is_ascii_digit()) {
        let leading_zero = unsigned.len() > 1 && first == b'0';
        return (!leading_zero).then(|| SmolStr::new(text.trim_start_matches('+')));
    }
    let numeric =
        unsigned.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'));
    let value: f64 = if numeric { text.parse().ok()? } else { return None };
    value.is_finite().then(|| SmolStr::new(text))
}

#[cfg(test)]
mod tests {
    use palisade_source::{FileId, Limits, SourceFile};

    use super::*;

    fn val(text: &str, typing: Typing) -> Val {
        let tree =
            palisade_source::parse(FileId(0), &SourceFile::new("t", text), &Limits::default()).unwrap();
        read(&tree, tree.documents[0], typing, 1_000_000)
    }

    #[test]
    fn scalars_are_typed_by_dialect() {
        let old = val("{a: yes, b: 0123, c: 2012-10-17, d: 1e3, e: 'yes', f: on}", Typing::Yaml11);
        assert_eq!(old.get("a").as_bool(), Some(true));
        assert_eq!(old.get("b").as_str(), Some("0123"));
        assert_eq!(old.get("c").as_str(), Some("2012-10-17"));
        assert_eq!(old.get("e").as_str(), Some("yes"));
        assert_eq!(val("a: yes", Typing::Yaml12).get("a").as_str(), Some("yes"));
    }

    #[test]
    fn tags_take_their_long_form() {
        let v = val("a: !GetAtt F.Arn\nb: !Sub '${X}'\nc: !Base64\n  Fn::Sub: x\nd: !Nope 1", Typing::Yaml11);
        assert_eq!(v.at("a.Fn::GetAtt").items()[1].as_str(), Some("Arn"));
        assert_eq!(v.at("b.Fn::Sub").as_str(), Some("${X}"));
        assert_eq!(v.at("c.Fn::Base64.Fn::Sub").as_str(), Some("x"));
        assert!(v.get("d").any_unknown());
    }

    #[test]
    fn merge_keys_yield_to_explicit_ones_and_earlier_maps() {
        let v = val("x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz: {<<: [*x, *y], a: 0}", Typing::Yaml12);
        let z = v.get("z");
        assert_eq!(
            (z.get("a").as_int(), z.get("b").as_int(), z.get("c").as_int()),
            (Some(0), Some(1), Some(2))
        );
    }

    #[test]
    fn alias_bombs_and_cycles_end_in_unknown() {
        let mut text = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for i in 1..10 {
            text.push_str(&format!("a{i}: &a{i} [{}]\n", vec![format!("*a{}", i - 1); 10].join(",")));
        }
        assert!(val(&text, Typing::Yaml12).get("a9").any_unknown());
        assert!(val("a: &a [*a]", Typing::Yaml12).any_unknown());
    }
}
