//! Fixes: what a rule proposes becomes edits of the files, in the words of their dialect, and nothing is shown
//! that was not proven first.

mod contents;
mod hcl;
mod place;
mod plan;
mod program;
mod prove;
mod same;
mod statements;
mod table;
#[cfg(test)]
mod tests;
mod texts;
mod tree;

pub use tree::{Changed, Fixed, Outcome, Withheld, fix, fix_in};

pub(crate) use prove::Prover;
