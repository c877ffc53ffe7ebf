use std::collections::{HashMap, HashSet};

use palisade_graph::{Authorization, Detail, EntryDetail, Node, NodeIx, Statement, Tri, Val};
use smol_str::SmolStr;

use super::Lowering;

/// What stages, usage plans and firewalls of the stack say of APIs.
pub struct Reach {
    limits: HashMap<NodeIx, Limits>,
    /// Nodes with a firewall in front.
    shielded: HashSet<NodeIx>,
}

#[derive(Default)]
struct Limits {
    /// A limit that holds for all routes.
    all: bool,
    /// Limits of single routes: (method, path), `*` for every one.
    routes: HashSet<(SmolStr, SmolStr)>,
    /// The same of usage plans: they count requests by their key, so they hold where the key is asked for.
    keyed: bool,
    keyed_routes: HashSet<(SmolStr, SmolStr)>,
}

impl Reach {
    /// Reads the stack once.
    pub fn new(l: &Lowering<'_>) -> Self {
        let mut reach = Reach { limits: HashMap::new(), shielded: HashSet::new() };
        reach.stages(l);
        reach.plans(l);
        reach.firewalls(l);
        reach
    }

    fn stages(&mut self, l: &Lowering<'_>) {
        for r in l.of("AWS::ApiGateway::Stage") {
            if let Some(api) = l.any(r.props.get("RestApiId")) {
                self.settings(api, r.props.get("MethodSettings"));
            }
        }
        for r in l.of("AWS::ApiGateway::Deployment") {
            if let Some(api) = l.any(r.props.get("RestApiId")) {
                let stage = r.props.get("StageDescription");
                self.settings(api, stage.get("MethodSettings"));
                self.limits.entry(api).or_default().all |= limited(stage);
            }
        }
        for r in l.of("AWS::ApiGatewayV2::Stage") {
            let Some(api) = l.any(r.props.get("ApiId")) else { continue };
            let limits = self.limits.entry(api).or_default();
            limits.all |= limited(r.props.get("DefaultRouteSettings"));
            for route in r.props.get("RouteSettings").entries() {
                if limited(&route.val) {
                    limits.routes.insert(route_key(&route.key));
                }
            }
        }
    }

    fn settings(&mut self, api: NodeIx, settings: &Val) {
        let limits = self.limits.entry(api).or_default();
        for setting in settings.items().iter().filter(|s| limited(s)) {
            let path = setting.get("ResourcePath").display();
            let method = setting.get("HttpMethod").display();
            if matches!(path.as_str(), "/*" | "*") && method == "*" {
                limits.all = true;
            } else {
                // `~1` is a slash in the form of a JSON pointer.
                let path = path.replace("~1", "/");
                let path = format!("/{}", path.trim_start_matches('/'));
                limits.routes.insert((method.to_ascii_uppercase().into(), path.into()));
            }
        }
    }

    fn plans(&mut self, l: &Lowering<'_>) {
        for r in l.of("AWS::ApiGateway::UsagePlan") {
            let whole = limited_plan(r.props.get("Throttle"));
            for stage in r.props.get("ApiStages").items() {
                let Some(api) = l.any(stage.get("ApiId")) else { continue };
                let limits = self.limits.entry(api).or_default();
                limits.keyed |= whole;
                for route in stage.get("Throttle").entries() {
                    if limited_plan(&route.val) {
                        // `/path/METHOD`
                        let (path, method) = route.key.rsplit_once('/').unwrap_or((&route.key, "*"));
                        let path = if path.is_empty() { "/" } else { path };
                        limits.keyed_routes.insert((method.to_ascii_uppercase().into(), path.into()));
                    }
                }
            }
        }
    }

    fn firewalls(&mut self, l: &Lowering<'_>) {
        for ty in ["AWS::WAFv2::WebACLAssociation", "AWS::WAFRegional::WebACLAssociation"] {
            for r in l.of(ty) {
                for ix in l.targets(r.props.get("ResourceArn")) {
                    self.shield(l, ix);
                }
            }
        }
        for r in l.of("AWS::CloudFront::Distribution") {
            let config = r.props.get("DistributionConfig");
            if config.get("WebACLId").is_null() {
                continue;
            }
            if let Some(ix) = l.ix(r) {
                self.shielded.insert(ix);
            }
            for origin in config.get("Origins").items() {
                for ix in l.targets(origin.get("DomainName")) {
                    self.shield(l, ix);
                }
            }
        }
    }

    fn shield(&mut self, l: &Lowering<'_>, ix: NodeIx) {
        self.shielded.insert(ix);
        // A stage stands for its API: the entries belong to that.
        let api = l.graph.node(ix).and_then(|n| match n.ty.as_str() {
            "AWS::ApiGateway::Stage" => l.any(n.props.get("RestApiId")),
            "AWS::ApiGatewayV2::Stage" => l.any(n.props.get("ApiId")),
            _ => None,
        });
        self.shielded.extend(api);
    }

    /// Whether a firewall of the stack stands before a node.
    pub fn shielded(&self, ix: NodeIx) -> Tri {
        self.shielded.contains(&ix).into()
    }

