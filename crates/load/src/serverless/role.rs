//! The default role that all functions without a role of their own share.

use palisade_graph::{State, Val, Value, Via};
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::build::{At, Cause, Made, entry, truthy};
use super::service::{Draft, Function, Service};

/// Logical id of the default role.
pub const DEFAULT: &str = "IamRoleLambdaExecution";

/// The default role while statements are added to it.
#[derive(Debug, Clone)]
pub struct RoleDraft {
    /// Services that may assume it.
    pub trust: Vec<Val>,
    /// Statements of its one inline policy.
    pub statements: Vec<Val>,
    /// Managed policies.
    pub managed: Vec<Val>,
    /// Whether statements or managed policies may be missing here.
    pub open: (bool, bool),
    /// `RoleName`, `Path`, `Tags`, `PermissionsBoundary`.
    pub props: Vec<(&'static str, Val)>,
    /// Name of the inline policy.
    pub policy_name: Val,
    /// Why it exists.
    pub cause: Cause,
}

impl RoleDraft {
    /// A statement of the framework because of something at `span`; the same one only once.
    pub fn grant(&mut self, actions: &[&str], resources: Val, span: Span) {
        self.add_implied(statement("Allow", actions, resources, span));
    }

    fn add_implied(&mut self, statement: Val) {
        if !self.statements.iter().any(|s| s.via.is_some() && s.same(&statement)) {
            self.statements.push(statement);
        }
    }

    /// The resource.
    pub fn finish(self) -> Made {
        let at = self.cause.at();
        let list = |items: Vec<Val>, open: bool| {
            let list = palisade_graph::List { items, open };
            Val::known(Value::List(std::sync::Arc::new(list)), at.0)
        };
        let document =
            at.obj([("Version", at.str("2012-10-17")), ("Statement", list(self.statements, self.open.0))]);
        let policy = at.obj([("PolicyName", self.policy_name), ("PolicyDocument", document)]);
        let mut made = Made::new(
            "AWS::IAM::Role",
            &self.cause,
            [("AssumeRolePolicyDocument", trust(self.trust, at)), ("Policies", at.list([policy]))],
        );
        for (key, val) in self.props {
            made.prop(key, val);
        }
        if !self.managed.is_empty() || self.open.1 {
            made.prop("ManagedPolicyArns", list(self.managed, self.open.1));
        }
        made
    }
}

/// A trust policy for services.
pub fn trust(services: Vec<Val>, at: At) -> Val {
    let statement = at.obj([
        ("Effect", at.str("Allow")),
        ("Principal", at.obj([("Service", at.list(services))])),
        ("Action", at.strs(&["sts:AssumeRole"])),
    ]);
    at.obj([("Version", at.str("2012-10-17")), ("Statement", at.list([statement]))])
}

/// A statement that the framework writes.
pub fn statement(effect: &str, actions: &[&str], resources: Val, span: Span) -> Val {
    let at = At(span);
    at.obj([("Effect", at.str(effect)), ("Action", at.strs(actions)), ("Resource", resources)])
        .through(Via::Implied, span)
}

/// ARN of a log group, by `Fn::Sub`.
pub fn log_group_arn(at: At, name: Val, suffix: &str) -> Val {
    let prefix = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda/";
    at.sub(at.concat([at.str(prefix), name, at.str(suffix)]))
}

/// Whether a value names an existing role: a string, or a function of CloudFormation.
fn names_existing(role: &Val) -> bool {
    match &role.state {
        State::Known(Value::Map(map)) => map.entries.iter().any(|e| e.key.contains("::")),
        State::Known(Value::Str(_)) | State::Partial(_) | State::Ref(_) | State::Unknown(_) => true,
        State::Known(_) => false,
    }
}

/// The role that a function names, or takes over from the provider; none for the default role.
pub fn custom<'s>(service: &'s Service<'_>, function: &'s Function) -> Option<(&'s Val, bool)> {
    let own = function.get("role");
    if truthy(own) {
        return Some((own, false));
    }
    let provider = service.provider.at("iam.role");
    if !provider.is_null() && names_existing(provider) {
        return Some((provider, true));
    }
    let legacy = service.provider.get("role");
    truthy(legacy).then_some((legacy, true))
}

