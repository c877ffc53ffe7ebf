//! Edits of Terraform files: properties in the words of the provider, as its table has them.

use palisade_graph::{Application, Graph, Node, NodeIx};
use palisade_load::terraform::adapters;
use palisade_load::terraform::table::{self, Attribute, Form, Word, Written};
use palisade_rules::{Change, Literal};
use palisade_source::hcl::edit::{Editor, New, Value, Within, inline, key};
use palisade_source::hcl::{Block, Body, Expr, ExprKind, Part, Range};
use palisade_source::{Edit, FileId, Limits, Span};
use smol_str::{SmolStr, format_smolstr};

use super::plan::{Refused, Step};
use super::statements;
use super::texts::{Hcl, Texts};

/// Whether a file is Terraform's.
pub fn is_hcl(path: &str) -> bool {
    [".tf", ".tofu", ".tfvars", ".hcl"].iter().any(|ending| path.ends_with(ending))
}

/// Address of a resource that is declared beside another: in the same module.
pub fn address(beside: &Node, id: &str) -> SmolStr {
    format_smolstr!("{}{id}", module(&beside.address))
}

/// What stands in front of the resource in an address: the modules, with a dot behind them.
fn module(address: &str) -> &str {
    let mut at = 0;
    let mut rest = address;
    while let Some(inner) = rest.strip_prefix("module.") {
        // Keys of a module may hold dots.
        let mut depth = 0usize;
        let end = inner.char_indices().find(|(_, c)| {
            match c {
                '[' => depth += 1,
                ']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            *c == '.' && depth == 0
        });
        let Some((n, _)) = end else { break };
        at += "module.".len() + n + 1;
        rest = address.get(at..).unwrap_or("");
    }
    address.get(..at).unwrap_or("")
}

/// `aws_sqs_queue.orders_dead`: a name that no resource of the type has.
pub fn new_id(
    application: &Application,
    texts: &Texts<'_>,
    after: &Node,
    suffix: &str,
    ty: &str,
    free: &dyn Fn(&SmolStr) -> bool,
) -> Result<SmolStr, Refused> {
    let kind = table::terraform_type(ty).ok_or_else(|| Refused::new("Terraform has no words for it"))?;
    let own = after.address.get(module(&after.address).len()..).unwrap_or("");
    let label = own.split('.').nth(1).unwrap_or(own);
    let label = label.split('[').next().unwrap_or(label);
    let base = format!("{label}_{}", snake(suffix));
    let taken = |id: &str| {
        let deployed = address(after, id);
        let name = id.rsplit('.').next().unwrap_or(id);
        application.worlds.iter().any(|(_, g)| g.by_logical(&deployed).is_some())
            || texts.files().any(|(_, f)| is_hcl(&f.path) && f.text.contains(&format!("\"{name}\"")))
    };
    let mut names = std::iter::once(base.clone()).chain((2..100).map(|n| format!("{base}_{n}")));
    let found =
        names.find_map(|name| Some(format_smolstr!("{kind}.{name}")).filter(|id| !taken(id) && free(id)));
    found.ok_or_else(|| Refused::new("no name is free"))
}

fn snake(text: &str) -> String {
    let mut out = String::new();
    for (n, c) in text.chars().enumerate() {
        if c.is_ascii_uppercase() && n > 0 {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out.trim_matches(['_', '-']).replace('-', "_")
}

/// Makes the edits of one change.
pub struct Writer<'a> {
    /// The files of the application.
    pub texts: &'a Texts<'a>,
    /// The file in which the change is made.
    pub file: FileId,
    /// The graph in which the change's nodes are.
    pub graph: &'a Graph,
    /// The resource that the change is about, where it names one.
    pub of: Option<&'a Node>,
    /// Ids of what the same proposal declares, by its place in the list of changes.
    pub declared: &'a [(usize, SmolStr)],
    /// The folders in which they are declared: an address holds in its own module only.
    pub folders: &'a [(usize, String)],
}

type Steps = Vec<(FileId, Step)>;

impl Writer<'_> {
    /// The steps of a change at a place. `id` is that of the resource that it declares.
    pub fn steps(&self, at: Span, change: &Change, id: Option<&SmolStr>) -> Result<Steps, Refused> {
        let hcl = self.texts.hcl(at.file).ok_or_else(|| Refused::new("a module of a registry makes it"))?;
        if !hcl.document.errors.is_empty() {
            // What stands beside an edit there is not known.
            return Err(Refused::new("its file has syntax errors"));
        }
        let editor = Editor::new(&hcl.file, &hcl.document);
        let here = |edits: Vec<Edit>| edits.into_iter().map(|e| (at.file, Step::Bytes(e))).collect();
        let range = Range::new(at.start, at.end);
        match change {
            Change::Set { path, value, .. } => self.set(at, &hcl, path, value),
            Change::Replace { value, .. } => {
                let expr = editor.expr(range).ok_or_else(|| Refused::new("no value stands there"))?;
                literal(expr)?;
                let value = self.value(value)?;
                if matches!(value, Value::Expression(_) | Value::Text(_)) && is_input(&hcl, range) {
                    return Err(Refused::new("the default of a variable is no expression"));
                }
                Ok(here(vec![editor.replace(expr, &value)]))
            }
            Change::Remove { .. } => Ok(here(vec![editor.remove(range).map_err(words)?])),
            Change::Append { value, .. } => {
                if let Some(block) = editor.block(range).filter(|b| statements::is_document(b)) {
                    let new = statements::statement(value, &|v| self.value(v))?;
                    return Ok(here(editor.insert(Within::Block(block), &[new])));
                }
                let list = editor.expr(range).ok_or_else(|| Refused::new("no list stands there"))?;
                Ok(here(editor.append(list, &self.value(value)?).map_err(words)?))
            }
            Change::Insert { key, value, .. } => {
                Ok(self.insert(&hcl, range, key, value)?.into_iter().map(|s| (at.file, s)).collect())
            }
            Change::Declare { ty, properties, .. } => {
                let id = id.ok_or_else(|| Refused::new("the new resource has no name"))?;
                let block = editor.block(range).filter(|b| b.kind != "module");
                let block = block.ok_or_else(|| Refused::new("the resource is declared in a module"))?;
                let (kind, name) =
                    id.split_once('.').ok_or_else(|| Refused::new("the new resource has no name"))?;
                let mut items = Vec::new();
                for (key, value) in properties {
                    self.property(kind, ty, key, value, &mut items)?;
                }
                let labels = [kind.into(), name.into()];
                Ok(vec![(at.file, Step::Resource { behind: block.at, labels, items })])
            }
        }
    }

    fn set(&self, at: Span, hcl: &Hcl, path: &str, value: &Literal) -> Result<Steps, Refused> {
        let node = self.of.ok_or_else(|| Refused::new("its node is gone"))?;
        let editor = Editor::new(&hcl.file, &hcl.document);
        let block = editor
            .block(Range::new(at.start, at.end))
            .ok_or_else(|| Refused::new("no resource is declared there"))?;
        if block.kind == "module" {
            return Ok(vec![(at.file, self.argument(&editor, block, node, path, value)?)]);
        }
        if block.kind != "resource" {
            return Err(Refused::new("no resource is declared there"));
        }
        let ty = block.label(0).unwrap_or("");
        let written =
            table::written(ty, path).ok_or_else(|| Refused::new("Terraform has no words for it"))?;
        let current = node.props.lookup(path);
        let within =
            Way { editor, written: &written, value: self.worded(&written, value)?, current: current.span };
        let Some(owner) = written.owner else {
            return Ok(vec![(at.file, within.write(block)?)]);
        };
        // In a resource of its own, which may be there already.
        let name = block.label(1).unwrap_or("");
        let folder = palisade_load::folder(&hcl.file.path);
        let files =
            self.texts.files().filter(|(_, f)| is_hcl(&f.path) && palisade_load::folder(&f.path) == folder);
        for (file, _) in files {
            let Some(other) = self.texts.hcl(file) else { continue };
            let means = |b: &&Block| {
                b.kind == "resource"
                    && b.label(0) == Some(written.terraform_type)
                    && b.body.attribute(owner).is_some_and(|a| refers(&a.expr, ty, name))
            };
            if let Some(found) = other.document.body.blocks().find(means) {
                let way = Way { editor: Editor::new(&other.file, &other.document), ..within };
                return Ok(vec![(file, way.write(found)?)]);
            }
        }
        if ["count", "for_each"].iter().any(|m| block.body.attribute(m).is_some()) {
            return Err(Refused::new("it is declared several times"));
        }
        let mut items =
            vec![New::Attribute(owner.into(), Value::Expression(format_smolstr!("{ty}.{name}.id")))];
        items.extend(nested(&written.steps, within.value.clone())?);
        let labels = [written.terraform_type.into(), name.into()];
        Ok(vec![(at.file, Step::Resource { behind: block.at, labels, items })])
    }

    /// The argument of a registry's module that its resource takes the property from.
    fn argument(
        &self,
        editor: &Editor<'_>,
        call: &Block,
        node: &Node,
        path: &str,
        value: &Literal,
    ) -> Result<Step, Refused> {
        let said = |key: &str| call.body.attribute(key).and_then(|a| a.expr.as_str());
        let none = || Refused::new("the module has no argument for it");
        let own = node.address.get(module(&node.address).len()..).unwrap_or("");
        let (ty, name) = own.split_once('.').ok_or_else(none)?;
        let name = name.split('[').next().unwrap_or(name);
        let written = table::written(ty, path).filter(|w| w.owner.is_none()).ok_or_else(none)?;
        let files =
            said("source").and_then(|source| adapters::find(source, said("version"))).ok_or_else(none)?;
        let variable = files.into_iter().find_map(|(_, text)| {
            let document = palisade_source::hcl::parse(text, &Limits::default());
            let resource =
                |b: &&Block| b.kind == "resource" && b.label(0) == Some(ty) && b.label(1) == Some(name);
            let block = document.body.blocks().find(resource)?;
            let (last, outer) = written.steps.split_last()?;
            let (mut body, mut each) = (&block.body, None);
            for step in outer {
                let mut dynamic = body.blocks_of("dynamic").filter(|d| d.label(0) == Some(step.name));
                if let Some(made) = dynamic.next() {
                    each = made.body.attribute("for_each");
                    body = &made.body.blocks_of("content").next()?.body;
                } else {
                    (body, each) = (&body.blocks_of(step.name).next()?.body, None);
                }
            }
            let expr = &body.attribute(last.name)?.expr;
            // `value` of a dynamic block is an item of what it is made for.
            match &expr.kind {
                ExprKind::Attr(_, name, _) if name == "value" => variable(&each?.expr),
                _ => variable(expr),
            }
        });
        let variable = variable.ok_or_else(none)?;
        let value = self.worded(&written, value)?;
        match call.body.attribute(&variable) {
            Some(old) => {
                literal(&old.expr)?;
                Ok(Step::Bytes(editor.replace(&old.expr, &value)))
            }
            None => Ok(Step::Body { block: call.at, items: vec![New::Attribute(variable, value)] }),
        }
    }

    /// A value in the provider's words.
    fn worded(&self, written: &Written, value: &Literal) -> Result<Value, Refused> {
        let attribute = written.steps.last().ok_or_else(|| Refused::new("Terraform has no words for it"))?;
        self.word(attribute, value)
    }

    fn word(&self, attribute: &Attribute, value: &Literal) -> Result<Value, Refused> {
        match (&attribute.word, value) {
            (Word::Not, Literal::Bool(b)) => Ok(Value::Bool(!b)),
            (Word::Words(words), Literal::Str(_) | Literal::Bool(_)) => {
                let deployed = match value {
                    Literal::Bool(b) => b.to_string().into(),
                    Literal::Str(text) => text.clone(),
                    _ => SmolStr::default(),
                };
                let found = words.iter().find(|(_, to)| *to == deployed).map(|(from, _)| *from);
                match found {
                    Some("true") => Ok(Value::Bool(true)),
                    Some("false") => Ok(Value::Bool(false)),
                    Some(word) => Ok(Value::Str(word.into())),
                    None => self.value(value),
                }
            }
            (Word::Words(_), Literal::List(items)) if attribute.cfn.ends_with("[]") => match items.as_slice()
            {
                [one] => self.word(attribute, one),
                _ => Err(Refused::new("Terraform has no words for it")),
            },
            (Word::List, Literal::List(items)) => match items.as_slice() {
                [one] => self.value(one),
                _ => Err(Refused::new("Terraform has no words for it")),
            },
            (Word::First, one) => Ok(Value::List(vec![self.value(one)?])),
            (Word::Json, document @ (Literal::Map(_) | Literal::List(_))) => {
                let document = expression(&self.value(document)?, "  ");
                Ok(Value::Expression(format_smolstr!("jsonencode({document})")))
            }
            (Word::Same | Word::Absent(_), value) => self.value(value),
            _ => Err(Refused::new("Terraform has no words for it")),
        }
    }

    fn value(&self, literal: &Literal) -> Result<Value, Refused> {
        Ok(match literal {
            Literal::Str(text) if text.contains("${AWS::") => {
                return Err(Refused::new("it needs the account or region, which a data source knows"));
            }
            Literal::Str(text) => Value::Str(text.clone()),
            Literal::Bool(b) => Value::Bool(*b),
            Literal::Int(n) => Value::Int(*n),
            Literal::List(items) => {
                Value::List(items.iter().map(|i| self.value(i)).collect::<Result<_, _>>()?)
            }
            Literal::Map(entries) => {
                let entry = |(k, v): &(SmolStr, Literal)| Ok((k.clone(), self.value(v)?));
                Value::Map(entries.iter().map(entry).collect::<Result<_, Refused>>()?)
            }
            Literal::Of(ix, attribute) => Value::Expression(self.reference(*ix, attribute.as_deref())?),
            Literal::Declared(n, attribute) => {
                let found = self.declared.iter().find(|(place, _)| place == n);
                let (_, id) =
                    found.ok_or_else(|| Refused::new("it refers to a resource that is not made"))?;
                let here = self.texts.file(self.file).map(|f| palisade_load::folder(&f.path));
                if !self.folders.iter().any(|(place, folder)| place == n && here == Some(folder.as_str())) {
                    return Err(Refused::new("it refers to a resource of another module"));
                }
                Value::Expression(format_smolstr!("{id}.{}", terraform_attribute(attribute.as_deref())?))
            }
            Literal::Text(parts) => {
                let mut pieces = Vec::new();
                for part in parts {
                    match part {
                        Literal::Str(text) => self.pseudo(text, &mut pieces)?,
                        other => pieces.push(self.value(other)?),
                    }
                }
                match pieces.as_slice() {
                    [one @ Value::Expression(_)] => one.clone(),
                    _ => Value::Text(pieces),
                }
            }
        })
    }

    /// Text with pseudo parameters of CloudFormation in it: what a data source of the module says.
    fn pseudo(&self, text: &str, pieces: &mut Vec<Value>) -> Result<(), Refused> {
        let mut rest = text;
        while let Some((before, inner)) = rest.split_once("${AWS::") {
            let (name, after) =
                inner.split_once('}').ok_or_else(|| Refused::new("Terraform has no words for it"))?;
            let (ty, attribute) = match name {
                "AccountId" => ("aws_caller_identity", "account_id"),
                "Partition" => ("aws_partition", "partition"),
                _ => return Err(Refused::new("Terraform has no words for it")),
            };
            if !before.is_empty() {
                pieces.push(Value::Str(before.into()));
            }
            match self.data(ty) {
                Some(label) => {
                    pieces.push(Value::Expression(format_smolstr!("data.{ty}.{label}.{attribute}")));
                }
                None if name == "Partition" => pieces.push(Value::Str("aws".into())),
                None => return Err(Refused::new("no data source of the module says which account it is")),
            }
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Value::Str(rest.into()));
        }
        Ok(())
    }

    /// The name of a data source of the module that is declared once and always.
    fn data(&self, ty: &str) -> Option<SmolStr> {
        let folder = palisade_load::folder(&self.texts.file(self.file)?.path);
        let beside =
            self.texts.files().filter(|(_, f)| is_hcl(&f.path) && palisade_load::folder(&f.path) == folder);
        beside.filter_map(|(file, _)| self.texts.hcl(file)).find_map(|hcl| {
            let plain = |b: &&Block| {
                b.kind == "data"
                    && b.label(0) == Some(ty)
                    && ["count", "for_each", "provider"].iter().all(|m| b.body.attribute(m).is_none())
            };
            let found = hcl.document.body.blocks().find(plain)?;
            found.label(1).map(SmolStr::new)
        })
    }

    /// Whether the module of the file declares a resource.
    fn is_here(&self, address: &str) -> bool {
        let Some((ty, name)) = address.split_once('.') else { return false };
        let name = name.split('[').next().unwrap_or(name);
        let Some(file) = self.texts.file(self.file) else { return false };
        let folder = palisade_load::folder(&file.path);
        let mut beside =
            self.texts.files().filter(|(_, f)| is_hcl(&f.path) && palisade_load::folder(&f.path) == folder);
        let means = |b: &Block| b.kind == "resource" && b.label(0) == Some(ty) && b.label(1) == Some(name);
        beside.any(|(file, _)| self.texts.hcl(file).is_some_and(|h| h.document.body.blocks().any(means)))
    }

    fn reference(&self, ix: NodeIx, attribute: Option<&str>) -> Result<SmolStr, Refused> {
        let node = self.graph.node(ix).ok_or_else(|| Refused::new("it refers to a node that is gone"))?;
        let same = self.of.is_none_or(|of| module(&of.address) == module(&node.address));
        let own = node.address.get(module(&node.address).len()..).unwrap_or("");
        if own.is_empty() || own.ends_with("[*]") || !same || !self.is_here(own) {
            return Err(Refused::new("it refers to a resource of another module"));
        }
        Ok(format_smolstr!("{own}.{}", terraform_attribute(attribute)?))
    }

    /// Sets a key of the block or object at a place.
    fn insert(&self, hcl: &Hcl, range: Range, key: &str, value: &Literal) -> Result<Vec<Step>, Refused> {
        let editor = Editor::new(&hcl.file, &hcl.document);
        if let Some(block) = editor.block(range) {
            if block.kind == "module" {
                return Err(Refused::new("the resource is declared in a module"));
            }
            if statements::is_statement(&hcl.document.body, block) {
                let items = statements::element(key, value, &|v| self.value(v))?;
                return Ok(vec![Step::Body { block: block.at, items }]);
            }
            let items = self.items(&hcl.document.body, block, key, value)?;
            return Ok(vec![Step::Body { block: block.at, items }]);
        }
        let object = editor.expr(range).ok_or_else(|| Refused::new("no map stands there"))?;
        let ExprKind::Object(entries) = &object.kind else { return Err(Refused::new("no map stands there")) };
        match entries.iter().find(|(k, _)| k.as_str() == Some(key)) {
            Some((_, old)) => {
                literal(old)?;
                Ok(vec![Step::Bytes(editor.replace(old, &self.value(value)?))])
            }
            None => {
                let edit = editor.insert_entry(object, key, &self.value(value)?).map_err(words)?;
                Ok(vec![Step::Bytes(edit)])
            }
        }
    }

    /// A deployed key in the words of a block, or the key itself where the block's type has no table.
    fn items(&self, body: &Body, block: &Block, key: &str, value: &Literal) -> Result<Vec<New>, Refused> {
        let mut way = Vec::new();
        if !find(body, block, &mut way) {
            return Err(Refused::new("no block stands there"));
        }
        let outer = way.first().copied().unwrap_or(block);
        let own = key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        let table = outer.label(0).filter(|_| outer.kind == "resource").and_then(table::find);
        let Some(ty) = table.filter(|_| !own) else {
            if block.body.attribute(key).is_some() {
                return Err(Refused::new("the key is there already"));
            }
            return Ok(vec![New::Attribute(key.into(), self.value(value)?)]);
        };
        let mut attributes = &ty.attributes;
        let mut base = String::new();
        for inner in way.iter().skip(1) {
            let found = attributes.iter().find(|a| a.name == inner.kind);
            let found = found.ok_or_else(|| Refused::new("Terraform has no words for it"))?;
            found.cfn.clone_into(&mut base);
            attributes = &found.children;
        }
        let mut leaves = Vec::new();
        flatten(&if base.is_empty() { key.to_owned() } else { format!("{base}.{key}") }, value, &mut leaves);
        let mut items = Vec::new();
        for (path, value) in leaves {
            let bare = |p: &str| p.replace("[]", "");
            let attribute = attributes.iter().find(|a| bare(a.cfn) == bare(&path) && a.children.is_empty());
            let Some(attribute) = attribute else {
                // In blocks of its own, further in.
                let none = || Refused::new("Terraform has no words for it");
                let kind = outer.label(0).unwrap_or("");
                let written = table::written(kind, &path).filter(|w| w.owner.is_none()).ok_or_else(none)?;
                let rest = written.steps.get(way.len().saturating_sub(1)..).ok_or_else(none)?;
                let first = rest.first().ok_or_else(none)?.name;
                if block.body.attribute(first).is_some() || block.body.blocks_of(first).next().is_some() {
                    return Err(Refused::new("the key is there already"));
                }
                merge(&mut items, nested(rest, self.worded(&written, value)?)?)?;
                continue;
            };
            if block.body.attribute(attribute.name).is_some() {
                return Err(Refused::new("the key is there already"));
            }
            items.push(New::Attribute(attribute.name.into(), self.word(attribute, value)?));
        }
        Ok(items)
    }

    /// A property of a new resource: as a whole where Terraform has words for it, else what stands in it.
    fn property(
        &self,
        kind: &str,
        ty: &str,
        path: &str,
        value: &Literal,
        items: &mut Vec<New>,
    ) -> Result<(), Refused> {
        let written = table::written(kind, path).filter(|w| w.owner.is_none());
        match (written, value) {
            (Some(written), value) => merge(items, nested(&written.steps, self.worded(&written, value)?)?),
            (None, Literal::Map(entries)) => entries
                .iter()
                .try_for_each(|(key, value)| self.property(kind, ty, &format!("{path}.{key}"), value, items)),
            _ => Err(Refused::new(format!("Terraform has no words for a new {ty}"))),
        }
    }
}

