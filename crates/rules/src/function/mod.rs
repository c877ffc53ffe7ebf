//! Rules of category `function`.

pub mod async_without_failure_target;
pub mod code_signing_absent;
pub mod code_signing_warn_only;
pub mod dead_letter_target_weak;
pub mod disabled_in_code;
pub mod env_dangerous;
pub mod env_reserved_name;
pub mod env_without_customer_key;
pub mod image_by_tag;
pub mod image_foreign_registry;
pub mod layer_foreign_account;
pub mod layer_shared_with_everyone;
pub mod memory_implicit;
pub mod outside_vpc;
pub mod outside_vpc_of_store;
pub mod permission_dangling;
pub mod permission_foreign_account;
pub mod permission_public;
pub mod permission_source_too_wide;
pub mod permission_token_literal;
pub mod permission_wide_action;
pub mod permission_without_source;
pub mod public_without_limit;
pub mod runtime_deprecated;
pub mod runtime_deprecated_soon;
pub mod single_zone;
pub mod timeout_exceeds_caller;
pub mod timeout_implicit;
pub mod tracing_off;
pub mod url_bypasses_cloudfront;
pub mod url_cors_wildcard;
pub mod url_without_auth;
pub mod url_without_limit;
pub mod without_dead_letter;
pub mod without_reserved_concurrency;

use crate::prelude::*;

/// A permission that somebody wrote, on the function it is of; on itself where that is not known.
struct Grant<'a> {
    ix: NodeIx,
    logical_id: &'a str,
    props: &'a Val,
    span: Span,
}

/// The permissions that somebody wrote, without those that a framework adds for an event.
fn grants<'a>(cx: &Cx<'a>) -> Vec<Grant<'a>> {
    let mut all = Vec::new();
    for (ix, node) in cx.nodes(NodeKind::Function) {
        let Some(function) = node.function() else { continue };
        for p in function.permissions.iter().filter(|p| p.implied_by.is_none()) {
            all.push(Grant { ix, logical_id: &p.logical_id, props: &p.props, span: p.span });
        }
    }
    let loose = cx.of_type("AWS::Lambda::Permission").filter(|(_, n)| n.kind != NodeKind::Entry);
    for (ix, node) in loose.filter(|(_, n)| n.implied_by.is_none()) {
        all.push(Grant { ix, logical_id: &node.logical_id, props: &node.props, span: node.span });
    }
    all
}

impl Grant<'_> {
    /// What is called: `{subject}`, which stands for the function, or the name in the permission where its function
    /// is not in the application.
    fn subject(&self, cx: &Cx<'_>) -> String {
        match cx.node(self.ix).map(|n| n.kind) {
            Some(NodeKind::Function) => "{subject}".to_owned(),
            _ => format!("function `{}`", self.props.get("FunctionName").display()),
        }
    }

    /// Whether it is one of the permissions that make a function URL public; `function-url-without-auth`
    /// reports these.
    fn is_of_public_url(&self) -> bool {
        self.props.get("FunctionUrlAuthType").is("NONE").is_yes()
            || self.props.get("InvokedViaFunctionUrl").as_bool() == Some(true)
    }

    /// Whether a condition names the organisation of the caller.
    fn names_organisation(&self) -> bool {
        !self.props.get("PrincipalOrgID").is_null()
    }
}

/// Whether a key is written: in a map that may hold more, an absent key cannot be told.
fn written(props: &Val, key: &str) -> Tri {
    match props.as_map() {
        None => Tri::Unknown,
        Some(map) if map.get(key).is_none_or(Val::is_null) => {
            if map.open {
                Tri::Unknown
            } else {
                Tri::No
            }
        }
        Some(_) => Tri::Yes,
    }
}

/// The nodes that rules of this category report: a rule that asks the same of everything is silent there.
fn fires(cx: &Cx<'_>, rules: &[&Rule]) -> std::collections::BTreeSet<NodeIx> {
    let mut found = Findings::default();
    for rule in rules {
        (rule.check)(cx, &mut found);
    }
    found.found.iter().flat_map(|f| f.node.into_iter().chain(f.affected.iter().copied())).collect()
}

