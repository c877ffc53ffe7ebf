//! APIs: REST, HTTP, WebSocket and GraphQL.

use super::super::interpret::{Handle, Place, Value};
use super::Library;

/// Constructs of the services; false for others.
pub fn construct(_lib: &mut Library<'_>, _h: Handle, _class: &str) -> bool {
    false
}

/// Methods of APIs.
pub fn call(
    _lib: &mut Library<'_>,
    _on: Handle,
    _method: &str,
    _arguments: &[Value],
    _at: Place,
) -> Option<Value> {
    None
}
