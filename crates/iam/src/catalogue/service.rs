//! Services.

use std::cmp::Ordering;
use std::ops::Range;

use super::TABLE;
use super::names::compare;
use super::resource::ResourceTypeId;

/// A service prefix: a row of the catalogue, in the order of the prefixes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ServiceId(pub u16);

/// All services, by prefix.
pub fn services() -> impl Iterator<Item = ServiceId> {
    (0..TABLE.services()).map(ServiceId)
}

/// The service of a prefix, in any case.
pub fn service(prefix: &str) -> Option<ServiceId> {
    let (mut low, mut high) = (0, TABLE.services());
    while low < high {
        let middle = low + (high - low) / 2;
        match compare(ServiceId(middle).prefix().as_bytes(), prefix.as_bytes()) {
            Ordering::Less => low = middle + 1,
            Ordering::Equal => return Some(ServiceId(middle)),
            Ordering::Greater => high = middle,
        }
    }
    None
}

impl ServiceId {
    /// The part of an action before the colon: `s3`.
    pub fn prefix(self) -> &'static str {
        TABLE.text(TABLE.service(self.0).prefix)
    }

    /// The name that AWS gives it: `Amazon S3`.
    pub fn title(self) -> &'static str {
        TABLE.text(TABLE.service(self.0).title)
    }

    /// The rows of its actions, sorted by lower-case name.
    pub fn actions(self) -> Range<u16> {
        TABLE.names(self.0).rows()
    }

    /// Its resource types, sorted by lower-case name.
    pub fn resource_types(self) -> impl Iterator<Item = ResourceTypeId> {
        let (service, next) = TABLE.service_and_next(self.0);
        (service.resource..next.resource).map(ResourceTypeId)
    }

    /// Whether resource control policies apply to it
    /// (<https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html>).
    pub fn supports_rcp(self) -> bool {
        TABLE.service(self.0).rcp
    }
}
