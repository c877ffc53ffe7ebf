//! What tests share: literate scenarios, and the comparison of a graph with a reference
//! implementation's template. It knows only the published JSON, so that it cannot repeat a mistake of
//! the code that it tests.

pub mod differential;
pub mod scenario;
