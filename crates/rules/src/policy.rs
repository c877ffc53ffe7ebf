//! Questions of policy statements that literal text and references decide. The policy engine replaces
//! them; until then a Deny, a NotX element or a condition that could change an answer makes it
//! *cannot tell*.

use palisade_graph::{
    Edge, EdgeKind, From, Graph, Node, NodeIx, NodeKind, Piece, Reason, Role, State, Statement, StoreDetail,
    Target, Tri, Val, Value,
};

use crate::accounts::{self, Account, Standing};
pub use crate::settings::glob;
use crate::{Cx, Findings};

/// Condition keys that pin the caller to an account, organisation, network or source resource. An
/// outsider cannot choose their values.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
const PINNING: &[&str] = &[
    "aws:principalaccount",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principalarn",
    "aws:principalservicename",
    "aws:principalservicenameslist",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:sourcevpcarn",
    "aws:ec2instancesourcevpc",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceowner",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:sourceip",
    "aws:userid",
    "kms:calleraccount",
    "s3:dataaccesspointaccount",
    "s3:dataaccesspointarn",
    "sns:endpoint",
    "lambda:eventsourcetoken",
    "elasticfilesystem:accesspointarn",
];

/// Condition keys whose value every caller chooses: they leave nobody out.
const FREE: &[&str] = &[
    "aws:referer",
    "aws:useragent",
    "aws:securetransport",
    "aws:currenttime",
    "aws:epochtime",
    "aws:tokenissuetime",
    "aws:requestedregion",
    "aws:tagkeys",
    "aws:username",
    "aws:principaltype",
    "aws:vpcsourceip",
    "aws:viaawsservice",
    "aws:calledvia",
    "aws:calledviafirst",
    "aws:calledvialast",
    "aws:multifactorauthpresent",
    "aws:multifactorauthage",
    "events:source",
    "events:detail-type",
    "kms:viaservice",
    "kms:grantisforawsresource",
    "kms:encryptionalgorithm",
    "s3:prefix",
    "s3:delimiter",
    "s3:max-keys",
    "s3:authtype",
    "s3:signatureversion",
    "s3:signatureage",
    "s3:tlsversion",
    "s3:versionid",
    "sns:protocol",
    "sts:externalid",
    "sts:rolesessionname",
];

/// Starts of such keys.
const FREE_STARTS: &[&str] = &["aws:requesttag/", "aws:principaltag/", "kms:encryptioncontext", "s3:x-amz-"];

/// Whether a principal element admits everybody: `*`, or `AWS: *`.
pub fn is_everyone(principal: &Val) -> Tri {
    match &principal.state {
        State::Known(Value::Null) => Tri::No,
        State::Known(Value::Map(map)) => {
            let mut answer = if map.open { Tri::Unknown } else { Tri::No };
            for entry in &map.entries {
                // `Federated: *` and `Service: *` are no principals that AWS accepts for everybody.
                if entry.key == "AWS" || entry.key == "*" {
                    answer = answer.or(any_star(&entry.val));
                }
            }
            answer
        }
        _ => any_star(principal),
    }
}

fn any_star(val: &Val) -> Tri {
    let open = val.as_list().is_some_and(|l| l.open);
    let start = if open { Tri::Unknown } else { Tri::No };
    val.items().iter().fold(start, |answer, item| answer.or(item.is("*")))
}

/// The values under one kind of principal (`AWS`, `Service`, `Federated`), `*` alone not among them.
pub fn principals<'a>(principal: &'a Val, kind: &str) -> &'a [Val] {
    principal.get(kind).items()
}

/// An operator of a `Condition`, taken apart.
struct Operator {
    /// Compares for being the same or in a set, so that its values name who passes.
    positive: bool,
    /// A request without the key passes.
    absent_passes: bool,
    /// `*` and `?` in its values are wildcards.
    wildcards: bool,
}

