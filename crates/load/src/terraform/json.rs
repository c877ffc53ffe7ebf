//! JSON syntax of Terraform: `*.tf.json`, `cdk.tf.json` and `*.tfvars.json` as the tree of the native syntax.
//!
//! Without the schemas of providers, a nested block and an object of a map argument look alike. What the language
//! itself defines becomes a block (`lifecycle`, `provisioner`, `connection`, `dynamic`, `content`, `validation`,
//! `precondition`, `postcondition`, `assert`, `backend`, `required_providers` …), and so does an object that has
//! a `dynamic` block in it; every other object stays an attribute. Whoever expects a block takes an attribute
//! that is an object for one block, and one that is a list of objects for several.
//!
//! Places: a label and the name of an attribute stand where their keys do, quotes included; a block reaches from
//! its last key to its closing brace, and its header is that key, as one object may hold many blocks. The parts
//! of a template are where they are written, also behind escapes.

use palisade_source::hcl::{
    Attribute, Block, Body, Document, Expr, ExprKind, Item, Label, Part, Range, SyntaxError, move_parts,
    move_ranges, parse_expression, parse_template,
};
use palisade_source::{Kind, Limits, NodeId, SourceFile, Style, Tree};
use smol_str::SmolStr;

/// Key of a comment.
const COMMENT: &str = "//";

/// What a string is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Text {
    /// A template.
    Template,
    /// Itself.
    Literal,
    /// An expression of the native syntax: a type, an address.
    Expression,
}

/// Whose entries are read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Context {
    Variable,
    Output,
    Resource,
    /// A nested block of a resource.
    Nested,
    Module,
    Provider,
    Terraform,
    Check,
    Lifecycle,
    Provisioner,
    Dynamic,
    Addresses,
    Plain,
}

/// Reads a file of configuration.
pub fn document(tree: &Tree, source: &SourceFile, limits: &Limits) -> Document {
    let mut reader = Reader { tree, text: &source.text, limits, errors: Vec::new() };
    let mut items = Vec::new();
    for root in &tree.documents {
        for (key, value) in tree.entries(*root) {
            reader.top_level(key, value, &mut items);
        }
        if !matches!(tree.node(*root).kind, Kind::Map { .. }) {
            reader.error("expected an object", *root);
        }
    }
    Document { body: Body { items }, errors: reader.errors, comments: Vec::new() }
}

/// Reads a file of values of variables: every string is itself.
pub fn values(tree: &Tree, source: &SourceFile, limits: &Limits) -> Document {
    let mut reader = Reader { tree, text: &source.text, limits, errors: Vec::new() };
    let mut items = Vec::new();
    for root in &tree.documents {
        for (key, value) in tree.entries(*root) {
            items.push(Item::Attribute(reader.attribute(key, value, Text::Literal)));
        }
    }
    Document { body: Body { items }, errors: reader.errors, comments: Vec::new() }
}

struct Reader<'a> {
    tree: &'a Tree,
    text: &'a str,
    limits: &'a Limits,
    errors: Vec<SyntaxError>,
}

/// Number of labels of a block of the top level, and what it holds.
fn top_level(kind: &str) -> Option<(usize, Context)> {
    Some(match kind {
        "resource" | "data" | "ephemeral" => (2, Context::Resource),
        "module" => (1, Context::Module),
        "variable" => (1, Context::Variable),
        "output" => (1, Context::Output),
        "provider" => (1, Context::Provider),
        "check" => (1, Context::Check),
        "locals" => (0, Context::Plain),
        "terraform" => (0, Context::Terraform),
        "moved" | "import" | "removed" => (0, Context::Addresses),
        _ => return None,
    })
}

/// The same for a block inside another.
fn nested(context: Context, kind: &str) -> Option<(usize, Context)> {
    Some(match (context, kind) {
        (Context::Resource | Context::Nested | Context::Provider, "dynamic") => (1, Context::Dynamic),
        (Context::Dynamic, "content") => (0, Context::Nested),
        (Context::Resource | Context::Module | Context::Addresses, "lifecycle") => (0, Context::Lifecycle),
        (Context::Resource | Context::Addresses, "provisioner") => (1, Context::Provisioner),
        (Context::Variable, "validation")
        | (Context::Output, "precondition")
        | (Context::Lifecycle, "precondition" | "postcondition")
        | (Context::Resource | Context::Provisioner, "connection")
        | (Context::Check, "assert")
        | (Context::Terraform, "required_providers" | "cloud") => (0, Context::Plain),
        (Context::Terraform, "backend" | "provider_meta") => (1, Context::Plain),
        (Context::Check, "data") => (2, Context::Resource),
        _ => return None,
    })
}