/// Writes an attribute of a block behind the steps that lead to it.
#[derive(Clone)]
struct Way<'a> {
    editor: Editor<'a>,
    written: &'a Written,
    value: Value,
    /// Where the value that is deployed now stands.
    current: Span,
}

impl Way<'_> {
    fn write(&self, block: &Block) -> Result<Step, Refused> {
        let mut at = block;
        for (n, step) in self.written.steps.iter().enumerate() {
            let last = n + 1 == self.written.steps.len();
            let rest = self.written.steps.get(n..).unwrap_or(&[]);
            if let Some(attribute) = at.body.attribute(step.name) {
                if !last {
                    return Err(Refused::new("an expression stands on the way"));
                }
                let expr = self.chosen(&attribute.expr)?;
                return Ok(Step::Bytes(self.editor.replace(expr, &self.value)));
            }
            let mut dynamic = at.body.blocks_of("dynamic");
            if dynamic.any(|d| d.label(0) == Some(step.name)) {
                return Err(Refused::new("a dynamic block makes it"));
            }
            let mut blocks = at.body.blocks_of(step.name);
            match (blocks.next(), blocks.next()) {
                (None, _) => {
                    let items = nested(rest, self.value.clone())?;
                    return Ok(Step::Body { block: at.at, items });
                }
                (Some(inner), None) if !last => at = inner,
                _ => return Err(Refused::new("several blocks stand on the way")),
            }
        }
        Err(Refused::new("there is no place for it"))
    }

    /// The literal that is deployed: the expression, or one of the outcomes of its choice.
    fn chosen<'e>(&self, expr: &'e Expr) -> Result<&'e Expr, Refused> {
        match &expr.kind {
            ExprKind::Parens(inner) => self.chosen(inner),
            ExprKind::Conditional(_, yes, no) => {
                let at = Range::new(self.current.start, self.current.end);
                let found = [yes, no].into_iter().find(|e| e.at == at);
                let found = found.ok_or_else(|| Refused::new("its value is computed"))?;
                literal(found).map(|()| &**found)
            }
            _ => literal(expr).map(|()| expr),
        }
    }
}

