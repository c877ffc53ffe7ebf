//! How long decisions take: `cargo run --release -p palisade-iam --example decide`.
//!
//! One line a measurement: what, nanoseconds each, how many a second on one core.
#![expect(clippy::print_stdout, reason = "a measurement is printed")]
#![expect(clippy::unwrap_used, reason = "the inputs are written here")]

use std::hint::black_box;
use std::sync::Arc;

use palisade_iam::action::Action;
use palisade_iam::context::Context;
use palisade_iam::decide::{Policies, decide};
use palisade_iam::document::PolicyType;
use palisade_iam::include::{Included, Options, includes};
use palisade_iam::principal::Caller;
use palisade_iam::request::Request;
use palisade_iam::statement::Policy;
use palisade_iam::symbol::Symbols;

const TABLE: &str = r#"{"Version":"2012-10-17","Statement":[
 {"Effect":"Allow","Action":["dynamodb:GetItem","dynamodb:PutItem","dynamodb:Query"],
  "Resource":["arn:aws:dynamodb:eu-central-1:123456789012:table/orders","arn:aws:dynamodb:eu-central-1:123456789012:table/orders/index/*"]},
 {"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::reports/*",
  "Condition":{"StringEquals":{"aws:PrincipalTag/team":"blue"}}},
 {"Effect":"Allow","Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":"arn:aws:logs:*:123456789012:log-group:/aws/lambda/*:*"},
 {"Effect":"Deny","Action":"s3:Delete*","Resource":"*"}]}"#;

const WIDER: &str = r#"{"Version":"2012-10-17","Statement":[
 {"Effect":"Allow","Action":"dynamodb:*","Resource":"arn:aws:dynamodb:eu-central-1:123456789012:table/*"},
 {"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::reports/*"},
 {"Effect":"Allow","Action":"logs:*","Resource":"*"}]}"#;

const ALL: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

const QUEUE: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*",
  "Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}"#;

fn policy(text: &str, policy_type: PolicyType) -> Arc<Policy> {
    Arc::new(Policy::from_json(text, policy_type).unwrap())
}

/// Seconds of processor time so far: other programs on the machine do not count.
fn processor() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap();
    text.split(' ').next().unwrap().parse::<f64>().unwrap() * 1e-9
}

fn time(what: &str, times: u32, mut work: impl FnMut()) {
    work();
    let start = processor();
    for _ in 0..times {
        work();
    }
    let each = (processor() - start) / f64::from(times);
    println!("{what}: {:.0} ns of processor time, {:.2} million a second", each * 1e9, 1e-6 / each);
}

fn main() {
    let symbols = Symbols::new();
    let mut context = Context::new(true);
    context.insert("aws:PrincipalTag/team", Context::known("blue"));
    context.insert("aws:SecureTransport", Context::known("true"));
    let request = |action: &str, resource: &str| {
        let caller = Caller::parse("arn:aws:iam::123456789012:role/orders").unwrap();
        Request::new(caller, Action::parse(action).unwrap(), resource, None, context.clone(), &symbols)
    };
    let requests = [
        request("dynamodb:Query", "arn:aws:dynamodb:eu-central-1:123456789012:table/orders/index/by-day"),
        request("s3:GetObject", "arn:aws:s3:::reports/2026/11/a.pdf"),
        request(
            "logs:PutLogEvents",
            "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/x:log-stream:y",
        ),
        request("s3:DeleteObject", "arn:aws:s3:::reports/a"),
    ];
    let one = Policies { identity: vec![policy(TABLE, PolicyType::Identity)], ..Policies::default() };
    let chain = Policies {
        identity: vec![policy(TABLE, PolicyType::Identity), policy(WIDER, PolicyType::Identity)],
        boundary: vec![policy(ALL, PolicyType::Boundary)],
        session: vec![policy(ALL, PolicyType::Session)],
        scp: vec![vec![policy(ALL, PolicyType::Scp)], vec![policy(ALL, PolicyType::Scp)]],
        rcp: vec![vec![policy(QUEUE, PolicyType::Rcp)]],
        resource: Some(policy(QUEUE, PolicyType::Resource)),
        ..Policies::default()
    };
    for (what, policies) in [("one policy of four statements", &one), ("a chain of eight documents", &chain)]
    {
        let mut next = 0;
        time(what, 2_000_000, || {
            let request = requests.get(next % requests.len()).unwrap();
            black_box(decide(black_box(request), policies, &symbols));
            next += 1;
        });
    }
    let (a, b) = (vec![policy(TABLE, PolicyType::Identity)], vec![policy(WIDER, PolicyType::Identity)]);
    assert!(matches!(includes(&a, &b, Options::default()), Included::Yes));
    time("inclusion of two policies", 2_000, || {
        black_box(includes(black_box(&a), black_box(&b), Options::default()));
    });
}
