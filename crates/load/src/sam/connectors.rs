//! Connectors: what lets one resource reach another.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use indexmap::IndexMap;
use palisade_graph::{NoteKind, Val, Via};
use palisade_source::Span;
use serde_json::Value as Json;
use smol_str::{SmolStr, format_smolstr};

use super::SamContext;
use super::build::{At, Props, map_mut, referred};
use super::cause::{Cause, depend};
use crate::Resource;

/// Type of a connector.
pub const TYPE: &str = "AWS::Serverless::Connector";

#[derive(serde::Deserialize, Default)]
struct Table {
    /// Source type → destination type → profile.
    #[serde(rename = "Permissions")]
    permissions: BTreeMap<String, BTreeMap<String, Profile>>,
    /// Type → its role property and what its references are.
    #[serde(rename = "Resources")]
    resources: BTreeMap<String, Json>,
}

#[derive(serde::Deserialize)]
struct Profile {
    #[serde(rename = "Type")]
    ty: String,
    #[serde(rename = "Properties")]
    properties: Properties,
}

#[derive(serde::Deserialize)]
struct Properties {
    #[serde(rename = "SourcePolicy")]
    source_policy: bool,
    #[serde(rename = "DependedBy")]
    depended_by: Option<String>,
    #[serde(rename = "AccessCategories")]
    categories: serde_json::Map<String, Json>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        serde_json::from_str(include_str!("../../data/sam/connectors.json")).unwrap_or_default()
    })
}

/// A connector, declared or embedded in its source.
pub struct Connector {
    id: SmolStr,
    cause: Cause,
    depends_on: Val,
    source: Val,
    destination: Val,
    permissions: Val,
}

impl Connector {
    /// A declared one.
    pub fn declared(resource: &Resource) -> Self {
        let own = &resource.props;
        Self {
            id: resource.id.clone(),
            cause: Cause { attributes: resource.attributes.clone(), ..Cause::of(resource) },
            depends_on: resource.attributes.get("DependsOn").clone(),
            source: own.get("Source").clone(),
            destination: own.get("Destination").clone(),
            permissions: own.get("Permissions").clone(),
        }
    }

    /// One that another construct makes.
    pub fn made(id: SmolStr, cause: Cause, source: Val, destination: Val, permissions: Val) -> Self {
        Self { id, cause, depends_on: Val::default(), source, destination, permissions }
    }
}

/// The connectors in the `Connectors` attribute of a resource.
pub fn embedded(resource: &Resource) -> Vec<Connector> {
    let owner = Cause { attributes: Val::default(), ..Cause::of(resource) };
    let connector = |entry: &palisade_graph::Entry| {
        let own = entry.val.get("Properties");
        let cause = owner.entry(entry);
        let mut source = Props::default();
        source.put("Id", cause.at().text(resource.id.clone()));
        for reference in own.get("SourceReference").entries() {
            source.put_at(&reference.key, reference.key_span, reference.val.clone());
        }
        Connector {
            id: format_smolstr!("{}{}", resource.id, entry.key),
            source: source.finish(cause.key),
            destination: own.get("Destination").clone(),
            permissions: own.get("Permissions").clone(),
            depends_on: entry.val.get("DependsOn").clone(),
            cause,
        }
    };
    resource.attributes.get("Connectors").entries().iter().map(connector).collect()
}

/// One end of a connector.
struct End {
    id: Option<SmolStr>,
    ty: String,
    role: Option<Val>,
    /// `Arn`, `Name`, `ResourceId`, `Qualifier`, `QueueUrl`.
    values: BTreeMap<&'static str, Val>,
}

impl End {
    fn value(&self, name: &str) -> Option<&Val> {
        self.values.get(name).filter(|v| !v.is_null())
    }
}

/// Adds what connectors make, behind what they connect. What waits for a connector waits for that.
pub fn connect_all(
    cx: &SamContext<'_>,
    resources: &mut IndexMap<SmolStr, Resource>,
    connectors: &[Connector],
) {
    if connectors.is_empty() {
        return;
    }
    let mappings = mappings(resources);
    let mut ids: HashMap<&str, (Vec<SmolStr>, Span)> = HashMap::new();
    for connector in connectors {
        let made = connect(cx, resources, &mappings, connector);
        ids.insert(&connector.id, (made.iter().map(|r| r.id.clone()).collect(), connector.cause.key));
        resources.extend(made.into_iter().map(|r| (r.id.clone(), r)));
    }
    for resource in resources.values_mut() {
        let on = resource.attributes.get("DependsOn").items().iter();
        let waits: Vec<SmolStr> =
            on.filter_map(Val::as_str).filter(|id| ids.contains_key(id)).map(Into::into).collect();
        for id in waits {
            remove_dependency(resource, &id);
            if let Some((made, span)) = ids.get(id.as_str()) {
                depend(resource, made.iter().cloned(), *span);
            }
        }
    }
}

