use std::collections::HashMap;
use std::sync::Arc;

use palisade_source::Span;
use smol_str::SmolStr;

use crate::value::{State, Tri, Val};

/// Index of a node of one [`Graph`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeIx(pub u32);

/// Kinds of nodes: *things*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeKind {
    /// Somebody who acts: the internet, an account, a service.
    Principal,
    /// Where requests come in.
    Entry,
    /// A Lambda function.
    Function,
    /// Something that holds or carries data.
    Store,
    /// An IAM role.
    Role,
    /// A policy document that stands alone.
    Policy,
    /// A dependency or layer.
    Package,
    /// VPC, subnet, security group, endpoint.
    Network,
    /// Authorizer, firewall, alarm, stage and the like.
    Control,
    /// Any other resource, by name and place.
    Other,
}

impl NodeKind {
    /// The word in ids and JSON.
    pub fn word(self) -> &'static str {
        match self {
            NodeKind::Principal => "principal",
            NodeKind::Entry => "entry",
            NodeKind::Function => "function",
            NodeKind::Store => "store",
            NodeKind::Role => "role",
            NodeKind::Policy => "policy",
            NodeKind::Package => "package",
            NodeKind::Network => "network",
            NodeKind::Control => "control",
            NodeKind::Other => "other",
        }
    }
}

/// Kinds of edges: *verbs*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EdgeKind {
    /// An entry or store invokes a function.
    Triggers,
    /// A function runs as a role.
    RunsAs,
    /// An environment variable names a node.
    ReadsEnv,
    /// A control protects a node.
    Protects,
    /// A control, policy or part belongs to a node.
    AttachedTo,
    /// Network reachability.
    RoutesTo,
    /// A key encrypts a store.
    Encrypts,
    /// Where logs go.
    LogsTo,
    /// Where failures go.
    FailsTo,
    /// A function uses a layer.
    DependsOn,
}

impl EdgeKind {
    /// The word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            EdgeKind::Triggers => "triggers",
            EdgeKind::RunsAs => "runs_as",
            EdgeKind::ReadsEnv => "reads_env",
            EdgeKind::Protects => "protects",
            EdgeKind::AttachedTo => "attached_to",
            EdgeKind::RoutesTo => "routes_to",
            EdgeKind::Encrypts => "encrypts",
            EdgeKind::LogsTo => "logs_to",
            EdgeKind::FailsTo => "fails_to",
            EdgeKind::DependsOn => "depends_on",
        }
    }
}

/// One thing of the application.
#[derive(Debug, Clone)]
pub struct Node {
    /// `kind:root#name`; holds no stage, account, line or hash.
    pub id: SmolStr,
    /// What it is.
    pub kind: NodeKind,
    /// What the author called it.
    pub name: SmolStr,
    /// Logical id in the deployed template, empty where there is none.
    pub logical_id: SmolStr,
    /// Terraform address (`module.api.aws_lambda_function.f["a"]`), empty in other dialects.
    pub address: SmolStr,
    /// CloudFormation type.
    pub ty: SmolStr,
    /// Its declaration: the key of its name.
    pub span: Span,
    /// Its whole declaration, for ignores.
    pub block: Span,
    /// Properties in the deployed shape of CloudFormation.
    pub props: Val,
    /// `DeletionPolicy`, `DependsOn`, `Metadata`… of the resource.
    pub attributes: Val,
    /// Id of the node or resource that made a framework create this one.
    pub implied_by: Option<SmolStr>,
    /// What only nodes of this kind have.
    pub detail: Detail,
}

/// What nodes of one kind have beside their properties.
#[derive(Debug, Clone, Default)]
pub enum Detail {
    /// Nothing.
    #[default]
    None,
    /// A function.
    Function(Box<Function>),
    /// An entry.
    Entry(Box<Entry>),
    /// A role.
    Role(Box<Role>),
    /// A store or another node with a resource policy.
    Store(Box<Store>),
}

