//! The command line as people and programs meet it: the real binary in real folders.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that fails panics")]

mod baseline;
mod browser;
mod can;
mod codes;
mod config;
mod fix;
mod formats;
mod help;
mod hostile;
mod iam;
mod ignores;
mod inputs;
mod place;
mod rules;
mod run;
mod terminal;
mod terraform;
