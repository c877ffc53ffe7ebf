//! Condition keys.

use std::cmp::Ordering;

use super::TABLE;
use super::names::compare;
use super::service::ServiceId;
use super::table::integers;

/// A condition key: a row of the catalogue, in the order of the names.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct KeyId(pub u16);

/// The type of the values of a condition key, which decides the operators that may be used with it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum KeyType {
    /// Text.
    String,
    /// A number.
    Numeric,
    /// A moment.
    Date,
    /// `true` or `false`.
    Bool,
    /// An address or a range.
    Ip,
    /// An Amazon Resource Name.
    Arn,
    /// Base64.
    Binary,
}

/// All condition keys, by name.
pub fn keys() -> impl Iterator<Item = KeyId> {
    (0..TABLE.keys()).map(KeyId)
}

/// The condition key of a name, in any case; `aws:RequestTag/team` finds `aws:RequestTag/${TagKey}`.
///
/// Keys of identity providers begin with the address of the provider; only those that AWS lists are known, so
/// `oidc.example.com:sub` is not
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html>).
pub fn key(name: &str) -> Option<KeyId> {
    let name = name.as_bytes();
    let (mut low, mut high) = (0, TABLE.keys());
    while low < high {
        let middle = low + (high - low) / 2;
        match compare(KeyId(middle).name().as_bytes(), name) {
            Ordering::Less => low = middle + 1,
            Ordering::Equal => return Some(KeyId(middle)),
            Ordering::Greater => high = middle,
        }
    }
    let fitting = integers(TABLE.patterns).map(KeyId).filter(|key| fits(key.name().as_bytes(), name));
    // `events:metadata/${MetadataKey}/matcher` says more than `events:metadata/${MetadataKey}`
    fitting
        .max_by_key(|key| hole(key.name().as_bytes()).map_or(0, |(before, after)| before.len() + after.len()))
}

/// The condition keys that AWS lists for a service.
pub fn service_keys(service: ServiceId) -> impl Iterator<Item = KeyId> {
    TABLE.list(TABLE.service(service.0).keys).map(KeyId)
}

impl KeyId {
    /// Its name as AWS prints it: `aws:SourceIp`, `aws:RequestTag/${TagKey}`, `s3:ExistingObjectTag/<key>`.
    pub fn name(self) -> &'static str {
        TABLE.text(TABLE.key(self.0).name)
    }

    /// The type of its values.
    pub fn key_type(self) -> KeyType {
        match TABLE.key(self.0).flags & 7 {
            1 => KeyType::Numeric,
            2 => KeyType::Date,
            3 => KeyType::Bool,
            4 => KeyType::Ip,
            5 => KeyType::Arn,
            6 => KeyType::Binary,
            _ => KeyType::String,
        }
    }

    /// Whether values of this type occur: `aws:EpochTime` is a date or a number, `aws:FederatedProvider` is text or an ARN.
    pub fn accepts(self, kind: KeyType) -> bool {
        let flags = TABLE.key(self.0).flags;
        let second =
            (kind == KeyType::Numeric && flags & 64 != 0) || (kind == KeyType::Arn && flags & 128 != 0);
        second || self.key_type() == kind
    }

    /// Whether a request may carry several values, so that a condition needs `ForAllValues` or `ForAnyValue`.
    pub fn is_array(self) -> bool {
        TABLE.key(self.0).flags & 8 != 0
    }

    /// Whether its name has a part that stands for any text: `${TagKey}` or `<key>`.
    pub fn is_pattern(self) -> bool {
        TABLE.key(self.0).flags & 16 != 0
    }

    /// Whether it is one of the global condition keys, which any service's request may carry
    /// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>).
    pub fn is_global(self) -> bool {
        TABLE.key(self.0).flags & 32 != 0
    }
}

/// What stands before and after the part of a name that stands for any text.
fn hole(name: &[u8]) -> Option<(&[u8], &[u8])> {
    let start = name.iter().position(|byte| matches!(byte, b'$' | b'<'))?;
    let end = name.iter().rposition(|byte| matches!(byte, b'}' | b'>'))?;
    Some((name.get(..start)?, name.get(end + 1..)?))
}

fn fits(pattern: &[u8], name: &[u8]) -> bool {
    // most begin otherwise, and none begins with the part that stands for any text
    if !pattern.get(..3).zip(name.get(..3)).is_some_and(|(start, found)| start.eq_ignore_ascii_case(found)) {
        return false;
    }
    let Some((before, after)) = hole(pattern) else { return false };
    let Some(open) = name.len().checked_sub(after.len()).filter(|open| *open > before.len()) else {
        return false;
    };
    let ends = name.get(..before.len()).zip(name.get(open..));
    ends.is_some_and(|(start, end)| start.eq_ignore_ascii_case(before) && end.eq_ignore_ascii_case(after))
}
