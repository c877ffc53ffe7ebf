use super::super::service::Draft;
use super::super::variables::Resolver;
use palisade_graph::Val;
use palisade_source::Span;
pub(super) fn compile(_draft: &mut Draft<'_>) {}
/// x
pub fn reference(_resolver: &Resolver<'_>, _constructs: &Val, _path: &str, _span: Span) -> Option<Val> { None }
