use palisade_graph::{Detail, EdgeKind, From, NodeIx, NodeKind, Statement, StoreDetail, Val};
use palisade_source::Span;

use super::Lowering;
use super::document::{origin, parsed, statement, statements, unread};
use crate::Resource;

/// Resource policies that stand alone: type, property that names their resource, its family, property
/// of the document.
const POLICIES: &[(&str, &str, &str, &str)] = &[
    ("AWS::S3::BucketPolicy", "Bucket", "bucket", "PolicyDocument"),
    ("AWS::S3Express::BucketPolicy", "Bucket", "bucket", "PolicyDocument"),
    ("AWS::S3::AccessPointPolicy", "AccessPoint", "bucket", "PolicyDocument"),
    ("AWS::S3Tables::TableBucketPolicy", "TableBucketARN", "bucket", "ResourcePolicy"),
    ("AWS::SQS::QueuePolicy", "Queues", "queue", "PolicyDocument"),
    ("AWS::SQS::QueueInlinePolicy", "Queue", "queue", "PolicyDocument"),
    ("AWS::SNS::TopicPolicy", "Topics", "topic", "PolicyDocument"),
    ("AWS::SNS::TopicInlinePolicy", "TopicArn", "topic", "PolicyDocument"),
    ("AWS::Kinesis::ResourcePolicy", "ResourceArn", "stream", "ResourcePolicy"),
    ("AWS::SecretsManager::ResourcePolicy", "SecretId", "secret", "ResourcePolicy"),
    ("AWS::SSM::ResourcePolicy", "ResourceArn", "parameter", "Policy"),
    ("AWS::MSK::ClusterPolicy", "ClusterArn", "cluster", "Policy"),
    ("AWS::Logs::ResourcePolicy", "", "", "PolicyDocument"),
];

/// Resource policies written in the resource itself.
const INLINE: &[(&str, &str)] = &[
    ("AWS::KMS::Key", "KeyPolicy"),
    ("AWS::KMS::ReplicaKey", "KeyPolicy"),
    ("AWS::DynamoDB::Table", "ResourcePolicy.PolicyDocument"),
    ("AWS::S3::AccessPoint", "Policy"),
    ("AWS::Events::EventBus", "Policy"),
    ("AWS::ECR::Repository", "RepositoryPolicyText"),
    ("AWS::EFS::FileSystem", "FileSystemPolicy"),
    ("AWS::OpenSearchService::Domain", "AccessPolicies"),
    ("AWS::Elasticsearch::Domain", "AccessPolicies"),
    ("AWS::Backup::BackupVault", "AccessPolicy"),
    ("AWS::ApiGateway::RestApi", "Policy"),
    ("AWS::EC2::VPCEndpoint", "PolicyDocument"),
];

/// Properties that name a key of their resource.
const KEYS: &[&str] = &[
    "KmsMasterKeyId",
    "KmsKeyId",
    "KMSKeyId",
    "KmsKeyArn",
    "KmsKey",
    "KeyId",
    "KmsKeyIdentifier",
    "SSESpecification.KMSMasterKeyId",
    "StreamEncryption.KeyId",
    "EncryptionConfiguration.KmsKeyId",
    "EncryptionConfiguration.KmsKey",
    "EncryptionOptions.KmsKeyId",
    "EncryptionAtRestOptions.KmsKeyId",
    "EncryptionInfo.EncryptionAtRest.DataVolumeKMSKeyId",
    "DeliveryStreamEncryptionConfigurationInput.KeyARN",
];

/// Stores: their resource policies, keys and dead-letter queues.
pub fn lower(l: &mut Lowering<'_>) {
    let stores: Vec<NodeIx> =
        l.graph.iter().filter(|(_, n)| n.kind == NodeKind::Store).map(|(ix, _)| ix).collect();
    for ix in stores {
        let _ = detail(l, ix);
        keys(l, ix);
    }
    for (ty, path) in INLINE {
        for r in l.of(ty) {
            let document = r.props.lookup(path);
            if let Some(ix) = l.ix(r)
                && !document.is_null()
            {
                let list = statements(l, document, From::Inline, &r.id);
                give(l, ix, list);
            }
        }
    }
    for r in l.of("AWS::DynamoDB::GlobalTable") {
        let Some(ix) = l.ix(r) else { continue };
        for replica in r.props.get("Replicas").items() {
            let list = statements(l, replica.lookup("ResourcePolicy.PolicyDocument"), From::Inline, &r.id);
            give(l, ix, list);
        }
    }
    let stack = l.stack;
    for r in stack.resources.values() {
        if let Some((_, target, family, document)) = POLICIES.iter().find(|(ty, ..)| *ty == r.ty) {
            let document = r.props.get(document);
            let list = statements(l, document, origin(r, document, From::Inline), &r.id);
            attach(l, r, r.props.get(target), family, &list);
        } else if r.ty == "AWS::Events::EventBusPolicy" {
            let list = bus_policy(l, r);
            attach(l, r, r.props.get("EventBusName"), "bus", &list);
        } else if r.ty == "AWS::Lambda::LayerVersionPermission" {
            layer_permission(l, r);
        }
    }
    redrive(l);
}

/// Gives the statements of a policy to the resources it names, or keeps them where it names none of the
/// application.
fn attach(l: &mut Lowering<'_>, r: &Resource, named: &Val, family: &'static str, list: &[Statement]) {
    let Some(policy) = l.ix(r) else { return };
    let mut found = false;
    for one in named.items() {
        let to = l.find(one, family).or_else(|| queue_by_url(l, one, family));
        if let Some(to) = to.filter(|to| *to != policy) {
            found = true;
            give(l, to, list.to_vec());
            l.connect(policy, to, EdgeKind::AttachedTo, one.span.or(r.key), "");
        }
    }
    if !found {
        give(l, policy, list.to_vec());
    }
}

