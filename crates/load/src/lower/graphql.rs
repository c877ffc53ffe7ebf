use std::collections::HashMap;

use palisade_graph::{Authorization, Node, NodeIx, Tri, Val};
use smol_str::SmolStr;

use super::entries::blank;
use super::reach::Reach;
use super::rest::api_name;
use super::{Lowering, trigger};
use crate::Resource;

/// Fields of AppSync APIs, each with the functions behind it.
pub fn lower(l: &mut Lowering<'_>, reach: &Reach) {
    let resolvers = l.of("AWS::AppSync::Resolver");
    let namespaces = l.of("AWS::AppSync::ChannelNamespace");
    if resolvers.is_empty() && l.of("AWS::AppSync::GraphQLApi").is_empty() && namespaces.is_empty() {
        return;
    }
    let sources = sources(l);
    let stages = pipeline_functions(l, &sources);
    authorizers(l);
    for r in resolvers {
        field(l, r, &sources, &stages, reach);
    }
}

/// Functions of data sources, by reference and by name (`api name`).
struct Sources {
    functions: HashMap<SmolStr, NodeIx>,
    /// All sources, with or without a function.
    known: HashMap<SmolStr, Val>,
}

fn keys(r: &Resource, name: &Val, attribute: &str) -> [SmolStr; 2] {
    let api = r.props.get("ApiId").display();
    [
        smol_str::format_smolstr!("${{{}.{attribute}}}", r.id),
        smol_str::format_smolstr!("{api} {}", name.display()),
    ]
}

fn sources(l: &Lowering<'_>) -> Sources {
    let mut out = Sources { functions: HashMap::new(), known: HashMap::new() };
    for r in l.of("AWS::AppSync::DataSource") {
        let function = l.function(r.props.at("LambdaConfig.LambdaFunctionArn"));
        for key in keys(r, r.props.get("Name"), "Name") {
            if let Some(ix) = function {
                out.functions.insert(key.clone(), ix);
            }
            out.known.insert(key, r.props.clone());
        }
    }
    out
}

impl Sources {
    fn keys(api: &Val, name: &Val) -> [SmolStr; 2] {
        [name.display(), smol_str::format_smolstr!("{} {}", api.display(), name.display())]
    }

    fn function(&self, api: &Val, name: &Val) -> Option<NodeIx> {
        Self::keys(api, name).iter().find_map(|k| self.functions.get(k)).copied()
    }

    fn is_none(&self, api: &Val, name: &Val) -> bool {
        let props = Self::keys(api, name).into_iter().find_map(|k| self.known.get(&k));
        props.is_some_and(|p| p.get("Type").is("NONE").is_yes())
    }
}

/// Function of each step of a pipeline resolver.
fn pipeline_functions(l: &Lowering<'_>, sources: &Sources) -> HashMap<SmolStr, NodeIx> {
    let mut out = HashMap::new();
    for r in l.of("AWS::AppSync::FunctionConfiguration") {
        let props = &r.props;
        if let Some(ix) = sources.function(props.get("ApiId"), props.get("DataSourceName")) {
            out.insert(smol_str::format_smolstr!("${{{}.FunctionId}}", r.id), ix);
        }
    }
    out
}

fn authorizers(l: &mut Lowering<'_>) {
    for r in l.of("AWS::AppSync::GraphQLApi") {
        let Some(ix) = l.ix(r) else { continue };
        let more = r.props.get("AdditionalAuthenticationProviders").items();
        for provider in std::iter::once(&r.props).chain(more) {
            let uri = provider.at("LambdaAuthorizerConfig.AuthorizerUri");
            if let Some(function) = l.function(uri) {
                let mut t = trigger("authorizer", "route", provider);
                t.logical_id.clone_from(&r.id);
                l.trigger(ix, function, uri.span.or(r.key), t);
            }
        }
    }
}

/// Who may call the fields of an API that names no other mode for them.
fn authorization(api: Option<&Node>) -> (Authorization, Val) {
    let Some(api) = api else { return (Authorization::Unknown, Val::default()) };
    let kind = api.props.get("AuthenticationType");
    let found = match kind.as_str() {
        Some("API_KEY") => Authorization::Key,
        Some("AWS_IAM") => Authorization::Iam,
        Some("AMAZON_COGNITO_USER_POOLS") => Authorization::Cognito,
        Some("OPENID_CONNECT") => Authorization::Jwt,
        Some("AWS_LAMBDA") => Authorization::Custom,
        _ => Authorization::Unknown,
    };
    (found, kind.clone())
}

fn field(
    l: &mut Lowering<'_>,
    r: &Resource,
    sources: &Sources,
    stages: &HashMap<SmolStr, NodeIx>,
    reach: &Reach,
) {
    let props = &r.props;
    let (api, name) = api_name(l, props.get("ApiId"));
    let mut functions: Vec<NodeIx> = Vec::new();
    let source = props.get("DataSourceName");
    functions.extend(sources.function(props.get("ApiId"), source));
    for step in props.at("PipelineConfig.Functions").items() {
        if let Some(ix) = stages.get(&step.display())
            && !functions.contains(ix)
        {
            functions.push(*ix);
        }
    }
    // A source of type NONE answers from the template alone.
    if sources.is_none(props.get("ApiId"), source) {
        return;
    }
    let mut entry = blank("graphql");
    entry.method = props.get("TypeName").display();
    entry.path = props.get("FieldName").display();
    entry.props = props.clone();
    entry.api = api;
    let node = api.and_then(|ix| l.graph.node(ix));
    (entry.authorization, entry.authorization_at) = authorization(node);
    entry.api_key = (entry.authorization == Authorization::Key).into();
    entry.public = match node {
        Some(node) => node.props.get("Visibility").is("PRIVATE").negate(),
        None => Tri::Unknown,
    };
    entry.waf = api.map_or(Tri::Unknown, |ix| reach.shielded(ix));
    let name = format!("{name} {} {}", entry.method, entry.path);
    let ix = l.add_entry(r, &name, entry);
    for function in functions {
        let mut t = trigger("appsync", "route", props);
        t.logical_id.clone_from(&r.id);
        t.source = props.get("ApiId").display();
        l.trigger(ix, function, r.key, t);
    }
}