/// What one connector makes.
fn connect(
    cx: &SamContext<'_>,
    resources: &mut IndexMap<SmolStr, Resource>,
    mappings: &Mappings,
    connector: &Connector,
) -> Vec<Resource> {
    let many = connector.destination.as_list().is_some();
    let mut made = Vec::new();
    for (index, destination) in connector.destination.items().iter().enumerate() {
        let ends = (
            end(resources, &connector.source, destination, connector),
            end(resources, destination, &connector.source, connector),
        );
        let parts = match ends {
            (Some(source), Some(destination)) => {
                let suffix = if many { format!("Destination{index}") } else { String::new() };
                generate(resources, mappings, connector, &source, &destination, &suffix)
            }
            _ => Vec::new(),
        };
        if parts.is_empty() {
            let words = format_smolstr!("connector `{}` could not be expanded", connector.id);
            cx.files.note(NoteKind::Info, &words, vec![connector.cause.key]);
        }
        made.extend(parts);
    }
    made
}

/// Source and function → the mapping between them; none where there are several.
type Mappings = HashMap<(SmolStr, SmolStr), Option<SmolStr>>;

fn mappings(resources: &IndexMap<SmolStr, Resource>) -> Mappings {
    let mut out = Mappings::new();
    for resource in resources.values().filter(|r| r.ty == "AWS::Lambda::EventSourceMapping") {
        let source = referred(resource.props.get("EventSourceArn"));
        let function = referred(resource.props.get("FunctionName"));
        if let (Some(source), Some(function)) = (source, function) {
            let only = out.entry((source.clone(), function.clone()));
            only.and_modify(|id| *id = None).or_insert_with(|| Some(resource.id.clone()));
        }
    }
    out
}

fn remove_dependency(resource: &mut Resource, id: &str) {
    let old = resource.attributes.get("DependsOn");
    let rest = old.items().iter().filter(|v| v.as_str() != Some(id)).cloned().collect();
    let rest = Val::list(rest, old.span);
    if let Some(map) = map_mut(&mut resource.attributes) {
        map.set("DependsOn", rest.span, rest);
    }
}

fn deployed_type(ty: &str) -> &str {
    match ty {
        "AWS::Serverless::Function" => "AWS::Lambda::Function",
        "AWS::Serverless::StateMachine" => "AWS::StepFunctions::StateMachine",
        "AWS::Serverless::Api" => "AWS::ApiGateway::RestApi",
        "AWS::Serverless::HttpApi" => "AWS::ApiGatewayV2::Api",
        "AWS::Serverless::SimpleTable" => "AWS::DynamoDB::Table",
        other => other,
    }
}

fn end(
    resources: &IndexMap<SmolStr, Resource>,
    reference: &Val,
    other: &Val,
    connector: &Connector,
) -> Option<End> {
    let at = At(reference.span.or(connector.cause.key));
    let Some(id) = reference.get("Id").as_str() else {
        let mut values = BTreeMap::new();
        for key in ["Arn", "Name", "ResourceId", "Qualifier", "QueueUrl"] {
            values.insert(key, reference.get(key).clone());
        }
        let role = Some(reference.get("RoleName").clone()).filter(|r| !r.is_null());
        let ty = deployed_type(reference.get("Type").as_str()?).to_owned();
        return Some(End { id: None, ty, role, values });
    };
    let resource = resources.get(id)?;
    let known = table().resources.get(resource.ty.as_str());
    let outputs = known.and_then(|k| k.get("Outputs"));
    let mut values = BTreeMap::new();
    for (key, output) in [
        ("Arn", "Arn"),
        ("Name", "Name"),
        ("ResourceId", "Id"),
        ("Qualifier", "Qualifier"),
        ("QueueUrl", "Url"),
    ] {
        if let Some(json) = outputs.and_then(|o| o.get(output)) {
            values.insert(key, named(at, json, id));
        }
    }
    if let Some(entry) = reference.entry("Qualifier") {
        values.insert("Qualifier", entry.val.clone());
    }
    let role = match known.and_then(|k| k.get("Inputs")).and_then(|i| i.get("Role")) {
        Some(Json::String(property)) => referred(resource.props.get(property)).cloned(),
        // A rule has a role for each target.
        Some(_) => {
            let of_other = |target: &&Val| match other.get("Id").as_str() {
                Some(other) => referred(target.get("Arn")).is_some_and(|id| id == other),
                None => target.get("Arn").same(other.get("Arn")),
            };
            let target = resource.props.get("Targets").items().iter().find(of_other);
            target.and_then(|t| referred(t.get("RoleArn"))).cloned()
        }
        None => None,
    };
    let role = role.map(|role| at.reference(&role));
    Some(End { id: Some(id.into()), ty: resource.ty.to_string(), role, values })
}

/// A reference of a table, `%{logicalId}` being the resource.
fn named(at: At, json: &Json, id: &str) -> Val {
    match json {
        Json::String(text) => at.text(text.as_str()),
        _ => match (json.get("Ref"), json.get("Fn::GetAtt").and_then(|g| g.get(1))) {
            (_, Some(Json::String(attribute))) => at.attribute(id, attribute),
            _ => at.reference(id),
        },
    }
}

