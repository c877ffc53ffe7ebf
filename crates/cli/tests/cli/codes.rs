//! Exit codes of the contract.

use crate::run::{BROKEN, CALM, FOREIGN, HIGH, tree};

#[test]
fn clean_is_0() {
    let done = tree(&[("serverless.yml", CALM)]).scan(&[]).quiet(0);
    assert_eq!(done.out, "no findings in 1 application (1 function)\n");
}

#[test]
fn palisade_alone_scans_the_current_folder() {
    let tree = tree(&[("serverless.yml", HIGH)]);
    let none: [&str; 0] = [];
    let alone = tree.run(&none).quiet(1);
    assert!(alone.out.contains("high[iam-wildcard-action]"), "{}", alone.out);
    assert_eq!(alone.out, tree.run(&["scan"]).out);
    assert_eq!(alone.out, tree.run(&["scan", "."]).out);
}

#[test]
fn findings_from_fail_on_are_1() {
    let tree = tree(&[("serverless.yml", HIGH)]);
    for (least, code) in [("critical", 0), ("high", 1), ("medium", 1), ("low", 1), ("info", 1), ("never", 0)]
    {
        tree.scan(&["--fail-on", least]).quiet(code);
    }
    tree.scan(&[]).quiet(1);
}

#[test]
fn critical_findings_fail_on_critical() {
    let tree = tree(&[("serverless.yml", &HIGH.replace("dynamodb:*", "\"*\""))]);
    tree.scan(&["--fail-on", "critical"]).quiet(1);
    tree.scan(&["--fail-on", "never"]).quiet(0);
}

#[test]
fn what_is_not_shown_does_not_fail() {
    let tree = tree(&[("serverless.yml", HIGH)]);
    tree.scan(&["--min-severity", "critical"]).quiet(0);
    tree.scan(&["--ignore", "iam-*"]).quiet(0);
    tree.scan(&["--select", "function-*"]).quiet(0);
    tree.scan(&["--select", "iam-*", "--ignore", "function-*"]).quiet(1);
}

#[test]
fn the_persona_decides_what_counts() {
    let tree = tree(&[("serverless.yml", CALM)]);
    tree.scan(&["--fail-on", "info"]).quiet(0);
    let pedantic = tree.scan(&["--fail-on", "info", "--persona", "pedantic"]).quiet(1);
    assert!(pedantic.out.contains("low[function-tracing-off]"), "{}", pedantic.out);
}

#[test]
fn an_unread_file_is_3_and_its_line_is_drawn() {
    let done = tree(&[("app/serverless.yml", BROKEN), ("calm/serverless.yml", CALM)]).scan(&[]).quiet(3);
    assert!(done.out.contains("unread[deploy-file-unread]: not valid YAML or JSON"), "{}", done.out);
    assert!(done.out.contains(" --> app/serverless.yml:7:3\n"), "{}", done.out);
    assert!(done.out.contains("7 |   b: {\n"), "{}", done.out);
    assert!(done.out.ends_with("no findings in 1 application (1 function); 1 file unread\n"), "{}", done.out);
}

#[test]
fn a_large_unread_file_is_named_without_its_text() {
    let large = format!("{BROKEN}#{}\n", "x".repeat(1 << 20));
    let done = tree(&[("serverless.yml", &large)]).scan(&[]).quiet(3);
    assert!(done.out.contains("--> serverless.yml:7"), "{}", done.out);
    assert!(done.out.len() < 1000, "{}", done.out.len());
}

#[test]
fn findings_and_an_unread_file_are_1() {
    let tree = tree(&[("app/serverless.yml", BROKEN), ("shop/serverless.yml", HIGH)]);
    tree.scan(&[]).quiet(1);
    tree.scan(&["--fail-on", "never"]).quiet(3);
    let report = tree.report(&[]);
    assert_eq!(report["complete"], false);
    assert_eq!(report["unread"][0]["path"], "app/serverless.yml");
    assert_eq!(report["unread"][0]["kind"], "failed");
    assert_eq!(report["unread"][0]["line"], 7);
}

