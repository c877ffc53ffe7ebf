//! Rules of category `edge`, and what they ask of distributions (behaviours, origins) and of web ACLs (rules).

pub mod bucket_origin_open;
pub mod function_limits;
pub mod function_too_powerful;
pub mod log_off;
pub mod old_tls;
pub mod origin_bucket_missing;
pub mod origin_plain_http;
pub mod root_object_missing;
pub mod security_headers_missing;
pub mod viewer_plain_http;
pub mod waf_count_only;
pub mod waf_empty;
pub mod waf_log4j_missing;
pub mod waf_log_off;
pub mod waf_without_rate_rule;
pub mod without_waf;

use std::collections::{BTreeMap, BTreeSet};

use palisade_graph::Via;

use crate::prelude::*;

/// What a map says behind a path.
#[derive(Clone, Copy)]
pub enum Said<'a> {
    /// Nothing, or an empty text: the value where that is written, else the absent value.
    Nothing(&'a Val),
    /// This.
    Something(&'a Val),
    /// It is not known whether anything, and this is why.
    Unknown(&'a Val),
}

/// What a map says behind a dotted path of keys.
pub fn said<'a>(map: &'a Val, path: &str) -> Said<'a> {
    let mut val = map;
    for key in path.split('.') {
        match &val.state {
            State::Known(Value::Map(m)) => match m.get(key) {
                Some(next) => val = next,
                None if m.open => return Said::Unknown(val),
                None => return Said::Nothing(Val::null()),
            },
            State::Known(_) => return Said::Nothing(Val::null()),
            _ => return Said::Unknown(val),
        }
    }
    match &val.state {
        State::Known(Value::Null) => Said::Nothing(val),
        State::Known(Value::Str(text)) if text.is_empty() => Said::Nothing(val),
        State::Unknown(_) => Said::Unknown(val),
        _ => Said::Something(val),
    }
}

/// A distribution that is not switched off.
#[derive(Clone, Copy)]
pub struct Distribution<'a> {
    /// Its node.
    pub ix: NodeIx,
    /// Its node.
    pub node: &'a Node,
    /// `DistributionConfig`.
    pub config: &'a Val,
}

/// One cache behaviour: for which requests a distribution does what.
#[derive(Clone)]
pub struct Behaviour<'a> {
    /// As written.
    pub val: &'a Val,
    /// Where it begins.
    pub at: Span,
    /// The pattern of its paths, empty where it is not known; none for the default behaviour.
    pub pattern: Option<String>,
}

impl Behaviour<'_> {
    /// What people call it.
    pub fn words(&self) -> String {
        match &self.pattern {
            None => "the default behaviour".to_owned(),
            Some(pattern) if pattern.is_empty() => "a behaviour".to_owned(),
            Some(pattern) => format!("behaviour `{pattern}`"),
        }
    }
}

/// What stands behind a distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A bucket, asked through the interface of S3.
    Bucket,
    /// A bucket's website, which speaks plain HTTP only.
    Website,
    /// Anything else.
    Other,
}

/// An origin of a distribution.
#[derive(Clone)]
pub struct Origin<'a> {
    /// As written.
    pub val: &'a Val,
    /// Its id.
    pub id: String,
    /// Its domain name.
    pub domain: &'a Val,
    /// What it is.
    pub kind: Kind,
    /// The node of the application that it is.
    pub node: Option<NodeIx>,
}

/// The distributions of the application that are not switched off.
pub fn distributions<'a>(cx: &Cx<'a>) -> impl Iterator<Item = Distribution<'a>> + use<'a> {
    cx.of_type("AWS::CloudFront::Distribution")
        .map(|(ix, node)| Distribution { ix, node, config: node.props.get("DistributionConfig") })
        .filter(|d| d.config.get("Enabled").as_bool() != Some(false))
}