/// Whether a place is in what whoever deploys may say: the default of a variable, a file of values.
fn is_input(hcl: &Hcl, range: Range) -> bool {
    let mut blocks = hcl.document.body.blocks();
    hcl.file.path.ends_with(".tfvars")
        || blocks.any(|b| b.kind == "variable" && b.at.start <= range.start && range.end <= b.at.end)
}

/// Refuses what is more than a literal.
fn literal(expr: &Expr) -> Result<(), Refused> {
    let plain = match &expr.kind {
        ExprKind::Null | ExprKind::Bool(_) | ExprKind::Number(_) => true,
        ExprKind::Template(parts) => parts.iter().all(|p| matches!(p, Part::Text(..))),
        ExprKind::List(items) => items.iter().all(|i| literal(i).is_ok()),
        ExprKind::Object(entries) => entries.iter().all(|(_, v)| literal(v).is_ok()),
        ExprKind::Minus(inner) | ExprKind::Parens(inner) => literal(inner).is_ok(),
        _ => false,
    };
    if plain { Ok(()) } else { Err(Refused::new("its value is computed")) }
}

/// The variable that an expression is, as far as its choices allow: `var.a`, `c ? [var.a] : []`.
fn variable(expr: &Expr) -> Option<SmolStr> {
    match &expr.kind {
        ExprKind::Attr(base, name, _) => {
            matches!(&base.kind, ExprKind::Variable(v) if v == "var").then(|| name.clone())
        }
        ExprKind::Conditional(_, yes, no) => variable(yes).or_else(|| variable(no)),
        ExprKind::List(items) => match items.as_slice() {
            [one] => variable(one),
            _ => None,
        },
        ExprKind::Parens(inner) => variable(inner),
        _ => None,
    }
}

