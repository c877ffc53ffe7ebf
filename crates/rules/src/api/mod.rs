//! Rules of category `api`, and the questions about routes and stages that they and those of `auth` share.

pub mod access_log_incomplete;
pub mod access_log_leaks_credentials;
pub mod access_log_off;
pub mod body_without_validator;
pub mod cache_off;
pub mod cache_unencrypted;
pub mod catch_all_without_authorizer;
pub mod compression_off;
pub mod cors_wildcard;
pub mod data_trace_on;
pub mod default_endpoint_open;
pub mod domain_old_tls;
pub mod endpoint_not_private;
pub mod execution_log_off;
pub mod graphql_introspection_open;
pub mod graphql_log_off;
pub mod graphql_without_waf;
pub mod integration_plain_http;
pub mod load_balancer_plain_http;
pub mod load_balancer_without_auth;
pub mod openapi_operation_without_security;
pub mod public_without_waf;
pub mod resource_policy_public;
pub mod route_without_authorizer;
pub mod tracing_off;
pub mod websocket_connect_without_authorizer;
pub mod without_mutual_tls;
pub mod without_throttling;

use std::borrow::Cow;
use std::collections::BTreeMap;

use palisade_graph::EntryDetail;

use crate::prelude::*;

/// A route of an API.
#[derive(Clone, Copy)]
pub struct Route<'a> {
    /// Its node.
    pub ix: NodeIx,
    /// Its node.
    pub node: &'a Node,
    /// Its details.
    pub entry: &'a EntryDetail,
}

impl<'a> Route<'a> {
    /// `` `POST /orders` ``.
    pub fn words(&self) -> String {
        if self.entry.path == "$default" {
            return "`$default`".to_owned();
        }
        format!("`{} {}`", self.entry.method, self.entry.path)
    }

    /// Whether requests to it may change something.
    pub fn mutating(&self) -> bool {
        matches!(self.entry.method.as_str(), "POST" | "PUT" | "PATCH" | "DELETE" | "ANY")
    }

    /// Whether it takes every path below another, with every method.
    pub fn is_catch_all(&self) -> bool {
        self.entry.path == "$default" || (self.entry.method == "ANY" && self.entry.path.ends_with("+}"))
    }

    /// Whether a request reaches a function or an AWS service: answers made up by the gateway and plain
    /// HTTP backends do not count; an integration that is not in the tree does.
    pub fn reaches(&self, cx: &Cx<'a>) -> bool {
        if cx.graph.out(self.ix, EdgeKind::Triggers).next().is_some() {
            return true;
        }
        integration_type(cx, &self.entry.props)
            .is_none_or(|t| !matches!(t.to_ascii_uppercase().as_str(), "MOCK" | "HTTP" | "HTTP_PROXY"))
    }

    /// The function it starts.
    pub fn function(&self, cx: &Cx<'a>) -> Option<NodeIx> {
        let is_function = |ix: &NodeIx| cx.node(*ix).is_some_and(|n| n.kind == NodeKind::Function);
        cx.graph.out(self.ix, EdgeKind::Triggers).map(|e| e.to).find(is_function)
    }

    /// What it reaches, to tell routes with one target from others: its function, else its integration as
    /// written, else itself.
    pub fn target(&self, cx: &Cx<'a>) -> String {
        if let Some(function) = self.function(cx) {
            return format!("#{}", function.0);
        }
        let props = &self.entry.props;
        let uri = [props.at("Integration.Uri"), props.get("Target")].into_iter().find(|v| !v.is_null());
        let service = integration_type(cx, props) == Some("AWS");
        match uri {
            Some(uri) if !service => uri.display().to_string(),
            _ => format!("#{}", self.ix.0),
        }
    }