/// A function beyond its properties.
#[derive(Debug, Clone, Default)]
pub struct Function {
    /// Resource-based permissions (`AWS::Lambda::Permission`).
    pub permissions: Vec<Permission>,
    /// Folder of its code, relative to the scan root.
    pub source_root: Option<SmolStr>,
    /// File of its handler, relative to the scan root, if it exists there.
    pub handler_file: Option<SmolStr>,
    /// A version, alias or second name by which it is called: logical ids folded into it.
    pub aliases: Vec<SmolStr>,
}

/// One entry of a function's resource policy.
#[derive(Debug, Clone)]
pub struct Permission {
    /// Logical id of the `AWS::Lambda::Permission`.
    pub logical_id: SmolStr,
    /// Properties as declared.
    pub props: Val,
    /// Where.
    pub span: Span,
    /// Made by the framework because of this event.
    pub implied_by: Option<SmolStr>,
}

/// Where requests come in.
#[derive(Debug, Clone)]
pub struct Entry {
    /// `rest`, `http`, `websocket`, `url`, `alb`, `cloudfront`, `graphql`, `schedule`, `rule`, `iot`,
    /// `cognito`, `alexa`, `ses`…
    pub protocol: SmolStr,
    /// HTTP method, upper case; `ANY`.
    pub method: SmolStr,
    /// Path, from `/`; the route key of a WebSocket route.
    pub path: SmolStr,
    /// Who may call.
    pub authorization: Authorization,
    /// The value that says so, or the place where it is missing.
    pub authorization_at: Val,
    /// Authorizer node.
    pub authorizer: Option<NodeIx>,
    /// The API, stage or listener node it belongs to.
    pub api: Option<NodeIx>,
    /// Whether a request validator with a model stands on it.
    pub validator: Tri,
    /// Whether something of the application limits its rate.
    pub throttled: Tri,
    /// Whether a firewall stands before it.
    pub waf: Tri,
    /// Whether anybody on the internet can send to it.
    pub public: Tri,
    /// Properties of the method or route.
    pub props: Val,
    /// Whether an API key is required.
    pub api_key: Tri,
    /// Written only in an OpenAPI document.
    pub from_openapi: bool,
}

/// Who may call an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authorization {
    /// Anybody.
    None,
    /// Signed requests.
    Iam,
    /// JWT authorizer.
    Jwt,
    /// Cognito user pool authorizer.
    Cognito,
    /// Lambda authorizer.
    Custom,
    /// API key only.
    Key,
    /// Cannot tell.
    Unknown,
}

impl Authorization {
    /// The word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Authorization::None => "none",
            Authorization::Iam => "iam",
            Authorization::Jwt => "jwt",
            Authorization::Cognito => "cognito",
            Authorization::Custom => "custom",
            Authorization::Key => "key",
            Authorization::Unknown => "unknown",
        }
    }
}

/// A role beyond its properties.
#[derive(Debug, Clone, Default)]
pub struct Role {
    /// Who may become it.
    pub trust: Vec<Statement>,
    /// What it may do, in the order of the deployed template.
    pub statements: Vec<Statement>,
    /// Managed policies, names or ARNs.
    pub managed: Vec<ManagedPolicy>,
    /// Permissions boundary.
    pub boundary: Option<Val>,
}

/// A managed policy attached to a role.
#[derive(Debug, Clone)]
pub struct ManagedPolicy {
    /// Name or ARN.
    pub value: Val,
    /// Made by the framework because of this.
    pub implied_by: Option<SmolStr>,
}

/// A store or another node with a resource policy.
#[derive(Debug, Clone, Default)]
pub struct Store {
    /// Statements of its resource policy.
    pub policy: Vec<Statement>,
    /// A policy exists that could not be read in full.
    pub unread_policy: bool,
}

/// Where a statement comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// Inline in the role or resource.
    Inline,
    /// A managed policy of the template.
    Managed,
    /// A SAM policy template.
    Template,
    /// A SAM connector.
    Connector,
    /// Added by the framework because of an event or setting.
    Implied,
}

impl From {
    /// The word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            From::Inline => "inline",
            From::Managed => "managed",
            From::Template => "template",
            From::Connector => "connector",
            From::Implied => "implied",
        }
    }
}

