//! The definition of an API while events and settings are joined into it.

use std::collections::HashSet;
use std::sync::Arc;

use indexmap::IndexMap;
use palisade_graph::{Entry, Link, Map, Reason, State, Val, Value};
use palisade_source::Span;
use smol_str::SmolStr;

use super::build::{At, child_list, map_mut, truthy};

/// Method key of an integration.
pub const INTEGRATION: &str = "x-amazon-apigateway-integration";
/// Method key that stands for every method.
pub const ANY: &str = "x-amazon-apigateway-any-method";
/// Key of the resource policy.
pub const POLICY: &str = "x-amazon-apigateway-policy";

/// More keys than a path can have methods and words; further ones are not joined.
const METHODS: usize = 64;

/// An OpenAPI document with its paths apart, so that many routes can be joined in.
pub struct Definition {
    /// The document; its `paths` are empty while they stand apart.
    pub doc: Val,
    /// Path → its methods.
    pub paths: IndexMap<SmolStr, Path>,
    paths_span: Span,
    paths_via: Option<Arc<Link>>,
    paths_open: bool,
    /// Statements of the resource policy, as text.
    pub statements: HashSet<SmolStr>,
}

/// A path.
pub struct Path {
    /// Where its key stands.
    pub key_span: Span,
    /// Its methods.
    pub val: Val,
}

impl Definition {
    /// An empty document of a version.
    pub fn skeleton(at: At, key: &'static str, version: Val) -> Self {
        let info = at.object([("version", at.text("1.0")), ("title", at.pseudo("AWS::StackName"))]);
        let doc = at.object([(key, version), ("info", info), ("paths", Val::map(Vec::new(), at.0))]);
        Self::read(&doc).unwrap_or_else(|| Self::unknown(at.0))
    }

    /// A document of which nothing is known but what events say.
    pub fn unknown(span: Span) -> Self {
        let doc = Val::known(Value::Map(Arc::new(Map { entries: Vec::new(), open: true })), span);
        Self {
            doc,
            paths: IndexMap::new(),
            paths_span: span,
            paths_via: None,
            paths_open: true,
            statements: HashSet::new(),
        }
    }

    /// A document as an author wrote it; `None` where it is not a known map.
    pub fn read(doc: &Val) -> Option<Self> {
        let open = doc.as_map()?.open;
        let mut doc = doc.clone();
        let paths = doc.get("paths").clone();
        let mut out = Self {
            doc: Val::default(),
            paths: IndexMap::new(),
            paths_span: paths.span.or(doc.span),
            paths_via: paths.via.clone(),
            paths_open: open,
            statements: doc.get(POLICY).get("Statement").items().iter().map(Val::display).collect(),
        };
        match &paths.state {
            State::Known(Value::Map(map)) => {
                out.paths_open = map.open;
                for entry in &map.entries {
                    out.paths
                        .insert(entry.key.clone(), Path { key_span: entry.key_span, val: entry.val.clone() });
                }
            }
            State::Known(_) => {}
            _ => out.paths_open = true,
        }
        if let Some(map) = map_mut(&mut doc)
            && let Some(entry) = map.entries.iter_mut().find(|e| e.key == "paths")
        {
            entry.val = Val::default();
        }
        out.doc = doc;
        Some(out)
    }

    /// The whole document.
    pub fn finish(self) -> Val {
        let entry = |(key, path): (SmolStr, Path)| Entry { key, key_span: path.key_span, val: path.val };
        let map = Map { entries: self.paths.into_iter().map(entry).collect(), open: self.paths_open };
        let mut paths = Val::known(Value::Map(Arc::new(map)), self.paths_span);
        paths.via = self.paths_via;
        let mut doc = self.doc;
        if let Some(map) = map_mut(&mut doc) {
            let key_span =
                map.entries.iter().find(|e| e.key == "paths").map_or(self.paths_span, |e| e.key_span);
            map.set("paths", key_span, paths);
        }
        doc
    }

    /// Whether there may be more in it than is known.
    pub fn is_open(&self) -> bool {
        self.doc.as_map().is_some_and(|m| m.open)
    }

    /// Whether it is OpenAPI 3.
    pub fn is_openapi(&self) -> bool {
        self.doc.get("openapi").display().starts_with('3')
    }

    /// Whether a method has an integration.
    pub fn has_integration(&self, path: &str, method: &str) -> bool {
        self.paths.get(path).is_some_and(|p| truthy(p.val.get(method).get(INTEGRATION)))
    }

