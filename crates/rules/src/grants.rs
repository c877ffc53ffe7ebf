//! What roles of the application are given: each written statement once, with all who hold it.

use indexmap::IndexMap;
use palisade_graph::{ManagedPolicy, NodeIx, Piece, State, Statement, Target, Tri, Val, Value};
use palisade_source::Span;

use crate::{Cx, Findings, Found, policy};

/// A written statement with the roles that hold it (a statement of the provider that several roles
/// inherit is one).
pub struct Grant<'a> {
    /// The statement.
    pub statement: &'a Statement,
    /// Roles, users, groups, or the policy itself where nothing of the application carries it.
    pub holders: Vec<NodeIx>,
}

/// Allow statements that somebody wrote. What a framework adds because of an event or a setting is not
/// among them: the user did not write it and cannot narrow it.
pub fn written<'a>(cx: &Cx<'a>) -> Vec<Grant<'a>> {
    let mut all: IndexMap<(Span, String, u32), Grant<'a>> = IndexMap::new();
    for (ix, node) in cx.graph.iter() {
        let Some(role) = node.role() else { continue };
        for statement in &role.statements {
            if policy::is_made(statement) || !statement.allows().is_yes() {
                continue;
            }
            // What has no place of its own is not the same as what has none elsewhere.
            let apart = if statement.span.is_some() { 0 } else { ix.0 + 1 };
            let grant = all
                .entry((statement.span, policy::evidence(statement), apart))
                .or_insert_with(|| Grant { statement, holders: Vec::new() });
            if !grant.holders.contains(&ix) {
                grant.holders.push(ix);
            }
        }
    }
    all.into_values().collect()
}

/// Statements whose effect is not known: for *cannot tell*.
pub fn unread(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.graph.iter() {
        for statement in node.role().iter().flat_map(|r| &r.statements) {
            if statement.allows() == Tri::Unknown && !policy::is_made(statement) {
                out.cannot_tell(ix, "Policies", &statement.effect);
            }
        }
    }
}

/// A managed policy that somebody attached, with the roles that have it by one written value.
pub struct Attachment<'a> {
    /// The name or ARN.
    pub policy: &'a ManagedPolicy,
    /// Its name where AWS manages it.
    pub name: Option<String>,
    /// The roles.
    pub holders: Vec<NodeIx>,
}

/// Managed policies that somebody attached to roles.
pub fn attached<'a>(cx: &Cx<'a>) -> Vec<Attachment<'a>> {
    let mut all: IndexMap<(Span, String, u32), Attachment<'a>> = IndexMap::new();
    for (ix, node) in cx.graph.iter() {
        let Some(role) = node.role() else { continue };
        for policy in role.managed.iter().filter(|m| m.implied_by.is_none()) {
            let text = policy.value.display().to_string();
            let apart = if policy.value.span.is_some() { 0 } else { ix.0 + 1 };
            let one = all.entry((policy.value.span, text.clone(), apart)).or_insert_with(|| Attachment {
                policy,
                name: aws_name(&policy.value),
                holders: Vec::new(),
            });
            if !one.holders.contains(&ix) {
                one.holders.push(ix);
            }
        }
    }
    all.into_values().collect()
}

/// The name of a policy that AWS manages: of its ARN, or written by its name alone as SAM allows.
fn aws_name(val: &Val) -> Option<String> {
    let text = val.display();
    if let Some((_, name)) = text.split_once(":iam::aws:policy/") {
        return name.rsplit('/').next().map(str::to_owned);
    }
    let plain = val.as_str().filter(|t| !t.is_empty() && !t.contains(':'))?;
    plain.rsplit('/').next().map(str::to_owned)
}

/// A finding at a value of a statement or attachment that roles hold. The message is completed by who
/// runs as them.
pub fn found(cx: &Cx<'_>, holders: &[NodeIx], at: &Val, fallback: Span, message: &str) -> Option<Found> {
    let (first, rest) = holders.split_first()?;
    let span = fallback.or(cx.node(*first).map_or(Span::NONE, |n| n.span));
    let mut found = Found::at_value(*first, at, span, format!("{message}{}", who_runs(cx, holders)));
    for ix in rest {
        found = found.affects(*ix);
    }
    Some(found)
}

