use palisade_source::{FileId, Kind, Limits, NodeId, SourceFile, Span, Tree, parse};

/// What a comment covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cover {
    /// The whole file.
    File(FileId),
    /// The key, item or block below it.
    Block(Span),
    /// Its line.
    Line(Span),
    /// Nodes, by id: the ignore stands in the metadata of a resource.
    Nodes(std::collections::BTreeSet<smol_str::SmolStr>),
    /// Nothing: no key follows.
    Nothing,
}

impl Cover {
    /// Whether a primary label is covered.
    pub(crate) fn label(&self, at: Span) -> bool {
        match self {
            Cover::File(file) => at.file == *file,
            Cover::Block(block) => block.file == at.file && block.start <= at.start && at.start < block.end,
            Cover::Line(line) => line.file == at.file && line.start <= at.start && at.start < line.end,
            Cover::Nodes(_) | Cover::Nothing => false,
        }
    }

    /// Whether a node is covered, by its id and the spans of its declaration.
    pub(crate) fn node(&self, id: &str, blocks: &[Span]) -> bool {
        match self {
            Cover::File(file) => blocks.iter().any(|b| b.file == *file),
            Cover::Block(whole) => {
                blocks.iter().any(|b| b.file == whole.file && whole.start <= b.start && b.end <= whole.end)
            }
            Cover::Line(line) => blocks.iter().any(|b| b.is_some() && line.contains(*b)),
            Cover::Nodes(ids) => ids.contains(id),
            Cover::Nothing => false,
        }
    }
}

/// The places of one file that comments can stand above.
pub(crate) struct Outline {
    /// Start of the first key or item of the file.
    first: u32,
    /// Keys with their values, and items, in order of their start; the outer before the inner.
    parts: Vec<(u32, u32)>,
}

impl Outline {
    /// The outline of a file; `None` where it is neither YAML nor JSON.
    pub(crate) fn of(file: FileId, source: &SourceFile, limits: &Limits) -> Option<Self> {
        let tree = parse(file, source, limits).ok()?;
        let first = tree.documents.first().map_or(0, |d| tree.node(*d).start);
        let mut parts = Vec::new();
        for document in &tree.documents {
            walk(&tree, *document, &mut parts);
        }
        parts.sort_by_key(|(start, _)| *start);
        Some(Self { first, parts })
    }

    /// What a comment on a line of its own covers, by the byte behind it.
    pub(crate) fn below(&self, file: FileId, end: u32) -> Cover {
        if end <= self.first {
            return Cover::File(file);
        }
        self.next(file, end)
    }

    /// The key, item or block that starts next.
    pub(crate) fn next(&self, file: FileId, end: u32) -> Cover {
        let at = self.parts.partition_point(|(start, _)| *start < end);
        match self.parts.get(at) {
            Some((start, end)) => Cover::Block(Span::new(file, *start, *end)),
            None => Cover::Nothing,
        }
    }
}

fn walk(tree: &Tree, root: NodeId, parts: &mut Vec<(u32, u32)>) {
    // Nesting is bounded by the parser's limits, but not for the stack of a thread.
    let mut open = vec![root];
    while let Some(id) = open.pop() {
        match tree.node(id).kind {
            Kind::Map { .. } => {
                for (key, value) in tree.entries(id) {
                    let end = tree.node(value).end.max(tree.node(key).end);
                    parts.push((tree.node(key).start, end));
                    open.push(value);
                }
            }
            Kind::Seq { .. } => {
                for item in tree.children(id) {
                    parts.push((tree.node(item).start, tree.node(item).end));
                    open.push(item);
                }
            }
            Kind::Scalar { .. } | Kind::Alias(_) => {}
        }
    }
}

/// The line of a byte, without its break.
pub(crate) fn line(file: FileId, source: &SourceFile, at: u32) -> Span {
    let number = source.position(at).line;
    let start = source.index().line_start(number).unwrap_or(0);
    let text_end = u32::try_from(source.text.len()).unwrap_or(u32::MAX);
    let end = source.index().line_start(number + 1).unwrap_or(text_end);
    Span::new(file, start, end.max(start))
}

/// The first line below a byte that holds something: for files without an outline.
pub(crate) fn next_line(file: FileId, source: &SourceFile, at: u32) -> Cover {
    let mut number = source.position(at).line + 1;
    while let Some(start) = source.index().line_start(number) {
        let span = line(file, source, start);
        if !source.slice(span.start, span.end).trim().is_empty() {
            return Cover::Line(span);
        }
        number += 1;
    }
    Cover::Nothing
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covered(text: &str) -> String {
        let source = SourceFile::new("f.yml", text);
        let outline = Outline::of(FileId(0), &source, &Limits::default()).unwrap();
        let end = text.find("# X").unwrap() + 3;
        match outline.below(FileId(0), u32::try_from(end).unwrap()) {
            Cover::Block(span) => source.slice(span.start, span.end).to_owned(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn the_next_key_item_or_block() {
        assert_eq!(covered("a: 1\n# X\nb:\n  c: 1\nd: 2\n"), "b:\n  c: 1");
        assert_eq!(covered("a:\n  # X\n  b: 1\n  c: 2\n"), "b: 1");
        assert_eq!(covered("a:\n  # X\n  - b: 1\n    c: 2\n  - d: 3\n"), "b: 1\n    c: 2");
        assert_eq!(covered("a:\n  - b\n  # X\n\n  # more\n  - c\n"), "c");
        assert_eq!(covered("a:\n  b: 1\n  # X\nc: 2\n"), "c: 2");
        assert_eq!(covered("a: {b: 1,\n  # X\n  c: 2}\n"), "c: 2");
        assert_eq!(covered("a: 1\n# X\nb:\nc: 2\n"), "b");
    }

    #[test]
    fn above_the_first_key_is_the_file_and_below_the_last_nothing() {
        assert_eq!(covered("# X\na: 1\n"), "File(FileId(0))");
        assert_eq!(covered("---\n# X\na: 1\n"), "File(FileId(0))");
        assert_eq!(covered("a: 1\n# X\n"), "Nothing");
    }
}