fn operator(name: &str) -> Operator {
    let name = name.to_ascii_lowercase();
    let base = name.rsplit(':').next().unwrap_or(&name);
    let if_exists = base.ends_with("ifexists");
    let base = base.trim_end_matches("ifexists");
    Operator {
        positive: matches!(
            base,
            "stringequals" | "stringequalsignorecase" | "stringlike" | "arnequals" | "arnlike" | "ipaddress"
        ),
        absent_passes: if_exists || name.starts_with("forallvalues:"),
        wildcards: matches!(base, "stringlike" | "arnequals" | "arnlike"),
    }
}

/// Whether a `Condition` pins the caller: a positive operator on a key that an outsider cannot choose,
/// with a value that is not all wildcard. A key that is neither known to pin nor known to be free makes
/// it unknown.
pub fn pins_caller(condition: &Val) -> Tri {
    if condition.is_null() {
        return Tri::No;
    }
    let Some(map) = condition.as_map() else { return Tri::Unknown };
    let mut answer = if map.open { Tri::Unknown } else { Tri::No };
    for entry in &map.entries {
        let op = operator(&entry.key);
        let Some(keys) = entry.val.as_map() else {
            answer = answer.or(Tri::Unknown);
            continue;
        };
        for key in &keys.entries {
            answer = answer.or(pins(&op, &key.key, &key.val));
        }
    }
    answer
}

fn pins(op: &Operator, key: &str, val: &Val) -> Tri {
    let key = key.to_ascii_lowercase();
    if key == "aws:principalisawsservice" {
        return val.items().iter().fold(Tri::No, |a, v| a.or(v.as_bool().map_or(Tri::Unknown, Into::into)));
    }
    if PINNING.contains(&key.as_str()) {
        // Who can leave a key out is not pinned by it; a negative operator leaves the world in.
        return if op.positive && !op.absent_passes { narrow(&key, op, val) } else { Tri::No };
    }
    if is_free(&key) { Tri::No } else { Tri::Unknown }
}

fn is_free(key: &str) -> bool {
    FREE.contains(&key) || FREE_STARTS.iter().any(|start| key.starts_with(start))
}

/// A condition that looks like a guard and lets an outsider through: its key, its value, and why.
pub fn weak_guard(condition: &Val) -> Option<(&str, &Val, &'static str)> {
    for entry in condition.entries() {
        let op = operator(&entry.key);
        for key in entry.val.entries() {
            let lower = key.key.to_ascii_lowercase();
            let why = match lower.as_str() {
                "aws:referer" | "aws:useragent" => "every client can send this header",
                "aws:vpcsourceip" => "anybody can make a network with this address",
                "aws:username" => "every account can have a user of this name",
                "kms:viaservice" => "every account can use its services",
                _ if lower.starts_with("aws:principaltag/") => "every account can tag its principals so",
                _ if !PINNING.contains(&lower.as_str()) => continue,
                _ if op.positive && op.absent_passes => "a request without the key passes",
                _ if op.positive && narrow(&lower, &op, &key.val).is_no() => {
                    if lower == "aws:sourceip" {
                        "this is the whole internet"
                    } else {
                        "this matches everybody"
                    }
                }
                _ => continue,
            };
            return Some((&key.key, &key.val, why));
        }
    }
    None
}

/// Whether every value of a condition key leaves somebody out.
fn narrow(key: &str, op: &Operator, val: &Val) -> Tri {
    let mut answer = if val.as_list().is_some_and(|l| l.open) { Tri::Unknown } else { Tri::Yes };
    for item in val.items() {
        let one = match &item.state {
            State::Known(Value::Str(text) | Value::Num(text)) => {
                if key == "aws:sourceip" {
                    (!wide_range(text)).into()
                } else {
                    // Outside the `Like` family a `*` is a letter: it matches nobody.
                    (!op.wildcards || !matches_anybody(key, text)).into()
                }
            }
            State::Partial(pieces) => named_in(pieces),
            // A resource of the stack or its own account names somebody.
            State::Ref(target) if !matches!(**target, Target::External { .. }) => Tri::Yes,
            _ => Tri::Unknown,
        };
        answer = answer.and(one);
    }
    answer
}

