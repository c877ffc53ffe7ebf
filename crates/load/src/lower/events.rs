use palisade_graph::{Authorization, EdgeKind, EntryDetail, NodeIx, Tri, Trigger, Val};
use palisade_source::Span;

use super::document::parsed;
use super::entries::{blank, event_name};
use super::{Lowering, trigger};
use crate::Resource;

/// Schedules, event rules, and the services that call functions by their own configuration.
pub fn lower(l: &mut Lowering<'_>) {
    for r in l.of("AWS::Events::Rule") {
        rule(l, r);
    }
    for r in l.of("AWS::Scheduler::Schedule") {
        schedule(l, r);
    }
    for r in l.of("AWS::IoT::TopicRule") {
        iot(l, r);
    }
    for r in l.of("AWS::SES::ReceiptRule") {
        mail(l, r);
    }
    for r in l.of("AWS::Cognito::UserPool") {
        pool(l, r);
    }
    for r in l.of("Custom::CognitoUserPool") {
        existing_pool(l, r);
    }
    for r in l.of("Custom::EventBridge") {
        existing_bus(l, r);
    }
    configured(l);
}

/// A switch written as a word, as a boolean.
pub fn enabled(state: &Val, off: &str) -> Val {
    match state.as_str() {
        Some(word) => Val::bool(!word.eq_ignore_ascii_case(off), state.span),
        None if state.is_null() => Val::bool(true, Span::NONE),
        None => state.clone(),
    }
}

/// An entry that only the account itself, and who has rights in it, can use.
fn inner(protocol: &str, path: &Val, props: &Val) -> EntryDetail {
    let mut entry = blank(protocol);
    entry.path = path.display();
    entry.authorization = Authorization::Iam;
    entry.public = Tri::No;
    entry.props = props.clone();
    entry
}

/// Adds the entry of a resource at a function: the resource itself for its first function, a part of it
/// for the others.
fn enter(
    l: &mut Lowering<'_>,
    r: &Resource,
    part: &str,
    function: NodeIx,
    span: Span,
    entry: EntryDetail,
    t: Trigger,
) -> NodeIx {
    let event = event_name(l, r, function, &t.event);
    let name = format!("{}/{}/{event}", l.name(function), t.event);
    let ix = if l.ix(r).is_none() {
        l.add_entry(r, &name, entry)
    } else {
        let id = format!("entry:{}#{name}", l.root);
        match l.graph.by_id(&id).filter(|ix| l.graph.node(*ix).is_some_and(|n| n.logical_id == r.id)) {
            Some(ix) => ix,
            None => l.add_part(r, &format!("{}.{part}", r.ty), &name, span, entry),
        }
    };
    l.trigger(ix, function, span.or(r.key), t);
    ix
}

fn rule(l: &mut Lowering<'_>, r: &Resource) {
    let expression = r.props.get("ScheduleExpression");
    let pattern = r.props.get("EventPattern");
    let scheduled = !expression.is_null();
    let bus = r.props.get("EventBusName");
    let bus_ix = l.find(bus, "bus");
    for target in r.props.get("Targets").items() {
        let Some(function) = l.function(target.get("Arn")) else { continue };
        let mut t = trigger(if scheduled { "schedule" } else { "eventbridge" }, "rule", target);
        t.enabled = enabled(r.props.get("State"), "DISABLED");
        t.filter = pattern.clone();
        t.logical_id.clone_from(&r.id);
        t.source = bus.display();
        let mut entry = inner(if scheduled { "schedule" } else { "rule" }, expression, &r.props);
        entry.api = bus_ix;
        let ix = enter(l, r, "Target", function, target.span, entry, t);
        let dead = target.at("DeadLetterConfig.Arn");
        if let Some(to) = l.any(dead) {
            l.connect(ix, to, EdgeKind::FailsTo, dead.span.or(r.key), "dead-letter");
        }
    }
    if let (Some(bus), Some(ix)) = (bus_ix, l.ix(r)) {
        l.connect(ix, bus, EdgeKind::AttachedTo, r.key, "");
    }
}

