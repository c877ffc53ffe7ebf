//! The baseline without the scan around it: what cannot be accepted, what moved, what is gone; and that
//! reading what was written gives the same.

use std::collections::BTreeSet;

use palisade_config::{
    Accepted, Baseline, Compared, Looked, compare, is_baselinable, read_baseline, write_baseline,
};
use palisade_diag::{Confidence, Finding, Identity, Persona, References, Severity};
use proptest::prelude::*;

fn finding(rule: &'static str, application: &str, place: &str, evidence: &str) -> Finding {
    let identity =
        Identity { application: application.into(), place: place.into(), evidence: evidence.into() };
    Finding {
        rule,
        severity: Severity::High,
        confidence: Confidence::High,
        persona: Persona::Regular,
        message: "m".into(),
        help: String::new(),
        node: Some(place.into()),
        affected: vec![place.into()],
        resource: None,
        labels: Vec::new(),
        steps: Vec::new(),
        fixes: Vec::new(),
        references: References::NONE,
        fingerprint: identity.fingerprint(rule),
        identity,
        pattern: String::new(),
    }
}

fn baseline(findings: &[Finding]) -> Baseline {
    Baseline { entries: findings.iter().map(|f| Accepted::of(f, "2026-11-25")).collect() }
}

fn against(baseline: &Baseline, findings: Vec<Finding>, roots: &[&str], there: &[&str]) -> Compared {
    let roots: BTreeSet<String> = roots.iter().map(|r| (*r).to_owned()).collect();
    let exists = |path: &str| there.contains(&path);
    compare(
        baseline,
        findings,
        &[],
        Looked { roots: &roots, whole: true, exists: &exists, ran: &|rule| rule != "not-run" },
    )
}

#[test]
fn secrets_cannot_be_accepted() {
    for rule in ["secrets-in-environment", "secrets-in-code", "secrets-aws-literal"] {
        assert!(!is_baselinable(rule), "{rule}");
    }
    for rule in ["iam-wildcard-action", "secrets-rotation-off", "function-env-literal-region"] {
        assert!(is_baselinable(rule), "{rule}");
    }
    // Not even by an entry that somebody put there.
    let secret = finding("secrets-in-environment", "a", "function:a#f", "TOKEN");
    let compared = against(&baseline(std::slice::from_ref(&secret)), vec![secret], &["a"], &[]);
    assert_eq!((compared.new.len(), compared.unchanged.len()), (1, 0));
}

#[test]
fn of_equal_findings_as_many_are_accepted_as_there_were() {
    let one = finding("iam-admin", "a", "role:a#r", "*");
    let mut accepted = baseline(std::slice::from_ref(&one));
    accepted.entries[0].count = 2;
    for (there, new, unchanged, fixed) in [(1, 0, 1, 1), (2, 0, 2, 0), (3, 1, 2, 0), (0, 0, 0, 2)] {
        let compared = against(&accepted, vec![one.clone(); there], &["a"], &[]);
        let got = (compared.new.len(), compared.unchanged.len(), compared.fixed.len());
        assert_eq!(got, (new, unchanged, fixed), "{there}");
        assert_eq!(compared.kept.iter().map(|e| e.count).sum::<usize>(), unchanged, "{there}");
    }
}

#[test]
fn what_moved_is_found_by_rule_name_and_evidence() {
    let old = [
        finding("iam-admin", "services/a", "role:services/a#r", "*"),
        finding("runtime", "services/a", "services/a#services/a/serverless.yml:provider.runtime", "16"),
        finding("odd-file", "services/a", "services/a#services/a/x.yml", "x"),
    ];
    let new = vec![
        finding("iam-admin", "apps/b", "role:apps/b#r", "*"),
        finding("runtime", "apps/b", "apps/b#apps/b/serverless.json:provider.runtime", "16"),
        finding("odd-file", "apps/b", "apps/b#apps/b/x.yml", "x"),
    ];
    let compared = against(&baseline(&old), new.clone(), &["apps/b"], &[]);
    assert_eq!((compared.unchanged.len(), compared.fixed.len()), (3, 0));
    assert!(compared.kept.iter().all(|e| e.application == "apps/b" && e.since == "2026-11-25"));
    // Where the old application is there, the other is another.
    let files = ["services/a/serverless.yml", "services/a/x.yml"];
    let compared = against(&baseline(&old), new, &["apps/b", "services/a"], &files);
    assert_eq!((compared.new.len(), compared.fixed.len()), (3, 3));
    // Another rule, name or evidence.
    for other in [
        finding("iam-other", "apps/b", "role:apps/b#r", "*"),
        finding("iam-admin", "apps/b", "role:apps/b#s", "*"),
        finding("iam-admin", "apps/b", "function:apps/b#r", "*"),
        finding("iam-admin", "apps/b", "role:apps/b#r", "s3:*"),
        finding("runtime", "apps/b", "apps/b#apps/b/serverless.yml:functions.runtime", "16"),
    ] {
        let compared = against(&baseline(&old), vec![other], &["apps/b"], &[]);
        assert_eq!((compared.new.len(), compared.fixed.len()), (1, 3));
    }
}

