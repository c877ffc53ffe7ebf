//! a firewall lets one address send as much as it likes
//!
//! ## What
//!
//! A web ACL of the application stands before one of its entries (an API, a load balancer, a distribution), lets in what no rule stops, and has no rate-based rule: neither of its own, nor in its
//! rule groups, nor AWS's groups against floods (`AWSManagedRulesAntiDDoSRuleSet`) and, at the level `TARGETED`, against bots (`AWSManagedRulesBotControlRuleSet`). An ACL without any rule is left
//! to `edge-waf-empty`; where a rule group is not in the files, it cannot be told.
//!
//! ## Why
//!
//! The other rules look at one request at a time. Somebody who tries a million passwords, or has the function run a million times at the owner's cost, sends a million requests of which each is fine.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Firewall:
//!     Type: AWS::WAFv2::WebACL
//!     Properties:
//!       Scope: CLOUDFRONT
//!       DefaultAction: {Allow: {}}
//!       VisibilityConfig: {MetricName: site, CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true}
//!       Rules: # finding
//!         - Name: common
//!           Priority: 1
//!           OverrideAction: {None: {}}
//!           Statement:
//!             ManagedRuleGroupStatement: {VendorName: AWS, Name: AWSManagedRulesCommonRuleSet}
//!           VisibilityConfig: {MetricName: common, CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true}
//!   Site:
//!     Type: AWS::CloudFront::Distribution
//!     Properties:
//!       DistributionConfig:
//!         Enabled: true
//!         WebACLId: !GetAtt Firewall.Arn
//!         Origins:
//!           - {Id: api, DomainName: api.example.com, CustomOriginConfig: {OriginProtocolPolicy: https-only}}
//!         DefaultCacheBehavior: {TargetOriginId: api, ViewerProtocolPolicy: https-only}
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Firewall:
//!     Type: AWS::WAFv2::WebACL
//!     Properties:
//!       Scope: CLOUDFRONT
//!       DefaultAction: {Allow: {}}
//!       VisibilityConfig: {MetricName: site, CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true}
//!       Rules: # finding
//!         - Name: common
//!           Priority: 1
//!           OverrideAction: {None: {}}
//!           Statement:
//!             ManagedRuleGroupStatement: {VendorName: AWS, Name: AWSManagedRulesCommonRuleSet}
//!           VisibilityConfig: {MetricName: common, CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true}
//!         - Name: rate
//!           Priority: 2
//!           Action:
//!             Block: {}
//!           Statement:
//!             RateBasedStatement:
//!               Limit: 2000
//!               AggregateKeyType: IP
//!           VisibilityConfig:
//!             MetricName: rate
//!             CloudWatchMetricsEnabled: true
//!             SampledRequestsEnabled: true
//!   Site:
//!     Type: AWS::CloudFront::Distribution
//!     Properties:
//!       DistributionConfig:
//!         Enabled: true
//!         WebACLId: !GetAtt Firewall.Arn
//!         Origins:
//!           - {Id: api, DomainName: api.example.com, CustomOriginConfig: {OriginProtocolPolicy: https-only}}
//!         DefaultCacheBehavior: {TargetOriginId: api, ViewerProtocolPolicy: https-only}
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs24.x}
//! custom:
//!   rules:
//!     - Name: common # finding
//!       Priority: 1
//!       OverrideAction: {None: {}}
//!       Statement:
//!         ManagedRuleGroupStatement: {VendorName: AWS, Name: AWSManagedRulesCommonRuleSet}
//!       VisibilityConfig: {MetricName: common, CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true}
//! functions:
//!   order:
//!     handler: order.handler
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
//! ```hcl bad main.tf
//! resource "aws_wafv2_web_acl" "site" {
//!   name  = "site"
//!   scope = "CLOUDFRONT"
//!   default_action {
//!     allow {}
//!   }
//!   rule { # finding
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
//!     metric_name                = "site"
//!     cloudwatch_metrics_enabled = true
//!     sampled_requests_enabled   = true
//!   }
//! }
//!
//! resource "aws_cloudfront_distribution" "site" {
//!   enabled    = true
//!   web_acl_id = aws_wafv2_web_acl.site.arn
//!   origin {
//!     origin_id                = "site"
//!     domain_name              = "site.s3.eu-west-1.amazonaws.com"
//!     origin_access_control_id = "E1"
//!   }
//!   default_cache_behavior {
//!     target_origin_id       = "site"
//!     viewer_protocol_policy = "https-only"
//!     allowed_methods        = ["GET", "HEAD"]
//!     cached_methods         = ["GET", "HEAD"]
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_wafv2_web_acl" "site" {
//!   name  = "site"
//!   scope = "CLOUDFRONT"
//!   default_action {
//!     allow {}
//!   }
//!   rule {
//!     name     = "rate"
//!     priority = 1
//!     action {
//!       block {}
//!     }
//!     statement {
//!       rate_based_statement {
//!         limit              = 2000
//!         aggregate_key_type = "IP"
//!       }
//!     }
//!     visibility_config {
//!       metric_name                = "rate"
//!       cloudwatch_metrics_enabled = true
//!       sampled_requests_enabled   = true
//!     }
//!   }
//!   visibility_config {
//!     metric_name                = "site"
//!     cloudwatch_metrics_enabled = true
//!     sampled_requests_enabled   = true
//!   }
//! }
//!
//! resource "aws_cloudfront_distribution" "site" {
//!   enabled    = true
//!   web_acl_id = aws_wafv2_web_acl.site.arn
//!   origin {
//!     origin_id                = "site"
//!     domain_name              = "site.s3.eu-west-1.amazonaws.com"
//!     origin_access_control_id = "E1"
//!   }
//!   default_cache_behavior {
//!     target_origin_id       = "site"
//!     viewer_protocol_policy = "https-only"
//!     allowed_methods        = ["GET", "HEAD"]
//!     cached_methods         = ["GET", "HEAD"]
//!   }
//! }
//! ```
//!
//! The rate rule stands in a group:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Group:
//!     Type: AWS::WAFv2::RuleGroup
//!     Properties:
//!       Scope: CLOUDFRONT
//!       Capacity: 10
//!       VisibilityConfig: {MetricName: group, CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true}
//!       Rules:
//!         - Name: rate
//!           Priority: 1
//!           Action: {Block: {}}
//!           Statement: {RateBasedStatement: {Limit: 500, AggregateKeyType: IP}}
//!           VisibilityConfig: {MetricName: rate, CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true}
//!   Firewall:
//!     Type: AWS::WAFv2::WebACL
//!     Properties:
//!       Scope: CLOUDFRONT
//!       DefaultAction: {Allow: {}}
//!       VisibilityConfig: {MetricName: site, CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true}
//!       Rules:
//!         - Name: group
//!           Priority: 1
//!           OverrideAction: {None: {}}
//!           Statement: {RuleGroupReferenceStatement: {Arn: !GetAtt Group.Arn}}
//!           VisibilityConfig: {MetricName: group, CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true}
//!   Site:
//!     Type: AWS::CloudFront::Distribution
//!     Properties:
//!       DistributionConfig:
//!         Enabled: true
//!         WebACLId: !GetAtt Firewall.Arn
//!         Origins:
//!           - {Id: api, DomainName: api.example.com, CustomOriginConfig: {OriginProtocolPolicy: https-only}}
//!         DefaultCacheBehavior: {TargetOriginId: api, ViewerProtocolPolicy: https-only}
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
//!       Scope: CLOUDFRONT
//!       DefaultAction: {Allow: {}}
//!       VisibilityConfig: {MetricName: site, CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true}
//!       Rules:
//!         - Name: group
//!           Priority: 1
//!           OverrideAction: {None: {}}
//!           Statement: {RuleGroupReferenceStatement: {Arn: !Ref Group}}
//!           VisibilityConfig: {MetricName: group, CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true}
//!   Site:
//!     Type: AWS::CloudFront::Distribution
//!     Properties:
//!       DistributionConfig:
//!         Enabled: true
//!         WebACLId: !GetAtt Firewall.Arn
//!         Origins:
//!           - {Id: api, DomainName: api.example.com, CustomOriginConfig: {OriginProtocolPolicy: https-only}}
//!         DefaultCacheBehavior: {TargetOriginId: api, ViewerProtocolPolicy: https-only}
//! ```
//!
//! ## How to fix
//!
//! Add a rule with `RateBasedStatement`, with a limit above what one address of your users sends in five minutes: a whole office may share one. Two thousand is a place to start. A rule costs 1 US
//! dollar a month; whoever is above the limit gets 403.

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
        cwe: &[307, 770],
        owasp_serverless: &["SAS-8"],
        attack: &["T1110", "T1499"],
        stride: &["D"],
        ..References::NONE
    },
    check,
};

