//! What the provider deploys where nothing is written and CloudFormation would deploy something else, or ask.

use palisade_graph::{Val, Via};
use palisade_source::Span;
use smol_str::SmolStr;

use super::Work;

/// Terraform type, property, value, in JSON.
///
/// The provider's documentation of each resource says so; an instance without backups is RDS's own default
/// through the API that the provider calls, and CloudFormation's is one day.
const DEFAULTS: &[(&str, &str, &str)] = &[
    ("aws_security_group", "SecurityGroupEgress", "[]"),
    ("aws_default_security_group", "SecurityGroupEgress", "[]"),
    ("aws_db_instance", "PubliclyAccessible", "false"),
    ("aws_db_instance", "BackupRetentionPeriod", "0"),
    ("aws_rds_cluster_instance", "PubliclyAccessible", "false"),
    ("aws_mq_broker", "PubliclyAccessible", "false"),
    ("aws_cognito_identity_pool", "AllowUnauthenticatedIdentities", "false"),
    ("aws_cloudwatch_event_permission", "Action", "\"events:PutEvents\""),
    ("aws_cloudwatch_event_permission", "EventBusName", "\"default\""),
    ("aws_api_gateway_authorizer", "Type", "\"TOKEN\""),
    ("aws_api_gateway_authorizer", "IdentitySource", "\"method.request.header.Authorization\""),
    ("aws_lambda_layer_version_permission", "Action", "\"lambda:GetLayerVersion\""),
    ("aws_secretsmanager_secret_rotation", "RotateImmediatelyOnUpdate", "true"),
];

/// Puts defaults into a resource.
pub fn of(work: &mut Work<'_, '_>, address: &SmolStr) {
    let Some(draft) = work.drafts.get_mut(address) else { return };
    let (ty, header) = (draft.instance.ty.clone(), draft.instance.header);
    if draft.id != draft.instance.address {
        return;
    }
    // A cluster's storage and backups are the cluster's.
    let in_cluster = draft.fields.has("DBClusterIdentifier");
    for (_, property, value) in DEFAULTS.iter().filter(|(t, ..)| *t == ty) {
        if draft.fields.has(property) || (in_cluster && *property == "BackupRetentionPeriod") {
            continue;
        }
        let val = match *value {
            "[]" => Val::list(Vec::new(), Span::NONE),
            "true" | "false" => Val::bool(*value == "true", Span::NONE),
            text => match text.strip_prefix('"').and_then(|t| t.strip_suffix('"')) {
                Some(text) => Val::str(text, Span::NONE),
                None => Val::int(text.parse().unwrap_or_default(), Span::NONE),
            },
        };
        draft.fields.replace(property, val.through(Via::Defaulted, header));
    }
}
