//! General warnings.

use super::{Rule, rules};

rules! {
    /// Allow CreateServiceLinkedRole with NotResource.
    CREATE_SLR_WITH_NOT_RESOURCE = "iam-create-slr-with-not-resource", Low, Pedantic, ["CREATE_SLR_WITH_NOTRESOURCE"], [], [];
    /// Allow CreateServiceLinkedRole by an action wildcard, with NotResource.
    CREATE_SLR_STAR_AND_NOT_RESOURCE = "iam-create-slr-star-and-not-resource", Low, Pedantic, ["CREATE_SLR_WITH_STAR_IN_ACTION_AND_NOTRESOURCE"], [], [];
    /// Allow CreateServiceLinkedRole by NotAction, with NotResource.
    CREATE_SLR_NOT_ACTION_NOT_RESOURCE = "iam-create-slr-not-action-not-resource", Low, Pedantic, ["CREATE_SLR_WITH_NOTACTION_AND_NOTRESOURCE"], [], [];
    /// Allow CreateServiceLinkedRole on all resources.
    CREATE_SLR_ON_STAR = "iam-create-slr-on-star", Low, Pedantic, ["CREATE_SLR_WITH_STAR_IN_RESOURCE"], [], [];
    /// Allow CreateServiceLinkedRole by an action wildcard, on all resources.
    CREATE_SLR_STAR_ON_STAR = "iam-create-slr-star-on-star", Low, Pedantic, ["CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE"], [], [];
    /// Allow CreateServiceLinkedRole by NotAction, on all resources.
    CREATE_SLR_NOT_ACTION_ON_STAR = "iam-create-slr-not-action-on-star", Low, Pedantic, ["CREATE_SLR_WITH_STAR_IN_RESOURCE_AND_NOTACTION"], [], [];
    /// Deprecated global key.
    GLOBAL_KEY_DEPRECATED = "iam-global-key-deprecated", Low, Pedantic, ["DEPRECATED_GLOBAL_CONDITION_KEY"], [], [];
    /// Value of a date key does not parse.
    DATE_VALUE_INVALID = "iam-date-value-invalid", Low, Pedantic, ["INVALID_DATE_VALUE"], [], [];
    /// Principal is a role id (`AROA…`).
    ROLE_REFERENCE_BY_ID = "iam-role-reference-by-id", Low, Pedantic, ["INVALID_ROLE_REFERENCE"], [], [];
    /// Principal is a user id (`AIDA…`).
    USER_REFERENCE_BY_ID = "iam-user-reference-by-id", Low, Pedantic, ["INVALID_USER_REFERENCE"], [], [];
    /// No Version element.
    VERSION_MISSING = "iam-version-missing", Low, Pedantic, ["MISSING_VERSION"], ["NO_VERSION"], [];
    /// Sids repeat where AWS only recommends unique ones.
    SID_NOT_UNIQUE = "iam-sid-not-unique", Low, Pedantic, ["UNIQUE_SIDS_RECOMMENDED"], [], [];
    /// `*` or `?` in a value of StringEquals or StringNotEquals: literal.
    WILDCARD_WITHOUT_LIKE = "iam-wildcard-without-like", Low, Regular, ["WILDCARD_WITHOUT_LIKE_OPERATOR"], [], [];
    /// Identity policy above its limit (iam.md section 8).
    POLICY_TOO_LARGE = "iam-policy-too-large", Low, Regular, ["POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA"], [], [];
    /// Resource policy above the service's limit.
    RESOURCE_POLICY_TOO_LARGE = "iam-resource-policy-too-large", Low, Pedantic, ["POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA"], [], [];
    /// Operator family does not fit the key's type.
    OPERATOR_TYPE_MISMATCH = "iam-operator-type-mismatch", Low, Pedantic, ["TYPE_MISMATCH"], ["MISMATCHED_TYPE"], [];
    /// Bool key compared with other text.
    BOOLEAN_VALUE_EXPECTED = "iam-boolean-value-expected", Low, Pedantic, ["TYPE_MISMATCH_BOOLEAN"], ["MISMATCHED_TYPE"], [];
    /// Date key compared with other text.
    DATE_VALUE_EXPECTED = "iam-date-value-expected", Low, Pedantic, ["TYPE_MISMATCH_DATE"], ["MISMATCHED_TYPE"], [];
    /// IP key compared with other text.
    IP_RANGE_EXPECTED = "iam-ip-range-expected", Low, Pedantic, ["TYPE_MISMATCH_IP_RANGE"], [], [];
    /// Number key compared with other text.
    NUMBER_VALUE_EXPECTED = "iam-number-value-expected", Low, Pedantic, ["TYPE_MISMATCH_NUMBER"], ["MISMATCHED_TYPE"], [];
    /// String key compared by a numeric, date or IP operator.
    STRING_OPERATOR_EXPECTED = "iam-string-operator-expected", Low, Pedantic, ["TYPE_MISMATCH_STRING"], ["MISMATCHED_TYPE"], [];
    /// GitHub OIDC `sub` names a repository but any ref.
    GITHUB_BRANCH_MISSING = "iam-github-branch-missing", Low, Regular, ["SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED"], [], ["CKV_AWS_358"];
    /// Trust policy above 2,048 characters.
    TRUST_POLICY_TOO_LARGE = "iam-trust-policy-too-large", Low, Pedantic, ["POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA"], [], [];
}
