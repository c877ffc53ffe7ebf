//! Who calls, and whom a statement names.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

use std::sync::Arc;

use crate::document::{PrincipalKind, Principals};
use crate::glob::Glob;
use crate::residue::{Atom, Logic};
use crate::symbol::Symbols;
use crate::tri::Tri;

/// The kinds of callers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallerKind {
    /// The root user of an account.
    Root,
    /// An IAM user.
    User,
    /// A session of a role; its name may be unknown.
    Role,
    /// `sts:GetFederationToken`.
    FederatedUser,
    /// An AWS service by its own name.
    Service,
    /// An identity provider on behalf of somebody: `AssumeRoleWithWebIdentity`.
    Provider,
    /// Nobody in particular.
    Anonymous,
}

/// The principal of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    text: Arc<str>,
    kind: CallerKind,
    account: Option<Arc<str>>,
    /// Role: its name without path. User: likewise.
    name: Arc<str>,
    /// Role: its ARN, if the request names the role itself.
    role_arn: Option<Arc<str>>,
    /// Role: the ARN of the session, if the request names it.
    session_arn: Option<Arc<str>>,
    service_linked: bool,
}

impl Caller {
    /// Reads a principal: an ARN, a service name, or `anonymous`. `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let whole: Arc<str> = text.into();
        let new = |kind, account: Option<&str>, name: &str| Self {
            text: whole.clone(),
            kind,
            account: account.map(Into::into),
            name: name.into(),
            role_arn: None,
            session_arn: None,
            service_linked: false,
        };
        if text == "anonymous" || text == "*" {
            return Some(new(CallerKind::Anonymous, None, ""));
        }
        let Some(rest) = text.strip_prefix("arn:") else {
            if text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit()) {
                return Some(new(CallerKind::Root, Some(text), ""));
            }
            if text.ends_with(".amazonaws.com") || text.ends_with(".amazonaws.com.cn") {
                return Some(new(CallerKind::Service, None, text));
            }
            let provider = text.contains('.') && !text.contains([' ', '*']);
            return provider.then(|| new(CallerKind::Provider, None, text));
        };
        let parts: Vec<&str> = rest.splitn(5, ':').collect();
        let [_, service, _, account, tail] = parts.as_slice() else { return None };
        if account.is_empty() || tail.is_empty() {
            return None;
        }
        let last = tail.rsplit('/').next().unwrap_or("");
        match *service {
            "iam" if *tail == "root" => Some(new(CallerKind::Root, Some(account), "")),
            "iam" if tail.starts_with("user/") => Some(new(CallerKind::User, Some(account), last)),
            "iam" if tail.starts_with("role/") => {
                let mut role = new(CallerKind::Role, Some(account), last);
                role.role_arn = Some(whole.clone());
                role.service_linked = tail.starts_with("role/aws-service-role/");
                Some(role)
            }
            "iam" if tail.starts_with("oidc-provider/") || tail.starts_with("saml-provider/") => {
                Some(new(CallerKind::Provider, Some(account), text))
            }
            "sts" if tail.starts_with("assumed-role/") => {
                let (role, _) = tail.strip_prefix("assumed-role/")?.split_once('/')?;
                let mut session = new(CallerKind::Role, Some(account), role);
                session.session_arn = Some(whole.clone());
                Some(session)
            }
            "sts" if tail.starts_with("federated-user/") => {
                Some(new(CallerKind::FederatedUser, Some(account), last))
            }
            _ => None,
        }
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its kind.
    pub fn kind(&self) -> CallerKind {
        self.kind
    }

    /// Its account, twelve digits or a symbol.
    pub fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// Name of the user or role without its path.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is a service-linked role, which no guardrail of an organisation reaches.
    pub fn is_service_linked(&self) -> bool {
        self.service_linked
    }

    /// `aws:PrincipalArn`. The ARN of a session does not tell its role's path, for which
    /// [`crate::symbol::ROLE_PATH`] stands.
    pub fn principal_arn(&self) -> Option<String> {
        match self.kind {
            CallerKind::Role => Some(self.role_arn.as_deref().map_or_else(
                || {
                    let partition = self.text.split(':').nth(1).unwrap_or("aws");
                    let account = self.account().unwrap_or_default();
                    format!("arn:{partition}:iam::{account}:role/{}{}", crate::symbol::ROLE_PATH, self.name)
                },
                ToOwned::to_owned,
            )),
            CallerKind::Root | CallerKind::User | CallerKind::FederatedUser => Some(match &*self.text {
                text if text.starts_with("arn:") => text.to_owned(),
                account => format!("arn:aws:iam::{account}:root"),
            }),
            CallerKind::Service | CallerKind::Provider | CallerKind::Anonymous => None,
        }
    }
}