/// Whether an expression is a reference to a resource: `aws_s3_bucket.uploads.id`.
fn refers(expr: &Expr, ty: &str, name: &str) -> bool {
    match &expr.kind {
        ExprKind::Attr(base, attribute, _) => {
            let this = matches!(&base.kind, ExprKind::Variable(v) if v == ty) && attribute == name;
            this || refers(base, ty, name)
        }
        ExprKind::Index(base, _) | ExprKind::Parens(base) => refers(base, ty, name),
        ExprKind::Template(parts) => match parts.as_slice() {
            [Part::Interpolation(inner)] => refers(inner, ty, name),
            _ => false,
        },
        _ => false,
    }
}

/// Blocks from one of the top level to the one asked for.
fn find<'b>(body: &'b Body, wanted: &Block, way: &mut Vec<&'b Block>) -> bool {
    for block in body.blocks().filter(|b| b.at.start <= wanted.at.start && wanted.at.end <= b.at.end) {
        way.push(block);
        if block.at == wanted.at || find(&block.body, wanted, way) {
            return true;
        }
        way.pop();
    }
    false
}

/// Paths of what stands in a value.
fn flatten<'v>(path: &str, value: &'v Literal, out: &mut Vec<(String, &'v Literal)>) {
    match value {
        Literal::Map(entries) => {
            for (key, value) in entries {
                flatten(&format!("{path}.{key}"), value, out);
            }
        }
        _ => out.push((path.to_owned(), value)),
    }
}

