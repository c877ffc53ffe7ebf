//! Terraform and OpenTofu: modules are evaluated as far as their files allow, and every instance of a
//! resource is turned into the deployed shape.

pub mod deploy;
mod instance;
pub mod table;

pub use instance::Instance;