/// How a statement of a resource policy names a caller: what that overrides differs.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Named {
    /// By its account, which delegates to the policies of the account.
    Account,
    /// As everybody, or as the role of the session.
    RoleOrEveryone,
    /// As itself: user, role session, federated user, service, provider.
    Itself,
}

/// The three ways of being named.
pub(crate) const WAYS: [Named; 3] = [Named::Account, Named::RoleOrEveryone, Named::Itself];

/// `Principal` or `NotPrincipal`, compiled.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Who {
    items: Box<[Item]>,
    negated: bool,
    open: bool,
}

#[derive(Debug, Clone, PartialEq)]
enum Item {
    Everyone,
    /// An account by its number or its root.
    Account(Box<str>),
    /// A user, role, session or federated user.
    Arn(Box<str>),
    /// A session of a role: account, role name, whole ARN.
    Session(Box<str>, Box<str>, Box<str>),
    Service(Box<str>),
    Federated(Box<str>),
    /// A canonical user id, of which nobody knows the account.
    Canonical(Box<str>),
    /// An id such as `AROA…` of a principal that is gone, or a text that AWS refuses.
    Nobody,
    /// A reference whose kind is not known.
    Symbol(Box<str>),
}

fn item(kind: PrincipalKind, text: &str, symbols: &Symbols) -> Item {
    match kind {
        PrincipalKind::Everyone => Item::Everyone,
        PrincipalKind::Service => Item::Service(text.into()),
        PrincipalKind::Federated => Item::Federated(text.into()),
        PrincipalKind::CanonicalUser => Item::Canonical(text.into()),
        PrincipalKind::Aws if text == "*" => Item::Everyone,
        PrincipalKind::Aws => {
            if text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit()) {
                return Item::Account(text.into());
            }
            let parts: Vec<&str> = text.splitn(6, ':').collect();
            match parts.as_slice() {
                ["arn", _, "iam", _, account, "root"] => Item::Account((*account).into()),
                ["arn", _, "sts", _, account, tail] => {
                    match tail.strip_prefix("assumed-role/").and_then(|t| t.split_once('/')) {
                        Some((role, _)) => Item::Session((*account).into(), role.into(), text.into()),
                        None => Item::Arn(text.into()),
                    }
                }
                ["arn", _, "iam", ..] => Item::Arn(text.into()),
                _ if symbols.any_in(text) => Item::Symbol(text.into()),
                _ => Item::Nobody,
            }
        }
    }
}

/// Whether two texts are equal, symbols in them considered.
fn same(a: &str, b: &str, symbols: &Symbols) -> Tri {
    if symbols.is_empty() { (a == b).into() } else { Glob::literal(a).matches_symbolic(b, symbols) }
}

impl Who {
    pub(crate) fn new(principals: &Principals, symbols: &Symbols) -> Self {
        Self {
            items: principals.items.iter().map(|p| item(p.kind, &p.text.value, symbols)).collect(),
            negated: principals.negated,
            open: principals.open,
        }
    }

    /// Part of it is not known before deployment.
    pub(crate) fn is_open(&self) -> bool {
        self.open || self.items.iter().any(|i| matches!(i, Item::Symbol(_)))
    }

    /// Everybody.
    pub(crate) fn is_everybody(&self) -> bool {
        !self.negated && self.items.contains(&Item::Everyone)
    }

    /// `NotPrincipal`.
    pub(crate) fn is_negated(&self) -> bool {
        self.negated
    }

    /// Whether a canonical user id stands in it, of which nobody knows the account.
    pub(crate) fn has_canonical(&self) -> bool {
        self.items.iter().any(|i| matches!(i, Item::Canonical(_)))
    }

