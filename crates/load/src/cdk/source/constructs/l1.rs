//! Constructs that are one resource each, `Cfn…`: their properties in CloudFormation's spelling.

use std::collections::HashMap;
use std::sync::LazyLock;

use palisade_graph::{Entry, Reason, Val};
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::super::interpret::{Handle, Host, Value};
use super::super::names::{camel, pascal};
use super::Library;

/// Names that CloudFormation spells in a way of its own, by module and the library's name.
static NAMES: LazyLock<HashMap<(&str, &str), &str>> = LazyLock::new(|| {
    let table = include_str!("../../../../data/cdk/names.tsv");
    let rows = table.lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(|line| {
        let mut cells = line.split('\t');
        Some(((cells.next()?, cells.next()?), cells.next()?))
    })
    .collect()
});

/// A property's name in CloudFormation.
fn spelled(module: &str, name: &str) -> SmolStr {
    let name = pascal(&camel(name));
    match NAMES.get(&(module, name.as_str())) {
        Some(own) => SmolStr::new(*own),
        None => name,
    }
}

/// Constructs of this level; false for others.
pub fn construct(lib: &mut Library<'_>, h: Handle, class: &str) -> bool {
    let Some(ty) = resource_type(lib, h, class) else { return false };
    let Some(object) = lib.get(h) else { return false };
    let (props, place) = (object.props.clone(), object.place);
    let generic = class == "core.CfnResource";
    let given = if generic { props.get("properties") } else { props };
    let module = class.split('.').next().unwrap_or_default();
    let val = if generic { lib.val(&given) } else { properties(lib, module, &given) };
    let val = if val.as_map().is_some() { val } else { Val::object::<SmolStr>([], place.block) };
    lib.resource(h, "", &ty, val);
    true
}

/// CloudFormation type of a class: `aws_lambda.CfnFunction` is `AWS::Lambda::Function`.
fn resource_type(lib: &Library<'_>, h: Handle, class: &str) -> Option<SmolStr> {
    if class == "core.CfnResource" {
        let ty = lib.prop(h, "type");
        return Some(lib.val(&ty).display());
    }
    let (module, name) = class.split_once('.')?;
    let name = name.strip_prefix("Cfn")?;
    let service = module.strip_prefix("aws_")?;
    if name.contains('.') {
        return None;
    }
    Some(format_smolstr!("AWS::{}::{name}", service_name(service)?))
}

/// How CloudFormation spells a service.
fn service_name(service: &str) -> Option<&'static str> {
    Some(match service {
        "apigateway" => "ApiGateway",
        "apigatewayv2" => "ApiGatewayV2",
        "applicationautoscaling" => "ApplicationAutoScaling",
        "appsync" => "AppSync",
        "athena" => "Athena",
        "autoscaling" => "AutoScaling",
        "backup" => "Backup",
        "bedrock" => "Bedrock",
        "budgets" => "Budgets",
        "certificatemanager" => "CertificateManager",
        "cloudfront" => "CloudFront",
        "cloudtrail" => "CloudTrail",
        "cloudwatch" => "CloudWatch",
        "codebuild" => "CodeBuild",
        "codedeploy" => "CodeDeploy",
        "codepipeline" => "CodePipeline",
        "cognito" => "Cognito",
        "config" => "Config",
        "dax" => "DAX",
        "docdb" => "DocDB",
        "dynamodb" => "DynamoDB",
        "ec2" => "EC2",
        "ecr" => "ECR",
        "ecs" => "ECS",
        "efs" => "EFS",
        "elasticache" => "ElastiCache",
        "elasticloadbalancingv2" => "ElasticLoadBalancingV2",
        "events" => "Events",
        "glue" => "Glue",
        "iam" => "IAM",
        "iot" => "IoT",
        "kinesis" => "Kinesis",
        "kinesisanalytics" => "KinesisAnalyticsV2",
        "kinesisfirehose" => "KinesisFirehose",
        "kms" => "KMS",
        "lambda" => "Lambda",
        "location" => "Location",
        "logs" => "Logs",
        "mediaconvert" => "MediaConvert",
        "msk" => "MSK",
        "amazonmq" => "AmazonMQ",
        "neptune" => "Neptune",
        "opensearchservice" => "OpenSearchService",
        "opensearchserverless" => "OpenSearchServerless",
        "pipes" => "Pipes",
        "rds" => "RDS",
        "redshift" => "Redshift",
        "route53" => "Route53",
        "s3" => "S3",
        "s3objectlambda" => "S3ObjectLambda",
        "sam" => "Serverless",
        "scheduler" => "Scheduler",
        "secretsmanager" => "SecretsManager",
        "ses" => "SES",
        "sns" => "SNS",
        "sqs" => "SQS",
        "ssm" => "SSM",
        "stepfunctions" => "StepFunctions",
        "synthetics" => "Synthetics",
        "timestream" => "Timestream",
        "transfer" => "Transfer",
        "vpclattice" => "VpcLattice",
        "waf" => "WAF",
        "wafv2" => "WAFv2",
        "xray" => "XRay",
        _ => return None,
    })
}

