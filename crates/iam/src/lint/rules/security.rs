//! Security warnings.

use super::{Rule, rules};

rules! {
    /// Allow with NotPrincipal: everyone else, anonymous included.
    ALLOW_WITH_NOT_PRINCIPAL = "iam-allow-with-not-principal", High, Regular, ["ALLOW_WITH_NOTPRINCIPAL"], ["NOTPRINCIPAL_WITH_ALLOW"], [];
    /// ForAllValues on a single-valued key in an Allow: true when the key is absent.
    FOR_ALL_VALUES_ON_SINGLE_KEY = "iam-for-all-values-on-single-key", High, Regular, ["FORALLVALUES_WITH_SINGLE_VALUED_KEY"], ["SINGLE_VALUE_CONDITION_TOO_PERMISSIVE"], [];
    /// Allow PassRole with NotResource.
    PASS_ROLE_WITH_NOT_RESOURCE = "iam-pass-role-with-not-resource", High, Regular, ["PASS_ROLE_WITH_NOTRESOURCE"], [], [];
    /// Allow by an action wildcard that covers PassRole, with NotResource.
    PASS_ROLE_STAR_AND_NOT_RESOURCE = "iam-pass-role-star-and-not-resource", High, Regular, ["PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOTRESOURCE"], [], [];
    /// Allow by NotAction that leaves PassRole, with NotResource.
    PASS_ROLE_NOT_ACTION_NOT_RESOURCE = "iam-pass-role-not-action-not-resource", High, Regular, ["PASS_ROLE_WITH_NOTACTION_AND_NOTRESOURCE"], [], [];
    /// Allow PassRole on a resource pattern that covers all roles.
    PASS_ROLE_WILDCARD = "iam-pass-role-wildcard", High, Regular, ["PASS_ROLE_WITH_STAR_IN_RESOURCE"], [], [];
    /// Allow by an action wildcard that covers PassRole, on all roles.
    PASS_ROLE_STAR_ON_STAR = "iam-pass-role-star-on-star", High, Regular, ["PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE"], [], [];
    /// Allow by NotAction that leaves PassRole, on all roles.
    PASS_ROLE_NOT_ACTION_ON_STAR = "iam-pass-role-not-action-on-star", High, Regular, ["PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOTACTION"], [], [];
    /// Key that is only safe with its pair (SourceArn with SourceAccount where ARN has none, …).
    PAIRED_KEY_MISSING = "iam-paired-key-missing", High, Regular, ["MISSING_PAIRED_CONDITION_KEYS"], [], [];
    /// Deny conditioned on a tag key the service does not send: the deny never acts.
    DENY_BY_UNSUPPORTED_TAG_KEY = "iam-deny-by-unsupported-tag-key", High, Regular, ["DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE"], [], [];
    /// The same with NotAction.
    DENY_NOT_ACTION_BY_UNSUPPORTED_TAG = "iam-deny-not-action-by-unsupported-tag", High, Regular, ["DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE"], [], [];
    /// Service principal without source account, ARN or organisation condition.
    SERVICE_PRINCIPAL_UNRESTRICTED = "iam-service-principal-unrestricted", High, Regular, ["RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL"], [], ["CKV_AWS_364"];
    /// OIDC trust without the provider's audience or subject condition.
    OIDC_TRUST_WITHOUT_SUBJECT = "iam-oidc-trust-without-subject", High, Regular, ["MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL"], [], [];
    /// GitHub OIDC trust without a `sub` that names an organisation and repository.
    GITHUB_REPOSITORY_MISSING = "iam-github-repository-missing", High, Regular, ["MISSING_GITHUB_REPO_CONDITION_KEY"], [], ["CKV_AWS_358"];
}