    /// Callers that tell those that it names apart from others.
    pub(crate) fn callers(&self) -> Vec<String> {
        let mut out = Vec::new();
        for item in &self.items {
            match item {
                Item::Account(account) => {
                    out.push(format!("arn:aws:iam::{account}:user/zz"));
                    out.push(format!("arn:aws:sts::{account}:assumed-role/zz/zz"));
                    out.push(format!("arn:aws:iam::{account}:root"));
                }
                Item::Arn(text) => {
                    out.push(text.to_string());
                    let parts: Vec<&str> = text.splitn(6, ':').collect();
                    if let ["arn", partition, "iam", _, account, tail] = parts.as_slice()
                        && let Some(path) = tail.strip_prefix("role/")
                    {
                        let name = path.rsplit('/').next().unwrap_or("");
                        out.push(format!("arn:{partition}:sts::{account}:assumed-role/{name}/zz"));
                    }
                }
                Item::Session(_, _, text) | Item::Service(text) | Item::Federated(text) => {
                    out.push(text.to_string());
                }
                Item::Everyone | Item::Canonical(_) | Item::Nobody | Item::Symbol(_) => {}
            }
        }
        out
    }

    /// Whether a statement's principals name a caller, for each of [`WAYS`]. `bounded`: the caller has a
    /// permissions boundary.
    pub(crate) fn names<L: Logic>(
        &self,
        logic: &mut L,
        caller: &Caller,
        deny: bool,
        bounded: bool,
        symbols: &Symbols,
    ) -> [L::F; 3] {
        let no = logic.constant(false);
        if self.negated {
            // A caller with a permissions boundary is denied, whoever is listed.
            // <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html>
            let exempt = if deny && bounded {
                Tri::False
            } else if deny {
                self.exempts(caller, symbols)
            } else {
                self.lists(caller, symbols)
            };
            let exempt = logic.lift(exempt, &mut || unknown_principal(caller));
            return [no, logic.not(exempt), no];
        }
        let mut out = [no; 3];
        for item in &self.items {
            let (way, holds) = item.names(caller, symbols);
            let holds = logic.lift(holds, &mut || unknown_principal(caller));
            if let Some(cell) = out.get_mut(way as usize) {
                *cell = logic.or(*cell, holds);
            }
        }
        if self.open {
            let hole = logic.atom(&mut || unknown_principal(caller));
            if let Some(cell) = out.get_mut(Named::RoleOrEveryone as usize) {
                *cell = logic.or(*cell, hole);
            }
        }
        out
    }

    /// `NotPrincipal` with Deny leaves out only a caller of whom every identifier is listed: session,
    /// role and account, or user and account.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>
    fn exempts(&self, caller: &Caller, symbols: &Symbols) -> Tri {
        let listed = |test: &dyn Fn(&Item) -> Tri| {
            let start = if self.open { Tri::Unknown } else { Tri::False };
            self.items.iter().fold(start, |answer, item| answer.or(test(item)))
        };
        if listed(&|item| Tri::from(*item == Item::Everyone)) == Tri::True {
            return Tri::True;
        }
        let account = listed(&|item| match (item, caller.account()) {
            (Item::Account(text), Some(account)) => same(text, account, symbols),
            (Item::Symbol(_), _) => Tri::Unknown,
            _ => Tri::False,
        });
        match caller.kind {
            CallerKind::Root => account,
            CallerKind::Service | CallerKind::Provider | CallerKind::Anonymous => {
                listed(&|item| item.names(caller, symbols).1)
            }
            CallerKind::User | CallerKind::FederatedUser => account.and(listed(&|item| match item {
                Item::Arn(text) => same(text, &caller.text, symbols),
                Item::Symbol(_) => Tri::Unknown,
                _ => Tri::False,
            })),
            CallerKind::Role => {
                let role = listed(&|item| match item {
                    Item::Arn(_) => item.names(caller, symbols).1,
                    Item::Symbol(_) => Tri::Unknown,
                    _ => Tri::False,
                });
                let session = listed(&|item| match item {
                    Item::Session(..) => item.names(caller, symbols).1,
                    Item::Symbol(_) => Tri::Unknown,
                    _ => Tri::False,
                });
                account.and(role).and(session)
            }
        }
    }

