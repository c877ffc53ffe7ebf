//! The reader of HCL: grammar, recovery, hostile input.

mod dump;
mod grammar;
mod hostile;
mod laws;
mod other;
mod recovery;
