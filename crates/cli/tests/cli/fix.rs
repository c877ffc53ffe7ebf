//! `palisade fix`: what it prints, what it writes, and what it leaves alone.

use std::process::Command;

use crate::run::{CALM, Done, TODAY, Tree, tree};

const TEMPLATE: &str = "\
# an application
Transform: AWS::Serverless-2016-10-31
Resources:
  Order:
    Type: AWS::Serverless::Function
    Properties:
      Handler: order.handler # the entry
      Runtime: nodejs24.x
      CodeUri: .
      Timeout: 5
      FunctionUrlConfig:
        AuthType: NONE
  Jobs:
    Type: AWS::SQS::Queue
    Properties: {SqsManagedSseEnabled: false}
";

/// `fix` of two rules, on the day of the tests.
fn fix(tree: &Tree, arguments: &[&str]) -> Done {
    let rules = ["--select", "data-queue-unencrypted", "--select", "function-url-without-auth"];
    tree.run(&[&["fix", "--today", TODAY, "--persona", "pedantic"], &rules[..], arguments].concat())
}

#[test]
fn safe_fixes_are_one_diff_that_git_applies() {
    let tree = tree(&[("a/template.yaml", TEMPLATE), ("b/template.yaml", TEMPLATE)]);
    let done = fix(&tree, &[]);
    assert_eq!(done.code, 1);
    let hunk = "@@ -12,4 +12,4 @@\n         AuthType: NONE\n   Jobs:\n     Type: AWS::SQS::Queue\n\
                -    Properties: {SqsManagedSseEnabled: false}\n+    Properties: {SqsManagedSseEnabled: true}\n";
    let of = |f: &str| format!("--- a/{f}/template.yaml\n+++ b/{f}/template.yaml\n{hunk}");
    let expected = of("a") + &of("b");
    assert_eq!(done.out, expected);
    assert!(done.err.starts_with("would fix 2 findings in 2 files\n"), "{}", done.err);
    assert!(done.err.ends_with("2 findings remain\n"), "{}", done.err);
    assert_eq!(tree.read("a/template.yaml"), TEMPLATE);
    if let Ok(git) = Command::new("git").arg("--version").output()
        && git.status.success()
    {
        tree.write("fix.diff", &done.out);
        let apply = Command::new("git").args(["apply", "fix.diff"]).current_dir(tree.path()).status();
        assert!(apply.unwrap().success());
        assert_eq!(tree.read("b/template.yaml"), TEMPLATE.replace("false", "true"));
    }
}

#[test]
fn written_fixes_are_gone_and_a_second_run_changes_nothing() {
    let tree = tree(&[("template.yaml", TEMPLATE)]);
    let done = fix(&tree, &["--write", "--unsafe"]);
    assert_eq!((done.code, done.out.as_str()), (0, ""));
    assert!(done.err.contains("fixed 2 findings in 1 file\n"), "{}", done.err);
    assert!(done.err.contains("function-url-without-auth: 1 (unsafe: look at it)\n"), "{}", done.err);
    assert!(done.err.contains("2 findings gone when scanned again\nno findings remain\n"), "{}", done.err);
    let expected = TEMPLATE.replace("false", "true").replace("NONE", "AWS_IAM");
    assert_eq!(tree.read("template.yaml"), expected);
    let again = fix(&tree, &["--write", "--unsafe"]);
    assert_eq!((again.code, again.out.as_str()), (0, ""));
    assert_eq!(again.err, "nothing to fix\nno findings remain\n");
    assert_eq!(tree.read("template.yaml"), expected);
}

#[test]
fn nothing_to_fix_is_0_and_silent_on_standard_output() {
    let done = fix(&tree(&[("serverless.yml", CALM)]), &[]);
    assert_eq!((done.code, done.out.as_str()), (0, ""));
    assert_eq!(done.err, "nothing to fix\nno findings remain\n");
}

#[test]
fn verbose_says_what_and_why_not() {
    let text = TEMPLATE.replace("false}", "!Join ['', [fal, se]]}");
    let tree = tree(&[("template.yaml", &text)]);
    let done = fix(&tree, &["--verbose", "--unsafe"]);
    assert!(
        done.err.contains("template.yaml:12: function-url-without-auth: ask callers to sign requests\n"),
        "{}",
        done.err
    );
    assert!(done.err.contains("1 finding without a place where a fix can be written\n"), "{}", done.err);
    assert!(
        done.err.contains("template.yaml:15: data-queue-unencrypted: its value is computed\n"),
        "{}",
        done.err
    );
}