/// What strings of an attribute are.
fn strings(context: Context, name: &str) -> Text {
    match (context, name) {
        (Context::Variable, "type")
        | (Context::Resource | Context::Module | Context::Output, "depends_on")
        | (Context::Resource | Context::Addresses, "provider")
        | (Context::Module, "providers")
        | (Context::Lifecycle, "ignore_changes" | "replace_triggered_by")
        | (Context::Addresses, "from" | "to") => Text::Expression,
        (Context::Variable, "default" | "description") | (Context::Module, "source" | "version") => {
            Text::Literal
        }
        _ => Text::Template,
    }
}

impl Reader<'_> {
    fn range(&self, id: NodeId) -> Range {
        let node = self.tree.node(id);
        Range::new(node.start, node.end)
    }

    fn error(&mut self, message: &str, id: NodeId) {
        let lost = self.range(id);
        self.errors.push(SyntaxError { message: message.to_owned(), at: lost.start, lost });
    }

    fn name(&self, id: NodeId) -> SmolStr {
        self.tree.text(id).cloned().unwrap_or_default()
    }

    fn is_map(&self, id: NodeId) -> bool {
        matches!(self.tree.node(id).kind, Kind::Map { .. })
    }

    fn is_seq(&self, id: NodeId) -> bool {
        matches!(self.tree.node(id).kind, Kind::Seq { .. })
    }

    fn is_null(&self, id: NodeId) -> bool {
        matches!(&self.tree.node(id).kind, Kind::Scalar { style: Style::Plain, text } if text == "null")
    }

    fn top_level(&mut self, key: NodeId, value: NodeId, items: &mut Vec<Item>) {
        let kind = self.name(key);
        if kind == COMMENT {
            return;
        }
        match top_level(&kind) {
            Some((labels, context)) => self.blocks(key, &mut Vec::new(), labels, value, context, items),
            None => items.push(Item::Attribute(self.attribute(key, value, Text::Template))),
        }
    }

    /// Blocks of one kind: objects inside each other, one a label, any of which may be a list.
    fn blocks(
        &mut self,
        kind: NodeId,
        labels: &mut Vec<NodeId>,
        missing: usize,
        value: NodeId,
        context: Context,
        items: &mut Vec<Item>,
    ) {
        if self.is_null(value) {
            return;
        }
        if self.is_seq(value) {
            for child in self.tree.children(value) {
                // A list of lists is no list of blocks.
                if self.is_seq(child) {
                    self.error("expected an object", child);
                } else {
                    self.blocks(kind, labels, missing, child, context, items);
                }
            }
            return;
        }
        if !self.is_map(value) {
            self.error("expected an object or a list of objects", value);
            return;
        }
        if missing == 0 {
            let body = self.body(value, context);
            items.push(Item::Block(self.block(kind, labels, value, body)));
            return;
        }
        for (key, inner) in self.tree.entries(value) {
            if self.tree.text(key).is_some_and(|t| t == COMMENT) {
                continue;
            }
            labels.push(key);
            self.blocks(kind, labels, missing - 1, inner, context, items);
            labels.pop();
        }
    }

    fn block(&self, kind: NodeId, labels: &[NodeId], value: NodeId, body: Body) -> Block {
        let object = self.range(value);
        let kind_at = self.range(kind);
        let header = labels.last().map_or(kind_at, |l| self.range(*l));
        // In a list of blocks the key belongs to all of them.
        let start = if self.is_first_of(header, object) { header.start } else { object.start };
        Block {
            kind: self.name(kind),
            kind_at,
            labels: labels.iter().map(|l| Label { text: self.name(*l), at: self.range(*l) }).collect(),
            body,
            at: Range::new(start, object.end),
            header,
            open: object.start,
            close: object.end.saturating_sub(1),
        }
    }

    /// Whether only a colon stands between a key and an object.
    fn is_first_of(&self, key: Range, object: Range) -> bool {
        let between = self.text.get(key.end as usize..object.start as usize);
        between.is_some_and(|t| t.trim() == ":")
    }

    fn body(&mut self, value: NodeId, context: Context) -> Body {
        let mut items = Vec::new();
        for (key, inner) in self.tree.entries(value) {
            let name = self.name(key);
            if name == COMMENT {
                continue;
            }
            if let Some((labels, inside)) = nested(context, &name) {
                self.blocks(key, &mut Vec::new(), labels, inner, inside, &mut items);
            } else if matches!(context, Context::Resource | Context::Nested) && self.holds_dynamic(inner, 0) {
                self.blocks(key, &mut Vec::new(), 0, inner, Context::Nested, &mut items);
            } else {
                items.push(Item::Attribute(self.attribute(key, inner, strings(context, &name))));
            }
        }
        Body { items }
    }

    /// Whether an object has a dynamic block in it, at any depth, and is a block therefore.
    fn holds_dynamic(&self, value: NodeId, depth: usize) -> bool {
        if depth > self.limits.hcl_depth {
            return false;
        }
        if self.is_seq(value) {
            return self.tree.children(value).any(|c| self.holds_dynamic(c, depth + 1));
        }
        let has_content = |id: NodeId| self.tree.get(id, "content").is_some();
        let block = |id: NodeId| has_content(id) || self.tree.children(id).any(has_content);
        self.tree.entries(value).any(|(key, inner)| {
            (self.tree.text(key).is_some_and(|t| t == "dynamic")
                && self.tree.entries(inner).any(|(_, v)| block(v)))
                || self.holds_dynamic(inner, depth + 1)
        })
    }

    fn attribute(&mut self, key: NodeId, value: NodeId, text: Text) -> Attribute {
        let name_at = self.range(key);
        let expr = self.expr(value, text, 0);
        Attribute { name: self.name(key), name_at, expr }
    }

    fn expr(&mut self, id: NodeId, text: Text, depth: usize) -> Expr {
        let at = self.range(id);
        if depth > self.limits.hcl_depth {
            self.error("nested too deep", id);
            return Expr { kind: ExprKind::Error, at };
        }
        let kind = match &self.tree.node(id).kind {
            Kind::Seq { .. } => {
                ExprKind::List(self.tree.children(id).map(|c| self.expr(c, text, depth + 1)).collect())
            }
            Kind::Map { .. } => ExprKind::Object(
                self.tree
                    .entries(id)
                    .map(|(key, value)| {
                        // Keys are templates; an address is only a value.
                        let keys = if text == Text::Literal { text } else { Text::Template };
                        (self.expr(key, keys, depth + 1), self.expr(value, text, depth + 1))
                    })
                    .collect(),
            ),
            Kind::Scalar { style: Style::Plain, text } => match parse_expression(text, self.limits) {
                Ok(mut literal) => {
                    move_ranges(&mut literal, &|r| Range::new(at.start + r.start, at.start + r.end));
                    literal.kind
                }
                Err(_) => ExprKind::Error,
            },
            Kind::Scalar { text: decoded, .. } => return self.string(id, decoded, text),
            Kind::Alias(_) => ExprKind::Error,
        };
        if matches!(kind, ExprKind::Error) {
            self.error("not a value of JSON", id);
        }
        Expr { kind, at }
    }

    fn string(&mut self, id: NodeId, decoded: &SmolStr, text: Text) -> Expr {
        let at = self.range(id);
        let inside = Range::new((at.start + 1).min(at.end), at.end.saturating_sub(1).max(at.start));
        let sequences = decoded.contains("${") || decoded.contains("%{");
        let plain = |part: SmolStr| {
            let parts = if part.is_empty() { Vec::new() } else { vec![Part::Text(part, inside)] };
            Expr { kind: ExprKind::Template(parts), at }
        };
        if text == Text::Expression && !sequences {
            let places = Places::new(self.text, inside, decoded);
            return match parse_expression(decoded, self.limits) {
                Ok(mut expr) => {
                    move_ranges(&mut expr, &|r| places.range(r));
                    Expr { at, ..expr }
                }
                Err(_) => plain(decoded.clone()),
            };
        }
        if text == Text::Literal || !sequences {
            return plain(decoded.clone());
        }
        let places = Places::new(self.text, inside, decoded);
        let kind = match parse_template(decoded, self.limits) {
            Ok(mut parts) => {
                move_parts(&mut parts, &|r| places.range(r));
                ExprKind::Template(parts)
            }
            Err(error) => {
                let noticed = places.range(Range::new(error.at, error.at)).start;
                self.errors.push(SyntaxError { message: error.message, at: noticed, lost: at });
                ExprKind::Error
            }
        };
        Expr { kind, at }
    }
}

