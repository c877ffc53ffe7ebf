use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, StructureStyle};
use smol_str::SmolStr;

use crate::file::{FileId, Position, SourceFile, Span};
use crate::limits::Limits;
use crate::tree::{Comment, Duplicate, Kind, Node, NodeId, Placement, Style, Tree};

/// Why a text is not a tree. `offset` is the byte at which reading stopped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ParseError {
    /// One line, lower case.
    pub message: String,
    /// Where.
    pub position: Position,
}

/// Reads YAML or JSON (which is a subset, but for tabs) into a lossless tree.
///
/// Works on events, so that aliases are not expanded; nesting and size are bounded by `limits`.
pub fn parse(file: FileId, source: &SourceFile, limits: &Limits) -> Result<Tree, ParseError> {
    let text: &str = &source.text;
    let fail = |message: String, offset: usize| ParseError {
        message,
        position: source.position(u32::try_from(offset).unwrap_or(u32::MAX)),
    };
    if u32::try_from(text.len()).is_err() {
        return Err(fail("larger than 4 GiB".to_owned(), 0));
    }
    let options = granit_parser::options! {
        emit_unresolved_aliases: true,
        max_buffered_comment_events: 1_000_000,
        simple_key_max_lookahead: 8192,
        flow_nesting_limit: limits.depth,
        block_nesting_limit: limits.depth,
        bom_inside_document_as_content: true
    };
    let mut build = Build::new(file, text, limits);
    for next in Parser::new_from_str_with_options(text, options) {
        match next {
            Ok((event, span)) => {
                let range = span.byte_range().unwrap_or(0..0);
                let tag_start =
                    span.tag_start().and_then(|m| m.byte_offset()).and_then(|o| u32::try_from(o).ok());
                build.event(event, range, tag_start).map_err(|(m, o)| fail(m, o))?;
            }
            Err(e) => return Err(fail(words(&e), e.marker().byte_offset().unwrap_or(0))),
        }
    }
    Ok(build.tree)
}

fn words(e: &ScanError) -> String {
    let mut text = e.info().replace('\n', " ");
    if let Some(first) = text.get(..1) {
        let lower = first.to_lowercase();
        text.replace_range(..1, &lower);
    }
    text.trim_end_matches('.').to_owned()
}

struct Frame {
    id: NodeId,
    last: Option<NodeId>,
    count: usize,
    map: bool,
    flow: bool,
    /// Column (bytes) at which a block collection's entries stand.
    column: u32,
    keys: Vec<(SmolStr, Span)>,
}

struct Build<'a> {
    tree: Tree,
    text: &'a str,
    limits: &'a Limits,
    stack: Vec<Frame>,
    anchors: HashMap<usize, NodeId>,
}

type Fail = (String, usize);

impl<'a> Build<'a> {
    fn new(file: FileId, text: &'a str, limits: &'a Limits) -> Self {
        let tree = Tree {
            file,
            documents: Vec::new(),
            comments: Vec::new(),
            duplicates: Vec::new(),
            under_indented: Vec::new(),
            nodes: Vec::with_capacity(text.len() / 16),
        };
        Self { tree, text, limits, stack: Vec::new(), anchors: HashMap::new() }
    }

