//! Edits of programs (serverless.ts, CDK): literals are replaced where they stand; nothing is added.

use palisade_rules::Literal;
use palisade_source::{Edit, SourceFile, Span};

use super::plan::Refused;

/// Replaces a literal.
pub fn replace(file: &SourceFile, at: Span, value: &Literal) -> Result<Edit, Refused> {
    let old = file.slice(at.start, at.end);
    let quote = old.chars().next().filter(|c| matches!(c, '\'' | '"' | '`'));
    let python = file.path.ends_with(".py");
    let closed = quote
        .is_some_and(|q| old.len() > 1 && old.ends_with(q) && !old.contains("${") && !old.contains('\\'));
    let bare = matches!(old, "true" | "false" | "True" | "False" | "null" | "None" | "undefined")
        || !old.is_empty() && old.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    if !(closed || bare) {
        return Err(Refused::new("no literal stands there"));
    }
    let replacement = match value {
        Literal::Str(text) => {
            let quote = quote.unwrap_or(if file.slice(0, u32::MAX).contains('\'') { '\'' } else { '"' });
            if text.contains(['\\', '\n', '`', '$']) || text.contains(quote) {
                return Err(Refused::new("the text would have to be escaped"));
            }
            format!("{quote}{text}{quote}")
        }
        Literal::Bool(b) if python => if *b { "True" } else { "False" }.to_owned(),
        Literal::Bool(b) => b.to_string(),
        Literal::Int(n) => n.to_string(),
        _ => return Err(Refused::new("only a literal is written into a program")),
    };
    Ok(Edit { path: file.path.to_string(), start: at.start, end: at.end, replacement })
}

#[cfg(test)]
mod tests {
    use palisade_source::FileId;

    use super::*;

    fn run(text: &str, what: &str, value: &Literal) -> Option<String> {
        let file = SourceFile::new("a.ts", text);
        let start = u32::try_from(text.find(what)?).ok()?;
        let span = Span::new(FileId(0), start, start + u32::try_from(what.len()).ok()?);
        let edit = replace(&file, span, value).ok()?;
        palisade_source::apply_edits(text, &[edit]).ok()
    }

    #[test]
    fn literals_keep_their_quotes() {
        assert_eq!(run("{ mode: 'a' }", "'a'", &"b".into()).as_deref(), Some("{ mode: 'b' }"));
        assert_eq!(run("{ on: false }", "false", &true.into()).as_deref(), Some("{ on: true }"));
        assert_eq!(run("{ n: 3 }", "3", &30.into()).as_deref(), Some("{ n: 30 }"));
        assert_eq!(run("{ mode: `a${b}` }", "`a${b}`", &"c".into()), None);
        assert_eq!(run("{ mode: mode() }", "mode()", &"c".into()), None);
    }
}
