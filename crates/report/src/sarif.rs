use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{self, Write};

use palisade_diag::{Confidence, Finding, Fixed, Ignored, Label, Report, Severity, Unread, UnreadKind};
use palisade_rules::Entry;
use serde_json::{Map, Value, json};

use crate::Options;
use crate::draw::{Masks, about_secret};
use crate::words::clean;

/// SARIF 2.1.0 (OASIS, 27 March 2020), with what GitHub's code scanning reads beside it.
pub fn sarif(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut names: BTreeSet<&str> = report.findings.iter().map(|f| f.rule).collect();
    let unchanged = || report.baseline.iter().flat_map(|b| &b.unchanged);
    names.extend(unchanged().map(|f| f.rule));
    names.extend(report.baseline.iter().flat_map(|b| &b.fixed).map(|f| f.rule.as_str()));
    names.extend(report.ignored.iter().map(|i| i.finding.rule));
    if report.unread.iter().any(|u| u.kind == UnreadKind::Failed) {
        names.insert(UNREAD);
    }
    let index: BTreeMap<&str, usize> = names.iter().enumerate().map(|(n, name)| (*name, n)).collect();
    let rules: Vec<Value> = names.iter().map(|name| rule(name, report)).collect();
    let writer = Writer { report, options, index, masks: Masks::of(report) };
    let compared = report.baseline.is_some();
    let mut results: Vec<Value> =
        report.findings.iter().map(|f| writer.result(f, None, compared.then_some("new"))).collect();
    results.extend(unchanged().map(|f| writer.result(f, None, Some("unchanged"))));
    // What is ignored needs no baseline: whether it is new does not matter.
    let state = compared.then_some("unchanged");
    results.extend(report.ignored.iter().map(|i| writer.result(&i.finding, Some(i), state)));
    results.extend(report.baseline.iter().flat_map(|b| &b.fixed).map(|f| writer.absent(f)));
    let notifications: Vec<Value> = report.unread.iter().map(|u| writer.notification(u)).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "Palisade",
                "organization": "Palisade",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules,
            } },
            "invocations": [{
                "executionSuccessful": report.complete,
                "toolExecutionNotifications": notifications,
            }],
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { "SRCROOT": { "description": { "text": "the folder that paths are relative to" } } },
            "artifacts": writer.artifacts(),
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &log).map_err(io::Error::from)?;
    writeln!(out)
}

const UNREAD: &str = "deploy-file-unread";

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// GitHub's scale: above 9.0 critical, 7.0 high, 4.0 medium, 0.1 low.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
        Severity::Info => "0.1",
    }
}

fn precision(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "very-high",
        Confidence::Medium => "high",
        Confidence::Low => "medium",
    }
}

fn rule(name: &str, report: &Report) -> Value {
    let Some(entry) = palisade_rules::find(name) else {
        // A finding of a rule that is not in the table still needs a descriptor.
        let any = report.findings.iter().find(|f| f.rule == name);
        let severity = any.map_or(Severity::Info, |f| f.severity);
        return json!({
            "id": name,
            "shortDescription": { "text": name },
            "defaultConfiguration": { "level": level(severity) },
            "properties": { "tags": ["security"], "security-severity": score(severity) },
        });
    };
    let text = |title: &str| palisade_rules::section(entry.page, title).unwrap_or("").to_owned();
    let full = [text("What"), text("Why")].join("\n\n");
    let help = format!("{}\n\n{}", entry.summary, text("How to fix"));
    json!({
        "id": name,
        "name": pascal(name),
        "shortDescription": { "text": entry.summary },
        "fullDescription": { "text": full.trim(), "markdown": full.trim() },
        "help": { "text": help.trim(), "markdown": markdown(entry) },
        "defaultConfiguration": { "level": level(entry.rule.severity) },
        "properties": {
            "tags": tags(entry),
            "precision": precision(entry.rule.confidence),
            "problem.severity": match level(entry.rule.severity) { "note" => "recommendation", other => other },
            "security-severity": score(entry.rule.severity),
            "persona": entry.rule.persona.word(),
        },
    })
}

fn pascal(name: &str) -> String {
    let word = |w: &str| {
        let mut chars = w.chars();
        chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
    };
    name.split('-').map(word).collect()
}

fn tags(entry: &Entry) -> Vec<String> {
    let references = &entry.rule.references;
    let mut tags = vec!["security".to_owned(), "serverless".to_owned(), entry.category.to_owned()];
    tags.extend(references.cwe.iter().map(|n| format!("external/cwe/cwe-{n:03}")));
    let others = [
        ("external/owasp-serverless", references.owasp_serverless),
        ("external/checkov", references.checkov),
        ("external/aws", references.aws),
        ("external/attack", references.attack),
    ];
    for (prefix, ids) in others {
        tags.extend(ids.iter().map(|id| format!("{prefix}/{}", id.to_lowercase())));
    }
    tags
}

