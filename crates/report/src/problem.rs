use std::fmt::Write as _;
use std::ops::Range;

use annotate_snippets::Level;
use palisade_source::SourceFile;

use crate::Options;
use crate::draw::{Drawing, Mark, Masks, draw};
use crate::words::clean;

/// Something that stopped the work: an error of the configuration, of the command line.
#[derive(Debug, Clone, Default)]
pub struct Problem<'a> {
    /// The file, as people call it; empty where it is about no file.
    pub path: &'a str,
    /// The file's text, empty where it could not be read.
    pub text: &'a str,
    /// Where in the text, in bytes.
    pub span: Option<Range<usize>>,
    /// One line, lower case.
    pub message: &'a str,
    /// Advice; empty where there is none.
    pub help: &'a str,
}

/// Draws an error as a finding is drawn. The path is shown as it is, without [`Options::prefix`].
pub fn problem(problem: &Problem<'_>, options: &Options) -> String {
    let file = SourceFile::new(problem.path, problem.text);
    let mut places = Vec::new();
    if !problem.path.is_empty() {
        let mark = problem.span.clone().map(|span| {
            let at = file.position(u32::try_from(span.start).unwrap_or(u32::MAX));
            Mark {
                start: span.start,
                end: span.end,
                line: at.line,
                column: at.column,
                text: "",
                primary: true,
            }
        });
        let shown = (!problem.text.is_empty() && mark.is_some()).then_some(&file);
        let mark = mark.unwrap_or(Mark { start: 0, end: 0, line: 0, column: 0, text: "", primary: true });
        places.push((problem.path, shown, vec![mark]));
    }
    let mut notes = Vec::new();
    if !problem.help.is_empty() {
        notes.push((Level::HELP, problem.help.to_owned()));
    }
    let options = Options { prefix: String::new(), ..options.clone() };
    let drawing = Drawing { level: Level::ERROR, id: "", message: problem.message, places, notes };
    let mut out = draw(&drawing, &Masks::default(), &options);
    // A problem of the command line has no picture to stand above its advice.
    if problem.path.is_empty() {
        out = format!("error: {}", clean(problem.message));
        if !problem.help.is_empty() {
            let _ = write!(out, "\n  help: {}", clean(problem.help));
        }
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_drawn_like_a_finding() {
        let text = "[scan]\npersna = \"regular\"\n";
        let drawn = problem(
            &Problem {
                path: "palisade.toml",
                text,
                span: Some(7..13),
                message: "unknown key `persna`",
                help: "did you mean `persona`?",
            },
            &Options::default(),
        );
        let expected = "\
error: unknown key `persna`
 --> palisade.toml:2:1
  |
2 | persna = \"regular\"
  | ^^^^^^
  |
  = help: did you mean `persona`?
";
        assert_eq!(drawn, expected);
    }

    #[test]
    fn an_error_without_file_is_one_line_and_its_advice() {
        let drawn = problem(
            &Problem { message: "unknown rule `x`", help: "see `palisade rules`", ..Problem::default() },
            &Options::default(),
        );
        assert_eq!(drawn, "error: unknown rule `x`\n  help: see `palisade rules`\n");
    }

    #[test]
    fn an_error_without_place_names_the_file() {
        let drawn = problem(
            &Problem { path: "palisade.toml", message: "permission denied", ..Problem::default() },
            &Options::default(),
        );
        assert_eq!(drawn, "error: permission denied\n--> palisade.toml\n");
    }
}
