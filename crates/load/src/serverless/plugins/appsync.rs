use super::super::service::Draft;
pub(super) fn compile(_draft: &mut Draft<'_>) {}
