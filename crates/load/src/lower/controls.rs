use palisade_graph::{EdgeKind, NodeIx, NodeKind, Val};
use palisade_source::Span;

use super::Lowering;
use super::kinds::FUNCTION;
use crate::Resource;

/// Properties that tie a control to what it belongs to: type, property, label.
const ATTACHED: &[(&str, &str, &str)] = &[
    ("AWS::ApiGateway::Stage", "RestApiId", "stage"),
    ("AWS::ApiGatewayV2::Stage", "ApiId", "stage"),
    ("AWS::ApiGateway::RequestValidator", "RestApiId", "validator"),
    ("AWS::ApiGateway::Model", "RestApiId", "model"),
    ("AWS::ApiGateway::UsagePlanKey", "UsagePlanId", "key"),
    ("AWS::AppSync::ApiKey", "ApiId", "key"),
    ("AWS::Cognito::UserPoolClient", "UserPoolId", "client"),
    ("AWS::Cognito::UserPoolDomain", "UserPoolId", "domain"),
    ("AWS::Cognito::IdentityPoolRoleAttachment", "IdentityPoolId", "roles"),
    ("AWS::SecretsManager::RotationSchedule", "SecretId", "rotation"),
    ("AWS::WAFv2::LoggingConfiguration", "ResourceArn", "logging"),
    ("AWS::RDS::DBInstance", "DBClusterIdentifier", "cluster"),
];

/// Log groups, stages, firewalls, alarms and the like.
pub fn lower(l: &mut Lowering<'_>) {
    log_groups(l);
    for (ty, key, label) in ATTACHED {
        for r in l.of(ty) {
            let val = r.props.get(key);
            if let (Some(ix), Some(to)) = (l.ix(r), l.any(val)) {
                l.connect(ix, to, EdgeKind::AttachedTo, val.span.or(r.key), label);
            }
        }
    }
    for ty in ["AWS::WAFv2::WebACLAssociation", "AWS::WAFRegional::WebACLAssociation"] {
        for r in l.of(ty) {
            let acl = ["WebACLArn", "WebACLId"].iter().find_map(|k| l.any(r.props.get(k)));
            let from = acl.or_else(|| l.ix(r));
            let target = r.props.get("ResourceArn");
            for to in l.targets(target) {
                if let Some(from) = from {
                    l.connect(from, to, EdgeKind::Protects, target.span.or(r.key), "waf");
                }
            }
        }
    }
    for r in l.of("AWS::ApiGateway::UsagePlan") {
        for stage in r.props.get("ApiStages").items() {
            if let (Some(ix), Some(to)) = (l.ix(r), l.any(stage.get("ApiId"))) {
                l.connect(ix, to, EdgeKind::Protects, stage.span.or(r.key), "usage-plan");
            }
        }
    }
    access_logs(l);
    alarms(l);
    trails(l);
}

/// Groups into which functions write: named in `LoggingConfig`, else after the function.
fn log_groups(l: &mut Lowering<'_>) {
    for r in l.of(FUNCTION) {
        let named = r.props.at("LoggingConfig.LogGroup");
        if let (Some(ix), Some(to)) = (l.ix(r), l.find(named, "logs").filter(|to| is_group(l, *to))) {
            l.connect(ix, to, EdgeKind::LogsTo, named.span.or(r.key), "");
        }
    }
    for r in l.of("AWS::Logs::LogGroup") {
        let (Some(ix), name) = (l.ix(r), r.props.get("LogGroupName")) else { continue };
        let text = name.display();
        let Some(own) = text.strip_prefix("/aws/lambda/") else { continue };
        let by_reference = l.targets(name).into_iter().find(|t| l.kind(*t) == Some(NodeKind::Function));
        let function = by_reference.or_else(|| l.names.get(&("function", own.into())).copied());
        let Some(function) = function else { continue };
        let elsewhere =
            l.graph.node(function).is_some_and(|n| !n.props.at("LoggingConfig.LogGroup").is_null());
        if !elsewhere {
            l.connect(function, ix, EdgeKind::LogsTo, name.span.or(r.key), "");
        }
    }
}

fn is_group(l: &Lowering<'_>, ix: NodeIx) -> bool {
    l.graph.node(ix).is_some_and(|n| n.ty == "AWS::Logs::LogGroup")
}

/// Where stages, state machines, buckets and networks write what happened.
fn access_logs(l: &mut Lowering<'_>) {
    let mut found: Vec<(NodeIx, Val, Span)> = Vec::new();
    let mut look = |l: &Lowering<'_>, r: &Resource, val: &Val| {
        if let Some(ix) = l.ix(r) {
            found.push((ix, val.clone(), val.span.or(r.key)));
        }
    };
    for (ty, path) in [
        ("AWS::ApiGateway::Stage", "AccessLogSetting.DestinationArn"),
        ("AWS::ApiGatewayV2::Stage", "AccessLogSettings.DestinationArn"),
        ("AWS::S3::Bucket", "LoggingConfiguration.DestinationBucketName"),
        ("AWS::EC2::FlowLog", "LogDestination"),
        ("AWS::CloudTrail::Trail", "S3BucketName"),
        ("AWS::CloudTrail::Trail", "CloudWatchLogsLogGroupArn"),
    ] {
        for r in l.of(ty) {
            look(l, r, r.props.at(path));
        }
    }
    for r in l.of(super::kinds::STATE_MACHINE) {
        for destination in r.props.at("LoggingConfiguration.Destinations").items() {
            look(l, r, destination.at("CloudWatchLogsLogGroup.LogGroupArn"));
        }
    }
    for r in l.of("AWS::WAFv2::LoggingConfiguration") {
        for destination in r.props.get("LogDestinationConfigs").items() {
            look(l, r, destination);
        }
    }
    for (from, val, span) in found {
        let to = l.any(&val).or_else(|| l.find(&val, "logs")).or_else(|| l.find(&val, "bucket"));
        if let Some(to) = to.filter(|to| *to != from) {
            l.connect(from, to, EdgeKind::LogsTo, span, "");
        }
    }
}

/// What an alarm watches, by the dimensions of its metric.
fn alarms(l: &mut Lowering<'_>) {
    for r in l.of("AWS::CloudWatch::Alarm") {
        let Some(ix) = l.ix(r) else { continue };
        let single = r.props.get("Dimensions").items().iter();
        let metrics = r.props.get("Metrics").items().iter();
        let all = single.chain(metrics.flat_map(|m| m.at("MetricStat.Metric.Dimensions").items()));
        for dimension in all {
            let value = dimension.get("Value");
            let family = match dimension.get("Name").as_str() {
                Some("FunctionName" | "Resource") => "function",
                Some("QueueName") => "queue",
                Some("TableName") => "table",
                Some("TopicName") => "topic",
                Some("StreamName") => "stream",
                Some("StateMachineArn") => "machine",
                Some("BucketName") => "bucket",
                _ => "",
            };
            let by_name = (!family.is_empty()).then(|| l.find(value, family)).flatten();
            if let Some(to) = by_name.or_else(|| l.any(value)).filter(|to| *to != ix) {
                l.connect(ix, to, EdgeKind::AttachedTo, value.span.or(r.key), "alarm");
            }
        }
    }
}

fn trails(l: &mut Lowering<'_>) {
    for r in l.of("AWS::Cognito::IdentityPoolRoleAttachment") {
        for role in r.props.get("Roles").entries() {
            if let (Some(ix), Some(to)) = (l.ix(r), l.find(&role.val, "role")) {
                l.connect(ix, to, EdgeKind::AttachedTo, role.val.span.or(r.key), &role.key);
            }
        }
    }
}