    /// `NotPrincipal` with Allow: everybody but those named in any way.
    fn lists(&self, caller: &Caller, symbols: &Symbols) -> Tri {
        let start = if self.open { Tri::Unknown } else { Tri::False };
        self.items.iter().fold(start, |answer, item| answer.or(item.names(caller, symbols).1))
    }
}

fn unknown_principal(caller: &Caller) -> Atom {
    Atom::plain(format!("the statement names {}", caller.as_str()), vec!["aws:PrincipalArn".to_owned()])
}

impl Item {
    fn names(&self, caller: &Caller, symbols: &Symbols) -> (Named, Tri) {
        match self {
            Self::Everyone => (Named::RoleOrEveryone, Tri::True),
            Self::Account(text) => {
                let counted = matches!(
                    caller.kind,
                    CallerKind::Root | CallerKind::User | CallerKind::Role | CallerKind::FederatedUser
                );
                let account = caller.account().filter(|_| counted);
                (Named::Account, account.map_or(Tri::False, |a| same(text, a, symbols)))
            }
            Self::Arn(text) => match caller.kind {
                // The name of a federated session is chosen freely: it does not tell which user made it.
                CallerKind::FederatedUser if text.contains(":user/") => {
                    let account = text.split(':').nth(4).unwrap_or_default();
                    let here = same(account, caller.account().unwrap_or_default(), symbols);
                    (Named::RoleOrEveryone, here.and(Tri::Unknown))
                }
                CallerKind::User | CallerKind::FederatedUser | CallerKind::Root => {
                    (Named::Itself, same(text, &caller.text, symbols))
                }
                CallerKind::Role => (Named::RoleOrEveryone, role(text, caller, symbols)),
                _ => (Named::Itself, Tri::False),
            },
            Self::Session(account, name, text) => match (caller.kind, &caller.session_arn) {
                (CallerKind::Role, Some(session)) => (Named::Itself, same(text, session, symbols)),
                // A session of this role, of which the request does not say the name.
                (CallerKind::Role, None) => {
                    let here = same(account, caller.account().unwrap_or_default(), symbols).and(same(
                        name,
                        &caller.name,
                        symbols,
                    ));
                    (Named::Itself, here.and(Tri::Unknown))
                }
                _ => (Named::Itself, Tri::False),
            },
            Self::Service(text) => match caller.kind {
                CallerKind::Service => (Named::Itself, same(text, &caller.text, symbols)),
                _ => (Named::Itself, Tri::False),
            },
            Self::Federated(text) => match caller.kind {
                CallerKind::Provider | CallerKind::Service => {
                    (Named::Itself, same(text, &caller.text, symbols))
                }
                _ => (Named::Itself, Tri::False),
            },
            Self::Canonical(text) => match caller.kind {
                CallerKind::Service | CallerKind::Anonymous | CallerKind::Provider => {
                    (Named::Itself, Tri::False)
                }
                _ => (Named::Itself, if **text == *caller.text { Tri::True } else { Tri::Unknown }),
            },
            Self::Nobody => (Named::Itself, Tri::False),
            Self::Symbol(text) => match caller.kind {
                CallerKind::Anonymous => (Named::Itself, Tri::False),
                CallerKind::Service => (Named::Itself, same(text, &caller.text, symbols)),
                _ => {
                    let arn = caller.principal_arn().unwrap_or_else(|| caller.text.to_string());
                    (Named::RoleOrEveryone, same(text, &arn, symbols))
                }
            },
        }
    }
}

/// Whether the ARN of a role names the role of a session. The ARN of a session lacks the role's path:
/// names are unique in an account, so the last part decides.
fn role(text: &str, caller: &Caller, symbols: &Symbols) -> Tri {
    if let Some(arn) = &caller.role_arn {
        return same(text, arn, symbols);
    }
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", _, "iam", _, account, tail] = parts.as_slice() else { return Tri::False };
    let Some(path) = tail.strip_prefix("role/") else { return Tri::False };
    let name = path.rsplit('/').next().unwrap_or("");
    same(account, caller.account().unwrap_or_default(), symbols).and(same(name, &caller.name, symbols))
}
