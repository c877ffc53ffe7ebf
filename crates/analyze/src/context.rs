//! What is known of a call that a function's code makes.

use palisade_graph::{Node, Val};
use palisade_iam::action::Action;
use palisade_iam::context::{Context, State};

use crate::policies::Access;

/// Services with one endpoint, in the first region of the partition.
///
/// <https://docs.aws.amazon.com/general/latest/gr/rande.html#global-endpoints>
const GLOBAL: &[&str] = &["iam", "route53", "cloudfront", "organizations", "support", "waf", "shield"];

/// The condition keys of a direct call.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
pub(crate) fn of_call(
    access: &mut Access<'_>,
    function: &Node,
    own: Option<&str>,
    role: Option<&Node>,
    action: &Action,
    target: Option<&Node>,
    resource: &str,
) -> Context {
    let mut context = Context::new(false);
    context.insert("aws:SecureTransport", Context::known("true"));
    if let Some(arn) = own {
        context.insert("lambda:SourceFunctionArn", Context::known(arn));
    }
    let mut absent: Vec<&str> = vec![
        "aws:MultiFactorAuthPresent",
        "aws:MultiFactorAuthAge",
        // Keys of calls that a service makes by its own name.
        "aws:SourceArn",
        "aws:SourceAccount",
        "aws:SourceOrgID",
        "aws:SourceOrgPaths",
        "aws:PrincipalServiceNamesList",
        "aws:FederatedProvider",
        "aws:Ec2InstanceSourceVpc",
        "aws:Ec2InstanceSourcePrivateIPv4",
    ];
    let vpc = function.props.lookup("VpcConfig");
    let closed = |v: &Val| v.as_map().is_some_and(|m| !m.open);
    if vpc.is_null() || (closed(vpc) && vpc.entries().is_empty()) {
        absent.extend(["aws:SourceVpc", "aws:SourceVpce", "aws:SourceVpcArn", "aws:VpcSourceIp"]);
    }
    // A key is mostly used through another service, which brings the function's session along.
    if action.service() != "kms" {
        context.insert("aws:ViaAWSService", Context::known("false"));
        absent.extend(["aws:CalledVia", "aws:CalledViaFirst", "aws:CalledViaLast"]);
    }
    for key in absent {
        context.insert(key, State::Absent);
    }
    let (_, region, partition) = access.deployed();
    let of_resource = resource.split(':').nth(3).filter(|r| !r.is_empty());
    let region = match (GLOBAL.contains(&action.service()), partition) {
        (true, "aws") => Some("us-east-1".to_owned()),
        (true, _) => None,
        (false, _) => Some(of_resource.unwrap_or(region).to_owned()),
    };
    context.insert("aws:RequestedRegion", region.map_or(State::Unknown, Context::known));
    for (node, key) in [(role, "aws:PrincipalTag/"), (target, "aws:ResourceTag/")] {
        for (name, value) in node.map(tags).unwrap_or_default() {
            let known = access.text(&value).map_or(State::Unknown, Context::known);
            context.insert(&format!("{key}{name}"), known);
        }
    }
    context
}

/// The tags that are written at a resource.
fn tags(node: &Node) -> Vec<(String, Val)> {
    let tags = node.props.lookup("Tags");
    let of_list = tags.as_list().map_or(&[][..], |l| &l.items);
    let listed =
        of_list.iter().filter_map(|t| Some((t.get("Key").as_str()?.to_owned(), t.get("Value").clone())));
    let mapped = tags.entries().iter().map(|e| (e.key.to_string(), e.val.clone()));
    listed.chain(mapped).collect()
}