impl<'a> Distribution<'a> {
    /// Its behaviours, the default one first.
    pub fn behaviours(&self) -> Vec<Behaviour<'a>> {
        let mut all = Vec::new();
        if let Some(entry) = self.config.entry("DefaultCacheBehavior").filter(|e| e.val.as_map().is_some()) {
            all.push(Behaviour { val: &entry.val, at: entry.key_span.or(entry.val.span), pattern: None });
        }
        for val in self.config.get("CacheBehaviors").items().iter().filter(|v| v.as_map().is_some()) {
            let pattern = val.get("PathPattern");
            let known = !matches!(pattern.state, State::Unknown(_));
            let pattern = Some(if known { pattern.display().to_string() } else { String::new() });
            all.push(Behaviour { val, at: val.span, pattern });
        }
        all
    }

    /// Its origins.
    pub fn origins(&self, cx: &Cx<'a>, buckets: &Buckets) -> Origins<'a> {
        let written = self.config.get("Origins").items().iter().filter(|v| v.as_map().is_some());
        let all: Vec<Origin<'a>> = written.map(|val| origin(cx, val, buckets)).collect();
        let mut named: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (n, origin) in all.iter().enumerate() {
            named.entry(origin.id.clone()).or_default().push(n);
        }
        let mut groups: Vec<(String, Vec<usize>)> = Vec::new();
        for group in self.config.at("OriginGroups.Items").items() {
            let members = group.at("Members.Items").items().iter();
            let ids = members.map(|m| m.get("OriginId").display().to_string());
            let origins = ids.filter_map(|id| named.get(&id)).flatten().copied().collect();
            groups.push((group.get("Id").display().to_string(), origins));
        }
        for (id, origins) in groups {
            named.entry(id).or_insert(origins);
        }
        Origins { all, named }
    }
}

/// The origins of a distribution.
pub struct Origins<'a> {
    /// All of them.
    pub all: Vec<Origin<'a>>,
    /// Which of them an id means: an origin's, or a group's.
    named: BTreeMap<String, Vec<usize>>,
}

impl<'a> Origins<'a> {
    /// Which of them a behaviour leads to: one, or the members of a group; none where they are not in the file.
    pub fn of(&self, behaviour: &Behaviour<'a>) -> impl Iterator<Item = (usize, &Origin<'a>)> {
        let id = behaviour.val.get("TargetOriginId").display();
        let found = self.named.get(id.as_str()).map_or(&[][..], Vec::as_slice);
        found.iter().filter_map(|n| Some((*n, self.all.get(*n)?)))
    }
}

/// Buckets by their names.
pub type Buckets = BTreeMap<String, NodeIx>;

/// The buckets of the application.
pub fn buckets(cx: &Cx<'_>) -> Buckets {
    let names =
        cx.of_type("AWS::S3::Bucket").map(|(ix, n)| (n.props.get("BucketName").display().to_string(), ix));
    names.filter(|(name, _)| !name.is_empty()).collect()
}

fn origin<'a>(cx: &Cx<'a>, val: &'a Val, buckets: &Buckets) -> Origin<'a> {
    let domain = val.get("DomainName");
    let named = bucket_of(domain);
    let by_name = || named.as_ref().and_then(|name| buckets.get(name).copied());
    let node = cx.graph.resolve(domain).or_else(by_name);
    let is_bucket = node.and_then(|ix| cx.node(ix)).is_some_and(|n| n.ty == "AWS::S3::Bucket");
    let private = !val.get("VpcOriginConfig").is_null();
    let kind = if is_website(domain) {
        Kind::Website
    } else if !private && (is_bucket || named.is_some() || !val.get("S3OriginConfig").is_null()) {
        Kind::Bucket
    } else {
        Kind::Other
    };
    Origin { val, id: val.get("Id").display().to_string(), domain, kind, node }
}

/// Whether a domain name is that of a bucket's website.
fn is_website(domain: &Val) -> bool {
    let text = domain.display();
    text.contains(".s3-website") || text.contains(".WebsiteURL")
}

/// The name of the bucket in a domain name of S3, holes as `${…}`.
pub fn bucket_of(domain: &Val) -> Option<String> {
    let text = domain.display();
    let (name, rest) = text.rsplit_once(".s3")?;
    let amazon = ["amazonaws.com", "amazonaws.com.cn", "${AWS::URLSuffix}"];
    let ours = rest.starts_with(['.', '-']) && amazon.iter().any(|end| rest.ends_with(end));
    (ours && !name.is_empty()).then(|| name.to_owned())
}

/// Whether a value is one that nobody wrote: a framework puts it there.
pub fn is_default(val: &Val) -> bool {
    val.links().any(|l| matches!(l.word, Via::Defaulted))
}

/// Changes of values where they are written; none where nobody wrote one of them.
pub fn rewritten<'a>(
    values: impl IntoIterator<Item = &'a Val>,
    better: impl Into<Literal>,
    title: &str,
) -> Option<Proposal> {
    let better = better.into();
    let mut changes: Vec<Change> = Vec::new();
    for val in values {
        if !val.span.is_some() || is_default(val) {
            return None;
        }
        let change = Change::Replace { at: val.span, value: better.clone() };
        if !changes.contains(&change) {
            changes.push(change);
        }
    }
    Some(Proposal::new(title, Safety::Unsafe, changes))
}

