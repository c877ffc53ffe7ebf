//! a role's resource pattern covers all resources of a type
//!
//! ## What
//!
//! An Allow statement without condition has a resource such as `arn:*`, `arn:aws:s3:::*`,
//! `arn:aws:dynamodb:*:*:table/*` or `arn:aws:sqs:eu-central-1:123456789012:*`: whatever region and account
//! it names, it leaves out nothing of the type. `*` itself, wildcard actions, `iam:PassRole`, and writing
//! of log entries, are other rules'.
//!
//! ## Why
//!
//! It looks limited and is not. The function reaches the tables, queues and buckets of every other
//! application in the account, and so does who gets into it.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   iam:
//!     role:
//!       statements:
//!         - Effect: Allow
//!           Action: ['dynamodb:GetItem', 'dynamodb:PutItem']
//!           Resource: arn:aws:dynamodb:${aws:region}:*:table/* # finding
//! functions:
//!   hello: {handler: a.b}
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Parameters:
//!   Buckets: {Type: String, Default: 'arn:aws:s3:::*'} # finding
//! Resources:
//!   Hello:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Policies:
//!         - Statement: {Effect: Allow, Action: 's3:GetObject', Resource: !Ref Buckets}
//! ```
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Hello:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Policies:
//!         - Statement:
//!             - Effect: Allow
//!               Action: dynamodb:GetItem
//!               Resource: !Sub 'arn:aws:dynamodb:${AWS::Region}:*:table/shop-*'
//!             - Effect: Allow
//!               Action: s3:GetObject
//!               Resource: arn:aws:s3:::shop/*
//! ```
//!
//! Writing log entries:
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   iam:
//!     role:
//!       statements:
//!         - Effect: Allow
//!           Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']
//!           Resource: arn:aws:logs:*:*:*
//! functions:
//!   hello: {handler: a.b}
//! ```
//!
//! ## How to fix
//!
//! Refer to the resources: `!GetAtt Orders.Arn`, or name them with the prefix that all of the application's
//! have.

use crate::grants;
use crate::policy;
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[732],
        owasp_serverless: &["S5", "SAS-4"],
        stride: &["E", "I"],
        others: &["RESOURCE_EFFECTIVELY_STAR"],
        ..References::NONE
    },
    check,
};

/// Actions that only write log entries and traces: `iam-logs-too-broad` asks about them.
const LOGGING: &[&str] = &[
    "logs:createloggroup",
    "logs:createlogstream",
    "logs:putlogevents",
    "logs:tagresource",
    "logs:describeloggroups",
    "logs:describelogstreams",
];

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for grant in grants::written(cx) {
        let s = grant.statement;
        if grants::wide(s).is_some()
            || !s.condition.is_null()
            || !s.not_actions.is_empty()
            || s.resources.iter().any(grants::is_every_star)
            || s.actions.iter().any(|a| policy::action_matches(a, "iam:PassRole").is_yes())
            || s.actions.iter().all(only_logs)
        {
            continue;
        }
        let Some((at, what)) = s.resources.iter().find_map(|r| Some((r, grants::every_of_type(r)?))) else {
            continue;
        };
        let actions = s.actions.iter().take(3).map(|a| format!("`{}`", a.display())).collect::<Vec<_>>().join(", ");
        let more = s.actions.len().saturating_sub(3);
        let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
        let message = format!("{{subject}} may do {actions}{rest} on {what}");
        if let Some(found) = grants::found(cx, &grant.holders, at, s.span, &message) {
            out.push(
                found
                    .label(what)
                    .help("refer to the resources, or name them by the prefix that the application's have")
                    .evidence(policy::evidence(s)),
            );
        }
    }
}

fn only_logs(action: &Val) -> bool {
    action.as_str().is_some_and(|t| LOGGING.contains(&t.to_ascii_lowercase().as_str()))
}
