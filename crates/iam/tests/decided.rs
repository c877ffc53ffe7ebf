//! What the independent simulator decides otherwise, or what it found in us: `docs/disagreements.md` of this crate has
//! a paragraph for each test, with the page of AWS's guide that settles it.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

use palisade_iam::lines::evaluate;
use serde_json::{Value, json};

const QUEUE: &str = "arn:aws:sqs:us-east-1:111111111111:jobs";
const ALICE: &str = "arn:aws:iam::111111111111:user/alice";
const SESSION: &str = "arn:aws:sts::111111111111:assumed-role/app/s1";
const ROLE: &str = "arn:aws:iam::111111111111:role/app";
const ACCOUNT: &str = "arn:aws:iam::111111111111:root";

/// `sqs:SendMessage` on the queue, with the fields of the line replaced.
fn decision(principal: &str, context: &Value, fields: Value) -> String {
    let mut line = json!({
        "request": {
            "principal": principal,
            "action": "sqs:SendMessage",
            "resource": QUEUE,
            "context": context,
        },
    });
    let Value::Object(fields) = fields else { unreachable!() };
    for (name, value) in fields {
        let place = if line["request"].get(&name).is_some() { &mut line["request"] } else { &mut line };
        place[name.as_str()] = value;
    }
    let answer: Value = serde_json::from_str(&evaluate(&line.to_string())).unwrap();
    answer["decision"].as_str().unwrap_or("error").to_owned()
}

fn document(statement: &Value) -> Value {
    json!({ "Version": "2012-10-17", "Statement": statement })
}

fn all() -> Value {
    document(&json!({ "Effect": "Allow", "Action": "*", "Resource": "*" }))
}

