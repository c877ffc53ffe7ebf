//! a web ACL does not know the strings of Log4j
//!
//! ## What
//!
//! A web ACL that lets in what no rule stops has no `AWSManagedRulesKnownBadInputsRuleSet` that stops requests: the group is missing, or it only counts. Where a Java function of the application
//! stands behind the ACL, the message names it.
//!
//! ## Why
//!
//! One string in a header, `${jndi:ldap://…}`, has an old Log4j load and run the attacker's class. It is tried on every address of the internet still, and a library that brings Log4j along is not
//! always known.
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
//!       Rules: # finding
//!         - Name: common
//!           Priority: 1
//!           OverrideAction: {None: {}}
//!           Statement: {ManagedRuleGroupStatement: {VendorName: AWS, Name: AWSManagedRulesCommonRuleSet}}
//!           VisibilityConfig: {MetricName: common, CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true}
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: java21}
//! custom:
//!   rules:
//!     - Name: common # finding
//!       Priority: 1
//!       OverrideAction: {None: {}}
//!       Statement: {ManagedRuleGroupStatement: {VendorName: AWS, Name: AWSManagedRulesCommonRuleSet}}
//!       VisibilityConfig: {MetricName: common, CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true}
//! functions:
//!   order:
//!     handler: shop.Order
//!     events:
//!       - http: POST /orders
//! resources:
//!   Resources:
//!     Firewall:
//!       Type: AWS::WAFv2::WebACL
//!       Properties:
//!         Scope: REGIONAL
//!         DefaultAction: {Allow: {}}
//!         VisibilityConfig: {MetricName: api, CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true}
//!         Rules: ${self:custom.rules}
//!     Association:
//!       Type: AWS::WAFv2::WebACLAssociation
//!       Properties:
//!         ResourceArn: !Sub arn:aws:apigateway:${AWS::Region}::/restapis/${ApiGatewayRestApi}/stages/dev
//!         WebACLArn: !GetAtt Firewall.Arn
//! ```
//!
//! The group only counts:
//!
//! ```hcl bad main.tf
//! resource "aws_wafv2_web_acl" "api" {
//!   name  = "api"
//!   scope = "REGIONAL"
//!   default_action {
//!     allow {}
//!   }
//!   rule {
//!     name     = "inputs"
//!     priority = 1
//!     override_action {
//!       count {} # finding
//!     }
//!     statement {
//!       managed_rule_group_statement {
//!         vendor_name = "AWS"
//!         name        = "AWSManagedRulesKnownBadInputsRuleSet"
//!       }
//!     }
//!     visibility_config {
//!       metric_name                = "inputs"
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
//! ```hcl good main.tf
//! resource "aws_wafv2_web_acl" "api" {
//!   name  = "api"
//!   scope = "REGIONAL"
//!   default_action {
//!     allow {}
//!   }
//!   rule {
//!     name     = "inputs"
//!     priority = 1
//!     override_action {
//!       none {}
//!     }
//!     statement {
//!       managed_rule_group_statement {
//!         vendor_name = "AWS"
//!         name        = "AWSManagedRulesKnownBadInputsRuleSet"
//!       }
//!     }
//!     visibility_config {
//!       metric_name                = "inputs"
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
//! One rule of the group is on trial, and it is another one:
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
//!         - Name: inputs
//!           Priority: 1
//!           OverrideAction: {None: {}}
//!           Statement:
//!             ManagedRuleGroupStatement:
//!               VendorName: AWS
//!               Name: AWSManagedRulesKnownBadInputsRuleSet
//!               RuleActionOverrides: [{Name: Host_localhost_HEADER, ActionToUse: {Count: {}}}]
//!           VisibilityConfig: {MetricName: inputs, CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true}
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
//!         - Name: inputs
//!           Priority: 1
//!           OverrideAction: {None: {}}
//!           Statement: {ManagedRuleGroupStatement: {VendorName: AWS, Name: !Ref Group}}
//!           VisibilityConfig: {MetricName: inputs, CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true}
//! ```
//!
//! ## How to fix
//!
//! Add AWS's group `AWSManagedRulesKnownBadInputsRuleSet` with `OverrideAction: {None: {}}`: 1 US dollar a month. A firewall is no cure: keep Log4j at 2.17.1 or newer.

