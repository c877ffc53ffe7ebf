//! Rules of category `secrets`.
//!
//! No finding shows a value: messages name the place, labels stand on the key, and the value's own span is
//! hidden from every output ([`Findings::hide`]).

pub mod database_password_literal;
pub mod database_password_unmanaged;
pub mod document_public;
pub mod in_firehose_destination;
pub mod in_function_environment;
pub mod in_inline_code;
pub mod in_plain_parameter;
pub mod in_stage_variables;
pub mod in_template_output;
pub mod in_template_parameter;
pub mod literal_in_secret;
pub mod parameter_echoed;
pub mod parameter_without_customer_key;
pub mod policy_public;
pub mod provider_credentials_literal;
pub mod resolved_into_env;
pub mod rotation_absent;
pub mod without_customer_key;

use crate::prelude::*;
use crate::secret::{Judgement, judge};

/// Entries of a map that hold secrets in clear: key, its place, what the value looks like, and whether its
/// format alone decides. Their values are hidden.
fn literals<'a>(
    map: &'a Val,
    out: &mut Findings,
) -> Vec<(&'a palisade_graph::Entry, &'static str, Confidence)> {
    let mut all = Vec::new();
    for entry in map.entries() {
        if let Judgement::Literal { what, certain } = judge(&entry.key, &entry.val) {
            out.hide(&entry.val);
            all.push((entry, what, if certain { Confidence::High } else { Confidence::Medium }));
        }
    }
    all
}

/// Whether the default of an input is used as a value somewhere that a rule about that place reports.
fn spans_of_environments(cx: &Cx<'_>) -> std::collections::BTreeSet<Span> {
    let of = |node: &Node| node.props.at("Environment.Variables").clone();
    cx.functions()
        .flat_map(|(_, node)| {
            let variables = of(node);
            variables
                .entries()
                .iter()
                .filter(|e| matches!(judge(&e.key, &e.val), Judgement::Literal { .. }))
                .map(|e| e.val.span)
                .collect::<Vec<_>>()
        })
        .collect()
}