    /// Whether this path stands at or below the base of a catch-all path.
    fn is_below(&self, catch_all: &Route<'_>) -> bool {
        let Some((base, _)) = catch_all.entry.path.rsplit_once('/') else {
            return catch_all.entry.path == "$default";
        };
        let path = self.entry.path.as_str();
        path.trim_end_matches('/') == base || path.strip_prefix(base).is_some_and(|p| p.starts_with('/'))
    }
}

/// The type of the integration behind a method or a route.
fn integration_type<'a>(cx: &Cx<'a>, props: &'a Val) -> Option<&'a str> {
    props.at("Integration.Type").as_str().or_else(|| {
        let target = cx.node(cx.graph.resolve(props.get("Target"))?)?;
        target.props.get("IntegrationType").as_str()
    })
}

/// The routes of REST and HTTP APIs that reach a function or an AWS service, from outside as far as can
/// be told, and are not configured as meant to be public. `OPTIONS` answers the browser only.
pub fn routes<'a>(cx: &Cx<'a>) -> Vec<Route<'a>> {
    let cx = *cx;
    cx.entries()
        .filter(|(_, _, e)| matches!(e.protocol.as_str(), "rest" | "http") && e.method != "OPTIONS")
        .map(|(ix, node, entry)| Route { ix, node, entry })
        .filter(|r| !r.entry.public.is_no() && r.reaches(&cx))
        .filter(|r| !cx.settings.is_public_route(&r.entry.method, &r.entry.path))
        .collect()
}

/// Why a route has no authorizer. One cause, one rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// An API key is all it asks for: `auth-api-key-only`.
    KeyOnly,
    /// It switches off what its siblings have: `auth-route-opts-out`.
    OptsOut,
    /// It stands only in an OpenAPI document: `api-openapi-operation-without-security`.
    OpenApi,
    /// It takes every path: `api-catch-all-without-authorizer`.
    CatchAll,
    /// Any other: `api-route-without-authorizer`.
    Plain,
}

/// Routes without an authorizer of one API that start one function.
pub struct Group<'a> {
    /// The function, if it is in the application.
    pub function: Option<NodeIx>,
    /// The API.
    pub api: Option<NodeIx>,
    /// Its routes, the one that weighs most first.
    pub routes: Vec<Route<'a>>,
}

/// How many routes of an API have an authorizer, and how many have none.
#[derive(Clone, Copy, Default)]
pub struct Siblings {
    /// With an authorizer or IAM.
    pub guarded: usize,
    /// Without.
    pub open: usize,
}

/// The siblings of each API.
pub fn siblings(cx: &Cx<'_>) -> BTreeMap<Option<NodeIx>, Siblings> {
    let mut all: BTreeMap<Option<NodeIx>, Siblings> = BTreeMap::new();
    for route in routes(cx) {
        let of = all.entry(api_of(cx, route.entry)).or_default();
        match route.entry.authorization {
            Authorization::None | Authorization::Key => of.open += 1,
            Authorization::Unknown => {}
            _ => of.guarded += 1,
        }
    }
    all
}

/// Routes of one API and function, each with its gap.
type Mixed<'a> = (Option<NodeIx>, Vec<(Gap, Route<'a>)>);

