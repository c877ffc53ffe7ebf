//! What AWS has: services, actions, resource types, condition keys and managed policies.
//!
//! The tables are read in place from two packs that stand in the program; nothing is decoded or allocated when it starts.
//! Source: `crates/iam/data/SOURCE.md`. What the catalogue does not know may still exist: it is *not known on* [`date`].

mod action;
mod key;
pub mod managed;
mod names;
mod pack;
mod resource;
mod service;
mod table;

#[cfg(test)]
mod tests;

pub use action::{ActionId, Level, action, matching, names};
pub use key::{KeyId, KeyType, key, keys, service_keys};
pub use resource::{ResourceTypeId, resource_type};
pub use service::{ServiceId, service, services};

use table::Table;

static TABLE: Table<'static> = Table::read(include_bytes!("../../data/catalogue.bin"));

/// The day of the data, `YYYY-MM-DD`.
pub fn date() -> &'static str {
    std::str::from_utf8(TABLE.date).unwrap_or_default()
}

/// How many rows there are of each kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Counts {
    /// Service prefixes.
    pub services: usize,
    /// Actions, retired ones among them.
    pub actions: usize,
    /// Resource types.
    pub resource_types: usize,
    /// Distinct condition keys.
    pub keys: usize,
    /// Actions that depend on others.
    pub dependents: usize,
    /// Managed policies.
    pub managed: usize,
}

/// How many rows there are of each kind.
pub fn counts() -> Counts {
    Counts {
        services: usize::from(TABLE.services()),
        actions: usize::from(TABLE.actions()),
        resource_types: usize::from(TABLE.resources()),
        keys: usize::from(TABLE.keys()),
        dependents: TABLE.dependents(),
        managed: managed::count(),
    }
}