/// The functions that run as some roles, and whether the internet starts them: a clause for a message,
/// empty where no function does.
fn who_runs(cx: &Cx<'_>, holders: &[NodeIx]) -> String {
    let mut functions: Vec<(NodeIx, String)> = Vec::new();
    for role in holders {
        for (ix, node) in cx.functions_of(*role) {
            if !functions.iter().any(|(f, _)| *f == ix) {
                functions.push((ix, node.name.to_string()));
            }
        }
    }
    functions.sort_by(|a, b| a.1.cmp(&b.1));
    let open: Vec<&(NodeIx, String)> =
        functions.iter().filter(|(ix, _)| cx.exposure(*ix).starts_with("anybody on the internet")).collect();
    match (functions.as_slice(), open.as_slice()) {
        ([], _) => String::new(),
        ([(ix, name)], _) => {
            let exposure = cx.exposure(*ix);
            match exposure.strip_prefix("started by ") {
                Some(by) => format!("; function `{name}` runs as it, started by {by}"),
                None if exposure.is_empty() => format!("; function `{name}` runs as it"),
                None => format!("; function `{name}` runs as it, and {exposure}"),
            }
        }
        (several, open) => {
            let it = if holders.len() == 1 { "it" } else { "them" };
            let shown: Vec<String> = several.iter().take(3).map(|(_, n)| format!("`{n}`")).collect();
            let more = several.len().saturating_sub(3);
            let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
            let names = shown.join(", ");
            let reached = match open {
                [] => String::new(),
                [(_, one)] => format!("; anybody on the internet can start `{one}`"),
                some => format!("; anybody on the internet can start {} of them", some.len()),
            };
            format!("; {} functions run as {it} ({names}{rest}){reached}", several.len())
        }
    }
}

/// Whether functions run as one of some roles, or may: it trusts Lambda, for functions that stand elsewhere.
pub fn have_functions(cx: &Cx<'_>, holders: &[NodeIx]) -> bool {
    holders.iter().any(|r| {
        let trusts_lambda = || {
            let trust = cx.node(*r).and_then(palisade_graph::Node::role).map(|role| &role.trust);
            trust.into_iter().flatten().filter(|s| s.allows().is_yes()).any(|s| {
                policy::principals(&s.principal, "Service")
                    .iter()
                    .any(|p| p.is("lambda.amazonaws.com").is_yes())
            })
        };
        cx.functions_of(*r).next().is_some() || trusts_lambda()
    })
}

/// Services whose actions are on resources of their own service only.
const OWN: &[&str] = &["dynamodb", "kms", "lambda", "s3", "secretsmanager", "sns", "sqs"];

/// Whether actions of a service can be on a resource that a statement names: `dynamodb:*` on a role grants
/// nothing.
pub fn can_apply(service: &str, s: &Statement) -> bool {
    !OWN.contains(&service)
        || s.resources.is_empty()
        || s.resources.iter().any(|r| {
            let text = with_holes(r).unwrap_or_default();
            match text.split(':').collect::<Vec<_>>().as_slice() {
                ["arn", _, of, _, ..] => *of == service || of.is_empty() || of.contains(['*', '?', '\u{0}']),
                _ => true,
            }
        })
}

/// The literal text of a value, each hole as `\u{0}`.
fn with_holes(val: &Val) -> Option<String> {
    match &val.state {
        State::Known(Value::Str(text)) => Some(text.to_string()),
        State::Partial(pieces) => {
            let mut text = String::new();
            for piece in pieces.iter() {
                match piece {
                    Piece::Text(t) => text.push_str(t),
                    Piece::Hole(_) => text.push('\u{0}'),
                }
            }
            Some(text)
        }
        _ => None,
    }
}

/// Whether an action pattern covers every action.
pub fn is_every_action(val: &Val) -> bool {
    val.as_str().is_some_and(|t| {
        let (service, action) = t.split_once(':').unwrap_or((t, "*"));
        is_star(service) && is_star(action)
    })
}

/// The service of an action pattern that covers all of its actions: `s3:*`.
pub fn whole_service(val: &Val) -> Option<String> {
    let text = with_holes(val)?;
    let (service, action) = text.split_once(':')?;
    (is_star(action) && !service.is_empty() && !service.contains(['*', '?', '\u{0}']))
        .then(|| service.to_ascii_lowercase())
}

/// `*`, and what matches the same.
fn is_star(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c == '*')
}

/// Whether a resource pattern covers everything: `*`, `arn:*` and the like.
pub fn is_everything(val: &Val) -> bool {
    val.as_str().is_some_and(|t| is_star(t) || is_every_arn(t))
}

