//! `http` events: paths, preflights, authorizers and permissions of the REST API.

use std::collections::HashMap;

use indexmap::IndexMap;
use palisade_graph::{Reason, State, Val, Value, Via};
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::super::build::{At, Cause, Made, default_int, or, truthy};
use super::super::naming;
use super::super::service::{Draft, Event, Function, Service};
use super::{http_method, permission, rest_api, setting_span};

/// A `http` event, taken apart.
pub(super) struct Http<'s> {
    /// Its function.
    pub function: &'s Function,
    /// Its event.
    pub event: &'s Event,
    /// Why things exist.
    pub cause: Cause,
    /// Path without slashes at its ends, holes as `${…}`.
    pub path: String,
    /// Method in upper case.
    pub method: Val,
    /// Who authorizes.
    pub authorizer: Option<Authorizer>,
    /// Cross-origin settings.
    pub cors: Option<Cors>,
    /// `AWS_PROXY`…
    pub integration: SmolStr,
}

/// How a method is authorized.
pub(super) enum Authorizer {
    /// By IAM.
    Iam(Val),
    /// By an authorizer that exists.
    Existing {
        /// Its type as written.
        kind: Val,
        /// Its id.
        id: Val,
        /// Scopes that a token must have.
        scopes: Val,
    },
    /// By a function or a user pool.
    Own(Box<Own>),
    /// It is not known how.
    Unknown(Val),
}

/// An authorizer that the service makes.
pub(super) struct Own {
    /// Name, from which logical ids are made.
    pub name: SmolStr,
    /// ARN of function or user pool.
    pub arn: Val,
    /// Type as written.
    pub kind: Val,
    /// Whether it is a user pool.
    pub cognito: bool,
    /// The setting.
    pub val: Val,
    /// Where it is written.
    pub span: Span,
    /// Alias of the function.
    pub alias: Option<SmolStr>,
}

/// Cross-origin settings of a method.
#[derive(Clone)]
pub(super) struct Cors {
    /// Allowed origins.
    pub origins: Vec<Val>,
    headers: Vec<Val>,
    methods: Vec<SmolStr>,
    /// Whether credentials are allowed.
    pub credentials: Val,
    max_age: Val,
    cache_control: Val,
    span: Span,
}

pub(super) fn compile(draft: &mut Draft<'_>) {
    let service = draft.service;
    let https: Vec<Http<'_>> = service.events("http").map(|(f, e)| http(service, f, e)).collect();
    let Some(first) = https.first() else { return };
    let cause = first.cause.clone();
    rest_api::api(draft, &cause);
    let mut resources = Resources::given(service, cause.at());
    for http in &https {
        resources.ensure(draft, &http.path, &http.cause);
    }
    let mut methods = preflights(draft, &https, &resources);
    for http in &https {
        let (id, name) = resources.of(&http.path);
        let method_id = format_smolstr!(
            "ApiGatewayMethod{name}{}",
            naming::upper_first(&http.method.display().to_lowercase())
        );
        let made = http_method::method(service, http, id);
        draft.template.add(method_id.clone(), made);
        methods.push(method_id);
    }
    for http in &https {
        let (_, name) = resources.of(&http.path);
        let method_id = format_smolstr!(
            "ApiGatewayMethod{name}{}",
            naming::upper_first(&http.method.display().to_lowercase())
        );
        let request = http.event.get("request");
        let required = http_method::parameters(request).iter().any(|(_, v)| truthy(v));
        rest_api::validate(draft, &http.cause, &method_id, request, required);
    }
    for http in &https {
        authorizer(draft, http);
    }
    rest_api::deploy(draft, &cause, &methods);
    rest_api::keys(draft);
    for http in &https {
        permissions(draft, http);
    }
}

