//! a web ACL knows nothing that is bad
//!
//! ## What
//!
//! A web ACL that lets in what no rule stops has no rules, or no managed rule group among them (of AWS or of another vendor). An ACL whose default action is `Block` is another thing: it names who may
//! come in.
//!
//! ## Why
//!
//! A list without rules, or with addresses and countries only, lets every injection string and every known exploit through; but the diagram shows a firewall, and nobody looks again.
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
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs24.x}
//! custom:
//!   rules:
//!     - Name: rate # finding
//!       Priority: 1
//!       Action: {Block: {}}
//!       Statement: {RateBasedStatement: {Limit: 1000, AggregateKeyType: IP}}
//!       VisibilityConfig: {MetricName: rate, CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true}
//! resources:
//!   Resources:
//!     Firewall:
//!       Type: AWS::WAFv2::WebACL
//!       Properties:
//!         Scope: REGIONAL
//!         DefaultAction: {Allow: {}}
//!         VisibilityConfig: {MetricName: api, CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true}
//!         Rules: ${self:custom.rules}
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
//! It names who may come in:
//!
//! ```hcl good main.tf
//! resource "aws_wafv2_ip_set" "office" {
//!   name               = "office"
//!   scope              = "REGIONAL"
//!   ip_address_version = "IPV4"
//!   addresses          = ["198.51.100.0/24"]
//! }
//!
//! resource "aws_wafv2_web_acl" "api" {
//!   name  = "api"
//!   scope = "REGIONAL"
//!   default_action {
//!     block {}
//!   }
//!   rule {
//!     name     = "office"
//!     priority = 1
//!     action {
//!       allow {}
//!     }
//!     statement {
//!       ip_set_reference_statement {
//!         arn = aws_wafv2_ip_set.office.arn
//!       }
//!     }
//!     visibility_config {
//!       metric_name                = "office"
//!       cloudwatch_metrics_enabled = true
//!       sampled_requests_enabled   = true
//!     }
//!   }
//!   visibility_config {
//!     metric_name                = "api"
//!     cloudwatch_metrics_enabled = true
//!     sampled_requests_enabled   = true
//!   }
//! }
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Firewall:
//!     Type: AWS::WAFv2::WebACL
//!     Properties:
//!       Scope: REGIONAL
//!       DefaultAction: {Allow: {}}
//!       VisibilityConfig: {MetricName: api, CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true}
//!       Rules:
//!         - Name: common
//!           Priority: 1
//!           OverrideAction: {None: {}}
//!           Statement: {ManagedRuleGroupStatement: {VendorName: AWS, Name: AWSManagedRulesCommonRuleSet}}
//!           VisibilityConfig: {MetricName: common, CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true}
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Group: {Type: String}
//! Resources:
//!   Firewall:
//!     Type: AWS::WAFv2::WebACL
//!     Properties:
//!       Scope: REGIONAL
//!       DefaultAction: {Allow: {}}
//!       VisibilityConfig: {MetricName: api, CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true}
//!       Rules:
//!         - Name: group
//!           Priority: 1
//!           OverrideAction: {None: {}}
//!           Statement: {RuleGroupReferenceStatement: {Arn: !Ref Group}}
//!           VisibilityConfig: {MetricName: group, CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true}
//! ```
//!
//! ## How to fix
//!
//! Add AWS's groups `AWSManagedRulesCommonRuleSet` and `AWSManagedRulesKnownBadInputsRuleSet`, at first with `OverrideAction: {Count: {}}`: look at what they would have refused, then set it to `None`.
//! Each costs 1 US dollar a month.
//!
//! ## Differs from
//!
//! `CKV_AWS_175` and `WAF.10` ask for any rule.

use super::{Acl, acls};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[693],
        owasp_serverless: &["S1", "SAS-1"],
        checkov: &["CKV_AWS_175"],
        aws: &["WAF.10"],
        attack: &["T1190"],
        stride: &["T", "D"],
        others: &[],
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for acl in acls(cx).filter(Acl::lets_in) {
        let statements = acl.statements(cx);
        if statements.iter().any(|(kind, _)| *kind == "ManagedRuleGroupStatement") {
            continue;
        }
        let open =
            acl.unread().or_else(|| statements.iter().find(|(kind, _)| kind.is_empty()).map(|(_, val)| *val));
        if let Some(val) = open {
            out.cannot_tell(acl.ix, "Rules", val);
            continue;
        }
        let empty = acl.rules.items().is_empty();
        let (message, label) = if empty {
            ("{subject} has no rules and lets everything in", "no rules")
        } else {
            ("{subject} has rules of its own only and knows no attack", "no managed rule group")
        };
        out.push(
            Found::at_value(acl.ix, acl.rules, acl.node.span, message)
                .at(acl.rules_at())
                .label(label)
                .help("add AWS's managed rule groups, first in count mode: `AWSManagedRulesCommonRuleSet` and `AWSManagedRulesKnownBadInputsRuleSet`")
                .evidence(label),
        );
    }
}
