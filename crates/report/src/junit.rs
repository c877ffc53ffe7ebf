use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use palisade_diag::{Finding, Report, UnreadKind};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use crate::Options;
use crate::time::stamp;
use crate::words::clean;

/// JUnit's XML as CI systems read it: a suite for each application, a failed case for each finding, a
/// skipped one for each that is ignored or in the baseline, an error for each file of ours that was not
/// read. An application without findings is one case that passes, since an empty report fails many a CI.
pub fn junit(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut suites: BTreeMap<&str, Vec<Case<'_>>> =
        report.applications.iter().map(|a| (a.root.as_str(), Vec::new())).collect();
    for finding in &report.findings {
        suites.entry(suite(finding)).or_default().push(Case::Failed(finding));
    }
    for ignored in &report.ignored {
        let why = format!("ignored: {}", ignored.reason);
        suites.entry(suite(&ignored.finding)).or_default().push(Case::Skipped(&ignored.finding, why));
    }
    for finding in report.baseline.iter().flat_map(|b| &b.unchanged) {
        suites.entry(suite(finding)).or_default().push(Case::Skipped(finding, "in the baseline".to_owned()));
    }
    for entry in report.unread.iter().filter(|u| u.kind == UnreadKind::Failed) {
        let line = entry.line.map_or_else(String::new, |l| format!(":{l}"));
        let name = format!("{}{line}", entry.path);
        suites.entry("unread files").or_default().push(Case::Unread(name, &entry.reason));
    }
    for cases in suites.values_mut() {
        if cases.is_empty() {
            cases.push(Case::Passed);
        }
    }
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let mut root = BytesStart::new("testsuites");
    let all = suites.values().flatten();
    root.push_attribute(("name", "palisade"));
    counts(&mut root, &all.collect::<Vec<_>>(), false);
    xml.write_event(Event::Start(root))?;
    for (name, cases) in &suites {
        let mut start = BytesStart::new("testsuite");
        start.push_attribute(("name", clean(name).as_str()));
        counts(&mut start, &cases.iter().collect::<Vec<_>>(), true);
        start.push_attribute(("time", "0"));
        start.push_attribute(("timestamp", stamp(options.time).as_str()));
        xml.write_event(Event::Start(start))?;
        for case in cases {
            case.write(&mut xml)?;
        }
        xml.write_event(Event::End(BytesEnd::new("testsuite")))?;
    }
    xml.write_event(Event::End(BytesEnd::new("testsuites")))?;
    out.write_all(&xml.into_inner())?;
    writeln!(out)
}

/// The application of a finding, else its file.
fn suite(finding: &Finding) -> &str {
    if finding.identity.application.is_empty() {
        finding.primary().map_or("files", |l| l.path.as_str())
    } else {
        &finding.identity.application
    }
}

fn counts(start: &mut BytesStart<'_>, cases: &[&Case<'_>], skipped: bool) {
    let number = |of: fn(&Case<'_>) -> bool| cases.iter().filter(|c| of(c)).count().to_string();
    start.push_attribute(("tests", cases.len().to_string().as_str()));
    start.push_attribute(("failures", number(|c| matches!(c, Case::Failed(_))).as_str()));
    start.push_attribute(("errors", number(|c| matches!(c, Case::Unread(..))).as_str()));
    // The element of all suites has no such attribute in the schemas.
    if skipped {
        start.push_attribute(("skipped", number(|c| matches!(c, Case::Skipped(..))).as_str()));
    }
}

enum Case<'a> {
    Failed(&'a Finding),
    Skipped(&'a Finding, String),
    Unread(String, &'a str),
    Passed,
}

impl Case<'_> {
    fn write(&self, xml: &mut Writer<Vec<u8>>) -> io::Result<()> {
        let mut start = BytesStart::new("testcase");
        let (name, class) = match self {
            Case::Failed(f) | Case::Skipped(f, _) => (case_name(f), f.rule),
            Case::Unread(place, _) => (clean(place), "deploy-file-unread"),
            Case::Passed => ("no findings".to_owned(), "palisade"),
        };
        start.push_attribute(("name", name.as_str()));
        start.push_attribute(("classname", class));
        if let Case::Failed(f) | Case::Skipped(f, _) = self
            && let Some(label) = f.primary().filter(|l| !l.path.is_empty())
        {
            start.push_attribute(("file", clean(&label.path).as_str()));
            start.push_attribute(("line", label.start.line.to_string().as_str()));
        }
        start.push_attribute(("time", "0"));
        if let Case::Passed = self {
            return xml.write_event(Event::Empty(start));
        }
        xml.write_event(Event::Start(start))?;
        match self {
            Case::Failed(f) => {
                let mut failure = BytesStart::new("failure");
                failure.push_attribute(("message", clean(&f.message).as_str()));
                failure.push_attribute(("type", f.severity.word()));
                body(xml, failure, &details(f))?;
            }
            Case::Skipped(_, why) => {
                let mut skipped = BytesStart::new("skipped");
                skipped.push_attribute(("message", clean(why).as_str()));
                xml.write_event(Event::Empty(skipped))?;
            }
            Case::Unread(_, reason) => {
                let mut error = BytesStart::new("error");
                error.push_attribute(("message", clean(reason).as_str()));
                error.push_attribute(("type", "unread"));
                xml.write_event(Event::Empty(error))?;
            }
            Case::Passed => {}
        }
        xml.write_event(Event::End(BytesEnd::new("testcase")))
    }
}

/// Several findings of one rule differ in what they are about.
fn case_name(finding: &Finding) -> String {
    let about = match (&finding.node, finding.primary()) {
        (Some(node), _) => node.split_once('#').map_or(node.as_str(), |(_, name)| name).to_owned(),
        (None, Some(label)) => label.path.clone(),
        (None, None) => String::new(),
    };
    let place = finding.primary().map_or_else(String::new, |l| format!(" ({}:{})", l.path, l.start.line));
    clean(&format!("{}: {about}{place}", finding.rule))
}

fn details(finding: &Finding) -> String {
    let mut text = format!("{}: {}", finding.severity.word(), clean(&finding.message));
    if !finding.help.is_empty() {
        let _ = write!(text, "\nhelp: {}", clean(&finding.help));
    }
    for label in finding.labels.iter().filter(|l| !l.path.is_empty()) {
        let words = if label.text.is_empty() { String::new() } else { format!(": {}", label.text) };
        let place = format!("{}:{}:{}{words}", label.path, label.start.line, label.start.column);
        let _ = write!(text, "\nat {}", clean(&place));
    }
    let _ = write!(text, "\nfingerprint: {}", finding.fingerprint);
    text
}

fn body(xml: &mut Writer<Vec<u8>>, start: BytesStart<'_>, text: &str) -> io::Result<()> {
    let end = start.to_end().into_owned();
    xml.write_event(Event::Start(start))?;
    xml.write_event(Event::Text(BytesText::new(text)))?;
    xml.write_event(Event::End(end))
}
