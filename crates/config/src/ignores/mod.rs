//! What silences findings: read from comments, metadata and `palisade.toml`, applied to the findings of
//! one application, and reported where it is stale.

mod apply;
mod cover;
mod directive;
mod foreign;
mod inline;
mod names;
mod stale;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use palisade_diag::{Finding, Ignored};
use palisade_source::SourceFile;

pub use apply::apply;
pub use stale::stale;

use crate::Config;

/// What decides which findings are silenced.
#[derive(Clone, Copy)]
pub struct Ask<'a> {
    /// The configuration.
    pub config: &'a Config,
    /// Comments and metadata silence nothing.
    pub no_inline: bool,
    /// Days since 1970-01-01.
    pub today: i64,
    /// The rules that ran. An ignore of a rule that did not run cannot be called useless.
    pub ran: &'a [&'static palisade_rules::Entry],
}

/// The findings of one application after ignores.
#[derive(Debug, Default)]
pub struct Applied {
    /// What is left, in the order given.
    pub kept: Vec<Finding>,
    /// For each that is left its number among the findings given; none where some of its nodes were silenced.
    pub whole: Vec<Option<usize>>,
    /// What was silenced; a finding of which only some nodes were silenced stands in both lists.
    pub ignored: Vec<Ignored>,
    /// What [`stale()`] needs of this application.
    pub trail: Trail,
}

/// Which ignores were met in one application, and which of them silenced something.
#[derive(Debug, Default)]
pub struct Trail {
    /// Ignores of comments and metadata by place: path, offset, number of the pattern.
    inline: BTreeMap<(String, u32, usize), Met>,
    /// Certainly stale, whatever other applications say.
    certain: Vec<Finding>,
    /// Ignores of the configuration that silenced something: number of the entry, of the pattern.
    used: BTreeSet<(usize, usize)>,
    /// Rules that could not tell for some node.
    open: BTreeSet<String>,
    sources: BTreeMap<String, Arc<SourceFile>>,
}

/// One pattern of one ignore.
#[derive(Debug)]
struct Met {
    used: bool,
    /// The rules it covers, by name.
    rules: Vec<&'static str>,
    /// What is said if it silenced nothing anywhere.
    useless: Finding,
}

/// Findings about ignores.
#[derive(Debug, Default)]
pub struct Stale {
    /// One finding of rule `deploy-ignore-stale` for each fault.
    pub findings: Vec<Finding>,
    /// Those of them that an ignore of that very rule silences.
    pub ignored: Vec<Ignored>,
    /// The files they point into.
    pub sources: BTreeMap<String, Arc<SourceFile>>,
}
