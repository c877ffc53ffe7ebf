//! Formats that other programs read: whole outputs as they were checked by hand, and what their schemas ask.

use palisade_diag::{Finding, Report, Severity, Unread, UnreadKind};
use palisade_report::{Format, Options};
use quick_xml::events::Event;
use serde_json::Value;

use crate::fixture::{finding, label, report};
use crate::{complaints, expect, written};

/// Options with everything that a format may ask for.
pub fn target() -> Options {
    Options {
        time: 1_795_564_800,
        account: Some("111122223333".into()),
        region: Some("eu-west-1".into()),
        prefix: "services/".into(),
        ..Options::default()
    }
}

/// Version numbers change; nothing else does.
fn stable(format: Format, report: &Report) -> String {
    written(format, report, &target()).replace(&format!("\"{}\"", env!("CARGO_PKG_VERSION")), "\"VERSION\"")
}

/// A report whose every text is hostile and long.
pub fn hostile() -> Report {
    let mut out = report();
    let nasty = "=cmd|'/c calc'!A1 \"><img src=x onerror=alert(1)></script><script>alert(2)</script> ]]> &amp; \u{202e}\u{0}\u{fffe}\u{1b}[31m ";
    let long = nasty.repeat(60);
    for finding in &mut out.findings {
        finding.message.clone_from(&long);
        finding.help.clone_from(&long);
        finding.affected = (0..60).map(|n| format!("function:api#{n}{nasty}")).collect();
        finding.node = finding.affected.first().cloned();
        for label in &mut finding.labels {
            label.text = nasty.into();
            label.path = format!("a/{nasty}.yml");
        }
    }
    out.unread.push(Unread { path: nasty.into(), kind: UnreadKind::Failed, reason: long, line: Some(3) });
    out
}

fn facts(format: Format, report: &Report) -> (jsonschema::Validator, Value) {
    let schema = match format {
        Format::Gitlab => include_str!("../data/gitlab-sast-15.2.1.facts.json"),
        Format::Asff => include_str!("../data/asff-2018-10-08.facts.json"),
        _ => include_str!("../data/ocsf-detection-finding.facts.json"),
    };
    let validator = jsonschema::draft202012::new(&serde_json::from_str(schema).unwrap()).unwrap();
    let text = written(format, report, &target());
    let value = if format == Format::Ocsf {
        text.lines().map(|l| serde_json::from_str::<Value>(l).unwrap()).collect()
    } else {
        serde_json::from_str(&text).unwrap()
    };
    (validator, value)
}

fn valid(format: Format, report: &Report) {
    let (validator, value) = facts(format, report);
    let all = if format == Format::Ocsf { value.as_array().unwrap().clone() } else { vec![value] };
    for value in all {
        assert_eq!(complaints(&validator, &value), Vec::<String>::new(), "{}", format.word());
    }
}

#[test]
fn gitlab() {
    expect("gitlab.json", &stable(Format::Gitlab, &report()));
    for report in [report(), hostile(), Report::default()] {
        valid(Format::Gitlab, &report);
    }
    let (validator, mut value) = facts(Format::Gitlab, &report());
    value["vulnerabilities"][0]["severity"] = "severe".into();
    assert!(!validator.is_valid(&value));
}

#[test]
fn asff() {
    expect("asff.json", &stable(Format::Asff, &report()));
    for report in [report(), hostile(), Report::default()] {
        valid(Format::Asff, &report);
    }
    let (_, value) = facts(Format::Asff, &hostile());
    assert_eq!(value[0]["Resources"].as_array().unwrap().len(), 32);
    assert_eq!(value[0]["Description"].as_str().unwrap().chars().count(), 1024);
}

#[test]
fn a_finding_for_security_hub_needs_an_account_and_a_region() {
    let without = |account: bool, region: bool| {
        let mut options = target();
        options.account = options.account.filter(|_| account);
        options.region = options.region.filter(|_| region);
        options
    };
    assert_eq!(Format::Asff.ready(&target()), Ok(()));
    assert_eq!(Format::Ocsf.ready(&without(false, false)), Ok(()));
    for (account, region, missing) in [
        (false, true, "the account:"),
        (true, false, "the region:"),
        (false, false, "the account and the region:"),
    ] {
        let needs = Format::Asff.ready(&without(account, region)).unwrap_err();
        assert!(needs.message.contains(missing), "{needs:?}");
        assert_eq!(needs.help.contains("account ="), !account, "{needs:?}");
        assert_eq!(needs.help.contains("--region"), !region, "{needs:?}");
        let mut out = Vec::new();
        assert!(Format::Asff.write(&report(), &without(account, region), &mut out).is_err());
        assert!(out.is_empty());
    }
    let mut china = target();
    china.region = Some("cn-north-1".into());
    assert!(written(Format::Asff, &report(), &china).contains("\"arn:aws-cn:securityhub:cn-north-1:"));
}

