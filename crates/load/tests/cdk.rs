//! Synthesised CDK applications.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use palisade_graph::World;
use palisade_load::{Files, Inputs, Stack, cdk};
use palisade_source::{Jail, Limits};

fn load(files: &[(&str, &str)]) -> (Vec<(World, Stack)>, Vec<palisade_load::Failure>) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        palisade_source::write_atomic(&path, text).unwrap();
    }
    let jail = Jail::new(folder.path()).unwrap();
    let limits = Limits::default();
    let loaded = Files::new(&jail, &limits);
    let worlds = cdk::load(&loaded, "cdk.out", &Inputs::default());
    (worlds, loaded.finish().failures)
}

const MANIFEST: &str = r#"{"version": "36.0.0", "artifacts": {
  "A": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "A.template.json"}},
  "B": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "B.template.json"}},
  "Tree": {"type": "cdk:tree", "properties": {"file": "tree.json"}}}}"#;

const A: &str = r#"{"Resources": {
  "Queue4A7E3555": {"Type": "AWS::SQS::Queue", "Metadata": {"aws:cdk:path": "A/Queue/Resource"}},
  "Fn9270CBC0": {"Type": "AWS::Lambda::Function",
    "Properties": {"Handler": "index.handler", "Environment": {"Variables": {"Q": {"Ref": "Queue4A7E3555"}}}},
    "Metadata": {"aws:cdk:path": "A/Fn/Resource", "aws:asset:path": "asset.1", "aws:asset:property": "Code"}},
  "CustomS3AutoDelete": {"Type": "AWS::Lambda::Function",
    "Metadata": {"aws:cdk:path": "A/Custom::S3AutoDeleteObjectsCustomResourceProvider/Handler"}}},
  "Outputs": {"Export": {"Value": {"Fn::GetAtt": ["Queue4A7E3555", "Arn"]}, "Export": {"Name": "A:QueueArn"}}}}"#;

const B: &str = r#"{"Resources": {
  "Fn9270CBC0": {"Type": "AWS::Lambda::Function",
    "Properties": {"Target": {"Fn::ImportValue": "A:QueueArn"}},
    "Metadata": {"aws:cdk:path": "B/Fn/Resource"}}}}"#;

#[test]
fn construct_paths_are_names_and_assets_are_code() {
    let (worlds, failures) = load(&[
        ("cdk.out/manifest.json", MANIFEST),
        ("cdk.out/A.template.json", A),
        ("cdk.out/B.template.json", B),
        ("cdk.out/asset.1/index.js", "exports.handler = 1"),
    ]);
    assert!(failures.is_empty(), "{failures:?}");
    let stack = &worlds[0].1;
    let named = |name: &str| stack.resources.values().find(|r| r.name == name).unwrap();
    assert_eq!(named("A/Fn").source_root.as_deref(), Some("cdk.out/asset.1"));
    assert!(named("A/Fn").implied_by.is_none());
    assert!(named("A/Custom::S3AutoDeleteObjectsCustomResourceProvider/Handler").implied_by.is_some());
}

#[test]
fn stacks_with_equal_ids_are_told_apart_and_exports_are_joined() {
    let (worlds, _) = load(&[
        ("cdk.out/manifest.json", MANIFEST),
        ("cdk.out/A.template.json", A),
        ("cdk.out/B.template.json", B),
    ]);
    let stack = &worlds[0].1;
    assert_eq!(stack.get("B/Fn9270CBC0").unwrap().props.get("Target").display(), "${Queue4A7E3555.Arn}");
    assert_eq!(
        stack.get("A/Fn9270CBC0").unwrap().props.at("Environment.Variables.Q").display(),
        "${Queue4A7E3555}"
    );
}

#[test]
fn nested_assemblies_are_read_and_missing_templates_are_said() {
    let outer = r#"{"artifacts": {
      "assembly-Prod": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Prod"}},
      "Gone": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "Gone.template.json"}}}}"#;
    let (worlds, failures) = load(&[
        ("cdk.out/manifest.json", outer),
        ("cdk.out/assembly-Prod/manifest.json", MANIFEST),
        ("cdk.out/assembly-Prod/A.template.json", A),
        ("cdk.out/assembly-Prod/B.template.json", B),
    ]);
    assert_eq!(failures.len(), 1);
    assert_eq!(failures[0].path, "cdk.out/Gone.template.json");
    assert!(worlds[0].1.get("Queue4A7E3555").is_some());
}
