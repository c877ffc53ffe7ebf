//! Sets of policies compared: relations decided by hand, witnesses replayed, and small worlds enumerated.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::sync::Arc;

use palisade_iam::action::Action;
use palisade_iam::context::Context;
use palisade_iam::document::PolicyType;
use palisade_iam::include::{Included, Options, Relation, compare, includes, set_allows};
use palisade_iam::lines;
use palisade_iam::principal::Caller;
use palisade_iam::request::Request;
use palisade_iam::statement::Policy;
use palisade_iam::symbol::Symbols;
use palisade_iam::tri::Tri;
use proptest::prelude::*;
use serde_json::{Value, json};

fn identity(statements: &Value) -> Vec<Arc<Policy>> {
    let text = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    vec![Arc::new(Policy::from_json(&text, PolicyType::Identity).unwrap())]
}

fn relation(a: &Value, b: &Value) -> Relation {
    compare(&identity(a), &identity(b), Options::default()).relation()
}

fn allow(action: &str, resource: &str) -> Value {
    json!([{"Effect": "Allow", "Action": action, "Resource": resource}])
}

#[test]
fn relations_decided_by_hand() {
    let star = allow("*", "*");
    let s3 = allow("s3:*", "*");
    let get = allow("s3:Get*", "arn:aws:s3:::b/*");
    let get_object = allow("S3:getobject", "arn:aws:s3:::b/*");
    let put = allow("s3:PutObject", "arn:aws:s3:::b/*");
    let none = json!([]);
    let deny = json!([{"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
        {"Effect": "Deny", "NotAction": "s3:Get*", "Resource": "*"}]);
    let not_action = json!([{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}]);
    for (a, b, expected) in [
        (&star, &star, Relation::Equal),
        (&s3, &star, Relation::AInB),
        (&get_object, &get, Relation::AInB),
        (&get, &get_object, Relation::BInA),
        (&get, &put, Relation::Disjoint),
        (&none, &put, Relation::AInB),
        (&none, &none, Relation::Equal),
        (&deny, &allow("s3:Get*", "*"), Relation::Equal),
        (&not_action, &s3, Relation::BInA),
        (&not_action, &allow("iam:PassRole", "*"), Relation::Disjoint),
        // The catalogue knows no resource types of this action: a narrow resource grants nothing.
        (&allow("s3:ListAllMyBuckets", "arn:aws:s3:::*"), &none, Relation::Equal),
        (&allow("s3:GetObject", "*"), &allow("s3:GetObject", "arn:*"), Relation::Equal),
        (
            &allow("s3:GetObject", "arn:aws:s3:::a?"),
            &allow("s3:GetObject", "arn:aws:s3:::a*"),
            Relation::AInB,
        ),
    ] {
        assert_eq!(relation(a, b), expected, "{a} {b}");
    }
}

#[test]
fn conditions_narrow() {
    let with = |condition: Value| json!([{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": condition}]);
    let free = allow("s3:GetObject", "*");
    let cases = [
        (with(json!({"StringEquals": {"aws:PrincipalTag/t": "a"}})), free.clone(), Relation::AInB),
        (
            with(json!({"StringEquals": {"aws:PrincipalTag/t": "a"}})),
            with(json!({"StringLike": {"aws:principaltag/T": "a*"}})),
            Relation::AInB,
        ),
        (
            with(json!({"StringEquals": {"k:a": ["x", "y"]}})),
            with(json!({"StringEquals": {"k:a": ["y", "x"]}})),
            Relation::Equal,
        ),
        (
            with(json!({"IpAddress": {"aws:SourceIp": "10.1.0.0/16"}})),
            with(json!({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}})),
            Relation::AInB,
        ),
        (
            with(json!({"NumericLessThan": {"k:n": 5}})),
            with(json!({"NumericLessThanEquals": {"k:n": "5.0"}})),
            Relation::AInB,
        ),
        (
            with(json!({"NumericLessThan": {"k:n": 5}})),
            with(json!({"NumericGreaterThanEquals": {"k:n": 5}})),
            Relation::Disjoint,
        ),
        (
            with(json!({"Bool": {"aws:SecureTransport": "true"}})),
            with(json!({"Bool": {"aws:SecureTransport": "false"}})),
            Relation::Disjoint,
        ),
        (
            with(json!({"StringNotEquals": {"k:a": "x"}})),
            with(json!({"StringEquals": {"k:a": "x"}})),
            Relation::Disjoint,
        ),
        (
            with(json!({"StringEqualsIfExists": {"k:a": "x"}})),
            with(json!({"StringEquals": {"k:a": "x"}})),
            Relation::BInA,
        ),
        (
            with(json!({"Null": {"k:a": "true"}})),
            with(json!({"StringEquals": {"k:a": "x"}})),
            Relation::Disjoint,
        ),
        (
            with(json!({"ForAnyValue:StringEquals": {"k:a": ["x"]}})),
            with(json!({"ForAllValues:StringEquals": {"k:a": ["x"]}})),
            Relation::Overlap,
        ),
        (with(json!({"StringEquals": {"k:a": "x"}, "Null": {"k:a": "true"}})), json!([]), Relation::Equal),
    ];
    for (a, b, expected) in cases {
        assert_eq!(relation(&a, &b), expected, "{a} {b}");
    }
}

#[test]
fn resource_policies_compare_by_whom_they_admit() {
    let policy = |principal: Value, condition: Value| {
        json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sqs:SendMessage",
            "Resource": "*", "Condition": condition}]})
    };
    let account = json!({"AWS": "123456789012"});
    let role = json!({"AWS": "arn:aws:iam::123456789012:role/r"});
    let cases = [
        (policy(account.clone(), json!({})), policy(json!("*"), json!({})), "a_in_b"),
        (policy(role.clone(), json!({})), policy(account.clone(), json!({})), "a_in_b"),
        (
            policy(json!("*"), json!({"StringEquals": {"aws:PrincipalAccount": "123456789012"}})),
            policy(account, json!({})),
            "equal",
        ),
        (policy(role, json!({})), policy(json!({"Service": "sns.amazonaws.com"}), json!({})), "disjoint"),
    ];
    for (a, b, expected) in cases {
        let line = json!({"id": 1, "a": [a], "b": [b]}).to_string();
        let answer: Value = serde_json::from_str(&lines::compare(&line)).unwrap();
        assert_eq!(answer["result"], expected, "{line}\n{answer}");
    }
}

