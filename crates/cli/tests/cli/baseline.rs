//! The baseline: what is accepted stays accepted when files are reformatted, converted or moved, and nothing
//! else does.

use serde_json::Value;

use crate::run::{BROKEN, Done, HIGH, TODAY, Tree, rules, schema, tree, valid};

const SAM: &str = "\
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Runtime: nodejs16.x
Resources:
  Order:
    Type: AWS::Serverless::Function
    Properties:
      Handler: order.handler
      CodeUri: .
      FunctionUrlConfig: {AuthType: NONE}
  Report:
    Type: AWS::Serverless::Function
    Properties:
      Handler: report.handler
      CodeUri: .
";

/// The same template, written by somebody else.
const SAM_AGAIN: &str = "\
# A comment on top
Resources:
    Report:
        Properties: {CodeUri: ., Handler: report.handler}
        Type: 'AWS::Serverless::Function'

    Order:
        Properties:
            CodeUri: '.'   # here
            FunctionUrlConfig:
                AuthType: \"NONE\"
            Handler: order.handler
        Type: AWS::Serverless::Function
Globals:
    Function: {Runtime: 'nodejs16.x'}
Transform: AWS::Serverless-2016-10-31
";

const SAM_JSON: &str = r#"{"Transform": "AWS::Serverless-2016-10-31",
"Globals": {"Function": {"Runtime": "nodejs16.x"}},
"Resources": {
"Order": {"Type": "AWS::Serverless::Function", "Properties": {"Handler": "order.handler", "CodeUri": ".", "FunctionUrlConfig": {"AuthType": "NONE"}}},
"Report": {"Type": "AWS::Serverless::Function", "Properties": {"Handler": "report.handler", "CodeUri": "."}}}}
"#;

fn accept(tree: &Tree, arguments: &[&str]) -> Done {
    tree.run(&[&["baseline", "--today", TODAY], arguments].concat())
}

/// New, unchanged, fixed.
fn counts(report: &Value) -> (u64, u64, u64) {
    let counts = &report["statistics"]["baseline"];
    let number = |key: &str| counts[key].as_u64().unwrap();
    assert_eq!(number("new"), report["findings"].as_array().unwrap().len() as u64);
    assert_eq!(number("unchanged"), report["baseline"]["unchanged"].as_array().unwrap().len() as u64);
    assert_eq!(number("fixed"), report["baseline"]["fixed"].as_array().unwrap().len() as u64);
    (number("new"), number("unchanged"), number("fixed"))
}

fn compared(tree: &Tree) -> (u64, u64, u64) {
    counts(&tree.report(&["--persona", "auditor"]))
}

/// A tree whose findings are accepted, all of them.
fn accepted(files: &[(&str, &str)]) -> (Tree, u64) {
    let tree = tree(files);
    accept(&tree, &["--persona", "auditor"]).quiet(0);
    let (new, unchanged, fixed) = compared(&tree);
    assert_eq!((new, fixed), (0, 0));
    assert!(unchanged >= 3, "{unchanged}");
    (tree, unchanged)
}

#[test]
fn what_is_accepted_is_not_shown_and_does_not_fail() {
    let tree = tree(&[("serverless.yml", HIGH)]);
    tree.scan(&[]).quiet(1);
    let done = accept(&tree, &[]).quiet(0);
    assert_eq!(
        done.out,
        "palisade.baseline.json: 1 finding accepted, 1 of them new; 0 fixed and taken out\n"
    );
    let scan = tree.scan(&[]).quiet(0);
    assert_eq!(
        scan.out,
        "no new findings in 1 application (1 function); 0 new, 1 in the baseline, 0 fixed since\n"
    );
    tree.scan(&["--no-baseline"]).quiet(1);
    assert!(tree.report(&["--no-baseline"]).get("baseline").is_none());
    // A second fault is new.
    tree.write("other/serverless.yml", &HIGH.replace("dynamodb:*", "s3:*"));
    let scan = tree.scan(&[]).quiet(1);
    assert!(scan.out.contains("s3:*") && !scan.out.contains("dynamodb:*"), "{}", scan.out);
    assert!(scan.out.ends_with("; 1 new, 1 in the baseline, 0 fixed since\n"), "{}", scan.out);
}

