use palisade_graph::{
    Application, Authorization, Edge, EdgeKind, EntryDetail as Entry, Graph, Node, NodeIx, NodeKind, Tri,
    World,
};

use crate::Settings;
use crate::accounts::Accounts;

/// What a rule asks: the application in one world, and what the user configured.
#[derive(Clone, Copy)]
pub struct Cx<'a> {
    /// The application, for facts about its files.
    pub application: &'a Application,
    /// The world this graph is of.
    pub world: &'a World,
    /// The graph.
    pub graph: &'a Graph,
    /// The user's settings.
    pub settings: &'a Settings,
    /// Account ids that this world names.
    pub accounts: &'a Accounts,
}

impl<'a> Cx<'a> {
    /// Nodes of a kind.
    pub fn nodes(&self, kind: NodeKind) -> impl Iterator<Item = (NodeIx, &'a Node)> + use<'a> {
        self.graph.iter().filter(move |(_, n)| n.kind == kind)
    }

    /// Nodes of a CloudFormation type.
    pub fn of_type(&self, ty: &'static str) -> impl Iterator<Item = (NodeIx, &'a Node)> + use<'a> {
        self.graph.iter().filter(move |(_, n)| n.ty == ty)
    }

    /// The functions that somebody wrote, without helpers that a framework generates.
    pub fn functions(&self) -> impl Iterator<Item = (NodeIx, &'a Node)> + use<'a> {
        self.nodes(NodeKind::Function).filter(|(_, n)| n.implied_by.is_none())
    }

    /// Entries with their details.
    pub fn entries(&self) -> impl Iterator<Item = (NodeIx, &'a Node, &'a Entry)> + use<'a> {
        self.graph.iter().filter_map(|(ix, n)| n.entry().map(|e| (ix, n, e)))
    }

    /// What starts a function: edges from entries and stores.
    pub fn triggers(&self, function: NodeIx) -> impl Iterator<Item = &'a Edge> + use<'a> {
        self.graph.into(function, EdgeKind::Triggers)
    }

    /// Entries of a function that anybody on the internet can send to.
    pub fn public_entries(
        &self,
        function: NodeIx,
    ) -> impl Iterator<Item = (NodeIx, &'a Node, &'a Entry)> + use<'a> {
        let graph = self.graph;
        self.triggers(function).filter_map(move |e| {
            let node = graph.node(e.from)?;
            let entry = node.entry()?;
            (entry.public.is_yes()).then_some((e.from, node, entry))
        })
    }

    /// Roles that a function runs as.
    pub fn roles(&self, function: NodeIx) -> impl Iterator<Item = (NodeIx, &'a Node)> + use<'a> {
        let graph = self.graph;
        graph.out(function, EdgeKind::RunsAs).filter_map(move |e| Some((e.to, graph.node(e.to)?)))
    }

    /// Functions that run as a role.
    pub fn functions_of(&self, role: NodeIx) -> impl Iterator<Item = (NodeIx, &'a Node)> + use<'a> {
        let graph = self.graph;
        // State machines run as roles too.
        graph
            .into(role, EdgeKind::RunsAs)
            .filter_map(move |e| Some((e.from, graph.node(e.from)?)))
            .filter(|(_, n)| n.kind == NodeKind::Function)
    }

    /// Whether state machines run as a role, and nothing else does.
    pub fn is_of_machines(&self, role: NodeIx) -> bool {
        let mut runs = self.graph.into(role, EdgeKind::RunsAs).peekable();
        let machine = |ix| self.node(ix).is_some_and(|n| n.ty == "AWS::StepFunctions::StateMachine");
        runs.peek().is_some() && runs.all(|e| machine(e.from))
    }

    /// A node that is known to be there.
    pub fn node(&self, ix: NodeIx) -> Option<&'a Node> {
        self.graph.node(ix)
    }

    /// `function `hello``, `queue `Orders``: what people call a node.
    pub fn subject(&self, ix: NodeIx) -> String {
        let Some(node) = self.node(ix) else { return String::new() };
        // The author never wrote the id of a stage that a framework made: its own name and its API say which.
        let stage = matches!(node.ty.as_str(), "AWS::ApiGateway::Stage" | "AWS::ApiGatewayV2::Stage");
        if stage && node.implied_by.is_some() {
            let api = ["RestApiId", "ApiId"].map(|k| self.graph.resolve(node.props.get(k)));
            let api = api.into_iter().flatten().next().and_then(|api| self.node(api));
            let of = api.map_or_else(String::new, |a| format!(" of {} `{}`", noun(a), a.name));
            return format!("stage `{}`{of}", node.props.get("StageName").display());
        }
        format!("{} `{}`", noun(node), node.name)
    }

    /// One clause on who can start a function, empty when nothing in the application does.
    ///
    /// "anybody on the internet can start it through `POST /orders`"
    pub fn exposure(&self, function: NodeIx) -> String {
        let mut open: Vec<String> = Vec::new();
        let mut guarded: Vec<String> = Vec::new();
        let mut inner: Vec<String> = Vec::new();
        for edge in self.triggers(function) {
            let Some(node) = self.node(edge.from) else { continue };
            match node.entry() {
                Some(e) if e.public.is_yes() => {
                    let words = route(node, e);
                    match e.authorization {
                        Authorization::None | Authorization::Key => open.push(words),
                        _ => guarded.push(words),
                    }
                }
                Some(e) => inner.push(route(node, e)),
                None => inner.push(format!("{} `{}`", noun(node), node.name)),
            }
        }
        let pick = |list: &mut Vec<String>| {
            list.sort();
            list.dedup();
            let first = list.iter().take(2).cloned().collect::<Vec<_>>().join(", ");
            if list.len() > 2 { format!("{first} and {} more", list.len() - 2) } else { first }
        };
        if !open.is_empty() {
            format!("anybody on the internet can start it through {}", pick(&mut open))
        } else if !guarded.is_empty() {
            format!("authorized callers on the internet start it through {}", pick(&mut guarded))
        } else if !inner.is_empty() {
            format!("started by {}", pick(&mut inner))
        } else {
            String::new()
        }
    }

    /// Whether the internet can start a function; unknown where an entry's reach is unknown.
    pub fn is_public(&self, function: NodeIx) -> Tri {
        let mut answer = Tri::No;
        for edge in self.triggers(function) {
            if let Some(entry) = self.node(edge.from).and_then(Node::entry) {
                answer = answer.or(entry.public);
            }
        }
        answer
    }
}