    /// Fills in what holds for an entry of an API.
    pub fn apply(&self, l: &Lowering<'_>, entry: &mut EntryDetail) {
        let Some(api) = entry.api else {
            // Stages and firewalls of an API outside the stack are not known.
            (entry.throttled, entry.waf, entry.public) = (Tri::Unknown, Tri::Unknown, Tri::Unknown);
            return;
        };
        entry.throttled = self.limits.get(&api).map_or(Tri::No, |limits| limits.hold(entry));
        entry.waf = self.shielded(api);
        if let Some(node) = l.graph.node(api) {
            entry.public = public(node);
        }
    }
}

impl Limits {
    fn hold(&self, entry: &EntryDetail) -> Tri {
        let plan = self.keyed || Self::named(&self.keyed_routes, entry);
        Tri::from(self.all || Self::named(&self.routes, entry)).or(Tri::from(plan).and(entry.api_key))
    }

    fn named(routes: &HashSet<(SmolStr, SmolStr)>, entry: &EntryDetail) -> bool {
        let star = SmolStr::new_static("*");
        let method = if entry.method == "ANY" { star.clone() } else { entry.method.clone() };
        let key = |m: &SmolStr, p: &SmolStr| routes.contains(&(m.clone(), p.clone()));
        key(&method, &entry.path)
            || key(&entry.method, &entry.path)
            || key(&star, &entry.path)
            || key(&method, &SmolStr::new_static("/*"))
    }
}

/// `GET /path` of a route as (method, path).
fn route_key(key: &str) -> (SmolStr, SmolStr) {
    match key.split_once(' ') {
        Some((method, path)) => (method.to_ascii_uppercase().into(), path.into()),
        None => (SmolStr::default(), key.into()),
    }
}

fn limited(settings: &Val) -> bool {
    ["ThrottlingRateLimit", "ThrottlingBurstLimit"].iter().any(|key| limit(settings.get(key)))
}

fn limited_plan(throttle: &Val) -> bool {
    ["RateLimit", "BurstLimit"].iter().any(|key| limit(throttle.get(key)))
}

/// A number that is a limit: -1 takes it away.
fn limit(val: &Val) -> bool {
    !val.is_null() && val.as_int().is_none_or(|n| n >= 0)
}

/// Whether anybody on the internet can send to an API.
fn public(api: &Node) -> Tri {
    if api.ty != "AWS::ApiGateway::RestApi" {
        return Tri::Yes;
    }
    let types = api.props.lookup("EndpointConfiguration.Types");
    let private = types.items().iter().fold(Tri::No, |a, t| a.or(t.is("PRIVATE")));
    let admits = match &api.detail {
        Detail::Store(store) if !store.policy.is_empty() => admits_everybody(&store.policy),
        _ => Tri::Yes,
    };
    private.negate().and(admits)
}

/// Whether a resource policy lets an anonymous caller from anywhere in.
///
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html>
fn admits_everybody(policy: &[Statement]) -> Tri {
    let mut allowed = Tri::No;
    let mut denied = Tri::No;
    for s in policy {
        let everyone = everyone(&s.principal);
        let whole = s.not_resources.is_empty()
            && s.resources.iter().any(|r| r.as_str() == Some("*") || r.display().ends_with('*'));
        match s.allows() {
            Tri::Yes if s.condition.is_null() => {
                allowed = allowed.or(if whole { everyone } else { everyone.and(Tri::Unknown) });
            }
            // With a condition: from some networks or accounts only.
            Tri::Yes => {}
            Tri::No => {
                let restricts = if s.condition.is_null() { Tri::Unknown } else { whole.into() };
                denied = denied.or(everyone.and(if restricts.is_no() { Tri::Unknown } else { restricts }));
            }
            Tri::Unknown => allowed = allowed.or(Tri::Unknown),
        }
    }
    allowed.and(denied.negate())
}

fn everyone(principal: &Val) -> Tri {
    let star = |val: &Val| val.items().iter().fold(Tri::No, |a, v| a.or(v.is("*")));
    match principal.as_map() {
        Some(_) => star(principal.get("AWS")),
        None => star(principal),
    }
}

/// Who may call, by the word of a method or route; `None` for a word that is not known.
pub fn authorization(kind: &Val, api_key: Tri) -> Authorization {
    if kind.is_null() {
        return if api_key.is_yes() { Authorization::Key } else { Authorization::None };
    }
    match kind.as_str() {
        Some("NONE") if api_key.is_yes() => Authorization::Key,
        Some("NONE") if api_key == Tri::Unknown => Authorization::Unknown,
        Some("NONE") => Authorization::None,
        Some("AWS_IAM") => Authorization::Iam,
        Some("CUSTOM") => Authorization::Custom,
        Some("COGNITO_USER_POOLS") => Authorization::Cognito,
        Some("JWT") => Authorization::Jwt,
        _ => Authorization::Unknown,
    }
}

/// A boolean property as an answer; absent is no.
pub fn flag(val: &Val) -> Tri {
    if val.is_null() { Tri::No } else { val.as_bool().map_or(Tri::Unknown, Tri::from) }
}
