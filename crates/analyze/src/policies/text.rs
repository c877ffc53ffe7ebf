//! From values of the graph to texts and trees of the engine, what is not known as symbols.

use std::collections::HashMap;

use palisade_graph::{External, Graph, NodeIx, NodeKind, Piece, Reason, State, Target, Unknown, Val, Value};
use palisade_iam::element::{Element, Node};
use palisade_iam::symbol::{Shape, Symbol, Symbols};
use palisade_source::Span;
use smol_str::SmolStr;

use super::kinds::{self, Kind, Ref};

/// Deeper references of names to names are not followed.
const DEPTH: u8 = 8;

/// What of the place of a deployment is known.
#[derive(Debug, Clone, Default)]
pub struct Place {
    /// Account id.
    pub account: Option<String>,
    /// Region.
    pub region: Option<String>,
    /// ARNs that the user writes: they tell the partition.
    pub written: Option<String>,
}

/// The makings of texts.
pub(super) struct Texts<'g> {
    pub graph: &'g Graph,
    pub symbols: Symbols,
    /// Where marks point; 0 points nowhere.
    pub places: Vec<Span>,
    pub partition: String,
    pub region: String,
    pub account: String,
    /// Symbols by what they stand for.
    shared: HashMap<String, char>,
    names: HashMap<NodeIx, String>,
}

impl<'g> Texts<'g> {
    pub(super) fn new(graph: &'g Graph, place: &Place) -> Self {
        let mut texts = Self {
            graph,
            symbols: Symbols::new(),
            places: vec![Span::NONE],
            partition: String::new(),
            region: String::new(),
            account: String::new(),
            shared: HashMap::new(),
            names: HashMap::new(),
        };
        texts.partition = match partition(graph, place) {
            Some(known) => known.to_owned(),
            None => texts.shared("AWS::Partition", Shape::Partition, 0, "${AWS::Partition}"),
        };
        texts.region = match &place.region {
            Some(known) => known.clone(),
            None => texts.shared("AWS::Region", Shape::Region, 0, "${AWS::Region}"),
        };
        texts.account = match place.account.clone().or_else(|| account(graph)) {
            Some(known) => known,
            None => texts.shared("AWS::AccountId", Shape::AccountId, 0, "${AWS::AccountId}"),
        };
        texts
    }

    /// A symbol that is the same each time it is asked for.
    pub(super) fn shared(&mut self, key: &str, shape: Shape, group: u32, name: &str) -> String {
        if let Some(letter) = self.shared.get(key) {
            return letter.to_string();
        }
        let symbol = Symbol { shape, distinct_group: group, name: name.into() };
        match self.symbols.add(symbol) {
            Some(letter) => {
                self.shared.insert(key.to_owned(), letter);
                letter.to_string()
            }
            // More symbols than letters: the last letter of all stands for anything, and is equal to nothing known.
            None => char::from_u32(0xF_FFFD).map(String::from).unwrap_or_default(),
        }
    }

    /// A symbol of its own.
    pub(super) fn fresh(&mut self, shape: Shape, group: u32, name: &str) -> String {
        let key = format!("\0{}", self.shared.len());
        self.shared(&key, shape, group, name)
    }

    /// The mark of a place.
    pub(super) fn mark(&mut self, span: Span) -> u32 {
        if !span.is_some() {
            return 0;
        }
        self.places.push(span);
        u32::try_from(self.places.len() - 1).unwrap_or(0)
    }

    /// A value as text; `None` for lists, maps and null.
    pub(super) fn text(&mut self, val: &Val) -> Option<String> {
        self.text_in(val, DEPTH)
    }