fn http<'s>(service: &Service<'_>, function: &'s Function, event: &'s Event) -> Http<'s> {
    let val = &event.val;
    let (method, path) = if let Some(text) = val.as_str() {
        let mut words = text.split_whitespace();
        let method = words.next().unwrap_or("").to_uppercase();
        (Val::str(method, val.span), words.next().unwrap_or("").to_owned())
    } else {
        let method = val.get("method");
        let method = match method.as_str() {
            Some(text) => At(method.span).str(text.to_uppercase()),
            None => method.clone(),
        };
        (method, val.get("path").display().to_string())
    };
    let path = path.strip_prefix('/').unwrap_or(&path);
    let path = path.strip_suffix('/').unwrap_or(path).to_owned();
    let integration = val.get("integration");
    let integration: SmolStr = match integration.as_str() {
        Some(text) => match text.to_uppercase().replacen('-', "_", 1).as_str() {
            "LAMBDA" => "AWS".into(),
            "LAMBDA_PROXY" => "AWS_PROXY".into(),
            other => other.into(),
        },
        None if truthy(val.get("async")) => "AWS".into(),
        None => "AWS_PROXY".into(),
    };
    Http {
        function,
        event,
        cause: function.caused(event),
        authorizer: authorizer_of(service, event),
        cors: cors(event, &method),
        path,
        method,
        integration,
    }
}

fn authorizer_of(service: &Service<'_>, event: &Event) -> Option<Authorizer> {
    let val = event.get("authorizer");
    if !truthy(val) {
        return None;
    }
    let span = setting_span(&event.val, "authorizer", event.key_span);
    let iam = |v: &Val| v.as_str().is_some_and(|t| t.eq_ignore_ascii_case("aws_iam"));
    let own = |name: SmolStr, arn: Val, alias: Option<SmolStr>| {
        let kind = val.get("type").clone();
        let pool = kind.as_str().is_some_and(|k| k.eq_ignore_ascii_case("cognito_user_pools"))
            || (arn.as_map().is_none() && arn.display().contains(":cognito-idp:"));
        Some(Authorizer::Own(Box::new(Own { name, arn, kind, cognito: pool, val: val.clone(), span, alias })))
    };
    // A name stands for a function of the service.
    let by_name = |name: &Val| {
        let key = name.display();
        let at = At(name.span);
        match service.function(&key) {
            Some(f) => own(key, f.target(at), f.alias_id()),
            None => own(key.clone(), at.get_att(naming::function(&key), "Arn"), None),
        }
    };
    match &val.state {
        State::Known(Value::Str(_)) if iam(val) => Some(Authorizer::Iam(At(val.span).str("AWS_IAM"))),
        State::Known(Value::Str(text)) if text.contains(':') => own(arn_name(val), val.clone(), None),
        State::Known(Value::Str(_)) => by_name(val),
        State::Partial(_) | State::Ref(_) => own(arn_name(val), val.clone(), None),
        State::Known(Value::Map(_)) => {
            let kind = val.get("type");
            let id = val.get("authorizerId");
            if truthy(kind) && truthy(id) {
                let scopes = val.get("scopes").clone();
                return Some(Authorizer::Existing { kind: kind.clone(), id: id.clone(), scopes });
            }
            if iam(kind) {
                return Some(Authorizer::Iam(At(kind.span).str("AWS_IAM")));
            }
            let arn = val.get("arn");
            if truthy(arn) {
                let name = val.get("name").as_str().map_or_else(|| arn_name(arn), SmolStr::new);
                return own(name, arn.clone(), None);
            }
            if truthy(val.get("name")) {
                return by_name(val.get("name"));
            }
            // An intrinsic that yields an ARN.
            own(arn_name(val), val.clone(), None)
        }
        _ => Some(Authorizer::Unknown(val.clone())),
    }
}

/// The name that the framework takes out of an ARN: what stands behind the last dash.
fn arn_name(arn: &Val) -> SmolStr {
    let name = super::source_name(arn, ':');
    name.rsplit('-').next().unwrap_or("").into()
}