fn route(node: &Node, entry: &Entry) -> String {
    let what = match entry.protocol.as_str() {
        "rest" | "http" | "alb" => return format!("`{} {}`", entry.method, entry.path),
        "websocket" => return format!("WebSocket route `{}`", entry.path),
        "url" => return "its function URL".to_owned(),
        "schedule" => return "a schedule".to_owned(),
        "ses" => return "incoming mail".to_owned(),
        "alexa" => return "an Alexa skill".to_owned(),
        "logs" => return "log events".to_owned(),
        "rule" => "an event rule",
        "s3" | "s3-object" => "a bucket",
        "sns" => "a topic",
        "sqs" => "a queue",
        "kinesis" | "dynamodb" | "stream" => "a stream",
        "kafka" | "mq" => "a message broker",
        "iot" => "an IoT rule",
        "cognito" => "Cognito trigger",
        "custom-resource" => "a custom resource",
        "macro" => "a CloudFormation macro",
        other => other,
    };
    // `<function>/<kind>/<name>`: the name, unless it is a count or a deployed name that nobody wrote.
    let name = node.name.rsplit('/').next().unwrap_or("");
    let written = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    if !written || name.bytes().all(|b| b.is_ascii_digit()) {
        return what.to_owned();
    }
    format!("{} `{name}`", what.trim_start_matches("an ").trim_start_matches("a "))
}

/// What people call a thing of this kind.
pub fn noun(node: &Node) -> &'static str {
    match node.ty.as_str() {
        "AWS::S3::Bucket" => "bucket",
        "AWS::DynamoDB::Table" | "AWS::DynamoDB::GlobalTable" => "table",
        "AWS::SQS::Queue" => "queue",
        "AWS::SNS::Topic" => "topic",
        "AWS::Kinesis::Stream" => "stream",
        "AWS::Events::EventBus" => "event bus",
        "AWS::Events::Rule" => "rule",
        "AWS::Scheduler::Schedule" => "schedule",
        "AWS::AmazonMQ::Broker" => "broker",
        "AWS::MSK::Cluster" => "Kafka cluster",
        "AWS::KMS::Key" | "AWS::KMS::ReplicaKey" => "key",
        "AWS::SecretsManager::Secret" => "secret",
        "AWS::SSM::Parameter" => "parameter",
        "AWS::Logs::LogGroup" => "log group",
        "AWS::StepFunctions::StateMachine" => "state machine",
        "AWS::RDS::DBInstance" | "AWS::RDS::DBCluster" => "database",
        "AWS::RDS::DBParameterGroup" | "AWS::RDS::DBClusterParameterGroup" => "parameter group",
        "AWS::KinesisFirehose::DeliveryStream" => "delivery stream",
        "AWS::DAX::Cluster"
        | "AWS::ElastiCache::ReplicationGroup"
        | "AWS::ElastiCache::ServerlessCache"
        | "AWS::ElastiCache::CacheCluster" => "cache",
        "AWS::EFS::FileSystem" => "file system",
        "AWS::EFS::AccessPoint" => "access point",
        "AWS::ECR::Repository" => "image repository",
        "AWS::EC2::SecurityGroup" => "security group",
        "AWS::EC2::VPC" => "network",
        "AWS::EC2::VPCEndpoint" => "endpoint",
        "AWS::Cognito::UserPool" => "user pool",
        "AWS::Cognito::UserPoolClient" => "app client",
        "AWS::Cognito::IdentityPool" => "identity pool",
        "AWS::ApiGateway::RestApi"
        | "AWS::ApiGatewayV2::Api"
        | "AWS::AppSync::GraphQLApi"
        | "AWS::AppSync::Api" => "API",
        "AWS::ApiGateway::Stage" | "AWS::ApiGatewayV2::Stage" => "stage",
        "AWS::ApiGateway::Authorizer" | "AWS::ApiGatewayV2::Authorizer" => "authorizer",
        "AWS::Lambda::LayerVersion" => "layer",
        "AWS::CloudFront::Distribution" => "distribution",
        "AWS::CloudFront::ResponseHeadersPolicy" => "headers policy",
        "AWS::WAFv2::WebACL" => "web ACL",
        "AWS::ElasticLoadBalancingV2::LoadBalancer" => "load balancer",
        "AWS::ElasticLoadBalancingV2::Listener" => "listener",
        "AWS::IAM::User" => "user",
        "AWS::IAM::AccessKey" => "access key",
        "AWS::SSM::Document" => "document",
        _ => match node.kind {
            NodeKind::Function => "function",
            NodeKind::Role => "role",
            NodeKind::Entry => "entry",
            NodeKind::Policy => "policy",
            NodeKind::Principal => "principal",
            NodeKind::Store => "store",
            _ => "resource",
        },
    }
}
