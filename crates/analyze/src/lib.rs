//! Questions that need the application graph and the policy engine together.
//!
//! [`policies`] lowers what the graph knows of roles, stores and functions to documents of the engine;
//! [`can`] asks whether a function may do something.

pub mod can;
mod context;
pub mod policies;
