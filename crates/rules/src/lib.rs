//! The rules. A rule is one file: its header is its documentation and its tests, its `RULE` constant its
//! metadata, its function its logic.

pub mod api;
pub mod auth;
pub mod data;
pub mod deploy;
pub mod edge;
pub mod event;
pub mod function;
pub mod iam;
pub mod logging;
pub mod network;
pub mod secrets;
pub mod workflow;

pub mod accounts;
pub mod alarms;
pub mod bucket;
pub mod calls;
mod cx;
pub mod database;
mod date;
mod found;
pub mod grants;
pub mod graphql;
pub mod ingress;
pub mod lambda;
pub mod loops;
mod naming;
mod page;
pub mod policy;
mod proposal;
pub mod repair;
mod rule;
mod run;
pub mod secret;
mod secret_name;
mod secret_shape;
mod settings;
pub mod switch;
pub mod transport;
pub mod ways;

pub use cx::Cx;
pub use date::{date, days, parse_date};
pub use found::{Findings, Found};
pub use page::{Example, Expectation, examples, section};
pub use proposal::{Change, Literal, Proposal, Safety};
pub use rule::{Entry, FixKind, Rule, find, nearest, rules};
pub use run::{Checked, check, join};
pub use settings::Settings;

/// What nearly every rule needs.
pub mod prelude {
    pub use palisade_diag::{Confidence, Persona, References, Severity};
    pub use palisade_graph::{
        Application, Authorization, Edge, EdgeKind, Graph, Node, NodeIx, NodeKind, State, Statement, Target,
        Tri, Val, Value,
    };
    pub use palisade_source::Span;

    pub use crate::{Change, Cx, Findings, FixKind, Found, Literal, Proposal, Rule, Safety};
}
