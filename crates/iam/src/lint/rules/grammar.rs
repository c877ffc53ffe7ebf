//! Grammar and validity.

use super::{Rule, rules};

rules! {
    /// ARN of a resource type without account has one.
    ARN_ACCOUNT_NOT_ALLOWED = "iam-arn-account-not-allowed", Medium, Pedantic, ["ARN_ACCOUNT_NOT_ALLOWED"], [], [];
    /// ARN of a resource type without region has one.
    ARN_REGION_NOT_ALLOWED = "iam-arn-region-not-allowed", Medium, Pedantic, ["ARN_REGION_NOT_ALLOWED"], [], [];
    /// An element holds a JSON type the grammar does not allow.
    ELEMENT_WRONG_TYPE = "iam-element-wrong-type", Medium, Pedantic, ["DATA_TYPE_MISMATCH"], ["MALFORMED"], [];
    /// Two condition keys of one block differ only in case.
    DUPLICATE_KEYS_BY_CASE = "iam-duplicate-keys-by-case", Medium, Pedantic, ["DUPLICATE_KEYS_WITH_DIFFERENT_CASE"], [], [];
    /// Action matches nothing in the catalogue (dated message; nearest name as help).
    UNKNOWN_ACTION = "iam-unknown-action", Medium, Regular, ["INVALID_ACTION"], ["UNKNOWN_ACTION"], [];
    /// Account segment is not 12 digits, `*`, `aws` or a variable.
    ARN_ACCOUNT_INVALID = "iam-arn-account-invalid", Medium, Pedantic, ["INVALID_ARN_ACCOUNT"], [], [];
    /// Value does not start with `arn:` and is not `*`.
    ARN_PREFIX_INVALID = "iam-arn-prefix-invalid", Medium, Pedantic, ["INVALID_ARN_PREFIX"], ["INVALID_ARN"], [];
    /// Region segment is no known region of the partition and no wildcard.
    ARN_REGION_INVALID = "iam-arn-region-invalid", Medium, Pedantic, ["INVALID_ARN_REGION"], [], [];
    /// Tail does not fit any ARN format of the service.
    ARN_RESOURCE_INVALID = "iam-arn-resource-invalid", Medium, Pedantic, ["INVALID_ARN_RESOURCE"], ["INVALID_ARN"], [];
    /// Service segment has upper-case letters.
    ARN_SERVICE_UPPERCASE = "iam-arn-service-uppercase", Medium, Pedantic, ["INVALID_ARN_SERVICE_CASE"], [], [];
    /// Values of one condition have different types than the operator's.
    CONDITION_OPERATORS_MIXED_TYPES = "iam-condition-operators-mixed-types", Medium, Pedantic, ["INVALID_CONDITION_DATA_TYPE"], [], [];
    /// Key is not `prefix:name` or `prefix:name/tag`.
    CONDITION_KEY_MALFORMED = "iam-condition-key-malformed", Medium, Pedantic, ["INVALID_CONDITION_KEY_FORMAT"], [], [];
    /// A Bool condition lists both or several booleans.
    CONDITION_SEVERAL_BOOLEANS = "iam-condition-several-booleans", Medium, Pedantic, ["INVALID_CONDITION_MULTIPLE_BOOLEAN"], [], [];
    /// Operator name is unknown, or its qualifier is misspelt.
    UNKNOWN_CONDITION_OPERATOR = "iam-unknown-condition-operator", Medium, Pedantic, ["INVALID_CONDITION_OPERATOR"], ["UNKNOWN_OPERATOR"], [];
    /// Effect is not exactly `Allow` or `Deny`.
    EFFECT_INVALID = "iam-effect-invalid", Medium, Pedantic, ["INVALID_EFFECT"], ["MALFORMED"], [];
    /// `aws:` key is not in the catalogue.
    UNKNOWN_GLOBAL_CONDITION_KEY = "iam-unknown-global-condition-key", Medium, Pedantic, ["INVALID_GLOBAL_CONDITION_KEY"], [], [];
    /// Partition is unknown, or has a wildcard where none is allowed.
    ARN_PARTITION_INVALID = "iam-arn-partition-invalid", Medium, Pedantic, ["INVALID_PARTITION"], [], [];
    /// Statement or document has an element that the grammar does not know.
    UNKNOWN_ELEMENT = "iam-unknown-element", Medium, Pedantic, ["INVALID_POLICY_ELEMENT"], ["MALFORMED"], [];
    /// Principal value is no account, ARN, service, canonical id or `*`.
    PRINCIPAL_MALFORMED = "iam-principal-malformed", Medium, Pedantic, ["INVALID_PRINCIPAL_FORMAT"], ["UNKNOWN_PRINCIPAL"], [];
    /// Key in Principal is not AWS, Service, Federated, CanonicalUser.
    PRINCIPAL_TYPE_UNKNOWN = "iam-principal-type-unknown", Medium, Pedantic, ["INVALID_PRINCIPAL_KEY"], ["UNKNOWN_PRINCIPAL"], [];
    /// Value of aws:RequestedRegion is no region.
    CONDITION_REGION_INVALID = "iam-condition-region-invalid", Medium, Pedantic, ["INVALID_REGION"], [], [];
    /// Service segment of an ARN is unknown.
    UNKNOWN_SERVICE = "iam-unknown-service", Medium, Pedantic, ["INVALID_SERVICE"], ["UNKNOWN_PREFIX"], [];
    /// Service key is not in the catalogue of that service.
    UNKNOWN_SERVICE_CONDITION_KEY = "iam-unknown-service-condition-key", Medium, Pedantic, ["INVALID_SERVICE_CONDITION_KEY"], [], [];
    /// Prefix before the colon of an action is unknown.
    UNKNOWN_SERVICE_IN_ACTION = "iam-unknown-service-in-action", Medium, Pedantic, ["INVALID_SERVICE_IN_ACTION"], ["UNKNOWN_PREFIX"], [];
    /// Policy variable in a value of a numeric, date, bool, IP or binary operator.
    VARIABLE_WITH_WRONG_OPERATOR = "iam-variable-with-wrong-operator", Medium, Pedantic, ["INVALID_VARIABLE_FOR_OPERATOR"], [], [];
    /// Version is neither 2012-10-17 nor 2008-10-17.
    VERSION_INVALID = "iam-version-invalid", Medium, Pedantic, ["INVALID_VERSION"], ["INVALID_VERSION"], [];
    /// Document is no JSON, or its YAML does not lower to it.
    JSON_SYNTAX_ERROR = "iam-json-syntax-error", Medium, Regular, ["JSON_SYNTAX_ERROR"], ["MALFORMED_JSON"], [];
    /// Statement has neither Action nor NotAction.
    ACTION_MISSING = "iam-action-missing", Medium, Pedantic, ["MISSING_ACTION"], ["MALFORMED"], [];
    /// ARN has fewer than six segments.
    ARN_SEGMENT_MISSING = "iam-arn-segment-missing", Medium, Pedantic, ["MISSING_ARN_FIELD"], ["INVALID_ARN"], [];
    /// ARN of a regional type has an empty region.
    ARN_REGION_MISSING = "iam-arn-region-missing", Medium, Pedantic, ["MISSING_ARN_REGION"], [], [];
    /// Statement has no Effect.
    EFFECT_MISSING = "iam-effect-missing", Medium, Pedantic, ["MISSING_EFFECT"], ["MALFORMED"], [];
    /// Resource or trust policy statement has no Principal.
    PRINCIPAL_MISSING = "iam-principal-missing", Medium, Pedantic, ["MISSING_PRINCIPAL"], ["MALFORMED"], [];
    /// Array key is compared without ForAllValues or ForAnyValue.
    SET_OPERATOR_MISSING = "iam-set-operator-missing", Medium, Regular, ["MISSING_QUALIFIER"], [], [];
    /// Identity policy statement has neither Resource nor NotResource.
    RESOURCE_MISSING = "iam-resource-missing", Medium, Pedantic, ["MISSING_RESOURCE"], ["MALFORMED"], [];
    /// Document has no Statement.
    STATEMENT_MISSING = "iam-statement-missing", Medium, Pedantic, ["MISSING_STATEMENT"], ["MALFORMED"], [];
    /// `NullIfExists` is used.
    NULL_WITH_IF_EXISTS = "iam-null-with-if-exists", Medium, Pedantic, ["NULL_WITH_IF_EXISTS"], ["MISMATCHED_TYPE_OPERATION_TO_NULL"], [];
    /// SCP action has a wildcard that is not at its end (older syntax).
    SCP_ACTION_WILDCARD_INSIDE = "iam-scp-action-wildcard-inside", Medium, Pedantic, ["SCP_SYNTAX_ERROR_ACTION_WILDCARD"], [], [];
    /// SCP Allow statement has a Condition where the organisation does not support it.
    SCP_ALLOW_WITH_CONDITION = "iam-scp-allow-with-condition", Medium, Pedantic, ["SCP_SYNTAX_ERROR_ALLOW_CONDITION"], [], [];
    /// SCP Allow statement uses NotAction.
    SCP_ALLOW_WITH_NOT_ACTION = "iam-scp-allow-with-not-action", Medium, Pedantic, ["SCP_SYNTAX_ERROR_ALLOW_NOTACTION"], [], [];
    /// SCP Allow statement has a Resource other than `*` where not supported.
    SCP_ALLOW_WITH_RESOURCE = "iam-scp-allow-with-resource", Medium, Pedantic, ["SCP_SYNTAX_ERROR_ALLOW_RESOURCE"], [], [];
    /// SCP uses NotResource where not supported.
    SCP_NOT_RESOURCE = "iam-scp-not-resource", Medium, Pedantic, ["SCP_SYNTAX_ERROR_NOTRESOURCE"], [], [];
    /// SCP has Principal or NotPrincipal.
    SCP_WITH_PRINCIPAL = "iam-scp-with-principal", Medium, Pedantic, ["SCP_SYNTAX_ERROR_PRINCIPAL"], [], [];
    /// Two statements of one document share a Sid.
    DUPLICATE_SID = "iam-duplicate-sid", Medium, Pedantic, ["UNIQUE_SIDS_REQUIRED"], ["DUPLICATE_SID"], [];
    /// Action cannot stand in this type of resource policy.
    ACTION_NOT_FOR_RESOURCE_POLICY = "iam-action-not-for-resource-policy", Medium, Pedantic, ["UNSUPPORTED_ACTION_IN_POLICY"], [], [];
    /// Action with NotAction, Resource with NotResource, Principal with NotPrincipal.
    ELEMENTS_EXCLUDE_EACH_OTHER = "iam-elements-exclude-each-other", Medium, Pedantic, ["UNSUPPORTED_ELEMENT_COMBINATION"], ["MALFORMED"], [];
    /// Global key is not available to this policy type.
    GLOBAL_KEY_NOT_IN_THIS_POLICY = "iam-global-key-not-in-this-policy", Medium, Pedantic, ["UNSUPPORTED_GLOBAL_CONDITION_KEY"], [], [];
    /// Principal type is not allowed in this policy type.
    PRINCIPAL_TYPE_NOT_SUPPORTED = "iam-principal-type-not-supported", Medium, Pedantic, ["UNSUPPORTED_PRINCIPAL"], [], [];
    /// Resource policy names a resource other than its own.
    RESOURCE_NOT_IN_THIS_POLICY = "iam-resource-not-in-this-policy", Medium, Pedantic, ["UNSUPPORTED_RESOURCE_ARN_IN_POLICY"], [], [];
    /// Sid has characters outside A–Z a–z 0–9 (identity policies).
    SID_CHARACTERS = "iam-sid-characters", Medium, Pedantic, ["UNSUPPORTED_SID"], ["INVALID_SID"], [];
    /// Wildcard inside a principal value.
    WILDCARD_INSIDE_PRINCIPAL = "iam-wildcard-inside-principal", Medium, Pedantic, ["UNSUPPORTED_WILDCARD_IN_PRINCIPAL"], [], [];
    /// `${` without `}`.
    VARIABLE_UNCLOSED = "iam-variable-unclosed", Medium, Pedantic, ["MISSING_BRACE_IN_VARIABLE"], [], [];
    /// Default of a variable lacks a quote.
    VARIABLE_DEFAULT_UNQUOTED = "iam-variable-default-unquoted", Medium, Pedantic, ["MISSING_QUOTE_IN_VARIABLE"], [], [];
    /// Space inside a variable name.
    VARIABLE_WITH_SPACE = "iam-variable-with-space", Medium, Pedantic, ["UNSUPPORTED_SPACE_IN_VARIABLE"], [], [];
    /// `${}`.
    VARIABLE_EMPTY = "iam-variable-empty", Medium, Pedantic, ["EMPTY_VARIABLE"], [], [];
    /// Variable in Action, Principal, Effect, Sid or Version.
    VARIABLE_IN_WRONG_ELEMENT = "iam-variable-in-wrong-element", Medium, Pedantic, ["VARIABLE_UNSUPPORTED_IN_ELEMENT"], [], [];
    /// Variable in a document whose Version is missing or 2008-10-17.
    VARIABLE_WITH_OLD_VERSION = "iam-variable-with-old-version", Medium, Regular, ["VARIABLE_UNSUPPORTED_IN_VERSION"], [], [];
    /// Aws:SourceIp equals only private ranges: never true for public calls.
    PRIVATE_IP_IN_ALLOW = "iam-private-ip-in-allow", Medium, Pedantic, ["PRIVATE_IP_ADDRESS"], [], [];
    /// NotIpAddress on aws:SourceIp with only private ranges: always true.
    PRIVATE_IP_IN_NOT_IP = "iam-private-ip-in-not-ip", Medium, Pedantic, ["PRIVATE_NOTIPADDRESS"], [], [];
    /// SCP above 5,120 characters.
    SCP_TOO_LARGE = "iam-scp-too-large", Medium, Pedantic, ["POLICY_SIZE_EXCEEDS_SCP_QUOTA"], [], [];
    /// Service principal is no `name.amazonaws.com` form.
    SERVICE_PRINCIPAL_MALFORMED = "iam-service-principal-malformed", Medium, Pedantic, ["INVALID_SERVICE_PRINCIPAL_FORMAT"], [], [];
    /// Tag condition key without `/name`.
    TAG_KEY_MISSING = "iam-tag-key-missing", Medium, Pedantic, ["MISSING_TAG_KEY_IN_CONDITION"], [], [];
    /// Aws:SourceVpc value is no `vpc-` id or variable.
    VPC_ID_MALFORMED = "iam-vpc-id-malformed", Medium, Pedantic, ["INVALID_VPC_FORMAT"], [], [];
    /// Aws:SourceVpce value is no `vpce-` id or variable.
    ENDPOINT_ID_MALFORMED = "iam-endpoint-id-malformed", Medium, Pedantic, ["INVALID_VPCE_FORMAT"], [], [];
    /// Federated principal in a policy that cannot have one.
    FEDERATED_PRINCIPAL_NOT_SUPPORTED = "iam-federated-principal-not-supported", Medium, Pedantic, ["FEDERATED_PRINCIPAL_NOT_SUPPORTED"], ["UNKNOWN_FEDERATION_SOURCE"], [];
    /// Condition key that the listed action does not support, where AWS refuses it.
    KEY_NOT_FOR_ACTION = "iam-key-not-for-action", Medium, Pedantic, ["UNSUPPORTED_ACTION_FOR_CONDITION_KEY"], [], [];
    /// Condition key that is never set for a service principal.
    KEY_NOT_FOR_SERVICE_PRINCIPAL = "iam-key-not-for-service-principal", Medium, Pedantic, ["UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL"], [], [];
    /// Role trust policy uses NotPrincipal.
    TRUST_WITH_NOT_PRINCIPAL = "iam-trust-with-not-principal", Medium, Pedantic, ["ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL"], [], [];
    /// Wildcard inside a principal of a trust policy.
    TRUST_PRINCIPAL_WILDCARD_INSIDE = "iam-trust-principal-wildcard-inside", Medium, Pedantic, ["ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL"], [], [];
    /// Role trust policy has Resource.
    TRUST_WITH_RESOURCE = "iam-trust-with-resource", Medium, Pedantic, ["ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE"], [], [];
    /// Condition key needs an action that the statement lacks.
    ACTION_MISSING_FOR_KEY = "iam-action-missing-for-key", Medium, Pedantic, ["MISSING_ACTION_FOR_CONDITION_KEY"], [], [];
    /// Federated principal of a trust policy is no known provider or provider ARN.
    TRUST_FEDERATED_MALFORMED = "iam-trust-federated-malformed", Medium, Pedantic, ["INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY"], [], [];
    /// Assume action does not fit the principal type (AssumeRole with Federated, …).
    TRUST_ACTION_MISMATCH = "iam-trust-action-mismatch", Medium, Pedantic, ["MISMATCHED_ACTION_FOR_PRINCIPAL"], [], [];
    /// Roles Anywhere trust lacks TagSession or SetSourceIdentity.
    ROLES_ANYWHERE_ACTION_MISSING = "iam-roles-anywhere-action-missing", Medium, Pedantic, ["MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY"], [], [];
}