#[test]
fn what_is_ignored_is_not_fixed_and_useless_ignores_go() {
    let quiet = TEMPLATE
        .replace("  Jobs:\n", "  # palisade: ignore[data-queue-unencrypted] holds nothing\n  Jobs:\n");
    let tree = tree(&[("template.yaml", &quiet)]);
    assert_eq!(fix(&tree, &[]).out, "");
    let mended = TEMPLATE.replace("false", "true");
    let stale =
        mended.replace("  Jobs:\n", "  # palisade: ignore[iam-wildcard-action] was needed once\n  Jobs:\n");
    let tree = crate::run::tree(&[("template.yaml", &stale)]);
    let done = tree.run(&["fix", "--today", TODAY, "--select", "deploy-ignore-stale", "--write"]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert_eq!(tree.read("template.yaml"), mended);
}

#[test]
fn selection_and_unknown_rules_are_as_in_scan() {
    let tree = tree(&[("template.yaml", TEMPLATE)]);
    let done = tree.run(&["fix", "--select", "no-such-rule"]);
    assert_eq!(done.code, 2);
    assert!(done.err.contains("no rule matches `no-such-rule`"), "{}", done.err);
}

#[cfg(unix)]
#[test]
fn modes_are_kept_and_links_are_left_alone() {
    use std::os::unix::fs::PermissionsExt;
    let tree = tree(&[("real/template.yaml", TEMPLATE)]);
    let path = tree.path().join("real/template.yaml");
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink("real/template.yaml", tree.path().join("template.yaml")).unwrap();
    let done = fix(&tree, &["--write"]);
    assert_eq!(done.code, 3, "{}", done.err);
    assert!(
        done.err.contains("error: `template.yaml` is not written: it is reached through a symbolic link\n"),
        "{}",
        done.err
    );
    assert!(tree.path().join("template.yaml").is_symlink());
    assert_eq!(tree.read("real/template.yaml"), TEMPLATE.replace("false", "true"));
    assert_eq!(mode(&path), 0o640);
}

#[test]
fn fixes_stand_in_the_answers_of_a_scan() {
    let tree = tree(&[("template.yaml", TEMPLATE)]);
    let report = tree.report(&["--persona", "pedantic", "--select", "data-queue-unencrypted"]);
    let edit = &report["findings"][0]["fixes"][0]["edits"][0];
    let at = TEMPLATE.find("false").unwrap();
    assert_eq!((edit["start"].as_u64(), edit["end"].as_u64()), (Some(at as u64), Some(at as u64 + 5)));
    assert_eq!(edit["replacement"], "true");
    assert_eq!(report["findings"][0]["fixes"][0]["safety"], "safe");
    assert_eq!(report["statistics"]["withheld_fixes"], 0);
    let text = tree.scan(&["--persona", "pedantic", "--select", "data-queue-unencrypted"]);
    assert!(
        text.out.contains(
            "fix: encrypt with the key of SQS (safe)\n  15 -     Properties: {SqsManagedSseEnabled: false}\n"
        ),
        "{}",
        text.out
    );
}

#[test]
fn a_file_with_syntax_errors_is_not_edited() {
    let text = "resource \"aws_lambda_function\" \"f\" {\n  runtime = \"nodejs12.x\"\n}\nbroken {\n";
    let tree = tree(&[("main.tf", text)]);
    let done = tree.run(&["fix", "--unsafe", "--verbose"]);
    assert!(done.out.is_empty(), "{}", done.out);
    assert!(done.err.contains("its file has syntax errors"), "{}", done.err);
}

#[test]
fn a_shared_file_is_not_blamed_for_what_an_applications_own_fix_leaves() {
    let mail = "service: mail\nprovider: {name: aws, runtime: nodejs24.x, region: '${file(../common.yml):region}'}\n\
                functions:\n  send:\n    handler: send.handler\n    events:\n      - schedule: rate(1 hour)\n";
    let shop = "service: shop\nprovider: {name: aws, runtime: '${file(../common.yml):runtime}'}\nfunctions:\n  \
                order:\n    handler: order.handler\n";
    let tree = tree(&[
        ("common.yml", "runtime: nodejs16.x\nregion: eu-west-1\n"),
        ("mail/serverless.yml", mail),
        ("shop/serverless.yml", shop),
    ]);
    let fix = |more: &[&str]| {
        let rules =
            ["--select", "function-runtime-deprecated", "--select", "function-async-without-failure-target"];
        tree.run(&[&["fix", "--today", TODAY, "--persona", "auditor", "--unsafe"], &rules[..], more].concat())
    };
    let done = fix(&["--write"]);
    assert!(done.err.starts_with("fixed 2 findings in 2 files\n"), "{}", done.err);
    assert!(!tree.read("common.yml").contains("nodejs16"), "{}", done.err);
    assert!(tree.read("mail/serverless.yml").contains("onFailure"), "{}", done.err);
    let again = fix(&[]);
    assert_eq!((again.code, again.out.as_str()), (0, ""), "{}", again.err);
}
