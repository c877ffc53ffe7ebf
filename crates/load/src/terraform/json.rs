//! `.tf.json`
use palisade_source::{Tree, hcl::Body};
/// The body of a file of JSON.
pub fn body(_tree: &Tree) -> Body {
    Body::default()
}
