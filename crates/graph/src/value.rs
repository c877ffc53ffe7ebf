use std::sync::Arc;

use palisade_source::Span;
use smol_str::SmolStr;

/// A value of infrastructure code: what it is as far as can be known, where it was written, and the way
/// it took from there to the deployed property.
#[derive(Debug, Clone)]
pub struct Val {
    /// What is known of it.
    pub state: State,
    /// Where it stands; [`Span::NONE`] for a platform default.
    pub span: Span,
    /// The way from the deployed fact back to what the user wrote, nearest link first.
    pub via: Option<Arc<Link>>,
}

/// How much is known of a value. *Unknown is a value*: it is neither a pass nor a failure.
#[derive(Debug, Clone)]
pub enum State {
    /// Known in full.
    Known(Value),
    /// A string with holes.
    Partial(Arc<[Piece]>),
    /// A reference to another node, or to something outside the application.
    Ref(Arc<Target>),
    /// Not known, and why.
    Unknown(Unknown),
}

/// A known value.
#[derive(Debug, Clone)]
pub enum Value {
    /// `null`; in CloudFormation also a property removed by `AWS::NoValue`.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number in its canonical decimal text.
    Num(SmolStr),
    /// A string.
    Str(SmolStr),
    /// A list.
    List(Arc<List>),
    /// A map.
    Map(Arc<Map>),
}

/// A list; one unknown element never makes the whole list unknown.
#[derive(Debug, Clone, Default)]
pub struct List {
    /// The elements known to be in it.
    pub items: Vec<Val>,
    /// Whether there may be more.
    pub open: bool,
}

/// A map in the order in which it was written, keys unique.
#[derive(Debug, Clone, Default)]
pub struct Map {
    /// The entries known to be in it.
    pub entries: Vec<Entry>,
    /// Whether there may be more.
    pub open: bool,
}

/// An entry of a [`Map`].
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key.
    pub key: SmolStr,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub val: Val,
}

/// A piece of a partial string.
#[derive(Debug, Clone)]
pub enum Piece {
    /// Literal text.
    Text(SmolStr),
    /// A value that is not known as text.
    Hole(Val),
}

/// What a reference points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A resource of the same stack by logical id, with an attribute for `Fn::GetAtt`.
    Resource {
        /// Logical id.
        id: SmolStr,
        /// Attribute (`Arn`), none for `Ref`.
        attribute: Option<SmolStr>,
    },
    /// A pseudo parameter that nothing sets (`AWS::AccountId`): a symbol equal to itself.
    Pseudo(SmolStr),
    /// Something that only the account knows.
    External {
        /// What kind of look-up.
        kind: External,
        /// What it is called, holes as `${…}`.
        name: SmolStr,
        /// Whether what it yields is a secret.
        secret: bool,
    },
}

/// Kinds of values that live outside the application's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum External {
    /// SSM parameter.
    Parameter,
    /// Secrets Manager secret, Vault and the like.
    Secret,
    /// `Fn::ImportValue`.
    Export,
    /// Output of another stack or service.
    StackOutput,
    /// Any other data source.
    Data,
}

/// Something not known.
#[derive(Debug, Clone)]
pub struct Unknown {
    /// Why.
    pub reason: Reason,
    /// How it is written in one string: `${Name}`.
    pub symbol: SmolStr,
}

/// Why a value is not known. A closed list; people read it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The environment is never read.
    Environment,
    /// A file outside the scanned tree.
    OutsideTree,
    /// No code of the project runs.
    NeedsCode,
    /// A look-up in the account.
    ExternalLookup,
    /// A parameter that nothing gives a value.
    ParameterWithoutDefault,
    /// A condition that cannot be decided.
    Condition,
    /// A function that is not evaluated.
    UnsupportedFunction(SmolStr),
    /// A module or template that is not here.
    RemoteModule,
    /// A macro that runs in the account.
    Macro,
    /// Computed at deployment.
    KnownAfterApply,
    /// Refers to itself.
    Cycle,
    /// The text could not be read.
    ParseError,
    /// A limit was reached.
    Limit(&'static str),
    /// A tag that no dialect knows.
    UnknownTag,
    /// Refers to a name that is not declared.
    Undeclared,
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Reason::Environment => f.write_str("environment variable"),
            Reason::OutsideTree => f.write_str("outside the scanned tree"),
            Reason::NeedsCode => f.write_str("needs code to run"),
            Reason::ExternalLookup => f.write_str("external lookup"),
            Reason::ParameterWithoutDefault => f.write_str("parameter without default"),
            Reason::Condition => f.write_str("condition"),
            Reason::UnsupportedFunction(name) => write!(f, "unsupported function {name}"),
            Reason::RemoteModule => f.write_str("remote module"),
            Reason::Macro => f.write_str("macro"),
            Reason::KnownAfterApply => f.write_str("known after apply"),
            Reason::Cycle => f.write_str("cycle"),
            Reason::ParseError => f.write_str("parse error"),
            Reason::Limit(which) => write!(f, "limit: {which}"),
            Reason::UnknownTag => f.write_str("unknown tag"),
            Reason::Undeclared => f.write_str("undeclared name"),
        }
    }
}