/// The rule's page under a title. The examples' fences keep their language and lose what only tests read.
fn markdown(entry: &Entry) -> String {
    let mut out = format!("# {}\n\n", entry.name);
    for line in entry.page.lines() {
        match line.strip_prefix("```") {
            Some(info) => {
                out.push_str("```");
                out.push_str(info.split_whitespace().next().unwrap_or(""));
            }
            None => out.push_str(line),
        }
        out.push('\n');
    }
    out.trim_end().to_owned()
}

struct Writer<'a> {
    report: &'a Report,
    options: &'a Options,
    index: BTreeMap<&'a str, usize>,
    masks: Masks,
}

impl Writer<'_> {
    /// A finding of the baseline that is gone: nobody knows its line, and no reader may take it for open.
    fn absent(&self, fixed: &Fixed) -> Value {
        json!({
            "ruleId": fixed.rule,
            "ruleIndex": self.index.get(fixed.rule.as_str()),
            "kind": "notApplicable",
            "level": "none",
            "message": { "text": format!("fixed since {}: {}", clean(&fixed.since), clean(&fixed.place)) },
            "partialFingerprints": { "palisade/v1": fixed.fingerprint },
            "baselineState": "absent",
            "suppressions": [],
        })
    }

    fn result(&self, finding: &Finding, ignored: Option<&Ignored>, state: Option<&str>) -> Value {
        let mut result = Map::new();
        let mut set = |key: &str, value: Value| result.insert(key.to_owned(), value);
        set("ruleId", json!(finding.rule));
        if let Some(index) = self.index.get(finding.rule) {
            set("ruleIndex", json!(index));
        }
        set("kind", json!("fail"));
        set("level", json!(level(finding.severity)));
        let mut message = clean(&finding.message);
        if !finding.help.is_empty() {
            message.push_str("\n\nFix: ");
            message.push_str(&clean(&finding.help));
        }
        set("message", json!({ "text": message }));
        let primary = finding.primary().filter(|l| !l.path.is_empty());
        set(
            "locations",
            Value::Array(primary.iter().map(|l| self.location(l, Some(finding), None)).collect()),
        );
        let related: Vec<Value> = finding
            .labels
            .iter()
            .filter(|l| Some(*l) != finding.primary() && !l.path.is_empty())
            .enumerate()
            .map(|(n, l)| self.location(l, None, Some(n + 1)))
            .collect();
        if !related.is_empty() {
            set("relatedLocations", Value::Array(related));
        }
        if let Some(flow) = self.flow(finding) {
            set("codeFlows", flow);
        }
        set("partialFingerprints", json!({ "palisade/v1": finding.fingerprint }));
        if let Some(state) = state {
            set("baselineState", json!(state));
        }
        let fixes: Vec<Value> = finding.fixes.iter().filter_map(|f| self.fix(f)).collect();
        if !fixes.is_empty() {
            set("fixes", Value::Array(fixes));
        }
        if let Some(ignored) = ignored {
            let kind = if ignored.by == "config" { "external" } else { "inSource" };
            let mut suppression = json!({
                "kind": kind,
                "status": "accepted",
                "justification": ignored.reason,
            });
            if let (Some(until), Some(map)) = (&ignored.until, suppression.as_object_mut()) {
                map.insert("properties".to_owned(), json!({ "until": until }));
            }
            set("suppressions", json!([suppression]));
        } else if !self.report.ignored.is_empty() || self.report.baseline.is_some() {
            // A run that uses suppressions has the property in every result (SARIF 2.1.0, 3.27.23).
            set("suppressions", json!([]));
        }
        set(
            "properties",
            json!({
                "severity": finding.severity.word(),
                "security-severity": score(finding.severity),
                "confidence": finding.confidence.word(),
                "persona": finding.persona.word(),
                "affected": finding.affected,
            }),
        );
        Value::Object(result)
    }

    fn location(&self, label: &Label, of: Option<&Finding>, id: Option<usize>) -> Value {
        let mut location = json!({
            "physicalLocation": {
                "artifactLocation": self.artifact(&label.path),
                "region": self.region(label, of),
            },
        });
        let Some(map) = location.as_object_mut() else { return location };
        if !label.text.is_empty() {
            map.insert("message".to_owned(), json!({ "text": clean(&label.text) }));
        }
        if let Some(id) = id {
            map.insert("id".to_owned(), json!(id));
        }
        if let Some(finding) = of {
            let logical: Vec<Value> = finding.affected.iter().map(|id| logical(id, finding)).collect();
            if !logical.is_empty() {
                map.insert("logicalLocations".to_owned(), Value::Array(logical));
            }
        }
        location
    }

    fn region(&self, label: &Label, of: Option<&Finding>) -> Value {
        let mut region = json!({
            "startLine": label.start.line,
            "startColumn": label.start.column,
            "endLine": label.end.line,
            "endColumn": label.end.column,
            "byteOffset": label.start.offset,
            "byteLength": label.end.offset.saturating_sub(label.start.offset),
        });
        let shown =
            of.filter(|f| !about_secret(f.rule)).and_then(|_| self.report.sources.files.get(&label.path));
        if let (Some(file), Some(map)) = (shown, region.as_object_mut()) {
            let text = file.slice(label.start.offset, label.end.offset);
            if !text.is_empty() && text.len() <= 400 && !self.secret(label) {
                map.insert("snippet".to_owned(), json!({ "text": text }));
            }
        }
        region
    }

    /// Whether some finding says that a secret stands here.
    fn secret(&self, label: &Label) -> bool {
        let (start, end) = (label.start.offset as usize, label.end.offset as usize);
        self.masks.file(&label.path).iter().any(|m| m.start < end && start < m.end)
    }

    fn artifact(&self, path: &str) -> Value {
        json!({ "uri": uri(&format!("{}{path}", self.options.prefix)), "uriBaseId": "SRCROOT" })
    }

    /// The files that results point into.
    fn artifacts(&self) -> Vec<Value> {
        let all = self.report.findings.iter().chain(self.report.ignored.iter().map(|i| &i.finding));
        let all = all.chain(self.report.baseline.iter().flat_map(|b| &b.unchanged));
        let mut paths: BTreeSet<&str> = all.flat_map(|f| f.labels.iter().map(|l| l.path.as_str())).collect();
        paths.extend(self.report.unread.iter().map(|u| u.path.as_str()));
        paths.into_iter().filter(|p| !p.is_empty()).map(|p| json!({ "location": self.artifact(p) })).collect()
    }

    /// The steps of an attack path.
    fn flow(&self, finding: &Finding) -> Option<Value> {
        let steps: Vec<Value> = finding
            .steps
            .iter()
            .filter_map(|s| finding.labels.get(*s))
            .filter(|l| !l.path.is_empty())
            .map(|l| json!({ "location": self.location(l, None, None) }))
            .collect();
        (!steps.is_empty()).then(|| json!([{ "threadFlows": [{ "locations": steps }] }]))
    }

    fn fix(&self, fix: &palisade_diag::Fix) -> Option<Value> {
        let mut changes: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
        for edit in &fix.edits {
            let file = self.report.sources.files.get(&edit.path)?;
            let (start, end) = (file.position(edit.start), file.position(edit.end));
            changes.entry(&edit.path).or_default().push(json!({
                "deletedRegion": {
                    "startLine": start.line, "startColumn": start.column,
                    "endLine": end.line, "endColumn": end.column,
                },
                "insertedContent": { "text": edit.replacement },
            }));
        }
        let changes: Vec<Value> = changes
            .into_iter()
            .map(|(path, list)| json!({ "artifactLocation": self.artifact(path), "replacements": list }))
            .collect();
        (!changes.is_empty())
            .then(|| json!({ "description": { "text": clean(&fix.title) }, "artifactChanges": changes }))
    }

    fn notification(&self, entry: &Unread) -> Value {
        let mut physical = json!({ "artifactLocation": self.artifact(&entry.path) });
        if let (Some(line), Some(map)) = (entry.line.filter(|l| *l > 0), physical.as_object_mut()) {
            map.insert("region".to_owned(), json!({ "startLine": line }));
        }
        let mut notification = json!({
            "level": if entry.kind == UnreadKind::Failed { "error" } else { "note" },
            "message": { "text": clean(&entry.reason) },
            "locations": [{ "physicalLocation": physical }],
        });
        if let (UnreadKind::Failed, Some(index), Some(map)) =
            (entry.kind, self.index.get(UNREAD), notification.as_object_mut())
        {
            map.insert("associatedRule".to_owned(), json!({ "id": UNREAD, "index": index }));
        }
        notification
    }
}

fn logical(id: &str, finding: &Finding) -> Value {
    let name = id.split_once('#').map_or(id, |(_, n)| n);
    let mut out = json!({ "name": name, "fullyQualifiedName": id, "kind": "resource" });
    let resource =
        finding.resource.as_ref().filter(|r| finding.node.as_deref() == Some(id) && !r.ty.is_empty());
    if let (Some(resource), Some(map)) = (resource, out.as_object_mut()) {
        map.insert("properties".to_owned(), json!({ "type": resource.ty, "logicalId": resource.logical_id }));
    }
    out
}

/// A relative reference of RFC 3986: everything but unreserved characters and `/` is percent-encoded.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_uri_references() {
        assert_eq!(uri("a b/größe#1:x.yml"), "a%20b/gr%C3%B6%C3%9Fe%231%3Ax.yml");
    }

    #[test]
    fn names_of_rules_are_words() {
        assert_eq!(pascal("api-route-without-authorizer"), "ApiRouteWithoutAuthorizer");
    }
}
