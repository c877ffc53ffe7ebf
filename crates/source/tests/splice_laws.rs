//! Laws of splices: whatever a document looks like, what is read after a change is what was read before with that
//! change and no other, and every comment outside of it is still there.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests fail by panicking")]

use palisade_source::splice::{Content, Index, Splice, splice};
use palisade_source::{FileId, Kind, Limits, NodeId, SourceFile, Tree, apply_edits, parse};
use proptest::prelude::*;

/// What a document says.
#[derive(Debug, Clone, PartialEq)]
enum Doc {
    Text(String),
    List(Vec<Doc>),
    Map(Vec<(String, Doc)>),
}

/// How one is written: for each collection and scalar a choice, taken in turn.
#[derive(Debug, Clone)]
struct Manner {
    choices: Vec<u8>,
    step: usize,
    crlf: bool,
    ending: bool,
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,6}",
        Just("yes".to_owned()),
        Just("1.5".to_owned()),
        Just("a: b # c".to_owned()),
        Just("it's \"so\"".to_owned()),
        Just("${x}, [y]".to_owned()),
        Just("*".to_owned()),
    ]
}

fn doc() -> impl Strategy<Value = Doc> {
    let leaf = word().prop_map(Doc::Text);
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Doc::List),
            prop::collection::btree_map("[a-z]{1,5}", inner, 1..4)
                .prop_map(|m| Doc::Map(m.into_iter().collect())),
        ]
    })
}

fn root() -> impl Strategy<Value = Doc> {
    prop::collection::btree_map("[a-z]{1,5}", doc(), 1..5).prop_map(|m| Doc::Map(m.into_iter().collect()))
}

fn manner() -> impl Strategy<Value = Manner> {
    let parts = (prop::collection::vec(any::<u8>(), 64), 2usize..5, any::<bool>(), any::<bool>());
    parts.prop_map(|(choices, step, crlf, ending)| Manner { choices, step, crlf, ending })
}

struct Writer<'a> {
    manner: &'a Manner,
    at: usize,
    notes: usize,
    out: String,
}

impl Writer<'_> {
    fn choose(&mut self, of: u8) -> u8 {
        self.at += 1;
        self.manner.choices[self.at % self.manner.choices.len()] % of
    }

    fn scalar(&mut self, text: &str) -> String {
        let plain = text.chars().all(|c| c.is_ascii_lowercase())
            && !matches!(text, "yes" | "no" | "on" | "off" | "y" | "n" | "null" | "true" | "false");
        match self.choose(3) {
            0 if plain => text.to_owned(),
            1 => format!("'{}'", text.replace('\'', "''")),
            _ => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
        }
    }

    fn flow(&mut self, doc: &Doc) -> String {
        match doc {
            Doc::Text(text) => self.scalar(text),
            Doc::List(items) => {
                let items: Vec<String> = items.iter().map(|i| self.flow(i)).collect();
                format!("[{}]", items.join(", "))
            }
            Doc::Map(entries) => {
                let entries: Vec<String> =
                    entries.iter().map(|(k, v)| format!("'{k}': {}", self.flow(v))).collect();
                format!("{{{}}}", entries.join(", "))
            }
        }
    }

    fn comment(&mut self) -> String {
        self.notes += 1;
        format!("# note {}", self.notes)
    }

    /// What follows `key:` or `-`, to the end of its lines.
    fn value(&mut self, doc: &Doc, indent: usize) {
        let scalar = matches!(doc, Doc::Text(_));
        if scalar || self.choose(3) == 0 {
            let text = self.flow(doc);
            self.out.push(' ');
            self.out.push_str(&text);
            if self.choose(3) == 0 {
                let note = self.comment();
                self.out.push(' ');
                self.out.push_str(&note);
            }
            self.out.push('\n');
            return;
        }
        self.out.push('\n');
        self.block(doc, indent + self.manner.step);
    }

    fn block(&mut self, doc: &Doc, indent: usize) {
        let pad = " ".repeat(indent);
        match doc {
            Doc::Text(_) => {}
            Doc::List(items) => {
                for item in items {
                    self.out.push_str(&pad);
                    self.out.push('-');
                    self.value(item, indent);
                }
            }
            Doc::Map(entries) => {
                for (key, value) in entries {
                    if self.choose(4) == 0 {
                        let note = self.comment();
                        self.out.push_str(&format!("{pad}{note}\n"));
                    }
                    self.out.push_str(&format!("{pad}'{key}':"));
                    self.value(value, indent);
                }
            }
        }
    }
}

fn written(doc: &Doc, manner: &Manner) -> String {
    let mut writer = Writer { manner, at: 0, notes: 0, out: String::new() };
    writer.block(doc, 0);
    let mut text = writer.out;
    if !manner.ending {
        text.pop();
    }
    if manner.crlf { text.replace('\n', "\r\n") } else { text }
}