/// One link of the way a value took.
#[derive(Debug, Clone)]
pub struct Link {
    /// The step.
    pub word: Via,
    /// Where that step was written.
    pub span: Span,
    /// The step before it.
    pub next: Option<Arc<Link>>,
    depth: u8,
}

/// Steps that bring a value to its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Via {
    /// A default of the platform or framework.
    Defaulted,
    /// Taken over from Globals, provider or another shared place.
    Inherited,
    /// Merged from several places.
    Merged,
    /// Came from a policy template.
    PolicyTemplate,
    /// Result of an intrinsic function or variable.
    Evaluated,
    /// A parameter's default or given value.
    Parameter,
    /// Added by the framework because of an event.
    Implied,
    /// Joined by name.
    Inferred,
}

impl Via {
    /// The word for people.
    pub fn word(self) -> &'static str {
        match self {
            Via::Defaulted => "defaulted",
            Via::Inherited => "inherited",
            Via::Merged => "merged",
            Via::PolicyTemplate => "expanded by policy template",
            Via::Evaluated => "evaluated",
            Via::Parameter => "parameter",
            Via::Implied => "implied",
            Via::Inferred => "inferred",
        }
    }
}

/// Answer of a question to a value that may not be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tri {
    /// Certainly.
    Yes,
    /// Certainly not.
    No,
    /// Cannot tell.
    Unknown,
}

impl From<bool> for Tri {
    fn from(b: bool) -> Self {
        if b { Tri::Yes } else { Tri::No }
    }
}

impl Tri {
    /// Certainly yes.
    pub fn is_yes(self) -> bool {
        self == Tri::Yes
    }

    /// Certainly no.
    pub fn is_no(self) -> bool {
        self == Tri::No
    }

    /// Yes if one is, no if both are not.
    #[must_use]
    pub fn or(self, other: Tri) -> Tri {
        match (self, other) {
            (Tri::Yes, _) | (_, Tri::Yes) => Tri::Yes,
            (Tri::No, Tri::No) => Tri::No,
            _ => Tri::Unknown,
        }
    }

    /// Yes if both are, no if one is not.
    #[must_use]
    pub fn and(self, other: Tri) -> Tri {
        self.negate().or(other.negate()).negate()
    }

    /// The opposite; unknown stays.
    #[must_use]
    pub fn negate(self) -> Tri {
        match self {
            Tri::Yes => Tri::No,
            Tri::No => Tri::Yes,
            Tri::Unknown => Tri::Unknown,
        }
    }
}

static NULL: Val = Val { state: State::Known(Value::Null), span: Span::NONE, via: None };

impl Val {
    /// A value from its state and place.
    pub fn new(state: State, span: Span) -> Self {
        Self { state, span, via: None }
    }

    /// A known value.
    pub fn known(value: Value, span: Span) -> Self {
        Self::new(State::Known(value), span)
    }

    /// A known string.
    pub fn str(text: impl Into<SmolStr>, span: Span) -> Self {
        Self::known(Value::Str(text.into()), span)
    }

    /// A known boolean.
    pub fn bool(b: bool, span: Span) -> Self {
        Self::known(Value::Bool(b), span)
    }

    /// A known integer.
    pub fn int(n: i64, span: Span) -> Self {
        Self::known(Value::Num(smol_str::format_smolstr!("{n}")), span)
    }