/// Logical id of the role a function runs as, where it is in this template.
pub fn resource_name(service: &Service<'_>, function: &Function) -> Option<SmolStr> {
    let Some((role, _)) = custom(service, function) else { return Some(DEFAULT.into()) };
    match &role.state {
        State::Known(Value::Str(s)) => (!s.contains(':')).then(|| s.clone()),
        State::Known(Value::Map(_)) => {
            let parts = role.get("Fn::GetAtt").items();
            match (parts.first().and_then(Val::as_str), parts.get(1).and_then(Val::as_str)) {
                (Some(id), Some("Arn")) => Some(id.into()),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The default role with the log statements and the provider's own; none where nothing uses it.
pub fn draft(service: &Service<'_>) -> Option<RoleDraft> {
    let provider = &service.provider;
    let iam = provider.at("iam.role");
    if service.functions.is_empty() || (!iam.is_null() && names_existing(iam)) {
        return None;
    }
    if provider.entry("role").is_some_and(|e| !e.val.is_null()) {
        return None;
    }
    if service.functions.iter().all(|f| f.val.entry("role").is_some()) {
        return None;
    }
    let key = match provider.get("iam").entry("role") {
        Some(e) => e.key_span,
        None => service.provider_span("iamRoleStatements"),
    };
    let mut cause = service.cause(key);
    if let Some(first) = service.functions.iter().find(|f| custom(service, f).is_none()) {
        cause.id = first.id.clone();
    }
    let at = cause.at();
    let mut props = Vec::new();
    let path = iam.get("path");
    props.push(("Path", if truthy(path) { path.clone() } else { at.str("/") }));
    props.push(("RoleName", role_name(service, at)));
    let tags = iam.get("tags").entries();
    if !tags.is_empty() {
        let pair = |e: &palisade_graph::Entry| {
            Val::map(
                vec![entry("Key", Val::str(e.key.clone(), e.key_span)), entry("Value", e.val.clone())],
                e.val.span,
            )
        };
        props.push(("Tags", at.list(tags.iter().map(pair))));
    }
    let boundaries = [
        iam.get("permissionsBoundary"),
        iam.get("permissionBoundary"),
        provider.get("rolePermissionsBoundary"),
    ];
    if let Some(boundary) = boundaries.into_iter().find(|b| truthy(b)) {
        props.push(("PermissionsBoundary", boundary.clone()));
    }
    let policy_name = at.join("-", [service.name.clone(), service.stage.clone(), at.str("lambda")]);
    let mut role = RoleDraft {
        trust: vec![at.str("lambda.amazonaws.com")],
        statements: Vec::new(),
        managed: Vec::new(),
        open: (service.open, service.open),
        props,
        policy_name,
        cause,
    };
    logs(service, &mut role);
    let own = if iam.get("statements").is_null() {
        provider.get("iamRoleStatements")
    } else {
        iam.get("statements")
    };
    let (statements, open) = items(own);
    role.statements.extend(statements);
    role.open.0 |= open;
    let managed = if iam.get("managedPolicies").is_null() {
        provider.get("iamManagedPolicies")
    } else {
        iam.get("managedPolicies")
    };
    let (managed, open) = items(managed);
    role.managed.extend(managed);
    role.open.1 |= open;
    // Even `vpc: null` on a function counts here, as the framework only asks for the key.
    let in_vpc = service.functions.iter().find_map(|f| f.val.entry("vpc"));
    if let Some(vpc) = in_vpc.or_else(|| provider.entry("vpc").filter(|e| truthy(&e.val))) {
        role.managed.push(vpc_policy(vpc.key_span));
    }
    durable(service, &mut role);
    Some(role)
}

/// Elements of a list, and whether there may be more.
pub fn items(val: &Val) -> (Vec<Val>, bool) {
    match &val.state {
        State::Known(Value::Null) => (Vec::new(), false),
        State::Known(Value::List(list)) => {
            (list.items.iter().filter(|i| !i.is_null()).cloned().collect(), list.open)
        }
        State::Known(_) => (vec![val.clone()], false),
        // The statement itself is then what is not known.
        _ => (vec![val.clone()], true),
    }
}

/// `<service>-<stage>-<region>-lambdaRole`.
pub fn role_name(service: &Service<'_>, at: At) -> Val {
    let name = service.provider.at("iam.role.name");
    if truthy(name) {
        return name.clone();
    }
    at.join("-", [service.name.clone(), service.stage.clone(), at.pseudo("Region"), at.str("lambdaRole")])
}

/// The managed policy for functions in a VPC.
pub fn vpc_policy(span: Span) -> Val {
    let at = At(span);
    at.join(
        "",
        [
            at.str("arn:"),
            at.pseudo("Partition"),
            at.str(":iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"),
        ],
    )
    .through(Via::Implied, span)
}

/// The statements that let functions write their logs.
fn logs(service: &Service<'_>, role: &mut RoleDraft) {
    let span = service.provider_key;
    let at = At(span);
    let prefix = service.prefix(at);
    let shown = prefix.display();
    let (mut create, mut put, mut silent) = (Vec::new(), Vec::new(), Vec::new());
    let mut canonical = false;
    for f in &service.functions {
        let disabled = truthy(f.get("disableLogs"));
        if f.name.display().starts_with(shown.as_str()) {
            if disabled {
                silent.push(f);
            } else {
                canonical = true;
            }
        } else if !disabled {
            let at = At(f.key_span);
            create.push(log_group_arn(at, f.name.clone(), ":*"));
            put.push(log_group_arn(at, f.name.clone(), ":*:*"));
        }
    }
    if canonical {
        create.push(log_group_arn(at, prefix.clone(), "*:*"));
        put.push(log_group_arn(at, prefix, "*:*:*"));
    }
    let actions = ["logs:CreateLogStream", "logs:CreateLogGroup", "logs:TagResource"];
    role.statements.push(statement("Allow", &actions, at.list(create), span));
    role.statements.push(statement("Allow", &["logs:PutLogEvents"], at.list(put), span));
    if canonical && let Some(first) = silent.first() {
        let span = first.val.entry("disableLogs").map_or(first.key_span, |e| e.key_span);
        let at = At(span);
        let groups = silent.iter().map(|f| log_group_arn(at, f.name.clone(), ":*"));
        let deny = at
            .obj([
                ("Effect", at.str("Deny")),
                ("Action", at.str("logs:PutLogEvents")),
                ("Resource", at.list(groups)),
            ])
            .through(Via::Implied, span);
        role.statements.push(deny);
    }
}

fn durable(service: &Service<'_>, role: &mut RoleDraft) {
    let mut span = Span::NONE;
    let mut resources = Vec::new();
    for f in &service.functions {
        let Some(e) = f.val.entry("durableConfig").filter(|e| truthy(&e.val)) else { continue };
        if custom(service, f).is_some() {
            continue;
        }
        span = span.or(e.key_span);
        let at = At(e.key_span);
        let prefix = "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:";
        let text = at.concat([at.str(prefix), f.name.clone(), at.str(":*/durable-execution/*/*")]);
        resources.push(at.sub(text));
    }
    if !resources.is_empty() {
        let actions = ["lambda:CheckpointDurableExecution", "lambda:GetDurableExecutionState"];
        role.grant(&actions, At(span).list(resources), span);
    }
}

/// Log groups of functions, which exist even where there is no default role.
pub fn log_groups(draft: &mut Draft<'_>) {
    let service = draft.service;
    for f in service.functions.iter().filter(|f| !truthy(f.get("disableLogs"))) {
        let cause = f.cause();
        let at = cause.at();
        let retention = super::inherit::setting(service, f, "logRetentionInDays");
        let protection = super::inherit::setting(service, f, "logDataProtectionPolicy");
        let mut made = Made::new(
            "AWS::Logs::LogGroup",
            &cause,
            [
                ("LogGroupName", at.concat([at.str("/aws/lambda/"), f.name.clone()])),
                ("RetentionInDays", retention),
                ("DataProtectionPolicy", protection),
            ],
        );
        made.attribute("Condition", f.get("condition").clone());
        draft.template.add(format_smolstr!("{}LogGroup", f.normalized()), made);
    }
}
