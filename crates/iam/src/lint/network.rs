//! Addresses, networks, Regions and services as values of conditions.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceip>

use super::Scope;
use super::condition::Fact;
use super::finding::{Confidence, Out, Spot};
use super::pattern::{has_variable, is_wild};
use super::rules::{Rule, grammar, suggestion};
use crate::condition::{Base, Range};
use crate::document::Text;

/// Private, loopback, link-local and shared ranges (RFC 1918, 1122, 3927, 6598, 4193, 4291).
const PRIVATE: [&str; 10] = [
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "100.64.0.0/10",
    "fc00::/7",
    "fe80::/10",
    "::1/128",
    "::ffff:10.0.0.0/104",
];

pub(super) fn check(scope: &Scope, facts: &[Fact], out: &mut Out) {
    for fact in facts {
        if fact.operator.base == Base::IpAddress {
            addresses(scope, fact, out);
        }
        let exact = match fact.operator.base {
            Base::StringEquals | Base::StringEqualsIgnoreCase => true,
            Base::StringLike => false,
            _ => continue,
        };
        let key = &*fact.entry.key;
        for text in &fact.entry.values {
            if scope.symbolic(&text.value) || has_variable(&text.value) {
                continue;
            }
            if let Some((rule, message)) = value(key, text, exact) {
                let spot = Spot::condition_value(scope.statement, fact.entry, text);
                out.add(rule, Confidence::High, spot, &message);
            }
        }
    }
}

fn value(key: &str, text: &Text, exact: bool) -> Option<(&'static Rule, String)> {
    let value = &*text.value;
    let is = |name: &str| key.eq_ignore_ascii_case(name);
    if is_wild(value) {
        // An exact operator with a wildcard has a finding of its own; a pattern is compared with all Regions.
        let dead = !exact && is("aws:RequestedRegion") && !super::region::is_region(value);
        return dead.then(|| {
            let message = format!("`{value}` fits no known Region; write the name of one");
            (&grammar::CONDITION_REGION_INVALID, message)
        });
    }
    if is("aws:RequestedRegion") {
        return (!super::region::is_region(value)).then(|| {
            let message = format!("`{value}` is no known Region; write one such as `eu-central-1`");
            (&grammar::CONDITION_REGION_INVALID, message)
        });
    }
    if is("aws:SourceVpc") {
        return (!is_id(value, "vpc-")).then(|| {
            let message = format!("`{value}` is no id of a VPC; those begin with `vpc-`");
            (&grammar::VPC_ID_MALFORMED, message)
        });
    }
    if is("aws:SourceVpce") {
        return (!is_id(value, "vpce-")).then(|| {
            let message = format!("`{value}` is no id of an endpoint; those begin with `vpce-`");
            (&grammar::ENDPOINT_ID_MALFORMED, message)
        });
    }
    if is("iam:PassedToService") || is("aws:PrincipalServiceName") || is("iam:AWSServiceName") {
        return (!super::principal::is_service(value)).then(|| {
            let message =
                format!("`{value}` is no service principal; write `name.amazonaws.com` in lower case");
            (&grammar::SERVICE_PRINCIPAL_MALFORMED, message)
        });
    }
    None
}

fn is_id(value: &str, head: &str) -> bool {
    value.strip_prefix(head).is_some_and(|id| {
        (8..=17).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    })
}

fn addresses(scope: &Scope, fact: &Fact, out: &mut Out) {
    let entry = fact.entry;
    let values = &entry.values;
    for text in values {
        if let Some(range) = Range::parse(&text.value).filter(|r| r.host_bits) {
            let message = format!(
                "`{}` has bits set behind its prefix; write `{}/{}`",
                text.value, range.first, range.prefix
            );
            let spot = Spot::condition_value(scope.statement, entry, text);
            out.add(&suggestion::IP_RANGE_NOT_CANONICAL, Confidence::High, spot, &message);
        }
    }
    if !entry.key.eq_ignore_ascii_case("aws:SourceIp") || values.is_empty() {
        return;
    }
    let private: Vec<&Text> = values.iter().filter(|t| is_private(&t.value)).collect();
    let Some(first) = private.first() else { return };
    let all = private.len() == values.len() && !entry.open;
    let (rule, what): (&'static Rule, &str) = match (all, fact.operator.negated) {
        (true, false) => (&grammar::PRIVATE_IP_IN_ALLOW, "so that it never holds"),
        (true, true) => (&grammar::PRIVATE_IP_IN_NOT_IP, "so that it always holds"),
        (false, false) => (&suggestion::PRIVATE_IP_AMONG_VALUES, "so that this value never fits"),
        (false, true) => (&suggestion::PRIVATE_IP_AMONG_NOT_VALUES, "so that this value excludes nothing"),
    };
    let message = format!(
        "`aws:SourceIp` is a public address and `{}` is private, {what}; use `aws:VpcSourceIp` with `aws:SourceVpc`",
        first.value
    );
    let spot = if all {
        Spot::key(scope.statement, entry)
    } else {
        Spot::condition_value(scope.statement, entry, first)
    };
    out.add(rule, Confidence::High, spot, &message);
}

fn is_private(text: &str) -> bool {
    Range::parse(text).is_some_and(|range| {
        PRIVATE.iter().filter_map(|p| Range::parse(p)).any(|private| private.includes(&range))
    })
}
