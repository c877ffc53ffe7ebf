//! The sections of the catalogue and their rows.

use super::names::{Coded, Names};
use super::pack::{bytes, section, text, u16_at, u32_at};

/// The catalogue, its sections cut apart. What each holds is said by `xtask/src/iam_data/encode.rs`, which writes it.
#[derive(Clone, Copy)]
pub(super) struct Table<'a> {
    pub(super) date: &'a [u8],
    services: &'a [u8],
    names: Coded<'a>,
    actions: &'a [u8],
    shapes: &'a [u8],
    lists: &'a [u8],
    resources: &'a [u8],
    keys: &'a [u8],
    pub(super) patterns: &'a [u8],
    dependents: &'a [u8],
    text: &'a [u8],
}

const SERVICE: usize = 18;
const SHAPE: usize = 5;
const RESOURCE: usize = 10;
const KEY: usize = 5;
const DEPENDENTS: usize = 4;

/// Where the rows of a service begin.
#[derive(Clone, Copy, Default)]
pub(super) struct Service {
    pub(super) prefix: u32,
    pub(super) title: u32,
    pub(super) action: u16,
    pub(super) block: u16,
    pub(super) resource: u16,
    pub(super) keys: u16,
    pub(super) rcp: bool,
}

/// What many actions have in common.
#[derive(Clone, Copy, Default)]
pub(super) struct Shape {
    /// Level in bits 0–2, the level that AWS prints in bits 3–5, retired in bit 7.
    pub(super) flags: u8,
    pub(super) resources: u16,
    pub(super) keys: u16,
}

/// A resource type.
#[derive(Clone, Copy, Default)]
pub(super) struct Resource {
    pub(super) name: u32,
    pub(super) formats: u32,
    pub(super) keys: u16,
}

/// A condition key.
#[derive(Clone, Copy, Default)]
pub(super) struct Key {
    pub(super) name: u32,
    /// Type in bits 0–2, array in bit 3, pattern in bit 4, global in bit 5, also a number in bit 6,
    /// also an ARN in bit 7.
    pub(super) flags: u8,
}

impl<'a> Table<'a> {
    /// Cuts a pack apart; a damaged one has empty sections.
    pub(super) const fn read(pack: &'a [u8]) -> Self {
        Self {
            date: section(pack, 0),
            services: section(pack, 1),
            names: Coded {
                blocks: section(pack, 2),
                names: section(pack, 3),
                word_ends: section(pack, 4),
                words: section(pack, 5),
            },
            actions: section(pack, 6),
            shapes: section(pack, 7),
            lists: section(pack, 8),
            resources: section(pack, 9),
            keys: section(pack, 10),
            patterns: section(pack, 11),
            dependents: section(pack, 12),
            text: section(pack, 13),
        }
    }

    pub(super) fn text(&self, reference: u32) -> &'a str {
        text(self.text, reference).unwrap_or_default()
    }

    /// One row more than there are services: it says where the rows of the last one end.
    pub(super) fn services(&self) -> u16 {
        u16::try_from((self.services.len() / SERVICE).saturating_sub(1)).unwrap_or(0)
    }

    pub(super) fn service(&self, row: u16) -> Service {
        self.service_at(usize::from(row)).unwrap_or_default()
    }

    fn service_at(&self, row: usize) -> Option<Service> {
        let row = bytes(self.services, row * SERVICE, SERVICE)?;
        Some(Service {
            prefix: u32_at(row, 0)?,
            title: u32_at(row, 4)?,
            action: u16_at(row, 8)?,
            block: u16_at(row, 10)?,
            resource: u16_at(row, 12)?,
            keys: u16_at(row, 14)?,
            rcp: row.get(16).is_some_and(|flags| flags & 1 == 1),
        })
    }

    /// The row of a service and the row after it.
    pub(super) fn service_and_next(&self, row: u16) -> (Service, Service) {
        let both = self.service_at(usize::from(row)).zip(self.service_at(usize::from(row) + 1));
        both.unwrap_or_default()
    }

    /// The last service of which `first` says that its rows begin at or before `row`.
    pub(super) fn service_of(&self, row: u16, first: impl Fn(Service) -> u16) -> u16 {
        let (mut low, mut high) = (0, self.services());
        while low < high {
            let middle = low + (high - low) / 2;
            if first(self.service(middle)) <= row {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low.saturating_sub(1)
    }

    /// The actions of a service.
    pub(super) fn names(&self, service: u16) -> Names<'a> {
        let (service, next) = self.service_and_next(service);
        Names::new(self.names, service.action..next.action, service.block..next.block)
    }

    pub(super) fn actions(&self) -> u16 {
        u16::try_from(self.actions.len() / 2).unwrap_or(0)
    }

    pub(super) fn shape(&self, action: u16) -> Shape {
        self.shape_at(action).unwrap_or_default()
    }

    fn shape_at(&self, action: u16) -> Option<Shape> {
        let shape = usize::from(u16_at(self.actions, usize::from(action) * 2)?);
        let row = bytes(self.shapes, shape * SHAPE, SHAPE)?;
        Some(Shape { flags: *row.first()?, resources: u16_at(row, 1)?, keys: u16_at(row, 3)? })
    }

    /// The members of a list, which is named by its place.
    pub(super) fn list(&self, id: u16) -> impl Iterator<Item = u16> + use<'a> {
        let place = usize::from(id) * 2;
        let members = u16_at(self.lists, place)
            .and_then(|length| bytes(self.lists, place + 2, usize::from(length) * 2))
            .unwrap_or_default();
        integers(members)
    }

    pub(super) fn resources(&self) -> u16 {
        u16::try_from(self.resources.len() / RESOURCE).unwrap_or(0)
    }

    pub(super) fn resource(&self, row: u16) -> Resource {
        self.resource_at(row).unwrap_or_default()
    }

    fn resource_at(&self, row: u16) -> Option<Resource> {
        let row = bytes(self.resources, usize::from(row) * RESOURCE, RESOURCE)?;
        Some(Resource { name: u32_at(row, 0)?, formats: u32_at(row, 4)?, keys: u16_at(row, 8)? })
    }

    pub(super) fn keys(&self) -> u16 {
        u16::try_from(self.keys.len() / KEY).unwrap_or(0)
    }

    pub(super) fn key(&self, row: u16) -> Key {
        self.key_at(row).unwrap_or_default()
    }

    fn key_at(&self, row: u16) -> Option<Key> {
        let row = bytes(self.keys, usize::from(row) * KEY, KEY)?;
        Some(Key { name: u32_at(row, 0)?, flags: *row.get(4)? })
    }

    /// How many actions have dependents.
    pub(super) fn dependents(&self) -> usize {
        self.dependents.len() / DEPENDENTS
    }

    /// The list of what an action depends on.
    pub(super) fn dependents_of(&self, action: u16) -> Option<u16> {
        let (mut low, mut high) = (0, self.dependents());
        while low < high {
            let middle = low + (high - low) / 2;
            let found = u16_at(self.dependents, middle * DEPENDENTS)?;
            match found.cmp(&action) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Equal => return u16_at(self.dependents, middle * DEPENDENTS + 2),
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }
}

/// Bytes as integers of two.
pub(super) fn integers(bytes: &[u8]) -> impl Iterator<Item = u16> {
    bytes.chunks_exact(2).filter_map(|pair| u16_at(pair, 0))
}