/// Whether a string with holes names somebody: a resource of the stack, its own account, or literal text
/// where an account or a name stands.
fn named_in(pieces: &[Piece]) -> Tri {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(t) => text.push_str(t),
            Piece::Hole(v) => match &v.state {
                State::Ref(t) => match &**t {
                    Target::Resource { .. } => return Tri::Yes,
                    Target::Pseudo(name) if name == "AWS::AccountId" => return Tri::Yes,
                    // Region and partition name nobody.
                    Target::Pseudo(_) => text.push('*'),
                    Target::External { .. } => return Tri::Unknown,
                },
                _ => return Tri::Unknown,
            },
        }
    }
    (!matches_anybody("aws:sourcearn", &text)).into()
}

/// Whether a pattern of a pinning key matches a principal or resource that a stranger can make.
fn matches_anybody(key: &str, text: &str) -> bool {
    let wild = |t: &str| t.chars().all(|c| matches!(c, '*' | '?' | '/' | ':'));
    if wild(text) {
        return true;
    }
    if text.starts_with("arn:") {
        let fields: Vec<&str> = text.splitn(6, ':').collect();
        let (service, account, name) = (
            fields.get(2).copied().unwrap_or("*"),
            fields.get(4).copied().unwrap_or("*"),
            fields.get(5).copied().unwrap_or("*"),
        );
        // A bucket's name belongs to one account; elsewhere every account may use the name.
        return if service == "s3" && !wild(name.split('/').next().unwrap_or(name)) {
            false
        } else {
            wild(account)
        };
    }
    // The session's name behind a role's id is chosen by the caller.
    key == "aws:userid" && text.split(':').next().is_some_and(wild)
}

fn wide_range(text: &str) -> bool {
    let (address, bits) = text.split_once('/').unwrap_or((text, ""));
    let bits: u32 = bits.parse().unwrap_or(if address.contains(':') { 128 } else { 32 });
    if address.contains(':') { bits < 32 } else { bits < 8 }
}

/// Whether an Allow statement admits anybody at all: principal `*` and nothing that pins the caller.
pub fn is_public(statement: &Statement) -> Tri {
    if !statement.not_principal.is_null() {
        return statement.allows().and(pins_caller(&statement.condition).negate());
    }
    statement.allows().and(is_everyone(&statement.principal)).and(pins_caller(&statement.condition).negate())
}

/// Whether a Deny of the same policy may take back what a statement gives to strangers: one that reaches
/// everybody by a condition on who calls. Denies of plain HTTP and of unencrypted uploads do not.
pub fn may_be_denied(policy: &[Statement], statement: &Statement) -> bool {
    policy.iter().any(|deny| {
        !deny.allows().is_yes()
            && !std::ptr::eq(deny, statement)
            && (!is_everyone(&deny.principal).is_no() || !deny.not_principal.is_null())
            && overlap(deny, statement)
            && !only_free_keys(&deny.condition)
    })
}

/// Whether a condition asks only for what every caller can meet, and for something at all.
fn only_free_keys(condition: &Val) -> bool {
    let Some(map) = condition.as_map() else { return false };
    let keys = || map.entries.iter().flat_map(|op| op.val.entries());
    !map.open && keys().next().is_some() && keys().all(|k| is_free(&k.key.to_ascii_lowercase()))
}