fn schedule(l: &mut Lowering<'_>, r: &Resource) {
    let target = r.props.get("Target");
    let arn = target.get("Arn");
    let by_sdk = arn.display().ends_with(":aws-sdk:lambda:invoke");
    let input = parsed(target.get("Input"));
    let named = if by_sdk { input.get("FunctionName") } else { arn };
    let Some(function) = l.function(named) else { return };
    let mut t = trigger("schedule", "rule", target);
    t.enabled = enabled(r.props.get("State"), "DISABLED");
    t.logical_id.clone_from(&r.id);
    let entry = inner("schedule", r.props.get("ScheduleExpression"), &r.props);
    let ix = enter(l, r, "Target", function, r.key, entry, t);
    let dead = target.at("DeadLetterConfig.Arn");
    if let Some(to) = l.any(dead) {
        l.connect(ix, to, EdgeKind::FailsTo, dead.span.or(r.key), "dead-letter");
    }
}

fn iot(l: &mut Lowering<'_>, r: &Resource) {
    let payload = r.props.get("TopicRulePayload");
    let actions = payload.get("Actions").items().iter().chain(std::iter::once(payload.get("ErrorAction")));
    for action in actions {
        let Some(function) = l.function(action.at("Lambda.FunctionArn")) else { continue };
        let mut t = trigger("iot", "rule", action);
        let off = payload.get("RuleDisabled");
        t.enabled = match off.as_bool() {
            Some(b) => Val::bool(!b, off.span),
            None if off.is_null() => t.enabled,
            None => off.clone(),
        };
        t.filter = payload.get("Sql").clone();
        t.logical_id.clone_from(&r.id);
        let mut entry = inner("iot", payload.get("Sql"), &r.props);
        // Devices have certificates, custom authorizers or Cognito identities; the rule does not say.
        entry.authorization = Authorization::Unknown;
        enter(l, r, "Action", function, action.span, entry, t);
    }
}

fn mail(l: &mut Lowering<'_>, r: &Resource) {
    let rule = r.props.get("Rule");
    for action in rule.get("Actions").items() {
        let lambda = action.get("LambdaAction");
        let Some(function) = l.function(lambda.get("FunctionArn")) else { continue };
        let mut t = trigger("ses", "rule", lambda);
        let on = rule.get("Enabled");
        // A receipt rule is off unless it says otherwise.
        t.enabled = match on.as_bool() {
            Some(b) => Val::bool(b, on.span),
            None if on.is_null() => Val::bool(false, Span::NONE),
            None => on.clone(),
        };
        t.asynchronous = !lambda.get("InvocationType").is("RequestResponse").is_yes();
        t.logical_id.clone_from(&r.id);
        let mut entry = inner("ses", &Val::default(), &r.props);
        entry.path = rule.get("Recipients").items().first().map(Val::display).unwrap_or_default();
        // Anybody can send mail to a recipient.
        (entry.authorization, entry.public) = (Authorization::None, Tri::Yes);
        entry.authorization_at = Val { span: lambda.span, ..Val::default() };
        enter(l, r, "Action", function, lambda.span, entry, t);
    }
}

fn pool_entry(l: &mut Lowering<'_>, r: &Resource, function: NodeIx, name: &str, span: Span, props: &Val) {
    let mut t = trigger("cognito", "rule", props);
    t.logical_id.clone_from(&r.id);
    let mut entry = inner("cognito", &Val::default(), props);
    entry.path = name.into();
    entry.authorization = Authorization::Unknown;
    entry.public = Tri::Unknown;
    entry.api = l.ix(r);
    let id = format!("{}/cognito/{name}", l.name(function));
    let ix = l.add_part(r, "AWS::Cognito::UserPool.LambdaConfig", &id, span, entry);
    l.trigger(ix, function, span.or(r.key), t);
}

fn pool(l: &mut Lowering<'_>, r: &Resource) {
    let config = r.props.get("LambdaConfig");
    let mut seen: Vec<NodeIx> = Vec::new();
    for trigger in config.entries() {
        let nested = trigger.val.get("LambdaArn");
        let arn = if nested.is_null() { &trigger.val } else { nested };
        let Some(function) = l.function(arn) else { continue };
        // `PreTokenGeneration` and its later form with a version are one trigger.
        let name = trigger.key.strip_suffix("Config").unwrap_or(&trigger.key);
        if name != trigger.key && !config.get(name).is_null() && seen.contains(&function) {
            continue;
        }
        seen.push(function);
        pool_entry(l, r, function, name, trigger.key_span, &trigger.val);
    }
}

