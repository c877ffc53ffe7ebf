//! Rules of category `network`.

pub mod ingress_open;