fn generate(
    resources: &mut IndexMap<SmolStr, Resource>,
    mappings: &Mappings,
    connector: &Connector,
    source: &End,
    destination: &End,
    suffix: &str,
) -> Vec<Resource> {
    let profiles = table().permissions.get(&source.ty);
    let Some(profile) = profiles.and_then(|p| p.get(&destination.ty)) else { return Vec::new() };
    let properties = &profile.properties;
    let asked: Vec<&str> = connector.permissions.items().iter().filter_map(Val::as_str).collect();
    let categories = properties.categories.iter().filter(|(name, _)| asked.contains(&name.as_str()));
    let cause = &connector.cause;
    let at = cause.at();
    let fill = Filler { at, source, destination };
    let owner = if properties.source_policy { source } else { destination };

    if profile.ty == "AWS_LAMBDA_PERMISSION" {
        let Some(function) = owner.value("Arn") else { return Vec::new() };
        let permission = |(name, category): (&String, &Json)| {
            let mut props = Props::default();
            for key in ["Action", "Principal", "SourceArn", "SourceAccount"] {
                if let Some(json) = category.get(key) {
                    props.put(key, fill.value(json));
                }
            }
            props.put("FunctionName", function.clone());
            let id = format_smolstr!("{}{name}LambdaPermission{suffix}", connector.id);
            finish(connector, id, "AWS::Lambda::Permission", props.finish(at.0))
        };
        return categories.map(permission).collect();
    }

    let mut statements = Vec::new();
    for (_, category) in categories {
        let listed = category.get("Statement").and_then(Json::as_array).into_iter().flatten();
        statements.extend(listed.map(|s| fill.value(s).through(Via::PolicyTemplate, at.0)));
    }
    if statements.is_empty() {
        return Vec::new();
    }
    let document = at.object([("Version", at.text("2012-10-17")), ("Statement", at.list(statements))]);
    let (what, ty, key, of) = match profile.ty.as_str() {
        "AWS_IAM_ROLE_MANAGED_POLICY" => ("Policy", "AWS::IAM::ManagedPolicy", "Roles", owner.role.as_ref()),
        "AWS_SQS_QUEUE_POLICY" => ("QueuePolicy", "AWS::SQS::QueuePolicy", "Queues", owner.value("QueueUrl")),
        "AWS_SNS_TOPIC_POLICY" => ("TopicPolicy", "AWS::SNS::TopicPolicy", "Topics", owner.value("Arn")),
        _ => return Vec::new(),
    };
    let Some(of) = of else { return Vec::new() };
    let props = at.object([("PolicyDocument", document), (key, at.list(vec![of.clone()]))]);
    let policy = finish(connector, format_smolstr!("{}{what}{suffix}", connector.id), ty, props);
    let waiting = match (properties.depended_by.as_deref(), &source.id, &destination.id) {
        (Some("DESTINATION_EVENT_SOURCE_MAPPING"), Some(from), Some(to)) => {
            mappings.get(&(from.clone(), to.clone())).cloned().flatten()
        }
        (Some("SOURCE"), Some(source), _) => Some(source.clone()),
        _ => None,
    };
    if let Some(resource) = waiting.and_then(|id| resources.get_mut(&id)) {
        depend(resource, [policy.id.clone()], at.0);
    }
    vec![policy]
}

fn finish(connector: &Connector, id: SmolStr, ty: &'static str, props: Val) -> Resource {
    let mut resource = connector.cause.make(id, ty, props);
    let on = connector.depends_on.items().iter().filter_map(|v| v.as_str().map(SmolStr::from));
    let on: Vec<SmolStr> = on.collect();
    if !on.is_empty() {
        depend(&mut resource, on, connector.cause.key);
    }
    resource
}

/// Puts the ends into a profile.
struct Filler<'e> {
    at: At,
    source: &'e End,
    destination: &'e End,
}

impl Filler<'_> {
    fn value(&self, json: &Json) -> Val {
        match json {
            Json::String(text) => self.text(text),
            Json::Array(items) => self.at.list(items.iter().map(|i| self.value(i)).collect()),
            Json::Object(map) => {
                let mut props = Props::default();
                for (key, val) in map {
                    if key == "Fn::Sub" || key == "Ref" {
                        return self.at.json(json, &|_| None);
                    }
                    props.put(key, self.value(val));
                }
                props.finish(self.at.0)
            }
            _ => self.at.json(json, &|_| None),
        }
    }

    fn text(&self, text: &str) -> Val {
        if !text.contains("%{") && !text.contains("${") {
            return self.at.text(text);
        }
        let mut vars: Vec<(String, Val)> = Vec::new();
        for (side, end) in [("Source", self.source), ("Destination", self.destination)] {
            for (name, val) in &end.values {
                vars.push((format!("{side}.{name}"), val.clone()));
            }
        }
        let vars: Vec<(&str, &Val)> = vars.iter().map(|(k, v)| (k.as_str(), v)).collect();
        self.at.sub(&text.replace("%{", "${"), &vars)
    }
}