fn read(tree: &Tree, id: NodeId) -> Doc {
    match &tree.node(id).kind {
        Kind::Scalar { text, .. } => Doc::Text(text.to_string()),
        Kind::Seq { .. } => Doc::List(tree.children(id).map(|c| read(tree, c)).collect()),
        _ => {
            let entry = |(k, v)| (tree.text(k).unwrap().to_string(), read(tree, v));
            Doc::Map(tree.entries(id).map(entry).collect())
        }
    }
}

fn tree_of(text: &str) -> (SourceFile, Tree) {
    let file = SourceFile::new("t.yml", text);
    let tree = parse(FileId(0), &file, &Limits::default()).unwrap_or_else(|e| panic!("{e}:\n{text}"));
    (file, tree)
}

/// Content as what is read of it.
fn said(content: &Content) -> Doc {
    match content {
        Content::Str(text) => Doc::Text(text.to_string()),
        Content::List(items) => Doc::List(items.iter().map(said).collect()),
        Content::Map(entries) => Doc::Map(entries.iter().map(|(k, v)| (k.to_string(), said(v))).collect()),
        other => Doc::Text(format!("{other:?}")),
    }
}

fn content() -> impl Strategy<Value = Content> {
    let leaf = word().prop_map(|t| Content::Str(t.into()));
    leaf.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..3).prop_map(Content::List),
            prop::collection::btree_map("[a-z]{1,5}", inner, 1..3)
                .prop_map(|m| Content::Map(m.into_iter().map(|(k, v)| (k.into(), v)).collect())),
        ]
    })
}

/// The document behind a way of indexes, counted over what `Doc` holds.
fn at<'d>(doc: &'d mut Doc, way: &[usize]) -> &'d mut Doc {
    way.iter().fold(doc, |doc, n| match doc {
        Doc::List(items) => &mut items[*n],
        Doc::Map(entries) => &mut entries[*n].1,
        Doc::Text(_) => doc,
    })
}

/// All ways below the root, with their nodes.
fn ways(tree: &Tree, id: NodeId, way: &[usize], out: &mut Vec<(Vec<usize>, NodeId)>) {
    let children: Vec<NodeId> = match tree.node(id).kind {
        Kind::Map { .. } => tree.entries(id).map(|(_, v)| v).collect(),
        _ => tree.children(id).collect(),
    };
    for (n, child) in children.into_iter().enumerate() {
        let way = [way, &[n]].concat();
        out.push((way.clone(), child));
        ways(tree, child, &way, out);
    }
}

fn comments(tree: &Tree) -> Vec<String> {
    tree.comments.iter().map(|c| c.text.trim().to_owned()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn a_change_changes_what_it_says_and_nothing_else(
        doc in root(), manner in manner(), pick in any::<prop::sample::Index>(), what in 0u8..4, new in content(),
    ) {
        let text = written(&doc, &manner);
        let (file, tree) = tree_of(&text);
        let index = Index::new(&file, &tree);
        let mut expected = read(&tree, tree.documents[0]);
        prop_assert_eq!(&expected, &doc);
        let mut all = Vec::new();
        ways(&tree, tree.documents[0], &[], &mut all);
        let (way, node) = &all[pick.index(all.len())];
        let change = match (what, &tree.node(*node).kind) {
            (0, _) => {
                *at(&mut expected, way) = said(&new);
                Splice::Replace { value: *node, with: new }
            }
            (1, Kind::Map { .. }) => {
                let Doc::Map(entries) = at(&mut expected, way) else { unreachable!() };
                entries.push(("new-key".to_owned(), said(&new)));
                Splice::Insert { map: *node, after: None, key: "new-key".into(), value: new }
            }
            (2, Kind::Seq { .. }) => {
                let Doc::List(items) = at(&mut expected, way) else { unreachable!() };
                items.push(said(&new));
                Splice::Append { list: *node, item: new }
            }
            _ => {
                let (last, outer) = way.split_last().unwrap();
                match at(&mut expected, outer) {
                    Doc::List(items) => drop(items.remove(*last)),
                    Doc::Map(entries) => drop(entries.remove(*last)),
                    Doc::Text(_) => unreachable!(),
                }
                Splice::Remove { entry: index.key_of(&tree, *node).unwrap_or(*node), within: None }
            }
        };
        let removed = matches!(change, Splice::Remove { .. });
        let Ok(edits) = splice(&file, &tree, &index, &[change]) else { return Ok(()) };
        let out = apply_edits(&text, &edits).unwrap();
        let (_, after) = tree_of(&out);
        prop_assert_eq!(read(&after, after.documents[0]), expected, "\n{}\n---\n{}", text, out);
        prop_assert_eq!(text.ends_with('\n'), out.ends_with('\n'), "\n{}\n---\n{}", text, out);
        prop_assert!(!text.contains("\r\n") || !out.replace("\r\n", "").contains('\n'), "\n{:?}\n---\n{:?}", text, out);
        if !removed {
            prop_assert_eq!(comments(&after), comments(&tree), "\n{}\n---\n{}", text, out);
        }
    }
}
