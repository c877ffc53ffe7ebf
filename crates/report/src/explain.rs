use palisade_rules::{Entry, FixKind};

use crate::Options;
use crate::text::Paint;
use crate::words::wrap;

/// The page of a rule for a terminal: its metadata, then its header with headings, wrapped paragraphs,
/// lists and indented examples.
pub fn explain(entry: &Entry, options: &Options) -> String {
    let paint = Paint { color: options.color };
    let width = options.columns().min(100);
    let rule = entry.rule;
    let mut out = String::new();
    let severity = paint.severity(rule.severity, rule.severity.word());
    line(&mut out, &format!("{}: {}", paint.bold(entry.name), entry.summary));
    out.push('\n');
    let fix = match rule.fix {
        FixKind::Safe => "safe",
        FixKind::Unsafe => "unsafe (somebody must look)",
        FixKind::None => "by hand",
    };
    line(&mut out, &format!("  severity    {severity}"));
    line(&mut out, &format!("  confidence  {}", rule.confidence.word()));
    line(&mut out, &format!("  persona     {}", rule.persona.word()));
    line(&mut out, &format!("  fix         {fix}"));
    line(&mut out, &format!("  since       {}", rule.since));
    let known = references(entry);
    if !known.is_empty() {
        for (n, part) in wrap(&known.join(", "), width.saturating_sub(14)).iter().enumerate() {
            line(&mut out, &format!("  {:<11} {part}", if n == 0 { "references" } else { "" }));
        }
    }
    let mut page = Page { paint: &paint, width, out, paragraph: String::new(), hanging: 0 };
    let mut fence = false;
    for text in entry.page.lines().skip(1) {
        if let Some(info) = text.strip_prefix("```") {
            page.flush();
            if !fence {
                page.example(info);
            }
            fence = !fence;
        } else if fence {
            page.code(text);
        } else {
            page.prose(text);
        }
    }
    page.flush();
    page.out
}

fn line(out: &mut String, text: &str) {
    out.push_str(text.trim_end());
    out.push('\n');
}

fn references(entry: &Entry) -> Vec<String> {
    let r = &entry.rule.references;
    let mut all: Vec<String> = r.cwe.iter().map(|n| format!("CWE-{n}")).collect();
    for ids in [r.owasp_serverless, r.checkov, r.aws, r.attack, r.others] {
        all.extend(ids.iter().map(|id| (*id).to_owned()));
    }
    if !r.stride.is_empty() {
        all.push(format!("STRIDE {}", r.stride.join("")));
    }
    all
}

struct Page<'a> {
    paint: &'a Paint,
    width: usize,
    out: String,
    paragraph: String,
    /// Columns by which the lines of a list's item after its first are indented.
    hanging: usize,
}

impl Page<'_> {
    fn prose(&mut self, text: &str) {
        let trimmed = text.trim();
        if let Some(title) = trimmed.strip_prefix("## ").or(trimmed.strip_prefix("### ")) {
            self.flush();
            if !self.out.ends_with("\n\n") {
                self.out.push('\n');
            }
            line(&mut self.out, &self.paint.bold(&title.to_uppercase()));
            self.out.push('\n');
        } else if trimmed.is_empty() {
            self.flush();
            if !self.out.ends_with("\n\n") {
                self.out.push('\n');
            }
        } else if let Some(item) = trimmed.strip_prefix("- ").or(trimmed.strip_prefix("* ")) {
            self.flush();
            self.hanging = 2;
            self.paragraph = format!("- {item}");
        } else if trimmed.starts_with('|') {
            self.flush();
            line(&mut self.out, &format!("  {trimmed}"));
        } else {
            if !self.paragraph.is_empty() {
                self.paragraph.push(' ');
            }
            self.paragraph.push_str(trimmed);
        }
    }

    /// What an example shows, from its fence: `yaml bad serverless.yml`.
    fn example(&mut self, info: &str) {
        let mut words = info.split_whitespace().skip(1);
        let verdict = match words.next() {
            Some("bad") => "found in",
            Some("good") => "silent in",
            Some("unknown") => "cannot tell in",
            Some("fixed") => "fixed",
            _ => return,
        };
        let file = words.next().unwrap_or("template.yaml");
        line(&mut self.out, &format!("  {}", self.paint.dim(&format!("{verdict} {file}:"))));
    }

    fn code(&mut self, text: &str) {
        line(&mut self.out, &format!("    {text}"));
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.paragraph);
        let hanging = std::mem::take(&mut self.hanging);
        if text.is_empty() {
            return;
        }
        for (n, part) in wrap(&text, self.width.saturating_sub(2 + hanging)).iter().enumerate() {
            let indent = if n == 0 { 2 } else { 2 + hanging };
            let part = if self.paint.color { self.spans(part) } else { part.clone() };
            line(&mut self.out, &format!("{}{part}", " ".repeat(indent)));
        }
    }

    /// Code and emphasis inside a line.
    fn spans(&self, text: &str) -> String {
        let parts: Vec<&str> = text.split('`').collect();
        if parts.len().is_multiple_of(2) {
            return text.to_owned();
        }
        let paint = |(n, part): (usize, &&str)| {
            if n % 2 == 1 { self.paint.code(part) } else { (*part).to_owned() }
        };
        parts.iter().enumerate().map(paint).collect()
    }
}
