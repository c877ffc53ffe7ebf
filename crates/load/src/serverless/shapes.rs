//! The parts of the template that do not come from functions: the deployment bucket, layers, and what
//! the author writes under `resources`.

use std::sync::Arc;

use indexmap::IndexMap;
use palisade_graph::{Entry, Map, Reason, State, Val, Value, Via};
use smol_str::{SmolStr, format_smolstr};

use super::build::{At, Cause, Made, Template, entry, merge, truthy};
use super::naming;
use super::service::{Draft, Service};

/// The bucket that holds the packaged code, unless the provider names one.
pub fn deployment_bucket(draft: &mut Draft<'_>) {
    let service = draft.service;
    let setting = service.provider.get("deploymentBucket");
    let name = if setting.as_map().is_some() { setting.get("name") } else { setting };
    if truthy(name) {
        return;
    }
    let cause = service.cause(service.provider_span("deploymentBucket"));
    let at = cause.at();
    let algorithm = setting.get("serverSideEncryption");
    let algorithm = if truthy(algorithm) { algorithm.clone() } else { at.str("AES256") };
    let rule = at.obj([("ServerSideEncryptionByDefault", at.obj([("SSEAlgorithm", algorithm)]))]);
    let encryption = at.obj([("ServerSideEncryptionConfiguration", at.list([rule]))]);
    let mut made = Made::new("AWS::S3::Bucket", &cause, [("BucketEncryption", encryption)]);
    if truthy(setting.get("blockPublicAccess")) {
        let at = At(setting.get("blockPublicAccess").span);
        let all = ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];
        made.prop("PublicAccessBlockConfiguration", at.obj(all.map(|k| (k, at.bool(true)))));
    }
    if truthy(setting.get("versioning")) {
        let at = At(setting.get("versioning").span);
        made.prop("VersioningConfiguration", at.obj([("Status", at.str("Enabled"))]));
    }
    draft.template.add("ServerlessDeploymentBucket", made);
    let bucket = || at.reference("ServerlessDeploymentBucket");
    draft.template.output("ServerlessDeploymentBucketName", at, bucket());
    if truthy(setting.get("skipPolicySetup")) {
        return;
    }
    let arn = |suffix: &str| {
        let end = (!suffix.is_empty()).then(|| at.str(suffix));
        let start = [at.str("arn:"), at.pseudo("Partition"), at.str(":s3:::"), bucket()];
        at.join("", start.into_iter().chain(end))
    };
    let insecure = at.obj([("Bool", at.obj([("aws:SecureTransport", at.bool(false))]))]);
    let statement = at
        .obj([
            ("Action", at.str("s3:*")),
            ("Effect", at.str("Deny")),
            ("Principal", at.str("*")),
            ("Resource", at.list([arn("/*"), arn("")])),
            ("Condition", insecure),
        ])
        .through(Via::Implied, cause.key);
    let document = at.obj([("Statement", at.list([statement]))]);
    let made =
        Made::new("AWS::S3::BucketPolicy", &cause, [("Bucket", bucket()), ("PolicyDocument", document)]);
    draft.template.add("ServerlessDeploymentBucketPolicy", made);
}

/// `layers` with the accounts that may use them.
pub fn layers(draft: &mut Draft<'_>, section: &Val) {
    for e in section.entries() {
        let layer = &e.val;
        if layer.is_null() {
            continue;
        }
        let id = format_smolstr!("{}LambdaLayer", naming::normalized(&e.key));
        let cause = Cause { key: e.key_span, block: layer.span.or(e.key_span), id: id.clone() };
        let at = cause.at();
        let content = at.obj([
            ("S3Bucket", at.reference("ServerlessDeploymentBucket")),
            ("S3Key", Val::unknown(Reason::KnownAfterApply, "artifact", at.0)),
        ]);
        let name = layer.get("name");
        let mut made = Made::new(
            "AWS::Lambda::LayerVersion",
            &cause,
            [
                ("Content", content),
                ("LayerName", if truthy(name) { name.clone() } else { at.str(e.key.clone()) }),
                ("Description", layer.get("description").clone()),
                ("LicenseInfo", layer.get("licenseInfo").clone()),
                ("CompatibleRuntimes", layer.get("compatibleRuntimes").clone()),
                ("CompatibleArchitectures", layer.get("compatibleArchitectures").clone()),
            ],
        );
        made.name = Some(e.key.clone());
        made.implied_by = None;
        if truthy(layer.get("retain")) {
            made.attribute("DeletionPolicy", at.str("Retain"));
        }
        if let Some(path) = layer.get("path").as_str() {
            made.source_root = draft.service.files.exists(draft.service.folder, path).map(SmolStr::from);
        }
        draft.template.output(&format!("{id}QualifiedArn"), at, at.reference(id.clone()));
        draft.template.add(id.clone(), made);
        for account in layer.get("allowedAccounts").items() {
            let shown = account.display().replace('*', "Wild");
            let cause = Cause { key: account.span, block: account.span, id: id.clone() };
            let at = cause.at();
            let made = Made::new(
                "AWS::Lambda::LayerVersionPermission",
                &cause,
                [
                    ("Action", at.str("lambda:GetLayerVersion")),
                    ("LayerVersionArn", at.reference(id.clone())),
                    ("Principal", account.clone()),
                ],
            );
            let permission = format_smolstr!("{}{shown}LambdaLayerPermission", naming::normalized(&e.key));
            draft.template.add(permission, made);
        }
    }
}

