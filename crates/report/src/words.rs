use palisade_diag::{Report, Severity, UnreadKind};

/// Text without what a terminal would act on: line breaks and tabs become spaces, control characters and
/// characters that hide or reorder text become visible. Reports hold the words of strangers.
pub(crate) fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\r' => {}
            '\n' | '\t' => out.push(' '),
            c => out.push(visible(c)),
        }
    }
    out
}

/// The character, or what stands for it where it would act on the terminal or hide from the reader.
pub(crate) fn visible(c: char) -> char {
    match c {
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        _ if hides(c) => '\u{fffd}',
        c => c,
    }
}

/// Characters that have no shape of their own and change what is around them: C1 controls, bidirectional
/// marks and isolates, zero-width characters, line separators, tags. A byte-order mark is left alone.
fn hides(c: char) -> bool {
    matches!(c,
        '\u{80}'..='\u{9f}'
        | '\u{ad}'
        | '\u{61c}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{fffe}'..='\u{ffff}'
        | '\u{e0000}'..='\u{e007f}')
}

/// `text` broken at spaces into lines of at most `width` columns; words that are longer stay whole.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split(' ').filter(|w| !w.is_empty()) {
        let columns = word.chars().count();
        if used > 0 && used + 1 + columns > width {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += columns;
    }
    lines.push(line);
    lines
}

/// `text` with no more than `most` characters, the last of which says that it was cut.
pub(crate) fn short(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

/// `1 finding`, `2 findings`.
pub(crate) fn count(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

/// `1 critical, 3 high`: severities that occur, worst first.
pub(crate) fn tally(severities: impl Iterator<Item = Severity>) -> String {
    let all: Vec<Severity> = severities.collect();
    let mut words = Vec::new();
    for severity in Severity::ALL {
        let n = all.iter().filter(|s| **s == severity).count();
        if n > 0 {
            words.push(format!("{n} {}", severity.word()));
        }
    }
    words.join(", ")
}

/// The one line at the very end.
pub(crate) fn summary(report: &Report) -> String {
    let functions: usize = report.applications.iter().map(|a| a.functions).sum();
    let place =
        format!("in {} ({})", count(report.applications.len(), "application"), count(functions, "function"));
    let mut parts = Vec::new();
    if report.applications.is_empty() && report.findings.is_empty() {
        parts.push(
            "nothing recognised: no serverless.yml, template, Terraform module or CDK application".to_owned(),
        );
    } else if report.findings.is_empty() {
        let new = if report.baseline.is_some() { "new " } else { "" };
        parts.push(format!("no {new}findings {place}"));
    } else {
        let by = tally(report.findings.iter().map(|f| f.severity));
        parts.push(format!("{}: {by} {place}", count(report.findings.len(), "finding")));
    }
    if let Some(baseline) = &report.baseline {
        let (new, old, fixed) = (report.findings.len(), baseline.unchanged.len(), baseline.fixed.len());
        parts.push(format!("{new} new, {old} in the baseline, {fixed} fixed since"));
    }
    let open: usize = report.statistics.cannot_tell.values().sum();
    if open > 0 {
        parts.push(format!("{open} cannot tell"));
    }
    let unread = |kind: UnreadKind| {
        let mut paths: Vec<&str> =
            report.unread.iter().filter(|u| u.kind == kind).map(|u| u.path.as_str()).collect();
        paths.sort_unstable();
        paths.dedup();
        paths.len()
    };
    let failed = unread(UnreadKind::Failed);
    if failed > 0 {
        parts.push(format!("{} unread", count(failed, "file")));
    }
    let foreign = unread(UnreadKind::Foreign);
    if foreign > 0 {
        parts.push(format!("{} of another provider", count(foreign, "file")));
    }
    parts.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_acts_on_is_shown_instead() {
        assert_eq!(clean("a\u{1b}[31mb"), "a␛[31mb");
        assert_eq!(clean("a\u{202e}b\u{9b}c\u{200b}"), "a�b�c�");
        assert_eq!(clean("a\r\nb\tc\u{7f}"), "a b c␡");
        assert_eq!(clean("größe 🦀"), "größe 🦀");
    }

    #[test]
    fn lines_break_at_spaces() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("extraordinary a b", 5), ["extraordinary", "a b"]);
        assert_eq!(wrap("", 5), [""]);
    }

    #[test]
    fn tallies_name_what_occurs() {
        let all = [Severity::Low, Severity::Critical, Severity::Low];
        assert_eq!(tally(all.into_iter()), "1 critical, 2 low");
    }
}