    /// A known list.
    pub fn list(items: Vec<Val>, span: Span) -> Self {
        Self::known(Value::List(Arc::new(List { items, open: false })), span)
    }

    /// A known map.
    pub fn map(entries: Vec<Entry>, span: Span) -> Self {
        Self::known(Value::Map(Arc::new(Map { entries, open: false })), span)
    }

    /// A known map of plain keys, all at one place.
    pub fn object<K: Into<SmolStr>>(entries: impl IntoIterator<Item = (K, Val)>, span: Span) -> Self {
        let entry = |(k, val): (K, Val)| Entry { key: k.into(), key_span: span, val };
        Self::map(entries.into_iter().map(entry).collect(), span)
    }

    /// Something unknown, shown as `${symbol}`.
    pub fn unknown(reason: Reason, symbol: impl Into<SmolStr>, span: Span) -> Self {
        Self::new(State::Unknown(Unknown { reason, symbol: symbol.into() }), span)
    }

    /// A reference.
    pub fn target(target: Target, span: Span) -> Self {
        Self::new(State::Ref(Arc::new(target)), span)
    }

    /// `Ref` to a resource.
    pub fn reference(id: impl Into<SmolStr>, span: Span) -> Self {
        Self::target(Target::Resource { id: id.into(), attribute: None }, span)
    }

    /// `Fn::GetAtt` of a resource.
    pub fn attribute(id: impl Into<SmolStr>, attribute: impl Into<SmolStr>, span: Span) -> Self {
        Self::target(Target::Resource { id: id.into(), attribute: Some(attribute.into()) }, span)
    }