#[test]
fn nothing_recognised_is_3_and_said_once() {
    let tree = tree(&[("readme.md", "# nothing\n"), ("data.json", "{}\n")]);
    let text = tree.scan(&[]).quiet(3);
    assert_eq!(text.out.lines().count(), 1, "{}", text.out);
    assert!(text.out.starts_with("nothing recognised: "), "{}", text.out);
    for format in ["json", "sarif", "concise", "github", "markdown", "html", "gitlab", "junit", "ocsf", "csv"]
    {
        let done = tree.scan(&["--format", format]);
        assert_eq!(done.code, 3);
        assert!(done.err.starts_with("nothing recognised: "), "{format}: {done:?}");
    }
    // Where one of ours was not read, that is the reason, and it is listed.
    let broken = crate::run::tree(&[("serverless.yml", BROKEN)]);
    assert!(broken.scan(&["--format", "json"]).quiet(3).out.contains("not valid YAML"));
    assert_eq!(tree.report(&[])["complete"], false);
    let graph = tree.run(&["graph"]);
    assert_eq!(graph.code, 3);
    assert!(graph.err.starts_with("nothing recognised: "));
}

#[test]
fn only_another_provider_is_3_beside_ours_it_is_listed() {
    let alone = tree(&[("serverless.yml", FOREIGN)]);
    alone.scan(&[]).quiet(3);
    let beside = tree(&[("far/serverless.yml", FOREIGN), ("near/serverless.yml", CALM)]);
    let done = beside.scan(&[]).quiet(0);
    assert!(done.out.contains("--> far/serverless.yml"), "{}", done.out);
    let report = beside.report(&[]);
    assert_eq!(report["complete"], true);
    assert_eq!(report["unread"][0]["kind"], "foreign");
    assert!(report["unread"][0]["reason"].as_str().unwrap().contains("google"));
}

#[test]
fn graph_is_0_or_3_whatever_there_is_to_find() {
    tree(&[("serverless.yml", HIGH)]).run(&["graph"]).quiet(0);
    let done = tree(&[("a/serverless.yml", BROKEN), ("b/serverless.yml", CALM)]).run(&["graph", "."]);
    assert_eq!(done.code, 3);
    assert!(done.err.starts_with("a/serverless.yml:7: unread: not valid YAML or JSON"), "{}", done.err);
}

#[test]
fn wrong_usage_is_2() {
    let tree = tree(&[("serverless.yml", CALM)]);
    for (arguments, words) in [
        (&["scan", "--no-such-flag"][..], "unexpected argument '--no-such-flag'"),
        (&["scan", "--confg", "x"], "'--config'"),
        (&["scan", "--format", "jsn"], "'json'"),
        (&["scan", "--output", "json"], "expected `format=file`"),
        (&["scan", "--output", "jsn=x"], "jsn"),
        (&["scan", "--persona", "boss"], "expected one of regular, pedantic, auditor"),
        (&["scan", "--fail-on", "bad"], "expected one of critical, high, medium, low, info, never"),
        (&["scan", "--min-severity", "never"], "expected one of critical, high, medium, low, info"),
        (&["scan", "--min-confidence", "sure"], "expected one of high, medium, low"),
        (&["scan", "--param", "novalue"], "expected `key=value`"),
        (&["scan", "--today", "2026-02-30"], "expected a date as `2027-01-31`"),
        (&["scan", "--exclude", "a[b"], "a[b"),
        (&["scan", "--compat-ignores", "checkov,eslint"], "checkov, cfn-nag, guard, trivy, kics"),
        (&["explain"], "<RULE>"),
        (&["completions"], "<SHELL>"),
        (&["scann"], "'scan'"),
    ] {
        let err = tree.run(arguments).usage();
        assert!(err.starts_with("error: "), "{arguments:?}: {err}");
        assert!(err.contains(words), "{arguments:?}: {err}");
    }
}

#[test]
fn a_path_or_flag_without_command_says_what_was_meant() {
    let tree = tree(&[("app/serverless.yml", CALM)]);
    assert_eq!(
        tree.run(&["app"]).usage(),
        "error: `app` is not a command\n  help: to scan it: `palisade scan app`\n"
    );
    assert_eq!(
        tree.run(&["--format", "json"]).usage(),
        "error: `--format` stands before a command\n  help: flags of a scan follow it: `palisade scan --format …`\n"
    );
}