/// Whether one of AWS's groups counts requests, too: that against floods, and that against bots where it is targeted.
fn counts_too(group: &Val) -> Tri {
    let name = group.get("Name");
    let configs = group.get("ManagedRuleGroupConfigs").items().iter().flat_map(Val::entries);
    let targeted = configs.fold(Tri::No, |answer, e| answer.or(e.val.get("InspectionLevel").is("TARGETED")));
    let bots = name.is("AWSManagedRulesBotControlRuleSet").and(targeted);
    name.is("AWSManagedRulesAntiDDoSRuleSet").or(bots)
}

/// Requests of one address in five minutes to start from.
const LIMIT: i64 = 2000;

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for acl in acls(cx) {
        let protected = acl.protects(cx);
        // An ACL that lets nobody in but those it names limits them by that; one without rules is `edge-waf-empty`.
        if protected.is_empty() || !acl.lets_in() || (acl.rules.items().is_empty() && acl.unread().is_none())
        {
            continue;
        }
        let mut counted = Tri::No;
        let mut open = acl.unread();
        for (kind, val) in acl.statements(cx) {
            let this = match kind {
                "RateBasedStatement" => Tri::Yes,
                "ManagedRuleGroupStatement" => counts_too(val),
                "" => Tri::Unknown,
                _ => Tri::No,
            };
            if this == Tri::Unknown {
                open = open.or(Some(val));
            }
            counted = counted.or(this);
        }
        if counted.is_yes() {
            continue;
        }
        if let Some(val) = open {
            out.cannot_tell(acl.ix, "Rules", val);
            continue;
        }
        let message = "{subject} lets one address send as many requests as it likes";
        let first = protected.first().and_then(|ix| cx.node(*ix)).map_or(Span::NONE, |n| n.span);
        out.push(
            Found::at_value(acl.ix, acl.rules, acl.node.span, message)
                .at(acl.rules_at())
                .label("no rate-based rule")
                .also(first, "it stands before this")
                .help("add a rule with `RateBasedStatement`")
                .evidence("no rate-based rule")
                .fixes(proposal(&acl)),
        );
    }
}