#[test]
fn a_witness_replays_in_evaluate() {
    let a = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*",
        "Condition": {"StringLike": {"aws:PrincipalTag/team": "blue-*"}}}]});
    let b = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "dynamodb:Get*", "Resource": "*",
        "Condition": {"StringLike": {"aws:PrincipalTag/team": "*"}}}]});
    let answer: Value =
        serde_json::from_str(&lines::compare(&json!({"a": [a], "b": [b]}).to_string())).unwrap();
    assert_eq!(answer["result"], "overlap", "{answer}");
    for (witness, own, other) in [("only_a", &a, &b), ("only_b", &b, &a)] {
        for (policy, expected) in [(own, "allow"), (other, "implicit_deny")] {
            let line = json!({"request": answer[witness], "identity": [policy]}).to_string();
            let decision: Value = serde_json::from_str(&lines::evaluate(&line)).unwrap();
            assert_eq!(decision["decision"], expected, "{line}");
        }
    }
}

fn statement() -> impl Strategy<Value = Value> {
    let pattern = prop::sample::select(vec!["x:A", "x:AB", "x:A*", "x:*B", "x:?B", "*", "y:*"]);
    let resource = prop::sample::select(vec![
        "*",
        "arn:aws:x:::a",
        "arn:aws:x:::a*",
        "arn:aws:x:::*b",
        "arn:aws:x:::ab",
    ]);
    let condition = prop::sample::select(vec![
        json!({}),
        json!({"StringEquals": {"k:a": "v"}}),
        json!({"StringNotEquals": {"k:a": "v"}}),
        json!({"StringLike": {"k:a": "v*"}}),
        json!({"Null": {"k:a": "true"}}),
        json!({"StringEqualsIfExists": {"k:a": ["w", "v"]}}),
    ]);
    (
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        prop::collection::vec(pattern, 1..3),
        prop::collection::vec(resource, 1..3),
        condition,
    )
        .prop_map(|(deny, not_action, not_resource, actions, resources, condition)| {
            json!({
                "Effect": if deny { "Deny" } else { "Allow" },
                if not_action { "NotAction" } else { "Action" }: actions,
                if not_resource { "NotResource" } else { "Resource" }: resources,
                "Condition": condition,
            })
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    /// Every request of a small world, decided under both, against the relation.
    #[test]
    fn relations_agree_with_enumeration(a in prop::collection::vec(statement(), 0..3), b in prop::collection::vec(statement(), 0..3)) {
        let (a, b) = (identity(&json!(a)), identity(&json!(b)));
        let found = compare(&a, &b, Options::default());
        prop_assert!(found.inexact.is_none(), "{:?}", found.inexact);
        let symbols = Symbols::new();
        let (mut only_a, mut only_b, mut both) = (false, false, false);
        for action in ["x:A", "x:AB", "x:B", "x:CB", "x:ABC", "y:A", "z:Q", "x:AXB", "x:BBB"] {
            for resource in ["arn:aws:x:::a", "arn:aws:x:::ab", "arn:aws:x:::b", "arn:aws:x:::c", "arn:aws:x:::ac", "arn:aws:x:::acb", "arn:aws:x:::cb", "arn:aws:y:::a", "*"] {
                for value in [None, Some("v"), Some("w"), Some("vv"), Some("x")] {
                    let mut context = Context::new(true);
                    if let Some(value) = value { context.insert("k:a", Context::known(value)); }
                    let caller = Caller::parse("arn:aws:sts::111122223333:assumed-role/r/s").unwrap();
                    let request = Request::new(caller, Action::parse(action).unwrap(), resource, None, context, &symbols);
                    let (x, y) = (set_allows(&a, &request, &symbols), set_allows(&b, &request, &symbols));
                    only_a |= x == Tri::True && y == Tri::False;
                    only_b |= x == Tri::False && y == Tri::True;
                    both |= x == Tri::True && y == Tri::True;
                }
            }
        }
        let included = includes(&a, &b, Options::default());
        prop_assert_eq!(matches!(included, Included::Yes), !only_a, "{:?}", included);
        prop_assert_eq!(found.only_a.is_some(), only_a);
        prop_assert_eq!(found.only_b.is_some(), only_b);
        prop_assert_eq!(found.both.is_some(), both);
    }
}
