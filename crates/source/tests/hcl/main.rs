//! The reader of HCL: grammar, recovery, hostile input.

mod dump;
mod edit_laws;
mod edits;
mod grammar;
mod hostile;
mod laws;
mod other;
mod recovery;