/// The routes without an authorizer for one reason, grouped; what cannot be told is filed by the rule
/// that would report it.
pub fn gaps<'a>(cx: &Cx<'a>, gap: Gap, out: &mut Findings) -> Vec<Group<'a>> {
    let siblings = siblings(cx);
    let mut groups: Vec<Mixed<'a>> = Vec::new();
    let mut index: BTreeMap<(Option<NodeIx>, String), usize> = BTreeMap::new();
    for route in routes(cx) {
        let api = api_of(cx, route.entry);
        let of = siblings.get(&api).copied().unwrap_or_default();
        let why = match route.entry.authorization {
            Authorization::Key => Gap::KeyOnly,
            Authorization::None | Authorization::Unknown if opts_out(cx, &route, of) => Gap::OptsOut,
            Authorization::None | Authorization::Unknown if route.entry.from_openapi => Gap::OpenApi,
            Authorization::None | Authorization::Unknown if route.is_catch_all() => Gap::CatchAll,
            Authorization::None | Authorization::Unknown => Gap::Plain,
            _ => continue,
        };
        if route.entry.authorization == Authorization::Unknown {
            if why == gap {
                out.cannot_tell(route.ix, "AuthorizationType", &route.entry.authorization_at);
            } else if gap == Gap::KeyOnly && route.entry.api_key == Tri::Unknown {
                out.cannot_tell(route.ix, "ApiKeyRequired", route.entry.props.get("ApiKeyRequired"));
            }
            continue;
        }
        if !route.entry.public.is_yes() {
            if why == gap {
                let policy = api.and_then(|ix| cx.node(ix)).map_or(Val::null(), |n| n.props.get("Policy"));
                out.cannot_tell(route.ix, "Policy", policy);
            }
            continue;
        }
        let key = (api, route.target(cx));
        let n = *index.entry(key).or_insert_with(|| {
            groups.push((api, Vec::new()));
            groups.len() - 1
        });
        if let Some((_, list)) = groups.get_mut(n) {
            list.push((why, route));
        }
    }
    let groups = groups.into_iter().map(|(api, list)| (api, covered(list)));
    groups.filter_map(|(api, list)| group(cx, api, list, gap)).collect()
}