/// One statement of a policy document, as written.
#[derive(Debug, Clone)]
pub struct Statement {
    /// `Sid`.
    pub sid: Option<SmolStr>,
    /// `Allow` or `Deny`.
    pub effect: Val,
    /// `Action` as a list.
    pub actions: Vec<Val>,
    /// `NotAction` as a list.
    pub not_actions: Vec<Val>,
    /// `Resource` as a list.
    pub resources: Vec<Val>,
    /// `NotResource` as a list.
    pub not_resources: Vec<Val>,
    /// `Principal`, raw; absent value where there is none.
    pub principal: Val,
    /// `NotPrincipal`, raw.
    pub not_principal: Val,
    /// `Condition`, raw.
    pub condition: Val,
    /// Where it comes from.
    pub from: From,
    /// Policy name, or the logical id of the policy resource.
    pub policy: SmolStr,
    /// The framework added it because of this.
    pub implied_by: Option<SmolStr>,
    /// The statement's place.
    pub span: Span,
}

impl Statement {
    /// Whether it allows; unknown effects are unknown.
    pub fn allows(&self) -> Tri {
        self.effect.is("Allow")
    }
}

/// One relation.
#[derive(Debug, Clone)]
pub struct Edge {
    /// From.
    pub from: NodeIx,
    /// To.
    pub to: NodeIx,
    /// Verb.
    pub kind: EdgeKind,
    /// For `triggers`.
    pub trigger: Option<Box<Trigger>>,
    /// Where it is declared.
    pub span: Span,
    /// Name of the environment variable, of the failure kind and so on.
    pub label: SmolStr,
}

/// How a function is started.
#[derive(Debug, Clone)]
pub struct Trigger {
    /// Event kind: `apigateway-v1`, `sqs`, `s3`, `schedule`…
    pub event: SmolStr,
    /// `mapping`, `permission`, `notification`, `subscription`, `rule`, `route`, `url`.
    pub via: &'static str,
    /// Whether it is switched on.
    pub enabled: Val,
    /// Batch size.
    pub batch_size: Val,
    /// Filter.
    pub filter: Val,
    /// Logical id of the mapping, rule or subscription.
    pub logical_id: SmolStr,
    /// Source ARN as written.
    pub source: SmolStr,
    /// Whether the function is called without anybody waiting for its answer.
    pub asynchronous: bool,
    /// Properties of the mapping, notification, subscription or target.
    pub props: Val,
}

/// One way in which the application can be deployed: a stage, the values of its parameters, the truth
/// of its conditions.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// Choices that differ between worlds: (`stage`, `prod`), (`IsProd`, `true`)…
    pub facts: Vec<(SmolStr, SmolStr)>,
}

/// What whoever deploys may say: a template parameter, a Terraform variable, a parameter of a service.
#[derive(Debug, Clone)]
pub struct Input {
    /// Its name.
    pub name: SmolStr,
    /// Where the name stands.
    pub span: Span,
    /// Its whole declaration.
    pub block: Span,
    /// What is said of it: the map or block inside of the declaration.
    pub body: Span,
    /// Its default, with the place where that is written; absent without one.
    pub default: Val,
    /// Its type as written, empty where none is.
    pub ty: SmolStr,
    /// Whether its value is hidden from those who read the deployment (`NoEcho`, `sensitive`); `None` in dialects
    /// that have no word for it.
    pub hidden: Option<Tri>,
    /// The value of that word, or the absent value.
    pub hidden_at: Val,
}

/// What a deployment tells whoever may read it.
#[derive(Debug, Clone)]
pub struct Output {
    /// Its name.
    pub name: SmolStr,
    /// Where the name stands.
    pub span: Span,
    /// Its value.
    pub value: Val,
    /// Whether it is marked `sensitive`.
    pub hidden: Tri,
}