/// A web ACL.
#[derive(Clone, Copy)]
pub struct Acl<'a> {
    /// Its node.
    pub ix: NodeIx,
    /// Its node.
    pub node: &'a Node,
    /// Its rules, as written.
    pub rules: &'a Val,
}

/// The web ACLs of the application.
pub fn acls<'a>(cx: &Cx<'a>) -> impl Iterator<Item = Acl<'a>> + use<'a> {
    cx.of_type("AWS::WAFv2::WebACL").map(|(ix, node)| Acl { ix, node, rules: node.props.get("Rules") })
}

impl<'a> Acl<'a> {
    /// The value for which not all rules are known, if there is one.
    pub fn unread(&self) -> Option<&'a Val> {
        let open = match &self.rules.state {
            State::Known(Value::Null) => self.node.props.as_map().is_none_or(|m| m.open),
            State::Known(Value::List(l)) => l.open || l.items.iter().any(|r| r.as_map().is_none()),
            _ => true,
        };
        open.then_some(self.rules)
    }

    /// The key of its rules where they stand with it; nowhere where they came from elsewhere or there are none.
    pub fn rules_at(&self) -> Span {
        let entry = self.node.props.entry("Rules").filter(|e| e.val.links().next().is_none());
        entry.filter(|e| e.val.span.is_some()).map_or(Span::NONE, |e| e.key_span)
    }

    /// Whether it lets in what no rule stops.
    pub fn lets_in(&self) -> bool {
        self.node.props.get("DefaultAction").entry("Block").is_none()
    }

    /// What it stands before.
    pub fn protects(&self, cx: &Cx<'a>) -> Vec<NodeIx> {
        let mut all: Vec<NodeIx> = cx.graph.out(self.ix, EdgeKind::Protects).map(|e| e.to).collect();
        all.sort();
        all.dedup();
        all
    }

    /// The statements of its rules: kind and content, those within others too, and those of its own rule groups. An
    /// empty kind is a statement or group that is not in the files.
    pub fn statements(&self, cx: &Cx<'a>) -> Vec<(&'a str, &'a Val)> {
        let mut all = Vec::new();
        for rule in self.rules.items() {
            statements(rule.get("Statement"), DEPTH, &mut all);
        }
        let kind = |(kind, _): &&(&str, &Val)| *kind == "RuleGroupReferenceStatement";
        let arns: Vec<&Val> = all.iter().filter(kind).map(|(_, group)| group.get("Arn")).collect();
        let mut groups = BTreeSet::new();
        for arn in arns {
            let group = cx.graph.resolve(arn);
            match group.filter(|ix| cx.node(*ix).is_some_and(|n| n.ty == "AWS::WAFv2::RuleGroup")) {
                Some(group) => {
                    groups.insert(group);
                }
                None => all.push(("", arn)),
            }
        }
        for group in groups.into_iter().filter_map(|ix| cx.node(ix)) {
            for rule in group.props.get("Rules").items() {
                statements(rule.get("Statement"), DEPTH, &mut all);
            }
        }
        all
    }
}

/// Statements within statements that are looked at.
const DEPTH: u8 = 8;

fn statements<'a>(statement: &'a Val, depth: u8, out: &mut Vec<(&'a str, &'a Val)>) {
    let Some(less) = depth.checked_sub(1) else { return };
    if statement.as_map().is_none_or(|m| m.open) && !statement.is_null() {
        out.push(("", statement));
    }
    for entry in statement.entries() {
        out.push((entry.key.as_str(), &entry.val));
        for inner in entry.val.get("Statements").items() {
            statements(inner, less, out);
        }
        for key in ["Statement", "ScopeDownStatement"] {
            statements(entry.val.get(key), less, out);
        }
    }
}

/// The nodes that a property of all resources of a type names, and a value for which that is not known.
pub fn named<'a>(cx: &Cx<'a>, ty: &'static str, path: &str) -> (BTreeSet<NodeIx>, Option<&'a Val>) {
    let mut nodes = BTreeSet::new();
    let mut unknown = None;
    for (_, node) in cx.of_type(ty) {
        let val = node.props.at(path);
        nodes.extend(cx.graph.resolve(val));
        if matches!(val.state, State::Unknown(_)) {
            unknown = unknown.or(Some(val));
        }
    }
    (nodes, unknown)
}
