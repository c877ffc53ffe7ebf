//! Literate scenarios: a Markdown file that holds a whole application.
//!
//! Each fenced block whose info string ends in a file name is that file. A comment `finding: RULE` (or
//! several rules, with commas) in a line says that the rule finds something there, and that nothing
//! else is found anywhere.
//!
//! ````markdown
//! ```yaml serverless.yml
//! provider:
//!   iam: {role: {statements: [{Effect: Allow, Action: "*", Resource: "*"}]}} # finding: iam-wildcard-action
//! ```
//! ````

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use tempfile::TempDir;

/// A scenario that cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScenarioError {
    /// The text holds no file.
    #[error("`{0}` has no fenced block with a file name")]
    NoFiles(String),
    /// A path that would leave the folder of the scenario.
    #[error("`{0}` is not a relative path inside the scenario")]
    Path(String),
    /// A block that never ends.
    #[error("the block of `{0}` is not closed")]
    Open(String),
    /// Files could not be read or written.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

/// One finding, expected or seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Path relative to the root of the application.
    pub path: String,
    /// Line from 1.
    pub line: u32,
    /// Name of the rule.
    pub rule: String,
}

/// An application and what is wrong with it.
#[derive(Debug)]
pub struct Scenario {
    /// File name of the scenario, without its suffix.
    pub name: String,
    /// Paths and texts.
    pub files: Vec<(String, String)>,
    /// Every finding of the application.
    pub expected: BTreeSet<Finding>,
}

/// Reads every scenario of a folder, in order of their names.
pub fn read_all(folder: &Path) -> Result<Vec<Scenario>, ScenarioError> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|suffix| suffix == "md") {
            paths.push(path);
        }
    }
    paths.sort();
    paths
        .iter()
        .filter(|path| path.file_name().is_some_and(|name| name != "README.md"))
        .map(|path| {
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            Scenario::parse(&name, &fs::read_to_string(path)?)
        })
        .collect()
}

impl Scenario {
    /// Reads a scenario's Markdown.
    pub fn parse(name: &str, text: &str) -> Result<Self, ScenarioError> {
        let mut files: Vec<(String, String)> = Vec::new();
        let mut expected = BTreeSet::new();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            let Some((fence, path)) = opening(line) else { continue };
            let mut body = String::new();
            let mut number = 0;
            loop {
                let Some(inner) = lines.next() else { return Err(ScenarioError::Open(path.to_owned())) };
                if inner.trim_end() == fence {
                    break;
                }
                number += 1;
                for rule in rules(inner).filter(|_| !path.is_empty()) {
                    expected.insert(Finding { path: path.to_owned(), line: number, rule: rule.to_owned() });
                }
                body.push_str(inner);
                body.push('\n');
            }
            // A block of text that is not a file of the application.
            if path.is_empty() {
                continue;
            }
            if path.starts_with('/') || path.split('/').any(|part| part == "..") {
                return Err(ScenarioError::Path(path.to_owned()));
            }
            files.push((path.to_owned(), body));
        }
        if files.is_empty() {
            return Err(ScenarioError::NoFiles(name.to_owned()));
        }
        Ok(Self { name: name.to_owned(), files, expected })
    }

    /// Writes the files into a temporary folder.
    pub fn lay_out(&self) -> Result<TempDir, ScenarioError> {
        let folder = TempDir::new()?;
        for (path, text) in &self.files {
            let file = folder.path().join(path);
            if let Some(parent) = file.parent() {
                fs::create_dir_all(parent)?;
            }
            #[expect(clippy::disallowed_methods, reason = "a temporary folder of a test")]
            fs::write(file, text)?;
        }
        Ok(folder)
    }

    /// What differs between the expected and the seen findings, a line each; empty where nothing does.
    pub fn difference(&self, seen: &BTreeSet<Finding>) -> String {
        let mut out = String::new();
        let sides = [
            ("not found", self.expected.difference(seen)),
            ("not expected", seen.difference(&self.expected)),
        ];
        for (what, findings) in sides {
            for Finding { path, line, rule } in findings {
                let _ = writeln!(out, "{}: {what}: {path}:{line} {rule}", self.name);
            }
        }
        out
    }
}

/// The fence and the file name of a line that opens a block.
fn opening(line: &str) -> Option<(&str, &str)> {
    let ticks = line.len() - line.trim_start_matches('`').len();
    let (fence, info) = line.split_at_checked(ticks).filter(|_| ticks >= 3)?;
    let path = info.split_whitespace().last().filter(|word| word.contains('.')).unwrap_or_default();
    Some((fence, path))
}

fn rules(line: &str) -> impl Iterator<Item = &str> {
    let comment = line.split_once("# finding:").or_else(|| line.split_once("// finding:"));
    let names = comment.map_or("", |(_, names)| names);
    names.split(',').map(str::trim).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# An application\n\n```text\nnot a file # finding: none\n```\n\n```yaml a/template.yaml\nA: 1\nB: 2 # finding: one, two\n```\n";

    #[test]
    fn files_and_findings_are_read() {
        let scenario = Scenario::parse("app", TEXT).unwrap();
        assert_eq!(
            scenario.files,
            [("a/template.yaml".to_owned(), "A: 1\nB: 2 # finding: one, two\n".to_owned())]
        );
        let of = |rule: &str| Finding { path: "a/template.yaml".to_owned(), line: 2, rule: rule.to_owned() };
        assert_eq!(scenario.expected, BTreeSet::from([of("one"), of("two")]));
        let seen = BTreeSet::from([of("two"), of("three")]);
        assert_eq!(
            scenario.difference(&seen),
            "app: not found: a/template.yaml:2 one\napp: not expected: a/template.yaml:2 three\n"
        );
        let folder = scenario.lay_out().unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("a/template.yaml")).unwrap(), scenario.files[0].1);
    }

    #[test]
    fn what_cannot_be_laid_out_is_refused() {
        assert!(matches!(Scenario::parse("x", "nothing"), Err(ScenarioError::NoFiles(_))));
        assert!(matches!(Scenario::parse("x", "```../a.yml\n```\n"), Err(ScenarioError::Path(_))));
        assert!(matches!(Scenario::parse("x", "```a.yml\n"), Err(ScenarioError::Open(_))));
    }
}
