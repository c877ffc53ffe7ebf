//! One file a subcommand.

pub mod baseline;
pub mod can;
pub mod completions;
pub mod explain;
pub mod fix;
pub mod graph;
pub mod iam;
pub mod rules;
pub mod scan;