fn existing_pool(l: &mut Lowering<'_>, r: &Resource) {
    let Some(function) = l.function(r.props.get("FunctionName")) else { return };
    for config in r.props.get("UserPoolConfigs").items() {
        let name = config.get("Trigger").display();
        pool_entry(l, r, function, &name, config.span, config);
    }
}

/// The resource by which the Serverless Framework binds a rule on a bus that it does not own.
fn existing_bus(l: &mut Lowering<'_>, r: &Resource) {
    let Some(function) = l.function(r.props.get("FunctionName")) else { return };
    let config = r.props.get("EventBridgeConfig");
    let schedule = config.get("Schedule");
    let (event, protocol) =
        if schedule.is_null() { ("eventbridge", "rule") } else { ("schedule", "schedule") };
    let mut t = trigger(event, "rule", config);
    t.filter = config.get("Pattern").clone();
    t.source = config.get("EventBus").display();
    t.logical_id.clone_from(&r.id);
    let entry = inner(protocol, schedule, &r.props);
    let name = format!("{}/{event}/{}", l.name(function), l.ordinal(function, event));
    let ix = l.add_part(r, "AWS::Events::Rule", &name, r.key, entry);
    l.trigger(ix, function, r.key, t);
}

/// Services that name a function in one property: the caller is the resource itself.
fn configured(l: &mut Lowering<'_>) {
    for r in l.of("AWS::SecretsManager::RotationSchedule") {
        let from = l.any(r.props.get("SecretId"));
        call(l, r, r.props.get("RotationLambdaARN"), "secretsmanager", from);
    }
    for r in l.of("AWS::Config::ConfigRule") {
        let identifier = r.props.at("Source.SourceIdentifier");
        let from = l.ix(r);
        call(l, r, identifier, "config", from);
    }
    for r in l.of("AWS::CodeCommit::Repository") {
        for t in r.props.get("Triggers").items() {
            call(l, r, t.get("DestinationArn"), "codecommit", None);
        }
    }
    for r in l.of("AWS::CloudFormation::Macro") {
        call(l, r, r.props.get("FunctionName"), "macro", None);
    }
    for ty in ["AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"] {
        for r in l.of(ty) {
            let from = l.ix(r);
            for key in ["AlarmActions", "OKActions", "InsufficientDataActions"] {
                for action in r.props.get(key).items() {
                    call(l, r, action, "alarm", from);
                }
            }
        }
    }
    for r in l.of("AWS::KinesisFirehose::DeliveryStream") {
        let from = l.ix(r);
        for destination in r.props.entries() {
            for processor in destination.val.at("ProcessingConfiguration.Processors").items() {
                for parameter in processor.get("Parameters").items() {
                    if parameter.get("ParameterName").as_str() == Some("LambdaArn") {
                        call(l, r, parameter.get("ParameterValue"), "firehose", from);
                    }
                }
            }
        }
    }
    for r in l.of("AWS::S3ObjectLambda::AccessPoint") {
        for c in r.props.at("ObjectLambdaConfiguration.TransformationConfigurations").items() {
            call(l, r, c.at("ContentTransformation.AwsLambda.FunctionArn"), "s3-object", None);
        }
    }
    for r in l.of("AWS::Bedrock::Agent") {
        for group in r.props.get("ActionGroups").items() {
            call(l, r, group.at("ActionGroupExecutor.Lambda"), "bedrock", None);
        }
    }
    for r in l.of("AWS::CodePipeline::Pipeline") {
        for stage in r.props.get("Stages").items() {
            for action in stage.get("Actions").items() {
                if action.at("ActionTypeId.Provider").as_str() == Some("Lambda") {
                    call(l, r, action.at("Configuration.FunctionName"), "codepipeline", None);
                }
            }
        }
    }
}

/// A trigger from a node, or from an entry for the resource where it is none yet.
fn call(l: &mut Lowering<'_>, r: &Resource, function: &Val, event: &str, from: Option<NodeIx>) {
    let Some(to) = l.function(function) else { return };
    let mut t = trigger(event, "rule", &r.props);
    t.logical_id.clone_from(&r.id);
    if let Some(from) = from.filter(|ix| *ix != to) {
        l.trigger(from, to, function.span.or(r.key), t);
    } else {
        let entry = inner(event, &Val::default(), &r.props);
        enter(l, r, "Call", to, function.span, entry, t);
    }
}