fn cors(event: &Event, method: &Val) -> Option<Cors> {
    let val = event.get("cors");
    if !truthy(val) {
        return None;
    }
    let span = setting_span(&event.val, "cors", event.key_span);
    let at = At(span);
    let default_headers = || {
        let names = [
            "Content-Type",
            "X-Amz-Date",
            "Authorization",
            "X-Api-Key",
            "X-Amz-Security-Token",
            "X-Amz-User-Agent",
            "X-Amzn-Trace-Id",
        ];
        names.iter().map(|h| at.str(*h)).collect::<Vec<_>>()
    };
    let origins = match or(val.get("origins"), val.get("origin")) {
        o if o.is_null() => vec![at.str("*").through(Via::Defaulted, span)],
        o => o.items().to_vec(),
    };
    // One origin may hold several, separated by commas.
    let origins = origins
        .iter()
        .flat_map(|o| match o.as_str() {
            Some(text) if text.contains(',') => {
                text.split(',').map(|t| Val::str(t.trim(), o.span)).collect::<Vec<_>>()
            }
            _ => vec![o.clone()],
        })
        .collect();
    let headers = match val.get("headers") {
        h if truthy(h) => h.items().to_vec(),
        _ => default_headers(),
    };
    let mut methods: Vec<SmolStr> = val.get("methods").items().iter().map(Val::display).collect();
    for needed in [SmolStr::new_static("OPTIONS"), method.display()] {
        if !methods.contains(&needed) {
            methods.push(needed);
        }
    }
    Some(Cors {
        origins,
        headers,
        methods,
        credentials: val.get("allowCredentials").clone(),
        max_age: val.get("maxAge").clone(),
        cache_control: val.get("cacheControl").clone(),
        span,
    })
}

/// The resources of the API by path.
pub struct Resources {
    ids: HashMap<String, (Val, String)>,
    root: Val,
}

impl Resources {
    /// Those that the provider names.
    pub fn given(service: &Service<'_>, at: At) -> Self {
        let settings = service.provider.get("apiGateway");
        let root = settings.get("restApiRootResourceId");
        let root = if truthy(root) { root.clone() } else { at.get_att(rest_api::API, "RootResourceId") };
        let mut ids: HashMap<String, (Val, String)> = HashMap::new();
        let given = settings.get("restApiResources");
        let trim = |path: &str| path.trim_matches('/').to_owned();
        for e in given.entries() {
            ids.insert(trim(&e.key), (e.val.clone(), naming::path(&trim(&e.key))));
        }
        for item in given.items().iter().filter(|i| given.as_list().is_some() && i.as_map().is_some()) {
            let path = trim(&item.get("path").display());
            let name = item.get("name").as_str().map_or_else(|| naming::path(&path), str::to_owned);
            ids.insert(path, (item.get("resourceId").clone(), name));
        }
        Self { ids, root }
    }

    /// Makes what is missing of a path. What lies above a given resource exists already.
    pub fn ensure(&mut self, draft: &mut Draft<'_>, path: &str, cause: &Cause) {
        if path.is_empty() || self.ids.contains_key(path) {
            return;
        }
        let at = cause.at();
        let parts: Vec<&str> = path.split('/').collect();
        // Longer paths than this are refused by API Gateway; prefixes would grow with their square.
        if parts.len() > 100 {
            return;
        }
        let upto = |n: usize| parts.get(..n).unwrap_or(&[]).join("/");
        let known = (1..=parts.len()).rev().find(|n| self.ids.contains_key(&upto(*n)));
        for (n, part) in parts.iter().enumerate().skip(known.unwrap_or(0)) {
            let here = upto(n + 1);
            let name = naming::path(&here);
            let id = format_smolstr!("ApiGatewayResource{name}");
            if !draft.template.resources.contains_key(&id) {
                let parent = self.ids.get(&upto(n)).map_or_else(|| self.root.clone(), |(id, _)| id.clone());
                let text = if part.contains("${") {
                    Val::unknown(Reason::ExternalLookup, part.trim_matches(['$', '{', '}']), at.0)
                } else {
                    at.str(*part)
                };
                let api = rest_api::api_id(draft.service, at);
                let props = [("ParentId", parent), ("PathPart", text), ("RestApiId", api)];
                draft.template.add(id.clone(), Made::new("AWS::ApiGateway::Resource", cause, props));
            }
            self.ids.insert(here, (at.reference(id), name));
        }
    }

    /// A resource and the name of its path in logical ids.
    pub fn of(&self, path: &str) -> (Val, String) {
        match self.ids.get(path) {
            Some(found) => found.clone(),
            None => (self.root.clone(), String::new()),
        }
    }
}

