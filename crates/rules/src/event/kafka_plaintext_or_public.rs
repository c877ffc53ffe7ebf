//! Kafka is open to the internet, to everybody or to listeners
//!
//! ## What
//!
//! A cluster of MSK takes clients without TLS (`PLAINTEXT`, `TLS_PLAINTEXT`), takes clients that do not say who they are,
//! or has brokers with public addresses; or a function reads from an own Kafka cluster without any authentication.
//!
//! ## Why
//!
//! Whoever reaches a broker reads the records on the way or writes his own, and a function that trusts its stream
//! processes them with all rights of its role. Public brokers are reached from everywhere; a plain connection is read by
//! everybody who sits in the same network.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Events:
//!     Type: AWS::MSK::Cluster
//!     Properties:
//!       ClusterName: events
//!       KafkaVersion: 3.6.0
//!       NumberOfBrokerNodes: 2
//!       EncryptionInfo: {EncryptionInTransit: {ClientBroker: TLS_PLAINTEXT}} # finding
//!       BrokerNodeGroupInfo:
//!         InstanceType: kafka.m5.large
//!         ClientSubnets: [subnet-1, subnet-2]
//! ```
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Events:
//!     Type: AWS::MSK::Cluster
//!     Properties:
//!       ClusterName: events
//!       KafkaVersion: 3.6.0
//!       NumberOfBrokerNodes: 2
//!       BrokerNodeGroupInfo:
//!         InstanceType: kafka.m5.large
//!         ClientSubnets: [subnet-1, subnet-2]
//!         ConnectivityInfo: {PublicAccess: {Type: SERVICE_PROVIDED_EIPS}} # finding
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {open: true} # finding
//! resources:
//!   Resources:
//!     Events:
//!       Type: AWS::MSK::Cluster
//!       Properties:
//!         ClusterName: events
//!         KafkaVersion: 3.6.0
//!         NumberOfBrokerNodes: 2
//!         ClientAuthentication: {Unauthenticated: {Enabled: '${self:custom.open}'}}
//!         BrokerNodeGroupInfo: {InstanceType: kafka.m5.large, ClientSubnets: [subnet-1, subnet-2]}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_msk_cluster" "events" {
//!   cluster_name           = "events"
//!   kafka_version          = "3.6.0"
//!   number_of_broker_nodes = 2
//!   broker_node_group_info {
//!     instance_type   = "kafka.m5.large"
//!     client_subnets  = ["subnet-1", "subnet-2"]
//!     security_groups = ["sg-1"]
//!   }
//!   encryption_info {
//!     encryption_in_transit {
//!       client_broker = "PLAINTEXT" # finding
//!     }
//!   }
//! }
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_lambda_function" "work" {
//!   function_name = "work"
//!   role          = "arn:aws:iam::123456789012:role/work"
//!   handler       = "work.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "work.zip"
//! }
//!
//! resource "aws_lambda_event_source_mapping" "work" { # finding
//!   function_name     = aws_lambda_function.work.arn
//!   topics            = ["orders"]
//!   starting_position = "LATEST"
//!   self_managed_event_source {
//!     endpoints = { KAFKA_BOOTSTRAP_SERVERS = "kafka.example:9092" }
//!   }
//! }
//! ```
//!
//! TLS is the default:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Events:
//!     Type: AWS::MSK::Cluster
//!     Properties:
//!       ClusterName: events
//!       KafkaVersion: 3.6.0
//!       NumberOfBrokerNodes: 2
//!       BrokerNodeGroupInfo:
//!         InstanceType: kafka.m5.large
//!         ClientSubnets: [subnet-1, subnet-2]
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_msk_cluster" "events" {
//!   cluster_name           = "events"
//!   kafka_version          = "3.6.0"
//!   number_of_broker_nodes = 2
//!   broker_node_group_info {
//!     instance_type   = "kafka.m5.large"
//!     client_subnets  = ["subnet-1", "subnet-2"]
//!     security_groups = ["sg-1"]
//!     connectivity_info {
//!       public_access {
//!         type = "DISABLED"
//!       }
//!     }
//!   }
//!   client_authentication {
//!     sasl {
//!       iam = true
//!     }
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Broker: {Type: String}
//! Resources:
//!   Events:
//!     Type: AWS::MSK::Cluster
//!     Properties:
//!       ClusterName: events
//!       KafkaVersion: 3.6.0
//!       NumberOfBrokerNodes: 2
//!       EncryptionInfo: {EncryptionInTransit: {ClientBroker: !Ref Broker}}
//!       BrokerNodeGroupInfo:
//!         InstanceType: kafka.m5.large
//!         ClientSubnets: [subnet-1, subnet-2]
//! ```
//!
//! ## How to fix
//!
//! Set `EncryptionInfo.EncryptionInTransit.ClientBroker` to `TLS`, `BrokerNodeGroupInfo.ConnectivityInfo.PublicAccess.Type`
//! to `DISABLED`, and switch on `ClientAuthentication.Sasl.Iam` in place of `ClientAuthentication.Unauthenticated`. An own
//! cluster needs `SourceAccessConfigurations` with SASL or a client certificate. Move the clients first: those that speak
//! plainly are refused.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::High,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[306, 319],
        owasp_serverless: &["S1", "S3", "SAS-3"],
        checkov: &["CKV_AWS_81", "CKV_AWS_291"],
        aws: &["MSK.1"],
        stride: &["S", "T", "I"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::MSK::Cluster") {
        let checks: [(&str, &[&str], &str, &str); 3] = [
            (
                "EncryptionInfo.EncryptionInTransit.ClientBroker",
                &["PLAINTEXT", "TLS_PLAINTEXT"],
                "{subject} takes clients without TLS",
                "set `EncryptionInfo.EncryptionInTransit.ClientBroker` to `TLS`",
            ),
            (
                "BrokerNodeGroupInfo.ConnectivityInfo.PublicAccess.Type",
                &["SERVICE_PROVIDED_EIPS"],
                "the brokers of {subject} have public addresses",
                "set `BrokerNodeGroupInfo.ConnectivityInfo.PublicAccess.Type` to `DISABLED`",
            ),
            (
                "ClientAuthentication.Unauthenticated.Enabled",
                &["true"],
                "{subject} takes clients that do not say who they are",
                "set `ClientAuthentication.Unauthenticated.Enabled` to `false` and `ClientAuthentication.Sasl.Iam.Enabled` to `true`",
            ),
        ];
        for (path, words, message, help) in checks {
            let val = node.props.lookup(path);
            let says = |word: &&str| match val.as_bool() {
                Some(b) => (b == (**word == *"true")).into(),
                None => val.is(word),
            };
            let answer =
                words.iter().fold(Tri::No, |a, word| if val.is_null() { a } else { a.or(says(word)) });
            match answer {
                Tri::No => {}
                Tri::Unknown => out.cannot_tell(ix, path, val),
                Tri::Yes => out.push(
                    Found::at_value(ix, val, node.span, message)
                        .label("this lets them in")
                        .help(help)
                        .evidence(format!("{path} {}", val.display())),
                ),
            }
        }
    }
    own_clusters(cx, out);
}

