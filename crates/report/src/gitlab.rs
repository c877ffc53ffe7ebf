use std::io::{self, Write};

use palisade_diag::{Finding, Report, Severity, UnreadKind};
use serde_json::{Value, json};

use crate::Options;
use crate::markdown::escape;
use crate::time::stamp;
use crate::words::{clean, short};

/// The report format that GitLab reads as `artifacts:reports:sast`, schema 15.2.1.
const VERSION: &str = "15.2.1";
const SCHEMA: &str = "https://gitlab.com/gitlab-org/security-products/security-report-schemas/-/raw/v15.2.1/dist/sast-report-format.json";

/// GitLab's SAST report. Its ids are the fingerprints as UUIDs, and the fingerprint is the tracking
/// signature too, so that a finding stays the same when lines move. Paths hold from the current folder,
/// which in a pipeline is the repository.
pub fn gitlab(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let tool = json!({
        "id": "palisade",
        "name": "Palisade",
        "url": env!("CARGO_PKG_REPOSITORY"),
        "vendor": { "name": "Palisade" },
        "version": env!("CARGO_PKG_VERSION"),
    });
    let messages: Vec<Value> = report
        .unread
        .iter()
        .map(|u| {
            let level = if u.kind == UnreadKind::Failed { "warn" } else { "info" };
            let line = u.line.map_or_else(String::new, |l| format!(":{l}"));
            json!({ "level": level, "value": format!("{}{line}: {}", options.path(&u.path), clean(&u.reason)) })
        })
        .collect();
    let time = stamp(options.time);
    let document = json!({
        "version": VERSION,
        "schema": SCHEMA,
        "scan": {
            "type": "sast",
            "status": if report.complete { "success" } else { "failure" },
            "start_time": time,
            "end_time": time,
            "analyzer": tool,
            "scanner": tool,
            "messages": messages,
        },
        "vulnerabilities":
            report.findings.iter().map(|f| vulnerability(f, options)).collect::<Vec<_>>(),
    });
    serde_json::to_writer_pretty(&mut *out, &document).map_err(io::Error::from)?;
    writeln!(out)
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "Critical",
        Severity::High => "High",
        Severity::Medium => "Medium",
        Severity::Low => "Low",
        Severity::Info => "Info",
    }
}

fn vulnerability(finding: &Finding, options: &Options) -> Value {
    // The name is that of the fault; the finding's own words are the description.
    let name = palisade_rules::find(finding.rule).map_or(finding.rule, |e| e.summary);
    let mut identifiers = vec![json!({
        "type": "palisade_rule",
        "name": format!("Palisade {}", finding.rule),
        "value": finding.rule,
    })];
    for cwe in finding.references.cwe {
        identifiers.push(json!({
            "type": "cwe",
            "name": format!("CWE-{cwe}"),
            "value": cwe.to_string(),
            "url": format!("https://cwe.mitre.org/data/definitions/{cwe}.html"),
        }));
    }
    for id in finding.references.owasp_serverless {
        identifiers.push(json!({ "type": "owasp_serverless", "name": format!("OWASP {id}"), "value": id }));
    }
    let mut location = json!({});
    let mut tracked = json!({ "signatures": [{ "algorithm": "hash", "value": finding.fingerprint }] });
    if let (Some(label), Some(map), Some(item)) =
        (finding.primary().filter(|l| !l.path.is_empty()), location.as_object_mut(), tracked.as_object_mut())
    {
        let path = options.path(&label.path);
        map.insert("file".to_owned(), json!(path));
        item.insert("file".to_owned(), json!(path));
        for (key, line) in [("start_line", label.start.line), ("end_line", label.end.line)] {
            map.insert(key.to_owned(), json!(line));
            item.insert(key.to_owned(), json!(line));
        }
        if let Some(node) = &finding.node {
            map.insert("class".to_owned(), json!(clean(node)));
        }
    }
    let mut out = json!({
        "id": uuid(&finding.fingerprint),
        "name": short(name, 255),
        "description": escape(&finding.message),
        "severity": severity(finding.severity),
        "identifiers": identifiers,
        "location": location,
        "tracking": { "type": "source", "items": [tracked] },
    });
    let Some(map) = out.as_object_mut() else { return out };
    if !finding.help.is_empty() {
        map.insert("solution".to_owned(), json!(short(&clean(&finding.help), 7000)));
    }
    let related: Vec<Value> = finding
        .labels
        .iter()
        .filter(|l| Some(*l) != finding.primary() && !l.path.is_empty())
        .map(|l| {
            json!({
                "type": "file-location",
                "file_name": options.path(&l.path),
                "line_start": l.start.line,
                "line_end": l.end.line,
            })
        })
        .collect();
    let mut details = json!({
        "confidence": { "name": "Confidence", "type": "text", "value": finding.confidence.word() },
    });
    if let Some(details) = details.as_object_mut() {
        if !related.is_empty() {
            let list = json!({ "name": "Related places", "type": "list", "items": related });
            details.insert("related".to_owned(), list);
        }
        if finding.affected.len() > 1 {
            let items: Vec<Value> =
                finding.affected.iter().map(|id| json!({ "type": "text", "value": clean(id) })).collect();
            let list = json!({ "name": "Holds for", "type": "list", "items": items });
            details.insert("affected".to_owned(), list);
        }
    }
    map.insert("details".to_owned(), details);
    out
}

/// The 32 digits of a fingerprint in the form of a UUID.
fn uuid(fingerprint: &str) -> String {
    let part = |from: usize, to: usize| fingerprint.get(from..to).unwrap_or_default();
    if fingerprint.len() != 32 {
        return fingerprint.to_owned();
    }
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}
