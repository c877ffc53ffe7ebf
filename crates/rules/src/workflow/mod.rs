//! Rules of category `workflow`.

pub mod execution_data_logged;
pub mod log_off;
pub mod role_wildcard;
pub mod secret_in_definition;
pub mod task_without_timeout;
pub mod tracing_off;
pub mod without_customer_key;

use crate::prelude::*;

/// State machines that somebody wrote.
fn machines<'a>(cx: &Cx<'a>) -> impl Iterator<Item = (NodeIx, &'a Node)> + use<'a> {
    cx.of_type("AWS::StepFunctions::StateMachine")
}

/// The definition of a machine, null where none is written.
fn definition(node: &Node) -> &Val {
    let map = node.props.get("Definition");
    if map.is_null() { node.props.get("DefinitionString") } else { map }
}

/// One state of a definition.
struct State<'a> {
    name: &'a str,
    /// Where its name stands.
    key: Span,
    body: &'a Val,
}

/// More nested states are not looked at.
const DEPTH: usize = 32;

/// States of a definition in their order, those inside of `Parallel` and `Map` included.
fn states(definition: &Val) -> Vec<State<'_>> {
    let mut out = Vec::new();
    let mut open: Vec<(&Val, usize)> = vec![(definition, 0)];
    while let Some((machine, depth)) = open.pop() {
        for entry in machine.get("States").entries() {
            let body = &entry.val;
            out.push(State { name: &entry.key, key: entry.key_span, body });
            if depth < DEPTH {
                let inner = ["Iterator", "ItemProcessor"].map(|k| body.get(k));
                let inner = inner.into_iter().chain(body.get("Branches").items());
                open.extend(inner.filter(|m| m.as_map().is_some()).map(|m| (m, depth + 1)));
            }
        }
    }
    out
}