/// Functions that read from a cluster that is not of AWS.
fn own_clusters(cx: &Cx<'_>, out: &mut Findings) {
    for (fx, function) in cx.functions() {
        for edge in cx.triggers(fx) {
            let Some(trigger) = edge.trigger.as_deref() else { continue };
            if trigger.via != "mapping" || trigger.props.get("SelfManagedEventSource").is_null() {
                continue;
            }
            let access = trigger.props.lookup("SourceAccessConfigurations");
            // Types of networks say nothing about who reads.
            let network =
                |c: &Val| ["VPC_SUBNET", "VPC_SECURITY_GROUP"].iter().any(|n| c.get("Type").is(n).is_yes());
            if access.as_list().is_some_and(|l| l.open) || !(access.is_null() || access.as_list().is_some()) {
                out.cannot_tell(fx, "SourceAccessConfigurations", access);
                continue;
            }
            if access.items().iter().any(|c| !network(c)) {
                continue;
            }
            out.push(
                Found::new(
                    fx,
                    edge.span.or(function.span),
                    "{subject} reads from a Kafka cluster without saying who it is, and without TLS",
                )
                .label("no authentication")
                .help("set `SourceAccessConfigurations` to SASL or a client certificate")
                .evidence(format!("no access configuration for {}", trigger.source)),
            );
        }
    }
}