/// One more rule, behind the others.
fn proposal(acl: &Acl<'_>) -> Option<Proposal> {
    let priorities: Option<Vec<i64>> = acl.rules.items().iter().map(|r| r.get("Priority").as_int()).collect();
    let next = priorities?.into_iter().max().unwrap_or(0).checked_add(1)?;
    let map = |entries: &[(&str, Literal)]| {
        Literal::Map(entries.iter().map(|(key, value)| ((*key).into(), value.clone())).collect())
    };
    let statement = map(&[("Limit", LIMIT.into()), ("AggregateKeyType", "IP".into())]);
    let rule = map(&[
        ("Name", "rate".into()),
        ("Priority", next.into()),
        ("Action", map(&[("Block", map(&[]))])),
        ("Statement", map(&[("RateBasedStatement", statement)])),
        (
            "VisibilityConfig",
            map(&[
                ("MetricName", "rate".into()),
                ("CloudWatchMetricsEnabled", true.into()),
                ("SampledRequestsEnabled", true.into()),
            ]),
        ),
    ]);
    let named = acl.rules.items().iter().any(|r| r.get("Name").is("rate").is_yes());
    let change = Change::Append { list: acl.rules.span, value: rule };
    let title = format!("let one address send {LIMIT} requests in five minutes");
    (!named && acl.rules.span.is_some()).then(|| Proposal::new(title, Safety::Unsafe, vec![change]))
}
