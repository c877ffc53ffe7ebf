//! `AWS::Serverless::Function`.

use palisade_graph::{NoteKind, State, Val, Value, Via};
use smol_str::{SmolStr, format_smolstr};

use super::api::s3_location;
use super::build::{At, Props, truthy};
use super::cause::Cause;
use super::role::{Role, allow, aws_managed, trust};
use super::{SamContext, Transform, deployment, events, invoke, policies, tags, url};
use crate::Resource;

/// Properties that the transform consumes; all others are the function's own.
const CONSUMED: [&str; 25] = [
    "AssumeRolePolicyDocument",
    "AutoPublishAlias",
    "AutoPublishAliasAllProperties",
    "AutoPublishCodeSha256",
    "CapacityProviderConfig",
    "CodeUri",
    "DeadLetterQueue",
    "DeploymentPreference",
    "EventInvokeConfig",
    "Events",
    "FunctionUrlConfig",
    "ImageUri",
    "InlineCode",
    "PermissionsBoundary",
    "Policies",
    "PropagateTags",
    "ProvisionedConcurrencyConfig",
    "Role",
    "RolePath",
    "SourceKMSKeyArn",
    "Tags",
    "Tracing",
    "VersionDeletionPolicy",
    "VersionDescription",
    "Description",
];

/// What is called: a function, or the alias that the transform publishes for it.
#[derive(Debug, Clone)]
pub struct Target {
    /// Logical id of the function.
    pub function: SmolStr,
    /// Logical id of the alias.
    pub alias: Option<SmolStr>,
}

impl Target {
    /// As a function name.
    pub fn name(&self, at: At) -> Val {
        at.reference(self.alias.as_ref().unwrap_or(&self.function))
    }

    /// As an ARN.
    pub fn arn(&self, at: At) -> Val {
        match &self.alias {
            Some(alias) => at.reference(alias),
            None => at.attribute(&self.function, "Arn"),
        }
    }

    /// Logical id of what is called.
    pub fn id(&self) -> &SmolStr {
        self.alias.as_ref().unwrap_or(&self.function)
    }
}

impl Transform<'_> {
    /// A function with its role, versions, URL and what its events need.
    pub fn function(&mut self, resource: &Resource) -> Vec<Resource> {
        let own = &resource.props;
        let cause = Cause::of(resource);
        let id = &resource.id;

        let alias_name = own.get("AutoPublishAlias");
        let published = truthy(alias_name);
        let target = Target {
            function: id.clone(),
            alias: published.then(|| {
                let name = alias_name.display().replace('-', "D").replace('_', "U");
                format_smolstr!("{id}Alias{}", super::ids::letters(&name))
            }),
        };

        let mut role = Role::new(format_smolstr!("{id}Role"), execution_trust(&cause, own));
        role.path = own.get("RolePath").clone();
        role.boundary = own.get("PermissionsBoundary").clone();
        role.tags = tags::with_own(resource.key, "lambda:createdBy", own.get("Tags"));
        default_rights(&mut role, &cause, own);

        let mut made = Vec::new();
        if let Some(alias_id) = &target.alias {
            let version = version(&cause, own);
            let alias = alias(&cause, own, alias_id, &version.id);
            made.push(version);
            made.push(alias);
        }
        made.extend(url::resources(&cause, own, &target));
        made.extend(invoke::resources(&cause, own, &target, &mut role));
        policies::add_unless(self.cx, &mut role, own);
        let events = events::of_function(self, &cause, own, &target, &mut role);

        let mut function = lambda(self.cx, resource);
        let given = own.entry("Role").filter(|e| !e.val.is_null());
        let role = match given {
            Some(entry) => {
                note_ignored(self.cx, own, entry.key_span);
                None
            }
            None => Some(role.resource(&cause, true)),
        };
        set_role(&mut function, &cause, own);
        made.insert(0, function);
        made.extend(role);
        made.extend(events);
        deployment::note(self, &cause, own);
        self.refer(
            id,
            &made,
            &[
                ("Alias", "AWS::Lambda::Alias"),
                ("Version", "AWS::Lambda::Version"),
                ("DestinationTopic", "AWS::SNS::Topic"),
                ("DestinationQueue", "AWS::SQS::Queue"),
            ],
        );
        tags::propagate(&mut made, own);
        made
    }
}