/// The methods that answer preflights, one a path.
fn preflights(draft: &mut Draft<'_>, https: &[Http<'_>], resources: &Resources) -> Vec<SmolStr> {
    let service = draft.service;
    let mut paths: IndexMap<&str, (Cors, &Http<'_>)> = IndexMap::new();
    for http in https {
        let Some(cors) = &http.cors else { continue };
        match paths.get_mut(http.path.as_str()) {
            None => {
                paths.insert(&http.path, (cors.clone(), http));
            }
            Some((all, _)) => {
                let add = |into: &mut Vec<Val>, from: &[Val]| {
                    for v in from {
                        if !into.iter().any(|i| i.same(v)) {
                            into.push(v.clone());
                        }
                    }
                };
                add(&mut all.origins, &cors.origins);
                add(&mut all.headers, &cors.headers);
                for m in &cors.methods {
                    if !all.methods.contains(m) {
                        all.methods.push(m.clone());
                    }
                }
                if truthy(&cors.credentials) {
                    all.credentials = cors.credentials.clone();
                }
                if truthy(&cors.max_age) {
                    all.max_age = cors.max_age.clone();
                }
                if truthy(&cors.cache_control) {
                    all.cache_control = cors.cache_control.clone();
                }
            }
        }
    }
    let mut methods = Vec::new();
    for (path, (cors, http)) in paths {
        let cause = Cause { key: cors.span, ..http.cause.clone() };
        let at = cause.at();
        let (resource, name) = resources.of(path);
        let headers = cors_headers(&cors, true);
        let name_of = |h: &str| format_smolstr!("method.response.header.{h}");
        let promised = at.obj(headers.iter().map(|(h, _)| (name_of(h), at.bool(true))));
        let values = at.obj(headers.into_iter().map(|(h, v)| (name_of(h), v)));
        let response = at.obj([("StatusCode", at.str("200")), ("ResponseParameters", promised)]);
        // Several origins are answered by a template that repeats the caller's, if it is one of them.
        let mut answer = vec![("StatusCode", at.str("200")), ("ResponseParameters", values)];
        if cors.origins.len() > 1 {
            let all: Vec<String> = cors.origins.iter().map(|o| o.display().to_string()).collect();
            let template =
                at.obj([("application/json", at.str(format!("#allowed origins: {}", all.join(" "))))]);
            answer.push(("ResponseTemplates", template));
        }
        let integration = at.obj([
            ("Type", at.str("MOCK")),
            ("RequestTemplates", at.obj([("application/json", at.str("{statusCode:200}"))])),
            ("ContentHandling", at.str("CONVERT_TO_TEXT")),
            ("IntegrationResponses", at.list([at.obj(answer)])),
        ]);
        let made = Made::new(
            "AWS::ApiGateway::Method",
            &cause,
            [
                ("AuthorizationType", at.str("NONE")),
                ("HttpMethod", at.str("OPTIONS")),
                ("MethodResponses", at.list([response])),
                ("Integration", integration),
                ("ResourceId", resource),
                ("RestApiId", rest_api::api_id(service, at)),
            ],
        );
        let id = format_smolstr!("ApiGatewayMethod{name}Options");
        draft.template.add(id.clone(), made);
        methods.push(id);
    }
    methods
}

/// The cross-origin headers of an answer; `preflight` adds those that only preflights carry.
pub(super) fn cors_headers(cors: &Cors, preflight: bool) -> Vec<(&'static str, Val)> {
    let quoted =
        |val: &Val| At(val.span).concat([Val::str("'", val.span), val.clone(), Val::str("'", val.span)]);
    let at = At(cors.span);
    let mut out = Vec::new();
    let origin = match cors.origins.first() {
        Some(first) if preflight || cors.origins.len() == 1 => quoted(first),
        _ => {
            let all: Vec<String> = cors.origins.iter().map(|o| o.display().to_string()).collect();
            at.str(format!("'{}'", all.join(",")))
        }
    };
    out.push(("Access-Control-Allow-Origin", origin));
    if preflight {
        let names: Vec<String> = cors.headers.iter().map(|h| h.display().to_string()).collect();
        let methods = cors.methods.join(",").replace("ANY", "DELETE,GET,HEAD,PATCH,POST,PUT");
        out.push(("Access-Control-Allow-Headers", at.str(format!("'{}'", names.join(",")))));
        out.push(("Access-Control-Allow-Methods", at.str(format!("'{methods}'"))));
    }
    if truthy(&cors.credentials) {
        let val = if preflight { quoted(&cors.credentials) } else { cors.credentials.clone() };
        out.push(("Access-Control-Allow-Credentials", val));
    }
    if preflight && truthy(&cors.max_age) {
        out.push(("Access-Control-Max-Age", quoted(&cors.max_age)));
    }
    if preflight && truthy(&cors.cache_control) {
        out.push(("Cache-Control", quoted(&cors.cache_control)));
    }
    out
}

fn authorizer(draft: &mut Draft<'_>, http: &Http<'_>) {
    let Some(Authorizer::Own(own)) = &http.authorizer else { return };
    let service = draft.service;
    let cause = Cause { key: own.span, block: own.val.span.or(own.span), id: http.cause.id.clone() };
    let at = cause.at();
    let val = &own.val;
    let ttl = val.get("resultTtlInSeconds");
    let ttl = match (truthy(ttl) || !ttl.is_null(), val.as_map()) {
        (true, _) => ttl.clone(),
        (false, Some(_)) => default_int(300, own.span),
        (false, None) => Val::null().clone(),
    };
    let request = own.kind.as_str().is_some_and(|k| k.eq_ignore_ascii_case("request"));
    let source = val.get("identitySource");
    let source = if truthy(source) {
        source.clone()
    } else if request && ttl.as_int() == Some(0) {
        Val::null().clone()
    } else {
        at.str("method.request.header.Authorization").through(Via::Defaulted, own.span)
    };
    let mut made = Made::new(
        "AWS::ApiGateway::Authorizer",
        &cause,
        [
            ("AuthorizerResultTtlInSeconds", ttl),
            ("IdentitySource", source),
            ("Name", at.str(own.name.clone())),
            ("RestApiId", rest_api::api_id(service, at)),
            ("IdentityValidationExpression", val.get("identityValidationExpression").clone()),
        ],
    );
    if own.cognito {
        made.prop("Type", at.str("COGNITO_USER_POOLS"));
        made.prop("ProviderARNs", at.list([own.arn.clone()]));
    } else {
        made.prop("AuthorizerUri", rest_api::lambda_uri(at, own.arn.clone()));
        let kind = match own.kind.as_str() {
            Some(text) => At(own.kind.span).str(text.to_uppercase()),
            None => at.str("TOKEN").through(Via::Defaulted, own.span),
        };
        made.prop("Type", kind);
    }
    let id = format_smolstr!("{}ApiGatewayAuthorizer", naming::normalized(&own.name));
    draft.template.add(id, made.depends(own.alias.clone()));
}

fn permissions(draft: &mut Draft<'_>, http: &Http<'_>) {
    let service = draft.service;
    let at = http.cause.at();
    let source = |at: At| rest_api::execute_arn(at, rest_api::api_id(service, at), "/*/*");
    let id = format_smolstr!("{}LambdaPermissionApiGateway", http.function.normalized());
    if !draft.template.resources.contains_key(&id) {
        let made = permission(http.function, &http.cause, at.str("apigateway.amazonaws.com"), source(at));
        draft.template.add(id, made);
    }
    let Some(Authorizer::Own(own)) = &http.authorizer else { return };
    let id = format_smolstr!("{}LambdaPermissionApiGateway", naming::normalized(&own.name));
    let external = truthy(own.val.get("managedExternally"));
    if own.cognito || external || draft.template.resources.contains_key(&id) {
        return;
    }
    let cause = Cause { key: own.span, block: own.val.span.or(own.span), id: http.cause.id.clone() };
    let at = cause.at();
    let function = match &own.alias {
        Some(alias) => at.reference(alias.clone()),
        None => own.arn.clone(),
    };
    let made = Made::new(
        "AWS::Lambda::Permission",
        &cause,
        [
            ("FunctionName", function),
            ("Action", at.str("lambda:InvokeFunction")),
            ("Principal", at.str("apigateway.amazonaws.com")),
            ("SourceArn", source(at)),
        ],
    );
    draft.template.add(id, made);
}
