//! a web ACL keeps no log
//!
//! ## What
//!
//! No `AWS::WAFv2::LoggingConfiguration` of the application names the web ACL.
//!
//! ## Why
//!
//! Without it there are three hours of samples and a few counters: nobody can say afterwards which requests an attacker tried before one got through, or which users a rule refused by mistake.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Firewall: # finding
//!     Type: AWS::WAFv2::WebACL
//!     Properties:
//!       Scope: REGIONAL
//!       DefaultAction: {Allow: {}}
//!       VisibilityConfig: {MetricName: api, CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true}
//! ```
//!
//! The log is that of another one:
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs24.x}
//! custom:
//!   logged: !GetAtt Other.Arn
//! resources:
//!   Resources:
//!     Firewall: # finding
//!       Type: AWS::WAFv2::WebACL
//!       Properties:
//!         Scope: REGIONAL
//!         DefaultAction: {Allow: {}}
//!         VisibilityConfig: {MetricName: api, CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true}
//!     Other:
//!       Type: AWS::WAFv2::WebACL
//!       Properties:
//!         Scope: REGIONAL
//!         DefaultAction: {Allow: {}}
//!         VisibilityConfig: {MetricName: other, CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true}
//!     Log:
//!       Type: AWS::WAFv2::LoggingConfiguration
//!       Properties:
//!         ResourceArn: ${self:custom.logged}
//!         LogDestinationConfigs: [arn:aws:s3:::aws-waf-logs-shop]
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_wafv2_web_acl" "api" { # finding
//!   name  = "api"
//!   scope = "REGIONAL"
//!   default_action {
//!     allow {}
//!   }
//!   visibility_config {
//!     metric_name                = "api"
//!     cloudwatch_metrics_enabled = true
//!     sampled_requests_enabled   = true
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_wafv2_web_acl" "api" {
//!   name  = "api"
//!   scope = "REGIONAL"
//!   default_action {
//!     allow {}
//!   }
//!   visibility_config {
//!     metric_name                = "api"
//!     cloudwatch_metrics_enabled = true
//!     sampled_requests_enabled   = true
//!   }
//! }
//!
//! resource "aws_wafv2_web_acl_logging_configuration" "api" {
//!   resource_arn            = aws_wafv2_web_acl.api.arn
//!   log_destination_configs = ["arn:aws:s3:::aws-waf-logs-shop"]
//! }
//! ```
//!
//! A log of what was refused only is a log:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Firewall:
//!     Type: AWS::WAFv2::WebACL
//!     Properties:
//!       Scope: REGIONAL
//!       DefaultAction: {Allow: {}}
//!       VisibilityConfig: {MetricName: api, CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true}
//!   Log:
//!     Type: AWS::WAFv2::LoggingConfiguration
//!     Properties:
//!       ResourceArn: !GetAtt Firewall.Arn
//!       LogDestinationConfigs: [arn:aws:s3:::aws-waf-logs-shop]
//!       LoggingFilter:
//!         DefaultBehavior: DROP
//!         Filters:
//!           - {Behavior: KEEP, Requirement: MEETS_ANY, Conditions: [{ActionCondition: {Action: BLOCK}}]}
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Acl: {Type: String}
//! Resources:
//!   Firewall:
//!     Type: AWS::WAFv2::WebACL
//!     Properties:
//!       Scope: REGIONAL
//!       DefaultAction: {Allow: {}}
//!       VisibilityConfig: {MetricName: api, CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true}
//!   Log:
//!     Type: AWS::WAFv2::LoggingConfiguration
//!     Properties:
//!       ResourceArn: !Ref Acl
//!       LogDestinationConfigs: [arn:aws:s3:::aws-waf-logs-shop]
//! ```
//!
//! ## How to fix
//!
//! Add an `AWS::WAFv2::LoggingConfiguration` with the ARN of the ACL and a log group, bucket or delivery stream whose name begins with `aws-waf-logs-`. Leave `authorization` and `cookie` out with
//! `RedactedFields`. What is stored costs what the destination costs; a filter keeps refused requests only.

use super::{acls, named};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[778],
        owasp_serverless: &["S10", "SAS-5"],
        checkov: &["CKV2_AWS_31"],
        aws: &["WAF.11"],
        attack: &["T1562.008"],
        stride: &["R"],
        others: &[],
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let (logged, unknown) = named(cx, "AWS::WAFv2::LoggingConfiguration", "ResourceArn");
    for acl in acls(cx).filter(|acl| !logged.contains(&acl.ix)) {
        match unknown {
            Some(val) => out.cannot_tell(acl.ix, "ResourceArn", val),
            None => out.push(
                Found::new(acl.ix, acl.node.span, "{subject} keeps no log of what it saw")
                    .label("no logging configuration")
                    .help("add an `AWS::WAFv2::LoggingConfiguration` for it")
                    .evidence("no log"),
            ),
        }
    }
}
