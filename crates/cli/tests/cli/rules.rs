//! `rules`, `explain`, and rules named in flags.

use crate::run::{CALM, tree};

#[test]
fn all_rules_are_listed() {
    let done = tree(&[]).run(&["rules"]).quiet(0);
    let all = palisade_rules::rules();
    assert!(all.len() > 50);
    for entry in all {
        let line = done.out.lines().find(|l| l.split_whitespace().next() == Some(entry.name));
        let line = line.unwrap_or_else(|| panic!("{} is not listed", entry.name));
        assert!(line.contains(entry.rule.severity.word()), "{line}");
        assert!(line.contains(entry.rule.persona.word()), "{line}");
    }
    let last = format!("{} rules; `palisade explain RULE` shows a page\n", all.len());
    assert!(done.out.ends_with(&last), "{}", done.out);
}

#[test]
fn every_rule_has_a_page() {
    let tree = tree(&[]);
    let done = tree.run(&["explain", "iam-wildcard-action"]).quiet(0);
    assert!(done.out.starts_with("iam-wildcard-action: "), "{}", done.out);
    for part in ["WHAT", "WHY", "EXAMPLE", "HOW TO FIX"] {
        assert!(done.out.lines().any(|l| l == part), "{part}: {}", done.out);
    }
    // What an unread file is called in the text must be explained, too.
    tree.run(&["explain", "deploy-file-unread"]).quiet(0);
}

#[test]
fn an_unknown_rule_names_the_nearest() {
    let tree = tree(&[("serverless.yml", CALM)]);
    let help = "  help: did you mean `iam-wildcard-action`? `palisade rules` lists all\n";
    assert_eq!(
        tree.run(&["explain", "iam-wildcard-actoin"]).usage(),
        format!("error: unknown rule `iam-wildcard-actoin`\n{help}")
    );
    for flag in ["--select", "--ignore"] {
        assert_eq!(
            tree.scan(&[flag, "iam-wildcard-actoin"]).usage(),
            format!("error: no rule matches `iam-wildcard-actoin`\n{help}")
        );
    }
    let far = "error: no rule matches `zzz*`\n  help: `palisade rules` lists all\n";
    assert_eq!(tree.scan(&["--select", "zzz*"]).usage(), far);
    assert_eq!(
        tree.run(&["explain", "zzz"]).usage(),
        "error: unknown rule `zzz`\n  help: `palisade rules` lists all\n"
    );
}