#[test]
fn ocsf() {
    expect("ocsf.jsonl", &stable(Format::Ocsf, &report()));
    for report in [report(), hostile(), Report::default()] {
        valid(Format::Ocsf, &report);
    }
    assert_eq!(written(Format::Ocsf, &report(), &target()).lines().count(), report().findings.len());
    assert_eq!(written(Format::Ocsf, &Report::default(), &target()), "");
    let (validator, value) = facts(Format::Ocsf, &report());
    let mut bad = value[0].clone();
    bad.as_object_mut().unwrap().remove("finding_info");
    assert!(!validator.is_valid(&bad));
}

#[test]
fn techniques_are_attacks() {
    let mut one = report();
    one.findings.truncate(1);
    one.findings[0].references.attack = &["T1648", "T1078.004", "TA0006"];
    let (_, value) = facts(Format::Ocsf, &one);
    let attacks = &value[0]["finding_info"]["attacks"];
    assert_eq!(attacks.as_array().unwrap().len(), 2);
    assert_eq!(attacks[1]["technique"]["uid"], "T1078");
    assert_eq!(attacks[1]["sub_technique"]["uid"], "T1078.004");
    valid(Format::Ocsf, &one);
}

#[test]
fn junit() {
    let text = stable(Format::Junit, &report());
    expect("junit.xml", &text);
    assert_eq!(counted(&text), (5, 1, 1, 0));
    // The words of strangers are neither markup nor characters that XML forbids.
    let text = written(Format::Junit, &hostile(), &target());
    assert_eq!(counted(&text).0, 5);
    assert!(!text.contains("<img") && !text.contains("<script"), "{text}");
    assert!(text.chars().all(|c| c == '\n' || (' '..'\u{fffe}').contains(&c) || c > '\u{ffff}'));
}

#[test]
fn an_application_without_findings_passes() {
    let calm = Report { applications: report().applications, complete: true, ..Report::default() };
    let text = written(Format::Junit, &calm, &target());
    assert!(text.contains("<testsuite name=\"api\" tests=\"1\" failures=\"0\""), "{text}");
    assert_eq!(counted(&text), (0, 0, 0, 1));
}

/// Failures, skipped, errors and passed cases of well-formed XML.
fn counted(text: &str) -> (usize, usize, usize, usize) {
    let mut reader = quick_xml::Reader::from_str(text);
    let (mut failures, mut skipped, mut errors, mut cases) = (0, 0, 0, 0);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(e) | Event::Empty(e) => {
                for attribute in e.attributes() {
                    attribute.unwrap().unescape_value().unwrap();
                }
                match e.name().as_ref() {
                    b"testcase" => cases += 1,
                    b"failure" => failures += 1,
                    b"skipped" => skipped += 1,
                    b"error" => errors += 1,
                    _ => {}
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    (failures, skipped, errors, cases - failures - skipped - errors)
}

#[test]
fn csv() {
    let text = written(Format::Csv, &report(), &target());
    expect("findings.csv", &text);
    assert!(text.lines().count() > 5);
    assert_eq!(text.matches("\r\n").count(), text.matches('\n').count());
    let text = written(Format::Csv, &hostile(), &target());
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let columns = reader.headers().unwrap().len();
    let mut rows = 0;
    for row in reader.records() {
        let row = row.unwrap();
        rows += 1;
        assert_eq!(row.len(), columns);
        for cell in &row {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
        }
        assert!(row[2].starts_with("'=cmd"), "{}", &row[2]);
    }
    assert_eq!(rows, hostile().findings.len());
}

#[test]
fn severities_keep_their_order_everywhere() {
    let mut all = report();
    let one: Finding = finding(
        "iam-admin",
        Severity::Info,
        "m",
        &[],
        vec![label(&all.sources, "api/roles.yml", "Uploads", "", true)],
    );
    all.findings = Severity::ALL.iter().map(|s| Finding { severity: *s, ..one.clone() }).collect();
    let (_, gitlab) = facts(Format::Gitlab, &all);
    let (_, asff) = facts(Format::Asff, &all);
    let (_, ocsf) = facts(Format::Ocsf, &all);
    let words = |list: &Value, pointer: &str| -> Vec<Value> {
        list.as_array().unwrap().iter().map(|f| f.pointer(pointer).unwrap().clone()).collect()
    };
    assert_eq!(words(&gitlab["vulnerabilities"], "/severity"), ["Critical", "High", "Medium", "Low", "Info"]);
    assert_eq!(words(&asff, "/Severity/Label"), ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL"]);
    assert_eq!(words(&ocsf, "/severity_id"), [5, 4, 3, 2, 1]);
}
