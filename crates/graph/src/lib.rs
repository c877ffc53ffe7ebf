//! The application graph: typed nodes and edges, values that may not be known, worlds, and canonical
//! JSON. Rules ask this graph and never a dialect.

mod export;
mod export_node;
mod export_text;
mod model;
mod value;

pub use export::{graph_json, to_dot, to_mermaid};
pub use model::{
    Application, Authorization, Detail, Edge, EdgeKind, Entry as EntryDetail, Fetched, FetchedKind, From,
    Function, Graph, Input, Interface, ManagedPolicy, ModuleCall, Node, NodeIx, NodeKind, Note, NoteKind,
    Output, Permission, Role, Statement, Store as StoreDetail, Trigger, World, deployed_id,
};
pub use value::{
    Entry, External, Link, List, Map, Piece, Reason, State, Target, Tri, Unknown, Val, Value, Via, link,
};
