//! Who calls, and how a statement names them.

use serde_json::Value;

use super::{Request, texts};

/// Who makes the request.
pub enum Caller {
    /// An unsigned request.
    Anonymous,
    /// A service, by name.
    Service(String),
    /// The root user.
    Root { account: String },
    /// A user, by ARN.
    User { account: String, arn: String },
    /// A session of a role. `name` is none if the session is not known.
    Session { account: String, role: String, name: Option<String>, path: String },
    /// A session of a user by `sts:GetFederationToken`; its name does not tell the user.
    Federated { account: String, arn: String },
}

/// How a statement names the caller.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum How {
    /// By the account.
    Account,
    /// By the role behind the session.
    Behind,
    /// By its own ARN or name.
    Itself,
    /// By `*`, or by not being listed in NotPrincipal.
    Everyone,
}

impl Caller {
    /// Reads the `principal` of a request.
    pub fn read(text: &str) -> Self {
        if text == "anonymous" {
            return Self::Anonymous;
        }
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        if parts.len() < 6 {
            return Self::Service(text.to_owned());
        }
        let (account, tail) = (parts[4].to_owned(), parts[5]);
        let (kind, rest) = tail.split_once('/').unwrap_or((tail, ""));
        match kind {
            "root" => Self::Root { account },
            "user" => Self::User { account, arn: text.to_owned() },
            "role" => {
                let (path, role) = rest.rsplit_once('/').unwrap_or(("", rest));
                Self::Session { account, role: role.to_owned(), name: None, path: path.to_owned() }
            }
            "assumed-role" => {
                let (role, name) = rest.split_once('/').unwrap();
                let name = Some(name.to_owned());
                Self::Session { account, role: role.to_owned(), name, path: String::new() }
            }
            "federated-user" => Self::Federated { account, arn: text.to_owned() },
            other => panic!("{other} calls nothing"),
        }
    }

    /// The account of the caller, if it has one.
    pub fn account(&self) -> Option<&str> {
        match self {
            Self::Anonymous | Self::Service(_) => None,
            Self::Root { account }
            | Self::User { account, .. }
            | Self::Session { account, .. }
            | Self::Federated { account, .. } => Some(account),
        }
    }

    /// Whether a role that only a service may assume calls.
    pub fn service_linked(&self) -> bool {
        matches!(self, Self::Session { path, .. } if path.starts_with("aws-service-role/"))
    }

    /// Whether service control policies reach the caller.
    pub fn in_organisation(&self) -> bool {
        self.account().is_some() && !self.service_linked()
    }
}

/// How a statement of a resource policy names the caller, if it does.
pub fn matches(request: &Request, statement: &Value) -> Option<How> {
    let caller = &request.caller;
    if let Some(principal) = statement.get("Principal") {
        let found: Vec<How> =
            named(principal).iter().filter_map(|(kind, value)| names(caller, kind, value)).collect();
        // the strongest way counts
        return [How::Itself, How::Everyone, How::Behind, How::Account]
            .into_iter()
            .find(|how| found.contains(how));
    }
    let listed = named(statement.get("NotPrincipal")?);
    let found: Vec<How> = listed.iter().filter_map(|(kind, value)| names(caller, kind, value)).collect();
    if statement["Effect"] == "Allow" {
        return found.is_empty().then_some(How::Everyone);
    }
    if request.bounded && caller.account().is_some() {
        // a caller with a boundary is never exempt
        return Some(How::Everyone);
    }
    let account = found.contains(&How::Account);
    let itself = found.contains(&How::Itself);
    let exempt = match caller {
        Caller::Anonymous => found.contains(&How::Everyone),
        Caller::Service(_) => itself,
        Caller::Root { .. } => account,
        Caller::User { .. } | Caller::Federated { .. } => itself && account,
        Caller::Session { .. } => itself && account && found.contains(&How::Behind),
    };
    (!exempt).then_some(How::Everyone)
}

/// The pairs of kind and value of a Principal element.
fn named(principal: &Value) -> Vec<(String, String)> {
    match principal {
        Value::Object(kinds) => kinds
            .iter()
            .flat_map(|(kind, values)| texts(values).into_iter().map(move |value| (kind.clone(), value)))
            .collect(),
        _ => vec![("AWS".to_owned(), principal.as_str().unwrap().to_owned())],
    }
}

fn names(caller: &Caller, kind: &str, value: &str) -> Option<How> {
    match (kind, caller) {
        ("AWS", _) if value == "*" => Some(How::Everyone),
        ("AWS", _) => names_arn(caller, value),
        ("Service", Caller::Service(name)) => (name == value).then_some(How::Itself),
        // federated and canonical users are no callers here
        _ => None,
    }
}

fn names_arn(caller: &Caller, value: &str) -> Option<How> {
    let own = caller.account()?;
    if value == own || value == format!("arn:aws:iam::{own}:root") {
        return Some(How::Account);
    }
    match caller {
        Caller::User { arn, .. } | Caller::Federated { arn, .. } => (arn == value).then_some(How::Itself),
        Caller::Session { account, role, name, .. } => {
            let session =
                name.as_ref().map(|name| format!("arn:aws:sts::{account}:assumed-role/{role}/{name}"));
            if session.as_deref() == Some(value) {
                return Some(How::Itself);
            }
            let rest = value.strip_prefix(&format!("arn:aws:iam::{account}:role/"))?;
            // the ARN of a session does not tell the path of its role
            (rest.rsplit('/').next() == Some(role.as_str())).then_some(How::Behind)
        }
        _ => None,
    }
}
