//! Helper functions that the framework adds for what CloudFormation cannot do.

use palisade_graph::{Reason, Val, Via};
use smol_str::{SmolStr, format_smolstr};

use super::super::build::{At, Cause, Made, default_int, default_str, push, truthy};
use super::super::naming;
use super::super::role::trust;
use super::super::service::Draft;

const ROLE: &str = "IamRoleCustomResourcesLambdaExecution";

/// Logical id of a helper function by its name.
pub(super) fn helper_id(name: &str) -> SmolStr {
    naming::function(&naming::normalized(name))
}

/// A statement of the helpers' role.
pub(super) fn statement(actions: &[&str], resource: Val, condition: Option<Val>, at: At) -> Val {
    at.obj([
        ("Effect", at.str("Allow")),
        ("Resource", resource),
        ("Action", at.strs(actions)),
        ("Condition", condition.unwrap_or_default()),
    ])
    .through(Via::Implied, at.0)
}

/// Adds a helper function and what it may do to the role that all helpers share.
pub(super) fn add(draft: &mut Draft<'_>, name: &str, handler: &str, statements: Vec<Val>, cause: &Cause) {
    let service = draft.service;
    let at = cause.at();
    let provider = &service.provider;
    let full = at.concat([service.prefix(at), at.str(format!("-{name}"))]);
    let writes_logs = truthy(provider.at("logs.frameworkLambda"));
    let own_role =
        [provider.at("iam.deploymentRole"), provider.get("cfnRole")].into_iter().find(|r| truthy(r));
    if own_role.is_none() {
        if !draft.template.resources.contains_key(ROLE) {
            let mut first = Vec::new();
            if writes_logs {
                let prefix = service.prefix(at);
                let actions = ["logs:CreateLogStream", "logs:CreateLogGroup", "logs:TagResource"];
                let create = super::super::role::log_group_arn(at, prefix.clone(), "*:*");
                first.push(statement(&actions, at.list([create]), None, at));
                let put = super::super::role::log_group_arn(at, prefix, "*:*:*");
                first.push(statement(&["logs:PutLogEvents"], at.list([put]), None, at));
            }
            let policy_name = at
                .join("-", [service.stage.clone(), service.name.clone(), at.str("custom-resources-lambda")]);
            let document = at.obj([("Version", at.str("2012-10-17")), ("Statement", at.list(first))]);
            let policy = at.obj([("PolicyName", policy_name), ("PolicyDocument", document)]);
            let trusted = trust(vec![at.str("lambda.amazonaws.com")], at);
            let made = Made::new(
                "AWS::IAM::Role",
                cause,
                [("AssumeRolePolicyDocument", trusted), ("Policies", at.list([policy]))],
            );
            draft.template.add(ROLE, made);
        }
        if let Some(policies) = draft.template.prop_mut(ROLE, "Policies") {
            add_statements(policies, statements);
        }
    }
    let runtime = provider.get("runtime");
    let runtime = match runtime.as_str() {
        Some(text) if text.starts_with("nodejs") => runtime.clone(),
        _ => default_str("nodejs24.x", cause.key),
    };
    let code = at.obj([
        ("S3Bucket", at.reference("ServerlessDeploymentBucket")),
        ("S3Key", Val::unknown(Reason::KnownAfterApply, "artifact", at.0)),
    ]);
    let architecture = provider.get("architecture");
    let mut made = Made::new(
        "AWS::Lambda::Function",
        cause,
        [
            ("Code", code),
            ("FunctionName", full.clone()),
            ("Handler", at.str(handler)),
            ("MemorySize", default_int(1024, cause.key)),
            ("Runtime", runtime),
            ("Timeout", default_int(180, cause.key)),
        ],
    );
    if truthy(architecture) {
        made.prop("Architectures", At(architecture.span).list([architecture.clone()]));
    }
    if let Some(role) = own_role {
        made.prop("Role", role.clone());
    } else {
        made.prop("Role", at.get_att(ROLE, "Arn"));
        made = made.depends([ROLE]);
    }
    if writes_logs {
        let id = format_smolstr!("{}LogGroup", naming::normalized(name));
        let group = Made::new(
            "AWS::Logs::LogGroup",
            cause,
            [
                ("LogGroupName", at.concat([at.str("/aws/lambda/"), full])),
                ("RetentionInDays", provider.get("logRetentionInDays").clone()),
                ("DataProtectionPolicy", provider.get("logDataProtectionPolicy").clone()),
            ],
        );
        draft.template.add(id.clone(), group);
        made = made.depends([id]);
    }
    draft.template.add(helper_id(name), made);
}

fn add_statements(policies: &mut Val, statements: Vec<Val>) {
    use palisade_graph::{State, Value};
    let State::Known(Value::List(list)) = &mut policies.state else { return };
    let Some(policy) = std::sync::Arc::make_mut(list).items.first_mut() else { return };
    let State::Known(Value::Map(policy)) = &mut policy.state else { return };
    let Some(document) =
        std::sync::Arc::make_mut(policy).entries.iter_mut().find(|e| e.key == "PolicyDocument")
    else {
        return;
    };
    let State::Known(Value::Map(document)) = &mut document.val.state else { return };
    let Some(list) = std::sync::Arc::make_mut(document).entries.iter_mut().find(|e| e.key == "Statement")
    else {
        return;
    };
    for statement in statements {
        // The framework keeps the first of two statements on the same plain resource.
        let resource = statement.get("Resource");
        let same = |s: &Val| resource.as_str().is_some() && s.get("Resource").as_str() == resource.as_str();
        if !list.val.items().iter().any(same) {
            push(&mut list.val, statement);
        }
    }
}