/// `resources`: a map, or a list of maps that are merged.
pub fn resources(section: &Val) -> Val {
    if section.as_list().is_none() {
        return section.clone();
    }
    let mut merged = Val::map(Vec::new(), section.span);
    for item in section.items() {
        if item.as_map().is_some() {
            merged = merge(merged, item);
        } else if !item.is_null() {
            merged = opened(merged);
        }
    }
    merged
}

/// The map as one that may hold more.
fn opened(val: Val) -> Val {
    match &val.state {
        State::Known(Value::Map(map)) => {
            let map = Map { entries: map.entries.clone(), open: true };
            Val { state: State::Known(Value::Map(Arc::new(map))), ..val }
        }
        _ => val,
    }
}

/// The whole template: what was built, with the author's `resources` merged over it and `extensions`
/// applied.
pub fn finish(template: Template, service: &Service<'_>, written: &Val) -> Val {
    let (mut resources, mut outputs) = template.finish();
    // A list of resources is not what CloudFormation takes, yet what is in it is meant.
    let own = match written.get("Resources") {
        list if list.as_list().is_some() => self::resources(list),
        val => val.clone(),
    };
    for e in own.entries() {
        match resources.get_mut(&e.key) {
            Some(made) => {
                let old = std::mem::take(&mut made.val);
                made.val = merge(old, &e.val);
            }
            None => {
                resources.insert(e.key.clone(), e.clone());
            }
        }
    }
    for e in written.get("extensions").entries() {
        if let Some(made) = resources.get_mut(&e.key) {
            extend(&mut made.val, e);
        }
    }
    for e in written.get("Outputs").entries() {
        match outputs.iter_mut().find(|o| o.key == e.key) {
            Some(old) => old.val = merge(std::mem::take(&mut old.val), &e.val),
            None => outputs.push(e.clone()),
        }
    }
    let span = written.span.or(service.provider_key);
    let mut entries: Vec<Entry> = written
        .entries()
        .iter()
        .filter(|e| !matches!(e.key.as_str(), "Resources" | "Outputs" | "extensions"))
        .cloned()
        .collect();
    let all = Map {
        entries: resources.into_values().collect(),
        open: own.as_map().is_some_and(|m| m.open) || written.as_map().is_some_and(|m| m.open),
    };
    let all = Val::known(Value::Map(Arc::new(all)), own.span.or(span));
    entries.push(Entry { key: "Resources".into(), key_span: span, val: all });
    entries.push(entry("Outputs", Val::map(outputs, span)));
    Val::map(entries, span)
}

/// Applies an extension: properties and metadata are overridden one level deep, dependencies are added,
/// anything else is replaced.
fn extend(made: &mut Val, extension: &Entry) {
    for e in extension.val.entries() {
        let old = made.get(&e.key).clone();
        let new = match e.key.as_str() {
            "Properties" | "Metadata" => {
                let mut map: IndexMap<SmolStr, Entry> =
                    old.entries().iter().map(|o| (o.key.clone(), o.clone())).collect();
                map.extend(e.val.entries().iter().map(|n| (n.key.clone(), n.clone())));
                Val::map(map.into_values().collect(), old.span.or(e.val.span))
            }
            "DependsOn" => {
                let items = old.items().iter().chain(e.val.items()).cloned().collect();
                Val::list(items, e.val.span)
            }
            _ => e.val.clone(),
        };
        super::build::set(made, &e.key, new);
    }
}
