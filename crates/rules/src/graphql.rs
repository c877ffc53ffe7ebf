//! What several rules ask of AppSync APIs.

use palisade_graph::{Node, NodeIx, State, Tri, Val};

use crate::Cx;

/// The GraphQL APIs.
pub fn apis<'a>(cx: &Cx<'a>) -> impl Iterator<Item = (NodeIx, &'a Node)> + use<'a> {
    cx.of_type("AWS::AppSync::GraphQLApi")
}

/// Whether the internet reaches an API: left out, it does.
pub fn public(api: &Node) -> Tri {
    let visibility = api.props.get("Visibility");
    if visibility.is_null() { Tri::Yes } else { visibility.is("PRIVATE").negate() }
}

/// The web ACL association of something, if there is one; unknown where the target of one cannot be told.
pub fn shield<'a>(cx: &Cx<'a>, ix: NodeIx) -> (Tri, &'a Val) {
    let (mut answer, mut open) = (Tri::No, Val::null());
    for ty in ["AWS::WAFv2::WebACLAssociation", "AWS::WAFRegional::WebACLAssociation"] {
        for (_, association) in cx.of_type(ty) {
            let arn = association.props.get("ResourceArn");
            if crate::api::refers_to(cx.graph, arn, ix) {
                return (Tri::Yes, arn);
            }
            if matches!(arn.state, State::Unknown(_)) {
                (answer, open) = (Tri::Unknown, arn);
            }
        }
    }
    (answer, open)
}