/// Whether a pattern covers every ARN.
pub fn is_every_arn(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("arn:") else { return false };
    let mut fields = rest.splitn(5, ':');
    let partition = fields.next().unwrap_or("");
    let named = is_star(partition) || partition == "aws";
    let wild = |t: &str| t.is_empty() || t.chars().all(|c| c == '*' || c == ':' || c == '/');
    // `arn:aws:` alone would match nothing.
    named && rest.ends_with('*') && fields.all(wild)
}

/// Types of resources whose ARN names the type before the resource's name: service, then type.
const TYPED: &[(&str, &str)] = &[
    ("dynamodb", "table/"),
    ("lambda", "function:"),
    ("lambda", "layer:"),
    ("kinesis", "stream/"),
    ("firehose", "deliverystream/"),
    ("states", "stateMachine:"),
    ("states", "execution:"),
    ("states", "activity:"),
    ("events", "event-bus/"),
    ("events", "rule/"),
    ("scheduler", "schedule/"),
    ("secretsmanager", "secret:"),
    ("ssm", "parameter/"),
    ("ssm", "parameter"),
    ("ssm", "document/"),
    ("kms", "key/"),
    ("kms", "alias/"),
    ("iam", "role/"),
    ("iam", "user/"),
    ("iam", "policy/"),
    ("cognito-idp", "userpool/"),
    ("cognito-identity", "identitypool/"),
    ("ses", "identity/"),
    ("ecr", "repository/"),
    ("es", "domain/"),
    ("rds", "db:"),
    ("rds", "cluster:"),
    ("rds-db", "dbuser:"),
    ("logs", "log-group:"),
    ("codebuild", "project/"),
    ("iot", "topic/"),
    ("iot", "thing/"),
    ("appsync", "apis/"),
    ("athena", "workgroup/"),
    ("glue", "database/"),
    ("glue", "table/"),
    ("backup", "backup-vault:"),
    ("cloudformation", "stack/"),
    ("ecs", "task-definition/"),
    ("ecs", "cluster/"),
];

/// Services whose ARNs have the resource's name right behind the account.
const PLAIN: &[&str] = &["s3", "sqs", "sns", "execute-api", "codecommit", "codepipeline"];

/// What a resource pattern covers all of: `every s3 resource`, `every dynamodb table`. Region and account
/// may be named or not: within the account it is all the same. `None` for what leaves something out or is
/// not decided by its text.
pub fn every_of_type(val: &Val) -> Option<String> {
    let text = with_holes(val)?;
    if is_every_arn(&text) {
        return Some("every resource of every service".to_owned());
    }
    let fields: Vec<&str> = text.splitn(6, ':').collect();
    let [arn, _, service, _, _, tail] = fields.as_slice() else { return None };
    if *arn != "arn" || service.contains('\u{0}') {
        return None;
    }
    // `*/*`, `*:*` and `**` are `*`.
    let wild = |t: &str| t.starts_with('*') && t.chars().all(|c| matches!(c, '*' | '/' | ':'));
    if wild(tail) {
        return Some(if is_star(service) {
            "every resource of every service".to_owned()
        } else {
            format!("every {service} resource")
        });
    }
    if PLAIN.contains(service) {
        return None;
    }
    let (_, before) =
        TYPED.iter().find(|(s, before)| s == service && tail.strip_prefix(before).is_some_and(wild))?;
    Some(format!("every {service} {}", before.trim_end_matches(['/', ':'])))
}

/// Whether the pattern of a role covers all roles of the account.
pub fn is_every_role(val: &Val) -> bool {
    is_everything(val)
        || every_of_type(val).is_some_and(|t| t == "every iam role" || t == "every iam resource")
}

/// The rule of P01–P04 that a statement belongs to: the first of them takes it, whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wide {
    /// Every action on every resource.
    Admin,
    /// `iam:*`.
    Iam,
    /// Every action of a service.
    Service,
    /// Every action on some resources.
    Star,
}

/// How wide the actions of a statement are, with the value that says so.
///
/// `iam-admin-statement`, `iam-all-iam-actions`, `iam-wildcard-action` and `iam-action-star` come in this
/// order; the first replaces the others on one statement.
pub fn wide(s: &Statement) -> Option<(Wide, &Val)> {
    if !s.not_actions.is_empty() || !s.not_resources.is_empty() && s.resources.is_empty() {
        return None;
    }
    let star = s.actions.iter().find(|a| is_every_action(a));
    if let Some(at) = star
        && s.condition.is_null()
        && s.resources.iter().any(is_everything)
    {
        return Some((Wide::Admin, at));
    }
    if let Some(at) = s.actions.iter().find(|a| whole_service(a).as_deref() == Some("iam")) {
        return Some((Wide::Iam, at));
    }
    if let Some(at) = s.actions.iter().find(|a| whole_service(a).is_some()) {
        return Some((Wide::Service, at));
    }
    star.map(|at| (Wide::Star, at))
}