fn alias(cause: &Cause, own: &Val, id: &SmolStr, version: &str) -> Resource {
    let at = cause.at();
    let mut props = Props::default();
    props.rename(own, "AutoPublishAlias", "Name");
    props.put("FunctionName", at.reference(&cause.id));
    props.put("FunctionVersion", at.attribute(version, "Version"));
    props.copy_set(own, &["ProvisionedConcurrencyConfig"]);
    let mut alias = cause.make(id.clone(), "AWS::Lambda::Alias", props.finish(cause.key));
    deployment::update_policy(&mut alias, cause, own.get("DeploymentPreference"));
    alias
}

/// The function as Lambda knows it.
fn lambda(cx: &SamContext<'_>, resource: &Resource) -> Resource {
    let own = &resource.props;
    let at = At(resource.key);
    let mut props = Props::default();
    code(&mut props, own);
    description(&mut props, own);
    for entry in own.entries() {
        if !CONSUMED.contains(&entry.key.as_str()) {
            props.put_at(&entry.key, entry.key_span, entry.val.clone());
        }
    }
    if let Some(entry) = own.entry("Tracing")
        && truthy(&entry.val)
        && entry.val.as_str() != Some("Disabled")
    {
        let mode = At(entry.val.span).object([("Mode", entry.val.clone())]);
        props.put_at("TracingConfig", entry.key_span, with_way(mode, &entry.val));
    }
    if let Some(entry) = own.entry("DeadLetterQueue") {
        let mut config = Props::default();
        config.copy(&entry.val, "TargetArn");
        if !config.0.entries.is_empty() {
            props.put_at(
                "DeadLetterConfig",
                entry.key_span,
                with_way(config.finish(entry.val.span), &entry.val),
            );
        }
    }
    if let Some(entry) = own.entry("CapacityProviderConfig") {
        let mut config = Props::default();
        config.rename(&entry.val, "Arn", "CapacityProviderArn");
        config.copy_all(
            &entry.val,
            &["PerExecutionEnvironmentMaxConcurrency", "ExecutionEnvironmentMemoryGiBPerVCpu"],
        );
        let config = At(entry.val.span)
            .object([("LambdaManagedInstancesCapacityProviderConfig", config.finish(entry.val.span))]);
        props.put_at("CapacityProviderConfig", entry.key_span, config);
    }
    let tags_span = own.entry("Tags").map_or(resource.key, |e| e.key_span);
    props.put_at("Tags", tags_span, tags::with_own(at.0, "lambda:createdBy", own.get("Tags")));
    props.0.open = own.as_map().is_some_and(|m| m.open);

    let mut function = resource.clone();
    function.ty = SmolStr::new_static("AWS::Lambda::Function");
    function.props = props.finish(own.span.or(resource.key));
    function.source_root = source_root(cx, resource);
    function
}

/// A value made of another one came the same way.
fn with_way(mut val: Val, from: &Val) -> Val {
    val.via.clone_from(&from.via);
    val
}

fn code(props: &mut Props, own: &Val) {
    let image = own.get("PackageType").as_str() == Some("Image");
    let (key, mut val) = match own.entry("InlineCode") {
        Some(entry) if !image && !entry.val.is_null() => (
            entry.key_span,
            with_way(At(entry.val.span).object([("ZipFile", entry.val.clone())]), &entry.val),
        ),
        _ if image => match own.entry("ImageUri") {
            Some(entry) => (
                entry.key_span,
                with_way(At(entry.val.span).object([("ImageUri", entry.val.clone())]), &entry.val),
            ),
            None => return,
        },
        _ => match own.entry("CodeUri") {
            Some(entry) => {
                let keys = ["S3Bucket", "S3Key", "S3ObjectVersion"];
                (entry.key_span, with_way(s3_location(&entry.val, keys), &entry.val))
            }
            None => return,
        },
    };
    if let (Some(map), Some(kms)) = (super::build::map_mut(&mut val), own.entry("SourceKMSKeyArn"))
        && !image
    {
        map.set("SourceKMSKeyArn", kms.key_span, kms.val.clone());
    }
    props.put_at("Code", key, val);
}

fn description(props: &mut Props, own: &Val) {
    let digest = own.get("AutoPublishCodeSha256");
    if !truthy(own.get("AutoPublishAlias")) || !truthy(digest) {
        props.copy(own, "Description");
        return;
    }
    let description = own.get("Description");
    let val = if truthy(description) {
        At(description.span).sub("${text} ${digest}", &[("text", description), ("digest", digest)])
    } else {
        digest.clone()
    };
    props.put("Description", val);
}