/// Routes below a catch-all of the same function belong to it: one edit covers them.
fn covered(mut list: Vec<(Gap, Route<'_>)>) -> Vec<(Gap, Route<'_>)> {
    let catch_alls: Vec<Route<'_>> =
        list.iter().filter(|(g, _)| *g == Gap::CatchAll).map(|(_, r)| *r).collect();
    for (gap, route) in &mut list {
        if *gap == Gap::Plain && catch_alls.iter().any(|c| route.is_below(c)) {
            *gap = Gap::CatchAll;
        }
    }
    list
}

fn group<'a>(cx: &Cx<'a>, api: Option<NodeIx>, list: Vec<(Gap, Route<'a>)>, gap: Gap) -> Option<Group<'a>> {
    let mut routes: Vec<Route<'a>> = list.into_iter().filter(|(g, _)| *g == gap).map(|(_, r)| r).collect();
    // Stable: within one weight the order of the file stays.
    routes.sort_by_key(|r| (!r.is_catch_all(), !r.mutating()));
    let function = routes.first()?.function(cx);
    Some(Group { function, api, routes })
}

/// Whether a route that may change something goes without what guards its siblings: it switches a default
/// off, or has none where more than half of the API's routes have an authorizer.
fn opts_out(cx: &Cx<'_>, route: &Route<'_>, of: Siblings) -> bool {
    route.mutating() && (of.guarded > of.open || switched_off(cx, route))
}

/// Whether an operation of a document says that what holds for all does not hold for it. SAM takes
/// `NONE` only where a default authorizer exists.
fn switched_off(cx: &Cx<'_>, route: &Route<'_>) -> bool {
    let Some(own) = route.entry.props.get("Operation").entry("security").map(|e| &e.val) else {
        return false;
    };
    if own.items().iter().any(|requirement| requirement.entry("NONE").is_some()) {
        return true;
    }
    let api = route.entry.api.and_then(|ix| cx.node(ix));
    let whole = api.map_or(Val::null(), |n| n.props.at("Body.security"));
    own.as_list().is_some_and(|l| l.items.is_empty() && !l.open) && !whole.items().is_empty()
}

impl<'a> Group<'a> {
    /// The worst of its routes: requests that change something weigh more.
    pub fn severity(&self) -> Severity {
        if self.routes.iter().any(Route::mutating) { Severity::High } else { Severity::Medium }
    }

    /// `` `POST /orders` and 2 more routes of API `Api` ``.
    pub fn words(&self, cx: &Cx<'_>) -> String {
        let first = self.routes.first().map_or_else(String::new, Route::words);
        let more = match self.routes.len() {
            0 | 1 => String::new(),
            2 => " and 1 more route".to_owned(),
            n => format!(" and {} more routes", n - 1),
        };
        let api = self.api.map_or_else(String::new, |ix| format!(" of {}", cx.subject(ix)));
        format!("{first}{more}{api}")
    }

    /// A finding on the function, or on the route where the function is not in the application, with a
    /// label for each route where its authorization is written or missing.
    pub fn found(&self, cx: &Cx<'_>, message: String, label: &str) -> Option<Found> {
        self.found_at(cx, message, label, |route| &route.entry.authorization_at)
    }

    /// The same with other places; a route's own key stands in for a value that is absent.
    pub fn found_at(
        &self,
        cx: &Cx<'_>,
        message: String,
        label: &str,
        place: fn(&Route<'a>) -> &'a Val,
    ) -> Option<Found> {
        let first = self.routes.first()?;
        let mut names: Vec<String> =
            self.routes.iter().map(|r| format!("{} {}", r.entry.method, r.entry.path)).collect();
        names.sort();
        let api = self.api.and_then(|ix| cx.node(ix)).map_or("", |n| n.name.as_str());
        let words = |r: &Route<'_>| format!("{}: {label}", r.words());
        let node = self.function.unwrap_or(first.ix);
        let mut found = Found::at_value(node, place(first), first.node.span, message)
            .label(words(first))
            .evidence(format!("{api}: {}", names.join(", ")));
        for route in &self.routes {
            found = found.also(place(route).span.or(route.node.span), words(route)).affects(route.ix);
        }
        Some(found)
    }

    /// `function `orders``, or words for what is not a function of the application.
    pub fn target(&self, cx: &Cx<'_>) -> String {
        if let Some(ix) = self.function {
            return cx.subject(ix);
        }
        let service = self.routes.first().and_then(|r| integration_type(cx, &r.entry.props)) == Some("AWS");
        if service { "an AWS service".to_owned() } else { "its integration".to_owned() }
    }
}

/// The API of an entry, where the entry names its stage too.
pub fn api_of(cx: &Cx<'_>, entry: &EntryDetail) -> Option<NodeIx> {
    let ix = entry.api?;
    let node = cx.node(ix)?;
    match node.ty.as_str() {
        "AWS::ApiGateway::Stage" => cx.graph.resolve(node.props.get("RestApiId")).or(Some(ix)),
        "AWS::ApiGatewayV2::Stage" => cx.graph.resolve(node.props.get("ApiId")).or(Some(ix)),
        _ => Some(ix),
    }
}

/// The custom domain of a mapping, by reference or by its name, if it is in the application.
pub fn domain_of<'a>(cx: &Cx<'a>, mapping: &Node) -> Option<&'a Node> {
    let name = mapping.props.get("DomainName");
    if let Some(ix) = cx.graph.resolve(name) {
        return cx.node(ix);
    }
    let name = name.as_str()?;
    let all = ["AWS::ApiGateway::DomainName", "AWS::ApiGatewayV2::DomainName"];
    let mut domains = all.iter().flat_map(|ty| cx.of_type(ty)).map(|(_, node)| node);
    domains.find(|d| d.props.get("DomainName").as_str().is_some_and(|n| n.eq_ignore_ascii_case(name)))
}

/// Kinds of API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// REST.
    Rest,
    /// HTTP.
    Http,
    /// WebSocket.
    WebSocket,
}

/// A stage as deployed.
pub struct Stage<'a> {
    /// Its node: of the stage, or of the deployment that makes it.
    pub ix: NodeIx,
    /// Its node.
    pub node: &'a Node,
    /// Properties in the form of a stage.
    pub props: &'a Val,
    /// Its API, where that is in the application.
    pub api: Option<NodeIx>,
    /// Kind of the API.
    pub kind: Kind,
}

