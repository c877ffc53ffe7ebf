//! Resources of SAM that become one resource, with a role at most.

use palisade_graph::{Val, Via};
use smol_str::{SmolStr, format_smolstr};

use super::api::s3_location;
use super::build::{At, Props, map_mut, truthy};
use super::cause::Cause;
use super::role::{Role, allow, aws_managed, trust};
use super::{Transform, tags};
use crate::Resource;

fn become_type(resource: &Resource, ty: &'static str, props: Props) -> Resource {
    let mut out = resource.clone();
    out.ty = SmolStr::new_static(ty);
    let open = resource.props.as_map().is_some_and(|m| m.open);
    let mut props = props;
    props.0.open = open;
    out.props = props.finish(resource.props.span.or(resource.key));
    out
}

/// The tags of a declaration with the transform's behind them.
fn labelled(at: At, own: &Val) -> Val {
    let mut map = own.get("Tags").clone();
    if map.is_null() {
        map = at.object([]);
    }
    if let Some(map) = map_mut(&mut map) {
        map.set("lambda:createdBy", at.0, at.text("SAM"));
    }
    tags::list(&map)
}

impl Transform<'_> {
    /// A table with a partition key alone.
    pub fn simple_table(_: &mut Self, resource: &Resource) -> Vec<Resource> {
        let own = &resource.props;
        let key = own.get("PrimaryKey");
        let at = At(if truthy(key) { key.span } else { resource.key });
        let (name, ty) = if truthy(key) {
            let ty = key.get("Type");
            let short = match ty.as_str() {
                Some("String") => Val::str("S", ty.span),
                Some("Number") => Val::str("N", ty.span),
                Some("Binary") => Val::str("B", ty.span),
                _ => ty.clone(),
            };
            (key.get("Name").clone(), short)
        } else {
            (at.text("id"), at.text("S"))
        };
        let definition = at.object([("AttributeName", name.clone()), ("AttributeType", ty)]);
        let schema = at.object([("AttributeName", name), ("KeyType", at.text("HASH"))]);
        let mut props = Props::default();
        props.put("AttributeDefinitions", at.list(vec![definition]));
        props.put("KeySchema", at.list(vec![schema]));
        props.copy_set(own, &["PointInTimeRecoverySpecification", "ProvisionedThroughput"]);
        if !truthy(own.get("ProvisionedThroughput")) {
            props.put(
                "BillingMode",
                At(resource.key).text("PAY_PER_REQUEST").through(Via::Defaulted, resource.key),
            );
        }
        props.copy_set(own, &["SSESpecification", "TableName"]);
        if let Some(entry) = own.entry("Tags").filter(|e| truthy(&e.val)) {
            props.put_at("Tags", entry.key_span, tags::list(&entry.val));
        }
        let mut table = become_type(resource, "AWS::DynamoDB::Table", props);
        if table.attributes.is_null() {
            table.attributes = at.object([]);
        }
        if let Some(map) = map_mut(&mut table.attributes) {
            // For rules that ask of simple tables.
            map.set("WrittenAs", resource.key, at.text("AWS::Serverless::SimpleTable"));
        }
        vec![table]
    }

    /// A layer; the digest that the transform appends to its id is left out.
    pub fn layer_version(&mut self, resource: &Resource) -> Vec<Resource> {
        let own = &resource.props;
        let at = At(resource.key);
        let mut props = Props::default();
        if let Some(entry) = own.entry("ContentUri") {
            let keys = ["S3Bucket", "S3Key", "S3ObjectVersion"];
            props.put_at("Content", entry.key_span, s3_location(&entry.val, keys));
        }
        props.copy_all(own, &["Description"]);
        let name = own.get("LayerName");
        props.put("LayerName", if truthy(name) { name.clone() } else { at.text(resource.id.clone()) });
        props.copy_all(own, &["CompatibleArchitectures", "CompatibleRuntimes", "LicenseInfo"]);
        let mut layer = become_type(resource, "AWS::Lambda::LayerVersion", props);
        let wanted = own.get("RetentionPolicy");
        if !wanted.is_null() || layer.attributes.get("DeletionPolicy").is_null() {
            let keep = match wanted.as_str() {
                Some(text) if text.eq_ignore_ascii_case("delete") => Val::str("Delete", wanted.span),
                Some(_) => Val::str("Retain", wanted.span),
                None => at.text("Retain"),
            };
            if layer.attributes.is_null() {
                layer.attributes = at.object([]);
            }
            if let Some(map) = map_mut(&mut layer.attributes) {
                map.set("DeletionPolicy", keep.span, keep);
            }
        }
        layer.source_root = own
            .get("ContentUri")
            .as_str()
            .filter(|u| !u.contains("://"))
            .and_then(|u| self.cx.files.exists(self.cx.folder, u))
            .map(Into::into);
        vec![layer]
    }

    /// Instances that run functions, and the role that operates them.
    pub fn capacity_provider(_: &mut Self, resource: &Resource) -> Vec<Resource> {
        let own = &resource.props;
        let cause = Cause::of(resource);
        let at = cause.at();
        let (role_arn, role) = operator(&cause, own, "AWSLambdaManagedEC2ResourceOperator");
        let mut props = Props::default();
        props.copy_set(own, &["CapacityProviderName", "VpcConfig"]);
        props.put("PermissionsConfig", at.object([("CapacityProviderOperatorRoleArn", role_arn)]));
        props.put("Tags", labelled(at, own));
        if let Some(entry) = own.entry("InstanceRequirements").filter(|e| truthy(&e.val)) {
            let mut needs = Props::default();
            needs.copy(&entry.val, "Architectures");
            needs.rename(&entry.val, "AllowedTypes", "AllowedInstanceTypes");
            needs.rename(&entry.val, "ExcludedTypes", "ExcludedInstanceTypes");
            props.put_at("InstanceRequirements", entry.key_span, needs.finish(entry.val.span));
        }
        if let Some(entry) = own.entry("ScalingConfig").filter(|e| truthy(&e.val)) {
            let at = At(entry.val.span);
            let mut scaling = Props::default();
            scaling.copy(&entry.val, "MaxVCpuCount");
            let load = entry.val.get("AverageCPUUtilization");
            scaling.put("ScalingMode", at.text(if load.is_null() { "Auto" } else { "Manual" }));
            if !load.is_null() {
                let policy = at.object([
                    ("PredefinedMetricType", at.text("LambdaCapacityProviderAverageCPUUtilization")),
                    ("TargetValue", load.clone()),
                ]);
                scaling.put("ScalingPolicies", at.list(vec![policy]));
            }
            props.put_at("CapacityProviderScalingConfig", entry.key_span, scaling.finish(at.0));
        }
        props.copy_set(own, &["KmsKeyArn"]);
        let logging = own.get("LoggingConfig");
        if truthy(logging) {
            props.put("TelemetryConfig", At(logging.span).object([("LoggingConfig", logging.clone())]));
        }
        let managed = own.get("ManagedResourceTags").get("Tags");
        if !managed.is_null() {
            let at = At(managed.span);
            let explicit = [("Mode", at.text("Explicit")), ("ExplicitTags", tags::list(managed))];
            props.put("PropagateTags", at.object(explicit));
        }
        let mut made: Vec<Resource> = role.into_iter().collect();
        made.push(become_type(resource, "AWS::Lambda::CapacityProvider", props));
        tags::combine(&mut made, own);
        made
    }

    /// A connection into a network, and the role that operates it.
    pub fn network_connector(_: &mut Self, resource: &Resource) -> Vec<Resource> {
        let own = &resource.props;
        let cause = Cause::of(resource);
        let at = cause.at();
        let (role_arn, role) = operator(&cause, own, "AWSLambdaNetworkConnectorOperatorPolicy");
        let mut network = own.get("VpcConfig").clone();
        let kinds = own.get("ComputeTypes");
        let kinds = if truthy(kinds) { kinds.clone() } else { at.texts(&["MicroVm"]) };
        if let Some(map) = map_mut(&mut network) {
            map.set("AssociatedComputeResourceTypes", kinds.span, kinds);
        }
        let mut props = Props::default();
        props.copy_set(own, &["Name"]);
        props.put("Configuration", at.object([("VpcEgressConfiguration", network)]));
        props.put("OperatorRole", role_arn);
        props.put("Tags", labelled(at, own));
        let mut made: Vec<Resource> = role.into_iter().collect();
        made.push(become_type(resource, "AWS::Lambda::NetworkConnector", props));
        tags::combine(&mut made, own);
        made
    }

    /// An image of a micro virtual machine, and the role that builds it.
    pub fn microvm_image(_: &mut Self, resource: &Resource) -> Vec<Resource> {
        let own = &resource.props;
        let cause = Cause::of(resource);
        let at = cause.at();
        let mut made = Vec::new();
        let given = own.get("BuildRoleArn");
        let role_arn = if truthy(given) {
            given.clone()
        } else {
            let mut role =
                Role::new(format_smolstr!("{}BuildRole", cause.id), trust(at.0, "lambda.amazonaws.com"));
            let code = own.get("CodeUri");
            let bucket = match code.as_str().and_then(|u| u.strip_prefix("s3://")) {
                Some(rest) => at.text(rest.split('/').next().unwrap_or_default()),
                None => code.clone(),
            };
            let objects = at.sub("arn:${AWS::Partition}:s3:::${bucket}/*", &[("bucket", &bucket)]);
            let logs = at.texts(&["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]);
            let statements =
                vec![allow(at.0, at.texts(&["s3:GetObject"]), objects), allow(at.0, logs, at.text("*"))];
            let document =
                at.object([("Version", at.text("2012-10-17")), ("Statement", at.list(statements))]);
            role.add(
                at.object([("PolicyName", at.text("MicrovmImageBuildPolicy")), ("PolicyDocument", document)]),
            );
            role.tags = tags::with_own(at.0, "lambda:createdBy", Val::null());
            let arn = at.attribute(&role.id, "Arn");
            made.push(role.resource(&cause, false));
            arn
        };
        let mut props = Props::default();
        props.copy(own, "Name");
        if let Some(entry) = own.entry("CodeUri") {
            let artifact = At(entry.val.span).object([("Uri", entry.val.clone())]);
            props.put_at("CodeArtifact", entry.key_span, artifact);
        }
        props.copy_all(own, &["BaseImageArn", "BaseImageVersion"]);
        props.put("BuildRoleArn", role_arn);
        let text = own.get("Description");
        props.put("Description", if truthy(text) { text.clone() } else { at.text("") });
        props.put("Tags", labelled(at, own));
        for (key, list) in [
            ("Logging", false),
            ("EgressNetworkConnectors", true),
            ("CpuConfigurations", true),
            ("Resources", true),
            ("AdditionalOsCapabilities", true),
            ("Hooks", false),
        ] {
            if truthy(own.get(key)) {
                props.copy(own, key);
            } else {
                props.put(key, if list { at.list(Vec::new()) } else { at.object([]) });
            }
        }
        let variable = |e: &palisade_graph::Entry| {
            At(e.key_span).object([("Key", Val::str(e.key.clone(), e.key_span)), ("Value", e.val.clone())])
        };
        let variables = own.get("EnvironmentVariables");
        props.put(
            "EnvironmentVariables",
            Val::list(variables.entries().iter().map(variable).collect(), variables.span.or(at.0)),
        );
        made.push(become_type(resource, "AWS::Lambda::MicrovmImage", props));
        tags::combine(&mut made, own);
        made
    }
}

/// The operator role: what is given, else one made with a managed policy.
fn operator(cause: &Cause, own: &Val, policy: &str) -> (Val, Option<Resource>) {
    let given = own.get("OperatorRole");
    if truthy(given) {
        return (given.clone(), None);
    }
    let at = cause.at();
    let mut role =
        Role::new(format_smolstr!("{}OperatorRole", cause.id), trust(at.0, "lambda.amazonaws.com"));
    role.attach(aws_managed(at.0, policy, Via::Defaulted));
    role.tags = tags::with_own(at.0, "lambda:createdBy", Val::null());
    (at.attribute(&role.id, "Arn"), Some(role.resource(cause, true)))
}
