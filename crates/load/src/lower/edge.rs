use super::Lowering;
/// Nothing so far.
pub fn lower(_l: &mut Lowering<'_>) {}