/// A value behind the steps that lead to it.
fn nested(steps: &[&Attribute], value: Value) -> Result<Vec<New>, Refused> {
    let (last, outer) = steps.split_last().ok_or_else(|| Refused::new("Terraform has no words for it"))?;
    let mut item = New::Attribute(last.name.into(), value);
    for step in outer.iter().rev() {
        item = match step.form {
            Form::Block | Form::Blocks => {
                New::Block { kind: step.name.into(), labels: Vec::new(), items: vec![item] }
            }
            Form::Object => match item {
                New::Attribute(name, value) => {
                    New::Attribute(step.name.into(), Value::Map(vec![(name, value)]))
                }
                New::Block { .. } => return Err(Refused::new("Terraform has no words for it")),
            },
            Form::Objects | Form::Attribute => return Err(Refused::new("Terraform has no words for it")),
        };
    }
    Ok(vec![item])
}

/// Joins items: blocks of the same kind are one, and so are attributes that say the same.
pub fn merge(items: &mut Vec<New>, new: Vec<New>) -> Result<(), Refused> {
    for item in new {
        let same = |old: &New| match (old, &item) {
            (New::Block { kind: a, .. }, New::Block { kind: b, .. })
            | (New::Attribute(a, _), New::Attribute(b, _)) => a == b,
            _ => false,
        };
        match (items.iter_mut().find(|old| same(old)), item) {
            (None, item) => items.push(item),
            (Some(New::Block { items: old, .. }), New::Block { items: inner, .. }) => merge(old, inner)?,
            (Some(old), item) if *old == item => {}
            _ => return Err(palisade_source::splice::Refusal::Conflict.into()),
        }
    }
    Ok(())
}