#[test]
fn the_file_is_sorted_deterministic_and_fits_its_schema() {
    let (tree, _) = accepted(&[("b/template.yaml", SAM), ("a/serverless.yml", HIGH)]);
    let text = tree.read("palisade.baseline.json");
    valid(&schema("baseline.schema.json"), &serde_json::from_str(&text).unwrap());
    accept(&tree, &["--persona", "auditor"]).quiet(0);
    assert_eq!(tree.read("palisade.baseline.json"), text);
    let entries: Value = serde_json::from_str(&text).unwrap();
    let entries = entries["findings"].as_array().unwrap();
    assert!(entries.iter().all(|e| e["since"] == TODAY));
    assert_eq!(text.lines().count(), entries.len() + 5);
    assert!(text.ends_with("]\n}\n"), "{text}");
    // Nothing of the files but names.
    assert!(!text.contains("nodejs16") && !text.contains("dynamodb"), "{text}");
    valid(&schema("scan.schema.json"), &tree.report(&["--persona", "auditor"]));
}

#[test]
fn reformatting_changes_nothing() {
    let (tree, all) = accepted(&[("template.yaml", SAM)]);
    tree.write("template.yaml", SAM_AGAIN);
    assert_eq!(compared(&tree), (0, all, 0));
}

#[test]
fn another_format_with_the_same_keys_changes_nothing() {
    let (tree, all) = accepted(&[("app/template.yaml", SAM)]);
    std::fs::remove_file(tree.path().join("app/template.yaml")).unwrap();
    tree.write("app/template.json", SAM_JSON);
    assert_eq!(compared(&tree), (0, all, 0));
    // Written anew, the entries say where they are now, and keep their day.
    let done = tree.run(&["baseline", "--persona", "auditor", "--today", "2027-01-01"]).quiet(0);
    assert!(done.out.contains(&format!("{all} findings accepted, 0 of them new")), "{}", done.out);
    let text = tree.read("palisade.baseline.json");
    assert!(!text.contains("template.yaml") && !text.contains("2027-01-01"), "{text}");
    assert_eq!(compared(&tree), (0, all, 0));
}

#[test]
fn a_folder_that_moves_takes_its_entries_with_it() {
    let (tree, all) =
        accepted(&[("services/orders/serverless.yml", HIGH), ("services/shop/template.yaml", SAM)]);
    std::fs::create_dir_all(tree.path().join("apps")).unwrap();
    std::fs::rename(tree.path().join("services/orders"), tree.path().join("apps/orders")).unwrap();
    assert_eq!(compared(&tree), (0, all, 0));
    std::fs::rename(tree.path().join("services/shop"), tree.path().join("apps/store")).unwrap();
    assert_eq!(compared(&tree), (0, all, 0));
}

#[test]
fn a_copy_is_new_and_of_two_places_none_is_guessed() {
    let (tree, all) = accepted(&[("a/template.yaml", SAM)]);
    tree.write("b/template.yaml", SAM);
    let (new, unchanged, fixed) = compared(&tree);
    assert_eq!((unchanged, fixed), (all, 0));
    assert!(new > 0);
    // The original is gone, and two copies could be it.
    tree.write("c/template.yaml", SAM);
    std::fs::remove_dir_all(tree.path().join("a")).unwrap();
    let (new, unchanged, fixed) = compared(&tree);
    assert_eq!((new, unchanged, fixed), (2 * all, 0, all));
}

#[test]
fn a_renamed_function_is_another() {
    let (tree, all) = accepted(&[("template.yaml", SAM)]);
    tree.write("template.yaml", &SAM.replace("Order:", "Buy:"));
    let (new, unchanged, fixed) = compared(&tree);
    assert!(new > 0 && unchanged > 0, "{new} {unchanged}");
    assert_eq!(unchanged + fixed, all);
    assert_eq!(new, fixed);
    // The value that all functions inherit is where it was.
    let report = tree.report(&["--persona", "auditor"]);
    let kept: Vec<&str> = report["baseline"]["unchanged"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["rule"].as_str().unwrap())
        .collect();
    assert!(kept.contains(&"function-runtime-deprecated"), "{kept:?}");
}

