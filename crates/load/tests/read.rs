//! Which files of a tree become which applications.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use palisade_load::{Failure, FailureKind, Inputs, WalkOptions, read};
use palisade_source::Limits;

fn look(files: &[(&str, &str)]) -> (Vec<(String, &'static str)>, Vec<Failure>) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        palisade_source::write_atomic(&path, text).unwrap();
    }
    let output =
        read(folder.path(), &WalkOptions::default(), &Inputs::default(), &Limits::default()).unwrap();
    let roots = output.applications.iter().map(|a| {
        let dialect = a.dialects.first().copied().unwrap_or("");
        (a.root.to_string(), dialect)
    });
    (roots.collect(), output.failures)
}

const QUEUE: &str = "Resources: {Q: {Type: AWS::SQS::Queue}}\n";
const SAM: &str = "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties: {Handler: a.b, Runtime: nodejs22.x, CodeUri: CODE}\n";
const SERVICE: &str =
    "service: s\nprovider: {name: aws, runtime: nodejs22.x}\nfunctions: {f: {handler: a.b}}\n";

#[test]
fn applications_are_told_apart_by_content() {
    let sam = SAM.replace("CODE", "src/");
    let (roots, failures) = look(&[
        ("a/serverless.yml", SERVICE),
        ("b/infra.yaml", QUEUE),
        ("c/app.json", "{\"Resources\": {\"Q\": {\"Type\": \"AWS::SQS::Queue\"}}}"),
        ("d/template.yaml", &sam),
        ("e/sls-prod.yml", SERVICE),
        ("f/values.yaml", "image: AWS::SQS\nResources: 1\n"),
        ("g/.github/workflows/ci.yml", "on: push\n"),
    ]);
    assert!(failures.is_empty(), "{failures:?}");
    let expected = [
        ("a", "serverless"),
        ("b/infra.yaml", "cloudformation"),
        ("c/app.json", "cloudformation"),
        ("d/template.yaml", "sam"),
        ("e/sls-prod.yml", "serverless"),
    ];
    assert_eq!(roots, expected.map(|(r, d)| (r.to_owned(), d)));
}

#[test]
fn what_another_file_includes_is_not_an_application_of_its_own() {
    let parent =
        "Resources: {N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./child.yaml}}}\n";
    let (roots, _) = look(&[("parent.yaml", parent), ("child.yaml", QUEUE), ("other.yaml", QUEUE)]);
    let names: Vec<&str> = roots.iter().map(|(r, _)| r.as_str()).collect();
    assert_eq!(names, ["other.yaml", "parent.yaml"]);
    let service = format!("{SERVICE}resources: ${{file(./resources.yml)}}\n");
    let (roots, _) = look(&[("serverless.yml", &service), ("resources.yml", QUEUE)]);
    assert_eq!(roots, [(".".to_owned(), "serverless")]);
}

#[test]
fn a_packaged_copy_is_not_counted_beside_its_source() {
    let source = SAM.replace("CODE", "src/");
    let copy = SAM.replace("CODE", "s3://bucket/1234");
    let (roots, _) = look(&[("template.yaml", &source), ("packaged.yaml", &copy)]);
    assert_eq!(roots, [("template.yaml".to_owned(), "sam")]);
    let (roots, _) = look(&[("packaged.yaml", &copy)]);
    assert_eq!(roots.len(), 1);
}

#[test]
fn what_is_ours_and_broken_is_said_and_what_is_not_ours_is_not() {
    let (roots, failures) = look(&[
        ("template.yaml", "Resources:\n  Q: {Type: AWS::SQS::Queue\n"),
        ("chart/templates/x.yaml", "{{- if .Values.x }}\nname: {{ .Values.x }}\n{{- end }}\n"),
        ("good.yaml", QUEUE),
    ]);
    assert_eq!(roots.len(), 1);
    assert_eq!(failures.len(), 1);
    assert_eq!(
        failures.first().map(|f| (f.path.as_str(), f.kind)),
        Some(("template.yaml", FailureKind::Failed))
    );
    assert!(failures.first().is_some_and(|f| f.line.is_some()));
}

#[test]
fn another_provider_is_named_with_its_functions() {
    let (roots, failures) = look(&[(
        "serverless.yml",
        "service: s\nprovider: {name: azure}\nfunctions: {hello: {handler: a.b}}\n",
    )]);
    assert!(roots.is_empty());
    let found = failures.first().unwrap();
    assert_eq!(found.kind, FailureKind::Foreign);
    assert!(found.reason.contains("azure") && found.reason.contains("hello"), "{}", found.reason);
}