/// All stages.
pub fn stages<'a>(cx: &Cx<'a>) -> Vec<Stage<'a>> {
    let mut all = Vec::new();
    for (ix, node) in cx.of_type("AWS::ApiGateway::Stage") {
        let api = cx.graph.resolve(node.props.get("RestApiId"));
        all.push(Stage { ix, node, props: &node.props, api, kind: Kind::Rest });
    }
    let named: Vec<(Option<NodeIx>, String)> =
        all.iter().map(|s| (s.api, s.props.get("StageName").display().to_string())).collect();
    for (ix, node) in cx.of_type("AWS::ApiGateway::Deployment") {
        let name = node.props.get("StageName");
        let api = cx.graph.resolve(node.props.get("RestApiId"));
        // SAM's deployments leave a stage `Stage` behind, which nobody asked for and nothing configures.
        let left_over = node.implied_by.is_some() && name.is("Stage").is_yes();
        // The stage of an API of another application is configured there.
        let ours = api.is_some() && !name.is_null() && !left_over;
        if ours && !named.contains(&(api, name.display().to_string())) {
            let props = node.props.get("StageDescription");
            all.push(Stage { ix, node, props, api, kind: Kind::Rest });
        }
    }
    for (ix, node) in cx.of_type("AWS::ApiGatewayV2::Stage") {
        let api = cx.graph.resolve(node.props.get("ApiId"));
        let protocol = api.and_then(|a| cx.node(a)).map_or(Val::null(), |n| n.props.get("ProtocolType"));
        let kind = if protocol.is("WEBSOCKET").is_yes() { Kind::WebSocket } else { Kind::Http };
        all.push(Stage { ix, node, props: &node.props, api, kind });
    }
    all
}

/// A level of settings of a stage: for all methods, or for one.
pub struct Settings<'a> {
    /// The settings.
    pub val: &'a Val,
    /// Whether they hold for every method.
    pub everywhere: bool,
}

impl<'a> Stage<'a> {
    /// Its settings, those for every method first. Of an unknown list nothing is answered: ask
    /// [`Stage::unknown_settings`].
    pub fn settings(&self) -> Vec<Settings<'a>> {
        let mut all: Vec<Settings<'a>> = Vec::new();
        if self.kind == Kind::Rest {
            for val in self.props.get("MethodSettings").items() {
                let any = |key: &str, text: &str| val.get(key).is_null() || val.get(key).is(text).is_yes();
                let everywhere =
                    any("HttpMethod", "*") && (any("ResourcePath", "/*") || any("ResourcePath", "*"));
                all.push(Settings { val, everywhere });
            }
            // A deployment's description of its stage has the settings for every method at its top.
            if self.node.ty == "AWS::ApiGateway::Deployment" && self.props.as_map().is_some() {
                all.push(Settings { val: self.props, everywhere: true });
            }
        } else {
            let default = self.props.get("DefaultRouteSettings");
            if !default.is_null() {
                all.push(Settings { val: default, everywhere: true });
            }
            let routes = self.props.get("RouteSettings").entries();
            all.extend(routes.iter().map(|e| Settings { val: &e.val, everywhere: false }));
        }
        all.sort_by_key(|s| !s.everywhere);
        all
    }

    /// The part of its settings that is not known at all.
    pub fn unknown_settings(&self) -> Option<(&'static str, &'a Val)> {
        if !self.props.is_known() {
            return Some(("StageDescription", self.props));
        }
        let keys: &[&'static str] = if self.kind == Kind::Rest {
            &["MethodSettings"]
        } else {
            &["DefaultRouteSettings", "RouteSettings"]
        };
        keys.iter().map(|k| (*k, self.props.get(k))).find(|(_, val)| {
            !val.is_known() || val.as_list().is_some_and(|l| l.open) || val.as_map().is_some_and(|m| m.open)
        })
    }

    /// The routes behind it, of whatever method.
    pub fn routes(&self, cx: &Cx<'a>) -> Vec<Route<'a>> {
        let Some(api) = self.api else { return Vec::new() };
        let all = cx.entries().filter(|(_, _, e)| api_of(cx, e) == Some(api));
        all.map(|(ix, node, entry)| Route { ix, node, entry }).collect()
    }

    /// Whether anybody on the internet can send to it; without a known route, what the API's endpoint says.
    pub fn public(&self, cx: &Cx<'a>) -> Tri {
        let routes = self.routes(cx);
        if routes.is_empty() {
            let api = self.api.and_then(|ix| cx.node(ix));
            let types = api.map_or(Val::null(), |n| n.props.at("EndpointConfiguration.Types"));
            return types.items().iter().fold(Tri::No, |a, t| a.or(t.is("PRIVATE"))).negate();
        }
        routes.iter().fold(Tri::No, |answer, r| answer.or(r.entry.public))
    }

    /// Path of a property of it from its node: a deployment describes its stage.
    pub fn path(&self, property: &str) -> String {
        let inner = self.node.ty == "AWS::ApiGateway::Deployment";
        if inner { format!("StageDescription.{property}") } else { property.to_owned() }
    }

    /// A finding at a value of it, or at its key where the value is absent. The author never wrote the
    /// name of a deployment's or framework's stage: it is called by its own name and that of its API. A
    /// written value may hold for several stages and keeps `{subject}`.
    pub fn found(&self, cx: &Cx<'_>, val: &Val, message: &str) -> Found {
        let unnamed = self.node.ty == "AWS::ApiGateway::Deployment"
            || (self.node.implied_by.is_some() && !val.span.is_some());
        let message = if unnamed {
            let name = self.props.get("StageName");
            let name = if name.is_null() { self.node.props.get("StageName") } else { name };
            let api = self.api.map_or_else(String::new, |ix| format!(" of {}", cx.subject(ix)));
            message.replace("{subject}", &format!("stage `{}`{api}", name.display()))
        } else {
            message.to_owned()
        };
        Found::at_value(self.ix, val, self.node.span, message)
    }
}

