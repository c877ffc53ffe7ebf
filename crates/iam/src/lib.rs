//! The policy language of AWS: who may do what, decided and proved.

pub mod arn;
pub mod catalogue;
pub mod condition;
pub mod context;
pub mod document;
pub mod element;
pub mod glob;
pub mod limits;
pub mod lint;
pub mod principal;
pub mod residue;
pub mod symbol;
mod template;
pub mod tri;
