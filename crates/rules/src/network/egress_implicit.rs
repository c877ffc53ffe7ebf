//! a security group says nothing of egress, which lets out everything
//!
//! ## What
//!
//! A security group has no `SecurityGroupEgress`, or an empty one, and no egress rule stands alone for it: EC2 then
//! adds one that lets out everything. In Terraform nothing is let out where nothing is written.
//!
//! ## Why
//!
//! Nobody who reads the template sees that what is in the group may send to any server. Code that got into a
//! function sends what it stole there.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Group: # finding
//!     Type: AWS::EC2::SecurityGroup
//!     Properties:
//!       GroupDescription: order
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Group: # finding
//!     Type: AWS::EC2::SecurityGroup
//!     Properties:
//!       GroupDescription: order
//!       SecurityGroupEgress:
//!         - IpProtocol: tcp
//!           FromPort: 443
//!           ToPort: 443
//!           CidrIp: 0.0.0.0/0
//! ```
//!
//! A list that is empty is as good as none:
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs24.x}
//! custom:
//!   egress: [] # finding
//! resources:
//!   Resources:
//!     Group:
//!       Type: AWS::EC2::SecurityGroup
//!       Properties:
//!         GroupDescription: order
//!         SecurityGroupEgress: ${self:custom.egress}
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Group:
//!     Type: AWS::EC2::SecurityGroup
//!     Properties:
//!       GroupDescription: nothing goes out
//!       SecurityGroupEgress:
//!         - {IpProtocol: "-1", CidrIp: 127.0.0.1/32}
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Group:
//!     Type: AWS::EC2::SecurityGroup
//!     Properties: {GroupDescription: order}
//!   Out:
//!     Type: AWS::EC2::SecurityGroupEgress
//!     Properties: {GroupId: !Ref Group, IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_security_group" "order" {
//!   name = "order"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Resources:
//!   Order:
//!     Type: AWS::EC2::SecurityGroup
//!     Properties:
//!       GroupDescription: order
//!       SecurityGroupEgress:
//!         Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://shared/egress.yaml}}
//! ```
//!
//! ## How to fix
//!
//! Write what may go out; the first rule that is written takes the place of the one that EC2 adds. Where nothing has
//! to go out (databases and caches answer, they do not call), write a rule to `127.0.0.1/32`. The fix lets out HTTPS;
//! where a database or cache of the application lives in a network, nothing is proposed, as its port is needed as
//! well. What used another way out is refused afterwards.

use crate::ingress::{self, Users};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[1188],
        owasp_serverless: &["SAS-3"],
        attack: &["T1048"],
        stride: &["I"],
        others: &["F1000"],
        ..References::NONE
    },
    check,
};

const EGRESS: &str = "SecurityGroupEgress";

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let stores = super::stores_in_networks(cx);
    let users = ingress::users(cx);
    // What somebody wrote, in templates of CloudFormation: Terraform takes the added rule away.
    let groups = cx.of_type("AWS::EC2::SecurityGroup").filter(|(_, n)| n.implied_by.is_none());
    for (ix, node) in groups.filter(|(_, n)| n.address.is_empty()) {
        let egress = node.props.lookup(EGRESS);
        match egress.as_list() {
            _ if egress.is_null() => {}
            Some(list) if !list.items.is_empty() => continue,
            Some(list) if !list.open => {}
            None if egress.as_map().is_some() => continue,
            _ => {
                out.cannot_tell(ix, EGRESS, egress);
                continue;
            }
        }
        if !stands_alone(cx, ix) {
            let fix = proposal(ix, users.get(&ix), stores);
            out.push(
                Found::at_value(
                    ix,
                    egress,
                    node.span,
                    "{subject} names no egress rule, and EC2 adds one that lets out everything",
                )
                .label("no egress rule")
                .help("write what may go out as `SecurityGroupEgress`")
                .evidence("no egress rule")
                .fixes(fix),
            );
        }
    }
}

/// Whether an egress rule that is not folded into a group is of this one.
fn stands_alone(cx: &Cx<'_>, group: NodeIx) -> bool {
    cx.of_type("AWS::EC2::SecurityGroupEgress")
        .any(|(_, rule)| cx.graph.resolve(rule.props.get("GroupId")) == Some(group))
}

/// Databases answer, they do not call; functions use HTTPS.
fn proposal(ix: NodeIx, users: Option<&Users>, stores: bool) -> Option<Proposal> {
    let map = |entries: Vec<(&str, Literal)>| {
        Literal::List(vec![Literal::Map(entries.into_iter().map(|(k, v)| (k.into(), v)).collect())])
    };
    let silent = users.is_some_and(|u| !u.stores.is_empty() && u.functions.is_empty() && u.others.is_empty());
    if silent {
        let rule = map(vec![("IpProtocol", "-1".into()), ("CidrIp", "127.0.0.1/32".into())]);
        return Some(Proposal::set(ix, EGRESS, rule, "let nothing out").risky());
    }
    let rule = map(vec![
        ("IpProtocol", "tcp".into()),
        ("FromPort", Literal::Int(443)),
        ("ToPort", Literal::Int(443)),
        ("CidrIp", "0.0.0.0/0".into()),
    ]);
    (!stores).then(|| Proposal::set(ix, EGRESS, rule, "let out HTTPS only").risky())
}
