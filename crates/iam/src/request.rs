//! Requests: who does what on what, and what else is known.

use std::sync::Arc;

use crate::action::Action;
use crate::arn::Resource;
use crate::context::{Context, State};
use crate::principal::{Caller, CallerKind};
use crate::symbol::Symbols;
use crate::tri::Tri;

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Who.
    pub caller: Caller,
    /// Does what.
    pub action: Action,
    /// On what.
    pub resource: Resource,
    /// The account of the resource; `None` is the caller's.
    pub resource_account: Option<Arc<str>>,
    /// What else is known.
    pub context: Context,
}

impl Request {
    /// A request. An action that is known to have no resource types is decided against `*`; the keys that
    /// follow from caller and resource are added to the context unless it speaks of them.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
    pub fn new(
        caller: Caller,
        action: Action,
        resource: &str,
        resource_account: Option<&str>,
        mut context: Context,
        symbols: &Symbols,
    ) -> Self {
        let resource = if action.is_without_resources() {
            Resource::new("*", symbols)
        } else {
            Resource::new(resource, symbols)
        };
        let resource_account: Option<Arc<str>> =
            resource_account.or_else(|| resource.segment(4).filter(|a| !a.is_empty())).map(Into::into);
        derive(&mut context, &caller, resource_account.as_deref());
        Self { caller, action, resource, resource_account, context }
    }

    /// Whether the resource is in the caller's account.
    pub fn is_same_account(&self, symbols: &Symbols) -> Tri {
        match (self.caller.account(), &self.resource_account) {
            (Some(own), Some(theirs)) if symbols.is_empty() => (*own == **theirs).into(),
            (Some(own), Some(theirs)) => crate::glob::Glob::literal(own).matches_symbolic(theirs, symbols),
            (Some(_), None) => Tri::True,
            (None, _) => Tri::False,
        }
    }
}

pub(crate) fn derive(context: &mut Context, caller: &Caller, resource_account: Option<&str>) {
    let absent = || State::Absent;
    let kind = match caller.kind() {
        CallerKind::Root => Some("Account"),
        CallerKind::User => Some("User"),
        CallerKind::Role => Some("AssumedRole"),
        CallerKind::FederatedUser => Some("FederatedUser"),
        CallerKind::Anonymous => Some("Anonymous"),
        CallerKind::Service | CallerKind::Provider => None,
    };
    context.derive("aws:PrincipalType", kind.map_or_else(absent, Context::known));
    context.derive("aws:PrincipalArn", caller.principal_arn().map_or_else(absent, Context::known));
    context.derive("aws:PrincipalAccount", caller.account().map_or_else(absent, Context::known));
    let username = (caller.kind() == CallerKind::User).then(|| caller.name());
    context.derive("aws:username", username.map_or_else(absent, Context::known));
    // The id of a role or user is random; that of an account is its number.
    let userid = match caller.kind() {
        CallerKind::Root => caller.account().map_or_else(absent, Context::known),
        CallerKind::User | CallerKind::Role => State::Unknown,
        CallerKind::FederatedUser => caller
            .account()
            .map_or_else(absent, |account| Context::known(format!("{account}:{}", caller.name()))),
        _ => State::Absent,
    };
    context.derive("aws:userid", userid);
    let service = caller.kind() == CallerKind::Service;
    context.derive("aws:PrincipalIsAWSService", Context::known(if service { "true" } else { "false" }));
    context.derive(
        "aws:PrincipalServiceName",
        if service { Context::known(caller.as_str()) } else { State::Absent },
    );
    if let Some(account) = resource_account.or(caller.account()) {
        context.derive("aws:ResourceAccount", Context::known(account));
    }
}
