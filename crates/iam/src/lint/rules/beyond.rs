//! Checks beyond those of IAM Access Analyzer.

use super::{Rule, rules};

rules! {
    /// Bool aws:MultiFactorAuthPresent false in Deny without IfExists, or the like.
    MFA_CONDITION_INEFFECTIVE = "iam-mfa-condition-ineffective", Medium, Regular, [], ["BAD_PATTERN_FOR_MFA"], [];
    /// Key undocumented for the action: condition is dead or always fails.
    CONDITION_KEY_NOT_FOR_ACTION = "iam-condition-key-not-for-action", Medium, Regular, ["UNSUPPORTED_ACTION_FOR_CONDITION_KEY"], ["UNKNOWN_CONDITION_FOR_ACTION"], [];
    /// Version 2008-10-17.
    OLD_POLICY_VERSION = "iam-old-policy-version", Low, Pedantic, ["VARIABLE_UNSUPPORTED_IN_VERSION"], ["OLD_VERSION"], [];
    /// StringEquals on an ARN key and the like, without wildcard.
    OPERATOR_USABLE_BUT_WRONG = "iam-operator-usable-but-wrong", Low, Pedantic, [], ["MISMATCHED_TYPE_BUT_USABLE"], [];
    /// Reference in Action, Resource or Principal: decision is unknown.
    REFERENCE_UNRESOLVED = "iam-reference-unresolved", Info, Auditor, [], [], [];
    /// Size, depth or count limit: document not evaluated.
    DOCUMENT_LIMIT = "iam-document-limit", Medium, Regular, [], ["EXCEPTION"], [];
}