/// `Role` of the function: what is given, else the generated one.
fn set_role(function: &mut Resource, cause: &Cause, own: &Val) {
    let (span, val) = match own.entry("Role") {
        Some(entry) if !entry.val.is_null() => (entry.key_span, entry.val.clone()),
        _ => {
            let at = cause.at();
            (at.0, at.attribute(&format!("{}Role", cause.id), "Arn").through(Via::Defaulted, at.0))
        }
    };
    if let Some(map) = super::build::map_mut(&mut function.props) {
        map.set("Role", span, val);
    }
}

/// Folder or file of the code, where it is in the scanned tree.
fn source_root(cx: &SamContext<'_>, resource: &Resource) -> Option<SmolStr> {
    let own = &resource.props;
    let image = own.get("PackageType").as_str() == Some("Image");
    if truthy(own.get("InlineCode")) && !image {
        return None;
    }
    let path = if image { resource.attributes.at("Metadata.DockerContext") } else { own.get("CodeUri") };
    let path = match &path.state {
        // Without a location, the command line builds what lies beside the template.
        State::Known(Value::Null) if !image => ".",
        _ => path.as_str()?,
    };
    if path.contains("://") {
        return None;
    }
    cx.files.exists(cx.folder, path).map(Into::into)
}

fn note_ignored(cx: &SamContext<'_>, own: &Val, role: palisade_source::Span) {
    if let Some(policies) = own.entry("Policies").filter(|e| truthy(&e.val)) {
        let words = "`Policies` is ignored because `Role` is given";
        cx.files.note(NoteKind::Info, words, vec![policies.key_span, role]);
    }
}

fn execution_trust(cause: &Cause, own: &Val) -> Val {
    let given = own.get("AssumeRolePolicyDocument");
    if given.is_null() { trust(cause.key, "lambda.amazonaws.com") } else { given.clone() }
}

/// What every generated role may do, and what settings of the function need.
fn default_rights(role: &mut Role, cause: &Cause, own: &Val) {
    let logs = if truthy(own.get("DurableConfig")) {
        "service-role/AWSLambdaBasicDurableExecutionRolePolicy"
    } else {
        "service-role/AWSLambdaBasicExecutionRole"
    };
    role.attach(aws_managed(cause.key, logs, Via::Defaulted));
    let tracing = own.get("Tracing");
    if truthy(tracing) && tracing.as_str() != Some("Disabled") {
        role.attach(aws_managed(tracing.span, "AWSXrayWriteOnlyAccess", Via::Implied));
    }
    let network = own.get("VpcConfig");
    if truthy(network) {
        role.attach(aws_managed(network.span, "service-role/AWSLambdaVPCAccessExecutionRole", Via::Implied));
    }
    let queue = own.get("DeadLetterQueue");
    let action = match queue.get("Type").as_str() {
        Some("SQS") => "sqs:SendMessage",
        Some("SNS") => "sns:Publish",
        _ => return,
    };
    let at = At(queue.span);
    let statement = allow(queue.span, at.text(action), queue.get("TargetArn").clone());
    let document = at.object([("Version", at.text("2012-10-17")), ("Statement", at.list(vec![statement]))]);
    role.add(at.object([("PolicyName", at.text("DeadLetterQueuePolicy")), ("PolicyDocument", document)]));
}

fn version(cause: &Cause, own: &Val) -> Resource {
    let at = cause.at();
    let mut props = Props::default();
    props.put("FunctionName", at.reference(&cause.id));
    props.rename(own, "VersionDescription", "Description");
    if truthy(own.get("CapacityProviderConfig")) {
        props.copy(own, "FunctionScalingConfig");
    }
    let mut version =
        cause.make(format_smolstr!("{}Version", cause.id), "AWS::Lambda::Version", props.finish(at.0));
    if version.attributes.get("DeletionPolicy").is_null() {
        let wanted = own.get("VersionDeletionPolicy");
        let policy = if wanted.is_null() {
            at.text(if truthy(own.get("CapacityProviderConfig")) { "Delete" } else { "Retain" })
        } else {
            wanted.clone()
        };
        if version.attributes.is_null() {
            version.attributes = at.object([]);
        }
        if let Some(map) = super::build::map_mut(&mut version.attributes) {
            map.set("DeletionPolicy", policy.span, policy);
        }
    }
    version
}
