//! A naive interpreter of concrete requests, by definition and without any code of the engine.
//!
//! It reads a line of `iam evaluate` as plain JSON, walks every statement of every document, and compares text by
//! recursion. Slow on purpose: nothing is compiled, indexed or cached. It decides only what is known: every context
//! key that matters is given.

mod condition;
mod element;
mod principal;
mod text;
mod value;

use std::collections::BTreeMap;

use serde_json::Value;

use principal::{Caller, How};

/// The three answers to a request of which everything is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Decision {
    /// Every gate allows and something grants.
    Allow,
    /// A statement with `Deny` matches.
    ExplicitDeny,
    /// Nothing grants, or a gate does not allow.
    ImplicitDeny,
}

impl Decision {
    /// The word of the contract.
    pub fn word(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::ExplicitDeny => "explicit_deny",
            Self::ImplicitDeny => "implicit_deny",
        }
    }
}

/// A request of which everything is known.
pub struct Request {
    caller: Caller,
    action: String,
    resource: String,
    /// Context by the lower case of the key.
    context: BTreeMap<String, Vec<String>>,
    bounded: bool,
}

/// Whose policy a document is: decides which elements count.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Identity, boundary, session and service control policies: no principal.
    Caller,
    /// Resource, resource control and endpoint policies.
    Resource,
}

/// The services of the generator's actions to which resource control policies apply.
const RESOURCE_CONTROLLED: [&str; 6] = ["s3", "sqs", "dynamodb", "kms", "secretsmanager", "sts"];

/// What a set of documents at one gate says.
#[derive(Default)]
struct Verdict {
    deny: bool,
    allow: bool,
    /// How the statements that allow name the caller.
    how: Vec<How>,
}

/// Decides a line of `iam evaluate`.
pub fn decide(line: &Value) -> Decision {
    let request = &line["request"];
    let principal = request["principal"].as_str().unwrap();
    let resource = request["resource"].as_str().unwrap();
    let account = request["resource_account"]
        .as_str()
        .map_or_else(|| resource.split(':').nth(4).unwrap_or("").to_owned(), str::to_owned);
    let context = request["context"].as_object().into_iter().flatten();
    let context = context.map(|(key, values)| (key.to_ascii_lowercase(), texts(values))).collect();
    let request = Request {
        caller: Caller::read(principal),
        action: request["action"].as_str().unwrap().to_owned(),
        resource: resource.to_owned(),
        context,
        bounded: !list(&line["boundary"]).is_empty(),
    };
    let master = line["management_account"].as_str().unwrap_or("none");

    let identity = verdict(&request, &list(&line["identity"]), Kind::Caller);
    let resource = verdict(&request, &list(&line["resource_policy"]), Kind::Resource);
    let boundary = gate(&request, &line["boundary"], Kind::Caller);
    let session = gate(&request, &line["session"], Kind::Caller);
    let endpoint = gate(&request, &line["endpoint"], Kind::Resource);

    let caller = &request.caller;
    let mut deny = identity.deny || resource.deny || boundary.deny || session.deny || endpoint.deny;
    let mut open = endpoint.allow;
    if caller.in_organisation() && caller.account() != Some(master) {
        for level in list(&line["scp"]) {
            let level = verdict(&request, &list(&level), Kind::Caller);
            deny |= level.deny;
            open &= level.allow;
        }
    }
    let service = request.action.split(':').next().unwrap_or("").to_ascii_lowercase();
    if RESOURCE_CONTROLLED.contains(&service.as_str()) && account != master && !caller.service_linked() {
        for level in list(&line["rcp"]) {
            deny |= verdict(&request, &list(&level), Kind::Resource).deny;
        }
    }
    if deny {
        return Decision::ExplicitDeny;
    }
    let limits = Limits { boundary: boundary.allow, session: session.allow };
    let trusted_only = match service.as_str() {
        "kms" => request.resource.contains(":key/"),
        "sts" => request.action.to_ascii_lowercase().starts_with("sts:assumerole"),
        _ => false,
    };
    if open && granted(caller, &account, identity.allow, &resource.how, limits, trusted_only) {
        Decision::Allow
    } else {
        Decision::ImplicitDeny
    }
}

/// Whether the gates that limit a caller allow.
#[derive(Clone, Copy)]
struct Limits {
    boundary: bool,
    session: bool,
}

/// Whether identity and resource policies grant together.
fn granted(
    caller: &Caller,
    account: &str,
    identity: bool,
    how: &[How],
    limits: Limits,
    trusted_only: bool,
) -> bool {
    let both = limits.boundary && limits.session;
    match caller {
        Caller::Anonymous | Caller::Service(_) => !how.is_empty(),
        Caller::Root { account: own } => own == account || !how.is_empty(),
        _ if caller.account() != Some(account) => identity && both && !how.is_empty(),
        _ => {
            let trusts = !trusted_only || how.contains(&How::Account);
            let by_identity = identity && both && trusts;
            let by_resource = how.iter().any(|how| match how {
                How::Account => false,
                How::Itself => true,
                // `*` names nobody directly, so that the limits of the caller stay
                How::Behind | How::Everyone => both,
            });
            by_identity || by_resource
        }
    }
}

/// A gate that is open when there is none.
fn gate(request: &Request, documents: &Value, kind: Kind) -> Verdict {
    let documents = list(documents);
    if documents.is_empty() {
        return Verdict { allow: true, ..Verdict::default() };
    }
    verdict(request, &documents, kind)
}

fn verdict(request: &Request, documents: &[Value], kind: Kind) -> Verdict {
    let mut verdict = Verdict::default();
    for document in documents {
        let variables = document["Version"] == "2012-10-17";
        for statement in list(&document["Statement"]) {
            let Some(how) = element::matches(request, &statement, kind, variables) else { continue };
            if statement["Effect"] == "Deny" {
                verdict.deny = true;
            } else {
                verdict.allow = true;
                verdict.how.push(how);
            }
        }
    }
    verdict
}

/// One or a list; absent is none.
fn list(value: &Value) -> Vec<Value> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(items) => items.clone(),
        one => vec![one.clone()],
    }
}

/// One text or a list of them; numbers and booleans are read as text.
fn texts(value: &Value) -> Vec<String> {
    list(value).iter().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned)).collect()
}