    /// The absent value.
    pub fn null() -> &'static Val {
        &NULL
    }

    /// The value with one more link in front of its way.
    #[must_use]
    pub fn through(mut self, word: Via, span: Span) -> Self {
        self.via = Some(link(word, span, self.via));
        self
    }

    /// Absent or `null`.
    pub fn is_null(&self) -> bool {
        matches!(self.state, State::Known(Value::Null))
    }

    /// Known in full, at this level.
    pub fn is_known(&self) -> bool {
        matches!(self.state, State::Known(_))
    }

    /// Text of a known string or number.
    pub fn as_str(&self) -> Option<&str> {
        match &self.state {
            State::Known(Value::Str(s) | Value::Num(s)) => Some(s),
            _ => None,
        }
    }

    /// Integer of a known number, or of a string that holds one (CloudFormation converts).
    pub fn as_int(&self) -> Option<i64> {
        let text = self.as_str()?.trim();
        text.parse().ok().or_else(|| whole(text))
    }

    /// Boolean, or a string that CloudFormation takes for one.
    pub fn as_bool(&self) -> Option<bool> {
        match &self.state {
            State::Known(Value::Bool(b)) => Some(*b),
            State::Known(Value::Str(s)) if s.eq_ignore_ascii_case("true") => Some(true),
            State::Known(Value::Str(s)) if s.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    /// The known map.
    pub fn as_map(&self) -> Option<&Map> {
        match &self.state {
            State::Known(Value::Map(m)) => Some(m),
            _ => None,
        }
    }

    /// The known list.
    pub fn as_list(&self) -> Option<&List> {
        match &self.state {
            State::Known(Value::List(l)) => Some(l),
            _ => None,
        }
    }

    /// What a reference points at.
    pub fn as_target(&self) -> Option<&Target> {
        match &self.state {
            State::Ref(t) => Some(t),
            _ => None,
        }
    }

    /// Value of a key; the absent value where there is none and this is a closed map or no map. What is
    /// not known to be absent answers through [`Val::lookup`].
    pub fn get(&self, key: &str) -> &Val {
        self.as_map().and_then(|m| m.get(key)).unwrap_or(&NULL)
    }

    /// Value behind a dotted path of map keys (`A.B.C`); absent where a step is.
    pub fn at(&self, path: &str) -> &Val {
        path.split('.').fold(self, |val, key| val.get(key))
    }

    /// Like [`Val::at`], but answers the unknown value that hides the rest of the path.
    pub fn lookup(&self, path: &str) -> &Val {
        let mut val = self;
        for key in path.split('.') {
            match &val.state {
                State::Known(Value::Map(m)) => match m.get(key) {
                    Some(next) => val = next,
                    None => return &NULL,
                },
                State::Known(_) => return &NULL,
                _ => return val,
            }
        }
        val
    }

    /// Entry of a key, for its key's place.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.as_map()?.entries.iter().find(|e| e.key == key)
    }

    /// The elements: of a list, or the value itself where one may stand for a list; nothing for null.
    pub fn items(&self) -> &[Val] {
        match &self.state {
            State::Known(Value::List(l)) => &l.items,
            State::Known(Value::Null) => &[],
            _ => std::slice::from_ref(self),
        }
    }

    /// The entries of a known map.
    pub fn entries(&self) -> &[Entry] {
        self.as_map().map_or(&[], |m| &m.entries)
    }

    /// Whether something below is not known.
    pub fn any_unknown(&self) -> bool {
        match &self.state {
            State::Known(Value::List(l)) => l.open || l.items.iter().any(Val::any_unknown),
            State::Known(Value::Map(m)) => m.open || m.entries.iter().any(|e| e.val.any_unknown()),
            State::Known(_) | State::Ref(_) => false,
            State::Partial(pieces) => pieces.iter().any(|p| match p {
                Piece::Text(_) => false,
                Piece::Hole(v) => v.any_unknown(),
            }),
            State::Unknown(_) => true,
        }
    }

    /// The value as one string: `Fn::Sub` and `Fn::Join` flattened, a reference `${Id}`, an attribute
    /// `${Id.Attr}`, a parameter without value `${Name}`. Maps and lists are canonical JSON.
    pub fn display(&self) -> SmolStr {
        match &self.state {
            State::Known(Value::Str(s) | Value::Num(s)) => s.clone(),
            State::Known(Value::Bool(b)) => SmolStr::new_static(if *b { "true" } else { "false" }),
            State::Known(Value::Null) => SmolStr::default(),
            State::Partial(pieces) => {
                let mut out = String::new();
                for piece in pieces.iter() {
                    match piece {
                        Piece::Text(t) => out.push_str(t),
                        Piece::Hole(v) => out.push_str(&v.display()),
                    }
                }
                out.into()
            }
            State::Ref(t) => t.display(),
            State::Unknown(u) => smol_str::format_smolstr!("${{{}}}", u.symbol),
            State::Known(Value::List(_) | Value::Map(_)) => self.to_json().to_string().into(),
        }
    }

    /// The value as JSON; what is not known is its display string.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as J;
        match &self.state {
            State::Known(Value::Null) => J::Null,
            State::Known(Value::Bool(b)) => J::Bool(*b),
            State::Known(Value::Num(n)) => n.parse().map_or_else(|_| J::String(n.to_string()), J::Number),
            State::Known(Value::Str(s)) => J::String(s.to_string()),
            State::Known(Value::List(l)) => J::Array(l.items.iter().map(Val::to_json).collect()),
            State::Known(Value::Map(m)) => {
                J::Object(m.entries.iter().map(|e| (e.key.to_string(), e.val.to_json())).collect())
            }
            _ => J::String(self.display().to_string()),
        }
    }

    /// Whether two values are the same as far as people see; places do not count.
    pub fn same(&self, other: &Val) -> bool {
        match (&self.state, &other.state) {
            (State::Known(a), State::Known(b)) => match (a, b) {
                (Value::List(a), Value::List(b)) => {
                    Arc::ptr_eq(a, b)
                        || (a.open == b.open
                            && a.items.len() == b.items.len()
                            && a.items.iter().zip(&b.items).all(|(x, y)| x.same(y)))
                }
                (Value::Map(a), Value::Map(b)) => {
                    Arc::ptr_eq(a, b)
                        || (a.open == b.open
                            && a.entries.len() == b.entries.len()
                            && a.entries
                                .iter()
                                .zip(&b.entries)
                                .all(|(x, y)| x.key == y.key && x.val.same(&y.val)))
                }
                (Value::Null, Value::Null) => true,
                (Value::Bool(a), Value::Bool(b)) => a == b,
                (Value::Num(a), Value::Num(b)) | (Value::Str(a), Value::Str(b)) => a == b,
                _ => false,
            },
            (State::Known(_), _) | (_, State::Known(_)) => false,
            _ => self.display() == other.display(),
        }
    }

    /// Literal text at the start of a string, up to the first hole.
    pub fn known_prefix(&self) -> &str {
        match &self.state {
            State::Known(Value::Str(s)) => s,
            State::Partial(p) => match p.first() {
                Some(Piece::Text(t)) => t,
                _ => "",
            },
            _ => "",
        }
    }

    /// Whether the string starts with `prefix`.
    pub fn starts_with(&self, prefix: &str) -> Tri {
        match &self.state {
            State::Known(Value::Str(s)) => s.starts_with(prefix).into(),
            State::Known(_) => Tri::No,
            State::Partial(_) => {
                let known = self.known_prefix();
                if known.starts_with(prefix) {
                    Tri::Yes
                } else if prefix.starts_with(known) {
                    Tri::Unknown
                } else {
                    Tri::No
                }
            }
            State::Ref(t) if matches!(**t, Target::Resource { .. }) && prefix.starts_with("http") => Tri::No,
            _ => Tri::Unknown,
        }
    }

    /// Whether the string is `text`.
    pub fn is(&self, text: &str) -> Tri {
        match &self.state {
            State::Known(Value::Str(s) | Value::Num(s)) => (s == text).into(),
            State::Known(_) => Tri::No,
            State::Partial(pieces) => {
                // Every literal piece must occur in order; otherwise it cannot be equal.
                let mut rest = text;
                for piece in pieces.iter() {
                    if let Piece::Text(t) = piece {
                        match rest.split_once(t.as_str()) {
                            Some((_, after)) => rest = after,
                            None => return Tri::No,
                        }
                    }
                }
                Tri::Unknown
            }
            State::Ref(t) => match **t {
                Target::Resource { .. } => Tri::No,
                _ => Tri::Unknown,
            },
            State::Unknown(_) => Tri::Unknown,
        }
    }

    /// The links of the way, nearest first.
    pub fn links(&self) -> impl Iterator<Item = &Link> {
        std::iter::successors(self.via.as_deref(), |l| l.next.as_deref())
    }
}