    fn text_in(&mut self, val: &Val, depth: u8) -> Option<String> {
        match &val.state {
            State::Known(Value::Str(s) | Value::Num(s)) => Some(plain(s)),
            State::Known(Value::Bool(b)) => Some(b.to_string()),
            State::Known(_) => None,
            State::Partial(pieces) => {
                let mut out = String::new();
                for piece in pieces.iter() {
                    match piece {
                        Piece::Text(t) => out.push_str(&plain(t)),
                        Piece::Hole(v) => match self.text_in(v, depth) {
                            Some(text) => out.push_str(&text),
                            None => out.push_str(&self.fresh(Shape::Text, 0, &v.display())),
                        },
                    }
                }
                Some(out)
            }
            State::Ref(target) => Some(self.target(target, depth)),
            State::Unknown(unknown) => Some(self.unknown(unknown, val)),
        }
    }

    fn unknown(&mut self, unknown: &Unknown, val: &Val) -> String {
        let name = format!("${{{}}}", unknown.symbol);
        match unknown.reason {
            // Such a value is the same wherever it is named; a parameter belongs to its file.
            Reason::ParameterWithoutDefault if self.is_input(&unknown.symbol) => {
                let key = format!("parameter {} {}", val.span.file.0, unknown.symbol);
                self.shared(&key, Shape::Text, 0, &name)
            }
            Reason::Environment => {
                self.shared(&format!("environment {}", unknown.symbol), Shape::Text, 0, &name)
            }
            _ => self.fresh(Shape::Text, 0, &name),
        }
    }

    /// Whether a symbol is a parameter or variable that is declared, and not one word for several values.
    fn is_input(&self, symbol: &str) -> bool {
        let name = symbol.strip_prefix("var.").unwrap_or(symbol);
        self.graph.interface.inputs.iter().any(|i| i.name == name)
    }

    fn target(&mut self, target: &Target, depth: u8) -> String {
        match target {
            Target::Pseudo(name) => match name.as_str() {
                "AWS::AccountId" => self.account.clone(),
                "AWS::Region" => self.region.clone(),
                "AWS::Partition" => self.partition.clone(),
                "AWS::URLSuffix" if self.partition == "aws" => "amazonaws.com".to_owned(),
                "AWS::StackName" => self.shared(name, Shape::Name, 0, "${AWS::StackName}"),
                "AWS::StackId" => self.shared(name, Shape::Arn, 0, "${AWS::StackId}"),
                _ => self.shared(name, Shape::Text, 0, &target.display()),
            },
            Target::External { kind: External::Data, .. } => self.fresh(Shape::Text, 0, &target.display()),
            Target::External { kind, name, .. } => {
                self.shared(&format!("external {kind:?} {name}"), Shape::Text, 0, &target.display())
            }
            Target::Resource { id, attribute } => self.resource(id, attribute.as_deref(), target, depth),
        }
    }

    /// What a reference to a resource of the application yields.
    fn resource(&mut self, id: &SmolStr, attribute: Option<&str>, target: &Target, depth: u8) -> String {
        let whole = target.display();
        let key = format!("resource {whole}");
        let found = self.graph.by_logical(id).and_then(|ix| Some((ix, self.graph.node(ix)?)));
        let Some((ix, node)) = found else { return self.shared(&key, Shape::Text, 0, &whole) };
        let Some(kind) = kinds::of(&node.ty) else {
            let arn = attribute.is_some_and(|a| a.to_ascii_lowercase().ends_with("arn"));
            return self.shared(&key, if arn { Shape::Arn } else { Shape::Text }, 0, &whole);
        };
        let named_otherwise = node.logical_id != *id;
        if named_otherwise && node.kind == NodeKind::Function {
            // A version or alias.
            let arn = self.arn_in(ix, depth).unwrap_or_default();
            let qualifier = self.shared(&format!("qualifier {id}"), Shape::Name, 0, &format!("${{{id}}}"));
            return match attribute {
                None | Some("Arn" | "AliasArn" | "FunctionArn") => format!("{arn}:{qualifier}"),
                Some(_) => self.shared(&key, Shape::Text, 0, &whole),
            };
        }
        if named_otherwise {
            return self.shared(&key, Shape::Text, 0, &whole);
        }
        let terraform = !node.address.is_empty();
        match attribute {
            // The id of a stream is its ARN there.
            None if terraform && matches!(kind.catalogue, "stream" | "deliverystream") => {
                self.arn_in(ix, depth).unwrap_or_default()
            }
            None if kind.reference == Ref::Name => self.name(ix, depth),
            None if kind.reference == Ref::Arn => self.arn_in(ix, depth).unwrap_or_default(),
            Some("Arn") if kind.catalogue == "log-group" && !terraform => {
                format!("{}:*", self.arn_in(ix, depth).unwrap_or_default())
            }
            Some("Arn" | "TopicArn" | "Id" | "PolicyArn")
                if attribute != Some("Id") || kind.catalogue == "secret" =>
            {
                self.arn_in(ix, depth).unwrap_or_default()
            }
            Some("StreamArn") if kind.catalogue == "table" => {
                let label = self.shared(&key, Shape::Text, 0, &whole);
                format!("{}/stream/{label}", self.arn_in(ix, depth).unwrap_or_default())
            }
            Some(other) if is_name(kind, other) => self.name(ix, depth),
            _ => self.shared(&key, Shape::Text, 0, &whole),
        }
    }

