use std::io::{self, Write};

use palisade_diag::{Confidence, Finding, Report, Severity};
use serde_json::{Map, Value, json};

use crate::Options;
use crate::words::clean;

/// The version of the schema whose attributes are used; none of them has changed since 1.3.0.
const VERSION: &str = "1.8.0";

/// OCSF Detection Findings (class 2004), one JSON object a line: what Firehose, Glue, OpenSearch and log
/// shippers take. Security Lake itself stores Parquet, into which its custom sources convert such lines.
pub fn ocsf(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    for finding in &report.findings {
        serde_json::to_writer(&mut *out, &event(finding, options)).map_err(io::Error::from)?;
        writeln!(out)?;
    }
    Ok(())
}

fn severity(severity: Severity) -> (u8, &'static str) {
    match severity {
        Severity::Critical => (5, "Critical"),
        Severity::High => (4, "High"),
        Severity::Medium => (3, "Medium"),
        Severity::Low => (2, "Low"),
        Severity::Info => (1, "Informational"),
    }
}

fn confidence(confidence: Confidence) -> (u8, &'static str) {
    match confidence {
        Confidence::High => (3, "High"),
        Confidence::Medium => (2, "Medium"),
        Confidence::Low => (1, "Low"),
    }
}

fn event(finding: &Finding, options: &Options) -> Value {
    let entry = palisade_rules::find(finding.rule);
    let title = entry.map_or(finding.rule, |e| e.summary);
    let time = options.time.saturating_mul(1000);
    let (severity_id, severity) = severity(finding.severity);
    let (confidence_id, confidence) = confidence(finding.confidence);
    let mut profiles = Vec::new();
    let mut out = Map::new();
    let mut set = |key: &str, value: Value| out.insert(key.to_owned(), value);
    set("class_uid", json!(2004));
    set("class_name", json!("Detection Finding"));
    set("category_uid", json!(2));
    set("category_name", json!("Findings"));
    set("activity_id", json!(1));
    set("activity_name", json!("Create"));
    set("type_uid", json!(200_401));
    set("type_name", json!("Detection Finding: Create"));
    set("time", json!(time));
    set("severity_id", json!(severity_id));
    set("severity", json!(severity));
    set("status_id", json!(1));
    set("status", json!("New"));
    set("confidence_id", json!(confidence_id));
    set("confidence", json!(confidence));
    set("is_alert", json!(false));
    set("message", json!(clean(&finding.message)));
    set("finding_info", finding_info(finding, title, entry.map_or("", |e| e.category), time));
    set("resources", Value::Array(resources(finding, options)));
    if let Some(evidence) = evidence(finding) {
        set("evidences", json!([evidence]));
    }
    if !finding.help.is_empty() {
        set("remediation", json!({ "desc": clean(&finding.help) }));
    }
    if options.account.is_some() || options.region.is_some() {
        profiles.push("cloud");
        let mut cloud = json!({ "provider": "AWS" });
        if let Some(map) = cloud.as_object_mut() {
            if let Some(region) = &options.region {
                map.insert("region".to_owned(), json!(region));
            }
            if let Some(account) = &options.account {
                let account = json!({ "uid": account, "type_id": 10, "type": "AWS Account" });
                map.insert("account".to_owned(), account);
            }
        }
        set("cloud", cloud);
    }
    set(
        "metadata",
        json!({
            "version": VERSION,
            "uid": finding.fingerprint,
            "profiles": profiles,
            "product": {
                "name": "Palisade",
                "vendor_name": "Palisade",
                "version": env!("CARGO_PKG_VERSION"),
                "url_string": env!("CARGO_PKG_REPOSITORY"),
            },
        }),
    );
    set(
        "unmapped",
        json!({
            "rule": finding.rule,
            "persona": finding.persona.word(),
            "cwe": finding.references.cwe,
            "owasp_serverless": finding.references.owasp_serverless,
            "controls": finding.references.aws,
        }),
    );
    Value::Object(out)
}

fn finding_info(finding: &Finding, title: &str, category: &str, time: i64) -> Value {
    let mut info = json!({
        "uid": finding.fingerprint,
        "title": clean(title),
        "desc": clean(&finding.message),
        "types": [category],
        "created_time": time,
        "analytic": {
            "uid": finding.rule,
            "name": finding.rule,
            "type_id": 1,
            "type": "Rule",
            "version": env!("CARGO_PKG_VERSION"),
        },
    });
    let attacks: Vec<Value> = finding
        .references
        .attack
        .iter()
        .filter(|id| id.starts_with('T') && !id.starts_with("TA"))
        .map(|id| match id.split_once('.') {
            Some((technique, _)) => {
                json!({ "technique": { "uid": technique }, "sub_technique": { "uid": id } })
            }
            None => json!({ "technique": { "uid": id } }),
        })
        .collect();
    if let Some(map) = info.as_object_mut() {
        if category.is_empty() {
            map.remove("types");
        }
        if !attacks.is_empty() {
            map.insert("attacks".to_owned(), Value::Array(attacks));
        }
    }
    info
}

fn resources(finding: &Finding, options: &Options) -> Vec<Value> {
    let mut all = Vec::new();
    for id in &finding.affected {
        let name = id.split_once('#').map_or(id.as_str(), |(_, name)| name);
        let own = finding.resource.as_ref().filter(|_| finding.node.as_ref() == Some(id));
        let mut resource = json!({ "uid": clean(id), "name": clean(name) });
        if let Some(map) = resource.as_object_mut() {
            let kind = id.split(':').next().unwrap_or_default();
            let ty = own.map(|r| r.ty.as_str()).filter(|t| !t.is_empty()).unwrap_or(kind);
            map.insert("type".to_owned(), json!(clean(ty)));
            if let Some(region) = &options.region {
                map.insert("region".to_owned(), json!(region));
            }
            if !finding.identity.application.is_empty() {
                let namespace = clean(&finding.identity.application);
                map.insert("namespace".to_owned(), json!(namespace));
            }
        }
        all.push(resource);
    }
    if all.is_empty()
        && let Some(label) = finding.primary().filter(|l| !l.path.is_empty())
    {
        all.push(json!({ "uid": clean(&label.path), "name": clean(&label.path), "type": "File" }));
    }
    all
}

/// The places, the primary one as the file.
fn evidence(finding: &Finding) -> Option<Value> {
    let label = finding.primary().filter(|l| !l.path.is_empty())?;
    let name = label.path.rsplit('/').next().unwrap_or(&label.path);
    let places: Vec<Value> = finding
        .labels
        .iter()
        .filter(|l| !l.path.is_empty())
        .map(|l| {
            json!({
                "path": clean(&l.path),
                "start": { "line": l.start.line, "column": l.start.column },
                "end": { "line": l.end.line, "column": l.end.column },
                "text": clean(&l.text),
            })
        })
        .collect();
    Some(json!({
        "file": { "name": clean(name), "path": clean(&label.path), "type_id": 1, "type": "Regular File" },
        "data": { "places": places },
    }))
}
