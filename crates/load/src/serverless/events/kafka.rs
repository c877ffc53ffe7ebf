//! Kafka topics, self-managed (`kafka`) and of MSK (`msk`).

use palisade_graph::{Entry, Val};
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::super::build::{At, Made, default_str, truthy};
use super::super::naming;
use super::super::service::Draft;
use super::{filters, mapping, setting_span, source_name};

/// What a poller needs to reach sources in a VPC.
pub(super) const INTERFACES: [&str; 6] = [
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeVpcs",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeSubnets",
    "ec2:DescribeSecurityGroups",
];

fn common(val: &Val, span: Span, made: &mut Made) {
    let position = val.get("startingPosition");
    let position = if truthy(position) { position.clone() } else { default_str("TRIM_HORIZON", span) };
    made.prop("StartingPosition", position);
    made.prop("StartingPositionTimestamp", val.get("startingPositionTimestamp").clone());
    let topic = val.get("topic");
    made.prop("Topics", At(topic.span).list([topic.clone()]));
    made.prop("BatchSize", val.get("batchSize").clone());
    made.prop("MaximumBatchingWindowInSeconds", val.get("maximumBatchingWindow").clone());
    made.prop("Enabled", val.get("enabled").clone());
    made.prop("FilterCriteria", filters(val.get("filterPatterns")));
    let pollers = val.get("provisionedPollerConfig");
    if truthy(pollers) {
        let config = At(pollers.span).obj([
            ("MinimumPollers", pollers.get("minimumPollers").clone()),
            ("MaximumPollers", pollers.get("maximumPollers").clone()),
        ]);
        made.prop("ProvisionedPollerConfig", config);
    }
}

/// Clusters of the user's own.
pub(super) fn compile(draft: &mut Draft<'_>) {
    let service = draft.service;
    for function in &service.functions {
        let mut secrets: Vec<Val> = Vec::new();
        let mut place: Option<Span> = None;
        let mut network: Option<Span> = None;
        for event in function.events_of("kafka") {
            let (val, span, at) = (&event.val, event.key_span, event.at());
            let cause = function.caused(event);
            let mut made = mapping::<&str>(draft, function, &cause, []);
            let endpoints = at.obj([("KafkaBootstrapServers", val.get("bootstrapServers").clone())]);
            made.prop("SelfManagedEventSource", at.obj([("Endpoints", endpoints)]));
            common(val, span, &mut made);
            let access = val.get("accessConfigurations");
            let mut configurations = Vec::new();
            for e in access.entries() {
                let (kind, prefix, secret) = access_type(e);
                for item in e.val.items() {
                    if secret {
                        secrets.push(item.clone());
                        place = place.or(Some(e.key_span));
                    }
                    if !prefix.is_empty() {
                        network = network.or(Some(e.key_span));
                    }
                    let at = At(item.span);
                    let uri = if prefix.is_empty() {
                        item.clone()
                    } else {
                        at.concat([at.str(prefix), item.clone()])
                    };
                    configurations.push(at.obj([("Type", at.str(kind.clone())), ("URI", uri)]));
                }
            }
            if access.as_map().is_some() {
                made.prop("SourceAccessConfigurations", At(access.span).list(configurations));
            } else {
                made.prop("SourceAccessConfigurations", access.clone());
            }
            let group = val.get("consumerGroupId");
            if truthy(group) {
                let config = At(group.span).obj([("ConsumerGroupId", group.clone())]);
                made.prop("SelfManagedKafkaEventSourceConfig", config);
            }
            let failure = val.get("onFailureDestination");
            if truthy(failure) {
                let at = At(failure.span);
                let config = at.obj([("OnFailure", at.obj([("Destination", failure.clone())]))]);
                made.prop("DestinationConfig", config);
            }
            let topic = naming::first(&naming::alphanumeric(&val.get("topic").display()), 158);
            let id = format_smolstr!("{}EventSourceMappingKafka{topic}", function.normalized());
            draft.template.add(id, made);
        }
        if let Some(span) = place {
            draft.grant(&["secretsmanager:GetSecretValue"], At(span).list(secrets), span);
        }
        if let Some(span) = network {
            draft.grant(&INTERFACES, At(span).str("*"), span);
        }
    }
}

/// Type in the deployed mapping, prefix of its values, and whether they are secrets to be read.
fn access_type(e: &Entry) -> (SmolStr, &'static str, bool) {
    match e.key.as_str() {
        "vpcSubnet" => ("VPC_SUBNET".into(), "subnet:", false),
        "vpcSecurityGroup" => ("VPC_SECURITY_GROUP".into(), "security_group:", false),
        "saslPlainAuth" => ("BASIC_AUTH".into(), "", true),
        "saslScram256Auth" => ("SASL_SCRAM_256_AUTH".into(), "", true),
        "saslScram512Auth" => ("SASL_SCRAM_512_AUTH".into(), "", true),
        "clientCertificateTlsAuth" => ("CLIENT_CERTIFICATE_TLS_AUTH".into(), "", true),
        "serverRootCaCertificate" => ("SERVER_ROOT_CA_CERTIFICATE".into(), "", true),
        _ => (e.key.clone(), "", false),
    }
}

/// Clusters of MSK.
pub(super) fn compile_managed(draft: &mut Draft<'_>) {
    let service = draft.service;
    for function in &service.functions {
        let mut clusters: Vec<Val> = Vec::new();
        let mut place: Option<Span> = None;
        for event in function.events_of("msk") {
            let (val, span) = (&event.val, event.key_span);
            let cause = function.caused(event);
            let arn = val.get("arn");
            let mut made = mapping(draft, function, &cause, [("EventSourceArn", arn.clone())]);
            common(val, span, &mut made);
            let group = val.get("consumerGroupId");
            if truthy(group) {
                let config = At(group.span).obj([("ConsumerGroupId", group.clone())]);
                made.prop("AmazonManagedKafkaEventSourceConfig", config);
            }
            let secret = val.get("saslScram512");
            if !secret.is_null() {
                let at = At(secret.span);
                let config = at.obj([("Type", at.str("SASL_SCRAM_512_AUTH")), ("URI", secret.clone())]);
                made.prop("SourceAccessConfigurations", at.list([config]));
            }
            let cluster = match arn.as_map() {
                Some(_) => source_name(arn, '/'),
                None => arn.display().split('/').nth(1).unwrap_or("").into(),
            };
            let cluster = naming::first(&naming::alphanumeric(&cluster), 79);
            let topic = naming::first(&naming::alphanumeric(&val.get("topic").display()), 79);
            let id = format_smolstr!("{}EventSourceMappingMSK{cluster}{topic}", function.normalized());
            clusters.push(arn.clone());
            place = place.or(Some(setting_span(val, "arn", span)));
            draft.template.add(id, made);
        }
        if let Some(span) = place {
            let actions = ["kafka:DescribeCluster", "kafka:GetBootstrapBrokers"];
            draft.grant(&actions, At(span).list(clusters), span);
            draft.grant(&INTERFACES, At(span).str("*"), span);
        }
    }
}
