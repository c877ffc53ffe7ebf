//! What decides whether the ACL or the policy of a bucket lets strangers in.

use palisade_diag::Severity;
use palisade_graph::{Edge, EdgeKind, Node, NodeIx, State, Statement, Tri, Val};
use palisade_source::Span;

use crate::{Cx, policy};

/// The four settings of a public-access block.
pub const SETTINGS: [&str; 4] =
    ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];

const WRITES: &[&str] = &[
    "s3:PutObject",
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:PutObjectAcl",
    "s3:PutObjectTagging",
    "s3:ReplicateObject",
    "s3:ReplicateDelete",
    "s3:RestoreObject",
    "s3:AbortMultipartUpload",
    "s3:BypassGovernanceRetention",
    "s3:DeleteBucket",
    "s3:PutLifecycleConfiguration",
    "s3:PutReplicationConfiguration",
    "s3:PutEncryptionConfiguration",
    "s3:PutBucketNotification",
    "s3:PutBucketVersioning",
    "s3:PutBucketWebsite",
    "s3:PutBucketCORS",
    "s3:PutBucketLogging",
];

/// Actions that change who may do what.
const PERMISSIONS: &[&str] = &[
    "s3:PutBucketPolicy",
    "s3:DeleteBucketPolicy",
    "s3:PutBucketAcl",
    "s3:PutObjectAcl",
    "s3:PutBucketPublicAccessBlock",
    "s3:PutBucketOwnershipControls",
];

/// The public-access block of a bucket; absent where none is written.
pub fn block(node: &Node) -> &Val {
    node.props.get("PublicAccessBlockConfiguration")
}

/// Whether a setting of the block is on; left out of a written block it is off.
pub fn is_on(block: &Val, setting: &str) -> Tri {
    match &block.state {
        State::Known(_) => {
            let val = block.get(setting);
            match val.as_bool() {
                Some(on) => on.into(),
                None if val.is_null() && block.as_map().is_none_or(|m| !m.open) => Tri::No,
                None => Tri::Unknown,
            }
        }
        _ => Tri::Unknown,
    }
}

/// Whether the bucket's own settings take the effect from public ACLs.
pub fn stops_acl(node: &Node) -> Tri {
    let block = block(node);
    let blocked = is_on(block, "IgnorePublicAcls").or(is_on(block, "BlockPublicAcls"));
    let rules = node.props.lookup("OwnershipControls.Rules");
    let disabled = match &rules.state {
        State::Known(_) => rules
            .items()
            .iter()
            .fold(Tri::No, |a, r| a.or(r.lookup("ObjectOwnership").is("BucketOwnerEnforced"))),
        _ => Tri::Unknown,
    };
    blocked.or(disabled)
}

/// Whether the bucket's own settings take the effect from public policies.
pub fn stops_policy(node: &Node) -> Tri {
    let block = block(node);
    is_on(block, "RestrictPublicBuckets").or(is_on(block, "BlockPublicPolicy"))
}

/// One step less: no block is written, and buckets made since April 2023 have all four settings on.
pub fn lower(severity: Severity) -> Severity {
    match severity {
        Severity::Critical => Severity::High,
        Severity::High => Severity::Medium,
        _ => Severity::Low,
    }
}

/// The value of a statement that lets somebody write, with the action.
pub fn writing(s: &Statement) -> Option<(&Val, &'static str)> {
    policy::covering(s, WRITES).or_else(|| permitting(s))
}

/// The value of a statement that lets somebody change who may do what, with the action.
pub fn permitting(s: &Statement) -> Option<(&Val, &'static str)> {
    policy::covering(s, PERMISSIONS)
}

/// Whether a statement allows `s3:GetObject` and nothing else.
pub fn only_reads_objects(s: &Statement) -> bool {
    s.not_actions.is_empty()
        && !s.actions.is_empty()
        && s.actions.iter().all(|a| a.as_str().is_some_and(|t| t.eq_ignore_ascii_case("s3:GetObject")))
}

/// Whether the bucket is set up as a website.
pub fn is_website(node: &Node) -> bool {
    !node.props.get("WebsiteConfiguration").is_null()
}

/// Buckets that somebody wrote: not the one that a framework makes to deploy from.
pub fn written<'a>(cx: &Cx<'a>) -> impl Iterator<Item = (NodeIx, &'a Node)> + use<'a> {
    cx.of_type("AWS::S3::Bucket").filter(|(_, n)| n.logical_id != "ServerlessDeploymentBucket")
}

/// Whether S3 writes server access logs into a bucket.
pub fn receives_access_logs(cx: &Cx<'_>, ix: NodeIx, node: &Node) -> bool {
    let from_bucket = |e: &Edge| cx.node(e.from).is_some_and(|n| n.ty == "AWS::S3::Bucket");
    cx.graph.into(ix, EdgeKind::LogsTo).any(from_bucket)
        || node.props.get("AccessControl").as_str() == Some("LogDeliveryWrite")
        || written_by(node, &["logging.s3.amazonaws.com"])
}

/// Whether a bucket is kept for logs of services.
pub fn receives_logs(cx: &Cx<'_>, ix: NodeIx, node: &Node) -> bool {
    const SERVICES: &[&str] = &[
        "logging.s3.amazonaws.com",
        "delivery.logs.amazonaws.com",
        "cloudtrail.amazonaws.com",
        "config.amazonaws.com",
        "logdelivery.elasticloadbalancing.amazonaws.com",
    ];
    receives_access_logs(cx, ix, node)
        || cx.graph.into(ix, EdgeKind::LogsTo).next().is_some()
        || written_by(node, SERVICES)
}

/// Whether the policy of a bucket lets one of some services write.
fn written_by(node: &Node, services: &[&str]) -> bool {
    node.store().is_some_and(|store| {
        store.policy.iter().any(|s| {
            let named = policy::principals(&s.principal, "Service");
            s.allows().is_yes() && named.iter().any(|p| p.as_str().is_some_and(|p| services.contains(&p)))
        })
    })
}

/// The key of a property that is written, else the name of the node.
pub fn key_or_node(node: &Node, property: &str) -> Span {
    node.props.entry(property).map_or(node.span, |e| e.key_span).or(node.span)
}
