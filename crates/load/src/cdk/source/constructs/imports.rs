//! `Class.fromX(scope, id, …)`: what exists already, by its name or ARN.

use palisade_graph::Val;
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::super::interpret::{Value, concat};
use super::lambda::argument;
use super::{Library, pseudo};

/// The ARN of what is imported by its name; none where the class does not say it.
pub fn arn(lib: &Library<'_>, class: &str, method: &str, arguments: &[Value], span: Span) -> Option<Val> {
    // What the name is called, the service, whether a region and an account are in the ARN, and what is around the
    // name.
    let (key, service, regional, before, after) = match (class, method) {
        ("aws_s3.Bucket", "fromBucketName" | "fromBucketAttributes") => ("bucketName", "s3", false, "", ""),
        ("aws_dynamodb.Table" | "aws_dynamodb.TableV2", "fromTableName" | "fromTableAttributes") => {
            ("tableName", "dynamodb", true, "table/", "")
        }
        ("aws_secretsmanager.Secret", "fromSecretNameV2" | "fromSecretName") => {
            ("secretName", "secretsmanager", true, "secret:", "-??????")
        }
        ("aws_ssm.StringParameter" | "aws_ssm.StringListParameter", _) => {
            ("parameterName", "ssm", true, "parameter/", "")
        }
        ("aws_lambda.Function", "fromFunctionName") => ("functionName", "lambda", true, "function:", ""),
        ("aws_cognito.UserPool", "fromUserPoolId") => ("userPoolId", "cognito-idp", true, "userpool/", ""),
        ("aws_events.EventBus", "fromEventBusName") => ("eventBusName", "events", true, "event-bus/", ""),
        ("aws_logs.LogGroup", "fromLogGroupName") => ("logGroupName", "logs", true, "log-group:", ":*"),
        ("aws_ecr.Repository", "fromRepositoryName") => ("repositoryName", "ecr", true, "repository/", ""),
        ("aws_stepfunctions.StateMachine", "fromStateMachineName") => {
            ("stateMachineName", "states", true, "stateMachine:", "")
        }
        ("aws_kms.Alias", "fromAliasName") => ("aliasName", "kms", true, "", ""),
        ("aws_iam.Role", "fromRoleName") => ("roleName", "iam", false, "role/", ""),
        _ => return None,
    };
    let name = match argument(arguments, 2, key) {
        map @ Value::Map(_) => map.get(key),
        other => other,
    };
    let name = lib.val(&name);
    if name.is_null() {
        return None;
    }
    let mut parts = vec![Val::str("arn:", span), pseudo("AWS::Partition", span)];
    let head = format_smolstr!(":{service}:");
    parts.push(Val::str(head, span));
    if regional {
        parts.push(pseudo("AWS::Region", span));
    }
    parts.push(Val::str(":", span));
    if regional || service == "iam" {
        parts.push(pseudo("AWS::AccountId", span));
    }
    // A path begins with the slash that the ARN has.
    let slash = before.ends_with('/') && name.display().starts_with('/');
    let before = SmolStr::new(if slash { before.trim_end_matches('/') } else { before });
    parts.push(Val::str(format_smolstr!(":{before}"), span));
    parts.push(name);
    parts.push(Val::str(after, span));
    parts.retain(|p| p.as_str() != Some(""));
    Some(concat(parts, span))
}
