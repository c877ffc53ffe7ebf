//! What a question is about: an ARN, a resource of the application, or all that an action may reach.

use palisade_graph::{Node, NodeIx};
use palisade_iam::action::Action;
use palisade_iam::catalogue;
use palisade_iam::symbol::Shape;

use crate::policies::{Access, kinds};

/// A resource that is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// What people call it.
    pub label: String,
    /// The node of it.
    pub node: Option<NodeIx>,
    /// Its ARN, with symbols, or `*`.
    pub resource: String,
    /// It stands for any resource.
    pub any: bool,
}

/// Nothing is called so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// A name that is near.
    pub nearest: Option<String>,
    /// It is there, and no policy names resources of its type.
    pub unnamed_type: Option<String>,
}

/// The known action whose name is nearest, in the spelling of AWS.
pub fn nearest_action(action: &Action) -> Option<String> {
    let service = match action.service_id() {
        Some(known) => known,
        None => {
            let all = catalogue::services().map(|s| (strsim::jaro_winkler(s.prefix(), action.service()), s));
            all.filter(|(score, _)| *score > 0.8).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, s)| s)?
        }
    };
    let mut best: Option<(f64, String)> = None;
    catalogue::names(service, |_, name| {
        let score = strsim::jaro_winkler(&name.to_ascii_lowercase(), action.name());
        if score > best.as_ref().map_or(0.8, |(s, _)| *s) {
            best = Some((score, name.to_owned()));
        }
    });
    best.map(|(_, name)| format!("{}:{name}", service.prefix()))
}

/// Resources that a question is about.
pub fn targets(
    access: &mut Access<'_>,
    action: &Action,
    resource: Option<&str>,
) -> Result<Vec<Target>, Unknown> {
    if action.is_without_resources() {
        return Ok(vec![Target { label: "*".to_owned(), node: None, resource: "*".to_owned(), any: true }]);
    }
    match resource {
        Some("*") => Ok(any(access, action)),
        Some(arn) if arn.starts_with("arn:") => Ok(vec![written(access, arn)]),
        Some(name) => named(access, action, name).map(|t| vec![t]),
        None => {
            let fitting: Vec<NodeIx> =
                access.graph.iter().filter(|(_, n)| fits(n, action)).map(|(ix, _)| ix).collect();
            let mut out: Vec<Target> =
                fitting.into_iter().filter_map(|ix| of_node(access, action, ix)).collect();
            out.extend(any(access, action));
            Ok(out)
        }
    }
}

/// Resource types of an action, in lower case.
fn types(action: &Action) -> Vec<String> {
    action.id().map_or_else(Vec::new, |id| {
        id.resource_types().map(|(ty, _)| ty.name().to_ascii_lowercase()).collect()
    })
}

fn fits(node: &Node, action: &Action) -> bool {
    let Some(kind) = kinds::of(&node.ty) else { return false };
    if action.id().is_none() {
        return kind.service() == action.service();
    }
    let named = types(action);
    let own_service = kind.service() == action.service();
    let name = kind.catalogue.to_ascii_lowercase();
    // Roles are resources of other services' actions as well: of `sts:AssumeRole`.
    let role = name == "role" && action.service() == "sts";
    let part = match name.as_str() {
        "bucket" => Some("object"),
        "log-group" => Some("log-stream"),
        "table" => Some("stream"),
        _ => None,
    };
    (own_service || role) && named.iter().any(|t| *t == name || Some(t.as_str()) == part)
}

/// The resource of an action on a node.
fn of_node(access: &mut Access<'_>, action: &Action, ix: NodeIx) -> Option<Target> {
    let graph = access.graph;
    let node = graph.node(ix)?;
    let arn = access.arn(ix)?.to_owned();
    let kind = kinds::of(&node.ty)?;
    let named = types(action);
    let has = |ty: &str| named.iter().any(|t| t == ty);
    let mut label = node.name.to_string();
    let resource = match kind.catalogue {
        "bucket" if has("object") && !has("bucket") => {
            label.push_str("/*");
            format!("{arn}/{}", access.fresh(Shape::Text, 0, "${any key}"))
        }
        "log-group" if has("log-stream") && !has("log-group") => {
            format!("{arn}:log-stream:{}", access.fresh(Shape::Text, 0, "${any stream}"))
        }
        "log-group" => format!("{arn}:log-stream:"),
        "table" if has("stream") && !has("table") => {
            format!("{arn}/stream/{}", access.fresh(Shape::Text, 0, "${label}"))
        }
        _ => arn,
    };
    Some(Target { label, node: Some(ix), resource, any: false })
}