#[test]
fn a_value_that_more_functions_inherit_is_still_one_cause() {
    let (tree, all) = accepted(&[("template.yaml", SAM)]);
    let more = "  Third:\n    Type: AWS::Serverless::Function\n    Properties: {Handler: t.h, CodeUri: .}\n";
    tree.write("template.yaml", &format!("{SAM}{more}"));
    let report = tree.report(&[]);
    assert!(!rules(&report).contains(&"function-runtime-deprecated"), "{report:#}");
    let (_, unchanged, fixed) = compared(&tree);
    assert_eq!((unchanged, fixed), (all, 0));
    // Another value at the same place is another finding.
    tree.write("template.yaml", &SAM.replace("nodejs16.x", "nodejs14.x"));
    assert!(rules(&tree.report(&[])).contains(&"function-runtime-deprecated"));
}

#[test]
fn fixed_findings_are_said_and_pruned() {
    let (tree, all) = accepted(&[("template.yaml", SAM)]);
    tree.write("template.yaml", &SAM.replace("{AuthType: NONE}", "{AuthType: AWS_IAM}"));
    let (new, unchanged, fixed) = compared(&tree);
    assert_eq!(unchanged + fixed, all);
    assert!(fixed > 0);
    let text = tree.scan(&["--persona", "auditor", "--fail-on", "never"]).quiet(0).out;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("of the baseline fixed: "), "{text}");
    assert!(text.contains("function-url-without-auth at function:"), "{text}");
    let before = tree.read("palisade.baseline.json");
    let done = accept(&tree, &["--prune"]).quiet(0);
    assert!(done.out.contains(&format!("0 of them new; {fixed} fixed and taken out")), "{}", done.out);
    assert_eq!(compared(&tree), (new, unchanged, 0));
    let after = tree.read("palisade.baseline.json");
    assert!(after.lines().count() < before.lines().count());
    // What is left stands as it stood: nothing but lines that are gone.
    assert!(after.lines().all(|l| before.contains(l.trim_end_matches(','))));
}

#[test]
fn what_is_not_looked_at_is_not_fixed() {
    let (tree, all) =
        accepted(&[("a/serverless.yml", HIGH), ("b/serverless.yml", &HIGH.replace("shop", "other"))]);
    let part = |arguments: &[&str]| {
        let report = tree.report(&[&["--persona", "auditor"], arguments].concat());
        let (new, _, fixed) = counts(&report);
        assert_eq!((new, fixed), (0, 0), "{arguments:?}");
        report["statistics"]["baseline"]["unchanged"].as_u64().unwrap()
    };
    assert!(part(&["--exclude", "a/**"]) < all);
    assert!(part(&["--root", ".", "b"]) < all);
    assert!(part(&["--select", "iam-*"]) < all);
    assert_eq!(part(&["--min-severity", "critical"]), 0);
    accept(&tree, &["--prune", "--root", ".", "b"]).quiet(0);
    assert_eq!(compared(&tree), (0, all, 0));
    // An application that cannot be read may still have its findings.
    tree.write("a/serverless.yml", BROKEN);
    let report = tree.report(&["--persona", "auditor"]);
    assert_eq!((counts(&report).0, counts(&report).2), (0, 0));
    assert_eq!(accept(&tree, &["--prune"]).code, 3);
    tree.write("a/serverless.yml", HIGH);
    assert_eq!(compared(&tree), (0, all, 0));
}

#[test]
fn ignored_findings_need_no_baseline() {
    let (tree, all) = accepted(&[("serverless.yml", HIGH)]);
    tree.write(
        "serverless.yml",
        &HIGH.replace("dynamodb:*", "dynamodb:* # palisade: ignore[iam-wildcard-action] known"),
    );
    let report = tree.report(&["--persona", "auditor"]);
    assert_eq!(counts(&report), (0, all - 1, 0));
    assert_eq!(report["ignored"].as_array().unwrap().len(), 1);
}