/// A module that is taken from a registry or repository.
#[derive(Debug, Clone)]
pub struct ModuleCall {
    /// Its name where it is called.
    pub name: SmolStr,
    /// Where it comes from, as it is written.
    pub source: SmolStr,
    /// Where that stands.
    pub at: Span,
    /// The version that is asked for; empty where none is.
    pub version: SmolStr,
}

/// What others wrote and runs where a deployment runs.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// What it is.
    pub kind: FetchedKind,
    /// Its name.
    pub name: SmolStr,
    /// Where it is asked for.
    pub span: Span,
    /// Which version is asked for, as written; absent where none is.
    pub version: Val,
    /// Whether a lock file beside it says which version is taken.
    pub locked: bool,
}

/// Kinds of what runs where a deployment runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FetchedKind {
    /// A Terraform provider.
    Provider,
    /// A plugin of the Serverless Framework.
    Plugin,
}

/// What a template or module says beside its resources.
#[derive(Debug, Clone, Default)]
pub struct Interface {
    /// Parameters, in the order in which they are declared.
    pub inputs: Vec<Input>,
    /// Outputs, in order.
    pub outputs: Vec<Output>,
    /// Credentials with which it is deployed, where they are written into it (`provider` blocks): name → value.
    pub credentials: Vec<crate::value::Entry>,
    /// Modules that come from elsewhere, in the order in which they are called.
    pub modules: Vec<ModuleCall>,
    /// The backend that keeps the state of Terraform: its kind, its place, and its arguments.
    pub backend: Option<(SmolStr, Span, Val)>,
    /// Providers of Terraform and plugins of the Serverless Framework that a deployment fetches.
    pub fetched: Vec<Fetched>,
    /// A state file of Terraform beside the module that no `.gitignore` names: its first character.
    pub state_file: Option<Span>,
    /// Region that is deployed to, where the files say it.
    pub region: Option<SmolStr>,
    /// Bucket that the Serverless Framework is told to deploy from; absent where it makes one.
    pub deployment_bucket: Val,
    /// Terraform modules for which one of another version stands in, `module.api`: what they create is a guess.
    pub guessed: Vec<SmolStr>,
}

/// The application as it is deployed in one world.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    /// Nodes in order of their ids.
    pub nodes: Vec<Node>,
    /// Edges in order of their ends.
    pub edges: Vec<Edge>,
    /// What stands beside the resources.
    pub interface: Interface,
    by_id: HashMap<SmolStr, NodeIx>,
    by_logical: HashMap<SmolStr, NodeIx>,
    /// How often an id was asked for.
    repeated: HashMap<SmolStr, u32>,
    out: Vec<Vec<u32>>,
    into: Vec<Vec<u32>>,
}