    /// The name or id of a resource: as written, or a symbol that differs from its kind's others.
    fn name(&mut self, ix: NodeIx, depth: u8) -> String {
        if let Some(known) = self.names.get(&ix) {
            return known.clone();
        }
        let Some((node, kind)) = self.graph.node(ix).and_then(|n| Some((n, kinds::of(&n.ty)?))) else {
            return String::new();
        };
        let given = if kind.name.is_empty() { Val::null() } else { node.props.lookup(kind.name) };
        let shown = format!("${{{}}}", node.logical_id);
        let name = if given.is_null() {
            self.shared(&format!("name {}", node.id), kind.shape, kind.group(), &shown)
        } else {
            match depth.checked_sub(1).and_then(|less| self.text_in(given, less)) {
                Some(text) => text,
                None => self.shared(&format!("name {}", node.id), kind.shape, 0, &shown),
            }
        };
        self.names.insert(ix, name.clone());
        name
    }

    /// The ARN of a node whose kind has one.
    pub(super) fn arn(&mut self, ix: NodeIx) -> Option<String> {
        self.arn_in(ix, DEPTH)
    }

    fn arn_in(&mut self, ix: NodeIx, depth: u8) -> Option<String> {
        let node = self.graph.node(ix)?;
        let kind = kinds::of(&node.ty)?;
        let mut name = self.name(ix, depth);
        match kind.catalogue {
            // A parameter's path begins with the slash that its ARN has already.
            "parameter" => name = name.trim_start_matches('/').to_owned(),
            // AWS adds six characters to a secret's name.
            "secret" => {
                let suffix = format!("${{{}.suffix}}", node.logical_id);
                let key = format!("suffix {}", node.id);
                name = format!("{name}-{}", self.shared(&key, Shape::Name, 0, &suffix));
            }
            "role" | "user" | "group" | "policy" => {
                let path = node.props.lookup("Path");
                if !path.is_null()
                    && let Some(path) = self.text_in(path, depth.saturating_sub(1))
                {
                    name = format!("{}{name}", path.trim_start_matches('/'));
                }
            }
            _ => {}
        }
        Some(self.spelled(kind, &name))
    }

    /// The ARN of a name of a kind.
    pub(super) fn spelled(&self, kind: &Kind, name: &str) -> String {
        let parts: Vec<&str> = kind.form.splitn(4, ':').collect();
        let [service, region, account, tail] = parts.as_slice() else { return String::new() };
        let region = if *region == "R" { self.region.as_str() } else { "" };
        let account = if *account == "A" { self.account.as_str() } else { "" };
        format!("arn:{}:{service}:{region}:{account}:{}", self.partition, tail.replace("{}", name))
    }

