//! What single services do otherwise than the rest.

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

/// Whether a request takes a role.
pub fn takes_role(request: &Request) -> bool {
    is_assume(request.action.lower()) && request.resource.tail().is_some_and(|t| t.starts_with("role/"))
}

/// Whether an action takes a role.
pub fn is_assume(action: &str) -> bool {
    action.split_once(':').is_some_and(|(service, name)| {
        service.eq_ignore_ascii_case("sts") && ASSUME.iter().any(|a| name.eq_ignore_ascii_case(a))
    })
}

/// Whether nothing is granted within the account without the resource's own policy: roles and KMS keys.
///
/// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html>
pub(crate) fn resource_policy_decides(request: &Request) -> bool {
    takes_role(request)
        || (request.action.service() == "kms"
            && request.resource.tail().is_some_and(|t| t.starts_with("key/")))
}

/// Whether no policy grants it on a resource of another account.
pub(crate) fn stays_in_account(request: &Request) -> bool {
    match request.action.service() {
        // <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>
        "iam" => request.action.name() == "passrole",
        "sqs" => QUEUE_OWNER.contains(&request.action.name()),
        _ => false,
    }
}

/// Whether no policy can take it away.
///
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>
pub(crate) fn always_allowed(request: &Request) -> bool {
    request.action.lower() == "sts:getcalleridentity" && request.caller.account().is_some()
}