/// Whether two statements may speak of the same action.
fn overlap(a: &Statement, b: &Statement) -> bool {
    if !a.not_actions.is_empty() || !b.not_actions.is_empty() {
        return true;
    }
    a.actions.iter().any(|x| {
        b.actions.iter().any(|y| match (x.as_str(), y.as_str()) {
            (Some(x), Some(y)) => {
                let (x, y) = (x.to_ascii_lowercase(), y.to_ascii_lowercase());
                glob(&x, &y) || glob(&y, &x) || (x.contains('*') && y.contains('*'))
            }
            _ => true,
        })
    })
}

/// Who outside the application a statement of a resource policy lets in.
pub enum Outsider<'a> {
    /// Nobody.
    Nobody,
    /// Everybody, or an account that is neither own nor trusted.
    Let {
        /// The principal value that does it.
        at: &'a Val,
        /// `everybody`, `account 123456789012`.
        who: String,
        /// Whether it is everybody.
        everybody: bool,
    },
    /// Cannot tell because of this value.
    CannotTell(&'a Val),
}

/// Who outside the application a statement lets in, the denies of its policy considered. Statements that
/// a framework made let nobody in: the user did not write them. A condition that only looks like a guard
/// is `iam-resource-policy-weak-condition`'s, and nobody here.
pub fn outsider<'a>(cx: &Cx<'_>, policy: &'a [Statement], s: &'a Statement) -> Outsider<'a> {
    if s.allows().is_no() || is_made(s) {
        return Outsider::Nobody;
    }
    if !s.not_principal.is_null() {
        // Allow with NotPrincipal lets in everyone else, but which of them a Deny takes back is not known.
        return match is_public(s) {
            Tri::No => Outsider::Nobody,
            _ => Outsider::CannotTell(&s.not_principal),
        };
    }
    let pinned = pins_caller(&s.condition);
    let mut open = None;
    for principal in aws_principals(&s.principal) {
        match principal.is("*") {
            Tri::Yes if pinned.is_no() && weak_guard(&s.condition).is_some() => return Outsider::Nobody,
            Tri::Yes if pinned.is_no() && !may_be_denied(policy, s) && s.allows().is_yes() => {
                return Outsider::Let { at: principal, who: "everybody".to_owned(), everybody: true };
            }
            Tri::Yes if pinned.is_yes() => {}
            Tri::Yes if pinned.is_no() => open = Some(Outsider::CannotTell(&s.effect)),
            Tri::Yes => open = Some(Outsider::CannotTell(&s.condition)),
            Tri::No => match (foreign(cx, principal), account_of(principal)) {
                (Tri::Yes, Some(id))
                    if pinned.is_no() && s.allows().is_yes() && !may_be_denied(policy, s) =>
                {
                    return Outsider::Let { at: principal, who: format!("account {id}"), everybody: false };
                }
                (Tri::No, _) => {}
                _ if pinned.is_yes() => {}
                _ => open = open.or(Some(Outsider::CannotTell(principal))),
            },
            Tri::Unknown if is_own(principal) || pinned.is_yes() => {}
            Tri::Unknown => open = open.or(Some(Outsider::CannotTell(principal))),
        }
    }
    if open.is_none() && is_everyone(&s.principal) == Tri::Unknown && !pinned.is_yes() {
        let known = aws_principals(&s.principal).next().is_some();
        if !known {
            open = Some(Outsider::CannotTell(&s.principal));
        }
    }
    open.unwrap_or(Outsider::Nobody)
}

/// The values of a principal element that may name people and accounts.
fn aws_principals(principal: &Val) -> impl Iterator<Item = &Val> {
    let bare = if principal.as_map().is_some() { Val::null() } else { principal };
    bare.items().iter().chain(principal.get("AWS").items()).chain(principal.get("*").items())
}

/// Whether a principal value belongs to the application: its own account, or a role or user in it.
pub fn is_own(val: &Val) -> bool {
    accounts::account_of(val) == Account::Own
}