#[test]
fn equal_findings_are_counted() {
    let two =
        HIGH.replace("          Action: dynamodb:*\n", "          Action: dynamodb:*\n          Sid: A\n");
    let (tree, _) = accepted(&[("serverless.yml", &two)]);
    let text = tree.read("palisade.baseline.json");
    let (_, all, _) = compared(&tree);
    assert_eq!(text.matches("\"rule\"").count() as u64, all, "{text}");
}

#[test]
fn a_baseline_elsewhere_is_named() {
    let tree = tree(&[("app/serverless.yml", HIGH)]);
    tree.run(&["baseline", "app", "--today", TODAY, "--output", "ci.json"]).quiet(0);
    tree.scan(&["app"]).quiet(1);
    let done = tree.scan(&["app", "--baseline", "ci.json"]).quiet(0);
    assert!(done.out.contains("1 in the baseline"), "{}", done.out);
    let err = tree.scan(&["app", "--baseline", "no.json"]).usage();
    assert!(err.starts_with("error: cannot read `no.json`"), "{err}");
    let err = accept(&tree, &["--prune", "app"]).usage();
    assert!(err.contains("there is no baseline `app/palisade.baseline.json` to prune"), "{err}");
    let err = tree.scan(&["--baseline", "ci.json", "--no-baseline", "app"]).usage();
    assert!(err.contains("--no-baseline"), "{err}");
}

#[test]
fn a_broken_baseline_says_where_and_what_to_do() {
    let (tree, _) = accepted(&[("serverless.yml", HIGH)]);
    let good = tree.read("palisade.baseline.json");
    let line = good.lines().nth(3).unwrap().to_owned();
    let cases = [
        (
            good.replace(&line, &format!("<<<<<<< HEAD\n{line}\n=======\n{line}\n>>>>>>> topic")),
            "palisade.baseline.json:4:1",
            "error: a merge conflict",
            "keep the entries of both sides",
        ),
        (
            good.replace("baseline/1", "baseline/2"),
            "palisade.baseline.json:2:13",
            "schema `palisade/baseline/2` is not known",
            "use the version of Palisade that wrote it",
        ),
        (
            good.replace(TODAY, "yesterday"),
            "palisade.baseline.json:4:",
            "`since` is not a date as `2027-01-31`",
            "entries are not written by hand",
        ),
        (
            good.replacen("\"place\"", "\"node\"", 1),
            "palisade.baseline.json:4:",
            "unknown key `node`",
            "take this one out",
        ),
        (
            good.replacen("\"evidence\": \"", "\"evidence\": \"zz", 1),
            "palisade.baseline.json:4:",
            "`evidence` is not a hash",
            "take this one out",
        ),
        (
            good.replacen("\"rule\": \"", "\"rule\": \"secrets-in-", 1),
            "palisade.baseline.json:4:",
            "cannot be in a baseline",
            "take the entry out",
        ),
        (
            good.replace("  ]\n}", ""),
            "palisade.baseline.json:",
            "not valid JSON",
            "delete the file and run `palisade baseline`",
        ),
        ("[]".to_owned(), "palisade.baseline.json:1:1", "not valid JSON: expected `{`", "delete the file"),
        ("{}".to_owned(), "palisade.baseline.json:1:1", "`schema` is missing", "delete it"),
    ];
    for (text, place, message, help) in cases {
        tree.write("palisade.baseline.json", &text);
        for command in ["scan", "baseline"] {
            let err = tree.run(&[command]).usage().split_whitespace().collect::<Vec<_>>().join(" ");
            for part in [place, message, help] {
                assert!(err.contains(part), "{part}: {err}");
            }
        }
        tree.scan(&["--no-baseline"]).quiet(1);
    }
    // What both sides of a merge accepted is accepted once.
    tree.write(
        "palisade.baseline.json",
        &good.replace(&line, &format!("{},\n{line}", line.trim_end_matches(','))),
    );
    let (new, _, fixed) = compared(&tree);
    assert_eq!((new, fixed), (0, 0));
}

#[test]
fn nothing_is_written_where_nothing_is_recognised() {
    let tree = tree(&[("readme.md", "# nothing\n")]);
    let done = accept(&tree, &[]);
    assert_eq!(done.code, 3);
    assert!(done.err.starts_with("nothing recognised"), "{done:?}");
    assert!(!tree.path().join("palisade.baseline.json").exists());
}
