//! Suggestions.

use super::{Rule, rules};

rules! {
    /// Action is `[]`: statement matches nothing.
    EMPTY_ACTION_LIST = "iam-empty-action-list", Info, Pedantic, ["EMPTY_ARRAY_ACTION"], [], [];
    /// Condition value list is `[]`.
    EMPTY_CONDITION_VALUES = "iam-empty-condition-values", Info, Pedantic, ["EMPTY_ARRAY_CONDITION"], [], [];
    /// `[]` under ForAllValues.
    EMPTY_VALUES_FOR_ALL = "iam-empty-values-for-all", Info, Pedantic, ["EMPTY_ARRAY_CONDITION_FORALLVALUES"], [], [];
    /// `[]` under ForAnyValue.
    EMPTY_VALUES_FOR_ANY = "iam-empty-values-for-any", Info, Pedantic, ["EMPTY_ARRAY_CONDITION_FORANYVALUE"], [], [];
    /// `[]` under IfExists.
    EMPTY_VALUES_IF_EXISTS = "iam-empty-values-if-exists", Info, Pedantic, ["EMPTY_ARRAY_CONDITION_IFEXISTS"], [], [];
    /// Principal list is `[]`.
    EMPTY_PRINCIPAL_LIST = "iam-empty-principal-list", Info, Pedantic, ["EMPTY_ARRAY_PRINCIPAL"], [], [];
    /// Resource is `[]`.
    EMPTY_RESOURCE_LIST = "iam-empty-resource-list", Info, Pedantic, ["EMPTY_ARRAY_RESOURCE"], [], [];
    /// Condition or operator block is `{}`.
    EMPTY_CONDITION_BLOCK = "iam-empty-condition-block", Info, Pedantic, ["EMPTY_OBJECT_CONDITION"], [], [];
    /// Principal is `{}`.
    EMPTY_PRINCIPAL_BLOCK = "iam-empty-principal-block", Info, Pedantic, ["EMPTY_OBJECT_PRINCIPAL"], [], [];
    /// Sid is empty text.
    EMPTY_SID = "iam-empty-sid", Info, Pedantic, ["EMPTY_SID_VALUE"], [], [];
    /// Host bits set in a CIDR.
    IP_RANGE_NOT_CANONICAL = "iam-ip-range-not-canonical", Info, Pedantic, ["IMPROVE_IP_RANGE"], [], [];
    /// Set operator before Null.
    NULL_WITH_SET_OPERATOR = "iam-null-with-set-operator", Info, Pedantic, ["NULL_WITH_QUALIFIER"], [], [];
    /// Some of the aws:SourceIp values are private.
    PRIVATE_IP_AMONG_VALUES = "iam-private-ip-among-values", Info, Pedantic, ["PRIVATE_IP_ADDRESS_SUBSET"], [], [];
    /// The same under NotIpAddress.
    PRIVATE_IP_AMONG_NOT_VALUES = "iam-private-ip-among-not-values", Info, Pedantic, ["PRIVATE_NOTIPADDRESS_SUBSET"], [], [];
    /// Action covered by another pattern of the statement.
    REDUNDANT_ACTION = "iam-redundant-action", Info, Pedantic, ["REDUNDANT_ACTION"], [], [];
    /// Several values where one decides (LessThan 5, 10).
    REDUNDANT_NUMBER_VALUE = "iam-redundant-number-value", Info, Pedantic, ["REDUNDANT_CONDITION_VALUE_NUM"], [], [];
    /// Resource covered by another pattern of the statement.
    REDUNDANT_RESOURCE = "iam-redundant-resource", Info, Pedantic, ["REDUNDANT_RESOURCE"], [], [];
    /// Wildcard before the colon of an action.
    WILDCARD_IN_SERVICE_PREFIX = "iam-wildcard-in-service-prefix", Info, Pedantic, ["WILDCARD_IN_SERVICE_NAME"], [], [];
    /// Allow conditioned on a tag key that the service does not send: never grants.
    ALLOW_BY_UNSUPPORTED_TAG_KEY = "iam-allow-by-unsupported-tag-key", Info, Pedantic, ["ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE"], [], [];
    /// The same with NotAction.
    ALLOW_NOT_ACTION_BY_UNSUPPORTED_TAG = "iam-allow-not-action-by-unsupported-tag", Info, Pedantic, ["ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE"], [], [];
    /// Service principal: a recommended key (SourceArn, SourceAccount, OrgID) is missing beside another.
    RECOMMENDED_KEY_FOR_SERVICE = "iam-recommended-key-for-service", Info, Pedantic, ["RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL"], [], [];
    /// Key has no effect in this policy type.
    IRRELEVANT_CONDITION_KEY = "iam-irrelevant-condition-key", Info, Pedantic, ["IRRELEVANT_CONDITION_KEY_IN_POLICY"], [], [];
    /// Trust principal covered by another (account and role of it).
    REDUNDANT_TRUST_PRINCIPAL = "iam-redundant-trust-principal", Info, Pedantic, ["REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY"], [], [];
    /// Audience compared in a form that fails when the claim is a list.
    AUDIENCE_CLAIM_TYPE = "iam-audience-claim-type", Info, Pedantic, ["CONFIRM_AUDIENCE_CLAIM_TYPE"], [], [];
}