/// Accounts of AWS itself that deliver access logs of load balancers into buckets, one a region.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html>
const LOG_DELIVERY: &[&str] = &[
    "127311923021",
    "033677994240",
    "027434742980",
    "797873946194",
    "098369216593",
    "754344448648",
    "589379963580",
    "718504428378",
    "383597477331",
    "600734575887",
    "114774131450",
    "783225319266",
    "582318560864",
    "985666609251",
    "054676820928",
    "156460612806",
    "652711504416",
    "635631232127",
    "009996457667",
    "897822967062",
    "076674570225",
    "507241528517",
    "048591011584",
    "190560391635",
    "638102146993",
    "037604701340",
];

/// The account that a principal value names literally.
pub fn account_of(val: &Val) -> Option<String> {
    match accounts::account_of(val) {
        Account::Id(id) => Some(id),
        _ => None,
    }
}

/// Whether a principal value names an account that is neither own nor trusted.
pub fn foreign(cx: &Cx<'_>, val: &Val) -> Tri {
    match accounts::account_of(val) {
        Account::Own => Tri::No,
        Account::Id(id) if LOG_DELIVERY.contains(&id.as_str()) => Tri::No,
        Account::Id(id) => match accounts::standing(cx, &id) {
            Standing::Own => Tri::No,
            Standing::Foreign => Tri::Yes,
            Standing::Unknown => Tri::Unknown,
        },
        // A user or role id, or a canonical id, names one principal; which account it is of is not told.
        _ => Tri::Unknown,
    }
}

/// Whether a framework made a statement: the user did not write it.
pub fn is_made(s: &Statement) -> bool {
    s.implied_by.is_some() || matches!(s.from, From::Implied | From::Connector)
}

/// Queues, and queue policies whose queue is not of the application.
pub const QUEUES: &[&str] = &["AWS::SQS::Queue", "AWS::SQS::QueuePolicy", "AWS::SQS::QueueInlinePolicy"];
/// Topics, and topic policies whose topic is not of the application.
pub const TOPICS: &[&str] = &["AWS::SNS::Topic", "AWS::SNS::TopicPolicy", "AWS::SNS::TopicInlinePolicy"];
/// Buckets, and bucket policies whose bucket is not of the application.
pub const BUCKETS: &[&str] = &["AWS::S3::Bucket", "AWS::S3::BucketPolicy"];

/// Nodes of a type with their resource policy; files for each whose policy could not be read that the
/// rule cannot tell.
pub fn with_policy<'a>(
    cx: &Cx<'a>,
    types: &[&str],
    out: &mut Findings,
) -> Vec<(NodeIx, &'a Node, &'a StoreDetail)> {
    let mut all = Vec::new();
    for (ix, node) in cx.graph.iter().filter(|(_, n)| types.contains(&n.ty.as_str())) {
        let Some(store) = node.store() else { continue };
        if store.unread_policy {
            out.cannot_tell(ix, "Policy", &Val::unknown(Reason::ParseError, "policy", node.span));
        }
        all.push((ix, node, store));
    }
    all
}

/// Words for the policy that a node has or, where it names nothing of the application, is.
pub fn whose(node: &Node) -> &'static str {
    if node.kind == NodeKind::Policy { "{subject}" } else { "the policy of {subject}" }
}

/// A statement in one line for fingerprints: effect, actions and resources as written.
pub fn evidence(s: &Statement) -> String {
    let list = |all: &[Val]| all.iter().map(|v| v.display().to_string()).collect::<Vec<_>>().join(",");
    let (actions, resources) = (list(&s.actions), list(&s.resources));
    let (not_actions, not_resources) = (list(&s.not_actions), list(&s.not_resources));
    format!("{actions}!{not_actions} on {resources}!{not_resources} by {}", s.principal.display())
}

/// The first action value of a statement that covers one of some actions, with that action.
pub fn covering<'a, 'b>(s: &'a Statement, actions: &[&'b str]) -> Option<(&'a Val, &'b str)> {
    for action in actions {
        if let Some(val) = s.actions.iter().find(|v| action_matches(v, action).is_yes()) {
            return Some((val, action));
        }
        if let Some(first) = s.not_actions.first()
            && covers_action(s, action).is_yes()
        {
            return Some((first, action));
        }
    }
    None
}