impl Graph {
    /// Adds a node; a second node of the same id gets a number behind it.
    pub fn add(&mut self, mut node: Node) -> NodeIx {
        let ix = NodeIx(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        if self.by_id.contains_key(&node.id) {
            let n = self.repeated.entry(node.id.clone()).or_insert(1);
            let free = loop {
                *n += 1;
                let candidate = smol_str::format_smolstr!("{}~{n}", node.id);
                if !self.by_id.contains_key(&candidate) {
                    break candidate;
                }
            };
            node.id = free;
        }
        self.by_id.insert(node.id.clone(), ix);
        if !node.logical_id.is_empty() {
            self.by_logical.entry(node.logical_id.clone()).or_insert(ix);
        }
        self.nodes.push(node);
        self.out.push(Vec::new());
        self.into.push(Vec::new());
        ix
    }

    /// Lets a logical id mean a node (an alias means its function).
    pub fn alias(&mut self, logical_id: SmolStr, ix: NodeIx) {
        self.by_logical.insert(logical_id, ix);
    }

    /// Adds an edge.
    pub fn connect(&mut self, edge: Edge) {
        let n = u32::try_from(self.edges.len()).unwrap_or(u32::MAX);
        if let Some(v) = self.out.get_mut(edge.from.0 as usize) {
            v.push(n);
        }
        if let Some(v) = self.into.get_mut(edge.to.0 as usize) {
            v.push(n);
        }
        self.edges.push(edge);
    }

    /// The same graph with its nodes in order of their ids and its edges in order of their ends, whatever
    /// the order in which they were added.
    #[must_use]
    pub fn sorted(self) -> Graph {
        let Graph { nodes, mut edges, by_logical, repeated, .. } = self;
        let mut order: Vec<(usize, Node)> = nodes.into_iter().enumerate().collect();
        order.sort_by(|(_, a), (_, b)| a.id.cmp(&b.id));
        let mut moved = vec![NodeIx(0); order.len()];
        for (new, (old, _)) in order.iter().enumerate() {
            if let Some(to) = moved.get_mut(*old) {
                *to = NodeIx(u32::try_from(new).unwrap_or(u32::MAX));
            }
        }
        let at = |ix: NodeIx| moved.get(ix.0 as usize).copied().unwrap_or(ix);
        let mut graph = Graph { repeated, ..Graph::default() };
        for (_, mut node) in order {
            if let Detail::Entry(entry) = &mut node.detail {
                entry.authorizer = entry.authorizer.map(at);
                entry.api = entry.api.map(at);
            }
            let ix = NodeIx(u32::try_from(graph.nodes.len()).unwrap_or(u32::MAX));
            graph.by_id.insert(node.id.clone(), ix);
            graph.nodes.push(node);
            graph.out.push(Vec::new());
            graph.into.push(Vec::new());
        }
        graph.by_logical = by_logical.into_iter().map(|(id, ix)| (id, at(ix))).collect();
        for edge in &mut edges {
            (edge.from, edge.to) = (at(edge.from), at(edge.to));
        }
        edges.sort_by(|a, b| {
            let event = |e: &Edge| e.trigger.as_ref().map(|t| (t.event.clone(), t.logical_id.clone()));
            (a.from, a.to, a.kind)
                .cmp(&(b.from, b.to, b.kind))
                .then_with(|| event(a).cmp(&event(b)))
                .then_with(|| a.label.cmp(&b.label))
                .then_with(|| a.span.cmp(&b.span))
        });
        for edge in edges {
            graph.connect(edge);
        }
        graph
    }

    /// A node; `None` for an index of another graph.
    pub fn node(&self, ix: NodeIx) -> Option<&Node> {
        self.nodes.get(ix.0 as usize)
    }

    /// A node to change.
    pub fn node_mut(&mut self, ix: NodeIx) -> Option<&mut Node> {
        self.nodes.get_mut(ix.0 as usize)
    }

    /// All nodes with their indexes.
    pub fn iter(&self) -> impl Iterator<Item = (NodeIx, &Node)> {
        self.nodes.iter().enumerate().map(|(i, n)| (NodeIx(u32::try_from(i).unwrap_or(u32::MAX)), n))
    }

    /// The node of an id.
    pub fn by_id(&self, id: &str) -> Option<NodeIx> {
        self.by_id.get(id).copied()
    }

    /// The node of a logical id; versions and aliases mean their function.
    pub fn by_logical(&self, id: &str) -> Option<NodeIx> {
        self.by_logical.get(id).copied()
    }

    /// The node a reference points at.
    pub fn resolve(&self, val: &Val) -> Option<NodeIx> {
        match &val.state {
            State::Ref(t) => match &**t {
                crate::value::Target::Resource { id, .. } => self.by_logical(id),
                _ => None,
            },
            // An ARN with the resource as a hole (`${Fn.Arn}:live`, `${Bucket.Arn}/*`) means the resource.
            State::Partial(pieces) => {
                let mut found = None;
                for piece in pieces.iter() {
                    if let crate::value::Piece::Hole(v) = piece
                        && let Some(ix) = self.resolve(v)
                    {
                        if found.is_some_and(|other| other != ix) {
                            return None;
                        }
                        found = Some(ix);
                    }
                }
                found
            }
            _ => None,
        }
    }

    /// Edges that leave a node.
    pub fn out(&self, ix: NodeIx, kind: EdgeKind) -> impl Iterator<Item = &Edge> {
        let list = self.out.get(ix.0 as usize).map_or(&[][..], |v| v);
        list.iter().filter_map(|n| self.edges.get(*n as usize)).filter(move |e| e.kind == kind)
    }

    /// Edges that arrive at a node.
    pub fn into(&self, ix: NodeIx, kind: EdgeKind) -> impl Iterator<Item = &Edge> {
        let list = self.into.get(ix.0 as usize).map_or(&[][..], |v| v);
        list.iter().filter_map(|n| self.edges.get(*n as usize)).filter(move |e| e.kind == kind)
    }
}

impl Node {
    /// A node without detail.
    pub fn new(kind: NodeKind, root: &str, name: &str, ty: &str, span: Span, props: Val) -> Self {
        Self {
            id: smol_str::format_smolstr!("{}:{root}#{name}", kind.word()),
            kind,
            name: name.into(),
            logical_id: SmolStr::default(),
            address: SmolStr::default(),
            ty: ty.into(),
            span,
            block: span,
            props,
            attributes: Val::null().clone(),
            implied_by: None,
            detail: Detail::None,
        }
    }

