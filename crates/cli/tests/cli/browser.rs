//! The HTML report in a real browser: no request, no error, no barrier, the same ids as JSON and SARIF.
//!
//! Needs `PALISADE_ORACLES` and `PALISADE_BROWSER`, which `cargo xtask test` sets; without them the tests say so
//! and pass. What is looked at stands in `crates/report/tests/browser/check.mjs`. `PALISADE_SHOTS` names a folder
//! for pictures.

use std::path::Path;
use std::process::Command;

use crate::run::{BROKEN, CALM, FOREIGN, HIGH, TODAY, Tree, command, done, example, tree};

fn variable(name: &str) -> Option<String> {
    std::env::vars().find(|(k, _)| k == name).map(|(_, v)| v)
}

/// Scans a tree into all the formats that are compared, and looks at the page.
fn look(scanned: &Path, name: &str, arguments: &[&str]) {
    let (Some(oracles), Some(browser)) = (variable("PALISADE_ORACLES"), variable("PALISADE_BROWSER")) else {
        eprintln!("left out: PALISADE_BROWSER is not set (`cargo xtask test` sets it)");
        return;
    };
    let out = tree(&[]);
    let output = |format: &str, name: &str| format!("{format}={}", out.path().join(name).display());
    let outputs = [output("html", "report.html"), output("json", "scan.json"), output("sarif", "scan.sarif")];
    let mut all = vec!["scan", "--today", TODAY];
    for output in &outputs {
        all.extend(["--output", output.as_str()]);
    }
    all.extend(arguments);
    let scan = done(&mut command(scanned, &all));
    assert!(scan.code != 2 && scan.code != 4, "{scan:?}");
    // The script finds its packages beside itself.
    let script = Path::new(&oracles).join("browser").join(format!("{name}.mjs"));
    let text = include_str!("../../../report/tests/browser/check.mjs");
    palisade_source::write_atomic(&script, text).unwrap();
    let mut run = Command::new("node");
    run.arg(&script).arg(browser).arg(out.path());
    if let Some(shots) = variable("PALISADE_SHOTS") {
        run.arg(Path::new(&shots).join(name));
    }
    let run = run.output().unwrap();
    assert!(run.status.success(), "{name}: {}", String::from_utf8_lossy(&run.stderr));
}

#[test]
fn the_example() {
    look(&example(""), "example", &["--persona", "auditor"]);
}

#[test]
fn nothing_to_say() {
    look(tree(&[("serverless.yml", CALM)]).path(), "calm", &[]);
}

/// Everything that a page can show at once, with names that want out of it.
fn crowded() -> Tree {
    let evil = "x\"><img src=x onerror=alert(1)>";
    let hostile = format!(
        "service: shop\nprovider:\n  name: aws\n  runtime: nodejs16.x\n  iam:\n    role:\n      statements:\n        - Effect: Allow\n          Action: ['dynamodb:*', '</script><script>alert(2)</script>']\n          Resource: \"*\"\nfunctions:\n  '{evil}':\n    handler: a.b # </style>\n    url: true\n  long:\n    handler: a.b\n    environment: {{NODE_TLS_REJECT_UNAUTHORIZED: \"0\", LONG: {}}}\n",
        "y".repeat(3000)
    );
    let ignored = HIGH.replace(
        "dynamodb:*",
        "dynamodb:* # palisade: ignore[iam-wildcard-action] until=2030-01-01 <b>known</b>",
    );
    let tree = tree(&[
        ("'><svg onload=alert(3)>/serverless.yml", hostile.as_str()),
        ("ignored/serverless.yml", ignored.as_str()),
        ("old/serverless.yml", HIGH),
        ("fixed/serverless.yml", &HIGH.replace("shop", "fixed")),
    ]);
    tree.run(&["baseline", "--today", TODAY, "--select", "iam-*", "--root", ".", "old", "fixed"]).quiet(0);
    tree.write("fixed/serverless.yml", CALM);
    tree.write("broken/serverless.yml", BROKEN);
    tree.write("far/serverless.yml", FOREIGN);
    tree
}

#[test]
fn everything_at_once() {
    look(crowded().path(), "crowded", &["--persona", "auditor"]);
}