    fn event(
        &mut self,
        event: Event<'_>,
        range: std::ops::Range<usize>,
        tag_start: Option<u32>,
    ) -> Result<(), Fail> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let style = match style {
                    ScalarStyle::Plain => Style::Plain,
                    ScalarStyle::SingleQuoted => Style::Single,
                    ScalarStyle::DoubleQuoted => Style::Double,
                    ScalarStyle::Literal => Style::Literal,
                    ScalarStyle::Folded => Style::Folded,
                };
                let end = self.trim_end(&range);
                let tag = tag.map(|t| SmolStr::new(t.original()));
                let kind = Kind::Scalar { style, text: SmolStr::new(text) };
                self.check_indent(&(range.start..end), style);
                self.add(kind, range.start..end, tag, tag_start, anchor)?;
            }
            Event::SequenceStart(structure, anchor, tag) => {
                let flow = structure == StructureStyle::Flow;
                self.open(
                    Kind::Seq { flow },
                    &range,
                    tag.map(|t| SmolStr::new(t.original())),
                    tag_start,
                    anchor,
                )?;
            }
            Event::MappingStart(structure, anchor, tag) => {
                let flow = structure == StructureStyle::Flow;
                self.open(
                    Kind::Map { flow },
                    &range,
                    tag.map(|t| SmolStr::new(t.original())),
                    tag_start,
                    anchor,
                )?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(&range),
            Event::Alias(id) => {
                let target = self.anchors.get(&id).copied();
                self.add(Kind::Alias(target), range, None, None, 0)?;
            }
            Event::UnresolvedAlias(_) => {
                self.add(Kind::Alias(None), range, None, None, 0)?;
            }
            Event::Comment(text, _) => self.comment(text.into_owned(), &range),
            Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(..)
            | Event::DocumentEnd
            | Event::Anchor(..)
            | _ => {}
        }
        Ok(())
    }

    fn comment(&mut self, text: String, range: &std::ops::Range<usize>) {
        let line = self.text.get(..range.start).map_or("", |t| t.rsplit('\n').next().unwrap_or(""));
        let placement = if line.trim().is_empty() { Placement::OwnLine } else { Placement::EndOfLine };
        self.tree.comments.push(Comment { text, start: at(range.start), end: at(range.end), placement });
    }

    fn open(
        &mut self,
        kind: Kind,
        range: &std::ops::Range<usize>,
        tag: Option<SmolStr>,
        tag_start: Option<u32>,
        anchor: usize,
    ) -> Result<(), Fail> {
        if self.stack.len() >= self.limits.depth {
            let message = format!("nested deeper than the limit of {}", self.limits.depth);
            return Err((message, range.start));
        }
        let (map, flow) = match kind {
            Kind::Map { flow } => (true, flow),
            Kind::Seq { flow } => (false, flow),
            _ => (false, false),
        };
        let column = if flow { self.column() } else { self.line_column(range.start) };
        let id = self.add(kind, range.clone(), tag, tag_start, anchor)?;
        self.stack.push(Frame { id, last: None, count: 0, map, flow, column, keys: Vec::new() });
        Ok(())
    }

    fn close(&mut self, range: &std::ops::Range<usize>) {
        let Some(frame) = self.stack.pop() else { return };
        let last_end = frame.last.map(|id| self.tree.node(id).end);
        if let Some(node) = self.tree.nodes.get_mut(frame.id.0 as usize) {
            node.end = if frame.flow { at(range.end) } else { last_end.unwrap_or(node.end) }.max(node.start);
        }
        if frame.map {
            self.duplicates(frame.keys);
        }
    }

    fn duplicates(&mut self, keys: Vec<(SmolStr, Span)>) {
        let repeated = if keys.len() < 12 {
            keys.iter().enumerate().any(|(i, (k, _))| keys.iter().skip(i + 1).any(|(o, _)| o == k))
        } else {
            let mut seen = std::collections::HashSet::with_capacity(keys.len());
            !keys.iter().all(|(k, _)| seen.insert(k.as_str()))
        };
        if !repeated {
            return;
        }
        let mut at: HashMap<SmolStr, usize> = HashMap::new();
        let mut groups: Vec<Duplicate> = Vec::new();
        for (key, span) in keys {
            let index = *at.entry(key.clone()).or_insert(groups.len());
            match groups.get_mut(index) {
                Some(group) => group.spans.push(span),
                None => groups.push(Duplicate { key, spans: vec![span] }),
            }
        }
        self.tree.duplicates.extend(groups.into_iter().filter(|g| g.spans.len() > 1 && g.key != "<<"));
    }

    fn add(
        &mut self,
        kind: Kind,
        range: std::ops::Range<usize>,
        tag: Option<SmolStr>,
        tag_start: Option<u32>,
        anchor: usize,
    ) -> Result<NodeId, Fail> {
        if self.tree.nodes.len() >= self.limits.nodes {
            return Err((format!("more than the limit of {} nodes", self.limits.nodes), range.start));
        }
        let id = NodeId(at(self.tree.nodes.len()));
        let span = Span::new(self.tree.file, at(range.start), at(range.end));
        let key = match (&kind, self.stack.last_mut()) {
            (Kind::Scalar { text, .. }, Some(f)) if f.map && f.count % 2 == 0 => Some(text.clone()),
            _ => None,
        };
        let start = at(range.start);
        self.tree.nodes.push(Node {
            kind,
            start,
            end: at(range.end),
            tag,
            tag_start: tag_start.unwrap_or(start),
            first_child: None,
            next_sibling: None,
        });
        if anchor != 0 {
            self.anchors.insert(anchor, id);
        }
        let Some(frame) = self.stack.last_mut() else {
            self.tree.documents.push(id);
            return Ok(id);
        };
        frame.count += 1;
        if let Some(key) = key {
            frame.keys.push((key, span));
        }
        let (parent, last) = (frame.id, frame.last.replace(id));
        match last {
            Some(last) => {
                if let Some(n) = self.tree.nodes.get_mut(last.0 as usize) {
                    n.next_sibling = Some(id);
                }
            }
            None => {
                if let Some(n) = self.tree.nodes.get_mut(parent.0 as usize) {
                    n.first_child = Some(id);
                }
            }
        }
        Ok(id)
    }

    /// A block scalar's range includes the line breaks behind it; people do not mean those.
    fn trim_end(&self, range: &std::ops::Range<usize>) -> usize {
        self.text.get(range.clone()).map_or(range.end, |t| range.start + t.trim_end().len())
    }

    fn column(&self) -> u32 {
        self.stack.last().map_or(0, |f| f.column)
    }

    fn line_column(&self, offset: usize) -> u32 {
        let line = self.text.get(..offset).map_or("", |t| t.rsplit('\n').next().unwrap_or(""));
        at(line.len())
    }

    /// Notes continuation lines of a quoted scalar that stand no deeper than the mapping around it.
    fn check_indent(&mut self, range: &std::ops::Range<usize>, style: Style) {
        if !matches!(style, Style::Single | Style::Double) {
            return;
        }
        let Some(text) = self.text.get(range.clone()) else { return };
        let Some(frame) = self.stack.last() else { return };
        let mut offset = 0;
        for (n, line) in text.split('\n').enumerate() {
            let indent = line.len() - line.trim_start_matches(' ').len();
            let shallow = if frame.flow { at(indent) < frame.column } else { at(indent) <= frame.column };
            if n > 0 && frame.column > 0 && shallow && !line.trim().is_empty() {
                let start = range.start + offset + indent;
                let end = range.start + offset + line.trim_end().len();
                self.tree.under_indented.push(Span::new(self.tree.file, at(start), at(end)));
            }
            offset += line.len() + 1;
        }
    }
}