#[test]
fn a_file_that_is_renamed_within_its_application() {
    let old = finding("runtime", ".", ".#infra/main.yml:provider.runtime", "16");
    let new = finding("runtime", ".", ".#infra/app.yml:provider.runtime", "16");
    let compared = against(&baseline(std::slice::from_ref(&old)), vec![new.clone()], &["."], &[]);
    assert_eq!((compared.new.len(), compared.unchanged.len()), (0, 1));
    let compared = against(&baseline(&[old]), vec![new], &["."], &["infra/main.yml"]);
    assert_eq!((compared.new.len(), compared.fixed.len()), (1, 1));
}

#[test]
fn of_several_that_could_have_moved_each_is_new() {
    let old = finding("iam-admin", "a", "role:a#r", "*");
    let copies = vec![finding("iam-admin", "b", "role:b#r", "*"), finding("iam-admin", "c", "role:c#r", "*")];
    let compared = against(&baseline(std::slice::from_ref(&old)), copies.clone(), &["b", "c"], &[]);
    assert_eq!((compared.new.len(), compared.unchanged.len(), compared.fixed.len()), (2, 0, 1));
    // And the other way round.
    let compared = against(&baseline(&copies), vec![old], &["a"], &[]);
    assert_eq!((compared.new.len(), compared.fixed.len()), (1, 2));
}

#[test]
fn folders_that_keep_their_names_are_told_apart() {
    let of = |root: &str| finding("iam-admin", root, &format!("role:{root}#r"), "*");
    let old = ["a/api", "b/api/template.yaml", "c/api"].map(of);
    let new = ["x/b/api/template.yaml", "x/c/api", "x/a/api"].map(of).to_vec();
    let roots = ["x/a/api", "x/b/api/template.yaml", "x/c/api"];
    let compared = against(&baseline(&old), new, &roots, &[]);
    assert_eq!((compared.new.len(), compared.unchanged.len()), (0, 3));
    let moved: BTreeSet<&str> = compared.kept.iter().map(|e| e.application.as_str()).collect();
    assert_eq!(moved, BTreeSet::from(roots));
    // One of them is told by its name; the others are still two.
    let new = ["y/p/one", "x/a/api", "y/q/two"].map(of).to_vec();
    let compared = against(&baseline(&old), new, &["y/p/one", "x/a/api", "y/q/two"], &[]);
    assert_eq!((compared.new.len(), compared.unchanged.len(), compared.fixed.len()), (2, 1, 2));
}

#[test]
fn a_rule_that_did_not_run_says_nothing() {
    let old = finding("not-run", "a", "function:a#f", "x");
    let compared = against(&baseline(&[old]), Vec::new(), &["a"], &[]);
    assert_eq!((compared.fixed.len(), compared.kept.len()), (0, 1));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever names applications and nodes have, what is written is read again.
    #[test]
    fn written_and_read_is_the_same(
        names in prop::collection::vec(("[a-z#:\\\\\"\u{e9}\u{2028} .{}\\[\\],/-]{0,12}", "\\PC{1,12}"), 0..6),
        count in 1usize..4,
    ) {
        let mut entries: Vec<Accepted> = names
            .iter()
            .map(|(root, name)| {
                let mut entry =
                    Accepted::of(&finding("iam-admin", root, &format!("role:{root}#{name}"), name), "2026-01-31");
                entry.count = count;
                entry
            })
            .collect();
        entries.sort();
        entries.dedup_by(|a, b| a.fingerprint == b.fingerprint);
        let text = write_baseline(&Baseline { entries: entries.clone() });
        prop_assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{}", text);
        let read = read_baseline("b.json", &text);
        prop_assert!(read.is_ok(), "{:?} {}", read, text);
        prop_assert_eq!(read.unwrap().entries, entries);
    }

    /// No text makes the reader panic.
    #[test]
    fn reading_never_panics(text in "(\\{|\\}|\\[|\\]|\"schema\": \"palisade/baseline/1\"|\"findings\": |\"[a-z]{0,3}\"|,|:|\n|<<<<<<<|é){0,20}") {
        let _ = read_baseline("b.json", &text);
    }
}
