//! Statements that constructs add to roles.

use palisade_graph::Val;
use palisade_source::Span;
use smol_str::SmolStr;

use super::super::interpret::{Handle, Place, Value};
use super::{Library, iam};

/// The role that a construct acts as: its own, or that of a function, task or user of it.
pub fn role_of(lib: &Library<'_>, principal: Handle) -> Option<Handle> {
    let class = lib.class(principal);
    if matches!(class, "aws_iam.Role" | "aws_iam.User" | "aws_iam.Group" | "aws_iam.LazyRole") {
        return Some(principal);
    }
    lib.set(principal, "role").handle()
}

/// Adds a statement to the policy of whatever a value acts as. Imported roles are not changed.
pub fn grant(lib: &mut Library<'_>, principal: &Value, statement: Val, at: Place) {
    grant_at(lib, principal, statement, at);
}

/// As [`grant`], and says where the statement is: its policy and its place there.
pub fn grant_at(
    lib: &mut Library<'_>,
    principal: &Value,
    statement: Val,
    at: Place,
) -> Option<(SmolStr, usize)> {
    let role = principal.handle().and_then(|h| role_of(lib, h))?;
    let id = lib.get(role).and_then(|o| o.resource.clone())?;
    let policy = match lib.set(role, "defaultPolicy").handle() {
        Some(policy) => policy,
        None => {
            let policy = lib.child(Some(role), "DefaultPolicy", "aws_iam.Policy", Value::null(), at);
            let key = match lib.class(role) {
                "aws_iam.User" => "Users",
                "aws_iam.Group" => "Groups",
                _ => "Roles",
            };
            let document = iam::document(Vec::new(), Span::NONE);
            let attached = Val::list(vec![Val::reference(id, at.key)], at.key);
            let props = Val::object([("PolicyDocument", document), (key, attached)], at.block);
            lib.resource(policy, "Resource", "AWS::IAM::Policy", props);
            if let Some(policy) = lib.get(policy).and_then(|o| o.resource.clone())
                && let Some(resource) = lib.resource_mut(&policy)
            {
                resource.implied_by = None;
            }
            lib.put(role, "defaultPolicy", Value::Host(policy));
            policy
        }
    };
    let id = lib.get(policy).and_then(|o| o.resource.clone())?;
    let n = lib.property(&id, "PolicyDocument.Statement").items().len();
    lib.append(&id, &["PolicyDocument", "Statement"], statement);
    Some((id, n))
}

/// A statement that allows actions on resources.
pub fn allow(actions: &[&str], resources: Vec<Val>, span: Span) -> Val {
    let actions = actions.iter().map(|a| Val::str(*a, span)).collect();
    Val::object(
        [
            ("Effect", Val::str("Allow", span)),
            ("Action", Val::list(actions, span)),
            ("Resource", Val::list(resources, span)),
        ],
        span,
    )
}