/// Where the characters of a decoded string of JSON are written.
struct Places {
    inside: Range,
    /// Decoded and written offset behind each escape; between them the text stands for itself.
    anchors: Vec<(u32, u32)>,
    /// Whether the string was decoded as it is by this reader.
    exact: bool,
}

impl Places {
    fn new(source: &str, inside: Range, decoded: &str) -> Self {
        let written = source.get(inside.start as usize..inside.end as usize).unwrap_or("");
        let mut anchors = vec![(0, inside.start)];
        let mut length = 0usize;
        let mut chars = written.char_indices();
        while let Some((at, c)) = chars.next() {
            if c != '\\' {
                length += c.len_utf8();
                continue;
            }
            let (size, skipped) = match chars.next() {
                Some((_, 'u')) => unicode(written.get(at..).unwrap_or("")),
                _ => (1, 0),
            };
            for _ in 0..skipped {
                chars.next();
            }
            length += size;
            let behind = chars.clone().next().map_or(written.len(), |(i, _)| i);
            let place = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            anchors.push((place(length), inside.start.saturating_add(place(behind))));
        }
        Self { inside, anchors, exact: length == decoded.len() }
    }

    fn place(&self, at: u32) -> u32 {
        let index = self.anchors.partition_point(|(decoded, _)| *decoded <= at).saturating_sub(1);
        let (decoded, written) = self.anchors.get(index).copied().unwrap_or((0, self.inside.start));
        written.saturating_add(at - decoded).min(self.inside.end)
    }