/// Keys below which names are the author's own.
fn free_form(key: &str) -> bool {
    matches!(
        key,
        "Variables"
            | "PolicyDocument"
            | "AssumeRolePolicyDocument"
            | "KeyPolicy"
            | "ResourcePolicy"
            | "RedrivePolicy"
            | "Definition"
            | "DefinitionString"
            | "DefinitionSubstitutions"
            | "EventPattern"
            | "Body"
            | "RequestParameters"
            | "RequestTemplates"
            | "ResponseParameters"
            | "ResponseTemplates"
            | "StageVariables"
            | "StageVariableOverrides"
            | "FilterPolicy"
            | "Parameters"
            | "RequestModels"
            | "Schema"
    )
}

/// A structure of a module's classes with its keys in CloudFormation's spelling.
pub fn properties(lib: &Library<'_>, module: &str, value: &Value) -> Val {
    structure(lib, module, value, 0, &mut 100_000)
}

fn structure(lib: &Library<'_>, module: &str, value: &Value, depth: u32, budget: &mut usize) -> Val {
    if depth > 32 || *budget == 0 {
        return Val::unknown(Reason::Limit("size"), "", value.span());
    }
    *budget -= 1;
    match value {
        Value::Map(m) => {
            let entries = value.entries();
            let made = entries
                .into_iter()
                .map(|(key, key_span, value)| {
                    let key = spelled(module, &key);
                    let val = if free_form(&key) {
                        lib.val(&value)
                    } else {
                        structure(lib, module, &value, depth + 1, budget)
                    };
                    Entry { key, key_span, val }
                })
                .collect();
            let mut val = Val::map(made, m.span.get());
            if m.open.get()
                && let palisade_graph::State::Known(palisade_graph::Value::Map(map)) = &mut val.state
            {
                std::sync::Arc::make_mut(map).open = true;
            }
            val
        }
        Value::List(l) => {
            let items = value.items();
            let mut val = Val::list(
                items.iter().map(|v| structure(lib, module, v, depth + 1, budget)).collect(),
                l.span.get(),
            );
            if l.open.get()
                && let palisade_graph::State::Known(palisade_graph::Value::List(list)) = &mut val.state
            {
                std::sync::Arc::make_mut(list).open = true;
            }
            val
        }
        // A structure of Python, or an object of the library.
        Value::Host(h) => {
            let inner = lib.set(*h, "props");
            let is_structure = lib.class(*h).contains(".Cfn");
            if is_structure && !inner.is_null() && !lib.is_construct(*h) {
                structure(lib, module, &inner, depth + 1, budget)
            } else {
                lib.val(value)
            }
        }
        _ => lib.val(value),
    }
}

/// `construct.name = value`, and the methods that override a property.
pub fn assign(lib: &mut Library<'_>, on: Handle, name: &str, value: &Value, at: Span) {
    let class = lib.class(on).to_owned();
    let Some(id) = lib.get(on).and_then(|o| o.resource.clone()) else { return };
    if class.contains(".Cfn") {
        let module = class.split('.').next().unwrap_or_default();
        let key = spelled(module, name);
        let val = if free_form(&key) { lib.val(value) } else { properties(lib, module, value) };
        lib.edit(&id, &[key.as_str()], at, val);
    }
}

/// `addPropertyOverride(path, value)`, `addOverride('Properties.X', value)`, `addPropertyDeletionOverride(path)`.
pub fn overridden(
    lib: &mut Library<'_>,
    on: Handle,
    method: &str,
    arguments: &[Value],
    at: Span,
) -> Option<Value> {
    let path = arguments.first()?.as_str()?.to_owned();
    let path = match method {
        "addPropertyOverride" | "addPropertyDeletionOverride" => path,
        "addOverride" | "addDeletionOverride" => path.strip_prefix("Properties.")?.to_owned(),
        _ => return None,
    };
    let id = lib.get(on).and_then(|o| o.resource.clone())?;
    let value = match arguments.get(1) {
        Some(value) if !method.contains("Deletion") => lib.val(value),
        _ => Val::default(),
    };
    let parts: Vec<&str> = path.split('.').take(32).collect();
    // A place inside a list is not followed.
    if !parts.iter().any(|p| p.bytes().all(|b| b.is_ascii_digit())) {
        lib.edit(&id, &parts, at, value);
    }
    Some(Value::null())
}
