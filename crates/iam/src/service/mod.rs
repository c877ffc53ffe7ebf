//! What single services do otherwise than the rest.

use crate::action::Special;
use crate::request::Request;

/// Actions by which somebody takes a role; the trust policy has to allow each.
const ASSUME: &[&str] =
    &["assumerole", "assumerolewithsaml", "assumerolewithwebidentity", "tagsession", "setsourceidentity"];

/// Actions of SQS that no policy grants to another account.
///
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-customer-managed-policy-examples.html>
const QUEUE_OWNER: &[&str] = &[
    "addpermission",
    "cancelmessagemovetask",
    "createqueue",
    "deletequeue",
    "listmessagemovetasks",
    "listqueues",
    "listqueuetags",
    "removepermission",
    "setqueueattributes",
    "startmessagemovetask",
    "tagqueue",
    "untagqueue",
];

/// What is special about an action, its names in lower case.
pub(crate) fn special(service: &str, name: &str) -> Special {
    match service {
        "sts" if ASSUME.contains(&name) => Special::Assume,
        // <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>
        "sts" if name == "getcalleridentity" => Special::Always,
        "kms" => Special::Key,
        // <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>
        "iam" if name == "passrole" => Special::Stays,
        "sqs" if QUEUE_OWNER.contains(&name) => Special::Stays,
        _ => Special::No,
    }
}

/// Whether an action takes a role: `sts:AssumeRole` and its kin.
pub fn is_assume(action: &crate::action::Action) -> bool {
    action.special() == Special::Assume
}

/// Whether a request takes a role.
pub fn takes_role(request: &Request) -> bool {
    request.action.special() == Special::Assume
        && request.resource.tail().is_some_and(|t| t.starts_with("role/"))
}

/// Whether nothing is granted within the account without the resource's own policy: roles and KMS keys.
///
/// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html>
pub(crate) fn resource_policy_decides(request: &Request) -> bool {
    match request.action.special() {
        Special::Assume => takes_role(request),
        Special::Key => request.resource.tail().is_some_and(|t| t.starts_with("key/")),
        _ => false,
    }
}

/// Whether no policy grants it on a resource of another account.
pub(crate) fn stays_in_account(request: &Request) -> bool {
    request.action.special() == Special::Stays
}

/// Whether no policy can take it away.
pub(crate) fn always_allowed(request: &Request) -> bool {
    request.action.special() == Special::Always && request.caller.account().is_some()
}