/// A new resource behind a block.
pub fn resource(
    texts: &Texts<'_>,
    file: FileId,
    behind: Range,
    labels: &[SmolStr; 2],
    items: Vec<New>,
) -> Result<Edit, Refused> {
    let hcl = texts.hcl(file).ok_or_else(|| Refused::new("a module of a registry makes it"))?;
    let editor = Editor::new(&hcl.file, &hcl.document);
    let block = editor.block(behind).ok_or_else(|| Refused::new("no block stands there"))?;
    let new = New::Block { kind: "resource".into(), labels: labels.to_vec(), items };
    Ok(editor.insert_after(block, &new))
}

/// A document as an expression over several lines; `indent` is that of the line on which it begins.
fn expression(value: &Value, indent: &str) -> String {
    let inner = format!("{indent}  ");
    match value {
        Value::Map(entries) if !entries.is_empty() => {
            let widest = entries.iter().map(|(k, _)| key(k).len()).max().unwrap_or(0);
            let entry = |(k, v): &(SmolStr, Value)| {
                format!("{inner}{:widest$} = {}\n", key(k), expression(v, &inner))
            };
            let entries: String = entries.iter().map(entry).collect();
            format!("{{\n{entries}{indent}}}")
        }
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(|i| expression(i, indent)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Map(_) => "{}".to_owned(),
        other => inline(other),
    }
}

/// The edits that write items into a block.
pub fn body(texts: &Texts<'_>, file: FileId, block: Range, items: &[New]) -> Result<Vec<Edit>, Refused> {
    let hcl = texts.hcl(file).ok_or_else(|| Refused::new("a module of a registry makes it"))?;
    let editor = Editor::new(&hcl.file, &hcl.document);
    let block = editor.block(block).ok_or_else(|| Refused::new("no block stands there"))?;
    Ok(editor.insert(Within::Block(block), items))
}

/// The provider's name of what CloudFormation calls so.
fn terraform_attribute(attribute: Option<&str>) -> Result<SmolStr, Refused> {
    match attribute {
        None => Ok("id".into()),
        Some("Arn") => Ok("arn".into()),
        Some("CidrBlock") => Ok("cidr_block".into()),
        // CloudFormation has no attribute for it, and composes it.
        Some("ExecutionArn") => Ok("execution_arn".into()),
        Some(_) => Err(Refused::new("Terraform has no words for the attribute")),
    }
}

fn words(refusal: palisade_source::hcl::edit::Refusal) -> Refused {
    Refused::new(refusal.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_stand_in_front_of_an_address() {
        assert_eq!(module("aws_sqs_queue.a"), "");
        assert_eq!(module("module.api.aws_sqs_queue.a"), "module.api.");
        assert_eq!(
            module("module.api[\"x.y\"].module.b[0].aws_sqs_queue.a[\"k.l\"]"),
            "module.api[\"x.y\"].module.b[0]."
        );
    }

    #[test]
    fn names_are_in_snake_case() {
        assert_eq!(snake("DeadLetters"), "dead_letters");
        assert_eq!(snake("Dead"), "dead");
    }
}