/// Any resource of the action's types: those that it needs, otherwise the first.
fn any(access: &mut Access<'_>, action: &Action) -> Vec<Target> {
    let (account, region, partition) = access.deployed();
    let (account, region, partition) = (account.to_owned(), region.to_owned(), partition.to_owned());
    let Some(id) = action.id() else {
        let tail = access.fresh(Shape::Text, 0, "${any}");
        let resource = format!("arn:{partition}:{}:{region}:{account}:{tail}", action.service());
        return vec![Target { label: "any other resource".to_owned(), node: None, resource, any: true }];
    };
    let all: Vec<_> = id.resource_types().collect();
    let own = |ty: &catalogue::ResourceTypeId| {
        let prefix = ty.service().prefix();
        kinds::of_catalogue(prefix, ty.name()).is_some()
            || matches!((prefix, ty.name()), ("s3", "object") | ("logs", "log-stream"))
    };
    let needed = all
        .iter()
        .find(|(ty, _)| own(ty))
        .or_else(|| all.iter().find(|(_, required)| *required))
        .or_else(|| all.first());
    let Some((ty, _)) = needed else { return Vec::new() };
    let Some(format) = ty.arn_formats().next() else { return Vec::new() };
    let kind = kinds::of_catalogue(ty.service().prefix(), ty.name());
    let mut resource = String::new();
    let mut rest = format.as_str();
    while let Some((before, after)) = rest.split_once("${") {
        resource.push_str(before);
        let (hole, tail) = after.split_once('}').unwrap_or((after, ""));
        rest = tail;
        match hole {
            "Partition" => resource.push_str(&partition),
            "Region" => resource.push_str(&region),
            "Account" => resource.push_str(&account),
            _ => {
                let part = match hole {
                    "BucketName" => kinds::of_catalogue("s3", "bucket"),
                    "LogGroupName" => kinds::of_catalogue("logs", "log-group"),
                    _ => kind,
                };
                let (shape, group) = part.map_or((Shape::Text, 0), |k| (k.shape, k.group()));
                resource.push_str(&access.fresh(shape, group, &format!("${{{hole}}}")));
            }
        }
    }
    resource.push_str(rest);
    vec![Target { label: format!("any other {}", ty.name()), node: None, resource, any: true }]
}

/// An ARN as it was given; a `*` in it stands for anything.
fn written(access: &mut Access<'_>, arn: &str) -> Target {
    let mut resource = String::new();
    for letter in arn.chars() {
        match letter {
            '*' => resource.push_str(&access.fresh(Shape::Text, 0, "*")),
            other => resource.push(other),
        }
    }
    let own = |(ix, _): (NodeIx, &Node)| {
        let known = access.arn(ix)?;
        let rest = resource.strip_prefix(known)?;
        (rest.is_empty() || rest.starts_with(['/', ':'])).then_some(ix)
    };
    let node = access.graph.iter().find_map(own);
    Target { label: arn.to_owned(), node, resource, any: false }
}

fn named(access: &mut Access<'_>, action: &Action, name: &str) -> Result<Target, Unknown> {
    let found = find(access, name);
    if let Some(ix) = found {
        return of_node(access, action, ix).ok_or_else(|| Unknown {
            nearest: None,
            unnamed_type: access.graph.node(ix).map(|n| n.ty.to_string()),
        });
    }
    // `bucket/key`
    if let Some((bucket, key)) = name.split_once('/')
        && let Some(ix) = find(access, bucket)
        && access.graph.node(ix).is_some_and(|n| n.ty == "AWS::S3::Bucket")
        && let Some(arn) = access.arn(ix).map(str::to_owned)
    {
        let target = written(access, &format!("{arn}/{key}"));
        return Ok(Target { label: name.to_owned(), node: Some(ix), ..target });
    }
    let names = access.graph.nodes.iter().filter(|n| kinds::of(&n.ty).is_some());
    let names = names.flat_map(|n| [n.name.as_str(), n.deployed_id()]).filter(|n| !n.is_empty());
    let scored = names.map(|n| (strsim::jaro_winkler(&n.to_lowercase(), &name.to_lowercase()), n));
    let nearest = scored.filter(|(s, _)| *s > 0.75).max_by(|a, b| a.0.total_cmp(&b.0));
    Err(Unknown { nearest: nearest.map(|(_, n)| n.to_owned()), unnamed_type: None })
}

/// The node of a name, logical id, address or node id; one that has an ARN is preferred.
fn find(access: &Access<'_>, name: &str) -> Option<NodeIx> {
    let called = |n: &Node| {
        n.id == name
            || n.logical_id == name
            || n.deployed_id() == name
            || n.name == name
            || ends(&n.address, name)
            || kinds::of(&n.ty).is_some_and(|k| {
                !k.name.is_empty() && n.props.lookup(k.name).as_str().is_some_and(|own| own == name)
            })
    };
    let all = || access.graph.iter().filter(|(_, n)| called(n)).map(|(ix, _)| ix);
    all().find(|ix| access.arn(*ix).is_some()).or_else(|| all().next())
}

/// Whether an address is this, or ends with this name: `aws_s3_bucket.photos` and `photos`.
fn ends(address: &str, name: &str) -> bool {
    let last = address.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('.'));
    last && !name.is_empty()
}
