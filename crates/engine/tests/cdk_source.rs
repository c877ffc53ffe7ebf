//! What is said of an application that is read from its program.

use palisade_diag::{Confidence, Persona};
use palisade_engine::{Request, Selection, scan};
use palisade_rules::{Settings, parse_date};

const PROGRAM: &str = "
import * as cdk from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
const stack = new cdk.Stack(new cdk.App(), 'S');
const version = '12';
for (const [id, runtime] of [['Literal', 'nodejs12.x'], ['Computed', `nodejs${version}.x`]])
  new lambda.CfnFunction(stack, id, { runtime, handler: 'i.h', role: 'r', code: {} });
";

#[test]
fn findings_say_where_they_come_from_and_are_less_sure() {
    let folder = tempfile::tempdir().unwrap();
    palisade_source::write_atomic(&folder.path().join("cdk.json"), r#"{"app": "npx ts-node app.ts"}"#)
        .unwrap();
    palisade_source::write_atomic(&folder.path().join("app.ts"), PROGRAM).unwrap();
    let request = Request {
        root: folder.path().to_owned(),
        settings: Settings { today: parse_date("2026-11-21").unwrap(), ..Settings::default() },
        selection: Selection {
            persona: Persona::Auditor,
            select: vec!["function-runtime-deprecated".to_owned()],
            ..Selection::default()
        },
        ..Request::default()
    };
    let report = scan(&request).unwrap();
    let mut found: Vec<(String, Confidence)> = report
        .findings
        .iter()
        .map(|f| {
            assert!(f.message.ends_with(" (read from CDK source)"), "{}", f.message);
            (f.node.clone().unwrap_or_default(), f.confidence)
        })
        .collect();
    found.sort();
    assert_eq!(
        found,
        [
            ("function:.#S/Computed".to_owned(), Confidence::Low),
            ("function:.#S/Literal".to_owned(), Confidence::Medium)
        ]
    );
}