/// Whether a function is in a VPC.
fn placed(props: &Val) -> Tri {
    let subnets = props.lookup("VpcConfig.SubnetIds");
    match &subnets.state {
        _ if subnets.is_null() => match written(props, "VpcConfig") {
            // With nothing in it that is known, it may be empty.
            Tri::Yes if !props.get("VpcConfig").is_known() => Tri::Unknown,
            Tri::Yes => Tri::No,
            other => other,
        },
        // Whatever subnets a parameter gives, they are some.
        State::Unknown(u) if u.reason == palisade_graph::Reason::ParameterWithoutDefault => Tri::Yes,
        State::Known(_) => match subnets.as_list() {
            Some(list) if list.items.is_empty() && list.open => Tri::Unknown,
            Some(list) => (!list.items.is_empty()).into(),
            None => Tri::Yes,
        },
        _ => Tri::Unknown,
    }
}

/// Whether reserved concurrency limits a function.
fn reserved(node: &Node) -> Tri {
    match node.props.get("ReservedConcurrentExecutions") {
        val if val.is_null() => written(&node.props, "ReservedConcurrentExecutions"),
        val => match &val.state {
            State::Known(_) => Tri::Yes,
            // Whatever number the parameter gets, it is a limit.
            State::Unknown(u) if u.reason == palisade_graph::Reason::ParameterWithoutDefault => Tri::Yes,
            _ => Tri::Unknown,
        },
    }
}

/// Whether a default of the platform or framework stands for a value that nobody wrote.
fn defaulted(val: &Val) -> bool {
    val.is_null() || !val.span.is_some() || val.links().any(|l| l.word == palisade_graph::Via::Defaulted)
}

/// Words for the dialect that the application is written in.
fn advice(cx: &Cx<'_>, serverless: &'static str, template: &'static str) -> &'static str {
    if cx.application.dialects.contains(&"serverless") { serverless } else { template }
}

/// How sure it is that an account is another's: without a configured account it is inferred.
fn confidence_of_accounts(cx: &Cx<'_>) -> Confidence {
    if cx.settings.account.is_some() { Confidence::High } else { Confidence::Medium }
}

/// Files that it cannot be told whose an account is.
fn cannot_place(out: &mut Findings, ix: NodeIx, property: &str, val: &Val) {
    if val.any_unknown() {
        return out.cannot_tell(ix, property, val);
    }
    let reason = "the only account that the application names";
    out.unknown.push((ix, property.to_owned(), reason.to_owned(), val.span));
}

/// A function URL.
struct Url<'a> {
    ix: NodeIx,
    node: &'a Node,
    /// Its function, where that is in the application.
    function: Option<(NodeIx, &'a Node)>,
    auth: &'a Val,
}

impl Url<'_> {
    /// The node that findings are about.
    fn subject(&self) -> NodeIx {
        self.function.map_or(self.ix, |(ix, _)| ix)
    }
}

fn urls<'a>(cx: &Cx<'a>) -> Vec<Url<'a>> {
    let graph = cx.graph;
    let all = cx.of_type("AWS::Lambda::Url").map(|(ix, node)| {
        let function = graph
            .out(ix, EdgeKind::Triggers)
            .find_map(|e| graph.node(e.to).filter(|n| n.kind == NodeKind::Function).map(|n| (e.to, n)));
        Url { ix, node, function, auth: node.props.lookup("AuthType") }
    });
    all.collect()
}

/// Whether a permission lets everybody call a function's URL. Without one, a URL with `AuthType: NONE`
/// answers 403.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html>
fn answers_everybody(cx: &Cx<'_>, url: &Url<'_>) -> Tri {
    let everybody = |props: &Val| props.get("Principal").is("*");
    let mut answer = match url.function {
        Some((_, node)) => {
            let list = node.function().map_or(&[][..], |f| &f.permissions);
            list.iter().fold(Tri::No, |a, p| a.or(everybody(&p.props)))
        }
        None => Tri::Unknown,
    };
    // Permissions whose function is not known may be of this one.
    for (_, node) in cx.of_type("AWS::Lambda::Permission").filter(|(_, n)| n.kind != NodeKind::Entry) {
        if !everybody(&node.props).is_no() {
            answer = answer.or(Tri::Unknown);
        }
    }
    answer
}
