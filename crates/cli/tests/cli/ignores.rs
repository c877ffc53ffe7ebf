//! Ignores in the scanned files.

use crate::run::{HIGH, Tree, rules, tree};

fn service(comment: &str) -> Tree {
    tree(&[("serverless.yml", &HIGH.replace("dynamodb:*", &format!("dynamodb:* {comment}")))])
}

#[test]
fn a_comment_with_a_reason_silences_and_is_listed() {
    let tree = service("# palisade: ignore[iam-wildcard-action] one table, split next year");
    let text = tree.scan(&["--fail-on", "info"]).quiet(0);
    assert_eq!(text.out, "note: 1 finding ignored: 1 high\nno findings in 1 application (1 function)\n");
    let report = tree.report(&[]);
    assert!(rules(&report).is_empty());
    let ignored = &report["ignored"][0];
    assert_eq!(ignored["rule"], "iam-wildcard-action");
    assert_eq!(ignored["reason"], "one table, split next year");
    assert_eq!(ignored["by"], "comment");
    assert!(ignored.get("until").is_none());
    let sarif = tree.scan(&["--format", "sarif"]).quiet(0).json();
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(result["suppressions"][0]["justification"], "one table, split next year");
}

#[test]
fn the_reviewer_can_forbid_them() {
    let tree = service("# palisade: ignore[iam-*] trust me");
    let report = tree.report(&["--no-inline-ignores"]);
    assert_eq!(rules(&report), ["iam-wildcard-action"]);
    assert_eq!(report["ignored"].as_array().unwrap().len(), 0);
    tree.scan(&["--no-inline-ignores"]).quiet(1);
}

#[test]
fn one_without_a_reason_silences_nothing() {
    let tree = service("# palisade: ignore[iam-wildcard-action]");
    let report = tree.report(&[]);
    assert!(rules(&report).contains(&"iam-wildcard-action"), "{report}");
    assert!(rules(&report).contains(&"deploy-ignore-stale"), "{report}");
}

#[test]
fn it_holds_to_its_last_day_and_is_a_finding_after() {
    let tree = service("# palisade: ignore[iam-wildcard-action] until=2026-12-31 split next year");
    let scan = |day: &str| tree.run(&["scan", "--format", "json", "--today", day]);
    let last = scan("2026-12-31").quiet(0).json();
    assert_eq!(last["ignored"][0]["until"], "2026-12-31");
    assert!(rules(&last).is_empty());
    let after = scan("2027-01-01").quiet(1).json();
    assert_eq!(rules(&after), ["iam-wildcard-action", "deploy-ignore-stale"]);
    let message = after["findings"][1]["message"].as_str().unwrap();
    assert_eq!(message, "this ignore of `iam-wildcard-action` expired on 2026-12-31");
}

#[test]
fn a_useless_one_is_a_finding() {
    let tree = service("# palisade: ignore[function-url-without-auth] there was one");
    assert_eq!(rules(&tree.report(&[])), ["iam-wildcard-action", "deploy-ignore-stale"]);
}

#[test]
fn marks_of_other_tools_hold_where_asked() {
    let template = "\
AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Work:
    Type: AWS::Lambda::Function
    Metadata:
      checkov:
        skip:
          - {id: CKV_AWS_50, comment: few calls}
    Properties: {Handler: a.b, Runtime: nodejs24.x, Role: 'arn:aws:iam::111111111111:role/r', Code: {ZipFile: x}}
";
    let marked = tree(&[("t.yaml", template)]);
    let count = |arguments: &[&str]| {
        let report = marked.report(&[&["--persona", "auditor"], arguments].concat());
        report["ignored"]
            .as_array()
            .unwrap()
            .iter()
            .map(|i| i["reason"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert!(count(&[]).is_empty());
    assert!(count(&["--compat-ignores", "cfn-nag,kics"]).is_empty());
    let silenced = count(&["--compat-ignores", "cfn-nag,checkov"]);
    assert_eq!(silenced, ["few calls"]);
    assert!(count(&["--compat-ignores", "checkov", "--no-inline-ignores"]).is_empty());
}