    /// A method, made where it is absent; `None` where the author wrote something else there.
    pub fn method(&mut self, path: &SmolStr, method: &str, span: Span) -> Option<&mut Val> {
        let open = self.paths_open;
        let path = self.paths.entry(path.clone()).or_insert_with(|| {
            let map = Map { entries: Vec::new(), open };
            Path { key_span: span, val: Val::known(Value::Map(Arc::new(map)), span) }
        });
        if path.val.is_null() {
            path.val = Val::map(Vec::new(), span);
        }
        let map = map_mut(&mut path.val)?;
        if map.entries.len() > METHODS && map.get(method).is_none() {
            return None;
        }
        if map.get(method).is_none_or(Val::is_null) {
            let empty = Val::known(Value::Map(Arc::new(Map { entries: Vec::new(), open })), span);
            map.set(method, span, empty);
        }
        map.entries.iter_mut().find(|e| e.key == method).map(|e| &mut e.val)
    }

    /// Every method with an integration.
    pub fn integrated(&mut self) -> impl Iterator<Item = (&SmolStr, &mut Val)> {
        self.paths.values_mut().flat_map(|path| {
            let entries = map_mut(&mut path.val).map(|m| m.entries.iter_mut()).into_iter().flatten();
            entries
                .filter(|e| !matches!(e.key.as_str(), "summary" | "description" | "parameters"))
                .filter(|e| truthy(e.val.get(INTEGRATION)))
                .map(|e| (&e.key, &mut e.val))
        })
    }

    /// The security schemes, made where they are absent: of Swagger 2 at the top, of OpenAPI 3 below
    /// `components`.
    pub fn schemes(&mut self, span: Span, in_components: bool) -> Option<&mut Map> {
        if in_components {
            let components = super::build::child(&mut self.doc, "components", || Val::map(Vec::new(), span))?;
            return super::build::child_map(components, "securitySchemes", span);
        }
        super::build::child_map(&mut self.doc, "securityDefinitions", span)
    }
}

/// Method key of a method name.
pub fn method_key(name: &str) -> SmolStr {
    let lower = name.to_ascii_lowercase();
    if lower == "any" { SmolStr::new_static(ANY) } else { lower.into() }
}

/// Who may call a method of a document that cannot be read is not known, unless its event says so.
pub fn secure_elsewhere(method: &mut Val, span: Span) {
    if let Some(map) = map_mut(method) {
        map.set("security", span, Val::unknown(Reason::ExternalLookup, "security", span));
    }
}

/// Adds a requirement to the `security` of a method.
pub fn require(method: &mut Val, key: &str, key_span: Span, scopes: Val) {
    let item = requirement(key, key_span, scopes);
    if !method.get("security").is_known()
        && let Some(map) = map_mut(method)
    {
        map.remove("security");
    }
    let span = item.span;
    if let Some(list) = child_list(method, "security", span) {
        list.items.push(item);
    }
}

/// One requirement: `{name: [scopes]}`.
pub fn requirement(key: &str, key_span: Span, scopes: Val) -> Val {
    Val::map(vec![Entry { key: key.into(), key_span, val: scopes }], key_span)
}

/// Whether a requirement names one of `names`.
pub fn names_any(requirement: &Val, names: &dyn Fn(&str) -> bool) -> bool {
    requirement.entries().iter().any(|e| names(&e.key))
}

/// A path in the resource of an ARN: one closing slash off, parameters as `*`.
pub fn arn_path(path: &str, any_greedy: bool) -> String {
    let path = match path.strip_suffix('/') {
        Some(rest) if !rest.is_empty() => rest,
        _ => path,
    };
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, next)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        let plain =
            |n: &str| !n.is_empty() && n.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
        let greedy = name.strip_suffix('+').is_some_and(|n| plain(n) && (any_greedy || n == "proxy"));
        if plain(name) || greedy {
            out.push('*');
        } else {
            out.push('{');
            out.push_str(name);
            out.push('}');
        }
        rest = next;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::super::tests::val;
    use super::*;

    #[test]
    fn paths_in_arns_have_stars_for_parameters() {
        assert_eq!(arn_path("/a/{id}/", true), "/a/*");
        assert_eq!(arn_path("/", true), "/");
        assert_eq!(arn_path("/{rest+}", true), "/*");
        assert_eq!(arn_path("/{rest+}", false), "/{rest+}");
        assert_eq!(arn_path("/{proxy+}", false), "/*");
        assert_eq!(arn_path("/{a b}/{c", false), "/{a b}/{c");
    }

    #[test]
    fn a_document_comes_back_as_it_was() {
        let doc = val("{swagger: '2.0', paths: {/a: {get: {x: 1}}}, z: 1}");
        assert!(Definition::read(&doc).unwrap().finish().same(&doc));
        assert!(Definition::read(&val("text")).is_none());
    }

    #[test]
    fn routes_join_at_their_path() {
        let mut definition = Definition::read(&val("{paths: {/a: {get: {x: 1}}}}")).unwrap();
        definition.method(&"/a".into(), "post", Span::NONE).unwrap();
        definition.method(&"/b".into(), "get", Span::NONE).unwrap();
        assert_eq!(
            definition.finish().to_json(),
            serde_json::json!({"paths": {"/a": {"get": {"x": 1}, "post": {}}, "/b": {"get": {}}}})
        );
    }
}
