use std::collections::BTreeSet;

use palisade_source::Store;
use serde_json::{Map, Value as Json, json};
use smol_str::SmolStr;

use crate::export::{location, shown};
use crate::model::{
    Detail, Entry, From, Function, Graph, Node, NodeKind, Permission, Role, Statement, deployed_id,
};
use crate::value::{Piece, State, Target, Tri, Val};

/// A node of one world in JSON.
pub(crate) struct NodeJson {
    head: Map<String, Json>,
    properties: Map<String, Json>,
    unknown: BTreeSet<&'static str>,
    partial: Map<String, Json>,
    names: Vec<&'static str>,
}

impl NodeJson {
    /// Adds the names of the properties that another world gives another value.
    pub(crate) fn differences(&self, other: &NodeJson, varies: &mut BTreeSet<&'static str>) {
        for name in self.names.iter().chain(&other.names) {
            if self.properties.get(*name) != other.properties.get(*name) {
                varies.insert(name);
            }
        }
    }

    /// The node.
    pub(crate) fn finish(self, varies: &BTreeSet<&'static str>) -> Json {
        let mut out = self.head;
        out.insert("properties".into(), Json::Object(self.properties));
        out.insert("unknown".into(), json!(self.unknown));
        out.insert("partial".into(), Json::Object(self.partial));
        out.insert("varies".into(), json!(varies));
        Json::Object(out)
    }

    fn set(&mut self, name: &'static str, json: Json) {
        self.names.push(name);
        self.properties.insert(name.into(), json);
    }

    /// Sets a property from a value, noting what of it is not known.
    fn put(&mut self, name: &'static str, val: &Val) {
        self.note(name, val);
        self.set(name, shown(val));
    }

    fn note(&mut self, name: &'static str, val: &Val) {
        if unresolved(val) {
            self.unknown.insert(name);
            if !matches!(val.state, State::Unknown(_)) {
                self.partial.insert(name.into(), val.to_json());
            }
        }
    }

    fn strings(&mut self, name: &'static str, val: &Val) {
        self.note(name, val);
        self.set(name, val.items().iter().map(|v| json!(v.display())).collect());
    }

    fn answer(&mut self, name: &'static str, answer: Tri) {
        let json = match answer {
            Tri::Yes => Json::Bool(true),
            Tri::No => Json::Bool(false),
            Tri::Unknown => {
                self.unknown.insert(name);
                Json::Null
            }
        };
        self.set(name, json);
    }

    fn statements(&mut self, name: &'static str, list: &[Statement], store: &Store) {
        if list.iter().any(unread) {
            self.unknown.insert(name);
        }
        self.set(name, list.iter().filter(|s| !unread(s)).map(|s| statement(s, store)).collect());
    }
}

/// Whether something of a value could not be resolved: symbols and references within the application
/// are resolved.
fn unresolved(val: &Val) -> bool {
    match &val.state {
        State::Unknown(_) => true,
        State::Ref(t) => matches!(**t, Target::External { .. }),
        State::Partial(pieces) => pieces.iter().any(|p| match p {
            Piece::Text(_) => false,
            Piece::Hole(v) => unresolved(v),
        }),
        State::Known(_) => {
            val.as_list().is_some_and(|l| l.open || l.items.iter().any(unresolved))
                || val.as_map().is_some_and(|m| m.open || m.entries.iter().any(|e| unresolved(&e.val)))
        }
    }
}

/// A node of one world.
pub(crate) fn node(graph: &Graph, node: &Node, store: &Store) -> NodeJson {
    let mut head = Map::new();
    head.insert("id".into(), json!(node.id));
    head.insert("kind".into(), json!(node.kind.word()));
    head.insert("name".into(), json!(node.name));
    let logical = if node.logical_id.is_empty() || !node.address.is_empty() {
        Json::Null
    } else {
        json!(node.deployed_id())
    };
    head.insert("logical_id".into(), logical);
    let address = if node.address.is_empty() { Json::Null } else { json!(node.address) };
    head.insert("address".into(), address);
    head.insert("type".into(), json!(node.ty));
    head.insert("implied_by".into(), json!(node.implied_by));
    head.insert("location".into(), location(store, node.span));
    let mut out = NodeJson {
        head,
        properties: Map::new(),
        unknown: BTreeSet::new(),
        partial: Map::new(),
        names: Vec::new(),
    };
    match &node.detail {
        Detail::Function(f) => function(&mut out, graph, node, f, store),
        Detail::Entry(e) => entry(&mut out, graph, e),
        Detail::Role(r) => role(&mut out, r, node.kind == NodeKind::Role, store),
        Detail::Store(s) => {
            out.statements("resource_policy", &s.policy, store);
            if s.unread_policy {
                out.unknown.insert("resource_policy");
            }
        }
        Detail::None => {}
    }
    out
}