    fn range(&self, range: Range) -> Range {
        if !self.exact {
            return self.inside;
        }
        // An end in the middle of an escape is behind it.
        Range::new(self.place(range.start), self.place(range.end).max(self.place(range.start)))
    }
}

/// Size of what `\uXXXX` stands for, with its second half where it has one, and the characters behind `\u`.
fn unicode(written: &str) -> (usize, usize) {
    let half = |at: usize| written.get(at..at + 4).and_then(|h| u32::from_str_radix(h, 16).ok());
    match (half(2), half(8)) {
        (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) if written.get(6..8) == Some("\\u") => (4, 10),
        (Some(code), _) => (char::from_u32(code).map_or(3, char::len_utf8), 4),
        (None, _) => (0, 0),
    }
}

#[cfg(test)]
mod tests {
    use palisade_source::{FileId, parse};

    use super::*;

    fn read(text: &str) -> Document {
        let source = SourceFile::new("main.tf.json", text);
        let tree = parse(FileId(0), &source, &Limits::default()).unwrap();
        document(&tree, &source, &Limits::default())
    }

    fn at(text: &str, range: Range) -> &str {
        text.get(range.start as usize..range.end as usize).unwrap()
    }

    /// Kinds, labels and names of attributes.
    fn outline(body: &Body) -> String {
        let items: Vec<String> = body
            .items
            .iter()
            .map(|item| match item {
                Item::Attribute(a) => format!("{}={}", a.name, shape(&a.expr)),
                Item::Block(b) => {
                    let labels: Vec<String> = b.labels.iter().map(|l| format!(" {}", l.text)).collect();
                    let labels = labels.concat();
                    format!("{}{labels}{{{}}}", b.kind, outline(&b.body))
                }
            })
            .collect();
        items.join("; ")
    }