    /// A value as a tree of the engine.
    pub(super) fn element(&mut self, val: &Val) -> Element {
        let mark = self.mark(val.span);
        let node = match &val.state {
            State::Known(Value::Null) => Node::Null,
            State::Known(Value::Bool(b)) => Node::Bool(*b),
            State::Known(Value::Num(n)) => Node::Number(n.as_str().into()),
            State::Known(Value::List(list)) => {
                // `AWS::NoValue` takes an element away.
                let kept: Vec<&Val> = list.items.iter().filter(|v| !v.is_null()).collect();
                let mut items: Vec<Element> = kept.into_iter().map(|v| self.element(v)).collect();
                if list.open {
                    items.push(Element { node: Node::Unknown, mark });
                }
                Node::List(items)
            }
            // Nobody knows what else stands in it.
            State::Known(Value::Map(map)) if map.open => Node::Unknown,
            State::Known(Value::Map(map)) => {
                let kept = map.entries.iter().filter(|e| !e.val.is_null());
                Node::Map(kept.map(|e| (plain(&e.key).into(), self.element(&e.val))).collect())
            }
            State::Known(Value::Str(_)) | State::Partial(_) | State::Ref(_) | State::Unknown(_) => {
                self.text(val).map_or(Node::Unknown, |t| Node::Text(t.into()))
            }
        };
        Element { node, mark }
    }
}

fn is_name(kind: &Kind, attribute: &str) -> bool {
    attribute.eq_ignore_ascii_case(kind.name) && !kind.name.is_empty()
        || matches!(attribute, "Name" | "name" | "KeyId" | "UserPoolId" | "FileSystemId" | "TopicName")
}

/// A text as it is written, without letters that stand for symbols.
fn plain(text: &str) -> String {
    let reserved = |c: char| ('\u{F0000}'..='\u{FFFFD}').contains(&c);
    if text.contains(reserved) { text.replace(reserved, "\u{FFFD}") } else { text.to_owned() }
}

/// The account: that of the roles which functions are given by their ARN, since a role of another account is refused.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html>
fn account(graph: &Graph) -> Option<String> {
    let functions = graph.nodes.iter().filter(|n| n.ty == "AWS::Lambda::Function");
    let roles = functions.filter_map(|n| n.props.lookup("Role").as_str());
    let mut accounts = roles.filter_map(|arn| {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let ["arn", _, "iam", "", account, _] = parts.as_slice() else { return None };
        (account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit())).then_some(*account)
    });
    let first = accounts.next()?;
    accounts.all(|other| other == first).then(|| first.to_owned())
}

const PARTITIONS: [&str; 3] = ["aws", "aws-cn", "aws-us-gov"];

/// The partition: that of the region; otherwise the only one that is named in an ARN, since IAM refuses
/// policies that name another one than its own.
fn partition(graph: &Graph, place: &Place) -> Option<&'static str> {
    if let Some(region) = place.region.as_deref() {
        let known = region.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        return match region {
            _ if !known || region.contains("iso") || region.starts_with("eusc") => None,
            _ if region.starts_with("cn-") => Some("aws-cn"),
            _ if region.starts_with("us-gov-") => Some("aws-us-gov"),
            _ => Some("aws"),
        };
    }
    let mut seen = [false; 3];
    let mut see = |text: &str| {
        for (name, seen) in PARTITIONS.iter().zip(&mut seen) {
            *seen |= text.contains(&format!("arn:{name}:"));
        }
    };
    see(place.written.as_deref().unwrap_or_default());
    for node in &graph.nodes {
        texts(&node.props, &mut see);
    }
    let mut named = PARTITIONS.iter().zip(seen).filter(|(_, seen)| *seen).map(|(name, _)| *name);
    match (named.next(), named.next()) {
        (Some(one), None) => Some(one),
        _ => None,
    }
}

/// Calls `act` with every literal text of a value.
fn texts(val: &Val, act: &mut impl FnMut(&str)) {
    match &val.state {
        State::Known(Value::Str(s)) => act(s),
        State::Known(Value::List(list)) => list.items.iter().for_each(|v| texts(v, act)),
        State::Known(Value::Map(map)) => map.entries.iter().for_each(|e| texts(&e.val, act)),
        State::Partial(pieces) => {
            for piece in pieces.iter() {
                match piece {
                    Piece::Text(t) => act(t),
                    Piece::Hole(v) => texts(v, act),
                }
            }
        }
        _ => {}
    }
}
