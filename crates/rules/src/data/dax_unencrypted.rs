//! a DynamoDB cache is not encrypted
//!
//! ## What
//!
//! A DAX cluster is not encrypted at rest (`SSESpecification.SSEEnabled`), or its endpoint does not speak TLS
//! (`ClusterEndpointEncryptionType` is not `TLS`).
//!
//! ## Why
//!
//! The cache holds the items of the table in the clear: an attacker inside the VPC reads them, and the requests that fetch them, off the network.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Cache: # finding
//!     Type: AWS::DAX::Cluster
//!     Properties:
//!       NodeType: dax.t3.small
//!       SSESpecification: {SSEEnabled: true}
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {encrypt: false} # finding
//! resources:
//!   Resources:
//!     Cache:
//!       Type: AWS::DAX::Cluster
//!       Properties:
//!         ClusterEndpointEncryptionType: TLS
//!         SSESpecification: {SSEEnabled: '${self:custom.encrypt}'}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_dax_cluster" "cache" {
//!   cluster_name                     = "cache"
//!   iam_role_arn                     = "arn:aws:iam::314159265358:role/dax"
//!   node_type                        = "dax.t3.small"
//!   replication_factor               = 1
//!   cluster_endpoint_encryption_type = "NONE" # finding
//!   server_side_encryption {
//!     enabled = true
//!   }
//! }
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Cache:
//!     Type: AWS::DAX::Cluster
//!     Properties:
//!       NodeType: dax.t3.small
//!       ClusterEndpointEncryptionType: TLS
//!       SSESpecification: {SSEEnabled: true}
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_dax_cluster" "cache" {
//!   cluster_name                     = "cache"
//!   iam_role_arn                     = "arn:aws:iam::314159265358:role/dax"
//!   node_type                        = "dax.t3.small"
//!   replication_factor               = 1
//!   cluster_endpoint_encryption_type = "TLS"
//!   server_side_encryption {
//!     enabled = true
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Endpoint:
//!     Type: String
//! Resources:
//!   Cache:
//!     Type: AWS::DAX::Cluster
//!     Properties:
//!       ClusterEndpointEncryptionType: !Ref Endpoint
//!       SSESpecification: {SSEEnabled: true}
//! ```
//!
//! ## How to fix
//!
//! Set `SSESpecification.SSEEnabled` to `true` and `ClusterEndpointEncryptionType` to `TLS`. Both replace the cluster: plan for a cold cache. Clients must speak
//! `daxs://`.

use crate::prelude::*;
use crate::switch;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[311, 319],
        owasp_serverless: &["S3", "SAS-3"],
        checkov: &["CKV_AWS_47", "CKV_AWS_239"],
        aws: &["DynamoDB.3", "DynamoDB.7"],
        stride: &["I"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::DAX::Cluster") {
        let message = "{subject} is not encrypted at rest";
        if let Some(found) = switch::off(out, ix, node, "SSESpecification.SSEEnabled", message) {
            out.push(found.help("set `SSESpecification.SSEEnabled` to `true`; it replaces the cluster"));
        }
        let endpoint = node.props.lookup("ClusterEndpointEncryptionType");
        match endpoint.is("TLS") {
            Tri::Yes => {}
            Tri::Unknown => out.cannot_tell(ix, "ClusterEndpointEncryptionType", endpoint),
            Tri::No => out.push(
                switch::absent_or(
                    ix,
                    node,
                    "ClusterEndpointEncryptionType",
                    endpoint,
                    "no TLS",
                    "clients of {subject} read and write in the clear",
                )
                .help("set `ClusterEndpointEncryptionType` to `TLS`; it replaces the cluster"),
            ),
        }
    }
}
