//! The policy language of AWS: who may do what, decided and proved.
//!
//! [`decide::explain`] answers one request against every policy that it meets: *yes*, *no*, or *cannot
//! tell* with the exact condition that it hangs on. References that only the deployment resolves are
//! letters of their own ([`symbol`]), never placeholders.
//!
//! The crate knows no dialect of infrastructure code, no network and no file.

pub mod action;
pub mod arn;
pub mod catalogue;
pub mod certificate;
pub mod checker;
pub mod condition;
pub mod context;
pub mod decide;
pub mod document;
pub mod element;
pub mod glob;
pub mod include;
pub mod limits;
pub mod lines;
pub mod lint;
pub mod minimal;
pub mod principal;
pub mod request;
pub(crate) mod residue;
pub mod service;
pub mod statement;
pub mod symbol;
pub(crate) mod template;
pub mod tri;
pub(crate) mod trie;
pub mod why;