fn queue_by_url(l: &Lowering<'_>, val: &Val, family: &'static str) -> Option<NodeIx> {
    let text = val.display();
    if family != "queue" || !text.starts_with("https://") {
        return None;
    }
    let name = super::arn::split(&text, '/', usize::MAX).last().copied()?;
    l.names.get(&("queue", name.into())).copied()
}

/// Adds statements to a node's resource policy.
pub fn give(l: &mut Lowering<'_>, ix: NodeIx, list: Vec<Statement>) {
    let unread = unread(&list);
    if let Some(store) = detail(l, ix) {
        store.unread_policy |= unread;
        store.policy.extend(list);
    }
}

fn detail<'g>(l: &'g mut Lowering<'_>, ix: NodeIx) -> Option<&'g mut StoreDetail> {
    let node = l.graph.node_mut(ix)?;
    if matches!(node.detail, Detail::None) {
        node.detail = Detail::Store(Box::default());
    }
    match &mut node.detail {
        Detail::Store(store) => Some(store),
        _ => None,
    }
}

/// A statement of the bus, written whole or as its parts.
fn bus_policy(l: &Lowering<'_>, r: &Resource) -> Vec<Statement> {
    let written = r.props.lookup("Statement");
    if !written.is_null() {
        let written = parsed(written);
        if written.get("Statement").is_null() {
            return written.items().iter().map(|s| statement(l, s, From::Inline, &r.id)).collect();
        }
        return statements(l, &written, From::Inline, &r.id);
    }
    let props = &r.props;
    let span = r.key;
    let principal = match props.get("Principal").as_str() {
        Some("*") | None => props.get("Principal").clone(),
        Some(_) => Val::object([("AWS", props.get("Principal").clone())], span),
    };
    let condition = props.get("Condition");
    let condition = if condition.is_null() {
        Val::default()
    } else {
        let test = Val::object([(condition.get("Key").display(), condition.get("Value").clone())], span);
        Val::object([(condition.get("Type").display(), test)], span)
    };
    let parts = [
        ("Sid", props.get("StatementId").clone()),
        ("Effect", Val::str("Allow", span)),
        ("Principal", principal),
        ("Action", props.get("Action").clone()),
        ("Resource", props.get("EventBusName").clone()),
        ("Condition", condition),
    ];
    vec![statement(l, &Val::object(parts, span), From::Inline, &r.id)]
}

fn layer_permission(l: &mut Lowering<'_>, r: &Resource) {
    let organization = r.props.get("OrganizationId");
    let condition = if organization.is_null() {
        Val::default()
    } else {
        let test = Val::object([("aws:PrincipalOrgID", organization.clone())], r.key);
        Val::object([("StringEquals", test)], r.key)
    };
    let principal = r.props.get("Principal");
    let everyone = principal.as_str() == Some("*");
    let parts = [
        ("Effect", Val::str("Allow", r.key)),
        (
            "Principal",
            if everyone { principal.clone() } else { Val::object([("AWS", principal.clone())], r.key) },
        ),
        ("Action", r.props.get("Action").clone()),
        ("Resource", r.props.get("LayerVersionArn").clone()),
        ("Condition", condition),
    ];
    let list = vec![statement(l, &Val::object(parts, r.key), From::Inline, &r.id)];
    let ix = l.any(r.props.get("LayerVersionArn")).or_else(|| l.ix(r));
    if let Some(ix) = ix {
        give(l, ix, list);
    }
}

fn keys(l: &mut Lowering<'_>, ix: NodeIx) {
    let Some(node) = l.graph.node(ix) else { return };
    let (props, span) = (node.props.clone(), node.span);
    if node.ty == "AWS::KMS::Key" {
        return;
    }
    let mut found: Vec<(NodeIx, Span)> = Vec::new();
    let mut look = |l: &Lowering<'_>, val: &Val| {
        if let Some(key) = l.any(val).or_else(|| l.find(val, "key")).filter(|k| *k != ix) {
            found.push((key, val.span.or(span)));
        }
    };
    for path in KEYS {
        look(l, props.at(path));
    }
    for rule in props.at("BucketEncryption.ServerSideEncryptionConfiguration").items() {
        look(l, rule.at("ServerSideEncryptionByDefault.KMSMasterKeyID"));
    }
    found.dedup_by_key(|(key, _)| *key);
    for (key, at) in found {
        l.connect(key, ix, EdgeKind::Encrypts, at, "");
    }
}

/// Where queues, topics' subscriptions and streams put what failed.
fn redrive(l: &mut Lowering<'_>) {
    for r in l.of("AWS::SQS::Queue") {
        let policy = parsed(r.props.get("RedrivePolicy"));
        let target = policy.get("deadLetterTargetArn");
        if let (Some(ix), Some(to)) = (l.ix(r), l.any(target)) {
            l.connect(ix, to, EdgeKind::FailsTo, target.span.or(r.key), "redrive");
        }
    }
    for r in l.of("AWS::Events::EventBus") {
        let target = r.props.at("DeadLetterConfig.Arn");
        if let (Some(ix), Some(to)) = (l.ix(r), l.any(target)) {
            l.connect(ix, to, EdgeKind::FailsTo, target.span.or(r.key), "dead-letter");
        }
    }
}
