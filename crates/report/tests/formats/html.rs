//! The page: what it says, that nothing in it is a stranger's markup, and that its size is bounded. What a
//! browser makes of it is tested in `crates/cli/tests/cli/browser.rs`.

use std::collections::BTreeSet;
use std::sync::Arc;

use palisade_diag::{Report, Severity};
use palisade_report::{Format, Options};
use palisade_source::SourceFile;

use crate::exchange::{hostile, target};
use crate::fixture::{finding, label, report};
use crate::{expect, sarif_value, written};

fn page(report: &Report) -> String {
    written(Format::Html, report, &target())
}

/// The page without its style and script.
fn bare(report: &Report) -> String {
    let page = page(report).replace(env!("CARGO_PKG_VERSION"), "VERSION");
    let mut out = String::new();
    let mut rest = page.as_str();
    for (open, close) in [("<style>", "</style>"), ("<script>", "</script>")] {
        let (before, behind) = rest.split_once(open).unwrap();
        out.push_str(before);
        rest = behind.split_once(close).unwrap().1;
    }
    // The policy holds hashes of what is left out.
    let hash = |text: &str| {
        let mut parts = text.split("'sha256-");
        let mut out = parts.next().unwrap().to_owned();
        for part in parts {
            out.push_str("'sha256-…");
            out.push('\'');
            out.push_str(part.split_once('\'').unwrap().1);
        }
        out
    };
    // Lines, so that changes can be read.
    (hash(&out) + rest).replace("><", ">\n<")
}

#[test]
fn the_page_is_as_it_was_read() {
    expect("report.html", &bare(&report()));
}

#[test]
fn the_first_lines_say_how_bad_it_is() {
    let text = page(&report());
    assert!(text.contains("1 finding of critical and 1 of high severity in 1 application."), "{text}");
    let first = text.split_once("id=\"first\"").unwrap().1;
    // The worst stands first, and what it is about is quoted.
    assert!(first.find("iam").unwrap() > first.find("Action").unwrap());
    let unseen = text.find("id=\"unseen\"").unwrap();
    assert!(unseen < text.find("id=\"findings\"").unwrap());
    assert!(text.contains("1 place of yours could not be read"));
    assert!(text.contains("2 questions without an answer, of 1 rule"));
    let calm = Report { applications: report().applications, complete: true, ..Report::default() };
    let text = page(&calm);
    assert!(text.contains("No findings in 1 application."), "{text}");
    assert!(text.contains("every question had an answer"));
    assert!(page(&Report::default()).contains("Nothing was recognised."));
}

#[test]
fn ids_are_the_fingerprints_of_json_and_sarif() {
    let mut report = report();
    for finding in &mut report.findings {
        finding.fingerprint = palisade_diag::fingerprint(finding.rule, &finding.message, "");
    }
    report.ignored[0].finding.fingerprint = palisade_diag::fingerprint("x", "y", "z");
    let ids: BTreeSet<String> = page(&report)
        .split(" id=\"")
        .skip(1)
        .map(|p| p.split('"').next().unwrap().to_owned())
        .filter(|id| id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()))
        .collect();
    let sarif: BTreeSet<String> = sarif_value(&report)["runs"][0]["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["partialFingerprints"]["palisade/v1"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids.len(), 6);
    assert_eq!(ids, sarif);
}

#[test]
fn equal_findings_have_one_id() {
    let mut twice = report();
    twice.findings.push(twice.findings[0].clone());
    twice.ignored[0].finding = twice.findings[0].clone();
    let text = page(&twice);
    let mut ids: Vec<&str> = text.split(" id=\"").skip(1).map(|p| p.split('"').next().unwrap()).collect();
    ids.sort_unstable();
    let all = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), all);
}

#[test]
fn nothing_of_a_stranger_is_markup() {
    let mut evil = hostile();
    let text = "a: '</pre></script><script>alert(3)</script>' # </style><b onclick=\"x\">\n";
    let path = evil.findings[0].labels[0].path.clone();
    evil.sources.files.insert(path.clone(), Arc::new(SourceFile::new(path.as_str(), text)));
    for finding in &mut evil.findings {
        for label in &mut finding.labels {
            (label.start.offset, label.end.offset) = (3, 30);
        }
    }
    evil.applications[0].root = "\"><script>alert(4)</script>".into();
    evil.ignored[0].reason = "<script>alert(5)</script>".into();
    evil.notes.push("</code><iframe src=//x>".into());
    let page = page(&evil);
    assert_eq!(page.matches("<script").count(), 1);
    assert_eq!(page.matches("</script").count(), 1);
    assert_eq!(page.matches("<style").count(), 1);
    for markup in ["<img", "<iframe", "<b onclick", "onerror=alert(1)>", "\u{202e}", "\u{0}", "\u{1b}"] {
        assert!(!page.contains(markup), "{markup}");
    }
    assert!(page.contains("&lt;img src=x onerror=alert(1)&gt;"));
}

#[test]
fn nothing_is_asked_of_anybody() {
    let text = page(&report());
    assert!(text.contains("default-src 'none'; style-src 'sha256-"));
    for loading in
        ["<link rel=\"stylesheet", " src=", "@import", "url(", "fetch(", "XMLHttp", " style=\"", " onclick"]
    {
        assert!(!text.contains(loading), "{loading}");
    }
    // Links lead to this page or to a catalogue, and are followed by people only.
    for link in text.split("href=\"").skip(1) {
        let target = link.split('"').next().unwrap();
        assert!(
            target.starts_with('#')
                || target == "data:,"
                || target.starts_with("https://cwe.mitre.org/data/definitions/"),
            "{target}"
        );
    }
}

/// Findings in files of their own, with excerpts.
fn many(n: usize) -> Report {
    let mut out = report();
    let text = "Resources:\n  A:\n    Type: x\n    Properties:\n      Action: '*'\n      Resource: '*'\n";
    out.findings.clear();
    for k in 0..n {
        let path = format!("services/number-{}/template.yaml", k / 10);
        out.sources.files.insert(path.clone(), Arc::new(SourceFile::new(path.as_str(), text)));
        let node = format!("function:services/number-{}#function-{k}", k / 10);
        let at = label(&out.sources, &path, "Action: '*'", "every action", true);
        let severity = Severity::ALL[k % 5];
        let mut one =
            finding("iam-admin", severity, &format!("role {k} may do anything"), &[&node], vec![at]);
        one.help = "name the actions that the code calls".into();
        out.findings.push(one);
    }
    out
}

#[test]
fn a_page_stays_small() {
    let small = page(&many(100)).len();
    assert!(small < 300_000, "{small}");
    let medium = page(&many(1000)).len();
    // Each in a function of its own: with its heading and its entry in the contents.
    assert!(medium < 2_200_000, "{medium}");
    let large = page(&many(5000));
    assert!(large.len() < 9_000_000, "{}", large.len());
    assert_eq!(large.matches("<article").count(), 5000);
    let huge = page(&many(30_000));
    assert!(huge.len() < 22_000_000, "{}", huge.len());
    assert!(huge.contains("did not fit") && huge.contains("without source, advice and fix"), "nothing cut");
}

#[test]
fn the_prefix_is_not_shown() {
    let text = written(Format::Html, &report(), &Options { prefix: "here/".into(), ..target() });
    assert!(!text.contains("here/"));
}