/// Whether an action pattern covers an action; letter case does not matter.
pub fn action_matches(pattern: &Val, action: &str) -> Tri {
    match pattern.as_str() {
        Some(text) => glob(&text.to_ascii_lowercase(), &action.to_ascii_lowercase()).into(),
        None => Tri::Unknown,
    }
}

/// Whether a statement's action elements cover an action.
pub fn covers_action(statement: &Statement, action: &str) -> Tri {
    if !statement.not_actions.is_empty() {
        let named = statement.not_actions.iter().fold(Tri::No, |a, p| a.or(action_matches(p, action)));
        return named.negate();
    }
    statement.actions.iter().fold(Tri::No, |a, p| a.or(action_matches(p, action)))
}

/// Whether a statement's resource elements cover a node, or something in it.
pub fn covers_node(graph: &Graph, statement: &Statement, ix: NodeIx) -> Tri {
    if !statement.not_resources.is_empty() {
        return Tri::Unknown;
    }
    statement.resources.iter().fold(Tri::No, |a, r| a.or(resource_covers(graph, r, ix)))
}

/// Whether a resource element covers a node, or something in it.
pub fn resource_covers(graph: &Graph, resource: &Val, ix: NodeIx) -> Tri {
    if let Some(found) = graph.resolve(resource) {
        return (found == ix).into();
    }
    let Some(node) = graph.node(ix) else { return Tri::Unknown };
    match &resource.state {
        State::Known(Value::Str(text)) => text_covers(text, node),
        State::Partial(pieces) => {
            // Account, region and partition of the own stack fit; anything else is not known.
            let mut text = String::new();
            for piece in pieces.iter() {
                match piece {
                    Piece::Text(t) => text.push_str(t),
                    Piece::Hole(v) => match &v.state {
                        State::Ref(t) if matches!(**t, Target::Pseudo(_)) => text.push('*'),
                        _ => {
                            text.push_str("${}");
                        }
                    },
                }
            }
            if text.contains("${}") { possible(&text, node) } else { text_covers(&text, node) }
        }
        State::Ref(t) if matches!(**t, Target::Resource { .. }) => Tri::No,
        _ => Tri::Unknown,
    }
}

/// ARN parts of a node: service and what stands before its name.
fn arn_parts(node: &Node) -> Option<(&'static str, &'static str, &'static str)> {
    Some(match node.ty.as_str() {
        "AWS::S3::Bucket" => ("s3", "", "BucketName"),
        "AWS::SQS::Queue" => ("sqs", "", "QueueName"),
        "AWS::SNS::Topic" => ("sns", "", "TopicName"),
        "AWS::DynamoDB::Table" | "AWS::DynamoDB::GlobalTable" => ("dynamodb", "table/", "TableName"),
        "AWS::Lambda::Function" => ("lambda", "function:", "FunctionName"),
        "AWS::Kinesis::Stream" => ("kinesis", "stream/", "Name"),
        "AWS::Events::EventBus" => ("events", "event-bus/", "Name"),
        "AWS::StepFunctions::StateMachine" => ("states", "stateMachine:", "StateMachineName"),
        "AWS::SecretsManager::Secret" => ("secretsmanager", "secret:", "Name"),
        "AWS::KMS::Key" => ("kms", "key/", "KeyId"),
        "AWS::IAM::Role" => ("iam", "role/", "RoleName"),
        _ => return None,
    })
}