/// What would make open routes ask their callers for something: the API's only authorizer or, where it has none,
/// signed requests. Nothing where a route is written in words that have no place for it.
pub fn guards(cx: &Cx<'_>, api: Option<NodeIx>, routes: &[Route<'_>]) -> Vec<Proposal> {
    let authorizer = only_authorizer(cx, api);
    let (title, kind) = match authorizer {
        Some((_, kind)) => ("let the authorizer of the API check callers", kind),
        None => ("ask callers for signed requests", "AWS_IAM"),
    };
    let serverless = cx.application.dialects.contains(&"serverless");
    let mut changes = Vec::new();
    for route in routes {
        let set = |key: &str, value| Change::Set { node: route.ix, path: key.into(), value };
        match (route.node.ty.as_str(), &route.node.implied_by) {
            ("AWS::ApiGateway::Method" | "AWS::ApiGatewayV2::Route", None) => {
                changes.push(set("AuthorizationType", kind.into()));
                changes.extend(authorizer.map(|(ix, _)| set("AuthorizerId", Literal::Of(ix, None))));
            }
            (_, Some(_)) if serverless && authorizer.is_none() => match signed_event(cx, route) {
                Some(change) => changes.push(change),
                None => return Vec::new(),
            },
            _ => return Vec::new(),
        }
    }
    let mut all = vec![Proposal::new(title, Safety::Unsafe, changes)];
    // What came from the default of a parameter is changed there.
    let written = |route: &Route<'_>| {
        let val = &route.entry.authorization_at;
        let elsewhere = val.as_str().is_some() && val.span.is_some() && val.links().next().is_some();
        elsewhere.then(|| Change::Replace { at: val.span, value: "AWS_IAM".into() })
    };
    if let (None, Some(changes)) = (authorizer, routes.iter().map(written).collect::<Option<Vec<_>>>()) {
        all.push(Proposal::new(title, Safety::Unsafe, changes));
    }
    all
}