use std::collections::BTreeSet;

use super::{Acl, acls};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Auditor,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[502, 917],
        owasp_serverless: &["S1", "SAS-1"],
        checkov: &["CKV_AWS_192"],
        attack: &["T1190"],
        stride: &["E"],
        ..References::NONE
    },
    check,
};

/// AWS's group of requests that are known to be bad, and its rules for these strings.
const GROUP: &str = "AWSManagedRulesKnownBadInputsRuleSet";
const STRINGS: &str = "Log4JRCE";

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for acl in acls(cx).filter(Acl::lets_in) {
        let mut answer = if acl.unread().is_some() { Tri::Unknown } else { Tri::No };
        let mut counts = None;
        for rule in acl.rules.items() {
            let group = rule.at("Statement.ManagedRuleGroupStatement");
            let this = group.get("Name").is(GROUP);
            let counting = counted(rule, group);
            if this.is_yes() && counting.is_some() {
                counts = counting;
            } else if !group.is_null() {
                answer = answer.or(this);
            }
        }
        match answer {
            Tri::Yes => {}
            Tri::Unknown => out.cannot_tell(acl.ix, "Rules", acl.rules),
            Tri::No => out.push(found(cx, &acl, counts)),
        }
    }
}

/// Where it is said that the group, or its rules for these strings, only count.
fn counted<'a>(rule: &'a Val, group: &'a Val) -> Option<&'a Val> {
    let overridden = |o: &&Val| {
        o.get("Name").starts_with(STRINGS).is_yes() && o.get("ActionToUse").entry("Count").is_some()
    };
    let excluded = |o: &&Val| o.get("Name").starts_with(STRINGS).is_yes();
    let whole = rule.get("OverrideAction").entry("Count").map(|e| &e.val);
    whole
        .or_else(|| group.get("RuleActionOverrides").items().iter().find(overridden))
        .or_else(|| group.get("ExcludedRules").items().iter().find(excluded))
}

fn found(cx: &Cx<'_>, acl: &Acl<'_>, counts: Option<&Val>) -> Found {
    let java = java_behind(cx, acl);
    let behind = java.map_or_else(String::new, |ix| format!(" for {}, which is Java", cx.subject(ix)));
    let verb = if counts.is_some() { "only counts" } else { "does not know" };
    let message = format!("{{subject}} {verb} the strings that attack Log4j{behind}");
    let help = format!("add the group `{GROUP}` with `OverrideAction: {{None: {{}}}}`");
    let found = match counts {
        Some(val) => Found::at_value(acl.ix, val, acl.node.span, message).label("counts and lets through"),
        None => Found::at_value(acl.ix, acl.rules, acl.node.span, message)
            .at(acl.rules_at())
            .label(format!("no `{GROUP}`")),
    };
    let function = java.and_then(|ix| cx.node(ix)).map_or(Span::NONE, |n| n.span);
    found.also(function, "a Java function behind it").help(help).evidence("no known bad inputs")
}

/// A Java function behind the ACL.
fn java_behind(cx: &Cx<'_>, acl: &Acl<'_>) -> Option<NodeIx> {
    let mut before: BTreeSet<NodeIx> = acl.protects(cx).into_iter().collect();
    for ix in acl.protects(cx) {
        before.extend(cx.graph.out(ix, EdgeKind::RoutesTo).map(|e| e.to));
        // A stage stands for its API, a listener for its load balancer.
        let api = cx.node(ix).map(|n| ["RestApiId", "ApiId"].map(|key| cx.graph.resolve(n.props.get(key))));
        before.extend(api.into_iter().flatten().flatten());
        before.extend(cx.graph.into(ix, EdgeKind::AttachedTo).map(|e| e.from));
    }
    let entries = cx
        .entries()
        .filter(|(ix, _, e)| before.contains(ix) || e.api.is_some_and(|api| before.contains(&api)));
    let mut functions = entries.flat_map(|(ix, _, _)| cx.graph.out(ix, EdgeKind::Triggers).map(|e| e.to));
    functions.find(|ix| cx.node(*ix).is_some_and(|n| n.props.get("Runtime").starts_with("java").is_yes()))
}
