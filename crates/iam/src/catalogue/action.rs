//! Actions.

use super::TABLE;
use super::key::KeyId;
use super::names::fits;
use super::resource::ResourceTypeId;
use super::service::ServiceId;

/// An action: a row of the catalogue. The rows of one service are consecutive and sorted by lower-case name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ActionId(pub u16);

/// What an action does
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html>).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Level {
    /// Says what there is.
    List,
    /// Reads what is in it.
    Read,
    /// Creates, changes or deletes.
    Write,
    /// Changes who may do what.
    PermissionsManagement,
    /// Changes tags only.
    Tagging,
}

impl Level {
    const fn of(code: u8) -> Self {
        match code & 7 {
            0 => Self::List,
            1 => Self::Read,
            3 => Self::PermissionsManagement,
            4 => Self::Tagging,
            _ => Self::Write,
        }
    }
}

/// The action of this name, in any case.
pub fn action(service: ServiceId, name: &str) -> Option<ActionId> {
    TABLE.names(service.0).find(name.as_bytes()).map(ActionId)
}

/// Calls `act` with each action of a service whose name fits a pattern, in any case: the part after the colon, `*` is any
/// text, `?` any character. A literal is looked up, `Get*` is cut out, `*` decodes no name.
pub fn matching(service: ServiceId, pattern: &str, mut act: impl FnMut(ActionId)) {
    let names = TABLE.names(service.0);
    let pattern = pattern.as_bytes();
    let head = pattern.iter().position(|byte| matches!(byte, b'*' | b'?'));
    let Some((head, tail)) = head.and_then(|at| pattern.split_at_checked(at)) else {
        if let Some(row) = names.find(pattern) {
            act(ActionId(row));
        }
        return;
    };
    let rows = names.beginning(head);
    if tail.iter().all(|byte| *byte == b'*') {
        rows.map(ActionId).for_each(act);
        return;
    }
    names.each(rows, |row, name| {
        if name.get(head.len()..).is_some_and(|rest| fits(tail, rest)) {
            act(ActionId(row));
        }
    });
}

/// Calls `act` with each action of a service and its name.
pub fn names(service: ServiceId, mut act: impl FnMut(ActionId, &str)) {
    let names = TABLE.names(service.0);
    names.each(names.rows(), |row, name| {
        if let Ok(name) = std::str::from_utf8(name) {
            act(ActionId(row), name);
        }
    });
}

impl ActionId {
    /// The service that it belongs to.
    pub fn service(self) -> ServiceId {
        ServiceId(TABLE.service_of(self.0, |service| service.action))
    }

    /// Its place among the actions of its service.
    pub fn index_in_service(self) -> usize {
        usize::from(self.0.saturating_sub(self.service().actions().start))
    }

    /// Its name as AWS spells it, without the prefix: `GetObject`.
    pub fn name(self) -> String {
        TABLE.names(self.service().0).name(self.0).unwrap_or_default()
    }

    /// Its name with the prefix: `s3:GetObject`.
    pub fn full(self) -> String {
        format!("{}:{}", self.service().prefix(), self.name())
    }

    /// What it does. Where the public override table knows that an action that AWS lists otherwise changes who may do
    /// what (`iam:PassRole`, `iam:CreateAccessKey`), this is permissions management.
    pub fn level(self) -> Level {
        Level::of(TABLE.shape(self.0).flags)
    }

    /// What it does by AWS's own list.
    pub fn published_level(self) -> Level {
        Level::of(TABLE.shape(self.0).flags >> 3)
    }

    /// Whether AWS has taken it off its list.
    pub fn is_retired(self) -> bool {
        TABLE.shape(self.0).flags & 128 != 0
    }

    /// The resource types that it accepts, each with whether it is required; none means `*` only.
    pub fn resource_types(self) -> impl Iterator<Item = (ResourceTypeId, bool)> {
        let members = TABLE.list(TABLE.shape(self.0).resources);
        members.map(|member| (ResourceTypeId(member & 0x7fff), member & 0x8000 != 0))
    }

    /// The condition keys that AWS lists for it, on any of its resource types.
    pub fn condition_keys(self) -> impl Iterator<Item = KeyId> {
        TABLE.list(TABLE.shape(self.0).keys).map(KeyId)
    }

    /// The actions that whoever calls it needs as well, in some cases at least.
    pub fn dependents(self) -> impl Iterator<Item = ActionId> {
        TABLE.dependents_of(self.0).into_iter().flat_map(|list| TABLE.list(list)).map(ActionId)
    }
}
