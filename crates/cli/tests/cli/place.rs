//! Where a scan looks, and how paths are shown.

use serde_json::Value;

use crate::run::{CALM, HIGH, command, done, tree};

fn roots(report: &Value) -> Vec<&str> {
    report["applications"].as_array().unwrap().iter().map(|a| a["root"].as_str().unwrap()).collect()
}

fn first_path(report: &Value) -> &str {
    report["findings"][0]["labels"][0]["path"].as_str().unwrap()
}

#[test]
fn people_see_paths_from_the_current_folder_programs_from_the_root() {
    let tree = tree(&[("services/shop/serverless.yml", HIGH)]);
    let text = tree.scan(&["services"]).quiet(1);
    assert!(text.out.contains(" --> services/shop/serverless.yml:10:19\n"), "{}", text.out);
    let concise = tree.scan(&["services", "--format", "concise"]).quiet(1);
    assert!(concise.out.starts_with("services/shop/serverless.yml:10:19: high["), "{}", concise.out);
    let github = tree.scan(&["services", "--format", "github"]).quiet(1);
    assert!(github.out.contains("file=services/shop/serverless.yml"), "{}", github.out);
    let sarif = tree.scan(&["services", "--format", "sarif"]).quiet(1).json();
    let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "services/shop/serverless.yml");
    let report = tree.report(&["services"]);
    assert_eq!(first_path(&report), "shop/serverless.yml");
    assert_eq!(roots(&report), ["shop"]);
}

#[test]
fn a_root_above_the_current_folder_is_shown_as_it_is() {
    let tree = tree(&[("shop/serverless.yml", HIGH), ("shop/src/x.js", "")]);
    let run = done(&mut command(&tree.path().join("shop/src"), &["scan", "..", "--format", "concise"]));
    assert!(run.out.starts_with("serverless.yml:10:19: "), "{run:?}");
}

#[test]
fn a_file_is_a_path_too() {
    let tree = tree(&[("app/serverless.yml", HIGH), ("app/other/serverless.yml", HIGH)]);
    let report = tree.report(&["app/serverless.yml"]);
    assert_eq!(roots(&report), ["."]);
    assert_eq!(first_path(&report), "serverless.yml");
    let text = tree.scan(&["app/serverless.yml"]).quiet(1);
    assert!(text.out.contains(" --> app/serverless.yml:10:19\n"), "{}", text.out);
}

#[test]
fn several_paths_have_their_deepest_common_folder_as_root() {
    let tree = tree(&[
        ("all/a/serverless.yml", HIGH),
        ("all/b/serverless.yml", CALM),
        ("all/c/serverless.yml", HIGH),
    ]);
    let report = tree.report(&["all/a", "all/b/serverless.yml"]);
    assert_eq!(roots(&report), ["a", "b"]);
    assert_eq!(first_path(&report), "a/serverless.yml");
    // A folder that holds the others is all of them, in whatever order.
    assert_eq!(roots(&tree.report(&["all/a", "all"])), ["a", "b", "c"]);
    assert_eq!(roots(&tree.report(&["all", "all/a"])), ["a", "b", "c"]);
}

#[test]
fn root_bounds_what_is_read() {
    let service = CALM.replace("nodejs24.x", "${file(../shared.yml):runtime}");
    let tree = tree(&[("app/serverless.yml", &service), ("shared.yml", "runtime: nodejs22.x\n")]);
    let narrow = tree.function(&["app"]);
    assert_eq!(narrow["unknown"], serde_json::json!(["runtime"]));
    let wide = tree.function(&["app", "--root", "."]);
    assert_eq!(wide["properties"]["runtime"], "nodejs22.x");
    assert_eq!(wide["id"], "function:app#work");
}

#[test]
fn a_path_outside_the_root_is_wrong_usage() {
    let tree = tree(&[("a/serverless.yml", CALM), ("b/serverless.yml", CALM)]);
    let words = "error: `b` is not inside the root `a`\n";
    assert_eq!(tree.scan(&["--root", "a", "b"]).usage(), words);
    assert_eq!(tree.scan(&["--root", "a", "a", "b"]).usage(), words);
    assert_eq!(
        tree.scan(&["--root", "a/serverless.yml"]).usage(),
        "error: `a/serverless.yml` is not a folder\n"
    );
}

#[test]
fn a_missing_path_names_the_nearest() {
    let tree = tree(&[("services/orders/serverless.yml", CALM)]);
    assert_eq!(
        tree.scan(&["services/ordres"]).usage(),
        "error: `services/ordres` does not exist\n  help: did you mean `services/orders`?\n"
    );
    assert_eq!(tree.scan(&["zzz"]).usage(), "error: `zzz` does not exist\n");
    assert_eq!(tree.scan(&["--root", "zzz"]).usage(), "error: `zzz` does not exist\n");
}

#[test]
fn excluded_paths_are_not_read() {
    let tree = tree(&[("app/serverless.yml", CALM), ("fixtures/x/serverless.yml", HIGH)]);
    tree.scan(&[]).quiet(1);
    tree.scan(&["--exclude", "fixtures/**"]).quiet(0);
    tree.scan(&["--exclude", "fixtures"]).quiet(0);
}

#[test]
fn a_synthesised_application_is_named_from_the_current_folder() {
    let manifest = r#"{"version": "36.0.0", "artifacts": {"Shop": {"type": "aws:cloudformation:stack",
        "environment": "aws://unknown-account/unknown-region", "properties": {"templateFile": "Shop.template.json"}}}}"#;
    let template = r#"{"Resources": {"Work": {"Type": "AWS::Lambda::Function", "Properties": {
        "Handler": "a.b", "Runtime": "nodejs24.x", "Code": {"ZipFile": "x"}, "Role": "arn:aws:iam::111111111111:role/r"}}}}"#;
    let tree = tree(&[
        (".gitignore", "out\n"),
        ("app/out/manifest.json", manifest),
        ("app/out/Shop.template.json", template),
        ("app/serverless.yml", CALM),
    ]);
    let dialects = |report: &Value| {
        let all = report["applications"].as_array().unwrap();
        all.iter().map(|a| a["dialects"][0].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(dialects(&tree.report(&["."])), ["serverless"]);
    assert_eq!(dialects(&tree.report(&[".", "--cdk-out", "app/out"])), ["serverless", "cdk"]);
    assert_eq!(dialects(&tree.report(&["app", "--cdk-out", "app/out"])), ["serverless", "cdk"]);
    let err = tree.scan(&["--cdk-out", "app/ouk"]).usage();
    assert!(err.contains("did you mean `app/out`?"), "{err}");
}
