//! Resource types.

use std::cmp::Ordering;

use super::TABLE;
use super::key::KeyId;
use super::names::compare;
use super::service::ServiceId;

/// Where most ARNs begin alike, the pack has a mark instead: the rest of the beginning is known from the service.
const HEADS: [(char, &str); 4] =
    [('\u{1}', "${Region}:${Account}"), ('\u{2}', ":${Account}"), ('\u{3}', "${Region}:"), ('\u{4}', ":")];

/// A resource type of a service: a row of the catalogue, in the order of services and names.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ResourceTypeId(pub u16);

/// The resource type of this name, in any case.
pub fn resource_type(service: ServiceId, name: &str) -> Option<ResourceTypeId> {
    let (first, next) = TABLE.service_and_next(service.0);
    let (mut low, mut high) = (first.resource, next.resource);
    while low < high {
        let middle = low + (high - low) / 2;
        match compare(ResourceTypeId(middle).name().as_bytes(), name.as_bytes()) {
            Ordering::Less => low = middle + 1,
            Ordering::Equal => return Some(ResourceTypeId(middle)),
            Ordering::Greater => high = middle,
        }
    }
    None
}

impl ResourceTypeId {
    /// Its name within the service: `object`.
    pub fn name(self) -> &'static str {
        TABLE.text(TABLE.resource(self.0).name)
    }

    /// The service that it belongs to.
    pub fn service(self) -> ServiceId {
        ServiceId(TABLE.service_of(self.0, |service| service.resource))
    }

    /// The forms of its ARN as AWS prints them, mostly one: `arn:${Partition}:s3:::${BucketName}/${ObjectName}`.
    pub fn arn_formats(self) -> impl Iterator<Item = String> {
        let prefix = self.service().prefix();
        let formats =
            TABLE.text(TABLE.resource(self.0).formats).split('\n').filter(|format| !format.is_empty());
        formats.map(move |format| {
            let spelled = HEADS.iter().find_map(|(mark, place)| Some((format.strip_prefix(*mark)?, place)));
            match spelled {
                Some((rest, place)) => format!("arn:${{Partition}}:{prefix}:{place}:{rest}"),
                None => format.to_owned(),
            }
        })
    }

    /// The condition keys that AWS lists for the type itself.
    pub fn condition_keys(self) -> impl Iterator<Item = KeyId> {
        TABLE.list(TABLE.resource(self.0).keys).map(KeyId)
    }
}