fn text_covers(text: &str, node: &Node) -> Tri {
    if text == "*" {
        return Tri::Yes;
    }
    let Some((service, before, key)) = arn_parts(node) else { return Tri::Unknown };
    let mut fields = text.splitn(6, ':');
    let (arn, _, named) = (fields.next(), fields.next(), fields.next().unwrap_or("*"));
    if arn != Some("arn") || !glob(named, service) {
        return Tri::No;
    }
    let tail = fields.nth(2).unwrap_or("*");
    if tail.chars().all(|c| c == '*') {
        return Tri::Yes;
    }
    let Some(rest) = tail.strip_prefix(before) else { return glob(tail, &format!("{before}x")).into() };
    let name = rest.split(if service == "s3" { '/' } else { '\n' }).next().unwrap_or(rest);
    if name.chars().all(|c| c == '*') {
        return Tri::Yes;
    }
    match node.props.get(key).as_str() {
        // A sub-resource (`table/orders/index/*`, `function:f:live`) is part of it.
        Some(own) => {
            (glob(name, own) || glob(name, &format!("{own}/x")) || name.starts_with(&format!("{own}/")))
                .into()
        }
        None => Tri::Unknown,
    }
}

fn possible(text: &str, node: &Node) -> Tri {
    let Some((service, _, _)) = arn_parts(node) else { return Tri::Unknown };
    match text.split(':').nth(2) {
        Some(named) if !named.contains("${}") && !glob(named, service) => Tri::No,
        _ => Tri::Unknown,
    }
}

/// Whether a role's statements let it do an action on a node. A Deny or a managed policy that could
/// change the answer makes it unknown; AWS managed policies are not looked into here.
pub fn may_do(graph: &Graph, role: &Role, action: &str, ix: NodeIx) -> Tri {
    let mut allowed = Tri::No;
    for s in &role.statements {
        let hits = covers_action(s, action).and(covers_node(graph, s, ix));
        match s.allows() {
            Tri::Yes => {
                let sure = if s.condition.is_null() { hits } else { hits.and(Tri::Unknown) };
                allowed = allowed.or(sure);
            }
            Tri::No if !hits.is_no() => {
                return if hits.is_yes() && s.condition.is_null() { Tri::No } else { Tri::Unknown };
            }
            _ => allowed = allowed.or(hits.and(Tri::Unknown)),
        }
    }
    if allowed.is_no() && role.managed.iter().any(|m| m.implied_by.is_none()) {
        Tri::Unknown
    } else {
        allowed
    }
}

/// The statement that lets a role do an action on a node, for labels.
pub fn allowing<'a>(graph: &Graph, role: &'a Role, action: &str, ix: NodeIx) -> Option<&'a Statement> {
    role.statements.iter().find(|s| {
        s.allows().is_yes() && covers_action(s, action).is_yes() && covers_node(graph, s, ix).is_yes()
    })
}

/// The functions that a store starts, in words; none where it starts none.
pub fn started_by(cx: &Cx<'_>, store: NodeIx) -> Option<String> {
    let functions = cx.graph.out(store, EdgeKind::Triggers).filter_map(|e| cx.node(e.to));
    let mut names: Vec<&str> = functions.map(|n| n.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let (first, rest) = names.split_first()?;
    Some(match rest.len() {
        0 => format!("function `{first}`"),
        1 => format!("functions `{first}` and `{}`", rest.concat()),
        n => format!("function `{first}` and {n} more"),
    })
}

/// Where the records of a trigger come from, in words: the store, or what stands for one that is not of the
/// application.
pub fn source(cx: &Cx<'_>, edge: &Edge) -> String {
    let outside = cx.node(edge.from).and_then(Node::entry);
    match (outside, edge.trigger.as_deref()) {
        (Some(_), Some(trigger)) => {
            let noun = match trigger.event.as_str() {
                "sqs" => "queue",
                "sns" => "topic",
                "s3" => "bucket",
                _ => "stream",
            };
            if trigger.source.is_empty() {
                format!("a {noun}")
            } else {
                format!("{noun} `{}`", trigger.source)
            }
        }
        _ => cx.subject(edge.from),
    }
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;
