//! The reader of HCL: grammar, recovery, hostile input, splices.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that fails panics"
)]
#![expect(clippy::format_collect, clippy::needless_pass_by_value, reason = "short tests")]

mod dump;
mod edit_laws;
mod edits;
mod grammar;
mod hostile;
mod laws;
mod other;
mod recovery;