    /// Its logical id as the template that declares it says: without the stacks around it.
    pub fn deployed_id(&self) -> &str {
        // Keys of a Terraform address may hold a slash.
        if self.address.is_empty() { deployed_id(&self.logical_id) } else { &self.logical_id }
    }

    /// The function's detail.
    pub fn function(&self) -> Option<&Function> {
        match &self.detail {
            Detail::Function(f) => Some(f),
            _ => None,
        }
    }

    /// The entry's detail.
    pub fn entry(&self) -> Option<&Entry> {
        match &self.detail {
            Detail::Entry(e) => Some(e),
            _ => None,
        }
    }

    /// The role's detail.
    pub fn role(&self) -> Option<&Role> {
        match &self.detail {
            Detail::Role(r) => Some(r),
            _ => None,
        }
    }

    /// The store's detail.
    pub fn store(&self) -> Option<&Store> {
        match &self.detail {
            Detail::Store(s) => Some(s),
            _ => None,
        }
    }
}

/// A logical id without the nested stacks (`Nested/Id`) around it. A Terraform address (`type.name["a/b"]`) is
/// whole: it has a dot, which no logical id has.
pub fn deployed_id(id: &str) -> &str {
    if id.contains('.') {
        return id;
    }
    id.rsplit('/').next().unwrap_or(id)
}

/// One application: its graph in each world, the first of which is the default one.
#[derive(Debug, Clone, Default)]
pub struct Application {
    /// Root: a folder or file relative to the scan root, `.` for the scan root itself.
    pub root: SmolStr,
    /// Dialects it is written in: `serverless`, `sam`, `cloudformation`, `cdk`.
    pub dialects: Vec<&'static str>,
    /// Graph of each world.
    pub worlds: Vec<(World, Arc<Graph>)>,
    /// The files it was read from.
    pub store: palisade_source::Store,
    /// Facts about the files themselves.
    pub notes: Vec<Note>,
    /// Comments and metadata that silence rules.
    pub comments: Vec<(palisade_source::FileId, palisade_source::Comment)>,
}

impl Application {
    /// Whether it was read by following its program, so that what is said of it is less sure and fixes must be
    /// removals or replacements of what is literally written.
    pub fn interpreted(&self) -> bool {
        self.notes.iter().any(|n| n.kind == NoteKind::Interpreted)
    }
}

/// A fact about a file that a rule reports.
#[derive(Debug, Clone)]
pub struct Note {
    /// Which.
    pub kind: NoteKind,
    /// Where; the first is where it counts.
    pub spans: Vec<Span>,
    /// The name it is about.
    pub name: SmolStr,
}

/// Facts about files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoteKind {
    /// A key written twice.
    DuplicateKey,
    /// A continuation line indented too little.
    UnderIndented,
    /// A key that only a plugin reads, without the plugin.
    PluginMissing,
    /// A macro that may change anything.
    Macro,
    /// Words for people about what was left out.
    Info,
    /// The application is what a program makes, and the program was followed, not run.
    Interpreted,
}