/// An identity policy that allows everything under the conditions.
fn under(condition: &Value) -> Value {
    let allow = json!({ "Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition });
    json!({ "identity": [document(&allow)] })
}

/// Denies everybody on the queue but those listed.
fn all_but(listed: &[&str]) -> Value {
    document(
        &json!({ "Effect": "Deny", "NotPrincipal": { "AWS": listed }, "Action": "*", "Resource": QUEUE }),
    )
}

#[test]
fn not_principal_exempts_who_is_listed_with_account_and_role() {
    let decide = |caller, listed: &[&str]| {
        decision(caller, &json!({}), json!({ "identity": [all()], "resource_policy": all_but(listed) }))
    };
    assert_eq!(decide(ALICE, &[ALICE, ACCOUNT]), "allow");
    assert_eq!(decide(ALICE, &[ALICE]), "explicit_deny");
    assert_eq!(decide(ALICE, &[ACCOUNT]), "explicit_deny");
    assert_eq!(decide(SESSION, &[SESSION, ROLE, "111111111111"]), "allow");
    assert_eq!(decide(SESSION, &[SESSION, ACCOUNT]), "explicit_deny");
    assert_eq!(decide(SESSION, &[ROLE, ACCOUNT]), "explicit_deny");
    assert_eq!(decide(SESSION, &[SESSION, ROLE]), "explicit_deny");
}

#[test]
fn not_principal_with_deny_never_exempts_a_caller_with_a_boundary() {
    let decide = |caller, listed: &[&str]| {
        let fields = json!({ "identity": [all()], "boundary": [all()], "resource_policy": all_but(listed) });
        decision(caller, &json!({}), fields)
    };
    assert_eq!(decide(ALICE, &[ALICE, ACCOUNT]), "explicit_deny");
    assert_eq!(decide(SESSION, &[SESSION, ROLE, ACCOUNT]), "explicit_deny");
}

#[test]
fn for_any_value_fails_without_the_key_also_with_if_exists() {
    let decide = |operator: &str, context: Value| {
        decision(ALICE, &context, under(&json!({ operator: { "aws:TagKeys": "team" } })))
    };
    for operator in ["StringEquals", "StringNotEquals", "StringLike"] {
        let operator = format!("ForAnyValue:{operator}IfExists");
        assert_eq!(decide(&operator, json!({})), "implicit_deny", "{operator}");
    }
    assert_eq!(decide("ForAnyValue:StringEqualsIfExists", json!({ "aws:TagKeys": ["team"] })), "allow");
    assert_eq!(decide("ForAllValues:StringEqualsIfExists", json!({})), "allow");
}

#[test]
fn which_user_made_a_federated_session_is_not_told() {
    let caller = "arn:aws:sts::111111111111:federated-user/alice";
    let policy = |effect: &str, principal: &str| {
        let principal = json!({ "AWS": principal });
        let statement = json!({ "Effect": effect, "Principal": principal, "Action": "*", "Resource": QUEUE });
        json!({ "resource_policy": document(&statement) })
    };
    // the name of the session is chosen freely: any user of the account may have made it
    for user in [ALICE, "arn:aws:iam::111111111111:user/bob"] {
        assert_eq!(decision(caller, &json!({}), policy("Allow", user)), "unknown", "{user}");
    }
    assert_eq!(decision(caller, &json!({}), policy("Allow", caller)), "allow");
    let elsewhere = "arn:aws:iam::222222222222:user/alice";
    assert_eq!(decision(caller, &json!({}), policy("Allow", elsewhere)), "implicit_deny");
}

#[test]
fn the_path_of_the_role_of_a_session_is_not_told() {
    let decide = |pattern: &str, context: Value| {
        decision(SESSION, &context, under(&json!({ "ArnLike": { "aws:PrincipalArn": pattern } })))
    };
    // the ARN of a session leaves the path of its role out
    assert_eq!(decide("arn:aws:iam::111111111111:role/team/app", json!({})), "unknown");
    assert_eq!(decide(ROLE, json!({})), "unknown");
    assert_eq!(decide("arn:aws:iam::111111111111:role/*app", json!({})), "allow");
    assert_eq!(decide("arn:aws:iam::111111111111:role/*other", json!({})), "implicit_deny");
    assert_eq!(decide("arn:aws:iam::222222222222:role/*", json!({})), "implicit_deny");
    assert_eq!(decide(ROLE, json!({ "aws:PrincipalArn": [ROLE] })), "allow");
    assert_eq!(
        decide(ROLE, json!({ "aws:PrincipalArn": ["arn:aws:iam::111111111111:role/team/app"] })),
        "implicit_deny"
    );
}

#[test]
fn a_session_named_by_the_resource_is_not_limited_by_its_session_policy() {
    let named = |caller: &str| {
        let principal = json!({ "AWS": caller });
        let allow = json!({ "Effect": "Allow", "Principal": principal, "Action": "*", "Resource": QUEUE });
        let other = document(&json!({ "Effect": "Allow", "Action": "s3:*", "Resource": "*" }));
        json!({ "resource_policy": document(&allow), "session": [other] })
    };
    assert_eq!(decision(SESSION, &json!({}), named(SESSION)), "allow");
    assert_eq!(decision(SESSION, &json!({}), named(ROLE)), "implicit_deny");
    let federated = "arn:aws:sts::111111111111:federated-user/alice";
    assert_eq!(decision(federated, &json!({}), named(federated)), "allow");
}

#[test]
fn a_role_is_assumed_only_where_its_trust_policy_says_so() {
    let assume = |fields: Value| {
        let mut fields = fields;
        fields["action"] = "sts:AssumeRole".into();
        fields["resource"] = "arn:aws:iam::111111111111:role/target".into();
        fields["identity"] = json!([all()]);
        decision(ALICE, &json!({}), fields)
    };
    let trust = |principal: &str| {
        let principal = json!({ "AWS": principal });
        document(&json!({ "Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole" }))
    };
    assert_eq!(assume(json!({})), "implicit_deny");
    assert_eq!(assume(json!({ "resource_policy": trust(ACCOUNT) })), "allow");
    assert_eq!(assume(json!({ "resource_policy": trust("222222222222") })), "implicit_deny");
}

#[test]
fn variables_are_text_in_documents_of_2008() {
    let context = json!({ "aws:PrincipalTag/team": ["red"], "aws:SourceVpce": ["red"] });
    let decide = |version: &str| {
        let mut fields = under(&json!({ "StringEquals": { "aws:SourceVpce": "${aws:PrincipalTag/team}" } }));
        fields["identity"][0]["Version"] = version.into();
        decision(ALICE, &context, fields)
    };
    assert_eq!(decide("2012-10-17"), "allow");
    assert_eq!(decide("2008-10-17"), "implicit_deny");
}

#[test]
fn an_escaped_wildcard_is_the_letter() {
    let decide = |operator: &str, team: &str| {
        let condition = json!({ operator: { "aws:PrincipalTag/team": "r${*}d" } });
        decision(ALICE, &json!({ "aws:PrincipalTag/team": [team] }), under(&condition))
    };
    for operator in ["StringEquals", "StringLike", "StringEqualsIgnoreCase"] {
        assert_eq!(decide(operator, "r*d"), "allow", "{operator}");
        assert_eq!(decide(operator, "red"), "implicit_deny", "{operator}");
        assert_eq!(decide(operator, "r${*}d"), "implicit_deny", "{operator}");
    }
    assert_eq!(decide("StringNotEquals", "r*d"), "implicit_deny");
}

#[test]
fn a_wildcard_may_stand_before_the_first_slash_of_the_tail() {
    let decide = |pattern: &str| {
        let allow = json!({ "Effect": "Allow", "Action": "*", "Resource": pattern });
        let fields = json!({
            "action": "dynamodb:Query",
            "resource": "arn:aws:dynamodb:us-east-1:111111111111:table/orders",
            "identity": [document(&allow)],
        });
        decision(ALICE, &json!({ "aws:PrincipalTag/kind": ["table"] }), fields)
    };
    let arn = |tail: &str| format!("arn:aws:dynamodb:us-east-1:111111111111:{tail}");
    assert_eq!(decide(&arn("tab?e/orders")), "allow");
    assert_eq!(decide(&arn("t*/orders")), "allow");
    assert_eq!(decide(&arn("${aws:PrincipalTag/kind}/orders")), "allow");
    assert_eq!(decide(&arn("${aws:PrincipalTag/none, 'table'}/orders")), "allow");
    assert_eq!(decide(&arn("index?/orders")), "implicit_deny");
}

#[test]
fn a_variable_in_an_arn_of_a_condition_is_replaced() {
    let value = "arn:aws:sns:us-east-1:${aws:SourceAccount}:news";
    let decide = |arn: &str| {
        let context = json!({ "aws:SourceAccount": ["222222222222"], "aws:SourceArn": [arn] });
        decision(ALICE, &context, under(&json!({ "ArnEquals": { "aws:SourceArn": value } })))
    };
    assert_eq!(decide("arn:aws:sns:us-east-1:222222222222:news"), "allow");
    assert_eq!(decide("arn:aws:sns:us-east-1:111111111111:news"), "implicit_deny");
}

#[test]
fn a_variable_without_value_equals_nothing() {
    let decide = |operator: &str| {
        let condition = json!({ operator: { "aws:ResourceTag/team": "${aws:PrincipalTag/team}" } });
        decision(ALICE, &json!({ "aws:ResourceTag/team": ["red"] }), under(&condition))
    };
    for operator in ["StringEquals", "StringLike", "ForAnyValue:StringEquals"] {
        assert_eq!(decide(operator), "implicit_deny", "{operator}");
    }
    for operator in
        ["StringNotEquals", "StringNotLike", "StringNotEqualsIgnoreCase", "ForAnyValue:StringNotEquals"]
    {
        assert_eq!(decide(operator), "allow", "{operator}");
    }
}

#[test]
fn a_variable_without_value_excepts_nothing_in_not_resource() {
    let pattern = "arn:aws:sqs:us-east-1:111111111111:jobs${aws:PrincipalTag/team}";
    let deny = json!({ "Effect": "Deny", "Action": "*", "NotResource": pattern });
    let fields = json!({ "identity": [all(), document(&deny)] });
    assert_eq!(decision(ALICE, &json!({}), fields.clone()), "explicit_deny");
    let context = json!({ "aws:PrincipalTag/team": [""] });
    assert_eq!(decision(ALICE, &context, fields), "allow");
}

#[test]
fn seconds_compare_with_dates() {
    let decide = |operator: &str, now: &str, wanted: &str| {
        let condition = json!({ operator: { "aws:CurrentTime": wanted } });
        decision(ALICE, &json!({ "aws:CurrentTime": [now] }), under(&condition))
    };
    // 1767225600 is the first second of 2026
    assert_eq!(decide("DateEquals", "1767225600", "2026-01-01T00:00:00Z"), "allow");
    assert_eq!(decide("DateEquals", "2026-01-01T00:00:00Z", "1767225600"), "allow");
    assert_eq!(decide("DateGreaterThan", "1767225600", "2025-12-31T23:59:59Z"), "allow");
    assert_eq!(decide("DateLessThan", "1767225600", "2026-01-01"), "implicit_deny");
}

#[test]
fn a_network_of_every_address_holds_every_address() {
    let decide = |range: &str| {
        let condition = json!({ "IpAddress": { "aws:SourceIp": range } });
        decision(ALICE, &json!({ "aws:SourceIp": ["192.168.7.9"] }), under(&condition))
    };
    assert_eq!(decide("0.0.0.0/0"), "allow");
    assert_eq!(decide("10.0.1.255/0"), "allow");
    assert_eq!(decide("::/0"), "implicit_deny");
}

#[test]
fn an_address_of_the_other_family_is_outside() {
    let decide = |operator: &str, range: &str| {
        let condition = json!({ operator: { "aws:SourceIp": range } });
        decision(ALICE, &json!({ "aws:SourceIp": ["2001:db8::1"] }), under(&condition))
    };
    assert_eq!(decide("NotIpAddress", "10.0.0.1"), "allow");
    assert_eq!(decide("NotIpAddress", "10.0.0.1/32"), "allow");
    assert_eq!(decide("IpAddress", "10.0.0.1"), "implicit_deny");
    assert_eq!(decide("NotIpAddress", "2001:db8:0:0::1"), "implicit_deny");
}
