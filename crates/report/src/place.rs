use std::collections::BTreeMap;

use palisade_diag::SourceText;
use palisade_source::{FileId, Kind, Limits, NodeId, Tree, hcl, parse};

/// What a file is.
enum Text {
    Tree(Tree),
    Hcl(hcl::Document),
    Other,
}

/// Names of places in files: which keys lead to an offset. Trees are read when first asked.
pub(crate) struct Places<'a> {
    sources: &'a SourceText,
    trees: BTreeMap<String, Text>,
}

impl<'a> Places<'a> {
    pub(crate) fn new(sources: &'a SourceText) -> Self {
        Self { sources, trees: BTreeMap::new() }
    }

    /// The part of a file that a reader knows by name and that holds the offset: `provider.runtime`,
    /// `Globals`, `Parameters.Stage`; empty where the file is no mapping.
    pub(crate) fn name(&mut self, path: &str, offset: u32) -> String {
        let keys = self.keys(path, offset);
        let depth = match keys.first().map(String::as_str) {
            Some("Globals") => 1,
            Some("resources" | "resource" | "data") => 3,
            _ => 2,
        };
        keys.into_iter().take(depth).collect::<Vec<_>>().join(".")
    }

    /// The keys that lead to an offset, outermost first. Items of sequences have no name.
    fn keys(&mut self, path: &str, offset: u32) -> Vec<String> {
        let sources = self.sources;
        let text = self.trees.entry(path.to_owned()).or_insert_with(|| {
            let Some(file) = sources.files.get(path) else { return Text::Other };
            if [".tf", ".tofu", ".tfvars"].iter().any(|end| path.ends_with(end)) {
                return Text::Hcl(hcl::parse(&file.text, &Limits::default()));
            }
            parse(FileId(0), file, &Limits::default()).map_or(Text::Other, Text::Tree)
        });
        let tree = match text {
            Text::Tree(tree) => tree,
            Text::Hcl(document) => return document.key_path(offset),
            Text::Other => return Vec::new(),
        };
        let mut keys = Vec::new();
        let document = tree.documents.iter().rev().find(|d| tree.node(**d).start <= offset);
        let mut at = document.copied();
        while let Some(id) = at {
            at = step(tree, id, offset, &mut keys);
        }
        keys
    }
}

/// One level down, towards the offset.
fn step(tree: &Tree, id: NodeId, offset: u32, keys: &mut Vec<String>) -> Option<NodeId> {
    match tree.node(id).kind {
        Kind::Map { .. } => {
            let inside = |k: NodeId, v: NodeId| {
                tree.node(k).start <= offset && offset < tree.node(v).end.max(tree.node(k).end)
            };
            let (key, value) = tree.entries(id).find(|(k, v)| inside(*k, *v))?;
            keys.push(tree.text(key)?.to_string());
            Some(value)
        }
        Kind::Seq { .. } => {
            tree.children(id).find(|c| tree.node(*c).start <= offset && offset < tree.node(*c).end)
        }
        Kind::Scalar { .. } | Kind::Alias(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use palisade_source::SourceFile;

    use super::*;

    fn name(text: &str, at: &str) -> String {
        let mut sources = SourceText::default();
        sources.files.insert("f".into(), Arc::new(SourceFile::new("f", text)));
        let offset = u32::try_from(text.find(at).unwrap()).unwrap();
        Places::new(&sources).name("f", offset)
    }

    #[test]
    fn places_have_the_name_a_reader_knows() {
        let yaml =
            "provider:\n  iam:\n    role:\n      statements:\n        - Action: 's3:*'\n  runtime: r\n";
        assert_eq!(name(yaml, "s3"), "provider.iam");
        assert_eq!(name(yaml, "r\n"), "provider.runtime");
        assert_eq!(name(yaml, "provider"), "provider");
        assert_eq!(name(yaml, "runtime"), "provider.runtime");
        assert_eq!(name("Globals:\n  Function:\n    Runtime: old\n", "old"), "Globals");
        assert_eq!(name("resources:\n  Resources:\n    Q:\n      Type: t1\n", "t1"), "resources.Resources.Q");
        assert_eq!(name("{\"Resources\": {\"A\": {\"Type\": \"x\"}}}", "\"x"), "Resources.A");
        assert_eq!(name("not a map", "map"), "");
        assert_eq!(name("{", "{"), "");
    }
}