fn function(out: &mut NodeJson, graph: &Graph, node: &Node, f: &Function, store: &Store) {
    let props = &node.props;
    out.put("runtime", props.get("Runtime"));
    out.put("handler", props.get("Handler"));
    out.put("timeout", props.get("Timeout"));
    out.put("memory", props.get("MemorySize"));
    let architectures = props.get("Architectures");
    out.put("architecture", architectures.items().first().unwrap_or(Val::null()));
    out.put("package_type", props.get("PackageType"));
    out.put("role", props.get("Role"));
    let variables = props.lookup("Environment.Variables");
    out.note("environment", if variables.as_map().is_some() { Val::null() } else { variables });
    if variables.as_map().is_some_and(|m| m.open) {
        out.unknown.insert("environment");
    }
    let mut environment = Map::new();
    for variable in variables.entries() {
        environment.insert(variable.key.to_string(), variable_json(graph, &variable.val));
    }
    out.set("environment", Json::Object(environment));
    out.strings("layers", props.get("Layers"));
    let vpc = props.get("VpcConfig");
    out.note("vpc", vpc);
    let strings = |key: &str| -> Json { vpc.get(key).items().iter().map(|v| json!(v.display())).collect() };
    let json = if vpc.as_map().is_some() {
        json!({ "subnets": strings("SubnetIds"), "security_groups": strings("SecurityGroupIds") })
    } else {
        shown(vpc)
    };
    out.set("vpc", json);
    out.set("source_root", json!(f.source_root));
    out.set("handler_file", json!(f.handler_file));
    out.set("permissions", f.permissions.iter().map(permission).collect());
    let policy = f.permissions.iter().map(|p| permission_statement(node, p, store)).collect();
    out.set("resource_policy", policy);
}

/// What a variable holds, never its value.
fn variable_json(graph: &Graph, val: &Val) -> Json {
    let target = graph.resolve(val).and_then(|ix| graph.node(ix)).map(|n| n.id.clone());
    json!({ "kind": variable_kind(val), "target": target })
}

fn variable_kind(val: &Val) -> &'static str {
    let mut found = (false, false, false);
    kinds(val, &mut found, 8);
    match found {
        (true, ..) => "secret",
        (_, true, _) => "unknown",
        (.., true) => "reference",
        _ => "literal",
    }
}

/// Whether (a secret, something unknown, a reference) is in a value.
fn kinds(val: &Val, found: &mut (bool, bool, bool), depth: u8) {
    match &val.state {
        State::Known(_) => {}
        State::Unknown(_) => found.1 = true,
        State::Ref(t) => match &**t {
            Target::External { secret: true, .. } => found.0 = true,
            Target::Resource { .. } | Target::External { .. } | Target::Pseudo(_) => found.2 = true,
        },
        State::Partial(pieces) => {
            for piece in pieces.iter() {
                if let (Piece::Hole(v), 1..) = (piece, depth) {
                    kinds(v, found, depth - 1);
                }
            }
        }
    }
}

fn permission(p: &Permission) -> Json {
    let field = |key: &str| p.props.get(key).to_json();
    json!({
        "logical_id": deployed_id(&p.logical_id),
        "principal": field("Principal"),
        "action": field("Action"),
        "source_arn": field("SourceArn"),
        "source_account": field("SourceAccount"),
        "url_auth_type": field("FunctionUrlAuthType"),
        "via_url": shown(p.props.get("InvokedViaFunctionUrl")),
    })
}

/// The statement that Lambda makes of a permission.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html>
fn permission_statement(node: &Node, p: &Permission, store: &Store) -> Json {
    let text = |key: &str| p.props.get(key).display();
    let principal = text("Principal");
    let kind = if principal.contains(".amazonaws.com") || principal.ends_with(".amazon.com") {
        "Service"
    } else {
        "AWS"
    };
    let mut conditions = Map::new();
    let mut condition = |operator: &str, key: &str, property: &str| {
        let val = p.props.get(property);
        if !val.is_null() {
            let test = conditions.entry(operator.to_owned()).or_insert_with(|| json!({}));
            if let Some(test) = test.as_object_mut() {
                test.insert(key.into(), json!([val.display()]));
            }
        }
    };
    condition("ArnLike", "AWS:SourceArn", "SourceArn");
    condition("StringEquals", "AWS:SourceAccount", "SourceAccount");
    condition("StringEquals", "aws:PrincipalOrgID", "PrincipalOrgID");
    condition("StringEquals", "lambda:FunctionUrlAuthType", "FunctionUrlAuthType");
    condition("Bool", "lambda:InvokedViaFunctionUrl", "InvokedViaFunctionUrl");
    if !p.props.get("EventSourceToken").is_null() {
        // The token may be a shared secret.
        let test = conditions.entry("StringEquals".to_owned()).or_insert_with(|| json!({}));
        if let Some(test) = test.as_object_mut() {
            test.insert("lambda:EventSourceToken".into(), json!(["***"]));
        }
    }
    let mut principals = Map::new();
    principals.insert(kind.into(), json!([principal]));
    json!({
        "sid": p.logical_id,
        "effect": "Allow",
        "actions": [text("Action")],
        "not_actions": [],
        "resources": [format!("${{{}.Arn}}", node.logical_id)],
        "not_resources": [],
        "principals": principals,
        "conditions": conditions,
        "from": if p.implied_by.is_some() { "implied" } else { "inline" },
        "policy": p.logical_id,
        "location": location(store, p.span),
    })
}