fn at(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Tree, ParseError> {
        parse(FileId(0), &SourceFile::new("t.yml", text), &Limits::default())
    }

    fn sources(text: &str, tree: &Tree) -> Vec<String> {
        let all = (0..tree.len()).map(|i| NodeId(u32::try_from(i).unwrap()));
        all.map(|id| text.get(tree.node(id).start as usize..tree.node(id).end as usize).unwrap().to_owned())
            .collect()
    }

    #[test]
    fn spans_cover_what_was_written() {
        let text = "a: !Sub \"x\\ty\" # why\nb:\n  - {c: 'd'}\n";
        let tree = read(text).unwrap();
        let written = sources(text, &tree);
        assert!(written.contains(&"\"x\\ty\"".to_owned()));
        assert!(written.contains(&"{c: 'd'}".to_owned()));
        let value = tree.get(tree.documents[0], "a").unwrap();
        assert_eq!(tree.node(value).tag.as_deref(), Some("!Sub"));
        assert_eq!(tree.text(value).unwrap(), "x\ty");
        assert_eq!(tree.comments[0].placement, Placement::EndOfLine);
        assert_eq!(tree.comments[0].text.trim(), "why");
    }

    #[test]
    fn duplicate_keys_are_kept_and_the_last_wins() {
        let tree = read("a: 1\nb: 2\na: 3\n").unwrap();
        assert_eq!(tree.duplicates.len(), 1);
        assert_eq!(tree.duplicates[0].spans.len(), 2);
        let value = tree.get(tree.documents[0], "a").unwrap();
        assert_eq!(tree.text(value).unwrap(), "3");
    }

    #[test]
    fn an_alias_bomb_is_not_expanded() {
        let mut text = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
        for i in 1..10 {
            let refs = vec![format!("*a{}", i - 1); 9].join(",");
            text.push_str(&format!("a{i}: &a{i} [{refs}]\n"));
        }
        assert!(read(&text).unwrap().len() < 200);
    }

    #[test]
    fn deep_nesting_is_an_error_not_a_crash() {
        let error = read(&"[".repeat(100_000)).unwrap_err();
        assert_eq!(error.position.line, 1);
        assert!(read(&"{\"a\":".repeat(100_000)).is_err());
        assert!(read(&"- ".repeat(100_000)).is_err());
    }

    #[test]
    fn a_continuation_that_yaml_refuses_and_aws_accepts_is_read_and_noted() {
        let tree = read("a:\n  b: \"one\n  two\"\n  c: 1\n").unwrap();
        assert_eq!(tree.under_indented.len(), 1);
        let quiet = read("a:\n  b: \"one\n    two\"\n").unwrap();
        assert!(quiet.under_indented.is_empty());
    }

    #[test]
    fn key_paths_name_the_way_to_a_value() {
        let text = "a:\n  b: [x, {c: y}]\nd: 1\n";
        let tree = read(text).unwrap();
        let at = |needle: &str| tree.key_path(u32::try_from(text.find(needle).unwrap()).unwrap());
        assert_eq!(at("y"), ["a", "b", "1", "c"]);
        assert_eq!(at("1\n"), ["d"]);
        assert_eq!(at("b:"), ["a", "b"]);
    }

    #[test]
    fn json_with_tabs_is_read() {
        let tree = read("{\n\t\"a\": [1,\n\t\t2],\n\t\"b\": {\"c\": \"\\u00e9\"}\n}\n").unwrap();
        let b = tree.get(tree.documents[0], "b").unwrap();
        assert_eq!(tree.text(tree.get(b, "c").unwrap()).unwrap(), "é");
    }
}