/// The only authorizer that somebody wrote for an API, and the type of authorization that uses it.
fn only_authorizer(cx: &Cx<'_>, api: Option<NodeIx>) -> Option<(NodeIx, &'static str)> {
    api?;
    let rest = cx.of_type("AWS::ApiGateway::Authorizer").map(|(ix, n)| (ix, n, "RestApiId", "Type"));
    let http = cx.of_type("AWS::ApiGatewayV2::Authorizer").map(|(ix, n)| (ix, n, "ApiId", "AuthorizerType"));
    let mut own = rest.chain(http).filter(|(_, n, of, _)| cx.graph.resolve(n.props.get(of)) == api);
    let (ix, node, _, key) = own.next()?;
    if own.next().is_some() || node.implied_by.is_some() {
        return None;
    }
    match node.props.get(key).as_str()? {
        "TOKEN" | "REQUEST" => Some((ix, "CUSTOM")),
        "COGNITO_USER_POOLS" => Some((ix, "COGNITO_USER_POOLS")),
        "JWT" => Some((ix, "JWT")),
        _ => None,
    }
}

/// An event of serverless.yml that asks for signed requests: `http: POST /orders` becomes a map for it.
fn signed_event(cx: &Cx<'_>, route: &Route<'_>) -> Option<Change> {
    let props = &route.entry.props;
    let (signed, written) = match route.entry.protocol.as_str() {
        "rest" => (Literal::from("aws_iam"), props.get("HttpMethod")),
        "http" => (Literal::Map(vec![("type".into(), "aws_iam".into())]), props.get("RouteKey")),
        _ => return None,
    };
    let key = route.node.span;
    let file = cx.application.store.get(key.file)?;
    let behind = file.text.get(key.end as usize..)?.lines().next()?;
    let behind = behind.trim_start_matches(['"', '\'']).strip_prefix(':')?.trim();
    if behind.is_empty() || behind.starts_with(['{', '#']) {
        return Some(Change::Insert { map: key, key: "authorizer".into(), value: signed });
    }
    let mut words = behind.split('#').next()?.trim().trim_matches(['"', '\'']).split_whitespace();
    let (method, path) = (words.next()?, words.next()?);
    let short = words.next().is_none() && written.span.is_some() && !behind.contains("${");
    let value = Literal::Map(vec![
        ("method".into(), method.into()),
        ("path".into(), path.into()),
        ("authorizer".into(), signed),
    ]);
    short.then_some(Change::Replace { at: written.span, value })
}

/// Whether a value holds a reference to a node anywhere in it.
pub fn refers_to(graph: &Graph, val: &Val, ix: NodeIx) -> bool {
    match &val.state {
        State::Ref(_) => graph.resolve(val) == Some(ix),
        State::Partial(pieces) => pieces.iter().any(|p| match p {
            palisade_graph::Piece::Hole(v) => refers_to(graph, v, ix),
            palisade_graph::Piece::Text(_) => false,
        }),
        State::Known(Value::List(list)) => list.items.iter().any(|v| refers_to(graph, v, ix)),
        State::Known(Value::Map(map)) => map.entries.iter().any(|e| refers_to(graph, &e.val, ix)),
        _ => false,
    }
}

/// Advice in the words of the dialect that the application is written in.
pub fn advice<'a>(cx: &Cx<'_>, serverless: &'a str, sam: &'a str, cloudformation: &'a str) -> Cow<'a, str> {
    let dialects = &cx.application.dialects;
    if dialects.contains(&"serverless") {
        serverless.into()
    } else if dialects.contains(&"sam") {
        sam.into()
    } else if dialects.contains(&"terraform") {
        // REST and HTTP APIs have different words for it.
        let own = "`authorization` (`authorization_type` of an HTTP API)";
        cloudformation.replace("`AuthorizationType`", own).into()
    } else {
        cloudformation.into()
    }
}
