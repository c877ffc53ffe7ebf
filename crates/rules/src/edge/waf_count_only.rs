//! a web ACL counts what it should stop
//!
//! ## What
//!
//! Every rule of a web ACL that would stop a request only counts it: `Action` or `OverrideAction` is `Count`; and the default action is to let in. Rules that let in (`Allow`) are not asked.
//!
//! ## Why
//!
//! Count mode is for the days in which false alarms are looked for. Left on, the firewall writes down the attack and lets it through.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
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
//!           OverrideAction: {Count: {}} # finding
//!           Statement: {ManagedRuleGroupStatement: {VendorName: AWS, Name: AWSManagedRulesCommonRuleSet}}
//!           VisibilityConfig: {MetricName: common, CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true}
//! ```
//!
//! ```yaml fixed template.yaml
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
//!           OverrideAction: # finding
//!             None: {}
//!           Statement: {ManagedRuleGroupStatement: {VendorName: AWS, Name: AWSManagedRulesCommonRuleSet}}
//!           VisibilityConfig: {MetricName: common, CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true}
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs24.x}
//! custom:
//!   mode:
//!     Count: {} # finding
//! resources:
//!   Resources:
//!     Firewall:
//!       Type: AWS::WAFv2::WebACL
//!       Properties:
//!         Scope: REGIONAL
//!         DefaultAction: {Allow: {}}
//!         VisibilityConfig: {MetricName: api, CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true}
//!         Rules:
//!           - Name: rate
//!             Priority: 1
//!             Action: ${self:custom.mode}
//!             Statement: {RateBasedStatement: {Limit: 1000, AggregateKeyType: IP}}
//!             VisibilityConfig: {MetricName: rate, CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_wafv2_web_acl" "api" {
//!   name  = "api"
//!   scope = "REGIONAL"
//!   default_action {
//!     allow {}
//!   }
//!   rule {
//!     name     = "common"
//!     priority = 1
//!     override_action { # finding
//!       count {}
//!     }
//!     statement {
//!       managed_rule_group_statement {
//!         vendor_name = "AWS"
//!         name        = "AWSManagedRulesCommonRuleSet"
//!       }
//!     }
//!     visibility_config {
//!       metric_name                = "common"
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
//! One group is on trial, another one stops requests:
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
//!         - Name: bots
//!           Priority: 2
//!           OverrideAction: {Count: {}}
//!           Statement: {ManagedRuleGroupStatement: {VendorName: AWS, Name: AWSManagedRulesBotControlRuleSet}}
//!           VisibilityConfig: {MetricName: bots, CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true}
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_wafv2_web_acl" "api" {
//!   name  = "api"
//!   scope = "REGIONAL"
//!   default_action {
//!     allow {}
//!   }
//!   rule {
//!     name     = "common"
//!     priority = 1
//!     override_action {
//!       none {}
//!     }
//!     statement {
//!       managed_rule_group_statement {
//!         vendor_name = "AWS"
//!         name        = "AWSManagedRulesCommonRuleSet"
//!       }
//!     }
//!     visibility_config {
//!       metric_name                = "common"
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
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Rules: {Type: String}
//! Resources:
//!   Firewall:
//!     Type: AWS::WAFv2::WebACL
//!     Properties:
//!       Scope: REGIONAL
//!       DefaultAction: {Allow: {}}
//!       VisibilityConfig: {MetricName: api, CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true}
//!       Rules: !Ref Rules
//! ```
//!
//! ## How to fix
//!
//! Look at what the rules have counted (sampled requests, the log), then set `OverrideAction` of a group to `None` and `Action` of a rule to `Block`. A single rule of a group that refuses real users
//! stays in count mode with `RuleActionOverrides`.

use super::{Acl, acls};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[693],
        owasp_serverless: &["S1", "SAS-3"],
        attack: &["T1190"],
        stride: &["T", "D"],
        ..References::NONE
    },
    check,
};

/// A rule that only counts: the map with its action, and what the action would be.
struct Counting<'a> {
    action: &'a Val,
    key: Span,
    instead: &'static str,
    name: String,
}

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for acl in acls(cx).filter(Acl::lets_in) {
        if let Some(rules) = counting(&acl) {
            match acl.unread() {
                Some(val) => out.cannot_tell(acl.ix, "Rules", val),
                None => report(&acl, &rules, out),
            }
        }
    }
}

/// The rules that count, if no other stops anything.
fn counting<'a>(acl: &Acl<'a>) -> Option<Vec<Counting<'a>>> {
    let mut all = Vec::new();
    for rule in acl.rules.items() {
        for (key, instead) in [("Action", "Block"), ("OverrideAction", "None")] {
            let Some(entry) = rule.entry(key).filter(|e| !e.val.is_null()) else { continue };
            let action = &entry.val;
            if action.entry("Count").is_some() {
                let name = rule.get("Name").display().to_string();
                all.push(Counting { action, key: entry.key_span, instead, name });
            } else if action.entry("Allow").is_none() {
                return None;
            }
        }
    }
    (!all.is_empty() || acl.unread().is_some()).then_some(all)
}

fn report(acl: &Acl<'_>, rules: &[Counting<'_>], out: &mut Findings) {
    let Some(first) = rules.first() else { return };
    let n = rules.len();
    let what = if n == 1 {
        format!("its rule `{}` only counts", first.name)
    } else {
        format!("its {n} rules only count")
    };
    let message = format!("{{subject}} stops nothing: {what}");
    let own = first.action.links().next().is_none();
    let mut found = Found::at_value(acl.ix, first.action, acl.node.span, message)
        .at(if own { first.key } else { Span::NONE })
        .label("counts and lets through")
        .help("set `OverrideAction` of groups to `None` and `Action` of rules to `Block`")
        .evidence("every rule counts");
    for other in rules.iter().skip(1).take(3) {
        found = found.also(other.key.or(other.action.span), format!("so does `{}`", other.name));
    }
    let written = |r: &Counting<'_>| r.action.span.is_some();
    let change = |r: &Counting<'_>| {
        let nothing = Literal::Map(Vec::new());
        Change::Replace { at: r.action.span, value: Literal::Map(vec![(r.instead.into(), nothing)]) }
    };
    let proposal = rules.iter().all(written).then(|| {
        Proposal::new("stop what the rules match", Safety::Unsafe, rules.iter().map(change).collect())
    });
    out.push(found.fixes(proposal));
}