fn entry(out: &mut NodeJson, graph: &Graph, e: &Entry) {
    let id = |ix: Option<crate::NodeIx>| json!(ix.and_then(|ix| graph.node(ix)).map(|n| n.id.clone()));
    out.set("protocol", json!(e.protocol));
    out.set("method", json!(e.method));
    out.set("path", json!(e.path));
    if e.path.contains("${") {
        out.unknown.insert("path");
    }
    out.set("authorization", json!(e.authorization.word()));
    if e.authorization == crate::Authorization::Unknown {
        out.unknown.insert("authorization");
    }
    out.set("authorizer", id(e.authorizer));
    out.set("api", id(e.api));
    out.answer("api_key", e.api_key);
    out.answer("validator", e.validator);
    out.answer("throttled", e.throttled);
    out.answer("waf", e.waf);
    out.answer("public", e.public);
}

fn role(out: &mut NodeJson, r: &Role, trusted: bool, store: &Store) {
    if trusted {
        out.statements("trust", &r.trust, store);
    }
    out.statements("statements", &r.statements, store);
    for managed in &r.managed {
        out.note("managed_policies", &managed.value);
    }
    out.set("managed_policies", r.managed.iter().map(|m| json!(m.value.display())).collect());
    out.put("boundary", r.boundary.as_ref().unwrap_or(Val::null()));
}

/// Whether a statement only says that something could not be read.
fn unread(s: &Statement) -> bool {
    matches!(s.effect.state, State::Unknown(_)) && s.principal.is_null()
}

fn statement(s: &Statement, store: &Store) -> Json {
    let strings = |list: &[Val]| -> Json { list.iter().map(|v| json!(v.display())).collect() };
    let mut out = Map::new();
    out.insert("sid".into(), json!(s.sid));
    out.insert("effect".into(), json!(s.effect.display()));
    out.insert("actions".into(), strings(&s.actions));
    out.insert("not_actions".into(), strings(&s.not_actions));
    out.insert("resources".into(), strings(&s.resources));
    out.insert("not_resources".into(), strings(&s.not_resources));
    out.insert("principals".into(), principals(&s.principal));
    if !s.not_principal.is_null() {
        out.insert("not_principals".into(), principals(&s.not_principal));
    }
    out.insert("conditions".into(), conditions(&s.condition));
    out.insert("from".into(), json!(s.from.word()));
    out.insert("policy".into(), json!(deployed_policy(s)));
    out.insert("location".into(), location(store, s.span));
    Json::Object(out)
}

/// Principals by kind; `*` alone means everybody, as `AWS: *` does.
fn principals(val: &Val) -> Json {
    let list = |v: &Val| -> Json { v.items().iter().map(|i| json!(i.display())).collect() };
    match val.as_map() {
        Some(map) => Json::Object(map.entries.iter().map(|e| (e.key.to_string(), list(&e.val))).collect()),
        None if val.is_null() => json!({}),
        None => json!({ "AWS": list(val) }),
    }
}

/// IAM's Condition object with every value a list of strings.
fn conditions(val: &Val) -> Json {
    if val.is_null() {
        return json!({});
    }
    let Some(map) = val.as_map() else { return json!(val.display()) };
    let mut out = Map::new();
    for operator in &map.entries {
        let keys = operator.val.entries().iter().map(|key| {
            let values: Vec<SmolStr> = key.val.items().iter().map(Val::display).collect();
            (key.key.to_string(), json!(values))
        });
        let keys: Map<String, Json> = keys.collect();
        let whole = operator.val.as_map().is_some();
        out.insert(
            operator.key.to_string(),
            if whole { Json::Object(keys) } else { json!(operator.val.display()) },
        );
    }
    Json::Object(out)
}

/// The policy of a statement: the logical id of a policy resource without the stacks around it, else its
/// name as written (which may be a path).
fn deployed_policy(statement: &Statement) -> &str {
    match statement.from {
        From::Managed | From::Connector => deployed_id(&statement.policy),
        _ => &statement.policy,
    }
}