    fn shape(expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::Template(_) if expr.as_str().is_some() => format!("{:?}", expr.as_str().unwrap()),
            ExprKind::Template(parts) => {
                let parts: Vec<String> = parts
                    .iter()
                    .map(|p| match p {
                        Part::Text(t, _) => t.to_string(),
                        Part::Interpolation(e) => format!("${{{}}}", shape(e)),
                        Part::If(..) | Part::For { .. } => "%".to_owned(),
                    })
                    .collect();
                format!("`{}`", parts.concat())
            }
            ExprKind::Number(n) => n.to_string(),
            ExprKind::Minus(n) => format!("-{}", shape(n)),
            ExprKind::Bool(b) => b.to_string(),
            ExprKind::Null => "null".to_owned(),
            ExprKind::Variable(v) => v.to_string(),
            ExprKind::Attr(base, name, _) => format!("{}.{name}", shape(base)),
            ExprKind::List(l) => format!("[{}]", l.iter().map(shape).collect::<Vec<_>>().join(" ")),
            ExprKind::Object(o) => {
                let entries: Vec<String> =
                    o.iter().map(|(k, v)| format!("{}:{}", shape(k), shape(v))).collect();
                format!("{{{}}}", entries.join(" "))
            }
            ExprKind::Call { name, arguments, .. } => {
                format!("{name}({})", arguments.iter().map(shape).collect::<Vec<_>>().join(" "))
            }
            ExprKind::Error => "error".to_owned(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn blocks_by_label_in_objects_and_lists() {
        let text = r#"{
  "//": "by hand",
  "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws"}}, "backend": {"s3": {"key": "k"}}},
  "provider": {"aws": [{"region": "eu-west-1"}, {"alias": "b"}]},
  "resource": [
    {"aws_x": {"a": {"//": {"metadata": 1}, "n": -1.5, "on": true, "none": null, "l": [1, "x"]}, "b": [{"n": 2}]}},
    {"aws_y": [{"c": {}}]}
  ],
  "locals": [{"p": 1}, {"q": "${var.z}"}],
  "output": null
}"#;
        let document = read(text);
        assert!(document.errors.is_empty(), "{:?}", document.errors);
        assert_eq!(
            outline(&document.body),
            "terraform{required_providers{aws={\"source\":\"hashicorp/aws\"}}; backend s3{key=\"k\"}}; \
             provider aws{region=\"eu-west-1\"}; provider aws{alias=\"b\"}; \
             resource aws_x a{n=-1.5; on=true; none=null; l=[1 \"x\"]}; resource aws_x b{n=2}; resource aws_y c{}; \
             locals{p=1}; locals{q=`${var.z}`}"
        );
        let blocks: Vec<&Block> = document.body.blocks_of("resource").collect();
        assert_eq!(at(text, blocks[0].header), "\"a\"");
        assert!(
            at(text, blocks[0].at).starts_with("\"a\": {\"//\"") && at(text, blocks[0].at).ends_with('}')
        );
        assert_eq!(at(text, blocks[1].at), "{\"n\": 2}");
        assert_eq!(at(text, blocks[0].body.attribute("n").unwrap().range()), "\"n\": -1.5");
        let providers: Vec<&Block> = document.body.blocks_of("provider").collect();
        assert_eq!(at(text, providers[1].at), "{\"alias\": \"b\"}");
        assert_eq!(at(text, providers[1].labels[0].at), "\"aws\"");
    }

    #[test]
    fn what_the_language_defines_is_a_block() {
        let text = r#"{
  "resource": {"aws_x": {"a": {
    "lifecycle": {"ignore_changes": ["tags", "a[0].b"], "precondition": [{"condition": "${c}"}]},
    "provisioner": [{"local-exec": {"command": "x"}}, {"remote-exec": {"connection": {"host": "h"}}}],
    "depends_on": ["aws_y.b", "module.c"],
    "provider": "aws.west",
    "environment": {"variables": {"A": "1"}},
    "rule": [{"x": 1}, {"x": 2}],
    "dynamic": {"setting": {"for_each": "${var.s}", "content": {"value": "${setting.value}", "dynamic": {"deep": [{"content": {}}]}}}},
    "origin": {"dynamic": {"header": {"for_each": [], "content": {}}}}
  }}},
  "variable": {"v": {"type": "list(string)", "default": "${not a template", "validation": {"condition": true}}},
  "module": {"m": {"source": "./m", "providers": {"aws": "aws.west"}, "depends_on": ["aws_y.b"]}},
  "moved": {"from": "aws_x.a", "to": "aws_x.b"},
  "check": {"c": {"data": {"d": {"e": {}}}, "assert": {"condition": "${x}"}}}
}"#;
        let document = read(text);
        assert!(document.errors.is_empty(), "{:?}", document.errors);
        let found = outline(&document.body);
        let (resource, rest) = found.split_once("; variable").unwrap();
        assert!(resource.starts_with("resource aws_x a{lifecycle{ignore_changes=[tags Index("), "{resource}");
        assert!(resource.contains("precondition{condition=`${c}`}}; provisioner local-exec{command=\"x\"}; \
             provisioner remote-exec{connection{host=\"h\"}}; depends_on=[aws_y.b module.c]; provider=aws.west; \
             environment={\"variables\":{\"A\":\"1\"}}; rule=[{\"x\":1} {\"x\":2}]; \
             dynamic setting{for_each=`${var.s}`; content{value=`${setting.value}`; dynamic deep{content{}}}}; \
             origin{dynamic header{for_each=[]; content{}}}"), "{resource}");
        assert_eq!(
            rest,
            " v{type=list(string); default=\"${not a template\"; validation{condition=true}}; \
             module m{source=\"./m\"; providers={\"aws\":aws.west}; depends_on=[aws_y.b]}; \
             moved{from=aws_x.a; to=aws_x.b}; check c{data d e{}; assert{condition=`${x}`}}"
        );
    }

    #[test]
    fn parts_of_templates_are_where_they_are_written() {
        let text =
            r#"{"locals": {"a": "x\n\u00e9\ud83d\ude00\"${var.b}\t${f(\"q\")} $${c}", "${k}": {"${j}": 1}}}"#;
        let document = read(text);
        assert!(document.errors.is_empty(), "{:?}", document.errors);
        let locals = document.body.blocks().next().unwrap();
        let ExprKind::Template(parts) = &locals.body.attribute("a").unwrap().expr.kind else { panic!() };
        let places: Vec<&str> = parts
            .iter()
            .map(|p| match p {
                Part::Text(_, r) => at(text, *r),
                Part::Interpolation(e) => at(text, e.at),
                Part::If(..) | Part::For { .. } => panic!(),
            })
            .collect();
        assert_eq!(places, [r#"x\n\u00e9\ud83d\ude00\""#, "var.b", r"\t", r#"f(\"q\")"#, " $${c}"]);
        assert_eq!(outline(&locals.body), "a=`x\n\u{e9}😀\"${var.b}\t${f(\"q\")} ${c}`; ${k}={`${j}`:1}");
    }

    #[test]
    fn what_is_wrong_is_said_and_the_rest_is_read() {
        let text = r#"{"resource": {"a": {"b": {"x": "${", "y": 1}, "c": "no object"}}, "locals": [[1]], "variable": 3}"#;
        let document = read(text);
        assert_eq!(outline(&document.body), "resource a b{x=error; y=1}");
        let lost: Vec<&str> = document.errors.iter().map(|e| at(text, e.lost)).collect();
        assert_eq!(lost, ["\"${\"", "\"no object\"", "[1]", "3"]);
        assert!(!read("[1]").errors.is_empty());
        assert!(read("{}").errors.is_empty());
        let deep = format!("{{\"locals\": {{\"a\": {}1{}}}}}", "[".repeat(120), "]".repeat(120));
        assert_eq!(read(&deep).errors[0].message, "nested too deep");
    }

    #[test]
    fn values_are_literal() {
        let text = r#"{"a": "${b}", "resource": {"x": ["y"]}}"#;
        let source = SourceFile::new("terraform.tfvars.json", text);
        let tree = parse(FileId(0), &source, &Limits::default()).unwrap();
        let document = values(&tree, &source, &Limits::default());
        assert_eq!(outline(&document.body), "a=\"${b}\"; resource={\"x\":[\"y\"]}");
    }
}
