use similar::TextDiff;

/// A file's change as a unified diff that `git apply` and `patch -p1` take. Paths are relative to the scan
/// root, behind `a/` and `b/`.
pub fn unified(path: &str, before: &str, after: &str) -> String {
    let diff = TextDiff::from_lines(before, after);
    let mut hunks = diff.unified_diff();
    let text = hunks.context_radius(3).missing_newline_hint(true).to_string();
    let name = |side: char| {
        let plain = path.bytes().all(|b| (b' '..0x7f).contains(&b) && b != b'"' && b != b'\\');
        let full = format!("{side}/{path}");
        match plain {
            // What follows a name with a space in it is told apart by a tab.
            true if path.contains(' ') => format!("{full}\t"),
            true => full,
            false => quoted(&full),
        }
    };
    format!("--- {}\n+++ {}\n{text}", name('a'), name('b'))
}

/// A path as git quotes it.
fn quoted(path: &str) -> String {
    let mut out = String::from("\"");
    for byte in path.bytes() {
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\t' => out.push_str("\\t"),
            b' '..=0x7e => out.push(char::from(byte)),
            _ => out.push_str(&format!("\\{byte:03o}")),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_stands_between_three_lines() {
        let before = "a\nb\nc\nd\ne\nf\ng\n";
        let after = "a\nb\nc\nd\nx\nf\ng\n";
        let expected = "--- a/t.yml\n+++ b/t.yml\n@@ -2,6 +2,6 @@\n b\n c\n d\n-e\n+x\n f\n g\n";
        assert_eq!(unified("t.yml", before, after), expected);
    }

    #[test]
    fn a_missing_line_break_is_said() {
        let expected = "--- a/t\n+++ b/t\n@@ -1 +1,2 @@\n-a\n\\ No newline at end of file\n+a\n+b\n\\ No newline at end of file\n";
        assert_eq!(unified("t", "a", "a\nb"), expected);
    }

    #[test]
    fn names_are_quoted_as_git_does() {
        assert!(unified("a b.yml", "x\n", "y\n").starts_with("--- a/a b.yml\t\n+++ b/a b.yml\t\n"));
        assert!(unified("é.yml", "x\n", "y\n").starts_with("--- \"a/\\303\\251.yml\"\n"));
    }
}