/// What a statement is on, in words.
pub fn on(s: &Statement) -> String {
    if s.resources.iter().any(is_everything) {
        return "every resource".to_owned();
    }
    let shown: Vec<String> = s.resources.iter().take(2).map(|r| format!("`{}`", r.display())).collect();
    let more = s.resources.len().saturating_sub(2);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    if shown.is_empty() { "its resources".to_owned() } else { format!("{}{rest}", shown.join(", ")) }
}

/// Whether a value that is not known could be an account's own pseudo parameter, which names nothing wide.
pub fn is_pseudo(val: &Val) -> bool {
    matches!(val.as_target(), Some(Target::Pseudo(_)))
}

/// Whether a resource is `*` itself.
pub fn is_every_star(val: &Val) -> bool {
    val.as_str().is_some_and(is_star)
}

/// Whether a managed policy's name is not known: a parameter without value, and not one of the account's.
pub fn is_open(val: &Val) -> bool {
    match &val.state {
        State::Unknown(_) => true,
        State::Ref(t) => matches!(**t, Target::External { .. }),
        State::Partial(_) => {
            let text = val.display();
            !text.contains(":policy/") || text.contains("policy/${")
        }
        State::Known(_) => false,
    }
}

/// What of a grant is wrong, for fingerprints: the value, and the first resource it is on. The rest of a
/// statement may differ between stages.
pub fn evidence(s: &Statement, value: &str) -> String {
    let resource = s.resources.first().or(s.not_resources.first()).map(Val::display).unwrap_or_default();
    format!("{value} on {resource}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(t: &str) -> Val {
        Val::str(t, Span::NONE)
    }

    #[test]
    fn whole_services() {
        let service = |t| whole_service(&text(t));
        assert_eq!(service("s3:*"), Some("s3".into()));
        assert_eq!(service("IAM:*"), Some("iam".into()));
        assert_eq!(service("s3:**"), Some("s3".into()));
        assert_eq!(service("s3:Get*"), None);
        assert_eq!(service("*"), None);
        assert_eq!(service("*:*"), None);
        assert!(is_every_action(&text("*")) && is_every_action(&text("*:*")));
        assert!(!is_every_action(&text("s3:*")));
    }

    #[test]
    fn everything() {
        assert!(is_everything(&text("*")));
        assert!(is_everything(&text("arn:*")));
        assert!(is_everything(&text("arn:aws:*")));
        assert!(is_everything(&text("arn:*:*:*:*:*")));
        assert!(!is_everything(&text("arn:aws:s3:::*")));
        assert!(!is_everything(&text("arn:aws:s3")));
    }

    #[test]
    fn all_of_a_type() {
        let every = |t| every_of_type(&text(t));
        assert_eq!(every("arn:aws:s3:::*"), Some("every s3 resource".into()));
        assert_eq!(every("arn:aws:s3:::*/*"), Some("every s3 resource".into()));
        assert_eq!(
            every("arn:aws:dynamodb:eu-west-1:314159265358:table/*"),
            Some("every dynamodb table".into())
        );
        assert_eq!(every("arn:aws:ssm:*:*:parameter*"), Some("every ssm parameter".into()));
        assert_eq!(every("arn:aws:s3:::shop/*"), None);
        assert_eq!(every("arn:aws:dynamodb:*:*:table/shop-*"), None);
        assert_eq!(every("arn:aws:dynamodb:*:*:table/*/stream/*"), None);
        assert_eq!(every("arn:aws:execute-api:*:*:*/@connections/*"), None);
        assert_eq!(every("*"), None);
        assert!(is_every_role(&text("arn:aws:iam::314159265358:role/*")));
        assert!(!is_every_role(&text("arn:aws:iam::314159265358:role/shop-*")));
    }

    #[test]
    fn managed_policies_of_aws() {
        let name = |t| aws_name(&text(t));
        assert_eq!(name("arn:aws:iam::aws:policy/AmazonS3FullAccess"), Some("AmazonS3FullAccess".into()));
        assert_eq!(name("arn:aws-cn:iam::aws:policy/service-role/X"), Some("X".into()));
        assert_eq!(name("AdministratorAccess"), Some("AdministratorAccess".into()));
        assert_eq!(name("arn:aws:iam::314159265358:policy/AdministratorAccess"), None);
    }
}