/// A link in front of a way; ways above 32 links keep their nearest and farthest 16 by dropping links
/// in the middle as they grow.
pub fn link(word: Via, span: Span, next: Option<Arc<Link>>) -> Arc<Link> {
    let depth = next.as_ref().map_or(0, |l| l.depth.saturating_add(1));
    if depth >= 32 {
        // Skip the link just behind: the ends of the way are what people read.
        let skipped = next.and_then(|l| l.next.clone());
        return Arc::new(Link { word, span, next: skipped, depth: 31 });
    }
    Arc::new(Link { word, span, next, depth })
}

fn whole(text: &str) -> Option<i64> {
    let (int, fraction) = text.split_once('.')?;
    if fraction.chars().all(|c| c == '0') { int.parse().ok() } else { None }
}

impl Map {
    /// Value of a key.
    pub fn get(&self, key: &str) -> Option<&Val> {
        self.entries.iter().find(|e| e.key == key).map(|e| &e.val)
    }

    /// Sets a key, keeping its place if it is there.
    pub fn set(&mut self, key: impl Into<SmolStr>, key_span: Span, val: Val) {
        let key = key.into();
        match self.entries.iter_mut().find(|e| e.key == key) {
            Some(e) => {
                e.key_span = key_span;
                e.val = val;
            }
            None => self.entries.push(Entry { key, key_span, val }),
        }
    }

    /// Removes a key.
    pub fn remove(&mut self, key: &str) -> Option<Entry> {
        let at = self.entries.iter().position(|e| e.key == key)?;
        Some(self.entries.remove(at))
    }
}

impl Target {
    /// `${Id}`, `${Id.Attr}`, `${AWS::Region}`, or the look-up as a dynamic reference.
    pub fn display(&self) -> SmolStr {
        match self {
            Target::Resource { id, attribute: None } | Target::Pseudo(id) => {
                smol_str::format_smolstr!("${{{id}}}")
            }
            Target::Resource { id, attribute: Some(a) } => smol_str::format_smolstr!("${{{id}.{a}}}"),
            Target::External { name, .. } => smol_str::format_smolstr!("${{{name}}}"),
        }
    }
}

impl Default for Val {
    fn default() -> Self {
        NULL.clone()
    }
}
