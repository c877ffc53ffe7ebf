//! The policy language of AWS: who may do what, decided and proved.

pub mod catalogue;
