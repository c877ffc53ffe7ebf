//! Compares the published graph of an application with the template that a reference implementation
//! deploys for it.

mod evaluate;
mod expected;
mod facts;
mod observed;

pub use expected::expected;
pub use facts::{AREAS, Area, Comparison, Facts, Role, compare};
pub use observed::observed;
